// SPDX-License-Identifier: MIT
// Tokenizer of Python 3.14. Reads UTF-8 text (see source.h for decoding and newlines) and hands out tokens one
// by one; positions are byte offsets into the text plus lines and byte columns. The parser reads a whole text;
// the `_tokenize` module feeds lines as they come (Tokenizer.more) and asks for comments too (extra_tokens).
// Invariant: after a TOK_ERRORTOKEN the tokenizer gives nothing else. One owner at a time; no locks.
#ifndef LADON_COMPILE_TOKENIZER_H
#define LADON_COMPILE_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum TokenType {
#define TOKEN(name, number, text) TOK_##name = number,
#include "core/compile/token.def"
    TOK_COUNT,
    TOK_KEYWORDS = 128, // a hard keyword is its own type; token_public_type() gives NAME
#define KEYWORD(name, text) KW_##name,
#include "core/compile/token.def"
    KW_END
} TokenType;

// Token.soft: which soft keyword a NAME spells.
enum { SOFT_NONE, SOFT_MATCH, SOFT_CASE, SOFT_TYPE, SOFT_UNDERSCORE };

typedef struct Token {
    uint8_t  type;       // TokenType
    uint8_t  soft;       // NAME: SOFT_*
    uint8_t  level;      // open brackets after this token
    bool     nonascii;   // NAME: has characters beyond ASCII
    uint32_t start, end; // byte offsets in Tokenizer.text
    int      lineno, col; // col is -1 where CPython has no column (INDENT, DEDENT, ...)
    int      end_lineno, end_col;
} Token;

typedef enum SyntaxErrorKind {
    SYNTAX_OK,
    SYNTAX_ERROR,
    SYNTAX_INDENTATION_ERROR,
    SYNTAX_TAB_ERROR,
    SYNTAX_INCOMPLETE_INPUT,  // _IncompleteInputError
    SYNTAX_MEMORY_ERROR,      // nested too deep
    SYNTAX_RECURSION_ERROR,
    SYNTAX_OVERFLOW_ERROR,
    SYNTAX_VALUE_ERROR,
    SYNTAX_CALLBACK_ERROR,    // a hook failed and left its own exception
} SyntaxErrorKind;

// What a SyntaxError needs. message and text are malloc'ed; free with syntax_error_free.
typedef struct SyntaxErrorInfo {
    SyntaxErrorKind kind;
    char           *message;    // UTF-8
    int             lineno;     // 0 and offset -1: no position
    int             offset;     // 1-based, in characters; may be 0 or -1 as in CPython
    int             end_lineno; // 0: no end is known, both are None
    int             end_offset;
    char           *text;       // the source line, UTF-8; NULL: None
    bool            no_details;  // the exception has the message as its only argument
} SyntaxErrorInfo;

// Frees what the error holds and clears it.
void syntax_error_free(SyntaxErrorInfo *error);

// Reports a SyntaxWarning. return 0: go on; 1: it was turned into an error, raise SyntaxError with this
// message instead; -1: another exception is pending.
typedef int (*SyntaxWarningHook)(void *ctx, const char *message, int lineno);

enum { TOK_MAX_INDENT = 100, TOK_MAX_LEVEL = 200, TOK_MAX_FSTRING = 150 };

// Why the text ended, as far as the parser cares.
typedef enum TokDone {
    TOK_DONE_OK,
    TOK_DONE_EOF,       // end of text was seen
    TOK_DONE_EOF_TRIPLE, // inside a triple-quoted string
    TOK_DONE_EOL,       // inside a string on the last line
    TOK_DONE_ERROR,
} TokDone;

// One open f-string or t-string.
typedef struct TokMode {
    bool     in_expr;        // regular tokens, not string text
    bool     raw;
    bool     in_format_spec;
    char     quote;
    uint8_t  quote_size;
    char     prefix;         // 'f' or 't'
    int      curly_depth;      // brackets open inside this string
    int      curly_expr_depth; // curly_depth at which the innermost replacement field opened; -1: none
    uint32_t start;            // the prefix
    uint32_t line_start;       // of the line holding start
    int      first_line;
} TokMode;

typedef struct Tokenizer {
    const char *text; // NUL after len bytes
    uint32_t    len;
    uint32_t    cur;
    uint32_t    inp;        // end of the line being read
    uint32_t    line_start; // of the line being read
    uint32_t    multi_line_start;
    uint32_t    start;      // of the token being read
    int         lineno;
    int         first_lineno;
    bool        at_bol;
    bool        in_token;    // start is meaningful to more()
    bool        cont_line;
    bool        extra_tokens;  // also hand out comments and the newlines that end no statement
    bool        comment_alone; // extra_tokens: the comment just read had its line to itself
    bool        type_comments;
    bool        is_file;          // read as a program, not given as a string
    bool        angle_not_equal; // <> is an operator
    int         pending;    // >0 indents, <0 dedents to hand out
    int         indent;     // top of the stacks
    int         indents[TOK_MAX_INDENT];
    int         alt_indents[TOK_MAX_INDENT];
    int         level;
    char        parens[TOK_MAX_LEVEL];
    int         paren_lines[TOK_MAX_LEVEL];
    int         paren_cols[TOK_MAX_LEVEL];
    int         fstring_top; // open f-strings
    TokMode     fstrings[TOK_MAX_FSTRING + 1];
    TokDone     done;
    uint32_t    buf_start;   // first byte of the line or multi-line token being read
    bool        implicit_newline; // extra_tokens: the last line had no newline, one was made up
    bool        soft_error; // error is about how the text ended or is laid out; the parser may know better
    SyntaxErrorInfo   error;
    SyntaxWarningHook warn;
    void             *warn_ctx;
    // Appends one more line to the text (and changes text and len). return 1: done; 0: end of input; -1: failed.
    int (*more)(struct Tokenizer *tok, void *ctx);
    void *more_ctx;
} Tokenizer;

// Begins at the start of text (len bytes, a NUL after them; borrowed).
void tokenizer_init(Tokenizer *tok, const char *text, size_t len);

// Frees a pending error.
void tokenizer_free(Tokenizer *tok);

// Reads the next token. At the end TOK_ENDMARKER again and again. TOK_ERRORTOKEN: tok->error says what is wrong, or
// tok->error.kind is SYNTAX_OK and the text ended inside brackets or after a backslash (tok->done is EOF).
void tokenizer_next(Tokenizer *tok, Token *out);

// Sets "'(' was never closed" for the innermost open bracket as tok->error.
void tokenizer_unclosed_error(Tokenizer *tok);

// Sets an error at a line and byte columns (0-based; end_col -1: none) as tok->error; an earlier one stays.
void tokenizer_error_at(Tokenizer *tok, SyntaxErrorKind kind, int lineno, int col, int end_lineno, int end_col,
                        const char *format, ...) __attribute__((format(printf, 7, 8)));

// The type number of the `token` module.
static inline int token_public_type(int type) {
    return type >= TOK_KEYWORDS ? TOK_NAME : type;
}

// The `token` module's name of a type ("NAME", "LPAR"); NULL if there is none.
const char *token_type_name(int type);

// The spelling of an operator or keyword type; NULL for the others.
const char *token_type_text(int type);

// Number of characters in len bytes of UTF-8; malformed bytes count one each.
int tok_chars(const char *s, size_t len);

#endif
