# SPDX-License-Identifier: MIT
"""Kinds of operations in the middle of operations: callbacks, handlers, hooks and finalizers that use, change and drop the very object that called them,
in one thread and in several."""
import array
import asyncio
import atexit
import codecs
import collections
import contextlib
import ctypes
import functools
import gc
import io
import itertools
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
import types
import weakref
from xml.etree import ElementTree
from xml.parsers import expat

from . import kind, must


NESTED_MOST = 400


def nested(operations, rng, local, depth=2):
    """Does one of the operations inside of another, not too deeply, and not without end: a row that is inserted for each row of a query makes it longer."""
    now, done = getattr(local, "depth", 0), getattr(local, "done", 0)
    if now >= depth or done >= NESTED_MOST or rng.randrange(3):
        return
    local.depth, local.done = now + 1, done + 1
    try:
        rng.choice(operations)(rng)
    except Exception:
        pass
    finally:
        local.depth = now


def in_turn(operations):
    """The operations for the threads of a program, of which one at a time is inside: a callback that uses what another thread is waiting in would wait for it for ever."""
    busy = threading.Lock()

    def alone(operation):
        def one(r):
            if busy.acquire(blocking=False):
                try:
                    operation(r)
                finally:
                    busy.release()
        return one
    return [alone(operation) for operation in operations]


@kind
def databases_inside(rng):
    """Functions, aggregates, collations, hooks and adapters that use the connection and the cursor that called them. There is one connection: a callback that used, or
    dropped, another one would make an order of their locks."""
    local, operations = threading.local(), []

    def fresh():
        c = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=rng.choice((None, "")), cached_statements=rng.choice((0, 1, 5, 100)), detect_types=sqlite3.PARSE_DECLTYPES)
        c.execute("create table t (a integer, b odd)")
        c.executemany("insert into t values (?, ?)", [(i, "x%d" % i) for i in range(9)])

        def inner(*args):
            nested(operations, rng, local)
            return 1

        class Sum:
            def step(self, *args):
                inner()

            def finalize(self):
                return inner()
            value, inverse = finalize, step

        class Odd:
            def __conform__(self, protocol):
                inner()
                return "odd"
        c.create_function("f", -1, inner)
        c.create_aggregate("s", 1, Sum)
        c.create_window_function("w", 1, Sum)
        c.create_collation("odd", lambda a, b: (a > b) - (a < b))   # these four must not use the connection, says SQLite
        c.row_factory = rng.choice((None, lambda cur, row: (inner(), row), sqlite3.Row))
        c.text_factory = rng.choice((str, lambda b: (inner(), b), bytes))
        if rng.randrange(2):
            c.set_trace_callback(len)
        if rng.randrange(3) == 0:
            c.set_progress_handler(lambda: 0, 50)
        if rng.randrange(4) == 0:
            c.set_authorizer(lambda *a: rng.randrange(50) == 0)
        return c, [c.cursor() for _ in range(3)], Odd
    sqlite3.register_converter("odd", lambda b: (nested(operations, rng, local), b))
    box = [fresh()]

    def rows():
        for i in range(5):
            nested(operations, rng, local)
            yield (i, "y")

    def one(r):
        base, cursors, odd = box[0]
        c = r.choice(cursors)
        sql = r.choice(("select f(a), b from t", "select s(a) from t group by b", "select a, b from t order by b collate odd", "select w(a) over (order by a rows 2 preceding) from t", "insert into t values (f(1), 'z')",
                        "update t set a = f(a)", "select * from t where f(a, b)", "delete from t where a > 100 or f(a) = 5", "insert into t select a, b from t limit 2", "select ? from t", "drop table t", "nonsense",
                        "create index if not exists i on t (b collate odd)"))
        r.choice((lambda: c.execute(sql), lambda: c.execute(sql).fetchall(), lambda: list(itertools.islice(c.execute(sql), 3)), lambda: c.executemany("insert into t values (?, ?)", rows()), lambda: c.execute("select ?, a from t", (odd(),)),
                  lambda: next(c), c.fetchone, c.fetchall, lambda: c.close() if r.randrange(9) == 0 else 0, lambda: base.close() if r.randrange(200) == 0 else 0, lambda: c.__init__(base), lambda: c.connection, base.commit, base.rollback, base.interrupt,
                  lambda: cursors.__setitem__(r.randrange(3), base.cursor()), lambda: base.create_function("f", -1, None), lambda: base.create_collation("odd", None), lambda: base.set_trace_callback(None), lambda: base.set_progress_handler(None, 1),
                  lambda: base.create_function("f", -1, lambda *a: 1), lambda: setattr(base, "row_factory", None), lambda: setattr(c, "row_factory", sqlite3.Row),
                  lambda: c.description, lambda: base.execute("select count(*) from t").fetchone(),
                  lambda: base.executescript("select f(1); select f(2)"), lambda: base.__enter__().__exit__(None, None, None), lambda: c.executemany(sql, iter([()]))))()
    operations.append(one)
    return in_turn(operations)


