# SPDX-License-Identifier: MIT
# drain() waits for a slow reader and all of the data arrives, in order; a reader that pauses is not flooded.
import asyncio


async def main():
    done = asyncio.Event()
    total = 4 * 1024 * 1024

    async def serve(reader, writer):
        sent = 0
        for i in range(total // 65536):
            writer.write(bytes([i & 255]) * 65536)
            sent += 65536
            await writer.drain()
        writer.close()
        await writer.wait_closed()
        done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    r, w = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1], limit=4096)
    got = bytearray()
    while chunk := await r.read(20000):
        got += chunk
        if len(got) % 7 == 0:
            await asyncio.sleep(0)
    print(len(got) == total, all(got[i] == (i // 65536) & 255 for i in range(0, total, 4096)))   # expect: True True
    await asyncio.wait_for(done.wait(), 5)
    w.close()
    await w.wait_closed()
    server.close()
    await server.wait_closed()
    print("done")       # expect: done


asyncio.run(main())
