# SPDX-License-Identifier: MIT
"""Load for the echo server: echo_client.py PORT SIZE CONNECTIONS SECONDS. Each connection sends SIZE bytes, waits for them all, and
begins again. Prints the number of round trips. Plain sockets and epoll: it costs little beside any server."""
import select
import socket
import sys
import time


def main():
    port, size, count, seconds = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    message, ep, by_fd = bytes(i & 255 for i in range(251)) * (size // 251 + 1), select.epoll(), {}
    message = message[:size]
    for _ in range(count):
        s = socket.create_connection(("127.0.0.1", port))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.setblocking(False)
        ep.register(s, select.EPOLLIN)
        by_fd[s.fileno()] = [s, 0, 0]       # socket, received, sent
    trips, end = 0, time.monotonic() + seconds

    def send(c):
        try:
            while c[2] < size:
                c[2] += c[0].send(message[c[2]:])
            ep.modify(c[0], select.EPOLLIN)
        except BlockingIOError:
            ep.modify(c[0], select.EPOLLIN | select.EPOLLOUT)

    for c in by_fd.values():
        send(c)
    while time.monotonic() < end:
        for fd, events in ep.poll(1):
            c = by_fd[fd]
            if events & select.EPOLLOUT:
                send(c)
            if events & select.EPOLLIN:
                data = c[0].recv(262144)
                if not data:
                    sys.exit("the server closed a connection")
                c[1] += len(data)
                if c[1] == size:
                    trips += 1
                    c[1] = c[2] = 0
                    send(c)
    print(trips)


if __name__ == "__main__":
    main()
