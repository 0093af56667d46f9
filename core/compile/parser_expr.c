// SPDX-License-Identifier: MIT
// Parser: expressions, from star_expressions down to atoms.
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

static AstExpr *tuple_of(Parser *p, int base, int lineno, int col) {
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

// ---- primaries ----

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
