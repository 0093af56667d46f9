// SPDX-License-Identifier: MIT
// Displays of tuples, lists, sets and dicts, and f-strings and t-strings: what puts items together.
#include "core/compile/codegen_int.h"

// More items than this are added one by one, so that registers stay few.
enum { MAX_INLINE_ITEMS = 64 };

bool has_star(const AstExprSeq *q) {
    for (int i = 0; i < q->n; i++)
        if (q->items[i]->kind == AST_STARRED) return true;
    return false;
}

void build_growing(Gen *g, const AstExprSeq *q, int t, bool set) {
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

void sequence_to(Gen *g, AstExpr *e, const AstExprSeq *q, int dst) {
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

void dict_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top, n = e->Dict.keys.n, first = 0;
    int t = IS_TEMP(dst) ? dst : temp_alloc(g, 1);
    while (first < n && first < MAX_INLINE_ITEMS / 2 && e->Dict.keys.items[first]) first++;
    int base = temp_alloc(g, first ? 2 * first : 1);
    for (int i = 0; i < first; i++) {
        expr_to(g, e->Dict.keys.items[i], base + 2 * i);
        expr_to(g, e->Dict.values.items[i], base + 2 * i + 1);
    }
    set_at(g, e);
    emit(g, OP_BUILD_MAP, first == n ? dst : t, base, first);
    if (first < n) {
        u->top = base - TEMP_BASE;
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

void formatted_to(Gen *g, AstExpr *e, int dst) {
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

void joined_to(Gen *g, AstExpr *e, int dst) {
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

void template_to(Gen *g, AstExpr *e, int dst) {
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
