def g():
    yield 1
    raise StopIteration
list(g())

# expect-error: RuntimeError: generator raised StopIteration
