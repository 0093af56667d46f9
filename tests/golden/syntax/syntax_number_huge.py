x = 0x

# expect-stderr:     x = 0x
# expect-stderr:          ^
# expect-error: SyntaxError: invalid hexadecimal literal
