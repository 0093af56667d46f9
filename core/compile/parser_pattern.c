// SPDX-License-Identifier: MIT
// Parser: the match statement and its patterns.
#include "core/compile/parser_int.h"

static AstPattern *pattern(Parser *p);

static AstPattern *pattern_at(Parser *p, AstKind kind, int lineno, int col) {
    AstPattern *n = ast_node_new(p->arena, kind);
    SET_POS(p, n, lineno, col);
    return n;
}

static AstPattern *pattern_from(Parser *p, AstKind kind, const Token *start) {
    return pattern_at(p, kind, start->lineno, start->col);
}

// ---- literals ----

static bool is_imaginary(const AstExpr *e) {
    return e->kind == AST_CONSTANT && e->Constant.value.kind == AST_CONST_IMAG;
}

// NUMBER or '-' NUMBER.
static AstExpr *signed_number(Parser *p) {
    Token *start = p->t;
    if (at(p, TOK_NUMBER)) return number(p);
    if (!at(p, TOK_MINUS) || peek(p) != TOK_NUMBER) return NULL;
    advance(p);
    AstExpr *operand = number(p);
    if (!operand) return NULL;
    AstExpr *e = expr_from(p, AST_UNARY_OP, start);
    e->UnaryOp.op = AST_USUB;
    e->UnaryOp.operand = operand;
    return e;
}

// A number, maybe negative, maybe complex; strings; None, True, False. Also the keys of mapping patterns.
static AstExpr *literal_expr(Parser *p) {
    Token *start = p->t;
    switch (p->t->type) {
    case TOK_STRING:
    case TOK_FSTRING_START:
    case TOK_TSTRING_START: return strings(p);
    case KW_NONE:
    case KW_TRUE:
    case KW_FALSE: {
        AstConstKind kind = at(p, KW_NONE) ? AST_CONST_NONE : at(p, KW_TRUE) ? AST_CONST_TRUE : AST_CONST_FALSE;
        advance(p);
        AstExpr *e = expr_from(p, AST_CONSTANT, start);
        e->Constant.value.kind = (uint8_t)kind;
        return e;
    }
    case TOK_NUMBER:
    case TOK_MINUS: break;
    default: return NULL;
    }
    AstExpr *real = signed_number(p);
    if (!real) return NULL;
    if (!at(p, TOK_PLUS) && !at(p, TOK_MINUS)) return real;
    AstKind op = at(p, TOK_PLUS) ? AST_ADD : AST_SUB;
    AstExpr *digits = real->kind == AST_UNARY_OP ? real->UnaryOp.operand : real;
    if (is_imaginary(digits)) return RAISE_NODE(p, digits, "real number required in complex literal");
    advance(p);
    if (!at(p, TOK_NUMBER)) {
        reset(p, start);
        return NULL;
    }
    AstExpr *imag = number(p);
    if (!imag) return NULL;
    if (!is_imaginary(imag)) return RAISE_NODE(p, imag, "imaginary number required in complex literal");
    AstExpr *e = expr_from(p, AST_BIN_OP, start);
    e->BinOp.left = real;
    e->BinOp.op = op;
    e->BinOp.right = imag;
    return e;
}

// ---- names ----

static bool after_capture(Parser *p) {
    return !at(p, TOK_DOT) && !at(p, TOK_LPAR) && !at(p, TOK_EQUAL);
}

// A NAME that captures: not `_`, not the beginning of something longer.
static AstName *capture_target(Parser *p) {
    Token *start = p->t;
    if (!at(p, TOK_NAME) || start->soft == SOFT_UNDERSCORE) return NULL;
    advance(p);
    if (after_capture(p)) return token_name(p, start);
    reset(p, start);
    return NULL;
}

// NAME ('.' NAME)*.
static AstExpr *name_or_attr(Parser *p) {
    AstExpr *e = parse_name_load(p);
    while (e && at(p, TOK_DOT)) {
        Token *dot = p->t;
        advance(p);
        if (!at(p, TOK_NAME)) {
            reset(p, dot);
            break;
        }
        AstName *attr = token_name(p, p->t);
        advance(p);
        AstExpr *a = expr_at(p, AST_ATTRIBUTE, e->lineno, e->col_offset);
        a->Attribute.value = e;
        a->Attribute.attr = attr;
        a->Attribute.ctx = AST_LOAD;
        e = a;
    }
    return e;
}

// ---- compound patterns ----

