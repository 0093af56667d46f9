// SPDX-License-Identifier: MIT
// cmath: complex functions over the C library's, with Python's errors: a value that C gives as undefined or as a pole raises ValueError, one
// that is infinite for a finite argument OverflowError. No state.
#include <complex.h>
#include <math.h>

#include "core/object/abstract.h"
#include "core/object/float.h"
#include "core/object/module.h"
#include "core/object/tuple.h"

typedef double complex C;

static inline C c_make(double re, double im) { // CMPLX is not known to every compiler
    union { double part[2]; C z; } u = {{re, im}};
    return u.z;
}

static Value domain_error(Thread *th) { return raise_value_error(th, "math domain error"); }
static Value range_error(Thread *th) { return raise_error(th, &exc_OverflowError, "math range error"); }
static bool c_finite(C z) { return isfinite(creal(z)) && isfinite(cimag(z)); }

static int arg_complex(Thread *th, Value v, C *out) {
    double re, im;
    if (number_as_complex(th, v, &re, &im) < 0) return -1;
    *out = c_make(re, im);
    return 0;
}

static Value result(Thread *th, C z, C r) {
    if ((isinf(creal(r)) || isinf(cimag(r))) && c_finite(z)) return range_error(th);
    return complex_new(th, creal(r), cimag(r));
}

// An infinite angle has no value unless a factor of zero or NaN hides it.
static bool no_angle_exp(C z) { return isinf(cimag(z)) && (isfinite(creal(z)) || creal(z) > 0); }
static bool no_angle(C z) { return isinf(cimag(z)) && !isnan(creal(z)); }
static bool no_angle_tanh(C z) { return isinf(cimag(z)) && isfinite(creal(z)); }
static C turned(C z) { return c_make(-cimag(z), creal(z)); } // i z
static bool pole_atanh(C z) { return cimag(z) == 0.0 && fabs(creal(z)) == 1.0; }
static bool always_fine(C z) { return false; }
static bool is_zero(C z) { return creal(z) == 0.0 && cimag(z) == 0.0; }
static bool no_angle_turned(C z) { return no_angle(turned(z)); }
static bool no_angle_tanh_turned(C z) { return no_angle_tanh(turned(z)); }
static bool pole_atan(C z) { return pole_atanh(turned(z)); }

static C c_log10(C z) {
    C r = clog(z);
    return c_make(creal(r) / M_LN10, cimag(r) / M_LN10);
}

#define FUNCTION(name, fn, undefined)                                             \
    static Value cmath_fn_##name(Thread *th, Value self, Value *args) {           \
        C z;                                                                      \
        if (arg_complex(th, args[0], &z) < 0) return NO_VALUE;                    \
        return undefined(z) ? domain_error(th) : result(th, z, fn(z));            \
    }
FUNCTION(acos, cacos, always_fine)
FUNCTION(acosh, cacosh, always_fine)
FUNCTION(asin, casin, always_fine)
FUNCTION(asinh, casinh, always_fine)
FUNCTION(atan, catan, pole_atan)
FUNCTION(atanh, catanh, pole_atanh)
FUNCTION(cos, ccos, no_angle_turned)
FUNCTION(cosh, ccosh, no_angle)
FUNCTION(exp, cexp, no_angle_exp)
FUNCTION(log10, c_log10, is_zero)
FUNCTION(sin, csin, no_angle_turned)
FUNCTION(sinh, csinh, no_angle)
FUNCTION(sqrt, csqrt, always_fine)
FUNCTION(tan, ctan, no_angle_tanh_turned)
FUNCTION(tanh, ctanh, no_angle_tanh)

static Value cmath_fn_log(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames != NO_VALUE && AS(Tuple, kwnames)->len) return raise_type_error(th, "cmath.log() takes no keyword arguments");
    if (nargs < 1) return raise_type_error(th, "log expected at least 1 argument, got 0");
    if (nargs > 2) return raise_type_error(th, "log expected at most 2 arguments, got %zu", nargs);
    C z, base;
    if (arg_complex(th, args[0], &z) < 0) return NO_VALUE;
    if (nargs == 1) return is_zero(z) ? domain_error(th) : result(th, z, clog(z));
    if (arg_complex(th, args[1], &base) < 0) return NO_VALUE;
    if (is_zero(z) || is_zero(base)) return domain_error(th);
    C n = clog(z), d = clog(base);
    if (is_zero(d)) return domain_error(th);
    Value nv = complex_new(th, creal(n), cimag(n)), dv = complex_new(th, creal(d), cimag(d));
    Value r = nv && dv ? number_binary(th, BINOP_TRUEDIV, nv, dv) : NO_VALUE;
    decref(th, nv);
    decref(th, dv);
    return r;
}

static Value cmath_fn_phase(Thread *th, Value self, Value *args) {
    C z;
    return arg_complex(th, args[0], &z) < 0 ? NO_VALUE : float_from_double(th, atan2(cimag(z), creal(z)));
}
static Value cmath_fn_polar(Thread *th, Value self, Value *args) {
    C z;
    if (arg_complex(th, args[0], &z) < 0) return NO_VALUE;
    double r = hypot(creal(z), cimag(z));
    if (isinf(r) && c_finite(z)) return range_error(th);
    Value v[2] = {float_from_double(th, r), float_from_double(th, atan2(cimag(z), creal(z)))};
    return tuple_from_owned(th, v, 2);
}
static Value cmath_fn_rect(Thread *th, Value self, Value *args) {
    double r, phi;
    if (number_as_double(th, args[0], &r) < 0 || number_as_double(th, args[1], &phi) < 0) return NO_VALUE;
    if (isinf(phi) && r != 0.0 && !isnan(r)) return domain_error(th);
    if (!isfinite(r) || !isfinite(phi)) {
        if (isinf(r) && isfinite(phi) && phi != 0.0)
            return complex_new(th, copysign(INFINITY, r * cos(phi)), copysign(INFINITY, r * sin(phi)));
        if (r == 0.0) return complex_new(th, 0.0, 0.0);
        if (phi == 0.0) return complex_new(th, r, isnan(r) ? 0.0 : copysign(0.0, r * copysign(1.0, phi)));
        return complex_new(th, isinf(r) ? INFINITY : NAN, NAN);
    }
    if (phi == 0.0) return complex_new(th, r, r * phi);
    return complex_new(th, r * cos(phi), r * sin(phi));
}

