// SPDX-License-Identifier: MIT
// Fast halves that need more than one machine instruction: arithmetic of immediate ints (false: the general path must do it), truth, steps of iterators.
#ifndef LADON_VM_FAST_INL_H
#define LADON_VM_FAST_INL_H

#include "core/object/bytes.h"
#include "core/object/dict_inl.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/value/attrs.h"

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

// The length of what says it at once, -1 of the rest.
ALWAYS_INLINE intptr_t quick_len(Value x) {
    if (!value_is_object(x)) return -1;
    Shape *s = atomic_load_acquire(&value_object(x)->shape);
    if (s == &shape_list) return (intptr_t)list_len(AS(List, x));
    if (s == &shape_str) return (intptr_t)AS(Str, x)->len;
    if (s == &shape_tuple) return (intptr_t)AS(Tuple, x)->len;
    if (s == &shape_dict) return (intptr_t)dict_len(AS(Dict, x));
    if (s == &shape_bytes) return (intptr_t)AS(Bytes, x)->len;
    if (s == &shape_bytearray) return (intptr_t)atomic_load_acquire(&AS(ByteArray, x)->len);
    return -1;
}

// What the dict of o, whose shape s is one of dict mode, has under a name: borrowed until the next safepoint. VALUE_UNBOUND: it certainly has nothing; NO_VALUE: not known.
ALWAYS_INLINE Value dict_mode_peek(Thread *th, Object *o, const Shape *s, Value name) {
    if (UNLIKELY(th->mt) && UNLIKELY(!object_readable(th, o))) return NO_VALUE;
    Value w = atomic_load_acquire(attrs_area(o, s));
    int64_t hash;
    if (UNLIKELY(!value_is_object(w)) || UNLIKELY(!quick_hash(name, &hash))) return NO_VALUE;
    if (UNLIKELY(th->mt) && UNLIKELY(!object_readable(th, value_object(w)))) return NO_VALUE;
    return table_peek(atomic_load_acquire(&AS(Dict, w)->table), name, hash);
}

#endif
