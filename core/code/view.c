// SPDX-License-Identifier: MIT
// How Python programs see the instructions of a code object (see view.h). Nothing here runs in the course of execution: offsets are computed when somebody
// asks for one, and kept with the code object: Code.offsets is published once, by compare-and-swap, and never changes.
#include "core/code/view.h"

#include "core/object/bytes.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

unsigned vm_generic_opcode(unsigned op);
_Static_assert(VIEW_OPCODES <= 256, "an opcode is one byte of a code unit");

static Instr generic(const Code *c, uint32_t word) {
    Instr insn = atomic_load_relaxed(&c->instrs[word]);
    return (insn & ~(Instr)0xFFFF) | vm_generic_opcode(instr_op(insn));
}
const char *view_name(unsigned op) {
    switch (op) {
    case OP_RETURN: return "RETURN_VALUE";
    case OP_RAISE: return "RAISE_VARARGS";
    case OP_JUMP: return "JUMP_FORWARD";
    case OP_JUMP_BACK: return "JUMP_BACKWARD";
    case OP_CONVERT: return "CONVERT_VALUE";
    case OP_LOAD_COMMON: return "LOAD_COMMON_CONSTANT";
    case OP_INTRINSIC1: return "CALL_INTRINSIC_1";
    case OP_INTRINSIC2: return "CALL_INTRINSIC_2";
    case VIEW_EXTENDED_ARG: return "EXTENDED_ARG";
    case VIEW_CACHE: return "CACHE";
    default: return opcode_names[op];
    }
}

// The opcode that an instruction is shown with. Instructions that prepare a call of what they load, and those that leave it uncounted in a borrowed register,
// are the same to a reader: the argument's lowest bit and the number of the register tell them apart.
static unsigned shown_opcode(unsigned op) {
    return op == OP_LOAD_METHOD || op == OP_LOAD_ATTR_B ? OP_LOAD_ATTR : op == OP_LOAD_SUPER_METHOD || op == OP_LOAD_SUPER2_ATTR || op == OP_LOAD_SUPER2_METHOD ? OP_LOAD_SUPER_ATTR : op == OP_GETITEM_B ? OP_GETITEM : op;
}

// ---- operands

