// SPDX-License-Identifier: MIT
// Parser: entry point, token array, the two passes, and what all rules use.
#include "core/compile/parser_int.h"

#include "core/base/unicode.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

unsigned parse_flags_from_pycf(int pycf) {
    unsigned flags = 0;
    if (pycf & 0x1000) flags |= PARSE_TYPE_COMMENTS;
    if (pycf & 0x0200) flags |= PARSE_DONT_IMPLY_DEDENT;
    if (pycf & 0x4000) flags |= PARSE_ALLOW_INCOMPLETE;
    if (pycf & 0x0100) flags |= PARSE_SOURCE_IS_UTF8;
    if (pycf & 0x400000) flags |= PARSE_BARRY_AS_BDFL;
    return flags;
}

void push_slow(Parser *p) {
    p->stack_cap = p->stack_cap ? p->stack_cap * 2 : 256;
    void **stack = realloc(p->stack, (size_t)p->stack_cap * sizeof *stack);
    if (!stack) abort();
    p->stack = stack;
}

AstSeq seq_take(Parser *p, int base) {
    int n = p->sp - base;
    AstSeq seq = {0};
    if (n > 0) {
        seq.n = n;
        seq.items = arena_alloc(&p->arena->mem, (size_t)n * sizeof *seq.items);
        memcpy(seq.items, p->stack + base, (size_t)n * sizeof *seq.items);
    }
    p->sp = base;
    return seq;
}

bool memo_get(Parser *p, MemoRule rule, void *node) {
    for (Memo *m = p->memos[p->t - p->tokens]; m; m = m->next) {
        if (m->rule == rule) {
            *(void **)node = m->node;
            reset(p, m->end);
            return true;
        }
    }
    return false;
}

void *memo_put(Parser *p, MemoRule rule, Token *start, void *node) {
    Memo *m = arena_alloc(&p->arena->mem, sizeof *m);
    Memo **head = &p->memos[start - p->tokens];
    *m = (Memo){*head, node, p->t, rule};
    *head = m;
    return node;
}

bool deeper(Parser *p) {
    char here;
    if (++p->depth > PARSE_MAX_DEPTH ||
        (p->options.stack_limit && (uintptr_t)&here < (uintptr_t)p->options.stack_limit)) {
        raise_too_deep(p);
        return false;
    }
    return true;
}

bool check_version(Parser *p, int minor, const char *what) {
    if (p->feature_version >= minor) return true;
    RAISE(p, "%s only supported in Python 3.%d and greater", what, minor);
    return false;
}

// A name with characters beyond ASCII, in normal form KC.
static AstName *name_nfkc(Parser *p, const char *s, size_t len) {
    uint32_t *chars = malloc((len + 1) * sizeof *chars);
    if (!chars) abort();
    size_t n = 0;
    const uint8_t *in = (const uint8_t *)s, *end = in + len;
    while (in < end) chars[n++] = utf8_next(&in);
    size_t out_len = 0;
    uint32_t *norm = unicode_nfkc(chars, n, &out_len);
    if (!norm) abort();
    uint8_t *text = malloc(out_len * 4 + 1), *out = text;
    if (!text) abort();
    for (size_t i = 0; i < out_len; i++) out += utf8_put(out, norm[i]);
    AstName *name = ast_name(p->arena, (char *)text, (size_t)(out - text));
    static const char *const constants[] = {"True", "False", "None"};
    for (int i = 0; i < 3 && !p->failed; i++)
        if (!strcmp(name->text, constants[i])) raise_last(p, SYNTAX_VALUE_ERROR, "identifier field can't represent '%s' constant", constants[i]);
    free(text);
    free(norm);
    free(chars);
    return name;
}

AstName *token_name(Parser *p, const Token *t) {
    const char *s = p->text + t->start;
    size_t len = t->end - t->start;
    if (__builtin_expect(t->nonascii, 0)) return name_nfkc(p, s, len);
    return ast_name(p->arena, s, len);
}

AstName *type_comment(Parser *p) {
    if (!at(p, TOK_TYPE_COMMENT)) return NULL;
    AstName *name = ast_name(p->arena, p->text + p->t->start, p->t->end - p->t->start);
    advance(p);
    return name;
}

