// SPDX-License-Identifier: MIT
// itertools that choose items of one source: compress, dropwhile, takewhile, filterfalse, starmap, islice.
#include "stdlib/itertools/itertools_int.h"

// Result of predicate(x) as 0 1 -1.
static int ask(Thread *th, Value predicate, Value x) {
    Value r = object_call(th, predicate, &x, 1, NO_VALUE);
    if (!r) return -1;
    int t = object_truth(th, r);
    decref(th, r);
    return t;
}

// The common form: a function and an iterator, both constant, and a flag.
typedef struct FuncIter { Object head; Value func, iter; uint8_t flag; } FuncIter; // func, iter [c]; flag [a]

static Value func_iter_make(Thread *th, Type *type, Type *t, const char *fname, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, type, t, fname, kwnames) < 0 || args_count(th, fname, nargs, 2, 2) < 0) return NO_VALUE;
    Value it = object_iter(th, args[1]);
    FuncIter *f = it ? object_new(th, type, 0) : NULL;
    if (!f) { decref(th, it); return NO_VALUE; }
    f->func = new_ref(th, args[0]);
    f->iter = it;
    return VALUE_OF(f);
}
#define FUNC_ITER(name)                                                                                                  \
    static Type type_##name;                                                                                             \
    static Shape shape_##name;                                                                                           \
    PARTS(name, 2)                                                                                                       \
    static Value name##_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {               \
        return func_iter_make(th, type, &type_##name, #name, args, nargs, kwnames);                                      \
    }

FUNC_ITER(dropwhile)
static Value dropwhile_slot_next(Thread *th, Value self) {
    FuncIter *f = AS(FuncIter, self);
    for (;;) {
        Value x = iter_step(th, f->iter);
        if (!x || atomic_load_relaxed(&f->flag)) return x;
        int drop = ask(th, f->func, x);
        if (drop == 0) { atomic_store_relaxed(&f->flag, 1); return x; }
        decref(th, x);
        if (drop < 0) return NO_VALUE;
    }
}
ITERTOOL(dropwhile, sizeof(FuncIter),
         "dropwhile(predicate, iterable, /)\n--\n\nDrop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.")

FUNC_ITER(takewhile)
static Value takewhile_slot_next(Thread *th, Value self) {
    FuncIter *f = AS(FuncIter, self);
    if (atomic_load_relaxed(&f->flag)) return NO_VALUE;
    Value x = iter_step(th, f->iter);
    if (!x) return NO_VALUE;
    int take = ask(th, f->func, x);
    if (take > 0) return x;
    decref(th, x);
    if (take == 0) atomic_store_relaxed(&f->flag, 1);
    return NO_VALUE;
}
ITERTOOL(takewhile, sizeof(FuncIter),
         "takewhile(predicate, iterable, /)\n--\n\nReturn successive entries from an iterable as long as the predicate evaluates to true for each entry.")

FUNC_ITER(filterfalse)
static Value filterfalse_slot_next(Thread *th, Value self) {
    FuncIter *f = AS(FuncIter, self);
    bool plain = f->func == VALUE_NONE || f->func == VALUE_OF(&type_bool);
    for (;;) {
        Value x = iter_step(th, f->iter);
        if (!x) return NO_VALUE;
        int ok = plain ? object_truth(th, x) : ask(th, f->func, x);
        if (ok == 0) return x;
        decref(th, x);
        if (ok < 0 || thread_safepoint(th) < 0) return NO_VALUE;
    }
}
ITERTOOL(filterfalse, sizeof(FuncIter),
         "filterfalse(function, iterable, /)\n--\n\nReturn those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.")

FUNC_ITER(starmap)
static Value starmap_slot_next(Thread *th, Value self) {
    FuncIter *f = AS(FuncIter, self);
    Value a = iter_step(th, f->iter);
    if (!a) return NO_VALUE;
    Value t = value_is_exact_tuple(a) ? a : sequence_to_tuple(th, a);
    if (t != a) decref(th, a);
    if (!t) return NO_VALUE;
    Value r = object_call(th, f->func, AS(Tuple, t)->items, AS(Tuple, t)->len, NO_VALUE);
    decref(th, t);
    return r;
}
ITERTOOL(starmap, sizeof(FuncIter),
         "starmap(function, iterable, /)\n--\n\nReturn an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.")

// ---- compress

typedef struct Compress { Object head; Value data, selectors; } Compress; // [c] iterators
static Type type_compress;
static Shape shape_compress;
PARTS(compress, 2)

