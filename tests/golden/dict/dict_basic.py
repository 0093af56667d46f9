d = {"a": 1, "b": 2}
d["c"] = 3
print(d, len(d), d["a"], d.get("z"), d.get("z", 0), "a" in d, "z" not in d)
del d["a"]
print(d, d.pop("b"), d.pop("zz", None), d.setdefault("c", 9), d.setdefault("n", 7), d)
d.update({"x": 1}, y=2)
print(d, list(d), list(d.values()), list(d.items()))
print(d.popitem(), d)
d.clear()
print(d, bool(d))

# expect: {'a': 1, 'b': 2, 'c': 3} 3 1 None 0 True True
# expect: {'c': 3, 'n': 7} 2 None 3 7 {'c': 3, 'n': 7}
# expect: {'c': 3, 'n': 7, 'x': 1, 'y': 2} ['c', 'n', 'x', 'y'] [3, 7, 1, 2] [('c', 3), ('n', 7), ('x', 1), ('y', 2)]
# expect: ('y', 2) {'c': 3, 'n': 7, 'x': 1}
# expect: {} False
