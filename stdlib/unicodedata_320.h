// SPDX-License-Identifier: MIT
// Unicode 3.2.0 (stringprep, IDNA) as differences from the current database. Tables are sorted by code point; constant.
#ifndef LADON_STDLIB_UNICODEDATA_320_H
#define LADON_STDLIB_UNICODEDATA_320_H

#include <stddef.h>
#include <stdint.h>

typedef struct Ucd320Range { uint32_t first, last; } Ucd320Range;
typedef struct Ucd320Change {
    uint32_t cp;
    char category[3], bidirectional[4], width[3];
    int8_t mirrored, decimal;  // decimal: -1 none
    double numeric;            // -1: none
} Ucd320Change;

extern const Ucd320Range ucd320_assigned[];        // code points that were assigned
extern const size_t ucd320_assigned_count;
extern const Ucd320Change ucd320_changes[];        // assigned ones with other properties
extern const size_t ucd320_changes_count;
extern const uint32_t ucd320_decompositions[][2];  // canonical decompositions corrected since
extern const size_t ucd320_decompositions_count;

#endif
