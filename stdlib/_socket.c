// SPDX-License-Identifier: MIT
// The module _socket: BSD sockets (Library Reference, "socket"). A socket is a descriptor and a timeout; waiting is done with poll() outside the attached state, EINTR
// runs signal handlers and waits for what is left. IPv4, IPv6, Unix, packet and netlink addresses. Constants are in _socket_const.c.
#include "stdlib/_socket_int.h"

#include "core/object/exception.h"
#include "gc/gc.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/un.h>
#include <linux/netlink.h>
#include <linux/if_packet.h>

typedef struct Socket {
    Object head;
    int fd;                  // [a] -1: closed
    int family, type, proto; // [c]
    int64_t timeout;         // [a] ns; -1: blocks, 0: non-blocking
} Socket;
static int64_t default_timeout = -1; // [a]
static Value socket_gaierror, socket_herror; // roots
extern Type type_socket_socket;
extern Shape shape_socket_socket;

typedef union Address { struct sockaddr sa; struct sockaddr_in in; struct sockaddr_in6 in6; struct sockaddr_un un; struct sockaddr_nl nl; struct sockaddr_ll ll; struct sockaddr_storage ss; } Address;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static Socket *sock_of(Value v) { return AS(Socket, v); }
static int live(Thread *th, Socket *s) { int fd = atomic_load_relaxed(&s->fd); (void)th; return fd; }

// Waits until fd is ready. 0 ready, 1 timed out (exception set), -1.
static int wait_ready(Thread *th, Socket *s, short events, int64_t until) {
    for (;;) {
        int64_t left = until < 0 ? -1 : until - now_ns();
        if (until >= 0 && left < 0) left = 0;
        struct pollfd p = {live(th, s), events, 0};
        int r, err;
        SYS(th, r, err, poll(&p, 1, left < 0 ? -1 : (int)((left + 999999) / 1000000)));
        if (r > 0) return 0;
        if (r == 0) {
            raise_error(th, &exc_TimeoutError, "timed out");
            return 1;
        }
        int again = after_eintr(th, err);
        if (again < 0) return -1;
        if (!again) {
            posix_error(th, err);
            return -1;
        }
    }
}
// Runs expr until it succeeds, honouring the socket's timeout. r >= 0, or -1 with the exception set.
#define SOCK_CALL(th, s, events, r, expr) do { \
        int64_t tmo_ = atomic_load_relaxed(&(s)->timeout), until_ = tmo_ > 0 ? now_ns() + tmo_ : -1; \
        int err_; \
        (r) = -1; \
        if (tmo_ > 0 && wait_ready(th, s, events, until_)) break; \
        for (;;) { \
            SYS(th, r, err_, expr); \
            if ((r) >= 0) break; \
            if (err_ == EINTR) { if (after_eintr(th, err_) < 0) break; continue; } \
            if (tmo_ > 0 && (err_ == EAGAIN || err_ == EWOULDBLOCK)) { if (wait_ready(th, s, events, until_)) break; continue; } \
            posix_error(th, err_); \
            break; \
        } \
    } while (0)

// ---- addresses

