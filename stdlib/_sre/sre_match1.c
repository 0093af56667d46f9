// SPDX-License-Identifier: MIT
// The matcher for text of 1 byte(s) per code point. No state of its own, no locks.
#include <stdint.h>

typedef uint8_t Char;
#define MATCH_NAME sre_match_1
#define SEARCH_NAME sre_search_1
#include "stdlib/_sre/sre_match_inl.h"
