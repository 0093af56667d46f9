// SPDX-License-Identifier: MIT
// Character sets, categories and case folding. Pure functions over constant data (the locale variants ask the C
// library's current locale); no locks.
#include <ctype.h>
#include <string.h>

#include "core/base/unicode.h"
#include "stdlib/_sre/sre_int.h"

static inline bool ascii_digit(uint32_t ch) { return ch - '0' < 10; }
static inline bool ascii_space(uint32_t ch) { return ch == ' ' || ch - 9 < 5; }
static inline bool ascii_word(uint32_t ch) { return ascii_digit(ch) || (ch | 32) - 'a' < 26 || ch == '_'; }
static inline bool locale_word(uint32_t ch) { return ch < 256 && (isalnum((int)ch) || ch == '_'); }
static inline bool unicode_word(uint32_t ch) {
    return ch < 128 ? ascii_word(ch) : unicode_is_alnum(ch);
}

bool sre_category(uint32_t category, uint32_t ch) {
    switch (category) {
    case CAT_DIGIT: return ascii_digit(ch);
    case CAT_NOT_DIGIT: return !ascii_digit(ch);
    case CAT_SPACE: return ascii_space(ch);
    case CAT_NOT_SPACE: return !ascii_space(ch);
    case CAT_WORD: return ascii_word(ch);
    case CAT_NOT_WORD: return !ascii_word(ch);
    case CAT_LINEBREAK: return ch == '\n';
    case CAT_NOT_LINEBREAK: return ch != '\n';
    case CAT_LOC_WORD: return locale_word(ch);
    case CAT_LOC_NOT_WORD: return !locale_word(ch);
    case CAT_UNI_DIGIT: return unicode_is_decimal(ch);
    case CAT_UNI_NOT_DIGIT: return !unicode_is_decimal(ch);
    case CAT_UNI_SPACE: return unicode_is_space(ch);
    case CAT_UNI_NOT_SPACE: return !unicode_is_space(ch);
    case CAT_UNI_WORD: return unicode_word(ch);
    case CAT_UNI_NOT_WORD: return !unicode_word(ch);
    case CAT_UNI_LINEBREAK: return unicode_is_linebreak(ch);
    case CAT_UNI_NOT_LINEBREAK: return !unicode_is_linebreak(ch);
    default: return false;
    }
}

bool sre_set_check(const uint32_t *code, size_t *at, size_t end) {
    size_t i = *at;
    while (i < end) {
        size_t left = end - i - 1;
        switch (code[i]) {
        case C_FAILURE:
            *at = i + 1;
            return true;
        case C_NEGATE: i += 1; break;
        case C_LITERAL:
            if (left < 1) return false;
            i += 2;
            break;
        case C_CATEGORY:
            if (left < 1 || code[i + 1] >= CAT_COUNT) return false;
            i += 2;
            break;
        case C_RANGE:
        case C_RANGE_UNI_IGNORE:
            if (left < 2) return false;
            i += 3;
            break;
        case C_CHARSET:
            if (left < 8) return false;
            i += 9;
            break;
        case C_BIGCHARSET: {
            if (left < 65) return false;
            uint32_t blocks = code[i + 1];
            if (blocks > 256 || left < 65 + (size_t)blocks * 8) return false;
            const uint8_t *map = (const uint8_t *)(code + i + 2);
            for (int k = 0; k < 256; k++)
                if (map[k] >= blocks) return false;
            i += 66 + (size_t)blocks * 8;
            break;
        }
        default: return false;
        }
    }
    return false;
}

static inline bool bit_of(const uint32_t *bits, uint32_t ch) { return bits[ch >> 5] >> (ch & 31) & 1; }

bool sre_set_has(const uint32_t *set, uint32_t ch) {
    bool found = true;
    for (;;) {
        switch (*set++) {
        case C_FAILURE: return !found;
        case C_NEGATE: found = !found; break;
        case C_LITERAL:
            if (ch == set[0]) return found;
            set += 1;
            break;
        case C_CATEGORY:
            if (sre_category(set[0], ch)) return found;
            set += 1;
            break;
        case C_RANGE:
            if (set[0] <= ch && ch <= set[1]) return found;
            set += 2;
            break;
        case C_RANGE_UNI_IGNORE: {
            if (set[0] <= ch && ch <= set[1]) return found;
            uint32_t upper = unicode_to_upper(ch);
            if (set[0] <= upper && upper <= set[1]) return found;
            set += 2;
            break;
        }
        case C_CHARSET:
            if (ch < 256 && bit_of(set, ch)) return found;
            set += 8;
            break;
        case C_BIGCHARSET: {
            uint32_t blocks = set[0];
            if (ch < 65536) {
                uint32_t block = ((const uint8_t *)(set + 1))[ch >> 8];
                if (bit_of(set + 65 + block * 8, ch & 255)) return found;
            }
            set += 65 + blocks * 8;
            break;
        }
        default: return false; // not reached: the set was checked
        }
    }
}

static inline uint32_t locale_lower(uint32_t ch) { return ch < 256 ? (uint32_t)tolower((int)ch) : ch; }
static inline uint32_t locale_upper(uint32_t ch) { return ch < 256 ? (uint32_t)toupper((int)ch) : ch; }

uint32_t sre_fold(SreFold fold, uint32_t ch) {
    switch (fold) {
    case FOLD_ASCII: return sre_ascii_tolower(ch);
    case FOLD_UNICODE: return sre_unicode_tolower(ch);
    case FOLD_LOCALE: return locale_lower(ch);
    default: return ch;
    }
}

