// SPDX-License-Identifier: MIT
// Parser: statement lists, blocks and simple statements.
#include "core/compile/parser_int.h"

// ---- assignment ----

static AstKind augmented_op(int type) {
    switch (type) {
    case TOK_PLUSEQUAL: return AST_ADD;
    case TOK_MINEQUAL: return AST_SUB;
    case TOK_STAREQUAL: return AST_MULT;
    case TOK_ATEQUAL: return AST_MAT_MULT;
    case TOK_SLASHEQUAL: return AST_DIV;
    case TOK_PERCENTEQUAL: return AST_MOD;
    case TOK_AMPEREQUAL: return AST_BIT_AND;
    case TOK_VBAREQUAL: return AST_BIT_OR;
    case TOK_CIRCUMFLEXEQUAL: return AST_BIT_XOR;
    case TOK_LEFTSHIFTEQUAL: return AST_LSHIFT;
    case TOK_RIGHTSHIFTEQUAL: return AST_RSHIFT;
    case TOK_DOUBLESTAREQUAL: return AST_POW;
    case TOK_DOUBLESLASHEQUAL: return AST_FLOOR_DIV;
    default: return AST_NO_KIND;
    }
}

// After `target`, at ':'.
static AstStmt *annotated_assignment(Parser *p, Token *start, AstExpr *target) {
    advance(p);
    AstExpr *annotation = expression(p);
    if (!annotation) return NULL;
    AstExpr *value = NULL;
    Token *equal = p->t;
    if (accept(p, TOK_EQUAL)) {
        value = annotated_rhs(p);
        if (p->failed) return NULL;
        if (!value) reset(p, equal);
    }
    if (!check_version(p, 6, "Variable annotation syntax is")) return NULL;
    set_ctx(target, AST_STORE);
    AstStmt *s = stmt_from(p, AST_ANN_ASSIGN, start);
    s->AnnAssign.target = target;
    s->AnnAssign.annotation = annotation;
    s->AnnAssign.value = value;
    s->AnnAssign.simple = target->kind == AST_NAME && start->type == TOK_NAME;
    return s;
}

// After `target`, at an operator like +=.
static AstStmt *augmented_assignment(Parser *p, Token *start, AstExpr *target) {
    AstKind op = augmented_op(p->t->type);
    advance(p);
    AstExpr *value = annotated_rhs(p);
    if (!value) return NULL;
    if (op == AST_MAT_MULT && !check_version(p, 5, "The '@' operator is")) return NULL;
    set_ctx(target, AST_STORE);
    AstStmt *s = stmt_from(p, AST_AUG_ASSIGN, start);
    s->AugAssign.target = target;
    s->AugAssign.op = op;
    s->AugAssign.value = value;
    return s;
}

// The targets are on the stack above base; value was read.
static AstStmt *assign(Parser *p, Token *start, int base, AstExpr *value) {
    for (int i = base; i < p->sp; i++) set_ctx(p->stack[i], AST_STORE);
    AstName *comment = type_comment(p);
    AstExprSeq targets = TAKE(p, base, AstExprSeq);
    AstStmt *s = stmt_from(p, AST_ASSIGN, start);
    s->Assign.targets = targets;
    s->Assign.value = value;
    s->Assign.type_comment = comment;
    return s;
}

static AstStmt *expr_stmt(Parser *p, Token *start, AstExpr *e) {
    AstStmt *s = stmt_from(p, AST_EXPR, start);
    s->Expr.value = e;
    return s;
}

// First pass: an expression or any assignment.
static AstStmt *expression_statement_fast(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstExpr *e = annotated_rhs(p);
    if (!e) return NULL;
    switch (p->t->type) {
    case TOK_NEWLINE:
    case TOK_SEMI: return expr_stmt(p, start, e);
    case TOK_COLON: return valid_single_target(e) ? annotated_assignment(p, start, e) : NULL;
    case TOK_EQUAL:
        while (at(p, TOK_EQUAL)) {
            if (!valid_star_targets(e)) goto fail;
            advance(p);
            push(p, e);
            e = annotated_rhs(p);
            if (!e) goto fail;
        }
        return assign(p, start, base, e);
    default:
        if (augmented_op(p->t->type) != AST_NO_KIND)
            return valid_single_target(e) ? augmented_assignment(p, start, e) : NULL;
        return expr_stmt(p, start, e);
    }
fail:
    p->sp = base;
    return NULL;
}

