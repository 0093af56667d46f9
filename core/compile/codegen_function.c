// SPDX-License-Identifier: MIT
// Everything that becomes a code object of its own: functions, lambdas, classes, generator expressions, annotation scopes, type parameters and
// type aliases (PEP 649, 695, 749).
#include "core/compile/codegen_int.h"
#include "core/object/list.h"

#include <stdio.h>

// ---- units of function scopes

// Registers: parameters first, then the other local names; MAKE_CELL for captured ones.
static void assign_registers(Gen *g, Scope *s, const AstArguments *a) {
    Unit *u = g->u;
    if (a) {
        const AstArgSeq *groups[3] = {&a->posonlyargs, &a->args, &a->kwonlyargs};
        for (int k = 0; k < 3; k++)
            for (int i = 0; i < groups[k]->n; i++) {
                Symbol *y = scope_find(s, mangle(g, groups[k]->items[i]->arg));
                y->reg = local_add(g, y->name, LOCAL_ARG);
            }
        const AstArg *rest[2] = {a->vararg, a->kwarg};
        for (int i = 0; i < 2; i++)
            if (rest[i]) {
                Symbol *y = scope_find(s, mangle(g, rest[i]->arg));
                y->reg = local_add(g, y->name, LOCAL_ARG);
            }
        u->posonly = (uint32_t)a->posonlyargs.n;
        u->argcount = (uint32_t)(a->posonlyargs.n + a->args.n);
        u->kwonly = (uint32_t)a->kwonlyargs.n;
    } else {
        for (Symbol *y = s->first; y; y = y->order)
            if (y->flags & DEF_PARAM) {
                y->reg = local_add(g, y->name, LOCAL_ARG);
                u->argcount++;
            }
    }
    for (uint32_t i = 0; i < u->nlocals; i++) mark_bound(g, (int)i);
    for (Symbol *y = s->first; y; y = y->order)
        if (!(y->flags & DEF_PARAM) && (y->flags & DEF_BOUND) && (y->kind == SYM_LOCAL || y->kind == SYM_CELL)) y->reg = local_add(g, y->name, LOCAL_PLAIN);
    for (Symbol *y = s->first; y; y = y->order)
        if (y->kind == SYM_CELL && y->reg >= 0) u->kinds[y->reg] |= LOCAL_CELL;
    // A deleted parameter is not known to be bound.
    for (Symbol *y = s->first; y; y = y->order)
        if ((y->flags & DEF_PARAM) && (y->flags & SYM_DELETED) && y->reg >= 0) u->bound[y->reg] = 0;
}

static void prologue(Gen *g, Scope *s) {
    Unit *u = g->u;
    u->flags |= CO_OPTIMIZED | CO_NEWLOCALS;
    if (s->nested) u->flags |= CO_NESTED;
    if (s->varargs) u->flags |= CO_VARARGS;
    if (s->varkw) u->flags |= CO_VARKEYWORDS;
    bool async_comp = s->kind == SCOPE_GENEXP && s->is_async_comp;
    if (async_comp || (s->is_coroutine && s->is_generator)) u->flags |= CO_ASYNC_GENERATOR;
    else if (s->is_coroutine || (s->kind == SCOPE_COMPREHENSION && s->is_async_comp)) u->flags |= CO_COROUTINE;
    else if (s->is_generator) u->flags |= CO_GENERATOR;
    if (u->flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) {
        emit(g, OP_RETURN_GENERATOR, 0, 0, 0);
        emit(g, OP_RESUME, 0, 0, 0);
    }
    for (uint32_t i = 0; i < u->nlocals; i++)
        if (u->kinds[i] & LOCAL_CELL) emit(g, OP_MAKE_CELL, (int)i, 0, 0);
}

static AstNode start_node(int line) { return (AstNode){.lineno = line, .end_lineno = line}; }

static int first_line(const AstExprSeq *decorators, const AstStmt *s) { return decorators->n ? decorators->items[0]->lineno : s->lineno; }

static void return_none(Gen *g) {
    if (g->u->dead || g->failed) return;
    // It belongs to no line: tracing shows the one that ran last.
    static const AstNode nowhere = {.lineno = -1};
    AstNode *at = g->u->at;
    set_at(g, &nowhere);
    int k = const_add(g, VALUE_NONE);
    if (k >= 0) emit_bc(g, OP_RETURN_CONST, 0, k);
    g->u->at = at;
}

static AstExpr *docstring_of(const AstStmtSeq *body) {
    if (!body->n || body->items[0]->kind != AST_EXPR) return NULL;
    AstExpr *e = body->items[0]->Expr.value;
    return e->kind == AST_CONSTANT && e->Constant.value.kind == AST_CONST_STR ? e : NULL;
}

