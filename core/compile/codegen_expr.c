// SPDX-License-Identifier: MIT
// Expressions to code. expr_to(e, dst) writes dst by its last instruction only, unless dst is an owned temporary: a local keeps its
// old value until the whole expression is evaluated. Constants are folded where CPython folds them.
#include "core/compile/codegen_int.h"

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/set.h"

enum { MAX_INLINE_ITEMS = 64 };

static int binop_of(AstKind k) {
    switch (k) {
    case AST_ADD: return BINOP_ADD; case AST_SUB: return BINOP_SUB; case AST_MULT: return BINOP_MUL; case AST_MAT_MULT: return BINOP_MATMUL;
    case AST_DIV: return BINOP_TRUEDIV; case AST_FLOOR_DIV: return BINOP_FLOORDIV; case AST_MOD: return BINOP_MOD; case AST_POW: return BINOP_POW;
    case AST_LSHIFT: return BINOP_LSHIFT; case AST_RSHIFT: return BINOP_RSHIFT; case AST_BIT_AND: return BINOP_AND; case AST_BIT_XOR: return BINOP_XOR;
    default: return BINOP_OR;
    }
}
// Position among LT LE EQ NE GT GE, or -1 for is, in.
static int cmpop_of(AstKind k) {
    switch (k) {
    case AST_LT: return CMP_LT; case AST_LT_E: return CMP_LE; case AST_EQ: return CMP_EQ; case AST_NOT_EQ: return CMP_NE; case AST_GT: return CMP_GT; case AST_GT_E: return CMP_GE;
    default: return -1;
    }
}

// ---- constants

static bool foldable_number(Value v) { return value_is_int(v) || value_is_float(v) || value_is_exact(v, &type_complex); }

// Items of a constant sequence; -1: not one.
static int64_t sequence_length(Value v) {
    if (value_is_exact_str(v)) return (int64_t)AS(Str, v)->len;
    if (value_is_exact_bytes(v)) return (int64_t)AS(Bytes, v)->len;
    return value_is_exact_tuple(v) ? (int64_t)AS(Tuple, v)->len : -1;
}

// a + b, a * n and n * a of texts and tuples, while the result stays small.
static bool fold_sequence(Gen *g, int op, Value a, Value b, Value *out) {
    int64_t la = sequence_length(a), lb = sequence_length(b);
    if (op == BINOP_ADD) {
        if (la < 0 || lb < 0 || type_of(a) != type_of(b) || la + lb > 4096) return false;
    } else if (op == BINOP_MUL) {
        Value n = la < 0 ? a : b;
        int64_t len = la < 0 ? lb : la;
        if (len < 0 || !value_is_imm_int(n) || value_imm_int_get(n) < 0 || value_imm_int_get(n) > 4096) return false;
        if (len * value_imm_int_get(n) > (value_is_exact_tuple(la < 0 ? b : a) ? 256 : 4096)) return false;
    } else {
        return false;
    }
    *out = number_binary(g->th, op, a, b);
    if (!*out) error_clear(g->th);
    else if (value_is_exact_str(*out) && AS(Str, *out)->len <= 64 && (AS(Str, *out)->flags & STR_ASCII)) *out = str_intern(g->th, *out);
    return *out != NO_VALUE;
}

static bool fold_binary(Gen *g, int op, Value a, Value b, Value *out) {
    Thread *th = g->th;
    if (sequence_length(a) >= 0 || sequence_length(b) >= 0) return fold_sequence(g, op, a, b, out);
    if (!foldable_number(a) || !foldable_number(b)) return false;
    if (value_is_int(a) && value_is_int(b)) { // keep results small
        size_t na = int_bit_length(a), nb = int_bit_length(b);
        if (op == BINOP_POW && (!value_is_imm_int(b) || value_imm_int_get(b) < 0 || value_imm_int_get(b) > 1000 || na * (size_t)value_imm_int_get(b) > 128)) return false;
        if (op == BINOP_LSHIFT && (!value_is_imm_int(b) || value_imm_int_get(b) < 0 || value_imm_int_get(b) > 128)) return false;
        if (op == BINOP_MUL && na + nb > 128) return false;
    } else if (op == BINOP_MATMUL) return false;
    *out = number_binary(th, op, a, b);
    if (!*out) {
        error_clear(th);
        return false;
    }
    return true;
}

