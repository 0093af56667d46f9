// SPDX-License-Identifier: MIT
// The type Context but for its arithmetic (context_ops.c), and the context manager of localcontext() (decimal_int.h).
#include "stdlib/_decimal/decimal_int.h"

#include "core/object/dict.h"

#define CONTEXT(v) AS(DecContext, v)

// ---- attributes ---------------------------------------------------------------------------------------------------------------------

// An int attribute in a range; v NO_VALUE: deletion.
static int range_value(Thread *th, Value v, int64_t min, int64_t max, const char *error, int64_t *out) {
    if (!v) {
        raise_error(th, &exc_AttributeError, "context attributes cannot be deleted");
        return -1;
    }
    if (!value_is_int(v)) {
        raise_type_error(th, "an integer is required");
        return -1;
    }
    if (int_as_i64_overflow(v, out)) {
        raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
        return -1;
    }
    if (*out >= min && *out <= max) return 0;
    raise_value_error(th, "%s", error);
    return -1;
}

#define INT_FIELD(name, type_, min, max, error)                                                       \
    static Value context_get_##name(Thread *th, Value self) { return int_from_i64(th, (int64_t)atomic_load_relaxed(&CONTEXT(self)->name)); } \
    static int context_set_##name(Thread *th, Value self, Value v) {                                  \
        int64_t i;                                                                                    \
        if (range_value(th, v, min, max, error, &i) < 0) return -1;                                   \
        atomic_store_relaxed(&CONTEXT(self)->name, (type_)i);                                         \
        return 0;                                                                                     \
    }
INT_FIELD(prec, int64_t, 1, MAX_PREC, "valid range for prec is [1, MAX_PREC]")
INT_FIELD(emax, int64_t, 0, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]")
INT_FIELD(emin, int64_t, MIN_EMIN, 0, "valid range for Emin is [MIN_EMIN, 0]")
INT_FIELD(capitals, uint8_t, 0, 1, "valid values for capitals are 0 or 1")
INT_FIELD(clamp, uint8_t, 0, 1, "valid values for clamp are 0 or 1")

static Value context_get_rounding(Thread *th, Value self) { return dec_rounding[atomic_load_relaxed(&CONTEXT(self)->round)]; }
static int context_set_rounding(Thread *th, Value self, Value v) {
    uint8_t round = 0;
    if (rounding_of(th, v == VALUE_NONE ? VALUE_TRUE : v, &round) < 0) return -1;
    atomic_store_relaxed(&CONTEXT(self)->round, round);
    return 0;
}
static Value context_get_flags(Thread *th, Value self) { return new_ref(th, VALUE_OF(CONTEXT(self)->flags)); }
static Value context_get_traps(Thread *th, Value self) { return new_ref(th, VALUE_OF(CONTEXT(self)->traps)); }
static int set_signals(Thread *th, SignalDict *s, Value v) {
    uint32_t bits;
    if (signals_from(th, v, &bits) < 0) return -1;
    atomic_store_relaxed(&s->word, bits);
    return 0;
}
static int context_set_flags(Thread *th, Value self, Value v) { return set_signals(th, CONTEXT(self)->flags, v); }
static int context_set_traps(Thread *th, Value self, Value v) { return set_signals(th, CONTEXT(self)->traps, v); }

