// SPDX-License-Identifier: MIT
// Code objects in cache files. Layout after the type byte 'c':
//   u8  1: a checksum follows, over the rest; 0: inside another code object, whose checksum covers it
//   u64 checksum, u32 length of the rest (1 only)
//   u32 flags argcount posonlyargcount kwonlyargcount nlocals temp_base nregs firstlineno ninstrs nexc npos pos_size
//   instructions, exception rows, position rows, local kinds: as in memory, little-endian; caches zero, opcodes generic
//   const_tuple names local_names freevars name qualname filename: marshalled values
// What is read is checked so that no instruction can touch a register, constant, name or word that is not there.
#include "core/code/marshal.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/object/str.h"
#include "core/object/tuple.h"

enum { CODE_FORMAT = 12, HEAD_WORDS = 12 };
unsigned vm_generic_opcode(unsigned op);   // core/vm/interp.c

static uint64_t checksum(const uint8_t *p, size_t n) {
    uint64_t h = n * 0x9E3779B97F4A7C15u + 0x1234567;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = (h ^ w) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
    }
    uint64_t w = 0;
    memcpy(&w, p, n);
    h = (h ^ w) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 29;
}

uint32_t marshal_format_id(void) {
    uint32_t h = 2166136261u ^ CODE_FORMAT;
    for (unsigned i = 0; i < OP_GENERIC_COUNT; i++) {
        for (const char *p = opcode_names[i]; *p; p++) h = (h ^ (uint8_t)*p) * 16777619u;
        for (const char *p = opcode_formats[i]; *p; p++) h = (h ^ (uint8_t)*p) * 16777619u;
        h = (h ^ opcode_caches[i]) * 16777619u;
    }
    return h;
}

// ---- writing ---------------------------------------------------------------------------------------------------

static void put_instrs(MarshalWriter *w, const Code *c) {
    size_t at = w->len;
    marshal_put(w, c->instrs, c->ninstrs * sizeof(Instr));
    if (w->failed) return;
    for (uint32_t i = 0; i < c->ninstrs;) {
        Instr insn = atomic_load_relaxed(&c->instrs[i]);
        unsigned op = vm_generic_opcode(instr_op(insn));
        insn = (insn & ~(Instr)0xFFFF) | op;
        memcpy(w->buf + at + i++ * sizeof insn, &insn, sizeof insn);
        for (unsigned k = 0; k < opcode_caches[op] && i < c->ninstrs; k++, i++)
            if (!opcode_has_operand_word(op)) memset(w->buf + at + i * sizeof insn, 0, sizeof insn);
    }
}

int marshal_write_code(MarshalWriter *w, Code *c) {
    bool outer = !w->in_code;
    marshal_put_u8(w, outer);
    size_t start = w->len;
    if (outer) marshal_put(w, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    uint32_t head[HEAD_WORDS] = {c->flags, c->argcount, c->posonlyargcount, c->kwonlyargcount, c->nlocals, c->temp_base, c->nregs, (uint32_t)c->firstlineno, c->ninstrs, c->nexc, c->npos, c->pos_size};
    for (unsigned i = 0; i < HEAD_WORDS; i++) marshal_put_u32(w, head[i]);
    put_instrs(w, c);
    marshal_put(w, c->exc_rows, c->nexc * sizeof(ExcRow));
    marshal_put(w, c->pos_table, c->pos_size);
    marshal_put(w, c->local_kinds, c->nlocals);
    w->in_code = true;
    Value parts[] = {c->const_tuple, c->names, c->local_names, c->freevars, c->name, c->qualname, c->filename};
    int r = 0;
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(parts); i++) r = marshal_write(w, parts[i]);
    w->in_code = !outer;
    if (outer && r == 0 && !w->failed) {
        size_t n = w->len - start - 12;
        uint64_t sum = checksum(w->buf + start + 12, n);
        uint32_t n32 = (uint32_t)n;
        memcpy(w->buf + start, &sum, 8);
        memcpy(w->buf + start + 8, &n32, 4);
    }
    return r;
}

