# SPDX-License-Identifier: MIT
# start_tls() on both ends of a connection, with the first bytes of the handshake already read, over a Unix socket, inside TLS, and refused.
# timeout: 60
import asyncio
import os
import re
import socket
import tempfile

from _faults import complaints, contexts, open_files, settled

CLIENT, SERVER = contexts()


async def upgrade(reader, writer):
    line = await reader.readline()
    writer.write(b"go on\n")
    await writer.drain()
    await asyncio.sleep(0.02)               # the client's first message is in the reader by now
    await writer.start_tls(SERVER)
    while line := await reader.readline():
        writer.write(line)
    writer.close()


class P(asyncio.Protocol):
    def __init__(self):
        self.told, self.lost, self.data = [], asyncio.get_running_loop().create_future(), asyncio.Event()

    def connection_made(self, transport):
        self.told.append("made")

    def data_received(self, data):
        self.told.append(data)
        self.data.set()

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def main():
    loop = asyncio.get_running_loop()
    told = complaints(loop)
    files = open_files()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        servers = [await asyncio.start_server(upgrade, "127.0.0.1", 0), await asyncio.start_unix_server(upgrade, path)]
        for server in servers:
            unix = server.sockets[0].family == socket.AF_UNIX
            reader, writer = await (asyncio.open_unix_connection(path) if unix else asyncio.open_connection(*server.sockets[0].getsockname()))
            plain = writer.transport
            writer.write(b"STARTTLS\n")
            print(await reader.readline())
            await writer.start_tls(CLIENT, server_hostname="localhost")
            print(writer.transport is not plain, writer.get_extra_info("cipher") is not None, plain.get_extra_info("cipher"))
            writer.write(b"secret\n" + b"x" * 50_000 + b"\n")
            print(await reader.readline(), len(await reader.readline()))
            writer.close()
            await writer.wait_closed()
            print(plain.is_closing(), writer.transport.is_closing())

            # On protocols: connection_made is not called again.
            t, p = await (loop.create_unix_connection(P, path) if unix else loop.create_connection(P, *server.sockets[0].getsockname()))
            t.write(b"STARTTLS\n")
            await p.data.wait()
            p.data.clear()
            new = await loop.start_tls(t, p, CLIENT, server_hostname="localhost")
            new.write(b"again\n")
            await p.data.wait()
            new.close()
            print(p.told, await p.lost)

            # The name does not fit; a context that is none; a transport that cannot.
            t, p = await (loop.create_unix_connection(P, path) if unix else loop.create_connection(P, *server.sockets[0].getsockname()))
            t.write(b"STARTTLS\n")
            await p.data.wait()
            for transport, context in ((t, CLIENT), (t, None), (object(), CLIENT)):
                try:
                    await loop.start_tls(transport, p, context, server_hostname="example.org")
                except Exception as e:
                    print(type(e).__name__, re.sub(r"_ssl.c:\d+", "_ssl.c:LINE", str(e)).split(" got ")[0].split("<")[0].rstrip())
            print(type(await p.lost).__name__)
            server.close()
            await server.wait_closed()
        # expect: b'go on\n'
        # expect: True True None
        # expect: b'secret\n' 50001
        # expect: True True
        # expect: ['made', b'go on\n', b'again\n'] None
        # expect: SSLCertVerificationError [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'example.org'. (_ssl.c:LINE)
        # expect: TypeError sslcontext is expected to be an instance of ssl.SSLContext,
        # expect: TypeError transport
        # expect: SSLCertVerificationError
        # expect: b'go on\n'
        # expect: True True None
        # expect: b'secret\n' 50001
        # expect: True True
        # expect: ['made', b'go on\n', b'again\n'] None
        # expect: SSLCertVerificationError [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'example.org'. (_ssl.c:LINE)
        # expect: TypeError sslcontext is expected to be an instance of ssl.SSLContext,
        # expect: TypeError transport
        # expect: SSLCertVerificationError

    # TLS in TLS.
    async def inner(reader, writer):
        await reader.readline()
        writer.write(b"go on\n")
        await writer.drain()
        await writer.start_tls(SERVER)
        writer.write(await reader.readline())
        writer.close()
    server = await asyncio.start_server(inner, "127.0.0.1", 0, ssl=SERVER)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    writer.write(b"STARTTLS\n")
    await reader.readline()
    await writer.start_tls(CLIENT, server_hostname="localhost")
    writer.write(b"twice\n")
    print(await reader.readline(), await reader.read())     # expect: b'twice\n' b''
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    del writer, plain, t, new, transport
    # The server's handlers of those that did not fit.
    print(told == ["Unhandled exception in client_connected_cb: ConnectionResetError()"] * 2, await settled(files))    # expect: True settled


asyncio.run(main())
