// SPDX-License-Identifier: MIT
// Names in code: registers, cells, closures, globals and namespaces; making function objects with their closures.
#include "core/compile/codegen_int.h"

AstName *mangle(Gen *g, AstName *name) { return scope_mangle(g->arena, g->u->scope, name); }

Symbol *name_symbol(Gen *g, AstName *name, Scope **where) {
    Scope *s = g->u->scope;
    for (; s->inlined; s = s->parent) {
        Symbol *y = scope_find(s, name);
        if (y && (y->flags & DEF_BOUND)) {
            if (where) *where = s;
            return y;
        }
    }
    if (where) *where = s;
    return scope_find(s, name);
}

// Is y, found in scope s, kept in a register of the frame (as a value or a cell)?
static bool in_register(const Symbol *y, const Scope *s) { return y && y->reg >= 0 && (s->inlined || scope_is_function_like(s)) && (y->kind == SYM_LOCAL || y->kind == SYM_CELL); }

int name_local_reg(Gen *g, AstName *raw) {
    Scope *s;
    Symbol *y = name_symbol(g, mangle(g, raw), &s);
    return in_register(y, s) && y->kind == SYM_LOCAL ? y->reg : REG_NONE;
}

static void check_bound(Gen *g, int reg) {
    if (is_bound(g, reg)) return;
    emit(g, OP_CHECK_BOUND, reg, 0, 0);
}

static int classdict_load(Gen *g) {
    int t = temp_alloc(g, 1);
    name_load(g, g->n_classdict, t);
    return t;
}

void name_load(Gen *g, AstName *raw, int dst) {
    Unit *u = g->u;
    AstName *name = mangle(g, raw);
    Scope *s;
    Symbol *y = name_symbol(g, name, &s);
    int saved = u->top;
    if (in_register(y, s)) {
        if (y->kind == SYM_CELL) emit(g, OP_LOAD_DEREF, dst, y->reg, 0);
        else {
            check_bound(g, y->reg);
            emit(g, OP_MOVE, dst, y->reg, 0);
            if (!(y->flags & SYM_DELETED)) mark_bound(g, y->reg); // the check passed
        }
        return;
    }
    SymKind kind = y ? (SymKind)y->kind : SYM_GLOBAL_IMPLICIT;
    bool classdict = s->can_see_class && name != g->n_classdict && name != g->n_cond && (kind == SYM_FREE || kind == SYM_GLOBAL_IMPLICIT);
    if (kind == SYM_FREE) {
        if (s->kind == SCOPE_CLASS) {
            int t = temp_alloc(g, 1);
            emit(g, OP_LOAD_LOCALS, t, 0, 0);
            emit(g, OP_LOAD_FROM_DICT_OR_FREE, dst, t, y->reg);
        } else if (classdict) {
            int t = classdict_load(g);
            emit(g, OP_LOAD_FROM_DICT_OR_FREE, dst, t, y->reg);
        } else emit(g, OP_LOAD_FREE, dst, y->reg, 0);
    } else if (s->kind == SCOPE_CLASS || s->kind == SCOPE_MODULE) {
        emit(g, kind == SYM_GLOBAL_EXPLICIT ? OP_LOAD_GLOBAL : OP_LOAD_NAME, dst, name_add(g, name), 0);
    } else if (classdict) {
        int t = classdict_load(g);
        emit(g, OP_LOAD_FROM_DICT_OR_GLOBALS, dst, t, name_add(g, name));
    } else emit(g, OP_LOAD_GLOBAL, dst, name_add(g, name), 0);
    u->top = saved;
}

int name_local(Gen *g, AstName *raw) {
    Scope *s;
    Symbol *y = name_symbol(g, mangle(g, raw), &s);
    return in_register(y, s) && y->kind != SYM_CELL ? y->reg : -1;
}

