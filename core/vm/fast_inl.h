// SPDX-License-Identifier: MIT
// Integer operations on immediate ints that need more than one machine instruction. Each returns false when the general path must do it.
#ifndef LADON_VM_FAST_INL_H
#define LADON_VM_FAST_INL_H

#include "core/value/value.h"

ALWAYS_INLINE bool int_floordiv_fast(Value x, Value y, int64_t *r) {
    int64_t a = value_imm_int_get(x), b = value_imm_int_get(y);
    if (UNLIKELY(b == 0 || b == -1)) return false;
    int64_t q = a / b;
    if ((a ^ b) < 0 && q * b != a) q--;
    *r = (int64_t)value_imm_int(q);
    return true;
}
ALWAYS_INLINE bool int_mod_fast(Value x, Value y, int64_t *r) {
    int64_t a = value_imm_int_get(x), b = value_imm_int_get(y);
    if (UNLIKELY(b == 0 || b == -1)) return false;
    int64_t m = a % b;
    if (m != 0 && (m ^ b) < 0) m += b;
    *r = (int64_t)value_imm_int(m);
    return true;
}
ALWAYS_INLINE bool int_lshift_fast(Value x, Value y, int64_t *r) {
    int64_t a = value_imm_int_get(x), b = value_imm_int_get(y);
    if (UNLIKELY((uint64_t)b > 60)) return false;
    int64_t s = (int64_t)((uint64_t)a << b);
    if (UNLIKELY(s >> b != a || !int_fits_imm(s))) return false;
    *r = (int64_t)value_imm_int(s);
    return true;
}
ALWAYS_INLINE bool int_rshift_fast(Value x, Value y, int64_t *r) {
    int64_t b = value_imm_int_get(y);
    if (UNLIKELY(b < 0)) return false;
    *r = (int64_t)value_imm_int(value_imm_int_get(x) >> (b > 63 ? 63 : b));
    return true;
}

#endif
