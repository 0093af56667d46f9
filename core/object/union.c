// SPDX-License-Identifier: MIT
// typing.Union, the type of int | str. Constant but for the parameters; equality does not look at the order of the members.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/generic_alias.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"

// generic_alias.c
Value type_parameters_cached(Thread *th, Value *slot, Value args);
Value type_substitute(Thread *th, Value self, Value args, Value params, Value item);
int type_arg_repr(Thread *th, StrBuilder *b, Value v);

#define UN(v) AS(Union, v)

typedef struct Members { Value all, hashable, unhashable; } Members; // Lists, and a frozenset under construction

static int member_add(Thread *th, Members *m, Value v) {
    if (v == VALUE_NONE) v = VALUE_OF(&type_none);
    if (value_is_exact(v, &type_union)) {
        Tuple *t = AS(Tuple, UN(v)->args);
        for (size_t i = 0; i < t->len; i++)
            if (member_add(th, m, t->items[i])) return -1;
        return 0;
    }
    int64_t h = object_hash(th, v);
    if (h == -1) {
        if (!error_clear_if(th, &exc_TypeError)) return -1;
        int in = object_contains(th, m->unhashable, v);
        if (in) return in < 0 ? -1 : 0;
        return list_append(th, AS(List, m->unhashable), v) || list_append(th, AS(List, m->all), v) ? -1 : 0;
    }
    int in = set_contains(th, AS(Set, m->hashable), v);
    if (in) return in < 0 ? -1 : 0;
    return set_add(th, AS(Set, m->hashable), v) || list_append(th, AS(List, m->all), v) ? -1 : 0;
}

static bool members_init(Thread *th, Members *m) {
    m->all = list_new(th, 2);
    m->unhashable = list_new(th, 0);
    m->hashable = set_new(th, NO_VALUE);
    return m->all && m->unhashable && m->hashable;
}
static Value members_finish(Thread *th, Members *m, bool ok) {
    Value r = NO_VALUE;
    if (ok) {
        size_t n = list_len(AS(List, m->all));
        if (n == 0) raise_type_error(th, "Cannot take a Union of no types.");
        else if (n == 1) r = list_get(th, AS(List, m->all), 0);
        else {
            Union *u = NEW(Union, th, &type_union);
            if (u) {
                u->args = list_to_tuple(th, AS(List, m->all));
                u->hashable = frozenset_new(th, m->hashable);
                u->unhashable = list_to_tuple(th, AS(List, m->unhashable));
                r = VALUE_OF(u);
                if (!u->args || !u->hashable || !u->unhashable) clear_ref(th, &r);
            }
        }
    }
    decref(th, m->all);
    decref(th, m->hashable);
    decref(th, m->unhashable);
    return r;
}

static bool unionable(Value v) {
    return v == VALUE_NONE || value_is_type(v) || value_is_instance(v, &type_generic_alias) || value_is_exact(v, &type_union) || value_is_exact(v, &type_typealias);
}

Value union_type_or(Thread *th, Value a, Value b) {
    if (!unionable(a) || !unionable(b)) return VALUE_NOT_IMPLEMENTED;
    Members m = {0};
    return members_finish(th, &m, members_init(th, &m) && member_add(th, &m, a) == 0 && member_add(th, &m, b) == 0);
}

// An argument of Union[...]: what typing accepts as a type; strings become forward references.
static Value checked(Thread *th, Value v) {
    if (v == VALUE_NONE) return VALUE_OF(&type_none);
    if (unionable(v)) return new_ref(th, v);
    Value check = import_attr(th, "typing", "_type_check");
    Value msg = check ? str_from_cstr(th, "Union[arg, ...]: each arg must be a type.") : NO_VALUE;
    Value r = msg ? call2(th, check, v, msg) : NO_VALUE;
    decref(th, msg);
    decref(th, check);
    return r;
}

Value union_from_args(Thread *th, Value args) {
    Members m = {0};
    bool ok = members_init(th, &m);
    for (size_t i = 0; ok && i < AS(Tuple, args)->len; i++) {
        Value v = checked(th, AS(Tuple, args)->items[i]);
        ok = v && member_add(th, &m, v) == 0;
        decref(th, v);
    }
    return members_finish(th, &m, ok);
}

