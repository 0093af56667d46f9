// SPDX-License-Identifier: MIT
// dict_keys, dict_values, dict_items: views, with the set operations of keys and items. The dict is constant after creation: no lock.
#include "core/object/dict_int.h"
#include "core/object/list.h"
#include "core/object/set.h"

typedef struct DictView { Object head; Value dict; } DictView; // dict [c]

Value dict_view_new(Thread *th, Type *t, Value dict) {
    DictView *v = NEW(DictView, th, t);
    if (v) v->dict = new_ref(th, dict);
    return VALUE_OF(v);
}

#define VIEW_DICT(v) AS(Dict, AS(DictView, v)->dict)
static bool value_is_keys(Value v) { return value_is_instance(v, &type_dict_keys); }
static bool value_is_items(Value v) { return value_is_instance(v, &type_dict_items); }
static bool value_is_setlike(Value v) { return value_is_set(v) || value_is_keys(v) || value_is_items(v); }

static Value dict_keys_slot_iter(Thread *th, Value self) { return dict_iter_new(th, &type_dict_keyiterator, AS(DictView, self)->dict); }
static Value dict_values_slot_iter(Thread *th, Value self) { return dict_iter_new(th, &type_dict_valueiterator, AS(DictView, self)->dict); }
static Value dict_items_slot_iter(Thread *th, Value self) { return dict_iter_new(th, &type_dict_itemiterator, AS(DictView, self)->dict); }
static Value dict_keys_meth_reversed(Thread *th, Value self, Value *args) { return dict_iter_new(th, &type_dict_reversekeyiterator, AS(DictView, self)->dict); }
static Value dict_values_meth_reversed(Thread *th, Value self, Value *args) { return dict_iter_new(th, &type_dict_reversevalueiterator, AS(DictView, self)->dict); }
static Value dict_items_meth_reversed(Thread *th, Value self, Value *args) { return dict_iter_new(th, &type_dict_reverseitemiterator, AS(DictView, self)->dict); }

static intptr_t dict_view_slot_len(Thread *th, Value self) { return (intptr_t)dict_len(VIEW_DICT(self)); }

static int dict_keys_slot_contains(Thread *th, Value self, Value key) { return dict_contains(th, VIEW_DICT(self), key); }
static int dict_items_slot_contains(Thread *th, Value self, Value item) {
    if (!value_is_tuple(item) || AS(Tuple, item)->len != 2) return 0;
    Value v;
    int r = dict_get(th, VIEW_DICT(self), AS(Tuple, item)->items[0], &v);
    if (r <= 0) return r;
    r = value_equal(th, v, AS(Tuple, item)->items[1]);
    decref(th, v);
    return r;
}

static Value dict_view_slot_repr(Thread *th, Value self) {
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "...");
    Value l = sequence_to_list(th, self), s = NO_VALUE;
    if (l) {
        Value t = object_repr(th, l);
        if (t) s = str_format(th, "%s(%U)", type_of(self)->name, t);
        decref(th, t);
        decref(th, l);
    }
    repr_leave(th, self);
    return s;
}

// Are all items of a in b? 0 1 -1
static int all_contained(Thread *th, Value a, Value b) {
    Value it = object_iter(th, a);
    if (!it) return -1;
    int r = 1;
    for (Value v; r > 0 && (v = iter_next(th, it));) {
        r = object_contains(th, b, v);
        decref(th, v);
    }
    decref(th, it);
    return error_pending(th) ? -1 : r;
}

static Value dict_view_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_setlike(b)) return VALUE_NOT_IMPLEMENTED;
    intptr_t n = object_len(th, a), m = n < 0 ? -1 : object_len(th, b);
    if (n < 0 || m < 0) return NO_VALUE;
    int r = 0;
    switch (op) {
    case CMP_NE:
    case CMP_EQ: if (n == m) r = all_contained(th, a, b); if (op == CMP_NE && r >= 0) r = !r; break;
    case CMP_LT: if (n < m) r = all_contained(th, a, b); break;
    case CMP_LE: if (n <= m) r = all_contained(th, a, b); break;
    case CMP_GT: if (n > m) r = all_contained(th, b, a); break;
    case CMP_GE: if (n >= m) r = all_contained(th, b, a); break;
    }
    return r < 0 ? NO_VALUE : value_bool(r);
}

static int discard_one(Thread *th, Value item, void *arg) { return set_discard(th, arg, item) < 0 ? -1 : 0; }

static Value view_to_set(Thread *th, Value v) { return set_new(th, v); }

static Value dict_view_slot_sub(Thread *th, Value a, Value b) {
    Value s = view_to_set(th, a);
    if (!s) return NO_VALUE;
    if (iterate(th, b, discard_one, AS(Set, s)) < 0) { decref(th, s); return NO_VALUE; }
    return s;
}

static Value dict_view_slot_and(Thread *th, Value a, Value b) {
    if (!value_is_keys(a) && !value_is_items(a)) { Value x = a; a = b; b = x; }
    Value small = b, big = a;
    intptr_t n = object_len(th, a);
    if (n < 0) return NO_VALUE;
    if (value_is_keys(b) || value_is_items(b)) {
        intptr_t m = object_len(th, b);
        if (m < 0) return NO_VALUE;
        if (m > n) { small = a; big = b; }
    } else if (value_is_set(b) && value_is_exact(b, &type_set) && set_len(AS(Set, b)) >= (size_t)n) { small = a; big = b; }
    Value s = set_new(th, NO_VALUE);
    Value it = s ? object_iter(th, small) : NO_VALUE;
    if (!it) { decref(th, s); return NO_VALUE; }
    for (Value v; (v = iter_next(th, it));) {
        int r = object_contains(th, big, v);
        if (r > 0) r = set_add(th, AS(Set, s), v);
        decref(th, v);
        if (r < 0) break;
    }
    decref(th, it);
    if (error_pending(th)) { decref(th, s); return NO_VALUE; }
    return s;
}

