// SPDX-License-Identifier: MIT
// Shared by the files of futures and tasks: their layout, and the parts that call one another.
//
// A future belongs to the thread of its loop by contract, and no thread may corrupt memory by touching it: every field that holds a reference is read
// and written under the future's lock, and references are taken there, so that what is removed can be released as soon as the lock is free. Without a
// second thread the lock costs nothing. Nothing that may run Python code is called under it, and no second lock is taken.
#ifndef LADON_SCHED_FUTURE_INT_H
#define LADON_SCHED_FUTURE_INT_H
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/context.h"
#include "core/object/exception.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "sched/loop/future.h"

enum { FUTURE_PENDING, FUTURE_CANCELLED, FUTURE_FINISHED };

typedef struct Future {
    Object  head;
    ObjLock lock;           // [a]
    uint8_t state;          // [a] FUTURE_*; leaves PENDING under lock, once
    uint8_t log_tb;         // [a] the exception was not looked at yet
    uint8_t blocking;       // [a] _asyncio_future_blocking
    uint8_t wakes;          // [l] callback0 is a Task, and the callback its wake-up
    uint8_t must_cancel;    // [a] tasks: CancelledError is thrown in at the next step
    uint8_t quiet;          // [a] tasks: not _log_destroy_pending
    Value   loop;           // [l] NO_VALUE: __init__ has not run
    Value   callback0;      // [l] the first callback and its context: few futures have more
    Value   context0;       // [l]
    Value   callbacks;      // [l] List of (callback, context) after the first, or NO_VALUE; only its holder of a reference changes it
    Value   result;         // [l] with an exception: its traceback as it was when the exception was set
    Value   exception;      // [l]
    Value   source_tb;      // [l] debug mode: where it was made
    Value   cancel_msg;     // [l]
    Value   cancelled_exc;  // [l] CancelledError that ended the task, raised once
    Value   awaited_by;     // [l] a Future, or a Set of several
} Future;

typedef struct Task Task;
struct Task {
    Future   f;
    Value    fut_waiter;    // [f.lock] what it waits for
    Value    coro;          // [f.lock]
    Value    context;       // [f.lock]
    Value    name;          // [f.lock] Str; an int N: "Task-N"
    uint32_t cancels;       // [a] cancelling()
    uint32_t list;          // [a] owner id of the thread in whose list it stands; 0: none. Changes under that list's lock
    Task    *next, *prev;   // [l the list's lock]
};

// What a loop runs for a task: `task_step` begins or goes on (throwing exc if there is one), `task_wakeup` goes on after a future.
typedef struct TaskCall { Object head; Value task; Value exc; } TaskCall;   // [c until cleared]

// Of each thread, by owner id.
typedef struct AsyncioThread {
    ObjLock lock;           // [a] guards tasks
    Value   running_task;   // [o] owned; others read it with the world stopped
    Task   *tasks;          // [l] tasks registered by this thread that are not done: not counted
} __attribute__((aligned(64))) AsyncioThread;
extern AsyncioThread asyncio_threads[];

extern Type asyncio_type_Future, asyncio_type_Task, asyncio_type_FutureIter, asyncio_type_TaskStep, asyncio_type_TaskWakeup;
extern Shape asyncio_shape_Future, asyncio_shape_Task, asyncio_shape_FutureIter, asyncio_shape_TaskStep, asyncio_shape_TaskWakeup;
#define ASYNCIO_TYPE_DEFINE(cname, pyname, base_, size, flags_, ...)                                                          \
    Type asyncio_type_##cname = { .head = OBJECT_STATIC(&shape_type), .name = pyname, .base = base_, .flags = (flags_) | TYPE_IMMUTABLE, \
                                  .basic_size = (size), .shape = &asyncio_shape_##cname, __VA_ARGS__ };                        \
    Shape asyncio_shape_##cname = { .type = &asyncio_type_##cname, .flags = (flags_) | TYPE_IMMUTABLE };

#define NAME(suffix, text) extern Value asyncio_name_##suffix;
#include "sched/loop/future_names.def"

// Objects of Python modules, looked up once. Borrowed, NO_VALUE with the exception set.
enum { IMPORT_CANCELLED_ERROR, IMPORT_INVALID_STATE, IMPORT_FUTURE_REPR, IMPORT_TASK_REPR, IMPORT_GET_STACK, IMPORT_PRINT_STACK, IMPORT_ISCOROUTINE,
       IMPORT_EXTRACT_STACK, IMPORT_POLICY, IMPORT_WEAKSET, IMPORT_FORMAT_CALLBACK, IMPORT_COUNT };
Value asyncio_import(Thread *th, unsigned which);
// (CancelledError and InvalidStateError as types.)
ALWAYS_INLINE Type *asyncio_error(Thread *th, unsigned which) { return AS(Type, asyncio_import(th, which)); }

