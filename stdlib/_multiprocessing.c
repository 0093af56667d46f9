// SPDX-License-Identifier: MIT
// _multiprocessing: named POSIX semaphores as locks between processes. A SemLock's handle and name are constant; count and owner are changed only by
// the thread that holds it (a recursive lock) or atomically (a semaphore).
#include "stdlib/posix/posix.h"

#include "core/object/container_inl.h"

#include <limits.h>
#include <semaphore.h>
#include <stdlib.h>

enum { RECURSIVE_MUTEX, SEMAPHORE };

typedef struct SemLock {
    Object   head;
    sem_t   *handle;    // [c]
    uint64_t owner;     // [a] ident of the last thread that acquired it
    int32_t  count;     // [a] times acquired by this process and not released
    int32_t  maxvalue;  // [c]
    int32_t  kind;      // [c]
    char    *name;      // [c] mem_alloc; NULL: unlinked
} SemLock;

static Type type_semlock;

static bool is_mine(Thread *th, SemLock *s) { return atomic_load_relaxed(&s->count) > 0 && atomic_load_relaxed(&s->owner) == th->ident; }

static Value semlock_make(Thread *th, Type *type, sem_t *handle, int kind, int maxvalue, char *name_owned) {
    SemLock *s = NEW(SemLock, th, type);
    if (!s) {
        mem_free(name_owned);
        return NO_VALUE;
    }
    s->handle = handle;
    s->kind = kind;
    s->maxvalue = maxvalue;
    s->name = name_owned;
    return VALUE_OF(s);
}

static char *name_copy(Thread *th, Value v, const char *fn, int pos) {
    if (!value_is_str(v)) {
        raise_type_error(th, "%s() argument %d must be str, not %B", fn, pos, v);
        return NULL;
    }
    Value hold = NO_VALUE;
    size_t n;
    const char *p = str_utf8(th, v, &n, &hold);
    char *r = NULL;
    if (p) {
        if (strlen(p) != n) raise_value_error(th, "embedded null character");
        else if ((r = mem_alloc(th, n + 1))) memcpy(r, p, n + 1);
    }
    decref(th, hold);
    return r;
}

static Value semlock_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[5];
    if (native_args_bind(th, &sig, "SemLock", "(kind, value, maxvalue, name, unlink)", args, nargs, kwnames, v)) return NO_VALUE;
    int kind, value, maxvalue, unlink_it;
    if (number_as_int(th, v[0], &kind) || number_as_int(th, v[1], &value) || number_as_int(th, v[2], &maxvalue)) return NO_VALUE;
    char *name = name_copy(th, v[3], "SemLock", 4);
    if (!name) return NO_VALUE;
    if ((unlink_it = object_truth(th, v[4])) < 0) goto fail;
    if (kind != RECURSIVE_MUTEX && kind != SEMAPHORE) {
        raise_value_error(th, "unrecognized kind");
        goto fail;
    }
    sem_t *h = sem_open(name, O_CREAT | O_EXCL, 0600, (unsigned)value);
    if (h == SEM_FAILED || (unlink_it && sem_unlink(name) < 0)) {
        int err = errno;
        if (h != SEM_FAILED) sem_close(h);
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        goto fail;
    }
    if (unlink_it) {
        mem_free(name);
        name = NULL;
    }
    Value s = semlock_make(th, type, h, kind, maxvalue, name);
    if (!s) sem_close(h);
    return s;
fail:
    mem_free(name);
    return NO_VALUE;
}

static Value semlock_meth_rebuild(Thread *th, Value cls, Value *a) {
    int kind, maxvalue;
    if (number_as_int(th, a[1], &kind) || number_as_int(th, a[2], &maxvalue)) return NO_VALUE;
    char *name = NULL;
    sem_t *h;
    if (a[3] != VALUE_NONE) {
        if (!(name = name_copy(th, a[3], "_rebuild", 4))) return NO_VALUE;
        h = sem_open(name, 0);
        if (h == SEM_FAILED) {
            int err = errno;
            mem_free(name);
            return raise_errno(th, err, NO_VALUE, NO_VALUE);
        }
    } else {
        uint64_t u;
        if (int_as_u64(th, a[0], &u)) return NO_VALUE;
        h = (sem_t *)(uintptr_t)u;
    }
    return semlock_make(th, AS(Type, cls), h, kind, maxvalue, name);
}

