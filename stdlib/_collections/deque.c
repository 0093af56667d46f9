// SPDX-License-Identifier: MIT
// collections.deque: a ring of 2^k places. All access, reading included, is under the deque's lock and takes its references there, so removed
// values need no grace period. `state` counts changes of the length or order; iterators compare it.
#include "stdlib/_collections/deque.h"
#include "stdlib/_collections/collections_int.h"

typedef struct Deque {
    Object head;
    ObjLock lock;
    size_t len;      // [a] items; written under the lock
    size_t first;    // [l] place of item 0
    size_t cap;      // [l] places: a power of two, or 0
    Value *ring;     // [l]
    int64_t maxlen;  // [a] -1: unbounded; written under the lock
    uint64_t state;  // [l] written, [a] looked at by comparisons
} Deque;
static Type type_deque, type_deque_iterator, type_deque_reverse_iterator;
static Shape shape_deque, shape_deque_iterator, shape_deque_reverse_iterator;

#define DEQUE(v) AS(Deque, v)
#define LOCK(d) obj_lock(th, &(d)->lock)
#define UNLOCK(d) obj_unlock(th, &(d)->lock)
// The length is written under the lock and read anywhere, and so is maxlen.
ALWAYS_INLINE void set_len(Deque *d, size_t n) { atomic_store_relaxed(&d->len, n); }
ALWAYS_INLINE void touch(Deque *d) { atomic_store_relaxed(&d->state, d->state + 1); }     // locked; comparisons look at it without the lock
ALWAYS_INLINE size_t len_now(const Deque *d) { return atomic_load_relaxed(&d->len); }
ALWAYS_INLINE int64_t maxlen_now(const Deque *d) { return atomic_load_relaxed(&d->maxlen); }
ALWAYS_INLINE Value *place(Deque *d, size_t i) { return &d->ring[(d->first + i) & (d->cap - 1)]; }
static bool value_is_deque(Value v) { return value_is_instance(v, &type_deque); }

static int deque_grow_locked(Thread *th, Deque *d, size_t want) {
    if (want <= d->cap) return 0;
    size_t cap = d->cap ? d->cap : 8;
    while (cap < want) cap *= 2;
    if (cap > (size_t)1 << 58) { raise_memory_error(th); return -1; }
    Value *r = mem_alloc(th, cap * sizeof(Value));
    if (!r) return -1;
    for (size_t i = 0; i < d->len; i++) r[i] = *place(d, i);
    mem_free(d->ring);
    d->ring = r;
    d->cap = cap;
    d->first = 0;
    return 0;
}

// Adds v (taken over) at the right or left end; what a bounded deque drops for it is released.
static int deque_push_owned(Thread *th, Deque *d, Value v, bool left) {
    Value gone = NO_VALUE;
    LOCK(d);
    if (UNLIKELY(d->maxlen == 0)) { UNLOCK(d); decref(th, v); return 0; }
    if (UNLIKELY(d->len == d->cap) && !(d->maxlen >= 0 && (int64_t)d->len >= d->maxlen) && deque_grow_locked(th, d, d->len + 1) < 0) {
        UNLOCK(d);
        decref(th, v);
        return -1;
    }
    if (d->maxlen >= 0 && (int64_t)d->len >= d->maxlen) { // full: the other end makes room
        if (left) gone = *place(d, d->len - 1);
        else { gone = *place(d, 0); d->first = (d->first + 1) & (d->cap - 1); }
        set_len(d, d->len - 1);
    }
    if (left) { d->first = (d->first - 1) & (d->cap - 1); *place(d, 0) = v; }
    else *place(d, d->len) = v;
    set_len(d, d->len + 1);
    touch(d);
    UNLOCK(d);
    decref(th, gone);
    return 0;
}

static Value deque_pop(Thread *th, Deque *d, bool left) {
    LOCK(d);
    if (d->len == 0) { UNLOCK(d); return raise_error(th, &exc_IndexError, "pop from an empty deque"); }
    Value v = *place(d, left ? 0 : d->len - 1);
    if (left) d->first = (d->first + 1) & (d->cap - 1);
    set_len(d, d->len - 1);
    touch(d);
    UNLOCK(d);
    return v;
}

