// SPDX-License-Identifier: MIT
// Arrays: the metatype, items and slices, and what arrays of characters have beyond that.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/descr.h"
#include "core/object/iter.h"

#define KIND_OF_CHARS(i) ((i) && (i)->kind == CK_SIMPLE ? (i)->code->group : -1)

// ---- arrays of characters -------------------------------------------------------------------------------------------------------------

static size_t text_length(const uint8_t *p, size_t n, size_t unit) {
    size_t i = 0;
    for (; i < n; i++) {
        uint32_t c = 0;
        shared_load(&c, p + i * unit, unit);
        if (!c) break;
    }
    return i;
}
static Value wide_text(Thread *th, const uint8_t *p, size_t n) {
    uint32_t *w = mem_alloc(th, n * 4 + 1);
    if (!w) return NO_VALUE;
    shared_copy(w, p, n * 4);
    Value r = NO_VALUE;
    size_t bad = 0;
    while (bad < n && w[bad] <= 0x10FFFF) bad++;
    if (bad < n) raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", w[bad]);
    else r = str_from_ucs4(th, w, n);
    mem_free(w);
    return r;
}
static Value chars_get_raw(Thread *th, Value self) { return bytes_of_shared(th, cdata_ptr(CD(self)), cdata_size(CD(self))); }
static int chars_set_raw(Thread *th, Value self, Value v) {
    if (!v) {
        raise_error(th, &exc_AttributeError, "cannot delete attribute");
        return -1;
    }
    Buffer b;
    if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
    bool fits = b.len <= cdata_size(CD(self));
    if (fits) shared_move(cdata_ptr(CD(self)), b.buf, b.len);
    buffer_release(th, &b);
    if (!fits) raise_value_error(th, "byte string too long");
    return fits ? 0 : -1;
}
static Value chars_get_value(Thread *th, Value self) {
    uint8_t *p = cdata_ptr(CD(self));
    return bytes_of_shared(th, p, text_length(p, cdata_size(CD(self)), 1));
}
static int chars_set_value(Thread *th, Value self, Value v) {
    if (!v) return delete_error(th);
    if (!value_is_bytes(v)) {
        raise_type_error(th, "bytes expected instead of %T instance", v);
        return -1;
    }
    size_t n = AS(Bytes, v)->len, size = cdata_size(CD(self));
    if (n > size) {
        raise_value_error(th, "byte string too long");
        return -1;
    }
    shared_copy(cdata_ptr(CD(self)), AS(Bytes, v)->data, n < size ? n + 1 : n); // with its 0, if there is room
    return 0;
}
static Value wide_get_value(Thread *th, Value self) {
    uint8_t *p = cdata_ptr(CD(self));
    return wide_text(th, p, text_length(p, cdata_size(CD(self)) / 4, 4));
}
static int wide_set_value(Thread *th, Value self, Value v) {
    if (!v) return delete_error(th);
    if (!value_is_str(v)) {
        raise_type_error(th, "unicode string expected instead of %T instance", v);
        return -1;
    }
    size_t n = AS(Str, v)->len, room = cdata_size(CD(self)) / 4;
    if (n > room) {
        raise_value_error(th, "string too long");
        return -1;
    }
    Value w = wide_bytes(th, v);
    if (!w) return -1;
    shared_copy(cdata_ptr(CD(self)), AS(Bytes, w)->data, (n < room ? n + 1 : n) * 4);
    decref(th, w);
    return 0;
}
static const GetSetDef chars_getsets[] = {{"raw", chars_get_raw, chars_set_raw, "value"}, {"value", chars_get_value, chars_set_value, "string value"}};
static const GetSetDef wide_getsets[] = {{"value", wide_get_value, wide_set_value, "string value"}};

static int add_getsets(Thread *th, Type *t, const GetSetDef *g, size_t n) {
    for (size_t i = 0; i < n; i++) {
        Value name = str_intern_cstr(th, g[i].name), d = name ? getset_descr_new(th, t, &g[i]) : NO_VALUE;
        int r = d ? type_set_own(th, t, name, d) : -1;
        decref(th, d);
        if (r) return -1;
    }
    return 0;
}

// ---- the metatype ---------------------------------------------------------------------------------------------------------------------

