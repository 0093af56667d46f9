// SPDX-License-Identifier: MIT
// match statements (PEP 634). The subject stays in one temporary; each case takes copies. Captures are collected in temporaries and bound only when the
// whole pattern has matched, as CPython does.
#include "core/compile/codegen_int.h"

#include "core/object/abstract.h"
#include "core/object/set.h"

typedef struct PatternCtx {
    Label *fail;               // where a mismatch goes; the code there releases every temporary of the case (dead ones hold no pointer)
    AstName *names[256];       // captured so far; name i waits in register caps + i
    int ncaps, caps, room;
    bool allow_irrefutable;
    int high;                  // one past the highest temporary used
} PatternCtx;

static void pattern(Gen *g, AstPattern *p, int subject, PatternCtx *pc);

static bool is_wildcard(const AstPattern *p) { return p->kind == AST_MATCH_AS && !p->MatchAs.name; }
static bool is_star_wildcard(const AstPattern *p) { return p->kind == AST_MATCH_STAR && !p->MatchStar.name; }

static int count_captures(const AstPattern *p) {
    int n = 0;
    switch (p->kind) {
    case AST_MATCH_SEQUENCE:
        for (int i = 0; i < p->MatchSequence.patterns.n; i++) n += count_captures(p->MatchSequence.patterns.items[i]);
        return n;
    case AST_MATCH_MAPPING:
        for (int i = 0; i < p->MatchMapping.patterns.n; i++) n += count_captures(p->MatchMapping.patterns.items[i]);
        return n + (p->MatchMapping.rest != NULL);
    case AST_MATCH_CLASS:
        for (int i = 0; i < p->MatchClass.patterns.n; i++) n += count_captures(p->MatchClass.patterns.items[i]);
        for (int i = 0; i < p->MatchClass.kwd_patterns.n; i++) n += count_captures(p->MatchClass.kwd_patterns.items[i]);
        return n;
    case AST_MATCH_STAR: return p->MatchStar.name != NULL;
    case AST_MATCH_AS: return (p->MatchAs.pattern ? count_captures(p->MatchAs.pattern) : 0) + (p->MatchAs.name != NULL);
    case AST_MATCH_OR: // every alternative binds the same names; the largest count decides, wrong programs included
        for (int i = 0; i < p->MatchOr.patterns.n; i++) {
            int k = count_captures(p->MatchOr.patterns.items[i]);
            if (k > n) n = k;
        }
        return n;
    default: return 0;
    }
}

// Binds name to the value in reg (consumed into a capture register).
static void capture(Gen *g, AstPattern *p, AstName *name, int reg, PatternCtx *pc) {
    if (!name) {
        emit(g, OP_RELEASE, reg, 0, 0);
        return;
    }
    for (int i = 0; i < pc->ncaps; i++)
        if (pc->names[i] == name) {
            gen_error(g, p, "multiple assignments to name '%s' in pattern", name->text);
            return;
        }
    if (pc->ncaps >= pc->room) {
        gen_error(g, p, "too many names in one pattern");
        return;
    }
    emit(g, OP_MOVE, pc->caps + pc->ncaps, reg, 0);
    pc->names[pc->ncaps++] = name;
}

static void fail_if(Gen *g, unsigned op, int reg, PatternCtx *pc) {
    if (TEMP_BASE + g->u->top > pc->high) pc->high = TEMP_BASE + g->u->top;
    jump(g, op, reg, pc->fail);
}

static bool value_pattern_allowed(const AstExpr *e) { return e->kind == AST_CONSTANT || e->kind == AST_ATTRIBUTE || e->kind == AST_UNARY_OP || e->kind == AST_BIN_OP; }

static void pattern_value(Gen *g, AstPattern *p, int subject, PatternCtx *pc) {
    Unit *u = g->u;
    if (!value_pattern_allowed(p->MatchValue.value)) {
        gen_error(g, p, "patterns may only match literals and attribute lookups");
        return;
    }
    int top = u->top, v = temp_alloc(g, 1), r = temp_alloc(g, 1);
    expr_to(g, p->MatchValue.value, v);
    set_at(g, p);
    emit(g, OP_EQ, r, subject, v);
    fail_if(g, OP_JUMP_IF_FALSE, r, pc);
    u->top = top;
}

