// SPDX-License-Identifier: MIT
// Calls and returns. A Python function that takes exactly the arguments given is entered without leaving the loop's registers: its first argument's
// register becomes its register 0. Native functions get a pointer to their arguments where they stand.

#define ENTER_FUNCTION(fn, nargs_) \
    Code *code = atomic_load_acquire(&(fn)->code); \
    Value *top = args + code->nregs; \
    if (LIKELY(code->fast_args == (nargs_)) && LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) { \
        SAVE_PC(); \
        frame = frame_push_fast(th, frame, (fn), code, args, top, 0); \
        for (uint32_t i = (nargs_); i < code->nlocals; i++) args[i] = VALUE_UNBOUND; \
        regs = args; \
        consts = code->consts; \
        pc = code->instrs; \
        DISPATCH(); \
    }
#define CALL_SLOW(fn_) do { \
        SAVE_PC(); \
        int r_ = fn_(th, frame, insn); \
        if (UNLIKELY(r_ < 0)) ERROR(); \
        if (r_ == ST_FRAME) { RELOAD(); DISPATCH(); } \
        pc += 1; \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
INSTR(CALL) {
    Value fv = RB;
    if (LIKELY(value_is_object(fv)) && LIKELY(value_object(fv)->shape == &shape_function)) {
        Value *args = &RB + 1;
        ENTER_FUNCTION(AS(Function, fv), (uint32_t)C)
    }
    CALL_SLOW(slow_call);
}
INSTR(CALL_METHOD) {
    Value fv = RB;
    if (LIKELY(value_is_object(fv)) && LIKELY(value_object(fv)->shape == &shape_function)) {
        bool self = (&RB)[1] != NO_VALUE;
        Value *args = &RB + 2 - self;
        uint32_t nargs = (uint32_t)C + self;
        ENTER_FUNCTION(AS(Function, fv), nargs)
    }
    CALL_SLOW(slow_call_method);
}
INSTR(CALL_KW) { CALL_SLOW(slow_call_kw); }
INSTR(CALL_METHOD_KW) { CALL_SLOW(slow_call_method_kw); }
INSTR(CALL_EX) {
    SAVE_PC();
    int r = slow_call_ex(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_FRAME) { RELOAD(); DISPATCH(); }
    SAFEPOINT();
    DISPATCH();
}
// Back in the caller with v: pops the frame whose registers hold no pointer any more.
#define RETURN_TO_CALLER(v) do { \
        Frame *back = frame->back; \
        th->stack_top = frame->saved_top; \
        th->frame_top = (char *)frame; \
        th->frame = back; \
        frame = back; \
        pc = back->pc; \
        regs = back->regs; \
        consts = back->code->consts; \
        insn = pc[-1]; \
        Value callee = RB; \
        RB = VALUE_UNBOUND; \
        SET(A, (v)); \
        Object *co = value_object(callee); \
        if (UNLIKELY((atomic_load_relaxed(&co->biased) >> OBJ_TID_SHIFT) != OBJ_TID_NONE)) vm_release_slow(th, callee); \
        NEXT(1); \
    } while (0)
#define RELEASE_LOCALS() do { \
        const Code *lc_ = frame->code; \
        uint32_t ln_ = lc_->nlocals; \
        for (uint32_t i = 0; i < ln_; i++) { Value lv_ = regs[i]; if (value_is_ptr(lv_)) { regs[i] = VALUE_UNBOUND; vm_release_slow(th, lv_); } } \
        for (uint32_t i = ln_; i < frame->temp_base; i++) regs[i] = VALUE_UNBOUND; \
    } while (0)
INSTR(RETURN) {
    Value v = RA;
    if (UNLIKELY(frame->flags & FRAME_SPECIAL)) GOTO_COLD(return_special);
    if (value_is_ptr(v)) {
        // The frame is going away: its registers' references are moved; a borrowed temporary has none.
        if (A >= frame->code->nlocals && A < frame->temp_base) vm_incref(th, v);
        RA = VALUE_UNBOUND;
    }
    SAVE_PC();
    RELEASE_LOCALS();
    RETURN_TO_CALLER(v);
}
INSTR(RETURN_CONST) {
    Value v = consts[(uint32_t)BC];
    if (UNLIKELY(frame->flags & FRAME_SPECIAL)) GOTO_COLD(return_special);
    SAVE_PC();
    RELEASE_LOCALS();
    RETURN_TO_CALLER(v);
}
COLD_INSTR(return_special) {
    Value v, result;
    SAVE_PC();
    if (vm_generic_opcode(instr_op(insn)) == OP_RETURN_CONST) v = consts[(uint32_t)BC];
    else v = opnd_take(th, frame, A);
    int r = frame_return_special(th, frame, v, &result);
    if (r == ST_JUMP) LEAVE(result);
    if (UNLIKELY(r < 0)) { frame = th->frame; pc = frame->pc; ERROR(); }
    RELOAD();
    DISPATCH();
}
SIMPLE(MAKE_FUNCTION, make_function, 0)
SIMPLE(SET_FUNCTION, set_function, 0)
