// SPDX-License-Identifier: MIT
// int: the type, its slots and methods. Instances are constant; no locks.
#include "core/base/hash.h"
#include "core/object/buffer.h"
#include "core/object/suggest.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/float.h"
#include "core/object/int_limbs.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// ---- making -------------------------------------------------------------------------------------------------------------------------

// Warns about a __int__ or __index__ that returned an instance of a subclass, and gives its plain value. Takes over r.
static Value strict_int(Thread *th, Value r, Value x, const char *dunder) {
    if (!r || value_is_exact(r, &type_int)) return r;
    if (!value_is_int(r)) {
        raise_type_error(th, "%s returned non-int (type %T)", dunder, r);
        decref(th, r);
        return NO_VALUE;
    }
    if (warn_format(th, &exc_DeprecationWarning, 1,
                    "%s returned non-int (type %T).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a "
                    "future version of Python.", dunder, r) < 0) {
        decref(th, r);
        return NO_VALUE;
    }
    Value v = int_exact(th, r);
    decref(th, r);
    return v;
}

Value int_from_object(Thread *th, Value x) {
    if (value_is_imm_int(x)) return x;
    if (value_is_exact(x, &type_int)) return new_ref(th, x);
    if (value_is_imm_float(x)) return int_from_double(th, value_imm_float_get(x));
    Type *t = type_of(x);
    if (t->slots.int_) return strict_int(th, t->slots.int_(th, x), x, "__int__");
    if (t->slots.index) return strict_int(th, t->slots.index(th, x), x, "__index__");
    if (value_is_str(x) || buffer_check(x)) return int_from_text_object(th, x, 10);
    return raise_type_error(th, "int() argument must be a string, a bytes-like object or a real number, not '%T'", x);
}

// An instance of type with the value of the plain int v. Takes over v.
static Value int_instance(Thread *th, Type *type, Value v) {
    if (type == &type_int || !v) return v;
    IntView w;
    int_view(v, &w);
    Int *r = object_new(th, type, w.n);
    if (r) {
        memcpy(r->limbs, w.d, w.n * 8);
        r->size = w.neg ? -(int64_t)w.n : (int64_t)w.n;
    }
    decref(th, v);
    return VALUE_OF(r);
}

static Value int_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (LIKELY(nargs == 1 && kwnames == NO_VALUE)) return int_instance(th, type, int_from_object(th, args[0]));
    if (nargs == 0 && kwnames == NO_VALUE) return int_instance(th, type, value_imm_int(0));
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    if (nargs > 2 || nargs + nkw > 2) return raise_type_error(th, "int expected at most 2 arguments, got %zu", nargs + nkw);
    Value base = nargs == 2 ? args[1] : NO_VALUE;
    for (size_t i = 0; i < nkw; i++) {
        Value name = AS(Tuple, kwnames)->items[i];
        if (!str_equal_cstr(name, "base")) {
            Value known = str_intern_cstr(th, "base");
            if (!known) return NO_VALUE;
            return raise_type_error(th, suggest_name(name, &known, 1) ? "int() got an unexpected keyword argument '%U'. Did you mean 'base'?" : "int() got an unexpected keyword argument '%U'", name);
        }
        if (base) return raise_type_error(th, "argument for int() given by name ('base') and position (2)");
        base = args[nargs + i];
    }
    if (nargs == 0) return raise_type_error(th, "int() missing string argument");
    Value x = args[0];
    intptr_t b = number_as_ssize(th, base, NULL);
    if (b == -1 && error_pending(th)) return NO_VALUE;
    if (b != 0 && (b < 2 || b > 36)) return raise_value_error(th, "int() base must be >= 2 and <= 36, or 0");
    if (!value_is_str(x) && !value_is_bytes(x) && !value_is_instance(x, &type_bytearray))
        return raise_type_error(th, "int() can't convert non-string with explicit base");
    return int_instance(th, type, int_from_text_object(th, x, (int)b));
}

// ---- operators ----------------------------------------------------------------------------------------------------------------------

#define BINARY(name, call)                                                                 \
    static Value int_slot_##name(Thread *th, Value a, Value b) {                           \
        if (!value_is_int(a) || !value_is_int(b)) return VALUE_NOT_IMPLEMENTED;            \
        return call(th, int_plain(a), int_plain(b)); /* bools and what classes derive */   \
    }
BINARY(add, int_add)
BINARY(sub, int_sub)
BINARY(mul, int_mul)
BINARY(truediv, int_truediv)
BINARY(floordiv, int_floordiv)
BINARY(mod, int_mod)
BINARY(lshift, int_lshift)
BINARY(rshift, int_rshift)
BINARY(and, int_and)
BINARY(or, int_or)
BINARY(xor, int_xor)

