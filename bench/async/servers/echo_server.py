# SPDX-License-Identifier: MIT
"""Echo server on raw protocols or on streams.

    echo_server.py [protocol|streams] [--port N] [--loop uvloop]

It prints its port and ends on SIGTERM or SIGINT. A slow reader is given no more than the transport's high-water mark: the
protocol stops reading until its peer has taken what was sent.
"""
import argparse
import asyncio
import signal


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


async def on_stream(reader, writer):
    try:
        while data := await reader.read(256 * 1024):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def serve(kind, port):
    loop = asyncio.get_running_loop()
    if kind == "protocol":
        server = await loop.create_server(Echo, "127.0.0.1", port, backlog=1024)
    else:
        server = await asyncio.start_server(on_stream, "127.0.0.1", port, backlog=1024, limit=256 * 1024)
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
