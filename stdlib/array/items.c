// SPDX-License-Identifier: MIT
// array.array: kinds of items, how values become items and back, and the block that holds them.
#include "stdlib/array/array_int.h"

#include "core/object/codecs.h"
#include "core/object/float.h"
#include "core/object/iter.h"
#include "core/object/pack.h"

const Kind array_kinds[] = {
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
const size_t array_n_kinds = ARRAY_LEN(array_kinds);
const Kind *kind_find(uint32_t code) {
    for (size_t i = 0; i < ARRAY_LEN(array_kinds); i++)
        if ((uint8_t)array_kinds[i].code == code) return &array_kinds[i];
    return NULL;
}

// ---- items --------------------------------------------------------------------------------------------------------------------------

Value item_load(Thread *th, const Kind *k, const uint8_t *p) {
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
int item_parse(Thread *th, const Kind *k, Value v, uint8_t *out) {
    if (k->is_text) {
        if (!value_is_str(v)) { raise_type_error(th, "array item must be a unicode character, not %T", v); return -1; }
        if (AS(Str, v)->len != 1) { raise_type_error(th, "array item must be a unicode character, not a string of length %zu", AS(Str, v)->len); return -1; }
        uint32_t c = str_char_at(AS(Str, v), 0);
        memcpy(out, &c, 4);
        return 0;
    }
    if (!k->is_int) {
        double d;
        if (LIKELY(value_is_imm_float(v))) d = value_imm_float_get(v);
        else if (number_as_double(th, v, &d) < 0) return -1;
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
void copy_item(uint8_t *to, const uint8_t *from, size_t size) {
    uint8_t item[8];
    shared_load(item, from, size);
    shared_store(to, item, size);
}

// ---- the block ----------------------------------------------------------------------------------------------------------------------

// Item i as it is now: 1 *out filled, 0 out of range.
int item_read(Thread *th, Array *a, size_t i, uint8_t out[8]) {
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
Value item_get(Thread *th, Array *a, intptr_t i) {
    uint8_t raw[8];
    if (i < 0) i += (intptr_t)array_len(a);
    if (i < 0 || !item_read(th, a, (size_t)i, raw)) return raise_error(th, &exc_IndexError, "array index out of range");
    return item_load(th, a->kind, raw);
}

// Replaces `del` items at `at` by n items from src, which is not part of the array. Lock held. *old: a block to free after the unlock.
int splice_locked(Thread *th, Array *a, size_t at, size_t del, const uint8_t *src, size_t n, ArrayBlock **old) {
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
int splice_done(Thread *th, Array *a, int r, ArrayBlock *old) {
    container_unlock(th, &a->lock);
    if (old) container_free(th, &a->head, old);
    return r;
}
// splice_locked and the unlock.
int splice_unlock(Thread *th, Array *a, size_t at, size_t del, const uint8_t *src, size_t n) {
    ArrayBlock *old;
    int r = splice_locked(th, a, at, del, src, n, &old);
    return splice_done(th, a, r, old);
}
int array_append_raw(Thread *th, Array *a, const uint8_t *src, size_t n) {
    container_lock(th, &a->head, &a->lock);
    return splice_unlock(th, a, a->len, 0, src, n);
}
// A copy of the items, for mem_free; *n items. NULL: MemoryError.
uint8_t *array_snapshot(Thread *th, Array *a, size_t *n) {
    container_lock(th, &a->head, &a->lock);
    size_t len = a->len, size = a->kind->size;
    uint8_t *p = mem_alloc(th, len * size + 1);
    if (p && len) shared_copy(p, a->block->v, len * size);
    container_unlock(th, &a->lock);
    *n = len;
    return p;
}

Array *array_make(Thread *th, Type *type, const Kind *k, const uint8_t *src, size_t n) {
    Array *a = NEW(Array, th, type);
    if (!a) return NULL;
    a->kind = k;
    if (n && array_append_raw(th, a, src, n) < 0) {
        decref(th, VALUE_OF(a));
        return NULL;
    }
    return a;
}

int append_value(Thread *th, Value v, void *arg) {
    Array *a = arg;
    uint8_t raw[8];
    return item_parse(th, a->kind, v, raw) < 0 || array_append_raw(th, a, raw, 1) < 0 ? -1 : 0;
}
int extend_bytes(Thread *th, Array *a, Value data) {
    Buffer b;
    if (buffer_get(th, data, &b, BUF_SIMPLE) < 0) return -1;
    int r = -1;
    if (b.len % a->kind->size) raise_value_error(th, "bytes length not a multiple of item size");
    else r = array_append_raw(th, a, b.buf, b.len / a->kind->size);
    buffer_release(th, &b);
    return r;
}
int extend_text(Thread *th, Array *a, Value text) {
    uint32_t *p = str_to_ucs4(th, text);
    if (!p) return -1;
    int r = array_append_raw(th, a, (const uint8_t *)p, AS(Str, text)->len);
    mem_free(p);
    return r;
}
int extend_array(Thread *th, Array *a, Array *from) {
    size_t n;
    uint8_t *p = array_snapshot(th, from, &n);
    if (!p) return -1;
    int r = array_append_raw(th, a, p, n);
    mem_free(p);
    return r;
}
int array_extend(Thread *th, Array *a, Value x) {
    if (!is_array(x)) return iterate(th, x, append_value, a);
    if (ARRAY(x)->kind != a->kind) { raise_type_error(th, "can only extend with array of same kind"); return -1; }
    return extend_array(th, a, ARRAY(x));
}

