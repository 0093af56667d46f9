// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Comparisons and jumps. Immediate ints compare as the words they are. A jump taken backwards is a safepoint.

#define CMP_OP_LT(x, y) ((x) < (y))
#define CMP_OP_LE(x, y) ((x) <= (y))
#define CMP_OP_EQ(x, y) ((x) == (y))
#define CMP_OP_NE(x, y) ((x) != (y))
#define CMP_OP_GT(x, y) ((x) > (y))
#define CMP_OP_GE(x, y) ((x) >= (y))

#define COMPARE_PATHS(o, x, y, ON_RESULT) \
    if (LIKELY(value_both_imm_int((x), (y)))) { bool c = CMP_OP_##o((int64_t)(x), (int64_t)(y)); ON_RESULT(c); } \
    if (value_both_imm_float(x, y)) { \
        bool c = CMP_OP_##o(value_imm_float_get(x), value_imm_float_get(y)); ON_RESULT(c); \
    }
#define STORE_RESULT(c) SET_NEXT(A, value_bool(c), 0)
// A jump must be a branch of the processor, which predicts it. As a conditional move it would make the place of the next instruction, and so all that
// follows, wait for the operands: compilers prefer that when both ways end alike, hence the barrier.
#define TAKEN() __asm__ volatile("" : "+r"(pc))
#define JUMP_C() do { pc += (int16_t)C; TAKEN(); } while (0)
#define JUMP_T(c) do { if (c) { JUMP_C(); SAFEPOINT(); } DISPATCH(); } while (0)
#define JUMP_F(c) do { if (!(c)) JUMP_C(); DISPATCH(); } while (0)

// Texts, for equality only. release: of what is an owned temporary.
#define STR_PATH_EQ(x, y, release, then) if (value_is_exact_str(x) && value_is_exact_str(y)) { bool c = str_equal_quick(AS(Str, x), AS(Str, y)); release; then(c); }
#define STR_PATH_NE(x, y, release, then) if (value_is_exact_str(x) && value_is_exact_str(y)) { bool c = !str_equal_quick(AS(Str, x), AS(Str, y)); release; then(c); }
#define STR_PATH_LT(x, y, release, then)
#define STR_PATH_LE STR_PATH_LT
#define STR_PATH_GT STR_PATH_LT
#define STR_PATH_GE STR_PATH_LT
#define RELEASE_RR do { CONSUME(A); CONSUME(B); } while (0)
#define SLOW_JUMP(o, kind, then) SAVE_PC(); int t = slow_compare_jump(th, frame, insn, CMP_##o, kind); if (UNLIKELY(t < 0)) ERROR(); then(t);
#define COMPARE_FAMILY(o) \
    SLOW_INSTR(o)      { TRY(slow_compare(th, frame, insn, CMP_##o, KIND_RR), 0); } \
    SLOW_INSTR(o##_RK) { TRY(slow_compare(th, frame, insn, CMP_##o, KIND_RK), 0); } \
    SLOW_INSTR(J##o##_T)    { STR_PATH_##o(RA, RB, RELEASE_RR, JUMP_T) SLOW_JUMP(o, KIND_RR, JUMP_T) } \
    SLOW_INSTR(J##o##_F)    { STR_PATH_##o(RA, RB, RELEASE_RR, JUMP_F) SLOW_JUMP(o, KIND_RR, JUMP_F) } \
    SLOW_INSTR(J##o##_T_RK) { STR_PATH_##o(RA, KB, CONSUME(A), JUMP_T) SLOW_JUMP(o, KIND_RK, JUMP_T) } \
    SLOW_INSTR(J##o##_F_RK) { STR_PATH_##o(RA, KB, CONSUME(A), JUMP_F) SLOW_JUMP(o, KIND_RK, JUMP_F) } \
    INSTR(o)      { Value x = RB, y = RC; COMPARE_PATHS(o, x, y, STORE_RESULT) GOTO_SLOW(o); } \
    INSTR(o##_RK) { Value x = RB, y = KC; COMPARE_PATHS(o, x, y, STORE_RESULT) GOTO_SLOW(o##_RK); } \
    INSTR(J##o##_T)    { Value x = RA, y = RB; COMPARE_PATHS(o, x, y, JUMP_T) GOTO_SLOW(J##o##_T); } \
    INSTR(J##o##_F)    { Value x = RA, y = RB; COMPARE_PATHS(o, x, y, JUMP_F) GOTO_SLOW(J##o##_F); } \
    INSTR(J##o##_T_RK) { Value x = RA, y = KB; COMPARE_PATHS(o, x, y, JUMP_T) GOTO_SLOW(J##o##_T_RK); } \
    INSTR(J##o##_F_RK) { Value x = RA, y = KB; COMPARE_PATHS(o, x, y, JUMP_F) GOTO_SLOW(J##o##_F_RK); }
COMPARE_FAMILY(LT)
COMPARE_FAMILY(LE)
COMPARE_FAMILY(EQ)
COMPARE_FAMILY(NE)
COMPARE_FAMILY(GT)
COMPARE_FAMILY(GE)

// An owned temporary goes; mostly that is counting.
#define DROP(i) do { \
        if (IS_TEMP(i)) { \
            Value drop_ = regs[i]; \
            if (value_is_object(drop_)) { regs[i] = VALUE_UNBOUND; if (UNLIKELY(!try_decref(th, drop_))) { SAVE_PC(); vm_release_slow(th, drop_); } } \
        } \
    } while (0)
#define JUMP_EITHER(c) do { if (c) { JUMP_C(); if ((int16_t)C < 0) SAFEPOINT(); } DISPATCH(); } while (0)
INSTR(IS)     { bool c = RB == RC; DROP(B); DROP(C); SET_NEXT(A, value_bool(c), 0); }
INSTR(IS_NOT) { bool c = RB != RC; DROP(B); DROP(C); SET_NEXT(A, value_bool(c), 0); }
INSTR(JIS_T)  { bool c = RA == RB; DROP(A); DROP(B); JUMP_EITHER(c); }
INSTR(JIS_F)  { bool c = RA != RB; DROP(A); DROP(B); JUMP_EITHER(c); }

// Is x in an exact dict, set or frozenset? A key that is quickly hashed and found by identity, or certainly absent: else -1.
#define CONTAINS_QUICK(x, box, there) \
    int there = -1; \
    int64_t hash_; \
    if (LIKELY(value_is_object(box)) && quick_hash(x, &hash_)) { \
        Object *o_ = value_object(box); \
        Shape *s_ = atomic_load_acquire(&o_->shape); \
        if (LIKELY(READABLE(o_))) { \
            if (s_ == &shape_dict) { \
                Value v_ = table_peek(atomic_load_acquire(&AS(Dict, box)->table), x, hash_); \
                if (LIKELY(v_ != NO_VALUE)) there = v_ != VALUE_UNBOUND; \
            } else if (s_ == &shape_set || s_ == &shape_frozenset) there = table_has(set_table(AS(Set, box)), x, hash_); \
        } \
    }
#define CONTAINS_FAMILY(NAME, negate) \
    SLOW_INSTR(NAME) { TRY(slow_contains(th, frame, insn, negate), 0); } \
    INSTR(NAME) { \
        CONTAINS_QUICK(RB, RC, there) \
        if (UNLIKELY(there < 0)) GOTO_SLOW(NAME); \
        if (A != B) DROP(B); \
        if (A != C) DROP(C); \
        SET_NEXT(A, value_bool(there != (negate)), 0); \
    }
CONTAINS_FAMILY(IN, 0)
CONTAINS_FAMILY(NOT_IN, 1)
#define CONTAINS_JUMP(NAME, wanted) \
    SLOW_INSTR(NAME) { \
        SAVE_PC(); \
        int t = slow_contains_jump(th, frame, insn); \
        if (UNLIKELY(t < 0)) ERROR(); \
        JUMP_EITHER(t == (wanted)); \
    } \
    INSTR(NAME) { \
        CONTAINS_QUICK(RA, RB, there) \
        if (UNLIKELY(there < 0)) GOTO_SLOW(NAME); \
        DROP(A); \
        DROP(B); \
        JUMP_EITHER(there == (wanted)); \
    }
CONTAINS_JUMP(JIN_T, 1)
CONTAINS_JUMP(JIN_F, 0)

INSTR(JUMP) { pc += BC; DISPATCH(); }
INSTR(JUMP_BACK) { pc += BC; SAFEPOINT(); DISPATCH(); }
#define TAKE_BC() do { pc += BC; TAKEN(); if (BC < 0) SAFEPOINT(); DISPATCH(); } while (0)
// A jump by the truth of what is no plain immediate.
#define JUMP_BY_TRUTH(wanted) \
    int t = quick_truth(RA); \
    if (LIKELY(t >= 0) && (!IS_TEMP(A) || BC >= 0)) { \
        if (t == (wanted)) { pc += BC; TAKEN(); if (BC < 0) SAFEPOINT(); } \
        if (IS_TEMP(A)) { Value old = RA; RA = VALUE_UNBOUND; if (value_is_ptr(old)) RELEASE_NEXT(old); } \
        DISPATCH(); \
    } \
    SAVE_PC(); \
    t = slow_truth(th, frame, A, true); \
    if (UNLIKELY(t < 0)) ERROR(); \
    if (t == (wanted)) TAKE_BC(); \
    DISPATCH();
SLOW_INSTR(JUMP_IF_TRUE) { JUMP_BY_TRUTH(1) }
SLOW_INSTR(JUMP_IF_FALSE) { JUMP_BY_TRUTH(0) }
INSTR(JUMP_IF_TRUE) {
    Value x = RA;
    if (x == VALUE_TRUE) TAKE_BC();
    if (x == VALUE_FALSE || x == VALUE_NONE) DISPATCH();
    if (LIKELY(value_is_imm_int(x))) { if (x != value_imm_int(0)) TAKE_BC(); DISPATCH(); }
    GOTO_SLOW(JUMP_IF_TRUE);
}
INSTR(JUMP_IF_FALSE) {
    Value x = RA;
    if (x == VALUE_TRUE) DISPATCH();
    if (x == VALUE_FALSE || x == VALUE_NONE) TAKE_BC();
    if (LIKELY(value_is_imm_int(x))) { if (x == value_imm_int(0)) TAKE_BC(); DISPATCH(); }
    GOTO_SLOW(JUMP_IF_FALSE);
}
INSTR(JUMP_IF_TRUE_KEEP) {
    int t = quick_truth(RA);
    if (UNLIKELY(t < 0)) {
        SAVE_PC();
        t = slow_truth(th, frame, A, false);
        if (UNLIKELY(t < 0)) ERROR();
    }
    if (t) { pc += BC; TAKEN(); }
    else CONSUME(A);
    DISPATCH();
}
INSTR(JUMP_IF_FALSE_KEEP) {
    int t = quick_truth(RA);
    if (UNLIKELY(t < 0)) {
        SAVE_PC();
        t = slow_truth(th, frame, A, false);
        if (UNLIKELY(t < 0)) ERROR();
    }
    if (!t) { pc += BC; TAKEN(); }
    else CONSUME(A);
    DISPATCH();
}
INSTR(JUMP_IF_NONE) {
    if (RA == VALUE_NONE) { pc += BC; TAKEN(); if (BC < 0) SAFEPOINT(); }
    else CONSUME(A);
    DISPATCH();
}
INSTR(JUMP_IF_NOT_NONE) {
    if (RA != VALUE_NONE) { CONSUME(A); pc += BC; TAKEN(); if (BC < 0) SAFEPOINT(); }
    DISPATCH();
}
