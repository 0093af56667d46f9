// SPDX-License-Identifier: MIT
// The compiler's front door beyond compile_source (core/code/code.h): trees in, code out; flags of compile().
#ifndef LADON_COMPILE_COMPILE_H
#define LADON_COMPILE_COMPILE_H

#include "core/code/code.h"
#include "core/compile/ast.h"
#include "core/compile/parser.h"
#include "core/compile/scope.h"

enum { PYCF_DONT_IMPLY_DEDENT = 0x200, PYCF_ONLY_AST = 0x400, PYCF_OPTIMIZED_AST = 0x8400, PYCF_TYPE_COMMENTS = 0x1000, PYCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000, PYCF_ALLOW_INCOMPLETE_INPUT = 0x4000,
       PYCF_SOURCE_IS_UTF8 = 0x100, PYCF_FUTURE_MASK = 0x1FE0000 };

// Compiles a tree.
//   return  new Code, or NO_VALUE with SyntaxError, RecursionError, MemoryError...
//   may     run Python (warnings filters); safepoint: yes
Value compile_tree(Thread *th, AstArena *arena, AstMod *mod, const CompileOptions *opt);
// Parses; the tree lives in arena. NULL with the exception set.
AstMod *parse_tree(Thread *th, AstArena *arena, const char *src, size_t n, const CompileOptions *opt, int feature_version);
// Line lineno of the file of that name, for error messages: new Str, or no value (and no exception) where there is none.
//   may     read a file; run Python (codecs)
Value compile_file_line(Thread *th, Value filename, int lineno);
// Raises what a parse error stands for (and frees it).
void compile_raise_syntax_error(Thread *th, SyntaxErrorInfo *e, Value filename, const char *src, size_t n);
// The scopes of a tree, in its arena. 0, or -1 with SyntaxError, RecursionError...
int compile_scopes(Thread *th, AstArena *arena, AstMod *mod, const CompileOptions *opt, ScopeTable *t);
// Default optimisation level (-O), for optimize == -1.
extern int compile_default_optimize;

#endif
