// SPDX-License-Identifier: MIT
// What the math module's files share.
#ifndef LADON_STDLIB_MATH_INT_H
#define LADON_STDLIB_MATH_INT_H
#include "core/object/abstract.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/tuple.h"

#define MATH_FN(name) Value math_fn_##name(Thread *th, Value self, Value *args)
#define MATH_RAW(name) Value math_fn_##name(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames)
MATH_FN(comb);
MATH_FN(perm);
MATH_FN(factorial);
MATH_RAW(gcd);
MATH_RAW(lcm);
MATH_FN(isqrt);
MATH_FN(fsum);
MATH_FN(sumprod);
MATH_FN(prod);
MATH_FN(hypot);
MATH_FN(dist);
#endif
