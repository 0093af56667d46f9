# SPDX-License-Identifier: MIT
"""Splits, joins and formats 500,000 short strings."""
import sys
from _timing import report


def run(n):
    total = 0
    for i in range(n):
        s = f"{i}:{i * 2}:item"
        a, b, c = s.split(":")
        total += len("-".join((c, b, a)))
    return total


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
