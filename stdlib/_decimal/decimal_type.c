// SPDX-License-Identifier: MIT
// The type Decimal: operators, methods (ops.def has those that Context shares). Instances are constant.
#include "stdlib/_decimal/decimal_int.h"

#define NUM(v) (&DECIMAL(v)->num)

// ---- applying operations ------------------------------------------------------------------------------------------------------------

Value apply_unary(Thread *th, DecContext *c, Value v, NumUnary *fn) {
    Operand a;
    if (operand_need(th, v, &a) < 0) return NO_VALUE;
    Ctx x;
    Num r;
    uint32_t st = 0;
    context_load(c, &x);
    fn(&r, a.n, &x, &st);
    operand_free(&a);
    return decimal_result(th, c, &x, &r, st);
}

ALWAYS_INLINE Value binary_result(Thread *th, DecContext *c, Operand *a, Operand *b, NumBinary *fn) {
    Ctx x;
    Num r;
    uint32_t st = 0;
    context_load(c, &x);
    fn(&r, a->n, b->n, &x, &st);
    operand_free(a);
    operand_free(b);
    return decimal_result(th, c, &x, &r, st);
}

Value apply_binary(Thread *th, DecContext *c, Value v, Value w, NumBinary *fn) {
    Operand a, b;
    if (operand_need(th, v, &a) < 0) return NO_VALUE;
    if (operand_need(th, w, &b) < 0) {
        operand_free(&a);
        return NO_VALUE;
    }
    return binary_result(th, c, &a, &b, fn);
}

Value apply_divmod(Thread *th, DecContext *c, const Num *a, const Num *b) {
    Ctx x;
    Num q, r;
    uint32_t st = 0;
    context_load(c, &x);
    num_divmod(&q, &r, a, b, &x, &st);
    if (context_raise(th, c, x.traps, st) < 0) {
        num_free(&q);
        num_free(&r);
        return NO_VALUE;
    }
    Value v[2] = {decimal_from_num(th, &q), decimal_from_num(th, &r)};
    if (v[0] && v[1]) return tuple_from_owned(th, v, 2);
    decref(th, v[0]);
    decref(th, v[1]);
    return NO_VALUE;
}

// Three operands; two, when m is NULL: a power.
static Value power_result(Thread *th, DecContext *c, Operand *a, Operand *b, Operand *m) {
    Ctx x;
    Num r;
    uint32_t st = 0;
    context_load(c, &x);
    if (m) num_powmod(&r, a->n, b->n, m->n, &x, &st);
    else num_pow(&r, a->n, b->n, &x, &st);
    operand_free(a);
    operand_free(b);
    if (m) operand_free(m);
    return decimal_result(th, c, &x, &r, st);
}
Value apply_power(Thread *th, DecContext *c, Value v, Value w, Value mod) {
    Operand o[3];
    Value in[3] = {v, w, mod};
    int n = mod && mod != VALUE_NONE ? 3 : 2;
    for (int i = 0; i < n; i++)
        if (operand_need(th, in[i], &o[i]) < 0) {
            while (i--) operand_free(&o[i]);
            return NO_VALUE;
        }
    return power_result(th, c, &o[0], &o[1], n == 3 ? &o[2] : NULL);
}
Value apply_fma(Thread *th, DecContext *c, Value v, Value w, Value third) {
    Operand o[3];
    Value in[3] = {v, w, third};
    for (int i = 0; i < 3; i++)
        if (operand_need(th, in[i], &o[i]) < 0) {
            while (i--) operand_free(&o[i]);
            return NO_VALUE;
        }
    Ctx x;
    Num r;
    uint32_t st = 0;
    context_load(c, &x);
    num_fma(&r, o[0].n, o[1].n, o[2].n, &x, &st);
    for (int i = 0; i < 3; i++) operand_free(&o[i]);
    return decimal_result(th, c, &x, &r, st);
}

