// SPDX-License-Identifier: MIT
// float: methods, rounding to decimals, hexadecimal text, formatting. No state.
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/dtoa.h"
#include "core/object/call.h"
#include "core/object/float_int.h"
#include "core/object/format.h"
#include "core/object/int_limbs.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// ---- rounding -----------------------------------------------------------------------------------------------------------------------

double float_round_digits(double x, int ndigits) {
    if (!isfinite(x) || x == 0.0 || ndigits > 323) return x;
    if (ndigits < -308) return copysign(0.0, x);
    char buf[1200];
    double r;
    if (double_round_small(x, ndigits, &r)) return r;
    if (ndigits >= 0) {
        size_t n = double_format(x, 'f', ndigits, 0, buf, sizeof buf);
        return double_parse(buf, n, &r) == 0 ? r : x;
    }
    // To a power of ten. The decimal exponent is exact: no float but a power of ten itself is that near to one.
    double_format(fabs(x), 'e', 20, 0, buf, sizeof buf);
    const char *e = strchr(buf, 'e');
    int e10 = atoi(e + 1), digits = e10 + ndigits;
    if (digits < -1) return copysign(0.0, x);
    if (digits >= 0) {
        size_t n = double_format(x, 'e', digits, 0, buf, sizeof buf);
        return double_parse(buf, n, &r) == 0 ? r : x;
    }
    // Less than one unit: up when more than half of it.
    double_format(fabs(x), 'e', 780, 0, buf, sizeof buf); // all digits
    bool up = buf[0] > '5';
    if (buf[0] == '5') for (const char *p = buf + 2; *p != 'e' && !up; p++) up = *p != '0';
    if (!up) return copysign(0.0, x);
    int n = snprintf(buf, sizeof buf, "1e%d", e10 + 1);
    return double_parse(buf, (size_t)n, &r) == 0 ? copysign(r, x) : x;
}

static Value float_meth_round(Thread *th, Value self, Value *args) {
    double x = float_value(self);
    if (args[0] == NO_VALUE || args[0] == VALUE_NONE) return int_from_double(th, rint(x)); // half to even is the rounding mode
    intptr_t n = number_as_ssize(th, args[0], NULL);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    double r = float_round_digits(x, n > 10000 ? 10000 : n < -10000 ? -10000 : (int)n);
    if (isinf(r) && isfinite(x)) return raise_error(th, &exc_OverflowError, "rounded value too large to represent");
    return float_from_double(th, r);
}

static Value float_meth_trunc(Thread *th, Value self, Value *args) { return int_from_double(th, float_value(self)); }
static Value float_meth_floor(Thread *th, Value self, Value *args) { return int_from_double(th, floor(float_value(self))); }
static Value float_meth_ceil(Thread *th, Value self, Value *args) { return int_from_double(th, ceil(float_value(self))); }
static Value float_meth_is_integer(Thread *th, Value self, Value *args) {
    double x = float_value(self);
    return value_bool(isfinite(x) && floor(x) == x);
}
static Value float_meth_conjugate(Thread *th, Value self, Value *args) { return float_from_double(th, float_value(self)); }

Value float_as_integer_ratio(Thread *th, double d) {
    if (isinf(d)) return raise_error(th, &exc_OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(d)) return raise_value_error(th, "cannot convert NaN to integer ratio");
    int e;
    double m = frexp(d, &e);
    int64_t n = (int64_t)ldexp(m, 53);
    e -= 53;
    while (n && !(n & 1)) n /= 2, e++;
    if (n == 0) e = 0;
    Value v[2] = {value_imm_int(n), value_imm_int(1)};
    Value p = int_lshift(th, value_imm_int(e < 0 ? 1 : n), value_imm_int(e < 0 ? -e : e));
    if (!p) return NO_VALUE;
    v[e < 0] = p;
    return tuple_from_owned(th, v, 2);
}

static Value float_meth_as_integer_ratio(Thread *th, Value self, Value *args) { return float_as_integer_ratio(th, float_value(self)); }

// ---- hexadecimal --------------------------------------------------------------------------------------------------------------------

static Value float_meth_hex(Thread *th, Value self, Value *args) {
    double x = float_value(self);
    if (!isfinite(x)) return float_repr(th, x);
    uint64_t bits;
    memcpy(&bits, &x, 8);
    char buf[40];
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int e = (int)(bits >> 52 & 0x7FF);
    const char *sign = bits >> 63 ? "-" : "";
    int n = x == 0.0 ? snprintf(buf, sizeof buf, "%s0x0.0p+0", sign)
                     : snprintf(buf, sizeof buf, "%s0x%d.%013llxp%+d", sign, e != 0, (unsigned long long)fraction, e ? e - 1023 : -1022);
    return str_from_ascii(th, buf, (size_t)n);
}

