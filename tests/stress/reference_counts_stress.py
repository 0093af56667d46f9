# SPDX-License-Identifier: MIT
"""Objects made by one thread, handed on, dropped by others: none is lost, none freed twice."""
import gc
import threading
from collections import deque
from _hammer import hammer

lock = threading.Lock()
made = freed = 0


class A:
    def __init__(self, other):
        global made
        self.other = other
        with lock:
            made += 1

    def __del__(self):
        global freed
        with lock:
            freed += 1


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
print("ok", made > 0, made - freed)

# expect: ok True 0
