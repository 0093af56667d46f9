// SPDX-License-Identifier: MIT
// The cycle collector.
//
// 1. Stop the world. Merge every thread's queue, so counts are whole. Map the traced heaps (collector_space.c).
// 2. Mark from the roots (thread records, local variables of frames, registered variables, lists of objects that wait for release), and, for uncounted
//    objects only, from every word on value stacks, frame stacks, C stacks and in saved registers that is the address of one. (No counted object needs
//    that: at a safepoint every live reference to it is counted.) That is most of what lives, and what it refers to is marked, so it is done with.
// 3. Subtract: the references of what is not marked yet to traced objects are taken off the counts. What keeps a count is held from outside the traced
//    heaps (an operand of a running instruction, C code), or is immortal: mark from those.
// 4. What is not marked is garbage. Pin it (one reference each), clear the weak references to it, taking their callbacks, and let the world run.
// 5. Callbacks, then finalizers, each once. If any ran: stop again and look whether garbage came back to life; what did is let go with all it reaches.
// 6. With the world stopped, clear the weak references made meanwhile. Let it run; clear the garbage, drop the pins: counts free counted objects; uncounted
//    ones are freed here, types last.
// One collection at a time. Sources: Bacon and Rajan 2001 for the idea of internal counts; the phases follow what the gc module documents.
// Locks: none but the world; never called with a lock held.
#include "gc/collector_space_inl.h"

#include "core/value/attrs.h"
#include "gc/collector.h"

#include <stdlib.h>

GcSettings gc_settings = { .enabled = true, .threshold = {2000, 10, 10} };
void (*gc_frames_hook)(Thread *t, VisitFn visit, void *arg);

// ---- roots -----------------------------------------------------------------------------------------------------------------------------

static RtMutex roots_mu = RT_MUTEX(GC);
typedef struct PtrList { void **v; size_t n, cap; } PtrList;
static PtrList root_vars, root_objects, root_fns; // [l roots_mu]; read with the world stopped

static NOINLINE bool list_grow(PtrList *l) {
    size_t cap = l->cap ? l->cap * 2 : 64;
    void **v = realloc(l->v, cap * sizeof *v);
    if (!v) return false;
    l->v = v;
    l->cap = cap;
    return true;
}
ALWAYS_INLINE bool list_add(PtrList *l, void *p) {
    if (UNLIKELY(l->n == l->cap) && !list_grow(l)) return false;
    l->v[l->n++] = p;
    return true;
}
static void root_add(PtrList *l, void *p) {
    Thread *th = thread_current();
    rt_mutex_lock(th, &roots_mu);
    bool ok = list_add(l, p);
    rt_mutex_unlock(th, &roots_mu);
    ALWAYS_ASSERT(ok);
}
void gc_add_root(Value *where) { root_add(&root_vars, where); }
void gc_add_static(Object *o) { root_add(&root_objects, o); }
void gc_add_root_fn(GcRootFn fn) { root_add(&root_fns, (void *)fn); }

// ---- traversal -------------------------------------------------------------------------------------------------------------------------

typedef struct SlotVisit { VisitFn visit; void *arg; } SlotVisit;
static int visit_slot(Value *slot, void *arg) {
    SlotVisit *v = arg;
    return v->visit(*slot, v->arg);
}

int object_traverse(Object *o, VisitFn visit, void *arg) {
    Shape *shape = o->shape;
    Type *type = shape->type;
    int r;
    if (type->slots.traverse) {
        if ((r = type->slots.traverse(o, visit, arg))) return r;
    } else if (!type->slots.dealloc) {
        for (Type *t = type; t; t = t->base)
            for (const MemberDef *m = t->members; m && m->name; m++) {
                uint32_t kind = m->kind & ~(uint32_t)MEMBER_READONLY;
                Value v = kind == MEMBER_VALUE || kind == MEMBER_VALUE_EX ? *(Value *)((char *)o + m->offset) : NO_VALUE;
                if (v && (r = visit(v, arg))) return r;
            }
    }
    if (shape->flags & TYPE_MANAGED_ATTRS) {
        SlotVisit v = { visit, arg };
        if ((r = attrs_each(o, visit_slot, &v))) return r;
    }
    return type->flags & TYPE_HEAP ? visit(VALUE_OF(type), arg) : 0;
}

// ---- one collection --------------------------------------------------------------------------------------------------------------------

