def g():
    yield from "ab"
    yield from [1, 2]
    yield from range(2)
    x = yield from ()
    yield x
print(list(g()))  # expect: ['a', 'b', 1, 2, 0, 1, None]
