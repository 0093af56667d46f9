// SPDX-License-Identifier: MIT
// UTF-8 validation and conversion. Invariant: no function reads or writes outside what it was given, whatever
// the bytes are, except those documented as taking valid input. No locks. ASCII runs go word by word.
#include "core/base/utf8.h"

typedef uint64_t Word __attribute__((may_alias, aligned(1)));
#define HIGH_BITS 0x8080808080808080u

size_t ascii_prefix(const void *bytes, size_t n) {
    const uint8_t *s = bytes, *p = s, *end = s + n;
    while (end - p >= 32) {
        const Word *w = (const Word *)p;
        if ((w[0] | w[1] | w[2] | w[3]) & HIGH_BITS) break;
        p += 32;
    }
    while (end - p >= 8) {
        uint64_t high = *(const Word *)p & HIGH_BITS;
        if (high) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return (size_t)(p - s) + (size_t)__builtin_ctzll(high) / 8;
#else
            return (size_t)(p - s) + (size_t)__builtin_clzll(high) / 8;
#endif
        }
        p += 8;
    }
    while (p < end && *p < 0x80) p++;
    return (size_t)(p - s);
}

// Length of the sequence at s if it is well formed, else 0. Table 3-7 of the Unicode Standard.
static inline size_t sequence_length(const uint8_t *s, const uint8_t *end, bool surrogates) {
    size_t left = (size_t)(end - s);
    uint8_t c = s[0];
    if (c < 0x80) return 1;
    if (c < 0xC2) return 0;
    if (c < 0xE0) return left >= 2 && (s[1] & 0xC0) == 0x80 ? 2 : 0;
    if (c < 0xF0) {
        if (left < 3 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80) return 0;
        if (c == 0xE0 && s[1] < 0xA0) return 0;
        if (c == 0xED && s[1] >= 0xA0 && !surrogates) return 0;
        return 3;
    }
    if (c > 0xF4 || left < 4) return 0;
    if ((s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80 || (s[3] & 0xC0) != 0x80) return 0;
    if ((c == 0xF0 && s[1] < 0x90) || (c == 0xF4 && s[1] > 0x8F)) return 0;
    return 4;
}

bool utf8_scan(const void *bytes, size_t n, bool surrogates, Utf8Scan *scan) {
    const uint8_t *s = bytes, *p = s, *end = s + n;
    size_t length = 0;
    uint8_t top = 0; // largest lead byte
    while (p < end) {
        if (*p < 0x80) {
            size_t run = ascii_prefix(p, (size_t)(end - p));
            p += run, length += run;
            continue;
        }
        size_t len = sequence_length(p, end, surrogates);
        if (!len) break;
        if (*p > top) top = *p;
        p += len, length++;
    }
    scan->length = length;
    scan->bytes = (size_t)(p - s);
    scan->max = top == 0 ? 0x7F : top < 0xC4 ? 0xFF : top < 0xF0 ? 0xFFFF : 0x10FFFF;
    return p == end;
}

const char *utf8_error(const void *bytes, size_t n, size_t at, bool surrogates, size_t *end) {
    const uint8_t *s = (const uint8_t *)bytes + at;
    size_t left = n - at;
    uint8_t c = s[0];
    *end = at + 1;
    if (c < 0xC2 || c > 0xF4) return "invalid start byte";
    size_t want = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (left < 2) return *end = n, "unexpected end of data";
    bool second = (s[1] & 0xC0) == 0x80;
    if ((c == 0xE0 && s[1] < 0xA0) || (c == 0xED && s[1] >= 0xA0 && !surrogates)) second = false;
    if ((c == 0xF0 && s[1] < 0x90) || (c == 0xF4 && s[1] > 0x8F)) second = false;
    if (!second) return "invalid continuation byte";
    for (size_t i = 2; i < want; i++) {
        if (i == left) return *end = n, "unexpected end of data";
        if ((s[i] & 0xC0) != 0x80) return *end = at + i, "invalid continuation byte";
    }
    return "invalid continuation byte"; // not reached for offsets at which a scan stopped
}

size_t utf8_decode_one(const uint8_t *s, const uint8_t *end, bool surrogates, uint32_t *cp) {
    if (s >= end) return 0;
    size_t len = sequence_length(s, end, surrogates);
    if (len) *cp = utf8_next(&s);
    return len;
}

uint8_t *utf8_decode_latin1(const void *bytes, size_t n, uint8_t *out) {
    const uint8_t *p = bytes, *end = p + n;
    while (p < end) {
        if (*p < 0x80) {
            size_t run = ascii_prefix(p, (size_t)(end - p));
            memcpy(out, p, run);
            out += run, p += run;
        } else {
            *out++ = (uint8_t)(p[0] << 6 | (p[1] & 0x3F));
            p += 2;
        }
    }
    return out;
}

#define DECODE(name, Char)                                                                    \
    Char *name(const void *bytes, size_t n, Char *out) {                                      \
        const uint8_t *p = bytes, *end = p + n;                                               \
        while (p < end) {                                                                     \
            while (end - p >= 8 && !(*(const Word *)p & HIGH_BITS)) {                         \
                for (int i = 0; i < 8; i++) out[i] = p[i];                                    \
                out += 8, p += 8;                                                             \
            }                                                                                 \
            if (p < end) *out++ = (Char)utf8_next(&p);                                        \
        }                                                                                     \
        return out;                                                                           \
    }
DECODE(utf8_decode_ucs2, uint16_t)
DECODE(utf8_decode_ucs4, uint32_t)
#undef DECODE

size_t utf8_encoded_size(const void *chars, int kind, size_t length) {
    size_t size = length;
    if (kind == 1) {
        const uint8_t *s = chars;
        for (size_t i = 0; i < length; i++) size += s[i] >> 7;
    } else if (kind == 2) {
        const uint16_t *s = chars;
        for (size_t i = 0; i < length; i++) size += (size_t)(s[i] >= 0x80) + (size_t)(s[i] >= 0x800);
    } else {
        const uint32_t *s = chars;
        for (size_t i = 0; i < length; i++)
            size += (size_t)(s[i] >= 0x80) + (size_t)(s[i] >= 0x800) + (size_t)(s[i] >= 0x10000);
    }
    return size;
}

uint8_t *utf8_encode(const void *chars, int kind, size_t length, uint8_t *out) {
    if (kind == 1) {
        const uint8_t *p = chars, *end = p + length;
        while (p < end) {
            if (*p < 0x80) {
                size_t run = ascii_prefix(p, (size_t)(end - p));
                memcpy(out, p, run);
                out += run, p += run;
            } else {
                *out++ = (uint8_t)(0xC0 | *p >> 6);
                *out++ = (uint8_t)(0x80 | (*p++ & 0x3F));
            }
        }
    } else if (kind == 2) {
        const uint16_t *s = chars;
        for (size_t i = 0; i < length; i++) out += utf8_put(out, s[i]);
    } else {
        const uint32_t *s = chars;
        for (size_t i = 0; i < length; i++) out += utf8_put(out, s[i]);
    }
    return out;
}

size_t utf8_find_surrogate(const void *chars, int kind, size_t length, size_t from) {
    if (kind == 2) {
        const uint16_t *s = chars;
        for (size_t i = from; i < length; i++)
            if ((s[i] & 0xF800) == 0xD800) return i;
    } else if (kind == 4) {
        const uint32_t *s = chars;
        for (size_t i = from; i < length; i++)
            if ((s[i] & 0xFFFFF800) == 0xD800) return i;
    }
    return length;
}

size_t utf8_count(const void *bytes, size_t n) {
    const uint8_t *s = bytes;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += (s[i] & 0xC0) != 0x80;
    return count;
}

uint32_t chars_max(const void *chars, int kind, size_t length) {
    if (kind == 1) return ascii_all(chars, length) ? 0x7F : 0xFF;
    uint32_t seen = 0;
    if (kind == 2) {
        const uint16_t *s = chars;
        uint16_t bits = 0;
        for (size_t i = 0; i < length; i++) bits |= s[i];
        seen = bits;
    } else {
        const uint32_t *s = chars;
        for (size_t i = 0; i < length; i++) seen |= s[i];
    }
    return seen < 0x80 ? 0x7F : seen < 0x100 ? 0xFF : seen < 0x10000 ? 0xFFFF : 0x10FFFF;
}

#define COPY(To, From)                                               \
    do {                                                             \
        To *t = to;                                                  \
        const From *f = from;                                        \
        for (size_t i = 0; i < length; i++) t[i] = (To)f[i];         \
        return;                                                      \
    } while (0)

void chars_copy(void *to, int to_kind, const void *from, int from_kind, size_t length) {
    if (to_kind == from_kind) {
        if (length) memcpy(to, from, length * (size_t)to_kind);
        return;
    }
    switch (to_kind * 8 + from_kind) {
    case 8 + 2: COPY(uint8_t, uint16_t);
    case 8 + 4: COPY(uint8_t, uint32_t);
    case 16 + 1: COPY(uint16_t, uint8_t);
    case 16 + 4: COPY(uint16_t, uint32_t);
    case 32 + 1: COPY(uint32_t, uint8_t);
    case 32 + 2: COPY(uint32_t, uint16_t);
    default: __builtin_unreachable();
    }
}
