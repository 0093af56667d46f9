// SPDX-License-Identifier: MIT
// The loop: the ready queue, scheduling, and the turns of run_forever. One turn, as in asyncio: take what other threads posted; poll; put what the poll found
// and the timers that are due behind what was ready; run as many as there were then. (See poll() for turns without one.)
//
// Other threads only push on `posted` (lock-free) and, when they find it empty, wake the loop: once per burst. No lock is shared between loops.
#include "sched/loop/future_int.h"
#include "sched/loop/loop_int.h"

#include "core/object/attr_cache.h"
#include "sched/thread/lock.h"
#include "sched/thread/signals.h"

#include <stddef.h>
#include <stdlib.h>

static Type *loop_class;           // [a] the class of asyncio's loops: known by itself, so that no look-up in its bases is needed. Set once
static Value loop_call_soon_fn;    // [c] before loop_class: the native call_soon, uncounted

static Loop *loop_self(Value v) { return AS(Loop, v); }
double loop_now(void) { return (double)thread_clock_ns() * 1e-9; }

// ---- ownership

int loop_claim(Thread *th, Loop *l) {
    uint32_t nobody = 0;
    if (LIKELY(atomic_load_relaxed(&l->owner) == th->tid)) return 0;
    if (LIKELY(atomic_cas_acquire(&l->owner, &nobody, th->tid))) return 1;
    raise_error(th, &exc_RuntimeError, "Non-thread-safe operation invoked on an event loop other than the current one");
    return -1;
}
// Release: what this owner did happens before what the next one does.
void loop_unclaim(Loop *l) { atomic_store_release(&l->owner, 0u); }

int loop_check_closed(Thread *th, Loop *l) {
    if (LIKELY(!atomic_load_relaxed(&l->closed))) return 0;
    raise_error(th, &exc_RuntimeError, "Event loop is closed");
    return -1;
}

// ---- the ready queue

int loop_ready_push(Thread *th, Loop *l, Value what, Value arg) {
    if (UNLIKELY(l->n == l->cap)) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        Ready *r = mem_alloc(th, cap * sizeof *r);
        if (!r) {
            decref(th, what);
            decref(th, arg);
            return -1;
        }
        for (size_t i = 0; i < l->n; i++) r[i] = l->ready[(l->first + i) & (l->cap - 1)];
        mem_free(l->ready);
        l->ready = r;
        l->first = 0;
        l->cap = cap;
    }
    l->ready[(l->first + l->n++) & (l->cap - 1)] = (Ready){ what, arg };
    return 0;
}
static Ready ready_pop(Loop *l) {
    Ready r = l->ready[l->first];
    l->first = (l->first + 1) & (l->cap - 1);
    l->n--;
    return r;
}
static void ready_drop(Thread *th, Ready r) {
    decref(th, r.what);
    decref(th, r.arg);
}
ALWAYS_INLINE bool is_task(Value v) { return value_is_exact(v, &asyncio_type_Task); }
// A task that goes on, as the handle that call_soon would have made of it. NULL: exception.
static Handle *task_handle(Thread *th, Loop *l, Ready r) {
    Value call = task_call_new(th, r.arg ? &asyncio_type_TaskWakeup : &asyncio_type_TaskStep, AS(Task, r.what), NO_VALUE);
    Value context = call ? task_context(th, r.what) : NO_VALUE;
    Handle *h = context ? handle_new(th, l, HANDLE_SOON, call, r.arg ? r.arg : tuple_empty, context) : NULL;
    if (h) h->single = r.arg != NO_VALUE;
    decref(th, context);
    decref(th, call);
    return h;
}
int loop_task_soon(Thread *th, Loop *l, Value task, Value fut) {
    if (UNLIKELY(atomic_load_relaxed(&l->owner) != th->tid || atomic_load_relaxed(&l->posted) || atomic_load_relaxed(&l->debug) || atomic_load_relaxed(&l->closed))) return 0;
    return loop_ready_push(th, l, new_ref(th, task), new_ref(th, fut)) ? -1 : 1;
}

// ---- other threads

