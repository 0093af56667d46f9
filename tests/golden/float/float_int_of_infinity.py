int(float("inf"))

# expect-error: OverflowError: cannot convert float infinity to integer
