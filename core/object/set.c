// SPDX-License-Identifier: MIT
// set and frozenset: the table, the C interface, construction and destruction. Locks: s->lock for writers, readers need none (set_int.h). A
// frozenset is written only while it is built.
#include <string.h>

#include "core/object/set_int.h"
#include "core/base/hash.h"
#include "core/object/dict.h"
#include "core/object/int.h"

uint8_t set_table_empty[sizeof(SetTable) + SET_MIN * sizeof(SetEntry)] __attribute__((aligned(16)));
__attribute__((constructor)) static void set_table_empty_init(void) { SET_EMPTY->mask = SET_MIN - 1; }

static SetTable *set_table_new(Thread *th, size_t places) {
    SetTable *t = mem_calloc(th, 1, sizeof(SetTable) + places * sizeof(SetEntry));
    if (t) t->mask = places - 1;
    return t;
}

// Free place for an element known to be absent, in a table without removed ones that nobody else sees.
static void table_put(SetTable *t, Value key, int64_t hash) {
    SET_PROBE(t, hash, {
        if (entry->key == NO_VALUE) {
            entry->hash = hash;
            entry->key = key;
            t->fill++;
            return;
        }
    });
}

static void set_table_swap_locked(Thread *th, Set *s, SetTable *t) {
    SetTable *old = s->table;
    atomic_store_relaxed(&s->seq, (uint16_t)(s->seq + 1));
    atomic_store_release(&s->table, t);
    if (old && old != SET_EMPTY) container_free(th, &s->head, old);
}

static int set_resize_locked(Thread *th, Set *s, size_t minused) {
    size_t places = SET_MIN;
    while (places <= minused) places <<= 1;
    SetTable *t = set_table_new(th, places), *old = s->table;
    if (!t) return -1;
    for (size_t i = 0; i <= old->mask; i++) if (set_key_live(old->e[i].key)) table_put(t, old->e[i].key, old->e[i].hash);
    set_table_swap_locked(th, s, t);
    return 0;
}

// Looks for v. Runs Python only to compare elements of equal hash; the lock is given up meanwhile.
// Returns the entry (of the table in *t_out), or NULL: *r is 0 absent, with *free_out the place where it would go, or -1 error.
static SetEntry *set_find(Thread *th, Set *s, Value v, int64_t hash, bool locked, SetTable **t_out, SetEntry **free_out, int *r) {
    bool is_str = value_is_exact_str(v);
restart:;
    SetTable *t = set_table(s);
    uint16_t seq = atomic_load_relaxed(&s->seq);
    *t_out = t;
    SET_PROBE(t, hash, {
        Value k = atomic_load_acquire(&entry->key);
        if (k == NO_VALUE) { *free_out = entry; *r = 0; return NULL; }
        if (k == v) return entry;
        if (k != SET_DUMMY && entry->hash == hash) {
            if (is_str && value_is_exact_str(k)) {
                if (str_equal(AS(Str, k), AS(Str, v))) return entry;
            } else if (!value_both_imm_int(k, v)) {
                incref(th, k);
                size_t mask = t->mask;
                if (locked) set_unlock(th, s);
                int e = object_equal(th, k, v);
                if (locked) set_lock(th, s);
                bool same = set_table(s) == t && atomic_load_relaxed(&s->seq) == seq && t->mask == mask && atomic_load_relaxed(&entry->key) == k;
                if (UNLIKELY(locked && !same)) { set_unlock(th, s); decref(th, k); set_lock(th, s); }
                else decref(th, k);
                if (e < 0) { *r = -1; return NULL; }
                if (!same) goto restart;
                if (e) return entry;
            }
        }
    });
}

int64_t set_lookup_hash(Thread *th, Value v) {
    int64_t h = value_hash(th, v);
    if (LIKELY(h != -1)) return h;
    if (value_is_set(v) && error_matches(th, &exc_TypeError)) {
        error_clear(th);
        return set_compute_hash(th, AS(Set, v));
    }
    return container_hash_failed(th, v, "set element");
}

int set_contains_hash(Thread *th, Set *s, Value v, int64_t hash) {
    SetTable *t;
    SetEntry *f;
    int r;
    set_readable(th, s);
    if (LIKELY((r = table_seek(set_table(s), v, hash, &f)) >= 0)) return r;
    return set_find(th, s, v, hash, false, &t, &f, &r) ? 1 : r;
}