bool test_finite(const Num *a, const Ctx *ctx) { return !num_is_special(a); }
bool test_infinite(const Num *a, const Ctx *ctx) { return a->kind == NUM_INFINITE; }
bool test_nan(const Num *a, const Ctx *ctx) { return num_is_nan(a); }
bool test_qnan(const Num *a, const Ctx *ctx) { return a->kind == NUM_QNAN; }
bool test_snan(const Num *a, const Ctx *ctx) { return a->kind == NUM_SNAN; }
bool test_zero(const Num *a, const Ctx *ctx) { return num_is_zero(a); }
bool test_signed(const Num *a, const Ctx *ctx) { return a->neg; }
bool test_normal(const Num *a, const Ctx *ctx) { return num_is_normal(a, ctx); }
bool test_subnormal(const Num *a, const Ctx *ctx) { return num_is_subnormal(a, ctx); }

// ---- operators ----------------------------------------------------------------------------------------------------------------------

// v op w; false: not known, or an exception.
ALWAYS_INLINE Value binary_operator(Thread *th, Value v, Value w, NumBinary *fn) {
    Operand a, b;
    if (!operand_take(v, &a)) return VALUE_NOT_IMPLEMENTED;
    if (!operand_take(w, &b)) {
        operand_free(&a);
        return VALUE_NOT_IMPLEMENTED;
    }
    DecContext *c = context_now(th);
    if (LIKELY(c != NULL)) return binary_result(th, c, &a, &b, fn);
    operand_free(&a);
    operand_free(&b);
    return NO_VALUE;
}
static Value decimal_slot_add(Thread *th, Value a, Value b) { return binary_operator(th, a, b, num_add); }
static Value decimal_slot_sub(Thread *th, Value a, Value b) { return binary_operator(th, a, b, num_sub); }
static Value decimal_slot_mul(Thread *th, Value a, Value b) { return binary_operator(th, a, b, num_mul); }
static Value decimal_slot_truediv(Thread *th, Value a, Value b) { return binary_operator(th, a, b, num_div); }
static Value decimal_slot_floordiv(Thread *th, Value a, Value b) { return binary_operator(th, a, b, num_divint); }
static Value decimal_slot_mod(Thread *th, Value a, Value b) { return binary_operator(th, a, b, num_rem); }

static Value decimal_slot_divmod(Thread *th, Value v, Value w) {
    Operand a, b;
    if (!operand_take(v, &a)) return VALUE_NOT_IMPLEMENTED;
    Value r = VALUE_NOT_IMPLEMENTED;
    if (operand_take(w, &b)) {
        DecContext *c = context_now(th);
        r = c ? apply_divmod(th, c, a.n, b.n) : NO_VALUE;
        operand_free(&b);
    }
    operand_free(&a);
    return r;
}
static Value decimal_slot_pow(Thread *th, Value v, Value w, Value mod) {
    Operand o[3];
    Value in[3] = {v, w, mod};
    int n = mod != VALUE_NONE ? 3 : 2, i = 0;
    while (i < n && operand_take(in[i], &o[i])) i++;
    DecContext *c = i == n ? context_now(th) : NULL;
    if (c) return power_result(th, c, &o[0], &o[1], n == 3 ? &o[2] : NULL);
    Value r = i == n ? NO_VALUE : VALUE_NOT_IMPLEMENTED;
    while (i--) operand_free(&o[i]);
    return r;
}

static Value unary_operator(Thread *th, Value v, NumUnary *fn) {
    DecContext *c = context_now(th);
    return c ? apply_unary(th, c, v, fn) : NO_VALUE;
}
static Value decimal_slot_neg(Thread *th, Value v) { return unary_operator(th, v, num_minus); }
static Value decimal_slot_pos(Thread *th, Value v) { return unary_operator(th, v, num_plus); }
static Value decimal_slot_abs(Thread *th, Value v) { return unary_operator(th, v, num_abs); }
static int decimal_slot_bool(Thread *th, Value v) { return !num_is_zero(NUM(v)); }
static Value decimal_slot_int(Thread *th, Value v) { return decimal_to_int(th, NUM(v), ROUND_DOWN); }

