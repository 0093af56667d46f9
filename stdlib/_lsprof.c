// SPDX-License-Identifier: MIT
// _lsprof: the profiler under cProfile, a tool of sys.monitoring.
//
// Threads. Each thread that runs code under the profiler has a part of its own: a stack of running calls and the entries they add up to, so calls of
// different threads never look nested; getstats() adds the parts up. A part is used under its lock; the list of parts only grows. No Python code runs under
// a lock: the timer is asked before, names of built-in functions are made before.
#include <time.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/monitor.h"
#include "core/vm/trace.h"
#include "gc/gc.h"

// What calls add up to. Times are in units of the timer.
typedef struct Sums { int64_t calls, recursive, total, inline_, level; } Sums; // level: calls that are running
typedef struct Entry Entry;
typedef struct SubEntry { Entry *callee; Sums s; } SubEntry;
struct Entry {
    const void *key;         // the code object, or the definition of a built-in function
    Value code;              // owned: code object or str
    Sums s;
    SubEntry *subs;          // by callee
    uint32_t nsubs, cap;
};
typedef struct Call { Entry *entry; int64_t start, in_calls; } Call;
typedef struct Part {
    struct Part *next;       // [c]
    uint32_t tid;            // [c]
    ObjLock lock;            // [a] guards what follows
    Entry **table;           // open addressing; size a power of two or 0
    size_t size, used;
    Call *stack;
    size_t depth, cap;
} Part;
typedef struct Profiler {
    Object head;
    Part *parts;             // [a] pushed with a compare-and-swap
    Value timer;             // [a] slot; NO_VALUE: the clock
    double unit;             // [c] after __init__: seconds of an int of the timer; 0: it gives floats, or is the clock
    uint8_t enabled, subcalls, builtins, in_timer; // [a]
} Profiler;

#define PROFILER(v) AS(Profiler, v)
enum { PROFILER_TOOL = 2 };
static Value entry_type, subentry_type; // [c] immortal
static const struct { uint32_t event; const char *method; } hooks[] = {
    {MON_PY_START, "_pystart_callback"}, {MON_PY_RESUME, "_pystart_callback"}, {MON_PY_THROW, "_pythrow_callback"}, {MON_PY_RETURN, "_pyreturn_callback"},
    {MON_PY_YIELD, "_pyreturn_callback"}, {MON_PY_UNWIND, "_pyreturn_callback"}, {MON_CALL, "_ccall_callback"}, {MON_C_RETURN, "_creturn_callback"},
    {MON_C_RAISE, "_creturn_callback"},
};

// ---- the timer ----------------------------------------------------------------------------------------------------------------------

static bool has_timer(Profiler *p) { return atomic_load_relaxed(&p->timer) != NO_VALUE; }

static int64_t read_timer(Thread *th, Profiler *p) {
    if (!has_timer(p)) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    }
    Value timer = slot_get(th, &p->head, &p->timer), pending = error_fetch(th);
    atomic_store_relaxed(&p->in_timer, (uint8_t)1);
    Value v = call0(th, timer);
    atomic_store_relaxed(&p->in_timer, (uint8_t)0);
    int64_t t = 0;
    double d;
    if (v && p->unit > 0.0) {
        if (number_as_i64(th, v, &t) < 0) t = 0;
    } else if (v && number_as_double(th, v, &d) == 0) t = (int64_t)(d * 1e9);
    decref(th, v);
    if (error_pending(th)) error_unraisable_about(th, "Exception ignored while calling _lsprof timer %R", timer);
    decref(th, timer);
    if (pending) error_restore(th, pending);
    return t;
}

// ---- parts --------------------------------------------------------------------------------------------------------------------------

// This thread's part; NULL: none (and no memory for one, when make is set).
static Part *part_of(Thread *th, Profiler *p, bool make) {
    for (Part *q = atomic_load_acquire(&p->parts); q; q = q->next) // acquire: its fields
        if (q->tid == th->tid) return q;
    Part *q = make ? mem_calloc(th, 1, sizeof *q) : NULL;
    if (!q) return NULL;
    q->tid = th->tid;
    q->next = atomic_load_relaxed(&p->parts);
    while (!atomic_cas_acq_rel(&p->parts, &q->next, q)) {}         // release: its fields
    return q;
}

