// SPDX-License-Identifier: MIT
// exp, ln, log10, rounded correctly: computed in binary fixed point with some digits more than wanted, and again with twice as many more where the error
// could change the rounding (Ziv, "Fast evaluation of elementary mathematical functions with correctly rounded last bit", 1991). number.h.
// ln(10) is kept: a record that never changes, replaced by one of at least twice the size; old ones stay, so readers need no protection.
#include "stdlib/_decimal/number.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/atomic.h"

int64_t num_bits(int64_t digits) { return digits + digits * 2 + digits / 3 + 1; }  // log2(10) = 3.3219...

typedef struct Ln10 { int64_t bits; mpz_t v; } Ln10;
static Ln10 *ln10_kept;          // [a] published with release

// z += factor * atanh(1/n) * 2**bits.
static void add_atanh(mpz_t z, unsigned factor, unsigned n, int64_t bits) {
    mpz_t power, term;
    mpz_init_set_ui(power, factor);
    mpz_init(term);
    mpz_mul_2exp(power, power, (mp_bitcnt_t)bits);
    mpz_tdiv_q_ui(power, power, n);
    for (unsigned long k = 1; mpz_sgn(power); k += 2) {
        mpz_tdiv_q_ui(term, power, k);
        mpz_add(z, z, term);
        mpz_tdiv_q_ui(power, power, (unsigned long)n * n);
    }
    mpz_clears(power, term, NULL);
}

// z = ln(10) * 2**bits, rounded down or one less.
static void ln10_fixed(mpz_t z, int64_t bits) {
    Ln10 *k = atomic_load_acquire(&ln10_kept);   // acquire: its fields
    if (!k || k->bits < bits) {
        Ln10 *old = k;
        k = malloc(sizeof *k);
        if (!k) abort();                          // as GMP does
        k->bits = old && old->bits * 2 > bits ? old->bits * 2 : bits < 512 ? 512 : bits;
        mpz_init(k->v);
        add_atanh(k->v, 46, 31, k->bits + 64);    // 64 bits for the errors of the terms
        add_atanh(k->v, 34, 49, k->bits + 64);
        add_atanh(k->v, 20, 161, k->bits + 64);
        mpz_fdiv_q_2exp(k->v, k->v, 64);
        mpz_fdiv_q_2exp(z, k->v, (mp_bitcnt_t)(k->bits - bits));
        if (!atomic_cas_acq_rel(&ln10_kept, &old, k)) {   // another thread was faster: its record is as good. Release: the fields of ours
            mpz_clear(k->v);
            free(k);
        }
        return;
    }
    mpz_fdiv_q_2exp(z, k->v, (mp_bitcnt_t)(k->bits - bits));
}

// z = exp(x * 2**-bits) * 2**bits for |x| of less than 2.5; wrong by 2 at most. The argument is halved s times, the series' sum squared as often.
static void exp_fixed(mpz_t z, mpz_srcptr x, int64_t bits) {
    int64_t s = (int64_t)sqrt((double)bits) * 2 / 3 + 2, w = bits + s + 32;
    mpz_t r, term;
    mpz_inits(r, term, NULL);
    mpz_mul_2exp(r, x, (mp_bitcnt_t)(w - bits));
    mpz_fdiv_q_2exp(r, r, (mp_bitcnt_t)s);
    mpz_set_ui(z, 1);
    mpz_mul_2exp(z, z, (mp_bitcnt_t)w);
    mpz_set(term, z);
    for (unsigned long k = 1;; k++) {
        mpz_mul(term, term, r);
        mpz_tdiv_q_2exp(term, term, (mp_bitcnt_t)w);
        if (k > 1) mpz_tdiv_q_ui(term, term, k);
        if (mpz_sgn(term) == 0) break;
        mpz_add(z, z, term);
    }
    for (int64_t i = 0; i < s; i++) {
        mpz_mul(z, z, z);
        mpz_fdiv_q_2exp(z, z, (mp_bitcnt_t)w);
    }
    mpz_fdiv_q_2exp(z, z, (mp_bitcnt_t)(w - bits));
    mpz_clears(r, term, NULL);
}

// z = a * 10**exp * 2**bits, rounded down.
static void to_fixed(mpz_t z, mpz_srcptr a, int64_t exp, int64_t bits) {
    if (exp >= 0) {
        mpz_pow10(z, (uint64_t)exp);
        mpz_mul(z, z, a);
        mpz_mul_2exp(z, z, (mp_bitcnt_t)bits);
    } else {
        mpz_t p;
        mpz_init(p);
        mpz_pow10(p, (uint64_t)-exp);
        mpz_mul_2exp(z, a, (mp_bitcnt_t)bits);
        mpz_tdiv_q(z, z, p);
        mpz_clear(p);
    }
}
static double fixed_double(mpz_srcptr z, int64_t bits) {
    long e;
    double d = mpz_get_d_2exp(&e, z);
    e -= bits;
    return e < -1100 ? 0.0 : ldexp(d, (int)e);
}

