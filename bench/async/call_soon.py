# SPDX-License-Identifier: MIT
"""Has the loop call 1 M callbacks soon, a thousand at a time."""
import asyncio
import sys
from _timing import report

BATCH = 1000


async def run(n):
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    count = 0

    def callback():
        nonlocal count
        count += 1

    def batch():
        if count >= n:
            finished.set_result(count)
            return
        for _ in range(BATCH):
            loop.call_soon(callback)
        loop.call_soon(batch)

    batch()
    return await finished


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
