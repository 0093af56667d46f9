print(0.5 < 1, 2 ** 63 < 2.0 ** 63, 2 ** 63 == 2.0 ** 63, 2 ** 63 + 1 > 2.0 ** 63, 1e400 > 10 ** 300)
print([1, 1.0, True].index(True), 3.0 in (1, 2, 3))

# expect: True False True True True
# expect: 0 True
