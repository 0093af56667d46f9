// SPDX-License-Identifier: MIT
// What the dict files share: the table and its probe.
//
// Order of publication. Adding: entry's hash, key and value, then the index place (release), then nentries (release), then used. Removing:
// used, value NO_VALUE, key NO_VALUE, index place "deleted". A place of the index and an entry are used once per table; only a dict that no other
// thread has seen takes entries back (popitem). So a reader that finds an entry number may trust what it finds there, or sees NO_VALUE.
// Moving to the end: the new entry is complete, then the place names it, then the old entry is emptied; a reader who meets an empty
// entry looks once more.
// Replacing the table: the new one is complete before it is published; the old block stays until a grace period has passed.
#ifndef LADON_OBJECT_DICT_INT_H
#define LADON_OBJECT_DICT_INT_H
#include "core/object/dict_inl.h"
#include "core/object/container_inl.h"

#define DICT_MIN_LOG2 3

extern uint8_t dict_table_empty[]; // the table shared by all empty dicts; never written
#define DICT_EMPTY ((DictTable *)dict_table_empty)

ALWAYS_INLINE void table_place_set(DictTable *t, size_t i, intptr_t v) {
    uint8_t *x = table_index(t);
    switch (t->index_width) {
    case 1: atomic_store_release(x + i, (uint8_t)v); break;
    case 2: atomic_store_release((uint16_t *)x + i, (uint16_t)v); break;
    default: atomic_store_release((uint32_t *)x + i, (uint32_t)v); break;
    }
}

ALWAYS_INLINE void dict_lock(Thread *th, Dict *d) { owned_lock(th, &d->head, &d->lock); }
ALWAYS_INLINE void dict_unlock(Thread *th, Dict *d) { owned_unlock(th, &d->head, &d->lock); }
ALWAYS_INLINE void dict_readable(Thread *th, Dict *d) { container_readable(th, &d->head, &d->lock); }
ALWAYS_INLINE DictTable *dict_table(const Dict *d) { return atomic_load_acquire(&d->table); }

// A lookup in progress. It stops with PROBE_ASK when two keys with the same hash must be compared by calling __eq__.
typedef struct Probe {
    DictTable *t;
    size_t place, perturb;
    intptr_t ix;     // entry number when found or asked
    Value asked;     // the key to compare with (borrowed)
    uint16_t seq;
} Probe;
enum { PROBE_ABSENT = 0, PROBE_FOUND = 1, PROBE_ASK = 2 };

// Entry number of an exact str key in a table whose keys are all exact str, or -1; -2: another kind of key came in meanwhile, use dict_find.
ALWAYS_INLINE intptr_t table_find_str(const DictTable *t, Value key, int64_t hash) {
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    for (;;) {
        intptr_t ix = table_place(t, i);
        if (ix >= 0) {
            const DictEntry *e = &t->entries[ix];
            Value k = atomic_load_relaxed(&e->key);
            if (k == key) return ix;
            if (e->hash == hash && k) {
                if (UNLIKELY(!value_is_exact_str(k))) return -2;
                if (str_equal(AS(Str, k), AS(Str, key))) return ix;
            }
        } else if (ix == PLACE_EMPTY) return -1;
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

// Full lookup by hash. Runs Python (so is a safepoint) only when keys of equal hash need __eq__.
//   locked   the caller holds d->lock: it is given up around __eq__ and held again on return
//   return   entry number, -1 absent, -2 error; *t_out the table it belongs to (d's current one when locked). Without the lock the entry is
//            valid until the next safepoint
intptr_t dict_find(Thread *th, Dict *d, Value key, int64_t hash, bool locked, DictTable **t_out);
// Makes room for one more entry (or n in all with dict_reserve_locked). 0 or -1.
int dict_grow_locked(Thread *th, Dict *d);
int dict_reserve_locked(Thread *th, Dict *d, size_t n);
// Writes a new entry that place i of the index, which is empty, shall name. There must be room; references are taken over.
ALWAYS_INLINE void dict_place_locked(Dict *d, size_t i, Value key, int64_t hash, Value v) {
    DictTable *t = d->table;
    uint32_t n = t->nentries;
    DictEntry *e = &t->entries[n];
    e->hash = hash;
    atomic_store_relaxed(&e->key, key);
    atomic_store_release(&e->value, v);
    if (UNLIKELY(t->version)) atomic_store_release(&t->version, 0);
    if (UNLIKELY(t->str_keys && !value_is_exact_str(key))) atomic_store_release(&t->str_keys, 0);
    table_place_set(t, i, n);
    t->usable--;
    t->tail = n + 1;
    atomic_store_release(&t->nentries, n + 1);
    atomic_store_release(&d->used, d->used + 1);
}
// Adds a key that is known to be absent; takes over both references. There must be room. 
void dict_add_locked(Thread *th, Dict *d, Value key_owned, int64_t hash, Value v_owned);
// Takes entry ix out; the dict's references to key and value pass to the caller, who releases them with container_release after the unlock.
void dict_remove_locked(Thread *th, Dict *d, intptr_t ix, Value *key, Value *v);
// The same where the place in the index that names it is known.
void dict_remove_at_locked(Dict *d, intptr_t ix, size_t place, Value *key, Value *v);
// A copy of the table with new references (under the lock of d). NULL: MemoryError.
DictTable *dict_table_copy_locked(Thread *th, Dict *d);
DictTable *dict_table_new(Thread *th, uint8_t log2_size);
void dict_table_append(DictTable *t, const DictEntry *e); // takes over its references; not published yet
// A new dict of values, which it takes over unless it fails, by names that differ from each other and are immortal. Those that are NO_VALUE are left out.
//   n   <= 80: places of the index are single bytes
Value dict_from_names(Thread *th, const Value *names, const Value *values, size_t n);
uint8_t dict_log2_for(size_t n);   // size of a table for n entries
// Swaps in a table; the old one (not its contents) is freed when no reader can be looking at it.
void dict_set_table_locked(Thread *th, Dict *d, DictTable *t);
void dict_table_release(Thread *th, Dict *d, DictTable *t, bool contents); // after an unlock

// Fresh version for inline caches; 0 when they are used up.
uint32_t dict_version_next(void);

extern const MethodDef dict_methods[];
Value dict_view_new(Thread *th, Type *t, Value dict);
Value dict_iter_new(Thread *th, Type *t, Value dict);
int dict_update_args(Thread *th, Value self, const char *fname, const Value *args, size_t nargs, Value kwnames);
Value dict_slot_iter(Thread *th, Value self);
// A plain dict of what a dict shows: a subclass with its own iteration is asked for its keys and items.
Value dict_shown_copy(Thread *th, Value self);
Value dict_slot_or(Thread *th, Value a, Value b);
Value dict_slot_ior(Thread *th, Value a, Value b);
#endif
