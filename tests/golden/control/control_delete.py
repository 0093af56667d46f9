x, y, z = 1, 2, 3
del x, (y, z)
try:
    x
except NameError as e:
    print(e)  # expect: name 'x' is not defined
d = {"a": [1, 2, 3]}
del d["a"][0], d["a"][-1]
print(d)  # expect: {'a': [2]}
