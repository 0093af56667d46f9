# SPDX-License-Identifier: MIT
"""Queues of concurrent.interpreters from several threads: put, get, bind, release and destroy at once, on the same ids."""
import _interpqueues as queues
import concurrent.interpreters   # registers what an empty and a full queue raise
from _hammer import hammer

ERRORS = (concurrent.interpreters.QueueEmpty, concurrent.interpreters.QueueFull, queues.QueueError)
ids = [queues.create(4) for _ in range(4)]


def put(rng):
    queues.put(rng.choice(ids), rng.choice((1, "a", (1, 2.5), [3], b"x" * 100)))


def get(rng):
    item, op = queues.get(rng.choice(ids))
    assert op is None and item in (1, "a", (1, 2.5), [3], b"x" * 100), item


def remake(rng):
    i = rng.randrange(len(ids))
    if rng.random() < 0.1:
        queues.destroy(ids[i])
        ids[i] = queues.create(rng.randrange(5))
    else:
        queues.bind(ids[i])
        queues.get_count(ids[i])
        queues.list_all()


def release(rng):
    queues.release(rng.choice(ids))


hammer(put, put, get, remake, release, allowed=ERRORS)
print("ok")
# expect: ok
