# SPDX-License-Identifier: MIT
"""asyncio's default event loop on Ladon: a native loop over libuv.

EventLoop has all of asyncio's interface. What runs per callback, per timer and per message is native (the module _ladon_loop):
scheduling, the loop's turns, waking from other threads, watching descriptors, accepting, TCP and Unix stream transports. The rest is asyncio's own
code, inherited: connecting, subprocesses, executors, debug mode. TLS is in ladon.tls, datagrams are in ladon.datagram,
pipes in ladon.pipes.

The module is imported by the runtime when asyncio is; it makes EventLoop the default of asyncio.run(), asyncio.Runner,
asyncio.new_event_loop() and asyncio.EventLoop. asyncio.SelectorEventLoop stays what it is. LADON_EVENT_LOOP=selector in the
environment keeps the standard library's loop as the default (not with -E or -I).
"""
import os
import selectors
import socket
import sys
import warnings
import weakref
from asyncio import (base_events, constants, events, format_helpers, futures, protocols, selector_events, transports,
                     trsock, unix_events)

import _ladon_loop

from ladon import pipes, tls
from ladon.datagram import DatagramTransport

__all__ = ("EventLoop", "StreamTransport", "new_event_loop", "run")

SelectorEventLoop = unix_events._UnixSelectorEventLoop
EVENT_READ, EVENT_WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class _Watched(selectors._BaseSelectorImpl):
    """What an EventLoop watches for its program, for those who look into its _selector: keys with data (reader, writer)."""

    def __init__(self, loop):
        super().__init__()
        for file, fd, reader, writer in loop._watched():
            events = (EVENT_READ if reader else 0) | (EVENT_WRITE if writer else 0)
            self._fd_to_key[fd] = selectors.SelectorKey(file, fd, events, (reader, writer))

    def select(self, timeout=None):
        raise RuntimeError("the event loop polls by itself")

    register = unregister = modify = select


