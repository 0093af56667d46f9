// SPDX-License-Identifier: MIT
// The escapes of literals as codecs: unicode_escape, raw_unicode_escape, and the escape codec of bytes.
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/codecs_int.h"

static int hex_value(uint32_t c) {
    if (c - '0' < 10) return (int)(c - '0');
    c |= 32;
    return c - 'a' < 6 ? (int)(c - 'a' + 10) : -1;
}

// One-letter escapes; -1: none.
static int simple_escape(uint8_t c) {
    switch (c) {
    case '\\': case '\'': case '"': return c;
    case 'a': return 7;
    case 'b': return 8;
    case 'f': return 12;
    case 'n': return 10;
    case 'r': return 13;
    case 't': return 9;
    case 'v': return 11;
    }
    return -1;
}

// Octal digits at p, at most three; moves *at.
static uint32_t octal(const uint8_t *p, size_t n, size_t *at) {
    uint32_t v = 0;
    for (int i = 0; i < 3 && *at < n && (uint32_t)(p[*at] - '0') < 8; i++) v = v * 8 + (uint32_t)(p[(*at)++] - '0');
    return v;
}

static int warn_escape(Thread *th, const char *prefix, uint32_t c) {
    return warn_format(th, &exc_DeprecationWarning, 1, "%s\"\\%c\" is an invalid escape sequence. Such sequences will not work in the future. ", prefix, (int)c);
}
static int warn_octal(Thread *th, const char *prefix, uint32_t v) {
    return warn_format(th, &exc_DeprecationWarning, 1, "%s\"\\%o\" is an invalid octal escape sequence. Such sequences will not work in the future. ", prefix, v);
}

// ---- unicode_escape -------------------------------------------------------------------------------------------------------------------

typedef struct EscapeWarning { bool found, is_octal; uint32_t value; } EscapeWarning; // the first one only

// The escape at d->at (a backslash). 1 done, 0 incomplete (more input may come), -1 error.
static int unicode_escape_one(Decoder *d, bool final, EscapeWarning *warning) {
    size_t start = d->at, at = start + 1, n = d->n;
    const uint8_t *p = d->start;
    const char *problem;
    if (at >= n) {
        problem = "\\ at end of string";
        goto incomplete;
    }
    uint8_t c = p[at++];
    int simple = simple_escape(c), digits = 0;
    if (simple >= 0 || c == '\n') {
        if (c != '\n') str_builder_char(&d->out, (uint32_t)simple);
        d->at = at;
        return 1;
    }
    if ((uint32_t)(c - '0') < 8) {
        at--;
        uint32_t v = octal(p, n, &at);
        if (v > 0377 && !warning->found) *warning = (EscapeWarning){true, true, v};
        str_builder_char(&d->out, v);
        d->at = at;
        return 1;
    }
    switch (c) {
    case 'x': digits = 2; problem = "truncated \\xXX escape"; break;
    case 'u': digits = 4; problem = "truncated \\uXXXX escape"; break;
    case 'U': digits = 8; problem = "truncated \\UXXXXXXXX escape"; break;
    case 'N': {
        problem = "malformed \\N character escape";
        if (at >= n) goto incomplete;
        if (p[at] != '{') goto failed;
        const uint8_t *close = memchr(p + at + 1, '}', n - at - 1);
        if (!close) {
            at = n;
            goto incomplete;
        }
        size_t from = at + 1, len = (size_t)(close - p) - from;
        if (len == 0) {
            at++;
            goto failed;
        }
        at = (size_t)(close - p) + 1;
        problem = "unknown Unicode character name";
        uint32_t cp;
        if (!unicode_name_lookup((const char *)p + from, len, &cp)) goto failed;
        str_builder_char(&d->out, cp);
        d->at = at;
        return 1;
    }
    default:
        if (!warning->found) *warning = (EscapeWarning){true, false, c};
        str_builder_char(&d->out, '\\');
        str_builder_char(&d->out, c);
        d->at = at;
        return 1;
    }
    uint32_t v = 0;
    for (int i = 0; i < digits; i++, at++) {
        if (at >= n) goto incomplete;
        int h = hex_value(p[at]);
        if (h < 0) goto failed;
        v = v << 4 | (uint32_t)h;
    }
    if (v > 0x10FFFF) {
        problem = "illegal Unicode character";
        goto failed;
    }
    str_builder_char(&d->out, v);
    d->at = at;
    return 1;
incomplete:
    if (!final) return 0;
failed:
    return decoder_error(d, start, at, problem) < 0 ? -1 : 1;
}

