r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[1:3], 5 in r, 6 in r, r.index(8), r.count(8), r.count(9))
print(list(range(5)), list(range(5, 0, -2)), list(range(0)), range(3) == range(0, 3, 1), hash(range(3)) == hash(range(3)))
print(range(0, 5, 2)[::-1], list(reversed(range(4))), r.start, r.stop, r.step, range(10)[2:8:2])
print(len(range(10 ** 18)), 10 ** 17 in range(10 ** 18), range(2 ** 70)[2 ** 69], bool(range(0)))

# expect: range(2, 20, 3) [2, 5, 8, 11, 14, 17] 6 2 17 range(5, 11, 3) True False 2 1 0
# expect: [0, 1, 2, 3, 4] [5, 3, 1] [] True True
# expect: range(4, -2, -2) [3, 2, 1, 0] 2 20 3 range(2, 8, 2)
# expect: 1000000000000000000 True 590295810358705651712 False
