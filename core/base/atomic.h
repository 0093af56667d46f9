// SPDX-License-Identifier: MIT
// Atomic accesses on plain fields, with the memory order in the name. Fields are declared without _Atomic, so that the owner of
// an object may also read them plainly; every cross-thread access goes through these. In the counting build each
// read-modify-write reports its address, and foreign_count tells how many hit a word last written by another thread.
#ifndef LADON_BASE_ATOMIC_H
#define LADON_BASE_ATOMIC_H

#include "core/base/config.h"

#if LADON_COUNT_FOREIGN
// Records a read-modify-write of the word at p by the calling thread.
void atomic_note_rmw(const volatile void *p);
#define ATOMIC_NOTE(p) atomic_note_rmw(p)
#else
#define ATOMIC_NOTE(p) ((void)0)
#endif
// The calling thread's number of read-modify-writes on words that another thread wrote last (counting build; else 0).
uint64_t atomic_foreign_count(void);

#define atomic_load_relaxed(p)      __atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_acquire(p)      __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_seqcst(p)       __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define atomic_store_relaxed(p, v)  __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_release(p, v)  __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define atomic_store_seqcst(p, v)   __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)
#define atomic_add_relaxed(p, v)    (ATOMIC_NOTE(p), __atomic_fetch_add((p), (v), __ATOMIC_RELAXED))
#define atomic_add_acq_rel(p, v)    (ATOMIC_NOTE(p), __atomic_fetch_add((p), (v), __ATOMIC_ACQ_REL))
#define atomic_sub_acq_rel(p, v)    (ATOMIC_NOTE(p), __atomic_fetch_sub((p), (v), __ATOMIC_ACQ_REL))
#define atomic_or_seqcst(p, v)      (ATOMIC_NOTE(p), __atomic_fetch_or((p), (v), __ATOMIC_SEQ_CST))
#define atomic_or_acq_rel(p, v)     (ATOMIC_NOTE(p), __atomic_fetch_or((p), (v), __ATOMIC_ACQ_REL))
#define atomic_and_acq_rel(p, v)    (ATOMIC_NOTE(p), __atomic_fetch_and((p), (v), __ATOMIC_ACQ_REL))
#define atomic_swap_acq_rel(p, v)   (ATOMIC_NOTE(p), __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL))
#define atomic_swap_seqcst(p, v)    (ATOMIC_NOTE(p), __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST))
// Compare and swap; *expected_p receives what was found on failure. Strong form.
#define atomic_cas_acq_rel(p, expected_p, v) \
    (ATOMIC_NOTE(p), __atomic_compare_exchange_n((p), (expected_p), (v), false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
#define atomic_cas_acquire(p, expected_p, v) \
    (ATOMIC_NOTE(p), __atomic_compare_exchange_n((p), (expected_p), (v), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
#define atomic_fence_seqcst() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define atomic_fence_release() __atomic_thread_fence(__ATOMIC_RELEASE)

#if defined(__x86_64__)
#define cpu_pause() __builtin_ia32_pause()
#else
#define cpu_pause() __asm__ volatile("yield")
#endif

#endif
