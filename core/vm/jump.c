// SPDX-License-Identifier: MIT
// frame.f_lineno = n: a trace function sends its frame to another line.
//
// What a line may be jumped to from where follows from what is alive in the temporaries at both places. analyse() finds that out for a whole code object, by
// following its instructions until nothing changes: for each instruction a word per temporary that says what it holds before the instruction runs. A jump is
// allowed when everything that the target's instructions are going to read is there: iterators, exits of with statements and handled exceptions may be another
// statement's, for their readers take any of their kind; other values must come from the very instruction that the target expects them from. What is alive only
// where the jump begins is dropped; locals without a value become None, because code behind their assignment reads them unchecked.
//
// Called by the frame's own thread inside its trace function (core/vm/trace.c). No locks.
#include "core/vm/interp_int.h"
#include "core/vm/generator.h"
#include "core/vm/trace.h"

// What a temporary holds: a kind, and for VALUE and METHOD_SELF the number of the instruction that made it.
enum { DEAD, OBJECT, METHOD_SELF /* a value or NO_VALUE */, ITER, ASYNC_ITER, EXIT, EXIT_SELF, EXCEPTION, HANDLED, KIND_BITS = 4 };
#define MADE(kind, word) ((uint32_t)(kind) | (uint32_t)(word) << KIND_BITS)
#define ANYTHING MADE(OBJECT, UINT32_MAX >> KIND_BITS)    // alive, but made in several places

typedef struct Flow {
    const Code *code;
    uint32_t    first, n;    // registers followed: [first, first + n), the borrowed and owned temporaries
    uint32_t   *state;       // n words per instruction word
    uint8_t    *reached;     // per instruction word
    bool        changed;
} Flow;

static void put(const Flow *fl, uint32_t *s, unsigned reg, uint32_t what) {
    if (reg >= fl->first && reg - fl->first < fl->n) s[reg - fl->first] = what;
}
static uint32_t get(const Flow *fl, const uint32_t *s, unsigned reg) { return reg >= fl->first && reg - fl->first < fl->n ? s[reg - fl->first] : MADE(OBJECT, 0); }
static void kill_from(const Flow *fl, uint32_t *s, unsigned reg, unsigned n) { for (unsigned i = 0; i < n && reg + i < fl->first + fl->n; i++) put(fl, s, reg + i, DEAD); }

