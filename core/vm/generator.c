// SPDX-License-Identifier: MIT
// Generators and coroutines: stepping, throwing, closing, finalizing, and the two types. Async generators are in async_generator.c.
//
// Invariant: `state` is an ownership word. Whoever moves it from CREATED or SUSPENDED to RUNNING (a compare-and-swap once there are threads) owns the
// frame until it stores SUSPENDED or DONE; everyone else only reads name, code and the state. A thread that only looks at the frame of one that
// nobody runs moves it to HELD instead, so that looking is no reason for "already executing".
#include "core/vm/generator.h"

#include <sched.h>

#include "core/object/abstract.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/int.h"
#include "core/vm/interp_int.h"
#include "core/vm/trace.h"
#include "gc/gc.h"

static const char *kind_name(const Generator *g) {
    Shape *s = atomic_load_acquire(&g->head.shape);
    return s == &shape_coroutine ? "coroutine" : s == &shape_async_generator ? "async generator" : "generator";
}

// ---- stepping -------------------------------------------------------------------------------------
uint32_t generator_state(const Generator *g) {
    for (unsigned spins = 0;; spins++) {
        uint32_t s = atomic_load_acquire(&g->state);
        if (LIKELY(s != GEN_HELD)) return s;
        // Its holder comes to no safepoint and takes no lock, so it can't be waiting for this thread; it may have lost its processor, though.
        if (spins < 64) cpu_pause();
        else sched_yield();
    }
}
// Holds g, which nobody runs: true with *state what release puts back. False: it runs or is done; *state says which. No safepoint until release.
static bool hold(Generator *g, uint32_t *state) {
    for (;;) {
        *state = generator_state(g);
        if (*state == GEN_RUNNING || *state == GEN_DONE) return false;
        if (atomic_cas_acquire(&g->state, state, (uint32_t)GEN_HELD)) return true;
    }
}
static void release_hold(Generator *g, uint32_t state) { atomic_store_release(&g->state, state); }

bool generator_claim(Thread *th, Generator *g) {
    uint32_t s = atomic_load_relaxed(&g->state);
    for (;;) {
        if (s == GEN_RUNNING) { raise_value_error(th, "%s already executing", kind_name(g)); return false; }
        if (s == GEN_DONE) return false;
        if (UNLIKELY(s == GEN_HELD)) { s = generator_state(g); continue; }
        if (LIKELY(!th->mt)) { g->state = GEN_RUNNING; return true; }
        // Acquire: the registers written by the thread that suspended it.
        if (atomic_cas_acquire(&g->state, &s, (uint32_t)GEN_RUNNING)) return true;
    }
}
static void unclaim(Generator *g) { atomic_store_release(&g->state, (uint32_t)(generator_fresh(g) ? GEN_CREATED : GEN_SUSPENDED)); }

Frame *generator_push(Thread *th, Generator *g, uint32_t flags) {
    Frame *f = &g->frame;
    if (UNLIKELY(th->frame_top + sizeof(Frame) > th->frame_limit)) {
        unclaim(g);
        raise_recursion(th);
        return NULL;
    }
    th->frame_top += sizeof(Frame);     // counts as one level of recursion
    f->back = th->frame;
    f->saved_top = th->stack_top;
    f->flags = (f->flags & ~(uint32_t)(FRAME_ENTRY | FRAME_BY_FOR | FRAME_BY_SEND)) | flags;
    th->frame = f;
    if (UNLIKELY(f->flags & FRAME_HAS_OBJ)) atomic_store_release(&AS(FrameObject, f->frame_obj)->thread, th);
    g->caller_handled = th->handled;
    if (UNLIKELY(g->own_handled != NO_VALUE)) th->handled = new_ref(th, g->own_handled);
    else incref(th, th->handled);
    return f;
}
void generator_deliver(Thread *th, Generator *g, Value v) {
    if (generator_fresh(g)) { decref(th, v); return; }
    reg_set(th, &g->frame.regs[instr_a(atomic_load_relaxed(&g->frame.pc[-1]))], v);
}
void generator_pop(Thread *th, Generator *g, uint32_t state) {
    Frame *f = &g->frame;
    th->frame = f->back;
    th->frame_top -= sizeof(Frame);
    th->stack_top = f->saved_top;
    f->back = NULL;
    Value old = th->handled;
    th->handled = g->caller_handled;
    g->caller_handled = NO_VALUE;
    if (state == GEN_DONE && g->own_handled != NO_VALUE) clear_ref(th, &g->own_handled);
    // For generator_send: g may be another thread's in a moment.
    Value how = state != GEN_SUSPENDED ? VALUE_FALSE : instr_op(atomic_load_relaxed(&f->pc[-1])) == OP_YIELD_ASYNC ? VALUE_NONE : VALUE_TRUE;
    if (f->flags & FRAME_HAS_OBJ) atomic_store_release(&AS(FrameObject, f->frame_obj)->thread, NULL);
    if (state == GEN_DONE) object_mark_finalized(th, &g->head);     // nothing is left to be closed
    atomic_store_release(&g->state, state);
    decref(th, old);
    th->scratch[2] = how;   // last: what goes with old may run Python code
}
static SendStatus run(Thread *th, Generator *g, bool throwing, Value *result) {
    Value v = throwing ? vm_run_throw(th, &g->frame) : vm_run(th, &g->frame);
    if (v == NO_VALUE) return SEND_ERROR;
    *result = v;
    return th->scratch[2] == VALUE_TRUE ? SEND_YIELD : th->scratch[2] == VALUE_NONE ? SEND_YIELD_ASYNC : SEND_RETURN;
}
static void raise_reused(Thread *th, Generator *g) {
    if (g->head.shape == &shape_coroutine) raise_error(th, &exc_RuntimeError, "cannot reuse already awaited coroutine");
}
SendStatus generator_send(Thread *th, Generator *g, Value arg, Value *result) {
    if (UNLIKELY(thread_c_recursion(th, "") < 0)) return SEND_ERROR;
    if (!generator_claim(th, g)) {
        if (error_pending(th)) return SEND_ERROR;
        raise_reused(th, g);
        if (error_pending(th)) return SEND_ERROR;
        *result = VALUE_NONE;
        return SEND_RETURN;
    }
    if (arg == NO_VALUE) arg = VALUE_NONE;
    if (arg != VALUE_NONE && generator_fresh(g)) {
        unclaim(g);
        raise_type_error(th, "can't send non-None value to a just-started %s", kind_name(g));
        return SEND_ERROR;
    }
    if (!generator_push(th, g, FRAME_ENTRY)) return SEND_ERROR;
    generator_deliver(th, g, new_ref(th, arg));
    return run(th, g, false, result);
}

