// SPDX-License-Identifier: MIT
// From a code list to a program: every word is checked on the way, so any list of words is safe to hand in. One pass,
// recursive over nested groups (depth limited). Programs are built by one thread and constant afterwards; no locks.
#include <stdlib.h>
#include <string.h>

#include "stdlib/_sre/sre_int.h"

enum { DEPTH_MAX = 2000, NO_PLACE = UINT32_MAX };

typedef struct Maker {
    SreProgram *p;
    const uint32_t *code; // p->source
    int error;
    uint32_t depth;
    uint32_t last_lit;    // place of a LIT or LITS that a following character may be merged into, or NO_PLACE
    uint32_t groups;
} Maker;

static uint32_t fail(Maker *m, int error) {
    if (!m->error) m->error = error;
    return NO_PLACE;
}

static uint32_t here(const Maker *m) { return (uint32_t)m->p->code_len; }

static void emit(Maker *m, uint32_t word) {
    SreProgram *p = m->p;
    if (p->code_len == p->code_cap) {
        size_t cap = p->code_cap * 2 + 64;
        uint32_t *code = cap > UINT32_MAX / 2 ? NULL : realloc(p->code, cap * sizeof *code);
        if (!code) {
            fail(m, SRE_NO_MEMORY);
            return;
        }
        p->code = code, p->code_cap = cap;
    }
    p->code[p->code_len++] = word;
}

static void emit2(Maker *m, uint32_t op, uint32_t a) {
    emit(m, op);
    emit(m, a);
}

// Writes a word emitted before.
static void patch(Maker *m, size_t place, uint32_t word) {
    if (!m->error) m->p->code[place] = word;
}

static uint32_t new_regs(Maker *m, uint32_t n) {
    uint32_t at = m->p->regs;
    m->p->regs += n;
    return at;
}

int64_t sre_table_new(SreProgram *p) {
    if (p->table_count == p->table_cap) {
        size_t cap = p->table_cap * 2 + 4;
        SreTable *tables = realloc(p->tables, cap * sizeof *tables);
        if (!tables) return -1;
        p->tables = tables, p->table_cap = cap;
    }
    memset(&p->tables[p->table_count], 0, sizeof *p->tables);
    return (int64_t)p->table_count++;
}

static uint32_t new_table(Maker *m) {
    int64_t t = sre_table_new(m->p);
    return t < 0 ? fail(m, SRE_NO_MEMORY) : (uint32_t)t;
}

static uint32_t new_set(Maker *m, const uint32_t *items, SreFold fold) {
    SreProgram *p = m->p;
    if (p->set_count == p->set_cap) {
        size_t cap = p->set_cap * 2 + 4;
        SreSet *sets = realloc(p->sets, cap * sizeof *sets);
        if (!sets) return fail(m, SRE_NO_MEMORY);
        p->sets = sets, p->set_cap = cap;
    }
    SreSet *set = &p->sets[p->set_count];
    memset(set, 0, sizeof *set);
    set->code = items, set->fold = (uint8_t)fold;
    sre_set_prepare(set);
    return (uint32_t)p->set_count++;
}

// A set made of one item, perhaps negated; FAILURE stands for no item (the empty set).
static uint32_t new_item_set(Maker *m, bool negate, uint32_t item, uint32_t word, SreFold fold) {
    SreProgram *p = m->p;
    uint32_t *items = malloc(4 * sizeof *items);
    if (!items) return fail(m, SRE_NO_MEMORY);
    if (p->literal_count == p->literal_cap) {
        size_t cap = p->literal_cap * 2 + 4;
        uint32_t **literals = realloc(p->literals, cap * sizeof *literals);
        if (!literals) {
            free(items);
            return fail(m, SRE_NO_MEMORY);
        }
        p->literals = literals, p->literal_cap = cap;
    }
    p->literals[p->literal_count++] = items;
    int n = 0;
    if (negate) items[n++] = C_NEGATE;
    if (item != C_FAILURE) items[n++] = item, items[n++] = word;
    items[n] = C_FAILURE;
    return new_set(m, items, fold);
}