static Value dict_view_slot_or(Thread *th, Value a, Value b) {
    Value s = view_to_set(th, a);
    if (!s) return NO_VALUE;
    if (set_update(th, AS(Set, s), b) < 0) { decref(th, s); return NO_VALUE; }
    return s;
}

static Value dict_view_slot_xor(Thread *th, Value a, Value b) {
    Value s = view_to_set(th, a);
    Value other = s ? view_to_set(th, b) : NO_VALUE;
    if (!other) { decref(th, s); return NO_VALUE; }
    Value r = number_binary(th, BINOP_XOR, s, other);
    decref(th, s);
    decref(th, other);
    return r;
}

static Value dict_view_meth_isdisjoint(Thread *th, Value self, Value *args) {
    Value a = self, b = args[0];
    if (a == b) return value_bool(dict_len(VIEW_DICT(self)) == 0);
    if (value_is_setlike(b)) {
        intptr_t n = object_len(th, a), m = object_len(th, b);
        if (n < 0 || m < 0) return NO_VALUE;
        if (m > n) { Value x = a; a = b; b = x; }
    }
    Value it = object_iter(th, b);
    if (!it) return NO_VALUE;
    int r = 0;
    for (Value v; r == 0 && (v = iter_next(th, it));) {
        r = object_contains(th, a, v);
        decref(th, v);
    }
    decref(th, it);
    return r < 0 || error_pending(th) ? NO_VALUE : value_bool(r == 0);
}

static Value dict_view_get_mapping(Thread *th, Value self) { return mappingproxy_new(th, AS(DictView, self)->dict); }

static void dict_view_dealloc(Thread *th, Object *self) {
    decref(th, ((DictView *)self)->dict);
    object_free(th, self);
}
static int dict_view_traverse(Object *self, VisitFn visit, void *arg) { return visit(((DictView *)self)->dict, arg); }

static const GetSetDef dict_view_getsets[] = {{"mapping", dict_view_get_mapping, NULL, "dictionary that this view refers to"}, {0}};
static const MethodDef dict_keys_methods[] = {
    {"isdisjoint", "(self, other, /)", dict_view_meth_isdisjoint, "Return True if the view and the given iterable have a null intersection.", 0},
    {"__reversed__", "(self, /)", dict_keys_meth_reversed, "Return a reverse iterator over the dict keys.", 0}, {0}};
static const MethodDef dict_items_methods[] = {
    {"isdisjoint", "(self, other, /)", dict_view_meth_isdisjoint, "Return True if the view and the given iterable have a null intersection.", 0},
    {"__reversed__", "(self, /)", dict_items_meth_reversed, "Return a reverse iterator over the dict items.", 0}, {0}};
static const MethodDef dict_values_methods[] = {
    {"__reversed__", "(self, /)", dict_values_meth_reversed, "Return a reverse iterator over the dict values.", 0}, {0}};

#define SET_SLOTS .hash = object_hash_unhashable, .compare = dict_view_slot_compare, .sub = dict_view_slot_sub, .and_ = dict_view_slot_and, \
                  .or_ = dict_view_slot_or, .xor = dict_view_slot_xor
#define VIEW_SLOTS .dealloc = dict_view_dealloc, .traverse = dict_view_traverse, .repr = dict_view_slot_repr, .len = dict_view_slot_len
TYPE_DEFINE(dict_keys, "dict_keys", sizeof(DictView), TYPE_TRACED, .methods = dict_keys_methods, .getsets = dict_view_getsets,
            .slots = {VIEW_SLOTS, SET_SLOTS, .iter = dict_keys_slot_iter, .contains = dict_keys_slot_contains})
TYPE_DEFINE(dict_items, "dict_items", sizeof(DictView), TYPE_TRACED, .methods = dict_items_methods, .getsets = dict_view_getsets,
            .slots = {VIEW_SLOTS, SET_SLOTS, .iter = dict_items_slot_iter, .contains = dict_items_slot_contains})
TYPE_DEFINE(dict_values, "dict_values", sizeof(DictView), TYPE_TRACED, .methods = dict_values_methods, .getsets = dict_view_getsets,
            .slots = {VIEW_SLOTS, .iter = dict_values_slot_iter})

// ---- snapshots

static Value set_snapshot(Thread *th, Value set) {
    Value copy = frozenset_new(th, set);
    if (!copy || copy == set) {
        decref(th, copy);
        return NO_VALUE;    // immutable: iterate over it
    }
    Value list = list_new(th, set_len(AS(Set, copy))), item;
    size_t pos = 0;
    while (list && set_next(th, AS(Set, copy), &pos, &item))
        if (list_append_owned(th, AS(List, list), item)) clear_ref(th, &list);
    decref(th, copy);
    return list;
}

Value container_snapshot(Thread *th, Value v) {
    if (!value_is_object(v)) return NO_VALUE;
    if (value_is_exact_dict(v)) return dict_keys_list(th, AS(Dict, v));
    Shape *s = atomic_load_acquire(&value_object(v)->shape);
    if (s == &shape_set) return set_snapshot(th, v);
    if (s != &shape_dict_keys && s != &shape_dict_values && s != &shape_dict_items) return NO_VALUE;
    Dict *d = VIEW_DICT(v);
    if (!value_is_exact_dict(VALUE_OF(d))) return NO_VALUE;
    return s == &shape_dict_keys ? dict_keys_list(th, d) : s == &shape_dict_values ? dict_values_list(th, d) : dict_items_list(th, d);
}
