// SPDX-License-Identifier: MIT
// _struct: Struct and the functions over a small cache of them. A Struct's parsed form is constant and swapped as a whole when
// __init__ runs again; readers hold on to it until their next safepoint, so it goes through the retire list.
#include <math.h>

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int_limbs.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/pack.h"
#include "gc/gc.h"

typedef struct Item {
    char code;
    uint8_t size;     // bytes of one value
    size_t count;     // values; bytes for 's' and 'p'
    size_t offset;    // of the first
} Item;
typedef struct Plan { // [c] after it is published
    size_t size, n_values, n_items;
    bool big;         // byte order
    Item items[];
} Plan;
typedef struct Struct {
    Object head;
    Plan *plan;       // [r] NULL: not initialised
    Value format;     // [r] Str
} Struct;
typedef struct UnpackIter {
    Object head;
    Value owner;      // [c] Struct
    Plan *plan;       // [c] own copy
    Buffer view;      // [c] while held
    size_t count;     // [c]
    int64_t next;     // [a] index of the next tuple
    bool released;    // [o] view given back early
} UnpackIter;

static Value struct_error; // [c] after the first import
static Value struct_cache; // [c] a Dict: format -> Struct
static Type type_struct_object, type_unpack_iterator;

#define ERROR AS(Type, struct_error)

// ---- formats ------------------------------------------------------------------------------------------------------------------------

// Size and alignment of a code; size 0: not a code.
static void code_layout(char c, bool native, uint8_t *size, uint8_t *align) {
    *align = 1;
    switch (c) {
    case 'x': case 'b': case 'B': case 'c': case 's': case 'p': case '?': *size = 1; break;
    case 'h': case 'H': case 'e': *size = *align = 2; break;
    case 'i': case 'I': case 'f': *size = *align = 4; break;
    case 'l': case 'L': *size = *align = native ? sizeof(long) : 4; break;
    case 'q': case 'Q': case 'd': *size = *align = 8; break;
    case 'n': case 'N': case 'P': *size = *align = native ? 8 : 0; break;
    case 'F': *size = 8; *align = 4; break;
    case 'D': *size = 16; *align = 8; break;
    default: *size = 0; break;
    }
    if (!native) *align = 1;
}

// Parses p[0..n). NULL with struct.error.
static Plan *plan_new(Thread *th, const char *p, size_t n) {
    if (memchr(p, 0, n)) { raise_error(th, ERROR, "embedded null character"); return NULL; }
    Plan *plan = mem_calloc(th, 1, sizeof *plan + n * sizeof(Item));
    if (!plan) return NULL;
    bool native = true;
    const char *end = p + n;
    if (p < end) {
        switch (*p) {
        case '@': p++; break;
        case '=': case '<': native = false; p++; break;
        case '>': case '!': native = false; plan->big = true; p++; break;
        }
    }
    size_t at = 0;
    while (p < end) {
        char c = *p++;
        if (c == ' ' || (c >= 9 && c <= 13)) continue;
        size_t count = 1;
        if (c >= '0' && c <= '9') {
            count = (size_t)(c - '0');
            for (; p < end && *p >= '0' && *p <= '9'; p++)
                if (__builtin_mul_overflow(count, (size_t)10, &count) || __builtin_add_overflow(count, (size_t)(*p - '0'), &count) || count > (size_t)INTPTR_MAX) goto too_long;
            if (p == end) {
                raise_error(th, ERROR, "repeat count given without format specifier");
                goto fail;
            }
            c = *p++;
        }
        uint8_t size, align;
        code_layout(c, native, &size, &align);
        if (size == 0) {
            raise_error(th, ERROR, "bad char in struct format");
            goto fail;
        }
        if (at > (size_t)INTPTR_MAX - align) goto too_long;
        at = (at + align - 1) / align * align;
        size_t bytes;
        if (__builtin_mul_overflow(count, (size_t)size, &bytes) || bytes > (size_t)INTPTR_MAX - at) goto too_long;
        if (c != 'x' && (count || c == 's' || c == 'p')) {
            plan->items[plan->n_items++] = (Item){c, size, count, at};
            plan->n_values += c == 's' || c == 'p' ? 1 : count;
        }
        at += bytes;
    }
    plan->size = at;
    return plan;
too_long:
    raise_error(th, ERROR, "total struct size too long");
fail:
    mem_free(plan);
    return NULL;
}

