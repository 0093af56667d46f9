// SPDX-License-Identifier: MIT
// functools.partial and Placeholder. A partial is constant but for __setstate__, whose fields are atomic slots.
#include "stdlib/_functools/functools_int.h"

typedef struct Partial { Object head; Value func, args, kw; } Partial; // [a] callable, Tuple, Dict
static Type type_partial, type_placeholder;
static Shape shape_partial, shape_placeholder;
static Object placeholder __attribute__((aligned(16))) = OBJECT_STATIC(&shape_placeholder);
#define PLACEHOLDER VALUE_OF(&placeholder)
#define P(v) AS(Partial, v)

// ---- Placeholder

static Value placeholder_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs || kwnames_len(kwnames)) return raise_type_error(th, "PlaceholderType takes no arguments");
    return PLACEHOLDER;
}
static Value placeholder_slot_repr(Thread *th, Value self) { return str_from_cstr(th, "Placeholder"); }
static Value placeholder_meth_reduce(Thread *th, Value self, Value *args) { return str_from_cstr(th, "Placeholder"); }
static const MethodDef placeholder_methods[] = {{"__reduce__", "(self, /)", placeholder_meth_reduce, NULL, 0}, {0}};
MODULE_TYPE_DEFINE(placeholder, "functools._PlaceholderType", sizeof(Object), 0, .methods = placeholder_methods,
                   .doc = "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
                   .slots = {.new_ = placeholder_slot_new, .repr = placeholder_slot_repr})

// ---- partial

static size_t count_placeholders(Value args) {
    size_t n = 0;
    for (size_t i = 0; i < AS(Tuple, args)->len; i++) n += AS(Tuple, args)->items[i] == PLACEHOLDER;
    return n;
}

static Value partial_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);

static Value partial_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs < 1) return raise_type_error(th, "type 'partial' takes at least one argument");
    Value func = args[0];
    if (!object_callable(func)) return raise_type_error(th, "the first argument must be callable");
    for (size_t i = 0; i < kwnames_len(kwnames); i++)
        if (args[nargs + i] == PLACEHOLDER) return raise_type_error(th, "Placeholder cannot be passed as a keyword argument");
    args++;
    nargs--;
    if (nargs && args[nargs - 1] == PLACEHOLDER) return raise_type_error(th, "trailing Placeholders are not allowed");
    // A partial of a partial without attributes of its own is flattened.
    Value inner_args = tuple_empty, inner_kw = NO_VALUE;
    if (type_of(func)->slots.call == partial_slot_call && atomic_load_relaxed(&value_object(func)->shape) == type_of(func)->shape) {
        Object *o = value_object(func);
        inner_args = slot_borrow(th, o, &P(func)->args);
        inner_kw = slot_borrow(th, o, &P(func)->kw);
        func = slot_borrow(th, o, &P(func)->func);
    }
    Tuple *in = AS(Tuple, inner_args);
    size_t holes = count_placeholders(inner_args), used = nargs < holes ? nargs : holes, n = in->len + nargs - used;
    incref(th, func);
    incref(th, inner_args);
    incref(th, inner_kw);
    Value all = tuple_empty, kw = NO_VALUE;
    if (n) {
        Tuple *t = tuple_new(th, n);
        all = VALUE_OF(t);
        if (t) {
            size_t j = 0;
            for (size_t i = 0; i < in->len; i++) {
                Value a = in->items[i];
                if (a == PLACEHOLDER && j < nargs) a = args[j++];
                t->items[i] = new_ref(th, a);
            }
            for (size_t i = in->len; j < nargs; i++) t->items[i] = new_ref(th, args[j++]);
        }
    }
    if (all) kw = inner_kw ? dict_copy(th, AS(Dict, inner_kw)) : dict_new(th);
    int e = kw ? 0 : -1;
    for (size_t i = 0; e == 0 && i < kwnames_len(kwnames); i++) e = dict_set(th, AS(Dict, kw), AS(Tuple, kwnames)->items[i], args[nargs + i]);
    decref(th, inner_args);
    decref(th, inner_kw);
    Partial *p = e == 0 ? object_new(th, type, 0) : NULL;
    if (!p) { decref(th, func); decref(th, all); decref(th, kw); return NO_VALUE; }
    p->func = func;
    p->args = all;
    p->kw = kw;
    return VALUE_OF(p);
}

