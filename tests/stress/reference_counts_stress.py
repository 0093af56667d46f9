# SPDX-License-Identifier: MIT
"""Objects made by one thread, handed on, dropped by others: none is lost, none freed twice."""
import gc
from collections import deque
from _hammer import hammer

# Counted by appending: a finalizer may run inside any code of its thread, so it must not take a lock.
made, freed = [], []


class A:
    def __init__(self, other):
        self.other = other
        made.append(None)

    def __del__(self):
        freed.append(None)


q = deque()
slots = [None] * 16


def make(rng):
    a = A(slots[rng.randrange(16)])
    q.append(a)
    slots[rng.randrange(16)] = a


def drop(rng):
    for _ in range(2):
        try:
            a = q.popleft()
        except IndexError:
            return
        b = a
        a = b.other
        b.other = None
        slots[rng.randrange(16)] = a


hammer(make, make, drop, drop, turns=2000)
q.clear()
slots.clear()
gc.collect()
gc.collect()
print("ok", len(made) > 0, len(made) - len(freed))

# expect: ok True 0
