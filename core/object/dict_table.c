// SPDX-License-Identifier: MIT
// The hash table of dict: probing, growth, adding and removing entries. Rules of publication are in dict_int.h. Nothing here runs Python
// while the lock is held.
#include "core/object/dict_int.h"

uint8_t dict_table_empty[sizeof(DictTable) + (1 << DICT_MIN_LOG2)] __attribute__((aligned(16)));
__attribute__((constructor)) static void dict_table_empty_init(void) {
    *DICT_EMPTY = (DictTable){.log2_size = DICT_MIN_LOG2, .index_width = 1, .str_keys = 1};
    memset(table_index(DICT_EMPTY), 0xFF, 1 << DICT_MIN_LOG2);
}

static size_t usable_of(uint8_t log2_size) { return (((size_t)1 << log2_size) << 1) / 3; }

uint8_t dict_log2_for(size_t n) {
    uint8_t l = DICT_MIN_LOG2;
    while (l < 31 && usable_of(l) < n) l++;
    return l;
}

DictTable *dict_table_new(Thread *th, uint8_t log2_size) {
    if (log2_size > 30) { raise_memory_error(th); return NULL; }
    size_t places = (size_t)1 << log2_size, cap = usable_of(log2_size);
    uint8_t width = log2_size <= 7 ? 1 : log2_size <= 15 ? 2 : 4;
    DictTable *t = mem_alloc(th, sizeof(DictTable) + cap * sizeof(DictEntry) + places * width);
    if (!t) return NULL;
    *t = (DictTable){.version = 0, .log2_size = log2_size, .index_width = width, .str_keys = 1, .usable = (uint32_t)cap, .cap = (uint32_t)cap};
    memset(table_index(t), 0xFF, places * width);
    return t;
}

