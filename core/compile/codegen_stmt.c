// SPDX-License-Identifier: MIT
// Statements to code: assignments, loops, jumps out of blocks, imports. Loops are tested at the bottom, so an iteration has one jump.
#include "core/compile/codegen_int.h"

#include "core/object/abstract.h"

// ---- leaving blocks

// Emits what must happen on the way out of every block above `stop` (exclusive), innermost first. Covered ranges of the blocks are interrupted
// meanwhile; the caller jumps or returns at once afterwards and then calls unwind_done.
static void unwind_block(Gen *g, Block *b) {
    Unit *u = g->u;
    switch (b->kind) {
    case BLOCK_FOR: case BLOCK_VALUE: emit(g, OP_RELEASE, b->reg, 0, 0); break;
    case BLOCK_HANDLED:
        emit(g, OP_POP_HANDLED, b->reg, 0, 0);
        if (b->reg2 != REG_NONE) emit(g, OP_RELEASE, b->reg2, 0, 0);
        break;
    case BLOCK_NAME: {
        int saved = u->top, t = temp_alloc(g, 1);
        emit_none(g, t);
        name_store(g, b->name, t);
        name_delete(g, b->name);
        u->top = saved;
        break;
    }
    case BLOCK_FINALLY: {
        Block *saved = u->blocks;
        AstNode *at = u->at;
        u->blocks = b->up;
        stmts(g, b->finalbody);
        u->blocks = saved;
        u->at = at;
        break;
    }
    case BLOCK_WITH: case BLOCK_ASYNC_WITH: {
        Block *saved = u->blocks;
        u->blocks = b->up;
        set_at(g, b->node);
        emit_with_exit(g, b->reg, b->kind == BLOCK_ASYNC_WITH);
        u->blocks = saved;
        break;
    }
    default: break;
    }
}

void unwind_to(Gen *g, Block *stop) {
    for (Block *b = g->u->blocks; b != stop; b = b->up) {
        block_close(g, b);
        unwind_block(g, b);
    }
}
// After the jump: the ranges go on.
static void unwind_done(Gen *g, Block *stop) {
    for (Block *b = g->u->blocks; b != stop; b = b->up) block_reopen(g, b);
}
// Does code of other lines run on the way out? Then the statement shows itself before, and what ends it is no line's.
static bool has_lines(Block *b, Block *stop) {
    for (; b != stop; b = b->up)
        if (b->kind == BLOCK_FINALLY || b->kind == BLOCK_WITH || b->kind == BLOCK_ASYNC_WITH) return true;
    return false;
}
static bool has_work(Block *b, Block *stop) {
    for (; b != stop; b = b->up)
        if (b->kind == BLOCK_FINALLY || b->kind == BLOCK_WITH || b->kind == BLOCK_ASYNC_WITH || b->kind == BLOCK_NAME) return true;
    return false;
}
static Block *star_block(Gen *g, Block *stop) {
    for (Block *b = g->u->blocks; b && b != stop; b = b->up)
        if (b->kind == BLOCK_STAR) return b;
    return NULL;
}

static Scope *function_scope(Gen *g) { return g->u->host; }

