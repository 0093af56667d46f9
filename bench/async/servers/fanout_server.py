# SPDX-License-Identifier: MIT
"""Fan-out: each message of any connection goes to all that are open, as in a chat over WebSocket; options: _serve.py.

A frame is two bytes of length, most significant first, and as many bytes. A length of 0 is answered to its sender alone, with the
number of connections. A receiver that lags behind by more than its transport's high-water mark is dropped.
"""
import asyncio

import _serve

connections = set()     # transports or StreamWriters


def frames(data):
    """The whole frames in data, and the rest."""
    found, at = [], 0
    while len(data) - at >= 2:
        end = at + 2 + (data[at] << 8 | data[at + 1])
        if end > len(data):
            break
        found.append(data[at:end])
        at = end
    return found, data[at:]


def take(sender, frame):
    if len(frame) == 2:
        sender.write(b"\0\4" + len(connections).to_bytes(4, "big"))
        return
    for c in connections:
        c.write(frame)


class Member(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.rest = transport, b""
        connections.add(transport)

    def connection_lost(self, exc):
        connections.discard(self.transport)

    def pause_writing(self):
        connections.discard(self.transport)
        self.transport.abort()

    def data_received(self, data):
        found, self.rest = frames(self.rest + data)
        for f in found:
            take(self.transport, f)


async def on_stream(reader, writer):
    connections.add(writer)
    try:
        while True:
            head = await reader.readexactly(2)
            take(writer, head + await reader.readexactly(head[0] << 8 | head[1]))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        connections.discard(writer)
        writer.close()


if __name__ == "__main__":
    _serve.serve(_serve.parser(__doc__).parse_args(), Member, on_stream)
