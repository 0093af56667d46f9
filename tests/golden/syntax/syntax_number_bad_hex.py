x = 0xg

# expect-stderr:     x = 0xg
# expect-stderr:          ^
# expect-error: SyntaxError: invalid hexadecimal literal