typedef struct Collection {
    GcSpace *space;
    PtrList  stack;       // marked, children not yet visited
    PtrList  garbage;     // pinned
    bool     failed;      // no memory: mark everything live
    bool     has_uncounted; // in garbage
} Collection;

ALWAYS_INLINE void subtract(GcSpace *s, Value v) {
    if (!value_is_object(v)) return;
    uint32_t *w = gc_space_find_object(s, value_object(v));
    // Immortal objects keep their one reference.
    if (w && (*w & (GC_PRESENT | GC_UNCOUNTED | GC_IMMORTAL)) == GC_PRESENT && *w >= GC_REF) *w -= GC_REF;
}
static int subtract_child(Value v, void *arg) {
    subtract(arg, v);
    return 0;
}

ALWAYS_INLINE void mark(Collection *c, Value v) {
    if (!value_is_object(v)) return;
    uint32_t *w = gc_space_find_object(c->space, value_object(v));
    if (!w || (*w & (GC_PRESENT | GC_MARKED)) != GC_PRESENT) return;
    *w |= GC_MARKED;
    if (UNLIKELY(!list_add(&c->stack, value_object(v)))) c->failed = true;
}
static int mark_value(Value v, void *arg) {
    mark(arg, v);
    return 0;
}

int gc_visit_values(const Value *v, size_t n, size_t step, VisitFn visit, void *arg) {
    if (visit == mark_value) {
        Collection *c = arg;
        for (size_t i = 0; i < n; i++) mark(c, v[i * step]);
    } else if (visit == subtract_child) {
        GcSpace *s = arg;
        for (size_t i = 0; i < n; i++) subtract(s, v[i * step]);
    } else {
        for (size_t i = 0; i < n; i++) {
            int r = v[i * step] != NO_VALUE ? visit(v[i * step], arg) : 0;
            if (r) return r;
        }
    }
    return 0;
}
bool gc_visits_traced(VisitFn visit) { return visit == mark_value || visit == subtract_child; }

// A local variable, if it is not stale: an address where an object begins.
static int mark_local(Value v, void *arg) {
    return value_is_object(v) && gc_space_find(((Collection *)arg)->space, value_object(v)) ? mark_value(v, arg) : 0;
}
// Objects pass a short queue between the stack and their visit, so that their memory is on its way when it is needed.
static void mark_drain(Collection *c) {
    enum { AHEAD = 8 };
    Object *queue[AHEAD] = {0};
    size_t at = 0, queued = 0;
    while (c->stack.n || queued) {
        Object *next = NULL;
        if (c->stack.n) {
            next = c->stack.v[--c->stack.n];
            __builtin_prefetch(next);
            __builtin_prefetch((char *)next + 64);
            queued++;
        }
        Object *o = queue[at];
        queue[at] = next;
        at = (at + 1) % AHEAD;
        if (o) {
            queued--;
            object_traverse(o, mark_value, c);
        }
    }
}

// Is o in the middle of its release? Its header alone does not tell: memory that was freed, and perhaps laid out anew in other blocks, may hold anything.
static bool is_dying(const Object *o) {
    for (Thread *t = thread_list; t; t = t->next) {
        GcThread *g = gc_of(t);
        for (const Dying *d = g ? g->dying : NULL; d; d = d->prev)
            if (d->o == o) return true;
    }
    return false;
}

// Any word: marks the uncounted object it points to or into. A block in the middle of its release keeps its type and what its words name.
static void mark_word(Collection *c, uintptr_t p, bool inside_dying) {
    if (p & 7 && inside_dying) return;
    uint32_t *w;
    Object *o = gc_space_find_inside(c->space, (void *)p, &w);
    if (!o) return;
    if (*w & GC_PRESENT) {
        if (*w & GC_UNCOUNTED) mark_value(VALUE_OF(o), c);
        return;
    }
    uint32_t s = atomic_load_relaxed(&o->shared);
    if (inside_dying || !(s & OBJ_DEAD) || shared_count(s) == 0 || !is_dying(o)) return;
    mark_value(VALUE_OF(o->shape->type), c);
    size_t words = object_block_size(o) / sizeof(uintptr_t);
    for (size_t i = 2; i < words && i < 512; i++) mark_word(c, ((uintptr_t *)o)[i], true);
}
__attribute__((no_sanitize("address", "thread"))) static void mark_range(Collection *c, const void *lo, const void *hi) {
    for (const uintptr_t *p = (const uintptr_t *)(((uintptr_t)lo + 7) & ~(uintptr_t)7); (const void *)(p + 1) <= hi; p++) mark_word(c, *p, false);
}

