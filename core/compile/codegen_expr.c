// SPDX-License-Identifier: MIT
// Expressions to code. expr_to(e, dst) writes dst by its last instruction only, unless dst is an owned temporary: a local keeps its
// old value until the whole expression is evaluated. Kinds of their own files: constants, displays and strings, calls, comprehensions.
#include "core/compile/codegen_int.h"

#include "core/object/abstract.h"
#include "core/object/iter.h"

// Position among LT LE EQ NE GT GE, or -1 for is, in.
static int cmpop_of(AstKind k) {
    switch (k) {
    case AST_LT: return CMP_LT; case AST_LT_E: return CMP_LE; case AST_EQ: return CMP_EQ; case AST_NOT_EQ: return CMP_NE; case AST_GT: return CMP_GT; case AST_GT_E: return CMP_GE;
    default: return -1;
    }
}

// ---- operands

int expr_operand(Gen *g, AstExpr *e) {
    if (e->kind == AST_NAME && e->Name.ctx == AST_LOAD && e->Name.id != g->n_debug) {
        AstName *name = mangle(g, e->Name.id);
        Symbol *y = name_symbol(g, name, NULL);
        int r = y && !(y->flags & SYM_WALRUS) ? name_local_reg(g, e->Name.id) : REG_NONE;
        if (r >= 0) {
            if (!is_bound(g, r)) {
                set_at(g, e);
                emit(g, OP_CHECK_BOUND, r, 0, 0);
                if (!(y->flags & SYM_DELETED)) mark_bound(g, r);
            }
            return r;
        }
    }
    int t = temp_alloc(g, 1);
    expr_to(g, e, t);
    return t;
}

static bool is_simple(Gen *g, AstExpr *e) { return e->kind == AST_CONSTANT || (e->kind == AST_NAME && name_local_reg(g, e->Name.id) >= 0 && is_bound(g, name_local_reg(g, e->Name.id))); }

int expr_operand_borrow(Gen *g, AstExpr *e) {
    if (e->kind == AST_ATTRIBUTE && e->Attribute.ctx == AST_LOAD) {
        if (gen_too_deep(g)) return BORROW_BASE;
        int saved = g->u->top;
        int o = expr_operand_borrow(g, e->Attribute.value);
        g->u->top = saved;
        // Two borrowed registers take turns: the inner one is read by the instruction that writes the outer one.
        int dst = o == BORROW_BASE ? BORROW_BASE + 1 : BORROW_BASE;
        if (g->u->borrow_max < dst - BORROW_BASE + 1) g->u->borrow_max = dst - BORROW_BASE + 1;
        set_at(g, e);
        emit(g, OP_LOAD_ATTR_B, dst, o, name_add(g, mangle(g, e->Attribute.attr)));
        return dst;
    }
    if (e->kind == AST_SUBSCRIPT && e->Subscript.ctx == AST_LOAD && e->Subscript.slice->kind == AST_NAME && is_simple(g, e->Subscript.slice) && is_simple(g, e->Subscript.value)) {
        int o = expr_operand(g, e->Subscript.value), k = expr_operand(g, e->Subscript.slice);
        if (o < BORROW_BASE && k < BORROW_BASE) {
            if (g->u->borrow_max < 1) g->u->borrow_max = 1;
            set_at(g, e);
            emit(g, OP_GETITEM_B, BORROW_BASE, o, k);
            return BORROW_BASE;
        }
    }
    return expr_operand(g, e);
}

// ---- operators

