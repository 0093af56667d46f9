# SPDX-License-Identifier: MIT
# No descriptors left: accepting pauses without a busy loop, says so, and goes on when there are some again.
import asyncio
import os
import resource
import socket
import time

messages = []


async def echo(reader, writer):
    writer.write(await reader.read(100))
    await writer.drain()
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda l, c: messages.append(c["message"]))
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    addr = server.sockets[0].getsockname()
    clients = [socket.socket() for _ in range(3)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    hoard = []
    try:
        while True:
            hoard.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as e:
        print(e.strerror)                       # expect: Too many open files
    for c in clients:
        c.setblocking(False)
        c.connect_ex(addr)
    cpu = time.process_time()
    await asyncio.sleep(0.3)
    print(time.process_time() - cpu < 0.15)     # expect: True
    print(set(messages))                        # expect: {'socket.accept() out of system resource'}
    for fd in hoard:
        os.close(fd)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for i, c in enumerate(clients):
        await loop.sock_sendall(c, b"hello %d" % i)
        print(await asyncio.wait_for(loop.sock_recv(c, 100), 10))
        c.close()
    # expect: b'hello 0'
    # expect: b'hello 1'
    # expect: b'hello 2'
    server.close()
    await server.wait_closed()


asyncio.run(main())
