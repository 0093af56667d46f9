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
// A suspended generator becomes this thread's. Acquire: the registers, as generator_claim. Only then may be looked whether its frame is a plain one.
#define SEND_CLAIM(g, state) (LIKELY(!th->mt) ? ((g)->state = GEN_RUNNING, true) : atomic_cas_acquire(&(g)->state, &(state), (uint32_t)GEN_RUNNING))
#define SEND_PLAIN(g) (LIKELY((g)->own_handled == NO_VALUE) && LIKELY(!((g)->frame.flags & FRAME_HAS_OBJ)))
// A generator in the plain case: its frame goes on top without leaving the loop's registers. The rest is slow_for_iter's.
SLOW_INSTR(FOR_ITER_GENERATOR) {
    Generator *g = AS(Generator, RB);
    Frame *f = &g->frame;
    uint32_t state = atomic_load_relaxed(&g->state);
    if (LIKELY(state == GEN_SUSPENDED) && LIKELY(th->handled == NO_VALUE) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit) && LIKELY(SEND_CLAIM(g, state))) {
        if (UNLIKELY(!SEND_PLAIN(g))) {
            atomic_store_release(&g->state, (uint32_t)GEN_SUSPENDED);
            GOTO_SLOW(FOR_ITER);
        }
        SAVE_PC();
        f->back = frame;
        f->saved_top = th->stack_top;
        f->flags = (f->flags & ~(uint32_t)(FRAME_ENTRY | FRAME_BY_SEND)) | FRAME_BY_FOR;
        th->frame_top += sizeof(Frame);
        th->frame = f;
        frame = f;
        pc = f->pc;
        regs = f->regs;
        consts = f->code->consts;
        insn = atomic_load_relaxed(&pc[-1]);      // the yield, which gets None
        SET_NEXT(A, VALUE_NONE, 0);
    }
    GOTO_SLOW(FOR_ITER);
}
// R[A] = v, and back to the loop's body.
#define LOOP_NEXT(v) do { \
        Value *dst = &RA; \
        Value old = *dst; \
        *dst = (v); \
        pc += 1 + (int16_t)C; \
        if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old); \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
// Iterators that are this thread's own: of a list, of a tuple, of a range of small ints. Relaxed: another thread may be about to find the iterator; then it
// is advanced atomically.
#define FOR_LIST_PATH(it) do { \
        ListIter *li = AS(ListIter, it); \
        size_t i; \
        Value v = list_iter_peek(th, li, &i); \
        if (!value_is_ptr(v) || (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v)))) { atomic_store_relaxed(&li->index, (int64_t)i + 1); LOOP_NEXT(v); } \
    } while (0)
#define FOR_TUPLE_PATH(it) do { \
        ListIter *li = AS(ListIter, it); \
        size_t i; \
        Value v = tuple_iter_peek(li, &i); \
        if (!value_is_ptr(v) || (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v)))) { atomic_store_relaxed(&li->index, (int64_t)i + 1); LOOP_NEXT(v); } \
    } while (0)
#define FOR_RANGE_PATH(it) do { \
        RangeIter *ri = AS(RangeIter, it); \
        int64_t i = atomic_load_relaxed(&ri->next); \
        uint64_t left_ = atomic_load_relaxed(&ri->left); \
        if (LIKELY(left_ != 0) && LIKELY(int_fits_imm(i))) { \
            atomic_store_relaxed(&ri->left, left_ - 1); \
            atomic_store_relaxed(&ri->next, (int64_t)((uint64_t)i + (uint64_t)ri->step)); \
            LOOP_NEXT(value_imm_int(i)); \
        } \
    } while (0)
