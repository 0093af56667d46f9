// SPDX-License-Identifier: MIT
// Source decoding, see source.h.
#include "core/compile/source.h"

#include "core/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *xmalloc(size_t n) {
    char *p = malloc(n);
    if (!p) abort();
    return p;
}

static bool fail(SyntaxErrorInfo *error, char *message) {
    *error = (SyntaxErrorInfo){.kind = SYNTAX_ERROR, .message = message, .lineno = 0, .offset = -1};
    return false;
}

// "UTF-8", "utf_8_sig" and the like become "utf-8"; the names of latin-1 become "iso-8859-1".
static void normalize_name(char *name) {
    char low[13];
    size_t i;
    for (i = 0; i < 12 && name[i]; i++) {
        char c = name[i];
        low[i] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    low[i] = 0;
    if (!strcmp(low, "utf-8") || !strncmp(low, "utf-8-", 6)) {
        strcpy(name, "utf-8");
    } else if (!strcmp(low, "latin-1") || !strcmp(low, "iso-8859-1") || !strcmp(low, "iso-latin-1") ||
               !strncmp(low, "latin-1-", 8) || !strncmp(low, "iso-8859-1-", 11) ||
               !strncmp(low, "iso-latin-1-", 12)) {
        strcpy(name, "iso-8859-1");
    }
}

static bool cookie_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

// Searches one line for "coding[:=] name".
static bool line_cookie(const char *s, size_t n, char *name, size_t size) {
    size_t i = 0;
    while (i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '\014')) i++;
    if (i >= n || s[i] != '#') return false;
    for (; i + 6 < n; i++) {
        if (memcmp(s + i, "coding", 6) != 0) continue;
        size_t j = i + 6;
        if (s[j] != ':' && s[j] != '=') continue;
        do j++;
        while (j < n && (s[j] == ' ' || s[j] == '\t'));
        size_t begin = j;
        while (j < n && cookie_char(s[j])) j++;
        if (j == begin) continue;
        size_t len = j - begin;
        if (len >= size) len = size - 1;
        memcpy(name, s + begin, len);
        name[len] = 0;
        if (size > 10) normalize_name(name);
        return true;
    }
    return false;
}

bool source_find_cookie(const char *bytes, size_t len, char *name, size_t size) {
    size_t pos = 0;
    for (int line = 0; line < 2 && pos < len; line++) {
        size_t end = pos;
        while (end < len && bytes[end] != '\n' && bytes[end] != '\r') end++;
        if (line_cookie(bytes + pos, end - pos, name, size)) return true;
        // Only a blank or comment line may stand before the cookie's.
        size_t i = pos;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\014')) i++;
        if (i < end && bytes[i] != '#') return false;
        pos = end;
        if (pos < len && bytes[pos] == '\r') pos++;
        if (pos < len && bytes[pos] == '\n') pos++;
    }
    return false;
}

// Fills in "Non-UTF-8 code starting with ..." for the byte at offset bad.
static bool bad_utf8(SyntaxErrorInfo *error, const char *s, size_t len, size_t bad, const char *file) {
    int lineno = 1;
    size_t line = 0;
    for (size_t i = 0; i < bad; i++) {
        if (s[i] == '\n' || (s[i] == '\r' && s[i + 1] != '\n')) {
            lineno++;
            line = i + 1;
        }
    }
    size_t end = bad;
    while (end < len && s[end] != '\n' && s[end] != '\r') end++;
    // The line, with U+FFFD for what is not UTF-8.
    char *text = xmalloc((end - line) * 3 + 1), *out = text;
    int offset = 0;
    for (size_t i = line; i < end;) {
        Utf8Scan scan;
        utf8_scan(s + i, end - i, false, &scan);
        memcpy(out, s + i, scan.bytes);
        if (i <= bad && i + scan.bytes >= bad) offset += (int)utf8_count(s + i, bad - i);
        else if (i < bad) offset += (int)scan.length;
        out += scan.bytes;
        i += scan.bytes;
        if (i < end) {
            size_t stop = i + 1;
            utf8_error(s + line, end - line, i - line, false, &stop);
            size_t next = line + stop;
            if (next <= i || next > end) next = i + 1;
            memcpy(out, "\xEF\xBF\xBD", 3);
            out += 3;
            if (i < bad) offset++;
            i = next;
        }
    }
    *out = 0;
    char *message;
    if (asprintf(&message,
                 "Non-UTF-8 code starting with '\\x%.2x'%s%s on line %d, but no encoding declared; see "
                 "https://peps.python.org/pep-0263/ for details",
                 (unsigned char)s[bad], file ? " in file " : "", file ? file : "", lineno) < 0)
        abort();
    *error = (SyntaxErrorInfo){
        .kind = SYNTAX_ERROR,
        .message = message,
        .lineno = lineno,
        .offset = offset + 1,
        .end_lineno = lineno,
        .end_offset = offset + 1,
        .text = text,
    };
    return false;
}

