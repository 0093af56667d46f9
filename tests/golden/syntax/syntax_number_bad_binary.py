x = 0b2

# expect-stderr:     x = 0b2
# expect-stderr:           ^
# expect-error: SyntaxError: invalid digit '2' in binary literal
