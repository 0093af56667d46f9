// SPDX-License-Identifier: MIT
// Parser: compound statements, and the mistakes in their headers.
#include "core/compile/parser_int.h"

bool is_compound_start(Parser *p) {
    switch (p->t->type) {
    case KW_DEF:
    case TOK_AT:
    case KW_ASYNC:
    case KW_IF:
    case KW_CLASS:
    case KW_WITH:
    case KW_FOR:
    case KW_TRY:
    case KW_WHILE: return true;
    default: return false;
    }
}

// A token that must come: the second pass raises if it does not.
static bool expect_forced(Parser *p, int type) {
    if (accept(p, type)) return true;
    if (!p->second) return false;
    RAISE_TOKEN(p, p->t, "expected '%s'", token_type_text(type));
    return false;
}

// Second pass, after a complete header, `what` naming the statement: raises for a missing ':' or block.
static void invalid_header(Parser *p, bool colon_too, const char *what, int lineno) {
    if (colon_too && at(p, TOK_NEWLINE)) {
        RAISE(p, "expected ':'");
        return;
    }
    if (at(p, TOK_COLON) && peek(p) == TOK_NEWLINE) {
        Token *colon = p->t;
        advance(p);
        if (peek(p) != TOK_INDENT) {
            RAISE_INDENT(p, "expected an indented block after %s on line %d", what, lineno);
            return;
        }
        reset(p, colon);
    }
}

// ':' block.
static bool colon_block(Parser *p, AstStmtSeq *out) {
    return accept(p, TOK_COLON) && block(p, out);
}

// [else_block]. False: failed or no match.
static bool else_block(Parser *p, AstStmtSeq *out) {
    *out = (AstStmtSeq){0};
    Token *start = p->t;
    if (!at(p, KW_ELSE)) return true;
    advance(p);
    if (p->invalid) {
        Token *after = p->t;
        invalid_header(p, false, "'else' statement", start->lineno);
        if (p->failed) return false;
        AstStmtSeq body;
        if (colon_block(p, &body) && at(p, KW_ELIF)) {
            RAISE(p, "'elif' block follows an 'else' block");
            return false;
        }
        if (p->failed) return false;
        reset(p, after);
    }
    if (!expect_forced(p, TOK_COLON)) return false;
    if (block(p, out)) return true;
    if (p->failed) return false;
    reset(p, start);
    *out = (AstStmtSeq){0};
    return true;
}

typedef struct Branch {
    struct Branch *previous;
    Token         *start;
    AstExpr       *test;
    AstStmtSeq     body;
} Branch;

// 'if' or 'elif' with its block.
static Branch *branch(Parser *p) {
    Token *start = p->t;
    bool elif = at(p, KW_ELIF);
    advance(p);
    AstExpr *test = named_expression(p);
    if (!test) return NULL;
    if (p->invalid) {
        invalid_header(p, true, elif ? "'elif' statement" : "'if' statement", start->lineno);
        if (p->failed) return NULL;
    }
    Branch *b = arena_zalloc(&p->arena->mem, sizeof *b);
    b->start = start;
    b->test = test;
    return colon_block(p, &b->body) ? b : NULL;
}

static AstStmt *if_stmt(Parser *p) {
    Branch *top = branch(p);
    if (!top) return NULL;
    // Nothing recurses here, but whoever walks the tree will.
    for (int depth = p->depth; at(p, KW_ELIF);) {
        if (++depth > PARSE_MAX_DEPTH) return raise_too_deep(p);
        Token *before = p->t;
        Branch *b = branch(p);
        if (p->failed) return NULL;
        if (!b) {
            reset(p, before);
            break;
        }
        b->previous = top;
        top = b;
    }
    AstStmtSeq orelse;
    if (!else_block(p, &orelse)) return NULL;
    AstStmt *s = NULL;
    for (; top; top = top->previous) {
        s = stmt_from(p, AST_IF, top->start);
        s->If.test = top->test;
        s->If.body = top->body;
        s->If.orelse = orelse;
        AstStmt **items = arena_alloc(&p->arena->mem, sizeof *items);
        items[0] = s;
        orelse = (AstStmtSeq){1, items};
    }
    return s;
}

