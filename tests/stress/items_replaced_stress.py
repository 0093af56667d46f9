# SPDX-License-Identifier: MIT
"""__getitem__ and __setitem__ of a class replaced while other threads run them."""
from _hammer import hammer


class Box:
    pass


boxes, getters = [Box(), Box()], [lambda self, key: [key], lambda self, key=None: self, lambda *a: a]


def replace(rng):
    if rng.random() < 0.5:
        Box.__getitem__ = rng.choice((*getters, staticmethod(len), lambda self, key: [key]))
    else:
        Box.__setitem__ = lambda self, key, value, log=[]: log


def use(rng):
    b = rng.choice(boxes)
    what = rng.randrange(3)
    if what == 0:
        b[[rng.random()]] = [1]
    elif what == 1:
        b[[2]], b[0]
    else:
        b["k"].__class__, b[str(rng.random())]


hammer(replace, use, use, use, turns=1500, allowed=(TypeError,))
print("ok")

# expect: ok
