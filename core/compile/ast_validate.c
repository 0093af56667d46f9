// SPDX-License-Identifier: MIT
// Checks of trees made by programs: what the parser would never produce and the compiler relies on. One generic walk over ast.def's tables, with the rules of
// single nodes beside it. No state; a tree has one owner.
#include "core/compile/ast_object_int.h"

#include "core/object/str.h"
#include "core/object/tuple.h"

#include "core/object/set.h"

static int bad(Thread *th, const char *text) {
    raise_value_error(th, "%s", text);
    return -1;
}

static int node_check(Thread *th, const AstNode *n, AstKind ctx);

// ---- rules of single nodes -------------------------------------------------------------------------------------

static int nonempty(Thread *th, int n, const char *field, const AstNode *owner) {
    if (n) return 0;
    raise_value_error(th, "empty %s on %s", field, ast_kind_info[owner->kind].name);
    return -1;
}

static int name_check(Thread *th, const AstName *n) {
    static const char *const constants[] = {"None", "True", "False"};
    for (size_t i = 0; n && i < ARRAY_LEN(constants); i++)
        if (strcmp(n->text, constants[i]) == 0) {
            raise_value_error(th, "identifier field can't represent '%s' constant", constants[i]);
            return -1;
        }
    return 0;
}
static int capture_check(Thread *th, const AstName *n) {
    if (n && strcmp(n->text, "_") == 0) return bad(th, "can't capture name '_' in patterns");
    return name_check(th, n);
}

// Can v be a constant? *wrong: the type of the part that cannot.
static bool constant_type(Thread *th, Value v, Type **wrong) {
    Type *t = type_of(v);
    if (v == VALUE_NONE || v == VALUE_ELLIPSIS || t == &type_int || t == &type_float || t == &type_complex || t == &type_bool || t == &type_str || t == &type_bytes) return true;
    if (t == &type_tuple) {
        for (size_t i = 0; i < AS(Tuple, v)->len; i++)
            if (!constant_type(th, AS(Tuple, v)->items[i], wrong)) return false;
        return true;
    }
    if (t == &type_frozenset) {
        size_t pos = 0;
        Value item;
        bool ok = true;
        while (ok && set_next(th, AS(Set, v), &pos, &item)) {
            ok = constant_type(th, item, wrong);
            decref(th, item);
        }
        return ok;
    }
    *wrong = t;
    return false;
}

static int position_check(Thread *th, const AstNode *n) {
    if (n->lineno > n->end_lineno) {
        raise_value_error(th, "AST node line range (%d, %d) is not valid", n->lineno, n->end_lineno);
        return -1;
    }
    if ((n->lineno < 0 && n->end_lineno != n->lineno) || (n->col_offset < 0 && n->col_offset != n->end_col_offset)) {
        raise_value_error(th, "AST node column range (%d, %d) for line range (%d, %d) is not valid", n->col_offset, n->end_col_offset, n->lineno, n->end_lineno);
        return -1;
    }
    if (n->lineno == n->end_lineno && n->col_offset > n->end_col_offset) {
        raise_value_error(th, "line %d, column %d-%d is not a valid range", n->lineno, n->col_offset, n->end_col_offset);
        return -1;
    }
    return 0;
}

// The context an expression was given, against the one its place asks for.
static int context_check(Thread *th, const AstExpr *e, AstKind want) {
    AstKind has;
    switch (e->kind) {
    case AST_ATTRIBUTE: has = e->Attribute.ctx; break;
    case AST_SUBSCRIPT: has = e->Subscript.ctx; break;
    case AST_STARRED: has = e->Starred.ctx; break;
    case AST_NAME: has = e->Name.ctx; break;
    case AST_LIST: has = e->List.ctx; break;
    case AST_TUPLE: has = e->Tuple.ctx; break;
    default:
        if (want == AST_LOAD) return 0;
        raise_value_error(th, "expression which can't be assigned to in %s context", ast_kind_info[want].name);
        return -1;
    }
    if (has == want) return 0;
    raise_value_error(th, "expression must have %s context but has %s instead", ast_kind_info[want].name, ast_kind_info[has].name);
    return -1;
}

