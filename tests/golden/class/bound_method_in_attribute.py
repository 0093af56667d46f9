# Bound methods kept in attributes, locals and modules, called with all arguments, with defaults, with too few, and where the call drops the last reference to them.
import sys, weakref

class Sink:
    def __init__(self):
        self.got = []
    def put(self, a, b="b", c="c"):
        self.got.append((a, b, c))
        return self
    def whole(self, a):
        return [self is sink, a]

class Holder:
    def __init__(self, cb):
        self.cb = cb
    def go(self, *args):
        return self.cb(*args)
    def one(self, x):
        return self.cb(x)
    def two(self, x, y):
        return self.cb(x, y)

sink = Sink()
h = Holder(sink.put)
for i in range(3):
    h.one(i)
    h.two(i, "y")
    h.go(i, 1, 2)
print(sink.got[:3], len(sink.got))
# expect: [(0, 'b', 'c'), (0, 'y', 'c'), (0, 1, 2)] 9
put = sink.put
for i in range(2):
    put(i)
    put(i, 1)
    put(i, 1, 2)
print(sink.got[-3:])
# expect: [(1, 'b', 'c'), (1, 1, 'c'), (1, 1, 2)]
for call in (lambda: put(), lambda: h.cb(), lambda: h.two.__self__.cb(1, 2, 3, 4)):
    try:
        call()
    except TypeError as e:
        print(e)
# expect: Sink.put() missing 1 required positional argument: 'a'
# expect: Sink.put() missing 1 required positional argument: 'a'
# expect: Sink.put() takes from 2 to 4 positional arguments but 5 were given

# Other callables in the same place, one after the other; with the object in dict mode as well.
others = [sink.whole, len, [].append, str.upper, Sink, lambda x: -x]
for other, arg in zip(others, [3, "abc", 4, "up", None, 5]):
    h.cb = other
    try:
        print(h.one(arg))
    except TypeError as e:
        print(e)
# expect: [True, 3]
# expect: 3
# expect: None
# expect: UP
# expect: Sink.__init__() takes 1 positional argument but 2 were given
# expect: -5
h.__dict__["cb"] = sink.whole
print(h.one(1), h.one(2))
# expect: [True, 1] [True, 2]

# The holder is a temporary, and only it holds the method, which alone holds its object.
class Loud:
    def __del__(self):
        print("gone")
    def hi(self, x=1, y=2):
        return x + y
print(Holder(Loud().hi).cb())
# expect: gone
# expect: 3
print(Holder(Loud().hi).cb(5))
# expect: gone
# expect: 7

# A method that replaces itself while it runs.
class Once:
    def __init__(self):
        self.run = self.first
    def first(self, n=1):
        self.run = self.second
        return "first", n
    def second(self, n=2):
        return "second", n
o = Once()
print(o.run(), o.run(), o.run(7))
# expect: ('first', 1) ('second', 2) ('second', 7)

# Methods of methods, of callables that are no functions, and of a module.
from types import MethodType, ModuleType
m = MethodType(MethodType(lambda a, b, c=0: (a, b, c), 1), 2)
h.cb = m
print(h.go(), m(), m(5))
# expect: (1, 2, 0) (1, 2, 0) (1, 2, 5)
h.cb = MethodType(print, "bound")
h.one("native")
# expect: bound native
mod = ModuleType("mod")
mod.put = sink.whole
print(mod.put(1), mod.put(2))
# expect: [True, 1] [True, 2]
def deep(n):
    return 0 if n == 0 else 1 + k.cb(n - 1)
class K: pass
k = K()
k.cb = MethodType(lambda self, n=3: deep(n), k)
print(k.cb(), k.cb(40))
# expect: 3 40
def gen():
    while True:
        yield h.one(1), put(2).got[-1]
h.cb = sink.whole
g = gen()
print(next(g), next(g))
# expect: ([True, 1], (2, 'b', 'c')) ([True, 1], (2, 'b', 'c'))
