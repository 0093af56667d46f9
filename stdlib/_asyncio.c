// SPDX-License-Identifier: MIT
// The module _asyncio: its table. Futures, tasks and their registry are in sched/loop. Source: Python 3.14 Library Reference, asyncio.
#include "sched/loop/future.h"
#include "stdlib/_collections/deque.h"

static const MethodDef asyncio_fns[] = {
    {"current_task", "(loop=None)", asyncio_fn_current_task, "Return a currently executed task."},
    {"get_event_loop", "()", asyncio_fn_get_event_loop, "Return an asyncio event loop.\n\nWhen called from a coroutine or a callback (e.g. scheduled with\ncall_soon or similar API), this function will always return the\nrunning event loop.\n\nIf there is no running event loop set, the function will return\nthe result of `get_event_loop_policy().get_event_loop()` call."},
    {"get_running_loop", "()", asyncio_fn_get_running_loop, "Return the running event loop.  Raise a RuntimeError if there is none.\n\nThis function is thread-specific."},
    {"_get_running_loop", "()", asyncio_fn_get_running_loop_or_none, "Return the running event loop or None.\n\nThis is a low-level function intended to be used by event loops.\nThis function is thread-specific."},
    {"_set_running_loop", "(loop, /)", asyncio_fn_set_running_loop, "Set the running event loop.\n\nThis is a low-level function intended to be used by event loops.\nThis function is thread-specific."},
    {"_register_task", "(task)", asyncio_fn_register_task, "Register a new task in asyncio as executed by loop.\n\nReturns None."},
    {"_register_eager_task", "(task)", asyncio_fn_register_eager_task, "Register a new task in asyncio as executed by loop.\n\nReturns None."},
    {"_unregister_task", "(task)", asyncio_fn_unregister_task, "Unregister a task.\n\nReturns None."},
    {"_unregister_eager_task", "(task)", asyncio_fn_unregister_eager_task, "Unregister a task.\n\nReturns None."},
    {"_enter_task", "(loop, task)", asyncio_fn_enter_task, "Enter into task execution or resume suspended task.\n\nTask belongs to loop.\n\nReturns None."},
    {"_leave_task", "(loop, task)", asyncio_fn_leave_task, "Leave task execution or suspend a task.\n\nTask belongs to loop.\n\nReturns None."},
    {"_swap_current_task", "(loop, task)", asyncio_fn_swap_current_task, "Temporarily swap in the supplied task and return the original one (or None).\n\nThis is intended for use during eager coroutine execution."},
    {"all_tasks", "(loop=None)", asyncio_fn_all_tasks, "Return a set of all tasks for the loop."},
    {"future_add_to_awaited_by", "(fut, waiter, /)", asyncio_fn_future_add_to_awaited_by, "Record that `fut` is awaited on by `waiter`."},
    {"future_discard_from_awaited_by", "(fut, waiter, /)", asyncio_fn_future_discard_from_awaited_by, NULL},
    {0}
};

static int asyncio_exec(Thread *th, Value m) {
    static const FutureQueueOps queue = { value_is_exact_deque, deque_append_owned };
    return future_module_exec(th, m, &queue);
}
const ModuleDef module__asyncio = { "_asyncio", "Accelerator module for asyncio", asyncio_fns, asyncio_exec };
