# SPDX-License-Identifier: MIT
# Callbacks run in the context they were scheduled in, or in the one given; a protocol's data_received in one of its connection.
import asyncio
import contextvars
import socket

var = contextvars.ContextVar("var", default=0)
out = []


class P(asyncio.Protocol):
    def data_received(self, data):
        out.append((data, var.get()))
        var.set(var.get() + 1)


async def main():
    loop = asyncio.get_running_loop()
    show = lambda: out.append(var.get())
    var.set(5)
    loop.call_soon(show)
    var.set(6)
    ctx = contextvars.copy_context()
    ctx.run(var.set, 7)
    loop.call_soon(show, context=ctx)
    h = loop.call_later(0, show)
    print(h.get_context()[var])         # expect: 6
    await asyncio.sleep(0.01)
    print(out)                          # expect: [5, 7, 6]
    out.clear()
    a, b = socket.socketpair()
    var.set(10)
    t, p = await loop.create_connection(P, sock=a)
    for i in range(3):
        b.send(b"%d" % i)
        await asyncio.sleep(0.005)
    print(out, var.get())               # expect: [(b'0', 10), (b'1', 11), (b'2', 12)] 10
    t.close()
    b.close()
    try:
        loop.call_soon(show, kontext=1)
    except TypeError:
        print("TypeError")              # expect: TypeError
    try:
        loop.call_soon()
    except TypeError:
        print("TypeError")              # expect: TypeError


asyncio.run(main())
