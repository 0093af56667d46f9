// SPDX-License-Identifier: MIT
// property, classmethod, staticmethod. Constant after __init__ but for swapped fields; the old value is retired when threads run.
#include "core/object/abstract.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/generic_alias.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "gc/retire.h"

#define PROP(v) AS(Property, v)

// The name for messages: as set, or the getter's. New reference or NO_VALUE.
static Value property_name(Thread *th, Property *p) {
    Value n = field_get(th, &p->name, NO_VALUE);
    if (n) return n;
    Value f = field_get(th, &p->get, NO_VALUE);
    if (!f || !value_is_exact(f, &type_function) || object_getattr_optional(th, f, name_d_name, &n) <= 0) n = NO_VALUE;
    decref(th, f);
    return n;
}

static void property_missing(Thread *th, Value self, Value obj, const char *what) {
    Value name = property_name(th, PROP(self)), q = type_qualname(th, type_of(obj));
    if (name && q) raise_error(th, &exc_AttributeError, "property %R of %R object has no %s", name, q, what);
    else if (q) raise_error(th, &exc_AttributeError, "property of %R object has no %s", q, what);
    decref(th, name);
    decref(th, q);
}

static Value property_slot_get(Thread *th, Value self, Value obj, Value type) {
    if (!obj) return new_ref(th, self);
    Value f = field_get(th, &PROP(self)->get, NO_VALUE);
    if (!f) {
        property_missing(th, self, obj, "getter");
        return NO_VALUE;
    }
    Value r = call1(th, f, obj);
    decref(th, f);
    return r;
}
static int property_slot_set(Thread *th, Value self, Value obj, Value v) {
    Value f = field_get(th, v ? &PROP(self)->set : &PROP(self)->del, NO_VALUE);
    if (!f) {
        property_missing(th, self, obj, v ? "setter" : "deleter");
        return -1;
    }
    Value r = v ? call2(th, f, obj, v) : call1(th, f, obj);
    decref(th, f);
    decref(th, r);
    return r ? 0 : -1;
}

static NativeSig *property_sig;
static int property_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Value a[4];
    if (native_args_bind(th, &property_sig, "property", "(fget=None, fset=None, fdel=None, doc=None)", args, nargs, kwnames, a)) return -1;
    for (int i = 0; i < 3; i++)
        if (a[i] == VALUE_NONE) a[i] = NO_VALUE;
    Property *p = PROP(self);
    field_set(th, &p->get, new_ref(th, a[0]));
    field_set(th, &p->set, new_ref(th, a[1]));
    field_set(th, &p->del, new_ref(th, a[2]));
    field_set(th, &p->name, NO_VALUE);
    Value doc = a[3] && a[3] != VALUE_NONE ? new_ref(th, a[3]) : NO_VALUE;
    bool from_getter = false;
    if (!doc && a[0]) {
        Value d;
        int r = object_getattr_optional(th, a[0], name_d_doc, &d);
        if (r < 0) return -1;
        if (r && d != VALUE_NONE) {
            from_getter = true;
            doc = d;
        }
    }
    atomic_store_relaxed(&p->doc_from_getter, from_getter);
    if (value_is_exact(self, &type_property)) {
        field_set(th, &p->doc, doc);
        return 0;
    }
    // A subclass keeps its doc among its own attributes. Where it has no room for them, only a doc that came from the getter is an error.
    if (!doc) doc = VALUE_NONE;
    int r = object_setattr(th, self, name_d_doc, doc);
    decref(th, doc);
    if (r && !from_getter) r = error_clear_if(th, &exc_AttributeError) ? 0 : -1;
    return r;
}
static Value property_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Property *p = NEW(Property, th, type);
    return p ? VALUE_OF(p) : NO_VALUE;
}

