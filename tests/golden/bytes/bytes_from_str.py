bytes("abc")

# expect-error: TypeError: string argument without an encoding