Value generator_delegate(Generator *g) {
    uint32_t s = atomic_load_relaxed(&g->state);
    if (s == GEN_CREATED || s == GEN_DONE || g->frame_gone) return NO_VALUE;
    Instr i = atomic_load_relaxed(&g->frame.pc[-1]);
    return instr_op(i) == OP_YIELD_DELEGATE ? g->frame.regs[instr_c(i)] : NO_VALUE;
}
// The exception that is thrown into g is raised there: what g itself handles becomes its context.
static void chain_context(Thread *th, Generator *g) {
    if (LIKELY(!value_is_object(g->own_handled))) return;
    Value exc = error_fetch(th);
    raise_object(th, exc, NO_VALUE);
    decref(th, exc);
}
// Value of a pending StopIteration, which is cleared. New reference.
static Value stop_value(Thread *th) {
    Value exc = error_fetch(th);
    Value v = object_getattr(th, exc, name_value);
    decref(th, exc);
    if (v == NO_VALUE) { error_clear(th); v = VALUE_NONE; }
    return v;
}
static bool is_plain(Value v) {
    if (!value_is_object(v)) return false;
    Shape *s = atomic_load_relaxed(&value_object(v)->shape);
    return s == &shape_generator || s == &shape_coroutine;
}

// As if the SEND before the YIELD_DELEGATE had found the end, with v: [SEND] [distance] [YIELD_DELEGATE] ^pc
static SendStatus go_on(Thread *th, Generator *g, Value v_owned, Value *result) {
    Frame *f = &g->frame;
    Instr send = f->pc[-3];
    int64_t distance = (int64_t)f->pc[-2];
    reg_set(th, &f->regs[instr_a(send)], v_owned);
    reg_clear(th, &f->regs[instr_b(send)]);
    f->pc += distance - 1;
    return run(th, g, false, result);
}
// exc is thrown into g, whose record is on top; sub is what it waits for, nothing that generator_throw descends into.
static SendStatus throw_here(Thread *th, Generator *g, Value exc_owned, Value sub, bool closing, Value *result) {
    if (sub == NO_VALUE) {
        error_restore(th, exc_owned);
        chain_context(th, g);
        return run(th, g, true, result);
    }
    Value m = NO_VALUE, v = VALUE_NONE;
    incref(th, sub);
    if (closing) {
        if (is_plain(sub)) v = generator_close(th, AS(Generator, sub));
        else {
            int r = object_getattr_optional(th, sub, name_close, &m);
            if (r < 0) error_unraisable(th, NULL, sub);
            if (r > 0) { v = call0(th, m); decref(th, m); }
        }
        if (v == NO_VALUE) decref(th, exc_owned);     // the new exception takes its place
        else { decref(th, v); error_restore(th, exc_owned); }
    } else {
        int r = object_getattr_optional(th, sub, name_throw, &m);
        if (r < 0) decref(th, exc_owned);
        else if (r == 0) error_restore(th, exc_owned);
        else {
            v = call1(th, m, exc_owned);
            decref(th, m);
            decref(th, exc_owned);
            if (v != NO_VALUE) {
                decref(th, sub);
                generator_pop(th, g, GEN_SUSPENDED);
                *result = v;
                return SEND_YIELD;
            }
            if (error_matches(th, &exc_StopIteration)) {
                decref(th, sub);
                return go_on(th, g, stop_value(th), result);
            }
        }
    }
    decref(th, sub);
    chain_context(th, g);
    return run(th, g, true, result);
}
// The exception goes down to the innermost of the generators that wait for one another, and what becomes of it there comes up again, one by one: the
// records lie on the thread's frames, so the C stack does not grow with the depth. GeneratorExit closes each: a new one for all but the outermost.
SendStatus generator_throw(Thread *th, Generator *g, Value *result) {
    if (UNLIKELY(thread_c_recursion(th, "") < 0)) return SEND_ERROR;
    Value exc = error_fetch(th);
    bool closing = exception_is(exc, &exc_GeneratorExit);
    size_t depth = 0;               // records pushed
    SendStatus s = SEND_ERROR;
    for (;;) {
        if (!generator_claim(th, g)) {
            if (!error_pending(th)) raise_reused(th, g);
            if (!error_pending(th)) error_restore(th, new_ref(th, exc));
            break;
        }
        bool fresh = generator_fresh(g);
        if (!generator_push(th, g, FRAME_ENTRY)) break;
        Value sub = fresh ? NO_VALUE : generator_delegate(g);
        if (is_plain(sub)) {
            uint32_t state = closing ? generator_state(AS(Generator, sub)) : GEN_SUSPENDED;
            if (state != GEN_DONE && state != GEN_CREATED) {
                g = AS(Generator, sub);
                depth++;
                continue;
            }
        }
        Value mine = closing && depth ? call0(th, VALUE_OF(&exc_GeneratorExit)) : new_ref(th, exc);
        if (mine == NO_VALUE) s = run(th, g, true, result);
        else s = throw_here(th, g, mine, sub, closing, result);
        break;
    }
    while (depth) {
        depth--;
        Generator *child = g;
        g = generator_of_frame(th->frame);
        if (closing) {
            if (s == SEND_YIELD) { decref(th, *result); raise_error(th, &exc_RuntimeError, "%s ignored GeneratorExit", kind_name(child)); }
            else if (s == SEND_RETURN) decref(th, *result);
            else if (!error_clear_if(th, &exc_GeneratorExit) && error_matches(th, &exc_StopIteration)) decref(th, stop_value(th));
            if (!error_pending(th)) {
                Value mine = depth ? call0(th, VALUE_OF(&exc_GeneratorExit)) : new_ref(th, exc);
                if (mine != NO_VALUE) error_restore(th, mine);
            }
        } else if (s == SEND_YIELD) {
            generator_pop(th, g, GEN_SUSPENDED);
            continue;
        } else if (s == SEND_RETURN) {
            s = go_on(th, g, *result, result);
            continue;
        }
        chain_context(th, g);
        s = run(th, g, true, result);
    }
    decref(th, exc);
    return s;
}

