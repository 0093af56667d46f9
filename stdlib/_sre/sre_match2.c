// SPDX-License-Identifier: MIT
// The matcher for text of 2 byte(s) per code point. No state of its own, no locks.
#include <stdint.h>

typedef uint16_t Char;
#define MATCH_NAME sre_match_2
#define SEARCH_NAME sre_search_2
#include "stdlib/_sre/sre_match_inl.h"
