x = (1 +
y = 2
# expect-stderr:     x = (1 +
# expect-stderr:         ^

# expect-error: SyntaxError: '(' was never closed
