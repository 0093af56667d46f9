// SPDX-License-Identifier: MIT
// bytes: creation, the single-byte objects, slots, the type. Immutable: no locks; the hash is an idempotent relaxed store. What it shares
// with bytearray is in bytes_search.c and bytes_text.c.
#include "core/object/container_inl.h"
#include "core/object/bytes.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/bytes_ops.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/str_percent.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"

_Static_assert(offsetof(Bytes, data) == 32, "basic size of bytes");

// ---- creation -------------------------------------------------------------------------------------------------------------------------

#define STATIC_BYTES_SIZE 48 // a Bytes of one byte and its terminator
typedef union StaticBytes { struct { Object head; int64_t hash; size_t len; uint8_t data[2]; } b; uint8_t size[STATIC_BYTES_SIZE]; } __attribute__((aligned(16))) StaticBytes;
#define SB1(i) {.b = {.head = OBJECT_STATIC(&shape_bytes), .len = 1, .data = {(i)}}}
#define SB4(i) SB1(i), SB1((i) + 1), SB1((i) + 2), SB1((i) + 3)
#define SB16(i) SB4(i), SB4((i) + 4), SB4((i) + 8), SB4((i) + 12)
#define SB64(i) SB16(i), SB16((i) + 16), SB16((i) + 32), SB16((i) + 48)
static StaticBytes single_bytes[256] = {SB64(0), SB64(64), SB64(128), SB64(192)};
static StaticBytes empty_bytes = {.b = {.head = OBJECT_STATIC(&shape_bytes)}};
Value bytes_empty; // set before main

__attribute__((constructor)) static void bytes_empty_init(void) { bytes_empty = VALUE_OF(&empty_bytes); }

Value bytes_new(Thread *th, const void *p, size_t n) {
    if (n == 0) return VALUE_OF(&empty_bytes);
    if (n == 1 && p) return VALUE_OF(&single_bytes[*(const uint8_t *)p]);
    if (n > INTPTR_MAX - 64) return raise_memory_error(th);
    Bytes *b = object_alloc_unzeroed(th, &shape_bytes, sizeof(Bytes) + n + 1);
    if (!b) return NO_VALUE;
    b->hash = 0;
    b->len = n;
    if (p) memcpy(b->data, p, n);
    b->data[n] = 0;
    return VALUE_OF(b);
}

Value bytes_cut(Thread *th, Value v, size_t n) {
    Bytes *b = AS(Bytes, v);
    if (n > 1 && b->len - n <= b->len / 4) {
        b->len = n;
        b->data[n] = 0;
        return v;
    }
    Value r = bytes_new(th, b->data, n);
    decref(th, v);
    return r;
}

Value bytes_of_shared(Thread *th, const void *p, size_t n) {
    if (n == 1) {
        uint8_t c = atomic_load_relaxed((const uint8_t *)p);
        return bytes_new(th, &c, 1);
    }
    Value r = bytes_new(th, NULL, n);
    if (r != NO_VALUE && n) shared_copy(AS(Bytes, r)->data, p, n);
    return r;
}

static Value bytes_subtype(Thread *th, Type *type, Value exact_owned) {
    if (exact_owned == NO_VALUE || type == &type_bytes) return exact_owned;
    const Bytes *e = AS(Bytes, exact_owned);
    Bytes *b = object_new(th, type, e->len + 1);
    if (b) {
        b->hash = 0;
        b->len = e->len;
        memcpy(b->data, e->data, e->len);
        b->data[e->len] = 0;
    }
    decref(th, exact_owned);
    return b ? VALUE_OF(b) : NO_VALUE;
}

int64_t bytes_hash(Value v) {
    Bytes *b = AS(Bytes, v);
    int64_t h = atomic_load_relaxed(&b->hash);
    if (LIKELY(h != 0)) return h;
    h = hash_bytes(b->data, b->len);
    atomic_store_relaxed(&b->hash, h);
    return h;
}

// ---- from objects ---------------------------------------------------------------------------------------------------------------------

