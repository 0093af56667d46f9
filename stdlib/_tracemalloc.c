// SPDX-License-Identifier: MIT
// _tracemalloc: where each block of memory was allocated. The heap (gc/heap.h) tells of every block while tracing is on; while it is off, nothing is looked at
// on the way of an allocation that a free list serves, and one word on the others.
//
// What is traced: every object in memory, with the size it was asked for, and what objects keep in blocks of their own (the items of a list, the table of a
// dict). Not traced, because there is no memory: ints of 62 bits, most floats and None; nor the stacks, the runtime's own tables and what C libraries allocate.
// An allocation that an instruction makes without leaving the dispatch loop is put down to the line of the last instruction that did leave it.
//
// Blocks are in hash tables by address (shards, each with a lock), call stacks ("trails") in one table of their own; they are kept until the traces are
// cleared. Locks: the shards' and the trails' are spin locks, leaves, never two at once, taken also by detached threads that free; nothing is allocated from the
// heap under them. `state` is held to start, stop, clear and read; what it clears it clears with the world stopped, so that no thread is within an allocation.
#include "stdlib/_tracemalloc.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "core/object/abstract.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/frame.h"
#include "gc/heap.h"
#include "sched/thread/lock.h"

enum { FRAMES_MAX = 65535, SHARDS = 64, TRAIL_BUCKETS_MIN = 256, FRAMES_ON_STACK = 64 };

typedef struct TrailFrame { Value file; uint32_t line; } TrailFrame; // file: an owned str
typedef struct Trail {
    struct Trail *next;        // [l trails.lock] in its bucket
    uint64_t hash;             // [c]
    Value tuple;               // [l state] while the traces are read: its frames as a tuple; borrowed
    uint32_t nframe, total;    // [c] frames kept; how many there were
    TrailFrame frames[];       // [c] the innermost first
} Trail;

typedef struct Entry { uintptr_t block; size_t size; Trail *trail; } Entry; // block 0: free
typedef struct Shard {
    uint8_t lock;              // [a]
    size_t n, cap;             // [l] cap a power of two
    Entry *entries;            // [l] malloc'ed; linear probing
} __attribute__((aligned(64))) Shard;

static Shard shards[SHARDS];
static struct { uint8_t lock; size_t n, cap; Trail **buckets; size_t bytes; } trails; // lock [a], the rest [l lock]
static RtMutex state = RT_MUTEX(MODULE);
static bool tracing;           // [l state]; written with the world stopped
static int frame_limit = 1;    // [c while tracing]
static size_t traced_now, traced_peak; // [a] bytes

// ---- locks ----------------------------------------------------------------------------------------------------------------------------

static void spin_lock(uint8_t *lock) {
    for (uint8_t zero = 0; UNLIKELY(!atomic_cas_acquire(lock, &zero, (uint8_t)1)); zero = 0) sched_yield();
}
static void spin_unlock(uint8_t *lock) { atomic_store_release(lock, (uint8_t)0); }

// A forked child has one thread: no other may be within a table at that moment.
static void before_fork(void) {
    for (size_t i = 0; i < SHARDS; i++) spin_lock(&shards[i].lock);
    spin_lock(&trails.lock);
}
static void after_fork(void) {
    spin_unlock(&trails.lock);
    for (size_t i = 0; i < SHARDS; i++) spin_unlock(&shards[i].lock);
}

// ---- blocks ---------------------------------------------------------------------------------------------------------------------------

static uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15ull;
    return x ^ x >> 29;
}
static Shard *shard_of(uintptr_t block) { return &shards[mix(block) % SHARDS]; }
static size_t home_of(const Shard *s, uintptr_t block) { return (mix(block) / SHARDS) & (s->cap - 1); }

