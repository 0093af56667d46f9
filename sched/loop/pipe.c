// SPDX-License-Identifier: MIT
// Transports of pipes, terminals and other descriptors that go one way: reading, writing and what waits to be written. The classes themselves are in
// lib/ladon/pipes.py, derived from asyncio's, which have what is not done per message: beginning, closing, reports. That code and this one share the fields of
// the Pipe, here plain, there attributes of the transport.
//
// The descriptor is watched by level and read once when it is readable, as in asyncio. It need not be the program's alone: whoever has it too may make it block
// again. So it is read and written detached.
//
// Owner of the loop for reading and writing; the attributes are read and set by any thread.
#include "sched/loop/fields.h"
#include "sched/loop/loop_int.h"

#include "core/object/error.h"

#include <unistd.h>

typedef struct Pipe {
    Object head;
    Value loop;             // [c] owned
    Value protocol;         // [a] owned
    int fd;                 // [a] relaxed, as all below; -1: it was closed
    uint8_t closing;        // [a]
    uint32_t conn_lost;     // [a] writing failed, plus the writes since then
    Queue q;                // [own]
} Pipe;
static size_t read_offset, write_offset;    // [c] of the slots in instances of the classes
static Type *read_class, *write_class;      // [c]
static Value read_class_root, write_class_root;
extern Shape shape_loop_pipe;

static Pipe *in_slot(Thread *th, Value self, size_t offset) {
    Pipe *p = *AS(Pipe *, self + offset);
    if (UNLIKELY(!p)) raise_error(th, &exc_RuntimeError, "the transport was not initialised");
    return p;
}
static Pipe *reading_of(Thread *th, Value self) { return in_slot(th, self, read_offset); }
static Pipe *writing_of(Thread *th, Value self) { return in_slot(th, self, write_offset); }
static bool enter(Thread *th, Pipe *p, int *claimed) { return p && (*claimed = loop_claim(th, LOOP(p->loop))) >= 0; }
static Value leave(Pipe *p, int claimed, int rc) {
    if (UNLIKELY(claimed)) loop_unclaim(LOOP(p->loop));
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}

// The pending exception goes to transport._fatal_error(exc, message), but SystemExit and KeyboardInterrupt. 0 or -1.
static int fatal(Thread *th, Value self, const char *message) {
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
    Value exc = error_fetch(th), a[2] = {exc, str_from_cstr(th, message)}, r = a[1] ? call_method(th, self, loop_name__fatal_error, a, 2) : NO_VALUE;
    decref(th, a[1]);
    decref(th, exc);
    decref(th, r);
    return r ? 0 : -1;
}
static int call_self(Thread *th, Value self, Value name) {
    Value r = call_method0(th, self, name);
    decref(th, r);
    return r ? 0 : -1;
}

// ---- reading

static int read_once(Thread *th, Pipe *p, Value self) {
    Loop *l = LOOP(p->loop);
    if (UNLIKELY(!l->read_buf) && !(l->read_buf = mem_alloc(th, STREAM_READ_SIZE))) return -1;
    int fd = atomic_load_relaxed(&p->fd), err;
    ssize_t n;
    BLOCKING_BEGIN(th);
    n = read(fd, l->read_buf, STREAM_READ_SIZE);
    err = errno;
    BLOCKING_END;
    if (UNLIKELY(n < 0)) {
        if (try_again(err)) return 0;
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        return fatal(th, self, "Fatal read error on pipe transport");
    }
    if (!n) return call_self(th, self, loop_name__read_eof);
    Value data = bytes_new(th, l->read_buf, (size_t)n);
    if (!data) return -1;
    Value protocol = slot_get(th, &p->head, &p->protocol), r = call_method1(th, protocol, loop_name_data_received, data);
    decref(th, protocol);
    decref(th, data);
    decref(th, r);
    return r ? 0 : -1;
}
static Value reading_meth_read_ready(Thread *th, Value self, Value *a) {
    Pipe *p = reading_of(th, self);
    int claimed;
    return enter(th, p, &claimed) ? leave(p, claimed, read_once(th, p, self)) : NO_VALUE;
}

// ---- writing

