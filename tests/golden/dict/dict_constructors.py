print(dict(), dict(a=1), dict([("a", 1), ("b", 2)]), dict({"x": 1}, y=2), dict(zip("ab", (1, 2))))
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), {k: v for k, v in zip("xy", range(2))})

# expect: {} {'a': 1} {'a': 1, 'b': 2} {'x': 1, 'y': 2} {'a': 1, 'b': 2}
# expect: {'a': None, 'b': None, 'c': None} {1: 0, 2: 0} {'x': 0, 'y': 1}
