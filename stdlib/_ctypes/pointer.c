// SPDX-License-Identifier: MIT
// Pointers: the metatype, with what may stand for one as an argument, and the objects.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/iter.h"

#include <stdio.h>

// ---- the metatype ---------------------------------------------------------------------------------------------------------------------

// "&" and the format of what is pointed to, with the shape of an array.
static char *pointer_format(Thread *th, const CInfo *to) {
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '&');
    for (int i = 0; i < to->ndim; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s%zd", i ? "," : "(", to->shape[i]);
        str_builder_cstr(&b, text);
    }
    if (to->ndim) str_builder_char(&b, ')');
    str_builder_utf8(&b, to->format ? to->format : "B", strlen(to->format ? to->format : "B"));
    Value text = str_builder_finish(&b), hold;
    size_t n;
    const char *p = text ? str_utf8(th, text, &n, &hold) : NULL;
    char *r = p ? format_text(th, p, "") : NULL;
    if (p) decref(th, hold);
    decref(th, text);
    return r;
}
// to: the type pointed to, or NO_VALUE.
static CInfo *pointer_info(Thread *th, Value to) {
    CInfo *target = to ? value_cinfo(to) : NULL;
    if (to && !value_is_type(to)) {
        raise_type_error(th, "_type_ must be a type");
        return NULL;
    }
    if (to && !target) {
        raise_type_error(th, "%R must have storage info", to);
        return NULL;
    }
    CInfo *i = cinfo_new(th, CK_POINTER);
    if (!i) return NULL;
    i->size = sizeof(void *);
    i->align = ffi_type_pointer.alignment;
    i->length = 1;
    i->ffi = &ffi_type_pointer;
    i->has_pointer = 1;
    i->proto = to ? new_ref(th, to) : NO_VALUE;
    if (target && !(i->format = pointer_format(th, target))) {
        cinfo_free(th, i);
        return NULL;
    }
    return i;
}
// The pointer type of `to`, unless it has one.
static void note_pointer_type(Thread *th, Value to, Value self) {
    CInfo *c = value_cinfo(to);
    Value none = NO_VALUE;
    incref(th, self);
    if (!c || !atomic_cas_acq_rel(&c->pointer_type, &none, self)) decref(th, self);
}
int pointer_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (ctype_init_begin(th, self, args, nargs, kwnames) < 0) return -1;
    Type *t = AS(Type, self);
    Value own = dict_get_str(th, t->dict, ct_name__type_); // a base's is not taken: such a class makes no objects
    CInfo *i = pointer_info(th, own);
    if (i) {
        cinfo_publish(t, i);
        if (own) note_pointer_type(th, own, self);
    }
    decref(th, own);
    return i ? 0 : -1;
}
Value pointer_meth_set_type(Thread *th, Value self, Value *args) {
    CInfo *i = pointer_info(th, args[0]);
    if (!i) return NO_VALUE;
    cinfo_publish(AS(Type, self), i);
    note_pointer_type(th, args[0], self);
    return object_setattr(th, self, ct_name__type_, args[0]) < 0 ? NO_VALUE : VALUE_NONE;
}
Value pointer_meth_from_param(Thread *th, Value self, Value *args) {
    Value v = args[0];
    if (v == VALUE_NONE) return VALUE_NONE;
    CInfo *i = type_cinfo(AS(Type, self));
    if (!i || !i->proto) return raise_type_error(th, "abstract class");
    Type *to = AS(Type, i->proto);
    if (value_is_instance(v, to)) return byref_new(th, v, 0); // the address of what is given
    CInfo *given = is_cdata(v) ? type_cinfo(type_of(v)) : NULL;
    if (given && (given->kind == CK_POINTER || given->kind == CK_ARRAY) && given->proto && type_is_subtype(AS(Type, given->proto), to)) return new_ref(th, v);
    if (value_is_exact(v, &type_ct_CArg) && AS(CArg, v)->tag == 'P' && AS(CArg, v)->obj && value_is_instance(AS(CArg, v)->obj, to)) return new_ref(th, v);
    return ct_meth_from_param(th, self, args);
}

// ---- objects --------------------------------------------------------------------------------------------------------------------------

static Value pointer_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    CInfo *i = value_cinfo(VALUE_OF(type));
    if (!i || !i->proto) return raise_type_error(th, "Cannot create instance: has no _type_");
    return cdata_slot_new(th, type, args, nargs, kwnames);
}
// What self's type points to; NULL with TypeError: it does not say (from_address() makes objects of such types, too).
static Type *target_of(Thread *th, Value self) {
    CInfo *i = type_cinfo(type_of(self));
    if (!i->proto) raise_type_error(th, "Pointer has no _type_");
    return AS(Type, i->proto);
}
static Value pointer_get_contents(Thread *th, Value self) {
    void *p = load_pointer(cdata_ptr(CD(self)));
    if (!p) return raise_value_error(th, "NULL pointer access");
    Type *to = target_of(th, self);
    return to ? cdata_at(th, to, self, 0, p) : NO_VALUE;
}
static int pointer_set_contents(Thread *th, Value self, Value v) {
    if (!v) {
        raise_type_error(th, "Pointer does not support item deletion");
        return -1;
    }
    Type *to = target_of(th, self);
    if (!to) return -1;
    if (!is_cdata(v)) {
        raise_type_error(th, "expected %s instead of %T", to->name, v);
        return -1;
    }
    store_pointer(cdata_ptr(CD(self)), cdata_ptr(CD(v)));
    if (cdata_keep(th, CD(self), 1, v) < 0) return -1;
    Value kept = cdata_kept(th, CD(v));
    int r = kept ? cdata_keep(th, CD(self), 0, kept) : -1;
    decref(th, kept);
    return r;
}
static int pointer_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_count(th, "POINTER", nargs, 0, 1) < 0) return -1;
    return nargs ? pointer_set_contents(th, self, args[0]) : 0;
}
static int pointer_slot_bool(Thread *th, Value self) { return load_pointer(cdata_ptr(CD(self))) != NULL; }

