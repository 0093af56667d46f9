# SPDX-License-Identifier: MIT
"""Kinds made of code: functions, classes, descriptors, generators, modules and frames that change while other threads run them."""
import builtins
import contextvars
import copyreg
import functools
import gc
import inspect
import sys
import threading
import types
import weakref

from . import kind, must


@kind
def functions(rng):
    """Functions whose code, defaults, names and attributes are replaced while they are called."""
    def make(n):
        x = n

        def f(a, b=2, *, k=3):
            return a, b, k, x

        def g(a, b=5, *c, k=6, **d):
            return b, a, k, x

        def h(a, b=1, *, k=1):
            yield a
            yield x
        return f, g, h
    fs = [f for n in range(3) for f in make(n)]
    codes = [f.__code__ for f in fs]
    f = rng.choice

    def call(r):
        v = r.choice(fs)
        for _ in range(5):
            v(1), v(1, 2), v(1, k=5), v(a=1, b=2)

    def walk(r):
        list(r.choice(fs)(1))

    def look(r):
        v = r.choice(fs)
        v.__name__, v.__qualname__, v.__doc__, v.__annotations__, v.__dict__, v.__closure__, v.__kwdefaults__, v.__type_params__
        inspect.signature(v), repr(v), v.__closure__[0].cell_contents

    def change(r):
        v = r.choice(fs)
        r.choice((
            lambda: setattr(v, "__code__", r.choice(codes)), lambda: setattr(v, "__code__", v.__code__.replace(co_name="n%d" % r.randrange(9))),
            lambda: setattr(v, "__defaults__", r.choice((None, (1,), (1, 2), (1, 2, 3)))), lambda: setattr(v, "__kwdefaults__", r.choice((None, {"k": 1}, {}))),
            lambda: setattr(v, "__name__", "f%d" % r.randrange(9)), lambda: setattr(v, "__qualname__", "q%d" % r.randrange(9)),
            lambda: setattr(v, "__doc__", r.choice((None, "d"))), lambda: setattr(v, "__annotations__", r.choice((None, {"a": int}))),
            lambda: setattr(v, "__annotate__", r.choice((None, lambda fmt: {}))), lambda: setattr(v, "own", 1), lambda: delattr(v, "own"),
            lambda: setattr(v, "__dict__", {"own": 2}), lambda: setattr(v, "__module__", "m"), lambda: setattr(v, "__type_params__", ()),
            lambda: setattr(v.__closure__[0], "cell_contents", r.randrange(9)), lambda: delattr(v.__closure__[0], "cell_contents"),
            lambda: v.__kwdefaults__.__setitem__("k", r.randrange(9)), lambda: fs.__setitem__(r.randrange(len(fs)), types.FunctionType(r.choice(codes), {}, "f", None, v.__closure__))))()
    return [call, call, walk, look, change]