ALWAYS_INLINE bool future_is_exact(Value v) {
    if (!value_is_object(v)) return false;
    Type *t = value_object(v)->shape->type;
    return t == &asyncio_type_Future || t == &asyncio_type_Task;
}
bool value_is_task(Value v);
// A field, under the lock: new reference, or NO_VALUE.
ALWAYS_INLINE Value future_field(Thread *th, Future *f, Value *slot) {
    obj_lock(th, &f->lock);
    Value v = new_ref(th, *slot);
    obj_unlock(th, &f->lock);
    return v;
}
ALWAYS_INLINE void future_field_set(Thread *th, Future *f, Value *slot, Value v_owned) {
    obj_lock(th, &f->lock);
    Value old = *slot;
    *slot = v_owned;
    obj_unlock(th, &f->lock);
    decref(th, old);
}
ALWAYS_INLINE uint8_t future_state(const Future *f) { return atomic_load_acquire(&f->state); }
// Raises RuntimeError "Future object is not initialized." unless __init__ ran.
bool future_alive(Thread *th, Future *f);
// __init__: 0 or -1. loop: NO_VALUE or None: get_event_loop().
int future_init(Thread *th, Future *f, Value loop);
// Ends it: result_owned / exc_owned are taken over. 0, or -1 (done already, or call_soon failed).
int future_finish(Thread *th, Future *f, Value result_owned, Value exc_owned);
int future_set_exc(Thread *th, Future *f, Value exc);
int future_cancel_raw(Thread *th, Future *f, Value msg_owned);
// The exception that tells of its cancellation. New reference.
Value future_cancelled_error(Thread *th, Future *f);
// 0: *out is the result, 1: *out is the exception, -1: one is pending (cancelled, not done). New reference.
int future_outcome(Thread *th, Future *f, Value *out);
// callback: a callable, or with wakes the Task to be woken. 0 or -1. context: NO_VALUE: a copy of the current one.
int future_add_callback(Thread *th, Future *f, Value callback, bool wakes, Value context);
int future_awaited_by_add(Thread *th, Value fut, Value waiter);
int future_awaited_by_discard(Thread *th, Value fut, Value waiter);
// The loop of any future, by get_loop() or _loop. New reference.
Value future_loop_of(Thread *th, Value fut);
Value future_slot_repr(Thread *th, Value self);
void future_release_fields(Thread *th, Future *f);
int future_visit_fields(Future *f, VisitFn visit, void *arg);
// The inherited part of Task.__del__.
int future_report_lost(Thread *th, Future *f);
// loop.call_exception_handler({"message": message, self_key: f}), and "exception", "source_traceback" where there is one. message: NO_VALUE: an error
// is pending.
int future_call_handler(Thread *th, Future *f, Value message_owned, const char *self_key, Value exception);

// Task(coro, loop=loop, name=name, context=context, eager_start=eager). All borrowed; all but coro and loop may be NO_VALUE. loop is none of None.
Value task_new(Thread *th, Value coro, Value loop, Value name, Value context, Value eager);
Value task_context(Thread *th, Value task);     // new reference
Value task_call_new(Thread *th, Type *type, Task *t, Value exc);
// call_soon of a step. exc: thrown in, NO_VALUE: none.
int task_step_soon(Thread *th, Task *t, Value exc);
// call_soon of a wake-up by fut.
int task_wakeup_soon(Thread *th, Task *t, Value loop, Value fut, Value context);
int task_eager_start(Thread *th, Task *t, Value loop);

// task_step.c: what a loop may call at once instead of through the call protocol, when it finds such a callable in its queue:
// the step of a task (no arguments) or the wake-up of a task by a future (one argument).
bool value_is_task_step(Value callable);
bool value_is_task_wakeup(Value callable);
Value task_call_step(Thread *th, Value step);
Value task_call_wakeup(Thread *th, Value wakeup, Value fut);
// The same of a task itself; the caller holds it and has entered its context. exc: thrown in, NO_VALUE: none.
Value task_step_run(Thread *th, Value task, Value exc);
Value task_wakeup_run(Thread *th, Value task, Value fut);

// call_soon.c: does loop.get_debug() hold? 1 0 -1.
int loop_debug(Thread *th, Value loop);
void call_soon_init(const FutureQueueOps *queue);

// task_registry.c
int task_enter(Thread *th, Value loop, Value task);
int task_leave(Thread *th, Value loop, Value task);
// The task that was running is returned: a new reference, None: none. NO_VALUE: error.
Value task_swap(Thread *th, Value loop, Value task);
void task_register(Thread *th, Task *t);
void task_unregister(Thread *th, Task *t);
Value asyncio_event_loop(Thread *th);    // get_event_loop()
uint64_t task_next_number(Thread *th);
void registry_init(void);
#endif
