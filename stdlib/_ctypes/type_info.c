// SPDX-License-Identifier: MIT
// The metatypes of C types: the info of a class, its life, and the methods of classes that all kinds share (from_buffer, in_dll, from_param...).
// An info is published whole (release) and read without a lock (acquire); see ctypes_int.h for what changes later.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/weakref.h"
#include "stdlib/sys/sys.h"

#include <stdio.h>

// ---- infos ----------------------------------------------------------------------------------------------------------------------------

CInfo *cinfo_new(Thread *th, int kind) {
    CInfo *c = mem_calloc(th, 1, sizeof *c);
    if (c) c->kind = (uint8_t)kind;
    return c;
}
char *format_text(Thread *th, const char *prefix, const char *rest) {
    size_t a = strlen(prefix), b = strlen(rest);
    char *p = mem_alloc(th, a + b + 1);
    if (!p) return NULL;
    memcpy(p, prefix, a);
    memcpy(p + a, rest, b + 1);
    return p;
}
static Value *held_values(CInfo *c, Value **out) {
    out[0] = &c->proto, out[1] = &c->argtypes, out[2] = &c->converters, out[3] = &c->restype, out[4] = &c->checker, out[5] = &c->pointer_type, out[6] = &c->arrays;
    return *out;
}
enum { HELD = 7 };
void cinfo_free(Thread *th, CInfo *c) {
    while (c) {
        CInfo *older = c->older;
        Value *held[HELD];
        held_values(c, held);
        for (int i = 0; i < HELD; i++) decref(th, *held[i]);
        mem_free(c->format);
        mem_free(c->shape);
        if (c->own_elements) mem_free(c->own.elements);
        mem_free(c);
        c = older;
    }
}
CInfo *cinfo_clone(Thread *th, const CInfo *from) {
    CInfo *c = mem_alloc(th, sizeof *c);
    if (!c) return NULL;
    *c = *from;
    c->older = NULL;
    c->final = 0;
    c->pointer_type = c->arrays = NO_VALUE;
    c->format = NULL;
    c->shape = NULL;
    c->own_elements = 0;
    Value *held[HELD];
    held_values(c, held);
    for (int i = 0; i < HELD; i++) incref(th, *held[i]);
    bool ok = (!from->format || (c->format = format_text(th, "", from->format))) && (!from->shape || (c->shape = mem_alloc(th, sizeof(intptr_t) * (size_t)from->ndim)));
    if (ok && from->shape) memcpy(c->shape, from->shape, sizeof(intptr_t) * (size_t)from->ndim);
    if (ok && from->ffi == &from->own) {
        c->ffi = &c->own;
        size_t n = 1;
        while (from->own.elements && from->own.elements[n - 1]) n++;
        if ((ok = (c->own.elements = mem_alloc(th, n * sizeof(ffi_type *))) != NULL)) {
            c->own_elements = 1;
            for (size_t i = 0; i < n; i++) c->own.elements[i] = from->own.elements ? from->own.elements[i] : NULL;
        }
    }
    if (ok) return c;
    cinfo_free(th, c);
    return NULL;
}
void cinfo_publish(Type *t, CInfo *c) {
    CInfo *old = type_cinfo(t);
    c->older = old;
    if (old) { // both move on: nobody else makes infos of this type but who sets its _fields_ or _type_
        c->pointer_type = atomic_swap_seqcst(&old->pointer_type, NO_VALUE);
        c->arrays = atomic_swap_seqcst(&old->arrays, NO_VALUE);
    }
    atomic_store_release(&t->native_state, (void *)c); // whole before it can be seen
}
int ctype_init_begin(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (type_type.slots.init(th, self, args, nargs, NO_VALUE) < 0) return -1;
    if (!type_cinfo(AS(Type, self))) return 0;
    raise_error(th, &exc_SystemError, "StgInfo of '%s' is already initialized.", AS(Type, self)->name);
    return -1;
}

// ---- classes in memory ----------------------------------------------------------------------------------------------------------------

static int ctype_traverse(Object *self, VisitFn visit, void *arg) {
    int r = type_type.slots.traverse(self, visit, arg);
    for (CInfo *c = ((Type *)self)->native_state; c && !r; c = c->older) {
        Value *held[HELD];
        held_values(c, held);
        for (int i = 0; i < HELD && !r; i++)
            if (*held[i]) r = visit(*held[i], arg);
    }
    return r;
}
static void ctype_dealloc(Thread *th, Object *self) {
    cinfo_free(th, ((Type *)self)->native_state);
    type_type.slots.dealloc(th, self);
}

