# SPDX-License-Identifier: MIT
"""Runs independent copies of a computation, one on each thread, and prints the time as JSON.

A program calls main(name, function, default_size). Options: --threads N, --size S. The threads
meet at a barrier first, so that only the computation is timed.
"""
import argparse
import json
import sys
import threading
import time

# The counting build's number, per thread: atomic writes to words that other threads own or write.
foreign_writes = getattr(sys, "_foreign_writes", None)


def run_copies(function, args, threads, foreign=None):
    """Returns (seconds from the common start to the last end, results).

    foreign, a list, gets each thread's foreign writes during the function in the counting build.
    """
    barrier = threading.Barrier(threads)
    starts, ends, results = [0.0] * threads, [0.0] * threads, [None] * threads

    def work(i):
        own = (*args,)      # what the threads share is what the function shares, and nothing else
        clock, count = time.perf_counter, foreign_writes or (lambda: 0)
        barrier.wait()
        start, before = clock(), count()
        result = function(*own)
        writes, end = count() - before, clock()
        starts[i], ends[i], results[i] = start, end, result
        if foreign is not None and foreign_writes:
            foreign.append(writes)

    pool = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
    for t in pool:
        t.start()
    for t in pool:
        t.join()
    return max(ends) - min(starts), results


def main(name, function, size):
    p = argparse.ArgumentParser(description=name)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--size", type=int, default=size)
    a = p.parse_args()
    seconds, results = run_copies(function, (a.size,), a.threads)
    if any(r != results[0] for r in results) or results[0] is None:
        raise SystemExit("%s: the copies differ: %r" % (name, results))
    print(json.dumps({"name": name, "threads": a.threads, "seconds": seconds, "result": results[0]}))
