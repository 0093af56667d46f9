// SPDX-License-Identifier: MIT
// Thread records: creation, the pool of ended threads, attach and detach. An ended Python thread leaves its OS thread waiting in the pool
// with record, owner id, heaps and stacks, so a mimalloc heap never loses the thread that made it, and starting the next Python thread is a wake-up.
// Invariant: only the OS thread of a record changes it from ATTACHED; DETACHED may be changed by anyone (compare-and-swap). Any floor may
// call the public functions. Lock: world.mu, a leaf (nothing else is taken under it).
#include "sched/thread/thread_int.h"

#include "sched/thread/lock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_TID = 0xFFE };
#define VALUE_STACK_BYTES ((size_t)64 << 20)
#define FRAME_STACK_BYTES ((size_t)64 << 20)
#define STACK_GUARD_BYTES ((size_t)64 << 10)   // kept below the limits for the code that reports the overflow
#define C_STACK_MARGIN    ((size_t)256 << 10)

__thread Thread *thread_current_tls;
Thread *thread_main;
Thread *thread_list;
uint8_t runtime_mt;
ThreadHooks thread_hooks;
bool thread_stress_stop;
World world = { .mu = PTHREAD_MUTEX_INITIALIZER, .stopped = PTHREAD_COND_INITIALIZER, .next_tid = 1 };

static Thread *by_tid[MAX_TID + 1]; // [a] written once each under world.mu

Thread *thread_by_tid(uint32_t tid) { return tid <= MAX_TID ? atomic_load_acquire(&by_tid[tid]) : NULL; }
void thread_registry_lock(void) { pthread_mutex_lock(&world.mu); }
void thread_registry_unlock(void) { pthread_mutex_unlock(&world.mu); }

bool thread_is_gone(uint32_t tid) {
    Thread *t = thread_by_tid(tid);
    return t && (sched_of(t)->orphan || atomic_load_relaxed(&t->finalizing));
}

size_t thread_count_in_use(void) {
    size_t n = 0;
    thread_registry_lock();
    for (Thread *t = thread_list; t; t = t->next) n += t->in_use;
    thread_registry_unlock();
    return n;
}

