// SPDX-License-Identifier: MIT
// The module _thread: starting and joining threads, handles, and the small functions. A thread being started or running is described by a Boot, whose
// values are roots; its handle is done when its Python state is gone and it is detached. Locks: boots_mutex (rank THREADS) guards the list of boots; each handle's
// state is atomic.
#include "core/vm/trace.h"
#include "gc/gc.h"
#include "gc/retire.h"
#include "sched/thread/signals.h"
#include "stdlib/_thread/thread.h"
#include "stdlib/duration.h"
#include "stdlib/sys/sys.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HANDLE_NEW, HANDLE_STARTING, HANDLE_RUNNING, HANDLE_DONE };
typedef struct Handle Handle;
struct Handle {
    Object      head;
    uint64_t    ident;  // [a] set before RUNNING
    ThreadEvent done;   // [a]
    uint8_t     state;  // [a] HANDLE_*
    bool        listed; // [c] in made_handles
    Handle     *next, *prev; // [l boots_mutex]
};

typedef struct Boot Boot;
struct Boot {
    Boot   *next, *prev;        // [l boots_mutex]
    Value   func, args, kwargs; // owned; NO_VALUE once given up
    Handle *handle;             // owned
    Thread *thread;             // [l boots_mutex] NULL until it runs
    bool    daemon;
};
static RtMutex boots_mutex = RT_MUTEX(THREADS);
static Boot *boots;             // [l boots_mutex]
static Handle *made_handles;    // [l boots_mutex] borrowed: those of threads not started here, the main thread among them
static uint32_t running;        // [a] threads started here that have not ended
static size_t default_stack_size; // [a]
static Type type_handle;
static Value except_hook_args_type;
static __thread Boot *my_boot;  // [o] of the thread that has run its function last on this OS thread; linked and its handle held until the next one runs

static void boot_link(Thread *th, Boot *b) {
    rt_mutex_lock(th, &boots_mutex);
    b->next = boots;
    if (boots) boots->prev = b;
    boots = b;
    rt_mutex_unlock(th, &boots_mutex);
}
static void boot_free(Thread *th, Boot *b) {
    rt_mutex_lock(th, &boots_mutex);
    if (b->prev) b->prev->next = b->next;
    else boots = b->next;
    if (b->next) b->next->prev = b->prev;
    rt_mutex_unlock(th, &boots_mutex);
    free(b);
}
static void visit_boots(VisitFn visit, void *arg) {
    for (Boot *b = boots; b; b = b->next) {
        visit(b->func, arg);
        visit(b->args, arg);
        visit(b->kwargs, arg);
        visit(VALUE_OF(b->handle), arg);
    }
}

// ---- a thread's life -------------------------------------------------------------------------------------------------------------------

static void report_exception(Thread *th, Value func) {
    if (error_clear_if(th, &exc_SystemExit)) return;
    Value exc = error_fetch(th), hold = NO_VALUE;
    Value msg = str_format(th, "Exception ignored in thread started by %R", func);
    size_t len;
    const char *text = msg ? str_utf8(th, msg, &len, &hold) : NULL;
    if (!text) error_clear(th);
    error_restore(th, exc);
    error_unraisable(th, text ? text : "Exception ignored in thread", NO_VALUE);
    decref(th, hold);
    decref(th, msg);
}

// Everything the Python level keeps on a record.
static void state_clear(Thread *th) {
    thread_local_exit(th);
    Value *fields[] = { &th->handled, &th->context, &th->asyncgen_firstiter, &th->asyncgen_finalizer, &th->trace_func, &th->trace_obj,
                        &th->profile_func, &th->profile_obj, &th->running_loop, &th->repr_stack };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) clear_ref(th, fields[i]);
    error_clear(th);
    Value async = atomic_swap_acq_rel(&th->async_exc, NO_VALUE);
    decref(th, async);
    th->tracing = 0;
    th->coroutine_origin_depth = 0;
}