int view_operand(unsigned op, int i, const char **name, size_t *len) {
    const char *f = opcode_formats[op];
    for (int k = 0; *f; k++) {
        size_t n = strcspn(f, " ");
        if (k == i) {
            *name = f;
            *len = n > 1 && f[n - 1] == '!' ? n - 1 : n;
            return n == 3 && (memcmp(f, "kBC", 3) == 0 || memcmp(f, "jBC", 3) == 0) ? 2 : 1;
        }
        f += n;
        while (*f == ' ') f++;
    }
    return 0;
}
static unsigned units_behind(unsigned op) {
    unsigned n = 4u * opcode_caches[op];
    const char *name;
    size_t len;
    for (int i = 0, k; (k = view_operand(op, i, &name, &len)); i++) n += (unsigned)k;
    return n;
}
// Which of the formats' letters the argument is taken from: its index, or -1.
static int find_operand(unsigned op, const char *what) {
    const char *name;
    size_t len;
    for (int i = 0; view_operand(op, i, &name, &len); i++) if (len == strlen(what) && memcmp(name, what, len) == 0) return i;
    return -1;
}
static bool takes_name(unsigned op) { return !opcode_counts(op) && find_operand(op, "n") >= 0; }
ViewArg view_arg_kind(unsigned op) {
    if (op == VIEW_EXTENDED_ARG) return VIEW_NUMBER;
    if (op >= OP_GENERIC_COUNT || !*opcode_formats[op]) return VIEW_NONE;
    if (strchr(opcode_formats[op], 'j') || opcode_has_distance_word(op)) return VIEW_JUMP;
    if (takes_name(op)) return VIEW_NAME;
    if (find_operand(op, "k") >= 0 || find_operand(op, "kBC") >= 0) return VIEW_CONST;
    if (opcode_is_free(op)) return VIEW_FREE;
    if (opcode_counts(op) || find_operand(op, "i") >= 0 || find_operand(op, "A") >= 0) return VIEW_NUMBER;
    return VIEW_LOCAL;
}
static unsigned field(Instr insn, int i) { return i == 0 ? instr_a(insn) : i == 1 ? instr_b(insn) : instr_c(insn); }
uint32_t code_jump_target(const Code *c, uint32_t word) {
    Instr insn = generic(c, word);
    unsigned op = instr_op(insn);
    uint32_t next = word + 1 + opcode_caches[op];
    if (opcode_has_distance_word(op)) return next + (uint32_t)(int64_t)c->instrs[word + opcode_caches[op]];
    return next + (uint32_t)(find_operand(op, "jBC") >= 0 ? instr_bc(insn) : (int16_t)instr_c(insn));
}
// The argument shown for the instruction at word. offsets: as far as they are known.
static uint32_t argument(const Code *c, uint32_t word, const uint32_t *offsets) {
    Instr insn = generic(c, word);
    unsigned op = instr_op(insn);
    switch (view_arg_kind(op)) {
    case VIEW_JUMP: return offsets[code_jump_target(c, word)] / 2;
    case VIEW_NAME: {
        uint32_t n = field(insn, find_operand(op, "n"));
        switch (op) {
        case OP_LOAD_GLOBAL: case OP_LOAD_ATTR: case OP_LOAD_ATTR_B: return 2 * n;
        case OP_LOAD_METHOD: return 2 * n + 1;
        case OP_LOAD_SUPER_ATTR: return 4 * n;
        case OP_LOAD_SUPER_METHOD: return 4 * n + 1;
        case OP_LOAD_SUPER2_ATTR: return 4 * n + 2;
        case OP_LOAD_SUPER2_METHOD: return 4 * n + 3;
        default: return n;
        }
    }
    case VIEW_CONST: return find_operand(op, "kBC") >= 0 ? (uint32_t)instr_bc(insn) : field(insn, find_operand(op, "k"));
    case VIEW_FREE: return c->nregs + field(insn, find_operand(op, "i"));
    case VIEW_NUMBER: return field(insn, opcode_counts(op) ? find_operand(op, "n") : find_operand(op, "i") >= 0 ? find_operand(op, "i") : 0);
    case VIEW_LOCAL:
        // The first variable among the registers; temporaries alone: the first.
        for (int i = 0; i < 3; i++) {
            const char *name;
            size_t len;
            if (view_operand(op, i, &name, &len) && field(insn, i) < c->nlocals) return field(insn, i);
        }
        return instr_a(insn);
    default: return 0;
    }
}
static unsigned extended(uint32_t arg) { return arg > 0xFFFFFF ? 3 : arg > 0xFFFF ? 2 : arg > 0xFF ? 1 : 0; }

// ---- offsets

uint32_t code_entry(const Code *c) {
    unsigned op = c->ninstrs ? instr_op(generic(c, 0)) : OP_RESUME;
    return op == OP_RESUME || op == OP_RETURN_GENERATOR ? 0 : 2 * (1 + units_behind(OP_RESUME));
}
// The table: for each word that begins an instruction where its units begin, then the length of all.
static const uint32_t *offsets_of(Thread *th, Code *c) {
    uint32_t *table = atomic_load_acquire(&c->offsets);
    if (table) return table;
    table = mem_calloc(th, (size_t)c->ninstrs + 1, sizeof *table);
    if (!table) { error_clear(th); return NULL; }
    // Arguments of jumps are offsets: they only grow from round to round.
    for (bool again = true; again;) {
        again = false;
        uint32_t at = code_entry(c);
        for (uint32_t w = 0; w < c->ninstrs;) {
            if (table[w] != at) { table[w] = at; again = true; }
            unsigned op = instr_op(generic(c, w));
            at += 2 * (1 + extended(argument(c, w, table)) + units_behind(op));
            w += 1 + opcode_caches[op];
        }
        if (table[c->ninstrs] != at) { table[c->ninstrs] = at; again = true; }
    }
    uint32_t *none = NULL;
    if (!atomic_cas_acq_rel(&c->offsets, &none, table)) { mem_free(table); return none; }
    return table;
}
uint32_t code_offset(Thread *th, Code *c, uint32_t word) {
    const uint32_t *t = offsets_of(th, c);
    return t ? t[word] : 0;
}
uint32_t code_lasti(Thread *th, Code *c, uint32_t word) {
    const uint32_t *t = offsets_of(th, c);
    if (!t || word >= c->ninstrs) return 0;
    while (word && !t[word]) word--;    // a frame that waits at a safepoint has left its instruction's caches behind
    return t[word] + 2 * extended(argument(c, word, t));
}
uint32_t code_word(Thread *th, Code *c, int64_t lasti) {
    const uint32_t *t = offsets_of(th, c);
    uint32_t found = UINT32_MAX;
    for (uint32_t w = 0; t && w < c->ninstrs && t[w] <= lasti; w += 1 + opcode_caches[instr_op(generic(c, w))]) found = w;
    return found;
}

