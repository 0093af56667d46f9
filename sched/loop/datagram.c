// SPDX-License-Identifier: MIT
// Datagram transports: receiving, sending and what waits to be sent. The class itself is in lib/ladon/datagram.py, derived from asyncio's, which has what is not
// done per datagram: beginning, closing, reports. That code and this one share the fields of the Datagram, here plain, there attributes of the transport.
//
// The socket is watched by level and read once when it is readable, as in asyncio. It is asked for its descriptor each time, so a socket that the program has
// closed gives EBADF.
//
// Owner of the loop for receiving and sending; the attributes are read and set by any thread. The loop's record keeps the transport while its socket is watched.
#include "sched/loop/fields.h"
#include "sched/loop/loop_int.h"
#include "sched/loop/socket_ops.h"

#include "core/object/error.h"

const SocketOps *socket_ops;

enum { HEADER_SIZE = 8 };     // a datagram that waits counts as so much more

typedef struct Datagram {
    Object head;
    Value loop, sock;           // [c] owned
    Value protocol;             // [a] owned
    Value address;              // [a] owned; the only one that is sent to, or None
    Value buffer;               // [a] owned; a deque of (bytes, address)
    size_t buffer_size;         // [a] relaxed, as all below
    uint32_t conn_lost;         // [a]
    uint8_t closing, paused, protocol_paused;   // [a]
    uint8_t connected;          // [c]
    size_t high, low;           // [a] water marks
    // The address of the last datagram received, which is often that of the next and where the answer goes. [own]
    struct sockaddr_storage from;
    socklen_t from_len;
    Value from_value;           // owned; made here, so nobody can change it
} Datagram;
static size_t core_offset;      // [c] of the slot in instances of the class
static Type *datagram_class;    // [c]
static Value datagram_class_root;
extern Shape shape_loop_datagram;

static Datagram *datagram_of(Thread *th, Value self) {
    Datagram *d = *AS(Datagram *, self + core_offset);
    if (UNLIKELY(!d)) raise_error(th, &exc_RuntimeError, "the transport was not initialised");
    return d;
}
static Datagram *enter(Thread *th, Value self, int *claimed) {
    Datagram *d = datagram_of(th, self);
    return LIKELY(d != NULL) && (*claimed = loop_claim(th, LOOP(d->loop))) >= 0 ? d : NULL;
}
static void leave(Datagram *d, int claimed) {
    if (UNLIKELY(claimed)) loop_unclaim(LOOP(d->loop));
}

// The pending OSError goes to the protocol; what that raises is the caller's business. Another exception is fatal. 0 or -1.
static int failed(Thread *th, Datagram *d, Value self, const char *message) {
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
    bool os = error_matches(th, &exc_OSError);
    Value exc = error_fetch(th), r = NO_VALUE;
    if (os) {
        Value p = slot_get(th, &d->head, &d->protocol);
        r = call_method1(th, p, loop_name_error_received, exc);
        decref(th, p);
    } else {
        Value a[2] = {exc, str_from_cstr(th, message)};
        r = a[1] ? call_method(th, self, loop_name__fatal_error, a, 2) : NO_VALUE;
        decref(th, a[1]);
    }
    decref(th, exc);
    decref(th, r);
    return r ? 0 : -1;
}

// ---- receiving

