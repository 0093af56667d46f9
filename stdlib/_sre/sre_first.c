// SPDX-License-Identifier: MIT
// What can stand where: from upper bounds of the characters that a place of the program can go on with, fills the tables
// of branches and loops, decides which runs need no backtracking, and chooses how to search. Runs once per program,
// before it is shared; no locks. Every bound errs on the side of "anything", so a wrong guess costs time only.
#include <string.h>

#include "stdlib/_sre/sre_int.h"

enum { BUDGET = 2000, NESTING_MAX = 100, LOOPS_MAX = 32 };

typedef struct Finder {
    const SreProgram *p;
    uint32_t loops[LOOPS_MAX]; // loops being looked at
    int loop_count, nesting, budget;
} Finder;

static void first_anything(SreFirst *f) {
    memset(f->bits, 0xFF, sizeof f->bits);
    f->high = f->at_end = true;
}

static void first_add(SreFirst *f, uint32_t ch) {
    if (ch < 256) f->bits[ch >> 6] |= 1ull << (ch & 63);
    else f->high = true;
}

static inline bool first_has(const SreFirst *f, uint32_t ch) {
    return ch < 256 ? f->bits[ch >> 6] >> (ch & 63) & 1 : f->high;
}

static void first_class(const SreProgram *p, uint32_t op, uint32_t arg, SreFirst *f) {
    switch (op) {
    case I_LIT: first_add(f, arg); return;
    case I_SET:
        for (int w = 0; w < 4; w++) f->bits[w] |= p->sets[arg].bits[w];
        if (p->sets[arg].high != HIGH_NONE) f->high = true;
        return;
    case I_ANY:
    case I_NLIT: {
        uint32_t out = op == I_ANY ? '\n' : arg;
        bool had = out < 256 && first_has(f, out);
        memset(f->bits, 0xFF, sizeof f->bits);
        if (out < 256 && !had) f->bits[out >> 6] &= ~(1ull << (out & 63));
        f->high = true;
        return;
    }
    default: // ANY_ALL, SET_LOC
        memset(f->bits, 0xFF, sizeof f->bits);
        f->high = true;
    }
}

static void find(Finder *d, uint32_t ip, SreFirst *f);

// Adds what table t's alternatives can begin with.
static void find_table(Finder *d, uint32_t ip, const SreTable *t, SreFirst *f) {
    if (t->ready) {
        for (int w = 0; w < 4; w++) f->bits[w] |= t->bits[w];
        f->high |= t->high != 0, f->at_end |= t->at_end != 0;
        return;
    }
    for (int i = 0; i < d->loop_count; i++)
        if (d->loops[i] == ip) return; // on the way already: adds nothing new
    if (d->loop_count == LOOPS_MAX) {
        first_anything(f);
        return;
    }
    d->loops[d->loop_count++] = ip;
    for (uint32_t i = 0; i < t->count; i++) find(d, t->target[i], f);
    d->loop_count--;
}

static void find(Finder *d, uint32_t ip, SreFirst *f) {
    const SreProgram *p = d->p;
    if (++d->nesting > NESTING_MAX) {
        first_anything(f);
        d->nesting--;
        return;
    }
    for (;;) {
        if (--d->budget < 0) {
            first_anything(f);
            break;
        }
        const uint32_t *w = p->code + ip;
        switch (*w) {
        case I_FAIL: goto done;
        case I_ANY: case I_ANY_ALL: first_class(p, *w, 0, f); goto done;
        case I_LIT: case I_NLIT: case I_SET: case I_SET_LOC: first_class(p, *w, w[1], f); goto done;
        case I_LITS: first_add(f, w[2]); goto done;
        case I_MARK: ip += W_MARK; continue;
        case I_JUMP: ip = w[1]; continue;
        case I_AT:
            if (w[1] == AT_END || w[1] == AT_END_LINE || w[1] == AT_END_STRING) {
                SreFirst sub = {0};
                find(d, ip + W_AT, &sub);
                if (w[1] != AT_END_STRING && first_has(&sub, '\n')) first_add(f, '\n');
                f->at_end |= sub.at_end;
                goto done;
            }
            ip += W_AT;
            continue;
        case I_BRANCH: find_table(d, ip, &p->tables[w[1]], f); goto done;
        case I_UNTIL_MAX: case I_UNTIL_MIN: case I_POSS_ITER: find_table(d, ip, &p->tables[w[4]], f); goto done;
        case I_REP:
            if (w[REP_MAX] > 0) first_class(p, w[REP_CLASS], w[REP_ARG], f);
            if (w[REP_MIN] > 0) goto done;
            ip += W_REP;
            continue;
        case I_REPEAT: case I_POSS: ip = w[2]; continue;
        case I_ASSERT: case I_ASSERT_NOT: ip = w[3]; continue;
        case I_ATOMIC: ip += W_ATOMIC; continue;
        case I_GROUPREF_EXISTS:
            find(d, w[2], f);
            ip += W_GROUPREF_EXISTS;
            continue;
        default: // MATCH, back references; ends of assertions and atomic parts: what follows must not shape their inside
            first_anything(f);
            goto done;
        }
    }
done:
    d->nesting--;
}

static SreFirst first_of(const SreProgram *p, uint32_t ip) {
    Finder d = {.p = p, .budget = BUDGET};
    SreFirst f = {0};
    find(&d, ip, &f);
    return f;
}

