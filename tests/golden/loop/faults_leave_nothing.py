# One fault after another, several times each, over TCP and TLS: what was sent before it arrives, no descriptor and no task stays, and the
# loop does not spin behind it.
# timeout: 120
import asyncio
import os
import resource
import socket
import ssl
import struct
import tempfile

from _faults import complaints, contexts, idle_cost, open_files, settled

CLIENT, SERVER = contexts()
TROUBLE = (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError)
BIG = bytes(range(256)) * 20_000            # more than socket buffers hold


async def close(writer):
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), 10)
    except TROUBLE:
        pass


async def reset(writer):
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    try:
        await writer.wait_closed()
    except TROUBLE:
        pass


class Case:
    """A server with a handler, and the address it listens at; `done` gets what the handler returns."""

    def __init__(self, tls, handler):
        self.tls, self.handler = tls, handler

    async def __aenter__(self):
        self.done = asyncio.get_running_loop().create_future()
        self.server = await asyncio.start_server(self.handle, "127.0.0.1", 0, ssl=SERVER if self.tls else None)
        self.address = self.server.sockets[0].getsockname()
        return self

    async def __aexit__(self, *exc):
        self.server.close()
        await asyncio.wait_for(self.server.wait_closed(), 10)

    async def handle(self, reader, writer):
        try:
            r = await self.handler(reader, writer)
        except TROUBLE as e:
            r = "reset" if isinstance(e, ConnectionError) else type(e).__name__
        finally:
            await close(writer)
        if not self.done.done():
            self.done.set_result(r)

    def connect(self):
        return asyncio.open_connection(*self.address, ssl=CLIENT if self.tls else None, server_hostname="localhost" if self.tls else None)


async def send_big(reader, writer):
    writer.write(BIG)
    await writer.drain()
    return "sent"


async def count(reader, writer):
    data = await reader.read()
    return len(data), BIG.startswith(data)


async def reset_in_the_middle_of_a_write(tls):
    async with Case(tls, send_big) as case:
        reader, writer = await case.connect()
        got = await reader.readexactly(100_000)
        await reset(writer)
        # asyncio's own TLS transport does not count what it has encrypted, so that drain() does not wait.
        counts = type(writer.transport).__module__ != "asyncio.sslproto"
        return BIG.startswith(got), await asyncio.wait_for(case.done, 10) == ("reset" if counts else "sent")


async def eof_while_buffers_are_full(tls):
    async with Case(tls, count) as case:
        reader, writer = await case.connect()
        writer.write(BIG)
        writer.close()                      # behind what is still to be sent
        r = await asyncio.wait_for(case.done, 10)
        await close(writer)
        return r


async def half_close(tls):
    async def answer(reader, writer):
        data = await reader.read()
        writer.write(data)
        await writer.drain()
        return "answered"
    async with Case(False, answer) as case:     # TLS has no half-closed connections
        reader, writer = await case.connect()
        writer.write(BIG)
        writer.write_eof()
        got = await reader.read()
        await close(writer)
        return got == BIG, await case.done


async def slow_reader_then_abort(tls):
    async def stuck(reader, writer):
        writer.transport.set_write_buffer_limits(high=1000)
        writer.write(BIG)
        try:
            await asyncio.wait_for(writer.drain(), 0.05)
        except TimeoutError:
            size = writer.transport.get_write_buffer_size()
            writer.transport.abort()
            return size > 1000
    async with Case(False, stuck) as case:      # abort() of asyncio's TLS transport may not report connection_lost(), on CPython either
        reader, writer = await case.connect()
        writer.transport.pause_reading()
        r = await asyncio.wait_for(case.done, 10)
        writer.transport.resume_reading()
        try:
            got = await reader.read()
        except TROUBLE:
            got = b""
        await close(writer)
        return r, BIG.startswith(got)


async def handler_raises(tls):
    told = complaints(asyncio.get_running_loop())

    async def bad(reader, writer):
        writer.write(BIG)
        await writer.drain()
        raise RuntimeError("bad")
    server = await asyncio.start_server(bad, "127.0.0.1", 0, ssl=SERVER if tls else None)
    case = Case(tls, None)
    case.address = server.sockets[0].getsockname()
    reader, writer = await case.connect()
    got = await asyncio.wait_for(reader.read(), 10)
    await close(writer)
    server.close()
    await server.wait_closed()
    return got == BIG, len(told)


async def server_aborts_its_clients(tls):
    async def wait(reader, writer):
        return await reader.read()
    async with Case(tls, wait) as case:
        reader, writer = await case.connect()
        writer.write(b"x")
        await asyncio.sleep(0.02)
        case.server.abort_clients()
        try:
            got = await reader.read()
        except TROUBLE:
            got = b""
        await asyncio.wait_for(case.done, 10)
        await close(writer)
        return got