static void binary_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int op = binop_of(e->BinOp.op), saved = u->top;
    int k = op == BINOP_MATMUL ? -1 : const_operand(g, e->BinOp.right);
    if (k >= 0) {
        int a = expr_operand_borrow(g, e->BinOp.left);
        set_at(g, e);
        emit(g, OP_ADD_RK + (unsigned)op, dst, a, k);
    } else if (op != BINOP_MATMUL && (k = const_operand(g, e->BinOp.left)) >= 0) {
        int b = expr_operand_borrow(g, e->BinOp.right);
        set_at(g, e);
        emit(g, OP_ADD_KR + (unsigned)op, dst, k, b);
    } else {
        // A borrowed operand is read by the very next instruction: the left one only where the right one needs none of its own.
        bool simple = is_simple(g, e->BinOp.right);
        int a = simple ? expr_operand_borrow(g, e->BinOp.left) : expr_operand(g, e->BinOp.left);
        int b = expr_operand_borrow(g, e->BinOp.right);
        set_at(g, e);
        emit(g, OP_ADD + (unsigned)op, dst, a, b);
    }
    u->top = saved;
}

static void check_is_literal(Gen *g, AstExpr *e) {
    AstExpr *left = e->Compare.left;
    for (int i = 0; i < e->Compare.ops.n; i++) {
        AstExpr *right = e->Compare.comparators.items[i];
        AstKind op = e->Compare.ops.items[i];
        if (op == AST_IS || op == AST_IS_NOT) {
            AstExpr *sides[2] = {left, right};
            for (int s = 0; s < 2; s++) {
                AstExpr *x = sides[s];
                const AstConst *c = x->kind == AST_CONSTANT ? &x->Constant.value : NULL;
                bool singleton = c && (c->kind == AST_CONST_NONE || c->kind == AST_CONST_TRUE || c->kind == AST_CONST_FALSE || c->kind == AST_CONST_ELLIPSIS);
                const char *what = x->kind == AST_TUPLE || (c && !singleton) ? literal_type(x) : NULL;
                if (what) {
                    gen_warning(g, e, op == AST_IS ? "\"is\" with '%s' literal. Did you mean \"==\"?" : "\"is not\" with '%s' literal. Did you mean \"!=\"?", what);
                    break;
                }
            }
        }
        left = right;
    }
}

// Register of the right operand of `in`, `is` and their opposites.
static int right_operand(Gen *g, AstKind op, AstExpr *right) {
    int k = op == AST_IN || op == AST_NOT_IN ? const_container(g, right) : -1;
    if (k < 0) return expr_operand_borrow(g, right);
    int b = temp_alloc(g, 1);
    emit_bc(g, OP_LOAD_CONST, b, k);
    return b;
}
static void compare_emit(Gen *g, AstExpr *e, AstKind op, int dst, int a, AstExpr *right, int b) {
    // b: register of the right operand, or REG_NONE: evaluate `right`
    int c = cmpop_of(op);
    if (b == REG_NONE) {
        int k;
        if (c >= 0 && (k = const_operand(g, right)) >= 0) {
            set_at(g, e);
            emit(g, OP_LT_RK + (unsigned)c, dst, a, k);
            return;
        }
        b = right_operand(g, op, right);
    }
    set_at(g, e);
    if (c >= 0) emit(g, OP_LT + (unsigned)c, dst, a, b);
    else emit(g, op == AST_IS ? OP_IS : op == AST_IS_NOT ? OP_IS_NOT : op == AST_IN ? OP_IN : OP_NOT_IN, dst, a, b);
}

// Is everything between the operators of a < b < c ... a local variable, which two comparisons can read where it is?
static bool chain_of_locals(Gen *g, AstExpr *e) {
    for (int i = 0; i < e->Compare.ops.n - 1; i++) {
        AstExpr *x = e->Compare.comparators.items[i];
        if (x->kind != AST_NAME || x->Name.id == g->n_debug) return false;
        Symbol *y = name_symbol(g, mangle(g, x->Name.id), NULL);
        if (!y || y->flags & SYM_WALRUS || name_local_reg(g, x->Name.id) < 0) return false;
    }
    return true;
}