@kind
def parsers_inside(rng):
    """Handlers and targets that feed, close, change and drop the parser that called them, and trees changed while they are walked, found in and written."""
    local = threading.local()
    pieces = ("<a x='1'>", "<b/>", "text\n", "</a>", "<!-- c -->", "<?p i?>", "<![CDATA[x]]>", "&lt;", "<!DOCTYPE a [<!ENTITY e 'v'><!ENTITY o SYSTEM 's'>]>", "<a>&e;&o;</a>", "<", "&", "\x00", "<a xmlns:n='u'><n:b/></a>")

    def handler(*args):
        nested(operations, rng, local)
        return 1
    names = [n for n in dir(expat.ParserCreate()) if n.endswith("Handler")]

    def fresh():
        p = expat.ParserCreate(None, rng.choice((None, " ")), intern=rng.choice(({}, None)))
        for n in rng.sample(names, 9):
            setattr(p, n, handler)
        p.buffer_text = rng.random() < 0.5
        return p

    class Target:
        def start(self, *a):
            nested(operations, rng, local)
        end = data = comment = pi = start_ns = end_ns = close = doctype = start
    parsers, trees = [fresh(), fresh()], [ElementTree.XMLParser(target=Target()), ElementTree.XMLParser(), ElementTree.XMLPullParser(["start", "end", "start-ns"]), ElementTree.TreeBuilder(element_factory=lambda *a: (handler(), ElementTree.Element(*a))[1])]

    def feed(r):
        p = r.choice(parsers)
        r.choice((lambda: p.Parse(r.choice(pieces), r.randrange(6) == 0), lambda: p.Parse(r.choice(pieces), 0), lambda: p.Parse("<a>" + "".join(r.choices(pieces[:3], k=4)) + "</a>", 1), lambda: p.ParseFile(io.BytesIO(b"<a>b</a>")),
                  lambda: setattr(p, r.choice(names), r.choice((None, handler, lambda *a: 1 / 0))), lambda: setattr(p, "buffer_text", r.randrange(2)), lambda: setattr(p, "buffer_size", r.choice((1, 50))), lambda: parsers.append(p.ExternalEntityParserCreate("c")),
                  lambda: parsers.__setitem__(r.randrange(len(parsers)), fresh()), lambda: (p.CurrentLineNumber, p.ErrorCode, p.intern), lambda: p.GetInputContext(), lambda: setattr(p, "ordered_attributes", 1), lambda: p.SetParamEntityParsing(2),
                  lambda: setattr(p, "namespace_prefixes", 1), lambda: p.UseForeignDTD(), lambda: setattr(p, "intern", {})))()
        del parsers[:-4]

    def build(r):
        p = r.choice(trees)
        r.choice((lambda: p.feed(r.choice(pieces)), lambda: p.feed("<a><b>x</b></a>"), lambda: p.close() if r.randrange(4) == 0 else 0, lambda: list(p.read_events()), lambda: p.start("a", {}), lambda: p.end("a"), lambda: p.data("d"), lambda: p.flush(),
                  lambda: trees.__setitem__(r.randrange(4), r.choice((lambda: ElementTree.XMLParser(target=Target()), ElementTree.XMLParser, lambda: ElementTree.XMLPullParser(["end"]), lambda: ElementTree.TreeBuilder(insert_pis=True)))()),
                  lambda: p.__init__(target=Target()), lambda: p.entity.update(o="z"), lambda: p.target, lambda: p._setevents([], ["start"])))()

    class Tag(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            nested(operations, rng, local)
            return str.__eq__(self, other)
    roots = [ElementTree.fromstring("<a x='1'>t<b>u</b>v<c><d e='5'/><d/></c>w</a>")]

    def walk(r):
        e = r.choice(roots)
        tag = Tag(r.choice("abcd"))
        r.choice((lambda: [handler() for _ in zip(e.iter(r.choice((None, tag))), range(50))], lambda: [handler() for _ in zip(e.itertext(), range(50))], lambda: e.find(tag), lambda: e.findall(tag), lambda: e.findtext(tag), lambda: e.remove(e[0]),
                  lambda: e.insert(1, ElementTree.Element(tag)), lambda: e.append(ElementTree.SubElement(e, tag)) if len(e) < 50 else e.clear(), lambda: e.__delitem__(slice(0, 9, 2)), lambda: e.__setitem__(slice(0, 3), map(lambda i: (handler(), ElementTree.Element("z"))[1], range(3))), e.clear,
                  lambda: e.set(tag, "v"), lambda: e.get(tag), lambda: e.keys(), lambda: e.attrib.clear(), lambda: e.__deepcopy__({}) if r.randrange(5) == 0 else 0, lambda: e.__copy__(), lambda: ElementTree.tostring(e), lambda: e.__getstate__(), lambda: setattr(e, "text", tag),
                  lambda: setattr(e, "tail", None), lambda: setattr(e, "tag", tag), lambda: e.extend(ElementTree.Element(tag) for _ in range(3) if handler()) if len(e) < 50 else e.clear(), lambda: roots.append(e[r.randrange(3)]), lambda: e.makeelement(tag, {}), lambda: list(e), lambda: e.__setstate__({"tag": "y", "_children": [ElementTree.Element("k")], "attrib": {}}),
                  lambda: roots.__setitem__(0, ElementTree.fromstring("<a><b><c/></b><b/></a>")), lambda: ElementTree.indent(e), lambda: e.iterfind("./c/d")))()
        del roots[1:-3]
    operations = [feed, feed, build, walk, walk]
    return operations


@kind
def iterators_inside(rng):
    """Functions, keys and sources of iterators that step, copy and drop the iterator that called them."""
    local, box, operations = threading.local(), [], []

    def inner(*args):
        nested(operations, rng, local, 3)
        return rng.randrange(5)

    class Source:
        def __iter__(self):
            inner()
            return self

        def __next__(self):
            if inner() == 4 and rng.randrange(4) == 0:
                raise StopIteration
            return (inner(),) * 2

        def __length_hint__(self):
            return inner()
    s = Source
    makers = (lambda: map(inner, s()), lambda: filter(inner, s()), lambda: zip(s(), s()), lambda: zip(s(), s(), strict=True), lambda: enumerate(s()), lambda: iter(inner, 9), lambda: itertools.accumulate(s(), inner), lambda: itertools.groupby(s(), inner),
              lambda: itertools.chain(s(), s()), lambda: itertools.chain.from_iterable(s()), lambda: itertools.tee(s())[0], lambda: itertools.islice(s(), 1, 99, 3), lambda: itertools.takewhile(lambda x: inner() + 1, s()), lambda: itertools.dropwhile(inner, s()), lambda: itertools.filterfalse(inner, s()),
              lambda: itertools.starmap(inner, s()), lambda: itertools.compress(s(), s()), lambda: itertools.pairwise(s()), lambda: itertools.batched(s(), 3), lambda: itertools.zip_longest(s(), s(), [1]), lambda: itertools.cycle(itertools.islice(s(), 4)), lambda: reversed(range(inner() + 5)), lambda: itertools.product(itertools.islice(s(), 3), repeat=2),
              lambda: itertools.permutations(itertools.islice(s(), 3), 2), lambda: (inner(x) for x in s()), lambda: iter(collections.deque(itertools.islice(s(), 5))), lambda: map(inner, s(), s(), s()), lambda: itertools.groupby(itertools.cycle("aab"), inner),
              lambda: next(itertools.groupby(s(), inner))[1], lambda: functools.reduce(lambda a, b: itertools.chain(a, [inner()]), range(5), s()))
    box += [m() for m in rng.sample(makers, 5)]

    def step(r):
        it = r.choice(box)
        r.choice((lambda: next(it), lambda: next(it), lambda: [next(it) for _ in range(5)], lambda: list(itertools.islice(it, 5)), lambda: list(next(it)[1])[:0] if isinstance(it, itertools.groupby) and r.randrange(9) == 0 else next(it), lambda: it.__length_hint__(), lambda: box.append(it.__copy__()), lambda: box.__setitem__(0, itertools.tee(it, 2)[1]),
                  lambda: it.__setstate__(1), lambda: it.__sizeof__(), lambda: sum(1 for _ in zip(range(9), it)), lambda: [*itertools.islice(it, 3)], lambda: dict(itertools.islice(it, 3)), lambda: it.close(), lambda: gc.get_referents(it)))()
        del box[:-8]

    def renew(r):
        box[r.randrange(len(box))] = r.choice(makers)()

    def drop(r):
        box[r.randrange(len(box))] = None

    def consume(r):
        few = lambda: itertools.islice(s(), 5)
        xs = list(few())
        r.choice((lambda: sorted(few(), key=inner), lambda: max(few(), key=inner, default=0), lambda: xs.extend(few()), lambda: set(few()), lambda: dict(few()), lambda: b"".join(few()), lambda: collections.deque(few(), 3), lambda: sum(few(), ()), lambda: any(map(bool, few())),
                  lambda: bytes(map(inner, range(3))), lambda: array.array("i", map(inner, range(3))), lambda: str.join(",", map(str, few())), lambda: xs.__setitem__(slice(None, None, 2), map(inner, xs[::2])), lambda: bytearray(map(inner, range(3))), lambda: frozenset(few()), lambda: collections.OrderedDict(few()),
                  lambda: xs.sort(key=lambda x: xs.clear()), lambda: tuple(few()), lambda: collections.Counter(few()), lambda: [a for a, *b in few()], lambda: functools.reduce(inner, few()), lambda: "%s%s" % tuple(itertools.islice(few(), 2))))()
    operations += [step, step, step, renew, drop, consume]
    return operations


@kind
def streams_inside(rng):
    """Raw files, buffers, decoders and encoders written in Python that use the objects above them."""
    local, box, operations = threading.local(), [], []

    def inner():
        nested(operations, rng, local)

    class Raw(io.RawIOBase):
        def readable(self):
            return True
        writable = seekable = readable

        def readinto(self, b):
            inner()
            n = rng.randrange(len(b) + 1) if rng.randrange(3) else 0
            b[:n] = b"a\n" * (n // 2) + b"\xe9" * (n % 2)
            kept.append(b) if rng.randrange(9) == 0 else None
            return n if rng.randrange(20) else None

        def write(self, b):
            inner()
            kept.append(b) if rng.randrange(9) == 0 else None
            return rng.randrange(len(b) + 1) or len(b)

        def seek(self, n, how=0):
            inner()
            return rng.choice((0, abs(n), 5))

        def tell(self):
            inner()
            return 7

        def truncate(self, n=None):
            inner()
            return n or 0

        def flush(self):
            inner()

        def close(self):
            if not self.closed:
                super().close()
                inner()

    class Buffer(io.BufferedIOBase):
        readable = writable = seekable = lambda self: True

        def read(self, n=-1):
            inner()
            return rng.choice((b"ab\n", b"", b"\xc3", b"x" * 20))
        read1 = read

        def write(self, b):
            inner()
            return len(b)

        def seek(self, n, how=0):
            inner()
            return n

        def tell(self):
            inner()
            return 3

    class Decoder(codecs.IncrementalDecoder):
        def decode(self, b, final=False):
            inner()
            return bytes(b).decode("latin-1")

        def getstate(self):
            inner()
            return b"", rng.randrange(2)

        def setstate(self, state):
            inner()

        def reset(self):
            inner()

    class Encoder(codecs.IncrementalEncoder):
        def encode(self, s, final=False):
            inner()
            return s.encode("latin-1", "replace")

        def setstate(self, state):
            inner()
    info = codecs.CodecInfo(lambda s, e="": (s.encode("utf-8"), len(s)), lambda b, e="": (bytes(b).decode("utf-8"), len(b)), incrementalencoder=Encoder, incrementaldecoder=Decoder, name="race-inside")
    search = {"race_inside": info}.get
    codecs.register(search)
    kept = []
    size = rng.choice((1, 8, 50, 8192))
    makers = (lambda: io.BufferedReader(Raw(), size), lambda: io.BufferedWriter(Raw(), size), lambda: io.BufferedRandom(Raw(), size), lambda: io.BufferedRWPair(Raw(), Raw(), size), lambda: io.TextIOWrapper(Buffer(), "utf-8", "replace"),
              lambda: io.TextIOWrapper(io.BufferedRandom(Raw(), size), "race-inside", newline=rng.choice((None, "", "\r\n"))), lambda: io.TextIOWrapper(io.BytesIO(b"abc\n" * 50), "race-inside", write_through=rng.random() < 0.5), Raw,
              lambda: io.TextIOWrapper(io.BufferedReader(Raw(), size), "utf-8", "replace", line_buffering=True), lambda: io.IncrementalNewlineDecoder(Decoder(), True))
    box.append(rng.choice(makers)())        # one at a time: two that wait for each other's locks would wait for ever

    def one(r):
        f = r.choice(box)
        text = isinstance(f, io.TextIOBase)
        data = r.choice(("a\n", "\xe9" * 30, "x" * 200)) if text else r.choice((b"a\n", b"y" * 70, bytearray(b"z" * 9)))
        r.choice((lambda: f.write(data), lambda: f.write(data), f.flush, lambda: f.read(r.randrange(60)), lambda: f.read(1), lambda: f.readline(50), lambda: f.readinto(bytearray(30)), lambda: f.peek(3), lambda: f.read1(9), lambda: f.seek(r.randrange(9)), lambda: f.seek(0, 2), f.tell, lambda: f.truncate(3),
                  lambda: next(f), lambda: f.readinto1(bytearray(3)), lambda: f.detach() if r.randrange(9) == 0 else 0, lambda: f.close() if r.randrange(9) == 0 else 0, lambda: f.__init__(Raw() if not text else Buffer()) if r.randrange(6) == 0 else 0, lambda: f.reconfigure(newline="", errors="ignore"), lambda: f.buffer.write(b"q"), lambda: f.raw.write(b"q"),
                  lambda: f.newlines, lambda: f.decode(b"a\r", r.randrange(2)), lambda: f.getstate(), lambda: f.setstate((b"", 1)), lambda: f.reset(), lambda: repr(f), lambda: f.writelines([data] * 3), lambda: kept[-1].__setitem__(0, 1), lambda: bytes(kept[-1]), lambda: kept[-1].release(), kept.clear,
                  lambda: f.reconfigure(encoding=r.choice(("latin-1", "race-inside", "utf-16"))), lambda: f.seek(f.tell()), lambda: setattr(f, "_CHUNK_SIZE", r.choice((1, 5, 500))), lambda: f.readlines(20), lambda: f.closed, lambda: f.seek(r.choice((2 ** 64 + 5, 2 ** 150 + 1)))))()

    def renew(r):
        box[r.randrange(len(box))] = r.choice(makers)()
    operations += [one, one, one, one, renew]

    def check():
        local.depth = 9
        box.clear()
        codecs.unregister(search)
    return in_turn(operations), check


@kind
def foreign_memory(rng):
    """ctypes: types made and completed, callbacks that change what they were called with, fields, slices and views. What points to memory stays as it is: nothing
    keeps that from being freed under a reader."""
    local, operations = threading.local(), []
    libc = ctypes.CDLL(None)
    Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))

    class Node(ctypes.Structure):
        pass
    Node._fields_ = [("next", ctypes.POINTER(Node)), ("value", ctypes.c_int), ("text", ctypes.c_char_p), ("any", ctypes.py_object), ("nums", ctypes.c_int * 4)]
    qsort = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, Compare)(("qsort", libc))
    last = Node(None, 1, b"last", [1])
    nodes, arrays, made, callbacks = [Node(ctypes.pointer(last), i, b"text", [i]) for i in range(3)], [(ctypes.c_int * 8)(*range(8)) for _ in range(3)], [Node], []

    def compare(a, b):
        nested(operations, rng, local)
        return a[0] - b[0]
    callbacks.append(Compare(compare))

    def node(r):
        n = r.choice(nodes)
        r.choice((lambda: n.next.contents.value, lambda: setattr(n.next.contents, "value", 5), lambda: n.text, lambda: n.any, lambda: n.nums[1], lambda: setattr(n, "nums", (1, 2)), lambda: nodes.__setitem__(r.randrange(3), Node(ctypes.pointer(last), 2, b"more", [r])), lambda: bytes(n), lambda: n._objects,
                  lambda: n.next[0].value, lambda: n.nums[:], lambda: bool(n.next), lambda: Node.from_buffer_copy(bytearray(ctypes.sizeof(Node))), lambda: n._b_base_, lambda: ctypes.addressof(n), lambda: Node.value.offset, lambda: repr(n.next), lambda: setattr(n, "any", [r.random()]), lambda: setattr(n, "value", r.randrange(9)),
                  lambda: memoryview(n).nbytes, lambda: setattr(n, "own", 1), lambda: Node.nums.__get__(n)))()

    def numbers(r):
        a = r.choice(arrays)
        r.choice((lambda: qsort((ctypes.c_int * 8)(*range(8, 0, -1)), 8, 4, r.choice(callbacks)), lambda: callbacks.__setitem__(0, Compare(compare)), lambda: ctypes.cast(a, ctypes.POINTER(ctypes.c_int))[3], lambda: arrays.__setitem__(r.randrange(3), (ctypes.c_int * 8)(*range(8, 0, -1))), lambda: a.__setitem__(slice(0, 4), [1, 2, 3, 4]), lambda: list(a),
                  lambda: (ctypes.c_int * 8).from_buffer(bytearray(32)), lambda: memoryview(a).cast("B")[0], lambda: ctypes.byref(a, 4), lambda: callbacks.append(callbacks[0]), lambda: libc.abs(ctypes.c_int(-5)), lambda: libc.strlen(b"abc"), lambda: ctypes.set_errno(5), lambda: ctypes.get_errno(), lambda: ctypes.pythonapi,
                  lambda: libc[r.choice(("abs", "labs"))].argtypes, lambda: setattr(libc.labs, "restype", r.choice((ctypes.c_long, None, ctypes.c_int, lambda x: x))), lambda: setattr(libc.labs, "argtypes", r.choice(((ctypes.c_long,), None))), lambda: libc.labs(-3), lambda: setattr(libc.labs, "errcheck", lambda *x: nested(operations, rng, local)),
                  lambda: delattr(libc.labs, "errcheck"), lambda: delattr(libc, "abs"), lambda: ctypes.pointer(a)[0][1], lambda: ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object)(lambda x: (nested(operations, rng, local), x)[1])([5])))()
        del callbacks[:-3]

    def types_of(r):
        t = r.choice(made)
        r.choice((lambda: made.append(type("S", (ctypes.Structure,), {})), lambda: made.append(type("U", (ctypes.Union,), {"_fields_": [("a", ctypes.c_int)]})), lambda: setattr(t, "_fields_", [("x", ctypes.c_int), ("y", t if r.randrange(5) == 0 else ctypes.c_char)]), lambda: setattr(t, "_fields_", [("b", ctypes.c_int, 3)]), lambda: t().x, lambda: ctypes.POINTER(t), lambda: (t * r.randrange(5))(),
                  lambda: ctypes.sizeof(t), lambda: made.append(type("D", (t,), {"_fields_": [("z", ctypes.POINTER(t))]})), lambda: ctypes.CFUNCTYPE(None, ctypes.POINTER(t)), lambda: ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 5)(), lambda: made.append(t * 2), lambda: t._fields_, lambda: ctypes.pointer(t()).contents, lambda: setattr(t, "_pack_", 1), lambda: t.x.size, lambda: setattr(t, "_anonymous_", ["x"]),
                  lambda: t.from_buffer_copy(bytes(200)), lambda: memoryview(t()).format, lambda: type("B", (ctypes.BigEndianStructure,), {"_fields_": [("a", ctypes.c_int)]})(1).a, lambda: ctypes.alignment(t), lambda: t.__pointer_type__))()
        del made[1:-6]
    operations += [node, node, numbers, numbers, types_of]
    return operations