static void mark_thread(Collection *c, Thread *t, Thread *self) {
    GcThread *g = gc_of(t);
    for (ReleaseFrame *f = g ? &g->top : NULL; f; f = f->prev)
        for (size_t i = 0; i < f->count; i++) mark_value(VALUE_OF(f->pending[i]), c);
    if (!atomic_load_relaxed(&t->in_use)) return;
    mark_range(c, t, t + 1);
    char *lo, *hi;
    const uintptr_t *regs;
    thread_c_stack(t, &lo, &hi, &regs);
    if (lo) mark_range(c, lo, hi);
    mark_range(c, regs, regs + THREAD_REGS);
    Value *vlo, *vhi;
    thread_value_stack(t, &vlo, &vhi);
    mark_range(c, vlo, vhi);
    mark_range(c, thread_frame_base(t), t->frame_top);
    if (gc_frames_hook) gc_frames_hook(t, mark_local, c);
}

static void mark_roots(Collection *c, Thread *self) {
    for (size_t i = 0; i < root_vars.n; i++) mark_value(*(Value *)root_vars.v[i], c);
    for (size_t i = 0; i < root_objects.n; i++) object_traverse(root_objects.v[i], mark_value, c);
    for (size_t i = 0; i < root_fns.n; i++) ((GcRootFn)root_fns.v[i])(mark_value, c);
    retire_visit(mark_value, c);
    gc_frozen_visit(mark_value, c);
    for (Thread *t = thread_list; t; t = t->next) mark_thread(c, t, self);
}

typedef struct Unmarked { Collection *c; PtrList *list; } Unmarked;
static void note_unmarked(Object *o, uint32_t *w, void *arg) {
    Unmarked *u = arg;
    if (!(*w & GC_MARKED) && !list_add(u->list, o)) u->c->failed = true;
}

// Phases 2 and 3. World stopped. Leaves in *rest, which is empty, what is not marked.
static void mark_live(Collection *c, Thread *th, PtrList *rest) {
    mark_roots(c, th);
    mark_drain(c);
    gc_space_each(c->space, note_unmarked, &(Unmarked){c, rest});
    for (size_t i = 0; i < rest->n; i++) object_traverse(rest->v[i], subtract_child, c->space);
    for (size_t i = 0; i < rest->n; i++)
        if (*gc_space_find_object(c->space, rest->v[i]) >= GC_REF) mark_value(VALUE_OF(rest->v[i]), c);
    mark_drain(c);
    size_t k = 0;
    for (size_t i = 0; i < rest->n; i++)
        if (!(*gc_space_find_object(c->space, rest->v[i]) & GC_MARKED)) rest->v[k++] = rest->v[i];
    rest->n = k;
}

void gc_pin(Object *o) {
    // Nobody else runs; the shared part takes a reference from anyone.
    atomic_add_relaxed(&o->shared, SHARED_ONE);
}

// Pins garbage and takes it from its owner: otherwise its last references could wait in the queue of a thread that does not come to a safepoint,
// and a type be freed before its instance.
static void pin_garbage(Object *o) {
    uint32_t b = atomic_load_relaxed(&o->biased), s = atomic_load_relaxed(&o->shared), add = 1;
    if (!(s & OBJ_MERGED)) {
        add += b & OBJ_COUNT_MASK;
        atomic_store_relaxed(&o->biased, 0u);
    }
    // Nobody else runs, and whoever runs next has been let go by this thread: no order and no atomic update is needed.
    atomic_store_relaxed(&o->shared, (s | OBJ_MERGED) + add * SHARED_ONE);
}

// Merges all queues; the dead ones are released once the world runs again.
static void merge_all(DeadList *dead) {
    for (Thread *t = thread_list; t; t = t->next) merge_drain(t, dead);
}

int64_t gc_sum_allocs(void) {
    for (Thread *t = thread_list; t; t = t->next) {
        gc_net_allocs += (int64_t)t->alloc_count;
        t->alloc_count = 0;
    }
    return gc_net_allocs;
}

bool gc_is_garbage_word(GcSpace *s, Object *o) {
    uint32_t *w = gc_space_find(s, o);
    return w && (*w & GC_GARBAGE);
}

// ---- what is on its way out ---------------------------------------------------------------------------------------------------------------

