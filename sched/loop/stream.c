// SPDX-License-Identifier: MIT
// Stream transports over TCP and Unix sockets: reading, closing, and the methods of the transport class. The class itself is in lib/ladon/loop.py, derived from
// asyncio's transport classes; what runs per message is here, so that between the poll and the protocol no Python code runs. Its instances keep their
// Stream in a slot whose descriptor is taken away, so no program can reach it.
#include "sched/loop/socket_ops.h"
#include "sched/loop/tls_int.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>

static size_t core_offset;   // [c] of the slot in instances of the class
static Type *stream_class;   // [c]
static Value stream_class_root;
static Value stream_buffered;       // root; asyncio.BufferedProtocol

ALWAYS_INLINE Stream *stream_of(Value transport) { return *AS(Stream *, transport + core_offset); }
static Stream *stream_checked(Thread *th, Value self) {
    Stream *s = stream_of(self);
    if (UNLIKELY(!s)) raise_error(th, &exc_RuntimeError, "the transport was not initialised");
    return s;
}
Stream *stream_enter(Thread *th, Value self, int *claimed) {
    Stream *s = stream_checked(th, self);
    if (UNLIKELY(!s) || (*claimed = loop_claim(th, LOOP(s->loop))) < 0) return NULL;
    return s;
}

Type *stream_transport_class(void) { return stream_class; }
Stream *stream_of_transport(Value v) { return stream_class && value_is_instance(v, stream_class) ? stream_of(v) : NULL; }

// ---- the loop's hold

static void hold(Thread *th, Loop *l, Stream *s) {
    incref(th, s->transport);
    s->held = 1;
    s->prev = NULL;
    s->next_stream = l->streams;
    if (l->streams) l->streams->prev = s;
    l->streams = s;
}
// The reference to the transport goes to the caller; NO_VALUE: it was not held.
static Value unhold(Thread *th, Loop *l, Stream *s) {
    if ((size_t)s->fd < l->n_by_fd && l->by_fd[s->fd] == s) {   // else the descriptor was closed behind our back and is another stream's now
        if (s->watched && l->u && !watch_in_set(l, s->fd)) uv_half_unwatch(l->u, s->fd);
        if (l->u) uv_half_unlend(l->u);
        l->by_fd[s->fd] = NULL;
    }
    s->watched = WATCH_NOT;
    if (!s->held) return NO_VALUE;
    s->held = 0;
    if (s->prev) s->prev->next_stream = s->next_stream;
    else l->streams = s->next_stream;
    if (s->next_stream) s->next_stream->prev = s->prev;
    return s->transport;
}
void streams_drop_all(Thread *th, Loop *l) {
    while (l->streams) decref(th, unhold(th, l, l->streams));
}
int stream_traverse_active(Loop *l, VisitFn visit, void *arg) {
    for (Stream *s = l->streams; s; s = s->next_stream) {
        int r = visit(s->transport, arg);
        if (r) return r;
    }
    return 0;
}
Value loop_meth_transport_of_fd(Thread *th, Value self, Value *a) {
    Loop *l = LOOP(self);
    int fd;
    if (number_as_int(th, a[0], &fd) < 0) return NO_VALUE;
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    Stream *s = fd >= 0 && (size_t)fd < l->n_by_fd ? l->by_fd[fd] : NULL;
    Value v = s && s->held ? new_ref(th, s->transport) : VALUE_NONE;
    if (claimed) loop_unclaim(l);
    return v;
}