// A kind of one character: the instruction and its argument.
typedef struct Single { uint32_t op, arg; } Single;

// Reads an item that stands for one character; moves *at behind it. Returns false if it is something else or wrong
// (then m->error is set).
static bool read_single(Maker *m, size_t *at, size_t end, Single *out) {
    size_t i = *at;
    uint32_t op = m->code[i];
    SreFold fold = FOLD_NONE;
    switch (op) {
    case C_ANY: *out = (Single){I_ANY, 0}, *at = i + 1; return true;
    case C_ANY_ALL: *out = (Single){I_ANY_ALL, 0}, *at = i + 1; return true;
    case C_LITERAL: case C_NOT_LITERAL: case C_LITERAL_IGNORE: case C_NOT_LITERAL_IGNORE: case C_LITERAL_LOC_IGNORE:
    case C_NOT_LITERAL_LOC_IGNORE: case C_LITERAL_UNI_IGNORE: case C_NOT_LITERAL_UNI_IGNORE: {
        if (end - i < 2) return fail(m, SRE_BAD_CODE), false;
        uint32_t ch = m->code[i + 1];
        *at = i + 2;
        bool negate = op == C_NOT_LITERAL || op == C_NOT_LITERAL_IGNORE || op == C_NOT_LITERAL_LOC_IGNORE ||
                      op == C_NOT_LITERAL_UNI_IGNORE;
        if (op == C_LITERAL) *out = (Single){I_LIT, ch};
        else if (op == C_NOT_LITERAL) *out = (Single){I_NLIT, ch};
        else if (op == C_LITERAL_LOC_IGNORE || op == C_NOT_LITERAL_LOC_IGNORE)
            *out = (Single){I_SET_LOC, new_item_set(m, negate, C_LITERAL, ch, FOLD_LOCALE_LITERAL)};
        else
            *out = (Single){I_SET, new_item_set(m, negate, C_LITERAL, ch,
                                                op == C_LITERAL_IGNORE || op == C_NOT_LITERAL_IGNORE ? FOLD_ASCII
                                                                                                     : FOLD_UNICODE)};
        return true;
    }
    case C_CATEGORY: {
        if (end - i < 2 || m->code[i + 1] >= CAT_COUNT) return fail(m, SRE_BAD_CODE), false;
        uint32_t cat = m->code[i + 1];
        bool locale = cat == CAT_LOC_WORD || cat == CAT_LOC_NOT_WORD;
        *out = (Single){locale ? I_SET_LOC : I_SET, new_item_set(m, false, C_CATEGORY, cat, FOLD_NONE)};
        *at = i + 2;
        return true;
    }
    case C_IN_IGNORE: fold = FOLD_ASCII; goto in;
    case C_IN_UNI_IGNORE: fold = FOLD_UNICODE; goto in;
    case C_IN_LOC_IGNORE: fold = FOLD_LOCALE; goto in;
    case C_IN: in: {
        if (end - i < 2) return fail(m, SRE_BAD_CODE), false;
        size_t skip = m->code[i + 1], stop = i + 1 + skip, k = i + 2;
        if (skip < 2 || skip > end - i - 1 || !sre_set_check(m->code, &k, stop) || k != stop)
            return fail(m, SRE_BAD_CODE), false;
        bool locale = fold == FOLD_LOCALE;
        for (size_t j = i + 2; !locale && m->code[j] != C_FAILURE;) { // \w of a locale pattern asks it too
            switch (m->code[j]) {
            case C_NEGATE: j += 1; break;
            case C_LITERAL: j += 2; break;
            case C_CATEGORY: locale = m->code[j + 1] == CAT_LOC_WORD || m->code[j + 1] == CAT_LOC_NOT_WORD, j += 2; break;
            case C_CHARSET: j += 9; break;
            case C_BIGCHARSET: j += 66 + (size_t)m->code[j + 1] * 8; break;
            default: j += 3;
            }
        }
        *out = (Single){locale ? I_SET_LOC : I_SET, new_set(m, m->code + i + 2, fold)};
        *at = stop;
        return true;
    }
    default: return false;
    }
}

