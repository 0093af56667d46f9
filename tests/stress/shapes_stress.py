# SPDX-License-Identifier: MIT
"""Shapes, special methods and bases of classes change while others use the instances."""
from _hammer import hammer


class K:
    def __len__(self):
        return 1


class L(K):
    pass


class P:
    __slots__ = ("a", "b")


box = [K() for _ in range(8)]
n = 0


def remove(cls, name):
    try:
        delattr(cls, name)
    except AttributeError:
        pass


def grow(rng):
    global n
    n += 1
    o = box[rng.randrange(8)]
    setattr(o, "a%d" % (n % 5000), n)
    o.x = n
    o.__class__ = L if rng.randrange(2) else K
    if rng.randrange(10) == 0:
        box[rng.randrange(8)] = K()
    if rng.randrange(10) == 0:
        remove(o, "x")


def read(rng):
    o = box[rng.randrange(8)]
    if type(o) not in (K, L) or not isinstance(o, K) or len(o) != 1 or not o or not o == o:
        raise AssertionError(o)
    vars(o), dir(o), repr(o), hash(o), callable(o), getattr(o, "x", 0), list(o.__dict__)
    o.y = 1
    for name in list(o.__dict__):
        getattr(o, name, 0)


def change(rng):
    k = rng.randrange(8)
    if k == 0:
        K.__len__ = lambda self: 1
    elif k == 1:
        K.__bool__ = lambda self: True
    elif k == 2:
        remove(K, "__bool__")
    elif k == 3:
        K.__getattr__ = lambda self, name: 0
    elif k == 4:
        remove(K, "__getattr__")
    elif k == 5:
        K.__eq__ = lambda a, b: a is b
        K.__hash__ = lambda self: 1
    elif k == 6:
        L.__iter__ = lambda self: iter(())
    else:
        p = P()
        p.a = p.b = 1
        if p.a + type("N", (L,), {"q": 1})().q != 2:
            raise AssertionError

        class Other(K):
            pass
        L.__bases__ = (Other,) if rng.randrange(2) else (K,)


hammer(grow, read, read, change, turns=600, allowed=(AttributeError, TypeError, RuntimeError))
print("ok")

# expect: ok