// Reserves address space that the kernel commits page by page. NULL when there is none.
static void *reserve(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

// A new record in state HELD (by the thread that initialises it), not yet in the registry. NULL: no memory or no owner id left.
static Thread *record_new(void) {
    void *p = NULL;
    if (posix_memalign(&p, 128, (sizeof(Thread) + 127) & ~(size_t)127)) return NULL;
    memset(p, 0, sizeof(Thread));
    Thread *t = p;
    ThreadSched *s = calloc(1, sizeof *s);
    Value *values = reserve(VALUE_STACK_BYTES);
    char *frames = reserve(FRAME_STACK_BYTES);
    if (!s || !values || !frames) {
        if (values) munmap(values, VALUE_STACK_BYTES);
        if (frames) munmap(frames, FRAME_STACK_BYTES);
        free(s);
        free(t);
        errno = EAGAIN;
        return NULL;
    }
    pthread_cond_init(&s->cond, NULL);
    s->stack_base = values;
    s->frame_base = frames;
    t->sched = s;
    t->state = THREAD_HELD;
    if (thread_stress_stop) t->poll = POLL_STRESS;
    t->stack_top = values;
    t->stack_limit = values + (VALUE_STACK_BYTES - STACK_GUARD_BYTES) / sizeof(Value);
    t->frame_top = frames;
    t->frame_limit = frames + (FRAME_STACK_BYTES - STACK_GUARD_BYTES);
    return t;
}

static void record_free(Thread *t) {
    munmap(sched_of(t)->stack_base, VALUE_STACK_BYTES);
    munmap(sched_of(t)->frame_base, FRAME_STACK_BYTES);
    free(t->sched);
    free(t);
}

// Puts t into the registry with an owner id. False: no id left. attached: by a thread that the world cannot stop without; else not during a stop, because who
// has the world reads the registry without its lock.
static bool record_register(Thread *t, bool attached) {
    thread_registry_lock();
    while (!attached && atomic_load_relaxed(&world.stopper)) {
        // t is not known yet, so nobody could wake it.
        thread_registry_unlock();
        usleep(50);
        thread_registry_lock();
    }
    bool ok = world.next_tid <= MAX_TID;
    if (ok) {
        t->tid = world.next_tid++;
        t->owned = t->tid << OBJ_TID_SHIFT;
        t->mt = runtime_mt;
        t->next = thread_list;
        atomic_store_release(&by_tid[t->tid], t);
        atomic_store_release(&thread_list, t);
    }
    thread_registry_unlock();
    return ok;
}

// Bounds of the calling thread's C stack.
static void find_c_stack(Thread *t, bool is_main) {
    ThreadSched *s = sched_of(t);
    if (is_main) {
        struct rlimit rl;
        size_t size = (size_t)8 << 20;
        if (getrlimit(RLIMIT_STACK, &rl) == 0 && rl.rlim_cur != RLIM_INFINITY) size = rl.rlim_cur;
        if (size > (size_t)256 << 20) size = (size_t)256 << 20;
        // The limit counts from the end of the environment's text, the highest thing on the stack.
        extern char **environ;
        extern void *__libc_stack_end;
        char *top = __libc_stack_end;
        for (char **e = environ; e && *e; e++) {
            char *end = *e + strlen(*e) + 1;
            if (end > top && (size_t)(end - top) < size) top = end;
        }
        s->c_hi = (char *)(((uintptr_t)top + 4095) & ~(uintptr_t)4095);
        s->c_lo = s->c_hi - size;
    } else {
        pthread_attr_t a;
        void *addr = NULL;
        size_t size = 0, guard = 0;
        if (pthread_getattr_np(pthread_self(), &a) == 0) {
            pthread_attr_getstack(&a, &addr, &size);
            pthread_attr_getguardsize(&a, &guard);
            pthread_attr_destroy(&a);
            s->c_lo = (char *)addr + guard;
            s->c_hi = (char *)addr + size;
        } else {
            s->c_hi = (char *)__builtin_frame_address(0) + 4096;
            s->c_lo = s->c_hi - ((size_t)512 << 10);
        }
    }
    size_t whole = (size_t)(s->c_hi - s->c_lo), margin = C_STACK_MARGIN;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || LADON_SYSTEM_MALLOC
    margin *= 4;    // sanitized frames are several times larger
#endif
    if (margin > whole / 3) margin = whole / 3;
#ifdef LADON_TSAN
    // ThreadSanitizer's own stack has room for 65,536 calls: the shortest frames must not get that deep.
    if (whole - margin > (size_t)2560 << 10) margin = whole - ((size_t)2560 << 10);
#endif
    t->c_stack_limit = s->c_lo + margin;
}

// The part of starting that only the OS thread itself can do, once in its life.
// The record is HELD until this is done, so that a stop waits for it.
static void record_init_here(Thread *t, bool is_main) {
    thread_current_tls = t;
    t->native_id = (int32_t)syscall(SYS_gettid);
    find_c_stack(t, is_main);
    if (thread_hooks.record_init) thread_hooks.record_init(t);
    if (thread_hooks.frames) thread_hooks.frames(t);
    thread_release(t);
}

static void set_ident(Thread *t, pthread_t os) {
    sched_of(t)->os_thread = os;
    t->ident = (uint64_t)os;
}

Thread *thread_runtime_init(void) {
    if (thread_main) return thread_main;
    Thread *t = record_new();
    if (!t || !record_register(t, true)) {
        fprintf(stderr, "ladon: no memory for the main thread\n");
        abort();
    }
    t->is_main = 1;
    t->in_use = 1;
    t->generation = 1;
    thread_main = t;
    set_ident(t, pthread_self());
    record_init_here(t, true);
    park_set_main();
    thread_attach(t);
    return t;
}

// ---- attach and detach -----------------------------------------------------------------------------------------------------------------

ALWAYS_INLINE void save_registers(uintptr_t *r) {
#if defined(__x86_64__)
    __asm__ volatile("movq %%rbx, 0(%0)\n\tmovq %%rbp, 8(%0)\n\tmovq %%r12, 16(%0)\n\tmovq %%r13, 24(%0)\n\tmovq %%r14, 32(%0)\n\tmovq %%r15, 40(%0)"
                     : : "r"(r) : "memory");
#elif defined(__aarch64__)
    __asm__ volatile("stp x19, x20, [%0]\n\tstp x21, x22, [%0, 16]\n\tstp x23, x24, [%0, 32]\n\tstp x25, x26, [%0, 48]\n\tstp x27, x28, [%0, 64]\n\tstr x29, [%0, 80]"
                     : : "r"(r) : "memory");
#else
#error "save_registers: unknown architecture"
#endif
}

NOINLINE void thread_save_context(Thread *th) {
    ThreadSched *s = sched_of(th);
    save_registers(s->regs);
    s->c_sp = __builtin_frame_address(0);
}

void thread_context_get(Thread *th, ThreadContext *c) {
    c->sp = sched_of(th)->c_sp;
    memcpy(c->regs, sched_of(th)->regs, sizeof c->regs);
}
void thread_context_set(Thread *th, const ThreadContext *c) {
    sched_of(th)->c_sp = c->sp;
    memcpy(sched_of(th)->regs, c->regs, sizeof c->regs);
}

// t is detached, or was a moment ago: what is queued for it must not wait until it comes back.
static void merge_detached(Thread *t) {
    if (UNLIKELY(atomic_load_seqcst(&t->merge_queue)) && thread_hooks.merge_away) thread_hooks.merge_away(t);
}

COLD static void detach_slow(Thread *th) {
    // A stop began while this thread was attached: count as parked, and wake the stopper to look again.
    thread_registry_lock();
    if (world.stopper) pthread_cond_signal(&world.stopped);
    thread_registry_unlock();
    merge_detached(th);
}

NOINLINE void thread_detach(Thread *th) {
    DEBUG_ASSERT(atomic_load_relaxed(&th->state) == THREAD_ATTACHED);
    ASSERT_NO_OBJ_LOCK();
    ThreadSched *s = sched_of(th);
    save_registers(s->regs);
    s->c_sp = __builtin_frame_address(0);
    if (thread_hooks.rcu_offline) thread_hooks.rcu_offline();
    // Sequentially consistent: pairs with the stopper, which sets POLL_STOP and then reads the state, and with who queues an object (refcount.c).
    atomic_store_seqcst(&th->state, (uint8_t)THREAD_DETACHED);
    if (UNLIKELY(atomic_load_seqcst(&th->poll) & (POLL_STOP | POLL_MERGE))) detach_slow(th);
}

// Sleeps until the state has been handed over as ATTACHED. world.mu held.
static void wait_attached_locked(Thread *th) {
    ThreadSched *s = sched_of(th);
    atomic_store_seqcst(&s->waiting, (uint8_t)1);
    for (;;) {
        uint8_t st = THREAD_DETACHED;
        if (atomic_load_seqcst(&th->state) == THREAD_ATTACHED && !s->waiting) return;
        // Not during a stop: the stopper will make it PARKED and hand it over at the end.
        if (!world.stopper && atomic_cas_acq_rel(&th->state, &st, (uint8_t)THREAD_ATTACHED)) break;
        pthread_cond_wait(&s->cond, &world.mu);
    }
    atomic_store_seqcst(&s->waiting, (uint8_t)0);
}

COLD static void attach_slow(Thread *th) {
    thread_registry_lock();
    wait_attached_locked(th);
    thread_registry_unlock();
    if (UNLIKELY(th->finalizing) && !th->is_main)
        for (;;) pause();
}

void thread_attach(Thread *th) {
    uint8_t st = THREAD_DETACHED;
    if (UNLIKELY(!atomic_cas_acq_rel(&th->state, &st, (uint8_t)THREAD_ATTACHED))) attach_slow(th);
    th->away_rest = 0;
    if (thread_hooks.rcu_online) thread_hooks.rcu_online();
}

bool thread_try_attach(Thread *th) {
    uint8_t st = THREAD_DETACHED;
    if (!atomic_cas_acq_rel(&th->state, &st, (uint8_t)THREAD_ATTACHED)) return false;
    if (thread_hooks.rcu_online) thread_hooks.rcu_online();
    return true;
}

enum { AWAY_LOOK = 64, AWAY_REST = 64 };

bool thread_others_away(Thread *th) {
    // A look at a running thread's record takes the cache line from it: not again soon, unless this thread has waited for something meanwhile.
    if (th->away_rest) {
        th->away_rest--;
        return false;
    }
    // The caller's stores come before the look at the states; a thread that attaches changes its state before it loads anything (rcu_online is a
    // full barrier). Acquire: what a detached thread has read, it read before.
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    int n = 0;
    for (Thread *t = atomic_load_acquire(&thread_list); t; t = t->next) {
        if (t == th) continue;
        if (++n <= AWAY_LOOK && atomic_load_acquire(&t->state) != THREAD_ATTACHED) continue;
        th->away_rest = AWAY_REST;
        return false;
    }
    return true;
}

bool thread_only_background(Thread *th) {
    bool r = true;
    thread_registry_lock();
    for (Thread *t = thread_list; t && r; t = t->next)
        r = t == th || sched_of(t)->background || atomic_load_acquire(&t->state) != THREAD_ATTACHED;
    thread_registry_unlock();
    return r;
}

bool thread_hold(Thread *t) {
    uint8_t st = THREAD_DETACHED;
    return atomic_cas_acq_rel(&t->state, &st, (uint8_t)THREAD_HELD);
}

void thread_release(Thread *t) {
    atomic_store_seqcst(&t->state, (uint8_t)THREAD_DETACHED);
    // Pairs with wait_attached_locked (sets waiting, then reads the state) and with world_stop (sets stopper, then reads states).
    if (UNLIKELY(atomic_load_seqcst(&sched_of(t)->waiting) || atomic_load_seqcst(&world.stopper))) {
        thread_registry_lock();
        pthread_cond_signal(&sched_of(t)->cond);
        pthread_cond_signal(&world.stopped);
        thread_registry_unlock();
    }
    merge_detached(t);    // queued while t was held by someone who did not look
}

// ---- stop the world --------------------------------------------------------------------------------------------------------------------

// Parks the calling attached thread while someone else has the world; returns attached. world.mu held.
static void park_locked(Thread *th) {
    ThreadSched *s = sched_of(th);
    ASSERT_NO_OBJ_LOCK();
    thread_save_context(th);
    if (thread_hooks.rcu_offline) thread_hooks.rcu_offline();
    atomic_store_seqcst(&s->waiting, (uint8_t)1);
    atomic_store_seqcst(&th->state, (uint8_t)THREAD_PARKED);
    pthread_cond_signal(&world.stopped);
    while (s->waiting) pthread_cond_wait(&s->cond, &world.mu);
}

// What must follow park_locked once world.mu is free.
static void unparked(Thread *th) {
    if (UNLIKELY(th->finalizing) && !th->is_main)
        for (;;) pause();
    if (thread_hooks.rcu_online) thread_hooks.rcu_online();
}

void world_stop(Thread *th) {
    ThreadSched *s = sched_of(th);
    DEBUG_ASSERT(atomic_load_relaxed(&th->state) == THREAD_ATTACHED);
    if (s->stop_depth++) return;
    thread_registry_lock();
    while (world.stopper) {
        park_locked(th);
        thread_registry_unlock();
        unparked(th);
        thread_registry_lock();
    }
    atomic_store_seqcst(&world.stopper, th);
    for (;;) {
        bool all = true;
        for (Thread *t = thread_list; t; t = t->next) {
            if (t == th) continue;
            uint8_t st = atomic_load_seqcst(&t->state);
            if (st == THREAD_PARKED) continue;
            if (!(atomic_load_relaxed(&t->poll) & POLL_STOP)) thread_poll_set(t, POLL_STOP);
            st = THREAD_DETACHED;
            if (atomic_cas_acq_rel(&t->state, &st, (uint8_t)THREAD_PARKED) || st == THREAD_PARKED) continue;
            all = false;
        }
        if (all) break;
        pthread_cond_wait(&world.stopped, &world.mu);
    }
    thread_registry_unlock();
}

void world_start(Thread *th) {
    ThreadSched *s = sched_of(th);
    DEBUG_ASSERT(s->stop_depth > 0 && world.stopper == th);
    if (--s->stop_depth) return;
    thread_registry_lock();
    atomic_store_seqcst(&world.stopper, (Thread *)NULL);
    for (Thread *t = thread_list; t; t = t->next) {
        if (t == th) continue;
        __atomic_fetch_and(&t->poll, ~(uint32_t)POLL_STOP, __ATOMIC_SEQ_CST);
        if (atomic_load_acquire(&t->state) != THREAD_PARKED) continue;
        ThreadSched *ts = sched_of(t);
        if (ts->waiting) {
            // Handed over, not merely allowed: the next stop, however soon, finds it attached, so it cannot starve.
            atomic_store_release(&t->state, (uint8_t)THREAD_ATTACHED);
            atomic_store_seqcst(&ts->waiting, (uint8_t)0);
            pthread_cond_signal(&ts->cond);
        } else {
            atomic_store_release(&t->state, (uint8_t)THREAD_DETACHED);
        }
    }
    thread_registry_unlock();
    // Queued while t was parked in its detached state. (Records are never freed and only added in front.)
    for (Thread *t = atomic_load_acquire(&thread_list); t; t = t->next)
        if (t != th) merge_detached(t);
}

bool world_is_stopped_by(const Thread *th) { return atomic_load_relaxed(&world.stopper) == th && ((ThreadSched *)th->sched)->stop_depth; }

void thread_freeze_others(Thread *th) {
    world_stop(th);
    thread_registry_lock();
    for (Thread *t = thread_list; t; t = t->next)
        if (t != th) atomic_store_relaxed(&t->finalizing, 1);     // relaxed: thread_is_gone, of waiters that are not attached
    thread_registry_unlock();
    // As if there had never been another thread: locks that frozen threads hold do not matter, and what is removed is released at once.
    th->mt = 0;
    if (thread_hooks.frozen) thread_hooks.frozen(th);
}

// ---- safepoints ------------------------------------------------------------------------------------------------------------------------

enum { PENDING_MAX = 32 };
static struct { int (*fn)(Thread *, void *); void *arg; } pending_calls[PENDING_MAX]; // [l world]
static uint32_t pending_count;

int thread_add_pending_call(int (*fn)(Thread *th, void *arg), void *arg) {
    int r = -1;
    thread_registry_lock();
    if (pending_count < PENDING_MAX) {
        pending_calls[pending_count].fn = fn;
        pending_calls[pending_count++].arg = arg;
        r = 0;
    }
    thread_registry_unlock();
    if (thread_main) thread_poll_set(thread_main, POLL_CALLS);
    return r;
}

static int run_pending_calls(Thread *th) {
    for (;;) {
        int (*fn)(Thread *, void *) = NULL;
        void *arg = NULL;
        thread_registry_lock();
        if (pending_count) {
            fn = pending_calls[0].fn;
            arg = pending_calls[0].arg;
            pending_count--;
            memmove(pending_calls, pending_calls + 1, pending_count * sizeof pending_calls[0]);
        }
        thread_registry_unlock();
        if (!fn) return 0;
        if (fn(th, arg)) return -1;
    }
}

ALWAYS_INLINE bool take_bit(Thread *th, uint32_t bit) {
    if (!(atomic_load_relaxed(&th->poll) & bit)) return false;
    __atomic_fetch_and(&th->poll, ~bit, __ATOMIC_SEQ_CST);
    return true;
}

int thread_safepoint_slow(Thread *th) {
    if (atomic_load_relaxed(&th->poll) & POLL_STOP) {
        bool parked = false;
        thread_registry_lock();
        while (world.stopper && world.stopper != th) {
            park_locked(th);
            parked = true;
        }
        if (!world.stopper) __atomic_fetch_and(&th->poll, ~(uint32_t)POLL_STOP, __ATOMIC_SEQ_CST);
        thread_registry_unlock();
        if (parked) unparked(th);
    }
    if (UNLIKELY(atomic_load_relaxed(&th->poll) & POLL_STRESS) && !sched_of(th)->stop_depth) {
        world_stop(th);
        world_start(th);
    }
    if (sched_of(th)->stop_depth) return 0;    // inside our own stop nothing else may run
    // Signals first: what follows may run finalizers and weakref callbacks, and an exception that a handler raised inside one of those would be
    // reported and dropped instead of reaching the program. What is left undone here keeps its bit. With an exception pending they wait.
    if (th->is_main && !th->exc) {
        if (take_bit(th, POLL_SIGNAL) && thread_hooks.signals && thread_hooks.signals(th)) return -1;
        if (take_bit(th, POLL_CALLS) && run_pending_calls(th)) return -1;
    }
    if ((atomic_load_relaxed(&th->poll) & POLL_RCU) && thread_hooks.rcu) thread_hooks.rcu(th);
    if (take_bit(th, POLL_MERGE) && thread_hooks.merge) thread_hooks.merge(th);
    if (take_bit(th, POLL_GC) && thread_hooks.collect) thread_hooks.collect(th);
    if (th->exc) return 0;
    if (take_bit(th, POLL_ASYNC)) {
        Value exc = atomic_swap_acq_rel(&th->async_exc, NO_VALUE);
        if (exc && thread_hooks.async_exc) return thread_hooks.async_exc(th, exc);
    }
    return 0;
}

int thread_set_async_exc(uint64_t ident, Value exc_owned, Value *leftover) {
    int n = 0;
    thread_registry_lock();
    for (Thread *t = thread_list; t; t = t->next) {
        if (!t->in_use || t->ident != ident) continue;
        exc_owned = atomic_swap_acq_rel(&t->async_exc, exc_owned);
        thread_poll_set(t, POLL_ASYNC);
        n = 1;
        break;
    }
    thread_registry_unlock();
    *leftover = exc_owned;
    return n;
}

int thread_c_recursion_slow(Thread *th, const char *where) {
    if (!thread_hooks.recursion) return -1;
    // Room for making the exception itself.
    char *limit = th->c_stack_limit;
    th->c_stack_limit = limit - C_STACK_MARGIN / 2;
    if (th->c_stack_limit < sched_of(th)->c_lo) th->c_stack_limit = sched_of(th)->c_lo;
    int r = thread_hooks.recursion(th, where);
    th->c_stack_limit = limit;
    return r;
}

void thread_c_stack(Thread *t, char **lo, char **hi, const uintptr_t **regs) {
    ThreadSched *s = sched_of(t);
    *lo = atomic_load_relaxed(&s->c_sp);    // a thread that begins sets it before it attaches
    *hi = s->c_hi;
    *regs = s->regs;
    if (s->orphan || !atomic_load_relaxed(&t->in_use) || !*lo) *lo = *hi = NULL;
}

void thread_c_stack_cut(Thread *th, char *hi) { sched_of(th)->c_hi = hi; }

void thread_value_stack(Thread *t, Value **lo, Value **hi) {
    *lo = sched_of(t)->stack_base;
    *hi = t->stack_top;
}

char *thread_frame_base(Thread *t) { return sched_of(t)->frame_base; }

// ---- start and end ---------------------------------------------------------------------------------------------------------------------

// Back into the pool: the record is as new but for its heaps, id and stacks.
static void record_reset(Thread *t) {
    ThreadSched *s = sched_of(t);
    t->frame = NULL;
    t->stack_top = s->stack_base;
    t->frame_top = s->frame_base;
    t->py_depth = 0;
    t->daemon = 0;
    // Give back what a deep recursion committed; the first pages stay.
    madvise((char *)s->stack_base + STACK_GUARD_BYTES, VALUE_STACK_BYTES - STACK_GUARD_BYTES, MADV_DONTNEED);
    madvise(s->frame_base + STACK_GUARD_BYTES, FRAME_STACK_BYTES - STACK_GUARD_BYTES, MADV_DONTNEED);
}

static void thread_finish(Thread *t) {
    if (thread_hooks.exit) thread_hooks.exit(t);
    if (thread_hooks.record_exit) thread_hooks.record_exit(t);
    record_reset(t);
    thread_detach(t);
}

static void *os_thread_main(void *arg) {
    Thread *t = arg;
    ThreadSched *s = sched_of(t);
    thread_current_tls = t;
    record_init_here(t, false);
    // In the pool a thread takes no signals: each belongs to a thread that runs Python code, which may be waiting for it.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    thread_registry_lock();
    for (;;) {
        while (!s->job) pthread_cond_wait(&s->cond, &world.mu);
        ThreadMain fn = s->job;
        void *job_arg = s->job_arg;
        s->job = NULL;
        sigset_t mask = s->sigmask;
        thread_registry_unlock();
        pthread_sigmask(SIG_SETMASK, &mask, NULL);
        atomic_store_relaxed(&s->c_sp, (char *)__builtin_frame_address(0));
        thread_attach(t);
        fn(t, job_arg);
        thread_finish(t);
        if (UNLIKELY(t->is_main)) {
            // It forked, so here it is all there was at the start. The process ends with its last thread.
            if (thread_hooks.ended) thread_hooks.ended(t);
            while (thread_count_in_use() > 1) usleep(1000);
            exit(0);
        }
        pthread_sigmask(SIG_SETMASK, &all, NULL);
        thread_registry_lock();
        atomic_store_relaxed(&t->in_use, (uint8_t)0);
        s->next_free = world.pool;
        world.pool = t;
        thread_registry_unlock();
        if (thread_hooks.ended) thread_hooks.ended(t);
        thread_registry_lock();
    }
    return NULL;
}

// Before the second thread can run: from here on everyone locks. The caller is the only thread, or has stopped it.
static void go_multithreaded(void) {
    if (atomic_load_acquire(&runtime_mt)) return;
    thread_registry_lock();
    atomic_store_release(&runtime_mt, (uint8_t)1);
    for (Thread *t = thread_list; t; t = t->next) atomic_store_release(&t->mt, (uint8_t)1);
    thread_registry_unlock();
}

static Thread *pool_take(size_t stack_size) {
    thread_registry_lock();
    Thread **at = &world.pool, *t;
    while ((t = *at) && sched_of(t)->c_size != stack_size) at = &sched_of(t)->next_free;
    if (t) *at = sched_of(t)->next_free;
    thread_registry_unlock();
    return t;
}

static void give_job(Thread *t, ThreadMain fn, void *arg, bool daemon) {
    ThreadSched *s = sched_of(t);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    thread_registry_lock();
    s->sigmask = mask;
    t->generation++;
    atomic_store_relaxed(&t->in_use, (uint8_t)1);
    t->daemon = daemon;
    s->job_arg = arg;
    s->job = fn;
    pthread_cond_signal(&s->cond);
    thread_registry_unlock();
}

Thread *thread_start(Thread *th, ThreadMain fn, void *arg, size_t stack_size, bool daemon) {
    go_multithreaded();
    Thread *t = pool_take(stack_size);
    if (t) {
        give_job(t, fn, arg, daemon);
        return t;
    }
    t = record_new();
    if (!t) return NULL;
    sched_of(t)->c_size = stack_size;
    pthread_attr_t a;
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    if (stack_size && pthread_attr_setstacksize(&a, stack_size)) stack_size = 0;
    if (!record_register(t, true)) {
        pthread_attr_destroy(&a);
        record_free(t);
        errno = EAGAIN;
        return NULL;
    }
    pthread_t os;
    int err = pthread_create(&os, &a, os_thread_main, t);
    pthread_attr_destroy(&a);
    if (err) {
        // Registered but without an OS thread: it stays as an empty record that is never handed out.
        sched_of(t)->orphan = 1;
        thread_release(t);
        errno = EAGAIN;
        return NULL;
    }
    set_ident(t, os);    // before the job: the new thread reads it after that
    give_job(t, fn, arg, daemon);
    return t;
}

Thread *thread_adopt(void) {
    if (thread_current_tls) return thread_current_tls;
    Thread *t = record_new();
    if (!t) return NULL;
    sched_of(t)->adopted = sched_of(t)->background = 1;
    t->in_use = 1;
    t->generation = 1;
    set_ident(t, pthread_self());
    sched_of(t)->c_sp = __builtin_frame_address(0);
    if (!record_register(t, false)) {    // all fields that others read are set
        record_free(t);
        return NULL;
    }
    record_init_here(t, false);
    thread_attach(t);
    if (!atomic_load_acquire(&runtime_mt)) {
        // The thread that was alone may be in the middle of something without a lock: it has to come to a safepoint, or to be away. Until then this one
        // touches nothing.
        world_stop(t);
        go_multithreaded();
        world_start(t);
    }
    return t;
}

void thread_set_idle(Thread *th, bool idle) {
    thread_registry_lock();
    atomic_store_relaxed(&th->in_use, (uint8_t)!idle);
    thread_registry_unlock();
}

void thread_unadopt(Thread *t) {
    thread_finish(t);
    if (thread_hooks.ended) thread_hooks.ended(t);
    thread_registry_lock();
    atomic_store_relaxed(&t->in_use, (uint8_t)0);     // also read without the lock
    sched_of(t)->orphan = 1;    // its heap goes with the OS thread; the record only keeps the owner id
    thread_registry_unlock();
    if (thread_hooks.orphan) thread_hooks.orphan(t);
    thread_current_tls = NULL;
}

// ---- fork ------------------------------------------------------------------------------------------------------------------------------

static bool others_hold_mutexes(const Thread *th) {
    for (Thread *t = thread_list; t; t = t->next)
        if (t != th && sched_of(t)->mutexes) return true;
    return false;
}

void thread_before_fork(Thread *th) {
    for (;;) {
        world_stop(th);
        // A thread that waits for something with a runtime mutex held: what that guards may be half done. Let it finish. (A stopper that freezes
        // the rest at the end of the program does not come here.)
        if (!others_hold_mutexes(th)) break;
        world_start(th);
        thread_detach(th);
        usleep(50);
        thread_attach(th);
    }
    if (thread_hooks.before_fork) thread_hooks.before_fork(th);
    thread_registry_lock();
}

void thread_after_fork_parent(Thread *th) {
    thread_registry_unlock();
    if (thread_hooks.after_fork) thread_hooks.after_fork(th, false);
    world_start(th);
}

void thread_after_fork_child(Thread *th) {
    // Only this thread exists. Others' records stay as owners of their objects; anyone may act in their place (DETACHED for ever).
    thread_registry_unlock();   // thread_before_fork took it
    pthread_cond_init(&world.stopped, NULL);
    park_after_fork_child();
    locks_after_fork_child(th);
    world.stopper = NULL;
    world.pool = NULL;
    sched_of(th)->stop_depth = 0;
    for (Thread *t = thread_list; t; t = t->next) {
        ThreadSched *s = sched_of(t);
        __atomic_fetch_and(&t->poll, ~(uint32_t)POLL_STOP, __ATOMIC_SEQ_CST);
        pthread_cond_init(&s->cond, NULL);
        s->waiting = 0;
        if (t == th) continue;
        s->orphan = 1;
        s->stop_depth = 0;
        t->state = THREAD_DETACHED;
        t->in_use = 0;
        t->is_main = 0;
    }
    th->native_id = (int32_t)syscall(SYS_gettid);
    th->is_main = 1;
    thread_main = th;
    for (Thread *t = thread_list; t; t = t->next)
        if (t != th && thread_hooks.orphan) thread_hooks.orphan(t);
    if (thread_hooks.after_fork) thread_hooks.after_fork(th, true);
    if (thread_hooks.fork_child) thread_hooks.fork_child(th);
}