@kind
def resurrected(rng):
    """Objects of all kinds of built-in types whose finalizers give them to others, and deep nests of them that are dropped."""
    saved, refs = [], []

    def give_back(self):
        if len(saved) < 30:
            saved.append(self)
    classes = []
    for base in (object, list, dict, set, frozenset, tuple, int, str, bytes, bytearray, float, collections.deque, collections.OrderedDict, collections.defaultdict, array.array, io.BytesIO, io.StringIO, Exception, OSError, ElementTree.Element, types.ModuleType, types.SimpleNamespace,
                 threading.local, functools.partial, property, staticmethod, itertools.count, itertools.chain, weakref.ref, memoryview, asyncio.Future, type, zip, map, enumerate, super, slice, range):
        for slots in ({}, {"__slots__": ()}):
            with contextlib.suppress(TypeError):
                classes.append(type("R", (base,), {"__del__": give_back, **slots}))

    def fresh(r):
        c = r.choice(classes)
        for args in ((), (len,), ("n",), ("i",), (b"abc",), ([1, 2],), (object,), ("a", (), {})):
            try:
                return c(*args)
            except TypeError:
                pass

    def make(r):
        o = fresh(r)
        with contextlib.suppress(Exception):
            o.own = saved[:3]
        with contextlib.suppress(Exception):
            refs.append(weakref.ref(o, lambda w: refs[:] and refs.pop()))
        r.choice((lambda: o.append(o), lambda: o.__setitem__(1, o), lambda: setattr(o, "me", o), lambda: saved.append([o, [o]])))()

    def take(r):
        o = saved.pop(r.randrange(len(saved)))
        r.choice((lambda: list(itertools.islice(o, 9)), lambda: len(o), lambda: o.clear(), lambda: o.own, lambda: o.__class__, lambda: hash(o), lambda: r.choice(refs)(), lambda: gc.is_finalized(o), lambda: o.__del__(), lambda: setattr(o, "other", saved[-1])))()

    def deep(r):
        o = []
        wrap = r.choice((lambda x: [x], lambda x: (x,), lambda x: {1: x}, lambda x: collections.deque([x]), lambda x: collections.OrderedDict(a=x), lambda x: iter([x]), lambda x: functools.partial(len, x), lambda x: (lambda: x), lambda x: itertools.chain(x), lambda x: map(len, [x]), lambda x: types.SimpleNamespace(a=x), lambda x: types.MethodType(len, x),
                         lambda x: ValueError(x), lambda x: types.CellType(x), lambda x: itertools.cycle([x]), lambda x: property(x), lambda x: slice(x), lambda x: {"a": [x]}.values(), lambda x: frozenset([types.MethodType(len, x)]), lambda x: types.MappingProxyType({1: x}), lambda x: (y for y in [x]), lambda x: weakref.ref(make) and [(x, {2: x})]))
        for _ in range(r.choice((50, 50, 1000))):
            o = wrap(o)
        saved.append(o)

    def collect(r):
        if r.randrange(20) == 0:
            gc.collect(r.randrange(3))
        del saved[:-40], refs[:-60]

    def found(r):
        """What the collector knows may be half made, or about to go."""
        if r.randrange(30) == 0:
            objects = gc.get_objects()
            for o in r.sample(objects, 50):
                type(o).__name__, sys.getsizeof(o), id(o), gc.is_tracked(o), sys.getrefcount(o), gc.get_referents(o)[:3]
    return [make, make, take, take, deep, collect, found]