// ---- arrays and pointers of a class ---------------------------------------------------------------------------------------------------

static Value arrays_of(Thread *th, CInfo *c) {
    Value d = atomic_load_acquire(&c->arrays);
    if (d) return d;
    Value none = NO_VALUE;
    if (!(d = dict_new(th))) return NO_VALUE;
    if (atomic_cas_acq_rel(&c->arrays, &none, d)) return d;
    decref(th, d);
    return none;
}
// The array types that are gone leave their places when there are many.
static int prune(Thread *th, Dict *d) {
    size_t n = dict_len(d), pos = 0;
    if (n < 32 || (n & (n - 1))) return 0;
    Value k, v;
    while (dict_next(th, d, &pos, &k, &v)) {
        bool dead = weakref_is_dead(v);
        int r = dead ? dict_delete(th, d, k) : 0;
        decref(th, k);
        decref(th, v);
        if (r < 0) return -1;
    }
    return 0;
}
static Value array_known(Thread *th, Value arrays, Value length) {
    Value ref;
    int r = dict_get(th, AS(Dict, arrays), length, &ref);
    if (r <= 0) return NO_VALUE;
    Value t = weakref_get(th, ref);
    decref(th, ref);
    return t;
}
Value array_type_of(Thread *th, Value item, intptr_t length) {
    CInfo *c = value_cinfo(item);
    if (length < 0) return raise_value_error(th, "Array length must be >= 0, not %zd", length);
    if (!c) return raise_type_error(th, "Expected a type object");
    Value arrays = arrays_of(th, c), n = int_from_i64(th, length);
    if (!arrays) return NO_VALUE;
    Value t = array_known(th, arrays, n);
    if (t || error_pending(th)) return t;
    char text[32];
    snprintf(text, sizeof text, "_Array_%zd", length);
    Value name = str_format(th, "%s%s", AS(Type, item)->name, text), bases = tuple_pack1(th, VALUE_OF(&type_ct_Array)), ns = dict_new(th);
    if (name && bases && ns && dict_set(th, AS(Dict, ns), ct_name__length_, n) == 0 && dict_set(th, AS(Dict, ns), ct_name__type_, item) == 0)
        t = type_create(th, &type_ct_ArrayType, name, bases, ns, NULL, NO_VALUE);
    decref(th, name);
    decref(th, bases);
    decref(th, ns);
    Value ref = t ? weakref_new(th, t, NO_VALUE) : NO_VALUE, there = NO_VALUE;
    if (ref && prune(th, AS(Dict, arrays)) == 0) {
        int r = dict_setdefault(th, AS(Dict, arrays), n, ref, &there); // another thread's comes first
        Value other = r == 1 ? weakref_get(th, there) : NO_VALUE;
        if (other) {
            decref(th, t);
            t = other;
        } else if (r == 1 && dict_set(th, AS(Dict, arrays), n, ref) < 0) clear_ref(th, &t);
        else if (r < 0) clear_ref(th, &t);
    } else clear_ref(th, &t);
    decref(th, there);
    decref(th, ref);
    return t;
}
static Value ctype_slot_mul(Thread *th, Value a, Value b) {
    Value t = value_is_type(a) && value_is_instance(a, &type_ct_CType) ? a : b, n = t == a ? b : a;
    if (!index_check(n)) return raise_type_error(th, "can't multiply sequence by non-int of type '%T'", n);
    intptr_t length = number_as_ssize(th, n, &exc_OverflowError);
    return length == -1 && error_pending(th) ? NO_VALUE : array_type_of(th, t, length);
}

