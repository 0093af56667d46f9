# f(*args, **kw) of bound methods and classes: arguments, errors, results of __init__, generators, recursion, and what they leave behind.
import sys, types, weakref

class P:
    def __init__(self, a, b=2, *rest, k=None, **kw):
        self.got = a, b, rest, k, kw
    def m(self, a, b=2, *rest, k=None, **kw):
        return a, b, rest, k, kw
    def gen(self, *a):
        yield from a
    async def co(self, *a):
        return a
p = P(0)
for args, kw in (((1,), {}), ((1, 2, 3, 4), {"k": 5, "z": 6}), ([1], {"b": 3}), ((), {"a": 1})):
    print(p.m(*args, **kw), P(*args, **kw).got == p.m(*args, **kw))
# expect: (1, 2, (), None, {}) True
# expect: (1, 2, (3, 4), 5, {'z': 6}) True
# expect: (1, 3, (), None, {}) True
# expect: (1, 2, (), None, {}) True
for f in (p.m, P):
    for args, kw in (((), {}), ((1,), {"a": 2}), ((1,), {3: 4})):
        try:
            f(*args, **kw)
        except TypeError as e:
            print(e)
# expect: P.m() missing 1 required positional argument: 'a'
# expect: P.m() got multiple values for argument 'a'
# expect: keywords must be strings
# expect: P.__init__() missing 1 required positional argument: 'a'
# expect: P.__init__() got multiple values for argument 'a'
# expect: keywords must be strings
class Bad:
    def __init__(self, *a):
        return a
class Raises:
    def __init__(self, *a):
        raise ValueError(a)
    def __del__(self):
        print("deleted")
for c in (Bad, Raises):
    try:
        c(*[1, 2])
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
    e = None
# expect: TypeError __init__() should return None, not 'tuple'
# expect: ValueError (1, 2)
# expect: deleted
print(list(p.gen(*"abc")), type(p.gen(*[])).__name__)
# expect: ['a', 'b', 'c'] generator
try:
    p.co(*(7, 8)).send(None)
except StopIteration as e:
    print(e.value)
# expect: (7, 8)
def inside():
    a = [1]
    while True:
        a = yield P(*a).got[0], p.m(*a)[0]
g = inside()
next(g)
print(g.send((4, 5)), g.send([6]))
# expect: (4, 4) (6, 6)
def deep(n, **kw):
    return 0 if n == 0 else 1 + types.MethodType(deep, n - 1)(**kw)
print(deep(300, x=1))
# expect: 300
class Node:
    def __init__(self, n, *rest):
        self.next = Node(*(n - 1,)) if n else None
n, depth = Node(*[200]), 0
while n:
    n, depth = n.next, depth + 1
print(depth)
# expect: 201
class Forever:
    def __init__(self, *a):
        Forever(*a)
try:
    Forever(*[1])
except RecursionError as e:
    print("RecursionError")
# expect: RecursionError
class WithNew:
    def __new__(cls, *a):
        return a
class Abstract(__import__("abc").ABC):
    def __init__(self, *a): pass
    @__import__("abc").abstractmethod
    def f(self): pass
class Meta(type):
    def __call__(cls, *a):
        return "meta", a
class M(metaclass=Meta):
    def __init__(self, *a): pass
print(WithNew(*[1]), M(*[1]), types.MethodType(print, "x")(*["y"]), types.MethodType(P, 1)(*[2]).got)
# expect: x y
# expect: (1,) ('meta', (1,)) None (1, 2, (), None, {})
try:
    Abstract(*[1])
except TypeError as e:
    print(e)
# expect: Can't instantiate abstract class Abstract without an implementation for abstract method 'f'
o = P(*[1])
r, o = weakref.ref(o), None
print(r())
# expect: None
def traced(frame, event, arg):
    if event == "call": calls.append(frame.f_code.co_name)
calls = []
sys.setprofile(traced)
P(*[1])
p.m(*[1])
sys.setprofile(None)
print(calls)
# expect: ['__init__', 'm']
