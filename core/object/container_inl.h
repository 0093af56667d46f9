// SPDX-License-Identifier: MIT
// What all containers share: the writer lock with the seen-by-others mark, lock-free slots of iterators, quick equality, argument checks.
// Used by the built-in containers and by native modules that define containers or iterators.
#ifndef LADON_OBJECT_CONTAINER_INL_H
#define LADON_OBJECT_CONTAINER_INL_H
#include "core/base/hash.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/retire.h"
#include "sched/thread/lock.h"

// The lock of a list, dict or set goes with the mark "seen by others" (OBJ_SEEN) of its object:
//   - A foreign thread that comes for the first time marks the object under the lock, whether it wants to read or to write. It spins for the
//     lock and never parks on it.
//   - So nobody is parked on the lock of an unmarked object, and while its owner holds that lock it stays unmarked: the owner unlocks with
//     a plain store. It takes the lock with a compare-and-swap, which is what it and a first comer meet at.
// Marks o under its lock, so that the caller may read it without the lock from now on. Does not block but for the owner's short section.
void container_make_readable_slow(Thread *th, Object *o, ObjLock *lock);
// The mark for whoever touches o's attributes, which need no lock: under the lock all the same when o is a list, dict or set, too.
void object_touch(Thread *th, Object *o);
ALWAYS_INLINE void container_readable(Thread *th, Object *o, ObjLock *lock) {
    if (UNLIKELY(!object_readable(th, o))) container_make_readable_slow(th, o, lock);
}
// Takes the writer lock; a foreign writer marks the container first, so that what it removes is retired (the owner may be reading).
ALWAYS_INLINE void owned_lock(Thread *th, Object *o, ObjLock *lock) {
    if (LIKELY(!th->mt)) return;
    container_readable(th, o, lock);
    obj_lock(th, lock);
}
ALWAYS_INLINE void owned_unlock(Thread *th, Object *o, ObjLock *lock) {
    if (LIKELY(!th->mt)) return;
    if (LIKELY(!object_seen(o))) obj_unlock_private(lock);
    else obj_unlock(th, lock);
}

// The lock of all other objects, which may be marked without it. A foreign writer marks, so that what it removes is retired.
ALWAYS_INLINE void container_lock(Thread *th, Object *o, ObjLock *lock) {
    obj_lock(th, lock);
    if (UNLIKELY(th->mt) && !object_readable(th, o)) object_mark_seen(o);
}
ALWAYS_INLINE void container_unlock(Thread *th, ObjLock *lock) { obj_unlock(th, lock); }

// container_release with its common cases inline.
ALWAYS_INLINE void container_drop(Thread *th, const Object *o, Value v) {
    if (!value_is_object(v)) return;
    if (LIKELY(!th->mt || !object_seen(o))) object_decref(th, value_object(v));
    else container_release(th, o, v);
}

// Slots of objects without a lock (iterators). A reader marks first and loads second; a writer swaps first and looks at the mark second.
ALWAYS_INLINE Value slot_borrow(Thread *th, Object *o, Value *slot) {
    if (UNLIKELY(!object_readable(th, o))) object_mark_seen(o);
    return atomic_load_acquire(slot);
}
// Takes over v; the old value lives at least until the caller's next safepoint when others have seen o.
ALWAYS_INLINE void slot_store(Thread *th, Object *o, Value *slot, Value v_owned) {
    if (LIKELY(!th->mt)) { Value old = *slot; *slot = v_owned; decref(th, old); return; }
    Value old = atomic_swap_seqcst(slot, v_owned);
    atomic_fence_seqcst();
    container_release(th, o, old);
}
// Fields that are read often and replaced seldom, in objects that are not marked when others come (functions, properties, types): what is
// replaced is always retired when there are threads.
static inline void field_drop(Thread *th, Value old) {
    if (th->mt) retire_value(th, old);
    else decref(th, old);
}
static inline void field_set(Thread *th, Value *p, Value v_owned) { field_drop(th, atomic_swap_seqcst(p, v_owned)); }
// A new reference, or dflt when the field is empty. Acquires what v_owned's maker wrote.
static inline Value field_get(Thread *th, Value *p, Value dflt) {
    Value v = atomic_load_acquire(p);
    return v ? new_ref(th, v) : dflt;
}
// The value is taken out: the caller owns it. Only for slots that no reader borrows from.
ALWAYS_INLINE Value slot_take(Thread *th, Value *slot) {
    if (LIKELY(!th->mt)) { Value old = *slot; *slot = NO_VALUE; return old; }
    return atomic_swap_acq_rel(slot, NO_VALUE);
}
// A new reference to what the slot holds, or NO_VALUE.
ALWAYS_INLINE Value slot_get(Thread *th, Object *o, Value *slot) { return new_ref(th, slot_borrow(th, o, slot)); }
// A number in an iterator that several threads may advance: returns the old value and adds delta.
ALWAYS_INLINE int64_t counter_fetch_add(Thread *th, int64_t *p, int64_t delta) {
    if (LIKELY(!th->mt)) { int64_t v = *p; *p = v + delta; return v; }
    return atomic_add_acq_rel(p, delta);
}

