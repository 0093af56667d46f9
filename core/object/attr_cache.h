// SPDX-License-Identifier: MIT
// The flattened attribute cache of a type, and what the VM's inline caches are made of.
//
// AttrCache: name -> entry, one per type, over the whole mro. Entries are grow-only and an index is bound to one name for the life of the
// type; entry.value is the class attribute that name resolves to now (borrowed; NO_VALUE: none, or not resolved since the last change).
// It is read without locks (RCU) and written under the type lock.
//
// Inline caches keep (stamp << 32 | what) in one 64-bit word:
//   instance attributes   stamp = obj->shape->id. The id of every shape of a type and of its subclasses is replaced when a change of a
//                         class makes something derived from it wrong: a name becoming or ceasing to be a data descriptor, or changing
//                         between plain value, method and other descriptor. Replacing a plain class value by another plain one, or a method
//                         by another method, keeps the ids: the caches go through attr_cache_value, which gives the new one.
//   attributes of types   stamp = AS(Type, obj)->version, by the same rule (and when the metatype changes).
// A reader may see a stamp from just before a change and the value from just after it: check that a method's function is one (its shape)
// before using it as one.
// A miss calls attr_resolve / attr_resolve_store, which say what may be cached.
#ifndef LADON_OBJECT_ATTR_CACHE_H
#define LADON_OBJECT_ATTR_CACHE_H

#include "core/object/type.h"
#include "core/value/attrs.h"

// What a class attribute does on access through an instance.
enum { CLASS_ATTR_ABSENT, CLASS_ATTR_PLAIN, CLASS_ATTR_METHOD /* prepend self */, CLASS_ATTR_DESCR /* __get__ only */, CLASS_ATTR_DATA /* __set__ or __delete__ */ };

typedef struct AttrEntry {
    Value name;        // [c] interned Str
    Value value;       // [a] borrowed from the defining type's dict; NO_VALUE: not resolved; VALUE_UNBOUND: there is none
} AttrEntry;

typedef struct AttrCache {
    uint32_t count;    // [a] entries in use
    uint32_t cap;      // [c]
    uint32_t mask;     // [c] of the index that follows the entries: uint16_t, entry number + 1, 0 empty
    uint32_t pad;
    AttrEntry entries[];
} AttrCache;

// The class attribute of entry idx as it resolves now: borrowed until the next safepoint; NO_VALUE: resolve again.
ALWAYS_INLINE Value attr_cache_value(const Type *t, uint32_t idx) {
    AttrCache *c = (AttrCache *)atomic_load_acquire(&t->attr_cache);
    Value v = atomic_load_acquire(&c->entries[idx].value);
    return LIKELY(v != VALUE_UNBOUND) ? v : NO_VALUE;
}

typedef enum AttrKind {
    ATTR_NOT_CACHEABLE,
    ATTR_SLOT_INLINE,    // value at byte `index` of the object (stamp: shape id). Read with attr_slot_read
    ATTR_SLOT_OVERFLOW,  // slot number `index` of the shape, in the AttrExt chain
    ATTR_MEMBER,         // __slots__ member: Value at byte `index` of the object, NO_VALUE: unset (go slow for the error)
    ATTR_DICT_MODE,      // found in the instance Dict; nothing of the class goes before it
    ATTR_CLASS_VALUE,    // class attribute as it is: attr_cache_value(type, index)
    ATTR_CLASS_METHOD,   // class attribute to call with self prepended (or bound): attr_cache_value(type, index)
    ATTR_PROPERTY,       // exact property: attr_cache_value(type, index) is the Property; call its getter with obj
    ATTR_DATA_DESCR,     // other data descriptor or non-data descriptor: attr_cache_value(type, index), call its type's slots.descr_get
    ATTR_MODULE,         // module attribute: dict_cache_index on module_dict(obj) (stamp: that table version), index = entry number
    ATTR_TYPE_VALUE,     // obj is a type: attr_cache_value(AS(Type, obj), index) as it is (functions included); stamp: its version
    ATTR_TYPE_BIND,      // obj is a type: attr_cache_value(AS(Type, obj), index) is a descriptor: slots.descr_get(d, NO_VALUE, obj)
    ATTR_HOOK,           // there is no such attribute, but attr_cache_value(type, index) is the class's __getattr__
    ATTR_OWN_ACCESS,     // attr_cache_value(type, index) is the class's own __getattribute__ (attr_resolve_store: __setattr__), in Python
    // attr_resolve_store, which may also give DICT_MODE, PROPERTY, DATA_DESCR and SLOT_OVERFLOW:
    ATTR_STORE_INLINE,   // existing attribute, byte `index`: attr_slot_write
    ATTR_STORE_ADD,      // new attribute: byte `index`, then the object's shape becomes `child`: attr_slot_add
    ATTR_STORE_MEMBER,   // __slots__ member at byte `index`: attr_slot_write
} AttrKind;