// A list or tuple, in any number of parentheses.
static AstExpr *invalid_ann_target(Parser *p) {
    Token *start = p->t;
    AstExpr *e = NULL;
    if (at(p, TOK_LSQB) || at(p, TOK_LPAR)) e = primary(p);
    if (p->failed) return NULL;
    if (e && (e->kind == AST_LIST || e->kind == AST_TUPLE)) return e;
    reset(p, start);
    return NULL;
}

static void invalid_assignment(Parser *p) {
    Token *start = p->t;
    AstExpr *a = invalid_ann_target(p);
    if (p->failed) return;
    if (a && accept(p, TOK_COLON)) {
        AstExpr *e = expression(p);
        if (p->failed) return;
        if (e) {
            RAISE_NODE(p, a, "only single target (not %s) can be annotated", ast_expr_describe(a));
            return;
        }
    }
    reset(p, start);
    a = star_named_expression(p);
    if (p->failed) return;
    if (a && accept(p, TOK_COMMA)) {
        for (;;) {
            AstExpr *e = star_named_expression(p);
            if (p->failed) return;
            if (!e) break;
            accept(p, TOK_COMMA);
        }
        if (accept(p, TOK_COLON)) {
            AstExpr *e = expression(p);
            if (p->failed) return;
            if (e) {
                RAISE_NODE(p, a, "only single target (not tuple) can be annotated");
                return;
            }
        }
    }
    reset(p, start);
    a = expression(p);
    if (p->failed) return;
    if (a && accept(p, TOK_COLON)) {
        AstExpr *e = expression(p);
        if (p->failed) return;
        if (e) {
            RAISE_NODE(p, a, "illegal target for annotation");
            return;
        }
    }
    reset(p, start);
    Token *after_targets;
    for (;;) {
        after_targets = p->t;
        AstExpr *t = star_targets(p);
        if (p->failed) return;
        if (!t || !accept(p, TOK_EQUAL)) break;
    }
    reset(p, after_targets);
    a = star_expressions(p);
    if (p->failed) return;
    if (a && at(p, TOK_EQUAL)) {
        advance(p);
        raise_invalid_target(p, a, STAR_TARGETS);
        if (p->failed) return;
    }
    reset(p, after_targets);
    a = yield_expr(p);
    if (p->failed) return;
    if (a && at(p, TOK_EQUAL)) {
        RAISE_NODE(p, a, "assignment to yield expression not possible");
        return;
    }
    reset(p, start);
    a = star_expressions(p);
    if (p->failed) return;
    if (a && augmented_op(p->t->type) != AST_NO_KIND) {
        advance(p);
        AstExpr *e = annotated_rhs(p);
        if (p->failed) return;
        if (e) {
            RAISE_NODE(p, a, "'%s' is an illegal expression for augmented assignment", ast_expr_describe(a));
            return;
        }
    }
    reset(p, start);
}

// '(' single_target ')': only to meet mistakes in the order of the grammar.
static void probe_single_target(Parser *p) {
    Token *start = p->t;
    while (at(p, TOK_LPAR)) {
        Token *open = p->t;
        advance(p);
        t_primary(p);
        if (p->failed) return;
        reset(p, open + 1);
    }
    reset(p, start);
}

