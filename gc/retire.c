// SPDX-License-Identifier: MIT
// Retire lists over liburcu's QSBR. A thread collects what it retires in a batch of its own. A full or old batch goes to the reclaimer, one helper
// thread without a Python record, which waits for a grace period, frees plain blocks itself and puts values and calls on the ready list for the
// next thread that comes to a safepoint. So no attached thread ever waits for a grace period, and nothing waits under a lock.
// What a release runs of the program's own (finalizers, callbacks of weak references) must not run at just any safepoint: the thread may hold a lock there
// that it needs. So a thread that comes to such an object at a safepoint hands it over to a helper, which has a record of its own, holds nothing and runs
// Python code. Not the reclaimer, since a finalizer may block; when one does, and keeps others waiting for HELP_NS, there will be another helper.
// When nobody comes for the ready list, because every thread blocks, a helper does, too.
// As long as the process has one thread, its next safepoint runs the batch, and there is no reclaimer.
// A grace period sets POLL_RCU on every attached thread; it stays set, so each safepoint is a quiescent state, until the thread has been in one that
// counts for this period. Were it set to the end of the period, all would crawl until the reclaimer gets a processor.
// Memory bound: beyond LIMIT_ENTRIES or LIMIT_BYTES outstanding, a thread that retires waits, detached, at its next safepoint for the reclaimer.
// Memory orders: gp_active is sequentially consistent against POLL_RCU (the reclaimer sets it, then asks all threads; a thread clears its bit, then
// reads it). `ready` is released with the batches it leads to. `handed` is relaxed outside `mu`: who finds something looks again under it. The counts of what is outstanding are relaxed: they decide when, not whether.
// Locks: `mu` (leaf) between threads and reclaimer; `gp_mu` is held by the reclaimer around a grace period, and taken by fork.
#include "gc/retire.h"

#include "gc/gc_int.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#if defined(__SANITIZE_THREAD__)
#define RCU_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RCU_TSAN 1
#endif
#endif
// liburcu's fences are invisible to ThreadSanitizer: tell it what a grace period orders, and keep liburcu's own code out of its sight.
#ifdef RCU_TSAN
#undef _LGPL_SOURCE
void __tsan_acquire(void *p);
void __tsan_release(void *p);
static char tsan_gp;
#define RCU_RELEASE() __tsan_release(&tsan_gp)
#define RCU_ACQUIRE() __tsan_acquire(&tsan_gp)
#else
#define RCU_RELEASE() ((void)0)
#define RCU_ACQUIRE() ((void)0)
#endif
#include <urcu-qsbr.h>

enum {
    BATCH_ENTRIES = 128, READY_MS = 5,
    FLUSH_NS = 100000000, // how long retire_flush waits for what others have in hand
    SETTLE_NS = 20000000, // the same where finalizers run elsewhere
    FINISH_NS = 2000000000, // and retire_finish
    HELP_NS = 100000000, MAX_HELPERS = 8,
};
#define BATCH_BYTES ((size_t)1 << 20)
#define LIMIT_ENTRIES 262144
#define LIMIT_BYTES ((size_t)256 << 20)

typedef enum { RETIRE_VALUE, RETIRE_BLOCK, RETIRE_CALL } RetireKind;
typedef struct Entry { void *p; void (*fn)(Thread *th, void *arg); uint8_t kind; } Entry;

struct RetireBatch {
    RetireBatch *next;       // [l mu]
    Thread      *origin;     // [c] who retired it
    size_t       bytes;      // [o]
    uint32_t     n;          // [o]
    Entry        e[BATCH_ENTRIES];
};

