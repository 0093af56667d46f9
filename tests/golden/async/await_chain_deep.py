"""A chain of 10,000 awaits: resumed, thrown into, closed and dropped, without recursion in C."""
import asyncio
import sys

sys.setrecursionlimit(50_000)
DEPTH = 10_000


async def chain(n, fut):
    if n:
        return await chain(n - 1, fut) + 1
    try:
        return await fut
    except KeyError:
        return -1


async def main():
    loop = asyncio.get_running_loop()
    fut = loop.create_future()
    task = asyncio.create_task(chain(DEPTH, fut))
    await asyncio.sleep(0)
    fut.set_result(0)
    print(await task)

    fut = loop.create_future()
    task = asyncio.create_task(chain(DEPTH, fut))
    await asyncio.sleep(0)
    fut.set_exception(KeyError())
    print(await task)

    task = asyncio.create_task(chain(DEPTH, loop.create_future()))
    await asyncio.sleep(0)
    task.cancel("down")
    try:
        await task
    except asyncio.CancelledError as e:
        print(e)

    coro = chain(DEPTH, loop.create_future())
    coro.send(None)
    print(coro.close())
    coro = chain(DEPTH, loop.create_future())
    coro.send(None)
    del coro


asyncio.run(main())
# expect: 10000
# expect: 9999
# expect: down
# expect: None
