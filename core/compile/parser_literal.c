// SPDX-License-Identifier: MIT
// Parser: numbers, string literals and their escapes, implicit concatenation.
#include "core/compile/parser_int.h"

#include "core/base/dtoa.h"
#include "core/base/unicode.h"
#include "core/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- numbers ----

static int digit_of(char c) {
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

AstExpr *number(Parser *p) {
    const Token *t = p->t;
    const char *s = p->text + t->start;
    size_t len = t->end - t->start;
    advance(p);
    AstExpr *e = expr_from(p, AST_CONSTANT, t);
    AstConst *k = &e->Constant.value;
    char *copy = NULL;
    if (memchr(s, '_', len)) {
        if (!check_version(p, 6, "Underscores in numeric literals are")) return NULL;
        copy = arena_alloc(&p->arena->mem, len + 1);
        size_t n = 0;
        for (size_t i = 0; i < len; i++)
            if (s[i] != '_') copy[n++] = s[i];
        s = copy;
        len = n;
    }
    unsigned base = 10;
    if (len > 2 && s[0] == '0' && s[1] > '9') {
        int c = s[1] | 0x20;
        base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 10;
    }
    if (base == 10) {
        bool imaginary = (s[len - 1] | 0x20) == 'j';
        bool real = imaginary;
        for (size_t i = 0; i < len && !real; i++) real = s[i] == '.' || (s[i] | 0x20) == 'e';
        if (real) {
            double value = 0;
            double_parse(s, len - imaginary, &value);
            k->kind = imaginary ? AST_CONST_IMAG : AST_CONST_FLOAT;
            k->f = value;
            return e;
        }
    } else {
        s += 2;
        len -= 2;
    }
    while (len > 1 && *s == '0') {
        s++;
        len--;
    }
    k->kind = AST_CONST_INT;
    uint64_t value = 0;
    bool big = false;
    for (size_t i = 0; i < len && !big; i++) {
        uint64_t next;
        big = __builtin_mul_overflow(value, (uint64_t)base, &next) ||
              __builtin_add_overflow(next, (uint64_t)digit_of(s[i]), &value) || value > INT64_MAX;
    }
    if (!big) {
        k->i = (int64_t)value;
        return e;
    }
    int limit = p->options.int_max_str_digits;
    if (base == 10 && limit > 0 && len > (size_t)limit) {
        return raise_at(p, SYNTAX_ERROR, t->lineno, -1, t->end_lineno, -1,
                        "Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; use "
                        "sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer "
                        "literals to avoid decimal conversion limits.",
                        limit, len);
    }
    k->big = true;
    k->base = (uint8_t)base;
    k->len = (uint32_t)len;
    k->text = arena_copy(&p->arena->mem, s, len);
    return e;
}

// ---- escapes ----

// Warns about the escape at bad (behind the backslash) in the text s, once per token. False: it became an error.
// The place is the reference implementation's: counted from the token being looked at, past its leading quotes,
// in the intermediate form where a character beyond ASCII is ten long.
static bool warn_escape(Parser *p, const Token *t, const char *s, const char *bad) {
    if (!p->options.warn || t < p->warned || p->second) return true;
    const Token *where = p->t;
    char message[256];
    bool octal = *bad >= '4' && *bad <= '7';
    int n = octal ? 3 : 1;
    const char *advice = "Such sequences will not work in the future. ";
    int lineno = where->lineno, col = where->col;
    const char *first = p->text + where->start;
    if (*first == '"' || *first == '\'') col += first[1] == *first && first[2] == *first ? 3 : 1;
    for (const char *c = s; c < bad - 1; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == '\n') {
            lineno++;
            col = 0;
        } else if (byte < 0x80) {
            col++;
        } else if (byte >= 0xC0) {
            col += 10;
        }
    }
    for (;;) {
        snprintf(message, sizeof message,
                 "\"\\%.*s\" is an invalid %sescape sequence. %s"
                 "Did you mean \"\\\\%.*s\"? A raw string is also an option.",
                 n, bad, octal ? "octal " : "", advice, n, bad);
        if (!*advice) {
            raise_at(p, SYNTAX_ERROR, lineno, col, lineno, col + 2, "%s", message);
            return false;
        }
        int result = p->options.warn(p->options.warn_ctx, message, lineno);
        if (result == 0) return true;
        if (result < 0) {
            p->failed = true;
            p->error.kind = SYNTAX_CALLBACK_ERROR;
            return false;
        }
        advice = ""; // the error does not say it
    }
}