static void thread_main_fn(Thread *th, void *arg) {
    Boot *b = arg;
    state_clear(th);    // what was released after the end of the last thread on this record may have left something
    trace_update(th);   // sys.monitoring's tools want events of all threads
    if (my_boot) {
        Handle *last = my_boot->handle;
        boot_free(th, my_boot);
        my_boot = NULL;
        object_decref(th, &last->head);
    }
    rt_mutex_lock(th, &boots_mutex);
    b->thread = th;
    rt_mutex_unlock(th, &boots_mutex);
    Handle *h = b->handle;
    atomic_store_relaxed(&h->ident, th->ident);
    uint8_t starting = HANDLE_STARTING;
    atomic_cas_acq_rel(&h->state, &starting, (uint8_t)HANDLE_RUNNING);
    Value r = b->kwargs || b->args ? object_call_ex(th, b->func, b->args, b->kwargs) : call0(th, b->func);
    if (r) decref(th, r);
    else report_exception(th, b->func);
    clear_ref(th, &b->func);
    clear_ref(th, &b->args);
    clear_ref(th, &b->kwargs);
    th->handle = VALUE_OF(h);    // the exit hook marks it done
    my_boot = b;
}

// What a thread drops at its end may run finalizers, which may use the thread's state once more.
static void exit_hook(Thread *th) {
    state_clear(th);
    thread_safepoint(th);
    retire_settle(th);
    state_clear(th);
    Value v = th->handle;
    if (!v) return;
    th->handle = NO_VALUE;
    atomic_add_relaxed(&running, (uint32_t)-1);
    atomic_store_release(&AS(Handle, v)->state, (uint8_t)HANDLE_DONE);
}

// Joiners go on only now that the thread is detached: what they drop need not wait for it. So it cannot release anything any more: my_boot keeps
// the handle.

static void ended_hook(Thread *th) {
    if (my_boot) event_set(&my_boot->handle->done);
}

// handle: borrowed, in state NEW. 0, or -1 with the exception set.
static int start(Thread *th, Value func, Value args, Value kwargs, Handle *h, bool daemon) {
    if (atomic_load_relaxed(&sys_finalizing)) {
        raise_error(th, &exc_PythonFinalizationError, "can't create new thread at interpreter shutdown");
        return -1;
    }
    uint8_t state = HANDLE_NEW;
    if (!atomic_cas_acq_rel(&h->state, &state, (uint8_t)HANDLE_STARTING)) {
        raise_error(th, &exc_RuntimeError, "thread already started");
        return -1;
    }
    Boot *b = calloc(1, sizeof *b);
    if (!b) {
        raise_memory_error(th);
        return -1;
    }
    b->func = new_ref(th, func);
    b->args = new_ref(th, args);
    b->kwargs = new_ref(th, kwargs);
    b->handle = h;
    object_incref(th, &h->head);
    b->daemon = daemon;
    atomic_add_relaxed(&running, 1u);
    boot_link(th, b);
    // The handle must say RUNNING before anyone can join, and the starter returns before the thread has done anything.
    Thread *t = thread_start(th, thread_main_fn, b, default_stack_size, daemon);
    if (!t) {
        atomic_add_relaxed(&running, (uint32_t)-1);
        atomic_store_release(&h->state, (uint8_t)HANDLE_NEW);
        Value f = b->func, a = b->args, k = b->kwargs;
        boot_free(th, b);
        decref(th, f);
        decref(th, a);
        decref(th, k);
        object_decref(th, &h->head);
        raise_error(th, &exc_RuntimeError, "can't start new thread");
        return -1;
    }
    atomic_store_relaxed(&h->ident, t->ident);
    state = HANDLE_STARTING;
    atomic_cas_acq_rel(&h->state, &state, (uint8_t)HANDLE_RUNNING);
    return 0;
}

// ---- handles ---------------------------------------------------------------------------------------------------------------------------

static Value handle_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(Handle, th, &type_handle)); }

static int handle_join(Thread *th, Handle *h, int64_t ns) {
    uint8_t state = atomic_load_acquire(&h->state);
    if (state == HANDLE_NEW || state == HANDLE_STARTING) {
        raise_error(th, &exc_RuntimeError, "thread not started");
        return -1;
    }
    if (!event_is_set(&h->done) && atomic_load_relaxed(&h->ident) == th->ident) {
        raise_error(th, &exc_RuntimeError, "Cannot join current thread");
        return -1;
    }
    // Threads that still run at the end of the program never end any more.
    if (!event_is_set(&h->done) && atomic_load_relaxed(&sys_finalizing)) {
        raise_error(th, &exc_PythonFinalizationError, "cannot join thread at interpreter shutdown");
        return -1;
    }
    int64_t deadline = ns < 0 ? -1 : thread_clock_ns() + ns;
    for (;;) {
        ParkResult r = event_wait(th, &h->done, ns, true);
        if (r == PARK_OK || r == PARK_TIMEOUT) break;
        if (thread_safepoint(th)) return -1;
        if (deadline >= 0) {
            ns = deadline - thread_clock_ns();
            if (ns < 0) ns = 0;
        }
    }
    th->away_rest = 0;    // that thread is away, though we may not have waited for it
    // What the other thread dropped of ours can go now, and so can what we dropped while it could look, unless others still can.
    if (thread_safepoint(th)) return -1;
    if (thread_others_away(th) || thread_only_background(th)) gc_settle(th);
    return 0;
}

