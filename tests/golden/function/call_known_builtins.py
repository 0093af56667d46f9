# SPDX-License-Identifier: MIT
# len() and isinstance() where the callable, the argument's type or the class changes between calls of one place.
import builtins
from array import array


class Long:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


def measure(x):
    return len(x)


def say(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as e:
        print(type(e).__name__, e)


for x in ([1, 2], (1,), "abc", {1: 2}, b"abcd", {1, 2}, range(5), array("d", [0.0]), Long(7), Long(-1), Long("x"), Long(2 ** 70), 5, None, iter([])):
    say(measure, x)
# expect: 2
# expect: 1
# expect: 3
# expect: 1
# expect: 4
# expect: 2
# expect: 5
# expect: 1
# expect: 7
# expect: ValueError __len__() should return >= 0
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: OverflowError cannot fit 'int' into an index-sized integer
# expect: TypeError object of type 'int' has no len()
# expect: TypeError object of type 'NoneType' has no len()
# expect: TypeError object of type 'list_iterator' has no len()

len = lambda x: "mine"
say(measure, [1])
del len
say(measure, [1])
builtins.len, kept = (lambda x: "theirs"), builtins.len
say(measure, [1])
builtins.len = kept
say(measure, [1])
# expect: 'mine'
# expect: 1
# expect: 'theirs'
# expect: 1


class Base:
    pass


class Derived(Base):
    pass


class Pretends:
    @property
    def __class__(self):
        return Base


class Meta(type):
    def __instancecheck__(cls, x):
        print("asked")
        return x == 3


class Asked(metaclass=Meta):
    pass


def check(x, c):
    return isinstance(x, c)


for x, c in ((Derived(), Base), (Base(), Derived), (Pretends(), Base), (Pretends(), Derived), (3, Asked), (Asked(), Asked), (True, (str, int)), ("", (bytes, (int, str))),
             (1.5, (int, str)), (None, int | None), (1, "int"), (1, (str, 1)), (1, (int, 1)), (1, list[int])):
    say(check, x, c)
# expect: True
# expect: False
# expect: True
# expect: False
# expect: asked
# expect: True
# expect: True
# expect: True
# expect: True
# expect: False
# expect: True
# expect: TypeError isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: TypeError isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: True
# expect: TypeError isinstance() argument 2 cannot be a parameterized generic
x = Base()
x.__class__ = Derived
say(check, x, Derived)
Derived.__bases__ = (Long,)
say(check, x, Base)
say(check, x, Long)
# expect: True
# expect: False
# expect: True
