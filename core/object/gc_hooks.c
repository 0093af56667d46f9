// SPDX-License-Identifier: MIT
// What the lower floors (threads, memory) need of Python: raising errors and reporting those that cannot be raised. Registered at load time; no locks.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/error.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "gc/gc.h"

static void hook_memory_error(Thread *th) { raise_memory_error(th); }

static void hook_unraisable(Thread *th, const char *msg, Value where) { error_unraisable(th, msg, where); }

static int hook_recursion(Thread *th, const char *where) {
    raise_error(th, &exc_RecursionError, "maximum recursion depth exceeded%s", where ? where : "");
    return -1;
}

static int hook_async_exc(Thread *th, Value exc_owned) {
    raise_object(th, exc_owned, NO_VALUE);
    decref(th, exc_owned);
    return -1;
}

// Without this a thread could find a garbage class through its base's __subclasses__().
static void hook_unlink_type(Type *t) {
    Tuple *bases = AS(Tuple, t->bases);
    for (size_t i = 0; bases && i < bases->len; i++) type_remove_subclass(AS(Type, bases->items[i]), t);
}

__attribute__((constructor)) static void gc_hooks_load(void) {
    gc_hooks.memory_error = hook_memory_error;
    gc_hooks.unraisable = hook_unraisable;
    gc_hooks.unlink_type = hook_unlink_type;
    thread_hooks.recursion = hook_recursion;
    thread_hooks.async_exc = hook_async_exc;
}
