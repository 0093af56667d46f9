# SPDX-License-Identifier: MIT
"""One dict: set, delete, resize, iterate, views, copy, merge, from four threads."""
from _hammer import hammer

d = {i: str(i) for i in range(20)}


def mutate(rng):
    k = rng.randrange(200)
    op = rng.randrange(9)
    if op < 3:
        d[k] = str(k)
    elif op == 3:
        d["s%d" % k] = k
    elif op == 4:
        d.pop(k, None)
    elif op == 5 and d:
        d.popitem()
    elif op == 6:
        d.setdefault(k, "x")
    elif op == 7:
        d.update({k: 1, k + 1: 2})
    elif len(d) > 300:
        d.clear()


def read(rng):
    k = rng.randrange(200)
    d.get(k)
    k in d
    len(d)
    try:
        d[k]
    except KeyError:
        pass
    for key in d:
        key
    list(d.items())
    dict(d)
    d | {1: 2}
    d.keys() & {1, 2, 3}
    d == d.copy()


hammer(mutate, mutate, read, read, allowed=(RuntimeError, KeyError))
print("ok", all(k is not None for k in d))

# expect: ok True
