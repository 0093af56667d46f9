x ? y

# expect-stderr:     x ? y
# expect-stderr:       ^
# expect-error: SyntaxError: invalid syntax
