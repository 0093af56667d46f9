// SPDX-License-Identifier: MIT
// array.array: machine values in one block. Written under ->lock; read without it: the block carries its capacity, is replaced whole when it
// must grow, and the old one is freed after a grace period. Items are loaded and stored whole (core/base/shared_bytes.h), because readers without
// the lock and memoryviews look at them while they are written. Values that arguments stand for are computed before the lock is taken, because that may
// run Python code. While a buffer is out the block keeps its place and length.
#include <math.h>

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/container_inl.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/pack.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

typedef struct ArrayBlock { size_t cap; uint8_t v[]; } ArrayBlock; // cap in items
typedef struct Kind {
    char code;
    uint8_t size;
    bool is_int, is_signed, is_text;
    uint8_t machine;       // pickling's number of the little-endian layout; + 1: big-endian
    const char *small, *large; // what is said of values out of range; NULL: decided by size
} Kind;
typedef struct Array {
    Object head;
    ObjLock lock;          // [a]
    uint32_t exports;      // [l] buffers out
    const Kind *kind;      // [c]
    size_t len;            // [a] items
    ArrayBlock *block;     // [r] NULL: nothing allocated
} Array;
typedef struct ArrayIter { Object head; Value array; int64_t index; } ArrayIter; // [a] array: NO_VALUE at the end; index [a]

static const Kind kinds[] = {
    {'b', 1, true, true, false, 1, "signed char is less than minimum", "signed char is greater than maximum"},
    {'B', 1, true, false, false, 0, "unsigned byte integer is less than minimum", "unsigned byte integer is greater than maximum"},
    {'u', 4, false, false, true, 20, NULL, NULL},
    {'w', 4, false, false, true, 20, NULL, NULL},
    {'h', 2, true, true, false, 4, "signed short integer is less than minimum", "signed short integer is greater than maximum"},
    {'H', 2, true, false, false, 2, "unsigned short is less than minimum", "unsigned short is greater than maximum"},
    {'i', 4, true, true, false, 8, "signed integer is less than minimum", "signed integer is greater than maximum"},
    {'I', 4, true, false, false, 6, NULL, NULL},
    {'l', 8, true, true, false, 12, NULL, NULL},
    {'L', 8, true, false, false, 10, NULL, NULL},
    {'q', 8, true, true, false, 12, NULL, NULL},
    {'Q', 8, true, false, false, 10, NULL, NULL},
    {'f', 4, false, false, false, 14, NULL, NULL},
    {'d', 8, false, false, false, 16, NULL, NULL},
};
static Type type_array_object, type_array_iterator;
#define ARRAY(v) AS(Array, v)
static bool is_array(Value v) { return value_is_instance(v, &type_array_object); }

static const Kind *kind_find(uint32_t code) {
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if ((uint8_t)kinds[i].code == code) return &kinds[i];
    return NULL;
}

// ---- items --------------------------------------------------------------------------------------------------------------------------

static Value item_load(Thread *th, const Kind *k, const uint8_t *p) {
    switch (k->code) {
    case 'b': return value_imm_int((int8_t)*p);
    case 'B': return value_imm_int(*p);
    case 'h': { int16_t x; memcpy(&x, p, 2); return value_imm_int(x); }
    case 'H': { uint16_t x; memcpy(&x, p, 2); return value_imm_int(x); }
    case 'i': { int32_t x; memcpy(&x, p, 4); return value_imm_int(x); }
    case 'I': { uint32_t x; memcpy(&x, p, 4); return value_imm_int(x); }
    case 'l': case 'q': { int64_t x; memcpy(&x, p, 8); return int_from_i64(th, x); }
    case 'L': case 'Q': { uint64_t x; memcpy(&x, p, 8); return int_from_u64(th, x); }
    case 'f': { uint32_t x; memcpy(&x, p, 4); return float_from_double(th, float32_unpack(x)); }
    case 'd': { double x; memcpy(&x, p, 8); return float_from_double(th, x); }
    default: {
        uint32_t c;
        memcpy(&c, p, 4);
        if (c > 0x10FFFF) return raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", c);
        return str_from_char(th, c);
    }
    }
}

static int overflow(Thread *th, const char *text) {
    raise_error(th, &exc_OverflowError, "%s", text);
    return -1;
}

// Converts v into out (8 bytes are enough). 0 or -1. May run Python.
static int item_parse(Thread *th, const Kind *k, Value v, uint8_t *out) {
    if (k->is_text) {
        if (!value_is_str(v)) { raise_type_error(th, "array item must be a unicode character, not %T", v); return -1; }
        if (AS(Str, v)->len != 1) { raise_type_error(th, "array item must be a unicode character, not a string of length %zu", AS(Str, v)->len); return -1; }
        uint32_t c = str_char_at(AS(Str, v), 0);
        memcpy(out, &c, 4);
        return 0;
    }
    if (!k->is_int) {
        double d;
        if (number_as_double(th, v, &d) < 0) return -1;
        if (k->code == 'd') memcpy(out, &d, 8);
        else {
            uint32_t bits;
            if (float32_pack(d, &bits) < 0) bits = d < 0 ? 0xFF800000u : 0x7F800000u;
            memcpy(out, &bits, 4);
        }
        return 0;
    }
    Value i = number_index(th, v);
    if (!i) return -1;
    int64_t x = 0;
    uint64_t u = 0;
    int r = 0;
    switch (k->code) {
    case 'Q': case 'q':
        if (k->code == 'Q' && int_sign(i) < 0) r = overflow(th, "can't convert negative int to unsigned");
        else if (k->code == 'Q' ? int_bit_length(i) > 64 : int_as_i64_overflow(i, &x) != 0) r = overflow(th, "int too big to convert");
        else u = k->code == 'Q' ? int_as_u64_mask(i) : (uint64_t)x;
        break;
    case 'L': case 'I':
        r = int_as_u64(th, i, &u);
        if (r == 0 && k->code == 'I' && u > UINT32_MAX) r = overflow(th, "unsigned int is greater than maximum");
        break;
    default:
        if ((r = int_as_i64(th, i, &x)) < 0) break;
        u = (uint64_t)x;
        if (k->code == 'l') break;
        int bits = k->size * 8;
        int64_t min = k->is_signed ? -((int64_t)1 << (bits - 1)) : 0, max = k->is_signed ? ((int64_t)1 << (bits - 1)) - 1 : ((int64_t)1 << bits) - 1;
        if (x < min) r = overflow(th, k->small);
        else if (x > max) r = overflow(th, k->large);
    }
    decref(th, i);
    if (r == 0) memcpy(out, &u, k->size); // both targets are little-endian
    return r;
}

