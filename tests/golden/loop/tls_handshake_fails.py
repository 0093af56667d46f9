# SPDX-License-Identifier: MIT
# Handshakes that come to nothing: what the caller gets, that nothing stays open, and that the loop goes on and takes the next connection.
# timeout: 60
import asyncio
import logging
import socket
import ssl
import struct

from _faults import complaints, contexts, idle_cost, open_files, settled

logging.disable(logging.WARNING)
CLIENT, SERVER = contexts()
made = []


class P(asyncio.Protocol):
    def connection_made(self, transport):
        made.append("made")

    def connection_lost(self, exc):
        made.append("lost")


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


async def answer(reader, writer):
    writer.write(await reader.readline())
    writer.close()


async def works(address):
    reader, writer = await asyncio.open_connection(*address, ssl=CLIENT, server_hostname="localhost")
    writer.write(b"still here\n")
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


async def refused(loop, address, **options):
    try:
        await loop.create_connection(P, *address, **{"ssl": CLIENT, "server_hostname": "localhost", **options})
    except Exception as e:
        return e


async def main():
    loop = asyncio.get_running_loop()
    told = complaints(loop)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=SERVER, ssl_handshake_timeout=0.2)
    address = server.sockets[0].getsockname()
    await works(address)
    files = open_files()

    # The certificate.
    e = await refused(loop, address, ssl=ssl.create_default_context())
    print(type(e), e.verify_code in (19, 20, 21))               # expect: <class 'ssl.SSLCertVerificationError'> True
    e = await refused(loop, address, server_hostname="example.org")
    print(type(e), e.verify_message)                            # expect: <class 'ssl.SSLCertVerificationError'> Hostname mismatch, certificate is not valid for 'example.org'.

    # Garbage to the server; silence, until its time is up; a peer that goes, in order and not.
    for data, end in ((b"GET / HTTP/1.0\r\n\r\n" * 100, None), (b"", None), (b"\x16\x03\x01", None), (b"\x16\x03\x01\x02\x00", socket.socket.close), (b"\x16", reset)):
        s = socket.create_connection(address)
        s.setblocking(False)
        s.send(data) if data else None
        await asyncio.sleep(0.01)
        if end:
            end(s)
            continue
        try:
            got = await asyncio.wait_for(loop.sock_recv(s, 100), 5)
        except ConnectionResetError:
            got = b""
        print(got)
        s.close()
    # expect: b''
    # expect: b''
    # expect: b''
    print(await works(address))                                 # expect: b'still here\n'

    # Garbage to the client, an end, a reset, silence.
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    for act in (lambda s: s.send(b"220 hello\r\n" * 10), socket.socket.close, reset, lambda s: None):
        task = asyncio.ensure_future(refused(loop, listener.getsockname(), ssl_handshake_timeout=0.2))
        conn, _ = await loop.sock_accept(listener)
        await loop.sock_recv(conn, 1 if act is reset else 10000)
        act(conn)
        e = await task
        print(type(e).__name__, e if isinstance(e, ConnectionAbortedError) else "")
        conn.close()
    # expect: SSLError
    # expect: ConnectionResetError
    # expect: ConnectionResetError
    # expect: ConnectionAbortedError SSL handshake is taking longer than 0.2 seconds: aborting the connection

    # Cancelled, before anything was sent and in the middle.
    for wait in (0, 0.01, 0.05):
        task = asyncio.ensure_future(refused(loop, listener.getsockname()))
        conn, _ = await loop.sock_accept(listener)
        await asyncio.sleep(wait)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")
        try:
            while await loop.sock_recv(conn, 10000):            # the other end closes
                pass
        except ConnectionResetError:
            pass
        conn.close()
    # expect: cancelled
    # expect: cancelled
    # expect: cancelled
    print(await works(address), made, told)                     # expect: b'still here\n' [] []
    listener.close()
    print(await settled(files), await idle_cost() < 0.5)        # expect: settled True
    server.close()
    await server.wait_closed()


asyncio.run(main())