static void stmt_return(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    Scope *f = function_scope(g);
    if (f->kind != SCOPE_FUNCTION && f->kind != SCOPE_LAMBDA) {
        gen_error(g, s, "'return' outside function");
        return;
    }
    if (s->Return.value && f->is_coroutine && f->is_generator) {
        gen_error(g, s, "'return' with value in async generator");
        return;
    }
    if (star_block(g, NULL)) {
        gen_error(g, s, "'break', 'continue' and 'return' cannot appear in an except* block");
        return;
    }
    int saved = u->top;
    Value c = NO_VALUE;
    bool lines = has_lines(u->blocks, NULL), constant = !s->Return.value || expr_const(g, s->Return.value, &c);
    if (constant) {
        if (!c) c = VALUE_NONE;
        int k = const_add(g, c);
        set_at(g, s);
        if (lines) emit(g, OP_NOP, 0, 0, 0);
        uint8_t *bound = bound_copy(g);
        uint32_t nb = u->capbound;
        unwind_to(g, NULL);
        set_at(g, lines ? NULL : s);
        if (k >= 0) emit_bc(g, OP_RETURN_CONST, 0, k);
        unwind_done(g, NULL);
        if (u->dead) bound_set(g, bound, nb);
    } else {
        int r = expr_operand(g, s->Return.value);
        if (!IS_TEMP(r) && has_work(u->blocks, NULL)) { // what runs on the way out may rebind the local
            int t = temp_alloc(g, 1);
            emit(g, OP_MOVE, t, r, 0);
            r = t;
        }
        unwind_to(g, NULL);
        set_at(g, lines ? NULL : s);
        emit(g, OP_RETURN, r, 0, 0);
        unwind_done(g, NULL);
    }
    u->top = saved;
}

static void stmt_break(Gen *g, AstStmt *s) {
    Block *b = g->u->blocks;
    bool is_break = s->kind == AST_BREAK;
    while (b && b->kind != BLOCK_LOOP && b->kind != BLOCK_FOR) b = b->up;
    Block *star = star_block(g, b);
    if (star) {
        gen_error(g, s, "'break', 'continue' and 'return' cannot appear in an except* block");
        return;
    }
    if (!b) {
        gen_error(g, s, is_break ? "'break' outside loop" : "'continue' not properly in loop");
        return;
    }
    set_at(g, s);
    if (has_lines(g->u->blocks, b)) {
        emit(g, OP_NOP, 0, 0, 0);
        unwind_to(g, b);
        set_at(g, NULL);
    } else unwind_to(g, b);
    if (is_break) {
        block_close(g, b);
        unwind_block(g, b);
    }
    Label *l = is_break ? b->brk : b->cont;
    jump(g, l->pos >= 0 ? OP_JUMP_BACK : OP_JUMP, 0, l);
    if (is_break) block_reopen(g, b);
    unwind_done(g, b);
}

// ---- loops

static bool direct_back_test(AstExpr *e) { // expr_jump(.., true) ends in one jump that is a safepoint when taken backwards
    if (e->kind == AST_COMPARE && e->Compare.ops.n == 1 && (e->Compare.ops.items[0] == AST_IS || e->Compare.ops.items[0] == AST_IS_NOT)) return false;
    return e->kind != AST_BOOL_OP && !(e->kind == AST_UNARY_OP && e->UnaryOp.op == AST_NOT) && e->kind != AST_CONSTANT;
}

static void stmt_while(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    Value c = NO_VALUE;
    int always = -1;
    if (expr_const(g, s->While.test, &c)) {
        always = object_truth(g->th, c);
        decref(g->th, c);
        if (always < 0) g->failed = true;
    }
    Label body, test, end, orelse;
    label_init(&body);
    label_init(&test);
    label_init(&end);
    label_init(&orelse);
    Block b;
    if (always == 0) {
        // The body is checked, not emitted.
        bool dead = u->dead;
        uint8_t *bound = bound_copy(g);
        uint32_t nb = u->capbound;
        u->dead = true;
        block_push(g, &b, BLOCK_LOOP);
        b.brk = &end;
        b.cont = &test;
        stmts(g, &s->While.body);
        block_pop(g, &b);
        u->dead = dead;
        bound_set(g, bound, nb);
        set_at(g, s->While.test);
        emit(g, OP_NOP, 0, 0, 0);
        stmts(g, &s->While.orelse);
        label_here(g, &end);
        return;
    }
    block_push(g, &b, BLOCK_LOOP);
    b.brk = &end;
    b.cont = &test;
    if (always < 0) {
        set_at(g, s->While.test);
        label_join(g, &body);
        jump(g, OP_JUMP, 0, &test);
    } else {
        set_at(g, s->While.test);
        emit(g, OP_NOP, 0, 0, 0);
    }
    label_here(g, &body);
    stmts(g, &s->While.body);
    label_here(g, &test);
    set_at(g, s->While.test);
    if (always == 1) jump(g, OP_JUMP_BACK, 0, &body);
    else if (direct_back_test(s->While.test)) expr_jump(g, s->While.test, &body, true);
    else {
        expr_jump(g, s->While.test, &orelse, false);
        jump(g, OP_JUMP_BACK, 0, &body);
    }
    block_pop(g, &b);
    label_here(g, &orelse);
    stmts(g, &s->While.orelse);
    label_here(g, &end);
}

