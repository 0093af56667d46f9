// SPDX-License-Identifier: MIT
// One byte per character: ASCII, Latin-1, and character maps.
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/codecs_int.h"
#include "core/object/dict.h"
#include "core/object/int.h"

// ---- ASCII and Latin-1 ----------------------------------------------------------------------------------------------------------------

Value latin1_codec_decode(Thread *th, const void *p, size_t n, const char *errors) { return str_from_latin1(th, p, n); }

Value ascii_codec_decode(Thread *th, const void *p, size_t n, const char *errors) {
    if (LIKELY(ascii_all(p, n))) return str_from_ascii(th, p, n);
    Decoder d;
    decoder_init(&d, th, "ascii", errors, p, n);
    while (d.at < d.n && !d.out.failed) {
        size_t plain = ascii_prefix(d.start + d.at, d.n - d.at);
        str_builder_ascii(&d.out, (const char *)d.start + d.at, plain);
        d.at += plain;
        if (d.at < d.n && decoder_error(&d, d.at, d.at + 1, "ordinal not in range(128)") < 0) return decoder_abort(&d);
    }
    return decoder_finish(&d);
}

static bool put_ascii(Encoder *e, uint32_t c) {
    if (c >= 0x80) return false;
    byte_builder_put(&e->out, (uint8_t)c);
    return true;
}
static bool put_latin1(Encoder *e, uint32_t c) {
    if (c >= 0x100) return false;
    byte_builder_put(&e->out, (uint8_t)c);
    return true;
}

static Value encode_below(Thread *th, Value text, const char *errors, uint32_t limit) {
    const Str *s = STR(text);
    if ((s->flags & STR_ASCII) || (limit == 0x100 && s->kind == 1)) return bytes_new(th, str_data(s), s->len);
    Encoder e;
    encoder_init(&e, th, limit == 0x80 ? "ascii" : "latin-1", errors, text, s->len);
    e.put = limit == 0x80 ? put_ascii : put_latin1;
    while (e.at < s->len && !e.out.failed) {
        uint32_t c = str_char_at(s, e.at);
        if (c < limit) {
            byte_builder_put(&e.out, (uint8_t)c);
            e.at++;
            continue;
        }
        size_t start = e.at, end = start + 1;
        while (end < s->len && str_char_at(s, end) >= limit) end++;
        if (encoder_error(&e, start, end, limit == 0x80 ? "ordinal not in range(128)" : "ordinal not in range(256)") < 0) return encoder_abort(&e);
    }
    return encoder_finish(&e);
}
Value ascii_codec_encode(Thread *th, Value text, const char *errors) { return encode_below(th, text, errors, 0x80); }
Value latin1_codec_encode(Thread *th, Value text, const char *errors) { return encode_below(th, text, errors, 0x100); }

// ---- character maps -------------------------------------------------------------------------------------------------------------------

// mapping[key]: 1 with *out (new reference), 0 absent (or None), -1 error.
static int map_get(Thread *th, Value mapping, uint32_t key, Value *out) {
    if (value_is_exact_dict(mapping)) {
        int r = dict_get(th, AS(Dict, mapping), value_imm_int(key), out);
        if (r <= 0) return r;
    } else {
        *out = object_getitem(th, mapping, value_imm_int(key));
        if (*out == NO_VALUE) return error_clear_if(th, &exc_LookupError) ? 0 : -1;
    }
    return *out == VALUE_NONE ? 0 : 1;
}

// Adds what byte c maps to: 1, 0 undefined, -1 error.
static int decode_mapped(Decoder *d, Value mapping, uint8_t c) {
    Thread *th = d->th;
    if (value_is_exact_str(mapping)) {
        const Str *s = STR(mapping);
        if (c >= s->len || str_char_at(s, c) == 0xFFFE) return 0;
        str_builder_char(&d->out, str_char_at(s, c));
        return 1;
    }
    Value v;
    int r = map_get(th, mapping, c, &v);
    if (r <= 0) return r;
    if (value_is_int(v)) {
        int64_t cp;
        if (int_as_i64_overflow(v, &cp) != 0 || cp < 0 || cp > 0x10FFFF) {
            raise_type_error(th, "character mapping must be in range(0x110000)");
            r = -1;
        } else if (cp == 0xFFFE) r = 0;
        else str_builder_char(&d->out, (uint32_t)cp);
    } else if (value_is_str(v)) {
        if (STR(v)->len == 1 && str_char_at(STR(v), 0) == 0xFFFE) r = 0;
        else str_builder_str(&d->out, v);
    } else {
        raise_type_error(th, "character mapping must return integer, None or str");
        r = -1;
    }
    decref(th, v);
    return r;
}

