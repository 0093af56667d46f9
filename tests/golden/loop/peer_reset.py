# SPDX-License-Identifier: MIT
# A peer that resets the connection, while reading and in the middle of a large write: connection_lost gets the error, once.
import asyncio
import socket
import struct

lost = []


class P(asyncio.Protocol):
    def __init__(self, done):
        self.done = done

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, exc):
        lost.append(isinstance(exc, (ConnectionResetError, BrokenPipeError)))
        if not self.done.done():
            self.done.set_result(None)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


async def connect(loop, listener):
    peer = socket.socket()
    peer.connect(listener.getsockname())
    conn, _ = listener.accept()
    return peer, await loop.create_connection(lambda: P(loop.create_future()), sock=conn)


async def main():
    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    peer, (t, p) = await connect(loop, listener)
    reset(peer)
    await asyncio.wait_for(p.done, 5)
    print(lost, t.is_closing())                 # expect: [True] True

    peer, (t, p) = await connect(loop, listener)
    t.write(b"x" * 20_000_000)
    print(t.get_write_buffer_size() > 0)        # expect: True
    loop.call_later(0.02, reset, peer)
    await asyncio.wait_for(p.done, 5)
    print(lost, t.get_write_buffer_size())      # expect: [True, True] 0
    for _ in range(10):
        t.write(b"nobody reads this")
    t.close()
    t.abort()
    await asyncio.sleep(0.01)
    print(lost)                                 # expect: [True, True]
    listener.close()


import logging
logging.disable(logging.WARNING)
asyncio.run(main())
