import asyncio
async def main():
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(asyncio.sleep(0, "a"))
        b = tg.create_task(asyncio.sleep(0, "b"))
    print(a.result(), b.result())  # expect: a b
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")  # expect: timeout
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(fail())
    except* ValueError as g:
        print(g.exceptions)  # expect: (ValueError('x'),)
async def fail(): raise ValueError("x")
asyncio.run(main())
