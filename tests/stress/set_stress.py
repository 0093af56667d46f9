# SPDX-License-Identifier: MIT
"""One set and one frozenset: add, discard, operators, iteration, from four threads."""
from _hammer import hammer

s = set(range(20))
f = frozenset(range(0, 100, 3))


def mutate(rng):
    k = rng.randrange(300)
    op = rng.randrange(7)
    if op < 3:
        s.add(k)
    elif op == 3:
        s.discard(k)
    elif op == 4 and s:
        s.pop()
    elif op == 5:
        s.update({k, k + 1})
    elif len(s) > 200:
        s.clear()


def read(rng):
    k = rng.randrange(300)
    k in s
    len(s)
    s | f
    s & f
    f - s
    s <= f
    s == f
    for x in s:
        x
    sorted(s)
    frozenset(s)


hammer(mutate, mutate, read, read, allowed=(RuntimeError, KeyError))
print("ok", all(isinstance(x, int) for x in s))

# expect: ok True