// Two ways lead to one place. What is dead on one of them is not read there, for the code was made for both.
static uint32_t meet(uint32_t a, uint32_t b) { return a == b ? a : a == DEAD || b == DEAD ? DEAD : ANYTHING; }
static void flow_to(Flow *fl, int64_t word, const uint32_t *s) {
    if (word < 0 || word >= fl->code->ninstrs) return;
    uint32_t *to = fl->state + (size_t)word * fl->n;
    if (!fl->reached[word]) {
        memcpy(to, s, fl->n * sizeof *to);
        fl->reached[word] = 1;
        fl->changed = true;
        return;
    }
    for (uint32_t i = 0; i < fl->n; i++) {
        uint32_t m = meet(to[i], s[i]);
        if (m != to[i]) { to[i] = m; fl->changed = true; }
    }
}
// The operands that an instruction consumes: those in temporaries that its format does not mark as kept. Its base registers too.
static void consume(const Flow *fl, uint32_t *s, Instr insn, unsigned op) {
    unsigned field[3] = {instr_a(insn), instr_b(insn), instr_c(insn)}, k = 0;
    for (const char *f = opcode_formats[op]; *f && k < 3; k++) {
        size_t n = strcspn(f, " ");
        if (n == 1 && (*f == 'a' || *f == 'b' || *f == 'c')) put(fl, s, field[k], DEAD);
        f += n;
        while (*f == ' ') f++;
    }
    switch (op) {
    case OP_UNPACK: case OP_UNPACK_EX: case OP_CHECK_EG_MATCH: break;    // their base is written to
    case OP_CALL: case OP_CALL_METHOD: case OP_CALL_KW: case OP_CALL_METHOD_KW: case OP_CALL_EX: kill_from(fl, s, field[1], UINT16_MAX); break;
    case OP_GETSLICE: kill_from(fl, s, field[2], 3); break;
    default: if (strstr(opcode_formats[op], "base")) kill_from(fl, s, field[1], (unsigned)opcode_base_extent(op, insn)); break;
    }
}
// What an instruction leaves in its destinations. before: the state it was given.
static void produce(const Flow *fl, uint32_t *s, const uint32_t *before, uint32_t word, Instr insn, unsigned op) {
    unsigned a = instr_a(insn), b = instr_b(insn), c = instr_c(insn);
    bool dst = strncmp(opcode_formats[op], "dst", 3) == 0;
    switch (op) {
    case OP_GET_ITER: put(fl, s, a, ITER); break;
    case OP_GET_AITER: put(fl, s, a, ASYNC_ITER); break;
    case OP_PUSH_HANDLED: put(fl, s, a, HANDLED); break;
    case OP_LOAD_SPECIAL:
        put(fl, s, a, c & 1 ? EXIT : MADE(OBJECT, word));
        put(fl, s, a + 1, c & 1 ? EXIT_SELF : MADE(METHOD_SELF, word));
        break;
    case OP_LOAD_METHOD: case OP_LOAD_SUPER_METHOD: case OP_LOAD_SUPER2_METHOD:
        put(fl, s, a, MADE(OBJECT, word));
        put(fl, s, a + 1, MADE(METHOD_SELF, word));
        break;
    case OP_MOVE: put(fl, s, a, b >= fl->first ? get(fl, before, b) : MADE(OBJECT, word)); break;
    case OP_UNPACK: for (unsigned i = 0; i < c; i++) put(fl, s, a + i, MADE(OBJECT, word)); break;
    case OP_UNPACK_EX: for (unsigned i = 0; i <= (c & 255) + (c >> 8); i++) put(fl, s, a + i, MADE(OBJECT, word)); break;
    case OP_CHECK_EG_MATCH: put(fl, s, a, MADE(OBJECT, word)); put(fl, s, a + 1, MADE(OBJECT, word)); break;
    case OP_FOR_ITER: case OP_FOR_ITER_LONG: case OP_CLEAR: break;
    default: if (dst) put(fl, s, a, MADE(OBJECT, word)); break;
    }
}
static bool ends(unsigned op) { return op == OP_RETURN || op == OP_RETURN_CONST || op == OP_RAISE || op == OP_RERAISE || op == OP_JUMP || op == OP_JUMP_BACK; }

static Instr generic_instr(const Code *c, uint32_t word) {
    Instr insn = atomic_load_relaxed(&c->instrs[word]);
    return (insn & ~(Instr)0xFFFF) | vm_generic_opcode(instr_op(insn));
}
static void flow_instr(Flow *fl, uint32_t word, uint32_t *s, uint32_t *t) {
    const Code *c = fl->code;
    const uint32_t *in = fl->state + (size_t)word * fl->n;
    Instr insn = generic_instr(c, word);
    unsigned op = instr_op(insn);
    const ExcRow *row = code_handler(c, word);
    if (row) {
        memcpy(s, in, fl->n * sizeof *s);
        for (uint32_t i = 0; i < fl->n; i++) if (fl->first + i >= row->depth || fl->first + i < c->temp_base) s[i] = DEAD;
        put(fl, s, row->exc_reg, EXCEPTION);
        flow_to(fl, row->target, s);
    }
    memcpy(s, in, fl->n * sizeof *s);
    consume(fl, s, insn, op);
    int64_t next = (int64_t)word + 1 + opcode_caches[op], target = -1;
    const char *j = strchr(opcode_formats[op], 'j');
    if (opcode_has_distance_word(op)) target = next + (int64_t)c->instrs[word + opcode_caches[op]];
    else if (j) target = next + (j[1] == 'B' ? instr_bc(insn) : (int16_t)instr_c(insn));
    if (target >= 0) {
        memcpy(t, s, fl->n * sizeof *t);
        unsigned a = instr_a(insn), b = instr_b(insn);
        if (op == OP_FOR_ITER || op == OP_FOR_ITER_LONG) { put(fl, t, a, MADE(OBJECT, word)); put(fl, s, b, DEAD); }
        else if (op == OP_SEND) { put(fl, t, b, DEAD); put(fl, t, a, MADE(OBJECT, word)); }
        else if (op == OP_JUMP_IF_TRUE_KEEP || op == OP_JUMP_IF_FALSE_KEEP) put(fl, t, a, get(fl, in, a));
        flow_to(fl, target, t);
    }
    if (ends(op)) return;
    produce(fl, s, in, word, insn, op);
    flow_to(fl, next, s);
}
static bool analyse(Thread *th, Flow *fl, const Code *c) {
    *fl = (Flow){.code = c, .first = c->nlocals, .n = c->nregs - c->nlocals};
    size_t words = (size_t)c->ninstrs * fl->n;
    if (words > (size_t)1 << 26) { raise_value_error(th, "stack is too deep to analyze"); return false; }
    fl->state = mem_calloc(th, words + 2 * (size_t)fl->n + 1, sizeof *fl->state);
    fl->reached = mem_calloc(th, c->ninstrs + 1, 1);
    if (!fl->state || !fl->reached) return false;
    uint32_t *s = fl->state + words, *t = s + fl->n;
    fl->reached[0] = 1;
    do {
        fl->changed = false;
        for (uint32_t w = 0; w < c->ninstrs; w += 1 + opcode_caches[instr_op(generic_instr(c, w))]) if (fl->reached[w]) flow_instr(fl, w, s, t);
    } while (fl->changed);
    return true;
}

