# SPDX-License-Identifier: MIT
"""3 M calls of a small method through an instance."""
import sys
from _timing import report


class Account:
    def __init__(self):
        self.total = 0

    def add(self, n):
        self.total += n
        return self.total


def run(n):
    a = Account()
    for i in range(n):
        a.add(i)
    return a.total


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000)
