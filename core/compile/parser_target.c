// SPDX-License-Identifier: MIT
// Parser: what may be assigned to or deleted. Targets are read as primaries and checked afterwards.
#include "core/compile/parser_int.h"

// star: e may be starred; inner_star: what stands in its brackets may.
static bool valid_target(const AstExpr *e, bool star, bool inner_star) {
    switch (e->kind) {
    case AST_NAME:
    case AST_ATTRIBUTE:
    case AST_SUBSCRIPT: return true;
    case AST_TUPLE:
    case AST_LIST:
        for (int i = 0; i < e->Tuple.elts.n; i++)
            if (!valid_target(e->Tuple.elts.items[i], inner_star, inner_star)) return false;
        return true;
    case AST_STARRED: return star && valid_target(e->Starred.value, false, true);
    default: return false;
    }
}

bool valid_star_targets(const AstExpr *e) {
    return valid_target(e, true, true);
}

bool valid_single_target(const AstExpr *e) {
    return e->kind == AST_NAME || e->kind == AST_ATTRIBUTE || e->kind == AST_SUBSCRIPT;
}

bool valid_del_target(const AstExpr *e) {
    return valid_target(e, false, false);
}

void set_ctx(AstExpr *e, AstKind ctx) {
    switch (e->kind) {
    case AST_NAME: e->Name.ctx = ctx; break;
    case AST_ATTRIBUTE: e->Attribute.ctx = ctx; break;
    case AST_SUBSCRIPT: e->Subscript.ctx = ctx; break;
    case AST_STARRED:
        e->Starred.ctx = ctx;
        set_ctx(e->Starred.value, ctx);
        break;
    case AST_TUPLE:
    case AST_LIST:
        if (e->kind == AST_TUPLE) e->Tuple.ctx = ctx;
        else e->List.ctx = ctx;
        for (int i = 0; i < e->Tuple.elts.n; i++) set_ctx(e->Tuple.elts.items[i], ctx);
        break;
    default: break;
    }
}

AstExpr *star_target(Parser *p) {
    Token *start = p->t;
    AstExpr *e;
    if (p->second && memo_get(p, MEMO_STAR_TARGET, &e)) return e;
    if (accept(p, TOK_STAR)) {
        AstExpr *value = at(p, TOK_STAR) ? NULL : t_primary(p);
        e = NULL;
        if (value && valid_target(value, false, true)) {
            e = expr_from(p, AST_STARRED, start);
            e->Starred.value = value;
            e->Starred.ctx = AST_LOAD;
        }
    } else {
        e = t_primary(p);
        if (e && !valid_target(e, false, true)) e = NULL;
    }
    if (p->failed) return NULL;
    if (!e) reset(p, start);
    return p->second ? memo_put(p, MEMO_STAR_TARGET, start, e) : e;
}

AstExpr *star_targets(Parser *p) {
    const Token *start = p->t;
    AstExpr *first = star_target(p);
    if (!first || !at(p, TOK_COMMA)) return first;
    int base = p->sp;
    push(p, first);
    while (at(p, TOK_COMMA)) {
        Token *before = p->t;
        advance(p);
        AstExpr *e = star_target(p);
        if (p->failed) return NULL;
        if (!e) {
            reset(p, before);
            accept(p, TOK_COMMA);
            break;
        }
        push(p, e);
    }
    AstExprSeq elts = TAKE(p, base, AstExprSeq);
    AstExpr *e = expr_from(p, AST_TUPLE, start);
    e->Tuple.elts = elts;
    e->Tuple.ctx = AST_LOAD;
    return e;
}
