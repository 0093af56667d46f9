x = = 1

# expect-stderr:     x = = 1
# expect-stderr:         ^
# expect-error: SyntaxError: invalid syntax
