// SPDX-License-Identifier: MIT
// The module _socket: BSD sockets (Library Reference, "socket"). Constants are in const.c.
#include "stdlib/_socket/socket_int.h"

#include "core/object/exception.h"
#include "gc/gc.h"

Value socket_gaierror, socket_herror;

static Value socket_fn_socketpair(Thread *th, Value self, Value *a) {
    int family = AF_UNIX, type = SOCK_STREAM, proto = 0, fds[2], r, err;
    if ((a[0] && int_arg(th, a[0], &family) < 0) || (a[1] && int_arg(th, a[1], &type) < 0) || (a[2] && int_arg(th, a[2], &proto) < 0)) return NO_VALUE;
    SYS(th, r, err, socketpair(family, type | SOCK_CLOEXEC, proto, fds));
    if (r < 0) return posix_error(th, err);
    Value v[2] = {NO_VALUE, NO_VALUE};
    bool ok = true;
    for (int i = 0; i < 2; i++) {
        v[i] = socket_slot_new(th, &type_socket_socket, NULL, 0, NO_VALUE);
        if (!v[i]) close(fds[i]);
        if (!v[i] || socket_setup(th, sock_of(v[i]), fds[i], family, type, proto) < 0) ok = false;
    }
    if (ok) return tuple_from_owned(th, v, 2);
    decref(th, v[0]);
    decref(th, v[1]);
    return NO_VALUE;
}
static Value socket_fn_dup(Thread *th, Value self, Value *a) {
    int fd, r;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    r = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return r < 0 ? posix_error(th, errno) : value_imm_int(r);
}
static Value socket_fn_close(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, close(fd));
    return r < 0 && err != ECONNRESET ? posix_error(th, err) : VALUE_NONE;
}
static Value socket_fn_getdefaulttimeout(Thread *th, Value self, Value *a) { return timeout_to_value(th, atomic_load_relaxed(&socket_default_timeout)); }
static Value socket_fn_setdefaulttimeout(Thread *th, Value self, Value *a) {
    int64_t t;
    if (timeout_from_value(th, a[0], &t) < 0) return NO_VALUE;
    atomic_store_relaxed(&socket_default_timeout, t);
    return VALUE_NONE;
}

#define F(n, sig) {#n, sig, socket_fn_##n, NULL, 0}
static const MethodDef socket_fns[] = {
    F(getaddrinfo, "(host, port, family=0, type=0, proto=0, flags=0)"), F(getnameinfo, "(sockaddr, flags, /)"), F(gethostbyname, "(host, /)"), F(gethostbyname_ex, "(host, /)"), F(gethostbyaddr, "(host, /)"), F(gethostname, "()"), F(sethostname, "(name, /)"), F(getservbyname, "(servicename, protocolname=<unrepresentable>, /)"),
    F(getservbyport, "(port, protocolname=<unrepresentable>, /)"), F(getprotobyname, "(name, /)"), F(socketpair, "(family=<unrepresentable>, type=<unrepresentable>, proto=0, /)"), F(dup, "(integer, /)"), F(close, "(fd, /)"), F(htons, "(integer, /)"), F(ntohs, "(integer, /)"), F(htonl, "(integer, /)"), F(ntohl, "(integer, /)"),
    F(inet_aton, "(ip_addr, /)"), F(inet_ntoa, "(packed_ip, /)"), F(inet_pton, "(af, ip, /)"), F(inet_ntop, "(af, packed_ip, /)"), F(getdefaulttimeout, "()"), F(setdefaulttimeout, "(timeout, /)"), F(if_nameindex, "()"), F(if_nametoindex, "(oname, /)"), F(if_indextoname, "(index, /)"), F(CMSG_LEN, "(length, /)"), F(CMSG_SPACE, "(length, /)"), {0}
};
static int socket_exec(Thread *th, Value m) {
    if (module_add_type(th, m, &type_socket_socket) < 0 || module_add(th, m, "SocketType", new_ref(th, VALUE_OF(&type_socket_socket))) < 0) return -1;
    socket_herror = exception_create_type(th, "socket.herror", VALUE_OF(&exc_OSError), NULL);
    socket_gaierror = exception_create_type(th, "socket.gaierror", VALUE_OF(&exc_OSError), NULL);
    if (!socket_herror || !socket_gaierror) return -1;
    gc_add_root(&socket_herror);
    gc_add_root(&socket_gaierror);
    if (module_add(th, m, "error", new_ref(th, VALUE_OF(&exc_OSError))) < 0 || module_add(th, m, "timeout", new_ref(th, VALUE_OF(&exc_TimeoutError))) < 0 || module_add(th, m, "herror", new_ref(th, socket_herror)) < 0 ||
        module_add(th, m, "gaierror", new_ref(th, socket_gaierror)) < 0 || module_add(th, m, "has_ipv6", VALUE_TRUE) < 0)
        return -1;
    // Release: the table is whole before it is seen.
    atomic_store_release(&socket_ops, &socket_loop_ops);
    return socket_constants(th, m);
}
const ModuleDef module__socket = {"_socket", "Implementation module for socket operations.\n\nSee the socket module for documentation.", socket_fns, socket_exec};
