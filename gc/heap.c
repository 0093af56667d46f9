// SPDX-License-Identifier: MIT
// Heaps: two mimalloc heaps per thread record (traced objects; everything else), made by the record's OS thread and never given up; or the
// system's allocator with every traced object on a list. Invariants: only an attached thread allocates, from its own heaps; any thread frees;
// an object is marked dead before its memory is freed, because a visitor may still meet the block;
// a tracer is told of a block before it is given back. Locks: the system variant's list lock (leaf).
#include "gc/heap.h"

#include "core/value/attrs.h"
#include "gc/gc_int.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#if LADON_SYSTEM_MALLOC
#include <malloc.h>
#include <pthread.h>
#endif

int64_t gc_net_allocs, gc_trigger = 20000, gc_quantum = 512;

static void *no_memory(Thread *th) {
    if (th && gc_hooks.memory_error) gc_hooks.memory_error(th);
    return NULL;
}

// A thread's count goes to the common one: exact whenever the world is stopped, within a quantum per thread otherwise.
COLD void gc_note_allocs(Thread *th) {
    int64_t mine = (int64_t)th->alloc_count;
    th->alloc_count = 0;
    int64_t sum = __atomic_add_fetch(&gc_net_allocs, mine, __ATOMIC_RELAXED);
    if (mine > 0 && sum > atomic_load_relaxed(&gc_trigger)) thread_poll_set(th, POLL_GC);
}

// ---- tracing ---------------------------------------------------------------------------------------------------------------------------

static const HeapTracer *tracer; // [a] changed with the world stopped; relaxed: a detached thread that frees may be late by one block
ALWAYS_INLINE void trace_alloc(Thread *th, void *p, size_t size) {
    const HeapTracer *t = atomic_load_relaxed(&tracer);
    if (UNLIKELY(t != NULL) && p) t->alloc(th, p, size);
}
ALWAYS_INLINE void trace_free(void *p) {
    const HeapTracer *t = atomic_load_relaxed(&tracer);
    if (UNLIKELY(t != NULL) && p) t->free(p);
}
// All at once full and empty: nothing is taken from them and nothing given to them.
static FreeList no_lists[2 * FREE_CLASSES]; // [c] after heap_load

void heap_trace(const HeapTracer *t) {
    atomic_store_relaxed(&tracer, t);
    for (Thread *r = thread_list; r; r = r->next)
        if (r->gc_state && gc_of(r)->free_lists) r->free_lists = t ? no_lists : gc_of(r)->free_lists;
}

#if LADON_SYSTEM_MALLOC
// ---- system allocator ------------------------------------------------------------------------------------------------------------------

typedef struct Block Block;
struct Block { Block *next, *prev; size_t size; bool traced; } __attribute__((aligned(16)));
static Block traced_list = { &traced_list, &traced_list, 0, true };
static pthread_mutex_t traced_mu = PTHREAD_MUTEX_INITIALIZER;

void heap_thread_init(Thread *t) {}

void *object_alloc_slow(Thread *th, Shape *shape, size_t size) {
    bool traced = (shape->flags & HEAP_TRACED_FLAGS) != 0;
    Block *b = size > SIZE_MAX / 2 ? NULL : calloc(1, sizeof(Block) + size);
    if (UNLIKELY(!b)) return no_memory(th);
    Object *o = (Object *)(b + 1);
    trace_alloc(th, o, size);
    b->size = size;
    b->traced = traced;
    o->shape = shape;
    atomic_store_relaxed(&o->shared, 0u);
    atomic_store_relaxed(&o->biased, th->owned | 1);
    if (traced) {
        pthread_mutex_lock(&traced_mu);
        b->next = &traced_list;
        b->prev = traced_list.prev;
        b->prev->next = b;
        traced_list.prev = b;
        pthread_mutex_unlock(&traced_mu);
        if ((int64_t)++th->alloc_count >= gc_quantum) gc_note_allocs(th);
    }
    return o;
}

