# SPDX-License-Identifier: MIT
"""Globals and closure cells written by one thread and read by others."""
from _hammer import hammer

value = 0


def make():
    cell = 0

    def write(rng):
        nonlocal cell
        global value
        mine = [rng.randrange(100)]     # reading the cell twice could meet the other writer in between
        cell = mine
        value = (mine, mine)
        globals()["dyn%d" % rng.randrange(30)] = mine
        globals().pop("dyn%d" % rng.randrange(30), None)

    def read(rng):
        c = cell
        if c and not 0 <= c[0] < 100:
            raise AssertionError(c)
        v = value
        if v and v[0] is not v[1]:
            raise AssertionError(v)
        len

    return write, read


write, read = make()
hammer(write, write, read, read, turns=5000)
print("ok")

# expect: ok
