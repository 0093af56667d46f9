// SPDX-License-Identifier: MIT
// complex: constant pairs of floats; no locks. Arithmetic between a complex and a real number treats the real one as real, not as
// a complex with a zero imaginary part, so signed zeros and infinities survive. Products and quotients recover infinities as C's
// Annex G describes.
#include <math.h>
#include <stdio.h>

#include "core/base/dtoa.h"
#include "core/base/hash.h"
#include "core/object/call.h"
#include "core/object/float_int.h"
#include "core/object/format.h"
#include "core/object/int_limbs.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/suggest.h"

typedef struct C2 { double re, im; } C2;

Value complex_new(Thread *th, double real, double imag) {
    Complex *c = NEW(Complex, th, &type_complex);
    if (!c) return NO_VALUE;
    c->real = real;
    c->imag = imag;
    return VALUE_OF(c);
}
static Value from_c2(Thread *th, C2 c) { return complex_new(th, c.re, c.im); }
static C2 to_c2(Value v) { return (C2){AS(Complex, v)->real, AS(Complex, v)->imag}; }

// ---- arithmetic on pairs ------------------------------------------------------------------------------------------------------------

static double boxed(double x) { return copysign(isinf(x) ? 1.0 : 0.0, x); }

static C2 c_mul(C2 a, C2 b) {
    double ac = a.re * b.re, bd = a.im * b.im, ad = a.re * b.im, bc = a.im * b.re;
    C2 r = {ac - bd, ad + bc};
    if (isnan(r.re) && isnan(r.im)) {
        bool again = false;
        if (isinf(a.re) || isinf(a.im)) {
            a = (C2){boxed(a.re), boxed(a.im)};
            if (isnan(b.re)) b.re = copysign(0.0, b.re);
            if (isnan(b.im)) b.im = copysign(0.0, b.im);
            again = true;
        }
        if (isinf(b.re) || isinf(b.im)) {
            b = (C2){boxed(b.re), boxed(b.im)};
            if (isnan(a.re)) a.re = copysign(0.0, a.re);
            if (isnan(a.im)) a.im = copysign(0.0, a.im);
            again = true;
        }
        if (!again && (isinf(ac) || isinf(bd) || isinf(ad) || isinf(bc))) {
            if (isnan(a.re)) a.re = copysign(0.0, a.re);
            if (isnan(a.im)) a.im = copysign(0.0, a.im);
            if (isnan(b.re)) b.re = copysign(0.0, b.re);
            if (isnan(b.im)) b.im = copysign(0.0, b.im);
            again = true;
        }
        if (again) r = (C2){INFINITY * (a.re * b.re - a.im * b.im), INFINITY * (a.re * b.im + a.im * b.re)};
    }
    return r;
}

// b is not zero. Smith's method, infinities recovered.
static C2 c_div(C2 a, C2 b) {
    double abs_re = fabs(b.re), abs_im = fabs(b.im);
    C2 r;
    if (abs_re >= abs_im) {
        double ratio = b.im / b.re, denom = b.re + b.im * ratio;
        r = (C2){(a.re + a.im * ratio) / denom, (a.im - a.re * ratio) / denom};
    } else if (abs_im >= abs_re) {
        double ratio = b.re / b.im, denom = b.re * ratio + b.im;
        r = (C2){(a.re * ratio + a.im) / denom, (a.im * ratio - a.re) / denom};
    } else r = (C2){NAN, NAN};
    if (isnan(r.re) && isnan(r.im)) {
        if ((isinf(a.re) || isinf(a.im)) && isfinite(b.re) && isfinite(b.im)) {
            double x = boxed(a.re), y = boxed(a.im);
            r = (C2){INFINITY * (x * b.re + y * b.im), INFINITY * (y * b.re - x * b.im)};
        } else if ((isinf(abs_re) || isinf(abs_im)) && isfinite(a.re) && isfinite(a.im)) {
            double x = boxed(b.re), y = boxed(b.im);
            r = (C2){0.0 * (a.re * x + a.im * y), 0.0 * (a.im * x - a.re * y)};
        }
    }
    return r;
}

