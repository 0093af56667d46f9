// SPDX-License-Identifier: MIT
// Descriptors that a program watches itself: add_reader(), add_writer() and what asyncio builds on them (datagrams, pipes, subprocesses, listening sockets, the
// selector's map of them), and the waits of sock_*(). They stand in the loop's own epoll set, by level.
//
// An entry per descriptor has for each direction a Handle, which runs whenever the descriptor is ready, or a Future, whose wait ends when it is: futures are
// watched for once (EPOLLONESHOT), and the descriptor then stays in the set, disarmed, so that the next wait is one system call. A descriptor that was
// closed behind our back has left the set by itself; a change that misses it adds its successor.
//
// A descriptor that a transport has lent out (sendfile) is in the set already, by edge: then it is watched in a second set, a member of the first.
// All fields belong to the loop's owner.
#include "sched/loop/future_int.h"
#include "sched/loop/loop_int.h"

#include <fcntl.h>

enum { WATCH_IN = 1, WATCH_OUT = 2 };   // selectors.EVENT_READ, EVENT_WRITE
// [own] of the loop
struct Watch {
    Value reader, writer;   // owned: a Handle, a Future, or NO_VALUE
    Value file;             // owned: the object the descriptor was given as, NO_VALUE: an int
    uint8_t known;          // it is in the set, as far as we know
    uint8_t armed;          // what the set has been told to look for: WATCH_*; 0: disarmed
    uint8_t once;           // told so with EPOLLONESHOT
    uint8_t lent;           // in the second set
};

static Watch *watch_at(Loop *l, int fd) { return fd >= 0 && (size_t)fd < l->n_watches ? &l->watches[fd] : NULL; }
static Watch *watch_ensure(Thread *th, Loop *l, int fd) {
    if ((size_t)fd >= l->n_watches) {
        if (fcntl(fd, F_GETFD) < 0) {       // a table for a number out of the blue could be huge
            raise_errno(th, errno, NO_VALUE, NO_VALUE);
            return NULL;
        }
        size_t n = l->n_watches ? l->n_watches : 32;
        while (n <= (size_t)fd) n *= 2;
        Watch *w = mem_realloc(th, l->watches, n * sizeof *w);
        if (!w) return NULL;
        memset(w + l->n_watches, 0, (n - l->n_watches) * sizeof *w);
        l->watches = w;
        l->n_watches = n;
    }
    return &l->watches[fd];
}
static uint8_t wanted(const Watch *w) { return (uint8_t)((w->reader ? WATCH_IN : 0) | (w->writer ? WATCH_OUT : 0)); }
static bool is_wait(Value v) { return v && value_is_exact(v, &asyncio_type_Future); }

// Tells the set what the entry wants now. 0 or errno.
static int rearm(Loop *l, int fd, Watch *w) {
    uint8_t want = wanted(w);
    bool once = (!w->reader || is_wait(w->reader)) && (!w->writer || is_wait(w->writer));
    struct epoll_event e = { .events = (want & WATCH_IN ? EPOLLIN : 0) | (want & WATCH_OUT ? EPOLLOUT : 0) | (once ? EPOLLONESHOT : 0),
                             .data.u64 = (uint64_t)(uint32_t)fd | POLL_WATCH };
    int err = 0;
    if (!want) {
        // A wait that has ended leaves the descriptor disarmed in the set.
        if (w->known && w->armed) {
            epoll_ctl(w->lent ? l->u->lent : l->u->ep, EPOLL_CTL_DEL, fd, &e);    // it may be closed
            l->u->n_lent -= w->lent;
            w->known = w->lent = 0;
        }
        w->armed = 0;
        return 0;
    }
    int op = w->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    for (int attempt = 0; attempt < 4; attempt++) {
        int set = w->lent ? l->u->lent : l->u->ep;
        if (epoll_ctl(set, op, fd, &e) == 0) {
            w->known = 1;
            w->armed = want;
            w->once = once;
            return 0;
        }
        err = errno;
        if (err == ENOENT && op == EPOLL_CTL_MOD) {             // closed, and this is another
            op = EPOLL_CTL_ADD;
            l->u->n_lent -= w->lent;
            w->lent = 0;
        } else if (err == EEXIST && op == EPOLL_CTL_ADD) {
            Stream *s = (size_t)fd < l->n_by_fd ? l->by_fd[fd] : NULL;
            if (!w->lent && s && s->watched) {                  // a transport's
                if (l->u->lent < 0 && (err = uv_half_lend(l->u))) break;
                w->lent = 1;
                l->u->n_lent++;
            } else op = EPOLL_CTL_MOD;                          // left over from one that was closed while a copy of it is open
        } else break;
    }
    return err;
}
// The entry is over: what it held goes to the caller in out[3].
static void take_all(Loop *l, Watch *w, Value out[3]) {
    if (l->u) l->u->n_lent -= w->lent;
    out[0] = w->reader;
    out[1] = w->writer;
    out[2] = w->file;
    *w = (Watch){0};
}