static Value handle_meth_join(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "join", kwnames) || args_count(th, "join", nargs, 0, 1)) return NO_VALUE;
    int64_t ns = -1;
    if (nargs && args[0] != VALUE_NONE && duration_as_ns(th, args[0], DURATION_SECOND, DURATION_UP, &ns) < 0) return NO_VALUE;
    if (ns < 0) ns = -1;    // for ever
    return handle_join(th, AS(Handle, self), ns) ? NO_VALUE : VALUE_NONE;
}
static Value handle_meth_is_done(Thread *th, Value self, Value *args) { return value_bool(event_is_set(&AS(Handle, self)->done)); }
static Value handle_meth_set_done(Thread *th, Value self, Value *args) {
    Handle *h = AS(Handle, self);
    uint8_t state = atomic_load_acquire(&h->state);
    if (state == HANDLE_NEW || state == HANDLE_STARTING) return raise_error(th, &exc_RuntimeError, "thread not started");
    atomic_store_release(&h->state, (uint8_t)HANDLE_DONE);
    event_set(&h->done);
    return VALUE_NONE;
}
static Value handle_get_ident(Thread *th, Value self) { return int_from_u64(th, atomic_load_relaxed(&AS(Handle, self)->ident)); }
static Value handle_slot_repr(Thread *th, Value self) {
    return str_format(th, "<%T object: ident=%lu>", self, (unsigned long)atomic_load_relaxed(&AS(Handle, self)->ident));
}
static const MethodDef handle_methods[] = {
    {"join", "(self, timeout=None, /)", handle_meth_join, NULL, METH_RAW | METH_NO_TEXT_SIG},
    {"_set_done", "(self, /)", handle_meth_set_done, NULL},
    {"is_done", "(self, /)", handle_meth_is_done, NULL},
    {0}
};
static const GetSetDef handle_getsets[] = { {"ident", handle_get_ident, NULL, NULL}, {0} };
static void handle_slot_dealloc(Thread *th, Object *self) {
    Handle *h = (Handle *)self;
    if (h->listed) {
        rt_mutex_lock(th, &boots_mutex);
        if (h->prev) h->prev->next = h->next;
        else made_handles = h->next;
        if (h->next) h->next->prev = h->prev;
        rt_mutex_unlock(th, &boots_mutex);
    }
    object_free(th, self);
}
MODULE_TYPE_DEFINE(handle, "_thread._ThreadHandle", sizeof(Handle), 0, .methods = handle_methods, .getsets = handle_getsets,
                   .slots = { .new_ = handle_slot_new, .repr = handle_slot_repr, .dealloc = handle_slot_dealloc })

static Handle *handle_new(Thread *th) { return NEW(Handle, th, &type_handle); }

// ---- functions -------------------------------------------------------------------------------------------------------------------------

static Value thread_fn_start_new_thread(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "start_new_thread", kwnames) || args_count(th, "start_new_thread", nargs, 2, 3)) return NO_VALUE;
    if (!object_callable(args[0])) return raise_type_error(th, "first arg must be callable");
    if (!value_is_tuple(args[1])) return raise_type_error(th, "2nd arg must be a tuple");
    if (nargs > 2 && !value_is_dict(args[2])) return raise_type_error(th, "optional 3rd arg must be a dictionary");
    if (sys_audit(th, "_thread.start_new_thread", 3, args[0], args[1], nargs > 2 ? args[2] : VALUE_NONE)) return NO_VALUE;
    Handle *h = handle_new(th);
    if (!h) return NO_VALUE;
    Value r = start(th, args[0], args[1], nargs > 2 ? args[2] : NO_VALUE, h, true) ? NO_VALUE : int_from_u64(th, atomic_load_relaxed(&h->ident));
    object_decref(th, &h->head);
    return r;
}

