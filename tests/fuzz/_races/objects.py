# SPDX-License-Identifier: MIT
"""Kinds made of objects alone: threads call any method of shared objects with any arguments, read and set their attributes,
step, copy, compare, pickle and convert them. What blocks for ever or reaches outside the process is left out."""
import array
import bisect
import bz2
import collections
import contextvars
import copy
import csv
import ctypes
import datetime
import decimal
import fractions
import functools
import gc
import hashlib
import heapq
import hmac
import io
import itertools
import json
import lzma
import marshal
import mmap
import operator
import pickle
import queue
import random
import re
import select
import socket
import sqlite3
import ssl
import string
import struct
import sys
import tempfile
import threading
import types
import typing
import weakref
import zlib
from compression import zstd
from xml.parsers import expat

from . import kind

FULL = 200          # a container that has grown beyond this is emptied
XS = list(range(20))
TEXT = "ab,c\nd\xe9 \u20ac12\r\n" * 8
DATA = TEXT.encode()


class Plain:
    def __init__(self, *args):
        self.args = args

    def __eq__(self, other):
        return isinstance(other, Plain)

    def __hash__(self):
        return 3

    def __lt__(self, other):
        return id(self) < id(other)


class Slots:
    __slots__ = ("a", "b", "__weakref__")


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double), ("p", ctypes.c_char_p)]


class Liste(list):
    pass


class Wort(dict):
    def __missing__(self, k):
        return k


def frame_of():
    def f(a, b=2):
        c = a
        yield sys._getframe()
        yield c
    return next(f(1))


def error_of():
    try:
        try:
            {}["k"]
        except KeyError as e:
            raise ValueError("v") from e
    except ValueError as e:
        return e


def coroutine_of():
    async def f():
        for _ in range(50):
            await Turn()
        return 5
    return f()


def async_generator_of():
    async def f():
        for i in range(50):
            await Turn()
            yield i
    return f()


class Turn:
    def __await__(self):
        return iter("ab")


def generator_of():
    return (i for i in range(100))


def delegating_of():
    def inner():
        for i in range(50):
            try:
                yield i
            except ValueError:
                pass

    def outer():
        for _ in range(3):
            yield from inner()
    return outer()


def database():
    c = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=random.choice((None, "DEFERRED")))
    c.execute("create table t (a, b)")
    c.executemany("insert into t values (?, ?)", [(i, str(i)) for i in range(20)])
    return c


def epoll_of():
    e = select.epoll()
    e.register(socket_of(), select.EPOLLIN)
    return e


def socket_of():
    a, b = socket.socketpair()
    a.setblocking(False)
    b.setblocking(False)
    PAIRS.append(b)
    del PAIRS[:-20]
    return a


