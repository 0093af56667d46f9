// SPDX-License-Identifier: MIT
// int: arithmetic. Machine words first, GMP's mpn functions on limbs for the rest, mpz for what is rare (bits of negatives, gcd,
// modular powers). Operands are ints of any kind, bools and subclass instances included; results are exact and normalised.
#include <math.h>
#include <stdlib.h>

#include "core/object/float.h"
#include "core/object/int_limbs.h"

typedef mp_limb_t Limb;
#define LIMBS(p) ((Limb *)(p))
#define CLIMBS(p) ((const Limb *)(p))

static Value zero_division(Thread *th) { return raise_error(th, &exc_ZeroDivisionError, "division by zero"); }

// ---- sums ---------------------------------------------------------------------------------------------------------------------------

static Value add_views(Thread *th, const IntView *a, const IntView *b, bool negate_b) {
    bool bneg = b->neg != negate_b;
    if (a->n < b->n) {
        const IntView *t = a;
        bool tneg = bneg;
        a = b, b = t;
        bneg = b->neg;
        // a now stands for the old b with its effective sign.
        if (a->n == 0) return value_imm_int(0);
        Int *r = int_raw_new(th, a->n + 1);
        if (!r) return NO_VALUE;
        if (tneg == bneg || b->n == 0) {
            Limb c = b->n ? mpn_add(LIMBS(r->limbs), CLIMBS(a->d), (mp_size_t)a->n, CLIMBS(b->d), (mp_size_t)b->n) : 0;
            if (!b->n) memcpy(r->limbs, a->d, a->n * 8);
            r->limbs[a->n] = c;
        } else {
            mpn_sub(LIMBS(r->limbs), CLIMBS(a->d), (mp_size_t)a->n, CLIMBS(b->d), (mp_size_t)b->n);
        }
        return int_finish(th, r, a->n + 1, tneg);
    }
    if (a->n == 0) return value_imm_int(0);
    Int *r = int_raw_new(th, a->n + 1);
    if (!r) return NO_VALUE;
    bool neg = a->neg;
    if (b->n == 0) {
        memcpy(r->limbs, a->d, a->n * 8);
    } else if (a->neg == bneg) {
        r->limbs[a->n] = mpn_add(LIMBS(r->limbs), CLIMBS(a->d), (mp_size_t)a->n, CLIMBS(b->d), (mp_size_t)b->n);
    } else if (a->n == b->n && mpn_cmp(CLIMBS(a->d), CLIMBS(b->d), (mp_size_t)a->n) < 0) {
        mpn_sub_n(LIMBS(r->limbs), CLIMBS(b->d), CLIMBS(a->d), (mp_size_t)a->n);
        neg = bneg;
    } else {
        mpn_sub(LIMBS(r->limbs), CLIMBS(a->d), (mp_size_t)a->n, CLIMBS(b->d), (mp_size_t)b->n);
    }
    return int_finish(th, r, a->n + 1, neg);
}

Value int_add(Thread *th, Value a, Value b) {
    if (LIKELY(value_both_imm_int(a, b))) return int_from_i64(th, value_imm_int_get(a) + value_imm_int_get(b)); // 62 bits: no overflow
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    return add_views(th, &x, &y, false);
}

Value int_sub(Thread *th, Value a, Value b) {
    if (LIKELY(value_both_imm_int(a, b))) return int_from_i64(th, value_imm_int_get(a) - value_imm_int_get(b));
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    return add_views(th, &x, &y, true);
}

Value int_neg(Thread *th, Value a) {
    if (LIKELY(value_is_imm_int(a))) return int_from_i64(th, -value_imm_int_get(a));
    IntView x;
    int_view(a, &x);
    return int_from_limbs(th, x.d, x.n, !x.neg);
}

// ---- products -----------------------------------------------------------------------------------------------------------------------

Value int_mul(Thread *th, Value a, Value b) {
    if (LIKELY(value_both_imm_int(a, b))) {
        int64_t p;
        if (LIKELY(!__builtin_mul_overflow(value_imm_int_get(a), value_imm_int_get(b), &p))) return int_from_i64(th, p);
    }
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (x.n == 0 || y.n == 0) return value_imm_int(0);
    const IntView *u = x.n >= y.n ? &x : &y, *v = x.n >= y.n ? &y : &x;
    Int *r = int_raw_new(th, u->n + v->n);
    if (!r) return NO_VALUE;
    if (v->n == 1) r->limbs[u->n] = mpn_mul_1(LIMBS(r->limbs), CLIMBS(u->d), (mp_size_t)u->n, v->d[0]);
    else if (a == b) mpn_sqr(LIMBS(r->limbs), CLIMBS(u->d), (mp_size_t)u->n);
    else mpn_mul(LIMBS(r->limbs), CLIMBS(u->d), (mp_size_t)u->n, CLIMBS(v->d), (mp_size_t)v->n);
    return int_finish(th, r, u->n + v->n, x.neg != y.neg);
}