def class_changes(make, uses):
    """Operations on classes that change while instances are used."""
    classes = make()
    objects = [c() for c in classes for _ in range(2)]

    def use(r):
        o = r.choice(objects)
        for u in uses:
            for _ in range(3):
                try:
                    u(o)
                except (AttributeError, TypeError):
                    pass

    def change(r):
        c, d = r.choice(classes), r.choice(classes)
        name = r.choice(("m", "x", "y", "p", "__len__", "__getattr__", "__eq__", "__call__", "__iter__", "__add__", "__getitem__", "__bool__", "__hash__", "__setattr__", "__getattribute__",
                         "__init__", "__new__", "__next__", "__enter__", "__get__", "__repr__", "__slots__", "__doc__", "__name__", "__index__", "__contains__", "__format__", "__delattr__"))
        r.choice((
            lambda: setattr(c, name, lambda self, *a: r.randrange(9)), lambda: delattr(c, name), lambda: setattr(c, "p", property(lambda self: 5)),
            lambda: setattr(c, "x", r.choice((1, None, lambda self: 1, property(lambda self: 2)))), lambda: setattr(c, "m", staticmethod(lambda: 1)),
            lambda: setattr(c, "m", classmethod(lambda cls: cls)), lambda: setattr(c, "m", functools.cached_property(lambda self: 3)),
            lambda: setattr(c, "__bases__", d.__bases__), lambda: setattr(c, "__bases__", (d,)), lambda: setattr(c, "__name__", "C%d" % r.randrange(5)),
            lambda: setattr(c, "__qualname__", "C.%d" % r.randrange(5)), lambda: setattr(c, "__abstractmethods__", set()), lambda: setattr(c, "__module__", "q"),
            lambda: setattr(c, "m", lambda self: 1), lambda: delattr(c, "m"), lambda: setattr(c, "__annotations__", {}),
            lambda: objects.__setitem__(r.randrange(len(objects)), c())))()

    def instance(r):
        o, c = r.choice(objects), r.choice(classes)
        r.choice((lambda: setattr(o, "__class__", c), lambda: setattr(o, "x", 1), lambda: setattr(o, "z%d" % r.randrange(9), 2), lambda: delattr(o, "x"),
                  lambda: setattr(o, "__dict__", {"x": 5}), lambda: o.__dict__.__setitem__("x", 1), lambda: o.__dict__.clear(), lambda: vars(o), lambda: delattr(o, "__dict__"),
                  lambda: o.__dict__.pop("x")))()

    def look(r):
        c = r.choice(classes)
        c.__mro__, c.__bases__, c.__subclasses__(), dir(c), c.mro(), c.__dict__.items(), issubclass(c, r.choice(classes)), repr(c), c.__doc__, list(c.__dict__), weakref.ref(c)

    def more(r):
        classes[r.randrange(len(classes))] = type("D", (r.choice(classes),), {"m": lambda self: 0})
        if r.randrange(10) == 0:
            classes[:] = make()
    return [use, use, use, change, instance, look, more]


USES = [lambda o: o.m(), lambda o: o.x, lambda o: o.y, lambda o: o.p, len, lambda o: o + 1, lambda o: o[0], lambda o: o(), bool, lambda o: o == 1, hash, iter,
        lambda o: type(o).m, lambda o: isinstance(o, list), lambda o: type(o)(), lambda o: o.s(), lambda o: setattr(o, "x", 1), repr, format,
        lambda o: [i for i, _ in zip(o, range(5))], lambda o: o.__enter__()]


@kind
def classes(rng):
    def make():
        class A:
            x = 1

            def m(self):
                return self.x

            def s(self):
                return 0

        class B(A):
            y = 2

            def s(self):
                return super().s()

        class C(A):
            def __init__(self):
                self.x, self.z = 1, 2

            def m(self):
                return super().m()

        class D(B, C):
            pass
        return [A, B, C, D]
    return class_changes(make, USES)


@kind
def classes_with_slots(rng):
    def make():
        class A:
            __slots__ = ("x", "__dict__")

            def m(self):
                return self.x

        class B:
            __slots__ = ("x", "__dict__")

            def m(self):
                return 5

            def s(self):
                return self.y

        class C(B):
            __slots__ = ("y", "__weakref__")
        return [A, B, C]
    return class_changes(make, USES)


@kind
def classes_of_classes(rng):
    class M(type):
        def mro(cls):
            return list(super().mro())

        def __getattr__(cls, name):
            return 7

    def make():
        class A(metaclass=M):
            x = 1

        class B(A):
            def __init_subclass__(cls, **k):
                cls.made = 1

        class C(B, list):
            def __set_name__(self, *a):
                pass
        return [A, B, C]
    operations = class_changes(make, USES)

    def meta(r):
        r.choice((lambda: setattr(M, "m", lambda c: 1), lambda: delattr(M, "m"), lambda: setattr(M, "__call__", type.__call__), lambda: delattr(M, "__call__"),
                  lambda: setattr(M, "__instancecheck__", lambda c, o: True), lambda: delattr(M, "__instancecheck__"), lambda: setattr(M, "__getattribute__", type.__getattribute__),
                  lambda: delattr(M, "__getattribute__"), lambda: setattr(M, "__len__", lambda c: 2), lambda: delattr(M, "__len__")))()
    return operations + [meta]


