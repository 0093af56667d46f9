# Addresses, descriptors, names of signals and programs that can't be: each call says so with the exception that asyncio documents.
# flags: -W ignore
import asyncio
import os
import socket


async def attempt(what, make):
    try:
        r = await asyncio.wait_for(make(), 10)
    except Exception as e:
        text = str(e)
        print(what, "|", type(e).__name__, "|", text[:100])
    else:
        print(what, "| fine")
        for x in r if isinstance(r, tuple) else (r,):
            if hasattr(x, "close"):
                x.close()



async def main():
    loop = asyncio.get_running_loop()
    P = asyncio.Protocol
    for name, host, port in [("port 70000", "127.0.0.1", 70000), ("port -1", "127.0.0.1", -1), ("port str", "127.0.0.1", "x"), ("port None", "127.0.0.1", None),
        ("nul", "a\0b", 80), ("long label", "a" * 70+".example", 80), ("bytes", b"127.0.0.1", 0), ("host int", 5, 80), ("empty label", "a..b", 80), ("surrogate", "\udc80", 80)]:
        await attempt("connect " + name, lambda: loop.create_connection(P, host, port))
        await attempt("listen " + name, lambda: loop.create_server(P, host, port))
        await attempt("datagram " + name, lambda: loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(host, port)))
    for name, path in [("long path", "x" * 200), ("nul path", "a\0b"), ("missing", "nowhere/x"), ("int", 5), ("empty", "")]:
        await attempt("unix connect " + name, lambda: loop.create_unix_connection(P, path))
        await attempt("unix listen " + name, lambda: loop.create_unix_server(P, path))
    closed = socket.socket()
    closed.close()
    await attempt("sock closed", lambda: loop.create_connection(P, sock=closed))
    await attempt("sock and host", lambda: loop.create_connection(P, "h", 1, sock=closed))
    await attempt("nothing", lambda: loop.create_connection(P))
    await attempt("server nothing", lambda: loop.create_server(P))
    await attempt("server closed", lambda: loop.create_server(P, sock=closed))
    await attempt("server hostname", lambda: loop.create_connection(P, "127.0.0.1", 1, server_hostname="x"))
    await attempt("ssl empty hostname", lambda: loop.create_connection(P, sock=socket.socket(), ssl=True))
    await attempt("local_addr", lambda: loop.create_connection(P, "127.0.0.1", 1, local_addr=("127.0.0.1", 99999)))
    s = socket.socket()
    s.setblocking(False)
    await attempt("sock_connect 1-tuple", lambda: loop.sock_connect(s, ("127.0.0.1",)))
    await attempt("sock_connect str", lambda: loop.sock_connect(s, "x"))
    await attempt("sock_recv closed", lambda: loop.sock_recv(closed, 5))
    await attempt("sock_sendall closed", lambda: loop.sock_sendall(closed, b"x"))
    await attempt("sock_accept closed", lambda: loop.sock_accept(closed))
    await attempt("sock_sendto closed", lambda: loop.sock_sendto(closed, b"x", ("127.0.0.1", 1)))
    await attempt("sock_connect closed", lambda: loop.sock_connect(closed, ("127.0.0.1", 1)))
    b = socket.socket()
    loop.set_debug(True)
    await attempt("sock_recv blocking", lambda: loop.sock_recv(b, 1))
    loop.set_debug(False)
    b.close()
    s.close()
    for f in (loop.add_reader, loop.add_writer):
        for fd in (-1, 999, 2**40, "x", None, closed):
            try:
                f(fd, print)
            except Exception as e:
                print(f.__name__, type(fd).__name__, type(e).__name__, str(e)[:80])
    for f in (loop.remove_reader, loop.remove_writer):
        for fd in (-1, 999, 2**40, "x", None):
            try:
                print(f.__name__, f(fd))
            except Exception as e:
                print(f.__name__, type(fd).__name__, type(e).__name__, str(e)[:80])
    for make in (lambda: loop.connect_write_pipe(asyncio.BaseProtocol, open(os.devnull, "wb")), lambda: loop.connect_read_pipe(P, open(__file__, "rb"))):
        await attempt("pipe", make)
    await attempt("getaddrinfo", lambda: loop.getaddrinfo("127.0.0.1", 2**70))
    await attempt("getnameinfo", lambda: loop.getnameinfo(("127.0.0.1",)))
    await attempt("exec", lambda: asyncio.create_subprocess_exec("no-such-program"))
    await attempt("exec nul", lambda: asyncio.create_subprocess_exec("a\0b"))
    await attempt("signal 0", lambda: loop.add_signal_handler(0, print))
    for sig in (0, 99, "x", 9):
        try:
            loop.add_signal_handler(sig, print)
        except Exception as e:
            print("signal", sig, type(e).__name__, str(e)[:60])