// Copies one item within a block.
static void copy_item(uint8_t *to, const uint8_t *from, size_t size) {
    uint8_t item[8];
    shared_load(item, from, size);
    shared_store(to, item, size);
}

// ---- the block ----------------------------------------------------------------------------------------------------------------------

static size_t array_len(const Array *a) { return atomic_load_acquire(&a->len); }

// Item i as it is now: 1 *out filled, 0 out of range.
static int item_read(Thread *th, Array *a, size_t i, uint8_t out[8]) {
    container_readable(th, &a->head, &a->lock);
    for (;;) {
        ArrayBlock *b = atomic_load_acquire(&a->block);
        if (i >= array_len(a) || !b) return 0;
        // The length may be that of a newer block, whose items this one does not have: the length is stored after the block, so a second look tells.
        // The capacity is the block's own, so nothing beyond it is touched whatever the length.
        if (UNLIKELY(atomic_load_relaxed(&a->block) != b)) continue;
        if (i >= b->cap) return 0;
        shared_load(out, b->v + i * a->kind->size, a->kind->size);
        return 1;
    }
}
// A new reference to item i; IndexError when there is none.
static Value item_get(Thread *th, Array *a, intptr_t i) {
    uint8_t raw[8];
    if (i < 0) i += (intptr_t)array_len(a);
    if (i < 0 || !item_read(th, a, (size_t)i, raw)) return raise_error(th, &exc_IndexError, "array index out of range");
    return item_load(th, a->kind, raw);
}

// Replaces `del` items at `at` by n items from src, which is not part of the array. Lock held. *old: a block to free after the unlock.
static int splice_locked(Thread *th, Array *a, size_t at, size_t del, const uint8_t *src, size_t n, ArrayBlock **old) {
    size_t size = a->kind->size, len = a->len;
    *old = NULL;
    if (n > INTPTR_MAX / size - (len - del)) { raise_memory_error(th); return -1; }
    size_t new_len = len - del + n, tail = len - at - del;
    if (new_len != len && a->exports) {
        raise_error(th, &exc_BufferError, "cannot resize an array that is exporting buffers");
        return -1;
    }
    ArrayBlock *b = a->block;
    if (new_len > (b ? b->cap : 0)) {
        size_t cap = len ? new_len + new_len / 16 + (new_len < 64 ? 8 : 16) : new_len;
        ArrayBlock *bigger = mem_alloc(th, sizeof *b + cap * size);
        if (!bigger) return -1;
        bigger->cap = cap;
        if (b) {
            shared_copy(bigger->v, b->v, at * size);
            shared_copy(bigger->v + (at + n) * size, b->v + (at + del) * size, tail * size);
        }
        if (n) shared_copy(bigger->v + at * size, src, n * size);
        atomic_store_release(&a->block, bigger);
        *old = b;
    } else if (b) {
        if (new_len < len) atomic_store_release(&a->len, new_len); // readers must not see what moves down twice
        if (del != n) shared_move(b->v + (at + n) * size, b->v + (at + del) * size, tail * size);
        if (n == 1) shared_store(b->v + at * size, src, size);
        else if (n) shared_copy(b->v + at * size, src, n * size);
    }
    atomic_store_release(&a->len, new_len);
    return 0;
}
static int splice_done(Thread *th, Array *a, int r, ArrayBlock *old) {
    container_unlock(th, &a->lock);
    if (old) container_free(th, &a->head, old);
    return r;
}
// splice_locked and the unlock.
static int splice_unlock(Thread *th, Array *a, size_t at, size_t del, const uint8_t *src, size_t n) {
    ArrayBlock *old;
    int r = splice_locked(th, a, at, del, src, n, &old);
    return splice_done(th, a, r, old);
}
static int array_append_raw(Thread *th, Array *a, const uint8_t *src, size_t n) {
    container_lock(th, &a->head, &a->lock);
    return splice_unlock(th, a, a->len, 0, src, n);
}
// A copy of the items, for mem_free; *n items. NULL: MemoryError.
static uint8_t *array_snapshot(Thread *th, Array *a, size_t *n) {
    container_lock(th, &a->head, &a->lock);
    size_t len = a->len, size = a->kind->size;
    uint8_t *p = mem_alloc(th, len * size + 1);
    if (p && len) shared_copy(p, a->block->v, len * size);
    container_unlock(th, &a->lock);
    *n = len;
    return p;
}

static Array *array_make(Thread *th, Type *type, const Kind *k, const uint8_t *src, size_t n) {
    Array *a = NEW(Array, th, type);
    if (!a) return NULL;
    a->kind = k;
    if (n && array_append_raw(th, a, src, n) < 0) {
        decref(th, VALUE_OF(a));
        return NULL;
    }
    return a;
}

