print((lambda: 1)(), (lambda *a, **k: (a, k))(1, x=2), (lambda a, /, b=2, *, c=3: a + b + c)(1), list(map(lambda x: x * x, range(4))))

# expect: 1 ((1,), {'x': 2}) 6 [0, 1, 4, 9]
