x = 0o8

# expect-stderr:     x = 0o8
# expect-stderr:           ^
# expect-error: SyntaxError: invalid digit '8' in octal literal
