import asyncio


async def leaf(ev):
    await ev.wait()
    return 1


async def waits(t):
    return await t


async def main():
    ev = asyncio.Event()
    t = asyncio.create_task(leaf(ev))
    a = asyncio.create_task(waits(t), name="a")
    b = asyncio.create_task(waits(t), name="b")
    print(t._asyncio_awaited_by)
    await asyncio.sleep(0)
    print(sorted(x.get_name() for x in t._asyncio_awaited_by), a._fut_waiter is t)
    ev.set()
    print(await a, await b, t._asyncio_awaited_by, a._fut_waiter)
    graph = asyncio.capture_call_graph()
    print(graph.future is asyncio.current_task(), len(graph.call_stack))


asyncio.run(main())
# expect: None
# expect: ['a', 'b'] True
# expect: 1 1 frozenset() None
# expect: True 1
