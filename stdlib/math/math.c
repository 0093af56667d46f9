// SPDX-License-Identifier: MIT
// The math module: elementary functions with Python's errors, and the module's table. Integer functions are in math_int.c, sums and
// distances in math_sum.c. No state.
#include <limits.h>
#include <math.h>

#include "stdlib/math/math_int.h"

static Value domain_error(Thread *th) { return raise_value_error(th, "math domain error"); }
static Value range_error(Thread *th) { return raise_error(th, &exc_OverflowError, "math range error"); }

// message: for arguments outside of the domain, with %R for the argument; NULL: the function has a value everywhere.
static Value result_1(Thread *th, double x, double r, bool can_overflow, const char *message) {
    if (UNLIKELY(isnan(r) && !isnan(x))) goto domain;
    if (UNLIKELY(isinf(r) && isfinite(x))) {
        if (can_overflow) return range_error(th);
        goto domain;
    }
    return float_from_double(th, r);
domain:
    if (!message) return domain_error(th);
    Value v = float_from_double(th, x);
    if (v) raise_value_error(th, message, v);
    decref(th, v);
    return NO_VALUE;
}

#define FUNCTION_1(name, expr, can_overflow, message)                                       \
    static Value math_fn_##name(Thread *th, Value self, Value *args) {                      \
        double x;                                                                           \
        if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;                         \
        return result_1(th, x, (expr), can_overflow, message);                              \
    }
#define UNIT "expected a number in range from -1 up to 1, got %R"
#define FINITE "expected a finite input, got %R"
FUNCTION_1(acos, acos(x), false, UNIT)
FUNCTION_1(asin, asin(x), false, UNIT)
FUNCTION_1(atan, atan(x), false, NULL)
FUNCTION_1(acosh, acosh(x), false, "expected argument value not less than 1, got %R")
FUNCTION_1(asinh, asinh(x), false, NULL)
FUNCTION_1(atanh, atanh(x), false, "expected a number between -1 and 1, got %R")
FUNCTION_1(cbrt, cbrt(x), false, NULL)
FUNCTION_1(cos, cos(x), false, FINITE)
FUNCTION_1(sin, sin(x), false, FINITE)
FUNCTION_1(tan, tan(x), false, FINITE)
FUNCTION_1(cosh, cosh(x), true, NULL)
FUNCTION_1(sinh, sinh(x), true, NULL)
FUNCTION_1(tanh, tanh(x), false, NULL)
FUNCTION_1(erf, erf(x), false, NULL)
FUNCTION_1(erfc, erfc(x), false, NULL)
FUNCTION_1(exp, exp(x), true, NULL)
FUNCTION_1(exp2, exp2(x), true, NULL)
FUNCTION_1(expm1, expm1(x), true, NULL)
FUNCTION_1(fabs, fabs(x), false, NULL)
FUNCTION_1(log1p, log1p(x), false, "expected argument value > -1, got %R")
FUNCTION_1(sqrt, sqrt(x), false, "expected a nonnegative input, got %R")
FUNCTION_1(degrees, x * (180.0 / M_PI), true, NULL)
FUNCTION_1(radians, x * (M_PI / 180.0), true, NULL)

// Gamma: small integers exactly, as factorial() gives them.
static double gamma_value(double x) {
    if (isinf(x)) return x > 0 ? x : NAN;
    if (x == floor(x)) {
        if (x <= 0.0) return NAN;
        if (x <= 23.0) {
            double r = 1.0;
            for (int i = 2; i < (int)x; i++) r *= i;
            return r;
        }
    }
    if (x < -190.0) return fmod(floor(x), 2.0) == 0.0 ? 0.0 : -0.0; // below the smallest float
    return tgamma(x);
}
static double lgamma_value(double x) {
    int sign;
    if (isinf(x)) return INFINITY;
    if (x == 1.0 || x == 2.0) return 0.0;
    return lgamma_r(x, &sign);
}
static Value math_fn_gamma(Thread *th, Value self, Value *args) {
    double x;
    if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;
    return result_1(th, x, gamma_value(x), true, "expected a noninteger or positive integer, got %R");
}
static Value math_fn_lgamma(Thread *th, Value self, Value *args) {
    double x;
    if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;
    double r = x <= 0.0 && x == floor(x) && isfinite(x) ? NAN : lgamma_value(x);
    return result_1(th, x, r, true, "expected a noninteger or positive integer, got %R");
}

