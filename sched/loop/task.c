// SPDX-License-Identifier: MIT
// asyncio.Task: construction, cancellation, attributes. Its steps are in task_step.c. Locks: future_int.h.
#include "core/object/dict.h"
#include "core/object/int.h"
#include "sched/loop/future_int.h"

bool value_is_task(Value v) { return value_is_object(v) && (value_object(v)->shape->type == &asyncio_type_Task || value_is_instance(v, &asyncio_type_Task)); }

static Value task_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(Task, th, type)); }

static int need_coroutine(Thread *th, Task *t, Value coro) {
    if (LIKELY(value_is_object(coro) && value_object(coro)->shape == &shape_coroutine)) return 0;
    Value f = asyncio_import(th, IMPORT_ISCOROUTINE), v = f ? call1(th, f, coro) : NO_VALUE;
    int r = v ? object_truth(th, v) : -1;
    decref(th, v);
    if (r == 0) {
        atomic_store_relaxed(&t->f.quiet, (uint8_t)1);
        raise_type_error(th, "a coroutine was expected, got %R", coro);
    }
    return r > 0 ? 0 : -1;
}

static int task_init(Thread *th, Task *t, Value coro, Value loop, Value name, Value context, Value eager) {
    if (future_init(th, &t->f, loop)) return -1;
    if (need_coroutine(th, t, coro)) return -1;
    if (!name || name == VALUE_NONE) name = value_imm_int((int64_t)task_next_number(th));
    else if (value_is_exact_str(name)) incref(th, name);
    else if (!(name = object_str(th, name))) return -1;
    context = context && context != VALUE_NONE ? new_ref(th, context) : context_copy_current(th);
    if (!context) { decref(th, name); return -1; }
    obj_lock(th, &t->f.lock);
    Value old[4] = { t->fut_waiter, t->coro, t->context, t->name };
    t->fut_waiter = NO_VALUE;
    t->coro = new_ref(th, coro);
    t->context = context;
    t->name = name;
    loop = new_ref(th, t->f.loop);
    obj_unlock(th, &t->f.lock);
    atomic_store_relaxed(&t->cancels, 0u);
    for (int i = 0; i < 4; i++) decref(th, old[i]);
    int start = eager ? object_truth(th, eager) : 0;
    if (UNLIKELY(start > 0)) {
        Value running = call_method0(th, loop, asyncio_name_is_running);
        start = running ? object_truth(th, running) : -1;
        decref(th, running);
        if (start > 0) start = task_eager_start(th, t, loop) ? -1 : 1;
    }
    if (start == 0 && (start = task_step_soon(th, t, NO_VALUE)) == 0) task_register(th, t);
    decref(th, loop);
    return start < 0 ? -1 : 0;
}
Value task_new(Thread *th, Value coro, Value loop, Value name, Value context, Value eager) {
    Task *t = NEW(Task, th, &asyncio_type_Task);
    if (t && task_init(th, t, coro, loop, name, context, eager)) {
        decref(th, VALUE_OF(t));
        return NO_VALUE;
    }
    return VALUE_OF(t);
}
Value task_context(Thread *th, Value task) { return future_field(th, AS(Future, task), &AS(Task, task)->context); }
static int task_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[5];
    if (UNLIKELY(nargs > 1)) { raise_type_error(th, "Task() takes exactly 1 positional argument (%zu given)", nargs); return -1; }
    if (native_args_bind(th, &sig, "Task", "(coro, *, loop=None, name=None, context=None, eager_start=False)", args, nargs, kwnames, v)) return -1;
    return task_init(th, AS(Task, self), v[0], v[1], v[2], v[3], v[4]);
}

