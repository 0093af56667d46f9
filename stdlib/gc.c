// SPDX-License-Identifier: MIT
// The module gc over gc/collector.h. gc.callbacks and gc.garbage are the module's own lists. No locks.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/collector.h"
#include "stdlib/sys/sys.h"

#include <stdio.h>
#include <stdlib.h>

static Value garbage, callbacks;     // Lists, set once

static Value gc_fn_enable(Thread *th, Value self, Value *args) {
    atomic_store_relaxed(&gc_settings.enabled, true);
    gc_update_trigger();
    return VALUE_NONE;
}
static Value gc_fn_disable(Thread *th, Value self, Value *args) {
    atomic_store_relaxed(&gc_settings.enabled, false);
    gc_update_trigger();
    return VALUE_NONE;
}
static Value gc_fn_isenabled(Thread *th, Value self, Value *args) { return value_bool(atomic_load_relaxed(&gc_settings.enabled)); }

static Value gc_fn_collect(Thread *th, Value self, Value *args) {
    int generation = 2;
    if (args[0] && number_as_int(th, args[0], &generation)) return NO_VALUE;
    if (generation < 0 || generation > 2) return raise_value_error(th, "invalid generation");
    intptr_t n = gc_collect(th, generation);
    return n < 0 ? NO_VALUE : value_imm_int(n);
}
static Value gc_fn_set_debug(Thread *th, Value self, Value *args) {
    int flags;
    if (number_as_int(th, args[0], &flags)) return NO_VALUE;
    atomic_store_relaxed(&gc_settings.debug, (uint32_t)flags);
    return VALUE_NONE;
}
static Value gc_fn_get_debug(Thread *th, Value self, Value *args) { return value_imm_int(atomic_load_relaxed(&gc_settings.debug)); }

static Value gc_fn_get_count(Thread *th, Value self, Value *args) {
    return tuple_pack3(th, value_imm_int(gc_allocs_estimate()), value_imm_int(0), value_imm_int(0));
}
static Value gc_fn_set_threshold(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len) return raise_type_error(th, "gc.set_threshold() takes no keyword arguments");
    if (nargs < 1 || nargs > 3) return raise_type_error(th, "gc.set_threshold requires 1 to 3 arguments");
    int t[3];
    for (size_t i = 0; i < nargs; i++)
        if (number_as_int(th, args[i], &t[i])) return NO_VALUE;
    for (size_t i = 0; i < nargs; i++) atomic_store_relaxed(&gc_settings.threshold[i], (int64_t)t[i]);
    gc_update_trigger();
    return VALUE_NONE;
}
static Value gc_fn_get_threshold(Thread *th, Value self, Value *args) {
    return tuple_pack3(th, value_imm_int(atomic_load_relaxed(&gc_settings.threshold[0])), value_imm_int(atomic_load_relaxed(&gc_settings.threshold[1])), value_imm_int(atomic_load_relaxed(&gc_settings.threshold[2])));
}

// A List of the objects, whose references are taken over.
static Value list_of(Thread *th, Object **v, size_t n, Value without) {
    Value list = list_new(th, n);
    bool ok = list != NO_VALUE;
    for (size_t i = 0; i < n; i++) {
        if (ok && VALUE_OF(v[i]) != without && list_append(th, AS(List, list), VALUE_OF(v[i]))) ok = false;
        decref(th, VALUE_OF(v[i]));
    }
    free(v);
    if (ok) return list;
    decref(th, list);
    return NO_VALUE;
}
static Value gc_fn_get_objects(Thread *th, Value self, Value *args) {
    if (sys_audit(th, "gc.get_objects", 1, args[0] && args[0] != VALUE_NONE ? args[0] : value_imm_int(-1))) return NO_VALUE;
    if (args[0] && args[0] != VALUE_NONE) {
        if (!index_check(args[0])) return raise_type_error(th, "argument should be integer or None, not '%T'", args[0]);
        intptr_t g = number_as_ssize(th, args[0], &exc_ValueError);
        if (g == -1 && error_pending(th)) return NO_VALUE;
        if (g >= 3) return raise_value_error(th, "generation parameter must be less than the number of available generations (3)");
        if (g < 0) return raise_value_error(th, "generation parameter cannot be negative");
        if (g < 2) return list_new(th, 0);    // one generation: everything is in the oldest
    }
    size_t n;
    Object **v = gc_snapshot(th, &n);
    return list_of(th, v, n, NO_VALUE);
}
static Value gc_fn_get_referrers(Thread *th, Value self, Value *args) {
    if (sys_audit(th, "gc.get_referrers", 1, args[0])) return NO_VALUE;
    size_t n;
    Tuple *t = AS(Tuple, args[0]);
    Object **v = gc_find_referrers(th, t->items, t->len, &n);
    return list_of(th, v, n, args[0]);
}
static Value gc_fn_get_referents(Thread *th, Value self, Value *args) {
    if (sys_audit(th, "gc.get_referents", 1, args[0])) return NO_VALUE;
    Tuple *t = AS(Tuple, args[0]);
    Value list = list_new(th, 0);
    for (size_t i = 0; list && i < t->len; i++) {
        if (!value_is_object(t->items[i]) || !gc_is_tracked(value_object(t->items[i]))) continue;
        size_t n;
        Value *v = gc_find_referents(th, value_object(t->items[i]), &n);
        bool ok = true;
        for (size_t k = 0; k < n; k++) {
            if (ok && list_append(th, AS(List, list), v[k])) ok = false;
            decref(th, v[k]);
        }
        free(v);
        if (!ok) {
            decref(th, list);
            return NO_VALUE;
        }
    }
    return list;
}

