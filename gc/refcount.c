// SPDX-License-Identifier: MIT
// Biased reference counts: the slow half, merge queues, promotion, and the release of objects.
//
// The protocol (models: tests/models/biased_count.py, promotion_and_weakrefs.py, taking_over.py). An object's count is biased + shared. Only the owner
// writes `biased`; `shared` is changed by atomic operations only.
// 1. Owner's part reaches zero: when `shared` shows no foreign count and no flag that matters, nobody else holds a reference, because every
//    foreign operation the owner cannot see yet was made by a holder of a reference, and that reference is still counted. Release at once.
//    Else merge: biased = 0 first, then MERGED by compare-and-swap; the thread whose operation leaves MERGED with count 0 releases the object.
// 2. A foreign decrement that takes an unmerged `shared` below zero sets QUEUED in the same compare-and-swap and pushes the object on its owner's
//    queue. biased is at least 1 then and its owner cannot reach zero before it merges. The compare-and-swap covers both words, so the owner id is right.
//    What programs see go (weak references, finalizers) should go now, and here: the thread asks for the merge while it still holds its reference
//    and waits a moment for it; then its decrement is the last one, as in 1. When the owner takes too long, it is as for all others.
// 3. The owner merges its queue at a safepoint. If it is detached or has ended, the pusher holds its record (THREAD_HELD) and merges in its place.
// 4. MERGED with count 0 is final: object_try_incref fails from then on (only finalizers resurrect, through the releasing thread).
// 5. Promotion: a thread that hits an object often sets UNCOUNTED atomically while it holds a reference; what has weak references or a finalizer is
//    left counted, because programs see when it goes (gc.md). The owner may go on counting in
//    `biased`; that is harmless, since its zero leads to the slow path, which sees the flag; the object is also put into the owner's queue so that it
//    stops counting (biased = OBJ_TID_NONE) at its next safepoint. The promoter's own reference is never given back, so the count the owner sees cannot
//    be "zero and no flags" while the flag is on its way.
// 6. Taking over: a thread that hits an object often which must not be promoted becomes its owner. It has the old owner merge it first (as in 2. and 3., though
//    the count is not below zero), so what that did as owner is over; then one compare-and-swap of both words turns {0, MERGED, n} into {me: n, 0}, while it holds
//    a reference, as if it had made all n and handed the others out. Because owners can change so, who queues an object checks both words in one compare-and-swap, too.
// Overflow (23 bits of shared, either way) makes the object immortal.
// Memory orders: every compare-and-swap on `shared` is acquire-release, so that a decrement publishes what its thread did with the object and the
// one that finds zero sees all of it. Reads of `biased` and `shared` before one are relaxed: it checks them. SEEN is set sequentially consistently
// (a reader sets it, then reads a slot; a writer changes the slot, then reads it); other flags are set the same way, which costs nothing more.
// The merge queue's push releases the node, its draining acquires it.
//
// Release: nested releases recurse up to RELEASE_DEPTH deep, then wait in the thread's pending list, which the outermost release empties. Python code
// (finalizers, weak reference callbacks) runs only at depth zero, when no half-released object is around, and with the list set aside. Where such code
// has nested until the C stack is nearly used up, what it would finalize next waits in the list that the code before it set aside.
#include "gc/collector.h"
#include "gc/gc_int.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { RELEASE_DEPTH = 40, RELEASE_STACK = 128 << 10, SAMPLE_EVERY = 256, PROMOTE_HITS = 4, MERGE_WAIT_NS = 500000 };
#define COUNT_MAX 0x3F0000   // of 2^22: room for as many threads' increments as can be in flight
#define NO_COUNT (OBJ_IMMORTAL | OBJ_UNCOUNTED)

GcHooks gc_hooks;

// ---- promotion -------------------------------------------------------------------------------------------------------------------------

