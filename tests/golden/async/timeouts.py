# SPDX-License-Identifier: MIT
"""asyncio.timeout, timeout_at and wait_for: what expires, what is told to whom, nesting, rescheduling, cancellation from outside."""
import asyncio


async def expires():
    try:
        async with asyncio.timeout(0.01) as t:
            await asyncio.sleep(10)
    except TimeoutError as e:
        print("expired", t.expired(), repr(e), repr(e.__cause__), asyncio.current_task().cancelling())
    async with asyncio.timeout(10) as t:
        await asyncio.sleep(0)
    print("in time", t.expired(), t.when() is not None)
    async with asyncio.timeout(None) as t:
        await asyncio.sleep(0)
    print("none", t.when(), t.expired())
    for delay in (0, -1):
        try:
            async with asyncio.timeout(delay):
                await asyncio.sleep(10)
        except TimeoutError:
            print("at once", delay)


async def nested():
    try:
        async with asyncio.timeout(0.01) as outer:
            try:
                async with asyncio.timeout(10) as inner:
                    await asyncio.sleep(10)
            finally:
                print("inner", inner.expired())
    except TimeoutError:
        print("outer", outer.expired())
    try:
        async with asyncio.timeout(10) as outer:
            async with asyncio.timeout(0.01) as inner:
                await asyncio.sleep(10)
    except TimeoutError:
        print("inner first", inner.expired(), outer.expired())


async def rescheduled():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(0.01) as t:
        t.reschedule(loop.time() + 10)
        await asyncio.sleep(0.02)
        t.reschedule(None)
    print("rescheduled", t.expired())
    try:
        async with asyncio.timeout_at(loop.time() + 0.01) as t:
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout_at", t.expired())
    try:
        t.reschedule(loop.time())
    except RuntimeError as e:
        print(e)
    try:
        async with t:
            pass
    except RuntimeError as e:
        print(e)


async def exceptions():
    try:
        async with asyncio.timeout(0.01):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                raise KeyError("instead") from None
    except BaseException as e:
        print("replaced", repr(e), repr(e.__context__))
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(10):
            task.cancel("from outside")
            await asyncio.sleep(10)
    except asyncio.CancelledError as e:
        print("cancelled", e.args, task.uncancel())
    try:
        async with asyncio.timeout(0.01) as t:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                task.cancel("and from outside")
                raise
    except asyncio.CancelledError:
        print("both", t.expired(), task.uncancel())


async def waiting():
    print(await asyncio.wait_for(asyncio.sleep(0, "in time"), 10))
    print(await asyncio.wait_for(asyncio.sleep(0, "no limit"), None))
    done = asyncio.get_running_loop().create_future()
    done.set_result("done before")
    print(await asyncio.wait_for(done, 0))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0)
    except TimeoutError as e:
        print("zero", repr(e))

    async def cleans_up():
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0.01)
            print("cleaned up")
    try:
        await asyncio.wait_for(cleans_up(), 0.01)
    except TimeoutError as e:
        print("wait_for", repr(e.__cause__))

    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return "kept its result"
    try:
        print(await asyncio.wait_for(stubborn(), 0.01))
    except TimeoutError:
        print("timed out all the same")
    pending = asyncio.create_task(asyncio.sleep(10))
    done, left = await asyncio.wait({pending}, timeout=0.01)
    print(len(done), len(left), pending.done())
    pending.cancel()


async def main():
    for part in (expires, nested, rescheduled, exceptions, waiting):
        await part()
    print(asyncio.current_task().cancelling())


asyncio.run(main())
# expect: expired True TimeoutError() CancelledError() 0
# expect: in time False True
# expect: none None False
# expect: at once 0
# expect: at once -1
# expect: inner False
# expect: outer True
# expect: inner first True False
# expect: rescheduled False
# expect: timeout_at True
# expect: Cannot change state of expired Timeout
# expect: Timeout has already been entered
# expect: replaced KeyError('instead') TimeoutError()
# expect: cancelled ('from outside',) 0
# expect: both True 0
# expect: in time
# expect: no limit
# expect: done before
# expect: zero TimeoutError()
# expect: cleaned up
# expect: wait_for CancelledError()
# expect: kept its result
# expect: 0 1 False
# expect: 0
