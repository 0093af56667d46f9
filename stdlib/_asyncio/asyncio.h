// SPDX-License-Identifier: MIT
// Futures and tasks for native event loops. All functions may run Python code (call_soon of a loop written in Python) and reach safepoints, arguments
// are borrowed, results are new references, failure is NO_VALUE or -1 with the exception set. The module _asyncio must have been imported.
#ifndef LADON_STDLIB_ASYNCIO_H
#define LADON_STDLIB_ASYNCIO_H
#include "core/object/type.h"

// A loop type written in C. A loop whose class still has the type's own call_soon is served through it, without a call of a method.
typedef struct AsyncioLoopOps {
    Type *type;                                  // [c] the loop's type, ready
    // loop.call_soon(callback, *args, context=context). arg: NO_VALUE none. context: never NO_VALUE.   0 or -1
    int (*call_soon)(Thread *th, Value loop, Value callback, Value arg, Value context);
    bool (*debug)(Thread *th, Value loop);       // loop.get_debug()
} AsyncioLoopOps;
// Once per type, before its first loop is made. ops lives for ever.
void asyncio_loop_register(const AsyncioLoopOps *ops);

// loop.call_soon(callback[, arg], context=context); context NO_VALUE: not given. 0 or -1.
int asyncio_call_soon(Thread *th, Value loop, Value callback, Value arg, Value context);

// A pending asyncio.Future of loop.
Value future_new(Thread *th, Value loop);
// Is v an asyncio.Future or Task (of _asyncio's types or their subclasses)?
bool value_is_future(Value v);
// Done in any way. v: value_is_future.
bool future_done(Value fut);
// Its end: callbacks are scheduled. 0, or -1: InvalidStateError when it is done already.
int future_set_result(Thread *th, Value fut, Value result);
int future_set_exception(Thread *th, Value fut, Value exc);
// fut.cancel(msg) of the future itself, not of a subclass. msg: NO_VALUE none. 1 cancelled, 0 it was done, -1.
int future_cancel(Thread *th, Value fut, Value msg);

// What a loop may call at once instead of through the call protocol, when it finds such a callable in its queue:
// the step of a task (no arguments) or the wake-up of a task by a future (one argument).
bool value_is_task_step(Value callable);
bool value_is_task_wakeup(Value callable);
Value task_step_run(Thread *th, Value step);
Value task_wakeup_run(Thread *th, Value wakeup, Value fut);

// The running loop of the calling thread: borrowed, NO_VALUE none. Set: NO_VALUE or None clears.
Value running_loop_get(Thread *th);
void running_loop_set(Thread *th, Value loop);
// The task that this thread executes: borrowed, NO_VALUE none.
Value running_task_get(Thread *th);
#endif
