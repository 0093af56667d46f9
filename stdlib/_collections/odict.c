// SPDX-License-Identifier: MIT
// collections.OrderedDict on top of dict, which keeps the order anyway (core/object/dict_order.c): what is added is move_to_end, popitem from
// both ends, comparison by order, and iterators that notice every change of keys or order (`state`).
#include "stdlib/_collections/collections_int.h"

typedef struct ODict { Dict dict; uint64_t state; } ODict; // state [a]
static Type type_odict, type_odict_iterator, type_odict_keys, type_odict_values, type_odict_items;
static Shape shape_odict, shape_odict_iterator, shape_odict_keys, shape_odict_values, shape_odict_items;

#define OD(v) AS(ODict, v)
#define DICT(v) AS(Dict, v)
static bool value_is_odict(Value v) { return value_is_instance(v, &type_odict); }
static bool value_is_exact_odict(Value v) { return value_is_exact(v, &type_odict); }
static void bump(Thread *th, Value self) { counter_fetch_add(th, (int64_t *)&OD(self)->state, 1); }

// od[k] = v of the class itself.
static int od_set_base(Thread *th, Value self, Value k, Value v) {
    size_t n = dict_len(DICT(self));
    if (dict_set(th, DICT(self), k, v) < 0) return -1;
    if (dict_len(DICT(self)) != n) bump(th, self);
    return 0;
}
static int od_slot_setitem(Thread *th, Value self, Value k, Value v) {
    if (v) return od_set_base(th, self, k, v);
    int r = dict_delete(th, DICT(self), k);
    if (r == 0) raise_key_error(th, k);
    if (r <= 0) return -1;
    bump(th, self);
    return 0;
}
static int od_set(Thread *th, Value self, Value k, Value v) {
    return type_of(self)->slots.setitem == od_slot_setitem ? od_set_base(th, self, k, v) : object_setitem(th, self, k, v);
}

// ---- update as MutableMapping does it

static int od_update_pairs(Thread *th, Value self, Value pairs) {
    Value it = object_iter(th, pairs);
    if (!it) return -1;
    int r = 0;
    for (Value pair; r == 0 && (pair = iter_next(th, it));) {
        Value t = sequence_to_tuple(th, pair);
        decref(th, pair);
        if (!t) { r = -1; break; }
        Tuple *p = AS(Tuple, t);
        if (p->len < 2) { raise_value_error(th, "need more than %zu value%s to unpack", p->len, p->len == 1 ? "" : "s"); r = -1; }
        else if (p->len > 2) { raise_value_error(th, "too many values to unpack (expected 2)"); r = -1; }
        else r = od_set(th, self, p->items[0], p->items[1]);
        decref(th, t);
    }
    decref(th, it);
    return r < 0 || error_pending(th) ? -1 : 0;
}

static int od_update(Thread *th, Value self, Value other) {
    if (value_is_exact_dict(other) || value_is_exact_odict(other)) {
        Value items = dict_items_list(th, DICT(other)); // a stable snapshot
        if (!items) return -1;
        int r = 0;
        for (size_t i = 0; r == 0 && i < AS(List, items)->len; i++) {
            Tuple *p = AS(Tuple, list_items_raw(AS(List, items))[i]);
            r = od_set(th, self, p->items[0], p->items[1]);
        }
        decref(th, items);
        return r;
    }
    Value keys_fn;
    int has = object_getattr_optional(th, other, name_keys, &keys_fn);
    if (has < 0) return -1;
    if (has) {
        Value keys = call0(th, keys_fn), it = keys ? object_iter(th, keys) : NO_VALUE;
        decref(th, keys_fn);
        decref(th, keys);
        if (!it) return -1;
        int r = 0;
        for (Value k; r == 0 && (k = iter_next(th, it));) {
            Value v = object_getitem(th, other, k);
            r = v ? od_set(th, self, k, v) : -1;
            decref(th, v);
            decref(th, k);
        }
        decref(th, it);
        return r < 0 || error_pending(th) ? -1 : 0;
    }
    Value items_fn;
    if ((has = object_getattr_optional(th, other, name_items, &items_fn)) < 0) return -1;
    if (has) {
        Value items = call0(th, items_fn);
        decref(th, items_fn);
        if (!items) return -1;
        int r = od_update_pairs(th, self, items);
        decref(th, items);
        return r;
    }
    return od_update_pairs(th, self, other);
}