// The text of a format: a Str or bytes. A new Str, ASCII.
static Value format_text(Thread *th, Value format) {
    if (value_is_str(format)) {
        const Str *s = AS(Str, format);
        if (LIKELY(s->flags & STR_ASCII)) return new_ref(th, format);
        for (size_t i = 0; i < s->len; i++) {
            if (str_char_at(s, i) < 128) continue;
            Value args[5] = {str_from_cstr(th, "ascii"), new_ref(th, format), value_imm_int((int64_t)i), value_imm_int((int64_t)i + 1), str_from_cstr(th, "ordinal not in range(128)")};
            Value e = args[0] && args[4] ? object_call(th, VALUE_OF(&exc_UnicodeEncodeError), args, 5, NO_VALUE) : NO_VALUE;
            for (int k = 0; k < 5; k++) decref(th, args[k]);
            if (e) raise_object(th, e, NO_VALUE);
            decref(th, e);
            return NO_VALUE;
        }
        return new_ref(th, format);
    }
    if (value_is_bytes(format)) {
        Bytes *b = AS(Bytes, format);
        for (size_t i = 0; i < b->len; i++)
            if (b->data[i] >= 128) return raise_error(th, ERROR, "bad char in struct format");
        return str_from_ascii(th, (const char *)b->data, b->len);
    }
    return raise_type_error(th, "Struct() argument 1 must be a str or bytes object, not %T", format);
}

static int struct_setup(Thread *th, Struct *s, Value format) {
    Value text = format_text(th, format);
    if (!text) return -1;
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, text, &n, &hold);
    Plan *plan = p ? plan_new(th, p, n) : NULL;
    decref(th, hold);
    if (!plan) { decref(th, text); return -1; }
    slot_store(th, &s->head, &s->format, text);
    Plan *old = atomic_swap_acq_rel(&s->plan, plan);
    if (old) retire_block(th, old);
    return 0;
}

static Plan *plan_of(Thread *th, Value self) {
    Plan *p = atomic_load_acquire(&AS(Struct, self)->plan);
    if (!p) raise_error(th, &exc_RuntimeError, "Struct object is not initialized");
    return p;
}

// ---- packing ------------------------------------------------------------------------------------------------------------------------

// Of the n low bytes of v, which n is 1, 2, 4 or 8. Both targets are little-endian.
ALWAYS_INLINE void put_bytes(uint8_t *to, uint64_t v, size_t n, bool big) {
    if (big) v = __builtin_bswap64(v) >> (64 - 8 * n);
    switch (n) {
    case 1: *to = (uint8_t)v; break;
    case 2: memcpy(to, &v, 2); break;
    case 4: memcpy(to, &v, 4); break;
    default: memcpy(to, &v, 8); break;
    }
}
ALWAYS_INLINE uint64_t get_bytes(const uint8_t *from, size_t n, bool big) {
    uint64_t v = 0;
    switch (n) {
    case 1: return *from;
    case 2: memcpy(&v, from, 2); break;
    case 4: memcpy(&v, from, 4); break;
    default: memcpy(&v, from, 8); break;
    }
    return big ? __builtin_bswap64(v) >> (64 - 8 * n) : v;
}
// Of the codes of ints.
static bool is_signed_code(char code) { return code >= 'a'; }

