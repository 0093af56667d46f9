// SPDX-License-Identifier: MIT
// _thread.lock and _thread.RLock over the parking lot. A waiting thread is detached; in the main thread a signal ends the wait, its Python handler
// runs, and the wait goes on unless it raised. No locks of its own.
#include "stdlib/_thread/thread.h"
#include "stdlib/duration.h"


typedef struct Lock { Object head; uint8_t word; } Lock;                // [a] see word_lock
typedef struct RLock { Object head; uint8_t word; uint64_t owner; uint64_t count; } RLock; // owner [a] ident of the holder; count: the holder's

// The timeout of acquire in nanoseconds: -1 for ever, 0 do not wait. what: a number or NO_VALUE. 0, or -1 with the exception set.
static int parse_timeout(Thread *th, bool blocking, Value what, int64_t *ns) {
    *ns = blocking ? -1 : 0;
    if (!what) return 0;
    int64_t given;
    if (duration_as_ns(th, what, DURATION_SECOND, DURATION_UP, &given) < 0) return -1;
    bool none = given == -DURATION_SECOND;
    if (!blocking && !none) {
        raise_value_error(th, "can't specify a timeout for a non-blocking call");
        return -1;
    }
    if (given < 0 && !none) {
        raise_value_error(th, "timeout value must be a non-negative number");
        return -1;
    }
    if (!blocking || none) return 0;
    if (given > (int64_t)(THREAD_TIMEOUT_MAX * 1e9)) {
        raise_error(th, &exc_OverflowError, "timeout value is too large");
        return -1;
    }
    *ns = given;
    return 0;
}

// 1 taken, 0 timed out, -1 a signal handler raised.
static int acquire_word(Thread *th, uint8_t *word, int64_t ns) {
    int64_t deadline = ns > 0 ? thread_clock_ns() + ns : 0;
    for (;;) {
        ParkResult r = word_lock(th, word, ns, true);
        if (r == PARK_OK) return 1;
        if (r == PARK_TIMEOUT) return 0;
        if (thread_safepoint(th)) return -1;
        if (ns > 0) {
            ns = deadline - thread_clock_ns();
            if (ns <= 0) return word_lock(th, word, 0, false) == PARK_OK;
        }
    }
}

static int acquire_args(Thread *th, Value *args, int64_t *ns) {
    int blocking = args[0] ? object_truth(th, args[0]) : 1;
    if (blocking < 0) return -1;
    return parse_timeout(th, blocking, args[1], ns);
}

// ---- lock ------------------------------------------------------------------------------------------------------------------------------

