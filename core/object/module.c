// SPDX-License-Identifier: MIT
// Modules: attributes live in the module's dict, which never changes; __getattr__ of a module is called for what is missing.
#include "core/object/module.h"
#include "core/object/module_shadow.h"

#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/type_int.h"

Value modules_dict;

static int module_fill(Thread *th, Module *m, Value name, Value doc) {
    Value none[] = {name_d_package, name_d_loader, name_d_spec};
    Dict *d = AS(Dict, m->dict);
    if (dict_set(th, d, name_d_name, name) || dict_set(th, d, name_d_doc, doc)) return -1;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (dict_set(th, d, none[i], VALUE_NONE)) return -1;
    return 0;
}

static Module *module_alloc(Thread *th, Type *type) {
    Module *m = NEW(Module, th, type);
    if (!m) return NULL;
    if (!(m->dict = dict_new(th))) { decref(th, VALUE_OF(m)); return NULL; }
    object_make_uncounted(th, &m->head);
    object_make_uncounted(th, value_object(m->dict));
    return m;
}

Value module_new(Thread *th, Value name) {
    Module *m = module_alloc(th, &type_module);
    if (!m) return NO_VALUE;
    return module_fill(th, m, name, VALUE_NONE) ? NO_VALUE : VALUE_OF(m);
}

Value module_from_def(Thread *th, const ModuleDef *def) {
    Value name = str_intern_cstr(th, def->name);
    Value m = name ? module_new(th, name) : NO_VALUE;
    if (!m) return NO_VALUE;
    AS(Module, m)->def = def;
    Dict *d = module_dict(m);
    if (def->doc) {
        Value doc = str_from_cstr(th, def->doc);
        if (!doc || dict_set(th, d, name_d_doc, doc)) return NO_VALUE;
        decref(th, doc);
    }
    for (const MethodDef *f = def->methods; f && f->name; f++) {
        Value key = str_intern_cstr(th, f->name);
        Value fn = key ? builtin_function_new(th, f, m, name) : NO_VALUE;
        if (!fn || dict_set(th, d, key, fn)) return NO_VALUE;
        decref(th, fn);
    }
    return m;
}

Dict *module_dict(Value module) { return AS(Dict, AS(Module, module)->dict); }

int module_add(Thread *th, Value module, const char *name, Value v) {
    if (!v) return -1;
    int r = dict_set_str(th, module_dict(module), name, v);
    decref(th, v);
    return r;
}
int module_add_int(Thread *th, Value module, const char *name, int64_t v) { return module_add(th, module, name, int_from_i64(th, v)); }
int module_add_str(Thread *th, Value module, const char *name, const char *v) { return module_add(th, module, name, str_from_cstr(th, v)); }
int module_add_type(Thread *th, Value module, Type *t) {
    if (type_ready(th, t)) return -1;
    return module_add(th, module, type_short_name(t), new_ref(th, VALUE_OF(t)));
}

Value import_module(Thread *th, const char *name) {
    Value n = str_intern_cstr(th, name);
    return n ? import_module_named(th, n) : NO_VALUE;
}

Value import_module_named(Thread *th, Value n) {
    if (modules_dict) {
        Value m = dict_get_str(th, AS(Dict, modules_dict), n);
        if (m && m != VALUE_NONE) {
            // One that another thread is still initialising must be waited for: the long way does.
            Value spec = value_is_object(m) && type_is_subtype(type_of(m), &type_module) ? dict_get_str(th, module_dict(m), name_d_spec) : NO_VALUE;
            Value busy = NO_VALUE;
            int r = spec && spec != VALUE_NONE ? object_getattr_optional(th, spec, name_initializing, &busy) : 0;
            if (r < 0) error_clear(th);
            int t = r > 0 ? object_truth(th, busy) : 0;
            decref(th, busy);
            decref(th, spec);
            if (t == 0) return m;
        }
        decref(th, m);
    }
    Value imp = builtins_default ? dict_get_str(th, builtins_default, name_d_import) : NO_VALUE;
    if (!imp) return raise_error(th, &exc_ImportError, "__import__ not found");
    Value from = tuple_pack1(th, name_underscore);
    Value a[5] = {n, VALUE_NONE, VALUE_NONE, from, value_imm_int(0)};
    Value m = from ? object_call(th, imp, a, 5, NO_VALUE) : NO_VALUE;
    decref(th, from);
    decref(th, imp);
    return m;
}