// Whether n fits the room of an int's code.
ALWAYS_INLINE bool int_fits(const Item *it, int64_t n) {
    unsigned spare = 64 - it->size * 8u;
    if (is_signed_code(it->code)) return (int64_t)((uint64_t)n << spare) >> spare == n;
    return it->code == 'P' || (n >= 0 && (uint64_t)n << spare >> spare == (uint64_t)n);
}
static int pack_int(Thread *th, Value v, const Item *it, uint8_t *to, bool big) {
    if (LIKELY(value_is_imm_int(v)) && LIKELY(int_fits(it, value_imm_int_get(v)))) {
        put_bytes(to, (uint64_t)value_imm_int_get(v), it->size, big);
        return 0;
    }
    Value i;
    if (value_is_int(v)) i = new_ref(th, v);
    else {
        if (!type_of(v)->slots.index) { raise_error(th, ERROR, "required argument is not an integer"); return -1; }
        if (!(i = number_index(th, v))) return -1;
    }
    int sign = int_sign(i);
    size_t bits = int_bit_length(i), room = it->size * 8u;
    uint64_t low = int_as_u64_mask(i);
    decref(th, i);
    bool is_signed = is_signed_code(it->code);
    if (it->code == 'P') {
        if (bits > 64 || (sign < 0 && bits == 64 && low != (uint64_t)1 << 63)) {
            raise_error(th, ERROR, "int too large to convert");
            return -1;
        }
    } else if (is_signed ? bits >= room && !(sign < 0 && bits == room && (low & (((uint64_t)1 << (room - 1)) - 1)) == 0) : sign < 0 || bits > room) {
        uint64_t max = is_signed ? ((uint64_t)1 << (room - 1)) - 1 : room == 64 ? UINT64_MAX : ((uint64_t)1 << room) - 1;
        if (is_signed) raise_error(th, ERROR, "'%c' format requires %lld <= number <= %llu", it->code, (long long)(-(int64_t)max - 1), (unsigned long long)max);
        else raise_error(th, ERROR, "'%c' format requires 0 <= number <= %llu", it->code, (unsigned long long)max);
        return -1;
    }
    put_bytes(to, low, it->size, big);
    return 0;
}

static int pack_float(Thread *th, double d, size_t size, uint8_t *to, bool big) {
    if (size == 8) {
        uint64_t b;
        memcpy(&b, &d, 8);
        put_bytes(to, b, 8, big);
        return 0;
    }
    if (size == 4) {
        uint32_t b;
        if (float32_pack(d, &b) < 0) {
            raise_error(th, &exc_OverflowError, "float too large to pack with f format");
            return -1;
        }
        put_bytes(to, b, 4, big);
        return 0;
    }
    uint16_t h;
    if (float16_pack(d, &h) < 0) {
        raise_error(th, &exc_OverflowError, "float too large to pack with e format");
        return -1;
    }
    put_bytes(to, h, 2, big);
    return 0;
}

static int pack_one(Thread *th, Value v, const Item *it, uint8_t *to, bool big) {
    switch (it->code) {
    case 'c':
        if (!value_is_bytes(v) || AS(Bytes, v)->len != 1) {
            raise_error(th, ERROR, "char format requires a bytes object of length 1");
            return -1;
        }
        *to = AS(Bytes, v)->data[0];
        return 0;
    case '?': {
        int t = object_truth(th, v);
        if (t < 0) return -1;
        *to = (uint8_t)t;
        return 0;
    }
    case 'e': case 'f': case 'd': {
        double d;
        if (value_is_float(v)) d = float_value(v);
        else if (number_as_double(th, v, &d) < 0) {
            error_clear(th);
            raise_error(th, ERROR, "required argument is not a float");
            return -1;
        }
        return pack_float(th, d, it->size, to, big);
    }
    case 'F': case 'D': {
        double re, im;
        if (number_as_complex(th, v, &re, &im) < 0) {
            error_clear(th);
            raise_error(th, ERROR, "required argument is not a complex");
            return -1;
        }
        size_t half = it->size / 2;
        if (pack_float(th, re, half, to, big) < 0) return -1;
        return pack_float(th, im, half, to + half, big);
    }
    default: return pack_int(th, v, it, to, big);
    }
}

static int pack_text(Thread *th, Value v, const Item *it, uint8_t *to) {
    if (!value_is_bytes(v) && !value_is_instance(v, &type_bytearray)) {
        raise_error(th, ERROR, "argument for '%c' must be a bytes object", it->code);
        return -1;
    }
    Buffer b;
    if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
    if (it->code == 's') shared_copy(to, b.buf, b.len < it->count ? b.len : it->count);
    else if (it->count) {
        size_t n = b.len < it->count - 1 ? b.len : it->count - 1;
        shared_copy(to + 1, b.buf, n);
        *to = n > 255 ? 255 : (uint8_t)n;
    }
    buffer_release(th, &b);
    return 0;
}