static Value int_slot_divmod(Thread *th, Value a, Value b) {
    if (!value_is_int(a) || !value_is_int(b)) return VALUE_NOT_IMPLEMENTED;
    Value v[2];
    if (int_divmod(th, a, b, &v[0], &v[1]) < 0) return NO_VALUE;
    return tuple_from_owned(th, v, 2);
}

static Value int_slot_pow(Thread *th, Value a, Value b, Value c) {
    if (!value_is_int(a) || !value_is_int(b) || (c != VALUE_NONE && c != NO_VALUE && !value_is_int(c))) return VALUE_NOT_IMPLEMENTED;
    return int_pow(th, a, b, c);
}

static Value int_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_int(a) || !value_is_int(b)) return VALUE_NOT_IMPLEMENTED;
    int c = a == b ? 0 : int_compare(int_plain(a), int_plain(b));
    return compare_result(op, c);
}

static int64_t int_slot_hash(Thread *th, Value self) { return int_hash(self); }
static int int_slot_bool(Thread *th, Value self) { return int_sign(self) != 0; }
static Value int_slot_neg(Thread *th, Value self) { return int_neg(th, self); }
static Value int_slot_int(Thread *th, Value self) { return int_exact(th, self); }
static Value int_slot_abs(Thread *th, Value self) { return int_sign(self) < 0 ? int_neg(th, self) : int_exact(th, self); }
static Value int_slot_invert(Thread *th, Value self) { return int_invert(th, int_plain(self)); }
static Value int_slot_float(Thread *th, Value self) {
    double d = int_as_double(th, self);
    return d == -1.0 && error_pending(th) ? NO_VALUE : float_from_double(th, d);
}

// ---- methods ------------------------------------------------------------------------------------------------------------------------

static Value int_meth_plain(Thread *th, Value self, Value *args) { return int_exact(th, self); }
static Value int_meth_bit_length(Thread *th, Value self, Value *args) { return int_from_u64(th, int_bit_length(self)); }
static Value int_meth_bit_count(Thread *th, Value self, Value *args) {
    IntView w;
    int_view(self, &w);
    return int_from_u64(th, w.n ? mpn_popcount((const mp_limb_t *)w.d, (mp_size_t)w.n) : 0);
}
static Value int_meth_is_integer(Thread *th, Value self, Value *args) { return VALUE_TRUE; }

static Value int_meth_as_integer_ratio(Thread *th, Value self, Value *args) {
    Value v[2] = {int_exact(th, self), value_imm_int(1)};
    return v[0] ? tuple_from_owned(th, v, 2) : NO_VALUE;
}

static Value int_meth_round(Thread *th, Value self, Value *args) {
    if (args[0] == NO_VALUE || args[0] == VALUE_NONE) return int_exact(th, self);
    Value n = number_index(th, args[0]);
    if (!n) return NO_VALUE;
    Value r;
    if (int_sign(n) >= 0) r = int_exact(th, self);
    else {
        Value k = int_neg(th, n);
        r = k ? int_round_pow10(th, self, k) : NO_VALUE;
        decref(th, k);
    }
    decref(th, n);
    return r;
}

static Value int_meth_getnewargs(Thread *th, Value self, Value *args) {
    Value v = int_exact(th, self);
    return v ? tuple_from_owned(th, &v, 1) : NO_VALUE;
}

static Value int_meth_format(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "__format__() argument must be str, not %T", args[0]);
    return int_format_spec(th, self, args[0]);
}

// What the value takes as an object, also when it is an immediate and takes nothing: at least one limb.
static Value int_meth_sizeof(Thread *th, Value self, Value *args) {
    size_t limbs = (int_bit_length(self) + 63) / 64;
    return int_from_u64(th, sizeof(Int) + sizeof(uint64_t) * (limbs ? limbs : 1));
}

// 1 little, 0 big, -1 with an exception.
static int byte_order(Thread *th, const char *fn, Value v) {
    if (v == NO_VALUE) return 0;
    if (!value_is_str(v)) { raise_type_error(th, "%s() argument 'byteorder' must be str, not %T", fn, v); return -1; }
    if (str_equal_cstr(v, "little")) return 1;
    if (str_equal_cstr(v, "big")) return 0;
    raise_value_error(th, "byteorder must be either 'little' or 'big'");
    return -1;
}