int set_contains(Thread *th, Set *s, Value v) {
    int64_t h = set_lookup_hash(th, v);
    return h == -1 ? -1 : set_contains_hash(th, s, v, h);
}

// The new element goes to a place that set_find or table_seek found for it in the current table. 0 or -1 MemoryError (it is there all the same).
ALWAYS_INLINE int set_place_locked(Thread *th, Set *s, SetEntry *place, Value v_owned, int64_t hash) {
    SetTable *t = s->table;
    place->hash = hash;
    atomic_store_release(&place->key, v_owned);
    t->fill++;
    atomic_store_release(&s->used, s->used + 1);
    return UNLIKELY(t->fill * 5 >= t->mask * 3) ? set_resize_locked(th, s, s->used > 50000 ? s->used * 2 : s->used * 4) : 0;
}

int set_add_hash(Thread *th, Set *s, Value v, int64_t hash) {
    SetTable *t;
    SetEntry *f;
    int r;
    set_lock(th, s);
    t = s->table;
    if (LIKELY(t != SET_EMPTY) && LIKELY((r = table_seek(t, v, hash, &f)) >= 0)) {
        if (r) { set_unlock(th, s); return 0; }
    } else do { // again if a comparison emptied the set
        if (UNLIKELY(s->table == SET_EMPTY)) {
            if (!(t = set_table_new(th, SET_MIN))) { set_unlock(th, s); return -1; }
            set_table_swap_locked(th, s, t);
        }
        if (set_find(th, s, v, hash, true, &t, &f, &r)) { set_unlock(th, s); return 0; }
    } while (UNLIKELY(t == SET_EMPTY) && r == 0);
    if (r < 0) { set_unlock(th, s); return -1; }
    r = set_place_locked(th, s, f, new_ref(th, v), hash);
    set_unlock(th, s);
    return r < 0 ? -1 : 1;
}

int set_put_new(Thread *th, Set *s, Value v_owned, int64_t hash) {
    if (UNLIKELY(s->table == SET_EMPTY) && !(s->table = set_table_new(th, SET_MIN))) { s->table = SET_EMPTY; decref(th, v_owned); return -1; }
    table_put(s->table, v_owned, hash);
    s->used++;
    return LIKELY(s->table->fill * 5 < s->table->mask * 3) ? 0 : set_resize_locked(th, s, s->used > 50000 ? s->used * 2 : s->used * 4);
}

int set_add(Thread *th, Set *s, Value v) {
    int64_t h = set_item_hash(th, v);
    return h == -1 || set_add_hash(th, s, v, h) < 0 ? -1 : 0;
}

int set_discard_hash(Thread *th, Set *s, Value v, int64_t hash) {
    SetTable *t;
    SetEntry *f;
    int r = 0;
    set_lock(th, s);
    SetEntry *e = NULL;
    int there = table_seek(s->table, v, hash, &f);
    if (LIKELY(there >= 0)) { if (there) e = f; }
    else e = set_find(th, s, v, hash, true, &t, &f, &r);
    Value k = NO_VALUE;
    if (e) {
        k = e->key;
        atomic_store_release(&e->key, SET_DUMMY);
        atomic_store_release(&s->used, s->used - 1);
    }
    set_unlock(th, s);
    if (!e) return r;
    container_release(th, &s->head, k);
    return 1;
}

int set_discard(Thread *th, Set *s, Value v) {
    int64_t h = set_lookup_hash(th, v);
    return h == -1 ? -1 : set_discard_hash(th, s, v, h);
}

size_t set_len(const Set *s) { return set_used(s); }

bool set_next_hash(Thread *th, Set *s, size_t *pos, Value *item, int64_t *hash) {
    set_readable(th, s);
    SetTable *t = set_table(s);
    for (size_t i = *pos; i <= t->mask; i++) {
        Value k = atomic_load_acquire(&t->e[i].key);
        if (!set_key_live(k)) continue;
        *hash = t->e[i].hash;
        *item = new_ref(th, k);
        *pos = i + 1;
        return true;
    }
    *pos = t->mask + 1;
    return false;
}

bool set_next(Thread *th, Set *s, size_t *pos, Value *item) {
    int64_t h;
    return set_next_hash(th, s, pos, item, &h);
}

