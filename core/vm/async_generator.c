// SPDX-License-Identifier: MIT
// Async generators: the type, and the awaitables of asend(), athrow(), aclose() and anext(). An awaitable drives the generator's frame: what the frame
// yields by `await` goes out to the event loop, what it yields itself ends the awaitable with StopIteration(value).
#include "core/vm/generator.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/interp_int.h"

enum { AW_INIT, AW_ITER, AW_CLOSED };
typedef struct Asend { Object head; Value gen, value; uint32_t state; } Asend;                    // state [a]: relaxed; what matters is decided by running_async
typedef struct Athrow { Object head; Value gen, type, val, tb; uint32_t state; } Athrow;        // type NO_VALUE: aclose()
typedef struct AnextAwaitable { Object head; Value wrapped, dflt; } AnextAwaitable;

static Value slot_self(Thread *th, Value self) { return new_ref(th, self); }

int async_generator_init_hooks(Thread *th, Generator *g) {
    // Only the first of all threads calls them.
    if (atomic_load_relaxed(&g->hooks_called) || atomic_swap_acq_rel(&g->hooks_called, (uint8_t)1)) return 0;
    if (th->asyncgen_finalizer != NO_VALUE && th->asyncgen_finalizer != VALUE_NONE) set_ref(th, &g->origin, new_ref(th, th->asyncgen_finalizer));
    if (th->asyncgen_firstiter != NO_VALUE && th->asyncgen_firstiter != VALUE_NONE) {
        Value r = call1(th, th->asyncgen_firstiter, VALUE_OF(g));
        if (r == NO_VALUE) return -1;
        decref(th, r);
    }
    return 0;
}
// The outcome of a step as the awaitable shows it: a value for the event loop, a result (what the generator yielded itself), or an exception.
static SendStatus unwrap(Thread *th, Generator *g, SendStatus s, Value *result) {
    if (s == SEND_YIELD) return SEND_YIELD;
    if (s == SEND_YIELD_ASYNC) {
        atomic_store_relaxed(&g->running_async, (uint8_t)0);
        return SEND_RETURN;
    }
    if (s == SEND_RETURN) { decref(th, *result); raise_none(th, &exc_StopAsyncIteration); }
    if (error_matches(th, &exc_StopAsyncIteration) || error_matches(th, &exc_GeneratorExit)) atomic_store_relaxed(&g->closed, (uint8_t)1);
    atomic_store_relaxed(&g->running_async, (uint8_t)0);
    return SEND_ERROR;
}
static SendStatus fail(Thread *th, const char *message) {
    raise_error(th, &exc_RuntimeError, message);
    return SEND_ERROR;
}

