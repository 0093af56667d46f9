// SPDX-License-Identifier: MIT
// The table of a set and a step of an iterator, for this folder and the VM's loops. What may be read when: core/object/set_int.h.
#ifndef LADON_OBJECT_SET_INL_H
#define LADON_OBJECT_SET_INL_H
#include "core/object/container_inl.h"
#include "core/object/set.h"

#define SET_DUMMY VALUE_UNBOUND
typedef struct SetEntry { int64_t hash; Value key; } SetEntry; // key [a]: NO_VALUE never used, SET_DUMMY removed
typedef struct SetTable {
    size_t mask;       // [c] places - 1
    size_t fill;       // [l set] places used, removed ones included
    size_t finger;     // [l set] where pop goes on looking
    SetEntry e[];
} SetTable;
struct Set {           // set and frozenset
    Object head;
    ObjLock lock;      // [a] guards writers
    uint16_t seq;      // [a] counts table replacements
    int64_t hash;      // [a] frozenset's hash; 0: not computed
    size_t used;       // [a] elements
    SetTable *table;   // [r]
};
ALWAYS_INLINE size_t set_used(const Set *s) { return atomic_load_acquire(&s->used); }
ALWAYS_INLINE SetTable *set_table(const Set *s) { return atomic_load_acquire(&s->table); }
ALWAYS_INLINE bool set_key_live(Value k) { return k != NO_VALUE && k != SET_DUMMY; }
// The next element from *pos on, which moves behind it: borrowed until the next safepoint. NULL at the end. The set is readable.
ALWAYS_INLINE SetEntry *table_next(SetTable *t, size_t *pos, Value *key) {
    size_t mask = t->mask;
    if (UNLIKELY(*pos > mask)) return NULL;
    for (SetEntry *e = &t->e[*pos], *end = &t->e[mask]; e <= end; e++) {
        Value k = atomic_load_acquire(&e->key);
        if (set_key_live(k)) { *key = k; *pos = (size_t)(e - t->e) + 1; return e; }
    }
    *pos = mask + 1;
    return NULL;
}

#define SET_LINEAR 9
// Walks the places for a hash: `entry` names the place in the body.
#define SET_PROBE(t, hash, body)                                                       \
    do {                                                                               \
        size_t mask_ = (t)->mask, perturb_ = (size_t)(hash), i_ = (size_t)(hash) & mask_; \
        for (;;) {                                                                     \
            SetEntry *entry = &(t)->e[i_];                                             \
            int probes_ = i_ + SET_LINEAR <= mask_ ? SET_LINEAR : 0;                   \
            do { body; entry++; } while (probes_--);                                   \
            perturb_ >>= 5;                                                            \
            i_ = (i_ * 5 + 1 + perturb_) & mask_;                                      \
        }                                                                              \
    } while (0)
// Whether an element is there, by identity: 1, 0 certainly absent, -1: one of equal hash must be compared. The set is readable.
ALWAYS_INLINE int table_has(SetTable *t, Value v, int64_t hash) {
    Value first = atomic_load_acquire(&t->e[(size_t)hash & t->mask].key);
    if (LIKELY(first == v)) return 1;
    if (first == NO_VALUE) return 0;
    SET_PROBE(t, hash, {
        Value k = atomic_load_acquire(&entry->key);
        if (k == v) return 1;
        if (k == NO_VALUE) return 0;
        if (UNLIKELY(entry->hash == hash) && k != SET_DUMMY) return -1;
    });
}

typedef struct SetIter {
    Object head;
    Value set;         // [a] Set, NO_VALUE when exhausted
    int64_t pos;       // [a] next place to look at
    int64_t left;      // [a] elements expected to come
    size_t used;       // [a] size of the set at the start; SIZE_MAX after a size change was reported
} SetIter;
// One step of an iterator that is this thread's own over a set that it may read: the element, borrowed; NO_VALUE: take the long way.
ALWAYS_INLINE Value set_iter_quick(Thread *th, SetIter *it) {
    // Relaxed: another thread may be about to find the iterator; what it holds then moves by compare-and-swap.
    Value set = atomic_load_relaxed(&it->set), k;
    if (UNLIKELY(!iter_is_private(th, &it->head)) || UNLIKELY(set == NO_VALUE)) return NO_VALUE;
    Set *s = AS(Set, set);
    if ((UNLIKELY(th->mt) && UNLIKELY(!object_readable(th, &s->head))) || UNLIKELY(atomic_load_relaxed(&it->used) != set_used(s))) return NO_VALUE;
    size_t pos = (size_t)atomic_load_relaxed(&it->pos);
    if (UNLIKELY(table_next(set_table(s), &pos, &k) == NULL)) {
        atomic_store_relaxed(&it->pos, (int64_t)pos);       // nothing there: the long way need not look again
        return NO_VALUE;
    }
    atomic_store_relaxed(&it->pos, (int64_t)pos);
    atomic_store_relaxed(&it->left, atomic_load_relaxed(&it->left) - 1);
    return k;
}

#endif
