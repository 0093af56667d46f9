// SPDX-License-Identifier: MIT
// The module _pickle: what it imports, errors, the four functions.
#include <stdarg.h>

#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "gc/gc.h"
#include "stdlib/_pickle/pickle_int.h"

PickleGlobals pickle_globals;

// ---- errors ---------------------------------------------------------------------------------------------------------------------------------

static void raise_text(Thread *th, Type *type, const char *fmt, va_list ap) {
    Value text = str_vformat(th, fmt, ap);
    if (text) raise_error(th, type, "%U", text);
    decref(th, text);
}
COLD Value pickling_error(Thread *th, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    raise_text(th, AS(Type, pickle_globals.pickling_error), fmt, ap);
    va_end(ap);
    return NO_VALUE;
}
COLD Value unpickling_error(Thread *th, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    raise_text(th, AS(Type, pickle_globals.unpickling_error), fmt, ap);
    va_end(ap);
    return NO_VALUE;
}
COLD Value pickle_error_over(Thread *th, Type *type, const char *fmt, ...) {
    // As in an except clause: what is being handled becomes the context.
    Value exc = error_fetch(th), before = th->handled;
    th->handled = exc;
    va_list ap;
    va_start(ap, fmt);
    raise_text(th, type, fmt, ap);
    va_end(ap);
    th->handled = before;
    decref(th, exc);
    return NO_VALUE;
}

int machine_enter(Thread *th, uint32_t *user, bool nested, const char *what) {
    uint32_t none = 0;
    // Acquire: what its last user left there.
    if (LIKELY(atomic_cas_acquire(user, &none, th->tid))) return 0;
    if (nested && none == th->tid) return 1;
    raise_error(th, &exc_RuntimeError, "%s object is already used", what);
    return -1;
}

// ---- finding things -------------------------------------------------------------------------------------------------------------------------

Value pickle_getattribute(Thread *th, Value obj, Value dotted) {
    const Str *s = AS(Str, dotted);
    Value at = new_ref(th, obj);
    for (size_t i = 0, from = 0; at && i <= s->len; i++) {
        if (i < s->len && str_char_at(s, i) != '.') continue;
        Value part = str_substring(th, dotted, from, i);
        set_ref(th, &at, part ? object_getattr(th, at, part) : NO_VALUE);
        decref(th, part);
        from = i + 1;
    }
    return at;
}

Value pickle_import(Thread *th, Value name) {
    if (value_is_exact_str(name)) return import_module_named(th, name);
    if (value_is_str(name)) {
        Value s = object_str(th, name), m = s ? import_module_named(th, s) : NO_VALUE;
        decref(th, s);
        return m;
    }
    return raise_type_error(th, "module name must be a string, not %T", name);
}

int pickle_map_names(Thread *th, bool reverse, Value *module, Value *name) {
    const PickleGlobals *g = &pickle_globals;
    const char *prefix = reverse ? "REVERSE_" : "";
    Value key = tuple_pack2(th, *module, *name), to;
    int r = key ? dict_get(th, AS(Dict, reverse ? g->reverse_name_mapping : g->name_mapping), key, &to) : -1;
    decref(th, key);
    if (r < 0) return -1;
    if (r > 0) {
        const Tuple *t = AS(Tuple, to);
        if (!value_is_tuple(to) || t->len != 2) {
            raise_error(th, &exc_RuntimeError, "_compat_pickle.%sNAME_MAPPING values should be 2-tuples, not %.200s", prefix, type_of(to)->name);
            r = -1;
        } else if (!value_is_str(t->items[0]) || !value_is_str(t->items[1])) {
            raise_error(th, &exc_RuntimeError, "_compat_pickle.%sNAME_MAPPING values should be pairs of str, not (%.200s, %.200s)", prefix,
                        type_of(t->items[0])->name, type_of(t->items[1])->name);
            r = -1;
        } else {
            set_ref(th, module, new_ref(th, t->items[0]));
            set_ref(th, name, new_ref(th, t->items[1]));
        }
        decref(th, to);
        return r < 0 ? -1 : 0;
    }
    r = dict_get(th, AS(Dict, reverse ? g->reverse_import_mapping : g->import_mapping), *module, &to);
    if (r <= 0) return r;
    if (!value_is_str(to)) {
        raise_error(th, &exc_RuntimeError, "_compat_pickle.%sIMPORT_MAPPING values should be strings, not %.200s", prefix, type_of(to)->name);
        decref(th, to);
        return -1;
    }
    set_ref(th, module, to);
    return 0;
}

// ---- the functions --------------------------------------------------------------------------------------------------------------------------

