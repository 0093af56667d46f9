# SPDX-License-Identifier: MIT
"""Classes made, changed and dropped in several threads; shapes and caches follow."""
from _hammer import hammer


class Root:
    pass


def make(rng):
    names = rng.sample("abcdefgh", 3)
    T = type("T%d" % rng.randrange(5), (Root,), {n: rng.randrange(9) for n in names})
    t = T()
    for n in names:
        setattr(t, n + n, 1)
        getattr(t, n)
    T.extra = len(names)
    if t.extra != 3:
        raise AssertionError
    Root.__subclasses__()


def slots(rng):
    class S(Root):
        __slots__ = ("x", "y")
    s = S()
    s.x = 1
    s.y = 2
    if s.x + s.y != 3:
        raise AssertionError


def root(rng):
    Root.n = rng.randrange(3)
    Root().n


hammer(make, make, slots, root, turns=300)
print("ok")

# expect: ok
