// SPDX-License-Identifier: MIT
// The libuv half of a loop. libuv's callbacks run while the thread is detached: they only note in plain memory what was found, and the loop handles it after
// it has attached again.
//
// libuv aborts the process when epoll refuses a descriptor it was told to watch, so nothing reaches it unchecked: descriptors that a program registers itself
// (add_reader) are in an epoll set of their own, of which libuv watches only the one descriptor; those of transports are looked at once more before the
// poll that hands them over, and always start afresh (ADD, never MOD).
#include "sched/loop/loop_int.h"

#include <fcntl.h>
#include <stdlib.h>

static void on_wake(uv_async_t *a) { (void)a; }
// The poll is over: when the timer fires before libuv has got to polling (the thread was held up), it must not block for ever.
static void on_timer(uv_timer_t *t) { uv_stop(t->loop); }
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
    if ((r = uv_async_init(&u->uv, &u->wake, on_wake)) || (r = uv_timer_init(&u->uv, &u->timer))) {
        uv_half_free(u);
        return -r;
    }
    *out = u;
    return 0;
}

static void close_walk(uv_handle_t *h, void *arg) {
    if (!uv_is_closing(h)) uv_close(h, NULL);
}
void uv_half_free(LoopUv *u) {
    uv_walk(&u->uv, close_walk, NULL);
    while (uv_run(&u->uv, UV_RUN_NOWAIT)) {}
    uv_loop_close(&u->uv);
    free(u);
}

int uv_half_watch_selector(LoopUv *u, int fd) {
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

static void on_stream(uv_poll_t *h, int status, int events) {
    StreamPoll *p = (StreamPoll *)h;
    // An error (libuv has stopped the watch): reading or writing will say which.
    p->revents |= (uint8_t)(status < 0 ? p->want : events);
    if (status < 0) p->want = 0;
    if (!p->is_fired) {
        p->is_fired = 1;
        p->next_fired = p->u->fired;
        p->u->fired = p;
    }
}

StreamPoll *stream_poll_new(LoopUv *u, Stream *s, int fd, int *err) {
    StreamPoll *p = calloc(1, sizeof *p);
    if (!p) {
        *err = ENOMEM;
        return NULL;
    }
    int r = uv_poll_init(&u->uv, &p->h, fd);
    if (r) {
        free(p);
        *err = -r;
        return NULL;
    }
    p->u = u;
    p->stream = s;
    p->fd = fd;
    return p;
}
int stream_poll_set(StreamPoll *p, int want) {
    if (want == p->want) return 0;
    if (p->want) uv_poll_stop(&p->h);
    p->want = (uint8_t)want;
    p->revents &= (uint8_t)want;
    if (!want) return 0;
    int r = uv_poll_start(&p->h, want, on_stream);
    if (r) {
        p->want = 0;
        return -r;
    }
    if (!p->is_fresh) {
        p->is_fresh = 1;
        p->next_fresh = p->u->fresh;
        p->u->fresh = p;
    }
    return 0;
}
static void unlink_fresh(StreamPoll *p) {
    for (StreamPoll **at = &p->u->fresh; *at; at = &(*at)->next_fresh)
        if (*at == p) {
            *at = p->next_fresh;
            break;
        }
    p->is_fresh = 0;
}
static void unlink_fired(StreamPoll *p) {
    for (StreamPoll **at = &p->u->fired; *at; at = &(*at)->next_fired)
        if (*at == p) {
            *at = p->next_fired;
            break;
        }
    p->is_fired = 0;
}
static void on_closed(uv_handle_t *h) { free(h); }
void stream_poll_close(StreamPoll *p) {
    if (p->is_fresh) unlink_fresh(p);
    if (p->is_fired) unlink_fired(p);
    p->stream = NULL;
    uv_poll_stop(&p->h);
    uv_close((uv_handle_t *)&p->h, on_closed);
}

void uv_half_poll(Thread *th, LoopUv *u, int64_t ms) {
    while (u->fresh) {
        StreamPoll *p = u->fresh;
        u->fresh = p->next_fresh;
        p->is_fresh = 0;
        if (p->want && fcntl(p->fd, F_GETFD) < 0) {
            uv_poll_stop(&p->h);    // closed behind the transport's back: reading will say so
            on_stream(&p->h, UV_EBADF, 0);
            ms = 0;
        }
    }
    if (ms == 0) {
        uv_run(&u->uv, UV_RUN_NOWAIT);
        return;
    }
    if (ms > 0) {
        uv_update_time(&u->uv);
        uv_timer_start(&u->timer, on_timer, (uint64_t)ms, 0);
    } else uv_timer_stop(&u->timer);
    BLOCKING_BEGIN(th);
    uv_run(&u->uv, UV_RUN_ONCE);
    BLOCKING_END;
    uv_timer_stop(&u->timer);
}