static AstStmt *while_stmt(Parser *p) {
    Token *start = p->t;
    advance(p);
    AstExpr *test = named_expression(p);
    if (!test) return NULL;
    if (p->invalid) {
        invalid_header(p, true, "'while' statement", start->lineno);
        if (p->failed) return NULL;
    }
    AstStmtSeq body, orelse;
    if (!colon_block(p, &body) || !else_block(p, &orelse)) return NULL;
    AstStmt *s = stmt_from(p, AST_WHILE, start);
    s->While.test = test;
    s->While.body = body;
    s->While.orelse = orelse;
    return s;
}

// start is 'async' or 'for'; the present token is 'for'.
static AstStmt *for_stmt(Parser *p, Token *start) {
    bool is_async = start != p->t;
    Token *for_token = p->t;
    advance(p);
    Token *after_for = p->t;
    AstExpr *target = star_targets(p);
    if (p->failed) return NULL;
    if (target && accept(p, KW_IN)) {
        AstExpr *iter = star_expressions(p);
        if (!iter) return NULL;
        if (p->invalid) {
            invalid_header(p, true, "'for' statement", for_token->lineno);
            if (p->failed) return NULL;
        }
        if (!accept(p, TOK_COLON)) return NULL;
        AstName *comment = type_comment(p);
        AstStmtSeq body, orelse;
        if (!block(p, &body) || !else_block(p, &orelse)) return NULL;
        if (is_async && !check_version(p, 5, "Async for loops are")) return NULL;
        set_ctx(target, AST_STORE);
        AstStmt *s = stmt_from(p, is_async ? AST_ASYNC_FOR : AST_FOR, start);
        s->For.target = target;
        s->For.iter = iter;
        s->For.body = body;
        s->For.orelse = orelse;
        s->For.type_comment = comment;
        return s;
    }
    if (p->invalid) {
        reset(p, after_for);
        AstExpr *e = star_expressions(p);
        if (p->failed) return NULL;
        if (e) raise_invalid_target(p, e, FOR_TARGETS);
    }
    return NULL;
}

// ---- with ----

static AstWithItem *with_item(Parser *p) {
    Token *start = p->t;
    AstExpr *context = expression(p);
    if (!context) return NULL;
    AstExpr *vars = NULL;
    Token *as = p->t;
    if (accept(p, KW_AS)) {
        vars = star_target(p);
        if (p->failed) return NULL;
        if (!vars || !(at(p, TOK_COMMA) || at(p, TOK_RPAR) || at(p, TOK_COLON))) {
            vars = NULL;
            if (p->invalid) {
                reset(p, as + 1);
                AstExpr *e = expression(p);
                if (p->failed) return NULL;
                if (e && (at(p, TOK_COMMA) || at(p, TOK_RPAR) || at(p, TOK_COLON))) {
                    raise_invalid_target(p, e, STAR_TARGETS);
                    if (p->failed) return NULL;
                    reset(p, start);
                    return NULL;
                }
            }
            reset(p, as);
        }
    }
    if (vars) set_ctx(vars, AST_STORE);
    AstWithItem *item = ast_node_new(p->arena, AST_WITHITEM);
    item->context_expr = context;
    item->optional_vars = vars;
    return item;
}

static bool with_items(Parser *p) {
    AstWithItem *item = with_item(p);
    if (!item) return false;
    push(p, item);
    while (at(p, TOK_COMMA)) {
        Token *comma = p->t;
        advance(p);
        item = with_item(p);
        if (p->failed) return false;
        if (!item) {
            reset(p, comma);
            break;
        }
        push(p, item);
    }
    return true;
}

// expression ['as' star_target], comma separated; inside parentheses `expressions`.
static bool match_with_items(Parser *p, bool paren) {
    Token *end = p->t;
    bool any = false;
    do {
        AstExpr *e = paren ? expressions(p) : expression(p);
        if (p->failed) return false;
        if (!e) break;
        any = true;
        Token *as = p->t;
        if (accept(p, KW_AS)) {
            e = star_target(p);
            if (p->failed) return false;
            if (!e) reset(p, as);
        }
        end = p->t;
    } while (accept(p, TOK_COMMA));
    reset(p, end);
    return any;
}