// Wakes the loop out of its poll; any thread. The count keeps `u` alive: close sets `closed` first and then waits for 0 (both sequentially consistent, so one
// of the two sees the other).
static void loop_wake(Loop *l) {
    __atomic_fetch_add(&l->wakers, 1u, __ATOMIC_SEQ_CST);
    if (!atomic_load_seqcst(&l->closed)) uv_async_send(&l->u->wake);
    __atomic_fetch_sub(&l->wakers, 1u, __ATOMIC_RELEASE);
}
int loop_post(Thread *th, Loop *l, Handle *h, bool wake) {
    Handle *head = atomic_load_relaxed(&l->posted);
    do h->next = head;
    // Release: the loop's acquiring swap then sees the handle whole.
    while (!__atomic_compare_exchange_n(&l->posted, &head, h, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    // Who finds others waiting need not wake: the one that found none has done it, or will.
    if (!head && wake) loop_wake(l);
    return 0;
}
// Moves what was posted to the ready queue or the timers, oldest first. Owner.
static int take_posted(Thread *th, Loop *l) {
    if (LIKELY(!atomic_load_relaxed(&l->posted))) return 0;
    Handle *h = __atomic_exchange_n(&l->posted, NULL, __ATOMIC_ACQUIRE), *list = NULL;
    while (h) {
        Handle *next = h->next;
        h->next = list;
        list = h;
        h = next;
    }
    int rc = 0;
    while (list) {
        h = list;
        list = h->next;
        h->next = NULL;
        if (h->to_timers ? timers_push(th, l, h) : loop_ready_push(th, l, VALUE_OF(h), NO_VALUE)) rc = -1;
    }
    return rc;
}

int loop_schedule(Thread *th, Loop *l, Handle *h) {
    incref(th, VALUE_OF(h));
    if (LIKELY(atomic_load_relaxed(&l->owner) == th->tid && !atomic_load_relaxed(&l->posted))) return loop_ready_push(th, l, VALUE_OF(h), NO_VALUE);
    return loop_post(th, l, h, true);
}

Loop *loop_of(Thread *th, Value v) {
    if (!value_is_object(v)) return NULL;
    Type *t = type_of(v);
    if (UNLIKELY(t != atomic_load_relaxed(&loop_class) && !type_is_subtype(t, &type_loop))) return NULL;
    Loop *l = LOOP(v);
    // One word, as in an inline cache: the shape in which the instance has no call_soon of its own, and where the class keeps its.
    uint64_t known = atomic_load_relaxed(&l->soon);
    uint32_t stamp = atomic_load_relaxed(&atomic_load_acquire(&l->head.shape)->id);
    if (LIKELY(known >> 32 == stamp)) return LIKELY(attr_cache_value(t, (uint32_t)known) == loop_call_soon_fn) ? l : NULL;
    AttrLookup a = attr_resolve(th, v, loop_name_call_soon);
    if (a.kind != ATTR_CLASS_METHOD || attr_cache_value(t, a.index) != loop_call_soon_fn) return NULL;
    if (!a.check_dict) atomic_store_relaxed(&l->soon, (uint64_t)a.stamp << 32 | a.index);
    return l;
}
Value loop_fn_class(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0]) || !type_is_subtype(AS(Type, a[0]), &type_loop) || loop_class) return raise_type_error(th, "one class of loops, once");
    object_make_immortal(value_object(a[0]));
    loop_call_soon_fn = type_lookup(&type_loop, loop_name_call_soon);
    atomic_store_release(&loop_class, AS(Type, a[0]));
    return VALUE_NONE;
}
Value loop_call_soon(Thread *th, Loop *l, Value callback, Value args, Value context) {
    if (loop_check_closed(th, l) < 0) return NO_VALUE;
    if (UNLIKELY(atomic_load_relaxed(&l->debug)) && handle_debug_checks(th, VALUE_OF(l), callback, loop_name_call_soon, true) < 0) return NO_VALUE;
    Handle *h = handle_new(th, l, HANDLE_SOON, callback, args, context);
    if (!h) return NO_VALUE;
    if (loop_schedule(th, l, h) < 0) {
        decref(th, VALUE_OF(h));
        return NO_VALUE;
    }
    return VALUE_OF(h);
}

int loop_call_soon1(Thread *th, Loop *l, Value callback, Value arg, Value context) {
    if (loop_check_closed(th, l) < 0) return -1;
    if (UNLIKELY(atomic_load_relaxed(&l->debug)) && handle_debug_checks(th, VALUE_OF(l), callback, loop_name_call_soon, true) < 0) return -1;
    Handle *h = handle_new(th, l, HANDLE_SOON, callback, arg ? arg : tuple_empty, context);
    if (!h) return -1;
    h->single = arg != NO_VALUE;
    if (LIKELY(atomic_load_relaxed(&l->owner) == th->tid && !atomic_load_relaxed(&l->posted))) return loop_ready_push(th, l, VALUE_OF(h), NO_VALUE);
    return loop_post(th, l, h, true);
}
bool loop_debug_on(Loop *l) { return atomic_load_relaxed(&l->debug); }

