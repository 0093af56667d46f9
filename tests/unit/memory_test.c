// SPDX-License-Identifier: MIT
// Counts, heaps, retire lists, stop-the-world and the collector, with real threads and a type of their own; no Python code runs.
#include "gc/collector.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Node { Object head; Value a, b; } Node;
static uint32_t freed;     // [a]
static uint32_t finalized; // [a]

static void node_dealloc(Thread *th, Object *o) {
    Node *n = (Node *)o;
    atomic_add_relaxed(&freed, 1u);
    clear_ref(th, &n->a);
    clear_ref(th, &n->b);
    object_free(th, o);
}
static int node_traverse(Object *o, VisitFn visit, void *arg) {
    Node *n = (Node *)o;
    int r;
    if (n->a && (r = visit(n->a, arg))) return r;
    if (n->b && (r = visit(n->b, arg))) return r;
    return 0;
}
static void node_clear(Thread *th, Object *o) {
    clear_ref(th, &((Node *)o)->a);
    clear_ref(th, &((Node *)o)->b);
}
static int node_finalize(Thread *th, Value v) {
    atomic_add_relaxed(&finalized, 1u);
    return 0;
}

static Shape shape_node, shape_fin;
static Type type_node = { .head = { NULL, OBJ_TID_NONE << OBJ_TID_SHIFT, OBJ_IMMORTAL }, .name = "node", .flags = TYPE_TRACED, .basic_size = sizeof(Node),
                          .shape = &shape_node, .slots = { .dealloc = node_dealloc, .traverse = node_traverse, .clear = node_clear } };
static Shape shape_node = { .type = &type_node, .flags = TYPE_TRACED };
static Type type_fin = { .head = { NULL, OBJ_TID_NONE << OBJ_TID_SHIFT, OBJ_IMMORTAL }, .name = "fin", .flags = TYPE_TRACED, .basic_size = sizeof(Node),
                         .shape = &shape_fin, .slots = { .dealloc = node_dealloc, .traverse = node_traverse, .clear = node_clear, .finalize = node_finalize } };
static Shape shape_fin = { .type = &type_fin, .flags = TYPE_TRACED };

static Thread *start(void) {
    Thread *th = thread_runtime_init();
    freed = finalized = 0;
    return th;
}
static Node *node(Thread *th) { return NEW(Node, th, &type_node); }

TEST(memory_count_owner) {
    Thread *th = start();
    Node *n = node(th);
    ASSERT_EQ(object_refcount(&n->head), (intptr_t)1);
    incref(th, VALUE_OF(n));
    ASSERT_EQ(object_refcount(&n->head), (intptr_t)2);
    decref(th, VALUE_OF(n));
    decref(th, VALUE_OF(n));
    ASSERT_EQ(freed, 1u);
}

TEST(memory_release_million_nested) {
    Thread *th = start();
    Value v = NO_VALUE;
    for (int i = 0; i < 1000000; i++) {
        Node *n = node(th);
        n->a = v;
        v = VALUE_OF(n);
    }
    decref(th, v);
    ASSERT_EQ(freed, 1000000u);
}

TEST(memory_release_wide_tree_with_finalizers) {
    Thread *th = start();
    Value level = NO_VALUE;
    for (int i = 0; i < 100; i++) {
        Node *n = NEW(Node, th, &type_fin), *m = NEW(Node, th, &type_fin);
        n->a = level;
        n->b = VALUE_OF(m);
        level = VALUE_OF(n);
    }
    decref(th, level);
    ASSERT_EQ(freed, 200u);
    ASSERT_EQ(finalized, 200u);
}

// ---- several threads -------------------------------------------------------------------------------------------------------------------

enum { THREADS = 4, ROUNDS = 20000 };
static Value shared_value;
static ThreadEvent go;
static uint32_t done_count;

static void done(void) {
    atomic_add_acq_rel(&done_count, 1u);
    park_wake_all(&done_count);
}
static void wait_done(Thread *th, uint32_t n) {
    thread_detach(th);
    for (uint32_t v; (v = atomic_load_acquire(&done_count)) < n;) park_wait_u32(&done_count, v, 1000000000);
    thread_attach(th);
}

