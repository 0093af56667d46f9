// SPDX-License-Identifier: MIT
// The text of an expression tree, as annotations become strings under `from __future__ import annotations`. Same spelling as CPython: minimal
// parentheses by precedence, single blanks. Called by the code generator.
#include "core/compile/codegen_int.h"

#include <stdio.h>

// Precedence, lowest first.
enum { PR_TUPLE, PR_TEST, PR_OR, PR_AND, PR_NOT, PR_CMP, PR_BOR, PR_BXOR, PR_BAND, PR_SHIFT, PR_ARITH, PR_TERM, PR_FACTOR, PR_POWER, PR_AWAIT, PR_ATOM };

typedef struct Out { Thread *th; StrBuilder b; Gen gen; bool failed; } Out;

static void expr(Out *o, const AstExpr *e, int level);
static void put(Out *o, const char *s) { str_builder_cstr(&o->b, s); }
static void put_name(Out *o, const AstName *n) {
    Value s = str_from_wtf8(o->th, n->text, n->len);
    if (!s) {
        o->failed = true;
        return;
    }
    str_builder_str(&o->b, s);
    decref(o->th, s);
}
static void put_value(Out *o, Value v_owned, Value (*fn)(Thread *, Value)) {
    Value s = v_owned ? fn(o->th, v_owned) : NO_VALUE;
    decref(o->th, v_owned);
    if (!s) {
        o->failed = true;
        return;
    }
    str_builder_str(&o->b, s);
    decref(o->th, s);
}

static const char *binary_text(AstKind op, int *prec, bool *right) {
    *right = false;
    switch (op) {
    case AST_ADD: *prec = PR_ARITH; return " + "; case AST_SUB: *prec = PR_ARITH; return " - "; case AST_MULT: *prec = PR_TERM; return " * "; case AST_MAT_MULT: *prec = PR_TERM; return " @ ";
    case AST_DIV: *prec = PR_TERM; return " / "; case AST_MOD: *prec = PR_TERM; return " % "; case AST_LSHIFT: *prec = PR_SHIFT; return " << "; case AST_RSHIFT: *prec = PR_SHIFT; return " >> ";
    case AST_BIT_OR: *prec = PR_BOR; return " | "; case AST_BIT_XOR: *prec = PR_BXOR; return " ^ "; case AST_BIT_AND: *prec = PR_BAND; return " & "; case AST_FLOOR_DIV: *prec = PR_TERM; return " // ";
    default: *prec = PR_POWER; *right = true; return " ** ";
    }
}
static const char *compare_text(AstKind op) {
    switch (op) {
    case AST_EQ: return " == "; case AST_NOT_EQ: return " != "; case AST_LT: return " < "; case AST_LT_E: return " <= "; case AST_GT: return " > "; case AST_GT_E: return " >= ";
    case AST_IS: return " is "; case AST_IS_NOT: return " is not "; case AST_IN: return " in "; default: return " not in ";
    }
}

static void list(Out *o, const AstExprSeq *q, int level) {
    for (int i = 0; i < q->n; i++) {
        if (i) put(o, ", ");
        expr(o, q->items[i], level);
    }
}
static void comprehensions(Out *o, const AstComprehensionSeq *q) {
    for (int i = 0; i < q->n; i++) {
        const AstComprehension *c = q->items[i];
        put(o, c->is_async ? " async for " : " for ");
        expr(o, c->target, PR_TUPLE);
        put(o, " in ");
        expr(o, c->iter, PR_TEST + 1);
        for (int k = 0; k < c->ifs.n; k++) {
            put(o, " if ");
            expr(o, c->ifs.items[k], PR_TEST + 1);
        }
    }
}
static void one_arg(Out *o, const char *stars, const AstArg *a, bool *first) {
    if (!*first) put(o, ", ");
    *first = false;
    put(o, stars);
    put_name(o, a->arg);
    if (a->annotation) {
        put(o, ": ");
        expr(o, a->annotation, PR_TEST);
    }
}
static void arguments(Out *o, const AstArguments *a) {
    bool first = true;
    int npos = a->posonlyargs.n, n = npos + a->args.n;
    for (int i = 0; i < n; i++) {
        one_arg(o, "", i < npos ? a->posonlyargs.items[i] : a->args.items[i - npos], &first);
        int d = i - (n - a->defaults.n);
        if (d >= 0) {
            put(o, "=");
            expr(o, a->defaults.items[d], PR_TEST);
        }
        if (npos && i == npos - 1) put(o, ", /");
    }
    if (a->vararg) one_arg(o, "*", a->vararg, &first);
    else if (a->kwonlyargs.n) {
        put(o, first ? "*" : ", *");
        first = false;
    }
    for (int i = 0; i < a->kwonlyargs.n; i++) {
        one_arg(o, "", a->kwonlyargs.items[i], &first);
        if (a->kw_defaults.items[i]) {
            put(o, "=");
            expr(o, a->kw_defaults.items[i], PR_TEST);
        }
    }
    if (a->kwarg) one_arg(o, "**", a->kwarg, &first);
}