// y = ln(m), both with the bits given; m from 0.4 to 4. Halley's iteration, which triples the bits that are right each time. Wrong by 16 at most.
static void ln_reduced(mpz_t y, mpz_srcptr m, int64_t bits) {
    enum { START = 48 };
    int64_t steps[48];
    int n = 0;
    for (int64_t b = bits; b > START; b = b / 3 + 4) steps[n++] = b;
    mpz_t e, t, mm;
    mpz_inits(e, t, mm, NULL);
    int64_t have = START + 8;
    mpz_set_d(y, ldexp(log(fixed_double(m, bits)), (int)have));
    while (n-- > 0) {
        int64_t b = steps[n];
        if (b >= have) mpz_mul_2exp(y, y, (mp_bitcnt_t)(b - have));
        else mpz_fdiv_q_2exp(y, y, (mp_bitcnt_t)(have - b));
        have = b;
        mpz_fdiv_q_2exp(mm, m, (mp_bitcnt_t)(bits - b));
        exp_fixed(e, y, b);
        mpz_sub(t, mm, e);
        mpz_add(e, mm, e);
        mpz_mul_2exp(t, t, (mp_bitcnt_t)b + 1);
        mpz_tdiv_q(t, t, e);
        mpz_add(y, y, t);
    }
    if (bits >= have) mpz_mul_2exp(y, y, (mp_bitcnt_t)(bits - have));
    else mpz_fdiv_q_2exp(y, y, (mp_bitcnt_t)(have - bits));
    mpz_clears(e, t, mm, NULL);
}

// x = m * 10**k with m from 0.4 to 4: z = ln(m) * 2**bits; k.
static int64_t ln_split(mpz_t z, const Num *x, int64_t bits) {
    Num first;
    num_cut(&first, x, x->digits - 1);
    int64_t k = num_adjusted(x) + (num_last_digit(&first) >= 4);
    num_free(&first);
    NumView v;
    mpz_t m;
    mpz_init(m);
    to_fixed(m, num_view(x, &v), x->exp - k, bits);
    ln_reduced(z, m, bits);
    mpz_clear(m);
    return k;
}

void num_ln_fixed(mpz_t z, const Num *x, int64_t bits) {
    int64_t k = ln_split(z, x, bits);
    if (k) {
        mpz_t t;
        mpz_init(t);
        ln10_fixed(t, bits + 64);
        mpz_mul_si(t, t, k);
        mpz_fdiv_q_2exp(t, t, 64);
        mpz_add(z, z, t);
        mpz_clear(t);
    }
}

bool num_settle(Num *r, mpz_srcptr y, int64_t bits, int64_t exp, bool neg, int64_t digits, bool give_up, const Ctx *ctx) {
    long e;
    double m = mpz_get_d_2exp(&e, y);
    int64_t n = digits - (int64_t)floor(log10(m) + ((double)e - (double)bits) * 0.30102999566398119521);
    mpz_t d, p;
    mpz_inits(d, p, NULL);
    mpz_pow10(p, (uint64_t)(n < 0 ? -n : n));
    if (n >= 0) mpz_mul(d, y, p);
    else mpz_tdiv_q(d, y, p);
    mpz_fdiv_q_2exp(d, d, (mp_bitcnt_t)bits);
    // No border of rounding, a multiple of half a unit of the last place, may be as near as the error.
    int64_t cut = mpz_digits(d) - ctx->prec;
    mpz_pow10(p, (uint64_t)(cut - 1));
    mpz_mul_ui(p, p, 5);
    mpz_t below, above;
    mpz_inits(below, above, NULL);
    mpz_fdiv_r(below, d, p);
    mpz_sub(above, p, below);
    bool settled = mpz_cmp_ui(below, 4) > 0 && mpz_cmp_ui(above, 4) > 0;
    if (!settled && give_up) {
        settled = true;
        if (mpz_cmp(below, above) < 0) mpz_sub(d, d, below);
        else mpz_add(d, d, above);
    }
    mpz_clears(p, below, above, NULL);
    if (settled) num_set_mpz(r, neg, d, exp - n);
    else mpz_clear(d);
    return settled;
}

bool num_exp_settle(Num *r, mpz_srcptr z, int64_t bits, bool neg, int64_t digits, bool give_up, const Ctx *ctx) {
    mpz_t k, m, y;
    mpz_inits(k, m, y, NULL);
    ln10_fixed(m, bits);
    mpz_fdiv_qr(k, y, z, m);              // 62 bits of k at most: y is wrong by 2**63
    mpz_fdiv_q_2exp(y, y, 72);
    exp_fixed(m, y, bits - 72);
    bool settled = num_settle(r, m, bits - 72, mpz_get_si(k), neg, digits, give_up, ctx);
    mpz_clears(k, m, y, NULL);
    return settled;
}