void name_store(Gen *g, AstName *raw, int src) {
    AstName *name = mangle(g, raw);
    Scope *s;
    Symbol *y = name_symbol(g, name, &s);
    if (in_register(y, s)) {
        if (y->kind == SYM_CELL) emit(g, OP_STORE_DEREF, y->reg, src, 0);
        else {
            if (src != y->reg) emit(g, OP_MOVE, y->reg, src, 0);
            if (!(y->flags & SYM_DELETED)) mark_bound(g, y->reg);
        }
        return;
    }
    SymKind kind = y ? (SymKind)y->kind : SYM_GLOBAL_IMPLICIT;
    if (kind == SYM_FREE && s->kind != SCOPE_CLASS) emit(g, OP_STORE_FREE, y->reg, src, 0);
    else if (kind == SYM_FREE && y && (y->flags & DEF_NONLOCAL)) emit(g, OP_STORE_FREE, y->reg, src, 0);
    else if (kind == SYM_GLOBAL_EXPLICIT || (kind == SYM_GLOBAL_IMPLICIT && scope_is_function_like(s))) emit(g, OP_STORE_GLOBAL, src, name_add(g, name), 0);
    else emit(g, OP_STORE_NAME, src, name_add(g, name), 0);
}

void name_delete(Gen *g, AstName *raw) {
    AstName *name = mangle(g, raw);
    Scope *s;
    Symbol *y = name_symbol(g, name, &s);
    if (in_register(y, s)) {
        emit(g, y->kind == SYM_CELL ? OP_DELETE_DEREF : OP_DELETE_LOCAL, y->reg, 0, 0);
        return;
    }
    SymKind kind = y ? (SymKind)y->kind : SYM_GLOBAL_IMPLICIT;
    if (kind == SYM_FREE && (s->kind != SCOPE_CLASS || (y->flags & DEF_NONLOCAL))) emit(g, OP_DELETE_FREE, y->reg, 0, 0);
    else if (kind == SYM_GLOBAL_EXPLICIT || (kind == SYM_GLOBAL_IMPLICIT && scope_is_function_like(s))) emit(g, OP_DELETE_GLOBAL, name_add(g, name), 0, 0);
    else emit(g, OP_DELETE_NAME, name_add(g, name), 0, 0);
}

// The cell of a name for a closure made here, into dst.
static void cell_load(Gen *g, AstName *name, int dst) {
    Unit *u = g->u;
    for (Scope *s = u->scope;; s = s->parent) {
        Symbol *y = scope_find(s, name);
        if (y && y->kind == SYM_CELL && y->reg >= 0) {
            emit(g, OP_MOVE, dst, y->reg, 0);
            return;
        }
        if (!s->inlined) break;
    }
    if (u->host->kind == SCOPE_CLASS && name == g->n_class && u->class_cell_reg >= 0) emit(g, OP_MOVE, dst, u->class_cell_reg, 0);
    else if (u->host->kind == SCOPE_CLASS && name == g->n_classdict && u->classdict_cell_reg >= 0) emit(g, OP_MOVE, dst, u->classdict_cell_reg, 0);
    else if (u->host->kind == SCOPE_CLASS && name == g->n_cond && u->cond_cell_reg >= 0) emit(g, OP_MOVE, dst, u->cond_cell_reg, 0);
    else {
        for (int i = 0; i < u->host->free.n; i++)
            if (u->host->free.items[i] == name) {
                emit(g, OP_LOAD_FREE_CELL, dst, i, 0);
                return;
            }
        gen_error(g, u->at, "internal: no cell for '%s'", name->text);
    }
}

bool module_level(Gen *g) { return g->u->host->kind == SCOPE_MODULE || g->u->host->kind == SCOPE_CLASS; }

void make_function(Gen *g, Value code_owned, Scope *s, int dst) {
    if (!code_owned) {
        g->failed = true;
        return;
    }
    Unit *u = g->u;
    int k = const_add(g, code_owned);
    if (k < 0) return;
    if (k > 0xFFFF) {
        gen_error(g, u->at, "too many constants in one block");
        return;
    }
    int saved = u->top;
    bool uncounted = module_level(g) && s->kind != SCOPE_LAMBDA && s->kind != SCOPE_GENEXP && s->kind != SCOPE_COMPREHENSION;
    emit(g, OP_MAKE_FUNCTION, dst, k, uncounted);
    if (s->free.n) {
        int base = temp_alloc(g, s->free.n);
        for (int i = 0; i < s->free.n; i++) cell_load(g, s->free.items[i], base + i);
        emit(g, OP_BUILD_TUPLE, base, base, s->free.n);
        emit(g, OP_SET_FUNCTION, dst, base, 8);
    }
    u->top = saved;
}