static Value lock_meth_acquire(Thread *th, Value self, Value *args) {
    int64_t ns;
    if (acquire_args(th, args, &ns)) return NO_VALUE;
    int r = acquire_word(th, &AS(Lock, self)->word, ns);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value lock_meth_release(Thread *th, Value self, Value *args) {
    if (!word_unlock(&AS(Lock, self)->word)) return raise_error(th, &exc_RuntimeError, "release unlocked lock");
    return VALUE_NONE;
}
static Value lock_meth_locked(Thread *th, Value self, Value *args) {
    return value_bool(atomic_load_relaxed(&AS(Lock, self)->word) & 1);
}
static Value lock_meth_enter(Thread *th, Value self, Value *args) {
    int r = acquire_word(th, &AS(Lock, self)->word, -1);
    return r < 0 ? NO_VALUE : VALUE_TRUE;
}
static Value lock_meth_exit(Thread *th, Value self, Value *args) { return lock_meth_release(th, self, args); }
static Value lock_meth_at_fork_reinit(Thread *th, Value self, Value *args) {
    atomic_store_release(&AS(Lock, self)->word, (uint8_t)0);
    return VALUE_NONE;
}
static Value lock_slot_repr(Thread *th, Value self) {
    return str_format(th, "<%s %T object at %p>", atomic_load_relaxed(&AS(Lock, self)->word) & 1 ? "locked" : "unlocked", self, AS(void, self));
}
static void lock_slot_dealloc(Thread *th, Object *self) {
    object_release_attrs(th, self);
    object_free(th, self);
}

#define DOC_ACQUIRE "Lock the lock.  Without argument, this blocks if the lock is already\nlocked (even by the same thread), waiting for another thread to release\nthe lock, and return True once the lock is acquired."
#define DOC_RELEASE "Release the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nbut it needn't be locked by the same thread that unlocks it."
static const MethodDef lock_methods[] = {
    {"acquire_lock", "(self, /, blocking=True, timeout=-1)", lock_meth_acquire, "An obsolete synonym of acquire()."},
    {"acquire", "(self, /, blocking=True, timeout=-1)", lock_meth_acquire, DOC_ACQUIRE},
    {"release_lock", "(self, /)", lock_meth_release, "An obsolete synonym of release()."},
    {"release", "(self, /)", lock_meth_release, DOC_RELEASE},
    {"locked_lock", "(self, /)", lock_meth_locked, "An obsolete synonym of locked()."},
    {"locked", "(self, /)", lock_meth_locked, "Return whether the lock is in the locked state."},
    {"__enter__", "(self, /)", lock_meth_enter, "Lock the lock."},
    {"__exit__", "(self, /, *exc_info)", lock_meth_exit, "Release the lock."},
    {"_at_fork_reinit", "(self, /)", lock_meth_at_fork_reinit, NULL},
    {0}
};
static Value lock_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
MODULE_TYPE_DEFINE(lock, "_thread.lock", sizeof(Lock), TYPE_WEAKREFABLE, .text_signature = "()", .methods = lock_methods,
                   .doc = "A lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().",
                   .slots = { .new_ = lock_slot_new, .repr = lock_slot_repr, .dealloc = lock_slot_dealloc })

static Value lock_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "lock", kwnames) || args_count(th, "lock", nargs, 0, 0)) return NO_VALUE;
    return VALUE_OF(NEW(Lock, th, type));
}
Value lock_fn_allocate(Thread *th, Value self, Value *args) { return VALUE_OF(NEW(Lock, th, &type_lock)); }

// ---- RLock -----------------------------------------------------------------------------------------------------------------------------

ALWAYS_INLINE bool rlock_is_mine(Thread *th, const RLock *l) { return atomic_load_relaxed(&l->owner) == th->ident; }

static int rlock_acquire(Thread *th, RLock *l, int64_t ns) {
    if (rlock_is_mine(th, l)) {
        atomic_store_relaxed(&l->count, l->count + 1);  // the holder's; repr() reads it
        return 1;
    }
    int r = acquire_word(th, &l->word, ns);
    if (r > 0) {
        atomic_store_relaxed(&l->count, (uint64_t)1);
        atomic_store_relaxed(&l->owner, th->ident);
    }
    return r;
}
static void rlock_free(RLock *l) {
    atomic_store_relaxed(&l->count, (uint64_t)0);
    atomic_store_relaxed(&l->owner, (uint64_t)0);
    word_unlock(&l->word);
}
static Value rlock_meth_acquire(Thread *th, Value self, Value *args) {
    int64_t ns;
    if (acquire_args(th, args, &ns)) return NO_VALUE;
    int r = rlock_acquire(th, AS(RLock, self), ns);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value rlock_meth_enter(Thread *th, Value self, Value *args) {
    return rlock_acquire(th, AS(RLock, self), -1) < 0 ? NO_VALUE : VALUE_TRUE;
}
static Value rlock_meth_release(Thread *th, Value self, Value *args) {
    RLock *l = AS(RLock, self);
    if (!rlock_is_mine(th, l)) return raise_error(th, &exc_RuntimeError, "cannot release un-acquired lock");
    if (l->count == 1) rlock_free(l);
    else atomic_store_relaxed(&l->count, l->count - 1);
    return VALUE_NONE;
}
static Value rlock_meth_exit(Thread *th, Value self, Value *args) { return rlock_meth_release(th, self, args); }
static Value rlock_meth_locked(Thread *th, Value self, Value *args) { return value_bool(atomic_load_relaxed(&AS(RLock, self)->word) & 1); }
static Value rlock_meth_is_owned(Thread *th, Value self, Value *args) { return value_bool(rlock_is_mine(th, AS(RLock, self))); }
static Value rlock_meth_recursion_count(Thread *th, Value self, Value *args) {
    RLock *l = AS(RLock, self);
    return value_imm_int(rlock_is_mine(th, l) ? (int64_t)l->count : 0);
}
static Value rlock_meth_release_save(Thread *th, Value self, Value *args) {
    RLock *l = AS(RLock, self);
    if (!rlock_is_mine(th, l)) return raise_error(th, &exc_RuntimeError, "cannot release un-acquired lock");
    Value count = int_from_u64(th, l->count), owner = int_from_u64(th, l->owner);
    Value r = count && owner ? tuple_pack2(th, count, owner) : NO_VALUE;
    decref(th, count);
    decref(th, owner);
    if (r) rlock_free(l);
    return r;
}
static Value rlock_meth_acquire_restore(Thread *th, Value self, Value *args) {
    RLock *l = AS(RLock, self);
    if (!value_is_tuple(args[0])) return raise_type_error(th, "_acquire_restore() argument 1 must be tuple, not %T", args[0]);
    Tuple *t = AS(Tuple, args[0]);
    if (t->len != 2) return raise_type_error(th, "_acquire_restore() argument 1 must be tuple of length 2, not %zu", t->len);
    int64_t count;
    uint64_t owner;
    if (number_as_i64(th, t->items[0], &count)) return NO_VALUE;
    if (!value_is_int(t->items[1])) return raise_type_error(th, "an integer is required");
    owner = int_as_u64_mask(t->items[1]);
    if (acquire_word(th, &l->word, -1) < 0) return NO_VALUE;
    atomic_store_relaxed(&l->count, (uint64_t)count);
    atomic_store_relaxed(&l->owner, owner);
    return VALUE_NONE;
}
static Value rlock_meth_at_fork_reinit(Thread *th, Value self, Value *args) {
    RLock *l = AS(RLock, self);
    atomic_store_relaxed(&l->count, (uint64_t)0);
    atomic_store_relaxed(&l->owner, (uint64_t)0);
    atomic_store_release(&l->word, (uint8_t)0);
    return VALUE_NONE;
}
static Value rlock_slot_repr(Thread *th, Value self) {
    RLock *l = AS(RLock, self);
    return str_format(th, "<%s %T object owner=%lu count=%lu at %p>", atomic_load_relaxed(&l->word) & 1 ? "locked" : "unlocked", self,
                      (unsigned long)atomic_load_relaxed(&l->owner), (unsigned long)atomic_load_relaxed(&l->count), AS(void, self));
}
static Value rlock_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(RLock, th, type)); }