static Entry **entry_place(Part *q, const void *key) {
    size_t i = ((uintptr_t)key >> 4) * 0x9E3779B97F4A7C15u >> 20 & (q->size - 1);
    while (q->table[i] && q->table[i]->key != key) i = (i + 1) & (q->size - 1);
    return &q->table[i];
}
static Entry *entry_find_locked(Part *q, const void *key) { return q->size ? *entry_place(q, key) : NULL; }
// Takes over code, on success only.
static Entry *entry_add_locked(Thread *th, Part *q, const void *key, Value code) {
    if (q->used * 2 >= q->size) {
        size_t size = q->size ? q->size * 2 : 64, old_size = q->size;
        Entry **old = q->table, **table = mem_calloc(th, size, sizeof *table);
        if (!table) return NULL;
        q->table = table;
        q->size = size;
        for (size_t i = 0; i < old_size; i++)
            if (old[i]) *entry_place(q, old[i]->key) = old[i];
        mem_free(old);
    }
    Entry *e = mem_calloc(th, 1, sizeof *e);
    if (!e) return NULL;
    e->key = key;
    e->code = code;
    *entry_place(q, key) = e;
    q->used++;
    return e;
}
static SubEntry *sub_of(Thread *th, Entry *caller, Entry *callee) {
    for (uint32_t i = 0; i < caller->nsubs; i++)
        if (caller->subs[i].callee == callee) return &caller->subs[i];
    if (caller->nsubs == caller->cap) {
        uint32_t cap = caller->cap ? caller->cap * 2 : 4;
        SubEntry *subs = mem_realloc(th, caller->subs, cap * sizeof *subs);
        if (!subs) return NULL;
        caller->subs = subs;
        caller->cap = cap;
    }
    SubEntry *s = &caller->subs[caller->nsubs++];
    *s = (SubEntry){.callee = callee};
    return s;
}

static void sums_leave(Sums *s, int64_t total, int64_t in_calls) {
    if (--s->level == 0) s->total += total;
    else s->recursive++;
    s->inline_ += total - in_calls;
    s->calls++;
}
// The innermost call ends at time t.
static void leave_locked(Thread *th, Profiler *p, Part *q, int64_t t) {
    Call *c = &q->stack[--q->depth];
    int64_t total = t - c->start;
    sums_leave(&c->entry->s, total, c->in_calls);
    if (!q->depth) return;
    c[-1].in_calls += total;
    if (!atomic_load_relaxed(&p->subcalls)) return;
    SubEntry *s = sub_of(th, c[-1].entry, c->entry);
    if (s && s->s.level > 0) sums_leave(&s->s, total, c->in_calls);
}

