// SPDX-License-Identifier: MIT
// The failing half of assert.h.
#include "core/base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void assert_fail(const char *cond, const char *file, int line) {
    fprintf(stderr, "ladon: internal error: %s (%s:%d)\n", cond, file, line);
    abort();
}