bool marshal_code_intact(const uint8_t *p, size_t n) {
    if (n < 14 || (p[0] & 0x7F) != 'c' || p[1] != 1) return false;
    uint64_t sum;
    uint32_t len;
    memcpy(&sum, p + 2, 8);
    memcpy(&len, p + 10, 4);
    return len == n - 14 && sum == checksum(p + 14, len);
}

// ---- checking --------------------------------------------------------------------------------------------------

typedef struct Check { const Code *c; size_t nconst, nname, nfree; uint8_t *starts; } Check;

// The word a jump goes to: checked against the starts of instructions later.
static bool mark_jump(Check *k, uint32_t next, int64_t distance) {
    int64_t to = (int64_t)next + distance;
    if (to < 0 || to >= k->c->ninstrs) return false;
    k->starts[to] |= 2;
    return true;
}

// What the format letters of opcodes.def say about an operand.
enum { OPERAND_NONE, OPERAND_JUMP_BC, OPERAND_CONST_BC, OPERAND_DST, OPERAND_BASE, OPERAND_JUMP_C, OPERAND_CONST, OPERAND_NAME, OPERAND_NUMBER, OPERAND_REG };
static uint8_t operands[OP_GENERIC_COUNT][4];   // [c] after operands_init
static pthread_once_t operands_once = PTHREAD_ONCE_INIT;

static uint8_t operand_kind(const char *f, size_t n) {
    if (n == 3 && memcmp(f, "jBC", 3) == 0) return OPERAND_JUMP_BC;
    if (n == 3 && memcmp(f, "kBC", 3) == 0) return OPERAND_CONST_BC;
    if (n == 3 && memcmp(f, "dst", 3) == 0) return OPERAND_DST;
    if (n == 4 && memcmp(f, "base", 4) == 0) return OPERAND_BASE;
    switch (*f) {
    case 'j': return OPERAND_JUMP_C;
    case 'k': return OPERAND_CONST;
    case 'n': return OPERAND_NAME;
    case 'i': case 'A': return OPERAND_NUMBER;
    default: return OPERAND_REG;    // a b c, kept or not
    }
}
static void operands_init(void) {
    for (unsigned op = 0; op < OP_GENERIC_COUNT; op++) {
        unsigned pos = 0;
        for (const char *f = opcode_formats[op]; *f;) {
            const char *e = f;
            while (*e && *e != ' ') e++;
            operands[op][pos++] = operand_kind(f, (size_t)(e - f));
            f = *e ? e + 1 : e;
        }
    }
}

static bool check_instr(Check *k, uint32_t at, uint32_t next) {
    const Code *c = k->c;
    Instr insn = c->instrs[at];
    unsigned op = instr_op(insn);
    uint16_t v[3] = {instr_a(insn), instr_b(insn), instr_c(insn)};
    for (unsigned pos = 0; pos < 3; pos++) {
        uint32_t x = v[pos];
        switch (operands[op][pos]) {
        case OPERAND_NONE: pos = 2; break;
        case OPERAND_JUMP_BC: if (!mark_jump(k, next, instr_bc(insn))) return false; break;
        case OPERAND_CONST_BC: if (instr_bc(insn) < 0 || (size_t)instr_bc(insn) >= k->nconst) return false; break;
        case OPERAND_DST: {
            bool two = op == OP_LOAD_METHOD || op == OP_LOAD_SUPER_METHOD || op == OP_LOAD_SUPER2_METHOD || op == OP_LOAD_SPECIAL;
            if (x + two >= c->nregs) return false;
            break;
        }
        case OPERAND_BASE: if (x + opcode_base_extent(op, insn) > c->nregs) return false; break;
        case OPERAND_JUMP_C: if (!mark_jump(k, next, (int16_t)x)) return false; break;
        case OPERAND_CONST: if (x >= k->nconst) return false; break;
        case OPERAND_NAME: if (x >= k->nname && !opcode_counts(op)) return false; break;
        case OPERAND_NUMBER: if (x >= k->nfree && opcode_is_free(op)) return false; break;
        default: {
            unsigned more = op == OP_WITH_EXCEPT && pos == 1;
            // RAISE says in C which of A and B it uses; others may be anything.
            bool unused = op == OP_RAISE && pos < 2 && v[2] <= pos;
            if (!unused && x + more >= c->nregs) return false;
        }
        }
    }
    switch (op) {
    case OP_CALL_KW: case OP_CALL_METHOD_KW: {
        uint64_t idx = c->instrs[at + 1];
        if (idx >= k->nconst) return false;
        Value t = AS(Tuple, c->const_tuple)->items[idx];
        if (!value_is_exact_tuple(t) || AS(Tuple, t)->len > v[2]) return false;
        for (size_t i = 0; i < AS(Tuple, t)->len; i++)
            if (!value_is_exact_str(AS(Tuple, t)->items[i])) return false;
        return true;
    }
    case OP_SEND: case OP_FOR_ITER_LONG: return mark_jump(k, next, (int64_t)c->instrs[at + 1]);
    case OP_MAKE_FUNCTION: return value_is_exact(AS(Tuple, c->const_tuple)->items[v[1]], &type_code);
    case OP_CHECK_BOUND: case OP_DELETE_LOCAL: case OP_MAKE_CELL: case OP_STORE_DEREF: case OP_DELETE_DEREF: return v[0] < c->nlocals;
    case OP_LOAD_DEREF: return v[1] < c->nlocals;
    case OP_LOAD_FROM_DICT_OR_DEREF: return v[2] < c->nlocals;
    case OP_LOAD_COMMON: return v[1] <= 4;
    case OP_LOAD_SPECIAL: return v[2] <= 3;
    case OP_INTRINSIC1: return v[2] <= INTRINSIC_UNPACK_ALIAS;
    case OP_INTRINSIC2: return v[2] <= INTRINSIC2_SET_TYPEPARAM_DEFAULT;
    default: return true;
    }
}