// An object whose release runs Python code. It has one reference, which is the list's.
typedef struct Handed Handed;
struct Handed { Handed *next; Object *o; };

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER, gp_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t  work = PTHREAD_COND_INITIALIZER, done = PTHREAD_COND_INITIALIZER;
static RetireBatch    *submitted, *ready;  // [l mu]; ready also read without the lock
static bool            reclaimer_started;  // [l mu]
static pthread_cond_t  overdue = PTHREAD_COND_INITIALIZER;
static Handed         *handed, **handed_end = &handed; // [l mu] first handed over first; handed also read without the lock
static int64_t         handed_since;       // [l mu] when one was last taken, or the first came
static bool            helper_wanted;      // [l mu] for the ready list
static unsigned        helpers, helpers_idle; // [l mu]
static uint32_t        running_batches;    // [a] taken from the lists (relaxed, under mu) and not through (release: retire_flush, which acquires, sees what they did)
static uint32_t        gp_active;          // [a] a grace period is being waited for
static unsigned long   gp_from;            // [a] liburcu's number of the period before it
static uint32_t        partial;            // [a] some thread holds a batch that is not full
static int64_t         outstanding, outstanding_bytes; // [a]
static RetireBatch *in_work;               // [l mu] list whose grace period is under way

// ---- quiescent states ------------------------------------------------------------------------------------------------------------------

void rcu_thread_enter(void) {
    urcu_qsbr_register_thread();
    gc_of(thread_current())->qsbr_node = qsbr_reader();
    urcu_qsbr_thread_offline();
}
void rcu_thread_leave(void) { urcu_qsbr_unregister_thread(); }
void rcu_offline(void) {
    RCU_RELEASE();
    urcu_qsbr_thread_offline();
}
void rcu_online(void) { urcu_qsbr_thread_online(); }
void rcu_quiescent(void) {
    RCU_RELEASE();
    urcu_qsbr_quiescent_state();
}

// ---- the reclaimer ---------------------------------------------------------------------------------------------------------------------

static void request_all(void) {
    thread_registry_lock();
    for (Thread *t = thread_list; t; t = t->next)
        if (t->in_use) thread_poll_set(t, POLL_RCU);
    thread_registry_unlock();
}

// Takes the partial batches of threads that do not come to a safepoint: prepends them to in_work, while it holds their record (so the
// collector sees every batch in one place or the other).
static void collect_detached(void) {
    for (Thread *t = atomic_load_acquire(&thread_list); t; t = t->next) {
        GcThread *g = atomic_load_acquire((GcThread **)&t->gc_state);   // NULL while a new thread sets itself up
        if (!g || !atomic_load_relaxed(&g->batch) || !thread_hold(t)) continue;
        RetireBatch *b = g->batch;
        atomic_store_relaxed(&g->batch, (RetireBatch *)NULL);
        if (b) {
            pthread_mutex_lock(&mu);
            b->next = in_work;
            atomic_store_relaxed(&in_work, b);
            pthread_mutex_unlock(&mu);
        }
        thread_release(t);
    }
}

// Frees plain blocks; false: nothing is left in the batch.
static bool free_blocks(RetireBatch *b) {
    uint32_t k = 0, freed = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        if (b->e[i].kind == RETIRE_BLOCK) {
            mem_free(b->e[i].p);
            freed++;
        } else {
            b->e[k++] = b->e[i];
        }
    }
    b->n = k;
    __atomic_fetch_sub(&outstanding, freed, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&outstanding_bytes, (int64_t)b->bytes, __ATOMIC_RELAXED);
    b->bytes = 0;
    return k != 0;
}

// Waits for a signal of cond (done: the reclaimer has finished a list), but so many milliseconds at most.
static void wait_locked(pthread_cond_t *cond, int ms) {
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    ts.tv_nsec += ms * 1000000L;
    if (ts.tv_nsec >= 1000000000) {
        ts.tv_sec++;
        ts.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(cond, &mu, &ts);
}

static void run_ready(Thread *th);
static void run_handed(Thread *th);
static void *helper_main(void *arg) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    Thread *th = thread_adopt();
    while (th) {
        run_ready(th);
        run_handed(th);
        thread_set_idle(th, true);
        thread_detach(th);
        pthread_mutex_lock(&mu);
        helpers_idle++;
        while (!helper_wanted && !handed) pthread_cond_wait(&overdue, &mu);
        helpers_idle--;
        helper_wanted = false;
        pthread_mutex_unlock(&mu);
        thread_attach(th);
        thread_set_idle(th, false);
        thread_safepoint(th);
    }
    return NULL;    // too many threads: then the lists wait
}

static bool start_detached(void *(*fn)(void *arg), size_t stack_size) {
    pthread_t t;
    pthread_attr_t a;
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    if (stack_size) pthread_attr_setstacksize(&a, stack_size);
    bool ok = pthread_create(&t, &a, fn, NULL) == 0;
    pthread_attr_destroy(&a);
    return ok;
}

