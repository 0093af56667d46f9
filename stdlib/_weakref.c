// SPDX-License-Identifier: MIT
// The module _weakref: the types of core/object/weakref.c under their names, and a few questions. No state, no locks.
#include "core/object/dict.h"
#include "core/object/module.h"
#include "core/object/int.h"
#include "core/object/weakref.h"

static Value weakref_fn_getweakrefcount(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)weakref_count(th, args[0])); }
static Value weakref_fn_getweakrefs(Thread *th, Value self, Value *args) { return weakref_list(th, args[0]); }
static Value weakref_fn_proxy(Thread *th, Value self, Value *args) { return weakproxy_new(th, args[0], args[1]); }

static Value weakref_fn_remove_dead(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[0])) return raise_type_error(th, "_remove_dead_weakref() argument 1 must be dict, not %T", args[0]);
    Dict *d = AS(Dict, args[0]);
    Value v;
    int r = dict_get(th, d, args[1], &v);
    if (r < 0) return NO_VALUE;
    if (!r) return VALUE_NONE;
    if (!value_is_weakref(v)) {
        decref(th, v);
        return raise_type_error(th, "not a weakref");
    }
    // A dead reference stays dead; a live one put there in between must survive, so what was taken out is looked at again.
    if (weakref_is_dead(v)) {
        Value taken;
        r = dict_pop(th, d, args[1], &taken);
        if (r > 0) {
            if (taken != v && value_is_weakref(taken) && !weakref_is_dead(taken)) {
                Value old;
                r = dict_setdefault(th, d, args[1], taken, &old);
                if (r >= 0) decref(th, old);
            }
            decref(th, taken);
        }
    }
    decref(th, v);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static const MethodDef weakref_fns[] = {
    {"getweakrefcount", "(object, /)", weakref_fn_getweakrefcount, "Return the number of weak references to 'object'."},
    {"getweakrefs", "(object, /)", weakref_fn_getweakrefs, "Return a list of all weak reference objects pointing to 'object'."},
    {"proxy", "(object, callback=None, /)", weakref_fn_proxy,
     "Create a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\nproxy when 'object' is about to be finalized."},
    {"_remove_dead_weakref", "(dct, key, /)", weakref_fn_remove_dead, "Atomically remove key from dict if it points to a dead weakref."},
    {0}
};

static int weakref_exec(Thread *th, Value m) {
    if (module_add(th, m, "ref", VALUE_OF(&type_weakref)) || module_add(th, m, "ReferenceType", VALUE_OF(&type_weakref)) ||
        module_add(th, m, "ProxyType", VALUE_OF(&type_weakproxy)) || module_add(th, m, "CallableProxyType", VALUE_OF(&type_weakcallableproxy)))
        return -1;
    return 0;
}

const ModuleDef module__weakref = { "_weakref", "Weak-reference support module.", weakref_fns, weakref_exec };