// The present token is 'with'. colon_missing: look for a header without ':'; otherwise for one without a block.
static void invalid_with(Parser *p, bool colon_missing) {
    Token *start = p->t;
    for (int paren = 0; paren < 2; paren++) {
        reset(p, start);
        advance(p);
        if (paren && !accept(p, TOK_LPAR)) break;
        bool ok = match_with_items(p, paren);
        if (p->failed) return;
        if (ok && paren) {
            accept(p, TOK_COMMA);
            ok = accept(p, TOK_RPAR);
        }
        if (!ok) continue;
        if (colon_missing) {
            if (at(p, TOK_NEWLINE)) {
                RAISE(p, "expected ':'");
                return;
            }
        } else {
            invalid_header(p, false, "'with' statement", start->lineno);
            if (p->failed) return;
        }
    }
    reset(p, start);
}

static AstStmt *with_stmt(Parser *p, Token *start) {
    bool is_async = start != p->t;
    int base = p->sp;
    Token *with = p->t;
    if (p->invalid) {
        invalid_with(p, false);
        if (p->failed) return NULL;
    }
    advance(p);
    Token *after = p->t;
    for (int paren = at(p, TOK_LPAR) ? 1 : 0; paren >= 0; paren--) {
        p->sp = base;
        reset(p, after);
        if (paren) advance(p);
        bool ok = with_items(p);
        if (p->failed) return NULL;
        if (ok && paren) {
            accept(p, TOK_COMMA);
            ok = accept(p, TOK_RPAR);
        }
        if (!ok || !accept(p, TOK_COLON)) continue;
        AstWithItemSeq items = TAKE(p, base, AstWithItemSeq);
        AstName *comment = type_comment(p);
        AstStmtSeq body;
        if (!block(p, &body)) {
            if (p->failed || !p->second) return NULL;
            continue;
        }
        if (is_async && !check_version(p, 5, "Async with statements are")) return NULL;
        AstStmt *s = stmt_from(p, is_async ? AST_ASYNC_WITH : AST_WITH, start);
        s->With.items = items;
        s->With.body = body;
        s->With.type_comment = comment;
        return s;
    }
    p->sp = base;
    if (p->invalid) {
        reset(p, with);
        invalid_with(p, true);
    }
    return NULL;
}

// ---- try ----

// After 'except' ['*'], `star` telling which: expression ['as' NAME], not past the ':'.
static bool match_except_header(Parser *p) {
    Token *start = p->t;
    AstExpr *e = expression(p);
    if (p->failed) return false;
    if (!e) {
        reset(p, start);
        return false;
    }
    if (at(p, KW_AS) && peek(p) == TOK_NAME) {
        advance(p);
        advance(p);
    }
    return true;
}

static void invalid_except_indent(Parser *p, bool star) {
    Token *start = p->t;
    advance(p);
    if (star) advance(p);
    const char *what = star ? "'except*' statement" : "'except' statement";
    if (match_except_header(p)) invalid_header(p, false, what, start->lineno);
    if (p->failed) return;
    reset(p, start + 1);
    if (!star && at(p, TOK_COLON) && peek(p) == TOK_NEWLINE) {
        advance(p);
        if (peek(p) != TOK_INDENT) {
            // Reported by the general rule's name, at the next token.
            RAISE_INDENT(p, "expected an indented block after 'except' statement on line %d", start->lineno);
            return;
        }
    }
    reset(p, start);
}

static void invalid_except(Parser *p, bool star) {
    Token *start = p->t;
    advance(p);
    if (star) advance(p);
    Token *after = p->t;
    AstExpr *a = expression(p);
    if (p->failed) return;
    if (a && accept(p, TOK_COMMA)) {
        AstExpr *more = expressions(p);
        if (p->failed) return;
        if (more && accept(p, KW_AS) && accept(p, TOK_NAME) && at(p, TOK_COLON)) {
            RAISE_FROM_NODE(p, a, "multiple exception types must be parenthesized when using 'as'");
            return;
        }
    }
    reset(p, after);
    if (match_except_header(p) && at(p, TOK_NEWLINE)) {
        RAISE(p, "expected ':'");
        return;
    }
    if (p->failed) return;
    reset(p, after);
    if (!star && at(p, TOK_NEWLINE)) {
        RAISE(p, "expected ':'");
        return;
    }
    if (star && (at(p, TOK_NEWLINE) || at(p, TOK_COLON))) {
        RAISE(p, "expected one or more exception types");
        return;
    }
    a = expression(p);
    if (p->failed) return;
    if (a && accept(p, KW_AS)) {
        AstExpr *target = expression(p);
        if (p->failed) return;
        AstStmtSeq body;
        if (target && accept(p, TOK_COLON) && block(p, &body)) {
            RAISE_NODE(p, target, "cannot use %s with %s", star ? "except* statement" : "except statement",
                       ast_expr_describe(target));
            return;
        }
        if (p->failed) return;
    }
    reset(p, start);
}