ALWAYS_INLINE size_t fixed_size(const Shape *s) { return 0; }
ALWAYS_INLINE bool block_keep(Thread *th, Object *o, const Shape *s, size_t size) { return false; }
static void block_free(Object *o) {
    trace_free(o);
    Block *b = (Block *)o - 1;
    if (b->traced) {
        pthread_mutex_lock(&traced_mu);
        b->next->prev = b->prev;
        b->prev->next = b->next;
        pthread_mutex_unlock(&traced_mu);
    }
    free(b);
}

int heap_visit_traced(HeapAreaFn area, HeapVisitFn fn, void *arg) {
    for (Block *b = traced_list.next, *next; b != &traced_list; b = next) {
        next = b->next;
        Object *o = (Object *)(b + 1);
        if (area) area(o, b->size, b->size, arg);
        if (atomic_load_relaxed(&o->shared) & OBJ_DEAD) continue;
        int r = fn(o, b->size, arg);
        if (r) return r;
    }
    return 0;
}

void heap_visit_areas(HeapAreaFn area, void *arg) {
    for (Block *b = traced_list.next; b != &traced_list; b = b->next) area(b + 1, b->size, b->size, arg);
}

size_t object_block_size(const Object *o) { return ((const Block *)o - 1)->size; }
ALWAYS_INLINE void *raw_alloc(Thread *th, size_t size) { return malloc(size); }
ALWAYS_INLINE void *raw_calloc(Thread *th, size_t n, size_t size) { return calloc(n, size); }
ALWAYS_INLINE void *raw_realloc(Thread *th, void *p, size_t size) { return realloc(p, size); }
ALWAYS_INLINE void raw_free(void *p) { free(p); }
size_t mem_usable_size(const void *p) { return p ? malloc_usable_size((void *)p) : 0; }

#else
// ---- mimalloc --------------------------------------------------------------------------------------------------------------------------

void heap_thread_init(Thread *t) {
    t->heap_traced = mi_heap_new();
    t->heap_plain = mi_heap_new();
    gc_of(t)->free_lists = calloc(2 * FREE_CLASSES, sizeof(FreeList));
    ALWAYS_ASSERT(gc_of(t)->free_lists != NULL);
    t->free_lists = atomic_load_relaxed(&tracer) ? no_lists : gc_of(t)->free_lists; // a stop waits for this
    ALWAYS_ASSERT(t->heap_traced && t->heap_plain);
}

// The arguments are the allocator's own, so that off means a test and a jump.
void *heap_small(void *heap, size_t size) {
    if (LIKELY(!atomic_load_relaxed(&tracer))) return mi_heap_malloc_small(heap, size);
    void *p = mi_heap_malloc_small(heap, size);
    trace_alloc(thread_current(), p, size);
    return p;
}

void *object_alloc_slow(Thread *th, Shape *shape, size_t size) {
    bool traced = (shape->flags & HEAP_TRACED_FLAGS) != 0;
    if (size < sizeof(Object)) size = sizeof(Object);
    Object *o = size > PTRDIFF_MAX / 2 ? NULL : mi_heap_zalloc(traced ? th->heap_traced : th->heap_plain, size);
    if (UNLIKELY(!o)) return no_memory(th);
    trace_alloc(th, o, size);
    o->shape = shape;
    atomic_store_relaxed(&o->shared, 0u);
    atomic_store_relaxed(&o->biased, th->owned | 1);
    if (traced && (int64_t)++th->alloc_count >= gc_quantum) gc_note_allocs(th);
    return o;
}

