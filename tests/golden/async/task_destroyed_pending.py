import asyncio
import gc

loop = asyncio.new_event_loop()
seen = []
loop.set_exception_handler(lambda loop, context: seen.append(context["message"]))


async def forever(fut):
    await fut


def run():
    fut = loop.create_future()
    task = loop.create_task(forever(fut), name="lost")
    loop.run_until_complete(asyncio.sleep(0, loop) if False else asyncio.sleep(0))
    return task


task = run()
print(task.get_name(), task.done())
# expect: lost False
del task
gc.collect()
print(seen)
# expect: ['Task was destroyed but it is pending!']
loop.close()
