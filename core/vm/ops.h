// SPDX-License-Identifier: MIT
// TEMPLATE: Every instruction body, by family. Included once, by core/vm/interp.c.
// The loop goes on with code, whose frame has been pushed and whose registers are at at_.
#define RUN_FRAME(at_) do { regs = (at_); consts = code->consts; pc = code->instrs; DISPATCH(); } while (0)

#include "core/vm/ops_arith.h"
#include "core/vm/ops_compare.h"
#include "core/vm/ops_name.h"
#include "core/vm/ops_attr.h"
#include "core/vm/ops_float.h"
#include "core/vm/ops_iter.h"
#include "core/vm/ops_call.h"
#include "core/vm/ops_misc.h"