#define DOOMED (OBJ_TID_NONE << OBJ_TID_SHIFT | 1)      // see doom()

static GcSpace *garbage_space;   // [w] of the collection under way, from when its garbage is known until that is freed; else NULL

static bool is_uncounted(Object *o) { return (atomic_load_relaxed(&o->shared) & OBJ_UNCOUNTED) != 0; }
static bool is_doomed(Object *o) { return is_uncounted(o) && atomic_load_relaxed(&o->biased) == DOOMED; }
bool gc_is_going(Object *o) { return is_doomed(o) || (garbage_space && gc_is_garbage_word(garbage_space, o)); }

// ---- the order of finalizers ------------------------------------------------------------------------------------------------------------

static int push_garbage_child(Value v, void *arg) {
    Collection *c = arg;
    if (!value_is_object(v)) return 0;
    uint32_t *w = gc_space_find_object(c->space, value_object(v));
    return w && (*w & (GC_GARBAGE | GC_MARKED)) == GC_GARBAGE && !list_add(&c->stack, value_object(v));
}

// World stopped. Moves what refers to other garbage in front of that, as far as cycles allow (reverse postorder, depth first), so that a finalizer
// still finds whole what it needs: a text file its buffer, the buffer its descriptor. Without memory everything stays as it is.
static void order_garbage(Collection *c) {
    enum { DONE = 1 };   // in a pointer: its children have been visited
    size_t finalizers = 0;
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        finalizers += (o->shape->flags & TYPE_HAS_DEL) && !(atomic_load_relaxed(&o->shared) & OBJ_FINALIZED);
    }
    if (finalizers < 2) return;
    PtrList out = {0};
    bool ok = true;
    c->stack.n = 0;
    for (size_t i = 0; ok && i < c->garbage.n; i++) {
        ok = list_add(&c->stack, c->garbage.v[i]);
        while (ok && c->stack.n) {
            uintptr_t p = (uintptr_t)c->stack.v[--c->stack.n];
            if (p & DONE) {
                ok = list_add(&out, (void *)(p - DONE));
                continue;
            }
            uint32_t *w = gc_space_find(c->space, (void *)p);
            if (*w & GC_MARKED) continue;
            *w |= GC_MARKED;
            ok = list_add(&c->stack, (void *)(p + DONE)) && !object_traverse((Object *)p, push_garbage_child, c);
        }
    }
    c->stack.n = 0;
    for (size_t i = 0; i < c->garbage.n; i++) *gc_space_find(c->space, c->garbage.v[i]) &= ~(uint32_t)GC_MARKED;
    if (ok)
        for (size_t i = 0; i < out.n; i++) c->garbage.v[out.n - 1 - i] = out.v[i];
    free(out.v);
}

// ---- second look: did garbage come back to life? ---------------------------------------------------------------------------------------

static int mark_garbage_child(Value v, void *arg) {
    Collection *c = arg;
    if (!value_is_object(v)) return 0;
    uint32_t *w = gc_space_find_object(c->space, value_object(v));
    if (!w || (*w & (GC_GARBAGE | GC_MARKED)) != GC_GARBAGE) return 0;
    *w |= GC_MARKED;
    if (!list_add(&c->stack, value_object(v))) c->failed = true;
    return 0;
}
static int subtract_garbage_child(Value v, void *arg) {
    Collection *c = arg;
    if (!value_is_object(v)) return 0;
    uint32_t *w = gc_space_find_object(c->space, value_object(v));
    if (w && (*w & GC_GARBAGE) && *w >= GC_REF && !(*w & GC_UNCOUNTED)) *w -= GC_REF;
    return 0;
}