static void start_helper_locked(void) { helpers += start_detached(helper_main, 0); }

// Nobody came for the ready list.
static void call_helper_locked(void) {
    helper_wanted = true;
    if (!helpers) start_helper_locked();
    pthread_cond_signal(&overdue);
}

// What was handed over waits for a finalizer that blocks, perhaps until one of those waiting has run.
static void relieve_helpers_locked(void) {
    if (!handed || helpers_idle || helpers == MAX_HELPERS || thread_clock_ns() - handed_since < HELP_NS) return;
    handed_since = thread_clock_ns();
    start_helper_locked();
}

// Until there is something to do. Looks after the ready list meanwhile, less and less often while nothing changes.
static void wait_for_work_locked(void) {
    for (int ms = READY_MS; relieve_helpers_locked(), !submitted && !atomic_load_relaxed(&partial);) {
        if (!ready && !handed) {
            pthread_cond_wait(&work, &mu);
            continue;
        }
        wait_locked(&work, ms);
        // While there is only one thread it is left to that: a second one could not begin without changing how the first locks, in the middle of something.
        if (ready && !submitted && !atomic_load_relaxed(&partial) && atomic_load_relaxed(&runtime_mt)) call_helper_locked();
        if (ms < 1000) ms *= 2;
    }
}

static void *reclaimer_main(void *arg) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (;;) {
        pthread_mutex_lock(&mu);
        wait_for_work_locked();
        if (!submitted) {
            // Only partial batches: give their owners a moment to fill them, then ask for them.
            wait_locked(&work, 5);
        }
        atomic_store_relaxed(&in_work, submitted);
        submitted = NULL;
        pthread_mutex_unlock(&mu);
        bool wanted = atomic_swap_acq_rel(&partial, 0u) != 0;

        pthread_mutex_lock(&gp_mu);
        if (wanted) collect_detached();
        atomic_store_seqcst(&gp_from, qsbr_period());
        atomic_store_seqcst(&gp_active, 1u);
        request_all();
        if (in_work) {    // only this thread changes it
            urcu_qsbr_synchronize_rcu();
            RCU_ACQUIRE();
        }
        atomic_store_seqcst(&gp_active, 0u);
        pthread_mutex_unlock(&gp_mu);

        RetireBatch *keep = NULL, **end = &ready;
        pthread_mutex_lock(&mu);
        RetireBatch *list = in_work;
        atomic_store_relaxed(&in_work, (RetireBatch *)NULL);
        for (RetireBatch *b = list, *next; b; b = next) { // newest first
            next = b->next;
            if (!free_blocks(b)) {
                free(b);
                continue;
            }
            b->next = keep;
            keep = b;
        }
        while (*end) end = &(*end)->next;
        if (keep) atomic_store_release(end, keep);
        pthread_cond_broadcast(&done);
        pthread_mutex_unlock(&mu);
        if (keep) request_all();
    }
    return NULL;
}

static void start_reclaimer_locked(void) {
    if (reclaimer_started) return;
    reclaimer_started = start_detached(reclaimer_main, 256 << 10);
}

static void wake_reclaimer(void) {
    pthread_mutex_lock(&mu);
    start_reclaimer_locked();
    pthread_cond_signal(&work);
    pthread_mutex_unlock(&mu);
}

// ---- retiring --------------------------------------------------------------------------------------------------------------------------

static void submit(Thread *th) {
    GcThread *g = gc_of(th);
    RetireBatch *b = g->batch;
    if (!b) return;
    atomic_store_relaxed(&g->batch, (RetireBatch *)NULL);
    pthread_mutex_lock(&mu);
    b->next = submitted;
    submitted = b;
    start_reclaimer_locked();
    pthread_cond_signal(&work);
    pthread_mutex_unlock(&mu);
    if (atomic_load_relaxed(&outstanding) > LIMIT_ENTRIES || atomic_load_relaxed(&outstanding_bytes) > (int64_t)LIMIT_BYTES)
        thread_poll_set(th, POLL_RCU);
}