static int append_value(Thread *th, Value v, void *arg) {
    Array *a = arg;
    uint8_t raw[8];
    return item_parse(th, a->kind, v, raw) < 0 || array_append_raw(th, a, raw, 1) < 0 ? -1 : 0;
}
static int extend_bytes(Thread *th, Array *a, Value data) {
    Buffer b;
    if (buffer_get(th, data, &b, BUF_SIMPLE) < 0) return -1;
    int r = -1;
    if (b.len % a->kind->size) raise_value_error(th, "bytes length not a multiple of item size");
    else r = array_append_raw(th, a, b.buf, b.len / a->kind->size);
    buffer_release(th, &b);
    return r;
}
static int extend_text(Thread *th, Array *a, Value text) {
    uint32_t *p = str_to_ucs4(th, text);
    if (!p) return -1;
    int r = array_append_raw(th, a, (const uint8_t *)p, AS(Str, text)->len);
    mem_free(p);
    return r;
}
static int extend_array(Thread *th, Array *a, Array *from) {
    size_t n;
    uint8_t *p = array_snapshot(th, from, &n);
    if (!p) return -1;
    int r = array_append_raw(th, a, p, n);
    mem_free(p);
    return r;
}
static int array_extend(Thread *th, Array *a, Value x) {
    if (!is_array(x)) return iterate(th, x, append_value, a);
    if (ARRAY(x)->kind != a->kind) { raise_type_error(th, "can only extend with array of same kind"); return -1; }
    return extend_array(th, a, ARRAY(x));
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

static Value array_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames_len(kwnames) && (type == &type_array_object || type->slots.init == type_array_object.slots.init))
        return raise_type_error(th, "array.array() takes no keyword arguments");
    if (nargs < 1) return raise_type_error(th, "array() takes at least 1 argument (0 given)");
    if (nargs > 2) return raise_type_error(th, "array() takes at most 2 arguments (%zu given)", nargs);
    if (!value_is_str(args[0])) return raise_type_error(th, "array() argument 1 must be a unicode character, not %T", args[0]);
    if (AS(Str, args[0])->len != 1) return raise_type_error(th, "array() argument 1 must be a unicode character, not a string of length %zu", AS(Str, args[0])->len);
    uint32_t code = str_char_at(AS(Str, args[0]), 0);
    Value init = nargs == 2 ? args[1] : NO_VALUE;
    if (code == 'u' && warn_format(th, &exc_DeprecationWarning, 1, "The 'u' type code is deprecated and will be removed in Python 3.16") < 0) return NO_VALUE;
    const Kind *k = kind_find(code);
    if (init && !(k && k->is_text)) {
        if (value_is_str(init)) return raise_type_error(th, "cannot use a str to initialize an array with typecode '%c'", (int)code);
        if (is_array(init) && ARRAY(init)->kind->is_text)
            return raise_type_error(th, "cannot use a unicode array to initialize an array with typecode '%c'", (int)code);
    }
    if (!k) return raise_value_error(th, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)");
    Array *a = array_make(th, type, k, NULL, 0);
    if (!a || !init) return VALUE_OF(a);
    int r;
    if (is_array(init) && ARRAY(init)->kind == k) r = extend_array(th, a, ARRAY(init));
    else if (value_is_str(init)) r = extend_text(th, a, init);
    else if (value_is_bytes(init) || value_is_instance(init, &type_bytearray)) {
        r = extend_bytes(th, a, init);
    } else r = iterate(th, init, append_value, a);
    if (r < 0) {
        decref(th, VALUE_OF(a));
        return NO_VALUE;
    }
    return VALUE_OF(a);
}

static void array_dealloc(Thread *th, Object *self) {
    mem_free(((Array *)self)->block);
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- slots --------------------------------------------------------------------------------------------------------------------------

static intptr_t array_slot_len(Thread *th, Value self) { return (intptr_t)array_len(ARRAY(self)); }

static Value array_to_list(Thread *th, Array *a) {
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    Value l = p ? list_new(th, n) : NO_VALUE;
    for (size_t i = 0; l && i < n; i++) {
        Value v = item_load(th, a->kind, p + i * a->kind->size);
        if (!v || list_append_owned(th, AS(List, l), v) < 0) clear_ref(th, &l);
    }
    mem_free(p);
    return l;
}
static Value array_to_text(Thread *th, Array *a) {
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    if (!p) return NO_VALUE;
    Value s = NO_VALUE;
    uint32_t bad = 0;
    for (size_t i = 0; i < n && !bad; i++) {
        uint32_t c;
        memcpy(&c, p + 4 * i, 4);
        if (c > 0x10FFFF) bad = c;
    }
    if (!bad) s = str_from_ucs4(th, (const uint32_t *)p, n);
    else if (a->kind->code == 'u') raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", bad);
    else { // as a decoder says it
        Value raw = bytes_new(th, p, 4 * n), enc = str_from_cstr(th, "utf-32-le");
        Value text = raw && enc ? call_method1(th, raw, name_decode, enc) : NO_VALUE;
        decref(th, raw);
        decref(th, enc);
        decref(th, text);
        if (text) raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", bad);
    }
    mem_free(p);
    return s;
}
static Value array_slot_repr(Thread *th, Value self) {
    Array *a = ARRAY(self);
    if (array_len(a) == 0) return str_format(th, "%N('%c')", type_of(self), (int)a->kind->code);
    Value items = a->kind->is_text ? array_to_text(th, a) : array_to_list(th, a);
    Value r = items ? str_format(th, "%N('%c', %R)", type_of(self), (int)a->kind->code, items) : NO_VALUE;
    decref(th, items);
    return r;
}

static Value array_slot_compare(Thread *th, Value x, Value y, int op) {
    if (!is_array(x) || !is_array(y)) return VALUE_NOT_IMPLEMENTED;
    Array *a = ARRAY(x), *b = ARRAY(y);
    size_t n = array_len(a), m = array_len(b);
    if (n != m && (op == CMP_EQ || op == CMP_NE)) return value_bool(op == CMP_NE);
    for (size_t i = 0; i < n && i < m; i++) {
        uint8_t p[8], q[8];
        if (!item_read(th, a, i, p) || !item_read(th, b, i, q)) break;
        if (a->kind == b->kind && a->kind->is_int && memcmp(p, q, a->kind->size) == 0) continue;
        Value u = item_load(th, a->kind, p), v = u ? item_load(th, b->kind, q) : NO_VALUE;
        int eq = v ? object_compare_bool(th, u, v, CMP_EQ) : -1;
        Value r = NO_VALUE;
        if (eq == 0) r = op == CMP_EQ ? VALUE_FALSE : op == CMP_NE ? VALUE_TRUE : object_compare(th, u, v, op);
        decref(th, u);
        decref(th, v);
        if (eq <= 0) return r;
    }
    n = array_len(a), m = array_len(b);
    switch (op) {
    case CMP_LT: return value_bool(n < m);
    case CMP_LE: return value_bool(n <= m);
    case CMP_EQ: return value_bool(n == m);
    case CMP_NE: return value_bool(n != m);
    case CMP_GT: return value_bool(n > m);
    default: return value_bool(n >= m);
    }
}

static Value array_slot_getitem(Thread *th, Value self, Value key) {
    Array *a = ARRAY(self);
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        return i == -1 && error_pending(th) ? NO_VALUE : item_get(th, a, i);
    }
    if (!value_is_exact(key, &type_slice)) return raise_type_error(th, "array indices must be integers");
    size_t size = a->kind->size, len;
    intptr_t start, stop, step;
    uint8_t *p = array_snapshot(th, a, &len);
    intptr_t n = p ? slice_indices(th, key, len, &start, &stop, &step) : -1;
    Value r = NO_VALUE;
    if (n >= 0) {
        if (step == 1) r = VALUE_OF(array_make(th, &type_array_object, a->kind, p + (size_t)start * size, (size_t)n));
        else {
            uint8_t *q = mem_alloc(th, (size_t)n * size + 1);
            if (q) {
                for (intptr_t i = 0; i < n; i++) memcpy(q + (size_t)i * size, p + (size_t)(start + i * step) * size, size);
                r = VALUE_OF(array_make(th, &type_array_object, a->kind, q, (size_t)n));
            }
            mem_free(q);
        }
    }
    mem_free(p);
    return r;
}

