// SPDX-License-Identifier: MIT
// What the tokenizer's files share. Only they include it.
#ifndef LADON_COMPILE_TOKENIZER_INT_H
#define LADON_COMPILE_TOKENIZER_INT_H

#include "core/compile/tokenizer.h"

enum { TOK_EOF = -1, TOK_BAD = -2, TOK_STOP = -3 };

enum { TC_START = 1, TC_IDENT = 2, TC_DIGIT = 4 };
extern const uint8_t tok_class[256];

static inline bool tok_is_digit(int c) {
    return c >= '0' && c <= '9';
}

// Gets the next line in. False: the text has ended (tok->done says so).
bool tok_underflow(Tokenizer *tok);

// The next byte, or TOK_EOF.
static inline int tok_next(Tokenizer *tok) {
    if (__builtin_expect(tok->cur == tok->inp, 0) && !tok_underflow(tok)) return TOK_EOF;
    return (unsigned char)tok->text[tok->cur++];
}

// Unreads c, which tok_next just gave.
static inline void tok_back(Tokenizer *tok, int c) {
    if (c != TOK_EOF) tok->cur--;
}

// Fills in a token; the error token.
void tok_make(Tokenizer *tok, Token *out, int type, uint32_t start, uint32_t end);
void tok_make_error(Tokenizer *tok, Token *out);

// Reads a regular token, whatever string is open.
void tok_normal(Tokenizer *tok, Token *out);

// tokenizer_string.c: the opening quote was read / text of the innermost f-string.
void tok_string(Tokenizer *tok, Token *out, int quote);
void tok_fstring_begin(Tokenizer *tok, Token *out, int quote, bool raw, char prefix);
void tok_fstring(Tokenizer *tok, Token *out);

// tokenizer_error.c: set tok->error at the present place; col and end_col count bytes from 1.
void tok_error(Tokenizer *tok, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tok_error_range(Tokenizer *tok, uint32_t col, uint32_t end_col, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void tok_error_eof(Tokenizer *tok);
void tok_error_dedent(Tokenizer *tok);

// Reports a SyntaxWarning at the present line. False: it became an error, which is set.
bool tok_warn(Tokenizer *tok, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Warns about a backslash before a brace, which was read.
bool tok_warn_escape(Tokenizer *tok, int c);

// Checks the name start..cur, which has characters beyond ASCII. False: an error is set.
bool tok_verify_identifier(Tokenizer *tok);

#endif