static void add(Thread *th, RetireKind kind, void *p, void (*fn)(Thread *, void *), size_t bytes) {
    GcThread *g = gc_of(th);
    RetireBatch *b = g->batch;
    if (!b) {
        b = malloc(sizeof *b);
        ALWAYS_ASSERT(b != NULL);    // a few kilobytes; there is no way to go on
        b->next = NULL;
        b->n = 0;
        b->bytes = 0;
        b->origin = th;
        atomic_store_relaxed(&g->batch, b);
        if (!th->mt) thread_poll_set(th, POLL_RCU);     // the only thread: see run_alone
        else if (!atomic_load_relaxed(&partial) && !atomic_swap_seqcst(&partial, 1u)) wake_reclaimer();
    }
    b->e[b->n++] = (Entry){ p, fn, (uint8_t)kind };
    b->bytes += bytes;
    __atomic_fetch_add(&outstanding, 1, __ATOMIC_RELAXED);
    if (bytes) __atomic_fetch_add(&outstanding_bytes, (int64_t)bytes, __ATOMIC_RELAXED);
    if (b->n == BATCH_ENTRIES || b->bytes > BATCH_BYTES) submit(th);
}

void retire_value(Thread *th, Value v) {
    if (!value_is_object(v)) return;
    // What is not counted needs no release.
    if (atomic_load_relaxed(&value_object(v)->shared) & (OBJ_IMMORTAL | OBJ_UNCOUNTED)) return;
    add(th, RETIRE_VALUE, value_object(v), NULL, 0);
}
void retire_block(Thread *th, void *block) {
    if (block) add(th, RETIRE_BLOCK, block, NULL, mem_usable_size(block));
}
void retire_call(Thread *th, void (*fn)(Thread *th, void *arg), void *arg) { add(th, RETIRE_CALL, arg, fn, 0); }

void retire_dead(Object **v, size_t n) {
    while (n) {
        RetireBatch *b = malloc(sizeof *b);
        ALWAYS_ASSERT(b != NULL);
        b->bytes = 0;
        b->n = 0;
        b->origin = NULL;
        while (n && b->n < BATCH_ENTRIES) b->e[b->n++] = (Entry){ v[--n], NULL, RETIRE_VALUE };
        __atomic_fetch_add(&outstanding, b->n, __ATOMIC_RELAXED);
        pthread_mutex_lock(&mu);
        b->next = ready;
        atomic_store_release(&ready, b);
        start_reclaimer_locked();
        pthread_cond_signal(&work);
        pthread_mutex_unlock(&mu);
    }
    request_all();
}

bool retire_hand_over(Thread *th, Object *o) {
    GcThread *g = gc_of(th);
    if (!g->at_safepoint || !th->mt) return false;
    Handed *h = malloc(sizeof *h);
    if (!h) return false;    // no memory: then it runs here
    refcount_revive(o);
    *h = (Handed){ NULL, o };
    __atomic_fetch_add(&outstanding, 1, __ATOMIC_RELAXED);
    pthread_mutex_lock(&mu);
    if (!handed) {
        handed_since = thread_clock_ns();
        start_reclaimer_locked(); // sees to it that there are helpers enough
        pthread_cond_signal(&work);
    }
    atomic_store_relaxed(handed_end, h); // read without the lock where it is the list
    handed_end = &h->next;
    if (!helpers) start_helper_locked();
    else if (helpers_idle) pthread_cond_signal(&overdue);
    pthread_mutex_unlock(&mu);
    return true;
}

static void run_handed(Thread *th) {
    while (atomic_load_relaxed(&handed)) {
        pthread_mutex_lock(&mu);
        Handed *h = handed;
        if (h) {
            atomic_store_relaxed(&handed, h->next);
            if (!h->next) handed_end = &handed;
            handed_since = thread_clock_ns();
            __atomic_fetch_add(&running_batches, 1, __ATOMIC_RELAXED);
        }
        pthread_mutex_unlock(&mu);
        if (!h) return;
        Object *o = h->o;
        free(h);
        __atomic_fetch_sub(&outstanding, 1, __ATOMIC_RELAXED);
        object_decref(th, o);
        __atomic_fetch_sub(&running_batches, 1, __ATOMIC_RELEASE);
        pthread_cond_broadcast(&done);
    }
}

