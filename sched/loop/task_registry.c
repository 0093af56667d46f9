// SPDX-License-Identifier: MIT
// What asyncio knows of threads and tasks: the running loop and task of each thread, the tasks of all, and the module's functions about them.
//
// A task stands in the list of the thread that registered it until it is done or freed. Lists are changed under their lock; all_tasks walks the lists of
// all threads with the world stopped, which nobody is while he changes one. Tasks that are not ours are kept in a WeakSet and (eager ones) a set.
#include <pthread.h>

#include "gc/gc.h"
#include "sched/loop/future_int.h"

enum { THREADS_MAX = 0x1000 };  // owner ids
AsyncioThread asyncio_threads[THREADS_MAX];
static Value foreign_tasks, foreign_eager;   // [a] WeakSet and Set of tasks of other types, made once

static void visit_values(VisitFn visit, void *arg) {
    for (Thread *t = thread_list; t; t = t->next) {
        if (value_is_object(t->running_loop)) visit(t->running_loop, arg);
        Value task = asyncio_threads[t->tid].running_task;
        if (value_is_object(task)) visit(task, arg);
    }
}
// In a forked child no task runs: the one that forked goes on in the parent. Its reference is lost, so that nobody reports it as destroyed.
static void fork_child(void) {
    Thread *th = thread_current();
    if (th) asyncio_threads[th->tid].running_task = NO_VALUE;
}
void registry_init(void) {
    pthread_atfork(NULL, NULL, fork_child);
    gc_add_root_fn(visit_values);
    gc_add_root(&foreign_tasks);
    gc_add_root(&foreign_eager);
}

// ---- the running loop ------------------------------------------------------------------------------------------------------------------------

Value running_loop_get(Thread *th) { return th->running_loop; }
void running_loop_set(Thread *th, Value loop) {
    if (loop == VALUE_NONE) loop = NO_VALUE;
    Value old = th->running_loop;
    th->running_loop = new_ref(th, loop);
    decref(th, old);
}
Value running_task_get(Thread *th) { return asyncio_threads[th->tid].running_task; }

static Value need_running_loop(Thread *th) {
    Value loop = th->running_loop;
    return loop ? loop : raise_error(th, &exc_RuntimeError, "no running event loop");
}
Value asyncio_event_loop(Thread *th) {
    if (LIKELY(th->running_loop != NO_VALUE)) return new_ref(th, th->running_loop);
    Value f = asyncio_import(th, IMPORT_POLICY), policy = f ? call0(th, f) : NO_VALUE;
    Value loop = policy ? call_method0(th, policy, asyncio_name_get_event_loop) : NO_VALUE;
    decref(th, policy);
    return loop;
}

Value asyncio_fn_get_running_loop_or_none(Thread *th, Value self, Value *a) { return th->running_loop ? new_ref(th, th->running_loop) : VALUE_NONE; }
Value asyncio_fn_set_running_loop(Thread *th, Value self, Value *a) {
    running_loop_set(th, a[0]);
    return VALUE_NONE;
}
Value asyncio_fn_get_running_loop(Thread *th, Value self, Value *a) { return new_ref(th, need_running_loop(th)); }
Value asyncio_fn_get_event_loop(Thread *th, Value self, Value *a) { return asyncio_event_loop(th); }

// ---- the running task --------------------------------------------------------------------------------------------------------------------------

static int is_running(Thread *th, Value loop) {
    if (LIKELY(th->running_loop == loop)) return 0;
    raise_error(th, &exc_RuntimeError, "loop %R is not the running loop", loop);
    return -1;
}
int task_enter(Thread *th, Value loop, Value task) {
    if (is_running(th, loop)) return -1;
    Value *slot = &asyncio_threads[th->tid].running_task;
    if (UNLIKELY(*slot != NO_VALUE)) {
        raise_error(th, &exc_RuntimeError, "Cannot enter into task %R while another task %R is being executed.", task, *slot);
        return -1;
    }
    *slot = new_ref(th, task);
    return 0;
}
int task_leave(Thread *th, Value loop, Value task) {
    if (is_running(th, loop)) return -1;
    Value *slot = &asyncio_threads[th->tid].running_task;
    if (UNLIKELY(*slot != task)) {
        raise_error(th, &exc_RuntimeError, "Invalid attempt to leave task %R while task %R is entered.", task, *slot ? *slot : VALUE_NONE);
        return -1;
    }
    *slot = NO_VALUE;
    decref(th, task);
    return 0;
}
Value task_swap(Thread *th, Value loop, Value task) {
    if (is_running(th, loop)) return NO_VALUE;
    Value *slot = &asyncio_threads[th->tid].running_task, old = *slot;
    *slot = task == VALUE_NONE ? NO_VALUE : new_ref(th, task);
    return old ? old : VALUE_NONE;
}
Value asyncio_fn_enter_task(Thread *th, Value self, Value *a) { return task_enter(th, a[0], a[1]) ? NO_VALUE : VALUE_NONE; }
Value asyncio_fn_leave_task(Thread *th, Value self, Value *a) { return task_leave(th, a[0], a[1]) ? NO_VALUE : VALUE_NONE; }
Value asyncio_fn_swap_current_task(Thread *th, Value self, Value *a) { return task_swap(th, a[0], a[1]); }

