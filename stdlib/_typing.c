// SPDX-License-Identifier: MIT
// The native module _typing: the typing objects the language itself makes (core/object/typevar.c). No state.
#include "core/object/module.h"
#include "core/object/typing.h"

static Value typing_fn_idfunc(Thread *th, Value self, Value *args) { return new_ref(th, args[0]); }
static const MethodDef typing_fns[] = {{"_idfunc", "(x, /)", typing_fn_idfunc, NULL}, {0}};

static int typing_exec(Thread *th, Value m) {
    static const struct { const char *name; Type *type; } rows[] = {
        {"Generic", &type_generic}, {"TypeVar", &type_typevar}, {"ParamSpec", &type_paramspec}, {"ParamSpecArgs", &type_paramspec_args},
        {"ParamSpecKwargs", &type_paramspec_kwargs}, {"TypeVarTuple", &type_typevartuple}, {"TypeAliasType", &type_typealias}, {"Union", &type_union}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (module_add(th, m, rows[i].name, new_ref(th, VALUE_OF(rows[i].type)))) return -1;
    return module_add(th, m, "NoDefault", typing_no_default());
}

const ModuleDef module__typing = {"_typing", "Primitives and accelerators for the typing module.", typing_fns, typing_exec};
