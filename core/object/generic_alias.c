// SPDX-License-Identifier: MIT
// types.GenericAlias: list[int]. Constant but for the parameters, computed once. Substitution of type variables is shared with unions.
#include "core/object/generic_alias.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"

#define GA(v) AS(GenericAlias, v)

Value generic_alias_new(Thread *th, Value origin, Value args) {
    GenericAlias *g = NEW(GenericAlias, th, &type_generic_alias);
    if (!g) return NO_VALUE;
    g->origin = new_ref(th, origin);
    g->args = value_is_tuple(args) ? new_ref(th, args) : tuple_pack1(th, args);
    if (!g->args) { decref(th, VALUE_OF(g)); return NO_VALUE; }
    return VALUE_OF(g);
}
Value generic_class_getitem(Thread *th, Value cls, Value *args) { return generic_alias_new(th, cls, args[0]); }
Value object_class_getitem(Thread *th, Value cls, Value *args) { return generic_alias_new(th, cls, args[0]); }

static Value name_of(Thread *th, const char *s) { return str_intern_cstr(th, s); }

// ---- type variables ------------------------------------------------------------------------------------------------

static int list_add_once(Thread *th, Value list, Value v) {
    List *l = AS(List, list);
    for (size_t i = 0; i < list_len(l); i++)
        if (list_items_raw(l)[i] == v) return 0;
    return list_append(th, l, v);
}

static int collect(Thread *th, Value list, Value arg) {
    if (value_is_type(arg)) return 0;
    Value v;
    if (value_is_tuple(arg) || value_is_list(arg)) {
        if (thread_c_recursion(th, " in __parameter__ calculation")) return -1;
        Value t = sequence_to_tuple(th, arg);
        int r = t ? 0 : -1;
        for (size_t i = 0; !r && i < AS(Tuple, t)->len; i++) r = collect(th, list, AS(Tuple, t)->items[i]);
        decref(th, t);
        return r;
    }
    int r = object_getattr_optional(th, arg, name_d_typing_subst, &v);
    if (r < 0) return -1;
    if (r) {
        decref(th, v);
        return list_add_once(th, list, arg);
    }
    r = object_getattr_optional(th, arg, name_d_parameters, &v);
    if (r < 0) return -1;
    if (r && value_is_tuple(v))
        for (size_t i = 0; r > 0 && i < AS(Tuple, v)->len; i++)
            if (list_add_once(th, list, AS(Tuple, v)->items[i])) r = -1;
    if (r) decref(th, v);
    return r < 0 ? -1 : 0;
}

Value type_parameters_of(Thread *th, Value args) {
    Value list = list_new(th, 0);
    if (!list) return NO_VALUE;
    for (size_t i = 0; i < AS(Tuple, args)->len; i++)
        if (collect(th, list, AS(Tuple, args)->items[i])) { decref(th, list); return NO_VALUE; }
    Value t = list_to_tuple(th, AS(List, list));
    decref(th, list);
    return t;
}

Value type_parameters_cached(Thread *th, Value *slot, Value args) {
    Value v = atomic_load_acquire(slot);
    if (v) return new_ref(th, v);
    if (!(v = type_parameters_of(th, args))) return NO_VALUE;
    Value expected = NO_VALUE;
    if (atomic_cas_acq_rel(slot, &expected, v)) return new_ref(th, v);
    decref(th, v);
    return new_ref(th, expected);
}

static intptr_t tuple_index(Value t, Value v) {
    for (size_t i = 0; i < AS(Tuple, t)->len; i++)
        if (AS(Tuple, t)->items[i] == v) return (intptr_t)i;
    return -1;
}

// The items given in brackets, with unpacked tuples spread out.
static Value unpack_items(Thread *th, Value item) {
    Value list = list_new(th, 0);
    if (!list) return NO_VALUE;
    bool is_tuple = value_is_tuple(item);
    size_t n = is_tuple ? AS(Tuple, item)->len : 1;
    int r = 0;
    for (size_t i = 0; !r && i < n; i++) {
        Value x = is_tuple ? AS(Tuple, item)->items[i] : item, sub = NO_VALUE;
        if (!value_is_type(x)) {
            int f = object_getattr_optional(th, x, name_d_typing_unpacked_tuple_args, &sub);
            if (f < 0) { r = -1; break; }
            if (f && sub != VALUE_NONE && value_is_tuple(sub) && !(AS(Tuple, sub)->len && AS(Tuple, sub)->items[AS(Tuple, sub)->len - 1] == VALUE_ELLIPSIS)) {
                r = list_extend(th, AS(List, list), sub);
                decref(th, sub);
                continue;
            }
            if (f) decref(th, sub);
        }
        r = list_append(th, AS(List, list), x);
    }
    Value t = r ? NO_VALUE : list_to_tuple(th, AS(List, list));
    decref(th, list);
    return t;
}

