// SPDX-License-Identifier: MIT
// zip, map and filter. Their parts are constant after creation (strict aside), so any thread may step them; the iterators below take
// care of themselves.
#include "core/object/container_inl.h"
#include "core/object/suggest.h"

typedef struct Zip { // zip and map
    Object head;
    Value func;      // [c] map only
    Value iters;     // [c] Tuple of iterators
    Value reuse;     // [o] zip of two: the tuple handed out last (pair_reuse)
    uint8_t strict;  // [a]
} Zip;

// strict= of zip() and map(): 0, 1, -1 error.
static int strict_argument(Thread *th, const char *fname, const Value *kwvalues, Value kwnames) {
    int strict = 0;
    for (size_t i = 0; i < kwnames_len(kwnames); i++) {
        Value k = AS(Tuple, kwnames)->items[i];
        if (!str_equal_cstr(k, "strict")) {
            raise_unknown_keyword(th, fname, k, (const char *const[]){"strict", NULL}, 0);
            return -1;
        }
        if ((strict = object_truth(th, kwvalues[i])) < 0) return -1;
    }
    return strict;
}

static Value iterators_of(Thread *th, const Value *args, size_t n) {
    Value small[8], *v = n > ARRAY_LEN(small) ? mem_alloc(th, n * sizeof(Value)) : small;
    if (!v) return NO_VALUE;
    size_t i = 0;
    for (; i < n; i++) if (!(v[i] = object_iter(th, args[i]))) break;
    Value t = NO_VALUE;
    if (i == n) t = tuple_from_owned(th, v, n); else values_release(th, v, i);
    if (v != small) mem_free(v);
    return t;
}

static Value zip_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    int strict = type == &type_zip || type->slots.init == type_zip.slots.init ? strict_argument(th, "zip()", args + nargs, kwnames) : 0;
    if (strict < 0) return NO_VALUE;
    Value its = iterators_of(th, args, nargs);
    Zip *z = its ? object_new(th, type, 0) : NULL;
    if (!z) { decref(th, its); return NO_VALUE; }
    z->iters = its;
    z->strict = (uint8_t)strict;
    return VALUE_OF(z);
}

// After iterator i ended: checks the others' lengths for strict=True. Always NO_VALUE.
static Value strict_check(Thread *th, const char *fname, Tuple *its, size_t i) {
    if (error_pending(th)) return NO_VALUE;
    if (i > 0)
        return raise_value_error(th, "%s() argument %zu is shorter than argument%s%zu", fname, i + 1, i == 1 ? " " : "s 1-", i);
    for (i = 1; i < its->len; i++) {
        Value v = iter_step(th, its->items[i]);
        if (v) {
            decref(th, v);
            return raise_value_error(th, "%s() argument %zu is longer than argument%s%zu", fname, i + 1, i == 1 ? " " : "s 1-", i);
        }
        if (error_pending(th)) return NO_VALUE;
    }
    return NO_VALUE;
}

static int zip_next_pair(Thread *th, Value self, Value pair[2]) {
    Zip *z = AS(Zip, self);
    Tuple *its = AS(Tuple, z->iters);
    if (UNLIKELY(its->len != 2)) return 2;
    size_t i = 0;
    if (LIKELY((pair[0] = iter_step(th, its->items[0])) != NO_VALUE)) {
        if (LIKELY((pair[1] = iter_step(th, its->items[1])) != NO_VALUE)) return 1;
        i = 1;
    }
    values_release(th, pair, i);
    if (atomic_load_relaxed(&z->strict)) strict_check(th, "zip", its, i);
    return error_pending(th) ? -1 : 0;
}
static Value zip_slot_next(Thread *th, Value self) {
    Zip *z = AS(Zip, self);
    Tuple *its = AS(Tuple, z->iters);
    size_t n = its->len;
    if (n == 0) return NO_VALUE;
    if (LIKELY(n == 2)) {
        Value v[2];
        if (zip_next_pair(th, self, v) <= 0) return NO_VALUE;
        return iter_is_private(th, &z->head) ? pair_reuse(th, &z->reuse, v[0], v[1]) : tuple_from_owned(th, v, 2);
    }
    Value small[8], *v = n > ARRAY_LEN(small) ? mem_alloc(th, n * sizeof(Value)) : small;
    if (!v) return NO_VALUE;
    size_t i = 0;
    for (; i < n; i++) if (!(v[i] = iter_step(th, its->items[i]))) break;
    Value r = NO_VALUE;
    if (LIKELY(i == n)) r = tuple_from_owned(th, v, n);
    else {
        values_release(th, v, i);
        if (atomic_load_relaxed(&z->strict)) strict_check(th, "zip", its, i);
    }
    if (v != small) mem_free(v);
    return r;
}