// real / complex
static C2 r_div_c(double a, C2 b) {
    double abs_re = fabs(b.re), abs_im = fabs(b.im);
    C2 r;
    if (abs_re >= abs_im) {
        double ratio = b.im / b.re, denom = b.re + b.im * ratio;
        r = (C2){a / denom, (-a * ratio) / denom};
    } else if (abs_im >= abs_re) {
        double ratio = b.re / b.im, denom = b.re * ratio + b.im;
        r = (C2){(a * ratio) / denom, (-a) / denom};
    } else r = (C2){NAN, NAN};
    if (isnan(r.re) && isnan(r.im) && isfinite(a) && (isinf(abs_re) || isinf(abs_im))) {
        double x = boxed(b.re), y = boxed(b.im);
        r = (C2){0.0 * (a * x), 0.0 * (-a * y)};
    }
    return r;
}

static C2 power_int(C2 x, unsigned n) {
    C2 r = {1.0, 0.0};
    for (unsigned mask = 1; mask <= n; mask <<= 1) {
        if (n & mask) r = c_mul(r, x);
        x = c_mul(x, x);
    }
    return r;
}

Value complex_pow(Thread *th, double ar, double ai, double br, double bi) {
    C2 a = {ar, ai}, r;
    if (br == 0.0 && bi == 0.0) return complex_new(th, 1.0, 0.0);
    if (bi == 0.0 && br == floor(br) && fabs(br) <= 100.0) {
        r = power_int(a, (unsigned)fabs(br));
        if (br < 0) {
            if (r.re == 0.0 && r.im == 0.0) return raise_error(th, &exc_ZeroDivisionError, "zero to a negative or complex power");
            r = c_div((C2){1.0, 0.0}, r);
        }
    } else if (ar == 0.0 && ai == 0.0) {
        if (bi != 0.0 || br < 0) return raise_error(th, &exc_ZeroDivisionError, "zero to a negative or complex power");
        r = (C2){0.0, 0.0};
    } else {
        double size = hypot(ar, ai), len = pow(size, br), angle = atan2(ai, ar), phase = angle * br;
        if (bi != 0.0) {
            len *= exp(-angle * bi);
            phase += bi * log(size);
        }
        r = (C2){len * cos(phase), len * sin(phase)};
    }
    if (isinf(r.re) || isinf(r.im)) return raise_error(th, &exc_OverflowError, "complex exponentiation");
    return from_c2(th, r);
}

// ---- slots --------------------------------------------------------------------------------------------------------------------------

// Operands as pairs; real_* says that one is an int or float. 1 ok, 0 foreign, -1 exception.
static int operand(Thread *th, Value v, C2 *out, bool *real) {
    *real = false;
    if (value_is_complex(v)) { *out = to_c2(v); return 1; }
    *real = true;
    out->im = 0.0;
    if (value_is_float(v)) { out->re = float_value(v); return 1; }
    if (!value_is_int(v)) return 0;
    out->re = int_as_double(th, v);
    return out->re == -1.0 && error_pending(th) ? -1 : 1;
}

#define OPERANDS                                                             \
    C2 x, y;                                                                 \
    bool xr, yr;                                                             \
    int ok = operand(th, a, &x, &xr);                                        \
    if (ok > 0) ok = operand(th, b, &y, &yr);                                \
    if (ok <= 0) return ok < 0 ? NO_VALUE : VALUE_NOT_IMPLEMENTED;           \
    (void)xr;                                                                \
    (void)yr

