# SPDX-License-Identifier: MIT
"""One server on several event loops, each in a thread of its own.

    import asyncio
    from ladon import serve

    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
        def data_received(self, data):
            self.transport.write(data)

    serve.run(lambda listener: serve.protocol(Echo, listener), "127.0.0.1", 8000, threads=4)

Every thread runs its own loop, with its own listening socket on the one address (SO_REUSEPORT): the kernel spreads the
connections, and the loops share nothing. Where SO_REUSEPORT is missing, and for Unix sockets, one thread accepts and hands the
connections out in turn.

`start` is called once in every loop as start(listener): a coroutine function that makes a server of the listener, serving
already or not, and returns it (or None). The listener is `Listener`: its socket, its number and what it gives to make servers.

No loop is restarted: when one ends by an exception, all are shut down and run() raises it. SIGINT and SIGTERM shut all down in
order: every listener is closed first, then connections get `grace` seconds to end by themselves, then they are closed, then the
loops end, and run() returns. Call run() in the main thread for the signals; in another thread `Group` can be used directly.
"""
import asyncio
import os
import signal
import socket
import threading

__all__ = ("Group", "Listener", "protocol", "run", "streams")


class Listener:
    """What one loop serves.

    sock     its own listening socket, or None: connections are handed over by another loop's acceptor
    number   0 .. threads - 1
    """

    def __init__(self, number, sock, backlog):
        self.number, self.sock, self.backlog = number, sock, backlog
        self._accepted = None

    async def serve(self, factory, **options):
        """A server of protocols, like loop.create_server(); options are those of create_server() (ssl...)."""
        loop = asyncio.get_running_loop()
        if self.sock is not None:
            make = loop.create_unix_server if self.sock.family == socket.AF_UNIX else loop.create_server
            return await make(factory, sock=self.sock, backlog=self.backlog, **options)
        server = self._accepted = _HandedOver(loop, factory, options)
        return server


class _HandedOver(asyncio.AbstractServer):
    """The server of a loop whose connections another loop accepts."""

    def __init__(self, loop, factory, options):
        self._loop, self._factory, self._options, self._clients, self._open = loop, factory, options, set(), True

    def take(self, sock):                               # any thread
        try:
            self._loop.call_soon_threadsafe(self._connect, sock)
        except RuntimeError:                            # the loop is closed
            sock.close()

    def _connect(self, sock):
        if not self._open:
            sock.close()
            return
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._factory, sock, **self._options))
        self._clients.add(task)
        task.add_done_callback(self._connected)

    def _connected(self, task):
        self._clients.discard(task)
        if not task.cancelled() and task.exception() is None:
            self._clients.add(task.result()[0])

    def _live(self):
        self._clients = {c for c in self._clients if isinstance(c, asyncio.Future) or not c.is_closing()}
        return self._clients

    def close(self):
        self._open = False

    def close_clients(self):
        for c in list(self._live()):
            c.cancel() if isinstance(c, asyncio.Future) else c.close()

    def abort_clients(self):
        for c in list(self._live()):
            c.cancel() if isinstance(c, asyncio.Future) else c.abort()

    async def wait_closed(self):
        while self._live():
            await asyncio.sleep(0.02)


async def protocol(factory, listener, **options):
    """For `start`: serves `factory`'s protocols."""
    return await listener.serve(factory, **options)


async def streams(on_connection, listener, *, limit=64 * 1024, **options):
    """For `start`: serves on_connection(reader, writer), as asyncio.start_server() does."""
    loop = asyncio.get_running_loop()

    def factory():
        reader = asyncio.StreamReader(limit=limit, loop=loop)
        return asyncio.StreamReaderProtocol(reader, on_connection, loop=loop)
    return await listener.serve(factory, **options)


def _listen(host, port, path, backlog, threads, reuse_port):
    """One listening socket per thread, or one in all."""
    if path is not None:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.bind(path)
        sock.listen(backlog)
        return [sock]
    if reuse_port is None:
        reuse_port = threads > 1 and hasattr(socket, "SO_REUSEPORT")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socks = []
    try:
        for _ in range(threads if reuse_port else 1):
            socks.append(socket.create_server((host, port), family=family, backlog=backlog, reuse_port=bool(reuse_port)))
            port = socks[0].getsockname()[1]            # port 0: all on the one the first got
    except BaseException:
        for s in socks:
            s.close()
        raise
    return socks