// ---- call_soon and the like

// (first..., callback, *args, context=None) in vector form: n_first values before the callback. *args is a new Tuple.
static int args_bind(Thread *th, const char *fn, const char *const *names, size_t n_first, const Value *a, size_t nargs, Value kwnames, Value *first, Value *callback, Value *args, Value *context) {
    *context = *callback = NO_VALUE;
    for (size_t i = 0; i < n_first; i++) first[i] = i < nargs ? a[i] : NO_VALUE;
    if (nargs > n_first) *callback = a[n_first];
    for (size_t i = 0; i < kwnames_len(kwnames); i++) {
        Value name = AS(Tuple, kwnames)->items[i], v = a[nargs + i], *to = NULL;
        if (str_equal_cstr(name, "context")) to = context;
        else if (str_equal_cstr(name, "callback")) to = callback;
        for (size_t k = 0; k < n_first; k++)
            if (str_equal_cstr(name, names[k])) to = &first[k];
        if (!to) {
            raise_type_error(th, "%s() got an unexpected keyword argument '%U'", fn, name);
            return -1;
        }
        if (*to) {
            raise_type_error(th, "%s() got multiple values for argument '%U'", fn, name);
            return -1;
        }
        *to = v;
    }
    const char *missing = *callback ? NULL : "callback";
    for (size_t k = n_first; k-- > 0;)
        if (!first[k]) missing = names[k];
    if (missing) {
        raise_type_error(th, "%s() missing required positional argument: '%s'", fn, missing);
        return -1;
    }
    *args = nargs > n_first + 1 ? tuple_from_array(th, a + n_first + 1, nargs - n_first - 1) : new_ref(th, tuple_empty);
    return *args ? 0 : -1;
}

static Value loop_meth_call_soon(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) {
    Value callback, args, context;
    if (args_bind(th, "call_soon", NULL, 0, a, nargs, kwnames, NULL, &callback, &args, &context) < 0) return NO_VALUE;
    Value h = loop_call_soon(th, loop_self(self), callback, args, context);
    decref(th, args);
    return h;
}
static Value loop_meth_call_soon_threadsafe(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) {
    Loop *l = loop_self(self);
    Value callback, args, context;
    if (args_bind(th, "call_soon_threadsafe", NULL, 0, a, nargs, kwnames, NULL, &callback, &args, &context) < 0) return NO_VALUE;
    Handle *h = NULL;
    if (!loop_check_closed(th, l) && (!atomic_load_relaxed(&l->debug) || !handle_debug_checks(th, self, callback, loop_name_call_soon_threadsafe, false)) &&
        (h = handle_new(th, l, HANDLE_POSTED, callback, args, context)) && loop_schedule(th, l, h) < 0) {
        decref(th, VALUE_OF(h));
        h = NULL;
    }
    decref(th, args);
    return h ? VALUE_OF(h) : NO_VALUE;
}
// args owned.
static Value call_at(Thread *th, Loop *l, double when, Value callback, Value args, Value context, Value method) {
    Handle *h = NULL;
    if (!loop_check_closed(th, l) && (!atomic_load_relaxed(&l->debug) || !handle_debug_checks(th, VALUE_OF(l), callback, method, true)) &&
        (h = handle_new(th, l, HANDLE_TIMER, callback, args, context))) {
        h->when = when;
        incref(th, VALUE_OF(h));
        int r;
        if (LIKELY(atomic_load_relaxed(&l->owner) == th->tid)) r = timers_push(th, l, h);
        else {
            h->to_timers = 1;
            r = loop_post(th, l, h, true);
        }
        if (r < 0) {
            decref(th, VALUE_OF(h));
            h = NULL;
        }
    }
    decref(th, args);
    return h ? VALUE_OF(h) : NO_VALUE;
}
static Value loop_meth_call_at(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) {
    static const char *const names[] = {"when"};
    Value when, callback, args, context;
    double d;
    if (args_bind(th, "call_at", names, 1, a, nargs, kwnames, &when, &callback, &args, &context) < 0) return NO_VALUE;
    if (when == VALUE_NONE) {
        decref(th, args);
        return raise_type_error(th, "when cannot be None");
    }
    if (number_as_double(th, when, &d) < 0) {
        decref(th, args);
        return NO_VALUE;
    }
    return call_at(th, loop_self(self), d, callback, args, context, loop_name_call_at);
}
static Value loop_meth_call_later(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) {
    static const char *const names[] = {"delay"};
    Value delay, callback, args, context;
    double d;
    if (args_bind(th, "call_later", names, 1, a, nargs, kwnames, &delay, &callback, &args, &context) < 0) return NO_VALUE;
    if (delay == VALUE_NONE) {
        decref(th, args);
        return raise_type_error(th, "delay must not be None");
    }
    if (number_as_double(th, delay, &d) < 0) {
        decref(th, args);
        return NO_VALUE;
    }
    return call_at(th, loop_self(self), loop_now() + d, callback, args, context, loop_name_call_at);
}
static Value loop_meth_time(Thread *th, Value self, Value *a) { return float_from_double(th, loop_now()); }

