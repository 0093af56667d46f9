// SPDX-License-Identifier: MIT
// asyncio.Future: state, callbacks, results, and what tasks inherit. Locks: future_int.h.
#include "core/object/dict.h"
#include "sched/loop/future_int.h"

bool value_is_future(Value v) { return value_is_object(v) && (future_is_exact(v) || value_is_instance(v, &asyncio_type_Future)); }
bool future_done(Value fut) { return future_state(AS(Future, fut)) != FUTURE_PENDING; }

static Value raise_dead(Thread *th) { return raise_error(th, &exc_RuntimeError, "Future object is not initialized."); }
bool future_alive(Thread *th, Future *f) {
    if (LIKELY(atomic_load_relaxed(&f->loop) != NO_VALUE)) return true;
    raise_dead(th);
    return false;
}
static Value raise_state(Thread *th, const char *text) {
    Type *t = asyncio_error(th, IMPORT_INVALID_STATE);
    return t ? raise_error(th, t, "%s", text) : NO_VALUE;
}

// ---- making and freeing --------------------------------------------------------------------------------------------------------------------

// Every Value of the struct that a new __init__ starts afresh.
#define FUTURE_FIELDS(X) X(loop) X(callback0) X(context0) X(callbacks) X(result) X(exception) X(source_tb) X(cancel_msg) X(cancelled_exc) X(awaited_by)

// In debug mode: keeps where it was made.
static int future_note_origin(Thread *th, Future *f, Value loop) {
    int debug = loop_debug(th, loop);
    if (LIKELY(debug == 0)) return 0;
    if (debug < 0) return -1;
    Value extract = asyncio_import(th, IMPORT_EXTRACT_STACK);
    Value tb = extract ? call0(th, extract) : NO_VALUE;
    if (!tb) return -1;
    future_field_set(th, f, &f->source_tb, tb);
    return 0;
}
int future_init(Thread *th, Future *f, Value loop) {
    loop = loop == NO_VALUE || loop == VALUE_NONE ? asyncio_event_loop(th) : new_ref(th, loop);
    if (!loop) return -1;
    obj_lock(th, &f->lock);
    if (LIKELY(!f->loop)) {     // a new one: all is empty
        f->loop = loop;
        obj_unlock(th, &f->lock);
        return future_note_origin(th, f, loop);
    }
#define X(field) + 1
    Value old[0 FUTURE_FIELDS(X)];
#undef X
    size_t n = 0;
#define X(field) if (f->field) { old[n++] = f->field; f->field = NO_VALUE; }
    FUTURE_FIELDS(X)
#undef X
    f->loop = new_ref(th, loop);
    f->log_tb = f->blocking = f->wakes = f->must_cancel = f->quiet = 0;
    atomic_store_release(&f->state, (uint8_t)FUTURE_PENDING);
    obj_unlock(th, &f->lock);
    while (n) decref(th, old[--n]);
    int r = future_note_origin(th, f, loop);
    decref(th, loop);
    return r;
}

Value future_new(Thread *th, Value loop) {
    Future *f = NEW(Future, th, &asyncio_type_Future);
    if (f && future_init(th, f, loop)) {
        decref(th, VALUE_OF(f));
        return NO_VALUE;
    }
    return VALUE_OF(f);
}

void future_release_fields(Thread *th, Future *f) {
#define X(field) clear_ref(th, &f->field);
    FUTURE_FIELDS(X)
#undef X
}
int future_visit_fields(Future *f, VisitFn visit, void *arg) {
    int r;
#define X(field) if (value_is_object(f->field) && (r = visit(f->field, arg))) return r;
    FUTURE_FIELDS(X)
#undef X
    return 0;
}

static Value future_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(Future, th, type)); }
static int future_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value loop = NO_VALUE;
    if (UNLIKELY(nargs == 1 && !kwnames)) { raise_type_error(th, "Future() takes no positional arguments"); return -1; }
    if ((nargs || kwnames) && native_args_bind(th, &sig, "Future", "(*, loop=None)", args, nargs, kwnames, &loop)) return -1;
    return future_init(th, AS(Future, self), loop);
}
static void future_slot_dealloc(Thread *th, Object *self) {
    future_release_fields(th, (Future *)self);
    container_dealloc_end(th, self, &asyncio_shape_Future);
}
static void future_slot_clear(Thread *th, Object *self) { future_release_fields(th, (Future *)self); }
static int future_slot_traverse(Object *self, VisitFn visit, void *arg) { return future_visit_fields((Future *)self, visit, arg); }

