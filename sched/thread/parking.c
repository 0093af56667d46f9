// SPDX-License-Identifier: MIT
// The parking lot: threads sleep on addresses. Hashed buckets, each a short lock and a FIFO of waiters; a waiter sleeps on a futex word of its own OS
// thread, so a wake goes directly to one thread. Invariant: a waiter is in its bucket's list if and only if its word lacks WORD_WOKEN. Callers hold no
// bucket lock; waiters are detached. Locks: bucket locks are leaves.
// A signal wakes the main thread whichever thread its C handler runs on and however close to falling asleep the main thread is: the handler sets
// POLL_SIGNAL, then WORD_SIGNAL; a sleeper clears its word, then reads POLL_SIGNAL, then sleeps only while the word is unchanged.
#include "sched/thread/lock.h"

#include "sched/thread/thread_int.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef struct Waiter Waiter;
struct Waiter {
    Waiter     *next, *prev; // [l bucket]
    const void *addr;        // [c]
    int64_t     since;       // [c] when it began to wait
    uintptr_t   value;       // [l bucket] what the waker says
    uint32_t   *word;        // [c] park_word of the thread that waits
};

enum { WORD_WOKEN = 1 /* by park_unpark or park_wake_all */, WORD_SIGNAL = 2 /* main thread only: a signal arrived */ };
static __thread uint32_t park_word; // [a] futex word of this OS thread: WORD_* bits
static uint32_t *main_park_word;    // [a] that of the main thread; written by the thread itself, read by signal handlers

typedef struct Bucket {
    uint32_t lock;           // [a] futex lock: 0 free, 1 held, 2 held with sleepers
    Waiter  *head, *tail;
} __attribute__((aligned(64))) Bucket;

enum { BUCKETS = 256 };
static Bucket buckets[BUCKETS];

int64_t thread_clock_ns(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

// 0 woken or value changed; else errno.
static int futex_wait(const uint32_t *word, uint32_t expected, int64_t deadline) {
    struct timespec ts, *tp = NULL;
    if (deadline >= 0) {
        ts.tv_sec = deadline / 1000000000;
        ts.tv_nsec = deadline % 1000000000;
        tp = &ts;
    }
    // BITSET: the timeout is an absolute time of CLOCK_MONOTONIC, so a retry does not lengthen it.
    long r = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, tp, NULL, FUTEX_BITSET_MATCH_ANY);
    return r == 0 || errno == EAGAIN ? 0 : errno;
}

static void futex_wake(const uint32_t *word, int n) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0); }

void park_set_main(void) { atomic_store_seqcst(&main_park_word, &park_word); }

// Async-signal-safe.
void park_interrupt_main(void) {
    uint32_t *word = atomic_load_seqcst(&main_park_word);
    if (!word) return;
    atomic_or_seqcst(word, (uint32_t)WORD_SIGNAL);
    futex_wake(word, 1);
}

// Empties the calling thread's word before it sleeps. True: a signal waits to be handled, so it should not. Sequentially consistent, against
// park_interrupt_main: either the bit comes after the clearing, or POLL_SIGNAL is seen here. With an exception pending handlers have to wait.
static bool word_reset(uint32_t *word) {
    atomic_store_seqcst(word, (uint32_t)0);
    Thread *th = thread_current_tls;
    return th && th->is_main && !th->exc && (atomic_load_seqcst(&th->poll) & POLL_SIGNAL);
}

