# SPDX-License-Identifier: MIT
"""Parts of functions, properties, static methods and monitoring callbacks replaced while others use them; awaitables of one async generator driven by all."""
import sys
import warnings
from _hammer import hammer


def f(a, b=1, *, c=2):
    yield a


def g(a, b=1):
    yield b


fs, codes = [f, g], [f.__code__, g.__code__]
p, s = property(lambda o: 1), staticmethod(len)


def functions(rng):
    v = rng.choice(fs)
    rng.choice((lambda: setattr(v, "__name__", "n%d" % rng.randrange(99)), lambda: setattr(v, "__qualname__", "n%d" % rng.randrange(99)), lambda: setattr(v, "__defaults__", (1,) * rng.randrange(3)),
                lambda: setattr(v, "__code__", rng.choice(codes)), lambda: v(), lambda: v(1, 2, 3, 4), lambda: next(v(1)), lambda: v(1).__name__, lambda: repr(v(1)), lambda: v(1, d=5)))()


def descriptors(rng):
    rng.choice((lambda: p.__init__(lambda o: rng.random(), doc="d"), lambda: p.__init__(lambda o: "%d" % 5), lambda: p.getter(len), lambda: p.setter(len), lambda: p.__get__(5), lambda: p.__name__,
                lambda: p.__isabstractmethod__, lambda: p.__doc__, lambda: s.__init__(lambda x: x), lambda: s(5), lambda: repr(s), lambda: s.__annotations__, lambda: s.__isabstractmethod__,
                lambda: p.__set_name__(int, "n%d" % rng.randrange(99)), lambda: p.__set__(5, 5)))()


def monitored(rng):
    mon = sys.monitoring
    rng.choice((lambda: mon.use_tool_id(3, "t"), lambda: mon.register_callback(3, mon.events.PY_START, lambda *a: mon.DISABLE), lambda: mon.register_callback(3, mon.events.LINE, lambda *a, b=rng.random(): b),
                lambda: mon.set_local_events(3, rng.choice(codes), mon.events.PY_START | mon.events.LINE), lambda: mon.restart_events(), lambda: next(f(1)), lambda: sys._getframe().f_lineno))()


class Turn:
    def __await__(self):
        yield "awaited"


async def agen():
    while True:
        try:
            await Turn()
            if (yield "yielded"):
                await Turn()
        except ValueError:
            pass


warnings.simplefilter("ignore", RuntimeWarning)    # most awaitables are never awaited
box, awaitables = [agen()], []


def driven(rng):
    a = box[0]
    if rng.random() < 0.05:
        box[0] = agen()
    made = rng.choice((lambda: a.asend(None), lambda: a.asend(1), lambda: a.athrow(ValueError), lambda: a.aclose(), a.__anext__))()
    awaitables.append(made)
    w = rng.choice([made, *awaitables])
    if len(awaitables) > 20:
        awaitables.clear()
    try:
        # What goes out to the loop is what was awaited; what the generator yielded ends the awaitable.
        if (got := rng.choice((lambda: w.send(None), lambda: w.throw(ValueError), lambda: w.send(None)))()) != "awaited":
            raise AssertionError(got)
    except StopIteration as e:
        if e.value not in ("yielded", None):
            raise AssertionError(e.value)
    finally:
        w.close()


hammer(functions, functions, descriptors, descriptors, monitored, monitored, driven, driven, turns=1500,
       allowed=(TypeError, ValueError, AttributeError, StopIteration, RuntimeError, GeneratorExit, StopAsyncIteration))
print("ok")

# expect: ok
