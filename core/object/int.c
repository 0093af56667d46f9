// SPDX-License-Identifier: MIT
// int: making, converting, comparing and hashing. Ints are constant, so nothing here locks. Values of 62 bits are immediates; an exact
// int object is always larger; instances of subclasses are objects of any size.
#include <math.h>

#include "core/base/hash.h"
#include "core/object/float.h"
#include "core/object/int_limbs.h"

int int_max_str_digits = 4300;

int int_init(Thread *th) { return 0; }

Int *int_raw_new(Thread *th, size_t n) {
    if (UNLIKELY(n > INT_LIMBS_MAX)) { raise_memory_error(th); return NULL; }
    Int *r = object_alloc(th, &shape_int, sizeof(Int) + n * sizeof(uint64_t));
    return r;
}

Value int_finish(Thread *th, Int *r, size_t n, bool neg) {
    size_t had = n;
    while (n && r->limbs[n - 1] == 0) n--;
    if (n <= 1) {
        uint64_t m = n ? r->limbs[0] : 0;
        if (m <= (uint64_t)INT_IMM_MAX + neg) {
            object_free(th, &r->head);
            return value_imm_int(neg ? (int64_t)(0 - m) : (int64_t)m);
        }
    }
    if (UNLIKELY(had > 16 && n < had / 2)) { // most of it is unused: give it back
        Value v = int_from_limbs(th, r->limbs, n, neg);
        object_free(th, &r->head);
        return v;
    }
    r->size = neg ? -(int64_t)n : (int64_t)n;
    return VALUE_OF(r);
}

Value int_from_limbs(Thread *th, const uint64_t *d, size_t n, bool neg) {
    while (n && d[n - 1] == 0) n--;
    uint64_t m = n ? d[0] : 0;
    if (n <= 1 && m <= (uint64_t)INT_IMM_MAX + neg) return value_imm_int(neg ? (int64_t)(0 - m) : (int64_t)m);
    Int *r = int_raw_new(th, n);
    if (!r) return NO_VALUE;
    memcpy(r->limbs, d, n * sizeof *d);
    r->size = neg ? -(int64_t)n : (int64_t)n;
    return VALUE_OF(r);
}

Value int_exact(Thread *th, Value v) {
    v = int_plain(v);
    if (value_is_imm_int(v)) return v;
    if (value_is_exact(v, &type_int)) return new_ref(th, v);
    IntView w;
    int_view(v, &w);
    return int_from_limbs(th, w.d, w.n, w.neg);
}

Value int_from_i64(Thread *th, int64_t i) {
    if (LIKELY(int_fits_imm(i))) return value_imm_int(i);
    uint64_t m = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    return int_from_limbs(th, &m, 1, i < 0);
}

Value int_from_u64(Thread *th, uint64_t u) {
    if (LIKELY(u <= (uint64_t)INT_IMM_MAX)) return value_imm_int((int64_t)u);
    return int_from_limbs(th, &u, 1, false);
}

Value int_from_double(Thread *th, double d) {
    if (LIKELY(fabs(d) < 0x1p61)) return value_imm_int((int64_t)d);
    if (isnan(d)) return raise_value_error(th, "cannot convert float NaN to integer");
    if (isinf(d)) return raise_error(th, &exc_OverflowError, "cannot convert float infinity to integer");
    int e;
    uint64_t m = (uint64_t)ldexp(frexp(fabs(d), &e), 53);   // |d| = m * 2^(e - 53), e >= 62
    unsigned shift = (unsigned)(e - 53);
    uint64_t limbs[17] = {0};
    limbs[shift / 64] = m << shift % 64;
    if (shift % 64) limbs[shift / 64 + 1] = m >> (64 - shift % 64);
    return int_from_limbs(th, limbs, shift / 64 + 2, d < 0);
}

