// SPDX-License-Identifier: MIT
// Weak references and proxies: one structure for the three types.
#ifndef LADON_OBJECT_WEAKREF_H
#define LADON_OBJECT_WEAKREF_H
#include "core/object/type.h"
typedef struct WeakRef WeakRef;
struct WeakRef {
    Object   head;          // counted without an owner from birth (merged), so object_try_incref on it is exact
    Object  *referent;      // [a] written under the shard's lock; NULL: dead. Not counted
    Value    callback;      // [l shard] owned, or NO_VALUE
    int64_t  hash;          // [a] 0: not computed
    WeakRef *next, *prev;   // [l shard] all references to one object; reusable ones first, then newest first
    uint32_t shard;         // [c]
    uint8_t  reusable;      // [c] exact type, no callback: ref(x) gives the same object again
};
// A weak reference to obj; callback borrowed, NO_VALUE: none. TypeError "cannot create weak reference to 'T' object".
//   return  new reference; without a callback possibly an existing one
Value weakref_new(Thread *th, Value obj, Value callback);
// The referent: new reference, or NO_VALUE when it is dead (no exception). wr: an instance of weakref or a proxy.
Value weakref_get(Thread *th, Value wr);
// Number of live weak references and proxies to obj.
size_t weakref_count(Thread *th, Value obj);
// New List of them.
Value weakref_list(Thread *th, Value obj);
// True when some live weak reference has a callback (borrowed) for which `counts` is true. counts may not run Python code, allocate or wait: it is called with a lock held.
bool weakref_any_callback(Thread *th, bool (*counts)(Value callback, const void *arg), const void *arg);
// True when wr's referent is gone.
bool weakref_is_dead(Value wr);
Value weakproxy_new(Thread *th, Value obj, Value callback);   // weakref.proxy(obj, callback)
ALWAYS_INLINE bool value_is_weakref(Value v) { return value_is_instance(v, &type_weakref); }
#endif