// ---- the functions ------------------------------------------------------------------------------------------------------------------

static Ctx half_even(const Ctx *ctx) {
    Ctx c = *ctx;
    c.round = ROUND_HALF_EVEN;
    return c;
}

void num_exp(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    Ctx even = half_even(ctx);
    if (a->kind == NUM_INFINITE) {
        if (a->neg) num_set_small(r, false, 0, 0);
        else num_copy(r, a);
        return;
    }
    if (num_is_zero(a)) {
        num_set_small(r, false, 1, 0);
        return;
    }
    int64_t adjusted = num_adjusted(a);
    if (adjusted > 18) {   // beyond the exponents of any context
        num_set_small(r, false, 1, a->neg ? ctx_etiny(ctx) - 2 : ctx->emax + 1);
        num_finish(r, &even, st);
        return;
    }
    if (!num_room(r, (ctx->prec + a->digits) * 4, st)) return;
    if (adjusted < -ctx->prec - 1) {   // next to 1
        Num one;
        num_set_small(&one, false, 1, 0);
        num_shift_left(r, &one, ctx->prec - 1);
        *st |= ST_INEXACT | ST_ROUNDED;
        num_finish(r, &even, st);
        return;
    }
    NumView v;
    mpz_t z;
    mpz_init(z);
    for (int64_t guard = GUARD_DIGITS;; guard *= 2) {
        int64_t digits = ctx->prec + guard, bits = num_bits(digits) + 128;
        to_fixed(z, num_view(a, &v), a->exp, bits);
        if (a->neg) mpz_neg(z, z);
        if (num_exp_settle(r, z, bits, false, digits, false, ctx)) break;
    }
    mpz_clear(z);
    num_finish(r, &even, st);
}

// What ln and log10 have in common. true: done.
static bool log_special(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return true;
    if (num_is_zero(a)) num_set_special(r, NUM_INFINITE, true);
    else if (a->neg) num_invalid(r, ST_PLAIN_INVALID, st);
    else if (a->kind == NUM_INFINITE) num_copy(r, a);
    else return !num_room(r, (ctx->prec + a->digits) * 4, st);
    return true;
}

// How many digits after the point the logarithm of a number next to 1 begins with that are 0.
static int64_t zeros_of_log(const Num *a) {
    int64_t adjusted = num_adjusted(a);
    if (adjusted != 0 && adjusted != -1) return 0;
    Num one, d;
    uint32_t ignored = 0;
    num_set_small(&one, false, 1, 0);
    num_sub(&d, a, &one, &ctx_max, &ignored);
    int64_t n = -num_adjusted(&d);
    num_free(&d);
    return n > 0 ? n + 1 : 0;
}

static void logarithm(Num *r, const Num *a, bool to_ten, const Ctx *ctx, uint32_t *st) {
    Ctx even = half_even(ctx);
    int64_t zeros = zeros_of_log(a);
    mpz_t z, t;
    mpz_inits(z, t, NULL);
    for (int64_t guard = GUARD_DIGITS;; guard *= 2) {
        int64_t digits = ctx->prec + guard, bits = num_bits(digits + zeros) + 64;
        if (to_ten) {
            int64_t k = ln_split(z, a, bits);
            ln10_fixed(t, bits);
            mpz_mul_2exp(z, z, (mp_bitcnt_t)bits);
            mpz_tdiv_q(z, z, t);
            mpz_set_si(t, k);
            mpz_mul_2exp(t, t, (mp_bitcnt_t)bits);
            mpz_add(z, z, t);
        } else num_ln_fixed(z, a, bits);
        bool neg = mpz_sgn(z) < 0;
        mpz_abs(z, z);
        if (num_settle(r, z, bits, 0, neg, digits, false, ctx)) break;
    }
    mpz_clears(z, t, NULL);
    num_finish(r, &even, st);
}

void num_ln(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (log_special(r, a, ctx, st)) return;
    Num one;
    num_set_small(&one, false, 1, 0);
    if (num_order(a, &one) == 0) num_set_small(r, false, 0, 0);
    else logarithm(r, a, false, ctx, st);
}

void num_log10(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (log_special(r, a, ctx, st)) return;
    Num bare;
    num_copy(&bare, a);
    num_strip_zeros(&bare, INT64_MAX / 2);
    bool exact = !num_is_big(&bare) && bare.c == 1;
    num_free(&bare);
    if (!exact) {
        logarithm(r, a, true, ctx, st);
        return;
    }
    Ctx even = half_even(ctx);
    int64_t e = num_adjusted(a);
    num_set_small(r, e < 0, (u128)(uint64_t)(e < 0 ? -e : e), 0);
    num_finish(r, &even, st);
}
