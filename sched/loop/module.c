// SPDX-License-Identifier: MIT
// The contents of the module _ladon_loop: the native types, and the helpers in Python that report errors for them (lib/ladon/loop.py sets them once).
#include "sched/loop/loop_int.h"

#define X(n) Value loop_name_##n;
LOOP_NAMES(X)
#undef X
Value loop_helpers;

Value loop_helper(Thread *th, Value name, const Value *args, size_t n) {
    Value f = loop_helpers ? dict_get_str(th, AS(Dict, loop_helpers), name) : NO_VALUE;
    if (!f) return raise_error(th, &exc_RuntimeError, "ladon.loop has no %U", name);
    Value r = object_call(th, f, args, n, NO_VALUE);
    decref(th, f);
    return r;
}
static Value fn_set_helpers(Thread *th, Value self, Value *a) {
    if (!value_is_dict(a[0])) return raise_type_error(th, "a dict is needed");
    Value old = loop_helpers;
    loop_helpers = new_ref(th, a[0]);
    decref(th, old);
    return VALUE_NONE;
}
const MethodDef loop_module_fns[] = {
    {"_set_helpers", "(namespace, /)", fn_set_helpers, "The namespace with the helpers that native code calls."},
    {"_stream_class", "(cls, /)", stream_fn_class, "Gives the class of stream transports its native methods; once."},
    {"_stream_init", "(transport, loop, sock, protocol, fd, /)", stream_fn_init, "Makes the native half of a stream transport."},
    {0}
};
int loop_module_exec(Thread *th, Value m) {
    static bool done;
    if (!done) {
#define X(n) if (!(loop_name_##n = str_intern_cstr(th, #n))) return -1;
        LOOP_NAMES(X)
#undef X
        gc_add_root(&loop_helpers);
        done = true;
    }
    if (module_add_type(th, m, &type_loop) || handle_types_ready(th, m) || type_ready(th, &type_loop_stream)) return -1;
    return 0;
}
