// SPDX-License-Identifier: MIT
// Making numbers, counting and cutting their digits, rounding them to a context (number.h). The tables are constant once num_init has run.
#include "stdlib/_decimal/number.h"

#include <math.h>
#include <stdlib.h>

const Ctx ctx_max = {MAX_PREC, MAX_EMAX, MIN_EMIN, 0, ROUND_HALF_EVEN, 0, 1};

// ---- tables -------------------------------------------------------------------------------------------------------------------------

// Powers of ten that fit a limb, with what dividing by multiplication needs (Moeller and Granlund, "Improved division by invariant integers", 2011).
enum { LIMB_DIGITS = 19 };
typedef struct Divisor { uint64_t d, norm, inverse; int shift; } Divisor;
static Divisor divisors[LIMB_DIGITS + 1]; // [c] after num_init, like the others
u128 num_pow10[SMALL_DIGITS + 1];
static Wide wide_pow10[77];

void num_init(void) {
    u128 p = 1;
    for (int i = 0; i <= SMALL_DIGITS; i++, p *= 10) num_pow10[i] = p;
    for (int i = 0; i < 77; i++) wide_pow10[i] = i <= SMALL_DIGITS ? wide_mul(num_pow10[i], 1) : wide_mul(num_pow10[SMALL_DIGITS], num_pow10[i - SMALL_DIGITS]);
    for (int i = 1; i <= LIMB_DIGITS; i++) {
        Divisor *v = &divisors[i];
        v->d = (uint64_t)num_pow10[i];
        v->shift = __builtin_clzll(v->d);
        v->norm = v->d << v->shift;
        v->inverse = (uint64_t)((u128)-1 / v->norm - ((u128)1 << 64));
    }
}

// d[0..n) divided by v in place; the rest.
ALWAYS_INLINE uint64_t limbs_divide(uint64_t *d, int n, const Divisor *v) {
    int s = v->shift;
    uint64_t r = s ? d[n - 1] >> (64 - s) : 0;
    for (int i = n - 1; i >= 0; i--) {
        uint64_t u = d[i] << s | (s && i ? d[i - 1] >> (64 - s) : 0);
        u128 q = (u128)v->inverse * r + ((u128)r << 64 | u);
        uint64_t q1 = (uint64_t)(q >> 64) + 1;
        r = u - q1 * v->norm;
        if (r > (uint64_t)q) q1--, r += v->norm;
        if (UNLIKELY(r >= v->norm)) q1++, r -= v->norm;
        d[i] = q1;
    }
    return r >> s;
}

int num_digits(u128 c) {
    uint64_t hi = (uint64_t)(c >> 64), lo = (uint64_t)c;
    int bits = hi ? 128 - __builtin_clzll(hi) : 64 - __builtin_clzll(lo | 1);
    int n = bits * 1233 >> 12;        // log10(2), from below: n or n + 1 digits
    return n + (n > SMALL_DIGITS || c >= num_pow10[n] || n == 0);
}

// ---- wide numbers -------------------------------------------------------------------------------------------------------------------

