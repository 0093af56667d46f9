print({x: x ** 2 for x in range(4)}, {k: v for k, v in [("a", 1), ("a", 2)]})
print({(x, y) for x in range(2) for y in range(2)} == {(0, 0), (0, 1), (1, 0), (1, 1)})

# expect: {0: 0, 1: 1, 2: 4, 3: 9} {'a': 2}
# expect: True
