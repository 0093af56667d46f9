// SPDX-License-Identifier: MIT
// The module _testmultiphase: CPython's tests of importlib ask for it before they look at anything, to know that native modules can be made in two phases
// (PEP 489): created, then executed. All of ours are; this one has what those tests read of a module made so. The rest of it tests the C API, which is not here.
#include "core/object/int.h"
#include "core/object/abstract.h"
#include "core/object/module.h"
#include "core/object/str.h"

static Value test_fn_foo(Thread *th, Value self, Value *args) { return number_binary(th, BINOP_ADD, args[0], args[1]); }

static int test_exec(Thread *th, Value m) {
    return module_add_int(th, m, "int_const", 1969) < 0 || module_add_str(th, m, "str_const", "something different") < 0 ? -1 : 0;
}
static const MethodDef test_functions[] = {
    {"foo", "(i, j, /)", test_fn_foo, "foo(i,j)\n\nReturn the sum of i and j.", 0},
    {0},
};
const ModuleDef module__testmultiphase = {.name = "_testmultiphase", .doc = "Test module.", .methods = test_functions, .exec = test_exec};
