// SPDX-License-Identifier: MIT
// The module _ctypes: C data types, foreign functions and callbacks over libffi. Here: what works on any C object or type, and the module's tables.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/exception.h"
#include "gc/gc.h"
#include "stdlib/sys/sys.h"

#include <time.h>

#define X(n) Value ct_name_##n;
CT_NAMES(X)
#undef X

static Value ct_fn_sizeof(Thread *th, Value self, Value *args) {
    CInfo *i = value_cinfo(args[0]);
    if (i) return int_from_u64(th, i->size);
    if (is_cdata(args[0])) return int_from_u64(th, cdata_size(CD(args[0])));
    return raise_type_error(th, "this type has no size");
}
static Value ct_fn_alignment(Thread *th, Value self, Value *args) {
    CInfo *i = value_cinfo(args[0]);
    if (!i && is_cdata(args[0])) i = type_cinfo(type_of(args[0]));
    return i ? int_from_u64(th, i->align) : raise_type_error(th, "no alignment info");
}
static Value ct_fn_addressof(Thread *th, Value self, Value *args) {
    if (!is_cdata(args[0])) return raise_type_error(th, "addressof() argument must be _ctypes._CData, not %B", args[0]);
    if (sys_audit(th, "ctypes.addressof", 1, args[0]) < 0) return NO_VALUE;
    return int_from_u64(th, (uintptr_t)cdata_ptr(CD(args[0])));
}
static Value ct_fn_byref(Thread *th, Value self, Value *args) {
    intptr_t offset = 0;
    if (!is_cdata(args[0])) return raise_type_error(th, "byref() argument 1 must be _ctypes._CData, not %B", args[0]);
    if (args[1] && number_as_c_ssize(th, args[1], &offset) < 0) return NO_VALUE;
    return byref_new(th, args[0], offset);
}
static Value ct_fn_resize(Thread *th, Value self, Value *args) {
    intptr_t size;
    if (!is_cdata(args[0])) return raise_type_error(th, "resize() argument 1 must be _ctypes._CData, not %B", args[0]);
    if (number_as_c_ssize(th, args[1], &size) < 0) return NO_VALUE;
    CData *d = CD(args[0]);
    CInfo *i = type_cinfo(type_of(args[0]));
    if (!i) return raise_type_error(th, "excepted ctypes instance");
    if (size < (intptr_t)i->size) return raise_value_error(th, "minimum size is %zu", i->size);
    if (!d->owns) return raise_value_error(th, "Memory cannot be resized because this object doesn't own it");
    CBlock *b = NULL;
    if ((size_t)size > sizeof d->inside && !(b = mem_calloc(th, 1, sizeof *b + (size_t)size))) return NO_VALUE;
    obj_lock(th, &d->lock);
    size_t room = d->blocks ? d->blocks->size : sizeof d->inside;
    if (b && (size_t)size > room) {
        // Parts that other objects show stay where they are, in the block that was.
        b->size = (size_t)size;
        b->next = d->blocks;
        shared_copy(b->v, d->ptr, d->size);
        d->blocks = b;
        atomic_store_release(&d->ptr, b->v); // filled before it can be seen
        b = NULL;
    }
    atomic_store_release(&d->size, (size_t)size);
    obj_unlock(th, &d->lock);
    mem_free(b);
    return VALUE_NONE;
}
static Value ct_fn_get_errno(Thread *th, Value self, Value *args) {
    if (sys_audit(th, "ctypes.get_errno", 0) < 0) return NO_VALUE;
    int e = errno_swap(th, 0);
    errno_swap(th, e);
    return value_imm_int(e);
}
static Value ct_fn_set_errno(Thread *th, Value self, Value *args) {
    int e;
    if (sys_audit(th, "ctypes.set_errno", 1, args[0]) < 0 || number_as_int(th, args[0], &e) < 0) return NO_VALUE;
    return value_imm_int(errno_swap(th, e));
}
static Value ct_fn_buffer_info(Thread *th, Value self, Value *args) {
    CInfo *i = value_cinfo(args[0]);
    if (!i && is_cdata(args[0])) i = type_cinfo(type_of(args[0]));
    if (!i) return raise_type_error(th, "not a ctypes type or object");
    Tuple *shape = tuple_new(th, (size_t)i->ndim);
    for (int k = 0; shape && k < i->ndim; k++) shape->items[k] = int_from_i64(th, i->shape[k]);
    Value format = !shape ? NO_VALUE : i->format ? str_from_cstr(th, i->format) : VALUE_NONE;
    Value r = format ? tuple_pack3(th, format, value_imm_int(i->ndim), VALUE_OF(shape)) : NO_VALUE;
    decref(th, format);
    decref(th, VALUE_OF(shape));
    return r;
}
static Value ct_fn_unpickle(Thread *th, Value self, Value *args) {
    if (!value_is_type(args[0])) return raise_type_error(th, "_unpickle() argument 1 must be a type");
    if (!value_is_tuple(args[1])) return raise_type_error(th, "_unpickle() argument 2 must be tuple, not %B", args[1]);
    Value obj = call_method1(th, args[0], name_d_new, args[0]);
    if (!obj) return NO_VALUE;
    Value r = call_method(th, obj, ct_name___setstate__, AS(Tuple, args[1])->items, AS(Tuple, args[1])->len);
    if (!r) clear_ref(th, &obj);
    decref(th, r);
    return obj;
}
static Value ct_fn_obj_from_ptr(Thread *th, Value self, Value *args) {
    if (!value_is_int(args[0])) return raise_type_error(th, "an integer is required");
    if (sys_audit(th, "ctypes.PyObj_FromPtr", 1, args[0]) < 0) return NO_VALUE;
    return new_ref(th, int_as_u64_mask(args[0]));
}
static Value ct_fn_incref(Thread *th, Value self, Value *args) {
    incref(th, args[0]);
    return new_ref(th, args[0]);
}
static Value ct_fn_decref(Thread *th, Value self, Value *args) {
    Value v = new_ref(th, args[0]);
    decref(th, v);
    return v;
}
static const MethodDef ct_fns[] = {
    {"sizeof", "(obj, /)", ct_fn_sizeof, "Return the size in bytes of a C instance.", 0},
    {"alignment", "(object, /)", ct_fn_alignment, "Return the alignment requirements of a C instance.", 0},
    {"addressof", "(obj, /)", ct_fn_addressof, "Return the address of the C instance internal buffer", 0},
    {"byref", "(obj, offset=0, /)", ct_fn_byref, "Return a pointer lookalike to a C instance, only usable as function argument.", 0},
    {"resize", "(obj, size, /)", ct_fn_resize, NULL, 0},
    {"get_errno", "()", ct_fn_get_errno, NULL, 0},
    {"set_errno", "(value, /)", ct_fn_set_errno, NULL, METH_NO_TEXT_SIG},
    {"buffer_info", "(object, /)", ct_fn_buffer_info, "Return buffer interface information", 0},
    {"_unpickle", "(type, state, /)", ct_fn_unpickle, NULL, METH_NO_TEXT_SIG},
    {"PyObj_FromPtr", "(address, /)", ct_fn_obj_from_ptr, NULL, METH_NO_TEXT_SIG},
    {"Py_INCREF", "(object, /)", ct_fn_incref, NULL, 0},
    {"Py_DECREF", "(object, /)", ct_fn_decref, NULL, 0},
    {0},
};