// Any other iterator: its type's own step.
SLOW_INSTR(FOR_ITER_NEXT) {
    Value it = RB;
    UnaryFn next;
    if (LIKELY(value_is_object(it)) && LIKELY((next = atomic_load_acquire(&value_object(it)->shape)->type->slots.next) != NULL)) {
        SAVE_PC();
        Value v = next(th, it);
        AFTER_C();
        if (LIKELY(v != NO_VALUE)) LOOP_NEXT(v);
        if (UNLIKELY(th->exc != NO_VALUE) && !trace_stop_swallowed(th, frame)) ERROR();
        reg_clear(th, &RB);
        NEXT(1);
    }
    GOTO_SLOW(FOR_ITER);
}
SLOW_INSTR(FOR_ITER_ANY) {
    Value it = RB;
    if (LIKELY(value_is_object(it))) {
        Object *o = value_object(it);
        Shape *shape = atomic_load_relaxed(&o->shape);
        if (shape == &shape_generator) GOTO_SLOW(FOR_ITER_GENERATOR);
        if (LIKELY(WRITABLE(o))) {
            if (shape == &shape_list_iterator) FOR_LIST_PATH(it);
            else if (shape == &shape_tuple_iterator) FOR_TUPLE_PATH(it);
            else if (shape == &shape_range_iterator) FOR_RANGE_PATH(it);
        }
    }
    GOTO_SLOW(FOR_ITER_NEXT);
}
// The loop's body begins with the unpacking of the item into two, and nobody else reads the item: it is no variable.
#define FOR_UNPACKS(unpack) ((unpack) = atomic_load_relaxed(&pc[1 + (int16_t)C]), IS_TEMP(A) && instr_op(unpack) == OP_UNPACK && instr_b(unpack) == A && instr_c(unpack) == 2)
INSTR(FOR_ITER) {
    Value it = RB;
    if (LIKELY(value_is_object(it))) {
        Shape *shape = atomic_load_relaxed(&value_object(it)->shape);
        Instr unpack;
        if (shape == &shape_list_iterator || shape == &shape_tuple_iterator)
            OPCODE_STORE(pc - 1, FOR_UNPACKS(unpack) ? OP_FOR_ITER_PAIRS : shape == &shape_list_iterator ? OP_FOR_ITER_LIST : OP_FOR_ITER_TUPLE);
        else if (shape == &shape_range_iterator) OPCODE_STORE(pc - 1, OP_FOR_ITER_RANGE);
        else if (shape == &shape_dict_keyiterator) OPCODE_STORE(pc - 1, OP_FOR_ITER_KEYS);
        else if (shape == &shape_set_iterator) OPCODE_STORE(pc - 1, OP_FOR_ITER_SET);
        else if (shape->type->slots.next_pair && !(shape->flags & TYPE_HEAP) && FOR_UNPACKS(unpack)) OPCODE_STORE(pc - 1, shape == &shape_dict_itemiterator ? OP_FOR_ITER_ITEMS : OP_FOR_ITER_PAIR);
        else if (shape != &shape_generator && !(shape->flags & TYPE_HEAP)) OPCODE_STORE(pc - 1, OP_FOR_ITER_NATIVE);
    }
    GOTO_SLOW(FOR_ITER_ANY);
}
// Where the iterator has pairs and the body unpacks them, there is no tuple: the two (owned) go to their registers, and on behind the unpacking. The pc
// has been saved: what they replace may run Python code.
#define LOOP_NEXT_PAIR(x, y) do { \
        pc += 2 + (int16_t)C; \
        Value *dst = &regs[instr_a(atomic_load_relaxed(pc - 1))]; \
        Value old0 = dst[0], old1 = dst[1]; \
        dst[0] = (x); \
        dst[1] = (y); \
        if (value_is_object(old0) && UNLIKELY(!try_decref(th, old0))) vm_release_slow(th, old0); \
        if (value_is_object(old1) && UNLIKELY(!try_decref(th, old1))) vm_release_slow(th, old1); \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
