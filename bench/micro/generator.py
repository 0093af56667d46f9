# SPDX-License-Identifier: MIT
"""Sums 3 M values out of a generator that filters another one."""
import sys
from _timing import report


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def run(n):
    return sum(x * 2 for x in numbers(n) if x & 1)


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000)
