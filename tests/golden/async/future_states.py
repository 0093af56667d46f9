import asyncio

loop = asyncio.new_event_loop()
f = loop.create_future()
print(type(f).__module__, f, f.done(), f.cancelled())
# expect: _asyncio <Future pending> False False
for name in ("result", "exception"):
    try:
        getattr(f, name)()
    except asyncio.InvalidStateError as e:
        print(e)
# expect: Result is not set.
# expect: Exception is not set.
f.set_result(42)
print(f, f.result(), f.exception(), f._state)
# expect: <Future finished result=42> 42 None FINISHED
try:
    f.set_result(1)
except asyncio.InvalidStateError as e:
    print(e)
# expect: invalid state
f = loop.create_future()
print(f.cancel("why"), f.cancel(), f, f._cancel_message)
# expect: True False <Future cancelled> why
try:
    f.result()
except asyncio.CancelledError as e:
    print(repr(e))
# expect: CancelledError('why')
f = loop.create_future()
f.set_exception(StopIteration(3))
try:
    f.result()
except RuntimeError as e:
    print(e, repr(e.__cause__))
# expect: StopIteration interacts badly with generators and cannot be raised into a Future StopIteration(3)
for bad in (1, int):
    try:
        loop.create_future().set_exception(bad)
    except TypeError as e:
        print(e)
# expect: invalid exception object
# expect: invalid exception object
try:
    asyncio.Future.__new__(asyncio.Future).cancel()
except RuntimeError as e:
    print(e)
# expect: Future object is not initialized.
print(asyncio.Future[int], asyncio.Task[str])
# expect: _asyncio.Future[int] _asyncio.Task[str]
loop.close()
