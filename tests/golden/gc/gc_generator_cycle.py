import gc, weakref
class A: pass
def g(a):
    me = yield
    a.g = me
    yield
a = A()
r = weakref.ref(a)
it = g(a)
next(it)
it.send(it)
del a, it
gc.collect()
print(r())  # expect: None
