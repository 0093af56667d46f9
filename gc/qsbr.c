// SPDX-License-Identifier: MIT
// The one place that looks inside liburcu: after fork the child must take the threads that are gone out of the library's registry, for which 0.13
// has no function. Called by gc/retire.c only, while no other thread of this process exists.
#ifndef _LGPL_SOURCE
#define _LGPL_SOURCE
#endif
#include "gc/gc_int.h"

#include <pthread.h>
#include <urcu-qsbr.h>

void *qsbr_reader(void) { return &URCU_TLS(urcu_qsbr_reader); }

void qsbr_forget(void *reader) {
    struct urcu_qsbr_reader *r = reader;
    if (!r->registered) return;
    r->registered = 0;
    cds_list_del(&r->node);
}
