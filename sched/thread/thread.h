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
    POLL_STRESS = 1 << 7,  // debugging: stop the world at every poll
};

// DETACHED: touches no object; others may make it PARKED or HELD. PARKED: stopped by stop-the-world. HELD: another thread acts in the owner's
// place for a moment (merges counts, takes over its retire list); attaching waits for the end of that.
enum { THREAD_DETACHED, THREAD_ATTACHED, THREAD_PARKED, THREAD_HELD };

struct Thread {
    // Hot: touched by every instruction.
    uint32_t poll;            // [a] POLL_* bits; set by anyone, cleared by this thread
    uint32_t owned;           // [c] tid << OBJ_TID_SHIFT: the owner's word of this thread's objects, without the count
    Frame   *frame;           // [o] innermost Python frame; [a] read by others while this thread is stopped
    Value    exc;             // [o] pending exception instance, or NO_VALUE
    Value    handled;         // [o] exception being handled (sys.exception()), or NO_VALUE; owned
    Value   *stack_top;       // [o] first free register of the value stack
    Value   *stack_limit;     // [c]
    char    *frame_top;       // [o] first free byte of the frame stack
    char    *frame_limit;     // [c]
    char    *c_stack_limit;   // [o] C stack address below which native code raises RecursionError
    uint32_t tid;             // [c] owner id, 1..0xFFE
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
    void    *attr_memo;       // [o] cache words of attributes by shape and name (core/vm/cache_int.h)
    uint32_t foreign_sample;  // [o] counts foreign increments; every 256th looks for promotion
    // Identity and links.
    uint64_t ident;           // [c] threading.get_ident()
    int32_t  native_id;       // [c] gettid()
    uint32_t generation;      // [o] times this record was handed out
    uint32_t attr_misses;     // [o] counts hits in attr_memo
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
    void    *gc_state;        // [o] gc/ private part: releases in progress, batches
    uint8_t  in_use;          // [l world] a Python thread runs on this record; [a] for a look without the lock
    uint8_t  away_rest;       // [o] thread_others_away says no so many times without a look
    uint8_t  spin_cut;        // [o] how often the time of spinning for a lock has been halved (sched/thread/lock.c)
    uint8_t  finalizing;      // [a] the runtime ends: this thread must not attach again
};

// The calling OS thread's record; NULL before it was attached for the first time.
extern __thread Thread *thread_current_tls;
ALWAYS_INLINE Thread *thread_current(void) { return thread_current_tls; }
extern Thread *thread_main;     // the record of the main thread
extern uint8_t runtime_mt;      // [a] the process has had a second thread

// Leaves / re-enters the attached state around anything that may block. While detached no object may be touched.
//   may block in attach (stop-the-world); run Python: no; safepoint: yes
void thread_detach(Thread *th);
void thread_attach(Thread *th);   // the end of thread_detach
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
//   may block (detached) while another thread's stop lasts; run Python: no; safepoint: yes
void world_stop(Thread *th);
void world_start(Thread *th);     // the end of world_stop: the outermost lets the others go on
extern bool thread_stress_stop;       // [c] set before the first thread: POLL_STRESS is always on
// True while the calling thread holds the world stopped.
bool world_is_stopped_by(const Thread *th);

// Makes the record of the calling (main) thread, attached. Call once, first. Aborts without memory.
Thread *thread_runtime_init(void);

// Starts a Python thread running fn(its record, arg) attached. Records (heap, owner id, OS thread) of ended threads are reused.
//   stack_size  bytes of C stack, 0: the default
//   return      the record (valid for ever; see generation), or NULL with errno set (EAGAIN: too many threads). ident and native_id are set
//   safepoint: yes
typedef void (*ThreadMain)(Thread *th, void *arg);
Thread *thread_start(Thread *th, ThreadMain fn, void *arg, size_t stack_size, bool daemon);
// Gives the calling OS thread, one of the runtime's own that thread_start did not make, a record, attached and in the background (thread_only_background); NULL when
// there are too many.
Thread *thread_adopt(void);
// At the end of such an OS thread, attached: gives the record back. For threads that leave no objects behind: their heap ends with them, while the collector
// still visits what it held. Foreign threads that call Python have a thread of ours do it (stdlib/_ctypes/callback.c).
void thread_unadopt(Thread *th);
// An adopted thread of the runtime's own is about to detach and idle, or goes on: while idle it does not count as running and its stacks are not looked at.
// Attached.
void thread_set_idle(Thread *th, bool idle);

// All records, live and parked. Walk with the world stopped, or between thread_registry_lock and unlock (touch no object there).
extern Thread *thread_list;
void thread_registry_lock(void);   // a leaf: take no other lock, do not allocate
void thread_registry_unlock(void);
Thread *thread_by_tid(uint32_t tid);                 // any record ever made, or NULL
// It never runs again: this process was forked by another thread, or ends and has frozen it.
bool thread_is_gone(uint32_t tid);
size_t thread_count_in_use(void);                    // Python threads that now run