// The place of block, or the free one where it belongs. cap != 0; a place is free. Under the lock.
static Entry *shard_find(const Shard *s, uintptr_t block) {
    size_t i = home_of(s, block);
    while (s->entries[i].block && s->entries[i].block != block) i = (i + 1) & (s->cap - 1);
    return &s->entries[i];
}
static bool shard_grow(Shard *s) {
    Shard bigger = {.cap = s->cap ? s->cap * 2 : 64, .n = s->n};
    if (!(bigger.entries = calloc(bigger.cap, sizeof *bigger.entries))) return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->entries[i].block) *shard_find(&bigger, s->entries[i].block) = s->entries[i];
    free(s->entries);
    s->entries = bigger.entries;
    s->cap = bigger.cap;
    return true;
}
// Takes the entry e out; those behind it move up to where they are looked for.
static void shard_remove(Shard *s, Entry *e) {
    size_t hole = (size_t)(e - s->entries), mask = s->cap - 1;
    for (size_t i = (hole + 1) & mask; s->entries[i].block; i = (i + 1) & mask) {
        size_t home = home_of(s, s->entries[i].block);
        if (((i - home) & mask) < ((i - hole) & mask)) continue;
        s->entries[hole] = s->entries[i];
        hole = i;
    }
    s->entries[hole].block = 0;
    s->n--;
}

static void forget_block(void *p) {
    uintptr_t block = (uintptr_t)p;
    Shard *s = shard_of(block);
    spin_lock(&s->lock);
    Entry *e = s->cap ? shard_find(s, block) : NULL;
    if (e && e->block) {
        __atomic_sub_fetch(&traced_now, e->size, __ATOMIC_RELAXED);
        shard_remove(s, e);
    }
    spin_unlock(&s->lock);
}