#define ARGS_2                                                                     \
    double x, y;                                                                   \
    if (number_as_double(th, args[0], &x) < 0 || number_as_double(th, args[1], &y) < 0) return NO_VALUE

static Value math_fn_atan2(Thread *th, Value self, Value *args) { ARGS_2; return float_from_double(th, atan2(x, y)); }
static Value math_fn_copysign(Thread *th, Value self, Value *args) { ARGS_2; return float_from_double(th, copysign(x, y)); }
static Value math_fn_fmod(Thread *th, Value self, Value *args) {
    ARGS_2;
    double r = fmod(x, y);
    return isnan(r) && !isnan(x) && !isnan(y) ? domain_error(th) : float_from_double(th, r);
}
static Value math_fn_remainder(Thread *th, Value self, Value *args) {
    ARGS_2;
    double r = remainder(x, y);
    return isnan(r) && !isnan(x) && !isnan(y) ? domain_error(th) : float_from_double(th, r);
}
static Value math_fn_pow(Thread *th, Value self, Value *args) {
    ARGS_2;
    double r = pow(x, y);
    if (isfinite(x) && isfinite(y)) {
        if (isnan(r)) return domain_error(th);
        if (isinf(r)) return x == 0.0 ? domain_error(th) : range_error(th);
    }
    return float_from_double(th, r);
}

static Value math_fn_fma(Thread *th, Value self, Value *args) {
    double x, y, z;
    if (number_as_double(th, args[0], &x) < 0 || number_as_double(th, args[1], &y) < 0 || number_as_double(th, args[2], &z) < 0) return NO_VALUE;
    double r = fma(x, y, z);
    if (isnan(r) && !isnan(x) && !isnan(y) && !isnan(z)) return raise_value_error(th, "invalid operation in fma");
    if (isinf(r) && isfinite(x) && isfinite(y) && isfinite(z)) return raise_error(th, &exc_OverflowError, "overflow in fma");
    return float_from_double(th, r);
}

static Value pair(Thread *th, Value a, Value b) {
    Value v[2] = {a, b};
    return tuple_from_owned(th, v, 2);
}
static Value math_fn_frexp(Thread *th, Value self, Value *args) {
    double x;
    int e = 0;
    if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;
    if (isfinite(x)) x = frexp(x, &e);
    return pair(th, float_from_double(th, x), value_imm_int(e));
}
static Value math_fn_modf(Thread *th, Value self, Value *args) {
    double x, whole;
    if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;
    double f = modf(x, &whole);
    return pair(th, float_from_double(th, f), float_from_double(th, whole));
}
static Value math_fn_ldexp(Thread *th, Value self, Value *args) {
    double x;
    int64_t e;
    if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;
    if (!value_is_int(args[1])) return raise_type_error(th, "Expected an int as second argument to ldexp.");
    int over = int_as_i64_overflow(args[1], &e);
    if (over) e = over > 0 ? INT64_MAX : INT64_MIN;
    if (x == 0.0 || !isfinite(x)) return float_from_double(th, x);
    if (e > INT_MAX) return range_error(th);
    double r = e < INT_MIN ? copysign(0.0, x) : ldexp(x, (int)e);
    return isinf(r) ? range_error(th) : float_from_double(th, r);
}

// floor, ceil, trunc: the float's, else the special method's.
static Value rounded(Thread *th, Value x, Value name, double (*fn)(double)) {
    if (value_is_exact(x, &type_int)) return new_ref(th, x);
    double d;
    if (!value_is_exact(x, &type_float)) {
        bool found;
        Value r = special_call(th, x, name, NULL, 0, &found);
        if (found) return r;
        if (number_as_double(th, x, &d) < 0) return NO_VALUE;
    } else d = float_value(x);
    return int_from_double(th, fn(d));
}
static Value math_fn_floor(Thread *th, Value self, Value *args) { return rounded(th, args[0], name_d_floor, floor); }
static Value math_fn_ceil(Thread *th, Value self, Value *args) { return rounded(th, args[0], name_d_ceil, ceil); }
static Value math_fn_trunc(Thread *th, Value self, Value *args) {
    Value x = args[0];
    if (value_is_exact(x, &type_float)) return int_from_double(th, float_value(x));
    bool found;
    Value r = special_call(th, x, name_d_trunc, NULL, 0, &found);
    return found ? r : raise_type_error(th, "type %N doesn't define __trunc__ method", type_of(x));
}