static Value subst_args(Thread *th, Value args, Value params, Value items);

// One argument that is no type variable itself, but may hold some.
static Value subst_nested(Thread *th, Value arg, Value params, Value items) {
    Value inner;
    int r = object_getattr_optional(th, arg, name_d_parameters, &inner);
    if (r < 0) return NO_VALUE;
    if (!r) return new_ref(th, arg);
    if (!value_is_tuple(inner) || AS(Tuple, inner)->len == 0) { decref(th, inner); return new_ref(th, arg); }
    Value list = list_new(th, 0);
    bool ok = list != NO_VALUE;
    for (size_t i = 0; ok && i < AS(Tuple, inner)->len; i++) {
        Value p = AS(Tuple, inner)->items[i], one = p;
        intptr_t k = tuple_index(params, p);
        if (k >= 0) {
            one = AS(Tuple, items)->items[k];
            // The items of a TypeVarTuple come as a tuple.
            Value flag;
            int f = object_getattr_optional(th, p, name_of(th, "__typing_is_unpacked_typevartuple__"), &flag);
            if (f > 0) decref(th, flag);
            if (f < 0) error_clear(th);
            if (value_is_tuple(one) && value_is_exact(p, &type_typevartuple)) { ok = list_extend(th, AS(List, list), one) == 0; continue; }
        }
        ok = list_append(th, AS(List, list), one) == 0;
    }
    Value t = ok ? list_to_tuple(th, AS(List, list)) : NO_VALUE;
    Value res = t ? object_getitem(th, arg, t) : NO_VALUE;
    decref(th, t);
    decref(th, list);
    decref(th, inner);
    return res;
}

static Value subst_args(Thread *th, Value args, Value params, Value items) {
    if (thread_c_recursion(th, " in type argument substitution")) return NO_VALUE;
    Value list = list_new(th, 0);
    bool ok = list != NO_VALUE;
    for (size_t i = 0; ok && i < AS(Tuple, args)->len; i++) {
        Value arg = AS(Tuple, args)->items[i], v, res;
        if (value_is_type(arg)) { ok = list_append(th, AS(List, list), arg) == 0; continue; }
        if (value_is_tuple(arg) || value_is_list(arg)) {
            Value t = sequence_to_tuple(th, arg);
            res = t ? subst_args(th, t, params, items) : NO_VALUE;
            decref(th, t);
            if (res && value_is_list(arg)) {
                Value l = sequence_to_list(th, res);
                decref(th, res);
                res = l;
            }
            ok = res && list_append(th, AS(List, list), res) == 0;
            decref(th, res);
            continue;
        }
        bool unpack = false;
        int f = object_getattr_optional(th, arg, name_of(th, "__typing_is_unpacked_typevartuple__"), &v);
        if (f < 0) { ok = false; break; }
        if (f) {
            unpack = object_truth(th, v) > 0;
            decref(th, v);
        }
        f = object_getattr_optional(th, arg, name_d_typing_subst, &v);
        if (f < 0) { ok = false; break; }
        if (f) {
            intptr_t k = tuple_index(params, arg);
            if (k < 0) res = raise_type_error(th, "parameter %R not found in __parameters__", arg);
            else res = call1(th, v, AS(Tuple, items)->items[k]);
            decref(th, v);
        } else res = subst_nested(th, arg, params, items);
        if (!res) { ok = false; break; }
        if (unpack && !value_is_tuple(res)) {
            raise_type_error(th, "expected __typing_subst__ of %T objects to return a tuple, not %T", arg, res);
            ok = false;
        } else if (unpack) ok = list_extend(th, AS(List, list), res) == 0;
        else ok = list_append(th, AS(List, list), res) == 0;
        decref(th, res);
    }
    Value t = ok ? list_to_tuple(th, AS(List, list)) : NO_VALUE;
    decref(th, list);
    return t;
}

