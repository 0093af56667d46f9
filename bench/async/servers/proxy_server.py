# SPDX-License-Identifier: MIT
"""A proxy before a slow upstream: each connection sends a line, the proxy connects to the upstream, passes it on and the answer back, and again.

    proxy_server.py upstream [--delay SECONDS]          answers each line after the delay
    proxy_server.py protocol|streams --upstream PORT

Options else: _serve.py.
"""
import asyncio
import sys

import _serve

UPSTREAM = 0
DELAY = 0.5


class Slow(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        asyncio.get_running_loop().call_later(DELAY, self.transport.write, data)


class Behind(asyncio.Protocol):
    """The side of the upstream."""

    def __init__(self, front):
        self.front = front

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.front.line)

    def data_received(self, data):
        self.front.transport.write(data)
        if data.endswith(b"\n"):
            self.transport.close()


class Front(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.line = transport, b""

    def data_received(self, data):
        self.line += data
        if self.line.endswith(b"\n"):
            self.task = asyncio.get_running_loop().create_task(self.connect())

    async def connect(self):
        behind = Behind(self)
        await asyncio.get_running_loop().create_connection(lambda: behind, "127.0.0.1", UPSTREAM)
        self.line = b""


async def on_stream(reader, writer):
    try:
        while line := await reader.readline():
            r, w = await asyncio.open_connection("127.0.0.1", UPSTREAM)
            w.write(line)
            writer.write(await r.readline())
            await writer.drain()
            w.close()
    except ConnectionError:
        pass
    finally:
        writer.close()


def main():
    global UPSTREAM, DELAY
    slow = sys.argv[1:2] == ["upstream"]
    if slow:
        sys.argv[1] = "protocol"
    p = _serve.parser(__doc__)
    p.add_argument("--upstream", type=int, default=0, metavar="PORT")
    p.add_argument("--delay", type=float, default=DELAY)
    o = p.parse_args()
    UPSTREAM, DELAY = o.upstream, o.delay
    _serve.serve(o, Slow if slow else Front, on_stream)


if __name__ == "__main__":
    main()
