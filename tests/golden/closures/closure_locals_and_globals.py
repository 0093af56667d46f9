def f(a, b=2):
    c = 3
    return sorted(locals().items())
print(f(1), "f" in globals(), globals()["__name__"])  # expect: [('a', 1), ('b', 2), ('c', 3)] True __main__
def g():
    x = 1
    l = locals()
    l["x"] = 99
    return x
print(g())  # expect: 1
