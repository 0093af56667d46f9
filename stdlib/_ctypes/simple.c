// SPDX-License-Identifier: MIT
// _SimpleCData: one C value. Its metatype, with the types of the other byte order, what arguments of such a type may be, and the objects.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/descr.h"

// ---- the metatype ---------------------------------------------------------------------------------------------------------------------

static CInfo *simple_info(Thread *th, Value self, const CCode *c, bool swapped) {
    CInfo *info = cinfo_new(th, CK_SIMPLE);
    if (!info) return NULL;
    info->code = c;
    info->swapped = swapped;
    info->size = c->size;
    info->ffi = c->ffi;
    info->align = c->ffi->alignment;
    info->has_pointer = code_is_pointer(c);
    char text[3] = {swapped ? '>' : '<', c->pep, 0};
    if ((info->format = format_text(th, text, ""))) return info;
    cinfo_free(th, info);
    return NULL;
}

// The type of the same values in the other byte order; both know both.
static int make_swapped(Thread *th, Value self, const CCode *c, const Value *args) {
    Value t = type_type.slots.new_(th, &type_ct_SimpleType, args, 3, NO_VALUE); // without __init__
    CInfo *info = t ? simple_info(th, t, c, true) : NULL;
    if (!info) {
        decref(th, t);
        return -1;
    }
    cinfo_publish(AS(Type, t), info);
    int r = object_setattr(th, self, ct_name___ctype_be__, t) || object_setattr(th, self, ct_name___ctype_le__, self) ||
            object_setattr(th, t, ct_name___ctype_be__, t) || object_setattr(th, t, ct_name___ctype_le__, self);
    decref(th, t);
    return r ? -1 : 0;
}

int simple_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (ctype_init_begin(th, self, args, nargs, kwnames) < 0) return -1;
    Type *t = AS(Type, self);
    Value code;
    int r = object_getattr_optional(th, self, ct_name__type_, &code);
    if (r < 0) return -1;
    const CCode *c = NULL;
    if (!r) raise_error(th, &exc_AttributeError, "class must define a '_type_' attribute");
    else if (!value_is_str(code)) raise_type_error(th, "class must define a '_type_' string attribute");
    else if (AS(Str, code)->len != 1) raise_value_error(th, "class must define a '_type_' attribute which must be a string of length 1");
    else if (!(c = code_find(str_char_at(AS(Str, code), 0))))
        raise_error(th, &exc_AttributeError, "class must define a '_type_' attribute which must be\na single character string containing one of the\nsupported types: '%s'.", codes_known);
    if (r) decref(th, code);
    CInfo *info = c ? simple_info(th, self, c, false) : NULL;
    if (!info) return -1;
    cinfo_publish(t, info);
    // What these take as arguments is their own.
    static const MethodDef own[] = {
        {"from_param", "(self, value, /)", void_p_from_param, "Convert a Python object into a function call parameter.", METH_CLASS},
        {"from_param", "(self, value, /)", char_p_from_param, "Convert a Python object into a function call parameter.", METH_CLASS},
        {"from_param", "(self, value, /)", wchar_p_from_param, "Convert a Python object into a function call parameter.", METH_CLASS},
    };
    const MethodDef *m = t->base != &type_ct_Simple ? NULL : c->group == CG_VOID_P ? &own[0] : c->group == CG_BYTES_P ? &own[1] : c->group == CG_WCHAR_P ? &own[2] : NULL;
    if (m) {
        Value d = method_descr_new(th, t, m);
        r = d ? type_set_own(th, t, ct_name_from_param, d) : -1;
        decref(th, d);
        if (r) return -1;
    }
    return c->swaps && type_of(self) == &type_ct_SimpleType ? make_swapped(th, self, c, args) : 0;
}

// ---- arguments ------------------------------------------------------------------------------------------------------------------------

// v's _as_parameter_, by the same rule. -1: it has none.
static int as_parameter(Thread *th, Value self, Value v, NativeFunction *rule, Value *out) {
    Value as;
    int r = object_getattr_optional(th, v, ct_name__as_parameter_, &as);
    if (r < 0) { *out = NO_VALUE; return 0; }
    if (!r) return -1;
    *out = thread_c_recursion(th, " while processing _as_parameter_") ? NO_VALUE : rule(th, self, &as);
    decref(th, as);
    return 0;
}
static CArg *carg_of_code(Thread *th, const CCode *c, bool swapped, Value v) {
    CValue value;
    memset(&value, 0, sizeof value);
    Value keep = code_set(th, c, swapped, &value, v);
    if (!keep) return NULL;
    CArg *a = carg_new(th, c->ffi, c->code, keep);
    decref(th, keep);
    if (a) a->value = value;
    return a;
}
Value simple_meth_from_param(Thread *th, Value self, Value *args) {
    Type *t = AS(Type, self);
    if (value_is_instance(args[0], t)) return new_ref(th, args[0]);
    CInfo *info = type_cinfo(t);
    if (!info) return raise_type_error(th, "abstract class");
    CArg *a = carg_of_code(th, info->code, info->swapped, args[0]);
    if (a) return VALUE_OF(a);
    Value exc = error_fetch(th), out;
    if (as_parameter(th, self, args[0], simple_meth_from_param, &out) == 0) {
        decref(th, exc);
        return out;
    }
    error_restore(th, exc);
    return NO_VALUE;
}

