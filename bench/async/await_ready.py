# SPDX-License-Identifier: MIT
"""Awaits a coroutine that returns at once, 1 M times."""
import sys
from _timing import report


async def ready(i):
    return i


async def run(n):
    total = 0
    for i in range(n):
        total += await ready(i)
    return total


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