static Value raise_gai_error(Thread *th, int code, int err) {
    if (code == EAI_SYSTEM) return posix_error(th, err);
    Value msg = str_from_cstr(th, gai_strerror(code));
    Value a[2] = {value_imm_int(code), msg};
    Value e = msg ? object_call(th, socket_gaierror, a, 2, NO_VALUE) : NO_VALUE;
    decref(th, msg);
    if (e) {
        raise_object(th, e, NO_VALUE);
        decref(th, e);
    }
    return NO_VALUE;
}
static Value host_text(Thread *th, const struct sockaddr *sa, socklen_t len) {
    char buf[NI_MAXHOST];
    int r = getnameinfo(sa, len, buf, sizeof buf, NULL, 0, NI_NUMERICHOST);
    return r ? raise_gai_error(th, r, errno) : str_from_cstr(th, buf);
}
static Value address_value(Thread *th, int family, const Address *a, socklen_t len) {
    if (len == 0) return VALUE_NONE;
    switch (a->sa.sa_family) {
    case AF_INET: {
        char b[64];
        inet_ntop(AF_INET, &a->in.sin_addr, b, sizeof b);
        Value v[2] = {str_from_cstr(th, b), value_imm_int(ntohs(a->in.sin_port))};
        return tuple_from_owned(th, v, 2);
    }
    case AF_INET6: {
        Value v[4] = {host_text(th, &a->sa, len), value_imm_int(ntohs(a->in6.sin6_port)), value_imm_int(ntohl(a->in6.sin6_flowinfo)), value_imm_int(a->in6.sin6_scope_id)};
        return v[0] ? tuple_from_owned(th, v, 4) : NO_VALUE;
    }
    case AF_UNIX: {
        size_t n = len - offsetof(struct sockaddr_un, sun_path);
        if (n && a->un.sun_path[0] == 0) return bytes_new(th, a->un.sun_path, n); // abstract
        return str_from_fs(th, a->un.sun_path, strnlen(a->un.sun_path, n));
    }
    case AF_NETLINK: {
        Value v[2] = {value_imm_int(a->nl.nl_pid), value_imm_int(a->nl.nl_groups)};
        return tuple_from_array(th, v, 2);
    }
    case AF_PACKET: {
        char name[IF_NAMESIZE] = "";
        if (a->ll.sll_ifindex) if_indextoname((unsigned)a->ll.sll_ifindex, name);
        Value v[5] = {str_from_cstr(th, name), value_imm_int(ntohs(a->ll.sll_protocol)), value_imm_int(a->ll.sll_pkttype), value_imm_int(a->ll.sll_hatype), bytes_new(th, a->ll.sll_addr, a->ll.sll_halen)};
        return tuple_from_owned(th, v, 5);
    }
    default: {
        Value v[2] = {value_imm_int(a->sa.sa_family), bytes_new(th, a->sa.sa_data, len > 2 ? len - 2 : 0)};
        return tuple_from_owned(th, v, 2);
    }
    }
}
// Host name as text for the resolver: str (IDNA when not ASCII), bytes or bytearray.
static const char *host_arg(Thread *th, Value v, Value *hold) {
    *hold = NO_VALUE;
    if (value_is_bytes(v)) return (const char *)AS(Bytes, v)->data;
    if (value_is_object(v) && value_is_instance(v, &type_bytearray)) {
        *hold = bytes_from_object(th, v);
        return *hold ? (const char *)AS(Bytes, *hold)->data : NULL;
    }
    if (!value_is_str(v)) {
        raise_type_error(th, "str, bytes or bytearray expected, not %T", v);
        return NULL;
    }
    Str *s = AS(Str, v);
    if (s->flags & STR_ASCII) {
        if (memchr(str_data(s), 0, s->len)) {
            raise_type_error(th, "host name must not contain null character");
            return NULL;
        }
        return (const char *)str_data(s);
    }
    Value enc = str_from_cstr(th, "idna");
    *hold = enc ? call_method1(th, v, name_encode, enc) : NO_VALUE;
    decref(th, enc);
    if (*hold && !value_is_bytes(*hold)) clear_ref(th, hold);
    return *hold ? (const char *)AS(Bytes, *hold)->data : NULL;
}
// Resolves a host name into *out. 0 or -1.
static int resolve(Thread *th, Value host, int family, Address *out, socklen_t *len) {
    Value hold;
    const char *name = host_arg(th, host, &hold);
    if (!name) return -1;
    memset(out, 0, sizeof *out);
    int rc = 0;
    if (!name[0] || !strcmp(name, "<broadcast>")) {
        if (family == AF_INET6) out->in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = in6addr_any};
        else out->in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = name[0] ? INADDR_BROADCAST : INADDR_ANY};
        *len = family == AF_INET6 ? sizeof out->in6 : sizeof out->in;
    } else if (family != AF_INET6 && inet_pton(AF_INET, name, &out->in.sin_addr) == 1) {
        out->in.sin_family = AF_INET;
        *len = sizeof out->in;
    } else if (family != AF_INET && inet_pton(AF_INET6, name, &out->in6.sin6_addr) == 1) {
        out->in6.sin6_family = AF_INET6;
        *len = sizeof out->in6;
    } else {
        struct addrinfo hints = {.ai_family = family}, *res = NULL;
        int r, err;
        SYS(th, r, err, getaddrinfo(name, NULL, &hints, &res));
        if (r) {
            raise_gai_error(th, r, err);
            rc = -1;
        } else {
            *len = res->ai_addrlen < sizeof *out ? res->ai_addrlen : sizeof *out;
            memcpy(out, res->ai_addr, *len);
            freeaddrinfo(res);
        }
    }
    decref(th, hold);
    return rc;
}
static int port_of(Thread *th, Value v, const char *fn, uint16_t *out) {
    int64_t p;
    if (!index_check(v)) {
        raise_type_error(th, "'%T' object cannot be interpreted as an integer", v);
        return -1;
    }
    if (number_as_i64(th, v, &p) < 0) {
        if (!error_clear_if(th, &exc_OverflowError)) return -1;
        p = -1;
    }
    if (p < 0 || p > 65535) {
        raise_error(th, &exc_OverflowError, "%s: port must be 0-65535.", fn);
        return -1;
    }
    *out = htons((uint16_t)p);
    return 0;
}
// The address argument of bind, connect, sendto...
static int address_arg(Thread *th, Socket *s, Value v, Address *a, socklen_t *len, const char *fn) {
    switch (s->family) {
    case AF_UNIX: {
        const char *p;
        size_t n;
        Value hold = NO_VALUE;
        Buffer b = {0};
        bool buf = false;
        if (value_is_str(v)) p = str_fs_path(th, v, &n, &hold);
        else if (buffer_get(th, v, &b, BUF_SIMPLE) == 0) p = (const char *)b.buf, n = b.len, buf = true;
        else return -1;
        if (!p) return -1;
        int rc = 0;
        memset(&a->un, 0, sizeof a->un);
        a->un.sun_family = AF_UNIX;
        if (n > sizeof a->un.sun_path || (n == sizeof a->un.sun_path && p[0])) {
            raise_error(th, &exc_OSError, "AF_UNIX path too long");
            rc = -1;
        } else {
            memcpy(a->un.sun_path, p, n);
            *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (n && p[0] ? 1 : 0));
            if (!n) *len = sizeof(sa_family_t);
        }
        if (buf) buffer_release(th, &b);
        decref(th, hold);
        return rc;
    }
    case AF_INET: {
        uint16_t port;
        if (!value_is_tuple(v)) {
            raise_type_error(th, "%s(): AF_INET address must be tuple, not %T", fn, v);
            return -1;
        }
        Tuple *t = AS(Tuple, v);
        if (t->len != 2) {
            raise_type_error(th, "AF_INET address must be a pair (host, port)");
            return -1;
        }
        if (resolve(th, t->items[0], AF_INET, a, len) < 0 || port_of(th, t->items[1], fn, &port) < 0) return -1;
        a->in.sin_port = port;
        return 0;
    }
    case AF_INET6: {
        uint16_t port;
        int64_t flow = 0, scope = 0;
        if (!value_is_tuple(v)) {
            raise_type_error(th, "%s(): AF_INET6 address must be tuple, not %T", fn, v);
            return -1;
        }
        Tuple *t = AS(Tuple, v);
        if (t->len < 2 || t->len > 4) {
            raise_type_error(th, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
            return -1;
        }
        if (resolve(th, t->items[0], AF_INET6, a, len) < 0 || port_of(th, t->items[1], fn, &port) < 0) return -1;
        if ((t->len > 2 && number_as_i64(th, t->items[2], &flow) < 0) || (t->len > 3 && number_as_i64(th, t->items[3], &scope) < 0)) return -1;
        if (flow < 0 || flow > 0xfffff) {
            raise_error(th, &exc_OverflowError, "%s(): flowinfo must be 0-1048575.", fn);
            return -1;
        }
        a->in6.sin6_port = port;
        a->in6.sin6_flowinfo = htonl((uint32_t)flow);
        if (t->len > 3) a->in6.sin6_scope_id = (uint32_t)scope;
        return 0;
    }
    case AF_NETLINK: {
        int64_t pid, groups;
        if (!value_is_tuple(v) || AS(Tuple, v)->len != 2) {
            raise_type_error(th, "%s(): AF_NETLINK address must be tuple, not %T", fn, v);
            return -1;
        }
        if (number_as_i64(th, AS(Tuple, v)->items[0], &pid) < 0 || number_as_i64(th, AS(Tuple, v)->items[1], &groups) < 0) return -1;
        a->nl = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = (uint32_t)pid, .nl_groups = (uint32_t)groups};
        *len = sizeof a->nl;
        return 0;
    }
    default: raise_error(th, &exc_OSError, "%s(): unsupported address family", fn); return -1;
    }
}

// ---- the type