static int length_attr(Thread *th, Value self, intptr_t *out) {
    Value v;
    int r = object_getattr_optional(th, self, ct_name__length_, &v);
    if (r < 0) return -1;
    if (!r || v == VALUE_NONE) {
        raise_error(th, &exc_AttributeError, "class must define a '_length_' attribute");
        return -1;
    }
    int64_t n = 0;
    int over = value_is_int(v) ? int_as_i64_overflow(v, &n) : 0;
    bool is_int = value_is_int(v), negative = is_int && int_sign(v) < 0;
    decref(th, v);
    *out = (intptr_t)n;
    if (!is_int) raise_type_error(th, "The '_length_' attribute must be an integer");
    else if (negative) raise_value_error(th, "The '_length_' attribute must not be negative");
    else if (over) raise_error(th, &exc_OverflowError, "The '_length_' attribute is too large");
    else return 0;
    return -1;
}
static CInfo *array_info(Thread *th, Value item, CInfo *of, intptr_t length) {
    CInfo *i = cinfo_new(th, CK_ARRAY);
    if (!i) return NULL;
    i->proto = new_ref(th, item);
    i->length = (size_t)length;
    i->size = of->size * (size_t)length;
    i->align = of->align;
    i->ffi = &ffi_type_pointer;
    i->has_pointer = of->has_pointer;
    i->has_union = of->has_union;
    i->ndim = of->ndim + 1;
    if ((i->format = format_text(th, "", of->format ? of->format : "B")) && (i->shape = mem_alloc(th, sizeof(intptr_t) * (size_t)i->ndim))) {
        i->shape[0] = length;
        if (of->shape) memcpy(i->shape + 1, of->shape, sizeof(intptr_t) * (size_t)of->ndim);
        return i;
    }
    cinfo_free(th, i);
    return NULL;
}
int array_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (ctype_init_begin(th, self, args, nargs, kwnames) < 0) return -1;
    intptr_t length;
    Value item;
    if (length_attr(th, self, &length) < 0) return -1;
    int r = object_getattr_optional(th, self, ct_name__type_, &item);
    if (r < 0) return -1;
    if (!r) {
        raise_error(th, &exc_AttributeError, "class must define a '_type_' attribute");
        return -1;
    }
    CInfo *of = value_cinfo(item), *i = NULL;
    if (!of) raise_type_error(th, "_type_ must have storage info");
    else if (of->size && (size_t)length > (size_t)INTPTR_MAX / of->size) raise_error(th, &exc_OverflowError, "array too large");
    else {
        cinfo_set_final(of);
        i = array_info(th, item, of, length);
    }
    decref(th, item);
    if (!i) return -1;
    cinfo_publish(AS(Type, self), i);
    int chars = KIND_OF_CHARS(of);
    if (chars == CG_CHAR) return add_getsets(th, AS(Type, self), chars_getsets, ARRAY_LEN(chars_getsets));
    if (chars == CG_WCHAR) return add_getsets(th, AS(Type, self), wide_getsets, ARRAY_LEN(wide_getsets));
    return 0;
}

// ---- objects --------------------------------------------------------------------------------------------------------------------------

