# SPDX-License-Identifier: MIT
"""HTTP/1.1 keep-alive server: GET /plaintext, /json and /work, on raw protocols or on streams; options: _serve.py.

Requests have no body; anything that is no GET of those paths is answered with 404, a head of more than 64 KiB ends the connection.
/work computes for --work turns of a loop. --count reports foreign writes per request at the end (counting build, protocol).
"""
import asyncio
import json
import threading

import _serve

HEAD_MAX = 64 * 1024
TEXT = b"Hello, World!"
PLAIN = (b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(TEXT)) + TEXT
MISSING = b"HTTP/1.1 404 Not Found\r\nServer: bench\r\nContent-Length: 0\r\n\r\n"
TURNS = 500


def work(turns):
    x = 1
    for i in range(turns):
        x = (x * 31 + i) & 0xFFFF
    return x


def answer(head):
    """The response to one request head (without the blank line)."""
    line = head[:head.find(b"\r\n")] if b"\r\n" in head else head
    if line.startswith(b"GET /plaintext "):
        return PLAIN
    if line.startswith(b"GET /json "):
        body = json.dumps({"message": "Hello, World!"}).encode()
        return b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            len(body), body)
    if line.startswith(b"GET /work "):
        work(TURNS)
        return PLAIN
    return MISSING


class Http(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.rest = b""

    def data_received(self, data):
        if self.rest:
            data = self.rest + data
        start = 0
        while True:
            end = data.find(b"\r\n\r\n", start)
            if end < 0:
                break
            self.transport.write(answer(data[start:end]))
            start = end + 4
        self.rest = data[start:]
        if len(self.rest) > HEAD_MAX:
            self.transport.close()


class HttpCounted(Http):
    of_thread = threading.local()

    def connection_made(self, transport):
        super().connection_made(transport)
        if not hasattr(self.of_thread, "counted"):
            self.of_thread.counted = _serve.Counted()
        self.counted = self.of_thread.counted

    def data_received(self, data):
        super().data_received(data)
        self.counted.request()


async def on_stream(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(head[:-4]))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        pass
    finally:
        writer.close()


def main():
    global TURNS
    p = _serve.parser(__doc__)
    p.add_argument("--work", type=int, default=TURNS, help="turns of the loop of /work")
    p.add_argument("--count", action="store_true")
    o = p.parse_args()
    TURNS = o.work
    _serve.serve(o, HttpCounted if o.count else Http, on_stream, limit=HEAD_MAX)
    if o.count:
        _serve.Counted.report()


if __name__ == "__main__":
    main()
