// SPDX-License-Identifier: MIT
// math: functions of integers, over GMP. No state.
#include <math.h>

#include "core/object/container_inl.h"
#include "core/object/int_limbs.h"
#include "stdlib/math/math_int.h"

// The arguments stand where the caller has them: no tuple is made.
static Value fold(Thread *th, const Value *args, size_t n, Value start, Value (*step)(Thread *th, Value a, Value b)) {
    Value r = start;
    for (size_t i = 0; i < n; i++) {
        Value v = number_index(th, args[i]), next = v ? step(th, r, v) : NO_VALUE;
        decref(th, v);
        decref(th, r);
        if (!(r = next)) return NO_VALUE;
    }
    return r;
}

MATH_RAW(gcd) {
    if (args_no_keywords(th, "math.gcd", kwnames) < 0) return NO_VALUE;
    return LIKELY(nargs == 2) && value_both_imm_int(args[0], args[1]) ? int_gcd(th, args[0], args[1]) : fold(th, args, nargs, value_imm_int(0), int_gcd);
}

static Value lcm2(Thread *th, Value a, Value b) {
    if (int_sign(a) == 0 || int_sign(b) == 0) return value_imm_int(0);
    Value g = int_gcd(th, a, b), q = g ? int_floordiv(th, a, g) : NO_VALUE, p = q ? int_mul(th, q, b) : NO_VALUE;
    decref(th, g);
    decref(th, q);
    if (p && int_sign(p) < 0) {
        Value n = int_neg(th, p);
        decref(th, p);
        p = n;
    }
    return p;
}
MATH_RAW(lcm) { return args_no_keywords(th, "math.lcm", kwnames) < 0 ? NO_VALUE : fold(th, args, nargs, value_imm_int(1), lcm2); }

MATH_FN(isqrt) {
    Value n = number_index(th, args[0]);
    if (!n) return NO_VALUE;
    Value r = NO_VALUE;
    if (int_sign(n) < 0) raise_value_error(th, "isqrt() argument must be nonnegative");
    else if (LIKELY(value_is_imm_int(n))) {
        // The root of the nearest double is off by one at most: n has 61 bits.
        uint64_t u = (uint64_t)value_imm_int_get(n), root = (uint64_t)sqrt((double)u);
        if (root * root > u) root--;
        else if ((root + 1) * (root + 1) <= u) root++;
        return value_imm_int((int64_t)root);
    }
    else {
        IntView w;
        mpz_t z, s;
        int_view(n, &w);
        int_view_mpz(&w, z);
        mpz_init(s);
        mpz_sqrt(s, z);
        r = int_from_mpz(th, s);
        mpz_clear(s);
    }
    decref(th, n);
    return r;
}

static Value factorial(Thread *th, Value n) {
    if (int_sign(n) < 0) return raise_value_error(th, "factorial() not defined for negative values");
    int64_t k;
    if (int_as_i64_overflow(n, &k)) return raise_error(th, &exc_OverflowError, "factorial() argument should not exceed 9223372036854775807");
    if (k > (int64_t)1 << 33) return raise_memory_error(th);
    mpz_t z;
    mpz_init(z);
    mpz_fac_ui(z, (unsigned long)k);
    Value r = int_from_mpz(th, z);
    mpz_clear(z);
    return r;
}
MATH_FN(factorial) {
    Value n = number_index(th, args[0]), r = n ? factorial(th, n) : NO_VALUE;
    decref(th, n);
    return r;
}

// low * (low + 1) * ... * (low + count - 1), by halves.
static void rising(mpz_t out, const mpz_t low, unsigned long count) {
    if (count <= 8) {
        mpz_t f;
        mpz_init_set(f, low);
        mpz_set_ui(out, 1);
        for (unsigned long i = 0; i < count; i++) {
            mpz_mul(out, out, f);
            mpz_add_ui(f, f, 1);
        }
        mpz_clear(f);
        return;
    }
    mpz_t mid, right;
    mpz_init(mid);
    mpz_init(right);
    mpz_add_ui(mid, low, count / 2);
    rising(out, low, count / 2);
    rising(right, mid, count - count / 2);
    mpz_mul(out, out, right);
    mpz_clear(mid);
    mpz_clear(right);
}

// Both arguments as ints, checked. 0 or -1; references in *n, *k.
static int two_ints(Thread *th, Value *args, Value *n, Value *k) {
    if (!(*n = number_index(th, args[0]))) return -1;
    if (!(*k = number_index(th, args[1]))) { decref(th, *n); return -1; }
    const char *what = int_sign(*n) < 0 ? "n" : int_sign(*k) < 0 ? "k" : NULL;
    if (!what) return 0;
    raise_value_error(th, "%s must be a non-negative integer", what);
    decref(th, *n);
    decref(th, *k);
    return -1;
}

MATH_FN(perm) {
    if (args[1] == NO_VALUE || args[1] == VALUE_NONE) return math_fn_factorial(th, self, args);
    Value n, k, r = NO_VALUE;
    if (two_ints(th, args, &n, &k) < 0) return NO_VALUE;
    int64_t count;
    if (int_compare(k, n) > 0) r = value_imm_int(0);
    else if (int_as_i64_overflow(k, &count)) raise_error(th, &exc_OverflowError, "k must not exceed 9223372036854775807");
    else if (count > (int64_t)1 << 33) raise_memory_error(th);
    else {
        Value d = int_sub(th, n, k), low = d ? int_add(th, d, value_imm_int(1)) : NO_VALUE;
        if (low) {
            IntView w;
            mpz_t z, out;
            int_view(low, &w);
            int_view_mpz(&w, z);
            mpz_init(out);
            rising(out, z, (unsigned long)count);
            r = int_from_mpz(th, out);
            mpz_clear(out);
        }
        decref(th, d);
        decref(th, low);
    }
    decref(th, n);
    decref(th, k);
    return r;
}

MATH_FN(comb) {
    Value n, k, r = NO_VALUE;
    if (two_ints(th, args, &n, &k) < 0) return NO_VALUE;
    Value other = int_sub(th, n, k);
    if (!other) goto done;
    if (int_sign(other) < 0) { r = value_imm_int(0); goto done; }
    Value few = int_compare(other, k) < 0 ? other : k;
    int64_t count;
    if (int_as_i64_overflow(few, &count)) raise_error(th, &exc_OverflowError, "min(n - k, k) must not exceed 9223372036854775807");
    else if (count > (int64_t)1 << 33) raise_memory_error(th);
    else {
        IntView w;
        mpz_t z, out;
        int_view(n, &w);
        int_view_mpz(&w, z);
        mpz_init(out);
        mpz_bin_ui(out, z, (unsigned long)count);
        r = int_from_mpz(th, out);
        mpz_clear(out);
    }
done:
    decref(th, other);
    decref(th, n);
    decref(th, k);
    return r;
}
