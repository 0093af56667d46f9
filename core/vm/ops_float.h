// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Float arithmetic in chains.
//
// A generic arithmetic instruction that meets a float becomes a twin. When the next instruction takes the result out of its temporary at once,
// the twin is one that hands the double over in a machine register (`acc`) instead: it jumps to the next instruction through acc_b or acc_c
// (the result is that instruction's operand B, or C; of a comparing jump: A, or B), whose entries know `acc` and do not look at the temporary. So the
// parts of an expression are neither encoded nor stored. An entry whose other operand is no float puts the value where it belongs and
// goes on with the plain instruction (SPILL). The bytecode itself does not change, only opcodes within it: an instruction that is reached by a
// jump is entered the plain way.
// Only opcodes whose generic form is in the tables below are ever jumped to in this way (chain_consumer).

// d = x op y; false when that raises.
#define DOUBLE_ADD(x, y, d) ((d) = (x) + (y), true)
#define DOUBLE_SUB(x, y, d) ((d) = (x) - (y), true)
#define DOUBLE_MUL(x, y, d) ((d) = (x) * (y), true)
#define DOUBLE_TRUEDIV(x, y, d) ((y) != 0.0 && ((d) = (x) / (y), true))
// What a twin does for a pair of ints, and whether ints make a float.
#define TWIN_INTS_ADD(x, y) INT_PATH(ADD, x, y)
#define TWIN_INTS_SUB(x, y) INT_PATH(SUB, x, y)
#define TWIN_INTS_MUL(x, y) INT_PATH(MUL, x, y)
#define TWIN_INTS_TRUEDIV(x, y)
#define MIXED_ADD(x, y) !value_both_imm_int(x, y)
#define MIXED_SUB(x, y) !value_both_imm_int(x, y)
#define MIXED_MUL(x, y) !value_both_imm_int(x, y)
#define MIXED_TRUEDIV(x, y) true

#define SPILL_B() JUMP_TO_ACC(spill_b, acc)
#define SPILL_C() JUMP_TO_ACC(spill_c, acc)
#define SPILL_JA() JUMP_TO_ACC(spill_ja, acc)
#define SPILL_JB() JUMP_TO_ACC(spill_jb, acc)

// R[A] = d.
#define OUT_R(d) do { Value f_; if (LIKELY(value_encode_float((d), &f_))) SET_NEXT(A, f_, 0); JUMP_TO_ACC(box_float, d); } while (0)
#define OUT_B(d) DISPATCH_ACC(acc_b, d)
#define OUT_C(d) DISPATCH_ACC(acc_c, d)

