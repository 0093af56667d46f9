# SPDX-License-Identifier: MIT
"""Containers that their owner goes on changing while other threads touch them for the first time.

Until then the owner reads without the lock, lets go of it with a plain store and moves blocks in place; a first comer marks the object.
"""
from _hammer import hammer

N = 40
published = [None]


class L(list):
    pass


class D(dict):
    pass


class Box:
    def __init__(self):
        self.a = self.b = 0.5


def check(value):
    if type(value) is not str or not value.startswith("v"):
        raise AssertionError(repr(value))


def own(rng):
    kind = L if rng.random() < 0.5 else list
    items, table, members, box = kind(), (D if kind is L else dict)(), set(), Box()
    published[0] = items, table, members, box
    for i in range(N):
        v = "v%d" % i
        items.append(v)
        items[rng.randrange(len(items))] = "v" + str(rng.random())
        items[1:3] = items[2:0:-1]
        table[v] = v
        table[rng.randrange(8)] = v
        members.add(v)
        box.a, box.b = box.b, (v if i & 1 else 0.25 * i)
        setattr(box, "c%d" % (i & 7), v)
        if kind is L:
            items.tag = v
    for v in items[:]:
        check(v)
    if len(members) < N or len([k for k in table if type(k) is str]) < N:
        raise AssertionError("the owner's values are lost")


def touch(rng):
    got = published[0]
    if got is None:
        return
    items, table, members, box = got
    how = rng.randrange(8)
    if how == 0:
        for v in items:
            check(v)
    elif how == 1:
        for v in items[::-1]:
            check(v)
    elif how == 2:
        items.append("v%r" % rng.random())
    elif how == 3:
        for v in list(table.values()):
            check(v)
    elif how == 4:
        table["w"] = "v"
    elif how == 5:
        members.add("v")
        for v in members.copy():
            check(v)
    elif how == 6:
        for v in (box.a, box.b):
            if type(v) is not float and type(v) is not int:
                check(v)
        box.b = "v"
    else:
        getattr(items, "tag", None)     # the mark, without a look at the items
        check(items[0]) if items else None


hammer(own, touch, touch, own, turns=3000, allowed=(RuntimeError, IndexError))
print("ok")

# expect: ok
