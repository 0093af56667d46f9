// SPDX-License-Identifier: MIT
// Powers (number.h): exactly where the result is not much longer than the precision, else as exp(b * ln(a)), which is then correctly rounded too.
#include "stdlib/_decimal/number.h"

#include <math.h>

// r = 1 as a power of the 1 that a is: with as many zeros as a and b give it.
static void power_of_one(Num *r, const Num *a, const Num *b, bool neg, const Ctx *ctx, uint32_t *st) {
    int64_t zeros = 0;
    if (!num_is_integer(b)) {
        zeros = ctx->prec - 1;
        *st |= ST_INEXACT | ST_ROUNDED;
    } else if (!b->neg && a->exp < 0) {
        Num p, n;
        uint32_t ignored = 0;
        num_set_small(&n, false, (u128)(uint64_t)-a->exp, 0);
        num_mul(&p, &n, b, &ctx_max, &ignored);
        num_rescale(&n, &p, 0, &ctx_max, &ignored);
        zeros = num_is_big(&n) || n.c > (u128)(ctx->prec - 1) ? ctx->prec : (int64_t)n.c;
        num_free(&p);
        num_free(&n);
        if (zeros > ctx->prec - 1) {
            zeros = ctx->prec - 1;
            *st |= ST_ROUNDED;
        }
    }
    Num one;
    num_set_small(&one, neg, 1, 0);
    if (num_room(r, zeros, st)) num_shift_left(r, &one, zeros);
}

static double log10_of(const Num *a) {
    NumView v;
    long e;
    double m = mpz_get_d_2exp(&e, num_view(a, &v));
    return log10(m) + (double)e * 0.30102999566398119521;
}
// log10 of |log10(a)|, to a few digits; a > 0, not 1.
static double log_magnitude(const Num *a) {
    int64_t adjusted = num_adjusted(a);
    if (adjusted == 0 || adjusted == -1) {
        Num one, d;
        uint32_t ignored = 0;
        num_set_small(&one, false, 1, 0);
        num_sub(&d, a, &one, &ctx_max, &ignored);
        double n = log10_of(&d) + (double)d.exp;   // log10 |a - 1|
        num_free(&d);
        if (n < -4) return n - 0.36221568869946325;  // log10(log10(e))
    }
    return log10(fabs(log10_of(a) + (double)a->exp));
}

// The value of the integer b, |b| <= 2**62; false: greater.
static bool integer_exponent(const Num *b, int64_t *out) {
    if (num_adjusted(b) > 18) return false;
    Num q;
    num_rescale(&q, b, 0, &ctx_max, &(uint32_t){0});
    bool fits = !num_is_big(&q) && q.c <= (u128)1 << 62;
    if (fits) *out = b->neg ? -(int64_t)q.c : (int64_t)q.c;
    num_free(&q);
    return fits;
}

// a ** n by multiplication in as many digits as are quick, when what they leave out can not matter. a has one word pair.
static bool power_small(Num *r, const Num *a, int64_t n, bool neg, const Ctx *ctx, uint32_t *st) {
    enum { MAX_POWER = 10000 };
    if (n < 2 || n > MAX_POWER || ctx->prec > SMALL_DIGITS - 10 || num_is_big(a)) return false;
    Ctx work = ctx_max;
    work.prec = SMALL_DIGITS;
    work.round = ROUND_DOWN;
    uint32_t status = 0;
    Num p = *a, q;
    for (int i = 62 - __builtin_clzll((uint64_t)n); i >= 0; i--) {
        num_mul(&q, &p, &p, &work, &status);
        p = q;
        if (n >> i & 1) {
            num_mul(&q, &p, a, &work, &status);
            p = q;
        }
    }
    if (!(status & ST_INEXACT) || p.kind != NUM_FINITE || p.digits != SMALL_DIGITS) return false;
    // Each product is short of one unit of the last place at most, which later ones raise to the remaining power: 20 * n in all.
    u128 border = num_pow10[SMALL_DIGITS - ctx->prec - 1] * 5, below = p.c % border, error = (u128)20 * (u128)n;
    if (below < 2 || border - below <= error + 1) return false;
    p.neg = neg;
    num_finish(&p, ctx, st);
    *r = p;
    return true;
}

