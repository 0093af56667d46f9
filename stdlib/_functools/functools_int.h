// SPDX-License-Identifier: MIT
// Shared by the files of the _functools module.
#ifndef LADON_STDLIB_FUNCTOOLS_INT_H
#define LADON_STDLIB_FUNCTOOLS_INT_H
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "gc/gc.h"
int functools_add_partial(Thread *th, Value module);
int functools_add_lru_cache(Thread *th, Value module);
#endif