static void compare_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    check_is_literal(g, e);
    int n = e->Compare.ops.n;
    if (n == 1) {
        int a = expr_operand(g, e->Compare.left);
        compare_emit(g, e, e->Compare.ops.items[0], dst, a, e->Compare.comparators.items[0], REG_NONE);
        u->top = saved;
        return;
    }
    int r = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
    Label fail, end;
    label_init(&fail);
    label_init(&end);
    if (chain_of_locals(g, e)) {
        int a = expr_operand(g, e->Compare.left);
        for (int i = 0; i < n; i++) {
            AstExpr *right = e->Compare.comparators.items[i];
            int b = i == n - 1 ? REG_NONE : expr_operand(g, right);
            compare_emit(g, e, e->Compare.ops.items[i], r, a, right, b);
            if (i < n - 1) jump(g, OP_JUMP_IF_FALSE_KEEP, r, &end);
            a = b;
        }
        label_here(g, &end);
        if (r != dst) emit(g, OP_MOVE, dst, r, 0);
        u->top = saved;
        return;
    }
    int a = temp_alloc(g, 1), b = temp_alloc(g, 1), c = temp_alloc(g, 1);
    expr_to(g, e->Compare.left, a);
    for (int i = 0; i < n; i++) {
        AstExpr *right = e->Compare.comparators.items[i];
        if (i == n - 1) {
            compare_emit(g, e, e->Compare.ops.items[i], r, a, right, REG_NONE);
            break;
        }
        expr_to(g, right, b);
        set_at(g, e);
        emit(g, OP_COPY, c, b, 0);
        compare_emit(g, e, e->Compare.ops.items[i], r, a, right, c);
        jump(g, OP_JUMP_IF_FALSE_KEEP, r, &fail);
        emit(g, OP_MOVE, a, b, 0);
    }
    jump(g, OP_JUMP, 0, &end);
    label_here(g, &fail);
    emit(g, OP_RELEASE, b, 0, 0);
    label_here(g, &end);
    if (r != dst) emit(g, OP_MOVE, dst, r, 0);
    u->top = saved;
}

static void boolop_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, t = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
    Label end;
    label_init(&end);
    int n = e->BoolOp.values.n;
    for (int i = 0; i < n; i++) {
        expr_to(g, e->BoolOp.values.items[i], t);
        if (i < n - 1) jump(g, e->BoolOp.op == AST_AND ? OP_JUMP_IF_FALSE_KEEP : OP_JUMP_IF_TRUE_KEEP, t, &end);
    }
    label_here(g, &end);
    if (t != dst) emit(g, OP_MOVE, dst, t, 0);
    u->top = saved;
}

// Jumps to l when `a op right` is `when`. a is consumed when a temporary; b: as in compare_emit.
static void compare_jump(Gen *g, AstExpr *e, AstKind op, int a, AstExpr *right, int b, Label *l, bool when) {
    int c = cmpop_of(op), k = -1;
    if (g->long_jumps) {
        int t = temp_alloc(g, 1);
        compare_emit(g, e, op, t, a, right, b);
        jump(g, when ? OP_JUMP_IF_TRUE : OP_JUMP_IF_FALSE, t, l);
        return;
    }
    if (c < 0) {
        if (b == REG_NONE) b = right_operand(g, op, right);
        set_at(g, e);
        bool is = op == AST_IS || op == AST_IS_NOT, holds = when == (op == AST_IS || op == AST_IN);     // jump when `is` or `in` holds
        jump_c(g, is ? (holds ? OP_JIS_T : OP_JIS_F) : holds ? OP_JIN_T : OP_JIN_F, a, b, l);
        return;
    }
    if (b == REG_NONE && (k = const_operand(g, right)) < 0) b = expr_operand_borrow(g, right);
    set_at(g, e);
    if (k >= 0) jump_c(g, OP_JLT_T_RK + 2 * (unsigned)c + !when, a, k, l);
    else jump_c(g, OP_JLT_T + 2 * (unsigned)c + !when, a, b, l);
}