bool value_is_exact_deque(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_deque; }
int deque_append_owned(Thread *th, Value deque, Value v) { return deque_push_owned(th, DEQUE(deque), v, false); }
Value deque_take_first(Thread *th, Value deque) {
    Deque *d = DEQUE(deque);
    Value v = NO_VALUE;
    LOCK(d);
    if (d->len) {
        v = *place(d, 0);
        d->first = (d->first + 1) & (d->cap - 1);
        d->len--;
        touch(d);
    }
    UNLOCK(d);
    return v;
}

// A reference to item i, NO_VALUE when there is none; *state the state it was read at.
static Value deque_at(Thread *th, Deque *d, size_t i, uint64_t *state) {
    LOCK(d);
    Value v = i < d->len ? new_ref(th, *place(d, i)) : NO_VALUE;
    if (state) *state = d->state;
    UNLOCK(d);
    return v;
}

static void deque_clear_all(Thread *th, Deque *d) {
    LOCK(d);
    Value *ring = d->ring;
    size_t first = d->first, cap = d->cap, n = d->len;
    d->ring = NULL;
    d->first = d->cap = 0;
    set_len(d, 0);
    touch(d);
    UNLOCK(d);
    for (size_t i = 0; i < n; i++) decref(th, ring[(first + i) & (cap - 1)]);
    mem_free(ring);
}

// All items as a list.
static Value deque_to_list(Thread *th, Deque *d) {
    Value l = list_new(th, 0);
    if (!l) return NO_VALUE;
    LOCK(d);
    Value r = NO_VALUE, *v = mem_alloc(th, (d->len + 1) * sizeof(Value));
    size_t n = d->len;
    if (v) for (size_t i = 0; i < n; i++) v[i] = new_ref(th, *place(d, i));
    UNLOCK(d);
    decref(th, l);
    if (v) r = list_from_owned(th, v, n);
    mem_free(v);
    return r;
}

static int extend_right(Thread *th, Value item, void *arg) { return deque_push_owned(th, arg, new_ref(th, item), false); }
static int extend_left(Thread *th, Value item, void *arg) { return deque_push_owned(th, arg, new_ref(th, item), true); }

static int deque_extend(Thread *th, Deque *d, Value iterable, bool left) {
    Value src = iterable == VALUE_OF(d) ? deque_to_list(th, d) : new_ref(th, iterable);
    if (!src) return -1;
    int r = iterate(th, src, left ? extend_left : extend_right, d);
    decref(th, src);
    return r < 0 ? -1 : 0;
}

static Value deque_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Deque *d = object_new(th, type, 0);
    if (d) d->maxlen = -1;
    return VALUE_OF(d);
}

static int deque_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (native_args_bind(th, &sig, "deque", "(iterable=(), maxlen=None)", args, nargs, kwnames, v) < 0) return -1;
    Deque *d = DEQUE(self);
    int64_t maxlen = -1;
    if (v[1] && v[1] != VALUE_NONE) {
        if (!value_is_int(v[1])) { raise_type_error(th, "an integer is required"); return -1; }
        if (int_as_i64_overflow(v[1], &maxlen)) { raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t"); return -1; }
        if (maxlen < 0) { raise_value_error(th, "maxlen must be non-negative"); return -1; }
    }
    LOCK(d);
    atomic_store_relaxed(&d->maxlen, maxlen);
    UNLOCK(d);
    if (len_now(d)) deque_clear_all(th, d);
    return v[0] ? deque_extend(th, d, v[0], false) : 0;
}

static void deque_dealloc(Thread *th, Object *self) {
    Deque *d = (Deque *)self;
    for (size_t i = 0; i < d->len; i++) decref(th, *place(d, i));
    mem_free(d->ring);
    container_dealloc_end(th, self, &shape_deque);
}
static int deque_traverse(Object *self, VisitFn visit, void *arg) {
    Deque *d = (Deque *)self;
    for (size_t i = 0; i < d->len; i++) { int r = visit(*place(d, i), arg); if (r) return r; }
    return 0;
}
static void deque_slot_clear(Thread *th, Object *self) { deque_clear_all(th, (Deque *)self); }

