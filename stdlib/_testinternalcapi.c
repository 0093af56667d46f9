// SPDX-License-Identifier: MIT
// The module _testinternalcapi: those helpers of CPython's own tests by that name whose question makes sense here. test.test_class imports it
// without a way around. Everything else of it is missing on purpose: it asks for the insides of another implementation.
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/vm/frame.h"

// Do the attributes of obj lie in the object itself? Not so with __slots__ alone, behind items, or once they have moved to a dict.
static Value test_fn_has_inline_values(Thread *th, Value self, Value *args) {
    if (!value_is_object(args[0])) return VALUE_FALSE;
    uint32_t flags = atomic_load_acquire(&value_object(args[0])->shape)->flags;
    return value_bool((flags & TYPE_HAS_DICT) && (flags & TYPE_MANAGED_ATTRS) && !(flags & (TYPE_VARSIZE | SHAPE_DICT_MODE)));
}

static Value test_fn_get_recursion_depth(Thread *th, Value self, Value *args) {
    int64_t depth = 0;
    for (const Frame *f = frame_current(th); f; f = f->back) depth++;
    return value_imm_int(depth);
}

static int test_init(Thread *th, Value m) {
    // An instruction takes its special form when it first runs; the second run is the first in that form.
    return module_add_int(th, m, "SPECIALIZATION_THRESHOLD", 2);
}

static const MethodDef test_functions[] = {
    {"get_recursion_depth", "()", test_fn_get_recursion_depth, NULL, 0},
    {"has_inline_values", "(obj, /)", test_fn_has_inline_values, NULL, 0},
    {0},
};
const ModuleDef module__testinternalcapi = {.name = "_testinternalcapi", .methods = test_functions, .exec = test_init};