Value int_from_bytes(Thread *th, const uint8_t *p, size_t n, bool little_endian, bool is_signed) {
    if (n == 0) return value_imm_int(0);
    bool neg = is_signed && (p[little_endian ? n - 1 : 0] & 0x80);
    size_t nl = (n + 7) / 8;
    Int *r = int_raw_new(th, nl);
    if (!r) return NO_VALUE;
    // Two's complement of a negative number, while copying: invert the bytes, then add one.
    for (size_t i = 0; i < n; i++) {
        uint64_t b = (uint8_t)(p[little_endian ? i : n - 1 - i] ^ (neg ? 0xFF : 0));
        r->limbs[i / 8] |= b << i % 8 * 8;
    }
    // The sign bit was set, so the inverted magnitude leaves room: no carry comes out.
    if (neg) mpn_add_1((mp_limb_t *)r->limbs, (mp_limb_t *)r->limbs, (mp_size_t)nl, 1);
    return int_finish(th, r, nl, neg);
}

int int_to_bytes(Thread *th, Value v, uint8_t *p, size_t n, bool little_endian, bool is_signed) {
    IntView w;
    int_view(v, &w);
    if (w.neg && !is_signed) {
        raise_error(th, &exc_OverflowError, "can't convert negative int to unsigned");
        return -1;
    }
    uint8_t flip = w.neg ? 0xFF : 0;
    unsigned carry = w.neg;
    bool too_big = w.n * 8 > n;
    for (size_t i = n; i < w.n * 8 && too_big; i++) // only zeros beyond?
        if ((uint8_t)(w.d[i / 8] >> i % 8 * 8)) goto overflow;
    for (size_t i = 0; i < n; i++) {
        uint8_t b = i / 8 < w.n ? (uint8_t)(w.d[i / 8] >> i % 8 * 8) : 0;
        unsigned x = (unsigned)(uint8_t)(b ^ flip) + carry;
        carry = x >> 8;
        p[little_endian ? i : n - 1 - i] = (uint8_t)x;
    }
    if (is_signed && w.n) {
        if (n == 0) goto overflow;
        bool top = (p[little_endian ? n - 1 : 0] & 0x80) != 0;
        if (top != w.neg) goto overflow;
    }
    return 0;
overflow:
    raise_error(th, &exc_OverflowError, "int too big to convert");
    return -1;
}

int int_as_i64_overflow(Value v, int64_t *out) {
    if (LIKELY(value_is_imm_int(v))) { *out = value_imm_int_get(v); return 0; }
    IntView w;
    int_view(v, &w);
    uint64_t m = w.n ? w.d[0] : 0;
    if (w.n > 1 || m > (uint64_t)INT64_MAX + w.neg) return w.neg ? -1 : 1;
    *out = w.neg ? (int64_t)(0 - m) : (int64_t)m;
    return 0;
}

int int_as_i64(Thread *th, Value v, int64_t *out) {
    if (LIKELY(int_as_i64_overflow(v, out) == 0)) return 0;
    raise_error(th, &exc_OverflowError, "Python int too large to convert to C long");
    return -1;
}

int int_as_u64(Thread *th, Value v, uint64_t *out) {
    IntView w;
    int_view(v, &w);
    if (w.neg) { raise_error(th, &exc_OverflowError, "can't convert negative value to unsigned int"); return -1; }
    if (w.n > 1) { raise_error(th, &exc_OverflowError, "Python int too large to convert to C unsigned long"); return -1; }
    *out = w.n ? w.d[0] : 0;
    return 0;
}

uint64_t int_as_u64_mask(Value v) {
    if (LIKELY(value_is_imm_int(v))) return (uint64_t)value_imm_int_get(v);
    IntView w;
    int_view(v, &w);
    uint64_t m = w.n ? w.d[0] : 0;
    return w.neg ? 0 - m : m;
}

int int_sign(Value v) {
    if (LIKELY(value_is_imm_int(v))) { int64_t i = value_imm_int_get(v); return (i > 0) - (i < 0); }
    if (!value_is_object(v)) return v == VALUE_TRUE;
    int64_t n = AS(Int, v)->size;
    return (n > 0) - (n < 0);
}

