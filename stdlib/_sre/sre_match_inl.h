// SPDX-License-Identifier: MIT
// TEMPLATE. The matcher, once per width of text: included by sre_match1.c, sre_match2.c and sre_match4.c, which define Char and the
// function names. A backtracking machine with two explicit stacks: choices (where to go on after a failure) and the trail
// (old values of registers, put back when a choice is taken). No C recursion. Works on its own state only; no locks.
//
// Invariant: registers are written through SET_REG, which trails the old value whenever a choice exists that could bring
// back the time before. An assertion or atomic group pushes a choice that guards its inside; leaving it cuts the choices
// above that one away but keeps the trail.
#include <string.h>

#include "stdlib/_sre/sre_int.h"

enum { K_RESUME, K_FAIL, K_BRANCH, K_GREEDY, K_LAZY, K_MIN_BODY };
enum { FUEL = 65536 };

#define LINEBREAK '\n'

// Does the character stand for the class? For text of this width.
static inline bool class_has(const SreProgram *p, uint32_t op, uint32_t arg, uint32_t ch) {
    switch (op) {
    case I_ANY: return ch != LINEBREAK;
    case I_ANY_ALL: return true;
    case I_LIT: return ch == arg;
    case I_NLIT: return ch != arg;
    case I_SET: {
        const SreSet *set = &p->sets[arg];
        if (sizeof(Char) == 1 || ch < 256) return set->map[ch];
        return set->high == HIGH_ASK ? sre_set_has_folded(set, ch) : set->high;
    }
    default: return sre_set_has_folded(&p->sets[arg], ch);
    }
}

// The end of the longest run of the class from ptr, at most to `end`.
static const Char *run_end(const SreProgram *p, uint32_t op, uint32_t arg, const Char *ptr, const Char *end) {
    switch (op) {
    case I_ANY: arg = LINEBREAK; // fall through
    case I_NLIT:
        if (sizeof(Char) == 1) {
            if (arg > 255) return end;
            const Char *found = ptr < end ? memchr(ptr, (int)arg, (size_t)(end - ptr)) : NULL;
            return found ? found : end;
        }
        while (ptr < end && *ptr != arg) ptr++;
        return ptr;
    case I_ANY_ALL: return end;
    case I_LIT:
        while (ptr < end && *ptr == arg) ptr++;
        return ptr;
    case I_SET: {
        const SreSet *set = &p->sets[arg];
        const uint8_t *map = set->map;
        if (sizeof(Char) == 1) {
            while (end - ptr >= 4) {
                if (!map[(uint8_t)ptr[0]]) return ptr;
                if (!map[(uint8_t)ptr[1]]) return ptr + 1;
                if (!map[(uint8_t)ptr[2]]) return ptr + 2;
                if (!map[(uint8_t)ptr[3]]) return ptr + 3;
                ptr += 4;
            }
            while (ptr < end && map[(uint8_t)*ptr]) ptr++;
            return ptr;
        }
        if (set->high == HIGH_ASK) {
            while (ptr < end && ((uint32_t)*ptr < 256 ? map[*ptr] : sre_set_has_folded(set, *ptr))) ptr++;
        } else {
            while (ptr < end && ((uint32_t)*ptr < 256 ? map[*ptr] : set->high)) ptr++;
        }
        return ptr;
    }
    default:
        while (ptr < end && sre_set_has_folded(&p->sets[arg], *ptr)) ptr++;
        return ptr;
    }
}

static inline uint32_t table_at(const SreTable *t, const Char *ptr, const Char *end) {
    if (ptr >= end) return t->at_end;
    uint32_t ch = *ptr;
    if (sizeof(Char) == 1 || ch < 256) return t->map[ch];
    return t->high;
}

