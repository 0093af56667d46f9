# SPDX-License-Identifier: MIT
# A slow reader: the writer's queue grows to the high-water mark, pause_writing comes, and after the reader has taken it, resume_writing.
import asyncio
import socket

events = []


class P(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def pause_writing(self):
        events.append("pause")

    def resume_writing(self):
        events.append("resume")


async def main():
    loop = asyncio.get_running_loop()
    a, b = socket.socketpair()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    b.setblocking(False)
    t, p = await loop.create_connection(P, sock=a)
    t.set_write_buffer_limits(high=10000, low=2000)
    print(t.get_write_buffer_limits())                          # expect: (2000, 10000)
    data = b"".join(b"%07d\n" % i for i in range(200000))
    for i in range(0, len(data), 50000):
        t.write(data[i:i + 50000])
    print(events, t.get_write_buffer_size() > 10000)            # expect: ['pause'] True
    got = bytearray()
    while len(got) < len(data):
        got += await loop.sock_recv(b, 30000)
    await asyncio.sleep(0.01)
    print(events, t.get_write_buffer_size(), got == data)       # expect: ['pause', 'resume'] 0 True
    for bad in ({"high": 1, "low": 2}, {"low": -1}):
        try:
            t.set_write_buffer_limits(**bad)
        except ValueError as e:
            print(e)
    # expect: high (1) must be >= low (2) must be >= 0
    # expect: high (-4) must be >= low (-1) must be >= 0
    t.set_write_buffer_limits(high=0)
    t.write(b"x" * 1000000)
    t.abort()
    print(t.get_write_buffer_size(), t.is_closing())            # expect: 0 True
    b.close()


asyncio.run(main())
