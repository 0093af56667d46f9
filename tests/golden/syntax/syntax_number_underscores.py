x = 1__0

# expect-stderr:     x = 1__0
# expect-stderr:          ^
# expect-error: SyntaxError: invalid decimal literal