static int od_update_args(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs > 1) { raise_type_error(th, "expected at most 1 argument, got %zu", nargs); return -1; }
    if (nargs && od_update(th, self, args[0]) < 0) return -1;
    for (size_t i = 0; i < kwnames_len(kwnames); i++)
        if (od_set(th, self, AS(Tuple, kwnames)->items[i], args[nargs + i]) < 0) return -1;
    return 0;
}
static int od_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) { return od_update_args(th, self, args, nargs, kwnames); }
static Value od_meth_update(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return od_update_args(th, self, args, nargs, kwnames) < 0 ? NO_VALUE : VALUE_NONE;
}

// ---- methods

static Value od_meth_move_to_end(Thread *th, Value self, Value *args) {
    int last = args[1] ? object_truth(th, args[1]) : 1;
    if (last < 0) return NO_VALUE;
    int r = dict_move_to_end(th, DICT(self), args[0], last);
    if (r == 0) return raise_key_error(th, args[0]);
    if (r < 0) return NO_VALUE;
    bump(th, self);
    return VALUE_NONE;
}

static Value od_meth_popitem(Thread *th, Value self, Value *args) {
    int last = args[0] ? object_truth(th, args[0]) : 1;
    if (last < 0) return NO_VALUE;
    Value kv[2];
    int r = last ? dict_popitem(th, DICT(self), &kv[0], &kv[1]) : dict_popitem_first(th, DICT(self), &kv[0], &kv[1]);
    if (!r) return raise_error(th, &exc_KeyError, "dictionary is empty");
    bump(th, self);
    return tuple_from_owned(th, kv, 2);
}

static Value od_meth_pop(Thread *th, Value self, Value *args) {
    Value v;
    int r = dict_pop(th, DICT(self), args[0], &v);
    if (r < 0) return NO_VALUE;
    if (r > 0) { bump(th, self); return v; }
    return args[1] ? new_ref(th, args[1]) : raise_key_error(th, args[0]);
}

static Value od_meth_setdefault(Thread *th, Value self, Value *args) {
    Value dflt = args[1] ? args[1] : VALUE_NONE, v;
    if (value_is_exact_odict(self)) {
        int r = dict_setdefault(th, DICT(self), args[0], dflt, &v);
        if (r < 0) return NO_VALUE;
        if (r == 0) bump(th, self);
        return v;
    }
    int has = object_contains(th, self, args[0]);
    if (has < 0) return NO_VALUE;
    if (has) return object_getitem(th, self, args[0]);
    return object_setitem(th, self, args[0], dflt) < 0 ? NO_VALUE : new_ref(th, dflt);
}

static Value od_meth_clear(Thread *th, Value self, Value *args) {
    dict_clear(th, DICT(self));
    bump(th, self);
    return VALUE_NONE;
}

static Value od_meth_copy(Thread *th, Value self, Value *args) {
    Value r = call0(th, VALUE_OF(type_of(self)));
    if (!r) return NO_VALUE;
    size_t pos = 0;
    Value k, v;
    uint64_t state = atomic_load_relaxed(&OD(self)->state);
    while (dict_next(th, DICT(self), &pos, &k, &v)) {
        int e = 0;
        if (!value_is_exact_odict(self)) {
            decref(th, v);
            v = object_getitem(th, self, k);
            if (!v) e = -1;
        }
        if (e == 0) e = value_is_odict(r) ? od_set(th, r, k, v) : object_setitem(th, r, k, v);
        decref(th, k);
        decref(th, v);
        if (e == 0 && atomic_load_relaxed(&OD(self)->state) != state) { raise_error(th, &exc_RuntimeError, "OrderedDict mutated during iteration"); e = -1; }
        if (e < 0) { decref(th, r); return NO_VALUE; }
    }
    return r;
}

