def f(n):
    return [[(lambda: x * n)() for x in range(y)] for y in range(4)]
print(f(3))  # expect: [[], [0], [0, 3], [0, 3, 6]]
def g():
    z = 10
    return {k: z + k for k in range(3)}, list(z + i for i in range(2)), [z := z + i for i in range(3)], z
print(g())  # expect: ({0: 10, 1: 11, 2: 12}, [10, 11], [10, 11, 13], 13)
