// SPDX-License-Identifier: MIT
// The opcodes of the specialised twins, behind the generic ones. For the interpreter alone: code that is kept or shown has generic opcodes only.
#ifndef LADON_VM_TWINS_H
#define LADON_VM_TWINS_H

#include "core/code/code.h"

enum {
    OP_FIRST_SPECIALISED = OP_GENERIC_COUNT - 1,
#define TWIN(name, generic) OP_##name,
#include "core/vm/specialise.def"
    OP_COUNT,
};

#endif