// World stopped, space rebuilt. Leaves in c->garbage what is still garbage; the rest loses its pin through *alive.
static void second_look(Collection *c, Thread *th, PtrList *alive) {
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        uint32_t *w = gc_space_find(c->space, o);
        if (!w || !(*w & GC_PRESENT)) continue;
        *w |= GC_GARBAGE;
        if (!(*w & GC_UNCOUNTED) && *w >= GC_REF) *w -= GC_REF;    // our pin
    }
    if (c->has_uncounted) {
        // What an uncounted object is reached by shows in no count: the whole heap has to be marked.
        PtrList rest = {0};
        mark_live(c, th, &rest);
        free(rest.v);
    } else {
        for (size_t i = 0; i < c->garbage.n; i++) object_traverse(c->garbage.v[i], subtract_garbage_child, c);
        for (size_t i = 0; i < c->garbage.n; i++) {
            uint32_t *w = gc_space_find(c->space, c->garbage.v[i]);
            if (w && *w >= GC_REF) mark_garbage_child(VALUE_OF(c->garbage.v[i]), c);
        }
        while (c->stack.n) object_traverse(c->stack.v[--c->stack.n], mark_garbage_child, c);
    }
    size_t k = 0;
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        uint32_t *w = gc_space_find(c->space, o);
        if (c->failed || !w || (*w & GC_MARKED)) {
            if (w) *w &= ~(uint32_t)GC_GARBAGE;
            if (!list_add(alive, o)) ALWAYS_ASSERT(!"out of memory in the collector");
        } else {
            c->garbage.v[k++] = o;
        }
    }
    c->garbage.n = k;
}

// ---- freeing ---------------------------------------------------------------------------------------------------------------------------

static int clear_slot(Value *slot, void *arg) {
    Thread *th = arg;
    Value v = th->mt ? atomic_swap_acq_rel(slot, NO_VALUE) : atomic_load_relaxed(slot);
    if (!th->mt) atomic_store_relaxed(slot, NO_VALUE);
    decref(th, v);
    return 0;
}

// Breaks the cycles through o. The object stays valid.
static void clear_object(Thread *th, Object *o) {
    Shape *shape = o->shape;
    Type *type = shape->type;
    if (type->slots.clear) type->slots.clear(th, o);
    if (gc_hooks.clear_attrs) {
        gc_hooks.clear_attrs(th, o);
    } else if ((shape->flags & TYPE_MANAGED_ATTRS) && !(shape->flags & SHAPE_DICT_MODE)) {
        // In dict mode the Dict is garbage itself, or held by somebody else: clearing it is its own clear's work.
        attrs_each(o, clear_slot, th);
    }
}

// Frees uncounted garbage: first what is not a type; then types, each after its subclasses and instances of it.
static void free_uncounted(Thread *th, PtrList *list) {
    size_t k = 0;
    for (size_t i = 0; i < list->n; i++) {
        Object *o = list->v[i];
        if (o->shape->flags & TYPE_TYPE_SUBCLASS) list->v[k++] = o;
        else object_release(th, o);
    }
    list->n = k;
    while (list->n) {
        // FINALIZED serves as "another type in the list needs this one": types have no finalizer.
        for (size_t i = 0; i < list->n; i++) atomic_and_acq_rel(&((Object *)list->v[i])->shared, ~(uint32_t)OBJ_FINALIZED);
        for (size_t i = 0; i < list->n; i++) {
            Type *t = list->v[i];
            Type *meta = t->head.shape->type;
            if (is_uncounted(&meta->head)) atomic_or_seqcst(&meta->head.shared, (uint32_t)OBJ_FINALIZED);
            for (Type *b = t->base; b && b != t; b = b->base)
                if (is_uncounted(&b->head)) atomic_or_seqcst(&b->head.shared, (uint32_t)OBJ_FINALIZED);
        }
        size_t before = list->n;
        k = 0;
        for (size_t i = 0; i < before; i++) {
            Object *o = list->v[i];
            if (atomic_load_relaxed(&o->shared) & OBJ_FINALIZED) list->v[k++] = o;
            else {
                atomic_or_seqcst(&o->shared, (uint32_t)OBJ_FINALIZED);
                object_release(th, o);
            }
        }
        list->n = k;
        if (k == before) break;    // a metaclass that is its own instance: leave it
    }
}

// Other garbage may outlive this collection in retire lists and merge queues, and its release needs what it refers to: an instance its type, a frame
// (of an exception that others have seen) its function and code. So with other threads about what is uncounted is only cleared when it is found;
// what still is garbage the next time nobody needs any more. The count's bits of the owner's word say so: nobody counts there.
static bool doom(Thread *th, Object *o) {
    if (!th->mt || is_doomed(o)) return false;
    atomic_store_relaxed(&o->biased, DOOMED);
    return true;
}

