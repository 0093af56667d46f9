(256).to_bytes(1, "big")

# expect-error: OverflowError: int too big to convert
