// SPDX-License-Identifier: MIT
// Parser: comprehensions and all that stands in brackets: tuples, groups, lists, dicts, sets.
#include "core/compile/parser_int.h"

AstExpr *tuple_of(Parser *p, int base, int lineno, int col) {
    AstExprSeq elts = TAKE(p, base, AstExprSeq);
    AstExpr *e = expr_at(p, AST_TUPLE, lineno, col);
    e->Tuple.elts = elts;
    e->Tuple.ctx = AST_LOAD;
    return e;
}

// ---- comprehensions ----

// One `for` clause. With p->invalid its mistakes are raised.
static AstComprehension *for_if_clause(Parser *p) {
    Token *start = p->t;
    bool is_async = accept(p, KW_ASYNC);
    if (!accept(p, KW_FOR)) {
        reset(p, start);
        return NULL;
    }
    AstExpr *target = star_targets(p);
    if (p->failed) return NULL;
    if (target && accept(p, KW_IN)) {
        AstExpr *iter = disjunction(p);
        if (!iter) {
            if (!p->failed) reset(p, start);
            return NULL;
        }
        int base = p->sp;
        while (at(p, KW_IF)) {
            Token *before = p->t;
            advance(p);
            AstExpr *cond = disjunction(p);
            if (p->failed) return NULL;
            if (!cond) {
                reset(p, before);
                break;
            }
            push(p, cond);
        }
        if (is_async && !check_version(p, 6, "Async comprehensions are")) return NULL;
        set_ctx(target, AST_STORE);
        AstComprehension *c = ast_node_new(p->arena, AST_COMPREHENSION);
        c->target = target;
        c->iter = iter;
        c->ifs = TAKE(p, base, AstExprSeq);
        c->is_async = is_async;
        return c;
    }
    if (p->invalid) {
        reset(p, start);
        accept(p, KW_ASYNC);
        advance(p);
        Token *after_for = p->t;
        AstExpr *v = bitwise_or(p);
        if (p->failed) return NULL;
        if (v) {
            for (;;) {
                Token *comma = p->t;
                if (!accept(p, TOK_COMMA)) break;
                v = bitwise_or(p);
                if (p->failed) return NULL;
                if (!v) {
                    reset(p, comma);
                    break;
                }
            }
            accept(p, TOK_COMMA);
            if (!at(p, KW_IN)) return RAISE(p, "'in' expected after for-loop variables");
        }
        reset(p, after_for);
        v = star_expressions(p);
        if (p->failed) return NULL;
        if (v) raise_invalid_target(p, v, FOR_TARGETS);
        if (p->failed) return NULL;
    }
    reset(p, start);
    return NULL;
}

bool for_if_clauses(Parser *p, AstComprehensionSeq *out) {
    int base = p->sp;
    for (;;) {
        if (!at(p, KW_FOR) && !at(p, KW_ASYNC)) break;
        AstComprehension *c = for_if_clause(p);
        if (p->failed) return false;
        if (!c) break;
        push(p, c);
    }
    if (p->sp == base) return false;
    *out = TAKE(p, base, AstComprehensionSeq);
    return true;
}

AstExpr *genexp(Parser *p) {
    Token *start = p->t;
    if (!accept(p, TOK_LPAR)) return NULL;
    AstExpr *elt = assignment_expression(p);
    if (p->failed) return NULL;
    if (!elt) {
        elt = expression(p);
        if (p->failed) return NULL;
        if (elt && at(p, TOK_COLONEQUAL)) elt = NULL;
    }
    AstComprehensionSeq gens;
    if (elt && for_if_clauses(p, &gens) && accept(p, TOK_RPAR)) {
        AstExpr *e = expr_from(p, AST_GENERATOR_EXP, start);
        e->GeneratorExp.elt = elt;
        e->GeneratorExp.generators = gens;
        return e;
    }
    if (p->failed) return NULL;
    reset(p, start);
    if (p->invalid) invalid_comprehension(p);
    return NULL;
}

// ---- brackets ----