typedef struct FromKeys { Value target, value; } FromKeys;
static int fromkeys_one(Thread *th, Value item, void *arg) {
    FromKeys *f = arg;
    return value_is_odict(f->target) ? od_set(th, f->target, item, f->value) : object_setitem(th, f->target, item, f->value);
}
static Value od_meth_fromkeys(Thread *th, Value cls, Value *args) {
    Value d = call0(th, cls);
    if (!d) return NO_VALUE;
    FromKeys f = {d, args[1] ? args[1] : VALUE_NONE};
    if (iterate(th, args[0], fromkeys_one, &f) < 0) { decref(th, d); return NO_VALUE; }
    return d;
}

static Value od_meth_reduce(Thread *th, Value self, Value *args) {
    Value name = str_intern_cstr(th, "__getstate__"), state = name ? call_method0(th, self, name) : NO_VALUE;
    Value items = state ? call_method0(th, self, name_items) : NO_VALUE, it = items ? object_iter(th, items) : NO_VALUE;
    decref(th, items);
    if (!it) { decref(th, state); return NO_VALUE; }
    Value v[5] = {new_ref(th, VALUE_OF(type_of(self))), tuple_empty, state, VALUE_NONE, it};
    return tuple_from_owned(th, v, 5);
}

static Value od_meth_sizeof(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)dict_sizeof(th, DICT(self))); }

// ---- slots

static Value od_slot_repr(Thread *th, Value self) {
    Value tn = atomic_load_acquire(&type_of(self)->name_obj);
    if (dict_len(DICT(self)) == 0) return str_format(th, "%U()", tn);
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "...");
    Value d = NO_VALUE, s = NO_VALUE;
    if (value_is_exact_odict(self)) d = dict_copy(th, DICT(self));
    else {
        d = dict_new(th); // through keys() and __getitem__ of the subclass
        if (d && dict_update(th, DICT(d), self) < 0) { decref(th, d); d = NO_VALUE; }
    }
    if (d) s = str_format(th, "%U(%R)", tn, d);
    decref(th, d);
    repr_leave(th, self);
    return s;
}

static Value od_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_dict(b)) return VALUE_NOT_IMPLEMENTED;
    Value e = type_dict.slots.compare(th, a, b, CMP_EQ);
    if (!e || e == VALUE_NOT_IMPLEMENTED) return e;
    bool eq = e == VALUE_TRUE;
    if (eq && value_is_odict(b)) { // the same order too
        uint64_t sa = atomic_load_relaxed(&OD(a)->state), sb = atomic_load_relaxed(&OD(b)->state);
        size_t i = 0, j = 0;
        Value k, l;
        while (eq && dict_next(th, DICT(a), &i, &k, NULL)) {
            if (!dict_next(th, DICT(b), &j, &l, NULL)) { decref(th, k); eq = false; break; }
            int r = value_equal(th, k, l);
            decref(th, k);
            decref(th, l);
            if (r < 0) return NO_VALUE;
            if (atomic_load_relaxed(&OD(a)->state) != sa || atomic_load_relaxed(&OD(b)->state) != sb)
                return raise_error(th, &exc_RuntimeError, "OrderedDict mutated during iteration");
            eq = r;
        }
        if (eq && dict_next(th, DICT(b), &j, &l, NULL)) { decref(th, l); eq = false; }
    }
    return value_bool(eq == (op == CMP_EQ));
}

static Value od_slot_or(Thread *th, Value a, Value b) {
    if (!value_is_dict(a) || !value_is_dict(b)) return VALUE_NOT_IMPLEMENTED;
    Value type = VALUE_OF(type_of(value_is_odict(a) ? a : b)), r = call1(th, type, a);
    if (!r) return NO_VALUE;
    int e = value_is_odict(r) ? od_update(th, r, b) : -1;
    if (e < 0) { decref(th, r); return NO_VALUE; }
    return r;
}
static Value od_slot_ior(Thread *th, Value a, Value b) { return od_update(th, a, b) < 0 ? NO_VALUE : new_ref(th, a); }

