// SPDX-License-Identifier: MIT
// The methods of Context: arithmetic is that of Decimal, in this context (decimal_int.h, ops.def).
#include "stdlib/_decimal/decimal_int.h"

#define CONTEXT(v) AS(DecContext, v)

#define UNARY(name, fn, doc) static Value ctx_meth_##name(Thread *th, Value self, Value *args) { return apply_unary(th, CONTEXT(self), args[0], fn); }
#define BINARY(name, fn, doc) static Value ctx_meth_##name(Thread *th, Value self, Value *args) { return apply_binary(th, CONTEXT(self), args[0], args[1], fn); }
#define TEST(name, fn, doc) static Value ctx_meth_##name(Thread *th, Value self, Value *args) { return test_operand(th, CONTEXT(self), args[0], fn); }
#define TEST_CTX TEST
#define CTX_UNARY UNARY
#define CTX_BINARY BINARY

static Value test_operand(Thread *th, DecContext *c, Value v, NumTest *fn) {
    Operand a;
    Ctx x;
    if (operand_need(th, v, &a) < 0) return NO_VALUE;
    context_load(c, &x);
    Value r = value_bool(fn(a.n, &x));
    operand_free(&a);
    return r;
}

static void num_apply(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    num_copy(r, a);
    num_finish(r, ctx, st);
}
static void num_copy_abs(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    num_copy(r, a);
    r->neg = false;
}
static void num_copy_negate(Num *r, const Num *a, const Ctx *ctx, uint32_t *st) {
    num_copy(r, a);
    r->neg = !a->neg;
}

#include "stdlib/_decimal/ops.def"

static Value ctx_meth_divmod(Thread *th, Value self, Value *args) {
    Operand a, b;
    if (operand_need(th, args[0], &a) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (operand_need(th, args[1], &b) == 0) {
        r = apply_divmod(th, CONTEXT(self), a.n, b.n);
        operand_free(&b);
    }
    operand_free(&a);
    return r;
}
static Value ctx_meth_fma(Thread *th, Value self, Value *args) { return apply_fma(th, CONTEXT(self), args[0], args[1], args[2]); }
static Value ctx_meth_power(Thread *th, Value self, Value *args) { return apply_power(th, CONTEXT(self), args[0], args[1], args[2]); }
static Value ctx_meth_canonical(Thread *th, Value self, Value *args) { return is_decimal(args[0]) ? new_ref(th, args[0]) : raise_type_error(th, "argument must be a Decimal"); }
static Value ctx_meth_is_canonical(Thread *th, Value self, Value *args) { return is_decimal(args[0]) ? VALUE_TRUE : raise_type_error(th, "argument must be a Decimal"); }
static Value ctx_meth_radix(Thread *th, Value self, Value *args) {
    Num ten;
    num_set_small(&ten, false, 10, 0);
    return decimal_from_num(th, &ten);
}
static Value ctx_meth_copy_decimal(Thread *th, Value self, Value *args) {
    if (is_decimal(args[0])) return new_ref(th, args[0]);
    Operand a;
    return operand_need(th, args[0], &a) < 0 ? NO_VALUE : decimal_from_num(th, &a.own);
}
static Value ctx_meth_same_quantum(Thread *th, Value self, Value *args) {
    Operand a, b;
    if (operand_need(th, args[0], &a) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (operand_need(th, args[1], &b) == 0) {
        r = value_bool(num_same_quantum(a.n, b.n));
        operand_free(&b);
    }
    operand_free(&a);
    return r;
}
static Value ctx_text(Thread *th, Value self, Value v, int flags) {
    Operand a;
    if (operand_need(th, v, &a) < 0) return NO_VALUE;
    Value r = decimal_text(th, a.n, flags | (atomic_load_relaxed(&CONTEXT(self)->capitals) ? TEXT_CAPITALS : 0));
    operand_free(&a);
    return r;
}
static Value ctx_meth_to_sci_string(Thread *th, Value self, Value *args) { return ctx_text(th, self, args[0], 0); }
static Value ctx_meth_to_eng_string(Thread *th, Value self, Value *args) { return ctx_text(th, self, args[0], TEXT_ENG); }
static Value ctx_meth_number_class(Thread *th, Value self, Value *args) {
    Operand a;
    Ctx x;
    if (operand_need(th, args[0], &a) < 0) return NO_VALUE;
    context_load(CONTEXT(self), &x);
    Value r = str_from_cstr(th, num_class(a.n, &x));
    operand_free(&a);
    return r;
}

#define UNARY(name, fn, doc) {#name, "(self, x, /)", ctx_meth_##name, doc, 0},
#define BINARY(name, fn, doc) {#name, "(self, x, y, /)", ctx_meth_##name, doc, 0},
#define TEST(name, fn, doc) {#name, "(self, x, /)", ctx_meth_##name, doc, 0},
#define TEST_CTX TEST
#define CTX_UNARY UNARY
#define CTX_BINARY BINARY
const MethodDef context_methods[] = {
#include "stdlib/_decimal/ops.def"
    {"canonical", "(self, x, /)", ctx_meth_canonical, "Return the Decimal x.", 0},
    {"is_canonical", "(self, x, /)", ctx_meth_is_canonical, "Always true of a Decimal.", 0},
    {"copy_decimal", "(self, x, /)", ctx_meth_copy_decimal, "Return x as a Decimal.", 0},
    {"divmod", "(self, x, y, /)", ctx_meth_divmod, "Return the truncated quotient and the remainder of x / y.", 0},
    {"fma", "(self, x, y, z, /)", ctx_meth_fma, "Return x * y + z, rounded once.", 0},
    {"number_class", "(self, x, /)", ctx_meth_number_class, "Return what kind of number x is, as text.", 0},
    {"power", "(self, /, a, b, modulo=None)", ctx_meth_power, "Return a ** b, or a ** b % modulo for integers.", 0},
    {"radix", "(self, /)", ctx_meth_radix, "Return Decimal(10).", 0},
    {"same_quantum", "(self, x, y, /)", ctx_meth_same_quantum, "True if both have the same exponent.", 0},
    {"to_eng_string", "(self, x, /)", ctx_meth_to_eng_string, "Return x as text in engineering notation.", 0},
    {"to_sci_string", "(self, x, /)", ctx_meth_to_sci_string, "Return x as text in scientific notation.", 0},
    {"copy", "(self, /)", context_meth_copy, "Return a copy of the context.", 0},
    {"__copy__", "(self, /)", context_meth_copy, "Return a copy of the context.", 0},
    {"__reduce__", "(self, /)", context_meth_reduce, "The class and its arguments, for pickling.", 0},
    {"clear_flags", "(self, /)", context_meth_clear_flags, "Reset all flags to False.", 0},
    {"clear_traps", "(self, /)", context_meth_clear_traps, "Set all traps to False.", 0},
    {"Etiny", "(self, /)", context_meth_etiny, "Return Emin - prec + 1, the least exponent of subnormal numbers.", 0},
    {"Etop", "(self, /)", context_meth_etop, "Return Emax - prec + 1, the greatest exponent of a number with all digits.", 0},
    {"create_decimal", "(self, num='0', /)", context_meth_create_decimal, "Create a Decimal from num, rounded by the context.", 0},
    {"create_decimal_from_float", "(self, f, /)", context_meth_create_decimal_from_float, "Create a Decimal from the float f, rounded by the context.", 0},
    {0},
};
