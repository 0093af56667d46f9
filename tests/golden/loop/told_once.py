# SPDX-License-Identifier: MIT
# What a loop that is told of arriving data only once must not forget: data and the end in one go, data that came while paused, more than one
# read's worth, urgent data in between, messages of a Unix socket that end a read early, and writes of very many pieces.
import array
import asyncio
import socket


class Reader(asyncio.Protocol):
    def __init__(self, paused=False):
        self.paused, self.got, self.eof = paused, bytearray(), asyncio.get_running_loop().create_future()
        self.some = asyncio.Event()

    def connection_made(self, transport):
        self.transport = transport
        if self.paused:
            transport.pause_reading()

    def data_received(self, data):
        self.got += data
        self.some.set()

    def eof_received(self):
        self.eof.set_result(None)


async def over(pair, paused=False):
    a, b = pair
    a.setblocking(True)
    _, protocol = await asyncio.get_running_loop().create_connection(lambda: Reader(paused), sock=b)
    return a, protocol


def tcp():
    with socket.create_server(("127.0.0.1", 0)) as s:
        a = socket.create_connection(s.getsockname())
        return a, s.accept()[0]


async def main():
    loop = asyncio.get_running_loop()
    for make in (tcp, socket.socketpair):
        found = []
        # data and the end, before the loop looks
        a, p = await over(make())
        a.send(b"last words")
        a.close()
        await asyncio.wait_for(p.eof, 5)
        found.append(bytes(p.got))

        # while paused, data and the end; then nothing more
        a, p = await over(make(), paused=True)
        a.send(b"x" * 1000)
        await asyncio.sleep(0.02)
        a.close()
        await asyncio.sleep(0.02)
        found.append((len(p.got), p.eof.done()))
        p.transport.resume_reading()
        await asyncio.wait_for(p.eof, 5)
        found.append(len(p.got))

        # paused and resumed within one turn, with data there
        a, p = await over(make())
        a.send(b"y")
        p.transport.pause_reading()
        p.transport.resume_reading()
        await asyncio.wait_for(p.some.wait(), 5)
        found.append(bytes(p.got))
        a.close()

        # more than any buffer
        a, p = await over(make())
        await loop.run_in_executor(None, a.sendall, bytes(3_000_000))
        a.close()
        await asyncio.wait_for(p.eof, 5)
        found.append(len(p.got))

        # very many small pieces against a full socket
        a, p = await over(make())
        p.transport.write(bytes(8_000_000))
        for _ in range(5000):
            p.transport.write(b"z" * 10)
        p.transport.write_eof()

        def drain():
            n = 0
            while data := a.recv(1 << 20):
                n += len(data)
            return n
        found.append(await asyncio.wait_for(loop.run_in_executor(None, drain), 20))
        a.close()
        print(found)
    # expect: [b'last words', (0, False), 1000, b'y', 3000000, 8050000]
    # expect: [b'last words', (0, False), 1000, b'y', 3000000, 8050000]

    # urgent data ends a read early
    a, p = await over(tcp())
    a.send(b"before")
    a.send(b"!", socket.MSG_OOB)
    a.send(b"after")
    for _ in range(100):
        if p.got.endswith(b"after"):
            break
        await asyncio.sleep(0.02)
    print(p.got)                                # expect: bytearray(b'beforeafter')
    a.close()

    # so does a descriptor that is passed along
    a, p = await over(socket.socketpair())
    for part in (b"one", b"two", b"three"):
        a.sendmsg([part], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
    a.close()
    await asyncio.wait_for(p.eof, 5)
    print(p.got)                                # expect: bytearray(b'onetwothree')

asyncio.run(main())
