// SPDX-License-Identifier: MIT
// The optimised tree that PyCF_OPTIMIZED_AST asks for: __debug__ and the numbers of patterns as constants, 'text %s' % (x,) as an f-string, and from level 2 on no
// docstrings. Nothing else: all other folding is the code generator's. Nodes are changed in place; values made here are kept alive by the list `keep`.
#include "core/compile/ast_object_int.h"

#include <stdio.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/list.h"

typedef struct Fold { Thread *th; AstArena *arena; int optimize; bool lazy_annotations; Value keep; } Fold;

static int fold_node(Fold *f, AstNode *n);

// ---- constants ------------------------------------------------------------------------------------------------------------------------

static void become_object(AstExpr *e, Value v) {
    e->kind = AST_CONSTANT;
    memset(&e->Constant, 0, sizeof e->Constant);
    e->Constant.value = (AstConst){.kind = AST_CONST_OBJECT, .object = v};
}
static bool is_number(const AstExpr *e) {
    return e->kind == AST_CONSTANT && (e->Constant.value.kind == AST_CONST_INT || e->Constant.value.kind == AST_CONST_FLOAT ||
                                       e->Constant.value.kind == AST_CONST_IMAG || e->Constant.value.kind == AST_CONST_OBJECT);
}
// -number and number +- number, of a pattern. 0 or -1.
static int fold_number(Fold *f, AstExpr *e) {
    Thread *th = f->th;
    Value a, b = NO_VALUE, r;
    if (e->kind == AST_UNARY_OP && e->UnaryOp.op == AST_USUB && is_number(e->UnaryOp.operand)) {
        if ((a = const_object(th, &e->UnaryOp.operand->Constant.value)) == NO_VALUE) return -1;
        r = number_negative(th, a);
    } else if (e->kind == AST_BIN_OP && (e->BinOp.op == AST_ADD || e->BinOp.op == AST_SUB)) {
        if (fold_number(f, e->BinOp.left) < 0) return -1;
        if (!is_number(e->BinOp.left) || !is_number(e->BinOp.right)) return 0;
        if ((a = const_object(th, &e->BinOp.left->Constant.value)) == NO_VALUE) return -1;
        b = const_object(th, &e->BinOp.right->Constant.value);
        r = b == NO_VALUE ? NO_VALUE : number_binary(th, e->BinOp.op == AST_ADD ? BINOP_ADD : BINOP_SUB, a, b);
    } else return 0;
    decref(th, a);
    decref(th, b);
    int failed = r == NO_VALUE || list_append(th, AS(List, f->keep), r) < 0;
    if (!failed) become_object(e, r);
    decref(th, r);
    return failed ? -1 : 0;
}

// ---- % --------------------------------------------------------------------------------------------------------------------------------