// ---- asend / __anext__ ------------------------------------------------------------------------------------
// Somebody awaits it: nothing is left to warn of.
static void asend_begin(Thread *th, Asend *o) {
    atomic_store_relaxed(&o->state, (uint32_t)AW_ITER);
    object_mark_finalized(th, &o->head);
}
static SendStatus asend_send(Thread *th, Asend *o, Value arg, Value *result) {
    Generator *g = AS(Generator, o->gen);
    if (atomic_load_relaxed(&o->state) == AW_CLOSED) return fail(th, "cannot reuse already awaited __anext__()/asend()");
    if (atomic_load_relaxed(&o->state) == AW_INIT) {
        if (atomic_swap_acq_rel(&g->running_async, (uint8_t)1)) {
            atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
            return fail(th, "anext(): asynchronous generator is already running");
        }
        if (arg == NO_VALUE || arg == VALUE_NONE) arg = o->value;
        asend_begin(th, o);
    }
    SendStatus s = unwrap(th, g, generator_send(th, g, arg, result), result);
    if (s != SEND_YIELD) atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
    return s;
}
static int asend_slot_send(Thread *th, Value self, Value arg, Value *result) { return asend_send(th, AS(Asend, self), arg, result); }
static Value asend_step(Thread *th, Asend *o, Value arg) {
    Value r = NO_VALUE;
    SendStatus s = asend_send(th, o, arg, &r);
    return generator_step_result(th, s, r);
}
static Value asend_next(Thread *th, Value self) { return asend_step(th, AS(Asend, self), VALUE_NONE); }
static Value asend_meth_send(Thread *th, Value self, Value *a) { return asend_step(th, AS(Asend, self), a[0]); }
static Value asend_throw(Thread *th, Asend *o) {
    Generator *g = AS(Generator, o->gen);
    if (atomic_load_relaxed(&o->state) == AW_CLOSED) { error_clear(th); return raise_error(th, &exc_RuntimeError, "cannot reuse already awaited __anext__()/asend()"); }
    if (atomic_load_relaxed(&o->state) == AW_INIT) {
        if (atomic_swap_acq_rel(&g->running_async, (uint8_t)1)) {
            atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
            error_clear(th);
            return raise_error(th, &exc_RuntimeError, "anext(): asynchronous generator is already running");
        }
        asend_begin(th, o);
    }
    Value r = NO_VALUE;
    SendStatus s = unwrap(th, g, generator_throw(th, g, &r), &r);
    if (s != SEND_YIELD) atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
    return generator_step_result(th, s, r);
}
static Value asend_meth_throw(Thread *th, Value self, Value *a) {
    if (generator_throw_from(th, a) < 0) return NO_VALUE;
    return asend_throw(th, AS(Asend, self));
}
// close() of an awaitable: GeneratorExit inside it; ends quietly when it comes out again.
static Value close_result(Thread *th, Value r) {
    if (r == NO_VALUE) {
        if (error_matches(th, &exc_StopIteration) || error_matches(th, &exc_StopAsyncIteration) || error_matches(th, &exc_GeneratorExit)) { error_clear(th); return VALUE_NONE; }
        return NO_VALUE;
    }
    decref(th, r);
    return raise_error(th, &exc_RuntimeError, "coroutine ignored GeneratorExit");
}
static Value asend_meth_close(Thread *th, Value self, Value *a) {
    if (atomic_load_relaxed(&AS(Asend, self)->state) == AW_CLOSED) return VALUE_NONE;
    raise_none(th, &exc_GeneratorExit);
    return close_result(th, asend_throw(th, AS(Asend, self)));
}
static int asend_finalize(Thread *th, Value self) {
    Asend *o = AS(Asend, self);
    if (atomic_load_relaxed(&o->state) == AW_INIT && o->gen != NO_VALUE) {
        atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
        Value saved = error_fetch(th);
        if (warn_format(th, &exc_RuntimeWarning, 1, "coroutine method %s of '%U' was never awaited", "'asend'", AS(Generator, o->gen)->qualname) < 0) error_unraisable(th, NULL, self);
        if (saved != NO_VALUE) error_restore(th, saved);
    }
    return 0;
}
static void asend_dealloc(Thread *th, Object *self) {
    Asend *o = (Asend *)self;
    clear_ref(th, &o->gen); clear_ref(th, &o->value);
    object_free(th, self);
}
static int asend_traverse(Object *self, VisitFn visit, void *arg) {
    Asend *o = (Asend *)self;
    int r;
    if (value_is_object(o->gen) && (r = visit(o->gen, arg))) return r;
    return value_is_object(o->value) ? visit(o->value, arg) : 0;
}
static const MethodDef asend_methods[] = {
    {"send", "(self, value, /)", asend_meth_send, "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration.", METH_NO_TEXT_SIG},
    {"throw", "(self, type, value=None, traceback=None, /)", asend_meth_throw, "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.", METH_NO_TEXT_SIG},
    {"close", "(self, /)", asend_meth_close, "close() -> raise GeneratorExit inside generator.", METH_NO_TEXT_SIG}, {0}
};
TYPE_DEFINE(async_generator_asend, "async_generator_asend", sizeof(Asend), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_HAS_DEL, .methods = asend_methods,
            .slots = { .iter = slot_self, .await = slot_self, .next = asend_next, .send = asend_slot_send, .finalize = asend_finalize, .dealloc = asend_dealloc, .traverse = asend_traverse })

