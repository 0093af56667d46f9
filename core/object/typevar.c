// SPDX-License-Identifier: MIT
// TypeVar, ParamSpec, TypeVarTuple, TypeAliasType, Generic, NoDefault (PEP 484, 612, 646, 695, 696). What typing.py can decide it decides:
// substitution and checks call its private helpers. Fields that are evaluated on demand are set once, by a compare-and-swap; no locks.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/generic_alias.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"
#include "core/object/typing.h"

typedef struct TypeParam {
    Object head;
    Value name;                                   // [c] Str
    Value bound, constraints, dflt, value;        // [a] NO_VALUE: not evaluated yet, or there is none
    Value eval_bound, eval_constraints, eval_default, eval_value; // [a] callables, or NO_VALUE
    Value params;                                 // [c] TypeAliasType: Tuple
    uint8_t covariant, contravariant, infer;      // [c]
    // attribute area follows, but for TypeAliasType
} TypeParam;
typedef struct ParamAttr { Object head; Value origin; } ParamAttr;
typedef struct ConstEvaluator { Object head; Value value; } ConstEvaluator;

#define TP(v) AS(TypeParam, v)

static struct { Object head; } no_default_object __attribute__((aligned(16))) = {OBJECT_STATIC(&shape_no_default)};
#define NO_DEFAULT VALUE_OF(&no_default_object)

static Value typing_call(Thread *th, const char *name, const Value *args, size_t n) {
    Value f = import_attr(th, "typing", name);
    if (!f) return NO_VALUE;
    Value r = object_call(th, f, args, n, NO_VALUE);
    decref(th, f);
    return r;
}

static Value type_check(Thread *th, Value v, const char *msg) {
    if (v == VALUE_NONE) return VALUE_OF(&type_none);
    if (value_is_type(v)) return new_ref(th, v);
    Value m = str_from_cstr(th, msg);
    Value a[2] = {v, m};
    Value r = m ? typing_call(th, "_type_check", a, 2) : NO_VALUE;
    decref(th, m);
    return r;
}

static int set_module(Thread *th, Value self) {
    Dict *g = current_globals_hook ? current_globals_hook(th) : NULL;
    Value mod = g ? dict_get_str(th, g, name_d_name) : NO_VALUE;
    int r = object_setattr(th, self, name_d_module, mod ? mod : VALUE_NONE);
    decref(th, mod);
    return r;
}

static Value load(Thread *th, Value *p) {
    Value v = atomic_load_acquire(p);
    return v ? new_ref(th, v) : NO_VALUE;
}

// A field, evaluated by its function when it has not been.
static Value evaluated(Thread *th, Value *p, Value *eval, Value none) {
    Value v = load(th, p);
    if (v) return v;
    Value f = load(th, eval);
    if (!f) return none;
    v = call1(th, f, value_imm_int(1));
    decref(th, f);
    if (!v) return NO_VALUE;
    Value expected = NO_VALUE;
    if (atomic_cas_acq_rel(p, &expected, v)) return new_ref(th, v);
    decref(th, v);
    return new_ref(th, expected);
}

// ---- constevaluator ------------------------------------------------------------------------------------------------

static Value ce_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len) return raise_type_error(th, "constevaluator() takes no keyword arguments");
    int format;
    if (nargs != 1) return raise_type_error(th, "constevaluator.__call__() takes exactly one argument (%zu given)", nargs);
    if (number_as_int(th, args[0], &format)) return NO_VALUE;
    Value v = AS(ConstEvaluator, self)->value;
    if (format != 4) return new_ref(th, v);
    // As text.
    Value repr = import_attr(th, "annotationlib", "type_repr");
    if (!repr) return NO_VALUE;
    Value r = NO_VALUE;
    if (!value_is_tuple(v)) r = call1(th, repr, v);
    else {
        StrBuilder b;
        str_builder_init(&b, th);
        str_builder_char(&b, '(');
        bool ok = true;
        for (size_t i = 0; ok && i < AS(Tuple, v)->len; i++) {
            Value s = call1(th, repr, AS(Tuple, v)->items[i]);
            if (i) str_builder_cstr(&b, ", ");
            if ((ok = s && value_is_str(s))) str_builder_str(&b, s);
            decref(th, s);
        }
        if (ok) {
            str_builder_char(&b, ')');
            r = str_builder_finish(&b);
        } else str_builder_abort(&b);
    }
    decref(th, repr);
    return r;
}
static Value ce_repr(Thread *th, Value self) { return str_format(th, "<constevaluator %R>", AS(ConstEvaluator, self)->value); }
static int ce_traverse(Object *self, VisitFn visit, void *arg) { return visit(((ConstEvaluator *)self)->value, arg); }
static void ce_dealloc(Thread *th, Object *self) {
    decref(th, ((ConstEvaluator *)self)->value);
    object_free(th, self);
}
MODULE_TYPE_DEFINE(const_evaluator, "_typing._ConstEvaluator", sizeof(ConstEvaluator), TYPE_TRACED | TYPE_NO_INSTANTIATE,
    .slots = {.call = ce_call, .repr = ce_repr, .traverse = ce_traverse, .dealloc = ce_dealloc})

