// SPDX-License-Identifier: MIT
// Tokens as the `_tokenize` module shows them: text, character columns and the source line of each, from lines that
// are read one by one. Knows no runtime objects: the module wraps it. One owner at a time; no locks.
#ifndef LADON_COMPILE_TOKEN_ITER_H
#define LADON_COMPILE_TOKEN_ITER_H

#include "core/compile/tokenizer.h"

// Gets the next line (UTF-8, with its newline, without NUL bytes). The bytes need to live until the next call only.
// return 1: got one; 0: no more; -1: an exception is pending.
typedef int (*TokenLineHook)(void *ctx, const char **line, size_t *len);

typedef struct TokenIter {
    Tokenizer     tok;
    TokenLineHook readline;
    void         *ctx;
    char         *text; // all lines so far
    size_t        cap;
    bool          implicit_newline; // a line had no newline and was given one
    bool          any;              // a line was read
    int           last_lineno;      // of the token before, and its line
    uint32_t      last_line, last_line_len;
    bool          done;
    bool          nul;  // a line had a NUL byte in it
} TokenIter;

// One token. Pointers lead into the iterator's text and hold until the next call.
typedef struct TokenItem {
    int         type; // of the `token` module
    const char *text;
    size_t      len;
    int         lineno, col; // columns in characters
    int         end_lineno, end_col;
    const char *line;
    size_t      line_len;
} TokenItem;

// Starts. extra_tokens: comments, NL tokens, operators as OP, as tokenize.py wants them. Allocate the iterator on
// the heap: it is large.
void token_iter_init(TokenIter *it, TokenLineHook readline, void *ctx, bool extra_tokens);

// Frees what the iterator holds.
void token_iter_free(TokenIter *it);

// Gets the next token.
// return 1: *item is set; 0: no more; -1: *error is set (SYNTAX_CALLBACK_ERROR: readline's exception)
int token_iter_next(TokenIter *it, TokenItem *item, SyntaxErrorInfo *error);

#endif
