// SPDX-License-Identifier: MIT
// set and frozenset: operators, comparisons, methods, the iterator.
#include "core/object/set_int.h"
#include "core/object/dict.h"
#include "core/object/list.h"

static Type *set_base_type(Value v) { return value_is_exact(v, &type_set) ? &type_set : value_is_instance(v, &type_frozenset) ? &type_frozenset : &type_set; }

Value set_slot_repr(Thread *th, Value self) {
    const char *name = type_of(self)->name, *dot = strrchr(name, '.');
    if (dot && !(type_of(self)->flags & TYPE_HEAP)) name = dot + 1;
    Value tn = atomic_load_acquire(&type_of(self)->name_obj);
    if (set_len(AS(Set, self)) == 0) return tn ? str_format(th, "%U()", tn) : str_format(th, "%s()", name);
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : tn ? str_format(th, "%U(...)", tn) : str_format(th, "%s(...)", name);
    Value l = sequence_to_list(th, self), s = NO_VALUE;
    if (l) {
        StrBuilder b;
        str_builder_init(&b, th);
        bool plain = value_is_exact(self, &type_set);
        if (!plain) {
            if (tn) str_builder_str(&b, tn); else str_builder_cstr(&b, name);
            str_builder_char(&b, '(');
        }
        str_builder_char(&b, '{');
        bool ok = true;
        for (size_t i = 0; ok && i < AS(List, l)->len; i++) {
            if (i) str_builder_ascii(&b, ", ", 2);
            ok = repr_append(th, &b, list_items_raw(AS(List, l))[i]) == 0;
        }
        str_builder_cstr(&b, plain ? "}" : "})");
        if (ok) s = str_builder_finish(&b); else str_builder_abort(&b);
        decref(th, l);
    }
    repr_leave(th, self);
    return s;
}

// Are all elements of a in b? 0 1 -1
static int set_subset(Thread *th, Set *a, Set *b) {
    if (set_len(a) > set_len(b)) return 0;
    size_t pos = 0;
    Value v;
    SetEntry *e, *place;
    set_readable(th, a);
    set_readable(th, b);
    while ((e = table_next(set_table(a), &pos, &v)) != NULL) {
        int r = table_seek(set_table(b), v, e->hash, &place);
        if (UNLIKELY(r < 0)) {      // a comparison may be a safepoint
            int64_t h = e->hash;
            incref(th, v);
            r = set_contains_hash(th, b, v, h);
            decref(th, v);
        }
        if (r <= 0) return r;
    }
    return 1;
}

Value set_slot_compare(Thread *th, Value av, Value bv, int op) {
    if (!value_is_set(av) || !value_is_set(bv)) return VALUE_NOT_IMPLEMENTED;
    Set *a = AS(Set, av), *b = AS(Set, bv);
    int r = 0;
    if (op == CMP_GT || op == CMP_GE) { Set *x = a; a = b; b = x; op = op == CMP_GT ? CMP_LT : CMP_LE; }
    switch (op) {
    case CMP_EQ:
    case CMP_NE: {
        int64_t ha = atomic_load_relaxed(&a->hash), hb = atomic_load_relaxed(&b->hash);
        if (set_len(a) == set_len(b) && !(ha && hb && ha != hb)) r = set_subset(th, a, b);
        if (op == CMP_NE && r >= 0) r = !r;
        break;
    }
    case CMP_LT: if (set_len(a) < set_len(b)) r = set_subset(th, a, b); break;
    case CMP_LE: r = set_subset(th, a, b); break;
    }
    return r < 0 ? NO_VALUE : value_bool(r);
}

// ---- building blocks; each gives a new set of type t or changes s

