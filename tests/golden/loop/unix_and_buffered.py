# SPDX-License-Identifier: MIT
# Unix sockets and BufferedProtocol; set_protocol while connected; writelines of all kinds of data.
import asyncio


class Upper(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, bytearray(7)

    def get_buffer(self, hint):
        return self.buffer

    def buffer_updated(self, n):
        data = bytes(self.buffer[:n]).upper()
        if b"!" in data:
            self.transport.write(data)
            self.transport.set_protocol(Plain(self.transport))
        else:
            self.transport.write(data)


class Plain(asyncio.Protocol):
    def __init__(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.writelines([b"<", bytearray(data), b"", memoryview(b"x>y")[1:2]])


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(Upper, "./sock")
    r, w = await asyncio.open_unix_connection("./sock")
    w.write(b"hello, world")
    print(await r.readexactly(12))      # expect: b'HELLO, WORLD'
    w.write(b"now!")
    print(await r.readexactly(4))       # expect: b'NOW!'
    w.write(bytearray(b"plain"))
    print(await r.readexactly(7))       # expect: b'<plain>'
    for bad in ("text", 5, None):
        try:
            w.write(bad)
        except TypeError as e:
            print(str(e)[:55])
    # expect: data argument must be a bytes, bytearray, or memoryview
    # expect: data argument must be a bytes, bytearray, or memoryview
    # expect: data argument must be a bytes, bytearray, or memoryview
    w.close()
    await w.wait_closed()
    server.close()
    await server.wait_closed()


asyncio.run(main())
