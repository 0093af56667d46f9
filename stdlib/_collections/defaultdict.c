// SPDX-License-Identifier: MIT
// collections.defaultdict, _tuplegetter (the descriptors of named tuples) and _count_elements (the loop of Counter).
#include "stdlib/_collections/collections_int.h"

typedef struct DefaultDict { Dict dict; Value factory; } DefaultDict; // factory [a] NO_VALUE: none
static Type type_defaultdict;
static Shape shape_defaultdict;
#define DD(v) AS(DefaultDict, v)
static bool value_is_defaultdict(Value v) { return value_is_instance(v, &type_defaultdict); }

static Value factory_get(Thread *th, Value self) {
    Value f = slot_get(th, value_object(self), &DD(self)->factory);
    return f ? f : VALUE_NONE;
}

static int defaultdict_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Value f = NO_VALUE;
    if (nargs) {
        if (args[0] != VALUE_NONE) {
            if (!object_callable(args[0])) { raise_type_error(th, "first argument must be callable or None"); return -1; }
            f = args[0];
        }
        args++;
        nargs--;
    }
    slot_store(th, value_object(self), &DD(self)->factory, new_ref(th, f));
    return type_dict.slots.init(th, self, args, nargs, kwnames);
}

static Value defaultdict_meth_missing(Thread *th, Value self, Value *args) {
    Value f = slot_get(th, value_object(self), &DD(self)->factory);
    if (!f || f == VALUE_NONE) return raise_key_error(th, args[0]);
    Value v = call0(th, f);
    decref(th, f);
    if (!v) return NO_VALUE;
    int r;
    if (type_of(self)->slots.setitem == type_dict.slots.setitem) {
        Value out; // whoever is first wins: threads that miss together get one value
        r = dict_setdefault(th, &DD(self)->dict, args[0], v, &out);
        if (r >= 0) { decref(th, v); v = out; }
    } else r = object_setitem(th, self, args[0], v);
    if (r < 0) { decref(th, v); return NO_VALUE; }
    return v;
}

// type(self)(factory, x)
static Value defaultdict_like(Thread *th, Value self, Value x) {
    Value f = factory_get(th, self), r = call2(th, VALUE_OF(type_of(self)), f, x);
    decref(th, f);
    return r;
}
static Value defaultdict_meth_copy(Thread *th, Value self, Value *args) { return defaultdict_like(th, self, self); }

static Value defaultdict_meth_reduce(Thread *th, Value self, Value *args) {
    Value f = factory_get(th, self), a = f == VALUE_NONE ? tuple_empty : tuple_pack1(th, f);
    decref(th, f);
    Value items = a ? call_method0(th, self, name_items) : NO_VALUE, it = items ? object_iter(th, items) : NO_VALUE;
    decref(th, items);
    if (!it) { decref(th, a); return NO_VALUE; }
    Value v[5] = {new_ref(th, VALUE_OF(type_of(self))), a, VALUE_NONE, VALUE_NONE, it};
    return tuple_from_owned(th, v, 5);
}

static Value defaultdict_slot_repr(Thread *th, Value self) {
    Value base = type_dict.slots.repr(th, self);
    if (!base) return NO_VALUE;
    Value f = factory_get(th, self), fr = NO_VALUE;
    if (f == VALUE_NONE) fr = str_from_cstr(th, "None");
    else {
        int r = repr_enter(th, f);
        if (r == 0) { fr = object_repr(th, f); repr_leave(th, f); }
        else if (r > 0) fr = str_from_cstr(th, "...");
    }
    decref(th, f);
    Value s = fr ? str_format(th, "%U(%U, %U)", atomic_load_acquire(&type_of(self)->name_obj), fr, base) : NO_VALUE;
    decref(th, fr);
    decref(th, base);
    return s;
}

