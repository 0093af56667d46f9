// SPDX-License-Identifier: MIT
// try, except, except*, finally and with. Register layout of a handler at depth d: TEMP d the exception, d+1 the handled exception before it.
// Every handler body is covered by a clean-up row that restores the handled exception and raises on.
#include "core/compile/codegen_int.h"

// Starts a handler: exception in `exc`, saved handled exception in `exc + 1`. Opens the clean-up range in b.
static void handler_enter(Gen *g, Block *b, int exc, Label *cleanup) {
    Unit *u = g->u;
    u->top = exc - TEMP_BASE + 2;
    if (u->top + 1 > u->max_top) u->max_top = u->top + 1;
    emit(g, OP_PUSH_HANDLED, exc + 1, exc, 0);
    block_push(g, b, BLOCK_HANDLED);
    b->reg = exc + 1;
    b->reg2 = exc;
    block_open(g, b, cleanup, u->top, exc + 2);
}
// The clean-up code: restore, drop, raise on.
static void handler_cleanup(Gen *g, int exc, Label *cleanup) {
    label_here(g, cleanup);
    set_at(g, NULL);
    emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
    emit(g, OP_RELEASE, exc, 0, 0);
    emit(g, OP_RERAISE, exc + 2, 0, 0);
}

static void try_except(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int depth = u->top, exc = TEMP_BASE + depth;
    Label handler, end, cleanup;
    label_init(&handler);
    label_init(&end);
    label_init(&cleanup);
    if (depth + 3 > u->max_top) u->max_top = depth + 3;
    Block body, h;
    block_push(g, &body, BLOCK_TRY);
    block_open(g, &body, &handler, depth, exc);
    emit(g, OP_NOP, 0, 0, 0);
    stmts(g, &s->Try.body);
    block_pop(g, &body);
    stmts(g, &s->Try.orelse);
    jump(g, OP_JUMP, 0, &end);
    label_here(g, &handler);
    set_at(g, NULL);
    handler_enter(g, &h, exc, &cleanup);
    bool bare = false;
    for (int i = 0; i < s->Try.handlers.n; i++) {
        AstExceptHandler *x = s->Try.handlers.items[i];
        Label next;
        label_init(&next);
        int top = u->top;
        set_at(g, x);
        if (x->type) {
            int t = temp_alloc(g, 1), r = temp_alloc(g, 1);
            expr_to(g, x->type, t);
            set_at(g, x->type);
            emit(g, OP_CHECK_EXC_MATCH, r, exc, t);
            jump(g, OP_JUMP_IF_FALSE, r, &next);
            u->top = top;
        } else {
            bare = true;
            if (i < s->Try.handlers.n - 1) gen_error(g, x, "default 'except:' must be last");
        }
        set_at(g, x);
        Block name, inner;
        Label unbind;
        label_init(&unbind);
        if (x->name) {
            // try: body finally: name = None; del name
            name_store(g, x->name, exc);
            block_push(g, &name, BLOCK_NAME);
            name.name = x->name;
            block_open(g, &name, &unbind, u->top, TEMP_BASE + u->top);
            stmts(g, &x->body);
            block_pop(g, &name);
            if (!u->dead) {
                int t = temp_alloc(g, 1);
                set_at(g, NULL);
                emit_none(g, t);
                name_store(g, x->name, t);
                name_delete(g, x->name);
                u->top = top;
            }
        } else {
            emit(g, OP_RELEASE, exc, 0, 0);
            stmts(g, &x->body);
        }
        (void)inner;
        // done: leave the handler
        if (!u->dead) {
            block_close(g, &h);
            set_at(g, NULL);
            emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
            jump(g, OP_JUMP, 0, &end);
            block_reopen(g, &h);
        } else {
            block_close(g, &h);
            block_reopen(g, &h);
        }
        if (x->name) {
            label_here(g, &unbind);
            if (!u->dead) {
                int e2 = TEMP_BASE + top, t;
                u->top = top + 1;
                t = temp_alloc(g, 1);
                set_at(g, NULL);
                emit_none(g, t);
                name_store(g, x->name, t);
                name_delete(g, x->name);
                emit(g, OP_RERAISE, e2, 0, 0);
                u->top = top;
            }
        }
        label_here(g, &next);
    }
    if (!bare) {
        set_at(g, NULL);
        emit(g, OP_RERAISE, exc, 0, 0);
    }
    block_pop(g, &h);
    handler_cleanup(g, exc, &cleanup);
    u->top = depth;
    label_here(g, &end);
}