Value import_attr(Thread *th, const char *module, const char *attr) {
    Value m = import_module(th, module);
    if (!m) return NO_VALUE;
    Value v = object_getattr_cstr(th, m, attr);
    decref(th, m);
    return v;
}

// ---- the type ----------------------------------------------------------------------------------------------------

static Value module_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Module *m = module_alloc(th, type);
    return m ? VALUE_OF(m) : NO_VALUE;
}
static NativeSig *module_sig;
static int module_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Value a[2];
    if (native_args_bind(th, &module_sig, "module", "(name, doc=None)", args, nargs, kwnames, a)) return -1;
    if (!value_is_str(a[0])) { raise_type_error(th, "module() argument 'name' must be str, not %.50s", type_of(a[0])->name); return -1; }
    return module_fill(th, AS(Module, self), a[0], a[1] ? a[1] : VALUE_NONE);
}

static bool spec_flag(Thread *th, Value spec, const char *name) {
    Value v;
    int r = object_getattr_optional(th, spec, str_intern_cstr(th, name), &v);
    if (r < 0) error_clear(th);
    if (r <= 0) return false;
    r = object_truth(th, v);
    if (r < 0) error_clear(th);
    decref(th, v);
    return r > 0;
}

// The file the module came from: Str or NO_VALUE.
static Value spec_origin(Thread *th, Value spec) {
    Value v;
    if (!spec_flag(th, spec, "has_location")) return NO_VALUE;
    int r = object_getattr_optional(th, spec, str_intern_cstr(th, "origin"), &v);
    if (r < 0) error_clear(th);
    if (r <= 0) return NO_VALUE;
    if (value_is_str(v)) return v;
    decref(th, v);
    return NO_VALUE;
}

static COLD Value module_missing(Thread *th, Value self, Value name) {
    Dict *d = module_dict(self);
    Value mod = dict_get_str(th, d, name_d_name), spec = dict_get_str(th, d, name_d_spec);
    Value origin = spec && spec != VALUE_NONE ? spec_origin(th, spec) : NO_VALUE;
    int shadow = mod && value_is_str(mod) ? module_shadow(th, mod, origin) : SHADOW_NONE;
    if (shadow < 0) {}
    else if (!mod || !value_is_str(mod)) raise_error(th, &exc_AttributeError, "module has no attribute '%U'", name);
    else if (shadow == SHADOW_STDLIB)
        raise_error(th, &exc_AttributeError, "module '%U' has no attribute '%U' (consider renaming %R since it has the same name as the standard library module named '%U' and prevents importing that standard library module)",
                    mod, name, origin, mod);
    else if (spec && spec != VALUE_NONE && spec_flag(th, spec, "_initializing")) {
        if (shadow == SHADOW_LIBRARY)
            raise_error(th, &exc_AttributeError, "module '%U' has no attribute '%U' (consider renaming %R if it has the same name as a library you intended to import)", mod, name, origin);
        else if (origin)
            raise_error(th, &exc_AttributeError, "partially initialized module %R from %R has no attribute %R (most likely due to a circular import)", mod, origin, name);
        else raise_error(th, &exc_AttributeError, "partially initialized module %R has no attribute %R (most likely due to a circular import)", mod, name);
    } else {
        Value full = modules_dict ? str_format(th, "%U.%U", mod, name) : NO_VALUE;
        Value sub = full ? dict_get_str(th, AS(Dict, modules_dict), full) : NO_VALUE;
        Value sspec = sub && type_is_subtype(type_of(sub), &type_module) ? dict_get_str(th, module_dict(sub), name_d_spec) : NO_VALUE;
        if (sspec && sspec != VALUE_NONE && spec_flag(th, sspec, "_initializing"))
            raise_error(th, &exc_AttributeError, "cannot access submodule %R of module %R (most likely due to a circular import)", name, mod);
        else raise_error(th, &exc_AttributeError, "module '%U' has no attribute '%U'", mod, name);
        decref(th, sspec);
        decref(th, sub);
        decref(th, full);
    }
    decref(th, mod);
    decref(th, spec);
    decref(th, origin);
    if (shadow >= 0) attribute_error_context(th, self, name);
    return NO_VALUE;
}

