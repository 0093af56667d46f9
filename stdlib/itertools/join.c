// SPDX-License-Identifier: MIT
// itertools that join or regroup sources: chain, accumulate, batched, pairwise, zip_longest.
#include "stdlib/itertools/itertools_int.h"

// ---- chain

typedef struct Chain { Object head; Value source, active; } Chain; // [a] iterator of iterables, iterator being read; NO_VALUE at the end
static Type type_chain;
static Shape shape_chain;
PARTS(chain, 2)

static Value chain_make(Thread *th, Type *type, Value source_owned) {
    Chain *c = source_owned ? object_new(th, type, 0) : NULL;
    if (!c) { decref(th, source_owned); return NO_VALUE; }
    c->source = source_owned;
    return VALUE_OF(c);
}

static Value chain_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, type, &type_chain, "chain", kwnames) < 0) return NO_VALUE;
    Value t = tuple_from_array(th, args, nargs), it = t ? object_iter(th, t) : NO_VALUE;
    decref(th, t);
    return chain_make(th, type, it);
}

static Value chain_meth_from_iterable(Thread *th, Value cls, Value *args) { return chain_make(th, AS(Type, cls), object_iter(th, args[0])); }

static Value chain_slot_next(Thread *th, Value self) {
    Chain *c = AS(Chain, self);
    for (;;) {
        Value active = slot_get(th, &c->head, &c->active);
        if (!active) {
            Value source = slot_get(th, &c->head, &c->source);
            if (!source) return NO_VALUE;
            Value iterable = iter_step(th, source);
            decref(th, source);
            active = iterable ? object_iter(th, iterable) : NO_VALUE;
            decref(th, iterable);
            if (!active) { slot_store(th, &c->head, &c->source, NO_VALUE); return NO_VALUE; }
            slot_store(th, &c->head, &c->active, new_ref(th, active));
        }
        Value v = iter_step(th, active);
        decref(th, active);
        if (v) return v;
        if (error_pending(th)) return NO_VALUE;
        slot_store(th, &c->head, &c->active, NO_VALUE);
        if (thread_safepoint(th) < 0) return NO_VALUE;
    }
}
static const MethodDef chain_methods[] = {
    {"from_iterable", "(type, iterable, /)", chain_meth_from_iterable, "Alternative chain() constructor taking a single iterable argument that evaluates lazily.", METH_CLASS},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
MODULE_TYPE_DEFINE(chain, "itertools.chain", sizeof(Chain), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = chain_methods,
                   .doc = "chain(*iterables)\n--\n\nReturn a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\n"
                          "iterable, until all of the iterables are exhausted.",
                   .slots = {.new_ = chain_slot_new, .dealloc = chain_dealloc, .traverse = chain_traverse, .iter = iter_self, .next = chain_slot_next})

// ---- accumulate

typedef struct Accumulate { Object head; Value iter, func, initial, total; } Accumulate; // iter, func (NO_VALUE: add) [c]; initial, total [a]
static Type type_accumulate;
static Shape shape_accumulate;
PARTS(accumulate, 4)

static Value accumulate_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[3];
    if (native_args_bind(th, &sig, "accumulate", "(iterable, func=None, *, initial=None)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    Value it = object_iter(th, v[0]);
    Accumulate *a = it ? object_new(th, type, 0) : NULL;
    if (!a) { decref(th, it); return NO_VALUE; }
    a->iter = it;
    if (v[1] && v[1] != VALUE_NONE) a->func = new_ref(th, v[1]);
    if (v[2] && v[2] != VALUE_NONE) a->initial = new_ref(th, v[2]);
    return VALUE_OF(a);
}

static Value accumulate_slot_next(Thread *th, Value self) {
    Accumulate *a = AS(Accumulate, self);
    if (UNLIKELY(atomic_load_relaxed(&a->initial) != NO_VALUE)) {
        Value first = slot_take(th, &a->initial);
        if (first) { slot_store(th, &a->head, &a->total, new_ref(th, first)); return first; }
    }
    Value v = iter_step(th, a->iter);
    if (!v) return NO_VALUE;
    Value total = slot_get(th, &a->head, &a->total);
    if (!total) { slot_store(th, &a->head, &a->total, new_ref(th, v)); return v; }
    Value n = a->func ? call2(th, a->func, total, v) : number_add(th, total, v);
    decref(th, total);
    decref(th, v);
    if (n) slot_store(th, &a->head, &a->total, new_ref(th, n));
    return n;
}
ITERTOOL(accumulate, sizeof(Accumulate), "accumulate(iterable, func=None, *, initial=None)\n--\n\nReturn series of accumulated sums (or other binary function results).")

// ---- batched

typedef struct Batched { Object head; Value iter; int64_t n; uint8_t strict; } Batched; // iter [a]; n, strict [c]
static Type type_batched;
static Shape shape_batched;
PARTS(batched, 1)

static Value batched_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[3];
    if (native_args_bind(th, &sig, "batched", "(iterable, n, *, strict=False)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    intptr_t n = number_as_ssize(th, v[1], &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    int strict = v[2] ? object_truth(th, v[2]) : 0;
    if (strict < 0) return NO_VALUE;
    if (n < 1) return raise_value_error(th, "n must be at least one");
    Value it = object_iter(th, v[0]);
    Batched *b = it ? object_new(th, type, 0) : NULL;
    if (!b) { decref(th, it); return NO_VALUE; }
    b->iter = it;
    b->n = n;
    b->strict = (uint8_t)strict;
    return VALUE_OF(b);
}

static Value batched_slot_next(Thread *th, Value self) {
    Batched *b = AS(Batched, self);
    Value it = slot_get(th, &b->head, &b->iter);
    if (!it) return NO_VALUE;
    Value lv = list_new(th, b->n < 64 ? (size_t)b->n : 64);
    if (!lv) { decref(th, it); return NO_VALUE; }
    List *l = AS(List, lv);
    for (int64_t i = 0; i < b->n; i++) {
        Value v = iter_step(th, it);
        if (!v) break;
        if (list_append_owned(th, l, v) < 0) break;
    }
    decref(th, it);
    Value r = NO_VALUE;
    if (error_pending(th)) slot_store(th, &b->head, &b->iter, NO_VALUE);
    else if (l->len == (size_t)b->n) r = list_to_tuple(th, l);
    else {
        slot_store(th, &b->head, &b->iter, NO_VALUE);
        if (l->len && b->strict) raise_value_error(th, "batched(): incomplete batch");
        else if (l->len) r = list_to_tuple(th, l);
    }
    decref(th, lv);
    return r;
}
ITERTOOL(batched, sizeof(Batched),
         "batched(iterable, n, *, strict=False)\n--\n\nBatch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\n"
         "up to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n"
         "    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)\n\n"
         "If \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n.")

// ---- pairwise

typedef struct Pairwise { Object head; Value iter, old; } Pairwise; // [a]
static Type type_pairwise;
static Shape shape_pairwise;
PARTS(pairwise, 2)

static Value pairwise_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, type, &type_pairwise, "pairwise", kwnames) < 0 || args_count(th, "pairwise", nargs, 1, 1) < 0) return NO_VALUE;
    Value it = object_iter(th, args[0]);
    Pairwise *p = it ? object_new(th, type, 0) : NULL;
    if (!p) { decref(th, it); return NO_VALUE; }
    p->iter = it;
    return VALUE_OF(p);
}