static Value thread_fn_start_joinable_thread(Thread *th, Value self, Value *args) {
    if (!object_callable(args[0])) return raise_type_error(th, "thread function must be callable");
    int daemon = args[2] ? object_truth(th, args[2]) : 1;
    if (daemon < 0 || sys_audit(th, "_thread.start_joinable_thread", 3, args[0], value_imm_int(daemon), args[1] ? args[1] : VALUE_NONE)) return NO_VALUE;
    Handle *h;
    if (!args[1] || args[1] == VALUE_NONE) {
        h = handle_new(th);
        if (!h) return NO_VALUE;
    } else {
        if (type_of(args[1]) != &type_handle) return raise_type_error(th, "'handle' must be a _ThreadHandle");
        h = AS(Handle, new_ref(th, args[1]));
    }
    if (start(th, args[0], NO_VALUE, NO_VALUE, h, daemon)) {
        object_decref(th, &h->head);
        return NO_VALUE;
    }
    return VALUE_OF(h);
}

static Value thread_fn_get_ident(Thread *th, Value self, Value *args) { return int_from_u64(th, th->ident); }
static Value thread_fn_get_native_id(Thread *th, Value self, Value *args) { return value_imm_int(th->native_id); }
static Value thread_fn_get_main_ident(Thread *th, Value self, Value *args) { return int_from_u64(th, thread_main->ident); }
static Value thread_fn_count(Thread *th, Value self, Value *args) { return value_imm_int(atomic_load_relaxed(&running)); }
static Value thread_fn_exit(Thread *th, Value self, Value *args) { return raise_none(th, &exc_SystemExit); }
static Value thread_fn_is_main_interpreter(Thread *th, Value self, Value *args) { return VALUE_TRUE; }
static Value thread_fn_daemon_allowed(Thread *th, Value self, Value *args) { return VALUE_TRUE; }

static Value thread_fn_interrupt_main(Thread *th, Value self, Value *args) {
    int sig = SIGINT;
    if (args[0] && number_as_int(th, args[0], &sig)) return NO_VALUE;
    if (sig < 1 || sig >= SIGNAL_COUNT) return raise_value_error(th, "signal number out of range");
    // As if it had arrived: nothing happens when the signal is ignored or has its default action.
    if (signal_has_handler(sig)) signal_trip(sig);
    return VALUE_NONE;
}

static Value thread_fn_stack_size(Thread *th, Value self, Value *args) {
    int64_t n = 0;
    if (args[0] && number_as_i64(th, args[0], &n)) return NO_VALUE;
    if (n && n < 53248) return raise_value_error(th, "size must be at least 53248 bytes");
    // Below a quarter of a mebibyte there is no room for the runtime's own margin.
    size_t old = atomic_load_relaxed(&default_stack_size);
    if (n > INT64_C(1) << 40) return raise_value_error(th, "size not valid: %lld bytes", (long long)n);
    if (args[0]) atomic_store_relaxed(&default_stack_size, (size_t)n);
    return int_from_u64(th, old);
}

static Value thread_fn_shutdown(Thread *th, Value self, Value *args) {
    for (;;) {
        Handle *h = NULL;
        rt_mutex_lock(th, &boots_mutex);
        for (Boot *b = boots; b && !h; b = b->next)
            if (!b->daemon && b->thread != th && !event_is_set(&b->handle->done)) {
                h = b->handle;
                object_incref(th, &h->head);
            }
        rt_mutex_unlock(th, &boots_mutex);
        if (!h) return VALUE_NONE;
        // Started but not yet RUNNING is not "not started" here.
        int r = 0;
        while (!event_is_set(&h->done)) {
            ParkResult p = event_wait(th, &h->done, -1, true);
            if (p == PARK_INTERRUPTED && (r = thread_safepoint(th))) break;
        }
        object_decref(th, &h->head);
        // An interrupted wait is reported, and the rest is still waited for.
        if (r) error_unraisable(th, "Exception ignored while joining a thread in _thread._shutdown()", NO_VALUE);
        if (r) return VALUE_NONE;
    }
}

static Value thread_fn_make_handle(Thread *th, Value self, Value *args) {
    if (!value_is_int(args[0])) return raise_type_error(th, "ident must be an integer");
    uint64_t ident;
    if (int_as_u64(th, args[0], &ident)) return NO_VALUE;
    Handle *h = handle_new(th);
    if (!h) return NO_VALUE;
    h->ident = ident;
    atomic_store_release(&h->state, (uint8_t)HANDLE_RUNNING);
    h->listed = true;
    rt_mutex_lock(th, &boots_mutex);
    h->next = made_handles;
    if (made_handles) made_handles->prev = h;
    made_handles = h;
    rt_mutex_unlock(th, &boots_mutex);
    return VALUE_OF(h);
}

