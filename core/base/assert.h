// SPDX-License-Identifier: MIT
// Assertions in tiers: DEBUG_ASSERT (debug flavours only) and ALWAYS_ASSERT (every build; for states that would corrupt memory).
#ifndef LADON_BASE_ASSERT_H
#define LADON_BASE_ASSERT_H

#include "core/base/config.h"

// Prints the failed condition with its place and aborts. Never returns.
NORETURN COLD void assert_fail(const char *cond, const char *file, int line);

#define ALWAYS_ASSERT(c) (LIKELY(c) ? (void)0 : assert_fail(#c, __FILE__, __LINE__))
#if LADON_DEBUG
#define DEBUG_ASSERT(c) ALWAYS_ASSERT(c)
#else
#define DEBUG_ASSERT(c) ((void)sizeof(!!(c)))
#endif

#endif