// Sampled hits by address. Racy by design: a lost or false hit only moves a promotion. HOT says that the hits are those of the object that is there
// now: blocks are used again at once, and what passes many short-lived objects from thread to thread must not make one of them stay for good.
enum { HIT_BITS = 10 };
static struct { uintptr_t addr; uint32_t hits; } hit_table[1 << HIT_BITS];

static void queue_push(Thread *th, Object *o, uint32_t tid);
static void queue_push_quietly(Object *o, uint32_t tid);
COLD static void stick(Object *o) { atomic_or_seqcst(&o->shared, (uint32_t)OBJ_IMMORTAL); }

// Both words of the count as one: biased in the low half (both targets are little-endian).
typedef uint64_t __attribute__((may_alias)) CountWord;
_Static_assert(offsetof(Object, biased) % 8 == 0 && offsetof(Object, shared) == offsetof(Object, biased) + 4, "the words of the count are one word");
ALWAYS_INLINE bool counts_cas(Object *o, uint32_t biased, uint32_t shared, uint32_t new_biased, uint32_t new_shared) {
    uint64_t old = (uint64_t)shared << 32 | biased;
    return atomic_cas_acq_rel((CountWord *)&o->biased, &old, (uint64_t)new_shared << 32 | new_biased);
}

// Objects that the collector does not trace could be held by C structures it cannot see: they become immortal instead, if they are small.
enum { PLAIN_PROMOTE_MAX = 256 };

static void promote(Thread *th, Object *o) {
    const Shape *shape = atomic_load_acquire(&o->shape);
    if (!(shape->flags & HEAP_TRACED_FLAGS)) {
        if (object_block_size(o) <= PLAIN_PROMOTE_MAX) stick(o);
        return;
    }
    for (;;) {
        uint32_t s = atomic_load_acquire(&o->shared), b = atomic_load_relaxed(&o->biased), tid = b >> OBJ_TID_SHIFT;
        if (s & (NO_COUNT | OBJ_DEAD)) return;
        bool queue = !(s & (OBJ_MERGED | OBJ_QUEUED)) && tid && tid != OBJ_TID_NONE;
        if (!counts_cas(o, b, s, b, s | OBJ_UNCOUNTED | (queue ? OBJ_QUEUED : 0))) continue;
        if (queue) queue_push_quietly(o, tid);
        return;
    }
}

// Point 6. Two calls, some hundred counts apart: the first has the owner merge. th holds a counted reference.
static void take_over(Thread *th, Object *o) {
    uint32_t s = atomic_load_acquire(&o->shared), b = atomic_load_relaxed(&o->biased), tid = b >> OBJ_TID_SHIFT;
    if (s & (NO_COUNT | OBJ_DEAD | OBJ_QUEUED)) return;
    // Weak references stay merged for life: others find them by their referent, so their last decrement must be atomic.
    for (const Type *t = atomic_load_acquire(&o->shape)->type; t; t = t->base)
        if (t->slots.dealloc == gc_weakref_hooks.dealloc) return;
    if (!(s & OBJ_MERGED)) {
        if (tid && tid != th->tid && counts_cas(o, b, s, b, s | OBJ_QUEUED)) queue_push_quietly(o, tid);
    } else if (shared_count(s) > 0 && shared_count(s) < (int32_t)(OBJ_COUNT_MASK / 2)) {
        counts_cas(o, 0, s, th->owned | (uint32_t)shared_count(s), s & ((1u << OBJ_FLAG_BITS) - 1) & ~(uint32_t)OBJ_MERGED);
    }
}

// Would the program notice that o does not go with its last reference?
static bool is_awaited(Object *o) {
    uint32_t s = atomic_load_relaxed(&o->shared);
    return (s & OBJ_WEAKREFS) || (atomic_load_acquire(&o->shape)->type->slots.finalize && !(s & OBJ_FINALIZED));
}