// Raises for a bad escape at bytes at..end of the literal s. Positions count as the reference implementation's
// intermediate form does: characters beyond ASCII are ten long there.
static bool unicode_error(Parser *p, const Token *t, const char *s, const char *at, const char *end, const char *why) {
    size_t first = 0;
    const char *from;
    size_t *pos = &first, last_pos;
    for (from = s; from < at; from++) {
        unsigned char c = (unsigned char)*from;
        if (c < 0x80) *pos += 1;
        else if (c >= 0xC0) *pos += 10;
        if (c == '\\' && (unsigned char)from[1] >= 0x80) *pos += 5;
    }
    last_pos = first;
    for (; from < end; from++) {
        unsigned char c = (unsigned char)*from;
        last_pos += c < 0x80 ? 1 : c >= 0xC0 ? 10 : 0;
    }
    RAISE(p, "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", first,
                last_pos - 1, why);
    return false;
}

static bool is_octal(char c) {
    return c >= '0' && c <= '7';
}

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

// What stands behind a backslash and means one character; 0: something else.
static char plain_escape(char c) {
    switch (c) {
    case '\\':
    case '\'':
    case '"': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'v': return '\v';
    case 'a': return '\a';
    default: return 0;
    }
}

// The one to three octal digits whose first has just been read.
static uint32_t octal_escape(const char **in, const char *end) {
    uint32_t v = (uint32_t)((*in)[-1] - '0');
    for (int i = 0; i < 2 && *in < end && is_octal(**in); i++) v = v * 8 + (uint32_t)(*(*in)++ - '0');
    return v;
}

static bool decode_unicode(Parser *p, const Token *t, const char *s, size_t len, AstConst *out) {
    const char *in = s, *end = s + len, *bad = NULL;
    uint8_t *text = arena_alloc(&p->arena->mem, len + 1), *o = text;
    while (in < end) {
        const char *slash = memchr(in, '\\', (size_t)(end - in));
        size_t plain = (size_t)((slash ? slash : end) - in);
        memcpy(o, in, plain);
        o += plain;
        in += plain;
        if (!slash) break;
        in++;
        if (in == end || (unsigned char)*in >= 0x80) {
            *o++ = '\\';
            continue;
        }
        char c = *in++;
        char one = plain_escape(c);
        if (one) {
            *o++ = one;
            continue;
        }
        switch (c) {
        case '\n': continue;
        case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': {
            const char *first = in - 1;
            uint32_t v = octal_escape(&in, end);
            if (v > 0377 && !bad) bad = first;
            o += utf8_put(o, v);
            continue;
        }
        case 'x':
        case 'u':
        case 'U': {
            int digits = c == 'x' ? 2 : c == 'u' ? 4 : 8, n = 0;
            uint32_t v = 0;
            while (n < digits && in < end && is_hex(*in)) {
                v = v * 16 + (uint32_t)digit_of(*in++);
                n++;
            }
            if (n < digits) {
                return unicode_error(p, t, s, slash, in,
                                     c == 'x'   ? "truncated \\xXX escape"
                                     : c == 'u' ? "truncated \\uXXXX escape"
                                                : "truncated \\UXXXXXXXX escape");
            }
            if (v > 0x10FFFF) return unicode_error(p, t, s, slash, in, "illegal Unicode character");
            o += utf8_put(o, v);
            continue;
        }
        case 'N': {
            if (in < end && *in == '{') {
                const char *name = ++in;
                while (in < end && *in != '}') in++;
                if (in < end && in > name) {
                    uint32_t v;
                    size_t n = (size_t)(in - name);
                    in++;
                    if (!unicode_name_lookup(name, n, &v))
                        return unicode_error(p, t, s, slash, in, "unknown Unicode character name");
                    o += utf8_put(o, v);
                    continue;
                }
            }
            return unicode_error(p, t, s, slash, in, "malformed \\N character escape");
        }
        default:
            if (!bad) bad = in - 1;
            *o++ = '\\';
            *o++ = (uint8_t)c;
            continue;
        }
    }
    if (bad && !((t->type == TOK_FSTRING_MIDDLE || t->type == TOK_TSTRING_MIDDLE) && (*bad == '{' || *bad == '}')) &&
        !warn_escape(p, t, s, bad))
        return false;
    *o = 0;
    out->kind = AST_CONST_STR;
    out->text = (char *)text;
    out->len = (uint32_t)(o - text);
    return true;
}