// Fills out (plan->size bytes, zeroed).
static int pack_all(Thread *th, const Plan *plan, const Value *args, uint8_t *out) {
    for (size_t i = 0; i < plan->n_items; i++) {
        const Item *it = &plan->items[i];
        uint8_t *to = out + it->offset;
        if (it->code == 's' || it->code == 'p') {
            if (pack_text(th, *args++, it, to) < 0) return -1;
            continue;
        }
        for (size_t k = 0; k < it->count; k++, to += it->size)
            if (pack_one(th, *args++, it, to, plan->big) < 0) return -1;
    }
    return 0;
}

// ---- unpacking ----------------------------------------------------------------------------------------------------------------------

static Value unpack_one(Thread *th, const Item *it, const uint8_t *p, bool big) {
    switch (it->code) {
    case 'c': return bytes_new(th, p, 1);
    case '?': return value_bool(*p != 0);
    case 's': return bytes_new(th, p, it->count);
    case 'p': {
        if (it->count == 0) return bytes_new(th, p, 0);
        size_t n = *p;
        return bytes_new(th, p + 1, n < it->count ? n : it->count - 1);
    }
    case 'e': return float_from_double(th, float16_unpack((uint16_t)get_bytes(p, 2, big)));
    case 'f': return float_from_double(th, float32_unpack((uint32_t)get_bytes(p, 4, big)));
    case 'd': {
        uint64_t b = get_bytes(p, 8, big);
        double d;
        memcpy(&d, &b, 8);
        return float_from_double(th, d);
    }
    case 'F': return complex_new(th, float32_unpack((uint32_t)get_bytes(p, 4, big)), float32_unpack((uint32_t)get_bytes(p + 4, 4, big)));
    case 'D': {
        uint64_t b[2] = {get_bytes(p, 8, big), get_bytes(p + 8, 8, big)};
        double d[2];
        memcpy(d, b, 16);
        return complex_new(th, d[0], d[1]);
    }
    }
    uint64_t v = get_bytes(p, it->size, big);
    if (!is_signed_code(it->code)) return int_from_u64(th, v);
    unsigned spare = 64 - it->size * 8u;
    return int_from_i64(th, (int64_t)(v << spare) >> spare);
}

static Value unpack_all(Thread *th, const Plan *plan, const uint8_t *p) {
    Tuple *t = tuple_new(th, plan->n_values);
    if (!t) return NO_VALUE;
    size_t n = 0;
    for (size_t i = 0; i < plan->n_items; i++) {
        const Item *it = &plan->items[i];
        size_t times = it->code == 's' || it->code == 'p' ? 1 : it->count;
        for (size_t k = 0; k < times; k++) {
            Value v = unpack_one(th, it, p + it->offset + k * it->size, plan->big);
            if (!v) {
                decref(th, VALUE_OF(t));
                return NO_VALUE;
            }
            t->items[n++] = v;
        }
    }
    return VALUE_OF(t);
}

// The bytes to unpack, at p in what b shows: where they are, or, while other threads may write them, a copy in small (if it has room) or in a block that
// *block then names. NULL: MemoryError.
enum { SMALL = 64 };
static const uint8_t *steady(Thread *th, const Buffer *b, const uint8_t *p, size_t n, uint8_t *small, uint8_t **block) {
    *block = NULL;
    if (LIKELY(!th->mt) || (b->obj && value_is_bytes(b->obj))) return p;
    uint8_t *copy = n <= SMALL ? small : (*block = mem_alloc(th, n));
    if (copy) shared_copy(copy, p, n);
    return copy;
}
static Value unpack_buffer(Thread *th, const Plan *plan, const Buffer *b, size_t offset) {
    uint8_t small[SMALL], *block;
    const uint8_t *p = steady(th, b, b->buf + offset, plan->size, small, &block);
    Value r = p ? unpack_all(th, plan, p) : NO_VALUE;
    mem_free(block);
    return r;
}

static size_t plan_bytes(const Plan *p) { return sizeof *p + p->n_items * sizeof(Item); }

// ---- operations, over a Struct ------------------------------------------------------------------------------------------------------

// A private copy of the plan: the object may be initialised again by the Python code that packing runs.
static Plan *plan_copy(Thread *th, Value self) {
    Plan *p = plan_of(th, self);
    if (!p) return NULL;
    size_t n = plan_bytes(p);
    Plan *copy = mem_alloc(th, n);
    if (copy) memcpy(copy, p, n);
    return copy;
}