static void latin1_decode(Source *source, const char *s, size_t len) {
    char *out = xmalloc(len * 2 + 2);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) n += utf8_put((uint8_t *)out + n, (unsigned char)s[i]);
    source->text = out;
    source->len = n;
}

// Names that the codec registry knows, apart from case and the kind of dash, for what is native here.
static bool is_alias(const char *name, const char *const *aliases) {
    for (; *aliases; aliases++) {
        const char *a = *aliases, *n = name;
        while (*a && (*a == *n || (*n >= 'A' && *n <= 'Z' && *a == *n + 32) || (*a == '_' && *n == '-'))) a++, n++;
        if (!*a && !*n) return true;
    }
    return false;
}

static const char *const ascii_names[] = {"ascii", "us_ascii", "646", "iso646_us", "us", NULL};
static const char *const utf8_names[] = {"utf8", "u8", "utf", "utf8_ucs2", "utf8_ucs4", "cp65001", NULL};
static const char *const latin1_names[] = {"latin1", "iso8859_1", "iso8859", "8859", "cp819", "l1", "latin", NULL};

static bool decode_bytes(Source *source, const char *s, size_t len, const char *file, SourceDecodeHook decode, void *ctx,
                         SyntaxErrorInfo *error) {
    bool bom = len >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0;
    if (bom) {
        s += 3;
        len -= 3;
    }
    char name[128];
    bool cookie = source_find_cookie(s, len, name, sizeof name);
    if (cookie) source->encoding = strdup(name);
    if (bom && cookie && strcmp(name, "utf-8") != 0) {
        char *message;
        if (asprintf(&message, "encoding problem: %s with BOM", name) < 0) abort();
        // CPython points at the end of the cookie's line.
        size_t line = 0, end = 0;
        int lineno = 1;
        char again[128];
        while (end < len && s[end] != '\n' && s[end] != '\r') end++;
        if (!line_cookie(s, end, again, sizeof again)) {
            line = end + (end + 1 < len && s[end] == '\r' && s[end + 1] == '\n' ? 2 : 1);
            lineno = 2;
            end = line;
            while (end < len && s[end] != '\n' && s[end] != '\r') end++;
        }
        char *text = xmalloc(end - line + 1);
        memcpy(text, s + line, end - line);
        text[end - line] = 0;
        *error = (SyntaxErrorInfo){
            .kind = SYNTAX_ERROR,
            .message = message,
            .lineno = lineno,
            .offset = lineno == 1 ? 0 : (int)(end - line),
            .end_lineno = lineno,
            .end_offset = (int)(end - line),
            .text = text,
        };
        return false;
    }
    if (!cookie || !strcmp(name, "utf-8")) {
        Utf8Scan scan;
        if (!utf8_scan(s, len, false, &scan)) return bad_utf8(error, s, len, scan.bytes, file);
        source->text = xmalloc(len + 2);
        memcpy(source->text, s, len);
        source->len = len;
        return true;
    }
    if (is_alias(name, utf8_names)) {
        Utf8Scan scan;
        if (!utf8_scan(s, len, false, &scan)) {
            size_t bad_end;
            const char *why = utf8_error(s, len, scan.bytes, false, &bad_end);
            char *message;
            int n = bad_end - scan.bytes == 1
                        ? asprintf(&message, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                                   (unsigned char)s[scan.bytes], scan.bytes, why)
                        : asprintf(&message, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", scan.bytes,
                                   bad_end - 1, why);
            if (n < 0) abort();
            return fail(error, message);
        }
        source->text = xmalloc(len + 2);
        memcpy(source->text, s, len);
        source->len = len;
        return true;
    }
    if (!strcmp(name, "iso-8859-1") || is_alias(name, latin1_names)) {
        latin1_decode(source, s, len);
        return true;
    }
    if (is_alias(name, ascii_names)) {
        size_t good = ascii_prefix(s, len);
        if (good < len) {
            char *message;
            if (asprintf(&message,
                         "'ascii' codec can't decode byte 0x%02x in position %zu: ordinal not in range(128)",
                         (unsigned char)s[good], good) < 0)
                abort();
            return fail(error, message);
        }
        source->text = xmalloc(len + 2);
        memcpy(source->text, s, len);
        source->len = len;
        return true;
    }
    char *out = NULL, *message = NULL;
    size_t out_len = 0;
    int result = decode ? decode(ctx, name, s, len, &out, &out_len, &message) : 1;
    if (result < 0) {
        *error = (SyntaxErrorInfo){.kind = SYNTAX_CALLBACK_ERROR};
        return false;
    }
    if (result > 0) {
        if (!message && asprintf(&message, "unknown encoding: %s", name) < 0) abort();
        return fail(error, message);
    }
    source->text = xmalloc(out_len + 2);
    if (out_len) memcpy(source->text, out, out_len);
    source->len = out_len;
    free(out);
    return true;
}

