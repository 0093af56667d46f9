// SPDX-License-Identifier: MIT
// Cold halves of operators, comparisons and truth.
#include "core/vm/interp_int.h"

#include <math.h>

// A bool counts as the int it is, but for &, | and ^ of two of them.
ALWAYS_INLINE Value bool_as_int(Value v) { return value_imm_int(v == VALUE_TRUE); }
// a is no object.
static NOINLINE Value binary_immediate(Thread *th, Value a, Value b, int op, bool inplace) {
    if (value_is_bool(a) ? value_is_imm_int(b) : value_is_bool(b) && value_is_imm_int(a)) {
        if (value_is_bool(a)) a = bool_as_int(a);
        else b = bool_as_int(b);
    }
    // Floats whose result (or operand) is not immediate, ints mixed with floats: without the slot protocol.
    if (value_is_imm_float(a) && value_is_imm_float(b)) {
        double x = value_imm_float_get(a), y = value_imm_float_get(b);
        switch (op) {
        case BINOP_ADD: return float_from_double(th, x + y);
        case BINOP_SUB: return float_from_double(th, x - y);
        case BINOP_MUL: return float_from_double(th, x * y);
        case BINOP_TRUEDIV: if (y != 0.0) return float_from_double(th, x / y); break;
        case BINOP_POW:
            if (x > 0.0) {  // no complex result, no division by zero; the rest of what raises gives no finite result
                double r = pow(x, y);
                if (LIKELY(isfinite(r))) return float_from_double(th, r);
            }
            break;
        default: break;
        }
    } else if (value_is_imm_int(a) && value_is_imm_int(b)) {
        switch (op) {
        case BINOP_ADD: return int_add(th, a, b);
        case BINOP_SUB: return int_sub(th, a, b);
        case BINOP_MUL: return int_mul(th, a, b);
        case BINOP_TRUEDIV: {
            int64_t x = value_imm_int_get(a), y = value_imm_int_get(b);
            if (y != 0 && x >= -(1LL << 53) && x <= (1LL << 53) && y >= -(1LL << 53) && y <= (1LL << 53)) return float_from_double(th, (double)x / (double)y);
            break;
        }
        default: break;
        }
    } else if ((value_is_imm_float(a) && value_is_imm_int(b)) || (value_is_imm_int(a) && value_is_imm_float(b))) {
        // Exact conversions only; larger ints take the general path.
        int64_t i = value_is_imm_int(a) ? value_imm_int_get(a) : value_imm_int_get(b);
        if (i >= -(1LL << 53) && i <= (1LL << 53)) {
            double x = value_is_imm_int(a) ? (double)i : value_imm_float_get(a), y = value_is_imm_int(b) ? (double)i : value_imm_float_get(b);
            switch (op) {
            case BINOP_ADD: return float_from_double(th, x + y);
            case BINOP_SUB: return float_from_double(th, x - y);
            case BINOP_MUL: return float_from_double(th, x * y);
            case BINOP_TRUEDIV: if (y != 0.0) return float_from_double(th, x / y); break;
            default: break;
            }
        }
    }
    return inplace ? number_inplace(th, op, a, b) : number_binary(th, op, a, b);
}
ALWAYS_INLINE Value binary_values(Thread *th, Value a, Value b, int op, bool inplace) {
    if (value_is_ptr(a)) {      // never NO_VALUE
        const Shape *s = atomic_load_acquire(&value_object(a)->shape);
        if (s == &shape_str) {
            if (op == BINOP_ADD && value_is_exact_str(b)) return str_concat(th, a, b);
        } else if (s == &shape_int && (value_is_imm_int(b) || (value_is_ptr(b) && atomic_load_acquire(&value_object(b)->shape) == &shape_int))) {
            if (op == BINOP_ADD) return int_add(th, a, b);
            if (op == BINOP_SUB) return int_sub(th, a, b);
            if (op == BINOP_MUL) return int_mul(th, a, b);
            if (op == BINOP_MOD) return int_mod(th, a, b);
        }
        return inplace ? number_inplace(th, op, a, b) : number_binary(th, op, a, b);
    }
    return binary_immediate(th, a, b, op, inplace);
}
int slow_binary(Thread *th, Frame *f, Instr insn, int op, int kind) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value a = (kind & 3) == KIND_KR ? f->code->consts[rb] : opnd(th, f, rb);
    Value b = (kind & 3) == KIND_RK ? f->code->consts[rc] : opnd(th, f, rc);
    Value r;
    if (kind & KIND_INPLACE) {
        if (op == BINOP_ADD && value_is_exact_str(a) && value_is_exact_str(b) && a != b && (rb >= f->temp_base || rb == instr_a(insn))) {
            // The register's own reference is handed over, so that an unshared string can grow in place.
            f->regs[rb] = VALUE_UNBOUND;
            r = str_append_owned(th, a, b);
            if (r == NO_VALUE) { if ((kind & 3) != KIND_RK) opnd_fail(th, f, rc); return -1; }
            if ((kind & 3) != KIND_RK) opnd_done(th, f, rc);
            DST(r);
            return 0;
        }
        r = binary_values(th, a, b, op, true);
    } else r = binary_values(th, a, b, op, false);
    if (UNLIKELY(r == NO_VALUE)) {
        if ((kind & 3) != KIND_KR) opnd_fail(th, f, rb);
        if ((kind & 3) != KIND_RK) opnd_fail(th, f, rc);
        return -1;
    }
    if ((kind & 3) != KIND_KR) opnd_done(th, f, rb);
    if ((kind & 3) != KIND_RK) opnd_done(th, f, rc);
    DST(r);
    return 0;
}