INSTR(FOR_ITER_PAIR) {
    Value it = RB;
    if (LIKELY(value_is_object(it)) && LIKELY(th->tracing == 0)) {
        Shape *shape = atomic_load_relaxed(&value_object(it)->shape);
        PairFn next = shape->type->slots.next_pair;
        if (LIKELY(next != NULL) && LIKELY(!(shape->flags & TYPE_HEAP))) {
            Value pair[2];
            SAVE_PC();
            int r = next(th, it, pair);
            AFTER_C();
            if (LIKELY(r == 1)) LOOP_NEXT_PAIR(pair[0], pair[1]);
            if (LIKELY(r == 0)) {
                reg_clear(th, &RB);
                NEXT(1);
            }
            if (r < 0) ERROR();
        }
    }
    GOTO_SLOW(FOR_ITER_ANY);
}
INSTR(FOR_ITER_ITEMS) {
    Value it = RB, k, v;
    if (LIKELY(value_is_ptr(it)) && LIKELY(atomic_load_relaxed(&value_object(it)->shape) == &shape_dict_itemiterator) && LIKELY(th->tracing == 0) &&
        LIKELY(dict_iter_quick(th, AS(DictIter, it), &k, &v))) {
        if (UNLIKELY(!try_incref(th, k))) object_incref_foreign(th, value_object(k));
        if (UNLIKELY(!try_incref(th, v))) object_incref_foreign(th, value_object(v));
        SAVE_PC();
        LOOP_NEXT_PAIR(k, v);
    }
    JUMP_AS(FOR_ITER_PAIR);
}
// Iterators of other native types, text's, those of itertools: their own step at once.
INSTR(FOR_ITER_NATIVE) {
    Value it = RB;
    if (LIKELY(value_is_object(it))) {
        Shape *shape = atomic_load_relaxed(&value_object(it)->shape);
        if (UNLIKELY(shape == &shape_generator) || UNLIKELY(shape == &shape_list_iterator)) GOTO_SLOW(FOR_ITER_ANY);
    }
    GOTO_SLOW(FOR_ITER_NEXT);
}
INSTR(FOR_ITER_KEYS) {
    Value it = RB, k, v;
    if (LIKELY(value_is_ptr(it)) && LIKELY(atomic_load_relaxed(&value_object(it)->shape) == &shape_dict_keyiterator) && LIKELY(dict_iter_quick(th, AS(DictIter, it), &k, &v))) {
        if (UNLIKELY(!try_incref(th, k))) object_incref_foreign(th, value_object(k));
        LOOP_NEXT(k);
    }
    GOTO_SLOW(FOR_ITER_ANY);
}
INSTR(FOR_ITER_SET) {
    Value it = RB, k;
    if (LIKELY(value_is_ptr(it)) && LIKELY(atomic_load_relaxed(&value_object(it)->shape) == &shape_set_iterator) && LIKELY((k = set_iter_quick(th, AS(SetIter, it))) != NO_VALUE)) {
        if (UNLIKELY(!try_incref(th, k))) object_incref_foreign(th, value_object(k));
        LOOP_NEXT(k);
    }
    GOTO_SLOW(FOR_ITER_ANY);
}
INSTR(FOR_ITER_LIST) {
    Value it = RB;
    if (LIKELY(value_is_ptr(it)) && LIKELY(atomic_load_relaxed(&value_object(it)->shape) == &shape_list_iterator) && LIKELY(WRITABLE(value_object(it)))) FOR_LIST_PATH(it);
    GOTO_SLOW(FOR_ITER_ANY);
}
INSTR(FOR_ITER_TUPLE) {
    Value it = RB;
    if (LIKELY(value_is_ptr(it)) && LIKELY(atomic_load_relaxed(&value_object(it)->shape) == &shape_tuple_iterator) && LIKELY(WRITABLE(value_object(it)))) FOR_TUPLE_PATH(it);
    GOTO_SLOW(FOR_ITER_ANY);
}
// A list or tuple of tuples of two: read where they lie. Borrowed is a tuple that this thread or nobody counts (see LOAD_ATTR_B_OTHER).
INSTR(FOR_ITER_PAIRS) {
    Value it = RB;
    Shape *shape;
    if (LIKELY(value_is_ptr(it)) && LIKELY((shape = atomic_load_relaxed(&value_object(it)->shape)) == &shape_list_iterator || shape == &shape_tuple_iterator) &&
        LIKELY(WRITABLE(value_object(it))) && LIKELY(th->tracing == 0)) {
        ListIter *li = AS(ListIter, it);
        size_t i;
        Value v = LIKELY(shape == &shape_list_iterator) ? list_iter_peek(th, li, &i) : tuple_iter_peek(li, &i);
        if (LIKELY(value_is_exact_tuple(v)) && LIKELY(AS(Tuple, v)->len == 2)) {
            uint32_t owner = atomic_load_relaxed(&value_object(v)->biased) >> OBJ_TID_SHIFT;
            if (LIKELY(owner == th->tid) || LIKELY(owner == OBJ_TID_NONE)) {
                Value x = AS(Tuple, v)->items[0], y = AS(Tuple, v)->items[1];
                if (UNLIKELY(!try_incref(th, x))) object_incref_foreign(th, value_object(x));
                if (UNLIKELY(!try_incref(th, y))) object_incref_foreign(th, value_object(y));
                atomic_store_relaxed(&li->index, (int64_t)i + 1);
                SAVE_PC();
                LOOP_NEXT_PAIR(x, y);
            }
        }
    }
    GOTO_SLOW(FOR_ITER_ANY);
}
INSTR(FOR_ITER_RANGE) {
    Value it = RB;
    if (LIKELY(value_is_ptr(it)) && LIKELY(atomic_load_relaxed(&value_object(it)->shape) == &shape_range_iterator) && LIKELY(WRITABLE(value_object(it)))) FOR_RANGE_PATH(it);
    GOTO_SLOW(FOR_ITER_ANY);
}
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
SLOW_INSTR(GET_AWAITABLE) { TRY(slow_get_awaitable(th, frame, insn), 0); }
INSTR(GET_AWAITABLE) {
    // A coroutine that has just been made is what is awaited itself.
    Value x = RB;
    if (LIKELY(value_is_object(x)) && LIKELY(IS_TEMP(B)) && LIKELY(atomic_load_relaxed(&value_object(x)->shape) == &shape_coroutine) &&
        LIKELY(atomic_load_relaxed(&AS(Generator, x)->state) == GEN_CREATED)) {
        RB = VALUE_UNBOUND;
        SET_NEXT(A, x, 0);
    }
    GOTO_SLOW(GET_AWAITABLE);
}
SIMPLE(GET_YIELD_FROM_ITER, get_yield_from_iter, 0)
SLOW_INSTR(SEND) {
    SAVE_PC();
    int r = slow_send(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_FRAME) { RELOAD(); DISPATCH(); }
    if (r == ST_JUMP) pc += (int64_t)pc[0];
    NEXT(1);
}
// None to a coroutine or generator in the plain case: its frame goes on top without leaving the loop's registers. One that itself waits for another of the
// kind hands the None on at once, as its YIELD_DELEGATE, RESUME, jump and SEND would: [SEND] [distance] [YIELD_DELEGATE] ^pc
INSTR(SEND) {
    Value it = RB;
    if (LIKELY(value_is_object(it)) && LIKELY(RC == VALUE_NONE) && LIKELY(th->handled == NO_VALUE) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) {
        Shape *s = atomic_load_relaxed(&value_object(it)->shape);
        Generator *g = AS(Generator, it);
        if (LIKELY(s == &shape_coroutine || s == &shape_generator)) {
            uint32_t state = atomic_load_relaxed(&g->state);
            if (UNLIKELY(state > GEN_SUSPENDED)) GOTO_SLOW(SEND);
            if (UNLIKELY(!SEND_CLAIM(g, state))) GOTO_SLOW(SEND);   // acquire: the registers, as generator_claim
            if (LIKELY(SEND_PLAIN(g))) {
                SAVE_PC();
                if (IS_TEMP(C)) RC = VALUE_UNBOUND;
                if (frame->flags & FRAME_GENERATOR) generator_of_frame(frame)->last_sent = it;
                for (;;) {
                    Frame *f = &g->frame;
                    f->back = frame;
                    f->saved_top = th->stack_top;
                    f->flags = (f->flags & ~(uint32_t)(FRAME_ENTRY | FRAME_BY_FOR)) | FRAME_BY_SEND;
                    th->frame_top += sizeof(Frame);
                    frame = f;
                    pc = f->pc;
                    regs = f->regs;
                    if (state == GEN_CREATED) {
                        th->frame = frame;
                        consts = frame->code->consts;
                        DISPATCH();
                    }
                    insn = atomic_load_relaxed(&pc[-1]);      // the yield, which gets None
                    if (instr_op(insn) != OP_YIELD_DELEGATE || UNLIKELY(th->tracing != 0) || UNLIKELY(th->frame_top + sizeof(Frame) > th->frame_limit)) break;
                    // The register says what it is; last_sent says so earlier, and the processor is at the next level before the register has come.
                    it = g->last_sent;
                    __asm__("" : "+r"(it));
                    if (UNLIKELY(RC != it)) break;
                    if (!value_is_object(it)) break;
                    s = atomic_load_relaxed(&value_object(it)->shape);
                    if (s != &shape_coroutine && s != &shape_generator) break;
                    g = AS(Generator, it);
                    state = atomic_load_relaxed(&g->state);
                    if (state != GEN_SUSPENDED || UNLIKELY(!SEND_CLAIM(g, state))) break;
                    if (UNLIKELY(!SEND_PLAIN(g))) {
                        atomic_store_release(&g->state, (uint32_t)GEN_SUSPENDED);
                        break;
                    }
                    frame->pc = pc - 2;
                    __builtin_prefetch((const char *)g + 64);
                }
                th->frame = frame;
                consts = frame->code->consts;
                SET_NEXT(A, VALUE_NONE, 0);
            }
            atomic_store_release(&g->state, state);
        }
    }
    GOTO_SLOW(SEND);
}
#define YIELD_BODY() do { \
        SAVE_PC(); \
        Value v = opnd_take(th, frame, B), result; \
        if (frame_yield(th, frame, v, &result) == ST_JUMP) LEAVE(result); \
        RELOAD(); \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