@kind
def classes_made(rng):
    """Classes from everything that makes classes."""
    import abc
    import collections
    import dataclasses
    import enum
    import typing
    box = [object]

    class Entry:
        def __mro_entries__(self, bases):
            return (box[0],) if isinstance(box[0], type) else ()

    def made(r):
        def ordinary():
            class T[X](Entry()):
                y: int = 1

                def f(self):
                    return __class__
            return T
        box[0] = r.choice((
            ordinary, lambda: collections.namedtuple("N", "a b"), lambda: dataclasses.make_dataclass("D", ["a", "b"]), lambda: enum.Enum("E", "A B"),
            lambda: types.new_class("T", (Entry(),)), lambda: typing.TypedDict("T", {"a": int}), lambda: typing.NamedTuple("T", [("a", int)]),
            lambda: abc.ABCMeta("T", (), {}), lambda: type("T", (dict,), {"__slots__": ()}), lambda: type("T", (), {"__slots__": ("a", "b")}),
            lambda: type("T", (Exception,), {})))()

    def use(r):
        c = box[0]
        r.choice((lambda: c(), lambda: c(1, 2), lambda: repr(c), lambda: issubclass(c, typing.Sized), lambda: isinstance(5, c), lambda: c.__annotations__, lambda: c.__doc__,
                  lambda: c.__subclasses__(), lambda: c.register(int), lambda: inspect.signature(c), lambda: setattr(c, "a", 1), lambda: list(c), lambda: c["A"],
                  lambda: object.__subclasses__(), lambda: typing.get_type_hints(c), lambda: hash(c(1, 2)), lambda: c(1, 2) == c(1, 2), lambda: weakref.ref(c())))()
    return [made, use, use]


@kind
def descriptors(rng):
    class Data:
        def __get__(self, o, t):
            return 1

        def __set__(self, o, v):
            pass

    class Other:
        def __get__(self, o, t):
            return 2

    class C:
        def __init__(self):
            self.__dict__["d"] = 3
    o = C()

    def look(r):
        for _ in range(10):
            v = getattr(o, "d", 4)
            # A descriptor whose __get__ goes away on the way is itself the value, as in CPython.
            must(v in (1, 2, 3, 4, 5) or type(v) in (Data, Other), "no such value", v)

    def change(r):
        r.choice((lambda: setattr(C, "d", Data()), lambda: setattr(C, "d", Other()), lambda: delattr(C, "d"), lambda: setattr(C, "d", 5),
                  lambda: setattr(Data, "__set__", lambda *a: None), lambda: delattr(Data, "__set__"), lambda: setattr(Other, "__get__", lambda *a: 2),
                  lambda: setattr(Other, "__set__", lambda *a: None), lambda: delattr(Other, "__set__"), lambda: delattr(Other, "__get__"),
                  lambda: setattr(C, "d", property(lambda s: 1)), lambda: C.d, lambda: setattr(Data, "__get__", lambda *a: 1)))()
    p = property(lambda s: 1)

    def again(r):
        p.__init__(lambda s: 2), p.__doc__, p.fget, p.getter(len), p.__get__(o), p.__name__
        sm = C.__dict__.get("d")
        sm.__init__(len)
    return [look, look, change, change, again]


@kind
def names(rng):
    """Globals and built-ins that change while specialised code reads them."""
    space = {"__builtins__": dict(vars(builtins), extra=1)}
    exec("def f():\n r = 0\n for i in range(5):\n  r += len('abc') + x\n return r\ndef g():\n return extra, abs(-1), min(1, 2), isinstance(1, int)\n"
         "def h():\n global x\n x = 1\n del x\n", space)

    def change(r):
        d = r.choice((space, space, space["__builtins__"]))
        r.choice((lambda: d.__setitem__("len", lambda s: 2), lambda: d.pop("len", 0), lambda: d.__setitem__("x", r.randrange(9)), lambda: d.pop("x", 0), lambda: d.__setitem__("len", len),
                  lambda: d.__setitem__("extra", 2), lambda: d.__setitem__("n%d" % r.randrange(300), 1), lambda: d.__setitem__("abs", abs), lambda: d.pop("isinstance", 0),
                  lambda: d.update(min=min, max=max), lambda: d.pop("n%d" % r.randrange(300), 0), lambda: d.__setitem__("range", range), lambda: list(d), lambda: d.copy()))()
    m = types.ModuleType("m")

    def module(r):
        r.choice((lambda: m.x, lambda: setattr(m, "x", 1), lambda: delattr(m, "x"), lambda: setattr(m, "__getattr__", lambda n: 5), lambda: m.other, lambda: delattr(m, "__getattr__"),
                  lambda: setattr(m, "__class__", type("M", (types.ModuleType,), {})), lambda: dir(m), lambda: repr(m), lambda: setattr(m, "__dir__", lambda: []), lambda: m.__init__("n"),
                  lambda: sys.modules.__setitem__("race_m", m), lambda: sys.modules.pop("race_m", 0), lambda: __import__("race_m")))()
    return [lambda r: space["f"](), lambda r: space["g"](), lambda r: space["h"](), change, module]


