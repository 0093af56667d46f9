// SPDX-License-Identifier: MIT
// Addition, multiplication, fused multiply-add (number.h).
#include "stdlib/_decimal/number.h"

static void add_infinities(Num *r, const Num *a, const Num *b, bool neg_b, uint32_t *st) {
    if (a->kind == NUM_INFINITE && b->kind == NUM_INFINITE && a->neg != neg_b) num_invalid(r, ST_PLAIN_INVALID, st);
    else num_set_special(r, NUM_INFINITE, a->kind == NUM_INFINITE ? a->neg : neg_b);
}

// The sign of a sum that is zero, of terms that were not both of that sign.
static bool zero_sign(bool neg_a, bool neg_b, const Ctx *ctx) { return neg_a == neg_b ? neg_a : ctx->round == ROUND_FLOOR; }

static void add_zero(Num *r, const Num *a, const Num *b, bool neg_b, const Ctx *ctx, uint32_t *st) {
    bool za = num_is_zero(a), zb = num_is_zero(b);
    int64_t exp = a->exp < b->exp ? a->exp : b->exp;
    if (za && zb) {
        num_set_small(r, zero_sign(a->neg, neg_b, ctx), 0, exp);
    } else {
        const Num *x = za ? b : a;
        // As many zeros as the other's exponent asks for, within the precision.
        int64_t n = x->exp - exp, room = ctx->prec - x->digits;
        if (n > room) {
            n = room > 0 ? room : 0;
            *st |= ST_ROUNDED;
        }
        if (!num_room(r, x->digits + n, st)) return;
        num_shift_left(r, x, n);
        r->neg = za ? neg_b : a->neg;
    }
    num_finish(r, ctx, st);
}

// x's exponent is n greater than y's; everything else is small.
static void add_wide(Num *r, const Num *x, const Num *y, int64_t n, bool neg_x, bool neg_y, const Ctx *ctx, uint32_t *st) {
    Wide w = wide_mul(x->c, num_pow10[n]);
    bool neg = neg_x;
    uint64_t y0 = (uint64_t)y->c, y1 = (uint64_t)(y->c >> 64);
    if (neg_x == neg_y) {
        u128 s = (u128)w.d[0] + y0;
        w.d[0] = (uint64_t)s;
        s = (u128)w.d[1] + y1 + (uint64_t)(s >> 64);
        w.d[1] = (uint64_t)s;
        s = (u128)w.d[2] + (uint64_t)(s >> 64);
        w.d[2] = (uint64_t)s;
        w.d[3] += (uint64_t)(s >> 64);
    } else {
        u128 low = (u128)w.d[1] << 64 | w.d[0];
        if (!w.d[2] && !w.d[3] && low <= y->c) {
            u128 c = y->c - low;
            if (!c) {
                num_set_small(r, zero_sign(neg_x, neg_y, ctx), 0, y->exp);
                num_finish(r, ctx, st);
                return;
            }
            w = (Wide){{(uint64_t)c, (uint64_t)(c >> 64)}};
            neg = neg_y;
        } else {
            bool borrow = low < y->c;
            low -= y->c;
            w.d[0] = (uint64_t)low;
            w.d[1] = (uint64_t)(low >> 64);
            if (borrow && w.d[2]-- == 0) w.d[3]--;
        }
    }
    wide_finish(r, &w, neg, y->exp, ctx, st);
}

static void add_mpz(Num *r, const Num *x, const Num *y, int64_t n, bool neg_x, bool neg_y, const Ctx *ctx, uint32_t *st) {
    NumView vx, vy;
    if (!num_room(r, (x->digits + n > y->digits ? x->digits + n : y->digits) + 1, st)) return;
    mpz_t z;
    mpz_init(z);
    if (n) {
        mpz_pow10(z, (uint64_t)n);
        mpz_mul(z, z, num_view(x, &vx));
    } else mpz_set(z, num_view(x, &vx));
    if (neg_x == neg_y) mpz_add(z, z, num_view(y, &vy));
    else mpz_sub(z, z, num_view(y, &vy));
    bool neg = neg_x;
    if (mpz_sgn(z) == 0) neg = zero_sign(neg_x, neg_y, ctx);
    else if (mpz_sgn(z) < 0) {
        mpz_neg(z, z);
        neg = neg_y;
    }
    num_set_mpz(r, neg, z, y->exp);
    num_finish(r, ctx, st);
}