COLD static void sample(Thread *th, Object *o) {
    uintptr_t a = (uintptr_t)o >> 4;
    size_t i = (a * 0x9E3779B97F4A7C15u) >> (64 - HIT_BITS);
    bool hot = atomic_load_relaxed(&o->shared) & OBJ_HOT;
    if (!hot) atomic_or_seqcst(&o->shared, (uint32_t)OBJ_HOT);
    if (!hot || atomic_load_relaxed(&hit_table[i].addr) != a) {
        atomic_store_relaxed(&hit_table[i].addr, a);
        atomic_store_relaxed(&hit_table[i].hits, 1u);
        return;
    }
    uint32_t h = atomic_load_relaxed(&hit_table[i].hits) + 1;
    atomic_store_relaxed(&hit_table[i].hits, h);
    if (h < PROMOTE_HITS) return;
    if (is_awaited(o)) take_over(th, o);
    else promote(th, o);
}

// ---- counting --------------------------------------------------------------------------------------------------------------------------

void object_incref_foreign(Thread *th, Object *o) {
    uint32_t s = atomic_load_relaxed(&o->shared);
    if (s & NO_COUNT) return;
    s = atomic_add_relaxed(&o->shared, SHARED_ONE);
    if (UNLIKELY(shared_count(s) >= COUNT_MAX)) stick(o);
    if (UNLIKELY((++th->foreign_sample & (SAMPLE_EVERY - 1)) == 0)) sample(th, o);
}

bool object_try_incref(Thread *th, Object *o) {
    if (object_is_owner(th, o) && (atomic_load_relaxed(&o->biased) & OBJ_COUNT_MASK)) {
        object_incref(th, o);
        return true;
    }
    uint32_t s = atomic_load_acquire(&o->shared);
    for (;;) {
        if (s & OBJ_DEAD) return false;
        if (s & NO_COUNT) return true;
        if ((s & OBJ_MERGED) && shared_count(s) == 0) return false;
        if (atomic_cas_acq_rel(&o->shared, &s, s + SHARED_ONE)) break;
    }
    // What readers of a container take counts for promotion, too.
    if (UNLIKELY((++th->foreign_sample & (SAMPLE_EVERY - 1)) == 0) && !object_is_owner(th, o)) sample(th, o);
    return true;
}

// Has the owner of o, whose words are b and s, merge it, if it does so soon. The caller keeps its reference.
COLD static void ask_merge(Thread *th, Object *o, uint32_t b, uint32_t s) {
    if (!counts_cas(o, b, s, b, s | OBJ_QUEUED)) return;
    queue_push_quietly(o, b >> OBJ_TID_SHIFT);
    int64_t until = 0;
    for (unsigned i = 1; !(atomic_load_acquire(&o->shared) & OBJ_MERGED); i++) {
        cpu_pause();
        if (i % 256) continue;
        // It runs and is about to look, or waits in a stopped world, or has lost its processor, perhaps to this thread, or waits here for this one.
        if (atomic_load_relaxed(&th->poll) & POLL_STOP) return;
        if (atomic_load_relaxed(&th->merge_queue)) merge_safely(th);
        int64_t now = thread_clock_ns();
        if (!until) until = now + MERGE_WAIT_NS;
        else if (now > until) return;
        sched_yield();
    }
}

static NOINLINE void decref_shared(Thread *th, Object *o) {
    uint32_t s = atomic_load_relaxed(&o->shared), n, tid = 0;
    bool queue, asked = false;
    for (;;) {
        if (s & NO_COUNT) return;
        n = s - SHARED_ONE;
        queue = !(s & (OBJ_MERGED | OBJ_QUEUED)) && shared_count(n) < 0;
        if (UNLIKELY(shared_count(n) <= -COUNT_MAX)) n |= OBJ_IMMORTAL;
        if (queue) {
            uint32_t b = atomic_load_relaxed(&o->biased);
            if (!asked && is_awaited(o)) {
                asked = true;
                ask_merge(th, o, b, s);
                s = atomic_load_relaxed(&o->shared);
                continue;
            }
            tid = b >> OBJ_TID_SHIFT;
            n |= OBJ_QUEUED;
            if (counts_cas(o, b, s, b, n)) break;
            s = atomic_load_relaxed(&o->shared);
            continue;
        }
        if (atomic_cas_acq_rel(&o->shared, &s, n)) break;
    }
    if (queue) queue_push(th, o, tid);
    else if ((n & (OBJ_MERGED | OBJ_QUEUED)) == OBJ_MERGED && shared_count(n) == 0) object_release(th, o);
}
// Most that come here count nothing: they need no more than the look.
void object_decref_slow(Thread *th, Object *o) {
    if (!(atomic_load_relaxed(&o->shared) & NO_COUNT)) decref_shared(th, o);
}

