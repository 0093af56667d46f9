// SPDX-License-Identifier: MIT
// What the event loop has to know of socket objects: a table of functions that the module _socket fills in (stdlib/_socket/address.c). sock is an instance of
// _socket.socket in all of them; who calls makes sure of that.
#ifndef LADON_SCHED_LOOP_SOCKET_OPS_H
#define LADON_SCHED_LOOP_SOCKET_OPS_H
#include "core/value/value.h"
#include "sched/thread/thread.h"

#include <sys/socket.h>

typedef struct SocketOps {
    Type *type;                         // _socket.socket
    int (*fd)(Value sock);              // -1: it was closed
    // An address as Python sees it: new reference, or no value. Runs no Python.
    Value (*address)(Thread *th, Value sock, const struct sockaddr_storage *a, socklen_t len);
    // The socket object of a connection that was accepted at `listening`, non-blocking: new reference, or no value. fd belongs to it, or is closed. Of listening's
    // class, which is socket.socket: its __init__ is not called.
    Value (*accepted)(Thread *th, Value listening, int fd);
    // The address argument of fn into *a. 0 or -1. May resolve a name, which blocks detached, and run Python (its encoding).
    int (*address_arg)(Thread *th, Value sock, Value address, struct sockaddr_storage *a, socklen_t *len, const char *fn);
} SocketOps;
extern const SocketOps *socket_ops; // set once, by the import of _socket (release), before there is a socket

#endif
