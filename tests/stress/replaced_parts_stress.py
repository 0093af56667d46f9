# SPDX-License-Identifier: MIT
"""Parts of functions, properties, static methods and monitoring callbacks replaced while others use them."""
import sys
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


hammer(functions, functions, descriptors, descriptors, monitored, monitored, turns=1500,
       allowed=(TypeError, ValueError, AttributeError, StopIteration, RuntimeError, GeneratorExit, StopAsyncIteration))
print("ok")

# expect: ok
