// SPDX-License-Identifier: MIT
// Addresses between Python and C: IPv4, IPv6 and Unix ones (Linux's own families: address_linux.c); byte order and the texts of addresses.
#include "stdlib/_socket/socket_int.h"

#include <arpa/inet.h>
#include <stddef.h>

const char *str_arg(Thread *th, Value v, const char *fn, Value *hold) {
    if (!value_is_str(v)) {
        raise_type_error(th, "%s() argument must be str, not %T", fn, v);
        return NULL;
    }
    size_t n;
    const char *p = str_utf8(th, v, &n, hold);
    if (!p || !memchr(p, 0, n)) return p;
    clear_ref(th, hold);
    raise_value_error(th, "embedded null character");
    return NULL;
}
Value socket_error_raise(Thread *th, Value type, int code, const char *text) {
    Value a[2] = {value_imm_int(code), str_from_cstr(th, text)};
    Value e = a[1] ? object_call(th, type, a, 2, NO_VALUE) : NO_VALUE;
    decref(th, a[1]);
    if (e) {
        raise_object(th, e, NO_VALUE);
        decref(th, e);
    }
    return NO_VALUE;
}
Value gai_error_raise(Thread *th, int code, int err) {
    return code == EAI_SYSTEM ? posix_error(th, err) : socket_error_raise(th, socket_gaierror, code, gai_strerror(code));
}
Value host_to_str(Thread *th, const struct sockaddr *sa, socklen_t len) {
    char buf[NI_MAXHOST];
    int r = getnameinfo(sa, len, buf, sizeof buf, NULL, 0, NI_NUMERICHOST);
    return r ? gai_error_raise(th, r, errno) : str_from_cstr(th, buf);
}
Value address_to_value(Thread *th, int proto, const Address *a, socklen_t len) {
    if (len == 0) return VALUE_NONE;
    switch (a->sa.sa_family) {
    case AF_INET: {
        char b[64];
        inet_ntop(AF_INET, &a->in.sin_addr, b, sizeof b);
        Value v[2] = {str_from_cstr(th, b), value_imm_int(ntohs(a->in.sin_port))};
        return tuple_from_owned(th, v, 2);
    }
    case AF_INET6: {
        char b[64];
        inet_ntop(AF_INET6, &a->in6.sin6_addr, b, sizeof b);
        Value v[4] = {str_from_cstr(th, b), value_imm_int(ntohs(a->in6.sin6_port)), value_imm_int(ntohl(a->in6.sin6_flowinfo)), value_imm_int(a->in6.sin6_scope_id)};
        return v[0] ? tuple_from_owned(th, v, 4) : NO_VALUE;
    }
    case AF_UNIX: {
        size_t n = len - offsetof(struct sockaddr_un, sun_path);
        if (n && a->un.sun_path[0] == 0) return bytes_new(th, a->un.sun_path, n); // abstract
        return str_from_fs(th, a->un.sun_path, strnlen(a->un.sun_path, n));
    }
    case AF_NETLINK: case AF_VSOCK: case AF_PACKET: case AF_CAN: case AF_ALG: case AF_TIPC: case AF_QIPCRTR: return address_linux_to_value(th, proto, a);
    default: {
        Value v[2] = {value_imm_int(a->sa.sa_family), bytes_new(th, a->sa.sa_data, len > 2 ? len - 2 : 0)};
        return tuple_from_owned(th, v, 2);
    }
    }
}
const char *host_encoded(Thread *th, Value name, Value *hold) {
    Value codec = str_from_cstr(th, "idna");
    *hold = codec ? call_method1(th, name, name_encode, codec) : NO_VALUE;
    decref(th, codec);
    if (!*hold) return NULL;
    if (value_is_bytes(*hold)) return (const char *)AS(Bytes, *hold)->data;
    raise_type_error(th, "encode() of a host name returned %T, not bytes", *hold);
    clear_ref(th, hold);
    return NULL;
}
const char *host_arg(Thread *th, Value v, Value *hold) {
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
    return host_encoded(th, v, hold);
}
int host_resolve(Thread *th, Value host, int family, Address *out, socklen_t *len) {
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
            gai_error_raise(th, r, err);
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
        raise_error(th, &exc_OverflowError, "%s(): port must be 0-65535.", fn);
        return -1;
    }
    *out = htons((uint16_t)p);
    return 0;
}
int address_arg(Thread *th, Socket *s, Value v, Address *a, socklen_t *len, const char *fn) {
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
        if (host_resolve(th, t->items[0], AF_INET, a, len) < 0 || port_of(th, t->items[1], fn, &port) < 0) return -1;
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
        if (host_resolve(th, t->items[0], AF_INET6, a, len) < 0 || port_of(th, t->items[1], fn, &port) < 0) return -1;
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
    default: return address_linux_arg(th, s, v, a, len, fn);
    }
}

