# SPDX-License-Identifier: MIT
# Large writes to a reader that does not read, and a reader that does not: nothing grows without a bound, all of it arrives.
# timeout: 60
import asyncio
import resource

from _faults import complaints, contexts, idle_cost

CLIENT, SERVER = contexts()
MB = 1 << 20


class Sink(asyncio.Protocol):
    def __init__(self):
        self.lost, self.made = (asyncio.get_running_loop().create_future() for _ in range(2))
        self.n, self.told = 0, []

    def connection_made(self, transport):
        self.transport = transport
        self.made.set_result(None)

    def data_received(self, data):
        self.n += len(data)

    def pause_writing(self):
        self.told.append("pause")

    def resume_writing(self):
        self.told.append("resume")

    def connection_lost(self, exc):
        self.lost.set_result(exc)


class Buffered(Sink, asyncio.BufferedProtocol):
    buffer = bytearray(1000)

    def get_buffer(self, hint):
        return self.buffer

    def buffer_updated(self, n):
        self.n += n


async def pair(loop, factory=Sink):
    accepted = []

    def accept():
        accepted.append(factory())
        return accepted[-1]
    server = await loop.create_server(accept, "127.0.0.1", 0, ssl=SERVER)
    t, p = await loop.create_connection(Sink, *server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    await accepted[0].made
    server.close()
    return t, p, accepted[0].transport, accepted[0]


async def until(condition, seconds=10):
    end = asyncio.get_running_loop().time() + seconds
    while not condition() and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.002)
    return condition()


async def main():
    loop = asyncio.get_running_loop()
    told = complaints(loop)
    for factory in (Sink, Buffered):
        t, p, s, q = await pair(loop, factory)
        s.pause_reading()
        sent = 0
        while p.told[-1:] != ["pause"]:
            t.write(bytes(MB))
            sent += MB
            await asyncio.sleep(0.05)
        print(sent < 30 * MB, q.n)
        # What the other end has taken and keeps is bounded, too.
        print(0 < s.get_read_buffer_size() <= 3 * 256 * 1024, s.is_reading())
        print(await idle_cost() < 0.5)
        s.resume_reading()
        print(await until(lambda: q.n == sent), p.told[-1], t.get_write_buffer_size(), s.get_read_buffer_size())
        t.write(b"more")
        print(await until(lambda: q.n == sent + 4))
        t.close()
        print(await p.lost, await q.lost)
    # expect: True 0
    # expect: True False
    # expect: True
    # expect: True resume 0 0
    # expect: True
    # expect: None None
    # expect: True 0
    # expect: True False
    # expect: True
    # expect: True resume 0 0
    # expect: True
    # expect: None None

    # A giant write, read by a program that stops and goes on; with limits of its own.
    t, p, s, q = await pair(loop)
    t.set_write_buffer_limits(high=100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = memoryview(b"." * (100 * MB))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before      # 100 MiB, more where memory has a shadow
    t.write(data)
    for _ in range(5):
        s.pause_reading()
        await asyncio.sleep(0.005)
        s.resume_reading()
        await asyncio.sleep(0.005)
    print(await until(lambda: q.n == 100 * MB, 30))         # expect: True
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 5 * own)     # expect: True

    # Many small pieces at once.
    t.writelines(bytes([i % 251]) * (i % 50) for i in range(20_000))
    print(await until(lambda: q.n == 100 * MB + sum(i % 50 for i in range(20_000))))    # expect: True
    s.close()
    print(await p.lost, await q.lost, told)                 # expect: None None []

    # drain() of a stream waits for a slow reader.
    got = loop.create_future()

    async def slow(reader, writer):
        await asyncio.sleep(0.1)
        n = 0
        while data := await reader.read(100_000):
            n += len(data)
        got.set_result(n)
        writer.close()
    server = await asyncio.start_server(slow, "127.0.0.1", 0, ssl=SERVER)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    for _ in range(20):
        writer.write(bytes(MB))
        await writer.drain()
    writer.close()
    await writer.wait_closed()
    print(await got)                                        # expect: 20971520
    server.close()
    await server.wait_closed()


asyncio.run(main())
