// SPDX-License-Identifier: MIT
// mappingproxy, the read-only view of a mapping, and types.SimpleNamespace. The proxy is constant; a namespace is an object with attributes only.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/generic_alias.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"

typedef struct MappingProxy { Object head; Value mapping; } MappingProxy;
#define MP(v) (AS(MappingProxy, v)->mapping)

Value mappingproxy_new(Thread *th, Value mapping) {
    MappingProxy *p = NEW(MappingProxy, th, &type_mappingproxy);
    if (!p) return NO_VALUE;
    p->mapping = new_ref(th, mapping);
    return VALUE_OF(p);
}
Value mappingproxy_mapping(Value proxy) { return MP(proxy); }
static NativeSig *mp_sig;
static Value mp_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value a[1];
    if (native_args_bind(th, &mp_sig, "mappingproxy", "(mapping)", args, nargs, kwnames, a)) return NO_VALUE;
    if (!mapping_check(a[0]) || value_is_list(a[0]) || value_is_tuple(a[0])) return raise_type_error(th, "mappingproxy() argument must be a mapping, not %s", type_of(a[0])->name);
    MappingProxy *p = NEW(MappingProxy, th, type);
    if (!p) return NO_VALUE;
    p->mapping = new_ref(th, a[0]);
    return VALUE_OF(p);
}
static intptr_t mp_slot_len(Thread *th, Value self) { return object_len(th, MP(self)); }
static Value mp_slot_getitem(Thread *th, Value self, Value key) {
    Value v;
    if (LIKELY(value_is_exact_dict(MP(self))) && LIKELY(dict_get(th, AS(Dict, MP(self)), key, &v) > 0)) return v;
    return error_pending(th) ? NO_VALUE : object_getitem(th, MP(self), key);
}
static int mp_slot_contains(Thread *th, Value self, Value key) {
    return LIKELY(value_is_exact_dict(MP(self))) ? dict_contains(th, AS(Dict, MP(self)), key) : object_contains(th, MP(self), key);
}
static Value mp_slot_iter(Thread *th, Value self) { return object_iter(th, MP(self)); }
static Value mp_slot_str(Thread *th, Value self) { return object_str(th, MP(self)); }
static Value mp_slot_repr(Thread *th, Value self) { return str_format(th, "mappingproxy(%R)", MP(self)); }
static int64_t mp_slot_hash(Thread *th, Value self) { return object_hash(th, MP(self)); }
static Value mp_slot_compare(Thread *th, Value a, Value b, int op) {
    if (value_is_exact(a, &type_mappingproxy)) a = MP(a);
    return object_compare(th, a, b, op);
}
static Value mp_slot_or(Thread *th, Value a, Value b) {
    if (value_is_exact(a, &type_mappingproxy)) a = MP(a);
    if (value_is_exact(b, &type_mappingproxy)) b = MP(b);
    return number_binary(th, BINOP_OR, a, b);
}
static Value mp_slot_ior(Thread *th, Value a, Value b) {
    return raise_type_error(th, "'|=' is not supported by %s; use '|' instead", type_of(a)->name);
}
static Value mp_meth_get(Thread *th, Value self, Value *a) {
    if (LIKELY(value_is_exact_dict(MP(self)))) {
        Value found;
        int r = dict_get(th, AS(Dict, MP(self)), a[0], &found);
        return r > 0 ? found : r < 0 ? NO_VALUE : a[1] ? new_ref(th, a[1]) : VALUE_NONE;
    }
    Value v[2] = {a[0], a[1] ? a[1] : VALUE_NONE};
    return call_method(th, MP(self), name_get, v, 2);
}
static Value mp_meth_keys(Thread *th, Value self, Value *a) { return call_method0(th, MP(self), name_keys); }
static Value mp_meth_values(Thread *th, Value self, Value *a) { return call_method0(th, MP(self), name_values); }
static Value mp_meth_items(Thread *th, Value self, Value *a) { return call_method0(th, MP(self), name_items); }
static Value mp_meth_copy(Thread *th, Value self, Value *a) { return call_method0(th, MP(self), str_intern_cstr(th, "copy")); }
static Value mp_meth_reversed(Thread *th, Value self, Value *a) { return call_method0(th, MP(self), name_d_reversed); }
static int mp_traverse(Object *self, VisitFn visit, void *arg) { return ((MappingProxy *)self)->mapping ? visit(((MappingProxy *)self)->mapping, arg) : 0; }
static void mp_dealloc(Thread *th, Object *self) {
    decref(th, ((MappingProxy *)self)->mapping);
    object_free(th, self);
}
static const MethodDef mp_methods[] = {
    {"get", "(self, key, default=None, /)", mp_meth_get, "Return the value for key if key is in the mapping, else default."},
    {"keys", "(self, /)", mp_meth_keys, "a set-like object providing a view on D's keys"}, {"values", "(self, /)", mp_meth_values, "an object providing a view on D's values"},
    {"items", "(self, /)", mp_meth_items, "a set-like object providing a view on D's items"}, {"copy", "(self, /)", mp_meth_copy, "a shallow copy of D"},
    {"__class_getitem__", "(cls, object, /)", generic_class_getitem, "See PEP 585", METH_CLASS}, {"__reversed__", "(self, /)", mp_meth_reversed, "reverse iterator"}, {0}};
TYPE_DEFINE(mappingproxy, "mappingproxy", sizeof(MappingProxy), TYPE_TRACED | TYPE_MAPPING_PATTERN, .methods = mp_methods, .text_signature = "(mapping)",
    .doc = "Read-only proxy of a mapping.",
    .slots = {.new_ = mp_slot_new, .len = mp_slot_len, .getitem = mp_slot_getitem, .contains = mp_slot_contains, .iter = mp_slot_iter, .str = mp_slot_str,
              .repr = mp_slot_repr, .hash = mp_slot_hash, .compare = mp_slot_compare, .or_ = mp_slot_or, .ior = mp_slot_ior, .traverse = mp_traverse, .dealloc = mp_dealloc});