static Value pairwise_slot_next(Thread *th, Value self) {
    Pairwise *p = AS(Pairwise, self);
    Value it = slot_get(th, &p->head, &p->iter);
    if (!it) return NO_VALUE;
    Value old = slot_get(th, &p->head, &p->old);
    if (!old) {
        if ((old = iter_step(th, it))) {
            slot_store(th, &p->head, &p->old, new_ref(th, old));
            if (!slot_borrow(th, &p->head, &p->iter)) { decref(th, old); decref(th, it); return NO_VALUE; } // used up by its own source
        }
    }
    Value v = old ? iter_step(th, it) : NO_VALUE;
    decref(th, it);
    if (!v) {
        decref(th, old);
        slot_store(th, &p->head, &p->iter, NO_VALUE);
        slot_store(th, &p->head, &p->old, NO_VALUE);
        return NO_VALUE;
    }
    slot_store(th, &p->head, &p->old, new_ref(th, v));
    Value pair[2] = {old, v};
    return tuple_from_owned(th, pair, 2);
}
ITERTOOL(pairwise, sizeof(Pairwise),
         "pairwise(iterable, /)\n--\n\nReturn an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...")

// ---- zip_longest

typedef struct ZipLongest {
    Object head;
    Value fill;       // [c]
    Value iters;      // [c] Tuple; which of them are used up is in done
    uint8_t *done;    // [a] each
    int64_t active;   // [a]
} ZipLongest;
static Type type_zip_longest;
static Shape shape_zip_longest;

