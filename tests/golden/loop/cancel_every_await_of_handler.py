# A server's handler is cancelled at each of its awaits, over TCP, a Unix socket and TLS: the client sees the end of the connection and
# before it a prefix of what was written; nothing stays open; the server goes on serving.
# timeout: 120
import asyncio
import ssl

from _faults import CancelAt, close, complaints, idle_cost, open_files, over_each_transport, settled

ANSWER = [b"%d:" % i + b"y" * size + b"\n" for i, size in enumerate((1, 200, 80_000, 5))]
ALL = b"".join(ANSWER)


class Handler:
    def __init__(self):
        self.n, self.how, self.drained, self.end, self.waits = 0, "waiting", 0, None, 0

    async def talk(self, reader, writer):
        await reader.readline()
        for piece in ANSWER:
            writer.write(piece)
            await writer.drain()
            self.drained += len(piece)
            await asyncio.sleep(0)
            await reader.readexactly(2)
        async with asyncio.timeout(30):
            await reader.read()

    async def __call__(self, reader, writer):
        stepper = CancelAt(self.talk(reader, writer), self.n, self.how)
        self.drained, self.end, self.waits = 0, None, 0
        try:
            await stepper
            self.end = "whole"
        except asyncio.CancelledError:
            asyncio.current_task().uncancel()
            self.end = "cancelled"
        finally:
            self.waits = stepper.waits
            await close(writer)


async def client(connect):
    """What arrived, and whether the connection ended in order."""
    reader, writer = await connect()
    got, how = b"", "eof"
    try:
        writer.write(b"go\n")
        for piece in ANSWER:
            await writer.drain()
            got += await reader.readexactly(len(piece))
            writer.write(b"ok")
        writer.write_eof() if writer.can_write_eof() else writer.close()
        got += await reader.read()
    except asyncio.IncompleteReadError as e:
        got += e.partial
    except (OSError, ssl.SSLError):         # also write_eof(), behind a reset: ENOTCONN
        how = "error"
    await close(writer)
    return got, how


async def run(name, start, connect):
    loop = asyncio.get_running_loop()
    handler = Handler()
    server = await start(handler)
    address = server.sockets[0].getsockname()
    files, told, wrong, counts = open_files(), complaints(loop), [], []
    for how in ("waiting", "woken"):
        handler.how, n = how, 0
        while n < 500:
            n += 1
            handler.n = n
            got, end = await asyncio.wait_for(client(lambda: connect(address)), 20)
            state = await settled(files)
            if state != "settled":
                wrong.append((how, n, state))
            if not ALL.startswith(got):
                wrong.append((how, n, "not what was written"))
            if end == "eof" and len(got) < handler.drained:
                wrong.append((how, n, "lost", handler.drained - len(got)))
            if handler.end == "whole" and handler.waits < n:
                break
        counts.append(4 < n < 500)
    server.close()
    await server.wait_closed()
    print(name, counts, wrong, told, await idle_cost() < 0.5)


asyncio.run(over_each_transport(run))
# expect: tcp [True, True] [] [] True
# expect: unix [True, True] [] [] True
# expect: tls [True, True] [] [] True
