# SPDX-License-Identifier: MIT
"""Kinds made of data and what works on it: views, sorting, rotation, shared memory, text patterns, pickles, instances whose classes are patched, running loops.
Keys, comparisons, hooks and callbacks change what they are called for."""
import array
import asyncio
import bisect
import collections
import contextvars
import copy
import ctypes
import functools
import heapq
import io
import itertools
import json
import marshal
import mmap
import operator
import pickle
import re
import socket
import struct
import threading
import types
import weakref

from . import kind, must

MANY = 100      # what has grown beyond is emptied


@kind
def views(rng):
    """Views of dicts that others change: set algebra, comparison, iteration, conversion."""
    dicts = [dict.fromkeys(range(20)), {str(i): i for i in range(20)}, collections.OrderedDict.fromkeys("abcdef", 1), collections.defaultdict(list, a=[1]),
             collections.Counter("abcabc"), type("D", (dict,), {"__missing__": lambda self, k: self.setdefault(k, k)})(x=1)]
    dicts.append(collections.ChainMap(*dicts[:3]))
    dicts.append(types.MappingProxyType(dicts[0]))
    kept = [v() for d in dicts for v in (d.keys, d.items, d.values)]

    def look(r):
        v, w = r.choice(kept), r.choice(kept)
        r.choice((lambda: v & w, lambda: v | w, lambda: v - w, lambda: v ^ w, lambda: v == w, lambda: v <= w, lambda: v > w, lambda: v.isdisjoint(w), lambda: list(v), lambda: sorted(v, key=str), lambda: len(v),
                  lambda: repr(v), lambda: 1 in v, lambda: ("a", 1) in v, lambda: list(reversed(v)), lambda: v.mapping, lambda: v & range(5), lambda: {1, 2} - v, lambda: set(v), lambda: tuple(zip(v, w)),
                  lambda: [*v, *w], lambda: max(v, key=id), lambda: dict.fromkeys(v), lambda: next(iter(v)), lambda: pickle.dumps(list(v))))()

    def change(r):
        d, e, k = r.choice(dicts), r.choice(dicts), r.choice((r.randrange(30), str(r.randrange(30)), (1, r.randrange(3))))
        r.choice((lambda: d.__setitem__(k, r.randrange(9)), lambda: d.pop(k), lambda: d.popitem(), lambda: d.setdefault(k, [k]), lambda: d.update(e), lambda: d.update(e.items()), lambda: d.__ior__({k: 1}), lambda: d | e,
                  lambda: d.move_to_end(k), lambda: d.popitem(last=False), lambda: d.copy(), lambda: d[k], lambda: d.get(k), lambda: d == e, lambda: {**d, **e}, lambda: d.subtract("ab"), lambda: d.most_common(2),
                  lambda: d.new_child(), lambda: dict(d), lambda: d.clear() if len(d) > MANY or r.randrange(20) == 0 else 0, lambda: kept.__setitem__(r.randrange(len(kept)), r.choice((d.keys, d.items, d.values))()),
                  lambda: iter(d).__length_hint__(), lambda: d.__delitem__(k), lambda: collections.OrderedDict(d), lambda: copy.copy(d)))()
        for d in dicts[:6]:
            if len(d) > MANY:
                d.clear()
    return [look, look, change, change]


