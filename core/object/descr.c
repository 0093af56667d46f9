// SPDX-License-Identifier: MIT
// Descriptors of built-in types: method and class method descriptors, slot wrappers, getset and member descriptors.
// All are constant after creation and uncounted (those of static types are carved from blocks that are never freed); no locks.
#include "core/object/descr.h"

#include "core/object/abstract.h"
#include "core/object/module.h"
#include "core/object/int.h"
#include "core/object/float.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

#include <stdio.h>
#include <stdlib.h>

// Memory of descriptors of static types: never freed, single-threaded start or under no particular lock (thread-local block).
static void *descr_alloc(Thread *th, Type *owner, Shape *shape, size_t size) {
    static __thread char *block;
    static __thread size_t left;
    if (owner->flags & TYPE_HEAP) {
        Object *o = object_alloc(th, shape, size);
        if (o) object_make_uncounted(th, o);
        return o;
    }
    size = (size + 15) & ~(size_t)15;
    if (left < size) {
        left = 64 * 1024;
        if (!(block = aligned_alloc(16, left))) { left = 0; raise_memory_error(th); return NULL; }
        memset(block, 0, left);
    }
    Object *o = (Object *)block;
    block += size;
    left -= size;
    *o = (Object)OBJECT_STATIC(shape);
    return o;
}

static Value owner_error(Thread *th, Value descr_name, Type *owner, Value got) {
    return raise_type_error(th, "descriptor '%U' for '%.100s' objects doesn't apply to a '%.100s' object", descr_name, owner->name, type_of(got)->name);
}

static Value objclass_reduce(Thread *th, Value self, Type *owner, const char *name) {
    Value getattr = import_attr(th, "builtins", "getattr");
    if (!getattr) return NO_VALUE;
    Value n = str_intern_cstr(th, name);
    Value args = n ? tuple_pack2(th, VALUE_OF(owner), n) : NO_VALUE;
    Value r = args ? tuple_pack2(th, getattr, args) : NO_VALUE;
    decref(th, args);
    decref(th, getattr);
    return r;
}

static Value qualified(Thread *th, Type *owner, const char *name) {
    Value q = type_qualname(th, owner);
    if (!q) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_str(&b, q);
    str_builder_char(&b, '.');
    str_builder_cstr(&b, name);
    decref(th, q);
    return str_builder_finish(&b);
}

static Value descr_repr(Thread *th, const char *what, const char *name, Type *owner) {
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '<');
    str_builder_cstr(&b, what);
    str_builder_cstr(&b, " '");
    str_builder_cstr(&b, name);
    str_builder_cstr(&b, "' of '");
    str_builder_cstr(&b, owner->name);
    str_builder_cstr(&b, "' objects>");
    return str_builder_finish(&b);
}

static Value cstr_or_none(Thread *th, const char *s) { return s ? str_from_cstr(th, s) : VALUE_NONE; }

// ---- method_descriptor, classmethod_descriptor ----------------------------------------------------------

Value method_descr_new(Thread *th, Type *owner, const MethodDef *def) {
    Shape *shape = def->flags & METH_CLASS ? &shape_classmethod_descriptor : def->flags & METH_STATIC ? &shape_builtin_function : &shape_method_descriptor;
    BuiltinFunction *f = descr_alloc(th, owner, shape, sizeof *f);
    if (!f) return NO_VALUE;
    f->def = def;
    f->owner = owner;
    if (def->flags & METH_STATIC) f->self = VALUE_OF(owner); // __self__
    f->nargs_exact = f->nargs_min = 255;
    return VALUE_OF(f);
}

Value builtin_function_bind(Thread *th, const BuiltinFunction *d, Value self) {
    // The descriptor keeps the parsed signature, for all that are bound from it: those come and go.
    if (!(d->def->flags & METH_RAW) && !atomic_load_acquire(&((BuiltinFunction *)d)->sig) && !native_sig(th, d)) return NO_VALUE;
    BuiltinFunction *f = NEW(BuiltinFunction, th, &type_builtin_function);
    if (!f) return NO_VALUE;
    f->def = d->def;
    f->sig = atomic_load_acquire(&((BuiltinFunction *)d)->sig);
    f->owner = d->owner;
    f->nargs_exact = f->sig ? atomic_load_relaxed(&d->nargs_exact) : 255;
    f->nargs_min = atomic_load_relaxed(&d->nargs_min);
    f->nargs_max = atomic_load_relaxed(&d->nargs_max);
    f->self = new_ref(th, self);
    return VALUE_OF(f);
}

