# SPDX-License-Identifier: MIT
"""Kinds made of the process and its surroundings: threads, tasks, sockets, files, signals, imports, forks."""
import asyncio
import concurrent.futures
import contextlib
import importlib
import io
import os
import queue
import signal
import socket
import sqlite3
import ssl
import struct
import sys
import tempfile
import threading
import time
import warnings

from . import kind, must


@kind
def threads(rng):
    """Threads that start threads, join each other's, and look at who there is."""
    kept = []

    def work(n):
        box = threading.local()
        box.x = [n]
        return [i for i in range(n)]

    def start(r):
        t = threading.Thread(target=work, args=(r.randrange(50),), daemon=r.randrange(3) == 0)
        kept.append(t)
        t.start()
        if len(kept) > 8:
            for t in kept[:4]:
                t.join()
            del kept[:4]

    def look(r):
        t = r.choice(kept)
        r.choice((lambda: t.join(0), t.is_alive, lambda: t.ident, lambda: repr(t), threading.enumerate, threading.active_count, lambda: setattr(t, "name", "n"), lambda: t.native_id,
                  sys._current_frames, threading.get_ident, threading.current_thread, lambda: t.join(0.001), lambda: t.start(), lambda: t.join()))()

    def timer(r):
        t = threading.Timer(0.001, work, (1,))
        t.start()
        t.cancel()
        t.join()

    def check():
        for t in kept:
            t.join()
    return [start, look, look, timer], check


@kind
def meetings(rng):
    """Primitives that threads wait on, with time limits."""
    lock, rlock, event, sem, cond = threading.Lock(), threading.RLock(), threading.Event(), threading.BoundedSemaphore(2), threading.Condition()
    q, sq, pq, barrier = queue.Queue(3), queue.SimpleQueue(), queue.PriorityQueue(), threading.Barrier(2)
    local = threading.local()

    def one(r):
        r.choice((lambda: lock.acquire(timeout=0.001), lock.release, lock.locked, lambda: rlock.acquire(timeout=0.001), rlock.release, event.set, event.clear, lambda: event.wait(0.001),
                  lambda: sem.acquire(timeout=0.001), sem.release, wait, wake, lambda: q.put(1, timeout=0.001), lambda: q.get(timeout=0.001), q.task_done, lambda: sq.put(2), lambda: sq.get(timeout=0.001),
                  lambda: pq.put((r.randrange(9), 1)), pq.get_nowait, lambda: barrier.wait(0.001), barrier.reset, lambda: setattr(local, "x", [1]), lambda: local.x, lambda: q.shutdown() if r.randrange(50) == 0 else 0,
                  lambda: repr(rlock), lambda: lock._at_fork_reinit() if r.randrange(50) == 0 else 0, lambda: local.__dict__, lambda: rlock._is_owned(), sq.empty, sq.qsize))()

    def wait():
        with cond:
            cond.wait(0.001)

    def wake():
        with cond:
            cond.notify_all()
    return [one]


