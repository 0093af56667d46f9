// SPDX-License-Identifier: MIT
// The cycle collector (design: "Cycle collector") and what the gc module needs of it.
#ifndef LADON_GC_GC_H
#define LADON_GC_GC_H

#include "gc/heap.h"
#include "gc/refcount.h"
#include "gc/retire.h"

// Collects now. Returns the number of unreachable objects found, -1 with an exception set.
//   may stop the world, run Python (finalizers, weakref callbacks); safepoint: yes
intptr_t gc_collect(Thread *th, int generation);
// Registers a C variable holding a reference to an uncounted or counted object as root, for the life of the process.
void gc_add_root(Value *where);
// Takes o out of (or back into) the collector's sight; both no-ops for types that are not TYPE_TRACED.
void gc_untrack(Object *o);
bool gc_is_tracked(const Object *o);

// Weak references: one list per referent, in a side table keyed by address (flag OBJ_WEAKREFS). core/object/weakref.c is the type.
// Called by object deallocation: clears the weak references to o and calls their callbacks.
void weakref_clear_all(Thread *th, Object *o);

#endif
