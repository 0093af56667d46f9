// SPDX-License-Identifier: MIT
// "Did you mean": the known name that a misspelt one is closest to.
#ifndef LADON_OBJECT_SUGGEST_H
#define LADON_OBJECT_SUGGEST_H
#include "core/value/value.h"

// The best of n candidates for name (all Str), borrowed; NO_VALUE when none is close enough. Never runs Python.
Value suggest_name(Value name, const Value *candidates, size_t n);

#endif
