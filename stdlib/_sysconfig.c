// SPDX-License-Identifier: MIT
// The module _sysconfig: what sysconfig must know of the build even where it has no module of build variables (_sysconfigdata.c). No state.
#include "core/object/dict.h"
#include "core/object/module.h"

static Value sysconfig_fn_config_vars(Thread *th, Value self, Value *args) {
    Value d = dict_new(th);
    if (d == NO_VALUE) return NO_VALUE;
    if (dict_set_str(th, AS(Dict, d), "Py_GIL_DISABLED", value_imm_int(1)) == 0 && dict_set_str(th, AS(Dict, d), "Py_DEBUG", value_imm_int(LADON_DEBUG)) == 0)
        return d;
    decref(th, d);
    return NO_VALUE;
}

static const MethodDef sysconfig_functions[] = {
    {"config_vars", "()", sysconfig_fn_config_vars, "Return a dict of the build's variables that sysconfig shows.", 0},
    {0},
};

const ModuleDef module__sysconfig = {.name = "_sysconfig", .doc = "A helper for the sysconfig module.", .methods = sysconfig_functions};
