// SPDX-License-Identifier: MIT
// Parser, second pass: mistakes in expressions that have a message of their own.
#include "core/compile/parser_int.h"

bool is_legacy_name(const Parser *p, const AstExpr *e) {
    return e->kind == AST_NAME && (e->Name.id == p->name_print || e->Name.id == p->name_exec);
}

// A conditional expression without its else, or with a statement in it.
static void invalid_conditional(Parser *p, AstExpr *body) {
    Token *start = p->t;
    if (!accept(p, KW_IF)) return;
    AstExpr *test = disjunction(p);
    if (p->failed) return;
    if (test) {
        if (!at(p, KW_ELSE) && !at(p, TOK_COLON)) {
            RAISE_RANGE(p, body, test, "expected 'else' after 'if' expression");
            return;
        }
        if (accept(p, KW_ELSE)) {
            Token *after = p->t;
            AstExpr *e = expression(p);
            if (p->failed) return;
            if (!e) {
                reset(p, after);
                raise_next(p, "expected expression after 'else', but statement is given");
                return;
            }
        }
    }
    reset(p, start);
}

// `pass if x else y`.
static void invalid_statement_if(Parser *p) {
    Token *start = p->t;
    int type = start->type;
    if (type != KW_PASS && type != KW_BREAK && type != KW_CONTINUE) return;
    advance(p);
    if (accept(p, KW_IF)) {
        AstExpr *test = disjunction(p);
        if (p->failed) return;
        if (test && accept(p, KW_ELSE)) {
            AstStmt *s = simple_stmt(p);
            if (p->failed) return;
            if (s) {
                RAISE_TOKEN(p, start, "expected expression before 'if', but statement is given");
                return;
            }
        }
    }
    reset(p, start);
}

void invalid_lambda_fstring(Parser *p) {
    Token *start = p->t;
    if (!accept(p, KW_LAMBDA)) return;
    if (!at(p, TOK_COLON)) {
        Token *before = p->t;
        AstArguments *args = parameters(p, true);
        if (p->failed) return;
        if (!args) reset(p, before);
    }
    if (at(p, TOK_COLON)) {
        Token *colon = p->t;
        int next = peek(p);
        if (next == TOK_FSTRING_MIDDLE || next == TOK_TSTRING_MIDDLE) {
            RAISE_TOKENS(p, start, colon, "%c-string: lambda expressions are not allowed without parentheses",
                         next == TOK_TSTRING_MIDDLE ? 't' : 'f');
            return;
        }
    }
    reset(p, start);
}

// `print x`.
static void invalid_legacy(Parser *p) {
    Token *start = p->t;
    AstExpr *a = parse_name_load(p);
    if (!a || at(p, TOK_LPAR)) {
        reset(p, start);
        return;
    }
    AstExpr *b = star_expressions(p);
    if (p->failed) return;
    if (b && is_legacy_name(p, a)) {
        RAISE_RANGE(p, a, b, "Missing parentheses in call to '%s'. Did you mean %s(...)?", a->Name.id->text,
                    a->Name.id->text);
        return;
    }
    reset(p, start);
}

// "a" b c "d": what stands between two strings was perhaps meant to be inside one.
static void invalid_split_string(Parser *p) {
    Token *start = p->t;
    AstExpr *first = NULL, *end = NULL;
    advance(p);
    while (!at(p, TOK_STRING)) {
        Token *before = p->t;
        AstExpr *e = expression_without_invalid(p);
        if (p->failed) return;
        if (!e) {
            reset(p, before);
            break;
        }
        if (!first) first = e;
        end = e;
    }
    if (first && at(p, TOK_STRING)) {
        RAISE_RANGE(p, first, end, "invalid syntax. Is this intended to be part of the string?");
        return;
    }
    reset(p, start);
}