static Value function_code(Gen *g, AstStmt *s, Scope *scope) {
    Unit u;
    AstNode at = start_node(first_line(&s->FunctionDef.decorator_list, s));
    if (!unit_enter(g, &u, scope, s->FunctionDef.name, at.lineno, &at)) return unit_leave(g);
    assign_registers(g, scope, s->FunctionDef.args);
    prologue(g, scope);
    if (u.up && u.up->host->kind == SCOPE_CLASS) u.flags |= CO_METHOD;
    AstExpr *doc = docstring_of(&s->FunctionDef.body);
    AstStmtSeq body = s->FunctionDef.body;
    if (doc) {
        if (g->optimize < 2) {
            Value v = clean_docstring(g, &doc->Constant.value);
            if (!v) g->failed = true;
            else if (const_add(g, v) == 0) u.flags |= CO_HAS_DOCSTRING;
        }
        body.items++;
        body.n--;
    }
    stmts(g, &body);
    return_none(g);
    return unit_leave(g);
}

// A tuple of the constants that all defaults are: new reference. False: one is none.
static bool constant_defaults(Gen *g, const AstArguments *a, Value *out) {
    Tuple *t = tuple_new(g->th, (size_t)a->defaults.n);
    bool all = t != NULL;
    for (int i = 0; all && i < a->defaults.n; i++) all = expr_const(g, a->defaults.items[i], &t->items[i]);
    if (!all && t) decref(g->th, VALUE_OF(t));
    *out = VALUE_OF(t);
    return all;
}
// Evaluates defaults: the tuple into *pos, the dict into *kw (REG_NONE where there are none).
static void defaults(Gen *g, const AstArguments *a, int *pos, int *kw) {
    *pos = *kw = REG_NONE;
    int n = a->defaults.n, nkw = 0;
    if (n) {
        *pos = temp_alloc(g, 1);
        Value constant;
        if (constant_defaults(g, a, &constant)) emit_const(g, *pos, constant);
        else {
            int base = temp_alloc(g, n);
            for (int i = 0; i < n; i++) expr_to(g, a->defaults.items[i], base + i);
            emit(g, OP_BUILD_TUPLE, *pos, base, n);
            g->u->top = base - TEMP_BASE;
        }
    }
    for (int i = 0; i < a->kw_defaults.n; i++) nkw += a->kw_defaults.items[i] != NULL;
    if (nkw) {
        *kw = temp_alloc(g, 1);
        int base = temp_alloc(g, 2 * nkw), j = 0;
        for (int i = 0; i < a->kw_defaults.n; i++) {
            if (!a->kw_defaults.items[i]) continue;
            emit_const(g, base + j, new_ref(g->th, name_str(g, mangle(g, a->kwonlyargs.items[i]->arg))));
            expr_to(g, a->kw_defaults.items[i], base + j + 1);
            j += 2;
        }
        emit(g, OP_BUILD_MAP, *kw, base, nkw);
        g->u->top = base - TEMP_BASE;
    }
}

// ---- annotations

static int deferred_begin(Gen *g, Unit *u, Scope *s, AstName *name, const AstNode *at, Value qualname_owned) {
    if (!unit_enter(g, u, s, name, at->lineno, at)) return -1;
    if (qualname_owned) {
        decref(g->th, u->qualname);
        u->qualname = qualname_owned;
    }
    assign_registers(g, s, NULL);
    u->posonly = 1;
    // What signature() shows; the symbol's name can't hide one of the program's. Of evaluate_value() and the like the library makes it so.
    if (name == g->n_annotate) u->locals[0] = ast_name_z(g->arena, "format");
    prologue(g, s);
    // if format > 2: raise NotImplementedError
    Label ok;
    label_init(&ok);
    int t = temp_alloc(g, 1), k = const_add(g, value_imm_int(2));
    emit(g, OP_GT_RK, t, 0, k < 0 ? 0 : k);
    jump(g, OP_JUMP_IF_FALSE, t, &ok);
    emit(g, OP_LOAD_COMMON, t, 1, 0);
    emit(g, OP_RAISE, t, 0, 1);
    label_here(g, &ok);
    u->top = 0;
    return 0;
}

static void annotation_value(Gen *g, AstExpr *e, int dst) {
    if (e->kind == AST_STARRED) { // *args: *Ts
        int saved = g->u->top, t = temp_alloc(g, 1);
        expr_to(g, e->Starred.value, t);
        set_at(g, e);
        emit(g, OP_UNPACK, dst, t, 1);
        g->u->top = saved;
    } else expr_to(g, e, dst);
}

