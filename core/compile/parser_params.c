// SPDX-License-Identifier: MIT
// Parser: parameters of functions and lambdas, type parameters, and the mistakes made there.
#include "core/compile/parser_int.h"

AstArguments *empty_arguments(Parser *p) {
    return ast_node_new(p->arena, AST_ARGUMENTS);
}

static int end_type(bool lambda) {
    return lambda ? TOK_COLON : TOK_RPAR;
}

// A parameter's name and annotation; star: `*args: *Ts` may come.
static AstArg *param(Parser *p, bool lambda, bool star) {
    Token *start = p->t;
    if (!at(p, TOK_NAME)) return NULL;
    AstName *name = token_name(p, start);
    advance(p);
    AstExpr *annotation = NULL;
    if (!lambda && at(p, TOK_COLON)) {
        advance(p);
        if (star && at(p, TOK_STAR)) annotation = star_expression(p);
        else annotation = expression(p);
        if (!annotation) {
            if (!p->failed) reset(p, start);
            return NULL;
        }
    }
    AstArg *arg = ast_node_new(p->arena, AST_ARG);
    SET_POS(p, arg, start->lineno, start->col);
    arg->arg = name;
    arg->annotation = annotation;
    return arg;
}

// '=' expression.
static AstExpr *default_value(Parser *p) {
    Token *start = p->t;
    if (!accept(p, TOK_EQUAL)) return NULL;
    AstExpr *e = expression(p);
    if (p->failed) return NULL;
    if (e) return e;
    if (p->invalid && (at(p, TOK_COMMA) || at(p, TOK_RPAR)))
        return RAISE_TOKEN(p, start, "expected default value expression");
    reset(p, start);
    return NULL;
}

// What follows a parameter: a comma, or the end. Attaches a type comment.
static bool param_end(Parser *p, bool lambda, AstArg *arg) {
    if (accept(p, TOK_COMMA)) {
        if (!lambda && at(p, TOK_TYPE_COMMENT) && arg) arg->type_comment = type_comment(p);
        return true;
    }
    if (!lambda && at(p, TOK_TYPE_COMMENT) && arg) arg->type_comment = type_comment(p);
    return at(p, end_type(lambda));
}

// ---- matchers for the invalid_* rules: true and past it, or false and unmoved ----

static AstArg *match_param(Parser *p, bool lambda, int with_default) { // 0: without, 1: with, 2: either
    Token *start = p->t;
    AstArg *arg = param(p, lambda, false);
    if (p->failed) return NULL;
    if (arg) {
        AstExpr *value = NULL;
        if (with_default) value = default_value(p);
        if (p->failed) return NULL;
        if ((with_default != 1 || value) && param_end(p, lambda, arg)) return arg;
    }
    reset(p, start);
    return NULL;
}

static int match_params(Parser *p, bool lambda, int with_default) {
    int n = 0;
    while (match_param(p, lambda, with_default)) n++;
    return n;
}

static bool match_slash(Parser *p, bool lambda) {
    Token *start = p->t;
    if (accept(p, TOK_SLASH) && (accept(p, TOK_COMMA) || at(p, end_type(lambda)))) return true;
    reset(p, start);
    return false;
}

static bool slash_no_default(Parser *p, bool lambda) {
    Token *start = p->t;
    if (match_params(p, lambda, 0) && !p->failed && match_slash(p, lambda)) return true;
    if (!p->failed) reset(p, start);
    return false;
}

static bool slash_with_default(Parser *p, bool lambda) {
    Token *start = p->t;
    match_params(p, lambda, 0);
    if (p->failed) return false;
    if (match_params(p, lambda, 1) && !p->failed && match_slash(p, lambda)) return true;
    if (!p->failed) reset(p, start);
    return false;
}

