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
    size_t        count, cap; // [o]
    uint32_t      depth;     // [o] nested releases
    uint8_t       at_safepoint; // [o] see GcThread
};

typedef struct RetireBatch RetireBatch;

// An object in the middle of its release: on the C stack of refcount.c, innermost first.
typedef struct Dying {
    struct Dying *prev;
    Object       *o;
} Dying;

typedef struct GcThread {
    Dying        *dying;     // [o] read by the collector while the world is stopped
    ReleaseFrame  top;       // [o] the present state; frames saved around Python code hang on top.prev
    RetireBatch  *batch;     // [o] being filled; taken over by a holder of the record
    RetireBatch  *running;   // [o] ready batches whose entries this thread is running, chained
    void        **deferred;  // [o] while the collector frees uncounted garbage: blocks whose memory is given back at the end
    size_t        deferred_n, deferred_cap; // [o]
    uint8_t       deferring; // [o]
    void         *qsbr_node; // [c] liburcu's reader of the OS thread
    void         *free_lists; // [c] the record's own: th->free_lists, but while allocations are traced
    uint8_t       at_safepoint; // [o] releases that need Python code are handed over to a helper (retire_hand_over)
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
void merge_release(Thread *th, DeadList *dead);       // that release; may run Python
// Both for the caller's own queue, anywhere: finalizers run on a helper.
void merge_safely(Thread *th);
// In a forked child, before any thread is started: what t, which does not exist here, was releasing stays as it is for good.
void release_orphaned(Thread *t);
// Gives o, whose count is zero and which nobody else can reach, one reference that any thread may give back.
void refcount_revive(Object *o);

// retire.c
void retire_poll(Thread *th);                        // POLL_RCU: reports a quiescent state, hands over and runs what is due; may run Python
// Releases what has been retired so far: stops the world for a moment, if there is anything. here: finalizers run on this thread, else a helper runs them
// while this waits a moment (detached).
void retire_flush(Thread *th, bool here);
// Leaves the release of o, whose count is zero and which nobody else can reach, to a helper, if th must not run Python code where it is. False: it may.
bool retire_hand_over(Thread *th, Object *o);
// Visits every value that waits in retire lists (world stopped).
int retire_visit(VisitFn visit, void *arg);

// qsbr.c: liburcu's record of the calling OS thread; taking the record of a thread that no longer exists out of its registry.
void *qsbr_reader(void);
// liburcu's number of the last grace period begun, and the one that the calling thread has announced a quiescent state for (0: offline).
unsigned long qsbr_period(void);
unsigned long qsbr_announced(void);
void qsbr_forget(void *reader);

// heap.c
void heap_thread_init(Thread *t);                    // the heaps of a new record, on its OS thread
// Between the two object_free keeps the memory, marked dead and uncounted, so that other garbage may still drop its references to it.
void heap_defer_begin(Thread *th);
void heap_defer_end(Thread *th);
size_t object_block_size(const Object *o);           // bytes of the block that holds o
// With the world stopped: calls fn for every live object of the traced heaps (non-zero stops); area, once for each run of equal blocks, with the address
// of the first (heap_visit_traced: before its objects, may be NULL; both go through the runs in the same order).
typedef int (*HeapVisitFn)(Object *o, size_t size, void *arg);
typedef void (*HeapAreaFn)(void *blocks, size_t bytes, size_t block_size, void *arg);
int heap_visit_traced(HeapAreaFn area, HeapVisitFn fn, void *arg);
void heap_visit_areas(HeapAreaFn area, void *arg);

// Counters of the trigger. [a]
extern int64_t gc_net_allocs;    // traced objects allocated minus freed since the last collection, as reported by threads
extern int64_t gc_trigger;       // collect when gc_net_allocs exceeds this; INT64_MAX while disabled

// ---- collector_space.c: every block of the traced heaps by address, with one word of the collector's per block. Valid while the world is stopped.
typedef struct GcArea {
    char    *base;       // first block
    uint32_t block_size, count;
    uint64_t magic;      // (offset * magic) >> 40 == offset / block_size
    uint32_t *words;     // count words: 0 no live object there, else GC_* bits and references not yet explained
} GcArea;
typedef struct GcSpace GcSpace;
enum { GC_PRESENT = 1, GC_MARKED = 2, GC_UNCOUNTED = 4, GC_GARBAGE = 8, GC_IMMORTAL = 16, GC_REF = 32 };
GcSpace *gc_space_build(void);                       // visits the heaps; NULL: no memory
void gc_space_free(GcSpace *s);                      // NULL: nothing
Object *gc_space_find_inside(const GcSpace *s, const void *p, uint32_t **word); // also for pointers into a block; dead blocks too
size_t gc_space_each(GcSpace *s, void (*fn)(Object *o, uint32_t *word, void *arg), void *arg); // present objects; their number
size_t gc_space_count(const GcSpace *s);             // number of present objects

// ---- collector.c
// Takes a reference to o with the world stopped, whoever the owner is.
void gc_pin(Object *o);
void gc_after_fork_child(Thread *th);                // the collection of a thread that is not in the child is over
// World stopped: o is garbage that the collection under way has found, or that an earlier one has cleared and left to the next. Who gives it out
// would have it used while it is freed.
bool gc_is_going(Object *o);

#endif
