# SPDX-License-Identifier: MIT
"""What the stress tests share: threads that start together, a time limit, a printed seed.

hammer(*workers) starts each worker in a thread of its own, all at once, and waits. A worker is
called with a Random of its own, again and again, until the turns are used up. Exceptions in ALLOWED
are what a race may bring; any other ends the test. The seed goes to standard error; STRESS_SEED and
STRESS_TURNS set seed and turns.
"""
import os
import random
import sys
import threading
import time

SEED = int(os.environ.get("STRESS_SEED", "0")) or int(time.time() * 1000) % 1_000_000_007
LIMIT = float(os.environ.get("STRESS_SECONDS", "4"))


def hammer(*workers, turns=2000, allowed=()):
    turns = int(os.environ.get("STRESS_TURNS", turns))
    sys.stderr.write("seed %d\n" % SEED)
    barrier = threading.Barrier(len(workers))
    failures = []

    def run(number, worker):
        rng = random.Random(SEED * 1000 + number)
        barrier.wait()
        end = time.monotonic() + LIMIT
        try:
            for turn in range(turns):
                try:
                    worker(rng)
                except allowed:
                    pass
                if turn % 16 == 0 and time.monotonic() > end:
                    break
        except BaseException as e:
            failures.append("%s: %s: %s" % (worker.__name__, type(e).__name__, e))
            raise

    threads = [threading.Thread(target=run, args=(i, w)) for i, w in enumerate(workers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise SystemExit("stress: " + "; ".join(failures))


def note(text):
    sys.stderr.write(text + "\n")


def run_beside(threads, pests, stop):
    """Runs threads to their end, beside pests that go on until the event stop is set."""
    for t in threads + pests:
        t.start()
    for t in threads:
        t.join()
    stop.set()
    for t in pests:
        t.join()