bool expr_const(Gen *g, AstExpr *e, Value *out) {
    Thread *th = g->th;
    if (g->failed || gen_too_deep(g)) return false;
    switch (e->kind) {
    case AST_CONSTANT:
        *out = const_value(g, &e->Constant.value);
        if (!*out) g->failed = true;
        return !g->failed;
    case AST_NAME:
        if (e->Name.id != g->n_debug || e->Name.ctx != AST_LOAD) return false;
        *out = value_bool(g->optimize < 1);
        return true;
    case AST_UNARY_OP: {
        Value v;
        bool ok = expr_const(g, e->UnaryOp.operand, &v);
        if (!ok) return false;
        Value r = NO_VALUE;
        if (e->UnaryOp.op == AST_NOT) {
            int t = foldable_number(v) || value_is_bool(v) || v == VALUE_NONE || value_is_str(v) || value_is_bytes(v) ? object_truth(th, v) : -1;
            if (t >= 0) r = value_bool(!t);
        } else if (foldable_number(v)) {
            if (e->UnaryOp.op == AST_USUB) r = number_negative(th, v);
            else if (e->UnaryOp.op == AST_UADD) r = number_positive(th, v);
            else if (value_is_int(v) && !value_is_bool(v)) r = number_invert(th, v);
        }
        decref(th, v);
        if (error_pending(th)) error_clear(th);
        *out = r;
        return r != NO_VALUE;
    }
    case AST_BIN_OP: {
        Value a, b;
        bool ok = expr_const(g, e->BinOp.left, &a);
        if (ok && !expr_const(g, e->BinOp.right, &b)) {
            decref(th, a);
            ok = false;
        }
        if (!ok) return false;
        ok = fold_binary(g, binop_of(e->BinOp.op), a, b, out);
        decref(th, a);
        decref(th, b);
        return ok;
    }
    case AST_TUPLE: {
        if (e->Tuple.ctx != AST_LOAD) return false;
        for (int i = 0; i < e->Tuple.elts.n; i++) {
            AstKind k = e->Tuple.elts.items[i]->kind;
            if (k != AST_CONSTANT && k != AST_TUPLE && k != AST_UNARY_OP && k != AST_BIN_OP) return false;
        }
        Tuple *t = tuple_new(th, (size_t)e->Tuple.elts.n);
        if (!t) {
            g->failed = true;
            return false;
        }
        for (int i = 0; i < e->Tuple.elts.n; i++) {
            if (!expr_const(g, e->Tuple.elts.items[i], &t->items[i])) {
                t->items[i] = NO_VALUE;
                        decref(th, VALUE_OF(t));
                return false;
            }
        }
        *out = VALUE_OF(t);
        return true;
    }
    default: return false;
    }
}

// Index of a constant operand (16 bits), or -1 when e is none. Keeps the expression's value out of registers.
static int const_operand(Gen *g, AstExpr *e) {
    Value v;
    if (e->kind != AST_CONSTANT && e->kind != AST_UNARY_OP && e->kind != AST_TUPLE && e->kind != AST_BIN_OP && !(e->kind == AST_NAME && e->Name.id == g->n_debug)) return -1;
    if (!expr_const(g, e, &v)) return -1;
    int k = const_add(g, v);
    return k > 0xFFFF ? -1 : k;
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
        int a = expr_operand(g, e->BinOp.left);
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
                const char *what = NULL;
                if (x->kind == AST_TUPLE) what = "tuple";
                else if (x->kind == AST_CONSTANT) {
                    switch (x->Constant.value.kind) {
                    case AST_CONST_INT: what = "int"; break;
                    case AST_CONST_FLOAT: what = "float"; break;
                    case AST_CONST_IMAG: what = "complex"; break;
                    case AST_CONST_STR: what = "str"; break;
                    case AST_CONST_BYTES: what = "bytes"; break;
                    default: break;
                    }
                }
                if (what) {
                    gen_warning(g, e, op == AST_IS ? "\"is\" with '%s' literal. Did you mean \"==\"?" : "\"is not\" with '%s' literal. Did you mean \"!=\"?", what);
                    break;
                }
            }
        }
        left = right;
    }
}