SLOW_INSTR(YIELD) {
    // To C, with nothing special on either side.
    Generator *g = generator_of_frame(frame);
    if (LIKELY((frame->flags & (FRAME_ENTRY | FRAME_BY_FOR | FRAME_BY_SEND | FRAME_HAS_OBJ | FRAME_TRACED)) == FRAME_ENTRY) && LIKELY(g->own_handled == NO_VALUE) &&
        LIKELY(g->caller_handled == NO_VALUE) && LIKELY(th->handled == NO_VALUE) && LIKELY(th->tracing == 0)) {
        Value v = RB;
        if (IS_TEMP(B)) RB = VALUE_UNBOUND;
        else if (UNLIKELY(!try_incref(th, v))) object_incref_foreign(th, value_object(v));
        SAVE_PC();
        th->frame = frame->back;
        th->frame_top -= sizeof(Frame);
        th->stack_top = frame->saved_top;
        frame->back = NULL;
        th->scratch[2] = VALUE_TRUE;        // as generator_pop
        atomic_store_release(&g->state, (uint32_t)GEN_SUSPENDED);
        LEAVE(v);
    }
    YIELD_BODY();
}
// To a SEND below, with nothing special on either side. What follows that SEND is a YIELD_DELEGATE that hands the value on: so it goes on to the first
// frame down the chain that is not as plain.
#define YIELD_PLAIN(g) (LIKELY(((g)->frame.flags & (FRAME_GENERATOR | FRAME_BY_SEND | FRAME_HAS_OBJ | FRAME_TRACED)) == (FRAME_GENERATOR | FRAME_BY_SEND)) && \
                        LIKELY((g)->own_handled == NO_VALUE) && LIKELY((g)->caller_handled == NO_VALUE))