Value set_pop(Thread *th, Set *s) {
    set_lock(th, s);
    if (s->used == 0) { set_unlock(th, s); return raise_error(th, &exc_KeyError, "pop from an empty set"); }
    SetTable *t = s->table;
    size_t i = t->finger & t->mask;
    while (!set_key_live(t->e[i].key)) i = (i + 1) & t->mask;
    Value k = t->e[i].key;
    atomic_store_release(&t->e[i].key, SET_DUMMY);
    t->finger = i + 1;
    atomic_store_release(&s->used, s->used - 1);
    set_unlock(th, s);
    container_hand_over(th, &s->head, k);
    return k;
}

static void set_contents_release(Thread *th, Set *s, SetTable *t) {
    if (!t || t == SET_EMPTY) return;
    for (size_t i = 0; i <= t->mask; i++) {
        Value k = t->e[i].key;
        if (set_key_live(k)) container_release(th, &s->head, k);
    }
    container_free(th, &s->head, t);
}

void set_clear(Thread *th, Set *s) {
    set_lock(th, s);
    SetTable *t = s->table;
    atomic_store_release(&s->used, 0);
    atomic_store_relaxed(&s->seq, (uint16_t)(s->seq + 1));
    atomic_store_release(&s->table, SET_EMPTY);
    set_unlock(th, s);
    set_contents_release(th, s, t);
}

void set_swap_contents(Thread *th, Set *s, Set *other) {
    set_lock(th, s);
    SetTable *t = s->table;
    atomic_store_release(&s->used, 0);
    atomic_store_relaxed(&s->seq, (uint16_t)(s->seq + 1));
    atomic_store_release(&s->table, other->table);
    atomic_store_release(&s->used, other->used);
    set_unlock(th, s);
    other->table = SET_EMPTY;
    other->used = 0;
    set_contents_release(th, s, t);
}

Value set_alloc(Thread *th, Type *t) {
    Set *s = t == &type_set || t == &type_frozenset ? object_alloc(th, t->shape, sizeof(Set)) : object_new(th, t, 0);
    if (s) s->table = SET_EMPTY;
    return VALUE_OF(s);
}

// Adds all of other, a snapshot of whose elements is taken under its lock. into is only known to the caller, or locked by nobody.
static int set_merge(Thread *th, Set *into, Set *other) {
    if (into == other) return 0;
    if (LIKELY(iter_is_private(th, &into->head)) && LIKELY(iter_is_private(th, &other->head)) && into->table != SET_EMPTY) {
        // Nobody else changes either, but for what comparisons do.
        if ((into->table->fill + other->used) * 5 >= into->table->mask * 3 && set_resize_locked(th, into, (into->used + other->used) * 2) < 0) return -1;
        size_t pos = 0;
        Value v;
        SetEntry *e, *place;
        while ((e = table_next(set_table(other), &pos, &v)) != NULL) {
            int64_t h = e->hash;
            int is = table_seek(set_table(into), v, h, &place);
            if (UNLIKELY(is < 0)) {
                incref(th, v);
                is = set_add_hash(th, into, v, h);
                decref(th, v);
                if (is < 0) return -1;
                set_readable(th, into);
                set_readable(th, other);
            } else if (is == 0) {
                if (LIKELY(!th->mt) && LIKELY(into->table != SET_EMPTY)) is = set_place_locked(th, into, place, new_ref(th, v), h);
                else is = set_add_hash(th, into, v, h);
                if (UNLIKELY(is < 0)) return -1;
            }
        }
        return 0;
    }
    set_lock(th, other);
    size_t n = other->used, k = 0;
    SetTable *ot = other->table;
    if (n == 0) { set_unlock(th, other); return 0; }
    SetEntry *items = mem_alloc(th, n * sizeof(SetEntry));
    if (!items) { set_unlock(th, other); return -1; }
    size_t mask = ot->mask;
    for (size_t i = 0; i <= mask && k < n; i++) {
        if (!set_key_live(ot->e[i].key)) continue;
        items[k].hash = ot->e[i].hash;
        items[k++].key = new_ref(th, ot->e[i].key);
    }
    int r = 0;
    set_unlock(th, other);
    set_lock(th, into);
    if (into->table == SET_EMPTY) {
        size_t places = SET_MIN;
        if (n * 5 >= (SET_MIN - 1) * 3) while (places <= n * 2) places <<= 1;
        SetTable *t = set_table_new(th, places);
        if (!t) r = -1;
        else {
            for (size_t i = 0; i < k; i++) table_put(t, items[i].key, items[i].hash);
            set_table_swap_locked(th, into, t);
            atomic_store_release(&into->used, k);
        }
        set_unlock(th, into);
        if (r < 0) for (size_t i = 0; i < k; i++) decref(th, items[i].key);
        mem_free(items);
        return r;
    }
    if ((into->table->fill + n) * 5 >= into->table->mask * 3) r = set_resize_locked(th, into, (into->used + n) * 2);
    set_unlock(th, into);
    for (size_t i = 0; i < k; i++) {
        if (r >= 0) r = set_add_hash(th, into, items[i].key, items[i].hash);
        decref(th, items[i].key);
    }
    mem_free(items);
    return r < 0 ? -1 : 0;
}

