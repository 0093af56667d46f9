// SPDX-License-Identifier: MIT
// The harness of the C tests. A file in tests/unit holds TEST(name) { ... } bodies; they register
// themselves before main. Every test runs in a process of its own with a timeout.
//
//   TEST(list_append_grows) { ASSERT_EQ(1 + 1, 2); }
//   ladon_unit [-l] [-v] [-j N] [-t SECONDS] [-n] [NAME_PART ...]
//
// A failed assertion ends its test. SKIP(reason) ends it as skipped. Nothing here takes locks;
// assertions may be used from any thread of a test.
#pragma once
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct UnitTest UnitTest;
struct UnitTest {
    const char *name;       // unique over all files
    const char *file;
    int         line;
    int         seconds;    // own timeout; 0 takes the default
    void      (*body)(void);
    UnitTest   *next;       // registration list, built before main
};

// Puts a test on the list; called by TEST's constructor only.
void unit_register(UnitTest *test);

// Reports a failed assertion and ends the test's process. printf-style text.
_Noreturn void unit_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Ends the test's process as skipped.
_Noreturn void unit_skip(const char *file, int line, const char *reason);

#define TEST_TIMEOUT(ident, secs)                                                                  \
    static void unit_body_##ident(void);                                                           \
    static UnitTest unit_test_##ident = {#ident, __FILE__, __LINE__, (secs), unit_body_##ident, 0};\
    __attribute__((constructor)) static void unit_ctor_##ident(void) {                             \
        unit_register(&unit_test_##ident);                                                         \
    }                                                                                              \
    static void unit_body_##ident(void)
#define TEST(ident) TEST_TIMEOUT(ident, 0)

#define SKIP(reason) unit_skip(__FILE__, __LINE__, (reason))
#define FAIL(...) unit_fail(__FILE__, __LINE__, __VA_ARGS__)
#define ASSERT(cond)                                                                               \
    do {                                                                                           \
        if (!(cond)) unit_fail(__FILE__, __LINE__, "not true: %s", #cond);                         \
    } while (0)
#define ASSERT_TRUE(cond) ASSERT(cond)
#define ASSERT_FALSE(cond) ASSERT(!(cond))

#define UNIT_COMPARE(a, op, b)                                                                     \
    do {                                                                                           \
        __typeof__(0 ? (a) : (b)) unit_a = (a), unit_b = (b);                                      \
        if (!(unit_a op unit_b))                                                                   \
            unit_fail(__FILE__, __LINE__, "not true: %s %s %s (%#jx, %#jx)", #a, #op, #b,          \
                      (uintmax_t)(unit_a), (uintmax_t)(unit_b));                                   \
    } while (0)
#define ASSERT_EQ(a, b) UNIT_COMPARE(a, ==, b)
#define ASSERT_NE(a, b) UNIT_COMPARE(a, !=, b)
#define ASSERT_LT(a, b) UNIT_COMPARE(a, <, b)
#define ASSERT_LE(a, b) UNIT_COMPARE(a, <=, b)
#define ASSERT_GT(a, b) UNIT_COMPARE(a, >, b)
#define ASSERT_GE(a, b) UNIT_COMPARE(a, >=, b)
#define ASSERT_NULL(p) ASSERT((p) == NULL)
#define ASSERT_NOT_NULL(p) ASSERT((p) != NULL)

#define ASSERT_STR_EQ(a, b)                                                                        \
    do {                                                                                           \
        const char *unit_a = (a), *unit_b = (b);                                                   \
        if (!unit_a || !unit_b || strcmp(unit_a, unit_b) != 0)                                     \
            unit_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #a,                          \
                      unit_a ? unit_a : "(null)", unit_b ? unit_b : "(null)");                     \
    } while (0)
#define ASSERT_MEM_EQ(a, b, n)                                                                     \
    do {                                                                                           \
        if (memcmp((a), (b), (n)) != 0)                                                            \
            unit_fail(__FILE__, __LINE__, "%s and %s differ", #a, #b);                             \
    } while (0)
#define ASSERT_NEAR(a, b, eps)                                                                     \
    do {                                                                                           \
        double unit_a = (a), unit_b = (b);                                                         \
        if (!(unit_a - unit_b <= (eps) && unit_b - unit_a <= (eps)))                               \
            unit_fail(__FILE__, __LINE__, "%s is %.17g, not %.17g", #a, unit_a, unit_b);           \
    } while (0)
