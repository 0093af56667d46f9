// SPDX-License-Identifier: MIT
// Allocation: mimalloc heaps per thread slot, or the system's allocator in sanitizer builds, behind one interface.
#ifndef LADON_GC_HEAP_H
#define LADON_GC_HEAP_H

#include "sched/thread/thread.h"

// Allocates an object of `size` bytes (header included, 16-byte aligned), zeroed but for the header: shape, owner = th, count 1.
// Traced or plain heap by shape->flags & TYPE_TRACED. NO object may hold garbage Values when the next safepoint comes.
//   return  the object, or NULL with MemoryError set;  safepoint: no (a collection is only requested through th->poll)
void *object_alloc(Thread *th, Shape *shape, size_t size) MUST_USE;
// object_alloc of type->basic_size + attribute area for type's root shape (+ n items for TYPE_VARSIZE).
void *object_new(Thread *th, Type *type, size_t nitems) MUST_USE;
#define NEW(T, th, type) ((T *)object_new((th), (type), 0))

// Frees the memory (marks dead first). Called by dealloc functions last; the attribute area must have been released (object_release_attrs).
void object_free(Thread *th, Object *o);
// Releases weak references' targets, attributes and instance dict of o. For dealloc functions of types that may be subclassed.
void object_release_attrs(Thread *th, Object *o);

// Raw blocks owned by objects. NULL with MemoryError set; mem_free takes NULL. Any thread may free.
void *mem_alloc(Thread *th, size_t size) MUST_USE;
void *mem_calloc(Thread *th, size_t n, size_t size) MUST_USE;
void *mem_realloc(Thread *th, void *p, size_t size) MUST_USE;
void mem_free(void *p);
size_t mem_usable_size(const void *p);

#endif
