# SPDX-License-Identifier: MIT
"""Threads that allocate, free each other's objects and end, while one starts, stops, clears and reads the traces; forks in between."""
import os
import threading
import tracemalloc
from _hammer import hammer

shared = [None] * 64


def allocate(rng):
    for _ in range(20):
        shared[rng.randrange(64)] = rng.choice((lambda: b"x" * rng.randrange(3000), lambda: [1] * rng.randrange(50), lambda: {i: [i] for i in range(9)}, lambda: object()))()
    rows = [[i] for i in range(30)]
    while len(rows) > 3:
        rows.pop()
        rows.append(rows.pop(0))


def trace(rng):
    k = rng.randrange(7)
    if k == 0:
        tracemalloc.start(rng.randrange(1, 100))
    elif k == 1:
        tracemalloc.stop()
    elif k == 2:
        tracemalloc.clear_traces()
    elif k == 3:
        for domain, size, frames, total in tracemalloc._get_traces()[:100]:
            if not frames or not frames[0][0] or size < 0:
                raise AssertionError(frames)
    elif k == 4:
        tracemalloc.get_object_traceback(shared[rng.randrange(64)])
    elif k == 5:
        tracemalloc.get_traced_memory(), tracemalloc.get_tracemalloc_memory(), tracemalloc.reset_peak()
    elif rng.randrange(10) == 0:
        t = threading.Thread(target=allocate, args=(rng,))
        t.start()
        t.join()


def fork(rng):
    if rng.randrange(100):
        return allocate(rng)
    pid = os.fork()
    if not pid:
        tracemalloc.start()
        x = [b"y" * 1000 for _ in range(100)]
        os._exit(tracemalloc.get_object_traceback(x) is None)
    if os.waitpid(pid, 0)[1]:
        raise AssertionError("child")


hammer(allocate, allocate, trace, fork, turns=600)
