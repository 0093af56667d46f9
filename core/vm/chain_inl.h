// SPDX-License-Identifier: MIT
// Chains of float operations (core/vm/ops_float.h): their tables, and which twin an instruction becomes. For interp.c alone, which has the opcodes
// of the twins.
#ifndef LADON_VM_CHAIN_INL_H
#define LADON_VM_CHAIN_INL_H

#include "core/vm/interp_int.h"
#include "core/vm/twins.h"

// [c] after vm_init: where an instruction goes on that gets a double as its operand B (of a comparing jump: A) or C (B). NULL: it never does.
static const void *acc_b[OP_COUNT], *acc_c[OP_COUNT];

// The first of the three float twins of a generic arithmetic opcode; 0: it has none.
static const uint16_t first_float_twin[OP_GENERIC_COUNT] = {
#define FLOAT_TWINS(generic) [OP_##generic] = OP_##generic##_FLOAT,
#include "core/vm/specialise.def"
};

// Every opcode of a consumer goes by `spill`, but for those that get an entry of their own afterwards.
static void chain_consumer(const void **table, unsigned generic, const void *spill) {
    table[generic] = spill;
    for (unsigned i = 0; first_float_twin[generic] && i < 3; i++) table[first_float_twin[generic] + i] = spill;
}

// Which table takes what an instruction has written to register reg on to `next`, the instruction behind it: 1 acc_b, 2 acc_c, 0 none.
static unsigned chain_of(Instr next, unsigned reg) {
    unsigned op = vm_generic_opcode(instr_op(next));
    bool jump = op >= OP_JLT_T && op <= OP_JGE_F_RK;
    bool b = acc_b[op] && (jump ? instr_a(next) : instr_b(next)) == reg, c = acc_c[op] && (jump ? instr_b(next) : instr_c(next)) == reg;
    return b == c ? 0 : b ? 1 : 2;
}
// The twin for the arithmetic instruction insn before `next`. Its result can only be handed over when it goes to a temporary.
static NOINLINE unsigned float_twin(const Frame *f, Instr insn, Instr next) {
    return first_float_twin[vm_generic_opcode(instr_op(insn))] + (instr_a(insn) >= f->temp_base ? chain_of(next, instr_a(insn)) : 0);
}

// x as a double, when it is an immediate float or an int that converts exactly.
ALWAYS_INLINE bool as_double(Value x, double *d) {
    if (LIKELY(value_is_imm_float(x))) { *d = value_imm_float_get(x); return true; }
    if (!value_is_imm_int(x)) return false;
    int64_t i = value_imm_int_get(x);
    *d = (double)i;
    return i >= -(1LL << 53) && i <= (1LL << 53);
}

#endif
