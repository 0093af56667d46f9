// SPDX-License-Identifier: MIT
// Parser: raising errors at the right place, describing expressions, and the choice between
// "invalid syntax" and what the tokenizer found.
#include "core/compile/parser_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *syntax_error_class(SyntaxErrorKind kind) {
    switch (kind) {
    case SYNTAX_OK: return NULL;
    case SYNTAX_ERROR: return "SyntaxError";
    case SYNTAX_INDENTATION_ERROR: return "IndentationError";
    case SYNTAX_TAB_ERROR: return "TabError";
    case SYNTAX_INCOMPLETE_INPUT: return "_IncompleteInputError";
    case SYNTAX_MEMORY_ERROR: return "MemoryError";
    case SYNTAX_RECURSION_ERROR: return "RecursionError";
    case SYNTAX_OVERFLOW_ERROR: return "OverflowError";
    case SYNTAX_VALUE_ERROR: return "ValueError";
    case SYNTAX_CALLBACK_ERROR: return NULL;
    }
    return NULL;
}

const char *ast_expr_describe(const AstExpr *e) {
    switch (e->kind) {
    case AST_ATTRIBUTE: return "attribute";
    case AST_SUBSCRIPT: return "subscript";
    case AST_STARRED: return "starred";
    case AST_NAME: return "name";
    case AST_LIST: return "list";
    case AST_TUPLE: return "tuple";
    case AST_LAMBDA: return "lambda";
    case AST_CALL: return "function call";
    case AST_BOOL_OP:
    case AST_BIN_OP:
    case AST_UNARY_OP: return "expression";
    case AST_GENERATOR_EXP: return "generator expression";
    case AST_YIELD:
    case AST_YIELD_FROM: return "yield expression";
    case AST_AWAIT: return "await expression";
    case AST_LIST_COMP: return "list comprehension";
    case AST_SET_COMP: return "set comprehension";
    case AST_DICT_COMP: return "dict comprehension";
    case AST_DICT: return "dict literal";
    case AST_SET: return "set display";
    case AST_JOINED_STR:
    case AST_FORMATTED_VALUE: return "f-string expression";
    case AST_TEMPLATE_STR:
    case AST_INTERPOLATION: return "t-string expression";
    case AST_CONSTANT:
        switch (e->Constant.value.kind) {
        case AST_CONST_NONE: return "None";
        case AST_CONST_TRUE: return "True";
        case AST_CONST_FALSE: return "False";
        case AST_CONST_ELLIPSIS: return "ellipsis";
        default: return "literal";
        }
    case AST_COMPARE: return "comparison";
    case AST_IF_EXP: return "conditional expression";
    case AST_NAMED_EXPR: return "named expression";
    default: return "expression";
    }
}

static uint32_t line_end(const Parser *p, uint32_t start) {
    const char *nl = memchr(p->text + start, '\n', p->tok.len - start);
    return nl ? (uint32_t)(nl - p->text) : p->tok.len;
}

static uint32_t line_find(const Parser *p, int lineno) {
    uint32_t start = 0;
    for (int n = 1; n < lineno && start < p->tok.len; n++) {
        uint32_t end = line_end(p, start);
        start = end < p->tok.len ? end + 1 : p->tok.len;
    }
    return start;
}

// Characters in the first n bytes of text start..end; a place just after the end counts as one more.
static int chars_in(const Parser *p, uint32_t start, uint32_t end, int n) {
    if (n < 0) return n;
    uint32_t have = end - start;
    if ((uint32_t)n <= have) return tok_chars(p->text + start, (size_t)n);
    return tok_chars(p->text + start, have) + 1;
}

// The tokenizer stands behind the farthest token: its line, and its column there.
static void tokenizer_place(const Parser *p, int *lineno, int *col) {
    const Token *t = p->far;
    *lineno = t->end_lineno;
    if (t->end_col >= 0) {
        *col = t->end_col;
    } else {
        *col = (int)(t->end - line_find(p, t->end_lineno));
    }
}

// col and end_col are bytes from 1; end_col 0 or -1 are kept.
static void use_tokenizer_error(Parser *p);

static void *raise_v(Parser *p, SyntaxErrorKind kind, int lineno, int col, int end_lineno, int end_col,
                     const char *format, va_list args) {
    if (p->failed) return NULL;
    p->failed = true;
    if (p->far->type == TOK_ERRORTOKEN && kind != SYNTAX_INCOMPLETE_INPUT) {
        use_tokenizer_error(p); // it was met first
        return NULL;
    }
    char *message = NULL;
    if (vasprintf(&message, format, args) < 0) abort();
    int tok_line, tok_col;
    tokenizer_place(p, &tok_line, &tok_col);
    if (end_lineno == END_HERE) end_lineno = tok_line;
    if (end_col == END_HERE) end_col = tok_col;
    uint32_t start, end;
    if (tok_line <= lineno) {
        // The line being read, with its newline; all of a string that never ends.
        const Token *t = p->far;
        start = line_find(p, lineno);
        uint32_t last_line = line_find(p, tok_line);
        end = line_end(p, last_line);
        if (end < p->tok.len) end++;
        if (t->type == TOK_ERRORTOKEN && p->tok.done == TOK_DONE_EOF_TRIPLE) end = p->tok.len;
    } else {
        start = line_find(p, lineno);
        end = line_end(p, start);
    }
    int offset = chars_in(p, start, end, col);
    int end_offset = end_col;
    // The reference measures the end, too, on the line where the mistake begins.
    if (end_col > 0) end_offset = chars_in(p, start, end, end_col);
    char *text = malloc((size_t)(end - start) + 1);
    if (!text) abort();
    memcpy(text, p->text + start, end - start);
    text[end - start] = 0;
    p->error = (SyntaxErrorInfo){
        .kind = kind,
        .message = message,
        .lineno = lineno,
        .offset = offset,
        .end_lineno = end_lineno,
        .end_offset = end_offset,
        .text = text,
    };
    return NULL;
}

