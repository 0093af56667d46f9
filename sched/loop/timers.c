// SPDX-License-Identifier: MIT
// The loop's timers: a binary heap by (when, order of making). A cancelled timer leaves at once when the loop's owner cancels it, else when it is due.
// All functions are for the owner.
#include "sched/loop/loop_int.h"

static bool before(const Handle *a, const Handle *b) { return a->when < b->when || (a->when == b->when && a->order < b->order); }
static void put(Loop *l, size_t i, Handle *h) {
    l->timers[i] = h;
    atomic_store_relaxed(&h->heap_index, (uint32_t)i + 1);
}
static void sift_up(Loop *l, size_t i, Handle *h) {
    while (i && before(h, l->timers[(i - 1) / 2])) {
        put(l, i, l->timers[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(l, i, h);
}
static void sift_down(Loop *l, size_t i, Handle *h) {
    for (;;) {
        size_t c = i * 2 + 1;
        if (c >= l->n_timers) break;
        if (c + 1 < l->n_timers && before(l->timers[c + 1], l->timers[c])) c++;
        if (!before(l->timers[c], h)) break;
        put(l, i, l->timers[c]);
        i = c;
    }
    put(l, i, h);
}

int timers_push(Thread *th, Loop *l, Handle *h) {
    if (l->n_timers == l->cap_timers) {
        size_t cap = l->cap_timers ? l->cap_timers * 2 : 16;
        Handle **t = mem_realloc(th, l->timers, cap * sizeof *t);
        if (!t) {
            decref(th, VALUE_OF(h));
            return -1;
        }
        l->timers = t;
        l->cap_timers = cap;
    }
    h->order = l->next_order++;
    l->n_timers++;
    sift_up(l, l->n_timers - 1, h);
    return 0;
}

// Takes the one at i out; the heap's reference goes to the caller.
static Handle *take(Loop *l, size_t i) {
    Handle *h = l->timers[i], *last = l->timers[--l->n_timers];
    if (last != h) {
        if (i && before(last, l->timers[(i - 1) / 2])) sift_up(l, i, last);
        else sift_down(l, i, last);
    }
    atomic_store_relaxed(&h->heap_index, 0u);
    return h;
}
void timers_remove(Thread *th, Loop *l, Handle *h) {
    size_t i = h->heap_index - 1;
    if (i >= l->n_timers || l->timers[i] != h) return;
    take(l, i);
    decref(th, VALUE_OF(h));
}

double timers_next(Thread *th, Loop *l) {
    while (l->n_timers && handle_cancelled(l->timers[0])) decref(th, VALUE_OF(take(l, 0)));
    return l->n_timers ? l->timers[0]->when : -1;
}

int timers_due(Thread *th, Loop *l) {
    if (!l->n_timers) return 0;
    double end = loop_now() + 1e-9;    // the clock's resolution
    while (l->n_timers && l->timers[0]->when < end) {
        Handle *h = take(l, 0);
        if (handle_cancelled(h)) decref(th, VALUE_OF(h));
        else if (loop_ready_push(th, l, VALUE_OF(h), NO_VALUE) < 0) return -1;
    }
    return 0;
}