// `x in [..]`, `x in {..}` with constant items: a constant tuple or frozenset.
static int container_const(Gen *g, AstExpr *e) {
    if (e->kind != AST_LIST && e->kind != AST_SET) return -1;
    Thread *th = g->th;
    AstExprSeq *q = &e->List.elts; // Set.elts has the same place
    AstExpr as_tuple = *e;
    as_tuple.kind = AST_TUPLE;
    as_tuple.Tuple.elts = *q;
    as_tuple.Tuple.ctx = AST_LOAD;
    Value v;
    if (!expr_const(g, &as_tuple, &v)) return -1;
    if (e->kind == AST_SET) {
        Value f = frozenset_new(th, v);
        decref(th, v);
        if (!f) {
            error_clear(th);
            return -1;
        }
        v = f;
    }
    int k = const_add(g, v);
    return k > 0xFFFF ? -1 : k;
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
        if ((op == AST_IN || op == AST_NOT_IN) && (k = container_const(g, right)) >= 0) {
            b = temp_alloc(g, 1);
            emit_bc(g, OP_LOAD_CONST, b, k);
        } else b = expr_operand_borrow(g, right);
    }
    set_at(g, e);
    if (c >= 0) emit(g, OP_LT + (unsigned)c, dst, a, b);
    else emit(g, op == AST_IS ? OP_IS : op == AST_IS_NOT ? OP_IS_NOT : op == AST_IN ? OP_IN : OP_NOT_IN, dst, a, b);
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
    int a = temp_alloc(g, 1), b = temp_alloc(g, 1), c = temp_alloc(g, 1);
    Label fail, end;
    label_init(&fail);
    label_init(&end);
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
        int c = cmpop_of(op), k;
        check_is_literal(g, e);
        if (c >= 0 && !g->long_jumps) {
            int a = expr_operand(g, e->Compare.left);
            if ((k = const_operand(g, right)) >= 0) {
                set_at(g, e);
                jump_c(g, OP_JLT_T_RK + 2 * (unsigned)c + !when, a, k, l);
            } else {
                int b = expr_operand_borrow(g, right);
                set_at(g, e);
                jump_c(g, OP_JLT_T + 2 * (unsigned)c + !when, a, b, l);
            }
        } else if ((op == AST_IS || op == AST_IS_NOT) && right->kind == AST_CONSTANT && right->Constant.value.kind == AST_CONST_NONE) {
            int a = expr_operand_borrow(g, e->Compare.left);
            set_at(g, e);
            jump(g, (op == AST_IS) == when ? OP_JUMP_IF_NONE : OP_JUMP_IF_NOT_NONE, a, l);
        } else {
            int t = temp_alloc(g, 1), a = expr_operand(g, e->Compare.left);
            compare_emit(g, e, op, t, a, right, REG_NONE);
            jump(g, when ? OP_JUMP_IF_TRUE : OP_JUMP_IF_FALSE, t, l);
        }
    } else {
        int a = expr_operand_borrow(g, e);
        set_at(g, e);
        jump(g, when ? OP_JUMP_IF_TRUE : OP_JUMP_IF_FALSE, a, l);
    }
    u->top = saved;
}

// ---- displays

static bool has_star(const AstExprSeq *q) {
    for (int i = 0; i < q->n; i++)
        if (q->items[i]->kind == AST_STARRED) return true;
    return false;
}

// Items (with stars) into a list or set in temporary t.
static void build_growing(Gen *g, const AstExprSeq *q, int t, bool set) {
    Unit *u = g->u;
    int first = 0, saved = u->top;
    while (first < q->n && first < MAX_INLINE_ITEMS && q->items[first]->kind != AST_STARRED) first++;
    int base = temp_alloc(g, first ? first : 1);
    for (int i = 0; i < first; i++) expr_to(g, q->items[i], base + i);
    emit(g, set ? OP_BUILD_SET : OP_BUILD_LIST, t, base, first);
    u->top = saved;
    for (int i = first; i < q->n; i++) {
        AstExpr *x = q->items[i];
        bool star = x->kind == AST_STARRED;
        int r = expr_operand(g, star ? x->Starred.value : x);
        set_at(g, x);
        emit(g, star ? (set ? OP_SET_UPDATE : OP_LIST_EXTEND) : (set ? OP_SET_ADD : OP_LIST_APPEND), t, r, 0);
        u->top = saved;
    }
}

