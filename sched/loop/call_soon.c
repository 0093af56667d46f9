// SPDX-License-Identifier: MIT
// How futures and tasks hand callbacks to their loop: loop.call_soon(callback, *args, context=context).
//
// A native loop (loop_of) is called at once. A loop whose class has asyncio.base_events.BaseEventLoop's own call_soon is served without running it: an
// asyncio.events.Handle is made as Handle() would make it and put into loop._ready. That holds as long as nobody has replaced any of the functions that
// call_soon runs, in the class or in the instance, and the loop is open and not in debug mode; else the method is called. What was found out about a loop
// is kept per thread, under the loop's shape id, and what may change without a new shape id (class attributes) is compared at each call.
#include "core/object/attr_cache.h"
#include "core/object/descr.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "gc/gc.h"
#include "sched/loop/future_int.h"
#include "sched/loop/loop.h"
#include "sched/thread/lock.h"

static int call_soon_method(Thread *th, Value loop, Value callback, Value arg, Value context) {
    static Value names;     // [a] immortal
    Value kw = NO_VALUE, self, args[4];
    if (context && !(kw = atomic_load_acquire(&names))) {
        if (!(kw = tuple_from_array(th, &asyncio_name_context, 1))) return -1;
        object_make_immortal(value_object(kw));
        atomic_store_release(&names, kw);
    }
    Value m = object_get_method(th, loop, asyncio_name_call_soon, &self);
    if (!m) return -1;
    size_t n = 0;
    if (self) args[n++] = self;
    args[n++] = callback;
    if (arg) args[n++] = arg;
    if (context) args[n] = context;
    Value r = object_call(th, m, args, n, kw);
    decref(th, m);
    decref(th, r);
    return r ? 0 : -1;
}


// ---- BaseEventLoop ---------------------------------------------------------------------------------------------------------------------------------

enum { LOOP_FNS = 4, HANDLE_FIELDS = 7, RETRY_AFTER = 64 };
// Of one shape of loops, and of the class Handle as it is now.
typedef struct LoopView {
    uint32_t shape_id;            // 0: nothing known
    uint32_t misses;              // calls since this shape was found to be served by the method
    bool     direct;
    int      fn_index[LOOP_FNS];  // attr_cache_value index of call_soon, _call_soon, _check_closed, get_debug
    Value    fn[LOOP_FNS];        // what they must be: uncounted functions
    int      ready, debug, closed; // slots of the instance
    Type    *handle;
    Type    *quick;               // the class of the handles made here: see quick_class
    uint32_t handle_version;      // of the type: its members are where they are
    int      init_index;
    Value    init;
    uint32_t field[HANDLE_FIELDS]; // byte offsets in a handle: _context _loop _callback _args _cancelled _repr _source_traceback
} LoopView;
static __thread LoopView loop_view;     // [o]

// The function that a class of a module has under a name, if it is the one that the module's own class statement made.
static Value own_function(Thread *th, Type *t, Value name, const char *module, const char *qualname) {
    Value f = type_lookup(t, name);
    if (!f || !value_is_exact(f, &type_function) || !str_equal_cstr(slot_borrow(th, value_object(f), &AS(Function, f)->qualname), qualname)) return NO_VALUE;
    Value m = slot_borrow(th, value_object(f), &AS(Function, f)->module);
    return m && value_is_str(m) && str_equal_cstr(m, module) ? f : NO_VALUE;
}
static Value module_attr(Thread *th, const char *module, Value name) {
    Value key = str_intern_cstr(th, module), m = key && modules_dict ? dict_get_str(th, AS(Dict, modules_dict), key) : NO_VALUE, v = NO_VALUE;
    if (m && value_is_exact(m, &type_module)) v = dict_get_str(th, module_dict(m), name);
    decref(th, m);
    decref(th, key);
    return v;
}
// ---- handles -------------------------------------------------------------------------------------------------------------------------------------------