static void annotation_pair(Gen *g, int map, AstName *name, AstExpr *e) {
    int saved = g->u->top, k = temp_alloc(g, 1), v = temp_alloc(g, 1);
    emit_const(g, k, new_ref(g->th, name_str(g, mangle(g, name))));
    if (g->future & CO_FUTURE_ANNOTATIONS) emit_const(g, v, annotation_text(g, e));
    else annotation_value(g, e, v);
    set_at(g, e);
    emit(g, OP_MAP_ADD, map, k, v);
    g->u->top = saved;
}

static bool has_annotations(const AstArguments *a, const AstExpr *returns) {
    const AstArgSeq *groups[3] = {&a->posonlyargs, &a->args, &a->kwonlyargs};
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < groups[k]->n; i++)
            if (groups[k]->items[i]->annotation) return true;
    return returns || (a->vararg && a->vararg->annotation) || (a->kwarg && a->kwarg->annotation);
}
static void annotation_pairs(Gen *g, int map, const AstArguments *a, AstExpr *returns) {
    const AstArgSeq *groups[2] = {&a->posonlyargs, &a->args};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < groups[k]->n; i++)
            if (groups[k]->items[i]->annotation) annotation_pair(g, map, groups[k]->items[i]->arg, groups[k]->items[i]->annotation);
    if (a->vararg && a->vararg->annotation) annotation_pair(g, map, a->vararg->arg, a->vararg->annotation);
    for (int i = 0; i < a->kwonlyargs.n; i++)
        if (a->kwonlyargs.items[i]->annotation) annotation_pair(g, map, a->kwonlyargs.items[i]->arg, a->kwonlyargs.items[i]->annotation);
    if (a->kwarg && a->kwarg->annotation) annotation_pair(g, map, a->kwarg->arg, a->kwarg->annotation);
    if (returns) annotation_pair(g, map, ast_name_z(g->arena, "return"), returns);
}

// The register of the function that makes the annotations, also those kept as text. REG_NONE: there are none.
static int function_annotations(Gen *g, AstStmt *s, Value qualname) {
    AstArguments *a = s->FunctionDef.args;
    if (!has_annotations(a, s->FunctionDef.returns)) return REG_NONE;
    int r = temp_alloc(g, 1);
    Scope *scope = scope_of(&g->st, s, ROLE_ANNOTATIONS);
    Unit u;
    Value code = NO_VALUE;
    if (deferred_begin(g, &u, scope, g->n_annotate, (AstNode *)s, str_format(g->th, "%U.__annotate__", qualname)) == 0) {
        int map = temp_alloc(g, 1);
        emit(g, OP_BUILD_MAP, map, map, 0);
        annotation_pairs(g, map, a, s->FunctionDef.returns);
        emit(g, OP_RETURN, map, 0, 0);
    }
    code = unit_leave(g);
    make_function(g, code, scope, r);
    return r;
}

// Simple annotated assignments of a module or class body, in order; nested blocks included, nested scopes not.
typedef struct AnnList { AstStmt **items; bool *conditional; int n, cap; } AnnList;
static void collect(Gen *g, const AstStmtSeq *q, AnnList *l, bool cond) {
    for (int i = 0; i < q->n; i++) {
        AstStmt *s = q->items[i];
        switch (s->kind) {
        case AST_ANN_ASSIGN:
            if (!s->AnnAssign.simple || s->AnnAssign.target->kind != AST_NAME) break;
            if (l->n == l->cap) {
                int cap = l->cap ? l->cap * 2 : 16;
                AstStmt **items = arena_alloc(&g->arena->mem, (size_t)cap * sizeof *items);
                bool *c = arena_alloc(&g->arena->mem, (size_t)cap);
                if (l->n) {
                    memcpy(items, l->items, (size_t)l->n * sizeof *items);
                    memcpy(c, l->conditional, (size_t)l->n);
                }
                *l = (AnnList){items, c, l->n, cap};
            }
            l->items[l->n] = s;
            l->conditional[l->n++] = cond;
            break;
        case AST_IF: collect(g, &s->If.body, l, true); collect(g, &s->If.orelse, l, true); break;
        case AST_FOR: case AST_ASYNC_FOR: collect(g, &s->For.body, l, true); collect(g, &s->For.orelse, l, true); break;
        case AST_WHILE: collect(g, &s->While.body, l, true); collect(g, &s->While.orelse, l, true); break;
        case AST_WITH: case AST_ASYNC_WITH: collect(g, &s->With.body, l, true); break;
        case AST_TRY: case AST_TRY_STAR:
            collect(g, &s->Try.body, l, true);
            for (int k = 0; k < s->Try.handlers.n; k++) collect(g, &s->Try.handlers.items[k]->body, l, true);
            collect(g, &s->Try.orelse, l, true);
            collect(g, &s->Try.finalbody, l, true);
            break;
        case AST_MATCH:
            for (int k = 0; k < s->Match.cases.n; k++) collect(g, &s->Match.cases.items[k]->body, l, true);
            break;
        default: break;
        }
    }
}