static Value method_descr_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    BuiltinFunction *f = AS(BuiltinFunction, callable);
    if (UNLIKELY(nargs == 0)) return raise_type_error(th, "unbound method %s.%s() needs an argument", f->owner->name, f->def->name);
    if (UNLIKELY(!value_is_instance(args[0], f->owner)))
        return raise_type_error(th, "descriptor '%s' for '%.100s' objects doesn't apply to a '%.100s' object", f->def->name, f->owner->name, type_of(args[0])->name);
    return native_call(th, f, args[0], args + 1, nargs - 1, kwnames);
}

static Value method_descr_slot_get(Thread *th, Value self, Value obj, Value type) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    if (!obj) return new_ref(th, self);
    if (!value_is_instance(obj, f->owner))
        return raise_type_error(th, "descriptor '%s' for '%.100s' objects doesn't apply to a '%.100s' object", f->def->name, f->owner->name, type_of(obj)->name);
    return builtin_function_bind(th, f, obj);
}
static Value method_descr_slot_repr(Thread *th, Value self) {
    return descr_repr(th, "method", AS(BuiltinFunction, self)->def->name, AS(BuiltinFunction, self)->owner);
}
static Value fn_get_name(Thread *th, Value self) { return str_intern_cstr(th, AS(BuiltinFunction, self)->def->name); }
static Value fn_get_doc(Thread *th, Value self) { return cstr_or_none(th, AS(BuiltinFunction, self)->def->doc); }
static Value fn_get_text_signature(Thread *th, Value self) {
    return native_text_signature(th, AS(BuiltinFunction, self)->def, AS(BuiltinFunction, self)->owner != NULL);
}
static Value method_descr_get_qualname(Thread *th, Value self) {
    return qualified(th, AS(BuiltinFunction, self)->owner, AS(BuiltinFunction, self)->def->name);
}
static Value method_descr_get_objclass(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(BuiltinFunction, self)->owner)); }
static Value method_descr_meth_reduce(Thread *th, Value self, Value *args) {
    return objclass_reduce(th, self, AS(BuiltinFunction, self)->owner, AS(BuiltinFunction, self)->def->name);
}
static const MethodDef method_descr_methods[] = {{"__reduce__", "(self, /)", method_descr_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef method_descr_getsets[] = {
    {"__name__", fn_get_name, NULL, NULL}, {"__doc__", fn_get_doc, NULL, NULL}, {"__qualname__", method_descr_get_qualname, NULL, NULL},
    {"__text_signature__", fn_get_text_signature, NULL, NULL}, {"__objclass__", method_descr_get_objclass, NULL, NULL}, {0}};
static int descr_fn_traverse(Object *self, VisitFn visit, void *arg) {
    BuiltinFunction *f = (BuiltinFunction *)self;
    int r = f->self ? visit(f->self, arg) : 0;
    if (!r && f->module) r = visit(f->module, arg);
    if (!r && f->owner && (f->owner->flags & TYPE_HEAP)) r = visit(VALUE_OF(f->owner), arg);
    return r;
}
TYPE_DEFINE(method_descriptor, "method_descriptor", sizeof(BuiltinFunction), TYPE_TRACED | TYPE_METHOD_DESCR,
            .methods = method_descr_methods, .getsets = method_descr_getsets,
            .slots = {.repr = method_descr_slot_repr, .call = method_descr_slot_call, .descr_get = method_descr_slot_get, .traverse = descr_fn_traverse});

static Value classmethod_descr_bind(Thread *th, BuiltinFunction *f, Value obj, Value type) {
    if (!type) {
        if (!obj) return raise_type_error(th, "descriptor '%s' for type '%.100s' needs either an object or a type", f->def->name, f->owner->name);
        type = VALUE_OF(type_of(obj));
    }
    if (!value_is_type(type))
        return raise_type_error(th, "descriptor '%s' for type '%.100s' needs a type, not a '%.100s' as arg 2", f->def->name, f->owner->name, type_of(type)->name);
    if (!type_is_subtype(AS(Type, type), f->owner))
        return raise_type_error(th, "descriptor '%s' requires a subtype of '%.100s' but received '%.100s'", f->def->name, f->owner->name, AS(Type, type)->name);
    return type;
}
static Value classmethod_descr_slot_get(Thread *th, Value self, Value obj, Value type) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    Value t = classmethod_descr_bind(th, f, obj, type);
    return t ? builtin_function_bind(th, f, t) : NO_VALUE;
}
static Value classmethod_descr_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    BuiltinFunction *f = AS(BuiltinFunction, callable);
    if (nargs < 1) return raise_type_error(th, "descriptor '%s' of '%.100s' object needs an argument", f->def->name, f->owner->name);
    Value t = classmethod_descr_bind(th, f, NO_VALUE, args[0]);
    return t ? native_call(th, f, t, args + 1, nargs - 1, kwnames) : NO_VALUE;
}
TYPE_DEFINE(classmethod_descriptor, "classmethod_descriptor", sizeof(BuiltinFunction), TYPE_TRACED,
            .getsets = method_descr_getsets,
            .slots = {.repr = method_descr_slot_repr, .call = classmethod_descr_slot_call, .descr_get = classmethod_descr_slot_get, .traverse = descr_fn_traverse});