int byte_arg(Thread *th, Value v, uint8_t *out, const char *range_error) {
    int64_t i;
    if (LIKELY(value_is_imm_int(v))) {
        i = value_imm_int_get(v);
    } else {
        Value n = number_index(th, v);
        if (n == NO_VALUE) return -1;
        if (int_as_i64_overflow(n, &i) != 0) i = -1;
        decref(th, n);
    }
    if (i < 0 || i > 255) {
        raise_value_error(th, "%s", range_error);
        return -1;
    }
    *out = (uint8_t)i;
    return 0;
}

typedef struct Collect { uint8_t *p; size_t n, cap; const char *range_error; } Collect;

static int collect_item(Thread *th, Value item, void *arg) {
    Collect *c = arg;
    if (c->n == c->cap) {
        size_t cap = c->cap + c->cap / 2 + 32;
        uint8_t *p = mem_realloc(th, c->p, cap);
        if (!p) return -1;
        c->p = p;
        c->cap = cap;
    }
    if (byte_arg(th, item, &c->p[c->n], c->range_error) < 0) return -1;
    c->n++;
    return 0;
}

int bytes_collect(Thread *th, Value iterable, uint8_t **out, size_t *n, const char *range_error) {
    Collect c = {NULL, 0, 0, range_error};
    Value it = object_iter(th, iterable);
    if (!it) return -1;
    intptr_t hint = object_length_hint(th, iterable, 32);
    int r = hint < 0 ? -1 : 0;
    if (hint > 0) {
        c.cap = (size_t)hint;
        if (!(c.p = mem_alloc(th, c.cap))) r = -1;
    }
    if (r == 0) r = iterate(th, it, collect_item, &c);
    decref(th, it);
    if (r < 0) {
        mem_free(c.p);
        return -1;
    }
    *out = c.p;
    *n = c.n;
    return 0;
}

static bool iterable_check(Value x) { return type_of(x)->slots.iter || type_of(x)->slots.getitem; }

Value bytes_from_object(Thread *th, Value x) {
    if (value_is_exact_bytes(x)) return new_ref(th, x);
    if (buffer_check(x)) {
        Buffer b;
        if (buffer_get(th, x, &b, BUF_FULL_RO) < 0) return NO_VALUE;
        Value r = buffer_to_bytes(th, &b);
        buffer_release(th, &b);
        return r;
    }
    if (!value_is_str(x) && iterable_check(x)) {
        uint8_t *p;
        size_t n;
        if (bytes_collect(th, x, &p, &n, "bytes must be in range(0, 256)") < 0) return NO_VALUE;
        Value r = bytes_new(th, p ? p : (uint8_t *)"", n);
        mem_free(p);
        return r;
    }
    return raise_type_error(th, "cannot convert '%T' object to bytes", x);
}

static Value bytes_zeros(Thread *th, intptr_t n) {
    if (n < 0) return raise_value_error(th, "negative count");
    Value r = bytes_new(th, NULL, (size_t)n);
    if (r != NO_VALUE && n) memset(AS(Bytes, r)->data, 0, (size_t)n);
    return r;
}

// bytes(str, encoding, errors) and bytearray(...): encoded text. args: source, encoding, errors. 1 handled (*out), 0 not text.
int bytes_text_source(Thread *th, Value *a, const char *fname, Value *out) {
    *out = NO_VALUE;
    char what[48];
    const char *encoding = NULL, *errors = NULL;
    Value hold1 = NO_VALUE, hold2 = NO_VALUE;
    if (a[1] == NO_VALUE && a[2] == NO_VALUE) {
        return 0;
    }
    strcpy(what, fname);
    strcat(what, "() argument 'encoding'");
    if (text_cstr_arg(th, a[1], &encoding, &hold1, what) < 0) return 1;
    strcpy(what, fname);
    strcat(what, "() argument 'errors'");
    if (text_cstr_arg(th, a[2], &errors, &hold2, what) == 0) {
        if (a[0] == NO_VALUE || !value_is_str(a[0])) raise_type_error(th, "%s without a string argument", a[1] != NO_VALUE ? "encoding" : "errors");
        else if (a[1] == NO_VALUE) raise_type_error(th, "string argument without an encoding");
        else *out = codec_encode_text(th, a[0], encoding, errors);
    }
    decref(th, hold1);
    decref(th, hold2);
    return 1;
}

