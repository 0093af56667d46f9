// SPDX-License-Identifier: MIT
// What the files of the _thread module share.
#ifndef LADON_STDLIB_THREAD_INT_H
#define LADON_STDLIB_THREAD_INT_H
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"

int thread_lock_exec(Thread *th, Value m);    // lock, RLock, TIMEOUT_MAX
int thread_local_exec(Thread *th, Value m);   // _local
void thread_local_exit(Thread *th);           // a thread ends: its dicts go
Value lock_fn_allocate(Thread *th, Value self, Value *args);
#define THREAD_TIMEOUT_MAX 9223372036.0
#endif
