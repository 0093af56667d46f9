// SPDX-License-Identifier: MIT
// The module _ladon_loop: the native event loop (sched/loop), made known to the native futures and tasks, which then schedule on it directly.
#include "sched/loop/loop.h"
#include "stdlib/_asyncio/asyncio.h"

static int ops_call_soon(Thread *th, Value loop, Value callback, Value arg, Value context) { return loop_call_soon1(th, AS(Loop, loop), callback, arg, context); }
static bool ops_debug(Thread *th, Value loop) { return loop_debug_on(AS(Loop, loop)); }
static const AsyncioLoopOps ops = { &type_loop, ops_call_soon, ops_debug };

static int ladon_loop_exec(Thread *th, Value m) {
    if (loop_module_exec(th, m) < 0) return -1;
    asyncio_loop_register(&ops);
    return 0;
}
const ModuleDef module__ladon_loop = { "_ladon_loop", "The native event loop: what ladon.loop is built on.", loop_module_fns, ladon_loop_exec };