static void pattern_sequence(Gen *g, AstPattern *p, int subject, PatternCtx *pc) {
    Unit *u = g->u;
    AstPatternSeq *q = &p->MatchSequence.patterns;
    int star = -1, n = q->n, top = u->top;
    for (int i = 0; i < n; i++)
        if (q->items[i]->kind == AST_MATCH_STAR) {
            if (star >= 0) {
                gen_error(g, p, "multiple starred names in sequence pattern");
                return;
            }
            star = i;
        }
    int r = temp_alloc(g, 1);
    set_at(g, p);
    emit(g, OP_MATCH_SEQUENCE, r, subject, 0);
    fail_if(g, OP_JUMP_IF_FALSE, r, pc);
    int need = star >= 0 ? n - 1 : n;
    if (star < 0 || need > 0) {
        emit(g, OP_GET_LEN, r, subject, 0);
        int t = temp_alloc(g, 1);
        emit(g, star >= 0 ? OP_GE_RK : OP_EQ_RK, t, r, const_add(g, value_imm_int(need)));
        fail_if(g, OP_JUMP_IF_FALSE, t, pc);
    }
    u->top = top;
    bool only_wild = true;
    for (int i = 0; i < n; i++) only_wild &= is_wildcard(q->items[i]) || is_star_wildcard(q->items[i]);
    if (only_wild) {
        emit(g, OP_RELEASE, subject, 0, 0);
        return;
    }
    if (star >= 0 && is_star_wildcard(q->items[star])) {
        // Only the named positions are read.
        for (int i = 0; i < n; i++) {
            if (i == star || is_wildcard(q->items[i])) continue;
            int item = temp_alloc(g, 1), c = temp_alloc(g, 1);
            emit(g, OP_COPY, c, subject, 0);
            if (i < star) emit(g, OP_GETITEM_K, item, c, const_add(g, value_imm_int(i)));
            else {
                int len = temp_alloc(g, 1);
                emit(g, OP_GET_LEN, len, subject, 0);
                emit(g, OP_SUB_RK, len, len, const_add(g, value_imm_int(n - i)));
                emit(g, OP_GETITEM, item, c, len);
            }
            u->top = item - TEMP_BASE + 1;
            pattern(g, q->items[i], item, pc);
            u->top = top;
        }
        emit(g, OP_RELEASE, subject, 0, 0);
        return;
    }
    int base = temp_alloc(g, n ? n : 1);
    if (star >= 0) emit(g, OP_UNPACK_EX, base, subject, star | (n - star - 1) << 8);
    else emit(g, OP_UNPACK, base, subject, n);
    for (int i = 0; i < n; i++) {
        AstPattern *x = q->items[i];
        if (x->kind == AST_MATCH_STAR) capture(g, x, x->MatchStar.name, base + i, pc);
        else pattern(g, x, base + i, pc);
    }
    u->top = top;
}