bool source_prepare(Source *source, const char *bytes, size_t len, bool is_utf8, bool add_newline,
                    const char *file, SourceDecodeHook decode, void *ctx, SyntaxErrorInfo *error) {
    *source = (Source){0};
    const char *nul = memchr(bytes ? bytes : "", 0, len);
    if (nul && file) { // read as a program: the line is known, as far as it goes
        const char *line = bytes;
        int lineno = 1;
        for (const char *end; (end = memchr(line, '\n', (size_t)(nul - line))); line = end + 1) lineno++;
        *error = (SyntaxErrorInfo){.kind = SYNTAX_ERROR, .message = strdup("source code cannot contain null bytes"), .lineno = lineno, .text = strdup(line)};
        return false;
    }
    if (nul) {
        *error = (SyntaxErrorInfo){.kind = SYNTAX_ERROR,
                                   .message = strdup("source code string cannot contain null bytes"),
                                   .no_details = true};
        return false;
    }
    if (len > INT32_MAX - 16) {
        *error = (SyntaxErrorInfo){.kind = SYNTAX_OVERFLOW_ERROR,
                                   .message = strdup("Parser column offset overflow - source line is too big"),
                                   .no_details = true};
        return false;
    }
    if (is_utf8) {
        source->text = xmalloc(len + 2);
        if (len) memcpy(source->text, bytes, len);
        source->len = len;
    } else if (!decode_bytes(source, bytes, len, file, decode, ctx, error)) {
        source_free(source);
        return false;
    }
    char *s = source->text;
    s[source->len] = 0;
    char *cr = memchr(s, '\r', source->len);
    if (cr) {
        char *out = cr, *end = s + source->len;
        for (char *p = cr; p < end; p++) {
            if (*p == '\r') {
                *out++ = '\n';
                if (p + 1 < end && p[1] == '\n') p++;
            } else {
                *out++ = *p;
            }
        }
        source->len = (size_t)(out - s);
    }
    // CPython's str path gives an empty file its newline too.
    if (add_newline && (source->len == 0 || s[source->len - 1] != '\n')) s[source->len++] = '\n';
    s[source->len] = 0;
    return true;
}

void source_free(Source *source) {
    free(source->text);
    free(source->encoding);
    *source = (Source){0};
}
