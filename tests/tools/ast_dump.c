// SPDX-License-Identifier: MIT
// Test driver for the parser: prints trees as ast.dump(..., include_attributes=True) does, or the error.
//   ast_dump FILE...          one line per file
//   ast_dump -                requests on stdin, "MODE FLAGS LEN\n" and LEN bytes of text each (MODE exec, single, eval,
//                             func_type, or tokens, extra_tokens; FLAGS of ParseOptions); an answer is "LEN\n" and
//                             LEN bytes
//   ast_dump -t N FILE...     parses each file N times and prints the time; no trees
//   ast_dump -k FILE...       prints tokens
// An error is printed as a line "! Class|message|lineno|offset|end_lineno|end_offset|text".
#include "core/compile/ast_dump.h"
#include "core/compile/parser.h"
#include "core/compile/token_iter.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int warnings_are_errors;

static int warn_print(void *ctx, const char *message, int lineno) {
    if (ctx) fprintf(ctx, "# %d: %s\n", lineno, message);
    return warnings_are_errors;
}

static void answer(FILE *out, const char *bytes, size_t len, ParseMode mode, unsigned flags, bool warnings) {
    AstArena arena;
    SyntaxErrorInfo error;
    ParseOptions options = {
        .mode = mode, .flags = flags, .int_max_str_digits = 4300, .warn = warn_print, .warn_ctx = warnings ? out : NULL};
    ast_arena_init(&arena);
    AstMod *mod = parse_source(&arena, bytes, len, &options, &error);
    if (mod) {
        ast_dump(out, mod, true);
    } else {
        const char *name = syntax_error_class(error.kind);
        fprintf(out, "! %s|%s|%d|%d|%d|%d|%s", name ? name : "?", error.message ? error.message : "", error.lineno,
                error.offset, error.end_lineno, error.end_offset, error.text ? error.text : "");
        syntax_error_free(&error);
    }
    ast_arena_free(&arena);
}

// The lines of a text, one after the other.
typedef struct Lines {
    const char *next, *end;
} Lines;

static int next_line(void *ctx, const char **line, size_t *len) {
    Lines *l = ctx;
    if (l->next == l->end) return 0;
    *line = l->next;
    while (l->next < l->end && *l->next != '\n' && *l->next != '\r') l->next++;
    if (l->next < l->end) l->next += *l->next == '\r' && l->next + 1 < l->end && l->next[1] == '\n' ? 2 : 1;
    *len = (size_t)(l->next - *line);
    return 1;
}

// One line per token, its strings preceded by their lengths.
static void answer_tokens(FILE *out, const char *bytes, size_t len, bool extra) {
    Lines lines = {bytes, bytes + len};
    TokenIter *it = malloc(sizeof *it);
    TokenItem item;
    SyntaxErrorInfo error;
    int got;
    if (!it) return;
    token_iter_init(it, next_line, &lines, extra);
    while ((got = token_iter_next(it, &item, &error)) > 0) {
        fprintf(out, "%d %d %d %d %d %zu %zu\n", item.type, item.lineno, item.col, item.end_lineno, item.end_col,
                item.len, item.line_len);
        fwrite(item.text, 1, item.len, out);
        fwrite(item.line, 1, item.line_len, out);
        fputc('\n', out);
    }
    if (got < 0) {
        fprintf(out, "! %s|%s|%d|%d|%d|%d|%s\n", syntax_error_class(error.kind), error.message, error.lineno,
                error.offset, error.end_lineno, error.end_offset, error.text ? error.text : "");
        syntax_error_free(&error);
    }
    token_iter_free(it);
    free(it);
}

static char *read_file(const char *path, size_t *len) {
    FILE *in = fopen(path, "rb");
    if (!in) return NULL;
    fseek(in, 0, SEEK_END);
    long n = ftell(in);
    rewind(in);
    char *bytes = malloc((size_t)n + 1);
    *len = bytes ? fread(bytes, 1, (size_t)n, in) : 0;
    fclose(in);
    return bytes;
}

static int serve(void) {
    char mode_name[16];
    unsigned flags;
    size_t len;
    while (scanf("%15s %u %zu", mode_name, &flags, &len) == 3) {
        if (getchar() != '\n') return 1;
        char *bytes = malloc(len + 1), *text = NULL;
        size_t n = 0;
        if (!bytes || fread(bytes, 1, len, stdin) != len) return 1;
        ParseMode mode = !strcmp(mode_name, "single")   ? PARSE_SINGLE
                         : !strcmp(mode_name, "eval")   ? PARSE_EVAL
                         : !strcmp(mode_name, "func_type") ? PARSE_FUNC_TYPE
                                                           : PARSE_EXEC;
        FILE *out = open_memstream(&text, &n);
        warnings_are_errors = (flags & 0x20000) != 0;
        if (strstr(mode_name, "tokens")) answer_tokens(out, bytes, len, mode_name[0] == 'e');
        else answer(out, bytes, len, mode, flags & 0xFFFF, (flags & 0x10000) != 0);
        fclose(out);
        printf("%zu\n", n);
        fwrite(text, 1, n, stdout);
        fflush(stdout);
        free(text);
        free(bytes);
    }
    return 0;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void time_file(const char *path, int times) {
    size_t len;
    char *bytes = read_file(path, &len);
    double best = 1e9;
    if (!bytes) return;
    for (int i = 0; i < times; i++) {
        AstArena arena;
        SyntaxErrorInfo error;
        ParseOptions options = {.mode = PARSE_EXEC};
        double start = now();
        ast_arena_init(&arena);
        parse_source(&arena, bytes, len, &options, &error);
        double took = now() - start;
        if (took < best) best = took;
        syntax_error_free(&error);
        ast_arena_free(&arena);
    }
    printf("%.3f ms  %5.1f MB/s  %s\n", best * 1e3, (double)len / best / 1e6, path);
    free(bytes);
}

static void print_tokens(const char *path) {
    size_t len;
    char *bytes = read_file(path, &len);
    Tokenizer *tok = malloc(sizeof *tok);
    Source source;
    SyntaxErrorInfo error;
    if (!bytes || !tok || !source_prepare(&source, bytes, len, false, true, NULL, NULL, NULL, &error)) return;
    tokenizer_init(tok, source.text, source.len);
    Token t;
    do {
        tokenizer_next(tok, &t);
        printf("%d,%d-%d,%d:\t%s\t%.*s\n", t.lineno, t.col, t.end_lineno, t.end_col, token_type_name(t.type),
               (int)(t.end - t.start), source.text + t.start);
    } while (t.type != TOK_ENDMARKER && t.type != TOK_ERRORTOKEN);
    tokenizer_free(tok);
    source_free(&source);
    free(tok);
    free(bytes);
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "-")) return serve();
    int first = 1, times = 0;
    bool tokens = false;
    if (argc > 2 && !strcmp(argv[1], "-t")) {
        times = atoi(argv[2]);
        first = 3;
    } else if (argc > 1 && !strcmp(argv[1], "-k")) {
        tokens = true;
        first = 2;
    }
    for (int i = first; i < argc; i++) {
        if (times) {
            time_file(argv[i], times);
            continue;
        }
        if (tokens) {
            print_tokens(argv[i]);
            continue;
        }
        size_t len;
        char *bytes = read_file(argv[i], &len);
        if (!bytes) {
            perror(argv[i]);
            return 1;
        }
        answer(stdout, bytes, len, PARSE_EXEC, 0, false);
        putchar('\n');
        free(bytes);
    }
    return 0;
}
