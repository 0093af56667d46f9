# Attributes of objects whose __dict__ was asked for: found in the dict, else in the class, at sites that see one after the other.

class A:
    kind = "class"
    items = [1]
    def name(self):
        return "method"
    @property
    def size(self):
        return 5

def look(a):
    return a.kind, a.name(), a.items[0], a.size, len(a.kind)

def put(a, v):
    a.kind = v

a, b = A(), A()
a.x = 1
a.y = 2
del a.x
a.x = 3
print(list(a.__dict__.items()))
# expect: [('y', 2), ('x', 3)]
for _ in range(3):
    print(look(a), look(b))
# expect: ('class', 'method', 1, 5, 5) ('class', 'method', 1, 5, 5)
# expect: ('class', 'method', 1, 5, 5) ('class', 'method', 1, 5, 5)
# expect: ('class', 'method', 1, 5, 5) ('class', 'method', 1, 5, 5)
b.__dict__["kind"] = "own"
a.__dict__["name"] = lambda: "own method"
a.items = ["mine"]
a.__dict__["size"] = 7
for _ in range(3):
    print(look(a), look(b))
# expect: ('class', 'own method', 'mine', 5, 5) ('own', 'method', 1, 5, 3)
# expect: ('class', 'own method', 'mine', 5, 5) ('own', 'method', 1, 5, 3)
# expect: ('class', 'own method', 'mine', 5, 5) ('own', 'method', 1, 5, 3)
del a.name, b.kind
A.kind = "changed"
A.name = lambda self: "other method"
print(look(a), look(b))
# expect: ('changed', 'other method', 'mine', 5, 7) ('changed', 'other method', 1, 5, 7)
for o in (a, b, a):
    put(o, "put")
    print(o.__dict__["kind"], o.kind)
# expect: put put
# expect: put put
# expect: put put
b.__dict__ = {"kind": 1.5, 3: 4, "name": len}
try:
    look(b)
except TypeError as e:
    print(e)
# expect: len() takes exactly one argument (0 given)
print(b.kind, b.items)
# expect: 1.5 [1]

# An attribute deleted and one added again; more than fit in the object; a subclass of tuple.
class T(tuple):
    pass

for cls, args in ((A, ()), (T, ((1, 2),))):
    many = cls(*args)
    for i in range(50):
        setattr(many, f"a{i}", i)
    del many.a3, many.a40
    many.a3 = "again"
    d = many.__dict__
    print(len(d), list(d)[-2:], d["a3"], many.a3, many.a49, "a40" in d, hasattr(many, "a40"))
    many.a40 = 1
    print(d["a40"], sum(v for v in d.values() if v != "again") == sum(range(50)) - 3 - 40 + 1)
# expect: 49 ['a49', 'a3'] again again 49 False False
# expect: 1 True
# expect: 49 ['a49', 'a3'] again again 49 False False
# expect: 1 True