static Value zip_longest_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value fill = VALUE_NONE;
    for (size_t i = 0; i < kwnames_len(kwnames); i++) {
        if (kwnames_len(kwnames) > 1 || !str_equal_cstr(AS(Tuple, kwnames)->items[i], "fillvalue"))
            return raise_type_error(th, "zip_longest() got an unexpected keyword argument");
        fill = args[nargs + i];
    }
    Value tv = tuple_empty;
    if (nargs) {
        Value lv = list_new(th, nargs);
        if (!lv) return NO_VALUE;
        for (size_t i = 0; i < nargs; i++) {
            Value it = object_iter(th, args[i]);
            if (!it || list_append_owned(th, AS(List, lv), it) < 0) { decref(th, lv); return NO_VALUE; }
        }
        tv = list_to_tuple(th, AS(List, lv));
        decref(th, lv);
        if (!tv) return NO_VALUE;
    }
    ZipLongest *z = object_new(th, type, 0);
    if (!z || !(z->done = mem_calloc(th, nargs + 1, 1))) { decref(th, tv); decref(th, VALUE_OF(z)); return NO_VALUE; }
    z->iters = tv;
    z->fill = new_ref(th, fill);
    z->active = (int64_t)nargs;
    return VALUE_OF(z);
}

static void zip_longest_dealloc(Thread *th, Object *self) {
    ZipLongest *z = (ZipLongest *)self;
    decref(th, z->fill);
    decref(th, z->iters);
    mem_free(z->done);
    container_dealloc_end(th, self, &shape_zip_longest);
}
static int zip_longest_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((ZipLongest *)self)->fill, arg);
    return r ? r : visit(((ZipLongest *)self)->iters, arg);
}

static Value zip_longest_slot_next(Thread *th, Value self) {
    ZipLongest *z = AS(ZipLongest, self);
    Tuple *its = AS(Tuple, z->iters);
    size_t n = its->len;
    if (n == 0 || atomic_load_relaxed(&z->active) <= 0) return NO_VALUE;
    Value small[8], *v = n > ARRAY_LEN(small) ? mem_alloc(th, n * sizeof(Value)) : small, r = NO_VALUE;
    if (!v) return NO_VALUE;
    size_t i = 0;
    for (; i < n; i++) {
        if (atomic_load_relaxed(&z->done[i])) { v[i] = new_ref(th, z->fill); continue; }
        v[i] = iter_step(th, its->items[i]);
        if (v[i]) continue;
        int64_t left = 0;
        bool failed = error_pending(th);
        if (!__atomic_exchange_n(&z->done[i], 1, __ATOMIC_ACQ_REL)) left = counter_fetch_add(th, &z->active, -1) - 1;
        else left = atomic_load_relaxed(&z->active);
        if (failed) atomic_store_relaxed(&z->active, 0);
        if (failed || left <= 0) break;
        v[i] = new_ref(th, z->fill);
    }
    if (i == n) r = tuple_from_owned(th, v, n); else values_release(th, v, i);
    if (v != small) mem_free(v);
    return r;
}
ITERTOOL(zip_longest, sizeof(ZipLongest),
         "zip_longest(*iterables, fillvalue=None)\n--\n\nReturn a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\n"
         "method continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\n"
         "defaults to None or can be specified by a keyword argument.\n")

int itertools_add_join(Thread *th, Value m) {
    Type *t[] = {&type_chain, &type_accumulate, &type_batched, &type_pairwise, &type_zip_longest};
    for (size_t i = 0; i < ARRAY_LEN(t); i++) if (module_add_type(th, m, t[i]) < 0) return -1;
    return 0;
}
