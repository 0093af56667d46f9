chr(0x110000)

# expect-error: ValueError: chr() arg not in range(0x110000)
