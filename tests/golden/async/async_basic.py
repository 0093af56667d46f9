import asyncio
async def f(x):
    await asyncio.sleep(0)
    return x * 2
async def main():
    r = await asyncio.gather(*(f(i) for i in range(5)))
    print(r)  # expect: [0, 2, 4, 6, 8]
    t = asyncio.create_task(f(10))
    print(await t, t.done())  # expect: 20 True
asyncio.run(main())
