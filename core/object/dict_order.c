// SPDX-License-Identifier: MIT
// dict: operations on the order of the entries, for OrderedDict. Under d->lock like all writing.
#include "core/object/dict_int.h"

bool dict_prev(Thread *th, Dict *d, size_t *pos, Value *key, Value *value) {
    dict_readable(th, d);
    DictTable *t = dict_table(d);
    size_t n = atomic_load_acquire(&t->nentries), i = *pos < n ? *pos : n;
    while (i > 0) {
        i--;
        Value v = atomic_load_acquire(&t->entries[i].value), k = atomic_load_acquire(&t->entries[i].key);
        if (!v || !k) continue;
        if (key) *key = new_ref(th, k);
        if (value) *value = new_ref(th, v);
        *pos = i;
        return true;
    }
    *pos = 0;
    return false;
}

int dict_popitem_first(Thread *th, Dict *d, Value *key, Value *v) {
    dict_lock(th, d);
    DictTable *t = d->table;
    if (d->used == 0) { dict_unlock(th, d); return 0; }
    uint32_t i = t->head;
    while (!t->entries[i].value) i++;
    atomic_store_relaxed(&t->head, i);
    dict_remove_locked(th, d, (intptr_t)i, key, v);
    dict_unlock(th, d);
    container_hand_over(th, &d->head, *key);
    container_hand_over(th, &d->head, *v);
    return 1;
}

// Place of the index that names entry ix.
static size_t place_of(DictTable *t, intptr_t ix) {
    size_t mask = ((size_t)1 << t->log2_size) - 1, perturb = (size_t)t->entries[ix].hash, i = perturb & mask;
    while (table_place(t, i) != ix) {
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    return i;
}

// Makes entry ix of the current table the last one; -1 with MemoryError.
static int move_last_locked(Thread *th, Dict *d, intptr_t ix) {
    DictTable *t = d->table;
    while (!t->entries[t->tail - 1].value) t->tail--;
    if ((uint32_t)ix + 1 == t->tail) return 0;
    if (t->usable == 0) {
        Value k = t->entries[ix].key;
        if (dict_grow_locked(th, d) < 0) return -1;
        t = d->table;
        for (ix = 0; t->entries[ix].key != k; ix++) {}
    }
    DictEntry *old = &t->entries[ix], *e = &t->entries[t->nentries];
    e->hash = old->hash;
    e->key = old->key;
    atomic_store_release(&e->value, old->value);
    if (t->version) atomic_store_release(&t->version, 0);
    table_place_set(t, place_of(t, ix), (intptr_t)t->nentries);
    t->usable--;
    t->tail = t->nentries + 1;
    atomic_store_release(&t->nentries, t->nentries + 1);
    atomic_store_release(&old->value, NO_VALUE);
    atomic_store_release(&old->key, NO_VALUE);
    if ((uint32_t)ix == t->head) atomic_store_relaxed(&t->head, (uint32_t)ix + 1);
    return 0;
}

// To the front: a new table in the new order.
static int move_first_locked(Thread *th, Dict *d, intptr_t ix) {
    DictTable *t = d->table;
    DictEntry first = t->entries[ix];
    uint32_t head = t->head;
    while (!t->entries[head].value) head++;
    atomic_store_relaxed(&t->head, head);   // readers start there or further back
    if ((uint32_t)ix == head) return 0;
    DictTable *n = dict_table_new(th, dict_log2_for(d->used));
    if (!n) return -1;
    n->str_keys = t->str_keys;
    dict_table_append(n, &first);
    for (uint32_t i = 0; i < t->nentries; i++) if ((intptr_t)i != ix && t->entries[i].value) dict_table_append(n, &t->entries[i]);
    if (t->version) atomic_store_release(&t->version, 0);
    dict_set_table_locked(th, d, n);
    dict_table_release(th, d, t, false);
    return 0;
}

int dict_move_to_end(Thread *th, Dict *d, Value key, bool last) {
    int64_t hash = dict_key_hash(th, key);
    if (hash == -1) return -1;
    dict_lock(th, d);
    DictTable *t;
    intptr_t ix = dict_find(th, d, key, hash, true, &t);
    int r = ix == -2 ? -1 : ix < 0 ? 0 : (last ? move_last_locked(th, d, ix) : move_first_locked(th, d, ix)) < 0 ? -1 : 1;
    dict_unlock(th, d);
    return r;
}

int dict_get_move_last(Thread *th, Dict *d, Value key, int64_t hash, Value *out) {
    *out = NO_VALUE;
    dict_lock(th, d);
    DictTable *t;
    intptr_t ix = dict_find(th, d, key, hash, true, &t);
    if (ix >= 0) *out = new_ref(th, t->entries[ix].value);
    int r = ix == -2 ? -1 : ix < 0 ? 0 : move_last_locked(th, d, ix) < 0 ? -1 : 1;
    dict_unlock(th, d);
    if (r < 0) clear_ref(th, out);
    return r;
}
