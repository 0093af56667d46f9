# SPDX-License-Identifier: MIT
# ladon.serve: several loops on one address, by SO_REUSEPORT and by handing over; SIGTERM ends all, an exception in one ends all and is raised.
# skip-cpython: the module ladon.serve is Ladon's own
import asyncio
import os
import signal
import socket
import threading

from ladon import serve

names = set()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        names.add(threading.current_thread().name)

    def data_received(self, data):
        self.transport.write(data)


async def on_stream(reader, writer):
    while data := await reader.read(100):
        names.add(threading.current_thread().name)
        writer.write(data.upper())
        await writer.drain()
    writer.close()


def clients(group, family, address):
    for i in range(64):
        with socket.socket(family) as s:
            s.connect(address)
            s.sendall(b"x%d" % i)
            assert s.recv(10).lower() == b"x%d" % i
    kept = socket.socket(family)
    kept.connect(address)
    kept.sendall(b"stay")
    assert kept.recv(10).lower() == b"stay"
    os.kill(os.getpid(), signal.SIGTERM)
    assert kept.recv(10) == b""             # closed after the grace
    kept.close()
    print("clients done")


def go(start, family=socket.AF_INET, **options):
    names.clear()
    helper = []

    def ready(group):
        helper.append(threading.Thread(target=clients, args=(group, family, group.address)))
        helper[0].start()
    serve.run(start, threads=3, grace=0.1, on_ready=ready, **options)
    helper[0].join()
    print(len(names) > 1, all(n.startswith("serve-") for n in names))


go(lambda l: serve.protocol(Echo, l))
# expect: clients done
# expect: True True
go(lambda l: serve.protocol(Echo, l), reuse_port=False)
# expect: clients done
# expect: True True
go(lambda l: serve.streams(on_stream, l))
# expect: clients done
# expect: True True
go(lambda l: serve.protocol(Echo, l), socket.AF_UNIX, path="./sock")
# expect: clients done
# expect: True True
print(os.path.exists("./sock"))     # expect: False


async def bad(listener):
    if listener.number == 1:
        raise ValueError("loop 1 does not start")
    return await serve.protocol(Echo, listener)

try:
    serve.run(bad, threads=3)
except ValueError as e:
    print(e)                        # expect: loop 1 does not start
print(threading.active_count())     # expect: 1
