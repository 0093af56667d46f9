// SPDX-License-Identifier: MIT
// Case mappings, numeric values and normalization over the generated tables. Nothing here keeps state.
// Source: The Unicode Standard 16.0, sections 3.11 (normalization), 3.12 (Hangul), 3.13 (case).
#include "core/base/unicode.h"

#include <stdlib.h>
#include <string.h>

enum {
    S_BASE = 0xAC00, L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7,
    L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, N_COUNT = V_COUNT * T_COUNT, S_COUNT = L_COUNT * N_COUNT
};

bool unicode_numeric_value(uint32_t cp, double *value)
{
    int place = unicode_record(cp)->numeric;
    if (!place)
        return false;
    *value = (double)unicode_fractions[place].numerator / (double)unicode_fractions[place].denominator;
    return true;
}

static inline uint32_t simple_case(uint32_t cp, const UnicodeRecord *r, int32_t mapping)
{
    if (r->flags & UNI_CASE_SPECIAL)
        return unicode_special_case[mapping & 0xFFFFFF];
    return (uint32_t)((int32_t)cp + mapping);
}

static inline int full_case(uint32_t cp, const UnicodeRecord *r, int32_t mapping, uint32_t out[3])
{
    if (!(r->flags & UNI_CASE_SPECIAL)) {
        out[0] = (uint32_t)((int32_t)cp + mapping);
        return 1;
    }
    const uint32_t *from = unicode_special_case + (mapping & 0xFFFFFF) + 1;
    int n = mapping >> 24;
    for (int i = 0; i < n; i++)
        out[i] = from[i];
    return n;
}

#define CASE(name)                                                                                   \
    int unicode_to_##name##_full(uint32_t cp, uint32_t out[3])                                       \
    {                                                                                                \
        const UnicodeRecord *r = unicode_record(cp);                                                 \
        return full_case(cp, r, r->name, out);                                                       \
    }
CASE(upper)
CASE(lower)
CASE(title)
CASE(fold)
#undef CASE

uint32_t unicode_to_upper(uint32_t cp)
{
    const UnicodeRecord *r = unicode_record(cp);
    return simple_case(cp, r, r->upper);
}

uint32_t unicode_to_lower(uint32_t cp)
{
    const UnicodeRecord *r = unicode_record(cp);
    return simple_case(cp, r, r->lower);
}

uint32_t unicode_to_title(uint32_t cp)
{
    const UnicodeRecord *r = unicode_record(cp);
    return simple_case(cp, r, r->title);
}

bool unicode_sigma_is_final(uint32_t (*get)(const void *, size_t), const void *text, size_t i, size_t length)
{
    // Final: a cased letter before it and none after it, case-ignorable characters skipped.
    size_t j = i;
    for (;;) {
        if (j == 0)
            return false;
        uint32_t flags = unicode_flags(get(text, --j));
        if (flags & UNI_CASE_IGNORABLE)
            continue;
        if (!(flags & UNI_CASED))
            return false;
        break;
    }
    for (j = i + 1; j < length; j++) {
        uint32_t flags = unicode_flags(get(text, j));
        if (!(flags & UNI_CASE_IGNORABLE))
            return !(flags & UNI_CASED);
    }
    return true;
}

const char *unicode_category(uint32_t cp) { return unicode_category_names[unicode_record(cp)->category]; }
const char *unicode_bidirectional(uint32_t cp) { return unicode_bidi_names[unicode_record(cp)->bidi]; }
const char *unicode_east_asian_width(uint32_t cp) { return unicode_width_names[unicode_record(cp)->width]; }

// Place of the decomposition's header word, 0: none.
static inline uint32_t decomp_place(uint32_t cp)
{
    if (cp > UNICODE_MAX)
        return 0;
    uint32_t block = unicode_decomp_index1[cp >> UNICODE_DECOMP_SHIFT];
    return unicode_decomp_index2[(block << UNICODE_DECOMP_SHIFT) | (cp & ((1u << UNICODE_DECOMP_SHIFT) - 1))];
}

size_t unicode_decomposition(uint32_t cp, const char **tag, uint32_t parts[UNICODE_DECOMP_MAX])
{
    *tag = "";
    if (cp - S_BASE < S_COUNT) {
        uint32_t s = cp - S_BASE;
        parts[0] = L_BASE + s / N_COUNT;
        parts[1] = V_BASE + s % N_COUNT / T_COUNT;
        parts[2] = T_BASE + s % T_COUNT;
        return s % T_COUNT ? 3 : 2;
    }
    uint32_t at = decomp_place(cp);
    if (!at)
        return 0;
    size_t n = unicode_decomp_data[at] & 0xFF;
    *tag = unicode_decomp_tags[unicode_decomp_data[at] >> 8];
    memcpy(parts, unicode_decomp_data + at + 1, n * sizeof *parts);
    return n;
}

UnicodeQuick unicode_quick_check(UnicodeForm form, const uint32_t *text, size_t length)
{
    static const uint32_t no_of[] = {UNI_NFC_NO, UNI_NFD_NO, UNI_NFKC_NO, UNI_NFKD_NO};
    uint32_t no = no_of[form], maybe = form == UNICODE_NFC || form == UNICODE_NFKC ? UNI_NFC_MAYBE : 0;
    UnicodeQuick result = UNICODE_QUICK_YES;
    int last = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0xA0) {
            last = 0;
            continue;
        }
        const UnicodeRecord *r = unicode_record(text[i]);
        if (r->combining && r->combining < last)
            return UNICODE_QUICK_NO;
        last = r->combining;
        if (r->flags & no)
            return UNICODE_QUICK_NO;
        if (r->flags & maybe)
            result = UNICODE_QUICK_MAYBE;
    }
    return result;
}

