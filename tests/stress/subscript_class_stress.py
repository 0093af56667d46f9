# SPDX-License-Identifier: MIT
# Subscripts, len() and isinstance() in some threads while others replace what they lead to: __getitem__ and __setitem__ of a class and of its base, the
# bases of a class, the built-in functions' names; items of an array and of a dict by keys that are objects.
import builtins
import threading
from array import array

TURNS = 1500
problems = []


class Base:
    def __getitem__(self, k):
        return k

    def __setitem__(self, k, v):
        self.last = v


class Other:
    pass


class Stranger:
    pass


class C(Base):
    def __len__(self):
        return 3


c, shared = C(), array("d", [1.5] * 8)
table = {(i, str(i)): i for i in range(8)}
kept_len, kept_isinstance = builtins.len, builtins.isinstance


def rest(*args, **kw):
    return args, kw


def use():
    for i in range(TURNS):
        try:
            if c[i] != i:
                problems.append(("getitem", c[i]))
            c[i] = i
        except (TypeError, AttributeError):     # for a moment there is none
            pass
        if len(c) != 3 or len(shared) != 8 or len(b"abc") != 3 or len(table) != 8:
            problems.append("len")
        if not isinstance(c, C) or isinstance(c, (int, Stranger, str)):
            problems.append("isinstance")
        isinstance(c, Base)
        shared[i & 7] = 1.5
        if shared[i & 7] != 1.5 or table[i & 7, str(i & 7)] != i & 7:
            problems.append("item")
        if rest(i, c, k=i) != ((i, c), {"k": i}) or rest() != ((), {}):
            problems.append("rest")
        for k, x in enumerate(zip([i, i], (i, i))):
            if x != (i, i):
                problems.append("pair")


def change():
    for i in range(TURNS // 5):
        C.__getitem__ = lambda self, k: k
        C.__setitem__ = lambda self, k, v: None
        del C.__getitem__, C.__setitem__
        get = Base.__getitem__
        del Base.__getitem__
        Base.__getitem__ = get
        builtins.len = lambda x: kept_len(x)
        builtins.isinstance = lambda x, t: kept_isinstance(x, t)
        C.__bases__ = (Base, Other) if i & 1 else (Base,)
        C.__bases__ = (Base,)
        builtins.len, builtins.isinstance = kept_len, kept_isinstance


threads = [threading.Thread(target=use) for _ in range(3)] + [threading.Thread(target=change)]
for t in threads:
    t.start()
for t in threads:
    t.join()
if isinstance(c, Other):
    problems.append("bases")
print(problems[:3])
# expect: []
