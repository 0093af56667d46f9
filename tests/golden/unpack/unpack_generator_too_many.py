def g():
    yield 1
    yield 2
    yield 3
a, b = g()

# expect-error: ValueError: too many values to unpack (expected 2)
