// SPDX-License-Identifier: MIT
// The two halves of datetime.
#ifndef LADON_STDLIB_DATETIME_METHODS_H
#define LADON_STDLIB_DATETIME_METHODS_H
#include "stdlib/_datetime/datetime_int.h"
extern const MethodDef datetime_methods[];
extern const GetSetDef datetime_getsets[];
Micros datetime_micros(const DateTime *d);         // since the day before 0001-01-01, local fields
Value datetime_from_micros(Thread *th, Type *type, Micros us, Value tzinfo, int fold); // OverflowError
Value datetime_shift(Thread *th, Value dt, Micros by);
Value datetime_offset(Thread *th, Value self);     // utcoffset(): timedelta or None
void datetime_state(const DateTime *d, bool fold, uint8_t s[10]);
Value datetime_slot_repr(Thread *th, Value self);
Value datetime_slot_str(Thread *th, Value self);
Value datetime_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
#endif
