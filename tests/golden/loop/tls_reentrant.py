# SPDX-License-Identifier: MIT
# A callback of OpenSSL that uses the transport it is called for, in the middle of a record: what it writes follows, what it closes is closed.
# skip-cpython: asyncio's own TLS transport is confused by this (IndexError)
import asyncio
import ssl

from _faults import contexts


async def exchange(client, server, keep, data=b"hello"):
    """Sends data through an echo server; did it come back?"""
    async def echo(reader, writer):
        writer.write(await reader.readexactly(len(data)))
        writer.close()
    s = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=server)
    reader, writer = await asyncio.open_connection(*s.sockets[0].getsockname(), ssl=client, server_hostname="localhost")
    keep(writer)
    writer.write(data)
    try:
        back = await reader.read(-1)
    finally:
        writer.close()
        s.close()
    await writer.wait_closed()
    await s.wait_closed()
    return back == data


async def main():
    for act in (lambda t: t.write(b"from within"), lambda t: t.get_write_buffer_size(), lambda t: t.is_closing(), lambda t: t.pause_reading() or t.resume_reading()):
        client, server = contexts()
        transports, depth = [], [0]

        def message(conn, direction, version, content, kind, data):
            if transports and direction == "write" and content == 256 and not depth[0]:
                depth[0] = 1
                act(transports[0])
        client._msg_callback = message
        print(await exchange(client, server, lambda w: transports.append(w.transport)))
    # expect: True
    # expect: True
    # expect: True
    # expect: True
    for act in (lambda t: t.close(), lambda t: t.abort()):
        client, server = contexts()
        transports = []

        def message(conn, direction, version, content, kind, data):
            if transports and direction == "read" and content == 256:
                act(transports.pop())
        client._msg_callback = message
        try:
            await exchange(client, server, lambda w: transports.append(w.transport))
        except (ConnectionError, ssl.SSLError):
            pass
        print(transports)
    # expect: []
    # expect: []


asyncio.run(main())