void invalid_expression(Parser *p) {
    Token *start = p->t;
    if (at(p, TOK_STRING)) {
        invalid_split_string(p);
        if (p->failed) return;
    }
    bool name_string = at(p, TOK_NAME) && peek(p) == TOK_STRING;
    if (!name_string && !p->t->soft) {
        AstExpr *a = disjunction(p);
        if (p->failed) return;
        if (a) {
            Token *after = p->t;
            AstExpr *b = expression_without_invalid(p);
            if (p->failed) return;
            if (b) {
                if (!is_legacy_name(p, a) && last(p)->level != 0) {
                    RAISE_RANGE(p, a, b, "invalid syntax. Perhaps you forgot a comma?");
                    return;
                }
                goto legacy; // the mistake is known, but not told here
            }
            reset(p, after);
        }
        reset(p, start);
    }
    AstExpr *a = disjunction(p);
    if (p->failed) return;
    if (a) {
        invalid_conditional(p, a);
        if (p->failed) return;
    }
    reset(p, start);
    invalid_statement_if(p);
    if (p->failed) return;
    invalid_lambda_fstring(p);
    if (p->failed) return;
legacy:
    reset(p, start);
    invalid_legacy(p);
    if (!p->failed) reset(p, start);
}

static void invalid_named_raw(Parser *p) {
    Token *start = p->t;
    AstExpr *a = expression(p);
    if (p->failed) return;
    if (a && at(p, TOK_COLONEQUAL)) {
        advance(p);
        AstExpr *b = expression(p);
        if (p->failed) return;
        if (b) {
            RAISE_NODE(p, a, "cannot use assignment expressions with %s", ast_expr_describe(a));
            return;
        }
    }
    reset(p, start);
    if (at(p, TOK_NAME) && peek(p) == TOK_EQUAL) {
        advance(p);
        advance(p);
        AstExpr *b = bitwise_or(p);
        if (p->failed) return;
        if (b && !at(p, TOK_EQUAL) && !at(p, TOK_COLONEQUAL)) {
            raise_at(p, SYNTAX_ERROR, start->lineno, start->col, b->end_lineno, b->end_col_offset,
                     "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
            return;
        }
        reset(p, start);
    }
    switch (p->t->type) {
    case KW_TRUE:
    case KW_NONE:
    case KW_FALSE: return;
    case TOK_LPAR:
    case TOK_LSQB: {
        // Lists, tuples and generators have rules of their own elsewhere.
        AstExpr *first = bracketed(p);
        if (p->failed) return;
        if (first && (first->kind == AST_LIST || first->kind == AST_TUPLE || first->kind == AST_GENERATOR_EXP) &&
            first->lineno == start->lineno && first->col_offset == start->col) {
            reset(p, start);
            return;
        }
        reset(p, start);
        break;
    }
    default: break;
    }
    a = bitwise_or(p);
    if (p->failed) return;
    if (a && accept(p, TOK_EQUAL)) {
        AstExpr *b = bitwise_or(p);
        if (p->failed) return;
        if (b && !at(p, TOK_EQUAL) && !at(p, TOK_COLONEQUAL)) {
            RAISE_NODE(p, a, "cannot assign to %s here. Maybe you meant '==' instead of '='?", ast_expr_describe(a));
            return;
        }
    }
    reset(p, start);
}

void invalid_named_expression(Parser *p) {
    void *nothing;
    if (memo_get(p, MEMO_INVALID_NAMED, &nothing)) return;
    Token *start = p->t;
    invalid_named_raw(p);
    if (p->failed) return;
    reset(p, start);
    memo_put(p, MEMO_INVALID_NAMED, start, NULL);
}

void invalid_group(Parser *p) {
    Token *start = p->t;
    if (!accept(p, TOK_LPAR)) return;
    if (at(p, TOK_STAR)) {
        AstExpr *a = starred_expression(p);
        if (p->failed) return;
        if (a && at(p, TOK_RPAR)) {
            RAISE_NODE(p, a, "cannot use starred expression here");
            return;
        }
    } else if (at(p, TOK_DOUBLESTAR)) {
        Token *stars = p->t;
        advance(p);
        AstExpr *a = expression(p);
        if (p->failed) return;
        if (a && at(p, TOK_RPAR)) {
            RAISE_TOKEN(p, stars, "cannot use double starred expression here");
            return;
        }
    }
    reset(p, start);
}

void invalid_comprehension(Parser *p) {
    Token *start = p->t;
    int open = start->type;
    AstComprehensionSeq gens;
    if (open != TOK_LPAR && open != TOK_LSQB && open != TOK_LBRACE) return;
    advance(p);
    if (at(p, TOK_STAR)) {
        AstExpr *a = starred_expression(p);
        if (p->failed) return;
        if (a && for_if_clauses(p, &gens)) {
            RAISE_NODE(p, a, "iterable unpacking cannot be used in comprehension");
            return;
        }
        if (p->failed) return;
        reset(p, start + 1);
    }
    if (open != TOK_LPAR) {
        AstExpr *a = star_named_expression(p);
        if (p->failed) return;
        if (a && at(p, TOK_COMMA)) {
            Token *comma = p->t;
            AstExpr *b = NULL;
            while (accept(p, TOK_COMMA)) {
                AstExpr *e = star_named_expression(p);
                if (p->failed) return;
                if (!e) break;
                b = e;
            }
            if (b && for_if_clauses(p, &gens)) {
                RAISE_RANGE(p, a, b, "did you forget parentheses around the comprehension target?");
                return;
            }
            if (p->failed) return;
            reset(p, comma + 1);
            if (for_if_clauses(p, &gens)) {
                raise_at(p, SYNTAX_ERROR, a->lineno, a->col_offset, comma->end_lineno, comma->end_col,
                         "did you forget parentheses around the comprehension target?");
                return;
            }
        }
    }
    if (!p->failed) reset(p, start);
}

void invalid_dict_comprehension(Parser *p) {
    Token *start = p->t;
    AstComprehensionSeq gens;
    if (!accept(p, TOK_LBRACE)) return;
    if (at(p, TOK_DOUBLESTAR)) {
        Token *stars = p->t;
        advance(p);
        AstExpr *e = bitwise_or(p);
        if (p->failed) return;
        if (e && for_if_clauses(p, &gens) && at(p, TOK_RBRACE)) {
            RAISE_TOKEN(p, stars, "dict unpacking cannot be used in dict comprehension");
            return;
        }
    }
    if (!p->failed) reset(p, start);
}

// `key: *x` and `key: }`, the key and its colon being read.
static void invalid_value(Parser *p, Token *colon) {
    if (at(p, TOK_STAR)) {
        Token *star = p->t;
        advance(p);
        AstExpr *e = bitwise_or(p);
        if (p->failed) return;
        if (e) {
            RAISE_FROM_TOKEN(p, star, "cannot use a starred expression in a dictionary value");
            return;
        }
        reset(p, star);
    }
    if (at(p, TOK_RBRACE) || at(p, TOK_COMMA)) {
        RAISE_TOKEN(p, colon, "expression expected after dictionary key and ':'");
    }
}

// One pair of a dict display. False: none.
static bool match_kvpair(Parser *p) {
    Token *start = p->t;
    AstExpr *e;
    if (accept(p, TOK_DOUBLESTAR)) {
        e = bitwise_or(p);
    } else {
        e = expression(p);
        if (e) e = accept(p, TOK_COLON) ? expression(p) : NULL;
    }
    if (p->failed) return false;
    if (!e) reset(p, start);
    return e != NULL;
}

void invalid_double_starred_kvpairs(Parser *p) {
    Token *start = p->t;
    if (!accept(p, TOK_LBRACE)) return;
    Token *first = p->t;
    if (match_kvpair(p)) {
        Token *comma;
        bool more;
        do {
            comma = p->t;
            more = accept(p, TOK_COMMA) && match_kvpair(p);
            if (p->failed) return;
        } while (more);
        reset(p, comma);
        if (accept(p, TOK_COMMA)) {
            AstExpr *key = expression(p);
            if (p->failed) return;
            if (key && !at(p, TOK_COLON)) {
                raise_at(p, SYNTAX_ERROR, key->lineno, key->end_col_offset - 1, key->end_lineno, -1,
                         "':' expected after dictionary key");
                return;
            }
            if (key) {
                Token *colon = p->t;
                advance(p);
                invalid_value(p, colon);
                if (p->failed) return;
            }
        }
    }
    if (p->failed) return;
    reset(p, first);
    AstExpr *key = expression(p);
    if (p->failed) return;
    if (key && at(p, TOK_COLON)) {
        Token *colon = p->t;
        advance(p);
        invalid_value(p, colon);
    }
    if (!p->failed) reset(p, start);
}