static Value const_evaluator(Thread *th, Value v_owned) {
    if (!v_owned || type_ready(th, &type_const_evaluator)) return NO_VALUE;
    ConstEvaluator *c = NEW(ConstEvaluator, th, &type_const_evaluator);
    if (!c) { decref(th, v_owned); return NO_VALUE; }
    c->value = v_owned;
    return VALUE_OF(c);
}

// ---- what the type parameters share ------------------------------------------------------------------------------------

static TypeParam *param_new(Thread *th, Type *type, Value name) {
    TypeParam *p = NEW(TypeParam, th, type);
    if (p) p->name = new_ref(th, name);
    return p;
}
static int tp_traverse(Object *self, VisitFn visit, void *arg) {
    TypeParam *p = (TypeParam *)self;
    Value v[] = {p->name, p->bound, p->constraints, p->dflt, p->value, p->eval_bound, p->eval_constraints, p->eval_default, p->eval_value, p->params};
    int r = 0;
    for (size_t i = 0; i < ARRAY_LEN(v) && !r; i++)
        if (v[i]) r = visit(v[i], arg);
    return r;
}
static void tp_clear(Thread *th, Object *self) {
    TypeParam *p = (TypeParam *)self;
    Value *v[] = {&p->bound, &p->constraints, &p->dflt, &p->value, &p->eval_bound, &p->eval_constraints, &p->eval_default, &p->eval_value};
    for (size_t i = 0; i < ARRAY_LEN(v); i++) clear_ref(th, v[i]);
}
static void tp_dealloc(Thread *th, Object *self) {
    tp_clear(th, self);
    clear_ref(th, &((TypeParam *)self)->name);
    clear_ref(th, &((TypeParam *)self)->params);
    object_release_attrs(th, self);
    object_free(th, self);
}
static Value tp_get_name(Thread *th, Value self) { return new_ref(th, TP(self)->name); }
static Value tp_get_covariant(Thread *th, Value self) { return value_bool(TP(self)->covariant); }
static Value tp_get_contravariant(Thread *th, Value self) { return value_bool(TP(self)->contravariant); }
static Value tp_get_infer(Thread *th, Value self) { return value_bool(TP(self)->infer); }
static Value tp_get_default(Thread *th, Value self) { return evaluated(th, &TP(self)->dflt, &TP(self)->eval_default, NO_DEFAULT); }
static Value tp_get_bound(Thread *th, Value self) { return evaluated(th, &TP(self)->bound, &TP(self)->eval_bound, VALUE_NONE); }
static Value tp_get_constraints(Thread *th, Value self) { return evaluated(th, &TP(self)->constraints, &TP(self)->eval_constraints, tuple_empty); }
static Value evaluator(Thread *th, Value *eval, Value *v) {
    Value f = load(th, eval);
    if (f) return f;
    f = load(th, v);
    return f && f != NO_DEFAULT ? const_evaluator(th, f) : VALUE_NONE;
}
static Value tp_get_eval_default(Thread *th, Value self) { return evaluator(th, &TP(self)->eval_default, &TP(self)->dflt); }
static Value tp_get_eval_bound(Thread *th, Value self) { return evaluator(th, &TP(self)->eval_bound, &TP(self)->bound); }
static Value tp_get_eval_constraints(Thread *th, Value self) { return evaluator(th, &TP(self)->eval_constraints, &TP(self)->constraints); }
static Value tp_meth_has_default(Thread *th, Value self, Value *a) {
    return value_bool(TP(self)->eval_default || (TP(self)->dflt && TP(self)->dflt != NO_DEFAULT));
}
static Value tp_meth_reduce(Thread *th, Value self, Value *a) { return new_ref(th, TP(self)->name); }
static Value tp_meth_mro_entries(Thread *th, Value self, Value *a) { return raise_type_error(th, "Cannot subclass an instance of %s", type_short_name(type_of(self))); }
static Value tp_slot_repr(Thread *th, Value self) {
    TypeParam *p = TP(self);
    if (p->infer) return new_ref(th, p->name);
    return str_format(th, "%c%U", p->covariant ? '+' : p->contravariant ? '-' : '~', p->name);
}
static Value tp_slot_or(Thread *th, Value a, Value b) {
    Value t = tuple_pack2(th, a, b);
    Value r = t ? union_from_args(th, t) : NO_VALUE;
    decref(th, t);
    return r;
}
static int readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }

static int flag(Thread *th, Value v) { return v ? object_truth(th, v) : 0; }

// name, bound, default and the variances of a constructor. bound borrowed or NO_VALUE.
static int param_setup(Thread *th, TypeParam *p, Value bound, Value dflt, Value co, Value contra, Value infer) {
    int c = flag(th, co), k = flag(th, contra), i = flag(th, infer);
    if (c < 0 || k < 0 || i < 0) return -1;
    if (c && k) { raise_value_error(th, "Bivariant types are not supported."); return -1; }
    if (i && (c || k)) { raise_value_error(th, "Variance cannot be specified with infer_variance."); return -1; }
    p->covariant = (uint8_t)c;
    p->contravariant = (uint8_t)k;
    p->infer = (uint8_t)i;
    if (bound && bound != VALUE_NONE) {
        p->bound = value_is_exact(VALUE_OF(p), &type_paramspec) ? new_ref(th, bound) : type_check(th, bound, "Bound must be a type.");
        if (!p->bound) return -1;
    }
    p->dflt = new_ref(th, dflt ? dflt : NO_DEFAULT);
    return 0;
}
static int check_name(Thread *th, const char *type, Value name) {
    if (value_is_str(name)) return 0;
    raise_type_error(th, "%s() argument 'name' must be str, not %.50s", type, type_of(name)->name);
    return -1;
}

// ---- TypeVar -------------------------------------------------------------------------------------------------------------

static NativeSig *typevar_sig, *paramspec_sig, *tuple_sig, *alias_sig;

static Value typevar_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value a[7];
    if (native_args_bind(th, &typevar_sig, "typevar", "(name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)", args, nargs, kwnames, a)) return NO_VALUE;
    TypeParam *p = NULL;
    if (check_name(th, "typevar", a[0])) goto failed;
    size_t n = AS(Tuple, a[1])->len;
    if (n == 1) { raise_type_error(th, "A single constraint is not allowed"); goto failed; }
    if (!(p = param_new(th, type, a[0])) || param_setup(th, p, a[2], a[3], a[4], a[5], a[6])) goto failed;
    if (n && p->bound) { raise_type_error(th, "Constraints cannot be combined with bound=..."); goto failed; }
    if (n) {
        Tuple *c = tuple_new(th, n);
        if (!c) goto failed;
        for (size_t i = 0; i < n; i++) c->items[i] = VALUE_NONE;
        for (size_t i = 0; i < n; i++) {
            Value v = type_check(th, AS(Tuple, a[1])->items[i], "TypeVar(name, constraint, ...): constraints must be types.");
            if (!v) { decref(th, VALUE_OF(c)); goto failed; }
            c->items[i] = v;
        }
        p->constraints = VALUE_OF(c);
    }
    if (set_module(th, VALUE_OF(p))) goto failed;
    native_args_release(th, typevar_sig, a);
    return VALUE_OF(p);