// A call begins. make_code gives what stands for the function in the statistics: new reference, or NO_VALUE.
static void enter(Thread *th, Profiler *p, const void *key, Value code, Value (*make_code)(Thread *th, Value v)) {
    Part *q = part_of(th, p, true);
    if (!q) {
        error_clear(th);
        return;
    }
    obj_lock(th, &q->lock);
    Entry *e = entry_find_locked(q, key);
    if (!e) {
        obj_unlock(th, &q->lock);
        Value named = make_code(th, code);
        obj_lock(th, &q->lock);
        e = named ? entry_add_locked(th, q, key, named) : NULL;
        if (!e) {
            obj_unlock(th, &q->lock);
            decref(th, named);
            error_clear(th);
            return;
        }
    }
    if (q->depth == q->cap) {
        size_t cap = q->cap ? q->cap * 2 : 64;
        Call *stack = mem_realloc(th, q->stack, cap * sizeof *stack);
        if (!stack) {
            obj_unlock(th, &q->lock);
            error_clear(th);
            return;
        }
        q->stack = stack;
        q->cap = cap;
    }
    e->s.level++;
    if (q->depth && atomic_load_relaxed(&p->subcalls)) {
        SubEntry *s = sub_of(th, q->stack[q->depth - 1].entry, e);
        if (s) s->s.level++;
        else error_clear(th);
    }
    size_t mine = q->depth++;
    bool timer = has_timer(p);
    q->stack[mine] = (Call){.entry = e, .start = timer ? 0 : read_timer(th, p)};
    obj_unlock(th, &q->lock);
    if (!timer) return;
    int64_t t = read_timer(th, p);
    obj_lock(th, &q->lock);
    if (mine < q->depth) q->stack[mine].start = t;
    obj_unlock(th, &q->lock);
}
static void leave(Thread *th, Profiler *p) {
    Part *q = part_of(th, p, false);
    if (!q) return;
    bool timer = has_timer(p);
    obj_lock(th, &q->lock);
    bool running = q->depth != 0;
    if (running && !timer) leave_locked(th, p, q, read_timer(th, p));
    obj_unlock(th, &q->lock);
    if (running && timer) {
        int64_t t = read_timer(th, p);
        obj_lock(th, &q->lock);
        if (q->depth) leave_locked(th, p, q, t);
        obj_unlock(th, &q->lock);
    }
    error_clear(th);
}

// Calls that did not end while the profiler ran end now.
static void flush(Thread *th, Profiler *p) {
    for (Part *q = atomic_load_acquire(&p->parts); q; q = q->next) {
        for (;;) {
            obj_lock(th, &q->lock);
            bool more = q->depth != 0;
            obj_unlock(th, &q->lock);
            if (!more) break;
            int64_t t = read_timer(th, p);
            obj_lock(th, &q->lock);
            if (q->depth) leave_locked(th, p, q, t);
            obj_unlock(th, &q->lock);
        }
    }
    error_clear(th);
}

// Drops all entries; the parts stay.
static void clear_entries(Thread *th, Profiler *p) {
    for (Part *q = atomic_load_acquire(&p->parts); q; q = q->next) {
        obj_lock(th, &q->lock);
        Entry **table = q->table;
        size_t size = q->size;
        q->table = NULL;
        q->size = q->used = q->depth = 0;
        obj_unlock(th, &q->lock);
        for (size_t i = 0; i < size; i++) {
            if (!table[i]) continue;
            decref(th, table[i]->code);
            mem_free(table[i]->subs);
            mem_free(table[i]);
        }
        mem_free(table);
    }
}

// ---- what is called -----------------------------------------------------------------------------------------------------------------

static Value code_itself(Thread *th, Value code) { return new_ref(th, code); }
// A built-in function by name: <method 'append' of 'list' objects>, <built-in method builtins.len>.
static Value builtin_name(Thread *th, Value v) {
    BuiltinFunction *f = AS(BuiltinFunction, v);
    Value self = f->self;
    if (value_is_exact(v, &type_method_descriptor) || (self && !value_is_exact(self, &type_module))) {
        Value descr = value_is_exact(v, &type_method_descriptor) ? v : NO_VALUE, name = str_intern_cstr(th, f->def->name);
        if (!descr && name) descr = type_lookup(type_of(self), name);
        if (descr) return object_repr(th, descr);
    } else if (f->module && value_is_str(f->module)) return str_format(th, "<built-in method %U.%s>", f->module, f->def->name);
    return str_format(th, "<built-in method %s>", f->def->name);
}
static bool is_builtin(Value v) { return value_is_exact(v, &type_builtin_function) || value_is_exact(v, &type_method_descriptor); }