static const AstStmtSeq *body_of(const Scope *s) {
    if (s->kind == SCOPE_CLASS) return &((AstStmt *)s->node)->ClassDef.body;
    AstMod *m = (AstMod *)s->node;
    return m->kind == AST_INTERACTIVE ? &m->Interactive.body : &m->Module.body;
}

int annotation_index(Gen *g, AstStmt *s) {
    AnnList l = {0};
    Scope *host = g->u->host;
    collect(g, body_of(host), &l, host->kind == SCOPE_MODULE);
    for (int i = 0; i < l.n; i++)
        if (l.items[i] == s) return l.conditional[i] ? i : -1;
    return -1;
}

Value annotation_text(Gen *g, AstExpr *e) { return ast_unparse(g->th, e); }

void emit_annotations(Gen *g, const AstStmtSeq *body, Scope *scope, const void *owner) {
    Unit *host = g->u;
    if (!host->host->has_annotations) return;
    if (g->future & CO_FUTURE_ANNOTATIONS) {
        emit(g, OP_SETUP_ANNOTATIONS, 0, 0, 0);
        return;
    }
    if (!scope) return;
    int saved = host->top;
    bool is_class = host->host->kind == SCOPE_CLASS;
    if (host->host->conditional_annotations) {
        int t = temp_alloc(g, 1);
        emit(g, OP_BUILD_SET, t, t, 0);
        if (is_class) emit(g, OP_STORE_DEREF, host->cond_cell_reg, t, 0);
        else name_store(g, g->n_cond, t);
        host->top = saved;
    }
    AnnList l = {0};
    collect(g, body, &l, !is_class);
    Unit u;
    AstNode at = l.n ? *(AstNode *)l.items[0] : start_node(1);
    if (deferred_begin(g, &u, scope, g->n_annotate, &at, NO_VALUE) == 0) {
        int map = temp_alloc(g, 1);
        emit(g, OP_BUILD_MAP, map, map, 0);
        for (int i = 0; i < l.n && !g->failed; i++) {
            Label skip;
            label_init(&skip);
            if (l.conditional[i]) {
                int t = temp_alloc(g, 2);
                set_at(g, l.items[i]);
                emit_const(g, t, value_imm_int(i));
                name_load(g, g->n_cond, t + 1);
                emit(g, OP_IN, t, t, t + 1);
                jump(g, OP_JUMP_IF_FALSE, t, &skip);
                u.top = t - TEMP_BASE;
            }
            set_at(g, l.items[i]);
            annotation_pair(g, map, l.items[i]->AnnAssign.target->Name.id, l.items[i]->AnnAssign.annotation);
            label_here(g, &skip);
        }
        emit(g, OP_RETURN, map, 0, 0);
    }
    Value code = unit_leave(g);
    int f = temp_alloc(g, 1);
    make_function(g, code, scope, f);
    emit(g, OP_STORE_NAME, f, name_add(g, is_class ? g->n_annotate_func : g->n_annotate), 0);
    host->top = saved;
    (void)owner;
}

// ---- type parameters

// A function that evaluates e when asked (bound, constraint, default, alias value), into dst.
static void evaluator(Gen *g, AstExpr *e, Scope *scope, AstName *name, int dst) {
    Unit u;
    if (deferred_begin(g, &u, scope, name, (AstNode *)e, NO_VALUE) == 0) {
        int r = temp_alloc(g, 1);
        annotation_value(g, e, r);
        emit(g, OP_RETURN, r, 0, 0);
    }
    Value code = unit_leave(g);
    make_function(g, code, scope, dst);
    int saved = g->u->top, t = temp_alloc(g, 1);
    emit_const(g, t, tuple_pack1(g->th, value_imm_int(1)));
    emit(g, OP_SET_FUNCTION, dst, t, 1);
    g->u->top = saved;
}

