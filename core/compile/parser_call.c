// SPDX-License-Identifier: MIT
// Parser: arguments of calls and class definitions, and the mistakes made there.
#include "core/compile/parser_int.h"

AstExpr *starred_expression(Parser *p) {
    Token *start = p->t;
    if (!at(p, TOK_STAR)) return NULL;
    advance(p);
    AstExpr *value = expression(p);
    if (p->failed) return NULL;
    if (p->invalid) {
        if (value && at(p, TOK_EQUAL)) {
            Token *equal = p->t;
            advance(p);
            AstExpr *rhs = expression(p);
            if (p->failed) return NULL;
            if (rhs) {
                return raise_at(p, SYNTAX_ERROR, start->lineno, start->col, rhs->end_lineno, rhs->end_col_offset,
                                "cannot assign to iterable argument unpacking");
            }
            reset(p, equal);
        }
        if (!value) return RAISE(p, "Invalid star expression");
    }
    if (!value) {
        reset(p, start);
        return NULL;
    }
    AstExpr *e = expr_from(p, AST_STARRED, start);
    e->Starred.value = value;
    e->Starred.ctx = AST_LOAD;
    return e;
}

static AstKeyword *new_keyword(Parser *p, const Token *start, AstName *name, AstExpr *value) {
    AstKeyword *k = ast_node_new(p->arena, AST_KEYWORD);
    SET_POS(p, k, start->lineno, start->col);
    k->arg = name;
    k->value = value;
    return k;
}

// NAME '=' expression, or '**' expression.
static AstKeyword *keyword_argument(Parser *p) {
    Token *start = p->t;
    AstName *name = NULL;
    if (!accept(p, TOK_DOUBLESTAR)) {
        if (!at(p, TOK_NAME) || peek(p) != TOK_EQUAL) return NULL;
        name = token_name(p, p->t);
        advance(p);
        advance(p);
    }
    AstExpr *value = expression(p);
    if (!value) {
        if (!p->failed) reset(p, start);
        return NULL;
    }
    return new_keyword(p, start, name, value);
}

// ---- first pass ----

// Takes what was pushed since base apart; nargs, nkeywords: at most so many.
static void take_arguments(Parser *p, int base, int nargs, int nkeywords, AstExprSeq *args, AstKeywordSeq *keywords) {
    AstExpr **a = nargs ? arena_alloc(&p->arena->mem, (size_t)nargs * sizeof *a) : NULL;
    AstKeyword **k = nkeywords ? arena_alloc(&p->arena->mem, (size_t)nkeywords * sizeof *k) : NULL;
    *args = (AstExprSeq){0, a};
    *keywords = (AstKeywordSeq){0, k};
    for (int i = base; i < p->sp; i++) {
        AstNode *node = p->stack[i];
        if (node->kind == AST_KEYWORD) k[keywords->n++] = (AstKeyword *)node;
        else a[args->n++] = (AstExpr *)node;
    }
    p->sp = base;
}

// Positional and starred go to args; the bottom of the stack holds them, keywords are kept in order beside.
static bool arguments_fast(Parser *p, AstExprSeq *args, AstKeywordSeq *keywords) {
    enum { POSITIONAL, KEYWORDS, DOUBLE_STARS } stage = POSITIONAL;
    int base = p->sp, nkeywords = 0, nargs = 0;
    for (;;) {
        Token *start = p->t;
        int type = p->t->type;
        if (type == TOK_DOUBLESTAR || (type == TOK_NAME && p->t[1].type == TOK_EQUAL)) {
            AstKeyword *k = keyword_argument(p);
            if (!k) return false;
            if (type == TOK_DOUBLESTAR) stage = DOUBLE_STARS;
            else if (stage == POSITIONAL) stage = KEYWORDS;
            push(p, k);
            nkeywords++;
        } else if (type == TOK_STAR) {
            if (stage == DOUBLE_STARS) return false;
            AstExpr *e = starred_expression(p);
            if (!e) return false;
            push(p, e);
            nargs++;
        } else {
            if (stage != POSITIONAL) {
                if (type == TOK_NAME) peek(p); // it was seen not to be a keyword
                return false;
            }
            bool walrus = type == TOK_NAME && p->t[1].type == TOK_COLONEQUAL;
            AstExpr *e = walrus ? assignment_expression(p) : expression(p);
            if (!e) return false;
            if (at(p, TOK_EQUAL) || at(p, TOK_COLONEQUAL)) return false;
            if (p->sp == base && (at(p, KW_FOR) || at(p, KW_ASYNC))) {
                // The only argument may be a generator without parentheses of its own; call() sets its place.
                AstComprehensionSeq gens;
                if (!for_if_clauses(p, &gens) || !at(p, TOK_RPAR)) return false;
                AstExpr *gen = expr_from(p, AST_GENERATOR_EXP, start);
                gen->end_lineno = 0;
                gen->GeneratorExp.elt = e;
                gen->GeneratorExp.generators = gens;
                e = gen;
            }
            push(p, e);
            nargs++;
        }
        if (!accept(p, TOK_COMMA)) break;
        if (at(p, TOK_RPAR)) break;
    }
    if (!at(p, TOK_RPAR)) return false;
    if (!nkeywords) {
        *args = TAKE(p, base, AstExprSeq);
        return true;
    }
    take_arguments(p, base, nargs, nkeywords, args, keywords);
    return true;
}