static int assign_slice(Thread *th, Array *a, Value key, const uint8_t *src, size_t n, bool del) {
    size_t size = a->kind->size;
    for (;;) {
        size_t len = array_len(a);
        intptr_t start, stop, step, count = slice_indices(th, key, len, &start, &stop, &step);
        if (count < 0) return -1;
        container_lock(th, &a->head, &a->lock);
        if (a->len != len) { // changed meanwhile: look again
            container_unlock(th, &a->lock);
            continue;
        }
        ArrayBlock *old = NULL;
        int r = 0;
        if (step == 1) r = splice_locked(th, a, (size_t)start, (size_t)count, src, n, &old);
        else if (del) {
            if (step < 0) {
                start += (count - 1) * step;
                step = -step;
            }
            if (count && a->exports) {
                raise_error(th, &exc_BufferError, "cannot resize an array that is exporting buffers");
                r = -1;
            } else if (count) { // the gaps close up from the left
                size_t to = (size_t)start;
                for (size_t i = (size_t)start; i < len; i++) {
                    size_t k = i - (size_t)start;
                    if (k % (size_t)step == 0 && k / (size_t)step < (size_t)count) continue;
                    copy_item(a->block->v + to++ * size, a->block->v + i * size, size);
                }
                atomic_store_release(&a->len, to);
            }
        } else if (n != (size_t)count) {
            container_unlock(th, &a->lock);
            raise_value_error(th, "attempt to assign array of size %zu to extended slice of size %zd", n, count);
            return -1;
        } else for (intptr_t i = 0; i < count; i++) shared_store(a->block->v + (size_t)(start + i * step) * size, src + (size_t)i * size, size);
        return splice_done(th, a, r, old);
    }
}

static int array_slot_setitem(Thread *th, Value self, Value key, Value v) {
    Array *a = ARRAY(self);
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        uint8_t raw[8];
        if (i == -1 && error_pending(th)) return -1;
        intptr_t len = (intptr_t)array_len(a), at = i < 0 ? i + len : i;
        if (at >= 0 && at < len && v && item_parse(th, a->kind, v, raw) < 0) return -1;
        container_lock(th, &a->head, &a->lock);
        if (at < 0 || at >= (intptr_t)a->len || at >= len) {
            container_unlock(th, &a->lock);
            raise_error(th, &exc_IndexError, "array assignment index out of range");
            return -1;
        }
        return splice_unlock(th, a, (size_t)at, 1, raw, v ? 1 : 0);
    }
    if (!value_is_exact(key, &type_slice)) { raise_type_error(th, "array indices must be integers"); return -1; }
    if (!v) return assign_slice(th, a, key, NULL, 0, true);
    if (!is_array(v)) { raise_type_error(th, "can only assign array (not \"%T\") to array slice", v); return -1; }
    if (ARRAY(v)->kind != a->kind) { raise_type_error(th, "bad argument type for built-in operation"); return -1; }
    size_t n;
    uint8_t *p = array_snapshot(th, ARRAY(v), &n);
    int r = p ? assign_slice(th, a, key, p, n, false) : -1;
    mem_free(p);
    return r;
}

// Index of the first item equal to v in [start, stop), -1 none, -2 error. May run Python.
static intptr_t array_find(Thread *th, Array *a, Value v, size_t start, size_t stop) {
    uint8_t raw[8];
    for (size_t i = start; i < stop && item_read(th, a, i, raw); i++) {
        Value item = item_load(th, a->kind, raw);
        int eq = item ? object_compare_bool(th, item, v, CMP_EQ) : -1;
        decref(th, item);
        if (eq) return eq < 0 ? -2 : (intptr_t)i;
    }
    return -1;
}
static int array_slot_contains(Thread *th, Value self, Value v) {
    intptr_t i = array_find(th, ARRAY(self), v, 0, SIZE_MAX);
    return i == -2 ? -1 : i >= 0;
}

static Value array_slot_add(Thread *th, Value x, Value y) {
    if (!is_array(x)) return VALUE_NOT_IMPLEMENTED;
    if (!is_array(y)) return raise_type_error(th, "can only append array (not \"%T\") to array", y);
    if (ARRAY(x)->kind != ARRAY(y)->kind) return raise_type_error(th, "bad argument type for built-in operation");
    Array *r = array_make(th, &type_array_object, ARRAY(x)->kind, NULL, 0);
    if (!r) return NO_VALUE;
    if (extend_array(th, r, ARRAY(x)) < 0 || extend_array(th, r, ARRAY(y)) < 0) {
        decref(th, VALUE_OF(r));
        return NO_VALUE;
    }
    return VALUE_OF(r);
}
static Value array_slot_iadd(Thread *th, Value x, Value y) {
    if (!is_array(y)) return raise_type_error(th, "can only extend array with array (not \"%T\")", y);
    return array_extend(th, ARRAY(x), y) < 0 ? NO_VALUE : new_ref(th, x);
}

