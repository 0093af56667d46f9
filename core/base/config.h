// SPDX-License-Identifier: MIT
// Compile-time facts every file may rely on: compiler attributes, build flavours, limits. Knows nothing of Python.
#ifndef LADON_BASE_CONFIG_H
#define LADON_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NOINLINE    __attribute__((noinline))
#define COLD        __attribute__((noinline, cold))
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define MUST_USE    __attribute__((warn_unused_result))
#define NORETURN    __attribute__((noreturn))
#define PRINTF_LIKE(f, a) // our formats extend printf's; see core/object/error.h

// In front of a loop that mostly has a few turns, over registers or arguments: vector code and unrolling cost more to get into than such a loop takes.
#ifdef __clang__
#define SHORT_LOOP _Pragma("clang loop vectorize(disable) unroll(disable)")
#else
#define SHORT_LOOP _Pragma("GCC unroll 1")
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

// Flavours, set by the build: LADON_DEBUG (assertions, lock ranks, filled memory), LADON_SYSTEM_MALLOC (sanitizers),
// LADON_COUNT_FOREIGN (counts atomic read-modify-writes on words other threads own or write).
#ifndef LADON_DEBUG
#define LADON_DEBUG 0
#endif
#ifndef LADON_SYSTEM_MALLOC
#define LADON_SYSTEM_MALLOC 0
#endif
#ifndef LADON_COUNT_FOREIGN
#define LADON_COUNT_FOREIGN 0
#endif

#endif