static bool ends_flow(unsigned op) {
    return op == OP_RETURN || op == OP_RETURN_CONST || op == OP_RAISE || op == OP_RERAISE || op == OP_JUMP || op == OP_JUMP_BACK;
}

static bool strs_in(Value t) {
    for (size_t i = 0; i < AS(Tuple, t)->len; i++)
        if (!value_is_exact_str(AS(Tuple, t)->items[i])) return false;
    return true;
}

bool code_valid(const Code *c) {
    if (c->temp_base < c->nlocals || c->nregs < c->temp_base || c->nregs > 0xFFFF || c->ninstrs == 0) return false;
    uint64_t args = (uint64_t)c->argcount + c->kwonlyargcount + !!(c->flags & CO_VARARGS) + !!(c->flags & CO_VARKEYWORDS);
    if (c->posonlyargcount > c->argcount || args > c->nlocals) return false;
    if (AS(Tuple, c->local_names)->len != c->nlocals || !strs_in(c->names) || !strs_in(c->local_names) || !strs_in(c->freevars)) return false;
    pthread_once(&operands_once, operands_init);
    Check k = {c, AS(Tuple, c->const_tuple)->len, AS(Tuple, c->names)->len, AS(Tuple, c->freevars)->len, calloc(c->ninstrs, 1)};
    if (!k.starts) return false;
    bool ok = true;
    unsigned last = OP_NOP;
    for (uint32_t i = 0; ok && i < c->ninstrs;) {
        unsigned op = instr_op(c->instrs[i]);
        uint32_t next = op < OP_GENERIC_COUNT ? i + 1 + opcode_caches[op] : 0;
        if (op >= OP_GENERIC_COUNT || next > c->ninstrs) { ok = false; break; }
        k.starts[i] |= 1;
        ok = check_instr(&k, i, next);
        last = op;
        i = next;
    }
    ok = ok && (ends_flow(last) || last == OP_NOP);
    for (uint32_t i = 0; ok && i < c->ninstrs; i++) ok = k.starts[i] != 2;
    for (uint32_t i = 0; ok && i < c->nexc; i++) {
        const ExcRow *e = &c->exc_rows[i];
        ok = e->start <= e->end && e->end <= c->ninstrs && e->target < c->ninstrs && (k.starts[e->target] & 1) && e->depth <= c->nregs && e->exc_reg < c->nregs;
    }
    ok = ok && c->npos <= c->pos_size;      // unpacking trusts nothing else
    free(k.starts);
    return ok;
}