#define FLOAT_TWIN(name, o, slow, X, Y, OUT) \
    INSTR(name) { \
        Value x = X, y = Y; \
        double p, q, d; \
        if (LIKELY(value_both_imm_float(x, y))) { \
            p = value_imm_float_get(x); q = value_imm_float_get(y); \
            if (LIKELY(DOUBLE_##o(p, q, d))) OUT(d); \
        } \
        TWIN_INTS_##o(x, y) \
        if (MIXED_##o(x, y) && as_double(x, &p) && as_double(y, &q) && DOUBLE_##o(p, q, d)) OUT(d); \
        GOTO_SLOW(slow); \
    }
#define ACC_ENTRY_B(name, o, Y, OUT) ACC_INSTR(b, name) { double q, d; if (LIKELY(as_double(Y, &q)) && LIKELY(DOUBLE_##o(acc, q, d))) OUT(d); SPILL_B(); }
#define ACC_ENTRY_C(name, o, X, OUT) ACC_INSTR(c, name) { double p, d; if (LIKELY(as_double(X, &p)) && LIKELY(DOUBLE_##o(p, acc, d))) OUT(d); SPILL_C(); }

#define TWINS_RR(generic, o) \
    FLOAT_TWIN(generic##_FLOAT, o, generic, RB, RC, OUT_R) FLOAT_TWIN(generic##_FLOAT_B, o, generic, RB, RC, OUT_B) FLOAT_TWIN(generic##_FLOAT_C, o, generic, RB, RC, OUT_C) \
    ACC_ENTRY_B(generic##_FLOAT, o, RC, OUT_R) ACC_ENTRY_B(generic##_FLOAT_B, o, RC, OUT_B) ACC_ENTRY_B(generic##_FLOAT_C, o, RC, OUT_C) \
    ACC_ENTRY_C(generic##_FLOAT, o, RB, OUT_R) ACC_ENTRY_C(generic##_FLOAT_B, o, RB, OUT_B) ACC_ENTRY_C(generic##_FLOAT_C, o, RB, OUT_C)
#define TWINS_RK(generic, o) \
    FLOAT_TWIN(generic##_FLOAT, o, generic, RB, KC, OUT_R) FLOAT_TWIN(generic##_FLOAT_B, o, generic, RB, KC, OUT_B) FLOAT_TWIN(generic##_FLOAT_C, o, generic, RB, KC, OUT_C) \
    ACC_ENTRY_B(generic##_FLOAT, o, KC, OUT_R) ACC_ENTRY_B(generic##_FLOAT_B, o, KC, OUT_B) ACC_ENTRY_B(generic##_FLOAT_C, o, KC, OUT_C)
#define TWINS_KR(generic, o) \
    FLOAT_TWIN(generic##_FLOAT, o, generic, KB, RC, OUT_R) FLOAT_TWIN(generic##_FLOAT_B, o, generic, KB, RC, OUT_B) FLOAT_TWIN(generic##_FLOAT_C, o, generic, KB, RC, OUT_C) \
    ACC_ENTRY_C(generic##_FLOAT, o, KB, OUT_R) ACC_ENTRY_C(generic##_FLOAT_B, o, KB, OUT_B) ACC_ENTRY_C(generic##_FLOAT_C, o, KB, OUT_C)
#define TWINS(o) TWINS_RR(o, o) TWINS_RR(I##o, o) TWINS_RK(o##_RK, o) TWINS_RK(I##o##_RK, o) TWINS_KR(o##_KR, o)
TWINS(ADD)
TWINS(SUB)
TWINS(MUL)
TWINS(TRUEDIV)

// Comparing jumps. The generic instructions do floats themselves; these are their entries for chains.
#define ACC_JUMP_A(name, o, Y, then) ACC_INSTR(b, name) { double q; if (LIKELY(as_double(Y, &q))) { bool c = CMP_OP_##o(acc, q); then(c); } SPILL_JA(); }
#define ACC_JUMP_B(name, o, X, then) ACC_INSTR(c, name) { double p; if (LIKELY(as_double(X, &p))) { bool c = CMP_OP_##o(p, acc); then(c); } SPILL_JB(); }
#define ACC_JUMPS(o) \
    ACC_JUMP_A(J##o##_T, o, RB, JUMP_T) ACC_JUMP_A(J##o##_F, o, RB, JUMP_F) ACC_JUMP_A(J##o##_T_RK, o, KB, JUMP_T) ACC_JUMP_A(J##o##_F_RK, o, KB, JUMP_F) \
    ACC_JUMP_B(J##o##_T, o, RA, JUMP_T) ACC_JUMP_B(J##o##_F, o, RA, JUMP_F)
ACC_JUMPS(LT)
ACC_JUMPS(LE)
ACC_JUMPS(EQ)
ACC_JUMPS(NE)
ACC_JUMPS(GT)
ACC_JUMPS(GE)

// R[A].name = acc, over a slot that holds no pointer.
ACC_INSTR(b, STORE_ATTR) {
    Value x = RA, f;
    if (LIKELY(value_is_ptr(x)) && !IS_TEMP(A)) {
        Object *o = value_object(x);
        uint64_t slot = ic_slot(atomic_load_relaxed(&pc[0]), SHAPE_ID(o));
        if (LIKELY(slot <= IC_SLOT_MAX) && LIKELY(WRITABLE(o))) {
            Value *place = (Value *)o + slot, old = atomic_load_relaxed(place);
            if ((LIKELY(!value_is_ptr(old)) || old == NO_VALUE) && LIKELY(value_encode_float(acc, &f))) {
                atomic_store_release(place, f);
                NEXT(2);
            }
        }
    }
    SPILL_B();
}

// What read a borrowed float: attributes and items of lists that go straight into an operation.
#define LOAD_ATTR_FLOAT(sfx, table) \
    INSTR(LOAD_ATTR_B_FLOAT_##sfx) { \
        Value x = RB; \
        if (LIKELY(value_is_ptr(x)) && LIKELY(!IS_TEMP(B))) { \
            Object *o = value_object(x); \
            uint64_t slot = ic_slot(atomic_load_relaxed(&pc[0]), SHAPE_ID(o)); \
            if (LIKELY(slot <= IC_SLOT_MAX) && LIKELY(READABLE(o))) { \
                Value v = atomic_load_acquire((Value *)o + slot); \
                if (LIKELY(value_is_imm_float(v))) { pc += 1; DISPATCH_ACC(table, value_imm_float_get(v)); } \
                if (LIKELY(v != NO_VALUE)) { RA = v; NEXT(1); } \
            } \
        } \
        GOTO_SLOW(LOAD_ATTR_PROPERTY); \
    }
LOAD_ATTR_FLOAT(B, acc_b)
LOAD_ATTR_FLOAT(C, acc_c)
#define GETITEM_FLOAT(sfx, table) \
    INSTR(GETITEM_B_FLOAT_##sfx) { \
        Value x = RB, k = RC; \
        if (!IS_TEMP(B) && (!IS_TEMP(C) || !value_is_object(k))) { \
            ITEM_FAST(x, k, v) \
            if (LIKELY(value_is_imm_float(v))) { pc += 1; DISPATCH_ACC(table, value_imm_float_get(v)); } \
            if (LIKELY(v != NO_VALUE)) { RA = v; NEXT(1); } \
        } \
        GOTO_SLOW(GETITEM_B); \
    }
GETITEM_FLOAT(B, acc_b)
GETITEM_FLOAT(C, acc_c)

// An arithmetic instruction has met a float: it becomes its twin. Tracing looks at every instruction, so then nothing is handed over.
SLOW_INSTR(float_twin) {
    unsigned twin = float_twin(frame, insn, atomic_load_relaxed(pc));
    if ((uint16_t)atomic_load_relaxed(pc - 1) != twin) OPCODE_STORE(pc - 1, twin);
    if (UNLIKELY(table != vm_table_normal)) twin = first_float_twin[vm_generic_opcode(twin)];
    insn = (insn & ~(Instr)0xFFFF) | twin;
    DISPATCH_IN(vm_table_normal);
}
// A borrowed read (one cache word) has met a float: its twin hands it over when the next instruction takes it.
#define FLOAT_READ_TWIN(generic) do { \
        unsigned chain_ = chain_of(atomic_load_relaxed(pc + 1), A); \
        if (chain_ != 0) OPCODE_STORE(pc - 1, chain_ == 1 ? OP_##generic##_FLOAT_B : OP_##generic##_FLOAT_C); \
    } while (0)
SLOW_INSTR(LOAD_ATTR_B) {
    SAVE_PC();
    if (UNLIKELY(slow_load_attr_b(th, frame, insn) < 0)) ERROR();
    if (value_is_imm_float(RA)) FLOAT_READ_TWIN(LOAD_ATTR_B);
    NEXT(1);
}
// Once per place: the cache word says that it was tried.
SLOW_INSTR(GETITEM_B_FLOAT) {
    atomic_store_relaxed((uint64_t *)pc, 1);
    FLOAT_READ_TWIN(GETITEM_B);
    NEXT(1);
}

// Not instructions. The value handed over goes to the operand it stands for, and the instruction runs the plain way.
#define SPILL_TO(reg) \
    Value v; \
    if (UNLIKELY(!value_encode_float(acc, &v))) { \
        SAVE_PC(); \
        v = float_from_double(th, acc); \
        if (UNLIKELY(v == NO_VALUE)) ERROR(); \
        SET(reg, v); \
    } else regs[reg] = v; \
    DISPATCH_IN(vm_table_normal);
// Temporaries hold no pointer here: borrowed ones only ever get immediate floats.
COLD_INSTR(spill_b) { SPILL_TO(B) }
COLD_INSTR(spill_c) { SPILL_TO(C) }
COLD_INSTR(spill_ja) { SPILL_TO(A) }
COLD_INSTR(spill_jb) { SPILL_TO(B) }
// R[A] = acc, which is no immediate float.
COLD_INSTR(box_float) {
    SAVE_PC();
    Value v = float_from_double(th, acc);
    if (UNLIKELY(v == NO_VALUE)) ERROR();
    SET(A, v);
    SAFEPOINT();
    DISPATCH();
}