static AstPattern *star_or_pattern(Parser *p) {
    if (!at(p, TOK_STAR)) return pattern(p);
    Token *start = p->t;
    advance(p);
    AstName *name = NULL;
    if (p->t->soft == SOFT_UNDERSCORE) {
        advance(p);
    } else {
        name = capture_target(p);
        if (!name) {
            reset(p, start);
            return NULL;
        }
    }
    AstPattern *n = pattern_from(p, AST_MATCH_STAR, start);
    n->MatchStar.name = name;
    return n;
}

// After a first item that is on the stack above base, at ',': the rest, and the node.
static AstPattern *sequence_rest(Parser *p, Token *start, int base, int close) {
    while (accept(p, TOK_COMMA)) {
        if (close && at(p, close)) break;
        Token *before = p->t;
        AstPattern *n = star_or_pattern(p);
        if (p->failed) return NULL;
        if (!n) {
            reset(p, before);
            break;
        }
        push(p, n);
    }
    if (close && !accept(p, close)) return NULL;
    AstPatternSeq items = TAKE(p, base, AstPatternSeq);
    AstPattern *n = pattern_from(p, AST_MATCH_SEQUENCE, start);
    n->MatchSequence.patterns = items;
    return n;
}

// '(' or '[': a group or a sequence.
static AstPattern *group_or_sequence(Parser *p) {
    Token *start = p->t;
    int base = p->sp, close = at(p, TOK_LPAR) ? TOK_RPAR : TOK_RSQB;
    advance(p);
    if (at(p, close)) return sequence_rest(p, start, base, close);
    AstPattern *n = star_or_pattern(p);
    if (!n) return NULL;
    if (close == TOK_RPAR && !at(p, TOK_COMMA)) {
        if (n->kind == AST_MATCH_STAR || !accept(p, TOK_RPAR)) return NULL;
        return n;
    }
    push(p, n);
    return sequence_rest(p, start, base, close);
}

static AstPattern *mapping_pattern(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstName *rest = NULL;
    advance(p);
    while (!at(p, TOK_RBRACE)) {
        if (accept(p, TOK_DOUBLESTAR)) {
            rest = capture_target(p);
            if (!rest) return NULL;
            accept(p, TOK_COMMA);
            break;
        }
        AstExpr *key = literal_expr(p);
        if (p->failed) return NULL;
        if (!key) {
            key = name_or_attr(p);
            if (!key || key->kind != AST_ATTRIBUTE) return NULL;
        }
        if (!accept(p, TOK_COLON)) return NULL;
        AstPattern *value = pattern(p);
        if (!value) return NULL;
        push(p, key);
        push(p, value);
        if (!accept(p, TOK_COMMA)) break;
    }
    if (!accept(p, TOK_RBRACE)) return NULL;
    int n = (p->sp - base) / 2;
    AstPattern *m = pattern_from(p, AST_MATCH_MAPPING, start);
    m->MatchMapping.rest = rest;
    if (n) {
        AstExpr **keys = arena_alloc(&p->arena->mem, (size_t)n * sizeof *keys);
        AstPattern **values = arena_alloc(&p->arena->mem, (size_t)n * sizeof *values);
        for (int i = 0; i < n; i++) {
            keys[i] = p->stack[base + i * 2];
            values[i] = p->stack[base + i * 2 + 1];
        }
        m->MatchMapping.keys = (AstExprSeq){n, keys};
        m->MatchMapping.patterns = (AstPatternSeq){n, values};
    }
    p->sp = base;
    return m;
}

// Positional patterns after keyword ones, from the comma before the first: raises.
static void invalid_class_pattern(Parser *p) {
    Token *comma = p->t;
    AstPattern *first = NULL, *end = NULL;
    while (accept(p, TOK_COMMA)) {
        if (at(p, TOK_NAME) && peek(p) == TOK_EQUAL) break;
        AstPattern *n = pattern(p);
        if (p->failed) return;
        if (!n) break;
        if (!first) first = n;
        end = n;
    }
    if (first) RAISE_RANGE(p, first, end, "positional patterns follow keyword patterns");
    else reset(p, comma);
}

