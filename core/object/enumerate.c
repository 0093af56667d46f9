// SPDX-License-Identifier: MIT
// enumerate and reversed. Counters are atomic; enumerate's count beyond 62 bits lives in a slot.
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/iter.h"

typedef struct Enumerate {
    Object head;
    Value iter;      // [c]
    int64_t index;   // [a] next count while it fits
    ObjLock lock;    // guards big
    Value reuse;     // [o] the tuple handed out last (pair_reuse)
    Value big;       // [l] next count once index reached INT_IMM_MAX, else NO_VALUE
} Enumerate;

Value enumerate_new(Thread *th, Value iterable, int64_t start) {
    Value it = object_iter(th, iterable);
    Enumerate *e = it ? NEW(Enumerate, th, &type_enumerate) : NULL;
    if (!e) { decref(th, it); return NO_VALUE; }
    e->iter = it;
    e->index = start;
    return VALUE_OF(e);
}

static Value enumerate_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    size_t nkw = kwnames_len(kwnames);
    if (nargs + nkw > 2) return raise_type_error(th, "enumerate() takes at most 2 arguments (%zu given)", nargs + nkw);
    Value v[2] = {nargs > 0 ? args[0] : NO_VALUE, nargs > 1 ? args[1] : NO_VALUE};
    bool only_start = false;
    for (size_t i = 0; i < nkw; i++) {
        Value k = AS(Tuple, kwnames)->items[i];
        int at = str_equal_cstr(k, "iterable") ? 0 : str_equal_cstr(k, "start") ? 1 : -1;
        if (at < 0 || v[at]) return raise_type_error(th, "'%U' is an invalid keyword argument for enumerate()", k);
        v[at] = args[nargs + i];
        if (at == 1 && nkw == 1 && nargs == 0) only_start = true;
    }
    if (only_start) return raise_type_error(th, "'start' is an invalid keyword argument for enumerate()");
    if (!v[0]) return raise_type_error(th, "enumerate() missing required argument 'iterable'");
    Value start = v[1] ? index_exact(th, v[1]) : value_imm_int(0);
    if (!start) return NO_VALUE;
    Value it = object_iter(th, v[0]);
    Enumerate *e = it ? object_new(th, type, 0) : NULL;
    if (!e) { decref(th, it); decref(th, start); return NO_VALUE; }
    e->iter = it;
    if (value_is_imm_int(start)) e->index = value_imm_int_get(start);
    else { e->index = INT_IMM_MAX; e->big = start; }
    return VALUE_OF(e);
}

static Value enumerate_count_big(Thread *th, Enumerate *e) {
    Value one = value_imm_int(1);
    container_lock(th, &e->head, &e->lock);
    Value n = e->big ? e->big : value_imm_int(INT_IMM_MAX);
    Value next = int_add(th, n, one);
    if (next) e->big = next;
    container_unlock(th, &e->lock);
    return next ? n : NO_VALUE; // the slot's reference passes to the caller
}

static int enumerate_next_pair(Thread *th, Value self, Value pair[2]) {
    Enumerate *e = AS(Enumerate, self);
    Value item = iter_step(th, e->iter);
    if (UNLIKELY(!item)) return error_pending(th) ? -1 : 0;
    Value n;
    if (UNLIKELY(atomic_load_relaxed(&e->index) >= INT_IMM_MAX)) n = enumerate_count_big(th, e);
    else {
        int64_t at = counter_fetch_add(th, &e->index, 1);
        n = LIKELY(int_fits_imm(at)) ? value_imm_int(at) : int_from_i64(th, at);
    }
    if (UNLIKELY(!n)) { decref(th, item); return -1; }
    pair[0] = n;
    pair[1] = item;
    return 1;
}
static Value enumerate_slot_next(Thread *th, Value self) {
    Enumerate *e = AS(Enumerate, self);
    Value v[2];
    if (enumerate_next_pair(th, self, v) <= 0) return NO_VALUE;
    if (iter_is_private(th, &e->head)) return pair_reuse(th, &e->reuse, v[0], v[1]);
    return tuple_from_owned(th, v, 2);
}

static Value enumerate_meth_reduce(Thread *th, Value self, Value *args) {
    Enumerate *e = AS(Enumerate, self);
    container_lock(th, &e->head, &e->lock);
    Value n = e->big ? new_ref(th, e->big) : value_imm_int(atomic_load_relaxed(&e->index));
    container_unlock(th, &e->lock);
    Value a = tuple_pack2(th, e->iter, n);
    decref(th, n);
    return reduce_make2(th, new_ref(th, VALUE_OF(type_of(self))), a);
}

static void enumerate_dealloc(Thread *th, Object *self) {
    Enumerate *e = (Enumerate *)self;
    decref(th, e->iter);
    decref(th, e->big);
    decref(th, e->reuse);
    container_dealloc_end(th, self, &shape_enumerate);
}
static int enumerate_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((Enumerate *)self)->iter, arg);
    return r ? r : visit(((Enumerate *)self)->reuse, arg);
}