// Reads all tokens into p->tokens. Type-ignore comments are taken out and kept apart.
static void read_tokens(Parser *p) {
    Tokenizer *tok = &p->tok;
    int cap = (int)(p->source.len / 4) + 64;
    Token *tokens = malloc((size_t)cap * sizeof *tokens);
    if (!tokens) abort();
    int n = 0, eof = -1, base = p->sp;
    bool started = false;
    for (;;) {
        if (n + 2 >= cap) {
            cap += cap / 2;
            Token *more = realloc(tokens, (size_t)cap * sizeof *tokens);
            if (!more) abort();
            tokens = more;
        }
        Token *t = &tokens[n];
        tokenizer_next(tok, t);
        if (t->type == TOK_TYPE_IGNORE) {
            AstTypeIgnore *ignore = ast_node_new(p->arena, AST_TYPE_IGNORE);
            ignore->ignore_lineno = t->lineno;
            ignore->tag = ast_name(p->arena, p->text + t->start, t->end - t->start);
            push(p, ignore);
            continue;
        }
        if (t->type == TOK_ENDMARKER && p->options.mode == PARSE_SINGLE && started) {
            // An interactive statement needs no newline at its end.
            t->type = TOK_NEWLINE;
            started = false;
            if (tok->indent && !(p->options.flags & PARSE_DONT_IMPLY_DEDENT)) {
                tok->pending = -tok->indent;
                tok->indent = 0;
            }
        } else {
            started = true;
        }
        if (eof < 0 && tok->done != TOK_DONE_OK) eof = n;
        n++;
        if (t->type == TOK_ENDMARKER || t->type == TOK_ERRORTOKEN) break;
    }
    p->type_ignores = TAKE(p, base, AstTypeIgnoreSeq);
    p->tokens = tokens;
    p->ntokens = n;
    p->eof_token = tokens + (eof < 0 ? n : eof);
    p->t = p->far = p->warned = tokens;
}

static AstMod *new_mod(Parser *p, AstKind kind) {
    return ast_node_new(p->arena, kind);
}

static AstMod *file_rule(Parser *p) {
    AstStmtSeq body = {0};
    if (!at(p, TOK_ENDMARKER) && !statements(p, &body)) return NULL;
    if (!at(p, TOK_ENDMARKER)) return NULL;
    AstMod *mod = new_mod(p, AST_MODULE);
    mod->Module.body = body;
    mod->Module.type_ignores = p->type_ignores;
    return mod;
}

static AstMod *interactive_rule(Parser *p) {
    int base = p->sp;
    const Token *start = p->t;
    if (at(p, TOK_NEWLINE)) {
        AstStmt *s = stmt_from(p, AST_PASS, start);
        s->end_lineno = start->end_lineno;
        s->end_col_offset = start->end_col;
        advance(p);
        push(p, s);
    } else if (at(p, TOK_ENDMARKER)) {
        return NULL;
    } else if (is_compound_start(p) || p->t->soft == SOFT_MATCH) {
        Token *at_start = p->t;
        AstStmt *s = compound_stmt(p);
        if (s && accept(p, TOK_NEWLINE)) {
            push(p, s);
        } else {
            if (p->failed) return NULL;
            reset(p, at_start);
            p->sp = base;
            if (!simple_stmts(p)) return NULL;
        }
    } else if (!simple_stmts(p)) {
        return NULL;
    }
    AstMod *mod = new_mod(p, AST_INTERACTIVE);
    mod->Interactive.body = TAKE(p, base, AstStmtSeq);
    return mod;
}

static AstMod *eval_rule(Parser *p) {
    AstExpr *e = expressions(p);
    if (!e) return NULL;
    while (accept(p, TOK_NEWLINE)) {}
    if (!at(p, TOK_ENDMARKER)) return NULL;
    AstMod *mod = new_mod(p, AST_EXPRESSION);
    mod->Expression.body = e;
    return mod;
}

// type_expressions of a signature comment: expressions, then *args, then **kwargs.
static bool type_expressions(Parser *p, AstExprSeq *out) {
    int base = p->sp, stage = 0;
    for (;;) {
        if (stage == 0 && !at(p, TOK_STAR) && !at(p, TOK_DOUBLESTAR)) {
        } else if (stage <= 0 && accept(p, TOK_STAR)) {
            stage = 1;
        } else if (stage <= 1 && accept(p, TOK_DOUBLESTAR)) {
            stage = 2;
        } else {
            return false;
        }
        AstExpr *e = expression(p);
        if (!e) return false;
        push(p, e);
        if (stage == 2 || !accept(p, TOK_COMMA)) break;
    }
    *out = TAKE(p, base, AstExprSeq);
    return true;
}