static void sequence_to(Gen *g, AstExpr *e, const AstExprSeq *q, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    bool tuple = e->kind == AST_TUPLE, set = e->kind == AST_SET;
    if (!has_star(q) && q->n <= MAX_INLINE_ITEMS) {
        // [const, const, ...]: one constant tuple, extended into the list
        if (e->kind == AST_LIST && q->n > 2) {
            AstExpr as_tuple = *e;
            as_tuple.kind = AST_TUPLE;
            as_tuple.Tuple.ctx = AST_LOAD;
            Value v;
            if (expr_const(g, &as_tuple, &v)) {
                int t = IS_TEMP(dst) ? dst : temp_alloc(g, 1), c = temp_alloc(g, 1);
                set_at(g, e);
                emit(g, OP_BUILD_LIST, t, t, 0);
                emit_const(g, c, v);
                emit(g, OP_LIST_EXTEND, t, c, 0);
                if (t != dst) emit(g, OP_MOVE, dst, t, 0);
                u->top = saved;
                return;
            }
        }
        int base = temp_alloc(g, q->n ? q->n : 1);
        for (int i = 0; i < q->n; i++) expr_to(g, q->items[i], base + i);
        set_at(g, e);
        emit(g, tuple ? OP_BUILD_TUPLE : set ? OP_BUILD_SET : OP_BUILD_LIST, dst, base, q->n);
    } else {
        int t = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
        set_at(g, e);
        build_growing(g, q, t, set);
        set_at(g, e);
        if (tuple) emit(g, OP_LIST_TO_TUPLE, dst, t, 0);
        else if (t != dst) emit(g, OP_MOVE, dst, t, 0);
    }
    u->top = saved;
}

static void dict_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, n = e->Dict.keys.n, first = 0;
    int t = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
    while (first < n && first < MAX_INLINE_ITEMS / 2 && e->Dict.keys.items[first]) first++;
    int base = temp_alloc(g, first ? 2 * first : 1), after = u->top;
    for (int i = 0; i < first; i++) {
        expr_to(g, e->Dict.keys.items[i], base + 2 * i);
        expr_to(g, e->Dict.values.items[i], base + 2 * i + 1);
    }
    set_at(g, e);
    emit(g, OP_BUILD_MAP, first == n ? dst : t, base, first);
    if (first < n) {
        u->top = base - TEMP_BASE;
        (void)after;
        int top = u->top;
        for (int i = first; i < n; i++) {
            if (e->Dict.keys.items[i]) {
                int k = expr_operand(g, e->Dict.keys.items[i]), v = expr_operand(g, e->Dict.values.items[i]);
                set_at(g, e);
                emit(g, OP_MAP_ADD, t, k, v);
            } else {
                int v = expr_operand(g, e->Dict.values.items[i]);
                set_at(g, e->Dict.values.items[i]);
                emit(g, OP_DICT_UPDATE, t, v, 0);
            }
            u->top = top;
        }
        if (t != dst) emit(g, OP_MOVE, dst, t, 0);
    }
    u->top = saved;
}

// ---- f-strings and t-strings

static void formatted_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    int v = expr_operand(g, e->FormattedValue.value);
    int conv = e->FormattedValue.conversion;
    if (conv != -1) {
        int t = IS_TEMP(v) ? v : temp_alloc(g, 1);
        set_at(g, e);
        emit(g, OP_CONVERT, t, v, conv == 's' ? 1 : conv == 'r' ? 2 : 3);
        v = t;
    }
    if (e->FormattedValue.format_spec) {
        int s = temp_alloc(g, 1);
        expr_to(g, e->FormattedValue.format_spec, s);
        set_at(g, e);
        emit(g, OP_FORMAT_SPEC, dst, v, s);
    } else {
        set_at(g, e);
        emit(g, OP_FORMAT, dst, v, 0);
    }
    u->top = saved;
}

static void joined_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, n = e->JoinedStr.values.n;
    if (n == 0) {
        emit_const(g, dst, name_empty);
        return;
    }
    if (n == 1) {
        expr_to(g, e->JoinedStr.values.items[0], dst);
        return;
    }
    // Long ones in pieces, so that registers stay few.
    int base = temp_alloc(g, n < MAX_INLINE_ITEMS ? n : MAX_INLINE_ITEMS), used = 0;
    for (int i = 0; i < n; i++) {
        if (used == MAX_INLINE_ITEMS) {
            emit(g, OP_BUILD_STRING, base, base, used);
            used = 1;
        }
        expr_to(g, e->JoinedStr.values.items[i], base + used++);
    }
    set_at(g, e);
    emit(g, OP_BUILD_STRING, dst, base, used);
    u->top = saved;
}