static int watch(Thread *th, Pipe *p, Value self, bool on) {
    return watch_writing_of(th, p->loop, atomic_load_relaxed(&p->fd), self, on ? loop_name__write_ready : NO_VALUE);
}
static void lose(Pipe *p) { atomic_store_relaxed(&p->conn_lost, atomic_load_relaxed(&p->conn_lost) + 1); }
static int write_failed(Thread *th, Pipe *p, Value self, int err) {
    lose(p);
    raise_errno(th, err, NO_VALUE, NO_VALUE);
    return fatal(th, self, "Fatal write error on pipe transport");
}
static int write_or_queue(Thread *th, Pipe *p, Value self, Value data, const uint8_t *from, size_t len) {
    if (UNLIKELY(atomic_load_relaxed(&p->conn_lost) || atomic_load_relaxed(&p->closing))) {
        Value r = atomic_load_relaxed(&p->conn_lost) >= LOG_AFTER_LOST_WRITES ? loop_helper(th, loop_name__pipe_warning, NULL, 0) : VALUE_NONE;
        lose(p);
        decref(th, r);
        return r ? 0 : -1;
    }
    size_t at = 0;
    if (!p->q.n) {
        int fd = atomic_load_relaxed(&p->fd), err;
        ssize_t n;
        BLOCKING_BEGIN(th);
        n = write(fd, from, len);
        err = errno;
        BLOCKING_END;
        if (LIKELY(n == (ssize_t)len)) return 0;
        if (n < 0 && !try_again(err)) return write_failed(th, p, self, err);
        at = n < 0 ? 0 : (size_t)n;
        if (watch(th, p, self, true) < 0) return -1;
    }
    // bytes never change; anything else is copied, so that its owner may go on using it.
    Value keep = value_is_exact_bytes(data) ? new_ref(th, data) : bytes_new(th, from + at, len - at);
    if (!keep || queue_push(th, &p->q, keep, keep == data ? at : 0) < 0) return -1;
    return call_self(th, self, loop_name__maybe_pause_protocol);
}
static Value writing_meth_write(Thread *th, Value self, Value *a) {
    Value data = a[0];
    if (UNLIKELY(!value_is_bytes(data) && !value_is_bytearray(data) && !value_is_exact(data, &type_memoryview))) return raise_error(th, &exc_AssertionError, "%R", data);
    Pipe *p = writing_of(th, self);
    int claimed, rc = -1;
    if (!enter(th, p, &claimed)) return NO_VALUE;
    Buffer b;
    if (buffer_get_stable(th, data, &b) == 0) {
        rc = b.len ? write_or_queue(th, p, self, data, b.buf, b.len) : 0;
        buffer_release(th, &b);
    }
    return leave(p, claimed, rc);
}
static int flush(Thread *th, Pipe *p, Value self) {
    struct iovec iov[WRITE_IOV];
    size_t pieces;
    int fd = atomic_load_relaxed(&p->fd), err;
    ssize_t n;
    queue_iov(&p->q, iov, &pieces);
    if (!pieces) return watch(th, p, self, false);
    BLOCKING_BEGIN(th);     // only the owner changes the queue
    n = writev(fd, iov, (int)pieces);
    err = errno;
    BLOCKING_END;
    if (n < 0) {
        if (try_again(err)) return 0;
        queue_clear(th, &p->q);
        return watch(th, p, self, false) < 0 ? -1 : write_failed(th, p, self, err);
    }
    queue_advance(th, &p->q, (size_t)n);
    if (p->q.n) return 0;
    if (watch(th, p, self, false) < 0 || call_self(th, self, loop_name__maybe_resume_protocol) < 0) return -1;     // may write more
    return !p->q.n && atomic_load_relaxed(&p->closing) && atomic_load_relaxed(&p->fd) >= 0 ? call_self(th, self, loop_name__flushed) : 0;
}
static Value writing_meth_write_ready(Thread *th, Value self, Value *a) {
    Pipe *p = writing_of(th, self);
    int claimed;
    return enter(th, p, &claimed) ? leave(p, claimed, flush(th, p, self)) : NO_VALUE;
}
// Throws away what waits; was there anything?
static Value writing_meth_forget(Thread *th, Value self, Value *a) {
    Pipe *p = writing_of(th, self);
    int claimed;
    if (!enter(th, p, &claimed)) return NO_VALUE;
    bool any = p->q.n != 0;
    queue_clear(th, &p->q);
    leave(p, claimed, 0);
    return value_bool(any);
}
static Value writing_meth_get_write_buffer_size(Thread *th, Value self, Value *a) {
    Pipe *p = writing_of(th, self);
    return p ? int_from_u64(th, atomic_load_relaxed(&p->q.bytes)) : NO_VALUE;
}

