// SPDX-License-Identifier: MIT
// What a loop polls: an epoll set with the descriptors of its transports and of what the program watches, and, as one member, libuv's own set, which has what
// wakes the loop. Polling runs detached: what is found stays in plain memory, and the loop handles it after it has attached again.
//
// Transports are watched by edge: a stream is told once that something has come and remembers it until a recv has shown that nothing is left. So watching
// costs one system call in a connection's life, pausing and resuming none, and the kernel looks at no descriptor a second time. libuv can't do that, and it aborts the
// process when epoll refuses a descriptor; here such a descriptor counts as ready, and reading it says what is wrong. What a program watches itself (watch.c)
// is told by level and with epoll's errors.
#include "sched/loop/loop_int.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void on_wake(uv_async_t *a) { (void)a; }
int uv_half_new(LoopUv **out) {
    LoopUv *u = calloc(1, sizeof *u);
    if (!u) return ENOMEM;
    u->lent = -1;
    int r = uv_loop_init(&u->uv);
    if (r) {
        free(u);
        return -r;
    }
    u->ep = epoll_create1(EPOLL_CLOEXEC);
    if (u->ep < 0) r = errno;
    else if (!(r = -uv_async_init(&u->uv, &u->wake, on_wake))) {
        struct epoll_event e = {.events = EPOLLIN, .data.u64 = POLL_UV};
        if (epoll_ctl(u->ep, EPOLL_CTL_ADD, uv_backend_fd(&u->uv), &e) < 0) r = errno;
    }
    if (r) {
        uv_half_free(u);
        return r;
    }
    u->uv_changed = 1;
    *out = u;
    return 0;
}

static void close_walk(uv_handle_t *h, void *arg) {
    if (!uv_is_closing(h)) uv_close(h, NULL);
}
void uv_half_free(LoopUv *u) {
    if (u->ep >= 0) close(u->ep);
    if (u->lent >= 0) close(u->lent);
    uv_walk(&u->uv, close_walk, NULL);
    while (uv_run(&u->uv, UV_RUN_NOWAIT)) {}
    uv_loop_close(&u->uv);
    free(u);
}

int uv_half_lend(LoopUv *u) {
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = POLL_LENT};
    int set = epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) return errno;
    if (epoll_ctl(u->ep, EPOLL_CTL_ADD, set, &e) < 0) {
        int err = errno;
        close(set);
        return err;
    }
    u->lent = set;
    return 0;
}
void uv_half_unlend(LoopUv *u) {
    if (u->lent < 0 || u->n_lent) return;
    close(u->lent);
    u->lent = -1;
}

int uv_half_watch(LoopUv *u, int fd, bool anew, bool writing) {
    // EPOLLPRI: urgent data ends a recv early, with more behind it.
    struct epoll_event e = {.events = EPOLLET | EPOLLIN | EPOLLRDHUP | EPOLLPRI | (writing ? EPOLLOUT : 0), .data.u64 = (uint32_t)fd | POLL_STREAM};
    return epoll_ctl(u->ep, anew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e) < 0 ? errno : 0;
}
void uv_half_unwatch(LoopUv *u, int fd) {
    struct epoll_event e = {0};
    epoll_ctl(u->ep, EPOLL_CTL_DEL, fd, &e);    // the descriptor may be closed already
}

// Waits to the microsecond where the kernel can (Linux 5.11), else to the millisecond above.
static int wait_for(LoopUv *u, int64_t ns) {
#ifdef SYS_epoll_pwait2
    static bool missing;    // [a] relaxed: the kernel, or what filters its calls, has it not
    if (ns > 0 && !atomic_load_relaxed(&missing)) {
        struct timespec t = {ns / 1000000000, ns % 1000000000};
        int n = (int)syscall(SYS_epoll_pwait2, u->ep, u->found, POLL_BATCH, &t, NULL, (size_t)0);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM)) return n;
        atomic_store_relaxed(&missing, true);
    }
#endif
    int64_t ms = ns < 0 ? -1 : (ns + 999999) / 1000000;
    return epoll_wait(u->ep, u->found, POLL_BATCH, ms > INT32_MAX ? INT32_MAX : (int)ms);
}

void uv_half_poll(Thread *th, LoopUv *u, int64_t ns) {
    if (UNLIKELY(u->n_found)) return;           // an exception came between the last poll and looking at what it found
    // libuv tells its set of changes only when it runs.
    if (UNLIKELY(u->uv_changed)) {
        u->uv_changed = 0;
        uv_run(&u->uv, UV_RUN_NOWAIT);
        ns = 0;     // what should wake the loop may be among what libuv has just taken
    }
    int n;
    if (ns == 0) n = epoll_wait(u->ep, u->found, POLL_BATCH, 0);
    else {
        BLOCKING_BEGIN(th);
        n = wait_for(u, ns);
        BLOCKING_END;
    }
    for (int i = 0; i < n; i++)
        if (u->found[i].data.u64 == POLL_UV) {
            uv_run(&u->uv, UV_RUN_NOWAIT);
            u->found[i] = u->found[--n];
            break;
        }
    u->n_found = n < 0 ? 0 : (uint32_t)n;       // interrupted: nothing found; signals are handled by the loop
}