// The items of a, `times` times, for mem_free. NULL: MemoryError.
static uint8_t *repeated(Thread *th, Array *a, intptr_t times, size_t *n) {
    size_t one, bytes, total;
    uint8_t *p = array_snapshot(th, a, &one), *q = NULL;
    if (times < 0) times = 0;
    bytes = one * a->kind->size;
    if (__builtin_mul_overflow(bytes, (size_t)times, &total) || total > INTPTR_MAX) raise_memory_error(th);
    else if (p && (q = mem_alloc(th, total + 1)))
        for (intptr_t i = 0; i < times; i++) memcpy(q + (size_t)i * bytes, p, bytes);
    mem_free(p);
    *n = one * (size_t)times;
    return q;
}
static int repeat_count(Thread *th, Value v, intptr_t *n) {
    if (!index_check(v)) { raise_type_error(th, "can't multiply sequence by non-int of type '%T'", v); return -1; }
    *n = number_as_ssize(th, v, &exc_OverflowError);
    return *n == -1 && error_pending(th) ? -1 : 0;
}
static Value array_slot_mul(Thread *th, Value x, Value y) {
    Value array = is_array(x) ? x : y, count = is_array(x) ? y : x;
    if (!is_array(array)) return VALUE_NOT_IMPLEMENTED;
    intptr_t times;
    size_t n;
    if (repeat_count(th, count, &times) < 0) return NO_VALUE;
    uint8_t *p = repeated(th, ARRAY(array), times, &n);
    Array *r = p ? array_make(th, &type_array_object, ARRAY(array)->kind, p, n) : NULL;
    mem_free(p);
    return VALUE_OF(r);
}
static Value array_slot_imul(Thread *th, Value x, Value y) {
    intptr_t times;
    size_t n;
    if (repeat_count(th, y, &times) < 0) return NO_VALUE;
    Array *a = ARRAY(x);
    uint8_t *p = repeated(th, a, times, &n);
    if (!p) return NO_VALUE;
    container_lock(th, &a->head, &a->lock);
    int r = splice_unlock(th, a, 0, a->len, p, n);
    mem_free(p);
    return r < 0 ? NO_VALUE : new_ref(th, x);
}

static int array_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    a->exports++;
    uint8_t *p = a->block ? a->block->v : (uint8_t *)"";
    size_t n = a->len;
    container_unlock(th, &a->lock);
    *b = (Buffer){.obj = new_ref(th, self), .buf = p, .len = n * a->kind->size, .itemsize = a->kind->size, .ndim = 1};
    static const char formats[][2] = {"b", "B", "w", "w", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d"};
    if (flags & BUF_FORMAT) b->format = formats[a->kind - kinds];
    b->small_shape = (intptr_t)n;
    b->small_stride = a->kind->size;
    if (flags & BUF_ND) b->shape = &b->small_shape;
    if ((flags & BUF_STRIDES) == BUF_STRIDES) b->strides = &b->small_stride;
    return 0;
}
static void array_release_buffer(Thread *th, Value self, Buffer *b) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    a->exports--;
    container_unlock(th, &a->lock);
}

// ---- methods ------------------------------------------------------------------------------------------------------------------------

static Value done(int r) { return r < 0 ? NO_VALUE : VALUE_NONE; }
static Value array_meth_append(Thread *th, Value self, Value *args) { return done(append_value(th, args[0], ARRAY(self))); }
static Value array_meth_extend(Thread *th, Value self, Value *args) { return done(array_extend(th, ARRAY(self), args[0])); }
static Value array_meth_frombytes(Thread *th, Value self, Value *args) { return done(extend_bytes(th, ARRAY(self), args[0])); }
static Value array_meth_tolist(Thread *th, Value self, Value *args) { return array_to_list(th, ARRAY(self)); }

