// SPDX-License-Identifier: MIT
// set and frozenset: same rules as dict (core/object/dict.h).
#ifndef LADON_OBJECT_SET_H
#define LADON_OBJECT_SET_H
#include "core/object/type.h"
typedef struct Set Set;
Value set_new(Thread *th, Value iterable);        // iterable NO_VALUE: empty
Value frozenset_new(Thread *th, Value iterable);   // of the items of an iterable (NO_VALUE: empty). May run Python
int set_add(Thread *th, Set *s, Value v);          // 0 or -1; v borrowed; also while building a frozenset
int set_contains(Thread *th, Set *s, Value v);     // 0 1 -1
int set_discard(Thread *th, Set *s, Value v);      // 1 removed, 0 absent, -1
int set_update(Thread *th, Set *s, Value iterable);
size_t set_len(const Set *s);   // number of items; another thread may change it at once
bool set_next(Thread *th, Set *s, size_t *pos, Value *item); // new reference
ALWAYS_INLINE bool value_is_set(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_SET_SUBCLASS); } // set or frozenset
#endif
