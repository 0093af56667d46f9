// SPDX-License-Identifier: MIT
// Operations on digits and exponents: quantize, shift and rotate, logical operations, neighbours, integral values (number.h).
#include "stdlib/_decimal/number.h"

#include <stdlib.h>
#include <string.h>

void num_strip_zeros(Num *a, int64_t max) {
    if (!num_is_big(a)) {
        static const int steps[] = {16, 8, 4, 2, 1};
        u128 c = a->c;
        int64_t cut = 0;
        int again = 2;   // 16 may go twice
        for (int i = 0; i < 5; i++) {
            int n = steps[i], twos = (uint64_t)c ? __builtin_ctzll((uint64_t)c) : 64;
            if (n > max - cut || n > twos || c % num_pow10[n]) continue;
            c /= num_pow10[n];
            cut += n;
            if (n == 16 && --again) i--;
        }
        a->c = c;
        a->exp += cut;
        a->digits -= cut;
        return;
    }
    if (max <= 0 || !mpz_even_p(a->z)) return;
    mpz_t ten, rest;
    mpz_init_set_ui(ten, 10);
    mpz_init(rest);
    int64_t n = (int64_t)mpz_remove(rest, a->z, ten);
    if (n > max) {
        mpz_pow10(ten, (uint64_t)(n - max));
        mpz_mul(rest, rest, ten);
        n = max;
    }
    mpz_clear(ten);
    bool neg = a->neg;
    int64_t exp = a->exp + n;
    mpz_clear(a->z);
    num_set_mpz(a, neg, rest, exp);
}

// r = a with the exponent exp, rounded; a is finite. *rest: what was cut.
static void change_exponent(Num *r, const Num *a, int64_t exp, int round, int *rest) {
    *rest = REST_NONE;
    if (num_is_zero(a)) num_set_small(r, a->neg, 0, exp);
    else if (a->exp >= exp) num_shift_left(r, a, a->exp - exp);
    else {
        *rest = num_cut(r, a, exp - a->exp);
        if (round_away(round, a->neg, *rest, num_last_digit(r))) num_increment(r);
    }
}

void num_rescale(Num *r, const Num *a, int64_t exp, const Ctx *ctx, uint32_t *st) {
    int rest;
    if (a->exp > exp && !num_room(r, a->digits + a->exp - exp, st)) return;
    change_exponent(r, a, exp, ctx->round, &rest);
}

