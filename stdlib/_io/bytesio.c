// SPDX-License-Identifier: MIT
// BytesIO: an in-memory stream over a growable block. Under ->lock; no Python code runs while it is held. Exported buffers pin the block, and who has one
// reads and writes it without the lock: while there are any, its bytes are accessed as in bytearray (core/base/shared_bytes.h), and so are those of others' buffers.
#include "stdlib/_io/io_int.h"

#include "core/base/shared_bytes.h"

typedef struct BytesIO {
    Object head;
    ObjLock lock;           // [a]
    uint8_t closed;         // [a] written under the lock
    uint32_t exports;       // [l]
    uint8_t *buf;           // [l]
    size_t len, cap, pos;   // [l]
} BytesIO;

static bool check(Thread *th, BytesIO *s) {
    if (!atomic_load_relaxed(&s->closed)) return true;
    io_closed_error(th);
    return false;
}
static bool check_exports(Thread *th, BytesIO *s) {
    if (!s->exports) return true;
    raise_error(th, &exc_BufferError, "Existing exports of data: object cannot be re-sized");
    return false;
}
static bool reserve(Thread *th, BytesIO *s, size_t n) {
    if (n <= s->cap) return true;
    size_t cap = n + (n >> 3) + 64;
    uint8_t *b = mem_realloc(th, s->buf, cap);
    if (!b) return false;
    s->buf = b;
    s->cap = cap;
    return true;
}
static Value bytesio_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    BytesIO *s = object_new(th, type, 0);
    return s ? VALUE_OF(s) : NO_VALUE;
}
// Writes at the position. Bytes written or -1.
static intptr_t write_at(Thread *th, BytesIO *s, const uint8_t *p, size_t n) {
    if (!n) return 0;
    if (s->pos > (size_t)INTPTR_MAX - n) {
        raise_error(th, &exc_OverflowError, "new buffer size too large");
        return -1;
    }
    if (s->pos + n > s->len && !check_exports(th, s)) return -1;
    if (!reserve(th, s, s->pos + n)) return -1;
    if (s->pos > s->len) memset(s->buf + s->len, 0, s->pos - s->len);
    shared_copy(s->buf + s->pos, p, n);
    s->pos += n;
    if (s->pos > s->len) s->len = s->pos;
    return (intptr_t)n;
}
static int bytesio_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[1];
    IO_SELF(BytesIO);
    if (native_args_bind(th, &sig, "BytesIO", "(initial_bytes=b'')", args, nargs, kwnames, out) < 0) return -1;
    Buffer view = {0};
    bool have = out[0] && out[0] != VALUE_NONE;
    if (have && buffer_get(th, out[0], &view, BUF_SIMPLE) < 0) return -1;
    obj_lock(th, &s->lock);
    bool ok = check_exports(th, s);
    if (ok) {
        s->len = s->pos = 0;
        atomic_store_relaxed(&s->closed, (uint8_t)0);
        if (have) ok = write_at(th, s, view.buf, view.len) >= 0;
        s->pos = 0;
    }
    obj_unlock(th, &s->lock);
    if (have) buffer_release(th, &view);
    return ok ? 0 : -1;
}
// n bytes at pos: a new bytes object.
static Value content(Thread *th, BytesIO *s, size_t pos, size_t n) {
    if (UNLIKELY(s->exports) && n) return bytes_of_shared(th, s->buf + pos, n);
    return bytes_new(th, n ? (void *)(s->buf + pos) : "", n);
}
static Value take(Thread *th, BytesIO *s, intptr_t n) { // locked
    size_t avail = s->pos < s->len ? s->len - s->pos : 0, k = n < 0 || (size_t)n > avail ? avail : (size_t)n;
    Value b = content(th, s, s->pos, k);
    if (b) s->pos += k;
    return b;
}
#define LOCKED(...) obj_lock(th, &s->lock); if (check(th, s)) { __VA_ARGS__ } obj_unlock(th, &s->lock)