// ---- builtin_function_or_method ---------------------------------------------------------------------------

Value builtin_function_new(Thread *th, const MethodDef *def, Value self, Value module) {
    BuiltinFunction *f = NEW(BuiltinFunction, th, &type_builtin_function);
    if (!f) return NO_VALUE;
    f->def = def;
    f->self = new_ref(th, self);
    f->module = new_ref(th, module);
    f->nargs_exact = f->nargs_min = 255;
    object_make_uncounted(th, &f->head);
    return VALUE_OF(f);
}

static Value builtin_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    BuiltinFunction *f = AS(BuiltinFunction, callable);
    return native_call(th, f, f->self, args, nargs, kwnames);
}
static bool builtin_is_method(const BuiltinFunction *f) { return f->self && !type_is_subtype(type_of(f->self), &type_module); }
static Value builtin_slot_repr(Thread *th, Value self) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    char buf[64];
    StrBuilder b;
    str_builder_init(&b, th);
    if (!builtin_is_method(f)) {
        str_builder_cstr(&b, "<built-in function ");
        str_builder_cstr(&b, f->def->name);
    } else {
        str_builder_cstr(&b, "<built-in method ");
        str_builder_cstr(&b, f->def->name);
        str_builder_cstr(&b, " of ");
        str_builder_cstr(&b, type_of(f->self)->name);
        snprintf(buf, sizeof buf, " object at 0x%llx", (unsigned long long)f->self);
        str_builder_cstr(&b, buf);
    }
    str_builder_char(&b, '>');
    return str_builder_finish(&b);
}
static Value builtin_get_self(Thread *th, Value self) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    return f->self ? new_ref(th, f->self) : VALUE_NONE;
}
static Value builtin_get_module(Thread *th, Value self) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    return f->module ? new_ref(th, f->module) : VALUE_NONE;
}
static Value builtin_get_qualname(Thread *th, Value self) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    if (!builtin_is_method(f)) return f->owner && !f->self ? qualified(th, f->owner, f->def->name) : str_intern_cstr(th, f->def->name);
    return qualified(th, value_is_type(f->self) ? AS(Type, f->self) : type_of(f->self), f->def->name);
}
static Value builtin_meth_reduce(Thread *th, Value self, Value *args) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    if (!builtin_is_method(f)) return f->owner ? objclass_reduce(th, self, f->owner, f->def->name) : str_intern_cstr(th, f->def->name);
    Value getattr = import_attr(th, "builtins", "getattr");
    Value n = getattr ? str_intern_cstr(th, f->def->name) : NO_VALUE;
    Value a = n ? tuple_pack2(th, f->self, n) : NO_VALUE;
    Value r = a ? tuple_pack2(th, getattr, a) : NO_VALUE;
    decref(th, a);
    decref(th, getattr);
    return r;
}
static Value builtin_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(b, &type_builtin_function)) return VALUE_NOT_IMPLEMENTED;
    BuiltinFunction *x = AS(BuiltinFunction, a), *y = AS(BuiltinFunction, b);
    return value_bool((x->self == y->self && x->def->fn == y->def->fn) == (op == CMP_EQ));
}
static int64_t builtin_slot_hash(Thread *th, Value self) {
    BuiltinFunction *f = AS(BuiltinFunction, self);
    uint64_t h = (f->self >> 4) ^ ((uint64_t)(uintptr_t)f->def->fn >> 2);
    return h == UINT64_MAX ? -2 : (int64_t)h;
}
static void builtin_clear(Thread *th, Object *self) { clear_ref(th, &((BuiltinFunction *)self)->self); }
static void builtin_dealloc(Thread *th, Object *self) {
    BuiltinFunction *f = (BuiltinFunction *)self;
    decref(th, f->self);
    decref(th, f->module);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MethodDef builtin_methods[] = {{"__reduce__", "(self, /)", builtin_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef builtin_getsets[] = {
    {"__name__", fn_get_name, NULL, NULL}, {"__doc__", fn_get_doc, NULL, NULL}, {"__qualname__", builtin_get_qualname, NULL, NULL},
    {"__self__", builtin_get_self, NULL, NULL}, {"__text_signature__", fn_get_text_signature, NULL, NULL}, {"__module__", builtin_get_module, NULL, NULL}, {0}};
TYPE_DEFINE(builtin_function, "builtin_function_or_method", sizeof(BuiltinFunction), TYPE_TRACED | TYPE_WEAKREFABLE,
            .methods = builtin_methods, .getsets = builtin_getsets,
            .slots = {.repr = builtin_slot_repr, .call = builtin_slot_call, .compare = builtin_slot_compare, .hash = builtin_slot_hash,
                      .traverse = descr_fn_traverse, .clear = builtin_clear, .dealloc = builtin_dealloc});

// ---- slot wrappers --------------------------------------------------------------------------------------------

Value wrapper_descr_new(Thread *th, Type *owner, const SlotRow *row, void *fn) {
    WrapperDescr *w = descr_alloc(th, owner, &shape_wrapper_descriptor, sizeof *w);
    if (!w) return NO_VALUE;
    w->row = row;
    w->owner = owner;
    w->fn = fn;
    return VALUE_OF(w);
}
static Value wrapper_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    WrapperDescr *w = AS(WrapperDescr, callable);
    if (nargs < 1) return raise_type_error(th, "descriptor '%s' of '%.100s' object needs an argument", w->row->dunder, w->owner->name);
    if (!value_is_instance(args[0], w->owner))
        return raise_type_error(th, "descriptor '%s' requires a '%.100s' object but received a '%.100s'", w->row->dunder, w->owner->name, type_of(args[0])->name);
    return slot_wrapper_call(th, w->row, w->owner, w->fn, args[0], args + 1, nargs - 1, kwnames);
}
static Value wrapper_slot_get(Thread *th, Value self, Value obj, Value type) {
    WrapperDescr *w = AS(WrapperDescr, self);
    if (!obj) return new_ref(th, self);
    if (!value_is_instance(obj, w->owner)) return owner_error(th, w->row->name, w->owner, obj);
    MethodWrapper *m = NEW(MethodWrapper, th, &type_method_wrapper);
    if (!m) return NO_VALUE;
    m->descr = new_ref(th, self);
    m->self = new_ref(th, obj);
    return VALUE_OF(m);
}
static Value wrapper_slot_repr(Thread *th, Value self) { return descr_repr(th, "slot wrapper", AS(WrapperDescr, self)->row->dunder, AS(WrapperDescr, self)->owner); }
static Value wrapper_get_name(Thread *th, Value self) { return AS(WrapperDescr, self)->row->name; }
static Value wrapper_get_doc(Thread *th, Value self) { return cstr_or_none(th, slot_row_doc(AS(WrapperDescr, self)->row)); }
static Value wrapper_get_text_signature(Thread *th, Value self) { return str_from_cstr(th, slot_row_signature(AS(WrapperDescr, self)->row)); }
static Value wrapper_get_qualname(Thread *th, Value self) { return qualified(th, AS(WrapperDescr, self)->owner, AS(WrapperDescr, self)->row->dunder); }
static Value wrapper_get_objclass(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(WrapperDescr, self)->owner)); }
static Value wrapper_meth_reduce(Thread *th, Value self, Value *args) {
    return objclass_reduce(th, self, AS(WrapperDescr, self)->owner, AS(WrapperDescr, self)->row->dunder);
}
static const MethodDef wrapper_methods[] = {{"__reduce__", "(self, /)", wrapper_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef wrapper_getsets[] = {
    {"__name__", wrapper_get_name, NULL, NULL}, {"__doc__", wrapper_get_doc, NULL, NULL}, {"__qualname__", wrapper_get_qualname, NULL, NULL},
    {"__text_signature__", wrapper_get_text_signature, NULL, NULL}, {"__objclass__", wrapper_get_objclass, NULL, NULL}, {0}};
static int wrapper_traverse(Object *self, VisitFn visit, void *arg) {
    Type *t = ((WrapperDescr *)self)->owner;
    return t && (t->flags & TYPE_HEAP) ? visit(VALUE_OF(t), arg) : 0;
}
TYPE_DEFINE(wrapper_descriptor, "wrapper_descriptor", sizeof(WrapperDescr), TYPE_METHOD_DESCR | TYPE_TRACED, .methods = wrapper_methods, .getsets = wrapper_getsets,
            .slots = {.repr = wrapper_slot_repr, .call = wrapper_slot_call, .descr_get = wrapper_slot_get, .traverse = wrapper_traverse});

static WrapperDescr *mw_descr(Value self) { return AS(WrapperDescr, AS(MethodWrapper, self)->descr); }
static Value mw_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    WrapperDescr *w = mw_descr(callable);
    return slot_wrapper_call(th, w->row, w->owner, w->fn, AS(MethodWrapper, callable)->self, args, nargs, kwnames);
}
static Value mw_slot_repr(Thread *th, Value self) {
    char buf[64];
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_cstr(&b, "<method-wrapper '");
    str_builder_cstr(&b, mw_descr(self)->row->dunder);
    str_builder_cstr(&b, "' of ");
    str_builder_cstr(&b, type_of(AS(MethodWrapper, self)->self)->name);
    snprintf(buf, sizeof buf, " object at 0x%llx>", (unsigned long long)AS(MethodWrapper, self)->self);
    str_builder_cstr(&b, buf);
    return str_builder_finish(&b);
}
static Value mw_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(b, &type_method_wrapper)) return VALUE_NOT_IMPLEMENTED;
    bool eq = AS(MethodWrapper, a)->descr == AS(MethodWrapper, b)->descr && AS(MethodWrapper, a)->self == AS(MethodWrapper, b)->self;
    return value_bool(eq == (op == CMP_EQ));
}
static int64_t mw_slot_hash(Thread *th, Value self) {
    uint64_t h = (AS(MethodWrapper, self)->self >> 4) ^ (AS(MethodWrapper, self)->descr >> 2);
    return h == UINT64_MAX ? -2 : (int64_t)h;
}
static Value mw_get_self(Thread *th, Value self) { return new_ref(th, AS(MethodWrapper, self)->self); }
static Value mw_get_name(Thread *th, Value self) { return mw_descr(self)->row->name; }
static Value mw_get_doc(Thread *th, Value self) { return cstr_or_none(th, slot_row_doc(mw_descr(self)->row)); }
static Value mw_get_text_signature(Thread *th, Value self) { return str_from_cstr(th, slot_row_signature(mw_descr(self)->row)); }
static Value mw_get_qualname(Thread *th, Value self) { return qualified(th, mw_descr(self)->owner, mw_descr(self)->row->dunder); }
static Value mw_get_objclass(Thread *th, Value self) { return new_ref(th, VALUE_OF(mw_descr(self)->owner)); }
static Value mw_meth_reduce(Thread *th, Value self, Value *args) {
    Value getattr = import_attr(th, "builtins", "getattr");
    Value a = getattr ? tuple_pack2(th, AS(MethodWrapper, self)->self, mw_descr(self)->row->name) : NO_VALUE;
    Value r = a ? tuple_pack2(th, getattr, a) : NO_VALUE;
    decref(th, a);
    decref(th, getattr);
    return r;
}
static int mw_traverse(Object *self, VisitFn visit, void *arg) {
    MethodWrapper *m = (MethodWrapper *)self;
    int r = visit(m->descr, arg);
    return r || !m->self ? r : visit(m->self, arg);
}
static void mw_clear(Thread *th, Object *self) { clear_ref(th, &((MethodWrapper *)self)->self); }
static void mw_dealloc(Thread *th, Object *self) {
    decref(th, ((MethodWrapper *)self)->descr);
    decref(th, ((MethodWrapper *)self)->self);
    object_free(th, self);
}
static const MethodDef mw_methods[] = {{"__reduce__", "(self, /)", mw_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef mw_getsets[] = {
    {"__self__", mw_get_self, NULL, NULL}, {"__objclass__", mw_get_objclass, NULL, NULL}, {"__name__", mw_get_name, NULL, NULL},
    {"__qualname__", mw_get_qualname, NULL, NULL}, {"__doc__", mw_get_doc, NULL, NULL}, {"__text_signature__", mw_get_text_signature, NULL, NULL}, {0}};
TYPE_DEFINE(method_wrapper, "method-wrapper", sizeof(MethodWrapper), TYPE_TRACED, .methods = mw_methods, .getsets = mw_getsets,
            .slots = {.repr = mw_slot_repr, .call = mw_slot_call, .compare = mw_slot_compare, .hash = mw_slot_hash, .traverse = mw_traverse,
                      .clear = mw_clear, .dealloc = mw_dealloc});

// ---- getset_descriptor -------------------------------------------------------------------------------------------

Value getset_descr_new(Thread *th, Type *owner, const GetSetDef *def) {
    GetSetDescr *g = descr_alloc(th, owner, &shape_getset_descriptor, sizeof *g);
    if (!g) return NO_VALUE;
    g->def = def;
    g->owner = owner;
    return VALUE_OF(g);
}
static Value getset_slot_get(Thread *th, Value self, Value obj, Value type) {
    GetSetDescr *g = AS(GetSetDescr, self);
    if (!obj) return new_ref(th, self);
    if (UNLIKELY(!value_is_instance(obj, g->owner))) return owner_error(th, str_intern_cstr(th, g->def->name), g->owner, obj);
    if (LIKELY(g->def->get != NULL)) return g->def->get(th, obj);
    return raise_error(th, &exc_AttributeError, "attribute '%s' of '%.100s' objects is not readable", g->def->name, g->owner->name);
}
static int getset_slot_set(Thread *th, Value self, Value obj, Value v) {
    GetSetDescr *g = AS(GetSetDescr, self);
    if (!obj || !value_is_instance(obj, g->owner)) {
        raise_type_error(th, "descriptor '%s' for '%.100s' objects doesn't apply to a '%.100s' object", g->def->name, g->owner->name, type_of(obj)->name);
        return -1;
    }
    if (g->def->set) return g->def->set(th, obj, v);
    raise_error(th, &exc_AttributeError, "attribute '%s' of '%.100s' objects is not writable", g->def->name, g->owner->name);
    return -1;
}
static Value getset_slot_repr(Thread *th, Value self) { return descr_repr(th, "attribute", AS(GetSetDescr, self)->def->name, AS(GetSetDescr, self)->owner); }
static Value getset_get_name(Thread *th, Value self) { return str_intern_cstr(th, AS(GetSetDescr, self)->def->name); }
static Value getset_get_doc(Thread *th, Value self) { return cstr_or_none(th, AS(GetSetDescr, self)->def->doc); }
static Value getset_get_qualname(Thread *th, Value self) { return qualified(th, AS(GetSetDescr, self)->owner, AS(GetSetDescr, self)->def->name); }
static Value getset_get_objclass(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(GetSetDescr, self)->owner)); }
static const GetSetDef getset_getsets[] = {
    {"__name__", getset_get_name, NULL, NULL}, {"__doc__", getset_get_doc, NULL, NULL}, {"__qualname__", getset_get_qualname, NULL, NULL},
    {"__objclass__", getset_get_objclass, NULL, NULL}, {0}};