static Value complex_slot_add(Thread *th, Value a, Value b) {
    OPERANDS;
    return complex_new(th, x.re + y.re, xr ? y.im : yr ? x.im : x.im + y.im);
}
static Value complex_slot_sub(Thread *th, Value a, Value b) {
    OPERANDS;
    return complex_new(th, x.re - y.re, xr ? -y.im : yr ? x.im : x.im - y.im);
}
static Value complex_slot_mul(Thread *th, Value a, Value b) {
    OPERANDS;
    if (xr) return complex_new(th, x.re * y.re, x.re * y.im);
    if (yr) return complex_new(th, x.re * y.re, x.im * y.re);
    return from_c2(th, c_mul(x, y));
}
static Value complex_slot_truediv(Thread *th, Value a, Value b) {
    OPERANDS;
    if (y.re == 0.0 && y.im == 0.0) return raise_error(th, &exc_ZeroDivisionError, "division by zero");
    if (yr) return complex_new(th, x.re / y.re, x.im / y.re);
    return from_c2(th, xr ? r_div_c(x.re, y) : c_div(x, y));
}
static Value complex_slot_pow(Thread *th, Value a, Value b, Value c) {
    OPERANDS;
    if (c != VALUE_NONE && c != NO_VALUE) return raise_value_error(th, "complex modulo");
    return complex_pow(th, x.re, x.im, y.re, y.im);
}
static Value complex_slot_neg(Thread *th, Value self) { C2 c = to_c2(self); return complex_new(th, -c.re, -c.im); }
static Value exact_complex(Thread *th, Value self) {
    return value_is_exact(self, &type_complex) ? new_ref(th, self) : from_c2(th, to_c2(self));
}
static Value complex_slot_abs(Thread *th, Value self) {
    C2 c = to_c2(self);
    double r = hypot(c.re, c.im);
    if (isinf(r) && isfinite(c.re) && isfinite(c.im)) return raise_error(th, &exc_OverflowError, "absolute value too large");
    return float_from_double(th, r);
}
static int complex_slot_bool(Thread *th, Value self) { C2 c = to_c2(self); return c.re != 0.0 || c.im != 0.0; }

static Value complex_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_complex(a)) return VALUE_NOT_IMPLEMENTED;
    C2 x = to_c2(a);
    bool eq;
    if (value_is_complex(b)) {
        C2 y = to_c2(b);
        eq = x.re == y.re && x.im == y.im;
    } else if (value_is_float(b)) eq = x.im == 0.0 && x.re == float_value(b);
    else if (value_is_int(b)) eq = x.im == 0.0 && int_compare_double(b, x.re) == 0;
    else return VALUE_NOT_IMPLEMENTED;
    return value_bool(eq == (op == CMP_EQ));
}

static int64_t complex_slot_hash(Thread *th, Value self) {
    C2 c = to_c2(self);
    int64_t nan_hash = hash_pointer(value_object(self));
    return hash_complex(hash_double(c.re, nan_hash), hash_double(c.im, nan_hash));
}

static size_t part_text(double d, bool plus, char buf[40]) {
    size_t n = double_format(d, 'r', 0, plus ? DOUBLE_SIGN : 0, buf, 40);
    return n;
}

static Value complex_slot_repr(Thread *th, Value self) {
    C2 c = to_c2(self);
    char re[40], im[40], out[100];
    bool only_imag = c.re == 0.0 && !signbit(c.re);
    part_text(c.im, !only_imag, im);
    if (only_imag) return str_from_ascii(th, out, (size_t)snprintf(out, sizeof out, "%sj", im));
    part_text(c.re, false, re);
    return str_from_ascii(th, out, (size_t)snprintf(out, sizeof out, "(%s%sj)", re, im));
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

static Value complex_instance(Thread *th, Type *type, double re, double im) {
    Complex *c = NEW(Complex, th, type);
    if (!c) return NO_VALUE;
    c->real = re;
    c->imag = im;
    return VALUE_OF(c);
}

static bool is_space(unsigned char c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F); }

