// SPDX-License-Identifier: MIT
// Times to wait and points in time as programs give them to many modules: a float or an int.
#ifndef LADON_STDLIB_DURATION_H
#define LADON_STDLIB_DURATION_H

#include "core/object/error.h"

typedef enum DurationRounding { DURATION_FLOOR, DURATION_CEILING, DURATION_UP /* away from zero */ } DurationRounding;
enum { DURATION_MILLISECOND = 1000000, DURATION_SECOND = 1000000000 };     // in nanoseconds

// Is it of a type that duration_as_ns takes?
bool duration_check(Value v);
// v units, as nanoseconds rounded that way.
//   unit   DURATION_*
//   returns 0, or -1 with TypeError (neither float nor int), ValueError (NaN) or OverflowError (more than 64 bits); may run Python code (__index__)
int duration_as_ns(Thread *th, Value v, int64_t unit, DurationRounding rounding, int64_t *ns);
#endif