void invalid_parameters(Parser *p, bool lambda) {
    Token *start = p->t;
#define STOP_IF_FAILED \
    if (p->failed) return
    if (at(p, TOK_SLASH) && peek(p) == TOK_COMMA) {
        RAISE_TOKEN(p, start, "at least one argument must precede /");
        return;
    }
    bool slash = slash_no_default(p, lambda);
    STOP_IF_FAILED;
    if (!slash) slash = slash_with_default(p, lambda);
    STOP_IF_FAILED;
    if (slash) {
        match_params(p, lambda, 2);
        STOP_IF_FAILED;
        if (at(p, TOK_SLASH)) {
            RAISE_TOKEN(p, p->t, "/ may appear only once");
            return;
        }
    }
    reset(p, start);
    slash_no_default(p, lambda);
    STOP_IF_FAILED;
    match_params(p, lambda, 0);
    STOP_IF_FAILED;
    bool helper = slash_with_default(p, lambda);
    STOP_IF_FAILED;
    if (!helper) helper = match_params(p, lambda, 1) > 0;
    STOP_IF_FAILED;
    if (helper) {
        AstArg *arg = match_param(p, lambda, 0);
        STOP_IF_FAILED;
        if (arg) {
            RAISE_NODE(p, arg, "parameter without a default follows parameter with a default");
            return;
        }
    }
    reset(p, start);
    match_params(p, lambda, 0);
    STOP_IF_FAILED;
    if (at(p, TOK_LPAR)) {
        Token *open = p->t;
        advance(p);
        bool inner;
        if (lambda) {
            inner = accept(p, TOK_NAME);
            while (inner && at(p, TOK_COMMA) && peek(p) == TOK_NAME) {
                advance(p);
                advance(p);
            }
        } else {
            inner = match_params(p, lambda, 0) > 0;
            STOP_IF_FAILED;
        }
        if (inner) {
            accept(p, TOK_COMMA);
            if (at(p, TOK_RPAR)) {
                RAISE_TOKENS(p, open, p->t,
                             lambda ? "Lambda expression parameters cannot be parenthesized"
                                    : "Function parameters cannot be parenthesized");
                return;
            }
        }
    }
    reset(p, start);
    slash = slash_no_default(p, lambda);
    STOP_IF_FAILED;
    if (!slash) slash_with_default(p, lambda);
    STOP_IF_FAILED;
    match_params(p, lambda, 2);
    STOP_IF_FAILED;
    if (accept(p, TOK_STAR)) {
        bool ok = accept(p, TOK_COMMA) || match_param(p, lambda, 0);
        STOP_IF_FAILED;
        if (ok) {
            match_params(p, lambda, 2);
            STOP_IF_FAILED;
            if (at(p, TOK_SLASH)) {
                RAISE_TOKEN(p, p->t, "/ must be ahead of *");
                return;
            }
        }
    }
    reset(p, start);
    int n = match_params(p, lambda, 2);
    STOP_IF_FAILED;
    if (n && accept(p, TOK_SLASH) && at(p, TOK_STAR)) {
        RAISE_TOKEN(p, p->t, "expected comma between / and *");
        return;
    }
    reset(p, start);
}

// At a '*' in a parameter list.
static void invalid_star_etc(Parser *p, bool lambda) {
    Token *star = p->t;
    int next = peek(p);
    if (next == end_type(lambda)) {
        if (lambda) {
            RAISE(p, "named arguments must follow bare *");
        } else {
            RAISE_TOKEN(p, star, "named arguments must follow bare *");
        }
        return;
    }
    advance(p);
    if (accept(p, TOK_COMMA)) {
        if (at(p, end_type(lambda)) || at(p, TOK_DOUBLESTAR)) {
            if (lambda) {
                RAISE(p, "named arguments must follow bare *");
            } else {
                RAISE_TOKEN(p, star, "named arguments must follow bare *");
            }
            return;
        }
        if (at(p, TOK_TYPE_COMMENT)) {
            RAISE(p, "bare * has associated type comment");
            return;
        }
    }
    reset(p, star + 1);
    AstArg *arg = param(p, lambda, false);
    STOP_IF_FAILED;
    if (arg && at(p, TOK_EQUAL)) {
        RAISE_TOKEN(p, p->t, "var-positional argument cannot have default value");
        return;
    }
    reset(p, star + 1);
    bool ok = match_param(p, lambda, 0) != NULL;
    STOP_IF_FAILED;
    if (!ok) ok = accept(p, TOK_COMMA);
    if (ok) {
        match_params(p, lambda, 2);
        STOP_IF_FAILED;
        if (at(p, TOK_STAR)) {
            Token *again = p->t;
            advance(p);
            ok = match_param(p, lambda, 0) != NULL;
            STOP_IF_FAILED;
            if (ok || accept(p, TOK_COMMA)) {
                RAISE_TOKEN(p, again, "* argument may appear only once");
                return;
            }
        }
    }
    reset(p, star);
}

