// SPDX-License-Identifier: MIT
// The functions of sys about what runs: frames, exceptions, tracing, limits, per-thread hooks.
#include "stdlib/sys/hooks.h"

#include "core/object/abstract.h"
#include "core/object/container_inl.h"
#include "core/object/exception.h"
#include "core/object/float.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/trace.h"
#include "core/vm/vm.h"

static Frame *frame_at(Thread *th, Value depth_v, bool *bad) {
    int depth = 0;
    *bad = depth_v && number_as_int(th, depth_v, &depth);
    if (*bad) return NULL;
    Frame *f = th->frame;
    for (; depth > 0 && f; depth--) f = f->back;
    return f;
}

SYS_FN(_getframe) {
    bool bad;
    Frame *f = frame_at(th, args[0], &bad);
    if (bad) return NO_VALUE;
    if (!f) return raise_value_error(th, "call stack is not deep enough");
    Value fo = frame_object(th, f);
    if (fo && sys_audit(th, "sys._getframe", 1, fo)) clear_ref(th, &fo);
    return fo;
}

SYS_FN(_getframemodulename) {
    bool bad;
    Frame *f = frame_at(th, args[0], &bad);
    if (bad || sys_audit(th, "sys._getframemodulename", 1, args[0] ? args[0] : value_imm_int(0))) return NO_VALUE;
    if (!f || !f->func) return VALUE_NONE;
    Value m = atomic_load_acquire(&f->func->module);
    return m ? new_ref(th, m) : VALUE_NONE;
}

// Dict ident -> value for each running thread; get gives a new reference while the world is stopped.
static Value per_thread(Thread *th, Value (*get)(Thread *th, Thread *t)) {
    enum { MOST = 4096 };
    struct { uint64_t ident; Value v; } *rows = mem_calloc(th, MOST, sizeof *rows);
    if (!rows) return NO_VALUE;
    size_t n = 0;
    world_stop(th);
    for (Thread *t = thread_list; t && n < MOST; t = t->next) {
        if (!atomic_load_relaxed(&t->in_use)) continue;     // a thread that has ended says so while the world is stopped, too
        Value v = get(th, t);
        if (v == NO_VALUE) continue;
        rows[n].ident = t->ident;
        rows[n++].v = v;
    }
    world_start(th);
    Value d = dict_new(th);
    for (size_t i = 0; i < n; i++) {
        Value key = d ? int_from_u64(th, rows[i].ident) : NO_VALUE;
        if (d && (!key || dict_set(th, AS(Dict, d), key, rows[i].v))) clear_ref(th, &d);
        decref(th, key);
        decref(th, rows[i].v);
    }
    mem_free(rows);
    return d;
}
static Value frame_of_thread(Thread *th, Thread *t) {
    if (!t->frame) return NO_VALUE;
    Value v = frame_object(th, t->frame);
    if (v == NO_VALUE) error_clear(th);
    return v;
}
static Value handled_of_thread(Thread *th, Thread *t) { return value_is_object(t->handled) ? new_ref(th, t->handled) : VALUE_NONE; }
SYS_FN(_current_frames) { return sys_audit(th, "sys._current_frames", 0) ? NO_VALUE : per_thread(th, frame_of_thread); }
SYS_FN(_current_exceptions) { return sys_audit(th, "sys._current_exceptions", 0) ? NO_VALUE : per_thread(th, handled_of_thread); }

SYS_FN(exc_info) {
    Value exc = th->handled;
    if (!value_is_object(exc)) return tuple_pack3(th, VALUE_NONE, VALUE_NONE, VALUE_NONE);
    Value tb = exception_get_traceback(th, exc);
    Value r = tuple_pack3(th, VALUE_OF(type_of(exc)), exc, tb ? tb : VALUE_NONE);
    decref(th, tb);
    return r;
}
SYS_FN(exception) { return value_is_object(th->handled) ? new_ref(th, th->handled) : VALUE_NONE; }

SYS_FN(exit) {
    Value status = args[0] ? args[0] : VALUE_NONE, exc;
    if (value_is_tuple(status)) exc = exception_new(th, &exc_SystemExit, status);
    else if (status == VALUE_NONE) exc = exception_new(th, &exc_SystemExit, tuple_empty);
    else exc = exception_message(th, &exc_SystemExit, status);
    if (exc) raise_object(th, exc, NO_VALUE);
    decref(th, exc);
    return NO_VALUE;
}

// ---- tracing ---------------------------------------------------------------------------------------------------

