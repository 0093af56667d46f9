// SPDX-License-Identifier: MIT
// Checks of trees beside code generation: control flow that leaves a finally block (PEP 765), await in what is left out.
#include "core/compile/codegen_int.h"

typedef struct Where { bool in_finally, in_loop; } Where; // in_loop: a loop inside the finally block

static bool walk_nodes(Gen *g, const AstSeq *s, Where w);

static bool walk(Gen *g, const AstNode *n, Where w) {
    const char *what = n->kind == AST_RETURN ? "return" : n->kind == AST_BREAK ? "break" : n->kind == AST_CONTINUE ? "continue" : NULL;
    if (what) {
        if (w.in_finally && (n->kind == AST_RETURN || !w.in_loop)) return gen_warning(g, n, "'%s' in a 'finally' block", what) == 0;
        return true;
    }
    if (n->kind == AST_FUNCTION_DEF || n->kind == AST_ASYNC_FUNCTION_DEF || n->kind == AST_CLASS_DEF) w = (Where){false, false};
    bool loop = n->kind == AST_FOR || n->kind == AST_ASYNC_FOR || n->kind == AST_WHILE;
    const AstKindInfo *k = &ast_kind_info[n->kind];
    for (unsigned i = 0; i < k->nfields; i++) {
        const AstFieldInfo *f = &k->fields[i];
        if (f->type != AST_CAT_STMT && f->type != AST_CAT_EXCEPTHANDLER && f->type != AST_CAT_MATCH_CASE) continue;
        Where inner = w;
        if (loop) inner.in_loop = true;
        if (!strcmp(f->name, "finalbody")) inner = (Where){true, false};
        if (!walk_nodes(g, (const AstSeq *)((const char *)n + f->offset), inner)) return false;
    }
    return true;
}

static bool walk_nodes(Gen *g, const AstSeq *s, Where w) {
    if (thread_c_recursion(g->th, " during compilation") < 0) return false;
    for (int i = 0; i < s->n; i++)
        if (!walk(g, s->items[i], w)) return false;
    return true;
}

bool finally_warnings(Gen *g, const AstStmtSeq *body) { return walk_nodes(g, (const AstSeq *)body, (Where){false, false}); }

// What code generation says about await and asynchronous comprehensions where they are not allowed, for an expression that no code is generated for.
bool async_check(Gen *g, const AstNode *n) {
    if (n->kind == AST_LAMBDA || thread_c_recursion(g->th, " during compilation") < 0) return true;
    Scope *s = g->u->scope;
    while (s->inlined) s = s->parent;
    bool allowed = s->is_coroutine || s->kind == SCOPE_GENEXP || s->kind == SCOPE_COMPREHENSION || (s->kind == SCOPE_MODULE && (g->u->flags & CO_COROUTINE));
    if (allowed) return true;
    if (n->kind == AST_AWAIT) return gen_error(g, n, scope_is_function_like(s) ? "'await' outside async function" : "'await' outside function");
    if (n->kind == AST_LIST_COMP || n->kind == AST_SET_COMP || n->kind == AST_DICT_COMP) {
        const AstComprehensionSeq *c = n->kind == AST_LIST_COMP ? &((const AstExpr *)n)->ListComp.generators
                                     : n->kind == AST_SET_COMP ? &((const AstExpr *)n)->SetComp.generators : &((const AstExpr *)n)->DictComp.generators;
        for (int i = 0; i < c->n; i++)
            if (c->items[i]->is_async) return gen_error(g, n, "asynchronous comprehension outside of an asynchronous function");
    }
    const AstKindInfo *k = &ast_kind_info[n->kind];
    for (unsigned i = 0; i < k->nfields; i++) {
        const AstFieldInfo *f = &k->fields[i];
        if (f->type != AST_CAT_EXPR && f->type != AST_CAT_COMPREHENSION && f->type != AST_CAT_KEYWORD) continue;
        const char *at = (const char *)n + f->offset;
        if (f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE) {
            const AstSeq *q = (const AstSeq *)at;
            for (int j = 0; j < q->n; j++)
                if (q->items[j] && !async_check(g, q->items[j])) return false;
        } else if (*(AstNode *const *)at && !async_check(g, *(AstNode *const *)at)) return false;
    }
    return true;
}
