// SPDX-License-Identifier: MIT
// Names of code points, both ways. Forward: decode the packed table. Backward: a hash index over all
// packed names and aliases, built by the first look-up (pthread_once), constant from then on.
#include "core/base/unicode.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64, INDEX_SIZE = 1 << 16, ALIAS_BIT = 1 << 30, SEQUENCE_BIT = 1 << 29, NO_ENTRY = 0xFFFFFFFF };

enum { S_BASE = 0xAC00, S_COUNT = 11172, V_COUNT = 21, T_COUNT = 28 };
static const char *const hangul_l[] = {"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J",
                                       "JJ", "C", "K", "T", "P", "H"};
static const char *const hangul_v[] = {"A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE",
                                       "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"};
static const char *const hangul_t[] = {"", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS",
                                       "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J", "C", "K", "T",
                                       "P", "H"};
static const char hangul_prefix[] = "HANGUL SYLLABLE ";

// Where each word begins in unicode_words; made once, together with the index.
static uint32_t word_offsets[UNICODE_WORDS + 1];
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static void words_init(void)
{
    uint32_t at = 0;
    for (size_t i = 0; i < UNICODE_WORDS; i++) {
        word_offsets[i] = at;
        at += unicode_word_lengths[i];
    }
    word_offsets[UNICODE_WORDS] = at;
}

// Walks a block's names in order: `words` holds the current one's word numbers.
typedef struct NameCursor {
    const uint8_t *at;
    uint16_t words[WORDS_MAX];
    unsigned count;
} NameCursor;

static void cursor_next(NameCursor *c)
{
    unsigned shared = *c->at >> 4, fresh = *c->at & 15;
    c->at++;
    if (fresh == 15)
        fresh = *c->at++;
    c->count = shared;
    while (fresh--) {
        unsigned w = *c->at++;
        if (w >= UNICODE_WORDS_SHORT)
            w = UNICODE_WORDS_SHORT + (w - UNICODE_WORDS_SHORT) * 256 + *c->at++;
        c->words[c->count++] = (uint16_t)w;
    }
}

static size_t cursor_text(const NameCursor *c, char buf[static UNICODE_NAME_MAX + 1])
{
    size_t len = 0;
    for (unsigned i = 0; i < c->count; i++) {
        const char *word = unicode_words + word_offsets[c->words[i]];
        if (i && *word != ' ' && *word != '-')
            buf[len++] = ' ';
        memcpy(buf + len, word, unicode_word_lengths[c->words[i]]);
        len += unicode_word_lengths[c->words[i]];
    }
    buf[len] = 0;
    return len;
}

static size_t packed_name(uint32_t cp, char buf[static UNICODE_NAME_MAX + 1])
{
    pthread_once(&words_once, words_init);
    size_t lo = 0, hi = UNICODE_NAME_BLOCKS;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (unicode_name_blocks[mid] < cp >> 5)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == UNICODE_NAME_BLOCKS || unicode_name_blocks[lo] != cp >> 5)
        return 0;
    uint32_t mask = unicode_name_masks[lo], bit = 1u << (cp & 31);
    if (!(mask & bit))
        return 0;
    NameCursor c = {.at = unicode_name_data + unicode_name_offsets[lo]};
    for (int n = __builtin_popcount(mask & (bit - 1)); n >= 0; n--)
        cursor_next(&c);
    return cursor_text(&c, buf);
}

size_t unicode_name_of(uint32_t cp, char *buf, size_t size)
{
    char name[UNICODE_NAME_MAX + 1];
    size_t len = 0;
    if (cp > UNICODE_MAX)
        return 0;
    if (cp - S_BASE < S_COUNT) {
        uint32_t s = cp - S_BASE;
        const char *parts[] = {hangul_prefix, hangul_l[s / (V_COUNT * T_COUNT)],
                               hangul_v[s / T_COUNT % V_COUNT], hangul_t[s % T_COUNT]};
        for (int i = 0; i < 4; i++) {
            size_t n = strlen(parts[i]);
            memcpy(name + len, parts[i], n);
            len += n;
        }
    } else {
        for (size_t i = 0; i < UNICODE_NAME_RANGES && !len; i++) {
            const UnicodeNameRange *r = &unicode_name_ranges[i];
            if (cp < r->first || cp > r->last || r->lookup_only)
                continue;
            len = strlen(r->prefix);
            memcpy(name, r->prefix, len);
            for (int shift = cp > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4)
                name[len++] = "0123456789ABCDEF"[cp >> shift & 15];
        }
        if (!len)
            len = packed_name(cp, name);
    }
    if (!len || len >= size)
        return 0;
    memcpy(buf, name, len);
    buf[len] = 0;
    return len;
}

static uint32_t *name_index; // INDEX_SIZE entries, or NULL when memory ran out
static pthread_once_t index_once = PTHREAD_ONCE_INIT;

static uint32_t name_hash(const char *name, size_t len)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)name[i]) * 16777619u;
    return h ^ h >> 15;
}

static void index_add(uint32_t *index, const char *name, size_t len, uint32_t entry)
{
    uint32_t i = name_hash(name, len) % INDEX_SIZE;
    while (index[i] != NO_ENTRY)
        i = (i + 1) % INDEX_SIZE;
    index[i] = entry;
}