// Second pass: the rule `assignment`, alternative by alternative.
static AstStmt *assignment_slow(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstStmt *s;
    probe_single_target(p);
    if (p->failed) return NULL;
    AstExpr *e = t_primary(p);
    if (p->failed) return NULL;
    if (e && valid_single_target(e) && at(p, TOK_COLON)) {
        s = annotated_assignment(p, start, e);
        if (p->failed || s) return s;
    }
    reset(p, start);
    Token *after;
    for (;;) {
        after = p->t;
        e = star_targets(p);
        if (p->failed) return NULL;
        if (!e || !accept(p, TOK_EQUAL)) break;
        push(p, e);
    }
    reset(p, after);
    if (p->sp > base) {
        e = annotated_rhs(p);
        if (p->failed) return NULL;
        if (e && !at(p, TOK_EQUAL)) return assign(p, start, base, e);
    }
    p->sp = base;
    reset(p, start);
    e = t_primary(p);
    if (p->failed) return NULL;
    if (e && valid_single_target(e) && augmented_op(p->t->type) != AST_NO_KIND) {
        s = augmented_assignment(p, start, e);
        if (p->failed || s) return s;
        reset(p, start);
        return NULL; // no other reading once the operator was seen
    }
    reset(p, start);
    if (p->invalid) invalid_assignment(p);
    return NULL;
}

static AstStmt *expression_statement(Parser *p) {
    if (!p->second) return expression_statement_fast(p);
    Token *start = p->t;
    AstStmt *s = assignment_slow(p);
    if (p->failed || s) return s;
    AstExpr *e = at(p, KW_YIELD) ? NULL : star_expressions(p);
    if (p->failed) return NULL;
    if (!e) {
        reset(p, start);
        e = yield_expr(p);
    }
    return e ? expr_stmt(p, start, e) : NULL;
}

// ---- imports ----

static AstAlias *new_alias(Parser *p, const Token *start, AstName *name, AstName *asname) {
    AstAlias *a = ast_node_new(p->arena, AST_ALIAS);
    SET_POS(p, a, start->lineno, start->col);
    a->name = name;
    a->asname = asname;
    return a;
}

// NAME ('.' NAME)*. NULL: none.
static AstName *dotted_name(Parser *p) {
    if (!at(p, TOK_NAME)) return NULL;
    AstName *name = token_name(p, p->t);
    advance(p);
    if (!at(p, TOK_DOT)) return name;
    char small[256], *text = small;
    size_t len = name->len, cap = sizeof small;
    if (len > cap) {
        cap = len * 2;
        text = arena_alloc(&p->arena->mem, cap);
    }
    memcpy(text, name->text, len);
    while (at(p, TOK_DOT)) {
        Token *dot = p->t;
        advance(p);
        if (!at(p, TOK_NAME)) {
            reset(p, dot);
            break;
        }
        AstName *part = token_name(p, p->t);
        advance(p);
        if (len + part->len + 1 > cap) {
            cap = (len + part->len + 1) * 2;
            char *more = arena_alloc(&p->arena->mem, cap);
            memcpy(more, text, len);
            text = more;
        }
        text[len++] = '.';
        memcpy(text + len, part->text, part->len);
        len += part->len;
    }
    return ast_name(p->arena, text, len);
}

// `as` followed by something that is no name: raises.
static void invalid_as_target(Parser *p) {
    Token *as = p->t;
    if (!accept(p, KW_AS)) return;
    if (at(p, TOK_NAME)) {
        int next = peek(p);
        if (next == TOK_COMMA || next == TOK_RPAR || next == TOK_SEMI || next == TOK_NEWLINE) {
            reset(p, as);
            return;
        }
    }
    AstExpr *e = expression(p);
    if (p->failed) return;
    if (e) {
        RAISE_NODE(p, e, "cannot use %s as import target", ast_expr_describe(e));
        return;
    }
    reset(p, as);
}

// One imported name with its `as`.
static AstAlias *import_alias(Parser *p, bool dotted) {
    Token *start = p->t;
    AstName *name = dotted ? dotted_name(p) : at(p, TOK_NAME) ? token_name(p, p->t) : NULL;
    if (!name) return NULL;
    if (!dotted) advance(p);
    if (p->invalid) {
        invalid_as_target(p);
        if (p->failed) return NULL;
    }
    AstName *asname = NULL;
    if (at(p, KW_AS) && peek(p) == TOK_NAME) {
        advance(p);
        asname = token_name(p, p->t);
        advance(p);
    }
    return new_alias(p, start, name, asname);
}

