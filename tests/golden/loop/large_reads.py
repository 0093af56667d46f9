# SPDX-License-Identifier: MIT
# Large messages of equal and of changing size arrive whole and in order, each in the object it was handed over in.
import asyncio
import random
import socket


class Reader(asyncio.Protocol):
    def __init__(self):
        self.parts, self.n, self.more = [], 0, asyncio.Event()

    def data_received(self, data):
        self.parts.append(data)
        self.n += len(data)
        self.more.set()


async def main():
    with socket.create_server(("127.0.0.1", 0)) as s:
        a = socket.create_connection(s.getsockname())
        b = s.accept()[0]
    for end in (a, b):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    loop, sent, rng = asyncio.get_running_loop(), bytearray(), random.Random(7)
    _, p = await loop.create_connection(Reader, sock=b)
    for size in [40000] * 5 + [50000, 40000, 40000, 40000, 30000, 1, 40000, 40000, 262144, 262144, 262144, 300000, 16384, 16384, 16384, 20, 100000, 100000, 99999]:
        message = rng.randbytes(size)
        sent += message
        await loop.run_in_executor(None, a.sendall, message)
        while p.n < len(sent):
            p.more.clear()
            await asyncio.wait_for(p.more.wait(), 5)
    print(b"".join(p.parts) == sent, all(type(x) is bytes for x in p.parts))     # expect: True True
    a.close()

asyncio.run(main())
