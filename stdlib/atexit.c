// SPDX-License-Identifier: MIT
// The module atexit. The callbacks are one list for the process, under list_mutex (rank LEAF); no Python code runs under it.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "stdlib/atexit.h"

#include <stdlib.h>

typedef struct Callback { Value func, args, kwargs; } Callback;  // owned; kwargs Dict or NO_VALUE
static Callback *list;           // [l]
static size_t count, cap;        // [l]
static RtMutex list_mutex = RT_MUTEX(LEAF);

static void visit_list(VisitFn visit, void *arg) {
    for (size_t i = 0; i < count; i++) {
        visit(list[i].func, arg);
        visit(list[i].args, arg);
        visit(list[i].kwargs, arg);
    }
}
static void release(Thread *th, Callback c) {
    decref(th, c.func);
    decref(th, c.args);
    decref(th, c.kwargs);
}
static bool take_last(Thread *th, Callback *c) {
    rt_mutex_lock(th, &list_mutex);
    bool any = count != 0;
    if (any) *c = list[--count];
    rt_mutex_unlock(th, &list_mutex);
    return any;
}

static Value atexit_fn_register(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (!nargs) return raise_type_error(th, "register() takes at least 1 argument (0 given)");
    if (!object_callable(args[0])) return raise_type_error(th, "the first argument must be callable");
    Callback c = { .args = tuple_from_array(th, args + 1, nargs - 1) };
    if (!c.args) return NO_VALUE;
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    bool ok = true;
    if (nkw) {
        c.kwargs = dict_new(th);
        ok = c.kwargs != NO_VALUE;
        for (size_t i = 0; ok && i < nkw; i++) ok = dict_set(th, AS(Dict, c.kwargs), AS(Tuple, kwnames)->items[i], args[nargs + i]) == 0;
    }
    c.func = new_ref(th, args[0]);
    if (ok) {
        rt_mutex_lock(th, &list_mutex);
        if (count == cap) {
            size_t n = cap ? cap * 2 : 16;
            Callback *p = realloc(list, n * sizeof *p);
            if (p) {
                list = p;
                cap = n;
            }
        }
        ok = count < cap;
        if (ok) list[count++] = c;
        rt_mutex_unlock(th, &list_mutex);
        if (!ok) raise_memory_error(th);
    }
    if (ok) return new_ref(th, args[0]);
    release(th, c);
    return NO_VALUE;
}

static void run_all(Thread *th) {
    Callback c;
    while (take_last(th, &c)) {
        Value r = object_call_ex(th, c.func, c.args, c.kwargs);
        if (r) {
            decref(th, r);
        } else {
            Value exc = error_fetch(th), hold = NO_VALUE;
            Value msg = str_format(th, "Exception ignored in atexit callback %R", c.func);
            size_t n;
            const char *text = msg ? str_utf8(th, msg, &n, &hold) : NULL;
            if (!text) error_clear(th);
            error_restore(th, exc);
            error_unraisable(th, text ? text : "Exception ignored in atexit callback", NO_VALUE);
            decref(th, hold);
            decref(th, msg);
        }
        release(th, c);
    }
}
void atexit_run(Thread *th) { run_all(th); }

static Value atexit_fn_run_exitfuncs(Thread *th, Value self, Value *args) {
    run_all(th);
    return VALUE_NONE;
}
static Value atexit_fn_clear(Thread *th, Value self, Value *args) {
    Callback c;
    while (take_last(th, &c)) release(th, c);
    return VALUE_NONE;
}
static Value atexit_fn_ncallbacks(Thread *th, Value self, Value *args) {
    rt_mutex_lock(th, &list_mutex);
    size_t n = count;
    rt_mutex_unlock(th, &list_mutex);
    return value_imm_int((int64_t)n);
}

static Value atexit_fn_unregister(Thread *th, Value self, Value *args) {
    // Comparing may run anything, so the list is looked at one entry at a time, from the end.
    rt_mutex_lock(th, &list_mutex);
    size_t i = count;
    rt_mutex_unlock(th, &list_mutex);
    while (i-- > 0) {
        rt_mutex_lock(th, &list_mutex);
        Value f = i < count ? new_ref(th, list[i].func) : NO_VALUE;
        rt_mutex_unlock(th, &list_mutex);
        if (!f) continue;
        int eq = object_equal(th, args[0], f);
        Callback gone = {0};
        if (eq > 0) {
            rt_mutex_lock(th, &list_mutex);
            if (i < count && list[i].func == f) {
                gone = list[i];
                memmove(list + i, list + i + 1, (--count - i) * sizeof *list);
            }
            rt_mutex_unlock(th, &list_mutex);
        }
        decref(th, f);
        release(th, gone);
        if (eq < 0) return NO_VALUE;
    }
    return VALUE_NONE;
}

static const MethodDef atexit_fns[] = {
    {"register", "(func, /, *args, **kwargs)", atexit_fn_register,
     "Register a function to be executed upon normal program termination\n\n    func - function to be called at exit\n    args - optional arguments to pass to func\n    kwargs - optional keyword arguments to pass to func\n\n    func is returned to facilitate usage as a decorator.", METH_RAW},
    {"_clear", "()", atexit_fn_clear, "Clear the list of previously registered exit functions."},
    {"unregister", "(func, /)", atexit_fn_unregister,
     "Unregister an exit function which was previously registered using\natexit.register\n\n    func - function to be unregistered"},
    {"_run_exitfuncs", "()", atexit_fn_run_exitfuncs,
     "Run all registered exit functions.\n\nIf a callback raises an exception, it is logged with sys.unraisablehook."},
    {"_ncallbacks", "()", atexit_fn_ncallbacks, "Return the number of registered exit functions."},
    {0}
};
static int atexit_exec(Thread *th, Value m) {
    static bool rooted;
    if (!rooted) gc_add_root_fn(visit_list);
    rooted = true;
    return 0;
}
const ModuleDef module_atexit = { "atexit",
    "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.\n",
    atexit_fns, atexit_exec };
