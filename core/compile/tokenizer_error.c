// SPDX-License-Identifier: MIT
// Tokenizer: errors and warnings with their places, and the check of names beyond ASCII.
#include "core/compile/tokenizer_int.h"
#include "core/base/unicode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void syntax_error_free(SyntaxErrorInfo *error) {
    free(error->message);
    free(error->text);
    *error = (SyntaxErrorInfo){0};
}

int tok_chars(const char *s, size_t len) {
    int n = 0;
    for (size_t i = 0; i < len; i++) n += ((unsigned char)s[i] & 0xC0) != 0x80;
    return n;
}

static char *format_text(const char *format, va_list args) {
    char *message = NULL;
    if (vasprintf(&message, format, args) < 0) abort();
    return message;
}

// Copies bytes start..end of the text.
static char *text_copy(const Tokenizer *tok, uint32_t start, uint32_t end) {
    char *s = malloc((size_t)(end - start) + 1);
    if (!s) abort();
    memcpy(s, tok->text + start, end - start);
    s[end - start] = 0;
    return s;
}

// The end of the line that holds start, without its newline.
static uint32_t line_end(const Tokenizer *tok, uint32_t start) {
    const char *nl = memchr(tok->text + start, '\n', tok->len - start);
    return nl ? (uint32_t)(nl - tok->text) : tok->len;
}

// Sets the error at 1-based byte columns of the present line; 0: up to the present character.
static void set_error(Tokenizer *tok, uint32_t col, uint32_t end_col, char *message) {
    if (tok->error.kind != SYNTAX_OK) {
        free(message);
        return;
    }
    uint32_t line = tok->line_start;
    if (col) col = (uint32_t)tok_chars(tok->text + line, col);
    if (end_col) end_col = (uint32_t)tok_chars(tok->text + line, end_col);
    int offset = col ? (int)col : tok_chars(tok->text + line, tok->cur - line);
    tok->error = (SyntaxErrorInfo){
        .kind = SYNTAX_ERROR,
        .message = message,
        .lineno = tok->lineno,
        .offset = offset,
        .end_lineno = tok->lineno,
        .end_offset = end_col ? (int)end_col : offset,
        .text = text_copy(tok, line, line_end(tok, line)),
    };
    tok->done = TOK_DONE_ERROR;
}

void tok_error(Tokenizer *tok, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    set_error(tok, 0, 0, message);
}

void tok_error_range(Tokenizer *tok, uint32_t col, uint32_t end_col, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    set_error(tok, col, end_col, message);
}

// Characters in the first n bytes of the line at start; one more byte than the line has counts too.
static int chars_in(const Tokenizer *tok, uint32_t start, uint32_t end, int n) {
    if (n < 0) return n;
    if ((uint32_t)n > end - start + 1) n = (int)(end - start + 1);
    uint32_t have = end - start;
    if ((uint32_t)n <= have) return tok_chars(tok->text + start, (size_t)n);
    return tok_chars(tok->text + start, have) + 1;
}

// Sets an error of the parser's kind: offsets in bytes from 1, text with its newline if it is the line being read.
// ended: it only says that the text ended.
static void set_line_error(Tokenizer *tok, SyntaxErrorKind kind, int lineno, int offset, int end_offset, bool ended,
                           char *message) {
    if (tok->error.kind != SYNTAX_OK) {
        free(message);
        return;
    }
    uint32_t start = tok->line_start, end = tok->inp;
    if (lineno < tok->lineno) {
        // Find an earlier line from the start of the text.
        start = 0;
        for (int n = 1; n < lineno && start < tok->len; n++) {
            uint32_t e = line_end(tok, start);
            start = e < tok->len ? e + 1 : tok->len;
        }
        end = line_end(tok, start);
    }
    tok->error = (SyntaxErrorInfo){
        .kind = kind,
        .message = message,
        .lineno = lineno,
        .offset = chars_in(tok, start, end, offset),
        .end_lineno = lineno,
        .end_offset = end_offset > 0 ? chars_in(tok, start, end, end_offset) : end_offset,
        .text = text_copy(tok, start, end),
    };
    tok->soft_error = true;
    tok->done = ended ? TOK_DONE_EOF : TOK_DONE_ERROR;
}