Value unicode_escape_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed) {
    Decoder d;
    decoder_init(&d, th, "unicodeescape", errors, p, n);
    EscapeWarning warning = {0};
    while (d.at < d.n && !d.out.failed) {
        const uint8_t *slash = memchr(d.start + d.at, '\\', d.n - d.at);
        size_t plain = slash ? (size_t)(slash - d.start) - d.at : d.n - d.at;
        if (plain) {
            const uint8_t *from = d.start + d.at;
            str_builder_chars(&d.out, from, 1, plain, ascii_all(from, plain) ? 0x7F : 0xFF);
            d.at += plain;
        }
        if (!slash) break;
        int r = unicode_escape_one(&d, consumed == NULL, &warning);
        if (r < 0) return decoder_abort(&d);
        if (r == 0) break;
    }
    if (warning.found && (warning.is_octal ? warn_octal(th, "", warning.value) : warn_escape(th, "", warning.value)) < 0) return decoder_abort(&d);
    if (consumed) *consumed = d.at;
    return decoder_finish(&d);
}

static void add_hex(ByteBuilder *b, char letter, uint32_t c, int digits) {
    char text[10] = {'\\', letter};
    for (int i = 0; i < digits; i++) text[2 + i] = "0123456789abcdef"[c >> (4 * (digits - 1 - i)) & 15];
    byte_builder_add(b, text, (size_t)digits + 2);
}

Value unicode_escape_encode(Thread *th, Value text) {
    const Str *s = STR(text);
    ByteBuilder b;
    byte_builder_init(&b, th, s->len);
    for (size_t i = 0; i < s->len && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c >= 0x10000) add_hex(&b, 'U', c, 8);
        else if (c >= 0x100) add_hex(&b, 'u', c, 4);
        else if (c == '\\') byte_builder_add(&b, "\\\\", 2);
        else if (c == '\t') byte_builder_add(&b, "\\t", 2);
        else if (c == '\n') byte_builder_add(&b, "\\n", 2);
        else if (c == '\r') byte_builder_add(&b, "\\r", 2);
        else if (c < ' ' || c >= 0x7F) add_hex(&b, 'x', c, 2);
        else byte_builder_put(&b, (uint8_t)c);
    }
    return byte_builder_finish(&b);
}

// ---- raw_unicode_escape ---------------------------------------------------------------------------------------------------------------

Value raw_unicode_escape_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed) {
    Decoder d;
    decoder_init(&d, th, "rawunicodeescape", errors, p, n);
    while (d.at < d.n && !d.out.failed) {
        size_t start = d.at, at = start + 1;
        uint8_t c = d.start[start];
        if (c != '\\') {
            str_builder_char(&d.out, c);
            d.at = at;
            continue;
        }
        if (at >= d.n) {
            if (consumed) break;
            str_builder_char(&d.out, '\\');
            d.at = at;
            continue;
        }
        uint8_t kind = d.start[at++];
        if (kind != 'u' && kind != 'U') {
            str_builder_char(&d.out, '\\');
            str_builder_char(&d.out, kind);
            d.at = at;
            continue;
        }
        const char *problem = kind == 'u' ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape";
        int digits = kind == 'u' ? 4 : 8, got = 0;
        uint32_t v = 0;
        for (; got < digits && at < d.n && hex_value(d.start[at]) >= 0; got++, at++) v = v << 4 | (uint32_t)hex_value(d.start[at]);
        if (got < digits) {
            if (at >= d.n && consumed) break;
        } else if (v > 0x10FFFF) {
            problem = "\\Uxxxxxxxx out of range";
        } else {
            problem = NULL;
            str_builder_char(&d.out, v);
            d.at = at;
        }
        if (problem && decoder_error(&d, start, at, problem) < 0) return decoder_abort(&d);
    }
    if (consumed) *consumed = d.at;
    return decoder_finish(&d);
}