static Value int_meth_to_bytes(Thread *th, Value self, Value *args) {
    intptr_t n = 1;
    if (args[0] && ((n = number_as_ssize(th, args[0], &exc_OverflowError)) == -1) && error_pending(th)) return NO_VALUE;
    int little = byte_order(th, "to_bytes", args[1]);
    if (little < 0) return NO_VALUE;
    int is_signed = args[2] ? object_truth(th, args[2]) : 0;
    if (is_signed < 0) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "length argument must be non-negative");
    Value r = bytes_new(th, NULL, (size_t)n);
    if (!r) return NO_VALUE;
    if (int_to_bytes(th, self, AS(Bytes, r)->data, (size_t)n, little, is_signed) < 0) {
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

static Value int_meth_from_bytes(Thread *th, Value cls, Value *args) {
    int little = byte_order(th, "from_bytes", args[1]);
    if (little < 0) return NO_VALUE;
    int is_signed = args[2] ? object_truth(th, args[2]) : 0;
    if (is_signed < 0) return NO_VALUE;
    Value v, x = args[0], conv = NO_VALUE;
    if (!value_is_exact_bytes(x)) {
        bool found;
        conv = special_call(th, x, name_d_bytes, NULL, 0, &found);
        if (found && !conv) return NO_VALUE;
        if (found && !value_is_bytes(conv)) {
            raise_type_error(th, "%T.__bytes__() must return a bytes, not %T", x, conv);
            decref(th, conv);
            return NO_VALUE;
        }
        if (!found) {
            if (value_is_str(x) || value_is_int(x)) return raise_type_error(th, "cannot convert '%T' object to bytes", x);
            if (!(conv = bytes_from_object(th, x))) return NO_VALUE;
        }
        x = conv;
    }
    v = int_from_bytes(th, AS(Bytes, x)->data, AS(Bytes, x)->len, little, is_signed);
    decref(th, conv);
    if (!v || AS(Type, cls) == &type_int) return v;
    Value r = call1(th, cls, v);
    decref(th, v);
    return r;
}

static Value int_get_plain(Thread *th, Value self) { return int_exact(th, self); }
static Value int_get_imag(Thread *th, Value self) { return value_imm_int(0); }
static Value int_get_denominator(Thread *th, Value self) { return value_imm_int(1); }

static const MethodDef int_methods[] = {
    {"conjugate", "(self, /)", int_meth_plain, "Returns self, the complex conjugate of any int.", 0},
    {"bit_length", "(self, /)", int_meth_bit_length, "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6", 0},
    {"bit_count", "(self, /)", int_meth_bit_count, "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3", 0},
    {"to_bytes", "(self, /, length=1, byteorder='big', *, signed=False)", int_meth_to_bytes, "Return an array of bytes representing an integer.", 0},
    {"from_bytes", "(type, /, bytes, byteorder='big', *, signed=False)", int_meth_from_bytes, "Return the integer represented by the given array of bytes.", METH_CLASS},
    {"as_integer_ratio", "(self, /)", int_meth_as_integer_ratio, "Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.", 0},
    {"is_integer", "(self, /)", int_meth_is_integer, "Returns True. Exists for duck type compatibility with float.is_integer.", 0},
    {"__trunc__", "(self, /)", int_meth_plain, "Truncating an Integral returns itself.", 0},
    {"__floor__", "(self, /)", int_meth_plain, "Flooring an Integral returns itself.", 0},
    {"__ceil__", "(self, /)", int_meth_plain, "Ceiling of an Integral returns itself.", 0},
    {"__round__", "(self, ndigits=None, /)", int_meth_round, "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.", 0},
    {"__getnewargs__", "(self, /)", int_meth_getnewargs, NULL, 0},
    {"__format__", "(self, format_spec, /)", int_meth_format, "Convert to a string according to format_spec.", 0},
    {"__sizeof__", "(self, /)", int_meth_sizeof, "Returns size in memory, in bytes.", 0},
    {0},
};
static const GetSetDef int_getsets[] = {
    {"real", int_get_plain, NULL, "the real part of a complex number"},
    {"imag", int_get_imag, NULL, "the imaginary part of a complex number"},
    {"numerator", int_get_plain, NULL, "the numerator of a rational number in lowest terms"},
    {"denominator", int_get_denominator, NULL, "the denominator of a rational number in lowest terms"},
    {0},
};

TYPE_DEFINE(int, "int", sizeof(Int), TYPE_INT_SUBCLASS | TYPE_BASETYPE | TYPE_VARSIZE | TYPE_MATCH_SELF, .item_size = 8,
            .methods = int_methods, .getsets = int_getsets,
            .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, "
                   "return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\n"
                   "bytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\n"
                   "by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n"
                   ">>> int('0b100', base=0)\n4",
            .slots = {.new_ = int_slot_new, .repr = int_slot_repr, .hash = int_slot_hash, .compare = int_slot_compare, .bool_ = int_slot_bool,
                      .index = int_slot_int, .int_ = int_slot_int, .float_ = int_slot_float, .neg = int_slot_neg, .pos = int_slot_int, .abs = int_slot_abs,
                      .invert = int_slot_invert, .add = int_slot_add, .sub = int_slot_sub, .mul = int_slot_mul, .truediv = int_slot_truediv,
                      .floordiv = int_slot_floordiv, .mod = int_slot_mod, .divmod = int_slot_divmod, .lshift = int_slot_lshift, .rshift = int_slot_rshift,
                      .and_ = int_slot_and, .or_ = int_slot_or, .xor = int_slot_xor, .pow = int_slot_pow})
