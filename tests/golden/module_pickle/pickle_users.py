# SPDX-License-Identifier: MIT
# Objects of the library's usual kinds come back as they were.
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import io
import multiprocessing.reduction
import operator
import pathlib
import pickle
import re
import time
import types
import uuid


class Color(enum.Enum):
    RED = 1


class Flag(enum.Flag):
    A = 1
    B = 2


Point = collections.namedtuple("Point", "x y")


@dataclasses.dataclass
class Data:
    a: int
    b: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class Slotted:
    a: int
    b: str = "b"


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    a: int


class Error(Exception):
    def __init__(self, a, b):
        super().__init__(a, b)
        self.extra = [a]


class Base:
    def __getstate__(self):
        return {"state": 1}

    def __setstate__(self, s):
        self.got = s


class Args:
    def __new__(cls, a, *, k=0):
        self = super().__new__(cls)
        self.a, self.k = a, k
        return self

    def __getnewargs_ex__(self):
        return (self.a,), {"k": self.k}


class Property:
    @property
    def x(self):
        return "property"

    def method(self):
        return "method"


class L(list):
    pass


class D(dict):
    pass


class S(str):
    pass


def function(x):
    return x


values = [Color.RED, Flag.A | Flag.B, Point(1, 2), Data(1, [2]), Slotted(3), Frozen(4), datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc), decimal.Decimal("1.5"),
          fractions.Fraction(1, 3), pathlib.PurePosixPath("a/b"), re.compile("a+"), uuid.UUID(int=5), collections.OrderedDict(a=1), collections.Counter("aab"),
          collections.deque([1], 3), collections.defaultdict(list, a=[1]), types.SimpleNamespace(a=1), function, Point._make, operator.itemgetter(1), range(5), slice(1, 2),
          time.gmtime(0), str.join, Color, int | str, list[int], ..., NotImplemented, L([1]), D(a=1), S("s"), memoryview, Exception]
for v in values:
    for proto in range(2, 6):
        back = pickle.loads(pickle.dumps(v, proto))
        assert type(back) is type(v) and (back == v or repr(back) == repr(v)), (v, back, proto)
for proto in range(6):
    e = pickle.loads(pickle.dumps(Error(1, "b"), proto))
    o = pickle.loads(pickle.dumps(OSError(2, "no", "file"), proto))
    b = pickle.loads(pickle.dumps(Base(), proto))
    l = L([1, 2])
    l.attribute = l
    l2 = pickle.loads(pickle.dumps(l, proto))
    print(type(e).__name__, e.args, e.extra, type(o).__name__, o.filename, b.got, l2, l2.attribute is l2)
a = pickle.loads(pickle.dumps(Args(1, k=2), 4))
print(a.a, a.k, pickle.loads(pickle.dumps(Args(1, k=2), 2)).k)
p = Property()
p.__dict__["x"] = 1  # goes into the instance, whatever the class says
p.__dict__["method"] = 2
q = pickle.loads(pickle.dumps(p))
print(q.x, q.__dict__, q.method)
p.__dict__[5] = 6
print(pickle.loads(pickle.dumps(p)).__dict__)
f = functools.partial(function, 1)
print(pickle.loads(pickle.dumps(f))(), type(multiprocessing.reduction.ForkingPickler.dumps([1])).__name__)
o = Data(1)
both = pickle.loads(pickle.dumps([o, o.__dict__]))
print(both[0].__dict__ == both[1], o.__reduce_ex__(4)[2] is o.__dict__)
x, y = Data(1), Data(2)
del x.a
print(pickle.loads(pickle.dumps(x)).__dict__)

# expect: Error (1, 'b') [1] FileNotFoundError file {'state': 1} [1, 2] True
# expect: Error (1, 'b') [1] FileNotFoundError file {'state': 1} [1, 2] True
# expect: Error (1, 'b') [1] FileNotFoundError file {'state': 1} [1, 2] True
# expect: Error (1, 'b') [1] FileNotFoundError file {'state': 1} [1, 2] True
# expect: Error (1, 'b') [1] FileNotFoundError file {'state': 1} [1, 2] True
# expect: Error (1, 'b') [1] FileNotFoundError file {'state': 1} [1, 2] True
# expect: 1 2 2
# expect: property {'x': 1, 'method': 2} 2
# expect: {'x': 1, 'method': 2, 5: 6}
# expect: 1 memoryview
# expect: True True
# expect: {'b': []}
