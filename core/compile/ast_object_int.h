// SPDX-License-Identifier: MIT
// The classes of trees as objects: shared by ast_class.c (the classes), ast_object.c (conversion) and ast_validate.c (checks).
#ifndef LADON_COMPILE_AST_OBJECT_INT_H
#define LADON_COMPILE_AST_OBJECT_INT_H
#include "core/compile/ast_object.h"

extern Value ast_cat_class[AST_NODE_CAT_COUNT];  // [c] after ast_classes_init; immortal
extern Value ast_kind_class[AST_KIND_COUNT];     // of nodes; for categories that are no sums the same as the category's
extern Value ast_kind_single[AST_KIND_COUNT];    // the one instance of Load, Add, ...
extern Type type_ast_node;                       // ast.AST

// Makes the classes, once. 0 or -1. May run Python.
int ast_classes_init(Thread *th);
Value ast_field_name(Thread *th, const char *name);   // interned, borrowed (immortal); NO_VALUE with MemoryError
// Rules a tree made by hand may break: 0, or -1 with ValueError or TypeError.
int ast_validate(Thread *th, const AstMod *mod);
// With PYCF_OPTIMIZED_AST: changes a tree into the optimised one. keep: a List for the values it makes, which must live as long as the tree is looked at. 0 or -1.
int ast_fold(Thread *th, AstArena *arena, AstMod *mod, const CompileOptions *opt, Value keep);
#endif