static void release(Thread *th, Object *o);
static void release_plain(Thread *th, Object *o, DeallocFn dealloc);
// The owner's part is zero, and there is, or was, another.
static NOINLINE void owner_zero_merge(Thread *th, Object *o, uint32_t s) {
    if (s & NO_COUNT) {
        atomic_store_relaxed(&o->biased, OBJ_TID_NONE << OBJ_TID_SHIFT);
        return;
    }
    // Release order through the compare-and-swap: whoever sees MERGED sees biased = 0.
    atomic_store_relaxed(&o->biased, 0u);
    uint32_t n;
    do {
        n = s | OBJ_MERGED;
    } while (!atomic_cas_acq_rel(&o->shared, &s, n));
    if (s & NO_COUNT) {
        atomic_store_relaxed(&o->biased, OBJ_TID_NONE << OBJ_TID_SHIFT);
        return;
    }
    if (!(n & OBJ_QUEUED) && shared_count(n) == 0) object_release(th, o);
}
void leaf_dealloc(Thread *th, Object *o) { object_free(th, o); }
void object_owner_zero(Thread *th, Object *o) {
    uint32_t s = atomic_load_acquire(&o->shared);
    if (LIKELY(s == 0)) {   // no flag, no foreign count: seen by nobody else, and without weak references
        Type *type = atomic_load_acquire(&o->shape)->type;
        DeallocFn dealloc = type->slots.dealloc;
        // What refers to nothing: no more to its release than its memory.
        if (dealloc == leaf_dealloc) {
            object_free(th, o);
            return;
        }
        if (LIKELY(!type->slots.finalize) && LIKELY(dealloc != NULL) && LIKELY(th->dealloc_depth < RELEASE_DEPTH)) {
            release_plain(th, o, dealloc);
            return;
        }
    }
    // Nothing but "seen", "finalized" and "hot": point 1 above.
    if (LIKELY((s & ~(uint32_t)(OBJ_SEEN | OBJ_FINALIZED | OBJ_HOT)) == 0)) release(th, o);
    else owner_zero_merge(th, o, s);
}

void object_mark_seen(Object *o) {
    if (!(atomic_load_relaxed(&o->shared) & OBJ_SEEN)) atomic_or_seqcst(&o->shared, (uint32_t)OBJ_SEEN);
}

void object_make_immortal(Object *o) {
    Thread *th = thread_current();
    atomic_or_seqcst(&o->shared, (uint32_t)OBJ_IMMORTAL);
    if (th && object_is_owner(th, o)) atomic_store_relaxed(&o->biased, OBJ_TID_NONE << OBJ_TID_SHIFT);
}

void object_make_uncounted(Thread *th, Object *o) {
    if (!object_is_owner(th, o)) {
        promote(th, o);
        return;
    }
    // An object the collector does not trace could never be freed: the same as immortal.
    atomic_or_seqcst(&o->shared, (uint32_t)(atomic_load_acquire(&o->shape)->flags & HEAP_TRACED_FLAGS ? OBJ_UNCOUNTED : OBJ_IMMORTAL));
    atomic_store_relaxed(&o->biased, OBJ_TID_NONE << OBJ_TID_SHIFT);
}