// May the target, which expects `want`, be given `have`?
static bool fits(const Flow *fl, const uint32_t *want, const uint32_t *have) {
    for (uint32_t i = 0; i < fl->n; i++) if (want[i] != DEAD && (want[i] != have[i] || want[i] == ANYTHING)) return false;
    return true;
}
static int live_count(const Flow *fl, const uint32_t *s) {
    int n = 0;
    for (uint32_t i = 0; i < fl->n; i++) n += s[i] != DEAD;
    return n;
}
// Why a place cannot be entered, by what stands topmost there.
static const char *obstacle(const Flow *fl, uint32_t word) {
    if (!fl->reached[word]) return "can't jump into an exception handler, or code may be unreachable";
    const uint32_t *s = fl->state + (size_t)word * fl->n;
    for (uint32_t i = fl->n; i-- > 0;) {
        if (s[i] == DEAD) continue;
        if (s[i] == EXCEPTION || s[i] == HANDLED) return "can't jump into an 'except' block as there's no exception";
        if (s[i] == ITER || s[i] == ASYNC_ITER) return "can't jump into the body of a for loop";
        break;
    }
    return "incompatible stacks";
}
// Does a line begin at row i? A loop's step belongs to the line above its body, which begins where the loop is entered.
static bool line_begins(const Code *c, const PosRow *rows, uint32_t i) {
    const PosRow *p = &rows[i];
    if (p->line <= 0 || (i && p[-1].line == p->line) || p->start >= c->ninstrs) return false;
    unsigned op = instr_op(generic_instr(c, p->start));
    return op != OP_FOR_ITER && op != OP_FOR_ITER_LONG && op != OP_MAKE_CELL && op != OP_RETURN_GENERATOR;
}
// The best place of the first line that is not before `line`: of those that fit, the one where most is kept. -1 with ValueError.
static int64_t find_target(Thread *th, const Flow *fl, const uint32_t *have, int line) {
    const Code *c = fl->code;
    if (line < c->firstlineno) { raise_value_error(th, "line %d comes before the current code block", line); return -1; }
    int best_line = INT32_MAX, best_live = -1;
    uint32_t nrows;
    const PosRow *rows = code_positions(c, &nrows);
    for (uint32_t i = 0; i < nrows; i++) if (line_begins(c, rows, i) && rows[i].line >= line && rows[i].line < best_line) best_line = rows[i].line;
    if (best_line == INT32_MAX) { raise_value_error(th, "line %d comes after the current code block", line); return -1; }
    int64_t best = -1;
    const char *why = "";
    for (uint32_t i = 0; i < nrows; i++) {
        if (!line_begins(c, rows, i) || rows[i].line != best_line) continue;
        uint32_t word = rows[i].start;
        const uint32_t *want = fl->state + (size_t)word * fl->n;
        if (!fl->reached[word] || !fits(fl, want, have)) { why = obstacle(fl, word); continue; }
        int live = live_count(fl, want);
        if (live > best_live) { best_live = live; best = word; }
    }
    if (best < 0) raise_value_error(th, "%s", why);
    return best;
}
// None for every local that has no value, with a warning. 0 or -1.
static int bind_locals(Thread *th, Frame *f) {
    const Code *c = f->code;
    int n = 0;
    for (uint32_t i = 0; i < c->nlocals; i++) n += !(c->local_kinds[i] & LOCAL_CELL) && f->regs[i] == VALUE_UNBOUND;
    if (n == 0) return 0;
    if (warn_format(th, &exc_RuntimeWarning, 0, "assigning None to %d unbound local%s", n, n == 1 ? "" : "s") < 0) return -1;
    for (uint32_t i = 0; i < c->nlocals; i++) if (!(c->local_kinds[i] & LOCAL_CELL) && f->regs[i] == VALUE_UNBOUND) f->regs[i] = VALUE_NONE;
    return 0;
}
// Lets go of everything that is not alive at the target; handled exceptions from the innermost on.
static void drop(Thread *th, Frame *f, const Flow *fl, const uint32_t *have, const uint32_t *want) {
    for (uint32_t i = fl->n; i-- > 0;) {
        if (want[i] != DEAD) continue;
        uint32_t reg = fl->first + i;
        if (reg < f->code->temp_base) f->regs[reg] = VALUE_UNBOUND;      // borrowed: not counted
        else if (have[i] == HANDLED) slow_pop_handled(th, f, instr_make(OP_POP_HANDLED, reg, 0, 0));
        else reg_clear(th, &f->regs[reg]);
    }
}

