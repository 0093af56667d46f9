// SPDX-License-Identifier: MIT
// Types: definition of built-in ones, creation of classes, lookup in the mro, attribute access, shapes' entry points.
#ifndef LADON_OBJECT_TYPE_H
#define LADON_OBJECT_TYPE_H

#include "core/object/error.h"
#include "core/object/names.h"
#include "gc/heap.h"
#include "gc/refcount.h"

#define TYPE(name, base) extern Type type_##name; extern Shape shape_##name;
#include "core/value/types.def"
#define EXC(name, base, layout) extern Shape shape_exc_##name;
#include "core/value/errors.def"

// Defines a static built-in type and its shape:
//   TYPE_DEFINE(list, "list", sizeof(List), TYPE_TRACED | TYPE_BASETYPE | TYPE_LIST_SUBCLASS,
//               .methods = list_methods, .doc = "...", .slots = { .repr = list_slot_repr, ... })
#define TYPE_DEFINE(cname, pyname, size, flags_, ...) TYPE_DEFINE_BASE(cname, pyname, &type_object, size, flags_, __VA_ARGS__)
#define TYPE_DEFINE_BASE(cname, pyname, base_, size, flags_, ...)                                      \
    Type type_##cname = { .head = OBJECT_STATIC(&shape_type), .name = pyname, .base = base_, .flags = (flags_) | TYPE_IMMUTABLE, \
                          .basic_size = (size), .shape = &shape_##cname, __VA_ARGS__ };                 \
    Shape shape_##cname = { .type = &type_##cname, .flags = (flags_) | TYPE_IMMUTABLE };

// Extra bits that type_ready adds to the flags of types: those inherited from the base.
int type_ready(Thread *th, Type *t);
// Readies types.def and errors.def in order. 0, or -1 with the exception set.
int types_init(Thread *th);
// Native modules' own types: same as TYPE_DEFINE but declared `static`/extern in the module's file; call type_ready in its init.
#define MODULE_TYPE_DEFINE(cname, pyname, size, flags_, ...)                                            \
    static Shape shape_##cname;                                                                         \
    static Type type_##cname = { .head = OBJECT_STATIC(&shape_type), .name = pyname, .base = &type_object, .flags = (flags_) | TYPE_IMMUTABLE, \
                          .basic_size = (size), .shape = &shape_##cname, __VA_ARGS__ };                 \
    static Shape shape_##cname = { .type = &type_##cname, .flags = (flags_) | TYPE_IMMUTABLE };

// The type of any word: a small table for immediates, one load for objects. Borrowed.
// The shape may change while others look (an attribute more, __class__), and the new one may have been made just before by another thread: acquire, for
// its fields. (To compare with a shape that is known, a relaxed load will do.)
ALWAYS_INLINE Shape *object_shape(const Object *o) { return atomic_load_acquire(&o->shape); }
extern Type *const type_of_tag[8];
Type *type_of_singleton(Value v);
ALWAYS_INLINE Type *type_of(Value v) {
    if (value_is_ptr(v)) return object_shape(value_object(v))->type;
    if (value_is_imm_int(v)) return &type_int;
    if (value_is_imm_float(v)) return &type_float;
    return type_of_singleton(v);
}
ALWAYS_INLINE uint32_t type_flags_of(Value v) { return type_of(v)->flags; }
ALWAYS_INLINE bool value_is_exact(Value v, const Type *t) { return type_of(v) == t; }
ALWAYS_INLINE bool value_is_type(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_TYPE_SUBCLASS); }
ALWAYS_INLINE bool value_is_int(Value v) { return value_is_imm_int(v) || value_is_bool(v) || (value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_INT_SUBCLASS)); }
ALWAYS_INLINE bool value_is_float(Value v) { return value_is_imm_float(v) || (value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_FLOAT_SUBCLASS)); }

// new reference
// Short name of a type as C text: "list" of "collections.deque"... for static types; heap types: their name.
const char *type_short_name(const Type *t);
bool type_is_subtype(Type *t, Type *base);              // real mro, no __subclasscheck__
ALWAYS_INLINE bool value_is_instance(Value v, Type *t) { Type *vt = type_of(v); return vt == t || type_is_subtype(vt, t); }
int object_isinstance(Thread *th, Value v, Value cls);  // isinstance(): tuples, unions, __instancecheck__; 0 1 -1
// The same where it runs no Python code and can't fail: cls is a class whose metaclass is type, or a tuple of such. -1: not known.
int object_isinstance_quick(Value v, Value cls);
int object_issubclass(Thread *th, Value c, Value cls);