static int hex_value(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; }
static bool is_space(unsigned char c) { return c == ' ' || (c >= 9 && c <= 13); }

// 1 *out set; 0 not a number; -2 too large
static int parse_hex(const char *p, const char *end, double *out) {
    while (p < end && is_space((unsigned char)*p)) p++;
    while (p < end && is_space((unsigned char)end[-1])) end--;
    bool neg = false;
    if (p < end && (*p == '-' || *p == '+')) neg = *p++ == '-';
    if (p < end && ((*p | 32) == 'i' || (*p | 32) == 'n')) {
        if (double_parse(p, (size_t)(end - p), out) < 0) return 0;
        if (neg) *out = -*out;
        return 1;
    }
    if (end - p >= 2 && p[0] == '0' && (p[1] | 32) == 'x') p += 2;
    uint64_t m = 0;
    bool sticky = false, any = false, point = false;
    int64_t exp = 0; // value: m * 2^exp
    for (; p < end; p++) {
        if (*p == '.') {
            if (point) return 0;
            point = true;
            continue;
        }
        int h = hex_value(*p);
        if (h < 0) break;
        any = true;
        if (m >> 60) { // full: 61 bits or more are there already
            sticky |= h != 0;
            if (!point) exp += 4;
        } else {
            m = m << 4 | (unsigned)h;
            if (point) exp -= 4;
        }
    }
    if (!any) return 0;
    if (p < end && (*p | 32) == 'p') {
        p++;
        bool eneg = false, edigits = false;
        if (p < end && (*p == '-' || *p == '+')) eneg = *p++ == '-';
        int64_t e = 0;
        for (; p < end && *p >= '0' && *p <= '9'; p++, edigits = true)
            if (e < (int64_t)1 << 50) e = e * 10 + (*p - '0');
        if (!edigits) return 0;
        exp += eneg ? -e : e;
    }
    if (p != end) return 0;
    if (m == 0) {
        *out = neg ? -0.0 : 0.0;
        return 1;
    }
    int bits = 64 - __builtin_clzll(m);
    int64_t top = bits - 1 + exp;
    if (top > 1023) return -2;
    if (top < -1080) {
        *out = neg ? -0.0 : 0.0;
        return 1;
    }
    int drop = bits - (top >= -1022 ? 53 : (int)(53 - (-1022 - top)));
    double r;
    if (drop > bits) r = 0.0; // below half of the smallest
    else {
        if (drop > 0) {
            uint64_t half = (uint64_t)1 << (drop - 1), low = m & (2 * half - 1);
            m = drop == 64 ? 0 : m >> drop;
            if (low > half || (low == half && (sticky || (m & 1)))) m++;
            exp += drop;
        }
        r = ldexp((double)m, (int)exp);
        if (isinf(r)) return -2;
    }
    *out = neg ? -r : r;
    return 1;
}

static Value float_meth_fromhex(Thread *th, Value cls, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "bad argument type for built-in operation");
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, args[0], &n, &hold);
    if (!p) return NO_VALUE;
    double d;
    int r = parse_hex(p, p + n, &d);
    decref(th, hold);
    if (r == 0) return raise_value_error(th, "invalid hexadecimal floating-point string");
    if (r < 0) return raise_error(th, &exc_OverflowError, "hexadecimal value too large to represent as a float");
    Value v = float_from_double(th, d);
    if (!v || AS(Type, cls) == &type_float) return v;
    Value made = call1(th, cls, v);
    decref(th, v);
    return made;
}

static Value float_meth_from_number(Thread *th, Value cls, Value *args) {
    Value x = args[0];
    double d;
    if (AS(Type, cls) == &type_float && value_is_exact(x, &type_float)) return new_ref(th, x);
    if (number_as_double(th, x, &d) < 0) return NO_VALUE;
    Value v = float_from_double(th, d);
    if (!v || AS(Type, cls) == &type_float) return v;
    Value made = call1(th, cls, v);
    decref(th, v);
    return made;
}

static Value float_meth_getformat(Thread *th, Value cls, Value *args) {
    Value s = args[0];
    if (!value_is_str(s)) return raise_type_error(th, "__getformat__() argument must be str, not %T", s);
    if (!str_equal_cstr(s, "double") && !str_equal_cstr(s, "float"))
        return raise_value_error(th, "__getformat__() argument 1 must be 'double' or 'float'");
    return str_from_cstr(th, "IEEE, little-endian");
}

static Value float_meth_getnewargs(Thread *th, Value self, Value *args) {
    Value v = float_from_double(th, float_value(self));
    return v ? tuple_from_owned(th, &v, 1) : NO_VALUE;
}

// ---- format -------------------------------------------------------------------------------------------------------------------------