static Value bytesio_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    LOCKED(r = take(th, s, n););
    return r;
}
static intptr_t next_line(BytesIO *s, intptr_t limit) {
    size_t avail = s->pos < s->len ? s->len - s->pos : 0;
    if (limit >= 0 && (size_t)limit < avail) avail = (size_t)limit;
    if (UNLIKELY(s->exports)) {
        size_t i = 0;
        while (i < avail && atomic_load_relaxed(&s->buf[s->pos + i]) != '\n') i++;     // relaxed: any byte that was there will do
        return (intptr_t)(i < avail ? i + 1 : i);
    }
    uint8_t *nl = avail ? memchr(s->buf + s->pos, '\n', avail) : NULL;
    return nl ? nl - (s->buf + s->pos) + 1 : (intptr_t)avail;
}
static Value bytesio_meth_readline(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    LOCKED(r = take(th, s, next_line(s, n)););
    return r;
}
static Value bytesio_meth_readlines(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    intptr_t hint, total = 0;
    if (io_arg_size(th, args[0], &hint) < 0) return NO_VALUE;
    Value list = list_new(th, 0);
    if (!list) return NO_VALUE;
    bool bad = false;
    for (;;) {
        Value line = NO_VALUE;
        LOCKED(line = take(th, s, next_line(s, -1)););
        if (!line) {
            bad = true;
            break;
        }
        size_t n = AS(Bytes, line)->len;
        if (!n) {
            decref(th, line);
            break;
        }
        total += (intptr_t)n;
        if (list_append_owned(th, AS(List, list), line) < 0) {
            bad = true;
            break;
        }
        if (hint > 0 && total >= hint) break;
    }
    if (bad) clear_ref(th, &list);
    return list;
}
static Value bytesio_slot_next(Thread *th, Value self) {
    IO_SELF(BytesIO);
    Value r = NO_VALUE;
    LOCKED(if (s->pos < s->len) r = take(th, s, next_line(s, -1)););
    return r;
}
static Value bytesio_slot_iter(Thread *th, Value self) { return check(th, AS(BytesIO, self)) ? new_ref(th, self) : NO_VALUE; }
static Value bytesio_meth_readinto(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    Buffer view;    // may be that of getbuffer()
    if (!check(th, s) || buffer_get_writable(th, args[0], &view, "readinto() argument") < 0) return NO_VALUE;
    Value r = NO_VALUE;
    LOCKED(size_t avail = s->pos < s->len ? s->len - s->pos : 0, k = avail < view.len ? avail : view.len; if (k) shared_move(view.buf, s->buf + s->pos, k); s->pos += k; r = value_imm_int((int64_t)k););
    buffer_release(th, &view);
    return r;
}
static Value bytesio_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    Value r = NO_VALUE;
    if (LIKELY(value_is_exact_bytes(args[0]))) {    // the caller holds it, and nothing changes it
        const uint8_t *p = AS(Bytes, args[0])->data;
        size_t len = AS(Bytes, args[0])->len;
        LOCKED(if (s->exports && len) check_exports(th, s); else { intptr_t n = write_at(th, s, p, len); if (n >= 0) r = value_imm_int(n); });
        return r;
    }
    Buffer view;
    if (!check(th, s) || buffer_get(th, args[0], &view, BUF_SIMPLE) < 0) return NO_VALUE;
    LOCKED(if (s->exports && view.len) check_exports(th, s); else { intptr_t n = write_at(th, s, view.buf, view.len); if (n >= 0) r = value_imm_int(n); });
    buffer_release(th, &view);
    return r;
}
static Value bytesio_meth_writelines(Thread *th, Value self, Value *args) {
    if (!check(th, AS(BytesIO, self))) return NO_VALUE;
    Value it = object_iter(th, args[0]);
    if (!it) return NO_VALUE;
    for (Value line; (line = iter_next(th, it));) {
        Value r = bytesio_meth_write(th, self, &line);
        decref(th, line);
        if (!r) break;
    }
    decref(th, it);
    return error_pending(th) ? NO_VALUE : VALUE_NONE;
}
static Value bytesio_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    int whence = 0;
    if (args[1] && number_as_int(th, args[1], &whence) < 0) return NO_VALUE;
    int64_t pos = io_arg_offset(th, args[0]);
    if (pos == -1 && error_pending(th)) return NO_VALUE;
    Value r = NO_VALUE;
    LOCKED(
        if (pos < 0 && whence == 0) raise_value_error(th, "negative seek value %lld", (long long)pos);
        else if (whence < 0 || whence > 2) raise_value_error(th, "invalid whence (%d, should be 0, 1 or 2)", whence);
        else {
            int64_t base = whence == 1 ? (int64_t)s->pos : whence == 2 ? (int64_t)s->len : 0, to;
            if (__builtin_add_overflow(base, pos, &to)) raise_error(th, &exc_OverflowError, "new position too large");
            else {
                s->pos = to < 0 ? 0 : (size_t)to;
                r = int_from_i64(th, (int64_t)s->pos);
            }
        });
    return r;
}
static Value bytesio_meth_tell(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    Value r = NO_VALUE;
    LOCKED(r = value_imm_int((int64_t)s->pos););
    return r;
}
static Value bytesio_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    int64_t size = -1;
    bool given = args[0] && args[0] != VALUE_NONE;
    if (given) {
        size = io_arg_offset(th, args[0]);
        if (size == -1 && error_pending(th)) return NO_VALUE;
        if (size < 0) return raise_value_error(th, "negative size value %lld", (long long)size);
    }
    Value r = NO_VALUE;
    LOCKED(if (check_exports(th, s)) { if (!given) size = (int64_t)s->pos; if ((size_t)size < s->len) s->len = (size_t)size; r = int_from_i64(th, size); });
    return r;
}
static Value bytesio_meth_getvalue(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    Value r = NO_VALUE;
    LOCKED(r = content(th, s, 0, s->len););
    return r;
}
static Value bytesio_meth_true(Thread *th, Value self, Value *args) { return check(th, AS(BytesIO, self)) ? VALUE_TRUE : NO_VALUE; }
static Value bytesio_meth_isatty(Thread *th, Value self, Value *args) { return check(th, AS(BytesIO, self)) ? VALUE_FALSE : NO_VALUE; }
static Value bytesio_meth_flush(Thread *th, Value self, Value *args) { return check(th, AS(BytesIO, self)) ? VALUE_NONE : NO_VALUE; }
static Value bytesio_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    Value r = VALUE_NONE;
    obj_lock(th, &s->lock);
    if (!check_exports(th, s)) r = NO_VALUE;
    else {
        atomic_store_relaxed(&s->closed, (uint8_t)1);   // closed is also read without the lock
        mem_free(s->buf);
        s->buf = NULL;
        s->len = s->cap = s->pos = 0;
    }
    obj_unlock(th, &s->lock);
    return r;
}
static Value bytesio_meth_getstate(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    Value v = NO_VALUE;
    size_t pos = 0;
    LOCKED(v = content(th, s, 0, s->len); pos = s->pos;);
    if (!v) return NO_VALUE;
    Value dict = object_get_dict(th, self), copy = VALUE_NONE;
    if (dict) {
        if (dict_len(AS(Dict, dict))) copy = dict_copy(th, AS(Dict, dict));
        decref(th, dict);
    }
    Value items[3] = {v, value_imm_int((int64_t)pos), copy};
    return tuple_from_owned(th, items, 3);
}
static Value bytesio_meth_setstate(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    if (!value_is_tuple(args[0]) || AS(Tuple, args[0])->len < 3) return raise_type_error(th, "%T.__setstate__ argument should be 3-tuple, got %T", self, args[0]);
    Tuple *t = AS(Tuple, args[0]);
    Buffer view = {0};
    if (buffer_get(th, t->items[0], &view, BUF_SIMPLE) < 0) return NO_VALUE;
    bool ok = false;
    LOCKED(if ((ok = check_exports(th, s))) { s->len = s->pos = 0; ok = write_at(th, s, view.buf, view.len) >= 0; });
    buffer_release(th, &view);
    if (!ok) return NO_VALUE;
    if (!value_is_int(t->items[1])) return raise_type_error(th, "second item of state must be an integer, not %T", t->items[1]);
    int64_t pos;
    if (number_as_i64(th, t->items[1], &pos) < 0) return NO_VALUE;
    if (pos < 0) return raise_value_error(th, "position value cannot be negative");
    obj_lock(th, &s->lock);
    s->pos = (size_t)pos;
    obj_unlock(th, &s->lock);
    if (t->items[2] != VALUE_NONE) {
        if (!value_is_dict(t->items[2])) return raise_type_error(th, "third item of state should be a dict, got a %T", t->items[2]);
        Value d = object_get_dict(th, self);
        if (!d || dict_update(th, AS(Dict, d), t->items[2]) < 0) {
            decref(th, d);
            return NO_VALUE;
        }
        decref(th, d);
    }
    return VALUE_NONE;
}
static Value bytesio_get_closed(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&AS(BytesIO, self)->closed)); }