// type(name, bases, ns) with all of its protocol (__init_subclass__, __set_name__, slots, layout conflict...). New reference.
Value type_create(Thread *th, Type *metatype, Value name, Value bases, Value ns, const Value *kwargs, Value kwnames);
// The most derived of metatype and the types of bases (those that are types). NULL with TypeError on a conflict.
Type *type_calculate_metaclass(Thread *th, Type *metatype, Value bases);
// Sets t's own attribute as it is, past the metatype's descriptors. name: interned Str; v borrowed, NO_VALUE: delete.
//   return 0, 1: there was none to delete, or -1 with the exception set
int type_set_own(Thread *th, Type *t, Value name, Value v);
// A heap type made by C code (struct sequences, _hashlib errors...): name "mod.Name"; bases Tuple or NO_VALUE (object); ns Dict or NO_VALUE.
Value type_create_simple(Thread *th, const char *name, Value bases, Value ns);
Value exception_create_type(Thread *th, const char *name /* "mod.Name" */, Value base_or_none, const char *doc); // new exception class

// Lookup in the mro through the flattened cache. Borrowed (valid until the next safepoint) or NO_VALUE without exception.
Value type_lookup(Type *t, Value name);
// Special method of a value's type, bound calls: type_lookup on type_of(v).
ALWAYS_INLINE Value special_lookup(Value v, Value name) { return type_lookup(type_of(v), name); }
// Calls type(v).name(v, args...): NO_VALUE without exception set when there is no such method and missing_ok, else TypeError is set by caller.
Value special_call(Thread *th, Value v, Value name, const Value *args, size_t nargs, bool *found);

// getattr/setattr/delattr. name: Str. New reference / 0 or -1.
Value object_getattr(Thread *th, Value obj, Value name);
Value object_getattr_cstr(Thread *th, Value obj, const char *name);   // the same by a C string
// Like getattr(obj, name, None) for absence: 1 found (*out new reference), 0 absent (no exception), -1 error.
int object_getattr_optional(Thread *th, Value obj, Value name, Value *out);
int object_setattr(Thread *th, Value obj, Value name, Value v);   // v NO_VALUE: delete
Value object_generic_getattr(Thread *th, Value obj, Value name);
int object_generic_setattr(Thread *th, Value obj, Value name, Value v);
// Method lookup for a call: returns the function (new reference) with *self_out = obj (borrowed) when it is to be prepended,
// or the bound attribute with *self_out = NO_VALUE. NO_VALUE: AttributeError set.
Value object_get_method(Thread *th, Value obj, Value name, Value *self_out);
// Instance dictionary: materialises the attributes into a Dict (dict mode). New reference, NO_VALUE if the object has none (no exception) or on error.
Value object_get_dict(Thread *th, Value obj);
int object_set_dict(Thread *th, Value obj, Value dict);
Value object_dir(Thread *th, Value obj);   // dir(obj): a sorted list

// slots.new_ of types whose instances need nothing but room; said in a table, it gives the type no __new__ of its own.
Value object_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);

// Shapes. The attribute area of o (see Shape.attr_offset); NULL when the type has none.
Value *object_attr_area(const Object *o);
// Slot index of name in shape, or -1.
int shape_find(const Shape *shape, Value name);
// Child of shape with name added (made if needed); NULL when too many attributes (then dict mode) or no memory.
Shape *shape_add(Thread *th, Shape *shape, Value name);
// Child of shape with name, which it has, deleted; its slot is to be emptied. NULL: too many deletions (then dict mode), or no memory (an exception is pending).
Shape *shape_remove(Thread *th, Shape *shape, Value name);
// The shape before name was added, when that was the last thing that happened; else NULL. Its slot is to be emptied, and will be used again.
Shape *shape_without_last(Shape *shape, Value name);

// One C call from C: calls a type as constructor etc. is object_call (core/object/call.h).
#endif
