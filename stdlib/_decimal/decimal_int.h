// SPDX-License-Identifier: MIT
// What the files of _decimal share: Decimal and Context objects, the way from arguments to numbers and from conditions to exceptions.
//
// Threads. Decimals are constant. A context is changed by whoever holds it: each of its fields, and the word of a signal dict, is an atomic of its own,
// relaxed, for they say nothing about other memory; flags are set by an atomic or, so none is lost. An operation works on a copy of the fields (Ctx), taken
// when it begins. Nothing here locks.
#ifndef LADON_STDLIB_DECIMAL_INT_H
#define LADON_STDLIB_DECIMAL_INT_H

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/float.h"
#include "core/object/int_limbs.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "stdlib/_decimal/number.h"

typedef struct Decimal { Object head; Num num; } Decimal;                                 // [c]
typedef struct SignalDict { Object head; uint32_t word; bool valid; } SignalDict;         // word [a] ST_*; valid [a]: its context lives
typedef struct DecContext {
    Object head;
    int64_t prec, emax, emin;        // [a]
    uint8_t round, clamp, capitals;  // [a]
    SignalDict *flags, *traps;       // [c] owned
} DecContext;

extern Type type_dec_decimal, type_dec_context, type_dec_manager, type_dec_signals;
extern Shape shape_dec_decimal, shape_dec_context, shape_dec_manager, shape_dec_signals;
#define DEC_TYPE(cname, pyname, size, flags_, ...)                                                                                       \
    Type type_dec_##cname = {.head = OBJECT_STATIC(&shape_type), .name = pyname, .base = &type_object, .flags = (flags_) | TYPE_IMMUTABLE, \
                             .basic_size = (size), .shape = &shape_dec_##cname, __VA_ARGS__};                                            \
    Shape shape_dec_##cname = {.type = &type_dec_##cname, .flags = (flags_) | TYPE_IMMUTABLE};

#define DECIMAL(v) AS(Decimal, v)
ALWAYS_INLINE bool is_decimal(Value v) {
    return value_is_object(v) && (atomic_load_relaxed(&value_object(v)->shape) == &shape_dec_decimal || type_is_subtype(type_of(v), &type_dec_decimal));
}
ALWAYS_INLINE bool is_context(Value v) { return value_is_instance(v, &type_dec_context); }

// ---- module.c: made once per process, immortal
extern Value dec_tuple_type;            // [c] DecimalTuple
extern Value dec_signals_type;          // [c] SignalDict
extern Value dec_rational;              // [c] numbers.Rational
extern Value dec_context_var;           // [c]
extern Value dec_template[3];           // [c] DefaultContext, BasicContext, ExtendedContext
// The signals and conditions by their bits in a status.
typedef struct DecSignal { const char *name; uint32_t bit; Value exc; } DecSignal; // exc [c]
extern DecSignal dec_signals[];         // in the order in which they are raised and listed by a signal dict
extern DecSignal dec_conditions[];      // InvalidOperation and what is raised as such
enum { DEC_SIGNALS = 9, DEC_CONDITIONS = 5 };
extern const char *const dec_rounding_names[ROUND_COUNT]; // by ROUND_*
extern Value dec_rounding[ROUND_COUNT]; // [c] interned

// ---- context.c
// The thread's current context, made if there is none; borrowed until the next safepoint. NULL with an exception.
DecContext *context_now(Thread *th);
// The one given (NO_VALUE or None: the current one), borrowed. NULL: TypeError.
DecContext *context_or_now(Thread *th, Value v);
int context_make_current(Thread *th, Value ctx);       // ctx itself. 0 or -1
ALWAYS_INLINE void context_load(const DecContext *c, Ctx *x) {
    x->prec = atomic_load_relaxed(&c->prec);
    x->emax = atomic_load_relaxed(&c->emax);
    x->emin = atomic_load_relaxed(&c->emin);
    x->traps = atomic_load_relaxed(&c->traps->word);
    x->round = atomic_load_relaxed(&c->round);
    x->clamp = atomic_load_relaxed(&c->clamp);
    x->capitals = atomic_load_relaxed(&c->capitals);
}
int context_raise_slow(Thread *th, DecContext *c, uint32_t traps, uint32_t st);
// Sets c's flags and raises what is trapped. 0 or -1.
ALWAYS_INLINE int context_raise(Thread *th, DecContext *c, uint32_t traps, uint32_t st) { return LIKELY(st == 0) ? 0 : context_raise_slow(th, c, traps, st); }
DecContext *context_make(Thread *th, Type *type, const Ctx *x, uint32_t flags); // new reference
DecContext *context_copy_of(Thread *th, const DecContext *c);                   // a plain Context. New reference
int rounding_of(Thread *th, Value v, uint8_t *out);    // -1: TypeError. None and NO_VALUE leave *out as it is
Value signal_list(Thread *th, uint32_t bits);          // list of classes
SignalDict *signals_make(Thread *th, uint32_t word);
int signals_from(Thread *th, Value v, uint32_t *out);  // a SignalDict or dict with all signals
// Sets what the 8 arguments of Context() say; NO_VALUE and None are left out. 0 or -1
enum { CONTEXT_FIELDS = 8 };
int context_set_fields(Thread *th, DecContext *c, Value *args);
extern const MethodDef context_methods[];              // context_ops.c
NativeFunction context_meth_copy, context_meth_reduce, context_meth_clear_flags, context_meth_clear_traps, context_meth_etiny, context_meth_etop,
    context_meth_create_decimal, context_meth_create_decimal_from_float, decimal_fn_localcontext;

