// SPDX-License-Identifier: MIT
// Integer operations on immediate ints that need more than one machine instruction. Each returns false when the general path must do it.
#ifndef LADON_VM_FAST_INL_H
#define LADON_VM_FAST_INL_H

#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

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

// The truth of what asks no code for it, -1 of the rest. The operand need not be counted: only its head is looked at.
ALWAYS_INLINE int quick_truth(Value x) {
    if (!value_is_object(x)) {
        if (x == VALUE_TRUE) return 1;
        if (x == VALUE_FALSE || x == VALUE_NONE) return 0;
        return value_is_imm_int(x) ? x != value_imm_int(0) : value_is_imm_float(x) ? value_imm_float_get(x) != 0.0 : -1;
    }
    Shape *s = atomic_load_acquire(&value_object(x)->shape);
    if (s == &shape_str) return AS(Str, x)->len != 0;
    if (s == &shape_list) return list_len(AS(List, x)) != 0;
    if (s == &shape_dict) return dict_len(AS(Dict, x)) != 0;
    if (s == &shape_tuple) return AS(Tuple, x)->len != 0;
    return !s->type->slots.bool_ && !s->type->slots.len ? 1 : -1;
}
#endif
