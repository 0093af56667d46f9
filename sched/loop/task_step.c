// SPDX-License-Identifier: MIT
// The steps of a task: how it goes on, what it may wait for, how it ends. Numbers in the bodies:
//   1. A step takes what it needs of the task under its lock, says to the thread that the task runs, and resumes the coroutine through its type's send
//      slot, without building a frame or arguments; an exception goes in by throw.
//   2. What comes back is an end (result, cancellation, exception) or something to wait for.
//   3. To wait for a native future, the task itself is put there as callback (Future.wakes). A native loop gets the task itself to go on with, too; the
//      object that another kind of loop calls is made when the future ends.
#include "core/object/iter.h"
#include "core/vm/generator.h"
#include "sched/loop/future_int.h"
#include "sched/loop/loop.h"

int task_cancel_waiter(Thread *th, Task *t, Value fut);

Value task_call_new(Thread *th, Type *type, Task *t, Value exc) {
    TaskCall *c = NEW(TaskCall, th, type);
    if (!c) return NO_VALUE;
    c->task = new_ref(th, VALUE_OF(t));
    c->exc = new_ref(th, exc);
    return VALUE_OF(c);
}
// A native loop takes the task itself; everybody else gets an object to call.
static int task_soon(Thread *th, Task *t, Value loop, Value fut, Value context) {
    Loop *l;
    if (LIKELY(t->f.head.shape->type == &asyncio_type_Task) && LIKELY(value_is_exact(context, &type_context)) && LIKELY((l = loop_of(th, loop)) != NULL)) {
        int r = loop_task_soon(th, l, VALUE_OF(t), fut);
        if (LIKELY(r)) return r < 0 ? -1 : 0;
    }
    Value c = task_call_new(th, fut ? &asyncio_type_TaskWakeup : &asyncio_type_TaskStep, t, NO_VALUE);
    int r = c ? asyncio_call_soon(th, loop, c, fut, context) : -1;
    decref(th, c);
    return r;
}
int task_wakeup_soon(Thread *th, Task *t, Value loop, Value fut, Value context) { return task_soon(th, t, loop, fut, context); }
int task_step_soon(Thread *th, Task *t, Value exc) {
    obj_lock(th, &t->f.lock);
    Value loop = new_ref(th, t->f.loop), context = new_ref(th, t->context);
    obj_unlock(th, &t->f.lock);
    int r;
    if (LIKELY(!exc)) r = task_soon(th, t, loop, NO_VALUE, context);
    else {
        Value c = task_call_new(th, &asyncio_type_TaskStep, t, exc);
        r = c ? asyncio_call_soon(th, loop, c, NO_VALUE, context) : -1;
        decref(th, c);
    }
    decref(th, loop);
    decref(th, context);
    return r;
}
// The task gets RuntimeError(message) in its next step; the message is taken over.
static int fail_soon(Thread *th, Task *t, Value message_owned) {
    Value exc = message_owned ? call1(th, VALUE_OF(&exc_RuntimeError), message_owned) : NO_VALUE;
    decref(th, message_owned);
    int r = exc ? task_step_soon(th, t, exc) : -1;
    decref(th, exc);
    return r;
}

// ---- 2. what came back ---------------------------------------------------------------------------------------------------------------------------