static bool may_read(const Stream *s) { return s->started && !s->paused && !s->closing && !s->read_eof && !s->conn_lost; }
// To the loop's ready queue, once, when there is something to do.
static int schedule(Thread *th, Stream *s) {
    if (s->in_ready || !((s->readable && may_read(s)) || (s->writable && s->q.n && !s->conn_lost))) return 0;
    s->in_ready = 1;
    return loop_ready_push(th, LOOP(s->loop), new_ref(th, VALUE_OF(s)), NO_VALUE);
}
int stream_sync(Thread *th, Stream *s) {
    Loop *l = LOOP(s->loop);
    if (!l->u || !s->held) return 0;
    int want = s->q.n && !s->conn_lost ? WATCH_BOTH : may_read(s) ? WATCH_READ : WATCH_NOT;
    if (want > s->watched) {
        if (s->watched == WATCH_NOT && watch_forget(th, l, s->fd) < 0) return -1;
        int err = uv_half_watch(l->u, s->fd, s->watched == WATCH_NOT, want == WATCH_BOTH);
        // Left over from a descriptor of this number that was closed behind our back, while a copy of it is open.
        if (UNLIKELY(err == EEXIST)) err = uv_half_watch(l->u, s->fd, false, want == WATCH_BOTH);
        s->watched = (uint8_t)want;
        if (UNLIKELY(err == ENOSPC || err == ENOMEM)) {     // no more can be watched
            raise_errno(th, err, NO_VALUE, NO_VALUE);
            return stream_fatal(th, s, "Fatal error on transport");
        }
        // What epoll refuses otherwise counts as ready: reading or writing will say what is wrong.
        if (UNLIKELY(err)) s->readable = s->writable = s->ended = 1;
    }
    return schedule(th, s);
}
int stream_found(Thread *th, Stream *s, uint32_t events) {
    if (events & ~(uint32_t)EPOLLOUT) s->readable = 1;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) s->writable = 1;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) s->ended = 1;
    return schedule(th, s);
}

int stream_fatal(Thread *th, Stream *s, const char *message) {
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
    Value exc = error_fetch(th), a[2] = {exc, str_from_cstr(th, message)};
    Value r = a[1] ? call_method(th, s->transport, loop_name__fatal_error, a, 2) : NO_VALUE;
    decref(th, exc);
    decref(th, a[1]);
    decref(th, r);
    return r ? 0 : -1;
}

// ---- reading

static Value protocol_call(Thread *th, Stream *s, Value name, const Value *args, size_t n) {
    Value p = slot_get(th, &s->head, &s->protocol);
    if (!p) return VALUE_NONE;
    Value r = call_method(th, p, name, args, n);
    decref(th, p);
    return r;
}

