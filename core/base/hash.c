// SPDX-License-Identifier: MIT
// SipHash-1-3 and numeric hashes. hash_key is written by hash_init only, before there are threads; no locks.
// Sources: Aumasson, Bernstein: SipHash (2012); Python Library Reference, "Hashing of numeric types".
#include "core/base/hash.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"

HashKey hash_key;

void hash_init_seed(uint32_t seed) {
    hash_key = (HashKey){0, 0};
    if (seed == 0) return;
    uint8_t bytes[16]; // a linear congruential generator spreads the seed
    for (int i = 0; i < 16; i++) {
        seed = seed * 214013u + 2531011u;
        bytes[i] = (uint8_t)(seed >> 16);
    }
    memcpy(&hash_key.k0, bytes, 8);
    memcpy(&hash_key.k1, bytes + 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    hash_key.k0 = __builtin_bswap64(hash_key.k0);
    hash_key.k1 = __builtin_bswap64(hash_key.k1);
#endif
}

int hash_init(const char *seed) {
    if (!seed || !*seed || strcmp(seed, "random") == 0) {
        random_bytes_weak(&hash_key, sizeof hash_key);
        return 0;
    }
    uint64_t value = 0;
    for (; *seed; seed++) {
        if (*seed < '0' || *seed > '9') return -1;
        value = value * 10 + (uint64_t)(*seed - '0');
        if (value > UINT32_MAX) return -1;
    }
    hash_init_seed((uint32_t)value);
    return 0;
}

#define ROTL(x, n) ((x) << (n) | (x) >> (64 - (n)))
#define ROUND()                                                        \
    do {                                                               \
        v0 += v1, v2 += v3;                                            \
        v1 = ROTL(v1, 13) ^ v0, v3 = ROTL(v3, 16) ^ v2;                \
        v0 = ROTL(v0, 32);                                             \
        v2 += v1, v0 += v3;                                            \
        v1 = ROTL(v1, 17) ^ v2, v3 = ROTL(v3, 21) ^ v0;                \
        v2 = ROTL(v2, 32);                                             \
    } while (0)

static inline uint64_t little64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

uint64_t siphash13(HashKey key, const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    uint64_t v0 = key.k0 ^ 0x736F6D6570736575u, v1 = key.k1 ^ 0x646F72616E646F6Du;
    uint64_t v2 = key.k0 ^ 0x6C7967656E657261u, v3 = key.k1 ^ 0x7465646279746573u;
    uint64_t last = (uint64_t)n << 56;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t m = little64(p);
        v3 ^= m;
        ROUND();
        v0 ^= m;
    }
    for (size_t i = 0; i < n; i++) last |= (uint64_t)p[i] << (8 * i);
    v3 ^= last;
    ROUND();
    v0 ^= last;
    v2 ^= 0xFF;
    ROUND();
    ROUND();
    ROUND();
    return v0 ^ v1 ^ v2 ^ v3;
}

int64_t hash_limbs(const uint64_t *limbs, size_t n, bool negative) {
    uint64_t r = 0;
    while (n--) {
        // r * 2^64 is r * 8 modulo 2^61 - 1.
        r = (r << 3 & HASH_MODULUS) | r >> (HASH_BITS - 3);
        uint64_t limb = (limbs[n] & HASH_MODULUS) + (limbs[n] >> HASH_BITS);
        r += limb;
        r = (r & HASH_MODULUS) + (r >> HASH_BITS);
        if (r >= HASH_MODULUS) r -= HASH_MODULUS;
    }
    return negative ? hash_fix(0 - r) : (int64_t)r;
}

int64_t hash_double(double v, int64_t nan_hash) {
    if (isnan(v)) return nan_hash;
    if (isinf(v)) return v > 0 ? HASH_INF : -HASH_INF;
    int e;
    double m = frexp(fabs(v), &e);
    // The 53 bits of the mantissa as an integer, then times 2^e modulo 2^61-1: a rotation.
    uint64_t x = (uint64_t)ldexp(m, 53);
    e -= 53;
    int shift = e >= 0 ? e % HASH_BITS : HASH_BITS - 1 - (-1 - e) % HASH_BITS;
    x = (x << shift & HASH_MODULUS) | x >> (HASH_BITS - shift);
    if (x == HASH_MODULUS) x = 0;
    return v < 0 ? hash_fix(0 - x) : (int64_t)x;
}