static void emit_literal(Maker *m, uint32_t ch) {
    SreProgram *p = m->p;
    if (m->last_lit == NO_PLACE) {
        m->last_lit = here(m);
        emit2(m, I_LIT, ch);
        return;
    }
    if (m->error) return;
    uint32_t at = m->last_lit;
    if (p->code[at] == I_LIT) {
        uint32_t first = p->code[at + 1];
        p->code[at] = I_LITS, p->code[at + 1] = 1;
        emit(m, first);
    }
    emit(m, ch);
    if (!m->error) p->code[at + 1]++;
}

static void emit_single(Maker *m, Single s) {
    if (s.op == I_LIT) {
        emit_literal(m, s.arg);
        return;
    }
    m->last_lit = NO_PLACE;
    emit(m, s.op);
    if (s.op != I_ANY && s.op != I_ANY_ALL) emit(m, s.arg);
}

// Translates the items from i to end. With else_allowed a JUMP may end them (the first part of a conditional that has
// a second one): returns whether it does.
static bool sequence(Maker *m, size_t i, size_t end, bool else_allowed);

// The end of the part that a skip word at place k describes; the part must lie within end.
static size_t skip_from(Maker *m, size_t k, size_t end, size_t least) {
    if (k >= end) return fail(m, SRE_BAD_CODE), 0;
    size_t skip = m->code[k];
    if (skip < least || skip > end - k) return fail(m, SRE_BAD_CODE), 0;
    return k + skip;
}

// Body of a part that ends with SUCCESS at stop - 1.
static bool body(Maker *m, size_t i, size_t stop) {
    if (stop <= i || m->code[stop - 1] != C_SUCCESS) return fail(m, SRE_BAD_CODE), false;
    m->last_lit = NO_PLACE;
    sequence(m, i, stop - 1, false);
    m->last_lit = NO_PLACE;
    return !m->error;
}

static size_t single_repeat(Maker *m, size_t i, size_t end, uint32_t mode) {
    size_t stop = skip_from(m, i + 1, end, 4);
    if (!stop) return 0;
    uint32_t min = m->code[i + 2], max = m->code[i + 3];
    size_t at = i + 4;
    Single s;
    if (min > max) return fail(m, SRE_BAD_CODE), 0;
    if (at < stop && m->code[at] == C_FAILURE) { // the empty set
        s = (Single){I_SET, new_item_set(m, false, C_FAILURE, 0, FOLD_NONE)};
        at++;
    } else if (at >= stop || !read_single(m, &at, stop, &s)) {
        return fail(m, SRE_BAD_CODE), 0;
    }
    if (at != stop - 1 || m->code[at] != C_SUCCESS) return fail(m, SRE_BAD_CODE), 0;
    m->last_lit = NO_PLACE;
    emit(m, I_REP);
    emit(m, min), emit(m, max), emit(m, s.op), emit(m, s.arg), emit(m, mode), emit(m, 0), emit(m, TAIL_ANY), emit(m, 0);
    return stop;
}

static void set_targets(Maker *m, uint32_t table, uint32_t first, uint32_t second) {
    if (m->error) return;
    SreTable *t = &m->p->tables[table];
    t->count = 2, t->target[0] = first, t->target[1] = second;
}

