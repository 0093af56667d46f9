# SPDX-License-Identifier: MIT
"""Times one coroutine function and prints {"seconds": ..., "result": ...} as a line of JSON."""
import asyncio
import json
import time


def report(function, *args):
    async def timed():
        start = time.perf_counter()
        result = await function(*args)
        return time.perf_counter() - start, result

    seconds, result = asyncio.run(timed())
    print(json.dumps({"seconds": seconds, "result": result}))
