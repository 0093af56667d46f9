// SPDX-License-Identifier: MIT
// Allocation: mimalloc heaps per thread slot, or the system's allocator in sanitizer builds, behind one interface.
#ifndef LADON_GC_HEAP_H
#define LADON_GC_HEAP_H

#include "sched/thread/thread.h"

#if !LADON_SYSTEM_MALLOC
#include <mimalloc.h>
#endif

extern int64_t gc_quantum;                   // [c] a thread reports its traced allocations in such steps
#define HEAP_TRACED_FLAGS (TYPE_TRACED | TYPE_HEAP) // objects of these types live in the traced heap
// Blocks of small fixed-size objects that this thread freed, by size in steps of 16 bytes, for each heap; linked through the shape word and
// marked dead, so that heap visitors skip them. th->free_lists is an array of 2 * FREE_CLASSES.
enum { FREE_SIZE_MAX = 256, FREE_CLASSES = FREE_SIZE_MAX / 16 + 1, FREE_LIST_MAX = 256 };
typedef struct FreeList { Object *head; uint32_t n; } FreeList;
void gc_note_allocs(Thread *th);             // cold half of the allocation count

// Who is told of every block of memory (stdlib/_tracemalloc.c). While there is one, the threads have free lists that are empty and take nothing, so all objects
// come past functions of heap.c: without one, what is inline here costs nothing more.
typedef struct HeapTracer {
    void (*alloc)(Thread *th, void *block, size_t size);   // after it was made, attached; size as it was asked for; th may be NULL
    void (*free)(void *block);                             // before it is given back; any thread, also detached ones
} HeapTracer;
// NULL: nobody. The world is stopped.
void heap_trace(const HeapTracer *tracer);

void *heap_small(void *heap, size_t size);   // a block for an object of at most MI_SMALL_SIZE_MAX bytes, of the caller's heap; NULL: no memory
void *object_alloc_slow(Thread *th, Shape *shape, size_t size); // as object_alloc, for whatever that does not do itself

// Allocates an object of `size` bytes (header included, 16-byte aligned), zeroed but for the header: shape, owner = th, count 1.
// Traced or plain heap by shape->flags & HEAP_TRACED_FLAGS. NO object may hold garbage Values when the next safepoint comes.
//   return  the object, or NULL with MemoryError set;  safepoint: no (a collection is only requested through th->poll)
MUST_USE ALWAYS_INLINE void *object_alloc_as(Thread *th, Shape *shape, size_t size, bool zeroed) {
#if LADON_SYSTEM_MALLOC
    return object_alloc_slow(th, shape, size);
#else
    if (UNLIKELY(size > MI_SMALL_SIZE_MAX)) return object_alloc_slow(th, shape, size);
    bool traced = (shape->flags & HEAP_TRACED_FLAGS) != 0;
    Object *o;
    FreeList *f = (FreeList *)th->free_lists + (traced ? FREE_CLASSES : 0) + (size + 15) / 16;
    if (size <= FREE_SIZE_MAX && (o = f->head) != NULL) {
        f->head = (Object *)o->shape;
        f->n--;
    } else {
        o = (Object *)heap_small(traced ? th->heap_traced : th->heap_plain, size);
        if (UNLIKELY(!o)) return object_alloc_slow(th, shape, size);
    }
    if (zeroed && size > sizeof(Object)) memset((char *)o + sizeof(Object), 0, size - sizeof(Object));
    o->shape = shape;
    atomic_store_relaxed(&o->shared, 0u);
    atomic_store_relaxed(&o->biased, th->owned | 1);
    if (traced && UNLIKELY((int64_t)++th->alloc_count >= gc_quantum)) gc_note_allocs(th);
    return o;
#endif
}
MUST_USE ALWAYS_INLINE void *object_alloc(Thread *th, Shape *shape, size_t size) { return object_alloc_as(th, shape, size, true); }
// With nothing but the header set: for those who fill the whole object at once, before anything that may be a safepoint.
MUST_USE ALWAYS_INLINE void *object_alloc_unfilled(Thread *th, Shape *shape, size_t size) { return object_alloc_as(th, shape, size, false); }
// The same for an object that isn't traced, with nothing but the header set: text and bytes, filled at once.
void *object_alloc_unzeroed_slow(Thread *th, Shape *shape, size_t size);
MUST_USE ALWAYS_INLINE void *object_alloc_unzeroed(Thread *th, Shape *shape, size_t size) {
#if LADON_SYSTEM_MALLOC
    return object_alloc_slow(th, shape, size);
#else
    Object *o;
    FreeList *f = (FreeList *)th->free_lists + (size + 15) / 16;
    if (size <= FREE_SIZE_MAX && (o = f->head) != NULL) {
        f->head = (Object *)o->shape;
        f->n--;
    } else {
        o = size <= MI_SMALL_SIZE_MAX ? (Object *)heap_small(th->heap_plain, size) : NULL;
        if (UNLIKELY(!o)) return object_alloc_unzeroed_slow(th, shape, size);
    }
    o->shape = shape;
    atomic_store_relaxed(&o->shared, 0u);
    atomic_store_relaxed(&o->biased, th->owned | 1);
    return o;
#endif
}
// object_alloc of type->basic_size + attribute area for type's root shape (+ n items for TYPE_VARSIZE).
MUST_USE void *object_new(Thread *th, Type *type, size_t nitems);
#define NEW(T, th, type) ((T *)object_new((th), (type), 0))

// Frees the memory (marks dead first). Called by dealloc functions last; the attribute area must have been released (object_release_attrs).
void object_free(Thread *th, Object *o);
// The same for an object whose exact allocation size its dealloc function knows (types with TYPE_VARSIZE).
void object_free_sized(Thread *th, Object *o, size_t size);
// The dealloc of static types whose instances refer to nothing, have no attributes, no weak references and no finalizer (type_ready gives it to them).
void leaf_dealloc(Thread *th, Object *o);
// Releases weak references' targets, attributes and instance dict of o. For dealloc functions of types that may be subclassed.
void object_release_attrs(Thread *th, Object *o);

// Raw blocks owned by objects. NULL with MemoryError set; any thread may free. No safepoint, no Python.
MUST_USE void *mem_alloc(Thread *th, size_t size);
MUST_USE void *mem_calloc(Thread *th, size_t n, size_t size);     // zeroed; NULL, too, where n * size overflows
MUST_USE void *mem_realloc(Thread *th, void *p, size_t size);     // p NULL: mem_alloc. On failure p stays as it is
void mem_free(void *p);                                           // NULL: nothing
// Blocks of whole pages, which grow by moving pages instead of bytes: for what grows far in small steps. `size` is at least MEM_PAGES_MIN and the block's
// as it was asked for last. NULL from mem_pages_grow: no memory, the block stays as it is. (Smaller ones are better off with the allocator, which keeps
// the pages of what is freed.)
enum { MEM_PAGES_MIN = 8 << 20 };
MUST_USE void *mem_pages(Thread *th, size_t size);
// may_move: nobody else may be looking at the block. Else NULL, without an exception, also where it cannot grow in place.
MUST_USE void *mem_pages_grow(Thread *th, void *p, size_t old_size, size_t size, bool may_move);
void mem_pages_free(void *p, size_t size);
size_t mem_usable_size(const void *p);                            // bytes that may be used, at least what was asked for

#endif
