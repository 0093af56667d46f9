# SPDX-License-Identifier: MIT
# Deleting instance attributes: what is left, what comes again stands at the end, many deletions, more attributes than fit inline, code that has seen the
# attribute, another class, what it frees, names by other strings.
import copy
import gc
import pickle
import weakref


class A:
    shown = "class"

    def __init__(self, **k):
        for name, value in k.items():
            setattr(self, name, value)


a = A(x=1, y=2, z=3)
del a.y
print(a.__dict__, hasattr(a, "y"))                  # expect: {'x': 1, 'z': 3} False

a = A(x=1, y=2, z=3)
del a.y
a.y = 4
print(a.y, vars(a))                                 # expect: 4 {'x': 1, 'z': 3, 'y': 4}

a = A(x=1, y=2, z=3)
for name in "xyz":
    delattr(a, name)
print(vars(a))                                      # expect: {}

# Found again and again, by the same code.
def look(o):
    return getattr(o, "x", None), o.y, o.shown
def put(o):
    o.x = 9
    o.shown = "instance"
for i in range(4):
    a, b = A(x=1, y=2), A(x=1, y=2)
    del b.x
    print(look(a), look(b), end=" ")
    put(b)
    print(look(b), end=" ")
    del b.shown
    print(look(b), list(vars(b)))
    # expect: (1, 2, 'class') (None, 2, 'class') (9, 2, 'instance') (9, 2, 'class') ['y', 'x']
    # expect: (1, 2, 'class') (None, 2, 'class') (9, 2, 'instance') (9, 2, 'class') ['y', 'x']
    # expect: (1, 2, 'class') (None, 2, 'class') (9, 2, 'instance') (9, 2, 'class') ['y', 'x']
    # expect: (1, 2, 'class') (None, 2, 'class') (9, 2, 'instance') (9, 2, 'class') ['y', 'x']

# Twice.
a = A(x=1, y=2)
del a.x
for _ in range(2):
    try:
        del a.x
    except AttributeError as e:
        print(e)                                    # expect: 'A' object has no attribute 'x'
    # expect: 'A' object has no attribute 'x'

# Very often, and with many.
a = A(keep=0)
for i in range(200):
    a.t = i
    a.u = -i
    assert (a.t, a.u) == (i, -i)
    del a.t
    assert not hasattr(a, "t") and a.keep == 0
    del a.u
print(vars(a))                                      # expect: {'keep': 0}
many = A(**{"m%d" % i: i for i in range(50)})
for i in range(0, 50, 7):
    delattr(many, "m%d" % i)
many.m7 = "again"
print([getattr(many, "m%d" % i, None) for i in (0, 1, 6, 7, 8, 14, 49)], len(vars(many)), list(vars(many))[-1])     # expect: [None, 1, 6, 'again', 8, None, None] 43 m7
few = A(**{"m%d" % i: i for i in range(12)})
del few.m3
few.m12 = 12
few.m3 = "again"
del few.m11
print([getattr(few, "m%d" % i, None) for i in range(13)])   # expect: [0, 1, 2, 'again', 4, 5, 6, 7, 8, 9, 10, None, 12]

# A name that is another string.
a = A(x=1, y=2)
delattr(a, "".join(["", "x"]))
print(getattr(a, "".join(["x", ""]), "gone"), "".join(["", "y"]) in vars(a))     # expect: gone True

# Another class, copies.
class B(A):
    pass
a = A(x=1, y=2, z=3)
del a.y
c = copy.copy(a)
p = pickle.loads(pickle.dumps(a))
a.__class__ = B
a.w = 4
print(type(a).__name__, vars(a), vars(c), vars(p))  # expect: B {'x': 1, 'z': 3, 'w': 4} {'x': 1, 'z': 3} {'x': 1, 'z': 3}
b = B(x=1, y=2)
del b.x
b.__class__ = A
b.x = 3
print(vars(b), dir(b)[-3:])                         # expect: {'y': 2, 'x': 3} ['shown', 'x', 'y']

# What it frees, also when that looks at the object.
class Last:
    def __init__(self, owner):
        self.owner = weakref.ref(owner)

    def __del__(self):
        print("freed", self.owner() and (hasattr(self.owner(), "last"), list(vars(self.owner()))))
a = A(x=1)
a.last = Last(a)
a.y = 2
del a.last
gc.collect()                                        # expect: freed (False, ['x', 'y'])
class Refuses:
    def __init__(self):
        self.x = 1

    def __delattr__(self, name):
        raise TypeError("no")
r = Refuses()
try:
    del r.x
except TypeError as e:
    print(e, r.x)                                   # expect: no 1
object.__delattr__(r, "x")
print(hasattr(r, "x"))                              # expect: False
