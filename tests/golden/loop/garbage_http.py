# SPDX-License-Identifier: MIT
# Garbage on a listening socket: random bytes, nothing, endless heads, a reset in between; the server goes on.
import asyncio
import random
import socket
import struct


async def on_stream(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"ok %d\n" % len(head))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    loop = asyncio.get_running_loop()
    rng = random.Random(7)
    server = await asyncio.start_server(on_stream, "127.0.0.1", 0, limit=8192)
    port = server.sockets[0].getsockname()[1]
    for i in range(60):
        s = socket.create_connection(("127.0.0.1", port))
        s.setblocking(False)
        if i % 4 != 3:
            try:
                await asyncio.wait_for(loop.sock_sendall(s, rng.randbytes(rng.choice((0, 1, 100, 60000)))), 5)
            except ConnectionError:
                pass
        if i % 3 == 0:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"GET / HTTP/1.1\r\n\r\n")
    print(await r.readline())           # expect: b'ok 18\n'
    w.close()
    await w.wait_closed()
    server.close()
    server.close_clients()
    await asyncio.wait_for(server.wait_closed(), 10)
    print("closed")                     # expect: closed


asyncio.run(main())