static bool decode_bytes(Parser *p, const Token *t, const char *s, size_t len, AstConst *out) {
    const char *in = s, *end = s + len, *bad = NULL;
    char *text = arena_alloc(&p->arena->mem, len + 1), *o = text;
    while (in < end) {
        char c = *in++;
        if (c != '\\' || in == end) {
            *o++ = c;
            continue;
        }
        c = *in++;
        char one = plain_escape(c);
        if (one) {
            *o++ = one;
            continue;
        }
        switch (c) {
        case '\n': continue;
        case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': {
            const char *first = in - 1;
            uint32_t v = octal_escape(&in, end);
            if (v > 0377 && !bad) bad = first;
            *o++ = (char)v;
            continue;
        }
        case 'x':
            if (end - in >= 2 && is_hex(in[0]) && is_hex(in[1])) {
                *o++ = (char)(digit_of(in[0]) * 16 + digit_of(in[1]));
                in += 2;
                continue;
            }
            RAISE(p, "(value error) invalid \\x escape at position %zu", (size_t)(in - 2 - s));
            return false;
        default:
            if (!bad) bad = in - 1;
            *o++ = '\\';
            *o++ = c;
            continue;
        }
    }
    if (bad && !warn_escape(p, t, s, bad)) return false;
    *o = 0;
    out->kind = AST_CONST_BYTES;
    out->text = text;
    out->len = (uint32_t)(o - text);
    return true;
}

bool decode_escapes(Parser *p, const Token *t, const char *s, size_t len, bool bytes, AstConst *out) {
    if (!memchr(s, '\\', len)) {
        out->kind = bytes ? AST_CONST_BYTES : AST_CONST_STR;
        out->text = arena_copy(&p->arena->mem, s, len);
        out->len = (uint32_t)len;
        return true;
    }
    return bytes ? decode_bytes(p, t, s, len, out) : decode_unicode(p, t, s, len, out);
}

// ---- string literals ----

bool const_from_string(Parser *p, const Token *t, AstConst *out, bool *is_bytes, bool *is_u) {
    const char *s = p->text + t->start, *end = p->text + t->end;
    bool bytes = false, raw = false;
    *is_u = *s == 'u';
    while (*s != '"' && *s != '\'') {
        char c = *s++ | 0x20;
        if (c == 'b') bytes = true;
        else if (c == 'r') raw = true;
    }
    int quotes = end - s >= 6 && s[1] == s[0] && s[2] == s[0] ? 3 : 1;
    s += quotes;
    end -= quotes;
    size_t len = (size_t)(end - s);
    *is_bytes = bytes;
    if (bytes && !ascii_all(s, len)) {
        RAISE_TOKEN(p, t, "bytes can only contain ASCII literal characters");
        return false;
    }
    if (raw) {
        out->kind = bytes ? AST_CONST_BYTES : AST_CONST_STR;
        out->text = arena_copy(&p->arena->mem, s, len);
        out->len = (uint32_t)len;
        return true;
    }
    bool ok = decode_escapes(p, t, s, len, bytes, out);
    if (ok && t >= p->warned) p->warned = (Token *)t + 1;
    return ok;
}

static AstExpr *string(Parser *p) {
    const Token *t = p->t;
    AstConst value = {0};
    bool bytes, u;
    if (!const_from_string(p, t, &value, &bytes, &u)) return NULL;
    advance(p);
    AstExpr *e = expr_from(p, AST_CONSTANT, t);
    e->Constant.value = value;
    if (u) e->Constant.kind = ast_name_z(p->arena, "u");
    return e;
}

// Appends b's text to a's, which is a fresh copy of the right size.
static AstConst join_text(Parser *p, AstExpr **items, int n) {
    AstConst out = items[0]->Constant.value;
    if (n == 1) return out;
    size_t len = 0;
    for (int i = 0; i < n; i++) len += items[i]->Constant.value.len;
    char *text = arena_alloc(&p->arena->mem, len + 1), *o = text;
    for (int i = 0; i < n; i++) {
        memcpy(o, items[i]->Constant.value.text, items[i]->Constant.value.len);
        o += items[i]->Constant.value.len;
    }
    *o = 0;
    out.text = text;
    out.len = (uint32_t)len;
    return out;
}