// More elements of a display, after a first one and with the next token a comma: pushes them.
static bool more_elements(Parser *p) {
    while (at(p, TOK_COMMA)) {
        advance(p);
        if (at(p, TOK_RPAR) || at(p, TOK_RSQB) || at(p, TOK_RBRACE)) break;
        Token *before = p->t;
        AstExpr *e = star_named_expression(p);
        if (p->failed) return false;
        if (!e) {
            reset(p, before);
            break;
        }
        push(p, e);
    }
    return true;
}

// '(' ...: tuple, group or generator.
static AstExpr *paren(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    advance(p);
    if (accept(p, TOK_RPAR)) return tuple_of(p, base, start->lineno, start->col);
    AstExpr *e = star_named_expression(p);
    if (p->failed) return NULL;
    Token *after = p->t;
    if (e && at(p, TOK_COMMA)) {
        push(p, e);
        if (!more_elements(p)) return NULL;
        if (accept(p, TOK_RPAR)) return tuple_of(p, base, start->lineno, start->col);
        p->sp = base;
        reset(p, after);
    }
    if (e && e->kind != AST_STARRED && accept(p, TOK_RPAR)) return e;
    if (!e && at(p, KW_YIELD)) {
        e = yield_expr(p);
        if (p->failed) return NULL;
        if (e && accept(p, TOK_RPAR)) return e;
        e = NULL;
    }
    if (p->invalid) {
        reset(p, start);
        invalid_group(p);
        if (p->failed) return NULL;
    }
    reset(p, after);
    AstComprehensionSeq gens;
    if (e && e->kind != AST_STARRED && (at(p, KW_FOR) || at(p, KW_ASYNC)) && for_if_clauses(p, &gens) &&
        accept(p, TOK_RPAR)) {
        AstExpr *gen = expr_from(p, AST_GENERATOR_EXP, start);
        gen->GeneratorExp.elt = e;
        gen->GeneratorExp.generators = gens;
        return gen;
    }
    if (p->failed) return NULL;
    reset(p, start);
    if (p->invalid) invalid_comprehension(p);
    return NULL;
}

// '[' ...: list or list comprehension.
static AstExpr *bracket(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    advance(p);
    AstExpr *e = NULL;
    if (!at(p, TOK_RSQB)) {
        e = star_named_expression(p);
        if (p->failed) return NULL;
    }
    Token *after = p->t;
    if (e) {
        push(p, e);
        if (!more_elements(p)) return NULL;
    }
    if (accept(p, TOK_RSQB)) {
        AstExprSeq elts = TAKE(p, base, AstExprSeq);
        AstExpr *list = expr_from(p, AST_LIST, start);
        list->List.elts = elts;
        list->List.ctx = AST_LOAD;
        return list;
    }
    p->sp = base;
    reset(p, after);
    AstComprehensionSeq gens;
    if (e && e->kind != AST_STARRED && for_if_clauses(p, &gens) && accept(p, TOK_RSQB)) {
        AstExpr *comp = expr_from(p, AST_LIST_COMP, start);
        comp->ListComp.elt = e;
        comp->ListComp.generators = gens;
        return comp;
    }
    if (p->failed) return NULL;
    reset(p, start);
    if (p->invalid) invalid_comprehension(p);
    return NULL;
}

// One item of a dict display: *key is NULL for `**value`; *after_key is the token after a key
// (or NULL). False: none, or failed.
static bool kvpair(Parser *p, AstExpr **key, AstExpr **value, Token **after_key) {
    Token *start = p->t;
    if (accept(p, TOK_DOUBLESTAR)) {
        *key = NULL;
        *value = bitwise_or(p);
        if (*value) return true;
    } else {
        *key = expression(p);
        *after_key = *key ? p->t : NULL;
        if (*key && accept(p, TOK_COLON)) {
            *value = expression(p);
            if (*value) return true;
        }
    }
    if (!p->failed) reset(p, start);
    return false;
}