int generator_throw_args(Thread *th, Value type, Value value, Value tb) {
    if (value == NO_VALUE) value = VALUE_NONE;
    if (tb == NO_VALUE) tb = VALUE_NONE;
    if (tb != VALUE_NONE && !value_is_exact(tb, &type_traceback)) { raise_type_error(th, "throw() third argument must be a traceback object"); return -1; }
    Value exc;
    if (value_is_type(type) && (AS(Type, type)->flags & TYPE_EXC_SUBCLASS)) {
        if (value_is_instance(value, AS(Type, type))) exc = new_ref(th, value);
        else {
            // Failing to make it is thrown as well.
            if (value == VALUE_NONE) exc = call0(th, type);
            else if (value_is_tuple(value)) exc = object_call(th, type, AS(Tuple, value)->items, AS(Tuple, value)->len, NO_VALUE);
            else exc = call1(th, type, value);
            if (exc == NO_VALUE) return 0;
            if (!value_is_instance(exc, &exc_BaseException)) {
                raise_type_error(th, "calling %R should have returned an instance of BaseException, not %T", type, exc);
                decref(th, exc);
                return 0;
            }
        }
    } else if (value_is_instance(type, &exc_BaseException)) {
        if (value != VALUE_NONE) { raise_type_error(th, "instance exception may not have a separate value"); return -1; }
        exc = new_ref(th, type);
    } else {
        raise_type_error(th, "exceptions must be classes or instances deriving from BaseException, not %T", type);
        return -1;
    }
    if (tb != VALUE_NONE) set_ref(th, &AS(Exception, exc)->traceback, new_ref(th, tb));
    error_restore(th, exc);
    return 0;
}
int generator_throw_from(Thread *th, Value *a) {
    if (a[1] != NO_VALUE && warn_format(th, &exc_DeprecationWarning, 1,
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.") < 0) return -1;
    return generator_throw_args(th, a[0], a[1], a[2]);
}

Value generator_step_result(Thread *th, SendStatus s, Value result) {
    if (s == SEND_YIELD) return result;
    if (s == SEND_RETURN) { raise_stop_iteration(th, result); decref(th, result); }
    return NO_VALUE;
}

Value generator_close(Thread *th, Generator *g) {
    uint32_t s = generator_state(g);
    if (s == GEN_DONE) return VALUE_NONE;
    if (s == GEN_CREATED) {
        if (!generator_claim(th, g)) return error_pending(th) ? NO_VALUE : VALUE_NONE;
        if (generator_fresh(g)) {
            generator_finish(th, g);
            atomic_store_release(&g->state, (uint32_t)GEN_DONE);
            return VALUE_NONE;
        }
        unclaim(g);
    } else if (s == GEN_SUSPENDED && th->tracing == 0) {
        // At a yield that no handler covers GeneratorExit would only leave: nobody could tell.
        if (!generator_claim(th, g)) return error_pending(th) ? NO_VALUE : VALUE_NONE;
        Frame *f = &g->frame;
        if (!generator_fresh(g) && instr_op(atomic_load_relaxed(&f->pc[-1])) == OP_YIELD && g->own_handled == NO_VALUE && !(f->flags & (FRAME_TRACED | FRAME_HAS_OBJ)) &&
            !code_handler(f->code, frame_word(f))) {
            generator_finish(th, g);
            object_mark_finalized(th, &g->head);
            atomic_store_release(&g->state, (uint32_t)GEN_DONE);    // release: as generator_pop
            return VALUE_NONE;
        }
        atomic_store_release(&g->state, (uint32_t)GEN_SUSPENDED);
    }
    Value exc = call0(th, VALUE_OF(&exc_GeneratorExit)), result = NO_VALUE;
    if (exc == NO_VALUE) return NO_VALUE;
    error_restore(th, exc);
    switch (generator_throw(th, g, &result)) {
    case SEND_YIELD:
    case SEND_YIELD_ASYNC:
        decref(th, result);
        return raise_error(th, &exc_RuntimeError, "%s ignored GeneratorExit", kind_name(g));
    case SEND_RETURN: return result;
    default:
        if (error_clear_if(th, &exc_GeneratorExit)) return VALUE_NONE;
        if (error_matches(th, &exc_StopIteration)) return stop_value(th);
        return NO_VALUE;
    }
}

// ---- making and freeing -----------------------------------------------------------------------------
static Value coroutine_origin(Thread *th) {
    if (th->coroutine_origin_depth == 0) return VALUE_NONE;
    Frame *f = th->frame ? th->frame->back : NULL;
    Value list = sequence_to_list(th, tuple_empty);
    if (list == NO_VALUE) return NO_VALUE;
    for (uint32_t n = 0; f && n < th->coroutine_origin_depth; n++, f = f->back) {
        Value line = int_from_i64(th, frame_lineno(f));
        Value row = tuple_pack3(th, f->code->filename, line, f->code->name);
        decref(th, line);
        if (row == NO_VALUE || list_append_owned(th, AS(List, list), row) < 0) { decref(th, list); return NO_VALUE; }
    }
    Value t = list_to_tuple(th, AS(List, list));
    decref(th, list);
    return t;
}
Value generator_from_frame(Thread *th, Frame *f) {
    Code *c = f->code;
    Type *t = c->flags & CO_ASYNC_GENERATOR ? &type_async_generator : c->flags & CO_COROUTINE ? &type_coroutine : &type_generator;
    Value origin = t == &type_coroutine ? coroutine_origin(th) : NO_VALUE;
    if (t == &type_coroutine && origin == NO_VALUE) return NO_VALUE;
    Generator *g = (Generator *)object_new(th, t, c->nregs);
    if (!g) { decref(th, origin); return NO_VALUE; }
    g->nregs = c->nregs;
    g->origin = origin;
    g->name = new_ref(th, atomic_load_acquire(&f->func->name));         // acquire: another thread may have set them
    g->qualname = new_ref(th, atomic_load_acquire(&f->func->qualname));
    g->frame = *f;
    g->frame.regs = g->regs;
    g->frame.back = NULL;
    g->frame.flags = FRAME_GENERATOR | (f->flags & (FRAME_HAS_OBJ | FRAME_HAS_LOCALS));
    incref(th, VALUE_OF(f->func));
    // The registers move.
    for (uint32_t i = 0; i < c->nregs; i++) {
        bool live = i < c->nlocals || i >= c->temp_base;
        g->regs[i] = live ? f->regs[i] : VALUE_UNBOUND;
        f->regs[i] = VALUE_UNBOUND;
    }
    if (f->flags & FRAME_HAS_OBJ) {
        FrameObject *fo = AS(FrameObject, f->frame_obj);
        fo->frame = &g->frame;
        atomic_store_release(&fo->thread, NULL);
    }
    f->flags &= ~(uint32_t)(FRAME_HAS_OBJ | FRAME_HAS_LOCALS);
    return VALUE_OF(g);
}
// Bytes of an object with n registers. Its type takes no attributes.
static size_t generator_size(size_t n) { return sizeof(Generator) + n * sizeof(Value); }
Value generator_from_call(Thread *th, Function *fn, Code *c, Value *args, size_t n, Value defaults) {
    Shape *s = c->flags & CO_ASYNC_GENERATOR ? &shape_async_generator : c->flags & CO_COROUTINE ? &shape_coroutine : &shape_generator;
    Generator *g = object_alloc_unfilled(th, s, generator_size(c->nregs));
    if (UNLIKELY(!g)) return NO_VALUE;
    g->state = GEN_CREATED;
    g->nregs = c->nregs;
    g->closed = g->hooks_called = g->running_async = g->frame_gone = 0;
    g->last_sent = g->own_handled = g->caller_handled = NO_VALUE;
    g->origin = s == &shape_coroutine ? VALUE_NONE : NO_VALUE;
    g->name = atomic_load_acquire(&fn->name);         // acquire: another thread may have set them
    g->qualname = atomic_load_acquire(&fn->qualname);
    vm_incref(th, g->name);
    vm_incref(th, g->qualname);
    g->frame = (Frame){ .pc = c->instrs + 1, .regs = g->regs, .code = c, .func = fn, .base_flags = c->temp_base | (uint64_t)FRAME_GENERATOR << 32 };
    vm_incref(th, VALUE_OF(fn));
    for (size_t i = 0; i < n; i++) {
        g->regs[i] = args[i];
        args[i] = VALUE_UNBOUND;
    }
    if (UNLIKELY(defaults != NO_VALUE)) {
        const Value *end = AS(Tuple, defaults)->items + AS(Tuple, defaults)->len - c->generator_args;
        for (; n < c->generator_args; n++) g->regs[n] = new_ref(th, end[n]);
    }
    regs_unbind(g->regs, n, c->nregs);
    return VALUE_OF(g);
}
static void release_all(Thread *th, Generator *g) {
    generator_finish(th, g);
    atomic_store_relaxed(&g->state, (uint32_t)GEN_DONE);
    clear_ref(th, &g->own_handled);
    clear_ref(th, &g->caller_handled);
    clear_ref(th, &g->origin);
}
// decref of what is mostly a name or a function, which nobody counts.
static void drop_constant(Thread *th, Value v) {
    if (value_is_object(v) && (atomic_load_relaxed(&value_object(v)->biased) >> OBJ_TID_SHIFT) != OBJ_TID_NONE) object_decref(th, value_object(v));
}
void generator_dealloc(Thread *th, Object *self) {
    Generator *g = (Generator *)self;
    release_all(th, g);
    drop_constant(th, g->name);
    drop_constant(th, g->qualname);
    drop_constant(th, VALUE_OF(g->frame.func));
    object_free_sized(th, self, generator_size(g->nregs));
}
void generator_free_ended(Thread *th, Generator *g) {
    drop_constant(th, g->name);
    drop_constant(th, g->qualname);
    drop_constant(th, VALUE_OF(g->frame.func));
    decref(th, g->origin);
    object_free_sized(th, &g->head, generator_size(g->nregs));
}
int generator_traverse(Object *self, VisitFn visit, void *arg) {
    Generator *g = (Generator *)self;
    const Code *c = g->frame.code;
    int r;
#define VISIT(v) do { Value v_ = (v); if (value_is_object(v_) && (r = visit(v_, arg))) return r; } while (0)
    VISIT(g->name); VISIT(g->qualname); VISIT(g->own_handled); VISIT(g->caller_handled); VISIT(g->origin);
    if (!c) return 0;
    if (g->frame.func) VISIT(VALUE_OF(g->frame.func));
    VISIT(VALUE_OF(c));     // not what func has now when its __code__ was replaced; uncounted
    if (g->frame_gone) return 0;
    for (uint32_t i = 0; i < c->nregs; i++) if (i < c->nlocals || i >= c->temp_base) VISIT(g->regs[i]);
    if (g->frame.flags & FRAME_HAS_OBJ) VISIT(g->frame.frame_obj);
    if (g->frame.flags & FRAME_HAS_LOCALS) VISIT(g->frame.locals);
#undef VISIT
    return 0;
}
void generator_clear(Thread *th, Object *self) {
    Generator *g = (Generator *)self;
    if (atomic_load_relaxed(&g->state) == GEN_RUNNING) return;
    release_all(th, g);
}
static void warn_unawaited(Thread *th, Generator *g) {
    Value modules = import_attr(th, "sys", "modules");
    Value w = NO_VALUE, fn = NO_VALUE;
    if (modules != NO_VALUE && value_is_dict(modules)) {
        Value key = str_from_cstr(th, "warnings");
        if (key != NO_VALUE) { if (dict_get(th, AS(Dict, modules), key, &w) <= 0) w = NO_VALUE; decref(th, key); }
    }
    decref(th, modules);
    error_clear(th);
    if (w != NO_VALUE) { fn = object_getattr_cstr(th, w, "_warn_unawaited_coroutine"); if (fn == NO_VALUE) error_clear(th); decref(th, w); }
    if (fn != NO_VALUE) {
        Value r = call1(th, fn, VALUE_OF(g));
        decref(th, fn);
        bool warned = r != NO_VALUE || error_matches(th, &exc_RuntimeWarning);
        if (r == NO_VALUE) error_unraisable_about(th, "Exception ignored while finalizing coroutine %R", VALUE_OF(g));
        decref(th, r);
        if (warned) return;
    }
    if (warn_format(th, &exc_RuntimeWarning, 1, "coroutine '%U' was never awaited", g->qualname) < 0)
        error_unraisable_about(th, "Exception ignored while finalizing coroutine %R", VALUE_OF(g));
}
int generator_finalize(Thread *th, Value self) {
    Generator *g = AS(Generator, self);
    uint32_t s = generator_state(g);
    if (s == GEN_DONE || s == GEN_RUNNING) return 0;
    Value saved = error_fetch(th);
    if (g->head.shape == &shape_async_generator && g->origin != NO_VALUE && g->origin != VALUE_NONE && !atomic_load_relaxed(&g->closed)) {
        // The event loop closes it.
        Value r = call1(th, g->origin, self);
        if (r == NO_VALUE) error_unraisable_about(th, "Exception ignored while finalizing generator %R", self);
        decref(th, r);
    } else if (g->head.shape == &shape_coroutine && generator_fresh(g)) {
        warn_unawaited(th, g);
        Value r = generator_close(th, g);
        if (r == NO_VALUE) error_clear(th);
        decref(th, r);
    } else {
        Value r = generator_close(th, g);
        if (r == NO_VALUE) error_unraisable_about(th, "Exception ignored while closing generator %R", self);
        decref(th, r);
    }
    if (saved != NO_VALUE) error_restore(th, saved);
    return 0;
}

// ---- attributes ---------------------------------------------------------------------------------------
Value generator_repr(Thread *th, Value self) {
    Generator *g = AS(Generator, self);
    const char *what = g->head.shape == &shape_coroutine ? "coroutine" : g->head.shape == &shape_async_generator ? "async_generator" : "generator";
    Value name = slot_get(th, &g->head, &g->qualname), r = str_format(th, "<%s object %U at %p>", what, name, (void *)g);
    decref(th, name);
    return r;
}
static Value frame_or_none(Thread *th, Generator *g, Value made) {
    return g->frame_gone ? VALUE_NONE : frame_object_with(th, &g->frame, made);
}
Value generator_get_frame(Thread *th, Value self) {
    Generator *g = AS(Generator, self);
    if (generator_state(g) == GEN_DONE) return VALUE_NONE;
    if (!th->mt || thread_runs(th, &g->frame)) return g->frame_gone ? VALUE_NONE : frame_object(th, &g->frame);
    Value made = frame_object_make(th, &g->frame), v = NO_VALUE; // first: allocating may be a safepoint
    if (made == NO_VALUE) return NO_VALUE;
    while (v == NO_VALUE) {
        uint32_t state;
        if (hold(g, &state)) {
            v = frame_or_none(th, g, made);
            release_hold(g, state);
        } else if (state == GEN_DONE) {
            v = VALUE_NONE;
        } else { // another thread runs it, and changes its frame at any time
            world_stop(th);
            if (atomic_load_relaxed(&g->state) == GEN_RUNNING) v = frame_or_none(th, g, made);
            world_start(th);
        }
    }
    decref(th, made);
    return v;
}
Value generator_get_code(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(Generator, self)->frame.code)); }
Value generator_get_running(Thread *th, Value self) { return value_bool(generator_state(AS(Generator, self)) == GEN_RUNNING); }
Value generator_get_suspended(Thread *th, Value self) { return value_bool(generator_state(AS(Generator, self)) == GEN_SUSPENDED); }
Value generator_get_delegate(Thread *th, Value self) {
    Generator *g = AS(Generator, self);
    uint32_t state;
    if (!hold(g, &state)) return VALUE_NONE;
    Value v = state == GEN_SUSPENDED ? generator_delegate(g) : NO_VALUE;
    v = v == NO_VALUE ? VALUE_NONE : new_ref(th, v);
    release_hold(g, state);
    return v;
}
Value generator_get_name(Thread *th, Value self) { return slot_get(th, value_object(self), &AS(Generator, self)->name); }
Value generator_get_qualname(Thread *th, Value self) { return slot_get(th, value_object(self), &AS(Generator, self)->qualname); }
static int set_text(Thread *th, Value self, Value *slot, Value v, const char *what) {
    if (v == NO_VALUE || !value_is_str(v)) { raise_type_error(th, "%s must be set to a string object", what); return -1; }
    slot_store(th, value_object(self), slot, new_ref(th, v));
    return 0;
}
int generator_set_name(Thread *th, Value self, Value v) { return set_text(th, self, &AS(Generator, self)->name, v, "__name__"); }
int generator_set_qualname(Thread *th, Value self, Value v) { return set_text(th, self, &AS(Generator, self)->qualname, v, "__qualname__"); }

