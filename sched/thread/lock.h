// SPDX-License-Identifier: MIT
// One-byte object locks over a parking lot. Uncontended: one compare-and-swap. While the process has never had a second thread
// obj_lock does nothing. No Python code runs and no grace period is awaited while one is held.
#ifndef LADON_THREAD_LOCK_H
#define LADON_THREAD_LOCK_H

#include "sched/thread/thread.h"

void obj_lock_slow(Thread *th, ObjLock *lock);    // parks; leaves the attached state while it waits
void obj_unlock_slow(Thread *th, ObjLock *lock);  // wakes one waiter

// Takes the writer lock of one container. May block (detaches), so it is a safepoint: reload what was read before it.
ALWAYS_INLINE void obj_lock(Thread *th, ObjLock *lock) {
    if (LIKELY(!th->mt)) return;
    ObjLock zero = 0;
    if (UNLIKELY(!atomic_cas_acquire(lock, &zero, (ObjLock)1))) obj_lock_slow(th, lock);
}
ALWAYS_INLINE void obj_unlock(Thread *th, ObjLock *lock) {
    if (LIKELY(!th->mt)) return;
    ObjLock one = 1;
    if (UNLIKELY(!__atomic_compare_exchange_n(lock, &one, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))) obj_unlock_slow(th, lock);
}
// Two containers: locked in address order. The same lock twice is taken once.
void obj_lock2(Thread *th, ObjLock *a, ObjLock *b);
void obj_unlock2(Thread *th, ObjLock *a, ObjLock *b);

// A mutex for runtime tables (type lock, intern table, registry). Ranked in sched/thread/lock_ranks.def; detaches while it waits.
typedef struct RtMutex { uint8_t word; uint8_t rank; } RtMutex;
void rt_mutex_lock(Thread *th, RtMutex *m);
void rt_mutex_unlock(Thread *th, RtMutex *m);

// The parking lot: wait on an address (futex-like; Linux futex or pthread underneath).
// park: sleeps while *addr == expected, at most timeout_ns (-1: for ever). The caller must be detached. Returns false on timeout.
bool park_wait_u8(const uint8_t *addr, uint8_t expected, int64_t timeout_ns);
bool park_wait_u32(const uint32_t *addr, uint32_t expected, int64_t timeout_ns);
void park_wake_one(const void *addr);
void park_wake_all(const void *addr);

#endif
