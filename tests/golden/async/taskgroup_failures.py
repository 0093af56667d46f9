# SPDX-License-Identifier: MIT
"""TaskGroup: failing children, a failing body, cancellation from inside and outside, nesting, misuse; exception groups split by except*."""
import asyncio

log = []


async def fails(exc, delay=0):
    for _ in range(delay):
        await asyncio.sleep(0)
    raise exc


async def sleeps(name):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        log.append(name + " cancelled")
        raise


async def fails_while_cancelled(exc):
    try:
        await asyncio.sleep(100)
    finally:
        raise exc


def show(title, group):
    def tree(e):
        return [tree(x) for x in e.exceptions] if isinstance(e, BaseExceptionGroup) else repr(e)
    print(title, type(group).__name__, repr(group.message) if isinstance(group, BaseExceptionGroup) else repr(group),
          tree(group), sorted(map(str, log)))
    log.clear()


async def attempt(title, body):
    try:
        print(title, "ends", await body(), sorted(map(str, log)))
        log.clear()
    except BaseException as e:
        show(title, e)


async def one_fails():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(sleeps("a"))
        tg.create_task(fails(ValueError(1), 1))
        tg.create_task(sleeps("b"))


async def several_fail():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(fails_while_cancelled(KeyError("late")))
        await asyncio.sleep(0)
        tg.create_task(fails(ValueError(1)))
        tg.create_task(fails(OSError(2)))


async def body_fails():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(sleeps("a"))
        await asyncio.sleep(0)
        raise RuntimeError("body")


async def body_and_child():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(fails_while_cancelled(KeyError("child")))
        await asyncio.sleep(0)
        raise RuntimeError("body")


async def nested():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(sleeps("outer"))
        async with asyncio.TaskGroup() as inner:
            inner.create_task(fails(ValueError("inner")))


async def child_cancelled():
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(sleeps("a"))
        b = tg.create_task(asyncio.sleep(0, "b"))
        await asyncio.sleep(0)
        a.cancel()
    return a.cancelled(), b.result()


async def from_outside():
    async def group():
        async with asyncio.TaskGroup() as tg:
            tg.create_task(sleeps("a"))
            tg.create_task(sleeps("b"))
    task = asyncio.create_task(group())
    for _ in range(3):
        await asyncio.sleep(0)
    task.cancel("outside")
    try:
        await task
    except asyncio.CancelledError as e:
        return "cancelled", e.args, task.cancelled()


async def body_cancels_itself():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(sleeps("a"))
        await asyncio.sleep(0)
        raise asyncio.CancelledError("raised, not delivered")


async def children_make_children():
    results = []

    async def grow(tg, depth):
        results.append(depth)
        if depth:
            tg.create_task(grow(tg, depth - 1))
            tg.create_task(grow(tg, depth - 1))
    async with asyncio.TaskGroup() as tg:
        tg.create_task(grow(tg, 3))
    return sorted(results)


async def misuse():
    tg = asyncio.TaskGroup()
    said = []
    for action in (lambda: tg.create_task(coro), lambda: tg.__aenter__()):
        coro = asyncio.sleep(0)
        try:
            r = action()
            if action.__code__.co_names[-1] == "__aenter__":
                await r
        except RuntimeError as e:
            said.append(str(e).split(" object")[0].split(">")[-1])
        coro.close()
    await tg.__aexit__(None, None, None)
    coro = asyncio.sleep(0)
    try:
        tg.create_task(coro)
    except RuntimeError as e:
        said.append(str(e).rsplit(">", 1)[-1])
    coro.close()
    try:
        await tg.__aenter__()
    except RuntimeError as e:
        said.append(str(e).rsplit(">", 1)[-1])
    return said


async def split():
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(fails(ValueError(1)))
            tg.create_task(fails(KeyError(2)))
            tg.create_task(fails(OSError(3)))
    except* (ValueError, KeyError) as g:
        log.append(("some", sorted(map(repr, g.exceptions))))
    except* OSError as g:
        log.append(("others", list(map(repr, g.exceptions))))
    return "split"


async def gathered():
    got = await asyncio.gather(fails(ValueError(1)), asyncio.sleep(0, 2), fails(KeyError(3), 2), return_exceptions=True)
    log.append(list(map(repr, got)))
    await asyncio.gather(sleeps("goes on"), fails(ValueError("first")), fails(KeyError("second"), 1))


async def main():
    for body in (one_fails, several_fail, body_fails, body_and_child, nested, child_cancelled, from_outside, body_cancels_itself,
                 children_make_children, misuse, split, gathered):
        await attempt(body.__name__, body)
    task = asyncio.current_task()
    print(task.cancelling(), len(asyncio.all_tasks()))


asyncio.run(main())
# expect: one_fails ExceptionGroup 'unhandled errors in a TaskGroup' ['ValueError(1)'] ['a cancelled', 'b cancelled']
# expect: several_fail ExceptionGroup 'unhandled errors in a TaskGroup' ['ValueError(1)', 'OSError(2)', "KeyError('late')"] []
# expect: body_fails ExceptionGroup 'unhandled errors in a TaskGroup' ["RuntimeError('body')"] ['a cancelled']
# expect: body_and_child ExceptionGroup 'unhandled errors in a TaskGroup' ["KeyError('child')", "RuntimeError('body')"] []
# expect: nested ExceptionGroup 'unhandled errors in a TaskGroup' [["ValueError('inner')"]] ['outer cancelled']
# expect: child_cancelled ends (True, 'b') ['a cancelled']
# expect: from_outside ends ('cancelled', ('outside',), True) ['a cancelled', 'b cancelled']
# expect: body_cancels_itself CancelledError CancelledError('raised, not delivered') CancelledError('raised, not delivered') ['a cancelled']
# expect: children_make_children ends [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3] []
# expect: misuse ends [' has not been entered', ' is finished', ' has already been entered'] []
# expect: split ends split ["('others', ['OSError(3)'])", "('some', ['KeyError(2)', 'ValueError(1)'])"]
# expect: gathered ValueError ValueError('first') ValueError('first') ["['ValueError(1)', '2', 'KeyError(3)']"]
# expect: 0 2
