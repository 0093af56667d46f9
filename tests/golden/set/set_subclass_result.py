class S(set):
    pass
s = S([1, 2])
print(type(s | {3}).__name__, type(s.copy()).__name__, s == {1, 2}, isinstance(s, set))

# expect: set set True True
