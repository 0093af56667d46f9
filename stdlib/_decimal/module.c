// SPDX-License-Identifier: MIT
// The module _decimal: exceptions, constants, context templates. All is made once per process and immortal.
#include <stdio.h>

#include "core/object/context.h"
#include "core/object/dict.h"
#include "gc/gc.h"
#include "stdlib/_decimal/decimal_int.h"

Value dec_tuple_type, dec_signals_type, dec_rational, dec_context_var, dec_template[3];
static Value dec_base_exception;

static Value decimal_fn_getcontext(Thread *th, Value self, Value *args) {
    DecContext *c = context_now(th);
    return c ? new_ref(th, VALUE_OF(c)) : NO_VALUE;
}
static Value decimal_fn_setcontext(Thread *th, Value self, Value *args) {
    Value v = args[0];
    if (!is_context(v)) return raise_type_error(th, "argument must be a context");
    // The templates stay as they are: a copy, with no flags set.
    bool template = v == dec_template[0] || v == dec_template[1] || v == dec_template[2];
    Value own = template ? VALUE_OF(context_copy_of(th, AS(DecContext, v))) : new_ref(th, v);
    if (!own) return NO_VALUE;
    if (template) atomic_store_relaxed(&AS(DecContext, own)->flags->word, 0u);
    int r = context_make_current(th, own);
    decref(th, own);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

enum { IEEE_CONTEXT_MAX_BITS = 512 };
static Value decimal_fn_IEEEContext(Thread *th, Value self, Value *args) {
    int64_t bits;
    if (!value_is_int(args[0])) return raise_type_error(th, "an integer is required");
    if (int_as_i64_overflow(args[0], &bits)) return raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
    if (bits <= 0 || bits > IEEE_CONTEXT_MAX_BITS || bits % 32)
        return raise_value_error(th, "argument must be a multiple of 32, with a maximum of %d", IEEE_CONTEXT_MAX_BITS);
    int64_t emax = (int64_t)3 << (bits / 16 + 3);
    Ctx x = {9 * (bits / 32) - 2, emax, 1 - emax, 0, ROUND_HALF_EVEN, 1, 1};
    return VALUE_OF(context_make(th, &type_dec_context, &x, 0));
}

static const MethodDef decimal_functions[] = {
    {"getcontext", "(/)", decimal_fn_getcontext, "Get the current default context.", 0},
    {"setcontext", "(context, /)", decimal_fn_setcontext, "Set a new default context.", 0},
    {"localcontext", "(ctx=None, **kwargs)", decimal_fn_localcontext,
     "Return a context manager that makes a copy of ctx (of the current context, if there is none) the current\n"
     "context on entry to the with-statement and restores the one from before when leaving it.", 0},
    {"IEEEContext", "(bits, /)", decimal_fn_IEEEContext,
     "Return a context object initialized to the proper values for one of the\nIEEE interchange formats.  The argument must be a multiple of 32 and less\n"
     "than IEEE_CONTEXT_MAX_BITS.", 0},
    {0},
};

// A new exception class; a second base may be NULL.
static Value exception_class(Thread *th, const char *name, Value base, Value second) {
    char full[64];
    snprintf(full, sizeof full, "decimal.%s", name);
    Value bases = second ? tuple_pack2(th, base, second) : tuple_pack1(th, base);
    Value t = bases ? exception_create_type(th, full, bases, NULL) : NO_VALUE;
    decref(th, bases);
    if (t) object_make_immortal(value_object(t));
    return t;
}
static Value *class_of(const char *name) {
    for (DecSignal *s = dec_signals; s->name; s++)
        if (strcmp(s->name, name) == 0) return &s->exc;
    for (DecSignal *s = dec_conditions; s->name; s++)
        if (strcmp(s->name, name) == 0) return &s->exc;
    return NULL;
}

static int make_exceptions(Thread *th) {
    static const struct { const char *name, *base; Type *second; } rows[] = {
        {"InvalidOperation", NULL, NULL}, {"FloatOperation", NULL, &exc_TypeError}, {"DivisionByZero", NULL, &exc_ZeroDivisionError}, {"Inexact", NULL, NULL},
        {"Rounded", NULL, NULL}, {"Clamped", NULL, NULL}, {"Subnormal", NULL, NULL},
        {"DivisionImpossible", "InvalidOperation", NULL}, {"DivisionUndefined", "InvalidOperation", &exc_ZeroDivisionError},
        {"InvalidContext", "InvalidOperation", NULL}, {"ConversionSyntax", "InvalidOperation", NULL},
    };
    dec_base_exception = exception_class(th, "DecimalException", VALUE_OF(&exc_ArithmeticError), NO_VALUE);
    if (!dec_base_exception) return -1;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        Value t = exception_class(th, rows[i].name, rows[i].base ? *class_of(rows[i].base) : dec_base_exception, VALUE_OF(rows[i].second));
        if (!t) return -1;
        *class_of(rows[i].name) = t;
    }
    dec_conditions[0].exc = dec_signals[0].exc;   // InvalidOperation is both
    // Overflow and Underflow are other signals, too.
    Value inexact = *class_of("Inexact"), rounded = *class_of("Rounded"), subnormal = *class_of("Subnormal");
    Value over = tuple_pack2(th, inexact, rounded), under = over ? tuple_pack3(th, inexact, rounded, subnormal) : NO_VALUE;
    Value o = under ? exception_create_type(th, "decimal.Overflow", over, NULL) : NO_VALUE, u = o ? exception_create_type(th, "decimal.Underflow", under, NULL) : NO_VALUE;
    decref(th, over);
    decref(th, under);
    if (!u) return -1;
    object_make_immortal(value_object(o));
    object_make_immortal(value_object(u));
    *class_of("Overflow") = o;
    *class_of("Underflow") = u;
    return 0;
}