static Value thread_fn_set_name(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "set_name() argument 'name' must be str, not %T", args[0]);
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_fs_path(th, args[0], &n, &hold);
    if (!p) {
        error_clear(th);    // a name that cannot be encoded is not worth an error
        return VALUE_NONE;
    }
    char buf[16];
    if (n > 15) n = 15;    // as the system cuts it, also within a character
    memcpy(buf, p, n);
    buf[n] = 0;
    pthread_setname_np(pthread_self(), buf);
    decref(th, hold);
    return VALUE_NONE;
}
static Value thread_fn_get_name(Thread *th, Value self, Value *args) {
    char buf[100] = "";
    int err = pthread_getname_np(pthread_self(), buf, sizeof buf);
    if (err) return raise_errno(th, err, NO_VALUE, NO_VALUE);
    return str_from_fs(th, buf, strlen(buf));
}

static Value thread_fn_excepthook(Thread *th, Value self, Value *args) {
    if (!except_hook_args_type || type_of(args[0]) != AS(Type, except_hook_args_type))
        return raise_type_error(th, "_thread.excepthook argument type must be ExceptHookArgs");
    Tuple *t = AS(Tuple, args[0]);
    Value type = t->items[0], exc = t->items[1], tb = t->items[2], thread = t->items[3];
    if (type == VALUE_OF(&exc_SystemExit)) return VALUE_NONE;
    Value sys = import_module(th, "sys");
    Value file = sys ? object_getattr_cstr(th, sys, "stderr") : NO_VALUE;
    decref(th, sys);
    if (!file) error_clear(th);
    if (!file || file == VALUE_NONE) {
        decref(th, file);
        if (thread == VALUE_NONE) return VALUE_NONE;
        // Threads remember the standard error they were made under.
        file = object_getattr_cstr(th, thread, "_stderr");
        if (!file) error_clear(th);
        if (!file || file == VALUE_NONE) return VALUE_NONE;
    }
    Value name = NO_VALUE;
    if (thread != VALUE_NONE && object_getattr_optional(th, thread, name_name, &name) < 0) error_clear(th);
    Value head = name ? str_format(th, "Exception in thread %S:\n", name) : str_format(th, "Exception in thread %lu:\n", (unsigned long)th->ident);
    decref(th, name);
    Value r = head ? call_method1(th, file, name_write, head) : NO_VALUE;
    decref(th, head);
    bool ok = r != NO_VALUE;
    decref(th, r);
    Value print = ok ? import_attr(th, "traceback", "print_exception") : NO_VALUE;
    if (print) {
        Value a[5] = { type, exc, tb, VALUE_NONE, file };
        r = object_call(th, print, a, 5, NO_VALUE);
        decref(th, print);
        ok = r != NO_VALUE;
        decref(th, r);
    } else {
        ok = false;
    }
    if (ok) {
        r = call_method0(th, file, name_flush);
        if (!r) error_clear(th);
        decref(th, r);
    }
    decref(th, file);
    return ok ? VALUE_NONE : NO_VALUE;
}

