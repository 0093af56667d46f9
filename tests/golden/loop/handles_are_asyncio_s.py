# What call_soon() and the like return is a Handle to isinstance(), whichever loop made it.
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    soon, later, posted = loop.call_soon(int), loop.call_later(9, int), loop.call_soon_threadsafe(int)
    print(all(isinstance(h, asyncio.Handle) for h in (soon, later, posted)))  # expect: True
    print([isinstance(h, asyncio.TimerHandle) for h in (soon, later, posted)])  # expect: [False, True, False]
    print([isinstance(h, asyncio.events._ThreadSafeHandle) for h in (soon, later, posted)])  # expect: [False, False, True]
    later.cancel()
    print(posted.__class__ is asyncio.events._ThreadSafeHandle)  # expect: True


asyncio.run(main())