// An array or pointer of items with this code: 1. An address of one, by byref(): 1.
static bool points_to(Value v, char code) {
    if (value_is_exact(v, &type_ct_CArg)) {
        Value obj = AS(CArg, v)->obj;
        if (AS(CArg, v)->tag == 'z' && code == 'c') return true;
        if (AS(CArg, v)->tag == 'Z' && code == 'u') return true;
        if (AS(CArg, v)->tag != 'P' || !obj || !is_cdata(obj)) return false;
        CInfo *o = type_cinfo(type_of(obj));
        return o && o->kind == CK_SIMPLE && o->code->code == code;
    }
    if (!is_cdata(v)) return false;
    CInfo *i = type_cinfo(type_of(v)), *item = i && (i->kind == CK_ARRAY || i->kind == CK_POINTER) ? value_cinfo(i->proto) : NULL;
    return item && item->kind == CK_SIMPLE && item->code->code == code;
}
static Value text_from_param(Thread *th, Value self, Value v, char code, NativeFunction *rule) {
    const CCode *c = code_find((uint8_t)code);
    if (v == VALUE_NONE) return VALUE_NONE;
    if (code == 'z' ? value_is_bytes(v) : value_is_str(v)) return VALUE_OF(carg_of_code(th, c, false, v));
    if (value_is_instance(v, AS(Type, self)) || points_to(v, code == 'z' ? 'c' : 'u')) return new_ref(th, v);
    Value out;
    if (as_parameter(th, self, v, rule, &out) == 0) return out;
    return raise_type_error(th, "'%T' object cannot be interpreted as ctypes.%s", v, code == 'z' ? "c_char_p" : "c_wchar_p");
}
Value char_p_from_param(Thread *th, Value self, Value *args) { return text_from_param(th, self, args[0], 'z', char_p_from_param); }
Value wchar_p_from_param(Thread *th, Value self, Value *args) { return text_from_param(th, self, args[0], 'Z', wchar_p_from_param); }

Value void_p_from_param(Thread *th, Value self, Value *args) {
    Value v = args[0];
    if (v == VALUE_NONE) return VALUE_NONE;
    char code = value_is_int(v) ? 'P' : value_is_bytes(v) ? 'z' : value_is_str(v) ? 'Z' : 0;
    if (code) return VALUE_OF(carg_of_code(th, code_find((uint8_t)code), false, v));
    if (value_is_instance(v, AS(Type, self))) return new_ref(th, v);
    if (value_is_exact(v, &type_ct_CArg) && AS(CArg, v)->tag == 'P') return new_ref(th, v);
    CInfo *i = is_cdata(v) ? type_cinfo(type_of(v)) : NULL;
    if (i && (i->kind == CK_ARRAY || i->kind == CK_POINTER)) return new_ref(th, v);
    bool text = i && i->kind == CK_SIMPLE && (i->code->group == CG_BYTES_P || i->code->group == CG_WCHAR_P);
    if (i && (i->kind == CK_FUNC || text)) {
        CArg *a = carg_new(th, &ffi_type_pointer, text ? 'Z' : 'P', v);
        if (a) a->value.p = load_pointer(cdata_ptr(CD(v)));
        return VALUE_OF(a);
    }
    Value out;
    if (as_parameter(th, self, v, void_p_from_param, &out) == 0) return out;
    return raise_type_error(th, "'%T' object cannot be interpreted as ctypes.c_void_p", v);
}

// ---- objects --------------------------------------------------------------------------------------------------------------------------

static Value simple_get_value(Thread *th, Value self) {
    CInfo *i = type_cinfo(type_of(self));
    return code_get(th, i->code, i->swapped, cdata_ptr(CD(self)));
}
static int simple_set_value(Thread *th, Value self, Value v) {
    CInfo *i = type_cinfo(type_of(self));
    if (!v) return delete_error(th);
    Value keep = code_set(th, i->code, i->swapped, cdata_ptr(CD(self)), v);
    if (!keep) return -1;
    int r = cdata_keep(th, CD(self), 0, keep);
    decref(th, keep);
    return r;
}
static int simple_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs == 0) return 0;
    if (nargs == 1) return simple_set_value(th, self, args[0]);
    raise_type_error(th, "__init__ expected at most 1 argument, got %zu", nargs);
    return -1;
}
static int simple_slot_bool(Thread *th, Value self) {
    uint8_t *p = cdata_ptr(CD(self));
    for (size_t i = 0, n = cdata_size(CD(self)); i < n; i++)
        if (atomic_load_relaxed(&p[i])) return 1;
    return 0;
}
static Value simple_slot_repr(Thread *th, Value self) {
    Type *t = type_of(self);
    if (t->base != &type_ct_Simple) return str_format(th, "<%T object at 0x%llx>", self, (unsigned long long)self);
    Value v = simple_get_value(th, self);
    Value r = v ? str_format(th, "%s(%R)", t->name, v) : NO_VALUE;
    decref(th, v);
    return r;
}
static Value simple_meth_outparam(Thread *th, Value self, Value *args) {
    CInfo *i = type_cinfo(type_of(self));
    return is_simple_subclass(type_of(self), i) ? new_ref(th, self) : simple_get_value(th, self);
}
static const MethodDef simple_methods[] = {
    {"__ctypes_from_outparam__", "(self, /)", simple_meth_outparam, NULL, 0},
    {0},
};
static const GetSetDef simple_getsets[] = {{"value", simple_get_value, simple_set_value, "current value"}, {0}};
TYPE_DEFINE_BASE(ct_Simple, "_ctypes._SimpleCData", &type_ct_CData, sizeof(CData), TYPE_TRACED | TYPE_BASETYPE, .doc = "The base of simple C values.",
                 .methods = simple_methods, .getsets = simple_getsets,
                 .slots = {.new_ = cdata_slot_new, .init = simple_slot_init, .repr = simple_slot_repr, .bool_ = simple_slot_bool, .dealloc = cdata_dealloc,
                           .traverse = cdata_traverse, .clear = cdata_clear, .get_buffer = cdata_get_buffer})
