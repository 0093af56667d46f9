// SPDX-License-Identifier: MIT
// Questions to the heap: all objects, referrers, referents, freezing. Each stops the world, takes what it needs with references, and lets it run
// before any list is made. May be called by any attached thread that holds no lock.
#include "gc/collector.h"
#include "gc/gc_int.h"

#include <stdlib.h>

GcWeakrefHooks gc_weakref_hooks;
void (*gc_save_all_hook)(Thread *th, Object **v, size_t n);

typedef struct Found { Object **v; size_t n, cap; const Value *targets; size_t ntargets; bool hit; } Found;

// False for objects whose release has begun.
static bool alive(Object *o) {
    uint32_t s = atomic_load_relaxed(&o->shared);
    if (s & OBJ_DEAD) return false;
    if (s & (OBJ_IMMORTAL | OBJ_UNCOUNTED)) return true;
    return (int64_t)(atomic_load_relaxed(&o->biased) & OBJ_COUNT_MASK) + shared_count(s) > 0;
}

static int found_add(Found *f, Object *o) {
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        Object **v = realloc(f->v, cap * sizeof *v);
        if (!v) return -1;
        f->v = v;
        f->cap = cap;
    }
    if (!(atomic_load_relaxed(&o->shared) & (OBJ_IMMORTAL | OBJ_UNCOUNTED))) gc_pin(o);
    f->v[f->n++] = o;
    return 0;
}

static int snapshot_one(Object *o, size_t size, void *arg) { return alive(o) && !gc_is_going(o) ? found_add(arg, o) : 0; }

Object **gc_snapshot(Thread *th, size_t *n) {
    Found f = {0};
    world_stop(th);
    heap_visit_traced(NULL, snapshot_one, &f);
    world_start(th);
    *n = f.n;
    return f.v;
}

static int is_target(Value v, void *arg) {
    Found *f = arg;
    for (size_t i = 0; i < f->ntargets; i++)
        if (f->targets[i] == v) {
            f->hit = true;
            return 1;
        }
    return 0;
}
static int referrer_one(Object *o, size_t size, void *arg) {
    Found *f = arg;
    if (!alive(o) || gc_is_going(o)) return 0;
    f->hit = false;
    object_traverse(o, is_target, f);
    return f->hit ? found_add(f, o) : 0;
}

Object **gc_find_referrers(Thread *th, const Value *targets, size_t ntargets, size_t *n) {
    Found f = { .targets = targets, .ntargets = ntargets };
    world_stop(th);
    heap_visit_traced(NULL, referrer_one, &f);
    world_start(th);
    *n = f.n;
    return f.v;
}

typedef struct Known { Object *const *v; size_t n; } Known;
static int finalizer_one(Object *o, size_t size, void *arg) {
    const Known *known = arg;
    if (!(o->shape->flags & TYPE_HAS_DEL) || (atomic_load_relaxed(&o->shared) & OBJ_FINALIZED)) return 0;
    for (size_t i = 0; i < known->n; i++)
        if (known->v[i] == o) return 0;
    return 1;
}
bool gc_has_finalizer(Thread *th, Object *const *known, size_t nknown) {
    Known k = { known, nknown };
    world_stop(th);
    bool found = heap_visit_traced(NULL, finalizer_one, &k) != 0;
    world_start(th);
    return found;
}

typedef struct Values { Value *v; size_t n, cap; } Values;
static int referent_add(Value v, void *arg) {
    Values *l = arg;
    if (!v || v == VALUE_UNBOUND) return 0;
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        Value *p = realloc(l->v, cap * sizeof *p);
        if (!p) return -1;
        l->v = p;
        l->cap = cap;
    }
    if (value_is_object(v)) {
        Object *o = value_object(v);
        if (!alive(o)) return 0;
        if (!(atomic_load_relaxed(&o->shared) & (OBJ_IMMORTAL | OBJ_UNCOUNTED))) gc_pin(o);
    }
    l->v[l->n++] = v;
    return 0;
}

Value *gc_find_referents(Thread *th, Object *o, size_t *n) {
    Values l = {0};
    world_stop(th);
    object_traverse(o, referent_add, &l);
    world_start(th);
    *n = l.n;
    return l.v;
}

int64_t gc_allocs_estimate(void) {
    Thread *th = thread_current();
    int64_t n = atomic_load_relaxed(&gc_net_allocs) + (th ? (int64_t)th->alloc_count : 0);
    return n > 0 ? n : 0;
}

void gc_save_all(Thread *th, Object **v, size_t n) {
    if (gc_save_all_hook) gc_save_all_hook(th, v, n);
}

// ---- freezing --------------------------------------------------------------------------------------------------------------------------
// Addresses only: an object that dies leaves its address behind; what is later allocated there is kept too, until unfreeze.

static Object **frozen;      // written with the world stopped
static size_t frozen_n, frozen_cap;

static int freeze_one(Object *o, size_t size, void *arg) {
    if (!alive(o)) return 0;
    if (frozen_n == frozen_cap) {
        size_t cap = frozen_cap ? frozen_cap * 2 : 4096;
        Object **v = realloc(frozen, cap * sizeof *v);
        if (!v) return -1;
        frozen = v;
        frozen_cap = cap;
    }
    frozen[frozen_n++] = o;
    return 0;
}

void gc_freeze(Thread *th) {
    world_stop(th);
    frozen_n = 0;
    heap_visit_traced(NULL, freeze_one, NULL);
    world_start(th);
}
void gc_unfreeze(Thread *th) {
    world_stop(th);
    free(frozen);
    frozen = NULL;
    frozen_n = frozen_cap = 0;
    world_start(th);
}
size_t gc_freeze_count(void) { return atomic_load_relaxed(&frozen_n); }
int gc_frozen_visit(VisitFn visit, void *arg) {
    for (size_t i = 0; i < frozen_n; i++) visit(VALUE_OF(frozen[i]), arg);
    return 0;
}
