// SPDX-License-Identifier: MIT
// Orders and classes of numbers (number.h).
#include "stdlib/_decimal/number.h"

// |a| against |b|, both finite.
static int magnitude_order(const Num *a, const Num *b) {
    bool za = num_is_zero(a), zb = num_is_zero(b);
    if (za || zb) return zb - za;
    int64_t x = num_adjusted(a), y = num_adjusted(b);
    if (x != y) return x < y ? -1 : 1;
    if (!num_is_big(a) && !num_is_big(b)) {   // as many digits, once the exponents are made equal
        u128 p = a->c, q = b->c;
        if (a->exp > b->exp) p *= num_pow10[a->exp - b->exp];
        else q *= num_pow10[b->exp - a->exp];
        return p < q ? -1 : p > q;
    }
    Num s;
    NumView vs, vo;
    bool swap = a->exp < b->exp;
    const Num *o = swap ? a : b;
    num_shift_left(&s, swap ? b : a, swap ? b->exp - a->exp : a->exp - b->exp);
    int order = mpz_cmp(num_view(&s, &vs), num_view(o, &vo));
    num_free(&s);
    order = (order > 0) - (order < 0);
    return swap ? -order : order;
}

int num_order(const Num *a, const Num *b) {
    if (a->kind == NUM_INFINITE || b->kind == NUM_INFINITE) {
        int x = a->kind == NUM_INFINITE ? (a->neg ? -1 : 1) : 0, y = b->kind == NUM_INFINITE ? (b->neg ? -1 : 1) : 0;
        return (x > y) - (x < y);
    }
    bool za = num_is_zero(a), zb = num_is_zero(b);
    if (za && zb) return 0;
    bool na = a->neg && !za, nb = b->neg && !zb;
    if (na != nb) return na ? -1 : 1;
    int order = magnitude_order(a, b);
    return na ? -order : order;
}

int num_total_order(const Num *a, const Num *b, bool magnitude) {
    bool na = a->neg && !magnitude, nb = b->neg && !magnitude;
    if (na != nb) return na ? -1 : 1;
    int order;
    if (num_is_nan(a) || num_is_nan(b)) {
        static const int rank[] = {0, 0, 2, 1};   // numbers, infinities, NaN, sNaN
        order = rank[a->kind] - rank[b->kind];
        if (order == 0) {
            NumView va, vb;
            order = mpz_cmp(num_view(a, &va), num_view(b, &vb));
        }
    } else {
        Num x = *a, y = *b;   // borrowed: only looked at
        x.neg = y.neg = false;
        order = num_order(&x, &y);
        if (order == 0 && a->kind == NUM_FINITE) order = (a->exp > b->exp) - (a->exp < b->exp);
    }
    order = (order > 0) - (order < 0);
    return na ? -order : order;
}

static void set_order(Num *r, int order) { num_set_small(r, order < 0, order != 0, 0); }

void num_compare(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (!num_nans(r, a, b, ctx, st)) set_order(r, num_order(a, b));
}
void num_compare_signal(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) *st |= ST_INVALID | ST_PLAIN_INVALID;
    else set_order(r, num_order(a, b));
}
void num_compare_total(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { set_order(r, num_total_order(a, b, false)); }
void num_compare_total_mag(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { set_order(r, num_total_order(a, b, true)); }

// The greater (or lesser) of two; a number beats a quiet NaN.
static void choose(Num *r, const Num *a, const Num *b, bool greater, bool magnitude, const Ctx *ctx, uint32_t *st) {
    const Num *best;
    if (a->kind == NUM_QNAN && !num_is_nan(b)) best = b;
    else if (b->kind == NUM_QNAN && !num_is_nan(a)) best = a;
    else {
        if (num_nans(r, a, b, ctx, st)) return;
        int order = 0;
        if (magnitude) {
            Num x = *a, y = *b;
            x.neg = y.neg = false;
            order = num_order(&x, &y);
        }
        if (order == 0) order = num_order(a, b);
        if (order == 0) order = num_total_order(a, b, false);
        best = (order < 0) == greater ? b : a;
    }
    num_copy(r, best);
    num_finish(r, ctx, st);
}
void num_max(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { choose(r, a, b, true, false, ctx, st); }
void num_max_mag(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { choose(r, a, b, true, true, ctx, st); }
void num_min(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { choose(r, a, b, false, false, ctx, st); }
void num_min_mag(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { choose(r, a, b, false, true, ctx, st); }

void num_copy_sign(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    num_copy(r, a);
    r->neg = b->neg;
}

bool num_same_quantum(const Num *a, const Num *b) {
    if (num_is_special(a) || num_is_special(b)) return (num_is_nan(a) && num_is_nan(b)) || (a->kind == NUM_INFINITE && b->kind == NUM_INFINITE);
    return a->exp == b->exp;
}

bool num_is_normal(const Num *a, const Ctx *ctx) { return !num_is_special(a) && !num_is_zero(a) && num_adjusted(a) >= ctx->emin; }
bool num_is_subnormal(const Num *a, const Ctx *ctx) { return !num_is_special(a) && !num_is_zero(a) && num_adjusted(a) < ctx->emin; }

const char *num_class(const Num *a, const Ctx *ctx) {
    switch (a->kind) {
    case NUM_QNAN: return "NaN";
    case NUM_SNAN: return "sNaN";
    case NUM_INFINITE: return a->neg ? "-Infinity" : "+Infinity";
    default: break;
    }
    if (num_is_zero(a)) return a->neg ? "-Zero" : "+Zero";
    if (num_is_subnormal(a, ctx)) return a->neg ? "-Subnormal" : "+Subnormal";
    return a->neg ? "-Normal" : "+Normal";
}

bool num_is_integer(const Num *a) {
    if (num_is_special(a)) return false;
    if (a->exp >= 0 || num_is_zero(a)) return true;
    if (-a->exp >= a->digits) return false;
    Num q;
    int rest = num_cut(&q, a, -a->exp);
    num_free(&q);
    return rest == REST_NONE;
}
bool num_is_odd(const Num *a) {
    if (a->exp > 0 || num_is_zero(a)) return false;
    Num q;
    num_cut(&q, a, -a->exp);
    bool odd = num_last_digit(&q) & 1;
    num_free(&q);
    return odd;
}
