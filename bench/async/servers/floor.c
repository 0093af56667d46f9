// SPDX-License-Identifier: MIT
// What the kernel alone costs per request: a server in C with one recv and one send for each, nothing else; of HTTP or, called with the
// argument "echo", of what it has received. run.py --floor builds and measures it; no server in any language on this way of polling can have a better ratio.
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
static char buf[256 * 1024];

static void watch(int ep, int fd) {
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}
static void accept_all(int ep, int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(ep, fd);
    }
}
int main(int argc, char **argv) {
    bool echo = argc > 1 && !strcmp(argv[1], "echo");
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int ep = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, 1024) || getsockname(listener, (struct sockaddr *)&at, &size)) return 1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    watch(ep, listener);
    for (;;) {
        struct epoll_event events[1024];
        int n = epoll_wait(ep, events, 1024, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                accept_all(ep, listener);
                continue;
            }
            ssize_t got = recv(fd, buf, sizeof buf, 0);
            if (got <= 0) close(fd);
            else if (echo) send(fd, buf, (size_t)got, MSG_NOSIGNAL);
            else if (memmem(buf, (size_t)got, "\r\n\r\n", 4)) send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        }
    }
}