// a < b < c ... as a condition: each comparison jumps by itself. What stands between two operators is compared where it is when it is a local variable,
// else kept in a temporary, for chains of two.
static void chain_jump(Gen *g, AstExpr *e, Label *l, bool when) {
    int n = e->Compare.ops.n;
    Label out, fail;
    label_init(&out);
    label_init(&fail);
    check_is_literal(g, e);
    int a = expr_operand(g, e->Compare.left);
    if (chain_of_locals(g, e)) {
        for (int i = 0; i < n - 1; i++) {
            int b = expr_operand(g, e->Compare.comparators.items[i]);
            compare_jump(g, e, e->Compare.ops.items[i], a, e->Compare.comparators.items[i], b, when ? &out : l, false);
            a = b;
        }
        compare_jump(g, e, e->Compare.ops.items[n - 1], a, e->Compare.comparators.items[n - 1], REG_NONE, l, when);
    } else {
        int b = temp_alloc(g, 1), c = temp_alloc(g, 1);
        expr_to(g, e->Compare.comparators.items[0], b);
        set_at(g, e);
        emit(g, OP_COPY, c, b, 0);
        compare_jump(g, e, e->Compare.ops.items[0], a, e->Compare.comparators.items[0], c, &fail, false);
        compare_jump(g, e, e->Compare.ops.items[1], b, e->Compare.comparators.items[1], REG_NONE, l, when);
        jump(g, OP_JUMP, 0, &out);
        label_here(g, &fail);
        emit(g, OP_RELEASE, b, 0, 0);
        if (!when) jump(g, l->pos >= 0 ? OP_JUMP_BACK : OP_JUMP, 0, l);
    }
    label_here(g, &out);
}

void expr_jump(Gen *g, AstExpr *e, Label *l, bool when) {
    Unit *u = g->u;
    int saved = u->top;
    if (g->failed) return;
    if (gen_too_deep(g)) return;
    Value v;
    if (expr_const(g, e, &v)) {
        int t = object_truth(g->th, v);
        decref(g->th, v);
        if (t < 0) g->failed = true;
        else if ((t != 0) == when) jump(g, l->pos >= 0 ? OP_JUMP_BACK : OP_JUMP, 0, l);
    } else if (e->kind == AST_UNARY_OP && e->UnaryOp.op == AST_NOT) {
        expr_jump(g, e->UnaryOp.operand, l, !when);
    } else if (e->kind == AST_BOOL_OP) {
        bool is_or = e->BoolOp.op == AST_OR;
        int n = e->BoolOp.values.n;
        Label skip;
        label_init(&skip);
        for (int i = 0; i < n - 1; i++) {
            if (is_or == when) expr_jump(g, e->BoolOp.values.items[i], l, when); // decides for the jump
            else expr_jump(g, e->BoolOp.values.items[i], &skip, !when);          // decides against it
        }
        expr_jump(g, e->BoolOp.values.items[n - 1], l, when);
        label_here(g, &skip);
    } else if (e->kind == AST_COMPARE && e->Compare.ops.n == 1) {
        AstExpr *right = e->Compare.comparators.items[0];
        AstKind op = e->Compare.ops.items[0];
        check_is_literal(g, e);
        if ((op == AST_IS || op == AST_IS_NOT) && right->kind == AST_CONSTANT && right->Constant.value.kind == AST_CONST_NONE) {
            int a = expr_operand_borrow(g, e->Compare.left);
            set_at(g, e);
            jump(g, (op == AST_IS) == when ? OP_JUMP_IF_NONE : OP_JUMP_IF_NOT_NONE, a, l);
        } else {
            int a = expr_operand(g, e->Compare.left);
            compare_jump(g, e, op, a, right, REG_NONE, l, when);
        }
    } else if (e->kind == AST_COMPARE && (e->Compare.ops.n == 2 || chain_of_locals(g, e))) {
        chain_jump(g, e, l, when);
    } else {
        int a = expr_operand_borrow(g, e);
        set_at(g, e);
        jump(g, when ? OP_JUMP_IF_TRUE : OP_JUMP_IF_FALSE, a, l);
    }
    u->top = saved;
}

