# SPDX-License-Identifier: MIT
"""Functions whose code, defaults and dicts change while they are called."""
from _hammer import hammer


def target(a, b=1, *, c=2):
    return 1


def other(a, b=1, *, c=2):
    return 2


codes = [target.__code__, other.__code__]


def change(rng):
    target.__code__ = rng.choice(codes)
    target.__defaults__ = (rng.randrange(5),)
    target.__kwdefaults__ = {"c": rng.randrange(5)}
    target.tag = rng.randrange(9)
    target.__name__ = "n%d" % rng.randrange(9)


def call(rng):
    for _ in range(10):
        if target(1) not in (1, 2) or target(1, 2, c=3) not in (1, 2):
            raise AssertionError
    target.__dict__
    target.__name__


hammer(change, call, call)
print("ok")

# expect: ok