static intptr_t deque_slot_len(Thread *th, Value self) { return (intptr_t)len_now(DEQUE(self)); }

static Value deque_slot_repr(Thread *th, Value self) {
    Deque *d = DEQUE(self);
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "[...]");
    Value l = deque_to_list(th, d), s = NO_VALUE;
    if (l) {
        Value tn = atomic_load_acquire(&type_of(self)->name_obj);
        int64_t maxlen = maxlen_now(d);
        s = maxlen >= 0 ? str_format(th, "%U(%R, maxlen=%zd)", tn, l, (intptr_t)maxlen) : str_format(th, "%U(%R)", tn, l);
        decref(th, l);
    }
    repr_leave(th, self);
    return s;
}

// An int key as position; -1 with an exception.
static int deque_index_arg(Thread *th, Value key, intptr_t *i) {
    if (!index_check(key)) { raise_type_error(th, "sequence index must be integer, not '%T'", key); return -1; }
    *i = number_as_ssize(th, key, &exc_IndexError);
    return *i == -1 && error_pending(th) ? -1 : 0;
}

static Value deque_slot_getitem(Thread *th, Value self, Value key) {
    Deque *d = DEQUE(self);
    intptr_t i;
    if (deque_index_arg(th, key, &i) < 0) return NO_VALUE;
    LOCK(d);
    if (i < 0) i += (intptr_t)d->len;
    Value v = i >= 0 && (size_t)i < d->len ? new_ref(th, *place(d, (size_t)i)) : NO_VALUE;
    UNLOCK(d);
    return v ? v : raise_error(th, &exc_IndexError, "deque index out of range");
}

// Takes item i out, under the lock; moves the shorter side.
static Value deque_remove_locked(Deque *d, size_t i) {
    Value v = *place(d, i);
    if (i < d->len / 2) {
        for (size_t k = i; k > 0; k--) *place(d, k) = *place(d, k - 1);
        d->first = (d->first + 1) & (d->cap - 1);
    } else for (size_t k = i; k + 1 < d->len; k++) *place(d, k) = *place(d, k + 1);
    set_len(d, d->len - 1);
    touch(d);
    return v;
}

static int deque_slot_setitem(Thread *th, Value self, Value key, Value v) {
    Deque *d = DEQUE(self);
    intptr_t i;
    if (deque_index_arg(th, key, &i) < 0) return -1;
    LOCK(d);
    if (i < 0) i += (intptr_t)d->len;
    bool ok = i >= 0 && (size_t)i < d->len;
    Value old = NO_VALUE;
    if (ok) {
        if (v) { old = *place(d, (size_t)i); *place(d, (size_t)i) = new_ref(th, v); }
        else old = deque_remove_locked(d, (size_t)i);
    }
    UNLOCK(d);
    if (!ok) { raise_error(th, &exc_IndexError, "deque index out of range"); return -1; }
    decref(th, old);
    return 0;
}

// Position of x in [start, stop), -1 absent, -2 error; `mutated` is raised when a comparison changed the deque. The lock is held
// but for comparisons that may run Python code; with keep_lock also on return, when x was found.
static intptr_t deque_find(Thread *th, Deque *d, Value x, size_t start, size_t stop, Type *exc, const char *mutated, bool keep_lock) {
    LOCK(d);
    uint64_t state = d->state;
    for (size_t i = start; i < stop && i < d->len; i++) {
        Value v = *place(d, i);
        int e = value_equal_quick(v, x);
        if (e < 0) {
            incref(th, v);
            UNLOCK(d);
            e = object_equal(th, v, x);
            decref(th, v);
            if (e < 0) return -2;
            LOCK(d);
            if (d->state != state) { UNLOCK(d); raise_error(th, exc, "%s", mutated); return -2; }
        }
        if (e) { if (!keep_lock) UNLOCK(d); return (intptr_t)i; }
    }
    UNLOCK(d);
    return -1;
}
#define MUTATED "deque mutated during iteration"