static void try_finally(Gen *g, AstStmt *s, void (*body)(Gen *, AstStmt *)) {
    Unit *u = g->u;
    int depth = u->top, exc = TEMP_BASE + depth;
    Label handler, end, cleanup;
    label_init(&handler);
    label_init(&end);
    label_init(&cleanup);
    if (depth + 3 > u->max_top) u->max_top = depth + 3;
    Block b, h;
    block_push(g, &b, BLOCK_FINALLY);
    b.finalbody = &s->Try.finalbody;
    block_open(g, &b, &handler, depth, exc);
    emit(g, OP_NOP, 0, 0, 0);
    body(g, s);
    block_pop(g, &b);
    stmts(g, &s->Try.finalbody);
    jump(g, OP_JUMP, 0, &end);
    label_here(g, &handler);
    if (!u->dead) {
        set_at(g, NULL);
        handler_enter(g, &h, exc, &cleanup);
        stmts(g, &s->Try.finalbody);
        set_at(g, NULL);
        emit(g, OP_RERAISE, exc, 0, 0);
        block_pop(g, &h);
        handler_cleanup(g, exc, &cleanup);
    }
    u->top = depth;
    label_here(g, &end);
}

static void try_body(Gen *g, AstStmt *s) {
    if (s->Try.handlers.n) try_except(g, s);
    else {
        stmts(g, &s->Try.body);
        stmts(g, &s->Try.orelse);
    }
}

void stmt_try(Gen *g, AstStmt *s) {
    if (s->Try.finalbody.n) try_finally(g, s, try_body);
    else try_body(g, s);
}

// except*: registers from the handler's depth: exc, saved, orig (the whole exception, later the result list's subject), list, rest pair.
static void star_except(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int depth = u->top, exc = TEMP_BASE + depth;
    Label handler, end, cleanup;
    label_init(&handler);
    label_init(&end);
    label_init(&cleanup);
    if (depth + 10 > u->max_top) u->max_top = depth + 10;
    Block body, h;
    block_push(g, &body, BLOCK_TRY);
    block_open(g, &body, &handler, depth, exc);
    emit(g, OP_NOP, 0, 0, 0);
    stmts(g, &s->TryStar.body);
    block_pop(g, &body);
    stmts(g, &s->TryStar.orelse);
    jump(g, OP_JUMP, 0, &end);
    label_here(g, &handler);
    set_at(g, NULL);
    handler_enter(g, &h, exc, &cleanup);
    int list = temp_alloc(g, 1), rest = temp_alloc(g, 2); // rest, match (or classes)
    emit(g, OP_BUILD_LIST, list, list, 0);
    emit(g, OP_COPY, rest, exc, 0);
    for (int i = 0; i < s->TryStar.handlers.n; i++) {
        AstExceptHandler *x = s->TryStar.handlers.items[i];
        Label next, raised;
        label_init(&next);
        label_init(&raised);
        int top = u->top;
        set_at(g, x);
        Label nothing;
        label_init(&nothing);
        int rc = temp_alloc(g, 1);
        emit(g, OP_COPY, rc, rest, 0);
        jump(g, OP_JUMP_IF_NONE, rc, &nothing);
        u->top = top;
        expr_to(g, x->type, rest + 1);
        set_at(g, x->type);
        emit(g, OP_CHECK_EG_MATCH, rest, 0, 0);
        int mc = temp_alloc(g, 1);
        emit(g, OP_COPY, mc, rest + 1, 0);
        jump(g, OP_JUMP_IF_NONE, mc, &next);
        u->top = top;
        // The matched group is the handled exception of the body; what the body raises joins the list.
        Block star, inner, name;
        int saved2 = temp_alloc(g, 1);
        set_at(g, x);
        emit(g, OP_PUSH_HANDLED, saved2, rest + 1, 0);
        block_push(g, &star, BLOCK_STAR);
        block_push(g, &inner, BLOCK_TRY);
        int raised_exc = TEMP_BASE + u->top;
        if (u->top + 1 > u->max_top) u->max_top = u->top + 1;
        block_open(g, &inner, &raised, u->top, raised_exc);
        if (x->name) {
            name_store(g, x->name, rest + 1);
            Label unbind;
            label_init(&unbind);
            block_push(g, &name, BLOCK_NAME);
            name.name = x->name;
            block_open(g, &name, &unbind, u->top, raised_exc);
            stmts(g, &x->body);
            block_pop(g, &name);
            int t2 = u->top;
            if (!u->dead) {
                int t = temp_alloc(g, 1);
                set_at(g, NULL);
                emit_none(g, t);
                name_store(g, x->name, t);
                name_delete(g, x->name);
                u->top = t2;
            }
            Label over;
            label_init(&over);
            jump(g, OP_JUMP, 0, &over);
            label_here(g, &unbind);
            if (!u->dead) {
                u->top = t2 + 1;
                int t = temp_alloc(g, 1);
                set_at(g, NULL);
                emit_none(g, t);
                name_store(g, x->name, t);
                name_delete(g, x->name);
                emit(g, OP_RERAISE, raised_exc, 0, 0);
                u->top = t2;
            }
            label_here(g, &over);
        } else {
            emit(g, OP_RELEASE, rest + 1, 0, 0);
            stmts(g, &x->body);
        }
        block_pop(g, &inner);
        block_pop(g, &star);
        set_at(g, NULL);
        emit(g, OP_POP_HANDLED, saved2, 0, 0);
        Label after;
        label_init(&after);
        jump(g, OP_JUMP, 0, &after);
        label_here(g, &raised);
        if (!u->dead) {
            u->top = raised_exc - TEMP_BASE + 1;
            emit(g, OP_LIST_APPEND, list, raised_exc, 0);
            emit(g, OP_POP_HANDLED, saved2, 0, 0);
        }
        u->top = top;
        jump(g, OP_JUMP, 0, &after);
        label_here(g, &next);
        emit(g, OP_RELEASE, rest + 1, 0, 0);
        label_here(g, &nothing);
        label_here(g, &after);
    }
    set_at(g, NULL);
    // What nobody handled counts as raised again.
    Label none;
    label_init(&none);
    emit(g, OP_LIST_APPEND, list, rest, 0);
    int r = temp_alloc(g, 1), rc = temp_alloc(g, 1), ec = temp_alloc(g, 1);
    emit(g, OP_COPY, ec, exc, 0);
    emit(g, OP_PREP_RERAISE_STAR, r, ec, list);
    emit(g, OP_COPY, rc, r, 0);
    jump(g, OP_JUMP_IF_NONE, rc, &none);
    block_close(g, &h);
    emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
    emit(g, OP_RELEASE, exc, 0, 0);
    emit(g, OP_RERAISE, r, 0, 0);
    label_here(g, &none);
    emit(g, OP_RELEASE, r, 0, 0);
    emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
    emit(g, OP_RELEASE, exc, 0, 0);
    jump(g, OP_JUMP, 0, &end);
    block_pop(g, &h);
    handler_cleanup(g, exc, &cleanup);
    u->top = depth;
    label_here(g, &end);
}