Value type_substitute(Thread *th, Value self, Value args, Value params, Value item) {
    size_t n = AS(Tuple, params)->len;
    if (n == 0) return raise_type_error(th, "%R is not a generic class", self);
    Value items = unpack_items(th, item);
    for (size_t i = 0; items && i < n; i++) {
        Value prepare;
        int r = object_getattr_optional(th, AS(Tuple, params)->items[i], name_d_typing_prepare_subst, &prepare);
        if (r < 0) { decref(th, items); return NO_VALUE; }
        if (!r) continue;
        if (prepare != VALUE_NONE) {
            Value now = call2(th, prepare, self, items);
            decref(th, items);
            items = now ? (value_is_tuple(now) ? now : tuple_pack1(th, now)) : NO_VALUE;
        }
        decref(th, prepare);
    }
    if (!items) return NO_VALUE;
    if (AS(Tuple, items)->len != n) {
        raise_type_error(th, "Too %s arguments for %R; actual %zu, expected %zu", AS(Tuple, items)->len > n ? "many" : "few", self, AS(Tuple, items)->len, n);
        decref(th, items);
        return NO_VALUE;
    }
    Value r = subst_args(th, args, params, items);
    decref(th, items);
    return r;
}

// ---- text -------------------------------------------------------------------------------------------------------------

static int type_name_repr(Thread *th, StrBuilder *b, Value v) {
    if (v == VALUE_ELLIPSIS) { str_builder_cstr(b, "..."); return 0; }
    Value a, m = NO_VALUE, q = NO_VALUE, text = NO_VALUE;
    int r = object_getattr_optional(th, v, name_d_origin, &a);
    if (r < 0) return -1;
    if (r) {
        decref(th, a);
        r = object_getattr_optional(th, v, name_of(th, "__args__"), &a);
        if (r < 0) return -1;
        if (r) { decref(th, a); goto use_repr; }
    }
    if (object_getattr_optional(th, v, name_d_qualname, &q) < 0) return -1;
    if (q && object_getattr_optional(th, v, name_d_module, &m) < 0) { decref(th, q); return -1; }
    if (!q || !m || m == VALUE_NONE) goto use_repr;
    if (value_is_str(m) && str_equal_cstr(m, "builtins")) text = object_str(th, q);
    else text = str_format(th, "%S.%S", m, q);
    goto done;
use_repr:
    text = object_repr(th, v);
done:
    decref(th, q);
    decref(th, m);
    if (!text) return -1;
    str_builder_str(b, text);
    decref(th, text);
    return 0;
}

// The parameters of a Callable are types, too; a list in their list is only a list.
int type_arg_repr(Thread *th, StrBuilder *b, Value v) {
    if (!value_is_list(v)) return type_name_repr(th, b, v);
    size_t n = list_len(AS(List, v));
    str_builder_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        Value item = list_get(th, AS(List, v), (intptr_t)i); // the repr of one before may have shortened it
        if (!item) return -1;
        if (i) str_builder_cstr(b, ", ");
        int r = type_name_repr(th, b, item);
        decref(th, item);
        if (r) return -1;
    }
    str_builder_char(b, ']');
    return 0;
}

static Value ga_slot_repr(Thread *th, Value self) {
    GenericAlias *g = GA(self);
    StrBuilder b;
    str_builder_init(&b, th);
    if (g->starred) str_builder_char(&b, '*');
    if (thread_c_recursion(th, " while getting the repr of an object") || type_arg_repr(th, &b, g->origin)) goto failed;
    str_builder_char(&b, '[');
    size_t n = AS(Tuple, g->args)->len;
    for (size_t i = 0; i < n; i++) {
        if (i) str_builder_cstr(&b, ", ");
        if (type_arg_repr(th, &b, AS(Tuple, g->args)->items[i])) goto failed;
    }
    if (!n) str_builder_cstr(&b, "()");
    str_builder_char(&b, ']');
    return str_builder_finish(&b);
failed:
    str_builder_abort(&b);
    return NO_VALUE;
}

// ---- the type -----------------------------------------------------------------------------------------------------------