static int deque_slot_contains(Thread *th, Value self, Value x) {
    intptr_t i = deque_find(th, DEQUE(self), x, 0, SIZE_MAX, &exc_RuntimeError, MUTATED, false);
    return i == -2 ? -1 : i >= 0;
}

static Value deque_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_deque(a) || !value_is_deque(b)) return VALUE_NOT_IMPLEMENTED;
    Deque *x = DEQUE(a), *y = DEQUE(b);
    if (op == CMP_EQ) { if (a == b) return VALUE_TRUE; if (len_now(x) != len_now(y)) return VALUE_FALSE; }
    if (op == CMP_NE) { if (a == b) return VALUE_FALSE; if (len_now(x) != len_now(y)) return VALUE_TRUE; }
    // As iterators would: mutation is an error.
    uint64_t sx = atomic_load_relaxed(&x->state), sy = atomic_load_relaxed(&y->state), s, t;
    for (size_t i = 0;; i++) {
        Value p = deque_at(th, x, i, &s), q = deque_at(th, y, i, &t);
        if (s != sx || t != sy) { decref(th, p); decref(th, q); return raise_error(th, &exc_RuntimeError, MUTATED); }
        if (!p || !q) {
            int c = p ? 1 : q ? -1 : 0;
            decref(th, p);
            decref(th, q);
            return compare_result(op, c);
        }
        int e = value_equal(th, p, q);
        Value r = NO_VALUE;
        if (e == 0) r = op == CMP_EQ ? VALUE_FALSE : op == CMP_NE ? VALUE_TRUE : object_compare(th, p, q, op);
        decref(th, p);
        decref(th, q);
        if (e <= 0) return r;
    }
}

// ---- methods

static Value deque_meth_append(Thread *th, Value self, Value *args) { return deque_push_owned(th, DEQUE(self), new_ref(th, args[0]), false) < 0 ? NO_VALUE : VALUE_NONE; }
static Value deque_meth_appendleft(Thread *th, Value self, Value *args) { return deque_push_owned(th, DEQUE(self), new_ref(th, args[0]), true) < 0 ? NO_VALUE : VALUE_NONE; }
static Value deque_meth_pop(Thread *th, Value self, Value *args) { return deque_pop(th, DEQUE(self), false); }
static Value deque_meth_popleft(Thread *th, Value self, Value *args) { return deque_pop(th, DEQUE(self), true); }
static Value deque_meth_extend(Thread *th, Value self, Value *args) { return deque_extend(th, DEQUE(self), args[0], false) < 0 ? NO_VALUE : VALUE_NONE; }
static Value deque_meth_extendleft(Thread *th, Value self, Value *args) { return deque_extend(th, DEQUE(self), args[0], true) < 0 ? NO_VALUE : VALUE_NONE; }
static Value deque_meth_clear(Thread *th, Value self, Value *args) { deque_clear_all(th, DEQUE(self)); return VALUE_NONE; }

