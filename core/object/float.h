// SPDX-License-Identifier: MIT
// float: immediate where the encoding allows (core/value/value.h), else boxed.
#ifndef LADON_OBJECT_FLOAT_H
#define LADON_OBJECT_FLOAT_H
#include "core/object/type.h"
typedef struct Float { Object head; double value; } Float; // [c]
Value float_box(Thread *th, double d);
ALWAYS_INLINE Value float_from_double(Thread *th, double d) { Value v = value_try_imm_float(d); return LIKELY(v != NO_VALUE) ? v : float_box(th, d); }
// v any float (immediate, boxed, subclass).
ALWAYS_INLINE double float_value(Value v) { return LIKELY(value_is_imm_float(v)) ? value_imm_float_get(v) : AS(Float, v)->value; }
Value float_repr(Thread *th, double d);
Value float_from_text(Thread *th, Value str_or_bytes);
typedef struct Complex { Object head; double real, imag; } Complex;
Value complex_new(Thread *th, double real, double imag);
#endif