// ---- athrow / aclose ----------------------------------------------------------------------------------------
static SendStatus athrow_ignored(Thread *th, Athrow *o, Generator *g, Value r) {
    decref(th, r);
    atomic_store_relaxed(&g->running_async, (uint8_t)0);
    atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
    return fail(th, "async generator ignored GeneratorExit");
}
static SendStatus athrow_failed(Thread *th, Athrow *o, Generator *g, Value *result) {
    atomic_store_relaxed(&g->running_async, (uint8_t)0);
    atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
    if (o->type != NO_VALUE || !(error_matches(th, &exc_StopAsyncIteration) || error_matches(th, &exc_GeneratorExit))) return SEND_ERROR;
    error_clear(th);
    *result = VALUE_NONE;
    return SEND_RETURN;
}
// One step's outcome for either flavour.
static SendStatus athrow_outcome(Thread *th, Athrow *o, Generator *g, SendStatus s, Value *result) {
    if (o->type != NO_VALUE) {
        s = unwrap(th, g, s, result);
        if (s == SEND_YIELD) return s;
        if (s == SEND_ERROR) return athrow_failed(th, o, g, result);
        atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
        return s;
    }
    if (s == SEND_YIELD) return SEND_YIELD;
    if (s == SEND_YIELD_ASYNC) return athrow_ignored(th, o, g, *result);
    if (s == SEND_RETURN) { decref(th, *result); raise_none(th, &exc_StopAsyncIteration); }
    return athrow_failed(th, o, g, result);
}
static const char *already(const Athrow *o) { return o->type == NO_VALUE ? "aclose(): asynchronous generator is already running" : "athrow(): asynchronous generator is already running"; }
static void athrow_begin(Thread *th, Athrow *o) {
    atomic_store_relaxed(&o->state, (uint32_t)AW_ITER);
    object_mark_finalized(th, &o->head);
}
static SendStatus athrow_send(Thread *th, Athrow *o, Value arg, Value *result) {
    Generator *g = AS(Generator, o->gen);
    if (atomic_load_relaxed(&o->state) == AW_CLOSED) return fail(th, "cannot reuse already awaited aclose()/athrow()");
    if (atomic_load_relaxed(&o->state) == AW_INIT && generator_state(g) == GEN_DONE) {
        atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
        *result = VALUE_NONE;
        return SEND_RETURN;
    }
    SendStatus s;
    if (atomic_load_relaxed(&o->state) == AW_INIT) {
        if (atomic_load_relaxed(&g->running_async)) { atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED); return fail(th, already(o)); }
        if (atomic_load_relaxed(&g->closed)) { atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED); raise_none(th, &exc_StopAsyncIteration); return SEND_ERROR; }
        if (arg != NO_VALUE && arg != VALUE_NONE) return fail(th, "can't send non-None value to a just-started coroutine");
        if (atomic_swap_acq_rel(&g->running_async, (uint8_t)1)) { atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED); return fail(th, already(o)); }
        athrow_begin(th, o);
        if (o->type == NO_VALUE) {
            atomic_store_relaxed(&g->closed, (uint8_t)1);
            raise_none(th, &exc_GeneratorExit);
        } else if (generator_throw_args(th, o->type, o->val, o->tb) < 0) {
            return athrow_failed(th, o, g, result);
        }
        s = generator_throw(th, g, result);
    } else s = generator_send(th, g, arg, result);
    return athrow_outcome(th, o, g, s, result);
}
static int athrow_slot_send(Thread *th, Value self, Value arg, Value *result) { return athrow_send(th, AS(Athrow, self), arg, result); }
static Value athrow_step(Thread *th, Athrow *o, Value arg) {
    Value r = NO_VALUE;
    SendStatus s = athrow_send(th, o, arg, &r);
    return generator_step_result(th, s, r);
}
static Value athrow_next(Thread *th, Value self) { return athrow_step(th, AS(Athrow, self), VALUE_NONE); }
static Value athrow_meth_send(Thread *th, Value self, Value *a) { return athrow_step(th, AS(Athrow, self), a[0]); }
static Value athrow_throw(Thread *th, Athrow *o) {
    Generator *g = AS(Generator, o->gen);
    if (atomic_load_relaxed(&o->state) == AW_CLOSED) { error_clear(th); return raise_error(th, &exc_RuntimeError, "cannot reuse already awaited aclose()/athrow()"); }
    if (atomic_load_relaxed(&o->state) == AW_INIT) {
        if (atomic_swap_acq_rel(&g->running_async, (uint8_t)1)) {
            atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
            error_clear(th);
            return raise_error(th, &exc_RuntimeError, already(o));
        }
        athrow_begin(th, o);
    }
    Value r = NO_VALUE;
    SendStatus s = generator_throw(th, g, &r);
    s = athrow_outcome(th, o, g, s, &r);
    return generator_step_result(th, s, r);
}
static Value athrow_meth_throw(Thread *th, Value self, Value *a) {
    if (generator_throw_from(th, a) < 0) return NO_VALUE;
    return athrow_throw(th, AS(Athrow, self));
}
static Value athrow_meth_close(Thread *th, Value self, Value *a) {
    if (atomic_load_relaxed(&AS(Athrow, self)->state) == AW_CLOSED) return VALUE_NONE;
    raise_none(th, &exc_GeneratorExit);
    return close_result(th, athrow_throw(th, AS(Athrow, self)));
}
static int athrow_finalize(Thread *th, Value self) {
    Athrow *o = AS(Athrow, self);
    if (atomic_load_relaxed(&o->state) == AW_INIT && o->gen != NO_VALUE) {
        atomic_store_relaxed(&o->state, (uint32_t)AW_CLOSED);
        Value saved = error_fetch(th);
        if (warn_format(th, &exc_RuntimeWarning, 1, "coroutine method %s of '%U' was never awaited", o->type == NO_VALUE ? "'aclose'" : "'athrow'",
                        AS(Generator, o->gen)->qualname) < 0) error_unraisable(th, NULL, self);
        if (saved != NO_VALUE) error_restore(th, saved);
    }
    return 0;
}
static void athrow_dealloc(Thread *th, Object *self) {
    Athrow *o = (Athrow *)self;
    clear_ref(th, &o->gen); clear_ref(th, &o->type); clear_ref(th, &o->val); clear_ref(th, &o->tb);
    object_free(th, self);
}
static int athrow_traverse(Object *self, VisitFn visit, void *arg) {
    Athrow *o = (Athrow *)self;
    Value v[] = {o->gen, o->type, o->val, o->tb};
    int r;
    for (size_t i = 0; i < ARRAY_LEN(v); i++) if (value_is_object(v[i]) && (r = visit(v[i], arg))) return r;
    return 0;
}
static const MethodDef athrow_methods[] = {
    {"send", "(self, value, /)", athrow_meth_send, "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration.", METH_NO_TEXT_SIG},
    {"throw", "(self, type, value=None, traceback=None, /)", athrow_meth_throw, "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.", METH_NO_TEXT_SIG},
    {"close", "(self, /)", athrow_meth_close, "close() -> raise GeneratorExit inside generator.", METH_NO_TEXT_SIG}, {0}
};
TYPE_DEFINE(async_generator_athrow, "async_generator_athrow", sizeof(Athrow), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_HAS_DEL, .methods = athrow_methods,
            .slots = { .iter = slot_self, .await = slot_self, .next = athrow_next, .send = athrow_slot_send, .finalize = athrow_finalize, .dealloc = athrow_dealloc, .traverse = athrow_traverse })

