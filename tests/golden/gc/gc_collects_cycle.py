import gc, weakref
class A: pass
a = A()
a.me = a
r = weakref.ref(a)
del a
gc.collect()
print(r())  # expect: None
x = []
x.append(x)
d = {}
d["d"] = d
del x, d
print(gc.collect() >= 2)  # expect: True