// The plan itself when no Python code can run between here and its last use, else a copy. Free with plan_done.
static bool args_are_plain(const Value *args, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!value_is_imm_int(args[i]) && !value_is_imm_float(args[i])) return false;
    return true;
}

static Value struct_pack(Thread *th, Value self, const Value *args, size_t nargs) {
    Plan *plan = plan_of(th, self), *copy = NULL;
    if (!plan) return NO_VALUE;
    if (nargs != plan->n_values) return raise_error(th, ERROR, "pack expected %zu items for packing (got %zu)", plan->n_values, nargs);
    if (!args_are_plain(args, nargs) && !(plan = copy = plan_copy(th, self))) return NO_VALUE;
    Value r = bytes_new(th, NULL, plan->size);
    if (r) {
        memset(AS(Bytes, r)->data, 0, plan->size);
        if (pack_all(th, plan, args, AS(Bytes, r)->data) < 0) {
            decref(th, r);
            r = NO_VALUE;
        }
    }
    mem_free(copy);
    return r;
}

// offset counted from the end if negative; checks that plan->size bytes fit. what: for messages. 0 or -1.
static int place(Thread *th, const Plan *plan, size_t len, intptr_t *offset, bool packing) {
    intptr_t off = *offset, size = (intptr_t)plan->size;
    if (off < 0) {
        if (off + size > 0) {
            raise_error(th, ERROR, packing ? "no space to pack %zd bytes at offset %zd" : "not enough data to unpack %zd bytes at offset %zd", size, off);
            return -1;
        }
        if (off + (intptr_t)len < 0) {
            raise_error(th, ERROR, "offset %zd out of range for %zd-byte buffer", off, (intptr_t)len);
            return -1;
        }
        off += (intptr_t)len;
    }
    if ((intptr_t)len - off < size) {
        raise_error(th, ERROR, packing ? "pack_into requires a buffer of at least %zu bytes for packing %zd bytes at offset %zd (actual buffer size is %zu)"
                                       : "unpack_from requires a buffer of at least %zu bytes for unpacking %zd bytes at offset %zd (actual buffer size is %zu)",
                    (size_t)size + (size_t)off, size, off, len);
        return -1;
    }
    *offset = off;
    return 0;
}

static Value struct_pack_into(Thread *th, Value self, const Value *args, size_t nargs) {
    Plan *plan = plan_copy(th, self);
    if (!plan) return NO_VALUE;
    Value r = NO_VALUE;
    if (nargs != plan->n_values + 2) {
        if (nargs == 0) raise_error(th, ERROR, "pack_into expected buffer argument");
        else if (nargs == 1) raise_error(th, ERROR, "pack_into expected offset argument");
        else raise_error(th, ERROR, "pack_into expected %zu items for packing (got %zu)", plan->n_values, nargs - 2);
        mem_free(plan);
        return NO_VALUE;
    }
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_WRITABLE) < 0) {
        mem_free(plan);
        if (error_clear_if(th, &exc_BufferError) || error_clear_if(th, &exc_TypeError))
            raise_type_error(th, "argument must be read-write bytes-like object, not %T", args[0]);
        return NO_VALUE;
    }
    intptr_t offset = number_as_ssize(th, args[1], &exc_IndexError);
    if (!(offset == -1 && error_pending(th)) && place(th, plan, b.len, &offset, true) == 0) {
        // With other threads about it is packed elsewhere, and put there at the end, whatever came of it.
        uint8_t small[SMALL], *block = NULL, *to = b.buf + offset;
        if (th->mt) to = plan->size <= SMALL ? small : (block = mem_alloc(th, plan->size));
        if (to) {
            memset(to, 0, plan->size);
            if (pack_all(th, plan, args + 2, to) == 0) r = VALUE_NONE;
            if (to != b.buf + offset) shared_copy(b.buf + offset, to, plan->size);
        }
        mem_free(block);
    }
    buffer_release(th, &b);
    mem_free(plan);
    return r;
}