// ---- second pass: the grammar's rules one by one ----

// A positional argument: starred, := or an expression, not followed by '='.
static AstExpr *positional(Parser *p) {
    Token *start = p->t;
    AstExpr *e = NULL;
    if (at(p, TOK_STAR)) {
        e = starred_expression(p);
        if (p->failed || e) return e;
    }
    e = assignment_expression(p);
    if (p->failed) return NULL;
    if (!e) {
        e = expression(p);
        if (p->failed) return NULL;
        if (e && at(p, TOK_COLONEQUAL)) e = NULL;
    }
    if (e && at(p, TOK_EQUAL)) e = NULL;
    if (!e) reset(p, start);
    return e;
}

void invalid_kwarg(Parser *p) {
    Token *start = p->t;
    if ((at(p, KW_TRUE) || at(p, KW_FALSE) || at(p, KW_NONE)) && peek(p) == TOK_EQUAL) {
        RAISE_TOKENS(p, start, start + 1, "cannot assign to %s", token_type_text(start->type));
        return;
    }
    if (at(p, TOK_NAME) && peek(p) == TOK_EQUAL) {
        advance(p);
        advance(p);
        AstExpr *value = expression(p);
        if (p->failed) return;
        AstComprehensionSeq gens;
        if (value && for_if_clauses(p, &gens)) {
            RAISE_TOKENS(p, start, start + 1, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        }
        if (p->failed) return;
        reset(p, start + 2);
        if (at(p, TOK_COMMA) || at(p, TOK_RPAR)) {
            RAISE_TOKENS(p, start, start + 1, "expected argument value expression");
        }
        if (!p->failed) reset(p, start);
        return;
    }
    AstExpr *e = expression(p);
    if (p->failed) return;
    if (e && at(p, TOK_EQUAL)) {
        raise_at(p, SYNTAX_ERROR, e->lineno, e->col_offset, p->t->end_lineno, p->t->end_col,
                 "expression cannot contain assignment, perhaps you meant \"==\"?");
        return;
    }
    reset(p, start);
    if (accept(p, TOK_DOUBLESTAR)) {
        e = expression(p);
        if (p->failed) return;
        if (e && accept(p, TOK_EQUAL)) {
            AstExpr *value = expression(p);
            if (p->failed) return;
            if (value) {
                raise_at(p, SYNTAX_ERROR, start->lineno, start->col, value->end_lineno, value->end_col_offset,
                         "cannot assign to keyword argument unpacking");
                return;
            }
        }
        reset(p, start);
    }
}

// One element of kwargs; stars: `*x` may come, double_stars: `**x` may. Pushes it.
static bool kwarg(Parser *p, bool stars) {
    if (p->invalid) {
        invalid_kwarg(p);
        if (p->failed) return false;
    }
    void *item = NULL;
    if (at(p, TOK_STAR)) {
        if (stars) item = starred_expression(p);
    } else if (!stars || !at(p, TOK_DOUBLESTAR)) {
        item = keyword_argument(p);
    }
    if (!item) return false;
    push(p, item);
    return true;
}

static bool kwarg_list(Parser *p, bool stars) {
    if (!kwarg(p, stars)) return false;
    while (at(p, TOK_COMMA)) {
        Token *comma = p->t;
        advance(p);
        if (!kwarg(p, stars)) {
            if (p->failed) return false;
            reset(p, comma);
            break;
        }
    }
    return true;
}

static bool kwargs(Parser *p) {
    if (kwarg_list(p, true)) {
        Token *comma = p->t;
        if (accept(p, TOK_COMMA) && !kwarg_list(p, false)) {
            if (p->failed) return false;
            reset(p, comma);
        }
        return true;
    }
    if (p->failed) return false;
    return kwarg_list(p, false);
}

// Positional arguments separated by commas; at least one. Pushes them.
static bool positionals(Parser *p) {
    AstExpr *e = positional(p);
    if (!e) return false;
    push(p, e);
    while (at(p, TOK_COMMA)) {
        Token *comma = p->t;
        advance(p);
        e = positional(p);
        if (p->failed) return false;
        if (!e) {
            reset(p, comma);
            break;
        }
        push(p, e);
    }
    return true;
}

// The rule `args`; pushes AstExpr and AstKeyword nodes.
static bool args_rule(Parser *p) {
    if (positionals(p)) {
        Token *comma = p->t;
        if (accept(p, TOK_COMMA) && !kwargs(p)) {
            if (p->failed) return false;
            reset(p, comma);
        }
        return true;
    }
    if (p->failed) return false;
    return kwargs(p);
}

// What a last comprehension ends with: its last condition or its iterable.
static AstExpr *last_item(AstComprehensionSeq gens) {
    AstComprehension *c = gens.items[gens.n - 1];
    return c->ifs.n ? c->ifs.items[c->ifs.n - 1] : c->iter;
}

void invalid_arguments(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstComprehensionSeq gens;
    // unpacking after **
    bool matched = false;
    if (positionals(p)) {
        if (accept(p, TOK_COMMA)) matched = kwargs(p);
    }
    if (p->failed) return;
    if (!matched) {
        reset(p, start);
        matched = kwargs(p);
        if (p->failed) return;
    }
    p->sp = base;
    if (matched && at(p, TOK_COMMA)) {
        Token *comma = p->t;
        advance(p);
        AstExpr *e = at(p, TOK_STAR) ? starred_expression(p) : NULL;
        if (p->failed) return;
        if (e && !at(p, TOK_EQUAL)) {
            // further ones only move the place where the reading stops
            while (at(p, TOK_COMMA)) {
                advance(p);
                e = at(p, TOK_STAR) ? starred_expression(p) : NULL;
                if (p->failed) return;
                if (!e) break;
            }
            RAISE_FROM_TOKEN(p, comma, "iterable argument unpacking follows keyword argument unpacking");
            return;
        }
    }
    reset(p, start);
    AstExpr *a = expression(p);
    if (p->failed) return;
    if (a && for_if_clauses(p, &gens) && accept(p, TOK_COMMA)) {
        Token *after = p->t;
        if (!args_rule(p)) {
            if (p->failed) return;
            reset(p, after);
            AstComprehensionSeq more;
            if (expression(p)) for_if_clauses(p, &more);
            if (p->failed) return;
        }
        RAISE_RANGE(p, a, last_item(gens), "Generator expression must be parenthesized");
        return;
    }
    if (p->failed) return;
    reset(p, start);
    if (at(p, TOK_NAME) && peek(p) == TOK_EQUAL) {
        advance(p);
        advance(p);
        AstExpr *value = expression(p);
        if (p->failed) return;
        if (value && for_if_clauses(p, &gens)) {
            RAISE_TOKENS(p, start, start + 1, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
            return;
        }
        if (p->failed) return;
        reset(p, start + 2);
        if (at(p, TOK_COMMA) || at(p, TOK_RPAR)) {
            RAISE_TOKENS(p, start, start + 1, "expected argument value expression");
            return;
        }
    }
    reset(p, start);
    if (args_rule(p)) {
        Token *after = p->t;
        AstExpr *last_positional = NULL;
        int n = 0;
        bool unpacking = false;
        for (int i = base; i < p->sp; i++) {
            AstNode *node = p->stack[i];
            if (node->kind == AST_KEYWORD) {
                if (!((AstKeyword *)node)->arg) unpacking = true;
            } else {
                last_positional = (AstExpr *)node;
                n++;
            }
        }
        p->sp = base;
        if (for_if_clauses(p, &gens)) {
            if (n > 1) RAISE_RANGE(p, last_positional, last_item(gens), "Generator expression must be parenthesized");
            return;
        }
        if (p->failed) return;
        reset(p, after);
        if (accept(p, TOK_COMMA)) {
            Token *next = p->t;
            a = expression(p);
            if (p->failed) return;
            if (a && for_if_clauses(p, &gens)) {
                RAISE_RANGE(p, a, last_item(gens), "Generator expression must be parenthesized");
                return;
            }
            if (p->failed) return;
            reset(p, next);
            if (args_rule(p)) {
                RAISE(p, unpacking ? "positional argument follows keyword argument unpacking"
                                   : "positional argument follows keyword argument");
                return;
            }
        }
    }
    p->sp = base;
    if (!p->failed) reset(p, start);
}

bool arguments(Parser *p, AstExprSeq *args, AstKeywordSeq *keywords) {
    Token *start = p->t;
    int base = p->sp;
    *args = (AstExprSeq){0};
    *keywords = (AstKeywordSeq){0};
    if (!p->second) {
        if (arguments_fast(p, args, keywords)) return true;
        p->sp = base;
        return false;
    }
    if (args_rule(p)) {
        accept(p, TOK_COMMA);
        if (at(p, TOK_RPAR)) {
            take_arguments(p, base, p->sp - base, p->sp - base, args, keywords);
            return true;
        }
    }
    p->sp = base;
    if (p->failed) return false;
    reset(p, start);
    if (p->invalid) invalid_arguments(p);
    if (!p->failed) reset(p, start);
    return false;
}
