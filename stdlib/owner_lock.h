// SPDX-License-Identifier: MIT
// A lock that knows its holder and may be held while Python code runs: of files, and of databases. No object lock and no runtime mutex may be held when it
// is taken; whoever waits for it is detached.
#ifndef LADON_STDLIB_OWNER_LOCK_H
#define LADON_STDLIB_OWNER_LOCK_H
#include "sched/thread/thread.h"
typedef struct OwnerLock { uint32_t word; } OwnerLock; // [a] 0 free; else the holder's tid << 1, and 1 when others wait
// Does th hold it? Only th itself writes its number there, so a relaxed load tells.
ALWAYS_INLINE bool owner_lock_held(Thread *th, const OwnerLock *l) { return atomic_load_relaxed(&l->word) >> 1 == th->tid; }
void owner_lock(Thread *th, OwnerLock *l);   // th must not hold it
void owner_unlock(OwnerLock *l);             // by the holder
#endif