void stmt_try_star(Gen *g, AstStmt *s) {
    if (s->TryStar.finalbody.n) try_finally(g, s, star_except);
    else star_except(g, s);
}

// ---- with

// Calls the exit function in reg, reg+1 with three Nones.
void emit_with_exit(Gen *g, int reg, bool async) {
    Unit *u = g->u;
    int saved = u->top, base = temp_alloc(g, 5);
    emit(g, OP_MOVE, base, reg, 0);
    emit(g, OP_MOVE, base + 1, reg + 1, 0);
    for (int i = 2; i < 5; i++) emit_none(g, base + i);
    emit(g, OP_CALL_METHOD, base, base, 3);
    if (async) emit_await(g, base, base, 2);
    emit(g, OP_RELEASE, base, 0, 0);
    u->top = saved;
}

void stmt_with(Gen *g, AstStmt *s, int item) {
    Unit *u = g->u;
    if (item == s->With.items.n) {
        stmts(g, &s->With.body);
        return;
    }
    bool async = s->kind == AST_ASYNC_WITH;
    if (async && !u->host->is_coroutine && !(u->flags & CO_COROUTINE)) {
        gen_error(g, s, "'async with' outside async function");
        return;
    }
    AstWithItem *w = s->With.items.items[item];
    int depth0 = u->top, x = temp_alloc(g, 2), m = expr_operand(g, w->context_expr);
    int c = temp_alloc(g, 2);
    set_at(g, w->context_expr);
    emit(g, OP_LOAD_SPECIAL, c, m, async ? 2 : 0);
    emit(g, OP_LOAD_SPECIAL, x, m, async ? 3 : 1);
    if (IS_TEMP(m)) emit(g, OP_RELEASE, m, 0, 0);
    emit(g, OP_CALL_METHOD, c, c, 0);
    if (async) emit_await(g, c, c, 1);
    int depth = depth0 + 2, exc = TEMP_BASE + depth;
    if (depth + 4 > u->max_top) u->max_top = depth + 4;
    Label handler, end, cleanup, suppressed;
    label_init(&handler);
    label_init(&end);
    label_init(&cleanup);
    label_init(&suppressed);
    Block b, h;
    block_push(g, &b, async ? BLOCK_ASYNC_WITH : BLOCK_WITH);
    b.reg = x;
    b.node = (AstNode *)w->context_expr;
    block_open(g, &b, &handler, depth, exc);
    if (w->optional_vars) target_store(g, w->optional_vars, c);
    else emit(g, OP_RELEASE, c, 0, 0);
    u->top = depth;
    stmt_with(g, s, item + 1);
    block_pop(g, &b);
    set_at(g, w->context_expr);
    if (!u->dead) emit_with_exit(g, x, async);
    jump(g, OP_JUMP, 0, &end);
    label_here(g, &handler);
    if (!u->dead) {
        set_at(g, w->context_expr);
        handler_enter(g, &h, exc, &cleanup);
        int r = temp_alloc(g, 1);
        emit(g, OP_WITH_EXCEPT, r, x, exc);
        if (async) emit_await(g, r, r, 2);
        jump(g, OP_JUMP_IF_TRUE, r, &suppressed);
        emit(g, OP_RERAISE, exc, 0, 0);
        block_pop(g, &h);
        label_here(g, &suppressed);
        emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
        emit(g, OP_RELEASE, exc, 0, 0);
        emit(g, OP_RELEASE, x, 0, 0);
        emit(g, OP_RELEASE, x + 1, 0, 0);
        jump(g, OP_JUMP, 0, &end);
        handler_cleanup(g, exc, &cleanup);
    }
    u->top = depth0;
    label_here(g, &end);
}
