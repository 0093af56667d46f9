# SPDX-License-Identifier: MIT
# A protocol's callback that raises ends its TLS connection, is reported once, and the loop goes on.
# timeout: 60
import asyncio

from _faults import complaints, contexts, open_files, settled

CLIENT, SERVER = contexts()


class P(asyncio.Protocol):
    def __init__(self, bad=""):
        self.bad, self.lost = bad, asyncio.get_running_loop().create_future()

    def does(self, what):
        if self.bad == what:
            raise ZeroDivisionError(what)

    def connection_made(self, transport):
        self.transport = transport
        self.does("connection_made")

    def data_received(self, data):
        self.does("data_received")
        self.transport.write(data)

    def eof_received(self):
        self.does("eof_received")

    def pause_writing(self):
        self.does("pause_writing")

    def resume_writing(self):
        self.does("resume_writing")

    def connection_lost(self, exc):
        self.lost.set_result(exc)
        self.does("connection_lost")


class B(P, asyncio.BufferedProtocol):
    buffer = bytearray(100_000)

    def get_buffer(self, hint):
        self.does("get_buffer")
        return self.buffer if self.bad != "empty" else bytearray()

    def buffer_updated(self, n):
        self.does("buffer_updated")
        self.transport.write(self.buffer[:n])


async def echo(loop, server, size, factory=P):
    t, p = await loop.create_connection(factory, *server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    t.write(bytes(size))
    await asyncio.sleep(0.02)
    t.close()
    await asyncio.wait_for(p.lost, 10)


async def main():
    loop = asyncio.get_running_loop()
    told = complaints(loop)
    files = open_files()
    for factory, size, what in ((P, 10, "connection_made"), (P, 10, "data_received"), (P, 10, "eof_received"), (P, 10, "connection_lost"), (B, 10, "get_buffer"),
                                (B, 10, "buffer_updated")):
        accepted = []

        def accept():
            accepted.append(factory(what))
            return accepted[-1]
        server = await loop.create_server(accept, "127.0.0.1", 0, ssl=SERVER)
        try:
            await echo(loop, server, size)
        except ConnectionError:
            pass
        e = await asyncio.wait_for(accepted[0].lost, 10)
        await asyncio.sleep(0.01)
        print(what, repr(e), *(line for line in told if not line.startswith("Exception in callback")))
        print(*(line.split("(")[0].split(".")[0] for line in told if line.startswith("Exception in callback")))
        told.clear()
        server.close()
        await server.wait_closed()
    # expect: connection_made ZeroDivisionError('connection_made') Fatal error: protocol.buffer_updated() call failed.: ZeroDivisionError('connection_made')
    # expect:
    # expect: data_received ZeroDivisionError('data_received') Fatal error on SSL protocol: ZeroDivisionError('data_received')
    # expect:
    # expect: eof_received ZeroDivisionError('eof_received') Error calling eof_received(): ZeroDivisionError('eof_received')
    # expect:
    # expect: connection_lost None
    # expect: Exception in callback P
    # expect: get_buffer ZeroDivisionError('get_buffer') Fatal error on SSL protocol: ZeroDivisionError('get_buffer')
    # expect:
    # expect: buffer_updated ZeroDivisionError('buffer_updated') Fatal error on SSL protocol: ZeroDivisionError('buffer_updated')
    # expect:

    # The client's: its caller gets what connection_made raises.
    server = await loop.create_server(P, "127.0.0.1", 0, ssl=SERVER)
    try:
        await echo(loop, server, 1, lambda: P("connection_made"))
    except ZeroDivisionError as e:
        print("raised", e)                          # expect: raised connection_made
    await asyncio.sleep(0.01)
    print(told)                                     # expect: ["Fatal error: protocol.buffer_updated() call failed.: ZeroDivisionError('connection_made')"]
    told.clear()

    # Those of flow control are reported, the connection goes on.
    t, p = await loop.create_connection(lambda: P("pause_writing"), *server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    t.set_write_buffer_limits(high=1)
    for _ in range(30):
        t.write(bytes(1_000_000))
    print(told[0], t.is_closing())                  # expect: protocol.pause_writing() failed: ZeroDivisionError('pause_writing') False
    t.abort()
    print(await p.lost)                             # expect: None
    server.close()
    await server.wait_closed()
    del t, p
    print(await settled(files))                     # expect: settled


asyncio.run(main())