int future_call_handler(Thread *th, Future *f, Value message_owned, const char *self_key, Value exception) {
    Value loop = future_field(th, f, &f->loop), tb = future_field(th, f, &f->source_tb), context = message_owned ? dict_new(th) : NO_VALUE, r = NO_VALUE;
    if (loop && context) {
        Dict *d = AS(Dict, context);
        if (dict_set_str(th, d, "message", message_owned) == 0 && (!exception || dict_set_str(th, d, "exception", exception) == 0) &&
            dict_set_str(th, d, self_key, VALUE_OF(f)) == 0 && (!tb || dict_set_str(th, d, "source_traceback", tb) == 0))
            r = call_method1(th, loop, asyncio_name_call_exception_handler, context);
    }
    bool ok = r != NO_VALUE || !error_pending(th);
    decref(th, r);
    decref(th, message_owned);
    decref(th, context);
    decref(th, tb);
    decref(th, loop);
    return ok ? 0 : -1;
}
int future_report_lost(Thread *th, Future *f) {
    if (LIKELY(!atomic_load_relaxed(&f->log_tb))) return 0;
    atomic_store_relaxed(&f->log_tb, (uint8_t)0);
    Value exc = future_field(th, f, &f->exception);
    if (!exc) return 0;
    int r = future_call_handler(th, f, str_format(th, "%U exception was never retrieved", atomic_load_acquire(&type_of(VALUE_OF(f))->name_obj)), "future", exc);
    decref(th, exc);
    return r;
}
static int future_slot_finalize(Thread *th, Value self) { return future_report_lost(th, AS(Future, self)); }

// ---- callbacks -------------------------------------------------------------------------------------------------------------------------------

// callback0 as Python sees it. New reference; takes over `callback`.
static Value callback_object(Thread *th, Value callback, bool wakes) {
    if (!wakes) return callback;
    Value v = task_call_new(th, &asyncio_type_TaskWakeup, AS(Task, callback), NO_VALUE);
    decref(th, callback);
    return v;
}

typedef struct Taken { Value callback, context, more, loop; bool wakes; } Taken;
static void take_callbacks_locked(Thread *th, Future *f, Taken *t) {
    *t = (Taken){ f->callback0, f->context0, f->callbacks, new_ref(th, f->loop), f->wakes };
    f->callback0 = f->context0 = f->callbacks = NO_VALUE;
    f->wakes = 0;
}
// Hands what was taken out to the loop.
static int schedule(Thread *th, Future *f, Taken *t) {
    int r = 0;
    if (t->callback) {
        if (LIKELY(t->wakes)) r = task_wakeup_soon(th, AS(Task, t->callback), t->loop, VALUE_OF(f), t->context);
        else r = asyncio_call_soon(th, t->loop, t->callback, VALUE_OF(f), t->context);
        decref(th, t->callback);
    }
    if (UNLIKELY(t->more != NO_VALUE)) {
        List *l = AS(List, t->more);
        for (size_t i = 0; r == 0 && i < list_len(l); i++) {
            Value pair = list_get(th, l, (intptr_t)i);
            r = pair ? asyncio_call_soon(th, t->loop, AS(Tuple, pair)->items[0], VALUE_OF(f), AS(Tuple, pair)->items[1]) : -1;
            decref(th, pair);
        }
        decref(th, t->more);
    }
    decref(th, t->context);
    decref(th, t->loop);
    return r;
}

int future_add_callback(Thread *th, Future *f, Value callback, bool wakes, Value context) {
    Value pair = NO_VALUE;
    context = context ? new_ref(th, context) : context_copy_current(th);
    if (!context) return -1;
    for (;;) {
        obj_lock(th, &f->lock);
        if (f->state != FUTURE_PENDING) {
            Value loop = new_ref(th, f->loop);
            obj_unlock(th, &f->lock);
            decref(th, pair);
            int r = wakes ? task_wakeup_soon(th, AS(Task, callback), loop, VALUE_OF(f), context) : asyncio_call_soon(th, loop, callback, VALUE_OF(f), context);
            decref(th, loop);
            decref(th, context);
            return r;
        }
        if (LIKELY(!f->callback0 && !f->callbacks)) {
            f->callback0 = new_ref(th, callback);
            f->context0 = context;
            f->wakes = wakes;
            obj_unlock(th, &f->lock);
            decref(th, pair);
            return 0;
        }
        Value list = new_ref(th, f->callbacks);
        obj_unlock(th, &f->lock);
        // The list is made, and grows, without the lock; a list that was taken out meanwhile makes this start again.
        Value fresh = list ? NO_VALUE : list_new(th, 2);
        if (!pair) {
            Value cb = callback_object(th, new_ref(th, callback), wakes);
            pair = cb ? tuple_pack2(th, cb, context) : NO_VALUE;
            decref(th, cb);
        }
        if (!pair || (!list && !fresh)) { decref(th, list); decref(th, fresh); decref(th, pair); decref(th, context); return -1; }
        bool done = false;
        obj_lock(th, &f->lock);
        if (f->state == FUTURE_PENDING && f->callback0 && f->callbacks == list) {
            if (!list) { f->callbacks = new_ref(th, fresh); list = fresh; fresh = NO_VALUE; }
            done = true;
        }
        obj_unlock(th, &f->lock);
        int r = done ? list_append(th, AS(List, list), pair) : 0;
        decref(th, list);
        decref(th, fresh);
        if (done || r) { decref(th, pair); decref(th, context); return r; }
    }
}

