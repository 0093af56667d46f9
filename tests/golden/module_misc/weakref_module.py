import weakref
class A:
    def m(self): return 5
a = A()
p = weakref.proxy(a)
m = weakref.WeakMethod(a.m)
f = weakref.finalize(a, print, "finalized")
print(p.m(), m()(), f.alive, weakref.ref(a) is weakref.ref(a), hash(weakref.ref(a)) == hash(a))
del a
print(m(), f.alive)
try:
    p.m()
except ReferenceError as e:
    print(e)
try:
    weakref.ref(5)
except TypeError as e:
    print(e)

# expect: 5 5 True True True
# expect: finalized
# expect: None False
# expect: weakly-referenced object no longer exists
# expect: cannot create weak reference to 'int' object
