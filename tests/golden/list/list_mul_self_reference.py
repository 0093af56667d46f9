xs = [[0] * 2 for _ in range(2)]
xs[0][0] = 1
print(xs)  # expect: [[1, 0], [0, 0]]
ys = [[0] * 2] * 2
ys[0][0] = 1
print(ys)  # expect: [[1, 0], [1, 0]]
