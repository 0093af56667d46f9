# SPDX-License-Identifier: MIT
# What goes wrong with datagrams: a full peer and flow control, a peer that is not there, callbacks that raise, a socket closed behind the transport's back, an
# address that is none, closing with data waiting.
import asyncio
import itertools
import socket

numbers = itertools.count()


class P(asyncio.DatagramProtocol):
    def __init__(self):
        self.told, self.got = [], []
        self.lost = asyncio.get_running_loop().create_future()
        self.resumed = asyncio.Event()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.got.append(data)
        if data == b"raise":
            raise ZeroDivisionError("in datagram_received")

    def error_received(self, exc):
        self.told.append(type(exc).__name__)

    def pause_writing(self):
        self.told.append("pause")

    def resume_writing(self):
        self.told.append("resume")
        self.resumed.set()

    def connection_lost(self, exc):
        self.lost.set_result(type(exc).__name__)


async def pair():
    a, b = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
    name = "s%d" % next(numbers)
    b.bind(name)
    a.connect(name)
    b.setblocking(False)
    a.bind(name + "a")
    t, p = await asyncio.get_running_loop().create_datagram_endpoint(P, sock=a)
    return t, p, b


def a_name(transport):
    return transport.get_extra_info("sockname")


async def full():
    t, p, b = await pair()
    t.set_write_buffer_limits(high=4000, low=1000)
    sent = 0
    data = bytearray(b"%5d" % sent + b"." * 500)
    while "pause" not in p.told:
        data[:5] = b"%5d" % sent
        t.sendto(data)
        sent += 1
    print("full", t.get_write_buffer_size() > 4000, t.get_write_buffer_size() % 513, t.get_write_buffer_limits())    # expect: full True 0 (1000, 4000)
    await asyncio.sleep(0.02)
    print(p.told)                                   # expect: ['pause']
    got = []
    while not p.resumed.is_set():
        try:
            got.append(b.recv(1000))
        except BlockingIOError:
            pass
        await asyncio.sleep(0)
    print(p.told)                                   # expect: ['pause', 'resume']
    t.sendto(b"last")
    t.close()                                       # with some waiting
    while len(got) <= sent:
        try:
            got.append(b.recv(1000))
        except BlockingIOError:
            await asyncio.sleep(0)
    print([int(x[:5]) for x in got[:-1]] == list(range(sent)), got[-1], await p.lost)   # expect: True b'last' NoneType
    b.close()


async def aborted():
    t, p, b = await pair()
    while not t.get_write_buffer_size():
        t.sendto(b"x" * 1000)
    t.abort()
    print("aborted", t.get_write_buffer_size() >= 0, await p.lost)    # expect: aborted True NoneType
    b.close()


async def gone():
    t, p, b = await pair()
    b.close()
    t.sendto(b"x")
    await asyncio.sleep(0.01)
    print("gone", "ConnectionRefusedError" in p.told, t.is_closing())     # expect: gone True False
    t.close()
    await p.lost
    # UDP: the answer to one datagram is the next one's error.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        address = s.getsockname()
    t, p = await asyncio.get_running_loop().create_datagram_endpoint(P, remote_addr=address)
    t.sendto(b"x")
    await asyncio.sleep(0.05)
    print(p.told, t.is_closing())                   # expect: ['ConnectionRefusedError'] False
    t.close()
    await p.lost


async def raises():
    loop = asyncio.get_running_loop()
    told = []
    loop.set_exception_handler(lambda l, c: told.append((c["message"].split("Transport")[-1], repr(c["exception"]))))
    t, p, b = await pair()
    b.connect(a_name(t))
    b.send(b"raise")
    b.send(b"after")
    await asyncio.sleep(0.02)
    print(p.got, told, t.is_closing())    # expect: [b'raise', b'after'] [('._read_ready()', "ZeroDivisionError('in datagram_received')")] False
    told.clear()
    p.pause_writing = lambda: 1 / 0
    t.set_write_buffer_limits(high=0)
    while not t.get_write_buffer_size():
        t.sendto(b"x" * 1000)
    print(told)                                     # expect: [('protocol.pause_writing() failed', "ZeroDivisionError('division by zero')")]
    t.abort()
    await p.lost
    b.close()
    # An address that is none ends the transport.
    told.clear()
    t, p = await loop.create_datagram_endpoint(P, local_addr=("127.0.0.1", 0))
    t.sendto(b"x", ("127.0.0.1", "port"))
    print(told[0][0], told[0][1][:10], t.is_closing(), await p.lost)
    # expect: Fatal write error on datagram transport TypeError( True TypeError
    t, p = await loop.create_datagram_endpoint(P, local_addr=("127.0.0.1", 0))
    t.sendto(b"x", ("127.0.0.1", 0))                # no such port: the kernel says so
    print(p.told, t.is_closing())                   # expect: ['OSError'] False
    t.close()
    await p.lost
    loop.set_exception_handler(None)


async def closed_behind():
    t, p, b = await pair()
    sock = t._sock
    sock.close()
    t.sendto(b"x")
    print("closed behind", p.told)                  # expect: closed behind ['OSError']
    t.close()
    print(await p.lost)                             # expect: NoneType
    b.close()


async def many():
    loop = asyncio.get_running_loop()
    server, s = await loop.create_datagram_endpoint(P, local_addr=("127.0.0.1", 0))
    address = server.get_extra_info("sockname")
    clients = [await loop.create_datagram_endpoint(P, remote_addr=address) for _ in range(50)]
    for n in range(20):
        for i, (t, p) in enumerate(clients):
            t.sendto(b"%d %d" % (i, n))
        while len(s.got) < 50 * (n + 1):
            await asyncio.sleep(0)
    print("many", len(s.got), len(set(s.got)))      # expect: many 1000 1000
    for t, p in [*clients, (server, s)]:
        t.close()
        await p.lost


async def main():
    await full()
    await aborted()
    await gone()
    await raises()
    await closed_behind()
    await many()


asyncio.run(main())