static void stmt_for(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int saved = u->top, it = temp_alloc(g, 1);
    expr_to(g, s->For.iter, it);
    set_at(g, s->For.iter);
    emit(g, OP_GET_ITER, it, it, 0);
    Label body, next, end;
    label_init(&body);
    label_init(&next);
    label_init(&end);
    Block b;
    block_push(g, &b, BLOCK_FOR);
    b.brk = &end;
    b.cont = &next;
    b.reg = it;
    label_join(g, &body);
    jump(g, OP_JUMP, 0, &next);
    label_here(g, &body);
    int item = for_target_enter(g, s->For.target);
    stmts(g, &s->For.body);
    label_here(g, &next);
    set_at(g, s->For.iter);
    if (g->long_jumps) jump_word(g, OP_FOR_ITER_LONG, item, it, 0, &body);
    else jump_c(g, OP_FOR_ITER, item, it, &body);
    block_pop(g, &b);
    u->top = saved;
    stmts(g, &s->For.orelse);
    label_here(g, &end);
}

static void stmt_async_for(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    if (!u->host->is_coroutine && !(u->flags & CO_COROUTINE)) {
        gen_error(g, s, "'async for' outside async function");
        return;
    }
    int saved = u->top, it = temp_alloc(g, 1);
    expr_to(g, s->For.iter, it);
    set_at(g, s->For.iter);
    emit(g, OP_GET_AITER, it, it, 0);
    Label next, stop, end;
    label_init(&next);
    label_init(&stop);
    label_init(&end);
    Block b, t;
    block_push(g, &b, BLOCK_FOR);
    b.brk = &end;
    b.cont = &next;
    b.reg = it;
    label_here(g, &next);
    int exc = it + 1;
    block_push(g, &t, BLOCK_TRY);
    block_open(g, &t, &stop, u->top, exc);
    int v = temp_alloc(g, 1);
    set_at(g, s->For.iter);
    emit(g, OP_GET_ANEXT, v, it, 0);
    emit_await(g, v, v, AWAIT_ITERATOR);
    block_pop(g, &t);
    target_store(g, s->For.target, v);
    u->top = v - TEMP_BASE;
    stmts(g, &s->For.body);
    jump_end(g, OP_JUMP_BACK, &next);
    block_pop(g, &b);
    label_here(g, &stop);
    set_at(g, s->For.iter);
    emit(g, OP_END_ASYNC_FOR, it, exc, 0);
    u->top = saved;
    stmts(g, &s->For.orelse);
    label_here(g, &end);
}

static void stmt_if(Gen *g, AstStmt *s) {
    Label other, end;
    label_init(&other);
    label_init(&end);
    set_at(g, s->If.test);
    Value c;
    if (expr_const(g, s->If.test, &c)) {
        decref(g->th, c);
        emit(g, OP_NOP, 0, 0, 0);
    }
    expr_jump(g, s->If.test, &other, false);
    stmts(g, &s->If.body);
    if (s->If.orelse.n) {
        jump_end(g, OP_JUMP, &end);
        label_here(g, &other);
        stmts(g, &s->If.orelse);
        label_here(g, &end);
    } else label_here(g, &other);
}

// ---- assignments

