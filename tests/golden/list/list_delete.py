xs = list(range(10))
del xs[0]
del xs[-1]
del xs[1:3]
print(xs)  # expect: [1, 4, 5, 6, 7, 8]
del xs[::2]
print(xs)  # expect: [4, 6, 8]
del xs[:]
print(xs)  # expect: []