static int text_flags(Thread *th) {
    DecContext *c = context_now(th);
    return !c ? -1 : atomic_load_relaxed(&c->capitals) ? TEXT_CAPITALS : 0;
}
static Value decimal_slot_str(Thread *th, Value v) {
    int flags = text_flags(th);
    return flags < 0 ? NO_VALUE : decimal_text(th, NUM(v), flags);
}
static Value decimal_slot_repr(Thread *th, Value v) {
    Value s = decimal_slot_str(th, v), r = s ? str_format(th, "Decimal('%U')", s) : NO_VALUE;
    decref(th, s);
    return r;
}

static Value decimal_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (LIKELY(nargs == 1 && !kwnames_len(kwnames))) v[0] = args[0], v[1] = NO_VALUE;
    else if (native_args_bind(th, &sig, "Decimal", "(value='0', context=None)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    DecContext *c = context_or_now(th, v[1]);
    if (!c) return NO_VALUE;
    return v[0] ? decimal_from_value(th, type, v[0], c, true) : decimal_from_float(th, type, value_imm_int(0), c, true);
}
static void decimal_slot_dealloc(Thread *th, Object *self) {
    num_free(&((Decimal *)self)->num);
    if (LIKELY(atomic_load_relaxed(&self->shape) == &shape_dec_decimal)) {
        object_free_sized(th, self, sizeof(Decimal));
        return;
    }
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- methods ------------------------------------------------------------------------------------------------------------------------

#define UNARY(name, fn, doc)                                                    \
    static Value dec_meth_##name(Thread *th, Value self, Value *args) {         \
        DecContext *c = context_or_now(th, args[0]);                            \
        return c ? apply_unary(th, c, self, fn) : NO_VALUE;                     \
    }
#define BINARY(name, fn, doc)                                                   \
    static Value dec_meth_##name(Thread *th, Value self, Value *args) {         \
        DecContext *c = context_or_now(th, args[1]);                            \
        return c ? apply_binary(th, c, self, args[0], fn) : NO_VALUE;           \
    }
#define TEST(name, fn, doc) static Value dec_meth_##name(Thread *th, Value self, Value *args) { return value_bool(fn(NUM(self), NULL)); }
#define TEST_CTX(name, fn, doc)                                                 \
    static Value dec_meth_##name(Thread *th, Value self, Value *args) {         \
        DecContext *c = context_or_now(th, args[0]);                            \
        Ctx x;                                                                  \
        if (!c) return NO_VALUE;                                                \
        context_load(c, &x);                                                    \
        return value_bool(fn(NUM(self), &x));                                   \
    }
#include "stdlib/_decimal/ops.def"

// A method with rounding=None, context=None: the context with this rounding. NULL: an exception.
static DecContext *rounded_context(Thread *th, Value rounding, Value context, Ctx *x) {
    DecContext *c = context_or_now(th, context);
    if (!c) return NULL;
    context_load(c, x);
    return rounding_of(th, rounding, &x->round) < 0 ? NULL : c;
}
static Value dec_meth_quantize(Thread *th, Value self, Value *args) {
    Ctx x;
    Operand b;
    Num r;
    uint32_t st = 0;
    DecContext *c = rounded_context(th, args[1], args[2], &x);
    if (!c || operand_need(th, args[0], &b) < 0) return NO_VALUE;
    num_quantize(&r, NUM(self), b.n, &x, &st);
    operand_free(&b);
    return decimal_result(th, c, &x, &r, st);
}
static Value to_integral(Thread *th, Value self, Value *args, NumUnary *fn) {
    Ctx x;
    Num r;
    uint32_t st = 0;
    DecContext *c = rounded_context(th, args[0], args[1], &x);
    if (!c) return NO_VALUE;
    fn(&r, NUM(self), &x, &st);
    return decimal_result(th, c, &x, &r, st);
}
static Value dec_meth_to_integral_value(Thread *th, Value self, Value *args) { return to_integral(th, self, args, num_to_integral_value); }
static Value dec_meth_to_integral_exact(Thread *th, Value self, Value *args) { return to_integral(th, self, args, num_to_integral_exact); }

