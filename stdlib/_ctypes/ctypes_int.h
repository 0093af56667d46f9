// SPDX-License-Identifier: MIT
// What the files of _ctypes share: what a C type is (CInfo), an object of one (CData), an argument of a call (CArg).
// Memory of C data is everybody's: it is read and written item by item as core/base/shared_bytes.h says, so a program that races on it sees old or new
// bytes. A block stays as long as the object that owns it; objects that show a part of it hold that one (base). No locks but CData.lock, for resize().
#ifndef LADON_STDLIB_CTYPES_INT_H
#define LADON_STDLIB_CTYPES_INT_H

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type.h"

#include <ffi.h>

enum { CK_SIMPLE, CK_POINTER, CK_ARRAY, CK_STRUCT, CK_UNION, CK_FUNC };
enum { FUNCFLAG_CDECL = 1, FUNCFLAG_PYTHONAPI = 4, FUNCFLAG_USE_ERRNO = 8, FUNCFLAG_USE_LASTERROR = 16 };
enum { PARAMFLAG_IN = 1, PARAMFLAG_OUT = 2, PARAMFLAG_LCID = 4, MAX_ARGS = 1024 };

// A code of _SimpleCData (codes.c).
typedef struct CCode {
    char code, pep;        // _type_; what stands for it in a buffer's format
    uint8_t size;
    uint8_t group;         // CG_*
    uint8_t is_signed;     // of CG_INT
    uint8_t swaps;         // has a type of the other byte order
    ffi_type *ffi;
} CCode;
enum { CG_INT, CG_BOOL, CG_FLOAT, CG_DOUBLE, CG_LONGDOUBLE, CG_COMPLEX, CG_CHAR, CG_WCHAR, CG_BYTES_P, CG_WCHAR_P, CG_VOID_P, CG_OBJECT };
const CCode *code_find(uint32_t c);                                            // NULL: none
extern const char codes_known[];
Value code_get(Thread *th, const CCode *c, bool swapped, const void *p);       // new reference
// Stores v at p. What must be kept alive for it, a new reference (None: nothing), or NO_VALUE with the exception set. May run Python.
Value code_set(Thread *th, const CCode *c, bool swapped, void *p, Value v);
bool code_is_pointer(const CCode *c);
Value wide_bytes(Thread *th, Value str);                                       // its characters as wchar_t, with a 0 behind them, in a bytes object

// What ctypes knows of a type; Type.native_state of a class whose metatype is one of ours, NULL: abstract. Published whole and then constant but for what
// says otherwise: when _fields_ or the pointed-to type is set, a new one takes its place, and the older ones stay until the type goes.
typedef struct CInfo CInfo;
struct CInfo {
    uint8_t  kind;          // CK_*
    uint8_t  swapped;       // simple: in the other byte order
    uint8_t  final;         // [a] _fields_ can't be set any more: instances, subclasses or fields of this type exist
    uint8_t  has_pointer;   // is or contains a pointer: not pickled
    uint8_t  has_union;     // is or contains a union
    uint8_t  own_elements;  // own.elements is a block of ours
    uint32_t flags;         // functions: FUNCFLAG_*
    size_t   size, align, length; // length: items, fields, 1 for pointers; 0: what is kept alive is one object, not a dict of them
    ffi_type *ffi, own;     // ffi may point to own (structures)
    const CCode *code;      // simple
    Value    proto;         // item or pointed-to type; NO_VALUE
    Value    argtypes, converters; // functions: tuples, or NO_VALUE
    Value    restype, checker;     // functions: NO_VALUE where there is none
    Value    pointer_type;  // [a] the type of pointers to this one, or NO_VALUE
    Value    arrays;        // [a] dict length -> weak reference to the type of such arrays of this one, or NO_VALUE
    char    *format;        // of buffers (PEP 3118)
    int      ndim;
    intptr_t *shape;
    CInfo   *older;
};
extern Type type_ct_CType, type_ct_StructType, type_ct_UnionType, type_ct_PointerType, type_ct_ArrayType, type_ct_SimpleType, type_ct_FuncType;
extern Type type_ct_CData, type_ct_Structure, type_ct_Union, type_ct_Pointer, type_ct_Array, type_ct_Simple, type_ct_Func;
extern Type type_ct_CField, type_ct_CArg, type_ct_Thunk;
extern Shape shape_ct_CType, shape_ct_StructType, shape_ct_UnionType, shape_ct_PointerType, shape_ct_ArrayType, shape_ct_SimpleType, shape_ct_FuncType;
extern Shape shape_ct_CData, shape_ct_Structure, shape_ct_Union, shape_ct_Pointer, shape_ct_Array, shape_ct_Simple, shape_ct_Func, shape_ct_CField, shape_ct_CArg, shape_ct_Thunk;

