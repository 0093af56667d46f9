# SPDX-License-Identifier: MIT
"""Gathers 100,000 coroutines that each yield to the loop once."""
import asyncio
import sys
from _timing import report


async def run(n):
    return len(await asyncio.gather(*(asyncio.sleep(0) for _ in range(n))))


report(run, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