// The values of a joined string: n items, nested joined strings opened, neighbouring constants merged, empty ones dropped.
AstExprSeq join_parts(Parser *p, AstExpr **items, int n) {
    int base = p->sp;
    for (int i = 0; i < n; i++) {
        AstExpr *e = items[i];
        if (e->kind == AST_JOINED_STR || e->kind == AST_TEMPLATE_STR) {
            for (int j = 0; j < e->JoinedStr.values.n; j++) push(p, e->JoinedStr.values.items[j]);
        } else {
            push(p, e);
        }
    }
    int end = p->sp, out = base;
    for (int i = base; i < end;) {
        AstExpr *e = p->stack[i];
        if (e->kind != AST_CONSTANT) {
            p->stack[out++] = e;
            i++;
            continue;
        }
        int j = i + 1;
        while (j < end && ((AstExpr *)p->stack[j])->kind == AST_CONSTANT) j++;
        AstExpr *merged = e;
        if (j > i + 1) {
            AstExpr *tail = p->stack[j - 1];
            merged = expr_from(p, AST_CONSTANT, p->tokens);
            merged->Constant.value = join_text(p, (AstExpr **)p->stack + i, j - i);
            merged->Constant.kind = e->Constant.kind;
            merged->lineno = e->lineno;
            merged->col_offset = e->col_offset;
            merged->end_lineno = tail->end_lineno;
            merged->end_col_offset = tail->end_col_offset;
        }
        if (merged->Constant.value.len) p->stack[out++] = merged;
        i = j;
    }
    p->sp = out;
    return TAKE(p, base, AstExprSeq);
}

// A string next to a t-string.
static AstExpr *mixed_tstring(Parser *p, AstExpr *a, AstExpr *b) {
    if (p->far == p->t && !p->met_error) p->far--; // what follows was not looked at
    return RAISE_RANGE(p, a, b, "cannot mix t-string literals with string or bytes literals");
}

static AstExpr *strings_raw(Parser *p) {
    Token *start = p->t;
    int base = p->sp;
    bool template = at(p, TOK_TSTRING_START);
    bool bytes = false, text = false, formatted = false;
    for (;;) {
        AstExpr *e;
        bool is_template = at(p, TOK_TSTRING_START);
        bool other = is_template != template && (is_template || at(p, TOK_STRING) || at(p, TOK_FSTRING_START));
        if (at(p, TOK_ERRORTOKEN)) p->met_error = true;
        if (other && !p->invalid) break;
        if (at(p, TOK_STRING)) e = string(p);
        else if (at(p, TOK_FSTRING_START) || is_template) e = fstring(p);
        else break;
        if (p->failed) return NULL;
        if (!e) break;
        if (is_template != template) return mixed_tstring(p, p->stack[p->sp - 1], e);
        if (e->kind == AST_CONSTANT) {
            if (e->Constant.value.kind == AST_CONST_BYTES) bytes = true;
            else text = true;
        } else {
            formatted = true;
        }
        push(p, e);
    }
    int n = p->sp - base;
    if (!n) return NULL;
    if (bytes && (text || formatted)) return RAISE(p, "cannot mix bytes and nonbytes literals");
    AstExpr **items = (AstExpr **)p->stack + base;
    AstExpr *e;
    if (!formatted) {
        if (n == 1) {
            p->sp = base;
            return items[0];
        }
        e = expr_from(p, AST_CONSTANT, start);
        e->Constant.kind = items[0]->Constant.kind;
        e->Constant.value = join_text(p, items, n);
        p->sp = base;
        return e;
    }
    if (n == 1) {
        p->sp = base;
        return items[0];
    }
    AstExprSeq parts = {n, arena_alloc(&p->arena->mem, (size_t)n * sizeof *items)};
    memcpy(parts.items, items, (size_t)n * sizeof *items);
    p->sp = base;
    AstExprSeq values = join_parts(p, parts.items, n);
    e = expr_from(p, template ? AST_TEMPLATE_STR : AST_JOINED_STR, start);
    e->JoinedStr.values = values;
    return e;
}

AstExpr *strings(Parser *p) {
    AstExpr *e;
    if (p->second && memo_get(p, MEMO_STRINGS, &e)) return e;
    Token *start = p->t;
    int base = p->sp;
    e = strings_raw(p);
    if (p->failed) return NULL;
    if (!e) {
        p->sp = base;
        reset(p, start);
    }
    return p->second ? memo_put(p, MEMO_STRINGS, start, e) : e;
}
