# SPDX-License-Identifier: MIT
"""asyncio.shield: cancelling the outside leaves the inside running; its end, its exception and its cancellation are passed on, or reported."""
import asyncio

reported = []


async def work(result, fail=None):
    await asyncio.sleep(0.1)
    if fail:
        raise fail
    return result


async def guarded(inner):
    return await asyncio.shield(inner)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, c: reported.append((c["message"], repr(c.get("exception")))))
    inner = asyncio.create_task(work("result"))
    outer = asyncio.create_task(guarded(inner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    outer.cancel("outside")
    try:
        await outer
    except asyncio.CancelledError as e:
        print("outer", e.args, inner.done())
    print(await inner)

    print(await asyncio.shield(work("passed on")))
    try:
        await asyncio.shield(work(None, ValueError("passed on")))
    except ValueError as e:
        print(repr(e))

    inner = asyncio.create_task(work(1))
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    inner.cancel("inside")
    try:
        await outer
    except asyncio.CancelledError as e:
        print("inner cancelled", outer.cancelled(), inner.cancelled())

    done = loop.create_future()
    done.set_result(3)
    print(asyncio.shield(done) is done)

    inner = asyncio.create_task(work(None, KeyError("nobody listens")))
    outer = asyncio.shield(inner)
    outer.cancel()
    try:
        await outer
    except asyncio.CancelledError:
        pass
    await asyncio.wait({inner})
    await asyncio.sleep(0)
    print(inner.done(), reported)
    reported.clear()

    inner = asyncio.create_task(work("kept"))
    try:
        await asyncio.wait_for(asyncio.shield(inner), 0.001)
    except TimeoutError:
        print("timeout", inner.done(), await inner)

    future = loop.create_future()
    outer = asyncio.shield(future)
    outer.cancel()
    future.set_result("late")
    await asyncio.sleep(0)
    print(outer.cancelled(), future.result(), reported)

    gathering = asyncio.gather(asyncio.shield(inner := asyncio.create_task(work("in a gather"))), asyncio.sleep(100))
    await asyncio.sleep(0)
    gathering.cancel()
    try:
        await gathering
    except asyncio.CancelledError:
        print(inner.done(), await inner)


asyncio.run(main())
# expect: outer ('outside',) False
# expect: result
# expect: passed on
# expect: ValueError('passed on')
# expect: inner cancelled True True
# expect: True
# expect: True [('KeyError exception in shielded future', "KeyError('nobody listens')")]
# expect: timeout False kept
# expect: True late []
# expect: False in a gather
