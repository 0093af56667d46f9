// SPDX-License-Identifier: MIT
// The type _socket.socket, for modules that work on sockets themselves: a descriptor and a time limit.
#ifndef LADON_STDLIB_SOCKET_H
#define LADON_STDLIB_SOCKET_H

#include "sched/thread/lock.h"
#include "stdlib/posix/posix.h"

typedef struct Socket {
    Object head;
    int fd;                  // [a] -1: closed
    int family, type, proto; // [c]
    int64_t timeout;         // [a] ns; -1: blocks, 0: non-blocking
} Socket;

extern Type type_socket_socket;
extern Shape shape_socket_socket;
static inline Socket *sock_of(Value v) { return AS(Socket, v); }
// Another thread may close the socket meanwhile; the descriptor is then -1 and the call fails with EBADF.
static inline int socket_fd(Socket *s) { return atomic_load_relaxed(&s->fd); }

#endif
