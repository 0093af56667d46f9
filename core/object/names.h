// SPDX-License-Identifier: MIT
// The interned strings of names.def as Values, ready after names_init.
#ifndef LADON_OBJECT_NAMES_H
#define LADON_OBJECT_NAMES_H
#include "core/value/value.h"
#define NAME(suffix, text) extern Value name_##suffix;
#include "core/value/names.def"
typedef struct Thread Thread;
// Interns them all. 0, or -1 with MemoryError.
int names_init(Thread *th);
#endif