static int on_eof(Thread *th, Stream *s) {
    if (atomic_load_relaxed(&LOOP(s->loop)->debug)) {
        Value r = call_method(th, s->transport, loop_name__received_eof, NULL, 0);
        if (!r) return -1;
        decref(th, r);
    }
    Value r = protocol_call(th, s, loop_name_eof_received, NULL, 0);
    int keep = r ? object_truth(th, r) : -1;
    decref(th, r);
    if (keep < 0) return stream_fatal(th, s, "Fatal error: protocol.eof_received() call failed.");
    if (keep) {
        // The protocol may still write, but there is nothing more to read.
        s->read_eof = 1;
        return stream_sync(th, s);
    }
    r = call_method0(th, s->transport, loop_name_close);
    decref(th, r);
    return r ? 0 : -1;
}
static int read_error(Thread *th, Stream *s, int err) {
    if (err == EAGAIN || err == EWOULDBLOCK) s->readable = s->ended = 0;
    if (err == EAGAIN || err == EWOULDBLOCK || err == EINTR) return 0;
    raise_errno(th, err, NO_VALUE, NO_VALUE);
    return stream_fatal(th, s, "Fatal read error on socket transport");
}
// A recv that did not fill its buffer has emptied the socket, and the next edge will tell of more: with TCP, when nothing else is there.
static void note_read(Stream *s, size_t n, size_t room) {
    if (n < room && s->whole_reads && !s->ended) s->readable = 0;
}
// The socket does not block, so these calls are made attached.
// What has come, as bytes; the count, 0 the end, -1 an error with errno, -2 an exception.
static ssize_t receive(Thread *th, Stream *s, uint8_t *buf, Value *data) {
    // Large reads of one size on end go where they stay, those of any other size through the loop's buffer.
    size_t expect = s->same_size ? s->last_size : 0;
    Value direct = expect ? bytes_new(th, NULL, expect) : NO_VALUE;
    if (UNLIKELY(expect && !direct)) return -2;
    ssize_t n;
    if (direct) {
        struct iovec iov[2] = {{AS(Bytes, direct)->data, expect}, {buf, STREAM_READ_SIZE - expect}};
        n = readv(s->fd, iov, expect < STREAM_READ_SIZE ? 2 : 1);
    } else n = recv(s->fd, buf, STREAM_READ_SIZE, 0);
    if (n > 0) {
        s->same_size = (size_t)n == s->last_size && n >= STREAM_DIRECT_MIN;
        s->last_size = (uint32_t)n;
        if ((size_t)n == expect) {
            *data = direct;
            return n;
        }
        *data = bytes_new(th, direct ? NULL : buf, (size_t)n);
        if (direct && *data) {
            size_t first = (size_t)n < expect ? (size_t)n : expect;
            memcpy(AS(Bytes, *data)->data, AS(Bytes, direct)->data, first);
            memcpy(AS(Bytes, *data)->data + first, buf, (size_t)n - first);
        }
    }
    int err = errno;
    decref(th, direct);
    errno = err;
    return n > 0 && !*data ? -2 : n;
}
static int read_plain(Thread *th, Stream *s) {
    Loop *l = LOOP(s->loop);
    if (UNLIKELY(!l->read_buf) && !(l->read_buf = mem_alloc(th, STREAM_READ_SIZE))) return -1;
    Value data = NO_VALUE;
    ssize_t n = receive(th, s, l->read_buf, &data);
    if (UNLIKELY(n <= 0)) return n < -1 ? -1 : n ? read_error(th, s, errno) : on_eof(th, s);
    note_read(s, (size_t)n, STREAM_READ_SIZE);
    Value r = protocol_call(th, s, loop_name_data_received, &data, 1);
    decref(th, data);
    if (UNLIKELY(!r)) return stream_fatal(th, s, "Fatal error: protocol.data_received() call failed.");
    decref(th, r);
    return 0;
}
static int read_buffered(Thread *th, Stream *s) {
    Value hint = value_imm_int(-1), buf = protocol_call(th, s, loop_name_get_buffer, &hint, 1);
    Buffer b;
    if (!buf || buffer_get_writable(th, buf, &b, "recv_into() argument 1") < 0) {
        decref(th, buf);
        return stream_fatal(th, s, "Fatal error: protocol.get_buffer() call failed.");
    }
    if (!b.len) {
        buffer_release(th, &b);
        decref(th, buf);
        raise_error(th, &exc_RuntimeError, "get_buffer() returned an empty buffer");
        return stream_fatal(th, s, "Fatal error: protocol.get_buffer() call failed.");
    }
    ssize_t n = recv(s->fd, b.buf, b.len, 0);
    int err = errno;
    if (n > 0) note_read(s, (size_t)n, b.len);
    buffer_release(th, &b);
    decref(th, buf);
    if (n <= 0) return n ? read_error(th, s, err) : on_eof(th, s);
    Value count = value_imm_int(n), r = protocol_call(th, s, loop_name_buffer_updated, &count, 1);
    if (!r) return stream_fatal(th, s, "Fatal error: protocol.buffer_updated() call failed.");
    decref(th, r);
    return 0;
}

static int read_tls(Thread *th, Stream *s) {
    Loop *l = LOOP(s->loop);
    if (UNLIKELY(!l->read_buf) && !(l->read_buf = mem_alloc(th, STREAM_READ_SIZE))) return -1;
    ssize_t n = recv(s->fd, l->read_buf, STREAM_READ_SIZE, 0);
    if (n <= 0) return n ? read_error(th, s, errno) : on_eof(th, s);
    note_read(s, (size_t)n, STREAM_READ_SIZE);
    Value p = slot_get(th, &s->head, &s->protocol);
    int rc = 0;
    if (LIKELY(p && value_is_exact(p, &type_loop_tls) && AS(Tls, p)->loop == s->loop)) rc = tls_received(th, AS(Tls, p), l->read_buf, (size_t)n);
    else if (p) {
        raise_error(th, &exc_RuntimeError, "the TLS connection is another loop's");
        rc = -1;
    }
    decref(th, p);
    // What TLS itself could not deal with; asyncio's protocol for it takes data as a buffer.
    return rc ? stream_fatal(th, s, "Fatal error: protocol.buffer_updated() call failed.") : 0;
}