static int getset_traverse(Object *self, VisitFn visit, void *arg) {
    Type *t = ((GetSetDescr *)self)->owner;
    return t && (t->flags & TYPE_HEAP) ? visit(VALUE_OF(t), arg) : 0;
}
TYPE_DEFINE(getset_descriptor, "getset_descriptor", sizeof(GetSetDescr), TYPE_DATA_DESCR | TYPE_TRACED, .getsets = getset_getsets,
            .slots = {.repr = getset_slot_repr, .traverse = getset_traverse, .descr_get = getset_slot_get, .descr_set = getset_slot_set});

// ---- member_descriptor ---------------------------------------------------------------------------------------------

Value member_descr_new(Thread *th, Type *owner, const MemberDef *def) {
    Value name = str_intern_cstr(th, def->name);
    MemberDescr *m = name ? descr_alloc(th, owner, &shape_member_descriptor, sizeof *m) : NULL;
    if (!m) return NO_VALUE;
    m->def = *def;
    m->owner = owner;
    m->name = name;
    return VALUE_OF(m);
}

static char *member_place(const Object *o, const MemberDef *def) {
    return ((def->kind & 0xFF) == MEMBER_TAIL_EX ? (char *)object_tail(o, object_shape(o)) : (char *)o) + def->offset;
}