@kind
def futures(rng):
    """asyncio's futures, tasks, loops and queues touched by threads that are not theirs; concurrent.futures."""
    loop, other = asyncio.new_event_loop(), asyncio.SelectorEventLoop()
    kept = []
    running_other = threading.Lock()    # Python's own loop looks whether it is running before it says that it is: two threads may find it idle

    async def sleeper():
        await asyncio.sleep(0)
        return 1

    def fresh():
        return [loop.create_future(), loop.create_task(sleeper()), asyncio.Future(loop=other), concurrent.futures.Future(), asyncio.Event(), asyncio.Queue(), asyncio.Lock()]
    kept += fresh()

    def step(r):
        f, l = r.choice(kept), r.choice((loop, other))
        r.choice((lambda: f.set_result(1), lambda: f.set_exception(ValueError()), lambda: f.cancel(), lambda: f.result(0) if isinstance(f, concurrent.futures.Future) else f.result(), lambda: f.exception(0),
                  lambda: f.add_done_callback(len), lambda: f.remove_done_callback(len), lambda: f.done(), lambda: repr(f), lambda: next(f.__await__()), lambda: f.get_coro(), lambda: f.set_name("n"),
                  lambda: f.uncancel(), lambda: f.cancelling(), lambda: l.call_soon_threadsafe(len), lambda: l.call_soon(len), lambda: l.call_later(0.001, len).cancel(), lambda: l.stop(), lambda: l.time(),
                  lambda: asyncio.all_tasks(l), lambda: f.get_loop(), lambda: f.get_stack(), lambda: f.put_nowait(1), lambda: f.get_nowait(), lambda: f.set(), lambda: f.release(), lambda: l.is_running(),
                  lambda: asyncio.run_coroutine_threadsafe(sleeper(), l), lambda: run(l), lambda: run(l), lambda: l.set_debug(r.randrange(2)), lambda: l.create_task(sleeper()), lambda: repr(l),
                  lambda: f.set_running_or_notify_cancel(), lambda: asyncio.wrap_future(f, loop=l), lambda: f.get_context(), lambda: f._log_traceback, lambda: l.set_exception_handler(lambda *a: None),
                  lambda: kept.__setitem__(slice(None), fresh())))()

    def run(l):
        async def shortly():
            await asyncio.wait([asyncio.ensure_future(sleeper())], timeout=0.01)
        c = shortly()
        try:
            with running_other if l is other else contextlib.nullcontext():
                l.run_until_complete(c)
        finally:
            c.close()

    def own(r):
        if r.randrange(8) == 0:
            must(asyncio.run(sleeper()) == 1)

    def check():
        for l in (loop, other):
            l.set_exception_handler(lambda *a: None)
            l.close()
    return [step, step, step, own], check


@kind
def pools(rng):
    """Executors that several threads feed and shut down."""
    box = [concurrent.futures.ThreadPoolExecutor(2)]

    def one(r):
        p = box[0]
        r.choice((lambda: p.submit(pow, 2, 3).result(5), lambda: list(p.map(str, range(5), timeout=5)), lambda: p.submit(len).exception(5), lambda: p.submit(time.sleep, 0).cancel(), lambda: replace(p)))()

    def replace(p):
        box[0] = concurrent.futures.ThreadPoolExecutor(2)
        p.shutdown(wait=False, cancel_futures=True)
    return [one], lambda: box[0].shutdown()


@kind
def sockets(rng):
    def fresh():
        a, b = socket.socketpair()
        a.setblocking(False)
        b.setblocking(False)
        return [a, b]
    kept = fresh()
    buffer = bytearray(100)

    def one(r):
        s = r.choice(kept)
        r.choice((lambda: s.send(b"abc"), lambda: s.recv(5), lambda: s.recv_into(bytearray(50)), lambda: s.sendmsg([b"a", buffer]), lambda: s.recvmsg(10), lambda: s.getsockname(), lambda: s.fileno(),
                  lambda: s.sendall(b"x" * 1000), lambda: s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), lambda: repr(s), lambda: s.gettimeout(), lambda: s.settimeout(0.001), lambda: s.settimeout(0),
                  lambda: buffer.append(1), lambda: buffer.pop(), lambda: s.shutdown(socket.SHUT_WR) if r.randrange(20) == 0 else 0, lambda: s.dup().close(), lambda: s.recvfrom_into(bytearray(50)),
                  lambda: socket.create_connection(("127.0.0.1", 1), 0.1), lambda: s.makefile("rb").readline() if s.gettimeout() == 0 else 0))()
    return [one], lambda: [s.close() for s in kept]