static Value union_slot_repr(Thread *th, Value self) {
    StrBuilder b;
    str_builder_init(&b, th);
    Tuple *t = AS(Tuple, UN(self)->args);
    for (size_t i = 0; i < t->len; i++) {
        if (i) str_builder_cstr(&b, " | ");
        if (t->items[i] == VALUE_OF(&type_none)) str_builder_cstr(&b, "None");
        else if (type_arg_repr(th, &b, t->items[i])) { str_builder_abort(&b); return NO_VALUE; }
    }
    return str_builder_finish(&b);
}
static int64_t union_slot_hash(Thread *th, Value self) {
    Tuple *un = AS(Tuple, UN(self)->unhashable);
    if (un->len) {
        // The members are asked again: it is they who complain. They may be hashable by now, but the union is as it was made.
        for (size_t i = 0; i < un->len; i++)
            if (object_hash(th, un->items[i]) == -1) return -1;
        raise_type_error(th, "union contains %zu unhashable elements", un->len);
        return -1;
    }
    return object_hash(th, UN(self)->hashable);
}
static Value union_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(a, &type_union) || !value_is_exact(b, &type_union)) return VALUE_NOT_IMPLEMENTED;
    int eq = object_equal(th, UN(a)->hashable, UN(b)->hashable);
    Tuple *x = AS(Tuple, UN(a)->unhashable), *y = AS(Tuple, UN(b)->unhashable);
    if (eq > 0) eq = x->len == y->len;
    for (size_t i = 0; eq > 0 && i < x->len; i++) eq = object_contains(th, VALUE_OF(y), x->items[i]);
    return eq < 0 ? NO_VALUE : value_bool(eq == (op == CMP_EQ));
}
static Value union_slot_or(Thread *th, Value a, Value b) {
    Value t = tuple_pack2(th, a, b);
    Value r = t ? union_from_args(th, t) : NO_VALUE;
    decref(th, t);
    return r;
}
static Value union_slot_getattr(Thread *th, Value self, Value name) {
    if (value_is_exact_str(name) && str_equal(AS(Str, name), AS(Str, name_d_module))) return str_intern_cstr(th, "typing");
    return object_generic_getattr(th, self, name);
}
static Value union_slot_getitem(Thread *th, Value self, Value item) {
    Value params = type_parameters_cached(th, &UN(self)->parameters, UN(self)->args);
    Value args = params ? type_substitute(th, self, UN(self)->args, params, item) : NO_VALUE;
    decref(th, params);
    if (!args) return NO_VALUE;
    Value r = new_ref(th, AS(Tuple, args)->items[0]);
    for (size_t i = 1; r && i < AS(Tuple, args)->len; i++) {
        Value n = number_binary(th, BINOP_OR, r, AS(Tuple, args)->items[i]);
        decref(th, r);
        r = n;
    }
    decref(th, args);
    return r;
}
static Value union_meth_mro_entries(Thread *th, Value self, Value *args) { return raise_type_error(th, "Cannot subclass %R", self); }
static Value union_meth_class_getitem(Thread *th, Value cls, Value *args) {
    if (value_is_tuple(args[0])) return union_from_args(th, args[0]);
    Value t = tuple_pack1(th, args[0]);
    Value r = t ? union_from_args(th, t) : NO_VALUE;
    decref(th, t);
    return r;
}
static int check_members(Thread *th, Value self, const char *what) {
    Tuple *t = AS(Tuple, UN(self)->args);
    for (size_t i = 0; i < t->len; i++)
        if (!value_is_type(t->items[i])) {
            raise_type_error(th, "%s() argument 2 cannot be a parameterized generic", what);
            return -1;
        }
    return 0;
}
static Value union_meth_instancecheck(Thread *th, Value self, Value *args) {
    if (check_members(th, self, "isinstance")) return NO_VALUE;
    int r = object_isinstance(th, args[0], UN(self)->args);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value union_meth_subclasscheck(Thread *th, Value self, Value *args) {
    if (!value_is_type(args[0])) return raise_type_error(th, "issubclass() arg 1 must be a class");
    if (check_members(th, self, "issubclass")) return NO_VALUE;
    int r = object_issubclass(th, args[0], UN(self)->args);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value union_get_args(Thread *th, Value self) { return new_ref(th, UN(self)->args); }
static Value union_get_name(Thread *th, Value self) { return str_intern_cstr(th, "Union"); }
static Value union_get_origin(Thread *th, Value self) { return VALUE_OF(&type_union); }
static Value union_get_parameters(Thread *th, Value self) { return type_parameters_cached(th, &UN(self)->parameters, UN(self)->args); }
static int union_readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static int union_traverse(Object *self, VisitFn visit, void *arg) {
    Union *u = (Union *)self;
    Value v[] = {u->args, u->hashable, u->unhashable, u->parameters};
    int r = 0;
    for (int i = 0; i < 4 && !r; i++)
        if (v[i]) r = visit(v[i], arg);
    return r;
}
static void union_dealloc(Thread *th, Object *self) {
    Union *u = (Union *)self;
    decref(th, u->args);
    decref(th, u->hashable);
    decref(th, u->unhashable);
    decref(th, u->parameters);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MethodDef union_methods[] = {
    {"__mro_entries__", "(self, bases, /)", union_meth_mro_entries, NULL, METH_NO_TEXT_SIG}, {"__class_getitem__", "(cls, parameters, /)", union_meth_class_getitem, NULL, METH_CLASS | METH_NO_TEXT_SIG},
    {"__instancecheck__", "(self, instance, /)", union_meth_instancecheck, NULL, METH_NO_TEXT_SIG}, {"__subclasscheck__", "(self, subclass, /)", union_meth_subclasscheck, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef union_getsets[] = {
    {"__args__", union_get_args, union_readonly}, {"__name__", union_get_name, NULL, "Name of the type"}, {"__qualname__", union_get_name, NULL, "Qualified name of the type"},
    {"__origin__", union_get_origin, NULL, "Always returns the type"}, {"__parameters__", union_get_parameters, NULL, "Type variables in the types.UnionType."}, {0}};
TYPE_DEFINE(union, "typing.Union", sizeof(Union), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = union_methods, .getsets = union_getsets,
    .doc = "Represent a union type\n\nE.g. for int | str",
    .slots = {.repr = union_slot_repr, .hash = union_slot_hash, .compare = union_slot_compare, .or_ = union_slot_or, .getattr = union_slot_getattr,
              .getitem = union_slot_getitem, .traverse = union_traverse, .dealloc = union_dealloc});
