print(sorted("bca"), sorted({3: 1, 1: 2}), list(reversed([1, 2])), list(reversed("ab")), sorted([3, 1, 2], key=lambda x: -x))

# expect: ['a', 'b', 'c'] [1, 3] [2, 1] ['b', 'a'] [3, 2, 1]