static int set_add_one(Thread *th, Value item, void *arg) { return set_add(th, arg, item); }

int set_update(Thread *th, Set *s, Value iterable) {
    if (value_is_set(iterable)) return set_merge(th, s, AS(Set, iterable));
    if (value_is_exact_dict(iterable)) { // the keys' hashes are known there
        Dict *d = AS(Dict, iterable);
        set_lock(th, s);
        size_t n = dict_len(d);
        int e = s->table != SET_EMPTY && (s->table->fill + n) * 5 >= s->table->mask * 3 ? set_resize_locked(th, s, (s->used + n) * 2) : 0;
        set_unlock(th, s);
        size_t pos = 0;
        Value k;
        int64_t h;
        while (e >= 0 && dict_next_hash(th, d, &pos, &k, NULL, &h)) {
            e = set_add_hash(th, s, k, h);
            decref(th, k);
        }
        return e < 0 ? -1 : 0;
    }
    return iterate(th, iterable, set_add_one, s) < 0 ? -1 : 0;
}

// Gives `into`, which is empty and nobody else knows, a table like that of `from`. 0, -1 MemoryError, 1: that table has removed places or too many.
static int set_copy_table(Thread *th, Set *into, Set *from) {
    set_lock(th, from);
    SetTable *t = from->table, *n;
    if (t->fill != from->used || t->fill * 8 < t->mask) { set_unlock(th, from); return 1; }
    size_t size = sizeof(SetTable) + (t->mask + 1) * sizeof(SetEntry);
    if (!(n = mem_alloc(th, size))) { set_unlock(th, from); return -1; }
    memcpy(n, t, size);
    for (size_t i = 0; i <= n->mask; i++) incref(th, n->e[i].key);
    into->used = from->used;
    set_unlock(th, from);
    set_table_swap_locked(th, into, n);
    return 0;
}

static Value set_make(Thread *th, Type *t, Value iterable) {
    Value s = set_alloc(th, t);
    if (!s || !iterable) return s;
    if (value_is_set(iterable)) {
        int r = set_copy_table(th, AS(Set, s), AS(Set, iterable));
        if (r <= 0) {
            if (r < 0) clear_ref(th, &s);
            return s;
        }
    }
    if (set_update(th, AS(Set, s), iterable) < 0) { decref(th, s); return NO_VALUE; }
    return s;
}
Value set_new(Thread *th, Value iterable) { return set_make(th, &type_set, iterable); }
Value frozenset_new(Thread *th, Value iterable) {
    if (iterable && value_is_exact(iterable, &type_frozenset)) return new_ref(th, iterable);
    return set_make(th, &type_frozenset, iterable);
}
Value set_copy(Thread *th, Type *t, Set *s) { return set_make(th, t, VALUE_OF(s)); }

int64_t set_compute_hash(Thread *th, Set *s) {
    uint64_t acc = 0;
    size_t n = 0;
    set_lock(th, s);
    for (size_t i = 0; i <= s->table->mask; i++) {
        if (!set_key_live(s->table->e[i].key)) continue;
        acc ^= hash_set_step(s->table->e[i].hash);
        n++;
    }
    set_unlock(th, s);
    return hash_set_finish(acc, n);
}

