# SPDX-License-Identifier: MIT
"""Load for the servers of this folder, bounded in time; loopback only. Plain sockets and epoll, so that it costs little beside any server.

    client.py echo PORT SIZE CONNECTIONS SECONDS [--tls]    round trips done; each connection sends SIZE bytes, awaits them, begins again
    client.py connects PORT SIZE SECONDS [--tls]            connections made, on each one round trip of SIZE bytes; one at a time
    client.py udp PORT SIZE CONNECTIONS SECONDS             the same with datagrams, from a socket each; those that are lost are sent again
    client.py fanout PORT CONNECTIONS SECONDS               messages delivered; one of the connections sends, all receive, then the next
    client.py proxy PORT CONNECTIONS SECONDS                answers received; each connection sends a line, awaits it, begins again
    client.py idle PORT CONNECTIONS [--tls]                 opens them (with TLS each echoes a byte), prints "open", waits for the end of its input
    client.py latency PORT PATH CONNECTIONS RATE SECONDS    JSON: p50, p99, p999 in microseconds, sent, late

latency sends GET PATH at a fixed rate, whatever has come back ("open loop"), to the connections in turn. A request's time begins
when it was due, also when its connection was not free then, so a server that stalls cannot hide it.
"""
import collections
import json
import resource
import select
import socket
import ssl
import sys
import time