static Value address_of(Thread *th, Datagram *d, const struct sockaddr_storage *a, socklen_t len) {
    if (len && d->from_value && len == d->from_len && memcmp(a, &d->from, len) == 0) return new_ref(th, d->from_value);
    Value v = socket_ops->address(th, d->sock, a, len);
    if (v && value_is_exact_tuple(v) && len <= sizeof d->from) {
        memcpy(&d->from, a, len);
        d->from_len = len;
        set_ref(th, &d->from_value, new_ref(th, v));
    }
    return v;
}
static int receive(Thread *th, Datagram *d, Value self) {
    Loop *l = LOOP(d->loop);
    if (UNLIKELY(!l->read_buf) && !(l->read_buf = mem_alloc(th, STREAM_READ_SIZE))) return failed(th, d, self, "Fatal read error on datagram transport");
    struct sockaddr_storage from;
    socklen_t len = sizeof from;
    ssize_t n = recvfrom(socket_ops->fd(d->sock), l->read_buf, STREAM_READ_SIZE, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
    if (UNLIKELY(n < 0)) {
        if (try_again(errno)) return 0;
        raise_errno(th, errno, NO_VALUE, NO_VALUE);
        return failed(th, d, self, NULL);
    }
    Value a[2] = {bytes_new(th, l->read_buf, (size_t)n), NO_VALUE}, p = NO_VALUE, r = NO_VALUE;
    if (!a[0] || !(a[1] = address_of(th, d, &from, len))) {
        decref(th, a[0]);
        return failed(th, d, self, "Fatal read error on datagram transport");
    }
    p = slot_get(th, &d->head, &d->protocol);
    r = call_method(th, p, loop_name_datagram_received, a, 2);
    decref(th, p);
    decref(th, a[0]);
    decref(th, a[1]);
    decref(th, r);
    return r ? 0 : -1;
}
static Value datagram_meth_read_ready(Thread *th, Value self, Value *a) {
    int claimed;
    Datagram *d = enter(th, self, &claimed);
    if (UNLIKELY(!d)) return NO_VALUE;
    int rc = atomic_load_relaxed(&d->conn_lost) ? 0 : receive(th, d, self);
    leave(d, claimed);
    return rc ? NO_VALUE : VALUE_NONE;
}

// ---- sending

typedef enum { SENT, FULL, TOLD, RAISED } Sent;     // TOLD: it failed, and the protocol or the loop has been told
static Sent send_now(Thread *th, Datagram *d, Value self, const Buffer *b, Value address) {
    static const char message[] = "Fatal write error on datagram transport";
    struct sockaddr_storage to;
    socklen_t len = 0;
    if (!d->connected) {
        if (address == d->from_value) {
            len = d->from_len;
            memcpy(&to, &d->from, len);
        } else if (socket_ops->address_arg(th, d->sock, address, &to, &len, "sendto") < 0) return failed(th, d, self, message) ? RAISED : TOLD;
    }
    ssize_t n = sendto(socket_ops->fd(d->sock), b->buf, b->len, MSG_NOSIGNAL | MSG_DONTWAIT, len ? (struct sockaddr *)&to : NULL, len);
    if (LIKELY(n >= 0)) return SENT;
    if (try_again(errno)) return FULL;
    raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return failed(th, d, self, message) ? RAISED : TOLD;
}
static int watch_writing(Thread *th, Datagram *d, Value self, bool on) {
    return watch_writing_of(th, d->loop, socket_ops->fd(d->sock), self, on ? loop_name__sendto_ready : NO_VALUE);
}
static int queue_size(Thread *th, Datagram *d, Value *queue) {
    *queue = slot_get(th, &d->head, &d->buffer);
    return object_truth(th, *queue);
}
// Puts data, a copy unless it is bytes, and its address into the queue, at either end. 0 or -1.
static int enqueue(Thread *th, Datagram *d, Value queue, Value data, size_t len, Value address, Value method) {
    Value v[2] = {data, new_ref(th, address)}, item = tuple_from_owned(th, v, 2), r = item ? call_method1(th, queue, method, item) : NO_VALUE;
    decref(th, item);
    decref(th, r);
    if (r) atomic_store_relaxed(&d->buffer_size, atomic_load_relaxed(&d->buffer_size) + len + HEADER_SIZE);
    return r ? 0 : -1;
}
// 0, or -1 with a ValueError.
static int check_address(Thread *th, Value only, Value *address) {
    if (*address != VALUE_NONE && *address != only) {
        int same = object_equal(th, *address, only);
        if (same < 0) return -1;
        if (!same) {
            raise_value_error(th, "Invalid address: must be None or %S", only);
            return -1;
        }
    }
    *address = only;
    return 0;
}
static int send_or_queue(Thread *th, Datagram *d, Value self, Value data, Value address, bool one_peer) {
    if (UNLIKELY(one_peer && atomic_load_relaxed(&d->conn_lost))) {
        uint32_t lost = atomic_load_relaxed(&d->conn_lost);
        Value r = lost >= LOG_AFTER_LOST_WRITES ? loop_helper(th, loop_name__write_warning, NULL, 0) : VALUE_NONE;
        atomic_store_relaxed(&d->conn_lost, lost + 1);
        decref(th, r);
        return r ? 0 : -1;
    }
    Value queue;
    Buffer b;
    int waiting = queue_size(th, d, &queue), rc = -1;
    if (waiting >= 0 && buffer_get_stable(th, data, &b) == 0) {
        Sent s = waiting ? FULL : send_now(th, d, self, &b, address);
        if (s != FULL) rc = s == RAISED ? -1 : 0;
        else if (waiting || watch_writing(th, d, self, true) == 0) {
            Value keep = value_is_exact_bytes(data) ? new_ref(th, data) : bytes_new(th, b.buf, b.len);
            if (keep && enqueue(th, d, queue, keep, b.len, address, loop_name_append) == 0) {
                Value r = call_method0(th, self, loop_name__maybe_pause_protocol);
                decref(th, r);
                rc = r ? 0 : -1;
            }
        }
        buffer_release(th, &b);
    }
    decref(th, queue);
    return rc;
}
static Value datagram_meth_sendto(Thread *th, Value self, Value *a) {
    Value data = a[0], address = a[1] ? a[1] : VALUE_NONE;
    if (UNLIKELY(!value_is_bytes(data) && !value_is_bytearray(data) && !value_is_exact(data, &type_memoryview)))
        return raise_type_error(th, "data argument must be a bytes-like object, not '%T'", data);
    int claimed, rc = 0;
    Datagram *d = enter(th, self, &claimed);
    if (UNLIKELY(!d)) return NO_VALUE;
    Value only = slot_get(th, &d->head, &d->address);
    int one_peer = only == VALUE_NONE ? 0 : object_truth(th, only);
    if (one_peer) rc = one_peer < 0 ? -1 : check_address(th, only, &address);
    if (rc == 0) rc = send_or_queue(th, d, self, data, address, one_peer > 0);
    decref(th, only);
    leave(d, claimed);
    return rc ? NO_VALUE : VALUE_NONE;
}

static int flush(Thread *th, Datagram *d, Value self, Value queue) {
    int more;
    while ((more = object_truth(th, queue)) > 0) {
        Value item = call_method0(th, queue, loop_name_popleft);
        if (!item) return -1;
        if (!value_is_exact_tuple(item) || AS(Tuple, item)->len != 2) {
            decref(th, item);
            raise_type_error(th, "the queue of a datagram transport has (data, address)");
            return -1;
        }
        Value data = AS(Tuple, item)->items[0], address = AS(Tuple, item)->items[1];
        Buffer b;
        Sent s = RAISED;
        if (buffer_get_stable(th, data, &b) == 0) {
            atomic_store_relaxed(&d->buffer_size, atomic_load_relaxed(&d->buffer_size) - b.len - HEADER_SIZE);
            s = send_now(th, d, self, &b, address);
            if (s == FULL && enqueue(th, d, queue, new_ref(th, data), b.len, address, loop_name_appendleft) < 0) s = RAISED;
            buffer_release(th, &b);
        }
        decref(th, item);
        if (s == FULL) break;
        if (s != SENT) return s == RAISED ? -1 : 1;     // the rest waits: the socket is still watched
    }
    return more < 0 ? -1 : 0;
}
static Value datagram_meth_sendto_ready(Thread *th, Value self, Value *a) {
    int claimed;
    Datagram *d = enter(th, self, &claimed);
    if (UNLIKELY(!d)) return NO_VALUE;
    Value queue;
    int left = queue_size(th, d, &queue), rc = left < 0 ? -1 : flush(th, d, self, queue);
    if (rc == 0) {
        Value r = call_method0(th, self, loop_name__maybe_resume_protocol);     // may send more
        decref(th, r);
        left = r ? object_truth(th, queue) : -1;
        rc = left < 0 ? -1 : 0;
        if (left == 0 && (rc = watch_writing(th, d, self, false)) == 0 && atomic_load_relaxed(&d->closing)) {
            r = call_method1(th, self, loop_name__call_connection_lost, VALUE_NONE);
            decref(th, r);
            rc = r ? 0 : -1;
        }
    }
    decref(th, queue);
    leave(d, claimed);
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}

// ---- attributes, for asyncio's part of the class

FIELD_VALUE(datagram, Datagram, protocol)
FIELD_VALUE(datagram, Datagram, address)
FIELD_VALUE(datagram, Datagram, buffer)
FIELD_COUNT(datagram, Datagram, buffer_size, size_t)
FIELD_COUNT(datagram, Datagram, conn_lost, uint32_t)
FIELD_COUNT(datagram, Datagram, high, size_t)
FIELD_COUNT(datagram, Datagram, low, size_t)
FIELD_FLAG(datagram, Datagram, closing)
FIELD_FLAG(datagram, Datagram, paused)
FIELD_FLAG(datagram, Datagram, protocol_paused)
static Value datagram_meth_get_write_buffer_size(Thread *th, Value self, Value *a) { return datagram_get_buffer_size(th, self); }

static const MethodDef datagram_methods[] = {
    {"_read_ready", "(self, /)", datagram_meth_read_ready, NULL},
    {"_sendto_ready", "(self, /)", datagram_meth_sendto_ready, NULL},
    {"sendto", "(self, data, addr=None)", datagram_meth_sendto, "Send data to the transport."},
    {"get_write_buffer_size", "(self, /)", datagram_meth_get_write_buffer_size, "Return the current size of the write buffer."},
    {0}
};
static const GetSetDef datagram_getsets[] = {
    FIELD(datagram, "_protocol", protocol), FIELD(datagram, "_address", address), FIELD(datagram, "_buffer", buffer), FIELD(datagram, "_buffer_size", buffer_size), FIELD(datagram, "_conn_lost", conn_lost),
    FIELD(datagram, "_closing", closing), FIELD(datagram, "_paused", paused), FIELD(datagram, "_protocol_paused", protocol_paused), FIELD(datagram, "_high_water", high), FIELD(datagram, "_low_water", low), {0}
};

Value datagram_fn_class(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0]) || datagram_class) return raise_type_error(th, "one class, once");
    if (native_class(th, a[0], &core_offset, datagram_methods, datagram_getsets) < 0) return NO_VALUE;
    datagram_class = AS(Type, a[0]);
    datagram_class_root = new_ref(th, a[0]);
    gc_add_root(&datagram_class_root);
    return VALUE_NONE;
}
Value datagram_fn_init(Thread *th, Value self, Value *a) {
    const SocketOps *ops = atomic_load_acquire(&socket_ops);
    if (!ops || !datagram_class || !value_is_instance(a[0], datagram_class) || !value_is_instance(a[1], &type_loop) || !value_is_instance(a[2], ops->type))
        return raise_type_error(th, "a datagram transport, a native loop and a socket are needed");
    if (*AS(Datagram *, a[0] + core_offset)) return raise_error(th, &exc_RuntimeError, "the transport is initialised already");
    int connected = object_truth(th, a[3]);
    Datagram *d = connected < 0 ? NULL : NEW(Datagram, th, &type_loop_datagram);
    if (!d) return NO_VALUE;
    d->loop = new_ref(th, a[1]);
    d->sock = new_ref(th, a[2]);
    d->protocol = d->address = d->buffer = VALUE_NONE;
    d->connected = (uint8_t)connected;
    // Release: whoever sees the transport through the slot sees the record whole.
    atomic_store_release(AS(Datagram *, a[0] + core_offset), d);
    return VALUE_NONE;
}

static int datagram_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Datagram *d = (Datagram *)self;
    Value v[6] = {d->loop, d->sock, d->protocol, d->address, d->buffer, d->from_value};
    for (int i = 0; i < 6; i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
// The others are [c]: the methods count on them.
static void datagram_slot_clear(Thread *th, Object *self) {
    Datagram *d = (Datagram *)self;
    set_ref(th, &d->protocol, VALUE_NONE);
    set_ref(th, &d->address, VALUE_NONE);
    set_ref(th, &d->buffer, VALUE_NONE);
}
static void datagram_slot_dealloc(Thread *th, Object *self) {
    Datagram *d = (Datagram *)self;
    datagram_slot_clear(th, self);
    decref(th, d->from_value);
    decref(th, d->sock);
    decref(th, d->loop);
    object_free(th, self);
}
TYPE_DEFINE(loop_datagram, "_ladon_loop.Datagram", sizeof(Datagram), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { .dealloc = datagram_slot_dealloc, .traverse = datagram_slot_traverse, .clear = datagram_slot_clear })
