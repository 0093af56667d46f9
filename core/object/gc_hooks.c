// SPDX-License-Identifier: MIT
// What the lower floors (threads, memory) need of Python: raising errors and reporting those that cannot be raised. Registered at load time; no locks.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/error.h"
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

__attribute__((constructor)) static void gc_hooks_load(void) {
    gc_hooks.memory_error = hook_memory_error;
    gc_hooks.unraisable = hook_unraisable;
    thread_hooks.recursion = hook_recursion;
    thread_hooks.async_exc = hook_async_exc;
}