Value asyncio_fn_current_task(Thread *th, Value self, Value *a) {
    Value loop = a[0] && a[0] != VALUE_NONE ? a[0] : need_running_loop(th), task = NO_VALUE;
    if (!loop) return NO_VALUE;
    if (loop == th->running_loop) task = new_ref(th, asyncio_threads[th->tid].running_task);
    else if (th->mt) {
        world_stop(th);
        for (Thread *t = thread_list; t && !task; t = t->next)
            if (t->running_loop == loop) task = new_ref(th, asyncio_threads[t->tid].running_task);
        world_start(th);
    }
    return task ? task : VALUE_NONE;
}

// ---- all tasks -------------------------------------------------------------------------------------------------------------------------------------

void task_register(Thread *th, Task *t) {
    AsyncioThread *at = &asyncio_threads[th->tid];
    obj_lock(th, &at->lock);
    if (!atomic_load_relaxed(&t->list)) {
        t->prev = NULL;
        t->next = at->tasks;
        if (t->next) t->next->prev = t;
        at->tasks = t;
        atomic_store_release(&t->list, th->tid);
    }
    obj_unlock(th, &at->lock);
}
void task_unregister(Thread *th, Task *t) {
    uint32_t tid = atomic_load_acquire(&t->list);
    if (!tid) return;
    AsyncioThread *at = &asyncio_threads[tid];
    obj_lock(th, &at->lock);
    if (atomic_load_relaxed(&t->list) == tid) {
        if (t->prev) t->prev->next = t->next;
        else at->tasks = t->next;
        if (t->next) t->next->prev = t->prev;
        t->next = t->prev = NULL;
        atomic_store_release(&t->list, 0u);
    }
    obj_unlock(th, &at->lock);
}

// The set of foreign tasks, made at its first use. Borrowed: it stays. NO_VALUE with an exception.
static Value foreign_set(Thread *th, Value *slot, bool weak) {
    Value v = atomic_load_acquire(slot);
    if (v) return v;
    Value type = weak ? asyncio_import(th, IMPORT_WEAKSET) : NO_VALUE;
    if (weak && !type) return NO_VALUE;
    v = weak ? call0(th, type) : set_new(th, NO_VALUE);
    if (!v) return NO_VALUE;
    Value none = NO_VALUE;
    if (atomic_cas_acq_rel(slot, &none, v)) return v;
    decref(th, v);
    return none;
}
static int add_or_discard(Thread *th, Value set, Value name, Value task) {
    Value r = set ? call_method1(th, set, name, task) : NO_VALUE;
    decref(th, r);
    return r ? 0 : -1;
}
Value asyncio_fn_register_task(Thread *th, Value self, Value *a) {
    if (!value_is_task(a[0])) return add_or_discard(th, foreign_set(th, &foreign_tasks, true), asyncio_name_add, a[0]) ? NO_VALUE : VALUE_NONE;
    task_register(th, AS(Task, a[0]));
    return VALUE_NONE;
}
Value asyncio_fn_unregister_task(Thread *th, Value self, Value *a) {
    if (!value_is_task(a[0])) return add_or_discard(th, foreign_set(th, &foreign_tasks, true), asyncio_name_discard, a[0]) ? NO_VALUE : VALUE_NONE;
    task_unregister(th, AS(Task, a[0]));
    return VALUE_NONE;
}
Value asyncio_fn_register_eager_task(Thread *th, Value self, Value *a) {
    if (!value_is_task(a[0])) return add_or_discard(th, foreign_set(th, &foreign_eager, false), asyncio_name_add, a[0]) ? NO_VALUE : VALUE_NONE;
    task_register(th, AS(Task, a[0]));
    return VALUE_NONE;
}
Value asyncio_fn_unregister_eager_task(Thread *th, Value self, Value *a) {
    if (!value_is_task(a[0])) return add_or_discard(th, foreign_set(th, &foreign_eager, false), asyncio_name_discard, a[0]) ? NO_VALUE : VALUE_NONE;
    task_unregister(th, AS(Task, a[0]));
    return VALUE_NONE;
}