// Parses text without underscores: 1 or 0.
static int parse_complex(const char *p, const char *end, C2 *out) {
    while (p < end && is_space((unsigned char)*p)) p++;
    while (p < end && is_space((unsigned char)end[-1])) end--;
    if (p < end && *p == '(') {
        if (end[-1] != ')' || end - p < 2) return 0;
        p++, end--;
        while (p < end && is_space((unsigned char)*p)) p++;
        while (p < end && is_space((unsigned char)end[-1])) end--;
    }
    double x = 0.0, y = 0.0;
    size_t n = double_parse_prefix(p, (size_t)(end - p), &x);
    if (n) {
        p += n;
        if (p < end && (*p == '+' || *p == '-')) {
            n = double_parse_prefix(p, (size_t)(end - p), &y);
            if (n) p += n;
            else y = *p++ == '+' ? 1.0 : -1.0;
            if (p == end || (*p != 'j' && *p != 'J')) return 0;
            p++;
        } else if (p < end && (*p == 'j' || *p == 'J')) {
            p++;
            y = x;
            x = 0.0;
        }
    } else { // "j", "+j", "-j"
        y = 1.0;
        if (p < end && (*p == '+' || *p == '-')) y = *p++ == '+' ? 1.0 : -1.0;
        if (p == end || (*p != 'j' && *p != 'J')) return 0;
        p++;
    }
    *out = (C2){x, y};
    return p == end;
}

static Value complex_from_str(Thread *th, Type *type, Value s) {
    char small[256], *copy = small;
    size_t n;
    char *p = number_text_ascii(th, s, small, sizeof small, &n);
    if (!p) return NO_VALUE;
    int ok = 1;
    C2 c = {0, 0};
    if (memchr(p, '_', n)) { // underscores between digits only
        copy = mem_alloc(th, n);
        size_t m = 0;
        for (size_t i = 0; copy && i < n; i++) {
            if (p[i] != '_') copy[m++] = p[i];
            else if (i == 0 || i + 1 == n || (unsigned char)(p[i - 1] - '0') > 9 || (unsigned char)(p[i + 1] - '0') > 9) ok = 0;
        }
        if (!copy) ok = -1;
        else if (!ok) {
            raise_value_error(th, "could not convert string to complex: %R", s);
            ok = -1;
        } else ok = parse_complex(copy, copy + m, &c);
        mem_free(copy);
    } else ok = parse_complex(p, p + n, &c);
    if (p != small && p != (char *)str_data(AS(Str, s))) mem_free(p);
    if (ok < 0) return NO_VALUE;
    return ok ? complex_instance(th, type, c.re, c.im) : raise_value_error(th, "complex() arg is a malformed string");
}

// Calls __complex__ if v has it: 1 *out set, 0 absent, -1.
static int try_dunder_complex(Thread *th, Value v, C2 *out) {
    bool found;
    Value r = special_call(th, v, name_d_complex, NULL, 0, &found);
    if (!found) return 0;
    if (!r) return -1;
    int bad = 0;
    if (!value_is_complex(r)) {
        raise_type_error(th, "__complex__ returned non-complex (type %T)", r);
        bad = 1;
    } else {
        *out = to_c2(r);
        if (!value_is_exact(r, &type_complex))
            bad = warn_format(th, &exc_DeprecationWarning, 1,
                              "__complex__ returned non-complex (type %T).  The ability to return an instance of a strict subclass of complex is deprecated, and may "
                              "not be supported in a future version of Python.", r);
    }
    decref(th, r);
    return bad ? -1 : 1;
}

// A number as pair: 1; 0 not a number; -1. *is_complex: it had an imaginary part by its type.
static int number_pair(Thread *th, Value v, C2 *out, bool *is_complex) {
    *is_complex = true;
    out->im = 0.0;
    if (value_is_complex(v) && value_is_exact(v, &type_complex)) { *out = to_c2(v); return 1; }
    if (!value_is_float(v) && !value_is_imm_int(v) && !value_is_str(v)) {
        int r = try_dunder_complex(th, v, out);
        if (r) return r;
    }
    if (value_is_complex(v)) { *out = to_c2(v); return 1; }
    *is_complex = false;
    return value_is_str(v) ? 0 : float_try_number(th, v, &out->re);
}