static Value semlock_acquire(Thread *th, SemLock *s, bool block, Value timeout) {
    if (s->kind == RECURSIVE_MUTEX && is_mine(th, s)) {
        s->count++;
        return VALUE_TRUE;
    }
    struct timespec until = {0};
    bool timed = timeout && timeout != VALUE_NONE;
    if (timed) {
        double sec;
        if (number_as_double(th, timeout, &sec)) return NO_VALUE;
        if (!(sec > 0)) sec = 0;
        if (sec > 1e9) sec = 1e9;
        clock_gettime(CLOCK_REALTIME, &until);
        long ns = until.tv_nsec + (long)((sec - (double)(time_t)sec) * 1e9 + 0.5);
        until.tv_sec += (time_t)sec + ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
    }
    int r, err;
    do r = sem_trywait(s->handle);
    while (r < 0 && errno == EINTR);
    err = errno;
    while (r < 0 && err == EAGAIN && block) {
        int got;
        SYS(th, got, err, timed ? sem_timedwait(s->handle, &until) : sem_wait(s->handle));
        r = got;
        if (r == 0) break;
        if (err == EINTR) {
            if (thread_safepoint(th)) return NO_VALUE;
            err = EAGAIN;
        }
    }
    if (r < 0) {
        if (err == EAGAIN || err == ETIMEDOUT) return VALUE_FALSE;
        return raise_errno(th, err, NO_VALUE, NO_VALUE);
    }
    __atomic_fetch_add(&s->count, 1, __ATOMIC_RELAXED);
    atomic_store_relaxed(&s->owner, th->ident);
    return VALUE_TRUE;
}

static Value semlock_meth_acquire(Thread *th, Value self, Value *a) {
    int block = a[0] ? object_truth(th, a[0]) : 1;
    return block < 0 ? NO_VALUE : semlock_acquire(th, AS(SemLock, self), block, a[1]);
}
static Value semlock_meth_enter(Thread *th, Value self, Value *a) { return semlock_acquire(th, AS(SemLock, self), true, NO_VALUE); }

static Value semlock_meth_release(Thread *th, Value self, Value *a) {
    SemLock *s = AS(SemLock, self);
    if (s->kind == RECURSIVE_MUTEX) {
        if (!is_mine(th, s)) return raise_error(th, &exc_AssertionError, "attempt to release recursive lock not owned by thread");
        if (s->count > 1) {
            s->count--;
            return VALUE_NONE;
        }
    } else {
        int v;
        if (sem_getvalue(s->handle, &v) < 0) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
        if (v >= s->maxvalue) return raise_value_error(th, "semaphore or lock released too many times");
    }
    __atomic_fetch_sub(&s->count, 1, __ATOMIC_RELAXED); // before the post: whoever gets it next counts up
    if (sem_post(s->handle) < 0) {
        int err = errno;
        __atomic_fetch_add(&s->count, 1, __ATOMIC_RELAXED);
        return raise_errno(th, err, NO_VALUE, NO_VALUE);
    }
    return VALUE_NONE;
}
static Value semlock_meth_exit(Thread *th, Value self, Value *a) { return semlock_meth_release(th, self, a); }
static Value semlock_meth_count(Thread *th, Value self, Value *a) { return value_imm_int(atomic_load_relaxed(&AS(SemLock, self)->count)); }
static Value semlock_meth_is_mine(Thread *th, Value self, Value *a) { return value_bool(is_mine(th, AS(SemLock, self))); }
static Value semlock_meth_get_value(Thread *th, Value self, Value *a) {
    int v;
    if (sem_getvalue(AS(SemLock, self)->handle, &v) < 0) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return value_imm_int(v < 0 ? 0 : v);
}
static Value semlock_meth_is_zero(Thread *th, Value self, Value *a) {
    int v;
    if (sem_getvalue(AS(SemLock, self)->handle, &v) < 0) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return value_bool(v == 0);
}
static Value semlock_meth_after_fork(Thread *th, Value self, Value *a) {
    atomic_store_relaxed(&AS(SemLock, self)->count, 0);
    return VALUE_NONE;
}
static Value semlock_get_handle(Thread *th, Value self) { return int_from_u64(th, (uint64_t)(uintptr_t)AS(SemLock, self)->handle); }
static Value semlock_get_name(Thread *th, Value self) {
    const char *n = AS(SemLock, self)->name;
    return n ? str_from_fs(th, n, strlen(n)) : VALUE_NONE;
}
static void semlock_slot_dealloc(Thread *th, Object *self) {
    SemLock *s = (SemLock *)self;
    if (s->handle) sem_close(s->handle);
    mem_free(s->name);
    object_release_attrs(th, self);
    object_free(th, self);
}

