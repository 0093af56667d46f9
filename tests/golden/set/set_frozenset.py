f = frozenset([1, 2, 3])
print(hash(f) == hash(frozenset([3, 2, 1])), {f: "x"}[frozenset([1, 2, 3])], f | {4} == {1, 2, 3, 4})
print(type(f | {4}), type({4} | f), f.union([9]) >= f, frozenset(f) is f, f == {1, 2, 3})
try:
    f.add(1)
except AttributeError as e:
    print(e)

# expect: True x True
# expect: <class 'frozenset'> <class 'set'> True True True
# expect: 'frozenset' object has no attribute 'add'
