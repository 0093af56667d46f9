import asyncio

log = []


async def quick(x):
    log.append(("quick", x, asyncio.current_task().get_name()))
    return x


async def slow():
    log.append("slow 1")
    await asyncio.sleep(0)
    log.append("slow 2")
    return "slow"


async def main():
    loop = asyncio.get_running_loop()
    me = asyncio.current_task()
    loop.set_task_factory(asyncio.eager_task_factory)
    t = loop.create_task(quick(1), name="q")
    log.append(("done", t.done(), t.result(), t.get_coro(), asyncio.current_task() is me))
    s = loop.create_task(slow())
    log.append(("pending", s.done(), s in asyncio.all_tasks(), t in asyncio.all_tasks()))
    log.append(await s)


asyncio.run(main())
for line in log:
    print(line)
# expect: ('quick', 1, 'q')
# expect: ('done', True, 1, None, True)
# expect: slow 1
# expect: ('pending', False, True, False)
# expect: slow 2
# expect: slow
