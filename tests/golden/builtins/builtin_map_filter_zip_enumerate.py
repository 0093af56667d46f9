print(list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(enumerate("ab", 5)), list(zip("ab", [1, 2], (3, 4))), list(map(str, [])))

# expect: [4, 6] [1, 'a'] [2, 3] [(5, 'a'), (6, 'b')] [('a', 1, 3), ('b', 2, 4)] []
