// SPDX-License-Identifier: MIT
// How futures and tasks hand callbacks to their loop: loop.call_soon(callback, *args, context=context).
#include "stdlib/_asyncio/asyncio_int.h"

enum { OPS_MAX = 8 };
static const AsyncioLoopOps *loop_ops[OPS_MAX];   // [a] filled from the front

void asyncio_loop_register(const AsyncioLoopOps *ops) {
    for (size_t i = 0; i < OPS_MAX; i++) {
        const AsyncioLoopOps *none = NULL;
        if (atomic_load_acquire(&loop_ops[i]) == ops || atomic_cas_acq_rel(&loop_ops[i], &none, ops)) return;
    }
}
static const AsyncioLoopOps *ops_of(Value loop) {
    Type *t = type_of(loop);
    for (size_t i = 0; i < OPS_MAX; i++) {
        const AsyncioLoopOps *ops = atomic_load_acquire(&loop_ops[i]);
        if (!ops) return NULL;
        if (t == ops->type) return ops;
        if (type_is_subtype(t, ops->type) && type_lookup(t, asyncio_name_call_soon) == type_lookup(ops->type, asyncio_name_call_soon)) return ops;
    }
    return NULL;
}

static int call_soon_method(Thread *th, Value loop, Value callback, Value arg, Value context) {
    static Value names;     // [a] immortal
    Value kw = NO_VALUE, self, args[4];
    if (context && !(kw = atomic_load_acquire(&names))) {
        if (!(kw = tuple_from_array(th, &asyncio_name_context, 1))) return -1;
        object_make_immortal(value_object(kw));
        atomic_store_release(&names, kw);
    }
    Value m = object_get_method(th, loop, asyncio_name_call_soon, &self);
    if (!m) return -1;
    size_t n = 0;
    if (self) args[n++] = self;
    args[n++] = callback;
    if (arg) args[n++] = arg;
    if (context) args[n] = context;
    Value r = object_call(th, m, args, n, kw);
    decref(th, m);
    decref(th, r);
    return r ? 0 : -1;
}

int asyncio_call_soon(Thread *th, Value loop, Value callback, Value arg, Value context) {
    const AsyncioLoopOps *ops = ops_of(loop);
    if (!ops || !context) return call_soon_method(th, loop, callback, arg, context);
    return ops->call_soon(th, loop, callback, arg, context);
}
int loop_debug(Thread *th, Value loop) {
    const AsyncioLoopOps *ops = ops_of(loop);
    if (ops) return ops->debug(th, loop);
    Value v = call_method0(th, loop, asyncio_name_get_debug);
    int r = v ? object_truth(th, v) : -1;
    decref(th, v);
    return r;
}
