# SPDX-License-Identifier: MIT
# A connection that was reset is garbage in a cycle with a future that has its exception: the protocol's own finalizer, written in Python, runs before the
# future's, so nothing is reported as never retrieved.
import asyncio
import gc
import socket
import struct


async def serve(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main():
    reports = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reports.append(context["message"]))
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    for _ in range(8):
        s = socket.create_connection(server.sockets[0].getsockname())
        s.send(b"x")
        await asyncio.sleep(0.01)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()       # a reset
    await asyncio.sleep(0.05)
    gc.collect()
    print(reports)      # expect: []
    server.close()

asyncio.run(main())