// What is dropped may be a handle, which is cancelled.
static int drop(Thread *th, Value old, bool cancel) {
    Value r = old && cancel && !is_wait(old) ? call_method0(th, old, loop_name_cancel) : VALUE_NONE;
    decref(th, r);
    decref(th, old);
    return r ? 0 : -1;
}
// Watches fd for one direction. what: owned Handle or Future, which takes the place of what was there. 0 or -1.
static int watch_set(Thread *th, Loop *l, int fd, Value file, unsigned event, Value what) {
    Watch *w = watch_ensure(th, l, fd);
    if (!w) {
        decref(th, what);
        return -1;
    }
    Value *slot = event == WATCH_IN ? &w->reader : &w->writer, old = *slot, all[3];
    *slot = what;
    int err = rearm(l, fd, w);
    if (err) {
        *slot = NO_VALUE;
        take_all(l, w, all);
        for (int i = 0; i < 3; i++) decref(th, all[i]);
        decref(th, old);
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        decref(th, what);
        return -1;
    }
    Value old_file = NO_VALUE;
    if (!value_is_int(file) && w->file != file) {
        old_file = w->file;
        w->file = new_ref(th, file);
    }
    decref(th, old_file);
    return drop(th, old, true);
}
// Ends watching fd for one direction, if that is `only` (NO_VALUE: whatever is there). 1: something was watched, 0: nothing, -1.
static int watch_clear(Thread *th, Loop *l, int fd, unsigned event, Value only) {
    Watch *w = watch_at(l, fd);
    Value *slot = w ? event == WATCH_IN ? &w->reader : &w->writer : NULL, old = w ? *slot : NO_VALUE, file = NO_VALUE;
    if (!old || (only && old != only)) return 0;
    *slot = NO_VALUE;
    if (l->u) rearm(l, fd, w);
    if (!wanted(w)) {
        file = w->file;
        w->file = NO_VALUE;
    }
    decref(th, file);
    return drop(th, old, true) < 0 ? -1 : 1;
}

// ---- what the poll finds

static int found_one(Thread *th, Loop *l, int fd, unsigned event) {
    Watch *w = watch_at(l, fd);
    Value *slot = event == WATCH_IN ? &w->reader : &w->writer, what = *slot;
    if (!what) return 0;
    if (is_wait(what)) {
        *slot = NO_VALUE;
        int rc = future_done(what) ? 0 : future_set_result(th, what, VALUE_NONE);
        decref(th, what);
        return rc;
    }
    if (UNLIKELY(handle_cancelled(AS(Handle, what)))) return watch_clear(th, l, fd, event, NO_VALUE) < 0 ? -1 : 0;
    return loop_ready_push(th, l, new_ref(th, what), NO_VALUE);
}
int watch_found(Thread *th, Loop *l, int fd, uint32_t events) {
    Watch *w = watch_at(l, fd);
    if (!w || !wanted(w)) return 0;
    int rc = 0;
    bool once = w->once;
    if (once) w->armed = 0;     // the kernel disarmed it
    // As asyncio's selector has it: anything but "writable" is for the reader, anything but "readable" for the writer.
    if (events & ~(uint32_t)EPOLLOUT) rc = found_one(th, l, fd, WATCH_IN);
    if (rc == 0 && events & ~(uint32_t)EPOLLIN) rc = found_one(th, l, fd, WATCH_OUT);
    w = watch_at(l, fd);
    if (once && wanted(w)) rearm(l, fd, w);     // it is in the set, so this works
    if (!wanted(w) && w->file) {
        Value file = w->file;
        w->file = NO_VALUE;
        decref(th, file);
    }
    return rc;
}
int watch_found_lent(Thread *th, Loop *l) {
    struct epoll_event e[16];
    int n = epoll_wait(l->u->lent, e, 16, 0), rc = 0;
    for (int i = 0; i < n; i++)
        if (watch_found(th, l, (int)(uint32_t)e[i].data.u64, e[i].events) < 0) rc = -1;
    return rc;
}