@kind
def watched(rng):
    """Tracing of memory, callbacks of the collector, hooks of generators, codecs, exits and threads, switched by others."""
    local = threading.local()

    def hook(*args):
        nested(operations, rng, local)
    searches = [lambda n, i=i: codecs.lookup("utf-8") if n == "race%d" % i else None for i in range(3)]

    async def agen():
        yield 1
        yield 2

    def one(r):
        i = r.randrange(3)
        r.choice((lambda: tracemalloc.start(r.choice((1, 5))), tracemalloc.stop, tracemalloc.clear_traces, lambda: tracemalloc.take_snapshot() if r.randrange(9) == 0 else 0, tracemalloc.get_traced_memory, lambda: tracemalloc.get_object_traceback(searches[0]), tracemalloc.reset_peak, tracemalloc.get_tracemalloc_memory,
                  lambda: gc.callbacks.append(hook) if len(gc.callbacks) < 4 else gc.callbacks.remove(hook), lambda: gc.collect(0), lambda: gc.callbacks.clear(), lambda: sys.set_asyncgen_hooks(firstiter=hook, finalizer=hook), lambda: sys.set_asyncgen_hooks(None, None), lambda: agen().__anext__().send(None), lambda: sys.set_coroutine_origin_tracking_depth(r.randrange(3)),
                  lambda: codecs.register(searches[i]), lambda: codecs.unregister(searches[i]), lambda: "a".encode("race%d" % i), lambda: b"a".decode("race%d" % i), lambda: atexit.register(len), lambda: atexit.unregister(len), lambda: atexit._ncallbacks(), lambda: setattr(sys, "unraisablehook", hook), lambda: setattr(sys, "displayhook", hook),
                  lambda: setattr(threading, "excepthook", hook), lambda: threading.setprofile(None), lambda: agen().aclose(), lambda: asyncio.run(walk()) if r.randrange(9) == 0 else 0, lambda: [bytearray(n) for n in range(50)], lambda: [Loud() for _ in range(3)], lambda: gc.set_debug(0), lambda: gc.get_count()))()

    async def walk():
        async for i in agen():
            break

    class Loud:
        def __del__(self):
            raise ValueError
    operations = [one]
    before = sys.unraisablehook, sys.displayhook, threading.excepthook, list(gc.callbacks)

    def check():
        local.depth = 9
        tracemalloc.stop()
        sys.unraisablehook, sys.displayhook, threading.excepthook = before[:3]
        gc.callbacks[:] = before[3]
        for s in searches:
            codecs.unregister(s)
        atexit.unregister(len)
    return operations, check


