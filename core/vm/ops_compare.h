// SPDX-License-Identifier: MIT
// Comparisons and jumps. Immediate ints compare as the words they are. A jump taken backwards is a safepoint.

#define CMP_OP_LT(x, y) ((x) < (y))
#define CMP_OP_LE(x, y) ((x) <= (y))
#define CMP_OP_EQ(x, y) ((x) == (y))
#define CMP_OP_NE(x, y) ((x) != (y))
#define CMP_OP_GT(x, y) ((x) > (y))
#define CMP_OP_GE(x, y) ((x) >= (y))

#define COMPARE_PATHS(o, x, y, ON_RESULT) \
    if (LIKELY(value_both_imm_int((x), (y)))) { bool c = CMP_OP_##o((int64_t)(x), (int64_t)(y)); ON_RESULT(c); } \
    if (value_is_imm_float(x) && value_is_imm_float(y)) { \
        bool c = CMP_OP_##o(value_imm_float_get(x), value_imm_float_get(y)); ON_RESULT(c); \
    }
#define STORE_RESULT(c) do { SET(A, value_bool(c)); DISPATCH(); } while (0)
#define JUMP_C() do { pc += (int16_t)C; } while (0)
#define JUMP_T(c) do { if (c) { JUMP_C(); SAFEPOINT(); } DISPATCH(); } while (0)
#define JUMP_F(c) do { if (!(c)) JUMP_C(); DISPATCH(); } while (0)

#define COMPARE_FAMILY(o) \
    INSTR(o)      { Value x = RB, y = RC; COMPARE_PATHS(o, x, y, STORE_RESULT) TRY(slow_compare(th, frame, insn, CMP_##o, KIND_RR), 0); } \
    INSTR(o##_RK) { Value x = RB, y = KC; COMPARE_PATHS(o, x, y, STORE_RESULT) TRY(slow_compare(th, frame, insn, CMP_##o, KIND_RK), 0); } \
    INSTR(J##o##_T) { Value x = RA, y = RB; COMPARE_PATHS(o, x, y, JUMP_T) \
        SAVE_PC(); int t = slow_compare_jump(th, frame, insn, CMP_##o, KIND_RR); if (UNLIKELY(t < 0)) ERROR(); JUMP_T(t); } \
    INSTR(J##o##_F) { Value x = RA, y = RB; COMPARE_PATHS(o, x, y, JUMP_F) \
        SAVE_PC(); int t = slow_compare_jump(th, frame, insn, CMP_##o, KIND_RR); if (UNLIKELY(t < 0)) ERROR(); JUMP_F(t); } \
    INSTR(J##o##_T_RK) { Value x = RA, y = KB; COMPARE_PATHS(o, x, y, JUMP_T) \
        SAVE_PC(); int t = slow_compare_jump(th, frame, insn, CMP_##o, KIND_RK); if (UNLIKELY(t < 0)) ERROR(); JUMP_T(t); } \
    INSTR(J##o##_F_RK) { Value x = RA, y = KB; COMPARE_PATHS(o, x, y, JUMP_F) \
        SAVE_PC(); int t = slow_compare_jump(th, frame, insn, CMP_##o, KIND_RK); if (UNLIKELY(t < 0)) ERROR(); JUMP_F(t); }
COMPARE_FAMILY(LT)
COMPARE_FAMILY(LE)
COMPARE_FAMILY(EQ)
COMPARE_FAMILY(NE)
COMPARE_FAMILY(GT)
COMPARE_FAMILY(GE)

INSTR(IS)     { bool c = RB == RC; CONSUME(B); CONSUME(C); SET(A, value_bool(c)); DISPATCH(); }
INSTR(IS_NOT) { bool c = RB != RC; CONSUME(B); CONSUME(C); SET(A, value_bool(c)); DISPATCH(); }
INSTR(IN)     { TRY(slow_contains(th, frame, insn, false), 0); }
INSTR(NOT_IN) { TRY(slow_contains(th, frame, insn, true), 0); }

INSTR(JUMP) { pc += BC; DISPATCH(); }
INSTR(JUMP_BACK) { pc += BC; SAFEPOINT(); DISPATCH(); }
INSTR(JUMP_IF_TRUE) {
    Value x = RA;
    if (x == VALUE_TRUE) { pc += BC; if (BC < 0) SAFEPOINT(); DISPATCH(); }
    if (x == VALUE_FALSE || x == VALUE_NONE) DISPATCH();
    SAVE_PC();
    int t = slow_truth(th, frame, A, true);
    if (UNLIKELY(t < 0)) ERROR();
    if (t) { pc += BC; if (BC < 0) SAFEPOINT(); }
    DISPATCH();
}
INSTR(JUMP_IF_FALSE) {
    Value x = RA;
    if (x == VALUE_TRUE) DISPATCH();
    if (x == VALUE_FALSE || x == VALUE_NONE) { pc += BC; if (BC < 0) SAFEPOINT(); DISPATCH(); }
    SAVE_PC();
    int t = slow_truth(th, frame, A, true);
    if (UNLIKELY(t < 0)) ERROR();
    if (!t) { pc += BC; if (BC < 0) SAFEPOINT(); }
    DISPATCH();
}
INSTR(JUMP_IF_TRUE_KEEP) {
    SAVE_PC();
    int t = slow_truth(th, frame, A, false);
    if (UNLIKELY(t < 0)) ERROR();
    if (t) pc += BC;
    else CONSUME(A);
    DISPATCH();
}
INSTR(JUMP_IF_FALSE_KEEP) {
    SAVE_PC();
    int t = slow_truth(th, frame, A, false);
    if (UNLIKELY(t < 0)) ERROR();
    if (!t) pc += BC;
    else CONSUME(A);
    DISPATCH();
}
INSTR(JUMP_IF_NONE) {
    if (RA == VALUE_NONE) { pc += BC; if (BC < 0) SAFEPOINT(); }
    else CONSUME(A);
    DISPATCH();
}
INSTR(JUMP_IF_NOT_NONE) {
    if (RA != VALUE_NONE) { CONSUME(A); pc += BC; if (BC < 0) SAFEPOINT(); }
    DISPATCH();
}
