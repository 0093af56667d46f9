// SPDX-License-Identifier: MIT
// Handles: what call_soon, call_at and call_soon_threadsafe return. They have the interface and the repr of asyncio.Handle and TimerHandle; running one
// enters its context and calls the callback without a Python frame in between. What goes wrong is reported by ladon.loop's helpers.
#include "sched/loop/loop_int.h"

#include <stddef.h>

Handle *handle_new(Thread *th, Loop *l, int kind, Value callback, Value args, Value context) {
    Value ctx = context && context != VALUE_NONE ? new_ref(th, context) : context_copy_current(th);
    if (!ctx) return NULL;
    Handle *h = NEW(Handle, th, kind == HANDLE_TIMER ? &type_loop_timer_handle : &type_loop_handle);
    if (!h) {
        decref(th, ctx);
        return NULL;
    }
    h->kind = (uint8_t)kind;
    h->loop = new_ref(th, VALUE_OF(l));
    h->context = ctx;
    h->callback = new_ref(th, callback);
    h->args = new_ref(th, args);
    if (UNLIKELY(atomic_load_relaxed(&l->debug))) {
        h->source_traceback = loop_helper(th, loop_name__traceback, NULL, 0);
        if (!h->source_traceback) {
            decref(th, VALUE_OF(h));
            return NULL;
        }
    }
    return h;
}

int handle_debug_checks(Thread *th, Value loop, Value callback, Value method, bool thread_too) {
    if (thread_too) {
        Value r = call_method0(th, loop, loop_name__check_thread);
        if (!r) return -1;
        decref(th, r);
    }
    Value a[2] = {callback, method}, r = call_method(th, loop, loop_name__check_callback, a, 2);
    if (!r) return -1;
    decref(th, r);
    return 0;
}

// Enters ctx (of any kind) and calls. A context that is no contextvars.Context is asked to run it.
static Value call_in_context(Thread *th, Value ctx, Value callback, const Value *args, size_t n) {
    if (UNLIKELY(!value_is_exact(ctx, &type_context))) {
        Tuple *t = tuple_new(th, n + 1);
        if (!t) return NO_VALUE;
        t->items[0] = new_ref(th, callback);
        for (size_t i = 0; i < n; i++) t->items[i + 1] = new_ref(th, args[i]);
        Value run = object_getattr_cstr(th, ctx, "run");
        Value r = run ? object_call_ex(th, run, VALUE_OF(t), NO_VALUE) : NO_VALUE;
        decref(th, run);
        decref(th, VALUE_OF(t));
        return r;
    }
    if (context_enter(th, ctx) < 0) return NO_VALUE;
    Value r = object_call(th, callback, args, n, NO_VALUE);
    context_exit(th, ctx);
    return r;
}

int handle_report(Thread *th, Handle *h, Value callback, Value args) {
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
    Value exc = error_fetch(th), tuple = h->single ? tuple_pack1(th, args) : new_ref(th, args), a[4] = {VALUE_OF(h), callback, tuple, exc};
    Value r = tuple ? loop_helper(th, loop_name__handle_error, a, 4) : NO_VALUE;
    decref(th, tuple);
    decref(th, exc);
    decref(th, r);
    return r ? 0 : -1;
}
static int run_callback(Thread *th, Handle *h) {
    if (handle_cancelled(h)) return 0;
    // References of our own: the callback may cancel the handle while it runs.
    Value callback = slot_get(th, &h->head, &h->callback), args = slot_get(th, &h->head, &h->args);
    int rc = 0;
    if (callback && args) {
        Value r = h->single ? call_in_context(th, h->context, callback, &args, 1) : call_in_context(th, h->context, callback, AS(Tuple, args)->items, AS(Tuple, args)->len);
        if (LIKELY(r != NO_VALUE)) decref(th, r);
        else rc = handle_report(th, h, callback, args);
    }
    decref(th, callback);
    decref(th, args);
    return rc;
}

// A handle of call_soon_threadsafe may be cancelled from any thread: then it either does not run, or cancel() returns after it has run (as asyncio's lock of
// the handle makes it). Sequentially consistent on both sides: run stores `running` and looks at `cancelled`, cancel the other way round.
static int run_posted(Thread *th, Handle *h) {
    atomic_store_seqcst(&h->running, (uint32_t)HANDLE_RUNS);
    int rc = atomic_load_seqcst(&h->cancelled) ? 0 : run_callback(th, h);
    if (atomic_swap_seqcst(&h->running, 0u) & HANDLE_WAITED) park_wake_all(&h->running);
    return rc;
}
static int await_end(Thread *th, Handle *h) {
    uint32_t r;
    while ((r = atomic_load_seqcst(&h->running)) & HANDLE_RUNS) {
        if (!(r & HANDLE_WAITED) && !atomic_cas_acq_rel(&h->running, &r, r | HANDLE_WAITED)) continue;
        BLOCKING_BEGIN(th);
        park_wait(&h->running, 4, HANDLE_RUNS | HANDLE_WAITED, -1, true, NULL);
        BLOCKING_END;
        if (thread_safepoint(th) < 0) return -1;
    }
    return 0;
}
int handle_run(Thread *th, Handle *h) { return LIKELY(h->kind != HANDLE_POSTED) ? run_callback(th, h) : run_posted(th, h); }