static void note_block(void *p, size_t size, Trail *trail) {
    uintptr_t block = (uintptr_t)p;
    Shard *s = shard_of(block);
    spin_lock(&s->lock);
    if (LIKELY(s->n < s->cap / 2) || shard_grow(s)) {
        Entry *e = shard_find(s, block);
        if (e->block) __atomic_sub_fetch(&traced_now, e->size, __ATOMIC_RELAXED);
        else s->n++;
        *e = (Entry){block, size, trail};
        size_t now = __atomic_add_fetch(&traced_now, size, __ATOMIC_RELAXED), peak = atomic_load_relaxed(&traced_peak);
        while (now > peak && !__atomic_compare_exchange_n(&traced_peak, &peak, now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {} // a number, orders nothing
    }
    spin_unlock(&s->lock);
}

// ---- trails ---------------------------------------------------------------------------------------------------------------------------

static void trails_grow(void) {
    size_t cap = trails.cap ? trails.cap * 2 : TRAIL_BUCKETS_MIN;
    Trail **b = calloc(cap, sizeof *b);
    if (!b) return; // the chains get longer
    for (size_t i = 0; i < trails.cap; i++) {
        for (Trail *t = trails.buckets[i], *next; t; t = next) {
            next = t->next;
            t->next = b[t->hash & (cap - 1)];
            b[t->hash & (cap - 1)] = t;
        }
    }
    free(trails.buckets);
    trails.buckets = b;
    trails.cap = cap;
}

// The one trail with these frames. NULL: no memory.
static Trail *trail_of(Thread *th, const TrailFrame *frames, uint32_t n, uint32_t total) {
    uint64_t hash = mix(total);
    for (uint32_t i = 0; i < n; i++) hash = mix(hash ^ frames[i].file ^ (uint64_t)frames[i].line << 40);
    Trail *t = NULL;
    spin_lock(&trails.lock);
    if (trails.n >= trails.cap) trails_grow();
    if (trails.cap) {
        Trail **b = &trails.buckets[hash & (trails.cap - 1)];
        for (t = *b; t; t = t->next) {
            uint32_t same = 0;
            if (t->hash != hash || t->nframe != n || t->total != total) continue;
            while (same < n && t->frames[same].file == frames[same].file && t->frames[same].line == frames[same].line) same++;
            if (same == n) break;
        }
        if (!t && (t = malloc(sizeof *t + n * sizeof *frames))) {
            *t = (Trail){.next = *b, .hash = hash, .nframe = n, .total = total};
            for (uint32_t i = 0; i < n; i++) t->frames[i] = (TrailFrame){new_ref(th, frames[i].file), frames[i].line};
            *b = t;
            trails.n++;
            trails.bytes += sizeof *t + n * sizeof *frames;
        }
    }
    spin_unlock(&trails.lock);
    return t;
}

static Value unknown_file; // [c] "<unknown>", interned

// A function whose cells are still being made has not begun: they are put down to its caller, as CPython does.
static bool has_begun(const Frame *f) {
    uint32_t word = frame_word(f);
    for (uint32_t w = 0; w <= word && w < f->code->ninstrs; w++) {
        unsigned op = instr_op(atomic_load_relaxed(&f->code->instrs[w]));
        if (op != OP_MAKE_CELL && op != OP_RESUME) return true;
    }
    return f->code->ninstrs == 0 || instr_op(atomic_load_relaxed(&f->code->instrs[word])) != OP_MAKE_CELL;
}

// The calling thread's stack. NULL: no memory.
static Trail *trail_here(Thread *th) {
    TrailFrame small[FRAMES_ON_STACK], *frames = small;
    uint32_t limit = (uint32_t)frame_limit, n = 0, total = 0;
    if (limit > FRAMES_ON_STACK && !(frames = malloc(limit * sizeof *frames))) return NULL;
    const Frame *f = th->frame;
    if (f && !has_begun(f)) f = f->back;
    for (; f; f = f->back) {
        if (n < limit) {
            int line = frame_lineno(f);
            frames[n++] = (TrailFrame){f->code->filename, line > 0 ? (uint32_t)line : 0};
        }
        if (total < FRAMES_MAX) total++;
    }
    if (!n) frames[n++] = (TrailFrame){unknown_file, 0}, total = 1;
    Trail *t = trail_of(th, frames, n, total);
    if (frames != small) free(frames);
    return t;
}

static void traced_alloc(Thread *th, void *block, size_t size) {
    if (!th && !(th = thread_current())) return;
    Trail *t = trail_here(th);
    if (t) note_block(block, size, t);
}
static const HeapTracer heap_tracer = {traced_alloc, forget_block};

// ---- on and off -----------------------------------------------------------------------------------------------------------------------

// Empties all tables. Under `state`, with the world stopped. The trails are the caller's, to be freed by trails_free.
static Trail *tables_clear(void) {
    Trail *all = NULL;
    for (size_t i = 0; i < SHARDS; i++) {
        Shard *s = &shards[i];
        spin_lock(&s->lock);
        free(s->entries);
        s->entries = NULL;
        s->n = s->cap = 0;
        spin_unlock(&s->lock);
    }
    spin_lock(&trails.lock);
    for (size_t i = 0; i < trails.cap; i++) {
        for (Trail *t = trails.buckets[i], *next; t; t = next) {
            next = t->next;
            t->next = all;
            all = t;
        }
    }
    free(trails.buckets);
    trails.buckets = NULL;
    trails.n = trails.cap = trails.bytes = 0;
    spin_unlock(&trails.lock);
    atomic_store_relaxed(&traced_now, (size_t)0);
    atomic_store_relaxed(&traced_peak, (size_t)0);
    return all;
}
static void trails_free(Thread *th, Trail *t) {
    for (Trail *next; t; t = next) {
        next = t->next;
        for (uint32_t i = 0; i < t->nframe; i++) decref(th, t->frames[i].file);
        free(t);
    }
}

int tracemalloc_start(Thread *th, int nframe) {
    if (nframe < 1 || nframe > FRAMES_MAX) {
        raise_value_error(th, "the number of frames must be in range [1; %d]", (int)FRAMES_MAX);
        return -1;
    }
    if (!unknown_file && !(unknown_file = str_intern_cstr(th, "<unknown>"))) return -1;
    rt_mutex_lock(th, &state);
    if (!tracing) {
        static bool registered;
        if (!registered) registered = pthread_atfork(before_fork, after_fork, after_fork) == 0;
        world_stop(th);
        frame_limit = nframe;
        tracing = true;
        heap_trace(&heap_tracer);
        world_start(th);
    }
    rt_mutex_unlock(th, &state);
    return 0;
}

static void clear_all(Thread *th, bool stop) {
    Trail *old = NULL;
    rt_mutex_lock(th, &state);
    if (tracing) {
        world_stop(th);
        if (stop) {
            tracing = false;
            heap_trace(NULL);
        }
        old = tables_clear();
        world_start(th);
    }
    rt_mutex_unlock(th, &state);
    trails_free(th, old);
}

static Value fn_start(Thread *th, Value self, Value *args) {
    int nframe = 1;
    if (args[0] && number_as_int(th, args[0], &nframe) < 0) {
        if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "Python int too large to convert to C int");
        return NO_VALUE;
    }
    return tracemalloc_start(th, nframe) < 0 ? NO_VALUE : VALUE_NONE;
}
static Value fn_stop(Thread *th, Value self, Value *args) {
    clear_all(th, true);
    return VALUE_NONE;
}
static Value fn_clear_traces(Thread *th, Value self, Value *args) {
    clear_all(th, false);
    return VALUE_NONE;
}
static Value fn_is_tracing(Thread *th, Value self, Value *args) { return value_bool(atomic_load_relaxed(&tracing)); }
static Value fn_get_traceback_limit(Thread *th, Value self, Value *args) { return value_imm_int(atomic_load_relaxed(&frame_limit)); }

// ---- reading --------------------------------------------------------------------------------------------------------------------------

static Value frames_tuple(Thread *th, const Trail *t) {
    Tuple *all = tuple_new(th, t->nframe);
    for (uint32_t i = 0; all && i < t->nframe; i++) {
        all->items[i] = tuple_pack2(th, t->frames[i].file, value_imm_int(t->frames[i].line));
        if (all->items[i]) continue;
        decref(th, VALUE_OF(all));
        all = NULL;
    }
    return VALUE_OF(all);
}

static Value fn_get_object_traceback(Thread *th, Value self, Value *args) {
    if (!value_is_object(args[0])) return VALUE_NONE;
    uintptr_t block = (uintptr_t)value_object(args[0]);
    Shard *s = shard_of(block);
    Trail *t = NULL;
    rt_mutex_lock(th, &state); // the trail lives until it is unlocked
    spin_lock(&s->lock);
    Entry *e = s->cap ? shard_find(s, block) : NULL;
    if (e && e->block) t = e->trail;
    spin_unlock(&s->lock);
    Value r = t ? frames_tuple(th, t) : VALUE_NONE;
    rt_mutex_unlock(th, &state);
    return r;
}

// All entries of this moment, malloc'ed; NULL: none, or no memory (*n then is not 0).
static Entry *entries_copy(Thread *th, size_t *n) {
    world_stop(th);
    *n = 0;
    for (size_t i = 0; i < SHARDS; i++) *n += shards[i].n;
    size_t room = *n;
    Entry *copy = room ? malloc(room * sizeof *copy) : NULL;
    *n = copy ? 0 : room;
    for (size_t i = 0; copy && i < SHARDS; i++) {
        Shard *s = &shards[i];
        spin_lock(&s->lock);
        for (size_t k = 0; k < s->cap && *n < room; k++)
            if (s->entries[k].block) copy[(*n)++] = s->entries[k];
        spin_unlock(&s->lock);
    }
    world_start(th);
    return copy;
}

// (domain, size, frames, total number of frames); one tuple of frames for a trail.
static Value trace_tuple(Thread *th, const Entry *e) {
    Trail *t = e->trail;
    if (!t->tuple && !(t->tuple = frames_tuple(th, t))) return NO_VALUE;
    Value size = int_from_u64(th, e->size), v[4] = {value_imm_int(0), size, new_ref(th, t->tuple), value_imm_int(t->total)};
    if (size) return tuple_from_owned(th, v, 4);
    decref(th, v[2]);
    return NO_VALUE;
}

static Value fn_get_traces(Thread *th, Value self, Value *args) {
    size_t n = 0;
    Entry *entries = NULL;
    rt_mutex_lock(th, &state);
    if (tracing) entries = entries_copy(th, &n);
    Value list = entries || !n ? list_new(th, n) : raise_memory_error(th);
    for (size_t i = 0; list && entries && i < n; i++) {
        Value v = trace_tuple(th, &entries[i]);
        if (!v || list_append_owned(th, AS(List, list), v) < 0) clear_ref(th, &list); // tuples of texts and ints: no Python code runs
    }
    for (size_t i = 0; entries && i < n; i++) clear_ref(th, &entries[i].trail->tuple);
    rt_mutex_unlock(th, &state);
    free(entries);
    return list;
}

static Value fn_get_traced_memory(Thread *th, Value self, Value *args) {
    Value v[2] = {int_from_u64(th, atomic_load_relaxed(&traced_now)), int_from_u64(th, atomic_load_relaxed(&traced_peak))};
    return tuple_from_owned(th, v, 2); // they fit
}
static Value fn_reset_peak(Thread *th, Value self, Value *args) {
    atomic_store_relaxed(&traced_peak, atomic_load_relaxed(&traced_now));
    return VALUE_NONE;
}
static Value fn_get_tracemalloc_memory(Thread *th, Value self, Value *args) {
    size_t bytes = 0;
    for (size_t i = 0; i < SHARDS; i++) {
        spin_lock(&shards[i].lock);
        bytes += shards[i].cap * sizeof(Entry);
        spin_unlock(&shards[i].lock);
    }
    spin_lock(&trails.lock);
    bytes += trails.bytes + trails.cap * sizeof *trails.buckets;
    spin_unlock(&trails.lock);
    return int_from_u64(th, bytes);
}

static const MethodDef methods[] = {
    {"start", "(nframe=1, /)", fn_start, "Start tracing Python memory allocations.\n\nAlso set the maximum number of frames stored in the traceback of a\ntrace to nframe.", 0},
    {"stop", "()", fn_stop, "Stop tracing Python memory allocations.\n\nAlso clear traces of memory blocks allocated by Python.", 0},
    {"is_tracing", "()", fn_is_tracing, "Return True if the tracemalloc module is tracing Python memory allocations.", 0},
    {"clear_traces", "()", fn_clear_traces, "Clear traces of memory blocks allocated by Python.", 0},
    {"get_traceback_limit", "()", fn_get_traceback_limit, "Get the maximum number of frames stored in the traceback of a trace.", 0},
    {"get_traced_memory", "()", fn_get_traced_memory, "Get the current size and peak size of memory blocks traced by tracemalloc.\n\nReturns a tuple: (current: int, peak: int).", 0},
    {"reset_peak", "()", fn_reset_peak, "Set the peak size of memory blocks traced by tracemalloc to the current size.", 0},
    {"get_tracemalloc_memory", "()", fn_get_tracemalloc_memory, "Get the memory usage in bytes of the tracemalloc module.", 0},
    {"_get_traces", "()", fn_get_traces, "Get traces of all memory blocks: a list of tuples (domain, size, frames, number of frames).", 0},
    {"_get_object_traceback", "(obj, /)", fn_get_object_traceback, "Get the traceback where the object obj was allocated: a tuple of (filename, line number), or None.", 0},
    {0},
};
const ModuleDef module__tracemalloc = {"_tracemalloc", "Debug module to trace memory blocks allocated by Python.", methods, NULL};