static void hammer_counts(Thread *th, void *arg) {
    event_wait(th, &go, -1, false);
    for (int i = 0; i < ROUNDS; i++) {
        incref(th, shared_value);
        if (i % 64 == 0) thread_safepoint(th);
        decref(th, shared_value);
    }
    decref(th, shared_value);
    done();
}

NOINLINE static void share_node(Thread *th) {
    shared_value = VALUE_OF(node(th));
    for (int i = 0; i < THREADS; i++) incref(th, shared_value);
}
NOINLINE static void share_hammer(Thread *th) {
    for (int i = 0; i < ROUNDS; i++) {
        incref(th, shared_value);
        decref(th, shared_value);
        thread_safepoint(th);
    }
    decref(th, shared_value);
}
NOINLINE static void scrub_stack(void) {
    volatile char junk[8192];
    for (size_t i = 0; i < sizeof junk; i++) junk[i] = 0;
}
TEST(memory_count_many_threads) {
    Thread *th = start();
    share_node(th);
    for (int i = 0; i < THREADS; i++) ASSERT_NOT_NULL(thread_start(th, hammer_counts, NULL, 0, false));
    event_set(&go);
    share_hammer(th);
    wait_done(th, THREADS);
    thread_safepoint(th);
    scrub_stack();
    // Freed by counts, or promoted and then freed by the collector: found the first time, gone the second, as there have been other threads.
    for (int i = 0; i < 2 && !freed; i++) gc_collect(th, 2);
    ASSERT_EQ(freed, 1u);
}

// Objects made by one thread, dropped by another while the owner sleeps.
static void dropper(Thread *th, void *arg) {
    Value *v = arg;
    for (int i = 0; i < 1000; i++) clear_ref(th, &v[i]);
    done();
}
TEST(memory_foreign_release_while_owner_sleeps) {
    Thread *th = start();
    static Value v[1000];
    for (int i = 0; i < 1000; i++) v[i] = VALUE_OF(node(th));
    ASSERT_NOT_NULL(thread_start(th, dropper, v, 0, false));
    wait_done(th, 1);
    thread_safepoint(th);
    ASSERT_EQ(freed, 1000u);
}

// Objects whose owner has ended.
static Value left[500];
static void maker(Thread *th, void *arg) {
    for (int i = 0; i < 500; i++) left[i] = VALUE_OF(node(th));
    done();
}
TEST(memory_owner_ended) {
    Thread *th = start();
    ASSERT_NOT_NULL(thread_start(th, maker, NULL, 0, false));
    wait_done(th, 1);
    thread_detach(th);
    usleep(20000);
    thread_attach(th);
    for (int i = 0; i < 500; i++) clear_ref(th, &left[i]);
    ASSERT_EQ(freed, 500u);
}

TEST(memory_threads_are_reused) {
    Thread *th = start();
    Thread *first = thread_start(th, maker, NULL, 0, false);
    wait_done(th, 1);
    thread_detach(th);
    for (int i = 0; i < 1000 && thread_count_in_use() > 1; i++) usleep(1000);
    thread_attach(th);
    uint32_t g = first->generation;
    Thread *second = thread_start(th, maker, NULL, 0, false);
    ASSERT_EQ(first, second);
    wait_done(th, 2);
    ASSERT_EQ(second->generation, g + 1);
}

// ---- stop the world --------------------------------------------------------------------------------------------------------------------

static uint32_t running, stop_flag;
static uint64_t in_stop, counter[THREADS];
static void worker(Thread *th, void *arg) {
    uint64_t *c = arg;
    atomic_add_acq_rel(&running, 1u);
    while (!atomic_load_relaxed(&stop_flag)) {
        ASSERT_EQ(atomic_load_relaxed(&in_stop), (uint64_t)0);
        atomic_store_relaxed(c, *c + 1);
        thread_safepoint(th);
        if (*c % 64 == 0) {
            thread_detach(th);
            thread_attach(th);
        }
    }
    done();
}
TEST_TIMEOUT(world_stop_excludes_everyone, 60) {
    Thread *th = start();
    for (int i = 0; i < THREADS; i++) ASSERT_NOT_NULL(thread_start(th, worker, &counter[i], 0, false));
    while (atomic_load_relaxed(&running) < THREADS) {
        thread_detach(th);
        usleep(100);
        thread_attach(th);
    }
    for (int i = 0; i < 300; i++) {
        world_stop(th);
        atomic_store_relaxed(&in_stop, (uint64_t)1);
        uint64_t before = 0, after = 0;
        for (int k = 0; k < THREADS; k++) before += atomic_load_relaxed(&counter[k]);
        for (int k = 0; k < 100; k++) cpu_pause();
        for (int k = 0; k < THREADS; k++) after += atomic_load_relaxed(&counter[k]);
        ASSERT_EQ(before, after);
        atomic_store_relaxed(&in_stop, (uint64_t)0);
        world_start(th);
    }
    atomic_store_relaxed(&stop_flag, 1u);
    wait_done(th, THREADS);
}

