// SPDX-License-Identifier: MIT
// What the parser's files share. Only they include it.
//
// Rules are functions. A rule that does not match returns NULL (or false) and says nothing; its caller tries something
// else or gives up too, after setting p->t back. A rule that knows what is wrong raises: p->failed is set
// and everybody returns NULL at once. In the first pass, only mistakes raise that no other reading could cure.
// p->far is the farthest token looked at: that is where "invalid syntax" is reported.
// In the second pass p->invalid is set and rules first try their invalid_* companions, in the order in which the
// reference grammar does, so that the first mistake found is the same one.
#ifndef LADON_COMPILE_PARSER_INT_H
#define LADON_COMPILE_PARSER_INT_H

#include "core/compile/parser.h"

// Rules whose results the second pass remembers per token.
typedef enum MemoRule {
    MEMO_EXPRESSION,
    MEMO_DISJUNCTION,
    MEMO_BITWISE_OR,
    MEMO_PRIMARY,
    MEMO_T_PRIMARY,
    MEMO_INVALID_NAMED,
    MEMO_STRINGS,
    MEMO_STAR_EXPRESSION,
    MEMO_STAR_TARGET,
    MEMO_BLOCK,
    MEMO_INVERSION,
    MEMO_FACTOR,
    MEMO_LAMBDA,
} MemoRule;

typedef struct Memo {
    struct Memo *next;
    void        *node;
    Token       *end;
    MemoRule     rule;
} Memo;

typedef struct Parser {
    Token     *t;      // the next token
    Token     *far;    // the farthest one looked at
    AstArena  *arena;
    bool       failed; // error is set
    bool       doomed; // first pass: a bracket has no reading, so nothing around it has
    bool       invalid; // second pass, and the invalid_* rules are on
    bool       second;  // second pass
    bool       met_error; // the error token was looked at while strings were joined
    int        depth;
    void     **stack; // items of the sequences being built
    int        sp, stack_cap;
    Token     *tokens; // all tokens, an ENDMARKER or ERRORTOKEN last
    int        ntokens;
    Token     *warned; // string tokens up to here have had their warnings
    Token     *eof_token; // the first token whose reading met the end of the text
    Memo     **memos;
    const char *text;
    Tokenizer  tok;
    Source     source;
    ParseOptions options;
    int          feature_version;
    SyntaxErrorInfo error;
    AstTypeIgnoreSeq type_ignores;
    AstName *name_print, *name_exec;
} Parser;

// Nesting at which a text is too deep; as in the reference, where most rules count one and some two.
enum { PARSE_MAX_DEPTH = 5968 };

static inline void advance(Parser *p) {
    if (++p->t > p->far) p->far = p->t;
}

// Goes to a place seen before.
static inline void reset(Parser *p, Token *t) {
    p->t = t;
}

static inline bool at(const Parser *p, int type) {
    return p->t->type == type;
}

static inline bool accept(Parser *p, int type) {
    if (p->t->type != type) return false;
    advance(p);
    return true;
}

// Type of the token after the next.
static inline int peek(Parser *p) {
    if (p->t->type == TOK_ENDMARKER || p->t->type == TOK_ERRORTOKEN) return TOK_ENDMARKER;
    if (p->t + 1 > p->far) p->far = p->t + 1;
    return p->t[1].type;
}

// The token read last.
static inline const Token *last(const Parser *p) {
    return p->t - 1;
}

// Sets where a node begins and, from the token read last, ends.
#define SET_POS(p, node, line, column)             \
    do {                                           \
        (node)->lineno = (line);                   \
        (node)->col_offset = (column);             \
        (node)->end_lineno = last(p)->end_lineno;  \
        (node)->end_col_offset = last(p)->end_col; \
    } while (0)

static inline AstExpr *expr_at(Parser *p, AstKind kind, int lineno, int col) {
    AstExpr *e = arena_zalloc(&p->arena->mem, sizeof *e);
    e->kind = kind;
    SET_POS(p, e, lineno, col);
    return e;
}