void num_quantize(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return;
    if (num_is_special(a) || num_is_special(b)) {
        if (num_is_special(a) && num_is_special(b)) num_copy(r, a);
        else num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    int64_t exp = b->exp;
    int rest;
    if (exp > ctx->emax || exp < ctx_etiny(ctx) || (!num_is_zero(a) && num_adjusted(a) - exp >= ctx->prec)) {
        num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    if (a->exp > exp && !num_room(r, a->digits + a->exp - exp, st)) return;
    change_exponent(r, a, exp, ctx->round, &rest);
    if (r->digits > ctx->prec || (!num_is_zero(r) && num_adjusted(r) > ctx->emax)) {
        num_free(r);
        num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    if (rest || (a->exp < exp && !num_is_zero(a))) *st |= ST_ROUNDED;
    if (rest) *st |= ST_INEXACT;
    num_finish(r, ctx, st);
}

static void to_integral(Num *r, const Num *a, const Ctx *ctx, uint32_t *st, uint32_t report) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    if (num_is_special(a) || a->exp >= 0) {
        num_copy(r, a);
        return;
    }
    int rest;
    change_exponent(r, a, 0, ctx->round, &rest);
    if (!num_is_zero(a)) *st |= report & (rest ? ST_ROUNDED | ST_INEXACT : ST_ROUNDED);
}
void num_to_integral_exact(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) { to_integral(r, a, ctx, st, ST_ROUNDED | ST_INEXACT); }
void num_to_integral_value(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) { to_integral(r, a, ctx, st, 0); }

void num_normalize(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    num_copy(r, a);
    num_finish(r, ctx, st);
    if (num_is_special(r)) return;
    if (num_is_zero(r)) r->exp = 0;
    else num_strip_zeros(r, (ctx->clamp ? ctx_etop(ctx) : ctx->emax) - r->exp);
}

void num_logb(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    if (a->kind == NUM_INFINITE) num_set_special(r, NUM_INFINITE, false);
    else if (num_is_zero(a)) {
        num_set_special(r, NUM_INFINITE, true);
        *st |= ST_DIVISION_BY_ZERO;
    } else {
        int64_t e = num_adjusted(a);
        num_set_small(r, e < 0, (u128)(uint64_t)(e < 0 ? -e : e), 0);
        num_finish(r, ctx, st);
    }
}

// The value of the integer b, when |b| <= max.
static bool small_integer(const Num *b, int64_t max, int64_t *out) {
    if (num_is_special(b) || !num_is_integer(b)) return false;
    *out = 0;
    if (num_is_zero(b)) return true;
    if (num_adjusted(b) > 19) return false;
    Num q;
    if (b->exp < 0) num_cut(&q, b, -b->exp);
    else num_shift_left(&q, b, b->exp);
    bool fits = !num_is_big(&q) && q.c <= (u128)max;
    if (fits) *out = b->neg ? -(int64_t)q.c : (int64_t)q.c;
    num_free(&q);
    return fits;
}

void num_scaleb(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return;
    int64_t n;
    if (b->exp != 0 || !small_integer(b, 2 * (ctx->emax + ctx->prec), &n)) {
        num_invalid(r, ST_PLAIN_INVALID, st);
        return;
    }
    num_copy(r, a);
    if (num_is_special(a)) return;
    r->exp += n;
    num_finish(r, ctx, st);
}

// Keeps the last prec digits of r.
static void cap(Num *r, const Ctx *ctx) {
    if (r->digits <= ctx->prec) return;
    NumView v;
    mpz_t p;
    mpz_init(p);
    mpz_pow10(p, (uint64_t)ctx->prec);
    mpz_tdiv_r(p, num_view(r, &v), p);
    bool neg = r->neg;
    int64_t exp = r->exp;
    num_free(r);
    num_set_mpz(r, neg, p, exp);
}

// Operands of shift and rotate. true: done.
static bool shift_special(Num *r, const Num *a, const Num *b, const Ctx *ctx, int64_t *n, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return true;
    if (num_is_special(b) || b->exp != 0 || !small_integer(b, ctx->prec, n)) {
        num_invalid(r, ST_PLAIN_INVALID, st);
        return true;
    }
    if (num_is_special(a)) {
        num_copy(r, a);
        return true;
    }
    return !num_room(r, a->digits + (*n < 0 ? -*n : *n), st);
}

void num_shift(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    int64_t n;
    if (shift_special(r, a, b, ctx, &n, st)) return;
    if (n >= 0) num_shift_left(r, a, n);
    else {
        Num whole;
        num_copy(&whole, a);
        cap(&whole, ctx);
        num_cut(r, &whole, -n);
        num_free(&whole);
    }
    r->exp = a->exp;
    cap(r, ctx);
}

void num_rotate(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    int64_t n;
    if (shift_special(r, a, b, ctx, &n, st)) return;
    if (n < 0) n += ctx->prec;
    if (!num_room(r, a->digits + n, st)) return;
    // The low prec - n digits go up by n places, the n digits above them come down.
    Num whole, high, low;
    num_copy(&whole, a);
    cap(&whole, ctx);
    num_cut(&high, &whole, ctx->prec - n);
    num_shift_left(&low, &whole, n);
    cap(&low, ctx);
    NumView vh, vl;
    mpz_t z;
    mpz_init(z);
    mpz_add(z, num_view(&high, &vh), num_view(&low, &vl));
    num_free(&whole);
    num_free(&high);
    num_free(&low);
    num_set_mpz(r, a->neg, z, a->exp);
}

// ---- neighbours ---------------------------------------------------------------------------------------------------------------------

static void largest(Num *r, bool neg, const Ctx *ctx, uint32_t *st) {
    Num one;
    Ctx down = *ctx;
    uint32_t ignored = 0;
    down.round = ROUND_DOWN;
    num_set_small(&one, neg, 1, ctx->emax + 1);
    num_finish(&one, &down, &ignored);
    *st |= ignored & ST_MEMORY;
    *r = one;
}

// The next number of the context towards +infinity or -infinity.
static void neighbour(Num *r, const Num *a, bool up, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, NULL, ctx, st)) return;
    if (a->kind == NUM_INFINITE) {
        if (a->neg == up) largest(r, a->neg, ctx, st);
        else num_copy(r, a);
        return;
    }
    Ctx work = *ctx;
    uint32_t ignored = 0;
    work.round = up ? ROUND_CEILING : ROUND_FLOOR;
    num_copy(r, a);
    num_finish(r, &work, &ignored);
    if (!(ignored & (ST_INEXACT | ST_MEMORY))) {
        Num tiny, x = *r;
        num_set_small(&tiny, !up, 1, ctx_etiny(ctx) - 1);
        num_add(r, &x, &tiny, &work, &ignored);
        num_free(&x);
    }
    *st |= ignored & ST_MEMORY;
}
void num_next_minus(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) { neighbour(r, a, false, ctx, st); }
void num_next_plus(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) { neighbour(r, a, true, ctx, st); }