// ---- the types

static Handle *handle_of(Value v) { return AS(Handle, v); }

static Value handle_meth_cancel(Thread *th, Value self, Value *args) {
    Handle *h = handle_of(self);
    Loop *l = LOOP(h->loop);
    if (handle_cancelled(h)) return VALUE_NONE;
    if (atomic_load_relaxed(&l->debug)) {
        // repr() goes on showing the callback; as in asyncio it is made with the handle cancelled already.
        atomic_store_release(&h->cancelled, (uint8_t)1);
        Value r = loop_helper(th, loop_name__handle_repr, &self, 1);
        if (!r) return NO_VALUE;
        slot_store(th, &h->head, &h->repr, r);
    }
    atomic_store_seqcst(&h->cancelled, (uint8_t)1);
    if (h->kind == HANDLE_POSTED && atomic_load_relaxed(&l->owner) != th->tid && await_end(th, h) < 0) return NO_VALUE;
    slot_store(th, &h->head, &h->callback, NO_VALUE);
    slot_store(th, &h->head, &h->args, NO_VALUE);
    // Only the owner may touch the heap; from elsewhere the timer is dropped when it is due.
    if (h->kind == HANDLE_TIMER && atomic_load_relaxed(&l->owner) == th->tid && h->heap_index) timers_remove(th, l, h);
    return VALUE_NONE;
}
static Value handle_meth_cancelled(Thread *th, Value self, Value *args) {
    Handle *h = handle_of(self);
    if (h->kind == HANDLE_POSTED && atomic_load_relaxed(&LOOP(h->loop)->owner) != th->tid && await_end(th, h) < 0) return NO_VALUE;
    return value_bool(handle_cancelled(h));
}
static Value handle_meth_get_context(Thread *th, Value self, Value *args) { return new_ref(th, handle_of(self)->context); }
static Value handle_meth_run(Thread *th, Value self, Value *args) { return handle_run(th, handle_of(self)) ? NO_VALUE : VALUE_NONE; }
static Value handle_meth_when(Thread *th, Value self, Value *args) { return float_from_double(th, handle_of(self)->when); }
static Value none_if_empty(Value v) { return v ? v : VALUE_NONE; }
static Value handle_get_callback(Thread *th, Value self) { return none_if_empty(slot_get(th, value_object(self), &handle_of(self)->callback)); }
static Value handle_get_args(Thread *th, Value self) {
    Value v = slot_get(th, value_object(self), &handle_of(self)->args);
    if (!v || !handle_of(self)->single) return none_if_empty(v);
    Value t = tuple_pack1(th, v);
    decref(th, v);
    return t;
}
static Value handle_get_repr(Thread *th, Value self) { return none_if_empty(slot_get(th, value_object(self), &handle_of(self)->repr)); }
static Value handle_get_cancelled(Thread *th, Value self) { return value_bool(handle_cancelled(handle_of(self))); }
static Value handle_get_scheduled(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&handle_of(self)->heap_index) != 0); }
static const char *const kind_names[] = {"Handle", "TimerHandle", "_ThreadSafeHandle"};
static Value handle_get_kind(Thread *th, Value self) { return str_from_cstr(th, kind_names[handle_of(self)->kind]); }
// What isinstance() asks when type() doesn't answer: a handle stands for one of asyncio's class.
static Value handle_get_class(Thread *th, Value self) { return import_attr(th, "asyncio.events", kind_names[handle_of(self)->kind]); }

