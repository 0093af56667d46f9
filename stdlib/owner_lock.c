// SPDX-License-Identifier: MIT
// The lock of owner_lock.h: a word of the parking lot.
#include "stdlib/owner_lock.h"

#include "sched/thread/lock.h"

void owner_lock(Thread *th, OwnerLock *l) {
    uint32_t zero = 0, mine = th->tid << 1;
    if (LIKELY(atomic_cas_acquire(&l->word, &zero, mine))) return;
    BLOCKING_BEGIN(th);
    for (;;) {
        uint32_t v = atomic_load_relaxed(&l->word);
        // Free, or left behind by a thread that a forked child does not have. Others may be waiting: the mark is kept.
        if (v == 0 || thread_is_gone(v >> 1)) {
            if (atomic_cas_acq_rel(&l->word, &v, mine | 1)) break;
        } else if ((v & 1) || atomic_cas_acq_rel(&l->word, &v, v | 1)) {
            park_wait_u32(&l->word, v | 1, -1);
        }
    }
    BLOCKING_END;
}
void owner_unlock(OwnerLock *l) {
    if (atomic_swap_acq_rel(&l->word, 0u) & 1) park_wake_all(&l->word);
}
