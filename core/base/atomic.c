// SPDX-License-Identifier: MIT
// The counting build's ledger: a lossy table from word address to the thread that last did a read-modify-write there. Collisions
// forget an older address, so the count is a lower bound only when more than 2^20 words are hot. No locks; entries are racy by design
// (a lost update miscounts one event).
#include "core/base/atomic.h"

static __thread uint64_t foreign_count;

uint64_t atomic_foreign_count(void) { return foreign_count; }

#if LADON_COUNT_FOREIGN
enum { LEDGER_BITS = 20 };
static struct { uintptr_t addr; uintptr_t writer; } ledger[1u << LEDGER_BITS];

void atomic_note_rmw(const volatile void *p) {
    uintptr_t a = (uintptr_t)p >> 2, me = (uintptr_t)&foreign_count;
    size_t i = (a * 0x9E3779B97F4A7C15u) >> (64 - LEDGER_BITS);
    if (atomic_load_relaxed(&ledger[i].addr) == a) {
        if (atomic_load_relaxed(&ledger[i].writer) != me) {
            foreign_count++;
            atomic_store_relaxed(&ledger[i].writer, me);
        }
    } else {
        atomic_store_relaxed(&ledger[i].addr, a);
        atomic_store_relaxed(&ledger[i].writer, me);
    }
}
#endif
