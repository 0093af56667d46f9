# SPDX-License-Identifier: MIT
# add_reader(), add_writer() and the waits of sock_*() on the same descriptors: both directions at once, a callback beside a wait, giving up, closing while
# pending, numbers that are used again, a transport that takes a descriptor over, what is no descriptor.
import asyncio
import socket


def pair():
    a, b = socket.socketpair()
    a.setblocking(False)
    b.setblocking(False)
    return a, b


async def cancelled(task):
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True


class Reader(asyncio.Protocol):
    def data_received(self, data):
        self.got.set_result(data)


async def main():
    loop = asyncio.get_running_loop()
    soon = lambda: asyncio.sleep(0.01)
    a, b = pair()

    t = asyncio.create_task(loop.sock_recv(a, 10))
    await soon()
    print(t.done())                                 # expect: False
    b.send(b"x")
    print(await t)                                  # expect: b'x'
    t = asyncio.create_task(loop.sock_recv(a, 10))
    await soon()
    print(a in map(lambda k: k.fileobj, loop._selector.get_map().values()) or a.fileno() in loop._selector.get_map())   # expect: True
    print(await cancelled(t))                       # expect: True
    await soon()
    print(loop.remove_reader(a))                    # expect: False

    # Both directions.
    big = b"y" * 3000000
    t = asyncio.create_task(loop.sock_sendall(a, big))
    r = asyncio.create_task(loop.sock_recv(a, 5))
    await soon()
    print(t.done(), r.done())                       # expect: False False
    b.send(b"q")
    print(await r, t.done())                        # expect: b'q' False
    n = 0
    while n < len(big):
        n += len(await loop.sock_recv(b, 1 << 20))
    await t
    print(n)                                        # expect: 3000000

    # A callback beside a wait.
    got = []
    loop.add_writer(a, got.append, 1)
    r = asyncio.create_task(loop.sock_recv(a, 5))
    await soon()
    b.send(b"w")
    print(await r, len(got) > 0)                    # expect: b'w' True
    print(loop.remove_writer(a), loop.remove_writer(a))     # expect: True False
    await soon()
    n = len(got)
    await soon()
    print(len(got) - n, loop._selector.get_map().get(a))    # expect: 0 None

    # A callback that takes another's place; one that is removed by itself.
    loop.add_reader(a, got.append, "first")
    loop.add_reader(a, lambda: (got.append(a.recv(9)), loop.remove_reader(a)))
    del got[:]
    b.send(b"once")
    await soon()
    b.send(b"twice")
    await soon()
    print(got, a.recv(9))                           # expect: [b'once'] b'twice'

    # Closed while pending, then the number again and again.
    c, d = pair()
    r = asyncio.create_task(loop.sock_recv(c, 5))
    await soon()
    c.close()
    await soon()
    print(r.done(), await cancelled(r))             # expect: False True
    d.close()
    for i in range(5):
        c, d = pair()
        r = asyncio.create_task(loop.sock_recv(c, 5))
        await asyncio.sleep(0)
        d.send(b"%d" % i)
        print(await r)
        # expect: b'0'
        # expect: b'1'
        # expect: b'2'
        # expect: b'3'
        # expect: b'4'
        c.close()
        d.close()

    # What is none.
    for file in (-1, "x", None, 1.5):
        for method, args in ((loop.add_reader, (print,)), (loop.remove_reader, ()), (loop.add_writer, (print,)), (loop.remove_writer, ())):
            try:
                print(method(file, *args))
            except Exception as e:
                print(type(e).__name__, e)
    # expect: ValueError Invalid file descriptor: -1
    # expect: ValueError Invalid file descriptor: -1
    # expect: ValueError Invalid file descriptor: -1
    # expect: ValueError Invalid file descriptor: -1
    # expect: ValueError Invalid file object: 'x'
    # expect: ValueError Invalid file object: 'x'
    # expect: ValueError Invalid file object: 'x'
    # expect: ValueError Invalid file object: 'x'
    # expect: ValueError Invalid file object: None
    # expect: ValueError Invalid file object: None
    # expect: ValueError Invalid file object: None
    # expect: ValueError Invalid file object: None
    # expect: ValueError Invalid file object: 1.5
    # expect: ValueError Invalid file object: 1.5
    # expect: ValueError Invalid file object: 1.5
    # expect: ValueError Invalid file object: 1.5
    for number in (12345, 100000000):
        try:
            loop.add_reader(number, print)
        except OSError as e:
            print(e)
        print(loop.remove_reader(number))
        # expect: [Errno 9] Bad file descriptor
        # expect: False
        # expect: [Errno 9] Bad file descriptor
        # expect: False
    with open(__file__) as f:
        try:
            loop.add_reader(f, print)
        except PermissionError as e:
            print(e)                                # expect: [Errno 1] Operation not permitted
        print(loop.remove_reader(f))                # expect: False
    s = socket.socket()
    loop.add_reader(s, print)
    s.close()
    print(loop.remove_reader(s))                    # expect: True
    try:
        loop.remove_reader(s)
    except ValueError as e:
        print(e)                                    # expect: Invalid file descriptor: -1

    # A transport takes the descriptor over.
    e1, e2 = pair()
    loop.add_reader(e1, print, "never")
    protocol = Reader()
    protocol.got = loop.create_future()
    transport, _ = await loop.create_connection(lambda: protocol, sock=e1)
    e2.send(b"hello")
    print(await protocol.got)                       # expect: b'hello'
    for method, args in ((loop.add_reader, (print,)), (loop.remove_writer, ())):
        try:
            method(e1, *args)
        except RuntimeError as e:
            print(str(e)[:15])
        # expect: File descriptor
        # expect: File descriptor
    transport.close()
    await soon()

    # What fails after a wait has no other error behind it.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        conn, _ = listener.accept()
    conn.setblocking(False)
    t = asyncio.create_task(loop.sock_recv(conn, 5))
    await soon()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    try:
        await t
    except ConnectionResetError as e:
        print(e, e.__context__)                     # expect: [Errno 104] Connection reset by peer None
    conn.close()

    # A loop that is closed.
    other = asyncio.new_event_loop()
    other.add_reader(a, print)
    other.close()
    print(other.remove_reader(a))                   # expect: False
    try:
        other.add_reader(a, print)
    except RuntimeError as e:
        print(e)                                    # expect: Event loop is closed

asyncio.run(main())
