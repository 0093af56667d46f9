x = 1_

# expect-stderr:     x = 1_
# expect-stderr:          ^
# expect-error: SyntaxError: invalid decimal literal
