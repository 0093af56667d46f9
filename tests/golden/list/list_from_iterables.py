print(list("abc"), list((1, 2)), list({1: 2}), list(range(3)), list(x * x for x in range(4)), list())

# expect: ['a', 'b', 'c'] [1, 2] [1] [0, 1, 2] [0, 1, 4, 9] []