// After the class name, at '('.
static AstPattern *class_pattern(Parser *p, Token *start, AstExpr *cls) {
    int base = p->sp, npos = 0, nkw = 0;
    advance(p);
    while (!at(p, TOK_RPAR)) {
        AstName *name = NULL;
        if (at(p, TOK_NAME) && peek(p) == TOK_EQUAL) {
            name = token_name(p, p->t);
            advance(p);
            advance(p);
        } else if (nkw) {
            return NULL;
        }
        AstPattern *n = pattern(p);
        if (!n) return NULL;
        push(p, name);
        push(p, n);
        if (name) nkw++;
        else npos++;
        if (!at(p, TOK_COMMA)) break;
        if (nkw && p->invalid && !(peek(p) == TOK_NAME && p->t[2].type == TOK_EQUAL)) {
            invalid_class_pattern(p);
            if (p->failed) return NULL;
        }
        advance(p);
    }
    if (!accept(p, TOK_RPAR)) return NULL;
    AstPattern *c = pattern_from(p, AST_MATCH_CLASS, start);
    c->MatchClass.cls = cls;
    if (npos + nkw) {
        AstPattern **items = arena_alloc(&p->arena->mem, (size_t)(npos + nkw) * sizeof *items);
        for (int i = 0; i < npos + nkw; i++) items[i] = p->stack[base + i * 2 + 1];
        if (npos) c->MatchClass.patterns = (AstPatternSeq){npos, items};
        if (nkw) {
            AstName **names = arena_alloc(&p->arena->mem, (size_t)nkw * sizeof *names);
            for (int i = 0; i < nkw; i++) names[i] = p->stack[base + (npos + i) * 2];
            c->MatchClass.kwd_attrs = (AstNameSeq){nkw, names};
            c->MatchClass.kwd_patterns = (AstPatternSeq){nkw, items + npos};
        }
    }
    p->sp = base;
    return c;
}

static AstPattern *closed_pattern(Parser *p) {
    Token *start = p->t;
    AstPattern *n;
    switch (p->t->type) {
    case TOK_LPAR:
    case TOK_LSQB: {
        if (!deeper(p)) return NULL;
        n = group_or_sequence(p);
        p->depth--;
        return n;
    }
    case TOK_LBRACE: {
        if (!deeper(p)) return NULL;
        n = mapping_pattern(p);
        p->depth--;
        return n;
    }
    case TOK_NAME: {
        if (start->soft == SOFT_UNDERSCORE) {
            advance(p); // never the beginning of something longer
            return pattern_from(p, AST_MATCH_AS, start);
        }
        AstName *name = capture_target(p);
        if (name) {
            n = pattern_from(p, AST_MATCH_AS, start);
            n->MatchAs.name = name;
            return n;
        }
        AstExpr *e = name_or_attr(p);
        if (!e) return NULL;
        if (at(p, TOK_LPAR)) return class_pattern(p, start, e);
        if (e->kind != AST_ATTRIBUTE || !after_capture(p)) return NULL;
        n = pattern_from(p, AST_MATCH_VALUE, start);
        n->MatchValue.value = e;
        return n;
    }
    default: {
        AstExpr *e = literal_expr(p);
        if (!e) return NULL;
        if (start->type == KW_NONE || start->type == KW_TRUE || start->type == KW_FALSE) {
            n = pattern_from(p, AST_MATCH_SINGLETON, start);
            n->MatchSingleton.value = e->Constant.value;
        } else {
            n = pattern_from(p, AST_MATCH_VALUE, start);
            n->MatchValue.value = e;
        }
        return n;
    }
    }
}

static AstPattern *or_pattern(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstPattern *first = closed_pattern(p);
    if (!first || !at(p, TOK_VBAR)) return first;
    push(p, first);
    while (at(p, TOK_VBAR)) {
        Token *bar = p->t;
        advance(p);
        AstPattern *n = closed_pattern(p);
        if (p->failed) return NULL;
        if (!n) {
            reset(p, bar);
            break;
        }
        push(p, n);
    }
    AstPatternSeq items = TAKE(p, base, AstPatternSeq);
    if (items.n == 1) return first;
    AstPattern *n = pattern_from(p, AST_MATCH_OR, start);
    n->MatchOr.patterns = items;
    return n;
}

static AstPattern *pattern(Parser *p) {
    Token *start = p->t;
    AstPattern *inner = or_pattern(p);
    if (!inner || !at(p, KW_AS)) return inner;
    Token *as = p->t;
    advance(p);
    AstName *name = capture_target(p);
    if (name) {
        AstPattern *n = pattern_from(p, AST_MATCH_AS, start);
        n->MatchAs.pattern = inner;
        n->MatchAs.name = name;
        return n;
    }
    if (p->invalid) {
        if (p->t->soft == SOFT_UNDERSCORE) {
            advance(p);
            return RAISE_TOKEN(p, last(p), "cannot use '_' as a target");
        }
        AstExpr *e = expression(p);
        if (p->failed) return NULL;
        if (e) return RAISE_NODE(p, e, "cannot use %s as pattern target", ast_expr_describe(e));
    }
    reset(p, as);
    return inner;
}