// A value for ever. 0 or -1.
static int keep(Value *to, Value v) {
    if (!v) return -1;
    object_make_immortal(value_object(v));
    *to = v;
    return 0;
}

static int make_types(Thread *th) {
    // SignalDict is the native part and MutableMapping.
    Value mapping = import_attr(th, "collections.abc", "MutableMapping"), name = mapping ? str_from_cstr(th, "SignalDict") : NO_VALUE;
    Value bases = name ? tuple_pack2(th, VALUE_OF(&type_dec_signals), mapping) : NO_VALUE, ns = bases ? dict_new(th) : NO_VALUE;
    int r = ns ? keep(&dec_signals_type, call3(th, VALUE_OF(&type_type), name, bases, ns)) : -1;
    decref(th, mapping);
    decref(th, name);
    decref(th, bases);
    decref(th, ns);
    if (r < 0) return -1;
    // DecimalTuple = namedtuple("DecimalTuple", "sign digits exponent", module="decimal")
    Value namedtuple = import_attr(th, "collections", "namedtuple"), keyword = namedtuple ? str_intern_cstr(th, "module") : NO_VALUE;
    Value names = keyword ? tuple_pack1(th, keyword) : NO_VALUE;
    Value args[3] = {str_from_cstr(th, "DecimalTuple"), str_from_cstr(th, "sign digits exponent"), str_from_cstr(th, "decimal")};
    r = names && args[0] && args[1] && args[2] ? keep(&dec_tuple_type, object_call(th, namedtuple, args, 2, names)) : -1;
    for (int i = 0; i < 3; i++) decref(th, args[i]);
    decref(th, namedtuple);
    decref(th, names);
    if (r < 0 || keep(&dec_rational, import_attr(th, "numbers", "Rational")) < 0) return -1;
    Value number = import_attr(th, "numbers", "Number"), done = number ? call_method1(th, number, str_intern_cstr(th, "register"), VALUE_OF(&type_dec_decimal)) : NO_VALUE;
    decref(th, number);
    decref(th, done);
    return done ? 0 : -1;
}

static int make_once(Thread *th) {
    static const Ctx templates[3] = {
        {28, 999999, -999999, ST_INVALID | ST_DIVISION_BY_ZERO | ST_OVERFLOW, ROUND_HALF_EVEN, 0, 1},
        {9, 999999, -999999, ST_INVALID | ST_DIVISION_BY_ZERO | ST_OVERFLOW | ST_UNDERFLOW | ST_CLAMPED, ROUND_HALF_UP, 0, 1},
        {9, 999999, -999999, 0, ROUND_HALF_EVEN, 0, 1},
    };
    Type *const types[] = {&type_dec_decimal, &type_dec_signals, &type_dec_context, &type_dec_manager};
    num_init();
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (type_ready(th, types[i]) < 0) return -1;
    if (make_exceptions(th) < 0 || make_types(th) < 0) return -1;
    for (int i = 0; i < ROUND_COUNT; i++)
        if (!(dec_rounding[i] = str_intern_cstr(th, dec_rounding_names[i]))) return -1;
    if (keep(&dec_context_var, contextvar_new(th, "decimal_context", NO_VALUE)) < 0) return -1;
    for (int i = 0; i < 3; i++) {
        DecContext *c = context_make(th, &type_dec_context, &templates[i], 0);
        if (keep(&dec_template[i], VALUE_OF(c)) < 0) return -1;
    }
    return 0;
}

static int decimal_exec(Thread *th, Value module) {
    static const char *const template_names[3] = {"DefaultContext", "BasicContext", "ExtendedContext"};
    static const struct { const char *name; int64_t v; } limits[] = {
        {"MAX_PREC", MAX_PREC}, {"MAX_EMAX", MAX_EMAX}, {"MIN_EMIN", MIN_EMIN}, {"MIN_ETINY", MIN_ETINY}, {"IEEE_CONTEXT_MAX_BITS", IEEE_CONTEXT_MAX_BITS}};
    if (!dec_template[2] && make_once(th) < 0) return -1;
    if (module_add_type(th, module, &type_dec_decimal) < 0 || module_add_type(th, module, &type_dec_context) < 0 ||
        module_add(th, module, "DecimalTuple", dec_tuple_type) < 0 || module_add(th, module, "DecimalException", dec_base_exception) < 0)
        return -1;
    for (DecSignal *s = dec_signals; s->name; s++)
        if (module_add(th, module, s->name, s->exc) < 0) return -1;
    for (DecSignal *s = dec_conditions; s->name; s++)
        if (module_add(th, module, s->name, s->exc) < 0) return -1;
    for (int i = 0; i < 3; i++)
        if (module_add(th, module, template_names[i], dec_template[i]) < 0) return -1;
    for (int i = 0; i < ROUND_COUNT; i++)
        if (module_add(th, module, dec_rounding_names[i], dec_rounding[i]) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        if (module_add_int(th, module, limits[i].name, limits[i].v) < 0) return -1;
    return module_add(th, module, "HAVE_THREADS", VALUE_TRUE) < 0 || module_add(th, module, "HAVE_CONTEXTVAR", VALUE_TRUE) < 0 ||
           module_add_str(th, module, "__version__", "1.70") < 0 || module_add_str(th, module, "__libmpdec_version__", "2.5.1") < 0 ? -1 : 0;
}

const ModuleDef module__decimal = {"_decimal", "C decimal arithmetic module", decimal_functions, decimal_exec};
