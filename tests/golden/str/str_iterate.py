print(list("aé😀"), [c for c in "abc"], dict(enumerate("ab")), list(zip("ab", "cd")), list(map(str.upper, "ab")), "".join(reversed("abc")))

# expect: ['a', 'é', '😀'] ['a', 'b', 'c'] {0: 'a', 1: 'b'} [('a', 'c'), ('b', 'd')] ['A', 'B'] cba