// ---- iterators and views

typedef struct ODictIter {
    Object head;
    Value od;        // [a] NO_VALUE at the end
    ObjLock lock;    // guards pos
    uint8_t kind;    // [c] 1 keys, 2 values, 3 items
    uint8_t reverse; // [c]
    size_t pos;      // [l]
    uint64_t state;  // [c]
    size_t size;     // [c]
} ODictIter;

static Value od_iter_new(Thread *th, Value od, int kind, bool reverse) {
    ODictIter *it = NEW(ODictIter, th, &type_odict_iterator);
    if (!it) return NO_VALUE;
    it->od = new_ref(th, od);
    it->kind = (uint8_t)kind;
    it->reverse = reverse;
    it->pos = reverse ? SIZE_MAX : 0;
    it->state = atomic_load_relaxed(&OD(od)->state);
    it->size = dict_len(DICT(od));
    return VALUE_OF(it);
}

static Value od_iterator_slot_next(Thread *th, Value self) {
    ODictIter *it = AS(ODictIter, self);
    Value od = slot_get(th, &it->head, &it->od);
    if (!od) return NO_VALUE;
    Value k = NO_VALUE, v = NO_VALUE;
    bool last = true;
    if (atomic_load_relaxed(&OD(od)->state) != it->state) raise_error(th, &exc_RuntimeError, "OrderedDict mutated during iteration");
    else if (dict_len(DICT(od)) != it->size) raise_error(th, &exc_RuntimeError, "OrderedDict changed size during iteration");
    else {
        Value *vp = it->kind == 1 ? NULL : &v;
        object_touch(th, value_object(od));
        container_lock(th, &it->head, &it->lock);
        size_t look; // after the last entry the iterator is done at once: a change then is no error any more
        bool more = it->reverse ? dict_prev(th, DICT(od), &it->pos, &k, vp) : dict_next(th, DICT(od), &it->pos, &k, vp);
        look = it->pos;
        last = !(it->reverse ? dict_prev(th, DICT(od), &look, NULL, NULL) : dict_next(th, DICT(od), &look, NULL, NULL));
        container_unlock(th, &it->lock);
        if (!more) k = v = NO_VALUE;
    }
    decref(th, od);
    if (last || !k) slot_store(th, &it->head, &it->od, NO_VALUE);
    if (!k) return NO_VALUE;
    if (it->kind == 1) return k;
    if (it->kind == 2) { decref(th, k); return v; }
    Value pair[2] = {k, v};
    return tuple_from_owned(th, pair, 2);
}

static Value od_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    ODictIter *it = AS(ODictIter, self), *copy = NEW(ODictIter, th, &type_odict_iterator);
    if (!copy) return NO_VALUE;
    container_lock(th, &it->head, &it->lock);
    copy->pos = it->pos;
    container_unlock(th, &it->lock);
    copy->od = slot_get(th, &it->head, &it->od);
    copy->kind = it->kind;
    copy->reverse = it->reverse;
    copy->state = it->state;
    copy->size = it->size;
    Value l = sequence_to_list(th, VALUE_OF(copy));
    decref(th, VALUE_OF(copy));
    if (!l) return NO_VALUE;
    return reduce_make2(th, builtin_get(th, "iter"), tuple_from_owned(th, &l, 1));
}
static void od_iterator_dealloc(Thread *th, Object *self) { decref(th, ((ODictIter *)self)->od); object_free(th, self); }
static int od_iterator_traverse(Object *self, VisitFn visit, void *arg) { return visit(((ODictIter *)self)->od, arg); }
static const MethodDef od_iterator_methods[] = {{"__reduce__", "(self, /)", od_iterator_meth_reduce, "Return state information for pickling", 0}, {0}};
MODULE_TYPE_DEFINE(odict_iterator, "odict_iterator", sizeof(ODictIter), TYPE_TRACED | TYPE_ITERATOR, .methods = od_iterator_methods,
                   .slots = {.dealloc = od_iterator_dealloc, .traverse = od_iterator_traverse, .iter = iter_self, .next = od_iterator_slot_next})

