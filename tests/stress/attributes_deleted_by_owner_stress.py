# SPDX-License-Identifier: MIT
"""Instances whose owner deletes and adds attributes while others set and read them: no value turns up under another name."""
from _hammer import hammer


class A:
    pass


NAMES = ["f%d" % i for i in range(6)]
shared = [A() for i in range(4)]


def own(rng):
    mine = A()
    shared[rng.randrange(len(shared))] = mine
    for i in range(30):
        name = rng.choice(NAMES)
        setattr(mine, name, (name, i))
        mine.f0 = ("f0", i)
        name = rng.choice(NAMES)
        try:
            delattr(mine, name)
        except AttributeError:
            pass


def write(rng):
    a = rng.choice(shared)
    for i in range(10):
        name = rng.choice(NAMES)
        setattr(a, name, (name, i))
        a.f1 = ("f1", i)
        a.f0 = ("f0", i)


def read(rng):
    a = rng.choice(shared)
    for name in NAMES:
        value = getattr(a, name, None)
        if value is not None and value[0] != name:
            raise AssertionError(name, value)
    try:
        if a.f0[0] != "f0" or a.f1[0] != "f1":
            raise AssertionError(a.f0, a.f1)
    except AttributeError:
        pass


def remove(rng):
    try:
        del rng.choice(shared).f2
    except AttributeError:
        pass


hammer(own, own, write, read, remove)
for a in shared:
    for name, value in vars(a).items():
        assert value[0] == name, (name, value)
print("ok")

# expect: ok
