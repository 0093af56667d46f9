// SPDX-License-Identifier: MIT
// Leaving frames: returns that RETURN's fast path does not do, yields, and exceptions on their way to a handler. Also what happens at a safepoint.
#include "core/vm/interp_int.h"
#include "core/object/str.h"
#include "core/vm/generator.h"
#include "core/vm/trace.h"
#include "core/base/assert.h"

// The last reference of its owner, or one of another thread's. Apart from what only counts, which so needs no registers but its own.
static NOINLINE PRESERVE_MOST void release_rest(Thread *th, Value v) {
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased), n = object_own_count(th, b);
    if (LIKELY(n <= OBJ_COUNT_MASK)) {
        atomic_store_relaxed(&o->biased, b - 1);
        if (UNLIKELY(n != 1)) return;
        // Text refers to nothing and no flag says that anybody else knows it: no more to its release than its memory.
        if (atomic_load_relaxed(&o->shape) == &shape_str && LIKELY(atomic_load_acquire(&o->shared) == 0)) str_free(th, (Str *)o);
        else object_owner_zero(th, o);
    } else object_decref_slow(th, o);
}
PRESERVE_MOST void vm_release_slow(Thread *th, Value v) {
    if (v == NO_VALUE) return;
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (LIKELY(own_count_can_fall(object_own_count(th, b)))) { atomic_store_relaxed(&o->biased, b - 1); return; }
    if ((b >> OBJ_TID_SHIFT) != OBJ_TID_NONE) release_rest(th, v);
}

// Releases every pointer in the registers: locals and owned temporaries; borrowed ones are only forgotten.
static void release_registers(Thread *th, Frame *f) {
    const Code *c = f->code;
    Value *r = f->regs;
    for (uint32_t i = 0; i < c->nlocals; i++) reg_clear(th, &r[i]);
    regs_unbind(r, c->nlocals, c->temp_base);
    for (uint32_t i = c->temp_base; i < c->nregs; i++) reg_clear(th, &r[i]);
}
void frame_forget_object(Thread *th, Frame *f) {
    while (f->flags & FRAME_HAS_OBJ) {
        frame_object_detach(th, f);
        release_registers(th, f);       // what was put there through the object
    }
}
// Everything the record itself owns. After this it may be overwritten.
static void release_record(Thread *th, Frame *f) {
    if (f->flags & FRAME_HAS_OBJ) frame_object_detach(th, f);
    release_registers(th, f);
    if (UNLIKELY(f->flags & FRAME_HAS_OBJ)) frame_forget_object(th, f);
    if (f->flags & (FRAME_HAS_LOCALS | FRAME_INIT)) { f->flags &= ~(uint32_t)(FRAME_HAS_LOCALS | FRAME_INIT); clear_ref(th, &f->locals); }
}
void frame_leave(Thread *th, Frame *f) {
    release_record(th, f);
    Function *fn = f->flags & FRAME_OWNS_FUNC ? f->func : NULL;
    th->frame = f->back;
    th->frame_top = (char *)f;
    th->stack_top = f->saved_top;
    if (fn) decref(th, VALUE_OF(fn));
}
void generator_finish(Thread *th, Generator *g) {
    if (g->frame_gone) return;
    g->frame_gone = 1;
    Frame *f = &g->frame;
    release_record(th, f);
}

