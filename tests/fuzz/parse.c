// SPDX-License-Identifier: MIT
// Fuzz target of the parser: any bytes must give a tree or an error, and every tree must print.
// The first byte chooses mode and flags, the rest is the text.
//   clang -fsanitize=fuzzer,address,undefined ...    libFuzzer
//   cc -DFUZZ_MAIN ...                               runs the files named as arguments
#include "core/compile/ast_dump.h"
#include "core/compile/parser.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int warn_sometimes(void *ctx, const char *message, int lineno) {
    unsigned *choice = ctx;
    (void)message;
    (void)lineno;
    return *choice & 0x40 ? 1 : 0;
}

static void tokens_all(const uint8_t *data, size_t size) {
    Tokenizer *tok = malloc(sizeof *tok);
    char *text = malloc(size + 1);
    if (!tok || !text) abort();
    memcpy(text, data, size);
    text[size] = 0;
    tokenizer_init(tok, text, size);
    tok->extra_tokens = true;
    Token t;
    size_t n = 0;
    do {
        tokenizer_next(tok, &t);
        if (t.start > t.end || t.end > size || ++n > size * 4 + 1000) abort();
    } while (t.type != TOK_ENDMARKER && t.type != TOK_ERRORTOKEN);
    tokenizer_free(tok);
    free(text);
    free(tok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 1 << 20) return 0;
    unsigned choice = data[0];
    static const ParseMode modes[4] = {PARSE_EXEC, PARSE_SINGLE, PARSE_EVAL, PARSE_FUNC_TYPE};
    unsigned flags = 0;
    if (choice & 0x04) flags |= PARSE_TYPE_COMMENTS;
    if (choice & 0x08) flags |= PARSE_ALLOW_INCOMPLETE | PARSE_DONT_IMPLY_DEDENT;
    if (choice & 0x10) flags |= PARSE_BARRY_AS_BDFL;
    ParseOptions options = {
        .mode = modes[choice & 3],
        .flags = flags,
        .feature_version = choice & 0x20 ? 7 : 0,
        .int_max_str_digits = 4300,
        .warn = warn_sometimes,
        .warn_ctx = &choice,
    };
    AstArena arena;
    SyntaxErrorInfo error;
    ast_arena_init(&arena);
    AstMod *mod = parse_source(&arena, (const char *)data + 1, size - 1, &options, &error);
    if (mod) {
        static FILE *out;
        if (!out) out = fopen("/dev/null", "w");
        if (out) ast_dump(out, mod, true);
        if (error.kind != SYNTAX_OK) abort();
    } else {
        if (error.kind == SYNTAX_OK) abort();
        if (error.kind != SYNTAX_CALLBACK_ERROR && !error.message) abort();
        syntax_error_free(&error);
    }
    ast_arena_free(&arena);
    if (!memchr(data, 0, size)) tokens_all(data + 1, size - 1);
    return 0;
}

#ifdef FUZZ_MAIN
#include <stdio.h>
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        FILE *in = fopen(argv[i], "rb");
        if (!in) {
            perror(argv[i]);
            return 1;
        }
        fseek(in, 0, SEEK_END);
        long n = ftell(in);
        rewind(in);
        uint8_t *bytes = malloc((size_t)n + 1);
        if (!bytes) return 1;
        size_t got = fread(bytes, 1, (size_t)n, in);
        fclose(in);
        LLVMFuzzerTestOneInput(bytes, got);
        free(bytes);
    }
    return 0;
}
#endif