static void pattern_mapping(Gen *g, AstPattern *p, int subject, PatternCtx *pc) {
    Unit *u = g->u;
    Thread *th = g->th;
    AstExprSeq *keys = &p->MatchMapping.keys;
    int n = keys->n, top = u->top;
    int r = temp_alloc(g, 1);
    set_at(g, p);
    emit(g, OP_MATCH_MAPPING, r, subject, 0);
    fail_if(g, OP_JUMP_IF_FALSE, r, pc);
    if (!n && !p->MatchMapping.rest) {
        emit(g, OP_RELEASE, subject, 0, 0);
        u->top = top;
        return;
    }
    if (n) {
        emit(g, OP_GET_LEN, r, subject, 0);
        int t = temp_alloc(g, 1);
        emit(g, OP_GE_RK, t, r, const_add(g, value_imm_int(n)));
        fail_if(g, OP_JUMP_IF_FALSE, t, pc);
    }
    u->top = top;
    Value seen = set_new(th, NO_VALUE);
    int kt = temp_alloc(g, 1), base = temp_alloc(g, n ? n : 1);
    for (int i = 0; i < n && seen && !g->failed; i++) {
        AstExpr *k = keys->items[i];
        Value v;
        if (expr_const(g, k, &v)) {
            int dup = set_contains(th, AS(Set, seen), v);
            if (dup == 1) gen_error(g, p, "mapping pattern checks duplicate key (%R)", v);
            else if (dup < 0 || set_add(th, AS(Set, seen), v) < 0) g->failed = true;
            decref(th, v);
        } else if (k->kind != AST_ATTRIBUTE) gen_error(g, p, "mapping pattern keys may only match literals and attribute lookups");
        expr_to(g, k, base + i);
    }
    decref(th, seen);
    set_at(g, p);
    emit(g, OP_BUILD_TUPLE, kt, base, n);
    u->top = base - TEMP_BASE;
    int kc = temp_alloc(g, 1), values = temp_alloc(g, 1);
    emit(g, OP_COPY, kc, kt, 0);
    emit(g, OP_MATCH_KEYS, values, subject, kc);
    int vc = temp_alloc(g, 1);
    emit(g, OP_COPY, vc, values, 0);
    fail_if(g, OP_JUMP_IF_NONE, vc, pc);
    // rest: a dict of the subject without the keys
    if (p->MatchMapping.rest) {
        int d = kc, s2 = vc;
        emit(g, OP_BUILD_MAP, d, d, 0);
        emit(g, OP_MOVE, s2, subject, 0);
        emit(g, OP_DICT_UPDATE, d, s2, 0);
        int ks = temp_alloc(g, n ? n : 1), dc = temp_alloc(g, 1);
        emit(g, OP_UNPACK, ks, kt, n);
        for (int i = 0; i < n; i++) {
            emit(g, OP_COPY, dc, d, 0);
            emit(g, OP_DELITEM, dc, ks + i, 0);
        }
        u->top = values - TEMP_BASE + 1;
        capture(g, p, p->MatchMapping.rest, d, pc);
    } else {
        emit(g, OP_RELEASE, kt, 0, 0);
        emit(g, OP_RELEASE, subject, 0, 0);
    }
    u->top = values - TEMP_BASE + 1;
    if (n) {
        int items = temp_alloc(g, n);
        emit(g, OP_UNPACK, items, values, n);
        for (int i = 0; i < n; i++) pattern(g, p->MatchMapping.patterns.items[i], items + i, pc);
    } else emit(g, OP_RELEASE, values, 0, 0);
    u->top = top;
}

static void pattern_class(Gen *g, AstPattern *p, int subject, PatternCtx *pc) {
    Unit *u = g->u;
    Thread *th = g->th;
    int npos = p->MatchClass.patterns.n, nkw = p->MatchClass.kwd_attrs.n, top = u->top;
    for (int i = 0; i < nkw; i++)
        for (int j = 0; j < i; j++)
            if (p->MatchClass.kwd_attrs.items[j] == p->MatchClass.kwd_attrs.items[i]) {
                gen_error(g, p->MatchClass.kwd_patterns.items[i], "attribute name repeated in class pattern: %s", p->MatchClass.kwd_attrs.items[i]->text);
                return;
            }
    int base = temp_alloc(g, 3);
    emit(g, OP_MOVE, base, subject, 0);
    expr_to(g, p->MatchClass.cls, base + 1);
    Tuple *names = tuple_new(th, (size_t)nkw);
    if (!names) {
        g->failed = true;
        return;
    }
    for (int i = 0; i < nkw; i++) names->items[i] = new_ref(th, name_str(g, p->MatchClass.kwd_attrs.items[i]));
    emit_const(g, base + 2, VALUE_OF(names));
    set_at(g, p);
    emit(g, OP_MATCH_CLASS, base, base, npos);
    u->top = base - TEMP_BASE + 1;
    int c = temp_alloc(g, 1);
    emit(g, OP_COPY, c, base, 0);
    fail_if(g, OP_JUMP_IF_NONE, c, pc);
    u->top = base - TEMP_BASE + 1;
    int n = npos + nkw;
    if (!n) emit(g, OP_RELEASE, base, 0, 0);
    else {
        int items = temp_alloc(g, n);
        emit(g, OP_UNPACK, items, base, n);
        for (int i = 0; i < npos; i++) pattern(g, p->MatchClass.patterns.items[i], items + i, pc);
        for (int i = 0; i < nkw; i++) pattern(g, p->MatchClass.kwd_patterns.items[i], items + npos + i, pc);
    }
    u->top = top;
}