static Value future_meth_add_done_callback(Thread *th, Value self, Value *a) {
    Future *f = AS(Future, self);
    if (!f->loop) return raise_error(th, &exc_RuntimeError, "uninitialized Future object");
    return future_add_callback(th, f, a[0], false, a[1] == VALUE_NONE ? NO_VALUE : a[1]) ? NO_VALUE : VALUE_NONE;
}

static Value future_get_callbacks(Thread *th, Value self) {
    Future *f = AS(Future, self);
    if (!future_alive(th, f)) return NO_VALUE;
    obj_lock(th, &f->lock);
    Value cb = new_ref(th, f->callback0), context = new_ref(th, f->context0), more = new_ref(th, f->callbacks);
    bool wakes = f->wakes;
    obj_unlock(th, &f->lock);
    if (!cb) { decref(th, more); return VALUE_NONE; }
    cb = callback_object(th, cb, wakes);
    Value pair = cb ? tuple_pack2(th, cb, context) : NO_VALUE, list = pair ? list_new(th, 1) : NO_VALUE;
    decref(th, cb);
    decref(th, context);
    if (list && (list_append(th, AS(List, list), pair) || (more && list_extend(th, AS(List, list), more)))) clear_ref(th, &list);
    decref(th, pair);
    decref(th, more);
    return list;
}

// Takes all callbacks out, and puts those back that are not fn.
static Value future_meth_remove_done_callback(Thread *th, Value self, Value *a) {
    Future *f = AS(Future, self);
    if (!future_alive(th, f)) return NO_VALUE;
    Value all = future_get_callbacks(th, self);
    if (!all || all == VALUE_NONE) return all ? value_imm_int(0) : NO_VALUE;
    Value keep = list_new(th, 0), first = NO_VALUE;
    int64_t removed = 0;
    bool ok = keep != NO_VALUE;
    for (size_t i = 0; ok && i < list_len(AS(List, all)); i++) {
        Value pair = list_get(th, AS(List, all), (intptr_t)i);
        if (!pair) { ok = false; break; }
        int eq = object_compare_bool(th, AS(Tuple, pair)->items[0], a[0], CMP_EQ);
        if (eq < 0) ok = false;
        else if (eq) removed++;
        else if (!first) first = new_ref(th, pair);
        else ok = list_append(th, AS(List, keep), pair) == 0;
        decref(th, pair);
    }
    decref(th, all);
    if (ok && removed && future_state(f) == FUTURE_PENDING) {
        Taken t;
        if (list_len(AS(List, keep)) == 0) clear_ref(th, &keep);
        obj_lock(th, &f->lock);
        take_callbacks_locked(th, f, &t);
        if (first) {
            f->callback0 = new_ref(th, AS(Tuple, first)->items[0]);
            f->context0 = new_ref(th, AS(Tuple, first)->items[1]);
            f->callbacks = keep;
            keep = NO_VALUE;
        }
        obj_unlock(th, &f->lock);
        decref(th, t.callback);
        decref(th, t.context);
        decref(th, t.more);
        decref(th, t.loop);
    }
    decref(th, keep);
    decref(th, first);
    return ok ? value_imm_int(removed) : NO_VALUE;
}

// ---- its end -----------------------------------------------------------------------------------------------------------------------------------