static int wait_done(Thread *th, Task *t, Value fut) {
    future_field_set(th, &t->f, &t->fut_waiter, new_ref(th, fut));
    if (LIKELY(!atomic_load_relaxed(&t->f.must_cancel))) return 0;
    return task_cancel_waiter(th, t, fut);
}
static int wait_native(Thread *th, Task *t, Value loop, Value fut) {
    Future *f = AS(Future, fut);
    Value theirs = future_loop_of(th, fut);
    if (!theirs) return -1;
    decref(th, theirs);
    if (UNLIKELY(theirs != loop)) return fail_soon(th, t, str_format(th, "Task %R got Future %R attached to a different loop", VALUE_OF(t), fut));
    if (UNLIKELY(!atomic_load_relaxed(&f->blocking))) return fail_soon(th, t, str_format(th, "yield was used instead of yield from in task %R with %R", VALUE_OF(t), fut));
    atomic_store_relaxed(&f->blocking, (uint8_t)0);
    if (future_awaited_by_add(th, fut, VALUE_OF(t))) return -1;
    Value context = future_field(th, &t->f, &t->context);
    int r = future_add_callback(th, f, VALUE_OF(t), true, context);
    decref(th, context);
    return r ? -1 : wait_done(th, t, fut);
}
static int wait_foreign(Thread *th, Task *t, Value loop, Value fut, Value blocking) {
    Value theirs = future_loop_of(th, fut);
    if (!theirs) return -1;
    decref(th, theirs);
    if (theirs != loop) return fail_soon(th, t, str_format(th, "Task %R got Future %R attached to a different loop", VALUE_OF(t), fut));
    int b = object_truth(th, blocking);
    if (b < 0) return -1;
    if (!b) return fail_soon(th, t, str_format(th, "yield was used instead of yield from in task %R with %R", VALUE_OF(t), fut));
    if (future_awaited_by_add(th, fut, VALUE_OF(t)) || object_setattr(th, fut, asyncio_name_asyncio_future_blocking, VALUE_FALSE)) return -1;
    static Value names;     // [a] immortal
    Value kw = atomic_load_acquire(&names), self;
    if (!kw) {
        if (!(kw = tuple_from_array(th, &asyncio_name_context, 1))) return -1;
        object_make_immortal(value_object(kw));
        atomic_store_release(&names, kw);
    }
    Value wake = task_call_new(th, &asyncio_type_TaskWakeup, t, NO_VALUE), m = wake ? object_get_method(th, fut, asyncio_name_add_done_callback, &self) : NO_VALUE;
    Value v = NO_VALUE;
    if (m) {
        Value args[3] = { self, wake, future_field(th, &t->f, &t->context) };
        v = object_call(th, m, self ? args : args + 1, self ? 2 : 1, kw);
        decref(th, args[2]);
        decref(th, m);
    }
    decref(th, wake);
    if (!v) return -1;
    decref(th, v);
    return wait_done(th, t, fut);
}
static int wait_for(Thread *th, Task *t, Value loop, Value what) {
    if (what == VALUE_OF(t)) return fail_soon(th, t, str_format(th, "Task cannot await on itself: %R", VALUE_OF(t)));
    if (LIKELY(future_is_exact(what))) return wait_native(th, t, loop, what);
    if (what == VALUE_NONE) return task_step_soon(th, t, NO_VALUE);
    Value blocking;
    int r = object_getattr_optional(th, what, asyncio_name_asyncio_future_blocking, &blocking);
    if (r < 0) return -1;
    if (r && blocking != VALUE_NONE) {
        r = wait_foreign(th, t, loop, what, blocking);
        decref(th, blocking);
        return r;
    }
    if (value_is_object(what) && value_object(what)->shape == &shape_generator)
        return fail_soon(th, t, str_format(th, "yield was used instead of yield from for generator in task %R with %R", VALUE_OF(t), what));
    return fail_soon(th, t, str_format(th, "Task got bad yield: %R", what));
}

static int end_with_result(Thread *th, Task *t, Value result_owned) {
    task_unregister(th, t);
    if (UNLIKELY(atomic_load_relaxed(&t->f.must_cancel))) {     // cancelled right before it ended
        atomic_store_relaxed(&t->f.must_cancel, (uint8_t)0);
        decref(th, result_owned);
        return future_cancel_raw(th, &t->f, future_field(th, &t->f, &t->f.cancel_msg)) < 0 ? -1 : 0;
    }
    return future_finish(th, &t->f, result_owned, NO_VALUE);
}
// The pending exception left the coroutine.
static int end_with_error(Thread *th, Task *t) {
    if (error_matches(th, &exc_StopIteration)) return end_with_result(th, t, stop_iteration_take(th));
    Value exc = error_fetch(th);
    Type *cancelled = asyncio_error(th, IMPORT_CANCELLED_ERROR);
    if (!cancelled) { decref(th, exc); return -1; }
    task_unregister(th, t);
    if (value_is_instance(exc, cancelled)) {
        future_field_set(th, &t->f, &t->f.cancelled_exc, exc);
        return future_cancel_raw(th, &t->f, NO_VALUE) < 0 ? -1 : 0;
    }
    bool up = value_is_instance(exc, &exc_KeyboardInterrupt) || value_is_instance(exc, &exc_SystemExit);
    if (up) incref(th, exc);
    int r = future_set_exc(th, &t->f, exc);
    decref(th, exc);
    if (!up) return r;
    if (r) { error_clear(th); }
    error_restore(th, exc);
    return -1;
}

// ---- 1. a step -------------------------------------------------------------------------------------------------------------------------------------