static void free_garbage(Thread *th, Collection *c) {
    PtrList uncounted = {0};
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        if (is_uncounted(o) && !list_add(&uncounted, o)) return;
    }
    // Types keep their slots until their instances are gone, so they are cleared last.
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        if (!(o->shape->flags & TYPE_TYPE_SUBCLASS)) clear_object(th, o);
    }
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        if (!is_uncounted(o)) object_decref(th, o);
    }
    for (size_t i = 0; i < uncounted.n; i++) {
        Object *o = uncounted.v[i];
        if (o->shape->flags & TYPE_TYPE_SUBCLASS) clear_object(th, o);
    }
    size_t kept = 0;
    for (size_t i = 0; i < uncounted.n; i++)
        if (!doom(th, uncounted.v[i])) uncounted.v[kept++] = uncounted.v[i];
    uncounted.n = kept;
    heap_defer_begin(th);
    free_uncounted(th, &uncounted);
    heap_defer_end(th);
    free(uncounted.v);
}

// Runs the finalizers of the garbage, of one kind: of classes made by programs, or of built-in types. True when any ran.
static bool run_finalizers_of(Thread *th, Collection *c, bool made) {
    bool any = false;
    for (size_t i = 0; i < c->garbage.n; i++) {
        Object *o = c->garbage.v[i];
        Type *type = o->shape->type;
        if (!type->slots.finalize || ((type->flags & TYPE_HEAP) != 0) != made || (atomic_load_relaxed(&o->shared) & OBJ_FINALIZED)) continue;
        atomic_or_seqcst(&o->shared, (uint32_t)OBJ_FINALIZED);
        any = true;
        if (type->slots.finalize(th, VALUE_OF(o)) < 0 || th->exc) {
            if (gc_hooks.unraisable && th->exc) gc_hooks.unraisable(th, NULL, VALUE_OF(o));
            th->exc = NO_VALUE;
        }
    }
    return any;
}
// A program's own __del__ comes first: what a built-in finalizer reports as left behind (an exception nobody asked for, a coroutine) it may still look after.
static bool run_finalizers(Thread *th, Collection *c) {
    bool made = run_finalizers_of(th, c, true);
    return run_finalizers_of(th, c, false) || made;
}

static uint8_t collecting;    // [a] 1 while a thread collects
static Thread *collector;     // [a] that thread

void gc_after_fork_child(Thread *th) {
    if (collector == th) return;
    collecting = 0;
    garbage_space = NULL;
}

static void set_trigger(size_t survived) {
    int64_t t = INT64_MAX;
    if (gc_stress.gc) {
        atomic_store_relaxed(&gc_trigger, INT64_MIN / 2);
        return;
    }
    int64_t threshold = atomic_load_relaxed(&gc_settings.threshold[0]);
    if (atomic_load_relaxed(&gc_settings.enabled) && threshold > 0) {
        bool dflt = threshold == 2000;
        t = dflt ? 20000 : threshold;
        int64_t share = (int64_t)(dflt ? survived : survived / 4);
        if (share > t) t = share;
    }
    atomic_store_relaxed(&gc_trigger, t);
}
void gc_update_trigger(void) { set_trigger(atomic_load_relaxed(&gc_settings.survived)); }

