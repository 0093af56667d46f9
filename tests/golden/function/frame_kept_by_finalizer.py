# SPDX-License-Identifier: MIT
"""A finalizer that runs while a frame's locals go may keep that frame: it shows what the frame had, or where the call was, and nothing of later calls."""
import sys

kept = []

class Dying:
    def __del__(self):
        kept.append(sys._getframe(1))

class C:
    def __init__(self):
        d = Dying()
        n = 1
    @property
    def prop(self):
        d = Dying()
        n = 2
    @prop.setter
    def prop(self, v):
        d = Dying()
        n = 2
    def meth(self):
        d = Dying()
        n = 3
        return n
    def __getitem__(self, k):
        d = Dying()
        n = 4
        return k
    def __getattr__(self, name):
        d = Dying()
        n = 5
        return name

def plain(x):
    d = Dying()
    n = 6
    return x

def gen():
    d = Dying()
    n = 7
    yield 1

async def inner():
    d = Dying()
    n = 8
    return 2

async def outer():
    return await inner()

def deep(k):
    a = b = c = d = n = 99
    return deep(k - 1) if k else [a, b, c, d, n]

for i in range(3):
    c = C()
    c.prop
    c.prop = 1
    bound = c.meth
    assert (c.meth(), bound(), c[3], c.other, plain(4), plain([5]), list(gen())) == (3, 3, 3, "other", 4, [5], [1])
    assert list(map(plain, [1, 2])) == [1, 2] and plain(*[6]) == 6
    try:
        outer().send(None)
    except StopIteration as e:
        assert e.value == 2
    deep(40)

numbers = dict(__init__=1, prop=2, meth=3, __getitem__=4, __getattr__=5, plain=6, gen=7, inner=8)
for f in kept:
    n = f.f_locals.get("n")
    assert n is None or n == numbers[f.f_code.co_name], (f, n)
    while f:
        f = f.f_back
print(len(kept) >= 30)
# expect: True
