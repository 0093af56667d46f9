// SPDX-License-Identifier: MIT
// "Did you mean": the known name that a misspelt one is closest to.
#ifndef LADON_OBJECT_SUGGEST_H
#define LADON_OBJECT_SUGGEST_H
#include "core/object/type.h"

// The best of n candidates for name (all Str), borrowed; NO_VALUE when none is close enough. Never runs Python.
Value suggest_name(Value name, const Value *candidates, size_t n);
// TypeError for a keyword that a function does not have, with the name it may have been meant for.
//   what   what the message begins with: "print()"
//   names  those it has; NULL behind the last
//   nkw    how many keywords were given, where too many of them are told first; else 0
Value raise_unknown_keyword(Thread *th, const char *what, Value key, const char *const *names, size_t nkw);

#endif
