# SPDX-License-Identifier: MIT
"""Echo servers below streams: datagrams, and sockets of the program's own.

    datagram_server.py udp|sock [--port N] [--loop uvloop]

udp echoes datagrams by a DatagramProtocol; sock accepts TCP connections with sock_accept() and echoes with sock_recv() and sock_sendall().
"""
import argparse
import asyncio
import signal
import socket

SIZE = 256 * 1024


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


async def udp(loop, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.bind(("127.0.0.1", port))
    sock.setblocking(False)
    transport, _ = await loop.create_datagram_endpoint(Echo, sock=sock)
    return transport, sock


async def echo(loop, conn):
    with conn:
        try:
            while data := await loop.sock_recv(conn, SIZE):
                await loop.sock_sendall(conn, data)
        except ConnectionError:
            pass


async def accept(loop, listener):
    tasks = set()
    while True:
        conn, _ = await loop.sock_accept(listener)
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(echo(loop, conn))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def main(o):
    loop = asyncio.get_running_loop()
    if o.kind == "udp":
        kept, sock = await udp(loop, o.port)
    else:
        sock = socket.create_server(("127.0.0.1", o.port), backlog=4096)
        sock.setblocking(False)
        kept = loop.create_task(accept(loop, sock))
    stop = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stop.set)
    print(sock.getsockname()[1], flush=True)
    await stop.wait()
    kept.close() if o.kind == "udp" else kept.cancel()


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("kind", choices=("udp", "sock"))
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--loop", default="", help="uvloop: where that is installed")
    options = p.parse_args()
    factory = None
    if options.loop == "uvloop":
        import uvloop
        factory = uvloop.new_event_loop
    asyncio.run(main(options), loop_factory=factory)