// getbuffer: a memoryview over an exporter that pins the block.
static int bytesio_get_buffer(Thread *th, Value self, Buffer *view, int flags) {
    IO_SELF(BytesIO);
    obj_lock(th, &s->lock);
    int r = buffer_fill(th, view, self, s->buf ? s->buf : (uint8_t *)"", s->len, false, flags);
    if (r == 0) s->exports++;
    obj_unlock(th, &s->lock);
    return r;
}
static void bytesio_release_buffer(Thread *th, Value self, Buffer *view) {
    IO_SELF(BytesIO);
    obj_lock(th, &s->lock);
    s->exports--;
    obj_unlock(th, &s->lock);
}
typedef struct BytesIOBuffer { Object head; Value source; } BytesIOBuffer; // [c] the exporter memoryviews hold; BytesIO itself exports nothing to Python code
static int exporter_get_buffer(Thread *th, Value self, Buffer *view, int flags) {
    Value src = AS(BytesIOBuffer, self)->source;
    if (bytesio_get_buffer(th, src, view, flags) < 0) return -1;
    decref(th, view->obj);
    view->obj = new_ref(th, self);
    return 0;
}
static void exporter_release_buffer(Thread *th, Value self, Buffer *view) { bytesio_release_buffer(th, AS(BytesIOBuffer, self)->source, view); }
static void exporter_dealloc(Thread *th, Object *o) {
    clear_ref(th, &((BytesIOBuffer *)o)->source);
    object_free(th, o);
}
static int exporter_traverse(Object *o, VisitFn visit, void *arg) { return ((BytesIOBuffer *)o)->source ? visit(((BytesIOBuffer *)o)->source, arg) : 0; }
TYPE_DEFINE(io_BytesIOBuffer, "_io._BytesIOBuffer", sizeof(BytesIOBuffer), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = {.get_buffer = exporter_get_buffer, .release_buffer = exporter_release_buffer, .dealloc = exporter_dealloc, .traverse = exporter_traverse})
static Value bytesio_meth_getbuffer(Thread *th, Value self, Value *args) {
    if (!check(th, AS(BytesIO, self))) return NO_VALUE;
    BytesIOBuffer *b = NEW(BytesIOBuffer, th, &type_io_BytesIOBuffer);
    if (!b) return NO_VALUE;
    b->source = new_ref(th, self);
    Value v = memoryview_new(th, VALUE_OF(b));
    decref(th, VALUE_OF(b));
    return v;
}
static Value bytesio_meth_sizeof(Thread *th, Value self, Value *args) {
    IO_SELF(BytesIO);
    obj_lock(th, &s->lock);
    size_t cap = s->cap;
    obj_unlock(th, &s->lock);
    return value_imm_int((int64_t)(sizeof(BytesIO) + cap));
}

