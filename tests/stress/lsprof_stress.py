# SPDX-License-Identifier: MIT
"""One profiler switched on and off, read and cleared while several threads run the code it looks at."""
import cProfile
from _hammer import hammer

p = cProfile.Profile()


def leaf(n):
    return sum(range(n))


def down(n):
    return leaf(3) + down(n - 1) if n else len("x")


def numbers():
    yield from range(3)


def work(rng):
    down(rng.randrange(8))
    list(numbers())
    max(*[1, 2])


def switch(rng):
    try:
        p.enable(subcalls=rng.random() < .8, builtins=rng.random() < .8)
    except ValueError:
        pass
    work(rng)
    p.disable()


def read(rng):
    for e in p.getstats():
        assert e.callcount >= e.reccallcount >= 0 and (e.calls is None or all(c.callcount > 0 for c in e.calls))
    if rng.randrange(8) == 0:
        p.clear()


hammer(work, work, work, switch, switch, read, turns=150)
p.disable()
print("ok")

# expect: ok
