# SPDX-License-Identifier: MIT
"""Async generators that are left unfinished: closed by the loop when they are dropped, and by shutdown_asyncgens at its end."""
import asyncio
import gc
import warnings

log = []
reported = []


async def numbers(name, fail=None):
    try:
        for i in range(10):
            yield i
    finally:
        await asyncio.sleep(0)
        log.append(name)
        if fail:
            raise fail


async def take_one(agen):
    return await agen.__anext__()


async def dropped():
    agen = numbers("dropped")
    print(await take_one(agen))
    del agen
    gc.collect()
    for _ in range(3):
        await asyncio.sleep(0)
    print(log)
    log.clear()


async def left():
    kept.append(numbers("left"))
    kept.append(numbers("left and failing", ValueError("in finally")))
    kept.append(numbers("never begun"))
    print(await take_one(kept[0]), await take_one(kept[1]))
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, c: reported.append((c["message"].split(" <")[0], repr(c["exception"]))))


kept = []
asyncio.run(dropped())
asyncio.run(left())
print(sorted(log))
print(reported)
for agen in kept[:2]:
    try:
        agen.__anext__().send(None)
    except StopAsyncIteration:
        print("closed")
kept.clear()
log.clear()


async def broken_loop():
    async for i in numbers("break"):
        if i == 2:
            break
    gc.collect()
    for _ in range(3):
        await asyncio.sleep(0)
    async for i in numbers("explicit"):
        break
    else:
        print("never")


asyncio.run(broken_loop())
print(log)
log.clear()


async def after_shutdown():
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        agen = numbers("after")
        await agen.__anext__()
    print([(w.category.__name__, str(w.message).split(" <")[0], str(w.message).split("> ")[-1]) for w in caught])
    await agen.aclose()
    print(log)
    log.clear()


asyncio.run(after_shutdown())


async def cancelled_inside():
    async def consume():
        async for _ in waits():
            pass

    async def waits():
        try:
            yield 1
            await asyncio.sleep(100)
        finally:
            await asyncio.sleep(0)
            log.append("waits ends")
    task = asyncio.create_task(consume())
    for _ in range(3):
        await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log.append("consumer ends")
    print(log)


asyncio.run(cancelled_inside())
loop = asyncio.new_event_loop()
log.clear()


async def main():
    kept.append(numbers("by hand"))
    await take_one(kept[0])


loop.run_until_complete(main())
print(log)
loop.run_until_complete(loop.shutdown_asyncgens())
print(log)
loop.close()
# expect: 0
# expect: ['dropped']
# expect: 0 0
# expect: ['left', 'left and failing']
# expect: [('an error occurred during closing of asynchronous generator', "ValueError('in finally')")]
# expect: closed
# expect: closed
# expect: ['break', 'explicit']
# expect: [('ResourceWarning', 'asynchronous generator', 'was scheduled after loop.shutdown_asyncgens() call')]
# expect: ['after']
# expect: ['waits ends', 'consumer ends']
# expect: []
# expect: ['by hand']