// ---- the generator ------------------------------------------------------------------------------------------
static Value make_asend(Thread *th, Value self, Value value) {
    if (async_generator_init_hooks(th, AS(Generator, self)) < 0) return NO_VALUE;
    Asend *o = NEW(Asend, th, &type_async_generator_asend);
    if (!o) return NO_VALUE;
    o->gen = new_ref(th, self);
    o->value = new_ref(th, value);
    return VALUE_OF(o);
}
static Value make_athrow(Thread *th, Value self, Value type, Value val, Value tb) {
    if (async_generator_init_hooks(th, AS(Generator, self)) < 0) return NO_VALUE;
    Athrow *o = NEW(Athrow, th, &type_async_generator_athrow);
    if (!o) return NO_VALUE;
    o->gen = new_ref(th, self);
    o->type = new_ref(th, type);
    o->val = new_ref(th, val);
    o->tb = new_ref(th, tb);
    return VALUE_OF(o);
}
static Value ag_anext(Thread *th, Value self) { return make_asend(th, self, VALUE_NONE); }
static Value ag_meth_asend(Thread *th, Value self, Value *a) { return make_asend(th, self, a[0]); }
static Value ag_meth_athrow(Thread *th, Value self, Value *a) {
    if (a[1] != NO_VALUE && warn_format(th, &exc_DeprecationWarning, 1,
            "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.") < 0) return NO_VALUE;
    return make_athrow(th, self, a[0], a[1], a[2]);
}
static Value ag_meth_aclose(Thread *th, Value self, Value *a) { return make_athrow(th, self, NO_VALUE, NO_VALUE, NO_VALUE); }
static Value ag_get_running(Thread *th, Value self) { return value_bool(atomic_load_acquire(&AS(Generator, self)->running_async) != 0); }
Value object_class_getitem(Thread *th, Value cls, Value *args);
static const MethodDef ag_methods[] = {
    {"asend", "(self, value, /)", ag_meth_asend, "asend(v) -> send 'v' in generator.", METH_NO_TEXT_SIG},
    {"athrow", "(self, type, value=None, traceback=None, /)", ag_meth_athrow, "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.", METH_NO_TEXT_SIG},
    {"aclose", "(self, /)", ag_meth_aclose, "aclose() -> raise GeneratorExit inside generator.", METH_NO_TEXT_SIG},
    {"__class_getitem__", "(type, item, /)", object_class_getitem, "See PEP 585", METH_CLASS}, {0}
};
static const GetSetDef ag_getsets[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the async generator"},
    {"__qualname__", generator_get_qualname, generator_set_qualname, "qualified name of the async generator"},
    {"ag_await", generator_get_delegate, NULL, "object being awaited on, or None"},
    {"ag_frame", generator_get_frame, NULL, NULL}, {"ag_code", generator_get_code, NULL, NULL}, {"ag_suspended", generator_get_suspended, NULL, NULL},
    {"ag_running", ag_get_running, NULL, NULL}, {0}
};
TYPE_DEFINE(async_generator, "async_generator", sizeof(Generator), TYPE_TRACED | TYPE_VARSIZE | TYPE_WEAKREFABLE | TYPE_HAS_DEL | TYPE_NO_INSTANTIATE,
            .item_size = sizeof(Value), .methods = ag_methods, .getsets = ag_getsets,
            .slots = { .repr = generator_repr, .aiter = slot_self, .anext = ag_anext, .finalize = generator_finalize, .dealloc = generator_dealloc,
                       .traverse = generator_traverse, .clear = generator_clear })