// ---- methods ------------------------------------------------------------------------------------------
static Value generator_slot_self(Thread *th, Value self) { return new_ref(th, self); }
static Value generator_slot_next(Thread *th, Value self) {
    Value r = NO_VALUE;
    Generator *g = AS(Generator, self);
    Frame *f = &g->frame;
    uint32_t state = atomic_load_relaxed(&g->state);
    SendStatus s;
    // The plain case, as generator_send does it: waiting at a yield, nothing is handled on either side. Acquire: as generator_claim.
    if (LIKELY(state == GEN_SUSPENDED) && LIKELY(th->handled == NO_VALUE) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit) &&
        LIKELY(thread_c_recursion(th, "") == 0) && (LIKELY(!th->mt) ? (g->state = GEN_RUNNING, true) : atomic_cas_acquire(&g->state, &state, (uint32_t)GEN_RUNNING))) {
        if (LIKELY(g->own_handled == NO_VALUE) && LIKELY(!(f->flags & FRAME_HAS_OBJ))) {
            th->frame_top += sizeof(Frame);
            f->back = th->frame;
            f->saved_top = th->stack_top;
            f->flags = (f->flags & ~(uint32_t)(FRAME_BY_FOR | FRAME_BY_SEND)) | FRAME_ENTRY;
            th->frame = f;
            reg_set(th, &f->regs[instr_a(atomic_load_relaxed(&f->pc[-1]))], VALUE_NONE);
        } else if (!generator_push(th, g, FRAME_ENTRY)) return NO_VALUE;
        else generator_deliver(th, g, VALUE_NONE);
        s = run(th, g, false, &r);
    } else {
        if (UNLIKELY(error_pending(th))) return NO_VALUE;   // too deep
        s = generator_send(th, g, NO_VALUE, &r);
    }
    if (s == SEND_YIELD) return r;
    if (s == SEND_RETURN) {
        // A plain end is told by the absence of an exception.
        if (r != VALUE_NONE) { raise_stop_iteration(th, r); decref(th, r); }
    }
    return NO_VALUE;
}
static int generator_slot_send(Thread *th, Value self, Value arg, Value *result) { return generator_send(th, AS(Generator, self), arg, result); }
static Value generator_meth_send(Thread *th, Value self, Value *a) {
    Value r = NO_VALUE;
    SendStatus s = generator_send(th, AS(Generator, self), a[0], &r);
    return generator_step_result(th, s, r);
}
static Value generator_meth_throw(Thread *th, Value self, Value *a) {
    if (generator_throw_from(th, a) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    SendStatus s = generator_throw(th, AS(Generator, self), &r);
    return generator_step_result(th, s, r);
}
static Value generator_meth_close(Thread *th, Value self, Value *a) { return generator_close(th, AS(Generator, self)); }
static Value generator_meth_sizeof(Thread *th, Value self, Value *a) {
    return int_from_i64(th, (int64_t)(sizeof(Generator) + AS(Generator, self)->nregs * sizeof(Value)));
}
Value object_class_getitem(Thread *th, Value cls, Value *args);   // core/object/generic_alias.c

static const MethodDef generator_methods[] = {
    {"send", "(self, value, /)", generator_meth_send, "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration.", METH_NO_TEXT_SIG},
    {"throw", "(self, type, value=None, traceback=None, /)", generator_meth_throw, "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.", METH_NO_TEXT_SIG},
    {"close", "(self, /)", generator_meth_close, "close() -> raise GeneratorExit inside generator.", METH_NO_TEXT_SIG},
    {"__sizeof__", "(self, /)", generator_meth_sizeof, "gen.__sizeof__() -> size of gen in memory, in bytes", METH_NO_TEXT_SIG},
    {"__class_getitem__", "(type, item, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};
static const GetSetDef generator_getsets[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the generator"},
    {"__qualname__", generator_get_qualname, generator_set_qualname, "qualified name of the generator"},
    {"gi_yieldfrom", generator_get_delegate, NULL, "object being iterated by yield from, or None"},
    {"gi_running", generator_get_running, NULL, NULL},
    {"gi_frame", generator_get_frame, NULL, NULL},
    {"gi_suspended", generator_get_suspended, NULL, NULL},
    {"gi_code", generator_get_code, NULL, NULL},
    {0}
};
TYPE_DEFINE(generator, "generator", sizeof(Generator), TYPE_TRACED | TYPE_VARSIZE | TYPE_WEAKREFABLE | TYPE_HAS_DEL | TYPE_NO_INSTANTIATE, .item_size = sizeof(Value),
            .methods = generator_methods, .getsets = generator_getsets,
            .slots = { .repr = generator_repr, .iter = generator_slot_self, .next = generator_slot_next, .send = generator_slot_send,
                       .finalize = generator_finalize, .dealloc = generator_dealloc, .traverse = generator_traverse, .clear = generator_clear })

// ---- coroutines -----------------------------------------------------------------------------------------
typedef struct CoroutineWrapper { Object head; Value coroutine; } CoroutineWrapper;
static Value coroutine_slot_await(Thread *th, Value self) {
    CoroutineWrapper *w = NEW(CoroutineWrapper, th, &type_coroutine_wrapper);
    if (!w) return NO_VALUE;
    w->coroutine = new_ref(th, self);
    return VALUE_OF(w);
}
static Value coroutine_get_origin(Thread *th, Value self) { return new_ref(th, AS(Generator, self)->origin == NO_VALUE ? VALUE_NONE : AS(Generator, self)->origin); }
static const MethodDef coroutine_methods[] = {
    {"send", "(self, value, /)", generator_meth_send, "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.", METH_NO_TEXT_SIG},
    {"throw", "(self, type, value=None, traceback=None, /)", generator_meth_throw, "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.", METH_NO_TEXT_SIG},
    {"close", "(self, /)", generator_meth_close, "close() -> raise GeneratorExit inside coroutine.", METH_NO_TEXT_SIG},
    {"__sizeof__", "(self, /)", generator_meth_sizeof, "gen.__sizeof__() -> size of gen in memory, in bytes", METH_NO_TEXT_SIG},
    {"__class_getitem__", "(type, item, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};
static const GetSetDef coroutine_getsets[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the coroutine"},
    {"__qualname__", generator_get_qualname, generator_set_qualname, "qualified name of the coroutine"},
    {"cr_await", generator_get_delegate, NULL, "object being awaited on, or None"},
    {"cr_running", generator_get_running, NULL, NULL},
    {"cr_frame", generator_get_frame, NULL, NULL},
    {"cr_suspended", generator_get_suspended, NULL, NULL},
    {"cr_code", generator_get_code, NULL, NULL},
    {"cr_origin", coroutine_get_origin, NULL, NULL},
    {0}
};
TYPE_DEFINE(coroutine, "coroutine", sizeof(Generator), TYPE_TRACED | TYPE_VARSIZE | TYPE_WEAKREFABLE | TYPE_HAS_DEL | TYPE_NO_INSTANTIATE, .item_size = sizeof(Value),
            .methods = coroutine_methods, .getsets = coroutine_getsets,
            .slots = { .repr = generator_repr, .await = coroutine_slot_await, .send = generator_slot_send,
                       .finalize = generator_finalize, .dealloc = generator_dealloc, .traverse = generator_traverse, .clear = generator_clear })

static Value wrapper_slot_next(Thread *th, Value self) { return generator_slot_next(th, AS(CoroutineWrapper, self)->coroutine); }
static int wrapper_slot_send(Thread *th, Value self, Value arg, Value *result) { return generator_send(th, AS(Generator, AS(CoroutineWrapper, self)->coroutine), arg, result); }
static Value wrapper_meth_send(Thread *th, Value self, Value *a) { return generator_meth_send(th, AS(CoroutineWrapper, self)->coroutine, a); }
static Value wrapper_meth_throw(Thread *th, Value self, Value *a) { return generator_meth_throw(th, AS(CoroutineWrapper, self)->coroutine, a); }
static Value wrapper_meth_close(Thread *th, Value self, Value *a) { return generator_close(th, AS(Generator, AS(CoroutineWrapper, self)->coroutine)); }
static void wrapper_dealloc(Thread *th, Object *self) { clear_ref(th, &((CoroutineWrapper *)self)->coroutine); object_free(th, self); }
static int wrapper_traverse(Object *self, VisitFn visit, void *arg) {
    Value v = ((CoroutineWrapper *)self)->coroutine;
    return value_is_object(v) ? visit(v, arg) : 0;
}
static const MethodDef wrapper_methods[] = {
    {"send", "(self, value, /)", wrapper_meth_send, "send(arg) -> send 'arg' into coroutine\nreturn next iterated value or raise StopIteration.", METH_NO_TEXT_SIG},
    {"throw", "(self, type, value=None, traceback=None, /)", wrapper_meth_throw, "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.", METH_NO_TEXT_SIG},
    {"close", "(self, /)", wrapper_meth_close, "close() -> raise GeneratorExit inside coroutine.", METH_NO_TEXT_SIG},
    {0}
};
TYPE_DEFINE(coroutine_wrapper, "coroutine_wrapper", sizeof(CoroutineWrapper), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = wrapper_methods,
            .doc = "A wrapper object implementing __await__ for coroutines.",
            .slots = { .iter = generator_slot_self, .next = wrapper_slot_next, .send = wrapper_slot_send, .dealloc = wrapper_dealloc, .traverse = wrapper_traverse })

Value awaitable_iter(Thread *th, Value x, unsigned context) {
    if (value_is_object(x)) {
        Shape *s = atomic_load_acquire(&value_object(x)->shape);
        if (s == &shape_coroutine) return new_ref(th, x);
        if (s == &shape_generator && (AS(Generator, x)->frame.code->flags & CO_ITERABLE_COROUTINE)) return new_ref(th, x);
    }
    UnaryFn fn = type_of(x)->slots.await;
    if (!fn) {
        if (context == 1) return raise_type_error(th, "'async with' received an object from __aenter__ that does not implement __await__: %T", x);
        if (context == 2) return raise_type_error(th, "'async with' received an object from __aexit__ that does not implement __await__: %T", x);
        return raise_type_error(th, "'%T' object can't be awaited", x);
    }
    Value v = fn(th, x);
    if (v == NO_VALUE) return v;
    if (value_is_object(v) && (atomic_load_relaxed(&value_object(v)->shape) == &shape_coroutine ||
        (atomic_load_relaxed(&value_object(v)->shape) == &shape_generator && (AS(Generator, v)->frame.code->flags & CO_ITERABLE_COROUTINE)))) {
        decref(th, v);
        return raise_type_error(th, "__await__() returned a coroutine");
    }
    if (!type_of(v)->slots.next) {
        raise_type_error(th, "__await__() returned non-iterator of type '%T'", v);
        decref(th, v);
        return NO_VALUE;
    }
    return v;
}

SendStatus object_send(Thread *th, Value gen, Value arg, Value *result) {
    Type *t = type_of(gen);
    if (t->slots.send) return (SendStatus)t->slots.send(th, gen, arg == NO_VALUE ? VALUE_NONE : arg, result);
    Value v;
    if ((arg == NO_VALUE || arg == VALUE_NONE) && t->slots.next) v = t->slots.next(th, gen);
    else v = call_method1(th, gen, name_send, arg);
    if (v != NO_VALUE) { *result = v; return SEND_YIELD; }
    if (!error_pending(th)) { *result = VALUE_NONE; return SEND_RETURN; }
    if (!error_matches(th, &exc_StopIteration)) return SEND_ERROR;
    *result = stop_value(th);
    return SEND_RETURN;
}