int stream_ready(Thread *th, Stream *s) {
    s->in_ready = 0;
    if (UNLIKELY(!s->held)) return 0;
    int rc = 0;
    Value transport = new_ref(th, s->transport);
    Value ctx = new_ref(th, s->context);
    if (UNLIKELY(context_enter(th, ctx) < 0)) rc = -1;
    else {
        if (s->readable && may_read(s)) rc = s->tls ? read_tls(th, s) : s->buffered ? read_buffered(th, s) : read_plain(th, s);
        if (!rc && s->writable && s->q.n && !s->conn_lost) rc = stream_flush(th, s);
        context_exit(th, ctx);
    }
    // One recv a turn: what is left waits for the next, behind the others.
    if (!rc && (s->readable || s->writable)) rc = schedule(th, s);
    decref(th, ctx);
    decref(th, transport);
    return rc;
}

// ---- closing

static int schedule_lost(Thread *th, Stream *s, Value exc) {
    s->conn_lost++;
    Value f = object_getattr(th, s->transport, loop_name__call_connection_lost), args = f ? tuple_pack1(th, exc) : NO_VALUE;
    Value h = args ? loop_call_soon(th, LOOP(s->loop), f, args, NO_VALUE) : NO_VALUE;
    decref(th, f);
    decref(th, args);
    decref(th, h);
    return h ? 0 : -1;
}
#define ENTER(s) int claimed; Stream *s = stream_enter(th, self, &claimed); if (UNLIKELY(!s)) return NO_VALUE
#define LEAVE(s, ok) do { stream_leave(s, claimed); return (ok) ? VALUE_NONE : NO_VALUE; } while (0)

static Value stream_meth_close(Thread *th, Value self, Value *a) {
    ENTER(s);
    int rc = 0;
    if (!s->closing) {
        atomic_store_relaxed(&s->closing, 1);
        rc = stream_sync(th, s);
        if (!rc && !s->q.n && !s->conn_lost) rc = schedule_lost(th, s, VALUE_NONE);
    }
    LEAVE(s, rc == 0);
}
static Value stream_meth_force_close(Thread *th, Value self, Value *a) {
    ENTER(s);
    int rc = 0;
    if (!s->conn_lost) {
        queue_clear(th, &s->q);
        atomic_store_relaxed(&s->closing, 1);
        rc = stream_sync(th, s);
        if (!rc) rc = schedule_lost(th, s, a[0]);
    }
    LEAVE(s, rc == 0);
}
static Value stream_meth_abort(Thread *th, Value self, Value *a) {
    Value none = VALUE_NONE;
    return stream_meth_force_close(th, self, &none);
}
// The end: nothing is watched any more, the loop lets go, the protocol too. What the socket was bound to can be asked for afterwards.
static Value stream_meth_finish(Thread *th, Value self, Value *a) {
    ENTER(s);
    const SocketOps *ops = atomic_load_acquire(&socket_ops);
    if (a[0] == VALUE_TRUE && !s->sockname && ops && value_is_instance(s->sock, ops->type)) {
        struct sockaddr_storage name;
        socklen_t len = sizeof name;
        if (getsockname(ops->fd(s->sock), (struct sockaddr *)&name, &len) == 0 && !(s->sockname = ops->address(th, s->sock, &name, len))) LEAVE(s, false);
    }
    Value held = unhold(th, LOOP(s->loop), s);
    queue_clear(th, &s->q);
    atomic_store_relaxed(&s->closing, 1);
    if (!s->conn_lost) s->conn_lost = 1;
    slot_store(th, &s->head, &s->protocol, NO_VALUE);
    stream_leave(s, claimed);
    decref(th, held);
    return VALUE_NONE;
}

