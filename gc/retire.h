// SPDX-License-Identifier: MIT
// RCU over liburcu-QSBR: things removed from shared containers, released after a grace period, in batches. Never waits.
#ifndef LADON_GC_RETIRE_H
#define LADON_GC_RETIRE_H

#include "sched/thread/thread.h"

void retire_value(Thread *th, Value v);                                    // decref after a grace period; takes over the reference
void retire_block(Thread *th, void *block);                                // mem_free after a grace period
void retire_dead(Object **v, size_t n);                                    // decref at some thread's next safepoint; attached or not
void retire_call(Thread *th, void (*fn)(Thread *th, void *arg), void *arg); // fn runs attached, at some thread's safepoint
// At a thread's end: waits a moment (detached) for what it retired, and releases it.
void retire_settle(Thread *th);
// At the program's end, before the other threads stand still: releases all that was retired, and waits (detached, two seconds at most) for finalizers under way.
void retire_finish(Thread *th);
// Registers the calling thread as RCU reader / goes offline and online; called by sched/thread only.
void rcu_thread_enter(void);
void rcu_thread_leave(void);   // the OS thread ends
void rcu_offline(void);        // holds nothing that RCU protects until rcu_online: grace periods do not wait for it
void rcu_online(void);
void rcu_quiescent(void);      // a safepoint: what was read before is no longer used

#endif