// ---- quotients ----------------------------------------------------------------------------------------------------------------------

static void divmod_i64(int64_t a, int64_t b, int64_t *q, int64_t *r) {
    *q = a / b;
    *r = a % b;
    if (*r && (*r < 0) != (b < 0)) *q -= 1, *r += b;
}

int int_divmod(Thread *th, Value a, Value b, Value *q_out, Value *r_out) {
    if (q_out) *q_out = NO_VALUE;
    if (r_out) *r_out = NO_VALUE;
    a = int_plain(a);
    b = int_plain(b);
    if (b == value_imm_int(0)) { zero_division(th); return -1; }
    if (value_both_imm_int(a, b)) {
        int64_t q, r;
        divmod_i64(value_imm_int_get(a), value_imm_int_get(b), &q, &r);
        if (q_out && !(*q_out = int_from_i64(th, q))) return -1;
        if (r_out) *r_out = value_imm_int(r);
        return 0;
    }
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    bool differ = x.neg != y.neg;
    if (x.n < y.n || (x.n == y.n && mpn_cmp(CLIMBS(x.d), CLIMBS(y.d), (mp_size_t)x.n) < 0)) { // |a| < |b|
        bool adjust = differ && x.n;
        if (q_out) *q_out = value_imm_int(adjust ? -1 : 0);
        if (r_out && !(*r_out = adjust ? int_add(th, a, b) : int_exact(th, a))) return -1;
        return 0;
    }
    size_t qn = x.n - y.n + 1;
    Int *q = int_raw_new(th, qn + 1), *r = q ? int_raw_new(th, y.n) : NULL;
    if (!r) {
        if (q) object_free(th, &q->head);
        return -1;
    }
    if (y.n == 1) r->limbs[0] = mpn_divrem_1(LIMBS(q->limbs), 0, CLIMBS(x.d), (mp_size_t)x.n, y.d[0]);
    else mpn_tdiv_qr(LIMBS(q->limbs), LIMBS(r->limbs), 0, CLIMBS(x.d), (mp_size_t)x.n, CLIMBS(y.d), (mp_size_t)y.n);
    bool rest = false;
    for (size_t i = 0; i < y.n && !rest; i++) rest = r->limbs[i] != 0;
    if (rest && differ) { // towards minus infinity
        mpn_add_1(LIMBS(q->limbs), LIMBS(q->limbs), (mp_size_t)qn + 1, 1);
        mpn_sub_n(LIMBS(r->limbs), CLIMBS(y.d), LIMBS(r->limbs), (mp_size_t)y.n);
    }
    if (!q_out) object_free(th, &q->head);
    else *q_out = int_finish(th, q, qn + 1, differ);
    if (!r_out) object_free(th, &r->head);
    else *r_out = int_finish(th, r, y.n, y.neg);
    if ((q_out && !*q_out) || (r_out && !*r_out)) {
        if (q_out) clear_ref(th, q_out);
        if (r_out) clear_ref(th, r_out);
        return -1;
    }
    return 0;
}

Value int_floordiv(Thread *th, Value a, Value b) {
    Value q;
    return int_divmod(th, a, b, &q, NULL) < 0 ? NO_VALUE : q;
}

Value int_mod(Thread *th, Value a, Value b) {
    Value r;
    a = int_plain(a);
    b = int_plain(b);
    if (!value_is_imm_int(a) && value_is_imm_int(b) && b != value_imm_int(0)) {     // the rest of a division by one limb, without its quotient
        int64_t d = value_imm_int_get(b);
        uint64_t size = d < 0 ? -(uint64_t)d : (uint64_t)d;
        IntView x;
        int_view(a, &x);
        uint64_t rest = mpn_mod_1(CLIMBS(x.d), (mp_size_t)x.n, size);
        if (rest && x.neg != (d < 0)) rest = size - rest;
        return value_imm_int(d < 0 ? -(int64_t)rest : (int64_t)rest);
    }
    return int_divmod(th, a, b, NULL, &r) < 0 ? NO_VALUE : r;
}

