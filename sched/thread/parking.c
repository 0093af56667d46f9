// SPDX-License-Identifier: MIT
// The parking lot: threads sleep on addresses. Hashed buckets, each a short lock and a FIFO of waiters; a waiter sleeps on a futex word of its own stack
// frame, so a wake goes directly to one thread. Invariant: a waiter is in its bucket's list if and only if its word is 0. Callers hold no
// bucket lock; waiters are detached. Locks: bucket locks are leaves.
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
    uint32_t    woken;       // [a] futex word: 0 asleep, 1 woken
};

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
    Waiter w = { .addr = addr, .since = thread_clock_ns() };
    int64_t deadline = timeout_ns < 0 ? -1 : w.since + timeout_ns;
    if (timeout_ns >= 0 && deadline < w.since) deadline = INT64_MAX;
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
    while (atomic_load_acquire(&w.woken) == 0) {
        int err = futex_wait(&w.woken, 0, deadline);
        if (err == ETIMEDOUT) result = PARK_TIMEOUT;
        else if (err == EINTR && interruptible) result = PARK_INTERRUPTED;
        else continue;
        bucket_lock(b);
        if (atomic_load_relaxed(&w.woken)) result = PARK_OK;   // the wake came first: it must not be lost
        else unlink_waiter(b, &w);
        bucket_unlock(b);
        break;
    }
    if (result == PARK_OK && value) *value = w.value;
    return result;
}

// Under the bucket's lock: after the store the waiter's frame may vanish, so its word is only used as an address for the wake.
static void wake(Waiter *w) {
    uint32_t *word = &w->woken;
    atomic_store_release(word, 1u);
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
}
