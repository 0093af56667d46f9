// SPDX-License-Identifier: MIT
// Token iterator, see token_iter.h.
#include "core/compile/token_iter.h"

#include <stdlib.h>
#include <string.h>

// Appends the next line to the text.
static int more(Tokenizer *tok, void *ctx) {
    TokenIter *it = ctx;
    const char *line;
    size_t len;
    int got = it->readline(it->ctx, &line, &len);
    if (got <= 0) return got;
    if (len == 0) return 0;
    if (memchr(line, 0, len)) {
        it->nul = true;
        return -1;
    }
    size_t need = (size_t)tok->len + len + 2;
    if (need > INT32_MAX) return 0;
    if (need > it->cap) {
        it->cap = need * 2 > 4096 ? need * 2 : 4096;
        char *text = realloc(it->text, it->cap);
        if (!text) abort();
        it->text = text;
    }
    it->any = true;
    memcpy(it->text + tok->len, line, len);
    tok->len += (uint32_t)len;
    if (line[len - 1] != '\n') {
        it->text[tok->len++] = '\n';
        it->implicit_newline = true;
    }
    it->text[tok->len] = 0;
    tok->text = it->text;
    return 1;
}

void token_iter_init(TokenIter *it, TokenLineHook readline, void *ctx, bool extra_tokens) {
    it->readline = readline;
    it->ctx = ctx;
    it->cap = 64;
    it->text = malloc(it->cap);
    if (!it->text) abort();
    it->text[0] = 0;
    it->last_lineno = 0;
    it->implicit_newline = it->any = it->done = it->nul = false;
    tokenizer_init(&it->tok, it->text, 0);
    it->tok.extra_tokens = extra_tokens;
    it->tok.more = more;
    it->tok.more_ctx = it;
}

void token_iter_free(TokenIter *it) {
    tokenizer_free(&it->tok);
    free(it->text);
    it->text = NULL;
}

static bool is_string(int type) {
    return type == TOK_STRING || type == TOK_FSTRING_MIDDLE || type == TOK_TSTRING_MIDDLE;
}

// Moves the tokenizer's error out, or makes the one that only this iterator gives.
static void take_error(TokenIter *it, SyntaxErrorInfo *error) {
    Tokenizer *tok = &it->tok;
    it->done = true;
    if (it->nul) {
        *error = (SyntaxErrorInfo){.kind = SYNTAX_ERROR, .message = strdup("source code cannot contain null bytes"),
                                   .lineno = tok->lineno + 1, .end_lineno = tok->lineno + 1};
        return;
    }
    if (tok->error.kind == SYNTAX_OK || (tok->soft_error && tok->done == TOK_DONE_EOF)) {
        // The text ended inside brackets or after a backslash.
        syntax_error_free(&tok->error);
        *error = (SyntaxErrorInfo){.kind = SYNTAX_ERROR,
                                   .message = strdup("unexpected EOF in multi-line statement"),
                                   .lineno = tok->lineno,
                                   .offset = (int)(tok->inp - tok->buf_start),
                                   .end_lineno = tok->lineno};
        return;
    }
    if (tok->soft_error) {
        // Told about the whole line here.
        uint32_t start = tok->buf_start <= tok->line_start ? tok->buf_start : tok->line_start;
        uint32_t end = tok->inp > start && tok->text[tok->inp - 1] == '\n' ? tok->inp - 1 : tok->inp;
        free(tok->error.text);
        tok->error.text = strndup(tok->text + start, end - start);
        tok->error.offset = tok_chars(tok->text + start, end - start) + 1;
        tok->error.end_lineno = tok->error.end_offset = 0;
    }
    *error = tok->error;
    tok->error = (SyntaxErrorInfo){0};
}

int token_iter_next(TokenIter *it, TokenItem *item, SyntaxErrorInfo *error) {
    Tokenizer *tok = &it->tok;
    Token t;
    if (it->done) return 0;
    tokenizer_next(tok, &t);
    if (t.type == TOK_ERRORTOKEN) {
        take_error(it, error);
        return -1;
    }
    int type = token_public_type(t.type);
    bool trailing = type == TOK_ENDMARKER || (type == TOK_DEDENT && tok->done == TOK_DONE_EOF);
    bool placed = t.col >= 0;
    uint32_t line = is_string(type) ? tok->multi_line_start : tok->line_start;
    if (type == TOK_ENDMARKER && !tok->extra_tokens && !it->any) {
        it->done = true;
        return 0;
    }
    uint32_t end = type == TOK_NEWLINE ? t.end - 1 : t.end;
    *item = (TokenItem){.type = type,
                        .text = placed ? tok->text + t.start : "",
                        .len = placed ? end - t.start : 0,
                        .lineno = is_string(type) ? tok->first_lineno : tok->lineno,
                        .end_lineno = tok->lineno,
                        .col = -1,
                        .end_col = -1,
                        .line = trailing ? "" : tok->text + line,
                        .line_len = trailing ? 0 : tok->inp - line};
    if (item->line_len && it->implicit_newline) item->line_len--;
    if (placed) {
        item->col = tok_chars(tok->text + line, t.start - line);
        item->end_col = tok_chars(tok->text + tok->line_start, end - tok->line_start);
    }
    if (!trailing) {
        it->last_lineno = item->end_lineno;
        it->last_line = line;
        it->last_line_len = (uint32_t)item->line_len;
    } else if (!tok->extra_tokens && it->last_lineno == tok->lineno) {
        item->line = tok->text + it->last_line;
        item->line_len = it->last_line_len;
    }
    if (tok->extra_tokens) {
        if (trailing) {
            item->lineno = item->end_lineno = item->lineno + 1;
            item->col = item->end_col = 0;
        }
        if (type > TOK_DEDENT && type < TOK_OP) {
            item->type = TOK_OP;
        } else if (type == TOK_NEWLINE) {
            item->end_col++;
            if (!it->implicit_newline) {
                bool crlf = tok->text[t.start] == '\r';
                item->text = crlf ? "\r\n" : "\n";
                item->len = crlf ? 2 : 1;
            }
        } else if (type == TOK_NL && it->implicit_newline) {
            item->len = 0;
        }
    }
    if (type == TOK_ENDMARKER) it->done = true;
    return 1;
}
