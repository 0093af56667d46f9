class = 1

# expect-stderr:     class = 1
# expect-stderr:           ^
# expect-error: SyntaxError: invalid syntax