// ---- co_code

static uint8_t *put_unit(uint8_t *out, unsigned low, unsigned high) { out[0] = (uint8_t)low; out[1] = (uint8_t)high; return out + 2; }
static uint8_t *put_words(uint8_t *out, uint64_t v, unsigned units) {
    for (unsigned i = 0; i < units; i++, v >>= 16) out = put_unit(out, v & 255, v >> 8 & 255);
    return out;
}
static uint8_t *put_instr(uint8_t *out, const Code *c, uint32_t word, const uint32_t *offsets) {
    Instr insn = generic(c, word);
    unsigned op = instr_op(insn);
    uint32_t arg = argument(c, word, offsets);
    for (unsigned k = extended(arg); k > 0; k--) out = put_unit(out, VIEW_EXTENDED_ARG, arg >> 8 * k & 255);
    out = put_unit(out, shown_opcode(op), arg & 255);
    const char *name;
    size_t len;
    for (int i = 0, n; (n = view_operand(op, i, &name, &len)); i++) out = put_words(out, n == 2 ? (uint32_t)instr_bc(insn) : field(insn, i), (unsigned)n);
    for (unsigned k = 0; k < opcode_caches[op]; k++) out = put_words(out, opcode_has_operand_word(op) ? c->instrs[word + 1 + k] : 0, 4);
    return out;
}
Value view_code(Thread *th, Code *c) {
    const uint32_t *t = offsets_of(th, c);
    if (!t) return raise_memory_error(th);
    Value b = bytes_new(th, NULL, t[c->ninstrs]);
    if (b == NO_VALUE) return b;
    uint8_t *out = AS(Bytes, b)->data;
    if (code_entry(c)) {
        out = put_unit(out, OP_RESUME, 0);
        out = put_words(out, VIEW_ENTRY, units_behind(OP_RESUME));
    }
    for (uint32_t w = 0; w < c->ninstrs; w += 1 + opcode_caches[instr_op(generic(c, w))]) out = put_instr(out, c, w, t);
    return b;
}
Value view_variable(Thread *th, const Code *c, int64_t i) {
    size_t nfree = AS(Tuple, c->freevars)->len;
    if (i < 0 || (uint64_t)i >= c->nregs + nfree) return raise_error(th, &exc_IndexError, "tuple index out of range");
    if ((uint64_t)i < c->nlocals) return new_ref(th, AS(Tuple, c->local_names)->items[i]);
    if ((uint64_t)i >= c->nregs) return new_ref(th, AS(Tuple, c->freevars)->items[i - c->nregs]);
    return (uint64_t)i < c->temp_base ? str_format(th, "b%d", (int)(i - c->nlocals)) : str_format(th, "t%d", (int)(i - c->temp_base));
}
Value view_branches(Thread *th, Code *c) {
    const uint32_t *t = offsets_of(th, c);
    Value l = t ? list_new(th, 0) : raise_memory_error(th);
    for (uint32_t w = 0; l != NO_VALUE && w < c->ninstrs;) {
        Instr insn = generic(c, w);
        uint32_t next = w + 1 + opcode_caches[instr_op(insn)];
        if (opcode_branches(instr_op(insn))) {
            uint32_t target = code_jump_target(c, w), left = target <= w ? target : next, right = target <= w ? next : target;
            Value row = tuple_pack3(th, value_imm_int(code_lasti(th, c, w)), value_imm_int(t[left]), value_imm_int(t[right]));
            if (row == NO_VALUE || list_append_owned(th, AS(List, l), row) < 0) { decref(th, l); return NO_VALUE; }
        }
        w = next;
    }
    return l;
}

