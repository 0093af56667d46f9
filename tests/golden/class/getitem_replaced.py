# SPDX-License-Identifier: MIT
# A subscript follows its class: __getitem__ and __setitem__ that are replaced, deleted, inherited, of another kind, in one place of the program.
class Base:
    def __getitem__(self, k):
        return "base", k

    def __setitem__(self, k, v):
        print("base", k, v)


class C(Base):
    pass


def get(x):
    return x[1]


def put(x):
    x[1] = 2


def say(x):
    try:
        print(get(x))
        put(x)
    except Exception as e:
        print(type(e).__name__, e)


c = C()
say(c)
C.__getitem__ = lambda self, k: ("own", k)
C.__setitem__ = lambda self, k, v: print("own", k, v)
say(c)
del C.__getitem__, C.__setitem__
say(c)
Base.__getitem__ = staticmethod(lambda k: ("static", k))
Base.__setitem__ = staticmethod(lambda k, v: print("static", k, v))
say(c)
C.__getitem__ = str
say(c)
C.__getitem__ = None
say(c)
del C.__getitem__, Base.__getitem__
say(c)
for i in range(300):
    setattr(C, "name%d" % i, i)
    getattr(c, "name%d" % i)
Base.__getitem__ = lambda self, k: ("again", k)
say(c)
# expect: ('base', 1)
# expect: base 1 2
# expect: ('own', 1)
# expect: own 1 2
# expect: ('base', 1)
# expect: base 1 2
# expect: ('static', 1)
# expect: static 1 2
# expect: 1
# expect: static 1 2
# expect: TypeError 'NoneType' object is not callable
# expect: TypeError 'C' object is not subscriptable
# expect: ('again', 1)
# expect: static 1 2


class List(list):
    pass


items = List([1, 2, 3])
from array import array
from collections import deque
for x in ([1, 2, 3], (1, 2, 3), items, deque([4, 5, 6]), array("d", [1.5, 2.5]), array("u", "ab"), bytearray(b"xy"), b"xy", memoryview(bytearray(3)), range(4), {1: "one"}, {}, {1}, None, 3, array("b"), list):
    say(x)
print(items)
# expect: 2
# expect: 2
# expect: TypeError 'tuple' object does not support item assignment
# expect: 2
# expect: 5
# expect: 2.5
# expect: b
# expect: TypeError array item must be a unicode character, not int
# expect: 121
# expect: 121
# expect: TypeError 'bytes' object does not support item assignment
# expect: 0
# expect: 1
# expect: TypeError 'range' object does not support item assignment
# expect: one
# expect: KeyError 1
# expect: TypeError 'set' object is not subscriptable
# expect: TypeError 'NoneType' object is not subscriptable
# expect: TypeError 'int' object is not subscriptable
# expect: IndexError array index out of range
# expect: list[1]
# expect: TypeError 'type' object does not support item assignment
# expect: [1, 2, 3]
