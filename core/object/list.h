// SPDX-License-Identifier: MIT
// list: growable array, read without locks (see gc/refcount.h object_readable), written under ->lock.
// Publication order: item first, len second. A reader loads items (acquire) and then bounds-checks against items' own capacity word, because
// len and items can be from different moments: ListItems carries its capacity.
#ifndef LADON_OBJECT_LIST_H
#define LADON_OBJECT_LIST_H
#include "core/object/type.h"
typedef struct ListItems { size_t cap; Value v[]; } ListItems;
struct List {
    Object head;
    ObjLock lock;      // [a] guards writers
    size_t len;        // [a] items in use; written under lock, read anywhere
    ListItems *items;  // [r] replaced whole; old block freed after a grace period; NULL when never filled. Entries beyond len are NO_VALUE
};
ALWAYS_INLINE bool value_is_list(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_LIST_SUBCLASS); }
ALWAYS_INLINE bool value_is_exact_list(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_list; }
Value list_new(Thread *th, size_t capacity);                       // empty
Value list_from_array(Thread *th, const Value *items, size_t n);   // borrowed items
// A list of n > 0 items, which the caller puts into the places returned, at once; new reference in *list. NULL: MemoryError.
Value *list_new_places(Thread *th, size_t n, Value *list);
Value list_from_owned(Thread *th, const Value *items, size_t n);    // takes over the references, also on failure
int list_append(Thread *th, List *l, Value v);                     // v borrowed
extern NativeFunction list_meth_append;   // list.append: what the virtual machine may do by itself
int list_append_owned(Thread *th, List *l, Value v_owned);
int list_extend(Thread *th, List *l, Value iterable);
int list_insert(Thread *th, List *l, intptr_t i, Value v);
Value list_get(Thread *th, List *l, intptr_t i);                   // new reference; IndexError "list index out of range"; i may be negative
// The lock-free fast read: 0 <= i. New reference, or NO_VALUE without an exception when out of range or not readable yet.
Value list_try_get(Thread *th, List *l, size_t i);
// The same for any list: NO_VALUE without an exception when out of range. May block.
Value list_item_at(Thread *th, List *l, size_t i);
int list_set(Thread *th, List *l, intptr_t i, Value v);            // v borrowed
Value list_pop(Thread *th, List *l, intptr_t i);
// Removes the first item that is v itself, in one step. 1, or 0: there is none. Runs no Python before it is done.
int list_remove_same(Thread *th, List *l, Value v);
int list_reserve_locked(Thread *th, List *l, size_t n);              // room for n items in all; l->lock is held
Value sequence_to_list(Thread *th, Value iterable);                // list(x)
Value sequence_items(Thread *th, Value iterable);                  // the same without asking x for its length
Value list_to_tuple(Thread *th, List *l);
// l[start:stop:step], l[start:stop:step] = v (NO_VALUE: del). The parts are borrowed, None where not given. May run Python code.
Value list_get_slice(Thread *th, List *l, Value start, Value stop, Value step);
int list_set_slice(Thread *th, List *l, Value start, Value stop, Value step, Value v);
// If l has exactly n items, they go to dst as new references, all of one moment. false: it has not, and nothing was done.
bool list_unpack(Thread *th, List *l, Value *dst, size_t n);
int list_sort(Thread *th, Value list, Value key_or_none, bool reverse);
ALWAYS_INLINE size_t list_len(const List *l) { return atomic_load_acquire(&l->len); }
// For loops over a list that C code owns alone (not shared, no Python run between): direct items.
ALWAYS_INLINE Value *list_items_raw(List *l) { return l->items ? l->items->v : NULL; }
#endif