@kind
def encrypted(rng):
    """One TLS connection over memory, both ends shared."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [context.wrap_bio(a, b), server.wrap_bio(b, a, server_side=True)]

    def one(r):
        o, c = r.choice(ends), r.choice((context, server))
        r.choice((o.do_handshake, lambda: o.read(10), lambda: o.write(b"abc"), o.cipher, o.version, o.pending, lambda: o.getpeercert(), o.unwrap, lambda: o.get_channel_binding(), o.shared_ciphers,
                  o.selected_alpn_protocol, lambda: a.write(b"junk") if r.randrange(20) == 0 else 0, lambda: b.read(5) if r.randrange(20) == 0 else 0, lambda: a.pending, c.get_ciphers, lambda: c.cert_store_stats(),
                  lambda: setattr(c, "options", c.options), lambda: c.set_alpn_protocols(["h2"]), lambda: c.set_ciphers("ECDHE"), lambda: setattr(c, "minimum_version", ssl.TLSVersion.TLSv1_2),
                  lambda: c.session_stats(), lambda: ends.__setitem__(0, context.wrap_bio(a, b, server_hostname="h")), lambda: o.session, lambda: setattr(o, "context", c), lambda: setattr(c, "sni_callback", None),
                  lambda: setattr(server, "sni_callback", lambda *x: None), lambda: setattr(c, "_msg_callback", None), lambda: ssl.RAND_bytes(5), lambda: c.get_ca_certs()))()
    return [one]


@kind
def tables(rng):
    """One database connection and its cursors in all threads."""
    base = sqlite3.connect(":memory:", check_same_thread=False)
    base.execute("create table t (a integer, b text)")
    kept = [base.cursor() for _ in range(3)]

    def one(r):
        c = r.choice(kept)
        r.choice((lambda: c.execute("insert into t values (?, ?)", (r.randrange(9), "x")), lambda: c.execute("select * from t limit 20"), c.fetchone, c.fetchall, lambda: c.fetchmany(3), lambda: next(c),
                  lambda: c.executemany("insert into t values (?, 'y')", [(1,), (2,)]), base.commit, base.rollback, lambda: c.close() if r.randrange(20) == 0 else 0, lambda: kept.__setitem__(0, base.cursor()),
                  lambda: base.create_function("f", 1, lambda x: x + 1), lambda: c.execute("select f(a) from t limit 5").fetchall(), lambda: base.create_collation("c", lambda a, b: 0), lambda: c.description,
                  lambda: base.set_trace_callback(lambda s: None), lambda: base.set_trace_callback(None), lambda: base.set_progress_handler(lambda: 0, 10), lambda: base.total_changes, lambda: c.rowcount,
                  lambda: base.set_authorizer(None), lambda: setattr(base, "row_factory", r.choice((None, sqlite3.Row))), lambda: c.executescript("select 1; select 2;"), lambda: base.in_transaction,
                  lambda: base.interrupt(), lambda: c.execute("delete from t"), lambda: base.create_aggregate("g", 1, None), lambda: base.iterdump().__next__(), lambda: setattr(c, "arraysize", 5), lambda: base.serialize(),
                  lambda: base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 10 ** 6), lambda: base.blobopen("t", "b", 1).read(), lambda: c.setinputsizes(1), lambda: setattr(base, "isolation_level", None)))()
    return [one]


@kind
def streams(rng):
    """A pipe and a file, through raw, buffered and text objects shared by all threads."""
    r_end, w_end = os.pipe()
    os.set_blocking(r_end, False)
    os.set_blocking(w_end, False)
    raw, out = open(r_end, "rb"), open(w_end, "wb")
    file = tempfile.TemporaryFile("w+")

    def one(r):
        r.choice((lambda: out.write(b"abc\n"), out.flush, lambda: raw.readline(), lambda: raw.read(3), lambda: raw.read1(), lambda: raw.peek(2), lambda: file.write("abc\n\u20ac"), lambda: file.seek(0), file.readline,
                  file.tell, lambda: file.read(3), lambda: next(file), file.flush, lambda: file.truncate(100), lambda: file.buffer.read(2), lambda: file.seek(0, 2), lambda: file.reconfigure(line_buffering=True),
                  lambda: raw.readinto(bytearray(5)), lambda: file.buffer.raw.tell(), lambda: file.writelines(["a", "b\n"]), lambda: file.encoding, lambda: file.newlines, lambda: repr(file), lambda: out.raw.write(b"z")))()

    def check():
        for f in (raw, out, file):
            try:
                f.close()
            except OSError:
                pass
    return [one], check


@kind
def imports(rng):
    """The same modules imported, reloaded and forgotten by all threads at once."""
    names = ("colorsys", "keyword", "stat", "string", "textwrap", "bisect", "heapq", "_json", "_csv", "_struct", "array", "_zoneinfo", "_random", "_statistics", "_lsprof", "_queue", "unicodedata", "_interpqueues",
             "fractions", "numbers", "cmath", "mmap", "zlib", "_blake2", "_uuid", "_dbm", "termios", "grp", "resource", "syslog", "_crypt", "_heapq", "_opcode", "_tokenize", "_ast", "_stat", "ntpath", "html.entities")

    def one(r):
        n = r.choice(names)
        r.choice((lambda: __import__(n), lambda: sys.modules.pop(n, None), lambda: importlib.import_module(n), lambda: importlib.reload(sys.modules[n]), lambda: list(sys.modules), importlib.invalidate_caches,
                  lambda: importlib.util.find_spec(n), lambda: dir(sys.modules[n]), lambda: setattr(sys.modules[n], "__own__", 1)))()
    return [one]


@kind
def settings(rng):
    """What the whole process shares: warnings, environment, codecs, hooks, numbers of digits, names of locales."""
    import codecs
    import locale
    import logging
    names = ["RACE_%d" % i for i in range(5)]
    log = logging.Logger("race")
    log.addHandler(logging.StreamHandler(io.StringIO()))

    def one(r):
        n = r.choice(names)
        r.choice((lambda: os.environ.__setitem__(n, "v"), lambda: os.environ.pop(n, 0), lambda: os.getenv(n), lambda: list(os.environ), lambda: warnings.warn("w%d" % r.randrange(5)),
                  lambda: warnings.filterwarnings("ignore", "w"), lambda: catch(), lambda: codecs.lookup(r.choice(("utf-8", "latin-1", "cp1252", "rot13", "hex", "nope"))), lambda: codecs.register_error(n, codecs.ignore_errors),
                  lambda: codecs.lookup_error(n), lambda: "\u20ac".encode("ascii", n), lambda: sys.intern(n + "x" + str(r.randrange(99))), lambda: sys.set_int_max_str_digits(r.choice((640, 5000))), lambda: int("9" * 700),
                  lambda: sys.setswitchinterval(0.005), lambda: locale.localeconv(), lambda: log.info("a"), lambda: log.setLevel(r.choice((10, 30))), lambda: log.warning("w %s", 5), lambda: sys.getallocatedblocks(),
                  lambda: setattr(sys, "excepthook", sys.__excepthook__), lambda: sys.getrefcount(n), lambda: sys._clear_internal_caches(), lambda: sys.flags, lambda: sys.path.append(n), lambda: sys.path.remove(n), lambda: time.tzset(),
                  lambda: time.strftime("%c"), lambda: time.localtime(), lambda: os.umask(os.umask(0o22)), lambda: sys.setdlopenflags(2), lambda: time.strptime("2025", "%Y")))()

    def catch():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.warn("x")
    return [one]


@kind
def signals(rng):
    """Signals that come at any time to any thread, whose handlers the main thread runs."""
    before = signal.signal(signal.SIGUSR1, lambda *a: hits.append(1))
    hits = []

    def one(r):
        r.choice((lambda: os.kill(os.getpid(), signal.SIGUSR1), lambda: signal.raise_signal(signal.SIGUSR1), lambda: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1), lambda: time.sleep(0.0005),
                  lambda: signal.getsignal(signal.SIGUSR1), lambda: signal.pthread_sigmask(signal.SIG_BLOCK, []), lambda: signal.sigpending(), lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1),
                  lambda: [i for i in range(100)], lambda: signal.strsignal(5), lambda: signal.siginterrupt(signal.SIGUSR1, False)))()

    def check():
        signal.signal(signal.SIGUSR1, before or signal.SIG_DFL)
    return [one], check


@kind
def forks(rng):
    """Children forked while other threads run; each does a little and ends."""
    shared = {"x": []}

    def fork(r):
        if r.randrange(20):
            return
        pid = os.fork()
        if not pid:
            code = 1
            try:
                t = threading.Thread(target=len, args=("",))
                t.start()
                t.join()
                shared["x"].append(1), list(shared), [i for i in range(100)], __import__("gc").collect()
                code = 0
            finally:
                os._exit(code)
        must(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "the child failed")

    def work(r):
        shared["x"].append(1)
        shared["k%d" % r.randrange(20)] = [i for i in range(10)]
        if len(shared["x"]) > 100:
            shared["x"].clear()
        struct.pack("i", 5), str(shared), threading.Event().wait(0)
    return [fork, work, work]