static int64_t frozenset_slot_hash(Thread *th, Value self) {
    Set *s = AS(Set, self);
    int64_t h = atomic_load_relaxed(&s->hash);
    if (!h) {
        h = set_compute_hash(th, s);
        atomic_store_relaxed(&s->hash, h);
    }
    return h;
}

// ---- slots

static Value set_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return set_alloc(th, type); }

static int set_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "set", kwnames) < 0 || args_count(th, "set", nargs, 0, 1) < 0) return -1;
    Set *s = AS(Set, self);
    if (s->used) set_clear(th, s);
    atomic_store_relaxed(&s->hash, 0);
    return nargs ? set_update(th, s, args[0]) : 0;
}

static Value frozenset_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    // A subclass with its own __init__ may take keywords.
    if (type == &type_frozenset || type->slots.init == type_frozenset.slots.init) {
        if (args_no_keywords(th, "frozenset", kwnames) < 0) return NO_VALUE;
    }
    if (args_count(th, "frozenset", nargs, 0, 1) < 0) return NO_VALUE;
    if (type == &type_frozenset) return frozenset_new(th, nargs ? args[0] : NO_VALUE);
    return set_make(th, type, nargs ? args[0] : NO_VALUE);
}

static void set_dealloc(Thread *th, Object *self) {
    Set *s = (Set *)self;
    SetTable *t = s->table;
    if (t && t != SET_EMPTY) {
        s->table = SET_EMPTY;
        for (size_t i = 0, left = s->used; left && i <= t->mask; i++) if (set_key_live(t->e[i].key)) { left--; decref_item(th, t->e[i].key); }
        mem_free(t);
    }
    container_dealloc_sized(th, self, object_shape(self)->type == &type_set ? &shape_set : &shape_frozenset, sizeof(Set));
}

static int set_traverse(Object *self, VisitFn visit, void *arg) {
    SetTable *t = ((Set *)self)->table;
    for (size_t i = 0; t && i <= t->mask; i++) {
        if (!set_key_live(t->e[i].key)) continue;
        int r = visit(t->e[i].key, arg);
        if (r) return r;
    }
    return 0;
}

// For the collector: nobody can look at the set any more, so all is released at once.
static void set_slot_clear(Thread *th, Object *self) {
    Set *s = (Set *)self;
    SetTable *t = s->table;
    if (!t || t == SET_EMPTY) return;
    s->used = 0;
    s->table = SET_EMPTY;
    s->seq++;
    for (size_t i = 0; i <= t->mask; i++) if (set_key_live(t->e[i].key)) decref(th, t->e[i].key);
    mem_free(t);
}
static intptr_t set_slot_len(Thread *th, Value self) { return (intptr_t)set_len(AS(Set, self)); }
static int set_slot_contains(Thread *th, Value self, Value v) { return set_contains(th, AS(Set, self), v); }

#define SHARED_SLOTS .dealloc = set_dealloc, .traverse = set_traverse, .clear = set_slot_clear, .repr = set_slot_repr, .compare = set_slot_compare, \
    .iter = set_slot_iter, .len = set_slot_len, .contains = set_slot_contains, .or_ = set_slot_or, .and_ = set_slot_and, .sub = set_slot_sub, \
    .xor = set_slot_xor
TYPE_DEFINE(set, "set", sizeof(Set), TYPE_TRACED | TYPE_BASETYPE | TYPE_SET_SUBCLASS | TYPE_WEAKREFABLE | TYPE_MATCH_SELF, .methods = set_methods,
            .doc = "set(iterable=(), /)\n--\n\nBuild an unordered collection of unique elements.",
            .slots = {SHARED_SLOTS, .new_ = set_slot_new, .init = set_slot_init, .hash = object_hash_unhashable, .ior = set_slot_ior,
                      .iand = set_slot_iand, .isub = set_slot_isub, .ixor = set_slot_ixor})
TYPE_DEFINE(frozenset, "frozenset", sizeof(Set), TYPE_TRACED | TYPE_BASETYPE | TYPE_SET_SUBCLASS | TYPE_WEAKREFABLE | TYPE_MATCH_SELF,
            .methods = frozenset_methods, .doc = "frozenset(iterable=(), /)\n--\n\nBuild an immutable unordered collection of unique elements.",
            .slots = {SHARED_SLOTS, .new_ = frozenset_slot_new, .hash = frozenset_slot_hash})
