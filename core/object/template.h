// SPDX-License-Identifier: MIT
// t-strings (PEP 750): string.templatelib.Template and Interpolation.
#ifndef LADON_OBJECT_TEMPLATE_H
#define LADON_OBJECT_TEMPLATE_H
#include "core/object/type.h"
typedef struct Template { Object head; Value strings, interpolations; } Template;                              // [c] Tuples, one more string
typedef struct Interpolation { Object head; Value value, expression, conversion, format_spec; } Interpolation; // [c] any, Str, Str or None, Str
// Both Tuples borrowed: n + 1 Str, n Interpolation.
Value template_new(Thread *th, Value strings, Value interpolations);
// All borrowed. conversion: 0, 's', 'r' or 'a'; format_spec NO_VALUE: "".
Value interpolation_new(Thread *th, Value value, Value expression, int conversion, Value format_spec);
// Adds Interpolation.__match_args__; after types_init.
int template_init(Thread *th);
#endif
