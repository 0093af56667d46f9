// SPDX-License-Identifier: MIT
// Parser: f-strings and t-strings. The tokenizer gives start, text, the tokens of replacement fields, end.
#include "core/compile/parser_int.h"

#include <stdlib.h>
#include <string.h>

// The kind of string being read: 'f' or 't', for messages and node kinds.
typedef struct Format {
    char prefix;
    bool raw;
    int  middle; // token type of its text
} Format;

static AstExpr *replacement_field(Parser *p, const Format *f, bool in_spec);

static AstExpr *text_constant(Parser *p, const Token *t, bool raw) {
    AstExpr *e = expr_from(p, AST_CONSTANT, t);
    e->end_lineno = t->end_lineno;
    e->end_col_offset = t->end_col;
    const char *s = p->text + t->start;
    size_t len = t->end - t->start;
    if (raw) {
        e->Constant.value.kind = AST_CONST_STR;
        e->Constant.value.text = arena_copy(&p->arena->mem, s, len);
        e->Constant.value.len = (uint32_t)len;
        return e;
    }
    if (!decode_escapes(p, t, s, len, false, &e->Constant.value)) return NULL;
    if (t >= p->warned) p->warned = (Token *)t + 1;
    return e;
}

// The source of a field's expression, from behind its '{' to byte end, comments left out.
static AstConst field_source(Parser *p, const Token *open, uint32_t end) {
    const char *s = p->text;
    uint32_t start = open->end;
    char *text = arena_alloc(&p->arena->mem, end - start + 1), *o = text;
    const Token *t = open + 1;
    uint32_t i = start;
    // A '#' in a gap between tokens begins a comment.
    while (i < end) {
        while (t->end <= i && t->type != TOK_ENDMARKER && t->type != TOK_ERRORTOKEN) t++;
        if (t->start <= i && i < t->end) {
            uint32_t stop = t->end < end ? t->end : end;
            memcpy(o, s + i, stop - i);
            o += stop - i;
            i = stop;
        } else if (s[i] == '#') {
            while (i < end && s[i] != '\n') i++;
        } else {
            *o++ = s[i++];
        }
    }
    *o = 0;
    return (AstConst){.kind = AST_CONST_STR, .len = (uint32_t)(o - text), .text = text};
}

// ---- mistakes ----

static void invalid_field(Parser *p, const Format *f) {
    Token *open = p->t;
    char c = f->prefix;
    advance(p);
    static const struct {
        uint8_t type;
        char    text;
    } early[] = {{TOK_EQUAL, '='}, {TOK_EXCLAMATION, '!'}, {TOK_COLON, ':'}, {TOK_RBRACE, '}'}};
    for (int i = 0; i < 4; i++) {
        if (at(p, early[i].type)) {
            RAISE_TOKEN(p, p->t, "%c-string: valid expression required before '%c'", c, early[i].text);
            return;
        }
    }
    AstExpr *e = annotated_rhs(p);
    if (p->failed) return;
    if (!e) {
        reset(p, open + 1);
        raise_next(p, "%c-string: expecting a valid expression after '{'", c);
        return;
    }
    if (!at(p, TOK_EQUAL) && !at(p, TOK_EXCLAMATION) && !at(p, TOK_COLON) && !at(p, TOK_RBRACE)) {
        raise_next(p, "%c-string: expecting '=', or '!', or ':', or '}'", c);
        return;
    }
    if (accept(p, TOK_EQUAL) && !at(p, TOK_EXCLAMATION) && !at(p, TOK_COLON) && !at(p, TOK_RBRACE)) {
        raise_next(p, "%c-string: expecting '!', or ':', or '}'", c);
        return;
    }
    if (at(p, TOK_EXCLAMATION)) {
        int next = peek(p);
        if (next != TOK_NAME) {
            advance(p);
            raise_next(p,
                       next == TOK_COLON || next == TOK_RBRACE ? "%c-string: missing conversion character"
                                                               : "%c-string: invalid conversion character",
                       c);
            return;
        }
        advance(p);
        advance(p);
    }
    if (!at(p, TOK_COLON) && !at(p, TOK_RBRACE)) {
        raise_next(p, "%c-string: expecting ':' or '}'", c);
        return;
    }
    if (accept(p, TOK_COLON)) {
        for (;;) {
            if (at(p, TOK_FSTRING_MIDDLE)) { // a t-string's text is reported itself
                advance(p);
            } else if (at(p, TOK_LBRACE)) {
                Token *before = p->t;
                AstExpr *inner = replacement_field(p, f, true);
                if (p->failed) return;
                if (!inner) {
                    reset(p, before);
                    break;
                }
            } else {
                break;
            }
        }
        if (!at(p, TOK_RBRACE)) {
            raise_next(p, "%c-string: expecting '}', or format specs", c);
            return;
        }
    }
    if (!at(p, TOK_RBRACE)) raise_next(p, "%c-string: expecting '}'", c);
    reset(p, open);
}

// ---- fields ----

// ':' and what follows, not the '}'.
static AstExpr *format_spec(Parser *p, const Format *f) {
    Token *colon = p->t;
    int base = p->sp;
    advance(p);
    for (;;) {
        AstExpr *e;
        if (at(p, f->middle)) {
            const Token *t = p->t;
            e = text_constant(p, t, f->raw);
            advance(p);
            if (e && !e->Constant.value.len) continue;
        } else if (at(p, TOK_LBRACE)) {
            e = replacement_field(p, f, true);
        } else {
            break;
        }
        if (p->failed) return NULL;
        if (!e) break;
        push(p, e);
    }
    int n = p->sp - base;
    AstExprSeq parts = TAKE(p, base, AstExprSeq);
    AstExprSeq values = n > 1 ? join_parts(p, parts.items, n) : parts;
    if (n == 1 && values.items[0]->kind == AST_JOINED_STR) values = join_parts(p, parts.items, n);
    AstExpr *e = expr_from(p, AST_JOINED_STR, colon);
    e->JoinedStr.values = values;
    return e;
}