// A logarithm of any real number; an int may be too large for a float.
static int log_of(Thread *th, Value v, double (*fn)(double), double *out) {
    if (value_is_int(v)) {
        if (int_sign(v) <= 0) { raise_value_error(th, "expected a positive input"); return -1; }
        double d = int_as_double(th, v);
        if (d == -1.0 && error_pending(th)) {
            error_clear(th);
            int64_t e;
            double m = int_frexp(v, &e);
            *out = fn(m) + fn(2.0) * (double)e;
        } else *out = fn(d);
        return 0;
    }
    double x;
    if (number_as_double(th, v, &x) < 0) return -1;
    double r = fn(x);
    if (x <= 0.0) {
        Value shown = float_from_double(th, x);
        if (shown) raise_value_error(th, "expected a positive input, got %R", shown);
        decref(th, shown);
        return -1;
    }
    *out = r;
    return 0;
}
static Value math_fn_log(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames != NO_VALUE && AS(Tuple, kwnames)->len) return raise_type_error(th, "math.log() takes no keyword arguments");
    if (nargs < 1) return raise_type_error(th, "log expected at least 1 argument, got 0");
    if (nargs > 2) return raise_type_error(th, "log expected at most 2 arguments, got %zu", nargs);
    double n, d;
    if (log_of(th, args[0], log, &n) < 0) return NO_VALUE;
    if (nargs == 1) return float_from_double(th, n);
    if (log_of(th, args[1], log, &d) < 0) return NO_VALUE;
    if (d == 0.0) return raise_error(th, &exc_ZeroDivisionError, "division by zero");
    return float_from_double(th, n / d);
}
static Value math_fn_log2(Thread *th, Value self, Value *args) {
    double r;
    return log_of(th, args[0], log2, &r) < 0 ? NO_VALUE : float_from_double(th, r);
}
static Value math_fn_log10(Thread *th, Value self, Value *args) {
    double r;
    return log_of(th, args[0], log10, &r) < 0 ? NO_VALUE : float_from_double(th, r);
}

#define PREDICATE(name, expr)                                               \
    static Value math_fn_##name(Thread *th, Value self, Value *args) {      \
        double x;                                                           \
        return number_as_double(th, args[0], &x) < 0 ? NO_VALUE : value_bool(expr); \
    }
PREDICATE(isfinite, isfinite(x))
PREDICATE(isinf, isinf(x))
PREDICATE(isnan, isnan(x))

static Value math_fn_isclose(Thread *th, Value self, Value *args) {
    double a, b, rel = 1e-9, tol = 0.0;
    if (number_as_double(th, args[0], &a) < 0 || number_as_double(th, args[1], &b) < 0) return NO_VALUE;
    if ((args[2] && number_as_double(th, args[2], &rel) < 0) || (args[3] && number_as_double(th, args[3], &tol) < 0)) return NO_VALUE;
    if (rel < 0.0 || tol < 0.0) return raise_value_error(th, "tolerances must be non-negative");
    if (a == b) return VALUE_TRUE;
    if (isinf(a) || isinf(b)) return VALUE_FALSE;
    double diff = fabs(b - a);
    return value_bool(diff <= fabs(rel * b) || diff <= fabs(rel * a) || diff <= tol);
}