bool sre_set_has_folded(const SreSet *set, uint32_t ch) {
    uint32_t lower, upper;
    switch (set->fold) {
    case FOLD_NONE: return sre_set_has(set->code, ch);
    case FOLD_ASCII: return sre_set_has(set->code, sre_ascii_tolower(ch));
    case FOLD_UNICODE: return sre_set_has(set->code, sre_unicode_tolower(ch));
    case FOLD_LOCALE: { // either case may be in the set; a negated one must have neither
        bool negate = *set->code == C_NEGATE;
        lower = locale_lower(ch), upper = locale_upper(ch);
        return (sre_set_has(set->code + negate, lower) || sre_set_has(set->code + negate, upper)) != negate;
    }
    default: { // FOLD_LOCALE_LITERAL: one character, perhaps negated
        const uint32_t *c = set->code;
        bool negate = *c == C_NEGATE;
        uint32_t want = c[negate ? 2 : 1];
        return (ch == want || locale_lower(ch) == want || locale_upper(ch) == want) != negate;
    }
    }
}

static void bits_add(uint64_t *bits, uint32_t ch) { bits[ch >> 6] |= 1ull << (ch & 63); }
// The characters below 256 of one item of a set, at *c, which moves behind it.
static void item_bits(const uint32_t **c, uint64_t *bits) {
    const uint32_t *set = *c + 1;
    memset(bits, 0, 4 * sizeof *bits);
    switch (**c) {
    case C_LITERAL:
        if (set[0] < 256) bits_add(bits, set[0]);
        *c += 2;
        return;
    case C_CATEGORY:
        for (uint32_t ch = 0; ch < 256; ch++) bits[ch >> 6] |= (uint64_t)sre_category(set[0], ch) << (ch & 63);
        *c += 2;
        return;
    case C_RANGE:
        for (uint32_t ch = set[0]; ch < 256 && ch <= set[1]; ch++) bits_add(bits, ch);
        *c += 3;
        return;
    case C_RANGE_UNI_IGNORE:
        for (uint32_t ch = 0; ch < 256; ch++) {
            uint32_t upper = unicode_to_upper(ch);
            if ((set[0] <= ch && ch <= set[1]) || (set[0] <= upper && upper <= set[1])) bits_add(bits, ch);
        }
        *c += 3;
        return;
    case C_CHARSET:
        for (int w = 0; w < 4; w++) bits[w] = set[2 * w] | (uint64_t)set[2 * w + 1] << 32;
        *c += 9;
        return;
    default: { // BIGCHARSET
        const uint32_t *block = set + 65 + *(const uint8_t *)(set + 1) * 8;
        for (int w = 0; w < 4; w++) bits[w] = block[2 * w] | (uint64_t)block[2 * w + 1] << 32;
        *c += 66 + set[0] * 8;
    }
    }
}
// What sre_set_has_folded says of each character below 256, item by item: the first item with a character decides.
static void set_bits(SreSet *set) {
    uint64_t bits[4], open[4] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, has[4] = {0};
    bool found = true;
    const uint32_t *c = set->code;
    while (*c != C_FAILURE) {
        if (*c == C_NEGATE) { found = !found; c++; continue; }
        item_bits(&c, bits);
        for (int w = 0; w < 4; w++) {
            if (found) has[w] |= bits[w] & open[w];
            open[w] &= ~bits[w];
        }
    }
    for (int w = 0; w < 4; w++) set->bits[w] = found ? has[w] : has[w] | open[w];
    if (set->fold != FOLD_ASCII && set->fold != FOLD_UNICODE) return;
    memcpy(has, set->bits, sizeof has);
    memset(set->bits, 0, sizeof set->bits);
    for (uint32_t ch = 0; ch < 256; ch++) {
        uint32_t lower = sre_fold(set->fold, ch);
        if (lower < 256 ? has[lower >> 6] >> (lower & 63) & 1 : sre_set_has(set->code, lower)) bits_add(set->bits, ch);
    }
}

void sre_set_prepare(SreSet *set) {
    if (set->fold == FOLD_LOCALE || set->fold == FOLD_LOCALE_LITERAL) {
        set->high = HIGH_ASK;
        return;
    }
    set_bits(set);
    for (int w = 0; w < 4; w++) SRE_SPREAD(set->map, w, set->bits[w]);
    // From 256 up all characters are alike if no item tells them apart.
    bool alike = set->fold != FOLD_UNICODE;
    for (const uint32_t *c = set->code; alike && *c != C_FAILURE;) {
        switch (*c) {
        case C_NEGATE: c += 1; break;
        case C_LITERAL: alike = c[1] < 256, c += 2; break;
        case C_RANGE: alike = c[1] > c[2] || c[2] < 256 || (c[1] <= 256 && c[2] >= UNICODE_MAX), c += 3; break;
        case C_CHARSET: c += 9; break;
        case C_CATEGORY: alike = c[1] <= CAT_LOC_NOT_WORD, c += 2; break;
        default: alike = false;
        }
    }
    set->high = !alike ? HIGH_ASK : sre_set_has(set->code, 0x10FFFF) ? HIGH_ALL : HIGH_NONE;
}

bool sre_ascii_iscased(uint32_t ch) { return (ch | 32) - 'a' < 26; }
uint32_t sre_ascii_tolower(uint32_t ch) { return ch - 'A' < 26 ? ch + 32 : ch; }
uint32_t sre_unicode_tolower(uint32_t ch) { return ch < 128 ? sre_ascii_tolower(ch) : unicode_to_lower(ch); }
bool sre_unicode_iscased(uint32_t ch) {
    if (ch < 128) return sre_ascii_iscased(ch);
    uint32_t out[3];
    return unicode_to_lower_full(ch, out) != 1 || out[0] != ch || unicode_to_upper_full(ch, out) != 1 || out[0] != ch;
}