// Makes the type parameters, binds their names, leaves their tuple in dst.
static void type_params(Gen *g, const AstTypeParamSeq *q, int dst) {
    Unit *u = g->u;
    int saved = u->top, base = temp_alloc(g, q->n);
    for (int i = 0; i < q->n; i++) {
        AstTypeParam *p = q->items[i];
        int top = u->top, pair = temp_alloc(g, 2);
        AstName *name = p->TypeVar.name;
        AstExpr *bound = p->kind == AST_TYPE_VAR ? p->TypeVar.bound : NULL;
        AstExpr *dflt = p->kind == AST_TYPE_VAR ? p->TypeVar.default_value : p->kind == AST_PARAM_SPEC ? p->ParamSpec.default_value : p->TypeVarTuple.default_value;
        set_at(g, p);
        emit_const(g, pair, new_ref(g->th, name_str(g, name)));
        if (bound) {
            evaluator(g, bound, scope_of(&g->st, p, ROLE_BOUND), name, pair + 1);
            set_at(g, p);
            emit(g, OP_INTRINSIC2, pair, pair, bound->kind == AST_TUPLE ? INTRINSIC2_TYPEVAR_WITH_CONSTRAINTS : INTRINSIC2_TYPEVAR_WITH_BOUND);
        } else emit(g, OP_INTRINSIC1, pair, pair, p->kind == AST_TYPE_VAR ? INTRINSIC_TYPEVAR : p->kind == AST_PARAM_SPEC ? INTRINSIC_PARAMSPEC : INTRINSIC_TYPEVARTUPLE);
        if (dflt) {
            evaluator(g, dflt, scope_of(&g->st, p, ROLE_DEFAULT), name, pair + 1);
            set_at(g, p);
            emit(g, OP_INTRINSIC2, pair, pair, INTRINSIC2_SET_TYPEPARAM_DEFAULT);
        }
        emit(g, OP_COPY, base + i, pair, 0);
        name_store(g, name, pair);
        u->top = top;
    }
    emit(g, OP_BUILD_TUPLE, dst, base, q->n);
    u->top = saved;
}

static AstName *generic_name(Gen *g, AstName *name) {
    char *buf = arena_alloc(&g->arena->mem, name->len + 32);
    int n = snprintf(buf, name->len + 32, "<generic parameters of %s>", name->text);
    return ast_name(g->arena, buf, (size_t)n);
}

// ---- functions

// The plain function object of s into dst (no decorators, no type parameters).
static void plain_function(Gen *g, AstStmt *s, int dst, int pos, int kw) {
    Scope *scope = scope_of(&g->st, s, ROLE_MAIN);
    Unit *u = g->u;
    int saved = u->top;
    Value code = function_code(g, s, scope);
    if (!code) {
        g->failed = true;
        return;
    }
    Value qualname = new_ref(g->th, AS(Code, code)->qualname);
    set_at(g, s);
    int ann = function_annotations(g, s, qualname);
    decref(g->th, qualname);
    set_at(g, s);
    make_function(g, code, scope, dst);
    if (pos != REG_NONE) emit(g, OP_SET_FUNCTION, dst, pos, 1);
    if (kw != REG_NONE) emit(g, OP_SET_FUNCTION, dst, kw, 2);
    if (ann != REG_NONE) emit(g, OP_SET_FUNCTION, dst, ann, 4);
    u->top = saved;
}

static void apply_decorators(Gen *g, const AstExprSeq *q, int base) {
    for (int i = q->n - 1; i >= 0; i--) {
        set_at(g, q->items[i]);
        emit(g, OP_CALL, base + i, base + i, 1);
    }
}

void stmt_function(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    const AstExprSeq *decos = &s->FunctionDef.decorator_list;
    int saved = u->top, base = temp_alloc(g, decos->n + 1), f = base + decos->n, pos, kw;
    for (int i = 0; i < decos->n; i++) expr_to(g, decos->items[i], base + i);
    set_at(g, s);
    if (s->FunctionDef.type_params.n) {
        // A function around it holds the type parameters; it gets the defaults as arguments.
        Scope *tp = scope_of(&g->st, s, ROLE_TYPE_PARAMS);
        int call = temp_alloc(g, 3);
        defaults(g, s->FunctionDef.args, &pos, &kw);
        int n = 0;
        if (pos != REG_NONE) emit(g, OP_MOVE, call + 1 + n++, pos, 0);
        if (kw != REG_NONE) emit(g, OP_MOVE, call + 1 + n++, kw, 0);
        u->top = call + 3 - TEMP_BASE;
        Unit inner;
        AstNode at = *(AstNode *)s;
        if (unit_enter(g, &inner, tp, generic_name(g, s->FunctionDef.name), s->lineno, &at)) {
            assign_registers(g, tp, NULL);
            prologue(g, tp);
            int pair = temp_alloc(g, 2), d = REG_NONE, k = REG_NONE, reg = 0;
            type_params(g, &s->FunctionDef.type_params, pair + 1);
            if (pos != REG_NONE) {
                d = temp_alloc(g, 1);
                emit(g, OP_MOVE, d, reg++, 0);
            }
            if (kw != REG_NONE) {
                k = temp_alloc(g, 1);
                emit(g, OP_MOVE, k, reg++, 0);
            }
            plain_function(g, s, pair, d, k);
            emit(g, OP_INTRINSIC2, pair, pair, INTRINSIC2_SET_FUNCTION_TYPE_PARAMS);
            emit(g, OP_RETURN, pair, 0, 0);
        }
        Value code = unit_leave(g);
        set_at(g, s);
        make_function(g, code, tp, call);
        emit(g, OP_CALL, f, call, n);
    } else {
        defaults(g, s->FunctionDef.args, &pos, &kw);
        plain_function(g, s, f, pos, kw);
    }
    apply_decorators(g, decos, base);
    set_at(g, s);
    name_store(g, s->FunctionDef.name, base);
    u->top = saved;
}

