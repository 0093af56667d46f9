// SPDX-License-Identifier: MIT
// Start and end of the runtime: the order in which its parts come up.
#ifndef LADON_VM_RUNTIME_H
#define LADON_VM_RUNTIME_H

#include "sched/thread/thread.h"

// Brings up threads, names, types, caches, sys.modules and builtins on the calling thread. NULL: no memory (a message was printed).
// Not included: importlib, sys.path, site (core/cli does that).
Thread *runtime_init(void);
// Takes everything down in order. Returns the exit status to use when flushing failed, else 0.
int runtime_fini(Thread *th);

// Called by runtime_init in this order; each is defined by the part it names. Return 0, or -1 (NULL). sys and builtins come afterwards
// (sys_modules_init), which sets modules_dict and builtins_default.
Thread *thread_runtime_init(void);  // sched/thread: the main thread's record, heaps, RCU
int str_init(Thread *th);           // core/object/str.c: intern table, latin-1 characters (types not ready yet)
int names_init(Thread *th);         // core/object/names.c: interns names.def
int types_init(Thread *th);         // core/object/type_ready.c: readies types.def and errors.def in order
int exceptions_init(Thread *th);    // core/object/exception.c: MemoryError's instance, ExceptionGroup
int vm_init(Thread *th);            // core/vm: function_call_hook and what else F4 calls up; last

#endif