static const MethodDef semlock_methods[] = {
    {"acquire", "(self, /, block=True, timeout=None)", semlock_meth_acquire, "Acquire the semaphore/lock.", 0},
    {"release", "(self, /)", semlock_meth_release, "Release the semaphore/lock.", 0},
    {"_count", "(self, /)", semlock_meth_count, "Num of `acquire()`s minus num of `release()`s for this process.", 0},
    {"_is_mine", "(self, /)", semlock_meth_is_mine, "Whether the lock is owned by this thread.", 0},
    {"_get_value", "(self, /)", semlock_meth_get_value, "Get the value of the semaphore.", 0},
    {"_is_zero", "(self, /)", semlock_meth_is_zero, "Return whether semaphore has value zero.", 0},
    {"_rebuild", "(cls, handle, kind, maxvalue, name, /)", semlock_meth_rebuild, NULL, METH_CLASS},
    {"_after_fork", "(self, /)", semlock_meth_after_fork, "Rezero the net acquisition count after fork().", 0},
    {"__enter__", "(self, /)", semlock_meth_enter, "Enter the semaphore/lock.", 0},
    {"__exit__", "(self, exc_type=None, exc_value=None, exc_tb=None, /)", semlock_meth_exit, "Exit the semaphore/lock.", 0},
    {0}
};
static const GetSetDef semlock_getsets[] = {{"handle", semlock_get_handle, NULL, NULL}, {"name", semlock_get_name, NULL, NULL}, {0}};
static const MemberDef semlock_members[] = {
    {"kind", offsetof(SemLock, kind), MEMBER_INT32 | MEMBER_READONLY, NULL}, {"maxvalue", offsetof(SemLock, maxvalue), MEMBER_INT32 | MEMBER_READONLY, NULL}, {0}};
MODULE_TYPE_DEFINE(semlock, "_multiprocessing.SemLock", sizeof(SemLock), TYPE_BASETYPE, .methods = semlock_methods, .getsets = semlock_getsets,
                   .members = semlock_members, .doc = "Semaphore/Mutex type",
                   .slots = {.new_ = semlock_slot_new, .dealloc = semlock_slot_dealloc})

static Value mp_fn_sem_unlink(Thread *th, Value self, Value *a) {
    char *name = name_copy(th, a[0], "sem_unlink", 1);
    if (!name) return NO_VALUE;
    int r = sem_unlink(name), err = errno;
    mem_free(name);
    return r < 0 ? raise_errno(th, err, NO_VALUE, NO_VALUE) : VALUE_NONE;
}
static const MethodDef methods[] = {{"sem_unlink", "(name, /)", mp_fn_sem_unlink, NULL, 0}, {0}};
static int mp_exec(Thread *th, Value m) {
    if (module_add_type(th, m, &type_semlock)) return -1;
    if (dict_set_str(th, type_semlock.dict, "SEM_VALUE_MAX", int_from_i64(th, SEM_VALUE_MAX))) return -1;
    Value f = dict_new(th);
    if (!f || dict_set_str(th, AS(Dict, f), "HAVE_SEM_OPEN", value_imm_int(1)) || dict_set_str(th, AS(Dict, f), "HAVE_SEM_TIMEDWAIT", value_imm_int(1))) return -1;
    return module_add(th, m, "flags", f);
}
const ModuleDef module__multiprocessing = {"_multiprocessing", NULL, methods, mp_exec};