Value raw_unicode_escape_encode(Thread *th, Value text) {
    const Str *s = STR(text);
    if (s->kind == 1) return bytes_new(th, str_data(s), s->len);
    ByteBuilder b;
    byte_builder_init(&b, th, s->len);
    for (size_t i = 0; i < s->len && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c >= 0x10000) add_hex(&b, 'U', c, 8);
        else if (c >= 0x100) add_hex(&b, 'u', c, 4);
        else byte_builder_put(&b, (uint8_t)c);
    }
    return byte_builder_finish(&b);
}

// ---- bytes ----------------------------------------------------------------------------------------------------------------------------

Value bytes_escape_decode(Thread *th, const void *data, size_t n, const char *errors) {
    const uint8_t *p = data;
    ByteBuilder b;
    byte_builder_init(&b, th, n);
    EscapeWarning warning = {0};
    for (size_t at = 0; at < n && !b.failed;) {
        if (p[at] != '\\') {
            byte_builder_put(&b, p[at++]);
            continue;
        }
        size_t start = at++;
        if (at >= n) {
            byte_builder_abort(&b);
            return raise_value_error(th, "Trailing \\ in string");
        }
        uint8_t c = p[at++];
        int simple = simple_escape(c);
        if (c == '\n') continue;
        if (simple >= 0) {
            byte_builder_put(&b, (uint8_t)simple);
        } else if ((uint32_t)(c - '0') < 8) {
            at--;
            uint32_t v = octal(p, n, &at);
            if (v > 0377 && !warning.found) warning = (EscapeWarning){true, true, v};
            byte_builder_put(&b, (uint8_t)v);
        } else if (c == 'x') {
            int high = at < n ? hex_value(p[at]) : -1, low = high >= 0 && at + 1 < n ? hex_value(p[at + 1]) : -1;
            if (low >= 0) {
                byte_builder_put(&b, (uint8_t)(high << 4 | low));
                at += 2;
                continue;
            }
            if (high >= 0) at++; // skipped with the escape
            if (!errors || strcmp(errors, "strict") == 0) raise_value_error(th, "invalid \\x escape at position %zd", (intptr_t)start);
            else if (strcmp(errors, "replace") == 0) byte_builder_put(&b, '?');
            else if (strcmp(errors, "ignore") != 0) raise_value_error(th, "decoding error; unknown error handling code: %.400s", errors);
            if (error_pending(th)) {
                byte_builder_abort(&b);
                return NO_VALUE;
            }
        } else {
            if (!warning.found) warning = (EscapeWarning){true, false, c};
            byte_builder_put(&b, '\\');
            byte_builder_put(&b, c);
        }
    }
    if (warning.found && (warning.is_octal ? warn_octal(th, "b", warning.value) : warn_escape(th, "b", warning.value)) < 0) {
        byte_builder_abort(&b);
        return NO_VALUE;
    }
    return byte_builder_finish(&b);
}

Value bytes_escape_encode(Thread *th, const void *data, size_t n) {
    const uint8_t *p = data;
    ByteBuilder b;
    byte_builder_init(&b, th, n);
    for (size_t i = 0; i < n && !b.failed; i++) {
        uint8_t c = p[i];
        if (c == '\'' || c == '\\') {
            byte_builder_put(&b, '\\');
            byte_builder_put(&b, c);
        } else if (c == '\t') byte_builder_add(&b, "\\t", 2);
        else if (c == '\n') byte_builder_add(&b, "\\n", 2);
        else if (c == '\r') byte_builder_add(&b, "\\r", 2);
        else if (c < ' ' || c >= 0x7F) add_hex(&b, 'x', c, 2);
        else byte_builder_put(&b, c);
    }
    return byte_builder_finish(&b);
}
