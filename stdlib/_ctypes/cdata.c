// SPDX-License-Identifier: MIT
// Objects of C types: their memory, what they keep alive, reading and storing parts of them, the buffer, pickling. Memory is owned by the object at the end
// of the chain of bases; blocks that resize() replaced stay until that object goes. The kept objects lie there, too, by place.
#include "stdlib/_ctypes/ctypes_int.h"

#include "stdlib/sys/sys.h"

#include <stdio.h>

int delete_error(Thread *th) {
    raise_type_error(th, "can't delete attribute");
    return -1;
}

// ---- making and releasing -------------------------------------------------------------------------------------------------------------

static CBlock *block_new(Thread *th, size_t size) {
    CBlock *b = mem_calloc(th, 1, sizeof *b + size);
    if (b) b->size = size;
    return b;
}
static CData *cdata_alloc(Thread *th, Type *type, const CInfo *info, void *at) {
    CData *d = object_new(th, type, 0);
    if (!d) return NULL;
    d->size = info->size;
    d->length = info->length;
    if (at) {
        d->ptr = at;
        return d;
    }
    d->owns = true;
    d->ptr = d->inside;
    if (info->size > sizeof d->inside) {
        if (!(d->blocks = block_new(th, info->size))) {
            decref(th, VALUE_OF(d));
            return NULL;
        }
        d->ptr = d->blocks->v;
    }
    return d;
}
Value cdata_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    CInfo *info = value_cinfo(VALUE_OF(type));
    if (!info) return raise_type_error(th, "abstract class");
    cinfo_set_final(info);
    CData *d = cdata_alloc(th, type, info, NULL);
    return VALUE_OF(d);
}
Value cdata_at(Thread *th, Type *type, Value base, size_t index, void *p) {
    CInfo *info = value_cinfo(VALUE_OF(type));
    if (!info) return raise_type_error(th, "abstract class");
    cinfo_set_final(info);
    static uint8_t nowhere; // the address 0 is one like others, but "not given" to cdata_alloc
    CData *d = cdata_alloc(th, type, info, &nowhere);
    if (!d) return NO_VALUE;
    d->ptr = p;
    d->base = base ? new_ref(th, base) : NO_VALUE;
    d->index = index;
    return VALUE_OF(d);
}
Value cdata_copy(Thread *th, Type *type, const void *p) {
    Value v = cdata_slot_new(th, type, NULL, 0, NO_VALUE);
    if (v) shared_copy(CD(v)->ptr, p, CD(v)->size);
    return v;
}
int cdata_traverse(Object *self, VisitFn visit, void *arg) {
    CData *d = (CData *)self;
    int r = d->base ? visit(d->base, arg) : 0;
    return r || !d->objects ? r : visit(d->objects, arg);
}
// What is shown of other objects' memory stays valid: the chain of bases is no cycle.
void cdata_clear(Thread *th, Object *self) { clear_ref(th, &((CData *)self)->objects); }
void cdata_dealloc(Thread *th, Object *self) {
    CData *d = (CData *)self;
    decref(th, d->objects);
    decref(th, d->base);
    for (CBlock *b = d->blocks, *next; b; b = next) {
        next = b->next;
        mem_free(b);
    }
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- what is kept alive ---------------------------------------------------------------------------------------------------------------

// The object whose memory it is, with its dict of kept objects if it should have one. NULL: MemoryError.
static CData *container_of(Thread *th, CData *d) {
    while (d->base) d = CD(d->base);
    if (d->length && !slot_borrow(th, &d->head, &d->objects)) {
        Value dict = dict_new(th), none = NO_VALUE;
        if (!dict) return NULL;
        if (!atomic_cas_acq_rel(&d->objects, &none, dict)) decref(th, dict); // another thread made one
    }
    return d;
}
Value cdata_kept(Thread *th, CData *d) {
    CData *c = container_of(th, d);
    if (!c) return NO_VALUE;
    Value v = slot_get(th, &c->head, &c->objects);
    return v ? v : VALUE_NONE;
}
int cdata_keep(Thread *th, CData *d, size_t index, Value v) {
    if (v == VALUE_NONE) return 0;
    CData *c = container_of(th, d);
    if (!c) return -1;
    Value held = slot_get(th, &c->head, &c->objects);
    if (!held || !value_is_exact_dict(held)) {
        decref(th, held);
        slot_store(th, &c->head, &c->objects, new_ref(th, v));
        return 0;
    }
    // The places on the way out, in hexadecimal.
    StrBuilder b;
    char part[24];
    str_builder_init(&b, th);
    snprintf(part, sizeof part, "%x", (unsigned)index);
    str_builder_cstr(&b, part);
    for (; d->base; d = CD(d->base)) {
        snprintf(part, sizeof part, ":%x", (unsigned)d->index);
        str_builder_cstr(&b, part);
    }
    Value key = str_builder_finish(&b);
    int r = key ? dict_set(th, AS(Dict, held), key, v) : -1;
    decref(th, key);
    decref(th, held);
    return r;
}

// ---- reading and storing parts --------------------------------------------------------------------------------------------------------

Value cdata_get(Thread *th, Type *type, CData *d, size_t index, void *p) {
    CInfo *info = value_cinfo(VALUE_OF(type));
    if (info && info->kind == CK_SIMPLE && !is_simple_subclass(type, info)) return code_get(th, info->code, info->swapped, p);
    return cdata_at(th, type, VALUE_OF(d), index, p);
}

static Value convert_and_store(Thread *th, Type *type, size_t size, void *p, Value v);

static Value store_other(Thread *th, Type *type, CInfo *info, size_t size, void *p, Value v) {
    if (info && info->kind == CK_SIMPLE) return code_set(th, info->code, info->swapped, p, v);
    if (info && info->kind == CK_FUNC) {
        Value f = call1(th, VALUE_OF(type), v);
        if (f) store_pointer(p, load_pointer(cdata_ptr(CD(f))));
        return f;
    }
    if (value_is_tuple(v)) {
        Value made = object_call(th, VALUE_OF(type), AS(Tuple, v)->items, AS(Tuple, v)->len, NO_VALUE);
        if (made) {
            Value r = convert_and_store(th, type, size, p, made);
            decref(th, made);
            return r;
        }
        Value exc = error_fetch(th);
        Value text = object_str(th, exc);
        if (text) raise_error(th, &exc_RuntimeError, "(%s) %T: %U", type->name, exc, text);
        decref(th, text);
        decref(th, exc);
        return NO_VALUE;
    }
    if (info && info->kind == CK_POINTER && v == VALUE_NONE) {
        store_pointer(p, NULL);
        return VALUE_NONE;
    }
    return raise_type_error(th, "expected %s instance, got %T", type->name, v);
}
// Stores v, given for a place of this type. What to keep for it, or NO_VALUE.
static Value convert_and_store(Thread *th, Type *type, size_t size, void *p, Value v) {
    CInfo *info = value_cinfo(VALUE_OF(type));
    if (!is_cdata(v)) return store_other(th, type, info, size, p, v);
    CData *src = CD(v);
    if (value_is_instance(v, type)) {
        size_t have = cdata_size(src);
        shared_move(p, cdata_ptr(src), have < size ? have : size);
        return cdata_kept(th, src);
    }
    CInfo *from = type_cinfo(type_of(v));
    if (info && info->kind == CK_POINTER && from && from->kind == CK_ARRAY) {
        if (from->proto != info->proto) return raise_type_error(th, "incompatible types, %T instance instead of %s instance", v, type->name);
        store_pointer(p, cdata_ptr(src));
        Value kept = cdata_kept(th, src), both = kept ? tuple_pack2(th, kept, v) : NO_VALUE;
        decref(th, kept);
        return both;
    }
    return raise_type_error(th, "incompatible types, %T instance instead of %s instance", v, type->name);
}
int cdata_set(Thread *th, CData *d, Type *type, size_t index, size_t size, void *p, Value v) {
    Value keep = convert_and_store(th, type, size, p, v);
    if (!keep) return -1;
    int r = cdata_keep(th, d, index, keep);
    decref(th, keep);
    return r;
}

// ---- buffer ---------------------------------------------------------------------------------------------------------------------------

int cdata_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    CData *d = CD(self);
    CInfo *info = type_cinfo(type_of(self));
    memset(b, 0, sizeof *b);
    b->obj = new_ref(th, self);
    b->buf = cdata_ptr(d);
    b->len = cdata_size(d);
    b->format = info && info->format ? info->format : "B";
    b->ndim = info ? info->ndim : 0;
    b->shape = info ? info->shape : NULL;
    CInfo *item = info;
    while (item && item->kind == CK_ARRAY) item = value_cinfo(item->proto);
    b->itemsize = item && item != info ? item->size : b->len;
    return 0;
}

