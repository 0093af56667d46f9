x = [1, 2
y = 3

# expect-stderr:     x = [1, 2
# expect-stderr:         ^
# expect-error: SyntaxError: '[' was never closed