// At a '**' in a parameter list.
static void invalid_kwds(Parser *p, bool lambda) {
    Token *stars = p->t;
    advance(p);
    AstArg *arg = param(p, lambda, false);
    STOP_IF_FAILED;
    if (arg && at(p, TOK_EQUAL)) {
        RAISE_TOKEN(p, p->t, "var-keyword argument cannot have default value");
        return;
    }
    if (arg && accept(p, TOK_COMMA)) {
        AstArg *more = param(p, lambda, false);
        STOP_IF_FAILED;
        if (more) {
            RAISE_NODE(p, more, "arguments cannot follow var-keyword argument");
            return;
        }
        if (at(p, TOK_STAR) || at(p, TOK_DOUBLESTAR) || at(p, TOK_SLASH)) {
            RAISE_TOKEN(p, p->t, "arguments cannot follow var-keyword argument");
            return;
        }
    }
    reset(p, stars);
}

// ---- the rule itself ----


// Reads parameters up to the end token (not read). NULL: no match.
AstArguments *parameters(Parser *p, bool lambda) {
    if (p->invalid) {
        invalid_parameters(p, lambda);
        if (p->failed) return NULL;
    }
    AstArguments *a = empty_arguments(p);
    // The stack holds (arg, default) pairs of the group being read.
    int base = p->sp, end = end_type(lambda);
    bool seen_slash = false, seen_default = false, star = false;
    int nposonly = 0, npos = 0, ndefaults = 0, nkwonly = 0;
    while (!at(p, end)) {
        if (at(p, TOK_SLASH)) {
            if (seen_slash || star || !npos) goto fail;
            advance(p);
            seen_slash = true;
            nposonly = npos;
            if (!accept(p, TOK_COMMA) && !at(p, end)) goto fail;
        } else if (at(p, TOK_STAR)) {
            if (star) goto fail;
            if (p->invalid) {
                invalid_star_etc(p, lambda);
                if (p->failed) return NULL;
            }
            star = true;
            advance(p);
            if (accept(p, TOK_COMMA)) {
                if (!at(p, TOK_NAME)) goto fail; // a bare star needs a parameter after it
            } else {
                a->vararg = param(p, lambda, true);
                if (!a->vararg || !param_end(p, lambda, a->vararg)) goto fail;
            }
        } else if (at(p, TOK_DOUBLESTAR)) {
            if (p->invalid) {
                invalid_kwds(p, lambda);
                if (p->failed) return NULL;
            }
            advance(p);
            a->kwarg = param(p, lambda, false);
            if (!a->kwarg || !param_end(p, lambda, a->kwarg)) goto fail;
            if (!at(p, end)) goto fail;
        } else {
            AstArg *arg = param(p, lambda, false);
            if (!arg) goto fail;
            AstExpr *value = NULL;
            if (at(p, TOK_EQUAL)) {
                value = default_value(p);
                if (!value) goto fail;
            }
            if (!param_end(p, lambda, arg)) goto fail;
            push(p, arg);
            push(p, value);
            if (star) {
                nkwonly++;
            } else {
                if (value) {
                    seen_default = true;
                    ndefaults++;
                } else if (seen_default) {
                    goto fail;
                }
                npos++;
            }
        }
    }
    void **items = p->stack + base;
    if (npos) {
        AstArg **args = arena_alloc(&p->arena->mem, (size_t)npos * sizeof *args);
        for (int i = 0; i < npos; i++) args[i] = items[i * 2];
        if (nposonly) a->posonlyargs = (AstArgSeq){nposonly, args};
        if (npos > nposonly) a->args = (AstArgSeq){npos - nposonly, args + nposonly};
        if (ndefaults) {
            AstExpr **defaults = arena_alloc(&p->arena->mem, (size_t)ndefaults * sizeof *defaults);
            for (int i = 0; i < ndefaults; i++) defaults[i] = items[(npos - ndefaults + i) * 2 + 1];
            a->defaults = (AstExprSeq){ndefaults, defaults};
        }
    }
    if (nkwonly) {
        AstArg **args = arena_alloc(&p->arena->mem, (size_t)nkwonly * sizeof *args);
        AstExpr **defaults = arena_alloc(&p->arena->mem, (size_t)nkwonly * sizeof *defaults);
        for (int i = 0; i < nkwonly; i++) {
            args[i] = items[(npos + i) * 2];
            defaults[i] = items[(npos + i) * 2 + 1];
        }
        a->kwonlyargs = (AstArgSeq){nkwonly, args};
        a->kw_defaults = (AstExprSeq){nkwonly, defaults};
    }
    p->sp = base;
    if (seen_slash && !check_version(p, 8, "Positional-only parameters are")) return NULL;
    return a;
fail:
    p->sp = base;
    return NULL;
}

