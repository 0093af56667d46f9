// SPDX-License-Identifier: MIT
// StringIO: an in-memory text stream over an array of code points, all of it under ->lock.
#include "stdlib/_io/io_int.h"

#include "core/object/container_inl.h"

typedef struct StringIO {
    Object head;
    ObjLock lock;             // [a]
    uint8_t ok, closed;       // [l]
    uint8_t mode;             // [l] NL_*
    bool translate, pending_cr; // [l]
    int seen;                 // [l]
    Value write_nl;           // [l] Str or NO_VALUE; __init__ may replace it
    uint32_t *buf;            // [l]
    size_t len, cap, pos;     // [l]
} StringIO;

static bool check(Thread *th, StringIO *s) {
    bool ok = atomic_load_relaxed(&s->ok), closed = atomic_load_relaxed(&s->closed);
    if (!ok) raise_value_error(th, "I/O operation on uninitialized object");
    else if (closed) raise_value_error(th, "I/O operation on closed file");
    return ok && !closed;
}
static bool reserve(Thread *th, StringIO *s, size_t n) {
    if (n <= s->cap) return true;
    size_t cap = n + (n >> 3) + 32;
    uint32_t *b = mem_realloc(th, s->buf, cap * sizeof *b);
    if (!b) return false;
    s->buf = b;
    s->cap = cap;
    return true;
}
// What really gets written for a str: new reference.
static Value translate_in(Thread *th, StringIO *s, Value str) { // locked by the caller
    Value t = new_ref(th, str);
    if (s->mode == NL_UNIVERSAL || s->mode == NL_ANY) {
        bool pending = false;
        Value d = newline_decode(th, t, s->translate, true, &pending, &s->seen);
        decref(th, t);
        t = d;
    }
    if (t && s->write_nl) {
        Value r = newline_replace_lf(th, t, s->write_nl);
        decref(th, t);
        t = r;
    }
    return t;
}
static int put(Thread *th, StringIO *s, Value str) { // locked by the caller
    Str *t = AS(Str, str);
    if (!t->len) return 0;
    if (!reserve(th, s, s->pos + t->len)) return -1;
    for (size_t i = s->len; i < s->pos; i++) s->buf[i] = 0;
    if (t->kind == 1) {
        const uint8_t *d = str_data(t);
        for (size_t i = 0; i < t->len; i++) s->buf[s->pos + i] = d[i];
    } else
        for (size_t i = 0; i < t->len; i++) s->buf[s->pos + i] = str_char_at(t, i);
    s->pos += t->len;
    if (s->pos > s->len) s->len = s->pos;
    return 0;
}
static Value stringio_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    StringIO *s = object_new(th, type, 0);
    return s ? VALUE_OF(s) : NO_VALUE;
}
static int stringio_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[2], nl = NO_VALUE;
    IO_SELF(StringIO);
    if (native_args_bind(th, &sig, "StringIO", "(initial_value='', newline='\\n')", args, nargs, kwnames, out) < 0) return -1;
    int mode;
    bool translate;
    Value lf = str_from_char(th, '\n');
    if (newline_mode(th, out[1] ? out[1] : lf, &mode, &translate, &nl) < 0) return -1;
    if (out[0] && out[0] != VALUE_NONE && !value_is_str(out[0])) {
        decref(th, nl);
        raise_type_error(th, "initial_value must be str or None, not %T", out[0]);
        return -1;
    }
    bool good = true;
    obj_lock(th, &s->lock);     // it may be in use already
    s->mode = (uint8_t)mode;
    s->translate = translate;
    s->seen = 0;
    field_set(th, &s->write_nl, nl);
    s->len = s->pos = 0;
    atomic_store_relaxed(&s->closed, (uint8_t)0);
    atomic_store_relaxed(&s->ok, (uint8_t)1);
    if (out[0] && out[0] != VALUE_NONE) {
        Value t = translate_in(th, s, out[0]);
        good = t && put(th, s, t) == 0;
        decref(th, t);
        if (good) s->pos = 0;
    }
    obj_unlock(th, &s->lock);
    return good ? 0 : -1;
}
static Value slice(Thread *th, StringIO *s, size_t n) { // locked
    Value r = str_from_ucs4(th, s->buf + s->pos, n);
    if (r) s->pos += n;
    return r;
}
#define LOCKED(...) obj_lock(th, &s->lock); if (check(th, s)) { __VA_ARGS__ } obj_unlock(th, &s->lock)