// What a constant is in a pattern: 'r' a real number, 'i' a complex one, 't' text or bytes, 0 nothing that may be there.
static char literal_kind(const AstExpr *e) {
    if (e->kind != AST_CONSTANT) return 0;
    const AstConst *c = &e->Constant.value;
    switch (c->kind) {
    case AST_CONST_INT: case AST_CONST_FLOAT: return 'r';
    case AST_CONST_IMAG: return 'i';
    case AST_CONST_STR: case AST_CONST_BYTES: return 't';
    case AST_CONST_OBJECT: {
        Type *t = type_of(c->object);
        return t == &type_int || t == &type_float ? 'r' : t == &type_complex ? 'i' : t == &type_str || t == &type_bytes ? 't' : 0;
    }
    default: return 0;
    }
}
// number or -number, real or (where that may be) complex.
static bool signed_number(const AstExpr *e, bool complex_too) {
    if (e->kind == AST_UNARY_OP && e->UnaryOp.op == AST_USUB) e = e->UnaryOp.operand;
    char k = literal_kind(e);
    return k == 'r' || (k == 'i' && complex_too);
}
static int pattern_literal(Thread *th, const AstExpr *e) {
    bool ok = e->kind == AST_ATTRIBUTE || e->kind == AST_JOINED_STR || e->kind == AST_TEMPLATE_STR;
    if (e->kind == AST_CONSTANT) return literal_kind(e) ? 0 : bad(th, "unexpected constant inside of a literal pattern");
    if (e->kind == AST_UNARY_OP) ok = signed_number(e, true) && e->UnaryOp.op == AST_USUB;
    if (e->kind == AST_BIN_OP)
        ok = (e->BinOp.op == AST_ADD || e->BinOp.op == AST_SUB) && signed_number(e->BinOp.left, false) && literal_kind(e->BinOp.right) == 'i';
    return ok ? 0 : bad(th, "patterns may only match literals and attribute lookups");
}
// Only sequences have room for a *name.
static int no_star(Thread *th, const AstPattern *p) { return p && p->kind == AST_MATCH_STAR ? bad(th, "can't use MatchStar here") : 0; }
static int no_stars(Thread *th, const AstPatternSeq *s) {
    for (int i = 0; i < s->n; i++)
        if (no_star(th, s->items[i])) return -1;
    return 0;
}

