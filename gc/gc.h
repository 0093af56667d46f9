// SPDX-License-Identifier: MIT
// The cycle collector (design: "Cycle collector") and what the gc module needs of it.
#ifndef LADON_GC_GC_H
#define LADON_GC_GC_H

#include "gc/heap.h"
#include "gc/refcount.h"
#include "gc/retire.h"

// Collects now, the whole heap. generation: for the statistics; 2 also releases what waits for a grace period first.
//   return  the number of unreachable objects found, -1 with an exception set
//   may     stop the world, run Python (finalizers, weakref callbacks); safepoint: yes
intptr_t gc_collect(Thread *th, int generation);
// Releases what has been dropped before this call and waits for another thread or for a grace period. For joins, and for fork: in the child nobody comes for
// it. Finalizers run on a helper, for which this waits a moment.
//   may     stop the world, block (detached); safepoint: yes
void gc_settle(Thread *th);
// Registers a C variable holding a reference to an uncounted or counted object as root, for the life of the process.
void gc_add_root(Value *where);
// Registers an object outside the heaps (a static type...) whose references are roots. type_ready calls it.
void gc_add_static(Object *o);
// Registers a function that visits roots kept elsewhere (world stopped).
typedef void (*GcRootFn)(VisitFn visit, void *arg);
// For the life of the process; any thread. Aborts without memory.
void gc_add_root_fn(GcRootFn fn);
// For traverse functions: visits n Values that lie `step` words apart; NO_VALUE is passed over. The collector's own visits take a run in one loop.
int gc_visit_values(const Value *v, size_t n, size_t step, VisitFn visit, void *arg);
// Does visit look at nothing but traced objects? Then text, say, need not be shown to it.
bool gc_visits_traced(VisitFn visit);
// Visits the local variables of a thread's frames, which are counted there, or may be stale where a frame is just being released (world stopped);
// set by core/vm. NULL: nothing.
extern void (*gc_frames_hook)(Thread *t, VisitFn visit, void *arg);
// Takes o out of (or back into) the collector's sight; both no-ops for types that are not TYPE_TRACED.
void gc_untrack(Object *o);
bool gc_is_tracked(const Object *o);             // gc.is_tracked()

// Everything o refers to: its traverse, attribute area, and the type of an instance of a heap type. Used by the collector and gc.get_referents.
int object_traverse(Object *o, VisitFn visit, void *arg);

// Weak references: one list per referent, in a side table keyed by address (flag OBJ_WEAKREFS). core/object/weakref.c is the type.
// Called by object deallocation: clears the weak references to o and calls their callbacks.
void weakref_clear_all(Thread *th, Object *o);

// What gc/ needs from the floors above; set at load time (core/object/gc_hooks.c).
typedef struct GcHooks {
    void (*memory_error)(Thread *th);                        // raises MemoryError
    void (*unraisable)(Thread *th, const char *msg, Value where); // reports and clears the pending exception
    void (*weakref_clear)(Thread *th, Object *o);            // weakref_clear_all
    bool (*weakref_calls)(Thread *th, Object *o);            // whether that calls Python code
    int  (*visit_attrs)(Object *o, VisitFn visit, void *arg); // the attribute area
    void (*clear_attrs)(Thread *th, Object *o);              // drops the references in the attribute area; the object stays valid
    void (*unlink_type)(Type *t);                            // world stopped: takes a garbage type out of its bases' lists of subclasses
    void (*collect_callbacks)(Thread *th, bool start, int generation, intptr_t collected, intptr_t uncollectable); // gc.callbacks
} GcHooks;
extern GcHooks gc_hooks;

#endif
