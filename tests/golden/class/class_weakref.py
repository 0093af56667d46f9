import weakref, gc
class A: pass
a = A()
r = weakref.ref(a, lambda r: print("gone"))
print(r() is a, weakref.getweakrefcount(a))
d = weakref.WeakValueDictionary(k=a)
del a
print(r(), len(d))

# expect: True 1
# expect: gone
# expect: None 0