int module_getattr_find(Thread *th, Value self, Value name, Value *out) {
    int r = attr_generic_find(th, self, name, out);
    if (r) return r;
    Value f = dict_get_str(th, module_dict(self), name_d_getattr);
    if (!f) return 0;
    *out = call1(th, f, name);
    decref(th, f);
    return *out ? 1 : -1;
}
Value module_slot_getattr(Thread *th, Value self, Value name) {
    Value out;
    if (!value_is_exact_str(name)) return object_generic_getattr(th, self, name);
    int r = module_getattr_find(th, self, name, &out);
    return LIKELY(r > 0) ? out : r < 0 ? NO_VALUE : module_missing(th, self, name);
}

static Value attr_or_none(Thread *th, Value o, const char *name) {
    Value v;
    int r = object_getattr_optional(th, o, str_intern_cstr(th, name), &v);
    if (r < 0) error_clear(th);
    return r > 0 ? v : VALUE_NONE;
}

static Value module_slot_repr(Thread *th, Value self) {
    Dict *d = module_dict(self);
    Value spec = dict_get_str(th, d, name_d_spec), r = NO_VALUE;
    if (spec && spec != VALUE_NONE) {
        Value name = attr_or_none(th, spec, "name"), origin = attr_or_none(th, spec, "origin"), loader = attr_or_none(th, spec, "loader");
        if (name == VALUE_NONE) name = str_intern_cstr(th, "?");
        Value path = NO_VALUE;
        if (origin == VALUE_NONE && strcmp(type_of(loader)->name, "NamespaceLoader") == 0 && object_getattr_optional(th, loader, str_intern_cstr(th, "_path"), &path) > 0) {
            Value list = sequence_to_list(th, path);
            r = list ? str_format(th, "<module %R (namespace) from %R>", name, list) : NO_VALUE;
            decref(th, list);
            decref(th, path);
        } else if (origin == VALUE_NONE) r = loader == VALUE_NONE ? str_format(th, "<module %R>", name) : str_format(th, "<module %R (%R)>", name, loader);
        else if (spec_flag(th, spec, "has_location")) r = str_format(th, "<module %R from %R>", name, origin);
        else r = str_format(th, "<module %R (%S)>", name, origin);
        decref(th, name);
        decref(th, origin);
        decref(th, loader);
        decref(th, spec);
        return r;
    }
    decref(th, spec);
    Value name = dict_get_str(th, d, name_d_name), file = dict_get_str(th, d, name_d_file), loader = dict_get_str(th, d, name_d_loader);
    if (!file && object_getattr_optional(th, self, name_d_file, &file) < 0) error_clear(th); // a module's own __getattr__ may know it
    if (!name) name = str_intern_cstr(th, "?");
    if (file) r = str_format(th, "<module %R from %R>", name, file);
    else if (loader && loader != VALUE_NONE) r = str_format(th, "<module %R (%R)>", name, loader);
    else r = str_format(th, "<module %R>", name);
    decref(th, name);
    decref(th, file);
    decref(th, loader);
    return r;
}

