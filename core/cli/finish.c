// SPDX-License-Identifier: MIT
// The end of the program, in order:
//   1. wait for threads that are no daemons (threading._shutdown)   2. exit functions (atexit)   3. flush the standard streams
//   4. freeze the threads that still run   5. drop the modules; what only they held is finalised   6. flush again
//   7. empty sys and builtins
// Without finalizers, and callbacks of weak references that do anything, nobody would notice 5, and memory goes with the process.
#include "core/cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/function.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/weakref.h"
#include "core/vm/runtime.h"
#include "gc/collector.h"
#include "gc/retire.h"
#include "stdlib/_signal.h"
#include "stdlib/atexit.h"

static void call_if_loaded(Thread *th, const char *module, const char *function, const char *what) {
    Value name = str_intern_cstr(th, module), m = name ? dict_get_str(th, AS(Dict, modules_dict), name) : NO_VALUE;
    if (!m || m == VALUE_NONE) {
        error_clear(th);
        return;
    }
    Value f = object_getattr_cstr(th, m, function), r = f ? call0(th, f) : NO_VALUE;
    if (!r) error_unraisable(th, what, m);
    decref(th, r);
    decref(th, f);
    decref(th, m);
}

static const char *const streams[][2] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};

// Names of a module to None: first those with one underscore in front, then the rest; so finalizers find as much as can be.
static void empty_module(Thread *th, Dict *d) {
    for (int pass = 0; pass < 2; pass++) {
        size_t pos = 0;
        Value k, v;
        while (dict_next(th, d, &pos, &k, &v)) {
            if (v != VALUE_NONE && value_is_str(k)) {
                Str *s = AS(Str, k);
                bool under = s->len > 0 && str_char_at(s, 0) == '_' && !(s->len > 1 && str_char_at(s, 1) == '_');
                bool builtins = str_equal_cstr(k, "__builtins__");
                if (!builtins && (pass == 1 || under) && dict_set(th, d, k, VALUE_NONE)) error_clear(th);
            }
            decref(th, k);
            decref(th, v);
        }
    }
}

// The end of the modules in two steps, for the collector to run in between from a frame that holds none of their values.
typedef struct Modules { Value *refs; size_t n; } Modules;    // weak references to them

// The modules leave sys.modules; what only they held goes with all its finalizers, whose globals are still as they were.
static NOINLINE Modules drop_modules(Thread *th) {
    Modules left = {0};
    // What sys holds for programs goes first: the last exception with its frames, hooks.
    static const char *const gone[] = {"path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback", "path_hooks", "path_importer_cache", "meta_path", "__interactivehook__"};
    for (size_t i = 0; i < ARRAY_LEN(gone); i++) {
        Value v = sys_get(th, gone[i]);
        if (v && v != VALUE_NONE) sys_set(th, gone[i], VALUE_NONE);
        decref(th, v);
    }
    for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
        Value v = sys_get(th, streams[i][1]);
        if (v) sys_set(th, streams[i][0], v);
    }
    size_t cap = dict_len(AS(Dict, modules_dict)), pos = 0;
    Value v;
    if (!(left.refs = mem_calloc(th, cap + 1, sizeof(Value)))) {
        error_clear(th);
        return left;
    }
    while (dict_next(th, AS(Dict, modules_dict), &pos, NULL, &v)) {
        if (left.n < cap && value_is_instance(v, &type_module) && (left.refs[left.n] = weakref_new(th, v, NO_VALUE)) != NO_VALUE) left.n++;
        if (th->exc) error_clear(th);
        decref(th, v);
    }
    dict_clear(th, AS(Dict, modules_dict));
    dict_set_str(th, AS(Dict, modules_dict), "sys", sys_module);
    dict_set_str(th, AS(Dict, modules_dict), "builtins", builtins_module);
    return left;
}

// Those that something else holds lose their names, last come first served.
static NOINLINE void empty_modules(Thread *th, Modules left) {
    for (size_t i = left.n; i-- > 0;) {
        Value m = weakref_get(th, left.refs[i]);
        if (m && m != sys_module && m != builtins_module && !AS(Module, m)->def) empty_module(th, module_dict(m));
        decref(th, m);
        decref(th, left.refs[i]);
    }
    mem_free(left.refs);
    error_clear(th);
}

// Adds o, the object in its attribute `buffer`, and that one's `raw` (an unbuffered stream has none). False: an error, or no room.
static bool add_stream(Thread *th, Value o, Object **out, size_t *n, size_t cap) {
    static const char *const inner[] = {"buffer", "raw"};
    for (size_t i = 0; value_is_object(o) && *n < cap; i++) {
        out[(*n)++] = value_object(o);
        if (i == ARRAY_LEN(inner)) return true;
        Value name = str_intern_cstr(th, inner[i]), next;
        int r = name ? object_getattr_optional(th, o, name, &next) : -1;
        if (r < 0) break;
        if (r == 0) return true;
        decref(th, next);       // sys holds what holds it
        o = next;
    }
    error_clear(th);
    return false;
}

