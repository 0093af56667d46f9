// SPDX-License-Identifier: MIT
// Code objects as text, for tests and for people: one line per instruction, operands as the opcode's format says, then handlers.
#include "core/code/code.h"

#include "core/object/str.h"
#include "core/object/tuple.h"

unsigned vm_generic_opcode(unsigned op);

static void text(StrBuilder *b, Value v) {
    if (v == NO_VALUE) { error_clear(b->th); str_builder_cstr(b, "?"); return; }
    str_builder_str(b, v);
    decref(b->th, v);
}
static void reg(StrBuilder *b, const Code *c, unsigned i) {
    if (i < c->nlocals) str_builder_str(b, AS(Tuple, c->local_names)->items[i]);
    else text(b, str_format(b->th, i < c->temp_base ? "b%u" : "t%u", i < c->temp_base ? i - c->nlocals : i - c->temp_base));
}
static void constant(StrBuilder *b, const Code *c, uint32_t i) {
    if (i >= AS(Tuple, c->const_tuple)->len) { str_builder_cstr(b, "?"); return; }
    text(b, object_repr(b->th, c->consts[i]));
}
Value code_disassemble(Thread *th, Code *c) {
    StrBuilder b;
    str_builder_init(&b, th);
    text(&b, str_format(th, "%U: %u registers, %u locals, temporaries from %u\n", c->qualname, c->nregs, c->nlocals, c->temp_base));
    int last_line = -1;
    for (uint32_t i = 0; i < c->ninstrs;) {
        Instr insn = c->instrs[i];
        unsigned op = vm_generic_opcode(instr_op(insn));
        if (op >= OP_GENERIC_COUNT) { str_builder_cstr(&b, "?\n"); break; }
        const PosRow *p = code_position(c, i);
        int line = p ? p->line : 0;
        text(&b, line != last_line ? str_format(th, "%d\t%u\t%s", line, i, opcode_names[op]) : str_format(th, "\t%u\t%s", i, opcode_names[op]));
        last_line = line;
        unsigned operands[3] = {instr_a(insn), instr_b(insn), instr_c(insn)}, k = 0;
        uint32_t next = i + 1 + opcode_caches[op];
        for (const char *f = opcode_formats[op]; *f;) {
            while (*f == ' ') f++;
            size_t n = strcspn(f, " ");
            if (!n) break;
            str_builder_char(&b, ' ');
            unsigned x = k < 3 ? operands[k] : 0;
            if (strncmp(f, "kBC", n) == 0 && n == 3) constant(&b, c, (uint32_t)instr_bc(insn));
            else if (strncmp(f, "jBC", n) == 0 && n == 3) text(&b, str_format(th, "-> %d", (int)next + instr_bc(insn)));
            else if (*f == 'j') text(&b, str_format(th, "-> %d", (int)next + (int16_t)x));
            else if (*f == 'k') constant(&b, c, x);
            else if (*f == 'n' && !opcode_counts(op) &&
                     x < AS(Tuple, c->names)->len) str_builder_str(&b, AS(Tuple, c->names)->items[x]);
            else if (*f == 'i' || *f == 'n' || *f == 'A') text(&b, str_format(th, "%u", x));
            else reg(&b, c, x);
            k++;
            f += n;
        }
        str_builder_char(&b, '\n');
        i = next;
    }
    for (uint32_t i = 0; i < c->nexc; i++) {
        const ExcRow *r = &c->exc_rows[i];
        text(&b, str_format(th, "[%u, %u) -> %u, depth %u, exception in ", r->start, r->end, r->target, (unsigned)r->depth));
        reg(&b, c, r->exc_reg);
        str_builder_char(&b, '\n');
    }
    return str_builder_finish(&b);
}