static Value dec_meth_fma(Thread *th, Value self, Value *args) {
    DecContext *c = context_or_now(th, args[2]);
    return c ? apply_fma(th, c, self, args[0], args[1]) : NO_VALUE;
}
static Value dec_meth_same_quantum(Thread *th, Value self, Value *args) {
    Operand b;
    if (!context_or_now(th, args[1]) || operand_need(th, args[0], &b) < 0) return NO_VALUE;
    Value r = value_bool(num_same_quantum(NUM(self), b.n));
    operand_free(&b);
    return r;
}
static Value dec_meth_number_class(Thread *th, Value self, Value *args) {
    DecContext *c = context_or_now(th, args[0]);
    Ctx x;
    if (!c) return NO_VALUE;
    context_load(c, &x);
    return str_from_cstr(th, num_class(NUM(self), &x));
}
static Value dec_meth_to_eng_string(Thread *th, Value self, Value *args) {
    DecContext *c = context_or_now(th, args[0]);
    return c ? decimal_text(th, NUM(self), TEXT_ENG | (atomic_load_relaxed(&c->capitals) ? TEXT_CAPITALS : 0)) : NO_VALUE;
}
static Value dec_meth_copy_abs(Thread *th, Value self, Value *args) {
    Num r;
    num_copy(&r, NUM(self));
    r.neg = false;
    return decimal_from_num(th, &r);
}
static Value dec_meth_copy_negate(Thread *th, Value self, Value *args) {
    Num r;
    num_copy(&r, NUM(self));
    r.neg = !r.neg;
    return decimal_from_num(th, &r);
}
static Value dec_meth_adjusted(Thread *th, Value self, Value *args) { return int_from_i64(th, num_is_special(NUM(self)) ? 0 : num_adjusted(NUM(self))); }
static Value dec_meth_same(Thread *th, Value self, Value *args) { return new_ref(th, self); }
static Value dec_meth_is_canonical(Thread *th, Value self, Value *args) { return VALUE_TRUE; }
static Value dec_meth_as_tuple(Thread *th, Value self, Value *args) { return decimal_tuple(th, self); }
static Value dec_meth_as_integer_ratio(Thread *th, Value self, Value *args) { return decimal_ratio(th, self); }
static Value small_decimal(Thread *th, unsigned i) {
    Num r;
    num_set_small(&r, false, i, 0);
    return decimal_from_num(th, &r);
}
static Value dec_meth_radix(Thread *th, Value self, Value *args) { return small_decimal(th, 10); }
static Value dec_meth_floor(Thread *th, Value self, Value *args) { return decimal_to_int(th, NUM(self), ROUND_FLOOR); }
static Value dec_meth_ceil(Thread *th, Value self, Value *args) { return decimal_to_int(th, NUM(self), ROUND_CEILING); }
static Value dec_meth_trunc(Thread *th, Value self, Value *args) { return decimal_to_int(th, NUM(self), ROUND_DOWN); }
static Value dec_meth_round(Thread *th, Value self, Value *args) {
    if (!args[0] || args[0] == VALUE_NONE) return decimal_to_int(th, NUM(self), ROUND_HALF_EVEN);
    int64_t n;
    if (!value_is_int(args[0])) return raise_type_error(th, "optional arg must be an integer");
    if (int_as_i64_overflow(args[0], &n)) return raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
    DecContext *c = context_now(th);
    if (!c) return NO_VALUE;
    Ctx x;
    Num r, exp;
    uint32_t st = 0;
    context_load(c, &x);
    num_set_small(&exp, false, 1, n == INT64_MIN ? INT64_MAX : -n);
    num_quantize(&r, NUM(self), &exp, &x, &st);
    return decimal_result(th, c, &x, &r, st);
}
static Value dec_meth_complex(Thread *th, Value self, Value *args) {
    Value f = decimal_to_float(th, self), r = f ? complex_new(th, float_value(f), 0.0) : NO_VALUE;
    decref(th, f);
    return r;
}
static Value dec_meth_reduce(Thread *th, Value self, Value *args) {
    Value s = decimal_slot_str(th, self), t = s ? tuple_pack1(th, s) : NO_VALUE, r = t ? tuple_pack2(th, VALUE_OF(type_of(self)), t) : NO_VALUE;
    decref(th, s);
    decref(th, t);
    return r;
}
static Value dec_meth_sizeof(Thread *th, Value self, Value *args) {
    return value_imm_int((int64_t)(sizeof(Decimal) + (num_is_big(NUM(self)) ? mpz_size(NUM(self)->z) * sizeof(mp_limb_t) : 0)));
}
static Value dec_meth_format(Thread *th, Value self, Value *args) { return decimal_format(th, self, args[0], args[1]); }