// A thread that attaches and detaches all the time must get on, however often others stop the world.
static uint64_t attaches;
static void attacher(Thread *th, void *arg) {
    while (!atomic_load_relaxed(&stop_flag)) {
        thread_detach(th);
        thread_attach(th);
        atomic_add_relaxed(&attaches, (uint64_t)1);
        thread_safepoint(th);
    }
    done();
}
static void stopper(Thread *th, void *arg) {
    while (!atomic_load_relaxed(&stop_flag)) {
        world_stop(th);
        world_start(th);
        thread_safepoint(th);
    }
    done();
}
// A thread that comes from outside in the middle of a stop waits for its end.
static uint32_t adopted; // [a]
static void *adopt_main(void *arg) {
    Thread *th = thread_adopt();
    atomic_store_seqcst(&adopted, 1u);
    thread_unadopt(th);
    return NULL;
}
TEST_TIMEOUT(world_stop_excludes_adopted, 60) {
    Thread *th = start();
    for (int i = 0; i < 5; i++) {
        pthread_t t;
        atomic_store_seqcst(&adopted, 0u);
        world_stop(th);
        ASSERT_EQ(pthread_create(&t, NULL, adopt_main, NULL), 0);
        usleep(20000);
        ASSERT_EQ(atomic_load_seqcst(&adopted), 0u);
        world_start(th);
        thread_detach(th);
        pthread_join(t, NULL);
        thread_attach(th);
        ASSERT_EQ(atomic_load_seqcst(&adopted), 1u);
    }
}

TEST_TIMEOUT(world_stop_is_fair, 60) {
    Thread *th = start();
    thread_start(th, attacher, NULL, 0, false);
    thread_start(th, stopper, NULL, 0, false);
    thread_start(th, stopper, NULL, 0, false);
    thread_detach(th);
    for (int i = 0; i < 3000 && atomic_load_relaxed(&attaches) < 200; i++) usleep(10000);
    thread_attach(th);
    atomic_store_relaxed(&stop_flag, 1u);
    wait_done(th, 3);
    ASSERT_GE(attaches, (uint64_t)200);
}

// ---- locks -----------------------------------------------------------------------------------------------------------------------------

static ObjLock obj_lock_word;
static RtMutex mutex = RT_MUTEX(LEAF);
static uint64_t guarded, guarded2;
static void locker(Thread *th, void *arg) {
    for (int i = 0; i < ROUNDS; i++) {
        obj_lock(th, &obj_lock_word);
        guarded++;
        obj_unlock(th, &obj_lock_word);
        rt_mutex_lock(th, &mutex);
        guarded2++;
        rt_mutex_unlock(th, &mutex);
        if (i % 100 == 0) thread_safepoint(th);
    }
    done();
}
TEST_TIMEOUT(lock_counts_right, 60) {
    Thread *th = start();
    for (int i = 0; i < THREADS; i++) thread_start(th, locker, NULL, 0, false);
    wait_done(th, THREADS);
    ASSERT_EQ(guarded, (uint64_t)THREADS * ROUNDS);
    ASSERT_EQ(guarded2, (uint64_t)THREADS * ROUNDS);
}

TEST(lock_timeout) {
    Thread *th = start();
    uint8_t word = 0;
    ASSERT_EQ(word_lock(th, &word, -1, false), PARK_OK);
    int64_t t = thread_clock_ns();
    ASSERT_EQ(word_lock(th, &word, 20000000, false), PARK_TIMEOUT);
    ASSERT_GE(thread_clock_ns() - t, (int64_t)20000000);
    ASSERT_EQ(word_lock(th, &word, 0, false), PARK_TIMEOUT);
    ASSERT_TRUE(word_unlock(&word));
    ASSERT_FALSE(word_unlock(&word));
    ASSERT_EQ(word, 0);
}

