# SPDX-License-Identifier: MIT
"""Functions and classes that nobody counts, in cycles with tracebacks, frames, generators and methods that others have seen: what is
collected with them may be released later than they are found."""
import gc
from _hammer import hammer

SOURCE = """
def f(x):
    y = x
    raise ValueError(x)
def g():
    yield g
class C:
    def m(self): return self
"""
box = []


def make(rng):
    space = {}
    exec(SOURCE, space)
    try:
        space["f"](space)
    except ValueError as e:
        space["e"], space["list"] = e, [e.__traceback__, e]
    space["gen"] = space["g"]()
    next(space["gen"])
    space["o"] = space["C"]()
    space["bound"] = space["o"].m
    box.append(space)
    if len(box) > 20:
        del box[:10]


def look(rng):
    space = rng.choice(box)
    space["e"].__traceback__.tb_next, space["list"][0], space["bound"](), space["gen"].gi_frame, len(space["list"])


def collect(rng):
    if rng.randrange(10) == 0:
        gc.collect()


make(None)
hammer(make, look, look, collect, turns=2000, allowed=(IndexError, KeyError, AttributeError))
print("ok")

# expect: ok