// ---- the type _CData ------------------------------------------------------------------------------------------------------------------

static int64_t cdata_slot_hash(Thread *th, Value self) {
    raise_type_error(th, "unhashable type");
    return -1;
}
static Value cdata_meth_outparam(Thread *th, Value self, Value *args) { return new_ref(th, self); }
static Value cdata_meth_reduce(Thread *th, Value self, Value *args) {
    CInfo *info = type_cinfo(type_of(self));
    if (!info || info->has_pointer) return raise_value_error(th, "ctypes objects containing pointers cannot be pickled");
    Value dict = object_get_dict(th, self);
    if (!dict) {
        if (error_pending(th)) return NO_VALUE;
        if (!(dict = dict_new(th))) return NO_VALUE;
    }
    Value unpickle = import_attr(th, "_ctypes", "_unpickle"), data = bytes_of_shared(th, cdata_ptr(CD(self)), cdata_size(CD(self)));
    Value state = data ? tuple_pack2(th, dict, data) : NO_VALUE, inner = state ? tuple_pack2(th, VALUE_OF(type_of(self)), state) : NO_VALUE;
    decref(th, dict);
    decref(th, data);
    decref(th, state);
    return reduce_make2(th, unpickle, inner);
}
static Value cdata_meth_setstate(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[0])) return raise_type_error(th, "__setstate__() argument 1 must be dict, not %B", args[0]);
    if (!value_is_bytes(args[1])) return raise_type_error(th, "__setstate__() argument 2 must be bytes, not %B", args[1]);
    size_t n = AS(Bytes, args[1])->len, size = cdata_size(CD(self));
    shared_copy(cdata_ptr(CD(self)), AS(Bytes, args[1])->data, n < size ? n : size);
    Value dict = object_get_dict(th, self);
    if (!dict) return error_pending(th) ? NO_VALUE : VALUE_NONE;
    int r = dict_update(th, AS(Dict, dict), args[0]);
    decref(th, dict);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value cdata_get_base(Thread *th, Value self) { return CD(self)->base ? new_ref(th, CD(self)->base) : VALUE_NONE; }