void *object_alloc_unzeroed_slow(Thread *th, Shape *shape, size_t size) {
    DEBUG_ASSERT(!(shape->flags & HEAP_TRACED_FLAGS));
    Object *o = size > PTRDIFF_MAX / 2 ? NULL : mi_heap_malloc(th->heap_plain, size);
    if (UNLIKELY(!o)) return no_memory(th);
    trace_alloc(th, o, size);
    o->shape = shape;
    atomic_store_relaxed(&o->shared, 0u);
    atomic_store_relaxed(&o->biased, th->owned | 1);
    return o;
}

// Bytes that an object of this shape was allocated with, or 0 when that differs from object to object.
ALWAYS_INLINE size_t fixed_size(const Shape *s) {
    if (s->flags & TYPE_VARSIZE) return 0;
    if (s->flags & TYPE_MANAGED_ATTRS) return s->attr_offset ? s->attr_offset + sizeof(Value) * (1 + (size_t)s->inline_cap) : 0;
    return s->type->basic_size;
}

// Keeps the block for the next object of its size. False: give it back.
ALWAYS_INLINE bool block_keep(Thread *th, Object *o, const Shape *s, size_t size) {
    if (!size || size > FREE_SIZE_MAX) return false;
#if LADON_DEBUG
    // Freed memory is filled and given back at once, so that use after free shows; only the size is checked.
    ALWAYS_ASSERT(mi_usable_size(o) >= size);
    return false;
#endif
    FreeList *f = (FreeList *)th->free_lists + (s->flags & HEAP_TRACED_FLAGS ? FREE_CLASSES : 0) + (size + 15) / 16;
    if (f->n >= FREE_LIST_MAX) return false;
    o->shape = (Shape *)f->head;
    f->head = o;
    f->n++;
    return true;
}

ALWAYS_INLINE void block_free(Object *o) {
    trace_free(o);
#if LADON_DEBUG
    size_t n = mi_usable_size(o);
    if (n > sizeof(Object)) memset(o + 1, 0xDD, n - sizeof(Object));
#endif
    mi_free(o);
}

typedef struct VisitArg { HeapVisitFn fn; HeapAreaFn area; void *arg; int result; } VisitArg;
static bool visit_block(const mi_heap_t *heap, const mi_heap_area_t *area, void *block, size_t size, void *arg) {
    VisitArg *v = arg;
    if (!block) {
        if (v->area) v->area(area->blocks, area->reserved, area->full_block_size, v->arg);
        return true;
    }
    Object *o = block;
    if (atomic_load_relaxed(&o->shared) & OBJ_DEAD) return true;
    v->result = v->fn(o, size, v->arg);
    return v->result == 0;
}

int heap_visit_traced(HeapAreaFn area, HeapVisitFn fn, void *arg) {
    VisitArg v = { fn, area, arg, 0 };
    for (Thread *t = thread_list; t && !v.result; t = t->next)
        if (t->heap_traced) mi_heap_visit_blocks(t->heap_traced, true, visit_block, &v);
    return v.result;
}

static bool visit_area(const mi_heap_t *heap, const mi_heap_area_t *area, void *block, size_t size, void *arg) {
    VisitArg *v = arg;
    v->area(area->blocks, area->reserved, area->full_block_size, v->arg);
    return true;
}
void heap_visit_areas(HeapAreaFn area, void *arg) {
    VisitArg v = { NULL, area, arg, 0 };
    for (Thread *t = thread_list; t; t = t->next)
        if (t->heap_traced) mi_heap_visit_blocks(t->heap_traced, false, visit_area, &v);
}

size_t object_block_size(const Object *o) { return mi_usable_size(o); }
ALWAYS_INLINE void *raw_alloc(Thread *th, size_t size) { return mi_heap_malloc(th->heap_plain, size); }
ALWAYS_INLINE void *raw_calloc(Thread *th, size_t n, size_t size) { return mi_heap_calloc(th->heap_plain, n, size); }
ALWAYS_INLINE void *raw_realloc(Thread *th, void *p, size_t size) { return mi_heap_realloc(th->heap_plain, p, size); }
ALWAYS_INLINE void raw_free(void *p) { mi_free(p); }
size_t mem_usable_size(const void *p) { return mi_usable_size(p); }
#endif