static int jump_flow(Thread *th, Frame *f, Flow *fl, int line, int event) {
    uint32_t from = frame_word(f);
    if (!fl->reached[from]) { raise_value_error(th, "can't jump from unreachable code"); return -1; }
    uint32_t *have = fl->state + (size_t)fl->code->ninstrs * fl->n;
    memcpy(have, fl->state + (size_t)from * fl->n, fl->n * sizeof *have);
    Instr insn = generic_instr(fl->code, from);
    if (event == TRACE_EVENT_YIELD || event == TRACE_EVENT_BRANCH) consume(fl, have, insn, instr_op(insn));   // the instruction has taken its operands
    if (event == TRACE_EVENT_BRANCH) put(fl, have, instr_b(insn), DEAD);                                       // an iterator, perhaps exhausted
    int64_t to = find_target(th, fl, have, line);
    if (to < 0 || bind_locals(th, f) < 0) return -1;
    drop(th, f, fl, have, fl->state + (size_t)to * fl->n);
    f->pc = fl->code->instrs + to + 1;
    f->last_line = code_position(fl->code, (uint32_t)to)->line;
    f->trace_bits = (uint32_t)(event == TRACE_EVENT_YIELD && to ? to - 1 : to);   // after a yield the target is traced: its line does not begin anew
    return 0;
}
int frame_jump(Thread *th, Frame *f, int line) {
    switch (trace_event(th)) {
    case TRACE_EVENT_LINE: case TRACE_EVENT_RESUME: case TRACE_EVENT_YIELD: case TRACE_EVENT_BRANCH: break;
    case TRACE_EVENT_CALL: raise_value_error(th, "can't jump from the 'call' trace event of a new frame"); return -1;
    case TRACE_EVENT_NONE: raise_value_error(th, "f_lineno can only be set in a trace function"); return -1;
    default: raise_value_error(th, "can only jump from a 'line' trace event"); return -1;
    }
    if (f != trace_event_frame(th)) { raise_value_error(th, "can't jump during a call"); return -1; }
    Flow fl;
    int r = analyse(th, &fl, f->code) ? jump_flow(th, f, &fl, line, trace_event(th)) : -1;
    mem_free(fl.state);
    mem_free(fl.reached);
    return r;
}
