// SPDX-License-Identifier: MIT
// The module _tokenize: TokenizerIter over core/compile/token_iter.h. An iterator is advanced by one thread at a time; a thread that comes back into it from
// its own readline gets ValueError.
#include <stdlib.h>

#include "core/compile/compile.h"
#include "core/compile/token_iter.h"
#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/container_inl.h"
#include "core/object/exception.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

typedef struct TokenizerIter {
    Object head;
    Value readline;      // [c]
    char *encoding;      // [c] malloc'ed; NULL: readline gives str
    TokenIter *it;       // [l busy]
    Value held;          // [l busy] what the line's text belongs to
    Value line;          // [l busy] the last line as str, for lineno line_no
    int line_no;
    uint8_t done;        // [l busy]
    uint8_t busy;        // [a] word lock
    Thread *owner;       // [a]
    Thread *th;          // [l busy] of the running step
} TokenizerIter;

// The next line as UTF-8; bytes that are none become U+FFFD.
static int read_line(void *ctx, const char **line, size_t *len) {
    TokenizerIter *t = ctx;
    Thread *th = t->th;
    Value v = call0(th, t->readline);
    if (!v) return error_clear_if(th, &exc_StopIteration) ? 0 : -1;
    if (t->encoding) {
        if (!value_is_bytes(v)) {
            raise_type_error(th, "readline() returned a non-bytes object");
            decref(th, v);
            return -1;
        }
        Value s = codec_decode_text(th, AS(Bytes, v)->data, AS(Bytes, v)->len, t->encoding, "replace");
        decref(th, v);
        if (!s) return -1;
        v = s;
    } else if (!value_is_str(v)) {
        raise_type_error(th, "readline() returned a non-string object");
        decref(th, v);
        return -1;
    }
    if (AS(Str, v)->len == 0) {
        decref(th, v);
        return 0;
    }
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, v, len, &hold);
    if (!p) {
        decref(th, v);
        return -1;
    }
    if (hold) {
        decref(th, v);
        v = hold;
    }
    set_ref(th, &t->held, v);
    *line = p;
    return 1;
}

static Value tokenizer_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3];
    if (native_args_bind(th, &sig, "tokenizeriter", "(readline, /, *, encoding=None, extra_tokens)", args, nargs, kwnames, a)) {
        // Its one required keyword counts as position 2.
        Value exc = error_fetch(th), text = exc ? object_str(th, exc) : NO_VALUE;
        if (text && str_equal_cstr(text, "tokenizeriter() missing required keyword-only argument: 'extra_tokens'")) {
            decref(th, exc);
            decref(th, text);
            return raise_type_error(th, "tokenizeriter() missing required argument 'extra_tokens' (pos 2)");
        }
        decref(th, text);
        error_restore(th, exc);
        return NO_VALUE;
    }
    int extra = object_truth(th, a[2]);
    if (extra < 0) return NO_VALUE;
    char *encoding = NULL;
    if (a[1] && a[1] != VALUE_NONE) {
        if (!value_is_str(a[1])) return raise_type_error(th, "tokenizeriter() argument 'encoding' must be str, not %T", a[1]);
        Value hold = NO_VALUE;
        size_t n;
        const char *p = str_utf8(th, a[1], &n, &hold);
        if (!p) return NO_VALUE;
        encoding = strndup(p, n);
        decref(th, hold);
        if (!encoding) return raise_memory_error(th);
    }
    TokenizerIter *t = NEW(TokenizerIter, th, type);
    if (!t) {
        free(encoding);
        return NO_VALUE;
    }
    t->readline = new_ref(th, a[0]);
    t->encoding = encoding;
    t->it = malloc(sizeof *t->it);
    if (!t->it) {
        object_decref(th, &t->head);
        return raise_memory_error(th);
    }
    token_iter_init(t->it, read_line, t, extra);
    return VALUE_OF(t);
}

static Value step(Thread *th, TokenizerIter *t) {
    if (t->done) return NO_VALUE;
    TokenItem k;
    SyntaxErrorInfo e = {0};
    t->th = th;
    int r = token_iter_next(t->it, &k, &e);
    if (r <= 0) {
        t->done = 1;
        if (r < 0 && !error_pending(th)) {
            Value file = str_intern_cstr(th, "<string>");
            compile_raise_syntax_error(th, &e, file, NULL, 0);
        }
        return NO_VALUE;
    }
    // Tokens of one line share its text.
    if (!t->line || t->line_no != k.lineno || k.type == TOK_STRING || !k.line_len) {
        Value line = codec_decode_text(th, k.line, k.line_len, "utf-8", "replace");
        if (!line) return NO_VALUE;
        set_ref(th, &t->line, line);
        t->line_no = k.type == TOK_STRING || !k.line_len ? -1 : k.lineno;
    }
    Value text = codec_decode_text(th, k.text, k.len, "utf-8", "replace");
    Value from = text ? tuple_pack2(th, value_imm_int(k.lineno), value_imm_int(k.col)) : NO_VALUE;
    Value to = from ? tuple_pack2(th, value_imm_int(k.end_lineno), value_imm_int(k.end_col)) : NO_VALUE;
    if (!to) {
        decref(th, text);
        decref(th, from);
        return NO_VALUE;
    }
    Value items[5] = {value_imm_int(k.type), text, from, to, new_ref(th, t->line)};
    return tuple_from_owned(th, items, 5);
}

static Value tokenizer_next_slot(Thread *th, Value self) {
    TokenizerIter *t = AS(TokenizerIter, self);
    if (atomic_load_relaxed(&t->owner) == th) return raise_value_error(th, "tokenizer iterator already executing");
    word_lock(th, &t->busy, -1, false);
    atomic_store_relaxed(&t->owner, th);
    Value v = step(th, t);
    atomic_store_relaxed(&t->owner, NULL);
    word_unlock(&t->busy);
    return v;
}

static void tokenizer_dealloc(Thread *th, Object *o) {
    TokenizerIter *t = (TokenizerIter *)o;
    Value held[] = {t->readline, t->held, t->line};
    if (t->it) {
        token_iter_free(t->it);
        free(t->it);
    }
    free(t->encoding);
    object_free(th, o);
    for (size_t i = 0; i < ARRAY_LEN(held); i++) decref(th, held[i]);
}
static int tokenizer_traverse(Object *o, VisitFn visit, void *arg) {
    TokenizerIter *t = (TokenizerIter *)o;
    return t->readline ? visit(t->readline, arg) : 0;
}

MODULE_TYPE_DEFINE(tokenizer_iter, "_tokenize.TokenizerIter", sizeof(TokenizerIter), TYPE_TRACED,
                   .slots = {.new_ = tokenizer_new, .iter = iter_self, .next = tokenizer_next_slot, .dealloc = tokenizer_dealloc, .traverse = tokenizer_traverse})

static int tokenize_exec(Thread *th, Value m) { return module_add_type(th, m, &type_tokenizer_iter); }
const ModuleDef module__tokenize = { "_tokenize", "The tokenizer of the compiler, for tokenize.", NULL, tokenize_exec };
