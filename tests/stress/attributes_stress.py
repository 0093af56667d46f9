# SPDX-License-Identifier: MIT
"""One instance: attributes added, changed, deleted; __dict__ read and replaced."""
from _hammer import hammer


class A:
    def __init__(self):
        self.n = 1


a = A()
names = ["f%d" % i for i in range(30)]


def mutate(rng):
    name = rng.choice(names)
    setattr(a, name, rng.randrange(100))
    if rng.randrange(2):
        delattr(a, rng.choice(names))


def view(rng):
    d = a.__dict__
    d.get("n")
    list(d)
    d[rng.choice(names)] = 5
    d.pop(rng.choice(names), None)
    vars(a)


def read(rng):
    if a.n != 1:
        raise AssertionError(a.n)
    getattr(a, rng.choice(names), None)
    hasattr(a, rng.choice(names))


hammer(mutate, mutate, view, read, allowed=(AttributeError, RuntimeError))
print("ok", a.n)

# expect: ok 1
