// SPDX-License-Identifier: MIT
// What the set files share: the open-addressing table. An element's hash is stored before its key (release); a removed element's place keeps
// its hash and gets the key SET_DUMMY, and is not used again. Tables are replaced whole, as in dict.
#ifndef LADON_OBJECT_SET_INT_H
#define LADON_OBJECT_SET_INT_H
#include "core/object/set.h"
#include "core/object/container_inl.h"
#include "core/object/set_inl.h"

#define SET_MIN 8
extern uint8_t set_table_empty[];
#define SET_EMPTY ((SetTable *)set_table_empty)

ALWAYS_INLINE void set_lock(Thread *th, Set *s) { owned_lock(th, &s->head, &s->lock); }
ALWAYS_INLINE void set_unlock(Thread *th, Set *s) { owned_unlock(th, &s->head, &s->lock); }
ALWAYS_INLINE void set_readable(Thread *th, Set *s) { container_readable(th, &s->head, &s->lock); }

// Looks without running Python: 1 there, at *place; 0 absent, *place is where it would go; -1: only __eq__ can tell.
// The table is that of a set this thread may read; a place found is good until the next safepoint.
ALWAYS_INLINE int table_seek(SetTable *t, Value v, int64_t hash, SetEntry **place) {
    SetEntry *first = &t->e[(size_t)hash & t->mask];    // mostly the place, without more ado
    Value k1 = atomic_load_acquire(&first->key);
    if (k1 == v) { *place = first; return 1; }
    if (k1 == NO_VALUE) { *place = first; return 0; }
    SET_PROBE(t, hash, {
        Value k = atomic_load_acquire(&entry->key);
        if (k == v) { *place = entry; return 1; }
        if (k == NO_VALUE) { *place = entry; return 0; }
        if (UNLIKELY(entry->hash == hash) && k != SET_DUMMY) {
            int r = key_equal_quick(k, v);
            if (UNLIKELY(r < 0)) return -1;
            if (r) { *place = entry; return 1; }
        }
    });
}
// Adds an element that is known to be absent to a set that nobody else knows; takes over the reference. 0 or -1 MemoryError.
int set_put_new(Thread *th, Set *s, Value v_owned, int64_t hash);
// Hash of an element to look for: a set stands for the frozenset of its elements. -1 error.
int64_t set_lookup_hash(Thread *th, Value v);
int set_add_hash(Thread *th, Set *s, Value v, int64_t hash);        // 1 added, 0 was there, -1
int set_contains_hash(Thread *th, Set *s, Value v, int64_t hash);
int set_discard_hash(Thread *th, Set *s, Value v, int64_t hash);
Value set_pop(Thread *th, Set *s);
void set_clear(Thread *th, Set *s);
// A set or frozenset (t) with the elements of s.
Value set_copy(Thread *th, Type *t, Set *s);
Value set_alloc(Thread *th, Type *t);
// Exchanges the contents of s with those of other, which only the caller knows.
void set_swap_contents(Thread *th, Set *s, Set *other);
int64_t set_compute_hash(Thread *th, Set *s);
// Like set_next, with the element's hash.
bool set_next_hash(Thread *th, Set *s, size_t *pos, Value *item, int64_t *hash);
extern const MethodDef set_methods[], frozenset_methods[];
Value set_slot_iter(Thread *th, Value self);
Value set_slot_repr(Thread *th, Value self);
Value set_slot_compare(Thread *th, Value a, Value b, int op);
Value set_slot_or(Thread *th, Value a, Value b);
Value set_slot_and(Thread *th, Value a, Value b);
Value set_slot_sub(Thread *th, Value a, Value b);
Value set_slot_xor(Thread *th, Value a, Value b);
Value set_slot_ior(Thread *th, Value a, Value b);
Value set_slot_iand(Thread *th, Value a, Value b);
Value set_slot_isub(Thread *th, Value a, Value b);
Value set_slot_ixor(Thread *th, Value a, Value b);
#endif