static void run_batch(Thread *th, RetireBatch *b) {
    // Each entry leaves the batch before it is run: a finalizer may come to a safepoint of its own.
    GcThread *g = gc_of(th);
    b->next = g->running;
    g->running = b;
    for (uint32_t i = 0, j = b->n; i + 1 < j; i++, j--) { // the first dropped goes first
        Entry e = b->e[i];
        b->e[i] = b->e[j - 1];
        b->e[j - 1] = e;
    }
    while (b->n) {
        Entry e = b->e[--b->n];
        __atomic_fetch_sub(&outstanding, 1, __ATOMIC_RELAXED);
        if (e.kind == RETIRE_VALUE) object_decref(th, e.p);
        else e.fn(th, e.p);
    }
    g->running = b->next;
    free(b);
}

static void run_ready(Thread *th) {
    while (atomic_load_acquire(&ready)) {
        pthread_mutex_lock(&mu);
        RetireBatch *b = ready;
        if (b) {
            atomic_store_relaxed(&ready, b->next);
            __atomic_fetch_add(&running_batches, 1, __ATOMIC_RELAXED);
        }
        pthread_mutex_unlock(&mu);
        if (!b) return;
        run_batch(th, b);
        __atomic_fetch_sub(&running_batches, 1, __ATOMIC_RELEASE);
    }
}

// here: the program's code may run here, because it asked for a collection, or all threads are at their end.
static void run_all(Thread *th, bool here) {
    GcThread *g = gc_of(th);
    uint8_t before = g->at_safepoint;
    g->at_safepoint = !here;
    run_ready(th);
    if (here) run_handed(th);
    g->at_safepoint = before;
}

// While there is only one thread, a safepoint of it is a grace period. A thread that comes up during this has not seen what is in the batch.
static void run_alone(Thread *th) {
    GcThread *g = gc_of(th);
    RetireBatch *b = g->batch;
    atomic_store_relaxed(&g->batch, (RetireBatch *)NULL);
    if (!b) return;
    if (free_blocks(b)) run_batch(th, b);
    else free(b);
}

// Do others have something in hand that will be released soon? running: the caller is itself within a batch.
// (What a batch hands over is in the list before the batch is through, and what leaves the list counts as running before the lock is let go.)
static bool in_hand_locked(bool running) {
    return in_work || (!running && (handed || atomic_load_acquire(&running_batches)));
}

// Makes all that was retired ready. A stopped world is a grace period: every other thread is at a safepoint or away.
static void ripen(Thread *th) {
    RetireBatch *list = NULL;
    world_stop(th);
    pthread_mutex_lock(&mu);
    for (Thread *t = thread_list; t; t = t->next) {
        GcThread *g = t->gc_state;
        if (!g || !g->batch) continue;
        g->batch->next = submitted;
        submitted = g->batch;
        atomic_store_relaxed(&g->batch, (RetireBatch *)NULL);
    }
    while (submitted) {
        RetireBatch *b = submitted;
        submitted = b->next;
        if (!free_blocks(b)) {
            free(b);
            continue;
        }
        b->next = list;
        list = b;
    }
    for (RetireBatch *b = list, *next; b; b = next) {
        next = b->next;
        b->next = ready;
        atomic_store_release(&ready, b);
    }
    pthread_mutex_unlock(&mu);
    world_start(th);
}

void retire_flush(Thread *th, bool here) {
    if (atomic_load_relaxed(&outstanding)) {
        ripen(th);
        run_all(th, here);
    }
    // The reclaimer or a helper has some in hand: they are about to finish, unless this is called by what the batch in hand runs, or a finalizer needs a lock
    // that is held here.
    bool running = gc_of(th)->running != NULL;
    for (int64_t until = 0;;) {
        pthread_mutex_lock(&mu);
        bool rest = ready || in_hand_locked(running);
        pthread_mutex_unlock(&mu);
        if (!rest) return;
        int64_t now = thread_clock_ns();
        if (!until) until = now + (here ? FLUSH_NS : SETTLE_NS);
        else if (now > until) return;
        thread_detach(th);
        pthread_mutex_lock(&mu);
        if (!ready && in_hand_locked(running)) wait_locked(&done, 2);
        pthread_mutex_unlock(&mu);
        thread_attach(th);
        run_all(th, here);
    }
}