static AstMod *func_type_rule(Parser *p) {
    if (!accept(p, TOK_LPAR)) return NULL;
    AstExprSeq args = {0};
    if (!at(p, TOK_RPAR) && !type_expressions(p, &args)) return NULL;
    if (!accept(p, TOK_RPAR) || !accept(p, TOK_RARROW)) return NULL;
    AstExpr *returns = expression(p);
    if (!returns) return NULL;
    while (accept(p, TOK_NEWLINE)) {}
    if (!at(p, TOK_ENDMARKER)) return NULL;
    AstMod *mod = new_mod(p, AST_FUNCTION_TYPE);
    mod->FunctionType.argtypes = args;
    mod->FunctionType.returns = returns;
    return mod;
}

static AstMod *start_rule(Parser *p) {
    p->t = p->tokens;
    p->sp = 0;
    p->depth = 0;
    switch (p->options.mode) {
    case PARSE_EXEC: return file_rule(p);
    case PARSE_SINGLE: return interactive_rule(p);
    case PARSE_EVAL: return eval_rule(p);
    case PARSE_FUNC_TYPE: return func_type_rule(p);
    }
    return NULL;
}

// True if the text ended before the parser had seen enough.
static bool at_end_of_source(const Parser *p) {
    const Token *end = &p->tokens[p->ntokens - 1];
    if (p->far < p->eof_token) return false;
    if (p->far == end && end->type == TOK_ERRORTOKEN)
        return p->tok.done == TOK_DONE_EOF || p->tok.done == TOK_DONE_EOF_TRIPLE || p->tok.done == TOK_DONE_EOL;
    return true;
}

// An interactive statement must be the only one in its text.
static bool only_statement(Parser *p) {
    Token *t = p->t;
    if (p->options.mode != PARSE_SINGLE || t == p->tokens) return true;
    const char *s = p->text, *end = s + p->tok.len;
    const char *c = s + t[-1].end;
    for (;;) {
        while (c < end && (*c == ' ' || *c == '\t' || *c == '\n' || *c == '\014')) c++;
        if (c == end) return true;
        if (*c != '#') break;
        while (c < end && *c != '\n') c++;
    }
    p->far = t - 1;
    raise_last(p, SYNTAX_ERROR, "multiple statements found while compiling a single statement");
    return false;
}

static AstMod *run(Parser *p) {
    AstMod *mod = start_rule(p);
    if (mod) return only_statement(p) ? mod : NULL;
    Token *far = p->far;
    Token *end = &p->tokens[p->ntokens - 1];
    if ((p->options.flags & PARSE_ALLOW_INCOMPLETE) && at_end_of_source(p) &&
        p->error.kind != SYNTAX_MEMORY_ERROR) {
        p->failed = false;
        syntax_error_free(&p->error);
        return raise_last(p, SYNTAX_INCOMPLETE_INPUT, "incomplete input");
    }
    if (!p->failed && !(far == end && end->type == TOK_ERRORTOKEN)) {
        p->second = p->invalid = true;
        p->doomed = false;
        p->memos = calloc((size_t)p->ntokens, sizeof *p->memos);
        if (!p->memos) abort();
        start_rule(p);
        free(p->memos);
        p->memos = NULL;
    }
    set_generic_error(p, far);
    return NULL;
}

AstMod *parse_source(AstArena *arena, const char *bytes, size_t len, const ParseOptions *options,
                     SyntaxErrorInfo *error) {
    Parser *p = calloc(1, sizeof *p);
    if (!p) abort();
    p->arena = arena;
    p->options = *options;
    p->feature_version = options->feature_version > 0 ? options->feature_version : PARSE_FEATURE_VERSION;
    *error = (SyntaxErrorInfo){0};
    if (!source_prepare(&p->source, bytes, len, (options->flags & PARSE_SOURCE_IS_UTF8) != 0,
                        options->mode == PARSE_EXEC, options->file, options->decode, options->decode_ctx, error)) {
        free(p);
        return NULL;
    }
    p->text = p->source.text;
    tokenizer_init(&p->tok, p->source.text, p->source.len);
    p->tok.angle_not_equal =
        (options->flags & PARSE_BARRY_AS_BDFL) || memmem(p->text, p->source.len, "barry_as_FLUFL", 14);
    p->tok.is_file = options->file != NULL;
    p->tok.type_comments = (options->flags & PARSE_TYPE_COMMENTS) != 0;
    p->tok.warn = options->warn;
    p->tok.warn_ctx = options->warn_ctx;
    push_slow(p);
    p->name_print = ast_name_z(arena, "print");
    p->name_exec = ast_name_z(arena, "exec");
    read_tokens(p);
    AstMod *mod = run(p);
    if (!mod) *error = p->error;
    tokenizer_free(&p->tok);
    free(p->tokens);
    free(p->stack);
    source_free(&p->source);
    free(p);
    return mod;
}
