# SPDX-License-Identifier: MIT
# Datagram endpoints over UDP (IPv4, IPv6) and Unix sockets: with and without a fixed peer, addresses that are not the peer's, bad arguments, extra information,
# closing.
import asyncio
import os
import socket
import tempfile


class P(asyncio.DatagramProtocol):
    def __init__(self):
        self.got = asyncio.Queue()
        self.told = []
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.told.append("made")
        self.transport = transport

    def datagram_received(self, data, addr):
        self.got.put_nowait((data, addr))

    def error_received(self, exc):
        self.told.append(type(exc).__name__)

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def both(name, family, address):
    loop = asyncio.get_running_loop()
    server, s = await loop.create_datagram_endpoint(P, local_addr=address, family=family)
    here = server.get_extra_info("sockname")
    client, c = await loop.create_datagram_endpoint(P, remote_addr=here[:2], family=family)
    print(name, s.told, client.get_extra_info("peername") == here, server.get_extra_info("peername"), client.get_extra_info("socket").family.name)
    for data in (b"one", bytearray(b"two"), memoryview(b"three")[1:], b"", type("B", (bytes,), {})(b"four")):
        client.sendto(data)
    for _ in range(5):
        data, addr = await s.got.get()
        print(type(data).__name__, data, addr == client.get_extra_info("sockname"))
        server.sendto(b"re " + data, addr)
    print([(await c.got.get())[0] for _ in range(5)])
    client.sendto(b"to whom", here)
    client.sendto(b"large" * 10000, None)
    print((await s.got.get())[0], len((await s.got.get())[0]))
    try:
        client.sendto(b"x", ("127.0.0.1", 1))
    except ValueError as e:
        print("ValueError", str(e).startswith("Invalid address: must be None or ("))
    for bad in ("str", None, [1]):
        try:
            client.sendto(bad)
        except TypeError as e:
            print(e)
    # More than a datagram may hold is the protocol's business.
    client.sendto(b"x" * 70000)
    print(c.told, client.is_closing(), client.get_write_buffer_size())
    client.close()
    client.close()
    print(client.is_closing(), c.lost.done(), await c.lost)
    client.sendto(b"nobody")
    server.abort()
    print(await s.lost, s.got.qsize())


async def unix():
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as d:
        a, b = os.path.join(d, "a"), os.path.join(d, "b")
        server, s = await loop.create_datagram_endpoint(P, local_addr=a, family=socket.AF_UNIX)
        client, c = await loop.create_datagram_endpoint(P, local_addr=b, remote_addr=a, family=socket.AF_UNIX)
        client.sendto(b"named")
        data, addr = await s.got.get()
        print("unix", data, addr == b)
        server.sendto(data * 2, addr)
        print((await c.got.get())[0])
        nameless, n = await loop.create_datagram_endpoint(P, remote_addr=a, family=socket.AF_UNIX)
        nameless.sendto(b"nameless")
        print(await s.got.get())
        server.sendto(b"x", os.path.join(d, "nobody"))
        server.sendto(b"x", b)
        print(s.told, (await c.got.get())[0])
        for t in (server, client, nameless):
            t.close()
        await asyncio.gather(s.lost, c.lost, n.lost)


async def own_socket():
    loop = asyncio.get_running_loop()
    x, y = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    t, p = await loop.create_datagram_endpoint(P, sock=x)
    y.send(b"pair")
    print("sock", await p.got.get())
    print(x.gettimeout())
    try:
        loop.add_reader(x, print)
    except RuntimeError as e:
        print("used by transport" in str(e))
    t.close()
    await p.lost
    print(x.fileno())
    y.close()


async def options():
    loop = asyncio.get_running_loop()
    one, a = await loop.create_datagram_endpoint(P, local_addr=("127.0.0.1", 0), reuse_port=True)
    two, b = await loop.create_datagram_endpoint(P, local_addr=one.get_extra_info("sockname"), reuse_port=True, allow_broadcast=True)
    print(two.get_extra_info("sockname") == one.get_extra_info("sockname"))
    print([t.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST) for t in (one, two)])
    for t, p in ((one, a), (two, b)):
        t.close()
        await p.lost
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        for kw in ({"sock": s}, {}, {"local_addr": "here", "family": socket.AF_INET}, {"remote_addr": ("127.0.0.1", 1), "sock": s}):
            try:
                await loop.create_datagram_endpoint(P, **kw)
            except (ValueError, TypeError) as e:
                print(type(e).__name__, str(e)[:46])


async def main():
    await both("udp4", socket.AF_INET, ("127.0.0.1", 0))
    await both("udp6", socket.AF_INET6, ("::1", 0))
    await unix()
    await own_socket()
    await options()


asyncio.run(main())
# expect: udp4 ['made'] True None AF_INET
# expect: bytes b'one' True
# expect: bytes b'two' True
# expect: bytes b'hree' True
# expect: bytes b'' True
# expect: bytes b'four' True
# expect: [b're one', b're two', b're hree', b're ', b're four']
# expect: b'to whom' 50000
# expect: ValueError True
# expect: data argument must be a bytes-like object, not 'str'
# expect: data argument must be a bytes-like object, not 'NoneType'
# expect: data argument must be a bytes-like object, not 'list'
# expect: ['made', 'OSError'] False 0
# expect: True False None
# expect: None 0
# expect: udp6 ['made'] True None AF_INET6
# expect: bytes b'one' True
# expect: bytes b'two' True
# expect: bytes b'hree' True
# expect: bytes b'' True
# expect: bytes b'four' True
# expect: [b're one', b're two', b're hree', b're ', b're four']
# expect: b'to whom' 50000
# expect: ValueError True
# expect: data argument must be a bytes-like object, not 'str'
# expect: data argument must be a bytes-like object, not 'NoneType'
# expect: data argument must be a bytes-like object, not 'list'
# expect: ['made', 'OSError'] False 0
# expect: True False None
# expect: None 0
# expect: unix b'named' True
# expect: b'namednamed'
# expect: (b'nameless', None)
# expect: ['made', 'FileNotFoundError'] b'x'
# expect: sock (b'pair', None)
# expect: 0.0
# expect: True
# expect: -1
# expect: True
# expect: [0, 1]
# expect: ValueError A datagram socket was expected, got <socket.so
# expect: ValueError unexpected address family
# expect: TypeError 2-tuple is expected
# expect: ValueError A datagram socket was expected, got <socket.so
