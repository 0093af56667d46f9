xs = [1]
del xs[1]

# expect-error: IndexError: list assignment index out of range