void expr_lambda(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, pos, kw;
    Scope *scope = scope_of(&g->st, e, ROLE_MAIN);
    int f = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
    defaults(g, e->Lambda.args, &pos, &kw);
    Unit inner;
    AstNode at = *(AstNode *)e;
    if (unit_enter(g, &inner, scope, ast_name_z(g->arena, "<lambda>"), e->lineno, &at)) {
        assign_registers(g, scope, e->Lambda.args);
        prologue(g, scope);
        int r = expr_operand(g, e->Lambda.body);
        set_at(g, e->Lambda.body);
        emit(g, OP_RETURN, r, 0, 0);
    }
    Value code = unit_leave(g);
    set_at(g, e);
    make_function(g, code, scope, f);
    if (pos != REG_NONE) emit(g, OP_SET_FUNCTION, f, pos, 1);
    if (kw != REG_NONE) emit(g, OP_SET_FUNCTION, f, kw, 2);
    if (f != dst) emit(g, OP_MOVE, dst, f, 0);
    u->top = saved;
}

void expr_genexp(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, call = temp_alloc(g, 2);
    Scope *scope = scope_of(&g->st, e, ROLE_MAIN);
    AstComprehensionSeq *gens = e->kind == AST_DICT_COMP ? &e->DictComp.generators : &e->GeneratorExp.generators;
    AstExpr *elt = e->kind == AST_DICT_COMP ? e->DictComp.key : e->GeneratorExp.elt;
    AstExpr *value = e->kind == AST_DICT_COMP ? e->DictComp.value : NULL;
    AstComprehension *first = gens->items[0];
    Unit inner;
    AstNode at = *(AstNode *)e;
    if (unit_enter(g, &inner, scope, scope->name, e->lineno, &at)) {
        assign_registers(g, scope, NULL);
        prologue(g, scope);
        int r = REG_NONE;
        if (e->kind != AST_GENERATOR_EXP) {
            r = temp_alloc(g, 1);
            emit(g, e->kind == AST_DICT_COMP ? OP_BUILD_MAP : e->kind == AST_SET_COMP ? OP_BUILD_SET : OP_BUILD_LIST, r, r, 0);
        }
        comprehension_loop(g, e, gens, 0, scope_find(scope, g->n_iter0)->reg, elt, value, r);
        set_at(g, e);
        if (r != REG_NONE) emit(g, OP_RETURN, r, 0, 0);
        else return_none(g);
    }
    Value code = unit_leave(g);
    set_at(g, e);
    make_function(g, code, scope, call);
    expr_to(g, first->iter, call + 1);
    set_at(g, first->iter);
    emit(g, first->is_async ? OP_GET_AITER : OP_GET_ITER, call + 1, call + 1, 0);
    set_at(g, e);
    bool awaited = e->kind != AST_GENERATOR_EXP && scope->is_async_comp;
    emit(g, OP_CALL, awaited ? call : dst, call, 1);
    if (awaited) emit_await(g, call, dst, 0);
    u->top = saved;
}

// ---- classes

