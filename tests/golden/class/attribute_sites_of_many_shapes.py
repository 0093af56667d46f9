# SPDX-License-Identifier: MIT
"""One site, objects of many classes and shapes: each gets its own, also after its class changed; attributes come and go in any order, alone and beside a thread."""
import threading

classes = [type("C%d" % i, (), {"m": (lambda i: lambda self: i)(i), "value": i, "prop": property((lambda i: lambda self: i)(i))}) for i in range(7)]
objects = [c() for c in classes]


def use(o):
    o.v = o.value
    return o.m(), o.v, o.value, o.prop


for k in range(40):
    for i, o in enumerate(objects):
        assert use(o) == (i, i, i, i)
classes[3].m = lambda self: "changed"
classes[4].value = property(lambda self: "property")
objects[5].value = "own"
for k in range(40):
    for i, o in enumerate(objects):
        value = "property" if i == 4 else "own" if i == 5 else i
        assert use(o) == ("changed" if i == 3 else i, value, value, i)


class Plain:
    pass


def come_and_go(x):
    x.a = 1
    x.b = 2
    del x.b
    assert not hasattr(x, "b")
    x.c = 3
    x.b = 4
    del x.a
    found = x.c, x.b, list(x.__dict__) if x.keep else None
    del x.c
    del x.b
    return found


def several(n):
    x = Plain()
    x.keep = False
    for i in range(n):
        assert come_and_go(x) == (3, 4, None)
    x.keep = True
    for i in range(n):
        assert come_and_go(x) == (3, 4, ["keep", "c", "b"])
    assert vars(x) == {"keep": True}
    y = Plain()
    for i in range(12):
        setattr(y, "n%d" % i, i)
    for i in (0, 5, 11, 7, 1, 2, 10):
        delattr(y, "n%d" % i)
        assert not hasattr(y, "n%d" % i)
    y.n5 = "again"
    assert y.n3 + y.n9 == 12 and vars(y) == {"n3": 3, "n4": 4, "n6": 6, "n8": 8, "n9": 9, "n5": "again"}


class Deleted:
    def __del__(self):
        gone.append(1)


gone = []
several(30)
x = Plain()
x.first, x.d = 0, Deleted()
del x.first
assert not gone
del x.d
assert gone == [1]
stop = threading.Event()
t = threading.Thread(target=stop.wait)
t.start()
several(30)
stop.set()
t.join()

many = [Plain() for i in range(3)]
for o in many:
    for i in range(55):
        setattr(o, "a%d" % i, i)


def far(o):
    o.a54 = o.a53 + o.a2
    return o.a54


for i in range(4):
    for o in many:
        assert far(o) == 55
print("ok")

# expect: ok
