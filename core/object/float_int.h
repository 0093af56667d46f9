// SPDX-License-Identifier: MIT
// What the float and complex files share.
#ifndef LADON_OBJECT_FLOAT_INT_H
#define LADON_OBJECT_FLOAT_INT_H
#include "core/object/float.h"

extern const MethodDef float_methods[];
extern const GetSetDef float_getsets[];

// An instance of type (float or a subclass) with the value of the float v.
Value float_instance(Thread *th, Type *type, Value v_owned);
// float() of a number: 1; 0: x has neither __float__ nor __index__; -1: exception set.
int float_try_number(Thread *th, Value x, double *out);
// Text as float() accepts it, white space and underscores included: 1, 0 (not a number), -1 MemoryError.
int double_parse_python(Thread *th, const char *p, size_t n, double *out);
// OverflowError(34, 'Numerical result out of range').
Value raise_range_error(Thread *th);
Value complex_pow(Thread *th, double ar, double ai, double br, double bi);
// float_format_with; dot_0: a result without a type code always shows a fraction.
struct FormatSpec;
Value float_format_part(Thread *th, double d, Value for_value, const struct FormatSpec *f, bool dot_0);
#endif
