# SPDX-License-Identifier: MIT
"""What the servers of this folder share: their command line, and serving until SIGTERM or SIGINT.

    SERVER.py [protocol|streams] [--port N] [--loop uvloop] [--threads N] [--tls PEM]

Each prints its port when it listens. --threads needs Ladon (ladon.serve: a loop per thread, all on one port); --tls takes a file with
certificate and key.
"""
import argparse
import asyncio
import json
import signal
import ssl
import sys

BACKLOG = 4096


def parser(doc):
    p = argparse.ArgumentParser(description=doc.split("\n")[0])
    p.add_argument("kind", nargs="?", choices=("protocol", "streams"), default="protocol")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--loop", default="", help="uvloop: where that is installed")
    p.add_argument("--threads", type=int, default=1, help="loops, each in a thread of its own")
    p.add_argument("--tls", default="", metavar="PEM", help="file with certificate and key")
    return p


def context(o):
    if not o.tls:
        return None
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(o.tls)
    return c


async def _until_told(o, factory, on_stream, limit):
    loop = asyncio.get_running_loop()
    options = {"backlog": BACKLOG, "ssl": context(o)}
    if o.kind == "protocol":
        server = await loop.create_server(factory, "127.0.0.1", o.port, **options)
    else:
        server = await asyncio.start_server(on_stream, "127.0.0.1", o.port, limit=limit, **options)
    stop = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stop.set)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()
    if hasattr(server, "close_clients"):    # uvloop's has not
        server.close_clients()


def serve(o, factory, on_stream, limit=64 * 1024):
    """Serves factory's protocols or on_stream, as the command line `o` says."""
    if o.loop == "uvloop":
        import uvloop
        asyncio.run(_until_told(o, factory, on_stream, limit), loop_factory=uvloop.new_event_loop)
    elif o.threads > 1:
        from ladon import serve
        if o.kind == "protocol":
            start = lambda listener: serve.protocol(factory, listener, ssl=context(o))
        else:
            start = lambda listener: serve.streams(on_stream, listener, limit=limit, ssl=context(o))
        serve.run(start, "127.0.0.1", o.port, threads=o.threads, backlog=BACKLOG, grace=0.1,
                  on_ready=lambda group: print(group.address[1], flush=True))
    else:
        asyncio.run(_until_told(o, factory, on_stream, limit))


class Counted:
    """Foreign writes per request of one loop, in the counting build: from its request number `after` on."""

    loops = []

    def __init__(self, after=2000):
        self.after, self.requests, self.base, self.read = after, 0, 0, getattr(sys, "_foreign_writes", lambda: 0)
        Counted.loops.append(self)

    def request(self):
        self.requests += 1
        if self.requests == self.after:
            self.base = self.read()
        elif self.requests > self.after:
            self.last = self.read()

    @classmethod
    def report(cls):
        for c in cls.loops:
            n = c.requests - c.after
            print(json.dumps({"requests": c.requests, "foreign_per_1000": (c.last - c.base) * 1000 / n if n > 0 else None}), flush=True)