static void bytesio_dealloc(Thread *th, Object *o) {
    mem_free(((BytesIO *)o)->buf);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int bytesio_traverse(Object *o, VisitFn visit, void *arg) { return 0; }

static const MethodDef bytesio_methods[] = {
    {"readable", "(self, /)", bytesio_meth_true, "Returns True if the IO object can be read."}, {"seekable", "(self, /)", bytesio_meth_true, "Returns True if the IO object can be seeked."},
    {"writable", "(self, /)", bytesio_meth_true, "Returns True if the IO object can be written."}, {"close", "(self, /)", bytesio_meth_close, "Disable all I/O operations."},
    {"flush", "(self, /)", bytesio_meth_flush, "Does nothing."}, {"isatty", "(self, /)", bytesio_meth_isatty, "Always returns False."}, {"tell", "(self, /)", bytesio_meth_tell, "Current file position, an integer."},
    {"write", "(self, b, /)", bytesio_meth_write, "Write bytes to file."}, {"writelines", "(self, lines, /)", bytesio_meth_writelines, "Write lines to the file."},
    {"read1", "(self, size=-1, /)", bytesio_meth_read, "Read at most size bytes, returned as a bytes object."}, {"readinto", "(self, buffer, /)", bytesio_meth_readinto, "Read bytes into buffer."},
    {"readline", "(self, size=-1, /)", bytesio_meth_readline, "Next line from the file, as a bytes object."}, {"readlines", "(self, size=None, /)", bytesio_meth_readlines, "List of bytes objects, each a line from the file."},
    {"read", "(self, size=-1, /)", bytesio_meth_read, "Read at most size bytes, returned as a bytes object."}, {"getbuffer", "(self, /)", bytesio_meth_getbuffer, "Get a read-write view over the contents of the BytesIO object."},
    {"getvalue", "(self, /)", bytesio_meth_getvalue, "Retrieve the entire contents of the BytesIO object."}, {"seek", "(self, pos, whence=0, /)", bytesio_meth_seek, "Change stream position."},
    {"truncate", "(self, size=None, /)", bytesio_meth_truncate, "Truncate the file to at most size bytes."}, {"__getstate__", "(self, /)", bytesio_meth_getstate, NULL}, {"__setstate__", "(self, state, /)", bytesio_meth_setstate, NULL},
    {"__sizeof__", "(self, /)", bytesio_meth_sizeof, NULL}, {0}
};
static const GetSetDef bytesio_getsets[] = { {"closed", bytesio_get_closed, NULL, "True if the file is closed."}, {0} };
TYPE_DEFINE_BASE(io_BytesIO, "_io.BytesIO", &type_io_BufferedIOBase, sizeof(BytesIO), IO_FLAGS, .text_signature = "(initial_bytes=b'')", .methods = bytesio_methods, .getsets = bytesio_getsets, .doc = "Buffered I/O implementation using an in-memory bytes buffer.",
                 .slots = {.new_ = bytesio_slot_new, .init = bytesio_slot_init, .finalize = io_memory_finalize, .iter = bytesio_slot_iter, .next = bytesio_slot_next, .dealloc = bytesio_dealloc, .traverse = bytesio_traverse})
