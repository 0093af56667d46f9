import gc, weakref
class A: pass
log = []
a, b = A(), A()
a.o, b.o = b, a
r = weakref.ref(a, lambda r: log.append("a"))
del a, b
gc.collect()
print(log, r())  # expect: ['a'] None