static Value gc_fn_get_stats(Thread *th, Value self, Value *args) {
    Value list = list_new(th, 3);
    for (int i = 0; list && i < 3; i++) {
        const GcStats *s = &gc_settings.stats[i];
        Value d = dict_new(th);
        if (!d || dict_set_str(th, AS(Dict, d), "collections", value_imm_int(atomic_load_relaxed(&s->collections))) ||
            dict_set_str(th, AS(Dict, d), "collected", value_imm_int(atomic_load_relaxed(&s->collected))) ||
            dict_set_str(th, AS(Dict, d), "uncollectable", value_imm_int(atomic_load_relaxed(&s->uncollectable))) || list_append(th, AS(List, list), d))
            clear_ref(th, &list);
        decref(th, d);
    }
    return list;
}

// Objects the collector follows: those of traced types; a static type counts as CPython's do (not tracked).
static Value gc_fn_is_tracked(Thread *th, Value self, Value *args) {
    if (!value_is_object(args[0])) return VALUE_FALSE;
    Object *o = value_object(args[0]);
    if (value_is_type(args[0]) && !(AS(Type, args[0])->flags & TYPE_HEAP)) return VALUE_FALSE;
    return value_bool(gc_is_tracked(o));
}
static Value gc_fn_is_finalized(Thread *th, Value self, Value *args) {
    return value_bool(value_is_object(args[0]) && (atomic_load_relaxed(&value_object(args[0])->shared) & OBJ_FINALIZED));
}
static Value gc_fn_freeze(Thread *th, Value self, Value *args) {
    gc_freeze(th);
    return VALUE_NONE;
}
static Value gc_fn_unfreeze(Thread *th, Value self, Value *args) {
    gc_unfreeze(th);
    return VALUE_NONE;
}
static Value gc_fn_get_freeze_count(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)gc_freeze_count()); }

static void run_callbacks(Thread *th, bool start, int generation, intptr_t collected, intptr_t uncollectable) {
    if (!start && (atomic_load_relaxed(&gc_settings.debug) & GC_DEBUG_STATS))
        fprintf(stderr, "gc: done, %zd unreachable, %zd uncollectable, %.4fs elapsed\n", (ssize_t)(collected + uncollectable), (ssize_t)uncollectable,
                (double)gc_settings.last_pause_ns / 1e9);
    if (!callbacks || list_len(AS(List, callbacks)) == 0) return;
    Value info = dict_new(th), phase = str_from_cstr(th, start ? "start" : "stop");
    if (info && phase && !dict_set_str(th, AS(Dict, info), "generation", value_imm_int(generation)) &&
        !dict_set_str(th, AS(Dict, info), "collected", value_imm_int(collected)) &&
        !dict_set_str(th, AS(Dict, info), "uncollectable", value_imm_int(uncollectable))) {
        Value copy = list_to_tuple(th, AS(List, callbacks));
        for (size_t i = 0; copy && i < AS(Tuple, copy)->len; i++) {
            Value cb = AS(Tuple, copy)->items[i];
            Value r = call2(th, cb, phase, info);
            if (!r) error_unraisable(th, NULL, cb);
            decref(th, r);
        }
        decref(th, copy);
    }
    decref(th, info);
    decref(th, phase);
    error_clear(th);
}

