// SPDX-License-Identifier: MIT
// Layout of the attribute area, for everyone who walks it: attribute access (core/object/attr.c), the collector, deallocation.
//
// Objects of types with TYPE_MANAGED_ATTRS end in an attribute area: one word, then shape->inline_cap Values.
//   the word   0: nothing yet     AttrExt* | ATTR_EXT_TAG: overflow values     Dict* (a Value): with SHAPE_DICT_MODE, the instance __dict__
// Value slots hold NO_VALUE or an owned reference. Slot i of the shape is inline for i < inline_cap, else it is value i - inline_cap of
// the AttrExt chain. Chunks never move and are freed with the object (or after a grace period when it enters dict mode), so a slot's
// address is good until then. In dict mode the inline slots are dead: cleared once, never used again.
#ifndef LADON_VALUE_ATTRS_H
#define LADON_VALUE_ATTRS_H

#include "core/base/atomic.h"
#include "core/value/object.h"

#define ATTR_EXT_TAG ((uint64_t)6)
#define ATTR_MAX 60            // more attributes than this: dict mode
#define ATTR_INLINE_MAX 40

typedef struct AttrExt {
    struct AttrExt *next;      // [r]
    uint32_t cap;              // [c] 4, then 8, 16, 32
    uint32_t pad;
    Value v[];                 // [a]
} AttrExt;

ALWAYS_INLINE AttrExt *attrs_ext(uint64_t word) { return (word & 7) == ATTR_EXT_TAG ? (AttrExt *)(uintptr_t)(word & ~(uint64_t)7) : NULL; }

// Instances of t keep __slots__ in a tail: Values behind the items (8-byte aligned), where no fixed offset leads.
ALWAYS_INLINE bool type_has_tail(const Type *t) { return t->tail_size != 0; }
// Bytes of the fixed and variable part of an object with n items of type t, the tail included: the attribute area starts there.
ALWAYS_INLINE size_t type_area_offset(const Type *t, size_t n) {
    size_t size = t->basic_size;
    if (t->flags & TYPE_VARSIZE) return ((size + n * t->item_size + 7) & ~(size_t)7) + t->tail_size;
    return (size + 7) & ~(size_t)7;
}
// Bytes of a new instance with root shape `root` (loaded once from type->shape).
ALWAYS_INLINE size_t shape_instance_size(const Shape *root, size_t n) {
    const Type *t = root->type;
    size_t size = type_area_offset(t, n);
    if (t->flags & TYPE_MANAGED_ATTRS) size += sizeof(Value) + sizeof(Value) * root->inline_cap;
    return size;
}

// Where the tail of o begins (core/object/shape.c). The type of o, s->type, has one.
Value *object_tail(const Object *o, const Shape *s);
// Variable-size objects: finds the area from the object's own length (core/object/shape.c).
Value *object_attr_area_varsize(const Object *o, const Shape *s);
// The attribute area of o, or NULL when its type has none.
ALWAYS_INLINE Value *attrs_area(const Object *o, const Shape *s) {
    if (LIKELY(s->attr_offset != 0)) return (Value *)((char *)o + s->attr_offset);
    if (s->flags & TYPE_MANAGED_ATTRS) return object_attr_area_varsize(o, s);
    return NULL;
}

// Calls fn on the address of every word of o's area that holds a Value (the instance Dict included) until it returns non-zero.
// For the collector with the world stopped, and for deallocation.
static inline int attrs_each(Object *o, int (*fn)(Value *slot, void *arg), void *arg) {
    const Shape *s = atomic_load_acquire(&o->shape);
    Value *area = attrs_area(o, s);
    if (!area) return 0;
    int r;
    for (unsigned i = 0; i < s->inline_cap; i++)
        if (area[1 + i] && (r = fn(&area[1 + i], arg))) return r;
    for (AttrExt *x = attrs_ext(area[0]); x; x = x->next)
        for (unsigned i = 0; i < x->cap; i++)
            if (x->v[i] && (r = fn(&x->v[i], arg))) return r;
    if (value_is_object(area[0])) return fn(&area[0], arg);
    return 0;
}

#endif