// property with one function replaced; keeps class, name and, unless it came from the getter, doc.
static Value property_with(Thread *th, Value self, int which, Value f) {
    Property *p = PROP(self);
    Value held[4] = {field_get(th, &p->get, VALUE_NONE), field_get(th, &p->set, VALUE_NONE), field_get(th, &p->del, VALUE_NONE), NO_VALUE};
    Value v[4] = {held[0], held[1], held[2], VALUE_NONE};
    if (f != VALUE_NONE) v[which] = f;
    if (!atomic_load_relaxed(&p->doc_from_getter) || v[0] == VALUE_NONE) v[3] = held[3] = field_get(th, &p->doc, VALUE_NONE);
    Value r = object_call(th, VALUE_OF(type_of(self)), v, 4, NO_VALUE);
    values_release(th, held, ARRAY_LEN(held));
    Value name = r && type_is_subtype(type_of(r), &type_property) ? field_get(th, &p->name, NO_VALUE) : NO_VALUE;
    if (name) field_set(th, &PROP(r)->name, name);
    return r;
}
static Value property_meth_getter(Thread *th, Value self, Value *a) { return property_with(th, self, 0, a[0]); }
static Value property_meth_setter(Thread *th, Value self, Value *a) { return property_with(th, self, 1, a[0]); }
static Value property_meth_deleter(Thread *th, Value self, Value *a) { return property_with(th, self, 2, a[0]); }
static Value property_meth_set_name(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs != 2) return raise_type_error(th, "__set_name__() takes 2 positional arguments but %zu were given", nargs);
    field_set(th, &PROP(self)->name, new_ref(th, args[1]));
    return VALUE_NONE;
}
static Value property_get_fget(Thread *th, Value self) { return field_get(th, &PROP(self)->get, VALUE_NONE); }
static Value property_get_fset(Thread *th, Value self) { return field_get(th, &PROP(self)->set, VALUE_NONE); }
static Value property_get_fdel(Thread *th, Value self) { return field_get(th, &PROP(self)->del, VALUE_NONE); }
static int property_readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static Value property_get_doc(Thread *th, Value self) { return field_get(th, &PROP(self)->doc, VALUE_NONE); }
static int property_set_doc(Thread *th, Value self, Value v) { field_set(th, &PROP(self)->doc, new_ref(th, v)); return 0; }
static Value property_get_name(Thread *th, Value self) {
    Value n = property_name(th, PROP(self));
    if (n) return n;
    Value f = field_get(th, &PROP(self)->get, NO_VALUE);
    int r = f ? object_getattr_optional(th, f, name_d_name, &n) : 0;
    decref(th, f);
    if (r) return r > 0 ? n : NO_VALUE;
    return raise_error(th, &exc_AttributeError, "'%.100s' object has no attribute '__name__'", type_of(self)->name);
}
static int property_set_name(Thread *th, Value self, Value v) { field_set(th, &PROP(self)->name, new_ref(th, v)); return 0; }

