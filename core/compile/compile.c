// SPDX-License-Identifier: MIT
// compile(): text to tree to scopes to code, futures, docstrings, and the translation of parse errors into exceptions.
#include "core/compile/compile.h"
#include "core/compile/codegen_int.h"
#include "core/compile/source.h"

#include "core/object/codecs.h"
#include "core/object/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int compile_default_optimize;
extern int int_max_str_digits; // core/object/int_text.c

// ---- docstrings

Value clean_docstring(Gen *g, const AstConst *c) {
    // Tabs become spaces; the common indentation of all lines but the first goes; trailing blanks stay as they are.
    const char *p = c->text, *end = p + c->len;
    size_t cap = c->len * 8 + 1, n = 0, col = 0;
    char *buf = malloc(cap);
    if (!buf) {
        g->failed = true;
        return raise_memory_error(g->th);
    }
    for (; p < end; p++) {
        if (*p == '\t') {
            do buf[n++] = ' ';
            while (++col % 8);
        } else {
            col = *p == '\n' ? 0 : col + 1;
            buf[n++] = *p;
        }
    }
    const char *q = buf, *bend = buf + n;
    size_t margin = SIZE_MAX;
    const char *nl = memchr(q, '\n', n);
    for (const char *line = nl ? nl + 1 : bend; line < bend;) {
        const char *e = memchr(line, '\n', (size_t)(bend - line));
        if (!e) e = bend;
        const char *s = line;
        while (s < e && *s == ' ') s++;
        if (s < e && (size_t)(s - line) < margin) margin = (size_t)(s - line);
        line = e + 1;
    }
    if (margin == SIZE_MAX) margin = 0;
    char *out = malloc(n + 1);
    if (!out) {
        free(buf);
        g->failed = true;
        return raise_memory_error(g->th);
    }
    size_t m = 0;
    while (q < bend && *q == ' ') q++; // first line: all leading blanks
    bool first = true;
    for (const char *line = q; line <= bend;) {
        const char *e = line < bend ? memchr(line, '\n', (size_t)(bend - line)) : NULL;
        bool more = e != NULL;
        if (!e) e = bend;
        const char *s = line;
        if (!first)
            for (size_t k = 0; k < margin && s < e && *s == ' '; k++) s++;
        memcpy(out + m, s, (size_t)(e - s));
        m += (size_t)(e - s);
        if (!more) break;
        out[m++] = '\n';
        line = e + 1;
        first = false;
    }
    Value v = str_from_wtf8(g->th, out, m);
    free(buf);
    free(out);
    return v;
}

// ---- __future__

static uint32_t future_flag(const AstName *n) {
    static const struct { const char *name; uint32_t flag; } rows[] = {
        {"nested_scopes", 0}, {"generators", 0}, {"division", 0}, {"absolute_import", 0}, {"with_statement", 0}, {"print_function", 0}, {"unicode_literals", 0},
        {"barry_as_FLUFL", CO_FUTURE_BARRY_AS_BDFL}, {"generator_stop", 0}, {"annotations", CO_FUTURE_ANNOTATIONS},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!strcmp(rows[i].name, n->text)) return rows[i].flag;
    return UINT32_MAX;
}

static bool is_future(const AstStmt *s) { return s->kind == AST_IMPORT_FROM && s->ImportFrom.level == 0 && s->ImportFrom.module && !strcmp(s->ImportFrom.module->text, "__future__"); }

// The future statements at the top. Late ones are errors.
static bool futures(Gen *g, const AstStmtSeq *body) {
    bool done = false;
    for (int i = 0; i < body->n; i++) {
        AstStmt *s = body->items[i];
        if (is_future(s)) {
            if (done) return gen_error(g, s, "from __future__ imports must occur at the beginning of the file");
            for (int k = 0; k < s->ImportFrom.names.n; k++) {
                AstAlias *a = s->ImportFrom.names.items[k];
                uint32_t f = future_flag(a->name);
                if (f == UINT32_MAX) {
                    if (!strcmp(a->name->text, "braces")) return gen_error(g, a, "not a chance");
                    return gen_error(g, a, "future feature %s is not defined", a->name->text);
                }
                g->future |= f;
            }
        } else if (!(i == 0 && s->kind == AST_EXPR && s->Expr.value->kind == AST_CONSTANT && s->Expr.value->Constant.value.kind == AST_CONST_STR)) done = true;
    }
    return true;
}

// ---- code