// ---- attributes

static int set_fd(Thread *th, Pipe *p, Value v) {
    int fd = -1;
    if (!p || (v && v != VALUE_NONE && number_as_int(th, v, &fd) < 0)) return -1;
    atomic_store_relaxed(&p->fd, fd);
    return 0;
}
static Value fd_value(Pipe *p) {
    int fd = atomic_load_relaxed(&p->fd);
    return fd < 0 ? VALUE_NONE : value_imm_int(fd);
}
static int reading_set_fd(Thread *th, Value self, Value v) { return set_fd(th, reading_of(th, self), v); }
static int writing_set_fd(Thread *th, Value self, Value v) { return set_fd(th, writing_of(th, self), v); }
FIELD_GETTER(reading, Pipe, fd, fd_value(r))
FIELD_GETTER(writing, Pipe, fd, fd_value(r))
FIELD_VALUE(reading, Pipe, protocol)
FIELD_FLAG(writing, Pipe, closing)
FIELD_COUNT(writing, Pipe, conn_lost, uint32_t)

static const MethodDef reading_methods[] = { {"_read_ready", "(self, /)", reading_meth_read_ready, NULL}, {0} };
static const GetSetDef reading_getsets[] = { FIELD(reading, "_fileno", fd), FIELD(reading, "_protocol", protocol), {0} };
static const MethodDef writing_methods[] = {
    {"write", "(self, data, /)", writing_meth_write, "Write some data bytes to the transport."},
    {"get_write_buffer_size", "(self, /)", writing_meth_get_write_buffer_size, "Return the current size of the write buffer."},
    {"_write_ready", "(self, /)", writing_meth_write_ready, NULL},
    {"_forget", "(self, /)", writing_meth_forget, NULL},
    {0}
};
static const GetSetDef writing_getsets[] = { FIELD(writing, "_fileno", fd), FIELD(writing, "_closing", closing), FIELD(writing, "_conn_lost", conn_lost), {0} };

Value pipe_fn_classes(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0]) || !value_is_type(a[1]) || read_class) return raise_type_error(th, "two classes, once");
    if (native_class(th, a[0], &read_offset, reading_methods, reading_getsets) < 0 || native_class(th, a[1], &write_offset, writing_methods, writing_getsets) < 0) return NO_VALUE;
    read_class = AS(Type, a[0]);
    write_class = AS(Type, a[1]);
    read_class_root = new_ref(th, a[0]);
    write_class_root = new_ref(th, a[1]);
    gc_add_root(&read_class_root);
    gc_add_root(&write_class_root);
    return VALUE_NONE;
}
Value pipe_fn_init(Thread *th, Value self, Value *a) {
    bool reads = read_class && value_is_instance(a[0], read_class);
    if (!value_is_instance(a[1], &type_loop) || (!reads && !(write_class && value_is_instance(a[0], write_class)))) return raise_type_error(th, "a pipe transport and a native loop are needed");
    Pipe **slot = AS(Pipe *, a[0] + (reads ? read_offset : write_offset)), *p;
    if (*slot) return raise_error(th, &exc_RuntimeError, "the transport is initialised already");
    if (!(p = NEW(Pipe, th, &type_loop_pipe))) return NO_VALUE;
    p->loop = new_ref(th, a[1]);
    p->protocol = VALUE_NONE;
    p->fd = -1;
    // Release: whoever sees the transport through the slot sees the record whole.
    atomic_store_release(slot, p);
    return VALUE_NONE;
}

static int pipe_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Pipe *p = (Pipe *)self;
    int r = visit(p->loop, arg);
    return r ? r : visit(p->protocol, arg);
}
static void pipe_slot_clear(Thread *th, Object *self) { set_ref(th, &((Pipe *)self)->protocol, VALUE_NONE); }
static void pipe_slot_dealloc(Thread *th, Object *self) {
    Pipe *p = (Pipe *)self;
    queue_free(th, &p->q);
    decref(th, p->protocol);
    decref(th, p->loop);
    object_free(th, self);
}
TYPE_DEFINE(loop_pipe, "_ladon_loop.Pipe", sizeof(Pipe), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { .dealloc = pipe_slot_dealloc, .traverse = pipe_slot_traverse, .clear = pipe_slot_clear })