bool watch_in_set(Loop *l, int fd) {
    Watch *w = watch_at(l, fd);
    return w && w->known && !w->lent;
}
int watch_forget(Thread *th, Loop *l, int fd) {
    Watch *w = watch_at(l, fd);
    if (!w || !(w->known || wanted(w))) return 0;
    Value all[3];
    if (w->known && !w->lent) {
        struct epoll_event e = {0};
        epoll_ctl(l->u->ep, EPOLL_CTL_DEL, fd, &e);
    }
    take_all(l, w, all);
    int rc = drop(th, all[0], true);
    if (drop(th, all[1], true) < 0) rc = -1;
    decref(th, all[2]);
    return rc;
}
void watch_drop_all(Thread *th, Loop *l) {
    Watch *w = l->watches;
    size_t n = l->n_watches;
    l->watches = NULL;
    l->n_watches = 0;
    for (size_t i = 0; i < n; i++) {
        Value all[3];
        take_all(l, &w[i], all);
        for (int k = 0; k < 3; k++) decref(th, all[k]);
    }
    mem_free(w);
}
int watch_traverse(Loop *l, VisitFn visit, void *arg) {
    for (size_t i = 0; i < l->n_watches; i++) {
        Value v[3] = {l->watches[i].reader, l->watches[i].writer, l->watches[i].file};
        for (int k = 0; k < 3; k++) {
            int r = v[k] ? visit(v[k], arg) : 0;
            if (r) return r;
        }
    }
    return 0;
}

// ---- methods of the loop

// The descriptor that file stands for, as the module selectors finds it: an int, or what its fileno() says, or the one it was watched under before it was
// closed. -1: ValueError.
static int descriptor(Thread *th, Loop *l, Value file) {
    int fd = -1;
    Value n = NO_VALUE;
    if (value_is_int(file)) {
        if (number_as_int(th, file, &fd) < 0) {
            if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "Python int too large to convert to C int");
            return -1;
        }
    } else {
        Value m = object_getattr_cstr(th, file, "fileno");
        n = m ? call0(th, m) : NO_VALUE;
        decref(th, m);
        Value i = n ? object_call(th, VALUE_OF(&type_int), &n, 1, NO_VALUE) : NO_VALUE;
        decref(th, n);
        int r = i ? number_as_int(th, i, &fd) : -1;
        decref(th, i);
        if (r < 0) {
            if (!error_matches(th, &exc_AttributeError) && !error_matches(th, &exc_TypeError) && !error_matches(th, &exc_ValueError)) return -1;
            error_clear(th);
            raise_value_error(th, "Invalid file object: %R", file);
            fd = -1;
        }
    }
    if (fd >= 0) return fd;
    for (size_t i = 0; i < l->n_watches; i++)
        if (l->watches[i].file == file && !value_is_int(file)) {
            error_clear(th);
            return (int)i;
        }
    if (!error_pending(th)) raise_value_error(th, "Invalid file descriptor: %d", fd);
    return -1;
}
static Value add(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames, unsigned event, const char *name) {
    Loop *l = LOOP(self);
    if (nargs < 2 || kwnames_len(kwnames)) return raise_type_error(th, "%s() takes a descriptor, a callback and its arguments", name);
    if (loop_check_closed(th, l) < 0) return NO_VALUE;
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    Value args = NO_VALUE;
    Handle *h = NULL;
    int fd = descriptor(th, l, a[0]);
    if (fd >= 0 && (args = tuple_from_array(th, a + 2, nargs - 2)) && (h = handle_new(th, l, HANDLE_SOON, a[1], args, NO_VALUE)) &&
        watch_set(th, l, fd, a[0], event, new_ref(th, VALUE_OF(h))) < 0) {
        decref(th, VALUE_OF(h));
        h = NULL;
    }
    decref(th, args);
    if (claimed) loop_unclaim(l);
    return h ? VALUE_OF(h) : NO_VALUE;
}
Value loop_meth_add_reader(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) { return add(th, self, a, nargs, kwnames, WATCH_IN, "_add_reader"); }
Value loop_meth_add_writer(Thread *th, Value self, const Value *a, size_t nargs, Value kwnames) { return add(th, self, a, nargs, kwnames, WATCH_OUT, "_add_writer"); }
int watch_writing_of(Thread *th, Value loop, int fd, Value transport, Value method) {
    Value a[2] = {value_imm_int(fd), method ? object_getattr(th, transport, method) : NO_VALUE}, r = NO_VALUE;
    if (!method) r = loop_meth_remove_writer(th, loop, a);
    else if (a[1]) r = loop_meth_add_writer(th, loop, a, 2, NO_VALUE);
    decref(th, a[1]);
    decref(th, r);
    return r ? 0 : -1;
}
static Value take_away(Thread *th, Value self, Value file, unsigned event) {
    Loop *l = LOOP(self);
    if (atomic_load_relaxed(&l->closed)) return VALUE_FALSE;
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    int fd = descriptor(th, l, file), r = fd >= 0 ? watch_clear(th, l, fd, event, NO_VALUE) : error_clear_if(th, &exc_OverflowError) ? 0 : -1;
    if (claimed) loop_unclaim(l);
    return r < 0 ? NO_VALUE : value_bool(r);
}
Value loop_meth_remove_reader(Thread *th, Value self, Value *a) { return take_away(th, self, a[0], WATCH_IN); }
Value loop_meth_remove_writer(Thread *th, Value self, Value *a) { return take_away(th, self, a[0], WATCH_OUT); }

