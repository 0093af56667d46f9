// SPDX-License-Identifier: MIT
// Parser: expressions, from star_expressions down to what is put before primaries: await and the signs.
#include "core/compile/parser_int.h"

// ---- arithmetic ----

static AstExpr *await_primary(Parser *p) {
    if (!at(p, KW_AWAIT)) return primary(p);
    Token *start = p->t;
    advance(p);
    AstExpr *value = primary(p);
    if (!value) {
        if (!p->failed) reset(p, start);
        return NULL;
    }
    if (!check_version(p, 5, "Await expressions are")) return NULL;
    AstExpr *e = expr_from(p, AST_AWAIT, start);
    e->Await.value = value;
    return e;
}

static AstExpr *binop(Parser *p, const Token *start, AstExpr *left, AstKind op, AstExpr *right) {
    AstExpr *e = expr_from(p, AST_BIN_OP, start);
    e->BinOp.left = left;
    e->BinOp.op = op;
    e->BinOp.right = right;
    return e;
}

static AstExpr *power(Parser *p) {
    const Token *start = p->t;
    AstExpr *left = await_primary(p);
    if (!left || !at(p, TOK_DOUBLESTAR)) return left;
    Token *before = p->t;
    advance(p);
    p->depth++;
    if (!deeper(p)) return NULL;
    AstExpr *right = factor(p);
    p->depth -= 2;
    if (right) return binop(p, start, left, AST_POW, right);
    if (p->failed) return NULL;
    reset(p, before);
    return left;
}

// `- not x` and the like, the operator being read. rule: for what follows the `not`.
static void invalid_not_operand(Parser *p, AstExpr *(*rule)(Parser *)) {
    if (!p->invalid || !at(p, KW_NOT)) return;
    Token *not = p->t;
    advance(p);
    AstExpr *operand = rule(p);
    if (p->failed) return;
    if (operand) {
        raise_at(p, SYNTAX_ERROR, not->lineno, not->col, operand->end_lineno, operand->end_col_offset,
                 "'not' after an operator must be parenthesized");
    }
    reset(p, not);
}

AstExpr *factor(Parser *p) {
    AstKind op;
    switch (p->t->type) {
    case TOK_PLUS: op = AST_UADD; break;
    case TOK_MINUS: op = AST_USUB; break;
    case TOK_TILDE: op = AST_INVERT; break;
    default: return power(p);
    }
    Token *start = p->t;
    AstExpr *e;
    if (p->second && memo_get(p, MEMO_FACTOR, &e)) return e;
    advance(p);
    if (!deeper(p)) return NULL;
    AstExpr *operand = factor(p);
    p->depth--;
    if (!operand) {
        if (p->failed) return NULL;
        invalid_not_operand(p, factor);
        if (p->failed) return NULL;
        reset(p, start);
        return p->second ? memo_put(p, MEMO_FACTOR, start, NULL) : NULL;
    }
    e = expr_from(p, AST_UNARY_OP, start);
    e->UnaryOp.op = op;
    e->UnaryOp.operand = operand;
    return p->second ? memo_put(p, MEMO_FACTOR, start, e) : e;
}

// Binding strength of binary operators, | loosest; 0: not one.
static const struct {
    uint8_t level;
    uint8_t op;
} binary_ops[TOK_COUNT] = {
    [TOK_VBAR] = {1, AST_BIT_OR},      [TOK_CIRCUMFLEX] = {2, AST_BIT_XOR}, [TOK_AMPER] = {3, AST_BIT_AND},
    [TOK_LEFTSHIFT] = {4, AST_LSHIFT}, [TOK_RIGHTSHIFT] = {4, AST_RSHIFT},  [TOK_PLUS] = {5, AST_ADD},
    [TOK_MINUS] = {5, AST_SUB},        [TOK_STAR] = {6, AST_MULT},          [TOK_SLASH] = {6, AST_DIV},
    [TOK_DOUBLESLASH] = {6, AST_FLOOR_DIV}, [TOK_PERCENT] = {6, AST_MOD},   [TOK_AT] = {6, AST_MAT_MULT},
};

