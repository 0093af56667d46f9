# SPDX-License-Identifier: MIT
# Another implementation's peer: it changes its keys and asks for ours to be changed while data flows both ways, also when this end
# does not read; and with TLS 1.2 it begins a new handshake.
# may-skip: the program openssl
# timeout: 60
import asyncio
import shutil
import ssl
import sys

from _faults import contexts

if not shutil.which("openssl"):
    print("skip: no openssl program")
    sys.exit(77)


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


async def talk(version, *commands):
    loop = asyncio.get_running_loop()
    made = loop.create_future()

    def factory():
        made.set_result(P())
        return made.result()
    context = contexts()[1]
    context.options = (context.options & ~ssl.OP_NO_RENEGOTIATION) | 0x100      # SSL_OP_ALLOW_CLIENT_RENEGOTIATION
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context)
    child = await asyncio.create_subprocess_exec("openssl", "s_client", "-connect", "127.0.0.1:%d" % server.sockets[0].getsockname()[1], version,
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
    p = await asyncio.wait_for(made, 10)
    print(version, await asyncio.wait_for(p.lines.get(), 10))
    for command in commands:
        await say(command)
        for _ in range(20 if version == "-tls1_3" else 0):      # in the middle of it; where there is a handshake s_client does not take that
            p.transport.write(b"x" * 10_000 + b"\n")
            await asyncio.sleep(0.003)
        await asyncio.sleep(0.3)                                # a line that comes with a command is taken for a part of it
        await say(b"after " + command)
        print(await asyncio.wait_for(p.lines.get(), 10))
        p.transport.write(b"answer\n")
        print(await answer(b"answer"))
    if version == "-tls1_3":
        p.transport.pause_reading()
        await say(commands[-1])
        await asyncio.sleep(0.3)
        await say(b"while paused")
        p.transport.write(b"one more\n")
        print(await answer(b"one more"), p.lines.empty())
        p.transport.resume_reading()
        print(await asyncio.wait_for(p.lines.get(), 10))
        p.transport.write(b"and another\n")
        print(await answer(b"and another"))
    child.stdin.close()
    await asyncio.wait_for(p.lost, 10)
    await child.wait()
    server.close()
    await server.wait_closed()


async def main():
    await talk("-tls1_3", b"k", b"K")       # theirs; theirs and ours
    # expect: -tls1_3 b'hello'
    # expect: b'after k'
    # expect: True
    # expect: b'after K'
    # expect: True
    # expect: True True
    # expect: b'while paused'
    # expect: True
    await talk("-tls1_2", b"R")             # a new handshake
    # expect: -tls1_2 b'hello'
    # expect: b'after R'
    # expect: True


asyncio.run(main())