// May the tail of a run begin at ptr?
static inline bool tail_fits(const SreProgram *p, const uint32_t *ip, const Char *ptr, const Char *end) {
    if (ip[REP_TAIL] == TAIL_LIT) return ptr < end && *ptr == ip[REP_TAIL_ARG];
    if (ip[REP_TAIL] == TAIL_TABLE) return table_at(&p->tables[ip[REP_TAIL_ARG]], ptr, end) != 0;
    return true;
}

static bool word_at(uint32_t at, uint32_t ch) {
    uint32_t category = at == AT_BOUNDARY || at == AT_NON_BOUNDARY           ? CAT_WORD
                        : at == AT_LOC_BOUNDARY || at == AT_LOC_NON_BOUNDARY ? CAT_LOC_WORD
                                                                             : CAT_UNI_WORD;
    return sre_category(category, ch);
}

static inline bool at_holds(uint32_t at, const Char *begin, const Char *ptr, const Char *end) {
    switch (at) {
    case AT_BEGINNING:
    case AT_BEGINNING_STRING: return ptr == begin;
    case AT_BEGINNING_LINE: return ptr == begin || ptr[-1] == LINEBREAK;
    case AT_END: return ptr == end || (end - ptr == 1 && *ptr == LINEBREAK);
    case AT_END_LINE: return ptr == end || *ptr == LINEBREAK;
    case AT_END_STRING: return ptr == end;
    default: {
        bool before = ptr > begin && word_at(at, ptr[-1]), after = ptr < end && word_at(at, *ptr);
        bool boundary = at == AT_BOUNDARY || at == AT_LOC_BOUNDARY || at == AT_UNI_BOUNDARY;
        return (before != after) == boundary;
    }
    }
}