static void module_body(Gen *g, AstMod *mod, const AstStmtSeq *body) {
    Unit *u = g->u;
    AstStmtSeq rest = *body;
    emit_annotations(g, body, u->host->annotations, mod);
    if (mod->kind == AST_MODULE && body->n && body->items[0]->kind == AST_EXPR && body->items[0]->Expr.value->kind == AST_CONSTANT && body->items[0]->Expr.value->Constant.value.kind == AST_CONST_STR) {
        AstExpr *doc = body->items[0]->Expr.value;
        if (g->optimize < 2) {
            int t = temp_alloc(g, 1);
            set_at(g, doc);
            emit_const(g, t, clean_docstring(g, &doc->Constant.value));
            emit(g, OP_STORE_NAME, t, name_add(g, ast_name_z(g->arena, "__doc__")), 0);
            u->top = 0;
        }
        rest.items++;
        rest.n--;
    }
    stmts(g, &rest);
}

static Value generate(Gen *g, AstMod *mod, const CompileOptions *opt) {
    Unit u;
    AstNode start = {.lineno = 0, .end_lineno = 0, .col_offset = 0};
    if (!unit_enter(g, &u, g->st.top, ast_name_z(g->arena, "<module>"), 1, &start)) return unit_leave(g);
    u.interactive = mod->kind == AST_INTERACTIVE;
    if (opt->flags & PYCF_ALLOW_TOP_LEVEL_AWAIT && g->st.top->is_async_comp) u.flags |= CO_COROUTINE;
    if (u.flags & CO_COROUTINE) emit(g, OP_RETURN_GENERATOR, 0, 0, 0);
    emit(g, OP_RESUME, 0, 0, 0);
    switch (mod->kind) {
    case AST_MODULE: module_body(g, mod, &mod->Module.body); break;
    case AST_INTERACTIVE: module_body(g, mod, &mod->Interactive.body); break;
    case AST_EXPRESSION: {
        int r = temp_alloc(g, 1);
        expr_to(g, mod->Expression.body, r);
        set_at(g, mod->Expression.body);
        emit(g, OP_RETURN, r, 0, 0);
        break;
    }
    default: gen_error(g, NULL, "this tree can't be compiled"); break;
    }
    if (!u.dead && !g->failed) {
        set_at(g, NULL);    // no line's: tracing shows the one that ran last
        int k = const_add(g, VALUE_NONE);
        if (k >= 0) emit_bc(g, OP_RETURN_CONST, 0, k);
    }
    return unit_leave(g);
}

// The scopes of a tree; their errors as exceptions.
int compile_scopes(Thread *th, AstArena *arena, AstMod *mod, const CompileOptions *opt, ScopeTable *t) {
    Gen g = {.th = th, .arena = arena, .filename = opt->filename};
    const AstStmtSeq *body = mod->kind == AST_MODULE ? &mod->Module.body : mod->kind == AST_INTERACTIVE ? &mod->Interactive.body : NULL;
    if (body && !futures(&g, body)) return -1;
    bool ok = scope_build(&g.st, arena, mod, (g.future & CO_FUTURE_ANNOTATIONS) != 0, th->c_stack_limit);
    if (!ok && g.st.recursion) raise_error(th, &exc_RecursionError, "maximum recursion depth exceeded during compilation");
    else if (!ok) gen_error(&g, g.st.where, "%s", g.st.message);
    *t = g.st;
    return ok ? 0 : -1;
}

Value compile_tree(Thread *th, AstArena *arena, AstMod *mod, const CompileOptions *opt) {
    if (thread_c_recursion(th, " during compilation") < 0) return NO_VALUE;
    Value code = NO_VALUE;
    for (int attempt = 0; attempt < 2; attempt++) {
        Gen g = {.th = th, .arena = arena, .filename = opt->filename, .optimize = opt->optimize < 0 ? compile_default_optimize : opt->optimize, .long_jumps = attempt == 1};
        g.future = (uint32_t)opt->flags & PYCF_FUTURE_MASK & (CO_FUTURE_ANNOTATIONS | CO_FUTURE_BARRY_AS_BDFL);
        g.n_class = ast_name_z(arena, "__class__");
        g.n_classdict = ast_name_z(arena, "__classdict__");
        g.n_iter0 = ast_name_z(arena, ".0");
        g.n_format = ast_name_z(arena, ".format");
        g.n_annotations = ast_name_z(arena, "__annotations__");
        g.n_annotate = ast_name_z(arena, "__annotate__");
        g.n_annotate_func = ast_name_z(arena, "__annotate_func__");
        g.n_cond = ast_name_z(arena, "__conditional_annotations__");
        g.n_type_params = ast_name_z(arena, ".type_params");
        g.n_generic_base = ast_name_z(arena, ".generic_base");
        g.n_super = ast_name_z(arena, "super");
        g.n_debug = ast_name_z(arena, "__debug__");
        const AstStmtSeq *body = mod->kind == AST_MODULE ? &mod->Module.body : mod->kind == AST_INTERACTIVE ? &mod->Interactive.body : NULL;
        if (body && !futures(&g, body)) return NO_VALUE;
        if (body && attempt == 0 && !finally_warnings(&g, body)) return NO_VALUE;
        if (!scope_build(&g.st, arena, mod, (g.future & CO_FUTURE_ANNOTATIONS) != 0, th->c_stack_limit)) {
            if (g.st.recursion) return raise_error(th, &exc_RecursionError, "maximum recursion depth exceeded during compilation");
            gen_error(&g, g.st.where, "%s", g.st.message);
            return NO_VALUE;
        }
        code = generate(&g, mod, opt);
        if (code && g.need_long && !g.long_jumps) { // a fused jump does not reach: once more without them
            decref(th, code);
            code = NO_VALUE;
            continue;
        }
        break;
    }
    if (!code && !error_pending(th)) raise_error(th, &exc_SystemError, "compilation failed");
    return code;
}