@kind
def generators(rng):
    """Generators and coroutines that several threads step, throw into, close, look at and drop."""
    def plain():
        try:
            x = yield 1
            while True:
                try:
                    x = yield x
                except ValueError:
                    pass
        finally:
            box[0] = None

    def nested():
        while True:
            yield from plain()

    async def coro():
        async with Manager():
            async for _ in agen():
                await Step()

    async def agen():
        try:
            for i in range(9):
                await Step()
                yield i
        finally:
            await Step()

    class Step:
        def __await__(self):
            yield 1

    class Manager:
        async def __aenter__(self):
            await Step()

        async def __aexit__(self, *e):
            await Step()
    makers = (plain, nested, coro, agen, lambda: agen().__anext__(), lambda: agen().aclose(), lambda: agen().athrow(ValueError), lambda: coro().__await__())
    box = [m() for m in makers] + [None]

    def step(r):
        g = r.choice(box)
        r.choice((lambda: next(g), lambda: g.send(None), lambda: g.send(1), lambda: g.throw(ValueError()), lambda: g.throw(TypeError), lambda: g.close(), lambda: list(zip(range(5), g)),
                  lambda: g.gi_frame.f_locals, lambda: g.gi_running, lambda: g.gi_yieldfrom, lambda: g.cr_await, lambda: g.cr_frame.f_lineno, lambda: g.ag_frame, lambda: g.gi_suspended,
                  lambda: repr(g), lambda: g.cr_origin, lambda: g.__anext__(), lambda: g.asend(1), lambda: g.aclose(), lambda: g.gi_frame.clear(), lambda: g.gi_code, lambda: g.ag_await,
                  lambda: setattr(g, "__name__", "n"), lambda: inspect.getgeneratorstate(g), lambda: inspect.getgeneratorlocals(g), lambda: g.gi_frame.f_back))()

    def put(r):
        i = r.randrange(len(makers))
        box[i] = makers[i]()
    return [step, step, step, step, put]


@kind
def frames(rng):
    """Frames and tracebacks of running and ended code, read and written by others."""
    kept = []

    def deep(n, x):
        y = [x]
        if n:
            return deep(n - 1, y)
        kept.append(sys._getframe())
        try:
            raise ValueError(x)
        except ValueError as e:
            kept.append(e)
            z = 5
            return (lambda: (x, z))()

    def look(r):
        o = r.choice(kept)
        f = o.__traceback__.tb_frame if isinstance(o, Exception) else o
        loc = f.f_locals
        r.choice((lambda: dict(loc), lambda: loc["x"], lambda: loc.__setitem__("x", 1), lambda: loc.__setitem__("new", 1), lambda: list(loc.items()), lambda: f.f_lineno, lambda: f.clear(),
                  lambda: repr(f), lambda: f.f_back.f_locals["y"], lambda: f.f_code, lambda: f.f_lasti, lambda: setattr(f, "f_trace", len), lambda: setattr(f, "f_trace_lines", False),
                  lambda: setattr(f, "f_lineno", 3), lambda: inspect.getframeinfo(f, 0), lambda: loc.pop("new"), lambda: len(loc), lambda: f.f_generator, lambda: f.f_trace_opcodes))()

    def errors(r):
        e = r.choice(kept)
        tb = e.__traceback__
        r.choice((lambda: e.with_traceback(None), lambda: e.with_traceback(tb), lambda: setattr(e, "__cause__", ValueError()), lambda: setattr(e, "__context__", e), lambda: e.add_note("n"),
                  lambda: setattr(tb, "tb_next", None), lambda: setattr(tb, "tb_lineno", 3), lambda: tb.tb_next, lambda: setattr(e, "args", (1,)), lambda: str(e), lambda: repr(e),
                  lambda: reraise(e), lambda: e.__init__(5), lambda: e.__reduce__(), lambda: e.__setstate__({"a": 1}), lambda: setattr(e, "__suppress_context__", True),
                  lambda: __import__("traceback").format_exception(e), lambda: setattr(e, "__notes__", [])))()

    def reraise(e):
        try:
            raise e
        finally:
            raise TypeError from e

    def others(r):
        for f in sys._current_frames().values():
            loc = f.f_locals
            f.f_lineno, dict(loc), f.f_back and f.f_back.f_locals, f.f_lasti, repr(f)
        sys._current_exceptions()

    def drop(r):
        del kept[:-10]
    return [lambda r: deep(r.randrange(5), 1), look, look, errors, others, drop]


