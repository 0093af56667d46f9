print(1,

# expect-stderr:     print(1,
# expect-stderr:          ^
# expect-error: SyntaxError: '(' was never closed