// ---- co_exceptiontable: start, length, target, depth in numbers of six bits, the most significant first; the first byte of an entry has bit 7

static void put_varint(StrBuilder *b, uint32_t v, unsigned first) {
    int shift = 0;
    while (shift < 30 && v >> (shift + 6)) shift += 6;
    for (; shift >= 0; shift -= 6, first = 0) str_builder_char(b, (v >> shift & 63) | (shift ? 64u : 0) | first);
}
static Value builder_bytes(StrBuilder *b) {   // characters below 256 to bytes
    Thread *th = b->th;
    Value s = str_builder_finish(b), r = s != NO_VALUE ? bytes_new(th, NULL, AS(Str, s)->len) : NO_VALUE;
    for (size_t i = 0; r != NO_VALUE && i < AS(Str, s)->len; i++) AS(Bytes, r)->data[i] = (uint8_t)str_char_at(AS(Str, s), i);
    decref(th, s);
    return r;
}
static void put_tail(StrBuilder *b, uint32_t v) {
    for (; v > 31; v >>= 5) str_builder_char(b, 64 | 32 | (v & 31));
    str_builder_char(b, 64 | v);
}
// Are the local registers parameters, variables and cells, in this order?
static bool usual_locals(const Code *c) {
    uint64_t args = (uint64_t)c->argcount + c->kwonlyargcount + !!(c->flags & CO_VARARGS) + !!(c->flags & CO_VARKEYWORDS);
    bool cells = false;
    for (uint32_t i = 0; i < c->nlocals; i++) {
        uint8_t k = c->local_kinds[i];
        if (i < args ? (k & ~LOCAL_CELL) != LOCAL_ARG : k != LOCAL_CELL && (k != LOCAL_PLAIN || cells)) return false;
        cells = i >= args && k == LOCAL_CELL;
    }
    return args <= c->nlocals;
}
static uint32_t shown_depth(const Code *c, const ExcRow *row) { return row->depth > c->temp_base ? row->depth - c->temp_base : 0; }
// Ranges in the order of their starts; the first row that covers a place is its innermost, so the rows are cut into pieces by asking at each word. The piece at w
// in *end and the result, NULL: no handler.
static const ExcRow *piece(const Code *c, uint32_t w, uint32_t *end) {
    const ExcRow *row = code_handler(c, w);
    *end = w;
    do *end += 1 + opcode_caches[instr_op(generic(c, *end))]; while (*end < c->ninstrs && code_handler(c, *end) == row);
    return row;
}
Value view_exceptiontable(Thread *th, Code *c) {
    const uint32_t *t = offsets_of(th, c);
    if (!t) return raise_memory_error(th);
    StrBuilder b;
    str_builder_init(&b, th);
    bool usual = usual_locals(c), tail = !usual || c->temp_base > c->nlocals;
    for (uint32_t w = 0, end; w < c->ninstrs; w = end) {
        const ExcRow *row = piece(c, w, &end);
        if (!row) continue;
        put_varint(&b, t[w] / 2, 128);
        put_varint(&b, (t[end] - t[w]) / 2, 0);
        put_varint(&b, t[row->target] / 2, 0);
        put_varint(&b, shown_depth(c, row) << 1, 0);
        tail = tail || row->exc_reg != c->temp_base + shown_depth(c, row);
    }
    if (!tail) return builder_bytes(&b);
    put_tail(&b, c->temp_base - c->nlocals);
    for (uint32_t w = 0, end; w < c->ninstrs; w = end) {
        const ExcRow *row = piece(c, w, &end);
        if (row) put_tail(&b, row->exc_reg > c->temp_base ? row->exc_reg - c->temp_base : 0);
    }
    put_tail(&b, usual ? 0 : c->nlocals);
    for (uint32_t i = 0; !usual && i < c->nlocals; i++) put_tail(&b, c->local_kinds[i]);
    return builder_bytes(&b);
}

// ---- co_linetable: entries of a code and up to eight units, then what the code says, in numbers of six bits, the least significant first

