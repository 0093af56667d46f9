// SPDX-License-Identifier: MIT
// The look-up in the collector's map, which runs twice for every reference in the heap. See collector_space.c; for the files of gc/ only.
#ifndef LADON_GC_COLLECTOR_SPACE_INL_H
#define LADON_GC_COLLECTOR_SPACE_INL_H
#include "gc/gc_int.h"

enum { GRANULE_BITS = 16, LOW_BITS = 16, TOP_SIZE = 1 << 16, LOW_SIZE = 1 << LOW_BITS };

// [o] of the thread that stopped the world.
struct GcSpace {
    GcArea  *areas;
    size_t   n, cap;
    size_t   at;             // while it is filled: areas begun
    uint32_t *words;         // all areas' words in one block
    size_t   total;          // words
    size_t   present;
    bool     failed;
#if !LADON_SYSTEM_MALLOC
    // [address >> 32] -> LOW_SIZE area numbers + 1 by (address >> 16) & 0xFFFF. Mapped, because little of the tables is ever touched.
    uint32_t **top;
    uint32_t top_min, top_max;   // the low tables there are lie between, both included
#endif
};

// The area that may hold p, or NULL.
#if LADON_SYSTEM_MALLOC
GcArea *gc_space_area(const GcSpace *s, const void *p);
#else
ALWAYS_INLINE GcArea *gc_space_area(const GcSpace *s, const void *p) {
    uintptr_t g = (uintptr_t)p >> GRANULE_BITS, hi = g >> LOW_BITS;
    if (UNLIKELY(hi >= TOP_SIZE)) return NULL;
    uint32_t *low = s->top[hi];
    if (UNLIKELY(!low)) return NULL;
    uint32_t i = low[g & (LOW_SIZE - 1)];
    return i ? &s->areas[i - 1] : NULL;
}
#endif

// Number of the block that holds p, or -1.
ALWAYS_INLINE int64_t gc_area_index(const GcArea *a, const void *p, bool *at_start) {
    uintptr_t off = (uintptr_t)p - (uintptr_t)a->base;
    if ((const char *)p < a->base) return -1;
    if (UNLIKELY(a->count == 1)) {
        *at_start = off == 0;
        return off < a->block_size ? 0 : -1;
    }
    uint64_t i = (off * a->magic) >> 40;
    if (i >= a->count) return -1;
    *at_start = off == i * a->block_size;
    return (int64_t)i;
}

// The word of the object at p, or NULL when no block begins there.
ALWAYS_INLINE uint32_t *gc_space_find(const GcSpace *s, const void *p) {
    GcArea *a = gc_space_area(s, p);
    bool start;
    if (!a) return NULL;
    int64_t i = gc_area_index(a, p, &start);
    return LIKELY(i >= 0 && start) ? &a->words[i] : NULL;
}

// The same for the address of an object, of any heap or none: in the traced ones it is where a block begins.
ALWAYS_INLINE uint32_t *gc_space_find_object(const GcSpace *s, const Object *o) {
#if LADON_SYSTEM_MALLOC
    return gc_space_find(s, o);
#else
    GcArea *a = gc_space_area(s, o);
    if (!a) return NULL;
    uint64_t i = ((uint64_t)((const char *)o - a->base) * a->magic) >> 40;
    DEBUG_ASSERT(gc_space_find(s, o) == &a->words[i]);
    return &a->words[i];
#endif
}
#endif