static CInfo *info_or_error(Thread *th, Value type) {
    CInfo *c = value_cinfo(type);
    if (!c) raise_type_error(th, "%R must have storage info", type);
    return c;
}
static Value ctype_get_pointer_type(Thread *th, Value self) {
    CInfo *c = info_or_error(th, self);
    if (!c) return NO_VALUE;
    Value p = atomic_load_acquire(&c->pointer_type);
    return p ? new_ref(th, p) : raise_error(th, &exc_AttributeError, "%R has no attribute '__pointer_type__'", self);
}
static int ctype_set_pointer_type(Thread *th, Value self, Value v) {
    CInfo *c = info_or_error(th, self);
    if (!c) return -1;
    Value old = atomic_swap_seqcst(&c->pointer_type, v ? new_ref(th, v) : NO_VALUE);
    if (!v && !old) {
        raise_error(th, &exc_AttributeError, "__pointer_type__");
        return -1;
    }
    if (th->mt && old) retire_value(th, old); // whoever reads it without a lock may be about to count it
    else decref(th, old);
    return 0;
}
static Value ctype_meth_sizeof(Thread *th, Value self, Value *args) {
    return value_imm_int((int64_t)(AS(Type, self)->flags & TYPE_HEAP ? sizeof(Type) + sizeof(CInfo) : sizeof(Type)));
}

// ---- making instances -----------------------------------------------------------------------------------------------------------------

static Value ct_meth_from_address(Thread *th, Value self, Value *args) {
    if (!value_is_int(args[0])) return raise_type_error(th, "integer expected");
    if (sys_audit(th, "ctypes.cdata", 1, args[0]) < 0) return NO_VALUE;
    return cdata_at(th, AS(Type, self), NO_VALUE, 0, (void *)(uintptr_t)int_as_u64_mask(args[0]));
}
static int check_room(Thread *th, size_t len, intptr_t offset, size_t need) {
    if (offset < 0) {
        raise_value_error(th, "offset cannot be negative");
        return -1;
    }
    if (need <= SIZE_MAX - (size_t)offset && (size_t)offset + need <= len) return 0;
    raise_value_error(th, "Buffer size too small (%zu instead of at least %zu bytes)", len, need + (size_t)offset);
    return -1;
}
static Value ct_meth_from_buffer(Thread *th, Value self, Value *args) {
    CInfo *c = value_cinfo(self);
    intptr_t offset = 0;
    if (args[1] && number_as_c_ssize(th, args[1], &offset) < 0) return NO_VALUE;
    if (!c) return raise_type_error(th, "abstract class");
    Value mv = memoryview_new(th, args[0]), r = NO_VALUE;
    if (!mv) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, mv, &b, BUF_FULL_RO) < 0) {
        decref(th, mv);
        return NO_VALUE;
    }
    uint8_t *p = b.buf;
    size_t len = b.len;
    bool readonly = b.readonly, straight = buffer_is_contiguous(&b, 'C');
    buffer_release(th, &b); // the view keeps the memory
    if (readonly) raise_type_error(th, "underlying buffer is not writable");
    else if (!straight) raise_type_error(th, "underlying buffer is not C contiguous");
    else if (check_room(th, len, offset, c->size) == 0 &&
             sys_audit(th, "ctypes.cdata/buffer", 3, int_from_u64(th, (uintptr_t)p), int_from_u64(th, len), value_imm_int(offset)) == 0)
        r = cdata_at(th, AS(Type, self), NO_VALUE, 0, p + offset);
    if (r && cdata_keep(th, CD(r), SIZE_MAX, mv) < 0) clear_ref(th, &r);
    decref(th, mv);
    return r;
}
static Value ct_meth_from_buffer_copy(Thread *th, Value self, Value *args) {
    CInfo *c = value_cinfo(self);
    intptr_t offset = 0;
    Buffer b;
    if (args[1] && number_as_c_ssize(th, args[1], &offset) < 0) return NO_VALUE;
    if (!c) return raise_type_error(th, "abstract class");
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (check_room(th, b.len, offset, c->size) == 0 &&
        sys_audit(th, "ctypes.cdata/buffer", 3, int_from_u64(th, (uintptr_t)b.buf), int_from_u64(th, b.len), value_imm_int(offset)) == 0)
        r = cdata_copy(th, AS(Type, self), b.buf + offset);
    buffer_release(th, &b);
    return r;
}
static Value ct_meth_in_dll(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[1])) return raise_type_error(th, "in_dll() argument 2 must be str, not %B", args[1]);
    if (sys_audit(th, "ctypes.dlsym", 2, args[0], args[1]) < 0) return NO_VALUE;
    void *p = symbol_find(th, args[0], args[1], &exc_ValueError);
    return p ? cdata_at(th, AS(Type, self), NO_VALUE, 0, p) : NO_VALUE;
}

