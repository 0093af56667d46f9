// SPDX-License-Identifier: MIT
// The object header, shapes and types as data (design: "Objects"). Access key: [o] owner thread only  [a] atomic
// [l] under the named lock  [r] RCU-published  [c] constant after init.
#ifndef LADON_VALUE_OBJECT_H
#define LADON_VALUE_OBJECT_H

#include "core/value/value.h"

typedef struct Thread Thread;
typedef struct Shape Shape;
typedef struct Type Type;
typedef struct Str Str;
typedef struct Tuple Tuple;
typedef struct Dict Dict;
typedef struct List List;
typedef struct Code Code;
typedef struct Frame Frame;
typedef struct Function Function;

// 16 bytes at the start of every object.
struct Object {
    Shape   *shape;   // [a] type and layout; changes by transition only (slot published first, shape second)
    uint32_t biased;  // [o] owner thread id (12 bits, high) and the owner's count (20 bits, low); see gc/refcount.h
    uint32_t shared;  // [a] signed count (23 bits, high) and OBJ_* flags (9 bits, low)
};

enum {
    OBJ_MERGED    = 1 << 0,  // the owner's part was added to the shared part; biased is 0
    OBJ_QUEUED    = 1 << 1,  // waits in the owner's merge queue
    OBJ_IMMORTAL  = 1 << 2,  // never counted, never freed
    OBJ_UNCOUNTED = 1 << 3,  // never counted; only the cycle collector frees it
    OBJ_SEEN      = 1 << 4,  // a thread other than the owner has touched this container: writers retire what they remove
    OBJ_WEAKREFS  = 1 << 5,  // has weak references (side table in gc/)
    OBJ_FINALIZED = 1 << 6,  // __del__ ran
    OBJ_DEAD      = 1 << 7,  // being freed; heap visitors skip it
    OBJ_HOT       = 1 << 8,  // a foreign count of it was sampled in this life of the block: may be promoted (gc/refcount.c)
    OBJ_FLAG_BITS = 9,
};
#define OBJ_TID_SHIFT 20
#define OBJ_COUNT_MASK ((1u << OBJ_TID_SHIFT) - 1)
#define OBJ_TID_NONE 0xFFFu  // owner id of immortal and uncounted objects: equals no thread's, so the owner path misses at once
// Header of a static (immortal) object.
#define OBJECT_STATIC(shape_) { (shape_), OBJ_TID_NONE << OBJ_TID_SHIFT, OBJ_IMMORTAL | OBJ_SEEN }

// One byte in a container; 0 free, 1 held, 3 held with waiters (sched/thread/lock.h).
typedef uint8_t ObjLock;

// A hidden class: type + which attribute sits in which slot. A tree per type: the root has no attributes.
// Shapes of built-in types are static and named shape_<type>.
struct Shape {
    Type    *type;        // [c]
    uint32_t id;          // [a] unique, non-zero; replaced when a change of the type makes caches made under the old id wrong
    uint32_t flags;       // [c] copy of type->flags, for one-load checks, plus SHAPE_* bits
    uint16_t slot_count;  // [c] slots of this shape: 0..slot_count-1, those of deleted attributes (gone) included
    uint16_t inline_cap;  // [c] how many of them fit in the object; the rest are in the AttrExt
    uint32_t attr_offset; // [c] byte offset of the attribute area: one word (AttrExt* or Dict* with SHAPE_DICT_MODE), then inline_cap Values;
                          //     0 = instances have no attribute area
    Shape   *parent;      // [c] the shape before the last attribute was added or deleted
    Str     *name;        // [c] that attribute's name (interned)
    void    *names;       // [r] lazily built index name -> slot (core/object/shape.c)
    void    *children;    // [r] transitions name -> Shape; written under the shape lock
    Shape   *next_root;   // [r] of root shapes: the type's next root, with another inline_cap; see core/object/shape.c
    Shape   *dict_shape;  // [a] of root shapes: the dict-mode shape with the same inline_cap, made on demand
    uint32_t gone;        // [c] how many attributes were deleted on the way here: one more than the parent's, and name is what was deleted
};

