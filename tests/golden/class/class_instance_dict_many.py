class A: pass
a = A()
for i in range(200):
    setattr(a, f"k{i}", i)
print(len(a.__dict__), a.k0, a.k199, sum(vars(a).values()))  # expect: 200 0 199 19900
for i in range(0, 200, 2):
    delattr(a, f"k{i}")
print(len(a.__dict__), hasattr(a, "k0"), a.k1, list(a.__dict__)[:3])  # expect: 100 False 1 ['k1', 'k3', 'k5']
a.__dict__ = {"only": 1}
print(a.only, hasattr(a, "k1"))  # expect: 1 False
a.__dict__["late"] = 2
print(a.late)  # expect: 2