static void stmt_assign(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int saved = u->top, n = s->Assign.targets.n;
    AstExpr *value = s->Assign.value, *t0 = s->Assign.targets.items[0];
    if (n == 1) {
        if (t0->kind == AST_NAME) {
            int r = name_local_reg(g, t0->Name.id);
            Symbol *y = name_symbol(g, mangle(g, t0->Name.id), NULL);
            if (r >= 0) {
                expr_to(g, value, r);
                if (!(y->flags & SYM_DELETED)) mark_bound(g, r);
                return;
            }
        }
        // a, b = x, y: no tuple
        if ((t0->kind == AST_TUPLE || t0->kind == AST_LIST) && (value->kind == AST_TUPLE || value->kind == AST_LIST) && t0->Tuple.elts.n == value->Tuple.elts.n && t0->Tuple.elts.n <= 16) {
            bool star = false;
            for (int i = 0; i < t0->Tuple.elts.n; i++) star |= t0->Tuple.elts.items[i]->kind == AST_STARRED || value->Tuple.elts.items[i]->kind == AST_STARRED;
            if (!star) {
                int k = t0->Tuple.elts.n, base = temp_alloc(g, k ? k : 1);
                for (int i = 0; i < k; i++) expr_to(g, value->Tuple.elts.items[i], base + i);
                for (int i = 0; i < k; i++) target_store(g, t0->Tuple.elts.items[i], base + i);
                u->top = saved;
                return;
            }
        }
        int r = expr_operand(g, value);
        target_store(g, t0, r);
    } else {
        int r = temp_alloc(g, 1);
        expr_to(g, value, r);
        for (int i = 0; i < n; i++) {
            if (i == n - 1) {
                target_store(g, s->Assign.targets.items[i], r);
                break;
            }
            int c = temp_alloc(g, 1);
            set_at(g, value);
            emit(g, OP_COPY, c, r, 0);
            target_store(g, s->Assign.targets.items[i], c);
            u->top = c - TEMP_BASE;
        }
    }
    u->top = saved;
}

static unsigned inplace_op(AstKind k, bool *has_k) {
    static const struct { AstKind kind; unsigned rr, rk; } rows[] = {
        {AST_ADD, OP_IADD, OP_IADD_RK}, {AST_SUB, OP_ISUB, OP_ISUB_RK}, {AST_MULT, OP_IMUL, OP_IMUL_RK}, {AST_MAT_MULT, OP_IMATMUL, 0}, {AST_DIV, OP_ITRUEDIV, OP_ITRUEDIV_RK},
        {AST_FLOOR_DIV, OP_IFLOORDIV, OP_IFLOORDIV_RK}, {AST_MOD, OP_IMOD, OP_IMOD_RK}, {AST_POW, OP_IPOW, OP_IPOW_RK}, {AST_LSHIFT, OP_ILSHIFT, OP_ILSHIFT_RK}, {AST_RSHIFT, OP_IRSHIFT, OP_IRSHIFT_RK},
        {AST_BIT_AND, OP_IAND, OP_IAND_RK}, {AST_BIT_XOR, OP_IXOR, OP_IXOR_RK}, {AST_BIT_OR, OP_IOR, OP_IOR_RK},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == k) {
            if (*has_k && rows[i].rk) return rows[i].rk;
            *has_k = false;
            return rows[i].rr;
        }
    *has_k = false;
    return OP_IADD;
}

// dst = a op= value
static void inplace(Gen *g, AstStmt *s, int dst, int a) {
    AstExpr *value = s->AugAssign.value;
    Value c;
    bool k = value->kind == AST_CONSTANT && s->AugAssign.op != AST_MAT_MULT;
    if (k && expr_const(g, value, &c)) {
        int idx = const_add(g, c);
        if (idx >= 0 && idx <= 0xFFFF) {
            unsigned op = inplace_op(s->AugAssign.op, &k);
            set_at(g, s);
            emit(g, op, dst, a, idx);
            return;
        }
    }
    k = false;
    int b = expr_operand_borrow(g, value);
    set_at(g, s);
    emit(g, inplace_op(s->AugAssign.op, &k), dst, a, b);
}

static int keep_copy(Gen *g, int r) { // an operand that is needed again
    if (!IS_TEMP(r)) return r;
    int t = temp_alloc(g, 1);
    emit(g, OP_COPY, t, r, 0);
    return t;
}