enum { LOC_ONE_LINE = 10, LOC_NO_COLUMNS = 13, LOC_LONG = 14, LOC_NONE = 15 };
static void put_little(StrBuilder *b, uint32_t v) {
    for (; v > 63; v >>= 6) str_builder_char(b, (v & 63) | 64);
    str_builder_char(b, v);
}
static void put_signed(StrBuilder *b, int v) { put_little(b, v < 0 ? ((uint32_t)-(int64_t)v << 1) | 1 : (uint32_t)v << 1); }
static void put_location(StrBuilder *b, const PosRow *p, unsigned units, int *line) {
    unsigned head = 128 + units - 1;
    if (!p) { str_builder_char(b, head | LOC_NONE << 3); return; }
    int delta = p->line - *line;
    *line = p->line;
    if (p->col < 0 || p->end_col < 0) {
        str_builder_char(b, head | LOC_NO_COLUMNS << 3);
        put_signed(b, delta);
    } else if (p->end_line == p->line && delta == 0 && p->col < 80 && p->end_col - p->col < 16 && p->end_col >= p->col) {
        str_builder_char(b, head | (unsigned)(p->col / 8) << 3);
        str_builder_char(b, (unsigned)(p->col % 8) << 4 | (unsigned)(p->end_col - p->col));
    } else if (p->end_line == p->line && delta >= 0 && delta < 3 && p->col < 128 && p->end_col < 128) {
        str_builder_char(b, head | (unsigned)(LOC_ONE_LINE + delta) << 3);
        str_builder_char(b, (unsigned)p->col);
        str_builder_char(b, (unsigned)p->end_col);
    } else {
        str_builder_char(b, head | LOC_LONG << 3);
        put_signed(b, delta);
        put_little(b, (uint32_t)(p->end_line > p->line ? p->end_line - p->line : 0));
        put_little(b, (uint32_t)p->col + 1);
        put_little(b, (uint32_t)p->end_col + 1);
    }
}
static void put_range(StrBuilder *b, const PosRow *p, uint32_t bytes, int *line) {
    for (uint32_t units = bytes / 2; units;) {
        unsigned n = units > 8 ? 8 : units;
        put_location(b, p, n, line);
        units -= n;
    }
}
Value view_linetable(Thread *th, Code *c) {
    const uint32_t *t = offsets_of(th, c);
    if (!t) return raise_memory_error(th);
    StrBuilder b;
    str_builder_init(&b, th);
    uint32_t npos;
    const PosRow *rows = code_positions(c, &npos);
    if (!npos) return builder_bytes(&b);
    int line = c->firstlineno;
    PosRow entry = {.line = line, .end_line = line, .col = code_debug_ranges ? 0 : -1, .end_col = code_debug_ranges ? 0 : -1};
    put_range(&b, &entry, code_entry(c), &line);
    uint32_t at = code_entry(c);
    if (t[rows[0].start] > at) put_range(&b, NULL, t[rows[0].start] - at, &line);
    for (uint32_t i = 0; i < npos; i++) {
        const PosRow *p = &rows[i];
        uint32_t end = t[i + 1 < npos ? rows[i + 1].start : c->ninstrs];
        PosRow start = {.line = 0, .end_line = 1};
        put_range(&b, p->line > 0 ? p : code_module_start(c, p->start) ? &start : NULL, end - t[p->start], &line);
    }
    return builder_bytes(&b);
}
Value view_lnotab(Thread *th, Code *c) {
    const uint32_t *t = offsets_of(th, c);
    if (!t) return raise_memory_error(th);
    StrBuilder b;
    str_builder_init(&b, th);
    int line = c->firstlineno;
    uint32_t at = 0, npos;
    const PosRow *rows = code_positions(c, &npos);
    for (uint32_t i = 0; i < npos; i++) {
        const PosRow *p = &rows[i];
        if (p->line <= 0 || p->line == line) continue;
        uint32_t bytes = t[p->start] - at;
        for (; bytes > 254; bytes -= 254) { str_builder_char(&b, 254); str_builder_char(&b, 0); }
        int delta = p->line - line;
        for (; delta > 127 || delta < -128; bytes = 0) {
            int step = delta > 0 ? 127 : -128;
            str_builder_char(&b, bytes);
            str_builder_char(&b, (uint8_t)step);
            delta -= step;
        }
        str_builder_char(&b, bytes);
        str_builder_char(&b, (uint8_t)delta);
        line = p->line;
        at = t[p->start];
    }
    return builder_bytes(&b);
}

