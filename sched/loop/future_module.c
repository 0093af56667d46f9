// SPDX-License-Identifier: MIT
// What futures and tasks are made ready with, once: types, interned names, objects of Python modules.
#include "gc/gc.h"
#include "sched/loop/future_int.h"

#define NAME(suffix, text) Value asyncio_name_##suffix;
#include "sched/loop/future_names.def"

static int intern_names(Thread *th) {
    if (asyncio_name_ready) return 0;
#define NAME(suffix, text) if (!(asyncio_name_##suffix = str_intern_cstr(th, text))) return -1;
#include "sched/loop/future_names.def"
    return 0;
}

static const struct { const char *module, *attr; } imports[IMPORT_COUNT] = {
    [IMPORT_CANCELLED_ERROR] = {"asyncio.exceptions", "CancelledError"}, [IMPORT_INVALID_STATE] = {"asyncio.exceptions", "InvalidStateError"},
    [IMPORT_FUTURE_REPR] = {"asyncio.base_futures", "_future_repr"}, [IMPORT_TASK_REPR] = {"asyncio.base_tasks", "_task_repr"},
    [IMPORT_GET_STACK] = {"asyncio.base_tasks", "_task_get_stack"}, [IMPORT_PRINT_STACK] = {"asyncio.base_tasks", "_task_print_stack"},
    [IMPORT_ISCOROUTINE] = {"asyncio.coroutines", "iscoroutine"}, [IMPORT_EXTRACT_STACK] = {"traceback", "extract_stack"},
    [IMPORT_POLICY] = {"asyncio.events", "_get_event_loop_policy"}, [IMPORT_WEAKSET] = {"weakref", "WeakSet"},
    [IMPORT_FORMAT_CALLBACK] = {"asyncio.format_helpers", "_format_callback_source"},
};
static Value imported[IMPORT_COUNT];   // [a] each set once

Value asyncio_import(Thread *th, unsigned which) {
    Value v = atomic_load_acquire(&imported[which]);
    if (LIKELY(v != NO_VALUE)) return v;
    if (!(v = import_attr(th, imports[which].module, imports[which].attr))) return NO_VALUE;
    Value none = NO_VALUE;
    if (atomic_cas_acq_rel(&imported[which], &none, v)) return v;
    decref(th, v);
    return none;
}

int future_module_exec(Thread *th, Value m, const FutureQueueOps *queue) {
    static bool once;
    if (intern_names(th)) return -1;
    if (!once) {
        for (size_t i = 0; i < IMPORT_COUNT; i++) gc_add_root(&imported[i]);
        registry_init();
        call_soon_init(queue);
        once = true;
    }
    if (type_ready(th, &asyncio_type_FutureIter) || type_ready(th, &asyncio_type_TaskStep) || type_ready(th, &asyncio_type_TaskWakeup)) return -1;
    return module_add_type(th, m, &asyncio_type_Future) || module_add_type(th, m, &asyncio_type_Task) ? -1 : 0;
}