static Value pickle_fn_dump(Thread *th, Value self, Value *a) { return pickle_dump(th, a[0], a[1], a[2], a[3], a[4]); }
static Value pickle_fn_dumps(Thread *th, Value self, Value *a) { return pickle_dump(th, a[0], NO_VALUE, a[1], a[2], a[3]); }
static Value pickle_fn_load(Thread *th, Value self, Value *a) { return pickle_load(th, a[0], NO_VALUE, a[1], a[2], a[3], a[4]); }
static Value pickle_fn_loads(Thread *th, Value self, Value *a) { return pickle_load(th, NO_VALUE, a[0], a[1], a[2], a[3], a[4]); }

static const MethodDef pickle_fns[] = {
    {"dump", "(obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)", pickle_fn_dump,
     "Write a pickled representation of obj to the open file object file.\n\nLike Pickler(file, protocol).dump(obj); the arguments are those of Pickler."},
    {"dumps", "(obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)", pickle_fn_dumps,
     "Return the pickled representation of the object as a bytes object.\n\nThe other arguments are those of Pickler."},
    {"load", "(file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())", pickle_fn_load,
     "Read and return an object from the pickle data stored in a file.\n\nLike Unpickler(file).load(); the arguments are those of Unpickler."},
    {"loads", "(data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())", pickle_fn_loads,
     "Read and return an object from the given pickle data.\n\nWhat follows the pickle is ignored. The other arguments are those of Unpickler."},
    {0},
};

static int get(Thread *th, Value *out, const char *module, const char *attr, Type *type) {
    Value v = import_attr(th, module, attr);
    if (!v) return -1;
    if (type && !value_is_instance(v, type)) {
        raise_error(th, &exc_RuntimeError, "%s.%s should be a dict, not %.200s", module, attr, type_of(v)->name);
        decref(th, v);
        return -1;
    }
    *out = v;
    gc_add_root(out);
    return 0;
}

static int globals_init(Thread *th) {
    PickleGlobals *g = &pickle_globals;
    if (g->pickle_error) return 0;
    if (get(th, &g->dispatch_table, "copyreg", "dispatch_table", &type_dict) < 0 || get(th, &g->extension_registry, "copyreg", "_extension_registry", &type_dict) < 0 ||
        get(th, &g->inverted_registry, "copyreg", "_inverted_registry", &type_dict) < 0 || get(th, &g->extension_cache, "copyreg", "_extension_cache", &type_dict) < 0 ||
        get(th, &g->name_mapping, "_compat_pickle", "NAME_MAPPING", &type_dict) < 0 || get(th, &g->import_mapping, "_compat_pickle", "IMPORT_MAPPING", &type_dict) < 0 ||
        get(th, &g->reverse_name_mapping, "_compat_pickle", "REVERSE_NAME_MAPPING", &type_dict) < 0 ||
        get(th, &g->reverse_import_mapping, "_compat_pickle", "REVERSE_IMPORT_MAPPING", &type_dict) < 0 || get(th, &g->codecs_encode, "codecs", "encode", NULL) < 0 ||
        get(th, &g->partial, "functools", "partial", NULL) < 0 || get(th, &g->getattr, "builtins", "getattr", NULL) < 0) return -1;
    g->object_reduce_ex = type_lookup(&type_object, name_d_reduce_ex);
    g->object_reduce = type_lookup(&type_object, name_d_reduce);
    g->object_getstate = type_lookup(&type_object, name_d_getstate);
    g->object_class = type_lookup(&type_object, name_d_class);
    Value base = exception_create_type(th, "_pickle.PickleError", NO_VALUE, NULL);
    if (!base) return -1;
    g->pickling_error = exception_create_type(th, "_pickle.PicklingError", base, NULL);
    g->unpickling_error = exception_create_type(th, "_pickle.UnpicklingError", base, NULL);
    if (!g->pickling_error || !g->unpickling_error) return -1;
    gc_add_root(&g->pickling_error);
    gc_add_root(&g->unpickling_error);
    g->pickle_error = base;
    gc_add_root(&g->pickle_error);
    return 0;
}

static int pickle_exec(Thread *th, Value m) {
    if (globals_init(th) < 0 || pickle_buffer_ready(th) < 0 || pickler_ready(th) < 0 || unpickler_ready_types(th) < 0) return -1;
    const PickleGlobals *g = &pickle_globals;
    if (module_add(th, m, "PickleError", new_ref(th, g->pickle_error)) < 0 || module_add(th, m, "PicklingError", new_ref(th, g->pickling_error)) < 0 ||
        module_add(th, m, "UnpicklingError", new_ref(th, g->unpickling_error)) < 0) return -1;
    if (module_add_type(th, m, pickler_type) < 0 || module_add_type(th, m, unpickler_type) < 0) return -1;
    return module_add_type(th, m, pickle_buffer_type);
}
const ModuleDef module__pickle = {"_pickle", "Objects to bytes and back: the module pickle in C.", pickle_fns, pickle_exec};
