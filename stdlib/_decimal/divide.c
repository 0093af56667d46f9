// SPDX-License-Identifier: MIT
// Division, remainders, square root, powers modulo a number (number.h).
#include "stdlib/_decimal/number.h"

// ---- a / b --------------------------------------------------------------------------------------------------------------------------

// The cases of a / b and a // b that need no digits; where they differ: the zero of a finite number by an infinity.
static bool divide_special(Num *r, const Num *a, const Num *b, bool whole, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return true;
    bool neg = a->neg != b->neg;
    if (a->kind == NUM_INFINITE) {
        if (b->kind == NUM_INFINITE) num_invalid(r, ST_PLAIN_INVALID, st);
        else num_set_special(r, NUM_INFINITE, neg);
        return true;
    }
    if (b->kind == NUM_INFINITE) {
        num_set_small(r, neg, 0, whole ? 0 : ctx_etiny(ctx));
        if (!whole) *st |= ST_CLAMPED;
        return true;
    }
    if (num_is_zero(b)) {
        if (num_is_zero(a)) num_invalid(r, ST_DIVISION_UNDEFINED, st);
        else {
            num_set_special(r, NUM_INFINITE, neg);
            *st |= ST_DIVISION_BY_ZERO;
        }
        return true;
    }
    return false;
}


// Numbers of one word pair, precision of up to 36 digits.
static bool divide_small(Num *r, const Num *a, const Num *b, int64_t shift, bool *exact) {
    u128 c = a->c;
    int64_t n = shift;
    if (a->digits + n <= SMALL_DIGITS && b->digits <= 19) {
        u128 p = c * num_pow10[n];
        uint64_t d = (uint64_t)b->c;
        r->c = p / d;
        *exact = r->c * d == p;
        return true;
    }
    if (n > SMALL_DIGITS) {
        int64_t first = SMALL_DIGITS - a->digits;
        c *= num_pow10[first];
        n -= first;
        if (n > SMALL_DIGITS) return false;
    }
    Wide w = wide_mul(c, num_pow10[n]);
    uint64_t d[2] = {(uint64_t)b->c, (uint64_t)(b->c >> 64)}, rest[2] = {0, 0}, q[4];
    int limbs = w.d[3] ? 4 : w.d[2] ? 3 : w.d[1] ? 2 : 1;
    if (!d[1]) {
        rest[0] = mpn_divrem_1((mp_limb_t *)w.d, 0, (mp_limb_t *)w.d, limbs, d[0]);
        r->c = (u128)w.d[1] << 64 | w.d[0];
    } else if (limbs < 2) {
        r->c = 0;
        rest[0] = 1;
    } else {
        mpn_tdiv_qr((mp_limb_t *)q, (mp_limb_t *)rest, 0, (mp_limb_t *)w.d, limbs, (mp_limb_t *)d, 2);
        r->c = limbs > 2 ? (u128)q[1] << 64 | q[0] : q[0];
    }
    *exact = !rest[0] && !rest[1];
    return true;
}

// r = a / b with a digit or two more than prec: exactly, or with a last digit that rounds as all that follow do. false: no memory
static bool divide_digits(Num *r, const Num *a, const Num *b, int64_t prec, bool *exact, uint32_t *st) {
    bool neg = a->neg != b->neg;
    int64_t shift = b->digits - a->digits + prec + 1, exp = a->exp - b->exp - shift;
    if (prec <= SMALL_DIGITS - 2 && shift >= 0 && !num_is_big(a) && !num_is_big(b) && divide_small(r, a, b, shift, exact)) {
        u128 q = r->c;
        if (!*exact && (uint64_t)((q >> 64) % 5 + (uint64_t)q % 5) % 5 == 0) q++; // 2**64 is 1 modulo 5
        num_set_small(r, neg, q, exp);
        return true;
    }
    NumView va, vb;
    int64_t size = a->digits > b->digits ? a->digits : b->digits;
    if (!num_room(r, size + (shift < 0 ? -shift : shift), st)) return false;
    mpz_t q, m, p;
    mpz_inits(q, m, p, NULL);
    mpz_pow10(p, (uint64_t)(shift < 0 ? -shift : shift));
    mpz_mul(p, p, num_view(shift < 0 ? b : a, shift < 0 ? &vb : &va));
    if (shift < 0) mpz_tdiv_qr(q, m, num_view(a, &va), p);
    else mpz_tdiv_qr(q, m, p, num_view(b, &vb));
    *exact = mpz_sgn(m) == 0;
    if (!*exact && mpz_fdiv_ui(q, 5) == 0) mpz_add_ui(q, q, 1);
    mpz_clears(m, p, NULL);
    num_set_mpz(r, neg, q, exp);
    return true;
}

