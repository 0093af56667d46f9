{}.pop("x")

# expect-error: KeyError: 'x'
