// SPDX-License-Identifier: MIT
// Prints a tree as Python's ast.dump(tree, include_attributes=...) does. For tests and debugging. No locks.
#ifndef LADON_COMPILE_AST_DUMP_H
#define LADON_COMPILE_AST_DUMP_H

#include "core/compile/ast.h"

#include <stdio.h>

// Writes the dump of node, any node, to out, without a newline.
void ast_dump(FILE *out, const void *node, bool attributes);

#endif
