// SPDX-License-Identifier: MIT
// The tagged word (design: "Values"). The low three bits say what it is:
//   000 pointer to an Object (16-byte aligned); all-zero is NO_VALUE   x11 int in 62 bits
//   100 101 001 immediate float                                         010 None False True Ellipsis NotImplemented UNBOUND
//   110 free
// Immediate floats: IEEE bits, 1 added to the exponent's top three bits, rotated left by 4 (Melançon, Feeley, Serrano,
// "Float Self-Tagging", 2025), so zero, and magnitudes of about 2^-255..2^256 (and those below 2^-767) need no memory.
#ifndef LADON_VALUE_VALUE_H
#define LADON_VALUE_VALUE_H

#include "core/base/config.h"
#include <string.h>

typedef uint64_t Value;
typedef struct Object Object;

#define NO_VALUE           ((Value)0)     // "an error was raised", "argument absent", "slot empty"
#define VALUE_NONE         ((Value)0x02)
#define VALUE_FALSE        ((Value)0x0A)
#define VALUE_TRUE         ((Value)0x12)
#define VALUE_ELLIPSIS     ((Value)0x1A)
#define VALUE_NOT_IMPLEMENTED ((Value)0x22)
#define VALUE_UNBOUND      ((Value)0x2A)  // a local or cell without a value; never seen by Python code

#define INT_IMM_MAX ((int64_t)0x1FFFFFFFFFFFFFFF)
#define INT_IMM_MIN (-INT_IMM_MAX - 1)

ALWAYS_INLINE bool value_is_ptr(Value v) { return (v & 7) == 0; }  // also true of NO_VALUE
ALWAYS_INLINE bool value_is_object(Value v) { return (v & 7) == 0 && v != 0; }
ALWAYS_INLINE bool value_is_imm_int(Value v) { return (v & 3) == 3; }
ALWAYS_INLINE bool value_both_imm_int(Value a, Value b) { return (a & b & 3) == 3; }
// The float tags 001 100 101 are those with a clear middle bit that are not 000: cheaper to test than a table, for a pair even more so.
// Floats are the words whose low three bits are 1, 4 or 5: one bit test of a word that has those bits set in every byte.
#define FLOAT_TAGS 0x3232323232323232ull
ALWAYS_INLINE bool value_is_imm_float(Value v) { return FLOAT_TAGS >> (v & 63) & 1; }
ALWAYS_INLINE bool value_both_imm_float(Value a, Value b) { return value_is_imm_float(a) && value_is_imm_float(b); }
ALWAYS_INLINE bool value_is_bool(Value v) { return v == VALUE_FALSE || v == VALUE_TRUE; }

ALWAYS_INLINE Object *value_object(Value v) { return (Object *)(uintptr_t)v; }
// Any pointer to a structure that starts with an Object.
#define VALUE_OF(ptr) ((Value)(uintptr_t)(ptr))
#define AS(T, v) ((T *)(uintptr_t)(v))

ALWAYS_INLINE Value value_bool(bool b) { return b ? VALUE_TRUE : VALUE_FALSE; }
ALWAYS_INLINE bool int_fits_imm(int64_t i) { return i >= INT_IMM_MIN && i <= INT_IMM_MAX; }
// i must fit (int_fits_imm); int_from_i64 in core/object/int.h takes any.
ALWAYS_INLINE Value value_imm_int(int64_t i) { return ((uint64_t)i << 2) | 3; }
ALWAYS_INLINE int64_t value_imm_int_get(Value v) { return (int64_t)v >> 2; }

ALWAYS_INLINE double value_imm_float_get(Value v) {
    uint64_t b = ((v >> 4) | (v << 60)) - ((uint64_t)1 << 60);
    double d;
    memcpy(&d, &b, sizeof d);
    return d;
}
// d's encoding into *out: false when d needs a box (float_from_double in core/object/float.h takes any).
ALWAYS_INLINE bool value_encode_float(double d, Value *out) {
    uint64_t b;
    memcpy(&b, &d, sizeof b);
    b += (uint64_t)1 << 60;
    b = (b << 4) | (b >> 60);
    *out = b;
    return value_is_imm_float(b);
}
// The same as a word: NO_VALUE when d needs a box.
ALWAYS_INLINE Value value_try_imm_float(double d) {
    Value v;
    return LIKELY(value_encode_float(d, &v)) ? v : NO_VALUE;
}

#endif