static int context_slot_setattr(Thread *th, Value self, Value name, Value v) {
    if (v) return object_generic_setattr(th, self, name, v);
    raise_error(th, &exc_AttributeError, "context attributes cannot be deleted");
    return -1;
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

// flags=, traps=: a list of signals or a signal dict.
static int set_signal_argument(Thread *th, SignalDict *s, Value v) {
    if (!value_is_list(v)) return set_signals(th, s, v);
    uint32_t bits = 0;
    Value items = sequence_to_tuple(th, v);
    int r = items ? 0 : -1;
    for (size_t i = 0; !r && i < AS(Tuple, items)->len; i++) {
        uint32_t bit = 0;
        for (DecSignal *d = dec_signals; d->name; d++)
            if (d->exc == AS(Tuple, items)->items[i]) bit = d->bit;
        for (DecSignal *d = dec_conditions; d->name; d++)
            if (d->exc == AS(Tuple, items)->items[i]) bit = ST_INVALID;
        bits |= bit;
        if (bit) continue;
        raise_error(th, &exc_KeyError, "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n"
                                       "   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]");
        r = -1;
    }
    decref(th, items);
    if (!r) atomic_store_relaxed(&s->word, bits);
    return r;
}

int context_set_fields(Thread *th, DecContext *c, Value *args) {
    static int (*const setters[])(Thread *th, Value self, Value v) = {context_set_prec, context_set_rounding, context_set_emin, context_set_emax, context_set_capitals,
                                                                      context_set_clamp};
    for (size_t i = 0; i < CONTEXT_FIELDS; i++) {
        if (!args[i] || args[i] == VALUE_NONE) continue;
        if (i < ARRAY_LEN(setters) ? setters[i](th, VALUE_OF(c), args[i]) : set_signal_argument(th, i == 6 ? c->flags : c->traps, args[i])) return -1;
    }
    return 0;
}

static Value context_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static const Ctx plain = {28, 999999, -999999, ST_INVALID | ST_DIVISION_BY_ZERO | ST_OVERFLOW, ROUND_HALF_EVEN, 0, 1};
    Ctx x = plain;
    if (dec_template[0]) context_load(AS(DecContext, dec_template[0]), &x);
    return VALUE_OF(context_make(th, type, &x, 0));
}
static int context_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[CONTEXT_FIELDS];
    if (nargs == 0 && !kwnames_len(kwnames)) return 0;
    if (native_args_bind(th, &sig, "Context", "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)", args, nargs, kwnames, v) < 0) return -1;
    return context_set_fields(th, CONTEXT(self), v);
}
static void context_slot_dealloc(Thread *th, Object *self) {
    DecContext *c = (DecContext *)self;
    // Who still holds one of the dicts finds it invalid.
    atomic_store_relaxed(&c->flags->valid, false);
    atomic_store_relaxed(&c->traps->valid, false);
    decref(th, VALUE_OF(c->flags));
    decref(th, VALUE_OF(c->traps));
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- text, copies -------------------------------------------------------------------------------------------------------------------

static void signal_names(StrBuilder *b, uint32_t bits) {
    static const uint32_t order[] = {ST_CLAMPED, ST_INVALID, ST_DIVISION_BY_ZERO, ST_INEXACT, ST_FLOAT_OPERATION, ST_OVERFLOW, ST_ROUNDED, ST_SUBNORMAL, ST_UNDERFLOW};
    str_builder_char(b, '[');
    const char *sep = "";
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (!(bits & order[i])) continue;
        const DecSignal *s = dec_signals;
        while (s->bit != order[i]) s++;
        str_builder_ascii(b, sep, strlen(sep));
        str_builder_ascii(b, s->name, strlen(s->name));
        sep = ", ";
    }
    str_builder_char(b, ']');
}
static Value context_slot_repr(Thread *th, Value self) {
    Ctx x;
    context_load(CONTEXT(self), &x);
    uint32_t flags = atomic_load_relaxed(&CONTEXT(self)->flags->word);
    Value head = str_format(th, "Context(prec=%lld, rounding=%s, Emin=%lld, Emax=%lld, capitals=%d, clamp=%d, flags=", (long long)x.prec, dec_rounding_names[x.round],
                            (long long)x.emin, (long long)x.emax, x.capitals, x.clamp);
    if (!head) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_str(&b, head);
    decref(th, head);
    signal_names(&b, flags);
    str_builder_ascii(&b, ", traps=", 8);
    signal_names(&b, x.traps);
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

Value context_meth_copy(Thread *th, Value self, Value *args) { return VALUE_OF(context_copy_of(th, CONTEXT(self))); }
Value context_meth_reduce(Thread *th, Value self, Value *args) {
    Ctx x;
    context_load(CONTEXT(self), &x);
    Value v[CONTEXT_FIELDS] = {int_from_i64(th, x.prec), dec_rounding[x.round], int_from_i64(th, x.emin), int_from_i64(th, x.emax), value_imm_int(x.capitals),
                               value_imm_int(x.clamp), signal_list(th, atomic_load_relaxed(&CONTEXT(self)->flags->word)), signal_list(th, x.traps)};
    Value t = v[6] && v[7] ? tuple_from_array(th, v, CONTEXT_FIELDS) : NO_VALUE;
    for (size_t i = 0; i < CONTEXT_FIELDS; i++) decref(th, v[i]);
    Value r = t ? tuple_pack2(th, VALUE_OF(type_of(self)), t) : NO_VALUE;
    decref(th, t);
    return r;
}
Value context_meth_clear_flags(Thread *th, Value self, Value *args) {
    atomic_store_relaxed(&CONTEXT(self)->flags->word, 0u);
    return VALUE_NONE;
}
Value context_meth_clear_traps(Thread *th, Value self, Value *args) {
    atomic_store_relaxed(&CONTEXT(self)->traps->word, 0u);
    return VALUE_NONE;
}
Value context_meth_etiny(Thread *th, Value self, Value *args) {
    Ctx x;
    context_load(CONTEXT(self), &x);
    return int_from_i64(th, ctx_etiny(&x));
}
Value context_meth_etop(Thread *th, Value self, Value *args) {
    Ctx x;
    context_load(CONTEXT(self), &x);
    return int_from_i64(th, ctx_etop(&x));
}
Value context_meth_create_decimal(Thread *th, Value self, Value *args) {
    if (args[0]) return decimal_from_value(th, &type_dec_decimal, args[0], CONTEXT(self), false);
    return decimal_from_float(th, &type_dec_decimal, value_imm_int(0), CONTEXT(self), false);
}
Value context_meth_create_decimal_from_float(Thread *th, Value self, Value *args) {
    return decimal_from_float(th, &type_dec_decimal, args[0], CONTEXT(self), false);
}

static const GetSetDef context_getsets[] = {
    {"prec", context_get_prec, context_set_prec, "Digits of results."},
    {"Emax", context_get_emax, context_set_emax, "The greatest adjusted exponent."},
    {"Emin", context_get_emin, context_set_emin, "The least adjusted exponent of normal numbers."},
    {"rounding", context_get_rounding, context_set_rounding, "How results are rounded: ROUND_*."},
    {"capitals", context_get_capitals, context_set_capitals, "1: exponents are shown with E, 0: with e."},
    {"clamp", context_get_clamp, context_set_clamp, "1: exponents are limited to Etop()."},
    {"flags", context_get_flags, context_set_flags, "The signals that were raised."},
    {"traps", context_get_traps, context_set_traps, "The signals that raise exceptions."},
    {0},
};

DEC_TYPE(context, "decimal.Context", sizeof(DecContext), TYPE_BASETYPE, .methods = context_methods, .getsets = context_getsets,
         .text_signature = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None,\n        clamp=None, flags=None, traps=None)",
         .doc = "The context affects almost all operations and controls rounding,\nOver/Underflow, raising of exceptions and much more.\n\n"
                "Arguments that are left out are taken from DefaultContext; flags are clear unless given.",
         .slots = {.new_ = context_slot_new, .init = context_slot_init, .dealloc = context_slot_dealloc, .setattr = context_slot_setattr, .repr = context_slot_repr})

