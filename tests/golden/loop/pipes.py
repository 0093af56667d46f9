# SPDX-License-Identifier: MIT
# Pipe transports: reading, pausing, end of file; writing, flow control, what a reader's end that is closed does; sockets, terminals and what is neither.
import asyncio
import gc
import os
import socket
import tempfile
import warnings


class Reader(asyncio.Protocol):
    def __init__(self):
        self.told, self.got = [], b""
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.told.append("made")

    def data_received(self, data):
        self.got += data

    def eof_received(self):
        self.told.append("eof")

    def connection_lost(self, exc):
        self.told.append("lost")
        self.lost.set_result(exc)


class Writer(asyncio.BaseProtocol):
    def __init__(self):
        self.told = []
        self.lost = asyncio.get_running_loop().create_future()

    def pause_writing(self):
        self.told.append("pause")

    def resume_writing(self):
        self.told.append("resume")

    def connection_lost(self, exc):
        self.lost.set_result(exc)


def ends():
    r, w = os.pipe()
    return os.fdopen(r, "rb", 0), os.fdopen(w, "wb", 0)


async def until(condition):
    while not condition():
        await asyncio.sleep(0.001)


async def reading():
    loop = asyncio.get_running_loop()
    r, w = ends()
    t, p = await loop.connect_read_pipe(Reader, r)
    print(t.get_extra_info("pipe") is r, t.is_reading(), t.get_protocol() is p, os.get_blocking(r.fileno()))     # expect: True True True False
    w.write(b"one")
    await until(lambda: p.got)
    t.pause_reading()
    t.pause_reading()
    w.write(b"two")
    await asyncio.sleep(0.01)
    print(p.got, t.is_reading())                    # expect: b'one' False
    t.resume_reading()
    t.resume_reading()
    await until(lambda: len(p.got) == 6)
    other = Reader()
    t.set_protocol(other)
    w.write(b"three")
    await until(lambda: other.got)
    w.close()
    print(await other.lost, p.told, other.told, other.got, t.is_closing(), r.closed)
    # expect: None ['made'] ['eof', 'lost'] b'three' True True
    t.close()


async def closing_what_is_read():
    loop = asyncio.get_running_loop()
    r, w = ends()
    t, p = await loop.connect_read_pipe(Reader, r)
    w.write(b"x")
    t.close()
    t.resume_reading()
    print(t.is_reading(), await p.lost, p.got, p.told)      # expect: False None b'' ['made', 'lost']
    w.close()


async def writing():
    loop = asyncio.get_running_loop()
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    os.set_blocking(r.fileno(), False)
    for data in (b"bytes ", bytearray(b"bytearray "), memoryview(b"memoryview"), b""):
        t.write(data)
    t.writelines([b" and ", b"lines"])
    print(r.read(100), t.can_write_eof(), t.get_write_buffer_size(), t.get_write_buffer_limits())
    # expect: b'bytes bytearray memoryview and lines' True 0 (16384, 65536)
    whole = b""
    changing = bytearray(b"." * 5000)
    while "pause" not in p.told:
        changing[:5] = b"%5d" % len(whole)
        t.write(changing)
        whole += changing
    t.write(b"more")
    whole += b"more"
    got, sizes = b"", set()
    while "resume" not in p.told:
        got += r.read(4096) or b""
        await asyncio.sleep(0)
    t.write(b"last" * 50000)
    whole += b"last" * 50000
    t.close()
    t.close()
    t.write(b"too late")
    print(t.is_closing(), p.lost.done(), t.get_write_buffer_size() > 0)     # expect: True False True
    while data := r.read(65536) or b"" if p.lost.done() else (r.read(65536) or b"") + b"!":
        got += data.removesuffix(b"!")
        await asyncio.sleep(0)
    print(got == whole, await p.lost, p.told, w.closed)     # expect: True None ['pause', 'resume', 'pause', 'resume'] True
    r.close()


