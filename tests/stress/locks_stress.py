# SPDX-License-Identifier: MIT
"""Lock, RLock, Condition, Semaphore, Event and Barrier from many threads: counts stay right."""
import threading
from _hammer import hammer

lock, rlock, cond = threading.Lock(), threading.RLock(), threading.Condition()
sem, ev = threading.Semaphore(2), threading.Event()
state = {"a": 0, "b": 0, "inside": 0}
done = [0] * 4


def work(i):
    def run(rng):
        with lock:
            state["a"] += 1
        with rlock, rlock:
            state["b"] += 1
        with sem:
            pass
        if lock.acquire(timeout=0.001):
            lock.release()
        if lock.acquire(blocking=False):
            lock.release()
        with cond:
            cond.wait(0.0001)
            cond.notify_all()
        ev.set()
        ev.wait(0.01)
        ev.clear()
        done[i] += 1
    return run


hammer(*(work(i) for i in range(4)), turns=300)
print("ok", state["a"] == sum(done) == state["b"], lock.locked())

# expect: ok True False