SYS_FN(settrace) {
    if (sys_audit(th, "sys.settrace", 0)) return NO_VALUE;
    trace_set(th, args[0]);
    return VALUE_NONE;
}
SYS_FN(gettrace) { return trace_get(th); }
SYS_FN(setprofile) {
    if (sys_audit(th, "sys.setprofile", 0)) return NO_VALUE;
    profile_set(th, args[0]);
    return VALUE_NONE;
}
SYS_FN(getprofile) { return profile_get(th); }
SYS_FN(_settraceallthreads) { trace_set_all(th, args[0]); return VALUE_NONE; }
SYS_FN(_setprofileallthreads) { profile_set_all(th, args[0]); return VALUE_NONE; }

SYS_FN(call_tracing) {
    if (!value_is_tuple(args[1])) return raise_type_error(th, "call_tracing() argument 2 must be tuple, not %T", args[1]);
    // Inside a trace function events are off; for this call they are on again.
    uint32_t saved = th->tracing;
    Value depth = th->scratch[3];
    th->scratch[3] = NO_VALUE;
    th->tracing = (th->trace_obj && th->trace_obj != VALUE_NONE) || (th->profile_obj && th->profile_obj != VALUE_NONE);
    Value r = object_call_ex(th, args[0], args[1], NO_VALUE);
    th->tracing = saved;
    th->scratch[3] = depth;
    return r;
}

// ---- limits ----------------------------------------------------------------------------------------------------

SYS_FN(setrecursionlimit) {
    int n;
    if (number_as_int(th, args[0], &n)) return NO_VALUE;
    return vm_set_recursion_limit(th, n) ? NO_VALUE : VALUE_NONE;
}
SYS_FN(getrecursionlimit) { return value_imm_int(vm_recursion_limit()); }

// Nothing here switches by time; the number is kept for who asks.
static double switch_interval = 0.005;   // [a]
SYS_FN(setswitchinterval) {
    double d;
    if (number_as_double(th, args[0], &d)) return NO_VALUE;
    if (!(d > 0.0)) return raise_value_error(th, "switch interval must be strictly positive");
    __atomic_store(&switch_interval, &d, __ATOMIC_RELAXED);
    return VALUE_NONE;
}
SYS_FN(getswitchinterval) {
    double d;
    __atomic_load(&switch_interval, &d, __ATOMIC_RELAXED);
    return float_from_double(th, d);
}

// ---- asynchronous generators, coroutines -----------------------------------------------------------------------

static int hook_check(Thread *th, Value v, const char *what) {
    if (!v || v == VALUE_NONE || object_callable(v)) return 0;
    raise_type_error(th, "callable %s expected, got %.50s", what, type_of(v)->name);
    return -1;
}
SYS_FN(set_asyncgen_hooks) {
    Value first = args[0], final = args[1];
    if (hook_check(th, final, "finalizer") || hook_check(th, first, "firstiter")) return NO_VALUE;
    if (final && sys_audit(th, "sys.set_asyncgen_hooks_finalizer", 0)) return NO_VALUE;
    if (first && sys_audit(th, "sys.set_asyncgen_hooks_firstiter", 0)) return NO_VALUE;
    if (final) set_ref(th, &th->asyncgen_finalizer, final == VALUE_NONE ? NO_VALUE : new_ref(th, final));
    if (first) set_ref(th, &th->asyncgen_firstiter, first == VALUE_NONE ? NO_VALUE : new_ref(th, first));
    return VALUE_NONE;
}

static Value hooks_type;
SYS_FN(get_asyncgen_hooks) {
    Value t = atomic_load_acquire(&hooks_type);
    if (!t) {
        static const StructSeqField fields[] = {{"firstiter", "Hook to intercept first iteration"}, {"finalizer", "Hook to intercept finalization"}, {0}};
        t = structseq_type(th, "asyncgen_hooks", "asyncgen_hooks\n\nA named tuple providing information about asynchronous\ngenerators hooks.  The attributes are read only.", fields, 2);
        if (t == NO_VALUE) return NO_VALUE;
        object_make_immortal(value_object(t));
        Value none = NO_VALUE;
        if (!atomic_cas_acq_rel(&hooks_type, &none, t)) t = none;
    }
    Value items[2] = {th->asyncgen_firstiter ? new_ref(th, th->asyncgen_firstiter) : VALUE_NONE, th->asyncgen_finalizer ? new_ref(th, th->asyncgen_finalizer) : VALUE_NONE};
    return structseq_new(th, t, items, 2);
}

SYS_FN(set_coroutine_origin_tracking_depth) {
    int n;
    if (number_as_int(th, args[0], &n)) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "depth must be >= 0");
    th->coroutine_origin_depth = (uint32_t)n;
    return VALUE_NONE;
}
SYS_FN(get_coroutine_origin_tracking_depth) { return value_imm_int(th->coroutine_origin_depth); }