// Exactly one reference exists, the caller's: the object may be changed in place. Acquires: what others did with it before they let go.
ALWAYS_INLINE bool object_is_unique(Thread *th, const Object *o) {
    return atomic_load_relaxed(&o->biased) == (th->owned | 1) && (atomic_load_acquire(&o->shared) >> OBJ_FLAG_BITS) == 0 &&
           !(atomic_load_relaxed(&o->shared) & (OBJ_IMMORTAL | OBJ_UNCOUNTED));
}

// An iterator that only this thread knows: it may be advanced without atomics and may hand out one tuple again and again.
ALWAYS_INLINE bool iter_is_private(Thread *th, const Object *it) { return LIKELY(!th->mt) || (object_is_owner(th, it) && !object_seen(it)); }
// A pair of owned values for a private iterator's step: *reuse is the tuple handed out last time, used again when nobody kept it.
ALWAYS_INLINE Value pair_reuse(Thread *th, Value *reuse, Value a_owned, Value b_owned) {
    Value r = *reuse;
    if (LIKELY(r != NO_VALUE) && object_is_unique(th, value_object(r))) {
        Tuple *t = AS(Tuple, r);
        Value x = t->items[0], y = t->items[1];
        t->items[0] = a_owned;
        t->items[1] = b_owned;
        t->hash = 0;
        incref(th, r);
        decref(th, x);
        decref(th, y);
        return r;
    }
    Value v[2] = {a_owned, b_owned};
    Value n = tuple_from_owned(th, v, 2);
    if (LIKELY(n != NO_VALUE)) { *reuse = new_ref(th, n); decref(th, r); }
    return n;
}

// value_equal_quick of two exact tuples.
int tuple_equal_quick(Value a, Value b, int depth);
// 1 equal, 0 different, -1: not known without a call of __eq__. Never runs Python.
ALWAYS_INLINE int value_equal_quick(Value a, Value b) {
    if (a == b) return 1;
    if (value_both_imm_int(a, b)) return 0;
    if (value_is_imm_float(a) && value_is_imm_float(b)) return value_imm_float_get(a) == value_imm_float_get(b);
    if (value_is_exact_str(a) && value_is_exact_str(b)) return str_equal(AS(Str, a), AS(Str, b));
    return -1;
}
// The same for keys of dicts and elements of sets, which are often tuples. For keys of equal hash that are not the same: no part of the probes, which need
// registers themselves.
int key_equal_quick(Value a, Value b);
// Identity or ==. 0 1 -1. Holds references while Python code runs.
ALWAYS_INLINE int value_equal(Thread *th, Value a, Value b) {
    int r = value_equal_quick(a, b);
    return LIKELY(r >= 0) ? r : object_equal(th, a, b);
}
// hash() of an object that says nothing else of it.
ALWAYS_INLINE int64_t hash_identity(Value v) {
    int64_t h = (int64_t)(v >> 4 | v << 60);
    return h == -1 ? -2 : h;
}
ALWAYS_INLINE int64_t value_hash(Thread *th, Value v) {
    if (value_is_imm_int(v)) return hash_int64(value_imm_int_get(v));
    if (value_is_exact_str(v)) return str_hash(AS(Str, v));
    return object_hash(th, v);
}

// The TypeError of an unhashable key or element gets the container's wording; always returns -1.
COLD int64_t container_hash_failed(Thread *th, Value v, const char *role);
// hash(key) for a dict / of an element of a set, with that wording.
ALWAYS_INLINE int64_t dict_key_hash(Thread *th, Value key) {
    int64_t h = value_hash(th, key);
    return LIKELY(h != -1) ? h : container_hash_failed(th, key, "dict key");
}
ALWAYS_INLINE int64_t set_item_hash(Thread *th, Value v) {
    int64_t h = value_hash(th, v);
    return LIKELY(h != -1) ? h : container_hash_failed(th, v, "set element");
}

// Copies n words that readers may be looking at.
ALWAYS_INLINE void values_copy_relaxed(Value *dst, const Value *src, size_t n) {
    for (size_t i = 0; i < n; i++) atomic_store_release(&dst[i], src[i]);
}
// memmove for a published array: whole words, in the direction that keeps overlapping parts right.
void values_move(Value *dst, const Value *src, size_t n, bool shared);
void values_release(Thread *th, Value *v, size_t n);   // decref each

