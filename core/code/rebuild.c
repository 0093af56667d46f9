// SPDX-License-Identifier: MIT
// Code objects from what programs see of others (types.CodeType(), replace()): the inverse of view.c, so that what reads a code object's attributes here and
// makes one of them elsewhere (pickling functions by value) gets the same function. The result has passed code_valid() like one from a cache file. No locks:
// nobody else knows the code object before it is returned.
#include "core/code/view.h"

#include "core/object/bytes.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

static Value bad(Thread *th, const char *what) { return raise_value_error(th, "code: %s", what); }
static bool strs_only(Thread *th, Value t) {
    for (size_t i = 0; i < AS(Tuple, t)->len; i++)
        if (!value_is_str(AS(Tuple, t)->items[i])) {
            raise_type_error(th, "name tuples must contain only strings, not '%T'", AS(Tuple, t)->items[i]);
            return false;
        }
    return true;
}
// A tuple of the interned strings of another; NO_VALUE with the error.
static Value interned(Thread *th, Value names) {
    if (!strs_only(th, names)) return NO_VALUE;
    Tuple *t = tuple_new(th, AS(Tuple, names)->len);
    for (size_t i = 0; t && i < t->len; i++) t->items[i] = str_intern(th, new_ref(th, AS(Tuple, names)->items[i]));
    return t ? VALUE_OF(t) : NO_VALUE;
}

// ---- instructions

static uint64_t units(const uint8_t *p, unsigned n) {
    uint64_t v = 0;
    for (unsigned i = 0; i < 2 * n; i++) v |= (uint64_t)p[i] << 8 * i;
    return v;
}
// The opcode that is shown as op with this argument; those that differ by the register they fill are told apart later.
static unsigned hidden_opcode(unsigned op, uint32_t arg) {
    static const uint16_t super[] = {OP_LOAD_SUPER_ATTR, OP_LOAD_SUPER_METHOD, OP_LOAD_SUPER2_ATTR, OP_LOAD_SUPER2_METHOD};
    if (op == OP_LOAD_ATTR && (arg & 1)) return OP_LOAD_METHOD;
    return op == OP_LOAD_SUPER_ATTR ? super[arg & 3] : op;
}
// Fills c->instrs; where[unit] becomes the word that begins there, UINT32_MAX: none does.
static bool read_instrs(Thread *th, Code *c, const Bytes *text, uint32_t *where) {
    const uint8_t *p = text->data, *end = p + text->len;
    uint32_t arg = 0, first = 0;
    bool entry = p < end && p[0] == OP_RESUME && end - p >= 4 && units(p + 2, 1) == VIEW_ENTRY;
    if (entry) p += 4;
    for (first = (uint32_t)(p - text->data) / 2; p < end;) {
        unsigned op = p[0];
        arg = arg << 8 | p[1];
        p += 2;
        if (op == VIEW_EXTENDED_ARG) continue;
        if (op >= OP_GENERIC_COUNT) break;
        Instr in = op = hidden_opcode(op, arg);
        const char *name;
        size_t len;
        for (int i = 0, n; (n = view_operand(op, i, &name, &len)); i++) {
            if (end - p < 2 * n) goto fail;
            in |= (Instr)units(p, (unsigned)n) << (n == 2 ? 32 : 16 * (i + 1));    // B and C together
            p += 2 * n;
        }
        if (end - p < 8 * opcode_caches[op]) goto fail;
        where[first] = c->ninstrs;
        c->instrs[c->ninstrs++] = in;
        for (unsigned k = 0; k < opcode_caches[op]; k++, p += 8) c->instrs[c->ninstrs++] = opcode_has_operand_word(op) ? units(p, 4) : 0;
        first = (uint32_t)(p - text->data) / 2;
        arg = 0;
    }
    where[first] = c->ninstrs;
    if (p == end && first == text->len / 2 && c->ninstrs) return true;
fail:
    bad(th, "co_code is not a row of instructions");
    return false;
}
// Which of the instructions shown alike fill a borrowed register: known when the registers are.
static void borrow_instrs(Code *c) {
    for (uint32_t w = 0; w < c->ninstrs;) {
        unsigned op = instr_op(c->instrs[w]), dst = instr_a(c->instrs[w]);
        if ((op == OP_LOAD_ATTR || op == OP_GETITEM) && dst >= c->nlocals && dst < c->temp_base)
            c->instrs[w] = (c->instrs[w] & ~(Instr)0xFFFF) | (op == OP_LOAD_ATTR ? OP_LOAD_ATTR_B : OP_GETITEM_B);
        w += 1 + opcode_caches[op];
    }
}