intptr_t object_refcount(const Object *o) {
    uint32_t s = atomic_load_relaxed(&o->shared), b = atomic_load_relaxed(&o->biased);
    if (s & NO_COUNT) return OBJECT_UNCOUNTED_REFS;
    return (intptr_t)(b & OBJ_COUNT_MASK) + shared_count(s);
}

// ---- merge queues ----------------------------------------------------------------------------------------------------------------------

typedef struct MergeNode MergeNode;
struct MergeNode { MergeNode *next; Object *o; };

static void dead_add(DeadList *d, Object *o) {
    if (d->n == d->cap) {
        size_t cap = d->cap ? d->cap * 2 : 64;
        Object **v = realloc(d->v, cap * sizeof *v);
        if (!v) {
            stick(o);    // no memory to remember it: it stays for good
            return;
        }
        d->v = v;
        d->cap = cap;
    }
    d->v[d->n++] = o;
}

// The owner's part of o goes into the shared part. True: the count is zero and the caller must release o.
static bool merge_one(Object *o, uint32_t tid) {
    uint32_t b = atomic_load_relaxed(&o->biased), add = 0;
    if ((b >> OBJ_TID_SHIFT) == tid) {
        add = b & OBJ_COUNT_MASK;
        atomic_store_relaxed(&o->biased, 0u);
    }
    uint32_t s = atomic_load_relaxed(&o->shared), n;
    do {
        n = ((s + add * SHARED_ONE) & ~(uint32_t)OBJ_QUEUED) | OBJ_MERGED;
        if (UNLIKELY(shared_count(s) + (int64_t)add >= COUNT_MAX)) n |= OBJ_IMMORTAL;
    } while (!atomic_cas_acq_rel(&o->shared, &s, n));
    if (n & NO_COUNT) {
        atomic_store_relaxed(&o->biased, OBJ_TID_NONE << OBJ_TID_SHIFT);
        return false;
    }
    return shared_count(n) == 0;
}

void merge_drain(Thread *t, DeadList *dead) {
    if (!atomic_load_relaxed(&t->merge_queue)) return;
    MergeNode *n = atomic_swap_acq_rel(&t->merge_queue, (void *)NULL);
    while (n) {
        MergeNode *next = n->next;
        if (merge_one(n->o, t->tid)) dead_add(dead, n->o);
        free(n);
        n = next;
    }
}

static void release_safely(Thread *th, DeadList *dead) {
    GcThread *g = gc_of(th);
    uint8_t before = g->at_safepoint;
    g->at_safepoint = 1;
    merge_release(th, dead);
    g->at_safepoint = before;
}
void merge_safely(Thread *th) {
    DeadList dead = {0};
    merge_drain(th, &dead);
    release_safely(th, &dead);
}

void refcount_revive(Object *o) {
    if (!(atomic_load_relaxed(&o->shared) & OBJ_MERGED)) {
        atomic_store_relaxed(&o->biased, 0u);
        atomic_or_seqcst(&o->shared, (uint32_t)OBJ_MERGED);
    }
    atomic_add_relaxed(&o->shared, SHARED_ONE);
}

// For an owner that left the attached state with objects queued. Their release is left to whoever comes to a safepoint next, for here Python code cannot run.
static void merge_away(Thread *t) {
    DeadList dead = {0};
    while (atomic_load_seqcst(&t->merge_queue) && thread_hold(t)) {
        merge_drain(t, &dead);
        thread_release(t);
    }
    if (!dead.n) return;
    // The list needs a count that it can give back: nobody else can reach them, so it does not matter that they were at zero for a moment.
    for (size_t i = 0; i < dead.n; i++) gc_pin(dead.v[i]);
    retire_dead(dead.v, dead.n);
    free(dead.v);
}

// The owner, with o in its queue; NULL: no memory.
static Thread *queue_add(Object *o, uint32_t tid) {
    Thread *t = thread_by_tid(tid);
    ALWAYS_ASSERT(t != NULL);
    MergeNode *n = malloc(sizeof *n);
    if (!n) {
        stick(o);
        return NULL;
    }
    n->o = o;
    void *head = atomic_load_relaxed(&t->merge_queue);
    do {
        n->next = head;
    } while (!atomic_cas_acq_rel(&t->merge_queue, &head, (void *)n));
    thread_poll_set(t, POLL_MERGE);
    return t;
}