TYPE_DEFINE(async_generator_wrapped_value, "async_generator_wrapped_value", sizeof(Object) + sizeof(Value), TYPE_NO_INSTANTIATE, .doc = NULL)

// ---- anext(it, default) ---------------------------------------------------------------------------------------
Value anext_awaitable_new(Thread *th, Value awaitable, Value dflt) {
    AnextAwaitable *o = NEW(AnextAwaitable, th, &type_anext_awaitable);
    if (!o) return NO_VALUE;
    o->wrapped = new_ref(th, awaitable);
    o->dflt = new_ref(th, dflt);
    return VALUE_OF(o);
}
static Value anext_iter(Thread *th, AnextAwaitable *o) {
    Value it = awaitable_iter(th, o->wrapped, 0);
    if (it != NO_VALUE && value_is_object(it) && atomic_load_relaxed(&value_object(it)->shape) == &shape_coroutine) {
        Value w = type_of(it)->slots.await(th, it);
        decref(th, it);
        it = w;
    }
    return it;
}
// The end of the iteration becomes the default.
static Value anext_fail(Thread *th, AnextAwaitable *o) {
    if (error_clear_if(th, &exc_StopAsyncIteration)) raise_stop_iteration(th, o->dflt);
    return NO_VALUE;
}
static Value anext_next(Thread *th, Value self) {
    AnextAwaitable *o = AS(AnextAwaitable, self);
    Value it = anext_iter(th, o);
    if (it == NO_VALUE) return NO_VALUE;
    UnaryFn next = type_of(it)->slots.next;
    Value r = next(th, it);
    decref(th, it);
    if (r != NO_VALUE || !error_pending(th)) return r;
    return anext_fail(th, o);
}
static Value anext_proxy(Thread *th, Value self, Value name, const Value *args, size_t n) {
    AnextAwaitable *o = AS(AnextAwaitable, self);
    Value it = anext_iter(th, o);
    if (it == NO_VALUE) return NO_VALUE;
    Value r = call_method(th, it, name, args, n);
    decref(th, it);
    return r != NO_VALUE ? r : anext_fail(th, o);
}
static Value anext_meth_send(Thread *th, Value self, Value *a) { return anext_proxy(th, self, name_send, a, 1); }
static Value anext_meth_throw(Thread *th, Value self, Value *a) {
    size_t n = a[1] == NO_VALUE ? 1 : a[2] == NO_VALUE ? 2 : 3;
    return anext_proxy(th, self, name_throw, a, n);
}
static Value anext_meth_close(Thread *th, Value self, Value *a) { return anext_proxy(th, self, name_close, NULL, 0); }
static void anext_dealloc(Thread *th, Object *self) {
    AnextAwaitable *o = (AnextAwaitable *)self;
    clear_ref(th, &o->wrapped); clear_ref(th, &o->dflt);
    object_free(th, self);
}
static int anext_traverse(Object *self, VisitFn visit, void *arg) {
    AnextAwaitable *o = (AnextAwaitable *)self;
    int r;
    if (value_is_object(o->wrapped) && (r = visit(o->wrapped, arg))) return r;
    return value_is_object(o->dflt) ? visit(o->dflt, arg) : 0;
}
static const MethodDef anext_methods[] = {
    {"send", "(self, value, /)", anext_meth_send, NULL, METH_NO_TEXT_SIG}, {"throw", "(self, type, value=None, traceback=None, /)", anext_meth_throw, NULL, METH_NO_TEXT_SIG},
    {"close", "(self, /)", anext_meth_close, NULL, METH_NO_TEXT_SIG}, {0}
};
TYPE_DEFINE(anext_awaitable, "anext_awaitable", sizeof(AnextAwaitable), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = anext_methods,
            .slots = { .iter = slot_self, .await = slot_self, .next = anext_next, .dealloc = anext_dealloc, .traverse = anext_traverse })
