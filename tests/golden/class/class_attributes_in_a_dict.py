# Attributes of objects whose __dict__ was taken, read often from one place: found, changed, deleted, set through the dict, hidden by a data
# descriptor that the class gets later, behind __getattr__; cached_property.
import functools, threading

class C:
    cls = "class"
    def __init__(self): self.x = 1
    @functools.cached_property
    def cached(self): return [1]
def x(o): return o.x
def cls(o): return o.cls
def cached(o): return o.cached

a = C()
a.__dict__
print([x(a) for _ in range(3)])             # expect: [1, 1, 1]
a.x = 2.5
print([x(a) + x(a) for _ in range(3)])      # expect: [5.0, 5.0, 5.0]
a.__dict__["x"] = "d"
print([x(a) for _ in range(3)], x(C()))     # expect: ['d', 'd', 'd'] 1
print([cls(a) for _ in range(3)])           # expect: ['class', 'class', 'class']
a.cls = "own"
print([cls(a) for _ in range(3)], cls(C())) # expect: ['own', 'own', 'own'] class
del a.cls
print([cls(a) for _ in range(3)])           # expect: ['class', 'class', 'class']
first = cached(a)
print(all(cached(a) is first for _ in range(4)), cached(C()) is first)  # expect: True False
for _ in range(2):
    del a.x
    try:
        x(a)
    except AttributeError as e:
        a.x = 3
        print(e, x(a))
# expect: 'C' object has no attribute 'x' 3
# expect: 'C' object has no attribute 'x' 3
C.x = property(lambda self: "property")
print([x(a) for _ in range(3)])             # expect: ['property', 'property', 'property']
del C.x
print([x(a) for _ in range(3)])             # expect: [3, 3, 3]
C.x = "plain"
print([x(a) for _ in range(3)])             # expect: [3, 3, 3]
a.__dict__ = {"x": 4}
print([x(a) for _ in range(3)])             # expect: [4, 4, 4]
a.__dict__.clear()
print([x(a) for _ in range(3)])             # expect: ['plain', 'plain', 'plain']
del C.x
C.__getattr__ = lambda self, name: "for " + name
print([x(a) for _ in range(3)])             # expect: ['for x', 'for x', 'for x']
a.x = 6
print([x(a) for _ in range(3)])             # expect: [6, 6, 6]

class Odd(str):
    def __hash__(self): return hash("x")
    def __eq__(self, other): return other == "x"
a.__dict__ = {Odd("odd"): "odd"}
print([x(a) for _ in range(3)])             # expect: ['odd', 'odd', 'odd']

b = C()
b.__dict__["x"] = 0
bad = []
def change():
    for i in range(5000):
        b.x = [i]
        if not i % 50:
            b.__dict__ = {"y": 1, "x": [i]}
def look():
    for _ in range(5000):
        v = x(b)
        if v != 0 and not 0 <= v[0] < 5000:
            bad.append(v)
threads = [threading.Thread(target=f) for f in (change, look, look)]
for t in threads: t.start()
for t in threads: t.join()
print(bad)                                  # expect: []