typedef struct TableReader { const uint8_t *p, *end; bool bad; } TableReader;
static unsigned read_byte(TableReader *r) {
    if (r->p == r->end) { r->bad = true; return 0; }
    return *r->p++;
}
static uint32_t read_little(TableReader *r) {
    uint32_t v = 0;
    for (int shift = 0; shift < 32; shift += 6) {
        unsigned b = read_byte(r);
        v |= (uint32_t)(b & 63) << shift;
        if (!(b & 64)) return v;
    }
    r->bad = true;
    return 0;
}
static int read_signed(TableReader *r) {
    uint32_t v = read_little(r);
    return v & 1 ? -(int)(v >> 1) : (int)(v >> 1);
}
static int16_t column(uint32_t v) { return v > INT16_MAX ? -1 : (int16_t)v; }
// One entry: its length in units, its position in *p (line 0: none).
static unsigned read_location(TableReader *r, int *line, PosRow *p) {
    unsigned head = read_byte(r), code = head >> 3 & 15;
    *p = (PosRow){.col = -1, .end_col = -1};
    if (!(head & 128)) r->bad = true;
    if (code == LOC_NONE) return (head & 7) + 1;
    if (code < LOC_ONE_LINE) {
        unsigned b = read_byte(r);
        p->col = (int16_t)(code * 8 + (b >> 4));
        p->end_col = (int16_t)(p->col + (b & 15));
    } else if (code < LOC_NO_COLUMNS) {
        *line += (int)code - LOC_ONE_LINE;
        p->col = (int16_t)read_byte(r);
        p->end_col = (int16_t)read_byte(r);
    } else *line += read_signed(r);
    p->line = p->end_line = *line;
    if (code == LOC_LONG) {
        p->end_line = *line + (int)read_little(r);
        p->col = (int16_t)(column(read_little(r)) - 1);
        p->end_col = (int16_t)(column(read_little(r)) - 1);
    }
    if (p->col < 0) p->col = -1;
    if (p->end_col < 0) p->end_col = -1;
    if (p->line <= 0) *p = (PosRow){.col = -1, .end_col = -1};
    return (head & 7) + 1;
}
static bool same_place(const PosRow *a, const PosRow *b) { return a->line == b->line && a->end_line == b->end_line && a->col == b->col && a->end_col == b->end_col; }
PosRow *view_parse_linetable(Thread *th, Code *c, const uint8_t *p, size_t n, int firstlineno, uint32_t *nrows) {
    const uint32_t *t = offsets_of(th, c);
    PosRow *rows = t ? mem_calloc(th, c->ninstrs ? c->ninstrs : 1, sizeof *rows) : NULL, now = {.col = -1, .end_col = -1};
    if (!rows) { if (!t) raise_memory_error(th); return NULL; }
    *nrows = 0;
    if (n == 0) return rows;     // no positions at all
    TableReader r = {p, p + n, false};
    int line = firstlineno;
    uint32_t end = 0, k = 0;      // end: of the entry in `now`; behind the last one nothing has a position
    for (uint32_t w = 0; w < c->ninstrs && !r.bad; w += 1 + opcode_caches[instr_op(generic(c, w))]) {
        uint32_t at = t[w] + 2 * extended(argument(c, w, t));
        while (end <= at && !r.bad) {
            if (r.p == r.end) { now = (PosRow){.col = -1, .end_col = -1}; break; }
            end += 2 * read_location(&r, &line, &now);
        }
        now.start = w;
        if (k == 0 || !same_place(&rows[k - 1], &now)) rows[k++] = now;
    }
    while (r.p < r.end && !r.bad) read_location(&r, &line, &now);
    if (r.bad) {
        mem_free(rows);
        raise_value_error(th, "code: co_linetable is not a location table");
        return NULL;
    }
    *nrows = k;
    return rows;
}
