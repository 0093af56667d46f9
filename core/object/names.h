// SPDX-License-Identifier: MIT
// The interned strings of names.def as Values, ready after names_init.
#ifndef LADON_OBJECT_NAMES_H
#define LADON_OBJECT_NAMES_H
#include "core/value/value.h"
#define NAME(suffix, text) extern Value name_##suffix;
#include "core/value/names.def"
#endif
