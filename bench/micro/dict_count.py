# SPDX-License-Identifier: MIT
"""Counts 3 M words in a dict with str keys."""
import sys
from _timing import report


def run(n):
    words = ["w%d" % i for i in range(1000)]
    d = {}
    j = 0
    for i in range(n):
        w = words[j]
        d[w] = d.get(w, 0) + 1
        j += 7
        if j >= 1000:
            j -= 1000
    return len(d)


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000)