static void save_all(Thread *th, Object **v, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (garbage && list_append(th, AS(List, garbage), VALUE_OF(v[i]))) error_clear(th);
        decref(th, VALUE_OF(v[i]));
    }
}

static const MethodDef gc_fns[] = {
    {"enable", "()", gc_fn_enable, "Enable automatic garbage collection."},
    {"disable", "()", gc_fn_disable, "Disable automatic garbage collection."},
    {"isenabled", "()", gc_fn_isenabled, "Returns true if automatic garbage collection is enabled."},
    {"collect", "(generation=2)", gc_fn_collect, "Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an integer specifying which generation to collect.  A ValueError\nis raised if the generation number is invalid.\n\nThe number of unreachable objects is returned."},
    {"set_debug", "(flags, /)", gc_fn_set_debug, "Set the garbage collection debugging flags."},
    {"get_debug", "()", gc_fn_get_debug, "Get the garbage collection debugging flags."},
    {"get_count", "()", gc_fn_get_count, "Return a three-tuple of the current collection counts."},
    {"set_threshold", "(threshold0, threshold1=None, threshold2=None, /)", gc_fn_set_threshold, "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds (the collection frequency).\n\nSetting 'threshold0' to zero disables collection.", METH_RAW | METH_NO_TEXT_SIG},
    {"get_threshold", "()", gc_fn_get_threshold, "Return the current collection thresholds."},
    {"get_objects", "(generation=None)", gc_fn_get_objects, "Return a list of objects tracked by the collector (excluding the list returned)."},
    {"get_stats", "()", gc_fn_get_stats, "Return a list of dictionaries containing per-generation statistics."},
    {"get_referrers", "(*objs)", gc_fn_get_referrers, "Return the list of objects that directly refer to any of 'objs'."},
    {"get_referents", "(*objs)", gc_fn_get_referents, "Return the list of objects that are directly referred to by 'objs'."},
    {"is_tracked", "(obj, /)", gc_fn_is_tracked, "Returns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return false."},
    {"is_finalized", "(obj, /)", gc_fn_is_finalized, "Returns true if the object has been already finalized by the GC."},
    {"freeze", "()", gc_fn_freeze, "Freeze all current tracked objects and ignore them for future collections."},
    {"unfreeze", "()", gc_fn_unfreeze, "Unfreeze all objects in the permanent generation."},
    {"get_freeze_count", "()", gc_fn_get_freeze_count, "Return the number of objects in the permanent generation."},
    {0}
};
static int gc_exec(Thread *th, Value m) {
    if (!garbage) {
        garbage = list_new(th, 0);
        callbacks = list_new(th, 0);
        if (!garbage || !callbacks) return -1;
        gc_add_root(&garbage);
        gc_add_root(&callbacks);
        gc_hooks.collect_callbacks = run_callbacks;
        gc_save_all_hook = save_all;
    }
    if (module_add(th, m, "garbage", new_ref(th, garbage)) || module_add(th, m, "callbacks", new_ref(th, callbacks))) return -1;
    if (module_add_int(th, m, "DEBUG_STATS", GC_DEBUG_STATS) || module_add_int(th, m, "DEBUG_COLLECTABLE", GC_DEBUG_COLLECTABLE) ||
        module_add_int(th, m, "DEBUG_UNCOLLECTABLE", GC_DEBUG_UNCOLLECTABLE) || module_add_int(th, m, "DEBUG_SAVEALL", GC_DEBUG_SAVEALL))
        return -1;
    return module_add_int(th, m, "DEBUG_LEAK", GC_DEBUG_LEAK);
}
const ModuleDef module_gc = { "gc",
    "This module provides access to the garbage collector for reference cycles.\n\n"
    "enable() -- Enable automatic garbage collection.\ndisable() -- Disable automatic garbage collection.\n"
    "isenabled() -- Returns true if automatic collection is enabled.\ncollect() -- Do a full collection right now.\n"
    "get_objects(), get_referrers(), get_referents() -- Look at the heap.\nfreeze(), unfreeze() -- Keep objects out of collections.\n",
    gc_fns, gc_exec };
