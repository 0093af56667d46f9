b = bytearray(1)
b[0] = 256

# expect-error: ValueError: byte must be in range(0, 256)
