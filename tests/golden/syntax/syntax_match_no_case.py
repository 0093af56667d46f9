match x:
    pass

# expect-stderr:     pass
# expect-stderr:     ^^^^
# expect-error: SyntaxError: invalid syntax