// '!' NAME. return the character, 0: no match or failed.
static int conversion(Parser *p, const Format *f) {
    const Token *mark = p->t;
    if (peek(p) != TOK_NAME) return 0;
    advance(p);
    const Token *name = p->t;
    if (mark->end_lineno != name->lineno || mark->end_col != name->col) {
        RAISE_TOKENS(p, mark, name, "%c-string: conversion type must come right after the exclamation mark", f->prefix);
        return 0;
    }
    char c = p->text[name->start];
    if (name->end - name->start != 1 || (c != 's' && c != 'r' && c != 'a')) {
        RAISE_TOKEN(p, name, "%c-string: invalid conversion character '%.*s': expected 's', 'r', or 'a'", f->prefix,
                    (int)(name->end - name->start), p->text + name->start);
        return 0;
    }
    advance(p);
    return c;
}

// '{' ... '}': a FormattedValue or Interpolation, or with '=' a joined string of the text and that.
static AstExpr *replacement_field(Parser *p, const Format *f, bool in_spec) {
    Token *open = p->t;
    AstExpr *spec = NULL;
    Token *value_end = NULL, *text_end = NULL, *spec_token = NULL, *name = NULL;
    int conv = -1;
    bool debug = false;
    if (!deeper(p)) return NULL;
    advance(p);
    AstExpr *value = annotated_rhs(p);
    if (p->failed) return NULL;
    if (!value) goto no_match;
    value_end = p->t;
    debug = accept(p, TOK_EQUAL);
    text_end = p->t;
    if (at(p, TOK_EXCLAMATION)) {
        conv = conversion(p, f);
        if (p->failed) return NULL;
        if (!conv) goto no_match;
        name = p->t - 1;
    }
    if (at(p, TOK_COLON)) {
        spec_token = p->t;
        spec = format_spec(p, f);
        if (p->failed) return NULL;
    }
    if (!accept(p, TOK_RBRACE)) goto no_match;
    p->depth--;
    if (debug && conv == -1 && !spec) conv = 'r';
    bool template = f->prefix == 't' && !in_spec; // a spec is text, whatever it is in
    if (template && !check_version(p, 14, "t-strings are")) return NULL;
    AstExpr *e = expr_from(p, template ? AST_INTERPOLATION : AST_FORMATTED_VALUE, open);
    if (template) {
        e->Interpolation.value = value;
        e->Interpolation.conversion = conv;
        e->Interpolation.format_spec = spec;
        e->Interpolation.str = field_source(p, open, value_end->start);
    } else {
        e->FormattedValue.value = value;
        e->FormattedValue.conversion = conv;
        e->FormattedValue.format_spec = spec;
    }
    if (!debug) return e;
    AstExpr *text = expr_from(p, AST_CONSTANT, open);
    text->Constant.value = field_source(p, open, text_end->start);
    text->col_offset = open->col + 1;
    if (name) {
        text->end_lineno = name->lineno;
        text->end_col_offset = name->col - 1;
    } else if (spec_token) {
        text->end_lineno = spec_token->lineno;
        text->end_col_offset = spec_token->col;
    } else {
        text->end_lineno = e->end_lineno;
        text->end_col_offset = e->end_col_offset - 1;
    }
    AstExpr *joined = expr_from(p, AST_JOINED_STR, open);
    AstExpr **items = arena_alloc(&p->arena->mem, 2 * sizeof *items);
    items[0] = text;
    items[1] = e;
    joined->JoinedStr.values = (AstExprSeq){2, items};
    return joined;
no_match:
    p->depth--;
    reset(p, open);
    if (p->invalid) {
        invalid_field(p, f);
        if (!p->failed) reset(p, open);
    }
    return NULL;
}

AstExpr *fstring(Parser *p) {
    Token *start = p->t;
    bool template = at(p, TOK_TSTRING_START);
    Format f = {template ? 't' : 'f', false, template ? TOK_TSTRING_MIDDLE : TOK_FSTRING_MIDDLE};
    for (const char *s = p->text + start->start; *s != '"' && *s != '\''; s++)
        if ((*s | 0x20) == 'r') f.raw = true;
    int base = p->sp, end_type = template ? TOK_TSTRING_END : TOK_FSTRING_END;
    advance(p);
    for (;;) {
        AstExpr *e;
        if (at(p, f.middle)) {
            const Token *t = p->t;
            advance(p);
            e = expr_from(p, AST_CONSTANT, t);
            e->Constant.value.object = (uintptr_t)t;
        } else if (at(p, TOK_LBRACE)) {
            e = replacement_field(p, &f, false);
        } else {
            break;
        }
        if (p->failed) return NULL;
        if (!e) break;
        push(p, e);
    }
    if (!at(p, end_type)) {
        p->sp = base;
        reset(p, start);
        return NULL;
    }
    AstExprSeq parts = TAKE(p, base, AstExprSeq);
    for (int i = 0; i < parts.n; i++) {
        if (parts.items[i]->kind != AST_CONSTANT) continue;
        const Token *t = (const Token *)(uintptr_t)parts.items[i]->Constant.value.object;
        parts.items[i] = text_constant(p, t, f.raw);
        if (!parts.items[i]) return NULL;
    }
    AstExprSeq values = join_parts(p, parts.items, parts.n);
    advance(p);
    if (template && !check_version(p, 14, "t-strings are")) return NULL;
    AstExpr *e = expr_from(p, template ? AST_TEMPLATE_STR : AST_JOINED_STR, start);
    e->JoinedStr.values = values;
    return e;
}
