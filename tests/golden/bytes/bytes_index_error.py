b"abc"[3]

# expect-error: IndexError: index out of range