// (q, with `sticky` for a non-zero rest) * 2^exp as the nearest float, half to even; infinite when too large.
static double scale_round(uint64_t q, bool sticky, int64_t exp) {
    int bits = 64 - __builtin_clzll(q);
    int64_t top = bits - 1 + exp; // exponent of the leading bit
    if (top > 1023) return INFINITY;
    int64_t precision = top >= -1022 ? 53 : 53 - (-1022 - top), drop = bits - precision;
    if (drop > 63) {
        // Less than one unit of the smallest subnormal; exactly 64 dropped bits may still round up to it.
        if (drop > 64 || q < ((uint64_t)1 << 63) || (q == ((uint64_t)1 << 63) && !sticky)) return 0.0;
        return ldexp(1.0, -1074);
    }
    if (drop > 0) {
        uint64_t half = (uint64_t)1 << (drop - 1), low = q & (2 * half - 1);
        q >>= drop;
        if (low > half || (low == half && (sticky || (q & 1)))) q++;
        exp += drop;
    }
    return ldexp((double)q, (int)exp);
}

Value int_truediv(Thread *th, Value a, Value b) {
    a = int_plain(a);
    b = int_plain(b);
    if (b == value_imm_int(0)) return zero_division(th);
    if (a == value_imm_int(0)) return float_from_double(th, int_sign(b) < 0 ? -0.0 : 0.0);
    const int64_t exact = (int64_t)1 << 53;
    if (value_both_imm_int(a, b)) {
        int64_t x = value_imm_int_get(a), y = value_imm_int_get(b);
        if (x >= -exact && x <= exact && y >= -exact && y <= exact) return float_from_double(th, (double)x / (double)y);
    }
    // A quotient of 65 or 66 bits is too wide; shift so that it has 63 or 64.
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    int64_t shift = (int64_t)int_bit_length(a) - (int64_t)int_bit_length(b) - 63;
    if (shift > 1100) goto overflow;
    if (shift < -1300) return float_from_double(th, x.neg != y.neg ? -0.0 : 0.0);
    {
        mpz_t u, v, n, q;
        int_view_mpz(&x, u);
        int_view_mpz(&y, v);
        mpz_inits(n, q, NULL);
        mpz_abs(n, u);
        bool sticky = false;
        if (shift <= 0) mpz_mul_2exp(n, n, (mp_bitcnt_t)-shift);
        else {
            sticky = mpz_scan1(n, 0) < (mp_bitcnt_t)shift;
            mpz_tdiv_q_2exp(n, n, (mp_bitcnt_t)shift);
        }
        mpz_t d;
        mpz_init(d);
        mpz_abs(d, v);
        mpz_tdiv_qr(q, n, n, d);
        sticky |= mpz_sgn(n) != 0;
        uint64_t m = mpz_getlimbn(q, 0);
        mpz_clears(n, q, d, NULL);
        double r = scale_round(m, sticky, shift);
        if (isinf(r)) goto overflow;
        return float_from_double(th, x.neg != y.neg ? -r : r);
    }
overflow:
    return raise_error(th, &exc_OverflowError, "integer division result too large for a float");
}

// ---- shifts and bits ----------------------------------------------------------------------------------------------------------------

Value int_lshift(Thread *th, Value a, Value b) {
    if (int_sign(b) < 0) return raise_value_error(th, "negative shift count");
    IntView x;
    int_view(a, &x);
    if (x.n == 0) return value_imm_int(0);
    int64_t count;
    if (int_as_i64_overflow(b, &count)) return raise_error(th, &exc_OverflowError, "too many digits in integer");
    if (x.n == 1 && count < 62 && (x.d[0] >> (61 - count)) == 0) return value_imm_int(x.neg ? -(int64_t)(x.d[0] << count) : (int64_t)(x.d[0] << count));
    size_t words = (size_t)count / 64, bits = (size_t)count % 64, n = x.n + words + 1;
    Int *r = int_raw_new(th, n);
    if (!r) return NO_VALUE;
    if (bits) r->limbs[n - 1] = mpn_lshift(LIMBS(r->limbs + words), CLIMBS(x.d), (mp_size_t)x.n, (unsigned)bits);
    else memcpy(r->limbs + words, x.d, x.n * 8);
    return int_finish(th, r, n, x.neg);
}

