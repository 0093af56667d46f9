# SPDX-License-Identifier: MIT
"""Lists sorted while others change and read them."""
from _hammer import hammer

xs = [(i * 7919) % 1009 for i in range(200)]


def sort(rng):
    xs.sort()
    sorted(xs)
    xs.sort(key=lambda v: -v)


def change(rng):
    xs.append(rng.randrange(1000))
    if len(xs) > 250:
        xs.pop()
    xs[rng.randrange(5)] = 5


hammer(sort, sort, change, turns=400, allowed=(ValueError, IndexError))
print("ok", all(isinstance(v, int) for v in xs))

# expect: ok True
