xs = list(range(6))
xs[1:3] = "abc"
print(xs)  # expect: [0, 'a', 'b', 'c', 3, 4, 5]
xs[::2] = [0] * len(xs[::2])
print(xs)  # expect: [0, 'a', 0, 'c', 0, 4, 0]
xs[2:2] = [7, 8]
print(xs)  # expect: [0, 'a', 7, 8, 0, 'c', 0, 4, 0]
xs[:] = xs[::-1]
print(xs)  # expect: [0, 4, 0, 'c', 0, 8, 7, 'a', 0]
xs[1:4] = []
print(xs)  # expect: [0, 0, 8, 7, 'a', 0]
xs[10:] = (1, 2)
print(xs)  # expect: [0, 0, 8, 7, 'a', 0, 1, 2]
xs[1:3] = xs
print(xs)  # expect: [0, 0, 0, 8, 7, 'a', 0, 1, 2, 7, 'a', 0, 1, 2]