int future_finish(Thread *th, Future *f, Value result_owned, Value exc_owned) {
    Value tb = exc_owned ? exception_get_traceback(th, exc_owned) : NO_VALUE;
    Taken t;
    obj_lock(th, &f->lock);
    if (UNLIKELY(f->state != FUTURE_PENDING)) {
        obj_unlock(th, &f->lock);
        decref(th, result_owned);
        decref(th, exc_owned);
        decref(th, tb);
        raise_state(th, "invalid state");
        return -1;
    }
    f->result = exc_owned ? tb : result_owned;
    f->exception = exc_owned;
    atomic_store_release(&f->state, (uint8_t)FUTURE_FINISHED);
    take_callbacks_locked(th, f, &t);
    obj_unlock(th, &f->lock);
    int r = schedule(th, f, &t);
    if (exc_owned) atomic_store_relaxed(&f->log_tb, (uint8_t)1);
    else if (future_is_exact(VALUE_OF(f))) object_mark_finalized(th, &f->head);     // __del__ would have nothing to say
    return r;
}
int future_set_exc(Thread *th, Future *f, Value exc) {
    if (UNLIKELY(future_state(f) != FUTURE_PENDING)) { raise_state(th, "invalid state"); return -1; }
    if (value_is_type(exc)) {
        if (!(AS(Type, exc)->flags & TYPE_EXC_SUBCLASS)) { raise_type_error(th, "invalid exception object"); return -1; }
        if (!(exc = call0(th, exc))) return -1;
        if (future_state(f) != FUTURE_PENDING) { decref(th, exc); raise_state(th, "invalid state"); return -1; }
    } else incref(th, exc);
    if (!value_is_instance(exc, &exc_BaseException)) {
        decref(th, exc);
        raise_type_error(th, "invalid exception object");
        return -1;
    }
    if (value_is_instance(exc, &exc_StopIteration)) {
        Value text = str_from_cstr(th, "StopIteration interacts badly with generators and cannot be raised into a Future");
        Value outer = text ? call1(th, VALUE_OF(&exc_RuntimeError), text) : NO_VALUE;
        decref(th, text);
        if (!outer) { decref(th, exc); return -1; }
        exception_set_cause(th, outer, new_ref(th, exc));
        exception_set_context(th, outer, exc);
        exc = outer;
    }
    return future_finish(th, f, NO_VALUE, exc);
}
int future_set_result(Thread *th, Value fut, Value result) { return future_finish(th, AS(Future, fut), new_ref(th, result), NO_VALUE); }
int future_set_exception(Thread *th, Value fut, Value exc) { return future_set_exc(th, AS(Future, fut), exc); }

int future_cancel_raw(Thread *th, Future *f, Value msg_owned) {
    Taken t;
    atomic_store_relaxed(&f->log_tb, (uint8_t)0);
    obj_lock(th, &f->lock);
    if (f->state != FUTURE_PENDING) {
        obj_unlock(th, &f->lock);
        decref(th, msg_owned);
        return 0;
    }
    Value old = f->cancel_msg;
    f->cancel_msg = msg_owned;
    atomic_store_release(&f->state, (uint8_t)FUTURE_CANCELLED);
    take_callbacks_locked(th, f, &t);
    obj_unlock(th, &f->lock);
    decref(th, old);
    if (future_is_exact(VALUE_OF(f))) object_mark_finalized(th, &f->head);
    return schedule(th, f, &t) ? -1 : 1;
}
int future_cancel(Thread *th, Value fut, Value msg) { return future_cancel_raw(th, AS(Future, fut), new_ref(th, msg)); }

Value future_cancelled_error(Thread *th, Future *f) {
    obj_lock(th, &f->lock);
    Value exc = f->cancelled_exc, msg = NO_VALUE;
    f->cancelled_exc = NO_VALUE;
    if (!exc) msg = new_ref(th, f->cancel_msg);
    obj_unlock(th, &f->lock);
    if (exc) return exc;
    Value type = asyncio_import(th, IMPORT_CANCELLED_ERROR);
    if (type) exc = !msg || msg == VALUE_NONE ? call0(th, type) : call1(th, type, msg);
    decref(th, msg);
    return exc;
}
static void raise_cancelled(Thread *th, Future *f) {
    Value exc = future_cancelled_error(th, f);
    if (!exc) return;
    raise_object(th, exc, NO_VALUE);
    decref(th, exc);
}

int future_outcome(Thread *th, Future *f, Value *out) {
    switch (future_state(f)) {
    case FUTURE_CANCELLED: raise_cancelled(th, f); return -1;
    case FUTURE_PENDING: raise_state(th, "Result is not set."); return -1;
    }
    atomic_store_relaxed(&f->log_tb, (uint8_t)0);
    obj_lock(th, &f->lock);
    Value exc = new_ref(th, f->exception), tb = NO_VALUE, result = NO_VALUE;
    if (exc) {
        tb = f->result;
        f->result = NO_VALUE;
    } else result = new_ref(th, f->result);
    obj_unlock(th, &f->lock);
    if (LIKELY(!exc)) {
        *out = result ? result : VALUE_NONE;    // cleared by the collector: no one can ask any more
        return 0;
    }
    exception_set_traceback(th, exc, tb);
    decref(th, tb);
    *out = exc;
    return 1;
}

