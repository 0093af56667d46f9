(1, 2).index(3)

# expect-error: ValueError: tuple.index(x): x not in tuple