static Value defaultdict_slot_or(Thread *th, Value a, Value b) {
    if (!value_is_dict(a) || !value_is_dict(b)) return VALUE_NOT_IMPLEMENTED;
    Value r = defaultdict_like(th, value_is_defaultdict(a) ? a : b, a);
    if (r && value_is_dict(r) && dict_update(th, AS(Dict, r), b) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

static void defaultdict_dealloc(Thread *th, Object *self) {
    clear_ref(th, &((DefaultDict *)self)->factory);
    type_dict.slots.dealloc(th, self);
}
static int defaultdict_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((DefaultDict *)self)->factory, arg);
    return r ? r : type_dict.slots.traverse(self, visit, arg);
}
static void defaultdict_clear(Thread *th, Object *self) {
    clear_ref(th, &((DefaultDict *)self)->factory);
    type_dict.slots.clear(th, self);
}

static const MethodDef defaultdict_methods[] = {
    {"__missing__", "(self, key, /)", defaultdict_meth_missing,
     "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n", 0},
    {"copy", "(self, /)", defaultdict_meth_copy, "D.copy() -> a shallow copy of D.", 0},
    {"__copy__", "(self, /)", defaultdict_meth_copy, "D.copy() -> a shallow copy of D.", 0},
    {"__reduce__", "(self, /)", defaultdict_meth_reduce, "Return state information for pickling.", 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
static int factory_set(Thread *th, Value self, Value v) {
    slot_store(th, value_object(self), &DD(self)->factory, new_ref(th, v));
    return 0;
}
static const GetSetDef defaultdict_getsets[] = {{"default_factory", factory_get, factory_set, "Factory for default value called by __missing__()."}, {0}};
DERIVED_TYPE_DEFINE(defaultdict, "collections.defaultdict", &type_dict, sizeof(DefaultDict),
                    TYPE_TRACED | TYPE_BASETYPE | TYPE_DICT_SUBCLASS | TYPE_MAPPING_PATTERN, .methods = defaultdict_methods, .getsets = defaultdict_getsets,
                    .doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\n"
                           "A defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.",
                    .slots = {.init = defaultdict_slot_init, .dealloc = defaultdict_dealloc, .traverse = defaultdict_traverse, .clear = defaultdict_clear,
                              .repr = defaultdict_slot_repr, .or_ = defaultdict_slot_or})

// ---- _tuplegetter

typedef struct TupleGetter { Object head; int64_t index; Value doc; } TupleGetter; // index [c]; doc [a]
static Type type_tuplegetter;
static Shape shape_tuplegetter;

static Value tuplegetter_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "_tuplegetter", kwnames) < 0 || args_count(th, "_tuplegetter", nargs, 2, 2) < 0) return NO_VALUE;
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    TupleGetter *g = object_new(th, type, 0);
    if (!g) return NO_VALUE;
    g->index = i;
    g->doc = new_ref(th, args[1]);
    return VALUE_OF(g);
}