static Value ga_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len) return raise_type_error(th, "GenericAlias() takes no keyword arguments");
    if (nargs != 2) return raise_type_error(th, "GenericAlias expected 2 arguments, got %zu", nargs);
    GenericAlias *g = NEW(GenericAlias, th, type);
    if (!g) return NO_VALUE;
    g->origin = new_ref(th, args[0]);
    g->args = value_is_tuple(args[1]) ? new_ref(th, args[1]) : tuple_pack1(th, args[1]);
    return VALUE_OF(g);
}
static bool name_in(Value name, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (str_equal_cstr(name, list[i])) return true;
    return false;
}
static Value ga_slot_getattr(Thread *th, Value self, Value name) {
    static const char *const own[] = {"__class__", "__origin__", "__args__", "__unpacked__", "__parameters__", "__typing_unpacked_tuple_args__", "__mro_entries__",
                                      "__reduce_ex__", "__reduce__", "__bases__", "__copy__", "__deepcopy__"};
    if (!name_in(name, own, ARRAY_LEN(own))) return object_getattr(th, GA(self)->origin, name);
    return object_generic_getattr(th, self, name);
}
static Value ga_slot_getitem(Thread *th, Value self, Value item) {
    Value params = type_parameters_cached(th, &GA(self)->parameters, GA(self)->args);
    if (!params) return NO_VALUE;
    Value args = type_substitute(th, self, GA(self)->args, params, item);
    decref(th, params);
    if (!args) return NO_VALUE;
    Value r = generic_alias_new(th, GA(self)->origin, args);
    decref(th, args);
    if (r) GA(r)->starred = GA(self)->starred;
    return r;
}
static Value ga_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    Value r = object_call(th, GA(callable)->origin, args, nargs, kwnames);
    if (!r) return NO_VALUE;
    if (object_setattr(th, r, name_d_orig_class, callable) && !error_clear_if(th, &exc_AttributeError) && !error_clear_if(th, &exc_TypeError)) {
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}
static Value ga_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !type_is_subtype(type_of(a), &type_generic_alias) || !type_is_subtype(type_of(b), &type_generic_alias)) return VALUE_NOT_IMPLEMENTED;
    int eq = GA(a)->starred == GA(b)->starred;
    if (eq) eq = object_equal(th, GA(a)->origin, GA(b)->origin);
    if (eq > 0) eq = object_equal(th, GA(a)->args, GA(b)->args);
    return eq < 0 ? NO_VALUE : value_bool(eq == (op == CMP_EQ));
}
static int64_t ga_slot_hash(Thread *th, Value self) {
    int64_t a = object_hash(th, GA(self)->origin);
    if (a == -1) return -1;
    int64_t b = object_hash(th, GA(self)->args);
    if (b == -1) return -1;
    a ^= b;
    return a == -1 ? -2 : a;
}
static Value ga_slot_or(Thread *th, Value a, Value b) { return union_type_or(th, a, b); }

