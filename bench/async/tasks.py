# SPDX-License-Identifier: MIT
"""Creates 1 M tasks that finish in their first step, a thousand at a time."""
import asyncio
import sys
from _timing import report

BATCH = 1000


async def nothing(done):
    done[0] += 1


async def run(n):
    done = [0]
    while done[0] < n:
        tasks = [asyncio.create_task(nothing(done)) for _ in range(BATCH)]
        await tasks[-1]
    return done[0]


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