def connect(port):
    s = socket.create_connection(("127.0.0.1", port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def unverified():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def echo(port, size, count, seconds, tls=False):
    message, ep, by_fd = (bytes(range(251)) * (size // 251 + 1))[:size], select.epoll(), {}
    context = unverified() if tls else None
    for _ in range(count):
        s = connect(port)
        if tls:
            s = context.wrap_socket(s)
        s.setblocking(False)
        ep.register(s, select.EPOLLIN)
        by_fd[s.fileno()] = [s, 0, 0]       # socket, received, sent
    trips, end = 0, time.monotonic() + seconds
    again = BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError

    def send(c):
        try:
            while c[2] < size:
                c[2] += c[0].send(message[c[2]:])
            ep.modify(c[0], select.EPOLLIN)
        except again:
            ep.modify(c[0], select.EPOLLIN | select.EPOLLOUT)

    def receive(c):
        nonlocal trips
        while True:
            try:
                data = c[0].recv(262144)
            except again:
                return
            if not data:
                sys.exit("the server closed a connection")
            c[1] += len(data)
            if c[1] == size:
                trips += 1
                c[1] = c[2] = 0
                send(c)
            if not tls:     # what TLS has read ahead shows in no poll
                return

    for c in by_fd.values():
        send(c)
    while time.monotonic() < end:
        for fd, events in ep.poll(1):
            c = by_fd[fd]
            if events & select.EPOLLOUT:
                send(c)
            if events & select.EPOLLIN:
                receive(c)
    print(trips)


def connects(port, size, seconds, tls=False):
    message, context, done, end = bytes(size), unverified() if tls else None, 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with context.wrap_socket(connect(port)) if tls else connect(port) as s:
            s.sendall(message)
            n = 0
            while n < size:
                n += len(s.recv(262144))
            if tls:
                s.unwrap()
        done += 1
    print(done)


def udp(port, size, count, seconds):
    message, ep, by_fd = bytes(size), select.epoll(), {}
    for _ in range(count):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect(("127.0.0.1", port))
        s.setblocking(False)
        ep.register(s, select.EPOLLIN)
        by_fd[s.fileno()] = s
    trips, end = 0, time.monotonic() + seconds
    for s in by_fd.values():
        s.send(message)
    while time.monotonic() < end:
        ready = ep.poll(0.2)
        for fd, _ in ready:
            if len(by_fd[fd].recv(65536)) != size:
                sys.exit("a wrong answer")
            trips += 1
            by_fd[fd].send(message)
        if not ready:
            for s in by_fd.values():
                s.send(message)
    print(trips)


def open_all(port, count):
    """Connected sockets, non-blocking, with an epoll that watches them."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    ep, by_fd = select.epoll(), {}
    for _ in range(count):
        s = connect(port)
        s.setblocking(False)
        ep.register(s, select.EPOLLIN)
        by_fd[s.fileno()] = s
    return ep, by_fd


def fanout(port, count, seconds):
    ep, by_fd = open_all(port, count)
    socks, frame = list(by_fd.values()), b"\0\x7d" + bytes(125)
    for _ in range(1000):           # until the server has them all
        socks[0].send(b"\0\0")
        ep.poll(1)
        time.sleep(0.01)
        if socks[0].recv(4096)[-4:] == count.to_bytes(4, "big"):
            break
    else:
        sys.exit("the server does not see the connections")
    delivered, turn, end = 0, 0, time.monotonic() + seconds
    while time.monotonic() < end:
        socks[turn % count].send(frame)
        turn += 1
        missing = count * len(frame)
        while missing:
            ready = ep.poll(5)
            if not ready:
                sys.exit("messages are missing")
            for fd, _ in ready:
                data = by_fd[fd].recv(65536)
                if not data:
                    sys.exit("the server closed a connection")
                missing -= len(data)
        delivered += count
    print(delivered)


def proxy(port, count, seconds):
    ep, by_fd = open_all(port, count)
    answers, line, end = 0, b"x" * 63 + b"\n", time.monotonic() + seconds
    for s in by_fd.values():
        s.send(line)
    waiting = count
    while waiting:
        ready = ep.poll(10)
        if not ready:
            sys.exit("answers are missing")
        for fd, _ in ready:
            data = by_fd[fd].recv(4096)
            if data != line:
                sys.exit("a wrong answer: %r" % data[:100])
            answers += 1
            if time.monotonic() < end:
                by_fd[fd].send(line)
            else:
                waiting -= 1
    print(answers)


def idle(port, count, tls):
    if tls:
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        context, opened = unverified(), []
        for _ in range(count):
            s = context.wrap_socket(connect(port))
            s.sendall(b"x")
            s.recv(1)
            opened.append(s)
    else:
        opened = open_all(port, count)
    print("open", flush=True)
    sys.stdin.read()


def latency(port, path, count, rate, seconds):
    ep, by_fd = open_all(port, count)
    request = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode()
    free, due, taken = collections.deque(by_fd.values()), collections.deque(), {}
    now, gap, clock = time.perf_counter, 1 / rate, time.perf_counter
    times, late, n = [], 0, 0
    start = now() + 0.05
    warm, end = start + min(1, seconds / 3), start + seconds
    while True:
        t = clock()
        while start + n * gap <= t and t < end:
            due.append(start + n * gap)
            n += 1
        while due and free:
            s = free.popleft()
            taken[s.fileno()] = due.popleft()
            s.send(request)
        if t >= end and not taken and not due:
            break
        if t > end + 10:
            sys.exit("answers are missing")
        late += len(due) > 0
        for fd, _ in ep.poll(0):
            s = by_fd[fd]
            if not s.recv(65536):
                sys.exit("the server closed a connection")
            began = taken.pop(fd)
            if began >= warm:
                times.append(clock() - began)
            free.append(s)
    times.sort()
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))] * 1e6)
    print(json.dumps({"p50": at(0.5), "p99": at(0.99), "p999": at(0.999), "sent": n, "late": late}))


def main():
    what, a = sys.argv[1], sys.argv[2:]
    if what == "echo":
        echo(int(a[0]), int(a[1]), int(a[2]), float(a[3]), "--tls" in a)
    elif what == "udp":
        udp(int(a[0]), int(a[1]), int(a[2]), float(a[3]))
    elif what == "latency":
        latency(int(a[0]), a[1], int(a[2]), float(a[3]), float(a[4]))
    elif what == "idle":
        idle(int(a[0]), int(a[1]), "--tls" in a)
    elif what == "connects":
        connects(int(a[0]), int(a[1]), float(a[2]), "--tls" in a)
    elif what in ("fanout", "proxy"):
        globals()[what](int(a[0]), int(a[1]), float(a[2]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
