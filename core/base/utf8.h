// SPDX-License-Identifier: MIT
// UTF-8 to and from arrays of 1-, 2- and 4-byte code points. Strict: no overlong forms, nothing above
// 0x10FFFF, and no surrogates unless asked for. Pure functions: no state, no locks; anyone may call them.
#ifndef LADON_BASE_UTF8_H
#define LADON_BASE_UTF8_H

#include <string.h>

#include "core/base/config.h"

// What a scan found out about the valid part of the input.
typedef struct Utf8Scan {
    size_t   length; // code points
    size_t   bytes;  // length of the valid prefix in bytes
    uint32_t max;    // an upper bound of the code points that tells the narrowest array: 0x7F, 0xFF, 0xFFFF or 0x10FFFF
} Utf8Scan;

// Returns how many leading bytes are ASCII.
size_t ascii_prefix(const void *bytes, size_t n);
static inline bool ascii_all(const void *bytes, size_t n) { return ascii_prefix(bytes, n) == n; }

// Validates and measures.
//   surrogates  true: encoded surrogates (ED A0 80 ... ED BF BF) are let through ("surrogatepass")
//   return      whether all of it is valid; the scan describes the valid prefix in either case
bool utf8_scan(const void *bytes, size_t n, bool surrogates, Utf8Scan *scan);

// What is wrong at an offset where utf8_scan stopped.
//   end     set to where the offending bytes end (the UnicodeDecodeError's end)
//   return  "invalid start byte", "invalid continuation byte" or "unexpected end of data"; the last one means
//           that more input could still make it valid
const char *utf8_error(const void *bytes, size_t n, size_t at, bool surrogates, size_t *end);

// Decodes valid input (as scanned) into arrays wide enough for its code points.
//   return  the end of what was written
uint8_t *utf8_decode_latin1(const void *bytes, size_t n, uint8_t *out);
uint16_t *utf8_decode_ucs2(const void *bytes, size_t n, uint16_t *out);
uint32_t *utf8_decode_ucs4(const void *bytes, size_t n, uint32_t *out);

// Decodes one code point of valid input and moves past it.
static inline uint32_t utf8_next(const uint8_t **p) {
    const uint8_t *s = *p;
    uint32_t c = *s;
    if (c < 0x80) return *p = s + 1, c;
    if (c < 0xE0) return *p = s + 2, (c & 0x1F) << 6 | (s[1] & 0x3F);
    if (c < 0xF0) return *p = s + 3, (c & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    *p = s + 4;
    return (c & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 | (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
}

// Decodes one code point of input that may be anything.
//   return  bytes used, 0: not valid there (or at the end)
size_t utf8_decode_one(const uint8_t *s, const uint8_t *end, bool surrogates, uint32_t *cp);

// Writes 1 to 4 bytes (no check) and returns how many.
static inline size_t utf8_put(uint8_t *out, uint32_t cp) {
    if (cp < 0x80) return out[0] = (uint8_t)cp, 1;
    if (cp < 0x800) return out[0] = (uint8_t)(0xC0 | cp >> 6), out[1] = (uint8_t)(0x80 | (cp & 0x3F)), 2;
    if (cp < 0x10000) {
        out[0] = (uint8_t)(0xE0 | cp >> 12), out[1] = (uint8_t)(0x80 | (cp >> 6 & 0x3F));
        return out[2] = (uint8_t)(0x80 | (cp & 0x3F)), 3;
    }
    out[0] = (uint8_t)(0xF0 | cp >> 18), out[1] = (uint8_t)(0x80 | (cp >> 12 & 0x3F));
    return out[2] = (uint8_t)(0x80 | (cp >> 6 & 0x3F)), out[3] = (uint8_t)(0x80 | (cp & 0x3F)), 4;
}

// Bytes that encoding takes, surrogates counted as three.
//   kind    1, 2 or 4: bytes per code point
size_t utf8_encoded_size(const void *chars, int kind, size_t length);

// Encodes all of it, surrogates too.
//   out     utf8_encoded_size bytes
//   return  the end of what was written
uint8_t *utf8_encode(const void *chars, int kind, size_t length, uint8_t *out);

// Index of the first surrogate at or after `from`; `length` if there is none (always so for kind 1).
size_t utf8_find_surrogate(const void *chars, int kind, size_t length, size_t from);

// Number of code points in valid input.
size_t utf8_count(const void *bytes, size_t n);

// The largest code point's class: 0x7F, 0xFF, 0xFFFF or 0x10FFFF.
uint32_t chars_max(const void *chars, int kind, size_t length);

// Copies code points between arrays of different widths; they must fit.
void chars_copy(void *to, int to_kind, const void *from, int from_kind, size_t length);

#endif
