// SPDX-License-Identifier: MIT
// The functions of the module builtins, one per name; the table is in builtins.c.
#ifndef LADON_STDLIB_BUILTINS_INT_H
#define LADON_STDLIB_BUILTINS_INT_H
#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

#define RAW_ARGS Thread *th, Value self, const Value *args, size_t nargs, Value kwnames
Value builtins_fn_abs(Thread *th, Value self, Value *args);
Value builtins_fn_aiter(Thread *th, Value self, Value *args);
Value builtins_fn_all(Thread *th, Value self, Value *args);
Value builtins_fn_anext(Thread *th, Value self, Value *args);
Value builtins_fn_any(Thread *th, Value self, Value *args);
Value builtins_fn_ascii(Thread *th, Value self, Value *args);
Value builtins_fn_bin(Thread *th, Value self, Value *args);
Value builtins_fn_breakpoint(RAW_ARGS);
Value builtins_fn_callable(Thread *th, Value self, Value *args);
Value builtins_fn_chr(Thread *th, Value self, Value *args);
Value builtins_fn_compile(Thread *th, Value self, Value *args);
Value builtins_fn_delattr(Thread *th, Value self, Value *args);
Value builtins_fn_dir(RAW_ARGS);
Value builtins_fn_divmod(Thread *th, Value self, Value *args);
Value builtins_fn_eval(Thread *th, Value self, Value *args);
Value builtins_fn_exec(Thread *th, Value self, Value *args);
Value builtins_fn_format(Thread *th, Value self, Value *args);
Value builtins_fn_getattr(RAW_ARGS);
Value builtins_fn_globals(Thread *th, Value self, Value *args);
Value builtins_fn_hasattr(Thread *th, Value self, Value *args);
Value builtins_fn_hash(Thread *th, Value self, Value *args);
Value builtins_fn_hex(Thread *th, Value self, Value *args);
Value builtins_fn_id(Thread *th, Value self, Value *args);
Value builtins_fn_input(Thread *th, Value self, Value *args);
Value builtins_fn_isinstance(Thread *th, Value self, Value *args);
Value builtins_fn_issubclass(Thread *th, Value self, Value *args);
Value builtins_fn_iter(RAW_ARGS);
Value builtins_fn_len(Thread *th, Value self, Value *args);
Value builtins_fn_locals(Thread *th, Value self, Value *args);
Value builtins_fn_max(RAW_ARGS);
Value builtins_fn_min(RAW_ARGS);
Value builtins_fn_next(RAW_ARGS);
Value builtins_fn_oct(Thread *th, Value self, Value *args);
Value builtins_fn_ord(Thread *th, Value self, Value *args);
Value builtins_fn_pow(Thread *th, Value self, Value *args);
Value builtins_fn_print(RAW_ARGS);
Value builtins_fn_repr(Thread *th, Value self, Value *args);
Value builtins_fn_round(Thread *th, Value self, Value *args);
Value builtins_fn_setattr(Thread *th, Value self, Value *args);
Value builtins_fn_sorted(Thread *th, Value self, Value *args);
Value builtins_fn_sum(Thread *th, Value self, Value *args);
Value builtins_fn_vars(RAW_ARGS);
Value builtins_fn_build_class(RAW_ARGS);
Value builtins_fn_import(Thread *th, Value self, Value *args);

// Argument counts of functions without a signature: 0, or -1 with CPython's TypeError.
int raw_check(Thread *th, const char *name, size_t nargs, size_t min, size_t max, Value kwnames);
// sys.<name>: new reference or NO_VALUE (no exception).
Value sys_attr(Thread *th, Value name);
#endif
