// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Iteration and generators. Generators resumed by FOR_ITER and SEND run in this loop: their record is put on top, and what they yield comes
// back through frame_yield.

SIMPLE(GET_ITER, get_iter, 0)
SLOW_INSTR(FOR_ITER) {
    SAVE_PC();
    int r = slow_for_iter(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_JUMP) NEXT(1);
    if (r == ST_FRAME) { RELOAD(); DISPATCH(); }
    pc += 1 + (int16_t)C;
    SAFEPOINT();
    DISPATCH();
}
// A generator in the plain case: its frame goes on top without leaving the loop's registers. The rest is slow_for_iter's.
SLOW_INSTR(FOR_ITER_GENERATOR) {
    Generator *g = AS(Generator, RB);
    Frame *f = &g->frame;
    if (LIKELY(g->state == GEN_SUSPENDED) && LIKELY(!th->mt) && LIKELY(th->handled == NO_VALUE) && LIKELY(g->own_handled == NO_VALUE) &&
        LIKELY(!(f->flags & FRAME_HAS_OBJ)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) {
        SAVE_PC();
        g->state = GEN_RUNNING;
        f->back = frame;
        f->saved_top = th->stack_top;
        f->flags = (f->flags & ~(uint32_t)(FRAME_ENTRY | FRAME_BY_SEND)) | FRAME_BY_FOR;
        th->frame_top += sizeof(Frame);
        th->frame = f;
        frame = f;
        pc = f->pc;
        regs = f->regs;
        consts = f->code->consts;
        insn = pc[-1];      // the yield, which gets None
        SET_NEXT(A, VALUE_NONE, 0);
    }
    GOTO_SLOW(FOR_ITER);
}
INSTR(FOR_ITER) {
    Value it = RB;
    // A list's or tuple's iterator that is this thread's own.
    if (LIKELY(value_is_object(it)) && LIKELY(!th->mt || (object_is_owner(th, value_object(it)) && !object_seen(value_object(it))))) {
        Shape *shape = value_object(it)->shape;
        Value v = NO_VALUE;
        ListIter *li = AS(ListIter, it);
        if (shape == &shape_list_iterator && li->seq != NO_VALUE) {
            List *l = AS(List, li->seq);
            size_t i = (size_t)li->index;
            ListItems *items = atomic_load_acquire(&l->items);
            if (i < atomic_load_relaxed(&l->len) && READABLE(&l->head) && items && i < items->cap) v = atomic_load_acquire(&items->v[i]);
        } else if (shape == &shape_tuple_iterator && li->seq != NO_VALUE) {
            Tuple *t = AS(Tuple, li->seq);
            if ((size_t)li->index < t->len) v = t->items[li->index];
        }
        if (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v))) {
            li->index++;
            Value *dst = &RA;
            Value old = *dst;
            *dst = v;
            pc += 1 + (int16_t)C;
            if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old);
            SAFEPOINT();
            DISPATCH();
        }
    }
    if (LIKELY(value_is_object(it)) && value_object(it)->shape == &shape_range_iterator && LIKELY(!th->mt || object_is_owner(th, value_object(it)))) {
        RangeIter *ri = AS(RangeIter, it);
        if (LIKELY(ri->left != 0)) {
            int64_t i = ri->next;
            if (LIKELY(int_fits_imm(i))) {
                ri->left--;
                ri->next = (int64_t)((uint64_t)i + (uint64_t)ri->step);
                Value *dst = &RA;
                Value old = *dst;
                *dst = value_imm_int(i);
                pc += 1 + (int16_t)C;
                if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old);
                SAFEPOINT();
                DISPATCH();
            }
        }
    }
    if (value_is_object(it) && value_object(it)->shape == &shape_generator) GOTO_SLOW(FOR_ITER_GENERATOR);
    GOTO_SLOW(FOR_ITER);
}
INSTR(FOR_ITER_RANGE) { JUMP_AS(FOR_ITER); }
INSTR(FOR_ITER_LIST) { JUMP_AS(FOR_ITER); }
INSTR(FOR_ITER_GEN) { JUMP_AS(FOR_ITER); }
INSTR(FOR_ITER_LONG) {
    SAVE_PC();
    int r = slow_for_iter(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_JUMP) NEXT(1);
    if (r == ST_FRAME) { RELOAD(); DISPATCH(); }
    pc += 1 + (int64_t)pc[0];
    SAFEPOINT();
    DISPATCH();
}
SIMPLE(GET_AITER, get_aiter, 0)
SIMPLE(GET_ANEXT, get_anext, 0)
SIMPLE(GET_AWAITABLE, get_awaitable, 0)
SIMPLE(GET_YIELD_FROM_ITER, get_yield_from_iter, 0)
INSTR(SEND) {
    SAVE_PC();
    int r = slow_send(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_FRAME) { RELOAD(); DISPATCH(); }
    if (r == ST_JUMP) pc += (int64_t)pc[0];
    NEXT(1);
}
#define YIELD_BODY() do { \
        SAVE_PC(); \
        Value v = opnd_take(th, frame, B), result; \
        if (frame_yield(th, frame, v, &result) == ST_JUMP) LEAVE(result); \
        RELOAD(); \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
SLOW_INSTR(YIELD) { YIELD_BODY(); }
INSTR(YIELD) {
    // To a FOR_ITER below, with nothing special on either side.
    Generator *g = generator_of_frame(frame);
    if (LIKELY((frame->flags & (FRAME_BY_FOR | FRAME_HAS_OBJ | FRAME_TRACED)) == FRAME_BY_FOR) && LIKELY(!th->mt) && LIKELY(g->own_handled == NO_VALUE) &&
        LIKELY(th->handled == NO_VALUE) && LIKELY(th->tracing == 0)) {
        Frame *back = frame->back;
        Instr loop = back->pc[-1];
        if (LIKELY(instr_op(loop) == OP_FOR_ITER)) {
            Value v = RB;
            if (IS_TEMP(B)) RB = VALUE_UNBOUND;
            else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(YIELD);
            SAVE_PC();
            th->frame = back;
            th->frame_top -= sizeof(Frame);
            th->stack_top = frame->saved_top;
            frame->back = NULL;
            g->state = GEN_SUSPENDED;
            frame = back;
            pc = back->pc + 1 + (int16_t)instr_c(loop);
            regs = back->regs;
            consts = back->code->consts;
            SET_NEXT(instr_a(loop), v, 0);
        }
    }
    GOTO_SLOW(YIELD);
}
INSTR(YIELD_DELEGATE) { YIELD_BODY(); }
INSTR(YIELD_ASYNC) { YIELD_BODY(); }
SIMPLE(END_ASYNC_FOR, end_async_for, 0)
INSTR(RETURN_GENERATOR) {
    SAVE_PC();
    int r = slow_return_generator(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_JUMP) { Value v = th->scratch[1]; th->scratch[1] = NO_VALUE; LEAVE(v); }
    RELOAD();
    DISPATCH();
}