Value charmap_codec_decode(Thread *th, const void *p, size_t n, const char *errors, Value mapping) {
    if (mapping == NO_VALUE || mapping == VALUE_NONE) return latin1_codec_decode(th, p, n, errors);
    Decoder d;
    decoder_init(&d, th, "charmap", errors, p, n);
    while (d.at < d.n && !d.out.failed) {
        int r = decode_mapped(&d, mapping, d.start[d.at]);
        if (r > 0) d.at++;
        else if (r < 0 || decoder_error(&d, d.at, d.at + 1, "character maps to <undefined>") < 0) return decoder_abort(&d);
    }
    return decoder_finish(&d);
}

// What c maps to, checked: an int below 256 or bytes. 1 with *v, 0 undefined, -1 error.
static int encode_lookup(Thread *th, Value mapping, uint32_t c, Value *v) {
    int r = map_get(th, mapping, c, v);
    if (r <= 0 || value_is_bytes(*v)) return r;
    int64_t byte;
    if (!value_is_int(*v)) raise_type_error(th, "character mapping must return integer, bytes or None, not %T", *v);
    else if (int_as_i64_overflow(*v, &byte) != 0 || byte < 0 || byte > 255) raise_type_error(th, "character mapping must be in range(256)");
    else return 1;
    clear_ref(th, v);
    return -1;
}

// Adds what c maps to: 1, 0 undefined, -1 error.
static int encode_mapped(Encoder *e, uint32_t c) {
    Value v;
    int r = encode_lookup(e->th, e->mapping, c, &v);
    if (r <= 0) return r;
    int64_t byte;
    if (value_is_bytes(v)) byte_builder_add(&e->out, AS(Bytes, v)->data, AS(Bytes, v)->len);
    else if (int_as_i64_overflow(v, &byte) == 0) byte_builder_put(&e->out, (uint8_t)byte);
    decref(e->th, v);
    return 1;
}

static bool put_mapped(Encoder *e, uint32_t c) { return encode_mapped(e, c) > 0; }

Value charmap_codec_encode(Thread *th, Value text, const char *errors, Value mapping) {
    if (mapping == NO_VALUE || mapping == VALUE_NONE) return latin1_codec_encode(th, text, errors);
    const Str *s = STR(text);
    Encoder e;
    encoder_init(&e, th, "charmap", errors, text, s->len);
    e.put = put_mapped;
    e.mapping = mapping;
    while (e.at < s->len && !e.out.failed) {
        int r = encode_mapped(&e, str_char_at(s, e.at));
        if (r > 0) {
            e.at++;
            continue;
        }
        // All unmapped characters in a row make one error.
        size_t start = e.at, end = start + 1;
        while (r == 0 && end < s->len) {
            Value v;
            r = encode_lookup(th, mapping, str_char_at(s, end), &v);
            if (r > 0) {
                decref(th, v);
                break;
            }
            if (r == 0) end++;
        }
        if (r < 0 || encoder_error(&e, start, end, "character maps to <undefined>") < 0) return encoder_abort(&e);
    }
    return encoder_finish(&e);
}

Value charmap_build(Thread *th, Value map) {
    const Str *s = STR(map);
    Value r = dict_new_sized(th, s->len < 256 ? s->len : 256);
    for (size_t i = 0; r != NO_VALUE && i < s->len && i < 256; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == 0xFFFE) continue;
        if (dict_set(th, AS(Dict, r), value_imm_int(c), value_imm_int((int64_t)i)) < 0) clear_ref(th, &r);
    }
    return r;
}
