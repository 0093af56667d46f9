// SPDX-License-Identifier: MIT
// What a loop polls: an epoll set with the descriptors of its transports and, as one member, libuv's own set, which has what wakes the loop and the
// descriptor of the Python-level selector. Polling runs detached: what is found stays in plain memory, and the loop handles it after it has attached again.
//
// Transports are watched by edge: a stream is told once that something has come and remembers it until a recv has shown that nothing is left. So watching
// costs one system call in a connection's life, pausing and resuming none, and the kernel looks at no descriptor a second time. libuv can't do that, and it aborts the
// process when epoll refuses a descriptor; here such a descriptor counts as ready, and reading it says what is wrong. For the same reason descriptors that a
// program registers itself (add_reader) stay in the selector, with its errors.
#include "sched/loop/loop_int.h"

#include <stdlib.h>
#include <unistd.h>

static void on_wake(uv_async_t *a) { (void)a; }
static void on_selector(uv_poll_t *p, int status, int events) {
    (void)status;
    (void)events;
    ((LoopUv *)p->data)->selector_fired = 1;
}

int uv_half_new(LoopUv **out) {
    LoopUv *u = calloc(1, sizeof *u);
    if (!u) return ENOMEM;
    int r = uv_loop_init(&u->uv);
    if (r) {
        free(u);
        return -r;
    }
    u->ep = epoll_create1(EPOLL_CLOEXEC);
    if (u->ep < 0) r = errno;
    else if (!(r = -uv_async_init(&u->uv, &u->wake, on_wake))) {
        struct epoll_event e = {.events = EPOLLIN, .data.fd = -1};
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
    uv_walk(&u->uv, close_walk, NULL);
    while (uv_run(&u->uv, UV_RUN_NOWAIT)) {}
    uv_loop_close(&u->uv);
    free(u);
}

int uv_half_watch_selector(LoopUv *u, int fd) {
    u->uv_changed = 1;
    if (u->selector_on) {
        // Never started again: one selector for the life of the loop.
        uv_poll_stop(&u->selector);
        u->selector_on = 0;
        return 0;
    }
    if (fd < 0) return 0;
    int r = uv_poll_init(&u->uv, &u->selector, fd);
    if (r) return -r;
    u->selector.data = u;
    if ((r = uv_poll_start(&u->selector, UV_READABLE, on_selector))) return -r;
    u->selector_on = 1;
    return 0;
}

int uv_half_watch(LoopUv *u, int fd, bool anew, bool writing) {
    // EPOLLPRI: urgent data ends a recv early, with more behind it.
    struct epoll_event e = {.events = EPOLLET | EPOLLIN | EPOLLRDHUP | EPOLLPRI | (writing ? EPOLLOUT : 0), .data.fd = fd};
    return epoll_ctl(u->ep, anew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e) < 0 ? errno : 0;
}
void uv_half_unwatch(LoopUv *u, int fd) {
    struct epoll_event e = {0};
    epoll_ctl(u->ep, EPOLL_CTL_DEL, fd, &e);    // the descriptor may be closed already
}

void uv_half_poll(Thread *th, LoopUv *u, int64_t ms) {
    if (UNLIKELY(u->n_found)) return;           // an exception came between the last poll and looking at what it found
    // libuv tells its set of changes only when it runs.
    if (UNLIKELY(u->uv_changed)) {
        u->uv_changed = 0;
        uv_run(&u->uv, UV_RUN_NOWAIT);
        ms = 0;     // what should wake the loop may be among what libuv has just taken
    }
    int n;
    if (ms == 0) n = epoll_wait(u->ep, u->found, POLL_BATCH, 0);
    else {
        BLOCKING_BEGIN(th);
        n = epoll_wait(u->ep, u->found, POLL_BATCH, ms < 0 ? -1 : ms > INT32_MAX ? INT32_MAX : (int)ms);
        BLOCKING_END;
    }
    for (int i = 0; i < n; i++)
        if (u->found[i].data.fd < 0) {
            uv_run(&u->uv, UV_RUN_NOWAIT);
            u->found[i] = u->found[--n];
            break;
        }
    u->n_found = n < 0 ? 0 : (uint32_t)n;       // interrupted: nothing found; signals are handled by the loop
}
