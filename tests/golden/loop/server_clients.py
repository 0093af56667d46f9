# SPDX-License-Identifier: MIT
# A server and its connections: bursts, what a transport knows of them before and after its end, factories that raise or close the server, closing and aborting
# clients, waiting for the end, a listening socket whose accept() is the program's.
import asyncio
import socket


class Echo(asyncio.Protocol):
    all = []

    def __init__(self):
        self.lost = asyncio.get_running_loop().create_future()
        self.all.append(self)

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    def connection_lost(self, exc):
        self.lost.set_result(exc)


class Buffered(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, bytearray(100)

    def get_buffer(self, hint):
        return self.buffer

    def buffer_updated(self, n):
        self.transport.write(b"buffered " + self.buffer[:n])


async def ask(address, data=b"hello"):
    r, w = await (asyncio.open_unix_connection(address) if isinstance(address, str) else asyncio.open_connection(*address[:2]))
    w.write(data)
    answer = await r.read(100)
    w.close()
    return answer


def address_of(server):
    return server.sockets[0].getsockname()


async def burst(name, server):
    address = address_of(server)
    Echo.all.clear()
    socks = []
    for i in range(60):
        s = socket.socket(server.sockets[0].family)
        s.connect(address)
        s.sendall(b"%d" % i)
        socks.append(s)
    loop = asyncio.get_running_loop()
    got = []
    for s in socks:
        s.setblocking(False)
        got.append(await loop.sock_recv(s, 100))
    print(name, got == [b"%d" % i for i in range(60)], len(Echo.all))
    for s in socks:
        s.close()
    await asyncio.gather(*(p.lost for p in Echo.all))
    server.close()
    await server.wait_closed()
    # expect: tcp True 60
    # expect: unix True 60


async def knows():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0)
    Echo.all.clear()
    s = socket.create_connection(address_of(server))
    mine, theirs = s.getsockname(), s.getpeername()
    while not Echo.all:
        await asyncio.sleep(0.001)
    p = Echo.all[0]
    await asyncio.sleep(0)
    t = p.transport
    print(t.get_extra_info("peername") == mine, t.get_extra_info("sockname") == theirs, t.get_extra_info("nothing", 7))      # expect: True True 7
    sock = t.get_extra_info("socket")
    print(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), sock.gettimeout(), sock.type.name, sock.fileno() > 0)     # expect: 1 0 SOCK_STREAM True
    s.close()
    print(await p.lost)                             # expect: None
    await asyncio.sleep(0)
    print(t.get_extra_info("peername") == mine, t.get_extra_info("sockname") == theirs, t.get_extra_info("socket").fileno())  # expect: True True -1
    # The same when nobody has asked before.
    s = socket.create_connection(theirs)
    mine = s.getsockname()
    s.close()
    while len(Echo.all) < 2 or not Echo.all[1].lost.done():
        await asyncio.sleep(0.001)
    t = Echo.all[1].transport
    print(t.get_extra_info("peername") == mine, t.get_extra_info("sockname") == theirs, t.get_extra_info("socket").fileno())  # expect: True True -1
    server.close()
    await server.wait_closed()


async def ends():
    loop = asyncio.get_running_loop()
    for how in ("close_clients", "abort_clients"):
        Echo.all.clear()
        server = await loop.create_server(Echo, "127.0.0.1", 0, start_serving=False)
        print(server.is_serving())                  # expect: False
        await server.start_serving()
        socks = [socket.create_connection(address_of(server)) for _ in range(3)]
        while len(Echo.all) < 3:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        waits = asyncio.create_task(server.wait_closed())
        await asyncio.sleep(0.01)
        server.close()
        await asyncio.sleep(0.01)
        print(how, server.is_serving(), server.sockets, waits.done())
        getattr(server, how)()
        await waits
        print([await p.lost for p in Echo.all])
        for s in socks:
            s.close()
    # expect: close_clients False () False
    # expect: [None, None, None]
    # expect: False
    # expect: abort_clients False () False
    # expect: [None, None, None]
    async with await loop.create_server(Echo, "127.0.0.1", 0) as server:
        task = asyncio.create_task(server.serve_forever())
        print(await ask(address_of(server)))        # expect: b'hello'
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled", server.is_serving())     # expect: cancelled False


async def factories():
    loop = asyncio.get_running_loop()
    told = []
    loop.set_exception_handler(lambda l, c: told.append(c["message"]))
    makes = []

    def factory():
        makes.append(1)
        if len(makes) == 1:
            raise ZeroDivisionError
        if len(makes) == 2:
            return Buffered()
        return Echo()

    server = await loop.create_server(factory, "127.0.0.1", 0)
    address = address_of(server)
    print(await ask(address), await ask(address), await ask(address), told)     # expect: b'' b'buffered hello' b'hello' []
    server.close()
    await server.wait_closed()
    loop.set_exception_handler(None)


class Own(socket.socket):
    count = 0

    def accept(self):
        conn, address = super().accept()
        Own.count += 1
        return conn, address


async def own():
    sock = Own(socket.AF_INET, socket.SOCK_STREAM)
    sock.bind(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(Echo, sock=sock)
    print(await ask(address_of(server)), Own.count)     # expect: b'hello' 1
    server.close()
    await server.wait_closed()


async def main():
    loop = asyncio.get_running_loop()
    await burst("tcp", await loop.create_server(Echo, "127.0.0.1", 0))
    await burst("unix", await loop.create_unix_server(Echo, "s"))
    await knows()
    await ends()
    await factories()
    await own()


asyncio.run(main())
