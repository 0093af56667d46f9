# SPDX-License-Identifier: MIT
"""Bases, names and methods of classes changed by several threads while others make subclasses and use instances: at the end every
class has the resolution order that its bases give, knows its subclasses, and never was its own base."""
import threading
from _hammer import hammer


class M(type):
    def mro(cls):
        return list(type.mro(cls))


def tree(meta):
    top = [meta("T%d" % i, (), {"m": lambda self, i=i: i}) for i in range(3)]
    middle = [meta("M%d" % i, (top[i],), {}) for i in range(3)]
    return top + middle + [meta("L", (middle[0], middle[1]), {"x": 1})]


trees = [tree(type), tree(M)]
made, lock = [], threading.Lock()


def assign(rng):
    classes = rng.choice(trees)
    c = rng.choice(classes)
    c.__bases__ = tuple(rng.sample(classes, rng.choice((1, 1, 2))))


def make(rng):
    c = rng.choice(rng.choice(trees))
    new = type(c)("N", (c,), {})
    with lock:
        made.append(new)
        if len(made) > 50:
            del made[:25]


def rename(rng):
    c = rng.choice(rng.choice(trees))
    c.__name__ = "name%d" % rng.randrange(40)
    c.__qualname__ = "q.name%d" % rng.randrange(40)


def use(rng):
    c = rng.choice(rng.choice(trees))
    o = c()
    repr(o), c.__mro__, c.__bases__, c.__subclasses__(), c.mro(), isinstance(o, trees[0][0])
    try:
        o.absent
    except AttributeError as e:
        str(e)
    o.m()


def change(rng):
    c = rng.choice(rng.choice(trees))
    c.m = lambda self: 5
    c.__len__ = lambda self: 3
    if len(c()) != 3 and "__len__" in vars(c):
        raise AssertionError("__len__")
    del c.__len__


hammer(assign, assign, make, rename, use, change, turns=800, allowed=(TypeError, AttributeError))
wrong = [c for classes in trees[:1] for c in classes + made if type(c) is type and list(c.__mro__) != type.mro(c)]
for c in trees[0]:
    for b in c.__bases__:
        if b.__subclasses__().count(c) != 1:
            wrong.append((c, b))
    for s in c.__subclasses__():
        if c not in s.__bases__:
            wrong.append((s, c))
print("ok", wrong)

# expect: ok []