static Value handle_slot_repr(Thread *th, Value self) {
    Value r = slot_get(th, value_object(self), &handle_of(self)->repr);
    return r ? r : loop_helper(th, loop_name__handle_repr, &self, 1);
}
static int handle_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Handle *h = (Handle *)self;
    Value v[6] = {h->loop, h->context, h->callback, h->args, h->repr, h->source_traceback};
    for (int i = 0; i < 6; i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
// The loop stays: code that runs while the rest is taken apart may still look at it.
static void handle_slot_clear(Thread *th, Object *self) {
    Handle *h = (Handle *)self;
    clear_ref(th, &h->callback);
    clear_ref(th, &h->args);
    clear_ref(th, &h->source_traceback);
}
static void handle_slot_dealloc(Thread *th, Object *self) {
    Handle *h = (Handle *)self;
    decref(th, h->callback);
    decref(th, h->args);
    decref(th, h->context);
    decref(th, h->repr);
    decref(th, h->source_traceback);
    decref(th, h->loop);
    object_release_attrs(th, self);
    object_free(th, self);
}

#define HANDLE_METHODS \
    {"cancel", "(self, /)", handle_meth_cancel, "Cancel the callback."}, \
    {"cancelled", "(self, /)", handle_meth_cancelled, "True if the callback was cancelled."}, \
    {"get_context", "(self, /)", handle_meth_get_context, "The contextvars.Context the callback runs in."}, \
    {"_run", "(self, /)", handle_meth_run, NULL}
#define HANDLE_GETSETS \
    {"_callback", handle_get_callback, NULL, NULL}, {"_args", handle_get_args, NULL, NULL}, {"_repr", handle_get_repr, NULL, NULL}, \
    {"_cancelled", handle_get_cancelled, NULL, NULL}, {"_kind", handle_get_kind, NULL, NULL}, {"__class__", handle_get_class, NULL, NULL}
static const MethodDef handle_methods[] = { HANDLE_METHODS, {0} };
static const GetSetDef handle_getsets[] = { HANDLE_GETSETS, {0} };
static const MemberDef handle_members[] = {
    {"_loop", offsetof(Handle, loop), MEMBER_VALUE | MEMBER_READONLY, NULL}, {"_context", offsetof(Handle, context), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {"_source_traceback", offsetof(Handle, source_traceback), MEMBER_VALUE | MEMBER_READONLY, NULL}, {0}
};
enum { HANDLE_FLAGS = TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_WEAKREFABLE };
TYPE_DEFINE(loop_handle, "asyncio.Handle", sizeof(Handle), HANDLE_FLAGS, .methods = handle_methods, .getsets = handle_getsets, .members = handle_members,
            .doc = "Object returned by callback registration methods.",
            .slots = { .repr = handle_slot_repr, .dealloc = handle_slot_dealloc, .traverse = handle_slot_traverse, .clear = handle_slot_clear })

static bool timers_equal(Thread *th, Handle *a, Handle *b, int *err) {
    *err = 0;
    if (a == b) return true;
    if (a->when != b->when || handle_cancelled(a) != handle_cancelled(b)) return false;
    Value v[4] = {slot_get(th, &a->head, &a->callback), slot_get(th, &b->head, &b->callback), slot_get(th, &a->head, &a->args), slot_get(th, &b->head, &b->args)};
    int r = v[0] == v[1] ? 1 : v[0] && v[1] ? object_equal(th, v[0], v[1]) : 0;
    if (r > 0) r = v[2] == v[3] ? 1 : v[2] && v[3] ? object_equal(th, v[2], v[3]) : 0;
    for (int i = 0; i < 4; i++) decref(th, v[i]);
    *err = r < 0;
    return r > 0;
}
static Value timer_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_exact(b, &type_loop_timer_handle) || !value_is_exact(a, &type_loop_timer_handle)) return VALUE_NOT_IMPLEMENTED;
    Handle *x = handle_of(a), *y = handle_of(b);
    int err = 0;
    if (op == CMP_LT || (op == CMP_LE && x->when < y->when)) return value_bool(x->when < y->when);
    if (op == CMP_GT || (op == CMP_GE && x->when > y->when)) return value_bool(x->when > y->when);
    bool same = timers_equal(th, x, y, &err);
    return err ? NO_VALUE : value_bool(same == (op != CMP_NE));
}
static int64_t timer_slot_hash(Thread *th, Value self) {
    Value w = float_from_double(th, handle_of(self)->when);
    if (!w) return -1;
    int64_t h = object_hash(th, w);
    decref(th, w);
    return h;
}
static const MethodDef timer_methods[] = { HANDLE_METHODS, {"when", "(self, /)", handle_meth_when, "Return a scheduled callback time."}, {0} };
static Value timer_get_when(Thread *th, Value self) { return float_from_double(th, handle_of(self)->when); }
static const GetSetDef timer_getsets[] = { HANDLE_GETSETS, {"_scheduled", handle_get_scheduled, NULL, NULL}, {"_when", timer_get_when, NULL, NULL}, {0} };
TYPE_DEFINE_BASE(loop_timer_handle, "asyncio.TimerHandle", &type_loop_handle, sizeof(Handle), HANDLE_FLAGS, .methods = timer_methods, .getsets = timer_getsets,
            .members = handle_members, .doc = "Object returned by timed callback registration methods.",
            .slots = { .repr = handle_slot_repr, .compare = timer_slot_compare, .hash = timer_slot_hash, .dealloc = handle_slot_dealloc,
                       .traverse = handle_slot_traverse, .clear = handle_slot_clear })

int handle_types_ready(Thread *th, Value module) {
    type_loop_handle.flags |= TYPE_BASETYPE;   // for the one below only
    if (type_ready(th, &type_loop_handle) < 0 || type_ready(th, &type_loop_timer_handle) < 0) return -1;
    return module_add_type(th, module, &type_loop_handle) || module_add_type(th, module, &type_loop_timer_handle) ? -1 : 0;
}
