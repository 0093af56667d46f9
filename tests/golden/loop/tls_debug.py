# SPDX-License-Identifier: MIT
# What debug mode logs of a TLS connection.
import asyncio
import logging
import re

from _faults import contexts

CLIENT, SERVER = contexts()
records = []
logger = logging.getLogger("asyncio")
logger.setLevel(logging.DEBUG)
logger.propagate = False
logger.addHandler(type("H", (logging.Handler,), {"emit": lambda self, r: records.append(re.sub(r"<.*?>", "<>", re.sub(r"[\d.]+ ms", "N ms", r.getMessage())))})())


async def echo(reader, writer):
    writer.write(await reader.readline())
    writer.close()


async def main():
    asyncio.get_running_loop().slow_callback_duration = 100
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=SERVER)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="localhost")
    writer.write(b"line\n")
    print(await reader.readline())                              # expect: b'line\n'
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.01)
    for what in ("starts SSL handshake", "SSL handshake took N ms"):
        print(what, any(r.endswith(what) for r in records))
    # expect: starts SSL handshake True
    # expect: SSL handshake took N ms True
    records.clear()
    try:
        await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=CLIENT, server_hostname="example.org")
    except OSError as e:
        print(type(e).__name__)                                 # expect: SSLCertVerificationError
    await asyncio.sleep(0.05)
    print([r.split(": ")[-1] for r in records if "failed" in r])
    # expect: ['SSL handshake failed on verifying the certificate', 'SSL handshake failed']
    server.close()
    await server.wait_closed()


asyncio.run(main(), debug=True)
