d = {"b": 2, "a": 3, "c": 1}
print(sorted(d), sorted(d.items(), key=lambda kv: kv[1]), max(d, key=d.get), min(d))

# expect: ['a', 'b', 'c'] [('c', 1), ('b', 2), ('a', 3)] a a