static void class_body(Gen *g, AstStmt *s, Scope *scope, bool generic, int dst) {
    Thread *th = g->th;
    Unit u;
    AstNode at = start_node(first_line(&s->ClassDef.decorator_list, s));
    if (unit_enter(g, &u, scope, s->ClassDef.name, at.lineno, &at)) {
        if (scope->needs_class_cell) {
            u.class_cell_reg = local_add(g, g->n_class, LOCAL_CELL);
            emit(g, OP_MAKE_CELL, u.class_cell_reg, 0, 0);
        }
        if (scope->needs_classdict) {
            u.classdict_cell_reg = local_add(g, g->n_classdict, LOCAL_CELL);
            emit(g, OP_MAKE_CELL, u.classdict_cell_reg, 0, 0);
            int t = temp_alloc(g, 1);
            emit(g, OP_LOAD_CLASSDICT, t, 0, 0);
            emit(g, OP_STORE_DEREF, u.classdict_cell_reg, t, 0);
            u.top = 0;
        }
        if (scope->conditional_annotations && !(g->future & CO_FUTURE_ANNOTATIONS)) {
            u.cond_cell_reg = local_add(g, g->n_cond, LOCAL_CELL);
            emit(g, OP_MAKE_CELL, u.cond_cell_reg, 0, 0);
        }
        int t = temp_alloc(g, 1);
        emit(g, OP_LOAD_NAME, t, name_add(g, ast_name_z(g->arena, "__name__")), 0);
        emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__module__")), 0);
        emit_const(g, t, new_ref(th, u.qualname));
        emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__qualname__")), 0);
        emit_const(g, t, value_imm_int(at.lineno));
        emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__firstlineno__")), 0);
        if (generic) {
            name_load(g, g->n_type_params, t);
            emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__type_params__")), 0);
        }
        u.top = 0;
        AstStmtSeq body = s->ClassDef.body;
        AstExpr *doc = docstring_of(&body);
        if (doc) {
            if (g->optimize < 2) {
                t = temp_alloc(g, 1);
                set_at(g, doc);
                emit_const(g, t, clean_docstring(g, &doc->Constant.value));
                emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__doc__")), 0);
                u.top = 0;
            }
            body.items++;
            body.n--;
        }
        emit_annotations(g, &s->ClassDef.body, scope->annotations, s);
        stmts(g, &body);
        set_at(g, NULL);
        t = temp_alloc(g, 1);
        Value list = u.static_attrs ? sequence_to_list(th, u.static_attrs) : list_new(th, 0);
        Value names = list && list_sort(th, list, VALUE_NONE, false) == 0 ? list_to_tuple(th, AS(List, list)) : NO_VALUE;
        decref(th, list);
        if (names) emit_const(g, t, names);
        else g->failed = true;
        emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__static_attributes__")), 0);
        if (scope->needs_classdict) {
            emit(g, OP_MOVE, t, u.classdict_cell_reg, 0);
            emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__classdictcell__")), 0);
        }
        if (scope->needs_class_cell) {
            int c = temp_alloc(g, 1);
            emit(g, OP_MOVE, t, u.class_cell_reg, 0);
            emit(g, OP_COPY, c, t, 0);
            emit(g, OP_STORE_NAME, c, name_add(g, ast_name_z(g->arena, "__classcell__")), 0);
            emit(g, OP_RETURN, t, 0, 0);
        } else return_none(g);
    }
    Value code = unit_leave(g);
    set_at(g, s);
    make_function(g, code, scope, dst);
}

// The class object into dst.
static void class_object(Gen *g, AstStmt *s, bool generic, int dst) {
    Unit *u = g->u;
    Scope *scope = scope_of(&g->st, s, ROLE_MAIN);
    int saved = u->top, nb = s->ClassDef.bases.n, nk = s->ClassDef.keywords.n;
    bool ex = false;
    for (int i = 0; i < nb; i++) ex |= s->ClassDef.bases.items[i]->kind == AST_STARRED;
    for (int i = 0; i < nk; i++) {
        ex |= s->ClassDef.keywords.items[i]->arg == NULL;
        for (int j = 0; j < i; j++)
            if (s->ClassDef.keywords.items[i]->arg && s->ClassDef.keywords.items[j]->arg == s->ClassDef.keywords.items[i]->arg)
                gen_error(g, s->ClassDef.keywords.items[i], "keyword argument repeated: %s", s->ClassDef.keywords.items[i]->arg->text);
    }
    int base = temp_alloc(g, 3);
    set_at(g, s);
    emit(g, OP_LOAD_BUILD_CLASS, base, 0, 0);
    if (!ex) {
        class_body(g, s, scope, generic, base + 1);
        emit_const(g, base + 2, new_ref(g->th, name_str(g, s->ClassDef.name)));
        int n = 2 + nb + generic, first = temp_alloc(g, nb + generic + nk);
        for (int i = 0; i < nb; i++) expr_to(g, s->ClassDef.bases.items[i], first + i);
        if (generic) name_load(g, g->n_generic_base, first + nb);
        if (nk) {
            Tuple *names = tuple_new(g->th, (size_t)nk);
            if (!names) {
                g->failed = true;
                return;
            }
            for (int i = 0; i < nk; i++) {
                names->items[i] = new_ref(g->th, name_str(g, s->ClassDef.keywords.items[i]->arg));
                expr_to(g, s->ClassDef.keywords.items[i]->value, first + nb + generic + i);
            }
            int k = const_add(g, VALUE_OF(names));
            set_at(g, s);
            emit(g, OP_CALL_KW, dst, base, n + nk);
            emit_word(g, (uint64_t)k);
        } else {
            set_at(g, s);
            emit(g, OP_CALL, dst, base, n);
        }
    } else {
        // (body, name, *bases) and keywords through lists and dicts
        int list = base + 1, map = base + 2, two = temp_alloc(g, 2);
        class_body(g, s, scope, generic, two);
        emit_const(g, two + 1, new_ref(g->th, name_str(g, s->ClassDef.name)));
        emit(g, OP_BUILD_LIST, list, two, 2);
        u->top = two - TEMP_BASE;
        for (int i = 0; i < nb; i++) {
            AstExpr *b = s->ClassDef.bases.items[i];
            int r = expr_operand(g, b->kind == AST_STARRED ? b->Starred.value : b);
            set_at(g, b);
            emit(g, b->kind == AST_STARRED ? OP_LIST_EXTEND : OP_LIST_APPEND, list, r, 0);
            u->top = two - TEMP_BASE;
        }
        if (generic) {
            int r = temp_alloc(g, 1);
            name_load(g, g->n_generic_base, r);
            emit(g, OP_LIST_APPEND, list, r, 0);
            u->top = two - TEMP_BASE;
        }
        emit(g, OP_LIST_TO_TUPLE, list, list, 0);
        if (nk) {
            emit(g, OP_BUILD_MAP, map, map, 0);
            for (int i = 0; i < nk; i++) {
                AstKeyword *k = s->ClassDef.keywords.items[i];
                if (k->arg) {
                    int pair = temp_alloc(g, 2);
                    emit_const(g, pair, new_ref(g->th, name_str(g, k->arg)));
                    expr_to(g, k->value, pair + 1);
                    emit(g, OP_BUILD_MAP, pair, pair, 1);
                    emit(g, OP_DICT_MERGE, map, pair, base);
                } else {
                    int r = expr_operand(g, k->value);
                    emit(g, OP_DICT_MERGE, map, r, base);
                }
                u->top = two - TEMP_BASE;
            }
        }
        set_at(g, s);
        emit(g, OP_CALL_EX, dst, base, nk > 0);
    }
    u->top = saved;
}