ALWAYS_INLINE size_t kwnames_len(Value kwnames) { return kwnames ? AS(Tuple, kwnames)->len : 0; }
// Positional-only argument checks of constructors: 0 or -1 with CPython's TypeError texts.
int args_no_keywords(Thread *th, const char *fname, Value kwnames);
int args_count(Thread *th, const char *fname, size_t nargs, size_t min, size_t max);
// Both; keywords are let through for subclasses of t (they may take them in __init__).
int args_check_new(Thread *th, Type *type, Type *t, const char *fname, size_t nargs, size_t min, size_t max, Value kwnames);

// start and stop of index(): clipped. 0, or -1 with "slice indices must be integers or have an __index__ method".
int args_slice_index(Thread *th, Value v, intptr_t *out);
// operator.index(v) as an int proper: bools and instances of subclasses are converted. New reference.
Value index_exact(Thread *th, Value v);

// Operators of sequences let the other operand answer first when its class has the reflected method in Python: the result, or
// VALUE_NOT_IMPLEMENTED.
Value sequence_reflected_add(Thread *th, Value a, Value b);
Value sequence_reflected_mul(Thread *th, Value a, Value b);

// Releases attributes and weak references of instances of subclasses before object_free.
ALWAYS_INLINE void container_dealloc_end(Thread *th, Object *o, Shape *exact) {
    if (UNLIKELY(o->shape != exact || (atomic_load_relaxed(&o->shared) & OBJ_WEAKREFS))) object_release_attrs(th, o);
    object_free(th, o);
}
// The same where the size of an exact instance is known.
ALWAYS_INLINE void container_dealloc_sized(Thread *th, Object *o, Shape *exact, size_t size) {
    if (UNLIKELY(o->shape != exact)) {
        object_release_attrs(th, o);
        object_free(th, o);
        return;
    }
    if (UNLIKELY(atomic_load_relaxed(&o->shared) & OBJ_WEAKREFS)) object_release_attrs(th, o);
    object_free_sized(th, o, size);
}
// slots.iter of iterators.
static inline Value iter_self(Thread *th, Value self) { return new_ref(th, self); }
// The item a list's iterator, this thread's own, is at, borrowed, and its index; NO_VALUE: none, or not for this thread to read.
ALWAYS_INLINE Value list_iter_peek(Thread *th, ListIter *li, size_t *at) {
    Value seq = atomic_load_relaxed(&li->seq);
    if (UNLIKELY(seq == NO_VALUE)) return NO_VALUE;
    List *l = AS(List, seq);
    size_t i = *at = (size_t)atomic_load_relaxed(&li->index);
    ListItems *items;
    if ((UNLIKELY(th->mt) && !object_readable(th, &l->head)) || UNLIKELY(i >= atomic_load_relaxed(&l->len)) || UNLIKELY((items = atomic_load_acquire(&l->items)) == NULL) || UNLIKELY(i >= items->cap)) return NO_VALUE;
    return atomic_load_acquire(&items->v[i]);
}
// The same of a tuple's.
ALWAYS_INLINE Value tuple_iter_peek(ListIter *li, size_t *at) {
    Value seq = atomic_load_relaxed(&li->seq);
    size_t i = *at = (size_t)atomic_load_relaxed(&li->index);
    return LIKELY(seq != NO_VALUE) && LIKELY(i < AS(Tuple, seq)->len) ? AS(Tuple, seq)->items[i] : NO_VALUE;
}
// One step of an iterator: a new reference; NO_VALUE at the end (no exception) or on error. Those of lists and tuples that nobody else
// knows step here.
ALWAYS_INLINE Value iter_step(Thread *th, Value it) {
    Shape *s = value_is_object(it) ? atomic_load_acquire(&value_object(it)->shape) : NULL;
    if ((s == &shape_list_iterator || s == &shape_tuple_iterator) && iter_is_private(th, value_object(it))) {
        ListIter *li = AS(ListIter, it);
        size_t i;
        Value v = s == &shape_list_iterator ? list_iter_peek(th, li, &i) : tuple_iter_peek(li, &i);
        if (LIKELY(v != NO_VALUE)) {
            atomic_store_relaxed(&li->index, (int64_t)i + 1);
            incref(th, v);
            return v;
        }
    }
    UnaryFn next = type_of(it)->slots.next;
    if (UNLIKELY(next == NULL)) return iter_next(th, it);
    Value v = next(th, it);
    if (UNLIKELY(v == NO_VALUE) && UNLIKELY(th->exc != NO_VALUE)) error_clear_if(th, &exc_StopIteration);
    return v;
}
// type(o).__reduce__ helpers: builtins.<name> as a new reference.
Value builtin_get(Thread *th, const char *name);
// (f, (args...)) and (f, (args...), state) from owned parts, any of which may be NO_VALUE (then NO_VALUE, the others released).
Value reduce_make(Thread *th, Value f_owned, Value args_owned, Value state_owned);
Value reduce_make2(Thread *th, Value f_owned, Value args_owned);
// Appends repr(v).
int repr_append(Thread *th, StrBuilder *b, Value v);
#endif