// One except clause; star: 'except' '*'. NULL: none.
static AstExceptHandler *except_block(Parser *p, bool star) {
    Token *start = p->t;
    if (!at(p, KW_EXCEPT)) return NULL;
    if (star != (peek(p) == TOK_STAR)) return NULL;
    if (p->invalid) {
        invalid_except_indent(p, star);
        if (p->failed) return NULL;
    }
    advance(p);
    if (star) advance(p);
    Token *after = p->t;
    AstExpr *type = NULL;
    AstName *name = NULL;
    AstStmtSeq body = {0};
    bool ok = false;
    if (!at(p, TOK_COLON)) {
        type = expression(p);
        if (p->failed) return NULL;
        if (type && accept(p, KW_AS)) {
            if (at(p, TOK_NAME)) {
                name = token_name(p, p->t);
                advance(p);
                ok = colon_block(p, &body);
            }
        } else if (type && at(p, TOK_COMMA)) {
            reset(p, after);
            type = expressions(p);
            if (p->failed) return NULL;
            ok = type && colon_block(p, &body);
            if (ok && !check_version(p, 14, "except expressions without parentheses are")) return NULL;
        } else {
            ok = type && colon_block(p, &body);
        }
    } else if (!star) {
        ok = colon_block(p, &body);
    }
    if (p->failed) return NULL;
    if (!ok) {
        reset(p, start);
        if (p->invalid) invalid_except(p, star);
        if (!p->failed) reset(p, start);
        return NULL;
    }
    AstExceptHandler *h = ast_node_new(p->arena, AST_EXCEPT_HANDLER);
    AstStmt place;
    stmt_end(p, &place);
    h->lineno = start->lineno;
    h->col_offset = start->col;
    h->end_lineno = place.end_lineno;
    h->end_col_offset = place.end_col_offset;
    h->type = type;
    h->name = name;
    h->body = body;
    return h;
}

static int except_blocks(Parser *p, bool star) {
    int n = 0;
    for (;;) {
        AstExceptHandler *h = except_block(p, star);
        if (p->failed) return 0;
        if (!h) return n;
        push(p, h);
        n++;
    }
}

static void invalid_try(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    advance(p);
    if (!at(p, TOK_COLON)) {
        reset(p, start);
        return;
    }
    invalid_header(p, false, "'try' statement", start->lineno);
    if (p->failed) return;
    advance(p);
    Token *after = p->t;
    AstStmtSeq body;
    bool ok = block(p, &body);
    if (p->failed) return;
    if (ok && !at(p, KW_EXCEPT) && !at(p, KW_FINALLY)) {
        RAISE(p, "expected 'except' or 'finally' block");
        return;
    }
    for (int star = 0; star < 2; star++) {
        reset(p, after);
        while (block(p, &body)) {}
        if (p->failed) return;
        int n = except_blocks(p, star);
        p->sp = base;
        if (p->failed) return;
        if (!n || !at(p, KW_EXCEPT)) continue;
        Token *except = p->t;
        advance(p);
        if (star) {
            match_except_header(p);
            if (p->failed) return;
            if (at(p, TOK_COLON)) {
                RAISE_TOKEN(p, except, "cannot have both 'except' and 'except*' on the same 'try'");
                return;
            }
        } else if (at(p, TOK_STAR)) {
            Token *star_token = p->t;
            advance(p);
            ok = match_except_header(p);
            if (p->failed) return;
            if (ok && at(p, TOK_COLON)) {
                RAISE_TOKENS(p, except, star_token, "cannot have both 'except' and 'except*' on the same 'try'");
                return;
            }
        }
    }
    reset(p, start);
}

