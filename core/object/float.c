// SPDX-License-Identifier: MIT
// float: making, arithmetic, comparing, hashing, the type. Floats are constant: no locks. Immediates cover most magnitudes; the rest,
// infinities, NaNs and instances of subclasses are boxed.
#include <math.h>

#include "core/base/dtoa.h"
#include "core/base/hash.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/float.h"
#include "core/object/float_int.h"
#include "core/object/int_limbs.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

Value float_box(Thread *th, double d) {
    Float *f = object_alloc(th, &shape_float, sizeof(Float));
    if (!f) return NO_VALUE;
    f->value = d;
    return VALUE_OF(f);
}

static Value exact_float(Thread *th, Value v) { return value_is_exact(v, &type_float) ? new_ref(th, v) : float_from_double(th, float_value(v)); }

// ---- text ---------------------------------------------------------------------------------------------------------------------------

Value float_repr(Thread *th, double d) {
    char buf[32];
    size_t n = double_repr_shortest(d, buf);
    return str_from_ascii(th, buf, n);
}

static bool is_space(unsigned char c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F); }
static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

int double_parse_python(Thread *th, const char *p, size_t n, double *out) {
    while (n && is_space((unsigned char)*p)) p++, n--;
    while (n && is_space((unsigned char)p[n - 1])) n--;
    if (n == 0) return 0;
    if (!memchr(p, '_', n)) return double_parse(p, n, out) == 0;
    char small[128], *copy = n <= sizeof small ? small : mem_alloc(th, n);
    if (!copy) return -1;
    size_t len = 0;
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '_') copy[len++] = p[i];
        else if (i == 0 || i + 1 == n || !is_digit((unsigned char)p[i - 1]) || !is_digit((unsigned char)p[i + 1])) ok = false;
    }
    ok = ok && double_parse(copy, len, out) == 0;
    if (copy != small) mem_free(copy);
    return ok;
}

Value float_from_text(Thread *th, Value x) {
    double d;
    int r;
    if (value_is_str(x)) {
        char small[256];
        size_t n;
        char *p = number_text_ascii(th, x, small, sizeof small, &n);
        if (!p) return NO_VALUE;
        r = double_parse_python(th, p, n, &d);
        if (p != small && p != (char *)str_data(AS(Str, x))) mem_free(p);
    } else {
        Buffer b;
        if (buffer_get_stable(th, x, &b) < 0) return NO_VALUE;
        r = double_parse_python(th, (const char *)b.buf, b.len, &d);
        buffer_release(th, &b);
    }
    if (r < 0) return NO_VALUE;
    return r ? float_from_double(th, d) : raise_value_error(th, "could not convert string to float: %R", x);
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

// A float's plain double from a result of __float__; takes over r.
static int float_result(Thread *th, Value r, Value x, double *out) {
    if (!r) return -1;
    if (!value_is_float(r)) {
        raise_type_error(th, "%T.__float__ returned non-float (type %T)", x, r);
        decref(th, r);
        return -1;
    }
    *out = float_value(r);
    int bad = 0;
    if (!value_is_exact(r, &type_float))
        bad = warn_format(th, &exc_DeprecationWarning, 1,
                          "%T.__float__ returned non-float (type %T).  The ability to return an instance of a strict subclass of float is deprecated, and may be "
                          "removed in a future version of Python.", x, r);
    decref(th, r);
    return bad;
}

int float_try_number(Thread *th, Value x, double *out) {
    if (value_is_exact(x, &type_float)) { *out = float_value(x); return 1; }
    Type *t = type_of(x);
    if (t->slots.float_) return float_result(th, t->slots.float_(th, x), x, out) < 0 ? -1 : 1;
    if (t->slots.index) {
        Value i = number_index(th, x);
        if (!i) return -1;
        *out = int_as_double(th, i);
        decref(th, i);
        return *out == -1.0 && error_pending(th) ? -1 : 1;
    }
    return 0;
}

Value float_from_object(Thread *th, Value x) {
    if (value_is_exact(x, &type_float)) return new_ref(th, x);
    double d;
    if (!value_is_exact_str(x)) {
        int r = float_try_number(th, x, &d);
        if (r < 0) return NO_VALUE;
        if (r > 0) return float_from_double(th, d);
    }
    if (value_is_str(x) || buffer_check(x)) return float_from_text(th, x);
    return raise_type_error(th, "float() argument must be a string or a real number, not '%T'", x);
}

Value float_instance(Thread *th, Type *type, Value v_owned) {
    if (type == &type_float || !v_owned) return v_owned;
    Float *f = NEW(Float, th, type);
    if (f) f->value = float_value(v_owned);
    decref(th, v_owned);
    return VALUE_OF(f);
}

static Value float_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    // A subclass with its own __init__ may take keywords.
    if (kwnames != NO_VALUE && AS(Tuple, kwnames)->len && (type == &type_float || type->slots.init == type_float.slots.init))
        return raise_type_error(th, "float() takes no keyword arguments");
    if (nargs > 1) return raise_type_error(th, "float expected at most 1 argument, got %zu", nargs);
    return float_instance(th, type, nargs ? float_from_object(th, args[0]) : float_from_double(th, 0.0));
}

