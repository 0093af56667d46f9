# SPDX-License-Identifier: MIT
"""HTTP/1.1 keep-alive server: GET /plaintext and GET /json, on raw protocols or on streams.

    http_server.py [protocol|streams] [--port N] [--loop uvloop] [--threads N]

It prints its port and ends on SIGTERM or SIGINT. Requests have no body; anything that is no GET of the two
paths is answered with 404, a head of more than 64 KiB ends the connection.
"""
import argparse
import asyncio
import json
import signal

HEAD_MAX = 64 * 1024
TEXT = b"Hello, World!"
PLAIN = (b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(TEXT)) + TEXT
MISSING = b"HTTP/1.1 404 Not Found\r\nServer: bench\r\nContent-Length: 0\r\n\r\n"


def answer(head):
    """The response to one request head (without the blank line)."""
    line = head[:head.find(b"\r\n")] if b"\r\n" in head else head
    if line.startswith(b"GET /plaintext "):
        return PLAIN
    if line.startswith(b"GET /json "):
        body = json.dumps({"message": "Hello, World!"}).encode()
        return b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            len(body), body)
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


async def serve(kind, port):
    loop = asyncio.get_running_loop()
    if kind == "protocol":
        server = await loop.create_server(Http, "127.0.0.1", port, backlog=1024)
    else:
        server = await asyncio.start_server(on_stream, "127.0.0.1", port, backlog=1024, limit=HEAD_MAX)
    print(server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stop.set)
    await stop.wait()
    server.close()
    server.close_clients()


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("kind", nargs="?", choices=("protocol", "streams"), default="protocol")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--loop", default="", help="uvloop: where that is installed")
    o = p.parse_args()
    if o.loop == "uvloop":
        import uvloop
        asyncio.run(serve(o.kind, o.port), loop_factory=uvloop.new_event_loop)
    else:
        asyncio.run(serve(o.kind, o.port))


if __name__ == "__main__":
    main()