// The patterns of a case: one, or a sequence without brackets.
static AstPattern *patterns(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstPattern *n = star_or_pattern(p);
    if (!n) return NULL;
    if (at(p, TOK_COMMA)) {
        push(p, n);
        return sequence_rest(p, start, base, 0);
    }
    return n->kind == AST_MATCH_STAR ? NULL : n;
}

// ---- the statement ----

// Second pass, after a complete header.
static void invalid_header(Parser *p, const char *what, int lineno) {
    if (at(p, TOK_NEWLINE)) {
        RAISE(p, "expected ':'");
    } else if (at(p, TOK_COLON) && peek(p) == TOK_NEWLINE) {
        Token *colon = p->t;
        advance(p);
        if (peek(p) != TOK_INDENT)
            RAISE_INDENT(p, "expected an indented block after '%s' statement on line %d", what, lineno);
        else
            reset(p, colon);
    }
}

static AstMatchCase *case_block(Parser *p) {
    Token *start = p->t;
    if (start->soft != SOFT_CASE) return NULL;
    int base = p->sp;
    advance(p);
    AstPattern *n = patterns(p);
    AstExpr *guard = NULL;
    if (n && at(p, KW_IF)) {
        Token *before = p->t;
        advance(p);
        guard = named_expression(p);
        if (p->failed) return NULL;
        if (!guard) reset(p, before);
    }
    if (p->failed) return NULL;
    if (n && p->invalid) {
        invalid_header(p, "case", start->lineno);
        if (p->failed) return NULL;
    }
    AstStmtSeq body;
    if (!n || !accept(p, TOK_COLON) || !block(p, &body)) {
        if (p->failed) return NULL;
        p->sp = base;
        reset(p, start);
        return NULL;
    }
    AstMatchCase *c = ast_node_new(p->arena, AST_MATCH_CASE);
    c->pattern = n;
    c->guard = guard;
    c->body = body;
    return c;
}

static AstExpr *subject(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstExpr *first = star_named_expression(p);
    if (!first) return NULL;
    if (!at(p, TOK_COMMA)) return first->kind == AST_STARRED ? NULL : first;
    push(p, first);
    while (accept(p, TOK_COMMA)) {
        if (at(p, TOK_COLON)) break;
        AstExpr *e = star_named_expression(p);
        if (p->failed) return NULL;
        if (!e) break;
        push(p, e);
    }
    AstExprSeq elts = TAKE(p, base, AstExprSeq);
    AstExpr *e = expr_from(p, AST_TUPLE, start);
    e->Tuple.elts = elts;
    e->Tuple.ctx = AST_LOAD;
    return e;
}

// NULL without p->failed: it is no match statement; the caller tries an expression.
AstStmt *match_stmt(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    switch (peek(p)) {
    case TOK_EQUAL:
    case TOK_DOT:
    case TOK_COMMA:
    case TOK_COLON:
    case TOK_SEMI:
    case TOK_RPAR:
    case TOK_NEWLINE: return NULL;
    default: break;
    }
    advance(p);
    AstExpr *e = subject(p);
    if (p->failed) return NULL;
    if (e && p->invalid) {
        // A complete match statement needs no check; an incomplete one does.
        invalid_header(p, "match", start->lineno);
        if (p->failed) return NULL;
    }
    if (e && accept(p, TOK_COLON) && accept(p, TOK_NEWLINE) && accept(p, TOK_INDENT)) {
        for (;;) {
            AstMatchCase *c = case_block(p);
            if (p->failed) return NULL;
            if (!c) break;
            push(p, c);
        }
        if (p->sp > base && accept(p, TOK_DEDENT)) {
            if (!check_version(p, 10, "Pattern matching is")) return NULL;
            AstMatchCaseSeq cases = TAKE(p, base, AstMatchCaseSeq);
            AstStmt *s = stmt_from(p, AST_MATCH, start);
            s->Match.subject = e;
            s->Match.cases = cases;
            return s;
        }
    }
    if (p->failed) return NULL;
    p->sp = base;
    reset(p, start);
    return NULL;
}