@kind
def sorting(rng):
    """Lists sorted, searched and kept as heaps whose keys and comparisons change them and each other."""
    lists = [[r.random() for r in [rng] * 30], list(range(20)), list("hello world"), [(i % 3, str(i)) for i in range(20)], []]

    class Odd:
        def __init__(self, n):
            self.n = n

        def __lt__(self, other):
            if self.n % 7 == 0:
                lists[4].append(self.n) if len(lists[4]) < MANY else lists[4].clear()
            return self.n < getattr(other, "n", 0)

        def __eq__(self, other):
            lists[4][:2] = []
            return self is other
        __hash__ = None
    lists.append([Odd(i * 37 % 20) for i in range(20)])

    def key(r):
        def mutate(x):
            v = r.choice(lists)
            r.choice((lambda: v.append(x), lambda: v.pop(), lambda: v.clear() if len(v) > MANY else 0, lambda: v.reverse(), lambda: 0))()
            return id(x) % 7
        return r.choice((None, None, str, id, len, mutate, functools.cmp_to_key(lambda a, b: (id(a) > id(b)) - (id(a) < id(b))), operator.itemgetter(0), lambda x: 1 / 0))

    def one(r):
        v = r.choice(lists)
        r.choice((lambda: v.sort(key=key(r), reverse=r.random() < 0.5), lambda: sorted(v, key=key(r)), lambda: bisect.insort(v, r.choice(v), key=key(r)), lambda: bisect.bisect(v, 5), lambda: heapq.heapify(v),
                  lambda: heapq.heappush(v, r.choice(v)), lambda: heapq.heappop(v), lambda: heapq.heapreplace(v, r.choice(v)), lambda: heapq.heappushpop(v, r.choice(v)), lambda: heapq.nsmallest(3, v, key(r)),
                  lambda: list(heapq.merge(v, r.choice(lists), key=key(r))), lambda: min(v, key=key(r)), lambda: v.index(r.choice(v)), lambda: v.remove(r.choice(v)), lambda: v.count(v[0]), lambda: v == r.choice(lists),
                  lambda: v < r.choice(lists), lambda: v.reverse(), lambda: v.__setitem__(slice(2, 5), r.choice(lists)[:4]), lambda: v.extend(x for x in v[:5]), lambda: v.insert(3, r.choice(v)), lambda: v.__delitem__(slice(None, None, 3)),
                  lambda: v.__imul__(2) if len(v) < MANY else v.clear(), lambda: v.__setitem__(slice(None), [Odd(i) for i in range(10)]), lambda: list(zip(v, v[::-1])), lambda: heapq.heappush_max(v, 5), lambda: heapq.heapify_max(v)))()
        for v in lists:
            if len(v) > 4 * MANY:
                v.clear()
    return [one]