static Value stringio_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    LOCKED(size_t avail = s->pos < s->len ? s->len - s->pos : 0; r = avail ? slice(th, s, n < 0 || (size_t)n > avail ? avail : (size_t)n) : name_empty;);
    return r;
}
static Value get_line(Thread *th, StringIO *s, intptr_t limit) { // locked
    if (s->pos >= s->len) return name_empty;
    size_t avail = s->len - s->pos, n = avail;
    for (size_t i = 0; i < avail; i++) {
        uint32_t c = s->buf[s->pos + i];
        bool next_lf = i + 1 < avail && s->buf[s->pos + i + 1] == '\n';
        if (c == '\n' && (s->mode == NL_UNIVERSAL || s->mode == NL_LF || s->mode == NL_ANY)) n = i + 1;
        else if (c == '\r' && s->mode == NL_ANY) n = i + 1 + next_lf;
        else if (c == '\r' && s->mode == NL_CR) n = i + 1;
        else if (c == '\r' && s->mode == NL_CRLF && next_lf) n = i + 2;
        else continue;
        break;
    }
    if (limit >= 0 && (size_t)limit < n) n = (size_t)limit;
    return slice(th, s, n);
}
static Value stringio_meth_readline(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    LOCKED(r = get_line(th, s, n););
    return r;
}
static Value stringio_slot_next(Thread *th, Value self) {
    IO_SELF(StringIO);
    Value r = NO_VALUE;
    if (type_of(self) == &type_io_StringIO) {
        LOCKED(r = get_line(th, s, -1););
    } else {
        r = call_method0(th, self, io_name_readline);
        if (r && !value_is_str(r)) {
            raise_error(th, &exc_OSError, "readline() should have returned a str object, not '%T'", r);
            clear_ref(th, &r);
        }
    }
    if (r && !AS(Str, r)->len) clear_ref(th, &r);
    return r;
}
static Value stringio_slot_iter(Thread *th, Value self) { return check(th, AS(StringIO, self)) ? new_ref(th, self) : NO_VALUE; }
static Value stringio_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    if (!atomic_load_relaxed(&s->ok) && !check(th, s)) return NO_VALUE;
    if (!value_is_str(args[0])) return raise_type_error(th, "string argument expected, got '%T'", args[0]);
    Value r = NO_VALUE, t = NO_VALUE;
    LOCKED(t = translate_in(th, s, args[0]); if (t && put(th, s, t) == 0) r = value_imm_int((int64_t)AS(Str, args[0])->len););
    decref(th, t);
    return r;
}
static Value stringio_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    int whence = 0;
    if (args[1] && number_as_int(th, args[1], &whence) < 0) return NO_VALUE;
    int64_t pos = io_arg_offset(th, args[0]);
    if (pos == -1 && error_pending(th)) return NO_VALUE;
    if (!check(th, s)) return NO_VALUE;
    if (whence < 0 || whence > 2) return raise_value_error(th, "Invalid whence (%d, should be 0, 1 or 2)", whence);
    if (pos < 0 && whence == 0) return raise_value_error(th, "Negative seek position %lld", (long long)pos);
    if (whence && pos) return raise_error(th, &exc_OSError, "Can't do nonzero cur-relative seeks");
    obj_lock(th, &s->lock);
    if (whence == 1) pos = (int64_t)s->pos;
    else if (whence == 2) pos = (int64_t)s->len;
    s->pos = (size_t)pos;
    obj_unlock(th, &s->lock);
    return int_from_i64(th, pos);
}
static size_t position(Thread *th, StringIO *s) {
    obj_lock(th, &s->lock);
    size_t pos = s->pos;
    obj_unlock(th, &s->lock);
    return pos;
}
static Value stringio_meth_tell(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    return check(th, s) ? value_imm_int((int64_t)position(th, s)) : NO_VALUE;
}
static Value stringio_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    if (!check(th, s)) return NO_VALUE;
    int64_t size = (int64_t)position(th, s);
    if (args[0] && args[0] != VALUE_NONE) {
        size = io_arg_offset(th, args[0]);
        if (size == -1 && error_pending(th)) return NO_VALUE;
    }
    if (size < 0) return raise_value_error(th, "Negative size value %lld", (long long)size);
    obj_lock(th, &s->lock);
    if ((size_t)size < s->len) s->len = (size_t)size;
    obj_unlock(th, &s->lock);
    return int_from_i64(th, size);
}
static Value contents(Thread *th, StringIO *s) { return s->len ? str_from_ucs4(th, s->buf, s->len) : name_empty; } // locked by the caller
static Value stringio_meth_getvalue(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    Value r = NO_VALUE;
    LOCKED(r = contents(th, s););
    return r;
}
static Value stringio_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    obj_lock(th, &s->lock);
    atomic_store_relaxed(&s->closed, (uint8_t)1);
    mem_free(s->buf);
    s->buf = NULL;
    s->len = s->cap = s->pos = 0;
    obj_unlock(th, &s->lock);
    return VALUE_NONE;
}
static Value stringio_meth_true(Thread *th, Value self, Value *args) { return check(th, AS(StringIO, self)) ? VALUE_TRUE : NO_VALUE; }
static Value stringio_meth_getstate(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    Value v = NO_VALUE;
    size_t pos = 0;
    int mode = 0;
    LOCKED(v = contents(th, s); pos = s->pos; mode = s->mode;);
    if (!v) return NO_VALUE;
    static const char *const names[] = {NULL, "", "\n", "\r", "\r\n"};
    Value dict = object_get_dict(th, self), copy = VALUE_NONE;
    if (dict) {
        if (dict_len(AS(Dict, dict))) copy = dict_copy(th, AS(Dict, dict));
        decref(th, dict);
    }
    Value items[4] = {v, names[mode] ? str_from_cstr(th, names[mode]) : VALUE_NONE, value_imm_int((int64_t)pos), copy};
    return tuple_from_owned(th, items, 4);
}
static Value stringio_meth_setstate(Thread *th, Value self, Value *args) {
    IO_SELF(StringIO);
    if (!value_is_tuple(args[0]) || AS(Tuple, args[0])->len < 4) return raise_type_error(th, "%T.__setstate__ argument should be 4-tuple, got %T", self, args[0]);
    if (atomic_load_relaxed(&s->closed)) return io_closed_error(th);     // what unpickling makes is not closed
    Tuple *t = AS(Tuple, args[0]);
    Value init[2] = {name_empty, t->items[1]};
    if (stringio_slot_init(th, self, init, 2, NO_VALUE) < 0) return NO_VALUE;
    if (!value_is_str(t->items[0])) return raise_type_error(th, "initial_value must be str or None, not %T", t->items[0]);
    obj_lock(th, &s->lock);
    int put_result = put(th, s, t->items[0]);
    obj_unlock(th, &s->lock);
    if (put_result < 0) return NO_VALUE;
    if (!value_is_int(t->items[2])) return raise_type_error(th, "third item of state must be an integer, got %T", t->items[2]);
    int64_t pos;
    if (number_as_i64(th, t->items[2], &pos) < 0) return NO_VALUE;
    if (pos < 0) return raise_value_error(th, "position value cannot be negative");
    obj_lock(th, &s->lock);
    s->pos = (size_t)pos;
    obj_unlock(th, &s->lock);
    if (t->items[3] != VALUE_NONE) {
        if (!value_is_dict(t->items[3])) return raise_type_error(th, "fourth item of state should be a dict, got a %T", t->items[3]);
        Value d = object_get_dict(th, self);
        int rc = d ? dict_update(th, AS(Dict, d), t->items[3]) : -1;
        decref(th, d);
        if (rc < 0) return NO_VALUE;
    }
    return VALUE_NONE;
}
static Value stringio_get_closed(Thread *th, Value self) {
    if (!atomic_load_relaxed(&AS(StringIO, self)->ok)) return raise_value_error(th, "I/O operation on uninitialized object");
    return value_bool(atomic_load_relaxed(&AS(StringIO, self)->closed));
}
static Value stringio_get_line_buffering(Thread *th, Value self) { return check(th, AS(StringIO, self)) ? VALUE_FALSE : NO_VALUE; }
static Value stringio_get_newlines(Thread *th, Value self) {
    IO_SELF(StringIO);
    Value r = NO_VALUE;
    LOCKED(r = s->mode == NL_UNIVERSAL || s->mode == NL_ANY ? newline_seen_value(th, s->seen) : VALUE_NONE;);
    return r;
}
static void stringio_dealloc(Thread *th, Object *o) {
    mem_free(((StringIO *)o)->buf);
    clear_ref(th, &((StringIO *)o)->write_nl);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int stringio_traverse(Object *o, VisitFn visit, void *arg) { return 0; }
static const MethodDef stringio_methods[] = {
    {"close", "(self, /)", stringio_meth_close, NULL}, {"getvalue", "(self, /)", stringio_meth_getvalue, "Retrieve the entire contents of the object."}, {"read", "(self, size=-1, /)", stringio_meth_read, NULL},
    {"readline", "(self, size=-1, /)", stringio_meth_readline, NULL}, {"tell", "(self, /)", stringio_meth_tell, NULL}, {"truncate", "(self, pos=None, /)", stringio_meth_truncate, NULL},
    {"seek", "(self, pos, whence=0, /)", stringio_meth_seek, NULL}, {"write", "(self, s, /)", stringio_meth_write, NULL}, {"seekable", "(self, /)", stringio_meth_true, NULL},
    {"readable", "(self, /)", stringio_meth_true, NULL}, {"writable", "(self, /)", stringio_meth_true, NULL}, {"__getstate__", "(self, /)", stringio_meth_getstate, NULL}, {"__setstate__", "(self, state, /)", stringio_meth_setstate, NULL}, {0}
};
static const GetSetDef stringio_getsets[] = { {"closed", stringio_get_closed, NULL, NULL}, {"newlines", stringio_get_newlines, NULL, NULL}, {"line_buffering", stringio_get_line_buffering, NULL, NULL}, {0} };
TYPE_DEFINE_BASE(io_StringIO, "_io.StringIO", &type_io_TextIOBase, sizeof(StringIO), IO_FLAGS, .text_signature = "(initial_value='', newline='\\n')", .methods = stringio_methods, .getsets = stringio_getsets, .doc = "Text I/O implementation using an in-memory buffer.",
                 .slots = {.new_ = stringio_slot_new, .init = stringio_slot_init, .finalize = io_memory_finalize, .iter = stringio_slot_iter, .next = stringio_slot_next, .dealloc = stringio_dealloc, .traverse = stringio_traverse})
