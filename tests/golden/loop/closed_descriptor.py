# SPDX-License-Identifier: MIT
# Descriptors closed behind the loop's back: exceptions or a closed connection, never worse.
import asyncio
import os
import socket


class P(asyncio.Protocol):
    def __init__(self, done):
        self.done = done

    def connection_lost(self, exc):
        self.done.set_result(None)


async def main():
    loop = asyncio.get_running_loop()
    r, w = os.pipe()
    os.close(r)
    try:
        loop.add_reader(r, print)
    except OSError as e:
        print(e.strerror)               # expect: Bad file descriptor
    os.close(w)
    for bad in (-1, "x", None):
        try:
            loop.add_reader(bad, print)
        except (ValueError, OSError):
            print("refused")
    # expect: refused
    # expect: refused
    # expect: refused
    a, b = socket.socketpair()
    a.setblocking(False)
    loop.add_reader(a, print, "never")
    fd = a.fileno()
    a.close()
    await asyncio.sleep(0.01)
    print(loop.remove_reader(fd), loop.remove_reader(fd))     # expect: True False
    b.close()
    # The transport's own descriptor, closed before the loop ever looked at it.
    a, b = socket.socketpair()
    done = loop.create_future()
    waiter = loop.create_task(loop.create_connection(lambda: P(done), sock=a))
    await asyncio.sleep(0)
    fd = a.fileno()
    null = os.open("/dev/null", os.O_RDONLY)
    await asyncio.sleep(0)
    t, p = await waiter
    b.close()
    await asyncio.wait_for(done, 5)
    print(t.is_closing())               # expect: True
    os.close(null)


asyncio.run(main())