// ---- both ------------------------------------------------------------------------------------------------------------------------------

// During a collection's work on its garbage: o's memory stays until heap_defer_end.
static NOINLINE void free_deferred(GcThread *g, Object *o) {
    atomic_store_relaxed(&o->shared, (uint32_t)(OBJ_DEAD | OBJ_UNCOUNTED));
    atomic_store_relaxed(&o->biased, OBJ_TID_NONE << OBJ_TID_SHIFT);
    if (g->deferred_n == g->deferred_cap) {
        size_t cap = g->deferred_cap ? g->deferred_cap * 2 : 256;
        void **v = realloc(g->deferred, cap * sizeof *v);
        if (!v) return;    // no memory to remember it: lost
        g->deferred = v;
        g->deferred_cap = cap;
    }
    g->deferred[g->deferred_n++] = o;
}
// What does not go to a free list, or comes when the count of allocations must be told. Apart, so that what comes past here needs no room on the stack.
static NOINLINE void free_slow(Thread *th, Object *o, const Shape *shape, size_t size, bool tell) {
    if (tell) gc_note_allocs(th);
    GcThread *g = gc_of(th);
    if (UNLIKELY(g->deferring)) free_deferred(g, o);
    else if (!tell || !block_keep(th, o, shape, size)) block_free(o);
}
ALWAYS_INLINE void free_with_size(Thread *th, Object *o, size_t size) {
    // What mi_free and the visitor must see: dead, count 0 (see refcount.c, release_one).
    atomic_store_relaxed(&o->shared, (uint32_t)OBJ_DEAD);
    const Shape *shape = atomic_load_acquire(&o->shape);
    bool tell = shape->flags & HEAP_TRACED_FLAGS && UNLIKELY((int64_t)--th->alloc_count <= -gc_quantum);
    if (UNLIKELY(tell) || UNLIKELY(gc_of(th)->deferring) || UNLIKELY(!block_keep(th, o, shape, size))) free_slow(th, o, shape, size, tell);
}
void object_free(Thread *th, Object *o) { free_with_size(th, o, fixed_size(o->shape)); }
void object_free_sized(Thread *th, Object *o, size_t size) { free_with_size(th, o, size); }

void heap_defer_begin(Thread *th) { gc_of(th)->deferring = 1; }
void heap_defer_end(Thread *th) {
    GcThread *g = gc_of(th);
    g->deferring = 0;
    for (size_t i = 0; i < g->deferred_n; i++) block_free(g->deferred[i]);
    free(g->deferred);
    g->deferred = NULL;
    g->deferred_n = g->deferred_cap = 0;
}

// object_new but for the quick case, which so makes no calls and needs no room on the stack.
static NOINLINE void *new_slow(Thread *th, Type *type, Shape *root, size_t nitems) {
    if (UNLIKELY(nitems && nitems > (SIZE_MAX / 4 - type->basic_size) / (type->item_size ? type->item_size : 1))) return no_memory(th);
    return object_alloc(th, root, shape_instance_size(root, nitems));
}
#if !LADON_SYSTEM_MALLOC
static NOINLINE void *new_told(Thread *th, Object *o) {
    gc_note_allocs(th);
    return o;
}
#endif
void *object_new(Thread *th, Type *type, size_t nitems) {
    Shape *root = atomic_load_acquire(&type->shape);
#if !LADON_SYSTEM_MALLOC
    if (LIKELY(nitems == 0)) {
        size_t size = shape_instance_size(root, 0);
        bool traced = (root->flags & HEAP_TRACED_FLAGS) != 0;
        FreeList *f = (FreeList *)th->free_lists + (traced ? FREE_CLASSES : 0) + (size + 15) / 16;
        Object *o;
        if (LIKELY(size <= FREE_SIZE_MAX) && LIKELY((o = f->head) != NULL)) {
            f->head = (Object *)o->shape;
            f->n--;
            // Few blocks of 16 bytes, as the list's size is. The barrier keeps them from becoming a call of memset.
            for (char *p = (char *)(o + 1), *end = (char *)o + size; p < end; p += 16) {
                memset(p, 0, 16);
                __asm__ volatile("" : : : "memory");
            }
            o->shape = root;
            atomic_store_relaxed(&o->shared, 0u);
            atomic_store_relaxed(&o->biased, th->owned | 1);
            if (traced && UNLIKELY((int64_t)++th->alloc_count >= gc_quantum)) return new_told(th, o);
            return o;
        }
    }
#endif
    return new_slow(th, type, root, nitems);
}