// Type flags (also in Shape.flags).
enum {
    TYPE_INT_SUBCLASS   = 1u << 0,   TYPE_FLOAT_SUBCLASS = 1u << 1,  TYPE_STR_SUBCLASS  = 1u << 2,  TYPE_BYTES_SUBCLASS = 1u << 3,
    TYPE_TUPLE_SUBCLASS = 1u << 4,   TYPE_LIST_SUBCLASS  = 1u << 5,  TYPE_DICT_SUBCLASS = 1u << 6,  TYPE_SET_SUBCLASS   = 1u << 7,  // set or frozenset
    TYPE_TYPE_SUBCLASS  = 1u << 8,   TYPE_EXC_SUBCLASS   = 1u << 9,  TYPE_COMPLEX_SUBCLASS = 1u << 10,
    TYPE_BASETYPE       = 1u << 11,  // may be subclassed
    TYPE_HEAP           = 1u << 12,  // made at run time (class statement, type(), or a native module's heap type)
    TYPE_TRACED         = 1u << 13,  // instances can be part of cycles: allocated in the traced heap, has slots.traverse
    TYPE_VARSIZE        = 1u << 14,  // instances end in itemsize * n bytes; attribute area lies behind them (object_attr_area)
    TYPE_HAS_DICT       = 1u << 15,  // instances take arbitrary attributes (and have __dict__)
    TYPE_IMMUTABLE      = 1u << 16,  // attributes of the type itself can't be set
    TYPE_ABSTRACT       = 1u << 17,  // __abstractmethods__ is non-empty
    TYPE_NO_INSTANTIATE = 1u << 18,  // calling it raises "cannot create 'x' instances"
    TYPE_SEQUENCE_PATTERN = 1u << 19, TYPE_MAPPING_PATTERN = 1u << 20, TYPE_MATCH_SELF = 1u << 21,  // PEP 634
    TYPE_METHOD_DESCR   = 1u << 22,  // descriptor whose binding is "prepend self" (functions, method descriptors)
    TYPE_DATA_DESCR     = 1u << 23,  // has __set__ or __delete__
    TYPE_WEAKREFABLE    = 1u << 24,
    TYPE_CUSTOM_GETATTR = 1u << 25,  // slots.getattr is not the generic one (or __getattr__ exists): attribute caches off
    TYPE_CUSTOM_SETATTR = 1u << 26,
    TYPE_MANAGED_ATTRS  = 1u << 27,  // instances have an attribute area (attr_offset != 0 or varsize)
    TYPE_HAS_DEL        = 1u << 28,  // __del__ exists: run by object_dealloc before freeing. Goes with TYPE_TRACED or TYPE_HEAP (gc_has_finalizer)
    TYPE_READY          = 1u << 29,
    TYPE_ITERATOR       = 1u << 30,
    SHAPE_DICT_MODE     = 1u << 31,  // this shape's objects keep their attributes in a Dict in the area's first word
};