// No other thread is attached at this moment: what the caller has taken out of everyone's reach before the call, nobody is looking at any more, as after
// a grace period. May say false for no reason (many threads, or it was false a moment ago and this thread has not blocked since).
bool thread_others_away(Thread *th);
// No thread but the caller and the runtime's own (thread_adopt) is attached at this moment.
bool thread_only_background(Thread *th);

// Sets bits of another thread's poll word.
ALWAYS_INLINE void thread_poll_set(Thread *t, uint32_t bits) { atomic_or_seqcst(&t->poll, bits); }

// Acts in the place of a detached or ended thread: true when t was detached and is now HELD; end with thread_release. Short sections
// without Python code only.
bool thread_hold(Thread *t);
void thread_release(Thread *t);   // the end of thread_hold: t may attach again

// Asynchronous exception (PyThreadState_SetAsyncExc): exc_owned NO_VALUE clears. Number of threads changed (0 or 1). *leftover receives what the
// caller must release: the exception that was set before, or exc_owned itself when there is no such thread.
int thread_set_async_exc(uint64_t ident, Value exc_owned, Value *leftover);
// Runs fn on the main thread at its next safepoint; any thread, also unattached ones. -1: queue full.
int thread_add_pending_call(int (*fn)(Thread *th, void *arg), void *arg);

// fork: call before (world stops, helper threads quiesce), then exactly one of the other two in parent (also after a failed fork) or child.
void thread_before_fork(Thread *th);
void thread_after_fork_parent(Thread *th);
void thread_after_fork_child(Thread *th);   // th is the only thread, and the main thread, of the new process

// The end of the runtime: stops all other threads for good.
void thread_freeze_others(Thread *th);

// The C stack of t as the collector may scan it: [*lo, *hi) and up to THREAD_REGS saved registers. t is stopped, detached or the caller.
enum { THREAD_REGS = 12 };
void thread_c_stack(Thread *t, char **lo, char **hi, const uintptr_t **regs);
// From now on the C stack of th, the caller, is scanned only up to hi: the frames from there on hold no object any more, whatever they left behind.
void thread_c_stack_cut(Thread *th, char *hi);
void thread_value_stack(Thread *t, Value **lo, Value **hi);   // [base, stack_top)
char *thread_frame_base(Thread *t);                           // of the frame stack; in use up to frame_top
void thread_save_context(Thread *th);                         // records the caller's registers and stack pointer for thread_c_stack

// The same, kept by the caller: a scan begins at the stack pointer that was saved, so what the caller's own frames hold below it is not seen.
typedef struct ThreadContext { char *sp; uintptr_t regs[THREAD_REGS]; } ThreadContext;
void thread_context_get(Thread *th, ThreadContext *c);
void thread_context_set(Thread *th, const ThreadContext *c);

// Upward calls: set once at load time or start by the floors above; NULL ones are skipped.
typedef struct ThreadHooks {
    void (*record_init)(Thread *th);          // gc: on the new OS thread, before it attaches first (heaps, RCU registration)
    void (*merge)(Thread *th);                // gc: POLL_MERGE
    void (*merge_away)(Thread *t);            // gc: t is not attached and has objects queued; any thread, attached or not, no locks held
    void (*rcu)(Thread *th);                  // gc: POLL_RCU and quiescent state
    void (*collect)(Thread *th);              // gc: POLL_GC
    void (*rcu_offline)(void);
    void (*rcu_online)(void);
    void (*exit)(Thread *th);                 // upper floors: Python thread ends, still attached
    void (*record_exit)(Thread *th);          // gc: after exit, still attached: drain queues
    void (*ended)(Thread *th);                // upper floors: after that, detached and ready for reuse: joiners may go on. Touches no object
    int  (*signals)(Thread *th);              // POLL_SIGNAL on the main thread
    int  (*async_exc)(Thread *th, Value exc_owned); // raises; -1
    int  (*recursion)(Thread *th, const char *where); // raises RecursionError; -1
    void (*frozen)(Thread *th);               // gc: all others have stopped for good
    void (*before_fork)(Thread *th);          // gc: helper thread out of the way
    void (*after_fork)(Thread *th, bool child);
    void (*fork_child)(Thread *th);           // upper floors, last, in the child
    void (*orphan)(Thread *t);                // gc, child: the OS thread of record t is gone
    void (*frames)(Thread *th);               // core/vm: a new record, with empty stacks (recursion limit)
} ThreadHooks;
extern ThreadHooks thread_hooks;

// C recursion guard: 0, or -1 with RecursionError set ("maximum recursion depth exceeded" + where).
int thread_c_recursion_slow(Thread *th, const char *where);
ALWAYS_INLINE int thread_c_recursion(Thread *th, const char *where) {
    return LIKELY((char *)__builtin_frame_address(0) > th->c_stack_limit) ? 0 : thread_c_recursion_slow(th, where);
}

#endif
