// SPDX-License-Identifier: MIT
// float: immediate where the encoding allows (core/value/value.h), else boxed. complex: always boxed. Both constant.
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
Value float_from_object(Thread *th, Value x);              // float(x) of any object
int64_t float_hash(Value v);                               // v any float
// x ** y with Python's errors and, for a negative x and a fractional y, a complex result.
Value float_pow(Thread *th, double x, double y);
// x // y and x % y; y is not zero.
void float_divmod(double x, double y, double *quotient, double *rest);
// round(x, ndigits): the nearest decimal, halves to even by the exact value; may overflow to an infinity (no exception).
double float_round_digits(double x, int ndigits);
Value float_as_integer_ratio(Thread *th, double d);        // a Tuple; OverflowError, ValueError
struct FormatSpec;
// Formats d by a parsed spec of type e E f F g G % n or 0; for_value: what messages name.
Value float_format_with(Thread *th, double d, Value for_value, const struct FormatSpec *f);
Value float_format_spec(Thread *th, Value self, Value spec); // float.__format__; spec a Str
// A str's text as ASCII: other decimal digits as '0' to '9', white space as ' ', the rest as '?'.
//   return  s's own data, small, or a block for mem_free; NULL with MemoryError
char *number_text_ascii(Thread *th, Value str, char *small, size_t small_size, size_t *len);

typedef struct Complex { Object head; double real, imag; } Complex; // [c]
Value complex_new(Thread *th, double real, double imag);
ALWAYS_INLINE bool value_is_complex(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_COMPLEX_SUBCLASS); }
// Any object as complex number: __complex__, __float__, __index__. 0, or -1 with TypeError "must be real number, not T".
int number_as_complex(Thread *th, Value v, double *real, double *imag);
#endif
