// SPDX-License-Identifier: MIT
// Hash functions: keyed SipHash-1-3 for text and bytes; numbers modulo 2^61-1 (equal numbers of any type hash alike);
// tuples; addresses. A result is never -1. The key is set once, before the first thread starts, and constant then.
#ifndef LADON_BASE_HASH_H
#define LADON_BASE_HASH_H

#include "core/base/config.h"

#define HASH_BITS 61
#define HASH_MODULUS ((1ull << HASH_BITS) - 1)
#define HASH_INF 314159
#define HASH_IMAG 1000003u

typedef struct HashKey { uint64_t k0, k1; } HashKey;
extern HashKey hash_key; // [c] after hash_init

// Sets the process's key.
//   seed    PYTHONHASHSEED: NULL, "" or "random": a random key; "0": no randomization; else 1 to 4294967295, which gives the
//           same hashes of str and bytes as CPython with this seed
//   return  0, or -1: the text is not one of these
MUST_USE int hash_init(const char *seed);

// The same from the number itself (0 to 4294967295).
void hash_init_seed(uint32_t seed);

// 64 bits of SipHash-1-3.
uint64_t siphash13(HashKey key, const void *bytes, size_t n);

static inline int64_t hash_fix(uint64_t h) { return h == UINT64_MAX ? -2 : (int64_t)h; }

// hash() of bytes, and of a str's code points as they lie in memory (1, 2 or 4 bytes each, the narrowest). 0 if empty.
static inline int64_t hash_bytes(const void *bytes, size_t n) {
    return n ? hash_fix(siphash13(hash_key, bytes, n)) : 0;
}

// hash() of an int that fits a machine word.
static inline int64_t hash_int64(int64_t v) {
    uint64_t m = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    m = (m & HASH_MODULUS) + (m >> HASH_BITS);
    if (m >= HASH_MODULUS) m -= HASH_MODULUS;
    return v < 0 ? hash_fix(0 - m) : (int64_t)m;
}

// hash() of a bigger int: its magnitude in 64-bit limbs, least first.
int64_t hash_limbs(const uint64_t *limbs, size_t n, bool negative);

// hash() of a float. A NaN has no value to hash: its result is `nan_hash`, the hash of the object's address.
int64_t hash_double(double v, int64_t nan_hash);

// Multiplication modulo 2^61-1 of values below the modulus; for Fraction and Decimal style hashes.
static inline uint64_t hash_mulmod(uint64_t a, uint64_t b) {
    unsigned __int128 p = (unsigned __int128)a * b;
    uint64_t r = (uint64_t)(p & HASH_MODULUS) + (uint64_t)(p >> HASH_BITS);
    return r >= HASH_MODULUS ? r - HASH_MODULUS : r;
}

// hash() of a complex number from the hashes of its parts.
static inline int64_t hash_complex(int64_t real, int64_t imag) {
    return hash_fix((uint64_t)real + HASH_IMAG * (uint64_t)imag);
}

// hash() of an address: the low bits, always zero, go to the top.
static inline int64_t hash_pointer(const void *p) {
    uintptr_t x = (uintptr_t)p;
    return hash_fix((uint64_t)(x >> 4 | x << (8 * sizeof x - 4)));
}

// hash() of a tuple: start, feed each item's hash in order, finish with the number of items.
#define HASH_TUPLE_START 2870177450012600261ull
static inline uint64_t hash_tuple_step(uint64_t acc, int64_t item) {
    acc += (uint64_t)item * 14029467366897019727ull;
    acc = acc << 31 | acc >> 33;
    return acc * 11400714785074694791ull;
}
static inline int64_t hash_tuple_finish(uint64_t acc, size_t length) {
    acc += (uint64_t)length ^ (HASH_TUPLE_START ^ 3527539ull);
    return acc == UINT64_MAX ? 1546275796 : (int64_t)acc;
}

// hash() of a frozenset: xor the steps of all items' hashes, in any order, then finish.
static inline uint64_t hash_set_step(int64_t item) {
    uint64_t h = (uint64_t)item;
    return ((h ^ 89869747u) ^ (h << 16)) * 3644798167u;
}
static inline int64_t hash_set_finish(uint64_t acc, size_t length) {
    acc ^= ((uint64_t)length + 1) * 1927868237u;
    acc ^= (acc >> 11) ^ (acc >> 25);
    acc = acc * 69069u + 907133923u;
    return acc == UINT64_MAX ? 590923713 : (int64_t)acc;
}

#endif
