# A client of streams is cancelled at each of its awaits, over TCP, a Unix socket and TLS: it ends, nothing stays open, the server has
# all that was acknowledged and nothing that was not sent.
# timeout: 120
import asyncio
import ssl

from _faults import CancelAt, close, complaints, idle_cost, open_files, over_each_transport, settled

PIECES = [b"%d:" % i + b"x" * size + b"\n" for i, size in enumerate((1, 100, 60_000, 5, 3000))]


class Log:
    def __init__(self):
        self.sent, self.acknowledged, self.received = [], [], []


async def client(connect, log):
    reader, writer = await connect()
    try:
        for piece in PIECES:
            log.sent.append(piece)
            writer.write(piece)
            await writer.drain()
            log.acknowledged.append(await reader.readline())
        async with asyncio.timeout(30):
            writer.write(b"bye\n")
            await reader.readuntil(b"bye")
            await reader.readexactly(1)
        if writer.can_write_eof():
            writer.write_eof()
        await reader.read()
        return "whole"
    finally:
        await close(writer)


async def serve(log, reader, writer):
    try:
        while line := await reader.readline():
            if not line.endswith(b"\n"):
                break
            if line != b"bye\n":
                log.received.append(line)
            writer.write(line)
            await writer.drain()
            if line == b"bye\n":
                break
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        await close(writer)


async def run(name, start, connect):
    loop = asyncio.get_running_loop()
    log = None
    server = await start(lambda r, w: serve(log, r, w))
    address = server.sockets[0].getsockname()
    files, told, wrong, counts = open_files(), complaints(loop), [], []
    for how in ("waiting", "woken"):
        n = 0
        while True:
            n += 1
            log = Log()
            mine = log
            stepper = CancelAt(client(lambda: connect(address), log), n, how)

            async def body():
                return await stepper
            task = loop.create_task(body())
            try:
                end = await task
            except asyncio.CancelledError:
                end = "cancelled"
            state = await settled(files)
            if state != "settled":
                wrong.append((how, n, state))
            if mine.acknowledged != mine.sent[:len(mine.acknowledged)] or mine.received[:len(mine.acknowledged)] != mine.acknowledged:
                wrong.append((how, n, "lost what was acknowledged"))
            if mine.received != mine.sent[:len(mine.received)]:
                wrong.append((how, n, "received what was not sent"))
            if end == "whole" and stepper.waits < n:
                break
            if n > 500:
                wrong.append((how, "does not end"))
                break
        counts.append(n > 6)
    server.close()
    await server.wait_closed()
    cost = await idle_cost()
    print(name, counts, wrong, told, cost < 0.5)


asyncio.run(over_each_transport(run))
# expect: tcp [True, True] [] [] True
# expect: unix [True, True] [] [] True
# expect: tls [True, True] [] [] True