static void release_fields(Thread *th, Task *t) {
    clear_ref(th, &t->fut_waiter);
    clear_ref(th, &t->coro);
    clear_ref(th, &t->context);
    clear_ref(th, &t->name);
    future_release_fields(th, &t->f);
}
static void task_slot_dealloc(Thread *th, Object *self) {
    task_unregister(th, (Task *)self);
    release_fields(th, (Task *)self);
    container_dealloc_end(th, self, &asyncio_shape_Task);
}
static void task_slot_clear(Thread *th, Object *self) { release_fields(th, (Task *)self); }
static int task_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Task *t = (Task *)self;
    Value v[] = { t->fut_waiter, t->coro, t->context, t->name };
    int r;
    for (size_t i = 0; i < ARRAY_LEN(v); i++)
        if (value_is_object(v[i]) && (r = visit(v[i], arg))) return r;
    return future_visit_fields(&t->f, visit, arg);
}
static int task_slot_finalize(Thread *th, Value self) {
    Task *t = AS(Task, self);
    if (UNLIKELY(future_state(&t->f) == FUTURE_PENDING && !atomic_load_relaxed(&t->f.quiet) && t->f.loop)) {
        Value saved = error_fetch(th);
        if (future_call_handler(th, &t->f, str_from_cstr(th, "Task was destroyed but it is pending!"), "task", NO_VALUE)) error_unraisable(th, NULL, self);
        if (saved) error_restore(th, saved);
    }
    return future_report_lost(th, &t->f);
}

// ---- cancelling ------------------------------------------------------------------------------------------------------------------------------

// fut.cancel(msg=msg): 1 0 -1.
static int cancel_any(Thread *th, Value fut, Value msg) {
    if (value_is_object(fut) && value_object(fut)->shape == &asyncio_shape_Future) return future_cancel(th, fut, msg);
    static Value names;     // [a] immortal
    Value kw = atomic_load_acquire(&names), self;
    if (!kw) {
        if (!(kw = tuple_from_array(th, &asyncio_name_msg, 1))) return -1;
        object_make_immortal(value_object(kw));
        atomic_store_release(&names, kw);
    }
    Value m = object_get_method(th, fut, asyncio_name_cancel, &self);
    if (!m) return -1;
    Value args[2] = { self, msg ? msg : VALUE_NONE };
    Value v = object_call(th, m, self ? args : args + 1, self ? 1 : 0, kw);
    decref(th, m);
    int r = v ? object_truth(th, v) : -1;
    decref(th, v);
    return r;
}
int task_cancel_waiter(Thread *th, Task *t, Value fut) {
    Value msg = future_field(th, &t->f, &t->f.cancel_msg);
    int r = cancel_any(th, fut, msg);
    decref(th, msg);
    if (r > 0) atomic_store_relaxed(&t->f.must_cancel, (uint8_t)0);
    return r < 0 ? -1 : 0;
}
static Value task_meth_cancel(Thread *th, Value self, Value *a) {
    Task *t = AS(Task, self);
    atomic_store_relaxed(&t->f.log_tb, (uint8_t)0);
    if (future_state(&t->f) != FUTURE_PENDING) return VALUE_FALSE;
    atomic_add_relaxed(&t->cancels, 1u);
    Value waiter = future_field(th, &t->f, &t->fut_waiter);
    if (waiter) {
        int r = cancel_any(th, waiter, a[0]);
        decref(th, waiter);
        if (r) return r < 0 ? NO_VALUE : VALUE_TRUE;
    }
    future_field_set(th, &t->f, &t->f.cancel_msg, new_ref(th, a[0]));
    atomic_store_relaxed(&t->f.must_cancel, (uint8_t)1);
    return VALUE_TRUE;
}
static Value task_meth_cancelling(Thread *th, Value self, Value *a) { return value_imm_int(atomic_load_relaxed(&AS(Task, self)->cancels)); }
static Value task_meth_uncancel(Thread *th, Value self, Value *a) {
    Task *t = AS(Task, self);
    uint32_t n = atomic_load_relaxed(&t->cancels);
    while (n && !atomic_cas_acq_rel(&t->cancels, &n, n - 1)) {}
    if (n == 0) return value_imm_int(0);
    if (n == 1) atomic_store_relaxed(&t->f.must_cancel, (uint8_t)0);
    return value_imm_int(n - 1);
}

