range(1, 2, 0)

# expect-error: ValueError: range() arg 3 must not be zero