static size_t repeat(Maker *m, size_t i, size_t end) {
    size_t until = skip_from(m, i + 1, end, 3);
    if (!until) return 0;
    if (until >= end) return fail(m, SRE_BAD_CODE), 0;
    uint32_t min = m->code[i + 2], max = m->code[i + 3], kind = m->code[until];
    if (min > max || (kind != C_MAX_UNTIL && kind != C_MIN_UNTIL)) return fail(m, SRE_BAD_CODE), 0;
    m->last_lit = NO_PLACE;
    if (max == 1) {
        // Once or not at all: no counting.
        if (min == 0) {
            uint32_t table = new_table(m);
            emit2(m, I_BRANCH, table);
            uint32_t first = here(m);
            sequence(m, i + 4, until, false);
            m->last_lit = NO_PLACE;
            uint32_t after = here(m);
            if (kind == C_MAX_UNTIL) set_targets(m, table, first, after);
            else set_targets(m, table, after, first);
        } else {
            sequence(m, i + 4, until, false);
            m->last_lit = NO_PLACE;
        }
        return until + 1;
    }
    uint32_t table = new_table(m), reg = new_regs(m, 2);
    emit2(m, I_REPEAT, reg);
    size_t to = here(m);
    emit(m, 0);
    uint32_t first = here(m);
    sequence(m, i + 4, until, false);
    m->last_lit = NO_PLACE;
    patch(m, to, here(m));
    emit2(m, kind == C_MAX_UNTIL ? I_UNTIL_MAX : I_UNTIL_MIN, reg);
    emit(m, min), emit(m, max), emit(m, table);
    // The body comes back to its UNTIL by falling into it.
    set_targets(m, table, first, here(m));
    return until + 1;
}

static size_t possessive_repeat(Maker *m, size_t i, size_t end) {
    size_t until = skip_from(m, i + 1, end, 3);
    if (!until) return 0;
    uint32_t min = m->code[i + 2], max = m->code[i + 3];
    if (min > max || until >= end || m->code[until] != C_SUCCESS) return fail(m, SRE_BAD_CODE), 0;
    m->last_lit = NO_PLACE;
    uint32_t table = new_table(m), reg = new_regs(m, 3);
    emit2(m, I_POSS, reg);
    size_t to = here(m);
    emit(m, 0);
    uint32_t first = here(m);
    sequence(m, i + 4, until, false);
    m->last_lit = NO_PLACE;
    emit2(m, I_POSS_END, reg);
    emit(m, here(m) + 1);
    patch(m, to, here(m));
    emit2(m, I_POSS_ITER, reg);
    emit(m, min), emit(m, max), emit(m, table);
    set_targets(m, table, first, here(m));
    return until + 1;
}

static size_t assertion(Maker *m, size_t i, size_t end, bool negative) {
    size_t stop = skip_from(m, i + 1, end, 3);
    if (!stop) return 0;
    uint32_t reg = new_regs(m, 2);
    m->last_lit = NO_PLACE;
    emit2(m, negative ? I_ASSERT_NOT : I_ASSERT, reg);
    emit(m, m->code[i + 2]);
    size_t to = here(m);
    emit(m, 0);
    if (!body(m, i + 3, stop)) return 0;
    emit2(m, negative ? I_ASSERT_NOT_END : I_ASSERT_END, reg);
    patch(m, to, here(m));
    return stop;
}

// BRANCH, then per alternative: skip word, items, JUMP, distance; then a zero.
static size_t branch(Maker *m, size_t i, size_t end) {
    size_t k = i + 1, after = 0, jumps = NO_PLACE; // jumps: chain of JUMP targets to fill in
    uint32_t table = NO_PLACE, used = 0;
    m->last_lit = NO_PLACE;
    for (;;) {
        if (k >= end) return fail(m, SRE_BAD_CODE), 0;
        if (m->code[k] == 0) break;
        size_t stop = skip_from(m, k, end, 3);
        if (!stop) return 0;
        if (m->code[stop - 2] != C_JUMP) return fail(m, SRE_BAD_CODE), 0;
        size_t to = stop - 1 + (size_t)m->code[stop - 1];
        if (after && to != after) return fail(m, SRE_BAD_CODE), 0;
        after = to;
        if (stop >= end) return fail(m, SRE_BAD_CODE), 0;
        bool last = m->code[stop] == 0;
        if (table == NO_PLACE || (used == SRE_ALTERNATIVES - 1 && !last)) {
            // A further table is the last alternative of the one before.
            uint32_t next = new_table(m);
            if (m->error) return 0;
            if (table != NO_PLACE) m->p->tables[table].target[used] = here(m), m->p->tables[table].count = used + 1;
            table = next, used = 0;
            emit2(m, I_BRANCH, table);
        }
        if (m->error) return 0;
        m->p->tables[table].target[used++] = here(m);
        m->p->tables[table].count = used;
        sequence(m, k + 1, stop - 2, false);
        m->last_lit = NO_PLACE;
        if (!last) {
            emit2(m, I_JUMP, (uint32_t)jumps);
            jumps = here(m) - 1;
        }
        if (m->error) return 0;
        k = stop;
    }
    if (after != k + 1) return fail(m, SRE_BAD_CODE), 0; // no alternative at all, or a jump elsewhere
    while (jumps != NO_PLACE && !m->error) {
        size_t next = m->p->code[jumps];
        m->p->code[jumps] = here(m);
        jumps = next;
    }
    return k + 1;
}

