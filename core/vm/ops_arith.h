// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Arithmetic. Ints are (i << 2) | 3, so one machine operation with its overflow flag does the work; then floats, decoded and encoded in registers.
// The rest is slow_binary. A fast path leaves its operands where they are: they are no pointers.

#define INT_TAG 3
#define INT_OP_ADD(x, y, r) (!__builtin_add_overflow((int64_t)(x), (int64_t)((y) - INT_TAG), &(r)))
#define INT_OP_SUB(x, y, r) (!__builtin_sub_overflow((int64_t)(x), (int64_t)((y) - INT_TAG), &(r)))
#define INT_OP_MUL(x, y, r) (!__builtin_mul_overflow((int64_t)(x) >> 2, (int64_t)((y) - INT_TAG), &(r)) && ((r) |= INT_TAG, true))
#define INT_OP_AND(x, y, r) ((r) = (int64_t)((x) & (y)), true)
#define INT_OP_OR(x, y, r)  ((r) = (int64_t)((x) | (y)), true)
#define INT_OP_XOR(x, y, r) ((r) = (int64_t)(((x) ^ (y)) | INT_TAG), true)
// y != 0 and y != -1 (whose quotient may overflow); floor semantics.
#define INT_OP_FLOORDIV(x, y, r) int_floordiv_fast((x), (y), &(r))
#define INT_OP_MOD(x, y, r) int_mod_fast((x), (y), &(r))
#define INT_OP_LSHIFT(x, y, r) int_lshift_fast((x), (y), &(r))
#define INT_OP_RSHIFT(x, y, r) int_rshift_fast((x), (y), &(r))

// R[A] = x op y for a pair of which neither is a pointer.
#define INT_PATH(o, x, y) \
    if (LIKELY(value_both_imm_int((x), (y)))) { \
        int64_t r; \
        if (LIKELY(INT_OP_##o((x), (y), r))) { SET_NEXT(A, (Value)r, 0); } \
    }
#define ARITH_FAMILY(o, PATHS) \
    SLOW_INSTR(o)       { TRY(slow_binary(th, frame, insn, BINOP_##o, KIND_RR), 0); } \
    SLOW_INSTR(o##_RK)  { TRY(slow_binary(th, frame, insn, BINOP_##o, KIND_RK), 0); } \
    SLOW_INSTR(o##_KR)  { TRY(slow_binary(th, frame, insn, BINOP_##o, KIND_KR), 0); } \
    SLOW_INSTR(I##o)      { TRY(slow_binary(th, frame, insn, BINOP_##o, KIND_RR | KIND_INPLACE), 0); } \
    SLOW_INSTR(I##o##_RK) { TRY(slow_binary(th, frame, insn, BINOP_##o, KIND_RK | KIND_INPLACE), 0); } \
    INSTR(o)       { Value x = RB, y = RC; PATHS(o, x, y) GOTO_SLOW(o); } \
    INSTR(o##_RK)  { Value x = RB, y = KC; PATHS(o, x, y) GOTO_SLOW(o##_RK); } \
    INSTR(o##_KR)  { Value x = KB, y = RC; PATHS(o, x, y) GOTO_SLOW(o##_KR); } \
    INSTR(I##o)      { Value x = RB, y = RC; PATHS(o, x, y) GOTO_SLOW(I##o); } \
    INSTR(I##o##_RK) { Value x = RB, y = KC; PATHS(o, x, y) GOTO_SLOW(I##o##_RK); }

// A float among the operands turns the instruction into its twin (core/vm/ops_float.h), once per place in the code.
#define PATHS_TWIN(o, x, y) INT_PATH(o, x, y) if (value_is_imm_float(x) || value_is_imm_float(y)) GOTO_SLOW(float_twin);
#define PATHS_TRUEDIV(o, x, y) if (!value_is_ptr(x) && !value_is_ptr(y)) GOTO_SLOW(float_twin);
#define PATHS_INT(o, x, y) INT_PATH(o, x, y)
#define PATHS_NONE(o, x, y) (void)x; (void)y;

ARITH_FAMILY(ADD, PATHS_TWIN)
ARITH_FAMILY(SUB, PATHS_TWIN)
ARITH_FAMILY(MUL, PATHS_TWIN)
ARITH_FAMILY(MATMUL, PATHS_NONE)
ARITH_FAMILY(TRUEDIV, PATHS_TRUEDIV)
ARITH_FAMILY(FLOORDIV, PATHS_INT)
ARITH_FAMILY(MOD, PATHS_INT)
ARITH_FAMILY(POW, PATHS_NONE)
ARITH_FAMILY(LSHIFT, PATHS_INT)
ARITH_FAMILY(RSHIFT, PATHS_INT)
ARITH_FAMILY(AND, PATHS_INT)
ARITH_FAMILY(XOR, PATHS_INT)
ARITH_FAMILY(OR, PATHS_INT)

SLOW_INSTR(NEG) { TRY(slow_unary(th, frame, insn, 0), 0); }
SLOW_INSTR(INVERT) { TRY(slow_unary(th, frame, insn, 2), 0); }
INSTR(NEG) {
    Value x = RB;
    if (LIKELY(value_is_imm_int(x))) {
        int64_t r;
        if (LIKELY(!__builtin_sub_overflow((int64_t)(2 * INT_TAG), (int64_t)x, &r))) { SET_NEXT(A, (Value)r, 0); }
    } else if (value_is_imm_float(x)) {
        Value fr = value_try_imm_float(-value_imm_float_get(x));
        if (LIKELY(fr != NO_VALUE)) { SET_NEXT(A, fr, 0); }
    }
    GOTO_SLOW(NEG);
}
INSTR(POS) { TRY(slow_unary(th, frame, insn, 1), 0); }
INSTR(INVERT) {
    Value x = RB;
    if (LIKELY(value_is_imm_int(x))) SET_NEXT(A, ~x | INT_TAG, 0);
    GOTO_SLOW(INVERT);
}
SLOW_INSTR(NOT) {
    int t = IS_TEMP(B) ? -1 : quick_truth(RB);
    if (UNLIKELY(t < 0)) {
        SAVE_PC();
        t = slow_truth(th, frame, B, true);
        if (UNLIKELY(t < 0)) ERROR();
    }
    SET_NEXT(A, value_bool(!t), 0);
}
SLOW_INSTR(TO_BOOL) {
    int t = IS_TEMP(B) ? -1 : quick_truth(RB);
    if (UNLIKELY(t < 0)) {
        SAVE_PC();
        t = slow_truth(th, frame, B, true);
        if (UNLIKELY(t < 0)) ERROR();
    }
    SET_NEXT(A, value_bool(t), 0);
}
INSTR(NOT) {
    Value x = RB;
    if (x == VALUE_TRUE) SET_NEXT(A, VALUE_FALSE, 0);
    if (x == VALUE_FALSE || x == VALUE_NONE) SET_NEXT(A, VALUE_TRUE, 0);
    GOTO_SLOW(NOT);
}
INSTR(TO_BOOL) {
    Value x = RB;
    if (value_is_bool(x)) SET_NEXT(A, x, 0);
    GOTO_SLOW(TO_BOOL);
}