static Value struct_unpack(Thread *th, Value self, Value data) {
    if (!plan_of(th, self)) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, data, &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Plan *plan = plan_of(th, self);
    Value r = NO_VALUE;
    if (b.len != plan->size) raise_error(th, ERROR, "unpack requires a buffer of %zu bytes", plan->size);
    else r = unpack_buffer(th, plan, &b, 0);
    buffer_release(th, &b);
    return r;
}

static Value struct_unpack_from(Thread *th, Value self, Value data, Value offset_arg) {
    if (!plan_of(th, self)) return NO_VALUE;
    intptr_t offset = 0;
    if (offset_arg && number_as_c_ssize(th, offset_arg, &offset) < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, data, &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Plan *plan = plan_of(th, self);
    Value r = place(th, plan, b.len, &offset, false) < 0 ? NO_VALUE : unpack_buffer(th, plan, &b, (size_t)offset);
    buffer_release(th, &b);
    return r;
}

static Value struct_iter_unpack(Thread *th, Value self, Value data) {
    Plan *plan = plan_copy(th, self);
    if (!plan) return NO_VALUE;
    UnpackIter *it = NULL;
    if (plan->size == 0) raise_error(th, ERROR, "cannot iteratively unpack with a struct of length 0");
    else if ((it = NEW(UnpackIter, th, &type_unpack_iterator))) {
        if (buffer_get(th, data, &it->view, BUF_SIMPLE) == 0) {
            if (it->view.len % plan->size == 0) {
                it->owner = new_ref(th, self);
                it->plan = plan;
                it->count = it->view.len / plan->size;
                return VALUE_OF(it);
            }
            raise_error(th, ERROR, "iterative unpacking requires a buffer of a multiple of %zu bytes", plan->size);
        } else it->released = true;
        decref(th, VALUE_OF(it));
    }
    mem_free(plan);
    return NO_VALUE;
}

static Value unpack_iterator_slot_next(Thread *th, Value self) {
    UnpackIter *it = AS(UnpackIter, self);
    int64_t i = atomic_load_relaxed(&it->next);
    if (i < (int64_t)it->count) i = counter_fetch_add(th, &it->next, 1);
    if (i < (int64_t)it->count) return unpack_buffer(th, it->plan, &it->view, (size_t)i * it->plan->size);
    if (!th->mt && !it->released) { // with other threads about, one may still be reading: then dealloc does it
        it->released = true;
        buffer_release(th, &it->view);
    }
    return NO_VALUE;
}
static Value unpack_iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    UnpackIter *it = AS(UnpackIter, self);
    int64_t i = atomic_load_relaxed(&it->next);
    return int_from_i64(th, i < (int64_t)it->count ? (int64_t)it->count - i : 0);
}
static Value unpack_iterator_slot_iter(Thread *th, Value self) { return new_ref(th, self); }
static void unpack_iterator_dealloc(Thread *th, Object *self) {
    UnpackIter *it = (UnpackIter *)self;
    if (!it->released && it->view.obj) buffer_release(th, &it->view);
    mem_free(it->plan);
    decref(th, it->owner);
    object_free(th, self);
}
static int unpack_iterator_traverse(Object *self, VisitFn visit, void *arg) {
    UnpackIter *it = (UnpackIter *)self;
    int r = it->owner ? visit(it->owner, arg) : 0;
    return r || it->released || !it->view.obj ? r : visit(it->view.obj, arg);
}
static const MethodDef unpack_iterator_methods[] = {
    {"__length_hint__", "(self, /)", unpack_iterator_meth_length_hint, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(unpack_iterator, "_struct.unpack_iterator", sizeof(UnpackIter), TYPE_ITERATOR | TYPE_NO_INSTANTIATE | TYPE_TRACED, .methods = unpack_iterator_methods,
                   .slots = {.dealloc = unpack_iterator_dealloc, .traverse = unpack_iterator_traverse, .iter = unpack_iterator_slot_iter, .next = unpack_iterator_slot_next})

// ---- Struct -------------------------------------------------------------------------------------------------------------------------

static Value struct_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Struct *s = NEW(Struct, th, type);
    return VALUE_OF(s);
}
static int struct_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    if (nargs + nkw > 1) { raise_type_error(th, "Struct() takes at most 1 argument (%zu given)", nargs + nkw); return -1; }
    if (nkw && !str_equal_cstr(AS(Tuple, kwnames)->items[0], "format")) {
        raise_type_error(th, "Struct() got an unexpected keyword argument '%U'", AS(Tuple, kwnames)->items[0]);
        return -1;
    }
    if (nargs + nkw == 0) { raise_type_error(th, "Struct() missing required argument 'format' (pos 1)"); return -1; }
    return struct_setup(th, AS(Struct, self), args[0]);
}
static void struct_dealloc(Thread *th, Object *self) {
    Struct *s = (Struct *)self;
    mem_free(s->plan);
    decref(th, s->format);
    object_release_attrs(th, self);
    object_free(th, self);
}
static Value struct_get_format(Thread *th, Value self) {
    Value f = slot_get(th, value_object(self), &AS(Struct, self)->format);
    return f ? f : raise_error(th, &exc_RuntimeError, "Struct object is not initialized");
}
static Value struct_get_size(Thread *th, Value self) {
    Plan *p = atomic_load_acquire(&AS(Struct, self)->plan);
    return p ? int_from_u64(th, p->size) : value_imm_int(-1);
}
static Value struct_slot_repr(Thread *th, Value self) {
    Value f = struct_get_format(th, self);
    Value r = f ? str_format(th, "%N(%R)", type_of(self), f) : NO_VALUE;
    decref(th, f);
    return r;
}
static int no_keywords(Thread *th, const char *name, Value kwnames) {
    if (kwnames == NO_VALUE || AS(Tuple, kwnames)->len == 0) return 0;
    raise_type_error(th, "%s() takes no keyword arguments", name);
    return -1;
}
static Value struct_meth_pack(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return no_keywords(th, "Struct.pack", kwnames) < 0 ? NO_VALUE : struct_pack(th, self, args, nargs);
}
static Value struct_meth_pack_into(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return no_keywords(th, "Struct.pack_into", kwnames) < 0 ? NO_VALUE : struct_pack_into(th, self, args, nargs);
}
static Value struct_meth_unpack(Thread *th, Value self, Value *args) { return struct_unpack(th, self, args[0]); }
static Value struct_meth_unpack_from(Thread *th, Value self, Value *args) { return struct_unpack_from(th, self, args[0], args[1]); }
static Value struct_meth_iter_unpack(Thread *th, Value self, Value *args) { return struct_iter_unpack(th, self, args[0]); }
static Value struct_meth_sizeof(Thread *th, Value self, Value *args) {
    Plan *p = plan_of(th, self);
    return p ? int_from_u64(th, sizeof(Struct) + plan_bytes(p)) : NO_VALUE;
}