// ---- await, yield

void emit_await(Gen *g, int reg, int dst, int kind) {
    Unit *u = g->u;
    int saved = u->top;
    if (kind != AWAIT_ITERATOR) emit(g, OP_GET_AWAITABLE, reg, reg, kind);
    int v = temp_alloc(g, 1), y = temp_alloc(g, 1);
    Label loop, done;
    label_init(&loop);
    label_init(&done);
    emit_none(g, v);
    label_here(g, &loop);
    // SEND y <- reg.send(v); when it returns: y holds the result
    jump_word(g, OP_SEND, y, reg, v, &done);
    emit(g, OP_YIELD_DELEGATE, v, y, reg);
    emit(g, OP_RESUME, 2, 0, 0);
    jump(g, OP_JUMP_BACK, 0, &loop);
    label_here(g, &done);
    emit(g, OP_MOVE, dst, y, 0);
    u->top = saved;
}

static Scope *function_scope(Scope *s) {
    while (s->inlined) s = s->parent;
    return s;
}

static void await_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    Scope *s = function_scope(u->scope);
    if (s->kind == SCOPE_MODULE && (u->flags & CO_COROUTINE)) {
        // top-level await allowed (PyCF_ALLOW_TOP_LEVEL_AWAIT)
    } else if (s->kind == SCOPE_GENEXP || s->kind == SCOPE_COMPREHENSION) {
    } else if (!scope_is_function_like(s)) {
        gen_error(g, e, "'await' outside function");
        return;
    } else if (!s->is_coroutine) {
        gen_error(g, e, u->scope->inlined ? "asynchronous comprehension outside of an asynchronous function" : "'await' outside async function");
        return;
    }
    int saved = u->top, t = temp_alloc(g, 1);
    expr_to(g, e->Await.value, t);
    set_at(g, e);
    emit_await(g, t, dst, 0);
    u->top = saved;
}

static void yield_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    Scope *s = function_scope(u->scope);
    if (!scope_is_function_like(s)) {
        gen_error(g, e, e->kind == AST_YIELD ? "'yield' outside function" : "'yield from' outside function");
        return;
    }
    if (e->kind == AST_YIELD_FROM) {
        if (s->is_coroutine) {
            gen_error(g, e, "'yield from' inside async function");
            return;
        }
        int t = temp_alloc(g, 1), v = temp_alloc(g, 1), y = temp_alloc(g, 1);
        expr_to(g, e->YieldFrom.value, t);
        set_at(g, e);
        emit(g, OP_GET_YIELD_FROM_ITER, t, t, 0);
        Label loop, done;
        label_init(&loop);
        label_init(&done);
        emit_none(g, v);
        label_here(g, &loop);
        jump_word(g, OP_SEND, y, t, v, &done);
        emit(g, OP_YIELD_DELEGATE, v, y, t);
        emit(g, OP_RESUME, 1, 0, 0);
        jump(g, OP_JUMP_BACK, 0, &loop);
        label_here(g, &done);
        emit(g, OP_MOVE, dst, y, 0);
    } else {
        int v = temp_alloc(g, 1);
        if (e->Yield.value) expr_to(g, e->Yield.value, v);
        else emit_none(g, v);
        set_at(g, e);
        emit(g, s->is_coroutine ? OP_YIELD_ASYNC : OP_YIELD, dst, v, 0);
        emit(g, OP_RESUME, 1, 0, 0);
    }
    u->top = saved;
}

// ---- the rest