Value member_get(Thread *th, Value obj, const MemberDef *def) {
    Object *o = value_object(obj);
    char *p = member_place(o, def);
    switch (def->kind & 0xFF) {
    case MEMBER_VALUE: {
        Value v = attr_slot_read(th, o, (Value *)p);
        return v ? v : VALUE_NONE;
    }
    case MEMBER_VALUE_EX:
    case MEMBER_TAIL_EX: {
        Value v = attr_slot_read(th, o, (Value *)p);
        if (v) return v;
        raise_error(th, &exc_AttributeError, "'%Q' object has no attribute '%s'", obj, def->name);
        attribute_error_context(th, obj, str_intern_cstr(th, def->name));
        return NO_VALUE;
    }
    case MEMBER_INT32: return value_imm_int(atomic_load_relaxed((int32_t *)p));
    case MEMBER_UINT32: return value_imm_int(atomic_load_relaxed((uint32_t *)p));
    case MEMBER_INT64: return int_from_i64(th, atomic_load_relaxed((int64_t *)p));
    case MEMBER_SIZE: return int_from_u64(th, atomic_load_relaxed((uint64_t *)p));
    case MEMBER_DOUBLE: {
        uint64_t bits = atomic_load_relaxed((uint64_t *)p);
        double d;
        memcpy(&d, &bits, sizeof d);
        return float_from_double(th, d);
    }
    case MEMBER_BOOL8: return value_bool(atomic_load_relaxed((uint8_t *)p) != 0);
    case MEMBER_CSTR: return cstr_or_none(th, *(const char **)p);
    default: return raise_error(th, &exc_SystemError, "bad memberdescr type for %s", def->name);
    }
}