// Runs the program at `from`. Returns 1, 0 or an error; after 1 the registers and *stop hold the result.
static int run(SreState *s, const Char *from, const Char **stop) {
#define LABEL(name, words) &&op_##name,
    static const void *const labels[] = {SRE_INSTRUCTIONS(LABEL)};
#undef LABEL
    const SreProgram *const p = s->program;
    const Char *const begin = (const Char *)s->text, *const end = begin + s->end;
    const Char *ptr = from;
    const uint32_t *const code = p->code, *ip = code;
    uintptr_t *const regs = s->regs;
    SreChoice *choices = s->choices;
    SreTrail *trail = s->trail;
    size_t choice_top = 0, trail_top = 0, choice_cap = s->choice_cap, trail_cap = s->trail_cap;

#define NEXT() goto *labels[*ip]
#define FAIL() goto backtrack
#define SET_REG(i, v)                                                                     \
    do {                                                                                  \
        if (choice_top) {                                                                 \
            if (UNLIKELY(trail_top == trail_cap)) {                                       \
                if (sre_grow_trail(s)) return SRE_NO_MEMORY;                              \
                trail = s->trail, trail_cap = s->trail_cap;                               \
            }                                                                             \
            trail[trail_top++] = (SreTrail){(i), regs[i]};                                \
        }                                                                                 \
        regs[i] = (uintptr_t)(v);                                                         \
    } while (0)
#define PUSH(k, where, at, extra)                                                         \
    do {                                                                                  \
        if (UNLIKELY(choice_top == choice_cap)) {                                         \
            if (sre_grow_choices(s)) return SRE_NO_MEMORY;                                \
            choices = s->choices, choice_cap = s->choice_cap;                             \
        }                                                                                 \
        SreChoice *new_ = &choices[choice_top++];                                         \
        new_->ip = (where), new_->ptr = (at), new_->a = (uintptr_t)(extra);               \
        new_->kind = (k), new_->trail = trail_top;                                        \
    } while (0)
// Counts a step; every so often asks whether to go on.
#define BURN()                                                                            \
    do {                                                                                  \
        if (UNLIKELY(--s->fuel == 0)) {                                                   \
            s->fuel = FUEL;                                                               \
            if (s->poll && s->poll(s->poll_arg)) return SRE_INTERRUPTED;                  \
        }                                                                                 \
    } while (0)
// Forget the choices above a height. Without any choice left nothing can be put back.
#define CUT(height)                                                                       \
    do {                                                                                  \
        choice_top = (height);                                                            \
        if (choice_top == 0) trail_top = 0;                                               \
    } while (0)

    NEXT();

op_MATCH:
    if ((s->full && ptr != end) || (s->must_advance && ptr == from)) FAIL();
    *stop = ptr;
    return 1;
op_FAIL:
    FAIL();
op_ANY:
    if (ptr >= end || *ptr == LINEBREAK) FAIL();
    ptr++, ip += W_ANY;
    NEXT();
op_ANY_ALL:
    if (ptr >= end) FAIL();
    ptr++, ip += W_ANY_ALL;
    NEXT();
op_LIT:
    if (ptr >= end || *ptr != ip[1]) FAIL();
    ptr++, ip += W_LIT;
    NEXT();
op_NLIT:
    if (ptr >= end || *ptr == ip[1]) FAIL();
    ptr++, ip += W_NLIT;
    NEXT();
op_SET:
    if (ptr >= end || !class_has(p, I_SET, ip[1], *ptr)) FAIL();
    ptr++, ip += W_SET;
    NEXT();
op_SET_LOC:
    if (ptr >= end || !class_has(p, I_SET_LOC, ip[1], *ptr)) FAIL();
    ptr++, ip += W_SET_LOC;
    NEXT();
op_LITS: {
    size_t n = ip[1];
    if ((size_t)(end - ptr) < n) FAIL();
    for (size_t i = 0; i < n; i++)
        if (ptr[i] != ip[2 + i]) FAIL();
    ptr += n, ip += W_LITS + n;
    NEXT();
}
op_AT:
    if (!at_holds(ip[1], begin, ptr, end)) FAIL();
    ip += W_AT;
    NEXT();
op_MARK: {
    uint32_t mark = ip[1];
    SET_REG(1 + mark, ptr);
    if ((mark & 1) && regs[0] != mark / 2 + 1) SET_REG(0, mark / 2 + 1);
    s->dirty = true;
    ip += W_MARK;
    NEXT();
}
op_JUMP:
    ip = code + ip[1];
    NEXT();
op_BRANCH: {
    const SreTable *t = &p->tables[ip[1]];
    uint32_t mask = table_at(t, ptr, end);
    if (!mask) FAIL();
    uint32_t rest = mask & (mask - 1);
    if (rest) PUSH(K_BRANCH, ip, ptr, rest);
    ip = code + t->target[__builtin_ctz(mask)];
    NEXT();
}
op_REP: {
    uint32_t min = ip[REP_MIN], max = ip[REP_MAX];
    size_t left = (size_t)(end - ptr);
    if (left < min) FAIL();
    const Char *limit = max < left ? ptr + max : end; // MAXREPEAT is no limit: see below
    if (max == SRE_MAXREPEAT) limit = end;
    if (ip[REP_MODE] == REP_LAZY) {
        const Char *least = ptr + min;
        if (min && run_end(p, ip[REP_CLASS], ip[REP_ARG], ptr, least) != least) FAIL();
        ptr = least;
        while (!tail_fits(p, ip, ptr, end)) {
            if (ptr >= limit || !class_has(p, ip[REP_CLASS], ip[REP_ARG], *ptr)) FAIL();
            ptr++;
        }
        if (ptr < limit) PUSH(K_LAZY, ip, ptr, limit);
        ip += W_REP;
        NEXT();
    }
    const Char *cur = run_end(p, ip[REP_CLASS], ip[REP_ARG], ptr, limit), *least = ptr + min;
    if (cur < least) FAIL();
    if (cur > least && ip[REP_MODE] == REP_GREEDY && !(ip[REP_ALONE] & (sizeof(Char) == 1 ? 1 : 2))) {
        while (!tail_fits(p, ip, cur, end)) {
            if (cur == least) FAIL();
            cur--;
        }
        if (cur > least) PUSH(K_GREEDY, ip, cur, least);
    }
    ptr = cur, ip += W_REP;
    NEXT();
}
op_REPEAT: {
    uint32_t r = ip[1];
    SET_REG(r, UINTPTR_MAX);
    SET_REG(r + 1, 0);
    s->dirty = true;
    ip = code + ip[2];
    NEXT();
}
op_UNTIL_MAX: {
    uint32_t r = ip[1];
    uintptr_t n = regs[r] + 1;
    const SreTable *t = &p->tables[ip[4]];
    if (n < ip[2]) {
        SET_REG(r, n);
        BURN();
        ip = code + t->target[0];
        NEXT();
    }
    uint32_t mask = table_at(t, ptr, end);
    if ((n >= ip[3] && ip[3] != SRE_MAXREPEAT) || (uintptr_t)ptr == regs[r + 1]) mask &= 2;
    if (!mask) FAIL();
    if (mask == 2) {
        ip += W_UNTIL_MAX;
        NEXT();
    }
    if (mask == 3) PUSH(K_RESUME, ip + W_UNTIL_MAX, ptr, 0);
    SET_REG(r, n);
    SET_REG(r + 1, ptr);
    ip = code + t->target[0];
    NEXT();
}
op_UNTIL_MIN: {
    uint32_t r = ip[1];
    uintptr_t n = regs[r] + 1;
    const SreTable *t = &p->tables[ip[4]];
    if (n < ip[2]) {
        SET_REG(r, n);
        BURN();
        ip = code + t->target[0];
        NEXT();
    }
    uint32_t mask = table_at(t, ptr, end);
    if ((n >= ip[3] && ip[3] != SRE_MAXREPEAT) || (uintptr_t)ptr == regs[r + 1]) mask &= 2;
    if (!mask) FAIL();
    if (mask & 2) {
        if (mask & 1) PUSH(K_MIN_BODY, ip, ptr, 0);
        ip += W_UNTIL_MIN;
        NEXT();
    }
    SET_REG(r, n);
    SET_REG(r + 1, ptr);
    ip = code + t->target[0];
    NEXT();
}
op_ASSERT:
op_ASSERT_NOT: {
    bool negative = *ip == I_ASSERT_NOT;
    size_t back = ip[2];
    if ((size_t)(ptr - begin) < back) { // nothing to look at: a negative assertion holds
        if (!negative) FAIL();
        ip = code + ip[3];
        NEXT();
    }
    // These registers are read by the END of the same round only: they need no trail.
    regs[ip[1]] = choice_top;
    regs[ip[1] + 1] = (uintptr_t)ptr;
    s->dirty = true;
    if (negative) PUSH(K_RESUME, code + ip[3], ptr, 0);
    else PUSH(K_FAIL, ip, ptr, 0);
    ptr -= back;
    ip += W_ASSERT;
    NEXT();
}
op_ASSERT_END:
    ptr = (const Char *)regs[ip[1] + 1];
    CUT(regs[ip[1]]);
    ip += W_ASSERT_END;
    NEXT();
op_ASSERT_NOT_END: {
    size_t height = regs[ip[1]], keep = choices[height].trail;
    while (trail_top > keep) trail_top--, regs[trail[trail_top].reg] = trail[trail_top].old;
    choice_top = height;
    FAIL();
}
op_ATOMIC:
    regs[ip[1]] = choice_top;
    s->dirty = true;
    PUSH(K_FAIL, ip, ptr, 0);
    ip += W_ATOMIC;
    NEXT();
op_ATOMIC_END:
    CUT(regs[ip[1]]);
    ip += W_ATOMIC_END;
    NEXT();
op_POSS: {
    uint32_t r = ip[1]; // rounds done, where the last one began, height of the choices
    SET_REG(r, 0);
    SET_REG(r + 1, 0);
    s->dirty = true;
    ip = code + ip[2];
    NEXT();
}
op_POSS_ITER: {
    uint32_t r = ip[1];
    const SreTable *t = &p->tables[ip[4]];
    uintptr_t n = regs[r];
    if (n < ip[2]) {
        regs[r + 2] = choice_top;
        PUSH(K_FAIL, ip, ptr, 0);
        ip = code + t->target[0];
        NEXT();
    }
    if ((n >= ip[3] && ip[3] != SRE_MAXREPEAT) || (uintptr_t)ptr == regs[r + 1] || !(table_at(t, ptr, end) & 1)) {
        ip += W_POSS_ITER;
        NEXT();
    }
    regs[r + 2] = choice_top;
    PUSH(K_RESUME, ip + W_POSS_ITER, ptr, 0);
    SET_REG(r + 1, ptr);
    ip = code + t->target[0];
    NEXT();
}
op_POSS_END: {
    uint32_t r = ip[1];
    CUT(regs[r + 2]);
    SET_REG(r, regs[r] + 1);
    BURN();
    ip = code + ip[2];
    NEXT();
}
op_GROUPREF: {
    const Char *a = (const Char *)regs[1 + 2 * ip[1]], *b = (const Char *)regs[2 + 2 * ip[1]];
    if (!a || !b || b < a) FAIL();
    size_t n = (size_t)(b - a);
    if ((size_t)(end - ptr) < n || memcmp(a, ptr, n * sizeof(Char)) != 0) FAIL();
    ptr += n, ip += W_GROUPREF;
    NEXT();
}
op_GROUPREF_IGNORE: {
    const Char *a = (const Char *)regs[1 + 2 * ip[1]], *b = (const Char *)regs[2 + 2 * ip[1]];
    if (!a || !b || b < a || end - ptr < b - a) FAIL();
    for (; a < b; a++, ptr++)
        if (*a != *ptr && sre_fold(ip[2], *a) != sre_fold(ip[2], *ptr)) FAIL();
    ip += W_GROUPREF_IGNORE;
    NEXT();
}
op_GROUPREF_EXISTS: {
    const Char *a = (const Char *)regs[1 + 2 * ip[1]], *b = (const Char *)regs[2 + 2 * ip[1]];
    ip = !a || !b || b < a ? code + ip[2] : ip + W_GROUPREF_EXISTS;
    NEXT();
}

backtrack:
    BURN();
    if (choice_top == 0) return 0;
    {
        SreChoice *c = &choices[choice_top - 1];
        while (trail_top > c->trail) trail_top--, regs[trail[trail_top].reg] = trail[trail_top].old;
        ip = c->ip, ptr = c->ptr;
        switch (c->kind) {
        case K_RESUME:
            choice_top--;
            NEXT();
        case K_FAIL:
            choice_top--;
            goto backtrack;
        case K_BRANCH: {
            uint32_t mask = (uint32_t)c->a, rest = mask & (mask - 1);
            if (rest) c->a = rest;
            else choice_top--;
            ip = code + p->tables[ip[1]].target[__builtin_ctz(mask)];
            NEXT();
        }
        case K_GREEDY: {
            const Char *least = (const Char *)c->a;
            do {
                if (ptr == least) {
                    choice_top--;
                    goto backtrack;
                }
                ptr--;
            } while (!tail_fits(p, ip, ptr, end));
            if (ptr == least) choice_top--;
            else c->ptr = ptr;
            ip += W_REP;
            NEXT();
        }
        case K_LAZY: {
            const Char *limit = (const Char *)c->a;
            do {
                if (ptr >= limit || !class_has(p, ip[REP_CLASS], ip[REP_ARG], *ptr)) {
                    choice_top--;
                    goto backtrack;
                }
                ptr++;
            } while (!tail_fits(p, ip, ptr, end));
            c->ptr = ptr;
            ip += W_REP;
            NEXT();
        }
        default: { // K_MIN_BODY
            uint32_t r = ip[1];
            choice_top--;
            SET_REG(r, regs[r] + 1);
            SET_REG(r + 1, ptr);
            ip = code + p->tables[ip[4]].target[0];
            NEXT();
        }
        }
    }
#undef NEXT
#undef FAIL
#undef SET_REG
#undef PUSH
#undef BURN
#undef CUT
}

