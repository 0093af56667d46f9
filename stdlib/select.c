// SPDX-License-Identifier: MIT
// The module select: select(), poll and epoll objects. Waiting happens detached; EINTR runs signal handlers and waits for what is left (PEP 475).
#include "sched/thread/lock.h"
#include "stdlib/posix/posix.h"
#include "stdlib/duration.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

// Units as nanoseconds; None: -1; less than 0: -2. what: the text of a TypeError.
static int timeout_arg(Thread *th, Value v, int64_t *ns, int64_t unit, const char *what) {
    *ns = -1;
    if (!v || v == VALUE_NONE) return 0;
    if (!duration_check(v)) {
        raise_type_error(th, "%s", what);
        return -1;
    }
    if (duration_as_ns(th, v, unit, DURATION_UP, ns) < 0) return -1;
    if (*ns < 0) *ns = -2;
    return 0;
}

// ---- select

// What one argument of select() names: `list` holds the object of each descriptor of `fds`.
typedef struct FdList { Value list; int fds[FD_SETSIZE]; size_t n; fd_set set; int max; } FdList;

// The items of a list are looked up one by one, because fileno() may change it; a list that shrinks just ends sooner.
static int fd_list(Thread *th, Value seq, FdList *l) {
    FD_ZERO(&l->set);
    l->max = -1;
    l->n = 0;
    l->list = list_new(th, 0);
    if (!l->list) return -1;
    Value from = value_is_list(seq) ? new_ref(th, seq) : sequence_to_list(th, seq);
    if (!from) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "arguments 1-3 must be sequences");
        return -1;
    }
    int rc = 0;
    for (size_t i = 0; !rc && i < list_len(AS(List, from)); i++) {
        Value o = list_get(th, AS(List, from), (intptr_t)i);
        int fd = -1;
        if (!o) {
            if (!error_clear_if(th, &exc_IndexError)) rc = -1;
            break;
        }
        rc = fd_arg(th, o, &fd);
        if (!rc && fd >= FD_SETSIZE) rc = (raise_value_error(th, "filedescriptor out of range in select()"), -1);
        if (!rc && l->n == FD_SETSIZE) rc = (raise_value_error(th, "too many file descriptors in select()"), -1);
        if (!rc) rc = list_append(th, AS(List, l->list), o);
        decref(th, o);
        if (rc) break;
        l->fds[l->n++] = fd;
        FD_SET(fd, &l->set);
        if (fd > l->max) l->max = fd;
    }
    decref(th, from);
    return rc;
}
static Value ready_list(Thread *th, FdList *l, fd_set *set) {
    Value r = list_new(th, 0);
    for (size_t i = 0; r && i < l->n; i++)
        if (FD_ISSET(l->fds[i], set)) {
            Value o = list_get(th, AS(List, l->list), (intptr_t)i);
            if (!o || list_append_owned(th, AS(List, r), o) < 0) clear_ref(th, &r);
        }
    return r;
}
static Value select_fn_select(Thread *th, Value self, Value *a) {
    int64_t ns;
    if (timeout_arg(th, a[3], &ns, DURATION_SECOND, "timeout must be a float or None") < 0) return NO_VALUE;
    if (ns == -2) return raise_value_error(th, "timeout must be non-negative");
    FdList *l = mem_calloc(th, 3, sizeof *l);
    if (!l) return NO_VALUE;
    Value out = NO_VALUE;
    int max = -1;
    for (int i = 0; i < 3; i++) {
        if (fd_list(th, a[i], &l[i]) < 0) goto done;
        if (l[i].max > max) max = l[i].max;
    }
    int64_t until = ns >= 0 ? thread_clock_ns() + ns : 0;
    fd_set sets[3];
    for (;;) {
        int r, err;
        for (int i = 0; i < 3; i++) sets[i] = l[i].set;
        struct timespec ts = {ns / 1000000000, ns % 1000000000};
        SYS(th, r, err, pselect(max + 1, &sets[0], &sets[1], &sets[2], ns >= 0 ? &ts : NULL, NULL));
        if (r >= 0) {
            if (!r)
                for (int i = 0; i < 3; i++) FD_ZERO(&sets[i]);
            break;
        }
        int again = after_eintr(th, err);
        if (again < 0) goto done;
        if (!again) {
            posix_error(th, err);
            goto done;
        }
        if (ns >= 0 && (ns = until - thread_clock_ns()) < 0) {
            for (int i = 0; i < 3; i++) FD_ZERO(&sets[i]);
            break;
        }
    }
    Value v[3];
    for (int i = 0; i < 3; i++) v[i] = ready_list(th, &l[i], &sets[i]);
    out = v[0] && v[1] && v[2] ? tuple_from_owned(th, v, 3) : NO_VALUE;
done:
    for (int i = 0; i < 3; i++) decref(th, l[i].list);
    mem_free(l);
    return out;
}

