# SPDX-License-Identifier: MIT
# How TLS connections end: a close_notify that is sent and awaited, one that does not come, an end without one, data behind it, and in the middle of
# writing. Nothing that was written before close() is lost.
# timeout: 60
import asyncio
import logging
import socket
import ssl

from _faults import complaints, contexts, idle_cost, open_files, settled

CLIENT, SERVER = contexts()
records = []
logging.getLogger("asyncio").addHandler(type("H", (logging.Handler,), {"emit": lambda self, r: records.append(r.getMessage())})())
logging.getLogger("asyncio").propagate = False


class P(asyncio.Protocol):
    def __init__(self, keep=None):
        loop = asyncio.get_running_loop()
        self.made, self.lost, self.told, self.keep = loop.create_future(), loop.create_future(), [], keep

    def connection_made(self, transport):
        self.transport = transport
        self.made.set_result(None)

    def data_received(self, data):
        self.told.append(data)

    def eof_received(self):
        self.told.append("eof")
        return self.keep

    def connection_lost(self, exc):
        self.told.append("lost")
        self.lost.set_result(exc)


class Peer:
    """The other end, by hand: ssl over memory, a plain socket."""

    def __init__(self, sock, context=SERVER, **options):
        self.sock, self.incoming, self.outgoing = sock, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=context is SERVER, **options)

    def send(self):
        if self.outgoing.pending:
            self.sock.sendall(self.outgoing.read())

    def run(self, f, *args):
        while True:
            try:
                return f(*args)
            except ssl.SSLWantReadError:
                self.send()
                data = self.sock.recv(65536)
                if not data:
                    raise EOFError
                self.incoming.write(data)
            finally:
                self.send()

    def read_all(self):
        n = 0
        while data := self.run(self.tls.read, 65536):
            n += len(data)
        return n


async def connection(loop, listener, keep=None, **options):
    async def connect():
        return await loop.create_connection(lambda: P(keep), *listener.getsockname(), ssl=CLIENT, server_hostname="localhost", **options)
    task = asyncio.ensure_future(connect())
    conn, _ = await asyncio.to_thread(listener.accept)
    peer = Peer(conn)
    await asyncio.to_thread(peer.run, peer.tls.do_handshake)
    transport, p = await task
    return transport, p, peer


async def main():
    loop = asyncio.get_running_loop()
    told = complaints(loop)
    await asyncio.to_thread(int)
    listener = socket.create_server(("127.0.0.1", 0))
    files = open_files()

    # Ours comes first; the peer's is awaited.
    t, p, peer = await connection(loop, listener)
    t.write(b"last words")
    t.close()
    print(await asyncio.to_thread(peer.read_all))                       # expect: 10
    await asyncio.sleep(0.05)
    print(p.lost.done(), t.is_closing())                                # expect: False True
    await asyncio.to_thread(peer.run, peer.tls.unwrap)
    print(await p.lost, p.told)                                         # expect: None ['eof', 'lost']
    peer.sock.close()

    # The peer's comes first, with data before it; asked to stay open we do not.
    t, p, peer = await connection(loop, listener, keep=True)
    peer.tls.write(b"goodbye")
    await asyncio.to_thread(peer.run, peer.tls.unwrap)
    print(await p.lost, p.told, records.pop())                          # expect: None [b'goodbye', 'eof', 'lost'] returning true from eof_received() has no effect when using ssl
    peer.sock.close()

    # The end without a close_notify.
    t, p, peer = await connection(loop, listener)
    peer.tls.write(b"cut")
    peer.send()
    peer.sock.close()
    print(await p.lost, p.told)                                         # expect: None [b'cut', 'eof', 'lost']

    # Only half of it: what we are still writing arrives.
    t, p, peer = await connection(loop, listener)
    t.write(bytes(3_000_000))
    peer.sock.shutdown(socket.SHUT_WR)
    await asyncio.sleep(0.05)
    n = 0
    try:
        n = await asyncio.to_thread(peer.read_all)
    except EOFError:
        n = "cut"
    print(n, await p.lost, p.told)                                      # expect: cut None ['eof', 'lost']
    peer.sock.close()

    # Close in the middle of a large write to a slow reader.
    t, p, peer = await connection(loop, listener)
    t.write(bytes(3_000_000))
    t.writelines([b"x" * 1000] * 1000)
    t.close()
    print(t.is_closing(), p.lost.done())                                # expect: True False
    await asyncio.sleep(0.05)
    print(await asyncio.to_thread(peer.read_all))                       # expect: 4000000
    await asyncio.to_thread(peer.run, peer.tls.unwrap)
    print(await p.lost, p.told)                                         # expect: None ['eof', 'lost']
    peer.sock.close()

    # The peer's close_notify does not come in time.
    t, p, peer = await connection(loop, listener, ssl_shutdown_timeout=0.1)
    t.close()
    e = await p.lost
    print(type(e), e, p.told)                                           # expect: <class 'TimeoutError'> SSL shutdown timed out ['lost']
    peer.sock.close()

    # Written to after the end; and thrown away by abort().
    for _ in range(7):
        t.write(b"nobody")
    print(records)                                                      # expect: ['SSL connection is closed', 'SSL connection is closed', 'SSL connection is closed']
    t, p, peer = await connection(loop, listener)
    t.write(bytes(10_000_000))
    t.abort()
    print(t.is_closing(), await p.lost, p.told)                         # expect: True None ['lost']
    peer.sock.close()

    # Closed and dropped while paused, with data waiting.
    t, p, peer = await connection(loop, listener)
    t.pause_reading()
    peer.tls.write(b"unread")
    peer.send()
    await asyncio.sleep(0.05)
    t.abort()
    print(await p.lost, p.told)                                         # expect: None ['lost']
    peer.sock.close()
    print(told)                                                         # expect: []
    listener.close()
    del t, p, peer
    print(await settled(files - 1), await idle_cost() < 0.5)            # expect: settled True


asyncio.run(main())