// ---- handlers, and what the exception table says besides

typedef struct TableReader { const uint8_t *p, *end; bool bad; } TableReader;
static uint32_t read_varint(TableReader *r) {
    uint64_t v = 0;
    for (bool more = true; more && !r->bad;) {
        if (r->p == r->end || v >> 26) { r->bad = true; return 0; }
        v = v << 6 | (*r->p & 63);
        more = *r->p++ & 64;
    }
    return (uint32_t)v;
}
static uint32_t read_tail(TableReader *r) {
    uint64_t v = 0;
    for (int shift = 0; shift < 32; shift += 5) {
        if (r->p == r->end || (*r->p & 0xC0) != 64) break;
        v |= (uint64_t)(*r->p & 31) << shift;
        if (!(*r->p++ & 32)) return (uint32_t)v;
    }
    r->bad = true;
    return 0;
}
static bool read_handlers(Thread *th, Code *c, const Bytes *table, const uint32_t *where, uint32_t nunits, Value varnames, Value cellvars) {
    TableReader r = {table->data, table->data + table->len, false};
    uint32_t rows = 0, nvar = (uint32_t)AS(Tuple, varnames)->len, ncell = (uint32_t)AS(Tuple, cellvars)->len;
    c->exc_rows = mem_calloc(th, table->len / 4 + 1, sizeof *c->exc_rows);
    c->local_kinds = mem_calloc(th, (size_t)nvar + ncell + 1, 1);
    if (!c->exc_rows || !c->local_kinds) return false;
    while (r.p < r.end && (*r.p & 128) && !r.bad) {
        uint32_t start = read_varint(&r), stop = start + read_varint(&r), target = read_varint(&r), depth = read_varint(&r) >> 1;
        if (r.bad || start > nunits || stop > nunits || target > nunits || depth > UINT16_MAX || where[start] == UINT32_MAX || where[stop] == UINT32_MAX || where[target] == UINT32_MAX) break;
        c->exc_rows[rows++] = (ExcRow){where[start], where[stop], where[target], (uint16_t)depth, (uint16_t)depth};
    }
    c->nexc = rows;
    uint64_t args = (uint64_t)c->argcount + c->kwonlyargcount + !!(c->flags & CO_VARARGS) + !!(c->flags & CO_VARKEYWORDS);
    uint32_t borrowed = 0;
    bool tail = r.p < r.end && !(*r.p & 128);
    if (tail) {
        borrowed = read_tail(&r);
        for (uint32_t i = 0; i < rows && !r.bad; i++) c->exc_rows[i].exc_reg = (uint16_t)read_tail(&r);
        c->nlocals = read_tail(&r);
        if (c->nlocals > (uint64_t)nvar + ncell) r.bad = true;
        for (uint32_t i = 0; i < c->nlocals && !r.bad; i++) c->local_kinds[i] = read_tail(&r) & (LOCAL_CELL | LOCAL_HIDDEN | LOCAL_ARG);
    }
    if (!c->nlocals) {      // the usual order: parameters, variables, cells that are no parameters
        for (; c->nlocals < nvar; c->nlocals++) {
            uint8_t kind = c->nlocals < args ? LOCAL_ARG : LOCAL_PLAIN;
            for (uint32_t k = 0; kind && k < ncell; k++)
                if (AS(Tuple, cellvars)->items[k] == AS(Tuple, varnames)->items[c->nlocals]) kind |= LOCAL_CELL;
            c->local_kinds[c->nlocals] = kind;
        }
        for (uint32_t k = 0; k < ncell; k++) {
            bool parameter = false;
            for (uint32_t i = 0; i < nvar && i < args; i++) parameter |= AS(Tuple, cellvars)->items[k] == AS(Tuple, varnames)->items[i];
            if (!parameter) c->local_kinds[c->nlocals++] = LOCAL_CELL;
        }
    }
    c->temp_base = c->nlocals + borrowed;
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t depth = (uint64_t)c->exc_rows[i].depth + c->temp_base, reg = (uint64_t)c->exc_rows[i].exc_reg + c->temp_base;
        if (depth > UINT16_MAX || reg > UINT16_MAX) r.bad = true;
        c->exc_rows[i].depth = (uint16_t)depth;
        c->exc_rows[i].exc_reg = (uint16_t)reg;
    }
    if (!r.bad && r.p == r.end && borrowed <= UINT16_MAX) return true;
    bad(th, "co_exceptiontable is not an exception table");
    return false;
}
// The names of the registers, taken in turn from the two lists that programs see.
static Value register_names(Thread *th, const Code *c, Value varnames, Value cellvars) {
    Tuple *t = tuple_new(th, c->nlocals);
    size_t v = 0, k = 0;
    for (uint32_t i = 0; t && i < c->nlocals; i++) {
        bool cell = c->local_kinds[i] & LOCAL_CELL, variable = !cell || (c->local_kinds[i] & LOCAL_ARG);
        bool there = (!variable || v < AS(Tuple, varnames)->len) && (!cell || k < AS(Tuple, cellvars)->len);
        if (!there) break;
        t->items[i] = new_ref(th, variable ? AS(Tuple, varnames)->items[v] : AS(Tuple, cellvars)->items[k]);
        v += variable;
        k += cell;
    }
    if (t && v == AS(Tuple, varnames)->len && k == AS(Tuple, cellvars)->len) return VALUE_OF(t);
    if (!t) return NO_VALUE;
    for (uint32_t i = 0; i < c->nlocals; i++) if (t->items[i] == NO_VALUE) t->items[i] = VALUE_NONE;
    decref(th, VALUE_OF(t));
    return bad(th, "co_varnames and co_cellvars do not fit the registers");
}