static inline AstExpr *expr_from(Parser *p, AstKind kind, const Token *start) {
    return expr_at(p, kind, start->lineno, start->col);
}

// Sets where a statement ends: at the last token that is not layout.
static inline void stmt_end(Parser *p, AstStmt *s) {
    const Token *t = last(p);
    while (t > p->tokens && (t->type == TOK_ENDMARKER || (t->type >= TOK_NEWLINE && t->type <= TOK_DEDENT))) t--;
    s->end_lineno = t->end_lineno;
    s->end_col_offset = t->end_col;
}

static inline AstStmt *stmt_from(Parser *p, AstKind kind, const Token *start) {
    AstStmt *s = arena_zalloc(&p->arena->mem, sizeof *s);
    s->kind = kind;
    s->lineno = start->lineno;
    s->col_offset = start->col;
    stmt_end(p, s);
    return s;
}

// Sequences: push items, then take those above base off the stack.
void push_slow(Parser *p);
static inline void push(Parser *p, void *item) {
    if (p->sp == p->stack_cap) push_slow(p);
    p->stack[p->sp++] = item;
}
AstSeq seq_take(Parser *p, int base);
#define TAKE(p, base, Type)                                \
    __extension__({                                        \
        AstSeq seq_ = seq_take(p, base);                   \
        (Type){seq_.n, (__typeof__(((Type *)0)->items))seq_.items}; \
    })

// Second pass: true if rule was tried at the present token; then *node is its result and p->t is moved.
bool memo_get(Parser *p, MemoRule rule, void *node);
// Remembers a result of rule at start; returns it.
void *memo_put(Parser *p, MemoRule rule, Token *start, void *node);

// False: nested too deep, and an error is set. Pair with p->depth--.
bool deeper(Parser *p);

AstName *token_name(Parser *p, const Token *t);
// A TYPE_COMMENT that may come now.
AstName *type_comment(Parser *p);
// False: an error is set, the text needs a newer feature_version.
bool check_version(Parser *p, int minor, const char *what);

// parser_error.c. All set p->failed and return NULL. Columns are 0-based bytes; the messages printf-like.
enum { END_HERE = -5 };
void *raise_at(Parser *p, SyntaxErrorKind kind, int lineno, int col, int end_lineno, int end_col, const char *format,
               ...) __attribute__((format(printf, 7, 8)));
