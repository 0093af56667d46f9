# SPDX-License-Identifier: MIT
"""Kinds made of objects alone: threads call any method of shared objects with any arguments, read and set their attributes,
step, copy, compare, pickle and convert them. What blocks for ever or reaches outside the process is left out."""
import array
import ast
import asyncio
import bisect
import bz2
import codecs
import collections
import cProfile
import contextvars
import copy
import csv
import ctypes
import datetime
import decimal
import difflib
import email
import enum
import fractions
import functools
import gc
import hashlib
import gzip
import heapq
import hmac
import inspect
import io
import itertools
import json
import lzma
import marshal
import mmap
import operator
import os
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
import symtable
import sys
import tempfile
import threading
import time
import traceback
import types
import typing
import unicodedata
import weakref
import zipfile
import zlib
import zoneinfo
from compression import zstd
from xml.etree import ElementTree
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


def tree():
    return ElementTree.fromstring("<a x='1' y='2'>t<b>u</b>v<c><d e='5'/><d/></c>w</a>")


def parser_with_handlers():
    def handle(*args):
        seen.append(args)
        del seen[:-5]
    p, seen = expat.ParserCreate(namespace_separator=" "), []
    p.buffer_text = True
    p.StartElementHandler = p.EndElementHandler = p.CharacterDataHandler = p.DefaultHandler = handle
    return p


def loop_of():
    """One of a few: each has descriptors."""
    if len(LOOPS) < 4:
        LOOPS.append((asyncio.new_event_loop, asyncio.SelectorEventLoop)[len(LOOPS) % 2]())
        LOOPS[-1].set_exception_handler(lambda *a: None)
    return random.choice(LOOPS)


def blob_of():
    c = database()
    c.execute("update t set b = zeroblob(50)")
    return c.blobopen("t", "b", 1)


def row_of():
    c = database().cursor()
    c.row_factory = sqlite3.Row
    return c.execute("select * from t").fetchone()


class Color(enum.Flag):
    RED, GREEN, BLUE = 1, 2, 4


class Union(ctypes.Union):
    _fields_ = [("i", ctypes.c_int), ("d", ctypes.c_double), ("b", ctypes.c_ubyte * 8)]


class Bits(ctypes.BigEndianStructure):
    _fields_ = [("a", ctypes.c_uint, 3), ("b", ctypes.c_uint, 7), ("c", ctypes.c_short)]


type Alias[T, *Ts, **P] = dict[T, typing.Callable[P, tuple[*Ts]]]
LOOPS = []
RUNNING = threading.Lock()


class Turn:
    def __await__(self):
        return iter("ab")


def meddling(name, answer):
    def method(self, *args, **kwargs):
        self.meddle()
        return answer(self, *args) if callable(answer) else answer
    method.__name__ = name
    return method


def piecemeal(self, *args):
    for i in range(6):
        yield i
        self.meddle()


def until_six(self, i=0, *args):
    if isinstance(i, int) and i > 5:
        raise IndexError
    return 2


# What is asked for comes at last, and is usual: what the asker had found out before may have ceased to be.
ANSWERS = {
    "__index__": 3, "__int__": 3, "__float__": 1.5, "__complex__": 2j, "__len__": 4, "__length_hint__": 5, "__bool__": True, "__hash__": 1, "__str__": "a", "__repr__": "b", "__bytes__": b"abc",
    "__format__": "c", "__fspath__": "/nowhere", "__eq__": lambda self, o: id(self) < id(o), "__lt__": lambda self, o: id(self) < id(o), "__gt__": True, "__contains__": False, "__iter__": piecemeal,
    "__getitem__": until_six, "__setitem__": None, "__delitem__": None, "__call__": 1, "__buffer__": lambda self, flags: memoryview(bytearray(b"abcdefgh")), "__release_buffer__": None, "__add__": [1],
    "__radd__": 5, "__mul__": "x", "__rmul__": 2, "__sub__": 1, "__rsub__": 1, "__and__": {1}, "__ror__": {2: 3}, "__enter__": 1, "__exit__": None, "__get__": 7, "__set__": None, "__delete__": None,
    "__copy__": 1, "__deepcopy__": lambda self, memo: memo, "__reduce_ex__": lambda self, protocol: (str, ("r",)), "__del__": None, "__instancecheck__": True, "__subclasscheck__": False,
    "__round__": 1, "__trunc__": 1, "__divmod__": (1, 1), "__missing__": 1, "__mro_entries__": (), "__set_name__": None, "__conform__": 5, "__dir__": ["a"], "__sizeof__": 50, "__await__": piecemeal,
    "read": lambda self, n=-1: random.choice((b"ab", b"a\n", b"", None)), "readline": lambda self, n=-1: random.choice((b"a\n", b"")), "readinto": lambda self, b: min(random.randrange(3), len(b)), "write": lambda self, b: len(b), "flush": None, "seek": 0, "tell": 0, "truncate": 0,
    "readable": True, "writable": True, "seekable": True, "keys": ["a", 1], "items": [("a", 1)], "getvalue": b"x", "decode": lambda self, b, *a: "d", "encode": b"e", "start": 1, "end": 1, "data": None, "close": 5,
    "append": None, "extend": None, "release": None, "send": lambda self, v: 1, "throw": lambda self, *e: 2, "utcoffset": datetime.timedelta(1), "dst": None, "tzname": "z"}
