# SPDX-License-Identifier: MIT
# Half-closed connections: write_eof after queued data; eof_received that keeps the connection open to answer.
import asyncio


class Answer(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data

    def eof_received(self):
        asyncio.get_running_loop().call_later(0.01, self.answer)
        return True

    def answer(self):
        self.transport.write(b"%d bytes" % len(self.data))
        self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answer, "127.0.0.1", 0)
    r, w = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    print(w.can_write_eof())            # expect: True
    w.write(b"x" * 3000000)
    w.write_eof()
    try:
        w.write(b"more")
    except RuntimeError as e:
        print(e)                        # expect: Cannot call write() after write_eof()
    try:
        w.writelines([b"more"])
    except RuntimeError as e:
        print(e)                        # expect: Cannot call writelines() after write_eof()
    print(await r.read())               # expect: b'3000000 bytes'
    w.close()
    await w.wait_closed()
    server.close()
    await server.wait_closed()


asyncio.run(main())
