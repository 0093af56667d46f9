// SPDX-License-Identifier: MIT
// tuple: immutable, items inline.
#ifndef LADON_OBJECT_TUPLE_H
#define LADON_OBJECT_TUPLE_H
#include "core/object/type.h"
struct Tuple {
    Object head;
    size_t len;       // [c]
    int64_t hash;     // [a] 0: not computed; relaxed, idempotent
    Value items[];    // [c] once published
};
ALWAYS_INLINE bool value_is_tuple(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_TUPLE_SUBCLASS); }
ALWAYS_INLINE bool value_is_exact_tuple(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_tuple; }
extern Value tuple_empty;                                               // immortal ()
Tuple *tuple_new(Thread *th, size_t len);                               // items NO_VALUE; fill before the next safepoint. NULL: MemoryError
Value tuple_from_array(Thread *th, const Value *items, size_t n);       // items borrowed
Value tuple_from_owned(Thread *th, const Value *items, size_t n);       // takes over the references, also on failure
Value tuple_pack1(Thread *th, Value a);                                 // borrowed
Value tuple_pack2(Thread *th, Value a, Value b);   // (a, b): borrowed, counted
Value tuple_pack3(Thread *th, Value a, Value b, Value c);   // the same for three
Value sequence_to_tuple(Thread *th, Value iterable);                    // tuple(x)
Value tuple_slice(Thread *th, Value t, size_t start, size_t end);   // t[start:end], end clipped to the length; t itself, counted, when that is all
#endif