// A text made here, which has no place.
static AstExpr *text_constant(Fold *f, const char *p, size_t n) {
    AstExpr *e = ast_node_new(f->arena, AST_CONSTANT);
    e->lineno = e->col_offset = e->end_lineno = e->end_col_offset = -1;
    char *copy = arena_alloc(&f->arena->mem, n + 1);
    memcpy(copy, p, n);
    copy[n] = 0;
    e->Constant.value = (AstConst){.kind = AST_CONST_STR, .len = (uint32_t)n, .text = copy};
    return e;
}
// A number of up to two digits; -1: too long. *p moves behind it.
static int short_number(const char **p, const char *end) {
    int n = 0, digits = 0;
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++, digits++)
        if (digits < 3) n = n * 10 + (**p - '0');
    return digits > 2 ? -1 : n;
}
// One conversion, *p behind its '%', as what formats arg the same way; NULL: it is more than %s, %r or %a.
static AstExpr *conversion(Fold *f, const char **p, const char *end, AstExpr *arg) {
    bool left = false;
    int width = 0, precision = -1;
    for (; *p < end && memchr("-+ #0", **p, 5); (*p)++) left |= **p == '-';
    if ((width = short_number(p, end)) < 0) return NULL;
    if (*p < end && **p == '.') {
        (*p)++;
        if ((precision = short_number(p, end)) < 0) return NULL;
    }
    if (*p == end || !memchr("sra", **p, 3)) return NULL;
    char spec[16];
    int n = 0;
    if (width > 0) n = snprintf(spec, sizeof spec, "%s%d", left ? "" : ">", width);
    if (precision >= 0) n += snprintf(spec + n, sizeof spec - (size_t)n, ".%d", precision);
    AstExpr *v = ast_node_new(f->arena, AST_FORMATTED_VALUE);
    v->lineno = arg->lineno, v->col_offset = arg->col_offset, v->end_lineno = arg->end_lineno, v->end_col_offset = arg->end_col_offset;
    v->FormattedValue.value = arg;
    v->FormattedValue.conversion = *(*p)++;
    v->FormattedValue.format_spec = n ? text_constant(f, spec, (size_t)n) : NULL;
    return v;
}
// Up to the next conversion: the text with %% made %, NULL when it is empty. *p: at the conversion's '%', or at the end. False: a '%' with nothing behind.
static bool literal(Fold *f, const char **p, const char *end, AstExpr **out) {
    char *buffer = arena_alloc(&f->arena->mem, (size_t)(end - *p) + 1);
    size_t n = 0;
    for (; *p < end && (**p != '%' || (*p + 1 < end && (*p)[1] == '%')); (*p)++) {
        if (**p == '%') (*p)++;
        buffer[n++] = **p;
    }
    *out = n ? text_constant(f, buffer, n) : NULL;
    return *p == end || *p + 1 < end;
}
static void fold_format(Fold *f, AstExpr *e) {
    AstExpr *text = e->BinOp.left, *tuple = e->BinOp.right;
    if (e->BinOp.op != AST_MOD || text->kind != AST_CONSTANT || text->Constant.value.kind != AST_CONST_STR || tuple->kind != AST_TUPLE) return;
    int n = tuple->Tuple.elts.n, used = 0, parts = 0;
    for (int i = 0; i < n; i++)
        if (tuple->Tuple.elts.items[i]->kind == AST_STARRED) return;
    AstExpr **values = arena_alloc(&f->arena->mem, (2 * (size_t)n + 1) * sizeof *values);
    const char *p = text->Constant.value.text, *end = p + text->Constant.value.len;
    for (;;) {
        AstExpr *part;
        if (!literal(f, &p, end, &part)) return;
        if (part) values[parts++] = part;
        if (p == end) break;
        p++;
        if (used == n || !(part = conversion(f, &p, end, tuple->Tuple.elts.items[used]))) return;
        used++;
        values[parts++] = part;
    }
    if (used < n) return;
    e->kind = AST_JOINED_STR;
    memset(&e->JoinedStr, 0, sizeof e->JoinedStr);
    e->JoinedStr.values = (AstExprSeq){parts, parts ? values : NULL};
}

// ---- bodies ---------------------------------------------------------------------------------------------------------------------------

static bool is_docstring(const AstStmtSeq *body) {
    if (body->n == 0 || body->items[0]->kind != AST_EXPR) return false;
    const AstExpr *e = body->items[0]->Expr.value;
    return e->kind == AST_CONSTANT && e->Constant.value.kind == AST_CONST_STR;
}
static void drop_docstring(Fold *f, AstStmtSeq *body) {
    if (f->optimize < 2 || !is_docstring(body)) return;
    AstStmt *doc = body->items[0];
    if (body->n == 1) {
        doc->kind = AST_PASS;
        doc->end_lineno = doc->lineno;
        doc->end_col_offset = doc->col_offset + 4;
        return;
    }
    body->items++;
    body->n--;
    if (!is_docstring(body)) return;
    // What comes first now is not a docstring either.
    AstExpr *e = body->items[0]->Expr.value, **values = arena_alloc(&f->arena->mem, sizeof *values);
    values[0] = ast_node_new(f->arena, AST_CONSTANT);
    *values[0] = *e;
    e->kind = AST_JOINED_STR;
    memset(&e->JoinedStr, 0, sizeof e->JoinedStr);
    e->JoinedStr.values = (AstExprSeq){1, values};
}

