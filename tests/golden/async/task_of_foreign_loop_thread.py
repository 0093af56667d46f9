"""all_tasks and current_task of a loop that another thread runs."""
import asyncio
import threading

ready, go = threading.Event(), threading.Event()
loop = None


async def child():
    await asyncio.Event().wait()


async def main():
    global loop
    loop = asyncio.get_running_loop()
    children = [asyncio.create_task(child(), name="child") for _ in range(3)]
    ready.set()
    go.wait()
    for c in children:
        c.cancel()


t = threading.Thread(target=lambda: asyncio.run(main()))
t.start()
ready.wait()
print(sorted(x.get_name().rstrip("0123456789") for x in asyncio.all_tasks(loop)))
print(asyncio.current_task(loop).get_coro().__name__)
go.set()
t.join()
print(asyncio.all_tasks(loop), asyncio.current_task(loop))
# expect: ['Task-', 'child', 'child', 'child']
# expect: main
# expect: set() None
