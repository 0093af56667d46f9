# SPDX-License-Identifier: MIT
"""A class changes while its methods are called and its instances are read through caches."""
from _hammer import hammer


class Base:
    def f(self):
        return 0

    @property
    def p(self):
        return 1


class Derived(Base):
    pass


def change(rng):
    v = rng.randrange(5)
    Base.f = lambda self: v
    if rng.randrange(2):
        Derived.f = lambda self: v
    else:
        try:
            del Derived.f
        except AttributeError:
            pass
    Base.x = v


def call(rng):
    d = Derived()
    for _ in range(20):
        if d.f() not in range(5):
            raise AssertionError
        if d.p != 1:
            raise AssertionError
    getattr(d, "x", 0)
    d.y = 1
    d.y


def bases(rng):
    class Other(Base):
        pass
    Other().f()
    Base.__subclasses__()
    isinstance(Other(), Base)


hammer(change, call, call, bases, turns=800)
print("ok")

# expect: ok