static void table_fill(SreProgram *p, SreTable *t) {
    for (uint32_t i = 0; i < t->count; i++) {
        SreFirst f = first_of(p, t->target[i]);
        for (uint32_t w = 0; w < 4; w++) {
            t->bits[w] |= f.bits[w];
            for (uint32_t k = 0; k < 64; k++) t->map[w * 64 + k] |= (uint32_t)(f.bits[w] >> k & 1) << i;
        }
        if (f.high) t->high |= 1u << i;
        if (f.at_end) t->at_end |= 1u << i;
    }
    t->ready = true;
}

// A table of a single alternative.
static void table_from(SreTable *t, const SreFirst *f) {
    memcpy(t->bits, f->bits, sizeof t->bits);
    for (int w = 0; w < 4; w++) SRE_SPREAD(t->map, w, f->bits[w]);
}

static uint32_t words_of(const uint32_t *w) {
    static const uint8_t words[] = {
#define WORDS(name, words) words,
        SRE_INSTRUCTIONS(WORDS)
#undef WORDS
    };
    return words[*w] + (*w == I_LITS ? w[1] : 0);
}

static bool first_is_anything(const SreFirst *f) {
    return f->high && f->at_end && (f->bits[0] & f->bits[1] & f->bits[2] & f->bits[3]) == UINT64_MAX;
}

// Decides what a run knows of its tail.
static int rep_optimize(SreProgram *p, uint32_t ip) {
    uint32_t *w = p->code + ip;
    SreFirst tail = first_of(p, ip + W_REP), run = {0};
    first_class(p, w[REP_CLASS], w[REP_ARG], &run);
    uint64_t both = 0;
    for (int i = 0; i < 4; i++) both |= tail.bits[i] & run.bits[i];
    bool high = run.high && tail.high;
    const uint32_t *next = w + W_REP;
    while (*next == I_MARK) next += W_MARK;
    bool literal = *next == I_LIT || *next == I_LITS;
    uint32_t ch = *next == I_LITS ? next[2] : literal ? next[1] : 0;
    if (literal && ch >= 256) { // the bound only says "some character from 256"
        if (w[REP_CLASS] == I_NLIT) high = w[REP_ARG] != ch;
        else if (w[REP_CLASS] == I_LIT) high = w[REP_ARG] == ch;
        else if (w[REP_CLASS] == I_SET) high = sre_set_has_folded(&p->sets[w[REP_ARG]], ch);
    }
    // A shorter run is followed by a character of the run itself; if the tail cannot begin with one, and does not
    // accept anything either, only the longest run can succeed.
    if (w[REP_CLASS] != I_SET_LOC && both == 0) w[REP_ALONE] = high ? 1 : 3;
    if (literal) {
        w[REP_TAIL] = TAIL_LIT, w[REP_TAIL_ARG] = ch;
    } else if (!first_is_anything(&tail) && w[REP_MODE] != REP_POSSESSIVE && w[REP_ALONE] != 3) {
        int64_t t = sre_table_new(p);
        if (t < 0) return SRE_NO_MEMORY;
        SreTable *table = &p->tables[t];
        table_from(table, &tail);
        table->high = tail.high, table->at_end = tail.at_end, table->ready = true;
        w[REP_TAIL] = TAIL_TABLE, w[REP_TAIL_ARG] = (uint32_t)t;
    }
    return 0;
}

int sre_optimize(SreProgram *p) {
    // Inner tables have higher numbers; done first they make the outer ones cheap.
    for (size_t i = p->table_count; i--;) table_fill(p, &p->tables[i]);
    for (uint32_t ip = 0; ip < p->code_len; ip += words_of(p->code + ip))
        if (p->code[ip] == I_REP && rep_optimize(p, ip)) return SRE_NO_MEMORY;

    // The search: a fixed beginning, a literal prefix, or the set of first characters.
    const uint32_t *w = p->code;
    p->scan = SCAN_ALL;
    if (*w == I_AT && (w[1] == AT_BEGINNING || w[1] == AT_BEGINNING_STRING)) {
        p->scan = SCAN_ANCHORED;
        return 0;
    }
    bool marks = false;
    for (;;) {
        if (*w == I_MARK) {
            marks = true;
            w += W_MARK;
        } else if (*w == I_LIT && p->prefix_len < SRE_PREFIX_MAX) {
            p->prefix[p->prefix_len++] = w[1];
            w += W_LIT;
        } else if (*w == I_LITS && p->prefix_len + w[1] <= SRE_PREFIX_MAX) {
            memcpy(p->prefix + p->prefix_len, w + 2, w[1] * sizeof *w);
            p->prefix_len += w[1];
            w += W_LITS + w[1];
        } else {
            break;
        }
    }
    if (p->prefix_len) {
        p->scan = SCAN_LITERAL;
        p->whole_literal = *w == I_MATCH && !marks;
        return 0;
    }
    SreFirst f = first_of(p, 0);
    if (f.at_end || first_is_anything(&f)) return 0;
    int64_t t = sre_table_new(p);
    if (t < 0) return SRE_NO_MEMORY;
    SreTable *table = &p->tables[t];
    table_from(table, &f);
    table->high = f.high, table->ready = true;
    p->scan = SCAN_TABLE, p->scan_table = (uint32_t)t;
    return 0;
}