typedef struct Growing {
    uint32_t *data;
    size_t len, cap;
    bool failed;
} Growing;

static void growing_add(Growing *g, uint32_t cp)
{
    if (g->len == g->cap) {
        size_t cap = g->cap + g->cap / 2 + 32;
        uint32_t *data = cap > SIZE_MAX / sizeof *data ? NULL : realloc(g->data, cap * sizeof *data);
        if (!data) {
            g->failed = true;
            return;
        }
        g->data = data;
        g->cap = cap;
    }
    g->data[g->len++] = cp;
}

// Appends the full decomposition. Mappings nest at most a few deep (the standard's data is fixed).
static void decompose(Growing *g, uint32_t cp, bool compat)
{
    if (cp - S_BASE < S_COUNT) {
        uint32_t s = cp - S_BASE;
        growing_add(g, L_BASE + s / N_COUNT);
        growing_add(g, V_BASE + s % N_COUNT / T_COUNT);
        if (s % T_COUNT)
            growing_add(g, T_BASE + s % T_COUNT);
        return;
    }
    uint32_t at = decomp_place(cp);
    if (!at || (!compat && unicode_decomp_data[at] >> 8)) {
        growing_add(g, cp);
        return;
    }
    uint32_t n = unicode_decomp_data[at] & 0xFF;
    for (uint32_t i = 1; i <= n; i++)
        decompose(g, unicode_decomp_data[at + i], compat);
}

// Sorts each run of combining characters by class, stably. Long runs (hostile input) go through a
// counting sort so that the work stays linear.
static bool reorder(uint32_t *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        if (text[i] < 0x300 || !unicode_combining(text[i])) {
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < length && unicode_combining(text[end]))
            end++;
        if (end - i <= 32) {
            for (size_t j = i + 1; j < end; j++) {
                uint32_t cp = text[j];
                int c = unicode_combining(cp);
                size_t k = j;
                for (; k > i && unicode_combining(text[k - 1]) > c; k--)
                    text[k] = text[k - 1];
                text[k] = cp;
            }
        } else {
            size_t count[257] = {0};
            uint32_t *copy = malloc((end - i) * sizeof *copy);
            if (!copy)
                return false;
            for (size_t j = i; j < end; j++)
                count[unicode_combining(text[j]) + 1]++;
            for (int c = 0; c < 256; c++)
                count[c + 1] += count[c];
            for (size_t j = i; j < end; j++)
                copy[count[unicode_combining(text[j])]++] = text[j];
            memcpy(text + i, copy, (end - i) * sizeof *copy);
            free(copy);
        }
        i = end;
    }
    return true;
}

// The primary composite of a pair, 0: none.
static uint32_t compose_pair(uint32_t a, uint32_t b)
{
    if (a - L_BASE < L_COUNT && b - V_BASE < V_COUNT)
        return S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT;
    if (a - S_BASE < S_COUNT && (a - S_BASE) % T_COUNT == 0 && b - T_BASE - 1 < T_COUNT - 1)
        return a + (b - T_BASE);
    if (!(unicode_flags(b) & UNI_NFC_MAYBE))
        return 0;
    size_t lo = 0, hi = UNICODE_PAIRS;
    uint64_t key = (uint64_t)a << 32 | b;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        uint64_t here = (uint64_t)unicode_pairs[mid].first << 32 | unicode_pairs[mid].second;
        if (here == key)
            return unicode_pairs[mid].composed;
        if (here < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}

static size_t compose(uint32_t *text, size_t length)
{
    size_t out = 0, starter = SIZE_MAX;
    int last = -1; // class of the last character kept after the starter, -1: none
    for (size_t i = 0; i < length; i++) {
        uint32_t cp = text[i];
        int c = cp < 0x300 ? 0 : unicode_combining(cp);
        if (starter != SIZE_MAX && last < c) {
            uint32_t both = compose_pair(text[starter], cp);
            if (both) {
                text[starter] = both;
                continue;
            }
        }
        if (c == 0) {
            starter = out;
            last = -1;
        } else {
            last = c;
        }
        text[out++] = cp;
    }
    return out;
}

uint32_t *unicode_normalize(UnicodeForm form, const uint32_t *text, size_t length, size_t *out_length)
{
    Growing g = {0};
    bool compat = form == UNICODE_NFKC || form == UNICODE_NFKD;
    g.cap = length + 8;
    g.data = g.cap > SIZE_MAX / sizeof *g.data ? NULL : malloc(g.cap * sizeof *g.data);
    if (!g.data)
        return NULL;
    for (size_t i = 0; i < length && !g.failed; i++) {
        if (text[i] < 0xA0)
            growing_add(&g, text[i]);
        else
            decompose(&g, text[i], compat);
    }
    if (g.failed || !reorder(g.data, g.len)) {
        free(g.data);
        return NULL;
    }
    if (form == UNICODE_NFC || form == UNICODE_NFKC)
        g.len = compose(g.data, g.len);
    *out_length = g.len;
    return g.data;
}