// ---- text

// What the traceback module needs to look for misspelt keywords: (line, column, source) in _metadata, for errors without a message of their own.
static void set_metadata(Thread *th, Value exc, const char *message, const char *src, size_t n) {
    if (!src || !message || (strcmp(message, "invalid syntax") && !strstr(message, "Perhaps you forgot a comma"))) return;
    Value text = str_from_wtf8(th, src, n), items[3] = {value_imm_int(0), value_imm_int(0), text ? text : VALUE_NONE}, meta;
    if (!text) error_clear(th);
    meta = tuple_from_owned(th, items, 3);
    Value name = meta ? str_intern_cstr(th, "_metadata") : NO_VALUE;
    if (!name || object_setattr(th, exc, name, meta) < 0) error_clear(th);
    decref(th, meta);
}

void compile_raise_syntax_error(Thread *th, SyntaxErrorInfo *e, Value filename, const char *src, size_t n) {
    const char *cls = syntax_error_class(e->kind);
    Value msg = str_from_wtf8(th, e->message ? e->message : "invalid syntax", strlen(e->message ? e->message : "invalid syntax"));
    if (!msg) {
        syntax_error_free(e);
        return;
    }
    Type *type = !strcmp(cls, "IndentationError") ? &exc_IndentationError : !strcmp(cls, "TabError") ? &exc_TabError : !strcmp(cls, "_IncompleteInputError") ? &exc__IncompleteInputError
               : !strcmp(cls, "MemoryError") ? &exc_MemoryError : !strcmp(cls, "RecursionError") ? &exc_RecursionError : !strcmp(cls, "ValueError") ? &exc_ValueError : !strcmp(cls, "OverflowError") ? &exc_OverflowError
               : &exc_SyntaxError;
    bool syntax = type_is_subtype(type, &exc_SyntaxError);
    if (!syntax || e->no_details) raise_with_value(th, type, msg);
    else {
        Value text = e->text ? str_from_wtf8(th, e->text, strlen(e->text)) : VALUE_NONE;
        if (!text) {
            error_clear(th);
            text = VALUE_NONE;
        }
        Value items[6] = {new_ref(th, filename), value_imm_int(e->lineno), value_imm_int(e->offset), text, e->end_lineno ? value_imm_int(e->end_lineno) : VALUE_NONE, e->end_lineno ? value_imm_int(e->end_offset) : VALUE_NONE};
        Value details = tuple_from_owned(th, items, 6);
        if (details) {
            Value args[2] = {msg, details};
            Value exc = object_call(th, VALUE_OF(type), args, 2, NO_VALUE);
            if (exc) {
                set_metadata(th, exc, e->message, src, n);
                raise_object(th, exc, NO_VALUE);
                decref(th, exc);
            }
            decref(th, details);
        }
    }
    decref(th, msg);
    syntax_error_free(e);
}

typedef struct WarnCtx { Thread *th; Value filename; } WarnCtx;

static int warn_hook(void *ctx_, const char *message, int lineno) {
    WarnCtx *ctx = ctx_;
    Thread *th = ctx->th;
    Value fn = import_attr(th, "_warnings", "warn_explicit");
    if (!fn) {
        error_clear(th);
        return 0;
    }
    Value args[4] = {str_from_cstr(th, message), VALUE_OF(&exc_SyntaxWarning), ctx->filename, value_imm_int(lineno)};
    Value r = args[0] ? object_call(th, fn, args, 4, NO_VALUE) : NO_VALUE;
    decref(th, fn);
    decref(th, args[0]);
    decref(th, r);
    if (r) return 0;
    if (error_matches(th, &exc_SyntaxWarning)) {
        error_clear(th);
        return 1;
    }
    return -1;
}