static void template_to(Gen *g, AstExpr *e, int dst) {
    Thread *th = g->th;
    Unit *u = g->u;
    int saved = u->top, n = e->TemplateStr.values.n, ni = 0;
    for (int i = 0; i < n; i++) ni += e->TemplateStr.values.items[i]->kind == AST_INTERPOLATION;
    // strings: always one more than interpolations, empty where two follow each other
    Tuple *strings = tuple_new(th, (size_t)ni + 1);
    if (!strings) {
        g->failed = true;
        return;
    }
    for (int i = 0; i <= ni; i++) strings->items[i] = name_empty;
    int at = 0;
    for (int i = 0; i < n; i++) {
        AstExpr *x = e->TemplateStr.values.items[i];
        if (x->kind == AST_INTERPOLATION) at++;
        else if (x->kind == AST_CONSTANT) {
            Value v = const_value(g, &x->Constant.value);
            if (!v) {
                g->failed = true;
                break;
            }
            if (strings->items[at] == name_empty) strings->items[at] = v;
            else {
                Value both = str_concat(th, strings->items[at], v);
                decref(th, v);
                decref(th, strings->items[at]);
                strings->items[at] = both;
                if (!both) {
                    g->failed = true;
                    break;
                }
            }
        }
    }
    int two = temp_alloc(g, 2), base = temp_alloc(g, ni ? ni : 1);
    emit_const(g, two, VALUE_OF(strings));
    int j = 0;
    for (int i = 0; i < n; i++) {
        AstExpr *x = e->TemplateStr.values.items[i];
        if (x->kind != AST_INTERPOLATION) continue;
        int top = u->top, three = temp_alloc(g, 3), conv = x->Interpolation.conversion;
        expr_to(g, x->Interpolation.value, three);
        emit_const(g, three + 1, const_value(g, &x->Interpolation.str));
        if (x->Interpolation.format_spec) expr_to(g, x->Interpolation.format_spec, three + 2);
        set_at(g, x);
        emit(g, OP_BUILD_INTERPOLATION, base + j++, three, (conv == 's' ? 1 : conv == 'r' ? 2 : conv == 'a' ? 3 : 0) | (x->Interpolation.format_spec ? 4 : 0));
        u->top = top;
    }
    set_at(g, e);
    emit(g, OP_BUILD_TUPLE, two + 1, base, ni);
    emit(g, OP_BUILD_TEMPLATE, dst, two, 0);
    u->top = saved;
}

// ---- calls

static bool is_super_call(Gen *g, AstExpr *e, bool *zero) {
    if (e->kind != AST_CALL || e->Call.func->kind != AST_NAME || e->Call.func->Name.id != g->n_super || e->Call.keywords.n) return false;
    Symbol *y = name_symbol(g, g->n_super, NULL);
    if (y && y->kind != SYM_GLOBAL_IMPLICIT) return false;
    Unit *u = g->u;
    if (e->Call.args.n) return false;
    // zero arguments: needs __class__ and a first parameter of this very function
    if (u->scope->inlined || u->host->kind != SCOPE_FUNCTION) return false;
    Symbol *c = scope_find(u->host, g->n_class);
    if (!c || c->kind != SYM_FREE || u->argcount == 0) return false;
    *zero = true;
    return true;
}

// super, class, self into base..base+2
static void super_operands(Gen *g, AstExpr *call, int base, bool zero) {
    expr_to(g, call->Call.func, base);
    if (!zero) {
        expr_to(g, call->Call.args.items[0], base + 1);
        expr_to(g, call->Call.args.items[1], base + 2);
        return;
    }
    set_at(g, call);
    name_load(g, g->n_class, base + 1);
    name_load(g, g->u->locals[0], base + 2);
}

static void attribute_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    bool zero;
    if (is_super_call(g, e->Attribute.value, &zero)) {
        int base = temp_alloc(g, 3);
        super_operands(g, e->Attribute.value, base, zero);
        set_at(g, e);
        emit(g, OP_LOAD_SUPER_ATTR, dst, base, name_add(g, mangle(g, e->Attribute.attr)));
    } else {
        int o = expr_operand_borrow(g, e->Attribute.value);
        set_at(g, e);
        emit(g, OP_LOAD_ATTR, dst, o, name_add(g, mangle(g, e->Attribute.attr)));
    }
    u->top = saved;
}

