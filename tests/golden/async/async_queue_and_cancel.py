import asyncio
async def worker(q, out):
    try:
        while True:
            out.append(await q.get())
            q.task_done()
    except asyncio.CancelledError:
        out.append("cancelled")
        raise
async def main():
    q, out = asyncio.Queue(), []
    t = asyncio.create_task(worker(q, out))
    for i in range(3): q.put_nowait(i)
    await q.join()
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        pass
    print(out, t.cancelled())  # expect: [0, 1, 2, 'cancelled'] True
asyncio.run(main())