static int is_abstract(Thread *th, Value *field) {
    Value v, f = field_get(th, field, NO_VALUE);
    int r = f ? object_getattr_optional(th, f, str_intern_cstr(th, "__isabstractmethod__"), &v) : 0;
    decref(th, f);
    if (r <= 0) return r;
    r = object_truth(th, v);
    decref(th, v);
    return r;
}
static Value property_get_abstract(Thread *th, Value self) {
    Value *f[3] = {&PROP(self)->get, &PROP(self)->set, &PROP(self)->del};
    for (int i = 0; i < 3; i++) {
        int r = is_abstract(th, f[i]);
        if (r) return r < 0 ? NO_VALUE : VALUE_TRUE;
    }
    return VALUE_FALSE;
}
static int property_traverse(Object *self, VisitFn visit, void *arg) {
    Property *p = (Property *)self;
    Value v[] = {p->get, p->set, p->del, p->doc, p->name};
    int r = 0;
    for (int i = 0; i < 5 && !r; i++)
        if (v[i]) r = visit(v[i], arg);
    return r;
}
static void property_clear(Thread *th, Object *self) {
    Property *p = (Property *)self;
    clear_ref(th, &p->get);
    clear_ref(th, &p->set);
    clear_ref(th, &p->del);
    clear_ref(th, &p->doc);
}
static void property_dealloc(Thread *th, Object *self) {
    property_clear(th, self);
    clear_ref(th, &((Property *)self)->name);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MethodDef property_methods[] = {
    {"getter", "(self, fget, /)", property_meth_getter, "Descriptor to obtain a copy of the property with a different getter.", METH_NO_TEXT_SIG},
    {"setter", "(self, fset, /)", property_meth_setter, "Descriptor to obtain a copy of the property with a different setter.", METH_NO_TEXT_SIG},
    {"deleter", "(self, fdel, /)", property_meth_deleter, "Descriptor to obtain a copy of the property with a different deleter.", METH_NO_TEXT_SIG},
    {"__set_name__", "(self, owner, name, /)", (void *)property_meth_set_name, "Method to set name of a property.", METH_RAW | METH_NO_TEXT_SIG}, {0}};
static const GetSetDef property_getsets[] = {
    {"fget", property_get_fget, property_readonly}, {"fset", property_get_fset, property_readonly}, {"fdel", property_get_fdel, property_readonly},
    {"__doc__", property_get_doc, property_set_doc}, {"__name__", property_get_name, property_set_name}, {"__isabstractmethod__", property_get_abstract, NULL}, {0}};
TYPE_DEFINE(property, "property", sizeof(Property), TYPE_TRACED | TYPE_BASETYPE, .methods = property_methods, .getsets = property_getsets,
    .text_signature = "(fget=None, fset=None, fdel=None, doc=None)",
    .doc = "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n"
           "  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:",
    .slots = {.new_ = property_slot_new, .init = property_slot_init, .descr_get = property_slot_get, .descr_set = property_slot_set,
              .traverse = property_traverse, .clear = property_clear, .dealloc = property_dealloc});

// ---- classmethod, staticmethod ---------------------------------------------------------------------------------------

#define CM(v) AS(ClassMethod, v)

static Value cm_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    ClassMethod *c = NEW(ClassMethod, th, type);
    if (c) c->callable = VALUE_NONE;
    return c ? VALUE_OF(c) : NO_VALUE;
}
static int cm_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames, const char *name) {
    if (kwnames && AS(Tuple, kwnames)->len) { raise_type_error(th, "%s() takes no keyword arguments", name); return -1; }
    if (nargs != 1) { raise_type_error(th, "%s expected 1 argument, got %zu", name, nargs); return -1; }
    field_set(th, &CM(self)->callable, new_ref(th, args[0]));
    Value copied[] = {name_d_module, name_d_name, name_d_qualname, name_d_doc};
    for (size_t i = 0; i < ARRAY_LEN(copied); i++) {
        Value v;
        int r = object_getattr_optional(th, args[0], copied[i], &v);
        if (r < 0) return -1;
        if (!r) continue;
        r = object_setattr(th, self, copied[i], v);
        decref(th, v);
        if (r) return -1;
    }
    return 0;
}
static int classmethod_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return cm_init(th, self, a, n, kw, "classmethod"); }
static int staticmethod_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return cm_init(th, self, a, n, kw, "staticmethod"); }
static Value classmethod_slot_get(Thread *th, Value self, Value obj, Value type) {
    Value f = field_get(th, &CM(self)->callable, NO_VALUE);
    if (!f) return raise_error(th, &exc_RuntimeError, "uninitialized classmethod object");
    Value r = method_new(th, f, type ? type : VALUE_OF(type_of(obj)));
    decref(th, f);
    return r;
}
static Value staticmethod_slot_get(Thread *th, Value self, Value obj, Value type) {
    Value f = field_get(th, &CM(self)->callable, NO_VALUE);
    return f ? f : raise_error(th, &exc_RuntimeError, "uninitialized staticmethod object");
}
static Value staticmethod_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    Value f = field_get(th, &CM(callable)->callable, NO_VALUE), r = object_call(th, f, args, nargs, kwnames);
    decref(th, f);
    return r;
}
static Value cm_repr(Thread *th, Value self, const char *format) {
    Value f = field_get(th, &CM(self)->callable, NO_VALUE), r = str_format(th, format, f);
    decref(th, f);
    return r;
}
static Value classmethod_slot_repr(Thread *th, Value self) { return cm_repr(th, self, "<classmethod(%R)>"); }
static Value staticmethod_slot_repr(Thread *th, Value self) { return cm_repr(th, self, "<staticmethod(%R)>"); }
static Value cm_get_func(Thread *th, Value self) { return field_get(th, &CM(self)->callable, VALUE_NONE); }
static int cm_readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static Value cm_get_abstract(Thread *th, Value self) {
    int r = is_abstract(th, &CM(self)->callable);
    return r < 0 ? NO_VALUE : value_bool(r);
}
// __annotations__ and __annotate__ come from the callable until they are set here.
static Value cm_delegate(Thread *th, Value self, Value name) {
    Value v;
    int r = attr_instance_find(th, self, name, &v);
    if (r) return r > 0 ? v : NO_VALUE;
    Value f = field_get(th, &CM(self)->callable, NO_VALUE);
    v = object_getattr(th, f, name);
    decref(th, f);
    if (!v) return NO_VALUE;
    Value d = object_get_dict(th, self);
    if (!d || dict_set(th, AS(Dict, d), name, v)) clear_ref(th, &v);
    decref(th, d);
    return v;
}
static int cm_delegate_set(Thread *th, Value self, Value name, Value v) {
    Value d = object_get_dict(th, self);
    if (!d) return -1;
    int r = v ? dict_set(th, AS(Dict, d), name, v) : dict_delete(th, AS(Dict, d), name);
    decref(th, d);
    if (!v && r == 0) { raise_attribute_error(th, self, name); return -1; }
    return r < 0 ? -1 : 0;
}
static Value cm_get_annotations(Thread *th, Value self) { return cm_delegate(th, self, name_d_annotations); }
static int cm_set_annotations(Thread *th, Value self, Value v) { return cm_delegate_set(th, self, name_d_annotations, v); }
static Value cm_get_annotate(Thread *th, Value self) { return cm_delegate(th, self, name_d_annotate); }
static int cm_set_annotate(Thread *th, Value self, Value v) { return cm_delegate_set(th, self, name_d_annotate, v); }
static int cm_traverse(Object *self, VisitFn visit, void *arg) { return ((ClassMethod *)self)->callable ? visit(((ClassMethod *)self)->callable, arg) : 0; }
static void cm_clear(Thread *th, Object *self) { set_ref(th, &((ClassMethod *)self)->callable, VALUE_NONE); }
static void cm_dealloc(Thread *th, Object *self) {
    clear_ref(th, &((ClassMethod *)self)->callable);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const GetSetDef cm_getsets[] = {
    {"__func__", cm_get_func, cm_readonly}, {"__wrapped__", cm_get_func, cm_readonly}, {"__isabstractmethod__", cm_get_abstract, NULL},
    {"__annotations__", cm_get_annotations, cm_set_annotations}, {"__annotate__", cm_get_annotate, cm_set_annotate}, {0}};
static const MethodDef cm_methods[] = {{"__class_getitem__", "(cls, object, /)", generic_class_getitem, "See PEP 585", METH_CLASS}, {0}};

TYPE_DEFINE(classmethod, "classmethod", sizeof(ClassMethod), TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_WEAKREFABLE, .getsets = cm_getsets, .methods = cm_methods,
    .text_signature = "(function, /)",
    .doc = "Convert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.",
    .slots = {.new_ = cm_slot_new, .init = classmethod_slot_init, .descr_get = classmethod_slot_get, .repr = classmethod_slot_repr, .traverse = cm_traverse,
              .clear = cm_clear, .dealloc = cm_dealloc});
TYPE_DEFINE(staticmethod, "staticmethod", sizeof(ClassMethod), TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_WEAKREFABLE, .getsets = cm_getsets, .methods = cm_methods,
    .text_signature = "(function, /)",
    .doc = "Convert a function to be a static method.\n\nA static method does not receive an implicit first argument.",
    .slots = {.new_ = cm_slot_new, .init = staticmethod_slot_init, .descr_get = staticmethod_slot_get, .call = staticmethod_slot_call, .repr = staticmethod_slot_repr,
              .traverse = cm_traverse, .clear = cm_clear, .dealloc = cm_dealloc});
