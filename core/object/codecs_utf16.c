// SPDX-License-Identifier: MIT
// UTF-16 and UTF-32 with error handlers.
#include <string.h>

#include "core/object/codecs_int.h"

static const bool native_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

ALWAYS_INLINE uint32_t get16(const uint8_t *p, bool big) { return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0]; }
ALWAYS_INLINE uint32_t get32(const uint8_t *p, bool big) {
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

// ---- decoding -------------------------------------------------------------------------------------------------------------------------

// Order of the input; skips a BOM (unit bytes wide) when the order isn't given.
static bool find_order(Decoder *d, int *byteorder, size_t unit) {
    int order = byteorder ? *byteorder : 0;
    if (order == 0 && d->n >= unit) {
        uint32_t little = unit == 2 ? get16(d->start, false) : get32(d->start, false);
        uint32_t big = unit == 2 ? get16(d->start, true) : get32(d->start, true);
        if (little == 0xFEFF) order = -1;
        else if (big == 0xFEFF) order = 1;
        if (order) d->at = unit;
    }
    if (byteorder) *byteorder = order;
    return order == 0 ? native_big : order > 0;
}

Value utf16_codec_decode(Thread *th, const void *p, size_t n, const char *errors, int *byteorder, size_t *consumed) {
    Decoder d;
    decoder_init(&d, th, "", errors, p, n);
    bool big = find_order(&d, byteorder, 2);
    d.encoding = big ? "utf-16-be" : "utf-16-le";
    while (d.at < d.n && !d.out.failed) {
        size_t at = d.at;
        if (d.n - at < 2) {
            if (consumed) break;
            if (decoder_error(&d, at, d.n, "truncated data") < 0) return decoder_abort(&d);
            continue;
        }
        uint32_t c = get16(d.start + at, big);
        if (LIKELY(c - 0xD800 >= 0x800)) {
            str_builder_char(&d.out, c);
            d.at = at + 2;
        } else if (c >= 0xDC00) {
            if (decoder_error(&d, at, at + 2, "illegal encoding") < 0) return decoder_abort(&d);
        } else if (d.n - at < 4) {
            if (consumed) break;
            if (decoder_error(&d, at, d.n, "unexpected end of data") < 0) return decoder_abort(&d);
        } else {
            uint32_t low = get16(d.start + at + 2, big);
            if (low - 0xDC00 < 0x400) {
                str_builder_char(&d.out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
                d.at = at + 4;
            } else if (decoder_error(&d, at, at + 2, "illegal UTF-16 surrogate") < 0) {
                return decoder_abort(&d);
            }
        }
    }
    if (consumed) *consumed = d.at;
    return decoder_finish(&d);
}

Value utf32_codec_decode(Thread *th, const void *p, size_t n, const char *errors, int *byteorder, size_t *consumed) {
    Decoder d;
    decoder_init(&d, th, "", errors, p, n);
    bool big = find_order(&d, byteorder, 4);
    d.encoding = big ? "utf-32-be" : "utf-32-le";
    while (d.at < d.n && !d.out.failed) {
        size_t at = d.at;
        const char *reason = NULL;
        size_t end = at + 4;
        uint32_t c = 0;
        if (d.n - at < 4) {
            if (consumed) break;
            reason = "truncated data";
            end = d.n;
        } else {
            c = get32(d.start + at, big);
            if (c - 0xD800 < 0x800) reason = "code point in surrogate code point range(0xd800, 0xe000)";
            else if (c > 0x10FFFF) reason = "code point not in range(0x110000)";
        }
        if (LIKELY(!reason)) {
            str_builder_char(&d.out, c);
            d.at = end;
        } else if (decoder_error(&d, at, end, reason) < 0) {
            return decoder_abort(&d);
        }
    }
    if (consumed) *consumed = d.at;
    return decoder_finish(&d);
}

// ---- encoding -------------------------------------------------------------------------------------------------------------------------

static void add16(ByteBuilder *b, uint32_t c, bool big) {
    uint8_t p[2] = {(uint8_t)(big ? c >> 8 : c), (uint8_t)(big ? c : c >> 8)};
    byte_builder_add(b, p, 2);
}
static void add32(ByteBuilder *b, uint32_t c, bool big) {
    uint8_t p[4];
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(c >> 8 * (big ? 3 - i : i));
    byte_builder_add(b, p, 4);
}

static void put_any(ByteBuilder *b, uint32_t c, bool big, int unit) {
    if (unit == 4) {
        add32(b, c, big);
    } else if (c < 0x10000) {
        add16(b, c, big);
    } else {
        add16(b, 0xD800 + ((c - 0x10000) >> 10), big);
        add16(b, 0xDC00 + ((c - 0x10000) & 0x3FF), big);
    }
}

// Replacement characters: ASCII only. One instance per order and width.
#define PUT(name, big, unit) \
    static bool name(Encoder *e, uint32_t c) { \
        if (c >= 0x80) return false; \
        put_any(&e->out, c, big, unit); \
        return true; \
    }
PUT(put16le, false, 2)
PUT(put16be, true, 2)
PUT(put32le, false, 4)
PUT(put32be, true, 4)

static Value encode(Thread *th, Value text, const char *errors, int byteorder, int unit) {
    static const char *const names[2][3] = {{"utf-16-le", "utf-16", "utf-16-be"}, {"utf-32-le", "utf-32", "utf-32-be"}};
    const Str *s = STR(text);
    bool big = byteorder == 0 ? native_big : byteorder > 0;
    if (s->len > SIZE_MAX / 16) return raise_memory_error(th);
    Encoder e;
    encoder_init(&e, th, names[unit == 4][(byteorder > 0) - (byteorder < 0) + 1], errors, text, (s->len + 1) * (size_t)unit);
    e.put = unit == 2 ? (big ? put16be : put16le) : (big ? put32be : put32le);
    e.unit = (size_t)unit;
    if (byteorder == 0) put_any(&e.out, 0xFEFF, big, unit);
    while (e.at < s->len && !e.out.failed) {
        uint32_t c = str_char_at(s, e.at);
        if (LIKELY(c - 0xD800 >= 0x800 || e.kind == ERRORS_SURROGATEPASS)) {
            put_any(&e.out, c, big, unit);
            e.at++;
            continue;
        }
        if (encoder_error(&e, e.at, e.at + 1, "surrogates not allowed") < 0) return encoder_abort(&e);
    }
    return encoder_finish(&e);
}
Value utf16_codec_encode(Thread *th, Value text, const char *errors, int byteorder) { return encode(th, text, errors, byteorder, 2); }
Value utf32_codec_encode(Thread *th, Value text, const char *errors, int byteorder) { return encode(th, text, errors, byteorder, 4); }
