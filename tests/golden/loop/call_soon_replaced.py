# SPDX-License-Identifier: MIT
# A call_soon that a program puts into a loop or its class is the one that tasks and futures schedule with.
# expect: instance 3 3
# expect: class 3 3
import asyncio


async def child():
    await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()
    calls = 0
    original = loop.call_soon

    def counting(callback, *args, context=None):
        nonlocal calls
        calls += 1
        return original(callback, *args, context=context)

    loop.call_soon = counting
    await asyncio.create_task(child())
    del loop.call_soon
    before = calls
    await asyncio.create_task(child())
    print("instance", before, calls)

    cls = type(loop)
    calls = 0
    inherited = "call_soon" not in vars(cls)
    method = cls.call_soon

    def counting_method(self, callback, *args, context=None):
        nonlocal calls
        calls += 1
        return method(self, callback, *args, context=context)

    cls.call_soon = counting_method
    await asyncio.create_task(child())
    if inherited:
        del cls.call_soon
    else:
        cls.call_soon = method
    before = calls
    await asyncio.create_task(child())
    print("class", before, calls)


asyncio.run(main())
