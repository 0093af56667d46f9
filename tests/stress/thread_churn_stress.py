# SPDX-License-Identifier: MIT
"""Threads start and end all the time, leave objects behind, use thread-local data."""
import threading
from _hammer import hammer

local = threading.local()
left = []


def body(n):
    local.x = n
    left.append([n, {"n": n}])
    if local.x != n:
        raise AssertionError


def churn(rng):
    ts = [threading.Thread(target=body, args=(rng.randrange(100),)) for _ in range(4)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()


def reap(rng):
    while left:
        left.pop()
    threading.active_count()
    threading.enumerate()


hammer(churn, churn, reap, turns=60, allowed=(IndexError,))
print("ok")

# expect: ok
