bytes([256])

# expect-error: ValueError: bytes must be in range(0, 256)