static void stmt_aug_assign(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int saved = u->top;
    AstExpr *t = s->AugAssign.target;
    set_at(g, t);
    if (t->kind == AST_NAME) {
        int r = name_local_reg(g, t->Name.id);
        Symbol *y = name_symbol(g, mangle(g, t->Name.id), NULL);
        if (r >= 0 && !(y->flags & SYM_WALRUS)) {
            if (!is_bound(g, r)) emit(g, OP_CHECK_BOUND, r, 0, 0);
            if (!(y->flags & SYM_DELETED)) mark_bound(g, r);
            inplace(g, s, r, r);
        } else {
            int v = temp_alloc(g, 1);
            name_load(g, t->Name.id, v);
            inplace(g, s, v, v);
            set_at(g, s);
            name_store(g, t->Name.id, v);
        }
    } else if (t->kind == AST_ATTRIBUTE) {
        int o = expr_operand(g, t->Attribute.value), name = name_add(g, mangle(g, t->Attribute.attr)), v = temp_alloc(g, 1), c = keep_copy(g, o);
        set_at(g, t);
        emit(g, OP_LOAD_ATTR, v, c, name);
        inplace(g, s, v, v);
        set_at(g, t);
        emit(g, OP_STORE_ATTR, o, v, name);
    } else if (t->kind == AST_SUBSCRIPT) {
        int o = expr_operand(g, t->Subscript.value), k = expr_operand(g, t->Subscript.slice), v = temp_alloc(g, 1);
        int oc = keep_copy(g, o), kc = keep_copy(g, k);
        set_at(g, t);
        emit(g, OP_GETITEM, v, oc, kc);
        inplace(g, s, v, v);
        set_at(g, t);
        emit(g, OP_SETITEM, o, k, v);
    } else gen_error(g, s, "illegal target for augmented assignment");
    u->top = saved;
}

static void delete_target(Gen *g, AstExpr *t) {
    if (gen_too_deep(g)) return;
    Unit *u = g->u;
    int saved = u->top;
    switch (t->kind) {
    case AST_NAME: set_at(g, t); name_delete(g, t->Name.id); break;
    case AST_ATTRIBUTE: {
        int o = expr_operand(g, t->Attribute.value);
        set_at(g, t);
        emit(g, OP_DELETE_ATTR, o, name_add(g, mangle(g, t->Attribute.attr)), 0);
        break;
    }
    case AST_SUBSCRIPT: {
        int o = expr_operand(g, t->Subscript.value), k = expr_operand(g, t->Subscript.slice);
        set_at(g, t);
        emit(g, OP_DELITEM, o, k, 0);
        break;
    }
    case AST_TUPLE: case AST_LIST:
        for (int i = 0; i < t->Tuple.elts.n; i++) delete_target(g, t->Tuple.elts.items[i]);
        break;
    default: gen_error(g, t, "cannot delete this expression");
    }
    u->top = saved;
}

