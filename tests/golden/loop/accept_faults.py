# SPDX-License-Identifier: MIT
# Connections that are reset or closed before they are accepted, and garbage at the same time, do not disturb the others; the same in debug mode; a server that is
# closed by a callback between two connections; SystemExit out of a protocol factory ends the loop.
import asyncio
import logging
import socket
import struct
import time

logging.getLogger("asyncio").setLevel(logging.ERROR)


class Echo(asyncio.Protocol):
    made = lost = 0

    def connection_made(self, transport):
        Echo.made += 1
        self.transport = transport
        transport.get_extra_info("sockname")

    def data_received(self, data):
        self.transport.write(data)

    def connection_lost(self, exc):
        Echo.lost += 1


def connect(address, reset=False):
    s = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    s.connect(address)
    if reset:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return s


async def disturbed(server):
    loop = asyncio.get_running_loop()
    address = server.sockets[0].getsockname()
    Echo.made = Echo.lost = 0
    good = []
    for i in range(8):
        connect(address, reset=True).close()
        connect(address).close()
        good.append(connect(address))
        good[-1].sendall(b"%d" % i)
    for s in good:
        s.setblocking(False)
    print([await asyncio.wait_for(loop.sock_recv(s, 10), 10) for s in good])
    for s in good:
        s.close()
    end = loop.time() + 10
    while (Echo.lost < Echo.made or Echo.made < 24) and loop.time() < end:
        await asyncio.sleep(0.001)
    print(Echo.made, Echo.lost)
    server.close()
    await server.wait_closed()


async def main():
    loop = asyncio.get_running_loop()
    told = []
    loop.set_exception_handler(lambda l, c: told.append(c["message"]))
    for debug in (False, True):
        loop.set_debug(debug)
        await disturbed(await loop.create_server(Echo, "127.0.0.1", 0))
        await disturbed(await loop.create_unix_server(Echo, "s%d" % debug))
    loop.set_debug(False)
    # expect: [b'0', b'1', b'2', b'3', b'4', b'5', b'6', b'7']
    # expect: 24 24
    # expect: [b'0', b'1', b'2', b'3', b'4', b'5', b'6', b'7']
    # expect: 24 24
    # expect: [b'0', b'1', b'2', b'3', b'4', b'5', b'6', b'7']
    # expect: 24 24
    # expect: [b'0', b'1', b'2', b'3', b'4', b'5', b'6', b'7']
    # expect: 24 24

    class Closes(asyncio.Protocol):
        def connection_made(self, transport):
            server.close()
            transport.write(b"closing")
            transport.close()

    server = await loop.create_server(Closes, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    with connect(address) as s:
        await asyncio.wait_for(server.wait_closed(), 10)
        print(s.recv(10), server.sockets)           # expect: b'closing' ()
        try:
            connect(address)
        except ConnectionRefusedError:
            print("refused")                        # expect: refused
    print(told)                                     # expect: []


async def exits():
    def factory():
        raise SystemExit(3)

    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
    with connect(server.sockets[0].getsockname()):
        await asyncio.sleep(10)


asyncio.run(main())
began = time.monotonic()
try:
    asyncio.run(exits())
except SystemExit as e:
    print("exit", e.code, time.monotonic() - began < 5)     # expect: exit 3 True
