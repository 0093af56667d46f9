// SPDX-License-Identifier: MIT
// BufferedReader, BufferedWriter and BufferedRandom. One struct: a read buffer whose unread bytes lie before the raw position, and a write buffer whose
// bytes lie behind it; never both non-empty. All under ->lock. What reads and writes is in buffered_rw.c.
#include "stdlib/_io/buffered_int.h"

#include "core/object/container_inl.h"

bool buffered_check_init(Thread *th, Buffered *s) {
    if (atomic_load_relaxed(&s->ok)) return true;
    if (atomic_load_relaxed(&s->detached)) raise_value_error(th, "raw stream has been detached");
    else raise_value_error(th, "I/O operation on uninitialized object");
    return false;
}
int buffered_enter(Thread *th, Buffered *s) {
    if (!buffered_check_init(th, s) || io_lock(th, &s->lock, VALUE_OF(s)) < 0) return -1;
    if (LIKELY(buffered_check_init(th, s))) return 0;
    buffered_leave(s);   // detached while this thread waited
    return -1;
}

// The stream below, for who does not hold the lock: a new reference, or NO_VALUE with the exception.
static Value raw_of(Thread *th, Buffered *s) {
    Value raw = buffered_check_init(th, s) ? field_get(th, &s->raw, NO_VALUE) : NO_VALUE;
    if (!raw && !error_pending(th)) raise_value_error(th, "raw stream has been detached");  // just now
    return raw;
}
// With the lock or without.
static int closed(Thread *th, Buffered *s) {
    Value raw = atomic_load_acquire(&s->raw);
    if (raw && type_of(raw) == &type_io_FileIO) return atomic_load_relaxed(&AS(FileIO, raw)->fd) < 0;
    if (!(raw = raw_of(th, s))) return -1;
    int r = io_is_closed(th, raw);
    decref(th, raw);
    return r;
}
Value buffered_call_raw(Thread *th, Buffered *s, Value name) {
    Value raw = raw_of(th, s), r = raw ? call_method0(th, raw, name) : NO_VALUE;
    decref(th, raw);
    return r;
}
static Value get_raw_attr(Thread *th, Value self, Value name) {
    Value raw = raw_of(th, AS(Buffered, self)), r = raw ? object_getattr(th, raw, name) : NO_VALUE;
    decref(th, raw);
    return r;
}
int buffered_check_closed(Thread *th, Buffered *s, const char *msg) {
    int c = closed(th, s);
    if (c > 0) raise_value_error(th, "%s", msg);
    return c ? -1 : 0;
}

// ---- construction

static int buffered_init(Thread *th, Value self, const char *fname, const Value *args, size_t nargs, Value kwnames, bool reads, bool writes) {
    static NativeSig *sig;
    Value out[2];
    IO_SELF(Buffered);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)0);
    if (native_args_bind(th, &sig, fname, "(raw, buffer_size=131072)", args, nargs, kwnames, out) < 0) return -1;
    intptr_t size = IO_BUFFER_SIZE;
    if (out[1]) {
        size = number_as_ssize(th, out[1], &exc_OverflowError);
        if (size == -1 && error_pending(th)) return -1;
        if (size <= 0) {
            raise_value_error(th, "buffer size must be strictly positive");
            return -1;
        }
    }
    struct { bool want; Value name; const char *msg; } need[3] = {{reads && writes, io_name_seekable, "File or stream is not seekable."}, {reads, io_name_readable, "File or stream is not readable."}, {writes, io_name_writable, "File or stream is not writable."}};
    for (int i = 0; i < 3; i++) {
        if (!need[i].want) continue;
        Value r = call_method0(th, out[0], need[i].name);
        if (!r) return -1;
        int t = object_truth(th, r);
        decref(th, r);
        if (t < 0) return -1;
        if (!t) {
            io_unsupported(th, need[i].msg);
            return -1;
        }
    }
    if (io_lock(th, &s->lock, self) < 0) return -1;     // it may be in use already
    field_set(th, &s->raw, new_ref(th, out[0]));
    mem_free(s->rbuf);
    mem_free(s->wbuf);
    s->rbuf = s->wbuf = NULL;
    s->rpos = s->rend = s->wlen = 0;
    s->size = (size_t)size;
    s->can_read = reads;
    s->can_write = writes;
    s->fast = type_of(s->raw) == &type_io_FileIO;
    atomic_store_relaxed(&s->ok, (uint8_t)1);
    buffered_leave(s);
    return 0;
}
static int reader_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return buffered_init(th, self, "BufferedReader", a, n, kw, true, false); }
static int writer_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return buffered_init(th, self, "BufferedWriter", a, n, kw, false, true); }
static int random_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return buffered_init(th, self, "BufferedRandom", a, n, kw, true, true); }