enum { MUCH_LONGER = 10000 };

void num_div(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (UNLIKELY(num_is_special(a) || num_is_special(b) || num_is_zero(b)) && divide_special(r, a, b, false, ctx, st)) return;
    bool neg = a->neg != b->neg, exact = false;
    int64_t ideal = a->exp - b->exp;
    if (num_is_zero(a)) {
        num_set_small(r, neg, 0, ideal);
        num_finish(r, ctx, st);
        return;
    }
    // An exact quotient has no more digits than this: worth a try before a very long one is begun.
    int64_t prec = a->digits + 4 * b->digits;
    if (ctx->prec > prec + MUCH_LONGER && divide_digits(r, a, b, prec, &exact, st) && !exact) num_free(r);
    if (!exact && !divide_digits(r, a, b, ctx->prec, &exact, st)) return;
    if (exact && r->exp < ideal) num_strip_zeros(r, ideal - r->exp);
    num_finish(r, ctx, st);
}

// ---- whole quotients and remainders -------------------------------------------------------------------------------------------------

// q = trunc(a / b), r = the rest with the smaller exponent; q, r may be NULL. b is not 0. near: q is the nearest, to even. Neither is rounded.
//   return  false: more digits than the precision, or no memory
static bool divide_whole(Num *q, Num *r, const Num *a, const Num *b, bool near, const Ctx *ctx, uint32_t *st) {
    bool neg = a->neg != b->neg;
    int64_t exp = a->exp < b->exp ? a->exp : b->exp, apart = num_adjusted(a) - num_adjusted(b);
    Num none;
    if (num_is_zero(a) || apart <= -2) {
        if (!num_is_zero(a) && !num_room(&none, a->digits + a->exp - exp, st)) return false;
        if (q) num_set_small(q, neg, 0, 0);
        if (r) num_shift_left(r, a, a->exp - exp);
        return true;
    }
    if (apart > ctx->prec) return false;
    if (!num_room(&none, (a->digits > b->digits ? a->digits : b->digits) + (apart < 0 ? -apart : apart), st)) return false;
    Num x, y;
    num_shift_left(&x, a, a->exp - exp);
    num_shift_left(&y, b, b->exp - exp);
    Num quotient, rest;
    bool flip = false;
    if (!num_is_big(&x) && !num_is_big(&y)) {
        u128 k = x.c / y.c, m = x.c - k * y.c;
        if (near && (m > y.c - m || (m == y.c - m && k & 1))) m = y.c - m, k++, flip = true;
        num_set_small(&quotient, neg, k, 0);
        num_set_small(&rest, a->neg != flip, m, exp);
    } else {
        NumView vx, vy;
        mpz_t k, m;
        mpz_inits(k, m, NULL);
        mpz_tdiv_qr(k, m, num_view(&x, &vx), num_view(&y, &vy));
        if (near) {
            mpz_t twice;
            mpz_init(twice);
            mpz_mul_2exp(twice, m, 1);
            int o = mpz_cmp(twice, num_view(&y, &vy));
            if (o > 0 || (o == 0 && mpz_odd_p(k))) {
                mpz_sub(m, num_view(&y, &vy), m);
                mpz_add_ui(k, k, 1);
                flip = true;
            }
            mpz_clear(twice);
        }
        num_set_mpz(&quotient, neg, k, 0);
        num_set_mpz(&rest, a->neg != flip, m, exp);
    }
    num_free(&x);
    num_free(&y);
    bool fits = quotient.digits <= ctx->prec;
    if (q && fits) *q = quotient;
    else num_free(&quotient);
    if (r && fits) *r = rest;
    else num_free(&rest);
    return fits;
}
static void impossible(Num *r, uint32_t *st) { num_invalid(r, *st & ST_MEMORY ? ST_MEMORY : ST_DIVISION_IMPOSSIBLE, st); }