static Value cdata_get_needsfree(Thread *th, Value self) { return value_imm_int(CD(self)->owns); }
static Value cdata_get_objects(Thread *th, Value self) {
    Value v = slot_get(th, &CD(self)->head, &CD(self)->objects);
    return v ? v : VALUE_NONE;
}
static int readonly(Thread *th, Value self, Value v) {
    raise_error(th, &exc_AttributeError, "readonly attribute");
    return -1;
}
static const MethodDef cdata_methods[] = {
    {"__ctypes_from_outparam__", "(self, /)", cdata_meth_outparam, "default __ctypes_from_outparam__ method returns self.", 0},
    {"__reduce__", "(self, /)", cdata_meth_reduce, NULL, 0},
    {"__setstate__", "(self, dict, data, /)", cdata_meth_setstate, NULL, 0},
    {0},
};
static const GetSetDef cdata_getsets[] = {
    {"_b_base_", cdata_get_base, readonly, "the base object"},
    {"_b_needsfree_", cdata_get_needsfree, readonly, "whether the object owns the memory or not"},
    {"_objects", cdata_get_objects, readonly, "internal objects tree (NEVER CHANGE THIS OBJECT!)"},
    {0},
};
TYPE_DEFINE(ct_CData, "_ctypes._CData", sizeof(CData), TYPE_TRACED | TYPE_BASETYPE, .methods = cdata_methods, .getsets = cdata_getsets,
            .slots = {.new_ = cdata_slot_new, .hash = cdata_slot_hash, .dealloc = cdata_dealloc, .traverse = cdata_traverse, .clear = cdata_clear,
                      .get_buffer = cdata_get_buffer})
