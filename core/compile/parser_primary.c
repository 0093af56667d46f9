// SPDX-License-Identifier: MIT
// Parser: atoms, and what stands behind them: attributes, subscripts, calls.
#include "core/compile/parser_int.h"

AstExpr *parse_name_load(Parser *p) {
    if (!at(p, TOK_NAME)) return NULL;
    AstName *id = token_name(p, p->t);
    advance(p);
    AstExpr *e = expr_from(p, AST_NAME, last(p));
    e->Name.id = id;
    e->Name.ctx = AST_LOAD;
    return e;
}

static AstExpr *constant(Parser *p, AstConstKind kind) {
    advance(p);
    AstExpr *e = expr_from(p, AST_CONSTANT, last(p));
    e->Constant.value.kind = (uint8_t)kind;
    return e;
}

static AstExpr *atom(Parser *p) {
    switch (p->t->type) {
    case TOK_NAME: return parse_name_load(p);
    case TOK_NUMBER: return number(p);
    case TOK_STRING:
    case TOK_FSTRING_START:
    case TOK_TSTRING_START: return strings(p);
    case TOK_LPAR:
    case TOK_LSQB:
    case TOK_LBRACE: return bracketed(p);
    case KW_TRUE: return constant(p, AST_CONST_TRUE);
    case KW_FALSE: return constant(p, AST_CONST_FALSE);
    case KW_NONE: return constant(p, AST_CONST_NONE);
    case TOK_ELLIPSIS: return constant(p, AST_CONST_ELLIPSIS);
    default: return NULL;
    }
}

static AstExpr *slice(Parser *p) {
    Token *start = p->t;
    AstExpr *lower = NULL;
    if (!at(p, TOK_COLON)) {
        if (!p->second) {
            // A named expression reads as far as a slice's bound would.
            bool walrus = at(p, TOK_NAME) && p->t[1].type == TOK_COLONEQUAL;
            lower = named_expression(p);
            if (!lower || walrus || !at(p, TOK_COLON)) return lower;
        } else {
            lower = expression(p);
            if (p->failed) return NULL;
            if (!lower || !at(p, TOK_COLON)) {
                reset(p, start);
                return named_expression(p);
            }
        }
    }
    advance(p);
    AstExpr *upper = NULL, *step = NULL;
    if (!at(p, TOK_COLON) && !at(p, TOK_RSQB) && !at(p, TOK_COMMA)) {
        upper = expression(p);
        if (p->failed) return NULL;
    }
    if (accept(p, TOK_COLON) && !at(p, TOK_RSQB) && !at(p, TOK_COMMA)) {
        step = expression(p);
        if (p->failed) return NULL;
    }
    AstExpr *e = expr_from(p, AST_SLICE, start);
    e->Slice.lower = lower;
    e->Slice.upper = upper;
    e->Slice.step = step;
    return e;
}

AstExpr *slices(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    bool tuple = false;
    for (;;) {
        AstExpr *e = at(p, TOK_STAR) ? starred_expression(p) : slice(p);
        if (p->failed) return NULL;
        if (!e) break;
        if (e->kind == AST_STARRED) tuple = true;
        push(p, e);
        if (!at(p, TOK_COMMA)) break;
        tuple = true;
        advance(p);
        if (at(p, TOK_RSQB)) break;
    }
    if (p->sp == base) return NULL;
    if (!tuple) return p->stack[--p->sp];
    return tuple_of(p, base, start->lineno, start->col);
}

static AstExpr *call(Parser *p, const Token *start, AstExpr *func) {
    Token *open = p->t;
    AstExprSeq args = {0};
    AstKeywordSeq keywords = {0};
    if (p->second) {
        AstExpr *gen = genexp(p);
        if (p->failed) return NULL;
        if (gen) {
            AstExpr *e = expr_from(p, AST_CALL, start);
            AstExpr **items = arena_alloc(&p->arena->mem, sizeof *items);
            items[0] = gen;
            e->Call.func = func;
            e->Call.args = (AstExprSeq){1, items};
            return e;
        }
        reset(p, open);
    }
    advance(p);
    if (p->second) {
        arguments(p, &args, &keywords);
        if (p->failed) return NULL;
    } else if (!at(p, TOK_RPAR) && !arguments(p, &args, &keywords)) {
        if (!p->failed) reset(p, open);
        return NULL;
    }
    if (!accept(p, TOK_RPAR)) {
        reset(p, open);
        return NULL;
    }
    if (args.n == 1 && args.items[0]->kind == AST_GENERATOR_EXP && args.items[0]->end_lineno == 0) {
        // The call's parentheses are the generator's too.
        AstExpr *gen = args.items[0];
        SET_POS(p, gen, open->lineno, open->col);
    }
    AstExpr *e = expr_from(p, AST_CALL, start);
    e->Call.func = func;
    e->Call.args = args;
    e->Call.keywords = keywords;
    return e;
}

// target: the grammar's t_primary, which looks at less behind the atom.
static AstExpr *primary_raw(Parser *p, bool target) {
    const Token *start = p->t;
    AstExpr *e = atom(p);
    while (e) {
        Token *before = p->t;
        if (p->invalid && !target && (at(p, TOK_LSQB) || at(p, TOK_LBRACE))) {
            // A call's bare generator is looked for here, and its mistakes with any bracket.
            invalid_comprehension(p);
            if (p->failed) return NULL;
        }
        AstExpr *next = NULL;
        switch (p->t->type) {
        case TOK_DOT: {
            advance(p);
            if (at(p, TOK_NAME)) {
                AstName *attr = token_name(p, p->t);
                advance(p);
                next = expr_from(p, AST_ATTRIBUTE, start);
                next->Attribute.value = e;
                next->Attribute.attr = attr;
                next->Attribute.ctx = AST_LOAD;
            }
            break;
        }
        case TOK_LPAR: next = call(p, start, e); break;
        case TOK_LSQB: {
            advance(p);
            AstExpr *index = slices(p);
            if (index && accept(p, TOK_RSQB)) {
                next = expr_from(p, AST_SUBSCRIPT, start);
                next->Subscript.value = e;
                next->Subscript.slice = index;
                next->Subscript.ctx = AST_LOAD;
            }
            break;
        }
        default: return e;
        }
        if (p->failed) return NULL;
        if (!next) {
            reset(p, before);
            if (p->invalid && target && at(p, TOK_LSQB)) invalid_comprehension(p);
            return p->failed ? NULL : e;
        }
        e = next;
    }
    return NULL;
}

AstExpr *primary(Parser *p) {
    if (!p->second) return primary_raw(p, false);
    AstExpr *e;
    if (memo_get(p, MEMO_PRIMARY, &e)) return e;
    Token *start = p->t;
    int base = p->sp;
    e = primary_raw(p, false);
    if (p->failed) return NULL;
    if (!e) {
        reset(p, start);
        p->sp = base;
    }
    return memo_put(p, MEMO_PRIMARY, start, e);
}

AstExpr *t_primary(Parser *p) {
    if (!p->second) return primary_raw(p, false);
    AstExpr *e;
    if (memo_get(p, MEMO_T_PRIMARY, &e)) return e;
    Token *start = p->t;
    int base = p->sp;
    e = primary_raw(p, true);
    if (p->failed) return NULL;
    if (!e) {
        reset(p, start);
        p->sp = base;
    }
    return memo_put(p, MEMO_T_PRIMARY, start, e);
}
