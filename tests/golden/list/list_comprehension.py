print([x * 2 for x in range(5)], [x for x in range(10) if x % 2 if x > 3])
print([(x, y) for x in range(3) for y in range(x)])
print([[y for y in range(x)] for x in range(4)])
x = "outer"
print([x for x in range(3)], x)
print([f() for f in [lambda: i for i in range(3)]])
print([(lambda i=i: i)() for i in range(3)])

# expect: [0, 2, 4, 6, 8] [5, 7, 9]
# expect: [(1, 0), (2, 0), (2, 1)]
# expect: [[], [0], [0, 1], [0, 1, 2]]
# expect: [0, 1, 2] outer
# expect: [2, 2, 2]
# expect: [0, 1, 2]
