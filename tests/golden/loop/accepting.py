# SPDX-License-Identifier: MIT
# A server goes on when its protocol factory raises, and a transport knows its addresses whenever it is asked: at once, or after the end only.
import asyncio
import socket
import struct

made = []


class P(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.gone = transport, asyncio.get_running_loop().create_future()
        made.append(self)

    def connection_lost(self, exc):
        self.gone.set_result((type(exc).__name__, self.transport.get_extra_info("peername")))


def factory():
    factory.calls += 1
    if factory.calls == 1:
        raise ValueError("not this one")
    return P()


async def main():
    factory.calls = 0
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    refused = socket.create_connection(address)
    await asyncio.sleep(0.05)
    refused.settimeout(5)
    print(refused.recv(1))                                          # expect: b''
    clients = [socket.create_connection(address) for _ in range(3)]
    while len(made) < 3:
        await asyncio.sleep(0.01)
    names = [c.getsockname() for c in clients]
    for p in made:
        t = p.transport
        print(t.get_extra_info("peername") in names, t.get_extra_info("nothing", "default"), t.get_extra_info("sslcontext"))
        # expect: True default None
        # expect: True default None
        # expect: True default None
        p.mine = t.get_extra_info("peername")
    t = made[0].transport
    s = t.get_extra_info("socket")
    print(type(s).__name__, s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), t.get_extra_info("sockname") == address)
    # expect: TransportSocket 1 True
    for c in clients:                                               # resets: nobody can be asked any more
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        c.close()
    print([await p.gone == ("ConnectionResetError", p.mine) for p in made])     # expect: [True, True, True]
    print([p.transport.get_extra_info("sockname") == address for p in made])    # expect: [True, True, True]
    server.close()
    await server.wait_closed()

asyncio.run(main())