// alias (',' alias)*: pushes them. A comma without a name after it is left.
static bool import_aliases(Parser *p, bool dotted) {
    AstAlias *a = import_alias(p, dotted);
    if (!a) return false;
    push(p, a);
    while (at(p, TOK_COMMA)) {
        Token *comma = p->t;
        advance(p);
        a = import_alias(p, dotted);
        if (p->failed) return false;
        if (!a) {
            reset(p, comma);
            break;
        }
        push(p, a);
    }
    return true;
}

static bool import_from_targets(Parser *p, AstAliasSeq *out) {
    int base = p->sp;
    Token *start = p->t;
    if (accept(p, TOK_LPAR)) {
        if (import_aliases(p, false)) {
            accept(p, TOK_COMMA);
            if (accept(p, TOK_RPAR)) goto done;
        }
        return false;
    }
    if (accept(p, TOK_STAR)) {
        push(p, new_alias(p, start, ast_name_z(p->arena, "*"), NULL));
        goto done;
    }
    if (import_aliases(p, false)) {
        if (!at(p, TOK_COMMA)) goto done;
        if (p->invalid && peek(p) == TOK_NEWLINE)
            RAISE(p, "trailing comma not allowed without surrounding parentheses");
        return false;
    }
    if (p->failed) return false;
    if (p->invalid && at(p, TOK_NEWLINE)) RAISE_FROM_TOKEN(p, start, "Expected one or more names after 'import'");
    return false;
done:
    *out = TAKE(p, base, AstAliasSeq);
    return true;
}

static AstStmt *import_from(Parser *p) {
    Token *start = p->t;
    advance(p);
    int level = 0;
    for (;; advance(p)) {
        if (at(p, TOK_DOT)) level++;
        else if (at(p, TOK_ELLIPSIS)) level += 3;
        else break;
    }
    AstName *module = dotted_name(p);
    if (!module && !level) return NULL;
    if (!accept(p, KW_IMPORT)) return NULL;
    AstAliasSeq names;
    if (!import_from_targets(p, &names)) return NULL;
    if (module && !level && module->len == 10 && !memcmp(module->text, "__future__", 10)) {
        for (int i = 0; i < names.n; i++)
            if (!strcmp(names.items[i]->name->text, "barry_as_FLUFL")) p->options.flags |= PARSE_BARRY_AS_BDFL;
    }
    AstStmt *s = stmt_from(p, AST_IMPORT_FROM, start);
    s->ImportFrom.module = module;
    s->ImportFrom.names = names;
    s->ImportFrom.level = level;
    return s;
}

static void invalid_import(Parser *p) {
    Token *start = p->t;
    if (!at(p, KW_IMPORT)) return;
    advance(p);
    if (at(p, TOK_NEWLINE)) {
        RAISE_FROM_TOKEN(p, p->t, "Expected one or more names after 'import'");
        return;
    }
    if (dotted_name(p)) {
        Token *before = p->t;
        while (accept(p, TOK_COMMA) && dotted_name(p)) before = p->t;
        reset(p, before);
        if (accept(p, KW_FROM) && dotted_name(p)) {
            RAISE_FROM_TOKEN(p, start, "Did you mean to use 'from ... import ...' instead?");
            return;
        }
    }
    reset(p, start);
}

AstStmt *import_stmt(Parser *p) {
    Token *start = p->t;
    if (p->invalid) {
        invalid_import(p);
        if (p->failed) return NULL;
    }
    if (at(p, KW_FROM)) return import_from(p);
    int base = p->sp;
    advance(p);
    if (!import_aliases(p, true)) return NULL;
    AstAliasSeq names = TAKE(p, base, AstAliasSeq);
    AstStmt *s = stmt_from(p, AST_IMPORT, start);
    s->Import.names = names;
    return s;
}

// ---- the others ----

