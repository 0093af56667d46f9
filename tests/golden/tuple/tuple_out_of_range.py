(1, 2)[5]

# expect-error: IndexError: tuple index out of range