static Value compare_values(Thread *th, Value a, Value b, int op) {
    if (value_is_exact_str(a) && value_is_exact_str(b) && (op == CMP_EQ || op == CMP_NE))
        return value_bool((a == b || str_equal(AS(Str, a), AS(Str, b))) == (op == CMP_EQ));
    return object_compare(th, a, b, op);
}
int slow_compare(Thread *th, Frame *f, Instr insn, int op, int kind) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value a = opnd(th, f, rb);
    Value b = (kind & 3) == KIND_RK ? f->code->consts[rc] : opnd(th, f, rc);
    Value r = compare_values(th, a, b, op);
    if (UNLIKELY(r == NO_VALUE)) {
        opnd_fail(th, f, rb);
        if ((kind & 3) != KIND_RK) opnd_fail(th, f, rc);
        return -1;
    }
    opnd_done(th, f, rb);
    if ((kind & 3) != KIND_RK) opnd_done(th, f, rc);
    DST(r);
    return 0;
}
int slow_compare_jump(Thread *th, Frame *f, Instr insn, int op, int kind) {
    unsigned ra = instr_a(insn), rb = instr_b(insn);
    Value a = opnd(th, f, ra);
    Value b = (kind & 3) == KIND_RK ? f->code->consts[rb] : opnd(th, f, rb);
    int t = -1;
    if (value_is_exact_str(a) && value_is_exact_str(b) && (op == CMP_EQ || op == CMP_NE)) {
        t = (a == b || (AS(Str, a)->len == AS(Str, b)->len && str_equal(AS(Str, a), AS(Str, b)))) == (op == CMP_EQ);
        goto done;
    }
    Value r = compare_values(th, a, b, op);
    if (r == VALUE_TRUE) t = 1;
    else if (r == VALUE_FALSE) t = 0;
    else if (r != NO_VALUE) { t = object_truth(th, r); decref(th, r); }
    if (UNLIKELY(t < 0)) {
        opnd_fail(th, f, ra);
        if ((kind & 3) != KIND_RK) opnd_fail(th, f, rb);
        return -1;
    }
done:
    opnd_done(th, f, ra);
    if ((kind & 3) != KIND_RK) opnd_done(th, f, rb);
    return t;
}
int slow_unary(Thread *th, Frame *f, Instr insn, int what) {
    unsigned rb = instr_b(insn);
    Value a = opnd(th, f, rb);
    Value r = what == 0 ? number_negative(th, a) : what == 1 ? number_positive(th, a) : number_invert(th, a);
    if (UNLIKELY(r == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(r);
    return 0;
}
int slow_truth(Thread *th, Frame *f, unsigned reg, bool consume) {
    Value v = opnd(th, f, reg);
    int t;
    if (!value_is_object(v)) {
        if (value_is_imm_int(v)) t = value_imm_int_get(v) != 0;
        else if (value_is_imm_float(v)) t = value_imm_float_get(v) != 0.0;
        else t = object_truth(th, v);
    } else {
        Shape *s = atomic_load_acquire(&value_object(v)->shape);
        if (s == &shape_str) t = AS(Str, v)->len != 0;
        else if (s == &shape_list) t = list_len(AS(List, v)) != 0;
        else if (s == &shape_dict) t = dict_len(AS(Dict, v)) != 0;
        else if (s == &shape_tuple) t = AS(Tuple, v)->len != 0;
        else t = object_truth(th, v);
    }
    if (UNLIKELY(t < 0)) { opnd_fail(th, f, reg); return -1; }
    if (consume) opnd_done(th, f, reg);
    else opnd_fail(th, f, reg);
    return t;
}
// Is what register ri has in what rc has? 0 1 -1
static int contains(Thread *th, Frame *f, unsigned ri, unsigned rc) {
    Value item = opnd(th, f, ri), box = opnd(th, f, rc);
    int t = value_is_exact_dict(box) ? dict_contains(th, AS(Dict, box), item) : object_contains(th, box, item);
    if (UNLIKELY(t < 0)) { opnd_fail(th, f, ri); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, ri);
    opnd_done(th, f, rc);
    return t;
}
int slow_contains(Thread *th, Frame *f, Instr insn, bool negate) {
    int t = contains(th, f, instr_b(insn), instr_c(insn));
    if (UNLIKELY(t < 0)) return -1;
    DST(value_bool(t != negate));
    return 0;
}
int slow_contains_jump(Thread *th, Frame *f, Instr insn) { return contains(th, f, instr_a(insn), instr_b(insn)); }