static size_t conditional(Maker *m, size_t i, size_t end) {
    if (end - i < 3 || m->code[i + 1] >= m->groups) return fail(m, SRE_BAD_CODE), 0;
    size_t skip = m->code[i + 2]; // counted from the group's word
    if (skip < 2 || skip > end - i - 1) return fail(m, SRE_BAD_CODE), 0;
    size_t no = i + 1 + skip;
    emit2(m, I_GROUPREF_EXISTS, m->code[i + 1]);
    size_t to = here(m);
    emit(m, 0);
    bool other = sequence(m, i + 3, no, true);
    m->last_lit = NO_PLACE;
    if (m->error) return 0;
    if (!other) {
        patch(m, to, here(m));
        return no;
    }
    size_t stop = skip_from(m, no - 1, end, 1);
    if (!stop) return 0;
    emit2(m, I_JUMP, 0);
    size_t jump = here(m) - 1;
    patch(m, to, here(m));
    sequence(m, no, stop, false);
    m->last_lit = NO_PLACE;
    patch(m, jump, here(m));
    return stop;
}

// One item that is no single character; returns the place behind it, 0 on error.
static size_t item(Maker *m, size_t i, size_t end) {
    uint32_t op = m->code[i];
    size_t left = end - i - 1;
    switch (op) {
    case C_FAILURE:
        m->last_lit = NO_PLACE;
        emit(m, I_FAIL);
        return i + 1;
    case C_AT:
        if (left < 1 || m->code[i + 1] >= AT_COUNT) break;
        m->last_lit = NO_PLACE;
        emit2(m, I_AT, m->code[i + 1]);
        return i + 2;
    case C_MARK:
        if (left < 1 || m->code[i + 1] >= 2 * m->groups) break;
        m->last_lit = NO_PLACE;
        emit2(m, I_MARK, m->code[i + 1]);
        return i + 2;
    case C_GROUPREF: case C_GROUPREF_IGNORE: case C_GROUPREF_LOC_IGNORE: case C_GROUPREF_UNI_IGNORE:
        if (left < 1 || m->code[i + 1] >= m->groups) break;
        m->last_lit = NO_PLACE;
        emit2(m, op == C_GROUPREF ? I_GROUPREF : I_GROUPREF_IGNORE, m->code[i + 1]);
        if (op != C_GROUPREF)
            emit(m, op == C_GROUPREF_IGNORE ? FOLD_ASCII : op == C_GROUPREF_LOC_IGNORE ? FOLD_LOCALE : FOLD_UNICODE);
        return i + 2;
    case C_GROUPREF_EXISTS: return conditional(m, i, end);
    case C_BRANCH: return branch(m, i, end);
    case C_REPEAT: if (left < 3) break; return repeat(m, i, end);
    case C_POSSESSIVE_REPEAT: if (left < 3) break; return possessive_repeat(m, i, end);
    case C_REPEAT_ONE: if (left < 3) break; return single_repeat(m, i, end, REP_GREEDY);
    case C_MIN_REPEAT_ONE: if (left < 3) break; return single_repeat(m, i, end, REP_LAZY);
    case C_POSSESSIVE_REPEAT_ONE: if (left < 3) break; return single_repeat(m, i, end, REP_POSSESSIVE);
    case C_ASSERT: if (left < 2) break; return assertion(m, i, end, false);
    case C_ASSERT_NOT: if (left < 2) break; return assertion(m, i, end, true);
    case C_ATOMIC_GROUP: {
        size_t stop = skip_from(m, i + 1, end, 2);
        if (!stop) return 0;
        uint32_t reg = new_regs(m, 1);
        m->last_lit = NO_PLACE;
        emit2(m, I_ATOMIC, reg);
        if (!body(m, i + 2, stop)) return 0;
        emit2(m, I_ATOMIC_END, reg);
        return stop;
    }
    }
    return fail(m, SRE_BAD_CODE), 0;
}