// a ** n exactly, if that is not much longer than the precision. neg: the sign of the result.
static bool power_exact(Num *r, const Num *a, int64_t n, bool neg, const Ctx *ctx, uint32_t *st) {
    uint64_t times = n < 0 ? (uint64_t)-n : (uint64_t)n;
    u128 limit = (u128)8 * (u128)ctx->prec + 1000;
    Num base;
    num_copy(&base, a);
    num_strip_zeros(&base, INT64_MAX / 2);
    int64_t zeros = base.exp - a->exp;
    NumView v;
    mpz_t z;
    mpz_init_set(z, num_view(&base, &v));
    int64_t exp = a->exp;
    bool exact = true;
    if (n < 0) {
        // 1 / 2**k = 5**k / 10**k and the other way round; nothing else has an end.
        size_t k = mpz_scan1(z, 0);
        unsigned other = 5;
        zeros = 0;
        if (mpz_sizeinbase(z, 2) != k + 1) {
            mpz_t five;
            mpz_init_set_ui(five, 5);
            k = (u128)base.digits * times > limit ? 0 : mpz_remove(z, z, five);
            mpz_clear(five);
            exact = mpz_cmp_ui(z, 1) == 0;
            other = 2;
        } else if ((u128)base.digits * times > limit && k) exact = false;
        if (exact) mpz_ui_pow_ui(z, other, k);
        exp = -base.exp - (int64_t)k;
    }
    num_free(&base);
    bool one = mpz_cmp_ui(z, 1) == 0;
    if (!exact || (!one && ((u128)mpz_sizeinbase(z, 10) * times > limit || !num_room(r, (int64_t)(mpz_sizeinbase(z, 10) * times), &(uint32_t){0})))) {
        mpz_clear(z);
        return false;
    }
    if (!one) mpz_pow_ui(z, z, times);
    __int128 e = (__int128)exp * times, more = (__int128)zeros * times;
    Num p;
    num_set_mpz(&p, neg, z, 0);
    // The zeros that were taken away come back, as far as there is room for them.
    int64_t room = ctx->prec > p.digits ? ctx->prec - p.digits : 0;
    e += more;
    if (more > room) {
        more = room;
        *st |= ST_ROUNDED;
    }
    e -= more;
    __int128 far = 4 * (__int128)MAX_EMAX;
    if (num_room(r, p.digits + (int64_t)more, st)) {
        num_shift_left(r, &p, (int64_t)more);
        r->exp = (int64_t)(e > far ? far : e < -far ? -far : e);
        num_finish(r, ctx, st);
    }
    num_free(&p);
    return true;
}

// exp(b * ln(a)); a > 0, not 1; b not 0, both finite.
static void power_real(Num *r, const Num *a, const Num *b, bool neg, const Ctx *ctx, uint32_t *st) {
    double magnitude = log10_of(b) + (double)b->exp + log_magnitude(a);   // log10 |log10(result)|
    bool grows = (num_adjusted(a) >= 0) != b->neg;
    if (magnitude > 18.6) {
        num_set_small(r, neg, 1, grows ? ctx->emax + 1 : ctx_etiny(ctx) - 2);
        num_finish(r, ctx, st);
        return;
    }
    if (!num_room(r, (ctx->prec + a->digits + b->digits) * 4, st)) return;
    if (magnitude < (double)(-ctx->prec - 3)) {   // next to 1: as if one far digit was not 0
        mpz_t z;
        mpz_init(z);
        mpz_pow10(z, (uint64_t)ctx->prec + 2);
        if (grows) mpz_add_ui(z, z, 1);
        else mpz_sub_ui(z, z, 1);
        num_set_mpz(r, neg, z, -ctx->prec - 2);
        num_finish(r, ctx, st);
        return;
    }
    NumView v;
    mpz_t z, p;
    mpz_inits(z, p, NULL);
    int64_t whole = num_adjusted(b) > 0 ? num_adjusted(b) + 1 : 0;   // digits of the exponent make the logarithm's error greater
    bool whole_exponent = num_is_integer(b);
    for (int64_t guard = GUARD_DIGITS;; guard *= 2) {
        int64_t digits = ctx->prec + guard, bits = num_bits(digits) + 128, more = num_bits(whole) + 8;
        num_ln_fixed(z, a, bits + more);
        mpz_mul(z, z, num_view(b, &v));
        mpz_pow10(p, (uint64_t)(b->exp < 0 ? -b->exp : b->exp));
        if (b->exp < 0) mpz_tdiv_q(z, z, p);
        else mpz_mul(z, z, p);
        mpz_fdiv_q_2exp(z, z, (mp_bitcnt_t)more);
        if (b->neg) mpz_neg(z, z);
        // A root may be exact: taken for that when so many digits say so.
        if (num_exp_settle(r, z, bits, neg, digits, !whole_exponent && guard > 2 * ctx->prec + 64, ctx)) break;
    }
    mpz_clears(z, p, NULL);
    *st |= ST_INEXACT | ST_ROUNDED;
    uint32_t status = 0;
    num_finish(r, ctx, &status);
    if (status & ST_SUBNORMAL) status |= ST_UNDERFLOW;   // inexact by definition
    *st |= status;
}

void num_pow(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return;
    bool whole = num_is_integer(b), neg = a->neg && whole && num_is_odd(b);
    if (num_is_zero(b)) {
        if (num_is_zero(a)) num_invalid(r, ST_PLAIN_INVALID, st);
        else num_set_small(r, false, 1, 0);
        return;
    }
    if (num_is_zero(a)) {
        if (b->neg) num_set_special(r, NUM_INFINITE, neg);
        else num_set_small(r, neg, 0, 0);
        return;
    }
    if (a->neg && !whole) {
        num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    if (a->kind == NUM_INFINITE) {
        if (b->neg) num_set_small(r, neg, 0, 0);
        else num_set_special(r, NUM_INFINITE, neg);
        return;
    }
    Num one, x = *a;   // x: borrowed
    x.neg = false;
    num_set_small(&one, false, 1, 0);
    int order = num_order(&x, &one);
    if (order == 0) {
        power_of_one(r, a, b, neg, ctx, st);
        return;
    }
    if (b->kind == NUM_INFINITE) {
        if ((order > 0) == !b->neg) num_set_special(r, NUM_INFINITE, false);
        else num_set_small(r, false, 0, 0);
        return;
    }
    int64_t n;
    if (whole && integer_exponent(b, &n) && (power_small(r, &x, n, neg, ctx, st) || power_exact(r, &x, n, neg, ctx, st))) return;
    power_real(r, &x, b, neg, ctx, st);
}