class EventLoop(_ladon_loop.Loop, SelectorEventLoop):
    """An event loop over libuv. A loop belongs to the thread that runs it; only call_soon_threadsafe() may be called from others."""

    def __new__(cls, selector=None):
        if selector is not None:    # a selector of the caller's choice is the standard library's business
            return SelectorEventLoop(selector)
        return super().__new__(cls)

    def __init__(self, selector=None):
        super().__init__(self)      # nothing that would be kept: see _selector

    # Native instead: these would only hide the native ones.

    def run_forever(self):
        """Run until stop() is called."""
        self._run_forever_setup()
        try:
            self._run()
        finally:
            self._run_forever_cleanup()

    def close(self):
        """Close the event loop: what is scheduled is forgotten, the executor is told to end. It must not be running."""
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if self._closed:
            return
        super().close()
        self._close_core()

    @property
    def _selector(self):
        return None if self.is_closed() else _Watched(self)

    @_selector.setter
    def _selector(self, selector):
        pass

    # The self-pipe is only for signals (set_wakeup_fd), so it is made with the first handler.

    _ssock = _csock = None

    def _make_self_pipe(self):
        pass

    def _close_self_pipe(self):
        if self._ssock is not None:
            super()._close_self_pipe()

    def add_signal_handler(self, sig, callback, *args):
        if self._ssock is None and not self._closed:
            super()._make_self_pipe()
        return super().add_signal_handler(sig, callback, *args)

    # sock_*(): try, and as long as that would block, wait and try again.

    def _check_socket(self, sock):
        base_events._check_ssl_socket(sock)
        if self._debug and sock.gettimeout() != 0:
            raise ValueError("the socket must be non-blocking")

    async def _until(self, sock, event):
        fd = sock.fileno()
        self._ensure_fd_no_transport(fd)
        ready = self._wait_fd(fd, event)
        try:
            await ready
        finally:
            self._unwait_fd(fd, event, ready)

    async def _retry(self, sock, event, method, *args):
        while True:
            await self._until(sock, event)
            try:
                return getattr(sock, method)(*args)
            except (BlockingIOError, InterruptedError):
                pass

    async def sock_recv(self, sock, n):
        """Receive data from the socket: bytes, at most n of them."""
        self._check_socket(sock)
        try:
            return sock.recv(n)
        except (BlockingIOError, InterruptedError):
            pass
        return await self._retry(sock, EVENT_READ, "recv", n)

    async def sock_recv_into(self, sock, buf):
        """Receive data from the socket into a buffer; the number of bytes."""
        self._check_socket(sock)
        try:
            return sock.recv_into(buf)
        except (BlockingIOError, InterruptedError):
            pass
        return await self._retry(sock, EVENT_READ, "recv_into", buf)

    async def sock_recvfrom(self, sock, bufsize):
        """Receive a datagram: (bytes, address)."""
        self._check_socket(sock)
        try:
            return sock.recvfrom(bufsize)
        except (BlockingIOError, InterruptedError):
            pass
        return await self._retry(sock, EVENT_READ, "recvfrom", bufsize)

    async def sock_recvfrom_into(self, sock, buf, nbytes=0):
        """Receive a datagram into a buffer: (number of bytes, address)."""
        self._check_socket(sock)
        if not nbytes:
            nbytes = len(buf)
        try:
            return sock.recvfrom_into(buf, nbytes)
        except (BlockingIOError, InterruptedError):
            pass
        return await self._retry(sock, EVENT_READ, "recvfrom_into", buf, nbytes)

    async def sock_sendall(self, sock, data):
        """Send all of the data to the socket."""
        self._check_socket(sock)
        try:
            n = sock.send(data)
        except (BlockingIOError, InterruptedError):
            n = 0
        if n == len(data):
            return
        view = memoryview(data)
        while n < len(view):
            n += await self._retry(sock, EVENT_WRITE, "send", view[n:])

    async def sock_sendto(self, sock, data, address):
        """Send a datagram to the address; the number of bytes."""
        self._check_socket(sock)
        try:
            return sock.sendto(data, address)
        except (BlockingIOError, InterruptedError):
            pass
        return await self._retry(sock, EVENT_WRITE, "sendto", data, 0, address)

    async def sock_connect(self, sock, address):
        """Connect the socket to the address."""
        self._check_socket(sock)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            resolved = await self._ensure_resolved(address, family=sock.family, type=sock.type, proto=sock.proto, loop=self)
            address = resolved[0][4]
        try:
            sock.connect(address)
            return
        except (BlockingIOError, InterruptedError):     # it goes on by itself; the socket is writable when it has ended
            pass
        await self._until(sock, EVENT_WRITE)
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, f"Connect call failed {address}")

    async def sock_accept(self, sock):
        """Accept a connection: (a new socket, the peer's address)."""
        self._check_socket(sock)
        try:
            conn, address = sock.accept()
        except (BlockingIOError, InterruptedError):
            conn = None
        if conn is None:
            conn, address = await self._retry(sock, EVENT_READ, "accept")
        conn.setblocking(False)
        return conn, address

    # Streams

    def _ensure_fd_no_transport(self, fd):
        fileno = fd
        if not isinstance(fileno, int):
            try:
                fileno = int(fileno.fileno())
            except (AttributeError, TypeError, ValueError):
                raise ValueError(f"Invalid file object: {fd!r}") from None
        transport = self._transport_of_fd(fileno) if fileno.bit_length() < 32 else None
        if transport is not None:
            if transport._is_lent:
                return
        elif self._transports.data:     # those of datagrams
            transport = self._transports.get(fileno)
        if transport and not transport.is_closing():
            raise RuntimeError(f"File descriptor {fd!r} is used by transport {transport!r}")

    def _make_socket_transport(self, sock, protocol, waiter=None, *, extra=None, server=None):
        self._ensure_fd_no_transport(sock)
        return StreamTransport(self, sock, protocol, waiter, extra, server)

    def _make_datagram_transport(self, sock, protocol, address=None, waiter=None, extra=None):
        if type(sock) is not socket.socket:     # its methods may be the program's
            return super()._make_datagram_transport(sock, protocol, address, waiter, extra)
        self._ensure_fd_no_transport(sock)
        return DatagramTransport(self, sock, protocol, address, waiter, extra)

    def _make_read_pipe_transport(self, pipe, protocol, waiter=None, extra=None):
        return pipes.ReadPipeTransport(self, pipe, protocol, waiter, extra)

    def _make_write_pipe_transport(self, pipe, protocol, waiter=None, extra=None):
        return pipes.WritePipeTransport(self, pipe, protocol, waiter, extra)

    def _make_ssl_transport(self, rawsock, protocol, sslcontext, waiter=None, *, server_side=False, server_hostname=None,
                            extra=None, server=None, ssl_handshake_timeout=constants.SSL_HANDSHAKE_TIMEOUT,
                            ssl_shutdown_timeout=constants.SSL_SHUTDOWN_TIMEOUT):
        self._ensure_fd_no_transport(rawsock)
        transport, stream_protocol = tls.connection(self, protocol, sslcontext, waiter, server_side, server_hostname,
                                                    ssl_handshake_timeout, ssl_shutdown_timeout)
        StreamTransport(self, rawsock, stream_protocol, extra=extra, server=server)
        return transport

    async def start_tls(self, transport, protocol, sslcontext, *, server_side=False, server_hostname=None,
                        ssl_handshake_timeout=None, ssl_shutdown_timeout=None):
        """Upgrade a transport to TLS: a new transport that the protocol is to use from now on."""
        if type(transport) is not StreamTransport or not tls.is_native(sslcontext):
            return await super().start_tls(transport, protocol, sslcontext, server_side=server_side, server_hostname=server_hostname,
                                           ssl_handshake_timeout=ssl_handshake_timeout, ssl_shutdown_timeout=ssl_shutdown_timeout)
        waiter = self.create_future()
        new, stream_protocol = tls.connection(self, protocol, sslcontext, waiter, server_side, server_hostname,
                                              ssl_handshake_timeout, ssl_shutdown_timeout, made=True)
        transport.pause_reading()       # until connection_made
        if server_side:
            tls.take_over(stream_protocol, protocol)
        transport.set_protocol(stream_protocol)
        begin = self.call_soon(stream_protocol.connection_made, transport)
        read = self.call_soon(transport.resume_reading)
        try:
            await waiter
        except BaseException:
            transport.close()
            begin.cancel()
            read.cancel()
            raise
        return new

    def _start_serving(self, protocol_factory, sock, sslcontext=None, server=None, backlog=100, *timeouts):
        if type(sock) is not socket.socket:     # its accept() may be the program's
            super()._start_serving(protocol_factory, sock, sslcontext, server, backlog, *timeouts)
            return
        tcp = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_TCP
        if tcp:     # connections inherit it
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        if type(server) is base_events.Server and type(server._clients) is weakref.WeakSet and not server._clients:
            server._clients = _Connections(self, server)
        self._add_reader(sock.fileno(), self._accept_ready, tcp, protocol_factory, sock, sslcontext, server, backlog, *timeouts)

    def _make_accepted(self, protocol_factory, conn, address, sslcontext, server, timeouts):
        self._make_ssl_transport(conn, protocol_factory(), sslcontext, None, server_side=True, extra={"peername": address}, server=server,
                                 **dict(zip(("ssl_handshake_timeout", "ssl_shutdown_timeout"), timeouts)))

    async def _sendfile_native(self, transp, file, offset, count):
        if not isinstance(transp, StreamTransport):
            return await super()._sendfile_native(transp, file, offset, count)
        reading = transp.is_reading()
        transp.pause_reading()
        await transp._make_empty_waiter()
        transp._is_lent = True
        try:
            return await self.sock_sendfile(transp._sock, file, offset, count, fallback=False)
        finally:
            transp._is_lent = False
            transp._reset_empty_waiter()
            if reading:
                transp.resume_reading()


