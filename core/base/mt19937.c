// SPDX-License-Identifier: MIT
// MT19937: seeding and the recurrence. Works on the caller's state only, no locks.
#include "core/base/mt19937.h"

enum { SHIFT = 397 };

void mt_seed(Mt19937 *mt, uint32_t seed) {
    mt->state[0] = seed;
    for (uint32_t i = 1; i < MT_WORDS; i++) {
        uint32_t last = mt->state[i - 1];
        mt->state[i] = 1812433253u * (last ^ last >> 30) + i;
    }
    mt->index = MT_WORDS;
}

void mt_seed_array(Mt19937 *mt, const uint32_t *key, size_t length) {
    mt_seed(mt, 19650218u);
    uint32_t *s = mt->state, i = 1;
    size_t j = 0;
    for (size_t k = length > MT_WORDS ? length : MT_WORDS; k; k--) {
        s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >> 30) * 1664525u) + key[j] + (uint32_t)j;
        if (++i == MT_WORDS) s[0] = s[MT_WORDS - 1], i = 1;
        if (++j == length) j = 0;
    }
    for (size_t k = MT_WORDS - 1; k; k--) {
        s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >> 30) * 1566083941u) - i;
        if (++i == MT_WORDS) s[0] = s[MT_WORDS - 1], i = 1;
    }
    s[0] = 0x80000000u;
}

static inline uint32_t twist(uint32_t high, uint32_t low, uint32_t far) {
    uint32_t y = (high & 0x80000000u) | (low & 0x7FFFFFFFu);
    return far ^ y >> 1 ^ (y & 1 ? 0x9908B0DFu : 0);
}

void mt_refill(Mt19937 *mt) {
    uint32_t *s = mt->state;
    int i = 0;
    for (; i < MT_WORDS - SHIFT; i++) s[i] = twist(s[i], s[i + 1], s[i + SHIFT]);
    for (; i < MT_WORDS - 1; i++) s[i] = twist(s[i], s[i + 1], s[i + SHIFT - MT_WORDS]);
    s[MT_WORDS - 1] = twist(s[MT_WORDS - 1], s[0], s[SHIFT - 1]);
    mt->index = 0;
}