// create_task(coro, **kwargs): asyncio.tasks.Task(coro, loop=self, **kwargs), or what the task factory makes.
static Value loop_meth_create_task(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) {
    Loop *l = loop_self(self);
    size_t nk = kwnames_len(kwnames);
    if (nargs > 1) return raise_type_error(th, "create_task() takes 2 positional arguments but %zu were given", nargs + 1);
    if (loop_check_closed(th, l) < 0) return NO_VALUE;
    Value factory = slot_get(th, &l->head, &l->task_factory), r = NO_VALUE, names = NO_VALUE;
    if (factory && nargs && nk <= 5) {
        Value v[8] = {self};
        for (size_t i = 0; i < nargs + nk; i++) v[i + 1] = a[i];
        r = object_call(th, factory, v, 2, kwnames);
        decref(th, factory);
        return r;
    }
    if (factory || nk > 5 || !nargs || atomic_load_relaxed(&l->debug)) {
        // The long way: keyword coro, very many keywords, or the traceback of debug mode to be trimmed.
        decref(th, factory);
        Value f = dict_get_str(th, AS(Dict, loop_helpers), loop_name__create_task);
        Value v[8];
        if (f && nargs + nk <= 6) {
            v[0] = self;
            for (size_t i = 0; i < nargs + nk; i++) v[i + 1] = a[i];
            r = object_call(th, f, v, nargs + 1, kwnames);
        } else raise_type_error(th, "create_task() got too many arguments");
        decref(th, f);
        return r;
    }
    Value task = dict_get_str(th, module_dict(loop_tasks_module), loop_name_Task), v[8] = {a[0]};
    if (LIKELY(task == VALUE_OF(&asyncio_type_Task))) {
        Value name = NO_VALUE, context = NO_VALUE, eager = NO_VALUE;
        size_t known = 0;
        for (size_t i = 0; i < nk; i++) {
            Value k = AS(Tuple, kwnames)->items[i];
            Value *to = k == loop_name_name ? &name : k == loop_name_context ? &context : k == loop_name_eager_start ? &eager : NULL;
            if (to) { *to = a[1 + i]; known++; }
        }
        if (LIKELY(known == nk)) {
            decref(th, task);
            return task_new(th, a[0], self, name, context, eager);
        }
    }
    Tuple *t = task ? tuple_new(th, nk + 1) : NULL;
    if (t) {
        for (size_t i = 0; i < nk; i++) {
            t->items[i] = new_ref(th, AS(Tuple, kwnames)->items[i]);
            v[1 + i] = a[1 + i];
        }
        t->items[nk] = loop_name_loop;
        v[1 + nk] = self;
        names = VALUE_OF(t);
        r = object_call(th, task, v, 1, names);
    } else if (!error_pending(th)) raise_error(th, &exc_RuntimeError, "asyncio.tasks has no Task");
    decref(th, task);
    decref(th, names);
    return r;
}
// create_future(): asyncio.futures.Future(loop=self).
static Value loop_meth_create_future(Thread *th, Value self, Value *a) {
    Value type = dict_get_str(th, module_dict(loop_futures_module), loop_name_Future), r;
    if (LIKELY(type == loop_native_future)) r = future_new(th, self);
    else if (type) {
        Value names = tuple_pack1(th, loop_name_loop);
        r = names ? object_call(th, type, &self, 0, names) : NO_VALUE;
        decref(th, names);
    } else r = raise_error(th, &exc_RuntimeError, "asyncio.futures has no Future");
    decref(th, type);
    return r;
}
static Value loop_get_task_factory(Thread *th, Value self) {
    Value v = slot_get(th, value_object(self), &loop_self(self)->task_factory);
    return v ? v : VALUE_NONE;
}
static int loop_set_task_factory(Thread *th, Value self, Value v) {
    slot_store(th, value_object(self), &loop_self(self)->task_factory, !v || v == VALUE_NONE ? NO_VALUE : new_ref(th, v));
    return 0;
}

