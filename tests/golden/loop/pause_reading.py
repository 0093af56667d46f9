# SPDX-License-Identifier: MIT
# pause_reading and resume_reading, also from inside data_received and before connection_made is over; closing while paused.
import asyncio
import socket


class P(asyncio.Protocol):
    def __init__(self):
        self.got, self.lost = [], asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        transport.pause_reading()

    def data_received(self, data):
        self.got.append(data)
        self.transport.pause_reading()
        self.transport.pause_reading()

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def main():
    loop = asyncio.get_running_loop()
    a, b = socket.socketpair()
    t, p = await loop.create_connection(P, sock=a)
    b.send(b"1")
    await asyncio.sleep(0.01)
    print(p.got, t.is_reading())        # expect: [] False
    t.resume_reading()
    t.resume_reading()
    await asyncio.sleep(0.01)
    print(p.got, t.is_reading())        # expect: [b'1'] False
    b.send(b"2")
    await asyncio.sleep(0.01)
    print(p.got)                        # expect: [b'1']
    t.resume_reading()
    await asyncio.sleep(0.01)
    print(p.got)                        # expect: [b'1', b'2']
    t.close()
    t.resume_reading()
    print(await p.lost, t.is_reading(), t.is_closing())     # expect: None False True
    t.close()
    b.close()


asyncio.run(main())