// '{' ...: dict, set or one of their comprehensions.
static AstExpr *brace(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    advance(p);
    AstExpr *key = NULL, *value = NULL, *first_key = NULL, *first_value = NULL;
    bool pairs = false;
    Token *after_first = NULL, *after_key = NULL;
    // dict
    for (bool more = !at(p, TOK_RBRACE); more && kvpair(p, &key, &value, &after_key); more = accept(p, TOK_COMMA)) {
        if (!pairs) {
            first_key = key;
            first_value = value;
            after_first = p->t;
        }
        pairs = true;
        push(p, key);
        push(p, value);
    }
    if (p->failed) return NULL;
    if (accept(p, TOK_RBRACE)) {
        int n = (p->sp - base) / 2;
        AstExpr *dict = expr_from(p, AST_DICT, start);
        if (n) {
            AstExpr **items = arena_alloc(&p->arena->mem, (size_t)n * 2 * sizeof *items);
            for (int i = 0; i < n; i++) {
                items[i] = p->stack[base + i * 2];
                items[n + i] = p->stack[base + i * 2 + 1];
            }
            dict->Dict.keys = (AstExprSeq){n, items};
            dict->Dict.values = (AstExprSeq){n, items + n};
        }
        p->sp = base;
        return dict;
    }
    p->sp = base;
    // The one rule about mistakes that counts in the first pass too; a comprehension can't be one.
    if (p->doomed) return NULL;
    if (p->second || ((pairs || (after_key && after_key->type == TOK_COLON)) && !(pairs && p->t == after_first && (at(p, KW_FOR) || at(p, KW_ASYNC))))) {
        reset(p, start);
        invalid_double_starred_kvpairs(p);
        if (p->failed) return NULL;
    }
    reset(p, start);
    AstExpr *e = NULL;
    Token *after = start;
    if (!pairs || p->second) {
        // set
        if (!p->second && after_key && after_key->type != TOK_COLONEQUAL) {
            e = key; // read once already
            reset(p, after_key);
        } else {
            advance(p);
            e = star_named_expression(p);
            if (p->failed) return NULL;
        }
        after = p->t;
        if (e) {
            push(p, e);
            if (!more_elements(p)) return NULL;
            if (accept(p, TOK_RBRACE)) {
                AstExprSeq elts = TAKE(p, base, AstExprSeq);
                AstExpr *set = expr_from(p, AST_SET, start);
                set->Set.elts = elts;
                return set;
            }
            p->sp = base;
        }
    }
    AstComprehensionSeq gens;
    if (first_key) {
        reset(p, after_first);
        if (for_if_clauses(p, &gens) && accept(p, TOK_RBRACE)) {
            AstExpr *comp = expr_from(p, AST_DICT_COMP, start);
            comp->DictComp.key = first_key;
            comp->DictComp.value = first_value;
            comp->DictComp.generators = gens;
            return comp;
        }
        if (p->failed) return NULL;
    }
    if (p->invalid) {
        reset(p, start);
        invalid_dict_comprehension(p);
        if (p->failed) return NULL;
    }
    if (e && e->kind != AST_STARRED) {
        reset(p, after);
        if (for_if_clauses(p, &gens) && accept(p, TOK_RBRACE)) {
            AstExpr *comp = expr_from(p, AST_SET_COMP, start);
            comp->SetComp.elt = e;
            comp->SetComp.generators = gens;
            return comp;
        }
        if (p->failed) return NULL;
    }
    reset(p, start);
    if (p->invalid) invalid_comprehension(p);
    return NULL;
}

AstExpr *bracketed(Parser *p) {
    Token *start = p->t;
    int type = start->type;
    if (!deeper(p)) return NULL;
    int base = p->sp;
    AstExpr *e = type == TOK_LPAR ? paren(p) : type == TOK_LSQB ? bracket(p) : brace(p);
    p->depth--;
    if (p->failed) return NULL;
    if (!e) {
        p->sp = base;
        reset(p, start);
        if (!p->second) p->doomed = true;
    }
    return e;
}
