// SPDX-License-Identifier: MIT
// The collector's map: which addresses are blocks of the traced heaps, and one 32-bit word of its own for each block, in arrays beside the heap (so
// that counting writes no object). mimalloc's pages begin on 64 KiB boundaries, so a table by address >> 16 finds the page directly.
// The system-allocator variant has one area per object and looks them up by binary search. Used with the world stopped, by one thread.
#include "gc/collector_space_inl.h"

#include <stdlib.h>
#include <sys/mman.h>

static void add_area(void *blocks, size_t bytes, size_t block_size, void *arg) {
    GcSpace *s = arg;
    if (s->failed || !block_size) return;
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        GcArea *a = realloc(s->areas, cap * sizeof *a);
        if (!a) {
            s->failed = true;
            return;
        }
        s->areas = a;
        s->cap = cap;
    }
    GcArea *a = &s->areas[s->n++];
    size_t count = bytes / block_size;
    if (!count) count = 1;
    a->base = blocks;
    // A huge block is alone in its area; its size need not fit.
    a->block_size = block_size > UINT32_MAX ? UINT32_MAX : (uint32_t)block_size;
    a->count = (uint32_t)count;
    a->magic = count == 1 ? 0 : (((uint64_t)1 << 40) + block_size - 1) / block_size;
    a->words = NULL;
    s->total += count;
}

#if LADON_SYSTEM_MALLOC
static int by_base(const void *a, const void *b) {
    const GcArea *x = a, *y = b;
    return x->base < y->base ? -1 : x->base > y->base;
}
static bool index_areas(GcSpace *s) {
    if (s->n) qsort(s->areas, s->n, sizeof *s->areas, by_base);
    return true;
}
GcArea *gc_space_area(const GcSpace *s, const void *p) {
    size_t lo = 0, hi = s->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->areas[mid].base <= (const char *)p) lo = mid + 1;
        else hi = mid;
    }
    return lo ? &s->areas[lo - 1] : NULL;
}
#else
static void *table_map(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}
static uint32_t *low_table(GcSpace *s, uintptr_t hi) {
    if (s->top[hi]) return s->top[hi];
    if (!(s->top[hi] = table_map(LOW_SIZE * sizeof **s->top))) return NULL;
    if (hi < s->top_min) s->top_min = (uint32_t)hi;
    if (hi > s->top_max) s->top_max = (uint32_t)hi;
    return s->top[hi];
}
static bool index_areas(GcSpace *s) {
    s->top = table_map(TOP_SIZE * sizeof *s->top);
    if (!s->top) return false;
    s->top_min = TOP_SIZE;
    for (size_t i = 0; i < s->n; i++) {
        GcArea *a = &s->areas[i];
        uintptr_t end = (uintptr_t)a->base + (a->count == 1 ? 1 : (size_t)a->count * a->block_size);
        if (a->count == 1) end = (uintptr_t)a->base + a->block_size;
        for (uintptr_t g = (uintptr_t)a->base >> GRANULE_BITS; g << GRANULE_BITS < end; g++) {
            uintptr_t hi = g >> LOW_BITS;
            uint32_t *low = hi < TOP_SIZE ? low_table(s, hi) : NULL;
            if (!low) return false;
            low[g & (LOW_SIZE - 1)] = (uint32_t)i + 1;
        }
    }
    return true;
}
#endif

Object *gc_space_find_inside(const GcSpace *s, const void *p, uint32_t **word) {
    GcArea *a = gc_space_area(s, p);
    bool start;
    if (!a) return NULL;
    int64_t i = gc_area_index(a, p, &start);
    if (i < 0) return NULL;
    *word = &a->words[i];
    return (Object *)(a->base + (size_t)i * a->block_size);
}

static void next_area(void *blocks, size_t bytes, size_t block_size, void *arg) {
    GcSpace *s = arg;
    if (!block_size) return;
    ALWAYS_ASSERT(s->at < s->n && s->areas[s->at].base == blocks);
    s->at++;
}
static int note_present(Object *o, size_t size, void *arg) {
    GcSpace *s = arg;
#if LADON_SYSTEM_MALLOC
    uint32_t *w = gc_space_find(s, o);
    ALWAYS_ASSERT(w != NULL);
#else
    GcArea *a = &s->areas[s->at - 1];
    bool start;
    int64_t i = gc_area_index(a, o, &start);
    ALWAYS_ASSERT(i >= 0 && start);
    uint32_t *w = &a->words[i];
#endif
    uint32_t sh = atomic_load_relaxed(&o->shared), b = atomic_load_relaxed(&o->biased);
    if (sh & OBJ_IMMORTAL) *w = GC_PRESENT | GC_IMMORTAL | GC_REF;
    else if (sh & OBJ_UNCOUNTED) *w = GC_PRESENT | GC_UNCOUNTED;
    else {
        int64_t count = (int64_t)(b & OBJ_COUNT_MASK) + shared_count(sh);
        // Count zero: waits for its release in some thread's pending list, which is a root.
        *w = GC_PRESENT | (count > 0 ? (uint32_t)count * GC_REF : 0);
    }
    s->present++;
    return 0;
}

GcSpace *gc_space_build(void) {
    GcSpace *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    heap_visit_areas(add_area, s);
    if (!s->failed && s->total) s->words = calloc(s->total, sizeof *s->words);
    if (s->failed || (s->total && !s->words) || !index_areas(s)) {
        gc_space_free(s);
        return NULL;
    }
    size_t at = 0;
    for (size_t i = 0; i < s->n; i++) {
        s->areas[i].words = s->words + at;
        at += s->areas[i].count;
    }
    heap_visit_traced(LADON_SYSTEM_MALLOC ? NULL : next_area, note_present, s);
    return s;
}

void gc_space_free(GcSpace *s) {
    if (!s) return;
#if !LADON_SYSTEM_MALLOC
    for (size_t i = s->top_min; s->top && i <= s->top_max && i < TOP_SIZE; i++)
        if (s->top[i]) munmap(s->top[i], LOW_SIZE * sizeof **s->top);
    if (s->top) munmap(s->top, TOP_SIZE * sizeof *s->top);
#endif
    free(s->words);
    free(s->areas);
    free(s);
}

size_t gc_space_each(GcSpace *s, void (*fn)(Object *o, uint32_t *word, void *arg), void *arg) {
    for (size_t i = 0; i < s->n; i++) {
        GcArea *a = &s->areas[i];
        for (uint32_t k = 0; k < a->count; k++)
            if (a->words[k] & GC_PRESENT) fn((Object *)(a->base + (size_t)k * a->block_size), &a->words[k], arg);
    }
    return s->present;
}

size_t gc_space_count(const GcSpace *s) { return s->present; }
