// SPDX-License-Identifier: MIT
// StrBuilder: text that grows, widened when a wider code point comes. Belongs to one C function on one thread; a failure is remembered and
// reported by str_builder_finish, so that callers need not look at each step.
#include <string.h>

#include "core/base/utf8.h"
#include "core/object/int.h"
#include "core/object/str_int.h"

void str_builder_init(StrBuilder *b, Thread *th) {
    b->th = th;
    b->buf = b->inline_buf;
    b->len = 0;
    b->cap = sizeof b->inline_buf;
    b->max_char = 0;
    b->kind = 1;
    b->failed = false;
}

static COLD bool builder_fail(StrBuilder *b) {
    if (!error_pending(b->th)) raise_memory_error(b->th);
    b->failed = true;
    return false;
}

// Room for `extra` units of at least `kind` bytes; may widen what is there.
static NOINLINE bool builder_grow(StrBuilder *b, size_t extra, int kind) {
    if (b->failed) return false;
    if (kind < b->kind) kind = b->kind;
    if (extra > SIZE_MAX / 16 - b->len) return builder_fail(b);
    size_t need = b->len + extra;
    if (kind == b->kind && need <= b->cap) return true;
    size_t cap = need > b->cap ? need + need / 2 + 32 : b->cap;
    if (kind == b->kind && b->buf != b->inline_buf) {
        uint8_t *p = mem_realloc(b->th, b->buf, cap * (size_t)kind);
        if (!p) return builder_fail(b);
        b->buf = p;
        b->cap = cap;
        return true;
    }
    if (b->buf == b->inline_buf && need * (size_t)kind <= sizeof b->inline_buf) { // widen in place, from the end
        for (size_t i = b->len; i-- > 0;) {
            uint32_t c = b->kind == 1 ? b->buf[i] : ((uint16_t *)b->buf)[i];
            if (kind == 2) ((uint16_t *)b->buf)[i] = (uint16_t)c;
            else ((uint32_t *)b->buf)[i] = c;
        }
        b->cap = sizeof b->inline_buf / (size_t)kind;
        b->kind = (uint8_t)kind;
        return true;
    }
    uint8_t *p = mem_alloc(b->th, cap * (size_t)kind);
    if (!p) return builder_fail(b);
    chars_copy(p, kind, b->buf, b->kind, b->len);
    if (b->buf != b->inline_buf) mem_free(b->buf);
    b->buf = p;
    b->cap = cap;
    b->kind = (uint8_t)kind;
    return true;
}

bool str_builder_reserve(StrBuilder *b, size_t extra, uint32_t max_char) {
    int kind = max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
    if (LIKELY(kind <= b->kind && extra <= b->cap - b->len && !b->failed)) return true;
    return builder_grow(b, extra, kind);
}

void str_builder_char(StrBuilder *b, uint32_t cp) {
    if (!str_builder_reserve(b, 1, cp)) return;
    b->max_char |= cp;
    if (b->kind == 1) b->buf[b->len++] = (uint8_t)cp;
    else if (b->kind == 2) ((uint16_t *)b->buf)[b->len++] = (uint16_t)cp;
    else ((uint32_t *)b->buf)[b->len++] = cp;
}

void str_builder_fill(StrBuilder *b, uint32_t cp, size_t n) {
    if (n == 0 || !str_builder_reserve(b, n, cp)) return;
    b->max_char |= cp;
    if (b->kind == 1) memset(b->buf + b->len, (int)cp, n);
    else if (b->kind == 2) for (size_t i = 0; i < n; i++) ((uint16_t *)b->buf)[b->len + i] = (uint16_t)cp;
    else for (size_t i = 0; i < n; i++) ((uint32_t *)b->buf)[b->len + i] = cp;
    b->len += n;
}

void str_builder_chars(StrBuilder *b, const void *p, int kind, size_t n, uint32_t max_char) {
    if (n == 0 || !str_builder_reserve(b, n, max_char)) return;
    b->max_char |= max_char;
    chars_copy(b->buf + b->len * b->kind, b->kind, p, kind, n);
    b->len += n;
}

void str_builder_ascii(StrBuilder *b, const char *p, size_t n) { str_builder_chars(b, p, 1, n, 0x7F); }
void str_builder_cstr(StrBuilder *b, const char *ascii) { str_builder_chars(b, ascii, 1, strlen(ascii), 0x7F); }

void str_builder_str(StrBuilder *b, Value v) {
    const Str *s = STR(v);
    str_builder_chars(b, str_data(s), s->kind, s->len, str_max_char(s));
}

void str_builder_sub(StrBuilder *b, Value v, size_t start, size_t end) {
    const Str *s = STR(v);
    if (end > s->len) end = s->len;
    if (start >= end) return;
    const char *p = (const char *)str_data(s) + start * s->kind;
    uint32_t max = (s->flags & STR_ASCII) ? 0x7F : chars_max(p, s->kind, end - start);
    str_builder_chars(b, p, s->kind, end - start, max);
}

void str_builder_utf8(StrBuilder *b, const char *text, size_t n) {
    if (ascii_all(text, n)) {
        str_builder_ascii(b, text, n);
        return;
    }
    const uint8_t *p = (const uint8_t *)text, *end = p + n;
    while (p < end) {
        uint32_t cp;
        size_t used = utf8_decode_one(p, end, true, &cp);
        str_builder_char(b, used ? cp : 0xFFFD);
        p += used ? used : 1;
    }
}

void str_builder_int(StrBuilder *b, int64_t i) {
    char text[INT_TEXT_MAX];
    str_builder_ascii(b, text, int_text_i64(i, text));
}

Value str_builder_finish(StrBuilder *b) {
    Value r = b->failed ? NO_VALUE
              : b->kind == 1 && b->max_char < 0x80 && b->len > 1 ? str_from_ascii(b->th, (const char *)b->buf, b->len)
              : str_from_chars(b->th, b->buf, b->kind, b->len); // narrows: max_char may be a bound only
    str_builder_abort(b);
    return r;
}

void str_builder_abort(StrBuilder *b) {
    if (b->buf != b->inline_buf) mem_free(b->buf);
    b->buf = b->inline_buf;
    b->len = 0;
}