static const MethodDef struct_methods[] = {
    {"iter_unpack", "(self, buffer, /)", struct_meth_iter_unpack, "Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().", 0},
    {"pack", "(self, *args)", struct_meth_pack, "S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed according\nto the format string S.format.", METH_RAW | METH_NO_TEXT_SIG},
    {"pack_into", "(self, *args)", struct_meth_pack_into, "S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string S.format\nand write the packed bytes into the writable buffer buf.", METH_RAW | METH_NO_TEXT_SIG},
    {"unpack", "(self, buffer, /)", struct_meth_unpack, "Return a tuple containing unpacked values.", 0},
    {"unpack_from", "(self, /, buffer, offset=0)", struct_meth_unpack_from, "Return a tuple containing unpacked values.", 0},
    {"__sizeof__", "(self, /)", struct_meth_sizeof, "S.__sizeof__() -> size of S in memory, in bytes", 0},
    {0},
};
static const GetSetDef struct_getsets[] = {
    {"format", struct_get_format, NULL, "struct format string"},
    {"size", struct_get_size, NULL, "struct size in bytes"},
    {0},
};
MODULE_TYPE_DEFINE(struct_object, "_struct.Struct", sizeof(Struct), TYPE_BASETYPE | TYPE_WEAKREFABLE, .methods = struct_methods, .getsets = struct_getsets,
                   .doc = "Struct(fmt) --> compiled struct object\n\n",
                   .slots = {.new_ = struct_slot_new, .init = struct_slot_init, .dealloc = struct_dealloc, .repr = struct_slot_repr})

