# SPDX-License-Identifier: MIT
"""self.x = self.x + i in a loop of 10 M turns: attribute loads and stores in slots."""
import sys
from _timing import report


class Counter:
    def __init__(self):
        self.x = 0

    def run(self, n):
        i = 0
        while i < n:
            self.x = self.x + i
            i = i + 1
        return self.x


report(Counter().run, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
