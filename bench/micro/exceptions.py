# SPDX-License-Identifier: MIT
"""Raises and catches 500,000 exceptions one call deep."""
import sys
from _timing import report


def check(i):
    if i & 1:
        raise ValueError(i)
    return i


def run(n):
    caught = 0
    for i in range(n):
        try:
            check(i)
        except ValueError:
            caught += 1
    return caught


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
