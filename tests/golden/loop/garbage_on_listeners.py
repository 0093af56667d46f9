# Garbage, nothing at all, half a greeting and gigantic messages at listening sockets: TCP, Unix, TLS and datagrams. Each gets its answer or
# a closed connection; afterwards nothing is left behind, nothing spins, and a decent client is served.
# timeout: 120
import asyncio
import random
import socket
import ssl
import struct

from _faults import close, idle_cost, open_files, over_each_transport, settled

LIMIT = 1 << 16
rng = random.Random(7)
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"      # the start of a ClientHello, its 512 bytes never come
GARBAGE = [
    b"",
    b"\n",
    b"\0" * 5,
    rng.randbytes(1),
    rng.randbytes(1000),
    rng.randbytes(200_000),
    b"GET / HTTP/1.1\r\n\r\n",
    b"x" * (LIMIT * 3),                                     # a line without end
    HELLO,
    HELLO + rng.randbytes(600),
    b"\x16\x03\x01\xff\xff" + b"\xff" * 65535,              # a record larger than any may be
    b"\x15\x03\x03\x00\x02\x02\x28",                        # an alert before the handshake
    b"\x17\x03\x03\x00\x00" * 1000,                         # empty records
    struct.pack(">I", 0xffffffff) + b"x" * 10,              # a frame that claims 4 GiB
    struct.pack(">I", 0) * 1000,                            # frames of nothing
]


async def frames(reader, writer):
    """Echoes frames: four bytes of length, then as many bytes. Anything wrong ends the connection."""
    try:
        while True:
            n = struct.unpack(">I", await reader.readexactly(4))[0]
            if n > 1_000_000:
                break
            writer.write(struct.pack(">I", n) + await reader.readexactly(n))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        pass
    await close(writer)


async def lines(reader, writer):
    try:
        while line := await reader.readline():              # ValueError when it is longer than the limit
            writer.write(line)
            await writer.drain()
    except (ValueError, ConnectionError, ssl.SSLError):
        pass
    await close(writer)


async def throw(family, address, data, manner):
    """One bad client: sends data, then goes as `manner` says."""
    loop = asyncio.get_running_loop()
    with socket.socket(family) as s:
        s.setblocking(False)
        await loop.sock_connect(s, address)
        try:
            await loop.sock_sendall(s, data)
            if manner == "half-close":
                s.shutdown(socket.SHUT_WR)
                while await asyncio.wait_for(loop.sock_recv(s, 65536), 10):
                    pass
            elif manner == "reset" and family == socket.AF_INET:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (ConnectionError, TimeoutError) as e:
            if isinstance(e, TimeoutError):
                return "no end"
    return None


async def decent(connect, address, framed):
    reader, writer = await connect(address)
    message = struct.pack(">I", 100_000) + b"m" * 100_000 if framed else b"m" * 1000 + b"\n"
    writer.write(message)
    same = await reader.readexactly(len(message)) == message
    await close(writer)
    return same


async def streams(handler, name, start, connect):
    family = socket.AF_UNIX if name == "unix" else socket.AF_INET
    server = await start(handler)
    address = server.sockets[0].getsockname()
    files = open_files()
    bad = []
    for manner in ("close", "half-close", "reset"):
        bad += [x for x in await asyncio.gather(*[throw(family, address, g, manner) for g in GARBAGE]) if x]
    print(name, bad, await settled(files), await idle_cost() < 0.5, await decent(connect, address, handler is frames))
    server.close()
    await server.wait_closed()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self):
        self.sizes = []

    def connection_made(self, transport):
        self.transport = transport

    def error_received(self, exc):
        print(exc.args)

    def datagram_received(self, data, addr):
        self.sizes.append(len(data))
        if addr:
            self.transport.sendto(data[:100], addr)


async def datagrams():
    loop = asyncio.get_running_loop()
    files = open_files()
    transport, protocol = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        address = transport.get_extra_info("sockname")
        for size in (0, 1, 65507, 0):
            await loop.sock_sendto(s, b"d" * size, address)
            print(size, len(await asyncio.wait_for(loop.sock_recv(s, 70000), 5)))
        transport.sendto(b"d" * 70000, s.getsockname())         # more than any datagram can be
    transport.close()
    await asyncio.sleep(0)
    print(protocol.sizes, await settled(files))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)      # a failed handshake is told there
    for kind in (lines, frames):
        await over_each_transport(lambda *args: streams(kind, *args), handshake=2, limit=LIMIT)
    # expect: tcp [] settled True True
    # expect: unix [] settled True True
    # expect: tls [] settled True True
    # expect: tcp [] settled True True
    # expect: unix [] settled True True
    # expect: tls [] settled True True
    await datagrams()
    # expect: 0 0
    # expect: 1 1
    # expect: 65507 100
    # expect: 0 0
    # expect: (90, 'Message too long')
    # expect: [0, 1, 65507, 0] settled


asyncio.run(main())
