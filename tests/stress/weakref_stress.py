# SPDX-License-Identifier: MIT
"""Weak references and weak dicts while their objects die in other threads."""
import weakref
from _hammer import hammer


class A:
    pass


strong = {}
values = weakref.WeakValueDictionary()
keys = weakref.WeakKeyDictionary()
refs = weakref.WeakSet()


def make(rng):
    k = rng.randrange(30)
    a = A()
    a.k = k
    strong[k] = a
    values[k] = a
    keys[a] = k
    refs.add(a)
    strong.pop(rng.randrange(30), None)


def read(rng):
    k = rng.randrange(30)
    a = values.get(k)
    if a is not None and a.k != k:
        raise AssertionError
    s = strong.get(k)
    if s is not None:
        r = weakref.ref(s)
        del s
        r()
    len(refs)
    list(values.items())
    list(keys)


hammer(make, make, read, read, turns=1000, allowed=(RuntimeError, KeyError))
print("ok")

# expect: ok