// Positional arguments with stars as a tuple in dst, keyword arguments with ** as a dict in dst + 1. func: register kept for messages.
static int call_ex_operands(Gen *g, AstExpr *where, const AstExprSeq *args, const AstKeywordSeq *kws, int dst, int func) {
    Unit *u = g->u;
    int saved = u->top;
    if (args->n == 1 && args->items[0]->kind == AST_STARRED) expr_to(g, args->items[0]->Starred.value, dst);
    else {
        build_growing(g, args, dst, false);
        emit(g, OP_LIST_TO_TUPLE, dst, dst, 0);
    }
    if (!kws->n) return 0;
    emit(g, OP_BUILD_MAP, dst + 1, dst + 1, 0);
    for (int i = 0; i < kws->n; i++) {
        AstKeyword *k = kws->items[i];
        if (k->arg) { // through DICT_MERGE, which reports duplicates
            int base = temp_alloc(g, 2);
            emit_const(g, base, new_ref(g->th, name_str(g, k->arg)));
            expr_to(g, k->value, base + 1);
            set_at(g, where);
            emit(g, OP_BUILD_MAP, base, base, 1);
            emit(g, OP_DICT_MERGE, dst + 1, base, func);
        } else {
            int v = expr_operand(g, k->value);
            set_at(g, where);
            emit(g, OP_DICT_MERGE, dst + 1, v, func);
        }
        u->top = saved;
    }
    return 1;
}

static void warn_not_callable(Gen *g, AstExpr *e) {
    AstExpr *f = e->Call.func;
    const char *t = NULL;
    switch (f->kind) {
    case AST_CONSTANT:
        switch (f->Constant.value.kind) {
        case AST_CONST_INT: t = "int"; break; case AST_CONST_STR: t = "str"; break; case AST_CONST_FLOAT: t = "float"; break; case AST_CONST_BYTES: t = "bytes"; break;
        case AST_CONST_NONE: t = "NoneType"; break; case AST_CONST_TRUE: case AST_CONST_FALSE: t = "bool"; break; case AST_CONST_ELLIPSIS: t = "ellipsis"; break; case AST_CONST_IMAG: t = "complex"; break;
        default: break;
        }
        break;
    case AST_TUPLE: t = "tuple"; break; case AST_LIST: case AST_LIST_COMP: t = "list"; break; case AST_DICT: case AST_DICT_COMP: t = "dict"; break; case AST_SET: case AST_SET_COMP: t = "set"; break;
    case AST_GENERATOR_EXP: t = "generator"; break; case AST_JOINED_STR: case AST_FORMATTED_VALUE: t = "str"; break;
    default: break;
    }
    if (t) gen_warning(g, e, "'%s' object is not callable; perhaps you missed a comma?", t);
}

static void check_keywords(Gen *g, const AstKeywordSeq *kws) {
    for (int i = 0; i < kws->n; i++)
        for (int j = 0; kws->items[i]->arg && j < i; j++)
            if (kws->items[j]->arg == kws->items[i]->arg) gen_error(g, kws->items[i], "keyword argument repeated: %s", kws->items[i]->arg->text);
}

// Keyword names as a constant tuple; -1 on error.
static int kwnames_const(Gen *g, const AstKeywordSeq *kws) {
    Tuple *t = tuple_new(g->th, (size_t)kws->n);
    if (!t) {
        g->failed = true;
        return -1;
    }
    for (int i = 0; i < kws->n; i++) t->items[i] = new_ref(g->th, name_str(g, kws->items[i]->arg));
    return const_add(g, VALUE_OF(t));
}