// Requests beyond what any machine has fail here, before the allocator says so on standard error.
#define TOO_MUCH ((size_t)1 << 46)

void *mem_alloc(Thread *th, size_t size) {
    void *p = UNLIKELY(size > TOO_MUCH) ? NULL : raw_alloc(th, size ? size : 1);
    trace_alloc(th, p, size);
    return LIKELY(p) ? p : no_memory(th);
}
void *mem_calloc(Thread *th, size_t n, size_t size) {
    size_t bytes;
    void *p = UNLIKELY(__builtin_mul_overflow(n, size, &bytes) || bytes > TOO_MUCH) ? NULL : raw_calloc(th, 1, bytes ? bytes : 1);
    if (p) trace_alloc(th, p, bytes);
    return LIKELY(p) ? p : no_memory(th);
}
void *mem_realloc(Thread *th, void *p, size_t size) {
    if (UNLIKELY(size > TOO_MUCH)) return no_memory(th);
    trace_free(p); // before another thread can get the block. Without memory the old block goes on untraced
    void *q = raw_realloc(th, p, size ? size : 1);
    trace_alloc(th, q, size);
    return LIKELY(q) ? q : no_memory(th);
}
void mem_free(void *p) {
    trace_free(p);
    raw_free(p);
}

#if LADON_SYSTEM_MALLOC
// The sanitizers see blocks of the allocator better than mappings.
void *mem_pages(Thread *th, size_t size) { return mem_alloc(th, size); }
void *mem_pages_grow(Thread *th, void *p, size_t old_size, size_t size, bool may_move) { return may_move ? mem_realloc(th, p, size) : NULL; }
void mem_pages_free(void *p, size_t size) { mem_free(p); }
#else
void *mem_pages(Thread *th, size_t size) {
    void *p = size > TOO_MUCH ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return no_memory(th);
    trace_alloc(th, p, size);
    return p;
}
void *mem_pages_grow(Thread *th, void *p, size_t old_size, size_t size, bool may_move) {
    if (may_move) trace_free(p); // before another thread can get the place
    void *q = size > TOO_MUCH ? MAP_FAILED : mremap(p, old_size, size, may_move ? MREMAP_MAYMOVE : 0);
    if (q == MAP_FAILED) return may_move ? no_memory(th) : NULL;
    if (!may_move) trace_free(p);
    trace_alloc(th, q, size);
    return q;
}
void mem_pages_free(void *p, size_t size) {
    trace_free(p);
    munmap(p, size);
}
#endif

static void thread_init(Thread *t) {
    GcThread *g = calloc(1, sizeof *g);
    ALWAYS_ASSERT(g != NULL);
    atomic_store_release(&t->gc_state, (void *)g);
    heap_thread_init(t);
    rcu_thread_enter();
}

__attribute__((constructor)) static void heap_load(void) {
    thread_hooks.record_init = thread_init;
    for (size_t i = 0; i < ARRAY_LEN(no_lists); i++) no_lists[i].n = FREE_LIST_MAX;
#if !LADON_SYSTEM_MALLOC
    mi_option_set(mi_option_show_errors, 0);
#endif
}