// ---- retire ----------------------------------------------------------------------------------------------------------------------------

// Readers follow a published pointer without a lock and take a reference; a writer replaces it and retires the old value.
static Value published;
static void rcu_reader_main(Thread *th, void *arg) {
    while (!atomic_load_relaxed(&stop_flag)) {
        for (int i = 0; i < 50; i++) {
            Value v = atomic_load_acquire(&published);
            Node *n = AS(Node, v);
            ASSERT_EQ(n->b, value_imm_int(42));
            incref(th, v);
            thread_safepoint(th);
            ASSERT_EQ(n->b, value_imm_int(42));
            decref(th, v);
        }
        thread_safepoint(th);
    }
    done();
}
TEST_TIMEOUT(retire_publishing, 100) {
    Thread *th = start();
    Node *n = node(th);
    n->b = value_imm_int(42);
    published = VALUE_OF(n);
    for (int i = 0; i < 3; i++) thread_start(th, rcu_reader_main, NULL, 0, false);
    uint32_t rounds = 50000;
    for (uint32_t i = 0; i < rounds; i++) {
        n = node(th);
        n->b = value_imm_int(42);
        Value old = atomic_swap_acq_rel(&published, VALUE_OF(n));
        retire_value(th, old);
        void *block = mem_alloc(th, 64);
        retire_block(th, block);
        thread_safepoint(th);
    }
    atomic_store_relaxed(&stop_flag, 1u);
    wait_done(th, 3);
    for (int i = 0; i < 2000 && atomic_load_relaxed(&freed) < rounds - 20; i++) {
        thread_detach(th);
        usleep(1000);
        thread_attach(th);
        thread_safepoint(th);
    }
    // Sampling goes by address: a few may have been promoted, which leaves them to the collector.
    ASSERT_GE(freed, rounds - 200);
    for (int i = 0; i < 2; i++) gc_collect(th, 2);      // found, then freed
    ASSERT_EQ(freed, rounds);
}

// ---- collector -------------------------------------------------------------------------------------------------------------------------

static void make_ring(Thread *th, int n, Type *type) {
    Node *first = NEW(Node, th, type), *at = first;
    for (int i = 1; i < n; i++) {
        Node *x = NEW(Node, th, type);
        at->a = VALUE_OF(x);
        at = x;
    }
    at->a = VALUE_OF(first);
}
TEST(collect_ring) {
    Thread *th = start();
    gc_collect(th, 2);
    uint32_t before = freed;
    make_ring(th, 1000, &type_node);
    ASSERT_EQ(gc_collect(th, 2), (intptr_t)1000);
    ASSERT_EQ(freed - before, 1000u);
    ASSERT_EQ(gc_collect(th, 2), (intptr_t)0);
}
TEST(collect_keeps_what_is_held) {
    Thread *th = start();
    Node *keep = node(th);
    Node *ring = node(th), *other = node(th);
    ring->a = VALUE_OF(other);
    other->a = VALUE_OF(ring);
    keep->a = new_ref(th, VALUE_OF(ring));
    gc_collect(th, 2);
    ASSERT_EQ(freed, 0u);
    clear_ref(th, &keep->a);
    gc_collect(th, 2);
    ASSERT_EQ(freed, 2u);
    decref(th, VALUE_OF(keep));
}
TEST(collect_finalizes_once) {
    Thread *th = start();
    make_ring(th, 100, &type_fin);
    gc_collect(th, 2);
    ASSERT_EQ(finalized, 100u);
    ASSERT_EQ(freed, 100u);
}
static Value resurrected;
static int node_resurrect(Thread *th, Value v) {
    resurrected = new_ref(th, v);
    return 0;
}
TEST(collect_resurrection) {
    Thread *th = start();
    type_fin.slots.finalize = node_resurrect;
    Node *x = NEW(Node, th, &type_fin), *y = node(th);
    x->a = VALUE_OF(y);
    y->a = VALUE_OF(x);
    gc_collect(th, 2);
    ASSERT_EQ(freed, 0u);
    ASSERT_EQ(resurrected, VALUE_OF(x));
    clear_ref(th, &resurrected);
    gc_collect(th, 2);
    ASSERT_EQ(freed, 2u);
}
NOINLINE static void make_uncounted_ring(Thread *th) {
    Node *x = node(th), *y = node(th);
    x->a = VALUE_OF(y);
    y->a = VALUE_OF(x);
    object_make_uncounted(th, &x->head);
}
TEST(collect_uncounted) {
    Thread *th = start();
    make_uncounted_ring(th);
    scrub_stack();
    gc_collect(th, 2);
    ASSERT_EQ(freed, 2u);
}
NOINLINE static void push_uncounted(Thread *th) {
    Node *x = node(th);
    object_make_uncounted(th, &x->head);
    *th->stack_top++ = VALUE_OF(x);
}
TEST(collect_uncounted_on_value_stack) {
    Thread *th = start();
    push_uncounted(th);
    scrub_stack();
    gc_collect(th, 2);
    ASSERT_EQ(freed, 0u);
    *--th->stack_top = NO_VALUE;
    scrub_stack();
    gc_collect(th, 2);
    ASSERT_EQ(freed, 1u);
}
static void ring_maker(Thread *th, void *arg) {
    for (int i = 0; i < 200; i++) {
        make_ring(th, 20, i % 2 ? &type_node : &type_fin);
        thread_safepoint(th);
        if (i % 50 == 0) gc_collect(th, 2);
    }
    done();
}
TEST_TIMEOUT(collect_while_threads_run, 100) {
    Thread *th = start();
    for (int i = 0; i < THREADS; i++) thread_start(th, ring_maker, NULL, 0, false);
    wait_done(th, THREADS);
    gc_collect(th, 2);
    ASSERT_EQ(freed, (uint32_t)THREADS * 200 * 20);
    ASSERT_EQ(finalized, (uint32_t)THREADS * 100 * 20);
}
TEST(collect_is_triggered) {
    Thread *th = start();
    for (int i = 0; i < 5000 && !freed; i++) {
        make_ring(th, 20, &type_node);
        thread_safepoint(th);
    }
    ASSERT_GT(freed, 0u);
}