// ---- the rest of the transport's methods

static Value stream_meth_start(Thread *th, Value self, Value *a) {
    ENTER(s);
    if (!s->started) {
        Value ctx = context_copy_current(th);
        if (!ctx) LEAVE(s, false);
        set_ref(th, &s->context, ctx);
        s->started = 1;
    }
    LEAVE(s, stream_sync(th, s) == 0);
}
static int debug_log(Thread *th, Stream *s, const char *what) {
    if (!atomic_load_relaxed(&LOOP(s->loop)->debug)) return 0;
    Value w = str_from_cstr(th, what), r = w ? call_method1(th, s->transport, loop_name__debug_log, w) : NO_VALUE;
    decref(th, w);
    decref(th, r);
    return r ? 0 : -1;
}
static Value stream_meth_pause_reading(Thread *th, Value self, Value *a) {
    ENTER(s);
    int rc = 0;
    if (!s->closing && !s->paused) {
        atomic_store_relaxed(&s->paused, 1);
        rc = stream_sync(th, s);
        if (!rc) rc = debug_log(th, s, "pauses reading");
    }
    LEAVE(s, rc == 0);
}
static Value stream_meth_resume_reading(Thread *th, Value self, Value *a) {
    ENTER(s);
    int rc = 0;
    if (!s->closing && s->paused) {
        atomic_store_relaxed(&s->paused, 0);
        s->read_eof = 0;
        s->started = 1;
        rc = stream_sync(th, s);
        if (!rc) rc = debug_log(th, s, "resumes reading");
    }
    LEAVE(s, rc == 0);
}
static Value stream_meth_is_reading(Thread *th, Value self, Value *a) {
    Stream *s = stream_checked(th, self);
    return s ? value_bool(!atomic_load_relaxed(&s->closing) && !atomic_load_relaxed(&s->paused)) : NO_VALUE;
}
static Value stream_meth_is_closing(Thread *th, Value self, Value *a) {
    Stream *s = stream_checked(th, self);
    return s ? value_bool(atomic_load_relaxed(&s->closing)) : NO_VALUE;
}
static Value stream_meth_can_write_eof(Thread *th, Value self, Value *a) { return VALUE_TRUE; }
static Value stream_meth_get_protocol(Thread *th, Value self, Value *a) {
    Stream *s = stream_checked(th, self);
    Value p = s ? slot_get(th, &s->head, &s->protocol) : NO_VALUE;
    return p || !s ? p : VALUE_NONE;
}
int stream_set_protocol(Thread *th, Stream *s, Value protocol) {
    int b = object_isinstance(th, protocol, stream_buffered);
    if (b < 0) return -1;
    s->buffered = (uint8_t)b;
    s->tls = value_is_exact(protocol, &type_loop_tls);
    slot_store(th, &s->head, &s->protocol, new_ref(th, protocol));
    return 0;
}
static Value stream_meth_set_protocol(Thread *th, Value self, Value *a) {
    ENTER(s);
    LEAVE(s, stream_set_protocol(th, s, a[0]) == 0);
}
static Value stream_meth_get_write_buffer_size(Thread *th, Value self, Value *a) {
    Stream *s = stream_checked(th, self);
    return s ? int_from_u64(th, atomic_load_relaxed(&s->q.bytes)) : NO_VALUE;
}
static Value stream_meth_get_write_buffer_limits(Thread *th, Value self, Value *a) {
    Stream *s = stream_checked(th, self);
    return s ? tuple_pack2(th, value_imm_int((int64_t)s->low), value_imm_int((int64_t)s->high)) : NO_VALUE;
}
static int limit(Thread *th, Value v, int64_t *out) {
    *out = -1;
    if (!v || v == VALUE_NONE) return 0;
    return number_as_i64(th, v, out);
}
int water_marks(Thread *th, Value *a, int64_t high_default, int64_t *out_high, int64_t *out_low) {
    int64_t high, low;
    bool has_high = a[0] && a[0] != VALUE_NONE, has_low = a[1] && a[1] != VALUE_NONE;
    if (limit(th, a[0], &high) < 0 || limit(th, a[1], &low) < 0) return -1;
    if (!has_high) high = has_low ? 4 * low : high_default;
    if (!has_low) low = high >> 2;     // rounds down, as Python does
    if (!(high >= low && low >= 0)) {
        Value h = int_from_i64(th, high), w = h ? int_from_i64(th, low) : NO_VALUE;
        if (w) raise_value_error(th, "high (%R) must be >= low (%R) must be >= 0", h, w);
        return -1;
    }
    *out_high = high;
    *out_low = low;
    return 0;
}
static Value stream_meth_set_write_buffer_limits(Thread *th, Value self, Value *a) {
    int64_t high, low;
    if (water_marks(th, a, 64 * 1024, &high, &low) < 0) return NO_VALUE;
    ENTER(s);
    s->high = (size_t)high;
    s->low = (size_t)low;
    int rc = 0;
    if (s->q.bytes > s->high && !s->protocol_paused) {
        atomic_store_relaxed(&s->protocol_paused, 1);
        Value r = protocol_call(th, s, loop_name_pause_writing, NULL, 0);
        rc = r ? 0 : stream_fatal(th, s, "protocol.pause_writing() failed");
        decref(th, r);
    }
    LEAVE(s, rc == 0);
}
static Value stream_meth_shutdown_write(Thread *th, Value self, Value *a) {
    Stream *s = stream_checked(th, self);
    if (!s) return NO_VALUE;
    return shutdown(s->fd, SHUT_WR) < 0 ? raise_errno(th, errno, NO_VALUE, NO_VALUE) : VALUE_NONE;
}