// In the caller: the finished call's callable goes, R[dst] = v, pc behind the call's cache.
static void deliver_call(Thread *th, Frame *f, Value v) {
    Instr insn = atomic_load_relaxed(&f->pc[-1]);
    if (instr_op(insn) != OP_CALL_EX) f->pc += 1;
    reg_clear(th, &f->regs[instr_b(insn)]);
    DST(v);
}
// What an access to an attribute or item called has returned to the caller (FRAME_BY_ATTR).
static void deliver_attr(Thread *th, Frame *f, Value v) {
    Instr insn = atomic_load_relaxed(f->pc - 1);
    if (instr_op(insn) == OP_STORE_ATTR) {
        f->pc += 2;
        vm_release(th, v);
        if (instr_b(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_b(insn)]);
        if (instr_a(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_a(insn)]);
        return;
    }
    f->pc += 1;
    unsigned op = vm_generic_opcode(instr_op(insn));
    if (op == OP_SETITEM) {
        vm_release(th, v);
        if (instr_b(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_b(insn)]);
        if (instr_a(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_a(insn)]);
        if (instr_c(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_c(insn)]);
        return;
    }
    if ((op == OP_GETITEM || op == OP_GETITEM_B) && instr_c(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_c(insn)]);
    if (instr_b(insn) >= f->temp_base) reg_clear(th, &f->regs[instr_b(insn)]);   // before a borrowed v is left to its other holder, which may be this one
    if (op == OP_LOAD_ATTR_B || op == OP_GETITEM_B) f->regs[instr_a(insn)] = vm_keep_borrowed(th, v);
    else DST(v);
}
// A generator that ran for the caller's FOR_ITER or SEND has ended with v.
static void deliver_end(Thread *th, Frame *f, Value v, bool send) {
    Instr insn = atomic_load_relaxed(&f->pc[-1]);
    if (send) {
        f->pc += 1 + (int64_t)f->pc[0];
        DST(v);
    } else {
        f->pc += 1;
        decref(th, v);
    }
    reg_clear(th, &f->regs[instr_b(insn)]);
}

int frame_return_special(Thread *th, Frame *f, Value v, Value *result) {
    uint32_t flags = f->flags;
    if (UNLIKELY(th->tracing != 0) && instr_op(atomic_load_relaxed(&f->pc[-1])) != OP_RETURN_GENERATOR && trace_return(th, f, &v) < 0) { decref(th, v); return -1; }
    if (flags & FRAME_GENERATOR) {
        Generator *g = generator_of_frame(f);
        if (LIKELY((flags & (FRAME_BY_SEND | FRAME_ENTRY | FRAME_HAS_OBJ | FRAME_HAS_LOCALS)) == FRAME_BY_SEND) && LIKELY(th->handled == NO_VALUE) &&
            LIKELY(g->own_handled == NO_VALUE) && LIKELY(th->tracing == 0)) {
            // In the plain case there is nothing to put back, and the caller's register holds g.
            g->frame_gone = 1;
            release_registers(th, f);
            if (UNLIKELY(f->flags & FRAME_HAS_OBJ)) frame_forget_object(th, f);
            Frame *back = f->back;
            th->frame = back;
            th->frame_top -= sizeof(Frame);
            th->stack_top = f->saved_top;
            f->back = NULL;
            object_mark_finalized(th, &g->head);
            atomic_store_release(&g->state, (uint32_t)GEN_DONE);
            deliver_end(th, back, v, true);
            return ST_OK;
        }
        Value keep = new_ref(th, VALUE_OF(g));   // releasing registers may drop the last reference
        generator_finish(th, g);
        generator_pop(th, g, GEN_DONE);
        decref(th, keep);
        if (flags & FRAME_ENTRY) { *result = v; return ST_JUMP; }
        if (UNLIKELY(th->tracing != 0) && trace_stop_iteration(th, th->frame, v, (flags & FRAME_BY_SEND) != 0) < 0) { decref(th, v); return -1; }
        deliver_end(th, th->frame, v, (flags & FRAME_BY_SEND) != 0);
        return ST_OK;
    }
    if (UNLIKELY(flags & FRAME_INIT)) {
        Value obj = f->locals;
        f->flags &= ~(uint32_t)FRAME_INIT;
        if (UNLIKELY(v != VALUE_NONE)) {
            raise_type_error(th, "__init__() should return None, not '%T'", v);
            decref(th, v);
            frame_leave(th, f);
            decref(th, obj);
            return -1;
        }
        v = obj;
    }
    frame_leave(th, f);
    if (flags & FRAME_ENTRY) { *result = v; return ST_JUMP; }
    if (flags & FRAME_BY_ATTR) deliver_attr(th, th->frame, v);
    else deliver_call(th, th->frame, v);
    return ST_OK;
}