#define PREDICATE(name, expr)                                                  \
    static Value cmath_fn_##name(Thread *th, Value self, Value *args) {        \
        C z;                                                                   \
        return arg_complex(th, args[0], &z) < 0 ? NO_VALUE : value_bool(expr); \
    }
PREDICATE(isfinite, c_finite(z))
PREDICATE(isinf, isinf(creal(z)) || isinf(cimag(z)))
PREDICATE(isnan, isnan(creal(z)) || isnan(cimag(z)))

static Value cmath_fn_isclose(Thread *th, Value self, Value *args) {
    C a, b;
    double rel = 1e-9, tol = 0.0;
    if (arg_complex(th, args[0], &a) < 0 || arg_complex(th, args[1], &b) < 0) return NO_VALUE;
    if ((args[2] && number_as_double(th, args[2], &rel) < 0) || (args[3] && number_as_double(th, args[3], &tol) < 0)) return NO_VALUE;
    if (rel < 0.0 || tol < 0.0) return raise_value_error(th, "tolerances must be non-negative");
    if (creal(a) == creal(b) && cimag(a) == cimag(b)) return VALUE_TRUE;
    if (isinf(creal(a)) || isinf(cimag(a)) || isinf(creal(b)) || isinf(cimag(b))) return VALUE_FALSE;
    double diff = hypot(creal(a) - creal(b), cimag(a) - cimag(b));
    return value_bool(diff <= rel * hypot(creal(b), cimag(b)) || diff <= rel * hypot(creal(a), cimag(a)) || diff <= tol);
}

static const MethodDef cmath_methods[] = {
    {"acos", "(z, /)", cmath_fn_acos, "Return the arc cosine of z.", 0},
    {"acosh", "(z, /)", cmath_fn_acosh, "Return the inverse hyperbolic cosine of z.", 0},
    {"asin", "(z, /)", cmath_fn_asin, "Return the arc sine of z.", 0},
    {"asinh", "(z, /)", cmath_fn_asinh, "Return the inverse hyperbolic sine of z.", 0},
    {"atan", "(z, /)", cmath_fn_atan, "Return the arc tangent of z.", 0},
    {"atanh", "(z, /)", cmath_fn_atanh, "Return the inverse hyperbolic tangent of z.", 0},
    {"cos", "(z, /)", cmath_fn_cos, "Return the cosine of z.", 0},
    {"cosh", "(z, /)", cmath_fn_cosh, "Return the hyperbolic cosine of z.", 0},
    {"exp", "(z, /)", cmath_fn_exp, "Return the exponential value e**z.", 0},
    {"isclose", "(/, a, b, *, rel_tol=1e-09, abs_tol=0.0)", cmath_fn_isclose, "Determine whether two complex numbers are close in value.", 0},
    {"isfinite", "(z, /)", cmath_fn_isfinite, "Return True if both the real and imaginary parts of z are finite, else False.", 0},
    {"isinf", "(z, /)", cmath_fn_isinf, "Checks if the real or imaginary part of z is infinite.", 0},
    {"isnan", "(z, /)", cmath_fn_isnan, "Checks if the real or imaginary part of z not a number (NaN).", 0},
    {"log", "(z, base=<unrepresentable>, /)", cmath_fn_log, "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e)\nof z.", METH_RAW},
    {"log10", "(z, /)", cmath_fn_log10, "Return the base-10 logarithm of z.", 0},
    {"phase", "(z, /)", cmath_fn_phase, "Return argument, also known as the phase angle, of a complex.", 0},
    {"polar", "(z, /)", cmath_fn_polar, "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.", 0},
    {"rect", "(r, phi, /)", cmath_fn_rect, "Convert from polar coordinates to rectangular coordinates.", 0},
    {"sin", "(z, /)", cmath_fn_sin, "Return the sine of z.", 0},
    {"sinh", "(z, /)", cmath_fn_sinh, "Return the hyperbolic sine of z.", 0},
    {"sqrt", "(z, /)", cmath_fn_sqrt, "Return the square root of z.", 0},
    {"tan", "(z, /)", cmath_fn_tan, "Return the tangent of z.", 0},
    {"tanh", "(z, /)", cmath_fn_tanh, "Return the hyperbolic tangent of z.", 0},
    {0},
};

static int cmath_exec(Thread *th, Value module) {
    if (module_add(th, module, "pi", float_from_double(th, M_PI)) < 0) return -1;
    if (module_add(th, module, "e", float_from_double(th, M_E)) < 0) return -1;
    if (module_add(th, module, "tau", float_from_double(th, 2 * M_PI)) < 0) return -1;
    if (module_add(th, module, "inf", float_from_double(th, INFINITY)) < 0) return -1;
    if (module_add(th, module, "infj", complex_new(th, 0.0, INFINITY)) < 0) return -1;
    if (module_add(th, module, "nan", float_from_double(th, NAN)) < 0) return -1;
    return module_add(th, module, "nanj", complex_new(th, 0.0, NAN));
}

const ModuleDef module_cmath = {
    "cmath", "This module provides access to mathematical functions for complex\nnumbers.", cmath_methods, cmath_exec,
};