Value int_rshift(Thread *th, Value a, Value b) {
    if (int_sign(b) < 0) return raise_value_error(th, "negative shift count");
    int64_t count;
    bool huge = int_as_i64_overflow(b, &count) != 0;
    if (value_is_imm_int(a)) return value_imm_int(value_imm_int_get(a) >> (huge || count > 63 ? 63 : count));
    IntView x;
    int_view(a, &x);
    size_t words = huge ? SIZE_MAX : (size_t)count / 64;
    if (words >= x.n) return value_imm_int(x.neg && x.n ? -1 : 0);
    size_t bits = (size_t)count % 64, n = x.n - words;
    Int *r = int_raw_new(th, n + 1);
    if (!r) return NO_VALUE;
    bool lost = false;
    if (x.neg) for (size_t i = 0; i < words && !lost; i++) lost = x.d[i] != 0;
    if (bits) lost |= mpn_rshift(LIMBS(r->limbs), CLIMBS(x.d + words), (mp_size_t)n, (unsigned)bits) != 0;
    else memcpy(r->limbs, x.d + words, n * 8);
    if (x.neg && lost) mpn_add_1(LIMBS(r->limbs), LIMBS(r->limbs), (mp_size_t)n + 1, 1);
    return int_finish(th, r, n + 1, x.neg);
}

// Limb i of w in endless two's complement, *carry starting at 1.
static inline uint64_t complement_limb(const IntView *w, size_t i, unsigned *carry) {
    uint64_t d = i < w->n ? w->d[i] : 0;
    if (!w->neg) return d;
    d = ~d + *carry;
    *carry = *carry && d == 0;
    return d;
}

static Value bit_op(Thread *th, Value a, Value b, char op) {
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    size_t n = (x.n > y.n ? x.n : y.n) + 1;
    Int *r = int_raw_new(th, n);
    if (!r) return NO_VALUE;
    unsigned cx = 1, cy = 1;
    for (size_t i = 0; i < n; i++) {
        uint64_t u = complement_limb(&x, i, &cx), v = complement_limb(&y, i, &cy);
        r->limbs[i] = op == '&' ? u & v : op == '|' ? u | v : u ^ v;
    }
    bool neg = r->limbs[n - 1] >> 63;
    if (neg) mpn_neg(LIMBS(r->limbs), LIMBS(r->limbs), (mp_size_t)n);
    return int_finish(th, r, n, neg);
}

Value int_and(Thread *th, Value a, Value b) { return LIKELY(value_both_imm_int(a, b)) ? (a & b) : bit_op(th, a, b, '&'); }
Value int_or(Thread *th, Value a, Value b) { return LIKELY(value_both_imm_int(a, b)) ? (a | b) : bit_op(th, a, b, '|'); }
Value int_xor(Thread *th, Value a, Value b) { return LIKELY(value_both_imm_int(a, b)) ? ((a ^ b) | 3) : bit_op(th, a, b, '^'); }

Value int_invert(Thread *th, Value a) {
    if (LIKELY(value_is_imm_int(a))) return a ^ ~(Value)3;
    Value n = int_neg(th, a), r = n ? int_sub(th, n, value_imm_int(1)) : NO_VALUE;
    decref(th, n);
    return r;
}

// ---- gcd and powers -----------------------------------------------------------------------------------------------------------------

Value int_gcd(Thread *th, Value a, Value b) {
    a = int_plain(a);
    b = int_plain(b);
    if (value_both_imm_int(a, b)) {
        uint64_t u = (uint64_t)llabs(value_imm_int_get(a)), v = (uint64_t)llabs(value_imm_int_get(b));
        while (v) {
            uint64_t t = u % v;
            u = v, v = t;
        }
        return int_from_u64(th, u);
    }
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    mpz_t u, v, g;
    int_view_mpz(&x, u);
    int_view_mpz(&y, v);
    mpz_init(g);
    mpz_gcd(g, u, v);
    Value r = int_from_mpz(th, g);
    mpz_clear(g);
    return r;
}

// a ** b mod m, with the sign of m.
static Value pow_mod(Thread *th, Value a, Value b, Value m) {
    IntView x, y, w;
    int_view(a, &x);
    int_view(b, &y);
    int_view(m, &w);
    if (w.n == 0) return raise_value_error(th, "pow() 3rd argument cannot be 0");
    mpz_t base, exp, mod, am, r;
    int_view_mpz(&x, base);
    int_view_mpz(&y, exp);
    int_view_mpz(&w, mod);
    mpz_inits(am, r, NULL);
    mpz_abs(am, mod);
    Value v = NO_VALUE;
    if (mpz_cmp_ui(am, 1) == 0) v = value_imm_int(0);
    else {
        bool ok = true;
        if (mpz_sgn(exp) < 0) {
            ok = mpz_invert(r, base, am) != 0;
            if (ok) {
                mpz_t e;
                mpz_init(e);
                mpz_neg(e, exp);
                mpz_powm(r, r, e, am);
                mpz_clear(e);
            }
        } else mpz_powm(r, base, exp, am);
        if (ok) {
            if (w.neg && mpz_sgn(r)) mpz_sub(r, r, am);
            v = int_from_mpz(th, r);
        } else raise_value_error(th, "base is not invertible for the given modulus");
    }
    mpz_clears(am, r, NULL);
    return v;
}

