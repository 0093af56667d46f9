s = {1, 2, 3}
print(s.union("a", [9]) == {1, 2, 3, "a", 9}, s.intersection([2, 3], (3,)), s.difference([1], [2]))
s |= {7}
s &= {7, 1}
s -= {1}
s ^= {8}
print(sorted(s))

# expect: True {3} {3}
# expect: [7, 8]