static inline void reset(SreState *s) {
    if (s->dirty) {
        memset(s->regs, 0, s->program->regs * sizeof *s->regs);
        s->dirty = false;
    }
}

static int attempt(SreState *s, const Char *from) {
    const Char *stop;
    reset(s);
    int result = run(s, from, &stop);
    if (result == 1) {
        s->match_start = (size_t)(from - (const Char *)s->text);
        s->match_end = (size_t)(stop - (const Char *)s->text);
    }
    s->must_advance = false;
    return result;
}

int MATCH_NAME(SreState *s, size_t pos) {
    if (pos > s->end || s->end - pos < s->program->min_width) {
        s->must_advance = false;
        return 0;
    }
    return attempt(s, (const Char *)s->text + pos);
}

// The first place from ptr to `last` where the literal prefix stands; NULL: none.
static const Char *find_prefix(const SreProgram *p, const Char *ptr, const Char *last, const Char *end) {
    uint32_t first = p->prefix[0], n = p->prefix_len;
    if (sizeof(Char) < 4 && first >> (8 * (sizeof(Char) & 3))) return NULL;
    while (ptr <= last) {
        if (sizeof(Char) == 1) {
            ptr = memchr(ptr, (int)first, (size_t)(last - ptr) + (last < end));
            if (!ptr) return NULL;
        } else {
            while (ptr < end && ptr <= last && *ptr != (Char)first) ptr++;
            if (ptr > last || ptr >= end) return NULL;
        }
        if ((size_t)(end - ptr) < n) return NULL;
        uint32_t i = 1;
        while (i < n && ptr[i] == p->prefix[i]) i++;
        if (i == n) return ptr;
        ptr++;
    }
    return NULL;
}