int member_set(Thread *th, Value obj, const MemberDef *def, Value v) {
    Object *o = value_object(obj);
    char *p = member_place(o, def);
    unsigned kind = def->kind & 0xFF;
    if ((def->kind & MEMBER_READONLY) || kind == MEMBER_CSTR) {
        raise_error(th, &exc_AttributeError, "readonly attribute");
        return -1;
    }
    bool slot = kind == MEMBER_VALUE_EX || kind == MEMBER_TAIL_EX;
    if (!v && !slot && kind != MEMBER_VALUE) {
        raise_type_error(th, "can't delete numeric/char attribute");
        return -1;
    }
    int64_t i;
    double d;
    switch (kind) {
    case MEMBER_VALUE:
    case MEMBER_VALUE_EX:
    case MEMBER_TAIL_EX:
        if (!v && slot && !atomic_load_relaxed((Value *)p)) {
            raise_error(th, &exc_AttributeError, "%s", def->name);
            return -1;
        }
        incref(th, v);
        return attr_slot_write(th, o, NULL, (Value *)p, v);
    case MEMBER_BOOL8:
        if (!value_is_bool(v)) { raise_type_error(th, "attribute value type must be bool"); return -1; }
        atomic_store_relaxed((uint8_t *)p, (uint8_t)(v == VALUE_TRUE));
        return 0;
    case MEMBER_DOUBLE: {
        if (number_as_double(th, v, &d)) return -1;
        uint64_t bits;
        memcpy(&bits, &d, sizeof bits);
        atomic_store_relaxed((uint64_t *)p, bits);
        return 0;
    }
    default:
        if (number_as_i64(th, v, &i)) return -1;
        if (kind == MEMBER_INT32 || kind == MEMBER_UINT32) atomic_store_relaxed((uint32_t *)p, (uint32_t)i);
        else atomic_store_relaxed((int64_t *)p, i);
        return 0;
    }
}