typedef struct View { Object head; Value dict; } View; // layout of dict's views
#define VIEW(name, kind)                                                                                                          \
    static Value od_##name##_slot_iter(Thread *th, Value self) { return od_iter_new(th, AS(View, self)->dict, kind, false); }      \
    static Value od_##name##_meth_reversed(Thread *th, Value self, Value *args) { return od_iter_new(th, AS(View, self)->dict, kind, true); } \
    static const MethodDef od_##name##_methods[] = {{"__reversed__", "(self, /)", od_##name##_meth_reversed, NULL, 0}, {0}};        \
    DERIVED_TYPE_DEFINE(odict_##name, "odict_" #name, &type_dict_##name, sizeof(View), TYPE_TRACED, .methods = od_##name##_methods, \
                        .slots = {.iter = od_##name##_slot_iter})                                                                  \
    static Value od_meth_##name(Thread *th, Value self, Value *args) {                                                            \
        View *v = object_new(th, &type_odict_##name, 0);                                                                           \
        if (v) v->dict = new_ref(th, self);                                                                                        \
        return VALUE_OF(v);                                                                                                        \
    }
VIEW(keys, 1)
VIEW(values, 2)
VIEW(items, 3)

static Value od_slot_iter(Thread *th, Value self) { return od_iter_new(th, self, 1, false); }
static Value od_meth_reversed(Thread *th, Value self, Value *args) { return od_iter_new(th, self, 1, true); }

static const MethodDef od_methods[] = {
    {"fromkeys", "(type, /, iterable, value=None)", od_meth_fromkeys, "Create a new ordered dictionary with keys from iterable and values set to value.", METH_CLASS},
    {"__sizeof__", "(self, /)", od_meth_sizeof, "", 0},
    {"__reduce__", "(self, /)", od_meth_reduce, "Return state information for pickling", 0},
    {"setdefault", "(self, /, key, default=None)", od_meth_setdefault,
     "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.", 0},
    {"pop", "(self, /, key, default=<unrepresentable>)", od_meth_pop,
     "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.", 0},
    {"popitem", "(self, /, last=True)", od_meth_popitem,
     "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if false.", 0},
    {"keys", "(self, /)", od_meth_keys, "", 0},
    {"values", "(self, /)", od_meth_values, "", 0},
    {"items", "(self, /)", od_meth_items, "", 0},
    {"update", NULL, od_meth_update,
     "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\n"
     "If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]", METH_RAW | METH_NO_TEXT_SIG},
    {"clear", "(self, /)", od_meth_clear, "Remove all items from ordered dict.", 0},
    {"copy", "(self, /)", od_meth_copy, "A shallow copy of ordered dict.", 0},
    {"__reversed__", "(self, /)", od_meth_reversed, "od.__reversed__() <==> reversed(od)", 0},
    {"move_to_end", "(self, /, key, last=True)", od_meth_move_to_end,
     "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.", 0},
    {0},
};
DERIVED_TYPE_DEFINE(odict, "collections.OrderedDict", &type_dict, sizeof(ODict),
                    TYPE_TRACED | TYPE_BASETYPE | TYPE_DICT_SUBCLASS | TYPE_MAPPING_PATTERN | TYPE_HAS_DICT | TYPE_MANAGED_ATTRS | TYPE_WEAKREFABLE,
                    .methods = od_methods, .doc = "Dictionary that remembers insertion order",
                    .slots = {.init = od_slot_init, .repr = od_slot_repr, .hash = object_hash_unhashable, .compare = od_slot_compare, .iter = od_slot_iter,
                              .setitem = od_slot_setitem, .or_ = od_slot_or, .ior = od_slot_ior})

int collections_add_odict(Thread *th, Value m) {
    Type *inner[] = {&type_odict_iterator, &type_odict_keys, &type_odict_values, &type_odict_items};
    for (size_t i = 0; i < ARRAY_LEN(inner); i++) if (type_ready(th, inner[i]) < 0) return -1;
    return module_add_type(th, m, &type_odict);
}
