// SPDX-License-Identifier: MIT
// The table behind dtoa.c. Constant, no locks; nobody else reads it.
#ifndef LADON_BASE_DTOA_INT_H
#define LADON_BASE_DTOA_INT_H

#include <stdint.h>

extern const uint64_t dtoa_pow10[617][2]; // leading 128 bits of 10^(i - 292), rounded up

#endif
