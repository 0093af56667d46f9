// SPDX-License-Identifier: MIT
// UTF-8 with error handlers.
#include <string.h>

#include "core/object/codecs_int.h"

static void add_scanned(Decoder *d, const Utf8Scan *scan) {
    const uint8_t *p = d->start + d->at;
    StrBuilder *b = &d->out;
    if (scan->length == 0 || !str_builder_reserve(b, scan->length, scan->max)) return;
    if (b->kind == 1) utf8_decode_latin1(p, scan->bytes, b->buf + b->len);
    else if (b->kind == 2) utf8_decode_ucs2(p, scan->bytes, (uint16_t *)b->buf + b->len);
    else utf8_decode_ucs4(p, scan->bytes, (uint32_t *)b->buf + b->len);
    b->len += scan->length;
    b->max_char |= scan->max;
    d->at += scan->bytes;
}

Value utf8_codec_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed) {
    if (consumed) *consumed = n;
    if (LIKELY(ascii_all(p, n))) return str_from_ascii(th, p, n);
    Utf8Scan scan;
    if (LIKELY(utf8_scan(p, n, false, &scan))) return str_from_scanned(th, p, n, &scan);
    Decoder d;
    decoder_init(&d, th, "utf-8", errors, p, n);
    while (d.at < d.n && !d.out.failed) {
        bool all = utf8_scan(d.start + d.at, d.n - d.at, false, &scan);
        add_scanned(&d, &scan);
        if (all || d.out.failed) break;
        size_t end;
        const char *reason = utf8_error(d.start, d.n, d.at, false, &end);
        if (consumed && reason[0] == 'u') break; // "unexpected end of data": there may be more
        // Two bytes of a surrogate wait too: with the third one "surrogatepass" lets them through.
        if (consumed && d.n - d.at == 2 && d.start[d.at] == 0xED && (d.start[d.at + 1] & 0xE0) == 0xA0) break;
        if (decoder_error(&d, d.at, end, reason) < 0) return decoder_abort(&d);
    }
    if (consumed) *consumed = d.at;
    return decoder_finish(&d);
}

static bool put_ascii(Encoder *e, uint32_t c) {
    if (c >= 0x80) return false;
    byte_builder_put(&e->out, (uint8_t)c);
    return true;
}

Value utf8_codec_encode(Thread *th, Value text, const char *errors) {
    const Str *s = STR(text);
    if (s->flags & STR_ASCII) return bytes_new(th, str_data(s), s->len);
    size_t bad = utf8_find_surrogate(str_data(s), s->kind, s->len, 0), size = utf8_encoded_size(str_data(s), s->kind, s->len);
    if (LIKELY(bad == s->len)) {
        Value r = bytes_new(th, NULL, size);
        if (r != NO_VALUE) utf8_encode(str_data(s), s->kind, s->len, AS(Bytes, r)->data);
        return r;
    }
    Encoder e;
    encoder_init(&e, th, "utf-8", errors, text, size);
    e.put = put_ascii;
    while (e.at < s->len && !e.out.failed) {
        size_t next = utf8_find_surrogate(str_data(s), s->kind, s->len, e.at);
        const char *from = (const char *)str_data(s) + e.at * s->kind;
        size_t bytes = utf8_encoded_size(from, s->kind, next - e.at);
        if (byte_builder_reserve(&e.out, bytes)) {
            utf8_encode(from, s->kind, next - e.at, e.out.p + e.out.len);
            e.out.len += bytes;
        }
        e.at = next;
        if (next == s->len) break;
        size_t end = next + 1;
        while (end < s->len && str_char_at(s, end) - 0xD800 < 0x800) end++;
        if (e.kind == ERRORS_SURROGATEPASS) {
            uint8_t three[4];
            for (; e.at < end; e.at++) byte_builder_add(&e.out, three, utf8_put(three, str_char_at(s, e.at)));
        } else if (encoder_error(&e, next, end, "surrogates not allowed") < 0) {
            return encoder_abort(&e);
        }
    }
    return encoder_finish(&e);
}