#define GETTER(name, expr) static Value stream_get_##name(Thread *th, Value self) { Stream *s = stream_checked(th, self); return s ? (expr) : NO_VALUE; }
static Value or_none(Value v) { return v ? v : VALUE_NONE; }
GETTER(fd, value_imm_int(s->fd))
GETTER(raw_sock, or_none(new_ref(th, s->sock)))
GETTER(protocol, or_none(slot_get(th, &s->head, &s->protocol)))
GETTER(closing, value_bool(atomic_load_relaxed(&s->closing)))
GETTER(paused, value_bool(atomic_load_relaxed(&s->paused)))
GETTER(eof, value_bool(atomic_load_relaxed(&s->eof)))
GETTER(protocol_paused, value_bool(atomic_load_relaxed(&s->protocol_paused)))
GETTER(conn_lost, value_imm_int(atomic_load_relaxed(&s->conn_lost)))
GETTER(high, int_from_u64(th, s->high))
GETTER(low, int_from_u64(th, s->low))
GETTER(writing, value_bool(s->q.n != 0))
GETTER(polling, value_bool(s->watched && may_read(s)))
GETTER(empty_waiter, or_none(slot_get(th, &s->head, &s->empty_waiter)))
GETTER(sockname, or_none(slot_get(th, &s->head, &s->sockname)))
static int stream_set_empty_waiter(Thread *th, Value self, Value v) {
    Stream *s = stream_checked(th, self);
    if (!s) return -1;
    slot_store(th, &s->head, &s->empty_waiter, !v || v == VALUE_NONE ? NO_VALUE : new_ref(th, v));
    return 0;
}