ALWAYS_INLINE CInfo *type_cinfo(const Type *t) { return atomic_load_acquire((CInfo *const *)(const void *)&t->native_state); }
// The info of a class of ours, or NULL: v may be anything.
ALWAYS_INLINE CInfo *value_cinfo(Value v) {
    return value_is_type(v) && value_is_instance(v, &type_ct_CType) ? type_cinfo(AS(Type, v)) : NULL;
}
ALWAYS_INLINE bool is_cdata(Value v) { return value_is_instance(v, &type_ct_CData); }
CInfo *cinfo_new(Thread *th, int kind);
CInfo *cinfo_clone(Thread *th, const CInfo *from);
void cinfo_free(Thread *th, CInfo *c);
// Gives t its info, or another one.
void cinfo_publish(Type *t, CInfo *c);
// For the metatypes' __init__: type.__init__, and SystemError when it ran before. 0 or -1.
int ctype_init_begin(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
char *format_text(Thread *th, const char *prefix, const char *rest);          // from mem_alloc
ALWAYS_INLINE void cinfo_set_final(CInfo *c) { if (!atomic_load_relaxed(&c->final)) atomic_store_relaxed(&c->final, (uint8_t)1); }
// A class derived from one of those with _type_ (a programmer's own c_int): its values stay objects.
ALWAYS_INLINE bool is_simple_subclass(Type *t, const CInfo *c) { return c->kind == CK_SIMPLE && t->base != &type_ct_Simple; }

typedef struct CBlock { struct CBlock *next; size_t size; uint8_t v[]; } CBlock;
typedef struct CData {
    Object   head;
    ObjLock  lock;      // [a] resize()
    bool     owns;      // [c] the memory is this object's own
    uint8_t *ptr;       // [a] the memory; only resize() replaces it
    size_t   size;      // [a]
    size_t   length;    // [c] as CInfo.length
    Value    base;      // [c] the CData whose memory this is part of, or NO_VALUE
    size_t   index;     // [c] where in it
    Value    objects;   // [a] what is kept alive: a dict by place, or one object, or NO_VALUE
    CBlock  *blocks;    // [l] own memory beyond `inside`, the latest first
    uint8_t  inside[16] __attribute__((aligned(16))); // [a] small values
} CData;
#define CD(v) AS(CData, v)
ALWAYS_INLINE uint8_t *cdata_ptr(const CData *d) { return atomic_load_acquire(&d->ptr); }
ALWAYS_INLINE size_t cdata_size(const CData *d) { return atomic_load_acquire(&d->size); }
ALWAYS_INLINE void *load_pointer(const void *p) { void *x; shared_load(&x, p, sizeof x); return x; }
ALWAYS_INLINE void store_pointer(void *p, const void *x) { shared_store(p, &x, sizeof x); }

Value cdata_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
// An object of type at p: part of base (borrowed, NO_VALUE: of nobody's memory).
Value cdata_at(Thread *th, Type *type, Value base, size_t index, void *p);
// One with a copy of the bytes at p.
Value cdata_copy(Thread *th, Type *type, const void *p);
// Keeps v alive (borrowed; None: nothing to do) with d, as what belongs to place index. 0 or -1.
int cdata_keep(Thread *th, CData *d, size_t index, Value v);
Value cdata_kept(Thread *th, CData *d);   // what is kept, of the whole block: new reference; a dict is made if there should be one
// Item of type at p, within d at place index: the Python value, or an object that shows it.
Value cdata_get(Thread *th, Type *type, CData *d, size_t index, void *p);
int cdata_set(Thread *th, CData *d, Type *type, size_t index, size_t size, void *p, Value v);   // 0 or -1; may run Python
int cdata_get_buffer(Thread *th, Value self, Buffer *b, int flags);
int cdata_traverse(Object *self, VisitFn visit, void *arg);
void cdata_clear(Thread *th, Object *self);
void cdata_dealloc(Thread *th, Object *self);
int delete_error(Thread *th);             // TypeError; -1

// An argument, converted. value holds it, or (structures) at points to a copy.
typedef union CValue { uint8_t bytes[32]; void *p; int64_t i64; int32_t i32; double d; long double ld; } CValue;
typedef struct CArg {
    Object    head;
    ffi_type *ffi;    // [c]
    char      tag;    // [c] code, 'P' for addresses, 'V' for structures
    CValue    value;  // [c]
    void     *at;     // [c] NULL: &value
    Value     obj;    // [c] kept alive, or NO_VALUE
} CArg;
CArg *carg_new(Thread *th, ffi_type *ffi, char tag, Value obj);  // obj borrowed
Value byref_new(Thread *th, Value obj, intptr_t offset);
extern const MethodDef ct_from_param_methods[];
NativeFunction ct_meth_from_param, simple_meth_from_param, pointer_meth_from_param;
NativeFunction void_p_from_param, char_p_from_param, wchar_p_from_param;

// Calls (call.c). args borrowed; converters, argtypes: tuples or NO_VALUE; restype: NO_VALUE (int), None, a type or a callable; checker or NO_VALUE.
Value foreign_call(Thread *th, void *fn, const Value *args, size_t nargs, uint32_t flags, Value argtypes, Value converters, Value restype, Value checker);
ffi_type *ffi_type_of(Value ctype);       // of arguments; int where ctype is none of ours
extern Type *ct_ArgumentError;            // [c] after the first import, a root
int errno_swap(Thread *th, int now);      // the thread's own copy of errno: sets it, returns what it was

// Functions.
typedef struct CFunc {
    CData data;
    Value thunk, callable;           // [c] a callback's, or NO_VALUE
    Value converters, argtypes, restype, checker, errcheck, paramflags; // [a] slots; NO_VALUE: as the type says
} CFunc;
int converters_of(Thread *th, Value argtypes, Value *types, Value *converters);   // two new tuples. 0 or -1
// A closure that calls callable: a Thunk, whose code is at *code. New reference.
Value thunk_new(Thread *th, Value callable, Value argtypes, Value restype, uint32_t flags, void **code);

// Structures.
typedef struct CField {
    Object   head;
    Value    name, type;   // [c] type: a class of ours
    int64_t  byte_offset;  // [c]
    size_t   byte_size, index; // [c]
    uint32_t bit_size, bit_offset; // [c] bit_size 0: no bit field
    uint8_t  anonymous;    // [a]
    char     text;         // [c] 'c' or 'u': an array of characters, which reads as text; 0
} CField;
Value cfield_shifted(Thread *th, CField *f, size_t index, int64_t offset);   // the same field seen from outside
int struct_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
int struct_type_setattr(Thread *th, Value self, Value name, Value v);
int struct_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
int simple_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
int array_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
int pointer_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
int func_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
NativeFunction pointer_meth_set_type;
Value array_type_of(Thread *th, Value item, intptr_t length);   // item * length: new reference

extern const MethodDef ct_load_fns[];
int ct_load_init(Thread *th, Value m);
void *api_find(const char *name);   // one of the functions of ctypes.pythonapi (api.c), or NULL
void *symbol_find(Thread *th, Value dll, Value name, Type *error);   // NULL with the exception set

// Interned names.
#define CT_NAMES(X) X(_fields_) X(_anonymous_) X(_type_) X(_length_) X(_flags_) X(_argtypes_) X(_restype_) X(_check_retval_) X(_as_parameter_) X(_handle) \
    X(from_param) X(__ctype_be__) X(__ctype_le__) X(__ctypes_from_outparam__) X(__setstate__) X(align) X(size) X(format_spec) X(fields) X(_abstract_)
#define X(n) extern Value ct_name_##n;
CT_NAMES(X)
#undef X
#endif
