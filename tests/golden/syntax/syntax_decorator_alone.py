@x

# expect-error: SyntaxError: invalid syntax
