// SPDX-License-Identifier: MIT
// Unicode 16.0.0: properties, case mappings, normalization and names of code points.
// Knows nothing of Python objects; constant tables, no locks (the name index is built once, on first use,
// behind pthread_once). Anyone may call it, with any uint32_t: beyond 0x10FFFF nothing has a property.
#ifndef CORE_BASE_UNICODE_H
#define CORE_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/unicode_tables.h"

#define UNICODE_VERSION "16.0.0"
#define UNICODE_MAX 0x10FFFFu

// Returns the facts about cp; those of an unassigned code point when it is out of range.
static inline const UnicodeRecord *unicode_record(uint32_t cp)
{
    if (cp > UNICODE_MAX)
        cp = 0x10FFFEu; // a noncharacter: category Cn, no flag
    uint32_t block = unicode_index1[cp >> UNICODE_SHIFT];
    return &unicode_records[unicode_index2[(block << UNICODE_SHIFT) | (cp & ((1u << UNICODE_SHIFT) - 1))]];
}

// The UNI_* flags of cp; one test of several flags at once is as cheap as one of them.
static inline uint32_t unicode_flags(uint32_t cp) { return unicode_record(cp)->flags; }

#define UNICODE_TEST(name, FLAG)                                                                     \
    static inline bool unicode_is_##name(uint32_t cp) { return (unicode_flags(cp) & UNI_##FLAG) != 0; }
UNICODE_TEST(alpha, ALPHA)
UNICODE_TEST(decimal, DECIMAL)
UNICODE_TEST(digit, DIGIT)
UNICODE_TEST(numeric, NUMERIC)
UNICODE_TEST(printable, PRINTABLE)
UNICODE_TEST(upper, UPPER)
UNICODE_TEST(lower, LOWER)
UNICODE_TEST(title, TITLE) // titlecase letters (Lt) only
UNICODE_TEST(cased, CASED)
UNICODE_TEST(case_ignorable, CASE_IGNORABLE)
UNICODE_TEST(mirrored, MIRRORED)
#undef UNICODE_TEST

// str.isalnum(): alphabetic, decimal, digit or numeric.
static inline bool unicode_is_alnum(uint32_t cp)
{
    return (unicode_flags(cp) & (UNI_ALPHA | UNI_DECIMAL | UNI_DIGIT | UNI_NUMERIC)) != 0;
}

// White space as str.isspace() and str.split() mean it.
static inline bool unicode_is_space(uint32_t cp)
{
    if (cp < 128)
        return cp == 32 || (cp - 9) < 5 || (cp - 28) < 4;
    return (unicode_flags(cp) & UNI_SPACE) != 0;
}

// Line boundaries as str.splitlines() means them.
static inline bool unicode_is_linebreak(uint32_t cp)
{
    if (cp < 128)
        return (cp - 10) < 4 || (cp - 28) < 3;
    return cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

// First and following characters of identifiers; '_' starts one in Python though it is not XID_Start.
static inline bool unicode_is_xid_start(uint32_t cp) { return (unicode_flags(cp) & UNI_XID_START) != 0; }
static inline bool unicode_is_xid_continue(uint32_t cp) { return (unicode_flags(cp) & UNI_XID_CONTINUE) != 0; }

// Values of digits, or -1: of decimals (int() accepts them), of digits (superscripts too).
static inline int unicode_decimal_value(uint32_t cp)
{
    if (cp < 128)
        return (cp - '0') < 10 ? (int)(cp - '0') : -1;
    return unicode_record(cp)->decimal;
}
static inline int unicode_digit_value(uint32_t cp) { return unicode_record(cp)->digit; }

// Stores the numeric value and returns true, or returns false when cp has none.
bool unicode_numeric_value(uint32_t cp, double *value);

// Simple case mappings: one code point for one.
uint32_t unicode_to_upper(uint32_t cp);
uint32_t unicode_to_lower(uint32_t cp);
uint32_t unicode_to_title(uint32_t cp);

// Full case mappings: store 1 to 3 code points in out and return how many. The lower case of a capital
// sigma depends on its surroundings: see unicode_sigma_is_final.
int unicode_to_upper_full(uint32_t cp, uint32_t out[3]);
int unicode_to_lower_full(uint32_t cp, uint32_t out[3]);
int unicode_to_title_full(uint32_t cp, uint32_t out[3]);
int unicode_to_fold_full(uint32_t cp, uint32_t out[3]);

// Tells whether the capital sigma (U+03A3) at index i becomes the final small sigma (U+03C2) in lower case.
//   get     returns the code point at an index of the text
//   length  of the text
bool unicode_sigma_is_final(uint32_t (*get)(const void *text, size_t i), const void *text, size_t i, size_t length);

// Two-letter category ("Lu"), bidirectional class ("" if none), East Asian width ("N", "Na", ...).
const char *unicode_category(uint32_t cp);
const char *unicode_bidirectional(uint32_t cp);
const char *unicode_east_asian_width(uint32_t cp);
static inline int unicode_combining(uint32_t cp) { return unicode_record(cp)->combining; }

// The decomposition mapping as unicodedata.decomposition() shows it: not recursive, but whole for Hangul syllables.
//   tag     set to "" (canonical) or "<compat>" and the like
//   parts   receives the code points
//   return  their number, 0: cp has no decomposition
enum { UNICODE_DECOMP_MAX = 18 };
size_t unicode_decomposition(uint32_t cp, const char **tag, uint32_t parts[UNICODE_DECOMP_MAX]);

typedef enum UnicodeForm { UNICODE_NFC, UNICODE_NFD, UNICODE_NFKC, UNICODE_NFKD } UnicodeForm;

// Looks at each character once: yes, no, or (NFC, NFKC) only normalizing tells.
typedef enum UnicodeQuick { UNICODE_QUICK_YES, UNICODE_QUICK_MAYBE, UNICODE_QUICK_NO } UnicodeQuick;
UnicodeQuick unicode_quick_check(UnicodeForm form, const uint32_t *text, size_t length);

// Normalizes text into a fresh block that the caller frees with free().
//   out_length  set to the number of code points
//   return      never NULL for a length of 0; NULL: out of memory
uint32_t *unicode_normalize(UnicodeForm form, const uint32_t *text, size_t length, size_t *out_length);
static inline uint32_t *unicode_nfkc(const uint32_t *text, size_t length, size_t *out_length)
{
    return unicode_normalize(UNICODE_NFKC, text, length, out_length);
}

// Finds the character with this name or alias, whatever the case of its letters (as \N{...} does).
bool unicode_name_lookup(const char *name, size_t len, uint32_t *cp);

// The same for named sequences (unicodedata.lookup finds these too): returns the length, 0: not found.
size_t unicode_name_lookup_sequence(const char *name, size_t len, uint32_t out[UNICODE_SEQUENCE_MAX]);

// Writes the name of cp and a NUL. Aliases are not names. Control characters have none.
//   size    of buf; UNICODE_NAME_MAX + 1 is always enough
//   return  length without the NUL; 0: no name, or buf too small
size_t unicode_name_of(uint32_t cp, char *buf, size_t size);

#endif
