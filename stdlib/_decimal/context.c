// SPDX-License-Identifier: MIT
// Contexts: the thread's current one, flags and traps, signal dicts, the way from a status to an exception (decimal_int.h).
#include "stdlib/_decimal/decimal_int.h"

#include "core/object/context.h"
#include "core/object/dict.h"

DecSignal dec_signals[] = {
    {"InvalidOperation", ST_INVALID, 0}, {"FloatOperation", ST_FLOAT_OPERATION, 0}, {"DivisionByZero", ST_DIVISION_BY_ZERO, 0},
    {"Overflow", ST_OVERFLOW, 0}, {"Underflow", ST_UNDERFLOW, 0}, {"Subnormal", ST_SUBNORMAL, 0}, {"Inexact", ST_INEXACT, 0},
    {"Rounded", ST_ROUNDED, 0}, {"Clamped", ST_CLAMPED, 0}, {0},
};
DecSignal dec_conditions[] = {
    {"InvalidOperation", ST_PLAIN_INVALID, 0}, {"DivisionImpossible", ST_DIVISION_IMPOSSIBLE, 0}, {"DivisionUndefined", ST_DIVISION_UNDEFINED, 0},
    {"InvalidContext", ST_INVALID_CONTEXT, 0}, {"ConversionSyntax", ST_CONVERSION_SYNTAX, 0}, {0},
};
const char *const dec_rounding_names[ROUND_COUNT] = {"ROUND_UP", "ROUND_DOWN", "ROUND_CEILING", "ROUND_FLOOR", "ROUND_HALF_UP", "ROUND_HALF_DOWN",
                                                     "ROUND_HALF_EVEN", "ROUND_05UP"};
Value dec_rounding[ROUND_COUNT];

// ---- the current context ------------------------------------------------------------------------------------------------------------

int context_make_current(Thread *th, Value ctx) {
    Value token = contextvar_set(th, dec_context_var, ctx);
    decref(th, token);
    return token ? 0 : -1;
}

DecContext *context_now(Thread *th) {
    Value v = contextvar_find(th, dec_context_var);
    if (LIKELY(v != NO_VALUE)) return AS(DecContext, v);
    DecContext *c = context_copy_of(th, AS(DecContext, dec_template[0]));
    if (!c) return NULL;
    atomic_store_relaxed(&c->flags->word, 0u);
    int failed = context_make_current(th, VALUE_OF(c));
    decref(th, VALUE_OF(c));   // held by the variable
    return failed ? NULL : c;
}

DecContext *context_or_now(Thread *th, Value v) {
    if (!v || v == VALUE_NONE) return context_now(th);
    if (is_context(v)) return AS(DecContext, v);
    raise_type_error(th, "optional argument must be a context");
    return NULL;
}

// ---- conditions ---------------------------------------------------------------------------------------------------------------------

Value signal_list(Thread *th, uint32_t bits) {
    Value list = list_new(th, 0);
    for (DecSignal *s = dec_signals; list && s->name; s++)
        if (bits & s->bit && list_append(th, AS(List, list), s->exc) < 0) clear_ref(th, &list);
    return list;
}