static void stmt_ann_assign(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    AstExpr *t = s->AnnAssign.target;
    int saved = u->top;
    if (s->AnnAssign.value) {
        int r = expr_operand(g, s->AnnAssign.value);
        target_store(g, t, r);
        u->top = saved;
    }
    bool keeps = u->host->kind == SCOPE_MODULE || u->host->kind == SCOPE_CLASS;
    if (t->kind == AST_NAME) {
        if (s->AnnAssign.simple && keeps && (g->future & CO_FUTURE_ANNOTATIONS)) {
            // __annotations__[name] = 'text'
            int v = temp_alloc(g, 1), o = temp_alloc(g, 1), k = temp_alloc(g, 1);
            Value text = annotation_text(g, s->AnnAssign.annotation);
            emit_const(g, v, text);
            set_at(g, s);
            emit(g, OP_LOAD_NAME, o, name_add(g, g->n_annotations), 0);
            emit_const(g, k, new_ref(g->th, name_str(g, mangle(g, t->Name.id))));
            emit(g, OP_SETITEM, o, k, v);
        } else if (s->AnnAssign.simple && keeps && u->host->conditional_annotations) {
            // __conditional_annotations__.add(index)
            int o = temp_alloc(g, 1), v = temp_alloc(g, 1), index = annotation_index(g, s);
            if (index >= 0) {
                set_at(g, s);
                emit_const(g, v, value_imm_int(index));
                if (u->host->kind == SCOPE_CLASS) emit(g, OP_LOAD_DEREF, o, u->cond_cell_reg, 0);
                else emit(g, OP_LOAD_NAME, o, name_add(g, g->n_cond), 0);
                emit(g, OP_SET_ADD, o, v, 0);
                emit(g, OP_RELEASE, o, 0, 0);
            }
        }
    } else if (!s->AnnAssign.value) { // x.y: int evaluates x; x[i]: int evaluates both
        if (t->kind == AST_ATTRIBUTE) expr_effect(g, t->Attribute.value);
        else if (t->kind == AST_SUBSCRIPT) {
            expr_effect(g, t->Subscript.value);
            expr_effect(g, t->Subscript.slice);
        }
    }
    u->top = saved;
}

// ---- imports

static void stmt_import(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    for (int i = 0; i < s->Import.names.n; i++) {
        AstAlias *a = s->Import.names.items[i];
        int saved = u->top, base = temp_alloc(g, 2);
        set_at(g, s);
        emit_const(g, base, value_imm_int(0));
        emit_none(g, base + 1);
        emit(g, OP_IMPORT_NAME, base, base, name_add(g, a->name));
        const char *dot = memchr(a->name->text, '.', a->name->len);
        if (a->asname) {
            // import a.b.c as x: walk the attributes as "from" does
            const char *end = a->name->text + a->name->len;
            while (dot) {
                const char *next = memchr(dot + 1, '.', (size_t)(end - dot - 1));
                AstName *part = ast_name(g->arena, dot + 1, (size_t)((next ? next : end) - dot - 1));
                emit(g, OP_IMPORT_FROM, base + 1, base, name_add(g, part));
                emit(g, OP_MOVE, base, base + 1, 0);
                dot = next;
            }
            name_store(g, a->asname, base);
        } else name_store(g, dot ? ast_name(g->arena, a->name->text, (size_t)(dot - a->name->text)) : a->name, base);
        u->top = saved;
    }
}

static void stmt_import_from(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    Thread *th = g->th;
    int n = s->ImportFrom.names.n, saved = u->top, base = temp_alloc(g, 2), item = temp_alloc(g, 1);
    Tuple *names = tuple_new(th, (size_t)n);
    if (!names) {
        g->failed = true;
        return;
    }
    for (int i = 0; i < n; i++) names->items[i] = new_ref(th, name_str(g, s->ImportFrom.names.items[i]->name));
    set_at(g, s);
    emit_const(g, base, value_imm_int(s->ImportFrom.level));
    emit_const(g, base + 1, VALUE_OF(names));
    AstName *module = s->ImportFrom.module ? s->ImportFrom.module : ast_name_z(g->arena, "");
    emit(g, OP_IMPORT_NAME, base, base, name_add(g, module));
    for (int i = 0; i < n; i++) {
        AstAlias *a = s->ImportFrom.names.items[i];
        if (i == 0 && a->name->len == 1 && a->name->text[0] == '*') {
            emit(g, OP_IMPORT_STAR, base, 0, 0);
            u->top = saved;
            return;
        }
        set_at(g, a->lineno ? (void *)a : (void *)s);
        emit(g, OP_IMPORT_FROM, item, base, name_add(g, a->name));
        name_store(g, a->asname ? a->asname : a->name, item);
    }
    emit(g, OP_RELEASE, base, 0, 0);
    u->top = saved;
}