typedef struct AttrLookup {
    AttrKind kind;
    uint32_t stamp;      // what to compare: see AttrKind; 0 never
    uint32_t index;
    bool check_dict;     // CLASS_VALUE, CLASS_METHOD, DATA_DESCR on a dict-mode object: the instance Dict must lack the name (kind isn't cached if so)
    Shape *child;        // ATTR_STORE_ADD
} AttrLookup;

// Says how obj.name is found, without getting it. Never raises, runs no Python.  name: interned Str
AttrLookup attr_resolve(Thread *th, Value obj, Value name);
// The same for obj.name = v.
AttrLookup attr_resolve_store(Thread *th, Value obj, Value name);

void object_touch(Thread *th, Object *o);   // core/object/container_inl.h
// Reads a slot of o (inline, member or overflow): a new reference, or NO_VALUE when unset (then go slow).
// Safe to take a reference: the owner of an unseen object is the only one to release values; in a seen object writers retire them.
ALWAYS_INLINE Value attr_slot_read_borrow(Thread *th, Object *o, Value *slot) {
    if (UNLIKELY(!object_readable(th, o))) object_touch(th, o); // before the load: pairs with the writer's swap
    return atomic_load_acquire(slot);
}
ALWAYS_INLINE Value attr_slot_read(Thread *th, Object *o, Value *slot) {
    Value v = attr_slot_read_borrow(th, o, slot);
    incref(th, v);
    return v;
}
// Half of attr_slot_write that other threads can see.
int attr_slot_write_mt(Thread *th, Object *o, const Shape *s, Value *slot, Value v_owned);
// Replaces the value of a slot that belongs to shape s (NULL: a __slots__ member; never -1 then). 0: done, v_owned is taken over. -1: o changed its shape meanwhile: v_owned is
// still the caller's; use object_setattr. s NULL: a __slots__ member, never -1.   may run Python (decref of the old value)
ALWAYS_INLINE int attr_slot_write(Thread *th, Object *o, const Shape *s, Value *slot, Value v_owned) {
    if (LIKELY(!th->mt)) {
        Value old = *slot;
        *slot = v_owned;
        decref(th, old);
        return 0;
    }
    return attr_slot_write_mt(th, o, s, slot, v_owned);
}
int attr_slot_add_mt(Thread *th, Object *o, Shape *s, Shape *child, Value *slot, Value v_owned);
// Adds the attribute of `child` to o, whose shape was s: value first, shape second. Result as attr_slot_write.
ALWAYS_INLINE int attr_slot_add(Thread *th, Object *o, Shape *s, Shape *child, Value *slot, Value v_owned) {
    if (LIKELY(!th->mt)) {
        *slot = v_owned;
        o->shape = child;
        return 0;
    }
    return attr_slot_add_mt(th, o, s, child, slot, v_owned);
}
// Address of slot i of shape s in o; NULL when a racing change took it away.
Value *attr_slot_address(Object *o, const Shape *s, unsigned i);
// The name of slot i of a shape (that of a deleted attribute too): interned, immortal.
Value shape_name_at(const Shape *s, unsigned i);
// The instance Dict of a dict-mode object (borrowed until the next safepoint), or NULL.
ALWAYS_INLINE Dict *attr_dict_borrow(Thread *th, Object *o, const Shape *s) {
    if (!(s->flags & SHAPE_DICT_MODE)) return NULL;
    Value w = attr_slot_read_borrow(th, o, attrs_area(o, s));
    return value_is_object(w) ? AS(Dict, w) : NULL;
}
// Looks among the attributes of the instance alone: 1 and *out a new reference, 0 absent (no exception), -1 error.  name: interned Str
int attr_instance_find(Thread *th, Value obj, Value name, Value *out);
// Sets one (v NO_VALUE: deletes it), past any descriptor of the class: 0, 1: there was none to delete, or -1. obj has TYPE_HAS_DICT.  name: interned Str
int attr_instance_set(Thread *th, Value obj, Value name, Value v);

// Entry number of name in t's cache, resolving it (absent names too); -1: full or no memory. name: interned Str.
int attr_cache_index(Thread *th, Type *t, Value name);
// Python's own method that the slot of t calls, when that slot does nothing but call it; NO_VALUE else. Borrowed.
Value type_python_get(Type *t);     // __get__
Value type_python_set(Type *t);     // __set__
// What the slot calls, of a type whose slots.getitem is slot_py_getitem (setitem: slot_py_setitem): a method when it is a plain function. Borrowed.
Value type_python_getitem(Type *t); // __getitem__
Value type_python_setitem(Type *t); // __setitem__
Value slot_py_getitem(Thread *th, Value self, Value key);
int slot_py_setitem(Thread *th, Value self, Value key, Value v);
// Lookup with the kind: CLASS_ATTR_*. Borrowed.
Value type_lookup_kind(Type *t, Value name, uint32_t *kind);
// What kind of class attribute v is.
uint32_t class_attr_kind(Value v);
// After t's own attribute `name` changed (under the type lock): refreshes the caches of t and its subclasses.
void type_modified(Thread *th, Type *t, Value name);
// After anything about t changed (bases, mro, metatype): drops everything cached of t and its subclasses.
void type_modified_all(Thread *th, Type *t);

#endif