Value ct_meth_from_param(Thread *th, Value self, Value *args) {
    Type *t = AS(Type, self);
    Value v = args[0], as;
    if (value_is_instance(v, t)) return new_ref(th, v);
    if (value_is_exact(v, &type_ct_CArg)) {
        Value obj = AS(CArg, v)->obj;
        if (obj && value_is_instance(obj, t)) return new_ref(th, v);
        if (!obj) return raise_type_error(th, "expected %s instance instead of %T", t->name, v);
        return raise_type_error(th, "expected %s instance instead of pointer to %T", t->name, obj);
    }
    int r = object_getattr_optional(th, v, ct_name__as_parameter_, &as);
    if (r < 0) return NO_VALUE;
    if (r) {
        Value out = thread_c_recursion(th, " while processing _as_parameter_") ? NO_VALUE : ct_meth_from_param(th, self, &as);
        decref(th, as);
        return out;
    }
    return raise_type_error(th, "expected %s instance instead of %T", t->name, v);
}

// ---- tables ---------------------------------------------------------------------------------------------------------------------------

#define COMMON_METHODS                                                                                                                            \
    {"from_address", "(self, value, /)", ct_meth_from_address, "C.from_address(integer) -> C instance\n\nAccess a C instance at the specified address.", 0}, \
    {"from_buffer", "(self, obj, offset=0, /)", ct_meth_from_buffer, "C.from_buffer(object, offset=0) -> C instance\n\nCreate a C instance from a writeable buffer.", 0}, \
    {"from_buffer_copy", "(self, buffer, offset=0, /)", ct_meth_from_buffer_copy, "C.from_buffer_copy(object, offset=0) -> C instance\n\nCreate a C instance from a readable buffer.", 0}, \
    {"in_dll", "(self, dll, name, /)", ct_meth_in_dll, "C.in_dll(dll, name) -> C instance\n\nAccess a C instance in a dll.", 0}
#define FROM_PARAM_DOC "Convert a Python object into a function call parameter."
static const MethodDef plain_methods[] = {COMMON_METHODS, {"from_param", "(self, value, /)", ct_meth_from_param, FROM_PARAM_DOC, 0}, {0}};
static const MethodDef simple_methods[] = {COMMON_METHODS, {"from_param", "(self, value, /)", simple_meth_from_param, FROM_PARAM_DOC, 0}, {0}};
static const MethodDef pointer_methods[] = {
    COMMON_METHODS,
    {"from_param", "(self, value, /)", pointer_meth_from_param, FROM_PARAM_DOC, 0},
    {"set_type", "(self, type, /)", pointer_meth_set_type, NULL, 0},
    {0},
};
static const MethodDef ctype_methods[] = {{"__sizeof__", "(self, /)", ctype_meth_sizeof, "Return memory consumption of the type object.", 0}, {0}};
static const GetSetDef ctype_getsets[] = {{"__pointer_type__", ctype_get_pointer_type, ctype_set_pointer_type, "pointer type"}, {0}};

#define META_FLAGS (TYPE_TRACED | TYPE_BASETYPE | TYPE_TYPE_SUBCLASS | TYPE_WEAKREFABLE)
#define META_SLOTS .traverse = ctype_traverse, .dealloc = ctype_dealloc
TYPE_DEFINE_BASE(ct_CType, "_ctypes.CType_Type", &type_type, sizeof(Type), META_FLAGS, .methods = ctype_methods, .getsets = ctype_getsets,
                 .slots = {META_SLOTS, .mul = ctype_slot_mul})
#define META(cname, pyname, table, ...) \
    TYPE_DEFINE_BASE(cname, pyname, &type_ct_CType, sizeof(Type), META_FLAGS, .methods = table, .slots = {META_SLOTS, __VA_ARGS__})
META(ct_StructType, "_ctypes.PyCStructType", plain_methods, .init = struct_type_init, .setattr = struct_type_setattr)
META(ct_UnionType, "_ctypes.UnionType", plain_methods, .init = struct_type_init, .setattr = struct_type_setattr)
META(ct_ArrayType, "_ctypes.PyCArrayType", plain_methods, .init = array_type_init)
META(ct_PointerType, "_ctypes.PyCPointerType", pointer_methods, .init = pointer_type_init)
META(ct_SimpleType, "_ctypes.PyCSimpleType", simple_methods, .init = simple_type_init)
META(ct_FuncType, "_ctypes.PyCFuncPtrType", plain_methods, .init = func_type_init)