// ---- arithmetic ---------------------------------------------------------------------------------------------------------------------

// A float or int operand as double: 1, 0 not a number of ours, -1 too large.
static inline int operand(Thread *th, Value v, double *out) {
    if (LIKELY(value_is_float(v))) { *out = float_value(v); return 1; }
    if (!value_is_int(v)) return 0;
    *out = int_as_double(th, v);
    return *out == -1.0 && error_pending(th) ? -1 : 1;
}

#define OPERANDS                                                                     \
    double x, y;                                                                     \
    int ok = operand(th, a, &x);                                                     \
    if (ok > 0) ok = operand(th, b, &y);                                             \
    if (UNLIKELY(ok <= 0)) return ok < 0 ? NO_VALUE : VALUE_NOT_IMPLEMENTED

static Value zero_division(Thread *th) { return raise_error(th, &exc_ZeroDivisionError, "division by zero"); }

static Value float_slot_add(Thread *th, Value a, Value b) { OPERANDS; return float_from_double(th, x + y); }
static Value float_slot_sub(Thread *th, Value a, Value b) { OPERANDS; return float_from_double(th, x - y); }
static Value float_slot_mul(Thread *th, Value a, Value b) { OPERANDS; return float_from_double(th, x * y); }
static Value float_slot_truediv(Thread *th, Value a, Value b) {
    OPERANDS;
    return y == 0.0 ? zero_division(th) : float_from_double(th, x / y);
}

void float_divmod(double x, double y, double *quotient, double *rest) {
    double m = fmod(x, y), q = (x - m) / y;
    if (m != 0.0) {
        if ((y < 0) != (m < 0)) m += y, q -= 1.0;
    } else m = copysign(0.0, y);
    if (q != 0.0) { // nearly an integer already: take the right one
        double f = floor(q);
        q = q - f > 0.5 ? f + 1.0 : f;
    } else q = copysign(0.0, x / y);
    *quotient = q;
    *rest = m;
}

static Value float_slot_floordiv(Thread *th, Value a, Value b) {
    OPERANDS;
    if (y == 0.0) return zero_division(th);
    double q, m;
    float_divmod(x, y, &q, &m);
    return float_from_double(th, q);
}
static Value float_slot_mod(Thread *th, Value a, Value b) {
    OPERANDS;
    if (y == 0.0) return zero_division(th);
    double m = fmod(x, y);
    if (m == 0.0) m = copysign(0.0, y);
    else if ((y < 0) != (m < 0)) m += y;
    return float_from_double(th, m);
}
static Value float_slot_divmod(Thread *th, Value a, Value b) {
    OPERANDS;
    if (y == 0.0) return zero_division(th);
    double q, m;
    float_divmod(x, y, &q, &m);
    Value v[2] = {float_from_double(th, q), float_from_double(th, m)};
    return tuple_from_owned(th, v, 2);
}