static bool sequence(Maker *m, size_t i, size_t end, bool else_allowed) {
    if (m->error) return false;
    if (i > end || ++m->depth > DEPTH_MAX) return fail(m, SRE_BAD_CODE), false;
    bool other = false;
    m->last_lit = NO_PLACE;
    while (i < end && !m->error) {
        Single s;
        if (else_allowed && i + 2 == end && m->code[i] == C_JUMP) {
            other = true;
            break;
        }
        if (read_single(m, &i, end, &s)) {
            if (!m->error) emit_single(m, s);
        } else if (!m->error) {
            i = item(m, i, end);
        }
    }
    m->depth--;
    return other;
}

// The INFO block at the head: only its least width is used, the rest we find out ourselves. Returns where it ends.
static size_t info(Maker *m, size_t end) {
    if (end < 1 || m->code[0] != C_INFO) return 0;
    size_t stop = skip_from(m, 1, end, 4);
    if (!stop) return 0;
    uint32_t flags = m->code[2], min = m->code[3], max = m->code[4];
    size_t i = 5;
    if (flags & ~7u || ((flags & 1) && (flags & 4)) || min > max) return fail(m, SRE_BAD_CODE), 0;
    if (flags & 1) {
        if (stop - i < 2) return fail(m, SRE_BAD_CODE), 0;
        size_t n = m->code[i], skip = m->code[i + 1];
        if (skip > n || (stop - i - 2) / 2 < n) return fail(m, SRE_BAD_CODE), 0;
        for (size_t k = 0; k < n; k++)
            if (m->code[i + 2 + n + k] >= n) return fail(m, SRE_BAD_CODE), 0;
        i += 2 + 2 * n;
    }
    if ((flags & 4) && !sre_set_check(m->code, &i, stop)) return fail(m, SRE_BAD_CODE), 0;
    if (i != stop) return fail(m, SRE_BAD_CODE), 0;
    m->p->min_width = min;
    return stop;
}

SreProgram *sre_program_new(const uint32_t *code, size_t length, uint32_t groups, int *error) {
    *error = SRE_BAD_CODE;
    if (length == 0 || length > UINT32_MAX / 64 || groups > SRE_MAXGROUPS || groups > length ||
        code[length - 1] != C_SUCCESS)
        return NULL;
    *error = SRE_NO_MEMORY;
    SreProgram *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->source = malloc(length * sizeof *code);
    if (!p->source) return sre_program_free(p), NULL;
    memcpy(p->source, code, length * sizeof *code);
    p->source_len = length;
    p->groups = groups;
    p->regs = 1 + 2 * groups;
    Maker m = {.p = p, .code = p->source, .last_lit = NO_PLACE, .groups = groups};
    size_t start = info(&m, length - 1);
    sequence(&m, start, length - 1, false);
    emit(&m, I_MATCH);
    if (!m.error) m.error = sre_optimize(p);
    if (m.error) {
        *error = m.error;
        sre_program_free(p);
        return NULL;
    }
    *error = 0;
    return p;
}

void sre_program_free(SreProgram *p) {
    if (!p) return;
    for (size_t i = 0; i < p->literal_count; i++) free(p->literals[i]);
    free(p->literals);
    free(p->sets);
    free(p->tables);
    free(p->code);
    free(p->source);
    free(p);
}

uint32_t sre_program_groups(const SreProgram *program) { return program->groups; }
