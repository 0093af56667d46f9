exec("x = 1\0")

# expect-error: SyntaxError: source code string cannot contain null bytes