static Value deque_meth_copy(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    if (value_is_exact(self, &type_deque)) {
        Deque *c = object_new(th, &type_deque, 0);
        if (!c) return NO_VALUE;
        LOCK(d);
        c->maxlen = d->maxlen;
        int r = d->len ? deque_grow_locked(th, c, d->len) : 0;
        for (size_t i = 0; r == 0 && i < d->len; i++) { c->ring[i] = new_ref(th, *place(d, i)); c->len = i + 1; }
        UNLOCK(d);
        if (r < 0) { decref(th, VALUE_OF(c)); return NO_VALUE; }
        return VALUE_OF(c);
    }
    Value t = VALUE_OF(type_of(self)), r = maxlen_now(d) < 0 ? call1(th, t, self) : call2(th, t, self, value_imm_int(maxlen_now(d)));
    if (r && !value_is_deque(r)) {
        raise_type_error(th, "%s() must return a deque, not %T", type_of(self)->name, r);
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

static Value deque_meth_count(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    int64_t n = 0;
    LOCK(d);
    uint64_t state = d->state;
    for (size_t i = 0; i < d->len; i++) {
        Value v = *place(d, i);
        int e = value_equal_quick(v, args[0]);
        if (e < 0) {
            incref(th, v);
            UNLOCK(d);
            e = object_equal(th, v, args[0]);
            decref(th, v);
            if (e < 0) return NO_VALUE;
            LOCK(d);
            if (d->state != state) { UNLOCK(d); return raise_error(th, &exc_RuntimeError, MUTATED); }
        }
        n += e;
    }
    UNLOCK(d);
    return value_imm_int(n);
}

static Value deque_meth_index(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    intptr_t n = (intptr_t)len_now(d), start = 0, stop = n;
    if (args[1] && args_slice_index(th, args[1], &start) < 0) return NO_VALUE;
    if (args[2] && args_slice_index(th, args[2], &stop) < 0) return NO_VALUE;
    if (start < 0) { start += n; if (start < 0) start = 0; }
    if (stop < 0) { stop += n; if (stop < 0) stop = 0; }
    if (stop > n) stop = n;
    if (start > stop) start = stop;
    intptr_t i = deque_find(th, d, args[0], (size_t)start, (size_t)stop, &exc_RuntimeError, MUTATED, false);
    if (i == -2) return NO_VALUE;
    return i >= 0 ? value_imm_int(i) : raise_value_error(th, "deque.index(x): x not in deque");
}

static Value deque_meth_remove(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    intptr_t i = deque_find(th, d, args[0], 0, SIZE_MAX, &exc_IndexError, "deque mutated during remove().", true);
    if (i == -2) return NO_VALUE;
    if (i < 0) return raise_value_error(th, "deque.remove(x): x not in deque");
    Value v = deque_remove_locked(d, (size_t)i);
    UNLOCK(d);
    decref(th, v);
    return VALUE_NONE;
}

static Value deque_meth_insert(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    LOCK(d);
    intptr_t n = (intptr_t)d->len;
    if (d->maxlen >= 0 && n >= d->maxlen) { UNLOCK(d); return raise_error(th, &exc_IndexError, "deque already at its maximum size"); }
    if (deque_grow_locked(th, d, d->len + 1) < 0) { UNLOCK(d); return NO_VALUE; }
    if (i < 0) { i += n; if (i < 0) i = 0; }
    if (i > n) i = n;
    if (i < n / 2) {
        d->first = (d->first - 1) & (d->cap - 1);
        for (intptr_t k = 0; k < i; k++) *place(d, (size_t)k) = *place(d, (size_t)k + 1);
    } else for (intptr_t k = n; k > i; k--) *place(d, (size_t)k) = *place(d, (size_t)k - 1);
    *place(d, (size_t)i) = new_ref(th, args[1]);
    set_len(d, d->len + 1);
    touch(d);
    UNLOCK(d);
    return VALUE_NONE;
}

static Value deque_meth_rotate(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    intptr_t n = 1;
    if (args[0]) { n = number_as_ssize(th, args[0], &exc_OverflowError); if (n == -1 && error_pending(th)) return NO_VALUE; }
    LOCK(d);
    intptr_t len = (intptr_t)d->len;
    if (len > 1) {
        n %= len;
        if (n > len / 2) n -= len;
        else if (n < -(len / 2)) n += len;
        size_t mask = d->cap - 1;
        for (; n > 0; n--) {
            Value v = *place(d, (size_t)len - 1);
            d->first = (d->first - 1) & mask;
            *place(d, 0) = v;
        }
        for (; n < 0; n++) {
            Value v = *place(d, 0);
            d->first = (d->first + 1) & mask;
            *place(d, (size_t)len - 1) = v;
        }
        touch(d);
    }
    UNLOCK(d);
    return VALUE_NONE;
}

static Value deque_meth_reverse(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    LOCK(d);
    for (size_t i = 0, j = d->len; i + 1 < j; i++) {
        j--;
        Value t = *place(d, i);
        *place(d, i) = *place(d, j);
        *place(d, j) = t;
    }
    touch(d);
    UNLOCK(d);
    return VALUE_NONE;
}

static Value deque_meth_reduce(Thread *th, Value self, Value *args) {
    Deque *d = DEQUE(self);
    Value name = str_intern_cstr(th, "__getstate__"), state = name ? call_method0(th, self, name) : NO_VALUE;
    if (!state) return NO_VALUE;
    Value it = object_iter(th, self);
    Value a = maxlen_now(d) < 0 ? tuple_empty : tuple_pack2(th, tuple_empty, value_imm_int(maxlen_now(d)));
    if (!it || !a) { decref(th, it); decref(th, a); decref(th, state); return NO_VALUE; }
    Value v[4] = {new_ref(th, VALUE_OF(type_of(self))), a, state, it};
    return tuple_from_owned(th, v, 4);
}

static Value deque_meth_sizeof(Thread *th, Value self, Value *args) {
    return value_imm_int((int64_t)(type_of(self)->basic_size + DEQUE(self)->cap * sizeof(Value)));
}
static Value deque_get_maxlen(Thread *th, Value self) { return maxlen_now(DEQUE(self)) < 0 ? VALUE_NONE : value_imm_int(maxlen_now(DEQUE(self))); }

static Value deque_slot_add(Thread *th, Value a, Value b) {
    if (!value_is_deque(a)) return VALUE_NOT_IMPLEMENTED;
    if (!value_is_deque(b)) {
        Value r = sequence_reflected_add(th, a, b);
        return r != VALUE_NOT_IMPLEMENTED ? r : raise_type_error(th, "can only concatenate deque (not \"%T\") to deque", b);
    }
    Value r = deque_meth_copy(th, a, NULL);
    if (r && deque_extend(th, DEQUE(r), b, false) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}
static Value deque_slot_iadd(Thread *th, Value a, Value b) {
    if (UNLIKELY(!value_is_deque(b))) {
        Value r = sequence_reflected_add(th, a, b);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    return deque_extend(th, DEQUE(a), b, false) < 0 ? NO_VALUE : new_ref(th, a); }

static int deque_repeat(Thread *th, Deque *d, intptr_t n) {
    if (n <= 0) { deque_clear_all(th, d); return 0; }
    if (n == 1) return 0;
    LOCK(d);
    size_t len = d->len;
    bool bounded = d->maxlen >= 0;
    UNLOCK(d);
    if (len == 0) return 0;
    if ((size_t)n > ((size_t)1 << 57) / len && !bounded) { raise_memory_error(th); return -1; }
    if (bounded) { // only the last maxlen items survive
        size_t rounds = (size_t)d->maxlen / len + 2;
        if ((size_t)n > rounds) {
            // The same end result with fewer rounds: every round appends the whole sequence.
            n = (intptr_t)rounds;
        }
    }
    Value l = deque_to_list(th, d);
    if (!l) return -1;
    for (intptr_t k = 1; k < n; k++)
        for (size_t i = 0; i < AS(List, l)->len; i++)
            if (deque_push_owned(th, d, new_ref(th, list_items_raw(AS(List, l))[i]), false) < 0) { decref(th, l); return -1; }
    decref(th, l);
    return 0;
}
static int deque_repeat_arg(Thread *th, Value b, intptr_t *n) {
    if (!index_check(b)) { raise_type_error(th, "can't multiply sequence by non-int of type '%T'", b); return -1; }
    *n = number_as_ssize(th, b, &exc_OverflowError);
    return *n == -1 && error_pending(th) ? -1 : 0;
}
static Value deque_slot_mul(Thread *th, Value a, Value b) {
    intptr_t n;
    if (!value_is_deque(a)) { Value x = a; a = b; b = x; }
    if (!value_is_deque(a)) return VALUE_NOT_IMPLEMENTED;
    if (deque_repeat_arg(th, b, &n) < 0) return NO_VALUE;
    Value r = deque_meth_copy(th, a, NULL);
    if (r && deque_repeat(th, DEQUE(r), n) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}
static Value deque_slot_imul(Thread *th, Value a, Value b) {
    intptr_t n;
    return deque_repeat_arg(th, b, &n) < 0 || deque_repeat(th, DEQUE(a), n) < 0 ? NO_VALUE : new_ref(th, a);
}

// ---- iterators

typedef struct DequeIter { Object head; Value deque; uint64_t state; int64_t index, left; } DequeIter; // deque [c]; state, index, left [a]

static Value deque_iter_make(Thread *th, Type *t, Value deque) {
    DequeIter *it = NEW(DequeIter, th, t);
    if (!it) return NO_VALUE;
    Deque *d = DEQUE(deque);
    it->deque = new_ref(th, deque);
    LOCK(d);
    it->state = d->state;
    it->left = (int64_t)d->len;
    UNLOCK(d);
    return VALUE_OF(it);
}
static Value deque_slot_iter(Thread *th, Value self) { return deque_iter_make(th, &type_deque_iterator, self); }
static Value deque_meth_reversed(Thread *th, Value self, Value *args) { return deque_iter_make(th, &type_deque_reverse_iterator, self); }

static Value deque_iterator_next(Thread *th, Value self) {
    DequeIter *it = AS(DequeIter, self);
    Deque *d = DEQUE(it->deque);
    LOCK(d); // the deque's lock also guards the position
    if (it->state != d->state) {
        it->left = 0;
        UNLOCK(d);
        return raise_error(th, &exc_RuntimeError, "deque mutated during iteration");
    }
    Value v = NO_VALUE;
    if (it->left > 0) {
        size_t i = (size_t)it->index++;
        it->left--;
        if (i < d->len) v = new_ref(th, *place(d, value_is_exact(self, &type_deque_iterator) ? i : d->len - 1 - i));
    }
    UNLOCK(d);
    return v;
}

static Value deque_iterator_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    const char *name = type == &type_deque_iterator ? "_deque_iterator" : "_deque_reverse_iterator";
    if (args_no_keywords(th, name, kwnames) < 0 || args_count(th, name, nargs, 1, 2) < 0) return NO_VALUE;
    if (!value_is_deque(args[0])) return raise_type_error(th, "%s() argument 1 must be collections.deque, not %T", name, args[0]);
    intptr_t index = 0;
    if (nargs > 1) { index = number_as_ssize(th, args[1], &exc_OverflowError); if (index == -1 && error_pending(th)) return NO_VALUE; }
    Value it = deque_iter_make(th, type, args[0]);
    for (intptr_t i = 0; it && i < index; i++) {
        Value v = deque_iterator_next(th, it);
        if (v) { decref(th, v); continue; }
        if (error_pending(th)) { decref(th, it); return NO_VALUE; }
        break;
    }
    return it;
}

static Value deque_iterator_meth_length_hint(Thread *th, Value self, Value *args) { return value_imm_int(atomic_load_relaxed(&AS(DequeIter, self)->left)); }
static Value deque_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    DequeIter *it = AS(DequeIter, self);
    int64_t i = (int64_t)len_now(DEQUE(it->deque)) - atomic_load_relaxed(&it->left);
    return reduce_make2(th, new_ref(th, VALUE_OF(type_of(self))), tuple_pack2(th, it->deque, value_imm_int(i)));
}
static void deque_iterator_dealloc(Thread *th, Object *self) { decref(th, ((DequeIter *)self)->deque); object_free(th, self); }
static int deque_iterator_traverse(Object *self, VisitFn visit, void *arg) { return visit(((DequeIter *)self)->deque, arg); }

static const MethodDef deque_iterator_methods[] = {
    {"__length_hint__", "(self, /)", deque_iterator_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", deque_iterator_meth_reduce, "Return state information for pickling.", 0},
    {0},
};
#define DEQUE_ITER(cname, pyname)                                                                                                          \
    MODULE_TYPE_DEFINE(cname, pyname, sizeof(DequeIter), TYPE_TRACED | TYPE_ITERATOR, .methods = deque_iterator_methods,                    \
                       .slots = {.new_ = deque_iterator_slot_new, .dealloc = deque_iterator_dealloc, .traverse = deque_iterator_traverse,   \
                                 .iter = iter_self, .next = deque_iterator_next})
DEQUE_ITER(deque_iterator, "collections._deque_iterator")
DEQUE_ITER(deque_reverse_iterator, "collections._deque_reverse_iterator")

static const MethodDef deque_methods[] = {
    {"append", "(self, item, /)", deque_meth_append, "Add an element to the right side of the deque.", 0},
    {"appendleft", "(self, item, /)", deque_meth_appendleft, "Add an element to the left side of the deque.", 0},
    {"clear", "(self, /)", deque_meth_clear, "Remove all elements from the deque.", 0},
    {"__copy__", "(self, /)", deque_meth_copy, "Return a shallow copy of a deque.", 0},
    {"copy", "(self, /)", deque_meth_copy, "Return a shallow copy of a deque.", 0},
    {"count", "(self, value, /)", deque_meth_count, "Return number of occurrences of value.", 0},
    {"extend", "(self, iterable, /)", deque_meth_extend, "Extend the right side of the deque with elements from the iterable.", 0},
    {"extendleft", "(self, iterable, /)", deque_meth_extendleft, "Extend the left side of the deque with elements from the iterable.", 0},
    {"index", "(self, value, start=0, stop=sys.maxsize, /)", deque_meth_index, "Return first index of value.\n\nRaises ValueError if the value is not present.", METH_NO_TEXT_SIG},
    {"insert", "(self, index, value, /)", deque_meth_insert, "Insert value before index.", 0},
    {"pop", "(self, /)", deque_meth_pop, "Remove and return the rightmost element.", 0},
    {"popleft", "(self, /)", deque_meth_popleft, "Remove and return the leftmost element.", 0},
    {"__reduce__", "(self, /)", deque_meth_reduce, "Return state information for pickling.", 0},
    {"remove", "(self, value, /)", deque_meth_remove, "Remove first occurrence of value.", 0},
    {"__reversed__", "(self, /)", deque_meth_reversed, "Return a reverse iterator over the deque.", 0},
    {"reverse", "(self, /)", deque_meth_reverse, "Reverse *IN PLACE*.", 0},
    {"rotate", "(self, n=1, /)", deque_meth_rotate, "Rotate the deque n steps to the right.  If n is negative, rotates left.", 0},
    {"__sizeof__", "(self, /)", deque_meth_sizeof, "Return the size of the deque in memory, in bytes.", 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
static const GetSetDef deque_getsets[] = {{"maxlen", deque_get_maxlen, NULL, "maximum size of a deque or None if unbounded"}, {0}};
MODULE_TYPE_DEFINE(deque, "collections.deque", sizeof(Deque), TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_SEQUENCE_PATTERN,
                   .methods = deque_methods, .getsets = deque_getsets,
                   .doc = "deque([iterable[, maxlen]])\n--\n\nA list-like sequence optimized for data accesses near its endpoints.",
                   .slots = {.new_ = deque_slot_new, .init = deque_slot_init, .dealloc = deque_dealloc, .traverse = deque_traverse, .clear = deque_slot_clear,
                             .repr = deque_slot_repr, .hash = object_hash_unhashable, .compare = deque_slot_compare, .iter = deque_slot_iter,
                             .len = deque_slot_len, .getitem = deque_slot_getitem, .setitem = deque_slot_setitem, .contains = deque_slot_contains,
                             .add = deque_slot_add, .mul = deque_slot_mul, .iadd = deque_slot_iadd, .imul = deque_slot_imul})

int collections_add_deque(Thread *th, Value m) {
    return module_add_type(th, m, &type_deque) < 0 || module_add_type(th, m, &type_deque_iterator) < 0 || module_add_type(th, m, &type_deque_reverse_iterator) < 0 ? -1 : 0;
}
