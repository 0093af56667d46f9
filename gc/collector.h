// SPDX-License-Identifier: MIT
// What the gc module and weak references need of the collector beyond gc.h.
#ifndef LADON_GC_COLLECTOR_H
#define LADON_GC_COLLECTOR_H

#include "gc/gc.h"

typedef struct GcSpace GcSpace;
enum { GC_DEBUG_STATS = 1, GC_DEBUG_COLLECTABLE = 2, GC_DEBUG_UNCOLLECTABLE = 4, GC_DEBUG_SAVEALL = 32, GC_DEBUG_LEAK = 38 };
typedef struct GcStats { int64_t collections, collected, uncollectable; } GcStats;
typedef struct GcSettings {
    bool     enabled;        // [a]
    int64_t  threshold[3];   // [a] as gc.set_threshold; only the first has an effect
    uint32_t debug;          // [a] GC_DEBUG_*
    GcStats  stats[3];       // [a] written by the collecting thread
    size_t   survived;       // [a] written by the collecting thread: traced objects alive after the last collection
    int64_t  last_pause_ns, max_pause_ns; // the same
} GcSettings;
extern GcSettings gc_settings;

void gc_update_trigger(void);          // after a change of enabled or threshold
int64_t gc_sum_allocs(void);           // world stopped: exact net allocations since the last collection
int64_t gc_allocs_estimate(void);      // any time

// All traced objects that are alive, each with a new reference, in a malloc'ed array. NULL with *n 0: none or no memory.
Object **gc_snapshot(Thread *th, size_t *n);
// Those that refer to any of targets (borrowed), likewise.
Object **gc_find_referrers(Thread *th, const Value *targets, size_t ntargets, size_t *n);
// What o refers to: new references.
Value *gc_find_referents(Thread *th, Object *o, size_t *n);

// Is there an object whose finalizer may still run, other than the nknown at `known` (borrowed)? Those whose release is under way count.
//   may     stop the world
bool gc_has_finalizer(Thread *th, Object *const *known, size_t nknown);

// gc.freeze: every object now alive is kept out of collections.
void gc_freeze(Thread *th);
void gc_unfreeze(Thread *th);                          // those take part again
size_t gc_freeze_count(void);                          // how many there are
int gc_frozen_visit(VisitFn visit, void *arg);         // visits them (world stopped). 0

// DEBUG_SAVEALL: hands garbage (pinned) over to gc.garbage through this hook.
extern void (*gc_save_all_hook)(Thread *th, Object **v, size_t n);
void gc_save_all(Thread *th, Object **v, size_t n);    // calls it, if it is set

// Weak references during a collection (core/object/weakref.c). clear, with the world stopped: clears those to o and adds the ones whose callbacks are to be called
// to *out (NULL: none are).
typedef struct GcCallbacks { Object **v; size_t n, cap; } GcCallbacks;  // weak reference objects, owned, whose callbacks are to be called
typedef struct GcWeakrefHooks {
    void (*clear)(Object *o, GcSpace *space, GcCallbacks *out);
    void (*run_callbacks)(Thread *th, GcCallbacks *list);   // calls, and releases each
    DeallocFn dealloc;                                      // of weak references and proxies; classes made from them have such a base
} GcWeakrefHooks;
extern GcWeakrefHooks gc_weakref_hooks;
bool gc_is_garbage_word(GcSpace *s, Object *o);             // o was found to be garbage by the collection under way

// Debug verification of the whole heap (world stopped): counts the references from inside the traced heaps and checks no object has fewer
// counted; checks headers. Aborts with a message. Number of objects.
size_t gc_verify(Thread *th);
// LADON_STRESS from the environment: see gc/README.md.
extern struct GcStress { bool gc, stop, cap, verify; } gc_stress;

#endif
