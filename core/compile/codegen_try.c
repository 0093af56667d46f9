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
    emit(g, OP_RERAISE, exc + 2, 1, 0);
}

// What try, except*, finally and with have in common: a body, and a handler of what it raises.
typedef struct Try {
    int depth, exc;                // of the handler; exc: register of the exception
    Label handler, end, cleanup;
    Block body, h;                 // open while the body is made, and the handler
} Try;

// temps: how many temporaries the handler needs from its depth on.
static void try_enter(Gen *g, Try *t, BlockKind kind, int temps) {
    Unit *u = g->u;
    t->depth = u->top;
    t->exc = TEMP_BASE + t->depth;
    label_init(&t->handler);
    label_init(&t->end);
    label_init(&t->cleanup);
    if (t->depth + temps > u->max_top) u->max_top = t->depth + temps;
    block_push(g, &t->body, kind);
    block_open(g, &t->body, &t->handler, t->depth, t->exc);
}
// Behind the body (its block popped) and what follows on its end. at: where the handler's first instructions are.
static void try_handler(Gen *g, Try *t, const void *at) {
    jump_end(g, OP_JUMP, &t->end);
    label_here(g, &t->handler);
    set_at(g, at);
    handler_enter(g, &t->h, t->exc, &t->cleanup);
}
// Behind the handler (its block popped). top: of the temporaries behind it all.
static void try_leave(Gen *g, Try *t, int top) {
    handler_cleanup(g, t->exc, &t->cleanup);
    g->u->top = top;
    label_here(g, &t->end);
}

// name = None; del name
static void name_unbind(Gen *g, AstName *name) {
    int saved = g->u->top, t = temp_alloc(g, 1);
    set_at(g, NULL);
    emit_none(g, t);
    name_store(g, name, t);
    name_delete(g, name);
    g->u->top = saved;
}

static void try_except(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    Try y;
    try_enter(g, &y, BLOCK_TRY, 3);
    emit(g, OP_NOP, 0, 0, 0);
    stmts(g, &s->Try.body);
    block_pop(g, &y.body);
    stmts(g, &s->Try.orelse);
    try_handler(g, &y, NULL);
    int exc = y.exc;
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
        Block name;
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
            if (!u->dead) name_unbind(g, x->name);
            u->top = top;
        } else {
            emit(g, OP_RELEASE, exc, 0, 0);
            stmts(g, &x->body);
        }
        // done: leave the handler
        block_close(g, &y.h);
        set_at(g, NULL);
        emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
        jump(g, OP_JUMP, 0, &y.end);
        block_reopen(g, &y.h);
        if (x->name) {
            label_here(g, &unbind);
            if (!u->dead) {
                u->top = top + 1;
                name_unbind(g, x->name);
                emit(g, OP_RERAISE, TEMP_BASE + top, 1, 0);
                u->top = top;
            }
        }
        label_here(g, &next);
    }
    if (!bare) {
        set_at(g, s->Try.handlers.items[s->Try.handlers.n - 1]);
        emit(g, OP_RERAISE, exc, 0, 0);
    }
    block_pop(g, &y.h);
    try_leave(g, &y, y.depth);
}

static void try_finally(Gen *g, AstStmt *s, void (*body)(Gen *, AstStmt *)) {
    Try y;
    try_enter(g, &y, BLOCK_FINALLY, 3);
    y.body.finalbody = &s->Try.finalbody;
    emit(g, OP_NOP, 0, 0, 0);
    body(g, s);
    block_pop(g, &y.body);
    stmts(g, &s->Try.finalbody);
    try_handler(g, &y, NULL);
    stmts(g, &s->Try.finalbody);
    set_at(g, NULL);
    emit(g, OP_RERAISE, y.exc, 0, 0);
    block_pop(g, &y.h);
    try_leave(g, &y, y.depth);
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
    Try y;
    try_enter(g, &y, BLOCK_TRY, 10);
    emit(g, OP_NOP, 0, 0, 0);
    stmts(g, &s->TryStar.body);
    block_pop(g, &y.body);
    stmts(g, &s->TryStar.orelse);
    try_handler(g, &y, NULL);
    int exc = y.exc;
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
        set_at(g, x);
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
            if (!u->dead) name_unbind(g, x->name);
            Label over;
            label_init(&over);
            jump(g, OP_JUMP, 0, &over);
            label_here(g, &unbind);
            if (!u->dead) {
                u->top = t2 + 1;
                name_unbind(g, x->name);
                emit(g, OP_RERAISE, raised_exc, 1, 0);
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
    block_close(g, &y.h);
    emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
    emit(g, OP_RELEASE, exc, 0, 0);
    emit(g, OP_RERAISE, r, 0, 0);
    label_here(g, &none);
    emit(g, OP_RELEASE, r, 0, 0);
    emit(g, OP_POP_HANDLED, exc + 1, 0, 0);
    emit(g, OP_RELEASE, exc, 0, 0);
    jump(g, OP_JUMP, 0, &y.end);
    block_pop(g, &y.h);
    try_leave(g, &y, y.depth);
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
    u->top = depth0 + 2;
    Try y;
    Label suppressed;
    label_init(&suppressed);
    try_enter(g, &y, async ? BLOCK_ASYNC_WITH : BLOCK_WITH, 4);
    y.body.reg = x;
    y.body.node = (AstNode *)w->context_expr;
    u->top = c - TEMP_BASE + 1;
    if (w->optional_vars) target_store(g, w->optional_vars, c);
    else emit(g, OP_RELEASE, c, 0, 0);
    u->top = y.depth;
    stmt_with(g, s, item + 1);
    block_pop(g, &y.body);
    set_at(g, w->context_expr);
    if (!u->dead) emit_with_exit(g, x, async);
    try_handler(g, &y, w->context_expr);
    int r = temp_alloc(g, 1);
    emit(g, OP_WITH_EXCEPT, r, x, y.exc);
    if (async) emit_await(g, r, r, 2);
    jump(g, OP_JUMP_IF_TRUE, r, &suppressed);
    set_at(g, NULL);
    emit(g, OP_RERAISE, y.exc, 1, 0);
    block_pop(g, &y.h);
    label_here(g, &suppressed);
    set_at(g, w->context_expr);
    emit(g, OP_POP_HANDLED, y.exc + 1, 0, 0);
    emit(g, OP_RELEASE, y.exc, 0, 0);
    emit(g, OP_RELEASE, x, 0, 0);
    emit(g, OP_RELEASE, x + 1, 0, 0);
    jump(g, OP_JUMP, 0, &y.end);
    try_leave(g, &y, depth0);
}
