import asyncio


class Yields:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        yield self.what


def gen():
    yield


async def waits(what):
    await Yields(what)


async def itself():
    await asyncio.current_task()


async def foreign():
    await asyncio.new_event_loop().create_future()


async def main():
    loop = asyncio.get_running_loop()
    for coro in (waits(1), waits(gen()), waits(loop.create_future()), itself(), foreign()):
        task = asyncio.create_task(coro, name="t")
        try:
            await task
        except RuntimeError as e:
            text = str(e)
            print(text[:text.index("<")] if "<" in text else text)


asyncio.run(main())
# expect: Task got bad yield: 1
# expect: yield was used instead of yield from for generator in task
# expect: yield was used instead of yield from in task
# expect: Task cannot await on itself:
# expect: Task
