x = 1abc

# expect-stderr:     x = 1abc
# expect-stderr:         ^
# expect-error: SyntaxError: invalid decimal literal