static void index_init(void)
{
    pthread_once(&words_once, words_init);
    uint32_t *index = malloc(INDEX_SIZE * sizeof *index);
    if (!index)
        return;
    memset(index, 0xFF, INDEX_SIZE * sizeof *index);
    char buf[UNICODE_NAME_MAX + 1];
    for (size_t b = 0; b < UNICODE_NAME_BLOCKS; b++) {
        NameCursor c = {.at = unicode_name_data + unicode_name_offsets[b]};
        for (uint32_t mask = unicode_name_masks[b]; mask; mask &= mask - 1) {
            cursor_next(&c);
            size_t len = cursor_text(&c, buf);
            index_add(index, buf, len, (uint32_t)unicode_name_blocks[b] << 5 | (uint32_t)__builtin_ctz(mask));
        }
    }
    for (uint32_t i = 0; i < UNICODE_ALIASES; i++)
        index_add(index, unicode_aliases[i].name, strlen(unicode_aliases[i].name), ALIAS_BIT | i);
    for (uint32_t i = 0; i < UNICODE_SEQUENCES; i++)
        index_add(index, unicode_sequences[i].name, strlen(unicode_sequences[i].name), SEQUENCE_BIT | i);
    name_index = index;
}

// Finds the index entry of an upper-case name; NO_ENTRY: none.
static uint32_t index_find(const char *name, size_t len)
{
    pthread_once(&index_once, index_init);
    if (!name_index)
        return NO_ENTRY;
    char buf[UNICODE_NAME_MAX + 1];
    for (uint32_t i = name_hash(name, len) % INDEX_SIZE;; i = (i + 1) % INDEX_SIZE) {
        uint32_t entry = name_index[i];
        if (entry == NO_ENTRY)
            return NO_ENTRY;
        const char *text = buf;
        size_t n;
        if (entry & ALIAS_BIT)
            n = strlen(text = unicode_aliases[entry & ~ALIAS_BIT].name);
        else if (entry & SEQUENCE_BIT)
            n = strlen(text = unicode_sequences[entry & ~SEQUENCE_BIT].name);
        else
            n = packed_name(entry, buf);
        if (n == len && memcmp(text, name, len) == 0)
            return entry;
    }
}

// The longest of `parts` that `text` begins with; stores its number, returns its length or -1.
static int longest_part(const char *const *parts, int count, const char *text, size_t len, uint32_t *which)
{
    int best = -1;
    for (int i = 0; i < count; i++) {
        int n = (int)strlen(parts[i]);
        if (n > best && (size_t)n <= len && memcmp(parts[i], text, (size_t)n) == 0) {
            best = n;
            *which = (uint32_t)i;
        }
    }
    return best;
}

static bool hangul_lookup(const char *name, size_t len, uint32_t *cp)
{
    uint32_t l = 0, v = 0, t = 0;
    int n = longest_part(hangul_l, 19, name, len, &l);
    if (n < 0)
        return false;
    name += n, len -= (size_t)n;
    if ((n = longest_part(hangul_v, V_COUNT, name, len, &v)) < 0)
        return false;
    name += n, len -= (size_t)n;
    n = longest_part(hangul_t, T_COUNT, name, len, &t);
    if ((size_t)n != len)
        return false;
    *cp = S_BASE + (l * V_COUNT + v) * T_COUNT + t;
    return true;
}

bool unicode_name_lookup(const char *name, size_t len, uint32_t *cp)
{
    char upper[UNICODE_NAME_MAX + 1];
    if (len == 0 || len > UNICODE_NAME_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
    size_t prefix = sizeof hangul_prefix - 1;
    if (len > prefix && memcmp(upper, hangul_prefix, prefix) == 0)
        return hangul_lookup(upper + prefix, len - prefix, cp);
    for (size_t i = 0; i < UNICODE_NAME_RANGES; i++) {
        const UnicodeNameRange *r = &unicode_name_ranges[i];
        size_t n = strlen(r->prefix);
        if (len <= n || memcmp(upper, r->prefix, n) != 0 || (len - n != 4 && len - n != 5))
            continue;
        uint32_t value = 0;
        size_t k = n;
        for (; k < len; k++) {
            char c = upper[k];
            if (c >= '0' && c <= '9')
                value = value * 16 + (uint32_t)(c - '0');
            else if (c >= 'A' && c <= 'F')
                value = value * 16 + (uint32_t)(c - 'A' + 10);
            else
                break;
        }
        if (k == len && value >= r->first && value <= r->last && (len - n == 4) == (value <= 0xFFFF)) {
            *cp = value;
            return true;
        }
    }
    uint32_t entry = index_find(upper, len);
    if (entry == NO_ENTRY || (entry & SEQUENCE_BIT))
        return false;
    *cp = entry & ALIAS_BIT ? unicode_aliases[entry & ~ALIAS_BIT].cp : entry;
    return true;
}

size_t unicode_name_lookup_sequence(const char *name, size_t len, uint32_t out[UNICODE_SEQUENCE_MAX])
{
    char upper[UNICODE_NAME_MAX + 1];
    if (len == 0 || len > UNICODE_NAME_MAX)
        return 0;
    for (size_t i = 0; i < len; i++)
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
    uint32_t entry = index_find(upper, len);
    if (entry == NO_ENTRY || !(entry & SEQUENCE_BIT))
        return 0;
    const UnicodeSequence *s = &unicode_sequences[entry & ~SEQUENCE_BIT];
    memcpy(out, s->cps, s->len * sizeof *out);
    return s->len;
}