PAIRS = []
PEOPLE = {
    "containers": [
        list, lambda: list(XS), lambda: Liste(XS), dict, lambda: dict.fromkeys(XS), lambda: {str(i): i for i in XS}, Wort,
        lambda: set(XS), lambda: frozenset(XS), lambda: bytearray(DATA), lambda: memoryview(bytearray(DATA)),
        lambda: memoryview(bytearray(DATA * 4)[:64]).cast("i"), lambda: collections.deque(XS), lambda: collections.deque(XS, 30),
        lambda: collections.OrderedDict.fromkeys(XS), lambda: collections.defaultdict(list, {1: [2]}),
        lambda: collections.Counter(TEXT), lambda: array.array("i", XS), lambda: array.array("d", XS), lambda: array.array("w", TEXT),
        lambda: TEXT, lambda: DATA, lambda: tuple(XS), lambda: range(20), lambda: slice(1, 9, 2), lambda: collections.ChainMap({}, {1: 2}),
        lambda: collections.UserDict(a=1), lambda: collections.UserList(XS), lambda: types.MappingProxyType({1: 2}),
        lambda: types.SimpleNamespace(a=1, b=2), lambda: dict.fromkeys(XS).keys(), lambda: dict.fromkeys(XS).items(),
        lambda: dict.fromkeys(XS).values(), lambda: collections.OrderedDict.fromkeys(XS).items(), Plain, Slots,
        lambda: (ctypes.c_int * 20)(*XS), lambda: Point(1, 2.0, b"z"), lambda: ctypes.create_string_buffer(64),
        lambda: pickle.PickleBuffer(bytearray(DATA)), lambda: mmap.mmap(-1, 4096)],
    "iterators": [
        lambda: iter(list(XS * 5)), lambda: iter(dict.fromkeys(XS)), lambda: iter(dict.fromkeys(XS).items()), lambda: iter(set(XS)),
        lambda: reversed(list(XS)), lambda: reversed({1: 2, 3: 4}), lambda: iter(TEXT), lambda: iter(DATA), lambda: iter(bytearray(DATA)),
        lambda: iter(range(50)), lambda: iter(range(2 ** 70, 2 ** 70 + 50)), lambda: iter(tuple(XS)), lambda: iter(collections.deque(XS)),
        lambda: reversed(collections.deque(XS)), lambda: iter(collections.OrderedDict.fromkeys(XS)), lambda: iter(array.array("i", XS)),
        lambda: iter(memoryview(DATA)), lambda: iter([3, 4, 5].pop, 3), lambda: zip(XS, XS), lambda: zip(XS, TEXT, strict=True),
        lambda: enumerate(XS * 3), lambda: map(operator.add, XS, XS), lambda: filter(None, XS), lambda: itertools.chain(XS, TEXT),
        lambda: itertools.chain.from_iterable([XS, TEXT]), lambda: itertools.tee(XS)[1], lambda: itertools.islice(XS, 1, 15, 2),
        lambda: itertools.accumulate(XS), lambda: itertools.accumulate(XS, initial=5), lambda: itertools.groupby(TEXT), lambda: itertools.product(XS, XS),
        lambda: itertools.permutations(XS, 2), lambda: itertools.combinations(XS, 3), lambda: itertools.combinations_with_replacement(XS, 2),
        lambda: itertools.batched(XS, 3), lambda: itertools.pairwise(XS), lambda: itertools.compress(XS, XS), lambda: itertools.dropwhile(bool, XS),
        lambda: itertools.takewhile(str, XS), lambda: itertools.filterfalse(None, XS), lambda: itertools.starmap(pow, [(2, 3)] * 30),
        lambda: itertools.zip_longest(XS, TEXT), lambda: itertools.repeat(5, 50), lambda: next(itertools.groupby(XS))[1], generator_of, delegating_of,
        coroutine_of, async_generator_of, lambda: async_generator_of().__anext__(), lambda: async_generator_of().asend(None),
        lambda: coroutine_of().__await__(), lambda: re.finditer("[a-z]", TEXT), lambda: struct.iter_unpack("bb", DATA[:80]),
        lambda: csv.reader(TEXT.splitlines(True)), lambda: string.Formatter().parse("{a} {b!r:x}" * 5), lambda: Turn().__await__(),
        lambda: iter(types.GenericAlias(list, (int,))), lambda: iter(contextvars.copy_context())],
    "endless": [itertools.count, lambda: itertools.count(2 ** 70), lambda: itertools.count(0, 0.5), lambda: itertools.cycle(XS), lambda: itertools.repeat(5),
                lambda: itertools.cycle(iter(TEXT)), lambda: map(str, itertools.count()), lambda: zip(itertools.count(), itertools.cycle("ab")),
                lambda: itertools.tee(itertools.count())[0], lambda: enumerate(itertools.cycle("ab")), lambda: itertools.accumulate(itertools.count())],
    "codecs": [
        lambda: zlib.compressobj(), lambda: zlib.decompressobj(), lambda: bz2.BZ2Compressor(), lambda: bz2.BZ2Decompressor(), lambda: lzma.LZMACompressor(preset=0),
        lambda: lzma.LZMADecompressor(), lambda: zstd.ZstdCompressor(), lambda: zstd.ZstdDecompressor(), lambda: hashlib.sha256(), lambda: hashlib.md5(DATA),
        lambda: hashlib.blake2b(), lambda: hashlib.sha3_256(), lambda: hashlib.shake_128(), lambda: hmac.new(b"k", DATA, "sha1"), lambda: struct.Struct("ihq"),
        lambda: re.compile("(a)(?P<n>.)*?(\\d)"), lambda: re.match("(a)(?P<n>b)", TEXT), lambda: re.compile("[a-z]").scanner(TEXT), lambda: json.JSONEncoder(),
        lambda: json.JSONDecoder(), lambda: pickle.Pickler(io.BytesIO()), lambda: pickle.Unpickler(io.BytesIO(pickle.dumps([XS, {1: XS}]) * 3)),
        lambda: csv.writer(io.StringIO()), lambda: csv.Sniffer(), lambda: __import__("codecs").getincrementaldecoder("utf-8")(),
        lambda: __import__("codecs").getincrementaldecoder("euc_jp")(), lambda: __import__("codecs").getincrementalencoder("iso2022_jp")(),
        lambda: io.IncrementalNewlineDecoder(None, True), lambda: expat.ParserCreate(), lambda: random.Random(5), lambda: zlib._ZlibDecompressor()],
    "files": [
        lambda: io.StringIO(TEXT), lambda: io.BytesIO(DATA), lambda: io.BufferedReader(io.BytesIO(DATA)), lambda: io.BufferedWriter(io.BytesIO()),
        lambda: io.BufferedRandom(io.BytesIO(DATA)), lambda: io.BufferedRWPair(io.BytesIO(DATA), io.BytesIO()), lambda: io.TextIOWrapper(io.BytesIO(DATA)),
        lambda: io.TextIOWrapper(io.BytesIO(DATA), encoding="utf-16", errors="replace"), lambda: io.BytesIO(DATA).getbuffer(),
        lambda: io.TextIOWrapper(io.BufferedRandom(io.BytesIO(DATA)), encoding="latin-1", newline="\n"), lambda: tempfile.TemporaryFile(),
        lambda: tempfile.TemporaryFile("w+"), lambda: tempfile.TemporaryFile(buffering=0), lambda: tempfile.SpooledTemporaryFile(50)],
    "numbers": [
        lambda: decimal.Context(prec=9), lambda: decimal.Decimal("1.25"), lambda: datetime.datetime(2025, 1, 2, 3), lambda: datetime.timedelta(5, 3),
        lambda: datetime.date(2024, 2, 29), lambda: datetime.time(3, 4), lambda: datetime.timezone(datetime.timedelta(hours=2)), lambda: fractions.Fraction(3, 7),
        lambda: decimal.localcontext(), lambda: random.SystemRandom()],
    "callables": [
        lambda: functools.partial(int, base=10), lambda: functools.partial(pow, 2, mod=7), lambda: functools.lru_cache(8)(str), lambda: functools.lru_cache(None)(str),
        lambda: functools.lru_cache(0)(str), lambda: functools.cmp_to_key(lambda a, b: 0)(5), lambda: functools.singledispatch(lambda x: x),
        lambda: functools.cached_property(str), lambda: operator.itemgetter(1, 2), lambda: operator.attrgetter("a.b", "c"), lambda: operator.methodcaller("f", 1, k=2),
        lambda: property(len, Plain), lambda: classmethod(len), lambda: staticmethod(len), lambda: Plain(1).__hash__, lambda: [].append, lambda: (lambda a, b=2, *c, d=4, **e: a),
        lambda: super(Liste, Liste()), lambda: types.MethodType(len, XS), lambda: types.CellType(5), lambda: list[int], lambda: int | str, lambda: typing.TypeVar("T"),
        lambda: types.ModuleType("m"), frame_of, error_of, lambda: error_of().__traceback__, lambda: ExceptionGroup("g", [ValueError(1), OSError(2)]),
        lambda: OSError(2, "x", "f"), lambda: UnicodeDecodeError("utf-8", b"abc", 1, 2, "r"), lambda: SyntaxError("m", ("f", 1, 2, "t")), lambda: StopIteration(5),
        lambda: compile("x = [i for i in y]\ndef f(): pass", "f", "exec"), lambda: weakref.ref(Plain), lambda: weakref.proxy(Plain),
        weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet, lambda: contextvars.copy_context(), lambda: contextvars.ContextVar("v", default=1),
        lambda: t"{XS} {TEXT!r:>5}", lambda: ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x), lambda: ctypes.c_long(5), lambda: ctypes.c_char_p(b"xy"),
        lambda: ctypes.c_wchar_p("xy"), lambda: ctypes.py_object(XS)],
    "system": [
        database, lambda: database().cursor(), lambda: database().execute("select * from t"), ssl.MemoryBIO, lambda: ssl.create_default_context(),
        lambda: ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="h"), socket_of, select.poll, epoll_of, queue.SimpleQueue,
        threading.Lock, threading.RLock, threading.Event, threading.Semaphore, threading.local, lambda: threading.Thread(target=len, args=([],))],
}
# These wait for ever, end or stop things, reach outside the process, or give what takes too long.
LEFT_OUT = {"fromfd", "acquire", "__enter__", "wait", "wait_for", "join", "get", "recv", "recv_into", "recvfrom", "accept", "setblocking", "settimeout", "poll", "connect", "connect_ex", "bind",
            "listen", "__reduce__", "__reduce_ex__", "__init_subclass__", "__subclasshook__", "acquire_lock", "load_extension", "enable_load_extension", "load_cert_chain",
            "load_verify_locations", "backup", "iterdump", "deserialize", "Process", "main", "_bootstrap", "_bootstrap_inner", "from_address", "in_dll", "set_npn_protocols",
            "keylog_file", "load_dh_params", "mro", "resize", "_alloc", "__class__", "contents", "madvise", "do_handshake", "sendfile", "makefile", "modify", "register", "unregister",
            "elements", "_start_joinable_thread", "shuffle", "randbytes", "getrandbits", "_randbelow", "_randbelow_with_getrandbits", "_randbelow_without_getrandbits", "binomialvariate", "set_wakeup_fd", "f_back", "tb_frame", "__globals__", "gi_frame", "f_globals",
            "f_builtins", "__builtins__", "setconfig", "set_default_verify_paths", "_mmap", "scaleb", "__pow__", "__rpow__", "power", "__lshift__", "exp", "ln", "log10"}