// Inside an increment, where no release may run: what else was in the queue is left to a safepoint.
static void queue_push_quietly(Object *o, uint32_t tid) {
    Thread *t = queue_add(o, tid);
    if (t) merge_away(t);
}

static void queue_push(Thread *th, Object *o, uint32_t tid) {
    Thread *t = queue_add(o, tid);
    if (!t || t == th) return;
    // A thread that sleeps or has ended does not come to a safepoint: act for it. (The object is queued and the poll bit set before the state is read;
    // who detaches, or lets go of a thread it holds, changes the state before it reads the queue: merge_away. One of the two sees the object.)
    DeadList dead = {0};
    while (atomic_load_seqcst(&t->merge_queue) && thread_hold(t)) {
        merge_drain(t, &dead);
        thread_release(t);
    }
    merge_release(th, &dead);
}

// ---- release ---------------------------------------------------------------------------------------------------------------------------

static bool pending_push(ReleaseFrame *f, Object *o) {
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 64;
        Object **v = realloc(f->pending, cap * sizeof *v);
        if (!v) return false;
        f->pending = v;
        f->cap = cap;
    }
    f->pending[f->count++] = o;
    return true;
}

// Sets the thread's release state aside while Python code runs, and back. The collector finds the saved part through top.prev.
static void python_begin(Thread *th, ReleaseFrame *saved, Value *exc) {
    GcThread *g = gc_of(th);
    g->top.at_safepoint = g->at_safepoint;
    g->at_safepoint = 0;
    *saved = g->top;
    g->top = (ReleaseFrame){ .prev = saved };
    th->dealloc_depth = 0;
    *exc = th->exc;
    th->exc = NO_VALUE;
}
static void python_end(Thread *th, ReleaseFrame *saved, Value exc) {
    GcThread *g = gc_of(th);
    DEBUG_ASSERT(g->top.prev == saved && g->top.count == 0);
    free(g->top.pending);
    g->top = *saved;
    g->at_safepoint = saved->at_safepoint;
    th->dealloc_depth = saved->depth;
    th->exc = exc;
}

// Runs the finalizer of o with a temporary reference. The count decides what follows: another release, or life.
COLD static void finalize(Thread *th, Object *o, Type *type) {
    ReleaseFrame saved;
    Value exc;
    gc_of(th)->top.depth = th->dealloc_depth;
    atomic_or_seqcst(&o->shared, (uint32_t)OBJ_FINALIZED);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (object_own_count(th, b) <= OBJ_COUNT_MASK) atomic_store_relaxed(&o->biased, b + 1);
    else atomic_add_relaxed(&o->shared, SHARED_ONE);
    python_begin(th, &saved, &exc);
    if (type->slots.finalize(th, VALUE_OF(o)) < 0 || th->exc) {
        if (gc_hooks.unraisable && th->exc) gc_hooks.unraisable(th, NULL, VALUE_OF(o));
        th->exc = NO_VALUE;
    }
    python_end(th, &saved, exc);
    object_decref(th, o);
}

COLD static void clear_weakrefs(Thread *th, Object *o) {
    ReleaseFrame saved;
    Value exc;
    GcThread *g = gc_of(th);
    g->top.depth = th->dealloc_depth;
    // While callbacks run, o is whole but unreachable: the list keeps it in the collector's sight.
    size_t at = g->top.count;
    bool listed = pending_push(&g->top, o);
    python_begin(th, &saved, &exc);
    gc_hooks.weakref_clear(th, o);
    python_end(th, &saved, exc);
    if (listed) {   // not always the last one still: see release_seen
        g->top.count--;
        memmove(&g->top.pending[at], &g->top.pending[at + 1], (g->top.count - at) * sizeof *g->top.pending);
    }
}