static Value module_meth_dir(Thread *th, Value self, Value *args) {
    Value d = object_getattr(th, self, name_d_dict);
    if (!d) return NO_VALUE;
    Value r = NO_VALUE;
    if (!value_is_dict(d)) raise_type_error(th, "%.200s.__dict__ is not a dictionary", type_of(self)->name);
    else {
        Value f = dict_get_str(th, AS(Dict, d), name_d_dir);
        r = f ? call0(th, f) : dict_keys_list(th, AS(Dict, d));
        decref(th, f);
    }
    decref(th, d);
    return r;
}
static Value module_get_dict(Thread *th, Value self) { return new_ref(th, AS(Module, self)->dict); }
static int module_set_dict(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static Value module_get_annotate(Thread *th, Value self) {
    Value v = dict_get_str(th, module_dict(self), name_d_annotate);
    if (v) return v;
    return dict_set(th, module_dict(self), name_d_annotate, VALUE_NONE) ? NO_VALUE : VALUE_NONE;
}
static int module_set_annotate(Thread *th, Value self, Value v) {
    if (!v) { raise_type_error(th, "cannot delete __annotate__ attribute"); return -1; }
    if (v != VALUE_NONE && !object_callable(v)) { raise_type_error(th, "__annotate__ must be callable or None"); return -1; }
    if (dict_set(th, module_dict(self), name_d_annotate, v)) return -1;
    return v != VALUE_NONE && dict_delete(th, module_dict(self), name_d_annotations) < 0 ? -1 : 0;
}
static Value module_get_annotations(Thread *th, Value self) {
    Dict *d = module_dict(self);
    Value v = dict_get_str(th, d, name_d_annotations);
    if (v) return v;
    Value f = dict_get_str(th, d, name_d_annotate);
    if (f && f != VALUE_NONE && object_callable(f)) {
        v = call1(th, f, value_imm_int(1));
        if (v && !value_is_dict(v)) {
            raise_type_error(th, "__annotate__ returned non-dict of type '%.100s'", type_of(v)->name);
            clear_ref(th, &v);
        }
    } else v = dict_new(th);
    decref(th, f);
    Value spec = v ? dict_get_str(th, d, name_d_spec) : NO_VALUE;
    bool keep = !(spec && spec != VALUE_NONE && spec_flag(th, spec, "_initializing"));
    decref(th, spec);
    if (v && keep && dict_set(th, d, name_d_annotations, v)) clear_ref(th, &v);
    return v;
}
static int module_set_annotations(Thread *th, Value self, Value v) {
    Dict *d = module_dict(self);
    int r = v ? dict_set(th, d, name_d_annotations, v) : dict_delete(th, d, name_d_annotations);
    if (!v && r == 0) { raise_error(th, &exc_AttributeError, "__annotations__"); return -1; }
    if (r < 0) return -1;
    return dict_delete(th, d, name_d_annotate) < 0 ? -1 : 0;
}
static int module_traverse(Object *self, VisitFn visit, void *arg) {
    Module *m = (Module *)self;
    return m->dict ? visit(m->dict, arg) : 0;
}
// The dict may be alive without its module (as the globals of functions): if it isn't, the collector clears it by itself.
static void module_clear(Thread *th, Object *self) {}
static void module_dealloc(Thread *th, Object *self) {
    decref(th, ((Module *)self)->dict);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MethodDef module_methods[] = {{"__dir__", "(self, /)", module_meth_dir, "__dir__() -> list\nspecialized dir() implementation", METH_NO_TEXT_SIG}, {0}};
static const GetSetDef module_getsets[] = {{"__dict__", module_get_dict, module_set_dict}, {"__annotations__", module_get_annotations, module_set_annotations},
    {"__annotate__", module_get_annotate, module_set_annotate}, {0}};
TYPE_DEFINE(module, "module", sizeof(Module), TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_WEAKREFABLE, .methods = module_methods, .getsets = module_getsets,
    .text_signature = "(name, doc=None)", .doc = "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
    .slots = {.new_ = module_slot_new, .init = module_slot_init, .getattr = module_slot_getattr, .repr = module_slot_repr, .traverse = module_traverse,
              .clear = module_clear, .dealloc = module_dealloc});