// ---- attributes ----------------------------------------------------------------------------------------------------------------------------------

static Value call_helper(Thread *th, unsigned which, Value a, Value b, Value c, size_t n) {
    Value f = asyncio_import(th, which), v[3] = { a, b, c };
    return f ? object_call(th, f, v, n, NO_VALUE) : NO_VALUE;
}
static Value task_meth_get_stack(Thread *th, Value self, Value *a) { return call_helper(th, IMPORT_GET_STACK, self, a[0] ? a[0] : VALUE_NONE, NO_VALUE, 2); }
static Value task_meth_print_stack(Thread *th, Value self, Value *a) {
    return call_helper(th, IMPORT_PRINT_STACK, self, a[0] ? a[0] : VALUE_NONE, a[1] ? a[1] : VALUE_NONE, 3);
}
static Value task_meth_set_result(Thread *th, Value self, Value *a) { return raise_error(th, &exc_RuntimeError, "Task does not support set_result operation"); }
static Value task_meth_set_exception(Thread *th, Value self, Value *a) { return raise_error(th, &exc_RuntimeError, "Task does not support set_exception operation"); }
static Value task_meth_get_name(Thread *th, Value self, Value *a) {
    Task *t = AS(Task, self);
    Value v = future_field(th, &t->f, &t->name);
    if (!v) return VALUE_NONE;
    if (!value_is_imm_int(v)) return v;
    Value s = str_format(th, "Task-%lld", (long long)value_imm_int_get(v));
    if (s) future_field_set(th, &t->f, &t->name, new_ref(th, s));
    return s;
}
static Value task_meth_set_name(Thread *th, Value self, Value *a) {
    Value s = value_is_exact_str(a[0]) ? new_ref(th, a[0]) : object_str(th, a[0]);
    if (!s) return NO_VALUE;
    future_field_set(th, &AS(Task, self)->f, &AS(Task, self)->name, s);
    return VALUE_NONE;
}
static Value field_or_none(Thread *th, Value self, Value *slot) {
    Value v = future_field(th, AS(Future, self), slot);
    return v ? v : VALUE_NONE;
}
static Value task_meth_get_coro(Thread *th, Value self, Value *a) { return field_or_none(th, self, &AS(Task, self)->coro); }
static Value task_meth_get_context(Thread *th, Value self, Value *a) { return field_or_none(th, self, &AS(Task, self)->context); }
static Value task_get_coro(Thread *th, Value self) { return field_or_none(th, self, &AS(Task, self)->coro); }
static Value task_get_fut_waiter(Thread *th, Value self) { return field_or_none(th, self, &AS(Task, self)->fut_waiter); }
static Value task_get_must_cancel(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&AS(Task, self)->f.must_cancel)); }
static Value task_get_log_destroy(Thread *th, Value self) { return value_bool(AS(Task, self)->f.loop && !atomic_load_relaxed(&AS(Task, self)->f.quiet)); }
static int task_set_log_destroy(Thread *th, Value self, Value v) {
    if (!v) {
        raise_error(th, &exc_AttributeError, "attribute '_log_destroy_pending' of '_asyncio.Task' objects cannot be deleted");
        return -1;
    }
    int b = object_truth(th, v);
    if (b < 0) return -1;
    atomic_store_relaxed(&AS(Task, self)->f.quiet, (uint8_t)!b);
    return 0;
}