static Value profiler_meth_pystart(Thread *th, Value self, Value *args) {
    enter(th, PROFILER(self), value_object(args[0]), args[0], code_itself);
    return VALUE_NONE;
}
static Value profiler_meth_pyreturn(Thread *th, Value self, Value *args) {
    leave(th, PROFILER(self));
    return VALUE_NONE;
}
static Value profiler_meth_ccall(Thread *th, Value self, Value *args) {
    if (atomic_load_relaxed(&PROFILER(self)->builtins) && is_builtin(args[2])) enter(th, PROFILER(self), AS(BuiltinFunction, args[2])->def, args[2], builtin_name);
    return VALUE_NONE;
}
static Value profiler_meth_creturn(Thread *th, Value self, Value *args) {
    if (atomic_load_relaxed(&PROFILER(self)->builtins) && is_builtin(args[2])) leave(th, PROFILER(self));
    return VALUE_NONE;
}

// ---- switching on and off -----------------------------------------------------------------------------------------------------------

static Value monitoring(Thread *th, const char *method, const Value *args, size_t n) {
    Value m = import_attr(th, "sys", "monitoring"), r = m ? call_method(th, m, str_intern_cstr(th, method), args, n) : NO_VALUE;
    decref(th, m);
    return r;
}
static int take_flag(Thread *th, Value v, uint8_t *flag) {
    if (!v) return 0;
    int on = object_truth(th, v);
    if (on < 0) return -1;
    atomic_store_relaxed(flag, (uint8_t)on);
    return 0;
}

static Value profiler_meth_enable(Thread *th, Value self, Value *args) {
    Profiler *p = PROFILER(self);
    uint8_t subcalls = 1, builtins = 1;
    if (take_flag(th, args[0], &subcalls) < 0 || take_flag(th, args[1], &builtins) < 0) return NO_VALUE;
    Value use[2] = {value_imm_int(PROFILER_TOOL), str_intern_cstr(th, "cProfile")}, r = monitoring(th, "use_tool_id", use, 2);
    if (!r) return NO_VALUE;
    atomic_store_relaxed(&p->subcalls, subcalls);
    atomic_store_relaxed(&p->builtins, builtins);
    uint32_t events = 0;
    for (size_t i = 0; i < ARRAY_LEN(hooks); i++) {
        Value hook = object_getattr_cstr(th, self, hooks[i].method);
        if (!hook) return NO_VALUE;
        decref(th, monitor_register(th, PROFILER_TOOL, __builtin_ctz(hooks[i].event), hook));
        decref(th, hook);
        events |= hooks[i].event;
    }
    atomic_store_relaxed(&p->enabled, (uint8_t)1);
    monitor_set_events(th, PROFILER_TOOL, events & ~(uint32_t)(MON_C_RETURN | MON_C_RAISE));
    return VALUE_NONE;
}

static Value in_timer_error(Thread *th, Profiler *p, const char *what) {
    return atomic_load_relaxed(&p->in_timer) ? raise_error(th, &exc_RuntimeError, "cannot %s profiler in external timer", what) : VALUE_NONE;
}
static Value profiler_meth_disable(Thread *th, Value self, Value *args) {
    Profiler *p = PROFILER(self);
    if (!in_timer_error(th, p, "disable")) return NO_VALUE;
    if (atomic_load_relaxed(&p->enabled)) {
        atomic_store_relaxed(&p->enabled, (uint8_t)0);
        Value id = value_imm_int(PROFILER_TOOL), r = monitoring(th, "free_tool_id", &id, 1);   // and with it events and callbacks
        if (!r) return NO_VALUE;
        flush(th, p);
    }
    return VALUE_NONE;
}
static Value profiler_meth_clear(Thread *th, Value self, Value *args) {
    if (!in_timer_error(th, PROFILER(self), "clear")) return NO_VALUE;
    clear_entries(th, PROFILER(self));
    return VALUE_NONE;
}

// ---- statistics ---------------------------------------------------------------------------------------------------------------------

