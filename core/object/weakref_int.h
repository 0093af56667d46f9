// SPDX-License-Identifier: MIT
// What weakref.c and weakproxy.c share.
#ifndef LADON_OBJECT_WEAKREF_INT_H
#define LADON_OBJECT_WEAKREF_INT_H
#include "core/object/weakref.h"

#include <pthread.h>
void weakref_slot_dealloc(Thread *th, Object *self);
int weakref_slot_traverse(Object *self, VisitFn visit, void *arg);
void weakref_slot_clear(Thread *th, Object *self);
Value weakref_describe(Thread *th, Value self, const char *what, bool with_name);
#endif
