// SPDX-License-Identifier: MIT
// The module _contextvars: the types of core/object/context.c. No state.
#include "core/object/context.h"
#include "core/object/module.h"

static Value contextvars_fn_copy_context(Thread *th, Value self, Value *args) { return context_copy_current(th); }
static const MethodDef contextvars_fns[] = { {"copy_context", "()", contextvars_fn_copy_context, NULL}, {0} };
static int contextvars_exec(Thread *th, Value m) {
    if (context_types_ready(th)) return -1;
    if (module_add(th, m, "Context", VALUE_OF(&type_context)) || module_add(th, m, "ContextVar", VALUE_OF(&type_contextvar))) return -1;
    return module_add(th, m, "Token", VALUE_OF(&type_context_token));
}
const ModuleDef module__contextvars = { "_contextvars", "Context Variables", contextvars_fns, contextvars_exec };