// Arguments in vector form, everywhere: args[0..nargs) positional, then one value per name in kwnames (NO_VALUE or a Tuple of Str).
// All borrowed.
typedef Value (*CallFn)(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames);
typedef Value (*UnaryFn)(Thread *th, Value self);
typedef Value (*BinaryFn)(Thread *th, Value a, Value b);             // VALUE_NOT_IMPLEMENTED when it does not know the pair
typedef Value (*TernaryFn)(Thread *th, Value a, Value b, Value c);   // pow: c is VALUE_NONE when absent
typedef Value (*CompareFn)(Thread *th, Value a, Value b, int op);    // op: CMP_*
typedef int64_t (*HashFn)(Thread *th, Value self);                   // -1: error
typedef intptr_t (*LenFn)(Thread *th, Value self);                   // -1: error
typedef int (*BoolFn)(Thread *th, Value self);                       // 0, 1, -1 error
typedef int (*ContainsFn)(Thread *th, Value self, Value item);       // 0, 1, -1 error
typedef int (*SetItemFn)(Thread *th, Value self, Value key, Value v); // v NO_VALUE: delete; 0 or -1
typedef Value (*GetAttrFn)(Thread *th, Value self, Value name);
typedef int (*SetAttrFn)(Thread *th, Value self, Value name, Value v); // v NO_VALUE: delete; 0 or -1
typedef Value (*DescrGetFn)(Thread *th, Value descr, Value obj, Value type); // obj NO_VALUE: looked up on the type
typedef int (*DescrSetFn)(Thread *th, Value descr, Value obj, Value v);  // v NO_VALUE: delete
typedef Value (*NewFn)(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
typedef int (*InitFn)(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames); // 0 or -1
typedef void (*DeallocFn)(Thread *th, Object *self);                 // release what self holds, then object_free
typedef int (*VisitFn)(Value v, void *arg);                          // non-zero stops
typedef int (*TraverseFn)(Object *self, VisitFn visit, void *arg);   // visits each Value held; no locks, no Python
typedef void (*ClearFn)(Thread *th, Object *self);                   // breaks cycles: drop references, stay valid
// Result of one step of a generator-like object: see SendStatus in core/object/iter.h.
typedef int (*SendFn)(Thread *th, Value self, Value arg, Value *result);
// One step of an iterator of pairs, without the tuple: 1 and two new references, 0 at the end, -1 error, 2: this one's items are no pairs.
typedef int (*PairFn)(Thread *th, Value self, Value pair[2]);

enum { CMP_LT, CMP_LE, CMP_EQ, CMP_NE, CMP_GT, CMP_GE };

typedef struct Buffer Buffer;                                        // core/object/buffer.h
typedef int (*GetBufferFn)(Thread *th, Value self, Buffer *view, int flags);
typedef void (*ReleaseBufferFn)(Thread *th, Value self, Buffer *view);

// Slot functions. slots.def lists each once: field, C type, dunder names, wrapper family.
typedef struct TypeSlots {
#define SLOT(field, ctype, dunder, kind) ctype field;
#define SLOT_REFLECTED(field, dunder, rdunder) BinaryFn field;
#include "core/value/slots.def"
    // Not reachable as dunder methods:
    DeallocFn dealloc;      // NULL: object_free after releasing the attribute area
    TraverseFn traverse;    // needed with TYPE_TRACED
    ClearFn clear;
    SendFn send;            // generators and coroutines: fast path of iteration and await
    PairFn next_pair;       // built-in iterators whose items are pairs; only for objects of exactly this type
    GetBufferFn get_buffer;
    ReleaseBufferFn release_buffer;
} TypeSlots;

// A native function. sig is Python signature text: "(self, sub, start=0, end=None, /)" for methods, "(x, /)" for module functions.
// args has one entry per parameter after self (methods) in order; NO_VALUE for an optional one that was not given;
// "*args" yields a Tuple, "**kwargs" a Dict or NO_VALUE when there are none. All borrowed. Returns a new reference,
// or NO_VALUE with the exception set. self: the object; for METH_CLASS the type; for module functions the module; for METH_STATIC NO_VALUE.
typedef Value NativeFunction(Thread *th, Value self, Value *args);
typedef NativeFunction *NativeFn;

enum {
    METH_CLASS = 1, METH_STATIC = 2,
    METH_COEXIST = 4,    // replaces the slot wrapper of the same name
    METH_RAW = 8,        // fn is a CallFn-like RawFn: gets (th, self, args, nargs, kwnames) unparsed
    METH_NO_TEXT_SIG = 16, // __text_signature__ is None
};
typedef Value RawFunction(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
typedef RawFunction *RawFn;

typedef struct MethodDef {
    const char *name;
    const char *sig;
    void *fn;            // NativeFn, or RawFn with METH_RAW
    const char *doc;
    uint32_t flags;      // METH_*
} MethodDef;

typedef struct GetSetDef {
    const char *name;
    Value (*get)(Thread *th, Value self);          // NULL: write-only
    int (*set)(Thread *th, Value self, Value v);   // NULL: read-only; v NO_VALUE: delete
    const char *doc;
} GetSetDef;

// A field of the C structure, exposed as attribute.
enum { MEMBER_VALUE /* NO_VALUE reads as None */, MEMBER_VALUE_EX /* NO_VALUE raises AttributeError */, MEMBER_TAIL_EX /* the same in the tail */, MEMBER_INT32, MEMBER_UINT32, MEMBER_INT64, MEMBER_SIZE,
       MEMBER_DOUBLE, MEMBER_BOOL8, MEMBER_CSTR, MEMBER_READONLY = 0x100 };
typedef struct MemberDef {
    const char *name;
    uint32_t offset;     // of the structure; of the tail
    uint32_t kind;       // MEMBER_*, or'ed with MEMBER_READONLY
    const char *doc;
} MemberDef;

// A type is an object. Built-in ones are static (immortal) and named type_<name>; type_ready fills them in at start.
struct Type {
    Object head;
    const char *name;        // [c] as in repr: "list", "collections.deque" (last part is __name__, the rest __module__)
    Type *base;              // [l type lock] first base ("best base"); NULL only for object
    TypeSlots slots;         // [a] each; inherited at ready time; rewritten when a dunder of a heap type changes
    uint32_t flags;          // TYPE_*; [c] but for ABSTRACT, CUSTOM_*, HAS_DEL
    uint32_t basic_size;     // [c] bytes of an instance without attribute area
    uint32_t item_size;      // [c] with TYPE_VARSIZE
    uint32_t tail_size;      // [c] bytes of __slots__ behind the items, those of the bases first; only below str, others refuse them
    Shape *shape;            // [a] root shape of new instances; replaced when inline_hint grows (shapes live as long as their type)
    uint32_t version;        // [a] unique, non-zero; replaced when (version, entry index of attr_cache) pairs kept by inline caches become wrong
    uint16_t inline_hint;    // [a] attribute slots new instances should have inline, learned from earlier ones
    uint16_t item_entries[2];// [a] entries of __getitem__ and __setitem__ in attr_cache + 1, 0: not known; stored with release after the entry is in the cache
    const MethodDef *methods; const GetSetDef *getsets; const MemberDef *members; const char *doc; // [c] tables, may be NULL
    // Filled by type_ready / type creation:
    Dict *dict;              // [r] own attributes
    Value mro;               // [r] Tuple of types, self first
    Value bases;             // [r] Tuple
    Value qualname;          // [r] Str
    Value name_obj;          // [r] Str: __name__
    void *attr_cache;        // [r] flattened cache name -> value over the mro (core/object/attr_cache.h)
    void *subclasses;        // [l type lock] weak list
    Value weak_self;         // [l]
    void *native_state;      // [c] for native modules' heap types
    uint32_t slots_offset;   // [c] __slots__ of this very class: slots_count Values at this byte offset of an instance, or of its tail (type_has_tail)
    uint32_t slots_count;    // [c]
    Shape *root_shapes;      // [r] all root shapes of this type (linked by next_root); `shape` is the one for new instances
    uint32_t subclass_count, subclass_cap; // [l]
    uint8_t no_cache;        // [a] written under the type lock, before what was cached is renewed: the mro holds classes that do not know of this one: look-ups are never cached
    const char *text_signature; // [c] of calling the (static) type, "(x=0, /)"; may be NULL
};

#endif