void *raise_at(Parser *p, SyntaxErrorKind kind, int lineno, int col, int end_lineno, int end_col, const char *format,
               ...) {
    va_list args;
    va_start(args, format);
    raise_v(p, kind, lineno, col + 1, end_lineno, end_col == END_HERE ? END_HERE : end_col + 1, format, args);
    va_end(args);
    return NULL;
}

static void raise_at_token_v(Parser *p, SyntaxErrorKind kind, const Token *t, const char *format, va_list args) {
    int col, line;
    int end_col = t->end_col >= 0 ? t->end_col + 1 : -1;
    if (t->col < 0) tokenizer_place(p, &line, &col);
    else col = t->col + 1;
    raise_v(p, kind, t->lineno, col, t->end_lineno, end_col, format, args);
}

void *raise_last(Parser *p, SyntaxErrorKind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    raise_at_token_v(p, kind, p->far, format, args);
    va_end(args);
    return NULL;
}

void *raise_next(Parser *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    raise_at_token_v(p, SYNTAX_ERROR, p->t, format, args);
    va_end(args);
    return NULL;
}

void *raise_too_deep(Parser *p) {
    if (p->failed) return NULL;
    p->failed = true;
    p->error = (SyntaxErrorInfo){
        .kind = SYNTAX_MEMORY_ERROR,
        .message = strdup("Parser stack overflowed - Python source too complex to parse"),
        .no_details = true,
    };
    return NULL;
}

AstExpr *invalid_target(AstExpr *e, TargetUse use) {
    if (!e) return NULL;
    switch (e->kind) {
    case AST_LIST:
    case AST_TUPLE:
        for (int i = 0; i < e->List.elts.n; i++) {
            AstExpr *bad = invalid_target(e->List.elts.items[i], use);
            if (bad) return bad;
        }
        return NULL;
    case AST_STARRED:
        if (use == DEL_TARGETS) return e;
        return invalid_target(e->Starred.value, use);
    case AST_COMPARE:
        // `for x in y` reads as a comparison: only its left side counts.
        if (use == FOR_TARGETS) {
            if (e->Compare.ops.items[0] == AST_IN) return invalid_target(e->Compare.left, use);
            return NULL;
        }
        return e;
    case AST_NAME:
    case AST_SUBSCRIPT:
    case AST_ATTRIBUTE: return NULL;
    default: return e;
    }
}

void *raise_invalid_target(Parser *p, AstExpr *e, TargetUse use) {
    AstExpr *bad = invalid_target(e, use);
    if (bad) {
        RAISE_NODE(p, bad, use == DEL_TARGETS ? "cannot delete %s" : "cannot assign to %s", ast_expr_describe(bad));
    }
    return NULL;
}

// Takes over the tokenizer's error.
static void use_tokenizer_error(Parser *p) {
    syntax_error_free(&p->error);
    p->error = p->tok.error;
    p->tok.error = (SyntaxErrorInfo){0};
    p->failed = true;
}

// An error found anywhere in the text by the tokenizer is more telling than the parser's. What only ended the text
// early doesn't count, but a bracket opened before the line where the parser stopped, and never closed, does.
static void prefer_tokenizer_error(Parser *p) {
    Token *end = &p->tokens[p->ntokens - 1];
    if (end->type != TOK_ERRORTOKEN) return;
    if (p->tok.fstring_top) return; // the mistake in an f-string's expression explains what follows
    if (!p->tok.soft_error) {
        use_tokenizer_error(p);
    } else if (p->tok.level > 0 && p->far->lineno > p->tok.paren_lines[p->tok.level - 1]) {
        syntax_error_free(&p->tok.error);
        tokenizer_unclosed_error(&p->tok);
        use_tokenizer_error(p);
    }
}

void set_generic_error(Parser *p, Token *first_pass_far) {
    Token *end = &p->tokens[p->ntokens - 1];
    if (p->failed) {
        if (p->error.kind >= SYNTAX_ERROR && p->error.kind <= SYNTAX_TAB_ERROR && p->far < p->eof_token &&
            p->far < end)
            prefer_tokenizer_error(p);
        return;
    }
    if (p->far == end && end->type == TOK_ERRORTOKEN) {
        use_tokenizer_error(p);
        return;
    }
    if (first_pass_far->type == TOK_INDENT || first_pass_far->type == TOK_DEDENT) {
        RAISE_INDENT(p, first_pass_far->type == TOK_INDENT ? "unexpected indent" : "unexpected unindent");
        return;
    }
    RAISE_TOKEN(p, first_pass_far, "invalid syntax");
    prefer_tokenizer_error(p);
}
