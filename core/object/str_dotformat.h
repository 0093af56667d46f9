// SPDX-License-Identifier: MIT
// The parser of str.format's replacement fields, step by step: for str.format and for the module _string. Offsets are into the Str given.
#ifndef LADON_OBJECT_STR_DOTFORMAT_H
#define LADON_OBJECT_STR_DOTFORMAT_H

#include "core/object/str.h"

// Literal text and the replacement field that follows it.
typedef struct FormatField {
    size_t   lit_start, lit_end;
    bool     present;             // there is a field
    bool     spec_nested;         // the spec holds fields itself
    size_t   name_start, name_end, spec_start, spec_end;
    uint32_t conversion;          // 0: none
} FormatField;

// One step behind the first part of a field name: ".attr" or "[item]"; index >= 0 when the item is a number.
typedef struct FormatStep { bool is_attr; size_t start, end; intptr_t index; } FormatStep;

// Moves *pos past the next piece of s[..end). 1, 0 at the end, -1 with ValueError.
int format_next(Thread *th, const Str *s, size_t *pos, size_t end, FormatField *out);
// The first part of a field name, and what it is as a number (-1: not one). 0, or -1 with ValueError.
int format_name_first(Thread *th, const Str *s, size_t start, size_t end, size_t *first_end, intptr_t *index);
// The next step. 1, 0 at the end, -1 with ValueError.
int format_name_next(Thread *th, const Str *s, size_t *pos, size_t end, FormatStep *out);

#endif