static Value partial_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Object *o = value_object(self);
    Value func = slot_get(th, o, &P(self)->func), pargs = slot_get(th, o, &P(self)->args), pkw = slot_get(th, o, &P(self)->kw), r = NO_VALUE;
    Tuple *in = AS(Tuple, pargs);
    size_t holes = count_placeholders(pargs), nkw = kwnames_len(kwnames);
    if (nargs < holes) {
        raise_type_error(th, "missing positional arguments in 'partial' call; expected at least %zu, got %zu", holes, nargs);
        goto out;
    }
    size_t npos = in->len + nargs - holes, nin = dict_len(AS(Dict, pkw));
    Value small[16], *v = npos + nin + nkw > ARRAY_LEN(small) ? mem_alloc(th, (npos + nin + nkw) * sizeof(Value)) : small;
    if (!v) goto out;
    size_t j = 0, k = 0;
    for (size_t i = 0; i < in->len; i++) v[k++] = in->items[i] == PLACEHOLDER ? args[j++] : in->items[i];
    while (j < nargs) v[k++] = args[j++];
    if (nin == 0) {
        for (size_t i = 0; i < nkw; i++) v[k + i] = args[nargs + i];
        r = object_call(th, func, v, npos, kwnames);
    } else {
        // Own keywords first, the call's override them.
        Value merged = dict_copy(th, AS(Dict, pkw)), names = NO_VALUE;
        int e = merged ? 0 : -1;
        for (size_t i = 0; e == 0 && i < nkw; i++) e = dict_set(th, AS(Dict, merged), AS(Tuple, kwnames)->items[i], args[nargs + i]);
        if (e == 0) {
            size_t n = dict_len(AS(Dict, merged)), pos = 0, c = 0;
            Tuple *t = tuple_new(th, n);
            names = VALUE_OF(t);
            Value key, val;
            while (t && c < n && dict_next(th, AS(Dict, merged), &pos, &key, &val)) {
                t->items[c] = key;
                v[npos + c++] = val; // the private dict keeps it alive
                decref(th, val);
            }
            if (t) r = object_call(th, func, v, npos, names);
        }
        decref(th, names);
        decref(th, merged);
    }
    if (v != small) mem_free(v);
out:
    decref(th, func);
    decref(th, pargs);
    decref(th, pkw);
    return r;
}

static Value partial_slot_get(Thread *th, Value self, Value obj, Value type) {
    return !obj || obj == VALUE_NONE ? new_ref(th, self) : method_new(th, self, obj);
}

static Value partial_slot_repr(Thread *th, Value self) {
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "...");
    Object *o = value_object(self);
    Value func = slot_get(th, o, &P(self)->func), args = slot_get(th, o, &P(self)->args), kw = slot_get(th, o, &P(self)->kw), s = NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    // "module.qualname" of the class.
    Type *type = type_of(self);
    Value name = NO_VALUE;
    if (!(type->flags & TYPE_HEAP)) name = str_from_cstr(th, type->name);
    else {
        Value mod = object_getattr(th, VALUE_OF(type), name_d_module);
        if (mod) name = str_format(th, "%S.%S", mod, type->qualname);
        decref(th, mod);
    }
    bool ok = name != NO_VALUE;
    if (ok) { str_builder_str(&b, name); str_builder_char(&b, '('); ok = repr_append(th, &b, func) == 0; }
    decref(th, name);
    for (size_t i = 0; ok && i < AS(Tuple, args)->len; i++) { str_builder_ascii(&b, ", ", 2); ok = repr_append(th, &b, AS(Tuple, args)->items[i]) == 0; }
    size_t pos = 0;
    Value k, v;
    while (ok && dict_next(th, AS(Dict, kw), &pos, &k, &v)) {
        str_builder_ascii(&b, ", ", 2);
        Value ks = object_str(th, k);
        ok = ks != NO_VALUE;
        if (ok) { str_builder_str(&b, ks); str_builder_char(&b, '='); ok = repr_append(th, &b, v) == 0; }
        decref(th, ks);
        decref(th, k);
        decref(th, v);
    }
    str_builder_char(&b, ')');
    if (ok) s = str_builder_finish(&b); else str_builder_abort(&b);
    decref(th, func);
    decref(th, args);
    decref(th, kw);
    repr_leave(th, self);
    return s;
}

static Value partial_meth_reduce(Thread *th, Value self, Value *args) {
    Object *o = value_object(self);
    Value dict = VALUE_NONE;
    if (atomic_load_relaxed(&o->shape) != atomic_load_relaxed(&type_of(self)->shape)) { // has attributes
        dict = object_get_dict(th, self);
        if (!dict) { if (error_pending(th)) return NO_VALUE; dict = VALUE_NONE; }
    }
    Value func = slot_get(th, o, &P(self)->func);
    Value v[4] = {new_ref(th, func), slot_get(th, o, &P(self)->args), slot_get(th, o, &P(self)->kw), dict};
    Value state = tuple_from_owned(th, v, 4);
    return reduce_make(th, new_ref(th, VALUE_OF(type_of(self))), tuple_from_owned(th, &func, 1), state);
}

