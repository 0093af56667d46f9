// SPDX-License-Identifier: MIT
// The module _ladon_loop: the native event loop (sched/loop), made known to the native futures and tasks, which then schedule on it directly.
#include "sched/loop/loop.h"
#include "stdlib/_asyncio/asyncio.h"

static int ops_call_soon(Thread *th, Value loop, Value callback, Value arg, Value context) { return loop_call_soon1(th, AS(Loop, loop), callback, arg, context); }
static bool ops_debug(Thread *th, Value loop) { return loop_debug_on(AS(Loop, loop)); }
static const AsyncioLoopOps ops = { &type_loop, ops_call_soon, ops_debug };
static AsyncioLoopOps class_ops = { NULL, ops_call_soon, ops_debug };

// The class of loops that asyncio gets: known by itself, so that no look-up in its bases is needed. Before the first loop is made.
static Value fn_loop_class(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0]) || !type_is_subtype(AS(Type, a[0]), &type_loop) || class_ops.type) return raise_type_error(th, "one class of loops, once");
    object_make_immortal(value_object(a[0]));
    class_ops.type = AS(Type, a[0]);
    asyncio_loop_register(&class_ops);
    asyncio_loop_register(&ops);
    return VALUE_NONE;
}
static const MethodDef fns[] = {
    LOOP_MODULE_FNS,
    {"_loop_class", "(cls, /)", fn_loop_class, "Names the class of native loops; once."},
    {0}
};

const ModuleDef module__ladon_loop = { "_ladon_loop", "The native event loop: what ladon.loop is built on.", fns, loop_module_exec };