static Value future_meth_result(Thread *th, Value self, Value *a) {
    Future *f = AS(Future, self);
    if (!f->loop) return raise_state(th, "Future object is not initialized.");
    Value v = NO_VALUE;
    int r = future_outcome(th, f, &v);
    if (r < 1) return r ? NO_VALUE : v;
    raise_object(th, v, NO_VALUE);
    decref(th, v);
    return NO_VALUE;
}
static Value future_meth_exception(Thread *th, Value self, Value *a) {
    Future *f = AS(Future, self);
    if (!f->loop) return raise_state(th, "Future object is not initialized.");
    uint8_t state = future_state(f);
    if (state == FUTURE_CANCELLED) { raise_cancelled(th, f); return NO_VALUE; }
    if (state != FUTURE_FINISHED) return raise_state(th, "Exception is not set.");
    atomic_store_relaxed(&f->log_tb, (uint8_t)0);
    Value exc = future_field(th, f, &f->exception);
    return exc ? exc : VALUE_NONE;
}
static Value future_meth_set_result(Thread *th, Value self, Value *a) {
    if (!future_alive(th, AS(Future, self))) return NO_VALUE;
    return future_set_result(th, self, a[0]) ? NO_VALUE : VALUE_NONE;
}
static Value future_meth_set_exception(Thread *th, Value self, Value *a) {
    if (!future_alive(th, AS(Future, self))) return NO_VALUE;
    return future_set_exception(th, self, a[0]) ? NO_VALUE : VALUE_NONE;
}
static Value future_meth_cancel(Thread *th, Value self, Value *a) {
    if (!future_alive(th, AS(Future, self))) return NO_VALUE;
    int r = future_cancel(th, self, a[0]);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value future_meth_cancelled(Thread *th, Value self, Value *a) {
    return value_bool(AS(Future, self)->loop && future_state(AS(Future, self)) == FUTURE_CANCELLED);
}
static Value future_meth_done(Thread *th, Value self, Value *a) { return value_bool(AS(Future, self)->loop && future_done(self)); }
static Value future_meth_get_loop(Thread *th, Value self, Value *a) {
    Value v = future_field(th, AS(Future, self), &AS(Future, self)->loop);
    return v ? v : raise_dead(th);
}
static Value future_meth_make_cancelled_error(Thread *th, Value self, Value *a) { return future_cancelled_error(th, AS(Future, self)); }

Value future_loop_of(Thread *th, Value fut) {
    if (future_is_exact(fut)) {
        Value v = future_field(th, AS(Future, fut), &AS(Future, fut)->loop);
        return v ? v : raise_dead(th);
    }
    Value m;
    int r = object_getattr_optional(th, fut, asyncio_name_get_loop, &m);
    if (r < 0) return NO_VALUE;
    if (!r) return object_getattr(th, fut, asyncio_name_loop);
    Value v = call0(th, m);
    decref(th, m);
    return v;
}

// ---- who awaits it -------------------------------------------------------------------------------------------------------------------------------

int future_awaited_by_add(Thread *th, Value fut, Value waiter) {
    if (!value_is_future(fut) || !value_is_future(waiter)) return 0;
    Future *f = AS(Future, fut);
    obj_lock(th, &f->lock);
    Value old = f->awaited_by;
    if (LIKELY(!old)) f->awaited_by = new_ref(th, waiter);
    else incref(th, old);
    obj_unlock(th, &f->lock);
    if (LIKELY(!old) || old == waiter) { decref(th, old); return 0; }
    int r = 0;
    if (value_is_set(old)) r = set_add(th, AS(Set, old), waiter);
    else {
        Value set = set_new(th, NO_VALUE);
        if (!set || set_add(th, AS(Set, set), old) || set_add(th, AS(Set, set), waiter)) { decref(th, set); r = -1; }
        else future_field_set(th, f, &f->awaited_by, set);
    }
    decref(th, old);
    return r;
}
int future_awaited_by_discard(Thread *th, Value fut, Value waiter) {
    if (!value_is_future(fut) || !value_is_future(waiter)) return 0;
    Future *f = AS(Future, fut);
    obj_lock(th, &f->lock);
    Value old = f->awaited_by;
    bool set = false;
    if (old == waiter) f->awaited_by = NO_VALUE;
    else if (old && value_is_set(old)) { set = true; incref(th, old); }
    else old = NO_VALUE;
    obj_unlock(th, &f->lock);
    int r = set ? set_discard(th, AS(Set, old), waiter) : 0;
    decref(th, old);
    return r < 0 ? -1 : 0;
}
static Value future_get_awaited_by(Thread *th, Value self) {
    Value v = future_field(th, AS(Future, self), &AS(Future, self)->awaited_by);
    if (!v) return VALUE_NONE;
    Value one = value_is_set(v) ? new_ref(th, v) : tuple_from_array(th, &v, 1), set = one ? frozenset_new(th, one) : NO_VALUE;
    decref(th, one);
    decref(th, v);
    return set;
}

// ---- attributes ------------------------------------------------------------------------------------------------------------------------------------

static Value field_or_none(Thread *th, Value self, size_t offset) {
    Value v = future_field(th, AS(Future, self), (Value *)((char *)AS(Future, self) + offset));
    return v ? v : VALUE_NONE;
}
#define FIELD(field) static Value future_get_##field(Thread *th, Value self) { return field_or_none(th, self, offsetof(Future, field)); }
FIELD(loop) FIELD(source_tb) FIELD(cancel_msg)
static Value future_get_result_(Thread *th, Value self) {
    Future *f = AS(Future, self);
    if (!future_alive(th, f)) return NO_VALUE;
    obj_lock(th, &f->lock);
    Value v = f->exception ? VALUE_NONE : new_ref(th, f->result);
    obj_unlock(th, &f->lock);
    return v ? v : VALUE_NONE;
}
static Value future_get_exception_(Thread *th, Value self) { return future_alive(th, AS(Future, self)) ? field_or_none(th, self, offsetof(Future, exception)) : NO_VALUE; }
static Value future_get_state(Thread *th, Value self) {
    static const char *const names[] = {"PENDING", "CANCELLED", "FINISHED"};
    return future_alive(th, AS(Future, self)) ? str_intern_cstr(th, names[future_state(AS(Future, self))]) : NO_VALUE;
}
static int no_delete(Thread *th, const char *name) {
    raise_error(th, &exc_AttributeError, "attribute '%s' of '_asyncio.Future' objects cannot be deleted", name);
    return -1;
}
static Value future_get_blocking(Thread *th, Value self) { return value_bool(AS(Future, self)->loop && atomic_load_relaxed(&AS(Future, self)->blocking)); }
static int future_set_blocking(Thread *th, Value self, Value v) {
    if (!future_alive(th, AS(Future, self))) return -1;
    if (!v) return no_delete(th, "_asyncio_future_blocking");
    int b = object_truth(th, v);
    if (b < 0) return -1;
    atomic_store_relaxed(&AS(Future, self)->blocking, (uint8_t)b);
    return 0;
}
static Value future_get_log_tb(Thread *th, Value self) {
    return future_alive(th, AS(Future, self)) ? value_bool(atomic_load_relaxed(&AS(Future, self)->log_tb)) : NO_VALUE;
}
static int future_set_log_tb(Thread *th, Value self, Value v) {
    if (!v) return no_delete(th, "_log_traceback");
    int b = object_truth(th, v);
    if (b < 0) return -1;
    if (b) { raise_value_error(th, "_log_traceback can only be set to False"); return -1; }
    atomic_store_relaxed(&AS(Future, self)->log_tb, (uint8_t)0);
    return 0;
}
static int future_set_cancel_msg(Thread *th, Value self, Value v) {
    if (!v) return no_delete(th, "_cancel_message");
    future_field_set(th, AS(Future, self), &AS(Future, self)->cancel_msg, new_ref(th, v));
    return 0;
}
Value future_slot_repr(Thread *th, Value self) {
    if (!future_alive(th, AS(Future, self))) return NO_VALUE;
    Value f = asyncio_import(th, value_is_task(self) ? IMPORT_TASK_REPR : IMPORT_FUTURE_REPR);
    return f ? call1(th, f, self) : NO_VALUE;
}

// ---- the iterator of await ---------------------------------------------------------------------------------------------------------------------------

typedef struct FutureIter { Object head; Value future; } FutureIter;    // [a] taken out by throw() and close()

static Value future_slot_iter(Thread *th, Value self) {
    if (!future_alive(th, AS(Future, self))) return NO_VALUE;
    FutureIter *it = NEW(FutureIter, th, &asyncio_type_FutureIter);
    if (it) it->future = new_ref(th, self);
    return VALUE_OF(it);
}
static int iter_slot_send(Thread *th, Value self, Value arg, Value *result) {
    FutureIter *it = AS(FutureIter, self);
    Value fut = slot_get(th, &it->head, &it->future);
    if (!fut) { *result = VALUE_NONE; return SEND_RETURN; }
    Future *f = AS(Future, fut);
    if (future_state(f) == FUTURE_PENDING) {
        if (LIKELY(!atomic_load_relaxed(&f->blocking))) {
            atomic_store_relaxed(&f->blocking, (uint8_t)1);
            *result = fut;
            return SEND_YIELD;
        }
        decref(th, fut);
        raise_error(th, &exc_RuntimeError, "await wasn't used with future");
        return SEND_ERROR;
    }
    // A future's own result(); a subclass's is asked for through the method.
    Value v = future_is_exact(fut) ? future_meth_result(th, fut, NULL) : call_method0(th, fut, asyncio_name_result);
    decref(th, fut);
    *result = v;
    return v ? SEND_RETURN : SEND_ERROR;
}
static Value iter_result(Thread *th, int status, Value v) {
    if (status != SEND_RETURN) return status == SEND_YIELD ? v : NO_VALUE;
    raise_stop_iteration(th, v);
    decref(th, v);
    return NO_VALUE;
}
static Value iter_slot_next(Thread *th, Value self) {
    Value v = NO_VALUE;
    int s = iter_slot_send(th, self, VALUE_NONE, &v);
    if (s == SEND_RETURN && v == VALUE_NONE) return NO_VALUE;
    return iter_result(th, s, v);
}
static Value iter_meth_send(Thread *th, Value self, Value *a) {
    Value v = NO_VALUE;
    int s = iter_slot_send(th, self, a[0], &v);
    return iter_result(th, s, v);
}
static Value iter_meth_throw(Thread *th, Value self, Value *a) {
    if (a[1] && warn_format(th, &exc_DeprecationWarning, 1,
                            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.") < 0) return NO_VALUE;
    Value type = a[0], v = a[1] && a[1] != VALUE_NONE ? a[1] : NO_VALUE, tb = a[2] && a[2] != VALUE_NONE ? a[2] : NO_VALUE, exc;
    if (tb && !value_is_exact(tb, &type_traceback)) return raise_type_error(th, "throw() third argument must be a traceback");
    if (value_is_type(type) && (AS(Type, type)->flags & TYPE_EXC_SUBCLASS)) {
        if (v && value_is_instance(v, AS(Type, type))) exc = new_ref(th, v);
        else if (!v) exc = call0(th, type);
        else exc = value_is_tuple(v) ? object_call(th, type, AS(Tuple, v)->items, AS(Tuple, v)->len, NO_VALUE) : call1(th, type, v);
    } else if (value_is_instance(type, &exc_BaseException)) {
        if (v) return raise_type_error(th, "instance exception may not have a separate value");
        exc = new_ref(th, type);
    } else return raise_type_error(th, "exceptions must be classes deriving BaseException or instances of such a class");
    if (!exc) return NO_VALUE;
    slot_store(th, value_object(self), &AS(FutureIter, self)->future, NO_VALUE);
    if (tb) exception_set_traceback(th, exc, tb);
    error_restore(th, exc);
    return NO_VALUE;
}
static Value iter_meth_close(Thread *th, Value self, Value *a) {
    slot_store(th, value_object(self), &AS(FutureIter, self)->future, NO_VALUE);
    return VALUE_NONE;
}
static void iter_slot_dealloc(Thread *th, Object *self) {
    clear_ref(th, &((FutureIter *)self)->future);
    object_free(th, self);
}
static int iter_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Value v = ((FutureIter *)self)->future;
    return v ? visit(v, arg) : 0;
}
static void iter_slot_clear(Thread *th, Object *self) { clear_ref(th, &((FutureIter *)self)->future); }
static const MethodDef iter_methods[] = {
    {"send", "(self, value, /)", iter_meth_send, NULL, METH_NO_TEXT_SIG},
    {"throw", "(self, type, value=None, traceback=None, /)", iter_meth_throw, NULL, METH_NO_TEXT_SIG},
    {"close", "(self, /)", iter_meth_close, NULL, METH_NO_TEXT_SIG},
    {0}
};
ASYNCIO_TYPE_DEFINE(FutureIter, "_asyncio.FutureIter", &type_object, sizeof(FutureIter), TYPE_TRACED | TYPE_ITERATOR, .methods = iter_methods,
                    .slots = { .iter = iter_self, .next = iter_slot_next, .send = iter_slot_send, .dealloc = iter_slot_dealloc,
                               .traverse = iter_slot_traverse, .clear = iter_slot_clear })

// ---- the type ----------------------------------------------------------------------------------------------------------------------------------------

static const MethodDef future_methods[] = {
    {"result", "(self, /)", future_meth_result, "Return the result this future represents.\n\nIf the future has been cancelled, raises CancelledError.  If the\nfuture's result isn't yet available, raises InvalidStateError.  If\nthe future is done and has an exception set, this exception is raised."},
    {"exception", "(self, /)", future_meth_exception, "Return the exception that was set on this future.\n\nThe exception (or None if no exception was set) is returned only if\nthe future is done.  If the future has been cancelled, raises\nCancelledError.  If the future isn't done yet, raises\nInvalidStateError."},
    {"set_result", "(self, result, /)", future_meth_set_result, "Mark the future done and set its result.\n\nIf the future is already done when this method is called, raises\nInvalidStateError."},
    {"set_exception", "(self, exception, /)", future_meth_set_exception, "Mark the future done and set an exception.\n\nIf the future is already done when this method is called, raises\nInvalidStateError."},
    {"add_done_callback", "(self, fn, /, *, context=<unrepresentable>)", future_meth_add_done_callback, "Add a callback to be run when the future becomes done.\n\nThe callback is called with a single argument - the future object. If\nthe future is already done when this is called, the callback is\nscheduled with call_soon."},
    {"remove_done_callback", "(self, fn, /)", future_meth_remove_done_callback, "Remove all instances of a callback from the \"call when done\" list.\n\nReturns the number of callbacks removed."},
    {"cancel", "(self, /, msg=None)", future_meth_cancel, "Cancel the future and schedule callbacks.\n\nIf the future is already done or cancelled, return False.  Otherwise,\nchange the future's state to cancelled, schedule the callbacks and\nreturn True."},
    {"cancelled", "(self, /)", future_meth_cancelled, "Return True if the future was cancelled."},
    {"done", "(self, /)", future_meth_done, "Return True if the future is done.\n\nDone means either that a result / exception are available, or that the\nfuture was cancelled."},
    {"get_loop", "(self, /)", future_meth_get_loop, "Return the event loop the Future is bound to."},
    {"_make_cancelled_error", "(self, /)", future_meth_make_cancelled_error, "Create the CancelledError to raise if the Future is cancelled.\n\nThis should only be called once when handling a cancellation since\nit erases the context exception value."},
    {"__class_getitem__", "(type, object, /)", object_class_getitem, "Futures are generic over the type of their results", METH_CLASS},
    {0}
};
static const GetSetDef future_getsets[] = {
    {"_state", future_get_state, NULL, NULL},
    {"_asyncio_future_blocking", future_get_blocking, future_set_blocking, NULL},
    {"_loop", future_get_loop, NULL, NULL},
    {"_callbacks", future_get_callbacks, NULL, NULL},
    {"_result", future_get_result_, NULL, NULL},
    {"_exception", future_get_exception_, NULL, NULL},
    {"_log_traceback", future_get_log_tb, future_set_log_tb, NULL},
    {"_source_traceback", future_get_source_tb, NULL, NULL},
    {"_cancel_message", future_get_cancel_msg, future_set_cancel_msg, NULL},
    {"_asyncio_awaited_by", future_get_awaited_by, NULL, NULL},
    {0}
};
ASYNCIO_TYPE_DEFINE(Future, "_asyncio.Future", &type_object, sizeof(Future), TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_HAS_DEL | TYPE_HAS_DICT,
                    .methods = future_methods, .getsets = future_getsets, .text_signature = "(*, loop=None)",
                    .doc = "This class is *almost* compatible with concurrent.futures.Future.\n\n    Differences:\n\n    - result() and exception() do not take a timeout argument and\n      raise an exception when the future isn't done yet.\n\n    - Callbacks registered with add_done_callback() are always called\n      via the event loop's call_soon_threadsafe().\n\n    - This class is not compatible with the wait() and as_completed()\n      methods in the concurrent.futures package.",
                    .slots = { .new_ = future_slot_new, .init = future_slot_init, .repr = future_slot_repr, .iter = future_slot_iter, .await = future_slot_iter,
                               .finalize = future_slot_finalize, .dealloc = future_slot_dealloc, .traverse = future_slot_traverse, .clear = future_slot_clear })
