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
INSTR(YIELD) { YIELD_BODY(); }
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
