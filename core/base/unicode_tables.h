// SPDX-License-Identifier: MIT
// Layout of the generated Unicode tables (unicode_tables.c, unicode_names.c). All data is constant, so
// there are no locks. Only unicode.c and unicode_name.c read the arrays; unicode.h inlines the record look-up.
#ifndef CORE_BASE_UNICODE_TABLES_H
#define CORE_BASE_UNICODE_TABLES_H

#include <stdint.h>

#include "core/base/unicode_const.h"

// Everything about a code point that fits; code points with equal facts share a record.
typedef struct UnicodeRecord {
    // Case mappings: a delta to the code point, or with UNI_CASE_SPECIAL (length << 24 | place) in
    // unicode_special_case, where the simple mapping comes first and then `length` full ones.
    int32_t  upper, lower, title, fold;
    uint32_t flags;     // UNI_*
    uint8_t  numeric;   // place in unicode_fractions, 0: none
    uint8_t  category;  // UNI_CAT_*
    uint8_t  bidi;      // place in unicode_bidi_names
    uint8_t  combining; // canonical combining class
    uint8_t  width;     // place in unicode_width_names
    int8_t   decimal;   // value or -1
    int8_t   digit;     // value or -1
} UnicodeRecord;

typedef struct UnicodeFraction { int64_t numerator, denominator; } UnicodeFraction;
typedef struct UnicodePair { uint32_t first, second, composed; } UnicodePair;
typedef struct UnicodeNameRange {
    uint32_t first, last, lookup_only; // lookup_only: unicodedata.name() does not give these in 3.14
    const char *prefix;
} UnicodeNameRange;
typedef struct UnicodeAlias { uint32_t cp; const char *name; } UnicodeAlias;
typedef struct UnicodeSequence { uint32_t len, cps[UNICODE_SEQUENCE_MAX]; const char *name; } UnicodeSequence;

extern const UnicodeRecord unicode_records[];
extern const uint16_t unicode_index1[], unicode_index2[];
extern const uint32_t unicode_special_case[];
extern const UnicodeFraction unicode_fractions[];
extern const uint16_t unicode_decomp_index1[], unicode_decomp_index2[];
extern const uint32_t unicode_decomp_data[]; // (tag << 8 | length), then the code points
extern const UnicodePair unicode_pairs[];    // canonical compositions, sorted by first, second
extern const char *const unicode_category_names[], *const unicode_bidi_names[];
extern const char *const unicode_width_names[], *const unicode_decomp_tags[];

// Names: per block of 32 code points a mask of the named ones and a place in unicode_name_data. A name is
// a byte (words shared with the previous name << 4 | new words; 15: the next byte says how many) and word
// numbers of one or two bytes. Words are joined with spaces, those that begin with ' ' or '-' without.
extern const char unicode_words[];
extern const uint8_t unicode_word_lengths[];
extern const uint16_t unicode_name_blocks[];
extern const uint32_t unicode_name_masks[], unicode_name_offsets[];
extern const uint8_t unicode_name_data[];
extern const UnicodeNameRange unicode_name_ranges[]; // prefix + hexadecimal code point
extern const UnicodeAlias unicode_aliases[];
extern const UnicodeSequence unicode_sequences[];

#endif