void *raise_last(Parser *p, SyntaxErrorKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
void *raise_next(Parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define POS2(a, b) (a)->lineno, (a)->col_offset, (b)->end_lineno, (b)->end_col_offset
#define RAISE_NODE(p, node, ...) raise_at(p, SYNTAX_ERROR, POS2(node, node), __VA_ARGS__)
#define RAISE_RANGE(p, a, b, ...) raise_at(p, SYNTAX_ERROR, POS2(a, b), __VA_ARGS__)
#define RAISE_TOKEN(p, tk, ...) \
    raise_at(p, SYNTAX_ERROR, (tk)->lineno, (tk)->col, (tk)->end_lineno, (tk)->end_col, __VA_ARGS__)
#define RAISE_TOKENS(p, a, b, ...) \
    raise_at(p, SYNTAX_ERROR, (a)->lineno, (a)->col, (b)->end_lineno, (b)->end_col, __VA_ARGS__)
#define RAISE_FROM_TOKEN(p, tk, ...) \
    raise_at(p, SYNTAX_ERROR, (tk)->lineno, (tk)->col, END_HERE, END_HERE, __VA_ARGS__)
#define RAISE_FROM_NODE(p, node, ...) \
    raise_at(p, SYNTAX_ERROR, (node)->lineno, (node)->col_offset, END_HERE, END_HERE, __VA_ARGS__)
#define RAISE(p, ...) raise_last(p, SYNTAX_ERROR, __VA_ARGS__)
#define RAISE_INDENT(p, ...) raise_last(p, SYNTAX_INDENTATION_ERROR, __VA_ARGS__)
void *raise_too_deep(Parser *p);

typedef enum TargetUse { STAR_TARGETS, DEL_TARGETS, FOR_TARGETS } TargetUse;
// The part of e that cannot be a target; NULL: all can.
AstExpr *invalid_target(AstExpr *e, TargetUse use);
// Raises for it, if there is one. Returns NULL.
void *raise_invalid_target(Parser *p, AstExpr *e, TargetUse use);
// The final word when no rule matched.
void set_generic_error(Parser *p, Token *first_pass_far);

// parser_expr.c
AstExpr *expression(Parser *p);
AstExpr *disjunction(Parser *p);
AstExpr *inversion(Parser *p);
AstExpr *bitwise_or(Parser *p);
AstExpr *factor(Parser *p);
AstExpr *named_expression(Parser *p);
AstExpr *star_named_expression(Parser *p);
AstExpr *star_expression(Parser *p);
AstExpr *star_expressions(Parser *p);
AstExpr *expressions(Parser *p);
AstExpr *yield_expr(Parser *p);
AstExpr *annotated_rhs(Parser *p);

// parser_primary.c
AstExpr *parse_name_load(Parser *p);
AstExpr *slices(Parser *p);
AstExpr *primary(Parser *p);
AstExpr *t_primary(Parser *p); // as primary, where a target is looked for

// parser_display.c
AstExpr *bracketed(Parser *p); // at a bracket: the atom it begins
AstExpr *genexp(Parser *p);
bool for_if_clauses(Parser *p, AstComprehensionSeq *out);
AstExpr *tuple_of(Parser *p, int base, int lineno, int col); // of what was pushed since base

// parser_target.c
AstExpr *star_targets(Parser *p);
AstExpr *star_target(Parser *p);
bool valid_star_targets(const AstExpr *e);
bool valid_single_target(const AstExpr *e);
bool valid_del_target(const AstExpr *e);
void set_ctx(AstExpr *e, AstKind ctx);

// parser_call.c
bool arguments(Parser *p, AstExprSeq *args, AstKeywordSeq *keywords);
AstExpr *starred_expression(Parser *p);
AstExpr *assignment_expression(Parser *p);

// parser_params.c
AstArguments *parameters(Parser *p, bool lambda);
AstArguments *empty_arguments(Parser *p);
AstExpr *lambdef(Parser *p);
bool type_params(Parser *p, AstTypeParamSeq *out);

// parser_invalid_expr.c: they raise or do nothing; p->t comes back unchanged.
void invalid_expression(Parser *p);
void invalid_named_expression(Parser *p);
void invalid_group(Parser *p);
void invalid_comprehension(Parser *p);
void invalid_dict_comprehension(Parser *p);
void invalid_double_starred_kvpairs(Parser *p);
void invalid_arguments(Parser *p);
void invalid_kwarg(Parser *p);
void invalid_lambda_fstring(Parser *p);
AstExpr *expression_without_invalid(Parser *p);
bool is_legacy_name(const Parser *p, const AstExpr *e);
void invalid_parameters(Parser *p, bool lambda);

// parser_literal.c
AstExpr *number(Parser *p);
AstExpr *strings(Parser *p);
bool const_from_string(Parser *p, const Token *t, AstConst *out, bool *is_bytes, bool *is_u);
// Decodes escapes of len bytes at s, which are part of token t. False: an error is set.
bool decode_escapes(Parser *p, const Token *t, const char *s, size_t len, bool bytes, AstConst *out);

AstExprSeq join_parts(Parser *p, AstExpr **items, int n);

// parser_fstring.c
AstExpr *fstring(Parser *p);

// parser_stmt.c
bool statements(Parser *p, AstStmtSeq *out);
bool simple_stmts(Parser *p);
AstStmt *simple_stmt(Parser *p);
bool block(Parser *p, AstStmtSeq *out);
AstStmt *import_stmt(Parser *p);
AstStmt *pass_break_continue(Parser *p);

// parser_compound.c
AstStmt *compound_stmt(Parser *p);
bool is_compound_start(Parser *p);

// parser_pattern.c
AstStmt *match_stmt(Parser *p);

#endif