static int timeout_of(Thread *th, Value v, int64_t *out) {
    *out = -1;
    if (v == VALUE_NONE) return 0;
    double d;
    if (number_as_double(th, v, &d) < 0) {
        if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "timeout doesn't fit into C timeval");
        return -1;
    }
    if (d != d) {
        raise_value_error(th, "Invalid value NaN (not a number)");
        return -1;
    }
    if (d < 0) {
        raise_value_error(th, "Timeout value out of range");
        return -1;
    }
    if (d > 9e9) {
        raise_error(th, &exc_OverflowError, "timeout doesn't fit into C timeval");
        return -1;
    }
    *out = (int64_t)__builtin_ceil(d * 1e9);
    return 0;
}
static Value timeout_value(Thread *th, int64_t t) { return t < 0 ? VALUE_NONE : float_from_double(th, (double)t * 1e-9); }
static int set_blocking(Thread *th, int fd, bool block) {
    int r, err;
    int on = !block;
    SYS(th, r, err, ioctl(fd, FIONBIO, &on));
    if (r < 0) posix_error(th, err);
    return r;
}
static int sock_setup(Thread *th, Socket *s, int fd, int family, int type, int proto) {
    s->fd = fd;
    s->family = family;
    s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s->proto = proto;
    s->timeout = type & SOCK_NONBLOCK ? 0 : atomic_load_relaxed(&default_timeout);
    return s->timeout >= 0 && !(type & SOCK_NONBLOCK) ? set_blocking(th, fd, false) : 0;
}
static Value sock_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Socket *s = object_new(th, type, 0);
    if (!s) return NO_VALUE;
    s->fd = -1;
    s->timeout = -1;
    return VALUE_OF(s);
}
static int sock_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[4];
    int family = -1, type = -1, proto = -1, fd = -1;
    if (native_args_bind(th, &sig, "socket", "(family=-1, type=-1, proto=-1, fileno=None)", args, nargs, kwnames, out) < 0) return -1;
    if ((out[0] && int_arg(th, out[0], &family) < 0) || (out[1] && int_arg(th, out[1], &type) < 0) || (out[2] && int_arg(th, out[2], &proto) < 0)) return -1;
    if (out[3] && out[3] != VALUE_NONE) {
        if (value_is_float(out[3])) {
            raise_type_error(th, "integer argument expected, got float");
            return -1;
        }
        if (int_arg(th, out[3], &fd) < 0) return -1;
        if (fd < 0) {
            raise_value_error(th, "negative file descriptor");
            return -1;
        }
        Address a;
        socklen_t n = sizeof a;
        int err;
        if (getsockname(fd, &a.sa, &n) < 0) {
            err = errno;
            if (family == -1 || err == EBADF || err == ENOTSOCK) {
                posix_error(th, err);
                return -1;
            }
        } else if (family == -1) family = a.sa.sa_family;
        int v;
        socklen_t k = sizeof v;
        if (type == -1) {
            if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &v, &k) < 0) {
                posix_error(th, errno);
                return -1;
            }
            type = v;
        }
        k = sizeof v;
        if (proto == -1) proto = getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &v, &k) < 0 ? 0 : v;
    } else {
        if (family == -1) family = AF_INET;
        if (type == -1) type = SOCK_STREAM;
        if (proto == -1) proto = 0;
        int err;
        SYS(th, fd, err, socket(family, type | SOCK_CLOEXEC, proto));
        if (fd < 0) {
            posix_error(th, err);
            return -1;
        }
    }
    return sock_setup(th, sock_of(self), fd, family, type, proto);
}
static Value sock_meth_accept(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Address ad;
    socklen_t n = sizeof ad;
    memset(&ad, 0, sizeof ad);
    int r;
    SOCK_CALL(th, s, POLLIN, r, (n = sizeof ad, accept4(live(th, s), &ad.sa, &n, SOCK_CLOEXEC)));
    if (r < 0) return NO_VALUE;
    Value v[2] = {value_imm_int(r), address_value(th, s->family, &ad, n)};
    return v[1] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
#define SIMPLE_CALL(fn, expr) static Value fn(Thread *th, Value self, Value *a) { \
        Socket *s = sock_of(self); Address ad; socklen_t n; int r, err; \
        if (address_arg(th, s, a[0], &ad, &n, "bind") < 0) return NO_VALUE; \
        SYS(th, r, err, expr); \
        return r < 0 ? posix_error(th, err) : VALUE_NONE; }