static Value tuplegetter_slot_get(Thread *th, Value self, Value obj, Value type) {
    int64_t i = AS(TupleGetter, self)->index;
    if (!obj || obj == VALUE_NONE) return new_ref(th, self);
    if (!value_is_tuple(obj)) return raise_type_error(th, "descriptor for index '%zd' for tuple subclasses doesn't apply to '%T' object", (intptr_t)i, obj);
    if ((uint64_t)i >= AS(Tuple, obj)->len) return raise_error(th, &exc_IndexError, "tuple index out of range");
    return new_ref(th, AS(Tuple, obj)->items[i]);
}
static int tuplegetter_slot_set(Thread *th, Value self, Value obj, Value v) {
    raise_error(th, &exc_AttributeError, v ? "can't set attribute" : "can't delete attribute");
    return -1;
}
static Value tuplegetter_slot_repr(Thread *th, Value self) {
    return str_format(th, "_tuplegetter(%zd, %R)", (intptr_t)AS(TupleGetter, self)->index, AS(TupleGetter, self)->doc);
}
static Value tuplegetter_meth_reduce(Thread *th, Value self, Value *args) {
    TupleGetter *g = AS(TupleGetter, self);
    return reduce_make2(th, new_ref(th, VALUE_OF(type_of(self))), tuple_pack2(th, value_imm_int(g->index), g->doc));
}
static void tuplegetter_dealloc(Thread *th, Object *self) { decref(th, ((TupleGetter *)self)->doc); object_free(th, self); }
static int tuplegetter_traverse(Object *self, VisitFn visit, void *arg) { return visit(((TupleGetter *)self)->doc, arg); }
static const MethodDef tuplegetter_methods[] = {{"__reduce__", "(self, /)", tuplegetter_meth_reduce, NULL, 0}, {0}};
static const MemberDef tuplegetter_members[] = {{"__doc__", offsetof(TupleGetter, doc), MEMBER_VALUE, NULL}, {0}};
MODULE_TYPE_DEFINE(tuplegetter, "collections._tuplegetter", sizeof(TupleGetter), TYPE_TRACED, .methods = tuplegetter_methods, .members = tuplegetter_members,
                   .slots = {.new_ = tuplegetter_slot_new, .dealloc = tuplegetter_dealloc, .traverse = tuplegetter_traverse, .repr = tuplegetter_slot_repr,
                             .descr_get = tuplegetter_slot_get, .descr_set = tuplegetter_slot_set})

// ---- _count_elements

static Value dict_get_method, dict_setitem_method; // dict's own, to see whether a subclass replaced them; borrowed from the immortal type

static int count_in_dict(Thread *th, Value k, void *arg) {
    Dict *d = arg;
    int64_t hash = dict_key_hash(th, k);
    if (hash == -1) return -1;
    Value old;
    int r = dict_get_hash(th, d, k, hash, &old);
    if (r < 0) return -1;
    Value one = value_imm_int(1), n = r ? number_add(th, old, one) : one;
    decref(th, old);
    if (!n) return -1;
    r = dict_set_hash(th, d, k, hash, n);
    decref(th, n);
    return r;
}
typedef struct CountArgs { Value mapping, get; } CountArgs;
static int count_in_mapping(Thread *th, Value k, void *arg) {
    CountArgs *c = arg;
    Value old = call2(th, c->get, k, value_imm_int(0)), n = old ? number_add(th, old, value_imm_int(1)) : NO_VALUE;
    decref(th, old);
    if (!n) return -1;
    int r = object_setitem(th, c->mapping, k, n);
    decref(th, n);
    return r;
}
static Value collections_fn_count_elements(Thread *th, Value module, Value *args) {
    Value m = args[0];
    int r;
    if (value_is_dict(m) && type_lookup(type_of(m), name_d_setitem) == dict_setitem_method && type_lookup(type_of(m), name_get) == dict_get_method)
        r = iterate(th, args[1], count_in_dict, AS(Dict, m));
    else {
        CountArgs c = {m, object_getattr(th, m, name_get)};
        if (!c.get) return NO_VALUE;
        r = iterate(th, args[1], count_in_mapping, &c);
        decref(th, c.get);
    }
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

int collections_add_defaultdict(Thread *th, Value m) {
    dict_get_method = type_lookup(&type_dict, name_get);
    dict_setitem_method = type_lookup(&type_dict, name_d_setitem);
    return module_add_type(th, m, &type_defaultdict) < 0 || module_add_type(th, m, &type_tuplegetter) < 0 ? -1 : 0;
}

static int collections_exec(Thread *th, Value m) {
    return collections_add_deque(th, m) < 0 || collections_add_defaultdict(th, m) < 0 || collections_add_odict(th, m) < 0 ? -1 : 0;
}
static const MethodDef collections_methods[] = {
    {"_count_elements", "(mapping, iterable, /)", collections_fn_count_elements,
     "Count elements in the iterable, updating the mapping", 0},
    {0},
};
const ModuleDef module__collections = {
    "_collections",
    "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    collections_methods, collections_exec};
