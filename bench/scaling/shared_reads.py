# SPDX-License-Identifier: MIT
"""Threads that read one shared thing: an attribute, a dict's value, a list's item, a call.

Prints a line of JSON for each row: seconds, the least of several runs (one takes some milliseconds,
for which the system may well leave both threads on one processor), and in the counting build the atomic writes to memory
that another thread owns or writes, per 1,000 turns of steady state: what a short run has, too, comes
from the call around the loop, not from its turns, and is taken off.
"""
import argparse
import json
from _copies import run_copies


class Shared:
    def __init__(self):
        self.value = [1, 2, 3]

    def method(self, x):
        return x


def function(x):
    return x


OBJECT = Shared()
DICT = {"key": Shared(), "other": Shared()}
LIST = [Shared(), Shared(), Shared()]


def read_attribute(turns):
    o = OBJECT
    i = 0
    while i < turns:
        o.value
        i = i + 1
    return i


def read_dict(turns):
    d = DICT
    i = 0
    while i < turns:
        d["key"]
        i = i + 1
    return i


def read_list(turns):
    xs = LIST
    i = 0
    while i < turns:
        xs[1]
        i = i + 1
    return i


def read_global(turns):
    i = 0
    while i < turns:
        OBJECT.value
        i = i + 1
    return i


def call_function(turns):
    i = 0
    while i < turns:
        function(i)
        i = i + 1
    return i


def call_method(turns):
    o = OBJECT
    i = 0
    while i < turns:
        o.method(i)
        i = i + 1
    return i


ROWS = {"attribute": read_attribute, "dict": read_dict, "list": read_list, "global": read_global,
        "function": call_function, "method": call_method}


def main():
    p = argparse.ArgumentParser(description="shared reads")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--size", type=int, default=1_000_000, help="turns of each thread")
    p.add_argument("--repeat", type=int, default=7, help="runs; the least time is shown")
    p.add_argument("--row", choices=list(ROWS), action="append")
    a = p.parse_args()
    for name in a.row or ROWS:
        work, short = ROWS[name], min(20_000, a.size // 2)
        run_copies(work, (short,), a.threads)                       # caches and promotion settle
        foreign, around = [], []
        run_copies(work, (short,), a.threads, around)
        seconds, _ = run_copies(work, (a.size,), a.threads, foreign)
        for _ in range(a.repeat - 1):
            seconds = min(seconds, run_copies(work, (a.size,), a.threads)[0])
        row = {"name": name, "threads": a.threads, "seconds": seconds}
        if foreign:
            row["foreign_per_1000"] = round((sum(foreign) - sum(around)) * 1000 / ((a.size - short) * a.threads), 4)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