static void release_range(Gen *g, int from, int to) {
    for (int r = from; r < to; r++) emit(g, OP_RELEASE, r, 0, 0);
}

static void pattern_or(Gen *g, AstPattern *p, int subject, PatternCtx *pc) {
    Unit *u = g->u;
    int n = p->MatchOr.patterns.n, first = pc->ncaps, top = u->top, norder = 0;
    Label done, *outer = pc->fail;
    label_init(&done);
    bool allow = pc->allow_irrefutable;
    AstName *order[256];
    for (int i = 0; i < n && !g->failed; i++) {
        Label next;
        label_init(&next);
        pc->ncaps = first;
        pc->fail = &next;
        pc->allow_irrefutable = i == n - 1 && allow;
        int high = pc->high, c = temp_alloc(g, 1);
        pc->high = c + 1;
        emit(g, OP_COPY, c, subject, 0);
        pattern(g, p->MatchOr.patterns.items[i], c, pc);
        int used = pc->high;
        if (high > pc->high) pc->high = high;
        u->top = top;
        int k = pc->ncaps - first;
        if (i == 0) {
            norder = k;
            memcpy(order, pc->names + first, (size_t)k * sizeof *order);
        } else {
            bool same = k == norder, sorted = true;
            for (int a = 0; same && a < k; a++) {
                bool found = false;
                for (int b = 0; b < k; b++) found |= pc->names[first + b] == order[a];
                same = found;
                sorted &= pc->names[first + a] == order[a];
            }
            if (!same) {
                gen_error(g, p, "alternative patterns bind different names");
                return;
            }
            if (!sorted) { // into the first alternative's order, through scratch registers
                int s = temp_alloc(g, k);
                for (int a = 0; a < k; a++) emit(g, OP_MOVE, s + a, pc->caps + first + a, 0);
                for (int a = 0; a < k; a++)
                    for (int b = 0; b < k; b++)
                        if (pc->names[first + b] == order[a]) emit(g, OP_MOVE, pc->caps + first + a, s + b, 0);
                u->top = top;
            }
        }
        jump(g, OP_JUMP, 0, &done);
        label_here(g, &next);
        if (!u->dead) {
            set_at(g, p);
            release_range(g, c, used);
            release_range(g, pc->caps + first, pc->caps + first + k);
        }
    }
    pc->fail = outer;
    pc->allow_irrefutable = allow;
    pc->ncaps = first;
    jump(g, OP_JUMP, 0, pc->fail);
    label_here(g, &done);
    memcpy(pc->names + first, order, (size_t)norder * sizeof *order);
    pc->ncaps = first + norder;
    emit(g, OP_RELEASE, subject, 0, 0);
}