static Value item_at(Thread *th, Value self, intptr_t i) {
    uint8_t *p = load_pointer(cdata_ptr(CD(self)));
    if (!p) return raise_value_error(th, "NULL pointer access");
    Type *to = target_of(th, self);
    if (!to) return NO_VALUE;
    return cdata_get(th, to, CD(self), (size_t)i, p + i * (intptr_t)type_cinfo(to)->size);
}
static int bound(Thread *th, Value v, intptr_t *out) {
    *out = number_as_ssize(th, v, &exc_ValueError);
    return *out == -1 && error_pending(th) ? -1 : 0;
}
// A pointer knows no length: the end must be given, and both may be negative.
static Value pointer_slice(Thread *th, Value self, Slice *s) {
    intptr_t start = 0, stop, step = 1;
    if (s->step != VALUE_NONE) {
        if (bound(th, s->step, &step) < 0) return NO_VALUE;
        if (step == 0) return raise_value_error(th, "slice step cannot be zero");
    }
    if (s->start == VALUE_NONE) {
        if (step < 0) return raise_value_error(th, "slice start is required for step < 0");
    } else if (bound(th, s->start, &start) < 0) return NO_VALUE;
    if (s->stop == VALUE_NONE) return raise_value_error(th, "slice stop is required");
    if (bound(th, s->stop, &stop) < 0) return NO_VALUE;
    intptr_t n = (step < 0 && start > stop) ? (stop - start + 1) / step + 1 : (step > 0 && start < stop) ? (stop - start - 1) / step + 1 : 0;
    Type *target = target_of(th, self);
    if (!target) return NO_VALUE;
    CInfo *to = type_cinfo(target);
    const uint8_t *p = load_pointer(cdata_ptr(CD(self)));
    int group = to->kind == CK_SIMPLE ? to->code->group : -1;
    if (group == CG_CHAR || group == CG_WCHAR) {
        if (n == 0) return group == CG_CHAR ? bytes_empty : str_empty;
        if (!p) return raise_value_error(th, "NULL pointer access");
        size_t unit = to->size;
        uint8_t *text = mem_alloc(th, (size_t)n * unit);
        if (!text) return NO_VALUE;
        for (intptr_t i = 0; i < n; i++) shared_load(text + (size_t)i * unit, p + (start + i * step) * (intptr_t)unit, unit);
        Value r = group == CG_CHAR ? bytes_new(th, text, (size_t)n) : str_from_ucs4(th, (uint32_t *)(void *)text, (size_t)n);
        mem_free(text);
        return r;
    }
    Value list = list_new(th, (size_t)n);
    for (intptr_t i = 0; list && i < n; i++) {
        Value v = item_at(th, self, start + i * step);
        if (!v || list_append_owned(th, AS(List, list), v) < 0) clear_ref(th, &list);
    }
    return list;
}
static Value pointer_slot_getitem(Thread *th, Value self, Value key) {
    if (value_is_exact(key, &type_slice)) return pointer_slice(th, self, AS(Slice, key));
    if (!index_check(key)) return raise_type_error(th, "Pointer indices must be integer");
    intptr_t i = number_as_ssize(th, key, &exc_IndexError);
    return i == -1 && error_pending(th) ? NO_VALUE : item_at(th, self, i);
}
static int pointer_slot_setitem(Thread *th, Value self, Value key, Value v) {
    if (!v) {
        raise_type_error(th, "Pointer does not support item deletion");
        return -1;
    }
    Value n = number_index(th, key);
    intptr_t i = n ? number_as_ssize(th, n, &exc_IndexError) : -1;
    decref(th, n);
    if (i == -1 && error_pending(th)) return -1;
    uint8_t *p = load_pointer(cdata_ptr(CD(self)));
    if (!p) {
        raise_value_error(th, "NULL pointer access");
        return -1;
    }
    Type *to = target_of(th, self);
    if (!to) return -1;
    size_t size = type_cinfo(to)->size;
    return cdata_set(th, CD(self), to, (size_t)i, size, p + i * (intptr_t)size, v);
}
static const GetSetDef pointer_getsets[] = {{"contents", pointer_get_contents, pointer_set_contents, "the object this pointer points to (read-write)"}, {0}};
TYPE_DEFINE_BASE(ct_Pointer, "_ctypes._Pointer", &type_ct_CData, sizeof(CData), TYPE_TRACED | TYPE_BASETYPE, .doc = "The base of pointer types.",
                 .getsets = pointer_getsets,
                 .slots = {.new_ = pointer_slot_new, .init = pointer_slot_init, .bool_ = pointer_slot_bool, .iter = seq_iter_new, .getitem = pointer_slot_getitem,
                           .setitem = pointer_slot_setitem, .dealloc = cdata_dealloc, .traverse = cdata_traverse, .clear = cdata_clear,
                           .get_buffer = cdata_get_buffer})