// Places an entry whose key is known to be absent. Not published yet, or the caller holds the lock.
static void table_insert(DictTable *t, int64_t hash, intptr_t ix) {
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    while (table_place(t, i) != PLACE_EMPTY) {
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    table_place_set(t, i, ix);
}

void dict_table_append(DictTable *t, const DictEntry *e) {
    uint32_t n = t->nentries;
    t->entries[n] = *e;
    table_insert(t, e->hash, n);
    t->nentries = t->tail = n + 1;
    t->usable--;
}

Value dict_from_names(Thread *th, const Value *names, const Value *values, size_t n) {
    Dict *d = AS(Dict, dict_new_sized(th, n));
    if (!d || n == 0) return VALUE_OF(d);
    DictTable *t = d->table;
    uint8_t *index = table_index(t), used = 0;
    size_t mask = ((size_t)1 << t->log2_size) - 1;
    for (size_t k = 0; k < n; k++) {
        if (values[k] == NO_VALUE) continue;
        int64_t hash = str_hash(AS(Str, names[k]));
        size_t i = (size_t)hash & mask, perturb = (size_t)hash;
        while (index[i] != (uint8_t)PLACE_EMPTY) {
            perturb >>= PROBE_SHIFT;
            i = (i * 5 + perturb + 1) & mask;
        }
        index[i] = used;
        t->entries[used++] = (DictEntry){hash, names[k], values[k]};
    }
    t->nentries = t->tail = d->used = used;
    t->usable -= used;
    return VALUE_OF(d);
}

void dict_set_table_locked(Thread *th, Dict *d, DictTable *t) {
    atomic_store_relaxed(&d->seq, (uint16_t)(d->seq + 1));
    atomic_store_release(&d->table, t);
}

void dict_table_release(Thread *th, Dict *d, DictTable *t, bool contents) {
    if (t == DICT_EMPTY || !t) return;
    if (contents) {
        for (uint32_t i = 0; i < t->nentries; i++) {
            DictEntry *e = &t->entries[i];
            if (e->key) container_release(th, &d->head, e->key);
            if (e->value) container_release(th, &d->head, e->value);
        }
    }
    container_free(th, &d->head, t);
}

static int dict_rebuild_locked(Thread *th, Dict *d, uint8_t log2_size) {
    DictTable *old = d->table, *t = dict_table_new(th, log2_size);
    if (!t) return -1;
    t->str_keys = old->str_keys || d->used == 0;
    for (uint32_t i = 0; i < old->nentries; i++) if (old->entries[i].value) dict_table_append(t, &old->entries[i]);
    if (atomic_load_relaxed(&old->version) && old != DICT_EMPTY) atomic_store_release(&old->version, 0);
    dict_set_table_locked(th, d, t);
    dict_table_release(th, d, old, false);
    return 0;
}

int dict_grow_locked(Thread *th, Dict *d) {
    size_t want = (size_t)d->used * 3;
    uint8_t l = DICT_MIN_LOG2;
    while (l < 31 && ((size_t)1 << l) < want) l++;
    while (l < 31 && usable_of(l) <= d->used) l++;
    return dict_rebuild_locked(th, d, l);
}

int dict_reserve_locked(Thread *th, Dict *d, size_t n) {
    if (n <= d->used + d->table->usable) return 0;
    return dict_rebuild_locked(th, d, dict_log2_for(n));
}

void dict_add_locked(Thread *th, Dict *d, Value key, int64_t hash, Value v) {
    DictTable *t = d->table;
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    while (table_place(t, i) != PLACE_EMPTY) {
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    dict_place_locked(d, i, key, hash, v);
}

void dict_remove_at_locked(Dict *d, intptr_t ix, size_t place, Value *key, Value *v) {
    DictTable *t = d->table;
    DictEntry *e = &t->entries[ix];
    *key = e->key;
    *v = e->value;
    if (t->version) atomic_store_release(&t->version, 0);
    atomic_store_release(&d->used, d->used - 1);
    atomic_store_release(&e->value, NO_VALUE);
    atomic_store_release(&e->key, NO_VALUE);
    table_place_set(t, place, PLACE_DELETED);
    if ((uint32_t)ix == t->head) atomic_store_relaxed(&t->head, (uint32_t)ix + 1);
    if ((uint32_t)ix + 1 == t->tail) {
        uint32_t tail = (uint32_t)ix;
        while (tail > 0 && !t->entries[tail - 1].value) tail--;
        t->tail = tail;
    }
}
void dict_remove_locked(Thread *th, Dict *d, intptr_t ix, Value *key, Value *v) {
    DictTable *t = d->table;
    // The place that names this entry.
    int64_t hash = t->entries[ix].hash;
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    while (table_place(t, i) != ix) {
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    dict_remove_at_locked(d, ix, i, key, v);
}

DictTable *dict_table_copy_locked(Thread *th, Dict *d) {
    DictTable *old = d->table;
    if (d->used == 0) return DICT_EMPTY;
    // Few gaps: the block as it is. Otherwise compacted.
    if (d->used == old->nentries && old->nentries + old->usable == old->cap) {
        size_t size = sizeof(DictTable) + old->cap * sizeof(DictEntry) + ((size_t)old->index_width << old->log2_size);
        DictTable *t = mem_alloc(th, size);
        if (!t) return NULL;
        memcpy(t, old, sizeof(DictTable) + old->nentries * sizeof(DictEntry));
        memcpy(table_index(t), table_index(old), (size_t)old->index_width << old->log2_size);
        t->version = 0;
        for (uint32_t i = 0; i < t->nentries; i++) {
            incref(th, t->entries[i].key);
            incref(th, t->entries[i].value);
        }
        return t;
    }
    DictTable *t = dict_table_new(th, dict_log2_for(d->used));
    if (!t) return NULL;
    t->str_keys = old->str_keys;
    for (uint32_t i = 0; i < old->nentries; i++) {
        DictEntry *e = &old->entries[i];
        if (!e->value) continue;
        incref(th, e->key);
        incref(th, e->value);
        dict_table_append(t, e);
    }
    return t;
}

// One stretch of probing without Python. p->t, place and perturb say where to go on.
static int probe_run(Probe *p, Value key, int64_t hash, bool key_is_str) {
    const DictTable *t = p->t;
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = p->place, perturb = p->perturb;
    for (;;) {
        intptr_t ix = table_place(t, i);
        if (ix >= 0) {
            const DictEntry *e = &t->entries[ix];
            Value k = atomic_load_relaxed(&e->key);
            if (k == key) { p->ix = ix; return PROBE_FOUND; }
            if (e->hash == hash && k) {
                if (key_is_str && value_is_exact_str(k)) {
                    if (str_equal(AS(Str, k), AS(Str, key))) { p->ix = ix; return PROBE_FOUND; }
                } else {
                    int r = key_equal_quick(k, key);
                    if (r == 0) goto next;
                    p->ix = ix;
                    if (r > 0) return PROBE_FOUND;
                    p->asked = k;
                    p->place = i;
                    p->perturb = perturb;
                    return PROBE_ASK;
                }
            }
        } else if (ix == PLACE_EMPTY) return PROBE_ABSENT;
    next:
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

static void probe_start(Probe *p, Dict *d, int64_t hash) {
    p->seq = atomic_load_relaxed(&d->seq);
    p->t = dict_table(d);
    p->place = (size_t)hash & (((size_t)1 << p->t->log2_size) - 1);
    p->perturb = (size_t)hash;
}

intptr_t dict_find(Thread *th, Dict *d, Value key, int64_t hash, bool locked, DictTable **t_out) {
    bool is_str = value_is_exact_str(key);
    Probe p;
    probe_start(&p, d, hash);
    for (;;) {
        int r = probe_run(&p, key, hash, is_str);
        *t_out = p.t;
        if (r != PROBE_ASK) return r == PROBE_FOUND ? p.ix : -1;
        uint8_t log2_size = p.t->log2_size;
        Value asked = new_ref(th, p.asked);
        if (locked) dict_unlock(th, d);
        int e = object_equal(th, asked, key);
        if (locked) dict_lock(th, d);
        // The comparison may have changed anything: go on only if the same table still has that key there.
        bool same = atomic_load_relaxed(&d->seq) == p.seq && dict_table(d) == p.t && p.t->log2_size == log2_size &&
                    (uint32_t)p.ix < atomic_load_acquire(&p.t->nentries) && atomic_load_relaxed(&p.t->entries[p.ix].key) == asked;
        // The last reference to a removed key: its release may run Python code too, but then same is false.
        if (UNLIKELY(locked && !same)) { dict_unlock(th, d); decref(th, asked); dict_lock(th, d); }
        else decref(th, asked);
        if (e < 0) return -2;
        if (!same) {
            probe_start(&p, d, hash);
            continue;
        }
        if (e) return p.ix;
        size_t mask = ((size_t)1 << log2_size) - 1;
        p.perturb >>= PROBE_SHIFT;
        p.place = (p.place * 5 + p.perturb + 1) & mask;
    }
}

static uint32_t version_counter;
uint32_t dict_version_next(void) {
    uint32_t v = atomic_load_relaxed(&version_counter);
    do if (v == UINT32_MAX) return 0;
    while (!atomic_cas_acq_rel(&version_counter, &v, v + 1));
    return v + 1;
}