static SendStatus resume(Thread *th, Value coro, Value exc, Value *out) {
    bool native = value_is_object(coro) && (value_object(coro)->shape == &shape_coroutine || value_object(coro)->shape == &shape_generator);
    if (LIKELY(!exc)) return native ? generator_send(th, AS(Generator, coro), VALUE_NONE, out) : object_send(th, coro, VALUE_NONE, out);
    if (native) {
        error_restore(th, new_ref(th, exc));
        return generator_throw(th, AS(Generator, coro), out);
    }
    *out = call_method1(th, coro, name_throw, exc);
    return *out ? SEND_YIELD : SEND_ERROR;
}
// exc borrowed, NO_VALUE: none. 0 or -1.
static int step_body(Thread *th, Task *t, Value loop, Value exc) {
    if (future_state(&t->f) != FUTURE_PENDING) {
        Type *type = asyncio_error(th, IMPORT_INVALID_STATE);
        if (type) raise_error(th, type, "__step(): already done: %R %R", VALUE_OF(t), exc ? exc : VALUE_NONE);
        return -1;
    }
    Value made = NO_VALUE;
    if (UNLIKELY(atomic_load_relaxed(&t->f.must_cancel))) {
        Type *cancelled = asyncio_error(th, IMPORT_CANCELLED_ERROR);
        if (!cancelled) return -1;
        if (!exc || !value_is_instance(exc, cancelled)) {
            if (!(made = future_cancelled_error(th, &t->f))) return -1;
            exc = made;
        }
        atomic_store_relaxed(&t->f.must_cancel, (uint8_t)0);
    }
    obj_lock(th, &t->f.lock);
    Value waiter = t->fut_waiter, coro = new_ref(th, t->coro);
    t->fut_waiter = NO_VALUE;
    obj_unlock(th, &t->f.lock);
    decref(th, waiter);
    if (!coro) {
        decref(th, made);
        raise_error(th, &exc_RuntimeError, "uninitialized Task object");
        return -1;
    }
    Value out = NO_VALUE;
    SendStatus s = resume(th, coro, exc, &out);
    decref(th, made);
    decref(th, coro);
    if (s == SEND_RETURN) return end_with_result(th, t, out);
    if (UNLIKELY(s == SEND_ERROR)) return end_with_error(th, t);
    int r = wait_for(th, t, loop, out);
    decref(th, out);
    return r;
}
// The whole step; the task is held by the caller.
static Value step(Thread *th, Task *t, Value exc) {
    Value loop = future_field(th, &t->f, &t->f.loop);
    if (UNLIKELY(!loop)) return raise_error(th, &exc_RuntimeError, "uninitialized Task object");
    Value r = NO_VALUE;
    if (LIKELY(task_enter(th, loop, VALUE_OF(t)) == 0)) {
        if (LIKELY(step_body(th, t, loop, exc) == 0)) {
            r = task_leave(th, loop, VALUE_OF(t)) ? NO_VALUE : VALUE_NONE;
        } else {
            Value saved = error_fetch(th);
            if (task_leave(th, loop, VALUE_OF(t))) error_clear(th);
            error_restore(th, saved);
        }
    }
    decref(th, loop);
    return r;
}

int task_eager_start(Thread *th, Task *t, Value loop) {
    Value before = task_swap(th, loop, VALUE_OF(t));
    if (!before) return -1;
    task_register(th, t);
    Value context = future_field(th, &t->f, &t->context);
    int r = -1;
    bool native = value_is_exact(context, &type_context);
    if (!native) raise_type_error(th, "an instance of Context was expected");
    else if (context_enter(th, context) == 0) {
        r = step_body(th, t, loop, NO_VALUE);
        context_exit(th, context);
    }
    decref(th, context);
    Value saved = r ? error_fetch(th) : NO_VALUE, me = task_swap(th, loop, before);
    decref(th, before);
    if (!me) r = -1;
    if (saved) { error_clear(th); error_restore(th, saved); }
    decref(th, me);
    if (future_state(&t->f) != FUTURE_PENDING) future_field_set(th, &t->f, &t->coro, NO_VALUE);
    return r;
}

static Value wakeup(Thread *th, Task *t, Value fut) {
    Value v = NO_VALUE, r;
    if (future_awaited_by_discard(th, fut, VALUE_OF(t))) return NO_VALUE;
    int how;
    if (LIKELY(future_is_exact(fut))) how = future_outcome(th, AS(Future, fut), &v);
    else how = (v = call_method0(th, fut, asyncio_name_result)) ? 0 : -1;
    if (LIKELY(how == 0)) {
        decref(th, v);
        return step(th, t, NO_VALUE);
    }
    if (how < 0) v = error_fetch(th);
    r = step(th, t, v);
    decref(th, v);
    return r;
}

// ---- what loops call ---------------------------------------------------------------------------------------------------------------------------------

