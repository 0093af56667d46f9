// SPDX-License-Identifier: MIT
// Searching in arrays of 1-, 2- and 4-byte units. Linear in the worst case: short work by scanning for one unit, and the two-way
// algorithm (Crochemore and Perrin, "Two-way string-matching", 1991) when scanning finds too many false starts.
// Pure functions: no state, no locks; anyone may call them.
#ifndef LADON_BASE_SEARCH_H
#define LADON_BASE_SEARCH_H

#include "core/base/config.h"

// Index of the first / last unit equal to c in hay (n units of `kind` bytes); -1: none.
intptr_t chars_find_char(const void *hay, size_t n, int kind, uint32_t c);
intptr_t chars_rfind_char(const void *hay, size_t n, int kind, uint32_t c);

// Index of the first / last occurrence of needle (m units) in hay (n units); both of the same kind. m == 0: 0 / n. -1: none.
intptr_t chars_find(const void *hay, size_t n, const void *needle, size_t m, int kind);
intptr_t chars_rfind(const void *hay, size_t n, const void *needle, size_t m, int kind);

// Number of occurrences that don't overlap, at most max. m > 0.
size_t chars_count(const void *hay, size_t n, const void *needle, size_t m, int kind, size_t max);

#endif