#define DOC_START "Start a new thread and return its identifier.\n\nThe thread will call the function with positional arguments from the\ntuple args and keyword arguments taken from the optional dictionary\nkwargs.  The thread exits when the function returns; the return value\nis ignored.  The thread will also exit when the function raises an\nunhandled exception; a stack trace will be printed unless the exception\nis SystemExit."
static const MethodDef thread_fns[] = {
    {"start_new_thread", "(function, args, kwargs={}, /)", thread_fn_start_new_thread, DOC_START, METH_RAW},
    {"start_new", "(function, args, kwargs={}, /)", thread_fn_start_new_thread, "An obsolete synonym of start_new_thread().", METH_RAW},
    {"start_joinable_thread", "(function, handle=None, daemon=True)", thread_fn_start_joinable_thread,
     "*For internal use only*: start a new thread.\n\nLike start_new_thread(), this starts a new thread calling the given function.\nUnlike start_new_thread(), this returns a handle object with methods to join\nor detach the given thread."},
    {"allocate_lock", "()", lock_fn_allocate, "Create a new lock object. See help(type(threading.Lock())) for\ninformation about locks."},
    {"allocate", "()", lock_fn_allocate, "An obsolete synonym of allocate_lock()."},
    {"get_ident", "()", thread_fn_get_ident, "Return a non-zero integer that uniquely identifies the current thread\namongst other threads that exist simultaneously."},
    {"get_native_id", "()", thread_fn_get_native_id, "Return a non-negative integer identifying the thread as reported\nby the OS (kernel)."},
    {"_get_main_thread_ident", "()", thread_fn_get_main_ident, "Internal only. Return a non-zero integer that uniquely identifies the main thread\nof the main interpreter."},
    {"_count", "()", thread_fn_count, "Return the number of currently running Python threads, excluding\nthe main thread."},
    {"exit", "()", thread_fn_exit, "This is synonymous to ``raise SystemExit''.  It will cause the current\nthread to exit silently unless the exception is caught."},
    {"exit_thread", "()", thread_fn_exit, "An obsolete synonym of exit()."},
    {"interrupt_main", "(signum=None, /)", thread_fn_interrupt_main, "Simulate the arrival of the given signal in the main thread,\nwhere the corresponding signal handler will be executed.\nIf *signum* is omitted, SIGINT is assumed."},
    {"stack_size", "(size=0, /)", thread_fn_stack_size, "Return the thread stack size used when creating new threads.  The\noptional size argument specifies the stack size (in bytes) to be used\nfor subsequently created threads."},
    {"_excepthook", "(args, /)", thread_fn_excepthook, "Handle uncaught Thread.run() exception."},
    {"_shutdown", "()", thread_fn_shutdown, "Wait for all non-daemon threads (other than the calling thread) to stop."},
    {"_make_thread_handle", "(ident, /)", thread_fn_make_handle, "Internal only. Make a thread handle for threads not spawned\nby the _thread or threading module."},
    {"_is_main_interpreter", "()", thread_fn_is_main_interpreter, "Return True if the current interpreter is the main Python interpreter."},
    {"daemon_threads_allowed", "()", thread_fn_daemon_allowed, "Return True if daemon threads are allowed in the current interpreter,\nand False otherwise."},
    {"set_name", "(name)", thread_fn_set_name, "Set the name of the current thread."},
    {"_get_name", "()", thread_fn_get_name, "Get the name of the current thread."},
    {0}
};

// In a forked child the other threads are gone: their handles are done.
static void fork_child(Thread *th) {
    rt_mutex_reinit(&boots_mutex);
    uint32_t left = 0;
    for (Boot *b = boots; b; b = b->next) {
        if (b->thread == th) {
            left = 1;
            continue;
        }
        atomic_store_release(&b->handle->state, (uint8_t)HANDLE_DONE);
        atomic_store_release(&b->handle->done.word, 1u);
    }
    for (Handle *h = made_handles; h; h = h->next) {
        if (h->ident == th->ident) continue;
        atomic_store_release(&h->state, (uint8_t)HANDLE_DONE);
        atomic_store_release(&h->done.word, 1u);
    }
    running = left;
    // What the threads that are gone had in their records. Their registers are left alone: not every one of a frame that was cut off holds a reference.
    for (Thread *t = thread_list; t; t = t->next) {
        if (t == th || !t->frame) continue;
        t->frame = NULL;
        Value *fields[] = { &t->exc, &t->handled, &t->context, &t->asyncgen_firstiter, &t->asyncgen_finalizer, &t->trace_func, &t->trace_obj, &t->profile_func,
                            &t->profile_obj, &t->running_loop };
        for (size_t i = 0; i < ARRAY_LEN(fields); i++) clear_ref(th, fields[i]);
    }
}

static int thread_exec(Thread *th, Value m) {
    static const StructSeqField fields[] = {
        {"exc_type", "Exception type"}, {"exc_value", "Exception value"}, {"exc_traceback", "Exception traceback"}, {"thread", "Thread"}, {0}
    };
    if (!except_hook_args_type) {
        except_hook_args_type = structseq_type(th, "_thread._ExceptHookArgs", "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.", fields, 4);
        if (!except_hook_args_type) return -1;
        gc_add_root(&except_hook_args_type);
        gc_add_root_fn(visit_boots);
        thread_hooks.exit = exit_hook;
        thread_hooks.ended = ended_hook;
        thread_hooks.fork_child = fork_child;
    }
    if (module_add(th, m, "_ExceptHookArgs", new_ref(th, except_hook_args_type))) return -1;
    if (thread_lock_exec(th, m) || thread_local_exec(th, m) || module_add_type(th, m, &type_handle)) return -1;
    if (module_add(th, m, "error", VALUE_OF(&exc_RuntimeError))) return -1;
    return module_add_int(th, m, "_NAME_MAXLEN", 15);
}

const ModuleDef module__thread = { "_thread",
    "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface.",
    thread_fns, thread_exec };