@kind
def rotation(rng):
    """Deques that are rotated, searched and iterated; tees and other iterators over what changes, copied and stepped by all."""
    deques = [collections.deque(range(30)), collections.deque("abc" * 9, 40), collections.deque(), collections.deque(maxlen=0)]
    source = itertools.count()
    shared = list(itertools.tee(source, 3)) + [iter(deques[0]), itertools.cycle("abc"), itertools.chain.from_iterable(iter(lambda: [1, 2], 0)), itertools.batched(itertools.count(), 3), itertools.groupby(itertools.count(), lambda i: i // 3)]

    def turn(r):
        d, e = r.choice(deques), r.choice(deques)
        r.choice((lambda: d.rotate(r.randrange(-40, 40)), lambda: d.rotate(1), lambda: d.append(r.randrange(9)), lambda: d.appendleft("x"), d.pop, d.popleft, lambda: d.insert(r.randrange(30), 1), lambda: d.remove(d[0]), lambda: d.index(d[-1]),
                  lambda: d.reverse(), lambda: d.extend(e) if len(d) + len(e) < MANY else d.clear(), lambda: d.extendleft(list(e)[:9]), lambda: d.extend(d) if len(d) < MANY else 0, lambda: d.count(1), lambda: list(d), lambda: list(reversed(d)), lambda: d.copy(), lambda: d == e,
                  lambda: d < e, lambda: d.__iadd__("ab"), lambda: d + e, lambda: d * 2, lambda: d.__imul__(2) if len(d) < MANY else 0, lambda: d[len(d) // 2], lambda: d.__setitem__(0, 5), lambda: d.__delitem__(len(d) // 2), lambda: d.maxlen, lambda: repr(d), lambda: hash(d),
                  lambda: pickle.loads(pickle.dumps(d)), lambda: copy.copy(d), lambda: d.clear() if r.randrange(10) == 0 or len(d) > MANY else 0, lambda: 5 in d, lambda: next(iter(d)), lambda: d.__init__(range(20))))()

    def step(r):
        it = r.choice(shared)
        r.choice((lambda: [next(it) for _ in range(r.randrange(20))], lambda: shared.__setitem__(r.randrange(3), copy.copy(it)), lambda: shared.__setitem__(r.randrange(3), itertools.tee(it)[1]), lambda: shared.__setitem__(3, iter(r.choice(deques))),
                  lambda: list(itertools.islice(it, 10)), lambda: it.__length_hint__(), lambda: shared.__setitem__(slice(0, 3), itertools.tee(itertools.count(), 3)), lambda: list(next(it)[1]), lambda: shared.__setitem__(2, itertools.tee(shared[1], 1)[0])))()
    return [turn, turn, step]


@kind
def memory(rng):
    """Views of memory that are made, cast, sliced, written and released while their owners would be resized and closed; struct and files on the same bytes."""
    def fresh():
        return [bytearray(range(64)), array.array("i", range(16)), io.BytesIO(bytes(64)), mmap.mmap(-1, 4096), (ctypes.c_int * 16)(), memoryview(bytearray(64)), bytes(64), array.array("d", [1.5] * 8)]
    owners, seen = fresh(), [memoryview(bytearray(64))]
    codecs = [struct.Struct(f) for f in ("<iqd", "4s2x?", "!HhBb", "<5i", "0s", "n")]

    def view_of(o):
        return o.getbuffer() if isinstance(o, io.BytesIO) else memoryview(o)

    def make(r):
        v = view_of(r.choice(owners))
        seen.append(r.choice((lambda: v, lambda: v[2:9], lambda: v[::-2], lambda: v.cast("B"), lambda: v.cast("B").cast("i"), lambda: v.cast("B")[:16].cast("B", (4, 4)), lambda: v.toreadonly(), lambda: memoryview(v), lambda: pickle.PickleBuffer(v).raw()))())
        if len(seen) > 12:
            del seen[:6]

    def use(r):
        v, w, s = r.choice(seen), r.choice(seen), r.choice(codecs)
        r.choice((v.release, lambda: v.__enter__().__exit__(None, None, None), lambda: v.tolist(), lambda: v.tobytes(), lambda: v.hex(), lambda: v == w, lambda: hash(v), lambda: v.__setitem__(0, 1), lambda: v.__setitem__(slice(0, 4), w[:4]), lambda: v[1], lambda: v[1, 1],
                  lambda: (v.shape, v.strides, v.format, v.nbytes, v.itemsize, v.obj, v.readonly, v.contiguous, v.suboffsets), lambda: list(v), lambda: list(reversed(v)), lambda: 5 in v, lambda: v.index(1), lambda: v.count(0), lambda: s.pack_into(v, 0, *s.unpack(bytes(s.size))),
                  lambda: s.unpack_from(v, 4), lambda: list(s.iter_unpack(v)), lambda: s.unpack(v), lambda: bytes(v), lambda: bytearray(v), lambda: b"".join([v, w]), lambda: repr(v), lambda: len(v), lambda: io.BytesIO(b"abc" * 9).readinto(v), lambda: io.BytesIO().write(v),
                  lambda: int.from_bytes(v), lambda: v.cast("H"), lambda: ctypes.c_int.from_buffer(v), lambda: bytes(w).find(v), lambda: str(v, "latin-1"), lambda: weakref.ref(v), lambda: array.array("B", v), lambda: s.__init__("<i") if r.randrange(9) == 0 else 0))()

    def own(r):
        o = r.choice(owners)
        r.choice((lambda: o.append(1), lambda: o.extend(b"xyz"), lambda: o.pop(), lambda: o.clear(), lambda: o.__setitem__(slice(3, 5), b"abcdef"), lambda: o.__delitem__(slice(0, 4)), lambda: o.resize(r.choice((0, 64, 4096, 8192))), lambda: o.write(b"abc"), lambda: o.truncate(r.randrange(64)),
                  lambda: o.seek(r.randrange(70)), lambda: o.close() if r.randrange(10) == 0 else 0, lambda: o.read(5), lambda: o.readinto(r.choice(seen)), lambda: o.getvalue(), lambda: o.frombytes(b"abcdefgh"), lambda: o.byteswap(), lambda: o.insert(2, 1), lambda: o.reverse(), lambda: o.find(b"\5"),
                  lambda: o.__imul__(2) if len(o) < 500 else o.clear(), lambda: o.move(0, 5, 9), lambda: o.flush(), lambda: o.tobytes(), lambda: o.buffer_info(), lambda: o.translate(bytes(256)), lambda: o.split(b"\5"), lambda: o.__init__(b"abc" * 20), lambda: o.readline(), lambda: o.fromlist([1, 2]),
                  lambda: o.take_bytes(3), lambda: o.hex(), lambda: owners.__setitem__(slice(None), fresh()) if r.randrange(5) == 0 else 0))()
    return [make, use, use, own]


@kind
def patterns(rng):
    """The cache of patterns, matches and scanners shared by all; replacements that compile, purge and match meanwhile."""
    texts = ["foo=12; bar=345; " * 6, "a\u20acb" * 20, "x" * 50 + "y", "", "\U0001f600 ok\n" * 5]
    sources = ["(\\w+)=(\\d+)", "(?P<a>.)\\u20ac(?P=a)?", "x*y", "(?i)OK$", "[^\\W\\d]+|\\d", "(?:a|b)*?c", "(?<=o)=", "^.*$"]
    kept = [re.compile(s) for s in sources[:4]]

    def replace(r):
        def f(m):
            if r.randrange(10) == 0:
                re.purge()
            kept.append(m)
            del kept[:-8]
            return m.expand(r"\g<0>") + m.string[:1]
        return f

    def one(r):
        t, s = r.choice(texts), r.choice(sources)
        f = r.choice((0, re.M, re.S | re.I, re.A))
        o = r.choice(kept)
        r.choice((lambda: re.sub(s, replace(r), t), lambda: re.findall(s, t, f), lambda: kept.append(re.compile(s, f)), lambda: re.split(s, t), lambda: [m.span() for m in re.finditer(s, t)], lambda: kept.append(re.search(s, t)), lambda: re.subn(s, r"<\g<0>>", t),
                  lambda: re.escape(t), lambda: o.sub(replace(r), t), lambda: o.groups, lambda: o.groupindex, lambda: o.group(0, 1), lambda: o.groupdict(), lambda: o.regs, lambda: o.expand("\\1"), lambda: o.re, lambda: o[1], lambda: o.scanner(t).search(), lambda: copy.copy(o),
                  lambda: o == r.choice(kept), lambda: hash(o), lambda: repr(o), lambda: pickle.dumps(o), lambda: re.compile("(" * r.randrange(4) + s + str(r.randrange(600))), lambda: re.fullmatch(s, t), lambda: t.translate({97: "z"}), lambda: re.template, lambda: kept.append(o.scanner(t)),
                  lambda: o.match(), lambda: o.search(), lambda: o.pattern.match(t)))()
        del kept[:-8]
    return [one]


@kind
def serialized(rng):
    """A graph of objects that is pickled, copied and written as JSON by some threads while others change it, and its hooks do."""
    class Node:
        def __init__(self, *links):
            self.links, self.name = list(links), "n"

        def __getstate__(self):
            if len(self.links) > 5:
                self.links.clear()
            return dict(self.__dict__)

        def __setstate__(self, state):
            self.__dict__.update(state)
            box[rng.randrange(len(box))] = self

        def __copy__(self):
            return Node(*self.links)
    Node.__qualname__, Node.__module__ = "Node", __name__
    globals()["Node"] = Node
    box = [Node(), {"a": [1, 2]}, [1, [2, [3]]], {"k": {"l": (1, 2)}}, collections.OrderedDict(x=1), {1, 2, 3}, bytearray(b"abc"), types.SimpleNamespace(a=1), "text" * 9]
    memo, files = pickle.Pickler(io.BytesIO()), [io.BytesIO(pickle.dumps([1, "a", {2: 3}] * 5) * 3)]
    readers = [pickle.Unpickler(files[0])]

    def hook(o):
        box[rng.randrange(3)] = [1, [2]]
        return sorted(map(str, vars(o))) if hasattr(o, "__dict__") else "?"

    class Hooks(pickle.Pickler):
        def persistent_id(self, o):
            return "p" if o == "text" else None

        def reducer_override(self, o):
            box[rng.randrange(len(box))] = {"fresh": 1}
            return NotImplemented

    def work(r):
        o = r.choice(box)
        r.choice((lambda: pickle.dumps(o, r.randrange(6)), lambda: pickle.loads(pickle.dumps(o)), lambda: copy.deepcopy(o), lambda: copy.copy(o), lambda: copy.replace(o, a=2), lambda: json.dumps(o, default=hook, indent=r.choice((None, 1)), sort_keys=r.random() < 0.3), lambda: marshal.dumps(o),
                  lambda: json.loads('{"a": [1, {"b": 2.5}], "c": null}', object_hook=lambda d: box.__setitem__(1, d)), lambda: json.loads('[{"a": 1}, {"a": 2}]', object_pairs_hook=list), lambda: Hooks(io.BytesIO()).dump(o), lambda: memo.dump(o), lambda: memo.clear_memo(), lambda: memo.memo.copy(),
                  lambda: readers[0].load(), lambda: readers[0].memo, lambda: files[0].seek(0), lambda: readers.__setitem__(0, pickle.Unpickler(files[0])), lambda: json.JSONEncoder(default=hook).iterencode(o).__next__(), lambda: setattr(memo, "memo", memo.memo), lambda: setattr(memo, "fast", r.choice((0, 1))),
                  lambda: pickle.loads(pickle.dumps(o, 5, buffer_callback=lambda b: None), buffers=[bytearray(3)]), lambda: setattr(memo, "dispatch_table", {})))()

    def change(r):
        o = r.choice(box)
        r.choice((lambda: o.links.append(r.choice(box)), lambda: o.links.pop(), lambda: setattr(o, "name", [1]), lambda: delattr(o, "name"), lambda: o.append(1), lambda: o.clear(), lambda: o.update(z=r.randrange(9)), lambda: o.pop(), lambda: o.popitem(), lambda: o.__dict__.clear(),
                  lambda: box.__setitem__(r.randrange(len(box)), r.choice((Node(), [1], {"a": 1}, Node(Node()), {"n": []})))))()
        if isinstance(o, (list, bytearray)) and len(o) > MANY:
            o.clear()
    return [work, work, change]


@kind
def patched(rng):
    """Methods replaced on instances, classes and modules, slots taken away and given back, while instances are made and called."""
    class Slotted:
        __slots__ = ("a", "b", "__weakref__")

        def __init__(self, a=1):
            self.a = a

        def get(self):
            return self.a

    class Sub(Slotted):
        __slots__ = ("c",)

        def get(self):
            return super().get()

    class Open:
        total = 0

        def __init__(self, a=1):
            self.a = a
            self.b = [a]

        def get(self):
            return self.b

        twice = functools.partialmethod(get)

    class Wide(Open):
        def __new__(cls, *args):
            return super().__new__(cls)

        def __init__(self, *args):
            super().__init__(*args)
            for i in range(12):
                setattr(self, "w%d" % i, i)
    classes = [Slotted, Sub, Open, Wide]
    slots = [Slotted.__dict__["a"], Slotted.__dict__["b"], Sub.__dict__["c"]]
    inits = [c.__init__ for c in classes] + [lambda self, *a: None, lambda self, a=5: setattr(self, "a", a)]
    objects = [c() for c in classes for _ in range(3)]
    bound = [o.get for o in objects]
    call = operator.methodcaller("get")

    def make(r):
        c = r.choice(classes)
        objects[r.randrange(len(objects))] = r.choice((lambda: c(), lambda: c(2), lambda: c.__new__(c), lambda: [c(i) for i in range(10)][-1], lambda: object.__new__(c), lambda: copy.copy(r.choice(objects))))()

    def use(r):
        for _ in range(3):
            o = r.choice(objects)
            r.choice((lambda: o.get(), lambda: o.a, lambda: call(o), lambda: r.choice(bound)(), lambda: bound.__setitem__(r.randrange(len(bound)), o.get), lambda: o.twice(), lambda: setattr(o, "a", [1]), lambda: delattr(o, "a"), lambda: r.choice(slots).__get__(o, type(o)),
                      lambda: r.choice(slots).__set__(o, [2]), lambda: r.choice(slots).__delete__(o), lambda: setattr(o, "get", lambda: 5), lambda: delattr(o, "get"), lambda: type(o).get(o), lambda: setattr(o, "w%d" % r.randrange(14), 1), lambda: delattr(o, "w%d" % r.randrange(14)),
                      lambda: o.__getstate__(), lambda: setattr(o, "__class__", r.choice(classes)), lambda: o.c, lambda: setattr(o, "c", 1), lambda: vars(o).update(a=3), lambda: setattr(o, "total", o.total + 1), lambda: weakref.ref(o)))()

    def patch(r):
        c = r.choice(classes)
        r.choice((lambda: setattr(c, "get", r.choice((lambda self: 1, lambda self: [self], Slotted.get, staticmethod(lambda: 2), classmethod(lambda cls: cls), property(lambda self: lambda: 3), functools.lru_cache(lambda self: 4)))), lambda: delattr(c, "get"), lambda: setattr(c, "__init__", r.choice(inits)),
                  lambda: delattr(c, "__init__"), lambda: setattr(c, "__new__", lambda cls, *a: object.__new__(cls)), lambda: delattr(c, "__new__"), lambda: delattr(c, r.choice("abc")), lambda: setattr(c, r.choice("abc"), r.choice(slots + [1])), lambda: setattr(c, "__slots__", ()), lambda: setattr(c, "twice", functools.partialmethod(c.get)),
                  lambda: setattr(c, "__call__", lambda self: 1), lambda: setattr(c, "total", r.randrange(9)), lambda: setattr(c, "__setattr__", object.__setattr__), lambda: delattr(c, "__setattr__"), lambda: setattr(c, "__getattr__", lambda self, n: n), lambda: delattr(c, "__getattr__"), lambda: c.__subclasses__(),
                  lambda: type("T", (c,), {"__slots__": r.choice((("z",), ()))})(), lambda: setattr(c, "__del__", lambda self: None), lambda: delattr(c, "__del__")))()
    return [make, use, use, patch]


@kind
def running_loops(rng):
    """Event loops that run in threads of their own, given work, woken, cancelled and asked by all others; their queues, conditions and sockets."""
    loops, ready, kept = [], threading.Semaphore(0), []
    v = contextvars.ContextVar("v", default=0)

    def main(factory):
        loop = factory()
        loop.set_exception_handler(lambda *a: None)
        things = asyncio.Queue(5), asyncio.Condition(), asyncio.Event(), asyncio.Lock()
        loops.append((loop, things))
        loop.call_soon(ready.release)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for t in tasks:
                t.cancel()
            if tasks:
                loop.run_until_complete(asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20))
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()
    threads = [threading.Thread(target=main, args=(f,), daemon=True) for f in (asyncio.new_event_loop, asyncio.SelectorEventLoop, asyncio.new_event_loop)]
    for t in threads:
        t.start()
    for t in threads:
        ready.acquire()

    async def short(q, c, e, l):
        v.set(v.get() + 1)
        async with asyncio.timeout(0.01), asyncio.TaskGroup() as group:
            group.create_task(q.put(1))
            group.create_task(q.get())
            group.create_task(asyncio.sleep(0))
        async with l:
            e.set()
        async with c:
            c.notify_all()
        return v.get()

    async def talk(q, c, e, l):
        a, b = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=a)
        other, out = await asyncio.open_connection(sock=b)
        writer.write(b"line\n")
        await writer.drain()
        try:
            return await asyncio.wait_for(other.readline(), 5)
        finally:
            writer.close()
            out.close()

    async def waiting(q, c, e, l):
        async with c:
            await asyncio.wait_for(c.wait(), 0.005)

    async def aside(q, c, e, l):
        return await asyncio.to_thread(v.get)

    def one(r):
        loop, things = r.choice(loops)
        q, c, e, l = things
        f = r.choice(kept) if kept else None
        r.choice((lambda: kept.append(asyncio.run_coroutine_threadsafe(r.choice((short, short, talk, waiting, aside))(*things), loop)), lambda: f.result(0.002), lambda: f.cancel(), lambda: f.add_done_callback(lambda x: kept.append(x)), lambda: loop.call_soon_threadsafe(q.put_nowait, 1),
                  lambda: loop.call_soon_threadsafe(q.get_nowait), lambda: loop.call_soon_threadsafe(e.clear), lambda: [t.cancel() for t in asyncio.all_tasks(loop)][:0], lambda: loop.call_soon_threadsafe(lambda: loop.call_later(0.001, kept.clear)), lambda: asyncio.all_tasks(loop), lambda: loop.is_running(),
                  lambda: loop.time(), lambda: repr(loop), lambda: loop.call_soon_threadsafe(print, 1, file=io.StringIO(), context=contextvars.copy_context()), lambda: loop.get_debug(), lambda: [repr(t) for t in asyncio.all_tasks(loop)], lambda: q.qsize(), lambda: repr(q), lambda: e.is_set(), lambda: l.locked(), lambda: repr(c),
                  lambda: [t.get_stack() for t in asyncio.all_tasks(loop)], lambda: asyncio.wrap_future(f), lambda: f.exception(0)))()
        del kept[:-20]

    def check():
        for loop, _ in loops:
            loop.call_soon_threadsafe(loop.stop)
        for t in threads:
            t.join(60)
            must(not t.is_alive(), "a loop does not stop")
    return [one], check


@kind
def exact_rotation(rng):
    """Rotating, reversing and swapping ends lose nothing."""
    d = collections.deque(range(50))

    def one(r):
        r.choice((lambda: d.rotate(r.randrange(-60, 60)), d.reverse, lambda: d.rotate(1)))()

    def look(r):
        must(len(d) == 50 and 0 <= d[0] < 50 and 0 <= d[-1] < 50)
        c = d.copy()
        must(sorted(c) == list(range(50)), "a copy in the middle of a rotation", c)
    return [one, look], lambda: must(sorted(d) == list(range(50)), "lost", d)


@kind
def exact_slots(rng):
    """A slot holds what some thread put there for it, or nothing."""
    class S:
        __slots__ = ("a", "b")
    objects = [S() for _ in range(3)]

    def put(r):
        name = r.choice("ab")
        setattr(r.choice(objects), name, (name, r.random()))

    def look(r):
        name = r.choice("ab")
        must(getattr(r.choice(objects), name)[0] == name, "another slot's value")

    def take(r):
        delattr(r.choice(objects), r.choice("ab"))
    return [put, look, take]
