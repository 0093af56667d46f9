// SPDX-License-Identifier: MIT
// The matcher for text of 4 byte(s) per code point. No state of its own, no locks.
#include <stdint.h>

typedef uint32_t Char;
#define MATCH_NAME sre_match_4
#define SEARCH_NAME sre_search_4
#include "stdlib/_sre/sre_match_inl.h"