static AstExpr *binary(Parser *p, int level) {
    const Token *start = p->t;
    AstExpr *left = factor(p);
    while (left && p->t->type < TOK_COUNT) {
        int op_level = binary_ops[p->t->type].level;
        if (!op_level || op_level < level) break;
        AstKind op = binary_ops[p->t->type].op;
        Token *before = p->t;
        advance(p);
        AstExpr *right = binary(p, op_level + 1);
        if (p->failed) return NULL;
        if (!right) {
            if (op_level >= 5) invalid_not_operand(p, inversion);
            if (p->failed) return NULL;
            reset(p, before);
            break;
        }
        if (op == AST_MAT_MULT && !check_version(p, 5, "The '@' operator is")) return NULL;
        left = binop(p, start, left, op, right);
    }
    return left;
}

AstExpr *bitwise_or(Parser *p) {
    if (!p->second) return binary(p, 1);
    AstExpr *e;
    if (memo_get(p, MEMO_BITWISE_OR, &e)) return e;
    Token *start = p->t;
    e = binary(p, 1);
    if (p->failed) return NULL;
    if (!e) reset(p, start);
    return memo_put(p, MEMO_BITWISE_OR, start, e);
}

// ---- comparisons and logic ----

// Reads a comparison operator; AST_NO_KIND: none there.
static AstKind comparison_op(Parser *p) {
    AstKind op;
    switch (p->t->type) {
    case TOK_EQEQUAL: op = AST_EQ; break;
    case TOK_NOTEQUAL: {
        // The tokenizer reads <> as one token only when the joke may be on.
        bool angle = p->text[p->t->start] == '<';
        bool barry = (p->options.flags & PARSE_BARRY_AS_BDFL) != 0;
        if (barry && !angle) {
            advance(p);
            RAISE_TOKEN(p, last(p), "with Barry as BDFL, use '<>' instead of '!='");
            return AST_NO_KIND;
        }
        if (angle && !barry) {
            RAISE_TOKEN(p, p->t, "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
            return AST_NO_KIND;
        }
        op = AST_NOT_EQ;
        break;
    }
    case TOK_LESSEQUAL: op = AST_LT_E; break;
    case TOK_LESS:
        if (p->invalid && peek(p) == TOK_GREATER && p->t->end == p->t[1].start) {
            RAISE_TOKENS(p, p->t, p->t + 1, "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
            return AST_NO_KIND;
        }
        op = AST_LT;
        break;
    case TOK_GREATEREQUAL: op = AST_GT_E; break;
    case TOK_GREATER: op = AST_GT; break;
    case KW_NOT:
        if (peek(p) != KW_IN) return AST_NO_KIND;
        advance(p);
        op = AST_NOT_IN;
        break;
    case KW_IN: op = AST_IN; break;
    case KW_IS:
        op = AST_IS;
        if (peek(p) == KW_NOT) {
            advance(p);
            op = AST_IS_NOT;
        }
        break;
    default: return AST_NO_KIND;
    }
    advance(p);
    return op;
}

static AstExpr *comparison(Parser *p) {
    const Token *start = p->t;
    AstExpr *left = bitwise_or(p);
    if (!left) return NULL;
    int base = p->sp;
    for (;;) {
        Token *before = p->t;
        AstKind op = comparison_op(p);
        if (p->failed) return NULL;
        if (op == AST_NO_KIND) break;
        AstExpr *right = bitwise_or(p);
        if (p->failed) return NULL;
        if (!right) {
            reset(p, before);
            break;
        }
        push(p, (void *)(uintptr_t)op);
        push(p, right);
    }
    int n = (p->sp - base) / 2;
    if (!n) return left;
    AstKind *ops = arena_alloc(&p->arena->mem, (size_t)n * sizeof *ops);
    AstExpr **items = arena_alloc(&p->arena->mem, (size_t)n * sizeof *items);
    for (int i = 0; i < n; i++) {
        ops[i] = (AstKind)(uintptr_t)p->stack[base + i * 2];
        items[i] = p->stack[base + i * 2 + 1];
    }
    p->sp = base;
    AstExpr *e = expr_from(p, AST_COMPARE, start);
    e->Compare.left = left;
    e->Compare.ops = (AstKindSeq){n, ops};
    e->Compare.comparators = (AstExprSeq){n, items};
    return e;
}

AstExpr *inversion(Parser *p) {
    if (!at(p, KW_NOT)) return comparison(p);
    Token *start = p->t;
    AstExpr *e;
    if (p->second && memo_get(p, MEMO_INVERSION, &e)) return e;
    advance(p);
    if (!deeper(p)) return NULL;
    AstExpr *operand = inversion(p);
    p->depth--;
    if (p->failed) return NULL;
    if (!operand) {
        reset(p, start);
        return p->second ? memo_put(p, MEMO_INVERSION, start, NULL) : NULL;
    }
    e = expr_from(p, AST_UNARY_OP, start);
    e->UnaryOp.op = AST_NOT;
    e->UnaryOp.operand = operand;
    return p->second ? memo_put(p, MEMO_INVERSION, start, e) : e;
}

static AstExpr *bool_chain(Parser *p, int type, AstKind op) {
    const Token *start = p->t;
    AstExpr *first = op == AST_OR ? bool_chain(p, KW_AND, AST_AND) : inversion(p);
    if (!first || !at(p, type)) return first;
    int base = p->sp;
    push(p, first);
    while (at(p, type)) {
        Token *before = p->t;
        advance(p);
        AstExpr *e = op == AST_OR ? bool_chain(p, KW_AND, AST_AND) : inversion(p);
        if (p->failed) return NULL;
        if (!e) {
            reset(p, before);
            break;
        }
        push(p, e);
    }
    if (p->sp == base + 1) {
        p->sp = base;
        return first;
    }
    AstExprSeq values = TAKE(p, base, AstExprSeq);
    AstExpr *e = expr_from(p, AST_BOOL_OP, start);
    e->BoolOp.op = op;
    e->BoolOp.values = values;
    return e;
}

AstExpr *disjunction(Parser *p) {
    if (!p->second) return bool_chain(p, KW_OR, AST_OR);
    AstExpr *e;
    if (memo_get(p, MEMO_DISJUNCTION, &e)) return e;
    Token *start = p->t;
    int base = p->sp;
    e = bool_chain(p, KW_OR, AST_OR);
    if (p->failed) return NULL;
    if (!e) {
        reset(p, start);
        p->sp = base;
    }
    return memo_put(p, MEMO_DISJUNCTION, start, e);
}

// The rules without their invalid_* companions.
static AstExpr *expression_plain(Parser *p) {
    if (at(p, KW_LAMBDA)) return lambdef(p);
    const Token *start = p->t;
    AstExpr *body = disjunction(p);
    if (!body || !at(p, KW_IF)) return body;
    Token *before = p->t;
    advance(p);
    AstExpr *test = disjunction(p);
    if (test && accept(p, KW_ELSE)) {
        if (!deeper(p)) return NULL;
        AstExpr *orelse = expression(p);
        p->depth--;
        if (orelse) {
            AstExpr *e = expr_from(p, AST_IF_EXP, start);
            e->IfExp.test = test;
            e->IfExp.body = body;
            e->IfExp.orelse = orelse;
            return e;
        }
    }
    if (p->failed) return NULL;
    reset(p, before);
    return body;
}

AstExpr *expression(Parser *p) {
    if (!p->second) return expression_plain(p);
    AstExpr *e;
    if (memo_get(p, MEMO_EXPRESSION, &e)) return e;
    if (!deeper(p)) return NULL;
    Token *start = p->t;
    int base = p->sp;
    if (p->invalid) {
        invalid_expression(p);
        if (p->failed) return NULL;
    }
    e = expression_plain(p);
    if (p->failed) return NULL;
    p->depth--;
    if (!e) {
        reset(p, start);
        p->sp = base;
    }
    return memo_put(p, MEMO_EXPRESSION, start, e);
}

AstExpr *expression_without_invalid(Parser *p) {
    bool invalid = p->invalid;
    p->invalid = false;
    AstExpr *e = expression_plain(p);
    p->invalid = invalid;
    return e;
}

AstExpr *yield_expr(Parser *p) {
    Token *start = p->t;
    if (!accept(p, KW_YIELD)) return NULL;
    Token *after = p->t;
    if (accept(p, KW_FROM)) {
        AstExpr *value = expression(p);
        if (p->failed) return NULL;
        if (value) {
            AstExpr *e = expr_from(p, AST_YIELD_FROM, start);
            e->YieldFrom.value = value;
            return e;
        }
        reset(p, after);
    }
    AstExpr *value = star_expressions(p);
    if (p->failed) return NULL;
    AstExpr *e = expr_from(p, AST_YIELD, start);
    e->Yield.value = value;
    return e;
}

// '*' bitwise_or; NULL: no match.
static AstExpr *starred_bitwise_or(Parser *p) {
    Token *start = p->t;
    advance(p);
    AstExpr *value = bitwise_or(p);
    if (!value) {
        if (!p->failed) reset(p, start);
        return NULL;
    }
    AstExpr *e = expr_from(p, AST_STARRED, start);
    e->Starred.value = value;
    e->Starred.ctx = AST_LOAD;
    return e;
}

AstExpr *star_expression(Parser *p) {
    if (!p->second) return at(p, TOK_STAR) ? starred_bitwise_or(p) : expression_plain(p);
    AstExpr *e;
    if (memo_get(p, MEMO_STAR_EXPRESSION, &e)) return e;
    Token *start = p->t;
    e = at(p, TOK_STAR) ? starred_bitwise_or(p) : expression(p);
    if (p->failed) return NULL;
    return memo_put(p, MEMO_STAR_EXPRESSION, start, e);
}

AstExpr *star_named_expression(Parser *p) {
    return at(p, TOK_STAR) ? starred_bitwise_or(p) : named_expression(p);
}

// item (',' item)* [',']: the item itself, or a tuple if there is a comma.
static AstExpr *comma_list(Parser *p, AstExpr *(*item)(Parser *)) {
    const Token *start = p->t;
    AstExpr *first = item(p);
    if (!first || !at(p, TOK_COMMA)) return first;
    int base = p->sp;
    push(p, first);
    while (accept(p, TOK_COMMA)) {
        AstExpr *e;
        switch (p->t->type) {
        case TOK_NEWLINE:
        case TOK_EQUAL:
        case TOK_RPAR:
        case TOK_RSQB:
        case TOK_RBRACE:
        case TOK_COLON: e = NULL; break;
        default: e = item(p); break;
        }
        if (p->failed) return NULL;
        if (!e) break;
        push(p, e);
    }
    return tuple_of(p, base, start->lineno, start->col);
}

AstExpr *star_expressions(Parser *p) {
    return comma_list(p, star_expression);
}

AstExpr *expressions(Parser *p) {
    return comma_list(p, expression);
}

AstExpr *annotated_rhs(Parser *p) {
    return at(p, KW_YIELD) ? yield_expr(p) : star_expressions(p);
}

AstExpr *assignment_expression(Parser *p) {
    if (!at(p, TOK_NAME) || peek(p) != TOK_COLONEQUAL) return NULL;
    Token *start = p->t;
    AstExpr *target = parse_name_load(p);
    advance(p);
    AstExpr *value = expression(p);
    if (!value) {
        if (!p->failed) reset(p, start);
        return NULL;
    }
    if (!check_version(p, 8, "Assignment expressions are")) return NULL;
    target->Name.ctx = AST_STORE;
    AstExpr *e = expr_from(p, AST_NAMED_EXPR, start);
    e->NamedExpr.target = target;
    e->NamedExpr.value = value;
    return e;
}

AstExpr *named_expression(Parser *p) {
    Token *start = p->t;
    AstExpr *e;
    if (!p->second) {
        if (at(p, TOK_NAME) && p->t[1].type == TOK_COLONEQUAL) return assignment_expression(p);
        e = expression_plain(p);
        if (e && at(p, TOK_COLONEQUAL)) {
            reset(p, start);
            return NULL;
        }
        return e;
    }
    if (at(p, TOK_NAME) && peek(p) == TOK_COLONEQUAL) {
        e = assignment_expression(p); // no other reading once := was seen
        return p->failed ? NULL : e;
    }
    if (p->invalid) {
        invalid_named_expression(p);
        if (p->failed) return NULL;
    }
    e = expression(p);
    if (p->failed) return NULL;
    if (!e || at(p, TOK_COLONEQUAL)) {
        e = NULL;
        reset(p, start);
    }
    return e;
}
