# SPDX-License-Identifier: MIT
"""Several threads import the same and different modules, first time and again."""
import importlib
import os
import sys
from _hammer import hammer

for i in range(12):
    with open("m%d.py" % i, "w") as f:
        f.write("import m%d\nvalue = %d\n" % ((i + 1) % 12, i))
sys.path.insert(0, os.getcwd())


def load(rng):
    i = rng.randrange(12)
    m = importlib.import_module("m%d" % i)
    if getattr(m, "value", i) != i:
        raise AssertionError(m)
    if rng.randrange(30) == 0:
        sys.modules.pop("m%d" % rng.randrange(12), None)


hammer(load, load, load, load, turns=300, allowed=(ImportError, KeyError))
print("ok")

# expect: ok
