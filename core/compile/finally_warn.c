// SPDX-License-Identifier: MIT
// PEP 765: warnings for return, break and continue that leave a finally block. One walk over the statements of a tree before code is generated.
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