static AstStmt *del_stmt(Parser *p) {
    Token *start = p->t;
    advance(p);
    int base = p->sp;
    bool ok;
    do {
        AstExpr *e = t_primary(p);
        if (p->failed) return NULL;
        ok = e && valid_del_target(e);
        if (ok) push(p, e);
    } while (ok && accept(p, TOK_COMMA) && !at(p, TOK_NEWLINE) && !at(p, TOK_SEMI));
    if (ok && (at(p, TOK_NEWLINE) || at(p, TOK_SEMI))) {
        for (int i = base; i < p->sp; i++) set_ctx(p->stack[i], AST_DEL);
        AstExprSeq targets = TAKE(p, base, AstExprSeq);
        AstStmt *s = stmt_from(p, AST_DELETE, start);
        s->Delete.targets = targets;
        return s;
    }
    p->sp = base;
    reset(p, start);
    if (p->invalid) {
        advance(p);
        AstExpr *e = star_expressions(p);
        if (p->failed) return NULL;
        if (e) raise_invalid_target(p, e, DEL_TARGETS);
        reset(p, start);
    }
    return NULL;
}

static AstStmt *names_stmt(Parser *p, AstKind kind) {
    Token *start = p->t;
    int base = p->sp;
    advance(p);
    if (!at(p, TOK_NAME)) return NULL;
    do {
        push(p, token_name(p, p->t));
        advance(p);
    } while (at(p, TOK_COMMA) && peek(p) == TOK_NAME && (advance(p), true));
    AstNameSeq names = TAKE(p, base, AstNameSeq);
    AstStmt *s = stmt_from(p, kind, start);
    s->Global.names = names;
    return s;
}

static AstStmt *return_stmt(Parser *p) {
    Token *start = p->t;
    advance(p);
    AstExpr *value = NULL;
    if (!at(p, TOK_NEWLINE)) value = star_expressions(p);
    if (p->failed) return NULL;
    AstStmt *s = stmt_from(p, AST_RETURN, start);
    s->Return.value = value;
    return s;
}

static AstStmt *raise_stmt(Parser *p) {
    Token *start = p->t;
    advance(p);
    AstExpr *exc = at(p, TOK_NEWLINE) ? NULL : expression(p);
    AstExpr *cause = NULL;
    if (p->failed) return NULL;
    Token *from = p->t;
    if (exc && accept(p, KW_FROM)) {
        cause = expression(p);
        if (p->failed) return NULL;
        if (!cause) reset(p, from);
    }
    AstStmt *s = stmt_from(p, AST_RAISE, start);
    s->Raise.exc = exc;
    s->Raise.cause = cause;
    return s;
}

static AstStmt *assert_stmt(Parser *p) {
    Token *start = p->t;
    advance(p);
    AstExpr *test = expression(p), *msg = NULL;
    if (!test) return NULL;
    Token *comma = p->t;
    if (accept(p, TOK_COMMA)) {
        msg = expression(p);
        if (p->failed) return NULL;
        if (!msg) reset(p, comma);
    }
    AstStmt *s = stmt_from(p, AST_ASSERT, start);
    s->Assert.test = test;
    s->Assert.msg = msg;
    return s;
}

// "type" NAME [type_params] '=' expression.
static AstStmt *type_alias(Parser *p) {
    Token *start = p->t;
    advance(p);
    AstExpr *name = parse_name_load(p);
    AstTypeParamSeq params = {0};
    AstExpr *value = NULL;
    if (name) {
        if (at(p, TOK_LSQB)) type_params(p, &params);
        if (!p->failed && accept(p, TOK_EQUAL)) value = expression(p);
    }
    if (p->failed) return NULL;
    if (!value) {
        reset(p, start);
        return NULL;
    }
    if (!check_version(p, 12, "Type statement is")) return NULL;
    name->Name.ctx = AST_STORE;
    AstStmt *s = stmt_from(p, AST_TYPE_ALIAS, start);
    s->TypeAlias.name = name;
    s->TypeAlias.type_params = params;
    s->TypeAlias.value = value;
    return s;
}

AstStmt *pass_break_continue(Parser *p) {
    Token *start = p->t;
    AstKind kind = at(p, KW_PASS) ? AST_PASS : at(p, KW_BREAK) ? AST_BREAK : AST_CONTINUE;
    if (p->invalid) {
        // An expression could have begun here: `pass if x else y`.
        expression(p);
        if (p->failed) return NULL;
        reset(p, start);
    }
    advance(p);
    return stmt_from(p, kind, start);
}