static int pattern_rules(Thread *th, const AstPattern *p) {
    switch (p->kind) {
    case AST_MATCH_VALUE: return pattern_literal(th, p->MatchValue.value);
    case AST_MATCH_SINGLETON: {
        int k = p->MatchSingleton.value.kind;
        return k == AST_CONST_NONE || k == AST_CONST_TRUE || k == AST_CONST_FALSE ? 0 : bad(th, "MatchSingleton can only contain True, False and None");
    }
    case AST_MATCH_MAPPING:
        if (p->MatchMapping.keys.n != p->MatchMapping.patterns.n) return bad(th, "MatchMapping doesn't have the same number of keys as patterns");
        for (int i = 0; i < p->MatchMapping.keys.n; i++) {
            AstExpr *e = p->MatchMapping.keys.items[i];
            if (!e) return bad(th, "None disallowed in expression list");
            bool single = e->kind == AST_CONSTANT && (e->Constant.value.kind == AST_CONST_NONE || e->Constant.value.kind == AST_CONST_TRUE || e->Constant.value.kind == AST_CONST_FALSE);
            if (!single && pattern_literal(th, e)) return -1;
        }
        if (no_stars(th, &p->MatchMapping.patterns)) return -1;
        return capture_check(th, p->MatchMapping.rest);
    case AST_MATCH_CLASS: {
        if (p->MatchClass.kwd_attrs.n != p->MatchClass.kwd_patterns.n) return bad(th, "MatchClass doesn't have the same number of keyword attributes as patterns");
        const AstExpr *cls = p->MatchClass.cls;
        while (cls->kind == AST_ATTRIBUTE) cls = cls->Attribute.value;
        if (cls->kind != AST_NAME) return bad(th, "MatchClass cls field can only contain Name or Attribute nodes.");
        for (int i = 0; i < p->MatchClass.kwd_attrs.n; i++)
            if (name_check(th, p->MatchClass.kwd_attrs.items[i])) return -1;
        return no_stars(th, &p->MatchClass.patterns) ? -1 : no_stars(th, &p->MatchClass.kwd_patterns);
    }
    case AST_MATCH_STAR: return capture_check(th, p->MatchStar.name);
    case AST_MATCH_AS:
        if (capture_check(th, p->MatchAs.name)) return -1;
        if (p->MatchAs.pattern && !p->MatchAs.name) return bad(th, "MatchAs must specify a target name if a pattern is given");
        return no_star(th, p->MatchAs.pattern);
    case AST_MATCH_OR: return p->MatchOr.patterns.n < 2 ? bad(th, "MatchOr requires at least 2 patterns") : no_stars(th, &p->MatchOr.patterns);
    default: return 0;
    }
}

static int generators(Thread *th, const AstComprehensionSeq *s) { return s->n ? 0 : bad(th, "comprehension with no generators"); }

static int expr_rules(Thread *th, const AstExpr *e) {
    switch (e->kind) {
    case AST_BOOL_OP: return e->BoolOp.values.n < 2 ? bad(th, "BoolOp with less than 2 values") : 0;
    case AST_DICT: return e->Dict.keys.n != e->Dict.values.n ? bad(th, "Dict doesn't have the same number of keys as values") : 0;
    case AST_LIST_COMP: return generators(th, &e->ListComp.generators);
    case AST_SET_COMP: return generators(th, &e->SetComp.generators);
    case AST_DICT_COMP: return generators(th, &e->DictComp.generators);
    case AST_GENERATOR_EXP: return generators(th, &e->GeneratorExp.generators);
    case AST_COMPARE:
        if (!e->Compare.comparators.n) return bad(th, "Compare with no comparators");
        return e->Compare.comparators.n != e->Compare.ops.n ? bad(th, "Compare has a different number of comparators and operands") : 0;
    case AST_CONSTANT:
        if (e->Constant.value.kind == AST_CONST_OBJECT) {
            Type *wrong = NULL;
            if (!constant_type(th, e->Constant.value.object, &wrong)) {
                raise_type_error(th, "got an invalid type in Constant: %s", wrong->name);
                return -1;
            }
        }
        return 0;
    case AST_NAME: return name_check(th, e->Name.id);
    case AST_NAMED_EXPR: return e->NamedExpr.target->kind != AST_NAME ? (raise_type_error(th, "NamedExpr target must be a Name"), -1) : 0;
    default: return 0;
    }
}

static int try_rules(Thread *th, const AstNode *n, int body, int handlers, int orelse, int final) {
    if (nonempty(th, body, "body", n)) return -1;
    const char *name = ast_kind_info[n->kind].name;
    if (!handlers && !final) {
        raise_value_error(th, "%s has neither except handlers nor finalbody", name);
        return -1;
    }
    if (!handlers && orelse) {
        raise_value_error(th, "%s has orelse but no except handlers", name);
        return -1;
    }
    return 0;
}

