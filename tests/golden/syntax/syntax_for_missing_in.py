for x y:
    pass

# expect-stderr:     for x y:
# expect-stderr:           ^
# expect-error: SyntaxError: invalid syntax