# A real pointer behind these: what an arbitrary number there would read is not the runtime's fault.
POINTERS = {"value", "p", "contents", "_objects", "raw", "__buffer__"}
# Objects are not put into each other by these: what is printed or compared must stay small.
PUTTERS = {"append", "appendleft", "insert", "add", "setdefault", "__setitem__", "__init__", "fromkeys", "put", "put_nowait", "__setstate__", "__setattr__", "__new__"}
RAW = (ctypes._SimpleCData, ctypes._Pointer, ctypes._CFuncPtr, ctypes.Structure)


def leaf(rng):
    return rng.choice((None, 0, 1, 2, 3, 7, 19, 50, -1, -7, True, 2 ** 80, 0.5, 2j, "", "a", "b", "12", "ab,c", "\u20ac\U0001f600", b"", b"a", b"a\n", b"xyz", (), (1, 2), (1, "a", None),
                       [1, 2], {"a": 1}, {1, 2}, str, len, int, ValueError, ValueError("x"), slice(1, 5), slice(None, None, 2), range(5), "utf-8", "i", "select a from t",
                       "insert into t values (1, 2)", bytearray(b"abc"), Plain(1), lambda *a, **k: 1, lambda *a: 1 / 0))


def shrink(o):
    """Keeps what operations make of an object small."""
    try:
        if len(o) > FULL and not isinstance(o, mmap.mmap):
            if hasattr(o, "clear"):
                o.clear()
            else:
                del o[:]
    except Exception:
        pass