static void release_default(Thread *th, Object *o, Type *type) {
    for (Type *t = type; t; t = t->base)
        for (const MemberDef *m = t->members; m && m->name; m++) {
            uint32_t kind = m->kind & ~(uint32_t)MEMBER_READONLY;
            if (kind == MEMBER_VALUE || kind == MEMBER_VALUE_EX) clear_ref(th, (Value *)((char *)o + m->offset));
        }
    object_release_attrs(th, o);
    object_free(th, o);
}

ALWAYS_INLINE bool needs_python(Object *o, uint32_t s, Type *type) {
    return (s & OBJ_WEAKREFS) || (type->slots.finalize && !(s & OBJ_FINALIZED));
}

// One object, at th->dealloc_depth already counted.
// What programs see of a release comes first. False: the finalizer has run, and goes on from there, or another thread does.
static NOINLINE bool release_seen(Thread *th, Object *o, Type *type) {
    bool finalizes = type->slots.finalize && !(atomic_load_relaxed(&o->shared) & OBJ_FINALIZED);
    GcThread *g = gc_of(th);
    if (g->at_safepoint && (finalizes || gc_hooks.weakref_calls(th, o)) && retire_hand_over(th, o)) return false;
    // A finalizer in a finalizer in a finalizer, and the C stack is nearly used up: the release that the innermost of them came from goes on with o.
    if (UNLIKELY((char *)__builtin_frame_address(0) < th->c_stack_limit + RELEASE_STACK) && g->top.prev) {
        if (!pending_push(g->top.prev, o)) stick(o);
        return false;
    }
    if (finalizes) {
        finalize(th, o, type);
        return false;
    }
    clear_weakrefs(th, o);
    return true;
}
ALWAYS_INLINE void release_one(Thread *th, Object *o) {
    Type *type = atomic_load_acquire(&o->shape)->type; // another thread may have made it (attributes added, __class__)
    // Acquire: who took its last weak reference away cleared the flag as the last thing it did with o.
    uint32_t s = atomic_load_acquire(&o->shared);
    if (UNLIKELY(needs_python(o, s, type))) {
        if (!release_seen(th, o, type)) return;
        s = atomic_load_relaxed(&o->shared);
    }
    // Dying: visitors skip it. The conservative scan keeps the types of those in the list; their memory may have been freed already, which their
    // count of zero then tells.
    atomic_store_relaxed(&o->shared, (s & ((1u << OBJ_FLAG_BITS) - 1)) | OBJ_DEAD | SHARED_ONE);
    GcThread *g = gc_of(th);
    Dying here = { g->dying, o };
    g->dying = &here;
    DeallocFn dealloc = type->slots.dealloc;
    if (dealloc) dealloc(th, o);
    else release_default(th, o, type);
    g->dying = here.prev;
}

NOINLINE static void drain_pending(Thread *th) {
    GcThread *g = gc_of(th);
    th->dealloc_depth = 1;
    while (g->top.count) {
        size_t base = --g->top.count;
        Object *o = g->top.pending[base];
        // Its own children go on top in the order they were dropped; turn them round so that the first is released first.
        release_one(th, o);
        for (size_t i = base, j = g->top.count; i + 1 < j; i++, j--) {
            Object *x = g->top.pending[i];
            g->top.pending[i] = g->top.pending[j - 1];
            g->top.pending[j - 1] = x;
        }
    }
    th->dealloc_depth = 0;
    if (g->top.cap > 4096) {
        free(g->top.pending);
        g->top.pending = NULL;
        g->top.cap = 0;
    }
}

