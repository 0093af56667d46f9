// SPDX-License-Identifier: MIT
// Futures and tasks for other C code. All functions may run Python code (call_soon of a loop written in Python) and reach safepoints, arguments
// are borrowed, results are new references, failure is NO_VALUE or -1 with the exception set. The module _asyncio must have been imported.
#ifndef LADON_SCHED_FUTURE_H
#define LADON_SCHED_FUTURE_H
#include "core/object/module.h"

// The queue that the standard library's own loops keep their handles in, collections.deque, which lies on a floor above.
typedef struct FutureQueueOps {
    bool (*is_queue)(Value v);                                    // a deque, of no subclass
    int (*append_owned)(Thread *th, Value queue, Value v_owned);  // v is taken over. 0, or -1 with MemoryError
} FutureQueueOps;
// Makes types, names and roots, and puts Future and Task into the module; its exec function. queue lives for ever. 0 or -1.
int future_module_exec(Thread *th, Value module, const FutureQueueOps *queue);

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

// The running loop of the calling thread: borrowed, NO_VALUE none. Set: NO_VALUE or None clears.
Value running_loop_get(Thread *th);
void running_loop_set(Thread *th, Value loop);
// The task that this thread executes: borrowed, NO_VALUE none.
Value running_task_get(Thread *th);

// For the module _asyncio (stdlib/_asyncio.c): its functions.
extern NativeFunction asyncio_fn_current_task, asyncio_fn_get_event_loop, asyncio_fn_get_running_loop, asyncio_fn_get_running_loop_or_none, asyncio_fn_set_running_loop,
    asyncio_fn_register_task, asyncio_fn_register_eager_task, asyncio_fn_unregister_task, asyncio_fn_unregister_eager_task, asyncio_fn_enter_task,
    asyncio_fn_leave_task, asyncio_fn_swap_current_task, asyncio_fn_all_tasks, asyncio_fn_future_add_to_awaited_by, asyncio_fn_future_discard_from_awaited_by;
#endif
