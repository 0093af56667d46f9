# SPDX-License-Identifier: MIT
"""Dict keys whose __eq__ and __hash__ run Python code that changes the dict."""
from _hammer import hammer

d = {}


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 5

    def __eq__(self, other):
        if self.n % 7 == 0:
            d.pop(None, None)
            d[None] = self.n
        return isinstance(other, Key) and self.n == other.n


def mutate(rng):
    n = rng.randrange(40)
    d[Key(n)] = n
    d.pop(Key(rng.randrange(40)), None)


def read(rng):
    n = rng.randrange(40)
    v = d.get(Key(n), n)
    if v != n:
        raise AssertionError((v, n))
    Key(n) in d


hammer(mutate, read, read, allowed=(RuntimeError,))
print("ok")

# expect: ok
