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
NativeFunction builtins_fn_abs, builtins_fn_aiter, builtins_fn_all, builtins_fn_anext,
    builtins_fn_any, builtins_fn_ascii, builtins_fn_bin, builtins_fn_callable, builtins_fn_chr,
    builtins_fn_compile, builtins_fn_delattr, builtins_fn_divmod, builtins_fn_eval,
    builtins_fn_exec, builtins_fn_format, builtins_fn_globals, builtins_fn_hasattr,
    builtins_fn_hash, builtins_fn_hex, builtins_fn_id, builtins_fn_input,
    builtins_fn_issubclass, builtins_fn_locals, builtins_fn_oct, builtins_fn_ord,
    builtins_fn_pow, builtins_fn_repr, builtins_fn_round, builtins_fn_setattr, builtins_fn_sorted,
    builtins_fn_sum, builtins_fn_import;
RawFunction builtins_fn_breakpoint, builtins_fn_dir, builtins_fn_getattr, builtins_fn_iter,
    builtins_fn_max, builtins_fn_min, builtins_fn_next, builtins_fn_print, builtins_fn_vars,
    builtins_fn_build_class;

// Argument counts of functions without a signature: 0, or -1 with CPython's TypeError.
int raw_check(Thread *th, const char *name, size_t nargs, size_t min, size_t max, Value kwnames);
// sys.<name>: new reference or NO_VALUE (no exception).
Value sys_attr(Thread *th, Value name);
#endif