// Floats in order as signed numbers.
static int64_t to_ordered(double x) {
    int64_t b;
    memcpy(&b, &x, 8);
    return b < 0 ? INT64_MIN - b : b;
}
static double from_ordered(int64_t o) {
    int64_t b = o < 0 ? INT64_MIN - o : o;
    double x;
    memcpy(&x, &b, 8);
    return x;
}
static Value math_fn_nextafter(Thread *th, Value self, Value *args) {
    ARGS_2;
    if (args[2] == NO_VALUE || args[2] == VALUE_NONE) return float_from_double(th, nextafter(x, y));
    Value n = number_index(th, args[2]);
    if (!n) return NO_VALUE;
    if (int_sign(n) < 0) {
        decref(th, n);
        return raise_value_error(th, "steps must be a non-negative integer");
    }
    uint64_t steps = int_bit_length(n) > 64 ? UINT64_MAX : int_as_u64_mask(n);
    decref(th, n);
    if (steps == 0 || isnan(x)) return float_from_double(th, x);
    if (isnan(y) || x == y) return float_from_double(th, y);
    int64_t from = to_ordered(x), to = to_ordered(y);
    uint64_t gap = from < to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    if (steps >= gap) return float_from_double(th, y);
    double r = from_ordered(from < to ? (int64_t)((uint64_t)from + steps) : (int64_t)((uint64_t)from - steps));
    return float_from_double(th, r == 0.0 ? copysign(0.0, from < to ? -1.0 : 1.0) : r);
}
static Value math_fn_ulp(Thread *th, Value self, Value *args) {
    double x;
    if (number_as_double(th, args[0], &x) < 0) return NO_VALUE;
    x = fabs(x);
    if (!isfinite(x)) return float_from_double(th, x);
    double up = nextafter(x, INFINITY);
    return float_from_double(th, isinf(up) ? x - nextafter(x, 0.0) : up - x);
}

