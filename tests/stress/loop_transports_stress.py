# SPDX-License-Identifier: MIT
# Transports of datagrams and pipes, and servers with their connections, used by the threads of their loops, while other threads call the same methods: they are refused with RuntimeError, or look; nothing
# else may happen.
# timeout: 120
import asyncio
import itertools
import os
import random
import socket
import struct
import sys
import tempfile
import threading

from _hammer import run_beside

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 4711
print("seed", seed, file=sys.stderr)
LOOPS, ROUNDS, MESSAGES = 3, 2, 200
names = itertools.count()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, back):
        self.back, self.got, self.lost = back, asyncio.Queue(), asyncio.get_running_loop().create_future()
        self.may_send = asyncio.Event()
        self.may_send.set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        if self.back:
            self.transport.sendto(data, addr)
        else:
            self.got.put_nowait(data)

    def pause_writing(self):
        self.may_send.clear()

    def resume_writing(self):
        self.may_send.set()

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def datagrams(shared, me, rng, folder):
    """Through Unix sockets, which lose nothing and fill up."""
    loop = asyncio.get_running_loop()
    here, there = (os.path.join(folder, str(next(names))) for _ in range(2))
    server, s = await loop.create_datagram_endpoint(lambda: Datagrams(True), local_addr=here, family=socket.AF_UNIX)
    client, c = await loop.create_datagram_endpoint(lambda: Datagrams(False), local_addr=there, remote_addr=here, family=socket.AF_UNIX)
    client.set_write_buffer_limits(high=2000)
    shared[me] = client
    for i in range(MESSAGES):
        client.sendto(b"%d" % i if rng.random() < 0.9 else bytearray(b"%d" % i))
        await c.may_send.wait()
        if rng.random() < 0.1:
            await asyncio.sleep(0)
    for i in range(MESSAGES):
        assert await c.got.get() == b"%d" % i
    for transport, p in ((server, s), (client, c)):
        transport.close() if rng.random() < 0.5 else transport.abort()
        await p.lost
    shared[me] = None


class Pipe(asyncio.Protocol):
    def __init__(self):
        self.got, self.lost = 0, asyncio.get_running_loop().create_future()
        self.may_send = asyncio.Event()
        self.may_send.set()

    data_received = lambda self, data: setattr(self, "got", self.got + len(data))
    pause_writing = lambda self: self.may_send.clear()
    resume_writing = lambda self: self.may_send.set()
    connection_lost = lambda self, exc: self.lost.set_result(exc)


async def pipes(shared, me, rng, folder):
    loop = asyncio.get_running_loop()
    r, w = os.pipe()
    reader, rp = await loop.connect_read_pipe(Pipe, os.fdopen(r, "rb", 0))
    writer, wp = await loop.connect_write_pipe(Pipe, os.fdopen(w, "wb", 0))
    sent = 0
    for i in range(MESSAGES):
        shared[me] = rng.choice((reader, writer))
        n = rng.choice((1, 1000, 50000))
        writer.write(b"x" * n)
        sent += n
        await wp.may_send.wait()
        if rng.random() < 0.1:
            reader.pause_reading()
            await asyncio.sleep(0)
            reader.resume_reading()
    writer.close()
    await wp.lost
    await rp.lost
    assert rp.got == sent, (rp.got, sent)
    shared[me] = None


class Served(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def servers(shared, me, rng, folder):
    """Connections that come in bursts and go by themselves, reset, closed and aborted by the server."""
    loop = asyncio.get_running_loop()
    make = loop.create_unix_server(Served, os.path.join(folder, str(next(names)))) if rng.random() < 0.5 else loop.create_server(Served, "127.0.0.1", 0)
    server = await make
    address = server.sockets[0].getsockname()
    shared[me] = server
    for _ in range(10):
        socks = []
        for _ in range(rng.choice((1, 1, 10))):
            s = socket.socket(server.sockets[0].family)
            s.connect(address)
            s.setblocking(False)
            socks.append(s)
        for s in socks:
            if rng.random() < 0.7:
                await loop.sock_sendall(s, b"x")
                assert await loop.sock_recv(s, 10) == b"x"
            elif rng.random() < 0.5:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        what = rng.randrange(3)
        if what < 2:
            (server.close_clients if what else server.abort_clients)()
        for s in socks:
            s.close()
    server.close()
    server.close_clients()
    await server.wait_closed()
    shared[me] = None


def main():
    shared = [None] * LOOPS
    stop = threading.Event()

    def owner(me, folder):
        rng = random.Random(seed + me)
        for _ in range(ROUNDS):
            asyncio.run(datagrams(shared, me, rng, folder))
            asyncio.run(pipes(shared, me, rng, folder))
            asyncio.run(servers(shared, me, rng, folder))

    def pest(number):
        rng = random.Random(seed + 100 + number)
        while not stop.is_set():
            t = rng.choice(shared)
            if t is None:
                continue
            try:
                if isinstance(t, asyncio.Server):
                    t.is_serving(), t.sockets, len(t._clients)
                    rng.choice((t.close_clients, t.abort_clients))()
                elif rng.random() < 0.5:
                    repr(t), t.is_closing(), t.get_protocol(), t.get_write_buffer_size(), t.get_write_buffer_limits()
                else:
                    getattr(t, rng.choice(("sendto", "write")))(b"not a number")
            except (RuntimeError, AttributeError):      # another thread's loop, another kind of transport, or just closed
                continue

    with tempfile.TemporaryDirectory() as folder:
        run_beside([threading.Thread(target=owner, args=(i, folder)) for i in range(LOOPS)], [threading.Thread(target=pest, args=(i,)) for i in range(2)], stop)
    print("done")           # expect: done


main()
