// SPDX-License-Identifier: MIT
// The type socket: making, connecting, options, closing. Sending and receiving are in transfer.c.
#include "stdlib/_socket/socket_int.h"
#include "stdlib/duration.h"

#include <stddef.h>

int64_t socket_default_timeout = -1;

int socket_wait(Thread *th, Socket *s, short events, int64_t until) {
    for (;;) {
        int64_t left = until < 0 ? -1 : until - thread_clock_ns();
        if (until >= 0 && left < 0) left = 0;
        struct pollfd p = {socket_fd(s), events, 0};
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

int timeout_from_value(Thread *th, Value v, int64_t *out) {
    *out = -1;
    if (v == VALUE_NONE) return 0;
    if (duration_as_ns(th, v, DURATION_SECOND, DURATION_UP, out) < 0) return -1;
    if (*out >= 0) return 0;
    raise_value_error(th, "Timeout value out of range");
    return -1;
}
Value timeout_to_value(Thread *th, int64_t t) { return t < 0 ? VALUE_NONE : float_from_double(th, (double)t / 1e9); }
static int set_blocking(Thread *th, int fd, bool block) {
    int r, err;
    int on = !block;
    SYS(th, r, err, ioctl(fd, FIONBIO, &on));
    if (r < 0) posix_error(th, err);
    return r;
}
int socket_setup(Thread *th, Socket *s, int fd, int family, int type, int proto) {
    s->fd = fd;
    s->family = family;
    s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s->proto = proto;
    s->timeout = type & SOCK_NONBLOCK ? 0 : atomic_load_relaxed(&socket_default_timeout);
    return s->timeout >= 0 && !(type & SOCK_NONBLOCK) ? set_blocking(th, fd, false) : 0;
}
Value socket_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
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
    if (AUDIT(th, "socket.__new__", 4, self, value_imm_int(family), value_imm_int(type), value_imm_int(proto))) return -1;
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
    return socket_setup(th, sock_of(self), fd, family, type, proto);
}
static Value sock_meth_accept(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Address ad;
    socklen_t n = sizeof ad;
    memset(&ad, 0, sizeof ad);
    int r;
    SOCK_CALL(th, s, POLLIN, r, (n = sizeof ad, accept4(socket_fd(s), &ad.sa, &n, SOCK_CLOEXEC)));
    if (r < 0) return NO_VALUE;
    Value v[2] = {value_imm_int(r), address_to_value(th, s->proto, &ad, n)};
    return v[1] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
#define SIMPLE_CALL(fn, expr) static Value fn(Thread *th, Value self, Value *a) { \
        Socket *s = sock_of(self); Address ad; socklen_t n; int r, err; \
        if (address_arg(th, s, a[0], &ad, &n, "bind") < 0 || AUDIT(th, "socket.bind", 2, self, a[0])) return NO_VALUE; \
        SYS(th, r, err, expr); \
        return r < 0 ? posix_error(th, err) : VALUE_NONE; }
SIMPLE_CALL(sock_meth_bind, bind(socket_fd(s), &ad.sa, n))
// 0, an errno, or -1 with the exception set (time-out, signal handler).
static int do_connect(Thread *th, Socket *s, Address *ad, socklen_t n) {
    int r, err;
    SYS(th, r, err, connect(socket_fd(s), &ad->sa, n));
    if (r >= 0) return 0;
    int64_t t = atomic_load_relaxed(&s->timeout);
    bool wait = err == EINTR ? t != 0 : err == EINPROGRESS && t > 0;
    if (err == EINTR && after_eintr(th, err) < 0) return -1;
    if (!wait) return err;
    int w = socket_wait(th, s, POLLOUT, t > 0 ? thread_clock_ns() + t : -1);
    if (w) return -1;
    socklen_t k = sizeof err;
    if (getsockopt(socket_fd(s), SOL_SOCKET, SO_ERROR, &err, &k) < 0) return errno;
    return err == EISCONN ? 0 : err;
}
static Value sock_meth_connect(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Address ad;
    socklen_t n;
    if (address_arg(th, s, a[0], &ad, &n, "connect") < 0 || AUDIT(th, "socket.connect", 2, self, a[0])) return NO_VALUE;
    int e = do_connect(th, s, &ad, n);
    return e == 0 ? VALUE_NONE : e < 0 ? NO_VALUE : posix_error(th, e);
}
static Value sock_meth_connect_ex(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Address ad;
    socklen_t n;
    if (address_arg(th, s, a[0], &ad, &n, "connect_ex") < 0 || AUDIT(th, "socket.connect", 2, self, a[0])) return NO_VALUE;
    int e = do_connect(th, s, &ad, n);
    if (e < 0) return error_clear_if(th, &exc_TimeoutError) ? value_imm_int(EAGAIN) : NO_VALUE;
    return value_imm_int(e);
}
static Value sock_meth_listen(Thread *th, Value self, Value *a) {
    int backlog = 128, r, err;
    if (a[0] && int_arg(th, a[0], &backlog) < 0) return NO_VALUE;
    if (backlog < 0) backlog = 0;
    SYS(th, r, err, listen(socket_fd(sock_of(self)), backlog));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value sock_meth_close(Thread *th, Value self, Value *a) {
    int fd = __atomic_exchange_n(&sock_of(self)->fd, -1, __ATOMIC_ACQ_REL), r, err;
    if (fd < 0) return VALUE_NONE;
    SYS(th, r, err, close(fd));
    return r < 0 && err != ECONNRESET && err != EINTR ? posix_error(th, err) : VALUE_NONE;
}
static Value sock_meth_detach(Thread *th, Value self, Value *a) { return value_imm_int(__atomic_exchange_n(&sock_of(self)->fd, -1, __ATOMIC_ACQ_REL)); }
static Value sock_meth_fileno(Thread *th, Value self, Value *a) { return value_imm_int(socket_fd(sock_of(self))); }
static Value sock_meth_getsockname(Thread *th, Value self, Value *a) {
    Address ad;
    socklen_t n = sizeof ad;
    return getsockname(socket_fd(sock_of(self)), &ad.sa, &n) < 0 ? posix_error(th, errno) : address_to_value(th, sock_of(self)->proto, &ad, n);
}
static Value sock_meth_getpeername(Thread *th, Value self, Value *a) {
    Address ad;
    socklen_t n = sizeof ad;
    return getpeername(socket_fd(sock_of(self)), &ad.sa, &n) < 0 ? posix_error(th, errno) : address_to_value(th, sock_of(self)->proto, &ad, n);
}
static Value sock_meth_getsockopt(Thread *th, Value self, Value *a) {
    int level, opt, size = 0;
    if (int_arg(th, a[0], &level) < 0 || int_arg(th, a[1], &opt) < 0 || (a[2] && int_arg(th, a[2], &size) < 0)) return NO_VALUE;
    if (size == 0 && sock_of(self)->family == AF_VSOCK) { // its options are of 64 bits
        uint64_t v = 0;
        socklen_t n = sizeof v;
        return getsockopt(socket_fd(sock_of(self)), level, opt, &v, &n) < 0 ? posix_error(th, errno) : int_from_u64(th, v);
    }
    if (size == 0) {
        int v = 0;
        socklen_t n = sizeof v;
        return getsockopt(socket_fd(sock_of(self)), level, opt, &v, &n) < 0 ? posix_error(th, errno) : value_imm_int(v);
    }
    if (size < 0 || size > 1024) return raise_error(th, &exc_OSError, "getsockopt buflen out of range");
    char buf[1024];
    socklen_t n = (socklen_t)size;
    return getsockopt(socket_fd(sock_of(self)), level, opt, buf, &n) < 0 ? posix_error(th, errno) : bytes_new(th, buf, n);
}
static Value sock_meth_setsockopt(Thread *th, Value self, Value *a) {
    int level, opt, v, r;
    int fd = socket_fd(sock_of(self));
    if (int_arg(th, a[0], &level) < 0 || int_arg(th, a[1], &opt) < 0) return NO_VALUE;
    if (a[3]) {
        int64_t n;
        if (a[2] != VALUE_NONE) return raise_type_error(th, "setsockopt(): only socket option NULL may have an optlen");
        if (number_as_i64(th, a[3], &n) < 0) return NO_VALUE;
        r = setsockopt(fd, level, opt, NULL, (socklen_t)n);
    } else if (index_check(a[2]) && sock_of(self)->family == AF_VSOCK) {
        uint64_t big;
        if (number_as_unsigned(th, a[2], UINT64_MAX, "unsigned long", &big)) return NO_VALUE;
        r = setsockopt(fd, level, opt, &big, sizeof big);
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
    if (timeout_from_value(th, a[0], &t) < 0 || set_blocking(th, socket_fd(s), t < 0) < 0) return NO_VALUE;
    atomic_store_relaxed(&s->timeout, t);
    return VALUE_NONE;
}
static Value sock_meth_gettimeout(Thread *th, Value self, Value *a) { return timeout_to_value(th, atomic_load_relaxed(&sock_of(self)->timeout)); }
static Value sock_meth_setblocking(Thread *th, Value self, Value *a) {
    int t = object_truth(th, a[0]);
    Socket *s = sock_of(self);
    if (t < 0 || set_blocking(th, socket_fd(s), t) < 0) return NO_VALUE;
    atomic_store_relaxed(&s->timeout, t ? (int64_t)-1 : (int64_t)0);
    return VALUE_NONE;
}
static Value sock_meth_getblocking(Thread *th, Value self, Value *a) { return value_bool(atomic_load_relaxed(&sock_of(self)->timeout) != 0); }
static Value sock_meth_shutdown(Thread *th, Value self, Value *a) {
    int how, r, err;
    if (int_arg(th, a[0], &how) < 0) return NO_VALUE;
    SYS(th, r, err, shutdown(socket_fd(sock_of(self)), how));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}

static Value sock_slot_repr(Thread *th, Value self) {
    Socket *s = sock_of(self);
    return str_format(th, "<socket object, fd=%d, family=%d, type=%d, proto=%d>", s->fd, s->family, s->type, s->proto);
}
static int sock_slot_finalize(Thread *th, Value self) {
    Socket *s = sock_of(self);
    if (s->fd < 0) return 0;
    Value saved = error_fetch(th);
    if (warn_resource(th, self, "unclosed %R", self) < 0) {
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
static Value sock_get_timeout(Thread *th, Value self) { return timeout_to_value(th, sock_of(self)->timeout); }
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
TYPE_DEFINE(socket_socket, "_socket.socket", sizeof(Socket), TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DEL, .methods = sock_methods, .members = sock_members, .getsets = sock_getsets, .doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object",
            .slots = {.new_ = socket_slot_new, .init = sock_slot_init, .repr = sock_slot_repr, .finalize = sock_slot_finalize, .dealloc = sock_dealloc})