// |x| ** e for e >= 1: square and multiply over two blocks large enough for the result.
static Value pow_limbs(Thread *th, const IntView *x, uint64_t e, bool neg) {
    size_t bits = x->n * 64 - (size_t)__builtin_clzll(x->d[x->n - 1]), cap;
    if (__builtin_mul_overflow(bits, e, &cap) || cap / 64 + 4 > INT_LIMBS_MAX) return raise_memory_error(th);
    cap = cap / 64 + 4 + x->n;
    Int *r = int_raw_new(th, cap), *t = r ? int_raw_new(th, cap) : NULL;
    if (!t) {
        if (r) object_free(th, &r->head);
        return NO_VALUE;
    }
    memcpy(r->limbs, x->d, x->n * 8);
    size_t n = x->n;
    for (int i = 62 - __builtin_clzll(e); i >= 0; i--) {
        mpn_sqr(LIMBS(t->limbs), LIMBS(r->limbs), (mp_size_t)n);
        n *= 2;
        while (t->limbs[n - 1] == 0) n--;
        Int *s = r;
        r = t, t = s;
        if (e >> i & 1) {
            mpn_mul(LIMBS(t->limbs), LIMBS(r->limbs), (mp_size_t)n, CLIMBS(x->d), (mp_size_t)x->n);
            n += x->n;
            while (t->limbs[n - 1] == 0) n--;
            s = r;
            r = t, t = s;
        }
    }
    object_free(th, &t->head);
    return int_finish(th, r, n, neg);
}

Value int_pow(Thread *th, Value a, Value b, Value mod) {
    a = int_plain(a);
    b = int_plain(b);
    if (mod != VALUE_NONE && mod != NO_VALUE) return pow_mod(th, a, b, mod);
    if (int_sign(b) < 0) { // a float; CPython converts both and lets float's power decide
        double x = int_as_double(th, a), y = 0;
        if (x == -1.0 && error_pending(th)) return NO_VALUE;
        y = int_as_double(th, b);
        if (y == -1.0 && error_pending(th)) return NO_VALUE;
        return float_pow(th, x, y);
    }
    if (b == value_imm_int(0)) return value_imm_int(1);
    if (a == value_imm_int(0) || a == value_imm_int(1)) return a;
    if (a == value_imm_int(-1)) return value_imm_int(int_is_odd(b) ? -1 : 1);
    if (!value_is_imm_int(b)) return raise_memory_error(th);
    uint64_t e = (uint64_t)value_imm_int_get(b);
    if (value_is_imm_int(a)) {
        // In machine words as long as that goes.
        int64_t base = value_imm_int_get(a), r = 1;
        uint64_t k = e;
        for (;;) {
            if ((k & 1) && __builtin_mul_overflow(r, base, &r)) break;
            if (!(k >>= 1)) return int_from_i64(th, r);
            if (__builtin_mul_overflow(base, base, &base)) break;
        }
    }
    IntView x;
    int_view(a, &x);
    if (x.n == 1 && (x.d[0] & (x.d[0] - 1)) == 0) { // a power of two
        uint64_t shift;
        if (__builtin_mul_overflow((uint64_t)__builtin_ctzll(x.d[0]), e, &shift) || shift > (uint64_t)INT_IMM_MAX) return raise_memory_error(th);
        return int_lshift(th, value_imm_int(x.neg && (e & 1) ? -1 : 1), value_imm_int((int64_t)shift));
    }
    return pow_limbs(th, &x, e, x.neg && (e & 1));
}

Value int_round_pow10(Thread *th, Value v, Value digits10) {
    // Further than its digits: zero. (Each decimal digit is more than 3 bits.)
    int64_t k;
    if (int_as_i64_overflow(digits10, &k) || (uint64_t)k > int_bit_length(v) / 3 + 2) return value_imm_int(0);
    Value unit = int_pow(th, value_imm_int(10), value_imm_int(k), NO_VALUE), r = NO_VALUE, q = NO_VALUE, m = NO_VALUE, twice = NO_VALUE;
    if (!unit || int_divmod(th, v, unit, &q, &m) < 0) goto done;
    if (!(twice = int_add(th, m, m))) goto done;
    int c = int_compare(twice, unit);
    if (c > 0 || (c == 0 && int_is_odd(q))) {
        Value up = int_sub(th, unit, m);
        r = up ? int_add(th, v, up) : NO_VALUE;
        decref(th, up);
    } else r = int_sub(th, v, m);
done:
    decref(th, unit);
    decref(th, q);
    decref(th, m);
    decref(th, twice);
    return r;
}