// ---- convert.c
// An operand: a Decimal's number, or that of an int.
typedef struct Operand { const Num *n; Num own; } Operand;
bool operand_int(Value v, Operand *o);                 // of an int that is no immediate
ALWAYS_INLINE bool operand_take(Value v, Operand *o) {  // false: neither Decimal nor int
    if (LIKELY(value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_dec_decimal)) {
        o->n = &DECIMAL(v)->num;
        return true;
    }
    o->n = &o->own;
    if (value_is_imm_int(v)) {
        int64_t i = value_imm_int_get(v);
        num_set_small(&o->own, i < 0, i < 0 ? -(u128)i : (u128)i, 0);
        return true;
    }
    if (is_decimal(v)) {
        o->n = &DECIMAL(v)->num;
        return true;
    }
    return operand_int(v, o);
}
ALWAYS_INLINE void operand_free(Operand *o) { if (o->n == &o->own) num_free(&o->own); }
int operand_need(Thread *th, Value v, Operand *o);     // -1: TypeError
Value decimal_make(Thread *th, Type *type, Num *r_owned);
ALWAYS_INLINE Value decimal_from_num(Thread *th, Num *r) {
    Decimal *d = object_alloc_unfilled(th, &shape_dec_decimal, sizeof(Decimal));
    if (UNLIKELY(!d)) {
        num_free(r);
        return NO_VALUE;
    }
    d->num = *r;
    return VALUE_OF(d);
}
// The result of an operation in context c, whose copy is x.
ALWAYS_INLINE Value decimal_result(Thread *th, DecContext *c, const Ctx *x, Num *r, uint32_t st) {
    if (UNLIKELY(st) && context_raise_slow(th, c, x->traps, st) < 0) {
        num_free(r);
        return NO_VALUE;
    }
    return decimal_from_num(th, r);
}
void num_from_double(Num *r, double d);                // exactly
// What Decimal(v) makes, exactly, or Context.create_decimal(v), rounded. c borrowed.
Value decimal_from_value(Thread *th, Type *type, Value v, DecContext *c, bool exact);
Value decimal_from_float(Thread *th, Type *type, Value v, DecContext *c, bool exact); // from_float: an int or float
Value decimal_to_int(Thread *th, const Num *a, int round);      // new int; ValueError, OverflowError
Value decimal_to_float(Thread *th, Value self);
Value decimal_ratio(Thread *th, Value self);
Value decimal_tuple(Thread *th, Value self);
Value decimal_text(Thread *th, const Num *a, int flags);
int64_t decimal_hash(Thread *th, Value self);
Value decimal_compare(Thread *th, Value a, Value b, int op);
// ---- format.c
Value decimal_format(Thread *th, Value self, Value spec, Value override);
// ---- decimal_type.c: what Context's methods are, too
Value apply_unary(Thread *th, DecContext *c, Value a, NumUnary *fn);
Value apply_binary(Thread *th, DecContext *c, Value a, Value b, NumBinary *fn);
Value apply_divmod(Thread *th, DecContext *c, const Num *a, const Num *b);
Value apply_power(Thread *th, DecContext *c, Value a, Value b, Value mod);
Value apply_fma(Thread *th, DecContext *c, Value a, Value b, Value third);
typedef bool NumTest(const Num *a, const Ctx *ctx);
NumTest test_finite, test_infinite, test_nan, test_qnan, test_snan, test_zero, test_signed, test_normal, test_subnormal;
#endif
