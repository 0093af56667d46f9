// SPDX-License-Identifier: MIT
// Floats to text and back, correctly rounded, independent of the locale. Pure functions; no locks; anyone may call them.
#ifndef LADON_BASE_DTOA_H
#define LADON_BASE_DTOA_H

#include "core/base/config.h"

// Parses the longest prefix that float() would accept: no white space, no underscores; "inf", "infinity" and "nan" in any
// case, with a sign. Too large gives an infinity.
//   return  bytes used; 0: no number there (or no memory for one longer than 500 bytes)
size_t double_parse_prefix(const char *text, size_t len, double *out);

// The same when all of the text must be the number: 0, or -1.
static inline int double_parse(const char *text, size_t len, double *out) {
    return len && double_parse_prefix(text, len, out) == len ? 0 : -1;
}

// The fewest digits that read back as v (v finite, not zero, sign ignored), no trailing zero.
//   digits    17 bytes; not terminated
//   exponent  set so that v = 0.DIGITS * 10^exponent (the place of the decimal point)
//   return    the number of digits
int double_shortest_digits(double v, char digits[17], int *exponent);

// Writes repr(v) and a NUL, and returns its length (at most 24). "inf", "-inf", "nan".
size_t double_repr_shortest(double v, char buf[32]);
// v rounded to so many decimals, halves to even, where that takes no more than a product of 128 bits: false elsewhere.
bool double_round_small(double v, int digits, double *out);

// Flags of double_format.
enum {
    DOUBLE_SIGN = 1,      // '+' before what is not negative
    DOUBLE_ALT = 2,       // keep the point and a 'g's trailing zeros ('#')
    DOUBLE_ADD_DOT_0 = 4, // ".0" after what looks like an int (str(), and format() without a type)
    DOUBLE_NO_NEG_0 = 8,  // no '-' before what rounds to zero ('z')
};

// Formats as printf-style and format() do, always with '.' as the point.
//   code       e f g E F G; % (as f of 100 v, and a '%'); r (as repr, precision ignored)
//   precision  digits after the point (e f %) or significant digits (g; 0 counts as 1); not negative
//   buf        receives as much as fits of the text and a NUL when it fits
//   return     the text's whole length; not below size: call again with more room. SIZE_MAX: out of memory
size_t double_format(double v, char code, int precision, unsigned flags, char *buf, size_t size);

#endif