static NOINLINE void release_later(Thread *th, Object *o) {
    if (!pending_push(&gc_of(th)->top, o)) stick(o);    // no memory to remember it
}
// The children that the first object left behind, first dropped first.
static NOINLINE void release_children(Thread *th) {
    GcThread *g = gc_of(th);
    for (size_t i = 0, j = g->top.count; i + 1 < j; i++, j--) {
        Object *x = g->top.pending[i];
        g->top.pending[i] = g->top.pending[j - 1];
        g->top.pending[j - 1] = x;
    }
    drain_pending(th);
}
// Small on purpose: most objects end here, and what is rare has functions of its own.
ALWAYS_INLINE void release(Thread *th, Object *o) {
    uint32_t depth = th->dealloc_depth;
    if (depth && (UNLIKELY(depth >= RELEASE_DEPTH) || UNLIKELY(needs_python(o, atomic_load_relaxed(&o->shared), o->shape->type)))) {
        release_later(th, o);
        return;
    }
    th->dealloc_depth = depth + 1;
    release_one(th, o);
    th->dealloc_depth = depth;
    if (!depth && UNLIKELY(gc_of(th)->top.count)) release_children(th);
}
void object_release(Thread *th, Object *o) { release(th, o); }
// The same, release_one included, for an object of which nothing but its memory and what it refers to has to go: no weak references, no finalizer, no flags.
ALWAYS_INLINE void release_plain(Thread *th, Object *o, DeallocFn dealloc) {
    uint32_t depth = th->dealloc_depth;
    th->dealloc_depth = depth + 1;
    atomic_store_relaxed(&o->shared, (uint32_t)OBJ_DEAD | SHARED_ONE);
    GcThread *g = gc_of(th);
    Dying here = { g->dying, o };
    g->dying = &here;
    dealloc(th, o);
    g->dying = here.prev;
    th->dealloc_depth = depth;
    if (!depth && UNLIKELY(g->top.count)) release_children(th);
}

void merge_release(Thread *th, DeadList *dead) {
    // Into the pending list first: their counts are zero, so the collector must find them there should one of the releases run Python code.
    for (size_t i = dead->n; i-- > 0;)
        if (!pending_push(&gc_of(th)->top, dead->v[i])) stick(dead->v[i]);
    bool any = dead->n != 0;
    free(dead->v);
    *dead = (DeadList){0};
    if (any && !th->dealloc_depth) drain_pending(th);
}

// The lists run through the C stacks of threads that are gone, which the C library gives to new ones. What waits on them would go in the parent; here
// it is kept, like everything else that those threads held: a file among it must not write a second time what its buffer holds.
void release_orphaned(Thread *t) {
    GcThread *g = gc_of(t);
    g->dying = NULL;
    for (ReleaseFrame *f = &g->top; f; f = f->prev) {
        for (size_t i = 0; i < f->count; i++) gc_pin(f->pending[i]);
        free(f->pending);
    }
    g->top = (ReleaseFrame){0};
}

// Everything dropped before goes now, whoever's it was.
void gc_settle(Thread *th) {
    if (!th->mt || th->dealloc_depth) return;
    bool queued = false;
    for (Thread *t = atomic_load_acquire(&thread_list); t && !queued; t = t->next) queued = atomic_load_acquire(&t->merge_queue) != NULL;
    if (queued) {
        DeadList dead = {0};
        world_stop(th);
        for (Thread *t = thread_list; t; t = t->next) merge_drain(t, &dead);
        world_start(th);
        release_safely(th, &dead);
    }
    retire_flush(th, false);
}

// ---- containers ------------------------------------------------------------------------------------------------------------------------

void container_release(Thread *th, const Object *o, Value v) {
    if (!value_is_object(v)) return;
    if (object_watched(th, o)) retire_value(th, v);
    else decref(th, v);
}

void container_hand_over(Thread *th, const Object *o, Value v) {
    if (!value_is_object(v) || !object_watched(th, o)) return;
    incref(th, v);
    retire_value(th, v);
}

void container_free(Thread *th, const Object *o, void *block) {
    if (!block) return;
    if (object_watched(th, o)) retire_block(th, block);
    else mem_free(block);
}

__attribute__((constructor)) static void refcount_load(void) {
    thread_hooks.merge = merge_safely;
    thread_hooks.merge_away = merge_away;
}
