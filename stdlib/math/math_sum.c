// SPDX-License-Identifier: MIT
// math: sums, products and distances with extended precision. No state.
// Source: J. Shewchuk, Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates (1997); T. Ogita, S. Rump,
// S. Oishi, Accurate Sum and Dot Product (2005).
#include <math.h>

#include "gc/heap.h"
#include "stdlib/math/math_int.h"

// hi + lo is exactly a + b, or a * b.
typedef struct Two { double hi, lo; } Two;
static inline Two two_sum(double a, double b) {
    double s = a + b, t = s - a;
    return (Two){s, (a - (s - t)) + (b - t)};
}
static inline Two two_product(double a, double b) {
    double p = a * b;
    return (Two){p, fma(a, b, -p)};
}

MATH_FN(fsum) {
    Value it = object_iter(th, args[0]);
    if (!it) return NO_VALUE;
    double small[32], *p = small;
    size_t n = 0, cap = 32;
    double special = 0.0, infinities = 0.0; // NaNs and infinities, and infinities alone
    Value item, r = NO_VALUE;
    while ((item = iter_next(th, it))) {
        double x;
        int bad = number_as_double(th, item, &x);
        decref(th, item);
        if (bad < 0) goto done;
        double given = x;
        size_t kept = 0;
        for (size_t i = 0; i < n; i++) { // p[] holds non-overlapping partials of growing size
            Two s = two_sum(fabs(x) < fabs(p[i]) ? p[i] : x, fabs(x) < fabs(p[i]) ? x : p[i]);
            if (s.lo != 0.0) p[kept++] = s.lo;
            x = s.hi;
        }
        n = kept;
        if (x == 0.0) continue;
        if (!isfinite(x)) {
            if (isfinite(given)) {
                raise_error(th, &exc_OverflowError, "intermediate overflow in fsum");
                goto done;
            }
            if (isinf(given)) infinities += given;
            special += given;
            n = 0;
            continue;
        }
        if (n == cap) {
            double *q = mem_alloc(th, 2 * cap * sizeof *q);
            if (!q) goto done;
            memcpy(q, p, n * sizeof *q);
            if (p != small) mem_free(p);
            p = q;
            cap *= 2;
        }
        p[n++] = x;
    }
    if (error_pending(th)) goto done;
    if (special != 0.0) {
        if (isnan(infinities)) raise_value_error(th, "-inf + inf in fsum");
        else r = float_from_double(th, special);
        goto done;
    }
    double hi = 0.0, lo = 0.0;
    if (n) {
        hi = p[--n];
        while (n) { // add from the largest down until something is lost
            Two s = two_sum(hi, p[--n]);
            hi = s.hi;
            lo = s.lo;
            if (lo != 0.0) break;
        }
        // What is left decides a tie.
        if (n && ((lo < 0.0 && p[n - 1] < 0.0) || (lo > 0.0 && p[n - 1] > 0.0))) {
            double twice = lo * 2.0, x = hi + twice;
            if (twice == x - hi) hi = x;
        }
    }
    r = float_from_double(th, hi);
done:
    if (p != small) mem_free(p);
    decref(th, it);
    return r;
}

// ---- products of pairs --------------------------------------------------------------------------------------------------------------

typedef struct Triple { double hi, lo, tiny; } Triple;

static Triple triple_fma(double x, double y, Triple t) {
    Two p = two_product(x, y), s = two_sum(t.hi, p.hi), a = two_sum(t.lo, p.lo), b = two_sum(a.hi, s.lo);
    return (Triple){s.hi, b.hi, t.tiny + a.lo + b.lo};
}
static double triple_value(Triple t) {
    Two last = two_sum(t.lo, t.hi);
    return t.tiny + last.lo + last.hi;
}

static Value add_to(Thread *th, Value total_owned, Value v_owned) {
    Value r = v_owned ? number_add(th, total_owned, v_owned) : NO_VALUE;
    decref(th, total_owned);
    decref(th, v_owned);
    return r;
}

// The product of two exact ints that fit machine words, added to *sum. False: not such a pair, or it does not fit.
static bool sum_ints(Value p, Value q, int64_t *sum) {
    int64_t x, y, m, total;
    if (!value_is_exact(p, &type_int) || !value_is_exact(q, &type_int) || int_as_i64_overflow(p, &x) || int_as_i64_overflow(q, &y)) return false;
    if (__builtin_mul_overflow(x, y, &m) || __builtin_add_overflow(*sum, m, &total)) return false;
    *sum = total;
    return true;
}
// The same for pairs of floats, or of a float and an int, in extended precision. False also when the sum is not finite.
static bool sum_floats(Thread *th, Value p, Value q, Triple *sum) {
    bool pf = value_is_exact(p, &type_float), qf = value_is_exact(q, &type_float);
    if (!pf && !qf) return false;
    if (!pf && !value_is_exact(p, &type_int) && !value_is_bool(p)) return false;
    if (!qf && !value_is_exact(q, &type_int) && !value_is_bool(q)) return false;
    double x = pf ? float_value(p) : int_as_double(th, p), y = qf ? float_value(q) : int_as_double(th, q);
    if (error_pending(th)) {
        error_clear(th);
        return false;
    }
    Triple t = triple_fma(x, y, *sum);
    if (!isfinite(t.hi)) return false;
    *sum = t;
    return true;
}