// The top 64 bits of the magnitude, the lowest of them also standing for all bits dropped; *exp: the value is about that * 2^*exp.
static uint64_t view_top64(const IntView *w, int64_t *exp) {
    size_t n = w->n;
    unsigned z = (unsigned)__builtin_clzll(w->d[n - 1]);
    uint64_t top = w->d[n - 1] << z;
    *exp = (int64_t)n * 64 - 64 - z;
    if (n > 1) {
        uint64_t rest = w->d[n - 2] << z;
        if (z) top |= w->d[n - 2] >> (64 - z);
        for (size_t i = n - 2; !rest && i-- > 0;) rest = w->d[i];
        top |= rest != 0;
    }
    return top;
}

double int_as_double(Thread *th, Value v) {
    if (LIKELY(value_is_imm_int(v))) return (double)value_imm_int_get(v);
    IntView w;
    int_view(v, &w);
    if (w.n == 0) return 0.0;
    int64_t exp;
    uint64_t top = view_top64(&w, &exp);
    double d = exp > 2000 ? INFINITY : ldexp((double)top, (int)exp);
    if (isinf(d)) {
        raise_error(th, &exc_OverflowError, "int too large to convert to float");
        return -1.0;
    }
    return w.neg ? -d : d;
}

double int_frexp(Value v, int64_t *exponent) {
    IntView w;
    int_view(v, &w);
    *exponent = 0;
    if (w.n == 0) return 0.0;
    int64_t exp;
    int e;
    double m = frexp((double)view_top64(&w, &exp), &e);
    *exponent = exp + e;
    return w.neg ? -m : m;
}

size_t int_bit_length(Value v) {
    IntView w;
    int_view(v, &w);
    return w.n ? w.n * 64 - (size_t)__builtin_clzll(w.d[w.n - 1]) : 0;
}

bool int_is_odd(Value v) { return int_as_u64_mask(v) & 1; }

int int_limbs_compare(const IntView *a, const IntView *b) {
    if (a->neg != b->neg) return a->neg ? -1 : 1;
    int c = a->n != b->n ? (a->n < b->n ? -1 : 1) : a->n ? mpn_cmp((const mp_limb_t *)a->d, (const mp_limb_t *)b->d, (mp_size_t)a->n) : 0;
    c = (c > 0) - (c < 0);
    return a->neg ? -c : c;
}

int int_compare(Value a, Value b) {
    if (LIKELY(value_both_imm_int(a, b))) return ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b);
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    return int_limbs_compare(&x, &y);
}

int int_compare_double(Value v, double d) {
    if (isnan(d)) return 2;
    if (isinf(d)) return d > 0 ? -1 : 1;
    IntView w;
    int_view(v, &w);
    int sv = w.n == 0 ? 0 : w.neg ? -1 : 1, sd = (d > 0) - (d < 0);
    if (sv != sd) return sv < sd ? -1 : 1;
    if (sv == 0) return 0;
    // Same sign: by length in bits, then by the integer part, then by the fraction.
    int e;
    double m = frexp(fabs(d), &e);
    int64_t bits = (int64_t)(w.n * 64) - __builtin_clzll(w.d[w.n - 1]);
    int c = 0;
    if (bits != e) c = e < 1 || bits > e ? 1 : -1;
    else {
        // Both have e bits: compare limbs of trunc(d).
        uint64_t limbs[17] = {0}, mant = (uint64_t)ldexp(m, 53);
        bool fraction = false;
        int shift = e - 53;
        if (shift < 0) {
            fraction = (mant & (((uint64_t)1 << -shift) - 1)) != 0;
            limbs[0] = mant >> -shift;
        } else {
            limbs[shift / 64] = mant << shift % 64;
            if (shift % 64) limbs[shift / 64 + 1] = mant >> (64 - shift % 64);
        }
        c = mpn_cmp((const mp_limb_t *)w.d, (const mp_limb_t *)limbs, (mp_size_t)w.n);
        c = (c > 0) - (c < 0);
        if (c == 0 && fraction) c = -1;
    }
    return sv < 0 ? -c : c;
}

int64_t int_hash(Value v) {
    if (LIKELY(value_is_imm_int(v))) return hash_int64(value_imm_int_get(v));
    IntView w;
    int_view(v, &w);
    return hash_limbs(w.d, w.n, w.neg);
}
