// SPDX-License-Identifier: MIT
// Format of the inline caches: stamp << 32 | what << 3 | kind. Slots keep kind 0 and their byte offset (a multiple of 8) as it is, so that a hit is
// one compare and one load. Stamps of kinds MODULE and TYPE_VALUE are no shape ids: a hit by shape id with such a kind is no hit.
// Where `what` is an entry of a class (ic_entry), the bits above it are an IC_TAG_*, which says what else must hold or be done.
#ifndef LADON_VM_CACHE_INT_H
#define LADON_VM_CACHE_INT_H

#include "core/object/attr_cache.h"
#include "core/vm/interp_int.h"

enum { IC_SLOT = 0, IC_CLASS_VALUE = 1, IC_METHOD = 2, IC_PROPERTY = 3, IC_ADD = 4, IC_MODULE = 5, IC_TYPE_VALUE = 6, IC_DESCR = 7 };

// With IC_DESCR; BIND with IC_TYPE_VALUE. An entry's number takes 16 bits.
enum {
    IC_TAG_NONE = 0,          // the class attribute is a descriptor that runs
    IC_TAG_UNLESS_DICT = 1,   // the class attribute, whatever it is, if the object's dict lacks the name
    IC_TAG_HOOK = 2,          // there is no such attribute: the entry is the class's __getattr__
    IC_TAG_OWN = 3,           // the entry is the class's own __getattribute__ (in a store: __setattr__), which answers for every name
    IC_TAG_OVERFLOW = 4,      // no entry: number of a slot that may lie out of line
    IC_TAG_BIND = 5,          // the attribute of the type is a descriptor
    IC_TAG_DICT = 6,          // the object's dict has the name (in a store: takes it), and nothing of the class goes before it
};
#define IC_MAKE(stamp, what, kind) ((uint64_t)(stamp) << 32 | (uint32_t)((what) | (kind)))
ALWAYS_INLINE uint32_t ic_stamp(uint64_t c) { return (uint32_t)(c >> 32); }
ALWAYS_INLINE uint32_t ic_kind(uint64_t c) { return (uint32_t)c & 7; }
// For an object whose shape has this id: the slot's offset in words when c is a hit of kind IC_SLOT, else more than IC_SLOT_MAX.
ALWAYS_INLINE uint64_t ic_slot(uint64_t c, uint32_t id) {
    uint64_t x = c ^ (uint64_t)id << 32;
    return x >> 3 | x << 61;
}
#define IC_SLOT_MAX 0x1FFFFFFFu
ALWAYS_INLINE uint32_t ic_index(uint64_t c) { return (uint32_t)c >> 3; }
ALWAYS_INLINE uint32_t ic_entry(uint64_t c) { return (uint32_t)c >> 3 & 0xFFFF; }
ALWAYS_INLINE uint32_t ic_tag(uint64_t c) { return (uint32_t)c >> 19; }
#define IC_TAGGED(stamp, tag, entry, kind) IC_MAKE(stamp, ((tag) << 16 | (entry)) << 3, kind)

#endif