static Value bytes_source(Thread *th, Value x) {
    bool found = false;
    Value r = special_call(th, x, name_d_bytes, NULL, 0, &found);
    if (r != NO_VALUE) {
        if (value_is_bytes(r)) return r;
        raise_type_error(th, "__bytes__ returned non-bytes (type %T)", r);
        decref(th, r);
        return NO_VALUE;
    }
    if (found || error_pending(th)) return NO_VALUE;
    if (value_is_str(x)) return raise_type_error(th, "string argument without an encoding");
    if (index_check(x)) {
        intptr_t n = number_as_ssize(th, x, &exc_OverflowError);
        if (n != -1 || !error_pending(th)) return bytes_zeros(th, n);
        if (!error_clear_if(th, &exc_TypeError)) return NO_VALUE;
    }
    return bytes_from_object(th, x);
}

static Value bytes_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3], r;
    // What has no __bytes__ needs no look for it.
    if (nargs == 1 && kwnames == NO_VALUE && type == &type_bytes && (value_is_exact_bytes(args[0]) || value_is_exact(args[0], &type_bytearray) || value_is_exact(args[0], &type_memoryview)))
        return bytes_from_object(th, args[0]);
    if (native_args_bind(th, &sig, "bytes", "(source=b'', encoding='utf-8', errors='strict')", args, nargs, kwnames, a) < 0) return NO_VALUE;
    if (!bytes_text_source(th, a, "bytes", &r)) r = a[0] == NO_VALUE ? bytes_empty : bytes_source(th, a[0]);
    if (r != NO_VALUE && type == &type_bytes) return r;
    return bytes_subtype(th, type, r);
}

// ---- slots ----------------------------------------------------------------------------------------------------------------------------

Value bytes_repr_text(Thread *th, const uint8_t *p, size_t n) {
    char quote = memchr(p, '\'', n) && !memchr(p, '"', n) ? '"' : '\'';
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, 'b');
    str_builder_char(&b, (uint8_t)quote);
    size_t start = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = p[i];
        if (c >= ' ' && c < 0x7F && c != (uint8_t)quote && c != '\\') continue;
        str_builder_ascii(&b, (const char *)p + start, i - start);
        start = i + 1;
        str_builder_char(&b, '\\');
        if (c == '\t') str_builder_char(&b, 't');
        else if (c == '\n') str_builder_char(&b, 'n');
        else if (c == '\r') str_builder_char(&b, 'r');
        else if (c == (uint8_t)quote || c == '\\') str_builder_char(&b, c);
        else {
            str_builder_char(&b, 'x');
            str_builder_char(&b, (uint8_t)"0123456789abcdef"[c >> 4]);
            str_builder_char(&b, (uint8_t)"0123456789abcdef"[c & 15]);
        }
    }
    str_builder_ascii(&b, (const char *)p + start, n - start);
    str_builder_char(&b, (uint8_t)quote);
    return str_builder_finish(&b);
}

static Value bytes_slot_repr(Thread *th, Value v) { return bytes_repr_text(th, AS(Bytes, v)->data, AS(Bytes, v)->len); }
static int64_t bytes_slot_hash(Thread *th, Value v) { return bytes_hash(v); }
static intptr_t bytes_slot_len(Thread *th, Value v) { return (intptr_t)AS(Bytes, v)->len; }
static int bytes_slot_bool(Thread *th, Value v) { return AS(Bytes, v)->len != 0; }