// ---- poll

typedef struct Poll { Object head; ObjLock lock; uint32_t polling; struct pollfd *fds; size_t n, cap; } Poll; // [l] all
MODULE_TYPE_DEFINE(select_poll, "select.poll", sizeof(Poll), TYPE_NO_INSTANTIATE);

static int events_arg(Thread *th, Value v, uint16_t dflt, uint16_t *out) {
    int64_t n = dflt;
    if (v) {
        if (number_as_i64(th, v, &n) < 0) return -1;
        if (n < 0) {
            raise_value_error(th, "value must be positive");
            return -1;
        }
        if (n > UINT16_MAX) {
            raise_error(th, &exc_OverflowError, "Python int too large to convert to C unsigned short");
            return -1;
        }
    }
    *out = (uint16_t)n;
    return 0;
}
static struct pollfd *poll_find(Poll *p, int fd) {
    for (size_t i = 0; i < p->n; i++)
        if (p->fds[i].fd == fd) return &p->fds[i];
    return NULL;
}
static Value poll_meth_register(Thread *th, Value self, Value *a) {
    Poll *p = AS(Poll, self);
    int fd;
    uint16_t ev;
    if (fd_arg(th, a[0], &fd) < 0 || events_arg(th, a[1], POLLIN | POLLPRI | POLLOUT, &ev) < 0) return NO_VALUE;
    obj_lock(th, &p->lock);
    struct pollfd *e = poll_find(p, fd);
    if (e) e->events = (short)ev;
    else {
        if (p->n == p->cap) {
            size_t cap = p->cap ? p->cap * 2 : 8;
            struct pollfd *f = mem_realloc(th, p->fds, cap * sizeof *f);
            if (!f) {
                obj_unlock(th, &p->lock);
                return NO_VALUE;
            }
            p->fds = f;
            p->cap = cap;
        }
        p->fds[p->n++] = (struct pollfd){fd, (short)ev, 0};
    }
    obj_unlock(th, &p->lock);
    return VALUE_NONE;
}
static Value poll_meth_modify(Thread *th, Value self, Value *a) {
    Poll *p = AS(Poll, self);
    int fd;
    uint16_t ev;
    if (fd_arg(th, a[0], &fd) < 0 || events_arg(th, a[1], 0, &ev) < 0) return NO_VALUE;
    obj_lock(th, &p->lock);
    struct pollfd *e = poll_find(p, fd);
    if (e) e->events = (short)ev;
    obj_unlock(th, &p->lock);
    return e ? VALUE_NONE : posix_error(th, ENOENT);
}
static Value poll_meth_unregister(Thread *th, Value self, Value *a) {
    Poll *p = AS(Poll, self);
    int fd;
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    obj_lock(th, &p->lock);
    struct pollfd *e = poll_find(p, fd);
    if (e) {
        memmove(e, e + 1, (size_t)(p->fds + p->n - (e + 1)) * sizeof *e);
        p->n--;
    }
    obj_unlock(th, &p->lock);
    return e ? VALUE_NONE : raise_key_error(th, value_imm_int(fd));
}
static Value poll_meth_poll(Thread *th, Value self, Value *a) {
    Poll *p = AS(Poll, self);
    int64_t ns;
    if (timeout_arg(th, a[0], &ns, DURATION_MILLISECOND, "timeout must be an integer or None") < 0) return NO_VALUE;
    if (ns < 0) ns = -1;
    if (ns / 1000000 > INT32_MAX) return raise_error(th, &exc_OverflowError, "timeout is too large");
    uint32_t idle = 0;
    if (!atomic_cas_acq_rel(&p->polling, &idle, 1u)) return raise_error(th, &exc_RuntimeError, "concurrent poll() invocation");
    obj_lock(th, &p->lock);
    size_t n = p->n;
    struct pollfd *fds = mem_alloc(th, (n + 1) * sizeof *fds);
    if (fds && n) memcpy(fds, p->fds, n * sizeof *fds);
    obj_unlock(th, &p->lock);
    Value out = NO_VALUE;
    int64_t until = ns >= 0 ? thread_clock_ns() + ns : 0;
    int r = 0, err;
    bool failed = fds == NULL;
    while (!failed) {
        SYS(th, r, err, poll(fds, n, ns >= 0 ? (int)((ns + 999999) / 1000000) : -1));
        if (r >= 0) break;
        int again = after_eintr(th, err);
        if (again <= 0) {
            if (!again) posix_error(th, err);
            failed = true;
        } else if (ns >= 0 && (ns = until - thread_clock_ns()) < 0) {
            r = 0;
            break;
        }
    }
    if (!failed && (out = list_new(th, 0)))
        for (size_t i = 0; r > 0 && i < n; i++) {
            if (!fds[i].revents) continue;
            Value t = tuple_pack2(th, value_imm_int(fds[i].fd), value_imm_int((uint16_t)fds[i].revents));
            if (!t || list_append_owned(th, AS(List, out), t) < 0) {
                clear_ref(th, &out);
                break;
            }
        }
    mem_free(fds);
    atomic_store_release(&p->polling, 0u);
    return out;
}
static void poll_dealloc(Thread *th, Object *o) {
    mem_free(((Poll *)o)->fds);
    object_free(th, o);
}
static const MethodDef poll_methods[] = {
    {"register", "(self, fd, eventmask=<unrepresentable>, /)", poll_meth_register, "Register a file descriptor with the polling object."}, {"modify", "(self, fd, eventmask, /)", poll_meth_modify, "Modify an already registered file descriptor."},
    {"unregister", "(self, fd, /)", poll_meth_unregister, "Remove a file descriptor being tracked by the polling object."}, {"poll", "(self, timeout=None, /)", poll_meth_poll, "Polls the set of registered file descriptors."}, {0}
};
static Value select_fn_poll(Thread *th, Value self, Value *a) {
    Poll *p = NEW(Poll, th, &type_select_poll);
    return p ? VALUE_OF(p) : NO_VALUE;
}