@kind
def finalizers(rng):
    """Objects with finalizers, weak references with callbacks, cycles, and the collector asked for meanwhile."""
    class Node:
        def __init__(self, other=None):
            self.other = other

        def __del__(self):
            calls.append(1)
            if len(saved) < 20:
                saved.append(self)
    calls, saved, refs, nodes = [], [], [], [Node() for _ in range(5)]
    values, keys, some = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()

    def make(r):
        n = Node(r.choice(nodes))
        n.other.other = n
        nodes[r.randrange(len(nodes))] = n
        refs.append(weakref.ref(n, lambda w: calls.append(w)))
        refs.append(weakref.ref(n))
        values[r.randrange(9)], keys[n] = n, 1
        some.add(n)
        weakref.finalize(n, calls.append, 2)
        if len(refs) > 50:
            del refs[:25], calls[:], saved[:10]

    def look(r):
        w = r.choice(refs)
        w(), hash(w), w == r.choice(refs), weakref.getweakrefcount(r.choice(nodes)), weakref.getweakrefs(r.choice(nodes)), list(values.items()), len(some), list(keys)

    def proxies(r):
        p = weakref.proxy(r.choice(nodes))
        nodes[r.randrange(len(nodes))] = Node()
        p.other

    def collect(r):
        if r.randrange(8) == 0:
            r.choice((gc.collect, lambda: gc.get_objects()[:3], lambda: gc.get_referrers(nodes[0]), lambda: gc.freeze(), lambda: gc.unfreeze(), lambda: gc.is_tracked(nodes),
                      lambda: gc.get_stats(), lambda: gc.set_threshold(50)))()
    return [make, make, look, proxies, collect]


@kind
def tracing(rng):
    """Trace and profile functions and monitoring, switched on and off by others."""
    def work():
        r = 0
        for i in range(10):
            try:
                r += len(str(i))
                if i == 7:
                    raise ValueError
            except ValueError:
                r -= 1
        return sum(x for x in range(3)) + r

    def tracer(frame, event, arg):
        return tracer
    mon = sys.monitoring
    E = mon.events
    tool = rng.choice((3, 4))

    def monitor(r):
        r.choice((lambda: mon.use_tool_id(tool, "t"), lambda: mon.free_tool_id(tool), lambda: mon.set_events(tool, r.choice((0, E.LINE, E.CALL | E.PY_START, E.INSTRUCTION, E.BRANCH_LEFT | E.JUMP))),
                  lambda: mon.set_local_events(tool, work.__code__, r.choice((0, E.LINE, E.PY_RETURN))), lambda: mon.register_callback(tool, r.choice((E.LINE, E.PY_START, E.CALL)),
                  r.choice((None, lambda *a: None, lambda *a: mon.DISABLE))), lambda: mon.restart_events(), lambda: mon.get_events(tool), lambda: mon.clear_tool_id(tool)))()

    def trace(r):
        r.choice((lambda: sys.settrace(tracer), lambda: sys.settrace(None), lambda: sys.setprofile(lambda *a: None), lambda: sys.setprofile(None), lambda: threading.settrace_all_threads(tracer),
                  lambda: threading.settrace_all_threads(None), lambda: threading.setprofile_all_threads(lambda *a: None), lambda: threading.setprofile_all_threads(None)))()

    def check():
        threading.settrace_all_threads(None)
        threading.setprofile_all_threads(None)
        try:
            mon.free_tool_id(tool)
        except ValueError:
            pass
    return [lambda r: must(work() == 12), lambda r: must(work() == 12), monitor, trace], check