NOINLINE static intptr_t collect(Thread *th, int generation, const ThreadContext *context) {
    uint8_t zero = 0;
    if (!atomic_cas_acquire(&collecting, &zero, (uint8_t)1)) return 0;
    atomic_store_relaxed(&collector, th);
    Value exc = th->exc;
    th->exc = NO_VALUE;
    if (UNLIKELY(gc_stress.verify)) gc_verify(th);
    if (gc_hooks.collect_callbacks) gc_hooks.collect_callbacks(th, true, generation, 0, 0);
    bool save_all = atomic_load_relaxed(&gc_settings.debug) & GC_DEBUG_SAVEALL;     // for all of this collection
    Collection c = {0};
    DeadList dead = {0};
    GcCallbacks callbacks = {0};

    int64_t t0 = thread_clock_ns();
    world_stop(th);
    thread_context_set(th, context);
    merge_all(&dead);
    gc_sum_allocs();
    // Queued objects that died are whole until they are released below; they hold what they refer to.
    c.space = gc_space_build();
    if (c.space) {
        for (size_t i = 0; i < dead.n; i++) mark_value(VALUE_OF(dead.v[i]), &c);
        mark_live(&c, th, &c.garbage);
        if (c.failed) c.garbage.n = 0;
        for (size_t i = 0; i < c.garbage.n; i++) {
            Object *o = c.garbage.v[i];
            *gc_space_find_object(c.space, o) |= GC_GARBAGE;
            if (is_uncounted(o)) c.has_uncounted = true;
            else pin_garbage(o);
        }
        if (gc_weakref_hooks.clear)
            for (size_t i = 0; i < c.garbage.n; i++) gc_weakref_hooks.clear(c.garbage.v[i], c.space, &callbacks);
        order_garbage(&c);
        atomic_store_relaxed(&gc_settings.survived, gc_space_count(c.space) - c.garbage.n);
    }
    garbage_space = c.space;
    // The garbage is still to be freed, which will count down.
    gc_net_allocs = (int64_t)c.garbage.n;
    set_trigger(gc_settings.survived);
    world_start(th);
    int64_t pause = thread_clock_ns() - t0;
    merge_release(th, &dead);

    bool ran = callbacks.n != 0;
    if (callbacks.n) gc_weakref_hooks.run_callbacks(th, &callbacks);
    free(callbacks.v);
    intptr_t found = 0;
    if (c.garbage.n) {
        ran |= run_finalizers(th, &c);
        PtrList alive = {0};
        world_stop(th);
        thread_context_set(th, context);
        merge_all(&dead);
        if (ran) {
            gc_space_free(c.space);
            c.space = gc_space_build();
            c.stack.n = 0;
            if (c.space) second_look(&c, th, &alive);
            else c.failed = true;
            garbage_space = c.space;
        }
        if (c.failed) c.garbage.n = 0;    // no memory: the pins stay, nothing is freed
        if (!save_all && gc_weakref_hooks.clear)
            for (size_t i = 0; i < c.garbage.n; i++) {
                Object *o = c.garbage.v[i];
                gc_weakref_hooks.clear(o, c.space, NULL);
                if ((o->shape->flags & TYPE_TYPE_SUBCLASS) && gc_hooks.unlink_type) gc_hooks.unlink_type((Type *)o);
            }
        world_start(th);
        merge_release(th, &dead);
        __atomic_fetch_sub(&gc_net_allocs, (int64_t)(save_all ? alive.n + c.garbage.n : alive.n), __ATOMIC_RELAXED);
        for (size_t i = 0; i < alive.n; i++)
            if (!is_uncounted(alive.v[i])) object_decref(th, alive.v[i]);
        free(alive.v);
        found = (intptr_t)c.garbage.n;
        for (size_t i = 0; i < c.garbage.n; i++) { // counted when it was found first
            if (is_doomed(c.garbage.v[i])) found--;
        }
        if (save_all) gc_save_all(th, (Object **)c.garbage.v, c.garbage.n);
        else free_garbage(th, &c);
    }
    garbage_space = NULL;    // nobody can stop the world here
    gc_space_free(c.space);
    free(c.garbage.v);
    free(c.stack.v);
    GcStats *st = &gc_settings.stats[generation < 0 ? 0 : generation > 2 ? 2 : generation];
    // By the only thread that collects; others look at them at any time.
    atomic_store_relaxed(&st->collections, st->collections + 1);
    atomic_store_relaxed(&st->collected, st->collected + found);
    gc_settings.last_pause_ns = pause;
    if (pause > gc_settings.max_pause_ns) gc_settings.max_pause_ns = pause;
    th->exc = NO_VALUE;
    atomic_store_release(&collecting, (uint8_t)0);
    if (gc_hooks.collect_callbacks) gc_hooks.collect_callbacks(th, false, generation, found, 0);
    th->exc = exc;
    return found;
}

NOINLINE intptr_t gc_collect(Thread *th, int generation) {
    // The collector's own frames are full of addresses of garbage: the scan of this stack begins above them.
    if (generation == 2) retire_flush(th, true);    // asked for by a program: it expects what it dropped to be gone
    ThreadContext context;
    thread_save_context(th);
    thread_context_get(th, &context);
    context.sp = (char *)__builtin_frame_address(0);
    return collect(th, generation, &context);
}

static void collect_hook(Thread *th) {
    if (!atomic_load_relaxed(&gc_settings.enabled) || atomic_load_relaxed(&collecting)) return;
    if (atomic_load_relaxed(&gc_net_allocs) + (int64_t)th->alloc_count <= atomic_load_relaxed(&gc_trigger)) return;
    gc_collect(th, 0);
}

void gc_untrack(Object *o) {}
bool gc_is_tracked(const Object *o) { return (o->shape->flags & HEAP_TRACED_FLAGS) != 0; }

__attribute__((constructor)) static void collector_load(void) {
    thread_hooks.collect = collect_hook;
}