static void bucket_lock(Bucket *b) {
    uint32_t v = 0;
    for (int spin = 0; spin < 50; spin++) {
        v = 0;
        if (__atomic_compare_exchange_n(&b->lock, &v, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
        cpu_pause();
    }
    while (__atomic_exchange_n(&b->lock, 2, __ATOMIC_ACQUIRE) != 0) futex_wait(&b->lock, 2, -1);
}
static void bucket_unlock(Bucket *b) {
    if (__atomic_exchange_n(&b->lock, 0, __ATOMIC_RELEASE) == 2) futex_wake(&b->lock, 1);
}

static Bucket *bucket_of(const void *addr) {
    return &buckets[((uintptr_t)addr * 0x9E3779B97F4A7C15u) >> 56];
}

static void unlink_waiter(Bucket *b, Waiter *w) {
    if (w->prev) w->prev->next = w->next; else b->head = w->next;
    if (w->next) w->next->prev = w->prev; else b->tail = w->prev;
}

static uint32_t load_sized(const void *addr, size_t size) {
    return size == 1 ? atomic_load_seqcst((const uint8_t *)addr) : atomic_load_seqcst((const uint32_t *)addr);
}

ParkResult park_wait(const void *addr, size_t size, uint32_t expected, int64_t timeout_ns, bool interruptible, uintptr_t *value) {
    Bucket *b = bucket_of(addr);
    Waiter w = { .addr = addr, .since = thread_clock_ns(), .word = &park_word };
    int64_t deadline = timeout_ns < 0 ? -1 : w.since + timeout_ns;
    if (timeout_ns >= 0 && deadline < w.since) deadline = INT64_MAX;
    // Before it is in the list: nobody but a signal can set a bit yet.
    bool due = word_reset(w.word);
    if (due && interruptible) return PARK_INTERRUPTED;
    bucket_lock(b);
    if (load_sized(addr, size) != expected) {
        bucket_unlock(b);
        return PARK_MISMATCH;
    }
    w.prev = b->tail;
    if (b->tail) b->tail->next = &w; else b->head = &w;
    b->tail = &w;
    bucket_unlock(b);
    ParkResult result = PARK_OK;
    for (;;) {
        uint32_t bits = atomic_load_acquire(w.word);
        if (bits & WORD_WOKEN) break;
        int err = (bits & WORD_SIGNAL) && interruptible ? EINTR : futex_wait(w.word, bits, deadline);
        if (err == ETIMEDOUT) result = PARK_TIMEOUT;
        else if (err == EINTR && interruptible) result = PARK_INTERRUPTED;
        else continue;
        bucket_lock(b);
        if (atomic_load_relaxed(w.word) & WORD_WOKEN) result = PARK_OK;   // the wake came first: it must not be lost
        else unlink_waiter(b, &w);
        bucket_unlock(b);
        break;
    }
    if (result == PARK_OK && value) *value = w.value;
    return result;
}

bool park_sleep(int64_t deadline) {
    uint32_t *word = &park_word;
    if (word_reset(word)) return false;
    for (;;) {
        int err = futex_wait(word, 0, deadline);
        if (err == ETIMEDOUT) return true;
        if (err == EINTR || atomic_load_relaxed(word)) return false;
        // A late wake of an earlier wait: the word is still empty.
    }
}

// Under the bucket's lock: after the store the waiter's frame may vanish, and its thread end, so the word is only used as an address for the wake.
static void wake(Waiter *w) {
    uint32_t *word = w->word;
    __atomic_fetch_or(word, (uint32_t)WORD_WOKEN, __ATOMIC_RELEASE);
    futex_wake(word, 1);
}

void park_unpark(const void *addr, UnparkFn fn, void *arg) {
    Bucket *b = bucket_of(addr);
    bucket_lock(b);
    Waiter *w = b->head;
    while (w && w->addr != addr) w = w->next;
    bool more = false;
    if (w) {
        for (Waiter *x = w->next; x && !more; x = x->next) more = x->addr == addr;
        unlink_waiter(b, w);
        w->value = fn ? fn(arg, true, more, thread_clock_ns() - w->since) : 0;
        wake(w);
    } else if (fn) {
        fn(arg, false, false, 0);
    }
    bucket_unlock(b);
}

void park_wake_one(const void *addr) { park_unpark(addr, NULL, NULL); }

void park_wake_all(const void *addr) {
    Bucket *b = bucket_of(addr);
    bucket_lock(b);
    for (Waiter *w = b->head, *next; w; w = next) {
        next = w->next;
        if (w->addr != addr) continue;
        unlink_waiter(b, w);
        wake(w);
    }
    bucket_unlock(b);
}

bool park_wait_u8(const uint8_t *addr, uint8_t expected, int64_t timeout_ns) {
    return park_wait(addr, 1, expected, timeout_ns, false, NULL) != PARK_TIMEOUT;
}
bool park_wait_u32(const uint32_t *addr, uint32_t expected, int64_t timeout_ns) {
    return park_wait(addr, 4, expected, timeout_ns, false, NULL) != PARK_TIMEOUT;
}

void park_after_fork_child(void) {
    // The waiters were other threads' frames.
    for (int i = 0; i < BUCKETS; i++) {
        buckets[i].lock = 0;
        buckets[i].head = buckets[i].tail = NULL;
    }
    park_set_main();
}