Code *code_from_parts(Thread *th, const CodeParts *p) {
    Code *c = code_new(th);
    if (!c) return NULL;
    const Bytes *text = AS(Bytes, p->code);
    uint32_t nunits = (uint32_t)(text->len / 2), *where = NULL;
    Value varnames = NO_VALUE, cellvars = NO_VALUE;
    c->flags = p->flags; c->argcount = p->argcount; c->posonlyargcount = p->posonlyargcount; c->kwonlyargcount = p->kwonlyargcount;
    c->firstlineno = p->firstlineno;
    c->name = new_ref(th, p->name); c->qualname = new_ref(th, p->qualname); c->filename = new_ref(th, p->filename);
    set_ref(th, &c->const_tuple, new_ref(th, p->consts));
    if (text->len % 2 || text->len > UINT32_MAX) { bad(th, "co_code is malformed"); goto fail; }
    if (p->nlocals != AS(Tuple, p->varnames)->len) { bad(th, "co_nlocals != len(co_varnames)"); goto fail; }
    Value names = interned(th, p->names), freevars = names != NO_VALUE ? interned(th, p->freevars) : NO_VALUE;
    if (names != NO_VALUE) set_ref(th, &c->names, names);
    if (freevars == NO_VALUE) goto fail;
    set_ref(th, &c->freevars, freevars);
    if ((varnames = interned(th, p->varnames)) == NO_VALUE || (cellvars = interned(th, p->cellvars)) == NO_VALUE) goto fail;
    c->instrs = mem_calloc(th, (size_t)nunits + 1, sizeof *c->instrs);
    where = mem_alloc(th, ((size_t)nunits + 1) * sizeof *where);
    if (!c->instrs || !where) goto fail;
    memset(where, 0xFF, ((size_t)nunits + 1) * sizeof *where);
    if (!read_instrs(th, c, text, where) || !read_handlers(th, c, AS(Bytes, p->exceptiontable), where, nunits, varnames, cellvars)) goto fail;
    uint64_t nregs = (uint64_t)c->nlocals + p->stacksize;
    c->nregs = nregs > UINT16_MAX ? UINT16_MAX : (uint32_t)nregs;
    Value locals = register_names(th, c, varnames, cellvars);
    if (locals == NO_VALUE) goto fail;
    set_ref(th, &c->local_names, locals);
    borrow_instrs(c);
    if (!code_valid(c)) { bad(th, "the values do not fit the instructions"); goto fail; }
    uint32_t npos;
    PosRow *rows = view_parse_linetable(th, c, AS(Bytes, p->linetable)->data, AS(Bytes, p->linetable)->len, c->firstlineno, &npos);
    int positioned = rows ? code_set_positions(th, c, rows, npos) : -1;
    mem_free(rows);
    if (positioned) goto fail;
    code_finish(th, c);
    mem_free(where);
    decref(th, varnames); decref(th, cellvars);
    return c;
fail:
    mem_free(where);
    decref(th, varnames); decref(th, cellvars);
    decref(th, VALUE_OF(c));
    return NULL;
}
