// SPDX-License-Identifier: MIT
// Half and single precision floats to bits and back, rounded half to even. Pure functions. Used by struct, array and memoryview.
#ifndef LADON_OBJECT_PACK_H
#define LADON_OBJECT_PACK_H
#include <math.h>
#include <string.h>

#include "core/base/config.h"

// -1: too large. NaNs keep their sign and the top of their payload.
static inline int float32_pack(double d, uint32_t *out) {
    float f = (float)d;
    if (isinf(f) && !isinf(d)) return -1;
    memcpy(out, &f, 4);
    if (isnan(d)) { // a conversion would set the quiet bit
        uint64_t b;
        memcpy(&b, &d, 8);
        uint32_t payload = (uint32_t)(b >> 29 & 0x7FFFFF);
        *out = (uint32_t)(b >> 63 << 31) | 0x7F800000u | (payload ? payload : 0x400000u);
    }
    return 0;
}
static inline double float32_unpack(uint32_t bits) {
    float f;
    memcpy(&f, &bits, 4);
    if (!isnan(f)) return f;
    uint64_t b = (uint64_t)(bits >> 31) << 63 | (uint64_t)0x7FF << 52 | (uint64_t)(bits & 0x7FFFFF) << 29;
    double d;
    memcpy(&d, &b, 8);
    return d;
}
static inline int float16_pack(double d, uint16_t *out) {
    uint64_t b;
    memcpy(&b, &d, 8);
    uint16_t sign = (uint16_t)(b >> 63 << 15);
    if (isnan(d)) {
        uint16_t payload = (uint16_t)(b >> 42 & 0x3FF);
        *out = sign | 0x7C00 | (payload ? payload : 0x200);
        return 0;
    }
    if (isinf(d)) { *out = sign | 0x7C00; return 0; }
    d = fabs(d);
    if (d >= 65520.0) return -1;
    // In units of the last place; the rounding may carry into the exponent, which is right.
    int e;
    frexp(d, &e);
    if (d == 0.0 || e < -13) { *out = sign | (uint16_t)rint(ldexp(d, 24)); return 0; }
    *out = sign | (uint16_t)(((e + 14) << 10) + ((int)rint(ldexp(d, 11 - e)) - 1024));
    return 0;
}
static inline double float16_unpack(uint16_t bits) {
    int e = bits >> 10 & 31, m = bits & 0x3FF;
    double d;
    if (e == 31) {
        uint64_t b = (uint64_t)(bits >> 15) << 63 | (uint64_t)0x7FF << 52 | (uint64_t)m << 42;
        memcpy(&d, &b, 8);
        return d;
    }
    d = e ? ldexp(1024 + m, e - 25) : ldexp(m, -24);
    return bits >> 15 ? -d : d;
}
#endif