static Value set_union2(Thread *th, Value a, Value b) {
    Value r = set_copy(th, set_base_type(a), AS(Set, a));
    if (r && set_update(th, AS(Set, r), b) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

typedef struct Pair { Set *from, *to; } Pair;
static int intersect_one(Thread *th, Value v, void *arg) {
    Pair *p = arg;
    int64_t h = set_item_hash(th, v);
    if (h == -1) return -1;
    int r = set_contains_hash(th, p->from, v, h);
    return r > 0 ? (set_add_hash(th, p->to, v, h) < 0 ? -1 : 0) : r;
}

// Puts into r, which is empty and nobody else knows, the elements of `from` that are in `in` (there 1) or are not (0). 0 or -1.
static int set_select(Thread *th, Set *r, Set *from, Set *in, int there) {
    size_t pos = 0;
    Value v;
    SetEntry *e, *place;
    set_readable(th, from);
    set_readable(th, in);
    bool still = iter_is_private(th, &from->head);      // its elements are met once each
    if (LIKELY(still)) {    // until a comparison is to run Python code, the tables stay
        SetTable *t = set_table(from), *other = set_table(in);
        for (e = t->e;; e++) {
            if (e > &t->e[t->mask]) return 0;
            v = atomic_load_acquire(&e->key);
            if (!set_key_live(v)) continue;
            int is = table_seek(other, v, e->hash, &place);
            if (UNLIKELY(is < 0)) break;
            if (is == there && set_put_new(th, r, new_ref(th, v), e->hash) < 0) return -1;
        }
        pos = (size_t)(e - t->e);
    }
    while ((e = table_next(set_table(from), &pos, &v)) != NULL) {
        int64_t h = e->hash;
        int is = table_seek(set_table(in), v, h, &place);
        if (UNLIKELY(is < 0) || UNLIKELY(!still)) {
            incref(th, v);
            if (is < 0) { still = false; is = set_contains_hash(th, in, v, h); }    // a comparison runs Python code
            if (is == there) is = set_add_hash(th, r, v, h);
            decref(th, v);
            if (is < 0) return -1;
        } else if (is == there && set_put_new(th, r, new_ref(th, v), h) < 0) return -1;
    }
    return 0;
}

static Value set_intersection2(Thread *th, Value a, Value b) {
    Value r = set_alloc(th, set_base_type(a));
    if (!r) return NO_VALUE;
    if (a == b) { decref(th, r); return set_copy(th, set_base_type(a), AS(Set, a)); }
    int e = 0;
    if (value_is_set(b)) {
        Set *x = AS(Set, a), *y = AS(Set, b);
        if (set_len(y) > set_len(x)) { Set *z = x; x = y; y = z; }
        e = set_select(th, AS(Set, r), y, x, 1);
    } else {
        Pair p = {AS(Set, a), AS(Set, r)};
        e = iterate(th, b, intersect_one, &p);
    }
    if (e < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

static int discard_one(Thread *th, Value v, void *arg) {
    int64_t h = set_item_hash(th, v);
    return h == -1 || set_discard_hash(th, arg, v, h) < 0 ? -1 : 0;
}

static int set_difference_update2(Thread *th, Set *s, Value b) {
    if (VALUE_OF(s) == b) { set_clear(th, s); return 0; }
    if (value_is_set(b)) {
        Set *o = AS(Set, b);
        size_t pos = 0;
        Value v;
        int64_t h;
        int e = 0;
        if (set_len(o) / 8 > set_len(s)) { // few here, many there
            Value l = sequence_to_list(th, VALUE_OF(s));
            if (!l) return -1;
            for (size_t i = 0; e >= 0 && i < AS(List, l)->len; i++) {
                v = list_items_raw(AS(List, l))[i];
                if ((h = set_lookup_hash(th, v)) == -1) e = -1;
                else if ((e = set_contains_hash(th, o, v, h)) > 0) e = set_discard_hash(th, s, v, h);
            }
            decref(th, l);
            return e < 0 ? -1 : 0;
        }
        while (e >= 0 && set_next_hash(th, o, &pos, &v, &h)) {
            e = set_discard_hash(th, s, v, h);
            decref(th, v);
        }
        return e < 0 ? -1 : 0;
    }
    if (value_is_exact_dict(b)) {
        size_t pos = 0;
        Value k;
        int64_t h;
        int e = 0;
        while (e >= 0 && dict_next_hash(th, AS(Dict, b), &pos, &k, NULL, &h)) {
            e = set_discard_hash(th, s, k, h);
            decref(th, k);
        }
        return e < 0 ? -1 : 0;
    }
    return iterate(th, b, discard_one, s) < 0 ? -1 : 0;
}

static Value set_difference2(Thread *th, Value a, Value b) {
    if (value_is_set(b)) {
        Value r = set_alloc(th, set_base_type(a));
        if (!r || a == b) return r;
        if (set_select(th, AS(Set, r), AS(Set, a), AS(Set, b), 0) < 0) { decref(th, r); return NO_VALUE; }
        return r;
    }
    // The result is private while it is a set; frozensets are filled before anyone sees them.
    Value r = set_copy(th, set_base_type(a), AS(Set, a));
    if (r && set_difference_update2(th, AS(Set, r), b) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

static int set_symmetric_update(Thread *th, Set *s, Value b) {
    if (VALUE_OF(s) == b) { set_clear(th, s); return 0; }
    Value o = value_is_set(b) ? new_ref(th, b) : set_new(th, b);
    if (!o) return -1;
    size_t pos = 0;
    Value v;
    int64_t h;
    int e = 0;
    while (e >= 0 && set_next_hash(th, AS(Set, o), &pos, &v, &h)) {
        e = set_discard_hash(th, s, v, h);
        if (e == 0) e = set_add_hash(th, s, v, h);
        decref(th, v);
    }
    decref(th, o);
    return e < 0 ? -1 : 0;
}

static Value set_symmetric2(Thread *th, Value a, Value b) {
    Value r = set_copy(th, set_base_type(a), AS(Set, a));
    if (r && set_symmetric_update(th, AS(Set, r), b) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

// ---- operators

#define BOTH_SETS(a, b) if (!value_is_set(a) || !value_is_set(b)) return VALUE_NOT_IMPLEMENTED
Value set_slot_or(Thread *th, Value a, Value b) { BOTH_SETS(a, b); return set_union2(th, a, b); }
Value set_slot_and(Thread *th, Value a, Value b) { BOTH_SETS(a, b); return set_intersection2(th, a, b); }
Value set_slot_sub(Thread *th, Value a, Value b) { BOTH_SETS(a, b); return set_difference2(th, a, b); }
Value set_slot_xor(Thread *th, Value a, Value b) { BOTH_SETS(a, b); return set_symmetric2(th, a, b); }
Value set_slot_ior(Thread *th, Value a, Value b) {
    if (!value_is_set(b)) return VALUE_NOT_IMPLEMENTED;
    return set_update(th, AS(Set, a), b) < 0 ? NO_VALUE : new_ref(th, a);
}
static int set_intersect_in_place(Thread *th, Value a, Value b) {
    Value r = set_intersection2(th, a, b);
    if (!r) return -1;
    set_swap_contents(th, AS(Set, a), AS(Set, r));
    decref(th, r);
    return 0;
}
Value set_slot_iand(Thread *th, Value a, Value b) {
    if (!value_is_set(b)) return VALUE_NOT_IMPLEMENTED;
    return set_intersect_in_place(th, a, b) < 0 ? NO_VALUE : new_ref(th, a);
}
Value set_slot_isub(Thread *th, Value a, Value b) {
    if (!value_is_set(b)) return VALUE_NOT_IMPLEMENTED;
    return set_difference_update2(th, AS(Set, a), b) < 0 ? NO_VALUE : new_ref(th, a);
}
Value set_slot_ixor(Thread *th, Value a, Value b) {
    if (!value_is_set(b)) return VALUE_NOT_IMPLEMENTED;
    return set_symmetric_update(th, AS(Set, a), b) < 0 ? NO_VALUE : new_ref(th, a);
}

// ---- methods

static Value set_meth_add(Thread *th, Value self, Value *args) { return set_add(th, AS(Set, self), args[0]) < 0 ? NO_VALUE : VALUE_NONE; }
static Value set_meth_clear(Thread *th, Value self, Value *args) { set_clear(th, AS(Set, self)); return VALUE_NONE; }
static Value set_meth_copy(Thread *th, Value self, Value *args) { return set_copy(th, &type_set, AS(Set, self)); }
static Value frozenset_meth_copy(Thread *th, Value self, Value *args) {
    return value_is_exact(self, &type_frozenset) ? new_ref(th, self) : set_copy(th, &type_frozenset, AS(Set, self));
}
static Value set_meth_discard(Thread *th, Value self, Value *args) { return set_discard(th, AS(Set, self), args[0]) < 0 ? NO_VALUE : VALUE_NONE; }
static Value set_meth_remove(Thread *th, Value self, Value *args) {
    int r = set_discard(th, AS(Set, self), args[0]);
    return r < 0 ? NO_VALUE : r ? VALUE_NONE : raise_key_error(th, args[0]);
}
static Value set_meth_pop(Thread *th, Value self, Value *args) { return set_pop(th, AS(Set, self)); }
static Value set_meth_contains(Thread *th, Value self, Value *args) {
    int r = set_contains(th, AS(Set, self), args[0]);
    return r < 0 ? NO_VALUE : value_bool(r);
}

#define EACH(args, other) for (size_t i_ = 0; i_ < AS(Tuple, (args)[0])->len; i_++) for (Value other = AS(Tuple, (args)[0])->items[i_]; other; other = NO_VALUE)

static Value set_meth_union(Thread *th, Value self, Value *args) {
    Value r = set_copy(th, set_base_type(self), AS(Set, self));
    if (!r) return NO_VALUE;
    EACH(args, o) if (o != self && set_update(th, AS(Set, r), o) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}
static Value set_meth_update(Thread *th, Value self, Value *args) {
    EACH(args, o) if (set_update(th, AS(Set, self), o) < 0) return NO_VALUE;
    return VALUE_NONE;
}
static Value set_meth_intersection(Thread *th, Value self, Value *args) {
    Tuple *t = AS(Tuple, args[0]);
    if (t->len == 0) return set_copy(th, set_base_type(self), AS(Set, self));
    Value r = new_ref(th, self);
    for (size_t i = 0; i < t->len; i++) {
        Value n = set_intersection2(th, r, t->items[i]);
        decref(th, r);
        if (!(r = n)) return NO_VALUE;
    }
    return r;
}
static Value set_meth_intersection_update(Thread *th, Value self, Value *args) {
    Value r = set_meth_intersection(th, self, args);
    if (!r) return NO_VALUE;
    set_swap_contents(th, AS(Set, self), AS(Set, r));
    decref(th, r);
    return VALUE_NONE;
}
static Value set_meth_difference(Thread *th, Value self, Value *args) {
    Tuple *t = AS(Tuple, args[0]);
    if (t->len == 0) return set_copy(th, set_base_type(self), AS(Set, self));
    Value r = set_difference2(th, self, t->items[0]);
    for (size_t i = 1; r && i < t->len; i++)
        if (set_difference_update2(th, AS(Set, r), t->items[i]) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}
static Value set_meth_difference_update(Thread *th, Value self, Value *args) {
    EACH(args, o) if (set_difference_update2(th, AS(Set, self), o) < 0) return NO_VALUE;
    return VALUE_NONE;
}
static Value set_meth_symmetric_difference(Thread *th, Value self, Value *args) { return set_symmetric2(th, self, args[0]); }
static Value set_meth_symmetric_difference_update(Thread *th, Value self, Value *args) {
    return set_symmetric_update(th, AS(Set, self), args[0]) < 0 ? NO_VALUE : VALUE_NONE;
}

static int contained_one(Thread *th, Value v, void *arg) { return set_contains(th, arg, v); }
static int missing_one(Thread *th, Value v, void *arg) {
    int64_t h = set_item_hash(th, v);
    int r = h == -1 ? -1 : set_contains_hash(th, arg, v, h);
    return r < 0 ? -1 : !r;
}
static Value set_meth_isdisjoint(Thread *th, Value self, Value *args) {
    if (self == args[0]) return value_bool(set_len(AS(Set, self)) == 0);
    int r;
    if (value_is_set(args[0])) {
        Set *a = AS(Set, self), *b = AS(Set, args[0]);
        if (set_len(b) > set_len(a)) { Set *x = a; a = b; b = x; }
        size_t pos = 0;
        Value v;
        int64_t h;
        r = 0;
        while (r == 0 && set_next_hash(th, b, &pos, &v, &h)) { r = set_contains_hash(th, a, v, h); decref(th, v); }
    } else r = iterate(th, args[0], contained_one, AS(Set, self));
    return r < 0 ? NO_VALUE : value_bool(r == 0);
}
static Value set_meth_issubset(Thread *th, Value self, Value *args) {
    if (value_is_set(args[0])) {
        int r = set_subset(th, AS(Set, self), AS(Set, args[0]));
        return r < 0 ? NO_VALUE : value_bool(r);
    }
    Value o = set_intersection2(th, self, args[0]);
    if (!o) return NO_VALUE;
    bool all = set_len(AS(Set, o)) == set_len(AS(Set, self));
    decref(th, o);
    return value_bool(all);
}
static Value set_meth_issuperset(Thread *th, Value self, Value *args) {
    int r;
    if (value_is_set(args[0])) r = set_subset(th, AS(Set, args[0]), AS(Set, self));
    else { r = iterate(th, args[0], missing_one, AS(Set, self)); if (r >= 0) r = !r; }
    return r < 0 ? NO_VALUE : value_bool(r);
}

static Value set_meth_reduce(Thread *th, Value self, Value *args) {
    Value l = sequence_to_list(th, self), state = VALUE_NONE;
    if (!l) return NO_VALUE;
    Value f = str_intern_cstr(th, "__getstate__");
    state = f ? call_method0(th, self, f) : NO_VALUE;
    Value a = state ? tuple_pack1(th, l) : NO_VALUE;
    decref(th, l);
    if (!a) { decref(th, state); return NO_VALUE; }
    Value v[3] = {new_ref(th, VALUE_OF(type_of(self))), a, state};
    return tuple_from_owned(th, v, 3);
}

static Value set_meth_sizeof(Thread *th, Value self, Value *args) {
    Set *s = AS(Set, self);
    set_lock(th, s);
    size_t n = type_of(self)->basic_size + (s->table == SET_EMPTY ? 0 : sizeof(SetTable) + (s->table->mask + 1) * sizeof(SetEntry));
    set_unlock(th, s);
    return value_imm_int((int64_t)n);
}

#define COMMON_METHODS                                                                                                                    \
    {"__contains__", "(self, object, /)", set_meth_contains, "x.__contains__(y) <==> y in x.", METH_COEXIST},                              \
    {"difference", "(self, /, *others)", set_meth_difference, "Return a new set with elements in the set that are not in the others.", 0}, \
    {"intersection", "(self, /, *others)", set_meth_intersection, "Return a new set with elements common to the set and all others.", 0},  \
    {"isdisjoint", "(self, other, /)", set_meth_isdisjoint, "Return True if two sets have a null intersection.", 0},                       \
    {"issubset", "(self, other, /)", set_meth_issubset, "Report whether another set contains this set.", 0},                               \
    {"issuperset", "(self, other, /)", set_meth_issuperset, "Report whether this set contains another set.", 0},                           \
    {"__reduce__", "(self, /)", set_meth_reduce, "Return state information for pickling.", 0},                                             \
    {"__sizeof__", "(self, /)", set_meth_sizeof, "S.__sizeof__() -> size of S in memory, in bytes.", 0},                                   \
    {"symmetric_difference", "(self, other, /)", set_meth_symmetric_difference, "Return a new set with elements in either the set or other but not both.", 0}, \
    {"union", "(self, /, *others)", set_meth_union, "Return a new set with elements from the set and all others.", 0},                     \
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS}

const MethodDef set_methods[] = {
    COMMON_METHODS,
    {"add", "(self, object, /)", set_meth_add, "Add an element to a set.\n\nThis has no effect if the element is already present.", 0},
    {"clear", "(self, /)", set_meth_clear, "Remove all elements from this set.", 0},
    {"copy", "(self, /)", set_meth_copy, "Return a shallow copy of a set.", 0},
    {"discard", "(self, object, /)", set_meth_discard, "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.", 0},
    {"difference_update", "(self, /, *others)", set_meth_difference_update, "Update the set, removing elements found in others.", 0},
    {"intersection_update", "(self, /, *others)", set_meth_intersection_update, "Update the set, keeping only elements found in it and all others.", 0},
    {"pop", "(self, /)", set_meth_pop, "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.", 0},
    {"remove", "(self, object, /)", set_meth_remove, "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.", 0},
    {"symmetric_difference_update", "(self, other, /)", set_meth_symmetric_difference_update, "Update the set, keeping only elements found in either set, but not in both.", 0},
    {"update", "(self, /, *others)", set_meth_update, "Update the set, adding elements from all others.", 0},
    {0},
};
const MethodDef frozenset_methods[] = {
    COMMON_METHODS,
    {"copy", "(self, /)", frozenset_meth_copy, "Return a shallow copy of a set.", 0},
    {0},
};

// ---- iterator: shared by threads like that of dict

Value set_slot_iter(Thread *th, Value self) {
    SetIter *it = NEW(SetIter, th, &type_set_iterator);
    if (!it) return NO_VALUE;
    it->set = new_ref(th, self);
    it->used = set_len(AS(Set, self));
    it->left = (int64_t)it->used;
    return VALUE_OF(it);
}

static NOINLINE Value set_iterator_next_slow(Thread *th, Value self);
static Value set_iterator_slot_next(Thread *th, Value self) {
    Value k = set_iter_quick(th, AS(SetIter, self));
    return LIKELY(k != NO_VALUE) ? new_ref(th, k) : set_iterator_next_slow(th, self);
}
static NOINLINE Value set_iterator_next_slow(Thread *th, Value self) {
    SetIter *it = AS(SetIter, self);
    for (;;) {
        Value sv = slot_borrow(th, &it->head, &it->set);
        if (!sv) return NO_VALUE;
        Set *s = AS(Set, sv);
        if (UNLIKELY(!object_readable(th, &s->head))) {
            incref(th, sv);
            container_make_readable_slow(th, &s->head, &s->lock);
            decref(th, sv);
            continue;
        }
        if (atomic_load_relaxed(&it->used) != set_len(s)) {
            atomic_store_relaxed(&it->used, SIZE_MAX);
            return raise_error(th, &exc_RuntimeError, "Set changed size during iteration");
        }
        SetTable *t = set_table(s);
        int64_t from = atomic_load_relaxed(&it->pos);
        size_t i = (size_t)from;
        Value k = NO_VALUE;
        for (; i <= t->mask; i++) {
            k = atomic_load_acquire(&t->e[i].key);
            if (set_key_live(k)) break;
        }
        if (i > t->mask) break;
        if (!th->mt || (object_is_owner(th, &it->head) && !object_seen(&it->head))) { it->pos = (int64_t)i + 1; it->left--; }
        else {
            if (!atomic_cas_acq_rel(&it->pos, &from, (int64_t)i + 1)) continue;
            atomic_add_relaxed(&it->left, -1);
        }
        return new_ref(th, k);
    }
    slot_store(th, &it->head, &it->set, NO_VALUE);
    return NO_VALUE;
}

static Value set_iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    SetIter *it = AS(SetIter, self);
    Value s = slot_borrow(th, &it->head, &it->set);
    int64_t left = atomic_load_relaxed(&it->left);
    return value_imm_int(s && set_len(AS(Set, s)) == atomic_load_relaxed(&it->used) && left > 0 ? left : 0);
}

static Value set_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    SetIter *it = AS(SetIter, self), *copy = NEW(SetIter, th, &type_set_iterator);
    if (!copy) return NO_VALUE;
    copy->set = slot_get(th, &it->head, &it->set);
    copy->pos = atomic_load_relaxed(&it->pos);
    copy->left = atomic_load_relaxed(&it->left);
    copy->used = atomic_load_relaxed(&it->used);
    Value l = sequence_to_list(th, VALUE_OF(copy));
    decref(th, VALUE_OF(copy));
    Value a = l ? tuple_from_owned(th, &l, 1) : NO_VALUE, f = a ? builtin_get(th, "iter") : NO_VALUE;
    if (!f) { decref(th, a); return NO_VALUE; }
    Value v[2] = {f, a};
    return tuple_from_owned(th, v, 2);
}

static void set_iterator_dealloc(Thread *th, Object *self) {
    decref(th, ((SetIter *)self)->set);
    object_free(th, self);
}
static int set_iterator_traverse(Object *self, VisitFn visit, void *arg) { return visit(((SetIter *)self)->set, arg); }

static const MethodDef set_iterator_methods[] = {
    {"__length_hint__", "(self, /)", set_iterator_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", set_iterator_meth_reduce, "Return state information for pickling.", 0},
    {0},
};
TYPE_DEFINE(set_iterator, "set_iterator", sizeof(SetIter), TYPE_TRACED | TYPE_ITERATOR, .methods = set_iterator_methods,
            .slots = {.dealloc = set_iterator_dealloc, .traverse = set_iterator_traverse, .iter = iter_self, .next = set_iterator_slot_next})
