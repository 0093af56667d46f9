# SPDX-License-Identifier: MIT
"""A while loop of 10 M turns that adds ints."""
import sys
from _timing import report


def run(n):
    i = 0
    s = 0
    while i < n:
        s = s + i
        i = i + 1
    return s


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
