# SPDX-License-Identifier: MIT
"""A while loop of 10 M turns of x = x*y + z on floats."""
import sys
from _timing import report


def run(n):
    x, y, z = 0.5, 0.999, 0.25
    i = 0
    while i < n:
        x = x * y + z
        i = i + 1
    return x


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