static void slice_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    AstExpr *parts[3] = {e->Slice.lower, e->Slice.upper, e->Slice.step};
    Value v[3] = {VALUE_NONE, VALUE_NONE, VALUE_NONE};
    int n = 0;
    while (n < 3 && (!parts[n] || (parts[n]->kind != AST_TUPLE && expr_const(g, parts[n], &v[n])))) n++;
    if (n == 3) {
        Value s = slice_new(g->th, v[0], v[1], v[2]);
        set_at(g, e);
        emit_const(g, dst, s);
    }
    for (int i = 0; i < n; i++) decref(g->th, v[i]);
    if (n == 3) return;
    n = parts[2] ? 3 : 2;
    int base = temp_alloc(g, n);
    for (int i = 0; i < n; i++) {
        if (parts[i]) expr_to(g, parts[i], base + i);
        else emit_none(g, base + i);
    }
    set_at(g, e);
    emit(g, OP_BUILD_SLICE, dst, base, n);
    u->top = saved;
}

static void warn_subscript(Gen *g, AstExpr *e) {
    AstExpr *v = e->Subscript.value, *i = e->Subscript.slice;
    const char *t = literal_type(v), *it = literal_type(i);
    if (!t) return;
    bool seq = !strcmp(t, "str") || !strcmp(t, "list") || !strcmp(t, "tuple") || !strcmp(t, "bytes");
    if (!seq && strcmp(t, "dict")) gen_warning(g, e, "'%s' object is not subscriptable; perhaps you missed a comma?", t);
    else if (seq && it && strcmp(it, "int") && strcmp(it, "bool")) gen_warning(g, e, "%s indices must be integers or slices, not %s; perhaps you missed a comma?", t, it);
}

// A slice that isn't all constants: start, stop, step into three new temporaries; REG_NONE for anything else.
static int slice_operands(Gen *g, AstExpr *e) {
    if (e->kind != AST_SLICE) return REG_NONE;
    AstExpr *parts[3] = {e->Slice.lower, e->Slice.upper, e->Slice.step};
    bool constant = true;
    for (int i = 0; i < 3; i++) constant &= !parts[i] || parts[i]->kind == AST_CONSTANT || (parts[i]->kind == AST_UNARY_OP && parts[i]->UnaryOp.operand->kind == AST_CONSTANT);
    if (constant) return REG_NONE;
    int base = temp_alloc(g, 3);
    for (int i = 0; i < 3; i++) {
        if (parts[i]) expr_to(g, parts[i], base + i);
        else emit_none(g, base + i);
    }
    return base;
}

static void subscript_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, k;
    warn_subscript(g, e);
    if ((k = const_operand(g, e->Subscript.slice)) >= 0) {
        int o = expr_operand_borrow(g, e->Subscript.value);
        set_at(g, e);
        emit(g, OP_GETITEM_K, dst, o, k);
    } else {
        bool simple = e->Subscript.slice->kind == AST_NAME && is_simple(g, e->Subscript.slice);
        if (e->Subscript.slice->kind == AST_SLICE) {
            int o = expr_operand(g, e->Subscript.value), base = slice_operands(g, e->Subscript.slice);
            if (base != REG_NONE) {
                set_at(g, e);
                emit(g, OP_GETSLICE, dst, o, base);
            } else {
                int i = expr_operand(g, e->Subscript.slice);
                set_at(g, e);
                emit(g, OP_GETITEM, dst, o, i);
            }
            u->top = saved;
            return;
        }
        int o = simple ? expr_operand_borrow(g, e->Subscript.value) : expr_operand(g, e->Subscript.value);
        int i = expr_operand_borrow(g, e->Subscript.slice);
        set_at(g, e);
        emit(g, OP_GETITEM, dst, o, i);
    }
    u->top = saved;
}

