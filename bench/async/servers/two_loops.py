# SPDX-License-Identifier: MIT
"""Two loops on two threads against one: 2 x (server CPU per request with one loop) / (with two), with CPU work of 20 us per request.

    two_loops.py [--python build/release/bin/ladon] [--seconds S] [--rounds N] [--count]

By CPU time, because wrk shares the machine's processors: what two loops wait for or take from each other's caches shows in it.
--count, with the counting build as --python: prints instead what it saw of foreign atomic writes per 1,000 requests, on each loop, and
fails above 0.1.
"""
import argparse
import json
import statistics
import subprocess
import sys

from _measure import HERE, LADON, Server, wrk

MOST_PER_1000 = 0.1     # single events, not by request: what other threads retired, grace periods


WORK = 20e-6


def per_request(python, threads, seconds, turns):
    with Server(python, "http_server.py", "--threads", str(threads), "--work", str(turns)) as s:
        wrk(s.port, "work", 64, 1)
        before = s.cpu()
        n = wrk(s.port, "work", 64, seconds)
        return (s.cpu() - before) / n


def turns_of(python):
    """How many turns take WORK seconds."""
    program = "import sys, time; sys.path.insert(0, %r); from http_server import work; work(10000); t = time.process_time(); work(2000000); print(time.process_time() - t)"
    took = min(float(subprocess.run(python.split() + ["-c", program % HERE], capture_output=True, text=True, check=True).stdout) for _ in range(3))
    return round(2000000 * WORK / took)


def count(python, seconds):
    with Server(python, "http_server.py", "--threads", "2", "--count") as s:
        wrk(s.port, "plaintext", 64, seconds)
    rows = [json.loads(line) for line in s.output.splitlines() if line.startswith("{")]
    for row in rows:
        print("loop: %d requests, foreign writes per 1,000: %s" % (row["requests"], row["foreign_per_1000"]))
    return len(rows) == 2 and all(r["foreign_per_1000"] is not None and r["foreign_per_1000"] <= MOST_PER_1000 for r in rows)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=LADON)
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--count", action="store_true")
    o = p.parse_args()
    if o.count:
        sys.exit(0 if count(o.python, o.seconds) else "FAIL")
    rows, turns = [], turns_of(o.python)
    for _ in range(o.rounds):
        a, b = (per_request(o.python, threads, o.seconds, turns) for threads in (1, 2))
        rows.append(2 * a / b)
        print("one loop %.2f us   two loops %.2f us per request   %.2f" % (a * 1e6, b * 1e6, rows[-1]), flush=True)
    print("median %.2f" % statistics.median(rows))


if __name__ == "__main__":
    main()