void tokenizer_error_at(Tokenizer *tok, SyntaxErrorKind kind, int lineno, int col, int end_lineno, int end_col,
                        const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    set_line_error(tok, kind, lineno, col + 1, end_col + 1, false, message);
    tok->error.end_lineno = end_lineno;
}

void tok_error_eof(Tokenizer *tok) {
    if (tok->level) {
        tokenizer_unclosed_error(tok);
        return;
    }
    set_line_error(tok, SYNTAX_ERROR, tok->lineno, (int)(tok->cur - tok->line_start), -1,
                   true, strdup("unexpected EOF while parsing"));
    // CPython's reader of files has no place for a backslash that stands alone on its line.
    if (tok->is_file && tok->error.text && tok->error.text[strspn(tok->error.text, " \t\f")] == '\\') tok->error.offset = 0;
}

void tok_error_dedent(Tokenizer *tok) {
    set_line_error(tok, SYNTAX_INDENTATION_ERROR, tok->lineno, (int)(tok->cur - tok->line_start), -1,
                   false, strdup("unindent does not match any outer indentation level"));
}

void tokenizer_unclosed_error(Tokenizer *tok) {
    int top = tok->level - 1;
    tokenizer_error_at(tok, SYNTAX_ERROR, tok->paren_lines[top], tok->paren_cols[top], tok->paren_lines[top], -1,
                       "'%c' was never closed", tok->parens[top]);
    tok->done = TOK_DONE_EOF;
}

bool tok_warn(Tokenizer *tok, const char *format, ...) {
    if (!tok->warn) return true;
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    int result = tok->warn(tok->warn_ctx, message, tok->lineno);
    if (result > 0) {
        set_error(tok, 0, 0, message);
        return false;
    }
    free(message);
    if (result < 0) {
        tok->error.kind = SYNTAX_CALLBACK_ERROR;
        tok->done = TOK_DONE_ERROR;
        return false;
    }
    return true;
}

bool tok_warn_escape(Tokenizer *tok, int c) {
    const char *advice = "Such sequences will not work in the future. ";
    for (;;) {
        char message[256];
        snprintf(message, sizeof message,
                 "\"\\%c\" is an invalid escape sequence. %s"
                 "Did you mean \"\\\\%c\"? A raw string is also an option.",
                 c, advice, c);
        if (!*advice) {
            tok_error(tok, "%s", message);
            return false;
        }
        int result = tok->warn ? tok->warn(tok->warn_ctx, message, tok->lineno) : 0;
        if (result == 0) return true;
        if (result < 0) {
            tok->error.kind = SYNTAX_CALLBACK_ERROR;
            tok->done = TOK_DONE_ERROR;
            return false;
        }
        advice = ""; // the error does not say it
    }
}

// Decodes one character of well-formed UTF-8. return its length.
static int utf8_char(const char *s, const char *end, uint32_t *out) {
    unsigned char c = (unsigned char)*s;
    int n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (end - s < n) {
        *out = 0xFFFD;
        return 1;
    }
    uint32_t v = n == 1 ? c : c & (0xFFu >> (n + 1));
    for (int i = 1; i < n; i++) v = v << 6 | ((unsigned char)s[i] & 0x3F);
    *out = v;
    return n;
}

bool tok_verify_identifier(Tokenizer *tok) {
    const char *s = tok->text + tok->start, *end = tok->text + tok->cur, *p = s;
    while (p < end) {
        uint32_t ch;
        int n = utf8_char(p, end, &ch);
        bool ok = p == s ? ch == '_' || unicode_is_xid_start(ch) : unicode_is_xid_continue(ch);
        if (!ok) {
            tok->cur = (uint32_t)(p + n - tok->text);
            if (unicode_is_printable(ch)) {
                tok_error(tok, "invalid character '%.*s' (U+%04X)", n, p, ch);
            } else {
                tok_error(tok, "invalid non-printable character U+%04X", ch);
            }
            return false;
        }
        p += n;
    }
    return true;
}
