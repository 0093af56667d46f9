# SPDX-License-Identifier: MIT
"""Resumes a chain of awaits through all its levels: a million levels in all, in chains 1, 10, 100 and 1,000 deep.

The result is the nanoseconds that a level costs at each depth, relative to depth 1.
"""
import asyncio
import sys
import time
from _timing import report

DEPTHS = 1, 10, 100, 1000


async def innermost(turns):
    for _ in range(turns):
        await asyncio.sleep(0)


async def level(depth, turns):
    if depth:
        await level(depth - 1, turns)
    else:
        await innermost(turns)


async def run(levels):
    costs = {}
    for depth in DEPTHS:
        turns = levels // depth
        start = time.perf_counter()
        await level(depth, turns)
        costs[depth] = (time.perf_counter() - start) / levels * 1e9
    return {depth: round(cost, 1) for depth, cost in costs.items()}


sys.setrecursionlimit(5000)
report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