// ---- the walk -------------------------------------------------------------------------------------------------------------------------

static int fold_child(Fold *f, AstNode *n, const AstFieldInfo *field) {
    if (field->type >= AST_NODE_CAT_COUNT || ast_category_is_enum(field->type)) return 0;
    if (f->lazy_annotations && (!strcmp(field->name, "annotation") || !strcmp(field->name, "returns"))) return 0;
    char *at = (char *)n + field->offset;
    if (field->quantity != AST_SEQUENCE && field->quantity != AST_OPTSEQUENCE) {
        AstNode *child = *(AstNode **)at;
        return child ? fold_node(f, child) : 0;
    }
    const AstSeq *s = (const AstSeq *)at;
    for (int i = 0; i < s->n; i++)
        if (s->items[i] && fold_node(f, s->items[i]) < 0) return -1;
    return 0;
}
static int fold_node(Fold *f, AstNode *n) {
    if (thread_c_recursion(f->th, " during compilation")) return -1;
    switch (n->kind) {
    case AST_MODULE: drop_docstring(f, &((AstMod *)n)->Module.body); break;
    case AST_FUNCTION_DEF: case AST_ASYNC_FUNCTION_DEF: drop_docstring(f, &((AstStmt *)n)->FunctionDef.body); break;
    case AST_CLASS_DEF: drop_docstring(f, &((AstStmt *)n)->ClassDef.body); break;
    case AST_MATCH_VALUE:
        if (fold_number(f, ((AstPattern *)n)->MatchValue.value) < 0) return -1;
        break;
    case AST_MATCH_MAPPING: {
        AstExprSeq *keys = &((AstPattern *)n)->MatchMapping.keys;
        for (int i = 0; i < keys->n; i++)
            if (fold_number(f, keys->items[i]) < 0) return -1;
        break;
    }
    default: break;
    }
    const AstKindInfo *k = &ast_kind_info[n->kind];
    for (unsigned i = 0; i < k->nfields; i++)
        if (fold_child(f, n, &k->fields[i]) < 0) return -1;
    AstExpr *e = (AstExpr *)n;
    if (n->kind == AST_NAME && e->Name.ctx == AST_LOAD && !strcmp(e->Name.id->text, "__debug__")) become_object(e, value_bool(f->optimize < 1));
    else if (n->kind == AST_BIN_OP) fold_format(f, e);
    return 0;
}

static bool has_future_annotations(const AstMod *mod) {
    if (mod->kind != AST_MODULE && mod->kind != AST_INTERACTIVE) return false;
    const AstStmtSeq *body = mod->kind == AST_MODULE ? &mod->Module.body : &mod->Interactive.body;
    for (int i = 0; i < body->n; i++) {
        const AstStmt *s = body->items[i];
        if (s->kind != AST_IMPORT_FROM || s->ImportFrom.level || !s->ImportFrom.module || strcmp(s->ImportFrom.module->text, "__future__")) continue;
        for (int j = 0; j < s->ImportFrom.names.n; j++)
            if (!strcmp(s->ImportFrom.names.items[j]->name->text, "annotations")) return true;
    }
    return false;
}
int ast_fold(Thread *th, AstArena *arena, AstMod *mod, const CompileOptions *opt, Value keep) {
    if ((opt->flags & PYCF_OPTIMIZED_AST) != PYCF_OPTIMIZED_AST) return 0;
    bool lazy = ((uint32_t)opt->flags & CO_FUTURE_ANNOTATIONS) || has_future_annotations(mod);
    Fold f = {th, arena, opt->optimize < 0 ? compile_default_optimize : opt->optimize, lazy, keep};
    return fold_node(&f, (AstNode *)mod);
}