static int add_functions(Thread *th, Value m, const MethodDef *d) {
    for (; d->name; d++)
        if (module_add(th, m, d->name, builtin_function_new(th, d, m, str_intern_cstr(th, "_ctypes"))) < 0) return -1;
    return 0;
}
// libffi prepares its memory for closures with the first one, unsafely when two threads come at once: so that is made here.
static void prepare_closures(void) {
    void *code, *c = ffi_closure_alloc(sizeof(ffi_closure), &code);
    if (c) ffi_closure_free(c);
}

static int ctypes_exec(Thread *th, Value m) {
    prepare_closures();
    static Value *const names[] = {
#define X(n) &ct_name_##n,
        CT_NAMES(X)
#undef X
    };
    static const char *const texts[] = {
#define X(n) #n,
        CT_NAMES(X)
#undef X
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!(*names[i] = str_intern_cstr(th, texts[i]))) return -1;
    // Before they are ready nobody else sees them, so their class can still be set.
    static const struct { Type *type; Shape *meta; bool public; } types[] = {
        {&type_ct_CType, &shape_type, false}, {&type_ct_StructType, &shape_type, false}, {&type_ct_UnionType, &shape_type, false},
        {&type_ct_PointerType, &shape_type, false}, {&type_ct_ArrayType, &shape_type, false}, {&type_ct_SimpleType, &shape_type, false},
        {&type_ct_FuncType, &shape_type, false}, {&type_ct_CData, &shape_type, false}, {&type_ct_CArg, &shape_type, false},
        {&type_ct_Thunk, &shape_type, false}, {&type_ct_CField, &shape_type, true}, {&type_ct_Structure, &shape_ct_StructType, true},
        {&type_ct_Union, &shape_ct_UnionType, true}, {&type_ct_Pointer, &shape_ct_PointerType, true}, {&type_ct_Array, &shape_ct_ArrayType, true},
        {&type_ct_Simple, &shape_ct_SimpleType, true}, {&type_ct_Func, &shape_ct_FuncType, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (!(types[i].type->flags & TYPE_READY)) types[i].type->head.shape = types[i].meta;
        if (type_ready(th, types[i].type) < 0 || (types[i].public && module_add_type(th, m, types[i].type) < 0)) return -1;
    }
    if (!ct_ArgumentError) {
        Value e = exception_create_type(th, "ctypes.ArgumentError", NO_VALUE, NULL);
        if (!e) return -1;
        ct_ArgumentError = AS(Type, e);
        static Value root;
        root = e;
        gc_add_root(&root);
    }
    static const struct { const char *name; int value; } numbers[] = {
        {"FUNCFLAG_CDECL", FUNCFLAG_CDECL}, {"FUNCFLAG_PYTHONAPI", FUNCFLAG_PYTHONAPI}, {"FUNCFLAG_USE_ERRNO", FUNCFLAG_USE_ERRNO},
        {"FUNCFLAG_USE_LASTERROR", FUNCFLAG_USE_LASTERROR}, {"CTYPES_MAX_ARGCOUNT", MAX_ARGS}, {"SIZEOF_TIME_T", sizeof(time_t)},
    };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (module_add_int(th, m, numbers[i].name, numbers[i].value) < 0) return -1;
    if (module_add(th, m, "ArgumentError", new_ref(th, VALUE_OF(ct_ArgumentError))) < 0 || module_add_str(th, m, "__version__", "1.1.0") < 0) return -1;
    return add_functions(th, m, ct_load_fns) < 0 ? -1 : ct_load_init(th, m);
}
const ModuleDef module__ctypes = {.name = "_ctypes", .doc = "Create and manipulate C compatible data types in Python.", .methods = ct_fns, .exec = ctypes_exec};
