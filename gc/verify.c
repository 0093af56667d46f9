// SPDX-License-Identifier: MIT
// Heap verification and stress modes, for debugging. gc_verify compares every traced object's count with the references that other traced objects
// hold to it: more references than counts means somebody forgot to take one. LADON_STRESS (see README.md) turns the modes on at start. No locks.
#include "gc/collector.h"
#include "gc/collector_space_inl.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct GcStress gc_stress;

typedef struct Check { GcSpace *space; Object *from; size_t bad; } Check;

static int check_child(Value v, void *arg) {
    Check *c = arg;
    if (!value_is_object(v)) return 0;
    Object *o = value_object(v);
    uint32_t *w = gc_space_find(c->space, o);
    if (w && !(*w & GC_PRESENT)) {
        uint32_t s = atomic_load_relaxed(&o->shared);
        fprintf(stderr, "ladon: verify: '%s' at %p refers to freed memory at %p (shared %#x)\n", c->from->shape->type->name, (void *)c->from, (void *)o, s);
        c->bad++;
        return 0;
    }
    if (!w) {
        // Outside the traced heaps: static, or a plain object, which must not be dead.
        if (atomic_load_relaxed(&o->shared) & OBJ_DEAD) {
            fprintf(stderr, "ladon: verify: '%s' at %p refers to a dead plain object at %p\n", c->from->shape->type->name, (void *)c->from, (void *)o);
            c->bad++;
        }
        return 0;
    }
    uint32_t s = atomic_load_relaxed(&o->shared);
    if (s & (OBJ_IMMORTAL | OBJ_UNCOUNTED)) return 0;
    if (*w < GC_REF) {
        fprintf(stderr, "ladon: verify: '%s' at %p has fewer counts (%zd) than references; one is held by '%s' at %p\n", o->shape->type->name, (void *)o,
                (ssize_t)object_refcount(o), c->from->shape->type->name, (void *)c->from);
        c->bad++;
        return 0;
    }
    *w -= GC_REF;
    return 0;
}

static void check_object(Object *o, uint32_t *w, void *arg) {
    Check *c = arg;
    c->from = o;
    if (!o->shape || !o->shape->type) {
        fprintf(stderr, "ladon: verify: object at %p has no shape\n", (void *)o);
        c->bad++;
        return;
    }
    object_traverse(o, check_child, c);
}

size_t gc_verify(Thread *th) {
    Check c = {0};
    world_stop(th);
    c.space = gc_space_build();
    size_t n = 0;
    if (c.space) n = gc_space_each(c.space, check_object, &c);
    gc_space_free(c.space);
    world_start(th);
    if (c.bad) {
        fprintf(stderr, "ladon: verify: %zu errors in %zu objects\n", c.bad, n);
        abort();
    }
    return n;
}

__attribute__((constructor)) static void stress_load(void) {
    const char *s = getenv("LADON_STRESS");
    while (s && *s) {
        size_t n = strcspn(s, ",");
        if (n >= 2 && !strncmp(s, "gc", 2)) {
            gc_stress.gc = true;
            long every = n > 3 && s[2] == '=' ? strtol(s + 3, NULL, 10) : 100;
            gc_quantum = every > 0 ? every : 1;
        } else if (n == 4 && !strncmp(s, "stop", 4)) {
            gc_stress.stop = thread_stress_stop = true;
        } else if (n == 3 && !strncmp(s, "cap", 3)) {
            gc_stress.cap = true;
        } else if (n == 6 && !strncmp(s, "verify", 6)) {
            gc_stress.verify = true;
        } else {
            fprintf(stderr, "ladon: LADON_STRESS: unknown mode '%.*s'\n", (int)n, s);
        }
        s += n + (s[n] == ',');
    }
    if (gc_stress.gc) gc_trigger = INT64_MIN / 2;
}