int frame_yield(Thread *th, Frame *f, Value v, Value *result) {
    Generator *g = generator_of_frame(f);
    uint32_t flags = f->flags;
    if (UNLIKELY(th->tracing != 0)) {
        const Instr *pc = f->pc;
        if (trace_return(th, f, &v) < 0) {
            // The trace function raised: as if the yield had.
            decref(th, v);
            if (!vm_unwind(th, true)) { *result = NO_VALUE; return ST_JUMP; }
            return ST_OK;
        }
        if (f->pc != pc) { f->pc--; decref(th, v); return ST_OK; }   // it made the frame jump: there is no yield, the target is next
    }
    generator_pop(th, g, GEN_SUSPENDED);
    if (flags & FRAME_ENTRY) { *result = v; return ST_JUMP; }
    f = th->frame;
    Instr insn = atomic_load_relaxed(&f->pc[-1]);
    DST(v);
    if (flags & FRAME_BY_SEND) f->pc += 1;
    else if (vm_generic_opcode(instr_op(insn)) == OP_FOR_ITER) f->pc += 1 + (int16_t)instr_c(insn);
    else f->pc += 1 + (int64_t)f->pc[0];
    return ST_OK;
}

// Compiled clean-up code has no line of its own: its RERAISE says that a frame which ends there ended where the exception came from, which
// is kept while the frame handles it.
static bool from_cleanup(const Frame *f) {
    Instr insn = atomic_load_relaxed(&f->pc[-1]);
    return (f->flags & FRAME_HAS_OBJ) && vm_generic_opcode(instr_op(insn)) == OP_RERAISE && instr_b(insn);
}

bool vm_unwind(Thread *th, bool with_traceback) {
    for (;;) {
        Frame *f = th->frame;
        DEBUG_ASSERT(th->exc != NO_VALUE);
        if (UNLIKELY(th->exc == NO_VALUE)) raise_error(th, &exc_SystemError, "a native function failed without saying why");
        uint32_t word = frame_word(f);
        if (with_traceback) {
            Value exc = th->exc;
            th->exc = NO_VALUE;
            bool failed = traceback_add(th, exc, f, word) < 0;
            if (failed) error_clear(th);   // no memory for the entry: the exception itself matters more
            if (th->exc != NO_VALUE) error_clear(th);
            th->exc = exc;
            if (UNLIKELY(th->tracing != 0)) trace_exception(th, f);
        } else if (UNLIKELY(th->tracing != 0)) trace_reraise(th, f);
        const ExcRow *row = code_handler(f->code, word);
        if (row) {
            if (UNLIKELY(th->tracing != 0)) trace_handled(th, f);
            Value exc = th->exc;
            th->exc = NO_VALUE;
            const Code *c = f->code;
            if ((f->flags & FRAME_HAS_OBJ) && (with_traceback || !from_cleanup(f))) atomic_store_relaxed(&AS(FrameObject, f->frame_obj)->lasti, word);
            regs_unbind(f->regs, c->nlocals, c->temp_base);
            for (uint32_t i = row->depth > c->temp_base ? row->depth : c->temp_base; i < c->nregs; i++) reg_clear(th, &f->regs[i]);
            reg_set(th, &f->regs[row->exc_reg], exc);
            f->pc = c->instrs + row->target;
            return true;
        }
        if (!with_traceback && from_cleanup(f)) f->pc = f->code->instrs + atomic_load_relaxed(&AS(FrameObject, f->frame_obj)->lasti) + 1;
        if (UNLIKELY(th->tracing != 0)) trace_unwind(th, f);
        uint32_t flags = f->flags;
        Value exc = th->exc;      // destructors run while the registers go
        th->exc = NO_VALUE;
        if (flags & FRAME_GENERATOR) {
            Generator *g = generator_of_frame(f);
            Value keep = new_ref(th, VALUE_OF(g));
            if (UNLIKELY(exception_is(exc, &exc_StopIteration) || exception_is(exc, &exc_StopAsyncIteration))) {
                Value other = vm_stop_iteration_error(th, f, exc);
                if (other == NO_VALUE) other = error_fetch(th);
                if (other != exc && traceback_add(th, other, f, word) < 0) error_clear(th);
                decref(th, exc);
                exc = other;
            }
            generator_finish(th, g);
            generator_pop(th, g, GEN_DONE);
            decref(th, keep);
        } else frame_leave(th, f);
        if (th->exc != NO_VALUE) error_clear(th);
        th->exc = exc;
        if (flags & FRAME_ENTRY) return false;
        with_traceback = true;
    }
}

