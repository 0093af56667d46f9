# SPDX-License-Identifier: MIT
# Loops whose descriptors are watched, waited for and given up by their own threads, while other threads call the same methods: they are refused with
# RuntimeError, or the loop runs no more and its descriptors are closed; nothing else may happen.
# timeout: 120
import asyncio
import random
import socket
import sys
import threading

from _hammer import run_beside

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20263
print("seed", seed, file=sys.stderr)
LOOPS, ROUNDS, MESSAGES = 3, 3, 150


async def echo(loop, sock):
    while data := await loop.sock_recv(sock, 1000):
        await loop.sock_sendall(sock, data)


class Back(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


class Answers(asyncio.DatagramProtocol):
    def __init__(self):
        self.got = asyncio.Queue()

    def datagram_received(self, data, addr):
        self.got.put_nowait(data)


async def member(me, shared, rng):
    loop = asyncio.get_running_loop()
    a, b = socket.socketpair()
    for s in (a, b):
        s.setblocking(False)
    shared[me] = loop, a.fileno()
    task = asyncio.create_task(echo(loop, b))
    server, _ = await loop.create_datagram_endpoint(Back, local_addr=("127.0.0.1", 0))
    client, answers = await loop.create_datagram_endpoint(Answers, remote_addr=server.get_extra_info("sockname"))
    for i in range(MESSAGES):
        data = b"%d" % i
        client.sendto(data)
        await loop.sock_sendall(a, data)
        if rng.random() < 0.2:
            t = asyncio.create_task(loop.sock_recv(a, 0))
            await asyncio.sleep(0)
            t.cancel()
            await asyncio.gather(t, return_exceptions=True)
        assert await loop.sock_recv(a, 1000) == data
        assert await answers.got.get() == data
        loop.add_writer(a, int)
        if rng.random() < 0.5:
            await asyncio.sleep(0)
        assert loop.remove_writer(a)
    shared[me] = None
    server.close()
    client.close()
    a.close()
    b.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return MESSAGES


done = [0] * LOOPS


def run(me, shared, n):
    with asyncio.Runner() as runner:
        done[me] += runner.run(member(me, shared, random.Random(seed * 1000 + me * 10 + n)))


def pest(shared, stop):
    while not stop.is_set():
        for entry in list(shared):
            if entry is None:
                continue
            loop, fd = entry
            for what in (lambda: loop._add_reader(fd, print, "never"), lambda: loop._remove_writer(fd), lambda: loop._wait_fd(fd, 1), lambda: loop._watched(),
                         lambda: loop._selector):
                try:
                    what()
                except (RuntimeError, OSError):
                    pass


for n in range(ROUNDS):
    shared, stop = [None] * LOOPS, threading.Event()
    threads = [threading.Thread(target=run, args=(i, shared, n)) for i in range(LOOPS)]
    pests = [threading.Thread(target=pest, args=(shared, stop)) for _ in range(2)]
    run_beside(threads, pests, stop)
print(done == [MESSAGES * ROUNDS] * LOOPS)          # expect: True