static Value stats_row(Thread *th, Value type, Value code, const Sums *s, double unit, Value calls_owned) {
    Value v[6] = {new_ref(th, code), int_from_i64(th, s->calls), int_from_i64(th, s->recursive), float_from_double(th, unit * (double)s->total),
                  float_from_double(th, unit * (double)s->inline_), calls_owned};
    return structseq_new(th, type, v, calls_owned ? 6 : 5);
}
static Value stats_entry(Thread *th, const Entry *e, double unit) {
    Value calls = e->nsubs ? list_new(th, e->nsubs) : VALUE_NONE;
    for (uint32_t i = 0; calls && i < e->nsubs; i++) {
        if (!e->subs[i].s.calls) continue;
        Value row = stats_row(th, subentry_type, e->subs[i].callee->code, &e->subs[i].s, unit, NO_VALUE);
        if (!row || list_append_owned(th, AS(List, calls), row) < 0) clear_ref(th, &calls);
    }
    return calls ? stats_row(th, entry_type, e->code, &e->s, unit, calls) : NO_VALUE;
}

static void sums_add(Sums *to, const Sums *s) {
    to->calls += s->calls;
    to->recursive += s->recursive;
    to->total += s->total;
    to->inline_ += s->inline_;
}
// Adds the entries of q to those of all, which nobody else sees. false: no memory
static bool merge_locked(Thread *th, Part *all, Part *q) {
    for (size_t i = 0; i < q->size; i++) {
        Entry *e = q->table[i];
        if (!e || entry_find_locked(all, e->key)) continue;
        if (!entry_add_locked(th, all, e->key, new_ref(th, e->code))) return false;
    }
    for (size_t i = 0; i < q->size; i++) {
        Entry *e = q->table[i], *to = e ? entry_find_locked(all, e->key) : NULL;
        if (!e) continue;
        sums_add(&to->s, &e->s);
        for (uint32_t k = 0; k < e->nsubs; k++) {
            SubEntry *s = sub_of(th, to, entry_find_locked(all, e->subs[k].callee->key));
            if (!s) return false;
            sums_add(&s->s, &e->subs[k].s);
        }
    }
    return true;
}

static Value profiler_meth_getstats(Thread *th, Value self, Value *args) {
    Profiler *p = PROFILER(self), sum = {0};
    Part *all = mem_calloc(th, 1, sizeof *all);
    if (!all) return NO_VALUE;
    bool ok = true;
    for (Part *q = atomic_load_acquire(&p->parts); q && ok; q = q->next) {
        obj_lock(th, &q->lock);
        ok = merge_locked(th, all, q);
        obj_unlock(th, &q->lock);
    }
    double unit = has_timer(p) && p->unit > 0.0 ? p->unit : 1e-9;
    Value list = ok ? list_new(th, all->used) : NO_VALUE;
    for (size_t i = 0; list && i < all->size; i++) {
        if (!all->table[i] || !all->table[i]->s.calls) continue;
        Value row = stats_entry(th, all->table[i], unit);
        if (!row || list_append_owned(th, AS(List, list), row) < 0) clear_ref(th, &list);
    }
    sum.parts = all;
    clear_entries(th, &sum);
    mem_free(all);
    return list;
}

// ---- the type -----------------------------------------------------------------------------------------------------------------------

static Value profiler_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Profiler *p = NEW(Profiler, th, type);
    if (p) p->subcalls = p->builtins = 1;
    return VALUE_OF(p);
}
static int profiler_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Profiler *p = PROFILER(self);
    Value v[4];
    double unit = 0.0;
    if (native_args_bind(th, &sig, "Profiler", "(timer=None, timeunit=0.0, subcalls=True, builtins=True)", args, nargs, kwnames, v) < 0) return -1;
    if ((v[1] && number_as_double(th, v[1], &unit) < 0) || take_flag(th, v[2], &p->subcalls) < 0 || take_flag(th, v[3], &p->builtins) < 0) return -1;
    p->unit = unit;
    slot_store(th, &p->head, &p->timer, v[0] && v[0] != VALUE_NONE ? new_ref(th, v[0]) : NO_VALUE);
    return 0;
}
static void profiler_slot_clear(Thread *th, Object *self) { clear_ref(th, &((Profiler *)self)->timer); }
static int profiler_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Profiler *p = (Profiler *)self;
    int r;
    if (p->timer && (r = visit(p->timer, arg))) return r;
    for (Part *q = p->parts; q; q = q->next)
        for (size_t i = 0; i < q->size; i++)
            if (q->table[i] && (r = visit(q->table[i]->code, arg))) return r;
    return 0;
}
static void profiler_slot_dealloc(Thread *th, Object *self) {
    Profiler *p = (Profiler *)self;
    clear_entries(th, p);
    for (Part *q = p->parts, *next; q; q = next) {
        next = q->next;
        mem_free(q->stack);
        mem_free(q);
    }
    clear_ref(th, &p->timer);
    object_release_attrs(th, self);
    object_free(th, self);
}