static Value bad_index(Thread *th) { return raise_error(th, &exc_IndexError, "invalid index"); }
static Value item_at(Thread *th, CData *d, size_t i) {
    CInfo *info = type_cinfo(type_of(VALUE_OF(d)));
    size_t size = info->length ? info->size / info->length : 0;
    if (i >= d->length) return bad_index(th);
    return cdata_get(th, AS(Type, info->proto), d, i, cdata_ptr(d) + i * size);
}
static int set_item_at(Thread *th, CData *d, intptr_t i, Value v) {
    CInfo *info = type_cinfo(type_of(VALUE_OF(d)));
    if (i < 0 || (size_t)i >= d->length) {
        bad_index(th);
        return -1;
    }
    size_t size = info->size / info->length;
    return cdata_set(th, d, AS(Type, info->proto), (size_t)i, size, cdata_ptr(d) + (size_t)i * size, v);
}
static int array_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    for (size_t i = 0; i < nargs; i++)
        if (set_item_at(th, CD(self), (intptr_t)i, args[i]) < 0) return -1;
    return 0;
}
static Value array_slice(Thread *th, CData *d, Value key) {
    Slice *s = AS(Slice, key);
    SliceParts p;
    if (slice_unpack(th, s->start, s->stop, s->step, &p) < 0) return NO_VALUE;
    size_t n = slice_adjust(d->length, &p);
    int chars = KIND_OF_CHARS(value_cinfo(type_cinfo(type_of(VALUE_OF(d)))->proto));
    uint8_t *from = cdata_ptr(d);
    if (chars == CG_CHAR) {
        Value r = bytes_new(th, NULL, n);
        for (size_t i = 0; r && i < n; i++) AS(Bytes, r)->data[i] = atomic_load_relaxed(&from[p.start + (intptr_t)i * p.step]);
        return r;
    }
    if (chars == CG_WCHAR) {
        uint32_t *w = mem_alloc(th, n * 4 + 1);
        if (!w) return NO_VALUE;
        for (size_t i = 0; i < n; i++) shared_load(&w[i], from + (p.start + (intptr_t)i * p.step) * 4, 4);
        Value r = wide_text(th, (uint8_t *)w, n);
        mem_free(w);
        return r;
    }
    Value list = list_new(th, n);
    for (size_t i = 0; list && i < n; i++) {
        Value v = item_at(th, d, (size_t)(p.start + (intptr_t)i * p.step));
        if (!v || list_append_owned(th, AS(List, list), v) < 0) clear_ref(th, &list);
    }
    return list;
}
static Value array_slot_getitem(Thread *th, Value self, Value key) {
    CData *d = CD(self);
    if (value_is_exact(key, &type_slice)) return array_slice(th, d, key);
    if (!index_check(key)) return raise_type_error(th, "indices must be integers");
    intptr_t i = number_as_ssize(th, key, &exc_IndexError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    if (i < 0) i += (intptr_t)d->length;
    return i < 0 ? bad_index(th) : item_at(th, d, (size_t)i);
}
static int set_slice(Thread *th, CData *d, Value key, Value v) {
    Slice *s = AS(Slice, key);
    SliceParts p;
    if (slice_unpack(th, s->start, s->stop, s->step, &p) < 0) return -1;
    size_t n = slice_adjust(d->length, &p);
    intptr_t have = object_len(th, v);
    if (have < 0) return -1;
    if ((size_t)have != n) {
        raise_value_error(th, "Can only assign sequence of same size");
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        Value item = sequence_get(th, v, (intptr_t)i);
        int r = item ? set_item_at(th, d, p.start + (intptr_t)i * p.step, item) : -1;
        decref(th, item);
        if (r < 0) return -1;
    }
    return 0;
}
static int array_slot_setitem(Thread *th, Value self, Value key, Value v) {
    CData *d = CD(self);
    if (!v) {
        raise_type_error(th, "Array does not support item deletion");
        return -1;
    }
    if (value_is_exact(key, &type_slice)) return set_slice(th, d, key, v);
    if (!index_check(key)) {
        raise_type_error(th, "indices must be integer");
        return -1;
    }
    intptr_t i = number_as_ssize(th, key, &exc_IndexError);
    if (i == -1 && error_pending(th)) return -1;
    return set_item_at(th, d, i < 0 ? i + (intptr_t)d->length : i, v);
}
static intptr_t array_slot_len(Thread *th, Value self) { return (intptr_t)CD(self)->length; }

static const MethodDef array_methods[] = {{"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS}, {0}};
TYPE_DEFINE_BASE(ct_Array, "_ctypes.Array", &type_ct_CData, sizeof(CData), TYPE_TRACED | TYPE_BASETYPE, .methods = array_methods,
                 .doc = "Abstract base class for arrays.\n\nThe recommended way to create concrete array types is by multiplying any\nctypes data type with a "
                        "non-negative integer. Alternatively, you can subclass\nthis type and define _length_ and _type_ class variables.",
                 .slots = {.new_ = cdata_slot_new, .init = array_slot_init, .len = array_slot_len, .iter = seq_iter_new, .getitem = array_slot_getitem,
                           .setitem = array_slot_setitem, .dealloc = cdata_dealloc, .traverse = cdata_traverse, .clear = cdata_clear,
                           .get_buffer = cdata_get_buffer})
