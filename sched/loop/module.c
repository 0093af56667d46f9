// SPDX-License-Identifier: MIT
// The contents of the module _ladon_loop: the native types, and the helpers in Python that report errors for them (lib/ladon/loop.py sets them once).
#include "sched/loop/tls_int.h"

#define X(n) Value loop_name_##n;
LOOP_NAMES(X)
#undef X
Value loop_helpers, loop_tasks_module, loop_futures_module, loop_native_future;

Value loop_helper(Thread *th, Value name, const Value *args, size_t n) {
    Value f = loop_helpers ? dict_get_str(th, AS(Dict, loop_helpers), name) : NO_VALUE;
    if (!f) return raise_error(th, &exc_RuntimeError, "ladon.loop has no %U", name);
    Value r = object_call(th, f, args, n, NO_VALUE);
    decref(th, f);
    return r;
}
Value loop_fn_set_helpers(Thread *th, Value self, Value *a) {
    if (!value_is_dict(a[0])) return raise_type_error(th, "a dict is needed");
    Value tasks = import_module(th, "asyncio.tasks"), futures = tasks ? import_module(th, "asyncio.futures") : NO_VALUE, native = futures ? import_module(th, "_asyncio") : NO_VALUE;
    Value future = native ? object_getattr_cstr(th, native, "Future") : NO_VALUE;
    decref(th, native);
    if (!future) {
        decref(th, tasks);
        decref(th, futures);
        return NO_VALUE;
    }
    set_ref(th, &loop_tasks_module, tasks);
    set_ref(th, &loop_futures_module, futures);
    set_ref(th, &loop_native_future, future);
    Value old = loop_helpers;
    loop_helpers = new_ref(th, a[0]);
    decref(th, old);
    return VALUE_NONE;
}
int loop_module_exec(Thread *th, Value m) {
    static bool done;
    if (!done) {
#define X(n) if (!(loop_name_##n = str_intern_cstr(th, #n))) return -1;
        LOOP_NAMES(X)
#undef X
        gc_add_root(&loop_helpers);
        gc_add_root(&loop_tasks_module);
        gc_add_root(&loop_futures_module);
        gc_add_root(&loop_native_future);
        done = true;
    }
    if (module_add_type(th, m, &type_loop) || handle_types_ready(th, m) || type_ready(th, &type_loop_stream) || type_ready(th, &type_loop_tls) || type_ready(th, &type_loop_datagram) ||
        type_ready(th, &type_loop_pipe)) return -1;
    return 0;
}
