d = dict.fromkeys("abcd")
d.update(b=1, e=2)
d.pop("a")
d["a"] = 3
print(d)  # expect: {'b': 1, 'c': None, 'd': None, 'e': 2, 'a': 3}