// ---- SimpleNamespace ----------------------------------------------------------------------------------------------------

static Value ns_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Object *o = object_new(th, type, 0);
    return o ? VALUE_OF(o) : NO_VALUE;
}
static int ns_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs > 1) { raise_type_error(th, "%s expected at most 1 argument, got %zu", type_short_name(type_of(self)), nargs); return -1; }
    Value d = object_get_dict(th, self);
    if (!d) return -1;
    int r = 0;
    if (nargs) {
        Value given = value_is_exact_dict(args[0]) ? new_ref(th, args[0]) : dict_new(th);
        r = !given ? -1 : given == args[0] ? 0 : dict_update(th, AS(Dict, given), args[0]);
        size_t pos = 0;
        Value k;
        while (!r && dict_next(th, AS(Dict, given), &pos, &k, NULL)) {
            if (!value_is_str(k)) { raise_type_error(th, "keywords must be strings"); r = -1; }
            decref(th, k);
        }
        if (!r) r = dict_update(th, AS(Dict, d), given);
        decref(th, given);
    }
    for (size_t i = 0; !r && kwnames && i < AS(Tuple, kwnames)->len; i++) r = dict_set(th, AS(Dict, d), AS(Tuple, kwnames)->items[i], args[nargs + i]);
    decref(th, d);
    return r;
}
static Value ns_slot_repr(Thread *th, Value self) {
    Type *t = type_of(self);
    int e = repr_enter(th, self);
    const char *name = t == &type_simple_namespace ? "namespace" : t->name;
    if (e) return e > 0 ? str_format(th, "%s(...)", name) : NO_VALUE;
    Value d = object_get_dict(th, self), keys = d ? dict_keys_list(th, AS(Dict, d)) : NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_str(&b, t == &type_simple_namespace ? str_intern_cstr(th, name) : atomic_load_acquire(&t->name_obj));
    str_builder_char(&b, '(');
    bool ok = keys != NO_VALUE, first = true;
    for (size_t i = 0; ok && i < list_len(AS(List, keys)); i++) {
        Value k = list_get(th, AS(List, keys), (intptr_t)i), v = NO_VALUE;
        int r = k && value_is_str(k) && AS(Str, k)->len ? dict_get(th, AS(Dict, d), k, &v) : 0;
        if (r > 0) {
            Value text = object_repr(th, v);
            decref(th, v);
            if (!text) r = -1;
            else {
                if (!first) str_builder_cstr(&b, ", ");
                first = false;
                str_builder_str(&b, k);
                str_builder_char(&b, '=');
                str_builder_str(&b, text);
                decref(th, text);
            }
        }
        decref(th, k);
        ok = r >= 0;
    }
    str_builder_char(&b, ')');
    repr_leave(th, self);
    decref(th, keys);
    decref(th, d);
    if (ok) return str_builder_finish(&b);
    str_builder_abort(&b);
    return NO_VALUE;
}
static Value ns_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!type_is_subtype(type_of(a), &type_simple_namespace) || !type_is_subtype(type_of(b), &type_simple_namespace)) return VALUE_NOT_IMPLEMENTED;
    Value x = object_get_dict(th, a), y = x ? object_get_dict(th, b) : NO_VALUE;
    Value r = y ? object_compare(th, x, y, op) : NO_VALUE;
    decref(th, x);
    decref(th, y);
    return r;
}
static Value ns_meth_reduce(Thread *th, Value self, Value *a) {
    Value d = object_get_dict(th, self);
    Value r = d ? tuple_pack3(th, VALUE_OF(type_of(self)), tuple_empty, d) : NO_VALUE;
    decref(th, d);
    return r;
}
static Value ns_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs) return raise_type_error(th, "__replace__() takes no positional arguments");
    Value r = call0(th, VALUE_OF(type_of(self)));
    if (!r) return NO_VALUE;
    if (!type_is_subtype(type_of(r), &type_simple_namespace)) {
        raise_type_error(th, "expect %s type, but %s() returned '%s' object", type_simple_namespace.name, type_of(self)->name, type_of(r)->name);
        decref(th, r);
        return NO_VALUE;
    }
    Value to = object_get_dict(th, r), from = object_get_dict(th, self);
    int e = !to || !from || dict_update(th, AS(Dict, to), from);
    for (size_t i = 0; !e && kwnames && i < AS(Tuple, kwnames)->len; i++) e = dict_set(th, AS(Dict, to), AS(Tuple, kwnames)->items[i], args[i]);
    decref(th, to);
    decref(th, from);
    if (e) clear_ref(th, &r);
    return r;
}
static int ns_traverse(Object *self, VisitFn visit, void *arg) { return 0; }
static const MethodDef ns_methods[] = {{"__reduce__", "(self, /)", ns_meth_reduce, "Return state information for pickling", METH_NO_TEXT_SIG},
    {"__replace__", "($self, /, **changes)", (void *)ns_meth_replace, "Return a copy of the namespace object with new values for the specified attributes.", METH_RAW}, {0}};
TYPE_DEFINE(simple_namespace, "types.SimpleNamespace", sizeof(Object), TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DICT, .methods = ns_methods,
    .text_signature = "(mapping_or_iterable=(), /, **kwargs)", .doc = "A simple attribute-based namespace.",
    .slots = {.new_ = ns_slot_new, .init = ns_slot_init, .repr = ns_slot_repr, .compare = ns_slot_compare, .traverse = ns_traverse});