// ---- byte order and texts

static Value swap16(Thread *th, Value v) {
    uint64_t n;
    return number_as_unsigned(th, v, UINT16_MAX, "uint16_t", &n) < 0 ? NO_VALUE : value_imm_int(htons((uint16_t)n));
}
static Value swap32(Thread *th, Value v) {
    uint64_t n;
    return number_as_unsigned(th, v, UINT32_MAX, "uint32_t", &n) < 0 ? NO_VALUE : value_imm_int(htonl((uint32_t)n));
}
Value socket_fn_htons(Thread *th, Value self, Value *a) { return swap16(th, a[0]); }
Value socket_fn_ntohs(Thread *th, Value self, Value *a) { return swap16(th, a[0]); }
Value socket_fn_htonl(Thread *th, Value self, Value *a) { return swap32(th, a[0]); }
Value socket_fn_ntohl(Thread *th, Value self, Value *a) { return swap32(th, a[0]); }
Value socket_fn_inet_aton(Thread *th, Value self, Value *a) {
    Value h = NO_VALUE;
    struct in_addr in;
    const char *s = str_arg(th, a[0], "inet_aton", &h);
    if (!s) return NO_VALUE;
    int ok = inet_aton(s, &in);
    decref(th, h);
    return ok ? bytes_new(th, &in, 4) : raise_error(th, &exc_OSError, "illegal IP address string passed to inet_aton");
}
Value socket_fn_inet_ntoa(Thread *th, Value self, Value *a) {
    Buffer b;
    char t[64];
    if (buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    bool ok = b.len == 4;
    if (ok) inet_ntop(AF_INET, b.buf, t, sizeof t);
    buffer_release(th, &b);
    return ok ? str_from_cstr(th, t) : raise_error(th, &exc_OSError, "packed IP wrong length");
}
Value socket_fn_inet_pton(Thread *th, Value self, Value *a) {
    int af;
    Value h = NO_VALUE;
    uint8_t buf[16];
    if (int_arg(th, a[0], &af) < 0) return NO_VALUE;
    const char *s = str_arg(th, a[1], "inet_pton", &h);
    if (!s) return NO_VALUE;
    int r = inet_pton(af, s, buf), err = errno;
    decref(th, h);
    if (r < 0) return posix_error(th, err);
    return r ? bytes_new(th, buf, af == AF_INET ? 4 : 16) : raise_error(th, &exc_OSError, "illegal IP address string passed to inet_pton");
}
Value socket_fn_inet_ntop(Thread *th, Value self, Value *a) {
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

// ---- for the event loop

static int ops_fd(Value sock) { return socket_fd(sock_of(sock)); }
static Value ops_address(Thread *th, Value sock, const struct sockaddr_storage *a, socklen_t len) { return address_to_value(th, sock_of(sock)->proto, (const Address *)a, len); }
static int ops_address_arg(Thread *th, Value sock, Value address, struct sockaddr_storage *a, socklen_t *len, const char *fn) {
    return address_arg(th, sock_of(sock), address, (Address *)a, len, fn);
}
static Value ops_accepted(Thread *th, Value listening, int fd) {
    Socket *from = sock_of(listening);
    Value v = socket_slot_new(th, type_of(listening), NULL, 0, NO_VALUE), io_refs = str_intern_cstr(th, "_io_refs"), closed = str_intern_cstr(th, "_closed");
    if (v && socket_setup(th, sock_of(v), fd, from->family, from->type | SOCK_NONBLOCK, from->proto) == 0 && io_refs && closed &&
        object_setattr(th, v, io_refs, value_imm_int(0)) == 0 && object_setattr(th, v, closed, VALUE_FALSE) == 0)
        return v;
    if (v) sock_of(v)->fd = -1;
    close(fd);
    decref(th, v);
    return NO_VALUE;
}
_Static_assert(sizeof(Address) == sizeof(struct sockaddr_storage), "the loop gives room for an address");
const SocketOps socket_loop_ops = { &type_socket_socket, ops_fd, ops_address, ops_accepted, ops_address_arg };