@kind
def ended_threads(rng):
    """Threads that end with values of their own whose finalizers use the values of others, start threads and wait."""
    locals_, kept = [threading.local() for _ in range(3)], []

    class Value:
        def __init__(self, n=3):
            self.n = n

        def __del__(self):
            for x in locals_:
                with contextlib.suppress(AttributeError):
                    x.value = Value(self.n - 1) if self.n else None
            if self.n == 1 and len(kept) < 9:
                start()

    class Own(threading.local):
        def __init__(self):
            self.made = Value(1)
    locals_.append(Own())

    def work():
        for x in locals_:
            x.value = Value()
            x.__dict__["me"] = x
        wr.append(weakref.ref(threading.current_thread()))

    def start():
        t = threading.Thread(target=work)
        t.start()
        kept.append(t)
    wr = []

    def one(r):
        if r.randrange(4):
            return
        r.choice((start, lambda: kept.pop(0).join(), lambda: locals_.__setitem__(r.randrange(3), threading.local()), lambda: r.choice(locals_).value, lambda: setattr(r.choice(locals_), "value", Value()), lambda: r.choice(locals_).__dict__.clear(), lambda: wr.pop()(), lambda: sys._current_frames(), lambda: threading.enumerate(), gc.collect if r.randrange(20) == 0 else len))()
        if len(kept) > 9:
            kept.pop(0).join()

    def check():
        while kept:
            kept.pop().join()
    return [one], check


@kind
def children(rng):
    """Processes started by all threads at once, fed, read and waited for."""
    def one(r):
        if r.randrange(30) == 0:
            n = str(r.randrange(9))
            must(subprocess.run(["/bin/echo", n], capture_output=True, text=True, timeout=60).stdout == n + "\n", "another child's output")

    def other(r):
        if r.randrange(40) == 0:
            with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
                r.choice((lambda: p.communicate(b"abc", timeout=60), lambda: p.kill(), lambda: p.poll(), lambda: p.stdin.write(b"z"), lambda: p.terminate()))()
                repr(p)
                p.kill()
    return [one, other, lambda r: [i for i in range(50)]]
