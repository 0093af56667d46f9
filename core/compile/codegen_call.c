// SPDX-License-Identifier: MIT
// Calls and attributes, with their short ways for methods and for super().
#include "core/compile/codegen_int.h"

// super(class, self), or super() where the function it stands in has a __class__ and a first parameter.
static bool is_super_call(Gen *g, AstExpr *e) {
    if (e->kind != AST_CALL || e->Call.func->kind != AST_NAME || e->Call.func->Name.id != g->n_super || e->Call.keywords.n) return false;
    Symbol *y = name_symbol(g, g->n_super, NULL);
    if (y && y->kind != SYM_GLOBAL_IMPLICIT) return false;
    if (e->Call.args.n) return e->Call.args.n == 2 && e->Call.args.items[0]->kind != AST_STARRED && e->Call.args.items[1]->kind != AST_STARRED;
    Unit *u = g->u;
    if (u->scope->inlined || u->host->kind != SCOPE_FUNCTION) return false;
    Symbol *c = scope_find(u->host, g->n_class);
    return c && c->kind == SYM_FREE && u->argcount;
}

// super, class, self into base..base+2. Result: the arguments were written.
static bool super_operands(Gen *g, AstExpr *call, int base) {
    expr_to(g, call->Call.func, base);
    if (call->Call.args.n) {
        for (int i = 0; i < 2; i++) expr_to(g, call->Call.args.items[i], base + 1 + i);
        return true;
    }
    set_at(g, call);
    name_load(g, g->n_class, base + 1);
    name_load(g, g->u->locals[0], base + 2);
    return false;
}

void attribute_to(Gen *g, AstExpr *e, int dst) {
    Unit *u = g->u;
    int saved = u->top;
    if (is_super_call(g, e->Attribute.value)) {
        int base = temp_alloc(g, 3);
        bool written = super_operands(g, e->Attribute.value, base);
        set_at(g, e);
        emit(g, written ? OP_LOAD_SUPER2_ATTR : OP_LOAD_SUPER_ATTR, dst, base, name_add(g, mangle(g, e->Attribute.attr)));
    } else {
        int o = expr_operand_borrow(g, e->Attribute.value);
        set_at(g, e);
        emit(g, OP_LOAD_ATTR, dst, o, name_add(g, mangle(g, e->Attribute.attr)));
    }
    u->top = saved;
}

enum { CALL_EX_GROUP = 64 };    // so many registers in a row, or pairs of them
// Positional arguments with stars as a tuple in dst, keyword arguments with ** as a dict in dst + 1. func: register kept for messages.
static int call_ex_operands(Gen *g, AstExpr *where, const AstExprSeq *args, const AstKeywordSeq *kws, int dst, int func) {
    Unit *u = g->u;
    int saved = u->top;
    if (args->n == 1 && args->items[0]->kind == AST_STARRED) expr_to(g, args->items[0]->Starred.value, dst);
    else if (!has_star(args) && args->n <= CALL_EX_GROUP) {
        int base = temp_alloc(g, args->n);
        for (int i = 0; i < args->n; i++) expr_to(g, args->items[i], base + i);
        emit(g, OP_BUILD_TUPLE, dst, base, args->n);
        u->top = saved;
    } else {
        build_growing(g, args, dst, false);
        emit(g, OP_LIST_TO_TUPLE, dst, dst, 0);
    }
    if (!kws->n) return 0;
    if (kws->n == 1 && !kws->items[0]->arg) {   // CALL_EX only reads it, so it need not be copied
        expr_to(g, kws->items[0]->value, dst + 1);
        return 1;
    }
    // Names that follow each other make one dict, which is merged into what is there; the first of them is what is there. DICT_MERGE reports duplicates.
    bool first = true;
    for (int i = 0; i < kws->n;) {
        int n = 0;
        while (i + n < kws->n && kws->items[i + n]->arg && n < CALL_EX_GROUP) n++;
        if (n) {
            int base = temp_alloc(g, 2 * n);
            for (int k = 0; k < n; k++) {
                emit_const(g, base + 2 * k, new_ref(g->th, name_str(g, kws->items[i + k]->arg)));
                expr_to(g, kws->items[i + k]->value, base + 2 * k + 1);
            }
            set_at(g, where);
            emit(g, OP_BUILD_MAP, first ? dst + 1 : base, base, n);
            if (!first) emit(g, OP_DICT_MERGE, dst + 1, base, func);
        } else {
            if (first) emit(g, OP_BUILD_MAP, dst + 1, dst + 1, 0);
            int v = expr_operand(g, kws->items[i]->value);
            set_at(g, where);
            emit(g, OP_DICT_MERGE, dst + 1, v, func);
            n = 1;
        }
        first = false;
        i += n;
        u->top = saved;
    }
    return 1;
}

static void warn_not_callable(Gen *g, AstExpr *e) {
    AstExpr *f = e->Call.func;
    const char *t = f->kind == AST_LAMBDA ? NULL : literal_type(f);
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

void call_to(Gen *g, AstExpr *e, int dst) {
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
    bool method = f->kind == AST_ATTRIBUTE;
    int n = args->n + kws->n;
    int base = temp_alloc(g, 1 + method);
    if (method && is_super_call(g, f->Attribute.value)) {
        int three = temp_alloc(g, 3);
        bool written = super_operands(g, f->Attribute.value, three);
        set_at(g, f);
        emit(g, written ? OP_LOAD_SUPER2_METHOD : OP_LOAD_SUPER_METHOD, base, three, name_add(g, mangle(g, f->Attribute.attr)));
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