// _add_callback(handle): any object with _cancelled and _run().
static Value loop_meth_add_callback(Thread *th, Value self, Value *a) {
    Loop *l = loop_self(self);
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    int r = loop_ready_push(th, l, new_ref(th, a[0]), NO_VALUE);
    if (claimed) loop_unclaim(l);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
// _make_handle(callback, args): a handle that is not scheduled, for what a descriptor is watched for.
static Value loop_meth_make_handle(Thread *th, Value self, Value *a) {
    if (!value_is_exact_tuple(a[1])) return raise_type_error(th, "a tuple is needed");
    Handle *h = handle_new(th, loop_self(self), HANDLE_SOON, a[0], a[1], NO_VALUE);
    return h ? VALUE_OF(h) : NO_VALUE;
}
static Value loop_meth_write_to_self(Thread *th, Value self, Value *a) {
    loop_wake(loop_self(self));
    return VALUE_NONE;
}

// ---- running

static int run_foreign_handle(Thread *th, Value h) {
    Value c = object_getattr(th, h, loop_name__cancelled);
    int cancelled = c ? object_truth(th, c) : -1;
    decref(th, c);
    if (cancelled) return cancelled < 0 ? -1 : 0;
    Value r = call_method0(th, h, loop_name__run);
    decref(th, r);
    return r ? 0 : -1;
}
static int run_task(Thread *th, Loop *l, Ready r) {
    Value context = task_context(th, r.what), v = NO_VALUE;
    if (UNLIKELY(!value_is_exact(context, &type_context))) {    // initialised again since it was scheduled
        decref(th, context);
        Handle *h = task_handle(th, l, r);
        int rc = h ? handle_run(th, h) : -1;
        if (h) decref(th, VALUE_OF(h));
        return rc;
    }
    if (LIKELY(context_enter(th, context) == 0)) {
        v = r.arg ? task_wakeup_run(th, r.what, r.arg) : task_step_run(th, r.what, NO_VALUE);
        context_exit(th, context);
    }
    decref(th, context);
    if (LIKELY(v != NO_VALUE)) return 0;
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
    Value exc = error_fetch(th);
    Handle *h = task_handle(th, l, r);
    if (!h) {
        decref(th, exc);
        return -1;
    }
    error_restore(th, exc);
    int rc = handle_report(th, h, h->callback, h->args);
    decref(th, VALUE_OF(h));
    return rc;
}
static int run_one(Thread *th, Loop *l, Ready r) {
    Value v = r.what;
    if (is_task(v)) return run_task(th, l, r);
    if (LIKELY(value_is_exact(v, &type_loop_handle) || value_is_exact(v, &type_loop_timer_handle))) return handle_run(th, AS(Handle, v));
    if (value_is_exact(v, &type_loop_stream)) return stream_ready(th, AS(Stream, v));
    return run_foreign_handle(th, v);
}
// In debug mode: notes the handle and says when it took too long.
static int run_one_debug(Thread *th, Loop *l, Ready r) {
    Value v = new_ref(th, r.what);
    if (is_task(v)) {       // scheduled before debug mode began
        Handle *h = task_handle(th, l, r);
        decref(th, v);
        if (!h) return -1;
        v = VALUE_OF(h);
    }
    slot_store(th, &l->head, &l->current_handle, new_ref(th, v));
    double t0 = loop_now();
    int rc = run_one(th, l, (Ready){ v, NO_VALUE });
    double dt = loop_now() - t0;
    if (!rc) {
        Value a[3] = {VALUE_OF(l), v, float_from_double(th, dt)}, told = a[2] ? loop_helper(th, loop_name__slow_callback, a, 3) : NO_VALUE;
        decref(th, a[2]);
        decref(th, told);
        rc = told ? 0 : -1;
    }
    slot_store(th, &l->head, &l->current_handle, NO_VALUE);
    decref(th, v);
    return rc;
}

// What the poll found goes behind what was ready.
static int take_found(Thread *th, Loop *l) {
    LoopUv *u = l->u;
    int rc = 0;
    // All of them, whatever goes wrong: an edge is told once.
    for (uint32_t i = 0; i < u->n_found; i++) {
        // By descriptor: the stream may be gone since, and another one there; being told of what is not there costs it one recv.
        uint64_t data = u->found[i].data.u64;
        size_t fd = (uint32_t)data;
        if (LIKELY(POLL_KIND(data) == POLL_STREAM)) {
            Stream *s = fd < l->n_by_fd ? l->by_fd[fd] : NULL;
            if (LIKELY(s != NULL) && stream_found(th, s, u->found[i].events) < 0) rc = -1;
        } else if ((POLL_KIND(data) == POLL_LENT ? watch_found_lent(th, l) : watch_found(th, l, (int)fd, u->found[i].events)) < 0) rc = -1;
    }
    u->n_found = 0;
    return rc;
}

static const double POLL_SPIN = 5e-6;   // seconds: going to sleep and waking up would take longer
// In ns.
static int64_t poll_timeout(Thread *th, Loop *l) {
    if (l->n || atomic_load_relaxed(&l->stopping)) return 0;
    double when = timers_next(th, l);
    if (when < 0) return -1;
    double left = when - loop_now();
    if (left <= 0) return 0;
    if (left <= POLL_SPIN) return 0;
    if (left > 24 * 3600) left = 24 * 3600;
    return (int64_t)__builtin_ceil(left * 1e9);
}

// Turns follow each other closely while callbacks make more of them; then the descriptors are looked at once in this time, not in every turn.
enum { POLL_APART_NS = 20000 };
static void poll(Thread *th, Loop *l) {
    int64_t timeout = poll_timeout(th, l);
    if (timeout == 0 && l->polled && thread_clock_ns() - l->polled < POLL_APART_NS) return;
    uv_half_poll(th, l->u, timeout);
    l->n_polls++;
    l->polled = thread_clock_ns();
}

// One turn. 0, or -1: an exception ends the loop; what was not run stays ready.
static int loop_turn(Thread *th, Loop *l) {
    if (take_posted(th, l) < 0) return -1;
    poll(th, l);
    // Signal handlers and the like run here, before callbacks that may never come.
    if (thread_safepoint(th) < 0) return -1;
    if (take_posted(th, l) < 0 || take_found(th, l) < 0 || timers_due(th, l) < 0) return -1;
    bool debug = atomic_load_relaxed(&l->debug);
    for (size_t n = l->n; n && l->n; n--) {   // l->n: a callback may have emptied the queue
        Ready r = ready_pop(l);
        int rc = UNLIKELY(debug) ? run_one_debug(th, l, r) : run_one(th, l, r);
        ready_drop(th, r);
        if (UNLIKELY(rc < 0)) return -1;
    }
    return 0;
}

// A signal wakes the loop of the main thread: its handlers run at that thread's safepoints.
static void wake_for_signal(void *arg) { uv_async_send(&((LoopUv *)arg)->wake); }

static Value run(Thread *th, Value self, bool once) {
    Loop *l = loop_self(self);
    if (loop_check_closed(th, l) < 0) return NO_VALUE;
    int claimed = loop_claim(th, l), rc = 0;
    if (claimed < 0) return NO_VALUE;
    bool nested = l->running;
    l->running = 1;
    l->polled = 0;
    if (th->is_main && !nested) {
        signal_set_wake(wake_for_signal, l->u);
        // A signal that came before there was a loop to wake. Both sequentially consistent: its handler asks for a safepoint, then looks whom to wake.
        if (atomic_load_seqcst(&th->poll) && thread_safepoint(th) < 0) rc = -1;
    }
    while (rc == 0) {
        rc = loop_turn(th, l);
        if (rc == 0 && thread_safepoint(th) < 0) rc = -1;
        if (once || atomic_load_relaxed(&l->stopping)) break;
    }
    if (!nested) {
        if (th->is_main) signal_set_wake(NULL, NULL);
        l->running = 0;
    }
    if (claimed) loop_unclaim(l);
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}
static Value loop_meth_run(Thread *th, Value self, Value *a) { return run(th, self, false); }
static Value loop_meth_run_once(Thread *th, Value self, Value *a) { return run(th, self, true); }

// Forgets all that is scheduled. Owner.
static void drop_scheduled(Thread *th, Loop *l) {
    take_posted(th, l);
    error_clear(th);
    while (l->n) ready_drop(th, ready_pop(l));
    while (l->n_timers) {
        Handle *h = l->timers[l->n_timers - 1];
        timers_remove(th, l, h);
    }
}
static void close_uv(Thread *th, Loop *l) {
    LoopUv *u = l->u;
    if (!u) return;
    atomic_store_seqcst(&l->closed, (uint8_t)1);
    while (atomic_load_seqcst(&l->wakers)) cpu_pause();   // they are inside one system call
    streams_drop_all(th, l);
    l->u = NULL;
    uv_half_free(u);
    watch_drop_all(th, l);
}
static Value loop_meth_close_core(Thread *th, Value self, Value *a) {
    Loop *l = loop_self(self);
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    close_uv(th, l);
    drop_scheduled(th, l);
    clear_ref(th, &l->open);
    if (claimed) loop_unclaim(l);
    return VALUE_NONE;
}

// A snapshot of what is ready, for looking at; writing to it changes nothing.
static Value loop_get_ready(Thread *th, Value self) {
    Loop *l = loop_self(self);
    Value list = list_new(th, 0);
    if (!list || atomic_load_relaxed(&l->owner) != th->tid) {
        uint32_t nobody = 0;
        if (!list || !atomic_cas_acquire(&l->owner, &nobody, th->tid)) return list;
        take_posted(th, l);
        loop_unclaim(l);
    }
    for (size_t i = 0; list && i < l->n; i++) {
        Ready r = l->ready[(l->first + i) & (l->cap - 1)];
        Value v = is_task(r.what) ? VALUE_OF(task_handle(th, l, r)) : new_ref(th, r.what);
        if (!v || list_append(th, AS(List, list), v) < 0) clear_ref(th, &list);
        decref(th, v);
    }
    return list;
}
static Value loop_get_scheduled(Thread *th, Value self) {
    Loop *l = loop_self(self);
    Value list = list_new(th, 0);
    if (atomic_load_relaxed(&l->owner) != th->tid) return list;
    for (size_t i = 0; list && i < l->n_timers; i++)
        if (list_append(th, AS(List, list), VALUE_OF(l->timers[i])) < 0) clear_ref(th, &list);
    return list;
}
static int ignore_set(Thread *th, Value self, Value v) { return 0; }   // BaseEventLoop's __init__ stores its own queues

#define FLAG(name) \
    static Value loop_get_##name(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&loop_self(self)->name)); } \
    static int loop_set_##name(Thread *th, Value self, Value v) { \
        int t = v ? object_truth(th, v) : 0; \
        if (t >= 0) atomic_store_relaxed(&loop_self(self)->name, (uint8_t)t); \
        return t < 0 ? -1 : 0; \
    }
