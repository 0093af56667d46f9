# SPDX-License-Identifier: MIT
"""Servers and clients on the event loop, over loopback: protocols, streams, TLS where a certificate can be made, the http package."""
import asyncio
import os
import shutil
import ssl
import subprocess
import tempfile

REQUEST = b"GET /item/7?full=1 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: training\r\nAccept: */*\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


class Upper(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data.upper())

    def eof_received(self):
        return False


class Caller(asyncio.Protocol):
    def __init__(self, turns, payload):
        self.left, self.payload = turns, payload
        self.got = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.payload)

    def data_received(self, data):
        self.got += len(data)
        if self.got >= len(self.payload):
            self.got = 0
            self.left -= 1
            if self.left:
                self.transport.write(self.payload)
            else:
                self.transport.close()

    def connection_lost(self, error):
        if not self.done.done():
            self.done.set_result(self.left)


async def answer(reader, writer):
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            break
        line, *fields = head.decode("latin-1").split("\r\n")
        verb, path, version = line.split(" ")
        headers = dict(f.split(": ", 1) for f in fields if f)
        assert headers["Host"] and verb == "GET" and version
        writer.write(ANSWER)
        await writer.drain()
    writer.close()


async def lines(reader, writer):
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def ask(port, turns, tls=None):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    for _ in range(turns):
        writer.write(REQUEST)
        await writer.drain()
        await reader.readexactly(len(ANSWER))
    writer.close()
    await writer.wait_closed()


async def chat(port, turns):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(turns):
        writer.write(b"line %d\n" % i)
        await reader.readline()
    writer.close()


def contexts(folder):
    """A server's and a client's TLS context with a certificate made for this run; nothing without the openssl program."""
    if not shutil.which("openssl"):
        return None, None
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                           "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], capture_output=True, timeout=60)
    if made.returncode:
        return None, None
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context()
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    return server, client


async def main():
    loop = asyncio.get_running_loop()
    upper = await loop.create_server(Upper, "127.0.0.1", 0)
    port = upper.sockets[0].getsockname()[1]
    for payload, turns in ((b"x" * 100, 1500), (b"x" * 10_000, 100), (b"x" * 200_000, 20)):
        callers = [(await loop.create_connection(lambda: Caller(turns, payload), "127.0.0.1", port))[1] for _ in range(4)]
        await asyncio.gather(*(c.done for c in callers))
    http = await asyncio.start_server(answer, "127.0.0.1", 0)
    await asyncio.gather(*(ask(http.sockets[0].getsockname()[1], 1000) for _ in range(4)))
    echo = await asyncio.start_server(lines, "127.0.0.1", 0)
    await asyncio.gather(*(chat(echo.sockets[0].getsockname()[1], 300) for _ in range(4)))
    for i in range(300):
        loop.call_later(0.0001 * (i % 7), int)
    await asyncio.sleep(0.01)
    with tempfile.TemporaryDirectory() as folder:
        server, client = contexts(folder)
        if server:
            secure = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server)
            await asyncio.gather(*(ask(secure.sockets[0].getsockname()[1], 200, client) for _ in range(4)))
            secure.close()
    for s in (upper, http, echo):
        s.close()


asyncio.run(asyncio.wait_for(main(), 120))