static AstStmt *try_stmt(Parser *p) {
    Token *start = p->t;
    if (p->invalid) {
        invalid_try(p);
        if (p->failed) return NULL;
    }
    advance(p);
    if (!expect_forced(p, TOK_COLON)) return NULL;
    AstStmtSeq body, orelse = {0}, finalbody = {0};
    if (!block(p, &body)) return NULL;
    int base = p->sp;
    bool star = at(p, KW_EXCEPT) && peek(p) == TOK_STAR;
    int n = except_blocks(p, star);
    if (p->failed) return NULL;
    AstExceptHandlerSeq handlers = TAKE(p, base, AstExceptHandlerSeq);
    if (n && !else_block(p, &orelse)) return NULL;
    Token *finally = p->t;
    if (accept(p, KW_FINALLY)) {
        if (p->invalid) {
            invalid_header(p, false, "'finally' statement", finally->lineno);
            if (p->failed) return NULL;
        }
        if (!expect_forced(p, TOK_COLON)) return NULL;
        if (!block(p, &finalbody)) return NULL;
    } else if (!n) {
        return NULL;
    }
    if (star && !check_version(p, 11, "Exception groups are")) return NULL;
    AstStmt *s = stmt_from(p, star ? AST_TRY_STAR : AST_TRY, start);
    s->Try.body = body;
    s->Try.handlers = handlers;
    s->Try.orelse = orelse;
    s->Try.finalbody = finalbody;
    return s;
}

// ---- definitions ----

// After the name: '(' [params] ')' ['->' expression]; no match: false.
static bool signature(Parser *p, bool forced, AstArguments **args, AstExpr **returns) {
    *args = NULL;
    *returns = NULL;
    if (forced ? !expect_forced(p, TOK_LPAR) : !accept(p, TOK_LPAR)) return false;
    Token *after = p->t;
    if (!at(p, TOK_RPAR) || p->invalid) *args = parameters(p, false);
    if (p->failed) return false;
    if (!*args) {
        reset(p, after);
        *args = empty_arguments(p);
    }
    if (!accept(p, TOK_RPAR)) return false;
    Token *arrow = p->t;
    if (accept(p, TOK_RARROW)) {
        *returns = expression(p);
        if (p->failed) return false;
        if (!*returns) reset(p, arrow);
    }
    return true;
}

// A type comment on its own line, or behind the ':'.
static AstName *func_type_comment(Parser *p) {
    Token *start = p->t;
    if (at(p, TOK_NEWLINE) && peek(p) == TOK_TYPE_COMMENT) {
        advance(p);
        AstName *comment = type_comment(p);
        if (at(p, TOK_NEWLINE) && peek(p) == TOK_INDENT) return comment;
        reset(p, start);
    }
    if (p->invalid && at(p, TOK_TYPE_COMMENT) && peek(p) == TOK_NEWLINE) {
        advance(p);
        if (peek(p) == TOK_TYPE_COMMENT) {
            advance(p);
            if (peek(p) == TOK_NEWLINE) {
                advance(p);
                if (peek(p) == TOK_INDENT) {
                    advance(p);
                    return RAISE(p, "Cannot have two type comments on def");
                }
            }
        }
        reset(p, start);
    }
    return type_comment(p);
}

// start is 'async' or 'def'; the present token is 'def'.
static AstStmt *function_def(Parser *p, Token *start, AstExprSeq decorators) {
    bool is_async = start != p->t;
    Token *def = p->t;
    AstTypeParamSeq tparams = {0};
    AstArguments *args;
    AstExpr *returns;
    if (p->invalid) {
        advance(p);
        if (accept(p, TOK_NAME)) {
            if (at(p, TOK_LSQB)) type_params(p, &tparams);
            if (p->failed) return NULL;
            if (signature(p, false, &args, &returns))
                invalid_header(p, false, "function definition", def->lineno);
            if (p->failed) return NULL;
        }
        reset(p, def);
    }
    advance(p);
    if (!at(p, TOK_NAME)) return NULL;
    AstName *name = token_name(p, p->t);
    advance(p);
    tparams = (AstTypeParamSeq){0};
    if (at(p, TOK_LSQB)) {
        type_params(p, &tparams);
        if (p->failed) return NULL;
    }
    if (!signature(p, true, &args, &returns)) return NULL;
    if (!expect_forced(p, TOK_COLON)) return NULL;
    AstName *comment = func_type_comment(p);
    AstStmtSeq body;
    if (p->failed || !block(p, &body)) return NULL;
    if (is_async && !check_version(p, 5, "Async functions are")) return NULL;
    AstStmt *s = stmt_from(p, is_async ? AST_ASYNC_FUNCTION_DEF : AST_FUNCTION_DEF, start);
    s->FunctionDef.name = name;
    s->FunctionDef.args = args;
    s->FunctionDef.body = body;
    s->FunctionDef.decorator_list = decorators;
    s->FunctionDef.returns = returns;
    s->FunctionDef.type_comment = comment;
    s->FunctionDef.type_params = tparams;
    return s;
}