static Value partial_meth_setstate(Thread *th, Value self, Value *args) {
    Value st = args[0];
    Tuple *t = AS(Tuple, st);
    if (!value_is_tuple(st) || t->len != 4 || !object_callable(t->items[0]) || !value_is_tuple(t->items[1]) ||
        (t->items[2] != VALUE_NONE && !value_is_dict(t->items[2])))
        return raise_type_error(th, "invalid partial state");
    Tuple *a = AS(Tuple, t->items[1]);
    if (a->len && a->items[a->len - 1] == PLACEHOLDER) return raise_type_error(th, "trailing Placeholders are not allowed");
    Value pargs = value_is_exact_tuple(t->items[1]) ? new_ref(th, t->items[1]) : tuple_from_array(th, a->items, a->len);
    Value kw = t->items[2] == VALUE_NONE ? dict_new(th) : value_is_exact_dict(t->items[2]) ? new_ref(th, t->items[2]) : dict_copy(th, AS(Dict, t->items[2]));
    if (!pargs || !kw) { decref(th, pargs); decref(th, kw); return NO_VALUE; }
    Object *o = value_object(self);
    // None: no attributes.
    Value dict = t->items[3] != VALUE_NONE ? new_ref(th, t->items[3]) : atomic_load_relaxed(&o->shape) != atomic_load_relaxed(&type_of(self)->shape) ? dict_new(th) : NO_VALUE;
    if (error_pending(th) || (dict && object_set_dict(th, self, dict) < 0)) { decref(th, dict); decref(th, pargs); decref(th, kw); return NO_VALUE; }
    decref(th, dict);
    slot_store(th, o, &P(self)->func, new_ref(th, t->items[0]));
    slot_store(th, o, &P(self)->args, pargs);
    slot_store(th, o, &P(self)->kw, kw);
    return VALUE_NONE;
}

static Value partial_get_dict(Thread *th, Value self) { return object_get_dict(th, self); }
static int partial_set_dict(Thread *th, Value self, Value v) {
    if (v) return object_set_dict(th, self, v);
    raise_type_error(th, "cannot delete __dict__");
    return -1;
}
static const GetSetDef partial_getsets[] = {{"__dict__", partial_get_dict, partial_set_dict, NULL}, {0}};

static void partial_dealloc(Thread *th, Object *self) {
    Partial *p = (Partial *)self;
    object_release_attrs(th, self);
    decref(th, p->func);
    decref(th, p->args);
    decref(th, p->kw);
    object_free(th, self);
}
static int partial_traverse(Object *self, VisitFn visit, void *arg) {
    Partial *p = (Partial *)self;
    int r;
    if ((r = visit(p->func, arg)) || (r = visit(p->args, arg))) return r;
    return visit(p->kw, arg);
}
static const MethodDef partial_methods[] = {
    {"__reduce__", "(self, /)", partial_meth_reduce, NULL, 0},
    {"__setstate__", "(self, object, /)", partial_meth_setstate, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
static const MemberDef partial_members[] = {
    {"func", offsetof(Partial, func), MEMBER_VALUE | MEMBER_READONLY, "function object to use in future partial calls"},
    {"args", offsetof(Partial, args), MEMBER_VALUE | MEMBER_READONLY, "tuple of arguments to future partial calls"},
    {"keywords", offsetof(Partial, kw), MEMBER_VALUE | MEMBER_READONLY, "dictionary of keyword arguments to future partial calls"},
    {0},
};
MODULE_TYPE_DEFINE(partial, "functools.partial", sizeof(Partial), TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_MANAGED_ATTRS | TYPE_WEAKREFABLE,
                   .methods = partial_methods, .members = partial_members, .getsets = partial_getsets,
                   .doc = "partial(func, /, *args, **keywords)\n--\n\nCreate a new function with partial application of the given arguments and keywords.",
                   .slots = {.new_ = partial_slot_new, .call = partial_slot_call, .dealloc = partial_dealloc, .traverse = partial_traverse,
                             .repr = partial_slot_repr, .descr_get = partial_slot_get})

int functools_add_partial(Thread *th, Value m) {
    if (module_add_type(th, m, &type_placeholder) < 0 || module_add_type(th, m, &type_partial) < 0) return -1;
    return module_add(th, m, "Placeholder", PLACEHOLDER);
}
