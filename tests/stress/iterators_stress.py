# SPDX-License-Identifier: MIT
"""Iterators of every kind shared by threads: list, dict, set, str, range, zip, enumerate, tee..."""
import itertools
from _hammer import hammer

xs = list(range(50))
d = dict.fromkeys(range(50))
box = [None]


def refill(rng):
    makers = [lambda: iter(xs), lambda: iter(d), lambda: iter(d.items()), lambda: iter(set(xs)),
              lambda: iter("abc" * 20), lambda: iter(range(50)), lambda: zip(xs, xs),
              lambda: enumerate(xs), lambda: map(str, xs), lambda: filter(None, xs),
              lambda: reversed(xs), lambda: itertools.chain(xs, xs), lambda: itertools.tee(xs)[0],
              lambda: itertools.islice(xs, 40), lambda: itertools.count(), lambda: itertools.cycle(xs),
              lambda: itertools.accumulate(xs), lambda: itertools.groupby(xs), lambda: iter(b"abc" * 9),
              lambda: itertools.product(xs, xs), lambda: itertools.permutations(xs, 2),
              lambda: itertools.batched(xs, 3), lambda: itertools.pairwise(xs), lambda: iter(memoryview(b"abc" * 9))]
    box[0] = rng.choice(makers)()


def consume(rng):
    it = box[0]
    if it is None:
        return
    for _ in range(20):
        next(it)


hammer(refill, consume, consume, consume, turns=3000, allowed=(StopIteration, RuntimeError))
print("ok")

# expect: ok