asyncio.run(main())
# expect: connect port 70000 | OverflowError | connect(): port must be 0-65535.
# expect: listen port 70000 | OverflowError | bind(): port must be 0-65535.
# expect: datagram port 70000 | OverflowError | bind(): port must be 0-65535.
# expect: connect port -1 | OverflowError | connect(): port must be 0-65535.
# expect: listen port -1 | OverflowError | bind(): port must be 0-65535.
# expect: datagram port -1 | OverflowError | bind(): port must be 0-65535.
# expect: connect port str | gaierror | [Errno -8] Servname not supported for ai_socktype
# expect: listen port str | gaierror | [Errno -8] Servname not supported for ai_socktype
# expect: datagram port str | gaierror | [Errno -8] Servname not supported for ai_socktype
# expect: connect port None | ConnectionRefusedError | [Errno 111] Connect call failed ('127.0.0.1', 0)
# expect: listen port None | fine
# expect: datagram port None | fine
# expect: connect nul | ValueError | embedded null character
# expect: listen nul | ValueError | embedded null character
# expect: datagram nul | ValueError | embedded null character
# expect: connect long label | UnicodeEncodeError | 'idna' codec can't encode characters in position 0-69: label too long
# expect: listen long label | UnicodeEncodeError | 'idna' codec can't encode characters in position 0-69: label too long
# expect: datagram long label | UnicodeEncodeError | 'idna' codec can't encode characters in position 0-69: label too long
# expect: connect bytes | ConnectionRefusedError | [Errno 111] Connect call failed ('127.0.0.1', 0)
# expect: listen bytes | TypeError | argument of type 'int' is not a container or iterable
# expect: datagram bytes | fine
# expect: connect host int | TypeError | argument of type 'int' is not a container or iterable
# expect: listen host int | TypeError | argument of type 'int' is not a container or iterable
# expect: datagram host int | TypeError | argument of type 'int' is not a container or iterable
# expect: connect empty label | UnicodeEncodeError | 'idna' codec can't encode character '\x2e' in position 2: label empty
# expect: listen empty label | UnicodeEncodeError | 'idna' codec can't encode character '\x2e' in position 2: label empty
# expect: datagram empty label | UnicodeEncodeError | 'idna' codec can't encode character '\x2e' in position 2: label empty
# expect: connect surrogate | UnicodeEncodeError | 'utf-8' codec can't encode character '\udc80' in position 0: surrogates not allowed
# expect: listen surrogate | UnicodeEncodeError | 'utf-8' codec can't encode character '\udc80' in position 0: surrogates not allowed
# expect: datagram surrogate | UnicodeEncodeError | 'utf-8' codec can't encode character '\udc80' in position 0: surrogates not allowed
# expect: unix connect long path | OSError | AF_UNIX path too long
# expect: unix listen long path | OSError | AF_UNIX path too long
# expect: unix connect nul path | FileNotFoundError | [Errno 2] No such file or directory
# expect: unix listen nul path | ValueError | stat: embedded null character in path
# expect: unix connect missing | FileNotFoundError | [Errno 2] No such file or directory
# expect: unix listen missing | FileNotFoundError | [Errno 2] No such file or directory
# expect: unix connect int | TypeError | expected str, bytes or os.PathLike object, not int
# expect: unix listen int | TypeError | expected str, bytes or os.PathLike object, not int
# expect: unix connect empty | OSError | [Errno 22] Invalid argument
# expect: unix listen empty | IndexError | string index out of range
# expect: sock closed | OSError | [Errno 9] Bad file descriptor
# expect: sock and host | ValueError | host/port and sock can not be specified at the same time
# expect: nothing | ValueError | host and port was not specified and no sock specified
# expect: server nothing | ValueError | Neither host/port nor sock were specified
# expect: server closed | OSError | [Errno 9] Bad file descriptor
# expect: server hostname | ValueError | server_hostname is only meaningful with ssl
# expect: ssl empty hostname | ValueError | You must set server_hostname when using ssl without a host
# expect: local_addr | OverflowError | bind(): port must be 0-65535.
# expect: sock_connect 1-tuple | ValueError | not enough values to unpack (expected 2, got 1)
# expect: sock_connect str | ValueError | not enough values to unpack (expected 2, got 1)
# expect: sock_recv closed | OSError | [Errno 9] Bad file descriptor
# expect: sock_sendall closed | OSError | [Errno 9] Bad file descriptor
# expect: sock_accept closed | OSError | [Errno 9] Bad file descriptor
# expect: sock_sendto closed | OSError | [Errno 9] Bad file descriptor
# expect: sock_connect closed | OSError | [Errno 9] Bad file descriptor
# expect: sock_recv blocking | ValueError | the socket must be non-blocking
# expect: add_reader int ValueError Invalid file descriptor: -1
# expect: add_reader int OSError [Errno 9] Bad file descriptor
# expect: add_reader int OverflowError Python int too large to convert to C int
# expect: add_reader str ValueError Invalid file object: 'x'
# expect: add_reader NoneType ValueError Invalid file object: None
# expect: add_reader socket ValueError Invalid file descriptor: -1
# expect: add_writer int ValueError Invalid file descriptor: -1
# expect: add_writer int OSError [Errno 9] Bad file descriptor
# expect: add_writer int OverflowError Python int too large to convert to C int
# expect: add_writer str ValueError Invalid file object: 'x'
# expect: add_writer NoneType ValueError Invalid file object: None
# expect: add_writer socket ValueError Invalid file descriptor: -1
# expect: remove_reader int ValueError Invalid file descriptor: -1
# expect: remove_reader False
# expect: remove_reader False
# expect: remove_reader str ValueError Invalid file object: 'x'
# expect: remove_reader NoneType ValueError Invalid file object: None
# expect: remove_writer int ValueError Invalid file descriptor: -1
# expect: remove_writer False
# expect: remove_writer False
# expect: remove_writer str ValueError Invalid file object: 'x'
# expect: remove_writer NoneType ValueError Invalid file object: None
# expect: pipe | fine
# expect: pipe | ValueError | Pipe transport is for pipes/sockets only.
# expect: getaddrinfo | gaierror | [Errno -8] Servname not supported for ai_socktype
# expect: getnameinfo | TypeError | getnameinfo(): illegal sockaddr argument
# expect: exec | FileNotFoundError | [Errno 2] No such file or directory: 'no-such-program'
# expect: exec nul | ValueError | embedded null byte
# expect: signal 0 | ValueError | invalid signal number 0
# expect: signal 0 ValueError invalid signal number 0
# expect: signal 99 ValueError invalid signal number 99
# expect: signal x TypeError sig must be an int, not 'x'
# expect: signal 9 RuntimeError sig 9 cannot be caught
