d = {}
del d[0]

# expect-error: KeyError: 0
