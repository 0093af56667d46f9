// SPDX-License-Identifier: MIT
// Items of memoryviews: unpacking and packing native formats, comparison by value, lists. Called while the memory is pinned (mv_begin).
#include <string.h>

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/memoryview_int.h"
#include "core/object/module.h"
#include "core/object/tuple.h"

char mv_format_char(const char *f) {
    if (!f) return 'B';
    if (*f == '@') f++;
    return *f && f[1] == 0 && mv_format_size(*f) ? *f : 0;
}

size_t mv_format_size(char c) {
    switch (c) {
    case 'c': case 'b': case 'B': case '?': return 1;
    case 'h': case 'H': case 'e': return 2;
    case 'i': case 'I': case 'f': return 4;
    case 'l': case 'L': case 'q': case 'Q': case 'n': case 'N': case 'd': case 'P': return 8;
    }
    return 0;
}

static double half_to_double(uint16_t h) {
    unsigned e = h >> 10 & 31, m = h & 1023;
    double v = e == 0 ? m * 0x1p-24 : e == 31 ? (m ? __builtin_nan("") : __builtin_inf()) : (1 + m / 1024.0) * __builtin_ldexp(1, (int)e - 15);
    return h & 0x8000 ? -v : v;
}

// Rounds to nearest, ties to even. false: too large.
static bool double_to_half(double x, uint16_t *out) {
    uint16_t sign = __builtin_signbit(x) ? 0x8000 : 0;
    double a = __builtin_fabs(x);
    if (__builtin_isnan(x)) *out = sign | 0x7E00;
    else if (__builtin_isinf(x)) *out = sign | 0x7C00;
    else {
        unsigned bits;
        if (a < 0x1p-14) { // subnormal; 1024 carries into the smallest normal
            bits = (unsigned)__builtin_rint(a * 0x1p24);
        } else {
            int e;
            __builtin_frexp(a, &e); // a in [2^(e-1), 2^e)
            if (e > 16) return false;
            bits = ((unsigned)(e + 14) << 10) + ((unsigned)__builtin_rint(__builtin_ldexp(a, 11 - e)) - 1024);
        }
        if (bits >= 0x7C00) return false;
        *out = (uint16_t)(sign | bits);
    }
    return true;
}

Value mv_unpack(Thread *th, const uint8_t *p, const char *format) {
#define LOAD(T, var) T var; shared_load(&var, p, sizeof var)
    switch (mv_format_char(format)) {
    case 'B': { LOAD(uint8_t, v); return value_imm_int(v); }
    case 'b': { LOAD(int8_t, v); return value_imm_int(v); }
    case 'c': { LOAD(uint8_t, v); return bytes_new(th, &v, 1); }
    case '?': { LOAD(uint8_t, v); return value_bool(v != 0); }
    case 'h': { LOAD(int16_t, v); return value_imm_int(v); }
    case 'H': { LOAD(uint16_t, v); return value_imm_int(v); }
    case 'i': { LOAD(int32_t, v); return value_imm_int(v); }
    case 'I': { LOAD(uint32_t, v); return value_imm_int(v); }
    case 'l': case 'q': case 'n': { LOAD(int64_t, v); return int_from_i64(th, v); }
    case 'L': case 'Q': case 'N': case 'P': { LOAD(uint64_t, v); return int_from_u64(th, v); }
    case 'f': { LOAD(float, v); return float_from_double(th, v); }
    case 'd': { LOAD(double, v); return float_from_double(th, v); }
    case 'e': { LOAD(uint16_t, v); return float_from_double(th, half_to_double(v)); }
    }
#undef LOAD
    return raise_error(th, &exc_NotImplementedError, "memoryview: format %s not supported", format);
}

static int bad_type(Thread *th, const char *format) {
    raise_type_error(th, "memoryview: invalid type for format '%s'", format);
    return -1;
}
static int bad_value(Thread *th, const char *format) {
    raise_value_error(th, "memoryview: invalid value for format '%s'", format);
    return -1;
}

// A pending error of a conversion, turned into memoryview's own.
static int conversion_error(Thread *th, const char *format) {
    if (error_clear_if(th, &exc_TypeError)) return bad_type(th, format);
    if (error_clear_if(th, &exc_OverflowError) || error_clear_if(th, &exc_ValueError)) return bad_value(th, format);
    return -1;
}

static int pack_signed(Thread *th, uint8_t *p, Value v, const char *format, size_t size) {
    Value n = number_index(th, v);
    if (n == NO_VALUE) return conversion_error(th, format);
    int64_t i;
    int over = int_as_i64_overflow(n, &i);
    decref(th, n);
    int64_t limit = size == 8 ? INT64_MAX : ((int64_t)1 << (8 * size - 1)) - 1;
    if (over || i > limit || i < -limit - 1) return bad_value(th, format);
    memcpy(p, &i, size); // little endian targets only (aarch64, x86-64)
    return 0;
}

static int pack_unsigned(Thread *th, uint8_t *p, Value v, const char *format, size_t size, bool wraps) {
    Value n = number_index(th, v);
    if (n == NO_VALUE) return conversion_error(th, format);
    uint64_t u = 0;
    int failed = 0;
    if (wraps) u = int_as_u64_mask(n);
    else if (int_as_u64(th, n, &u) < 0) failed = conversion_error(th, format);
    decref(th, n);
    if (failed) return -1;
    if (size < 8 && u >> (8 * size)) return bad_value(th, format);
    memcpy(p, &u, size);
    return 0;
}

