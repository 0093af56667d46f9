[1, 2].index(3)

# expect-error: ValueError: list.index(x): x not in list