FLAG(closed)
FLAG(stopping)
FLAG(debug)
static Value loop_get_thread_id(Thread *th, Value self) {
    Value v = slot_get(th, value_object(self), &loop_self(self)->thread_id);
    return v ? v : VALUE_NONE;
}
static int loop_set_thread_id(Thread *th, Value self, Value v) {
    slot_store(th, value_object(self), &loop_self(self)->thread_id, v == VALUE_NONE ? NO_VALUE : new_ref(th, v));
    return 0;
}
static Value loop_get_current_handle(Thread *th, Value self) {
    Value v = slot_get(th, value_object(self), &loop_self(self)->current_handle);
    return v ? v : VALUE_NONE;
}
static int loop_set_current_handle(Thread *th, Value self, Value v) { return 0; }

static const MethodDef loop_methods[] = {
    {"call_soon", "(self, callback, *args, context=None)", loop_meth_call_soon, "Arrange for a callback to be called as soon as possible.", METH_RAW},
    {"call_soon_threadsafe", "(self, callback, *args, context=None)", loop_meth_call_soon_threadsafe, "Like call_soon(), but thread-safe.", METH_RAW},
    {"call_at", "(self, when, callback, *args, context=None)", loop_meth_call_at, "Like call_later(), but uses an absolute time.", METH_RAW},
    {"call_later", "(self, delay, callback, *args, context=None)", loop_meth_call_later, "Arrange for a callback to be called at a given time.", METH_RAW},
    {"create_task", "(self, coro, **kwargs)", loop_meth_create_task, "Schedule or begin executing a coroutine object; return the task.", METH_RAW},
    {"create_future", "(self, /)", loop_meth_create_future, "Create a Future object attached to the loop."},
    {"time", "(self, /)", loop_meth_time, "Return the time according to the event loop's clock."},
    {"_add_callback", "(self, handle, /)", loop_meth_add_callback, "Add a Handle to the ready queue."},
    {"_make_handle", "(self, callback, args, /)", loop_meth_make_handle, "A Handle that is not scheduled."},
    {"_write_to_self", "(self, /)", loop_meth_write_to_self, "Wake the loop; any thread may."},
    {"_run", "(self, /)", loop_meth_run, "Run turns until stopping."},
    {"_run_once", "(self, /)", loop_meth_run_once, "Run one turn."},
    {"_add_reader", "(self, fd, callback, *args)", loop_meth_add_reader, "Run a callback whenever the descriptor is readable; returns its Handle.", METH_RAW},
    {"_add_writer", "(self, fd, callback, *args)", loop_meth_add_writer, "Run a callback whenever the descriptor is writable; returns its Handle.", METH_RAW},
    {"_remove_reader", "(self, fd, /)", loop_meth_remove_reader, "End what _add_reader() began; was there anything?"},
    {"_remove_writer", "(self, fd, /)", loop_meth_remove_writer, "End what _add_writer() began; was there anything?"},
    {"_wait_fd", "(self, fd, event, /)", loop_meth_wait_fd, "A Future that is done when the descriptor is ready, once; in the place of a callback."},
    {"_unwait_fd", "(self, fd, event, future, /)", loop_meth_unwait_fd, "Give up a wait, if it is still under way."},
    {"_watched", "(self, /)", loop_meth_watched, "A list of (file, fd, reader, writer) of what is watched."},
    {"_transport_of_fd", "(self, fd, /)", loop_meth_transport_of_fd, "The native stream transport that uses this descriptor, or None."},
    {"_accept_ready", "(self, tcp, protocol_factory, sock, sslcontext, server, backlog, /, *timeouts)", loop_meth_accept_ready, "Accept what waits at a listening socket."},
    {"_connections", "(self, server, /)", loop_meth_connections, "A list of the stream transports that a server has accepted."},
    {"_close_core", "(self, /)", loop_meth_close_core, "Close libuv's loop and forget what is scheduled."},
    {0}
};
static const GetSetDef loop_getsets[] = {
    {"_ready", loop_get_ready, ignore_set, NULL}, {"_scheduled", loop_get_scheduled, ignore_set, NULL}, {"_closed", loop_get_closed, loop_set_closed, NULL},
    {"_stopping", loop_get_stopping, loop_set_stopping, NULL}, {"_debug", loop_get_debug, loop_set_debug, NULL},
    {"_task_factory", loop_get_task_factory, loop_set_task_factory, NULL},
    {"_thread_id", loop_get_thread_id, loop_set_thread_id, NULL}, {"_current_handle", loop_get_current_handle, loop_set_current_handle, NULL}, {0}
};

