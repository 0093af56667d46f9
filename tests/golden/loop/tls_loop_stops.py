# SPDX-License-Identifier: MIT
# A loop that stops, goes on, and closes with TLS connections open, in a handshake, in the middle of data and of closing.
# timeout: 60
import asyncio
import gc
import os
import warnings

from _faults import contexts, open_files

CLIENT, SERVER = contexts()


class P(asyncio.Protocol):
    n = 0

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.n += len(data)
        P.n += len(data)


async def connect(loop, **options):
    server = await loop.create_server(P, "127.0.0.1", 0, ssl=SERVER)
    address = server.sockets[0].getsockname()
    return server, address, await loop.create_connection(P, *address, ssl=CLIENT, server_hostname="localhost")


asyncio.run(asyncio.sleep(0))       # what the first loop opens for good
files = open_files()
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    # Stopped with data on its way: it arrives when the loop goes on.
    loop = asyncio.new_event_loop()
    server, address, (t, p) = loop.run_until_complete(connect(loop))
    t.write(bytes(3_000_000))
    loop.call_soon(loop.stop)
    loop.run_forever()
    before = P.n
    for _ in range(2000):
        if P.n == 3_000_000:
            break
        loop.run_until_complete(asyncio.sleep(0.001))
    print(before < 3_000_000, P.n)                              # expect: True 3000000
    # Closed with an open connection, one that closes, and one in its handshake.
    t2, p2 = loop.run_until_complete(loop.create_connection(P, *address, ssl=CLIENT, server_hostname="localhost"))
    t2.write(bytes(3_000_000))
    t2.close()
    task = loop.create_task(loop.create_connection(P, *address, ssl=CLIENT, server_hostname="localhost"))
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(asyncio.sleep(0))
    t.write(bytes(10_000_000))
    loop.close()
    for call in (lambda: t.write(b"x"), t.close, t.abort, t2.abort, t.is_closing, lambda: t.get_extra_info("cipher"), t.get_write_buffer_size):
        try:
            call()
        except RuntimeError as e:
            assert "closed" in str(e), e
    task._log_destroy_pending = False
    del t, p, t2, p2, task, server, loop, call
    for _ in range(3):
        gc.collect()
print(open_files() - files, {w.category.__name__ for w in seen})        # expect: 0 {'ResourceWarning'}


# And a new loop works.
async def main():
    server, address, (t, p) = await connect(asyncio.get_running_loop())
    n = P.n
    t.write(b"again")
    while P.n < n + 5:
        await asyncio.sleep(0.001)
    t.close()
    await asyncio.sleep(0.01)
    server.close()
    return P.n - n


print(asyncio.run(main()))                                              # expect: 5