// Three ways to add, each left for good at the first pair that does not suit it: machine ints, floats in extended precision, operators.
MATH_FN(sumprod) {
    Value pi = object_iter(th, args[0]), qi = pi ? object_iter(th, args[1]) : NO_VALUE, p = NO_VALUE, q = NO_VALUE;
    Value total = value_imm_int(0);
    int64_t ints = 0;
    Triple floats = {0, 0, 0};
    bool int_path = true, float_path = true, any_float = false;
    if (!qi) goto fail;
    for (;;) {
        p = iter_next(th, pi);
        if (!p && error_pending(th)) goto fail;
        q = iter_next(th, qi);
        if (!q && error_pending(th)) goto fail;
        if (!p != !q) {
            raise_value_error(th, "Inputs are not the same length");
            goto fail;
        }
        bool added = false;
        if (int_path && !(added = p && sum_ints(p, q, &ints))) {
            int_path = false;
            if (!(total = add_to(th, total, int_from_i64(th, ints)))) goto fail;
        }
        if (!added && float_path) {
            if ((added = p && sum_floats(th, p, q, &floats))) any_float = true;
            else {
                float_path = false;
                if (any_float && !(total = add_to(th, total, float_from_double(th, triple_value(floats))))) goto fail;
            }
        }
        if (!p) break;
        if (!added && !(total = add_to(th, total, number_binary(th, BINOP_MUL, p, q)))) goto fail;
        clear_ref(th, &p);
        clear_ref(th, &q);
    }
    decref(th, pi);
    decref(th, qi);
    return total;
fail:
    decref(th, p);
    decref(th, q);
    decref(th, pi);
    decref(th, qi);
    decref(th, total);
    return NO_VALUE;
}

MATH_FN(prod) {
    Value it = object_iter(th, args[0]);
    if (!it) return NO_VALUE;
    Value r = args[1] == NO_VALUE ? value_imm_int(1) : new_ref(th, args[1]), item;
    while ((item = iter_next(th, it))) {
        Value next = number_binary(th, BINOP_MUL, r, item);
        decref(th, item);
        decref(th, r);
        if (!(r = next)) break;
    }
    decref(th, it);
    if (error_pending(th)) {
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

// ---- distances ----------------------------------------------------------------------------------------------------------------------

// The square root of the sum of squares; v's items are not negative, max is the largest.
static double norm(double *v, size_t n, double max, bool nan) {
    if (isinf(max)) return max;
    if (nan) return NAN;
    if (max == 0.0 || n <= 1) return max;
    int e;
    frexp(max, &e);
    if (e < -1023) { // subnormal: lift everything first
        for (size_t i = 0; i < n; i++) v[i] *= 0x1p60;
        return norm(v, n, max * 0x1p60, false) * 0x1p-60;
    }
    double scale = ldexp(1.0, -e), sum = 0.0, low1 = 0.0, low2 = 0.0;
    if (isinf(scale)) scale = 0x1p1023;
    for (size_t i = 0; i < n; i++) {
        double x = v[i] * scale; // exact, below 1
        Two sq = two_product(x, x), s = two_sum(sum, sq.hi);
        sum = s.hi;
        low1 += s.lo;
        low2 += sq.lo;
    }
    double h = sqrt(sum + (low1 + low2));
    // One step of Newton with the exact residue.
    Two sq = two_product(-h, h), s = two_sum(sum, sq.hi);
    double rest = s.hi + (s.lo + (low1 + (low2 + sq.lo)));
    return (h + rest / (2.0 * h)) / scale;
}

static double *numbers_of(Thread *th, size_t n, double small[32]) { return n <= 32 ? small : mem_alloc(th, n * sizeof(double)); }

MATH_FN(hypot) {
    Tuple *t = AS(Tuple, args[0]);
    double small[32], *v = numbers_of(th, t->len, small), max = 0.0;
    if (!v) return NO_VALUE;
    bool nan = false;
    Value r = NO_VALUE;
    for (size_t i = 0; i < t->len; i++) {
        if (number_as_double(th, t->items[i], &v[i]) < 0) goto done;
        v[i] = fabs(v[i]);
        nan |= isnan(v[i]) != 0;
        if (v[i] > max) max = v[i];
    }
    r = float_from_double(th, norm(v, t->len, max, nan));
done:
    if (v != small) mem_free(v);
    return r;
}

MATH_FN(dist) {
    Value p = value_is_tuple(args[0]) ? new_ref(th, args[0]) : sequence_to_tuple(th, args[0]);
    Value q = !p ? NO_VALUE : value_is_tuple(args[1]) ? new_ref(th, args[1]) : sequence_to_tuple(th, args[1]);
    Value r = NO_VALUE;
    double small[32], *v = NULL, max = 0.0;
    if (!q) goto done;
    size_t n = AS(Tuple, p)->len;
    if (n != AS(Tuple, q)->len) {
        raise_value_error(th, "both points must have the same number of dimensions");
        goto done;
    }
    if (!(v = numbers_of(th, n, small))) goto done;
    bool nan = false;
    for (size_t i = 0; i < n; i++) {
        double x, y;
        if (number_as_double(th, AS(Tuple, p)->items[i], &x) < 0 || number_as_double(th, AS(Tuple, q)->items[i], &y) < 0) goto done;
        v[i] = fabs(x - y);
        nan |= isnan(v[i]) != 0;
        if (v[i] > max) max = v[i];
    }
    r = float_from_double(th, norm(v, n, max, nan));
done:
    if (v && v != small) mem_free(v);
    decref(th, p);
    decref(th, q);
    return r;
}
