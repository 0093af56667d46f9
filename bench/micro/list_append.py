# SPDX-License-Identifier: MIT
"""Builds, indexes and sums a list of 2 M items."""
import sys
from _timing import report


def run(n):
    xs = []
    for i in range(n):
        xs.append(i)
    s = 0
    for i in range(n):
        s += xs[i]
    return s


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