// ---- epoll

typedef struct Epoll { Object head; int fd; } Epoll; // [a]
static Value epoll_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
static Value epoll_closed_error(Thread *th) { return raise_value_error(th, "I/O operation on closed epoll object"); }
static int epoll_fd(Thread *th, Value self) {
    int fd = atomic_load_relaxed(&AS(Epoll, self)->fd);
    if (fd < 0) epoll_closed_error(th);
    return fd;
}
static Value epoll_wrap(Thread *th, Type *type, int fd) {
    Epoll *e = object_new(th, type, 0);
    if (!e) {
        close(fd);
        return NO_VALUE;
    }
    e->fd = fd;
    return VALUE_OF(e);
}
static Value epoll_control(Thread *th, Value self, Value fdv, int op, Value evv, uint32_t dflt) {
    int ep = epoll_fd(th, self), fd, r, err;
    if (ep < 0 || fd_arg(th, fdv, &fd) < 0) return NO_VALUE;
    struct epoll_event ev = {.events = dflt, .data.fd = fd};
    if (evv) {
        int64_t n;
        if (number_as_i64(th, evv, &n) < 0) return NO_VALUE;
        ev.events = (uint32_t)n;
    }
    SYS(th, r, err, epoll_ctl(ep, op, fd, &ev));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value epoll_meth_register(Thread *th, Value self, Value *a) { return epoll_control(th, self, a[0], EPOLL_CTL_ADD, a[1], EPOLLIN | EPOLLPRI | EPOLLOUT); }
static Value epoll_meth_modify(Thread *th, Value self, Value *a) { return epoll_control(th, self, a[0], EPOLL_CTL_MOD, a[1], 0); }
static Value epoll_meth_unregister(Thread *th, Value self, Value *a) { return epoll_control(th, self, a[0], EPOLL_CTL_DEL, NO_VALUE, 0); }
static Value epoll_meth_poll(Thread *th, Value self, Value *a) {
    int ep = epoll_fd(th, self), max = -1;
    int64_t ns;
    if (ep < 0 || timeout_arg(th, a[0], &ns, DURATION_SECOND, "timeout must be an integer or None") < 0 || (a[1] && number_as_int(th, a[1], &max) < 0)) return NO_VALUE;
    if (ns < 0) ns = -1;
    if (max == -1) max = FD_SETSIZE - 1;
    else if (max < 1) return raise_value_error(th, "maxevents must be greater than 0, got %d", max);
    if (ns / 1000000 > INT32_MAX) return raise_error(th, &exc_OverflowError, "timeout is too large");
    struct epoll_event *ev = mem_alloc(th, (size_t)max * sizeof *ev);
    if (!ev) return NO_VALUE;
    int64_t until = ns >= 0 ? thread_clock_ns() + ns : 0;
    int r = 0, err;
    Value out = NO_VALUE;
    for (;;) {
        SYS(th, r, err, epoll_wait(ep, ev, max, ns >= 0 ? (int)((ns + 999999) / 1000000) : -1));
        if (r >= 0) break;
        int again = after_eintr(th, err);
        if (again <= 0) {
            if (!again) posix_error(th, err);
            mem_free(ev);
            return NO_VALUE;
        }
        if (ns >= 0 && (ns = until - thread_clock_ns()) < 0) {
            r = 0;
            break;
        }
    }
    out = list_new(th, (size_t)r);
    for (int i = 0; out && i < r; i++) {
        Value t = tuple_pack2(th, value_imm_int(ev[i].data.fd), value_imm_int(ev[i].events));
        if (!t || list_append_owned(th, AS(List, out), t) < 0) clear_ref(th, &out);
    }
    mem_free(ev);
    return out;
}
static Value epoll_meth_close(Thread *th, Value self, Value *a) {
    int fd = __atomic_exchange_n(&AS(Epoll, self)->fd, -1, __ATOMIC_ACQ_REL), r, err;
    if (fd < 0) return VALUE_NONE;
    SYS(th, r, err, close(fd));
    return r < 0 && err != EINTR ? posix_error(th, err) : VALUE_NONE;
}
static Value epoll_meth_fileno(Thread *th, Value self, Value *a) { int fd = epoll_fd(th, self); return fd < 0 ? NO_VALUE : value_imm_int(fd); }
static Value epoll_meth_enter(Thread *th, Value self, Value *a) { return epoll_fd(th, self) < 0 ? NO_VALUE : new_ref(th, self); }
static Value epoll_get_closed(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&AS(Epoll, self)->fd) < 0); }
static void epoll_dealloc(Thread *th, Object *o) {
    if (((Epoll *)o)->fd >= 0) close(((Epoll *)o)->fd);
    object_free(th, o);
}
static Value epoll_meth_fromfd(Thread *th, Value self, Value *a);
static const MethodDef epoll_methods[] = {
    {"fromfd", "(cls, fd, /)", epoll_meth_fromfd, "Create an epoll object from a given control fd.", METH_CLASS}, {"close", "(self, /)", epoll_meth_close, "Close the epoll control file descriptor."}, {"fileno", "(self, /)", epoll_meth_fileno, "Return the epoll control file descriptor."},
    {"modify", "(self, /, fd, eventmask)", epoll_meth_modify, "Modify event mask for a registered file descriptor."}, {"register", "(self, /, fd, eventmask=<unrepresentable>)", epoll_meth_register, "Registers a new fd or raises an OSError if the fd is already registered."},
    {"unregister", "(self, /, fd)", epoll_meth_unregister, "Remove a registered file descriptor from the epoll object."}, {"poll", "(self, /, timeout=None, maxevents=-1)", epoll_meth_poll, "Wait for events on the epoll file descriptor."},
    {"__enter__", "(self, /)", epoll_meth_enter, NULL}, {"__exit__", "(self, exc_type=None, exc_value=None, exc_tb=None, /)", epoll_meth_close, NULL}, {0}
};
static const GetSetDef epoll_getsets[] = { {"closed", epoll_get_closed, NULL, "True if the epoll handler is closed"}, {0} };
MODULE_TYPE_DEFINE(select_epoll, "select.epoll", sizeof(Epoll), 0, .methods = epoll_methods, .getsets = epoll_getsets, .doc = "Returns an epolling object.", .slots = {.new_ = epoll_slot_new, .dealloc = epoll_dealloc})
static Value epoll_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[2];
    int size = -1, flags = 0;
    if (native_args_bind(th, &sig, "epoll", "(sizehint=-1, flags=0)", args, nargs, kwnames, out) < 0 || (out[0] && number_as_int(th, out[0], &size) < 0) || (out[1] && number_as_int(th, out[1], &flags) < 0)) return NO_VALUE;
    if (size < -1 || size == 0) return raise_value_error(th, "negative sizehint");
    if (flags && flags != EPOLL_CLOEXEC) return raise_error(th, &exc_OSError, "invalid flags");
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? posix_error(th, errno) : epoll_wrap(th, type, fd);
}
static Value epoll_meth_fromfd(Thread *th, Value self, Value *a) {
    int fd;
    return number_as_int(th, a[0], &fd) < 0 ? NO_VALUE : epoll_wrap(th, AS(Type, self), fd);
}