int number_as_complex(Thread *th, Value v, double *real, double *imag) {
    C2 c = {0, 0};
    bool is_complex;
    int r = number_pair(th, v, &c, &is_complex);
    if (r == 0) raise_type_error(th, "must be real number, not %T", v);
    *real = c.re;
    *imag = c.im;
    return r > 0 ? 0 : -1;
}

static Value complex_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    if (nargs + nkw > 2) return raise_type_error(th, "complex() takes at most 2 arguments (%zu given)", nargs + nkw);
    Value a[2] = {nargs > 0 ? args[0] : NO_VALUE, nargs > 1 ? args[1] : NO_VALUE};
    for (size_t i = 0; i < nkw; i++) {
        Value name = AS(Tuple, kwnames)->items[i];
        int which = str_equal_cstr(name, "real") ? 0 : str_equal_cstr(name, "imag") ? 1 : -1;
        if (which < 0) return raise_unknown_keyword(th, "complex()", name, (const char *const[]){"real", "imag", NULL}, 0);
        if (a[which]) return raise_type_error(th, "argument for complex() given by name ('%U') and position (%d)", name, which + 1);
        a[which] = args[nargs + i];
    }
    if (nargs == 1 && nkw == 0) {
        if (value_is_exact(a[0], &type_complex) && type == &type_complex) return new_ref(th, a[0]);
        if (value_is_str(a[0])) return complex_from_str(th, type, a[0]);
    }
    C2 re = {0, 0}, im = {0, 0};
    bool re_complex = false, im_complex = false;
    if (a[0]) {
        int r = number_pair(th, a[0], &re, &re_complex);
        if (r < 0) return NO_VALUE;
        if (r == 0) {
            if (nargs == 1 && nkw == 0) return raise_type_error(th, "complex() argument must be a string or a number, not %T", a[0]);
            return raise_type_error(th, "complex() argument 'real' must be a real number, not %T", a[0]);
        }
        if (re_complex && (nkw || nargs == 2) &&
            warn_format(th, &exc_DeprecationWarning, 1, "complex() argument 'real' must be a real number, not %T", a[0]) < 0)
            return NO_VALUE;
    }
    if (a[1]) {
        if (value_is_complex(a[1])) {
            im = to_c2(a[1]);
            im_complex = true;
            if (warn_format(th, &exc_DeprecationWarning, 1, "complex() argument 'imag' must be a real number, not %T", a[1]) < 0) return NO_VALUE;
        } else {
            int r = value_is_str(a[1]) ? 0 : float_try_number(th, a[1], &im.re);
            if (r < 0) return NO_VALUE;
            if (r == 0) return raise_type_error(th, "complex() argument 'imag' must be a real number, not %T", a[1]);
        }
    }
    // real + imag * 1j, without touching signs of parts that were not given.
    double x = re.re, y = im.re;
    if (im_complex) x -= im.im;
    if (re_complex) y = a[1] ? y + re.im : re.im;
    return complex_instance(th, type, x, y);
}

// ---- methods ------------------------------------------------------------------------------------------------------------------------

static Value complex_meth_conjugate(Thread *th, Value self, Value *args) { C2 c = to_c2(self); return complex_new(th, c.re, -c.im); }
static Value complex_meth_complex(Thread *th, Value self, Value *args) { return exact_complex(th, self); }
static Value complex_meth_getnewargs(Thread *th, Value self, Value *args) {
    C2 c = to_c2(self);
    Value v[2] = {float_from_double(th, c.re), float_from_double(th, c.im)};
    return tuple_from_owned(th, v, 2);
}
static Value complex_meth_from_number(Thread *th, Value cls, Value *args) {
    double re, im;
    if (AS(Type, cls) == &type_complex && value_is_exact(args[0], &type_complex)) return new_ref(th, args[0]);
    if (number_as_complex(th, args[0], &re, &im) < 0) return NO_VALUE;
    Value v = complex_new(th, re, im);
    if (!v || AS(Type, cls) == &type_complex) return v;
    Value made = call1(th, cls, v);
    decref(th, v);
    return made;
}

