del *a

# expect-stderr:     del *a
# expect-stderr:         ^^
# expect-error: SyntaxError: cannot delete starred