int SEARCH_NAME(SreState *s, size_t pos) {
    const SreProgram *p = s->program;
    const Char *end = (const Char *)s->text + s->end, *ptr = (const Char *)s->text + pos;
    if (pos > s->end || s->end - pos < p->min_width) {
        s->must_advance = false;
        return 0;
    }
    const Char *last = end - p->min_width; // the last place a match can begin
    int result;
    switch (p->scan) {
    case SCAN_ANCHORED: return attempt(s, ptr);
    case SCAN_LITERAL:
        for (;;) {
            ptr = find_prefix(p, ptr, last, end);
            if (!ptr) break;
            if (p->whole_literal) {
                reset(s);
                s->match_start = (size_t)(ptr - (const Char *)s->text);
                s->match_end = s->match_start + p->prefix_len;
                s->must_advance = false;
                return 1;
            }
            result = attempt(s, ptr);
            if (result) return result;
            if (ptr++ >= last) break;
        }
        break;
    case SCAN_TABLE: {
        const uint32_t *map = p->tables[p->scan_table].map;
        bool high = p->tables[p->scan_table].high;
        for (;;) {
            if (sizeof(Char) == 1)
                while (ptr <= last && ptr < end && !map[(uint8_t)*ptr]) ptr++;
            else
                while (ptr <= last && ptr < end && !((uint32_t)*ptr < 256 ? map[*ptr] : high)) ptr++;
            if (ptr > last || ptr >= end) break;
            result = attempt(s, ptr);
            if (result) return result;
            ptr++;
        }
        break;
    }
    default:
        for (; ptr <= last; ptr++) {
            result = attempt(s, ptr);
            if (result) return result;
        }
    }
    reset(s);
    s->must_advance = false;
    return 0;
}
