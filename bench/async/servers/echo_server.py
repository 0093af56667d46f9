# SPDX-License-Identifier: MIT
"""Echo server on raw protocols or on streams; options: _serve.py.

A slow reader is given no more than the transport's high-water mark: the protocol stops reading until its peer has taken what was sent.
"""
import asyncio

import _serve


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


if __name__ == "__main__":
    _serve.serve(_serve.parser(__doc__).parse_args(), Echo, on_stream, limit=256 * 1024)