static int direction(Thread *th, Value v, unsigned *event) {
    int e;
    if (number_as_int(th, v, &e) < 0) return -1;
    if (e != WATCH_IN && e != WATCH_OUT) {
        raise_value_error(th, "Invalid events: %R", v);
        return -1;
    }
    *event = (unsigned)e;
    return 0;
}
Value loop_meth_wait_fd(Thread *th, Value self, Value *a) {
    Loop *l = LOOP(self);
    unsigned event;
    if (direction(th, a[1], &event) < 0 || loop_check_closed(th, l) < 0) return NO_VALUE;
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    int fd = descriptor(th, l, a[0]);
    Value fut = fd < 0 ? NO_VALUE : future_new(th, self);
    if (fut && watch_set(th, l, fd, a[0], event, new_ref(th, fut)) < 0) clear_ref(th, &fut);
    if (claimed) loop_unclaim(l);
    return fut;
}
Value loop_meth_unwait_fd(Thread *th, Value self, Value *a) {
    Loop *l = LOOP(self);
    unsigned event;
    int fd;
    if (direction(th, a[1], &event) < 0 || number_as_int(th, a[0], &fd) < 0) return NO_VALUE;
    if (atomic_load_relaxed(&l->closed)) return VALUE_NONE;
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    int r = watch_clear(th, l, fd, event, a[2]);
    if (claimed) loop_unclaim(l);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
// [(file, fd, reader, writer), ...] of what is watched.
Value loop_meth_watched(Thread *th, Value self, Value *a) {
    Loop *l = LOOP(self);
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    Value list = list_new(th, 0);
    for (size_t i = 0; list && i < l->n_watches; i++) {
        Watch *w = &l->watches[i];
        if (!wanted(w)) continue;
        Tuple *t = tuple_new(th, 4);
        if (t) {
            Value fd = value_imm_int((int64_t)i);
            t->items[0] = w->file ? new_ref(th, w->file) : fd;
            t->items[1] = fd;
            t->items[2] = w->reader ? new_ref(th, w->reader) : VALUE_NONE;
            t->items[3] = w->writer ? new_ref(th, w->writer) : VALUE_NONE;
        }
        if (!t || list_append(th, AS(List, list), VALUE_OF(t)) < 0) clear_ref(th, &list);
        if (t) decref(th, VALUE_OF(t));
    }
    if (claimed) loop_unclaim(l);
    return list;
}