static const MethodDef math_methods[] = {
    {"acos", "(x, /)", math_fn_acos, "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.", 0},
    {"acosh", "(x, /)", math_fn_acosh, "Return the inverse hyperbolic cosine of x.", 0},
    {"asin", "(x, /)", math_fn_asin, "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.", 0},
    {"asinh", "(x, /)", math_fn_asinh, "Return the inverse hyperbolic sine of x.", 0},
    {"atan", "(x, /)", math_fn_atan, "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.", 0},
    {"atan2", "(y, x, /)", math_fn_atan2, "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered.", 0},
    {"atanh", "(x, /)", math_fn_atanh, "Return the inverse hyperbolic tangent of x.", 0},
    {"cbrt", "(x, /)", math_fn_cbrt, "Return the cube root of x.", 0},
    {"ceil", "(x, /)", math_fn_ceil, "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.", 0},
    {"comb", "(n, k, /)", math_fn_comb, "Number of ways to choose k items from n items without repetition and without order.", 0},
    {"copysign", "(x, y, /)", math_fn_copysign, "Return a float with the magnitude (absolute value) of x but the sign of y.", 0},
    {"cos", "(x, /)", math_fn_cos, "Return the cosine of x (measured in radians).", 0},
    {"cosh", "(x, /)", math_fn_cosh, "Return the hyperbolic cosine of x.", 0},
    {"degrees", "(x, /)", math_fn_degrees, "Convert angle x from radians to degrees.", 0},
    {"dist", "(p, q, /)", math_fn_dist, "Return the Euclidean distance between two points p and q.", 0},
    {"erf", "(x, /)", math_fn_erf, "Error function at x.", 0},
    {"erfc", "(x, /)", math_fn_erfc, "Complementary error function at x.", 0},
    {"exp", "(x, /)", math_fn_exp, "Return e raised to the power of x.", 0},
    {"exp2", "(x, /)", math_fn_exp2, "Return 2 raised to the power of x.", 0},
    {"expm1", "(x, /)", math_fn_expm1, "Return exp(x)-1.", 0},
    {"fabs", "(x, /)", math_fn_fabs, "Return the absolute value of the float x.", 0},
    {"factorial", "(n, /)", math_fn_factorial, "Find n!.", 0},
    {"floor", "(x, /)", math_fn_floor, "Return the floor of x as an Integral.\n\nThis is the largest integer <= x.", 0},
    {"fma", "(x, y, z, /)", math_fn_fma, "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round.", 0},
    {"fmod", "(x, y, /)", math_fn_fmod, "Return fmod(x, y), according to platform C.\n\nx % y may differ.", 0},
    {"frexp", "(x, /)", math_fn_frexp, "Return the mantissa and exponent of x, as pair (m, e).", 0},
    {"fsum", "(seq, /)", math_fn_fsum, "Return an accurate floating-point sum of values in the iterable seq.", 0},
    {"gamma", "(x, /)", math_fn_gamma, "Gamma function at x.", 0},
    {"gcd", "(/, *integers)", math_fn_gcd, "Greatest Common Divisor.", METH_RAW},
    {"hypot", "(/, *coordinates)", math_fn_hypot, "Multidimensional Euclidean distance from the origin to a point.", 0},
    {"isclose", "(/, a, b, *, rel_tol=1e-09, abs_tol=0.0)", math_fn_isclose, "Determine whether two floating-point numbers are close in value.", 0},
    {"isfinite", "(x, /)", math_fn_isfinite, "Return True if x is neither an infinity nor a NaN, and False otherwise.", 0},
    {"isinf", "(x, /)", math_fn_isinf, "Return True if x is a positive or negative infinity, and False otherwise.", 0},
    {"isnan", "(x, /)", math_fn_isnan, "Return True if x is a NaN (not a number), and False otherwise.", 0},
    {"isqrt", "(n, /)", math_fn_isqrt, "Return the integer part of the square root of the input.", 0},
    {"lcm", "(/, *integers)", math_fn_lcm, "Least Common Multiple.", METH_RAW},
    {"ldexp", "(x, i, /)", math_fn_ldexp, "Return x * (2**i).\n\nThis is essentially the inverse of frexp().", 0},
    {"lgamma", "(x, /)", math_fn_lgamma, "Natural logarithm of absolute value of Gamma function at x.", 0},
    {"log", "(x, base=None, /)", math_fn_log, "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x.", METH_RAW | METH_NO_TEXT_SIG},
    {"log10", "(x, /)", math_fn_log10, "Return the base 10 logarithm of x.", 0},
    {"log1p", "(x, /)", math_fn_log1p, "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero.", 0},
    {"log2", "(x, /)", math_fn_log2, "Return the base 2 logarithm of x.", 0},
    {"modf", "(x, /)", math_fn_modf, "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats.", 0},
    {"nextafter", "(x, y, /, *, steps=None)", math_fn_nextafter, "Return the floating-point value the given number of steps after x towards y.", 0},
    {"perm", "(n, k=None, /)", math_fn_perm, "Number of ways to choose k items from n items without repetition and with order.", 0},
    {"pow", "(x, y, /)", math_fn_pow, "Return x**y (x to the power of y).", 0},
    {"prod", "(iterable, /, *, start=1)", math_fn_prod, "Calculate the product of all the elements in the input iterable.", 0},
    {"radians", "(x, /)", math_fn_radians, "Convert angle x from degrees to radians.", 0},
    {"remainder", "(x, y, /)", math_fn_remainder, "Difference between x and the closest integer multiple of y.", 0},
    {"sin", "(x, /)", math_fn_sin, "Return the sine of x (measured in radians).", 0},
    {"sinh", "(x, /)", math_fn_sinh, "Return the hyperbolic sine of x.", 0},
    {"sqrt", "(x, /)", math_fn_sqrt, "Return the square root of x.", 0},
    {"sumprod", "(p, q, /)", math_fn_sumprod, "Return the sum of products of values from two iterables p and q.", 0},
    {"tan", "(x, /)", math_fn_tan, "Return the tangent of x (measured in radians).", 0},
    {"tanh", "(x, /)", math_fn_tanh, "Return the hyperbolic tangent of x.", 0},
    {"trunc", "(x, /)", math_fn_trunc, "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method.", 0},
    {"ulp", "(x, /)", math_fn_ulp, "Return the value of the least significant bit of the float x.", 0},
    {0},
};

static int math_exec(Thread *th, Value module) {
    if (module_add(th, module, "pi", float_from_double(th, M_PI)) < 0) return -1;
    if (module_add(th, module, "e", float_from_double(th, M_E)) < 0) return -1;
    if (module_add(th, module, "tau", float_from_double(th, 2 * M_PI)) < 0) return -1;
    if (module_add(th, module, "inf", float_from_double(th, INFINITY)) < 0) return -1;
    return module_add(th, module, "nan", float_from_double(th, NAN));
}

const ModuleDef module_math = {
    "math", "This module provides access to the mathematical functions\ndefined by the C standard.", math_methods, math_exec,
};
