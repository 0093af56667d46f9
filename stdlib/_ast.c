// SPDX-License-Identifier: MIT
// The module _ast: the classes of core/compile/ast_class.c under their names. No state.
#include "core/compile/ast_object.h"
#include "core/object/module.h"

const ModuleDef module__ast = { "_ast", NULL, NULL, ast_object_module_exec };
