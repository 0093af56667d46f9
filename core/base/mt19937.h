// SPDX-License-Identifier: MIT
// The Mersenne Twister MT19937 behind the random module. A plain state block; the caller guards it.
// Source: Matsumoto, Nishimura: Mersenne Twister, ACM TOMACS 8 (1998), and their 2002 initialisation.
#ifndef LADON_BASE_MT19937_H
#define LADON_BASE_MT19937_H

#include "core/base/config.h"

enum { MT_WORDS = 624 };

typedef struct Mt19937 {
    uint32_t index; // next word of state to hand out; MT_WORDS: make new ones first
    uint32_t state[MT_WORDS];
} Mt19937;

// Seeds from one word.
void mt_seed(Mt19937 *mt, uint32_t seed);
// Seeds from an array of at least one word.
void mt_seed_array(Mt19937 *mt, const uint32_t *key, size_t length);
// Makes the next MT_WORDS words; mt_next calls it.
void mt_refill(Mt19937 *mt);

// The next 32 random bits.
static inline uint32_t mt_next(Mt19937 *mt) {
    if (UNLIKELY(mt->index >= MT_WORDS)) mt_refill(mt);
    uint32_t y = mt->state[mt->index++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9D2C5680u;
    y ^= y << 15 & 0xEFC60000u;
    return y ^ y >> 18;
}

// A float in [0, 1) with 53 random bits: random.random().
static inline double mt_double(Mt19937 *mt) {
    uint32_t a = mt_next(mt) >> 5, b = mt_next(mt) >> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
}

#endif