void num_next_toward(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    if (num_nans(r, a, b, ctx, st)) return;
    int order = num_order(a, b);
    if (order == 0) {
        num_copy_sign(r, a, b, ctx, st);
        return;
    }
    neighbour(r, a, order < 0, ctx, st);
    if (r->kind == NUM_INFINITE) *st |= ST_OVERFLOW | ST_ROUNDED | ST_INEXACT;
    else if (num_adjusted(r) < ctx->emin) {
        *st |= ST_UNDERFLOW | ST_SUBNORMAL | ST_ROUNDED | ST_INEXACT;
        if (num_is_zero(r)) *st |= ST_CLAMPED;
    }
}

// ---- logical operations -------------------------------------------------------------------------------------------------------------

// The digits of a logical operand, all 0 or 1, padded to n in front (or its last n) as '0' and '1'.
static bool logical_digits(const Num *a, char *to, int64_t n) {
    if (num_is_special(a) || a->neg || a->exp != 0) return false;
    char *all = malloc((size_t)a->digits);
    if (!all) return false;
    num_digits_text(a, all);
    bool ok = true;
    for (int64_t i = 0; i < a->digits; i++) ok = ok && (all[i] == '0' || all[i] == '1');
    memset(to, '0', (size_t)n);
    int64_t take = a->digits < n ? a->digits : n;
    memcpy(to + n - take, all + a->digits - take, (size_t)take);
    free(all);
    return ok;
}
static char bit_and(char x, char y) { return x & y; }
static char bit_or(char x, char y) { return x | y; }
static char bit_xor(char x, char y) { return '0' | (x ^ y); }

static void logical(Num *r, const Num *a, const Num *b, char (*op)(char, char), const Ctx *ctx, uint32_t *st) {
    int64_t n = a->digits > b->digits ? a->digits : b->digits;
    if (op == bit_xor && a == b) n = ctx->prec;   // all ones against a
    if (n > ctx->prec) n = ctx->prec;
    if (n < 1) n = 1;
    if (!num_room(r, n * 4, st)) return;
    char *x = malloc((size_t)n + 1), *y = malloc((size_t)n);
    if (!x || !y) num_invalid(r, ST_MEMORY, st);
    else if (!logical_digits(a, x, n) || !logical_digits(b, y, n)) num_invalid(r, ST_PLAIN_INVALID, st);
    else {
        if (op == bit_xor && a == b) memset(y, '1', (size_t)n);
        for (int64_t i = 0; i < n; i++) x[i] = op(x[i], y[i]);
        x[n] = 0;
        mpz_t z;
        mpz_init_set_str(z, x, 10);
        num_set_mpz(r, false, z, 0);
    }
    free(x);
    free(y);
}
void num_logical_and(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { logical(r, a, b, bit_and, ctx, st); }
void num_logical_or(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) { logical(r, a, b, bit_or, ctx, st); }
void num_logical_xor(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st) {
    Num other = *b;   // borrowed; a ^ a is no inversion
    logical(r, a, &other, bit_xor, ctx, st);
}
void num_logical_invert(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) { logical(r, a, a, bit_xor, ctx, st); }
