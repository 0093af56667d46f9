// SPDX-License-Identifier: MIT
// Sending and receiving over sockets: data, and messages with ancillary data.
#include "stdlib/_socket/socket_int.h"

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
    if (n) SOCK_CALL(th, s, POLLIN, r, from ? (k = sizeof ad, recvfrom(socket_fd(s), p, (size_t)n, flags, &ad.sa, &k)) : recv(socket_fd(s), p, (size_t)n, flags));
    else r = 0;
    Value data = r < 0 ? NO_VALUE : r == n ? new_ref(th, b) : bytes_new(th, p, (size_t)r);
    decref(th, b);
    if (!data || !from) return data;
    Value v[2] = {data, address_to_value(th, s->proto, &ad, k)};
    return v[1] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
Value sock_meth_recv(Thread *th, Value self, Value *a) { return recv_bytes(th, self, a, false); }
Value sock_meth_recvfrom(Thread *th, Value self, Value *a) { return recv_bytes(th, self, a, true); }
static Value recv_into(Thread *th, Value self, Value *a, bool from) {
    Socket *s = sock_of(self);
    Buffer b;
    intptr_t n = 0, r;
    int flags = 0;
    if ((a[1] && size_arg(th, a[1], &n, from ? "recvfrom_into" : "recv_into") < 0) || (a[2] && int_arg(th, a[2], &flags) < 0) || buffer_get_writable(th, a[0], &b, from ? "recvfrom_into() argument 1" : "recv_into() argument 1") < 0) return NO_VALUE;
    if ((size_t)n > b.len) {
        buffer_release(th, &b);
        return raise_value_error(th, from ? "nbytes is greater than the length of the buffer" : "buffer too small for requested bytes");
    }
    if (!n) n = (intptr_t)b.len;
    Address ad;
    socklen_t k = 0;
    SOCK_CALL(th, s, POLLIN, r, from ? (k = sizeof ad, recvfrom(socket_fd(s), b.buf, (size_t)n, flags, &ad.sa, &k)) : recv(socket_fd(s), b.buf, (size_t)n, flags));
    buffer_release(th, &b);
    if (r < 0) return NO_VALUE;
    if (!from) return value_imm_int(r);
    Value v[2] = {value_imm_int(r), address_to_value(th, s->proto, &ad, k)};
    return v[1] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
Value sock_meth_recv_into(Thread *th, Value self, Value *a) { return recv_into(th, self, a, false); }
Value sock_meth_recvfrom_into(Thread *th, Value self, Value *a) { return recv_into(th, self, a, true); }
Value sock_meth_send(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Buffer b;
    int flags = 0;
    intptr_t r;
    if ((a[1] && int_arg(th, a[1], &flags) < 0) || buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    SOCK_CALL(th, s, POLLOUT, r, send(socket_fd(s), b.buf, b.len, flags | MSG_NOSIGNAL));
    buffer_release(th, &b);
    return r < 0 ? NO_VALUE : value_imm_int(r);
}
Value sock_meth_sendall(Thread *th, Value self, Value *a) {
    Socket *s = sock_of(self);
    Buffer b;
    int flags = 0, err;
    if ((a[1] && int_arg(th, a[1], &flags) < 0) || buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    int64_t t = atomic_load_relaxed(&s->timeout), until = t > 0 ? thread_clock_ns() + t : -1; // one deadline for all of it
    size_t done = 0;
    while (done < b.len || !b.len) {
        if (t > 0 && socket_wait(th, s, POLLOUT, until)) break;
        ssize_t r;
        SYS(th, r, err, send(socket_fd(s), b.buf + done, b.len - done, flags | MSG_NOSIGNAL));
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
Value sock_meth_sendto(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Socket *s = sock_of(self);
    if (nargs < 2 || nargs > 3) return raise_type_error(th, "sendto() takes 2 or 3 arguments (%zu given)", nargs);
    int flags = 0;
    if (nargs == 3 && int_arg(th, args[1], &flags) < 0) return NO_VALUE;
    Address ad;
    socklen_t n;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    intptr_t r = -1;
    if (address_arg(th, s, args[nargs - 1], &ad, &n, "sendto") == 0 && AUDIT(th, "socket.sendto", 2, self, args[nargs - 1]) == 0) SOCK_CALL(th, s, POLLOUT, r, sendto(socket_fd(s), b.buf, b.len, flags | MSG_NOSIGNAL, &ad.sa, n));
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
    SOCK_CALL(th, s, POLLIN, r, recvmsg(socket_fd(s), &m, flags | MSG_CMSG_CLOEXEC));
    Value out = NO_VALUE;
    if (r >= 0) {
        Value v[4] = {result(th, ctx, r), NO_VALUE, value_imm_int(m.msg_flags & ~MSG_CMSG_CLOEXEC), NO_VALUE};
        v[1] = v[0] ? cmsg_list(th, &m) : NO_VALUE;
        v[3] = v[1] ? address_to_value(th, s->proto, &ad, m.msg_namelen) : NO_VALUE;
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
Value sock_meth_recvmsg(Thread *th, Value self, Value *a) {
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
        if (buffer_get(th, list_items_raw(AS(List, list))[i], &(*bufs)[i], writable ? BUF_WRITABLE : BUF_SIMPLE) < 0) {
            if (writable) {
                error_clear(th);
                raise_type_error(th, "%s of single-segment read-write buffers", msg);
            }
            break;
        }
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
Value sock_meth_recvmsg_into(Thread *th, Value self, Value *a) {
    struct iovec *iov;
    Buffer *bufs;
    intptr_t n = iov_of(th, a[0], true, &iov, &bufs, "recvmsg_into() argument 1 must be an iterable");
    if (n < 0) return NO_VALUE;
    Value r = recv_msg(th, sock_of(self), iov, (size_t)n, a[1], a[2], count_result, NULL);
    iov_free(th, iov, bufs, n);
    return r;
}
Value sock_meth_sendmsg(Thread *th, Value self, Value *a) {
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
    if (AUDIT(th, "socket.sendmsg", 2, self, a[3])) return NO_VALUE;
    intptr_t n = iov_of(th, a[0], false, &iov, &bufs, "sendmsg() argument 1 must be an iterable"), r = -1;
    if (n < 0) return NO_VALUE;
    if (a[1]) {
        Value anc = sequence_to_list(th, a[1]);
        if (!anc && error_clear_if(th, &exc_TypeError)) raise_type_error(th, "sendmsg() argument 2 must be an iterable");
        for (size_t i = 0; anc && i < list_len(AS(List, anc)); i++) {
            Value t = list_items_raw(AS(List, anc))[i];
            int level, type;
            Buffer b;
            const char *fn = "[sendmsg() ancillary data items]";
            if (!value_is_tuple(t) || AS(Tuple, t)->len != 3) {
                if (value_is_tuple(t)) raise_type_error(th, "%s() argument must be tuple of length 3, not %zu", fn, (size_t)AS(Tuple, t)->len);
                else raise_type_error(th, "%s() argument must be 3-item tuple, not %T", fn, t);
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
        SOCK_CALL(th, s, POLLOUT, r, sendmsg(socket_fd(s), &m, flags | MSG_NOSIGNAL));
    }
    mem_free(ctl);
    iov_free(th, iov, bufs, n);
    return r < 0 ? NO_VALUE : value_imm_int(r);
}

// ---- sizes of ancillary data

static Value cmsg_size(Thread *th, Value v, bool space, const char *fn) {
    intptr_t n = number_as_ssize(th, v, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0 || n > INT32_MAX - (intptr_t)(space ? CMSG_SPACE(1) : CMSG_LEN(0))) return raise_error(th, &exc_OverflowError, "%s() argument out of range", fn);
    return value_imm_int((int64_t)(space ? CMSG_SPACE((size_t)n) : CMSG_LEN((size_t)n)));
}
Value socket_fn_CMSG_LEN(Thread *th, Value self, Value *a) { return cmsg_size(th, a[0], false, "CMSG_LEN"); }
Value socket_fn_CMSG_SPACE(Thread *th, Value self, Value *a) { return cmsg_size(th, a[0], true, "CMSG_SPACE"); }
