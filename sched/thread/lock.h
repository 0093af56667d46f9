// SPDX-License-Identifier: MIT
// One-byte object locks over a parking lot. Uncontended: one compare-and-swap. While the process has never had a second thread
// obj_lock does nothing. No Python code runs and no grace period is awaited while one is held.
#ifndef LADON_THREAD_LOCK_H
#define LADON_THREAD_LOCK_H

#include "sched/thread/thread.h"

void obj_lock_slow(Thread *th, ObjLock *lock);    // parks; leaves the attached state while it waits
void obj_unlock_slow(Thread *th, ObjLock *lock);  // wakes one waiter

#if LADON_DEBUG
extern __thread int obj_locks_held;
#define OBJ_LOCK_COUNT(d) ((void)(obj_locks_held += (d)))
#define ASSERT_NO_OBJ_LOCK() ALWAYS_ASSERT(obj_locks_held == 0)
#else
#define ASSERT_NO_OBJ_LOCK() ((void)0)
#define OBJ_LOCK_COUNT(d) ((void)0)
#endif

// Takes the writer lock of one container. May block (detaches), so it is a safepoint: reload what was read before it.
ALWAYS_INLINE void obj_lock(Thread *th, ObjLock *lock) {
    if (LIKELY(!th->mt)) return;
    ObjLock zero = 0;
    if (UNLIKELY(!atomic_cas_acquire(lock, &zero, (ObjLock)1))) obj_lock_slow(th, lock);
    OBJ_LOCK_COUNT(+1);
}
ALWAYS_INLINE void obj_unlock(Thread *th, ObjLock *lock) {
    if (LIKELY(!th->mt)) return;
    OBJ_LOCK_COUNT(-1);
    ObjLock one = 1;
    if (UNLIKELY(!__atomic_compare_exchange_n(lock, &one, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))) obj_unlock_slow(th, lock);
}
// Takes it if it is free; also while there is only one thread.
ALWAYS_INLINE bool obj_try_lock(ObjLock *lock) {
    ObjLock zero = 0;
    if (!atomic_cas_acquire(lock, &zero, (ObjLock)1)) return false;
    OBJ_LOCK_COUNT(+1);
    return true;
}
// Ends obj_lock where nobody can be parked on the lock.
ALWAYS_INLINE void obj_unlock_private(ObjLock *lock) {
    OBJ_LOCK_COUNT(-1);
    atomic_store_release(lock, (ObjLock)0);
}
// The lock of an object whose work takes long and is done detached (compressing, hashing, pages of a file): like an object lock, but detaching is allowed
// while it is held, and it comes before all object locks. A child that is forked meanwhile finds it held for ever. No Python code runs under it.
ALWAYS_INLINE void work_lock(Thread *th, ObjLock *lock) {
    obj_lock(th, lock);
    if (th->mt) OBJ_LOCK_COUNT(-1);
}
ALWAYS_INLINE void work_unlock(Thread *th, ObjLock *lock) {
    if (th->mt) OBJ_LOCK_COUNT(+1);
    obj_unlock(th, lock);
}
// Two containers. The same lock twice is taken once. Only with no object lock held.
void obj_lock2(Thread *th, ObjLock *a, ObjLock *b);
// Ends obj_lock2; the order of a and b does not matter.
void obj_unlock2(Thread *th, ObjLock *a, ObjLock *b);

// Runtime mutexes by rank, outermost first (lock_ranks.def); a debug build checks that a thread only takes higher ranks than it holds.
enum {
#define LOCK_RANK(name, what) RANK_##name,
#include "sched/thread/lock_ranks.def"
    RANK_COUNT
};
// A mutex for runtime tables (type lock, intern table, registry). Detaches while it waits, so taking it may be a safepoint. th may be NULL for
// an OS thread without a record.
typedef struct RtMutex {
    uint8_t word;   // [a] 0 free, 1 held, 3 held with waiters
    uint8_t rank;   // [c] RANK_*
} RtMutex;
#define RT_MUTEX(rank_) { 0, RANK_##rank_ }
void rt_mutex_lock(Thread *th, RtMutex *m);
void rt_mutex_unlock(Thread *th, RtMutex *m);   // by the thread that locked it
void rt_mutex_reinit(RtMutex *m);   // in a forked child only
// Between the two a fork by another thread waits, as it does while a runtime mutex is held: the child would see things half done. Attached; may nest.
void fork_postpone(Thread *th);
void fork_allow(Thread *th);

// The parking lot: wait on an address (futex-like; Linux futex underneath).
// park_wait_*: sleeps while *addr == expected, at most timeout_ns (-1: for ever). The caller must be detached. Returns false on timeout.
bool park_wait_u8(const uint8_t *addr, uint8_t expected, int64_t timeout_ns);
// The same for a word of 32 bits.
bool park_wait_u32(const uint32_t *addr, uint32_t expected, int64_t timeout_ns);
// Wake who waits on addr; after *addr has been changed. Any thread.
void park_wake_one(const void *addr);
void park_wake_all(const void *addr);   // all of them

// The same with everything said. PARK_INTERRUPTED only with interruptible: a signal handler ran on
// this OS thread or, in the main thread, on any.
//   value  receives what park_unpark's callback returned for this waiter (PARK_OK); may be NULL
typedef enum { PARK_OK, PARK_MISMATCH, PARK_TIMEOUT, PARK_INTERRUPTED } ParkResult;
ParkResult park_wait(const void *addr, size_t size, uint32_t expected, int64_t timeout_ns, bool interruptible, uintptr_t *value);
// Sleeps until deadline (thread_clock_ns), detached. False: a signal came before. Main thread: it returns for every signal, whichever thread took it.
bool park_sleep(int64_t deadline);
// Wakes the main thread from an interruptible wait. Async-signal-safe; any thread, after it has set the main thread's POLL_SIGNAL.
void park_interrupt_main(void);
// Wakes one waiter. fn runs under the address's bucket lock whether or not there is one: found, more (others still wait), waited_ns of the one
// woken; it may change *addr and returns the waiter's value. Takes no lock.
typedef uintptr_t (*UnparkFn)(void *arg, bool found, bool more, int64_t waited_ns);
void park_unpark(const void *addr, UnparkFn fn, void *arg);

// A mutual-exclusion word for C code that Python threads block on for long (threading.Lock and the like): 0 free, 1 held, 3 held with waiters.
// blocking word_lock: timeout_ns -1: for ever, 0: try. Detaches while it waits. With interruptible, PARK_INTERRUPTED comes back for the
// caller to run signal handlers and call again.
ParkResult word_lock(Thread *th, uint8_t *word, int64_t timeout_ns, bool interruptible);
// False: it was not held.
bool word_unlock(uint8_t *word);

// A one-shot event: set wakes everyone, for ever.
typedef struct ThreadEvent { uint32_t word; } ThreadEvent;   // [a] 0 or 1
void event_set(ThreadEvent *e);               // releases what the setter wrote before to those who then see it set
bool event_is_set(const ThreadEvent *e);
// As park_wait, detached while it waits; PARK_OK: it is set.
ParkResult event_wait(Thread *th, ThreadEvent *e, int64_t timeout_ns, bool interruptible);

// Monotonic nanoseconds.
int64_t thread_clock_ns(void);

#endif
