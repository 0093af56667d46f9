# SPDX-License-Identifier: MIT
"""Generators run, sent to, thrown into and closed by several threads."""
from _hammer import hammer


def numbers():
    total = 0
    while True:
        try:
            x = yield total
            total += x or 1
        except ValueError:
            total = 0


box = [numbers()]


def renew(rng):
    box[0] = numbers()
    next(box[0])


def step(rng):
    g = box[0]
    k = rng.randrange(6)
    if k < 3:
        next(g)
    elif k == 3:
        g.send(2)
    elif k == 4:
        g.throw(ValueError)
    else:
        g.close()
    g.gi_frame
    g.gi_running


hammer(renew, step, step, step, allowed=(ValueError, StopIteration, TypeError, RuntimeError))
print("ok")

# expect: ok