async def reader_s_end_closed():
    loop = asyncio.get_running_loop()
    told = []
    loop.set_exception_handler(lambda l, c: told.append((c["message"], type(c["exception"]).__name__)))
    # With nothing to write it is seen at once.
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    r.close()
    print(await p.lost, t.is_closing())             # expect: None True
    # With something waiting it is an error.
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    t.write(b"x" * 1000000)
    r.close()
    print(repr(await p.lost), p.told)               # expect: BrokenPipeError() ['pause']
    # A write that finds it is one, too.
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    r.close()
    for _ in range(7):
        t.write(b"x")
    print(repr(await p.lost))                       # expect: BrokenPipeError(32, 'Broken pipe')
    # abort() throws away what waits.
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    t.write(b"x" * 1000000)
    t.abort()
    print(t.get_write_buffer_size(), await p.lost, told)        # expect: 0 None []
    r.close()
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    t.write_eof()
    print(await p.lost, r.read())                   # expect: None b''
    r.close()
    # A descriptor closed behind the transport's back.
    r, w = ends()
    t, p = await loop.connect_read_pipe(Reader, r)
    os.close(r.fileno())
    t.close()
    print(await p.lost)                             # expect: None
    await until(lambda: told)
    print(told[0][1])                               # expect: OSError
    w.close()
    del t, p
    told.clear()
    gc.collect()
    loop.set_exception_handler(None)


async def raises():
    loop = asyncio.get_running_loop()
    told = []
    loop.set_exception_handler(lambda l, c: told.append((c["message"].split("Transport")[-1], repr(c["exception"]))))
    r, w = ends()
    t, p = await loop.connect_read_pipe(Reader, r)
    p.data_received = lambda data: 1 / 0
    w.write(b"x")
    await until(lambda: told)
    print(told, t.is_closing())     # expect: [('._read_ready()', "ZeroDivisionError('division by zero')")] False
    del p.data_received
    w.write(b"goes on")
    await until(lambda: p.got)
    print(p.got)                    # expect: b'goes on'
    w.close()
    await p.lost
    told.clear()
    r, w = ends()
    t, p = await loop.connect_write_pipe(Writer, w)
    p.pause_writing = lambda: 1 / 0
    t.write(b"x" * 1000000)
    print(told)                     # expect: [('protocol.pause_writing() failed', "ZeroDivisionError('division by zero')")]
    try:
        t.write("str")
    except AssertionError as e:
        print(repr(e))              # expect: AssertionError("'str'")
    t.abort()
    await p.lost
    r.close()
    loop.set_exception_handler(None)


async def what_else():
    loop = asyncio.get_running_loop()
    a, b = socket.socketpair()
    rt, rp = await loop.connect_read_pipe(Reader, a)
    wt, wp = await loop.connect_write_pipe(Writer, b)
    wt.write(b"through sockets")
    wt.close()
    await wp.lost
    print(await rp.lost, rp.got, rp.told)           # expect: None b'through sockets' ['made', 'eof', 'lost']
    main, term = os.openpty()
    rt, rp = await loop.connect_read_pipe(Reader, os.fdopen(main, "rb", 0))
    wt, wp = await loop.connect_write_pipe(Writer, os.fdopen(term, "wb", 0))
    wt.write(b"through a terminal\n")
    await until(lambda: b"\n" in rp.got)
    print(rp.got)                                   # expect: b'through a terminal\r\n'
    wt.close()
    print(await wp.lost, repr(await rp.lost))       # expect: None OSError(5, 'Input/output error')
    with tempfile.TemporaryFile() as f:
        for connect in (loop.connect_read_pipe, loop.connect_write_pipe):
            try:
                await connect(Writer, f)
            except ValueError as e:
                print(e)
    # expect: Pipe transport is for pipes/sockets only.
    # expect: Pipe transport is only for pipes, sockets and character devices


async def unclosed():
    loop = asyncio.get_running_loop()
    r, w = ends()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        t, p = await loop.connect_read_pipe(Reader, r)
        t.pause_reading()
        del t, p.transport
        gc.collect()
        print([str(x.message).split(" fd")[0].split("Transport")[-1] for x in told], r.closed)      # expect: [''] True
    w.close()


async def main():
    for f in (reading, closing_what_is_read, writing, reader_s_end_closed, raises, what_else, unclosed):
        await f()


asyncio.run(main())
