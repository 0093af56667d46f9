// SPDX-License-Identifier: MIT
// Context variables: for the runtime's own use (tasks, generators). A thread's current context is th->context, NO_VALUE until it is needed.
#ifndef LADON_OBJECT_CONTEXT_H
#define LADON_OBJECT_CONTEXT_H
#include "core/object/type.h"
Value context_current(Thread *th);                 // borrowed; made if there is none. NO_VALUE: MemoryError
Value context_copy_current(Thread *th);            // contextvars.copy_context()
// Makes ctx the current context until context_exit. 0, or -1: RuntimeError, it is already entered.
int context_enter(Thread *th, Value ctx);
void context_exit(Thread *th, Value ctx);   // the end of context_enter
Value contextvar_new(Thread *th, const char *name, Value dflt);   // dflt borrowed or NO_VALUE
// 1 found (*out new reference), 0 no value and no default, -1 error. dflt borrowed or NO_VALUE.
int contextvar_get(Thread *th, Value var, Value dflt, Value *out);
// The value in the current context, no default; borrowed until the next safepoint or contextvar_set. NO_VALUE: none.
Value contextvar_find(Thread *th, Value var);
Value contextvar_set(Thread *th, Value var, Value v);             // new Token
int contextvar_reset(Thread *th, Value var, Value token);
int context_types_ready(Thread *th);               // internal types; called by _contextvars
#endif