static AstStmt *class_def(Parser *p, AstExprSeq decorators) {
    Token *start = p->t;
    advance(p);
    if (!at(p, TOK_NAME)) return NULL;
    AstName *name = token_name(p, p->t);
    advance(p);
    AstTypeParamSeq tparams = {0};
    AstExprSeq bases = {0};
    AstKeywordSeq keywords = {0};
    if (at(p, TOK_LSQB)) {
        type_params(p, &tparams);
        if (p->failed) return NULL;
    }
    if (at(p, TOK_LPAR)) {
        Token *open = p->t;
        advance(p);
        if (!at(p, TOK_RPAR) || p->second) arguments(p, &bases, &keywords);
        if (p->failed) return NULL;
        if (bases.n == 1 && bases.items[0]->kind == AST_GENERATOR_EXP && bases.items[0]->end_lineno == 0) {
            // A bare generator expression is no base: the error is where it shows, at its "for".
            int depth = 0;
            for (Token *t = open + 1; t < p->t; t++) {
                if (t->type == TOK_LPAR || t->type == TOK_LSQB || t->type == TOK_LBRACE) depth++;
                else if (t->type == TOK_RPAR || t->type == TOK_RSQB || t->type == TOK_RBRACE) depth--;
                else if (depth == 0 && (t->type == KW_FOR || t->type == KW_ASYNC)) {
                    p->far = t;
                    break;
                }
            }
            return NULL;
        }
        if (!accept(p, TOK_RPAR)) reset(p, open);
    }
    if (p->invalid) {
        invalid_header(p, true, "class definition", start->lineno);
        if (p->failed) return NULL;
    }
    AstStmtSeq body;
    if (!colon_block(p, &body)) return NULL;
    AstStmt *s = stmt_from(p, AST_CLASS_DEF, start);
    s->ClassDef.name = name;
    s->ClassDef.bases = bases;
    s->ClassDef.keywords = keywords;
    s->ClassDef.body = body;
    s->ClassDef.decorator_list = decorators;
    s->ClassDef.type_params = tparams;
    return s;
}

static AstStmt *decorated(Parser *p) {
    int base = p->sp;
    while (accept(p, TOK_AT)) {
        AstExpr *e = named_expression(p);
        if (!e || !accept(p, TOK_NEWLINE)) return NULL;
        push(p, e);
    }
    AstExprSeq decorators = TAKE(p, base, AstExprSeq);
    Token *start = p->t;
    if (at(p, KW_CLASS)) return class_def(p, decorators);
    if (at(p, KW_ASYNC) && peek(p) == KW_DEF) advance(p);
    if (at(p, KW_DEF)) return function_def(p, start, decorators);
    return NULL;
}

AstStmt *compound_stmt(Parser *p) {
    Token *start = p->t;
    switch (start->type) {
    case KW_DEF: return function_def(p, start, (AstExprSeq){0});
    case TOK_AT: return decorated(p);
    case KW_IF: return if_stmt(p);
    case KW_CLASS: return class_def(p, (AstExprSeq){0});
    case KW_WITH: return with_stmt(p, start);
    case KW_FOR: return for_stmt(p, start);
    case KW_TRY: return try_stmt(p);
    case KW_WHILE: return while_stmt(p);
    case KW_ASYNC:
        advance(p);
        switch (p->t->type) {
        case KW_DEF: return function_def(p, start, (AstExprSeq){0});
        case KW_WITH: return with_stmt(p, start);
        case KW_FOR: return for_stmt(p, start);
        default: return NULL;
        }
    default: return start->soft == SOFT_MATCH ? match_stmt(p) : NULL;
    }
}
