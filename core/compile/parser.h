// SPDX-License-Identifier: MIT
// Parser of Python 3.14: text in, tree out. Two passes: the first knows only correct programs and is fast; when it
// fails, a second one, slower, looks for the mistakes that have a message of their own. Hand-written recursive
// descent that never moves backwards except where the grammar needs it (with, match, type).
// The tree lives in the caller's AstArena. Re-entrant; no global state, no locks; hooks may run anything.
#ifndef LADON_COMPILE_PARSER_H
#define LADON_COMPILE_PARSER_H

#include "core/compile/ast.h"
#include "core/compile/source.h"
#include "core/compile/tokenizer.h"

typedef enum ParseMode {
    PARSE_EXEC,      // a file: Module
    PARSE_SINGLE,    // an interactive statement: Interactive
    PARSE_EVAL,      // Expression
    PARSE_FUNC_TYPE, // a signature type comment: FunctionType
} ParseMode;

// Flags of ParseOptions; the PyCF_* constants say the same with other bits (see parse_flags_from_pycf).
enum {
    PARSE_TYPE_COMMENTS = 1,
    PARSE_DONT_IMPLY_DEDENT = 2,
    PARSE_ALLOW_INCOMPLETE = 4, // the error of a text that only lacks its end is SYNTAX_INCOMPLETE_INPUT
    PARSE_BARRY_AS_BDFL = 8,    // <> instead of !=
    PARSE_SOURCE_IS_UTF8 = 16,  // from a str: no cookie, no byte order mark
};

enum { PARSE_FEATURE_VERSION = 14 };

typedef struct ParseOptions {
    ParseMode mode;
    unsigned  flags;
    int       feature_version;     // minor version of Python; 0: the newest
    int       int_max_str_digits;  // longest decimal int literal; 0: no limit
    const void *stack_limit;       // lowest address the C stack may grow to; NULL: only depth is limited
    const char *file;              // name of the file whose own text it is, for messages; NULL: none
    SourceDecodeHook  decode;      // may be NULL
    void             *decode_ctx;
    SyntaxWarningHook warn;        // may be NULL
    void             *warn_ctx;
} ParseOptions;

// PARSE_* flags for compile()'s flags argument.
unsigned parse_flags_from_pycf(int pycf);

// Parses a text.
//   arena   initialized; receives the tree; may hold garbage after an error
//   bytes   len bytes, borrowed
//   return  the tree, or NULL with *error filled in (free it with syntax_error_free)
//   may     run the hooks
AstMod *parse_source(AstArena *arena, const char *bytes, size_t len, const ParseOptions *options,
                     SyntaxErrorInfo *error);

// What messages call an expression of this kind: "function call", "list", "literal", ...
const char *ast_expr_describe(const AstExpr *e);

// "SyntaxError", "IndentationError", "MemoryError", ...: the Python class an error becomes.
const char *syntax_error_class(SyntaxErrorKind kind);

#endif