void stmt_class(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    const AstExprSeq *decos = &s->ClassDef.decorator_list;
    int saved = u->top, base = temp_alloc(g, decos->n + 1), c = base + decos->n;
    for (int i = 0; i < decos->n; i++) expr_to(g, decos->items[i], base + i);
    set_at(g, s);
    if (s->ClassDef.type_params.n) {
        Scope *tp = scope_of(&g->st, s, ROLE_TYPE_PARAMS);
        int call = temp_alloc(g, 1);
        Unit inner;
        AstNode at = *(AstNode *)s;
        if (unit_enter(g, &inner, tp, generic_name(g, s->ClassDef.name), s->lineno, &at)) {
            assign_registers(g, tp, NULL);
            prologue(g, tp);
            int t = temp_alloc(g, 2);
            type_params(g, &s->ClassDef.type_params, t);
            emit(g, OP_COPY, t + 1, t, 0);
            name_store(g, g->n_type_params, t + 1);
            emit(g, OP_INTRINSIC1, t, t, INTRINSIC_SUBSCRIPT_GENERIC);
            name_store(g, g->n_generic_base, t);
            class_object(g, s, true, t);
            emit(g, OP_RETURN, t, 0, 0);
        }
        Value code = unit_leave(g);
        set_at(g, s);
        make_function(g, code, tp, call);
        emit(g, OP_CALL, c, call, 0);
    } else class_object(g, s, false, c);
    apply_decorators(g, decos, base);
    set_at(g, s);
    name_store(g, s->ClassDef.name, base);
    u->top = saved;
}

// ---- type aliases

static void alias_object(Gen *g, AstStmt *s, bool generic, int dst) {
    Unit *u = g->u;
    int saved = u->top, three = temp_alloc(g, 3);
    AstName *name = s->TypeAlias.name->Name.id;
    emit_const(g, three, new_ref(g->th, name_str(g, name)));
    if (generic) type_params(g, &s->TypeAlias.type_params, three + 1);
    else emit_none(g, three + 1);
    evaluator(g, s->TypeAlias.value, scope_of(&g->st, s, ROLE_MAIN), name, three + 2);
    set_at(g, s);
    emit(g, OP_BUILD_TUPLE, three, three, 3);
    emit(g, OP_INTRINSIC1, dst, three, INTRINSIC_TYPEALIAS);
    u->top = saved;
}

void stmt_type_alias(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int saved = u->top, r = temp_alloc(g, 1);
    if (s->TypeAlias.type_params.n) {
        Scope *tp = scope_of(&g->st, s, ROLE_TYPE_PARAMS);
        Unit inner;
        AstNode at = *(AstNode *)s;
        if (unit_enter(g, &inner, tp, generic_name(g, s->TypeAlias.name->Name.id), s->lineno, &at)) {
            assign_registers(g, tp, NULL);
            prologue(g, tp);
            int t = temp_alloc(g, 1);
            alias_object(g, s, true, t);
            emit(g, OP_RETURN, t, 0, 0);
        }
        Value code = unit_leave(g);
        set_at(g, s);
        make_function(g, code, tp, r);
        emit(g, OP_CALL, r, r, 0);
    } else alias_object(g, s, false, r);
    set_at(g, s);
    name_store(g, s->TypeAlias.name->Name.id, r);
    u->top = saved;
}
