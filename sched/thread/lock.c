// SPDX-License-Identifier: MIT
// Locks over the parking lot: object locks, runtime mutexes, long-held words and events. A word is 0 free, 1 held, 3 held with waiters.
// While the world is stopped nobody but the stopper holds an object lock, for longer than it takes to give it up again: nobody reaches a safepoint
// with one, nobody waits for one while holding another (a debug build checks both), and one that was got while detached is given up when the attached
// state cannot be had at once. So the stopper may lock, and a forked child can repair what it inherits (locks_after_fork_child).
// Invariant: while someone is parked on a lock word the word is 3 or about to be unparked. Unlock wakes one waiter directly; one that waited
// longer than HANDOFF_NS gets the lock handed over, so nobody starves. Taking a lock acquires, giving it up releases; marking it contended is relaxed,
// since what it guards has not been touched. No locks of its own.
#include "sched/thread/lock.h"

#include "sched/thread/thread_int.h"

#include <sched.h>

enum { FREE = 0, HELD = 1, CONTENDED = 3 };
#define HANDOFF_NS 1000000
enum { GOT_RETRY = 0, GOT_LOCK = 1 };

static uintptr_t unlock_cb(void *arg, bool found, bool more, int64_t waited_ns) {
    uint8_t *word = arg;
    if (found && waited_ns > HANDOFF_NS) {
        atomic_store_release(word, (uint8_t)(more ? CONTENDED : HELD));
        return GOT_LOCK;
    }
    // Left marked when others still wait: whoever takes it next comes back here at unlock.
    atomic_store_release(word, (uint8_t)(more ? 2 : FREE));
    return GOT_RETRY;
}