void retire_finish(Thread *th) {
    retire_flush(th, true);
    for (int64_t until = thread_clock_ns() + FINISH_NS; atomic_load_acquire(&running_batches) && thread_clock_ns() < until;) {
        thread_detach(th);
        pthread_mutex_lock(&mu);
        wait_locked(&done, 2);
        pthread_mutex_unlock(&mu);
        thread_attach(th);
        run_all(th, true);
    }
}

static void backpressure(Thread *th) {
    if (atomic_load_relaxed(&outstanding) <= LIMIT_ENTRIES && atomic_load_relaxed(&outstanding_bytes) <= (int64_t)LIMIT_BYTES) return;
    thread_detach(th);
    pthread_mutex_lock(&mu);
    if (submitted || in_work) wait_locked(&done, 20);
    pthread_mutex_unlock(&mu);
    thread_attach(th);
}

// A grace period has been announced whose number this thread has not seen yet when it was last quiescent.
static bool gp_waits(void) { return atomic_load_seqcst(&gp_active) && qsbr_announced() == atomic_load_seqcst(&gp_from); }

void retire_poll(Thread *th) {
    rcu_quiescent();
    if (!th->mt) run_alone(th);
    if (!gp_waits()) {
        __atomic_fetch_and(&th->poll, ~(uint32_t)POLL_RCU, __ATOMIC_SEQ_CST);
        // A period that began in between asks again: it sets the bit after gp_from and gp_active.
        if (gp_waits()) thread_poll_set(th, POLL_RCU);
        if (atomic_load_relaxed(&gc_of(th)->batch)) submit(th);
    }
    if (atomic_load_relaxed(&ready)) {
        GcThread *g = gc_of(th);
        uint8_t before = g->at_safepoint;
        g->at_safepoint = 1;
        run_ready(th);
        g->at_safepoint = before;
    }
    backpressure(th);
}

// The next ready batch that th itself filled.
static RetireBatch *take_own_locked(Thread *th) {
    for (RetireBatch **at = &ready; *at; at = &(*at)->next) {
        RetireBatch *b = *at;
        if (b->origin != th) continue;
        atomic_store_relaxed(at, b->next);
        __atomic_fetch_add(&running_batches, 1, __ATOMIC_RELAXED);
        return b;
    }
    return NULL;
}

// Before a thread says that it has ended, what it dropped should be gone: whoever joins it may look. Finalizers of what others dropped are not run here: who
// joins may hold a lock that they take.
void retire_settle(Thread *th) {
    if (!gc_of(th)->batch) return;
    submit(th);
    int64_t until = thread_clock_ns() + SETTLE_NS;
    RetireBatch *own;
    do {
        thread_detach(th);
        pthread_mutex_lock(&mu);
        while (!(own = take_own_locked(th)) && (submitted || in_hand_locked(false)) && thread_clock_ns() < until) wait_locked(&done, 2);
        pthread_mutex_unlock(&mu);
        thread_attach(th);
        if (own) {
            run_batch(th, own);
            __atomic_fetch_sub(&running_batches, 1, __ATOMIC_RELEASE);
        }
    } while (own);
}

static void visit_list(const RetireBatch *b, VisitFn visit, void *arg) {
    for (; b; b = b->next)
        for (uint32_t k = 0; k < b->n; k++)
            if (b->e[k].kind == RETIRE_VALUE) visit(VALUE_OF(b->e[k].p), arg);
}

int retire_visit(VisitFn visit, void *arg) {
    pthread_mutex_lock(&mu);
    visit_list(submitted, visit, arg);
    visit_list(ready, visit, arg);
    visit_list(in_work, visit, arg);
    for (const Handed *h = handed; h; h = h->next) visit(VALUE_OF(h->o), arg);
    for (Thread *t = thread_list; t; t = t->next) {
        if (!t->gc_state) continue;
        visit_list(gc_of(t)->running, visit, arg);
        const RetireBatch *b = gc_of(t)->batch;
        for (uint32_t k = 0; b && k < b->n; k++)
            if (b->e[k].kind == RETIRE_VALUE) visit(VALUE_OF(b->e[k].p), arg);
    }
    pthread_mutex_unlock(&mu);
    return 0;
}

