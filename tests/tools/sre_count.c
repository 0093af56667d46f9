// SPDX-License-Identifier: MIT
// Counts all matches of a program in a text: the loop that sre_oracle.py's speed part times. Not part of any build.
#include "stdlib/_sre/sre.h"

size_t sre_count(const SreProgram *p, const void *text, uint32_t width, size_t n) {
    SreState s;
    size_t count = 0, pos = 0;
    if (sre_state_init(&s, p, text, width, n, n)) return 0;
    while (pos <= n && sre_search(&s, pos) == 1) {
        count++;
        s.must_advance = s.match_end == s.match_start;
        pos = s.match_end;
    }
    sre_state_free(&s);
    return count;
}
