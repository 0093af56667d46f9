if x:
    pass
else if y:
    pass

# expect-stderr:     else if y:
# expect-stderr:          ^^
# expect-error: SyntaxError: expected ':'
