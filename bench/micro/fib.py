# SPDX-License-Identifier: MIT
"""Recursive fib(32): calls, compares and small int arithmetic."""
import sys
from _timing import report


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


report(fib, int(sys.argv[1]) if len(sys.argv) > 1 else 32)
