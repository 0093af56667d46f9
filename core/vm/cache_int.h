// SPDX-License-Identifier: MIT
// Format of the inline caches: stamp << 32 | what << 3 | kind. Slots keep kind 0 and their byte offset (a multiple of 8) as it is, so that a hit is
// one compare and one load. IC_DESCR with IC_INDEX_DICT says that the object's dict has the name and nothing of the class goes before it. Stamps of kinds MODULE, TYPE_VALUE and TYPE_BIND are no shape ids: a hit by shape id with such a kind is no hit.
#ifndef LADON_VM_CACHE_INT_H
#define LADON_VM_CACHE_INT_H

#include "core/object/attr_cache.h"
#include "core/vm/interp_int.h"

enum { IC_SLOT = 0, IC_CLASS_VALUE = 1, IC_METHOD = 2, IC_PROPERTY = 3, IC_ADD = 4, IC_MODULE = 5, IC_TYPE_VALUE = 6, IC_DESCR = 7 };

#define IC_INDEX_DICT 0x1FFFFFFFu
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

#endif