void expr_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    if (g->failed) return;
    if (gen_too_deep(g)) return;
    int saved = u->top;
    Value v;
    if ((e->kind == AST_UNARY_OP || e->kind == AST_BIN_OP || e->kind == AST_TUPLE || e->kind == AST_SUBSCRIPT || e->kind == AST_CONSTANT || e->kind == AST_NAME) && expr_const(g, e, &v)) {
        set_at(g, e);
        emit_const(g, dst, v);
        return;
    }
    switch (e->kind) {
    case AST_NAME: set_at(g, e); name_load(g, e->Name.id, dst); break;
    case AST_BIN_OP: binary_to(g, e, dst); break;
    case AST_UNARY_OP: {
        int a = expr_operand_borrow(g, e->UnaryOp.operand);
        set_at(g, e);
        emit(g, e->UnaryOp.op == AST_NOT ? OP_NOT : e->UnaryOp.op == AST_USUB ? OP_NEG : e->UnaryOp.op == AST_UADD ? OP_POS : OP_INVERT, dst, a, 0);
        break;
    }
    case AST_BOOL_OP: boolop_to(g, e, dst); break;
    case AST_COMPARE: compare_to(g, e, dst); break;
    case AST_NAMED_EXPR: {
        int t = IS_TEMP(dst) ? dst : temp_alloc(g, 1), c = temp_alloc(g, 1);
        expr_to(g, e->NamedExpr.value, t);
        set_at(g, e);
        emit(g, OP_COPY, c, t, 0);
        name_store(g, e->NamedExpr.target->Name.id, c);
        if (t != dst) emit(g, OP_MOVE, dst, t, 0);
        break;
    }
    case AST_LAMBDA: expr_lambda(g, e, dst); break;
    case AST_IF_EXP: {
        Label other, end;
        label_init(&other);
        label_init(&end);
        expr_jump(g, e->IfExp.test, &other, false);
        expr_to(g, e->IfExp.body, dst);
        jump(g, OP_JUMP, 0, &end);
        label_here(g, &other);
        expr_to(g, e->IfExp.orelse, dst);
        label_here(g, &end);
        break;
    }
    case AST_DICT: dict_to(g, e, dst); break;
    case AST_SET: sequence_to(g, e, &e->Set.elts, dst); break;
    case AST_LIST: sequence_to(g, e, &e->List.elts, dst); break;
    case AST_TUPLE: sequence_to(g, e, &e->Tuple.elts, dst); break;
    case AST_LIST_COMP: case AST_SET_COMP: case AST_DICT_COMP: comprehension_to(g, e, dst); break;
    case AST_GENERATOR_EXP: expr_genexp(g, e, dst); break;
    case AST_AWAIT: await_to(g, e, dst); break;
    case AST_YIELD: case AST_YIELD_FROM: yield_to(g, e, dst); break;
    case AST_CALL: call_to(g, e, dst); break;
    case AST_FORMATTED_VALUE: formatted_to(g, e, dst); break;
    case AST_JOINED_STR: joined_to(g, e, dst); break;
    case AST_TEMPLATE_STR: template_to(g, e, dst); break;
    case AST_CONSTANT: set_at(g, e); emit_const(g, dst, const_value(g, &e->Constant.value)); break;
    case AST_ATTRIBUTE: attribute_to(g, e, dst); break;
    case AST_SUBSCRIPT: subscript_to(g, e, dst); break;
    case AST_SLICE: slice_to(g, e, dst); break;
    case AST_STARRED: gen_error(g, e, "can't use starred expression here"); break;
    default: gen_error(g, e, "unexpected expression"); break;
    }
    u->top = saved;
}

void expr_effect(Gen *g, AstExpr *e) {
    Unit *u = g->u;
    int saved = u->top, t = temp_alloc(g, 1);
    expr_to(g, e, t);
    at_join(g);
    emit(g, OP_RELEASE, t, 0, 0);
    u->top = saved;
}

// ---- targets

// The first of the registers when the targets are plain locals in registers that follow each other, few enough for UNPACK; -1 else.
static int consecutive_locals(Gen *g, const AstExprSeq *q) {
    if (q->n == 0 || q->n > UNPACK_LOCALS_MAX) return -1;
    int first = -1;
    for (int i = 0; i < q->n; i++) {
        int reg = q->items[i]->kind == AST_NAME ? name_local(g, q->items[i]->Name.id) : -1;
        if (reg < 0 || (i && reg != first + i)) return -1;
        if (i == 0) first = reg;
    }
    return first;
}

