# SPDX-License-Identifier: MIT
# TLS between event loops in several threads, all with the same contexts: echoes of all sizes, start_tls, aborts, cancelled handshakes, garbage; beside them
# threads that ask the open connections' SSL objects and transports everything that may be asked from another thread, and change the contexts.
# timeout: 120
import asyncio
import logging
import os
import random
import socket
import ssl
import sys
import threading

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "golden", "module_ssl"))
from _hammer import run_beside
from _tls import contexts

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261
print("seed", seed, file=sys.stderr)
logging.disable(logging.WARNING)
LOOPS, ROUNDS = 3, 12
CLIENT, SERVER = contexts()
TROUBLE = (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError, TimeoutError)
transports = [None] * 8         # of all loops; anybody may look
done = threading.Event()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        transports[id(self) // 64 % 8] = transport

    def data_received(self, data):
        self.transport.write(data)

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


async def upgrade(reader, writer):
    try:
        await reader.readline()
        writer.write(b"go on\n")
        await writer.start_tls(SERVER)
        writer.write(await reader.readline())
    except TROUBLE:
        pass
    finally:
        writer.close()


async def talk(rng, port, plain):
    what = rng.randrange(6)
    if what == 0:               # garbage, and gone
        s = socket.create_connection(("127.0.0.1", port))
        s.send(rng.randbytes(100))
        s.close()
        return
    if what == 1:
        task = asyncio.ensure_future(asyncio.open_connection("127.0.0.1", port, ssl=CLIENT, server_hostname="localhost"))
        await asyncio.sleep(rng.random() * 0.01)
        task.cancel()
        try:
            (await task)[1].transport.abort()
        except asyncio.CancelledError:
            pass
        return
    if what == 2:
        reader, writer = await asyncio.open_connection("127.0.0.1", plain)
        writer.write(b"STARTTLS\n")
        assert await reader.readline() == b"go on\n"
        await writer.start_tls(CLIENT, server_hostname="localhost")
        writer.write(b"line\n")
        assert await reader.readline() == b"line\n"
    else:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=CLIENT, server_hostname="localhost")
        transports[rng.randrange(8)] = writer.transport
        for _ in range(3):
            data = rng.randbytes(rng.choice((1, 1000, 50_000, 300_000)))
            writer.write(data)
            if what == 3 and rng.random() < 0.3:
                writer.transport.abort()
                return
            assert await reader.readexactly(len(data)) == data
    writer.close()
    try:
        await writer.wait_closed()
    except TROUBLE:
        pass


async def member(me, ports, plain, barrier):
    rng = random.Random(seed * 100 + me)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0, ssl=SERVER)
    starting = await asyncio.start_server(upgrade, "127.0.0.1", 0)
    ports[me], plain[me] = server.sockets[0].getsockname()[1], starting.sockets[0].getsockname()[1]
    await loop.run_in_executor(None, barrier.wait)
    for _ in range(ROUNDS):
        other = rng.randrange(LOOPS)
        await asyncio.wait_for(asyncio.gather(*(talk(rng, ports[other], plain[other]) for _ in range(3))), 60)
    await loop.run_in_executor(None, barrier.wait)
    for s in (server, starting):
        s.close()
        s.abort_clients()
    await asyncio.sleep(0.01)


def look():
    rng = random.Random(seed)
    while not done.is_set():
        t = transports[rng.randrange(8)]
        if t is None:
            continue
        for ask in (t.is_closing, t.is_reading, t.get_write_buffer_size, t.get_read_buffer_size, t.get_write_buffer_limits, t.get_protocol,
                    lambda: t.get_extra_info("cipher"), lambda: t.get_extra_info("peercert"), lambda: t.get_extra_info("peername")):
            ask()
        o = t.get_extra_info("ssl_object")
        if o is not None:
            for ask in (o.version, o.cipher, o.pending, o.getpeercert, o.get_channel_binding, o.selected_alpn_protocol, o.shared_ciphers, lambda: o.session):
                try:
                    ask()
                except (ssl.SSLError, ValueError):
                    pass
        try:
            t.write(b"")                # of a loop that another thread runs
            t.pause_reading()
            t.resume_reading()
        except RuntimeError:
            pass
        done.wait(0.002)


def change():
    while not done.is_set():
        for c in (CLIENT, SERVER):
            c.set_ciphers("HIGH")
            c.options |= ssl.OP_NO_COMPRESSION
        done.wait(0.01)


failures = []


def run(me):
    try:
        asyncio.run(member(me, ports, plain, barrier))
    except BaseException as e:
        failures.append(repr(e))
        barrier.abort()
        raise


ports, plain, barrier = [0] * LOOPS, [0] * LOOPS, threading.Barrier(LOOPS)
run_beside([threading.Thread(target=run, args=(me,)) for me in range(LOOPS)], [threading.Thread(target=f) for f in (look, change)], done)
print(failures)                 # expect: []