SLOW_INSTR(YIELD_SENT) {
    Generator *g = generator_of_frame(frame);
    if (YIELD_PLAIN(g) && LIKELY(th->handled == NO_VALUE) && LIKELY(th->tracing == 0)) {
        Value v = RB;
        if (IS_TEMP(B)) RB = VALUE_UNBOUND;
        else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(YIELD);
        SAVE_PC();
        for (;;) {
            Frame *back = frame->back;
            th->frame_top -= sizeof(Frame);
            th->stack_top = frame->saved_top;
            frame->back = NULL;
            frame = back;
            atomic_store_release(&g->state, (uint32_t)GEN_SUSPENDED);   // release: the registers, as generator_pop
            if (!(back->flags & FRAME_GENERATOR)) break;
            g = generator_of_frame(back);
            if (!YIELD_PLAIN(g)) break;
            back->pc += 2;
        }
        th->frame = frame;
        insn = atomic_load_relaxed(&frame->pc[-1]);
        pc = frame->pc + 1;
        regs = frame->regs;
        consts = frame->code->consts;
        SET_NEXT(A, v, 0);
    }
    GOTO_SLOW(YIELD);
}
INSTR(YIELD) {
    // To a FOR_ITER below, with nothing special on either side.
    Generator *g = generator_of_frame(frame);
    if (LIKELY((frame->flags & (FRAME_BY_FOR | FRAME_HAS_OBJ | FRAME_TRACED)) == FRAME_BY_FOR) && LIKELY(g->own_handled == NO_VALUE) &&
        LIKELY(th->handled == NO_VALUE) && LIKELY(th->tracing == 0)) {
        Frame *back = frame->back;
        Instr loop = atomic_load_relaxed(&back->pc[-1]);
        if (LIKELY(vm_generic_opcode(instr_op(loop)) == OP_FOR_ITER)) {
            Value v = RB;
            if (IS_TEMP(B)) RB = VALUE_UNBOUND;
            else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(YIELD);
            SAVE_PC();
            th->frame = back;
            th->frame_top -= sizeof(Frame);
            th->stack_top = frame->saved_top;
            frame->back = NULL;
            atomic_store_release(&g->state, (uint32_t)GEN_SUSPENDED);   // release: the registers, as generator_pop
            frame = back;
            pc = back->pc + 1 + (int16_t)instr_c(loop);
            regs = back->regs;
            consts = back->code->consts;
            SET_NEXT(instr_a(loop), v, 0);
        }
    }
    GOTO_SLOW(YIELD_SENT);
}
INSTR(YIELD_DELEGATE) { GOTO_SLOW(YIELD_SENT); }
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