static void unpack_store(Gen *g, AstExpr *target, const AstExprSeq *q, int src) {
    Unit *u = g->u;
    int saved = u->top, star = -1;
    for (int i = 0; i < q->n; i++)
        if (q->items[i]->kind == AST_STARRED) {
            if (star >= 0) {
                gen_error(g, target, "multiple starred expressions in assignment");
                return;
            }
            star = i;
        }
    if (star > 255 || (star >= 0 && q->n - star - 1 > 255)) {
        gen_error(g, target, "too many expressions in star-unpacking assignment");
        return;
    }
    int locals = star < 0 ? consecutive_locals(g, q) : -1;
    if (locals >= 0) {
        set_at(g, target);
        emit(g, OP_UNPACK, locals, src, q->n);
        for (int i = 0; i < q->n; i++) name_store(g, q->items[i]->Name.id, locals + i);    // only notes that they are bound
        return;
    }
    int base = temp_alloc(g, q->n ? q->n : 1);
    set_at(g, target);
    if (star >= 0) emit(g, OP_UNPACK_EX, base, src, star | (q->n - star - 1) << 8);
    else emit(g, OP_UNPACK, base, src, q->n);
    for (int i = 0; i < q->n; i++) {
        AstExpr *x = q->items[i];
        target_store(g, x->kind == AST_STARRED ? x->Starred.value : x, base + i);
    }
    u->top = saved;
}

// self.x = ... in a function in a class: listed in the class's __static_attributes__.
static void static_attribute(Gen *g, AstName *name) {
    Unit *p = g->u->up;
    while (p && p->host->kind != SCOPE_CLASS) p = p->up;
    if (!p) return;
    if (!p->static_attrs) p->static_attrs = dict_new(g->th);
    if (!p->static_attrs || dict_set(g->th, AS(Dict, p->static_attrs), name_str(g, name), VALUE_NONE) < 0) g->failed = true;
}

void target_store(Gen *g, AstExpr *t, int src) {
    if (gen_too_deep(g)) return;
    Unit *u = g->u;
    int saved = u->top;
    switch (t->kind) {
    case AST_NAME: set_at(g, t); name_store(g, t->Name.id, src); break;
    case AST_ATTRIBUTE: {
        int o = expr_operand_borrow(g, t->Attribute.value);
        set_at(g, t);
        emit(g, OP_STORE_ATTR, o, src, name_add(g, mangle(g, t->Attribute.attr)));
        if (t->Attribute.value->kind == AST_NAME && !strcmp(t->Attribute.value->Name.id->text, "self")) static_attribute(g, t->Attribute.attr);
        break;
    }
    case AST_SUBSCRIPT: {
        warn_subscript(g, t);
        int o = expr_operand(g, t->Subscript.value), base = slice_operands(g, t->Subscript.slice);
        if (base != REG_NONE) {
            set_at(g, t);
            emit(g, OP_SETSLICE, o, base, src);
            break;
        }
        int k = expr_operand(g, t->Subscript.slice);
        set_at(g, t);
        emit(g, OP_SETITEM, o, k, src);
        break;
    }
    case AST_TUPLE: unpack_store(g, t, &t->Tuple.elts, src); break;
    case AST_LIST: unpack_store(g, t, &t->List.elts, src); break;
    case AST_STARRED: gen_error(g, t, "starred assignment target must be in a list or tuple"); break;
    default: gen_error(g, t, "cannot assign to this expression"); break;
    }
    u->top = saved;
}

int for_target_enter(Gen *g, AstExpr *target) {
    Unit *u = g->u;
    if (target->kind == AST_NAME) {
        int r = name_local_reg(g, target->Name.id);
        if (r >= 0) {
            Symbol *y = name_symbol(g, mangle(g, target->Name.id), NULL);
            if (!(y->flags & SYM_DELETED)) mark_bound(g, r);
            return r;
        }
    }
    int top = u->top, item = temp_alloc(g, 1);
    target_store(g, target, item);
    u->top = top;
    return item;
}
