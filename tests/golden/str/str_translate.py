t = str.maketrans("abc", "xyz", "d")
print("abcd".translate(t), "abc".translate({97: "AA", 98: None, 99: 100}), str.maketrans({"a": 1}))

# expect: xyz AAd {97: 1}