// An alternative constructor's result: of a subclass, what that makes of the Decimal.
static Value of_class(Thread *th, Value cls, Value d) {
    if (!d || AS(Type, cls) == &type_dec_decimal) return d;
    Value r = call1(th, cls, d);
    decref(th, d);
    return r;
}
static Value dec_meth_from_float(Thread *th, Value cls, Value *args) {
    DecContext *c = context_now(th);
    return c ? of_class(th, cls, decimal_from_float(th, &type_dec_decimal, args[0], c, true)) : NO_VALUE;
}
static Value dec_meth_from_number(Thread *th, Value cls, Value *args) {
    if (!is_decimal(args[0]) && !value_is_int(args[0]) && !value_is_float(args[0])) return raise_type_error(th, "conversion from %T to Decimal is not supported", args[0]);
    DecContext *c = context_now(th);
    if (!c) return NO_VALUE;
    if (is_decimal(args[0])) return of_class(th, cls, decimal_from_value(th, &type_dec_decimal, args[0], c, true));
    return of_class(th, cls, decimal_from_float(th, &type_dec_decimal, args[0], c, true));
}
static Value decimal_get_real(Thread *th, Value self) { return new_ref(th, self); }
static Value decimal_get_imag(Thread *th, Value self) { return small_decimal(th, 0); }

