# SPDX-License-Identifier: MIT
# Another implementation's peer: it changes its keys and asks for ours to be changed while data flows both ways, also when this end does not read.
# may-skip: no openssl program
# timeout: 60
import asyncio
import shutil
import socket
import sys

from _faults import contexts

SERVER = contexts()[1]
if not shutil.which("openssl"):
    print("SKIP: no openssl program")
    sys.exit()


class P(asyncio.Protocol):
    def __init__(self):
        self.lines, self.data, self.lost = asyncio.Queue(), b"", asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.data += data
        *lines, self.data = self.data.split(b"\n")
        for line in lines:
            self.lines.put_nowait(line)

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def main():
    loop = asyncio.get_running_loop()
    made = []

    def factory():
        made.append(P())
        return made[-1]
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=SERVER)
    child = await asyncio.create_subprocess_exec("openssl", "s_client", "-connect", "127.0.0.1:%d" % server.sockets[0].getsockname()[1], "-tls1_3",
                                                 stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=1 << 22)

    async def say(line):
        child.stdin.write(line + b"\n")
        await child.stdin.drain()

    async def answer(line):
        while True:
            got = await asyncio.wait_for(child.stdout.readline(), 10)
            if line in got or not got:
                return bool(got)

    await say(b"hello")
    p = made and made[0] or None
    while not made:
        await asyncio.sleep(0.001)
    p = made[0]
    print(await asyncio.wait_for(p.lines.get(), 10))            # expect: b'hello'
    for command in (b"k", b"K"):                                # theirs; theirs and ours
        await say(command)
        await asyncio.sleep(0.05)
        await say(b"after " + command)
        print(await asyncio.wait_for(p.lines.get(), 10))
        p.transport.write(b"x" * 100_000 + b"\nanswer\n")
        print(await answer(b"answer"))
    # expect: b'after k'
    # expect: True
    # expect: b'after K'
    # expect: True
    p.transport.pause_reading()
    await say(b"K")
    await asyncio.sleep(0.05)
    await say(b"while paused")
    p.transport.write(b"one more\n")
    print(await answer(b"one more"), p.lines.empty())           # expect: True True
    p.transport.resume_reading()
    print(await asyncio.wait_for(p.lines.get(), 10))            # expect: b'while paused'
    p.transport.write(b"and another\n")
    print(await answer(b"and another"))                         # expect: True
    child.stdin.close()
    await asyncio.wait_for(p.lost, 10)
    await child.wait()
    server.close()
    await server.wait_closed()


asyncio.run(main())