failed:
    native_args_release(th, typevar_sig, a);
    if (p) decref(th, VALUE_OF(p));
    return NO_VALUE;
}
static Value typevar_meth_subst(Thread *th, Value self, Value *args) {
    Value a[2] = {self, args[0]};
    return typing_call(th, "_typevar_subst", a, 2);
}
// Fills in the default when the arguments end just before this parameter.
static Value typevar_meth_prepare(Thread *th, Value self, Value *args) {
    Value params = object_getattr(th, args[0], name_d_parameters);
    if (!params) return NO_VALUE;
    Value idx = call_method1(th, params, str_intern_cstr(th, "index"), self);
    decref(th, params);
    if (!idx) return NO_VALUE;
    int64_t index, n;
    if (number_as_i64(th, idx, &index) || (n = object_len(th, args[1])) < 0) return NO_VALUE;
    if (index < n) return new_ref(th, args[1]);
    if (index == n) {
        Value d = tp_get_default(th, self);
        if (!d) return NO_VALUE;
        if (d != NO_DEFAULT) {
            Value one = tuple_pack1(th, d), r = one ? number_add(th, args[1], one) : NO_VALUE;
            decref(th, one);
            decref(th, d);
            return r;
        }
    }
    return raise_type_error(th, "Too few arguments for %S; actual %lld, expected at least %lld", args[0], (long long)n, (long long)index + 1);
}
static const MethodDef typevar_methods[] = {
    {"__typing_subst__", "(self, arg, /)", typevar_meth_subst, NULL}, {"__typing_prepare_subst__", "(self, alias, args, /)", typevar_meth_prepare, NULL},
    {"__reduce__", "(self, /)", tp_meth_reduce, NULL}, {"has_default", "(self, /)", tp_meth_has_default, NULL},
    {"__mro_entries__", "(self, object, /)", tp_meth_mro_entries, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef typevar_getsets[] = {
    {"__name__", tp_get_name, readonly}, {"__bound__", tp_get_bound, NULL}, {"__constraints__", tp_get_constraints, NULL}, {"__default__", tp_get_default, NULL},
    {"evaluate_bound", tp_get_eval_bound, NULL}, {"evaluate_constraints", tp_get_eval_constraints, NULL}, {"evaluate_default", tp_get_eval_default, NULL},
    {"__covariant__", tp_get_covariant, readonly}, {"__contravariant__", tp_get_contravariant, readonly}, {"__infer_variance__", tp_get_infer, readonly}, {0}};
#define PARAM_FLAGS (TYPE_TRACED | TYPE_HAS_DICT | TYPE_WEAKREFABLE)
TYPE_DEFINE(typevar, "typing.TypeVar", sizeof(TypeParam), PARAM_FLAGS, .methods = typevar_methods, .getsets = typevar_getsets,
    .text_signature = "(name, *constraints, bound=None, default=typing.NoDefault,\n        covariant=False, contravariant=False, infer_variance=False)",
    .doc = "Type variable: a placeholder for a type, in generic classes, functions and aliases.",
    .slots = {.new_ = typevar_slot_new, .repr = tp_slot_repr, .or_ = tp_slot_or, .traverse = tp_traverse, .clear = tp_clear, .dealloc = tp_dealloc});

Value typing_typevar(Thread *th, Value name, Value eval_bound, Value eval_constraints) {
    TypeParam *p = param_new(th, &type_typevar, name);
    if (!p) return NO_VALUE;
    p->infer = 1;
    p->eval_bound = new_ref(th, eval_bound);
    p->eval_constraints = new_ref(th, eval_constraints);
    if (set_module(th, VALUE_OF(p))) { decref(th, VALUE_OF(p)); return NO_VALUE; }
    return VALUE_OF(p);
}

// ---- ParamSpec -----------------------------------------------------------------------------------------------------------

static Value param_attr_of(Thread *th, Type *t, Value origin) {
    ParamAttr *p = NEW(ParamAttr, th, t);
    if (!p) return NO_VALUE;
    p->origin = new_ref(th, origin);
    return VALUE_OF(p);
}
static Value pa_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    if (nargs + nkw != 1 || (nkw && !str_equal_cstr(AS(Tuple, kwnames)->items[0], "origin")))
        return raise_type_error(th, "%s() takes exactly 1 argument: origin", type_short_name(type));
    return param_attr_of(th, type, args[0]);
}
static Value pa_slot_repr(Thread *th, Value self) {
    const char *what = value_is_exact(self, &type_paramspec_args) ? "args" : "kwargs";
    Value o = AS(ParamAttr, self)->origin;
    return value_is_exact(o, &type_paramspec) ? str_format(th, "%U.%s", TP(o)->name, what) : str_format(th, "%R.%s", o, what);
}
static Value pa_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || type_of(a) != type_of(b)) return VALUE_NOT_IMPLEMENTED;
    return object_compare(th, AS(ParamAttr, a)->origin, AS(ParamAttr, b)->origin, op);
}
static Value pa_get_origin(Thread *th, Value self) { return new_ref(th, AS(ParamAttr, self)->origin); }
static int pa_traverse(Object *self, VisitFn visit, void *arg) { return visit(((ParamAttr *)self)->origin, arg); }
static void pa_dealloc(Thread *th, Object *self) {
    decref(th, ((ParamAttr *)self)->origin);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const GetSetDef pa_getsets[] = {{"__origin__", pa_get_origin, readonly}, {0}};
static const MethodDef pa_methods[] = {{"__mro_entries__", "(self, object, /)", tp_meth_mro_entries, NULL, METH_NO_TEXT_SIG}, {0}};
TYPE_DEFINE(paramspec_args, "typing.ParamSpecArgs", sizeof(ParamAttr), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = pa_methods, .getsets = pa_getsets,
    .text_signature = "(origin)", .doc = "The args for a ParamSpec object.",
    .slots = {.new_ = pa_slot_new, .repr = pa_slot_repr, .compare = pa_slot_compare, .traverse = pa_traverse, .dealloc = pa_dealloc});
TYPE_DEFINE(paramspec_kwargs, "typing.ParamSpecKwargs", sizeof(ParamAttr), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = pa_methods, .getsets = pa_getsets,
    .text_signature = "(origin)", .doc = "The kwargs for a ParamSpec object.",
    .slots = {.new_ = pa_slot_new, .repr = pa_slot_repr, .compare = pa_slot_compare, .traverse = pa_traverse, .dealloc = pa_dealloc});

static Value paramspec_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value a[6];
    if (native_args_bind(th, &paramspec_sig, "paramspec", "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)", args, nargs, kwnames, a)) return NO_VALUE;
    if (check_name(th, "paramspec", a[0])) return NO_VALUE;
    TypeParam *p = param_new(th, type, a[0]);
    if (!p) return NO_VALUE;
    if (param_setup(th, p, a[1], a[2], a[3], a[4], a[5]) || set_module(th, VALUE_OF(p))) { decref(th, VALUE_OF(p)); return NO_VALUE; }
    return VALUE_OF(p);
}
static Value paramspec_meth_subst(Thread *th, Value self, Value *args) {
    Value a[2] = {self, args[0]};
    return typing_call(th, "_paramspec_subst", a, 2);
}
static Value paramspec_meth_prepare(Thread *th, Value self, Value *args) {
    Value a[3] = {self, args[0], args[1]};
    return typing_call(th, "_paramspec_prepare_subst", a, 3);
}
static Value paramspec_get_args(Thread *th, Value self) { return param_attr_of(th, &type_paramspec_args, self); }
static Value paramspec_get_kwargs(Thread *th, Value self) { return param_attr_of(th, &type_paramspec_kwargs, self); }
static const MethodDef paramspec_methods[] = {
    {"__typing_subst__", "(self, arg, /)", paramspec_meth_subst, NULL}, {"__typing_prepare_subst__", "(self, alias, args, /)", paramspec_meth_prepare, NULL},
    {"__reduce__", "(self, /)", tp_meth_reduce, NULL}, {"has_default", "(self, /)", tp_meth_has_default, NULL},
    {"__mro_entries__", "(self, object, /)", tp_meth_mro_entries, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef paramspec_getsets[] = {
    {"__name__", tp_get_name, readonly}, {"__bound__", tp_get_bound, readonly}, {"args", paramspec_get_args, NULL, "Represents positional arguments."},
    {"kwargs", paramspec_get_kwargs, NULL, "Represents keyword arguments."}, {"__default__", tp_get_default, NULL, "The default value for this ParamSpec."},
    {"evaluate_default", tp_get_eval_default, NULL}, {"__covariant__", tp_get_covariant, readonly}, {"__contravariant__", tp_get_contravariant, readonly},
    {"__infer_variance__", tp_get_infer, readonly}, {0}};
TYPE_DEFINE(paramspec, "typing.ParamSpec", sizeof(TypeParam), PARAM_FLAGS, .methods = paramspec_methods, .getsets = paramspec_getsets,
    .text_signature = "(name, *, bound=None, default=typing.NoDefault, covariant=False,\n          contravariant=False, infer_variance=False)",
    .doc = "Parameter specification variable: stands for the parameters of a callable.",
    .slots = {.new_ = paramspec_slot_new, .repr = tp_slot_repr, .or_ = tp_slot_or, .traverse = tp_traverse, .clear = tp_clear, .dealloc = tp_dealloc});

Value typing_paramspec(Thread *th, Value name) {
    TypeParam *p = param_new(th, &type_paramspec, name);
    if (!p) return NO_VALUE;
    p->infer = 1;
    if (set_module(th, VALUE_OF(p))) { decref(th, VALUE_OF(p)); return NO_VALUE; }
    return VALUE_OF(p);
}

// ---- TypeVarTuple ----------------------------------------------------------------------------------------------------------

static Value unpack(Thread *th, Value v) {
    Value u = import_attr(th, "typing", "Unpack");
    Value r = u ? object_getitem(th, u, v) : NO_VALUE;
    decref(th, u);
    return r;
}
static Value unpacking_iter(Thread *th, Value self) {
    Value u = unpack(th, self), t = u ? tuple_pack1(th, u) : NO_VALUE, it = t ? object_iter(th, t) : NO_VALUE;
    decref(th, u);
    decref(th, t);
    return it;
}
static Value typevartuple_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value a[2];
    if (native_args_bind(th, &tuple_sig, "typevartuple", "(name, *, default=NoDefault)", args, nargs, kwnames, a)) return NO_VALUE;
    if (check_name(th, "typevartuple", a[0])) return NO_VALUE;
    TypeParam *p = param_new(th, type, a[0]);
    if (!p) return NO_VALUE;
    p->dflt = new_ref(th, a[1] ? a[1] : NO_DEFAULT);
    if (set_module(th, VALUE_OF(p))) { decref(th, VALUE_OF(p)); return NO_VALUE; }
    return VALUE_OF(p);
}
static Value typevartuple_repr(Thread *th, Value self) { return new_ref(th, TP(self)->name); }
static Value typevartuple_meth_subst(Thread *th, Value self, Value *args) { return raise_type_error(th, "Substitution of bare TypeVarTuple is not supported"); }
static Value typevartuple_meth_prepare(Thread *th, Value self, Value *args) {
    Value a[3] = {self, args[0], args[1]};
    return typing_call(th, "_typevartuple_prepare_subst", a, 3);
}
static const MethodDef typevartuple_methods[] = {
    {"__typing_subst__", "(self, arg, /)", typevartuple_meth_subst, NULL}, {"__typing_prepare_subst__", "(self, alias, args, /)", typevartuple_meth_prepare, NULL},
    {"__reduce__", "(self, /)", tp_meth_reduce, NULL}, {"has_default", "(self, /)", tp_meth_has_default, NULL},
    {"__mro_entries__", "(self, object, /)", tp_meth_mro_entries, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef typevartuple_getsets[] = {{"__name__", tp_get_name, readonly}, {"__default__", tp_get_default, NULL, "The default value for this TypeVarTuple."},
    {"evaluate_default", tp_get_eval_default, NULL}, {0}};
TYPE_DEFINE(typevartuple, "typing.TypeVarTuple", sizeof(TypeParam), PARAM_FLAGS, .methods = typevartuple_methods, .getsets = typevartuple_getsets,
    .text_signature = "(name, *, default=typing.NoDefault)", .doc = "Type variable tuple: stands for any number of types.",
    .slots = {.new_ = typevartuple_slot_new, .repr = typevartuple_repr, .iter = unpacking_iter, .traverse = tp_traverse, .clear = tp_clear, .dealloc = tp_dealloc});

Value typing_typevartuple(Thread *th, Value name) {
    TypeParam *p = param_new(th, &type_typevartuple, name);
    if (!p) return NO_VALUE;
    if (set_module(th, VALUE_OF(p))) { decref(th, VALUE_OF(p)); return NO_VALUE; }
    return VALUE_OF(p);
}

Value typing_set_default(Thread *th, Value param, Value eval) {
    TypeParam *p = TP(param);
    Value old = atomic_swap_seqcst(&p->eval_default, new_ref(th, eval));
    container_release(th, &p->head, old);
    return new_ref(th, param);
}

// ---- TypeAliasType ------------------------------------------------------------------------------------------------------------

static Value alias_make(Thread *th, Value name, Value params) {
    TypeParam *p = NEW(TypeParam, th, &type_typealias);
    if (!p) return NO_VALUE;
    p->name = new_ref(th, name);
    p->params = new_ref(th, params);
    // Where it was made; kept in a field of its own, since an alias takes no attributes.
    Dict *g = current_globals_hook ? current_globals_hook(th) : NULL;
    p->bound = g ? dict_get_str(th, g, name_d_name) : NO_VALUE;
    return VALUE_OF(p);
}
static int check_type_params(Thread *th, Value params) {
    bool seen_default = false;
    for (size_t i = 0; i < AS(Tuple, params)->len; i++) {
        Value p = AS(Tuple, params)->items[i];
        Value d;
        int r = object_getattr_optional(th, p, str_intern_cstr(th, "__default__"), &d);
        if (r < 0) return -1;
        bool has = r && d != NO_DEFAULT;
        if (r) decref(th, d);
        if (!value_is_exact(p, &type_typevar) && !value_is_exact(p, &type_paramspec) && !value_is_exact(p, &type_typevartuple)) {
            raise_type_error(th, "Expected a type param, got %R", p);
            return -1;
        }
        if (has) seen_default = true;
        else if (seen_default) {
            raise_type_error(th, "non-default type parameter '%R' follows default type parameter", p);
            return -1;
        }
    }
    return 0;
}
static Value alias_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value a[3];
    if (native_args_bind(th, &alias_sig, "typealias", "(name, value, *, type_params=())", args, nargs, kwnames, a)) return NO_VALUE;
    if (check_name(th, "typealias", a[0])) return NO_VALUE;
    if (a[2] && !value_is_tuple(a[2])) return raise_type_error(th, "type_params must be a tuple");
    if (a[2] && check_type_params(th, a[2])) return NO_VALUE;
    Value r = alias_make(th, a[0], a[2] ? a[2] : tuple_empty);
    if (r) TP(r)->value = new_ref(th, a[1]);
    return r;
}
Value typing_typealias(Thread *th, Value spec) {
    Tuple *s = AS(Tuple, spec);
    Value r = alias_make(th, s->items[0], s->items[1] == VALUE_NONE || !s->items[1] ? tuple_empty : s->items[1]);
    if (r) TP(r)->eval_value = new_ref(th, s->items[2]);
    return r;
}
static Value alias_slot_repr(Thread *th, Value self) { return new_ref(th, TP(self)->name); }
static Value unpack_params(Thread *th, Value params) {
    bool any = false;
    for (size_t i = 0; i < AS(Tuple, params)->len; i++) any |= value_is_exact(AS(Tuple, params)->items[i], &type_typevartuple);
    if (!any) return new_ref(th, params);
    Tuple *t = tuple_new(th, AS(Tuple, params)->len);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < t->len; i++) t->items[i] = VALUE_NONE;
    for (size_t i = 0; i < t->len; i++) {
        Value p = AS(Tuple, params)->items[i], v = value_is_exact(p, &type_typevartuple) ? unpack(th, p) : new_ref(th, p);
        if (!v) { decref(th, VALUE_OF(t)); return NO_VALUE; }
        t->items[i] = v;
    }
    return VALUE_OF(t);
}
static Value alias_slot_getitem(Thread *th, Value self, Value item) {
    if (AS(Tuple, TP(self)->params)->len == 0) return raise_type_error(th, "Only generic type aliases are subscriptable");
    return generic_alias_new(th, self, item);
}
static Value alias_get_value(Thread *th, Value self) { return evaluated(th, &TP(self)->value, &TP(self)->eval_value, VALUE_NONE); }
static Value alias_get_eval(Thread *th, Value self) {
    Value f = load(th, &TP(self)->eval_value);
    return f ? f : const_evaluator(th, load(th, &TP(self)->value));
}
static Value alias_get_parameters(Thread *th, Value self) { return unpack_params(th, TP(self)->params); }
static Value alias_get_type_params(Thread *th, Value self) { return new_ref(th, TP(self)->params); }
static Value alias_get_module(Thread *th, Value self) { return TP(self)->bound ? new_ref(th, TP(self)->bound) : VALUE_NONE; }
static const MethodDef alias_methods[] = {{"__reduce__", "(self, /)", tp_meth_reduce, NULL}, {0}};
static const GetSetDef alias_getsets[] = {{"__name__", tp_get_name, readonly}, {"__parameters__", alias_get_parameters, NULL}, {"__value__", alias_get_value, NULL},
    {"evaluate_value", alias_get_eval, NULL}, {"__type_params__", alias_get_type_params, NULL}, {"__module__", alias_get_module, NULL}, {0}};
TYPE_DEFINE(typealias, "typing.TypeAliasType", sizeof(TypeParam), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = alias_methods, .getsets = alias_getsets,
    .text_signature = "(name, value, *, type_params=())", .doc = "Type alias, as made by the type statement.",
    .slots = {.new_ = alias_slot_new, .repr = alias_slot_repr, .getitem = alias_slot_getitem, .or_ = tp_slot_or, .iter = unpacking_iter, .traverse = tp_traverse,
              .clear = tp_clear, .dealloc = tp_dealloc});

// ---- Generic, NoDefault ---------------------------------------------------------------------------------------------------------

static Value generic_meth_class_getitem(Thread *th, Value cls, const Value *args, size_t nargs, Value kwnames) {
    Value a[8] = {cls};
    if (nargs > 7 || (kwnames && AS(Tuple, kwnames)->len)) return raise_type_error(th, "__class_getitem__() takes exactly one argument (%zu given)", nargs);
    for (size_t i = 0; i < nargs; i++) a[i + 1] = args[i];
    return typing_call(th, "_generic_class_getitem", a, nargs + 1);
}
static Value generic_meth_init_subclass(Thread *th, Value cls, const Value *args, size_t nargs, Value kwnames) {
    Value f = import_attr(th, "typing", "_generic_init_subclass");
    if (!f) return NO_VALUE;
    size_t total = nargs + (kwnames ? AS(Tuple, kwnames)->len : 0);
    Value *v = mem_alloc(th, (total + 1) * sizeof(Value)), r = NO_VALUE;
    if (v) {
        v[0] = cls;
        if (total) memcpy(v + 1, args, total * sizeof(Value));
        r = object_call(th, f, v, nargs + 1, kwnames);
        mem_free(v);
    }
    decref(th, f);
    return r;
}
static const MethodDef generic_methods[] = {
    {"__class_getitem__", "(cls, /, *args, **kwargs)", (void *)generic_meth_class_getitem, "Parameterizes a generic class.", METH_CLASS | METH_RAW | METH_NO_TEXT_SIG},
    {"__init_subclass__", "(cls, /, *args, **kwargs)", (void *)generic_meth_init_subclass, "Function to initialize subclasses.", METH_CLASS | METH_RAW | METH_NO_TEXT_SIG}, {0}};
TYPE_DEFINE(generic, "typing.Generic", sizeof(Object), TYPE_BASETYPE, .methods = generic_methods, .doc = "Abstract base class for generic types.");

Value typing_subscript_generic(Thread *th, Value params) {
    Value p = unpack_params(th, params);
    Value a[2] = {VALUE_OF(&type_generic), p};
    Value r = p ? typing_call(th, "_GenericAlias", a, 2) : NO_VALUE;
    decref(th, p);
    return r;
}
Value typing_unpack_alias(Thread *th, Value x) {
    Value it = object_iter(th, x);
    Value r = it ? iter_next(th, it) : NO_VALUE;
    if (it && !r && !error_pending(th)) raise_value_error(th, "not enough values to unpack (expected 1, got 0)");
    decref(th, it);
    return r;
}

static Value no_default_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs || (kwnames && AS(Tuple, kwnames)->len)) return raise_type_error(th, "NoDefaultType takes no arguments");
    return NO_DEFAULT;
}
static Value no_default_repr(Thread *th, Value self) { return str_from_cstr(th, "typing.NoDefault"); }
static Value no_default_reduce(Thread *th, Value self, Value *a) { return str_from_cstr(th, "NoDefault"); }
static const MethodDef no_default_methods[] = {{"__reduce__", "(self, /)", no_default_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
TYPE_DEFINE(no_default, "typing.NoDefaultType", sizeof(Object), 0, .methods = no_default_methods, .doc = "The type of the NoDefault singleton.",
    .slots = {.new_ = no_default_new, .repr = no_default_repr});

Value typing_no_default(void) { return NO_DEFAULT; }
