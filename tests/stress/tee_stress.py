# SPDX-License-Identifier: MIT
"""The two ends of a tee consumed by different threads, the source shared by both."""
import itertools
from _hammer import hammer

ends = [itertools.tee(itertools.count(), 2)]


def renew(rng):
    ends[0] = itertools.tee(itertools.count(), 2)


def left(rng):
    for _ in range(20):
        next(ends[0][0])


def right(rng):
    for _ in range(20):
        next(ends[0][1])
    ends[0][1].__copy__()


hammer(renew, left, right, left, turns=500, allowed=(RuntimeError,))
print("ok")

# expect: ok