static Value bytes_own_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_bytes(a) || !value_is_bytes(b)) return VALUE_NOT_IMPLEMENTED;
    const Bytes *x = AS(Bytes, a), *y = AS(Bytes, b);
    if (op == CMP_EQ || op == CMP_NE) {
        bool eq = x == y || (x->len == y->len && memcmp(x->data, y->data, x->len) == 0);
        return value_bool(eq == (op == CMP_EQ));
    }
    int r = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);
    if (r == 0) r = x->len < y->len ? -1 : x->len > y->len;
    return value_bool(op == CMP_LT ? r < 0 : op == CMP_LE ? r <= 0 : op == CMP_GT ? r > 0 : r >= 0);
}

static Value bytes_slot_getitem(Thread *th, Value v, Value key) {
    const Bytes *b = AS(Bytes, v);
    if (LIKELY(value_is_imm_int(key)) || index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if (i == -1 && error_pending(th)) return NO_VALUE;
        if (i < 0) i += (intptr_t)b->len;
        if (i < 0 || (size_t)i >= b->len) return raise_error(th, &exc_IndexError, "index out of range");
        return value_imm_int(b->data[i]);
    }
    if (type_of(key) != &type_slice) return raise_type_error(th, "byte indices must be integers or slices, not %T", key);
    intptr_t start, stop, step, n = slice_indices(th, key, b->len, &start, &stop, &step);
    if (n < 0) return NO_VALUE;
    if (n == 0) return bytes_empty;
    if (step == 1) {
        if ((size_t)n == b->len && value_is_exact_bytes(v)) return new_ref(th, v);
        return bytes_new(th, b->data + start, (size_t)n);
    }
    if (n == 1) return bytes_new(th, b->data + start, 1);
    Value r = bytes_new(th, NULL, (size_t)n);
    if (r == NO_VALUE) return NO_VALUE;
    for (intptr_t i = 0, at = start; i < n; i++, at += step) AS(Bytes, r)->data[i] = b->data[at];
    return r;
}

static int bytes_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    return buffer_fill(th, b, self, AS(Bytes, self)->data, AS(Bytes, self)->len, true, flags);
}

static Value bytes_slot_mod(Thread *th, Value a, Value b) {
    if (!value_is_bytes(a)) return VALUE_NOT_IMPLEMENTED;
    return bytes_percent(th, AS(Bytes, a)->data, AS(Bytes, a)->len, b, false);
}

static Value bytes_meth_bytes(Thread *th, Value self, Value *args) {
    return value_is_exact_bytes(self) ? new_ref(th, self) : bytes_new(th, AS(Bytes, self)->data, AS(Bytes, self)->len);
}

static Value bytes_meth_getnewargs(Thread *th, Value self, Value *args) {
    Value exact = bytes_meth_bytes(th, self, NULL);
    if (exact == NO_VALUE) return NO_VALUE;
    Value r = tuple_pack1(th, exact);
    decref(th, exact);
    return r;
}

static Value bytes_meth_sizeof(Thread *th, Value self, Value *args) {
    return value_imm_int((int64_t)(sizeof(Bytes) + AS(Bytes, self)->len + 1));
}

// ---- iterator -------------------------------------------------------------------------------------------------------------------------

typedef struct BytesIter { Object head; size_t next; Value seq; } BytesIter; // next [a], claimed atomically when threads may share it

static Value bytes_slot_iter(Thread *th, Value v) {
    BytesIter *it = NEW(BytesIter, th, &type_bytes_iterator);
    if (!it) return NO_VALUE;
    it->seq = new_ref(th, v);
    return VALUE_OF(it);
}

static Value bytes_iter_slot_next(Thread *th, Value self) {
    BytesIter *it = AS(BytesIter, self);
    Value seq = text_iter_seq(&it->seq);
    if (seq == NO_VALUE) return NO_VALUE;
    const Bytes *b = AS(Bytes, seq);
    size_t i = atomic_load_relaxed(&it->next);
    if (LIKELY(i < b->len) && !th->mt) {
        it->next = i + 1;
    } else {
        while (i < b->len && !atomic_cas_acq_rel(&it->next, &i, i + 1)) {}
        if (i >= b->len) {
            text_iter_end(th, &it->seq);
            return NO_VALUE;
        }
    }
    return value_imm_int(b->data[i]);
}