static Value array_meth_fromlist(Thread *th, Value self, Value *args) {
    if (!value_is_list(args[0])) return raise_type_error(th, "arg must be list");
    Array *a = ARRAY(self);
    List *l = AS(List, args[0]);
    size_t n = list_len(l), size = a->kind->size;
    uint8_t *p = mem_alloc(th, n * size + 8);
    if (!p) return NO_VALUE;
    Value r = NO_VALUE;
    for (size_t i = 0; i < n; i++) {
        Value v = list_len(l) == n ? list_get(th, l, (intptr_t)i) : raise_error(th, &exc_RuntimeError, "list changed size during iteration");
        int bad = v ? item_parse(th, a->kind, v, p + i * size) : -1;
        decref(th, v);
        if (bad < 0) goto end;
    }
    r = done(array_append_raw(th, a, p, n));
end:
    mem_free(p);
    return r;
}
static Value array_meth_fromunicode(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "fromunicode() argument must be str, not %T", args[0]);
    if (!ARRAY(self)->kind->is_text) return raise_value_error(th, "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
    return done(extend_text(th, ARRAY(self), args[0]));
}
static Value array_meth_tounicode(Thread *th, Value self, Value *args) {
    if (!ARRAY(self)->kind->is_text) return raise_value_error(th, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
    return array_to_text(th, ARRAY(self));
}
static Value array_to_bytes(Thread *th, Array *a) {
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    Value r = p ? bytes_new(th, p, n * a->kind->size) : NO_VALUE;
    mem_free(p);
    return r;
}
static Value array_meth_tobytes(Thread *th, Value self, Value *args) { return array_to_bytes(th, ARRAY(self)); }

static Value array_meth_insert(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    uint8_t raw[8];
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if ((i == -1 && error_pending(th)) || item_parse(th, a->kind, args[1], raw) < 0) return NO_VALUE;
    container_lock(th, &a->head, &a->lock);
    intptr_t len = (intptr_t)a->len;
    if (i < 0) i = i + len < 0 ? 0 : i + len;
    if (i > len) i = len;
    return done(splice_unlock(th, a, (size_t)i, 0, raw, 1));
}
static Value array_meth_pop(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t i = -1;
    if (args[0] && (i = number_as_ssize(th, args[0], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    uint8_t raw[8];
    container_lock(th, &a->head, &a->lock);
    intptr_t len = (intptr_t)a->len;
    if (i < 0) i += len;
    if (len == 0 || i < 0 || i >= len) {
        container_unlock(th, &a->lock);
        return raise_error(th, &exc_IndexError, len ? "pop index out of range" : "pop from empty array");
    }
    shared_load(raw, a->block->v + (size_t)i * a->kind->size, a->kind->size);
    if (splice_unlock(th, a, (size_t)i, 1, NULL, 0) < 0) return NO_VALUE;
    return item_load(th, a->kind, raw);
}
static Value array_meth_index(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t len = (intptr_t)array_len(a), start = 0, stop = INTPTR_MAX;
    if (args[1] && (start = number_as_ssize(th, args[1], NULL)) == -1 && error_pending(th)) return NO_VALUE;
    if (args[2] && (stop = number_as_ssize(th, args[2], NULL)) == -1 && error_pending(th)) return NO_VALUE;
    if (start < 0) start = start + len < 0 ? 0 : start + len;
    if (stop < 0) stop = stop + len < 0 ? 0 : stop + len;
    intptr_t i = array_find(th, a, args[0], (size_t)start, (size_t)stop);
    return i >= 0 ? value_imm_int(i) : i == -2 ? NO_VALUE : raise_value_error(th, "array.index(x): x not in array");
}
static Value array_meth_count(Thread *th, Value self, Value *args) {
    int64_t n = 0;
    for (intptr_t i = 0; (i = array_find(th, ARRAY(self), args[0], (size_t)i, SIZE_MAX)) >= 0; i++) n++;
    return error_pending(th) ? NO_VALUE : value_imm_int(n);
}
static Value array_meth_remove(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t i = array_find(th, a, args[0], 0, SIZE_MAX);
    if (i == -2) return NO_VALUE;
    if (i < 0) return raise_value_error(th, "array.remove(x): x not in array");
    ArrayBlock *old = NULL;
    container_lock(th, &a->head, &a->lock);
    int r = (size_t)i < a->len ? splice_locked(th, a, (size_t)i, 1, NULL, 0, &old) : 0;
    return done(splice_done(th, a, r, old));
}
static Value array_meth_clear(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    return done(splice_unlock(th, a, 0, a->len, NULL, 0));
}
static void swap_bytes(uint8_t *p, size_t size) {
    uint8_t from[8], to[8];
    shared_load(from, p, size);
    for (size_t i = 0; i < size; i++) to[i] = from[size - 1 - i];
    shared_store(p, to, size);
}
static Value array_meth_byteswap(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    for (size_t i = 0; i < a->len; i++) swap_bytes(a->block->v + i * a->kind->size, a->kind->size);
    container_unlock(th, &a->lock);
    return VALUE_NONE;
}
static Value array_meth_reverse(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    size_t size = a->kind->size;
    container_lock(th, &a->head, &a->lock);
    for (size_t i = 0, j = a->len; i + 1 < j;) {
        uint8_t low[8], high[8];
        shared_load(low, a->block->v + i * size, size);
        shared_load(high, a->block->v + --j * size, size);
        shared_store(a->block->v + i++ * size, high, size);
        shared_store(a->block->v + j * size, low, size);
    }
    container_unlock(th, &a->lock);
    return VALUE_NONE;
}
static Value array_meth_buffer_info(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    Value v[2] = {int_from_u64(th, a->block ? (uintptr_t)a->block->v : 0), int_from_u64(th, a->len)};
    container_unlock(th, &a->lock);
    return tuple_from_owned(th, v, 2);
}
static Value array_meth_copy(Thread *th, Value self, Value *args) {
    size_t n;
    uint8_t *p = array_snapshot(th, ARRAY(self), &n);
    Array *r = p ? array_make(th, &type_array_object, ARRAY(self)->kind, p, n) : NULL;
    mem_free(p);
    return VALUE_OF(r);
}
static Value array_meth_fromfile(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t n = number_as_ssize(th, args[1], &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "negative count");
    if (n > INTPTR_MAX / a->kind->size) return raise_memory_error(th);
    intptr_t bytes = n * a->kind->size;
    Value data = call_method1(th, args[0], name_read, value_imm_int(bytes));
    if (!data) return NO_VALUE;
    Value r = NO_VALUE;
    if (!value_is_bytes(data)) raise_type_error(th, "read() didn't return bytes");
    else if (extend_bytes(th, a, data) == 0) {
        if ((intptr_t)AS(Bytes, data)->len == bytes) r = VALUE_NONE;
        else raise_error(th, &exc_EOFError, "read() didn't return enough bytes");
    }
    decref(th, data);
    return r;
}
static Value array_meth_tofile(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    if (!p) return NO_VALUE;
    n *= a->kind->size;
    Value r = VALUE_NONE;
    for (size_t at = 0; at < n && r; at += 65536) {
        Value chunk = bytes_new(th, p + at, n - at < 65536 ? n - at : 65536), w = chunk ? call_method1(th, args[0], name_write, chunk) : NO_VALUE;
        decref(th, chunk);
        decref(th, w);
        if (!w) r = NO_VALUE;
    }
    if (n == 0) { // the method must exist all the same
        Value m = object_getattr(th, args[0], name_write);
        if (!m) r = NO_VALUE;
        decref(th, m);
    }
    mem_free(p);
    return r;
}
static Value array_meth_sizeof(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    ArrayBlock *b = atomic_load_acquire(&a->block);
    return int_from_u64(th, sizeof(Array) + (b ? sizeof *b + b->cap * a->kind->size : 0));
}

static Value reconstructor; // [c] array._array_reconstructor; immortal with the module
static Value array_meth_reduce_ex(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    if (!value_is_int(args[0])) return raise_type_error(th, "__reduce_ex__ argument should be an integer");
    int64_t protocol;
    if (int_as_i64(th, args[0], &protocol) < 0) return NO_VALUE;
    Value dict;
    int found = object_getattr_optional(th, self, name_d_dict, &dict);
    if (found < 0) return NO_VALUE;
    if (!found) dict = VALUE_NONE;
    Value code = str_from_char(th, (uint8_t)a->kind->code), cls = VALUE_OF(type_of(self)), inner;
    if (protocol < 3) {
        Value items = a->kind->is_text ? array_to_text(th, a) : array_to_list(th, a);
        Value v[2] = {code, items};
        inner = items ? tuple_from_owned(th, v, 2) : NO_VALUE;
    } else {
        Value bytes = array_to_bytes(th, a);
        Value v[4] = {new_ref(th, cls), code, value_imm_int(a->kind->machine), bytes};
        inner = bytes ? tuple_from_owned(th, v, 4) : NO_VALUE;
    }
    if (!inner) { decref(th, dict); return NO_VALUE; }
    Value out[3] = {new_ref(th, protocol < 3 ? cls : reconstructor), inner, dict};
    return tuple_from_owned(th, out, 3);
}

static Value array_get_typecode(Thread *th, Value self) { return str_from_char(th, (uint8_t)ARRAY(self)->kind->code); }
static Value array_get_itemsize(Thread *th, Value self) { return value_imm_int(ARRAY(self)->kind->size); }

// ---- iterator -----------------------------------------------------------------------------------------------------------------------

static Value array_slot_iter(Thread *th, Value self) {
    ArrayIter *it = NEW(ArrayIter, th, &type_array_iterator);
    if (it) it->array = new_ref(th, self);
    return VALUE_OF(it);
}
static Value array_iterator_slot_next(Thread *th, Value self) {
    ArrayIter *it = AS(ArrayIter, self);
    Value array = slot_borrow(th, &it->head, &it->array);
    if (!array) return NO_VALUE;
    // The first touch of another thread's array may wait for its lock, and nothing borrowed lives through that.
    bool held = UNLIKELY(!object_readable(th, value_object(array)));
    if (held && !(array = slot_get(th, &it->head, &it->array))) return NO_VALUE;
    uint8_t raw[8];
    int64_t i = counter_fetch_add(th, &it->index, 1);
    const Kind *kind = ARRAY(array)->kind;
    bool found = i >= 0 && item_read(th, ARRAY(array), (size_t)i, raw);
    if (held) decref(th, array);
    if (found) return item_load(th, kind, raw);
    slot_store(th, &it->head, &it->array, NO_VALUE);
    return NO_VALUE;
}
static void array_iterator_dealloc(Thread *th, Object *self) {
    decref(th, ((ArrayIter *)self)->array);
    object_free(th, self);
}
static int array_iterator_traverse(Object *self, VisitFn visit, void *arg) {
    Value v = ((ArrayIter *)self)->array;
    return v ? visit(v, arg) : 0;
}
static Value array_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    ArrayIter *it = AS(ArrayIter, self);
    Value a = slot_get(th, &it->head, &it->array), f = builtin_get(th, "iter");
    if (!f) { decref(th, a); return NO_VALUE; }
    if (!a) {
        Value empty = list_new(th, 0), t = empty ? tuple_from_owned(th, &empty, 1) : NO_VALUE;
        return reduce_make2(th, f, t);
    }
    return reduce_make(th, f, tuple_from_owned(th, &a, 1), int_from_i64(th, atomic_load_relaxed(&it->index)));
}
static Value array_iterator_meth_setstate(Thread *th, Value self, Value *args) {
    ArrayIter *it = AS(ArrayIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value a = slot_borrow(th, &it->head, &it->array);
    if (!a) return VALUE_NONE;
    intptr_t len = (intptr_t)array_len(ARRAY(a));
    atomic_store_relaxed(&it->index, i < 0 ? 0 : i > len ? len : i);
    return VALUE_NONE;
}

// ---- reconstruction, tables ---------------------------------------------------------------------------------------------------------

static Value array_fn_reconstructor(Thread *th, Value self, Value *args) {
    if (!value_is_type(args[0])) return raise_type_error(th, "first argument must be a type object, not %T", args[0]);
    Type *type = AS(Type, args[0]);
    if (!type_is_subtype(type, &type_array_object)) return raise_type_error(th, "%N is not a subtype of array.array", type);
    if (!value_is_str(args[1]) || AS(Str, args[1])->len != 1) {
        if (value_is_str(args[1])) return raise_type_error(th, "_array_reconstructor() argument 2 must be a unicode character, not a string of length %zu", AS(Str, args[1])->len);
        return raise_type_error(th, "_array_reconstructor() argument 2 must be a unicode character, not %T", args[1]);
    }
    const Kind *k = kind_find(str_char_at(AS(Str, args[1]), 0));
    if (!k) return raise_value_error(th, "second argument must be a valid type code");
    int machine;
    if (number_as_int(th, args[2], &machine) < 0) return NO_VALUE;
    if (machine < 0 || machine > 21) return raise_value_error(th, "third argument must be a valid machine format code.");
    if (!value_is_bytes(args[3])) return raise_type_error(th, "fourth argument should be bytes, not %T", args[3]);
    bool big = machine > 1 && (machine & 1);
    if (machine >= 18) { // UTF-16, UTF-32
        if (machine < 20 || big) {
            Value bytes = new_ref(th, args[3]), enc = str_from_cstr(th, machine == 18 ? "utf-16-le" : machine == 19 ? "utf-16-be" : "utf-32-be");
            Value text = enc ? call_method1(th, bytes, name_decode, enc) : NO_VALUE;
            decref(th, enc);
            decref(th, bytes);
            if (!text) return NO_VALUE;
            Value v[2] = {args[1], text};
            Value r = object_call(th, args[0], v, 2, NO_VALUE);
            decref(th, text);
            return r;
        }
        Value v[2] = {args[1], args[3]};
        if (!k->is_text) { // fails as a str initialiser does
            Value text = str_from_cstr(th, "");
            v[1] = text;
            Value r = object_call(th, args[0], v, 2, NO_VALUE);
            decref(th, text);
            return r;
        }
        return object_call(th, args[0], v, 2, NO_VALUE);
    }
    // The layout decides; the type code only between those of the same layout.
    int little = machine <= 1 ? machine : machine & ~1;
    if (k->machine != little)
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            if (kinds[i].machine == little && !kinds[i].is_text) { k = &kinds[i]; break; }
    Bytes *b = AS(Bytes, args[3]);
    if (b->len % k->size) return raise_value_error(th, machine >= 14 && k->machine != machine ? "bytes length not a multiple of item size" : "bytes length not a multiple of item size");
    Array *a = array_make(th, type, k, b->data, b->len / k->size);
    if (a && big) for (size_t i = 0; i < a->len; i++) swap_bytes(a->block->v + i * k->size, k->size);
    return VALUE_OF(a);
}

static const MethodDef array_iterator_methods[] = {
    {"__reduce__", "(self, /)", array_iterator_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, state, /)", array_iterator_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
MODULE_TYPE_DEFINE(array_iterator, "array.arrayiterator", sizeof(ArrayIter), TYPE_ITERATOR | TYPE_NO_INSTANTIATE | TYPE_TRACED, .methods = array_iterator_methods,
                   .slots = {.dealloc = array_iterator_dealloc, .traverse = array_iterator_traverse, .iter = iter_self, .next = array_iterator_slot_next})

static const MethodDef array_methods[] = {
    {"append", "(self, v, /)", array_meth_append, "Append new value v to the end of the array.", 0},
    {"buffer_info", "(self, /)", array_meth_buffer_info, "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.", 0},
    {"byteswap", "(self, /)", array_meth_byteswap, "Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size,\nRuntimeError is raised.", 0},
    {"clear", "(self, /)", array_meth_clear, "Remove all items from the array.", 0},
    {"count", "(self, v, /)", array_meth_count, "Return number of occurrences of v in the array.", 0},
    {"extend", "(self, bb, /)", array_meth_extend, "Append items to the end of the array.", 0},
    {"frombytes", "(self, buffer, /)", array_meth_frombytes, "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.", 0},
    {"fromfile", "(self, f, n, /)", array_meth_fromfile, "Read n objects from the file object f and append them to the end of the array.", 0},
    {"fromlist", "(self, list, /)", array_meth_fromlist, "Append items to array from list.", 0},
    {"fromunicode", "(self, ustr, /)", array_meth_fromunicode, "Extends this array with data from the unicode string ustr.", 0},
    {"index", "(self, v, start=0, stop=sys.maxsize, /)", array_meth_index, "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.", 0},
    {"insert", "(self, i, v, /)", array_meth_insert, "Insert a new item v into the array before position i.", 0},
    {"pop", "(self, i=-1, /)", array_meth_pop, "Return the i-th element and delete it from the array.\n\ni defaults to -1.", 0},
    {"remove", "(self, v, /)", array_meth_remove, "Remove the first occurrence of v in the array.", 0},
    {"reverse", "(self, /)", array_meth_reverse, "Reverse the order of the items in the array.", 0},
    {"tobytes", "(self, /)", array_meth_tobytes, "Convert the array to an array of machine values and return the bytes representation.", 0},
    {"tofile", "(self, f, /)", array_meth_tofile, "Write all items (as machine values) to the file object f.", 0},
    {"tolist", "(self, /)", array_meth_tolist, "Convert array to an ordinary list with the same items.", 0},
    {"tounicode", "(self, /)", array_meth_tounicode, "Convert the array to a unicode string.  The array must be a unicode type array.", 0},
    {"__copy__", "(self, /)", array_meth_copy, "Return a copy of the array.", 0},
    {"__deepcopy__", "(self, unused, /)", array_meth_copy, "Return a copy of the array.", 0},
    {"__reduce_ex__", "(self, value, /)", array_meth_reduce_ex, "Return state information for pickling.", 0},
    {"__sizeof__", "(self, /)", array_meth_sizeof, "Size of the array in memory, in bytes.", 0},
    {"__class_getitem__", "(type, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
static const GetSetDef array_getsets[] = {
    {"typecode", array_get_typecode, NULL, "the typecode character used to create the array"},
    {"itemsize", array_get_itemsize, NULL, "the size, in bytes, of one array item"},
    {0},
};
MODULE_TYPE_DEFINE(array_object, "array.array", sizeof(Array), TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_SEQUENCE_PATTERN, .methods = array_methods, .getsets = array_getsets,
                   .doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional "
                          "initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
                   .slots = {.new_ = array_slot_new, .dealloc = array_dealloc, .repr = array_slot_repr, .hash = object_hash_unhashable, .compare = array_slot_compare,
                             .iter = array_slot_iter, .len = array_slot_len, .getitem = array_slot_getitem, .setitem = array_slot_setitem, .contains = array_slot_contains,
                             .add = array_slot_add, .iadd = array_slot_iadd, .mul = array_slot_mul, .imul = array_slot_imul, .get_buffer = array_get_buffer,
                             .release_buffer = array_release_buffer})

static const MethodDef array_functions[] = {
    {"_array_reconstructor", "(arraytype, typecode, mformat_code, items, /)", array_fn_reconstructor, "Internal. Used for pickling support.", 0},
    {0},
};

static int array_exec(Thread *th, Value module) {
    if (type_ready(th, &type_array_iterator) < 0 || module_add_type(th, module, &type_array_object) < 0) return -1;
    if (module_add(th, module, "ArrayType", VALUE_OF(&type_array_object)) < 0 || module_add_str(th, module, "typecodes", "bBuwhHiIlLqQfd") < 0) return -1;
    if (!reconstructor && !(reconstructor = object_getattr_cstr(th, module, "_array_reconstructor"))) return -1;
    Value abc = import_attr(th, "collections.abc", "MutableSequence"), name = abc ? str_intern_cstr(th, "register") : NO_VALUE;
    Value r = name ? call_method1(th, abc, name, VALUE_OF(&type_array_object)) : NO_VALUE;
    decref(th, abc);
    decref(th, r);
    return r ? 0 : -1;
}

const ModuleDef module_array = {
    "array", "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are "
             "sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.", array_functions, array_exec,
};