// One part by a spec without width. A complex without a type code shows no ".0".
static Value complex_part(Thread *th, double d, Value self, const FormatSpec *f) { return float_format_part(th, d, self, f, false); }

static Value complex_format_spec(Thread *th, Value self, Value spec) {
    if (AS(Str, spec)->len == 0) return object_str(th, self);
    FormatSpec f;
    if (format_parse_spec(th, spec, self, 0, '>', &f) < 0) return NO_VALUE;
    switch (f.type) {
    case 0: case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'n': break;
    default: return format_unknown_code(th, f.type, self);
    }
    if (f.fill == '0') return raise_value_error(th, "Zero padding is not allowed in complex format specifier");
    if (f.align == '=') return raise_value_error(th, "'=' alignment flag is not allowed in complex format specifier");
    C2 c = to_c2(self);
    bool plain = f.type == 0, only_imag = plain && c.re == 0.0 && !signbit(c.re);
    FormatSpec part = f;
    part.width = -1;
    part.fill = ' ';
    Value re = NO_VALUE, im, text = NO_VALUE, r = NO_VALUE;
    if (!only_imag && !(re = complex_part(th, c.re, self, &part))) return NO_VALUE;
    if (!only_imag) part.sign = '+';
    if ((im = complex_part(th, c.im, self, &part)))
        text = only_imag ? str_format(th, "%Uj", im) : str_format(th, plain ? "(%U%Uj)" : "%U%Uj", re, im);
    decref(th, re);
    decref(th, im);
    if (text) r = format_pad(th, &f, text);
    decref(th, text);
    return r;
}

static Value complex_meth_format(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "__format__() argument must be str, not %T", args[0]);
    return complex_format_spec(th, self, args[0]);
}

static const MethodDef complex_methods[] = {
    {"from_number", "(type, number, /)", complex_meth_from_number, "Convert number to a complex floating-point number.", METH_CLASS},
    {"conjugate", "(self, /)", complex_meth_conjugate, "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.", 0},
    {"__complex__", "(self, /)", complex_meth_complex, "Convert this value to exact type complex.", 0},
    {"__getnewargs__", "(self, /)", complex_meth_getnewargs, NULL, 0},
    {"__format__", "(self, format_spec, /)", complex_meth_format, "Convert to a string according to format_spec.", 0},
    {0},
};
static const MemberDef complex_members[] = {
    {"real", offsetof(Complex, real), MEMBER_DOUBLE | MEMBER_READONLY, "the real part of a complex number"},
    {"imag", offsetof(Complex, imag), MEMBER_DOUBLE | MEMBER_READONLY, "the imaginary part of a complex number"},
    {0},
};
TYPE_DEFINE(complex, "complex", sizeof(Complex), TYPE_COMPLEX_SUBCLASS | TYPE_BASETYPE, .methods = complex_methods, .members = complex_members,
            .text_signature = "(real=0, imag=0)", .doc = "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a "
                   "complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.",
            .slots = {.new_ = complex_slot_new, .repr = complex_slot_repr, .hash = complex_slot_hash, .compare = complex_slot_compare, .bool_ = complex_slot_bool,
                      .neg = complex_slot_neg, .pos = exact_complex, .abs = complex_slot_abs, .add = complex_slot_add, .sub = complex_slot_sub,
                      .mul = complex_slot_mul, .truediv = complex_slot_truediv, .pow = complex_slot_pow})