static int stmt_rules(Thread *th, const AstStmt *s) {
    const AstNode *n = (const AstNode *)s;
    switch (s->kind) {
    case AST_FUNCTION_DEF: return name_check(th, s->FunctionDef.name) ? -1 : nonempty(th, s->FunctionDef.body.n, "body", n);
    case AST_ASYNC_FUNCTION_DEF: return name_check(th, s->AsyncFunctionDef.name) ? -1 : nonempty(th, s->AsyncFunctionDef.body.n, "body", n);
    case AST_CLASS_DEF: return name_check(th, s->ClassDef.name) ? -1 : nonempty(th, s->ClassDef.body.n, "body", n);
    case AST_DELETE: return nonempty(th, s->Delete.targets.n, "targets", n);
    case AST_ASSIGN: return nonempty(th, s->Assign.targets.n, "targets", n);
    case AST_TYPE_ALIAS: return s->TypeAlias.name->kind != AST_NAME ? (raise_type_error(th, "TypeAlias with non-Name name"), -1) : 0;
    case AST_ANN_ASSIGN: return s->AnnAssign.simple && s->AnnAssign.target->kind != AST_NAME ? (raise_type_error(th, "AnnAssign with simple non-Name target"), -1) : 0;
    case AST_FOR: return nonempty(th, s->For.body.n, "body", n);
    case AST_ASYNC_FOR: return nonempty(th, s->AsyncFor.body.n, "body", n);
    case AST_WHILE: return nonempty(th, s->While.body.n, "body", n);
    case AST_IF: return nonempty(th, s->If.body.n, "body", n);
    case AST_WITH: return nonempty(th, s->With.items.n, "items", n) ? -1 : nonempty(th, s->With.body.n, "body", n);
    case AST_ASYNC_WITH: return nonempty(th, s->AsyncWith.items.n, "items", n) ? -1 : nonempty(th, s->AsyncWith.body.n, "body", n);
    case AST_MATCH: return nonempty(th, s->Match.cases.n, "cases", n);
    case AST_RAISE: return s->Raise.cause && !s->Raise.exc ? bad(th, "Raise with cause but no exception") : 0;
    case AST_TRY: return try_rules(th, n, s->Try.body.n, s->Try.handlers.n, s->Try.orelse.n, s->Try.finalbody.n);
    case AST_TRY_STAR: return try_rules(th, n, s->TryStar.body.n, s->TryStar.handlers.n, s->TryStar.orelse.n, s->TryStar.finalbody.n);
    case AST_IMPORT: return nonempty(th, s->Import.names.n, "names", n);
    case AST_IMPORT_FROM: return s->ImportFrom.level < 0 ? bad(th, "Negative ImportFrom level") : nonempty(th, s->ImportFrom.names.n, "names", n);
    case AST_GLOBAL: return nonempty(th, s->Global.names.n, "names", n);
    case AST_NONLOCAL: return nonempty(th, s->Nonlocal.names.n, "names", n);
    default: return 0;
    }
}

static int other_rules(Thread *th, const AstNode *n) {
    switch (ast_kind_info[n->kind].category) {
    case AST_CAT_STMT: return stmt_rules(th, (const AstStmt *)n);
    case AST_CAT_EXPR: return expr_rules(th, (const AstExpr *)n);
    case AST_CAT_PATTERN: return pattern_rules(th, (const AstPattern *)n);
    case AST_CAT_ALIAS: return name_check(th, ((const AstAlias *)n)->name) ? -1 : name_check(th, ((const AstAlias *)n)->asname);
    case AST_CAT_EXCEPTHANDLER: return name_check(th, ((const AstExceptHandler *)n)->name) ? -1 : nonempty(th, ((const AstExceptHandler *)n)->body.n, "body", n);
    case AST_CAT_MATCH_CASE: return no_star(th, ((const AstMatchCase *)n)->pattern) ? -1 : nonempty(th, ((const AstMatchCase *)n)->body.n, "body", n);
    case AST_CAT_ARGUMENTS: {
        const AstArguments *a = (const AstArguments *)n;
        if (a->defaults.n > a->posonlyargs.n + a->args.n) return bad(th, "more positional defaults than args on arguments");
        return a->kw_defaults.n != a->kwonlyargs.n ? bad(th, "length of kwonlyargs is not the same as kw_defaults on arguments") : 0;
    }
    default: return 0;
    }
}

