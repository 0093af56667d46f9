// SPDX-License-Identifier: MIT
// collections.deque for native event loops.
#ifndef LADON_STDLIB_DEQUE_H
#define LADON_STDLIB_DEQUE_H
#include "core/object/type.h"
// Is v a deque, of no subclass?
bool value_is_exact_deque(Value v);
// deque.append(v); v is taken over. 0, or -1 with MemoryError.
int deque_append_owned(Thread *th, Value deque, Value v_owned);
// deque.popleft(): a new reference, or NO_VALUE without an exception when it is empty.
Value deque_take_first(Thread *th, Value deque);
#endif