typedef struct TaskArray { Value *v; size_t n, cap; } TaskArray;
// With the world stopped (or no other thread): references to all registered tasks as far as they fit; out->n counts on.
static void gather(Thread *th, TaskArray *out) {
    out->n = 0;
    for (Thread *t = thread_list; t; t = t->next)
        for (Task *k = asyncio_threads[t->tid].tasks; k; k = k->next) {
            if (out->n < out->cap) {
                if (!object_try_incref(th, &k->f.head)) continue;
                out->v[out->n] = VALUE_OF(k);
            }
            out->n++;
        }
}
// Every registered task of our types: an array to be freed with mem_free, references owned. 0 or -1.
static int native_tasks(Thread *th, TaskArray *out) {
    *out = (TaskArray){ NULL, 0, 64 };
    for (;;) {
        out->v = mem_alloc(th, out->cap * sizeof(Value));
        if (!out->v) return -1;
        if (th->mt) world_stop(th);
        gather(th, out);
        if (th->mt) world_start(th);
        if (out->n <= out->cap) return 0;
        for (size_t i = 0; i < out->cap; i++) decref(th, out->v[i]);
        mem_free(out->v);
        out->cap = out->n * 2;
    }
}
static int add_if_of_loop(Thread *th, Set *set, Value task, Value loop) {
    if (value_is_task(task)) {
        Future *f = AS(Future, task);
        Value theirs = future_field(th, f, &f->loop);
        decref(th, theirs);
        return theirs == loop && future_state(f) == FUTURE_PENDING ? set_add(th, set, task) : 0;
    }
    Value done = call_method0(th, task, asyncio_name_done);
    int r = done ? object_truth(th, done) : -1;
    decref(th, done);
    if (r) return r < 0 ? -1 : 0;
    Value theirs = future_loop_of(th, task);
    if (!theirs) return -1;
    decref(th, theirs);
    return theirs == loop ? set_add(th, set, task) : 0;
}
static int add_foreign(Thread *th, Set *set, Value from, Value loop) {
    Value list = from ? sequence_to_list(th, from) : NO_VALUE;
    if (!list) return from ? -1 : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < list_len(AS(List, list)); i++) {
        Value task = list_get(th, AS(List, list), (intptr_t)i);
        r = task ? add_if_of_loop(th, set, task, loop) : -1;
        decref(th, task);
    }
    decref(th, list);
    return r;
}
Value asyncio_fn_all_tasks(Thread *th, Value self, Value *a) {
    Value loop = a[0] && a[0] != VALUE_NONE ? a[0] : need_running_loop(th);
    if (!loop) return NO_VALUE;
    incref(th, loop);
    Value set = set_new(th, NO_VALUE);
    TaskArray tasks;
    // Eager ones first: one that is on its way to become an ordinary task is in at least one of the two.
    int r = set ? add_foreign(th, AS(Set, set), atomic_load_acquire(&foreign_eager), loop) : -1;
    if (r == 0) r = native_tasks(th, &tasks);
    if (r == 0) {
        for (size_t i = 0; i < tasks.n; i++) {
            if (r == 0) r = add_if_of_loop(th, AS(Set, set), tasks.v[i], loop);
            decref(th, tasks.v[i]);
        }
        mem_free(tasks.v);
    }
    if (r == 0) r = add_foreign(th, AS(Set, set), atomic_load_acquire(&foreign_tasks), loop);
    decref(th, loop);
    if (r == 0) return set;
    decref(th, set);
    return NO_VALUE;
}

// Numbers of names: a thread takes them in blocks once there are several, so that threads that make tasks share nothing.
uint64_t task_next_number(Thread *th) {
    enum { BLOCK = 1024 };
    static uint64_t next = 1;               // [a]
    static __thread uint64_t mine, end;     // [o]
    if (UNLIKELY(mine == end)) {
        uint64_t n = th->mt ? BLOCK : 1;
        mine = atomic_add_relaxed(&next, n);
        end = mine + n;
    }
    return mine++;
}

Value asyncio_fn_future_add_to_awaited_by(Thread *th, Value self, Value *a) { return future_awaited_by_add(th, a[0], a[1]) ? NO_VALUE : VALUE_NONE; }
Value asyncio_fn_future_discard_from_awaited_by(Thread *th, Value self, Value *a) {
    return future_awaited_by_discard(th, a[0], a[1]) ? NO_VALUE : VALUE_NONE;
}