// ---- the walk --------------------------------------------------------------------------------------------------

// The context that field f of n asks of its expressions.
static AstKind field_context(const AstNode *n, const AstFieldInfo *f, AstKind ctx) {
    switch (n->kind) {
    case AST_LIST: case AST_TUPLE: case AST_STARRED: return ctx;
    case AST_DELETE: return AST_DEL;
    case AST_ASSIGN: return strcmp(f->name, "targets") == 0 ? AST_STORE : AST_LOAD;
    case AST_AUG_ASSIGN: case AST_ANN_ASSIGN: case AST_FOR: case AST_ASYNC_FOR: case AST_NAMED_EXPR: case AST_COMPREHENSION: return strcmp(f->name, "target") == 0 ? AST_STORE : AST_LOAD;
    case AST_WITHITEM: return strcmp(f->name, "optional_vars") == 0 ? AST_STORE : AST_LOAD;
    case AST_TYPE_ALIAS: return strcmp(f->name, "name") == 0 ? AST_STORE : AST_LOAD;
    default: return AST_LOAD;
    }
}

// Parts that are looked at behind the others, as CPython does: what a comprehension makes, the defaults of parameters.
static bool comes_late(const AstNode *n, const AstFieldInfo *f) {
    if (n->kind == AST_LIST_COMP || n->kind == AST_SET_COMP || n->kind == AST_DICT_COMP || n->kind == AST_GENERATOR_EXP) return strcmp(f->name, "generators") != 0;
    return ast_kind_info[n->kind].category == AST_CAT_ARGUMENTS && f->type != AST_CAT_ARG;
}
static int node_check(Thread *th, const AstNode *n, AstKind ctx);
static int fields_check(Thread *th, const AstNode *n, AstKind ctx, bool late) {
    const AstKindInfo *k = &ast_kind_info[n->kind];
    for (unsigned i = 0; i < k->nfields; i++) {
        const AstFieldInfo *f = &k->fields[i];
        if (f->type >= AST_NODE_CAT_COUNT || ast_category_is_enum(f->type) || comes_late(n, f) != late) continue;
        const char *at = (const char *)n + f->offset;
        AstKind want = f->type == AST_CAT_EXPR ? field_context(n, f, ctx) : AST_LOAD;
        if (f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE) {
            const AstSeq *s = (const AstSeq *)at;
            for (int j = 0; j < s->n; j++) {
                if (s->items[j]) {
                    if (node_check(th, s->items[j], want)) return -1;
                } else if (f->quantity == AST_SEQUENCE)
                    return bad(th, f->type == AST_CAT_STMT ? "None disallowed in statement list" : "None disallowed in expression list");
            }
        } else {
            const AstNode *child = *(AstNode *const *)at;
            if (child && node_check(th, child, want)) return -1;
        }
    }
    return 0;
}
static int node_check(Thread *th, const AstNode *n, AstKind ctx) {
    if (thread_c_recursion(th, " during compilation")) return -1;
    const AstKindInfo *k = &ast_kind_info[n->kind];
    if (ast_category_info[k->category].has_pos && position_check(th, n)) return -1;
    if (k->category == AST_CAT_EXPR && context_check(th, (const AstExpr *)n, ctx)) return -1;
    if (k->category == AST_CAT_ARGUMENTS && fields_check(th, n, ctx, false)) return -1;   // parameters before what is said of their number
    if (other_rules(th, n)) return -1;
    if (k->category != AST_CAT_ARGUMENTS && fields_check(th, n, ctx, false)) return -1;
    return fields_check(th, n, ctx, true);
}

int ast_validate(Thread *th, const AstMod *mod) { return node_check(th, (const AstNode *)mod, AST_LOAD); }