// Callbacks of the standard library's weak containers: they take the dead reference out of the container, which nobody looks at any more.
static const struct { const char *module, *qualname; } container_callbacks[] = {
    {"_weakrefset", "WeakSet.__init__.<locals>._remove"},
    {"weakref", "WeakValueDictionary.__init__.<locals>.remove"},
    {"weakref", "WeakKeyDictionary.__init__.<locals>.remove"},
    {"logging", "_removeHandlerRef"},
};
typedef struct Unseen {
    Dict *globals[ARRAY_LEN(container_callbacks)];  // borrowed, of those modules that are loaded
    Type *finalize;                                 // weakref.finalize, borrowed, once it does nothing any more; else NULL
} Unseen;

static Dict *loaded_globals(Thread *th, const char *module) {
    Value name = str_intern_cstr(th, module), m = name ? dict_get_str(th, AS(Dict, modules_dict), name) : NO_VALUE;
    Dict *d = m && value_is_instance(m, &type_module) ? module_dict(m) : NULL;
    decref(th, m);      // sys.modules has it
    return d;
}
static Unseen unseen_callbacks(Thread *th) {
    Unseen u = {0};
    for (size_t i = 0; i < ARRAY_LEN(container_callbacks); i++) u.globals[i] = loaded_globals(th, container_callbacks[i].module);
    Dict *weakref = loaded_globals(th, "weakref");
    Value name = str_intern_cstr(th, "finalize"), finalize = weakref && name ? dict_get_str(th, weakref, name) : NO_VALUE;
    if (finalize && value_is_instance(finalize, &type_type)) {
        // What weakref.finalize registered with atexit has run them, and says so here.
        Value shutdown = object_getattr_cstr(th, finalize, "_shutdown");
        if (shutdown == VALUE_TRUE) u.finalize = AS(Type, finalize);
        decref(th, shutdown);
    }
    decref(th, finalize);       // the module has it
    error_clear(th);
    return u;
}
static bool can_be_seen(Value callback, const void *arg) {
    const Unseen *u = arg;
    if (u->finalize && type_of(callback) == u->finalize) return false;
    if (!value_is_exact(callback, &type_function)) return true;
    const Function *f = AS(Function, callback);
    Value qualname = atomic_load_acquire(&f->qualname);
    for (size_t i = 0; i < ARRAY_LEN(container_callbacks); i++)
        if (f->globals == u->globals[i] && qualname && str_equal_cstr(qualname, container_callbacks[i].qualname)) return false;
    return true;
}

// Would dropping the modules do anything that can be seen from outside? The standard streams have been flushed.
static bool must_drop_modules(Thread *th) {
    Object *known[9];
    size_t n = 0;
    if (gc_settings.debug) return true;
    Unseen unseen = unseen_callbacks(th);
    if (weakref_any_callback(th, can_be_seen, &unseen)) return true;
    for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
        Value now = sys_get(th, streams[i][0]), first = sys_get(th, streams[i][1]);
        bool ok = now && now == first && (now == VALUE_NONE || add_stream(th, now, known, &n, ARRAY_LEN(known)));
        decref(th, now);
        decref(th, first);
        if (!ok) return true;
    }
    return gc_has_finalizer(th, known, n);
}

// Overwrites what earlier calls left below the caller's frame.
static NOINLINE void scrub_stack(void) {
    char left[64 << 10];
    memset(left, 0, sizeof left);
    __asm__ volatile("" : : "r"(left) : "memory");
}

// What is left to do once the modules have been dropped, in a frame that begins clean: no Python code runs, so what calls left on the C stack, above as in
// places of this frame that nothing was written to, must keep nothing alive.
static NOINLINE int finish_dropped(Thread *th, Modules left, int status) {
    thread_c_stack_cut(th, __builtin_frame_address(0));
    gc_collect(th, 2);
    error_clear(th);
    empty_modules(th, left);
    signal_fini(th);
    if (sys_flush_std(th)) status = 120;
    // What is left now dies unheard: its globals are gone, so that its finalizers could only complain.
    empty_module(th, module_dict(sys_module));
    empty_module(th, module_dict(builtins_module));
    scrub_stack();
    int r = runtime_fini(th);
    if (sys_flush_std(th)) status = 120;     // finalizers ran
    return r ? r : status;
}

int cli_finish(Thread *th, int status) {
    if (th->exc) error_clear(th);
    call_if_loaded(th, "threading", "_shutdown", "Exception ignored on threading shutdown");
    atexit_run(th);
    retire_finish(th);
    if (sys_flush_std(th)) status = 120;
    atomic_store_relaxed(&sys_finalizing, true);
    thread_freeze_others(th);
    signal_fini(th);
    if (!must_drop_modules(th)) return status;
    Modules left = drop_modules(th);
    scrub_stack();
    return finish_dropped(th, left, status);
}