int context_raise_slow(Thread *th, DecContext *c, uint32_t traps, uint32_t st) {
    uint32_t signals = st & ST_SIGNALS, *word = &c->flags->word;
    // Looked at first, so that a context that threads share is not written when nothing changes.
    if ((atomic_load_relaxed(word) & signals) != signals) atomic_or_acq_rel(word, signals);
    if (st & ST_MEMORY) {
        raise_memory_error(th);
        return -1;
    }
    if (LIKELY(!(signals & traps))) return 0;
    DecSignal *first = dec_signals;
    while (!(first->bit & signals & traps)) first++;
    // The argument: all conditions that are trapped, the kinds of invalid operation each by its own name.
    Value list = list_new(th, 0);
    if (!list) return -1;
    int r = 0;
    if (traps & ST_INVALID)
        for (DecSignal *s = dec_conditions; s->name && !r; s++)
            if (st & s->bit) r = list_append(th, AS(List, list), s->exc);
    for (DecSignal *s = dec_signals + 1; s->name && !r; s++)
        if (signals & traps & s->bit) r = list_append(th, AS(List, list), s->exc);
    if (!r) raise_with_value(th, AS(Type, first->exc), list);
    decref(th, list);
    return -1;
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

SignalDict *signals_make(Thread *th, uint32_t word) {
    SignalDict *s = NEW(SignalDict, th, AS(Type, dec_signals_type));
    if (s) {
        s->valid = true;
        atomic_store_relaxed(&s->word, word & ST_SIGNALS);
    }
    return s;
}

DecContext *context_make(Thread *th, Type *type, const Ctx *x, uint32_t flags) {
    SignalDict *f = signals_make(th, flags), *t = f ? signals_make(th, x->traps) : NULL;
    DecContext *c = t ? NEW(DecContext, th, type) : NULL;
    if (!c) {
        decref(th, VALUE_OF(f));
        decref(th, VALUE_OF(t));
        return NULL;
    }
    c->prec = x->prec;
    c->emax = x->emax;
    c->emin = x->emin;
    c->round = x->round;
    c->clamp = x->clamp;
    c->capitals = x->capitals;
    c->flags = f;
    c->traps = t;
    return c;
}

DecContext *context_copy_of(Thread *th, const DecContext *c) {
    Ctx x;
    context_load(c, &x);
    return context_make(th, &type_dec_context, &x, atomic_load_relaxed(&c->flags->word));
}

int rounding_of(Thread *th, Value v, uint8_t *out) {
    if (!v || v == VALUE_NONE) return 0;
    for (int i = 0; value_is_str(v) && i < ROUND_COUNT; i++)
        if (v == dec_rounding[i] || str_equal(AS(Str, v), AS(Str, dec_rounding[i]))) {
            *out = (uint8_t)i;
            return 0;
        }
    raise_type_error(th, "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n"
                         "   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]");
    return -1;
}

// ---- signal dicts -------------------------------------------------------------------------------------------------------------------

static int invalid_dict(Thread *th) {
    raise_value_error(th, "invalid signal dict");
    return -1;
}
static int need_valid(Thread *th, Value self) { return atomic_load_relaxed(&AS(SignalDict, self)->valid) ? 0 : invalid_dict(th); }
static uint32_t bits_of(Value self) { return atomic_load_relaxed(&AS(SignalDict, self)->word); }

// The bit of a signal class, 0: KeyError.
static uint32_t bit_of_signal(Thread *th, Value key) {
    for (DecSignal *s = dec_signals; s->name; s++)
        if (s->exc == key) return s->bit;
    raise_error(th, &exc_KeyError, "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n"
                                   "   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]");
    return 0;
}

// Sets or clears bits.
static void change_bits(SignalDict *s, uint32_t bits, bool on) {
    if (on) atomic_or_acq_rel(&s->word, bits);
    else atomic_and_acq_rel(&s->word, ~bits);
}

static intptr_t signals_slot_len(Thread *th, Value self) { return need_valid(th, self) ? -1 : DEC_SIGNALS; }
static Value signals_slot_iter(Thread *th, Value self) {
    if (need_valid(th, self)) return NO_VALUE;
    Value list = signal_list(th, ST_SIGNALS), it = list ? object_iter(th, list) : NO_VALUE;
    decref(th, list);
    return it;
}
static Value signals_slot_getitem(Thread *th, Value self, Value key) {
    if (need_valid(th, self)) return NO_VALUE;
    uint32_t bit = bit_of_signal(th, key);
    return bit ? value_bool(bits_of(self) & bit) : NO_VALUE;
}
static int signals_slot_setitem(Thread *th, Value self, Value key, Value v) {
    if (need_valid(th, self)) return -1;
    if (!v) {
        raise_value_error(th, "signal keys cannot be deleted");
        return -1;
    }
    uint32_t bit = bit_of_signal(th, key);
    int on = bit ? object_truth(th, v) : -1;
    if (on < 0) return -1;
    change_bits(AS(SignalDict, self), bit, on);
    return 0;
}
static Value signals_dict(Thread *th, uint32_t bits) {
    Value d = dict_new(th);
    for (DecSignal *s = dec_signals; d && s->name; s++)
        if (dict_set(th, AS(Dict, d), s->exc, value_bool(bits & s->bit)) < 0) clear_ref(th, &d);
    return d;
}
static Value signals_slot_repr(Thread *th, Value self) {
    if (need_valid(th, self)) return NO_VALUE;
    uint32_t bits = bits_of(self);
    StrBuilder b;
    str_builder_init(&b, th);
    const char *sep = "{";
    for (DecSignal *s = dec_signals; s->name; s++, sep = ", ") {
        Value piece = str_format(th, "%s%R:%s", sep, s->exc, bits & s->bit ? "True" : "False");
        if (piece) str_builder_str(&b, piece);
        decref(th, piece);
    }
    str_builder_char(&b, '}');
    return str_builder_finish(&b);
}
static bool is_signals(Value v) { return value_is_instance(v, &type_dec_signals); }

int signals_from(Thread *th, Value v, uint32_t *out) {
    if (is_signals(v)) {
        if (need_valid(th, v)) return -1;
        *out = bits_of(v);
        return 0;
    }
    if (!value_is_dict(v)) {
        raise_type_error(th, "argument must be a signal dict");
        return -1;
    }
    uint32_t bits = 0;
    bool complete = dict_len(AS(Dict, v)) == DEC_SIGNALS;
    for (DecSignal *s = dec_signals; s->name && complete; s++) {
        Value on;
        int r = dict_get(th, AS(Dict, v), s->exc, &on);
        if (r < 0) return -1;
        if (!(complete = r)) break;
        r = object_truth(th, on);
        decref(th, on);
        if (r < 0) return -1;
        if (r) bits |= s->bit;
    }
    if (!complete) {
        raise_error(th, &exc_KeyError, "invalid signal dict");
        return -1;
    }
    *out = bits;
    return 0;
}

static Value signals_slot_compare(Thread *th, Value a, Value b, int op) {
    if (need_valid(th, a)) return NO_VALUE;
    if (op != CMP_EQ && op != CMP_NE) return VALUE_NOT_IMPLEMENTED;
    uint32_t other;
    if (is_signals(b)) {
        if (need_valid(th, b)) return NO_VALUE;
        other = bits_of(b);
    } else if (!value_is_dict(b)) return VALUE_NOT_IMPLEMENTED;
    else if (signals_from(th, b, &other) < 0) {
        return error_clear_if(th, &exc_KeyError) ? VALUE_NOT_IMPLEMENTED : NO_VALUE;
    }
    return value_bool((bits_of(a) == other) == (op == CMP_EQ));
}
static Value signals_meth_copy(Thread *th, Value self, Value *args) { return need_valid(th, self) ? NO_VALUE : signals_dict(th, bits_of(self)); }

static const MethodDef signals_methods[] = {
    {"copy", "(self, /)", signals_meth_copy, "A dict of the signals.", 0},
    {"__copy__", "(self, /)", signals_meth_copy, "A dict of the signals.", 0},
    {0},
};
static Value signals_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(SignalDict, th, type)); }
DEC_TYPE(signals, "decimal.SignalDictMixin", sizeof(SignalDict), TYPE_BASETYPE, .methods = signals_methods,
         .slots = {.new_ = signals_slot_new, .len = signals_slot_len, .iter = signals_slot_iter, .getitem = signals_slot_getitem, .setitem = signals_slot_setitem,
                   .repr = signals_slot_repr, .compare = signals_slot_compare, .hash = object_hash_unhashable})
