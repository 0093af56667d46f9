print(sum([1, 2, 3]), sum([[1], [2]], []), sum([0.1] * 10), min(3, 1), max("abc"), min([], default="d"), max([1, -5], key=abs), any([]), all([]), any([0, 1]), all([1, 0]))

# expect: 6 [1, 2] 1.0 1 c d -5 False True True False