static int loop_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Loop *l = (Loop *)self;
    int r = 0;
    for (size_t i = 0; i < l->n && !r; i++) {
        Ready *e = &l->ready[(l->first + i) & (l->cap - 1)];
        r = visit(e->what, arg);
        if (!r && e->arg) r = visit(e->arg, arg);
    }
    for (size_t i = 0; i < l->n_timers && !r; i++) r = visit(VALUE_OF(l->timers[i]), arg);
    for (Handle *h = l->posted; h && !r; h = h->next) r = visit(VALUE_OF(h), arg);
    if (!r && l->current_handle) r = visit(l->current_handle, arg);
    if (!r && l->thread_id) r = visit(l->thread_id, arg);
    if (!r && l->task_factory) r = visit(l->task_factory, arg);
    if (!r && l->open) r = visit(l->open, arg);
    if (!r) r = watch_traverse(l, visit, arg);
    return r ? r : stream_traverse_active(l, visit, arg);
}
static void loop_slot_clear(Thread *th, Object *self) {
    Loop *l = (Loop *)self;
    uint32_t owner = l->owner;
    l->owner = th->tid;    // garbage: nobody else has it
    streams_drop_all(th, l);
    watch_drop_all(th, l);
    drop_scheduled(th, l);
    l->owner = owner;
    clear_ref(th, &l->task_factory);
    clear_ref(th, &l->open);
}
static void loop_slot_dealloc(Thread *th, Object *self) {
    Loop *l = (Loop *)self;
    l->owner = th->tid;
    close_uv(th, l);
    drop_scheduled(th, l);
    decref(th, l->current_handle);
    decref(th, l->thread_id);
    decref(th, l->task_factory);
    mem_free(l->ready);
    mem_free(l->timers);
    mem_free(l->read_buf);
    free(l->tls_out.data);
    mem_free(l->by_fd);
    watch_drop_all(th, l);
    object_release_attrs(th, self);
    object_free(th, self);
}
static Value loop_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Loop *l = object_new(th, type, 0);
    if (!l) return NO_VALUE;
    int r = uv_half_new(&l->u);
    if (r) {
        atomic_store_relaxed(&l->closed, (uint8_t)1);
        decref(th, VALUE_OF(l));
        return raise_errno(th, r, NO_VALUE, NO_VALUE);
    }
    return l->open = new_ref(th, VALUE_OF(l));
}
TYPE_DEFINE(loop, "_ladon_loop.Loop", sizeof(Loop), TYPE_TRACED | TYPE_BASETYPE, .methods = loop_methods, .getsets = loop_getsets,
            .doc = "The native half of an event loop over libuv.",
            .slots = { .new_ = loop_slot_new, .dealloc = loop_slot_dealloc, .traverse = loop_slot_traverse, .clear = loop_slot_clear })