// ---- end and fork ----------------------------------------------------------------------------------------------------------------------

static void record_exit(Thread *th) {
    merge_safely(th);
    submit(th);
    gc_note_allocs(th);
}

// The others will never run again, so nobody looks at what was retired.
static void frozen(Thread *th) {
    pthread_mutex_lock(&mu);
    for (Thread *t = thread_list; t; t = t->next) {
        GcThread *g = t->gc_state;
        if (!g || !g->batch) continue;
        g->batch->next = submitted;
        submitted = g->batch;
        atomic_store_relaxed(&g->batch, (RetireBatch *)NULL); // the reclaimer looks at it
    }
    while (submitted) {
        RetireBatch *b = submitted;
        submitted = b->next;
        b->next = ready;
        atomic_store_release(&ready, b);
    }
    // Under the lock as well: the reclaimer goes on, and may be adding what it had in hand.
    for (RetireBatch *b = ready; b; b = b->next) {
        uint32_t k = 0;
        for (uint32_t i = 0; i < b->n; i++)
            if (b->e[i].kind != RETIRE_BLOCK) b->e[k++] = b->e[i];
            else mem_free(b->e[i].p);
        b->n = k;
    }
    pthread_mutex_unlock(&mu);
    run_all(th, true);
}

static void before_fork(Thread *th) {
    // The reclaimer may be waiting for this very thread: be offline until it is out of its grace period.
    rcu_offline();
    pthread_mutex_lock(&gp_mu);
    pthread_mutex_lock(&mu);
    rcu_online();
}

static void after_fork(Thread *th, bool child) {
    // In the child orphan has been called for all others.
    if (!child) {
        pthread_mutex_unlock(&mu);
        pthread_mutex_unlock(&gp_mu);
        return;
    }
    // Given back by the thread that took them (before_fork): a held mutex must not be made anew.
    pthread_mutex_unlock(&mu);
    pthread_mutex_unlock(&gp_mu);
    pthread_cond_init(&work, NULL);
    pthread_cond_init(&done, NULL);
    pthread_cond_init(&overdue, NULL);
    helper_wanted = false;
    helpers = helpers_idle = 0;
    running_batches = 0;
    for (RetireBatch *b = gc_of(th)->running; b; b = b->next) running_batches++;
    gc_after_fork_child(th);
    reclaimer_started = false;
    gp_active = 0;
    partial = 0;
    // Nobody else is left to look at what was retired, and fork is a safepoint of this thread: all of it is ready. What the reclaimer had in hand is
    // either untouched or done, because it frees under mu.
    RetireBatch **lists[] = { &in_work, &submitted, &gc_of(th)->batch };
    for (size_t i = 0; i < 3; i++)
        for (RetireBatch *b; (b = *lists[i]);) {
            *lists[i] = b->next;
            if (!free_blocks(b)) {
                free(b);
                continue;
            }
            b->next = ready;
            ready = b;
        }
    if (ready) thread_poll_set(th, POLL_RCU);
    // The parent finalizes what was handed over: here it stays as it is for good.
    handed = NULL;
    handed_end = &handed;
}

// In the child: the C library reuses the stacks of the threads that are gone, and with them their nodes in liburcu's registry.
static void orphan(Thread *t) {
    GcThread *g = gc_of(t);
    if (!g || g->orphan) return;
    g->orphan = 1;
    release_orphaned(t);
    if (g->qsbr_node) qsbr_forget(g->qsbr_node);
    if (g->batch) {
        RetireBatch *b = g->batch;
        g->batch = NULL;
        b->next = submitted;
        submitted = b;
    }
}

__attribute__((constructor)) static void retire_load(void) {
    thread_hooks.rcu = retire_poll;
    thread_hooks.rcu_offline = rcu_offline;
    thread_hooks.rcu_online = rcu_online;
    thread_hooks.record_exit = record_exit;
    thread_hooks.frozen = frozen;
    thread_hooks.before_fork = before_fork;
    thread_hooks.after_fork = after_fork;
    thread_hooks.orphan = orphan;
}