async def peer_goes_without_a_word(tls):
    """The client's descriptor is closed behind its transport's back: data, then the end of the connection, not of TLS."""
    async with Case(tls, count) as case:
        reader, writer = await case.connect()
        writer.write(BIG[:50_000])
        await writer.drain()
        await asyncio.sleep(0.02)
        sock = writer.get_extra_info("socket")
        sock.shutdown(socket.SHUT_RDWR)
        r = await asyncio.wait_for(case.done, 10)
        await close(writer)
        return r if tls is False or isinstance(r, tuple) else "SSLError"


async def silent_handshake(tls):
    loop = asyncio.get_running_loop()
    told = complaints(loop)
    server = await asyncio.start_server(send_big, "127.0.0.1", 0, ssl=SERVER, ssl_handshake_timeout=0.1)
    with socket.socket() as s:
        s.setblocking(False)
        await loop.sock_connect(s, server.sockets[0].getsockname())
        try:
            r = await asyncio.wait_for(loop.sock_recv(s, 100), 10)
        except ConnectionError:
            r = b""
    server.close()
    await server.wait_closed()
    return r


async def connect_is_refused(tls):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))            # nobody listens
        try:
            await asyncio.open_connection(*s.getsockname(), ssl=CLIENT if tls else None)
        except ConnectionRefusedError:
            return "refused"


async def no_descriptors_to_connect(tls):
    async with Case(tls, count) as case:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/self/fd"))) + 3, hard))
        hoard = []
        try:
            while True:
                hoard.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        try:
            await case.connect()
        except OSError as e:
            r = e.strerror
        for fd in hoard:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        reader, writer = await case.connect()
        writer.write(b"x")
        await close(writer)
        return r, (await case.done)[0]


async def reset_in_the_middle_of_sendfile(tls):
    loop = asyncio.get_running_loop()

    async def send(reader, writer):
        with tempfile.TemporaryFile() as f:
            f.write(BIG)
            f.seek(0)
            await loop.sendfile(writer.transport, f)
        return "sent"
    async with Case(tls, send) as case:
        reader, writer = await case.connect()
        got = await reader.readexactly(100_000)
        await reset(writer)
        return BIG.startswith(got), await asyncio.wait_for(case.done, 10) in ("reset", "sent")


async def child_killed_while_it_talks(tls):
    child = await asyncio.create_subprocess_exec("sh", "-c", "echo before; exec sleep 60", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    line = await child.stdout.readline()
    talk = asyncio.create_task(child.communicate(BIG))
    await asyncio.sleep(0.02)
    talk.cancel()
    try:
        await talk
    except asyncio.CancelledError:
        pass
    child.kill()
    return line, await asyncio.wait_for(child.wait(), 10)


async def job_raises(tls):
    loop = asyncio.get_running_loop()
    try:
        await loop.run_in_executor(None, int, "x")
    except ValueError:
        pass
    await loop.shutdown_default_executor()
    return "ValueError"


async def main():
    await asyncio.to_thread(int)
    await asyncio.get_running_loop().shutdown_default_executor()
    for fault in (reset_in_the_middle_of_a_write, eof_while_buffers_are_full, half_close, slow_reader_then_abort, handler_raises,
                  server_aborts_its_clients, peer_goes_without_a_word, silent_handshake, connect_is_refused, no_descriptors_to_connect,
                  reset_in_the_middle_of_sendfile, child_killed_while_it_talks, job_raises):
        results, states, cost = [], set(), 0
        for tls in (False, True):
            asyncio.get_running_loop().set_exception_handler(None)
            files, seen = open_files(), set()
            for _ in range(4):
                try:
                    seen.add(await asyncio.wait_for(fault(tls), 30))
                except Exception as e:
                    seen.add(repr(e))
                asyncio.get_running_loop()._default_executor = None
                asyncio.get_running_loop()._executor_shutdown_called = False
                states.add(await settled(files))
            cost = max(cost, await idle_cost(0.1))
            results.append(seen.pop() if len(seen) == 1 else seen)
        print(fault.__name__, *results, *states, "" if cost < 0.6 else "spins")


asyncio.run(main())
# expect: reset_in_the_middle_of_a_write (True, True) (True, True) settled
# expect: eof_while_buffers_are_full (5120000, True) (5120000, True) settled
# expect: half_close (True, 'answered') (True, 'answered') settled
# expect: slow_reader_then_abort (True, True) (True, True) settled
# expect: handler_raises (True, 1) (True, 1) settled
# expect: server_aborts_its_clients b'' b'' settled
# expect: peer_goes_without_a_word (50000, True) (50000, True) settled
# expect: silent_handshake b'' b'' settled
# expect: connect_is_refused refused refused settled
# expect: no_descriptors_to_connect ('Too many open files', 1) ('Too many open files', 1) settled
# expect: reset_in_the_middle_of_sendfile (True, True) (True, True) settled
# expect: child_killed_while_it_talks (b'before\n', -9) (b'before\n', -9) settled
# expect: job_raises ValueError ValueError settled