static const MethodDef stream_methods[] = {
    {"write", "(self, data, /)", stream_meth_write, "Write some data bytes to the transport."},
    {"writelines", "(self, list_of_data, /)", stream_meth_writelines, "Write a list (or any iterable) of data bytes to the transport."},
    {"write_eof", "(self, /)", stream_meth_write_eof, "Close the write end after flushing buffered data."},
    {"can_write_eof", "(self, /)", stream_meth_can_write_eof, "Return True if this transport supports write_eof(), False if not."},
    {"close", "(self, /)", stream_meth_close, "Close the transport: buffered data will be flushed asynchronously."},
    {"abort", "(self, /)", stream_meth_abort, "Close the transport immediately: buffered data will be lost."},
    {"_force_close", "(self, exc, /)", stream_meth_force_close, NULL},
    {"_finish", "(self, note_address, /)", stream_meth_finish, NULL},
    {"_start_reading", "(self, /)", stream_meth_start, NULL},
    {"is_closing", "(self, /)", stream_meth_is_closing, "Return True if the transport is closing or closed."},
    {"is_reading", "(self, /)", stream_meth_is_reading, "Return True if the transport is receiving."},
    {"pause_reading", "(self, /)", stream_meth_pause_reading, "Pause the receiving end."},
    {"resume_reading", "(self, /)", stream_meth_resume_reading, "Resume the receiving end."},
    {"get_protocol", "(self, /)", stream_meth_get_protocol, "Return the current protocol."},
    {"set_protocol", "(self, protocol, /)", stream_meth_set_protocol, "Set a new protocol."},
    {"get_write_buffer_size", "(self, /)", stream_meth_get_write_buffer_size, "Return the current size of the write buffer."},
    {"get_write_buffer_limits", "(self, /)", stream_meth_get_write_buffer_limits, "Get the high and low watermarks for write flow control, as (low, high)."},
    {"set_write_buffer_limits", "(self, high=None, low=None)", stream_meth_set_write_buffer_limits, "Set the high- and low-water limits for write flow control."},
    {"_shutdown_write", "(self, /)", stream_meth_shutdown_write, NULL},
    {0}
};
static const GetSetDef stream_getsets[] = {
    {"_sock_fd", stream_get_fd, NULL, NULL}, {"_raw_sock", stream_get_raw_sock, NULL, NULL}, {"_protocol", stream_get_protocol, NULL, NULL},
    {"_closing", stream_get_closing, NULL, NULL}, {"_paused", stream_get_paused, NULL, NULL}, {"_eof", stream_get_eof, NULL, NULL},
    {"_protocol_paused", stream_get_protocol_paused, NULL, NULL}, {"_conn_lost", stream_get_conn_lost, NULL, NULL}, {"_high_water", stream_get_high, NULL, NULL},
    {"_low_water", stream_get_low, NULL, NULL}, {"_writing", stream_get_writing, NULL, NULL}, {"_polling", stream_get_polling, NULL, NULL},
    {"_sockname", stream_get_sockname, NULL, NULL}, {"_empty_waiter", stream_get_empty_waiter, stream_set_empty_waiter, NULL}, {0}
};

// ---- making

