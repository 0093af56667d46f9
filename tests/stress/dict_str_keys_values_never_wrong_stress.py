# SPDX-License-Identifier: MIT
"""A reader never sees a key with another key's value, whatever resizes happen."""
from _hammer import hammer

d = {}


def write(rng):
    base = rng.randrange(500)
    for i in range(base, base + 30):
        d["k%d" % i] = i
    for i in range(base, base + 30, 2):
        d.pop("k%d" % i, None)


def read(rng):
    for i in range(0, 500, 7):
        v = d.get("k%d" % i)
        if v is not None and v != i:
            raise AssertionError((i, v))


hammer(write, write, read, read, turns=500)
print("ok", all(d[k] == int(k[1:]) for k in list(d)))

# expect: ok True
