// SPDX-License-Identifier: MIT
// Structures and unions: the metatypes, which have the layout computed by ctypes/_layout.py when _fields_ is set, and the objects.
#include "stdlib/_ctypes/ctypes_int.h"

// ---- libffi's view --------------------------------------------------------------------------------------------------------------------

// Structures up to this size may travel in registers, by what they consist of; of larger ones only size and alignment count.
enum { BY_PARTS_MAX = 64 };

typedef struct Parts { ffi_type *v[BY_PARTS_MAX + 1]; size_t n; } Parts;
static void parts_add(Parts *p, Value type) {
    CInfo *i = value_cinfo(type);
    if (!i || p->n >= BY_PARTS_MAX) return;
    if (i->kind == CK_ARRAY) {
        for (size_t k = 0; k < i->length && p->n < BY_PARTS_MAX; k++) parts_add(p, i->proto);
    } else p->v[p->n++] = i->ffi;
}
// Fills info->own. base: its info or NULL; fields: tuple of CField.
static int make_ffi(Thread *th, CInfo *info, const CInfo *base, Value fields) {
    Parts p = {.n = 0};
    info->ffi = &info->own;
    info->own.type = FFI_TYPE_STRUCT;
    info->own.size = info->size;
    info->own.alignment = (unsigned short)(info->align < UINT16_MAX ? info->align : UINT16_MAX);
    if (info->size <= BY_PARTS_MAX && info->kind == CK_STRUCT) {
        if (base && base->size) p.v[p.n++] = base->ffi;
        int64_t end = base ? (int64_t)base->size : 0;
        for (size_t i = 0; i < AS(Tuple, fields)->len; i++) {
            CField *f = AS(CField, AS(Tuple, fields)->items[i]);
            if (f->byte_offset < end) continue; // bit fields that share a word
            parts_add(&p, f->type);
            end = f->byte_offset + (int64_t)f->byte_size;
        }
    }
    for (size_t left = p.n ? 0 : info->size; left && p.n < BY_PARTS_MAX; left -= left < 8 ? 1 : 8) p.v[p.n++] = left < 8 ? &ffi_type_uint8 : &ffi_type_uint64;
    p.v[p.n] = NULL;
    if (!(info->own.elements = mem_alloc(th, (p.n + 1) * sizeof(ffi_type *)))) return -1;
    memcpy(info->own.elements, p.v, (p.n + 1) * sizeof(ffi_type *));
    info->own_elements = 1;
    return 0;
}

// ---- _anonymous_ ----------------------------------------------------------------------------------------------------------------------

// The fields of f's type become attributes of t, too.
static int lift_fields(Thread *th, Type *t, CField *f, size_t index, int64_t offset) {
    if (thread_c_recursion(th, " in nested anonymous fields")) return -1;
    Value list = object_getattr(th, f->type, ct_name__fields_), seq = list ? sequence_to_tuple(th, list) : NO_VALUE;
    decref(th, list);
    int r = seq ? 0 : -1;
    for (size_t i = 0; r == 0 && i < AS(Tuple, seq)->len; i++) {
        Value name = sequence_get(th, AS(Tuple, seq)->items[i], 0), d = name ? object_getattr(th, f->type, name) : NO_VALUE, n = NO_VALUE;
        if (!d) r = -1;
        else if (!value_is_exact(d, &type_ct_CField)) {
            raise_type_error(th, "unexpected type");
            r = -1;
        } else if (atomic_load_relaxed(&AS(CField, d)->anonymous)) r = lift_fields(th, t, AS(CField, d), index + AS(CField, d)->index, offset + AS(CField, d)->byte_offset);
        else if (!(n = cfield_shifted(th, AS(CField, d), index, offset))) r = -1;
        else r = type_set_own(th, t, AS(CField, d)->name, n);
        decref(th, n);
        decref(th, d);
        decref(th, name);
    }
    decref(th, seq);
    return r;
}
static int make_anonymous(Thread *th, Type *t) {
    Value anon;
    int r = object_getattr_optional(th, VALUE_OF(t), ct_name__anonymous_, &anon);
    if (r <= 0) return r;
    Value names = sequence_check(anon) ? sequence_to_tuple(th, anon) : NO_VALUE;
    decref(th, anon);
    if (!names) {
        if (!error_pending(th) || error_clear_if(th, &exc_TypeError)) raise_type_error(th, "_anonymous_ must be a sequence");
        return -1;
    }
    r = 0;
    for (size_t i = 0; r == 0 && i < AS(Tuple, names)->len; i++) {
        Value name = AS(Tuple, names)->items[i], d = object_getattr(th, VALUE_OF(t), name);
        if (!d) r = -1;
        else if (!value_is_exact(d, &type_ct_CField)) {
            raise_error(th, &exc_AttributeError, "'%U' is specified in _anonymous_ but not in _fields_", name);
            r = -1;
        } else {
            atomic_store_relaxed(&AS(CField, d)->anonymous, (uint8_t)1);
            r = lift_fields(th, t, AS(CField, d), AS(CField, d)->index, AS(CField, d)->byte_offset);
        }
        decref(th, d);
    }
    decref(th, names);
    return r;
}

