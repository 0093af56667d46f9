def g():
    next(it)
    yield
it = g()
next(it)

# expect-error: ValueError: generator already executing
