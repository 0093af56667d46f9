// SPDX-License-Identifier: MIT
// The harness tested by itself: comparisons, strings and nearness that must hold.
#include "tests/unit/unit.h"

TEST(unit_comparisons) {
    ASSERT_EQ(1 + 1, 2);
    ASSERT_NE((void *)&unit_register, (void *)0);
    ASSERT_LT(-1, 0);
    ASSERT_GE(UINT64_MAX, 0u);
    ASSERT_STR_EQ("ladon", "la" "don");
    ASSERT_NEAR(0.1 + 0.2, 0.3, 1e-15);
    ASSERT_MEM_EQ("abc", "abd", 2);
}