static Value zip_meth_reduce(Thread *th, Value self, Value *args) {
    Zip *z = AS(Zip, self);
    Value t = new_ref(th, VALUE_OF(type_of(self))), a = new_ref(th, z->iters);
    return atomic_load_relaxed(&z->strict) ? reduce_make(th, t, a, VALUE_TRUE) : reduce_make2(th, t, a);
}

static Value zip_meth_setstate(Thread *th, Value self, Value *args) {
    int strict = object_truth(th, args[0]);
    if (strict < 0) return NO_VALUE;
    atomic_store_relaxed(&AS(Zip, self)->strict, (uint8_t)strict);
    return VALUE_NONE;
}

static void zip_dealloc(Thread *th, Object *self) {
    Zip *z = (Zip *)self;
    decref(th, z->func);
    decref(th, z->iters);
    decref(th, z->reuse);
    container_dealloc_end(th, self, type_is_subtype(object_shape(self)->type, &type_zip) ? &shape_zip : &shape_map);
}
static int zip_traverse(Object *self, VisitFn visit, void *arg) {
    Zip *z = (Zip *)self;
    int r;
    if ((r = visit(z->func, arg)) || (r = visit(z->iters, arg))) return r;
    return visit(z->reuse, arg);
}

static const MethodDef zip_methods[] = {
    {"__reduce__", "(self, /)", zip_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", zip_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
TYPE_DEFINE(zip, "zip", sizeof(Zip), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = zip_methods,
            .doc = "zip(*iterables, strict=False)\n--\n\nThe zip object yields n-length tuples, where n is the number of\niterables passed as positional arguments to zip().  The i-th element\n"
                   "in every tuple comes from the i-th iterable argument to zip().  This\ncontinues until the shortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the\n"
                   "others, raise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
            .slots = {.new_ = zip_slot_new, .dealloc = zip_dealloc, .traverse = zip_traverse, .iter = iter_self, .next = zip_slot_next, .next_pair = zip_next_pair})

// ---- map

static Value map_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    int strict = type == &type_map || type->slots.init == type_map.slots.init ? strict_argument(th, "map()", args + nargs, kwnames) : 0;
    if (strict < 0) return NO_VALUE;
    if (nargs < 2) return raise_type_error(th, "map() must have at least two arguments.");
    Value its = iterators_of(th, args + 1, nargs - 1);
    Zip *m = its ? object_new(th, type, 0) : NULL;
    if (!m) { decref(th, its); return NO_VALUE; }
    m->func = new_ref(th, args[0]);
    m->iters = its;
    m->strict = (uint8_t)strict;
    return VALUE_OF(m);
}

static Value map_slot_next(Thread *th, Value self) {
    Zip *m = AS(Zip, self);
    Tuple *its = AS(Tuple, m->iters);
    size_t n = its->len;
    if (LIKELY(n == 1)) {
        Value x = iter_step(th, its->items[0]);
        if (!x) return NO_VALUE;
        Value r = object_call(th, m->func, &x, 1, NO_VALUE);
        decref(th, x);
        return r;
    }
    Value small[8], *v = n > ARRAY_LEN(small) ? mem_alloc(th, n * sizeof(Value)) : small;
    if (!v) return NO_VALUE;
    size_t i = 0;
    for (; i < n; i++) if (!(v[i] = iter_step(th, its->items[i]))) break;
    Value r = NO_VALUE;
    if (i == n) r = object_call(th, m->func, v, n, NO_VALUE);
    else if (atomic_load_relaxed(&m->strict)) strict_check(th, "map", its, i);
    values_release(th, v, i);
    if (v != small) mem_free(v);
    return r;
}

static Value map_meth_reduce(Thread *th, Value self, Value *args) {
    Zip *m = AS(Zip, self);
    Tuple *its = AS(Tuple, m->iters), *a = tuple_new(th, its->len + 1);
    if (!a) return NO_VALUE;
    a->items[0] = new_ref(th, m->func);
    for (size_t i = 0; i < its->len; i++) a->items[i + 1] = new_ref(th, its->items[i]);
    Value t = new_ref(th, VALUE_OF(type_of(self)));
    return atomic_load_relaxed(&m->strict) ? reduce_make(th, t, VALUE_OF(a), VALUE_TRUE) : reduce_make2(th, t, VALUE_OF(a));
}

static const MethodDef map_methods[] = {
    {"__reduce__", "(self, /)", map_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", zip_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
TYPE_DEFINE(map, "map", sizeof(Zip), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = map_methods,
            .doc = "map(function, iterable, /, *iterables, strict=False)\n--\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\n"
                   "If strict is true and one of the arguments is exhausted before the\nothers, raise a ValueError.",
            .slots = {.new_ = map_slot_new, .dealloc = zip_dealloc, .traverse = zip_traverse, .iter = iter_self, .next = map_slot_next})

// ---- filter

typedef struct Filter { Object head; Value func, iter; } Filter; // [c]

static Value filter_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if ((type == &type_filter || type->slots.init == type_filter.slots.init) && args_no_keywords(th, "filter", kwnames) < 0) return NO_VALUE;
    if (args_count(th, "filter", nargs, 2, 2) < 0) return NO_VALUE;
    Value it = object_iter(th, args[1]);
    Filter *f = it ? object_new(th, type, 0) : NULL;
    if (!f) { decref(th, it); return NO_VALUE; }
    f->func = new_ref(th, args[0]);
    f->iter = it;
    return VALUE_OF(f);
}

static Value filter_slot_next(Thread *th, Value self) {
    Filter *f = AS(Filter, self);
    bool plain = f->func == VALUE_NONE || f->func == VALUE_OF(&type_bool);
    for (;;) {
        Value x = iter_step(th, f->iter);
        if (!x) return NO_VALUE;
        int ok;
        if (plain) ok = object_truth(th, x);
        else {
            Value r = object_call(th, f->func, &x, 1, NO_VALUE);
            ok = r ? object_truth(th, r) : -1;
            decref(th, r);
        }
        if (ok > 0) return x;
        decref(th, x);
        if (ok < 0) return NO_VALUE;
        if (thread_safepoint(th) < 0) return NO_VALUE;
    }
}

static Value filter_meth_reduce(Thread *th, Value self, Value *args) {
    Filter *f = AS(Filter, self);
    return reduce_make2(th, new_ref(th, VALUE_OF(type_of(self))), tuple_pack2(th, f->func, f->iter));
}

static void filter_dealloc(Thread *th, Object *self) {
    Filter *f = (Filter *)self;
    decref(th, f->func);
    decref(th, f->iter);
    container_dealloc_end(th, self, &shape_filter);
}
static int filter_traverse(Object *self, VisitFn visit, void *arg) {
    Filter *f = (Filter *)self;
    int r = visit(f->func, arg);
    return r ? r : visit(f->iter, arg);
}
static const MethodDef filter_methods[] = {{"__reduce__", "(self, /)", filter_meth_reduce, "Return state information for pickling.", 0}, {0}};
TYPE_DEFINE(filter, "filter", sizeof(Filter), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = filter_methods,
            .doc = "filter(function, iterable, /)\n--\n\nReturn an iterator yielding those items of iterable for which\nfunction(item) is true.  If function is None, return the items that\nare true.",
            .slots = {.new_ = filter_slot_new, .dealloc = filter_dealloc, .traverse = filter_traverse, .iter = iter_self, .next = filter_slot_next})
