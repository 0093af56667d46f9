# SPDX-License-Identifier: MIT
"""One list: append, insert, pop, slices, sort, iterate, copy, clear, from four threads."""
from _hammer import hammer

xs = list(range(50))


def mutate(rng):
    k = rng.randrange(10)
    if k == 0:
        xs.append(rng.randrange(100))
    elif k == 1:
        xs.insert(rng.randrange(60), 7)
    elif k == 2 and xs:
        xs.pop(rng.randrange(-3, 3))
    elif k == 3:
        xs[2:5] = [1, 2, 3, 4]
    elif k == 4:
        del xs[1:4]
    elif k == 5:
        xs.extend(range(10))
    elif k == 6:
        xs.reverse()
    elif k == 7 and len(xs) > 200:
        xs.clear()
    elif k == 8:
        xs[0] = [k]
    else:
        xs.__iadd__((1, 2))


def read(rng):
    n = 0
    for x in xs:
        n += 1
        if n > 500:
            break
    len(xs)
    xs[:]
    xs.copy()
    3 in xs
    xs[0]
    xs[-1]
    repr(xs[:5])
    list(reversed(xs))
    xs == xs[:]
    xs + [1]
    tuple(xs)


hammer(mutate, mutate, read, read, allowed=(IndexError, ValueError, TypeError))
print("ok", isinstance(xs, list))

# expect: ok True