bool member_is_unset(Thread *th, Value descr, Value obj) {
    if (!value_is_exact(descr, &type_member_descriptor) || !value_is_instance(obj, AS(MemberDescr, descr)->owner)) return false;
    const MemberDef *def = &AS(MemberDescr, descr)->def;
    unsigned kind = def->kind & 0xFF;
    Object *o = value_object(obj);
    return (kind == MEMBER_VALUE_EX || kind == MEMBER_TAIL_EX) && attr_slot_read_borrow(th, o, (Value *)member_place(o, def)) == NO_VALUE;
}

static Value member_slot_get(Thread *th, Value self, Value obj, Value type) {
    MemberDescr *m = AS(MemberDescr, self);
    if (!obj) return new_ref(th, self);
    if (UNLIKELY(!value_is_instance(obj, m->owner))) return owner_error(th, m->name, m->owner, obj);
    return member_get(th, obj, &m->def);
}
static int member_slot_set(Thread *th, Value self, Value obj, Value v) {
    MemberDescr *m = AS(MemberDescr, self);
    if (!obj || !value_is_instance(obj, m->owner)) { owner_error(th, m->name, m->owner, obj); return -1; }
    return member_set(th, obj, &m->def, v);
}
static Value member_slot_repr(Thread *th, Value self) {
    MemberDescr *m = AS(MemberDescr, self);
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_cstr(&b, "<member '");
    str_builder_str(&b, m->name);
    str_builder_cstr(&b, "' of '");
    str_builder_cstr(&b, m->owner->name);
    str_builder_cstr(&b, "' objects>");
    return str_builder_finish(&b);
}
static Value member_get_name(Thread *th, Value self) { return AS(MemberDescr, self)->name; }
static Value member_get_doc(Thread *th, Value self) { return cstr_or_none(th, AS(MemberDescr, self)->def.doc); }
static Value member_get_qualname(Thread *th, Value self) {
    Value hold;
    const char *p = str_utf8(th, AS(MemberDescr, self)->name, NULL, &hold);
    if (!p) return NO_VALUE;
    Value r = qualified(th, AS(MemberDescr, self)->owner, p);
    decref(th, hold);
    return r;
}
static Value member_get_objclass(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(MemberDescr, self)->owner)); }
static Value member_meth_reduce(Thread *th, Value self, Value *args) {
    return objclass_reduce(th, self, AS(MemberDescr, self)->owner, AS(MemberDescr, self)->def.name);
}
static const MethodDef member_methods[] = {{"__reduce__", "(self, /)", member_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef member_getsets[] = {
    {"__name__", member_get_name, NULL, NULL}, {"__doc__", member_get_doc, NULL, NULL}, {"__qualname__", member_get_qualname, NULL, NULL},
    {"__objclass__", member_get_objclass, NULL, NULL}, {0}};
static int member_traverse(Object *self, VisitFn visit, void *arg) {
    MemberDescr *m = (MemberDescr *)self;
    return m->owner && (m->owner->flags & TYPE_HEAP) ? visit(VALUE_OF(m->owner), arg) : 0;
}
TYPE_DEFINE(member_descriptor, "member_descriptor", sizeof(MemberDescr), TYPE_DATA_DESCR | TYPE_TRACED, .methods = member_methods, .getsets = member_getsets,
            .slots = {.repr = member_slot_repr, .descr_get = member_slot_get, .descr_set = member_slot_set, .traverse = member_traverse});
