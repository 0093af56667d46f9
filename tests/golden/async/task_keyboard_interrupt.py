import asyncio


async def stops():
    raise KeyboardInterrupt("now")


async def main():
    task = asyncio.create_task(stops())
    try:
        await task
    finally:
        print("main ends", task.done())

loop = asyncio.new_event_loop()
try:
    loop.run_until_complete(main())
except KeyboardInterrupt as e:
    print("out", e)
for t in asyncio.all_tasks(loop):
    t.cancel()
try:
    loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))
except (KeyboardInterrupt, asyncio.CancelledError) as e:
    print(type(e).__name__)
loop.close()
# expect: out now
# expect: main ends True
# expect: CancelledError