int vm_safepoint_slow(Thread *th) {
    uint32_t bits = atomic_load_relaxed(&th->poll);
    if (bits & POLL_VM_SCRATCH) {
        __atomic_fetch_and(&th->poll, ~(uint32_t)POLL_VM_SCRATCH, __ATOMIC_RELAXED);
        clear_ref(th, &th->scratch[0]);
    }
    int r = 0;
    if (bits & ~(uint32_t)(POLL_VM_SCRATCH | POLL_VM_TRACE)) r = thread_safepoint_slow(th);
    bool traced = atomic_load_relaxed(&th->tracing) != 0;
    // Only this thread changes the bit; the word is others' too.
    if (traced != ((atomic_load_relaxed(&th->poll) & POLL_VM_TRACE) != 0)) {
        if (traced) __atomic_fetch_or(&th->poll, POLL_VM_TRACE, __ATOMIC_RELAXED);
        else __atomic_fetch_and(&th->poll, ~(uint32_t)POLL_VM_TRACE, __ATOMIC_RELAXED);
    }
    return r;
}

// ---- exceptions -----------------------------------------------------------------------------------
// ST_OK: the handled exception is raised again. -1: anything else (with a traceback entry for this place).
SLOW(raise) {
    unsigned how = instr_c(insn);
    if (how == 0) {
        if (th->handled == NO_VALUE || th->handled == VALUE_NONE) { raise_error(th, &exc_RuntimeError, "No active exception to reraise"); return -1; }
        error_restore(th, new_ref(th, th->handled));
        return 0;
    }
    Value exc = opnd_take(th, f, instr_a(insn)), cause = how == 2 ? opnd_take(th, f, instr_b(insn)) : NO_VALUE;
    raise_object(th, exc, cause);
    decref(th, exc);
    decref(th, cause);
    return -1;
}
SLOW(reraise) {
    Value exc = opnd_take(th, f, instr_a(insn));
    error_restore(th, exc);
    return -1;
}
// In a generator the handled exception is its own, on top of whatever its caller handles.
SLOW(push_handled) {
    Value exc = new_ref(th, f->regs[instr_b(insn)]);
    Value old;
    if (f->flags & FRAME_GENERATOR) {
        Generator *g = generator_of_frame(f);
        old = g->own_handled;
        g->own_handled = new_ref(th, exc);
        set_ref(th, &th->handled, exc);
    } else {
        old = th->handled;
        th->handled = exc;
    }
    DST(old == NO_VALUE ? VALUE_NONE : old);
    return 0;
}
SLOW(pop_handled) {
    Value old = opnd_take(th, f, instr_a(insn));
    if (old == VALUE_NONE || old == VALUE_UNBOUND) old = NO_VALUE;
    if (f->flags & FRAME_GENERATOR) {
        Generator *g = generator_of_frame(f);
        set_ref(th, &g->own_handled, old);
        set_ref(th, &th->handled, new_ref(th, old != NO_VALUE ? old : g->caller_handled));
    } else set_ref(th, &th->handled, old);
    return 0;
}
static int check_class(Thread *th, Value c) {
    return value_is_type(c) && (AS(Type, c)->flags & TYPE_EXC_SUBCLASS) ? 0
         : (raise_type_error(th, "catching classes that do not inherit from BaseException is not allowed"), -1);
}
static int match_exc(Thread *th, Value exc, Value cls) {
    if (value_is_tuple(cls)) {
        Tuple *t = AS(Tuple, cls);
        for (size_t i = 0; i < t->len; i++) if (check_class(th, t->items[i]) < 0) return -1;
        for (size_t i = 0; i < t->len; i++) if (type_is_subtype(type_of(exc), AS(Type, t->items[i]))) return 1;
        return 0;
    }
    if (check_class(th, cls) < 0) return -1;
    return type_is_subtype(type_of(exc), AS(Type, cls));
}
SLOW(check_exc_match) {
    unsigned rc = instr_c(insn);
    int r = match_exc(th, f->regs[instr_b(insn)], opnd(th, f, rc));
    if (r < 0) { opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rc);
    DST(value_bool(r));
    return 0;
}
static int check_group_class(Thread *th, Value c) {
    if (check_class(th, c) < 0) return -1;
    if (type_is_subtype(AS(Type, c), &exc_BaseExceptionGroup)) {
        raise_type_error(th, "catching ExceptionGroup with except* is not allowed. Use except instead.");
        return -1;
    }
    return 0;
}
SLOW(check_eg_match) {
    Value *r = &f->regs[instr_a(insn)];
    Value exc = r[0], cls = r[1], match = VALUE_NONE, rest = VALUE_NONE;
    if (value_is_tuple(cls)) {
        Tuple *t = AS(Tuple, cls);
        for (size_t i = 0; i < t->len; i++) if (check_group_class(th, t->items[i]) < 0) return -1;
    } else if (check_group_class(th, cls) < 0) return -1;
    if (exc == VALUE_NONE) {
        reg_set(th, &r[1], VALUE_NONE);
        return 0;
    }
    bool group = type_is_subtype(type_of(exc), &exc_BaseExceptionGroup);
    if (!group) {
        int m = match_exc(th, exc, cls);
        if (m < 0) return -1;
        if (m) {
            // A naked exception is wrapped in a group with an empty message.
            Value list = tuple_pack1(th, exc);
            if (list == NO_VALUE) return -1;
            match = call2(th, VALUE_OF(&exc_ExceptionGroup), name_empty, list);
            decref(th, list);
            if (match == NO_VALUE) {
                // Not an Exception (KeyboardInterrupt...): the base class takes it.
                if (!error_clear_if(th, &exc_TypeError)) return -1;
                list = tuple_pack1(th, exc);
                if (list == NO_VALUE) return -1;
                match = call2(th, VALUE_OF(&exc_BaseExceptionGroup), name_empty, list);
                decref(th, list);
                if (match == NO_VALUE) return -1;
            }
            // The group comes from here.
            if (traceback_add(th, match, f, frame_word(f)) < 0) { decref(th, match); return -1; }
        } else rest = new_ref(th, exc);
    } else {
        static Value name_split;
        if (!name_split) { Value s = str_intern_cstr(th, "split"); if (!s) return -1; name_split = s; }
        Value pair = call_method1(th, exc, name_split, cls);
        if (pair == NO_VALUE) return -1;
        if (!value_is_tuple(pair) || AS(Tuple, pair)->len < 2) {
            if (!value_is_tuple(pair)) raise_type_error(th, "%N.split must return a tuple, not %T", type_of(exc), pair);
            else raise_type_error(th, "%N.split must return a 2-tuple, got tuple of size %zu", type_of(exc), AS(Tuple, pair)->len);
            decref(th, pair);
            return -1;
        }
        match = new_ref(th, AS(Tuple, pair)->items[0]);
        rest = new_ref(th, AS(Tuple, pair)->items[1]);
        decref(th, pair);
    }
    reg_set(th, &r[0], rest);
    reg_set(th, &r[1], match);
    return 0;
}
// The exception that an except* statement raises at its end: nothing, the one that was raised when it is alone, or a group of the raised ones and
// of the unhandled rest, put together in the original's shape.
static bool same_metadata(Value a, Value b) {
    Exception *x = AS(Exception, a), *y = AS(Exception, b);
    return x->traceback == y->traceback && x->cause == y->cause && x->context == y->context;
}
static int collect_leaves(Thread *th, Value exc, List *out) {
    if (!type_is_subtype(type_of(exc), &exc_BaseExceptionGroup)) return list_append(th, out, exc);
    Value sub = object_getattr_cstr(th, exc, "exceptions");
    if (sub == NO_VALUE) return -1;
    int r = 0;
    if (value_is_tuple(sub)) for (size_t i = 0; r == 0 && i < AS(Tuple, sub)->len; i++) r = collect_leaves(th, AS(Tuple, sub)->items[i], out);
    decref(th, sub);
    return r;
}
// The parts of orig whose leaves are in keep: new reference or None.
static Value project(Thread *th, Value orig, List *keep) {
    if (!type_is_subtype(type_of(orig), &exc_BaseExceptionGroup)) {
        for (size_t i = 0; i < list_len(keep); i++) if (list_items_raw(keep)[i] == orig) return new_ref(th, orig);
        return VALUE_NONE;
    }
    Value sub = object_getattr_cstr(th, orig, "exceptions"), parts = list_new(th, 0), r = NO_VALUE;
    if (sub == NO_VALUE || parts == NO_VALUE) goto out;
    for (size_t i = 0; i < AS(Tuple, sub)->len; i++) {
        Value p = project(th, AS(Tuple, sub)->items[i], keep);
        if (p == NO_VALUE) goto out;
        if (p == VALUE_NONE) continue;
        if (list_append_owned(th, AS(List, parts), p) < 0) goto out;
    }
    if (list_len(AS(List, parts)) == 0) r = VALUE_NONE;
    else {
        Value name = str_intern_cstr(th, "derive");
        if (name == NO_VALUE) goto out;
        r = call_method1(th, orig, name, parts);
        if (r != NO_VALUE && type_is_subtype(type_of(r), &exc_BaseException)) {
            Exception *from = AS(Exception, orig), *to = AS(Exception, r);
            set_ref(th, &to->traceback, new_ref(th, from->traceback));
            set_ref(th, &to->context, new_ref(th, from->context));
            set_ref(th, &to->cause, new_ref(th, from->cause));
            Value notes;
            int has = object_getattr_optional(th, orig, name_d_notes, &notes);
            if (has > 0) {
                Value copy = sequence_to_list(th, notes);
                decref(th, notes);
                if (copy == NO_VALUE) error_clear(th);
                else { if (object_setattr(th, r, name_d_notes, copy) < 0) error_clear(th); decref(th, copy); }
            } else if (has < 0) error_clear(th);
        }
    }
out:
    decref(th, sub);
    decref(th, parts);
    return r;
}
static Value reraise_star(Thread *th, Value orig, List *excs) {
    size_t n = list_len(excs);
    if (n == 0) return VALUE_NONE;
    if (!type_is_subtype(type_of(orig), &exc_BaseExceptionGroup)) {
        // A naked exception: there is at most one result.
        return new_ref(th, list_items_raw(excs)[0]);
    }
    Value raised = list_new(th, 0), keep = list_new(th, 0), r = NO_VALUE, rest = NO_VALUE;
    if (raised == NO_VALUE || keep == NO_VALUE) goto out;
    for (size_t i = 0; i < n; i++) {
        Value e = list_items_raw(excs)[i];
        if (e == VALUE_NONE) continue;
        if (same_metadata(e, orig)) { if (collect_leaves(th, e, AS(List, keep)) < 0) goto out; }
        else if (list_append(th, AS(List, raised), e) < 0) goto out;
    }
    rest = project(th, orig, AS(List, keep));
    if (rest == NO_VALUE) goto out;
    if (list_len(AS(List, raised)) == 0) { r = rest; rest = NO_VALUE; goto out; }
    if (rest != VALUE_NONE && list_append(th, AS(List, raised), rest) < 0) goto out;
    if (list_len(AS(List, raised)) > 1) {
        r = call2(th, VALUE_OF(&exc_ExceptionGroup), name_empty, raised);
        if (r == NO_VALUE && error_clear_if(th, &exc_TypeError)) r = call2(th, VALUE_OF(&exc_BaseExceptionGroup), name_empty, raised);
    } else r = new_ref(th, list_items_raw(AS(List, raised))[0]);
out:
    decref(th, raised);
    decref(th, keep);
    decref(th, rest);
    return r;
}
SLOW(prep_reraise_star) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value v = reraise_star(th, opnd(th, f, rb), AS(List, opnd(th, f, rc)));
    if (v == NO_VALUE) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    DST(v);
    return 0;
}
SLOW(with_except) {
    Value *r = &f->regs[instr_b(insn)];
    Value exc = f->regs[instr_c(insn)];
    Value tb = atomic_load_acquire(&AS(Exception, exc)->traceback);
    Value args[4] = {r[1], VALUE_OF(type_of(exc)), exc, tb == NO_VALUE ? VALUE_NONE : tb};
    incref(th, args[3]);
    bool self = r[1] != NO_VALUE && r[1] != VALUE_UNBOUND;
    Value v = object_call(th, r[0], self ? args : args + 1, self ? 4 : 3, NO_VALUE);
    decref(th, args[3]);
    if (v == NO_VALUE) return -1;
    DST(v);
    return 0;
}
