a < b = c

# expect-stderr:     a < b = c
# expect-stderr:     ^^^^^
# expect-error: SyntaxError: cannot assign to comparison