@kind
def contexts(rng):
    variables = [contextvars.ContextVar("v%d" % i, default=0) for i in range(5)]
    shared, tokens = [contextvars.copy_context()], []

    def use(r):
        v, c = r.choice(variables), r.choice(shared)
        r.choice((lambda: tokens.append(v.set(r.randrange(9))), lambda: v.reset(tokens.pop()), lambda: v.get(), lambda: c.run(v.set, 5), lambda: c.run(v.get), lambda: c[v], lambda: len(c),
                  lambda: list(c.items()), lambda: c.copy(), lambda: shared.append(contextvars.copy_context()), lambda: shared.pop(), lambda: c.get(v), lambda: v in c,
                  lambda: c == r.choice(shared), lambda: c.run(use, r), lambda: repr(tokens[-1]), lambda: tokens[-1].old_value, lambda: hash(v)))()
    return [use]


@kind
def caches(rng):
    """functools' caches, single dispatch and cached properties; the registry of copyreg."""
    calls = []

    def compute(x, y=0):
        calls.append(x)
        if x == 5:
            raise ValueError
        return (x, y)
    cached = [functools.lru_cache(n)(compute) for n in (0, 3, None, 100)] + [functools.lru_cache(3, typed=True)(compute)]

    @functools.singledispatch
    def single(x):
        return 0

    class C:
        @functools.cached_property
        def p(self):
            return (1, 2)

        @functools.singledispatchmethod
        def m(self, x):
            return 0
    o = [C()]

    def one(r):
        k, f = r.randrange(12), r.choice(cached)
        if k != 5:
            must(f(k) == (k, 0) and f(k, y=k) == (k, k), "another call's result")
        r.choice((f.cache_info, f.cache_clear, f.cache_parameters, lambda: f(5), lambda: f([]), lambda: single(r.choice((1, "", [], 2.0))), lambda: single.register(r.choice((int, str, list)), lambda x: 1),
                  lambda: o[0].p, lambda: o.__setitem__(0, C()), lambda: o[0].m(5), lambda: C.__dict__["m"].register(int, lambda s, x: 1), lambda: copyreg.pickle(C, lambda c: (C, ())),
                  lambda: single.registry, lambda: single.dispatch(int)))()
    return [one]


@kind
def compiled(rng):
    """Code compiled, run and looked at; the source's tree shared."""
    import ast
    import dis
    source = "def f(a, *b, c=1):\n    x = [i for i in a if i]\n    try:\n        return {**x} | {a: 1}\n    except* ValueError as e:\n        raise\nclass C:\n    y: int = f'{1:>{2}}'\n"
    tree, code = ast.parse(source), compile(source, "s", "exec")

    def one(r):
        nodes = list(ast.walk(tree))
        r.choice((lambda: compile(source, "s", "exec"), lambda: compile(tree, "s", "exec"), lambda: ast.dump(tree), lambda: ast.unparse(tree), lambda: exec(code, {}), lambda: eval("1 + 2"),
                  lambda: setattr(r.choice(nodes), "lineno", r.randrange(9)), lambda: delattr(r.choice(nodes), "col_offset"), lambda: ast.fix_missing_locations(tree), lambda: list(dis.get_instructions(code)),
                  lambda: list(code.co_positions()), lambda: list(code.co_lines()), lambda: code.co_consts, lambda: code.replace(co_name="q"), lambda: hash(code), lambda: code.co_code, lambda: code == code.replace(co_name="z"),
                  lambda: compile("x = (", "s", "exec"), lambda: __import__("symtable").symtable(source, "s", "exec"), lambda: getattr(r.choice(nodes), "body").pop()))()
    return [one]


@kind
def stacks(rng):
    """Recursion to its limit, and memory that can't be had, in several threads."""
    def down(n):
        return down(n + 1)

    class R:
        def __repr__(self):
            return repr(self)

        def __eq__(self, other):
            return self == other
    nest = []
    for _ in range(100_000):
        nest = [nest]

    def one(r):
        if r.randrange(10) == 0:
            r.choice((lambda: down(0), lambda: repr(R()), lambda: R() == R(), lambda: repr(nest), lambda: eval("(" * 300), lambda: [0] * 2 ** 60, lambda: bytearray(2 ** 60),
                      lambda: "a" * 2 ** 61, lambda: functools.reduce(lambda a, b: (a,), range(20000), ()) == 1, lambda: sys.setrecursionlimit(r.choice((500, 1000))),
                      lambda: hash(functools.reduce(lambda a, b: (a,), range(20000), ()))))()
    return [one]
