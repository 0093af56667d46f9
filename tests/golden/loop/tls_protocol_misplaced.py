# SPDX-License-Identifier: MIT
# The native protocol of one TLS connection in the hands of a program: given to streams of its own and of another loop, called out of turn, after the end.
# skip-cpython: asyncio's own protocol has other methods
import asyncio
import logging
import socket

from _faults import complaints, contexts

logging.disable(logging.WARNING)
CLIENT, SERVER = contexts()


async def connect(server):
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    return reader, writer, writer.transport._ssl_protocol


async def echo(reader, writer):
    try:
        while data := await reader.read(1000):
            writer.write(data)
    except OSError:
        pass
    writer.close()


def says(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


async def other_loop(protocol):
    """A stream of this loop, whose protocol becomes one of another's."""
    told = complaints(asyncio.get_running_loop())
    a, b = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=a)
    says(protocol.connection_made, transport)
    transport.set_protocol(protocol)
    b.send(b"data")
    await asyncio.sleep(0.05)
    b.close()
    transport.abort()
    return told


async def main():
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=SERVER)
    reader, writer, p = await connect(server)
    print(await asyncio.to_thread(asyncio.run, other_loop(p)))
    # expect: TypeError a stream transport of the same loop is needed
    # expect: ['Fatal error: protocol.buffer_updated() call failed.: RuntimeError("the TLS connection is another loop\'s")', "Exception in callback StreamTransport._call_connection_lost(): RuntimeError('Non-thread-safe operation invoked on an event loop other than the current one')"]
    writer.write(b"works")
    print(await reader.read(100))                   # expect: b'works'
    says(p.connection_made, None)                   # expect: TypeError a stream transport of the same loop is needed
    says(p.connection_made, p._transport)           # expect: None
    p.pause_writing()
    p.resume_writing()
    p._check_handshake_timeout()
    p._go_on()
    writer.write(b"works")
    print(await reader.read(100))                   # expect: b'works'
    p.data_received(b"not a record")
    try:
        await reader.read(100)
    except OSError as e:
        print(type(e).__name__)                     # expect: SSLError
    writer.close()
    try:
        await writer.wait_closed()
    except OSError as e:
        print(type(e).__name__)                     # expect: SSLError
    writer.close()
    for f in (p.data_received, p._keep):
        says(f, b"late")
    for f in (p.eof_received, p.resume_writing, p._go_on, p._check_shutdown_timeout):
        says(f)
    says(p.connection_lost, None)
    print(p._transport, p._sslobj, p._app_protocol, writer.get_extra_info("sslcontext"))
    # expect: None
    # expect: None
    # expect: False
    # expect: None
    # expect: None
    # expect: None
    # expect: None
    # expect: None None None None
    server.close()
    await server.wait_closed()


asyncio.run(main())