static AstStmt *keyword_stmt(Parser *p) {
    switch (p->t->type) {
    case KW_RETURN: return return_stmt(p);
    case KW_IMPORT:
    case KW_FROM: return import_stmt(p);
    case KW_RAISE: return raise_stmt(p);
    case KW_PASS:
    case KW_BREAK:
    case KW_CONTINUE: return pass_break_continue(p);
    case KW_DEL: return del_stmt(p);
    case KW_ASSERT: return assert_stmt(p);
    case KW_GLOBAL: return names_stmt(p, AST_GLOBAL);
    case KW_NONLOCAL: return names_stmt(p, AST_NONLOCAL);
    default: return expression_statement(p);
    }
}

AstStmt *simple_stmt(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    AstStmt *s = NULL;
    if (p->t->soft == SOFT_TYPE && peek(p) == TOK_NAME) {
        if (p->second) {
            s = assignment_slow(p);
            if (p->failed) return NULL;
        }
        if (!s) s = type_alias(p);
        if (p->failed) return NULL;
    }
    if (!s) s = keyword_stmt(p);
    if (p->failed) return NULL;
    if (!s) {
        p->sp = base;
        reset(p, start);
    }
    return s;
}

bool simple_stmts(Parser *p) {
    for (;;) {
        AstStmt *s = simple_stmt(p);
        if (!s) return false;
        push(p, s);
        if (accept(p, TOK_NEWLINE)) return true;
        if (!accept(p, TOK_SEMI)) return false;
        if (accept(p, TOK_NEWLINE)) return true;
    }
}

bool statements(Parser *p, AstStmtSeq *out) {
    int base = p->sp;
    while (!at(p, TOK_DEDENT) && !at(p, TOK_ENDMARKER)) {
        Token *start = p->t;
        int before = p->sp;
        AstStmt *s = NULL;
        if (is_compound_start(p)) {
            s = compound_stmt(p);
            if (p->failed) return false;
            if (!s) {
                reset(p, start);
                break;
            }
            push(p, s);
            continue;
        }
        if (p->t->soft == SOFT_MATCH) {
            s = match_stmt(p);
            if (p->failed) return false;
            if (s) {
                push(p, s);
                continue;
            }
            p->sp = before;
            reset(p, start);
        }
        if (!simple_stmts(p)) {
            if (p->failed) return false;
            p->sp = before;
            reset(p, start);
            break;
        }
    }
    if (p->sp == base) return false;
    *out = TAKE(p, base, AstStmtSeq);
    return true;
}

static bool block_raw(Parser *p, AstStmtSeq *out) {
    Token *start = p->t;
    int base = p->sp;
    if (accept(p, TOK_NEWLINE)) {
        if (accept(p, TOK_INDENT)) {
            if (statements(p, out) && accept(p, TOK_DEDENT)) return true;
        } else if (p->invalid) {
            RAISE_INDENT(p, "expected an indented block");
            return false;
        }
        if (!p->failed) reset(p, start);
        return false;
    }
    if (simple_stmts(p)) {
        *out = TAKE(p, base, AstStmtSeq);
        return true;
    }
    p->sp = base;
    if (!p->failed) reset(p, start);
    return false;
}

bool block(Parser *p, AstStmtSeq *out) {
    if (!p->second) {
        if (!deeper(p)) return false;
        bool ok = block_raw(p, out);
        p->depth--;
        return ok;
    }
    AstStmtSeq *seq;
    if (memo_get(p, MEMO_BLOCK, &seq)) {
        if (seq) *out = *seq;
        return seq != NULL;
    }
    if (!deeper(p)) return false;
    Token *start = p->t;
    bool ok = block_raw(p, out);
    if (p->failed) return false;
    p->depth--;
    seq = NULL;
    if (ok) {
        seq = arena_alloc(&p->arena->mem, sizeof *seq);
        *seq = *out;
    }
    memo_put(p, MEMO_BLOCK, start, seq);
    return ok;
}