static void stmt_assert(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    if (s->Assert.test->kind == AST_TUPLE && s->Assert.test->Tuple.elts.n > 0) gen_warning(g, s, "assertion is always true, perhaps remove parentheses?");
    if (g->optimize >= 1) { // left out, but still checked
        async_check(g, (const AstNode *)s->Assert.test);
        return;
    }
    int saved = u->top;
    Label ok;
    label_init(&ok);
    set_at(g, s);
    expr_jump(g, s->Assert.test, &ok, true);
    int e = temp_alloc(g, 2);
    set_at(g, s->Assert.test);
    emit(g, OP_LOAD_COMMON, e, 0, 0);
    if (s->Assert.msg) {
        expr_to(g, s->Assert.msg, e + 1);
        set_at(g, s->Assert.test);
        emit(g, OP_CALL, e, e, 1);
    }
    emit(g, OP_RAISE, e, 0, 1);
    label_here(g, &ok);
    u->top = saved;
}

static void stmt_raise(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    int saved = u->top;
    if (!s->Raise.exc) {
        set_at(g, s);
        emit(g, OP_RAISE, 0, 0, 0);
    } else {
        int e = expr_operand(g, s->Raise.exc), c = s->Raise.cause ? expr_operand(g, s->Raise.cause) : 0;
        set_at(g, s);
        emit(g, OP_RAISE, e, c, s->Raise.cause ? 2 : 1);
    }
    u->top = saved;
}

void stmts(Gen *g, const AstStmtSeq *q) {
    for (int i = 0; i < q->n && !g->failed; i++) stmt(g, q->items[i]);
}

void stmt(Gen *g, AstStmt *s) {
    Unit *u = g->u;
    if (g->failed) return;
    if (gen_too_deep(g)) return;
    int saved = u->top;
    set_at(g, s);
    switch (s->kind) {
    case AST_FUNCTION_DEF: case AST_ASYNC_FUNCTION_DEF: stmt_function(g, s); break;
    case AST_CLASS_DEF: stmt_class(g, s); break;
    case AST_RETURN: stmt_return(g, s); break;
    case AST_DELETE:
        for (int i = 0; i < s->Delete.targets.n; i++) delete_target(g, s->Delete.targets.items[i]);
        break;
    case AST_ASSIGN: stmt_assign(g, s); break;
    case AST_TYPE_ALIAS: stmt_type_alias(g, s); break;
    case AST_AUG_ASSIGN: stmt_aug_assign(g, s); break;
    case AST_ANN_ASSIGN: stmt_ann_assign(g, s); break;
    case AST_FOR: stmt_for(g, s); break;
    case AST_ASYNC_FOR: stmt_async_for(g, s); break;
    case AST_WHILE: stmt_while(g, s); break;
    case AST_IF: stmt_if(g, s); break;
    case AST_WITH: case AST_ASYNC_WITH: stmt_with(g, s, 0); break;
    case AST_MATCH: stmt_match(g, s); break;
    case AST_RAISE: stmt_raise(g, s); break;
    case AST_TRY: stmt_try(g, s); break;
    case AST_TRY_STAR: stmt_try_star(g, s); break;
    case AST_ASSERT: stmt_assert(g, s); break;
    case AST_IMPORT: stmt_import(g, s); break;
    case AST_IMPORT_FROM: stmt_import_from(g, s); break;
    case AST_GLOBAL: case AST_NONLOCAL: break;
    case AST_EXPR:
        if (u->interactive && u->host->kind == SCOPE_MODULE) {
            int t = temp_alloc(g, 1);
            expr_to(g, s->Expr.value, t);
            set_at(g, s);
            emit(g, OP_PRINT_EXPR, t, 0, 0);
        } else if (s->Expr.value->kind == AST_CONSTANT) emit(g, OP_NOP, 0, 0, 0); // a bare literal: only its line
        else expr_effect(g, s->Expr.value);
        break;
    case AST_PASS: emit(g, OP_NOP, 0, 0, 0); break;
    case AST_BREAK: case AST_CONTINUE: stmt_break(g, s); break;
    default: gen_error(g, s, "unexpected statement"); break;
    }
    u->top = saved;
}
