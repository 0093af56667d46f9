// SPDX-License-Identifier: MIT
// The C half of signal handling. Everything the handler touches is lock-free and async-signal-safe: it never touches an object, takes a lock, or
// follows an RCU pointer. No locks.
#include "sched/thread/signals.h"

#include "sched/thread/lock.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static uint8_t pending[SIGNAL_COUNT];   // [a]
static uint8_t any_pending;             // [a]
static uint8_t has_handler[SIGNAL_COUNT]; // [a]
static int wakeup_fd = -1;              // [a]
static uint8_t wakeup_warn;             // [a] a full descriptor is reported too
static int wakeup_error;                // [a]
static void (*wake_fn)(void *);         // [a] see signal_set_wake
static void *wake_arg;                  // written while wake_fn is NULL and no handler is inside
static uint32_t wake_users;             // [a] handlers that may be calling wake_fn

void signal_trip(int sig) {
    atomic_store_seqcst(&pending[sig], (uint8_t)1);
    atomic_store_seqcst(&any_pending, (uint8_t)1);
    Thread *m = thread_main;
    if (m) thread_poll_set(m, POLL_SIGNAL);
    park_interrupt_main();    // after the bit, which a thread about to sleep reads
    // Counted before the look, both sequentially consistent: signal_set_wake clears the function and then waits for 0.
    __atomic_fetch_add(&wake_users, 1u, __ATOMIC_SEQ_CST);
    void (*wake)(void *) = atomic_load_seqcst(&wake_fn);
    if (wake) wake(wake_arg);
    __atomic_fetch_sub(&wake_users, 1u, __ATOMIC_RELEASE);
    int fd = atomic_load_relaxed(&wakeup_fd);
    if (fd >= 0) {
        unsigned char byte = (unsigned char)sig;
        ssize_t n = write(fd, &byte, 1);
        if (n < 0 && (atomic_load_relaxed(&wakeup_warn) || (errno != EWOULDBLOCK && errno != EAGAIN))) atomic_store_relaxed(&wakeup_error, errno);
    }
}

static void handler(int sig) {
    int saved = errno;
    signal_trip(sig);
    errno = saved;
}

void signal_set_wake(void (*fn)(void *arg), void *arg) {
    atomic_store_seqcst(&wake_fn, (void (*)(void *))NULL);
    while (atomic_load_seqcst(&wake_users)) cpu_pause();
    wake_arg = arg;
    // Releases the argument with the function; sequentially consistent: who sets it then looks whether a signal came before.
    if (fn) atomic_store_seqcst(&wake_fn, fn);
}

int signal_install(int sig, int action) {
    struct sigaction sa = {0};
    sa.sa_handler = action == SIGNAL_DEFAULT ? SIG_DFL : action == SIGNAL_IGNORE ? SIG_IGN : handler;
    sigemptyset(&sa.sa_mask);
    // No SA_RESTART: a blocked call comes back, so that the Python handler runs soon. SA_ONSTACK for stack overflow reports.
    sa.sa_flags = SA_ONSTACK;
    if (sigaction(sig, &sa, NULL)) return -1;
    atomic_store_relaxed(&has_handler[sig], (uint8_t)(action == SIGNAL_TRIP));
    return 0;
}

void signal_restore_defaults(void) {
    for (int i = 1; i < SIGNAL_COUNT; i++)
        if (signal_has_handler(i)) signal(i, SIG_DFL);
}

bool signal_has_handler(int sig) { return sig > 0 && sig < SIGNAL_COUNT && atomic_load_relaxed(&has_handler[sig]); }

int signal_take(void) {
    if (!atomic_load_seqcst(&any_pending)) return 0;
    for (int i = 1; i < SIGNAL_COUNT; i++) {
        uint8_t one = 1;
        if (atomic_load_relaxed(&pending[i]) && atomic_cas_acq_rel(&pending[i], &one, (uint8_t)0)) return i;
    }
    // Cleared before the last look: one that arrives in between sets it again.
    atomic_store_seqcst(&any_pending, (uint8_t)0);
    for (int i = 1; i < SIGNAL_COUNT; i++)
        if (atomic_load_seqcst(&pending[i])) {
            atomic_store_seqcst(&any_pending, (uint8_t)1);
            return signal_take();
        }
    return 0;
}

bool signal_any_pending(void) { return atomic_load_relaxed(&any_pending) != 0; }

int signal_set_wakeup_fd(int fd, bool warn_on_full) {
    atomic_store_relaxed(&wakeup_warn, (uint8_t)warn_on_full);
    return atomic_swap_seqcst(&wakeup_fd, fd);
}
int signal_wakeup_fd(void) { return atomic_load_relaxed(&wakeup_fd); }
int signal_take_wakeup_error(void) { return atomic_load_relaxed(&wakeup_error) ? atomic_swap_seqcst(&wakeup_error, 0) : 0; }

void signal_clear_pending(void) {
    for (int i = 1; i < SIGNAL_COUNT; i++) pending[i] = 0;
    any_pending = 0;
}
