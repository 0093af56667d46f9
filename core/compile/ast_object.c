// SPDX-License-Identifier: MIT
// Trees as Python objects. Not there yet: whoever asks for a tree is told so.
#include "core/compile/ast_object.h"

int ast_object_check(Thread *th, Value v) { return 0; }
Value ast_object_compile(Thread *th, Value tree, const CompileOptions *opt) { return raise_error(th, &exc_NotImplementedError, "compile() of a tree"); }
Value ast_object_parse(Thread *th, const char *src, size_t n, const CompileOptions *opt, int feature_version) {
    return raise_error(th, &exc_NotImplementedError, "compile() to a tree");
}
