// SPDX-License-Identifier: MIT
// Constant expressions: folding them where CPython folds them, as operands, and the types of literals for warnings.
#include "core/compile/codegen_int.h"

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/set.h"

int binop_of(AstKind k) {
    switch (k) {
    case AST_ADD: return BINOP_ADD; case AST_SUB: return BINOP_SUB; case AST_MULT: return BINOP_MUL; case AST_MAT_MULT: return BINOP_MATMUL;
    case AST_DIV: return BINOP_TRUEDIV; case AST_FLOOR_DIV: return BINOP_FLOORDIV; case AST_MOD: return BINOP_MOD; case AST_POW: return BINOP_POW;
    case AST_LSHIFT: return BINOP_LSHIFT; case AST_RSHIFT: return BINOP_RSHIFT; case AST_BIT_AND: return BINOP_AND; case AST_BIT_XOR: return BINOP_XOR;
    default: return BINOP_OR;
    }
}

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
    case AST_SUBSCRIPT: { // 'text'[0]; whatever would raise does so where it runs
        AstExpr *index = e->Subscript.slice;
        if (e->Subscript.ctx != AST_LOAD || (index->kind != AST_CONSTANT && index->kind != AST_UNARY_OP)) return false;
        Value a, k;
        if (!expr_const(g, e->Subscript.value, &a)) return false;
        if (sequence_length(a) < 0 || !expr_const(g, index, &k)) {
            decref(th, a);
            return false;
        }
        *out = value_is_imm_int(k) ? object_getitem(th, a, k) : NO_VALUE;
        if (error_pending(th)) error_clear(th);
        decref(th, a);
        decref(th, k);
        return *out != NO_VALUE;
    }
    case AST_TUPLE: {
        if (e->Tuple.ctx != AST_LOAD) return false;
        for (int i = 0; i < e->Tuple.elts.n; i++) {
            AstKind k = e->Tuple.elts.items[i]->kind;
            if (k != AST_CONSTANT && k != AST_TUPLE && k != AST_UNARY_OP && k != AST_BIN_OP && k != AST_SUBSCRIPT) return false;
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

int const_operand(Gen *g, AstExpr *e) {
    Value v;
    if (e->kind != AST_CONSTANT && e->kind != AST_UNARY_OP && e->kind != AST_TUPLE && e->kind != AST_BIN_OP && e->kind != AST_SUBSCRIPT && !(e->kind == AST_NAME && e->Name.id == g->n_debug)) return -1;
    if (!expr_const(g, e, &v)) return -1;
    int k = const_add(g, v);
    return k > 0xFFFF ? -1 : k;
}

int const_container(Gen *g, AstExpr *e) {
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

const char *literal_type(AstExpr *e) {
    switch (e->kind) {
    case AST_TUPLE: return "tuple"; case AST_LIST: case AST_LIST_COMP: return "list"; case AST_DICT: case AST_DICT_COMP: return "dict"; case AST_SET: case AST_SET_COMP: return "set";
    case AST_GENERATOR_EXP: return "generator"; case AST_JOINED_STR: case AST_FORMATTED_VALUE: return "str"; case AST_LAMBDA: return "function";
    case AST_TEMPLATE_STR: return "string.templatelib.Template"; case AST_INTERPOLATION: return "string.templatelib.Interpolation";
    case AST_CONSTANT:
        switch (e->Constant.value.kind) {
        case AST_CONST_INT: return "int"; case AST_CONST_STR: return "str"; case AST_CONST_FLOAT: return "float"; case AST_CONST_BYTES: return "bytes"; case AST_CONST_IMAG: return "complex";
        case AST_CONST_NONE: return "NoneType"; case AST_CONST_TRUE: case AST_CONST_FALSE: return "bool"; case AST_CONST_ELLIPSIS: return "ellipsis"; default: return NULL;
        }
    default: return NULL;
    }
}