// ---- functions ----------------------------------------------------------------------------------------------------------------------

// The Struct of a format, from the cache. New reference.
static Value cached(Thread *th, Value format_arg) {
    Value s, format = format_text(th, format_arg); // bytes and str are not compared with each other
    if (!format) return NO_VALUE;
    Dict *cache = AS(Dict, struct_cache);
    int found = dict_get(th, cache, format, &s);
    if (found) {
        decref(th, format);
        return found < 0 ? NO_VALUE : s;
    }
    s = VALUE_OF(NEW(Struct, th, &type_struct_object));
    if (s && struct_setup(th, AS(Struct, s), format) < 0) clear_ref(th, &s);
    if (s && atomic_load_relaxed(&cache->used) >= 100) dict_clear(th, cache);
    if (s && dict_set(th, cache, format, s) < 0) clear_ref(th, &s);
    decref(th, format);
    return s;
}

#define WITH_STRUCT(format, expr)              \
    Value s = cached(th, format);              \
    Value r = s ? (expr) : NO_VALUE;           \
    decref(th, s);                             \
    return r

static Value struct_fn_pack(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, "_struct.pack", kwnames) < 0) return NO_VALUE;
    if (nargs == 0) return raise_type_error(th, "missing format argument");
    WITH_STRUCT(args[0], struct_pack(th, s, args + 1, nargs - 1));
}
static Value struct_fn_pack_into(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, "_struct.pack_into", kwnames) < 0) return NO_VALUE;
    if (nargs == 0) return raise_type_error(th, "missing format argument");
    WITH_STRUCT(args[0], struct_pack_into(th, s, args + 1, nargs - 1));
}
static Value struct_fn_calcsize(Thread *th, Value self, Value *args) { WITH_STRUCT(args[0], struct_get_size(th, s)); }
static Value struct_fn_unpack(Thread *th, Value self, Value *args) { WITH_STRUCT(args[0], struct_unpack(th, s, args[1])); }
static Value struct_fn_unpack_from(Thread *th, Value self, Value *args) { WITH_STRUCT(args[0], struct_unpack_from(th, s, args[1], args[2])); }
static Value struct_fn_iter_unpack(Thread *th, Value self, Value *args) { WITH_STRUCT(args[0], struct_iter_unpack(th, s, args[1])); }
static Value struct_fn_clearcache(Thread *th, Value self, Value *args) {
    dict_clear(th, AS(Dict, struct_cache));
    return VALUE_NONE;
}

static const MethodDef struct_functions[] = {
    {"_clearcache", "()", struct_fn_clearcache, "Clear the internal cache.", 0},
    {"calcsize", "(format, /)", struct_fn_calcsize, "Return size in bytes of the struct described by the format string.", 0},
    {"iter_unpack", "(format, buffer, /)", struct_fn_iter_unpack, "Return an iterator yielding tuples unpacked from the given bytes.", 0},
    {"pack", "(*args)", struct_fn_pack, "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings.", METH_RAW | METH_NO_TEXT_SIG},
    {"pack_into", "(*args)", struct_fn_pack_into, "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.", METH_RAW | METH_NO_TEXT_SIG},
    {"unpack", "(format, buffer, /)", struct_fn_unpack, "Return a tuple containing values unpacked according to the format string.", 0},
    {"unpack_from", "(format, /, buffer, offset=0)", struct_fn_unpack_from, "Return a tuple containing values unpacked according to the format string.", 0},
    {0},
};

static int struct_exec(Thread *th, Value module) {
    if (!struct_error) {
        struct_error = exception_create_type(th, "struct.error", VALUE_OF(&exc_Exception), NULL);
        struct_cache = dict_new(th);
        if (!struct_error || !struct_cache) return -1;
        gc_add_root(&struct_error);
        gc_add_root(&struct_cache);
    }
    if (type_ready(th, &type_unpack_iterator) < 0) return -1;
    if (module_add(th, module, "error", new_ref(th, struct_error)) < 0) return -1;
    return module_add_type(th, module, &type_struct_object);
}

const ModuleDef module__struct = {
    "_struct", "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\n"
               "and also as format strings (explained below) to describe the layout of data\nin the C struct.", struct_functions, struct_exec,
};
