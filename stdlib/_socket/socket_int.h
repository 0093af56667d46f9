// SPDX-License-Identifier: MIT
// What the files of _socket share. A socket is a descriptor and a timeout; waiting is done with poll() outside the attached
// state, EINTR runs signal handlers and waits for what is left.
#ifndef LADON_STDLIB_SOCKET_INT_H
#define LADON_STDLIB_SOCKET_INT_H

#include "sched/loop/socket_ops.h"
#include "stdlib/_socket/socket.h"

#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/can.h> // these need <sys/socket.h>
#include <linux/if_alg.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>

typedef union Address {
    struct sockaddr sa;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_nl nl;
    struct sockaddr_ll ll;
    struct sockaddr_vm vm;
    struct sockaddr_can can;
    struct sockaddr_alg alg;
    struct sockaddr_tipc tipc;
    struct sockaddr_qrtr qrtr;
    struct sockaddr_storage ss;
} Address;

extern Value socket_gaierror, socket_herror; // roots; [c] once the module is imported

// const.c: adds the constants of _socket to module m. 0 or -1.
int socket_constants(Thread *th, Value m);

// socket.c
extern int64_t socket_default_timeout;       // [a] of new sockets, as Socket.timeout
// Waits until the descriptor is ready for the poll() events or the clock reads `until` (-1: for ever). 0: ready; 1: timed
// out, -1: another error, both with the exception set. May run signal handlers.
int socket_wait(Thread *th, Socket *s, short events, int64_t until);
Value socket_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
// Makes s the owner of fd. 0 or -1.
int socket_setup(Thread *th, Socket *s, int fd, int family, int type, int proto);
// None or seconds to ns, and back. 0 or -1; a new reference.
int timeout_from_value(Thread *th, Value v, int64_t *out);
Value timeout_to_value(Thread *th, int64_t t);

// Runs expr until it succeeds, honouring the socket's timeout. r >= 0, or -1 with the exception set.
#define SOCK_CALL(th, s, events, r, expr) do { \
        int64_t tmo_ = atomic_load_relaxed(&(s)->timeout), until_ = tmo_ > 0 ? thread_clock_ns() + tmo_ : -1; \
        int err_; \
        (r) = -1; \
        if (tmo_ > 0 && socket_wait(th, s, events, until_)) break; \
        for (;;) { \
            SYS(th, r, err_, expr); \
            if ((r) >= 0) break; \
            if (err_ == EINTR) { if (after_eintr(th, err_) < 0) break; continue; } \
            if (tmo_ > 0 && (err_ == EAGAIN || err_ == EWOULDBLOCK)) { if (socket_wait(th, s, events, until_)) break; continue; } \
            posix_error(th, err_); \
            break; \
        } \
    } while (0)

// transfer.c: methods of socket, and two functions.
NativeFunction sock_meth_recv, sock_meth_recvfrom, sock_meth_recv_into, sock_meth_recvfrom_into,
    sock_meth_send, sock_meth_sendall, sock_meth_recvmsg, sock_meth_recvmsg_into, sock_meth_sendmsg;
Value sock_meth_sendto(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
NativeFunction socket_fn_CMSG_LEN, socket_fn_CMSG_SPACE;

// address.c
// Raises the gaierror of a resolver's code; err: errno, for EAI_SYSTEM. NO_VALUE.
Value gai_error_raise(Thread *th, int code, int err);
// Raises type(code, text). NO_VALUE.
Value socket_error_raise(Thread *th, Value type, int code, const char *text);
// UTF-8 of a str argument of fn, or NULL: TypeError. *hold keeps it alive; the caller releases it.
const char *str_arg(Thread *th, Value v, const char *fn, Value *hold);
// Host name as text for the resolver: str (IDNA when not ASCII), bytes or bytearray. NULL: exception; *hold as above.
const char *host_arg(Thread *th, Value v, Value *hold);
// A name encoded for the DNS, in any case. The text lives as long as *hold, which the caller releases; NULL: an exception.
const char *host_encoded(Thread *th, Value name, Value *hold);
// Resolves a host name into *out. 0 or -1. May block.
int host_resolve(Thread *th, Value host, int family, Address *out, socklen_t *len);
// The host of an address as numbers: new reference, or no value.
Value host_to_str(Thread *th, const struct sockaddr *sa, socklen_t len);
// An address as Python sees it: new reference, or no value. proto is the socket's, which CAN needs.
Value address_to_value(Thread *th, int proto, const Address *a, socklen_t len);
Value address_linux_to_value(Thread *th, int proto, const Address *a);
// The address argument of bind, connect, sendto... (fn) into *a. 0 or -1. May block.
int address_arg(Thread *th, Socket *s, Value v, Address *a, socklen_t *len, const char *fn);
int address_linux_arg(Thread *th, Socket *s, Value v, Address *a, socklen_t *len, const char *fn);
extern const SocketOps socket_loop_ops; // what the event loop calls
// Functions of the module.
NativeFunction socket_fn_htons, socket_fn_ntohs, socket_fn_htonl, socket_fn_ntohl,
    socket_fn_inet_aton, socket_fn_inet_ntoa, socket_fn_inet_pton, socket_fn_inet_ntop;

// netdb.c: functions of the module.
NativeFunction socket_fn_getaddrinfo, socket_fn_getnameinfo, socket_fn_gethostbyname,
    socket_fn_gethostbyname_ex, socket_fn_gethostbyaddr, socket_fn_gethostname,
    socket_fn_sethostname, socket_fn_getservbyname, socket_fn_getservbyport,
    socket_fn_getprotobyname, socket_fn_if_nameindex, socket_fn_if_nametoindex,
    socket_fn_if_indextoname;

#endif