// 2 is "free, but with waiters": the bit 1 of the word says someone is parked, bit 0 that it is held.
ALWAYS_INLINE bool try_lock_byte(uint8_t *word) {
    uint8_t v = atomic_load_relaxed(word);
    while (!(v & 1))
        if (__atomic_compare_exchange_n(word, &v, v | 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return true;
    return false;
}

// Returns PARK_OK with the lock held. The caller is detached (or not a Python thread).
static ParkResult lock_slow(uint8_t *word, int64_t timeout_ns, bool interruptible) {
    int64_t deadline = timeout_ns < 0 ? -1 : thread_clock_ns() + timeout_ns;
    if (timeout_ns >= 0 && deadline < 0) deadline = INT64_MAX;
    for (;;) {
        if (try_lock_byte(word)) return PARK_OK;
        uint8_t v = atomic_load_relaxed(word);
        if (!(v & 1)) continue;
        if (v == HELD && !__atomic_compare_exchange_n(word, &v, CONTENDED, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) continue;
        int64_t left = -1;
        if (deadline >= 0) {
            left = deadline - thread_clock_ns();
            if (left <= 0) return PARK_TIMEOUT;
        }
        uintptr_t got = GOT_RETRY;
        ParkResult r = park_wait(word, 1, CONTENDED, left, interruptible, &got);
        if (r == PARK_OK && got == GOT_LOCK) return PARK_OK;
        if (r == PARK_TIMEOUT || r == PARK_INTERRUPTED) return r;
    }
}

static bool spin_lock(uint8_t *word) {
    for (int i = 0; i < 60; i++) {
        if (try_lock_byte(word)) return true;
        cpu_pause();
    }
    return false;
}

static void byte_unlock(uint8_t *word) {
    uint8_t v = HELD;
    if (!__atomic_compare_exchange_n(word, &v, FREE, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) park_unpark(word, unlock_cb, word);
}

// Waits for an object lock or runtime mutex; returns with it, attached.
static void lock_attached(Thread *th, uint8_t *word) {
    ThreadSched *s = sched_of(th);
    s->wants = word;    // before detaching, so that whoever finds the thread stopped sees it
    for (;;) {
        thread_detach(th);
        lock_slow(word, -1, false);
        if (LIKELY(thread_try_attach(th))) break;
        byte_unlock(word);
        thread_attach(th);
        if (spin_lock(word)) break;
    }
    s->wants = NULL;
}

void obj_lock_slow(Thread *th, ObjLock *lock) {
    ATOMIC_NOTE(lock);
    if (spin_lock(lock)) return;    // sections under an object lock are short
    ASSERT_NO_OBJ_LOCK();
    lock_attached(th, lock);
}

void obj_unlock_slow(Thread *th, ObjLock *lock) { byte_unlock(lock); }

// The second lock is never waited for with the first one held: given up, waited for, and taken in the other order. So the order of addresses is
// only where it starts.
void obj_lock2(Thread *th, ObjLock *a, ObjLock *b) {
    if (!th->mt) return;
    if ((uintptr_t)a > (uintptr_t)b) {
        ObjLock *c = a;
        a = b;
        b = c;
    }
    for (;;) {
        obj_lock(th, a);
        if (a == b) return;
        if (try_lock_byte(b) || spin_lock(b)) {
            OBJ_LOCK_COUNT(+1);
            return;
        }
        obj_unlock(th, a);
        ObjLock *c = a;
        a = b;
        b = c;
    }
}
void obj_unlock2(Thread *th, ObjLock *a, ObjLock *b) {
    obj_unlock(th, a);
    if (a != b) obj_unlock(th, b);
}

#if LADON_DEBUG
__thread int obj_locks_held;
static const char *const rank_names[] = {
#define LOCK_RANK(name, what) #name,
#include "sched/thread/lock_ranks.def"
};
enum { HELD_MAX = 16 };
static __thread const RtMutex *held[HELD_MAX];
static __thread int held_count;
static void rank_push(const RtMutex *m) {
    for (int i = 0; i < held_count; i++)
        if (held[i]->rank >= m->rank) {
            __builtin_printf("ladon: lock rank: %s taken while %s is held\n", rank_names[m->rank], rank_names[held[i]->rank]);
            ALWAYS_ASSERT(!"lock rank");
        }
    ALWAYS_ASSERT(held_count < HELD_MAX);
    held[held_count++] = m;
}
static void rank_pop(const RtMutex *m) {
    for (int i = held_count - 1; i >= 0; i--)
        if (held[i] == m) {
            held_count--;
            for (; i < held_count; i++) held[i] = held[i + 1];
            return;
        }
    ALWAYS_ASSERT(!"unlock of a mutex that is not held");
}
#else
ALWAYS_INLINE void rank_push(const RtMutex *m) {}
ALWAYS_INLINE void rank_pop(const RtMutex *m) {}
#endif

void rt_mutex_lock(Thread *th, RtMutex *m) {
    rank_push(m);
    ATOMIC_NOTE(&m->word);
    if (UNLIKELY(!try_lock_byte(&m->word)) && !spin_lock(&m->word)) {
        ASSERT_NO_OBJ_LOCK();
        if (th && atomic_load_relaxed(&th->state) == THREAD_ATTACHED) lock_attached(th, &m->word);
        else lock_slow(&m->word, -1, false);
    }
    if (th) sched_of(th)->mutexes++;
}

void rt_mutex_unlock(Thread *th, RtMutex *m) {
    rank_pop(m);
    if (th) sched_of(th)->mutexes--;
    byte_unlock(&m->word);
}

void rt_mutex_reinit(RtMutex *m) { m->word = FREE; }

void fork_postpone(Thread *th) { sched_of(th)->mutexes++; }
void fork_allow(Thread *th) { sched_of(th)->mutexes--; }

void locks_after_fork_child(Thread *th) {
    for (Thread *t = thread_list; t; t = t->next) {
        ThreadSched *s = sched_of(t);
        if (t == th) continue;
        // It was waiting for this lock, and may just have got it, or another one that waited. Nobody who is left holds it: the thread that forked
        // holds no object lock, and no thread that held a runtime mutex was stopped.
        if (s->wants) atomic_store_relaxed(s->wants, (uint8_t)FREE);
        s->wants = NULL;
        s->mutexes = 0;
    }
}

// Before a thread goes to sleep for a lock it looks again for a while, giving its processor to whoever wants it. A sleeper that is woken may have to
// wait for a running thread's time slice (milliseconds) although another processor has nothing to do; one that still runs goes on at once.
// How long is learned per thread: each wait that turns out long halves it (th->spin_cut), a short one restores it.
#define SPIN_NS 200000
enum { SPIN_CUT_MAX = 6 };

static bool spin_yielding(Thread *th, uint8_t *word, int64_t start) {
    int64_t until = start + (SPIN_NS >> th->spin_cut);
    do {
        for (int i = 0; i < 16; i++) {
            if (try_lock_byte(word)) return true;
            cpu_pause();
        }
        sched_yield();
    } while (thread_clock_ns() < until);
    return false;
}

ParkResult word_lock(Thread *th, uint8_t *word, int64_t timeout_ns, bool interruptible) {
    ATOMIC_NOTE(word);
    if (LIKELY(try_lock_byte(word))) return PARK_OK;
    if (timeout_ns == 0) return PARK_TIMEOUT;
    thread_detach(th);
    int64_t start = thread_clock_ns();
    ParkResult r = PARK_OK;
    if (!(th->mt && (timeout_ns < 0 || timeout_ns > SPIN_NS) && spin_yielding(th, word, start))) r = lock_slow(word, timeout_ns, interruptible);
    if (thread_clock_ns() - start < 2 * SPIN_NS) th->spin_cut = 0;
    else if (th->spin_cut < SPIN_CUT_MAX) th->spin_cut++;
    thread_attach(th);
    return r;
}

bool word_unlock(uint8_t *word) {
    uint8_t v = atomic_load_relaxed(word);
    if (!(v & 1)) return false;
    ATOMIC_NOTE(word);
    byte_unlock(word);
    return true;
}

void event_set(ThreadEvent *e) {
    atomic_store_seqcst(&e->word, 1u);
    park_wake_all(&e->word);
}

bool event_is_set(const ThreadEvent *e) { return atomic_load_acquire(&e->word) != 0; }

ParkResult event_wait(Thread *th, ThreadEvent *e, int64_t timeout_ns, bool interruptible) {
    if (event_is_set(e)) return PARK_OK;
    if (timeout_ns == 0) return PARK_TIMEOUT;
    if (th) thread_detach(th);
    ParkResult r = PARK_MISMATCH;
    int64_t deadline = timeout_ns < 0 ? -1 : thread_clock_ns() + timeout_ns;
    while (!event_is_set(e)) {
        int64_t left = deadline < 0 ? -1 : deadline - thread_clock_ns();
        if (deadline >= 0 && left <= 0) {
            r = PARK_TIMEOUT;
            break;
        }
        r = park_wait(&e->word, 4, 0, left, interruptible, NULL);
        if (r == PARK_TIMEOUT || r == PARK_INTERRUPTED) break;
    }
    if (th) thread_attach(th);
    return event_is_set(e) ? PARK_OK : r;
}