def finite(o, endless):
    return not endless and not isinstance(o, (ctypes._Pointer, types.GenericAlias))


def use(makers, endless=False, size=6):
    """Operations on a pool of shared objects, which are now and then replaced."""
    pool = [m() for m in makers[:size]]

    def argument(rng, name=""):
        if not endless and name not in PUTTERS and rng.randrange(5) == 0:
            return rng.choice(pool)
        return leaf(rng)

    def renew(rng):
        if rng.randrange(8) == 0:
            pool[rng.randrange(len(pool))] = rng.choice(makers)()

    def call(rng):
        o = rng.choice(pool)
        name = rng.choice(dir(o))
        if name in LEFT_OUT or isinstance(o, RAW) and name in POINTERS | {"__init__", "__setstate__", "__call__"}:
            return
        if name == "__init__" and isinstance(o, (io.FileIO, socket.socket)):
            return          # an int is a descriptor there: perhaps this process's output
        f = getattr(o, name)
        args = [argument(rng, name) for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 2, 3)))]
        if name in ("extend", "__iadd__", "__imul__", "update", "extendleft", "__ior__", "__add__", "__mul__", "__rmul__"):
            shrink(o)
            for a in args:
                shrink(a)
        if callable(f):
            r = f(*args)
            if hasattr(type(r), "__next__"):
                list(itertools.islice(r, 10))       # not kept: a list that is extended by its own iterator has no end
            elif rng.randrange(6) == 0 and r is not None and not isinstance(r, (str, bytes, int, float, types.FrameType, types.ModuleType, type)):
                pool[rng.randrange(len(pool))] = r
        shrink(o)

    def attribute(rng):
        o = rng.choice(pool)
        name = rng.choice(dir(o) + ["own", "other"])
        if name in LEFT_OUT or isinstance(o, RAW) and name in POINTERS:
            return
        r = rng.randrange(4)
        if r == 0 and not isinstance(o, type):
            setattr(o, name, leaf(rng))
        elif r == 1 and not isinstance(o, type):
            delattr(o, name)
        else:
            getattr(o, name)

    def step(rng):
        o = rng.choice(pool)
        for _ in range(rng.choice((1, 5, 20))):
            next(o)

    def walk(rng):
        o = rng.choice(pool)
        for _ in zip(range(30), o):
            pass

    def whole(rng):
        o = rng.choice(pool)
        if finite(o, endless) and not isinstance(o, (weakref.ProxyType, threading.Thread)):
            rng.choice((list, tuple, set, sorted, repr, str, len, bool, hash, dir, bytes, bytearray, any, min, sum, dict, frozenset, json.dumps, marshal.dumps, sys.getsizeof,
                        collections.deque, functools.partial(map, str), reversed, collections.Counter, "".join, b"".join, memoryview, heapq.heapify,
                        pickle.dumps, lambda x: pickle.loads(pickle.dumps(x)), lambda x: bisect.insort(x, 5), lambda x: array.array("i", x),
                        lambda x: "%s %r" % (x, x), lambda x: f"{x}{x!r:5}", ctypes.sizeof, gc.get_referents, weakref.ref,
                        lambda x: isinstance(x, RAW) or struct.pack_into("i", x, 4, 5), lambda x: struct.unpack_from("i", x, 4), lambda x: hashlib.sha1(x), lambda x: zlib.compress(x),
                        lambda x: [*x], lambda x: {**x}, lambda x: [len(i) for i in x], lambda x: io.BytesIO(x), lambda x: re.findall(b"a", x)))(o)
        shrink(o)

    def pair(rng):
        o, p = rng.choice(pool), argument(rng)
        if endless or isinstance(o, RAW):
            return
        rng.choice((operator.eq, operator.lt, operator.contains, operator.getitem, operator.and_, operator.or_, operator.sub, operator.xor, operator.iand, operator.ior,
                    operator.isub, operator.ixor, operator.delitem, operator.add, isinstance, operator.is_, operator.countOf, operator.indexOf,
                    lambda a, b: operator.setitem(a, b, leaf(rng)), lambda a, b: operator.setitem(a, slice(0, 3), b)))(o, p)
        shrink(o)

    def copied(rng):
        o = rng.choice(pool)
        if not isinstance(o, (types.ModuleType, threading.Thread, socket.socket)):
            copy.copy(o)
    return [call, call, call, attribute, step, step, walk, whole, whole, pair, pair, copied, renew]


def of_group(group):
    def maker(rng):
        makers = rng.sample(PEOPLE[group], min(len(PEOPLE[group]), rng.choice((1, 1, 2, 5))))
        return use(makers, group == "endless")
    maker.__name__ = maker.__qualname__ = group
    maker.__doc__ = "Any operation on shared " + group + "."
    return kind(maker)


for group in PEOPLE:
    of_group(group)