static Value compress_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (native_args_bind(th, &sig, "compress", "(data, selectors)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    Value a = object_iter(th, v[0]), b = a ? object_iter(th, v[1]) : NO_VALUE;
    Compress *c = b ? object_new(th, type, 0) : NULL;
    if (!c) { decref(th, a); decref(th, b); return NO_VALUE; }
    c->data = a;
    c->selectors = b;
    return VALUE_OF(c);
}

static Value compress_slot_next(Thread *th, Value self) {
    Compress *c = AS(Compress, self);
    for (;;) {
        Value x = iter_step(th, c->data);
        if (!x) return NO_VALUE;
        Value s = iter_step(th, c->selectors);
        if (!s) { decref(th, x); return NO_VALUE; }
        int ok = object_truth(th, s);
        decref(th, s);
        if (ok > 0) return x;
        decref(th, x);
        if (ok < 0 || thread_safepoint(th) < 0) return NO_VALUE;
    }
}
ITERTOOL(compress, sizeof(Compress),
         "compress(data, selectors)\n--\n\nReturn data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors\nto choose the data elements.")

// ---- islice

typedef struct Islice { Object head; Value iter; int64_t next, stop, step, count; } Islice; // iter [a]; next, count [a]; stop (-1: none), step [c]
static Type type_islice;
static Shape shape_islice;
PARTS(islice, 1)

// A non-negative int or None (-> dflt). -1 with or without an exception: not acceptable.
static intptr_t islice_number(Thread *th, Value v, intptr_t dflt) {
    if (v == VALUE_NONE) return dflt;
    if (!index_check(v)) return -2;
    Value i = number_index(th, v);
    if (!i) { error_clear(th); return -2; }
    int64_t n;
    int o = int_as_i64_overflow(i, &n);
    decref(th, i);
    return o || n < 0 ? -2 : (intptr_t)n;
}

static Value islice_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, type, &type_islice, "islice", kwnames) < 0 || args_count(th, "islice", nargs, 2, 4) < 0) return NO_VALUE;
    intptr_t start = 0, stop = -1, step = 1;
    if (nargs == 2) stop = islice_number(th, args[1], -1);
    else {
        start = islice_number(th, args[1], 0);
        stop = islice_number(th, args[2], -1);
    }
    if (stop == -2) return raise_value_error(th, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    if (start == -2) return raise_value_error(th, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    if (nargs == 4) step = islice_number(th, args[3], 1);
    if (step < 1) return raise_value_error(th, "Step for islice() must be a positive integer or None.");
    Value it = object_iter(th, args[0]);
    Islice *s = it ? object_new(th, type, 0) : NULL;
    if (!s) { decref(th, it); return NO_VALUE; }
    s->iter = it;
    s->next = start;
    s->stop = stop;
    s->step = step;
    return VALUE_OF(s);
}

static Value islice_slot_next(Thread *th, Value self) {
    Islice *s = AS(Islice, self);
    Value it = slot_get(th, &s->head, &s->iter);
    if (!it) return NO_VALUE;
    int64_t next = atomic_load_relaxed(&s->next);
    while (atomic_load_relaxed(&s->count) < next) {
        Value skipped = iter_step(th, it);
        if (!skipped) goto end;
        decref(th, skipped);
        counter_fetch_add(th, &s->count, 1);
    }
    if (s->stop >= 0 && atomic_load_relaxed(&s->count) >= s->stop) goto end;
    Value v = iter_step(th, it);
    if (!v) goto end;
    counter_fetch_add(th, &s->count, 1);
    int64_t n;
    if (__builtin_add_overflow(next, s->step, &n) || (s->stop >= 0 && n > s->stop)) n = s->stop >= 0 ? s->stop : INT64_MAX;
    atomic_store_relaxed(&s->next, n);
    decref(th, it);
    return v;
end:
    decref(th, it);
    slot_store(th, &s->head, &s->iter, NO_VALUE);
    return NO_VALUE;
}
ITERTOOL(islice, sizeof(Islice),
         "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\n"
         "iterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\n"
         "skipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.")

int itertools_add_select(Thread *th, Value m) {
    Type *t[] = {&type_dropwhile, &type_takewhile, &type_filterfalse, &type_starmap, &type_compress, &type_islice};
    for (size_t i = 0; i < ARRAY_LEN(t); i++) if (module_add_type(th, m, t[i]) < 0) return -1;
    return 0;
}