AstExpr *lambdef(Parser *p) {
    Token *start = p->t;
    if (!accept(p, KW_LAMBDA)) return NULL;
    AstExpr *e = NULL;
    if (p->second && memo_get(p, MEMO_LAMBDA, &e)) return e;
    p->depth++;
    if (!deeper(p)) return NULL;
    Token *after = p->t;
    AstArguments *args = NULL;
    if (!at(p, TOK_COLON) || p->invalid) args = parameters(p, true);
    if (p->failed) return NULL;
    if (!args) {
        reset(p, after);
        args = empty_arguments(p);
    }
    AstExpr *body = NULL;
    if (accept(p, TOK_COLON)) body = expression(p);
    if (p->failed) return NULL;
    p->depth -= 2;
    if (body) {
        e = expr_from(p, AST_LAMBDA, start);
        e->Lambda.args = args;
        e->Lambda.body = body;
        return p->second ? memo_put(p, MEMO_LAMBDA, after, e) : e;
    }
    reset(p, start);
    return NULL;
}

// ---- type parameters ----

static AstTypeParam *type_param(Parser *p) {
    Token *start = p->t;
    AstKind kind = at(p, TOK_STAR)         ? AST_TYPE_VAR_TUPLE
                   : at(p, TOK_DOUBLESTAR) ? AST_PARAM_SPEC
                                           : AST_TYPE_VAR;
    if (kind != AST_TYPE_VAR) advance(p);
    if (!at(p, TOK_NAME)) return NULL;
    AstName *name = token_name(p, p->t);
    advance(p);
    AstExpr *bound = NULL, *value = NULL;
    if (at(p, TOK_COLON)) {
        Token *colon = p->t;
        if (kind == AST_TYPE_VAR) {
            advance(p);
            bound = expression(p);
            if (!bound) return NULL;
        } else if (p->invalid) {
            advance(p);
            AstExpr *e = expression(p);
            if (p->failed) return NULL;
            if (e) {
                return RAISE_FROM_TOKEN(p, colon, "cannot use %s with %s",
                                        e->kind == AST_TUPLE ? "constraints" : "bound",
                                        kind == AST_PARAM_SPEC ? "ParamSpec" : "TypeVarTuple");
            }
            reset(p, colon);
        }
    }
    if (at(p, TOK_EQUAL)) {
        advance(p);
        value = kind == AST_TYPE_VAR_TUPLE ? star_expression(p) : expression(p);
        if (!value) return NULL;
        if (!check_version(p, 13, "Type parameter defaults are")) return NULL;
    }
    AstTypeParam *t = ast_node_new(p->arena, kind);
    SET_POS(p, t, start->lineno, start->col);
    if (kind == AST_TYPE_VAR) {
        t->TypeVar.name = name;
        t->TypeVar.bound = bound;
        t->TypeVar.default_value = value;
    } else {
        t->ParamSpec.name = name;
        t->ParamSpec.default_value = value;
    }
    return t;
}

bool type_params(Parser *p, AstTypeParamSeq *out) {
    Token *start = p->t;
    if (!accept(p, TOK_LSQB)) return false;
    if (p->invalid && at(p, TOK_RSQB)) {
        RAISE_FROM_TOKEN(p, p->t, "Type parameter list cannot be empty");
        return false;
    }
    int base = p->sp;
    for (;;) {
        Token *before = p->t;
        AstTypeParam *t = type_param(p);
        if (p->failed) return false;
        if (!t) {
            reset(p, before);
            break;
        }
        push(p, t);
        if (!accept(p, TOK_COMMA)) break;
        if (at(p, TOK_RSQB)) break;
    }
    if (p->sp > base && accept(p, TOK_RSQB)) {
        if (!check_version(p, 12, "Type parameter lists are")) return false;
        *out = TAKE(p, base, AstTypeParamSeq);
        return true;
    }
    p->sp = base;
    reset(p, start);
    return false;
}