int native_class(Thread *th, Value cls, size_t *offset, const MethodDef *methods, const GetSetDef *getsets) {
    Type *t = AS(Type, cls);
    Value d = type_lookup(t, loop_name__core);
    if (!d || !value_is_exact(d, &type_member_descriptor) || AS(MemberDescr, d)->owner != t) {
        raise_type_error(th, "the class needs the slot _core");
        return -1;
    }
    *offset = AS(MemberDescr, d)->def.offset;
    // From here on only native code reaches the slot.
    if (type_set_own(th, t, loop_name__core, NO_VALUE) < 0) return -1;
    for (const MethodDef *m = methods; m->name; m++) {
        Value name = str_intern_cstr(th, m->name), f = name ? method_descr_new(th, t, m) : NO_VALUE;
        if (!f || type_set_own(th, t, name, f) < 0) return -1;
        decref(th, f);
    }
    for (const GetSetDef *g = getsets; g->name; g++) {
        Value name = str_intern_cstr(th, g->name), f = name ? getset_descr_new(th, t, g) : NO_VALUE;
        if (!f || type_set_own(th, t, name, f) < 0) return -1;
        decref(th, f);
    }
    return 0;
}
Value stream_fn_class(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0]) || stream_class) return raise_type_error(th, "one class, once");
    if (native_class(th, a[0], &core_offset, stream_methods, stream_getsets) < 0) return NO_VALUE;
    stream_class_root = new_ref(th, a[0]);
    stream_buffered = new_ref(th, a[1]);
    gc_add_root(&stream_class_root);
    gc_add_root(&stream_buffered);
    stream_class = AS(Type, a[0]);
    return VALUE_NONE;
}
static int by_fd_ensure(Thread *th, Loop *l, int fd) {
    if ((size_t)fd < l->n_by_fd) return 0;
    size_t n = l->n_by_fd ? l->n_by_fd : 64;
    while (n <= (size_t)fd) n *= 2;
    Stream **t = mem_realloc(th, l->by_fd, n * sizeof *t);
    if (!t) return -1;
    memset(t + l->n_by_fd, 0, (n - l->n_by_fd) * sizeof *t);
    l->by_fd = t;
    l->n_by_fd = n;
    return 0;
}
Stream *stream_begin(Thread *th, Loop *l, Value transport, Value sock, int fd, bool tcp) {
    Value ctx = by_fd_ensure(th, l, fd) < 0 ? NO_VALUE : context_copy_current(th);
    Stream *s = ctx ? NEW(Stream, th, &type_loop_stream) : NULL;
    if (!s) {
        decref(th, ctx);
        return NULL;
    }
    s->context = ctx;
    s->loop = new_ref(th, VALUE_OF(l));
    s->transport = transport;
    s->sock = new_ref(th, sock);
    s->fd = fd;
    s->whole_reads = tcp;
    s->high = 64 * 1024;
    s->low = 16 * 1024;
    // Release: whoever sees the transport through the slot sees the stream whole.
    atomic_store_release(AS(Stream *, transport + core_offset), s);
    l->by_fd[fd] = s;
    hold(th, l, s);
    return s;
}
Value stream_fn_init(Thread *th, Value self, Value *a) {
    Value transport = a[0];
    int fd;
    if (!stream_class || !value_is_instance(transport, stream_class) || !value_is_instance(a[1], &type_loop)) return raise_type_error(th, "a stream transport and a native loop are needed");
    if (number_as_int(th, a[3], &fd) < 0) return NO_VALUE;
    if (fd < 0) return raise_errno(th, EBADF, NO_VALUE, NO_VALUE);
    if (stream_of(transport)) return raise_error(th, &exc_RuntimeError, "the transport is initialised already");
    Loop *l = LOOP(a[1]);
    if (loop_check_closed(th, l) < 0) return NO_VALUE;
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    int proto = 0, one = 1;
    bool tcp = getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &(socklen_t){sizeof proto}) == 0 && proto == IPPROTO_TCP;
    if (tcp) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Stream *s = stream_begin(th, l, transport, a[2], fd, tcp);
    if (claimed) loop_unclaim(l);
    return s ? VALUE_NONE : NO_VALUE;
}

static int stream_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Stream *s = (Stream *)self;
    Value v[6] = {s->loop, s->sock, s->protocol, s->context, s->empty_waiter, s->sockname};
    for (int i = 0; i < 6; i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
static void stream_slot_clear(Thread *th, Object *self) {
    Stream *s = (Stream *)self;
    clear_ref(th, &s->protocol);
    clear_ref(th, &s->empty_waiter);
}
static void stream_slot_dealloc(Thread *th, Object *self) {
    Stream *s = (Stream *)self;
    queue_free(th, &s->q);
    decref(th, s->sock);
    decref(th, s->protocol);
    decref(th, s->context);
    decref(th, s->empty_waiter);
    decref(th, s->sockname);
    decref(th, s->loop);
    object_free(th, self);
}
TYPE_DEFINE(loop_stream, "_ladon_loop.Stream", sizeof(Stream), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { .dealloc = stream_slot_dealloc, .traverse = stream_slot_traverse, .clear = stream_slot_clear })
