# SPDX-License-Identifier: MIT
"""Cancellation at each kind of await: the clean-up runs, what was held is given back, the task ends cancelled."""
import asyncio

log = []


class Manager:
    def __init__(self, where):
        self.where = where

    async def __aenter__(self):
        if self.where == "enter":
            await asyncio.Event().wait()
        return self

    async def __aexit__(self, kind, exc, tb):
        log.append("exit with " + getattr(kind, "__name__", "nothing"))
        if self.where == "exit":
            await asyncio.Event().wait()


async def numbers(stop):
    try:
        for i in range(stop):
            yield i
        await asyncio.Event().wait()
    finally:
        log.append("numbers end")


class Awaitable:
    def __await__(self):
        try:
            yield from asyncio.Event().wait().__await__()
        finally:
            log.append("__await__ ends")


async def use_manager(where):
    async with Manager(where):
        if where == "body":
            await asyncio.Event().wait()


async def iterate():
    async for n in numbers(2):
        log.append(n)


async def inner_task():
    await asyncio.create_task(asyncio.sleep(100))


async def gathered():
    await asyncio.gather(asyncio.sleep(100), asyncio.sleep(100), asyncio.Event().wait())


async def waits_for(lock):
    async with lock:
        log.append("never")


async def condition(cond):
    async with cond:
        try:
            await cond.wait()
        finally:
            log.append(("locked", cond.locked()))


async def first_of():
    a = asyncio.create_task(asyncio.sleep(100))
    try:
        await asyncio.wait({a})
    finally:
        log.append(("wait leaves it", a.done()))
        a.cancel()


async def as_they_come():
    for f in asyncio.as_completed([asyncio.sleep(100)]):
        await f


async def future(f):
    try:
        await f
    finally:
        log.append(("future", f.cancelled()))


async def cancelled(name, coro):
    log.clear()
    task = asyncio.create_task(coro, name=name)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done(), name
    assert task.cancel(), name
    try:
        await asyncio.wait_for(task, 10)
    except asyncio.CancelledError:
        pass
    print(name, task.cancelled(), task.cancelling(), log)


async def main():
    loop = asyncio.get_running_loop()
    lock, semaphore, cond = asyncio.Lock(), asyncio.Semaphore(0), asyncio.Condition()
    queue, full = asyncio.Queue(), asyncio.Queue(1)
    full.put_nowait(1)
    await lock.acquire()
    await cancelled("sleep", asyncio.sleep(100))
    await cancelled("event", asyncio.Event().wait())
    await cancelled("future", future(loop.create_future()))
    await cancelled("lock", waits_for(lock))
    await cancelled("semaphore", waits_for(semaphore))
    await cancelled("condition", condition(cond))
    await cancelled("get", queue.get())
    await cancelled("put", full.put(2))
    await cancelled("join", full.join())
    await cancelled("barrier", asyncio.Barrier(2).wait())
    await cancelled("enter", use_manager("enter"))
    await cancelled("body", use_manager("body"))
    await cancelled("exit", use_manager("exit"))
    await cancelled("async for", iterate())
    await cancelled("awaitable", asyncio.wait_for(Awaitable(), 100))
    await cancelled("task", inner_task())
    await cancelled("gather", gathered())
    await cancelled("wait", first_of())
    await cancelled("as_completed", as_they_come())
    await cancelled("wait_for", asyncio.wait_for(asyncio.Event().wait(), 100))
    await cancelled("executor", asyncio.to_thread(__import__("time").sleep, 0.2))
    lock.release()
    async with lock:
        print("lock free", queue.qsize(), full.qsize(), cond.locked())
    print(len(asyncio.all_tasks()))


asyncio.run(main())
# expect: sleep True 1 []
# expect: event True 1 []
# expect: future True 1 [('future', True)]
# expect: lock True 1 []
# expect: semaphore True 1 []
# expect: condition True 1 [('locked', True)]
# expect: get True 1 []
# expect: put True 1 []
# expect: join True 1 []
# expect: barrier True 1 []
# expect: enter True 1 []
# expect: body True 1 ['exit with CancelledError']
# expect: exit True 1 ['exit with nothing']
# expect: async for True 1 [0, 1, 'numbers end']
# expect: awaitable True 1 ['__await__ ends']
# expect: task True 1 []
# expect: gather True 1 []
# expect: wait True 1 [('wait leaves it', False)]
# expect: as_completed True 1 []
# expect: wait_for True 1 []
# expect: executor True 1 []
# expect: lock free 0 1 False
# expect: 2