Value float_format_with(Thread *th, double d, Value for_value, const struct FormatSpec *f) { return float_format_part(th, d, for_value, f, true); }

Value float_format_part(Thread *th, double d, Value for_value, const struct FormatSpec *f, bool dot_0) {
    char code = (char)f->type;
    unsigned flags = (f->alternate ? DOUBLE_ALT : 0) | (f->no_neg_0 ? DOUBLE_NO_NEG_0 : 0);
    if (f->precision > INT_MAX) return raise_value_error(th, "precision too big");
    int precision = f->precision < 0 ? 6 : (int)f->precision;
    switch (f->type) {
    case 0:
        if (dot_0) flags |= DOUBLE_ADD_DOT_0;
        code = f->precision < 0 ? 'r' : 'g';
        break;
    case 'n': code = 'g'; break;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case '%': break;
    default: return format_unknown_code(th, f->type, for_value);
    }
    char small[512], *buf = small;
    size_t n = double_format(d, code, precision, flags, small, sizeof small);
    if (n != SIZE_MAX && n >= sizeof small) {
        if (!(buf = mem_alloc(th, n + 1))) return NO_VALUE;
        n = double_format(d, code, precision, flags, buf, n + 1);
    }
    if (n == SIZE_MAX) {
        if (buf != small) mem_free(buf);
        return raise_memory_error(th);
    }
    char *p = buf;
    FormatNumber num = {.prefix = "", .group = 3};
    num.negative = *p == '-';
    if (num.negative) p++, n--;
    num.digits = p;
    while (num.n_digits < n && p[num.n_digits] >= '0' && p[num.n_digits] <= '9') num.n_digits++;
    num.rest = p + num.n_digits;
    num.n_rest = n - num.n_digits;
    if (num.n_rest && num.rest[0] == '.')
        while (num.n_frac + 1 < num.n_rest && num.rest[num.n_frac + 1] >= '0' && num.rest[num.n_frac + 1] <= '9') num.n_frac++;
    Value r = format_number(th, f, &num, f->type == 'n');
    if (buf != small) mem_free(buf);
    return r;
}

Value float_format_spec(Thread *th, Value self, Value spec) {
    if (AS(Str, spec)->len == 0) return value_is_exact(self, &type_float) ? float_repr(th, float_value(self)) : object_str(th, self);
    FormatSpec f;
    if (format_parse_spec(th, spec, self, 0, '>', &f) < 0) return NO_VALUE;
    return float_format_with(th, float_value(self), self, &f);
}

static Value float_meth_format(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "__format__() argument must be str, not %T", args[0]);
    return float_format_spec(th, self, args[0]);
}

static Value float_get_real(Thread *th, Value self) { return value_is_exact(self, &type_float) ? new_ref(th, self) : float_from_double(th, float_value(self)); }
static Value float_get_imag(Thread *th, Value self) { return float_from_double(th, 0.0); }

const MethodDef float_methods[] = {
    {"from_number", "(type, number, /)", float_meth_from_number, "Convert real number to a floating-point number.", METH_CLASS},
    {"conjugate", "(self, /)", float_meth_conjugate, "Return self, the complex conjugate of any float.", 0},
    {"__trunc__", "(self, /)", float_meth_trunc, "Return the Integral closest to x between 0 and x.", 0},
    {"__floor__", "(self, /)", float_meth_floor, "Return the floor as an Integral.", 0},
    {"__ceil__", "(self, /)", float_meth_ceil, "Return the ceiling as an Integral.", 0},
    {"__round__", "(self, ndigits=None, /)", float_meth_round, "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).", 0},
    {"as_integer_ratio", "(self, /)", float_meth_as_integer_ratio, "Return a pair of integers, whose ratio is exactly equal to the original float.\n\n"
     "The ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.", 0},
    {"fromhex", "(type, string, /)", float_meth_fromhex, "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324", METH_CLASS},
    {"hex", "(self, /)", float_meth_hex, "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'", 0},
    {"is_integer", "(self, /)", float_meth_is_integer, "Return True if the float is an integer.", 0},
    {"__getnewargs__", "(self, /)", float_meth_getnewargs, NULL, 0},
    {"__getformat__", "(type, typestr, /)", float_meth_getformat, "You probably don't want to use this function.\n\n  typestr\n    Must be 'double' or 'float'.\n\n"
     "It exists mainly to be used in Python's test suite.\n\nThis function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,\nlittle-endian' best describes the format of floating-point numbers used by the\nC type named by typestr.", METH_CLASS},
    {"__format__", "(self, format_spec, /)", float_meth_format, "Formats the float according to format_spec.", 0},
    {0},
};
const GetSetDef float_getsets[] = {
    {"real", float_get_real, NULL, "the real part of a complex number"},
    {"imag", float_get_imag, NULL, "the imaginary part of a complex number"},
    {0},
};