class Group:
    """Loops on threads. start() begins, stop() (any thread) asks for the end, join() waits for it and raises what a loop raised."""

    def __init__(self, start, host="127.0.0.1", port=0, *, path=None, threads=None, backlog=1024, grace=5.0, reuse_port=None,
                 loop_factory=None):
        self._start, self._grace, self._loop_factory = start, grace, loop_factory
        self.threads = threads or os.process_cpu_count() or 1
        socks = _listen(host, port, path, backlog, self.threads, reuse_port)
        self.address = socks[0].getsockname()
        self._path = path
        self._listeners = [Listener(i, socks[i] if i < len(socks) else None, backlog) for i in range(self.threads)]
        self._shared = len(socks) < self.threads        # listener 0's socket serves all
        self._lock = threading.RLock()                  # guards _loops, _error, _stopped; a signal handler may interrupt its holder
        self._loops, self._error, self._stopped = {}, None, False
        self._started = threading.Barrier(self.threads + 1)
        self._silent = threading.Barrier(self.threads)  # no listener is open any more
        self._threads = [threading.Thread(target=self._thread, args=(l,), name=f"serve-{l.number}") for l in self._listeners]

    def start(self):
        """Starts the threads; returns when all are serving."""
        for t in self._threads:
            t.start()
        try:
            self._started.wait()
        except threading.BrokenBarrierError:
            self.join()
            raise RuntimeError("a loop did not start") from None
        return self

    def stop(self):
        """Asks all loops to shut down; any thread, any number of times."""
        with self._lock:
            self._stopped = True
            loops = list(self._loops.values())
        for loop, event in loops:
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:                        # it is closed already
                pass

    def join(self):
        for t in self._threads:
            t.join()
        if self._path is not None:
            try:
                os.unlink(self._path)
            except OSError:
                pass
        if self._error is not None:
            raise self._error

    def _thread(self, listener):
        try:
            with asyncio.Runner(loop_factory=self._loop_factory) as runner:
                runner.run(self._serve(listener))
        except BaseException as exc:
            with self._lock:
                self._error = self._error or exc
            self._started.abort()
            self._silent.abort()
            self.stop()
        finally:
            if listener.sock is not None:
                listener.sock.close()

    async def _serve(self, listener):
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._loops[listener.number] = loop, stop
            if self._stopped:
                stop.set()
        acceptor = None
        if self._shared:
            # All take from one acceptor, which runs beside loop 0's own connections.
            sock, listener.sock = listener.sock, None
        server = await self._start(listener)
        await loop.run_in_executor(None, self._started.wait)
        if self._shared and sock is not None:
            acceptor = loop.create_task(self._accept(sock))
        broken = [t for t in (acceptor,) if t]
        waiting = loop.create_task(stop.wait())
        await asyncio.wait([waiting, *broken], return_when=asyncio.FIRST_COMPLETED)
        if acceptor:
            if acceptor.done():
                acceptor.result()
            acceptor.cancel()
            sock.close()
        if server is not None:
            server.close()
        try:
            await loop.run_in_executor(None, self._silent.wait)
        except threading.BrokenBarrierError:            # another loop has failed: its listener is closed too
            pass
        if server is not None:
            try:
                await asyncio.wait_for(server.wait_closed(), self._grace)
            except TimeoutError:
                server.close_clients()
                try:
                    await asyncio.wait_for(server.wait_closed(), 1)
                except TimeoutError:
                    server.abort_clients()

    async def _accept(self, sock):
        loop = asyncio.get_running_loop()
        sock.setblocking(False)
        turn = 0
        while True:
            try:
                conn, _ = await loop.sock_accept(sock)
            except ConnectionAbortedError:
                continue
            except OSError as exc:
                loop.call_exception_handler({"message": "accepting failed", "exception": exc, "socket": sock})
                await asyncio.sleep(1)
                continue
            conn.setblocking(False)
            self._listeners[turn]._accepted.take(conn)
            turn = (turn + 1) % self.threads


def run(start, host="127.0.0.1", port=0, *, on_ready=None, **options):
    """Serves until SIGINT or SIGTERM. Options are those of Group; on_ready(group) is called when all loops serve."""
    group = Group(start, host, port, **options)
    previous = {}
    if threading.current_thread() is threading.main_thread():
        for sig in (signal.SIGINT, signal.SIGTERM):
            previous[sig] = signal.signal(sig, lambda *_: group.stop())
    try:
        group.start()
        if on_ready is not None:
            on_ready(group)
        group.join()
    finally:
        group.stop()
        for sig, old in previous.items():
            signal.signal(sig, old)
