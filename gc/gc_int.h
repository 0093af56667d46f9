// SPDX-License-Identifier: MIT
// What the files of gc/ share: the per-thread private part, merge queues, retire batches, the collector's counters.
#ifndef LADON_GC_INT_H
#define LADON_GC_INT_H

#include "core/base/assert.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

// Saved release state of a thread while Python code (a finalizer, a weak reference's callback) runs inside a release.
typedef struct ReleaseFrame ReleaseFrame;
struct ReleaseFrame {
    ReleaseFrame *prev;
    Object      **pending;   // [o] objects with count zero that wait for their release; whole, so the collector treats them as roots
    size_t        count, cap;
    uint32_t      depth;
};

typedef struct RetireBatch RetireBatch;

typedef struct GcThread {
    ReleaseFrame  top;       // [o] the present state; frames saved around Python code hang on top.prev
    RetireBatch  *batch;     // [o] being filled; taken over by a holder of the record
    RetireBatch  *running;   // [o] ready batches whose entries this thread is running, chained
    void         *qsbr_node; // [c] liburcu's reader of the OS thread
    uint8_t       orphan;    // [c after fork] its OS thread is gone: never allocate from these heaps
} GcThread;

ALWAYS_INLINE GcThread *gc_of(Thread *t) { return t->gc_state; }

ALWAYS_INLINE int32_t shared_count(uint32_t s) { return (int32_t)s >> OBJ_FLAG_BITS; }
#define SHARED_ONE (1u << OBJ_FLAG_BITS)

// refcount.c: frees or resurrects o, whose count is zero and which nobody else can reach.
void object_release(Thread *th, Object *o);
// Merges everything queued for t. t is the caller, or held by the caller, or the world is stopped. Objects whose count is zero are
// added to *dead (malloc'ed, grown; the caller releases each and frees the array).
typedef struct DeadList { Object **v; size_t n, cap; } DeadList;
void merge_drain(Thread *t, DeadList *dead);
void merge_release(Thread *th, DeadList *dead);

// retire.c
void retire_thread_exit(Thread *th);
void retire_poll(Thread *th);
// Visits every value that waits in retire lists (world stopped).
int retire_visit(VisitFn visit, void *arg);

// heap.c
void heap_thread_init(Thread *t);
// Calls fn for every live object of the traced heaps (world stopped). Non-zero stops.
typedef int (*HeapVisitFn)(Object *o, size_t size, void *arg);
int heap_visit_traced(HeapVisitFn fn, void *arg);

// Counters of the trigger. [a]
extern int64_t gc_net_allocs;    // traced objects allocated minus freed since the last collection, as reported by threads
extern int64_t gc_trigger;       // collect when gc_net_allocs exceeds this; INT64_MAX while disabled

// Uncounted objects outside the traced heaps (promoted str, bytes, int...), for the collector. May lock.
void gc_note_plain_uncounted(Thread *th, Object *o);

#endif