typedef struct AliasIter { Object head; Value alias; } AliasIter; // [a] taken by a swap
static Value ga_slot_iter(Thread *th, Value self) {
    AliasIter *it = NEW(AliasIter, th, &type_generic_alias_iterator);
    if (!it) return NO_VALUE;
    it->alias = new_ref(th, self);
    return VALUE_OF(it);
}
static Value gi_slot_next(Thread *th, Value self) {
    Value alias = atomic_swap_seqcst(&AS(AliasIter, self)->alias, NO_VALUE);
    if (!alias) return NO_VALUE;
    Value r = generic_alias_new(th, GA(alias)->origin, GA(alias)->args);
    if (r) GA(r)->starred = 1;
    decref(th, alias);
    return r;
}
static Value self_iter(Thread *th, Value self) { return new_ref(th, self); }
static Value gi_meth_reduce(Thread *th, Value self, Value *args) {
    Value iter = import_attr(th, "builtins", "iter");
    Value a = iter ? tuple_pack1(th, AS(AliasIter, self)->alias ? AS(AliasIter, self)->alias : tuple_empty) : NO_VALUE;
    Value r = a ? tuple_pack2(th, iter, a) : NO_VALUE;
    decref(th, iter);
    decref(th, a);
    return r;
}
static int gi_traverse(Object *self, VisitFn visit, void *arg) { return ((AliasIter *)self)->alias ? visit(((AliasIter *)self)->alias, arg) : 0; }
static void gi_dealloc(Thread *th, Object *self) {
    decref(th, ((AliasIter *)self)->alias);
    object_free(th, self);
}
static const MethodDef gi_methods[] = {{"__reduce__", "(self, /)", gi_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
TYPE_DEFINE(generic_alias_iterator, "generic_alias_iterator", sizeof(AliasIter), TYPE_TRACED, .methods = gi_methods,
    .slots = {.iter = self_iter, .next = gi_slot_next, .traverse = gi_traverse, .dealloc = gi_dealloc});

static Value ga_meth_mro_entries(Thread *th, Value self, Value *args) { return tuple_pack1(th, GA(self)->origin); }
static Value ga_meth_instancecheck(Thread *th, Value self, Value *args) { return raise_type_error(th, "isinstance() argument 2 cannot be a parameterized generic"); }
static Value ga_meth_subclasscheck(Thread *th, Value self, Value *args) { return raise_type_error(th, "issubclass() argument 2 cannot be a parameterized generic"); }
static Value ga_meth_reduce(Thread *th, Value self, Value *args) {
    if (GA(self)->starred) {
        Value next = import_attr(th, "builtins", "next");
        Value plain = next ? generic_alias_new(th, GA(self)->origin, GA(self)->args) : NO_VALUE;
        Value it = plain ? object_iter(th, plain) : NO_VALUE, a = it ? tuple_pack1(th, it) : NO_VALUE, r = a ? tuple_pack2(th, next, a) : NO_VALUE;
        decref(th, a);
        decref(th, it);
        decref(th, plain);
        decref(th, next);
        return r;
    }
    Value a = tuple_pack2(th, GA(self)->origin, GA(self)->args);
    Value r = a ? tuple_pack2(th, VALUE_OF(type_of(self)), a) : NO_VALUE;
    decref(th, a);
    return r;
}
static Value ga_meth_dir(Thread *th, Value self, Value *args) {
    Value list = object_dir(th, GA(self)->origin);
    static const char *const hidden[] = {"__bases__", "__copy__", "__deepcopy__"};
    for (size_t i = 0; list && i < ARRAY_LEN(hidden); i++) {
        Value r = call_method1(th, list, name_of(th, "remove"), name_of(th, hidden[i]));
        if (!r && !error_clear_if(th, &exc_ValueError)) clear_ref(th, &list);
        decref(th, r);
    }
    static const char *const extra[] = {"__origin__", "__args__", "__parameters__", "__mro_entries__", "__reduce_ex__", "__reduce__", "__unpacked__",
                                        "__typing_unpacked_tuple_args__", "__class__"};
    for (size_t i = 0; list && i < ARRAY_LEN(extra); i++) {
        Value n = name_of(th, extra[i]);
        int r = object_contains(th, list, n);
        if (r < 0 || (!r && list_append(th, AS(List, list), n))) clear_ref(th, &list);
    }
    return list;
}
static Value ga_get_origin(Thread *th, Value self) { return new_ref(th, GA(self)->origin); }
static Value ga_get_args(Thread *th, Value self) { return new_ref(th, GA(self)->args); }
static Value ga_get_unpacked(Thread *th, Value self) { return value_bool(GA(self)->starred); }
static Value ga_get_parameters(Thread *th, Value self) { return type_parameters_cached(th, &GA(self)->parameters, GA(self)->args); }
static Value ga_get_unpacked_args(Thread *th, Value self) {
    return GA(self)->starred && GA(self)->origin == VALUE_OF(&type_tuple) ? new_ref(th, GA(self)->args) : VALUE_NONE;
}
static int ga_readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static int ga_traverse(Object *self, VisitFn visit, void *arg) {
    GenericAlias *g = (GenericAlias *)self;
    int r = g->origin ? visit(g->origin, arg) : 0;
    if (!r && g->args) r = visit(g->args, arg);
    if (!r && g->parameters) r = visit(g->parameters, arg);
    return r;
}
static void ga_dealloc(Thread *th, Object *self) {
    GenericAlias *g = (GenericAlias *)self;
    decref(th, g->origin);
    decref(th, g->args);
    decref(th, g->parameters);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MethodDef ga_methods[] = {
    {"__mro_entries__", "(self, bases, /)", ga_meth_mro_entries, NULL, METH_NO_TEXT_SIG}, {"__instancecheck__", "(self, instance, /)", ga_meth_instancecheck, NULL, METH_NO_TEXT_SIG},
    {"__subclasscheck__", "(self, subclass, /)", ga_meth_subclasscheck, NULL, METH_NO_TEXT_SIG}, {"__reduce__", "(self, /)", ga_meth_reduce, NULL, METH_NO_TEXT_SIG},
    {"__dir__", "(self, /)", ga_meth_dir, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef ga_getsets[] = {{"__origin__", ga_get_origin, ga_readonly}, {"__args__", ga_get_args, ga_readonly}, {"__unpacked__", ga_get_unpacked, ga_readonly},
    {"__parameters__", ga_get_parameters, NULL, "Type variables in the GenericAlias."}, {"__typing_unpacked_tuple_args__", ga_get_unpacked_args, NULL}, {0}};
TYPE_DEFINE(generic_alias, "types.GenericAlias", sizeof(GenericAlias), TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE, .methods = ga_methods, .getsets = ga_getsets,
    .text_signature = "(origin, args, /)", .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .slots = {.new_ = ga_slot_new, .getattr = ga_slot_getattr, .repr = ga_slot_repr, .getitem = ga_slot_getitem, .call = ga_slot_call, .compare = ga_slot_compare,
              .hash = ga_slot_hash, .or_ = ga_slot_or, .iter = ga_slot_iter, .traverse = ga_traverse, .dealloc = ga_dealloc});