// ---- the rest

static Value buffered_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s)) return NO_VALUE;
    int c = closed(th, s);
    if (c) return c < 0 ? NO_VALUE : VALUE_NONE;
    Value raw = raw_of(th, s), r = raw ? io_close_inner(th, self, raw, s->finalizing, &s->lock) : NO_VALUE;
    decref(th, raw);
    if (r) {
        if (io_lock(th, &s->lock, self) == 0) {
            mem_free(s->rbuf);
            mem_free(s->wbuf);
            s->rbuf = s->wbuf = NULL;
            s->rpos = s->rend = s->wlen = 0;
            buffered_leave(s);
        } else error_clear(th);
    }
    return r;
}
static Value buffered_meth_detach(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s)) return NO_VALUE;
    Value r = call_method0(th, self, io_name_flush);
    if (!r) return NO_VALUE;
    decref(th, r);
    Value raw = buffered_enter(th, s) < 0 ? NO_VALUE : new_ref(th, s->raw);
    if (!raw) return NO_VALUE;
    field_set(th, &s->raw, NO_VALUE);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)1);
    buffered_leave(s);
    return raw;
}
#define FORWARD(fn, nm) static Value fn(Thread *th, Value self, Value *args) { return buffered_call_raw(th, AS(Buffered, self), nm); }
FORWARD(buffered_meth_seekable, io_name_seekable)
FORWARD(buffered_meth_readable, io_name_readable)
FORWARD(buffered_meth_writable, io_name_writable)
FORWARD(buffered_meth_fileno, io_name_fileno)
FORWARD(buffered_meth_isatty, io_name_isatty)
static Value buffered_meth_no(Thread *th, Value self, Value *args) { return VALUE_FALSE; }
static Value buffered_meth_dealloc_warn(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    Value raw = atomic_load_relaxed(&s->ok) ? field_get(th, &s->raw, NO_VALUE) : NO_VALUE;
    if (raw) {
        Value r = call_method1(th, raw, io_name__dealloc_warn, args[0]);
        decref(th, raw);
        if (!r) error_clear(th);
        decref(th, r);
    }
    return VALUE_NONE;
}
static Value buffered_get_closed(Thread *th, Value self) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s)) return NO_VALUE;
    Value raw = atomic_load_acquire(&s->raw);
    return raw && type_of(raw) == &type_io_FileIO ? value_bool(closed(th, s)) : get_raw_attr(th, self, io_name_closed);
}
static Value buffered_get_name(Thread *th, Value self) { return get_raw_attr(th, self, io_name_name); }
static Value buffered_get_mode(Thread *th, Value self) { return get_raw_attr(th, self, io_name_mode); }
static Value buffered_slot_repr(Thread *th, Value self) {
    Value name = NO_VALUE;
    int found = object_getattr_optional(th, self, io_name_name, &name);
    if (found < 0) {
        if (!error_clear_if(th, &exc_ValueError)) return NO_VALUE;
        found = 0;
    }
    if (!found) return str_format(th, "<%T>", self);
    int e = repr_enter(th, self);
    Value r = NO_VALUE;
    if (e > 0) raise_error(th, &exc_RuntimeError, "reentrant call inside %T.__repr__", self);
    else if (!e) {
        r = str_format(th, "<%T name=%R>", self, name);
        repr_leave(th, self);
    }
    decref(th, name);
    return r;
}
static Value buffered_meth_sizeof(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    size_t n = sizeof *s;
    if (buffered_enter(th, s) < 0) error_clear(th);      // closed, detached or in use by this thread: what is there always
    else {
        n += (s->rbuf ? s->size : 0) + (s->wbuf ? s->size : 0);
        buffered_leave(s);
    }
    return value_imm_int((int64_t)n);
}

