// SPDX-License-Identifier: MIT
// What list.c, list_methods.c, list_iter.c and list_sort.c share.
#ifndef LADON_OBJECT_LIST_INT_H
#define LADON_OBJECT_LIST_INT_H
#include "core/object/list.h"
#include "core/object/container_inl.h"

ALWAYS_INLINE void list_lock(Thread *th, List *l) { owned_lock(th, &l->head, &l->lock); }
ALWAYS_INLINE void list_unlock(Thread *th, List *l) { owned_unlock(th, &l->head, &l->lock); }
// Item i, borrowed until the next safepoint; NO_VALUE when out of range. l must be readable.
ALWAYS_INLINE Value list_load_borrow(List *l, size_t i) {
    ListItems *items = atomic_load_acquire(&l->items);
    // The block's own capacity bounds the access: len may belong to a newer, larger block.
    if (UNLIKELY(i >= atomic_load_acquire(&l->len) || items == NULL || i >= items->cap)) return NO_VALUE;
    return atomic_load_acquire(&items->v[i]);
}
// Item i as a new reference, or NO_VALUE without an exception when i is out of range.
ALWAYS_INLINE Value list_load(Thread *th, List *l, size_t i) {
    container_readable(th, &l->head, &l->lock);
    return new_ref(th, list_load_borrow(l, i));
}
// Nobody but this thread, its owner, knows l: then l can be read without its lock, in one piece if that still holds afterwards (a foreign
// writer marks l as seen before it writes, and what it removes lives until the reader's next safepoint).
ALWAYS_INLINE bool list_is_private(Thread *th, const List *l) { return LIKELY(!th->mt) || (object_is_owner(th, &l->head) && !object_seen(&l->head)); }
// Storage (list.c). A block's places are not initialised. Replacing and giving back want the lock held.
ListItems *list_items_new(Thread *th, size_t cap);
int list_resize_block(Thread *th, List *l, size_t cap);
void list_shrink_locked(Thread *th, List *l);
// Items [start, end) as a new list.
Value list_range(Thread *th, List *l, size_t start, size_t end);
// All items as a new list that has room for as many more.
Value list_copy_with_room(Thread *th, List *l, size_t room);
// Replaces [lo, hi) by n owned values (taken over also on failure). lo and hi are clipped to the length at that moment.
int list_splice_owned(Thread *th, List *l, size_t lo, size_t hi, const Value *v, size_t n);
// Takes the whole content out: the list becomes empty. *items is the caller's (not shared with readers), NULL if there was nothing.
void list_take_all(Thread *th, List *l, ListItems **items, size_t *n);
extern const MethodDef list_methods[];
Value list_slot_iter(Thread *th, Value self);
Value list_meth_reversed(Thread *th, Value self, Value *args);
Value list_meth_sort(Thread *th, Value self, Value *args);
#endif