static const MethodDef select_fns[] = {
    {"select", "(rlist, wlist, xlist, timeout=None, /)", select_fn_select, "Wait until one or more file descriptors are ready for some kind of I/O."}, {"poll", "()", select_fn_poll, "Returns a polling object."}, {0}
};
static int select_exec(Thread *th, Value m) {
    type_select_poll.methods = poll_methods;
    type_select_poll.slots.dealloc = poll_dealloc;
    if (type_ready(th, &type_select_poll) < 0 || module_add_type(th, m, &type_select_epoll) < 0 || module_add(th, m, "error", new_ref(th, VALUE_OF(&exc_OSError))) < 0) return -1;
#define K(n) {#n, n}
    static const struct { const char *n; int64_t v; } c[] = {
        K(POLLIN), K(POLLPRI), K(POLLOUT), K(POLLERR), K(POLLHUP), K(POLLNVAL), K(POLLRDNORM), K(POLLRDBAND), K(POLLWRNORM), K(POLLWRBAND), K(POLLMSG), K(POLLRDHUP), {"PIPE_BUF", 4096}, K(EPOLLIN), K(EPOLLOUT), K(EPOLLPRI), K(EPOLLERR), K(EPOLLHUP), K(EPOLLRDHUP),
        {"EPOLLET", (uint32_t)EPOLLET}, K(EPOLLONESHOT), K(EPOLLEXCLUSIVE), K(EPOLLRDNORM), K(EPOLLRDBAND), K(EPOLLWRNORM), K(EPOLLWRBAND), K(EPOLLMSG), {"EPOLLWAKEUP", 1 << 29}, K(EPOLL_CLOEXEC),
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (module_add_int(th, m, c[i].n, c[i].v) < 0) return -1;
    return 0;
}
const ModuleDef module_select = {"select", "This module supports asynchronous I/O on multiple file descriptors.", select_fns, select_exec};