static const MethodDef rlock_methods[] = {
    {"acquire", "(self, /, blocking=True, timeout=-1)", rlock_meth_acquire,
     "Lock the lock.\n\n`blocking` indicates whether we should wait for the lock to be available or not;\nwith a timeout, wait at most that many seconds. Return True if the lock is acquired."},
    {"release", "(self, /)", rlock_meth_release, "Release the lock, allowing another thread that is blocked waiting for\nthe lock to acquire it once it was released as often as it was acquired."},
    {"locked", "(self, /)", rlock_meth_locked, "Return a boolean indicating whether this object is locked right now."},
    {"_is_owned", "(self, /)", rlock_meth_is_owned, "For internal use by `threading.Condition`."},
    {"_acquire_restore", "(self, state, /)", rlock_meth_acquire_restore, "For internal use by `threading.Condition`."},
    {"_release_save", "(self, /)", rlock_meth_release_save, "For internal use by `threading.Condition`."},
    {"_recursion_count", "(self, /)", rlock_meth_recursion_count, "For internal use by reentrancy checks."},
    {"__enter__", "(self, /)", rlock_meth_enter, "Lock the lock."},
    {"__exit__", "(self, /, *exc_info)", rlock_meth_exit, "Release the lock."},
    {"_at_fork_reinit", "(self, /)", rlock_meth_at_fork_reinit, NULL},
    {0}
};
MODULE_TYPE_DEFINE(rlock, "_thread.RLock", sizeof(RLock), TYPE_BASETYPE | TYPE_WEAKREFABLE, .methods = rlock_methods,
                   .slots = { .new_ = rlock_slot_new, .repr = rlock_slot_repr, .dealloc = lock_slot_dealloc })

int thread_lock_exec(Thread *th, Value m) {
    if (module_add_type(th, m, &type_lock) || module_add_type(th, m, &type_rlock)) return -1;
    if (module_add(th, m, "LockType", VALUE_OF(&type_lock))) return -1;
    return module_add(th, m, "TIMEOUT_MAX", value_try_imm_float(THREAD_TIMEOUT_MAX));
}
