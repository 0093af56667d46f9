s = {3, 1, 2}
s.add(4)
s.add(1)
s.discard(99)
s.remove(3)
print(sorted(s), len(s), 1 in s, 3 not in s)
print(sorted(s | {9}), sorted(s & {1, 2}), sorted(s - {1}), sorted(s ^ {1, 5}))
print(s <= {1, 2, 4, 5}, s < s, s >= {1}, s.isdisjoint({7}), s == {1, 2, 4}, s.issubset([1, 2, 4]), s.issuperset([1]))
s.update([5, 6], (7,))
s.intersection_update({5, 6, 7, 1})
s.difference_update({1})
s.symmetric_difference_update({7, 8})
print(sorted(s))
print(set(), {1}, frozenset(), frozenset({1}), set("aa"), type({}))

# expect: [1, 2, 4] 3 True True
# expect: [1, 2, 4, 9] [1, 2] [2, 4] [2, 4, 5]
# expect: True False True True True True True
# expect: [5, 6, 8]
# expect: set() {1} frozenset() frozenset({1}) {'a'} <class 'dict'>