Meddler = type("Meddler", (), {n: meddling(n, a) for n, a in ANSWERS.items()})
Meddler.closed = False
Key = type("Key", (str,), {n: meddling(n, a) for n, a in (("__hash__", hash("a")), ("__eq__", True))})
Number = type("Number", (int,), {n: meddling(n, a) for n, a in (("__hash__", 1), ("__eq__", False), ("__index__", 2), ("__lt__", True))})


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
        lambda: csv.writer(io.StringIO()), lambda: csv.Sniffer(), lambda: codecs.getincrementaldecoder("utf-8")(),
        lambda: codecs.getincrementaldecoder("euc_jp")(), lambda: codecs.getincrementalencoder("iso2022_jp")(),
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
    "trees": [
        tree, lambda: ElementTree.ElementTree(tree()), lambda: tree().iter(), lambda: tree().itertext(), lambda: tree().attrib, lambda: tree().iterfind("c/d"), ElementTree.TreeBuilder, ElementTree.XMLParser,
        lambda: ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True)), lambda: ElementTree.XMLPullParser(["start", "end", "comment"]), parser_with_handlers,
        lambda: ElementTree.iterparse(io.BytesIO(b"<a><b/>c</a>"), ["start", "end"]), lambda: ast.parse("x = [i for i in y if z]\ndef f(a, *b): return a + 1"), lambda: ast.walk(ast.parse("f(x)[1].y")),
        lambda: symtable.symtable("def f(a):\n def g(): return a", "f", "exec"), lambda: csv.get_dialect("excel"), lambda: json.JSONDecoder().scan_once,
        lambda: json.encoder.c_make_encoder(None, str, json.encoder.encode_basestring_ascii, None, ":", ",", True, False, True), lambda: email.message_from_string("A: b\nC: d\n\nbody"),
        lambda: zipfile.ZipFile(io.BytesIO(), "w"), lambda: gzip.GzipFile(fileobj=io.BytesIO(), mode="w"), lambda: bz2.BZ2File(io.BytesIO(bz2.compress(DATA))), lambda: codecs.getreader("euc_jp")(io.BytesIO(b"abc\n" * 9)),
        lambda: codecs.getwriter("iso2022_jp")(io.BytesIO()), lambda: codecs.getincrementaldecoder("iso2022_jp")("replace"), lambda: codecs.getincrementalencoder("shift_jis")(), lambda: codecs.lookup("gb18030"),
        lambda: zstd.ZstdDict(DATA * 20, is_raw=True), lambda: hashlib.blake2s(b"x", key=b"k"), lambda: difflib.SequenceMatcher(None, TEXT, TEXT[3:]), lambda: string.Template("$a ${b}")],
    "records": [
        lambda: os.stat("."), lambda: time.localtime(), lambda: sys.float_info, os.times, os.uname, lambda: os.scandir("."), lambda: next(os.scandir(".")), lambda: datetime.date(2024, 5, 6).isocalendar(),
        lambda: zoneinfo.ZoneInfo.no_cache("UTC"), lambda: datetime.datetime(2025, 1, 2, tzinfo=zoneinfo.ZoneInfo("UTC")), lambda: decimal.Context().flags, lambda: decimal.Context().traps, lambda: unicodedata.ucd_3_2_0,
        lambda: Color.RED | Color.BLUE, lambda: collections.namedtuple("N", "a b")(1, 2), Union, Bits, lambda: (Point * 3)(), lambda: (ctypes.c_char * 9)(),
        lambda: (ctypes.c_wchar * 9)(), lambda: (ctypes.c_short * 2 * 3)(), lambda: ctypes.c_double(2.5), lambda: ctypes.c_ubyte.__ctype_be__(3), lambda: Union.i, lambda: Bits.b, lambda: sys.flags, lambda: sys.hash_info,
        lambda: inspect.signature(coroutine_of), lambda: traceback.TracebackException.from_exception(error_of()), lambda: Exception("a", 1), lambda: AttributeError("a", name="n", obj=XS), lambda: ImportError("m", name="n"),
        lambda: KeyError("k"), lambda: UnicodeEncodeError("ascii", TEXT, 1, 2, "r"), lambda: SystemExit(2), lambda: NameError("x", name="y"), row_of, blob_of],
    "typing": [
        lambda: typing.TypeVarTuple("Ts"), lambda: typing.ParamSpec("P"), lambda: typing.ParamSpec("P").args, lambda: Alias, lambda: Alias[int, str, [int]], lambda: Alias.__type_params__[0], lambda: t"{XS}a{TEXT}".interpolations[0],
        lambda: iter(t"{XS}a{TEXT}"), lambda: typing.Annotated[int, 5], lambda: typing.Literal[1, 2], lambda: typing.ForwardRef("list[int]"), lambda: typing.Generic[typing.TypeVar("T")], lambda: typing.Optional[int], lambda: (5).__add__,
        lambda: int.__add__, lambda: str.join, lambda: type.__dict__["__doc__"], lambda: Slots.__dict__["a"], lambda: dict.__dict__["fromkeys"], lambda: reversed(dict.fromkeys(XS).values()), lambda: reversed(dict.fromkeys(XS).items()), lambda: iter({1: 2}.values()),
        lambda: contextvars.ContextVar("w").set(5), lambda: frame_of().f_locals, lambda: frame_of().f_code.co_lines(), lambda: frame_of().f_code.co_positions(), lambda: functools.singledispatchmethod(len),
        lambda: functools.partialmethod(len, 1), lambda: functools.partial(pow, functools.Placeholder, 2), lambda: functools.cmp_to_key(lambda a, b: 1), lambda: (lambda: XS).__closure__, lambda: types.DynamicClassAttribute(len), lambda: types.coroutine(generator_of),
        lambda: inspect.BoundArguments(inspect.signature(frame_of), {}), lambda: operator.itemgetter(slice(2)), lambda: list[int, typing.TypeVar("T")], lambda: typing.Unpack[tuple[int, ...]]],
    "tasks": [
        lambda: loop_of().create_future(), lambda: loop_of().create_future(), lambda: loop_of().create_task(coroutine_of()), lambda: loop_of().call_soon(len), lambda: loop_of().call_later(5, len), lambda: asyncio.Future(loop=loop_of()).__await__(),
        asyncio.Queue, asyncio.Event, asyncio.Lock, asyncio.Condition, lambda: asyncio.Semaphore(2), lambda: asyncio.Timeout(5), asyncio.TaskGroup, lambda: asyncio.Barrier(2), lambda: asyncio.gather(loop_of().create_future(), return_exceptions=True),
        lambda: asyncio.wait_for(loop_of().create_future(), 5), lambda: asyncio.Queue().get(), lambda: asyncio.sleep(5), lambda: asyncio.StreamReader(loop=loop_of()), lambda: asyncio.shield(loop_of().create_future()),
        lambda: loop_of().create_future().__iter__(), asyncio.PriorityQueue, asyncio.LifoQueue],
    "system": [
        cProfile.Profile,
        database, lambda: database().cursor(), lambda: database().execute("select * from t"), ssl.MemoryBIO, lambda: ssl.create_default_context(),
        lambda: ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="h"), socket_of, select.poll, epoll_of, queue.SimpleQueue,
        threading.Lock, threading.RLock, threading.Event, threading.Semaphore, threading.local, lambda: threading.Thread(target=len, args=([],))],
}
# These wait for ever, end or stop things, reach outside the process, or give what takes too long.
LEFT_OUT = {"fromfd", "acquire", "__enter__", "wait", "wait_for", "join", "get", "recv", "recv_into", "recvfrom", "accept", "setblocking", "settimeout", "poll", "connect", "connect_ex", "bind",
            "listen", "__reduce__", "__reduce_ex__", "__init_subclass__", "__subclasshook__", "acquire_lock", "load_extension", "enable_load_extension", "load_cert_chain",
            "load_verify_locations", "backup", "iterdump", "deserialize", "Process", "main", "_bootstrap", "_bootstrap_inner", "from_address", "in_dll", "set_npn_protocols",
            "keylog_filename", "load_dh_params", "mro", "resize", "_alloc", "__class__", "contents", "madvise", "do_handshake", "sendfile", "makefile", "modify", "register", "unregister",
            "elements", "_start_joinable_thread", "shuffle", "randbytes", "getrandbits", "_randbelow", "_randbelow_with_getrandbits", "_randbelow_without_getrandbits", "binomialvariate", "set_wakeup_fd", "f_back", "tb_frame", "__globals__", "gi_frame", "f_globals",
            "f_builtins", "__builtins__", "setconfig", "set_default_verify_paths", "_mmap", "scaleb", "__pow__", "__rpow__", "power", "__lshift__", "exp", "ln", "log10",
            "run_forever", "run_until_complete", "extract", "extractall", "dump_stats", "print_stats", "print", "print_stack"}
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

    busy = threading.local()

    def meddle(self):
        """An operation in the middle of another one."""
        if getattr(busy, "left", 0):
            busy.left -= 1
            outer, busy.left = busy.left, 0
            try:
                busy.rng.choice(operations)(busy.rng)
            except Exception:
                pass
            busy.left = outer
    meddlers = [type(t.__name__, (t,), {"meddle": meddle}) for t in (Meddler, Key, Number)]

    def meddler(rng):
        t = rng.choice(meddlers)
        return t("a") if issubclass(t, str) else t(1) if issubclass(t, int) else t()

    def known_nowhere_else():
        """A class: only the collector frees those, when it finds nobody who has them."""
        class Known:
            def __new__(cls, *args, **kwargs):
                return cls.__name__
        return Known

    def argument(rng, name=""):
        if not endless and name not in PUTTERS and rng.randrange(5) == 0:
            return rng.choice(pool)
        if rng.randrange(6) == 0:
            return rng.choice((meddler(rng), meddler(rng), known_nowhere_else()))
        return leaf(rng)

    def meddled(operation):
        def one(rng):
            if not getattr(busy, "inside", False):
                busy.inside, busy.left, busy.rng = True, 10, rng
                try:
                    operation(rng)
                finally:
                    busy.inside, busy.left = False, 0
            else:
                operation(rng)
        return one

    def renew(rng):
        if rng.randrange(8) == 0:
            pool[rng.randrange(len(pool))] = rng.choice(makers)()
        if rng.randrange(60) == 0:
            gc.collect()

    def call(rng):
        o = rng.choice(pool)
        name = rng.choice(dir(o))
        if name in LEFT_OUT or isinstance(o, RAW) and name in POINTERS | {"__init__", "__setstate__", "__call__"}:
            return
        if name == "__init__" and isinstance(o, (io.FileIO, socket.socket, zipfile.ZipFile, gzip.GzipFile, bz2.BZ2File, sqlite3.Connection)):
            return          # an int is a descriptor there, perhaps this process's output, and text the name of a file
        if isinstance(o, ElementTree.ElementTree) and name.startswith("write") or isinstance(o, ElementTree.Element) and name == "extend":
            return          # files again, and trees without an end
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
            elif rng.randrange(6) == 0 and r is not None and not isinstance(r, (str, bytes, int, float, types.FrameType, types.ModuleType, type, asyncio.AbstractEventLoop)):
                pool[rng.randrange(len(pool))] = r
        shrink(o)

    def attribute(rng):
        o = rng.choice(pool)
        name = rng.choice(dir(o) + ["own", "other"])
        if name in LEFT_OUT or isinstance(o, RAW) and name in POINTERS:
            return
        r = rng.randrange(4)
        if r < 2 and isinstance(o, threading.Thread) and name.startswith("_"):
            return          # who starts it would wait for what it no longer does
        if r == 0 and not isinstance(o, type):
            setattr(o, name, argument(rng, "__setattr__"))
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
        if endless or isinstance(o, RAW) or isinstance(o, ElementTree.Element):
            return
        rng.choice((operator.eq, operator.lt, operator.contains, operator.getitem, operator.and_, operator.or_, operator.sub, operator.xor, operator.iand, operator.ior,
                    operator.isub, operator.ixor, operator.delitem, operator.add, isinstance, operator.is_, operator.countOf, operator.indexOf,
                    lambda a, b: operator.setitem(a, b, argument(rng, "__setitem__")), lambda a, b: operator.setitem(a, slice(0, 3), b)))(o, p)
        shrink(o)

    def copied(rng):
        o = rng.choice(pool)
        if not isinstance(o, (types.ModuleType, threading.Thread, socket.socket)):
            copy.copy(o)
    operations = [meddled(o) for o in (call, call, call, attribute, step, step, walk, whole, whole, pair, pair, copied, renew)]
    return operations


def run_a_little(rng):
    """Tasks take a step only when a loop runs."""
    loop = loop_of()
    if RUNNING.acquire(blocking=False):     # Python's own loop may be found idle by two threads
        try:
            loop.call_soon(loop.stop)
            loop.run_forever()
        finally:
            RUNNING.release()


def of_group(group):
    def maker(rng):
        makers = rng.sample(PEOPLE[group], min(len(PEOPLE[group]), rng.choice((1, 1, 2, 5))))
        return use(makers, group == "endless") + [run_a_little] * (group == "tasks")
    maker.__name__ = maker.__qualname__ = group
    maker.__doc__ = "Any operation on shared " + group + "."
    return kind(maker)


for group in PEOPLE:
    of_group(group)
