// SPDX-License-Identifier: MIT
// UTF-7 (RFC 2152) with error handlers.
#include <string.h>

#include "core/object/codecs_int.h"

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(uint32_t c) {
    if (c - 'A' < 26) return (int)(c - 'A');
    if (c - 'a' < 26) return (int)(c - 'a' + 26);
    if (c - '0' < 10) return (int)(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Encoded as itself: letters, digits, RFC 2152's sets D and O, white space; not NUL, '+', '\\', '~', other controls.
static bool is_direct(uint32_t c) {
    if (c == 0 || c > 126) return false;
    if (c < 32) return c == '\t' || c == '\n' || c == '\r';
    return c != '+' && c != '\\' && c != '~';
}

Value utf7_codec_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed) {
    Decoder d;
    decoder_init(&d, th, "utf7", errors, p, n);
    bool shifted = false;
    uint32_t buffer = 0, surrogate = 0;
    int bits = 0;
    size_t start = 0, shift_out = 0; // where the error began; output length at the start of the shift
    for (;;) {
        const char *problem = NULL;
        while (d.at < d.n && !problem && !d.out.failed) {
            uint32_t c = d.start[d.at];
            int v = base64_value(c);
            if (shifted && v >= 0) {
                buffer = buffer << 6 | (uint32_t)v;
                bits += 6;
                d.at++;
                if (bits < 16) continue;
                uint32_t out = buffer >> (bits - 16);
                bits -= 16;
                buffer &= (1u << bits) - 1;
                out &= 0xFFFF;
                if (surrogate) {
                    if (out - 0xDC00 < 0x400) {
                        str_builder_char(&d.out, 0x10000 + ((surrogate - 0xD800) << 10) + (out - 0xDC00));
                        surrogate = 0;
                        continue;
                    }
                    str_builder_char(&d.out, surrogate);
                    surrogate = 0;
                }
                if (out - 0xD800 < 0x400) surrogate = out;
                else str_builder_char(&d.out, out);
            } else if (shifted) {
                shifted = false;
                if (bits >= 6) {
                    d.at++;
                    problem = "partial character in shift sequence";
                } else if (bits > 0 && buffer != 0) {
                    d.at++;
                    problem = "non-zero padding bits in shift sequence";
                } else {
                    if (surrogate && c <= 127 && c != '+') str_builder_char(&d.out, surrogate);
                    surrogate = 0;
                    if (c == '-') d.at++;
                }
            } else if (c == '+') {
                start = d.at++;
                if (d.at < d.n && d.start[d.at] == '-') {
                    d.at++;
                    str_builder_char(&d.out, '+');
                } else if (d.at < d.n && base64_value(d.start[d.at]) < 0) {
                    d.at++;
                    problem = "ill-formed sequence";
                } else {
                    shifted = true;
                    surrogate = buffer = 0;
                    bits = 0;
                    shift_out = d.out.len;
                }
            } else if (c <= 127) {
                d.at++;
                str_builder_char(&d.out, c);
            } else {
                start = d.at++;
                problem = "unexpected special character";
            }
        }
        if (d.out.failed) return decoder_abort(&d);
        size_t end = d.at;
        if (!problem) {
            if (!shifted || consumed || !(surrogate || bits >= 6 || (bits > 0 && buffer != 0))) break;
            problem = "unterminated shift sequence";
            end = d.n;
            shifted = false;
        }
        if (decoder_error(&d, start, end, problem) < 0) return decoder_abort(&d);
        surrogate = 0;
    }
    if (consumed) {
        *consumed = shifted ? start : d.at;
        if (shifted && d.out.len > shift_out) d.out.len = shift_out;
    }
    return decoder_finish(&d);
}

static void flush_bits(ByteBuilder *b, uint64_t buffer, int *bits) {
    while (*bits >= 6) {
        byte_builder_put(b, (uint8_t)base64[buffer >> (*bits - 6) & 63]);
        *bits -= 6;
    }
}

Value utf7_codec_encode(Thread *th, Value text, const char *errors) {
    const Str *s = STR(text);
    ByteBuilder b;
    byte_builder_init(&b, th, s->len + s->len / 2 + 8);
    bool shifted = false;
    uint64_t buffer = 0;
    int bits = 0;
    for (size_t i = 0; i < s->len && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (!shifted && c == '+') {
            byte_builder_add(&b, "+-", 2);
            continue;
        }
        if (is_direct(c)) {
            if (shifted) {
                if (bits) byte_builder_put(&b, (uint8_t)base64[buffer << (6 - bits) & 63]);
                buffer = 0;
                bits = 0;
                shifted = false;
                if (base64_value(c) >= 0 || c == '-') byte_builder_put(&b, '-');
            }
            byte_builder_put(&b, (uint8_t)c);
            continue;
        }
        if (!shifted) {
            byte_builder_put(&b, '+');
            shifted = true;
        }
        if (c >= 0x10000) {
            buffer = buffer << 16 | (0xD800 + ((c - 0x10000) >> 10));
            bits += 16;
            flush_bits(&b, buffer, &bits);
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        buffer = buffer << 16 | c;
        bits += 16;
        flush_bits(&b, buffer, &bits);
    }
    if (bits) byte_builder_put(&b, (uint8_t)base64[buffer << (6 - bits) & 63]);
    if (shifted) byte_builder_put(&b, '-');
    return byte_builder_finish(&b);
}
