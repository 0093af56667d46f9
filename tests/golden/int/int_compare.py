print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 2 ** 53 == float(2 ** 53), 2 ** 53 + 1 == float(2 ** 53))
print(10 ** 400 > float("inf"), 10 ** 400 < float("inf"), 3 > 2.5, not 3 < 2.5)
print(1 != 2, 1 is not None, min(3, 1, 2), max(3, 1, 2), sorted([3, 1.5, 2]))

# expect: True False True True False
# expect: False True True True
# expect: True True 1 3 [1.5, 2, 3]