// ---- reading ---------------------------------------------------------------------------------------------------

static void *read_block(MarshalReader *r, size_t n, size_t each) {
    if (n > SIZE_MAX / 64 || (!r->file && n * each > (size_t)(r->end - r->p))) {
        raise_error(r->th, &exc_EOFError, "marshal data too short");
        return NULL;
    }
    void *b = mem_alloc(r->th, n && each ? n * each : 1);
    const uint8_t *p = b ? marshal_need(r, n * each) : NULL;
    if (!p) {
        mem_free(b);
        return NULL;
    }
    memcpy(b, p, n * each);
    return b;
}

Value marshal_read_code(MarshalReader *r) {
    Thread *th = r->th;
    const uint8_t *p = marshal_need(r, 1);
    if (!p) return NO_VALUE;
    bool outer = *p == 1;
    if (*p > 1 || outer == r->in_code) return marshal_bad(th, "code object");
    if (outer) {
        if (!(p = marshal_need(r, 12))) return NO_VALUE;
        uint64_t sum;
        uint32_t len;
        memcpy(&sum, p, 8);
        memcpy(&len, p + 8, 4);
        if (r->file) {
            // The whole of it at once: the checksum comes before anything is believed.
            const uint8_t *q = marshal_need(r, len);
            if (!q) return NO_VALUE;
            if (checksum(q, len) != sum) return marshal_bad(th, "damaged code object");
            uint8_t *copy = malloc((size_t)len + 2);
            if (!copy) return raise_memory_error(th);
            copy[0] = 0;
            memcpy(copy + 1, q, len);
            MarshalReader inner = {.th = th, .p = copy, .end = copy + 1 + len, .allow_code = true, .in_code = true, .depth = r->depth};
            Value v = marshal_read_code(&inner);
            marshal_reader_end(&inner);
            free(copy);
            return v;
        }
        if ((size_t)(r->end - r->p) < len) return raise_error(th, &exc_EOFError, "marshal data too short");
        if (checksum(r->p, len) != sum) return marshal_bad(th, "damaged code object");
    }
    uint32_t h[HEAD_WORDS];
    for (unsigned i = 0; i < HEAD_WORDS; i++)
        if (!marshal_get_u32(r, &h[i])) return NO_VALUE;
    Code *c = code_new(th);
    if (!c) return NO_VALUE;
    c->flags = h[0], c->argcount = h[1], c->posonlyargcount = h[2], c->kwonlyargcount = h[3], c->nlocals = h[4], c->temp_base = h[5], c->nregs = h[6];
    c->firstlineno = (int32_t)h[7], c->ninstrs = h[8], c->nexc = h[9], c->npos = h[10], c->pos_size = h[11];
    c->name = c->qualname = c->filename = str_empty;
    bool in_code = r->in_code;
    size_t refs = r->nrefs;
    (void)refs;
    if (!(c->instrs = read_block(r, c->ninstrs, sizeof(Instr))) || !(c->exc_rows = read_block(r, c->nexc, sizeof(ExcRow))) ||
        !(c->pos_table = read_block(r, c->pos_size, 1)) || !(c->local_kinds = read_block(r, c->nlocals, 1)))
        goto fail;
    r->in_code = true;
    Value *parts[] = {&c->const_tuple, &c->names, &c->local_names, &c->freevars, &c->name, &c->qualname, &c->filename};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        Value v = marshal_read(r);
        if (v == NO_VALUE) {
            if (!error_pending(th)) raise_type_error(th, "NULL object in marshal data for object");
            goto fail;
        }
        if (i < 4 ? !value_is_exact_tuple(v) : !value_is_exact_str(v)) {
            decref(th, v);
            marshal_bad(th, "code object");
            goto fail;
        }
        set_ref(th, parts[i], v);
    }
    r->in_code = in_code;
    if (!code_valid(c)) {
        marshal_bad(th, "code object");
        goto fail;
    }
    code_finish(th, c);
    return VALUE_OF(c);
fail:
    r->in_code = in_code;
    object_decref(th, &c->head);
    return NO_VALUE;
}