static void add_signed(Num *r, const Num *a, const Num *b, bool neg_b, const Ctx *ctx, uint32_t *st) {
    bool neg_a = a->neg;
    // Both in one word pair, exponents alike or near: the common case.
    if (LIKELY(a->kind == NUM_FINITE && b->kind == NUM_FINITE && !num_is_big(a) && !num_is_big(b))) {
        int64_t n = a->exp - b->exp;
        const Num *x = n >= 0 ? a : b, *y = n >= 0 ? b : a;
        if (n < 0) n = -n;
        if (LIKELY(x->digits + n < SMALL_DIGITS && y->digits < SMALL_DIGITS && a->c && b->c)) {
            u128 p = n ? x->c * num_pow10[n] : x->c, q = y->c, c;
            bool neg_x = x == a ? neg_a : neg_b, neg_y = x == a ? neg_b : neg_a, neg = neg_x;
            if (neg_x == neg_y) c = p + q;
            else if (p > q) c = p - q;
            else {
                c = q - p;
                neg = c ? neg_y : zero_sign(neg_x, neg_y, ctx);
            }
            num_set_small(r, neg, c, y->exp);
            num_finish(r, ctx, st);
            return;
        }
    }
    if (num_nans(r, a, b, ctx, st)) return;
    if (num_is_special(a) || num_is_special(b)) {
        add_infinities(r, a, b, neg_b, st);
        return;
    }
    if (num_is_zero(a) || num_is_zero(b)) {
        add_zero(r, a, b, neg_b, ctx, st);
        return;
    }
    // x has the greater exponent, y the smaller.
    bool swap = a->exp < b->exp;
    const Num *x = swap ? b : a, *y = swap ? a : b;
    bool neg_x = swap ? neg_b : neg_a, neg_y = swap ? neg_a : neg_b;
    int64_t n = x->exp - y->exp;
    Num stub;
    // y is below all digits of x that can show: anything as small will do in its place.
    int64_t below = x->exp - 1, lowest = x->exp + x->digits - ctx->prec - 2;
    if (lowest < below) below = lowest;
    if (num_adjusted(y) < below) {
        num_set_small(&stub, neg_y, 1, below);
        y = &stub;
        n = x->exp - below;
    }
    if (!num_is_big(x) && !num_is_big(y) && n <= SMALL_DIGITS) add_wide(r, x, y, n, neg_x, neg_y, ctx, st);
    else add_mpz(r, x, y, n, neg_x, neg_y, ctx, st);
}

void num_add(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { add_signed(r, a, b, b->neg, ctx, st); }
void num_sub(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { add_signed(r, a, b, !b->neg, ctx, st); }

// The exact product of finite numbers.
static bool multiply_exact(Num *r, const Num *a, const Num *b, uint32_t *st) {
    NumView va, vb;
    if (!num_room(r, a->digits + b->digits, st)) return false;
    mpz_t z;
    mpz_init(z);
    mpz_mul(z, num_view(a, &va), num_view(b, &vb));
    num_set_mpz(r, a->neg != b->neg, z, a->exp + b->exp);
    return true;
}

static bool multiply_infinities(Num *r, const Num *a, const Num *b, uint32_t *st) {
    if (!num_is_special(a) && !num_is_special(b)) return false;
    if (num_is_zero(a) || num_is_zero(b)) num_invalid(r, ST_PLAIN_INVALID, st);
    else num_set_special(r, NUM_INFINITE, a->neg != b->neg);
    return true;
}

void num_mul(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (LIKELY(a->kind == NUM_FINITE && b->kind == NUM_FINITE && !num_is_big(a) && !num_is_big(b))) {
        bool neg = a->neg != b->neg;
        int64_t exp = a->exp + b->exp;
        if (a->digits + b->digits <= SMALL_DIGITS || !a->c || !b->c) {
            num_set_small(r, neg, a->c * b->c, exp);
            num_finish(r, ctx, st);
        } else {
            Wide w = wide_mul(a->c, b->c);
            wide_finish(r, &w, neg, exp, ctx, st);
        }
        return;
    }
    if (num_nans(r, a, b, ctx, st) || multiply_infinities(r, a, b, st)) return;
    if (multiply_exact(r, a, b, st)) num_finish(r, ctx, st);
}

void num_fma(Num *r, const Num *a, const Num *b, const Num *c, const Ctx *ctx, uint32_t *st) {
    Num p;
    uint32_t status = 0;
    if (!num_nans(&p, a, b, ctx, &status) && !multiply_infinities(&p, a, b, &status)) multiply_exact(&p, a, b, &status);
    *st |= status;
    if (status & (ST_INVALID | ST_MEMORY)) {
        *r = p;
        return;
    }
    num_add(r, &p, c, ctx, st);
    num_free(&p);
}

void num_plus(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    num_copy(r, a);
    if (num_is_zero(a) && ctx->round != ROUND_FLOOR) r->neg = false;
    num_finish(r, ctx, st);
}
void num_minus(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    num_copy(r, a);
    r->neg = num_is_zero(a) && ctx->round != ROUND_FLOOR ? false : !a->neg;
    num_finish(r, ctx, st);
}
void num_abs(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (a->neg) num_minus(r, a, ctx, st);
    else num_plus(r, a, ctx, st);
}
