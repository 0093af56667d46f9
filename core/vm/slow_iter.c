// SPDX-License-Identifier: MIT
// Cold halves of iteration, await and generators.
#include "core/vm/interp_int.h"
#include "core/vm/generator.h"
#include "core/vm/trace.h"

SLOW(get_iter) {
    unsigned rb = instr_b(insn);
    Value v = object_iter(th, opnd(th, f, rb));
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
// ST_OK: R[A] is the item. ST_JUMP: at the end, iterator released. ST_FRAME: a generator runs.
SLOW(for_iter) {
    Value *slot = &f->regs[instr_b(insn)];
    Value it = *slot, v;
    if (UNLIKELY(!value_is_object(it))) { raise_type_error(th, "'%T' object is not an iterator", it); return -1; }
    Shape *s = atomic_load_acquire(&value_object(it)->shape);
    if (s == &shape_generator) {
        Generator *g = AS(Generator, it);
        if (!generator_claim(th, g)) {
            if (error_pending(th)) return -1;
            reg_clear(th, slot);
            return ST_JUMP;
        }
        if (!generator_push(th, g, FRAME_BY_FOR)) return -1;
        generator_deliver(th, g, VALUE_NONE);
        return ST_FRAME;
    }
    UnaryFn next = s->type->slots.next;
    if (UNLIKELY(!next)) { raise_type_error(th, "'%T' object is not an iterator", it); return -1; }
    v = next(th, it);
    if (v == NO_VALUE) {
        if (error_pending(th) && !trace_stop_swallowed(th, f)) return -1;
        reg_clear(th, slot);
        return ST_JUMP;
    }
    DST(v);
    return ST_OK;
}
SLOW(get_aiter) {
    unsigned rb = instr_b(insn);
    Value x = opnd(th, f, rb), v = NO_VALUE;
    UnaryFn fn = type_of(x)->slots.aiter;
    if (!fn) raise_type_error(th, "'async for' requires an object with __aiter__ method, got %T", x);
    else if ((v = fn(th, x)) != NO_VALUE && !type_of(v)->slots.anext) {
        raise_type_error(th, "'async for' received an object from __aiter__ that does not implement __anext__: %T", v);
        decref(th, v);
        v = NO_VALUE;
    }
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(get_anext) {
    Value it = f->regs[instr_b(insn)];
    UnaryFn fn = type_of(it)->slots.anext;
    if (!fn) { raise_type_error(th, "'async for' requires an iterator with __anext__ method, got %T", it); return -1; }
    Value next = fn(th, it);
    if (next == NO_VALUE) return -1;
    Value v = awaitable_iter(th, next, 0);
    if (v == NO_VALUE) {
        raise_from(th, &exc_TypeError, "'async for' received an invalid object from __anext__: %T", next);
        decref(th, next);
        return -1;
    }
    decref(th, next);
    DST(v);
    return 0;
}
SLOW(get_awaitable) {
    unsigned rb = instr_b(insn);
    Value x = opnd(th, f, rb);
    Value v = awaitable_iter(th, x, instr_c(insn));
    if (v != NO_VALUE && value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_coroutine) {
        Generator *g = AS(Generator, v);
        if (generator_delegate(g) != NO_VALUE) {
            decref(th, v);
            v = raise_error(th, &exc_RuntimeError, "coroutine is being awaited already");
        }
    }
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(get_yield_from_iter) {
    unsigned rb = instr_b(insn);
    Value x = opnd(th, f, rb), v;
    if (value_is_object(x) && atomic_load_relaxed(&value_object(x)->shape) == &shape_coroutine) {
        if (!(f->code->flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE))) {
            raise_type_error(th, "cannot 'yield from' a coroutine object in a non-coroutine generator");
            opnd_fail(th, f, rb);
            return -1;
        }
        v = new_ref(th, x);
    } else if (value_is_object(x) && atomic_load_relaxed(&value_object(x)->shape) == &shape_generator) v = new_ref(th, x);
    else v = object_iter(th, x);
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
// ST_OK: R[A] was yielded. ST_JUMP: it returned, R[A] the result, R[B] released. ST_FRAME: a generator runs.
SLOW(send) {
    Value *slot = &f->regs[instr_b(insn)];
    unsigned rc = instr_c(insn);
    Value it = *slot;
    if (value_is_object(it) && (atomic_load_relaxed(&value_object(it)->shape) == &shape_generator || atomic_load_relaxed(&value_object(it)->shape) == &shape_coroutine)) {
        Generator *g = AS(Generator, it);
        if (!generator_claim(th, g)) {
            if (error_pending(th)) return -1;
            if (atomic_load_relaxed(&value_object(it)->shape) == &shape_coroutine) { raise_error(th, &exc_RuntimeError, "cannot reuse already awaited coroutine"); return -1; }
            opnd_done(th, f, rc);
            DST(VALUE_NONE);
            reg_clear(th, slot);
            return ST_JUMP;
        }
        Value arg = opnd_take(th, f, rc);
        if (arg != VALUE_NONE && generator_fresh(g)) {
            // Fresh ones take nothing but None.
            atomic_store_release(&g->state, GEN_CREATED);
            decref(th, arg);
            raise_type_error(th, "can't send non-None value to a just-started %s", atomic_load_relaxed(&value_object(it)->shape) == &shape_coroutine ? "coroutine" : "generator");
            return -1;
        }
        if (!generator_push(th, g, FRAME_BY_SEND)) { decref(th, arg); return -1; }
        generator_deliver(th, g, arg);
        return ST_FRAME;
    }
    Value result = NO_VALUE;
    SendStatus s = object_send(th, it, opnd(th, f, rc), &result);
    if (s == SEND_ERROR) { opnd_fail(th, f, rc); return -1; }
    // What ends by StopIteration, not by a way of its own to return, shows it.
    if (UNLIKELY(th->tracing != 0) && s == SEND_RETURN && ((type_of(it)->flags & TYPE_HEAP) || type_of(it) == &type_async_generator_asend) &&
        trace_stop_iteration(th, f, result, true) < 0) {
        decref(th, result);
        opnd_fail(th, f, rc);
        return -1;
    }
    opnd_done(th, f, rc);
    DST(result);
    if (s == SEND_YIELD) return ST_OK;
    reg_clear(th, slot);
    return ST_JUMP;
}
SLOW(end_async_for) {
    unsigned rb = instr_b(insn);
    Value exc = f->regs[rb];
    if (exception_is(exc, &exc_StopAsyncIteration)) {
        reg_clear(th, &f->regs[rb]);
        reg_clear(th, &f->regs[instr_a(insn)]);
        return 0;
    }
    f->regs[rb] = VALUE_UNBOUND;
    error_restore(th, exc);
    return -1;
}
// ST_OK: back in the caller with the object as result. ST_JUMP: the frame was called from C; the object is in th->scratch[1].
SLOW(return_generator) {
    Value g = generator_from_frame(th, f);
    if (g == NO_VALUE) return -1;
    Value result;
    int r = frame_return_special(th, f, g, &result);
    if (r == ST_JUMP) { th->scratch[1] = result; return ST_JUMP; }
    return r;
}