#define UNARY(name, fn, doc) {#name, "(self, /, context=None)", dec_meth_##name, doc, 0},
#define BINARY(name, fn, doc) {#name, "(self, /, other, context=None)", dec_meth_##name, doc, 0},
#define TEST(name, fn, doc) {#name, "(self, /)", dec_meth_##name, doc, 0},
#define TEST_CTX(name, fn, doc) {#name, "(self, /, context=None)", dec_meth_##name, doc, 0},
static const MethodDef decimal_methods[] = {
#include "stdlib/_decimal/ops.def"
    {"quantize", "(self, /, exp, rounding=None, context=None)", dec_meth_quantize, "Return the number rounded to the exponent of the second operand.", 0},
    {"to_integral", "(self, /, rounding=None, context=None)", dec_meth_to_integral_value, "Identical to to_integral_value().", 0},
    {"to_integral_value", "(self, /, rounding=None, context=None)", dec_meth_to_integral_value, "Round to an integer.", 0},
    {"to_integral_exact", "(self, /, rounding=None, context=None)", dec_meth_to_integral_exact, "Round to an integer; sets Inexact and Rounded where digits were lost.", 0},
    {"fma", "(self, /, other, third, context=None)", dec_meth_fma, "Return self * other + third, rounded once.", 0},
    {"same_quantum", "(self, /, other, context=None)", dec_meth_same_quantum, "True if both have the same exponent.", 0},
    {"number_class", "(self, /, context=None)", dec_meth_number_class, "Return what kind of number this is, as text.", 0},
    {"to_eng_string", "(self, /, context=None)", dec_meth_to_eng_string, "Return text in engineering notation.", 0},
    {"adjusted", "(self, /)", dec_meth_adjusted, "Return the exponent of the first digit.", 0},
    {"as_integer_ratio", "(self, /)", dec_meth_as_integer_ratio, "Return a pair of integers whose ratio is the number, in lowest terms.", 0},
    {"as_tuple", "(self, /)", dec_meth_as_tuple, "Return DecimalTuple(sign, digits, exponent).", 0},
    {"canonical", "(self, /)", dec_meth_same, "Return the number itself.", 0},
    {"is_canonical", "(self, /)", dec_meth_is_canonical, "Always true.", 0},
    {"conjugate", "(self, /)", dec_meth_same, "Return the number itself.", 0},
    {"copy_abs", "(self, /)", dec_meth_copy_abs, "Return the absolute value, not rounded.", 0},
    {"copy_negate", "(self, /)", dec_meth_copy_negate, "Return the negation, not rounded.", 0},
    {"radix", "(self, /)", dec_meth_radix, "Return Decimal(10).", 0},
    {"from_float", "(f, /)", dec_meth_from_float, "Convert a float exactly.", METH_CLASS},
    {"from_number", "(number, /)", dec_meth_from_number, "Convert an int, float or Decimal exactly.", METH_CLASS},
    {"__ceil__", "(self, /)", dec_meth_ceil, "The least integer that is not less.", 0},
    {"__complex__", "(self, /)", dec_meth_complex, "Convert to a complex number.", 0},
    {"__copy__", "(self, /)", dec_meth_same, "The number itself.", 0},
    {"__deepcopy__", "(self, object, /)", dec_meth_same, "The number itself.", 0},
    {"__floor__", "(self, /)", dec_meth_floor, "The greatest integer that is not greater.", 0},
    {"__format__", "(self, format, override=None, /)", dec_meth_format, "Format by the format specification.", METH_NO_TEXT_SIG},
    {"__reduce__", "(self, /)", dec_meth_reduce, "The class and the text, for pickling.", 0},
    {"__round__", "(self, ndigits=None, /)", dec_meth_round, "Round to an integer, half to even, or to so many digits.", METH_NO_TEXT_SIG},
    {"__sizeof__", "(self, /)", dec_meth_sizeof, "Bytes in memory.", 0},
    {"__trunc__", "(self, /)", dec_meth_trunc, "The number without its fraction, as an int.", 0},
    {0},
};
static const GetSetDef decimal_getsets[] = {
    {"real", decimal_get_real, NULL, "The number itself."},
    {"imag", decimal_get_imag, NULL, "Decimal(0)."},
    {0},
};

DEC_TYPE(decimal, "decimal.Decimal", sizeof(Decimal), TYPE_BASETYPE, .methods = decimal_methods, .getsets = decimal_getsets, .text_signature = "(value='0', context=None)",
         .doc = "Construct a new Decimal object. 'value' can be an integer, string, tuple,\nor another Decimal object. If no value is given, return Decimal('0'). The\n"
                "context does not affect the conversion and is only passed to determine if\nthe InvalidOperation trap is active.",
         .slots = {.new_ = decimal_slot_new, .dealloc = decimal_slot_dealloc, .repr = decimal_slot_repr, .str = decimal_slot_str, .hash = decimal_hash,
                   .compare = decimal_compare, .bool_ = decimal_slot_bool, .int_ = decimal_slot_int, .float_ = decimal_to_float, .neg = decimal_slot_neg,
                   .pos = decimal_slot_pos, .abs = decimal_slot_abs, .add = decimal_slot_add, .sub = decimal_slot_sub, .mul = decimal_slot_mul,
                   .truediv = decimal_slot_truediv, .floordiv = decimal_slot_floordiv, .mod = decimal_slot_mod, .divmod = decimal_slot_divmod,
                   .pow = decimal_slot_pow})