enum { FIELD_CONTEXT, FIELD_LOOP, FIELD_CALLBACK, FIELD_ARGS };
// The class Handle and its quick subclass, made once; a Handle that came later is left alone. Offsets as LoopView.field.
static struct { Value handle, quick; uint32_t field[HANDLE_FIELDS]; } known;   // [a] handle, quick; the rest is written before quick

// What a callback raised goes to the loop's exception handler, as Handle._run does it.
static Value report(Thread *th, Value self, Value loop, Value callback, Value args) {
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return NO_VALUE;
    Value exc = error_fetch(th), before = th->handled, context = NO_VALUE, r = NO_VALUE;
    th->handled = new_ref(th, exc);
    Value format = asyncio_import(th, IMPORT_FORMAT_CALLBACK), cb = format ? call2(th, format, callback, args) : NO_VALUE;
    Value text = cb ? str_format(th, "Exception in callback %S", cb) : NO_VALUE;
    if (text && (context = dict_new(th)) && dict_set_str(th, AS(Dict, context), "message", text) == 0 &&
        dict_set_str(th, AS(Dict, context), "exception", exc) == 0 && dict_set_str(th, AS(Dict, context), "handle", self) == 0) {
        r = call_method1(th, loop, asyncio_name_call_exception_handler, context);
        decref(th, r);
        if (r) r = VALUE_NONE;
    }
    decref(th, context);
    decref(th, text);
    decref(th, cb);
    Value mine = th->handled;
    th->handled = before;
    decref(th, mine);
    decref(th, exc);
    return r;
}
static Value handle_meth_run(Thread *th, Value self, Value *a) {
    Value v[4];
    for (int i = 0; i < 4; i++) v[i] = attr_slot_read(th, value_object(self), (Value *)((char *)value_object(self) + known.field[i]));
    Value context = v[FIELD_CONTEXT], callback = v[FIELD_CALLBACK], args = v[FIELD_ARGS], r = NO_VALUE;
    if (UNLIKELY(!context || !v[FIELD_LOOP] || !callback || !args || !value_is_exact(context, &type_context) || !value_is_tuple(args))) {
        Value run = object_getattr(th, known.handle, asyncio_name_run);
        r = run ? call1(th, run, self) : NO_VALUE;
        decref(th, run);
    } else {
        Tuple *t = AS(Tuple, args);
        if (LIKELY(context_enter(th, context) == 0)) {
            if (value_is_task_step(callback) && t->len == 0) r = task_call_step(th, callback);
            else if (value_is_task_wakeup(callback) && t->len == 1) r = task_call_wakeup(th, callback, t->items[0]);
            else r = object_call(th, callback, t->items, t->len, NO_VALUE);
            context_exit(th, context);
        }
        if (LIKELY(r != NO_VALUE)) {
            decref(th, r);
            r = VALUE_NONE;
        } else r = report(th, self, v[FIELD_LOOP], callback, args);
    }
    for (int i = 0; i < 4; i++) decref(th, v[i]);
    return r;
}
// The class of the handles made here: Handle's only subclass without a line of its own but for _run, which enters the context and goes on with a task
// without building calls. No more than that: everything else about these handles is Handle's.
static Type *quick_class(Thread *th, LoopView *w) {
    static const MethodDef run = {"_run", "(self, /)", handle_meth_run, NULL};
    Value quick = atomic_load_acquire(&known.quick);
    if (quick) return atomic_load_acquire(&known.handle) == VALUE_OF(w->handle) ? AS(Type, quick) : NULL;
    Value handle = VALUE_OF(w->handle), bases = tuple_from_array(th, &handle, 1), ns = dict_new(th), d = NO_VALUE;
    if (bases && ns && dict_set_str(th, AS(Dict, ns), "__slots__", tuple_empty) == 0) quick = type_create_simple(th, "asyncio.events.Handle", bases, ns);
    decref(th, bases);
    decref(th, ns);
    bool ok = quick && AS(Type, quick)->basic_size == w->handle->basic_size && (d = method_descr_new(th, AS(Type, quick), &run)) &&
              type_set_own(th, AS(Type, quick), asyncio_name_run, d) >= 0;
    decref(th, d);
    if (ok) {
        static RtMutex once = RT_MUTEX(LEAF);
        rt_mutex_lock(th, &once);
        if (!known.quick) {
            memcpy(known.field, w->field, sizeof known.field);
            atomic_store_release(&known.handle, new_ref(th, handle));
            atomic_store_release(&known.quick, new_ref(th, quick));
        }
        rt_mutex_unlock(th, &once);
    }
    decref(th, quick);
    if (error_pending(th)) error_clear(th);
    quick = atomic_load_acquire(&known.quick);
    return quick && known.handle == handle ? AS(Type, quick) : NULL;
}
static bool learn_handle(Thread *th, LoopView *w) {
    Value h = module_attr(th, "asyncio.events", asyncio_name_handle);
    bool ok = false;
    if (h && value_is_type(h) && (AS(Type, h)->flags & TYPE_HEAP) && AS(Type, h)->slots.new_ == type_object.slots.new_ &&
        type_of(h) == &type_type && (w->init = own_function(th, AS(Type, h), name_d_init, "asyncio.events", "Handle.__init__"))) {
        w->handle = AS(Type, h);
        w->handle_version = atomic_load_acquire(&w->handle->version);
        w->init_index = attr_cache_index(th, w->handle, name_d_init);
        Value names[HANDLE_FIELDS] = { asyncio_name_handle_context, asyncio_name_loop, asyncio_name_callback, asyncio_name_args, asyncio_name_cancelled,
                                       asyncio_name_repr, asyncio_name_source_traceback };
        ok = w->init_index >= 0;
        for (int i = 0; ok && i < HANDLE_FIELDS; i++) {
            Value d = type_lookup(w->handle, names[i]);
            ok = d && value_is_exact(d, &type_member_descriptor) && AS(MemberDescr, d)->owner == w->handle;
            if (ok) w->field[i] = AS(MemberDescr, d)->def.offset;
        }
    }
    ok = ok && (w->quick = quick_class(th, w));
    decref(th, h);      // types are uncounted, and this one lives as long as asyncio.events has it: compared at each call
    return ok;
}
static void learn(Thread *th, LoopView *w, Value loop) {
    Shape *s = atomic_load_acquire(&value_object(loop)->shape);
    *w = (LoopView){ .shape_id = atomic_load_relaxed(&s->id) };
    if (s->flags & SHAPE_DICT_MODE) return;
    static const char *const qualnames[LOOP_FNS] = { "BaseEventLoop.call_soon", "BaseEventLoop._call_soon", "BaseEventLoop._check_closed", "BaseEventLoop.get_debug" };
    Value names[LOOP_FNS] = { asyncio_name_call_soon, asyncio_name_call_soon_private, asyncio_name_check_closed, asyncio_name_get_debug };
    for (int i = 0; i < LOOP_FNS; i++) {
        w->fn[i] = own_function(th, s->type, names[i], "asyncio.base_events", qualnames[i]);
        w->fn_index[i] = attr_cache_index(th, s->type, names[i]);
        if (!w->fn[i] || w->fn_index[i] < 0 || shape_find(s, names[i]) >= 0) return;
    }
    w->ready = shape_find(s, asyncio_name_ready);
    w->debug = shape_find(s, asyncio_name_debug);
    w->closed = shape_find(s, asyncio_name_closed);
    w->direct = w->ready >= 0 && w->debug >= 0 && w->closed >= 0 && learn_handle(th, w);
}
// The value of a slot, borrowed until the next safepoint.
static Value slot_of(Thread *th, Value loop, Shape *s, int i) {
    Value *p = attr_slot_address(value_object(loop), s, (unsigned)i);
    return p ? attr_slot_read_borrow(th, value_object(loop), p) : NO_VALUE;
}
// What is known of loop, when it is served directly: all functions are as they were. NULL: not.
static LoopView *view_of(Thread *th, Value loop, Shape **shape) {
    if (UNLIKELY(!value_is_object(loop))) return NULL;
    LoopView *w = &loop_view;
    Shape *s = atomic_load_acquire(&value_object(loop)->shape);
    if (UNLIKELY(w->shape_id != atomic_load_relaxed(&s->id) || (!w->direct && ++w->misses > RETRY_AFTER))) learn(th, w, loop);
    if (!w->direct) return NULL;
    for (int i = 0; i < LOOP_FNS; i++)
        if (UNLIKELY(attr_cache_value(s->type, (uint32_t)w->fn_index[i]) != w->fn[i])) { w->direct = false; return NULL; }
    *shape = s;
    return w;
}
static const FutureQueueOps *queue_ops;     // [c] once _asyncio is imported
static Value events;    // [a] dictionary of the module asyncio.events, set once
void call_soon_init(const FutureQueueOps *queue) {
    queue_ops = queue;
    gc_add_root(&known.handle);
    gc_add_root(&known.quick);
    gc_add_root(&events);
}
static bool handle_is_known(Thread *th, LoopView *w) {
    Value d = atomic_load_acquire(&events);
    if (UNLIKELY(!d)) {
        Value key = str_intern_cstr(th, "asyncio.events"), m = key ? dict_get_str(th, AS(Dict, modules_dict), key) : NO_VALUE;
        if (!m || !value_is_exact(m, &type_module)) { decref(th, m); return false; }
        d = new_ref(th, VALUE_OF(module_dict(m)));
        decref(th, m);
        Value none = NO_VALUE;
        if (!atomic_cas_acq_rel(&events, &none, d)) { decref(th, d); d = none; }
    }
    return dict_get_str_borrow(th, AS(Dict, d), asyncio_name_handle) == VALUE_OF(w->handle) && atomic_load_acquire(&w->handle->version) == w->handle_version &&
           attr_cache_value(w->handle, (uint32_t)w->init_index) == w->init;
}