Wide wide_mul(u128 a, u128 b) {
    uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64), b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    u128 p00 = (u128)a0 * b0, p01 = (u128)a0 * b1, p10 = (u128)a1 * b0, p11 = (u128)a1 * b1;
    u128 mid = (p00 >> 64) + (uint64_t)p01 + (uint64_t)p10;
    u128 top = p11 + (p01 >> 64) + (p10 >> 64) + (mid >> 64);
    return (Wide){{(uint64_t)p00, (uint64_t)mid, (uint64_t)top, (uint64_t)(top >> 64)}};
}
static int wide_limbs(const Wide *w) { return w->d[3] ? 4 : w->d[2] ? 3 : w->d[1] ? 2 : 1; }
static bool wide_less(const Wide *a, const Wide *b) {
    for (int i = 3; i > 0; i--)
        if (a->d[i] != b->d[i]) return a->d[i] < b->d[i];
    return a->d[0] < b->d[0];
}
static int wide_digits(const Wide *w) {
    int top = wide_limbs(w) - 1;
    if (top < 2 && (top == 0 || w->d[1] >> 62 == 0)) return num_digits((u128)w->d[1] << 64 | w->d[0]);
    int n = (64 * (top + 1) - __builtin_clzll(w->d[top])) * 1233 >> 12;
    return n >= 77 ? 77 : n + !wide_less(w, &wide_pow10[n]);
}
// w divided by 10**n in place, n < 77; the rest classified.
static int wide_cut(Wide *w, int n) {
    uint64_t low = 0, rest = 0, d = 1;
    for (; n > 0; n -= LIMB_DIGITS) {
        const Divisor *v = &divisors[n < LIMB_DIGITS ? n : LIMB_DIGITS];
        low |= rest;
        rest = limbs_divide(w->d, wide_limbs(w), v);
        d = v->d;
    }
    if (rest < d - rest) return rest | low ? REST_LESS : REST_NONE;
    return rest == d - rest && !low ? REST_HALF : REST_MORE;
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

void num_set_small(Num *r, bool neg, u128 c, int64_t exp) { *r = (Num){.c = c, .exp = exp, .digits = num_digits(c), .kind = NUM_FINITE, .neg = neg}; }
void num_set_special(Num *r, int kind, bool neg) { *r = (Num){.kind = (uint8_t)kind, .neg = neg}; }
void num_invalid(Num *r, uint32_t condition, uint32_t *st) {
    num_set_special(r, NUM_QNAN, false);
    *st |= condition == ST_MEMORY ? ST_MEMORY : condition | ST_INVALID;
}

int64_t mpz_digits(mpz_srcptr z) {
    long e;
    double m = mpz_get_d_2exp(&e, z);
    double l = log10(m) + (double)e * 0.30102999566398119521, whole = floor(l);
    if (l - whole > 1e-13 * l + 1e-13 && whole + 1 - l > 1e-13 * l + 1e-13) return (int64_t)whole + 1;
    int64_t n = (int64_t)llround(l);   // next to 10**n: look
    mpz_t p;
    mpz_init(p);
    mpz_pow10(p, (uint64_t)n);
    n += mpz_cmp(z, p) >= 0;
    mpz_clear(p);
    return n;
}
void mpz_pow10(mpz_t z, uint64_t n) { mpz_ui_pow_ui(z, 10, n); }

void num_set_mpz(Num *r, bool neg, mpz_t z, int64_t exp) {
    if (mpz_size(z) <= 2) {
        u128 c = (u128)mpz_getlimbn(z, 1) << 64 | mpz_getlimbn(z, 0);
        if (c < num_pow10[SMALL_DIGITS]) {
            mpz_clear(z);
            num_set_small(r, neg, c, exp);
            return;
        }
    }
    *r = (Num){.z = {z[0]}, .exp = exp, .digits = mpz_digits(z), .kind = NUM_FINITE, .neg = neg};
}

void num_copy(Num *r, const Num *a) {
    *r = *a;
    if (UNLIKELY(num_is_big(a))) mpz_init_set(r->z, a->z);
}

bool num_room(Num *r, int64_t digits, uint32_t *st) {
    if (LIKELY(digits < 1 << 20)) return true;
    void *p = digits <= NUM_DIGITS_MAX ? malloc((size_t)digits * 2) : NULL;   // a number takes 0.42 bytes a digit
    if (!p) {
        num_invalid(r, ST_MEMORY, st);
        return false;
    }
    free(p);
    return true;
}

mpz_srcptr num_view(const Num *a, NumView *v) {
    if (num_is_big(a)) return a->z;
    v->d[0] = (mp_limb_t)a->c;
    v->d[1] = (mp_limb_t)(a->c >> 64);
    return mpz_roinit_n(v->z, v->d, 2);
}

void num_shift_left(Num *r, const Num *a, int64_t n) {
    if (num_is_zero(a)) num_set_small(r, a->neg, 0, a->exp - n);
    else if (a->digits + n <= SMALL_DIGITS) {
        *r = *a;
        r->c *= num_pow10[n];
        r->exp -= n;
        r->digits += n;
    } else {
        NumView v;
        mpz_t z;
        mpz_init(z);
        mpz_pow10(z, (uint64_t)n);
        mpz_mul(z, z, num_view(a, &v));
        num_set_mpz(r, a->neg, z, a->exp - n);
    }
}

unsigned num_last_digit(const Num *a) { return num_is_big(a) ? (unsigned)mpz_fdiv_ui(a->z, 10) : (unsigned)((uint64_t)(a->c >> 64) % 5 * 6 + (uint64_t)a->c % 10) % 10; }

void num_increment(Num *a) {
    if (num_is_big(a)) {
        mpz_add_ui(a->z, a->z, 1);
        a->digits = mpz_digits(a->z);
    } else if (a->c + 1 == num_pow10[SMALL_DIGITS]) {
        mpz_t z;
        mpz_init(z);
        mpz_pow10(z, SMALL_DIGITS);
        num_set_mpz(a, a->neg, z, a->exp);
        a->kind = NUM_FINITE;
    } else {
        a->c++;
        if (a->c == num_pow10[a->digits]) a->digits++;
    }
}

// ---- cutting digits -----------------------------------------------------------------------------------------------------------------

bool round_away(int mode, bool neg, int rest, unsigned last_digit) {
    if (rest == REST_NONE) return false;
    switch (mode) {
    case ROUND_UP: return true;
    case ROUND_DOWN: return false;
    case ROUND_CEILING: return !neg;
    case ROUND_FLOOR: return neg;
    case ROUND_HALF_UP: return rest >= REST_HALF;
    case ROUND_HALF_DOWN: return rest == REST_MORE;
    case ROUND_HALF_EVEN: return rest == REST_MORE || (rest == REST_HALF && last_digit & 1);
    default: return last_digit == 0 || last_digit == 5;
    }
}

int num_cut(Num *r, const Num *a, int64_t n) {
    bool zero = num_is_zero(a);
    if (n == 0 || zero) {
        num_copy(r, a);
        r->exp += n;
        return REST_NONE;
    }
    if (n > a->digits) {
        num_set_small(r, a->neg, 0, a->exp + n);
        return REST_LESS;
    }
    if (!num_is_big(a)) {
        Wide w = {{(uint64_t)a->c, (uint64_t)(a->c >> 64)}};
        int rest = wide_cut(&w, (int)n);
        num_set_small(r, a->neg, (u128)w.d[1] << 64 | w.d[0], a->exp + n);
        return rest;
    }
    mpz_t p, q, m;
    mpz_inits(p, q, m, NULL);
    mpz_pow10(p, (uint64_t)n);
    mpz_tdiv_qr(q, m, a->z, p);
    int rest = REST_NONE;
    if (mpz_sgn(m)) {
        mpz_mul_2exp(m, m, 1);
        int o = mpz_cmp(m, p);
        rest = o < 0 ? REST_LESS : o == 0 ? REST_HALF : REST_MORE;
    }
    mpz_clears(p, m, NULL);
    num_set_mpz(r, a->neg, q, a->exp + n);
    return rest;
}

// ---- rounding to a context ----------------------------------------------------------------------------------------------------------

static void overflow(Num *r, bool neg, const Ctx *ctx, uint32_t *st) {
    *st |= ST_OVERFLOW | ST_INEXACT | ST_ROUNDED;
    bool largest = ctx->round == ROUND_DOWN || ctx->round == ROUND_05UP || (ctx->round == ROUND_CEILING && neg) || (ctx->round == ROUND_FLOOR && !neg);
    if (!largest) {
        num_set_special(r, NUM_INFINITE, neg);
        return;
    }
    if (ctx->prec <= SMALL_DIGITS) {
        num_set_small(r, neg, num_pow10[ctx->prec] - 1, ctx_etop(ctx));
        return;
    }
    if (!num_room(r, ctx->prec, st)) return;
    mpz_t z;
    mpz_init(z);
    mpz_pow10(z, (uint64_t)ctx->prec);
    mpz_sub_ui(z, z, 1);
    num_set_mpz(r, neg, z, ctx_etop(ctx));
}

// How many digits of a coefficient that is not 0 must go: those beyond the precision, and those below the smallest exponent.
ALWAYS_INLINE int64_t digits_to_cut(int64_t digits, int64_t exp, const Ctx *ctx) {
    int64_t n = digits > ctx->prec ? digits - ctx->prec : 0, least = ctx_etiny(ctx) - exp;
    return n < least ? least : n;
}
ALWAYS_INLINE bool fits(int64_t digits, int64_t exp, const Ctx *ctx) {
    int64_t adjusted = exp + digits - 1;
    return digits <= ctx->prec && adjusted <= ctx->emax && adjusted >= ctx->emin && !(ctx->clamp && exp > ctx_etop(ctx));
}

// r is rounded, and has the context's precision at most, or one digit more by a carry. subnormal: it was before it was rounded.
static void finish_tail(Num *r, const Ctx *ctx, uint32_t *st) {
    if (UNLIKELY(r->digits > ctx->prec)) {   // 99.9 became 100.0
        Num cut;
        num_cut(&cut, r, 1);
        num_free(r);
        *r = cut;
    }
    int64_t adjusted = num_adjusted(r);
    if (UNLIKELY(adjusted > ctx->emax && !num_is_zero(r))) {
        bool neg = r->neg;
        num_free(r);
        overflow(r, neg, ctx, st);
    } else if (UNLIKELY(ctx->clamp && r->exp > ctx_etop(ctx))) {
        Num fold;
        *st |= ST_CLAMPED;
        if (!num_room(&fold, r->digits + r->exp - ctx_etop(ctx), st)) {
            num_free(r);
            *r = fold;
            return;
        }
        num_shift_left(&fold, r, r->exp - ctx_etop(ctx));
        num_free(r);
        *r = fold;
    }
}

static void finish_zero(Num *r, const Ctx *ctx, uint32_t *st) {
    int64_t low = ctx_etiny(ctx), high = ctx->clamp ? ctx_etop(ctx) : ctx->emax;
    if (r->exp < low || r->exp > high) {
        r->exp = r->exp < low ? low : high;
        *st |= ST_CLAMPED;
    }
}

static void finish_rounding(Num *r, int rest, bool subnormal, const Ctx *ctx, uint32_t *st) {
    *st |= ST_ROUNDED;
    if (rest) {
        *st |= ST_INEXACT;
        if (subnormal) *st |= ST_UNDERFLOW;
        if (round_away(ctx->round, r->neg, rest, num_last_digit(r))) num_increment(r);
        if (num_is_zero(r)) *st |= ST_CLAMPED;
    }
    finish_tail(r, ctx, st);
}

// r = w, which has so many digits, without its last n.
ALWAYS_INLINE void finish_cut(Num *r, Wide *w, int64_t digits, bool neg, int64_t exp, int64_t n, bool subnormal, const Ctx *ctx, uint32_t *st) {
    int rest = wide_cut(w, (int)n);
    *r = (Num){.c = (u128)w->d[1] << 64 | w->d[0], .exp = exp + n, .digits = n == digits ? 1 : digits - n, .neg = neg};
    finish_rounding(r, rest, subnormal, ctx, st);
}

void num_finish(Num *r, const Ctx *ctx, uint32_t *st) {
    if (UNLIKELY(num_is_special(r))) {
        if (num_is_nan(r)) num_fit_payload(r, ctx);
        return;
    }
    if (UNLIKELY(num_is_zero(r))) {
        finish_zero(r, ctx, st);
        return;
    }
    if (LIKELY(fits(r->digits, r->exp, ctx))) return;
    int64_t adjusted = num_adjusted(r);
    if (adjusted > ctx->emax) {
        bool neg = r->neg;
        num_free(r);
        overflow(r, neg, ctx, st);
        return;
    }
    bool subnormal = adjusted < ctx->emin;
    if (subnormal) *st |= ST_SUBNORMAL;
    int64_t n = digits_to_cut(r->digits, r->exp, ctx);
    if (n <= 0) {
        finish_tail(r, ctx, st);
        return;
    }
    if (!num_is_big(r) && n <= r->digits) {
        Wide w = {{(uint64_t)r->c, (uint64_t)(r->c >> 64)}};
        finish_cut(r, &w, r->digits, r->neg, r->exp, n, subnormal, ctx, st);
        return;
    }
    Num cut;
    int rest = num_cut(&cut, r, n);
    num_free(r);
    *r = cut;
    finish_rounding(r, rest, subnormal, ctx, st);
}

// A wide number as it is.
static void wide_to_num(Num *r, const Wide *w, bool neg, int64_t exp) {
    if (!w->d[2] && !w->d[3]) {
        u128 c = (u128)w->d[1] << 64 | w->d[0];
        if (c < num_pow10[SMALL_DIGITS]) {
            num_set_small(r, neg, c, exp);
            return;
        }
    }
    mpz_t z;
    mpz_init(z);
    mpz_import(z, 4, -1, 8, 0, 0, w->d);
    num_set_mpz(r, neg, z, exp);
}

void wide_finish(Num *r, Wide *w, bool neg, int64_t exp, const Ctx *ctx, uint32_t *st) {
    int digits = wide_digits(w);
    if (LIKELY(fits(digits, exp, ctx)) || digits == 1 || ctx->prec > SMALL_DIGITS || exp + digits - 1 > ctx->emax) {
        wide_to_num(r, w, neg, exp);
        num_finish(r, ctx, st);
        return;
    }
    int64_t n = digits_to_cut(digits, exp, ctx);
    if (n <= 0 || n > digits) {
        wide_to_num(r, w, neg, exp);
        num_finish(r, ctx, st);
        return;
    }
    bool subnormal = exp + digits - 1 < ctx->emin;
    if (UNLIKELY(subnormal)) *st |= ST_SUBNORMAL;
    finish_cut(r, w, digits, neg, exp, n, subnormal, ctx, st);
}

// ---- NaNs ---------------------------------------------------------------------------------------------------------------------------

void num_fit_payload(Num *r, const Ctx *ctx) {
    int64_t max = ctx->prec - ctx->clamp;
    if (r->digits <= max) return;
    bool neg = r->neg;
    uint8_t kind = r->kind;
    NumView v;
    mpz_t p, z;
    mpz_inits(p, z, NULL);
    mpz_pow10(p, (uint64_t)max);
    mpz_tdiv_r(z, num_view(r, &v), p);
    mpz_clear(p);
    num_free(r);
    num_set_mpz(r, neg, z, 0);
    r->kind = kind;
    if (!num_is_big(r) && r->c == 0) r->digits = 0;
}

bool num_nans(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (LIKELY(!num_is_nan(a) && (!b || !num_is_nan(b)))) return false;
    const Num *from = a->kind == NUM_SNAN ? a : b && b->kind == NUM_SNAN ? b : num_is_nan(a) ? a : b;
    if (from->kind == NUM_SNAN) *st |= ST_INVALID | ST_PLAIN_INVALID;
    num_copy(r, from);
    r->kind = NUM_QNAN;
    num_fit_payload(r, ctx);
    return true;
}