SIMPLE_CALL(sock_meth_bind, bind(live(th, s), &ad.sa, n))
// 0, an errno, or -1 with the exception set (time-out, signal handler).
static int do_connect(Thread *th, Socket *s, Address *ad, socklen_t n) {
    int r, err;
    SYS(th, r, err, connect(live(th, s), &ad->sa, n));
    if (r >= 0) return 0;
    int64_t t = atomic_load_relaxed(&s->timeout);
    bool wait = err == EINTR ? t != 0 : err == EINPROGRESS && t > 0;
    if (err == EINTR && after_eintr(th, err) < 0) return -1;
    if (!wait) return err;
    int w = wait_ready(th, s, POLLOUT, t > 0 ? now_ns() + t : -1);
    if (w) return -1;
    socklen_t k = sizeof err;
    if (getsockopt(live(th, s), SOL_SOCKET, SO_ERROR, &err, &k) < 0) return errno;
    return err == EISCONN ? 0 : err;
}
static Value sock_meth_connect(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Address ad;
    socklen_t n;
    if (address_arg(th, s, a[0], &ad, &n, "connect") < 0) return NO_VALUE;
    int e = do_connect(th, s, &ad, n);
    return e == 0 ? VALUE_NONE : e < 0 ? NO_VALUE : posix_error(th, e);
}
static Value sock_meth_connect_ex(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Address ad;
    socklen_t n;
    if (address_arg(th, s, a[0], &ad, &n, "connect_ex") < 0) return NO_VALUE;
    int e = do_connect(th, s, &ad, n);
    if (e < 0) return error_clear_if(th, &exc_TimeoutError) ? value_imm_int(EAGAIN) : NO_VALUE;
    return value_imm_int(e);
}
static Value sock_meth_listen(Thread *th, Value self, Value *a) {
    int backlog = 128, r, err;
    if (a[0] && int_arg(th, a[0], &backlog) < 0) return NO_VALUE;
    if (backlog < 0) backlog = 0;
    SYS(th, r, err, listen(live(th, sock_of(self)), backlog));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value sock_meth_close(Thread *th, Value self, Value *a) {
    int fd = __atomic_exchange_n(&sock_of(self)->fd, -1, __ATOMIC_ACQ_REL), r, err;
    if (fd < 0) return VALUE_NONE;
    SYS(th, r, err, close(fd));
    return r < 0 && err != ECONNRESET && err != EINTR ? posix_error(th, err) : VALUE_NONE;
}
static Value sock_meth_detach(Thread *th, Value self, Value *a) { return value_imm_int(__atomic_exchange_n(&sock_of(self)->fd, -1, __ATOMIC_ACQ_REL)); }
static Value sock_meth_fileno(Thread *th, Value self, Value *a) { return value_imm_int(live(th, sock_of(self))); }
static Value sock_meth_getsockname(Thread *th, Value self, Value *a) {
    Address ad;
    socklen_t n = sizeof ad;
    return getsockname(live(th, sock_of(self)), &ad.sa, &n) < 0 ? posix_error(th, errno) : address_value(th, sock_of(self)->family, &ad, n);
}
static Value sock_meth_getpeername(Thread *th, Value self, Value *a) {
    Address ad;
    socklen_t n = sizeof ad;
    return getpeername(live(th, sock_of(self)), &ad.sa, &n) < 0 ? posix_error(th, errno) : address_value(th, sock_of(self)->family, &ad, n);
}
static Value sock_meth_getsockopt(Thread *th, Value self, Value *a) {
    int level, opt, size = 0;
    if (int_arg(th, a[0], &level) < 0 || int_arg(th, a[1], &opt) < 0 || (a[2] && int_arg(th, a[2], &size) < 0)) return NO_VALUE;
    if (size == 0) {
        int v = 0;
        socklen_t n = sizeof v;
        return getsockopt(live(th, sock_of(self)), level, opt, &v, &n) < 0 ? posix_error(th, errno) : value_imm_int(v);
    }
    if (size < 0 || size > 1024) return raise_error(th, &exc_OSError, "getsockopt buflen out of range");
    char buf[1024];
    socklen_t n = (socklen_t)size;
    return getsockopt(live(th, sock_of(self)), level, opt, buf, &n) < 0 ? posix_error(th, errno) : bytes_new(th, buf, n);
}
static Value sock_meth_setsockopt(Thread *th, Value self, Value *a) {
    int level, opt, v, r;
    int fd = live(th, sock_of(self));
    if (int_arg(th, a[0], &level) < 0 || int_arg(th, a[1], &opt) < 0) return NO_VALUE;
    if (a[3]) {
        int64_t n;
        if (a[2] != VALUE_NONE) return raise_type_error(th, "setsockopt(): only socket option NULL may have an optlen");
        if (number_as_i64(th, a[3], &n) < 0) return NO_VALUE;
        r = setsockopt(fd, level, opt, NULL, (socklen_t)n);
    } else if (index_check(a[2])) {
        if (int_arg(th, a[2], &v) < 0) return NO_VALUE;
        r = setsockopt(fd, level, opt, &v, sizeof v);
    } else {
        Buffer b;
        if (buffer_get(th, a[2], &b, BUF_SIMPLE) < 0) return NO_VALUE;
        r = setsockopt(fd, level, opt, b.buf, (socklen_t)b.len);
        buffer_release(th, &b);
    }
    return r < 0 ? posix_error(th, errno) : VALUE_NONE;
}
static Value sock_meth_settimeout(Thread *th, Value self, Value *a) {
    int64_t t;
    Socket *s = sock_of(self);
    if (timeout_of(th, a[0], &t) < 0 || set_blocking(th, live(th, s), t < 0) < 0) return NO_VALUE;
    atomic_store_relaxed(&s->timeout, t);
    return VALUE_NONE;
}
static Value sock_meth_gettimeout(Thread *th, Value self, Value *a) { return timeout_value(th, atomic_load_relaxed(&sock_of(self)->timeout)); }
static Value sock_meth_setblocking(Thread *th, Value self, Value *a) {
    int t = object_truth(th, a[0]);
    Socket *s = sock_of(self);
    if (t < 0 || set_blocking(th, live(th, s), t) < 0) return NO_VALUE;
    atomic_store_relaxed(&s->timeout, t ? (int64_t)-1 : (int64_t)0);
    return VALUE_NONE;
}
static Value sock_meth_getblocking(Thread *th, Value self, Value *a) { return value_bool(atomic_load_relaxed(&sock_of(self)->timeout) != 0); }
static Value sock_meth_shutdown(Thread *th, Value self, Value *a) {
    int how, r, err;
    if (int_arg(th, a[0], &how) < 0) return NO_VALUE;
    SYS(th, r, err, shutdown(live(th, sock_of(self)), how));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}

// ---- data

static int size_arg(Thread *th, Value v, intptr_t *n, const char *fn) {
    *n = number_as_ssize(th, v, &exc_OverflowError);
    if (*n == -1 && error_pending(th)) return -1;
    if (*n < 0) {
        raise_value_error(th, "negative buffersize in %s", fn);
        return -1;
    }
    return 0;
}
static Value recv_bytes(Thread *th, Value self, Value *a, bool from) {
    Socket *s = sock_of(self);
    intptr_t n, r;
    int flags = 0;
    if (size_arg(th, a[0], &n, from ? "recvfrom" : "recv") < 0 || (a[1] && int_arg(th, a[1], &flags) < 0)) return NO_VALUE;
    Value b = bytes_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    uint8_t *p = AS(Bytes, b)->data;
    Address ad;
    socklen_t k = 0;
    if (n) SOCK_CALL(th, s, POLLIN, r, from ? (k = sizeof ad, recvfrom(live(th, s), p, (size_t)n, flags, &ad.sa, &k)) : recv(live(th, s), p, (size_t)n, flags));
    else r = 0;
    Value data = r < 0 ? NO_VALUE : r == n ? new_ref(th, b) : bytes_new(th, p, (size_t)r);
    decref(th, b);
    if (!data || !from) return data;
    Value v[2] = {data, address_value(th, s->family, &ad, k)};
    return v[1] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
static Value sock_meth_recv(Thread *th, Value self, Value *a) { return recv_bytes(th, self, a, false); }
static Value sock_meth_recvfrom(Thread *th, Value self, Value *a) { return recv_bytes(th, self, a, true); }
static Value recv_into(Thread *th, Value self, Value *a, bool from) {
    Socket *s = sock_of(self);
    Buffer b;
    intptr_t n = 0, r;
    int flags = 0;
    if ((a[1] && size_arg(th, a[1], &n, from ? "recvfrom_into" : "recv_into") < 0) || (a[2] && int_arg(th, a[2], &flags) < 0) || buffer_get(th, a[0], &b, BUF_WRITABLE) < 0) return NO_VALUE;
    if ((size_t)n > b.len) {
        buffer_release(th, &b);
        return raise_value_error(th, from ? "nbytes is greater than the length of the buffer" : "buffer too small for requested bytes");
    }
    if (!n) n = (intptr_t)b.len;
    Address ad;
    socklen_t k = 0;
    SOCK_CALL(th, s, POLLIN, r, from ? (k = sizeof ad, recvfrom(live(th, s), b.buf, (size_t)n, flags, &ad.sa, &k)) : recv(live(th, s), b.buf, (size_t)n, flags));
    buffer_release(th, &b);
    if (r < 0) return NO_VALUE;
    if (!from) return value_imm_int(r);
    Value v[2] = {value_imm_int(r), address_value(th, s->family, &ad, k)};
    return v[1] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
static Value sock_meth_recv_into(Thread *th, Value self, Value *a) { return recv_into(th, self, a, false); }
static Value sock_meth_recvfrom_into(Thread *th, Value self, Value *a) { return recv_into(th, self, a, true); }
static Value sock_meth_send(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Buffer b;
    int flags = 0;
    intptr_t r;
    if ((a[1] && int_arg(th, a[1], &flags) < 0) || buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    SOCK_CALL(th, s, POLLOUT, r, send(live(th, s), b.buf, b.len, flags | MSG_NOSIGNAL));
    buffer_release(th, &b);
    return r < 0 ? NO_VALUE : value_imm_int(r);
}
static Value sock_meth_sendall(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Buffer b;
    int flags = 0, err;
    if ((a[1] && int_arg(th, a[1], &flags) < 0) || buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    int64_t t = atomic_load_relaxed(&s->timeout), until = t > 0 ? now_ns() + t : -1; // one deadline for all of it
    size_t done = 0;
    while (done < b.len || !b.len) {
        if (t > 0 && wait_ready(th, s, POLLOUT, until)) break;
        ssize_t r;
        SYS(th, r, err, send(live(th, s), b.buf + done, b.len - done, flags | MSG_NOSIGNAL));
        if (r >= 0) {
            done += (size_t)r;
            if (!b.len || (done < b.len && thread_safepoint(th) < 0)) break;
            continue;
        }
        int again = after_eintr(th, err);
        if (again < 0) break;
        if (again || (t > 0 && (err == EAGAIN || err == EWOULDBLOCK))) continue;
        posix_error(th, err);
        break;
    }
    buffer_release(th, &b);
    return error_pending(th) ? NO_VALUE : VALUE_NONE;
}
static Value sock_meth_sendto(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Socket *s = sock_of(self);
    if (nargs < 2 || nargs > 3) return raise_type_error(th, "sendto() takes 2 or 3 arguments (%zu given)", nargs);
    int flags = 0;
    if (nargs == 3 && int_arg(th, args[1], &flags) < 0) return NO_VALUE;
    Address ad;
    socklen_t n;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    intptr_t r = -1;
    if (address_arg(th, s, args[nargs - 1], &ad, &n, "sendto") == 0) SOCK_CALL(th, s, POLLOUT, r, sendto(live(th, s), b.buf, b.len, flags | MSG_NOSIGNAL, &ad.sa, n));
    buffer_release(th, &b);
    return r < 0 ? NO_VALUE : value_imm_int(r);
}

// ---- messages with ancillary data

static Value cmsg_list(Thread *th, struct msghdr *m) {
    Value list = list_new(th, 0);
    for (struct cmsghdr *c = m->msg_controllen ? CMSG_FIRSTHDR(m) : NULL; list && c; c = CMSG_NXTHDR(m, c)) {
        size_t n = c->cmsg_len > CMSG_LEN(0) ? c->cmsg_len - CMSG_LEN(0) : 0, room = (size_t)((uint8_t *)m->msg_control + m->msg_controllen - CMSG_DATA(c));
        if (n > room) n = room;
        Value v[3] = {value_imm_int(c->cmsg_level), value_imm_int(c->cmsg_type), bytes_new(th, CMSG_DATA(c), n)}, t = tuple_from_owned(th, v, 3);
        if (!t || list_append_owned(th, AS(List, list), t) < 0) clear_ref(th, &list);
    }
    return list;
}
static Value recv_msg(Thread *th, Socket *s, struct iovec *iov, size_t niov, Value ancv, Value flagsv, Value (*result)(Thread *, void *, ssize_t), void *ctx) {
    intptr_t anc = 0, r;
    int flags = 0;
    if (ancv) {
        anc = number_as_ssize(th, ancv, &exc_OverflowError);
        if (anc == -1 && error_pending(th)) return NO_VALUE;
        if (anc < 0 || anc > INT32_MAX) return raise_value_error(th, "invalid ancillary data buffer length");
    }
    if (flagsv && int_arg(th, flagsv, &flags) < 0) return NO_VALUE;
    void *ctl = anc ? mem_calloc(th, 1, (size_t)anc) : NULL;
    if (anc && !ctl) return NO_VALUE;
    Address ad;
    struct msghdr m = {.msg_name = &ad, .msg_namelen = sizeof ad, .msg_iov = iov, .msg_iovlen = niov, .msg_control = ctl, .msg_controllen = (size_t)anc};
    SOCK_CALL(th, s, POLLIN, r, recvmsg(live(th, s), &m, flags | MSG_CMSG_CLOEXEC));
    Value out = NO_VALUE;
    if (r >= 0) {
        Value v[4] = {result(th, ctx, r), NO_VALUE, value_imm_int(m.msg_flags & ~MSG_CMSG_CLOEXEC), NO_VALUE};
        v[1] = v[0] ? cmsg_list(th, &m) : NO_VALUE;
        v[3] = v[1] ? address_value(th, s->family, &ad, m.msg_namelen) : NO_VALUE;
        if (v[3]) out = tuple_from_owned(th, v, 4);
        else {
            decref(th, v[0]);
            decref(th, v[1]);
        }
    }
    mem_free(ctl);
    return out;
}
static Value bytes_result(Thread *th, void *ctx, ssize_t n) { return bytes_new(th, ctx, (size_t)n); }
static Value count_result(Thread *th, void *ctx, ssize_t n) { return value_imm_int(n); }
static Value sock_meth_recvmsg(Thread *th, Value self, Value *a) {
    intptr_t n;
    if (size_arg(th, a[0], &n, "recvmsg()") < 0) return NO_VALUE;
    uint8_t *p = mem_alloc(th, (size_t)n + 1);
    if (!p) return NO_VALUE;
    struct iovec iov = {p, (size_t)n};
    Value r = recv_msg(th, sock_of(self), &iov, 1, a[1], a[2], bytes_result, p);
    mem_free(p);
    return r;
}
// Fills iov with buffers of the items of seq. Count, or -1.
static intptr_t iov_of(Thread *th, Value seq, bool writable, struct iovec **iov, Buffer **bufs, const char *msg) {
    Value list = sequence_to_list(th, seq);
    if (!list) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "%s", msg);
        return -1;
    }
    size_t n = list_len(AS(List, list)), i;
    *iov = mem_calloc(th, n + 1, sizeof **iov);
    *bufs = *iov ? mem_calloc(th, n + 1, sizeof **bufs) : NULL;
    for (i = 0; *bufs && i < n; i++) {
        if (buffer_get(th, list_items_raw(AS(List, list))[i], &(*bufs)[i], writable ? BUF_WRITABLE : BUF_SIMPLE) < 0) break;
        (*iov)[i] = (struct iovec){(*bufs)[i].buf, (*bufs)[i].len};
    }
    decref(th, list);
    if (*bufs && i == n) return (intptr_t)n;
    for (size_t k = 0; *bufs && k < i; k++) buffer_release(th, &(*bufs)[k]);
    mem_free(*bufs);
    mem_free(*iov);
    return -1;
}
static void iov_free(Thread *th, struct iovec *iov, Buffer *bufs, intptr_t n) {
    for (intptr_t i = 0; i < n; i++) buffer_release(th, &bufs[i]);
    mem_free(bufs);
    mem_free(iov);
}
static Value sock_meth_recvmsg_into(Thread *th, Value self, Value *a) {
    struct iovec *iov;
    Buffer *bufs;
    intptr_t n = iov_of(th, a[0], true, &iov, &bufs, "recvmsg_into() argument 1 must be an iterable");
    if (n < 0) return NO_VALUE;
    Value r = recv_msg(th, sock_of(self), iov, (size_t)n, a[1], a[2], count_result, NULL);
    iov_free(th, iov, bufs, n);
    return r;
}
static Value sock_meth_sendmsg(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    struct iovec *iov;
    Buffer *bufs;
    int flags = 0;
    Address ad;
    socklen_t alen = 0;
    uint8_t *ctl = NULL;
    size_t nctl = 0;
    if (a[2] && int_arg(th, a[2], &flags) < 0) return NO_VALUE;
    if (a[3] && a[3] != VALUE_NONE && address_arg(th, s, a[3], &ad, &alen, "sendmsg") < 0) return NO_VALUE;
    intptr_t n = iov_of(th, a[0], false, &iov, &bufs, "sendmsg() argument 1 must be an iterable"), r = -1;
    if (n < 0) return NO_VALUE;
    if (a[1]) {
        Value anc = sequence_to_list(th, a[1]);
        if (!anc && error_clear_if(th, &exc_TypeError)) raise_type_error(th, "sendmsg() argument 2 must be an iterable");
        for (size_t i = 0; anc && i < list_len(AS(List, anc)); i++) {
            Value t = list_items_raw(AS(List, anc))[i];
            int level, type;
            Buffer b;
            if (!value_is_tuple(t) || AS(Tuple, t)->len != 3) {
                raise_type_error(th, "[sendmsg() ancillary data items] must be a sequence of 3 items");
                break;
            }
            if (int_arg(th, AS(Tuple, t)->items[0], &level) < 0 || int_arg(th, AS(Tuple, t)->items[1], &type) < 0 || buffer_get(th, AS(Tuple, t)->items[2], &b, BUF_SIMPLE) < 0) break;
            size_t space = CMSG_SPACE(b.len);
            uint8_t *p = mem_realloc(th, ctl, nctl + space);
            if (p) {
                ctl = p;
                memset(ctl + nctl, 0, space);
                struct cmsghdr *c = (struct cmsghdr *)(ctl + nctl);
                c->cmsg_level = level;
                c->cmsg_type = type;
                c->cmsg_len = CMSG_LEN(b.len);
                memcpy(CMSG_DATA(c), b.buf, b.len);
                nctl += space;
            }
            buffer_release(th, &b);
            if (!p) break;
        }
        decref(th, anc);
    }
    if (!error_pending(th)) {
        struct msghdr m = {.msg_name = alen ? &ad : NULL, .msg_namelen = alen, .msg_iov = iov, .msg_iovlen = (size_t)n, .msg_control = ctl, .msg_controllen = nctl};
        SOCK_CALL(th, s, POLLOUT, r, sendmsg(live(th, s), &m, flags | MSG_NOSIGNAL));
    }
    mem_free(ctl);
    iov_free(th, iov, bufs, n);
    return r < 0 ? NO_VALUE : value_imm_int(r);
}

static Value sock_slot_repr(Thread *th, Value self) {
    Socket *s = sock_of(self);
    return str_format(th, "<socket object, fd=%d, family=%d, type=%d, proto=%d>", s->fd, s->family, s->type, s->proto);
}
static int sock_slot_finalize(Thread *th, Value self) {
    Socket *s = sock_of(self);
    if (s->fd < 0) return 0;
    Value saved = error_fetch(th);
    if (warn_format(th, &exc_ResourceWarning, 1, "unclosed %R", self) < 0) {
        if (error_matches(th, &exc_Warning)) error_unraisable(th, NULL, self);
        else error_clear(th);
    }
    int fd = __atomic_exchange_n(&s->fd, -1, __ATOMIC_ACQ_REL);
    if (fd >= 0) close(fd);
    if (saved) error_restore(th, saved);
    return 0;
}
static void sock_dealloc(Thread *th, Object *o) {
    if (((Socket *)o)->fd >= 0) close(((Socket *)o)->fd);
    object_release_attrs(th, o);
    object_free(th, o);
}
static Value sock_get_timeout(Thread *th, Value self) { return timeout_value(th, sock_of(self)->timeout); }
static const MemberDef sock_members[] = {
    {"family", offsetof(Socket, family), MEMBER_INT32 | MEMBER_READONLY, "the socket family"}, {"type", offsetof(Socket, type), MEMBER_INT32 | MEMBER_READONLY, "the socket type"}, {"proto", offsetof(Socket, proto), MEMBER_INT32 | MEMBER_READONLY, "the socket protocol"}, {0}
};
static const GetSetDef sock_getsets[] = { {"timeout", sock_get_timeout, NULL, "the socket timeout"}, {0} };
#define M(n, sig) {#n, sig, sock_meth_##n, NULL, 0}
static const MethodDef sock_methods[] = {
    {"_accept", "(self, /)", sock_meth_accept, "_accept() -> (integer, address info)", 0}, M(bind, "(self, address, /)"), M(close, "(self, /)"), M(connect, "(self, address, /)"), M(connect_ex, "(self, address, /)"), M(detach, "(self, /)"), M(fileno, "(self, /)"), M(getpeername, "(self, /)"), M(getsockname, "(self, /)"),
    M(getsockopt, "(self, level, optname, buflen=0, /)"), M(listen, "(self, backlog=<unrepresentable>, /)"), M(recv, "(self, bufsize, flags=0, /)"), M(recv_into, "(self, /, buffer, nbytes=0, flags=0)"), M(recvfrom, "(self, bufsize, flags=0, /)"), M(recvfrom_into, "(self, /, buffer, nbytes=0, flags=0)"), M(recvmsg, "(self, bufsize, ancbufsize=0, flags=0, /)"),
    M(recvmsg_into, "(self, buffers, ancbufsize=0, flags=0, /)"), M(send, "(self, data, flags=0, /)"), M(sendall, "(self, data, flags=0, /)"), {"sendto", "(self, data, flags_or_address, address=None, /)", sock_meth_sendto, NULL, METH_RAW}, M(sendmsg, "(self, buffers, ancdata=(), flags=0, address=None, /)"), M(setblocking, "(self, flag, /)"), M(getblocking, "(self, /)"), M(settimeout, "(self, timeout, /)"), M(gettimeout, "(self, /)"),
    M(setsockopt, "(self, level, optname, value, optlen=<unrepresentable>, /)"), M(shutdown, "(self, how, /)"), {0}
};
TYPE_DEFINE(socket_socket, "_socket.socket", sizeof(Socket), TYPE_BASETYPE | TYPE_HAS_DEL, .methods = sock_methods, .members = sock_members, .getsets = sock_getsets, .doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object",
            .slots = {.new_ = sock_slot_new, .init = sock_slot_init, .repr = sock_slot_repr, .finalize = sock_slot_finalize, .dealloc = sock_dealloc})

// ---- functions

static Value fn_getaddrinfo(Thread *th, Value self, Value *a) {
    int family = 0, type = 0, proto = 0, flags = 0, r, err;
    if ((a[2] && int_arg(th, a[2], &family) < 0) || (a[3] && int_arg(th, a[3], &type) < 0) || (a[4] && int_arg(th, a[4], &proto) < 0) || (a[5] && int_arg(th, a[5], &flags) < 0)) return NO_VALUE;
    Value h1 = NO_VALUE, h2 = NO_VALUE, list = NO_VALUE;
    const char *host = NULL, *port = NULL;
    char num[32];
    if (a[0] != VALUE_NONE) {
        if (!value_is_str(a[0]) && !value_is_bytes(a[0])) return raise_type_error(th, "getaddrinfo() argument 1 must be string or None");
        if (!(host = host_arg(th, a[0], &h1))) return NO_VALUE;
    }
    if (value_is_int(a[1])) {
        int64_t p;
        if (number_as_i64(th, a[1], &p) < 0) goto done;
        snprintf(num, sizeof num, "%lld", (long long)p);
        port = num;
    } else if (value_is_str(a[1])) {
        if (!(port = str_utf8(th, a[1], NULL, &h2))) goto done;
    } else if (value_is_bytes(a[1])) port = (const char *)AS(Bytes, a[1])->data;
    else if (a[1] != VALUE_NONE) {
        raise_error(th, &exc_OSError, "Int or String expected");
        goto done;
    }
    struct addrinfo hints = {.ai_family = family, .ai_socktype = type, .ai_protocol = proto, .ai_flags = flags}, *res = NULL;
    SYS(th, r, err, getaddrinfo(host, port, &hints, &res));
    if (r) raise_gai_error(th, r, err);
    else {
        list = list_new(th, 0);
        for (struct addrinfo *p = res; list && p; p = p->ai_next) {
            Address ad;
            memcpy(&ad, p->ai_addr, p->ai_addrlen);
            Value v[5] = {value_imm_int(p->ai_family), value_imm_int(p->ai_socktype), value_imm_int(p->ai_protocol), str_from_cstr(th, p->ai_canonname ? p->ai_canonname : ""), address_value(th, p->ai_family, &ad, p->ai_addrlen)};
            Value t = v[4] ? tuple_from_owned(th, v, 5) : NO_VALUE;
            if (!t || list_append_owned(th, AS(List, list), t) < 0) clear_ref(th, &list);
        }
        freeaddrinfo(res);
    }
done:
    decref(th, h1);
    decref(th, h2);
    return list;
}
static Value fn_getnameinfo(Thread *th, Value self, Value *a) {
    int flags, r, err;
    if (!value_is_tuple(a[0])) return raise_type_error(th, "getnameinfo() argument 1 must be a tuple");
    Tuple *t = AS(Tuple, a[0]);
    if (t->len < 2 || t->len > 4 || !value_is_str(t->items[0])) return raise_type_error(th, "getnameinfo(): illegal sockaddr argument");
    int64_t port, flow = 0, scope = 0;
    if (int_arg(th, a[1], &flags) < 0 || number_as_i64(th, t->items[1], &port) < 0 || (t->len > 2 && number_as_i64(th, t->items[2], &flow) < 0) || (t->len > 3 && number_as_i64(th, t->items[3], &scope) < 0)) return NO_VALUE;
    if (flow < 0 || flow > 0xfffff) return raise_error(th, &exc_OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    Value hold;
    const char *host = host_arg(th, t->items[0], &hold);
    if (!host) return NO_VALUE;
    char pbuf[32], hb[NI_MAXHOST], sb[NI_MAXSERV];
    snprintf(pbuf, sizeof pbuf, "%lld", (long long)port);
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}, *res = NULL;
    SYS(th, r, err, getaddrinfo(host, pbuf, &hints, &res));
    decref(th, hold);
    if (r) return raise_gai_error(th, r, err);
    if (res->ai_next) {
        freeaddrinfo(res);
        return raise_error(th, &exc_OSError, "sockaddr resolved to multiple addresses");
    }
    if (res->ai_family == AF_INET && t->len != 2) {
        freeaddrinfo(res);
        return raise_error(th, &exc_OSError, "IPv4 sockaddr must be 2 tuple");
    }
    if (res->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)res->ai_addr)->sin6_flowinfo = htonl((uint32_t)flow);
        ((struct sockaddr_in6 *)res->ai_addr)->sin6_scope_id = (uint32_t)scope;
    }
    SYS(th, r, err, getnameinfo(res->ai_addr, res->ai_addrlen, hb, sizeof hb, sb, sizeof sb, flags));
    freeaddrinfo(res);
    if (r) return raise_gai_error(th, r, err);
    Value v[2] = {str_from_cstr(th, hb), str_from_cstr(th, sb)};
    return tuple_from_owned(th, v, 2);
}
static Value fn_gethostbyname(Thread *th, Value self, Value *a) {
    Address ad;
    socklen_t n;
    return resolve(th, a[0], AF_INET, &ad, &n) < 0 ? NO_VALUE : host_text(th, &ad.sa, n);
}
static Value raise_herror(Thread *th, int h) {
    Value v[2] = {value_imm_int(h), str_from_cstr(th, hstrerror(h))};
    Value e = v[1] ? object_call(th, socket_herror, v, 2, NO_VALUE) : NO_VALUE;
    decref(th, v[1]);
    if (e) {
        raise_object(th, e, NO_VALUE);
        decref(th, e);
    }
    return NO_VALUE;
}
static Value host_entry(Thread *th, struct hostent *h) {
    Value v[3] = {str_from_fs(th, h->h_name, strlen(h->h_name)), list_new(th, 0), list_new(th, 0)};
    for (char **p = h->h_aliases; v[1] && p && *p; p++) {
        Value s = str_from_fs(th, *p, strlen(*p));
        if (!s || list_append_owned(th, AS(List, v[1]), s) < 0) break;
    }
    for (char **p = h->h_addr_list; v[2] && p && *p; p++) {
        char b[64];
        Value s = str_from_cstr(th, inet_ntop(h->h_addrtype, *p, b, sizeof b) ? b : "");
        if (!s || list_append_owned(th, AS(List, v[2]), s) < 0) break;
    }
    return tuple_from_owned(th, v, 3);
}
static Value by_name_or_addr(Thread *th, Value host, bool by_addr) {
    Address ad;
    socklen_t n;
    Value hold;
    char buf[8192];
    struct hostent h, *res = NULL;
    int herr = 0, r, err;
    if (by_addr) {
        if (resolve(th, host, AF_UNSPEC, &ad, &n) < 0) return NO_VALUE;
        const void *p = ad.sa.sa_family == AF_INET ? (void *)&ad.in.sin_addr : (void *)&ad.in6.sin6_addr;
        SYS(th, r, err, gethostbyaddr_r(p, ad.sa.sa_family == AF_INET ? 4 : 16, ad.sa.sa_family, &h, buf, sizeof buf, &res, &herr));
    } else {
        const char *name = host_arg(th, host, &hold);
        if (!name) return NO_VALUE;
        Value ok = NO_VALUE;
        if (resolve(th, host, AF_INET, &ad, &n) < 0) {
            decref(th, hold);
            return NO_VALUE;
        }
        decref(th, ok);
        SYS(th, r, err, gethostbyname_r(name, &h, buf, sizeof buf, &res, &herr));
        decref(th, hold);
    }
    (void)r;
    (void)err;
    return res ? host_entry(th, res) : raise_herror(th, herr);
}
static Value fn_gethostbyname_ex(Thread *th, Value self, Value *a) { return by_name_or_addr(th, a[0], false); }
static Value fn_gethostbyaddr(Thread *th, Value self, Value *a) { return by_name_or_addr(th, a[0], true); }
static Value fn_gethostname(Thread *th, Value self, Value *a) {
    char b[1024];
    return gethostname(b, sizeof b - 1) < 0 ? posix_error(th, errno) : str_from_fs(th, b, strlen(b));
}
static Value fn_sethostname(Thread *th, Value self, Value *a) {
    PathArg p;
    if (path_arg(th, a[0], &p, "sethostname", "name", 0) < 0) return NO_VALUE;
    int r = sethostname(p.p, p.len), err = errno;
    path_done(th, &p);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static pthread_mutex_t netdb_mutex = PTHREAD_MUTEX_INITIALIZER; // getserv*, getproto* are not re-entrant
static const char *text_arg(Thread *th, Value v, const char *fn, Value *hold) {
    if (!value_is_str(v)) {
        raise_type_error(th, "%s() argument must be str, not %T", fn, v);
        return NULL;
    }
    return str_utf8(th, v, NULL, hold);
}
static Value fn_getservbyname(Thread *th, Value self, Value *a) {
    Value h1 = NO_VALUE, h2 = NO_VALUE;
    const char *n = text_arg(th, a[0], "getservbyname", &h1), *p = a[1] ? text_arg(th, a[1], "getservbyname", &h2) : NULL;
    if (error_pending(th)) return NO_VALUE;
    int port = -1;
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&netdb_mutex);
    struct servent *s = getservbyname(n, p);
    if (s) port = ntohs((uint16_t)s->s_port);
    pthread_mutex_unlock(&netdb_mutex);
    BLOCKING_END;
    decref(th, h1);
    decref(th, h2);
    return port < 0 ? raise_error(th, &exc_OSError, "service/proto not found") : value_imm_int(port);
}
static Value fn_getservbyport(Thread *th, Value self, Value *a) {
    int port;
    Value h = NO_VALUE;
    if (int_arg(th, a[0], &port) < 0) return NO_VALUE;
    const char *p = a[1] ? text_arg(th, a[1], "getservbyport", &h) : NULL;
    if (error_pending(th)) return NO_VALUE;
    if (port < 0 || port > 65535) return raise_error(th, &exc_OverflowError, "getservbyport: port must be 0-65535.");
    char name[256] = "";
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&netdb_mutex);
    struct servent *s = getservbyport(htons((uint16_t)port), p);
    if (s) snprintf(name, sizeof name, "%s", s->s_name);
    pthread_mutex_unlock(&netdb_mutex);
    BLOCKING_END;
    decref(th, h);
    return name[0] ? str_from_cstr(th, name) : raise_error(th, &exc_OSError, "port/proto not found");
}
static Value fn_getprotobyname(Thread *th, Value self, Value *a) {
    Value h = NO_VALUE;
    const char *n = text_arg(th, a[0], "getprotobyname", &h);
    if (!n) return NO_VALUE;
    int proto = -1;
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&netdb_mutex);
    struct protoent *p = getprotobyname(n);
    if (p) proto = p->p_proto;
    pthread_mutex_unlock(&netdb_mutex);
    BLOCKING_END;
    decref(th, h);
    return proto < 0 ? raise_error(th, &exc_OSError, "protocol not found") : value_imm_int(proto);
}
static Value fn_socketpair(Thread *th, Value self, Value *a) {
    int family = AF_UNIX, type = SOCK_STREAM, proto = 0, fds[2], r, err;
    if ((a[0] && int_arg(th, a[0], &family) < 0) || (a[1] && int_arg(th, a[1], &type) < 0) || (a[2] && int_arg(th, a[2], &proto) < 0)) return NO_VALUE;
    SYS(th, r, err, socketpair(family, type | SOCK_CLOEXEC, proto, fds));
    if (r < 0) return posix_error(th, err);
    Value v[2];
    for (int i = 0; i < 2; i++) {
        v[i] = sock_slot_new(th, &type_socket_socket, NULL, 0, NO_VALUE);
        if (!v[i] || sock_setup(th, sock_of(v[i]), fds[i], family, type, proto) < 0) return NO_VALUE;
    }
    return tuple_from_owned(th, v, 2);
}
static Value fn_dup(Thread *th, Value self, Value *a) {
    int fd, r;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    r = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return r < 0 ? posix_error(th, errno) : value_imm_int(r);
}
static Value fn_close(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, close(fd));
    return r < 0 && err != ECONNRESET ? posix_error(th, err) : VALUE_NONE;
}
static Value swap(Thread *th, Value v, const char *fn, bool wide, bool in) {
    if (!value_is_int(v)) return raise_type_error(th, wide && !in ? "expected int, %T found" : "'%T' object cannot be interpreted as an integer", v);
    int64_t n;
    if (number_as_i64(th, v, &n) < 0) return NO_VALUE;
    if (n < 0) return raise_error(th, &exc_OverflowError, wide ? "can't convert negative value to unsigned int" : "%s: can't convert negative Python int to C 16-bit unsigned integer", fn);
    if (n > (wide ? UINT32_MAX : UINT16_MAX)) return raise_error(th, &exc_OverflowError, wide ? "int larger than 32 bits" : "%s: Python int too large to convert to C 16-bit unsigned integer", fn);
    return value_imm_int(wide ? (int64_t)htonl((uint32_t)n) : (int64_t)htons((uint16_t)n));
}
static Value fn_htons(Thread *th, Value self, Value *a) { return swap(th, a[0], "htons", false, true); }
static Value fn_ntohs(Thread *th, Value self, Value *a) { return swap(th, a[0], "ntohs", false, true); }
static Value fn_htonl(Thread *th, Value self, Value *a) { return swap(th, a[0], "htonl", true, false); }
static Value fn_ntohl(Thread *th, Value self, Value *a) { return swap(th, a[0], "ntohl", true, false); }
static Value fn_inet_aton(Thread *th, Value self, Value *a) {
    Value h = NO_VALUE;
    struct in_addr in;
    const char *s = text_arg(th, a[0], "inet_aton", &h);
    if (!s) return NO_VALUE;
    int ok = inet_aton(s, &in);
    decref(th, h);
    return ok ? bytes_new(th, &in, 4) : raise_error(th, &exc_OSError, "illegal IP address string passed to inet_aton");
}
static Value fn_inet_ntoa(Thread *th, Value self, Value *a) {
    Buffer b;
    char t[64];
    if (buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    bool ok = b.len == 4;
    if (ok) inet_ntop(AF_INET, b.buf, t, sizeof t);
    buffer_release(th, &b);
    return ok ? str_from_cstr(th, t) : raise_error(th, &exc_OSError, "packed IP wrong length");
}
static Value fn_inet_pton(Thread *th, Value self, Value *a) {
    int af;
    Value h = NO_VALUE;
    uint8_t buf[16];
    if (int_arg(th, a[0], &af) < 0) return NO_VALUE;
    const char *s = text_arg(th, a[1], "inet_pton", &h);
    if (!s) return NO_VALUE;
    int r = inet_pton(af, s, buf), err = errno;
    decref(th, h);
    if (r < 0) return posix_error(th, err);
    return r ? bytes_new(th, buf, af == AF_INET ? 4 : 16) : raise_error(th, &exc_OSError, "illegal IP address string passed to inet_pton");
}
static Value fn_inet_ntop(Thread *th, Value self, Value *a) {
    int af;
    Buffer b;
    char t[64];
    if (int_arg(th, a[0], &af) < 0 || buffer_get(th, a[1], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (af != AF_INET && af != AF_INET6) raise_value_error(th, "unknown address family %d", af);
    else if (b.len != (af == AF_INET ? 4 : 16)) raise_value_error(th, "invalid length of packed IP address string");
    else r = inet_ntop(af, b.buf, t, sizeof t) ? str_from_cstr(th, t) : posix_error(th, errno);
    buffer_release(th, &b);
    return r;
}
static Value fn_getdefaulttimeout(Thread *th, Value self, Value *a) { return timeout_value(th, atomic_load_relaxed(&default_timeout)); }
static Value fn_setdefaulttimeout(Thread *th, Value self, Value *a) {
    int64_t t;
    if (timeout_of(th, a[0], &t) < 0) return NO_VALUE;
    atomic_store_relaxed(&default_timeout, t);
    return VALUE_NONE;
}
static Value fn_if_nameindex(Thread *th, Value self, Value *a) {
    struct if_nameindex *n = if_nameindex();
    if (!n) return posix_error(th, errno);
    Value list = list_new(th, 0);
    for (struct if_nameindex *p = n; list && p->if_index; p++) {
        Value v[2] = {value_imm_int(p->if_index), str_from_fs(th, p->if_name, strlen(p->if_name))}, t = tuple_from_owned(th, v, 2);
        if (!t || list_append_owned(th, AS(List, list), t) < 0) clear_ref(th, &list);
    }
    if_freenameindex(n);
    return list;
}
static Value fn_if_nametoindex(Thread *th, Value self, Value *a) {
    PathArg p;
    if (path_arg(th, a[0], &p, "if_nametoindex", "oname", 0) < 0) return NO_VALUE;
    unsigned i = if_nametoindex(p.p);
    int err = errno;
    path_done(th, &p);
    return i ? value_imm_int(i) : posix_error(th, err);
}
static Value fn_if_indextoname(Thread *th, Value self, Value *a) {
    int64_t i;
    char b[IF_NAMESIZE];
    if (number_as_i64(th, a[0], &i) < 0) return NO_VALUE;
    if (i < 0) return raise_error(th, &exc_OverflowError, "can't convert negative value to unsigned int");
    return if_indextoname((unsigned)i, b) ? str_from_cstr(th, b) : posix_error(th, errno);
}
static Value cmsg_size(Thread *th, Value v, bool space, const char *fn) {
    intptr_t n = number_as_ssize(th, v, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0 || n > INT32_MAX - 64) return raise_error(th, &exc_OverflowError, "%s() argument out of range", fn);
    return value_imm_int((int64_t)(space ? CMSG_SPACE((size_t)n) : CMSG_LEN((size_t)n)));
}
static Value fn_CMSG_LEN(Thread *th, Value self, Value *a) { return cmsg_size(th, a[0], false, "CMSG_LEN"); }
static Value fn_CMSG_SPACE(Thread *th, Value self, Value *a) { return cmsg_size(th, a[0], true, "CMSG_SPACE"); }

#define F(n, sig) {#n, sig, fn_##n, NULL, 0}
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
    return socket_constants(th, m);
}
const ModuleDef module__socket = {"_socket", "Implementation module for socket operations.\n\nSee the socket module for documentation.", socket_fns, socket_exec};