static const MethodDef profiler_methods[] = {
    {"getstats", "(self, /)", profiler_meth_getstats, "A list of profiler_entry: code, callcount, reccallcount, totaltime, inlinetime, calls (None, or a list of\nprofiler_subentry).", 0},
    {"enable", "(self, /, subcalls=True, builtins=True)", profiler_meth_enable,
     "Start collecting profiling information.\n\n  subcalls\n    Keep statistics of each function separately by its caller, too.\n  builtins\n    Measure built-in functions separately from their callers.", 0},
    {"disable", "(self, /)", profiler_meth_disable, "Stop collecting profiling information.", 0},
    {"clear", "(self, /)", profiler_meth_clear, "Clear all profiling information collected so far.", 0},
    {"_pystart_callback", "(self, code, instruction_offset, /)", profiler_meth_pystart, NULL, 0},
    {"_pythrow_callback", "(self, code, instruction_offset, exception, /)", profiler_meth_pystart, NULL, 0},
    {"_pyreturn_callback", "(self, code, instruction_offset, retval, /)", profiler_meth_pyreturn, NULL, 0},
    {"_ccall_callback", "(self, code, instruction_offset, callable, self_arg, /)", profiler_meth_ccall, NULL, 0},
    {"_creturn_callback", "(self, code, instruction_offset, callable, self_arg, /)", profiler_meth_creturn, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(profiler, "_lsprof.Profiler", sizeof(Profiler), TYPE_BASETYPE | TYPE_TRACED, .methods = profiler_methods,
                   .doc = "Build a profiler object using the specified timer function.\n\nThe default timer is a fast built-in one based on real time.\n"
                          "For custom timer functions returning integers, 'timeunit' can\nbe a float specifying a scale (that is, how long each integer unit\nis, in seconds).",
                   .slots = {.new_ = profiler_slot_new, .init = profiler_slot_init, .dealloc = profiler_slot_dealloc, .traverse = profiler_slot_traverse,
                             .clear = profiler_slot_clear})

static int lsprof_exec(Thread *th, Value module) {
    static const StructSeqField fields[] = {
        {"code", "code object or built-in function name"}, {"callcount", "how many times this was called"}, {"reccallcount", "how many times called recursively"},
        {"totaltime", "total time in this entry"}, {"inlinetime", "inline time in this entry (not in subcalls)"}, {"calls", "details of the calls"}, {0}};
    static const StructSeqField sub_fields[] = {
        {"code", "called code object or built-in function name"}, {"callcount", "how many times this is called"}, {"reccallcount", "how many times this is called recursively"},
        {"totaltime", "total time spent in this call"}, {"inlinetime", "inline time (not in further subcalls)"}, {0}};
    if (!entry_type) {
        Value e = structseq_type(th, "_lsprof.profiler_entry", NULL, fields, 6), s = e ? structseq_type(th, "_lsprof.profiler_subentry", NULL, sub_fields, 5) : NO_VALUE;
        if (!s) return -1;
        object_make_immortal(value_object(e));
        object_make_immortal(value_object(s));
        subentry_type = s;
        entry_type = e;
    }
    if (module_add(th, module, "profiler_entry", entry_type) < 0 || module_add(th, module, "profiler_subentry", subentry_type) < 0) return -1;
    return module_add_type(th, module, &type_profiler);
}

const ModuleDef module__lsprof = {"_lsprof", "Fast profiler", NULL, lsprof_exec};
