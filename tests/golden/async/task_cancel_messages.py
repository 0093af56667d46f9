import asyncio


async def waits():
    await asyncio.Event().wait()


async def stubborn():
    task = asyncio.current_task()
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as e:
        print("caught", e.args, task.cancelling(), task.uncancel())
    await asyncio.sleep(0)
    return "lived"


async def main():
    t = asyncio.create_task(waits())
    await asyncio.sleep(0)
    print(t.cancel("first"), t.cancelling(), t.cancel("second"), t.cancelling())
    try:
        await t
    except asyncio.CancelledError as e:
        print(repr(e), t.cancelled(), t.cancel())
    t = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    t.cancel("no")
    print(await t, t.cancelled())
    t = asyncio.create_task(waits())
    t.cancel("before it began")
    try:
        await t
    except asyncio.CancelledError as e:
        print(repr(e))
    for method in (t.set_result, t.set_exception):
        try:
            method(1)
        except RuntimeError as e:
            print(e)


asyncio.run(main())
# expect: True 1 True 2
# expect: CancelledError('first') True False
# expect: caught ('no',) 1 0
# expect: lived False
# expect: CancelledError('before it began')
# expect: Task does not support set_result operation
# expect: Task does not support set_exception operation
