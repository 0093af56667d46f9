// SPDX-License-Identifier: MIT
// Trees as Python objects: the classes of the module _ast and the way there and back. Table-driven from ast.def.
#ifndef LADON_COMPILE_AST_OBJECT_H
#define LADON_COMPILE_AST_OBJECT_H
#include "core/compile/ast.h"
#include "core/compile/compile.h"

// Adds the classes to the module _ast. 0 or -1.
int ast_object_module_exec(Thread *th, Value module);
// Is v a tree (an instance of ast.AST)? Never -1 before _ast was imported.
int ast_object_check(Thread *th, Value v);
// compile(tree, ...): code, or with PYCF_ONLY_AST the tree itself, checked. New reference.
Value ast_object_compile(Thread *th, Value tree, const CompileOptions *opt);
// compile(text, ..., PYCF_ONLY_AST): a tree. New reference.
Value ast_object_parse(Thread *th, const char *src, size_t n, const CompileOptions *opt, int feature_version);
// The value of a constant of a tree: new reference, or no value.
Value const_object(Thread *th, const AstConst *c);
#endif