static const MethodDef enumerate_methods[] = {
    {"__reduce__", "(self, /)", enumerate_meth_reduce, "Return state information for pickling.", 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
TYPE_DEFINE(enumerate, "enumerate", sizeof(Enumerate), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = enumerate_methods,
            .doc = "enumerate(iterable, start=0)\n--\n\nReturn an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\n"
                   "defaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
            .slots = {.new_ = enumerate_slot_new, .dealloc = enumerate_dealloc, .traverse = enumerate_traverse, .iter = iter_self, .next = enumerate_slot_next, .next_pair = enumerate_next_pair})

// ---- reversed

typedef struct Reversed { Object head; Value seq; int64_t index; } Reversed; // seq [a] NO_VALUE at the end; index [a]

static Value reversed_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (type == &type_reversed && args_no_keywords(th, "reversed", kwnames) < 0) return NO_VALUE;
    if (args_count(th, "reversed", nargs, 1, 1) < 0) return NO_VALUE;
    Value seq = args[0];
    Value m = special_lookup(seq, name_d_reversed);
    if (m == VALUE_NONE) return raise_type_error(th, "'%T' object is not reversible", seq);
    if (m) {
        bool found = false;
        Value r = special_call(th, seq, name_d_reversed, NULL, 0, &found);
        if (r || found) return r;
    }
    if (!sequence_check(seq)) return raise_type_error(th, "'%T' object is not reversible", seq);
    intptr_t n = object_len(th, seq);
    if (n < 0) return NO_VALUE;
    Reversed *r = object_new(th, type, 0);
    if (!r) return NO_VALUE;
    r->seq = new_ref(th, seq);
    r->index = n - 1;
    return VALUE_OF(r);
}

static Value reversed_slot_next(Thread *th, Value self) {
    Reversed *r = AS(Reversed, self);
    Value seq = slot_get(th, &r->head, &r->seq);
    if (!seq) return NO_VALUE;
    int64_t i = counter_fetch_add(th, &r->index, -1);
    Value v = i >= 0 ? sequence_get(th, seq, (intptr_t)i) : NO_VALUE;
    decref(th, seq);
    if (v) return v;
    if (error_pending(th) && !error_clear_if(th, &exc_IndexError) && !error_clear_if(th, &exc_StopIteration)) return NO_VALUE;
    atomic_store_relaxed(&r->index, -1);
    slot_store(th, &r->head, &r->seq, NO_VALUE);
    return NO_VALUE;
}

static Value reversed_meth_length_hint(Thread *th, Value self, Value *args) {
    Reversed *r = AS(Reversed, self);
    Value seq = slot_get(th, &r->head, &r->seq);
    if (!seq) return value_imm_int(0);
    intptr_t n = object_len(th, seq);
    decref(th, seq);
    if (n < 0) return NO_VALUE;
    int64_t pos = atomic_load_relaxed(&r->index) + 1;
    return value_imm_int(n < pos || pos < 0 ? 0 : pos);
}

static Value reversed_meth_reduce(Thread *th, Value self, Value *args) {
    Reversed *r = AS(Reversed, self);
    Value seq = slot_get(th, &r->head, &r->seq), type = new_ref(th, VALUE_OF(type_of(self)));
    if (seq) return reduce_make(th, type, tuple_from_owned(th, &seq, 1), value_imm_int(atomic_load_relaxed(&r->index)));
    return reduce_make2(th, type, tuple_pack1(th, tuple_empty));
}

static Value reversed_meth_setstate(Thread *th, Value self, Value *args) {
    Reversed *r = AS(Reversed, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value seq = slot_get(th, &r->head, &r->seq);
    if (!seq) return VALUE_NONE;
    intptr_t n = object_len(th, seq);
    decref(th, seq);
    if (n < 0) return NO_VALUE;
    if (i < -1) i = -1;
    if (i > n - 1) i = n - 1;
    atomic_store_relaxed(&r->index, i);
    return VALUE_NONE;
}

static void reversed_dealloc(Thread *th, Object *self) {
    decref(th, ((Reversed *)self)->seq);
    container_dealloc_end(th, self, &shape_reversed);
}
static int reversed_traverse(Object *self, VisitFn visit, void *arg) { return visit(((Reversed *)self)->seq, arg); }

static const MethodDef reversed_methods[] = {
    {"__length_hint__", "(self, /)", reversed_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", reversed_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", reversed_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
TYPE_DEFINE(reversed, "reversed", sizeof(Reversed), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = reversed_methods,
            .doc = "reversed(sequence, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.",
            .slots = {.new_ = reversed_slot_new, .dealloc = reversed_dealloc, .traverse = reversed_traverse, .iter = iter_self, .next = reversed_slot_next})
