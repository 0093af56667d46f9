if True
    pass

# expect-stderr:     if True
# expect-stderr:            ^
# expect-error: SyntaxError: expected ':'
