// SPDX-License-Identifier: MIT
// Comprehensions that are inlined into the function they stand in, and the loops that all comprehensions and generator
// expressions are made of.
#include "core/compile/codegen_int.h"

void comprehension_loop(Gen *g, AstExpr *e, AstComprehensionSeq *gens, int i, int iter0, AstExpr *elt, AstExpr *value, int result) {
    Unit *u = g->u;
    AstComprehension *c = gens->items[i];
    int saved = u->top, it = temp_alloc(g, 1);
    Label body, next, end;
    label_init(&body);
    label_init(&next);
    label_init(&end);
    set_at(g, c->iter);
    if (i == 0) {
        if (iter0 != it) emit(g, OP_MOVE, it, iter0, 0);
    } else {
        expr_to(g, c->iter, it);
        set_at(g, c->iter);
        emit(g, c->is_async ? OP_GET_AITER : OP_GET_ITER, it, it, 0);
    }
    Block blk;
    Label stop;
    label_init(&stop);
    int item = REG_NONE;
    if (c->is_async) {
        label_here(g, &next);
        block_push(g, &blk, BLOCK_TRY);
        int exc = it + 1;
        if (u->top + 1 > u->max_top) u->max_top = u->top + 1;
        block_open(g, &blk, &stop, u->top, exc);
        int t = temp_alloc(g, 1);
        emit(g, OP_GET_ANEXT, t, it, 0);
        emit_await(g, t, t, AWAIT_ITERATOR);
        block_pop(g, &blk);
        target_store(g, c->target, t);
        u->top = t - TEMP_BASE;
    } else {
        label_join(g, &body);
        jump(g, OP_JUMP, 0, &next);
        label_here(g, &body);
        item = for_target_enter(g, c->target);
    }
    for (int k = 0; k < c->ifs.n; k++) expr_jump(g, c->ifs.items[k], &next, false);
    if (i + 1 < gens->n) comprehension_loop(g, e, gens, i + 1, REG_NONE, elt, value, result);
    else {
        int top = u->top;
        if (e->kind == AST_GENERATOR_EXP) {
            int v = temp_alloc(g, 1);
            expr_to(g, elt, v);
            set_at(g, elt);
            emit(g, u->host->is_async_comp ? OP_YIELD_ASYNC : OP_YIELD, v, v, 0);
            emit(g, OP_RESUME, 1, 0, 0);
            emit(g, OP_RELEASE, v, 0, 0);
        } else if (e->kind == AST_DICT_COMP) {
            int k = expr_operand(g, elt), v = expr_operand(g, value);
            set_at(g, elt);
            emit(g, OP_MAP_ADD, result, k, v);
        } else {
            int v = expr_operand_borrow(g, elt);
            set_at(g, elt);
            emit(g, e->kind == AST_SET_COMP ? OP_SET_ADD : OP_LIST_APPEND, result, v, 0);
        }
        u->top = top;
    }
    if (c->is_async) {
        jump(g, OP_JUMP_BACK, 0, &next);
        label_here(g, &stop);
        set_at(g, c->iter);
        emit(g, OP_END_ASYNC_FOR, it, it + 1, 0);
    } else {
        label_here(g, &next);
        set_at(g, c->iter);
        if (g->long_jumps) jump_word(g, OP_FOR_ITER_LONG, item, it, 0, &body);
        else jump_c(g, OP_FOR_ITER, item, it, &body);
    }
    u->top = saved;
}

static bool async_allowed(Gen *g, AstExpr *e, Scope *comp) {
    if (!comp->is_async_comp || e->kind == AST_GENERATOR_EXP) return true;
    Scope *s = comp->parent;
    while (s->inlined) s = s->parent;
    if (s->is_coroutine || s->kind == SCOPE_GENEXP || s->kind == SCOPE_COMPREHENSION || (s->kind == SCOPE_MODULE && (g->u->flags & CO_COROUTINE))) return true;
    return gen_error(g, e, "asynchronous comprehension outside of an asynchronous function");
}

void comprehension_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    Scope *s = scope_of(&g->st, e, ROLE_MAIN);
    if (!async_allowed(g, e, s)) return;
    if (!s->inlined) {
        expr_genexp(g, e, dst);
        return;
    }
    int saved = u->top;
    AstComprehensionSeq *gens = e->kind == AST_DICT_COMP ? &e->DictComp.generators : &e->ListComp.generators;
    AstExpr *elt = e->kind == AST_DICT_COMP ? e->DictComp.key : e->ListComp.elt;
    AstExpr *value = e->kind == AST_DICT_COMP ? e->DictComp.value : NULL;
    int r = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
    int it = temp_alloc(g, 1);
    expr_to(g, gens->items[0]->iter, it);
    set_at(g, gens->items[0]->iter);
    emit(g, gens->items[0]->is_async ? OP_GET_AITER : OP_GET_ITER, it, it, 0);
    // Its variables: registers of the host that nobody else uses meanwhile.
    Scope *outer = u->scope;
    u->scope = s;
    for (Symbol *y = s->first; y; y = y->order) {
        if (!(y->flags & DEF_BOUND)) continue;
        int reg = -1;
        uint8_t kind = (uint8_t)(LOCAL_HIDDEN | (y->kind == SYM_CELL ? LOCAL_CELL : 0));
        for (uint32_t i = 0; i < u->nlocals; i++)
            if (u->locals[i] == y->name && u->kinds[i] == kind && !u->hidden_used[i]) reg = (int)i;
        if (reg < 0) reg = local_add(g, y->name, kind);
        u->hidden_used[reg] = true;
        if ((uint32_t)reg < u->capbound) u->bound[reg] = 0;
        y->reg = reg;
        if (y->kind == SYM_CELL) {
            emit(g, OP_CLEAR, reg, 0, 0);
            emit(g, OP_MAKE_CELL, reg, 0, 0);
        }
    }
    set_at(g, e);
    emit(g, e->kind == AST_DICT_COMP ? OP_BUILD_MAP : e->kind == AST_SET_COMP ? OP_BUILD_SET : OP_BUILD_LIST, r, r, 0);
    u->top = it - TEMP_BASE; // the loop's first temporary is the iterator
    comprehension_loop(g, e, gens, 0, it, elt, value, r);
    u->scope = outer;
    for (Symbol *y = s->first; y; y = y->order)
        if ((y->flags & DEF_BOUND) && y->reg >= 0) {
            set_at(g, e);
            emit(g, OP_CLEAR, y->reg, 0, 0);
            u->hidden_used[y->reg] = false;
            if ((uint32_t)y->reg < u->capbound) u->bound[y->reg] = 0;
        }
    if (r != dst) emit(g, OP_MOVE, dst, r, 0);
    u->top = saved;
}