void num_divint(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (divide_special(r, a, b, true, ctx, st)) return;
    if (divide_whole(r, NULL, a, b, false, ctx, st)) num_finish(r, ctx, st);
    else impossible(r, st);
}

static void remainder_of(Num *r, const Num *a, const Num *b, bool near, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return;
    if (a->kind == NUM_INFINITE) num_invalid(r, ST_PLAIN_INVALID, st);
    else if (b->kind == NUM_INFINITE) {
        num_copy(r, a);
        num_finish(r, ctx, st);
    } else if (num_is_zero(b)) num_invalid(r, num_is_zero(a) ? ST_DIVISION_UNDEFINED : ST_PLAIN_INVALID, st);
    else if (divide_whole(NULL, r, a, b, near, ctx, st)) num_finish(r, ctx, st);
    else impossible(r, st);
}
void num_rem(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { remainder_of(r, a, b, false, ctx, st); }
void num_rem_near(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { remainder_of(r, a, b, true, ctx, st); }

void num_divmod(Num *q, Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (num_nans(q, a, b, ctx, st)) {
        num_copy(r, q);
        return;
    }
    if (a->kind == NUM_INFINITE) {
        if (b->kind == NUM_INFINITE) num_set_special(q, NUM_QNAN, false);
        else num_set_special(q, NUM_INFINITE, a->neg != b->neg);
        num_invalid(r, ST_PLAIN_INVALID, st);
    } else if (b->kind == NUM_INFINITE) {
        num_set_small(q, a->neg != b->neg, 0, 0);
        num_copy(r, a);
        num_finish(r, ctx, st);
    } else if (num_is_zero(b)) {
        if (num_is_zero(a)) {
            num_set_special(q, NUM_QNAN, false);
            num_invalid(r, ST_DIVISION_UNDEFINED, st);
        } else {
            num_set_special(q, NUM_INFINITE, a->neg != b->neg);
            num_invalid(r, ST_PLAIN_INVALID, st);
            *st |= ST_DIVISION_BY_ZERO;
        }
    } else if (divide_whole(q, r, a, b, false, ctx, st)) {
        num_finish(q, ctx, st);
        num_finish(r, ctx, st);
    } else {
        impossible(q, st);
        num_copy(r, q);
    }
}

// ---- square root, powers modulo -----------------------------------------------------------------------------------------------------

// r = the square root of a > 0, like divide_digits.
static bool root_digits(Num *r, const Num *a, int64_t prec, bool *exact, uint32_t *st) {
    bool odd = a->exp & 1;
    // The integer root of the coefficient times 100**shift has one digit more than the precision.
    int64_t shift = prec + 1 - (odd ? (a->digits >> 1) + 1 : (a->digits + 1) >> 1), half = (a->exp >> 1) - shift;
    if (!num_room(r, a->digits + 2 * (shift < 0 ? 0 : shift) + 1, st)) return false;
    NumView v;
    mpz_t c, p, m;
    mpz_inits(c, p, m, NULL);
    mpz_set(c, num_view(a, &v));
    if (odd) mpz_mul_ui(c, c, 10);
    mpz_pow10(p, (uint64_t)(shift < 0 ? -shift : shift));
    *exact = true;
    mpz_mul(m, p, p);
    if (shift >= 0) mpz_mul(c, c, m);
    else {
        mpz_tdiv_qr(c, m, c, m);
        *exact = mpz_sgn(m) == 0;
    }
    mpz_sqrtrem(c, m, c);
    *exact = *exact && mpz_sgn(m) == 0;
    if (*exact) {
        if (shift >= 0) mpz_divexact(c, c, p);
        else mpz_mul(c, c, p);
        half += shift;
    } else if (mpz_fdiv_ui(c, 5) == 0) mpz_add_ui(c, c, 1);
    mpz_clears(p, m, NULL);
    num_set_mpz(r, false, c, half);
    return true;
}

void num_sqrt(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    Ctx even = *ctx;
    even.round = ROUND_HALF_EVEN;
    int64_t half = a->exp >> 1;   // rounded down
    if (num_is_zero(a)) {
        num_set_small(r, a->neg, 0, half);
        num_finish(r, &even, st);
        return;
    }
    if (a->neg) {
        num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    if (a->kind == NUM_INFINITE) {
        num_copy(r, a);
        return;
    }
    bool exact = false;
    if (ctx->prec > a->digits + MUCH_LONGER && root_digits(r, a, a->digits, &exact, st) && !exact) num_free(r);
    if (exact || root_digits(r, a, ctx->prec, &exact, st)) num_finish(r, &even, st);
}

// z = |a| modulo m, of an integer a.
static void integer_modulo(mpz_t z, const Num *a, mpz_srcptr m) {
    NumView v;
    if (a->exp >= 0) {
        mpz_t e;
        mpz_init_set_ui(e, (unsigned long)a->exp);
        mpz_set_ui(z, 10);
        mpz_powm(z, z, e, m);
        mpz_mul(z, z, num_view(a, &v));
        mpz_clear(e);
    } else {
        mpz_pow10(z, (uint64_t)-a->exp < (uint64_t)a->digits ? (uint64_t)-a->exp : (uint64_t)a->digits);
        mpz_tdiv_q(z, num_view(a, &v), z);
    }
    mpz_mod(z, z, m);
}

void num_powmod(Num *r, const Num *a, const Num *b, const Num *m, const Ctx *ctx, uint32_t *st) {
    if (num_is_nan(a) || num_is_nan(b) || num_is_nan(m)) {
        const Num *rest = num_is_nan(m) ? m : NULL, *first = a->kind == NUM_SNAN || b->kind == NUM_SNAN ? NULL : rest;
        if (first && first->kind == NUM_SNAN) num_nans(r, first, NULL, ctx, st);
        else if (!num_nans(r, a, b, ctx, st)) num_nans(r, m, NULL, ctx, st);
        return;
    }
    if (num_is_special(a) || num_is_special(b) || num_is_special(m) || !num_is_integer(a) || !num_is_integer(b) || !num_is_integer(m) || (b->neg && !num_is_zero(b)) ||
        num_is_zero(m) || (num_is_zero(a) && num_is_zero(b)) || m->digits + m->exp > ctx->prec) {
        num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    enum { MAX_TENS = 10000000 };   // the exponent's own exponent: as many powers of ten one after the other
    if (!num_room(r, m->digits + (m->exp > 0 ? m->exp : 0), st) || b->exp > MAX_TENS) {
        num_invalid(r, ST_MEMORY, st);
        return;
    }
    bool neg = a->neg && num_is_odd(b);
    Num whole;
    NumView v;
    if (m->exp < 0) num_cut(&whole, m, -m->exp);
    else num_shift_left(&whole, m, m->exp);
    mpz_t z, e;
    mpz_inits(z, e, NULL);
    mpz_srcptr modulus = num_view(&whole, &v);
    integer_modulo(z, a, modulus);
    for (int64_t i = 0; i < b->exp; i++) mpz_powm_ui(z, z, 10, modulus);
    Num exponent;
    NumView ve;
    if (b->exp < 0) num_cut(&exponent, b, -b->exp);
    else num_copy(&exponent, b);
    mpz_powm(z, z, num_view(&exponent, &ve), modulus);
    num_free(&exponent);
    num_free(&whole);
    mpz_clear(e);
    num_set_mpz(r, neg, z, 0);
    num_finish(r, ctx, st);
}
