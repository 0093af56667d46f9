// SPDX-License-Identifier: MIT
// The record of one Python thread, and the attached/detached protocol (design: "Threads and safepoints").
// Records are made per OS thread, parked with their heaps and owner id when it ends, and reused by the next Python thread.
#ifndef LADON_THREAD_H
#define LADON_THREAD_H

#include "core/base/atomic.h"
#include "core/value/object.h"

// Bits of Thread.poll: why the thread should visit thread_safepoint_slow.
enum {
    POLL_STOP   = 1 << 0,  // stop-the-world wanted: park
    POLL_SIGNAL = 1 << 1,  // main thread: run Python signal handlers
    POLL_MERGE  = 1 << 2,  // objects queued for this owner wait to be merged
    POLL_RCU    = 1 << 3,  // someone waits for a grace period: report a quiescent state, drain own retire list
    POLL_ASYNC  = 1 << 4,  // an asynchronous exception is set for this thread
    POLL_GC     = 1 << 5,  // this thread allocated enough: collect
    POLL_CALLS  = 1 << 6,  // pending calls
};

enum { THREAD_DETACHED, THREAD_ATTACHED, THREAD_PARKED /* stopped by stop-the-world */ };

struct Thread {
    // Hot: touched by every instruction.
    uint32_t poll;            // [a] POLL_* bits; set by anyone, cleared by this thread
    uint32_t tid;             // [c] owner id, 1..0xFFE
    Frame   *frame;           // [o] innermost Python frame; [a] read by others while this thread is stopped
    Value    exc;             // [o] pending exception instance, or NO_VALUE
    Value    handled;         // [o] exception being handled (sys.exception()), or NO_VALUE; owned
    Value   *stack_top;       // [o] first free register of the value stack
    Value   *stack_limit;     // [c]
    char    *frame_top;       // [o] first free byte of the frame stack
    char    *frame_limit;     // [c]
    char    *c_stack_limit;   // [o] C stack address below which native code raises RecursionError
    uint32_t py_depth;        // [o] Python frames in use
    uint32_t tracing;         // [a] non-zero when trace/profile/monitoring functions want events
    uint8_t  mt;              // [a] the process has ever had a second thread: writers must lock (copy of runtime_mt)
    uint8_t  state;           // [a] THREAD_*
    uint8_t  is_main;         // [c]
    uint8_t  daemon;          // [o]
    uint32_t dealloc_depth;   // [o] nested releases; beyond a bound objects go to dealloc_list
    Object  *dealloc_list;    // [o] chained through their shape word's place (gc/)
    // Memory.
    void    *heap_traced;     // [o] mimalloc heap of objects the collector visits
    void    *heap_plain;      // [o] everything else
    uint64_t alloc_count;     // [o] traced objects allocated since the last collection
    void    *retire;          // [o] retire list (gc/retire.h)
    void    *merge_queue;     // [a] lock-free stack of objects queued for this owner
    void    *free_lists;      // [o] small per-type free lists
    uint32_t foreign_sample;  // [o] counts foreign increments; every 256th looks for promotion
    // Identity and links.
    uint64_t ident;           // [c] threading.get_ident()
    int32_t  native_id;       // [c] gettid()
    uint32_t generation;      // [o] times this record was handed out
    Thread  *next;            // [l registry] all records
    void    *sched;           // [o] sched/thread private part (parking, STW, TLS destructors)
    Value    async_exc;       // [a]
    Value    context;         // [o] current contextvars.Context or NO_VALUE; owned
    Value    asyncgen_firstiter, asyncgen_finalizer; // [o] sys.set_asyncgen_hooks
    Value    trace_func, trace_obj, profile_func, profile_obj; // [o] sys.settrace / setprofile (see core/vm/trace.h)
    uint32_t coroutine_origin_depth; // [o]
    Value    handle;          // [o] _thread handle object; owned
    Value    running_loop;    // [o] asyncio's running loop; owned
    Value    repr_stack;      // [o] List of objects whose repr is in progress
    void    *ext;             // [o] anything floors above want per thread
    Value    scratch[4];      // [o]
};

// The calling OS thread's record; NULL before it was attached for the first time.
extern __thread Thread *thread_current_tls;
ALWAYS_INLINE Thread *thread_current(void) { return thread_current_tls; }
extern Thread *thread_main;     // the record of the main thread
extern uint8_t runtime_mt;      // [a] the process has had a second thread

// Leaves / re-enters the attached state around anything that may block. While detached no object may be touched.
//   may block in attach (stop-the-world); run Python: no; safepoint: yes
void thread_detach(Thread *th);
void thread_attach(Thread *th);
#define BLOCKING_BEGIN(th) do { Thread *blocking_th_ = (th); thread_detach(blocking_th_);
#define BLOCKING_END thread_attach(blocking_th_); } while (0)

// Handles all bits of th->poll. 0, or -1 with an exception set (signal handler raised, asynchronous exception).
//   may block; run Python: yes (signal handlers, finalizers)
int thread_safepoint_slow(Thread *th);
// A safepoint: borrowed values read before it may be gone after it.
ALWAYS_INLINE int thread_safepoint(Thread *th) {
    return LIKELY(atomic_load_relaxed(&th->poll) == 0) ? 0 : thread_safepoint_slow(th);
}

// Stops all other attached threads; nests per thread. Between the two the caller is the only one that touches objects.
void world_stop(Thread *th);
void world_start(Thread *th);

// C recursion guard: 0, or -1 with RecursionError set ("maximum recursion depth exceeded" + where).
int thread_c_recursion_slow(Thread *th, const char *where);
ALWAYS_INLINE int thread_c_recursion(Thread *th, const char *where) {
    return LIKELY((char *)__builtin_frame_address(0) > th->c_stack_limit) ? 0 : thread_c_recursion_slow(th, where);
}

#endif
