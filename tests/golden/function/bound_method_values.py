# Bound methods that are called as values: from variables, dicts, attributes and results, with what they are bound to going meanwhile.
import weakref
class C:
    def __init__(self, n=0): self.n = n
    def me(self): return self
    def add(self, a): return self.n + a
    def default(self, a, b=5): return a + b
    def fails(self): raise ValueError(self.n)
    def down(self, n): return n and self.again(n - 1) + 1
    def gen(self):
        yield self.n
        yield self.add(1)
    def rest(self, *a, **k): return a, k
    @classmethod
    def cls(cls, x): return cls.__name__, x
o = C(3)
table = {"add": o.add, "default": o.default}
def use(t):
    out = []
    for i in range(3):
        out.append(t["add"](i))
        out.append(t["default"](i))
    return out
print(use(table), use(table))
# expect: [3, 5, 4, 6, 5, 7] [3, 5, 4, 6, 5, 7]
me = o.me
print(me() is o, me().add(1), (lambda: C(7).me)()().n)
# expect: True 4 7
def last():
    m = C(1).add
    seen = []
    held, w = [m], weakref.ref(m, lambda r: seen.append("gone"))
    del m
    return held.pop()(5), seen, w()
print(last(), last())
# expect: (6, ['gone'], None) (6, ['gone'], None)
fails = o.fails
for _ in range(3):
    try: fails()
    except ValueError as e: print(e, e.__traceback__.tb_next.tb_frame.f_locals["self"] is o)
# expect: 3 True
# expect: 3 True
# expect: 3 True
o.again = o.down
print(o.again(150), list(map(o.add, [1, 2])))
# expect: 150 [4, 5]
g = o.gen
print(list(g()), list(g()), o.rest(1, k=2))
# expect: [3, 4] [3, 4] ((1,), {'k': 2})
r, c = o.rest, o.cls
print(r(1, 2), r(), c(1), c(2))
# expect: ((1, 2), {}) ((), {}) ('C', 1) ('C', 2)
for bad in (o.add, o.me, o.default):
    try: bad(1, 2, 3)
    except TypeError as e: print(e)
# expect: C.add() takes 2 positional arguments but 4 were given
# expect: C.me() takes 1 positional argument but 4 were given
# expect: C.default() takes from 2 to 3 positional arguments but 4 were given
def in_generator(f):
    for i in range(3): yield f(i)
print(list(in_generator(o.add)))
# expect: [3, 4, 5]
def swapped(self, a): return "other"
add, out = o.add, []
for i in range(4):
    out.append(add(i))
    if i == 1: C.add.__code__ = swapped.__code__
print(out)
# expect: [3, 4, 'other', 'other']
import types
m = types.MethodType(len, [1, 2])
mm = types.MethodType(o.rest, 5)
print(m(), m(), mm(6), mm(6))
# expect: 2 2 ((5, 6), {}) ((5, 6), {})