// ---- _fields_ -------------------------------------------------------------------------------------------------------------------------

static int size_attr(Thread *th, Value layout, Value name, size_t *out) {
    Value v = object_getattr(th, layout, name);
    intptr_t n = 0;
    int r = v ? number_as_c_ssize(th, v, &n) : -1;
    decref(th, v);
    if (r == 0 && n < 0) {
        raise_value_error(th, "%U must not be negative", name);
        r = -1;
    }
    *out = (size_t)n;
    return r;
}
static char *text_attr(Thread *th, Value layout, Value name) {
    Value v = object_getattr(th, layout, name), hold = NO_VALUE;
    char *r = NULL;
    size_t n;
    const char *p = NULL;
    if (v && !value_is_str(v)) raise_type_error(th, "%U must be a str", name);
    else if (v && (p = str_utf8(th, v, &n, &hold))) r = format_text(th, p, "");
    decref(th, hold);
    decref(th, v);
    return r;
}
static bool is_struct_type(Type *t) { return type_is_subtype(type_of(VALUE_OF(t)), &type_ct_StructType); }

// The new info by the layout; the fields are known to be right. NULL with the exception set.
static CInfo *info_of_layout(Thread *th, Type *t, const CInfo *base, Value layout, Value fields) {
    CInfo *i = cinfo_new(th, is_struct_type(t) ? CK_STRUCT : CK_UNION);
    if (!i) return NULL;
    i->has_union = i->kind == CK_UNION || (base && base->has_union);
    i->has_pointer = base && base->has_pointer;
    i->length = AS(Tuple, fields)->len + (base ? base->length : 0);
    bool ok = size_attr(th, layout, ct_name_size, &i->size) == 0 && size_attr(th, layout, ct_name_align, &i->align) == 0 &&
              (i->format = text_attr(th, layout, ct_name_format_spec)) != NULL;
    for (size_t k = 0; ok && k < AS(Tuple, fields)->len; k++) {
        CField *f = AS(CField, AS(Tuple, fields)->items[k]);
        CInfo *of = value_cinfo(f->type);
        if (f->byte_offset < 0 || f->byte_size > i->size || (size_t)f->byte_offset > i->size - f->byte_size) {
            raise_value_error(th, "field %R lies outside of the structure", f->name);
            ok = false;
            break;
        }
        i->has_union |= of->has_union;
        i->has_pointer |= of->has_pointer;
        cinfo_set_final(of);
    }
    if (ok && make_ffi(th, i, base, fields) == 0) return i;
    cinfo_free(th, i);
    return NULL;
}
static Value checked_fields(Thread *th, Value layout) {
    Value list = object_getattr(th, layout, ct_name_fields), fields = list ? sequence_to_tuple(th, list) : NO_VALUE;
    decref(th, list);
    for (size_t k = 0; fields && k < AS(Tuple, fields)->len; k++)
        if (!value_is_exact(AS(Tuple, fields)->items[k], &type_ct_CField)) {
            raise_type_error(th, "fields must be of type CField, got %T", AS(Tuple, fields)->items[k]);
            clear_ref(th, &fields);
        }
    return fields;
}
static int not_final(Thread *th, Type *t) {
    CInfo *now = type_cinfo(t);
    if (now && !atomic_load_relaxed(&now->final)) return 0;
    if (now) raise_error(th, &exc_AttributeError, "_fields_ is final");
    else raise_type_error(th, "ctypes state is not initialized");
    return -1;
}
static int set_fields(Thread *th, Type *t, Value given) {
    CInfo *base = value_cinfo(VALUE_OF(t->base));
    Value get = import_attr(th, "ctypes._layout", "get_layout");
    Value args[] = {VALUE_OF(t), given, value_bool(is_struct_type(t)), base ? VALUE_OF(t->base) : VALUE_NONE};
    Value layout = get ? object_call(th, get, args, 4, NO_VALUE) : NO_VALUE;
    decref(th, get);
    Value fields = layout ? checked_fields(th, layout) : NO_VALUE;
    CInfo *i = fields && not_final(th, t) == 0 ? info_of_layout(th, t, base, layout, fields) : NULL; // the layout ran Python code
    if (i && atomic_load_relaxed(&type_cinfo(t)->final)) { // by being a field's type
        raise_error(th, &exc_AttributeError, "Structure or union cannot contain itself");
        cinfo_free(th, i);
        i = NULL;
    }
    int r = i ? 0 : -1;
    for (size_t k = 0; r == 0 && k < AS(Tuple, fields)->len; k++) r = type_set_own(th, t, AS(CField, AS(Tuple, fields)->items[k])->name, AS(Tuple, fields)->items[k]);
    if (i && base) cinfo_set_final(base);
    if (i) {
        i->final = 1;
        cinfo_publish(t, i);
    }
    decref(th, layout);
    decref(th, fields);
    return r < 0 ? -1 : make_anonymous(th, t);
}
int struct_type_setattr(Thread *th, Value self, Value name, Value v) {
    bool fields = v && value_is_str(name) && str_equal_cstr(name, "_fields_");
    if (fields && not_final(th, AS(Type, self)) < 0) return -1;
    if (type_type.slots.setattr(th, self, name, v) < 0) return -1;
    return fields ? set_fields(th, AS(Type, self), v) : 0;
}
int struct_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (ctype_init_begin(th, self, args, nargs, kwnames) < 0) return -1;
    Type *t = AS(Type, self);
    if (dict_get_str_borrow(th, t->dict, ct_name__abstract_)) return 0;
    Value fields = dict_get_str(th, t->dict, ct_name__fields_);
    CInfo *base = value_cinfo(VALUE_OF(t->base)), *i = NULL;
    if (base) {
        i = cinfo_clone(th, base);
        if (i && !fields) cinfo_set_final(base);
    } else if ((i = cinfo_new(th, is_struct_type(t) ? CK_STRUCT : CK_UNION))) {
        i->has_union = i->kind == CK_UNION;
        if (!(i->format = format_text(th, "B", "")) || make_ffi(th, i, NULL, tuple_empty) < 0) {
            cinfo_free(th, i);
            i = NULL;
        }
    }
    int r = -1;
    if (i) {
        cinfo_publish(t, i);
        r = fields ? object_setattr(th, self, ct_name__fields_, fields) : 0;
    }
    decref(th, fields);
    return r;
}

