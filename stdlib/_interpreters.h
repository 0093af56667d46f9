// SPDX-License-Identifier: MIT
// What _interpqueues needs of _interpreters: the exceptions, what may cross from one interpreter to another, and how ids are read.
#ifndef LADON_STDLIB_INTERPRETERS_H
#define LADON_STDLIB_INTERPRETERS_H
#include "core/object/module.h"

// Makes the module's exceptions, once; any module that raises one calls it when it is imported. 0, or -1 with an exception.
int interpreters_init(Thread *th);
// NotShareableError for v.    return  NO_VALUE, always with an exception
Value interpreters_not_shareable(Thread *th, Value v);
// Whether v crosses as it is: None, bool, int, float, str, bytes, memoryview, tuple, or an instance of the type of queues (PEP 734).
bool interpreters_shareable(Value v);
// Whether v and all items of the tuples in it cross as they are.    return  1, 0, -1 with an exception (too deep)
int interpreters_all_shareable(Thread *th, Value v);
// An id of an object of the process ("interpreter ID", "queue ID"): a non-negative int. 0, or -1 with an exception.
int interpreters_id(Thread *th, Value v, const char *what, int64_t *out);
// The type whose instances stand for queues (_interpqueues._register_heap_types), NULL before. Owned by the root in _interpqueues.
void interpreters_set_queue_type(Type *t);

#endif
