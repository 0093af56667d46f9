class A:
    x = 1
    y = x + 1
    for i in range(3): pass
    if True:
        def f(self): return "cond"
    del x
    z = [k for k in (1, 2)]
print(A.y, A.i, A().f(), hasattr(A, "x"), A.z, [n for n in A.__dict__ if not n.startswith("__")])

# expect: 2 2 cond False [1, 2] ['y', 'i', 'f', 'z']
