// SPDX-License-Identifier: MIT
// Scope building in two passes: 1. walk the tree, noting in every scope which names are bound, used and declared; 2. resolve each name by
// walking outwards, marking captured names as cells and threading them through the closures between. Comprehensions that run inlined
// (PEP 709) resolve their foreign names in their host. Called by the code generator only.
#include <stdlib.h>

#include "core/compile/scope.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct Builder {
    ScopeTable *t;
    Scope *cur;
    AstArena *arena;
    AstName *n_super, *n_class, *n_classdict, *n_iter0, *n_format, *n_debug, *n_annotations_set;
    int comp_iter_depth; // > 0: inside the iterable of a comprehension
    bool unevaluated;    // in an annotation that is never run: looked through for errors only
} Builder;

static bool too_deep(Builder *b) {
    if ((char *)__builtin_frame_address(0) > b->t->stack_limit) return false;
    return b->t->recursion = b->t->failed = true;
}

static bool fail(Builder *b, const void *where, const char *fmt, ...) {
    if (b->t->failed) return false;
    char buf[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    b->t->failed = true;
    b->t->message = arena_copy(&b->arena->mem, buf, strlen(buf));
    b->t->where = (AstNode *)where;
    return false;
}

// ---- tables

static void map_put(ScopeTable *t, const void *node, int role, Scope *s) {
    if (t->n * 2 >= t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        ScopeMapEntry *map = arena_zalloc(&t->arena->mem, cap * sizeof *map), *old = t->map;
        size_t oldcap = t->cap;
        t->map = map;
        t->cap = cap;
        t->n = 0;
        for (size_t i = 0; i < oldcap; i++)
            if (old[i].node) map_put(t, old[i].node, old[i].role, old[i].scope);
    }
    size_t i = (((uintptr_t)node >> 3) * 31 + (size_t)role) * 0x9E3779B97F4A7C15u >> 20 & (t->cap - 1);
    while (t->map[i].node) i = (i + 1) & (t->cap - 1);
    t->map[i] = (ScopeMapEntry){node, role, s};
    t->n++;
}

Scope *scope_of(const ScopeTable *t, const void *node, ScopeRole role) {
    if (!t->cap) return NULL;
    size_t i = (((uintptr_t)node >> 3) * 31 + (size_t)role) * 0x9E3779B97F4A7C15u >> 20 & (t->cap - 1);
    for (; t->map[i].node; i = (i + 1) & (t->cap - 1))
        if (t->map[i].node == node && t->map[i].role == (int)role) return t->map[i].scope;
    return NULL;
}

static size_t bucket_of(const Scope *s, const AstName *name) { return ((uintptr_t)name >> 4) * 0x9E3779B97F4A7C15u >> 32 & (s->nbuckets - 1); }

Symbol *scope_find(const Scope *s, const AstName *name) {
    if (!s->nbuckets) return NULL;
    for (Symbol *y = s->buckets[bucket_of(s, name)]; y; y = y->next)
        if (y->name == name) return y;
    return NULL;
}

static Symbol *symbol_get(Builder *b, Scope *s, AstName *name) {
    Symbol *y = scope_find(s, name);
    if (y) return y;
    if (s->nsymbols >= s->nbuckets) {
        uint32_t n = s->nbuckets ? s->nbuckets * 4 : 8;
        s->buckets = arena_zalloc(&b->arena->mem, n * sizeof *s->buckets);
        s->nbuckets = n;
        for (Symbol *p = s->first; p; p = p->order) {
            size_t i = bucket_of(s, p->name);
            p->next = s->buckets[i];
            s->buckets[i] = p;
        }
    }
    y = arena_zalloc(&b->arena->mem, sizeof *y);
    y->name = name;
    y->reg = -1;
    size_t i = bucket_of(s, name);
    y->next = s->buckets[i];
    s->buckets[i] = y;
    if (s->last) s->last->order = y;
    else s->first = y;
    s->last = y;
    s->nsymbols++;
    return y;
}

static bool is_type_param(const AstTypeParamSeq *q, const AstName *name) {
    for (int i = 0; i < q->n; i++) if (q->items[i]->TypeVar.name == name) return true;   // first member of all three kinds
    return false;
}
AstName *scope_mangle(AstArena *arena, const Scope *s, AstName *name) {
    const AstName *cls = s->private_name;
    if (!cls || name->len < 3 || name->text[0] != '_' || name->text[1] != '_') return name;
    if (name->text[name->len - 1] == '_' && name->text[name->len - 2] == '_') return name;
    if (memchr(name->text, '.', name->len) || (s->mangled && !is_type_param(s->mangled, name))) return name;
    const char *c = cls->text;
    size_t cn = cls->len;
    while (cn && *c == '_') c++, cn--;
    if (!cn) return name;
    char *buf = arena_alloc(&arena->mem, cn + name->len + 1);
    buf[0] = '_';
    memcpy(buf + 1, c, cn);
    memcpy(buf + 1 + cn, name->text, name->len);
    return ast_name(arena, buf, cn + 1 + name->len);
}

static Scope *scope_enter(Builder *b, ScopeKind kind, ScopeRole role, const void *node, AstName *name) {
    Scope *s = arena_zalloc(&b->arena->mem, sizeof *s);
    s->kind = kind;
    s->role = role;
    s->node = (AstNode *)node;
    s->name = name;
    s->parent = b->cur;
    if (b->cur) {
        s->private_name = b->cur->private_name;
        s->mangled = b->cur->mangled;
        s->nested = b->cur->nested || scope_is_function_like(b->cur);
        bool annotation_like = kind == SCOPE_ANNOTATIONS || kind == SCOPE_TYPE_PARAMS || kind == SCOPE_TYPE_ALIAS || kind == SCOPE_TYPE_VAR;
        if (annotation_like && (b->cur->kind == SCOPE_CLASS || b->cur->can_see_class)) s->can_see_class = true;
        if (b->cur->last_child) b->cur->last_child->sibling = s;
        else b->cur->first_child = s;
        b->cur->last_child = s;
    }
    if (kind == SCOPE_COMPREHENSION) {
        Scope *p = s->parent;
        s->inlined = p->kind == SCOPE_FUNCTION || p->kind == SCOPE_LAMBDA || p->kind == SCOPE_MODULE || p->kind == SCOPE_GENEXP || (p->kind == SCOPE_COMPREHENSION);
    }
    map_put(b->t, node, role, s);
    b->cur = s;
    return s;
}
static void scope_leave(Builder *b) { b->cur = b->cur->parent; }

static bool comp_like(const Scope *s) { return s->kind == SCOPE_COMPREHENSION || s->kind == SCOPE_GENEXP; }

static bool define(Builder *b, AstName *raw, uint32_t flag, const void *where) {
    Scope *s = b->cur;
    AstName *name = scope_mangle(b->arena, s, raw);
    Symbol *y = symbol_get(b, s, name);
    if (!y->where) y->where = (AstNode *)where;
    if ((flag & DEF_PARAM) && (y->flags & DEF_PARAM)) return fail(b, where, "duplicate argument '%s' in function definition", name->text);
    if ((flag & DEF_TYPE_PARAM) && (y->flags & DEF_TYPE_PARAM)) return fail(b, where, "duplicate type parameter '%s'", name->text);
    if ((flag & DEF_BOUND) && comp_like(s) && (y->flags & SYM_WALRUS) && (flag & DEF_COMP_ITER))
        return fail(b, where, "comprehension inner loop cannot rebind assignment expression target '%s'", name->text);
    y->flags |= flag;
    return true;
}
static bool use(Builder *b, AstName *raw, const void *where) {
    if (b->unevaluated) return true;
    if (!define(b, raw, SYM_USE, where)) return false;
    // super and __class__ in a function inside a class need its cell
    if (raw == b->n_super && (b->cur->kind == SCOPE_FUNCTION || b->cur->kind == SCOPE_LAMBDA || comp_like(b->cur))) {
        symbol_get(b, b->cur, b->n_class)->flags |= SYM_USE;
    }
    return true;
}

static bool forbidden(Builder *b, AstName *name, const void *where, bool del) {
    if (name == b->n_debug) return !fail(b, where, del ? "cannot delete __debug__" : "cannot assign to __debug__");
    return false;
}

// ---- pass 1

static bool visit_stmts(Builder *b, const AstStmtSeq *q);
static bool visit_stmt(Builder *b, AstStmt *s);
static bool visit_expr(Builder *b, AstExpr *e);
static bool visit_exprs(Builder *b, const AstExprSeq *q) {
    for (int i = 0; i < q->n; i++)
        if (q->items[i] && !visit_expr(b, q->items[i])) return false;
    return true;
}

static const char *annotation_place(const Scope *s) {
    switch (s->kind) {
    case SCOPE_ANNOTATIONS: return "an annotation";
    case SCOPE_TYPE_VAR: return s->name ? s->name->text : "a TypeVar bound";
    case SCOPE_TYPE_ALIAS: return "a type alias";
    case SCOPE_TYPE_PARAMS: return "the definition of a generic";
    default: return NULL;
    }
}
static bool not_in_annotation(Builder *b, const char *what, const void *where) {
    const char *place = annotation_place(b->cur);
    if (place) return fail(b, where, "%s cannot be used within %s", what, place);
    return true;
}

static bool visit_annotation(Builder *b, AstExpr *e, const void *owner, bool evaluated) {
    // Annotations live in the owner's annotation scope, made at the first one.
    Scope *host = b->cur, *a = scope_of(b->t, owner, ROLE_ANNOTATIONS);
    if (!a) {
        a = scope_enter(b, SCOPE_ANNOTATIONS, ROLE_ANNOTATIONS, owner, ast_name_z(b->arena, "__annotate__"));
        a->nested = host->nested || scope_is_function_like(host);
        Symbol *y = symbol_get(b, a, b->n_format);
        y->flags |= DEF_PARAM | SYM_USE;
    }
    bool saved = b->unevaluated;
    b->cur = a;
    b->unevaluated |= !evaluated;
    bool ok = visit_expr(b, e);
    b->unevaluated = saved;
    b->cur = host;
    return ok;
}
// What code generation says of the comprehensions in what it sees.
static bool unevaluated_comprehension(Builder *b, const AstExpr *e, const AstComprehensionSeq *generators) {
    if (!b->unevaluated || e->kind == AST_GENERATOR_EXP) return true;
    Scope *s = b->cur;
    while (s->kind == SCOPE_COMPREHENSION) s = s->parent;
    if (s->kind == SCOPE_GENEXP) return true;
    for (int i = 0; i < generators->n; i++)
        if (generators->items[i]->is_async) return fail(b, e, "asynchronous comprehension outside of an asynchronous function");
    return true;
}

static bool visit_type_param_part(Builder *b, AstExpr *e, const AstTypeParam *p, ScopeRole role, const char *what) {
    if (!e) return true;
    Scope *s = scope_enter(b, SCOPE_TYPE_VAR, role, p, ast_name_z(b->arena, what));
    symbol_get(b, s, b->n_format)->flags |= DEF_PARAM | SYM_USE;
    if (!visit_expr(b, e)) return false;
    scope_leave(b);
    return true;
}
static bool visit_type_params(Builder *b, const AstTypeParamSeq *q) {
    bool had_default = false;
    for (int i = 0; i < q->n; i++) {
        AstTypeParam *p = q->items[i];
        AstName *name = p->TypeVar.name; // first member of all three
        if (name == b->n_debug) return !forbidden(b, name, p, false);
        if (name == b->n_classdict) return fail(b, p, "reserved name '%s' cannot be used for type parameter", name->text);
        if (!define(b, name, DEF_TYPE_PARAM | DEF_LOCAL, p)) return false;
        AstExpr *dflt = NULL;
        if (p->kind == AST_TYPE_VAR) {
            dflt = p->TypeVar.default_value;
            AstExpr *bound = p->TypeVar.bound;
            if (bound && !visit_type_param_part(b, bound, p, ROLE_BOUND, bound->kind == AST_TUPLE ? "a TypeVar constraint" : "a TypeVar bound")) return false;
            if (!visit_type_param_part(b, dflt, p, ROLE_DEFAULT, "a TypeVar default")) return false;
        } else if (p->kind == AST_PARAM_SPEC) {
            dflt = p->ParamSpec.default_value;
            if (!visit_type_param_part(b, dflt, p, ROLE_DEFAULT, "a ParamSpec default")) return false;
        } else {
            dflt = p->TypeVarTuple.default_value;
            if (!visit_type_param_part(b, dflt, p, ROLE_DEFAULT, "a TypeVarTuple default")) return false;
        }
        if (dflt) had_default = true;
        else if (had_default) return fail(b, p, "non-default type parameter '%s' follows default type parameter", name->text);
    }
    return true;
}

static bool visit_params(Builder *b, AstArguments *a) {
    AstArgSeq *groups[3] = {&a->posonlyargs, &a->args, &a->kwonlyargs};
    for (int g = 0; g < 3; g++)
        for (int i = 0; i < groups[g]->n; i++) {
            AstArg *p = groups[g]->items[i];
            if (forbidden(b, p->arg, p, false) || !define(b, p->arg, DEF_PARAM, p)) return false;
        }
    if (a->vararg) {
        if (forbidden(b, a->vararg->arg, a->vararg, false) || !define(b, a->vararg->arg, DEF_PARAM, a->vararg)) return false;
        b->cur->varargs = true;
    }
    if (a->kwarg) {
        if (forbidden(b, a->kwarg->arg, a->kwarg, false) || !define(b, a->kwarg->arg, DEF_PARAM, a->kwarg)) return false;
        b->cur->varkw = true;
    }
    return true;
}
static bool visit_param_annotations(Builder *b, AstArguments *a, AstExpr *returns, const void *owner) {
    AstArgSeq *groups[3] = {&a->posonlyargs, &a->args, &a->kwonlyargs};
    bool evaluated = !b->t->future_annotations;
    for (int g = 0; g < 2; g++)
        for (int i = 0; i < groups[g]->n; i++)
            if (groups[g]->items[i]->annotation && !visit_annotation(b, groups[g]->items[i]->annotation, owner, evaluated)) return false;
    if (a->vararg && a->vararg->annotation && !visit_annotation(b, a->vararg->annotation, owner, evaluated)) return false;
    for (int i = 0; i < a->kwonlyargs.n; i++)
        if (a->kwonlyargs.items[i]->annotation && !visit_annotation(b, a->kwonlyargs.items[i]->annotation, owner, evaluated)) return false;
    if (a->kwarg && a->kwarg->annotation && !visit_annotation(b, a->kwarg->annotation, owner, evaluated)) return false;
    if (returns && !visit_annotation(b, returns, owner, evaluated)) return false;
    return true;
}

static bool visit_function(Builder *b, AstStmt *s) {
    AstArguments *a = s->FunctionDef.args;
    if (forbidden(b, s->FunctionDef.name, s, false)) return false;
    if (!define(b, s->FunctionDef.name, DEF_LOCAL, s)) return false;
    if (!visit_exprs(b, &a->defaults) || !visit_exprs(b, &a->kw_defaults) || !visit_exprs(b, &s->FunctionDef.decorator_list)) return false;
    bool generic = s->FunctionDef.type_params.n > 0;
    if (generic) {
        Scope *tp = scope_enter(b, SCOPE_TYPE_PARAMS, ROLE_TYPE_PARAMS, s, s->FunctionDef.name);
        if (a->defaults.n) symbol_get(b, tp, ast_name_z(b->arena, ".defaults"))->flags |= DEF_PARAM;
        bool kw = false;
        for (int i = 0; i < a->kw_defaults.n; i++) kw |= a->kw_defaults.items[i] != NULL;
        if (kw) symbol_get(b, tp, ast_name_z(b->arena, ".kwdefaults"))->flags |= DEF_PARAM;
        if (!visit_type_params(b, &s->FunctionDef.type_params)) return false;
    }
    if (!visit_param_annotations(b, a, s->FunctionDef.returns, s)) return false;
    Scope *f = scope_enter(b, SCOPE_FUNCTION, ROLE_MAIN, s, s->FunctionDef.name);
    f->is_coroutine = s->kind == AST_ASYNC_FUNCTION_DEF;
    if (!visit_params(b, a) || !visit_stmts(b, &s->FunctionDef.body)) return false;
    scope_leave(b);
    if (generic) scope_leave(b);
    return true;
}

static bool visit_class(Builder *b, AstStmt *s) {
    if (forbidden(b, s->ClassDef.name, s, false)) return false;
    if (!define(b, s->ClassDef.name, DEF_LOCAL, s)) return false;
    if (!visit_exprs(b, &s->ClassDef.decorator_list)) return false;
    bool generic = s->ClassDef.type_params.n > 0;
    if (generic) {
        Scope *tp = scope_enter(b, SCOPE_TYPE_PARAMS, ROLE_TYPE_PARAMS, s, s->ClassDef.name);
        tp->private_name = s->ClassDef.name; // type parameters are mangled as in the class, other names in bases are not
        tp->mangled = &s->ClassDef.type_params;
        symbol_get(b, tp, ast_name_z(b->arena, ".type_params"))->flags |= DEF_LOCAL;
        symbol_get(b, tp, ast_name_z(b->arena, ".generic_base"))->flags |= DEF_LOCAL | SYM_USE;
        if (!visit_type_params(b, &s->ClassDef.type_params)) return false;
    }
    if (!visit_exprs(b, &s->ClassDef.bases)) return false;
    for (int i = 0; i < s->ClassDef.keywords.n; i++) {
        AstKeyword *k = s->ClassDef.keywords.items[i];
        if (k->arg && forbidden(b, k->arg, k, false)) return false;
        if (!visit_expr(b, k->value)) return false;
    }
    Scope *c = scope_enter(b, SCOPE_CLASS, ROLE_MAIN, s, s->ClassDef.name);
    c->private_name = s->ClassDef.name;
    c->mangled = NULL;
    if (generic) symbol_get(b, c, ast_name_z(b->arena, ".type_params"))->flags |= SYM_USE;
    if (!visit_stmts(b, &s->ClassDef.body)) return false;
    scope_leave(b);
    if (generic) scope_leave(b);
    return true;
}

static bool visit_global(Builder *b, AstStmt *s) {
    bool global = s->kind == AST_GLOBAL;
    for (int i = 0; i < s->Global.names.n; i++) {
        AstName *name = scope_mangle(b->arena, b->cur, s->Global.names.items[i]);
        Symbol *y = symbol_get(b, b->cur, name);
        if (!global && b->cur->kind == SCOPE_MODULE) return fail(b, s, "nonlocal declaration not allowed at module level");
        if (y->flags & (DEF_PARAM | DEF_LOCAL | SYM_USE | DEF_ANNOT)) {
            const char *kind = global ? "global" : "nonlocal";
            if (y->flags & DEF_PARAM) return fail(b, s, "name '%s' is parameter and %s", name->text, kind);
            if (y->flags & SYM_USE) return fail(b, s, "name '%s' is used prior to %s declaration", name->text, kind);
            if (y->flags & DEF_ANNOT) return fail(b, s, "annotated name '%s' can't be %s", name->text, kind);
            return fail(b, s, "name '%s' is assigned to before %s declaration", name->text, kind);
        }
        y->flags |= global ? DEF_GLOBAL : DEF_NONLOCAL;
        y->directive = (AstNode *)s;
        if (!y->where) y->where = (AstNode *)s;
    }
    return true;
}

static bool visit_comprehension(Builder *b, AstExpr *e, AstComprehensionSeq *gens, AstExpr *elt, AstExpr *value, const char *name) {
    bool genexp = e->kind == AST_GENERATOR_EXP;
    AstComprehension *g0 = gens->items[0];
    if (!unevaluated_comprehension(b, e, gens)) return false;
    b->comp_iter_depth++;
    if (!visit_expr(b, g0->iter)) return false;
    b->comp_iter_depth--;
    bool in_iter = b->comp_iter_depth > 0;
    Scope *s = scope_enter(b, genexp ? SCOPE_GENEXP : SCOPE_COMPREHENSION, ROLE_MAIN, e, ast_name_z(b->arena, name));
    if (in_iter) s->in_comp_iter = true;
    s->is_generator = genexp;
    if (!s->inlined) symbol_get(b, s, b->n_iter0)->flags |= DEF_PARAM;
    bool async = false;
    for (int i = 0; i < gens->n; i++) {
        AstComprehension *g = gens->items[i];
        if (g->is_async) async = true;
        if (i) {
            b->comp_iter_depth++;
            if (!visit_expr(b, g->iter)) return false;
            b->comp_iter_depth--;
        }
        // targets
        struct { int comp; } dummy = {0};
        (void)dummy;
        s->in_conditional = true; // marks: names bound now are iteration variables
        if (!visit_expr(b, g->target)) return false;
        s->in_conditional = false;
        if (!visit_exprs(b, &g->ifs)) return false;
    }
    if (async) s->is_async_comp = true;
    if (value && !visit_expr(b, value)) return false;
    if (!visit_expr(b, elt)) return false;
    bool is_async = s->is_async_comp;
    scope_leave(b);
    // An asynchronous list, set or dict comprehension makes the surrounding block asynchronous too.
    if (is_async && !genexp && (comp_like(b->cur) || b->cur->kind == SCOPE_MODULE)) b->cur->is_async_comp = true;
    return true;
}

static bool visit_walrus(Builder *b, AstExpr *e) {
    AstExpr *target = e->NamedExpr.target;
    if (!not_in_annotation(b, "named expression", e)) return false;
    if (b->comp_iter_depth > 0) return fail(b, e, "assignment expression cannot be used in a comprehension iterable expression");
    AstName *name = scope_mangle(b->arena, b->cur, target->Name.id);
    if (forbidden(b, name, target, false)) return false;
    if (comp_like(b->cur)) {
        // Binds in the innermost scope that is no comprehension.
        Scope *s = b->cur;
        for (; comp_like(s); s = s->parent) {
            Symbol *y = scope_find(s, name);
            if (y && (y->flags & DEF_COMP_ITER)) return fail(b, target, "assignment expression cannot rebind comprehension iteration variable '%s'", target->Name.id->text);
        }
        const Scope *around = s;
        while (around->kind == SCOPE_ANNOTATIONS) around = around->parent;
        if (around->kind == SCOPE_CLASS) return fail(b, target, "assignment expression within a comprehension cannot be used in a class body");
        const char *place = annotation_place(s);
        if (place && s->kind != SCOPE_ANNOTATIONS) return fail(b, target, "assignment expression within a comprehension cannot be used within %s", place);
        Symbol *host = symbol_get(b, s, name);
        bool global = s->kind == SCOPE_MODULE || (host->flags & DEF_GLOBAL);
        if (global) host->flags |= s->kind == SCOPE_MODULE ? DEF_LOCAL : DEF_GLOBAL;
        else if (!(host->flags & DEF_NONLOCAL)) host->flags |= DEF_LOCAL;
        host->flags |= SYM_WALRUS;
        for (Scope *c = b->cur; c != s; c = c->parent) {
            Symbol *y = symbol_get(b, c, name);
            y->flags |= SYM_WALRUS | SYM_USE | (c->inlined ? 0 : global ? DEF_GLOBAL : DEF_NONLOCAL);
        }
    } else {
        if (!define(b, target->Name.id, DEF_LOCAL | SYM_WALRUS, target)) return false;
    }
    return visit_expr(b, e->NamedExpr.value);
}

static Scope *function_host(Scope *s) {
    while (comp_like(s)) s = s->parent;
    return s;
}

static bool visit_yield(Builder *b, AstExpr *e, AstExpr *value) {
    if (!not_in_annotation(b, "yield expression", e)) return false;
    if (value && !visit_expr(b, value)) return false;
    if (comp_like(b->cur)) {
        const AstNode *n = b->cur->node;
        return fail(b, e, "'yield' inside %s", n->kind == AST_LIST_COMP ? "list comprehension" : n->kind == AST_SET_COMP ? "set comprehension" : n->kind == AST_DICT_COMP ? "dict comprehension" : "generator expression");
    }
    b->cur->is_generator = true;
    return true;
}

static bool visit_expr(Builder *b, AstExpr *e) {
    if (too_deep(b)) return false;
    bool ok = true;
    switch (e->kind) {
    case AST_BOOL_OP: ok = visit_exprs(b, &e->BoolOp.values); break;
    case AST_NAMED_EXPR: ok = visit_walrus(b, e); break;
    case AST_BIN_OP: ok = visit_expr(b, e->BinOp.left) && visit_expr(b, e->BinOp.right); break;
    case AST_UNARY_OP: ok = visit_expr(b, e->UnaryOp.operand); break;
    case AST_LAMBDA: {
        AstArguments *a = e->Lambda.args;
        ok = visit_exprs(b, &a->defaults) && visit_exprs(b, &a->kw_defaults);
        if (!ok) break;
        int saved = b->comp_iter_depth;
        scope_enter(b, SCOPE_LAMBDA, ROLE_MAIN, e, ast_name_z(b->arena, "<lambda>"));
        ok = visit_params(b, a) && visit_expr(b, e->Lambda.body);
        b->comp_iter_depth = saved;
        if (ok) scope_leave(b);
        break;
    }
    case AST_IF_EXP: ok = visit_expr(b, e->IfExp.test) && visit_expr(b, e->IfExp.body) && visit_expr(b, e->IfExp.orelse); break;
    case AST_DICT: ok = visit_exprs(b, &e->Dict.keys) && visit_exprs(b, &e->Dict.values); break;
    case AST_SET: ok = visit_exprs(b, &e->Set.elts); break;
    case AST_LIST_COMP: ok = visit_comprehension(b, e, &e->ListComp.generators, e->ListComp.elt, NULL, "<listcomp>"); break;
    case AST_SET_COMP: ok = visit_comprehension(b, e, &e->SetComp.generators, e->SetComp.elt, NULL, "<setcomp>"); break;
    case AST_DICT_COMP: ok = visit_comprehension(b, e, &e->DictComp.generators, e->DictComp.key, e->DictComp.value, "<dictcomp>"); break;
    case AST_GENERATOR_EXP: ok = visit_comprehension(b, e, &e->GeneratorExp.generators, e->GeneratorExp.elt, NULL, "<genexpr>"); break;
    case AST_AWAIT: {
        if (!(ok = not_in_annotation(b, "await expression", e))) break;
        ok = visit_expr(b, e->Await.value);
        if (comp_like(b->cur) || b->cur->kind == SCOPE_MODULE) b->cur->is_async_comp = true;
        break;
    }
    case AST_YIELD: ok = visit_yield(b, e, e->Yield.value); break;
    case AST_YIELD_FROM: ok = visit_yield(b, e, e->YieldFrom.value); break;
    case AST_COMPARE: ok = visit_expr(b, e->Compare.left) && visit_exprs(b, &e->Compare.comparators); break;
    case AST_CALL:
        ok = visit_expr(b, e->Call.func) && visit_exprs(b, &e->Call.args);
        for (int i = 0; ok && i < e->Call.keywords.n; i++) {
            AstKeyword *k = e->Call.keywords.items[i];
            if (k->arg && forbidden(b, k->arg, k, false)) ok = false;
            else ok = visit_expr(b, k->value);
        }
        break;
    case AST_FORMATTED_VALUE: ok = visit_expr(b, e->FormattedValue.value) && (!e->FormattedValue.format_spec || visit_expr(b, e->FormattedValue.format_spec)); break;
    case AST_INTERPOLATION: ok = visit_expr(b, e->Interpolation.value) && (!e->Interpolation.format_spec || visit_expr(b, e->Interpolation.format_spec)); break;
    case AST_JOINED_STR: ok = visit_exprs(b, &e->JoinedStr.values); break;
    case AST_TEMPLATE_STR: ok = visit_exprs(b, &e->TemplateStr.values); break;
    case AST_CONSTANT: break;
    case AST_ATTRIBUTE:
        if (e->Attribute.ctx != AST_LOAD && forbidden(b, e->Attribute.attr, e, e->Attribute.ctx == AST_DEL)) ok = false;
        else ok = visit_expr(b, e->Attribute.value);
        break;
    case AST_SUBSCRIPT: ok = visit_expr(b, e->Subscript.value) && visit_expr(b, e->Subscript.slice); break;
    case AST_STARRED: ok = visit_expr(b, e->Starred.value); break;
    case AST_NAME:
        if (e->Name.ctx == AST_LOAD) ok = use(b, e->Name.id, e);
        else if (forbidden(b, e->Name.id, e, e->Name.ctx == AST_DEL)) ok = false;
        else {
            uint32_t f = DEF_LOCAL;
            if (e->Name.ctx == AST_DEL) f |= SYM_DELETED;
            if (comp_like(b->cur) && b->cur->in_conditional) f |= DEF_COMP_ITER;
            ok = define(b, e->Name.id, f, e);
        }
        break;
    case AST_LIST: ok = visit_exprs(b, &e->List.elts); break;
    case AST_TUPLE: ok = visit_exprs(b, &e->Tuple.elts); break;
    case AST_SLICE:
        ok = (!e->Slice.lower || visit_expr(b, e->Slice.lower)) && (!e->Slice.upper || visit_expr(b, e->Slice.upper)) && (!e->Slice.step || visit_expr(b, e->Slice.step));
        break;
    default: break;
    }
    return ok;
}

static bool visit_pattern(Builder *b, AstPattern *p) {
    if (too_deep(b)) return false;
    bool ok = true;
    switch (p->kind) {
    case AST_MATCH_VALUE: ok = visit_expr(b, p->MatchValue.value); break;
    case AST_MATCH_SEQUENCE:
        for (int i = 0; ok && i < p->MatchSequence.patterns.n; i++) ok = visit_pattern(b, p->MatchSequence.patterns.items[i]);
        break;
    case AST_MATCH_MAPPING:
        ok = visit_exprs(b, &p->MatchMapping.keys);
        for (int i = 0; ok && i < p->MatchMapping.patterns.n; i++) ok = visit_pattern(b, p->MatchMapping.patterns.items[i]);
        if (ok && p->MatchMapping.rest) ok = !forbidden(b, p->MatchMapping.rest, p, false) && define(b, p->MatchMapping.rest, DEF_LOCAL, p);
        break;
    case AST_MATCH_CLASS:
        ok = visit_expr(b, p->MatchClass.cls);
        for (int i = 0; ok && i < p->MatchClass.patterns.n; i++) ok = visit_pattern(b, p->MatchClass.patterns.items[i]);
        for (int i = 0; ok && i < p->MatchClass.kwd_attrs.n; i++)
            if (forbidden(b, p->MatchClass.kwd_attrs.items[i], p, false)) ok = false;
        for (int i = 0; ok && i < p->MatchClass.kwd_patterns.n; i++) ok = visit_pattern(b, p->MatchClass.kwd_patterns.items[i]);
        break;
    case AST_MATCH_STAR:
        if (p->MatchStar.name) ok = !forbidden(b, p->MatchStar.name, p, false) && define(b, p->MatchStar.name, DEF_LOCAL, p);
        break;
    case AST_MATCH_AS:
        if (p->MatchAs.pattern) ok = visit_pattern(b, p->MatchAs.pattern);
        if (ok && p->MatchAs.name) ok = !forbidden(b, p->MatchAs.name, p, false) && define(b, p->MatchAs.name, DEF_LOCAL, p);
        break;
    case AST_MATCH_OR:
        for (int i = 0; ok && i < p->MatchOr.patterns.n; i++) ok = visit_pattern(b, p->MatchOr.patterns.items[i]);
        break;
    default: break;
    }
    return ok;
}

static bool visit_stmts(Builder *b, const AstStmtSeq *q) {
    for (int i = 0; i < q->n; i++)
        if (!visit_stmt(b, q->items[i])) return false;
    return true;
}

static bool visit_block(Builder *b, const AstStmtSeq *q) { // statements that may not run
    bool saved = b->cur->in_conditional;
    b->cur->in_conditional = true;
    bool ok = visit_stmts(b, q);
    b->cur->in_conditional = saved;
    return ok;
}

static bool visit_try(Builder *b, AstStmt *s) {
    if (!visit_block(b, &s->Try.body)) return false;
    for (int i = 0; i < s->Try.handlers.n; i++) {
        AstExceptHandler *h = s->Try.handlers.items[i];
        if (h->type && !visit_expr(b, h->type)) return false;
        if (h->name && (forbidden(b, h->name, h, false) || !define(b, h->name, DEF_LOCAL | SYM_DELETED, h))) return false;
        if (!visit_block(b, &h->body)) return false;
    }
    return visit_block(b, &s->Try.orelse) && visit_block(b, &s->Try.finalbody);
}

static bool visit_annotated(Builder *b, AstStmt *s) {
    AstExpr *t = s->AnnAssign.target;
    Scope *cur = b->cur;
    if (t->kind == AST_NAME) {
        AstName *name = scope_mangle(b->arena, cur, t->Name.id);
        if (forbidden(b, t->Name.id, t, false)) return false;
        Symbol *y = symbol_get(b, cur, name);
        if (s->AnnAssign.simple && (y->flags & (DEF_GLOBAL | DEF_NONLOCAL)) && cur->kind != SCOPE_MODULE)
            return fail(b, s, y->flags & DEF_GLOBAL ? "annotated name '%s' can't be global" : "annotated name '%s' can't be nonlocal", name->text);
        if (s->AnnAssign.simple) {
            if (!define(b, t->Name.id, DEF_ANNOT | DEF_LOCAL, t)) return false;
        } else if (s->AnnAssign.value && !define(b, t->Name.id, DEF_LOCAL, t)) return false;
    } else if (!visit_expr(b, t)) return false;
    bool keeps = cur->kind == SCOPE_MODULE || cur->kind == SCOPE_CLASS;
    if (keeps && s->AnnAssign.simple) {
        cur->has_annotations = true;
        if (cur->in_conditional || cur->kind == SCOPE_MODULE) cur->conditional_annotations = true;
        if (cur->kind == SCOPE_CLASS && b->t->future_annotations) {
            if (!visit_annotation(b, s->AnnAssign.annotation, s, false)) return false;
        } else if (!visit_annotation(b, s->AnnAssign.annotation, cur->node, !b->t->future_annotations)) return false;
        cur->annotations = scope_of(b->t, cur->node, ROLE_ANNOTATIONS);
    } else if (!visit_annotation(b, s->AnnAssign.annotation, s, false)) return false; // checked, never run
    return !s->AnnAssign.value || visit_expr(b, s->AnnAssign.value);
}

static bool visit_stmt(Builder *b, AstStmt *s) {
    if (too_deep(b)) return false;
    bool ok = true;
    switch (s->kind) {
    case AST_FUNCTION_DEF: case AST_ASYNC_FUNCTION_DEF: ok = visit_function(b, s); break;
    case AST_CLASS_DEF: ok = visit_class(b, s); break;
    case AST_RETURN:
        if (s->Return.value) {
            ok = visit_expr(b, s->Return.value);
            if (!b->cur->has_return_value) b->cur->has_return_value = true;
        }
        break;
    case AST_DELETE: ok = visit_exprs(b, &s->Delete.targets); break;
    case AST_ASSIGN: ok = visit_exprs(b, &s->Assign.targets) && visit_expr(b, s->Assign.value); break;
    case AST_AUG_ASSIGN: ok = visit_expr(b, s->AugAssign.target) && visit_expr(b, s->AugAssign.value); break;
    case AST_ANN_ASSIGN: ok = visit_annotated(b, s); break;
    case AST_TYPE_ALIAS: {
        ok = visit_expr(b, s->TypeAlias.name);
        bool generic = s->TypeAlias.type_params.n > 0;
        if (ok && generic) {
            scope_enter(b, SCOPE_TYPE_PARAMS, ROLE_TYPE_PARAMS, s, s->TypeAlias.name->Name.id);
            ok = visit_type_params(b, &s->TypeAlias.type_params);
        }
        if (!ok) break;
        Scope *a = scope_enter(b, SCOPE_TYPE_ALIAS, ROLE_MAIN, s, s->TypeAlias.name->Name.id);
        symbol_get(b, a, b->n_format)->flags |= DEF_PARAM | SYM_USE;
        ok = visit_expr(b, s->TypeAlias.value);
        if (ok) scope_leave(b);
        if (ok && generic) scope_leave(b);
        break;
    }
    case AST_FOR: case AST_ASYNC_FOR:
        if (s->kind == AST_ASYNC_FOR && b->cur->kind == SCOPE_MODULE) b->cur->is_async_comp = true;
        ok = visit_expr(b, s->For.target) && visit_expr(b, s->For.iter) && visit_block(b, &s->For.body) && visit_block(b, &s->For.orelse);
        break;
    case AST_WHILE: ok = visit_expr(b, s->While.test) && visit_block(b, &s->While.body) && visit_block(b, &s->While.orelse); break;
    case AST_IF: ok = visit_expr(b, s->If.test) && visit_block(b, &s->If.body) && visit_block(b, &s->If.orelse); break;
    case AST_WITH: case AST_ASYNC_WITH:
        if (s->kind == AST_ASYNC_WITH && b->cur->kind == SCOPE_MODULE) b->cur->is_async_comp = true;
        for (int i = 0; ok && i < s->With.items.n; i++) {
            AstWithItem *w = s->With.items.items[i];
            ok = visit_expr(b, w->context_expr) && (!w->optional_vars || visit_expr(b, w->optional_vars));
        }
        ok = ok && visit_block(b, &s->With.body);
        break;
    case AST_MATCH:
        ok = visit_expr(b, s->Match.subject);
        for (int i = 0; ok && i < s->Match.cases.n; i++) {
            AstMatchCase *c = s->Match.cases.items[i];
            ok = visit_pattern(b, c->pattern) && (!c->guard || visit_expr(b, c->guard)) && visit_block(b, &c->body);
        }
        break;
    case AST_RAISE: ok = (!s->Raise.exc || visit_expr(b, s->Raise.exc)) && (!s->Raise.cause || visit_expr(b, s->Raise.cause)); break;
    case AST_TRY: case AST_TRY_STAR: ok = visit_try(b, s); break;
    case AST_ASSERT: ok = visit_expr(b, s->Assert.test) && (!s->Assert.msg || visit_expr(b, s->Assert.msg)); break;
    case AST_IMPORT: case AST_IMPORT_FROM: {
        AstAliasSeq *q = s->kind == AST_IMPORT ? &s->Import.names : &s->ImportFrom.names;
        for (int i = 0; ok && i < q->n; i++) {
            AstAlias *a = q->items[i];
            AstName *name = a->asname ? a->asname : a->name;
            if (!a->asname && name->len == 1 && name->text[0] == '*') {
                if (b->cur->kind != SCOPE_MODULE) ok = fail(b, a, "import * only allowed at module level");
                b->cur->star_import = true;
                continue;
            }
            const char *dot = a->asname ? NULL : memchr(name->text, '.', name->len);
            if (dot) name = ast_name(b->arena, name->text, (size_t)(dot - name->text));
            ok = !forbidden(b, name, a, false) && define(b, name, DEF_IMPORT, a);
        }
        break;
    }
    case AST_GLOBAL: case AST_NONLOCAL: ok = visit_global(b, s); break;
    case AST_EXPR: ok = visit_expr(b, s->Expr.value); break;
    default: break;
    }
    return ok;
}

// ---- pass 2

static void add_free(Builder *b, Scope *s, AstName *name) {
    for (int i = 0; i < s->free.n; i++)
        if (s->free.items[i] == name) return;
    if (s->free.n == s->free_cap) {
        int cap = s->free_cap ? s->free_cap * 2 : 8;
        AstName **items = arena_alloc(&b->arena->mem, (size_t)cap * sizeof *items);
        if (s->free.n) memcpy(items, s->free.items, (size_t)s->free.n * sizeof *items);
        s->free.items = items;
        s->free_cap = cap;
    }
    s->free.items[s->free.n++] = name;
}

// Finds the function-like scope outside `from` (exclusive) that binds name; marks it and threads the name through the closures between.
static bool capture(Builder *b, Scope *from, AstName *name) {
    Scope *owner = NULL;
    for (Scope *p = from->parent; p; p = p->parent) {
        if (p->kind == SCOPE_MODULE) return false;
        if (p->kind == SCOPE_CLASS) {
            if (name == b->n_class) { p->needs_class_cell = true; owner = p; break; }
            if (name == b->n_classdict) { p->needs_classdict = true; owner = p; break; }
            if (name == b->n_annotations_set && p->conditional_annotations) { owner = p; break; }
            continue;
        }
        Symbol *y = scope_find(p, name);
        if (!y || !(y->flags & (DEF_BOUND | DEF_GLOBAL)) ) continue;
        if (y->flags & DEF_GLOBAL) return false;
        if (y->flags & DEF_NONLOCAL) continue;
        y->kind = SYM_CELL;
        owner = p;
        break;
    }
    if (!owner) return false;
    for (Scope *p = from; p != owner; p = p->parent) {
        if (p->inlined) continue; // its host carries the closure
        add_free(b, p, name);
        Symbol *own = p->kind == SCOPE_CLASS ? scope_find(p, name) : NULL;
        if (own && (own->flags & DEF_BOUND)) own->flags |= DEF_FREE_CLASS;
        if (p != from && p->kind != SCOPE_CLASS) {
            Symbol *y = symbol_get(b, p, name);
            if (y->kind == SYM_UNRESOLVED) y->kind = SYM_FREE;
        }
    }
    // An inlined comprehension between takes it from its host.
    Scope *host = from;
    while (host->inlined) host = host->parent;
    if (host != from && host != owner) {
        Symbol *y = symbol_get(b, host, name);
        if (y->kind == SYM_UNRESOLVED || y->kind == SYM_GLOBAL_IMPLICIT) y->kind = SYM_FREE;
    }
    return true;
}

static bool resolve_symbol(Builder *b, Scope *s, Symbol *y) {
    if (y->flags & DEF_GLOBAL) {
        y->kind = SYM_GLOBAL_EXPLICIT;
        // The module's own binding of that name goes to the globals too, whatever its locals are.
        Scope *top = s;
        while (top->parent) top = top->parent;
        Symbol *o = top == s ? NULL : scope_find(top, y->name);
        if (o) { o->flags |= DEF_GLOBAL; o->kind = SYM_GLOBAL_EXPLICIT; }
        return true;
    }
    if (y->flags & DEF_NONLOCAL) {
        for (Scope *p = s->parent; p; p = p->parent) { // a type parameter can't be rebound
            Symbol *o = scope_find(p, y->name);
            if (p->kind == SCOPE_TYPE_PARAMS && o && (o->flags & DEF_TYPE_PARAM)) return fail(b, y->directive ? y->directive : y->where, "nonlocal binding not allowed for type parameter '%s'", y->name->text);
            if (p->kind != SCOPE_CLASS && o && (o->flags & DEF_BOUND)) break;
        }
        if (!capture(b, s, y->name)) return fail(b, y->directive ? y->directive : y->where, "no binding for nonlocal '%s' found", y->name->text);
        y->kind = SYM_FREE;
        return true;
    }
    if (y->flags & DEF_BOUND) {
        if (y->kind != SYM_CELL) y->kind = SYM_LOCAL;
        return true;
    }
    if (s->inlined) return true; // found in the host at code generation
    if (s->can_see_class) {
        // A name of the class around an annotation scope is looked for there and then among the globals: what functions further out bind is passed over.
        Scope *p = s->parent;
        while (p->can_see_class && p->kind != SCOPE_CLASS && !(scope_find(p, y->name) && scope_find(p, y->name)->flags & DEF_BOUND)) p = p->parent;
        Symbol *o = p->kind == SCOPE_CLASS ? scope_find(p, y->name) : NULL;
        if (o && o->flags & DEF_GLOBAL) { y->kind = SYM_GLOBAL_EXPLICIT; return true; }
        if (o && o->flags & DEF_BOUND && !(o->flags & DEF_NONLOCAL)) { y->kind = SYM_GLOBAL_IMPLICIT; return true; }
    }
    if (capture(b, s, y->name)) y->kind = SYM_FREE;
    else if (y->kind != SYM_FREE) y->kind = SYM_GLOBAL_IMPLICIT;
    return true;
}

static bool check_directives(Builder *b, Scope *s) {
    for (Symbol *y = s->first; y; y = y->order)
        if ((y->flags & DEF_GLOBAL) && (y->flags & DEF_NONLOCAL) && !(y->flags & SYM_WALRUS)) return fail(b, y->where, "name '%s' is nonlocal and global", y->name->text);
    return true;
}

// Names that an inlined comprehension uses but does not bind belong to its host: enter them there before resolving.
static void lift_uses(Builder *b, Scope *s) {
    for (Scope *c = s->first_child; c; c = c->sibling) lift_uses(b, c);
    if (!s->inlined) return;
    for (Symbol *y = s->first; y; y = y->order)
        if (!(y->flags & DEF_BOUND)) {
            Symbol *h = symbol_get(b, s->parent, y->name);
            h->flags |= SYM_USE | (y->flags & SYM_WALRUS);
            if (!h->where) h->where = y->where;
        }
}

static bool resolve(Builder *b, Scope *s) {
    if (s->kind == SCOPE_ANNOTATIONS && s->parent->conditional_annotations && s->node == s->parent->node) symbol_get(b, s, b->n_annotations_set)->flags |= SYM_USE;
    if (s->can_see_class) { // annotation scopes in a class look into its namespace first
        bool needs = false;
        for (Symbol *y = s->first; y; y = y->order) needs |= (y->flags & SYM_USE) && !(y->flags & (DEF_BOUND | DEF_GLOBAL));
        if (needs) {
            Symbol *y = symbol_get(b, s, b->n_classdict);
            y->flags |= SYM_USE;
        }
    }
    if (!check_directives(b, s)) return false;
    for (Symbol *y = s->first; y; y = y->order)
        if (!resolve_symbol(b, s, y)) return false;
    for (Scope *c = s->first_child; c; c = c->sibling)
        if (!resolve(b, c)) return false;
    return true;
}

// Indices of free names, once all are known.
static int compare_names(const void *a, const void *b) { return strcmp((*(AstName *const *)a)->text, (*(AstName *const *)b)->text); }

static void number_free(Scope *s) {
    // co_freevars is sorted: closures made by hand rely on it.
    if (s->free.n > 1) qsort(s->free.items, (size_t)s->free.n, sizeof *s->free.items, compare_names);
    for (int i = 0; i < s->free.n; i++) {
        Symbol *y = scope_find(s, s->free.items[i]);
        if (y && y->kind == SYM_FREE) y->reg = i;
    }
    for (Scope *c = s->first_child; c; c = c->sibling) number_free(c);
}

bool scope_build(ScopeTable *t, AstArena *arena, AstMod *mod, bool future_annotations, const char *stack_limit) {
    memset(t, 0, sizeof *t);
    t->stack_limit = stack_limit;
    t->arena = arena;
    t->future_annotations = future_annotations;
    Builder b = {.t = t, .arena = arena};
    b.n_super = ast_name_z(arena, "super");
    b.n_class = ast_name_z(arena, "__class__");
    b.n_classdict = ast_name_z(arena, "__classdict__");
    b.n_iter0 = ast_name_z(arena, ".0");
    b.n_format = ast_name_z(arena, ".format");
    b.n_debug = ast_name_z(arena, "__debug__");
    b.n_annotations_set = ast_name_z(arena, "__conditional_annotations__");
    t->top = scope_enter(&b, SCOPE_MODULE, ROLE_MAIN, mod, ast_name_z(arena, "top"));
    bool ok = true;
    switch (mod->kind) {
    case AST_MODULE: ok = visit_stmts(&b, &mod->Module.body); break;
    case AST_INTERACTIVE: ok = visit_stmts(&b, &mod->Interactive.body); break;
    case AST_EXPRESSION: ok = visit_expr(&b, mod->Expression.body); break;
    default: break;
    }
    (void)function_host;
    if (!ok) return false;
    lift_uses(&b, t->top);
    if (!resolve(&b, t->top)) return false;
    number_free(t->top);
    return true;
}
