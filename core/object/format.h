// SPDX-License-Identifier: MIT
// The format mini-language ("[[fill]align][sign]['z']['#']['0'][width][grouping]['.'precision[grouping]][type]") and what int, float and complex
// need to obey it. int.__format__ and friends: parse, make the digits as ASCII text, hand it to format_number.
#ifndef LADON_OBJECT_FORMAT_H
#define LADON_OBJECT_FORMAT_H

#include "core/object/str.h"

typedef struct FormatSpec {
    uint32_t fill;        // ' ' unless given
    char     align;       // '<' '>' '^' '='; default_align of the caller when not given
    bool     align_given, fill_given;
    char     sign;        // '+' '-' ' '; 0: not given
    bool     no_neg_0;    // 'z'
    bool     alternate;   // '#'
    intptr_t width;       // -1: not given
    char     grouping;    // 0 ',' '_' ('n' type: 'n', set by the formatter from type)
    char     frac_grouping; // grouping of the fraction's digits
    intptr_t precision;   // -1: not given
    uint32_t type;        // default_type of the caller when not given
} FormatSpec;

// Parses spec (a Str). 0, or -1 with ValueError worded as CPython does ("Invalid format specifier '...' for object of type 'T'").
//   for_value       the value being formatted (for messages)
//   default_type    'd', 's', or 0
//   default_align   '<' or '>'
int format_parse_spec(Thread *th, Value spec, Value for_value, uint32_t default_type, char default_align, FormatSpec *out);

// "Unknown format code 'x' for object of type 'T'". Always NO_VALUE.
Value format_unknown_code(Thread *th, uint32_t type, Value for_value);

// The parts of a number's text, ASCII, made by the caller; format_number puts sign, prefix, grouped digits, fraction and padding together.
typedef struct FormatNumber {
    bool        negative;
    const char *prefix;   // "0x", "0b"... or "" ; not grouped, before '0' padding
    const char *digits;   // integer digits, n_digits of them
    size_t      n_digits;
    const char *rest;     // what follows the integer digits: ".25", "e+10", "%", "" ; n_rest bytes
    size_t      n_rest;
    size_t      n_frac;   // digits after the point in rest (rest[0] == '.'), for frac_grouping; 0: none
    int         group;    // digits per group: 3 decimal, 4 for x o b with '_'
} FormatNumber;
// A new Str: sign by spec->sign and negative, prefix, digits grouped by spec->grouping (locale's when type is 'n': pass locale_group = true),
// zero padding inside the groups when align is '=' and fill '0', then fill up to spec->width.
Value format_number(Thread *th, const FormatSpec *spec, const FormatNumber *num, bool locale_group);

// Puts text (a Str) into spec->width with its fill and alignment (str.__format__, complex numbers).
Value format_pad(Thread *th, const FormatSpec *spec, Value text);

// str.__format__.
Value str_format_spec(Thread *th, Value self, Value spec);
// int.__format__ and float.__format__ of exact immediates may be called straight (core/object/int_format.c, float.c), declared there.

#endif