// ---- objects --------------------------------------------------------------------------------------------------------------------------

// Gives the fields of t, those of its bases first, the arguments from at on; name -> given notes which. The next argument, or -1.
static intptr_t init_by_place(Thread *th, Value self, Type *t, const Value *args, size_t nargs, size_t at, Value kwnames) {
    if (value_cinfo(VALUE_OF(t->base))) {
        intptr_t r = init_by_place(th, self, t->base, args, nargs, at, kwnames);
        if (r < 0) return -1;
        at = (size_t)r;
    }
    Value list = dict_get_str(th, t->dict, ct_name__fields_);
    if (!list) return (intptr_t)at;
    intptr_t n = object_len(th, list);
    int r = n < 0 ? -1 : 0;
    for (intptr_t i = 0; r == 0 && i < n && at < nargs; i++, at++) {
        Value pair = sequence_get(th, list, i), name = pair ? sequence_get(th, pair, 0) : NO_VALUE;
        if (!name) r = -1;
        for (size_t k = 0; r == 0 && k < kwnames_len(kwnames); k++) {
            int same = object_equal(th, AS(Tuple, kwnames)->items[k], name);
            if (same > 0) raise_type_error(th, "duplicate values for field %R", name);
            if (same) r = -1;
        }
        if (r == 0) r = object_setattr(th, self, name, args[at]);
        decref(th, name);
        decref(th, pair);
    }
    decref(th, list);
    return r < 0 ? -1 : (intptr_t)at;
}
int struct_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs) {
        intptr_t used = init_by_place(th, self, type_of(self), args, nargs, 0, kwnames);
        if (used < 0) return -1;
        if ((size_t)used < nargs) {
            raise_type_error(th, "too many initializers");
            return -1;
        }
    }
    for (size_t k = 0; k < kwnames_len(kwnames); k++)
        if (object_setattr(th, self, AS(Tuple, kwnames)->items[k], args[nargs + k]) < 0) return -1;
    return 0;
}
#define STRUCT_SLOTS .slots = {.new_ = cdata_slot_new, .init = struct_slot_init, .dealloc = cdata_dealloc, .traverse = cdata_traverse, .clear = cdata_clear, \
                               .get_buffer = cdata_get_buffer}
TYPE_DEFINE_BASE(ct_Structure, "_ctypes.Structure", &type_ct_CData, sizeof(CData), TYPE_TRACED | TYPE_BASETYPE, .doc = "Structure base class", STRUCT_SLOTS)
TYPE_DEFINE_BASE(ct_Union, "_ctypes.Union", &type_ct_CData, sizeof(CData), TYPE_TRACED | TYPE_BASETYPE, .doc = "Union base class", STRUCT_SLOTS)