// 1 done, 0: call the method, -1.
static int call_soon_direct(Thread *th, Value loop, Value callback, Value arg, Value context) {
    Shape *s;
    LoopView *w = view_of(th, loop, &s);
    if (!w) return 0;
    if (slot_of(th, loop, s, w->debug) != VALUE_FALSE || slot_of(th, loop, s, w->closed) != VALUE_FALSE) return 0;
    if (UNLIKELY(!handle_is_known(th, w))) { w->direct = false; return 0; }
    Value ready = slot_of(th, loop, s, w->ready);
    if (!ready || !queue_ops->is_queue(ready)) return 0;
    incref(th, ready);
    Value args = arg ? tuple_from_array(th, &arg, 1) : tuple_empty;
    Object *h = args ? object_new(th, w->quick, 0) : NULL;
    int r = -1;
    if (LIKELY(h != NULL)) {
        Value v[HANDLE_FIELDS] = { new_ref(th, context), new_ref(th, loop), new_ref(th, callback), args, VALUE_FALSE, VALUE_NONE, VALUE_NONE };
        for (int i = 0; i < HANDLE_FIELDS; i++) *(Value *)((char *)h + w->field[i]) = v[i];
        r = queue_ops->append_owned(th, ready, VALUE_OF(h)) ? -1 : 1;
    } else decref(th, args);
    decref(th, ready);
    return r;
}

int asyncio_call_soon(Thread *th, Value loop, Value callback, Value arg, Value context) {
    if (UNLIKELY(!context)) return call_soon_method(th, loop, callback, arg, context);
    Loop *l = loop_of(th, loop);
    if (LIKELY(l != NULL)) return loop_call_soon1(th, l, callback, arg, context);
    int r = call_soon_direct(th, loop, callback, arg, context);
    return LIKELY(r) ? (r < 0 ? -1 : 0) : call_soon_method(th, loop, callback, arg, context);
}
int loop_debug(Thread *th, Value loop) {
    Loop *l = loop_of(th, loop);
    if (LIKELY(l != NULL)) return loop_debug_on(l);
    Shape *s;
    LoopView *w = view_of(th, loop, &s);
    if (w && slot_of(th, loop, s, w->debug) == VALUE_FALSE) return 0;
    Value v = call_method0(th, loop, asyncio_name_get_debug);
    int r = v ? object_truth(th, v) : -1;
    decref(th, v);
    return r;
}