// The text of an f-string between its quotes, literal braces doubled.
static void fstring_parts(Out *o, const AstExprSeq *q, bool spec) {
    for (int i = 0; i < q->n; i++) {
        const AstExpr *e = q->items[i];
        if (e->kind == AST_CONSTANT) {
            Value s = const_value(&o->gen, &e->Constant.value);
            if (!s) {
                o->failed = true;
                return;
            }
            Str *str = AS(Str, s);
            for (size_t k = 0; k < str->len; k++) {
                uint32_t c = str_char_at(str, k);
                if ((c == '{' || c == '}') && !spec) str_builder_char(&o->b, c);
                str_builder_char(&o->b, c);
            }
            decref(o->th, s);
        } else if (e->kind == AST_JOINED_STR) fstring_parts(o, &e->JoinedStr.values, spec);
        else {
            bool interp = e->kind == AST_INTERPOLATION;
            Value text;
            if (interp && e->Interpolation.str.kind == AST_CONST_STR) text = const_value(&o->gen, &e->Interpolation.str);
            else {
                Out part = {.th = o->th, .gen = o->gen};
                str_builder_init(&part.b, o->th);
                expr(&part, interp ? e->Interpolation.value : e->FormattedValue.value, PR_TEST + 1);
                text = str_builder_finish(&part.b);
                o->failed |= part.failed;
            }
            // "{ {" begins a set or dict: "{{" would be a literal brace.
            put(o, text && AS(Str, text)->len && str_char_at(AS(Str, text), 0) == '{' ? "{ " : "{");
            put_value(o, text, object_str);
            int conv = interp ? e->Interpolation.conversion : e->FormattedValue.conversion;
            if (conv > 0) {
                char c[3] = {'!', (char)conv, 0};
                put(o, c);
            }
            const AstExpr *fs = interp ? e->Interpolation.format_spec : e->FormattedValue.format_spec;
            if (fs) {
                put(o, ":");
                if (fs->kind == AST_JOINED_STR) fstring_parts(o, &fs->JoinedStr.values, true);
            }
            put(o, "}");
        }
    }
}
static void fstring(Out *o, const AstExprSeq *q, const char *prefix) {
    Out inner = {.th = o->th, .gen = o->gen};
    str_builder_init(&inner.b, o->th);
    fstring_parts(&inner, q, false);
    Value text = str_builder_finish(&inner.b);
    o->failed |= inner.failed;
    put(o, prefix);
    put_value(o, text, object_repr);
}

// repr() of a constant; an infinite number is written as one that overflows, which "inf" would not be when read again.
static Value constant_repr(Thread *th, Value v) {
    Value r = object_repr(th, v);
    if (!r || !(value_is_float(v) || value_is_exact(v, &type_complex))) return r;
    Value inf = str_from_cstr(th, "inf"), big = str_from_cstr(th, "1e309");
    Value out = inf && big ? str_replace(th, r, inf, big, -1) : NO_VALUE;
    decref(th, inf);
    decref(th, big);
    decref(th, r);
    return out;
}