// ---- localcontext() -----------------------------------------------------------------------------------------------------------------

typedef struct Manager { Object head; Value local, before; } Manager; // [c] contexts

static void manager_slot_dealloc(Thread *th, Object *self) {
    decref(th, ((Manager *)self)->local);
    decref(th, ((Manager *)self)->before);
    object_free(th, self);
}
static Value manager_meth_enter(Thread *th, Value self, Value *args) {
    Manager *m = AS(Manager, self);
    return context_make_current(th, m->local) < 0 ? NO_VALUE : new_ref(th, m->local);
}
static Value manager_meth_exit(Thread *th, Value self, Value *args) { return context_make_current(th, AS(Manager, self)->before) < 0 ? NO_VALUE : VALUE_FALSE; }
static const MethodDef manager_methods[] = {
    {"__enter__", "(self, /)", manager_meth_enter, "Make the context the current one.", 0},
    {"__exit__", "(self, /, *args)", manager_meth_exit, "Make the context from before the current one.", 0},
    {0},
};
DEC_TYPE(manager, "decimal.ContextManager", sizeof(Manager), TYPE_NO_INSTANTIATE, .methods = manager_methods, .slots = {.dealloc = manager_slot_dealloc})

// The keyword arguments of localcontext().
static int set_keywords(Thread *th, DecContext *c, Value kwargs) {
    static const char *const names[CONTEXT_FIELDS] = {"prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"};
    Value v[CONTEXT_FIELDS] = {0}, key, item;
    size_t pos = 0;
    int r = 0;
    while (kwargs && !r && dict_next(th, AS(Dict, kwargs), &pos, &key, &item)) {
        int i = 0;
        while (i < CONTEXT_FIELDS && !str_equal_cstr(key, names[i])) i++;
        if (i < CONTEXT_FIELDS) v[i] = item;
        else {
            raise_type_error(th, "this function got an unexpected keyword argument '%U'", key);
            decref(th, item);
            r = -1;
        }
        decref(th, key);
    }
    if (!r) r = context_set_fields(th, c, v);
    for (int i = 0; i < CONTEXT_FIELDS; i++) decref(th, v[i]);
    return r;
}
Value decimal_fn_localcontext(Thread *th, Value self, Value *args) {
    DecContext *before = context_now(th), *from = before ? context_or_now(th, args[0]) : NULL;
    DecContext *local = from ? context_copy_of(th, from) : NULL;
    if (!local) return NO_VALUE;
    Manager *m = NULL;
    Value keep = new_ref(th, VALUE_OF(before));
    if (set_keywords(th, local, args[1]) == 0) m = NEW(Manager, th, &type_dec_manager);
    if (!m) {
        decref(th, VALUE_OF(local));
        decref(th, keep);
        return NO_VALUE;
    }
    m->local = VALUE_OF(local);
    m->before = keep;
    return VALUE_OF(m);
}