int mv_pack(Thread *th, uint8_t *p, Value v, const char *format) {
    if (!format) format = "B";
    char c = mv_format_char(format);
    size_t size = mv_format_size(c);
    switch (c) {
    case 'b': case 'h': case 'i': case 'l': case 'q': case 'n': return pack_signed(th, p, v, format, size);
    case 'B': case 'H': case 'I': case 'L': case 'Q': case 'N': return pack_unsigned(th, p, v, format, size, false);
    case 'P': return pack_unsigned(th, p, v, format, size, true);
    case 'f': case 'd': case 'e': {
        double d;
        if (number_as_double(th, v, &d) < 0) return conversion_error(th, format);
        if (c == 'd') {
            memcpy(p, &d, 8);
        } else if (c == 'f') {
            float f = (float)d;
            if (__builtin_isinf(f) && !__builtin_isinf(d)) return bad_value(th, format);
            memcpy(p, &f, 4);
        } else {
            uint16_t h;
            if (!double_to_half(d, &h)) return bad_value(th, format);
            memcpy(p, &h, 2);
        }
        return 0;
    }
    case '?': {
        int truth = object_truth(th, v);
        if (truth < 0) return -1;
        *p = (uint8_t)truth;
        return 0;
    }
    case 'c':
        if (!value_is_bytes(v)) return bad_type(th, format);
        if (AS(Bytes, v)->len != 1) return bad_value(th, format);
        *p = AS(Bytes, v)->data[0];
        return 0;
    }
    raise_error(th, &exc_NotImplementedError, "memoryview: format %s not supported", format);
    return -1;
}

const uint8_t *mv_step(const Buffer *b, int dim, const uint8_t *p, intptr_t i) {
    p += i * b->strides[dim];
    if (b->suboffsets && b->suboffsets[dim] >= 0) p = *(uint8_t *const *)p + b->suboffsets[dim];
    return p;
}

// ---- comparison -----------------------------------------------------------------------------------------------------------------------

// How to read items of a view: natively, or by the struct module's unpack_from.
typedef struct ItemReader { const Buffer *b; Value unpack; } ItemReader;

static int reader_init(Thread *th, ItemReader *r, const Buffer *b) {
    r->b = b;
    r->unpack = NO_VALUE;
    if (mv_format_char(b->format)) return 1;
    Value cls = import_attr(th, "struct", "Struct"), fmt = str_from_cstr(th, b->format), s = NO_VALUE;
    if (cls != NO_VALUE && fmt != NO_VALUE) s = call1(th, cls, fmt);
    decref(th, cls);
    decref(th, fmt);
    if (s != NO_VALUE) r->unpack = object_getattr_cstr(th, s, "unpack");
    decref(th, s);
    if (r->unpack != NO_VALUE) return 1;
    // A format that struct doesn't know makes views unequal.
    Value exc = error_fetch(th);
    bool fatal = exception_is(exc, &exc_MemoryError) || exception_is(exc, &exc_ImportError);
    if (fatal) error_restore(th, exc);
    else decref(th, exc);
    return fatal ? -1 : 0;
}

static Value reader_get(Thread *th, const ItemReader *r, const uint8_t *p) {
    if (r->unpack == NO_VALUE) return mv_unpack(th, p, r->b->format);
    Value raw = bytes_of_shared(th, p, r->b->itemsize);
    if (raw == NO_VALUE) return NO_VALUE;
    Value v = call1(th, r->unpack, raw);
    decref(th, raw);
    return v;
}

static int equal_dim(Thread *th, const ItemReader *x, const ItemReader *y, int dim, const uint8_t *p, const uint8_t *q) {
    if (dim == x->b->ndim) {
        Value a = reader_get(th, x, p), b = NO_VALUE;
        int r = -1;
        if (a != NO_VALUE && (b = reader_get(th, y, q)) != NO_VALUE) {
            Value eq = object_compare(th, a, b, CMP_EQ); // no identity shortcut: NaN differs from itself
            r = eq == NO_VALUE ? -1 : object_truth(th, eq);
            decref(th, eq);
        }
        decref(th, a);
        decref(th, b);
        return r;
    }
    int r = 1;
    for (intptr_t i = 0; i < x->b->shape[dim] && r == 1; i++) r = equal_dim(th, x, y, dim + 1, mv_step(x->b, dim, p, i), mv_step(y->b, dim, q, i));
    return r;
}

int mv_items_equal(Thread *th, const Buffer *a, const Buffer *b) {
    char c = mv_format_char(a->format), d = mv_format_char(b->format);
    if (c == d && c && !strchr("fde?", c) && buffer_is_contiguous(a, 'C') && buffer_is_contiguous(b, 'C'))
        return shared_compare(a->buf, b->buf, a->len) == 0;
    ItemReader x = {0}, y = {0};
    int r = reader_init(th, &x, a);
    if (r == 1) r = reader_init(th, &y, b);
    if (r == 1) r = equal_dim(th, &x, &y, 0, a->buf, b->buf);
    decref(th, x.unpack);
    decref(th, y.unpack);
    return r;
}

// ---- lists ----------------------------------------------------------------------------------------------------------------------------

static Value list_dim(Thread *th, const Buffer *b, int dim, const uint8_t *p) {
    if (dim == b->ndim) return mv_unpack(th, p, b->format);
    Value list = list_new(th, (size_t)b->shape[dim]);
    for (intptr_t i = 0; list != NO_VALUE && i < b->shape[dim]; i++) {
        Value v = list_dim(th, b, dim + 1, mv_step(b, dim, p, i));
        if (v == NO_VALUE || list_append_owned(th, AS(List, list), v) < 0) clear_ref(th, &list);
    }
    return list;
}
Value mv_tolist(Thread *th, const Buffer *b) {
    if (!mv_format_char(b->format)) return raise_error(th, &exc_NotImplementedError, "memoryview: unsupported format %s", b->format);
    return list_dim(th, b, 0, b->buf);
}
