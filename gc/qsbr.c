// SPDX-License-Identifier: MIT
// The one place that looks inside liburcu, for what 0.13 has no function: after fork the child must take the threads that are gone out of the library's
// registry (called while no other thread of this process exists), and a reader wants to know whether a grace period still waits for it.
#ifndef _LGPL_SOURCE
#define _LGPL_SOURCE
#endif
#include "gc/gc_int.h"

#include <pthread.h>
#include <urcu-qsbr.h>

void *qsbr_reader(void) { return &URCU_TLS(urcu_qsbr_reader); }

unsigned long qsbr_period(void) { return CMM_LOAD_SHARED(urcu_qsbr_gp.ctr); }
unsigned long qsbr_announced(void) { return URCU_TLS(urcu_qsbr_reader).ctr; }

void qsbr_forget(void *reader) {
    struct urcu_qsbr_reader *r = reader;
    if (!r->registered) return;
    r->registered = 0;
    cds_list_del(&r->node);
}
