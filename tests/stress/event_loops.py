# SPDX-License-Identifier: MIT
# Many loops in many threads: storms of call_soon_threadsafe on each other, timers, connections between them, cancelled handles, loops closed meanwhile.
# timeout: 120
import asyncio
import random
import sys
import threading

from _hammer import run_beside

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261
print("seed", seed, file=sys.stderr)
LOOPS, ROUNDS, POSTS = 4, 4, 600


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def traffic(port, rng):
    for _ in range(5):
        r, w = await asyncio.open_connection("127.0.0.1", port)
        data = rng.randbytes(rng.choice((1, 1000, 200000)))
        w.write(data)
        assert await r.readexactly(len(data)) == data
        if rng.random() < 0.3:
            w.transport.abort()
        else:
            w.close()
            await w.wait_closed()


async def member(me, loops, ports, barrier, counts, rng):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0)
    loops[me], ports[me] = loop, server.sockets[0].getsockname()[1]
    await loop.run_in_executor(None, barrier.wait)
    fired = 0

    def hit(k):
        counts[me][k] += 1

    def tick():
        nonlocal fired
        fired += 1

    async def storm():
        for i in range(POSTS):
            other = rng.randrange(LOOPS)
            h = loops[other].call_soon_threadsafe(counts_hit[other], me)
            if i % 50 == 0:
                loop.call_later(rng.random() / 100, tick)
                loop.call_later(rng.random() / 100, tick).cancel()
                await asyncio.sleep(0)
            if i % 97 == 0:
                g = loops[other].call_soon_threadsafe(print, "cancelled in time, or not")
                g.cancel()
                g.cancelled(), repr(h), h._callback, h._args

    counts_hit[me] = hit
    await loop.run_in_executor(None, barrier.wait)
    await asyncio.gather(storm(), traffic(ports[(me + 1) % LOOPS], rng), traffic(ports[me], rng))
    await loop.run_in_executor(None, barrier.wait)
    await asyncio.sleep(0.02)
    assert fired == POSTS // 50, fired
    await loop.run_in_executor(None, barrier.wait)
    server.close()
    server.close_clients()
    await server.wait_closed()


def run(me, loops, ports, barrier, counts, n):
    with asyncio.Runner() as runner:
        runner.run(member(me, loops, ports, barrier, counts, random.Random(seed * 1000 + me * 10 + n)))


class Quiet:
    """print() of handles that were not cancelled in time."""
    def write(self, text):
        pass

    def flush(self):
        pass


total, out = 0, sys.stdout
sys.stdout = Quiet()
for n in range(ROUNDS):
    loops, ports, barrier = [None] * LOOPS, [0] * LOOPS, threading.Barrier(LOOPS)
    counts, counts_hit = [[0] * LOOPS for _ in range(LOOPS)], [None] * LOOPS
    threads = [threading.Thread(target=run, args=(i, loops, ports, barrier, counts, n)) for i in range(LOOPS)]
    # Somebody who posts to loops that come and go.
    stop = threading.Event()

    def pest():
        while not stop.is_set():
            for l in loops:
                if l is not None:
                    try:
                        l.call_soon_threadsafe(int)
                    except RuntimeError:
                        pass
    pests = [threading.Thread(target=pest) for _ in range(2)]
    run_beside(threads, pests, stop)
    total += sum(map(sum, counts))
sys.stdout = out
print(total == ROUNDS * LOOPS * POSTS)      # expect: True