static char *copy_text(const char *p, size_t n) {
    char *q = malloc(n + 1);
    if (q) {
        memcpy(q, p, n);
        q[n] = 0;
    }
    return q;
}

// Encodings other than the native ones: bytes.decode(name). What is no such codec, or cannot decode it, becomes the error's message.
static int decode_hook(void *ctx_, const char *encoding, const char *bytes, size_t len, char **out, size_t *out_len, char **message) {
    Thread *th = ((WarnCtx *)ctx_)->th;
    Value text = codec_decode_text(th, bytes, len, encoding, NULL), hold = NO_VALUE;
    size_t n;
    int r = -1;
    if (text) {
        const char *p = str_utf8(th, text, &n, &hold);
        if (p && (*out = copy_text(p, n))) {
            *out_len = n;
            r = 0;
        }
    } else if (error_matches(th, &exc_LookupError) || error_matches(th, &exc_UnicodeError)) {
        Value exc = error_fetch(th);
        text = object_str(th, exc);
        decref(th, exc);
        const char *p = text ? str_utf8(th, text, &n, &hold) : NULL;
        if (p && (*message = copy_text(p, n))) r = 1;
    }
    decref(th, hold);
    decref(th, text);
    return r;
}

Value compile_file_line(Thread *th, Value filename, int lineno) {
    enum { MAX_FILE = 1 << 24 };
    size_t n = 0, cap = 0;
    Value hold = NO_VALUE, line = NO_VALUE;
    const char *path = value_is_str(filename) && AS(Str, filename)->len ? str_fs_path(th, filename, NULL, &hold) : NULL;
    char *bytes = NULL;
    FILE *file = path ? fopen(path, "rbe") : NULL;
    struct stat st;
    if (file && fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size < MAX_FILE && (bytes = malloc(cap = (size_t)st.st_size))) n = fread(bytes, 1, cap, file);
    if (file) fclose(file);
    decref(th, hold);
    Source source = {0};
    SyntaxErrorInfo e = {0};
    WarnCtx ctx = {th, filename};
    if (n && source_prepare(&source, bytes, n, false, false, NULL, decode_hook, &ctx, &e)) {
        const char *p = source.text, *end = p + source.len;
        for (int i = 1; i < lineno && p; i++) {
            p = memchr(p, '\n', (size_t)(end - p));
            if (p) p++;
        }
        if (p && p < end) {
            const char *nl = memchr(p, '\n', (size_t)(end - p));
            line = str_from_wtf8(th, p, (size_t)((nl ? nl + 1 : end) - p));
        }
        source_free(&source);
    } else syntax_error_free(&e);
    free(bytes);
    if (error_pending(th)) error_clear(th);
    return line;
}

AstMod *parse_tree(Thread *th, AstArena *arena, const char *src, size_t n, const CompileOptions *opt, int feature_version) {
    WarnCtx ctx = {th, opt->filename};
    Value hold = NO_VALUE;
    const char *file = opt->is_file ? str_utf8(th, opt->filename, NULL, &hold) : NULL;
    if (error_pending(th)) error_clear(th);   // a name that is not UTF-8: messages go without it
    ParseOptions po = {
        .mode = !strcmp(opt->mode, "eval") ? PARSE_EVAL : !strcmp(opt->mode, "single") ? PARSE_SINGLE : !strcmp(opt->mode, "func_type") ? PARSE_FUNC_TYPE : PARSE_EXEC,
        .flags = parse_flags_from_pycf(opt->flags), .feature_version = feature_version, .int_max_str_digits = atomic_load_relaxed(&int_max_str_digits), .stack_limit = th->c_stack_limit,
        .file = file, .decode = decode_hook, .decode_ctx = &ctx, .warn = warn_hook, .warn_ctx = &ctx,
    };
    SyntaxErrorInfo e = {0};
    AstMod *mod = parse_source(arena, src, n, &po, &e);
    decref(th, hold);
    if (!mod && !error_pending(th)) compile_raise_syntax_error(th, &e, opt->filename, src, n);
    return mod;
}

Value compile_source(Thread *th, const char *src, size_t n, const CompileOptions *opt) {
    AstArena arena;
    ast_arena_init(&arena);
    Value code = NO_VALUE;
    AstMod *mod = parse_tree(th, &arena, src, n, opt, 0);
    if (mod) code = compile_tree(th, &arena, mod, opt);
    ast_arena_free(&arena);
    return code;
}