static const MethodDef task_methods[] = {
    {"set_result", "(self, result, /)", task_meth_set_result, NULL},
    {"set_exception", "(self, exception, /)", task_meth_set_exception, NULL},
    {"cancel", "(self, /, msg=None)", task_meth_cancel, "Request that this task cancel itself.\n\nThis arranges for a CancelledError to be thrown into the\nwrapped coroutine on the next cycle through the event loop.\nThe coroutine then has a chance to clean up or even deny\nthe request using try/except/finally.\n\nUnlike Future.cancel, this does not guarantee that the\ntask will be cancelled: the exception might be caught and\nacted upon, delaying cancellation of the task or preventing\ncancellation completely.  The task may also return a value or\nraise a different exception.\n\nImmediately after this method is called, Task.cancelled() will\nnot return True (unless the task was already cancelled).  A\ntask will be marked as cancelled when the wrapped coroutine\nterminates with a CancelledError exception (even if cancel()\nwas not called).\n\nThis also increases the task's count of cancellation requests."},
    {"cancelling", "(self, /)", task_meth_cancelling, "Return the count of the task's cancellation requests.\n\nThis count is incremented when .cancel() is called\nand may be decremented using .uncancel()."},
    {"uncancel", "(self, /)", task_meth_uncancel, "Decrement the task's count of cancellation requests.\n\nThis should be used by tasks that catch CancelledError\nand wish to continue indefinitely until they are cancelled again.\n\nReturns the remaining number of cancellation requests."},
    {"get_stack", "(self, /, *, limit=None)", task_meth_get_stack, "Return the list of stack frames for this task's coroutine.\n\nIf the coroutine is not done, this returns the stack where it is\nsuspended.  If the coroutine has completed successfully or was\ncancelled, this returns an empty list.  If the coroutine was\nterminated by an exception, this returns the list of traceback\nframes.\n\nThe frames are always ordered from oldest to newest.\n\nThe optional limit gives the maximum number of frames to\nreturn; by default all available frames are returned.  Its\nmeaning differs depending on whether a stack or a traceback is\nreturned: the newest frames of a stack are returned, but the\noldest frames of a traceback are returned.  (This matches the\nbehavior of the traceback module.)\n\nFor reasons beyond our control, only one stack frame is\nreturned for a suspended coroutine."},
    {"print_stack", "(self, /, *, limit=None, file=None)", task_meth_print_stack, "Print the stack or traceback for this task's coroutine.\n\nThis produces output similar to that of the traceback module,\nfor the frames retrieved by get_stack().  The limit argument\nis passed to get_stack().  The file argument is an I/O stream\nto which the output is written; by default output is written\nto sys.stderr."},
    {"get_name", "(self, /)", task_meth_get_name, NULL},
    {"set_name", "(self, value, /)", task_meth_set_name, NULL},
    {"get_coro", "(self, /)", task_meth_get_coro, NULL},
    {"get_context", "(self, /)", task_meth_get_context, NULL},
    {"__class_getitem__", "(type, object, /)", object_class_getitem, "Tasks are generic over the return type of their wrapped coroutines", METH_CLASS},
    {0}
};
static const GetSetDef task_getsets[] = {
    {"_log_destroy_pending", task_get_log_destroy, task_set_log_destroy, NULL},
    {"_must_cancel", task_get_must_cancel, NULL, NULL},
    {"_coro", task_get_coro, NULL, NULL},
    {"_fut_waiter", task_get_fut_waiter, NULL, NULL},
    {0}
};
ASYNCIO_TYPE_DEFINE(Task, "_asyncio.Task", &asyncio_type_Future, sizeof(Task), TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_HAS_DEL | TYPE_HAS_DICT,
                    .methods = task_methods, .getsets = task_getsets, .doc = "A coroutine wrapped in a Future.",
                    .text_signature = "(coro, *, loop=None, name=None, context=None, eager_start=False)",
                    .slots = { .new_ = task_slot_new, .init = task_slot_init, .repr = future_slot_repr, .finalize = task_slot_finalize, .dealloc = task_slot_dealloc,
                               .traverse = task_slot_traverse, .clear = task_slot_clear })