class _Connections:
    """The clients of a server, in the place of a set: the transports that have it as their server, which their loop holds as long as they are open."""

    __slots__ = ("loop", "server", "count")

    def __init__(self, loop, server):
        self.loop, self.server, self.count = loop, weakref.ref(server), 0

    def add(self, transport):
        self.count += 1

    def discard(self, transport):
        self.count -= 1

    def __len__(self):
        return self.count

    def copy(self):
        return self.loop._connections(self.server())

    def __iter__(self):
        return iter(self.copy())


class StreamTransport(transports._FlowControlMixin):
    """A TCP or Unix stream connection. Its methods for reading, writing and closing are native."""

    __slots__ = ("_core", "_server", "_is_lent", "_info", "__dict__", "__weakref__")
    _start_tls_compatible = True
    _sendfile_compatible = constants._SendfileMode.TRY_NATIVE
    max_size = 256 * 1024

    def __init__(self, loop, sock, protocol, waiter=None, extra=None, server=None):
        self._loop = loop
        self._server = None
        self._is_lent = False   # its descriptor is in the hands of sendfile
        # The dict of extra information is made when somebody asks; till then this is the peer's address, which cannot wait: a connection
        # that was reset has none.
        if extra is None:
            try:
                self._info = sock.getpeername()
            except OSError:
                self._info = None
        else:
            self._info = extra["peername"] if len(extra) == 1 and "peername" in extra else dict(extra)
            if type(self._info) is dict:
                self._complete(self._info, sock)
        _ladon_loop._stream_init(self, loop, sock, sock.fileno())     # without Nagle's delay, too
        self.set_protocol(protocol)
        if server is not None:
            self._server = server
            server._attach(self)
        loop.call_soon(protocol.connection_made, self)
        # Only start reading when connection_made() has been called, and only then wake up the waiter.
        loop.call_soon(self._start_reading)
        if waiter is not None:
            loop.call_soon(futures._set_result_unless_cancelled, waiter, None)

    @staticmethod
    def _complete(extra, sock):
        extra["socket"] = trsock.TransportSocket(sock)
        for name, ask in (("sockname", sock.getsockname), ("peername", sock.getpeername)):
            if name == "sockname" or name not in extra:
                try:
                    extra[name] = ask()
                except OSError:
                    extra[name] = None
        return extra

    @property
    def _extra(self):
        info = self._info
        if type(info) is not dict:
            info = self._complete({"peername": info}, self._raw_sock)
            if info["sockname"] is None:    # closed: it was noted before
                info["sockname"] = self._sockname
            self._info = info
        return info

    @_extra.setter
    def _extra(self, extra):
        self._info = extra

    def get_extra_info(self, name, default=None):
        """Get optional transport information."""
        if type(self._info) is not dict:
            if name == "peername":
                return self._info
            if name != "sockname" and name != "socket":
                return default
        return self._extra.get(name, default)

    @property
    def _sock(self):
        return self._raw_sock if self._loop is not None else None

    @property
    def _read_ready_cb(self):       # asyncio's own tests look at it, to see whether they may put another socket into the transport
        return self._start_reading

    def __repr__(self):
        info = [self.__class__.__name__]
        if self._sock is None:
            info.append("closed")
        elif self._closing:
            info.append("closing")
        info.append(f"fd={self._sock_fd}")
        if self._loop is not None and not self._loop.is_closed():
            info.append("read=polling" if self._polling else "read=idle")
            state = "polling" if self._writing else "idle"
            info.append(f"write=<{state}, bufsize={self.get_write_buffer_size()}>")
        return f"<{' '.join(info)}>"

    def __del__(self, _warn=warnings.warn):
        try:
            sock = self._sock
        except (AttributeError, RuntimeError):     # __init__ failed
            return
        if sock is not None:
            _warn(f"unclosed transport {self!r}", ResourceWarning, source=self)
            sock.close()
            if self._server is not None:
                self._server._detach(self)

    def _debug_log(self, what):
        selector_events.logger.debug("%r " + what, self)

    def _received_eof(self):
        self._debug_log("received EOF")

    def _fatal_error(self, exc, message="Fatal error on transport"):
        if isinstance(exc, OSError):
            if self._loop.get_debug():
                selector_events.logger.debug("%r: %s", self, message, exc_info=(type(exc), exc, exc.__traceback__))
        else:
            self._loop.call_exception_handler({
                "message": message,
                "exception": exc,
                "transport": self,
                "protocol": self._protocol,
            })
        if self._empty_waiter is not None and not self._empty_waiter.done():
            self._empty_waiter.set_exception(exc)
        self._force_close(exc)

    def _call_connection_lost(self, exc):
        sock = self._sock
        if sock is None:
            return
        protocol = self._protocol
        try:
            if protocol is not None:
                protocol.connection_lost(exc)
        finally:
            waiter = self._empty_waiter
            self._finish(type(self._info) is not dict)
            sock.close()
            self._loop = None
            server, self._server = self._server, None
            if server is not None:
                server._detach(self)
            if waiter is not None and not waiter.done():
                waiter.set_exception(ConnectionError("Connection is closed by peer"))

    def _make_empty_waiter(self):
        if self._empty_waiter is not None:
            raise RuntimeError("Empty waiter is already set")
        waiter = self._loop.create_future()
        self._empty_waiter = waiter
        if not self._writing:
            waiter.set_result(None)
        return waiter

    def _reset_empty_waiter(self):
        self._empty_waiter = None


