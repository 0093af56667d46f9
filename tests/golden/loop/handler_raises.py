# SPDX-License-Identifier: MIT
# What a callback or a protocol raises goes to the loop's exception handler; the loop goes on.
import asyncio

seen = []


class Bad(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data == b"boom":
            raise ValueError("from data_received")
        self.transport.write(data)

    def connection_lost(self, exc):
        seen.append(("lost", repr(exc)))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda l, c: seen.append((c["message"].split(" at ")[0], repr(c["exception"]))))
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    server = await loop.create_server(Bad, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"hello")
    print(await r.read(5))              # expect: b'hello'
    w.write(b"boom")
    print(await r.read())               # expect: b''
    w.close()
    await w.wait_closed()
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"again")
    print(await r.read(5))              # expect: b'again'
    w.close()
    await w.wait_closed()
    server.close()
    await asyncio.wait_for(server.wait_closed(), 5)


asyncio.run(main())
for s in seen:
    print(*s)
# expect: Exception in callback main.<locals>.<lambda>() ZeroDivisionError('division by zero')
# expect: Fatal error: protocol.data_received() call failed. ValueError('from data_received')
# expect: lost ValueError('from data_received')
# expect: lost None
