# What __anext__ returns is any awaitable: a future, an object with __await__, a coroutine, a task.
import asyncio


class Futures:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    def make(self):
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        return self.n

    def __anext__(self):
        future = asyncio.get_running_loop().create_future()
        try:
            future.set_result(self.make())
        except StopAsyncIteration as e:
            future.set_exception(e)
        return future


class Pending(Futures):
    def __anext__(self):
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def finish():
            try:
                future.set_result(self.make())
            except StopAsyncIteration as e:
                future.set_exception(e)

        loop.call_soon(finish)
        return future


class Awaitable:
    def __init__(self, of):
        self.of = of

    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return self.of.make()


class Objects(Futures):
    def __anext__(self):
        return Awaitable(self)


class Coroutines(Futures):
    async def __anext__(self):
        await asyncio.sleep(0)
        return self.make()


class Tasks(Coroutines):
    def __anext__(self):
        return asyncio.ensure_future(super().__anext__())


class Given:
    def __init__(self, value):
        self.value = value

    def __aiter__(self):
        return self

    def __anext__(self):
        return self.value


class ReturnsInt:
    def __await__(self):
        return 3


class Raises:
    def __await__(self):
        raise KeyError(7)


async def generator(of):
    async for x in of:
        yield x * 10


async def main():
    for kind in Futures, Pending, Objects, Coroutines, Tasks:
        seen = []
        async for x in kind(3):
            seen.append(x)
        else:
            seen.append("else")
        print(kind.__name__, seen, [x async for x in kind(2)], {x: -x async for x in kind(2) if x}, [x async for x in generator(kind(2))],
              await anext(kind(5)))
    for value in (3, ReturnsInt(), Raises(), (x for x in [])):
        try:
            async for x in Given(value):
                pass
        except TypeError as e:
            print(e, repr(e.__cause__))
        try:
            [x async for x in Given(value)]
        except TypeError as e:
            print(e, repr(e.__cause__))


asyncio.run(main())

# expect: Futures [2, 1, 0, 'else'] [1, 0] {1: -1} [10, 0] 4
# expect: Pending [2, 1, 0, 'else'] [1, 0] {1: -1} [10, 0] 4
# expect: Objects [2, 1, 0, 'else'] [1, 0] {1: -1} [10, 0] 4
# expect: Coroutines [2, 1, 0, 'else'] [1, 0] {1: -1} [10, 0] 4
# expect: Tasks [2, 1, 0, 'else'] [1, 0] {1: -1} [10, 0] 4
# expect: 'async for' received an invalid object from __anext__: int TypeError("'int' object can't be awaited")
# expect: 'async for' received an invalid object from __anext__: int TypeError("'int' object can't be awaited")
# expect: 'async for' received an invalid object from __anext__: ReturnsInt TypeError("__await__() returned non-iterator of type 'int'")
# expect: 'async for' received an invalid object from __anext__: ReturnsInt TypeError("__await__() returned non-iterator of type 'int'")
# expect: 'async for' received an invalid object from __anext__: Raises KeyError(7)
# expect: 'async for' received an invalid object from __anext__: Raises KeyError(7)
# expect: 'async for' received an invalid object from __anext__: generator TypeError("'generator' object can't be awaited")
# expect: 'async for' received an invalid object from __anext__: generator TypeError("'generator' object can't be awaited")