# What native code calls; for TLS, see ladon.tls.

_create_task = base_events.BaseEventLoop.create_task


def _traceback():
    return format_helpers.extract_stack(sys._getframe(1))


def _handle_repr(handle):
    info = [handle._kind]
    cancelled = handle._cancelled
    if cancelled:
        info.append("cancelled")
    if handle._kind == "TimerHandle":
        info.append(f"when={handle._when}")
    callback = handle._callback
    if callback is not None:
        info.append(format_helpers._format_callback_source(callback, handle._args, debug=handle._loop.get_debug()))
    if handle._source_traceback:
        frame = handle._source_traceback[-1]
        info.append(f"created at {frame[0]}:{frame[1]}")
    return f"<{' '.join(info)}>"


def _handle_error(handle, callback, args, exc):
    loop = handle._loop
    context = {
        "message": "Exception in callback "
                   + format_helpers._format_callback_source(callback, args, debug=loop.get_debug()),
        "exception": exc,
        "handle": handle,
    }
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    loop.call_exception_handler(context)


def _slow_callback(loop, handle, seconds):
    if seconds >= loop.slow_callback_duration:
        text = base_events._format_handle(handle) if hasattr(handle, "_callback") else repr(handle)
        base_events.logger.warning("Executing %s took %.3f seconds", text, seconds)


def _flow_error(transport, exc, what):
    transport._loop.call_exception_handler({
        "message": f"protocol.{what}() failed",
        "exception": exc,
        "transport": transport,
        "protocol": transport._protocol,
    })


def _write_warning():
    selector_events.logger.warning("socket.send() raised exception.")


_ladon_loop._loop_class(EventLoop)
_ladon_loop._stream_class(StreamTransport, protocols.BufferedProtocol)
_ladon_loop._set_helpers({**globals(), **pipes.helpers, **tls.helpers})


def new_event_loop():
    """A new native event loop."""
    return EventLoop()


def run(main, *, debug=None):
    """asyncio.run() on a native event loop, whatever the default is."""
    from asyncio import runners
    return runners.run(main, debug=debug, loop_factory=EventLoop)


def _install():
    """Makes EventLoop asyncio's default; called once by the runtime, when asyncio.unix_events has been imported."""
    if not sys.flags.ignore_environment and os.environ.get("LADON_EVENT_LOOP") == "selector":
        return
    unix_events._UnixDefaultEventLoopPolicy._loop_factory = EventLoop
    unix_events.EventLoop = EventLoop
