# SPDX-License-Identifier: MIT
"""What can be seen of a chain of awaits, of coroutines, generators and others, while it waits, while it runs again, and when it fails."""
import sys
import traceback
import types


class ByGenerator:
    def __init__(self, inner):
        self.inner = inner

    def __await__(self):
        return (yield from self.inner.__await__())


class ByIterator:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if not self.n:
            raise StopIteration("iterator ends")
        self.n -= 1
        return "from the iterator"


@types.coroutine
def suspend(value):
    got = yield value
    return got


def stack():
    f, names = sys._getframe(1), []
    while f and f.f_code.co_name != "<module>":
        names.append(f.f_code.co_name)
        f = f.f_back
    return names


async def innermost():
    for i in range(3):
        print("sent", await suspend(i), stack())
    print(await ByIterator(2))
    raise KeyError("deep")


async def handles():
    try:
        raise ValueError("being handled")
    except ValueError:
        try:
            return await innermost()
        finally:
            print("handling", repr(sys.exception()), repr(sys.exception().__context__))


async def keeps_frame():
    frame = sys._getframe()
    await handles()
    return frame


async def middle():
    await ByGenerator(plain())


async def plain():
    await keeps_frame()


async def outer():
    await middle()


def states(coro):
    out = []
    while coro is not None:
        kind = type(coro).__name__
        prefix = {"coroutine": "cr", "generator": "gi", "coroutine_wrapper": None}.get(kind, None)
        if prefix is None:
            out.append(kind)
            break
        out.append((coro.__name__, getattr(coro, prefix + "_running"), getattr(coro, prefix + "_suspended")))
        coro = getattr(coro, "cr_await" if prefix == "cr" else "gi_yieldfrom")
    return out


c = outer()
print(states(c))
for value in (None, None, "text", None, None):
    print("yields", c.send(value), states(c))
inner = c.cr_await
try:
    inner.send(None)
except BaseException as e:
    print(repr(e))
    print([f.name for f in traceback.extract_tb(e.__traceback__)])
try:
    c.send(None)
except BaseException as e:
    print(repr(e))
print(states(c))


async def once(n):
    return await suspend(n) or n


async def several():
    return [await once(i) for i in range(3)], {i: await once(i) async for i in agen()}


async def agen():
    for i in range(2):
        await once("in a generator")
        yield i


c = several()
seen = []
try:
    while True:
        seen.append(c.send(None))
except StopIteration as e:
    print(seen, e.value)


async def holds():
    return await waits


waits = once("shared")
a, b = holds(), holds()
print(a.send(None))
try:
    b.send(None)
except RuntimeError as e:
    print(e)
print(waits.cr_suspended, a.cr_suspended)
try:
    waits.send(None)
except StopIteration as e:
    print("ended behind its back", e.value)
try:
    a.send(None)
except RuntimeError as e:
    print(e)


def events(frame, event, arg):
    if event in ("call", "return"):
        told.append((event, frame.f_code.co_name))
    return events


async def traced(n):
    return await (traced(n - 1) if n else suspend("traced"))


told = []
c = traced(2)
c.send(None)
sys.settrace(events)
try:
    c.send(None)
except StopIteration:
    pass
sys.settrace(None)
print(told)
# expect: [('outer', False, False)]
# expect: yields 0 [('outer', False, True), ('middle', False, True), ('__await__', False, True), 'coroutine_wrapper']
# expect: sent None ['innermost', 'handles', 'keeps_frame', 'plain', '__await__', 'middle', 'outer']
# expect: yields 1 [('outer', False, True), ('middle', False, True), ('__await__', False, True), 'coroutine_wrapper']
# expect: sent text ['innermost', 'handles', 'keeps_frame', 'plain', '__await__', 'middle', 'outer']
# expect: yields 2 [('outer', False, True), ('middle', False, True), ('__await__', False, True), 'coroutine_wrapper']
# expect: sent None ['innermost', 'handles', 'keeps_frame', 'plain', '__await__', 'middle', 'outer']
# expect: yields from the iterator [('outer', False, True), ('middle', False, True), ('__await__', False, True), 'coroutine_wrapper']
# expect: yields from the iterator [('outer', False, True), ('middle', False, True), ('__await__', False, True), 'coroutine_wrapper']
# expect: iterator ends
# expect: handling KeyError('deep') ValueError('being handled')
# expect: KeyError('deep')
# expect: ['<module>', 'middle', '__await__', 'plain', 'keeps_frame', 'handles', 'innermost']
# expect: RuntimeError('cannot reuse already awaited coroutine')
# expect: [('outer', False, False)]
# expect: [0, 1, 2, 'in a generator', 0, 'in a generator', 1] ([0, 1, 2], {0: 0, 1: 1})
# expect: shared
# expect: coroutine is being awaited already
# expect: True True
# expect: ended behind its back shared
# expect: cannot reuse already awaited coroutine
# expect: [('call', 'traced'), ('call', 'traced'), ('call', 'traced'), ('call', 'suspend'), ('return', 'suspend'), ('return', 'traced'), ('return', 'traced'), ('return', 'traced')]