static void pattern(Gen *g, AstPattern *p, int subject, PatternCtx *pc) {
    if (gen_too_deep(g)) return;
    set_at(g, p);
    bool allow = pc->allow_irrefutable;
    if (p->kind != AST_MATCH_AS && p->kind != AST_MATCH_OR) pc->allow_irrefutable = true;
    switch (p->kind) {
    case AST_MATCH_VALUE: pattern_value(g, p, subject, pc); break;
    case AST_MATCH_SINGLETON: {
        int top = g->u->top, v = temp_alloc(g, 1), r = temp_alloc(g, 1);
        emit_const(g, v, const_value(g, &p->MatchSingleton.value));
        emit(g, OP_IS, r, subject, v);
        fail_if(g, OP_JUMP_IF_FALSE, r, pc);
        g->u->top = top;
        break;
    }
    case AST_MATCH_SEQUENCE: pattern_sequence(g, p, subject, pc); break;
    case AST_MATCH_MAPPING: pattern_mapping(g, p, subject, pc); break;
    case AST_MATCH_CLASS: pattern_class(g, p, subject, pc); break;
    case AST_MATCH_AS:
        if (!p->MatchAs.pattern) {
            if (!allow) {
                if (p->MatchAs.name) gen_error(g, p, "name capture '%s' makes remaining patterns unreachable", p->MatchAs.name->text);
                else gen_error(g, p, "wildcard makes remaining patterns unreachable");
                return;
            }
            capture(g, p, p->MatchAs.name, subject, pc);
        } else {
            int top = g->u->top, c = temp_alloc(g, 1);
            emit(g, OP_COPY, c, subject, 0);
            pc->allow_irrefutable = allow;
            pattern(g, p->MatchAs.pattern, c, pc);
            g->u->top = top;
            capture(g, p, p->MatchAs.name, subject, pc);
        }
        break;
    case AST_MATCH_OR: pattern_or(g, p, subject, pc); break;
    default: gen_error(g, p, "can't use starred name here"); break;
    }
    pc->allow_irrefutable = allow;
}

void stmt_match(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int saved = u->top, subject = temp_alloc(g, 1), ncases = s->Match.cases.n;
    expr_to(g, s->Match.subject, subject);
    Label end;
    label_init(&end);
    Block b;
    block_push(g, &b, BLOCK_VALUE); // leaving the statement early drops the subject, where it is still held
    b.reg = subject;
    for (int i = 0; i < ncases && !g->failed; i++) {
        AstMatchCase *c = s->Match.cases.items[i];
        Label next;
        label_init(&next);
        PatternCtx *pc = arena_zalloc(&g->arena->mem, sizeof *pc);
        int top = u->top;
        pc->fail = &next;
        pc->allow_irrefutable = c->guard != NULL || i == ncases - 1;
        pc->room = count_captures(c->pattern);
        if (pc->room > 256) gen_error(g, c->pattern, "too many names in one pattern");
        pc->caps = temp_alloc(g, pc->room);
        set_at(g, c->pattern);
        bool last_any = i == ncases - 1 && i > 0 && is_wildcard(c->pattern) && !c->guard;
        int first = TEMP_BASE + u->top;
        pc->high = first;
        Value k;
        if (c->pattern->kind == AST_MATCH_VALUE && !g->long_jumps && expr_const(g, c->pattern->MatchValue.value, &k)) {
            int idx = const_add(g, k), r = temp_alloc(g, 1);
            emit(g, OP_COPY, r, subject, 0);
            if (idx > 0xFFFF) gen_error(g, c->pattern, "too many constants in one block");
            jump_c(g, OP_JEQ_F_RK, r, idx, &next);
        } else if (!last_any) {
            int r = temp_alloc(g, 1);
            pc->high = r + 1;
            emit(g, OP_COPY, r, subject, 0);
            pattern(g, c->pattern, r, pc);
        }
        u->top = top + pc->room;
        for (int j = 0; j < pc->ncaps; j++) {
            set_at(g, c->pattern);
            name_store(g, pc->names[j], pc->caps + j);
        }
        if (c->guard) {
            set_at(g, c->guard);
            expr_jump(g, c->guard, &next, false);
        }
        set_at(g, c->pattern);
        emit(g, OP_RELEASE, subject, 0, 0);
        u->top = top;
        stmts(g, &c->body);
        jump_end(g, OP_JUMP, &end);
        label_here(g, &next);
        if (!u->dead && c->pattern->kind != AST_MATCH_VALUE) {
            set_at(g, c->pattern);
            release_range(g, pc->caps, pc->high);
        }
    }
    emit(g, OP_RELEASE, subject, 0, 0);
    block_pop(g, &b);
    u->top = saved;
    label_here(g, &end);
}
