// SPDX-License-Identifier: MIT
// The hot body of list.append, for list.c and the virtual machine.
#ifndef LADON_OBJECT_LIST_INL_H
#define LADON_OBJECT_LIST_INL_H
#include "core/object/container_inl.h"
#include "core/object/list.h"

// Appends v to l while there is room and l is nobody's but this thread's.
//   v       taken over when the result is true
//   return  false: nothing was done; list_append_owned does it
//   may     block, run Python, reach a safepoint: no
ALWAYS_INLINE bool list_append_quick(Thread *th, List *l, Value v) {
    size_t n;
    if (LIKELY(!th->mt)) {
        if (UNLIKELY(!l->items) || UNLIKELY((n = l->len) >= l->items->cap)) return false;
        l->items->v[n] = v;
        l->len = n + 1;
        return true;
    }
    if (!object_is_owner(th, &l->head) || object_seen(&l->head) || UNLIKELY(!obj_try_lock(&l->lock))) return false;
    // Who comes first marks l under its lock: unmarked now, it stays so until the lock is let go.
    if (LIKELY(!object_seen(&l->head)) && LIKELY(l->items != NULL) && LIKELY((n = l->len) < l->items->cap)) {
        atomic_store_release(&l->items->v[n], v);
        atomic_store_release(&l->len, n + 1);
        obj_unlock_private(&l->lock);
        return true;
    }
    owned_unlock(th, &l->head, &l->lock);
    return false;
}
#endif