Value raise_range_error(Thread *th) {
    Value text = str_from_cstr(th, "Numerical result out of range");
    Value e = text ? call2(th, VALUE_OF(&exc_OverflowError), value_imm_int(34), text) : NO_VALUE;
    if (e) raise_object(th, e, NO_VALUE);
    decref(th, text);
    decref(th, e);
    return NO_VALUE;
}

Value float_pow(Thread *th, double x, double y) {
    if (y == 0.0 || x == 1.0) return float_from_double(th, 1.0);
    if (x == 0.0 && y < 0 && isfinite(y)) return raise_error(th, &exc_ZeroDivisionError, "zero to a negative power");
    if (x < 0 && isfinite(x) && isfinite(y) && y != floor(y)) return complex_pow(th, x, 0.0, y, 0.0);
    double r = pow(x, y);
    if (isinf(r) && isfinite(x) && isfinite(y)) return raise_range_error(th);
    return float_from_double(th, r);
}

static Value float_slot_pow(Thread *th, Value a, Value b, Value c) {
    if (c != VALUE_NONE && c != NO_VALUE) return raise_type_error(th, "pow() 3rd argument not allowed unless all arguments are integers");
    OPERANDS;
    return float_pow(th, x, y);
}

static Value float_slot_neg(Thread *th, Value self) { return float_from_double(th, -float_value(self)); }
static Value float_slot_pos(Thread *th, Value self) { return exact_float(th, self); }
static Value float_slot_abs(Thread *th, Value self) { return float_from_double(th, fabs(float_value(self))); }
static int float_slot_bool(Thread *th, Value self) { return float_value(self) != 0.0; }
static Value float_slot_int(Thread *th, Value self) { return int_from_double(th, float_value(self)); }
static Value float_slot_repr(Thread *th, Value self) { return float_repr(th, float_value(self)); }

// ---- comparing, hashing -------------------------------------------------------------------------------------------------------------

static Value float_slot_compare(Thread *th, Value a, Value b, int op) {
    int c; // -1 0 1, 2 unordered
    if (!value_is_float(a)) return VALUE_NOT_IMPLEMENTED;
    double x = float_value(a);
    if (value_is_float(b)) {
        double y = float_value(b);
        c = x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
    } else if (value_is_int(b)) {
        c = int_compare_double(b, x);
        if (c != 2) c = -c;
    } else return VALUE_NOT_IMPLEMENTED;
    switch (op) {
    case CMP_LT: return value_bool(c == -1);
    case CMP_LE: return value_bool(c == -1 || c == 0);
    case CMP_EQ: return value_bool(c == 0);
    case CMP_NE: return value_bool(c != 0);
    case CMP_GT: return value_bool(c == 1);
    default: return value_bool(c == 1 || c == 0);
    }
}

int64_t float_hash(Value v) { return hash_double(float_value(v), value_is_object(v) ? hash_pointer(value_object(v)) : 0); }
static int64_t float_slot_hash(Thread *th, Value self) { return float_hash(self); }

TYPE_DEFINE(float, "float", sizeof(Float), TYPE_FLOAT_SUBCLASS | TYPE_BASETYPE | TYPE_MATCH_SELF, .methods = float_methods, .getsets = float_getsets,
            .text_signature = "(x=0, /)", .doc = "Convert a string or number to a floating-point number, if possible.",
            .slots = {.new_ = float_slot_new, .repr = float_slot_repr, .hash = float_slot_hash, .compare = float_slot_compare, .bool_ = float_slot_bool,
                      .int_ = float_slot_int, .float_ = float_slot_pos, .neg = float_slot_neg, .pos = float_slot_pos, .abs = float_slot_abs,
                      .add = float_slot_add, .sub = float_slot_sub, .mul = float_slot_mul, .truediv = float_slot_truediv, .floordiv = float_slot_floordiv,
                      .mod = float_slot_mod, .divmod = float_slot_divmod, .pow = float_slot_pow})