static void expr(Out *o, const AstExpr *e, int level) {
    if (o->failed || thread_c_recursion(o->th, " during compilation") < 0) {
        o->failed = true;
        return;
    }
    int prec = PR_ATOM;
    bool right = false;
    const char *op;
    switch (e->kind) {
    case AST_BOOL_OP:
        prec = e->BoolOp.op == AST_AND ? PR_AND : PR_OR;
        if (level > prec) put(o, "(");
        for (int i = 0; i < e->BoolOp.values.n; i++) {
            if (i) put(o, e->BoolOp.op == AST_AND ? " and " : " or ");
            expr(o, e->BoolOp.values.items[i], prec + 1);
        }
        if (level > prec) put(o, ")");
        break;
    case AST_NAMED_EXPR:
        put(o, "(");
        expr(o, e->NamedExpr.target, PR_ATOM);
        put(o, " := ");
        expr(o, e->NamedExpr.value, PR_ATOM);
        put(o, ")");
        break;
    case AST_BIN_OP:
        op = binary_text(e->BinOp.op, &prec, &right);
        if (level > prec) put(o, "(");
        expr(o, e->BinOp.left, prec + right);
        put(o, op);
        expr(o, e->BinOp.right, prec + !right);
        if (level > prec) put(o, ")");
        break;
    case AST_UNARY_OP:
        prec = e->UnaryOp.op == AST_NOT ? PR_NOT : PR_FACTOR;
        if (level > prec) put(o, "(");
        put(o, e->UnaryOp.op == AST_NOT ? "not " : e->UnaryOp.op == AST_USUB ? "-" : e->UnaryOp.op == AST_UADD ? "+" : "~");
        expr(o, e->UnaryOp.operand, prec);
        if (level > prec) put(o, ")");
        break;
    case AST_LAMBDA: {
        const AstArguments *a = e->Lambda.args;
        if (level > PR_TEST) put(o, "(");
        put(o, a->posonlyargs.n || a->args.n || a->kwonlyargs.n || a->vararg || a->kwarg ? "lambda " : "lambda");
        arguments(o, a);
        put(o, ": ");
        expr(o, e->Lambda.body, PR_TEST);
        if (level > PR_TEST) put(o, ")");
        break;
    }
    case AST_IF_EXP:
        if (level > PR_TEST) put(o, "(");
        expr(o, e->IfExp.body, PR_TEST + 1);
        put(o, " if ");
        expr(o, e->IfExp.test, PR_TEST + 1);
        put(o, " else ");
        expr(o, e->IfExp.orelse, PR_TEST);
        if (level > PR_TEST) put(o, ")");
        break;
    case AST_DICT:
        put(o, "{");
        for (int i = 0; i < e->Dict.keys.n; i++) {
            if (i) put(o, ", ");
            if (e->Dict.keys.items[i]) {
                expr(o, e->Dict.keys.items[i], PR_TEST);
                put(o, ": ");
                expr(o, e->Dict.values.items[i], PR_TEST);
            } else {
                put(o, "**");
                expr(o, e->Dict.values.items[i], PR_BOR);
            }
        }
        put(o, "}");
        break;
    case AST_SET: put(o, "{"); list(o, &e->Set.elts, PR_TEST); put(o, "}"); break;
    case AST_LIST_COMP: put(o, "["); expr(o, e->ListComp.elt, PR_TEST); comprehensions(o, &e->ListComp.generators); put(o, "]"); break;
    case AST_SET_COMP: put(o, "{"); expr(o, e->SetComp.elt, PR_TEST); comprehensions(o, &e->SetComp.generators); put(o, "}"); break;
    case AST_GENERATOR_EXP: put(o, "("); expr(o, e->GeneratorExp.elt, PR_TEST); comprehensions(o, &e->GeneratorExp.generators); put(o, ")"); break;
    case AST_DICT_COMP:
        put(o, "{");
        expr(o, e->DictComp.key, PR_TEST);
        put(o, ": ");
        expr(o, e->DictComp.value, PR_TEST);
        comprehensions(o, &e->DictComp.generators);
        put(o, "}");
        break;
    case AST_AWAIT:
        if (level > PR_AWAIT) put(o, "(");
        put(o, "await ");
        expr(o, e->Await.value, PR_ATOM);
        if (level > PR_AWAIT) put(o, ")");
        break;
    case AST_YIELD:
        put(o, e->Yield.value ? "(yield " : "(yield)");
        if (e->Yield.value) {
            expr(o, e->Yield.value, PR_TUPLE);
            put(o, ")");
        }
        break;
    case AST_YIELD_FROM: put(o, "(yield from "); expr(o, e->YieldFrom.value, PR_TEST); put(o, ")"); break;
    case AST_COMPARE:
        if (level > PR_CMP) put(o, "(");
        expr(o, e->Compare.left, PR_CMP + 1);
        for (int i = 0; i < e->Compare.ops.n; i++) {
            put(o, compare_text(e->Compare.ops.items[i]));
            expr(o, e->Compare.comparators.items[i], PR_CMP + 1);
        }
        if (level > PR_CMP) put(o, ")");
        break;
    case AST_CALL: {
        bool first = true;
        expr(o, e->Call.func, PR_ATOM);
        if (e->Call.args.n == 1 && !e->Call.keywords.n && e->Call.args.items[0]->kind == AST_GENERATOR_EXP) {
            expr(o, e->Call.args.items[0], PR_TEST);
            break;
        }
        put(o, "(");
        for (int i = 0; i < e->Call.args.n; i++, first = false) {
            if (!first) put(o, ", ");
            expr(o, e->Call.args.items[i], PR_TEST);
        }
        for (int i = 0; i < e->Call.keywords.n; i++, first = false) {
            const AstKeyword *k = e->Call.keywords.items[i];
            if (!first) put(o, ", ");
            if (k->arg) {
                put_name(o, k->arg);
                put(o, "=");
            } else put(o, "**");
            expr(o, k->value, PR_TEST);
        }
        put(o, ")");
        break;
    }
    case AST_JOINED_STR: fstring(o, &e->JoinedStr.values, "f"); break;
    case AST_TEMPLATE_STR: fstring(o, &e->TemplateStr.values, "t"); break;
    case AST_CONSTANT:
        if (e->Constant.value.kind == AST_CONST_ELLIPSIS) put(o, "...");
        else {
            if (e->Constant.kind) put(o, "u");
            put_value(o, const_value(&o->gen, &e->Constant.value), constant_repr);
        }
        break;
    case AST_ATTRIBUTE:
        expr(o, e->Attribute.value, PR_ATOM);
        put(o, e->Attribute.value->kind == AST_CONSTANT && e->Attribute.value->Constant.value.kind == AST_CONST_INT ? " ." : ".");
        put_name(o, e->Attribute.attr);
        break;
    case AST_SUBSCRIPT:
        expr(o, e->Subscript.value, PR_ATOM);
        put(o, "[");
        expr(o, e->Subscript.slice, PR_TUPLE);
        put(o, "]");
        break;
    case AST_STARRED: put(o, "*"); expr(o, e->Starred.value, PR_BOR); break;
    case AST_NAME: put_name(o, e->Name.id); break;
    case AST_LIST: put(o, "["); list(o, &e->List.elts, PR_TEST); put(o, "]"); break;
    case AST_TUPLE:
        if (!e->Tuple.elts.n) {
            put(o, "()");
            break;
        }
        if (level > PR_TUPLE) put(o, "(");
        list(o, &e->Tuple.elts, PR_TEST);
        if (e->Tuple.elts.n == 1) put(o, ",");
        if (level > PR_TUPLE) put(o, ")");
        break;
    case AST_SLICE:
        if (e->Slice.lower) expr(o, e->Slice.lower, PR_TEST);
        put(o, ":");
        if (e->Slice.upper) expr(o, e->Slice.upper, PR_TEST);
        if (e->Slice.step) {
            put(o, ":");
            expr(o, e->Slice.step, PR_TEST);
        }
        break;
    default: break;
    }
}

Value ast_unparse(Thread *th, const AstExpr *e) {
    Out o = {.th = th, .gen = {.th = th}};
    str_builder_init(&o.b, th);
    expr(&o, e, PR_TEST);
    if (o.failed) {
        str_builder_abort(&o.b);
        if (!error_pending(th)) raise_memory_error(th);
        return NO_VALUE;
    }
    return str_builder_finish(&o.b);
}
