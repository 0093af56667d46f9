// SPDX-License-Identifier: MIT
// Hot bodies of dict look-up, for this folder and the VM's item instructions: the index of a table, the probe that only knows identity, and a step of an iterator.
#ifndef LADON_OBJECT_DICT_INL_H
#define LADON_OBJECT_DICT_INL_H
#include "core/base/atomic.h"
#include "core/base/hash.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/str.h"

#define PLACE_EMPTY (-1)
#define PLACE_DELETED (-2)
#define PROBE_SHIFT 5

ALWAYS_INLINE uint8_t *table_index(const DictTable *t) { return (uint8_t *)(t->entries + t->cap); }
ALWAYS_INLINE intptr_t table_place(const DictTable *t, size_t i) {
    const uint8_t *x = table_index(t);
    switch (t->index_width) {
    case 1: { uint8_t v = atomic_load_acquire(x + i); return (int8_t)v; }
    case 2: { uint16_t v = atomic_load_acquire((const uint16_t *)x + i); return (int16_t)v; }
    default: { uint32_t v = atomic_load_acquire((const uint32_t *)x + i); return (int32_t)v; }
    }
}

// Value of a key found by identity, borrowed until the next safepoint; VALUE_UNBOUND: the key is certainly absent; NO_VALUE: not known (a key
// of equal hash must be compared, or the entry was emptied). t belongs to a dict that this thread may read.
ALWAYS_INLINE Value table_peek(const DictTable *t, Value key, int64_t hash) {
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    for (;;) {
        intptr_t ix = table_place(t, i);
        if (LIKELY(ix >= 0)) {
            const DictEntry *e = &t->entries[ix];
            if (LIKELY(atomic_load_relaxed(&e->key) == key)) return atomic_load_acquire(&e->value);
            if (UNLIKELY(e->hash == hash)) return NO_VALUE;
        } else if (ix == PLACE_EMPTY) return VALUE_UNBOUND;
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}
// The number of a key's entry, found by identity, and the place in the index that names it; -1: certainly absent; -2: a key of equal hash must be compared.
// Under the lock of t's dict.
ALWAYS_INLINE intptr_t table_seek_same(const DictTable *t, Value key, int64_t hash, size_t *place) {
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    for (;;) {
        intptr_t ix = table_place(t, i);
        if (LIKELY(ix >= 0)) {
            if (LIKELY(t->entries[ix].key == key)) { *place = i; return ix; }
            if (UNLIKELY(t->entries[ix].hash == hash)) return -2;
        } else if (ix == PLACE_EMPTY) return -1;
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}
// hash() of small ints, of exact str that have it already, and of objects that are hashed by identity (classes, functions): false for anything else.
ALWAYS_INLINE bool quick_hash(Value key, int64_t *hash) {
    if (value_is_imm_int(key)) { *hash = hash_int64(value_imm_int_get(key)); return true; }
    if (UNLIKELY(!value_is_object(key))) return false;
    Shape *s = atomic_load_relaxed(&value_object(key)->shape);
    if (LIKELY(s == &shape_str)) {
        *hash = (int64_t)atomic_load_relaxed(&AS(Str, key)->hash);
        return LIKELY(*hash != 0);
    }
    *hash = hash_identity(key);
    return s->type->slots.hash == type_object.slots.hash;
}

// What the iterators over dicts, six types, are (core/object/dict_iter.c).
typedef struct DictIter {
    Object head;
    Value dict;      // [a] Dict, NO_VALUE when exhausted
    int64_t pos;     // [a] next entry number to look at
    int64_t left;    // [a] entries expected to come
    uint32_t used;   // [a] size of the dict at the start; UINT32_MAX after a size change was reported
    Value reuse;     // [o] items: the tuple handed out last (pair_reuse)
    uint8_t reverse; // [c]
} DictIter;
// One step forward of an iterator that is this thread's own over a dict that it may read: borrowed key and value. False: take the long way.
ALWAYS_INLINE bool dict_iter_quick(Thread *th, DictIter *it, Value *k, Value *v) {
    if (UNLIKELY(!iter_is_private(th, &it->head)) || UNLIKELY(it->reverse)) return false;
    // Relaxed: another thread may be about to find the iterator; what it holds then moves by compare-and-swap.
    Value dict = atomic_load_relaxed(&it->dict);
    int64_t left = atomic_load_relaxed(&it->left);
    if (UNLIKELY(dict == NO_VALUE)) return false;
    Dict *d = AS(Dict, dict);
    if (UNLIKELY(th->mt) && UNLIKELY(!object_readable(th, &d->head))) return false;
    if (UNLIKELY(atomic_load_relaxed(&it->used) != (uint32_t)dict_len(d)) || UNLIKELY(left <= 0)) return false;
    DictTable *t = atomic_load_acquire(&d->table);
    int64_t i = atomic_load_relaxed(&it->pos), head = atomic_load_relaxed(&t->head), n = (int64_t)atomic_load_acquire(&t->nentries);
    for (i = i < head ? head : i; i < n; i++) {
        *v = atomic_load_acquire(&t->entries[i].value);
        *k = atomic_load_acquire(&t->entries[i].key);
        if (LIKELY(*v != NO_VALUE) && LIKELY(*k != NO_VALUE)) {
            atomic_store_relaxed(&it->pos, i + 1);
            atomic_store_relaxed(&it->left, left - 1);
            return true;
        }
    }
    return false;
}

#endif