static Value bytes_iter_slot_iter(Thread *th, Value self) { return new_ref(th, self); }
static void bytes_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((BytesIter *)o)->seq);
    object_free(th, o);
}

static Value bytes_iter_meth_length_hint(Thread *th, Value self, Value *args) {
    BytesIter *it = AS(BytesIter, self);
    Value seq = text_iter_seq(&it->seq);
    size_t i = atomic_load_relaxed(&it->next), n = seq == NO_VALUE ? 0 : AS(Bytes, seq)->len;
    return value_imm_int(i < n ? (int64_t)(n - i) : 0);
}
static Value bytes_iter_meth_reduce(Thread *th, Value self, Value *args) {
    BytesIter *it = AS(BytesIter, self);
    Value iter = builtin_get(th, "iter");   // may run Python: before the state is read
    if (iter == NO_VALUE) return NO_VALUE;
    size_t i = atomic_load_relaxed(&it->next);
    Value seq = text_iter_seq(&it->seq);
    return text_iter_reduce(th, iter, seq, seq != NO_VALUE ? (intptr_t)i : -1, tuple_empty);
}
static Value bytes_iter_meth_setstate(Thread *th, Value self, Value *args) {
    BytesIter *it = AS(BytesIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value seq = text_iter_seq(&it->seq);
    if (seq == NO_VALUE) return VALUE_NONE;
    size_t n = AS(Bytes, seq)->len;
    atomic_store_relaxed(&it->next, i < 0 ? 0 : (size_t)i > n ? n : (size_t)i);
    return VALUE_NONE;
}

static const MethodDef bytes_iter_methods[] = {
    {"__length_hint__", "(self, /)", bytes_iter_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", bytes_iter_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", bytes_iter_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
TYPE_DEFINE(bytes_iterator, "bytes_iterator", sizeof(BytesIter), TYPE_NO_INSTANTIATE, .methods = bytes_iter_methods,
            .slots = {.iter = bytes_iter_slot_iter, .next = bytes_iter_slot_next, .dealloc = bytes_iter_dealloc})

static const MethodDef bytes_methods[] = {
    BYTES_SHARED_METHODS,
    BUFFER_METHODS,
    {"__bytes__", "(self, /)", bytes_meth_bytes, "Convert this value to exact type bytes.", 0},
    {"__getnewargs__", "(self, /)", bytes_meth_getnewargs, NULL, 0},
    {"__sizeof__", "(self, /)", bytes_meth_sizeof, "Return the size of the object in memory, in bytes.", 0},
    {0},
};

static void bytes_dealloc(Thread *th, Object *o) {
    if (LIKELY(o->shape == &shape_bytes)) {
        object_free_sized(th, o, sizeof(Bytes) + ((Bytes *)o)->len + 1);
        return;
    }
    object_release_attrs(th, o);
    object_free(th, o);
}

static const char bytes_doc[] =
    "bytes(iterable_of_ints) -> bytes\n"
    "bytes(string, encoding[, errors]) -> bytes\n"
    "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
    "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n"
    "bytes() -> empty bytes object";

TYPE_DEFINE(bytes, "bytes", sizeof(Bytes), TYPE_BASETYPE | TYPE_BYTES_SUBCLASS | TYPE_VARSIZE | TYPE_MATCH_SELF,
            .item_size = 1, .methods = bytes_methods, .doc = bytes_doc,
            .slots = {.new_ = bytes_slot_new, .repr = bytes_slot_repr, .str = bytes_slot_repr, .hash = bytes_slot_hash,
                      .compare = bytes_own_compare, .iter = bytes_slot_iter, .len = bytes_slot_len, .bool_ = bytes_slot_bool,
                      .getitem = bytes_slot_getitem, .contains = bytes_slot_contains, .add = bytes_slot_concat, .mul = bytes_slot_repeat,
                      .mod = bytes_slot_mod, .dealloc = bytes_dealloc, .get_buffer = bytes_get_buffer})