static void call_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    AstExpr *f = e->Call.func;
    const AstExprSeq *args = &e->Call.args;
    const AstKeywordSeq *kws = &e->Call.keywords;
    warn_not_callable(g, e);
    check_keywords(g, kws);
    bool ex = has_star(args) || args->n + kws->n > 4000;
    for (int i = 0; i < kws->n; i++) ex |= kws->items[i]->arg == NULL;
    if (ex) {
        int base = temp_alloc(g, 3);
        expr_to(g, f, base);
        int flag = call_ex_operands(g, e, args, kws, base + 1, base);
        set_at(g, e);
        emit(g, OP_CALL_EX, dst, base, flag);
        u->top = saved;
        return;
    }
    bool method = f->kind == AST_ATTRIBUTE, zero;
    int n = args->n + kws->n;
    int base = temp_alloc(g, 1 + method);
    if (method && is_super_call(g, f->Attribute.value, &zero)) {
        int three = temp_alloc(g, 3);
        super_operands(g, f->Attribute.value, three, zero);
        set_at(g, f);
        emit(g, OP_LOAD_SUPER_METHOD, base, three, name_add(g, mangle(g, f->Attribute.attr)));
        u->top = base - TEMP_BASE + 2;
    } else if (method) {
        int top = u->top, o = expr_operand_borrow(g, f->Attribute.value);
        set_at(g, f);
        emit(g, OP_LOAD_METHOD, base, o, name_add(g, mangle(g, f->Attribute.attr)));
        u->top = top;
    } else expr_to(g, f, base);
    int first = temp_alloc(g, n);
    for (int i = 0; i < args->n; i++) expr_to(g, args->items[i], first + i);
    for (int i = 0; i < kws->n; i++) expr_to(g, kws->items[i]->value, first + args->n + i);
    set_at(g, e);
    if (kws->n) {
        int k = kwnames_const(g, kws);
        emit(g, method ? OP_CALL_METHOD_KW : OP_CALL_KW, dst, base, n);
        emit_word(g, (uint64_t)k);
    } else emit(g, method ? OP_CALL_METHOD : OP_CALL, dst, base, n);
    u->top = saved;
}

// ---- await, yield

void emit_await(Gen *g, int reg, int dst, int kind) {
    Unit *u = g->u;
    int saved = u->top;
    emit(g, OP_GET_AWAITABLE, reg, reg, kind);
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

// ---- comprehensions

// At the head of a loop's body: returns the register FOR_ITER is to leave the item in: the target's own when it is a plain local, else the next
// temporary, which is stored into the target here.
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
        emit_await(g, t, t, 0);
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

static void comprehension_to(Gen *g, AstExpr *e, int dst) {
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

static const char *literal_type(AstExpr *e) {
    switch (e->kind) {
    case AST_TUPLE: return "tuple"; case AST_LIST: case AST_LIST_COMP: return "list"; case AST_DICT: case AST_DICT_COMP: return "dict"; case AST_SET: case AST_SET_COMP: return "set";
    case AST_GENERATOR_EXP: return "generator"; case AST_JOINED_STR: return "str"; case AST_LAMBDA: return "function";
    case AST_CONSTANT:
        switch (e->Constant.value.kind) {
        case AST_CONST_INT: return "int"; case AST_CONST_STR: return "str"; case AST_CONST_FLOAT: return "float"; case AST_CONST_BYTES: return "bytes"; case AST_CONST_IMAG: return "complex";
        case AST_CONST_NONE: return "NoneType"; case AST_CONST_TRUE: case AST_CONST_FALSE: return "bool"; case AST_CONST_ELLIPSIS: return "ellipsis"; default: return NULL;
        }
    default: return NULL;
    }
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
    if ((e->kind == AST_UNARY_OP || e->kind == AST_BIN_OP || e->kind == AST_TUPLE || e->kind == AST_CONSTANT || e->kind == AST_NAME) && expr_const(g, e, &v)) {
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
    emit(g, OP_RELEASE, t, 0, 0);
    u->top = saved;
}

// ---- targets

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

void target_store(Gen *g, AstExpr *t, int src) {
    Unit *u = g->u;
    int saved = u->top;
    switch (t->kind) {
    case AST_NAME: set_at(g, t); name_store(g, t->Name.id, src); break;
    case AST_ATTRIBUTE: {
        int o = expr_operand_borrow(g, t->Attribute.value);
        set_at(g, t);
        emit(g, OP_STORE_ATTR, o, src, name_add(g, mangle(g, t->Attribute.attr)));
        // self.x = ... in a method: listed in the class's __static_attributes__
        if (t->Attribute.value->kind == AST_NAME && u->host->kind == SCOPE_FUNCTION && u->argcount && u->locals[0] == t->Attribute.value->Name.id)
            for (Unit *p = u->up; p; p = p->up)
                if (p->host->kind == SCOPE_CLASS) {
                    AstName *name = t->Attribute.attr;
                    bool known = false;
                    for (int i = 0; i < p->nstatic; i++) known |= p->static_attrs[i] == name;
                    if (!known && p->nstatic < 64) p->static_attrs[p->nstatic++] = name;
                    break;
                }
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
