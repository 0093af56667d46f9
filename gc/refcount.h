// SPDX-License-Identifier: MIT
// Biased reference counts (Choi, Shull, Torrellas: "Biased Reference Counting", PACT 2018) on tagged words.
// The owner changes `biased` without atomics; everyone else changes `shared`. Immortal and uncounted objects carry owner id OBJ_TID_NONE, so
// both fast paths miss and the slow path returns at once.
#ifndef LADON_GC_REFCOUNT_H
#define LADON_GC_REFCOUNT_H

#include "sched/thread/thread.h"

void object_incref_foreign(Thread *th, Object *o);   // not the owner, or owner's count about to overflow
void object_decref_slow(Thread *th, Object *o);      // not the owner
void object_owner_zero(Thread *th, Object *o);       // the owner's count reached zero: merge or free

// What the owner's word says to th: the count, OBJ_COUNT_MASK at most, when th is the owner, else more than that.
ALWAYS_INLINE uint32_t object_own_count(const Thread *th, uint32_t biased) { return biased - th->owned; }
// Whether that count may be raised, or lowered without becoming 0: one comparison for both questions, whose it is and how many.
ALWAYS_INLINE bool own_count_can_rise(uint32_t n) { return n < OBJ_COUNT_MASK; }
ALWAYS_INLINE bool own_count_can_fall(uint32_t n) { return n - 2 < OBJ_COUNT_MASK - 1; }
ALWAYS_INLINE bool object_is_owner(Thread *th, const Object *o) { return object_own_count(th, atomic_load_relaxed(&o->biased)) <= OBJ_COUNT_MASK; }

ALWAYS_INLINE void object_incref(Thread *th, Object *o) {
    uint32_t b = atomic_load_relaxed(&o->biased);
    // Owner, and not about to overflow the 20 bits.
    if (LIKELY(own_count_can_rise(object_own_count(th, b)))) atomic_store_relaxed(&o->biased, b + 1);
    else object_incref_foreign(th, o);
}
ALWAYS_INLINE void object_decref(Thread *th, Object *o) {
    uint32_t b = atomic_load_relaxed(&o->biased), n = object_own_count(th, b);
    if (LIKELY(n <= OBJ_COUNT_MASK)) {
        atomic_store_relaxed(&o->biased, b - 1);
        if (UNLIKELY(n == 1)) object_owner_zero(th, o);
    } else object_decref_slow(th, o);
}
// Values: NO_VALUE and immediates are ignored.
ALWAYS_INLINE void incref(Thread *th, Value v) { if (value_is_object(v)) object_incref(th, value_object(v)); }
ALWAYS_INLINE void decref(Thread *th, Value v) { if (value_is_object(v)) object_decref(th, value_object(v)); }
ALWAYS_INLINE Value new_ref(Thread *th, Value v) { incref(th, v); return v; }
// Stores NO_VALUE into *p and releases what was there.
ALWAYS_INLINE void clear_ref(Thread *th, Value *p) { Value v = *p; *p = NO_VALUE; decref(th, v); }
ALWAYS_INLINE void set_ref(Thread *th, Value *p, Value v_owned) { Value old = *p; *p = v_owned; decref(th, old); }

// o has nothing left that its finalizer would do: its release goes without it. Held by the caller.
ALWAYS_INLINE void object_mark_finalized(Thread *th, Object *o) {
    if (LIKELY(!th->mt)) o->shared |= OBJ_FINALIZED;
    else atomic_or_seqcst(&o->shared, (uint32_t)OBJ_FINALIZED);
}

// A container read without its lock by this thread: true when lock-free reading is allowed (owner, or already marked seen).
// Otherwise take the container's lock once, object_mark_seen, unlock; then read. What is read is loaded after this test: until the mark, the
// owner frees at once what it replaces.
ALWAYS_INLINE bool object_readable(Thread *th, const Object *o) {
    return LIKELY(object_is_owner(th, o)) || (atomic_load_acquire(&o->shared) & OBJ_SEEN); // acquire: what the owner did before the mark
}
// Sets OBJ_SEEN (sequentially consistent: pairs with writers that swap a slot and then look at the flag).
void object_mark_seen(Object *o);
ALWAYS_INLINE bool object_seen(const Object *o) { return (atomic_load_relaxed(&o->shared) & OBJ_SEEN) != 0; }

// Another thread may be looking at what has just been removed from container o: others have seen o, and not all of them are away (blocked, ended).
ALWAYS_INLINE bool object_watched(Thread *th, const Object *o) { return th->mt && object_seen(o) && !thread_others_away(th); }

// Releases a value that was just removed from container o: at once when no other thread may be looking at it, else after a grace period.
void container_release(Thread *th, const Object *o, Value v);
// The same for a block from mem_alloc that readers may still be looking at (an old items array or table).
void container_free(Thread *th, const Object *o, void *block);
// The container's reference to v, just removed, becomes the caller's; while readers may be about to take one, another is kept for a grace period.
void container_hand_over(Thread *th, const Object *o, Value v);

// For holders of something weaker than a reference (a weak reference's table, under its lock): takes a reference unless the object's release
// has begun. The memory of o must be kept valid by the caller.
bool object_try_incref(Thread *th, Object *o);

void object_make_immortal(Object *o);            // for ever
void object_make_uncounted(Thread *th, Object *o); // only the collector frees it from now on
#define OBJECT_UNCOUNTED_REFS 0xC0000000         // what it says of immortal and uncounted objects, as CPython does of immortal ones
intptr_t object_refcount(const Object *o);       // for sys.getrefcount: approximate when other threads run

#endif