// ---- fork ------------------------------------------------------------------------------------------------------------------------------

static void churner(Thread *th, void *arg) {
    Value held[64] = {0};
    for (uint32_t i = 0; !atomic_load_relaxed(&stop_flag); i++) {
        Node *n = node(th);
        n->a = value_imm_int(7);
        set_ref(th, &held[i % 64], VALUE_OF(n));
        retire_value(th, VALUE_OF(node(th)));
        if (i % 7 == 0) {
            Value old = atomic_swap_acq_rel(&published, VALUE_OF(node(th)));
            if (old) retire_value(th, old);
        }
        thread_safepoint(th);
    }
    for (int i = 0; i < 64; i++) clear_ref(th, &held[i]);
    done();
}
static void child_worker(Thread *th, void *arg) {
    for (int i = 0; i < 100; i++) make_ring(th, 10, &type_node);
    done();
}
TEST_TIMEOUT(fork_from_threaded_process, 100) {
    Thread *th = start();
    for (int i = 0; i < 3; i++) thread_start(th, churner, NULL, 0, false);
    for (int round = 0; round < 10; round++) {
        thread_detach(th);
        usleep(3000);
        thread_attach(th);
        thread_before_fork(th);
        pid_t pid = fork();
        if (pid == 0) {
            thread_after_fork_child(th);
            alarm(20);
            // Others' objects are still there and can be released; threads, grace periods and collections work.
            Value v = atomic_swap_acq_rel(&published, NO_VALUE);
            decref(th, v);
            done_count = 0;
            for (int i = 0; i < 3; i++)
                if (!thread_start(th, child_worker, NULL, 0, false)) _exit(2);
            wait_done(th, 3);
            uint32_t before = freed;
            retire_value(th, VALUE_OF(node(th)));
            for (int i = 0; i < 3000 && freed == before; i++) {
                thread_detach(th);
                usleep(1000);
                thread_attach(th);
                thread_safepoint(th);
            }
            if (freed == before) _exit(3);
            if (gc_collect(th, 2) < 0) _exit(4);
            _exit(0);
        }
        thread_after_fork_parent(th);
        int status = 0;
        thread_detach(th);
        waitpid(pid, &status, 0);
        thread_attach(th);
        ASSERT_EQ(status, 0);
    }
    atomic_store_relaxed(&stop_flag, 1u);
    wait_done(th, 3);
}