bool value_is_task_step(Value v) { return value_is_object(v) && value_object(v)->shape == &asyncio_shape_TaskStep; }
bool value_is_task_wakeup(Value v) { return value_is_object(v) && value_object(v)->shape == &asyncio_shape_TaskWakeup; }

Value task_step_run(Thread *th, Value task, Value exc) { return step(th, AS(Task, task), exc); }
Value task_wakeup_run(Thread *th, Value task, Value fut) { return wakeup(th, AS(Task, task), fut); }
Value task_call_step(Thread *th, Value self) {
    Value task = new_ref(th, AS(TaskCall, self)->task), exc = new_ref(th, AS(TaskCall, self)->exc);
    if (!task) return VALUE_NONE;
    Value r = step(th, AS(Task, task), exc);
    decref(th, exc);
    decref(th, task);
    return r;
}
Value task_call_wakeup(Thread *th, Value self, Value fut) {
    Value task = new_ref(th, AS(TaskCall, self)->task);
    if (!task) return VALUE_NONE;
    Value r = wakeup(th, AS(Task, task), fut);
    decref(th, task);
    return r;
}
static Value step_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (UNLIKELY(kwnames_len(kwnames))) return raise_type_error(th, "function takes no keyword arguments");
    if (UNLIKELY(nargs)) return raise_type_error(th, "function takes no positional arguments");
    return task_call_step(th, self);
}
static Value wakeup_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (UNLIKELY(kwnames_len(kwnames))) return raise_type_error(th, "Task.task_wakeup() takes no keyword arguments");
    if (UNLIKELY(nargs != 1)) return raise_type_error(th, "Task.task_wakeup() takes exactly one argument (%zu given)", nargs);
    return task_call_wakeup(th, self, args[0]);
}
static void call_slot_clear(Thread *th, Object *self) {
    clear_ref(th, &((TaskCall *)self)->task);
    clear_ref(th, &((TaskCall *)self)->exc);
}
static void call_slot_dealloc(Thread *th, Object *self) {
    call_slot_clear(th, self);
    object_free(th, self);
}
static int call_slot_traverse(Object *self, VisitFn visit, void *arg) {
    TaskCall *c = (TaskCall *)self;
    int r;
    if (c->task && (r = visit(c->task, arg))) return r;
    return c->exc ? visit(c->exc, arg) : 0;
}
static Value call_get_self(Thread *th, Value self) {
    Value v = AS(TaskCall, self)->task;
    return v ? new_ref(th, v) : VALUE_NONE;
}
static Value wakeup_get_name(Thread *th, Value self) { return str_intern_cstr(th, "task_wakeup"); }
static Value wakeup_get_qualname(Thread *th, Value self) { return str_intern_cstr(th, "Task.task_wakeup"); }
static Value wakeup_slot_repr(Thread *th, Value self) {
    Value task = AS(TaskCall, self)->task;
    return str_format(th, "<built-in method task_wakeup of %T object at %p>", task, AS(void, task));
}
// Two wake-ups of one task are equal, as bound methods are.
static Value wakeup_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_task_wakeup(a) || !value_is_task_wakeup(b)) return VALUE_NOT_IMPLEMENTED;
    return value_bool((AS(TaskCall, a)->task == AS(TaskCall, b)->task) == (op == CMP_EQ));
}
static int64_t wakeup_slot_hash(Thread *th, Value self) { return (int64_t)(AS(TaskCall, self)->task >> 4); }

static const GetSetDef step_getsets[] = { {"__self__", call_get_self, NULL, NULL}, {0} };
static const GetSetDef wakeup_getsets[] = { {"__self__", call_get_self, NULL, NULL}, {"__name__", wakeup_get_name, NULL, NULL}, {"__qualname__", wakeup_get_qualname, NULL, NULL}, {0} };
ASYNCIO_TYPE_DEFINE(TaskStep, "_asyncio.TaskStepMethWrapper", &type_object, sizeof(TaskCall), TYPE_TRACED | TYPE_NO_INSTANTIATE, .getsets = step_getsets,
                    .slots = { .call = step_slot_call, .dealloc = call_slot_dealloc, .traverse = call_slot_traverse, .clear = call_slot_clear })
ASYNCIO_TYPE_DEFINE(TaskWakeup, "_asyncio.TaskWakeupMethWrapper", &type_object, sizeof(TaskCall), TYPE_TRACED | TYPE_NO_INSTANTIATE, .getsets = wakeup_getsets,
                    .slots = { .call = wakeup_slot_call, .repr = wakeup_slot_repr, .compare = wakeup_slot_compare, .hash = wakeup_slot_hash,
                               .dealloc = call_slot_dealloc, .traverse = call_slot_traverse, .clear = call_slot_clear })