static void buffered_dealloc(Thread *th, Object *o) {
    Buffered *s = (Buffered *)o;
    clear_ref(th, &s->raw);
    mem_free(s->rbuf);
    mem_free(s->wbuf);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int buffered_traverse(Object *o, VisitFn visit, void *arg) {
    Value raw = ((Buffered *)o)->raw;
    return raw ? visit(raw, arg) : 0;
}
static void buffered_clear(Thread *th, Object *o) {
    ((Buffered *)o)->ok = 0;
    clear_ref(th, &((Buffered *)o)->raw);
}

#define COMMON_METHODS \
    {"detach", "(self, /)", buffered_meth_detach, NULL}, {"close", "(self, /)", buffered_meth_close, NULL}, {"seekable", "(self, /)", buffered_meth_seekable, NULL}, \
    {"fileno", "(self, /)", buffered_meth_fileno, NULL}, {"isatty", "(self, /)", buffered_meth_isatty, NULL}, {"_dealloc_warn", "(self, source, /)", buffered_meth_dealloc_warn, NULL}, \
    {"tell", "(self, /)", buffered_meth_tell, NULL}, {"seek", "(self, target, whence=0, /)", buffered_meth_seek, NULL}, {"truncate", "(self, pos=None, /)", buffered_meth_truncate, NULL}, \
    {"__getstate__", "(self, /)", io_no_pickle, NULL}, {"__sizeof__", "(self, /)", buffered_meth_sizeof, NULL}
#define READ_METHODS \
    {"read", "(self, size=-1, /)", buffered_meth_read, NULL}, {"read1", "(self, size=-1, /)", buffered_meth_read1, NULL}, {"readinto", "(self, buffer, /)", buffered_meth_readinto, NULL}, \
    {"readinto1", "(self, buffer, /)", buffered_meth_readinto1, NULL}, {"readline", "(self, size=-1, /)", buffered_meth_readline, NULL}, {"peek", "(self, size=0, /)", buffered_meth_peek, NULL}, {"readable", "(self, /)", buffered_meth_readable, NULL}
#define WRITE_METHODS {"write", "(self, buffer, /)", buffered_meth_write, NULL}, {"flush", "(self, /)", buffered_meth_flush, NULL}, {"writable", "(self, /)", buffered_meth_writable, NULL}

static const MethodDef reader_methods[] = { COMMON_METHODS, READ_METHODS, {"flush", "(self, /)", reader_meth_flush, NULL}, {"writable", "(self, /)", buffered_meth_no, NULL}, {0} };
static const MethodDef writer_methods[] = { COMMON_METHODS, WRITE_METHODS, {"readable", "(self, /)", buffered_meth_no, NULL}, {0} };
static const MethodDef random_methods[] = { COMMON_METHODS, READ_METHODS, WRITE_METHODS, {0} };
static const MemberDef buffered_members[] = {
    {"raw", offsetof(Buffered, raw), MEMBER_VALUE | MEMBER_READONLY, NULL}, {"_finalizing", offsetof(Buffered, finalizing), MEMBER_BOOL8, NULL}, {0}
};
static const GetSetDef buffered_getsets[] = {
    {"closed", buffered_get_closed, NULL, NULL}, {"name", buffered_get_name, NULL, NULL}, {"mode", buffered_get_mode, NULL, NULL}, {0}
};
#define BUFFERED_SLOTS(initfn, ...) .slots = {.new_ = object_slot_new, .init = initfn, .repr = buffered_slot_repr, .dealloc = buffered_dealloc, .traverse = buffered_traverse, .clear = buffered_clear, __VA_ARGS__}
TYPE_DEFINE_BASE(io_BufferedReader, "_io.BufferedReader", &type_io_BufferedIOBase, sizeof(Buffered), IO_FLAGS, .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", .methods = reader_methods, .members = buffered_members, .getsets = buffered_getsets,
                 .doc = "Create a new buffered reader using the given readable raw IO object.", BUFFERED_SLOTS(reader_slot_init, .next = buffered_slot_next))
TYPE_DEFINE_BASE(io_BufferedWriter, "_io.BufferedWriter", &type_io_BufferedIOBase, sizeof(Buffered), IO_FLAGS, .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", .methods = writer_methods, .members = buffered_members, .getsets = buffered_getsets,
                 .doc = "A buffer for a writeable sequential RawIO object.", BUFFERED_SLOTS(writer_slot_init))
TYPE_DEFINE_BASE(io_BufferedRandom, "_io.BufferedRandom", &type_io_BufferedIOBase, sizeof(Buffered), IO_FLAGS, .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", .methods = random_methods, .members = buffered_members, .getsets = buffered_getsets,
                 .doc = "A buffered interface to random access streams.", BUFFERED_SLOTS(random_slot_init, .next = buffered_slot_next))
