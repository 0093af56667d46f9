x = 1
def f():
    x = 2
    return eval("x"), eval("x", {"x": 3}), eval("x + y", {"x": 3}, {"y": 4})
print(f())  # expect: (2, 3, 7)
ns = {}
exec("def g(a):\n    return a * k\nk = 7", ns)
print(ns["g"](3), sorted(k for k in ns if not k.startswith("__")))  # expect: 21 ['g', 'k']
